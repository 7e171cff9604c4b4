/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DIGIT_GROUPS_H
#define OUTERFILL_CLI_DIGIT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

/* The fields between the commas of one line, as far as commas without blanks join them. Zero it. */
struct digit_groups {
    size_t num_groups;    /* of the present chain */
    bool is_grouped;      /* the chain may be one number */
    bool has_zero_group;  /* the chain has a group such as 000 behind a group such as 1 */
    bool is_before_zeros; /* the last group may precede such a group */
    bool has_ended;       /* a point stands in the last group, so the number ends there */
    char chain[48];       /* its beginning */
    char ambiguous[48];   /* the first chain that may be one number, or "" */
};

/* Adds a field. `is_joined` tells whether a comma without blanks joins it to the field before. */
void digit_groups_add(struct digit_groups *groups, const char *field, bool is_joined);

/* Ends the line. Returns a chain that may be one number, such as "1,000,000", or NULL. */
const char *digit_groups_find(struct digit_groups *groups);

#endif
