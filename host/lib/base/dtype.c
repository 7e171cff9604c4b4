/* SPDX-License-Identifier: MIT
 *
 * The dtypes: one table with one row for each dtype. To add a dtype, add its name to outerfill.h
 * and a row here; dtype_store, which converts a value, must know it too. This module owns constant
 * tables only. It knows the names that other formats use for a dtype, and nothing of those
 * formats. */
#include "base/dtype.h"

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
};

static const struct dtype_row rows[] = {
    [OUTERFILL_FLOAT64] = {"float64", "double", BYTE_ORDER_MARK "f8", sizeof(double)},
    [OUTERFILL_FLOAT32] = {"float32", "float", BYTE_ORDER_MARK "f4", sizeof(float)},
};

bool dtype_is_known(outerfill_dtype dtype) {
    return (size_t)dtype < sizeof rows / sizeof *rows;
}

size_t outerfill_dtype_itemsize(outerfill_dtype dtype) {
    return dtype_is_known(dtype) ? rows[dtype].itemsize : 0;
}

const char *outerfill_dtype_name(outerfill_dtype dtype) {
    return dtype_is_known(dtype) ? rows[dtype].name : "unknown dtype";
}

const char *dtype_opencl_name(outerfill_dtype dtype) {
    return rows[dtype].opencl_name;
}

const char *dtype_npy_descr(outerfill_dtype dtype) {
    return rows[dtype].npy_descr;
}

void dtype_store(outerfill_dtype dtype, double value, void *element) {
    const float single = (float)value;
    memcpy(element, dtype == OUTERFILL_FLOAT32 ? (const void *)&single : (const void *)&value,
           rows[dtype].itemsize);
}
