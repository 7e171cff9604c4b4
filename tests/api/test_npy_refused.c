/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill_npy_load against what is not a 1-D .npy file of real numbers: other ranks and kinds, files cut at every byte,
 * lengths and shapes that are lies, foreign files, folders. Each is refused with a sentence that names the file; none of them
 * makes the library allocate what the header claims.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "npy_image.h"
#include "scratch.h"

/* Each with 24 bytes of data behind it. */
static const struct {
    const char *what;
    int version;
    const char *header;
} refused_headers[] = {
    {"2-D", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }"},
    {"3-D", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 3), }"},
    {"0-D", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }"},
    {"objects", 1, "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }"},
    {"complex128", 1, "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }"},
    {"complex64", 1, "{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }"},
    {"bytes", 1, "{'descr': '|S8', 'fortran_order': False, 'shape': (3,), }"},
    {"text", 1, "{'descr': '<U2', 'fortran_order': False, 'shape': (3,), }"},
    {"dates", 1, "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (3,), }"},
    {"void", 1, "{'descr': '|V8', 'fortran_order': False, 'shape': (3,), }"},
    {"records", 1, "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (3,), }"},
    {"an unknown size", 1, "{'descr': '<f3', 'fortran_order': False, 'shape': (3,), }"},
    {"an unknown kind", 1, "{'descr': '<x8', 'fortran_order': False, 'shape': (3,), }"},
    {"an empty descr", 1, "{'descr': '', 'fortran_order': False, 'shape': (3,), }"},
    {"one value short", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }"},
    {"2^62 values", 1,
     "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }"},
    {"2^64 - 1 values", 1,
     "{'descr': '|i1', 'fortran_order': False, 'shape': (18446744073709551615,), }"},
    {"2^64 values", 1,
     "{'descr': '|i1', 'fortran_order': False, 'shape': (18446744073709551616,), }"},
    {"2^64 + 3 values", 1,
     "{'descr': '<f8', 'fortran_order': False, 'shape': (18446744073709551619,), }"},
    {"a negative number", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }"},
    {"a fraction", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,), }"},
    {"a number that is no tuple", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3), }"},
    {"no shape", 1, "{'descr': '<f8', 'fortran_order': False, }"},
    {"no descr", 1, "{'fortran_order': False, 'shape': (3,), }"},
    {"no order", 1, "{'descr': '<f8', 'shape': (3,), }"},
    {"no dictionary", 1, "'descr': '<f8', 'fortran_order': False, 'shape': (3,), "},
    {"an open dictionary", 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), "},
    {"an open string", 1, "{'descr': '<f8, 'fortran_order': False, 'shape': (3,), }"},
    {"nothing", 1, ""},
    {"version 0", 0, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"},
    {"version 4", 4, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"},
    {"version 255", 255, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"},
};

static void check_refused(const void *bytes, size_t nbytes, const char *what) {
    void *values = NULL;
    size_t n = 0;
    outerfill_error error;
    outerfill_status status = npy_image_load(bytes, nbytes, OUTERFILL_FLOAT64, &values, &n, &error);

    if (status != OUTERFILL_INVALID_ARGUMENT) print_error("%s:\n", what);
    check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "load.npy");
    assert_null(values);
}

static void test_refused_headers(void **state) {
    static const double values[] = {1, 2, 3};
    static npy_image file;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(refused_headers); k++) {
        npy_image_begin(&file, refused_headers[k].version, refused_headers[k].header);
        npy_image_append(&file, values, sizeof values[0], NUM_ELEMENTS(values), 0);
        check_refused(file.bytes, file.nbytes, refused_headers[k].what);
    }
}

/* A good file, cut at every byte. */
static void test_truncated_files(void **state) {
    static const double values[] = {1, 2, 3};
    static npy_image file;
    char what[80];

    (void)state;
    npy_image_begin(&file, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }");
    npy_image_append(&file, values, sizeof values[0], NUM_ELEMENTS(values), 0);
    for (size_t nbytes = 0; nbytes < file.nbytes; nbytes++) {
        snprintf(what, sizeof what, "cut at %zu of %zu bytes", nbytes, file.nbytes);
        check_refused(file.bytes, nbytes, what);
    }
}

/* Whole files, as they are. */
#define FOREIGN(text) {sizeof(text) - 1, text}

static void test_foreign_files(void **state) {
    static const struct {
        size_t nbytes;
        const char *bytes;
    } foreign[] = {
        FOREIGN("1.0\n2.0\n3.0\n"),
        FOREIGN("\x93NUMPZ\x01\x00\x10\x00{'descr': '<f8'}"),
        FOREIGN("\x92NUMPY\x01\x00\x10\x00{'descr': '<f8'}"),
        FOREIGN("PK\x03\x04 a zip file, such as an .npz"),
        FOREIGN(
            "\x93NUMPY\x01\x00\xff\xff{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }\n"),
        FOREIGN("\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr': '<f8', 'fortran_order': False, "
                "'shape': (0,), }\n"),
        FOREIGN("\x93NUMPY\x03\x00\x00\x00\x00\x80{'descr': '<f8', 'fortran_order': False, "
                "'shape': (0,), }\n"),
        FOREIGN("\x93NUMPY\x01\x00\x00\x00"),
        FOREIGN("\x93NUMPY\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
        FOREIGN("\x93NUMPY\x01\x00\x0c\x00((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
                "(((("),
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(foreign); k++)
        check_refused(foreign[k].bytes, foreign[k].nbytes, foreign[k].bytes);
}

static void test_files_that_cannot_be_read(void **state) {
    const char *path = scratch_path("folder.npy");
    void *values = NULL;
    size_t n = 0;
    outerfill_error error;

    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    check_status(outerfill_npy_load(path, OUTERFILL_FLOAT64, &values, &n, &error),
                 OUTERFILL_FILE_FAILED, &error);
    check_contains(error.message, "folder.npy");
    assert_int_equal(rmdir(path), 0);
    check_status(outerfill_npy_load(path, OUTERFILL_FLOAT64, &values, &n, &error),
                 OUTERFILL_FILE_FAILED, &error);
    check_status(outerfill_npy_load("", OUTERFILL_FLOAT64, &values, &n, &error),
                 OUTERFILL_FILE_FAILED, &error);
    check_status(outerfill_npy_load("no/such/folder.npy", OUTERFILL_FLOAT64, &values, &n, NULL),
                 OUTERFILL_FILE_FAILED, NULL);
    assert_null(values);
}

static void test_arguments(void **state) {
    const char *path = scratch_path("nothing.npy");
    void *values = NULL;
    size_t n = 0;
    outerfill_error error;

    (void)state;
    check_status(outerfill_npy_load(NULL, OUTERFILL_FLOAT64, &values, &n, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "path");
    check_status(outerfill_npy_load(path, OUTERFILL_FLOAT64, NULL, &n, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "values");
    check_status(outerfill_npy_load(path, OUTERFILL_FLOAT64, &values, NULL, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_status(outerfill_npy_load(path, (outerfill_dtype)7, &values, &n, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "7");
    check_status(outerfill_npy_load(NULL, OUTERFILL_FLOAT64, &values, &n, NULL),
                 OUTERFILL_INVALID_ARGUMENT, NULL);
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
        cmocka_unit_test(test_refused_headers), cmocka_unit_test(test_truncated_files),
        cmocka_unit_test(test_foreign_files),   cmocka_unit_test(test_files_that_cannot_be_read),
        cmocka_unit_test(test_arguments),       cmocka_unit_test(test_nothing_is_left),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, create_folder, NULL) == 0 ? 0 : 1;
}
