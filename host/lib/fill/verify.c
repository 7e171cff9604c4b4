/* SPDX-License-Identifier: MIT
 *
 * Computes cells a second time and compares them bit by bit with what was stored. The host
 * computes the default functions, and a launch for each cell computes other functions. Errors of
 * bands, vectors and copies show at the ends of bands, so these cells are compared, and random
 * cells besides.
 *
 * This module owns the list of cells and their second values. It does not know how the array is
 * stored: a reader gives the bytes. */
#include "fill/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/dtype.h"
#include "device/function.h"
#include "fill/default_loop.h"
#include "fill/fill.h"

/* The most ranges whose ends are compared. Of a larger number, an even selection is compared. */
#define MAX_SEAMS ((size_t)4096)

/* The bytes of values before they are computed. */
#define UNWRITTEN 0x96

/* A verification is a sink of its own. The planes of cell k are at
 * values + k * num_planes * itemsize, one element after the other. */
struct verify {
    struct sink sink;
    const struct fill_request *request;
    size_t itemsize;
    size_t *cells;
    bool *is_again; /* for each cell: it was computed again */
    size_t num_cells;
    char *values;
    const struct stored *stored; /* what the values are compared with */
};

/* ---- Which cells ---- */

/* Splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Adds a cell to the list, if the fill was to compute it. */
static void add(struct verify *verify, size_t cell) {
    const struct band wanted = verify->request->wanted;
    if (cell >= wanted.begin && cell < wanted.end) verify->cells[verify->num_cells++] = cell;
}

static void add_seams(struct verify *verify, const struct ranges *seams) {
    const size_t step = seams->num_items / MAX_SEAMS + 1;
    for (size_t k = 0; k < seams->num_items; k += step) {
        add(verify, seams->items[k].begin);
        add(verify, seams->items[k].end - 1);
    }
}

static void add_corners(struct verify *verify) {
    const struct band wanted = verify->request->wanted;
    const size_t m = verify->request->m;
    add(verify, wanted.begin);
    add(verify, wanted.begin + m - 1);
    add(verify, wanted.end - m);
    add(verify, wanted.end - 1);
}

static void add_random(struct verify *verify, size_t number) {
    const struct band wanted = verify->request->wanted;
    uint64_t state;
    /* If the system gives no random bytes, any seed serves. */
    if (getrandom(&state, sizeof state, 0) != sizeof state) state = wanted.end;
    for (size_t k = 0; k < number; k++)
        add(verify, wanted.begin + next_random(&state) % band_num_cells(wanted));
}

static int compare(const void *x, const void *y) {
    const size_t *first = x, *second = y;
    return (*first > *second) - (*first < *second);
}

/* Sorts the cells and removes duplicates. take finds a cell by binary search, and the ranges of
 * a fill must be disjoint. */
static void sort_out(struct verify *verify) {
    size_t number = 0;
    qsort(verify->cells, verify->num_cells, sizeof *verify->cells, compare);
    for (size_t k = 0; k < verify->num_cells; k++)
        if (!number || verify->cells[number - 1] != verify->cells[k])
            verify->cells[number++] = verify->cells[k];
    verify->num_cells = number;
}

static bool choose_cells(struct verify *verify, const struct ranges *seams) {
    const size_t wish = verify->request->options.verify_cells,
                 most = band_num_cells(verify->request->wanted);
    const size_t number = wish < most ? wish : most,
                 cell_nbytes = verify->request->function->num_planes * verify->itemsize;
    verify->cells = calloc(number + 2 * MAX_SEAMS + 4, sizeof *verify->cells);
    verify->values = calloc(number + 2 * MAX_SEAMS + 4, cell_nbytes);
    verify->is_again = calloc(number + 2 * MAX_SEAMS + 4, sizeof *verify->is_again);
    if (!verify->cells || !verify->values || !verify->is_again) return false;
    /* A cell that no kernel writes must not equal what was in memory before. */
    memset(verify->values, UNWRITTEN, (number + 2 * MAX_SEAMS + 4) * cell_nbytes);
    add_seams(verify, seams);
    add_corners(verify);
    add_random(verify, number);
    sort_out(verify);
    return true;
}

