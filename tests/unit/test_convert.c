/* SPDX-License-Identifier: MIT
 *
 * Guards the conversion of a file's elements: every dtype in either byte order, from any alignment, against values worked out
 * by hand; all 65536 numbers of float16 against another formula; and that nothing is rounded twice on its way to float32.
 * Results are compared bit by bit, NaN as a class.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file/convert.h"

#define IS_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

static bool same_double(double x, double y) {
    return (isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0;
}

static bool same_float(float x, float y) {
    return (isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0;
}

/* Converts one element, given with its lowest byte first, as it would stand in a file of either byte order; from and to memory
 * that has no more than the element. */
static void convert_one(char kind, size_t itemsize, bool file_is_big,
                        const unsigned char *lowest_first, outerfill_dtype dtype, void *value) {
    const struct npy_vector vector = {
        .kind = kind, .itemsize = itemsize, .is_swapped = file_is_big != IS_BIG_ENDIAN, .n = 1};
    const size_t value_nbytes = dtype == OUTERFILL_FLOAT64 ? 8 : 4;
    unsigned char *block = check_malloc(itemsize + 1), *element = block + 1; /* not aligned */
    unsigned char *converted = check_malloc(value_nbytes);

    for (size_t k = 0; k < itemsize; k++)
        element[file_is_big ? itemsize - 1 - k : k] = lowest_first[k];
    convert_elements(&vector, element, 1, dtype, converted);
    memcpy(value, converted, value_nbytes);
    free(converted);
    free(block);
}

struct row {
    unsigned char lowest_first[16];
    double number;
    float single;
};

static void check_rows(char kind, size_t itemsize, const struct row *rows, size_t num_rows) {
    for (size_t k = 0; k < 2 * num_rows; k++) {
        const struct row *row = &rows[k / 2];
        double number;
        float single;
        convert_one(kind, itemsize, k % 2, row->lowest_first, OUTERFILL_FLOAT64, &number);
        convert_one(kind, itemsize, k % 2, row->lowest_first, OUTERFILL_FLOAT32, &single);
        if (same_double(number, row->number) && same_float(single, row->single)) continue;
        print_error("%c%zu, row %zu, %s-endian: %a and %a instead of %a and %a\n", kind, itemsize,
                    k / 2, k % 2 ? "big" : "little", number, (double)single, row->number,
                    (double)row->single);
        fail();
    }
}

/* ---- Integers ---- */

static void test_bool(void **state) {
    static const struct row rows[] = {{{0}, 0, 0}, {{1}, 1, 1}, {{2}, 1, 1}, {{255}, 1, 1}};

    (void)state;
    check_rows('b', 1, rows, NUM_ELEMENTS(rows));
}

static void test_small_integers(void **state) {
    static const struct row i1[] = {
        {{0}, 0, 0}, {{1}, 1, 1}, {{0x7f}, 127, 127}, {{0x80}, -128, -128}, {{0xff}, -1, -1}};
    static const struct row u1[] = {
        {{0}, 0, 0}, {{0x7f}, 127, 127}, {{0x80}, 128, 128}, {{0xff}, 255, 255}};
    static const struct row i2[] = {{{0x34, 0x12}, 4660, 4660},
                                    {{0xff, 0x7f}, 32767, 32767},
                                    {{0, 0x80}, -32768, -32768},
                                    {{0xfe, 0xff}, -2, -2}};
    static const struct row u2[] = {
        {{0x34, 0x12}, 4660, 4660}, {{0, 0x80}, 32768, 32768}, {{0xff, 0xff}, 65535, 65535}};

    (void)state;
    check_rows('i', 1, i1, NUM_ELEMENTS(i1));
    check_rows('u', 1, u1, NUM_ELEMENTS(u1));
    check_rows('i', 2, i2, NUM_ELEMENTS(i2));
    check_rows('u', 2, u2, NUM_ELEMENTS(u2));
}

