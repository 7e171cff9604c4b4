/* SPDX-License-Identifier: MIT
 *
 * Guards the file of a fill below its locks and names: which sizes it can have, and how a run of data gets into it where direct
 * writes are refused, or any part of a write fails. A pwrite and a pread of this program's make them so, on whatever file
 * system. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/memory.h"
#include "checks.h"
#include "file/npy.h"
#include "file/output_file.h"
#include "scratch.h"

#define PAGE PAGE_NBYTES

/* ---- Calls that fail --------------------------------------------------------------------------------------------------- */

/* Of those on a descriptor all from the first-th on fail, counted from 1. */
static struct {
    int fd, code;
    size_t first, num_calls;
} failing = {.fd = -1};

static void fail_calls(int fd, size_t first, int code) {
    failing.fd = fd;
    failing.code = code;
    failing.first = first;
    failing.num_calls = 0;
}

static int fails(int fd) {
    if (fd != failing.fd || ++failing.num_calls < failing.first) return 0;
    errno = failing.code;
    return 1;
}

__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void *bytes, size_t nbytes,
                                                      off_t offset) {
    ssize_t (*next)(int, const void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    return fails(fd) ? -1 : next(fd, bytes, nbytes, offset);
}

__attribute__((visibility("default"))) ssize_t pread(int fd, void *bytes, size_t nbytes,
                                                     off_t offset) {
    ssize_t (*next)(int, void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pread");
    return fails(fd) ? -1 : next(fd, bytes, nbytes, offset);
}

/* ---- Sizes ------------------------------------------------------------------------------------------------------------- */

#define MOST_NBYTES (PTRDIFF_MAX - NPY_DATA_OFFSET) /* of data */

static void test_sizes(void **state) {
    static const size_t too_many[] = {MOST_NBYTES + 1, SIZE_MAX - NPY_DATA_OFFSET, SIZE_MAX};
    const char *path = scratch_path("size.npy");
    struct output_file output;
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(too_many); k++) {
        check_status(
            output_file_init(&output, "write", path, OUTERFILL_EXISTING_KEEP, too_many[k], &error),
            OUTERFILL_INVALID_ARGUMENT, &error);
        check_contains(error.message, "bytes of data is too large");
        output_file_close(&output);
    }
    assert_int_equal(
        output_file_init(&output, "write", path, OUTERFILL_EXISTING_KEEP, MOST_NBYTES, &error),
        OUTERFILL_OK);
    assert_int_equal(output.nbytes, PTRDIFF_MAX);
    output_file_close(&output);
}

/* ---- Runs of data ------------------------------------------------------------------------------------------------------ */

enum { PIECE = 4 << 20 };     /* of a direct write */
static char *content, *found; /* of as many bytes, on pages */
static const size_t content_nbytes = 3 * (size_t)PIECE;
static struct output_file output;
static const char *path;

/* A file whose direct writes go where the others go, and tell themselves by their descriptor. */
static int open_part(void **state) {
    (void)state;
    path = scratch_path("part");
    output =
        (struct output_file){.fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666), .is_direct = true};
    output.direct_fd = dup(output.fd);
    assert_true(output.fd >= 0 && output.direct_fd >= 0);
    return 0;
}

static int close_part(void **state) {
    (void)state;
    fail_calls(-1, 0, 0);
    close(output.fd);
    close(output.direct_fd);
    unlink(path);
    return 0;
}

/* What is in the file from `offset` on, and nothing before it. */
static void check_written(const char *bytes, size_t nbytes, size_t offset) {
    size_t file_nbytes;
    unsigned char *file = scratch_read(path, &file_nbytes);
    assert_int_equal(file_nbytes, offset + nbytes);
    assert_memory_equal(file + offset, bytes, nbytes);
    for (size_t k = 0; k < offset; k++) assert_int_equal(file[k], 0);
    free(file);
}

/* From the first direct write on, or when some have been done; the rest goes through the page cache, and is not tried again. */
static void test_refused_direct_writes(void **state) {
    static const size_t offset = 3 * PAGE - 100, nbytes = 2 * (size_t)PIECE + 5 * PAGE + 300;

    for (size_t first = 1; first <= 3; first++) {
        open_part(state);
        fail_calls(output.direct_fd, first, EINVAL);
        assert_int_equal(output_file_write(&output, content + PAGE - 100, nbytes, offset), 0);
        assert_int_equal(failing.num_calls, first);
        assert_false(output.is_direct);
        check_written(content + PAGE - 100, nbytes, offset);
        assert_int_equal(output_file_write(&output, content, 2 * PAGE, 0), 0);
        assert_int_equal(failing.num_calls, first);
        close_part(state);
    }
}

/* It fails, where refused ones have another way. */
static void test_failed_direct_writes(void **state) {
    (void)state;
    fail_calls(output.direct_fd, 2, EIO);
    assert_int_equal(output_file_write(&output, content, 2 * (size_t)PIECE, 0), EIO);
    assert_true(output.is_direct);
    check_written(content, PIECE, 0);
}

/* Before and behind the whole pages, or of all where memory and file are not alike. */
static void test_failures_through_the_page_cache(void **state) {
    (void)state;
    fail_calls(output.fd, 1, ENOSPC);
    assert_int_equal(output_file_write(&output, content + PAGE - 8, 8 + 2 * PAGE, PAGE - 8),
                     ENOSPC);
    check_written(content, 0, 0);
    fail_calls(output.fd, 1, ENOSPC);
    assert_int_equal(output_file_write(&output, content, 2 * PAGE + 8, 0), ENOSPC);
    check_written(content, 2 * PAGE, 0);
    fail_calls(output.fd, 1, ENOSPC);
    assert_int_equal(output_file_write(&output, content + 8, 4 * PAGE, 0), ENOSPC);
    check_written(content, 2 * PAGE, 0);
}

static void test_memory_that_is_not_as_the_file(void **state) {
    (void)state;
    fail_calls(output.direct_fd, 1, EIO);
    assert_int_equal(output_file_write(&output, content + 8, 5 * PAGE, 0), 0);
    assert_int_equal(failing.num_calls, 0);
    check_written(content + 8, 5 * PAGE, 0);
}

static void test_refused_direct_reads(void **state) {
    const char *data;

    (void)state;
    assert_int_equal(output_file_write(&output, content, 3 * PAGE, 0), 0);
    fail_calls(output.direct_fd, 1, EINVAL);
    assert_int_equal(output_file_read(&output, found, PAGE, 100, &data), 0);
    assert_memory_equal(data, content + 100, PAGE);
    fail_calls(output.direct_fd, 1, EIO);
    assert_int_equal(output_file_read(&output, found, PAGE, 100, &data), EIO);
}

static int create(void **state) {
    (void)state;
    scratch_create();
    content = aligned_alloc(PAGE, content_nbytes);
    found = aligned_alloc(PAGE, 3 * PAGE);
    assert_true(content && found);
    for (size_t k = 0; k < content_nbytes; k++) content[k] = (char)(1 + k * 7 % 251);
    return 0;
}

static int destroy(void **state) {
    (void)state;
    free(content);
    free(found);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_refused_direct_writes),
        cmocka_unit_test_setup_teardown(test_failed_direct_writes, open_part, close_part),
        cmocka_unit_test_setup_teardown(test_failures_through_the_page_cache, open_part,
                                        close_part),
        cmocka_unit_test_setup_teardown(test_memory_that_is_not_as_the_file, open_part, close_part),
        cmocka_unit_test_setup_teardown(test_refused_direct_reads, open_part, close_part),
    };
    return cmocka_run_group_tests(tests, create, destroy) == 0 ? 0 : 1;
}
