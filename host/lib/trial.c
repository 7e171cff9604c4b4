/* SPDX-License-Identifier: MIT
 *
 * Choosing by measurement instead of by a vendor's name. What counts is the time from one finished band to the next, with others
 * in flight behind it; so the first bands after each change say nothing. */
#include "trial.h"

#define BANDS_EACH    7u /* started one way before the other is tried */
#define BANDS_IGNORED 2u /* finished in a new way while bands of the old one were in flight */

static double rate(const struct trial *trial, int way) {
    return trial->seconds[way] > 0 ? trial->nbytes[way] / trial->seconds[way] : 0;
}

int trial_start(struct trial *trial) {
    const size_t k = trial->num_started++;
    const int other = !trial->first_way;
    if (k < BANDS_EACH) return trial->first_way;
    if (k < 2 * BANDS_EACH) return other;
    return rate(trial, other) > rate(trial, trial->first_way) ? other : trial->first_way;
}

void trial_finish(struct trial *trial, int way, size_t nbytes, double end) {
    trial->num_in_a_row = way == trial->last_way ? trial->num_in_a_row + 1 : 1;
    trial->last_way = way;
    const double begin = trial->last_end;
    trial->last_end = end;
    if (trial->num_in_a_row <= BANDS_IGNORED || begin <= 0) return;
    trial->seconds[way] += end - begin;
    trial->nbytes[way] += (double)nbytes;
}

void trial_pause(struct trial *trial) {
    trial->num_in_a_row = 0;
    trial->last_end = 0;
}
