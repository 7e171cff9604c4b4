/* SPDX-License-Identifier: MIT
 *
 * Guards what stands around the dictionary of an NPY file: magic, version and length, a file that ends anywhere inside its
 * header or before its data, and one byte changed at any place; and the header that is written: 4096 bytes, which a reader
 * who knows nothing of this library takes apart again. Every buffer ends with its last byte, for the sanitizers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file/npy.h"

#define GOOD "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n"

static const unsigned char prefix_1[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, sizeof GOOD - 1, 0};
static const unsigned char prefix_2[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, sizeof GOOD - 1,
                                         0,    0,   0};

/* Reads the first num_bytes bytes of a file, from memory that has no more. */
static outerfill_status read_bytes(const unsigned char *bytes, size_t num_bytes, size_t file_nbytes,
                                   struct npy_vector *vector, outerfill_error *error) {
    unsigned char *copy = check_malloc(num_bytes);

    memcpy(copy, bytes, num_bytes);
    memset(error, 0, sizeof *error);
    const outerfill_status status =
        npy_read_header(copy, num_bytes, file_nbytes, "x.npy", vector, error);
    free(copy);
    return status;
}

static void check_refused(const unsigned char *bytes, size_t num_bytes, size_t file_nbytes,
                          const char *words) {
    struct npy_vector vector;
    outerfill_error error;

    check_status(read_bytes(bytes, num_bytes, file_nbytes, &vector, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "\"x.npy\" ");
    check_contains(error.message, words);
}

/* A good file of 3 float64 elements; its length. */
static size_t make_file(const unsigned char *prefix, size_t prefix_nbytes, unsigned char *file) {
    memcpy(file, prefix, prefix_nbytes);
    memcpy(file + prefix_nbytes, GOOD, sizeof GOOD - 1);
    memset(file + prefix_nbytes + sizeof GOOD - 1, 0x5a, 24);
    return prefix_nbytes + sizeof GOOD - 1 + 24;
}

/* ---- Cut short ---- */

static void check_every_truncation(const unsigned char *prefix, size_t prefix_nbytes) {
    unsigned char file[256];
    const size_t nbytes = make_file(prefix, prefix_nbytes, file);
    struct npy_vector vector;
    outerfill_error error;

    for (size_t k = 0; k < nbytes; k++)
        check_refused(file, k, k, k < 6 ? "not a NumPy file" : "truncated");
    check_ok(read_bytes(file, nbytes, nbytes, &vector, &error), &error);
    assert_int_equal(vector.n, 3);
    assert_int_equal(vector.data_begin, nbytes - 24);
}

static void test_files_that_end_too_early(void **state) {
    (void)state;
    check_every_truncation(prefix_1, sizeof prefix_1);
    check_every_truncation(prefix_2, sizeof prefix_2);
}

static void test_more_than_the_data(void **state) {
    unsigned char file[256];
    const size_t nbytes = make_file(prefix_1, sizeof prefix_1, file);
    struct npy_vector vector;
    outerfill_error error;

    (void)state;
    check_ok(read_bytes(file, nbytes, nbytes + 1, &vector, &error), &error);
    check_ok(read_bytes(file, nbytes, SIZE_MAX, &vector, &error), &error);
    check_ok(read_bytes(file, nbytes - 24, nbytes, &vector, &error), &error);
    check_refused(file, nbytes, nbytes - 1, "3 elements of 8 bytes, but only 23 bytes follow");
}

/* Lengths whose number of bytes is small, or 0, in 64 bits. */
static void test_lengths_that_wrap_around(void **state) {
    static const char *const lengths[] = {
        "2305843009213693952",  "2305843009213693953",  "4611686018427387904",
        "9223372036854775808",  "18446744073709551615", "18446744073709551616",
        "18446744073709551617", "36893488147419103232", "184467440737095516160",
    };
    unsigned char file[256];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(lengths); k++) {
        memcpy(file, prefix_1, sizeof prefix_1);
        const int length =
            snprintf((char *)file + 10, 200,
                     "{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }", lengths[k]);
        file[8] = (unsigned char)length;
        check_refused(file, 10 + (size_t)length, (size_t)1 << 40, "x.npy");
    }
}

/* ---- Magic, version, length ---- */

