/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_QUEUE_H
#define OUTERFILL_DEVICE_QUEUE_H

#include "device/context.h"

/* Sets *queue to a new command queue of the device, which the caller releases. is_profiled: events
 * of its commands record times. Fails with OUTERFILL_DEVICE_FAILED or _OUT_OF_MEMORY; *queue is
 * NULL then. Any thread may call this. */
outerfill_status queue_open(const struct context_device *device, bool is_profiled,
                            cl_command_queue *queue, outerfill_error *error);

#endif
