/* SPDX-License-Identifier: MIT */
#include "scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file_scenario.h"

#define LEAST_NBYTES ((size_t)64 << 10) /* so that there are several bands */

/* ---- The functions ---- */

static const char *const plain[] = {"a + b",     "a * b",     "a - b",     "b - a",
                                    "a * a + b", "b * b - a", "a + b * b", "a * b + a"};
static const char *const mathematics[] = {"exp(a) * b"};
static const char *const checked[] = {"a + b", "0 * out[i - i] + a * b"};
static const char *const wrong[] = {"a + b", "a +* b"};

#define PLAIN(real, name)                                                                          \
    static real name(size_t p, real a, real b, const oracle_cell *cell) {                          \
        const real values[] = {a + b,     a * b,     a - b,     b - a,                             \
                               a * a + b, b * b - a, a + b * b, a * b + a};                        \
        (void)cell;                                                                                \
        return values[p];                                                                          \
    }
PLAIN(double, plain_float64)
PLAIN(float, plain_float32)

static double mathematics_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return exp(a) * b;
}

static const oracle_function one = {1, plain_float64, plain_float32},
                             two = {2, plain_float64, plain_float32},
                             eight = {8, plain_float64, plain_float32},
                             mathematical = {1, mathematics_float64, NULL};

/* ---- The sinks ---- */

outerfill_fill_options scenario_options(const struct scenario *scenario) {
    return (outerfill_fill_options){
        .struct_nbytes = sizeof(outerfill_fill_options),
        .memory_nbytes = scenario->memory_nbytes ? scenario->memory_nbytes : LEAST_NBYTES,
        .transfer = scenario->transfer,
        .verify_cells = scenario->verify_cells};
}

static outerfill_status fill_array(const struct scenario *scenario,
                                   const struct scenario_call *call, outerfill_error *error) {
    const outerfill_fill_options options = scenario_options(scenario);
    return outerfill_fill(call->function, call->a, SCENARIO_N, call->b, SCENARIO_M, call->ab,
                          &options, error);
}

static int stop_early(size_t rows_done, size_t num_rows, void *data) {
    (void)num_rows, (void)data;
    return rows_done > 0;
}

static outerfill_status fill_and_cancel(const struct scenario *scenario,
                                        const struct scenario_call *call, outerfill_error *error) {
    outerfill_fill_options options = scenario_options(scenario);
    options.progress = stop_early;
    return outerfill_fill(call->function, call->a, SCENARIO_N, call->b, SCENARIO_M, call->ab,
                          &options, error);
}

static outerfill_status list_and_fill(const struct scenario *scenario,
                                      const struct scenario_call *call, outerfill_error *error) {
    const outerfill_device **devices;
    size_t num_devices;
    const outerfill_status status = outerfill_devices_create(&devices, &num_devices, error);
    if (status) return status;
    if (!num_devices || devices[0]->unusable[0]) printf("wrong list of devices\n");
    outerfill_free(devices);
    return fill_array(scenario, call, error);
}

/* Puts a band's rows where they belong in the whole array. */
static int put_band(const outerfill_band *band, void *data) {
    const struct scenario_call *call = data;
    const size_t itemsize = outerfill_dtype_itemsize(outerfill_function_dtype(call->function));
    const size_t nbytes = (band->column_end - band->column_begin) * itemsize;
    for (size_t p = 0; p < band->num_planes; p++)
        for (size_t i = band->row_begin; i < band->row_end; i++)
            memcpy((char *)call->ab +
                       ((p * SCENARIO_N + i) * SCENARIO_M + band->column_begin) * itemsize,
                   (const char *)band->data + p * band->plane_stride_nbytes +
                       (i - band->row_begin) * band->row_stride_nbytes,
                   nbytes);
    return 0;
}

static outerfill_status fill_consumer(const struct scenario *scenario,
                                      const struct scenario_call *call, outerfill_error *error) {
    const outerfill_fill_options options = scenario_options(scenario);
    struct scenario_call mine = *call;
    return outerfill_fill_consumer(call->function, call->a, SCENARIO_N, call->b, SCENARIO_M,
                                   put_band, &mine, OUTERFILL_ORDER_ROWS, &options, error);
}

/* ---- The scenarios ---- */

#define MAPPED         .transfer = OUTERFILL_TRANSFER_MAPPED
#define STAGED         .transfer = OUTERFILL_TRANSFER_STAGED
#define PLANES(number) .expressions = plain, .right = &number

static const struct scenario scenarios[] = {
    {.name = "mapped", PLANES(two), MAPPED, .fill = fill_array},
    {.name = "staged", PLANES(two), STAGED, .fill = fill_array},
    {.name = "one_plane", PLANES(one), .fill = fill_array},
    {.name = "eight_planes", PLANES(eight), .fill = fill_array},
    {.name = "eight_planes_staged",
     PLANES(eight),
     STAGED,
     .memory_nbytes = 8 * LEAST_NBYTES,
     .fill = fill_array},
    {.name = "float32", PLANES(two), .dtype = OUTERFILL_FLOAT32, .fill = fill_array},
    {.name = "mathematics",
     .expressions = mathematics,
     .right = &mathematical,
     .max_ulp = 5,
     .fill = fill_array},
    {.name = "checked", .expressions = checked, .right = &two, STAGED, .fill = fill_array},
    {.name = "two_devices", PLANES(two), MAPPED, .has_two_devices = 1, .fill = fill_array},
    {.name = "two_devices_staged", PLANES(two), STAGED, .has_two_devices = 1, .fill = fill_array},
    {.name = "verify", PLANES(two), .verify_cells = 5, .fill = fill_array},
    {.name = "consumer", PLANES(two), .fill = fill_consumer},
    {.name = "consumer_staged", PLANES(two), STAGED, .fill = fill_consumer},
    {.name = "file", PLANES(two), .fill = file_scenario_fill},
    {.name = "resume", PLANES(two), .fill = file_scenario_fill_twice},
    {.name = "replace",
     PLANES(two),
     .is_of_host = 1,
     .has_earlier_file = 1,
     .fill = file_scenario_replace},
    {.name = "shards", PLANES(two), .is_of_host = 1, .fill = file_scenario_fill_shards},
    {.name = "verify_file",
     PLANES(two),
     .is_of_host = 1,
     .verify_cells = 5,
     .fill = file_scenario_fill},
    {.name = "status", PLANES(two), .is_of_host = 1, .fill = file_scenario_status},
    {.name = "load", PLANES(two), .is_of_host = 1, .fill = file_scenario_load},
    {.name = "devices", PLANES(one), .is_of_host = 1, .fill = list_and_fill},
    {.name = "cancel", PLANES(two), .fill = fill_and_cancel, .outcome = OUTERFILL_CANCELLED},
    {.name = "build_error",
     .expressions = wrong,
     .right = &two,
     .fill = fill_array,
     .outcome = OUTERFILL_BUILD_FAILED},
};

const struct scenario *scenario_find(const char *name) {
    for (size_t k = 0; k < NUM_ELEMENTS(scenarios); k++)
        if (strcmp(name, scenarios[k].name) == 0) return &scenarios[k];
    return NULL;
}

void scenario_list(int with_those_of_host) {
    for (size_t k = 0; k < NUM_ELEMENTS(scenarios); k++)
        if (with_those_of_host || !scenarios[k].is_of_host) printf("%s\n", scenarios[k].name);
}
