/* SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "file_fill.h"
#include "file_scenario.h"

#define MAX_ATTEMPTS 2

static const struct scenario *scenario;
static char path[512];
static double a[SCENARIO_N], b[SCENARIO_M];
static guarded arrays[MAX_ATTEMPTS];
static size_t num_attempts;
static outerfill_context *context;
static outerfill_function *function;
static int is_stuck; /* a device may still write to the last array */

static void wrong(const char *what) {
    printf("wrong %s\n", what);
}

static void set_inputs(void *to_a, void *to_b) {
    if (scenario->max_ulp) {
        oracle_range(scenario->dtype, to_a, SCENARIO_N, -3, 3);
        oracle_range(scenario->dtype, to_b, SCENARIO_M, 1, 2);
    } else {
        oracle_plain(scenario->dtype, to_a, SCENARIO_N, 1);
        oracle_plain(scenario->dtype, to_b, SCENARIO_M, 2);
    }
}

/* ---- What may not be ---- */

static void check_values(const void *ab) {
    const oracle_problem problem = {scenario->dtype, a, SCENARIO_N, b, SCENARIO_M, NULL};
    const size_t num_wrong =
        scenario->max_ulp
            ? oracle_check_ulp(scenario->right, &problem, ab, scenario->max_ulp, scenario->name)
            : oracle_check(scenario->right, &problem, ab, scenario->name);
    if (num_wrong) wrong("value after OUTERFILL_OK");
}

/* The file is there after a success alone, or the one that was to be replaced; what is unfinished is there with its journal, or
 * neither is. */
static void check_files(outerfill_status status) {
    const int has_part = access(file_fill_part(path), F_OK) == 0,
              has_journal = file_scenario_has_journal(path);
    const int has_file = access(path, F_OK) == 0;
    if (scenario->has_earlier_file) {
        if (status != OUTERFILL_OK && !file_scenario_is_earlier(path))
            wrong("byte in the file that was to be replaced");
    } else if (has_file && status != OUTERFILL_OK) {
        wrong("file after a failure");
    }
    if (has_part != has_journal) wrong("PATH.part without PATH.journal, or the other way round");
    if (has_file && has_part && status == OUTERFILL_OK) wrong("PATH.part after OUTERFILL_OK");
}

static void check_error(outerfill_status status, const outerfill_error *error) {
    if (error->status != status) wrong("status in the error");
    if (!error->message[0] != (status == OUTERFILL_OK))
        wrong("sentence: none after a failure, or one after a success");
    if (strchr(error->message, '\n')) wrong("sentence of two lines");
}

static void check_inputs(void) {
    double same_a[SCENARIO_N] = {0}, same_b[SCENARIO_M] = {0};
    set_inputs(same_a, same_b);
    if (memcmp(a, same_a, sizeof a) != 0 || memcmp(b, same_b, sizeof b) != 0)
        wrong("byte in a or b");
}

/* ---- An attempt ---- */

/* As far as it goes; *stage is where it ended. */
static outerfill_status go(void *ab, const char **stage, outerfill_error *error) {
    const outerfill_context_options options = {.struct_nbytes = sizeof options,
                                               .device = scenario->has_two_devices ? "all" : NULL};
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = scenario->dtype,
                                                        .num_planes = scenario->right->num_planes,
                                                        .expressions = scenario->expressions};
    outerfill_status status = OUTERFILL_OK;
    *stage = "context";
    if (!context) status = outerfill_context_create(&options, &context, error);
    if (status) return status;
    *stage = "function";
    if (!function) status = outerfill_function_create(context, &description, &function, error);
    if (status) return status;
    *stage = "fill";
    const struct scenario_call call = {function, a, b, ab, path};
    return scenario->fill(scenario, &call, error);
}

/* Afterwards nobody may write to the array any more, except where the status says so. */
int attempt(void) {
    const char *stage;
    outerfill_error error = {0};
    const guarded *ab = &arrays[num_attempts++];
    const outerfill_status status = go(ab->data, &stage, &error);
    printf("attempt %s %s %d %s\n", stage, outerfill_status_name(status), error.opencl_code,
           error.message);
    check_error(status, &error);
    check_files(status);
    if (status == OUTERFILL_OK) check_values(ab->data);
    is_stuck = status == OUTERFILL_STILL_WRITING;
    if (is_stuck) return 1;
    guarded_reset(ab);
    return status == scenario->outcome;
}

void attempts_begin(const struct scenario *begun, const char *folder) {
    scenario = begun;
    num_attempts = 0;
    snprintf(path, sizeof path, "%s/%s.npy", folder, scenario->name);
    if (scenario->has_two_devices) setenv("POCL_DEVICES", "pthread pthread", 1);
    if (scenario->has_earlier_file) file_scenario_write_earlier(path);
    set_inputs(a, b);
    const size_t nbytes =
        oracle_nbytes(scenario->dtype, scenario->right->num_planes * SCENARIO_N * SCENARIO_M);
    for (size_t k = 0; k < MAX_ATTEMPTS; k++) arrays[k] = guarded_create(nbytes, 0);
}

void attempts_end(void) {
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    function = NULL;
    context = NULL;
    check_inputs();
    for (size_t k = 0; k < MAX_ATTEMPTS; k++) {
        if (guarded_damage(&arrays[k], scenario->name)) wrong("byte around the array");
        if (is_stuck) continue;
        if (!guarded_untouched(&arrays[k])) wrong("byte in the array after the call has returned");
        guarded_destroy(&arrays[k]);
    }
    file_scenario_remove(path);
}
