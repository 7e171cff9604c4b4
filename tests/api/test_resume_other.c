/* SPDX-License-Identifier: MIT
 *
 * Guards what a stopped fill of a file refuses to be gone on with: everything that decides what is in the file, one thing at a
 * time, named in the refusal, with nothing touched, so that the right call completes it still. What does not decide it may
 * differ: how parameters are given, memory, transfer, work-item, the context, the note.
 * */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"

enum { N = 97, M = 211 };

static outerfill_context *context;
static double a[N + 1], b[M + 1], other_a[N], other_b[M], reversed_a[N];
static float a32[N], b32[M];
static const double parameters[] = {3, 0.25}, other_parameters[] = {3, 0.375};

/* A function of two parameters; what is NULL or 0 here is as in the fill that is stopped. */
typedef struct variant {
    const char *expression, *preamble, *body, *parameter_name;
    const double *defaults;
    size_t num_parameters;
    outerfill_dtype dtype;
    int relaxed;
} variant;

static outerfill_function *function_of(outerfill_context *where, variant wish) {
    const char *names[] = {wish.parameter_name ? wish.parameter_name : "s", "t"};
    const char *const expressions[] = {wish.expression ? wish.expression : "a * s + b * t",
                                       "a - b"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = wish.dtype,
        .num_planes = 2,
        .expressions = wish.body ? NULL : expressions,
        .body = wish.body,
        .preamble = wish.preamble,
        .num_parameters = 2,
        .parameter_names = names,
        .parameter_values = wish.defaults ? wish.defaults : parameters,
        .relaxed = wish.relaxed};
    return check_described(where, &description);
}

static outerfill_function *function;
static file_copy right;

static file_fill problem(void) {
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = N,
                       .m = M,
                       .path = scratch_path("other.npy"),
                       .file.note = "a note",
                       .options.memory_nbytes = 64 << 10};
}

/* ---- Refused
 * ------------------------------------------------------------------------------------------------------------------ */

/* Goes on with another fill than the one that is stopped, which must not succeed, nor change anything. */
static void check_refused(file_fill fill, const char *mentions, const char *what) {
    const char *part = file_fill_part(fill.path), *journal = file_fill_journal(fill.path);
    file_copy part_before = file_copy_of(part), journal_before = file_copy_of(journal);
    outerfill_error error;
    const outerfill_status status = file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error);

    if (status != OUTERFILL_INVALID_ARGUMENT) print_error("%s:\n", what);
    check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, mentions);
    assert_true(file_copy_is(&part_before, part) && file_copy_is(&journal_before, journal) &&
                !scratch_exists(fill.path));
    file_copy_free(&part_before);
    file_copy_free(&journal_before);
}

static void check_function_refused(variant wish, const char *mentions, const char *what) {
    file_fill fill = problem();
    outerfill_function *other = function_of(context, wish);
    fill.function = other;
    if (wish.dtype == OUTERFILL_FLOAT32) {
        fill.a = a32;
        fill.b = b32;
    }
    check_refused(fill, mentions, what);
    outerfill_function_destroy(other);
}

static void stop_and_resume(void (*in_between)(void)) {
    const file_fill fill = problem();
    outerfill_error error;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 40);
    in_between();
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    file_fill_check_done(fill.path, &right, "after refusals");
}

static void refuse_inputs(void) {
    file_fill fill = problem();
    fill.a = other_a;
    check_refused(fill, "a is not the same", "the last bit of one value of a");
    fill.a = reversed_a;
    check_refused(fill, "a is not the same", "a reversed");
    fill = problem();
    fill.b = other_b;
    check_refused(fill, "b is not the same", "the last bit of one value of b");
}

static void refuse_shapes(void) {
    file_fill fill = problem();
    fill.n = N + 1;
    check_refused(fill, "the length of a (97 then, 98 now)", "n + 1");
    fill.n = N - 1;
    check_refused(fill, "the length of a (97 then, 96 now)", "n - 1");
    fill = problem();
    fill.m = M + 1;
    check_refused(fill, "the length of b (", "m + 1");
    fill.n = M, fill.m = N, fill.a = b, fill.b = a;
    check_refused(fill, "the length of a (", "(m, n)");
}

static void refuse_functions(void) {
    static const char *const one[] = {"a * b"};
    file_fill fill = problem();
    outerfill_function *one_plane = check_function(context, OUTERFILL_FLOAT64, 1, one);

    check_function_refused((variant){.expression = "a * s + b * t + 1"}, "function",
                           "another text");
    check_function_refused((variant){.preamble = "#define ONE 1\n"}, "function", "a preamble");
    check_function_refused((variant){.body = "out[0] = a * s + b * t; out[1] = a - b;"}, "function",
                           "a body");
    check_function_refused((variant){.relaxed = 1}, "function", "relaxed");
    check_function_refused((variant){.expression = "a * u + b * t", .parameter_name = "u"},
                           "function", "a parameter's name");
    check_function_refused((variant){.dtype = OUTERFILL_FLOAT32}, "dtype", "float32");
    fill.function = one_plane;
    check_refused(fill, "the number of planes (2 then, 1 now)", "one plane");
    outerfill_function_destroy(one_plane);
}

