/* SPDX-License-Identifier: MIT
 *
 * Runs a long fill that reports its progress and can be cancelled.
 * Here the callback cancels the fill after a tenth of the rows, so OUTERFILL_CANCELLED is the
 * expected status. A real program would return a flag that a button or a signal handler sets.
 * The function is a body with a loop: 500 steps of the logistic map x -> 3.5 x (1 - x). The map
 * starts at a, and b * 1e-6 is added in each step. */
#include <outerfill.h>
#include <stdio.h>
#include <stdlib.h>

#define N 5000
#define M 1000

/* The library calls this in the thread that called the fill, so it needs no lock. */
static int stop_after_a_tenth(size_t rows_done, size_t num_rows, void *user_data) {
    *(size_t *)user_data = rows_done;
    printf("%zu of %zu rows\n", rows_done, num_rows);
    return rows_done >= num_rows / 10; /* a result other than 0 cancels the fill */
}

static outerfill_status fill(const outerfill_function *function, float *ab,
                             outerfill_error *error) {
    static float a[N], b[M];
    size_t rows_done = 0;
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .progress = stop_after_a_tenth,
                                            .progress_data = &rows_done};
    for (int i = 0; i < N; i++) a[i] = (float)i / N;
    for (int j = 0; j < M; j++) b[j] = (float)j / M;
    return outerfill_fill(function, a, N, b, M, ab, &options, error);
}

int main(void) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = OUTERFILL_FLOAT32,
        .num_planes = 1,
        .body = "real x = a;\n"
                "for (int k = 0; k < 500; k++) x = 3.5 * x * (1 - x) + b * 1e-6;\n"
                "out[0] = x;\n",
    };
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_error error;
    outerfill_status status = outerfill_context_create(NULL, &context, &error);
    if (!status) status = outerfill_function_create(context, &description, &function, &error);
    float *ab = outerfill_alloc(sizeof(float) * N * M);
    if (!status && ab) status = fill(function, ab, &error);
    printf("%s: %s\n", outerfill_status_name(status), error.message);
    outerfill_free(ab);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return status == OUTERFILL_CANCELLED ? 0 : 1;
}
