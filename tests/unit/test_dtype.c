/* SPDX-License-Identifier: MIT
 *
 * Guards the table of dtypes: for each one its size, its names for the caller, for OpenCL C and for NPY, and the conversion of a
 * parameter, rounded once, into exactly as many bytes; and what any other number is answered with.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "base/dtype.h"

static void test_the_table(void **state) {
    static const struct {
        outerfill_dtype dtype;
        size_t itemsize;
        const char *name, *opencl_name, *npy_kind;
    } rows[] = {{OUTERFILL_FLOAT64, 8, "float64", "double", "f8"},
                {OUTERFILL_FLOAT32, 4, "float32", "float", "f4"}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        assert_true(dtype_is_known(rows[k].dtype));
        assert_int_equal(outerfill_dtype_itemsize(rows[k].dtype), rows[k].itemsize);
        assert_string_equal(outerfill_dtype_name(rows[k].dtype), rows[k].name);
        assert_string_equal(dtype_opencl_name(rows[k].dtype), rows[k].opencl_name);
        assert_int_equal(dtype_npy_descr(rows[k].dtype)[0],
                         __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>');
        assert_string_equal(dtype_npy_descr(rows[k].dtype) + 1, rows[k].npy_kind);
    }
}

/* Walks the rows: a value that every dtype has survives being stored, loaded and named. */
static void test_every_row(void **state) {
    size_t num_rows = 0;

    (void)state;
    for (outerfill_dtype dtype = 1; dtype_is_known(dtype); dtype++, num_rows++) {
        const size_t itemsize = outerfill_dtype_itemsize(dtype);
        unsigned char *element = check_malloc(itemsize);
        char hex[DTYPE_HEX_NBYTES];
        for (double value = -4; value <= 4; value += 0.5) {
            dtype_store(dtype, value, element);
            assert_true(dtype_load(dtype, element) == value);
            dtype_format_hex(dtype, element, hex, sizeof hex);
            assert_int_equal(strlen(hex), 2 + 2 * itemsize);
        }
        assert_int_equal(dtype_npy_descr(dtype)[2] - '0', itemsize);
        free(element);
    }
    assert_int_equal(num_rows, 2);
}

static void test_hexadecimal_form(void **state) {
    const double number = -2.0;
    const float single = 0x1.2p0f;
    char hex[DTYPE_HEX_NBYTES];

    (void)state;
    dtype_format_hex(OUTERFILL_FLOAT64, &number, hex, sizeof hex);
    assert_string_equal(hex, "0xc000000000000000");
    dtype_format_hex(OUTERFILL_FLOAT32, &single, hex, sizeof hex);
    assert_string_equal(hex, "0x3f900000");
}

/* Where a caller chooses a dtype, 0 means float64. No array has the dtype 0. */
static void test_the_default(void **state) {
    outerfill_dtype dtype = OUTERFILL_DTYPE_DEFAULT;
    outerfill_error error;

    (void)state;
    assert_false(dtype_is_known(dtype));
    assert_int_equal(outerfill_dtype_itemsize(dtype), 0);
    assert_string_equal(outerfill_dtype_name(dtype), "default");
    check_ok(dtype_choose(&dtype, "dtype", &error), NULL);
    assert_int_equal(dtype, OUTERFILL_FLOAT64);
    dtype = OUTERFILL_FLOAT32;
    check_ok(dtype_choose(&dtype, "dtype", &error), NULL);
    assert_int_equal(dtype, OUTERFILL_FLOAT32);
    dtype = (outerfill_dtype)7;
    check_status(dtype_choose(&dtype, "x.dtype", &error), OUTERFILL_INVALID_ARGUMENT, &error);
    assert_string_equal(error.message, "invalid x.dtype 7 (valid: 0 to 2)");
}

static void test_unknown_dtypes(void **state) {
    /* Through an int, since the enum's own type need not have room for them. */
    static const int unknown[] = {3, 7, 255, 1 << 30, -1, -2};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(unknown); k++) {
        const outerfill_dtype dtype = (outerfill_dtype)unknown[k];
        assert_false(dtype_is_known(dtype));
        assert_int_equal(outerfill_dtype_itemsize(dtype), 0);
        assert_string_equal(outerfill_dtype_name(dtype), "unknown dtype");
    }
}

/* In memory that ends with the element. */
static void check_stored(double value, float single) {
    unsigned char *eight = check_malloc(8), *four = check_malloc(4);

    dtype_store(OUTERFILL_FLOAT64, value, eight);
    dtype_store(OUTERFILL_FLOAT32, value, four);
    assert_memory_equal(eight, &value, 8);
    assert_memory_equal(four, &single, 4);
    free(eight);
    free(four);
}

static void test_storing(void **state) {
    (void)state;
    check_stored(0.0, 0.0f);
    check_stored(-0.0, -0.0f);
    check_stored(-2.5, -2.5f);
    check_stored(0.1, 0x1.99999ap-4f);
    check_stored(0x1.000001p0, 1.0f);
    check_stored(0x1.0000010000001p0, 0x1.000002p0f);
    check_stored(1e300, INFINITY);
    check_stored(-INFINITY, -INFINITY);
    check_stored(1e-60, 0.0f);
    check_stored(0x1p-149, 0x1p-149f);
}

static void test_storing_nan(void **state) {
    double number = 0;
    float single = 0;

    (void)state;
    dtype_store(OUTERFILL_FLOAT64, NAN, &number);
    dtype_store(OUTERFILL_FLOAT32, NAN, &single);
    assert_true(isnan(number) && isnan(single));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table),        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_hexadecimal_form), cmocka_unit_test(test_the_default),
        cmocka_unit_test(test_unknown_dtypes),   cmocka_unit_test(test_storing),
        cmocka_unit_test(test_storing_nan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
