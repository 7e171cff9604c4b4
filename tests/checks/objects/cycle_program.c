/* SPDX-License-Identifier: MIT
 *
 * cycle_program WHAT TIMES: opens, fills and closes again and again, and prints after a tenth of the times and at the end
 *     cycles NUMBER in_use BYTES
 * where WHAT says how much of it belongs to a cycle: "fill" (context and function are kept), "function" (the context is kept), or
 * "context". A fill of each kind of sink and transfer takes its turn. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"

#define N 31
#define M 37

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M], ab[2 * N * M];

static int ignore_band(const outerfill_band *band, void *data) {
    (void)band, (void)data;
    return 0;
}

static void need(outerfill_status status, const outerfill_error *error) {
    if (status == OUTERFILL_OK) return;
    fprintf(stderr, "%s: %s\n", outerfill_status_name(status), error->message);
    exit(1);
}

static void open_what_is_closed(void) {
    static const char *const expressions[] = {"a + b", "a * b"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 2, .expressions = expressions};
    outerfill_error error;
    if (!context) need(outerfill_context_create(NULL, &context, &error), &error);
    if (!function)
        need(outerfill_function_create(context, &description, &function, &error), &error);
}

static void close_function(void) {
    outerfill_function_destroy(function);
    function = NULL;
}

static void close_context(void) {
    outerfill_context_destroy(context);
    context = NULL;
}

static void fill(size_t turn) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = turn % 2 ? OUTERFILL_TRANSFER_STAGED
                                                                 : OUTERFILL_TRANSFER_AUTO};
    outerfill_error error;
    if (turn % 4 < 2)
        need(outerfill_fill(function, a, N, b, M, ab, &options, &error), &error);
    else
        need(outerfill_fill_consumer(function, a, N, b, M, ignore_band, NULL, OUTERFILL_ORDER_ROWS,
                                     &options, &error),
             &error);
}

/* With everything closed: PoCL keeps 2 KB of each function that was compiled until its context is released. Not what is resident,
 * which goes up and down by megabytes with what the C library keeps of a compiler's memory. */
static void print_in_use(size_t num_cycles) {
    close_function();
    close_context();
    const struct mallinfo2 memory = mallinfo2();
    printf("cycles %zu in_use %zu\n", num_cycles, memory.uordblks + memory.hblkhd);
}

int main(int argc, char **argv) {
    const size_t num_times = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (num_times == 0) return 2;
    const int closes_context = strcmp(argv[1], "context") == 0,
              closes_function = strcmp(argv[1], "function") == 0;
    for (size_t k = 0; k < num_times; k++) {
        if (k == num_times / 10) print_in_use(k);
        open_what_is_closed();
        fill(k);
        if (closes_context || closes_function) close_function();
        if (closes_context) close_context();
    }
    print_in_use(num_times);
    return 0;
}