static void test_magic_and_version(void **state) {
    static const unsigned char versions[][2] = {{0, 0}, {0, 1},   {1, 1},   {2, 1},      {3, 1},
                                                {4, 0}, {255, 0}, {1, 255}, {0x93, 0x93}};
    unsigned char file[256];
    const size_t nbytes = make_file(prefix_1, sizeof prefix_1, file);

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(versions); k++) {
        memcpy(file + 6, versions[k], 2);
        check_refused(file, nbytes, nbytes, "version");
    }
    for (size_t k = 0; k < 6; k++) {
        make_file(prefix_1, sizeof prefix_1, file);
        file[k] ^= 0x20;
        check_refused(file, nbytes, nbytes, "not a NumPy file");
    }
    check_refused((const unsigned char *)"PK\x03\x04 a zip file, as .npz is", 26, 26,
                  "not a NumPy file");
}

/* The longest header has 10000 bytes, as in NumPy; of a longer one nothing is read. */
static void check_header_length(const unsigned char *prefix, size_t begin, size_t length) {
    const size_t nbytes = begin + (length <= 10000 ? length + 24 : 10000);
    unsigned char *file = check_malloc(nbytes);
    struct npy_vector vector;
    outerfill_error error;

    memset(file, '\n', nbytes); /* lines may be empty behind the dictionary */
    memcpy(file, prefix, begin);
    memcpy(file + begin, GOOD, sizeof GOOD - 1);
    for (size_t k = 8; k < begin; k++) file[k] = (unsigned char)(length >> 8 * (k - 8) & 0xff);
    if (length > 10000) {
        check_refused(file, nbytes, begin + length + 24, "10000");
    } else {
        check_ok(read_bytes(file, nbytes, nbytes, &vector, &error), &error);
        assert_int_equal(vector.data_begin, begin + length);
    }
    free(file);
}

static void test_header_lengths(void **state) {
    static const size_t lengths[] = {sizeof GOOD - 1, 118,   255,   256,   4086,     9999,
                                     10000,           10001, 65535, 65536, 16777216, 4294967295};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(lengths); k++) {
        if (lengths[k] <= 65535) check_header_length(prefix_1, sizeof prefix_1, lengths[k]);
        check_header_length(prefix_2, sizeof prefix_2, lengths[k]);
    }
}

/* Either it is refused, or what it says is possible; and nothing is read beyond the end. */
static void test_one_byte_changed(void **state) {
    unsigned char file[256];
    struct npy_vector vector;
    outerfill_error error;
    const size_t nbytes = make_file(prefix_2, sizeof prefix_2, file);

    (void)state;
    for (size_t k = 0; k < (nbytes - 24) * 256; k++) {
        const unsigned char before = file[k / 256];
        file[k / 256] = (unsigned char)(k % 256);
        if (read_bytes(file, nbytes, nbytes, &vector, &error) == OUTERFILL_OK) {
            assert_true(vector.itemsize >= 1 && vector.itemsize <= 16);
            assert_true(vector.data_begin >= nbytes - 26 &&
                        vector.data_begin + vector.n * vector.itemsize <= nbytes);
            assert_non_null(memchr("biuf", vector.kind, 4));
        } else {
            assert_int_equal(error.status, OUTERFILL_INVALID_ARGUMENT);
        }
        file[k / 256] = before;
    }
}

/* ---- Writing ---- */

static void check_written(outerfill_dtype dtype, size_t num_planes, size_t n, size_t m,
                          const char *dictionary) {
    unsigned char *bytes = check_malloc(4096);

    memset(bytes, 0xff, 4096);
    npy_write_header(bytes, dtype, num_planes, n, m);
    assert_memory_equal(bytes, "\x93NUMPY\x01\x00\xf6\x0f", 10); /* 4086 bytes follow */
    const size_t length = strlen(dictionary);
    assert_memory_equal(bytes + 10, dictionary, length);
    for (size_t k = 10 + length; k < 4095; k++) assert_int_equal(bytes[k], ' ');
    assert_int_equal(bytes[4095], '\n');
    free(bytes);
}

