/* SPDX-License-Identifier: MIT
 *
 * Choosing by measurement instead of by a vendor's name. What counts is the time from one finished band to the next, with others
 * in flight behind it; so the first bands after each change say nothing. */
#include "fill/trial.h"

#define ENOUGH_WHERE_CLEAR 2u /* samples of each way */
#define BANDS_IGNORED      2u /* of a new way: bands of the old one were in flight when they began */

/* The median: one band that the system held up says nothing about its way. 0 where nothing is known. */
static double seconds_per_byte(const struct trial *trial, int way) {
    return trial->num_samples[way] ? trial->samples[way][trial->num_samples[way] / 2] : 0;
}

static bool is_slower(const struct trial *trial, int way, int other) {
    const double ours = seconds_per_byte(trial, way), theirs = seconds_per_byte(trial, other);
    return ours > 0 && theirs > 0 && ours > theirs;
}

void trial_add(struct trial *trial, int way, size_t nbytes, double seconds) {
    const double sample = seconds / (double)nbytes;
    double *const samples = trial->samples[way];
    if (trial->num_samples[way] == trial->num_wanted) return;
    size_t k = trial->num_samples[way]++;
    for (; k > 0 && samples[k - 1] > sample; k--) samples[k] = samples[k - 1];
    samples[k] = sample;
}

static int faster_way(const struct trial *trial) {
    const int first = trial->first_way, other = !first;
    return is_slower(trial, first, other) ? other : first;
}

static bool has_samples(const struct trial *trial, int way) {
    return trial->num_samples[way] == trial->num_wanted;
}

/* The slowest sample of one way took less than the fastest of the other. */
static bool is_clear(const struct trial *trial, int way, int other) {
    const size_t num_ours = trial->num_samples[way], num_theirs = trial->num_samples[other];
    if (num_ours < ENOUGH_WHERE_CLEAR || num_theirs < ENOUGH_WHERE_CLEAR) return false;
    return trial->samples[way][num_ours - 1] < trial->samples[other][0];
}

bool trial_is_over(const struct trial *trial) {
    return (has_samples(trial, 0) && has_samples(trial, 1)) || is_clear(trial, 0, 1) ||
           is_clear(trial, 1, 0);
}

int trial_start(const struct trial *trial) {
    const int first = trial->first_way, other = !first;
    if (!has_samples(trial, first)) return first;
    return has_samples(trial, other) ? faster_way(trial) : other;
}

int trial_alternate(const struct trial *trial) {
    const int first = trial->first_way, other = !first;
    if (trial_is_over(trial)) return faster_way(trial);
    return trial->num_samples[other] < trial->num_samples[first] ? other : first;
}

void trial_finish(struct trial *trial, int way, size_t nbytes, double end) {
    trial->num_in_a_row = way == trial->last_way ? trial->num_in_a_row + 1 : 1;
    trial->last_way = way;
    const double begin = trial->last_end;
    trial->last_end = end;
    if (trial->num_in_a_row <= BANDS_IGNORED || begin <= 0) return;
    trial_add(trial, way, nbytes, end - begin);
}

void trial_pause(struct trial *trial) {
    trial->num_in_a_row = 0;
    trial->last_end = 0;
}
