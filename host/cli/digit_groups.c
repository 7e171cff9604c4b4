/* SPDX-License-Identifier: MIT
 *
 * This module finds numbers such as 1,000,000 in lists with commas. There the commas may group the
 * digits of one number, or separate the numbers of a list.
 *
 * A chain is ambiguous if its first group has one to three digits and does not begin with 0, and
 * each other group has three digits. A chain that also has other groups is a list, unless a group
 * such as 000 stands in it, because a list has 0 instead. No integer type has more than seven
 * groups, so longer chains are lists too. */
#include "digit_groups.h"

#include <stdio.h>
#include <string.h>

#define MAX_GROUPS 7

static void end_chain(struct digit_groups *groups) {
    const bool is_number = groups->is_grouped && groups->num_groups <= MAX_GROUPS;
    if (groups->num_groups >= 2 && (is_number || groups->has_zero_group) && !*groups->ambiguous)
        memcpy(groups->ambiguous, groups->chain, sizeof groups->chain);
    groups->num_groups = 0;
    groups->has_zero_group = groups->has_ended = false;
}

static void append(struct digit_groups *groups, const char *field) {
    const size_t length = strlen(groups->chain);
    const char *comma = groups->num_groups ? "," : "";
    if (snprintf(groups->chain + length, sizeof groups->chain - length, "%s%s", comma, field) >=
        (int)(sizeof groups->chain - length))
        memcpy(groups->chain + sizeof groups->chain - 4, "...", 4);
}

void digit_groups_add(struct digit_groups *groups, const char *field, bool is_joined) {
    if (!is_joined) end_chain(groups);
    if (!groups->num_groups) groups->chain[0] = '\0';
    append(groups, field);
    const bool is_first = groups->num_groups == 0;
    if (is_first && (*field == '-' || *field == '+')) field++;
    const size_t length = strspn(field, "0123456789");
    const bool is_three = length == 3 && (!field[3] || field[3] == '.');
    const bool is_small = length >= 1 && length <= 3 && *field != '0' && !field[length];
    groups->is_grouped = is_first ? is_small : groups->is_grouped && is_three && !groups->has_ended;
    groups->has_zero_group |= !is_first && groups->is_before_zeros && is_three && *field == '0';
    groups->is_before_zeros = is_small;
    groups->has_ended = field[length] == '.';
    groups->num_groups++;
}

const char *digit_groups_find(struct digit_groups *groups) {
    end_chain(groups);
    return *groups->ambiguous ? groups->ambiguous : NULL;
}
