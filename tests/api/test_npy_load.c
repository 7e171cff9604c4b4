/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill_npy_load against files written here byte by byte: every real dtype in both byte orders, converted to both
 * dtypes as C's casts do it (which is what NumPy's astype does), the three versions of the format, and headers set in other
 * ways. What has to be refused is in test_npy_refused.c.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "npy_image.h"
#include "oracle.h"
#include "scratch.h"

#define MAX_VALUES 32

/* ---- Every dtype
 * ---------------------------------------------------------------------------------------------------------------- */

static const unsigned char bools[] = {0, 1, 1, 0};
static const int8_t int8s[] = {0, 1, -1, INT8_MIN, INT8_MAX};
static const uint8_t uint8s[] = {0, 1, 128, UINT8_MAX};
static const int16_t int16s[] = {0, 1, -2, 258, INT16_MIN, INT16_MAX};
static const uint16_t uint16s[] = {0, 1, 258, UINT16_MAX};
static const int32_t int32s[] = {0, -1, 16777217, -16777219, 66051, INT32_MIN, INT32_MAX};
static const uint32_t uint32s[] = {0, 1, 16777217, 66051, UINT32_MAX};
/* The last but one is rounded to float32 in one step: by way of float64 it would come out one step lower. */
static const int64_t int64s[] = {
    0,         -1,        INT64_C(9007199254740993),     INT64_C(-9007199254740995),
    INT64_MIN, INT64_MAX, (INT64_C(16777217) << 30) + 1, 66051};
static const uint64_t uint64s[] = {0,
                                   1,
                                   UINT64_C(9007199254740993),
                                   UINT64_MAX,
                                   (UINT64_C(16777217) << 30) + 1,
                                   UINT64_C(1) << 63,
                                   UINT64_C(18446742974197923841)};
/* 0, -0, 1, -2, 65504, the smallest and largest subnormal, the smallest normal, infinities, NaN, 1/3 */
static const uint16_t halves[] = {0,      0x8000, 0x3c00, 0xc000, 0x7bff, 1,     0x3ff,
                                  0x8001, 0x400,  0x7c00, 0xfc00, 0x7e00, 0x3555};
static const double half_values[] = {0,         -0.0,      1,        -2,      65504,
                                     0x1p-24,   0x3ffp-24, -0x1p-24, 0x1p-14, INFINITY,
                                     -INFINITY, NAN,       0x555p-12};
static const float singles[] = {
    0,        -0.0f,     1,   0.1f,  FLT_MAX, FLT_MIN, FLT_TRUE_MIN, -FLT_TRUE_MIN,
    INFINITY, -INFINITY, NAN, 1e-40f};
static const double doubles[] = {
    0,         -0.0, 1,    0.1,   DBL_MAX, DBL_MIN, DBL_TRUE_MIN,    -1e-310,      INFINITY,
    -INFINITY, NAN,  1e39, -1e39, 1e-39,   1e-46,   1 + DBL_EPSILON, 0x1.000001p0, 0x1.000003p0};
static long double extendeds[] = {
    0, -0.0L, 1, 0.1L, INFINITY, -INFINITY, NAN, 1e39L, -1e-46L, 0x1.00000100000000001p0L, -2.5L};

#define AS_BOTH(name)                                                                              \
    static double name##_to_float64(size_t k) {                                                    \
        return (double)name[k];                                                                    \
    }                                                                                              \
    static float name##_to_float32(size_t k) {                                                     \
        return (float)name[k];                                                                     \
    }

AS_BOTH(bools)
AS_BOTH(int8s)
AS_BOTH(uint8s)
AS_BOTH(int16s)
AS_BOTH(uint16s)
AS_BOTH(int32s)
AS_BOTH(uint32s)
AS_BOTH(int64s)
AS_BOTH(uint64s)
AS_BOTH(half_values)
AS_BOTH(singles)
AS_BOTH(doubles)
AS_BOTH(extendeds)

