/* SPDX-License-Identifier: MIT
 *
 * Compiles its own function with one parameter, and uses it for two fills.
 * a is the time and b is the angular frequency. Plane 0 is a damped oscillation, and plane 1 is its
 * envelope. The parameter is the damping. Each fill sets another value, which needs no new build.
 * The program owns the context, the function and the array, and releases all three at the end. */
#include <outerfill.h>
#include <stdio.h>
#include <stdlib.h>

#define N 1000
#define M 500

static int fill_with(const outerfill_function *function, const double *time,
                     const double *frequency, double *ab, double damping) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .parameters = &damping};
    outerfill_error error;
    if (outerfill_fill(function, time, N, frequency, M, ab, &options, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("damping %g: oscillation %.6f, envelope %.6f at the last cell\n", damping, ab[N * M - 1],
           ab[2 * N * M - 1]);
    return 0;
}

int main(void) {
    const char *const expressions[] = {"exp(-damping * a) * cos(b * a)", "exp(-damping * a)"};
    const char *const parameters[] = {"damping"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .num_planes = 2,
        .expressions = expressions,
        .num_parameters = 1,
        .parameter_names = parameters,
    };

    double time[N], frequency[M]; /* in s, and in 1/s */
    for (int i = 0; i < N; i++) time[i] = 0.01 * i;
    for (int j = 0; j < M; j++) frequency[j] = 0.02 * j;
    double *ab = outerfill_alloc(sizeof(double) * 2 * N * M);

    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_error error;
    int failed = !ab || outerfill_context_create(NULL, &context, &error) ||
                 outerfill_function_create(context, &description, &function, &error);
    if (failed) fprintf(stderr, "%s\n", ab ? error.message : "no memory");
    if (!failed)
        failed = fill_with(function, time, frequency, ab, 0.1) ||
                 fill_with(function, time, frequency, ab, 0.5);
    /* Destroying and freeing NULL does nothing, so one path serves success and failure. */
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    outerfill_free(ab);
    return failed;
}
