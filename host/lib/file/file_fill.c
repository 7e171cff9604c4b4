/* SPDX-License-Identifier: MIT
 *
 * What all phases of a fill of a file need. The module owns nothing. It knows no files. */
#include "file/file_fill.h"

size_t file_fill_num_cells(const struct file_fill *fill) {
    return fill->request.n * fill->request.m;
}