/* ---- Their values ---- */

static char *values_of(const struct verify *verify, size_t k) {
    return verify->values + k * verify->request->function->num_planes * verify->itemsize;
}

static bool has_destination(const struct sink *sink) {
    (void)sink;
    return true;
}

/* Each cell is a band of its own, with a destination in values. */
static struct destination take(struct sink *sink, struct band band,
                               const struct context_device *device) {
    (void)device;
    const struct verify *verify = (const struct verify *)sink;
    const size_t *cell =
        bsearch(&band.begin, verify->cells, verify->num_cells, sizeof *verify->cells, compare);
    return (struct destination){.planes = values_of(verify, (size_t)(cell - verify->cells)),
                                .plane_stride = verify->itemsize};
}

static void leave(struct sink *sink, struct band band) {
    (void)sink, (void)band;
}

static const struct sink_kind kind = {
    .has_destination = has_destination, .take = take, .release = leave, .finish = leave};

/* Computes the cells of which devices[k] is `device`, by devices that are like this one. */
static outerfill_status compute_by_device(struct verify *verify, const size_t *devices,
                                          size_t device, struct band *ranges,
                                          outerfill_error *error) {
    struct fill_request request = *verify->request;
    size_t number = 0;
    for (size_t k = 0; k < verify->num_cells; k++)
        if (devices[k] == device)
            ranges[number++] = (struct band){verify->cells[k], verify->cells[k] + 1};
    if (!number) return OUTERFILL_OK;
    request.ranges = ranges;
    request.num_ranges = number;
    request.computed = NULL;
    request.like_device = device == COMPUTED_ELSEWHERE ? ANY_DEVICE : device;
    /* The caller has heard of the end of the fill already, and of devices that failed. */
    request.options.progress = NULL;
    request.options.device_dropped = NULL;
    request.options.profiles = NULL;
    outerfill_error why;
    const outerfill_status status = fill_run(&request, &verify->sink, &why);
    for (size_t k = 0; k < verify->num_cells; k++)
        verify->is_again[k] |= devices[k] == device && !status;
    /* A device that OpenCL reports as failed is gone. It has computed nothing else than before. */
    if (status == OUTERFILL_DEVICE_FAILED && why.opencl_code) return OUTERFILL_OK;
    if (status && error) *error = why;
    return status;
}

static outerfill_status compute_by_devices(struct verify *verify, size_t *devices,
                                           struct band *ranges, outerfill_error *error) {
    const struct fill_request *request = verify->request;
    outerfill_status status = OUTERFILL_OK;
    verify->sink = (struct sink){.kind = &kind, .max_cells = 1};
    computed_join(request->computed);
    for (size_t k = 0; k < verify->num_cells; k++)
        devices[k] = request->function->is_exact
                         ? COMPUTED_ELSEWHERE
                         : computed_device(request->computed, verify->cells[k]);
    for (size_t k = 0; !status && k < request->function->context->num_devices; k++)
        status = compute_by_device(verify, devices, k, ranges, error);
    return status || !request->function->is_exact
               ? status
               : compute_by_device(verify, devices, COMPUTED_ELSEWHERE, ranges, error);
}

static outerfill_status compute_by_launches(struct verify *verify, outerfill_error *error) {
    struct band *ranges = calloc(verify->num_cells, sizeof *ranges);
    size_t *devices = calloc(verify->num_cells, sizeof *devices);
    const outerfill_status status =
        ranges && devices ? compute_by_devices(verify, devices, ranges, error)
                          : error_no_memory(error, "%zu cells to be verified", verify->num_cells);
    free(ranges);
    free(devices);
    return status;
}

static void compute_by_host(struct verify *verify) {
    const struct fill_request *request = verify->request;
    for (size_t k = 0; k < verify->num_cells; k++) {
        const size_t i = verify->cells[k] / request->m, j = verify->cells[k] % request->m;
        default_loop(request->function->dtype, (const char *)request->a + i * verify->itemsize, 1,
                     (const char *)request->b + j * verify->itemsize, 1, values_of(verify, k));
        verify->is_again[k] = true;
    }
}

