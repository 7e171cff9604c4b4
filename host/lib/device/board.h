/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_BOARD_H
#define OUTERFILL_DEVICE_BOARD_H

#include "device/opencl_error.h"

/* Sets pci_address, board and free_nbytes of info as far as the driver tells them. Any thread may
 * call it. */
void board_describe(cl_device_id id, outerfill_device *info);

#endif