static void refuse_parameters(void) {
    file_fill fill = problem();
    check_function_refused((variant){.defaults = other_parameters}, "parameter", "another default");
    fill.options.parameters = other_parameters;
    check_refused(fill, "parameter", "another parameter by options");
}

static void test_inputs(void **state) {
    (void)state;
    stop_and_resume(refuse_inputs);
}

static void test_shapes(void **state) {
    (void)state;
    stop_and_resume(refuse_shapes);
}

static void test_functions(void **state) {
    (void)state;
    stop_and_resume(refuse_functions);
}

static void test_parameters(void **state) {
    (void)state;
    stop_and_resume(refuse_parameters);
}

/* Also before the first band, and for a shard, and where the rows are others. */
static void test_in_other_pieces(void **state) {
    file_fill fill = problem();
    outerfill_error error;

    (void)state;
    fill.options.row_end = 20;
    check_ok(file_fill_run(&fill, &error), &error);
    fill.options.row_begin = 20;
    fill.options.row_end = 0;
    fill.options.row_end = N;
    fill.a = other_a;
    check_refused(fill, "a is not the same", "other rows");
    fill.options.row_begin = fill.options.row_end = 0;
    fill.file.shard = 2;
    fill.file.num_shards = 2;
    check_refused(fill, "a is not the same", "a shard");
    fill.a = a;
    fill.file.shard = fill.file.num_shards = 0;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    file_fill_check_done(fill.path, &right, "in pieces");
}

/* ---- Allowed
 * ------------------------------------------------------------------------------------------------------------------- */

static void check_goes_on(file_fill fill, const char *what) {
    file_watch seen = file_watch_until(SIZE_MAX);
    outerfill_error error;

    file_fill_stop(problem(), OUTERFILL_UNFINISHED_KEEP, 40);
    fill.watch = &seen;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    assert_true(seen.num_at_end == 1);
    file_fill_check_done(fill.path, &right, what);
}

static void test_what_may_differ(void **state) {
    file_fill fill = problem();
    outerfill_context *other_context = check_context(NULL);
    outerfill_function *other_defaults =
        function_of(context, (variant){.defaults = other_parameters});
    outerfill_function *elsewhere = function_of(other_context, (variant){.expression = NULL});

    (void)state;
    fill.options.parameters = parameters;
    check_goes_on(fill, "the same parameters by options");
    fill.function = other_defaults;
    check_goes_on(fill, "the same parameters over other defaults");
    fill = problem();
    fill.function = elsewhere;
    fill.file.note = NULL;
    check_goes_on(fill, "another context, no note");
    fill = problem();
    fill.options = (outerfill_fill_options){.memory_nbytes = 1 << 20,
                                            .transfer = OUTERFILL_TRANSFER_STAGED,
                                            .work_item = OUTERFILL_WORK_ITEM_CELL,
                                            .verify_cells = 100};
    check_goes_on(fill, "other ways");
    outerfill_function_destroy(other_defaults);
    outerfill_function_destroy(elsewhere);
    outerfill_context_destroy(other_context);
}

static void flip_last_bit(double *value) {
    unsigned char bytes[sizeof *value];
    memcpy(bytes, value, sizeof bytes);
    bytes[0] ^= 1;
    memcpy(value, bytes, sizeof bytes);
}

static void make_inputs(void) {
    oracle_plain(OUTERFILL_FLOAT64, a, N + 1, 231);
    oracle_plain(OUTERFILL_FLOAT64, b, M + 1, 232);
    memcpy(other_a, a, sizeof other_a);
    memcpy(other_b, b, sizeof other_b);
    flip_last_bit(&other_a[N - 1]);
    flip_last_bit(&other_b[0]);
    for (size_t k = 0; k < N; k++) reversed_a[k] = a[N - 1 - k];
    for (size_t k = 0; k < N; k++) a32[k] = (float)a[k];
    for (size_t k = 0; k < M; k++) b32[k] = (float)b[k];
}

static int open_all(void **state) {
    file_fill fill;
    outerfill_error error;

    (void)state;
    scratch_create();
    make_inputs();
    context = check_context(NULL);
    function = function_of(context, (variant){.expression = NULL});
    fill = problem();
    check_ok(file_fill_run(&fill, &error), &error);
    right = file_copy_of(fill.path);
    file_fill_check_done(fill.path, &right, "unbroken");
    return 0;
}

static int close_all(void **state) {
    (void)state;
    scratch_remove();
    file_copy_free(&right);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inputs),          cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_functions),       cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_in_other_pieces), cmocka_unit_test(test_what_may_differ),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}
