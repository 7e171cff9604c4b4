/* SPDX-License-Identifier: MIT
 *
 * The dtypes: one table with one row for each dtype. To add a dtype, add its name to outerfill.h
 * and a row here. What is not a column is a switch without a default, here and elsewhere, so that
 * the compiler names each place that was forgotten. This module owns constant tables only. It knows
 * the names that other formats use for a dtype, and nothing of those formats. */
#include "base/dtype.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* How an NPY file marks numbers that are in this machine's byte order. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE_ORDER_MARK "<"
#else
#define BYTE_ORDER_MARK ">"
#endif

struct dtype_row {
    const char *name;
    const char *opencl_name;
    const char *npy_descr;
    size_t itemsize;
    bool needs_fp64;
};

static const struct dtype_row rows[] = {
    [OUTERFILL_FLOAT64] = {"float64", "double", BYTE_ORDER_MARK "f8", sizeof(double), true},
    [OUTERFILL_FLOAT32] = {"float32", "float", BYTE_ORDER_MARK "f4", sizeof(float), false},
};

bool dtype_is_known(outerfill_dtype dtype) {
    return dtype != OUTERFILL_DTYPE_DEFAULT && (size_t)dtype < sizeof rows / sizeof *rows;
}

outerfill_status dtype_choose(outerfill_dtype *dtype, const char *where, outerfill_error *error) {
    if (*dtype == OUTERFILL_DTYPE_DEFAULT) *dtype = OUTERFILL_FLOAT64;
    if (dtype_is_known(*dtype)) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT, "invalid %s %d (valid: 0 to %d)", where,
                     (int)*dtype, (int)(sizeof rows / sizeof *rows) - 1);
}

size_t outerfill_dtype_itemsize(outerfill_dtype dtype) {
    return dtype_is_known(dtype) ? rows[dtype].itemsize : 0;
}

const char *outerfill_dtype_name(outerfill_dtype dtype) {
    if (dtype == OUTERFILL_DTYPE_DEFAULT) return "default";
    return dtype_is_known(dtype) ? rows[dtype].name : "unknown dtype";
}

const char *dtype_opencl_name(outerfill_dtype dtype) {
    return rows[dtype].opencl_name;
}

const char *dtype_npy_descr(outerfill_dtype dtype) {
    return rows[dtype].npy_descr;
}

bool dtype_needs_fp64(outerfill_dtype dtype) {
    return rows[dtype].needs_fp64;
}

void dtype_store(outerfill_dtype dtype, double value, void *element) {
    const float single = (float)value;
    switch (dtype) {
    case OUTERFILL_FLOAT64: memcpy(element, &value, sizeof value); break;
    case OUTERFILL_FLOAT32: memcpy(element, &single, sizeof single); break;
    }
}

double dtype_load(outerfill_dtype dtype, const void *element) {
    double value = 0;
    float single;
    switch (dtype) {
    case OUTERFILL_FLOAT64: memcpy(&value, element, sizeof value); break;
    case OUTERFILL_FLOAT32: memcpy(&single, element, sizeof single), value = single; break;
    }
    return value;
}

void dtype_format_hex(outerfill_dtype dtype, const void *element, char *text, size_t text_nbytes) {
    const size_t itemsize = rows[dtype].itemsize;
    const unsigned char *bytes = element;
    uint64_t bits = 0;
    for (size_t k = 0; k < itemsize; k++) {
        const bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
        bits = bits << 8 | bytes[is_little ? itemsize - 1 - k : k];
    }
    snprintf(text, text_nbytes, "0x%0*llx", (int)(2 * itemsize), (unsigned long long)bits);
}
