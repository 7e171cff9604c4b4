/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_CONVERT_H
#define OUTERFILL_FILE_CONVERT_H

#include "file/npy.h"

/* Converts num_elements elements as the file has them into values of dtype, as NumPy's astype does. */
void convert_elements(const struct npy_vector *vector, const unsigned char *elements,
                      size_t num_elements, outerfill_dtype dtype, void *values);

#endif
