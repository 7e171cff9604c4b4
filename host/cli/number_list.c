/* SPDX-License-Identifier: MIT
 *
 * This module grows an array of numbers. It fails before the array takes all memory, because a text
 * may be endless, as that of a pipe can be. */
#include "number_list.h"

#include <stdlib.h>
#include <unistd.h>

/* The limit is half of the machine's memory, because the values are copied once. */
static bool fits_memory(size_t num_values) {
    const long num_pages = sysconf(_SC_PHYS_PAGES), page_nbytes = sysconf(_SC_PAGESIZE);
    return num_pages <= 0 ||
           (double)num_values * sizeof(double) <= 0.5 * (double)num_pages * (double)page_nbytes;
}

bool number_list_append(struct number_list *list, double value) {
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 1024;
        double *grown =
            fits_memory(capacity) ? realloc(list->values, capacity * sizeof *grown) : NULL;
        if (!grown) return false;
        list->values = grown;
        list->capacity = capacity;
    }
    list->values[list->n++] = value;
    return true;
}
