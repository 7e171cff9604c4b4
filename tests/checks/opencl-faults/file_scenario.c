/* SPDX-License-Identifier: MIT */
#include "file_scenario.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "file_fill.h"
#include "npy_image.h"

static void wrong(const char *what) {
    printf("wrong %s\n", what);
}

static FILE *open_file(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (!file) wrong("that there is a file that cannot be opened");
    return file;
}

static void write_file(const char *path, const void *bytes, size_t nbytes) {
    FILE *file = open_file(path, "wb");
    const int is_written = file && fwrite(bytes, 1, nbytes, file) == nbytes;
    if (!file || fclose(file) != 0 || !is_written) wrong("that a file cannot be written");
}

/* ---- Whole files ---- */

/* Fetches the file's values; a file of another length is like one with wrong values. */
static void read_values(const struct scenario *scenario, const struct scenario_call *call) {
    const size_t nbytes =
        oracle_nbytes(scenario->dtype, scenario->right->num_planes * SCENARIO_N * SCENARIO_M);
    FILE *file = fopen(call->path, "rb");
    if (!file) return;
    const int is_read = fseek(file, FILE_FILL_DATA_OFFSET, SEEK_SET) == 0 &&
                        fread(call->ab, 1, nbytes, file) == nbytes;
    if (!is_read || fgetc(file) != EOF) memset(call->ab, 0, nbytes);
    fclose(file);
}

/* With options, until so many rows are done. */
static outerfill_status fill_file(const struct scenario *scenario, const struct scenario_call *call,
                                  outerfill_file_options options, size_t num_rows,
                                  outerfill_error *error) {
    struct file_watch watch = file_watch_until(num_rows);
    const file_fill fill = {.function = call->function,
                            .a = call->a,
                            .n = SCENARIO_N,
                            .b = call->b,
                            .m = SCENARIO_M,
                            .path = call->path,
                            .file = options,
                            .options = scenario_options(scenario),
                            .watch = &watch};
    const outerfill_status status = file_fill_run(&fill, error);
    if (status == OUTERFILL_OK) read_values(scenario, call);
    return status;
}

static const outerfill_file_options resuming = {.unfinished = OUTERFILL_UNFINISHED_RESUME,
                                                .note = "a note"};

outerfill_status file_scenario_fill(const struct scenario *scenario,
                                    const struct scenario_call *call, outerfill_error *error) {
    return fill_file(scenario, call, resuming, SIZE_MAX, error);
}

outerfill_status file_scenario_fill_twice(const struct scenario *scenario,
                                          const struct scenario_call *call,
                                          outerfill_error *error) {
    const outerfill_status status = fill_file(scenario, call, resuming, SCENARIO_N / 2, error);
    return status == OUTERFILL_CANCELLED ? file_scenario_fill(scenario, call, error) : status;
}

outerfill_status file_scenario_replace(const struct scenario *scenario,
                                       const struct scenario_call *call, outerfill_error *error) {
    const outerfill_file_options options = {.unfinished = OUTERFILL_UNFINISHED_RESUME,
                                            .existing = OUTERFILL_EXISTING_REPLACE};
    return fill_file(scenario, call, options, SIZE_MAX, error);
}

outerfill_status file_scenario_fill_shards(const struct scenario *scenario,
                                           const struct scenario_call *call,
                                           outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    /* where the second had failed after it was done, the first completes the file */
    for (size_t k = 1; !status && k <= 2 && access(call->path, F_OK) != 0; k++)
        status = fill_file(scenario, call, (outerfill_file_options){.shard = k, .num_shards = 2},
                           SIZE_MAX, error);
    return status;
}

/* ---- What is read ---- */

static outerfill_status look_at(const char *path, outerfill_error *error) {
    outerfill_file_status *run;
    const outerfill_status status = outerfill_file_status_create(path, &run, error);
    if (status) return status;
    const int is_right = run->state == OUTERFILL_FILE_STOPPED && run->n == SCENARIO_N &&
                         run->m == SCENARIO_M && run->num_planes == 2 && run->num_writers == 1 &&
                         run->cells_done && strcmp(run->note, "a note") == 0;
    size_t num_missing = 0;
    for (size_t k = 0; k < run->num_missing; k++)
        num_missing += run->missing[k].end - run->missing[k].begin;
    if (!is_right || num_missing + run->cells_done != SCENARIO_N * SCENARIO_M)
        wrong("answer of outerfill_file_status_create");
    outerfill_free(run);
    return OUTERFILL_OK;
}

outerfill_status file_scenario_status(const struct scenario *scenario,
                                      const struct scenario_call *call, outerfill_error *error) {
    outerfill_status status = fill_file(scenario, call, resuming, SCENARIO_N / 2, error);
    if (status != OUTERFILL_CANCELLED) return status;
    status = look_at(call->path, error);
    return status ? status : file_scenario_fill(scenario, call, error);
}

static const char *name_of_a(const char *path) {
    static char name[520];
    snprintf(name, sizeof name, "%s.a", path);
    return name;
}

static void write_a(const struct scenario_call *call) {
    static npy_image image;
    char header[128];
    snprintf(header, sizeof header, "{'descr': '>f8', 'fortran_order': False, 'shape': (%d,), }",
             SCENARIO_N);
    npy_image_begin(&image, 1, header);
    npy_image_append(&image, call->a, sizeof(double), SCENARIO_N, 1);
    write_file(name_of_a(call->path), image.bytes, image.nbytes);
}

outerfill_status file_scenario_load(const struct scenario *scenario,
                                    const struct scenario_call *call, outerfill_error *error) {
    void *values;
    size_t n;
    write_a(call);
    outerfill_status status =
        outerfill_npy_load(name_of_a(call->path), OUTERFILL_FLOAT64, &values, &n, error);
    if (status) return status;
    const outerfill_fill_options options = scenario_options(scenario);
    status =
        outerfill_fill(call->function, values, n, call->b, SCENARIO_M, call->ab, &options, error);
    outerfill_free(values);
    return status;
}

/* ---- What is beside ---- */

static const char earlier[] = "what was there before, and may not be lost";

void file_scenario_write_earlier(const char *path) {
    write_file(path, earlier, sizeof earlier);
}

int file_scenario_is_earlier(const char *path) {
    char there[sizeof earlier + 1];
    FILE *file = open_file(path, "rb");
    const size_t nbytes = file ? fread(there, 1, sizeof there, file) : 0;
    if (file) fclose(file);
    return nbytes == sizeof earlier && memcmp(there, earlier, sizeof earlier) == 0;
}

static const char *const journals[] = {".journal", ".journal-1-of-2", ".journal-2-of-2"};

static const char *beside(const char *path, const char *ending) {
    static char name[540];
    snprintf(name, sizeof name, "%s%s", path, ending);
    return name;
}

int file_scenario_has_journal(const char *path) {
    for (size_t k = 0; k < NUM_ELEMENTS(journals); k++)
        if (access(beside(path, journals[k]), F_OK) == 0) return 1;
    return 0;
}

void file_scenario_remove(const char *path) {
    unlink(path);
    unlink(file_fill_part(path));
    unlink(name_of_a(path));
    for (size_t k = 0; k < NUM_ELEMENTS(journals); k++) unlink(beside(path, journals[k]));
}