/* `descr` without its byte order. */
#define DTYPE(descr, file_values, values)                                                          \
    {descr,                                                                                        \
     file_values,                                                                                  \
     sizeof(file_values)[0],                                                                       \
     NUM_ELEMENTS(file_values),                                                                    \
     values##_to_float64,                                                                          \
     values##_to_float32}

static const struct {
    const char *descr;
    const void *values;
    size_t itemsize, num_values;
    double (*to_float64)(size_t k);
    float (*to_float32)(size_t k);
} dtypes[] = {
    DTYPE("b1", bools, bools),          DTYPE("i1", int8s, int8s),
    DTYPE("u1", uint8s, uint8s),        DTYPE("i2", int16s, int16s),
    DTYPE("u2", uint16s, uint16s),      DTYPE("i4", int32s, int32s),
    DTYPE("u4", uint32s, uint32s),      DTYPE("i8", int64s, int64s),
    DTYPE("u8", uint64s, uint64s),      DTYPE("f2", halves, half_values),
    DTYPE("f4", singles, singles),      DTYPE("f8", doubles, doubles),
    DTYPE("f16", extendeds, extendeds),
};

static void check_values(size_t k, outerfill_dtype dtype, const void *values, const char *what) {
    double expected64[MAX_VALUES];
    float expected32[MAX_VALUES];

    for (size_t at = 0; at < dtypes[k].num_values; at++) {
        expected64[at] = dtypes[k].to_float64(at);
        expected32[at] = dtypes[k].to_float32(at);
    }
    assert_int_equal(oracle_compare(dtype,
                                    dtype == OUTERFILL_FLOAT64 ? (const void *)expected64
                                                               : (const void *)expected32,
                                    values, dtypes[k].num_values, what),
                     0);
}

static void load_dtype(size_t k, char byte_order, outerfill_dtype dtype) {
    static npy_image file;
    char header[120];
    void *values = NULL;
    size_t n = 0;
    outerfill_error error;

    snprintf(header, sizeof header, "{'descr': '%c%s', 'fortran_order': False, 'shape': (%zu,), }",
             byte_order, dtypes[k].descr, dtypes[k].num_values);
    npy_image_begin(&file, 1, header);
    npy_image_append(&file, dtypes[k].values, dtypes[k].itemsize, dtypes[k].num_values,
                     byte_order == '>');
    check_ok(npy_image_load(file.bytes, file.nbytes, dtype, &values, &n, &error), &error);
    assert_non_null(values);
    assert_int_equal(n, dtypes[k].num_values);
    check_values(k, dtype, values, header);
    outerfill_free(values);
}

/* The values above are this machine's, so it must be little-endian; a long double of another size than 16 has another name. */
static void test_every_dtype(void **state) {
    const uint16_t one = 1;

    (void)state;
    assert_int_equal(*(const unsigned char *)&one, 1);
    for (size_t k = 0; k < NUM_ELEMENTS(dtypes); k++) {
        if (strcmp(dtypes[k].descr, "f16") == 0 && sizeof(long double) != 16) {
            printf("long double has %zu bytes here: f16 is not tested\n", sizeof(long double));
            continue;
        }
        for (outerfill_dtype dtype = OUTERFILL_FLOAT64; dtype <= OUTERFILL_FLOAT32; dtype++) {
            if (dtypes[k].itemsize == 1) {
                load_dtype(k, '|', dtype);
                continue;
            }
            load_dtype(k, '<', dtype);
            load_dtype(k, '>', dtype);
        }
    }
}

/* ---- Other headers
 * ------------------------------------------------------------------------------------------------------------- */

static const struct {
    int version;
    size_t n;
    const char *header;
} headers[] = {
    {1, 3, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"},
    {2, 3, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"},
    {3, 3, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"},
    {1, 3, "{'descr': '<f8', 'fortran_order': True, 'shape': (3,), }"},
    {1, 3, "{'shape': (3,), 'fortran_order': False, 'descr': '<f8'}"},
    {1, 3, "{'descr':'<f8','fortran_order':False,'shape':(3,)}"},
    {1, 3, "{ 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 3 , ) , }"},
    {1, 0, "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }"},
    {1, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"},
};

static void test_headers(void **state) {
    static const double values[] = {1.5, -2, 1e300};
    static npy_image file;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(headers); k++) {
        void *loaded = NULL;
        size_t n = 99;
        outerfill_error error;
        npy_image_begin(&file, headers[k].version, headers[k].header);
        npy_image_append(&file, values, sizeof values[0], headers[k].n, 0);
        check_ok(npy_image_load(file.bytes, file.nbytes, OUTERFILL_FLOAT64, &loaded, &n, &error),
                 &error);
        assert_non_null(loaded); /* also where n is 0 */
        assert_int_equal(n, headers[k].n);
        assert_int_equal(oracle_compare(OUTERFILL_FLOAT64, values, loaded, n, headers[k].header),
                         0);
        outerfill_free(loaded);
    }
}

/* Read in pieces of a megabyte, of which the last is a short one. */
static void test_several_pieces(void **state) {
    enum { num_values = (2 << 20) / sizeof(double) + 3 };
    npy_image file;
    outerfill_error error;
    void *loaded = NULL;
    size_t n = 0;

    (void)state;
    npy_image_begin(&file, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (262147,), }");
    char *bytes = check_malloc(file.nbytes + num_values * sizeof(double));
    double *values = (double *)(bytes + file.nbytes); /* the data begin at a multiple of 64 */
    memcpy(bytes, file.bytes, file.nbytes);
    oracle_plain(OUTERFILL_FLOAT64, values, num_values, 5);
    check_ok(npy_image_load(bytes, file.nbytes + num_values * sizeof(double), OUTERFILL_FLOAT64,
                            &loaded, &n, &error),
             &error);
    assert_int_equal(n, num_values);
    assert_memory_equal(loaded, values, num_values * sizeof(double));
    outerfill_free(loaded);
    free(bytes);
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
        cmocka_unit_test(test_every_dtype),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_several_pieces),
        cmocka_unit_test(test_nothing_is_left),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, create_folder, NULL) == 0 ? 0 : 1;
}