/* float32 has 24 bits: 2^24 + 1 lies between two of its numbers and goes to the even one. */
static void test_32_bit_integers(void **state) {
    static const struct row i4[] = {
        {{0x78, 0x56, 0x34, 0x12}, 305419896.0, 305419904.0f},
        {{1, 0, 0, 1}, 16777217.0, 16777216.0f},
        {{3, 0, 0, 1}, 16777219.0, 16777220.0f},
        {{0xff, 0xff, 0xff, 0x7f}, 2147483647.0, 2147483648.0f},
        {{0, 0, 0, 0x80}, -2147483648.0, -2147483648.0f},
        {{0xff, 0xff, 0xff, 0xff}, -1, -1},
    };
    static const struct row u4[] = {
        {{0, 0, 0, 0x80}, 2147483648.0, 2147483648.0f},
        {{0xff, 0xff, 0xff, 0xff}, 4294967295.0, 4294967296.0f},
        {{1, 0, 0, 1}, 16777217.0, 16777216.0f},
    };

    (void)state;
    check_rows('i', 4, i4, NUM_ELEMENTS(i4));
    check_rows('u', 4, u4, NUM_ELEMENTS(u4));
}

/* 2^60 + 2^36 + 1 lies just above the middle of two float32 numbers, 2^60 and 2^60 + 2^37. By way of float64 the 1 is lost,
 * and the middle goes to the even one, 2^60. */
static void test_64_bit_integers_are_rounded_once(void **state) {
    static const struct row i8[] = {
        {{1, 0, 0, 0, 0x10, 0, 0, 0x10}, 0x1.000001p60, 0x1.000002p60f},
        {{0, 0, 0, 0, 0x10, 0, 0, 0x10}, 0x1.000001p60, 0x1p60f},
        {{0xff, 0xff, 0xff, 0xff, 0x2f, 0, 0, 0x10}, 0x1.000003p60, 0x1.000002p60f},
        {{0, 0, 0, 0, 0x30, 0, 0, 0x10}, 0x1.000003p60, 0x1.000004p60f},
        {{0xff, 0xff, 0xff, 0xff, 0xef, 0xff, 0xff, 0xef},
         -0x1.000001p60,
         -0x1.000002p60f}, /* the first, negative */
        {{1, 0, 0, 0, 0, 0, 0x20, 0}, 9007199254740992.0, 9007199254740992.0f},
        {{3, 0, 0, 0, 0, 0, 0x20, 0}, 9007199254740996.0, 9007199254740992.0f},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, 0x1p63, 0x1p63f},
        {{0, 0, 0, 0, 0, 0, 0, 0x80}, -0x1p63, -0x1p63f},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, -1, -1},
        {{1, 2, 3, 4, 5, 6, 7, 8}, 0x1.00e0c0a080604p59, 0x1.00e0c0p59f},
    };
    static const struct row u8[] = {
        {{1, 0, 0, 0, 0x80, 0, 0, 0x80}, 0x1.000001p63, 0x1.000002p63f},
        {{0, 0, 0, 0, 0x80, 0, 0, 0x80}, 0x1.000001p63, 0x1p63f},
        {{0, 0, 0, 0, 0, 0, 0, 0x80}, 0x1p63, 0x1p63f},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0x1p64, 0x1p64f},
    };

    (void)state;
    check_rows('i', 8, i8, NUM_ELEMENTS(i8));
    check_rows('u', 8, u8, NUM_ELEMENTS(u8));
}

/* ---- Floating point ---- */

/* As the format is defined, put together from bits rather than computed. */
static double half_by_bits(unsigned half) {
    const uint64_t sign = (uint64_t)(half >> 15) << 63, exponent = half >> 10 & 31,
                   fraction = half & 1023;
    uint64_t bits = sign | (exponent - 15 + 1023) << 52 | fraction << 42;
    double number;

    if (exponent == 31) bits = sign | (uint64_t)0x7ff << 52 | fraction << 42;
    if (exponent == 0) bits = sign;
    memcpy(&number, &bits, sizeof number);
    return exponent == 0 ? copysign((double)fraction * 5.9604644775390625e-08, number) : number;
}

