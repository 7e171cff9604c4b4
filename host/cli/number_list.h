/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NUMBER_LIST_H
#define OUTERFILL_CLI_NUMBER_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A growing array. Zero it, and free `values`. */
struct number_list {
    double *values;
    size_t n, capacity;
};

/* Adds a value. Returns false if there is no memory, or if the list takes half of the machine's
 * memory. */
bool number_list_append(struct number_list *list, double value);

#endif
