/* SPDX-License-Identifier: MIT
 *
 * Runs two fills at once, in the background, while the program does something else: it prints how
 * far they are. The first function oscillates, the second one decays. */
#include <outerfill.h>
#include <stdio.h>
#include <time.h>

#define N 2000
#define M 1000

static double a[N], b[M];

/* Prints the rows of both fills every 50 ms until both are over. */
static void watch(outerfill_running_fill *const running[2]) {
    const struct timespec pause = {.tv_nsec = 50000000};
    size_t done[2], all[2];
    for (;;) {
        const int first_is_over = outerfill_fill_poll(running[0], &done[0], &all[0]);
        const int second_is_over = outerfill_fill_poll(running[1], &done[1], &all[1]);
        printf("rows: %zu of %zu, %zu of %zu\n", done[0], all[0], done[1], all[1]);
        if (first_is_over && second_is_over) return;
        nanosleep(&pause, NULL);
    }
}

/* Waits for both, and returns the first failure. */
static outerfill_status finish(outerfill_running_fill *const running[2], outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    for (int k = 0; !status && k < 2; k++) status = outerfill_fill_wait(running[k], error);
    return status;
}

static outerfill_status fill(outerfill_context *context, const char *text, double *ab,
                             outerfill_function **function, outerfill_running_fill **running,
                             outerfill_error *error) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .expressions = &text};
    const outerfill_status status =
        outerfill_function_create(context, &description, function, error);
    return status ? status : outerfill_fill_start(*function, a, N, b, M, ab, NULL, running, error);
}

int main(void) {
    outerfill_context *context = NULL;
    outerfill_function *functions[2] = {NULL};
    outerfill_running_fill *running[2] = {NULL};
    outerfill_error error;
    double *ab = outerfill_alloc(2 * sizeof(double) * N * M);
    for (int i = 0; i < N; i++) a[i] = 0.01 * i;
    for (int j = 0; j < M; j++) b[j] = 0.01 * j;
    outerfill_status status =
        ab ? outerfill_context_create(NULL, &context, &error) : OUTERFILL_OUT_OF_MEMORY;
    if (!status) status = fill(context, "sin(a) * cos(b)", ab, &functions[0], &running[0], &error);
    if (!status)
        status = fill(context, "exp(-a - b)", ab + N * M, &functions[1], &running[1], &error);
    if (!status) watch(running);
    if (!status) status = finish(running, &error);
    if (status)
        printf("%s\n", ab ? error.message : "no memory for the arrays");
    else
        printf("sin(1) cos(2) = %.6f, exp(-3) = %.6f\n", ab[100 * M + 200],
               ab[N * M + 100 * M + 200]);
    for (int k = 0; k < 2; k++) outerfill_fill_destroy(running[k]);
    for (int k = 0; k < 2; k++) outerfill_function_destroy(functions[k]);
    outerfill_context_destroy(context);
    outerfill_free(ab);
    return status ? 1 : 0;
}
