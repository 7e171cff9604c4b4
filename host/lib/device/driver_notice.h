/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_DRIVER_NOTICE_H
#define OUTERFILL_DEVICE_DRIVER_NOTICE_H

#include "device/opencl_error.h"

/* What the driver of a device has told of a failure, through the callback of clCreateContext. A
 * driver may call it at any time, in a thread of its own, until the context is released. */
struct driver_notice;

/* Returns an empty notice, or NULL if memory ran out. NULL is a notice that stays empty. The caller
 * destroys it after the context. */
struct driver_notice *driver_notice_create(void);
void driver_notice_destroy(struct driver_notice *notice);

/* The callback for clCreateContext. `notice` is its user_data, a struct driver_notice. */
void CL_CALLBACK driver_notice_take(const char *text, const void *private_info, size_t nbytes,
                                    void *notice);

/* Appends what the driver has told to the message of the error, and forgets it. Does nothing if the
 * notice is empty. */
void driver_notice_append(struct driver_notice *notice, outerfill_error *error);

#endif
