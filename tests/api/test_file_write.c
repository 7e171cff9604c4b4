/* SPDX-License-Identifier: MIT
 *
 * Guards fills of files whose data the caller writes himself: his function is handed every byte of the data once, at its place,
 * in the thread that called the fill and never twice at a time; what is missing alone where a fill is resumed; its error comes
 * back with its sentence, and what was written before stays.
 * */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"

enum { N = 151, M = 307, DATA_NBYTES = 2 * N * M * 8 };

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M];
static file_copy right;

/* A writer of the test's. */
typedef struct writer {
    const char *part;
    int fd;
    pthread_t thread;
    atomic_int num_inside;
    size_t num_calls, num_wrong, fail_at_call;
    int code;
    unsigned char written[DATA_NBYTES]; /* how often each byte was */
} writer;

static writer the_writer;

static int write_bytes(const void *bytes, size_t nbytes, uint64_t offset, void *user_data) {
    writer *mine = user_data;
    const size_t at = (size_t)offset - FILE_FILL_DATA_OFFSET;

    mine->num_wrong +=
        atomic_fetch_add(&mine->num_inside, 1) != 0 || !pthread_equal(mine->thread, pthread_self());
    mine->num_wrong += nbytes == 0 || offset < FILE_FILL_DATA_OFFSET || at + nbytes > DATA_NBYTES;
    if (mine->fd < 0) mine->fd = open(mine->part, O_WRONLY);
    const int fails = ++mine->num_calls == mine->fail_at_call;
    if (!fails && at + nbytes <= DATA_NBYTES) {
        for (size_t k = 0; k < nbytes; k++) mine->written[at + k]++;
        mine->num_wrong += pwrite(mine->fd, bytes, nbytes, (off_t)offset) != (ssize_t)nbytes;
    }
    atomic_fetch_sub(&mine->num_inside, 1);
    return fails ? mine->code : 0;
}

static file_fill problem(void) {
    const char *path = scratch_path("write.npy");
    memset(&the_writer, 0, sizeof the_writer);
    the_writer.part = file_fill_part(path);
    the_writer.fd = -1;
    the_writer.thread = pthread_self();
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = N,
                       .m = M,
                       .path = path,
                       .file = {.write = write_bytes, .write_data = &the_writer},
                       .options.memory_nbytes = 64 << 10};
}

static size_t count_written(unsigned char times) {
    size_t number = 0;
    for (size_t k = 0; k < DATA_NBYTES; k++) number += the_writer.written[k] == times;
    return number;
}

static void close_writer(void) {
    if (the_writer.fd >= 0) close(the_writer.fd);
    the_writer.fd = -1;
}

/* ---- Written
 * ------------------------------------------------------------------------------------------------------------------ */

static void test_every_byte_once(void **state) {
    static const size_t limits[] = {0, 64 << 10, 300000};

    (void)state;
    for (size_t k = 0; k < 2 * NUM_ELEMENTS(limits); k++) {
        file_fill fill = problem();
        outerfill_error error;
        fill.options.memory_nbytes = limits[k / 2];
        fill.options.transfer = k % 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED;
        fill.options.verify_cells = k == 3 ? 50 : 0;
        check_ok(file_fill_run(&fill, &error), &error);
        close_writer();
        assert_int_equal(the_writer.num_wrong, 0);
        assert_int_equal(count_written(1), DATA_NBYTES);
        file_fill_check_done(fill.path, &right, "written by the caller");
    }
}

/* What was there is not written again. */
static void test_resumed(void **state) {
    file_fill fill = problem();
    outerfill_error error;

    (void)state;
    fill.file.write = NULL;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 100);
    fill.file.write = write_bytes;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    close_writer();
    assert_int_equal(the_writer.num_wrong, 0);
    assert_true(count_written(0) >= DATA_NBYTES / 2 &&
                count_written(0) + count_written(1) == DATA_NBYTES);
    file_fill_check_done(fill.path, &right, "resumed by the caller");
}

static void test_shard_of_rows(void **state) {
    file_fill fill = problem();
    outerfill_error error;

    (void)state;
    for (size_t shard = 1; shard <= 2; shard++) {
        fill.file.shard = shard;
        fill.file.num_shards = 2;
        check_ok(file_fill_run(&fill, &error), &error);
        close_writer();
        const size_t begin = (N * (shard - 1) / 2) * M * 8, end = (N * shard / 2) * M * 8;
        for (size_t k = 0; k < DATA_NBYTES; k++) {
            const size_t in_plane = k % (N * M * 8);
            if (the_writer.written[k] != (in_plane < end))
                fail_msg("byte %zu written %d times", k, the_writer.written[k]);
        }
        assert_true(begin < end);
    }
    assert_int_equal(the_writer.num_wrong, 0);
    file_fill_check_done(fill.path, &right, "two shards by the caller");
}

/* ---- Errors
 * ------------------------------------------------------------------------------------------------------------------- */

static void test_error_comes_back(void **state) {
    static const struct {
        size_t call;
        int code;
    } failures[] = {{1, EIO}, {2, ENOSPC}, {40, EDQUOT}, {151, EROFS}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(failures); k++) {
        file_fill fill = problem();
        outerfill_error error;
        the_writer.fail_at_call = failures[k].call;
        the_writer.code = failures[k].code;
        check_status(file_fill_run(&fill, &error), OUTERFILL_FILE_FAILED, &error);
        check_contains(error.message, strerror(failures[k].code));
        check_contains(error.message, "write.npy");
        close_writer();
        assert_int_equal(the_writer.num_wrong, 0);
        assert_int_equal(the_writer.num_calls, failures[k].call); /* not called again */
        assert_false(scratch_exists(fill.path));
        if (failures[k].call > 2) assert_true(scratch_exists(file_fill_journal(fill.path)));
        if (failures[k].call <= 2) assert_false(scratch_exists(file_fill_part(fill.path)));
        fill = problem();
        check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
        close_writer();
        file_fill_check_done(fill.path, &right, "after an error");
    }
}

/* A writer that says it has written and has not, in one call: the data are not what was recorded, and a check finds that. */
static int write_one_less(const void *bytes, size_t nbytes, uint64_t offset, void *user_data) {
    writer *mine = user_data;
    if (mine->num_calls == 30) return mine->num_calls++ == SIZE_MAX;
    return write_bytes(bytes, nbytes, offset, user_data);
}

static void test_a_lying_writer_is_found(void **state) {
    file_fill fill = problem();
    file_watch seen = file_watch_until(100);
    outerfill_error error;

    (void)state;
    fill.file.write = write_one_less;
    fill.watch = &seen;
    check_status(file_fill_run(&fill, &error), OUTERFILL_CANCELLED, &error);
    close_writer();
    fill = problem();
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    close_writer();
    file_fill_check_done(fill.path, &right, "after a lie");
}

static int open_all(void **state) {
    static const char *const expressions[] = {"a * b + (real)(i - j)", "a - b + 2000"};
    file_fill fill;
    outerfill_error error;

    (void)state;
    scratch_create();
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 251);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 252);
    fill = problem();
    fill.file.write = NULL;
    check_ok(file_fill_run(&fill, &error), &error);
    right = file_copy_of(fill.path);
    file_fill_check_done(fill.path, &right, "unbroken");
    return 0;
}

static int close_all(void **state) {
    (void)state;
    file_copy_free(&right);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_once),         cmocka_unit_test(test_resumed),
        cmocka_unit_test(test_shard_of_rows),           cmocka_unit_test(test_error_comes_back),
        cmocka_unit_test(test_a_lying_writer_is_found),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}
