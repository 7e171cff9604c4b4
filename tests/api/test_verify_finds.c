/* SPDX-License-Identifier: MIT
 *
 * Guards that a wrong cell is found: at every corner and on both sides of every seam between bands, in every plane, in arrays and
 * files; with its place and both values in the sentence. A file with one is not published, neither at once nor when the fill is
 * gone on with, which gives the right file. The wrong values are made here, in the progress callback when all is done, and by a
 * hook that sees the library write one run of a band at a time, and so knows where the seams are.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"
#include "writes.h"

enum { N = 23, M = 1301, P = 2, NUM_CELLS = N * M };

static outerfill_context *context;
static double a[N], b[M], ab[P * NUM_CELLS];

static const char *const expressions[P] = {"a * b + (real)(i - j)", "a - b + 2000"};

static double own_value(size_t p, size_t i, size_t j) {
    return p == 0 ? a[i] * b[j] + (double)((int)i - (int)j) : a[i] - b[j] + 2000;
}

static double default_value(size_t p, size_t i, size_t j) {
    return p == 0 ? a[i] + b[j] : a[i] * b[j];
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The sentence names the cell, what it holds and what it is. */
static void check_sentence(const outerfill_error *error, size_t at, double right,
                           uint64_t flipped) {
    char place[100], stored[40], again[40];
    snprintf(place, sizeof place, "p = %zu, i = %zu, j = %zu", at / NUM_CELLS, at % NUM_CELLS / M,
             at % M);
    snprintf(stored, sizeof stored, "0x%016" PRIx64, bits_of(right) ^ flipped);
    snprintf(again, sizeof again, "0x%016" PRIx64, bits_of(right));
    check_contains(error->message, place);
    check_contains(error->message, stored);
    check_contains(error->message, again);
}

/* Corners of rows [begin, end) in every plane: where they are in ab. */
static size_t corner(size_t k, size_t begin, size_t end) {
    const size_t i = k / 2 % 2 ? end - 1 : begin, j = k % 2 ? M - 1 : 0;
    return k / 4 * NUM_CELLS + i * M + j;
}

/* ---- Arrays ------------------------------------------------------------------------------------------------------------------------ */

static size_t wrong; /* which value is changed when all is done */
static uint64_t flipped;

static int change_array(size_t rows_done, size_t num_rows, void *user_data) {
    uint64_t bits = bits_of(ab[wrong]);
    (void)user_data;
    if (rows_done < num_rows) return 0;
    bits ^= flipped;
    memcpy(&ab[wrong], &bits, sizeof bits);
    return 0;
}

static void check_array(const outerfill_function *function, double (*value)(size_t, size_t, size_t),
                        size_t begin, size_t end) {
    for (size_t k = 0; k < 4 * P; k++) {
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .memory_nbytes = 64 << 10,
                                          .row_begin = begin,
                                          .row_end = end,
                                          .progress = change_array,
                                          .verify_cells = 1};
        outerfill_error error;
        options.transfer = k % 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED;
        wrong = corner(k, begin, end);
        flipped = UINT64_C(1) << (k * 7);
        check_status(outerfill_fill(function, a, N, b, M, ab, &options, &error), OUTERFILL_MISMATCH,
                     &error);
        check_sentence(&error, wrong, value(wrong / NUM_CELLS, wrong % NUM_CELLS / M, wrong % M),
                       flipped);
        flipped = 0; /* and without the change all is well */
        check_ok(outerfill_fill(function, a, N, b, M, ab, &options, &error), &error);
    }
}

static void test_arrays(void **state) {
    outerfill_function *own = check_function(context, OUTERFILL_FLOAT64, P, expressions);
    outerfill_function *plain = check_function(context, OUTERFILL_FLOAT64, 0, NULL);

    (void)state;
    check_array(own, own_value, 0, N);
    check_array(own, own_value, 5, 6);
    check_array(plain, default_value, 0, N);
    check_array(plain, default_value, 3, 17);
    outerfill_function_destroy(own);
    outerfill_function_destroy(plain);
}

/* Cells in the middle are found by chance: here two times of three. */
static void test_cells_at_random(void **state) {
    enum { n = 5, m = 8 };
    outerfill_function *plain = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    size_t num_found = 0;

    (void)state;
    flipped = 1;
    wrong = 2 * m + 3;
    for (int k = 0; k < 40; k++) {
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .progress = change_array,
                                                .verify_cells = (size_t)n * m};
        num_found += outerfill_fill(plain, a, n, b, m, ab, &options, NULL) == OUTERFILL_MISMATCH;
    }
    assert_true(num_found > 0);
    outerfill_function_destroy(plain);
}

/* ---- Files ------------------------------------------------------------------------------------------------------------------------- */

static outerfill_function *function;
static file_copy right;

static file_fill problem(void) {
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = N,
                       .m = M,
                       .path = scratch_path("wrong.npy"),
                       .options = {.memory_nbytes = 64 << 10, .verify_cells = 3}};
}

/* The value of the file is changed in place, where it lies. */
static int change_file(size_t rows_done, size_t num_rows, void *user_data) {
    const off_t at = (off_t)(FILE_FILL_DATA_OFFSET + wrong * sizeof(double));
    uint64_t bits = 0;
    if (rows_done < num_rows) return 0;
    const int fd = open(file_fill_part(user_data), O_RDWR);
    const int is_read = pread(fd, &bits, sizeof bits, at) == (ssize_t)sizeof bits;
    bits ^= flipped;
    const int is_written = is_read && pwrite(fd, &bits, sizeof bits, at) == (ssize_t)sizeof bits;
    close(fd);
    return !is_written;
}