static void test_written_headers(void **state) {
    (void)state;
    assert_int_equal(NPY_DATA_OFFSET, 4096);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    check_written(OUTERFILL_FLOAT64, 2, 3, 5,
                  "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3, 5), }");
    check_written(OUTERFILL_FLOAT32, 1, 1, 1,
                  "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1), }");
    check_written(OUTERFILL_FLOAT64, 64, 0, 7,
                  "{'descr': '<f8', 'fortran_order': False, 'shape': (64, 0, 7), }");
    check_written(OUTERFILL_FLOAT64, SIZE_MAX, SIZE_MAX, SIZE_MAX,
                  "{'descr': '<f8', 'fortran_order': False, 'shape': (18446744073709551615, "
                  "18446744073709551615, "
                  "18446744073709551615), }");
#else
    check_written(OUTERFILL_FLOAT64, 2, 3, 5,
                  "{'descr': '>f8', 'fortran_order': False, 'shape': (2, 3, 5), }");
#endif
}

/* Taken apart with nothing but the format's description. */
static void test_a_written_header_reads_back(void **state) {
    static const size_t shapes[][3] = {{1, 1, 1}, {2, 1000, 31}, {64, 4294967296, 3}, {3, 0, 0}};
    unsigned char bytes[4096];
    char text[4096], descr[8] = "", order[8] = "";
    size_t shape[3];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        npy_write_header(bytes, OUTERFILL_FLOAT32, shapes[k][0], shapes[k][1], shapes[k][2]);
        const size_t length = bytes[8] + 256u * bytes[9];
        assert_int_equal(10 + length, sizeof bytes);
        memcpy(text, bytes + 10, length);
        text[length] = '\0';
        assert_int_equal(
            sscanf(text,
                   "{'descr': '%7[^']', 'fortran_order': %7[A-Za-z], 'shape': (%zu, %zu, %zu), }",
                   descr, order, &shape[0], &shape[1], &shape[2]),
            5);
        assert_string_equal(descr + 1, "f4");
        assert_string_equal(order, "False");
        assert_memory_equal(shape, shapes[k], sizeof shape);
    }
}

/* A file of ours is three-dimensional, and so no input: its dtype and dictionary are understood all the same. */
static void test_a_written_header_is_understood(void **state) {
    unsigned char bytes[4096];

    (void)state;
    npy_write_header(bytes, OUTERFILL_FLOAT64, 2, 3, 5);
    check_refused(bytes, sizeof bytes, 4096 + 2 * 3 * 5 * 8, "3 dimensions");
}

/* What only looks like a header of ours is none: each byte of the text matters. */
static void test_headers_that_are_not_ours(void **state) {
    static const char *const texts[] = {
        "{'shape': (2, 3, 5)}", "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3, 5), }",
        ""};
    unsigned char bytes[NPY_DATA_OFFSET];
    outerfill_dtype dtype;
    size_t num_planes, n, m;

    (void)state;
    npy_write_header(bytes, OUTERFILL_FLOAT32, 2, 3, 5);
    assert_true(npy_read_own_header(bytes, &dtype, &num_planes, &n, &m));
    assert_int_equal(dtype, OUTERFILL_FLOAT32);
    bytes[NPY_DATA_OFFSET - 1] = ' ';
    assert_true(npy_begins_own_header(bytes, sizeof bytes));
    assert_false(npy_read_own_header(bytes, &dtype, &num_planes, &n, &m));
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        npy_write_header(bytes, OUTERFILL_FLOAT64, 2, 3, 5);
        memset(bytes + 10, ' ', 128);
        memcpy(bytes + 10, texts[k], strlen(texts[k]));
        assert_true(npy_begins_own_header(bytes, sizeof bytes));
        assert_false(npy_read_own_header(bytes, &dtype, &num_planes, &n, &m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_that_end_too_early),
        cmocka_unit_test(test_more_than_the_data),
        cmocka_unit_test(test_lengths_that_wrap_around),
        cmocka_unit_test(test_magic_and_version),
        cmocka_unit_test(test_header_lengths),
        cmocka_unit_test(test_one_byte_changed),
        cmocka_unit_test(test_written_headers),
        cmocka_unit_test(test_a_written_header_reads_back),
        cmocka_unit_test(test_a_written_header_is_understood),
        cmocka_unit_test(test_headers_that_are_not_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
