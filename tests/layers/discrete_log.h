/* SPDX-License-Identifier: MIT
 *
 * The log of the model, in the file that OUTERFILL_DISCRETE_LOG names. Each line is written at
 * once, because a program may leave by _exit. A child of fork() writes none.
 *     loaded                                   when the loader takes the layer
 *     launch DEVICE KERNEL ITEMS GROUP CODE    a call, in order
 *     copy DEVICE KIND PLACE NBYTES CODE       KIND is read, write, map or unmap; PLACE is pinned
 *                                              or pageable. Maps that copy nothing are left out
 *     launches NUMBER, copies NUMBER           those that did not fail, at the end of a program
 *                                              that exits
 *     end */
#ifndef DISCRETE_LOG_H
#define DISCRETE_LOG_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdbool.h>

/* False if the file cannot be written. Without the variable there is no log. */
bool log_begin(void);

void log_launch(size_t device, const char *kernel, size_t num_items, size_t group, cl_int code);
void log_copy(size_t device, const char *kind, bool is_pinned, size_t nbytes, cl_int code);

#endif
