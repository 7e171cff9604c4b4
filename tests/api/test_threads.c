/* SPDX-License-Identifier: MIT
 *
 * Guards that every call may be made from any thread at once: eight threads fill with one function, each its own shape and
 * parameters; eight threads open contexts, compile, fill and close at once; functions come and go on a shared context while
 * others fill. Meant for ThreadSanitizer too. Threads count what went wrong and the test asserts it: cmocka's assertions belong
 * to the thread that runs it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define NUM_THREADS 8
#define NUM_ROUNDS  6

static outerfill_context *context;
static outerfill_function *shared;
static pthread_barrier_t start;

typedef struct worker {
    pthread_t thread;
    size_t number;
    size_t num_wrong;
} worker;

static double shared_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return p == 0 ? a * cell->parameters[0] + b : b * cell->parameters[1] - (a + (double)cell->j);
}

static const oracle_function shared_oracle = {2, shared_float64, NULL};

static const char *const shared_expressions[] = {"a * scale + b", "b * stretch - (a + (real)j)"};
static const char *const shared_names[] = {"scale", "stretch"};

static const struct {
    size_t n, m;
} shapes[NUM_THREADS] = {{100, 100}, {1, 7777},  {7777, 1}, {127, 131},
                         {3, 50021}, {50021, 3}, {0, 5},    {509, 503}};

static size_t failed(outerfill_status status, const outerfill_error *error) {
    if (status != OUTERFILL_OK)
        fprintf(stderr, "%s: %s\n", outerfill_status_name(status), error->message);
    return status != OUTERFILL_OK;
}

/* Fills the worker's own shape and compares every cell. */
static size_t fill_once(const outerfill_function *function, const oracle_function *oracle,
                        size_t number, const outerfill_fill_options *options) {
    size_t n = shapes[number].n, m = shapes[number].m, num_wrong;
    double *a = calloc(n + 1, sizeof *a), *b = calloc(m + 1, sizeof *b);
    oracle_problem problem = {
        OUTERFILL_FLOAT64, a, n, b, m, options != NULL ? options->parameters : NULL};
    guarded ab = guarded_create(oracle->num_planes * n * m * sizeof(double), 0);
    outerfill_error error;
    char what[60];

    if (a == NULL || b == NULL) abort();
    oracle_plain(OUTERFILL_FLOAT64, a, n, 2 * number);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 2 * number + 1);
    snprintf(what, sizeof what, "thread %zu, (%zu, %zu)", number, n, m);
    num_wrong = failed(outerfill_fill(function, a, n, b, m, ab.data, options, &error), &error);
    num_wrong += guarded_damage(&ab, what) + oracle_check(oracle, &problem, ab.data, what);
    guarded_destroy(&ab);
    free(a);
    free(b);
    return num_wrong;
}

static void *fill_shared(void *argument) {
    worker *self = argument;

    pthread_barrier_wait(&start);
    for (size_t round = 0; round < NUM_ROUNDS; round++) {
        const double parameters[] = {(double)(self->number + 1), (double)round - 2.5};
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .parameters = parameters};
        options.transfer = (outerfill_transfer)((self->number + round) % 3);
        options.work_item = check_work_item(context, (outerfill_work_item)(round % 3));
        self->num_wrong += fill_once(shared, &shared_oracle, self->number, &options);
    }
    return NULL;
}

/* Everything from the list of devices to the last destroy, in this thread alone. */
static void *fill_with_own_context(void *argument) {
    worker *self = argument;
    outerfill_context *own_context = NULL;
    outerfill_function *own_function = NULL;
    const outerfill_device **devices = NULL;
    size_t num_devices = 0;
    outerfill_error error;

    pthread_barrier_wait(&start);
    self->num_wrong += failed(outerfill_devices_create(&devices, &num_devices, &error), &error);
    outerfill_free(devices);
    self->num_wrong += failed(outerfill_context_create(NULL, &own_context, &error), &error);
    if (own_context == NULL) return NULL;
    self->num_wrong +=
        failed(outerfill_function_create(own_context, NULL, &own_function, &error), &error);
    outerfill_context_destroy(own_context);
    if (own_function != NULL)
        self->num_wrong += fill_once(own_function, &oracle_default, self->number, NULL);
    outerfill_function_destroy(own_function);
    return NULL;
}

/* Functions come and go on the shared context, while every other thread fills with the shared function. */
static void *compile_or_fill(void *argument) {
    worker *self = argument;
    outerfill_error error;

    if (self->number % 2 == 1) return fill_shared(argument);
    pthread_barrier_wait(&start);
    for (size_t round = 0; round < 2; round++) {
        char text[40];
        const char *expressions[] = {"a + b", text};
        outerfill_function_description description = {
            .struct_nbytes = sizeof description, .num_planes = 2, .expressions = expressions};
        outerfill_function *function = NULL;
        snprintf(text, sizeof text, "a * b + %zu - %zu", self->number, self->number);
        self->num_wrong +=
            failed(outerfill_function_create(context, &description, &function, &error), &error);
        outerfill_function_destroy(function);
    }
    return NULL;
}

/* Rung 1 at once: small arrays, nothing shared. */
static void *one_call(void *argument) {
    worker *self = argument;
    double a[17], b[19], ab[2 * 17 * 19];
    oracle_problem problem = {OUTERFILL_FLOAT64, a, 17, b, 19, NULL};
    outerfill_error error;

    oracle_plain(OUTERFILL_FLOAT64, a, 17, self->number);
    oracle_plain(OUTERFILL_FLOAT64, b, 19, self->number + 100);
    pthread_barrier_wait(&start);
    self->num_wrong += failed(outerfill(a, 17, b, 19, ab, &error), &error);
    self->num_wrong += oracle_check(&oracle_default, &problem, ab, "one call in a thread");
    return NULL;
}

static void run_workers(void *(*work)(void *)) {
    worker workers[NUM_THREADS] = {{.number = 0}};
    size_t num_wrong = 0;

    assert_int_equal(pthread_barrier_init(&start, NULL, NUM_THREADS), 0);
    for (size_t k = 0; k < NUM_THREADS; k++) {
        workers[k].number = k;
        assert_int_equal(pthread_create(&workers[k].thread, NULL, work, &workers[k]), 0);
    }
    for (size_t k = 0; k < NUM_THREADS; k++) {
        assert_int_equal(pthread_join(workers[k].thread, NULL), 0);
        num_wrong += workers[k].num_wrong;
    }
    pthread_barrier_destroy(&start);
    assert_int_equal(num_wrong, 0);
}

static void test_one_function_in_all_threads(void **state) {
    (void)state;
    run_workers(fill_shared);
}

static void test_contexts_in_all_threads(void **state) {
    (void)state;
    run_workers(fill_with_own_context);
}

static void test_compiling_while_others_fill(void **state) {
    (void)state;
    run_workers(compile_or_fill);
}

static void test_one_calls_in_all_threads(void **state) {
    (void)state;
    run_workers(one_call);
}

static int open_context(void **state) {
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 2,
                                                  .expressions = shared_expressions,
                                                  .num_parameters = 2,
                                                  .parameter_names = shared_names};

    (void)state;
    context = check_context(NULL);
    shared = check_described(context, &description);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_function_destroy(shared);
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_function_in_all_threads),
        cmocka_unit_test(test_contexts_in_all_threads),
        cmocka_unit_test(test_compiling_while_others_fill),
        cmocka_unit_test(test_one_calls_in_all_threads),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}