/* ---- Comparing ---- */

static outerfill_status mismatch(const struct verify *verify, size_t p, size_t cell,
                                 const char *stored, const char *again, outerfill_error *error) {
    char stored_hex[DTYPE_HEX_NBYTES], again_hex[DTYPE_HEX_NBYTES];
    const outerfill_dtype dtype = verify->request->function->dtype;
    dtype_format_hex(dtype, stored, stored_hex, sizeof stored_hex);
    dtype_format_hex(dtype, again, again_hex, sizeof again_hex);
    return error_set(
        error, OUTERFILL_MISMATCH,
        "the cell p = %zu, i = %zu, j = %zu holds %s (%.17g), and computed again it is %s (%.17g)",
        p, cell / verify->request->m, cell % verify->request->m, stored_hex,
        dtype_load(dtype, stored), again_hex, dtype_load(dtype, again));
}

/* Compares every bit, but any NaN equals any other NaN. */
static bool is_same(const struct verify *verify, const char *stored, const char *again) {
    const double x = dtype_load(verify->request->function->dtype, stored),
                 y = dtype_load(verify->request->function->dtype, again);
    return memcmp(stored, again, verify->itemsize) == 0 || (x != x && y != y);
}

static outerfill_status compare_cell(const struct verify *verify, size_t k,
                                     outerfill_error *error) {
    for (size_t p = 0; p < verify->request->function->num_planes; p++) {
        const char *stored, *again = values_of(verify, k) + p * verify->itemsize;
        const size_t offset =
            (p * verify->request->n * verify->request->m + verify->cells[k]) * verify->itemsize;
        const outerfill_status status =
            verify->stored->read(verify->stored, offset, verify->itemsize, &stored, error);
        if (status) return status;
        if (!is_same(verify, stored, again))
            return mismatch(verify, p, verify->cells[k], stored, again, error);
    }
    return OUTERFILL_OK;
}

static void report(const struct verify *verify) {
    const outerfill_fill_options *options = &verify->request->options;
    size_t num_again = 0;
    for (size_t k = 0; k < verify->num_cells; k++) num_again += verify->is_again[k];
    if (options->num_verified) *options->num_verified = num_again;
    if (options->num_left_out) *options->num_left_out = verify->num_cells - num_again;
}

outerfill_status verify_stored(const struct stored *stored, const struct fill_request *request,
                               const struct ranges *seams, outerfill_error *error) {
    struct verify verify = {.stored = stored,
                            .request = request,
                            .itemsize = outerfill_dtype_itemsize(request->function->dtype)};
    outerfill_status status = OUTERFILL_OK;
    if (band_num_cells(request->wanted) == 0) return OUTERFILL_OK;
    if (!choose_cells(&verify, seams))
        status = error_no_memory(error, "cells to be verified");
    else if (request->function->is_default)
        compute_by_host(&verify);
    else
        status = compute_by_launches(&verify, error);
    for (size_t k = 0; !status && k < verify.num_cells; k++)
        if (verify.is_again[k]) status = compare_cell(&verify, k, error);
    if (!status) report(&verify);
    free(verify.cells);
    free(verify.is_again);
    /* A stuck device may still write into values. */
    if (!verify.sink.is_lost) free(verify.values);
    return status;
}

/* ---- Arrays ---- */

struct stored_array {
    struct stored stored;
    const char *ab;
};

static outerfill_status read_array(const struct stored *stored, size_t offset, size_t nbytes,
                                   const char **value, outerfill_error *error) {
    (void)nbytes, (void)error;
    *value = ((const struct stored_array *)stored)->ab + offset;
    return OUTERFILL_OK;
}

outerfill_status verify_array(const void *ab, const struct fill_request *request,
                              const struct ranges *seams, outerfill_error *error) {
    const struct stored_array array = {{read_array}, ab};
    return verify_stored(&array.stored, request, seams, error);
}