static void test_every_float16(void **state) {
    (void)state;
    for (unsigned half = 0; half < 65536; half++) {
        const double number = half_by_bits(half);
        const struct row row = {
            {(unsigned char)half, (unsigned char)(half >> 8)}, number, (float)number};
        check_rows('f', 2, &row, 1);
    }
}

static void test_some_float16(void **state) {
    static const struct row rows[] = {
        {{0x00, 0x3c}, 1, 1},
        {{0x01, 0x3c}, 1.0009765625, 1.0009765625f},
        {{0x00, 0xc0}, -2, -2},
        {{0xff, 0x7b}, 65504, 65504},
        {{0x00, 0x04}, 0x1p-14, 0x1p-14f},
        {{0x01, 0x00}, 0x1p-24, 0x1p-24f},
        {{0xff, 0x03}, 0x1.ff8p-15, 0x1.ff8p-15f},
        {{0x55, 0x35}, 0.333251953125, 0.333251953125f},
        {{0x00, 0x80}, -0.0, -0.0f},
        {{0x00, 0x7c}, INFINITY, INFINITY},
        {{0x00, 0xfc}, -INFINITY, -INFINITY},
        {{0x01, 0x7c}, NAN, NAN},
        {{0xff, 0xff}, NAN, NAN},
    };

    (void)state;
    check_rows('f', 2, rows, NUM_ELEMENTS(rows));
}

static void test_float32(void **state) {
    static const struct row rows[] = {
        {{0, 0, 0x80, 0x3f}, 1, 1},
        {{0xdb, 0x0f, 0x49, 0x40}, 0x1.921fb6p1, 0x1.921fb6p1f},
        {{1, 0, 0, 0}, 0x1p-149, 0x1p-149f},
        {{0xff, 0xff, 0x7f, 0x7f}, 0x1.fffffep127, 0x1.fffffep127f},
        {{0, 0, 0, 0x80}, -0.0, -0.0f},
        {{0, 0, 0x80, 0xff}, -INFINITY, -INFINITY},
        {{0, 0, 0xc0, 0x7f}, NAN, NAN},
    };

    (void)state;
    check_rows('f', 4, rows, NUM_ELEMENTS(rows));
}

static void test_float64(void **state) {
    static const struct row rows[] = {
        {{0, 0, 0, 0, 0, 0, 0xf0, 0x3f}, 1, 1},
        {{0x18, 0x2d, 0x44, 0x54, 0xfb, 0x21, 0x09, 0x40}, 0x1.921fb54442d18p1, 0x1.921fb6p1f},
        {{0, 0, 0, 0x10, 0, 0, 0xf0, 0x3f}, 0x1.000001p0, 1}, /* the middle, to even */
        {{1, 0, 0, 0x10, 0, 0, 0xf0, 0x3f}, 0x1.0000010000001p0, 0x1.000002p0f}, /* just above */
        {{0, 0, 0, 0x30, 0, 0, 0xf0, 0x3f},
         0x1.000003p0,
         0x1.000004p0f}, /* the next middle, to even */
        {{0, 0, 0, 0xe0, 0xff, 0xff, 0xef, 0x47},
         0x1.fffffep127,
         0x1.fffffep127f}, /* float32's largest */
        {{0, 0, 0, 0xf0, 0xff, 0xff, 0xef, 0x47},
         0x1.ffffffp127,
         INFINITY}, /* half a step beyond */
        {{0xff, 0xff, 0xff, 0xef, 0xff, 0xff, 0xef, 0x47}, 0x1.fffffefffffffp127, 0x1.fffffep127f},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xef, 0xff}, -0x1.fffffffffffffp1023, -INFINITY},
        {{0, 0, 0, 0, 0, 0, 0xa0, 0x36}, 0x1p-149, 0x1p-149f},
        {{0, 0, 0, 0, 0, 0, 0x90, 0x36}, 0x1p-150, 0},
        {{1, 0, 0, 0, 0, 0, 0x90, 0xb6}, -0x1.0000000000001p-150, -0x1p-149f},
        {{1, 0, 0, 0, 0, 0, 0, 0x80}, -0x1p-1074, -0.0f},
        {{0, 0, 0, 0, 0, 0, 0xf0, 0x7f}, INFINITY, INFINITY},
        {{0, 0, 0, 0, 0, 0, 0xf8, 0xff}, NAN, NAN},
        {{1, 0, 0, 0, 0, 0, 0xf0, 0x7f}, NAN, NAN},
    };

    (void)state;
    check_rows('f', 8, rows, NUM_ELEMENTS(rows));
}

