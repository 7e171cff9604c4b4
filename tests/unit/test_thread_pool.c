/* SPDX-License-Identifier: MIT
 *
 * Guards the threads that are kept: jobs run, also such as wait for each other; one after the other they find the same thread;
 * threads take no signals; destroying a pool ends its threads, also such as never had a job.
 */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "checks.h"
#include "base/thread_pool.h"

#define NUM_JOBS 5

static size_t num_threads_of_process(void) {
    DIR *folder = opendir("/proc/self/task");
    size_t count = 0;
    assert_non_null(folder);
    while (readdir(folder)) count++;
    closedir(folder);
    return count - 2;
}

static void increment(void *argument) {
    atomic_fetch_add((atomic_int *)argument, 1);
}

static void test_one_after_the_other(void **state) {
    struct thread_pool *pool = thread_pool_create();
    atomic_int count = 0, count_first = 0;
    struct thread_pool_job first = {.run = increment, .argument = &count_first};

    (void)state;
    assert_non_null(pool);
    assert_true(thread_pool_start(pool, &first));
    thread_pool_wait(pool, &first);
    const size_t with_one = num_threads_of_process();
    for (int k = 0; k < 1000; k++) {
        struct thread_pool_job job = {.run = increment, .argument = &count};
        assert_true(thread_pool_start(pool, &job));
        thread_pool_wait(pool, &job);
        assert_int_equal(atomic_load(&count), k + 1);
        assert_int_equal(num_threads_of_process(), with_one);
    }
    thread_pool_destroy(pool);
    while (num_threads_of_process() == with_one)
        sched_yield(); /* a thread that has been joined is listed a moment longer */
    assert_int_equal(num_threads_of_process(), with_one - 1);
}

static void meet(void *argument) {
    pthread_barrier_wait(argument);
}

/* None ends before all have begun. */
static void test_jobs_that_wait_for_each_other(void **state) {
    struct thread_pool *pool = thread_pool_create();
    struct thread_pool_job jobs[NUM_JOBS];
    pthread_barrier_t barrier;

    (void)state;
    pthread_barrier_init(&barrier, NULL, NUM_JOBS);
    for (int round = 0; round < 100; round++) {
        for (int k = 0; k < NUM_JOBS; k++) {
            jobs[k] = (struct thread_pool_job){.run = meet, .argument = &barrier};
            assert_true(thread_pool_start(pool, &jobs[k]));
        }
        for (int k = NUM_JOBS; k-- > 0;) thread_pool_wait(pool, &jobs[k]);
    }
    pthread_barrier_destroy(&barrier);
    thread_pool_destroy(pool);
}

/* A job that meets the others, and notes the thread that runs it. */
struct meeting {
    pthread_barrier_t *barrier;
    pthread_t thread;
};

static void meet_and_note(void *argument) {
    struct meeting *meeting = argument;
    pthread_barrier_wait(meeting->barrier);
    meeting->thread = pthread_self();
}

static void test_run_all_at_once(void **state) {
    struct thread_pool *pool = thread_pool_create();
    struct thread_pool_job jobs[NUM_JOBS];
    struct meeting meetings[NUM_JOBS] = {{NULL, 0}};
    pthread_barrier_t barrier;

    (void)state;
    pthread_barrier_init(&barrier, NULL, NUM_JOBS);
    for (int k = 0; k < NUM_JOBS; k++) {
        meetings[k].barrier = &barrier;
        jobs[k] = (struct thread_pool_job){.run = meet_and_note, .argument = &meetings[k]};
    }
    thread_pool_run(pool, jobs, NUM_JOBS);
    for (int k = 0; k < NUM_JOBS; k++)
        assert_true((k == 0) == (pthread_equal(meetings[k].thread, pthread_self()) != 0));
    thread_pool_run(pool, jobs, 0);
    pthread_barrier_destroy(&barrier);
    thread_pool_destroy(pool);
}

static void note_thread(void *argument) {
    *(pthread_t *)argument = pthread_self();
}

/* For threads that are created from here on. With 2^50 bytes none can be created. */
static void set_stack_nbytes(size_t nbytes) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, nbytes), 0);
    assert_int_equal(pthread_setattr_default_np(&attributes), 0);
    pthread_attr_destroy(&attributes);
}

/* Without further threads the caller's thread does all the work. */
static void test_run_without_threads(void **state) {
    struct thread_pool *pool = thread_pool_create();
    struct thread_pool_job jobs[NUM_JOBS];
    pthread_t threads[NUM_JOBS] = {0};

    (void)state;
    for (int k = 0; k < NUM_JOBS; k++)
        jobs[k] = (struct thread_pool_job){.run = note_thread, .argument = &threads[k]};
    set_stack_nbytes((size_t)1 << 50);
    thread_pool_run(pool, jobs, NUM_JOBS);
    set_stack_nbytes((size_t)1 << 20);
    for (int k = 0; k < NUM_JOBS; k++) assert_true(pthread_equal(threads[k], pthread_self()));
    thread_pool_destroy(pool);
}

static void note_signals(void *argument) {
    pthread_sigmask(SIG_SETMASK, NULL, argument);
}

static void test_signals_are_blocked(void **state) {
    struct thread_pool *pool = thread_pool_create();
    sigset_t mine, its;
    struct thread_pool_job job = {.run = note_signals, .argument = &its};

    (void)state;
    assert_true(thread_pool_start(pool, &job));
    thread_pool_wait(pool, &job);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_true(sigismember(&its, SIGINT) && sigismember(&its, SIGUSR1) &&
                sigismember(&its, SIGALRM));
    assert_false(sigismember(&mine, SIGINT) || sigismember(&mine, SIGUSR1));
    thread_pool_destroy(pool);
}

static void test_nothing_to_do(void **state) {
    (void)state;
    thread_pool_destroy(thread_pool_create());
    thread_pool_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_without_threads),
        cmocka_unit_test(test_one_after_the_other),
        cmocka_unit_test(test_jobs_that_wait_for_each_other),
        cmocka_unit_test(test_run_all_at_once),
        cmocka_unit_test(test_signals_are_blocked),
        cmocka_unit_test(test_nothing_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
