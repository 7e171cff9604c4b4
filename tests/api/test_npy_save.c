/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill_npy_save: the file has the bytes that NumPy's own header and the values have, it is read back with the same
 * bits, and a save that fails leaves the older file and nothing beside it.
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "scratch.h"

static const double doubles[] = {0, -0.0, 1e-310, INFINITY, -1.5};
static const float singles[] = {0.1f, -INFINITY, 3};

static const char header_of_5[] =
    "\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }";

static void test_the_bytes(void **state) {
    (void)state;
    unsigned char expected[128 + sizeof doubles];
    const char *path = scratch_path("x.npy");
    outerfill_error error;
    memset(expected, ' ', 127);
    memcpy(expected, header_of_5, sizeof header_of_5 - 1);
    expected[127] = '\n';
    memcpy(expected + 128, doubles, sizeof doubles);
    check_ok(outerfill_npy_save(path, OUTERFILL_FLOAT64, doubles, 5, &error), &error);
    assert_true(scratch_holds(path, expected, sizeof expected));
    unlink(path);
}

static void check_read_back(outerfill_dtype dtype, const void *values, size_t n) {
    const char *path = scratch_path("x.npy");
    const size_t itemsize = dtype == OUTERFILL_FLOAT32 ? sizeof(float) : sizeof(double);
    void *read = NULL;
    size_t num_read = 99;
    outerfill_error error;
    check_ok(outerfill_npy_save(path, dtype, values, n, &error), &error);
    check_ok(outerfill_npy_load(path, dtype, &read, &num_read, &error), &error);
    assert_int_equal(num_read, n);
    if (n) assert_memory_equal(read, values, n * itemsize);
    outerfill_free(read);
}

/* Each but the first replaces the file of the one before. */
static void test_read_back(void **state) {
    (void)state;
    check_read_back(OUTERFILL_FLOAT64, doubles, 5);
    check_read_back(OUTERFILL_DTYPE_DEFAULT, doubles, 1);
    check_read_back(OUTERFILL_FLOAT32, singles, 3);
    check_read_back(OUTERFILL_FLOAT64, NULL, 0);
    unlink(scratch_path("x.npy"));
}

static void check_refused(const char *path, outerfill_dtype dtype, const void *values, size_t n,
                          outerfill_status expected, const char *words) {
    outerfill_error error;
    check_status(outerfill_npy_save(path, dtype, values, n, &error), expected, &error);
    check_contains(error.message, words);
}

static void test_refused(void **state) {
    (void)state;
    const char *path = scratch_path("x.npy"), *nowhere = scratch_path("nowhere/x.npy");
    char long_path[5000];
    memset(long_path, 'x', sizeof long_path);
    long_path[sizeof long_path - 1] = '\0';
    check_refused(NULL, OUTERFILL_FLOAT64, doubles, 5, OUTERFILL_INVALID_ARGUMENT, "path");
    check_refused(path, OUTERFILL_FLOAT64, NULL, 5, OUTERFILL_INVALID_ARGUMENT, "values");
    check_refused(path, (outerfill_dtype)77, doubles, 5, OUTERFILL_INVALID_ARGUMENT, "dtype");
    check_refused(path, OUTERFILL_FLOAT64, doubles, SIZE_MAX / 4, OUTERFILL_INVALID_ARGUMENT,
                  "address space");
    check_refused(nowhere, OUTERFILL_FLOAT64, doubles, 5, OUTERFILL_FILE_FAILED, nowhere);
    check_refused(long_path, OUTERFILL_FLOAT64, doubles, 5, OUTERFILL_FILE_FAILED, "cannot write");
    assert_false(scratch_exists(path));
}

/* A folder of that name cannot be replaced by a file. */
static void test_a_folder(void **state) {
    (void)state;
    const char *path = scratch_path("x.npy");
    assert_int_equal(mkdir(path, 0777), 0);
    check_refused(path, OUTERFILL_FLOAT64, doubles, 5, OUTERFILL_FILE_FAILED, path);
    assert_int_equal(rmdir(path), 0);
}

/* The limit of a file's size stands for a full disk. */
static void test_a_full_disk(void **state) {
    (void)state;
    const char *path = scratch_path("x.npy");
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY}, small = {100, RLIM_INFINITY};
    struct rlimit then;
    outerfill_error error;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &then);
    check_ok(outerfill_npy_save(path, OUTERFILL_FLOAT32, singles, 3, &error), &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const outerfill_status status = outerfill_npy_save(path, OUTERFILL_FLOAT64, doubles, 5, &error);
    setrlimit(RLIMIT_FSIZE, then.rlim_cur == RLIM_INFINITY ? &none : &then);
    check_status(status, OUTERFILL_FILE_FAILED, &error);
    size_t nbytes;
    unsigned char *content = scratch_read(path, &nbytes);
    assert_int_equal(nbytes, 128 + sizeof singles);
    assert_memory_equal(content + 128, singles, sizeof singles);
    free(content);
    unlink(path);
}

/* ---- Several threads ---- */

static const char *shared_path;

static void *save_often(void *values) {
    outerfill_error error;
    for (size_t k = 0; k < 50; k++)
        if (outerfill_npy_save(shared_path, OUTERFILL_FLOAT64, values, 5, &error)) return values;
    return NULL;
}

/* The file is whole, and of one of them. */
static void test_two_threads(void **state) {
    (void)state;
    static double others[] = {5, 6, 7, 8, 9};
    pthread_t threads[2];
    void *failed[2], *read;
    size_t n;
    outerfill_error error;
    shared_path = scratch_path("x.npy");
    assert_int_equal(pthread_create(&threads[0], NULL, save_often, others), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, save_often, (void *)doubles), 0);
    for (size_t k = 0; k < 2; k++) pthread_join(threads[k], &failed[k]);
    assert_null(failed[0]);
    assert_null(failed[1]);
    check_ok(outerfill_npy_load(shared_path, OUTERFILL_FLOAT64, &read, &n, &error), &error);
    assert_int_equal(n, 5);
    assert_true(memcmp(read, others, sizeof others) == 0 ||
                memcmp(read, doubles, sizeof doubles) == 0);
    outerfill_free(read);
    unlink(shared_path);
}

static int create_folder(void **state) {
    (void)state;
    scratch_create();
    return 0;
}

static void test_nothing_is_left(void **state) {
    (void)state;
    scratch_remove();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_bytes),       cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_refused),         cmocka_unit_test(test_a_folder),
        cmocka_unit_test(test_a_full_disk),     cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_nothing_is_left),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, create_folder, NULL) == 0 ? 0 : 1;
}
