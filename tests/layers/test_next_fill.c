/* SPDX-License-Identifier: MIT
 *
 * Guards the fills behind a fault. Every call of the device's old context fails then, with a code
 * that may also mean that memory is short. Each fill opens the device once more, and is right. */
#include "gpu_case.h"

#define N 64
#define M 256

static void note_failed(const outerfill_error *error, void *num_failed) {
    check_contains(error->message, "it was opened once more");
    ++*(size_t *)num_failed;
}

static void check_fill(const outerfill_function *function) {
    static double a[N], b[M], ab[2][N][M];
    size_t num_failed = 0;
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = OUTERFILL_TRANSFER_STAGED,
                                            .device_dropped = note_failed,
                                            .device_dropped_data = &num_failed};
    outerfill_error error;
    for (size_t i = 0; i < N; i++) a[i] = (double)i;
    for (size_t j = 0; j < M; j++) b[j] = 1.0 / (double)(1 + j);
    check_ok(outerfill_fill(function, a, N, b, M, ab, &options, &error), &error);
    assert_int_equal(num_failed, 1);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < M; j++) {
            assert_true(ab[0][i][j] == a[i] + b[j]);
            assert_true(ab[1][i][j] == a[i] * b[j]);
        }
}

static void test_next_fills(void) {
    outerfill_context *context = check_context("0:0");
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    for (size_t k = 0; k < 3; k++) check_fill(function);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"out_of_resources", "gpu,late-fault=1:-5", test_next_fills, NULL},
        {"out_of_host_memory", "gpu,fault=1:-6", test_next_fills, NULL},
        {"invalid_queue", "gpu,late-fault=1:-36", test_next_fills, NULL},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}
