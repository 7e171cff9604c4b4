/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_CONVERT_H
#define OUTERFILL_FILE_CONVERT_H

#include "file/npy.h"

/* Converts num_elements elements to dtype, as NumPy's astype does. `elements` has them as they
 * stand in the file, vector->itemsize bytes each. `values` receives num_elements values of dtype.
 * Neither needs an alignment. `vector` must come from npy_read_header. The function cannot fail. */
void convert_elements(const struct npy_vector *vector, const unsigned char *elements,
                      size_t num_elements, outerfill_dtype dtype, void *values);

#endif
