/* SPDX-License-Identifier: MIT
 *
 * Guards the locks of a file between those who have opened it, also within one process: shared ones go together, an exclusive
 * one with none; the two locks of a file do not know each other; a lock ends where it is given back, where its file is closed
 * and where its process ends; and waiting for one ends then.
 * */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"
#include "file/lock.h"
#include "scratch.h"

static int first, second;

static int open_both(void **state) {
    (void)state;
    first = open(scratch_path("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    second = open(scratch_path("lock"), O_RDWR | O_CLOEXEC);
    return first < 0 || second < 0;
}

static int close_both(void **state) {
    (void)state;
    close(first);
    close(second);
    return unlink(scratch_path("lock"));
}

static const struct {
    enum lock_how first, second;
    int code;
} pairs[] = {{LOCK_SHARED, LOCK_SHARED, 0},
             {LOCK_SHARED, LOCK_EXCLUSIVE, EAGAIN},
             {LOCK_EXCLUSIVE, LOCK_SHARED, EAGAIN},
             {LOCK_EXCLUSIVE, LOCK_EXCLUSIVE, EAGAIN}};

static void test_pairs(void **state) {
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(pairs); k++) {
        assert_false(lock_is_held(second, LOCK_RUN));
        assert_int_equal(lock_try(first, LOCK_RUN, pairs[k].first), 0);
        assert_true(lock_is_held(second, LOCK_RUN) &&
                    !lock_is_held(first, LOCK_RUN)); /* by somebody else */
        assert_int_equal(lock_try(second, LOCK_RUN, pairs[k].second), pairs[k].code);
        assert_false(lock_is_held(second, LOCK_SETUP));
        assert_int_equal(lock_try(second, LOCK_SETUP, LOCK_EXCLUSIVE),
                         0); /* the other lock is free */
        lock_release(first, LOCK_RUN);
        assert_int_equal(lock_try(second, LOCK_RUN, pairs[k].second), 0);
        lock_release(second, LOCK_RUN);
        lock_release(second, LOCK_SETUP);
    }
}

/* One's own lock changes its kind, where nobody else has it. */
static void test_change_of_kind(void **state) {
    (void)state;
    assert_int_equal(lock_try(first, LOCK_RUN, LOCK_SHARED), 0);
    assert_int_equal(lock_try(first, LOCK_RUN, LOCK_EXCLUSIVE), 0);
    assert_int_equal(lock_try(second, LOCK_RUN, LOCK_SHARED), EAGAIN);
    assert_int_equal(lock_try(first, LOCK_RUN, LOCK_SHARED), 0);
    assert_int_equal(lock_try(second, LOCK_RUN, LOCK_SHARED), 0);
    assert_int_equal(lock_try(first, LOCK_RUN, LOCK_EXCLUSIVE), EAGAIN);
}

/* Closing another descriptor of the same file takes nothing away, as it would from locks of a process. */
static void test_close(void **state) {
    const int third = open(scratch_path("lock"), O_RDWR | O_CLOEXEC),
              fourth = open(scratch_path("lock"), O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_int_equal(lock_try(third, LOCK_RUN, LOCK_EXCLUSIVE), 0);
    close(fourth);
    assert_int_equal(lock_try(second, LOCK_RUN, LOCK_SHARED), EAGAIN);
    close(third);
    assert_int_equal(lock_try(second, LOCK_RUN, LOCK_EXCLUSIVE), 0);
}

static void test_end_of_a_process(void **state) {
    int pipes[2], status;
    char byte;

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    const pid_t child = fork();
    if (child == 0) {
        const int own = open(scratch_path("lock"), O_RDWR | O_CLOEXEC);
        byte = (char)lock_try(own, LOCK_RUN, LOCK_EXCLUSIVE);
        if (write(pipes[1], &byte, 1) == 1) pause();
        _exit(1);
    }
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    assert_int_equal(byte, 0);
    assert_int_equal(lock_try(first, LOCK_RUN, LOCK_SHARED), EAGAIN);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(lock_try(first, LOCK_RUN, LOCK_EXCLUSIVE), 0);
    close(pipes[0]);
    close(pipes[1]);
}

static void *release_later(void *argument) {
    usleep(30000);
    lock_release(*(int *)argument, LOCK_SETUP);
    return NULL;
}

static void test_wait(void **state) {
    pthread_t thread;

    (void)state;
    assert_int_equal(lock_await(first, LOCK_SETUP, LOCK_EXCLUSIVE), 0);
    assert_int_equal(pthread_create(&thread, NULL, release_later, &first), 0);
    assert_int_equal(lock_await(second, LOCK_SETUP, LOCK_EXCLUSIVE), 0);
    pthread_join(thread, NULL);
    assert_int_equal(lock_try(first, LOCK_SETUP, LOCK_SHARED), EAGAIN);
}

static void test_no_file(void **state) {
    (void)state;
    assert_int_equal(lock_try(-1, LOCK_RUN, LOCK_SHARED), EBADF);
    assert_false(lock_is_held(-1, LOCK_RUN));
}

static int make_folder(void **state) {
    (void)state;
    scratch_create();
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    scratch_remove();
    return 0;
}

#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, open_both, close_both)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FILES(test_pairs), WITH_FILES(test_change_of_kind),
        WITH_FILES(test_close), WITH_FILES(test_end_of_a_process),
        WITH_FILES(test_wait),  WITH_FILES(test_no_file),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder) == 0 ? 0 : 1;
}
