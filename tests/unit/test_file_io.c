/* SPDX-License-Identifier: MIT
 *
 * Guards system calls that end what they begin: short and interrupted ones, made here by a pwrite and a pread of this
 * program's, go on to the last byte; behind the end of a file there are zeros; errors come back as they are; no descriptor is
 * one of the first three.
 * */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <signal.h>
#include <unistd.h>

#include "checks.h"
#include "file/file_io.h"
#include "scratch.h"

/* ---- Calls that do less than they were asked for
 * ------------------------------------------------------------------------------------ */

static size_t most = SIZE_MAX; /* bytes in a call */
static int every_other_fails;  /* with EINTR */
static size_t num_calls;

static int is_interrupted(void) {
    if (!every_other_fails || num_calls++ % 2) return 0;
    errno = EINTR;
    return 1;
}

__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void *bytes, size_t nbytes,
                                                      off_t offset) {
    ssize_t (*next)(int, const void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    return is_interrupted() ? -1 : next(fd, bytes, nbytes < most ? nbytes : most, offset);
}

__attribute__((visibility("default"))) ssize_t pread(int fd, void *bytes, size_t nbytes,
                                                     off_t offset) {
    ssize_t (*next)(int, void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pread");
    return is_interrupted() ? -1 : next(fd, bytes, nbytes < most ? nbytes : most, offset);
}

/* ---- Written and read
 * ------------------------------------------------------------------------------------------------------------------ */

static unsigned char content[10007];

static void write_and_read(void) {
    const char *path = scratch_path("file");
    static unsigned char found[sizeof content + 600];
    const int fd = file_open(path, O_RDWR | O_CREAT);

    assert_true(fd > STDERR_FILENO);
    assert_int_equal(file_write(fd, content, sizeof content, 300), 0);
    memset(found, 0xff, sizeof found);
    assert_int_equal(file_read(fd, found, sizeof found, 0), 0);
    for (size_t k = 0; k < sizeof found; k++)
        assert_int_equal(found[k], k >= 300 && k < 300 + sizeof content ? content[k - 300] : 0);
    memset(found, 0xff, sizeof found);
    assert_int_equal(file_read(fd, found, 10, 1 << 20), 0);
    for (size_t k = 0; k < sizeof found; k++) assert_int_equal(found[k], k < 10 ? 0 : 0xff);
    assert_int_equal(file_write(fd, NULL, 0, 0) + file_read(fd, NULL, 0, 0), 0);
    close(fd);
    unlink(path);
}

static void test_short_and_interrupted_calls(void **state) {
    static const size_t lengths[] = {SIZE_MAX, 1, 7, 4096};

    (void)state;
    for (size_t k = 0; k < 2 * NUM_ELEMENTS(lengths); k++) {
        most = lengths[k / 2];
        every_other_fails = k % 2;
        write_and_read();
    }
    most = SIZE_MAX;
    every_other_fails = 0;
}

/* A call that writes nothing and says nothing of it must not go on for ever. */
static void test_nothing_written(void **state) {
    const char *path = scratch_path("nothing");
    const int fd = file_open(path, O_RDWR | O_CREAT);

    (void)state;
    most = 0;
    assert_int_equal(file_write(fd, content, 10, 0), ENOSPC);
    most = SIZE_MAX;
    close(fd);
    unlink(path);
}

static void test_lengths(void **state) {
    const char *path = scratch_path("length");
    const int fd = file_open(path, O_RDWR | O_CREAT);
    struct stat facts;

    (void)state;
    assert_int_equal(file_reserve(fd, 100000), 0);
    assert_true(fstat(fd, &facts) == 0 && facts.st_size == 100000);
    assert_int_equal(file_reserve(fd, 5000), 0); /* never less */
    assert_true(fstat(fd, &facts) == 0 && facts.st_size == 100000);
    assert_int_equal(file_truncate(fd, 300), 0);
    assert_true(fstat(fd, &facts) == 0 && facts.st_size == 300);
    assert_int_equal(
        file_truncate(fd, 0) + file_sync(fd) + file_sync_data(fd) + file_sync_folder(path), 0);
    close(fd);
    unlink(path);
}

static void test_errors(void **state) {
    static char long_name[PATH_MAX + 1];
    const char *path = scratch_path("errors");
    const int fd = file_open(path, O_RDONLY | O_CREAT);

    (void)state;
    assert_int_equal(file_write(fd, content, 10, 0), EBADF);
    assert_int_equal(file_truncate(fd, 10), EINVAL);
    close(fd);
    assert_int_equal(file_read(fd, content, 10, 0), EBADF);
    assert_int_equal(file_sync(-1), EBADF);
    assert_int_equal(file_sync_data(-1), EBADF);
    assert_int_equal(file_reserve(-1, 10), EBADF);
    assert_true(file_open(scratch_path("no/such/file"), O_RDONLY) < 0 && errno == ENOENT);
    assert_int_equal(file_sync_folder("no/such/file"), ENOENT);
    memset(long_name, 'x', sizeof long_name - 1);
    assert_int_equal(file_sync_folder(long_name), ENAMETOOLONG);
    unlink(path);
}

static void test_no_room(void **state) {
    const char *path = scratch_path("no_room");
    const int fd = file_open(path, O_RDWR | O_CREAT);
    struct rlimit before, small;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 5000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const int written = file_write(fd, content, sizeof content, 0),
              reserved = file_reserve(fd, 10000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(written, EFBIG);
    assert_int_equal(reserved, EFBIG);
    close(fd);
    unlink(path);
}

/* Standard input is closed: the next open would get its number. It is not inherited by what is executed. */
static void test_descriptors(void **state) {
    const char *path = scratch_path("descriptors");
    const int saved = dup(STDIN_FILENO);

    (void)state;
    close(STDIN_FILENO);
    const int fd = file_open(path, O_RDWR | O_CREAT);
    const int is_free = fcntl(STDIN_FILENO, F_GETFD) < 0;
    if (saved >= 0) dup2(saved, STDIN_FILENO);
    if (saved >= 0) close(saved);
    assert_true(fd > STDERR_FILENO && is_free);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
    unlink(path);
}

static int make_folder(void **state) {
    (void)state;
    scratch_create();
    for (size_t k = 0; k < sizeof content; k++) content[k] = (unsigned char)(k * 31 + k / 251 + 1);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_and_interrupted_calls),
        cmocka_unit_test(test_nothing_written),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_descriptors),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder) == 0 ? 0 : 1;
}
