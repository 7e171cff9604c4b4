/* SPDX-License-Identifier: MIT
 *
 * A program that is not the command and uses the library, for tests that need one:
 *
 *     other_program begin PATH [NOTE]    fills the first of two shards of PATH, and leaves this note in its journal
 *     other_program dtype                wants a function of float64 on devices that were opened for float32, and prints the answer
 *     other_program stream               wants streamed work-items, and prints the answer
 */
#include <stdio.h>
#include <string.h>

#include <outerfill.h>

static int begin(const char *path, const char *note) {
    static const double values[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const size_t n = sizeof values / sizeof *values;
    const outerfill_file_options file = {
        .struct_nbytes = sizeof file, .shard = 1, .num_shards = 2, .note = note};
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_error error;
    outerfill_status status = outerfill_context_create(NULL, &context, &error);
    if (!status) status = outerfill_function_create(context, NULL, &function, &error);
    if (!status)
        status = outerfill_fill_npy(function, values, n, values, n, path, &file, NULL, &error);
    if (status) fprintf(stderr, "%s\n", error.message);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return (int)status;
}

static int print_answer(outerfill_status status, const outerfill_error *error) {
    printf("%s: %s\n", outerfill_status_name(status), error->message);
    return 0;
}

static int want_float64(void) {
    const outerfill_context_options options = {
        .struct_nbytes = sizeof options, .device = "all", .dtype = OUTERFILL_FLOAT32};
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_error error;
    outerfill_status status = outerfill_context_create(&options, &context, &error);
    if (!status) status = outerfill_function_create(context, NULL, &function, &error);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return print_answer(status, &error);
}

static int want_stream(void) {
    static const double values[] = {0, 1, 2};
    static double ab[2 * 3 * 3];
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .work_item = OUTERFILL_WORK_ITEM_STREAM};
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_error error;
    outerfill_status status = outerfill_context_create(NULL, &context, &error);
    if (!status) status = outerfill_function_create(context, NULL, &function, &error);
    if (!status) status = outerfill_fill(function, values, 3, values, 3, ab, &options, &error);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return print_answer(status, &error);
}

int main(int argc, char **argv) {
    if (argc >= 3 && strcmp(argv[1], "begin") == 0) return begin(argv[2], argv[3]);
    if (argc == 2 && strcmp(argv[1], "dtype") == 0) return want_float64();
    if (argc == 2 && strcmp(argv[1], "stream") == 0) return want_stream();
    fprintf(stderr, "usage: other_program begin PATH [NOTE] | dtype | stream\n");
    return 2;
}
