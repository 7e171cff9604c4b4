/* SPDX-License-Identifier: MIT
 *
 * Reduces a table that is never in memory as a whole.
 * It computes the mean of every row of a table of 1600 MB, in about 64 MB of memory. The consumer
 * adds up one band at a time, and the library then reuses the memory of the band.
 * The bands may come in any order, because each band adds only to the sums of its own rows. Parts
 * of one row may come in another order each time, which can change the last bits of its sum. */
#include <outerfill.h>
#include <stdio.h>
#include <stdlib.h>

#define N 10000
#define M 20000

static double sums[N];

/* Adds a band to the sums. A band is some whole rows, or a part of one row; so a row may come in
 * several bands. The library calls this in the thread that called the fill, so it needs no lock. */
static int add_up(const outerfill_band *band, void *unused) {
    (void)unused;
    for (size_t i = band->row_begin; i < band->row_end; i++) {
        const char *row =
            (const char *)band->data + (i - band->row_begin) * band->row_stride_nbytes;
        for (size_t j = band->column_begin; j < band->column_end; j++)
            sums[i] += ((const double *)row)[j - band->column_begin];
    }
    return 0; /* another result would cancel the fill */
}

static outerfill_status fill(const double *a, const double *b, outerfill_error *error) {
    static const char *const expressions[] = {"a / (1 + b)"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .expressions = expressions};
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_status status = outerfill_context_create(NULL, &context, error);
    if (!status) status = outerfill_function_create(context, &description, &function, error);
    if (!status)
        status = outerfill_fill_consumer(function, a, N, b, M, add_up, NULL,
                                         OUTERFILL_ORDER_FINISHED, NULL, error);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return status;
}

int main(void) {
    static double a[N], b[M];
    outerfill_error error;
    for (size_t i = 0; i < N; i++) a[i] = (double)i;
    for (size_t j = 0; j < M; j++) b[j] = (double)j;
    if (fill(a, b, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    printf("mean of row 1: %.6g, of row %d: %.6g\n", sums[1] / M, N - 1, sums[N - 1] / M);
    return EXIT_SUCCESS;
}
