/* SPDX-License-Identifier: MIT
 *
 * Converts elements of every real dtype of NumPy to float32 or float64. Each pair of dtypes has one
 * direct conversion in C. A value is therefore rounded once: going through double would round some
 * values twice on the way to float32. The module owns no memory. It does not know about files or
 * headers: struct npy_vector tells the dtype and the byte order. */
#include "file/convert.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Copies one element to `native`, in this machine's byte order. */
static void load(const struct npy_vector *vector, const unsigned char *element,
                 unsigned char *native) {
    for (size_t k = 0; k < vector->itemsize; k++)
        native[k] = element[vector->is_swapped ? vector->itemsize - 1 - k : k];
}

/* IEEE 754 binary16 has 1 sign bit, 5 exponent bits (bias 15) and 10 fraction bits. A normal number
 * is (1024 + fraction) * 2^(exponent - 25), a subnormal one fraction * 2^-24. Each value is exact
 * in float. */
static float half_to_float(uint16_t half) {
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    float magnitude;
    if (exponent == 31)
        magnitude = fraction ? NAN : INFINITY;
    else
        magnitude = exponent ? ldexpf((float)(1024 + fraction), exponent - 25)
                             : ldexpf((float)fraction, -24);
    return half & 0x8000 ? -magnitude : magnitude;
}

/* Converts one native element to dtype, and stores it at `value`, which needs no alignment. */
typedef void converter(const unsigned char *native, outerfill_dtype dtype, void *value);

static void store_float(float single, void *value) {
    memcpy(value, &single, sizeof single);
}

static void store_double(double number, void *value) {
    memcpy(value, &number, sizeof number);
}

/* Defines a converter from elements of `type`; in `expression`, x is the element. */
#define CONVERTER(name, type, expression)                                                          \
    static void name(const unsigned char *native, outerfill_dtype dtype, void *value) {            \
        type x;                                                                                    \
        memcpy(&x, native, sizeof x);                                                              \
        switch (dtype) {                                                                           \
        case OUTERFILL_FLOAT64: store_double((double)(expression), value); break;                  \
        case OUTERFILL_FLOAT32: store_float((float)(expression), value); break;                    \
        }                                                                                          \
    }

CONVERTER(from_bool, uint8_t, x != 0)
CONVERTER(from_int8, int8_t, x)
CONVERTER(from_int16, int16_t, x)
CONVERTER(from_int32, int32_t, x)
CONVERTER(from_int64, int64_t, x)
CONVERTER(from_uint8, uint8_t, x)
CONVERTER(from_uint16, uint16_t, x)
CONVERTER(from_uint32, uint32_t, x)
CONVERTER(from_uint64, uint64_t, x)
CONVERTER(from_float16, uint16_t, half_to_float(x))
CONVERTER(from_float32, float, x)
CONVERTER(from_float64, double, x)
CONVERTER(from_long_double, long double, x)

/* The loop ends: npy_read_header accepts only pairs of kind and itemsize that have a row here. */
static converter *find_converter(const struct npy_vector *vector) {
    static const struct {
        char kind;
        size_t itemsize;
        converter *convert;
    } rows[] = {
        {'b', 1, from_bool},         {'i', 1, from_int8},    {'i', 2, from_int16},
        {'i', 4, from_int32},        {'i', 8, from_int64},   {'u', 1, from_uint8},
        {'u', 2, from_uint16},       {'u', 4, from_uint32},  {'u', 8, from_uint64},
        {'f', 2, from_float16},      {'f', 4, from_float32}, {'f', 8, from_float64},
        {'f', 16, from_long_double},
    };
    size_t k = 0;
    while (rows[k].kind != vector->kind || rows[k].itemsize != vector->itemsize) k++;
    return rows[k].convert;
}

void convert_elements(const struct npy_vector *vector, const unsigned char *elements,
                      size_t num_elements, outerfill_dtype dtype, void *values) {
    converter *convert = find_converter(vector);
    const size_t itemsize = outerfill_dtype_itemsize(dtype);
    char *value = values;
    for (size_t k = 0; k < num_elements; k++, elements += vector->itemsize, value += itemsize) {
        unsigned char native[sizeof(long double)];
        load(vector, elements, native);
        convert(native, dtype, value);
    }
}
