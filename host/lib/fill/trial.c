/* SPDX-License-Identifier: MIT
 *
 * Chooses between two ways by measurement, not by a vendor's name. For bands that overlap, the
 * time from one finished band to the next counts, while other bands are in flight. So the first
 * bands after each change of way are ignored.
 *
 * A trial keeps numbers only. It does not know what the two ways are. */
#include "fill/trial.h"

#define ENOUGH_WHERE_CLEAR 2u /* samples of each way */
/* Bands of a new way that are ignored, because bands of the old way were in flight when they
 * began. */
#define BANDS_IGNORED 2u

/* Returns the median of a way's samples, or 0 without samples. A median ignores a band that the
 * system held up. */
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

/* Returns whether the slowest sample of one way took less time than the fastest sample of the
 * other way. */
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
    /* After a pause last_end is 0, and there is no time to measure from. */
    if (trial->num_in_a_row <= BANDS_IGNORED || begin <= 0) return;
    trial_add(trial, way, nbytes, end - begin);
}

void trial_pause(struct trial *trial) {
    trial->num_in_a_row = 0;
    trial->last_end = 0;
}