#if defined(__x86_64__)
/* 64 bits with the leading 1 written out, then sign and exponent, then 6 bytes that may be anything. The second and third lie
 * just above the middle of two float64 or float32 numbers; the third is not to be rounded to float64 first. */
static void test_long_double(void **state) {
    static const struct row rows[] = {
        {{0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f, 1, 2, 3, 4, 5, 6}, 1, 1},
        {{1, 4, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f}, 0x1.0000000000001p0, 1},
        {{1, 0, 0, 0, 0x80, 0, 0, 0x80, 0xff, 0x3f}, 0x1.000001p0, 0x1.000002p0f},
        {{0, 0, 0, 0, 0x80, 0, 0, 0x80, 0xff, 0x3f}, 0x1.000001p0, 1},
        {{0, 0, 0, 0, 0, 0, 0, 0xc0, 0x00, 0xc0}, -3, -3},
        {{0, 0, 0, 0, 0, 0, 0, 0x80, 0xfe, 0x7f}, INFINITY, INFINITY},
        {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80}, -0.0, -0.0f},
        {{0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0xff}, -INFINITY, -INFINITY},
        {{0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x7f}, NAN, NAN},
    };

    (void)state;
    check_rows('f', 16, rows, NUM_ELEMENTS(rows));
}
#endif

/* ---- Many elements ---- */

static void test_many_elements_in_order(void **state) {
    enum { NUM = 1000 };
    unsigned char *elements = check_malloc(2 * NUM + 1);
    double *numbers = check_malloc(NUM * sizeof *numbers);
    float *singles = check_malloc(NUM * sizeof *singles);

    (void)state;
    for (unsigned k = 0; k < NUM; k++) {
        elements[1 + 2 * k] = (unsigned char)(k * 60 >> 8);
        elements[2 + 2 * k] = (unsigned char)(k * 60);
    }
    const struct npy_vector vector = {
        .kind = 'u', .itemsize = 2, .is_swapped = !IS_BIG_ENDIAN, .n = 5};
    convert_elements(&vector, elements + 1, NUM, OUTERFILL_FLOAT64, numbers);
    convert_elements(&vector, elements + 1, NUM, OUTERFILL_FLOAT32, singles);
    for (unsigned k = 0; k < NUM; k++)
        assert_true(same_double(numbers[k], 60.0 * k) && same_float(singles[k], 60.0f * (float)k));
    free(elements);
    free(numbers);
    free(singles);
}

static void test_no_elements(void **state) {
    const struct npy_vector vector = {.kind = 'f', .itemsize = 8};
    double untouched = 7;

    (void)state;
    convert_elements(&vector, NULL, 0, OUTERFILL_FLOAT64, &untouched);
    convert_elements(&vector, NULL, 0, OUTERFILL_FLOAT32, NULL);
    assert_true(same_double(untouched, 7));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bool),
        cmocka_unit_test(test_small_integers),
        cmocka_unit_test(test_32_bit_integers),
        cmocka_unit_test(test_64_bit_integers_are_rounded_once),
        cmocka_unit_test(test_every_float16),
        cmocka_unit_test(test_some_float16),
        cmocka_unit_test(test_float32),
        cmocka_unit_test(test_float64),
#if defined(__x86_64__)
        cmocka_unit_test(test_long_double),
#endif
        cmocka_unit_test(test_many_elements_in_order),
        cmocka_unit_test(test_no_elements),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