/* Nothing of it has its name, and what goes on with it does it right. */
static void check_not_published(const outerfill_error *error) {
    file_fill fill = problem();
    outerfill_error later;
    check_sentence(error, wrong, own_value(wrong / NUM_CELLS, wrong % NUM_CELLS / M, wrong % M),
                   flipped);
    assert_false(scratch_exists(fill.path));
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &later), &later);
    file_fill_check_done(fill.path, &right, "after a mismatch");
}

static void test_corners_of_files(void **state) {
    (void)state;
    for (size_t k = 0; k < 4 * P; k++) {
        file_fill fill = problem();
        outerfill_error error;
        wrong = corner(k, 0, N);
        flipped = UINT64_C(1) << (k * 9);
        fill.options.progress = change_file;
        fill.options.progress_data = (void *)(uintptr_t)fill.path;
        check_status(file_fill_run(&fill, &error), OUTERFILL_MISMATCH, &error);
        check_not_published(&error);
    }
}

/* Changes the first or the last value of the k-th run that is written. */
typedef struct writer {
    size_t num_runs, wrong_run;
    int at_end;
} writer;

static void write_wrong(unsigned char *bytes, size_t nbytes, size_t offset, void *user_data) {
    writer *mine = user_data;
    const size_t at = mine->at_end ? nbytes - sizeof(double) : 0;
    if (mine->num_runs++ != mine->wrong_run) return;
    bytes[at] ^= 1;
    wrong = (offset + at - FILE_FILL_DATA_OFFSET) / sizeof(double);
}

static void test_seams_of_files(void **state) {
    writer counting = {.wrong_run = SIZE_MAX};
    file_fill fill = problem();
    outerfill_error error;

    (void)state;
    flipped = 1;
    writes_set_hook(write_wrong, &counting, 0);
    check_ok(file_fill_run(&fill, &error), &error);
    file_fill_check_done(fill.path, &right, "nothing wrong");
    assert_true(counting.num_runs > 20 * P);
    for (size_t run = 0; run < counting.num_runs; run += run < 10 ? 1 : 7) {
        writer changing = {.wrong_run = run, .at_end = (int)(run / 2 % 2)};
        writes_set_hook(write_wrong, &changing, 0);
        check_status(file_fill_run(&fill, &error), OUTERFILL_MISMATCH, &error);
        check_not_published(&error);
    }
    writes_set_hook(NULL, NULL, 0);
}

/* The device itself was wrong: the last value of each run changes in its block, and the journal has the checksum of that. */
static void compute_wrong(unsigned char *bytes, size_t nbytes, size_t offset, void *user_data) {
    (void)offset, (void)user_data;
    bytes[nbytes - sizeof(double)] ^= 1;
}

/* Whoever goes on with it believes what agrees with the journal, and need not verify it: so nothing is left of it. */
static void test_wrong_values_are_not_resumed(void **state) {
    (void)state;
    for (size_t num_shards = 0; num_shards < 2; num_shards++) {
        file_fill fill = problem();
        outerfill_error error;
        fill.file.num_shards = fill.file.shard = num_shards;
        writes_set_hook(compute_wrong, NULL, 1);
        check_status(file_fill_run(&fill, &error), OUTERFILL_MISMATCH, &error);
        writes_set_hook(NULL, NULL, 0);
        fill.options.verify_cells = 0;
        check_ok(num_shards ? file_fill_run(&fill, &error)
                            : file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error),
                 &error);
        file_fill_check_done(fill.path, &right, "done again after wrong values");
    }
}

/* A shard's part of the file is wrong: the others' is kept, and the file comes when that is done again. */
static void test_wrong_shard(void **state) {
    file_fill fill = problem();
    outerfill_error error;

    (void)state;
    fill.file.num_shards = 2;
    fill.file.shard = 1;
    check_ok(file_fill_run(&fill, &error), &error);
    fill.file.shard = 2;
    wrong = corner(3, 0, N);
    flipped = 1;
    fill.options.progress = change_file;
    fill.options.progress_data = (void *)(uintptr_t)fill.path;
    check_status(file_fill_run(&fill, &error), OUTERFILL_MISMATCH, &error);
    check_sentence(&error, wrong, own_value(0, N - 1, M - 1), flipped);
    assert_true(!scratch_exists(fill.path) && scratch_exists(file_fill_part(fill.path)));
    fill.options.progress = NULL;
    check_ok(file_fill_run(&fill, &error), &error);
    file_fill_check_done(fill.path, &right, "a wrong shard done again");
}

static int open_all(void **state) {
    file_fill fill;
    outerfill_error error;

    (void)state;
    scratch_create();
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, P, expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 281);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 282);
    fill = problem();
    check_ok(file_fill_run(&fill, &error), &error);
    right = file_copy_of(fill.path);
    file_fill_check_done(fill.path, &right, "unbroken");
    return 0;
}

static int close_all(void **state) {
    (void)state;
    file_copy_free(&right);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrays),
        cmocka_unit_test(test_cells_at_random),
        cmocka_unit_test(test_corners_of_files),
        cmocka_unit_test(test_seams_of_files),
        cmocka_unit_test(test_wrong_values_are_not_resumed),
        cmocka_unit_test(test_wrong_shard),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}
