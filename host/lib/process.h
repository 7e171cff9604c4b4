/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_PROCESS_H
#define OUTERFILL_LIB_PROCESS_H

#include <stdbool.h>

#include "error.h"

/* OUTERFILL_AFTER_FORK in a child of the process whose call of this function came first, otherwise OUTERFILL_OK. Every public
 * call that will touch OpenCL asks here before it does. */
outerfill_status process_may_use_opencl(outerfill_error *error);

/* Whether this is such a child. What it inherited must then be left as it is: its threads and their locks did not come along. */
bool process_was_forked(void);

#endif
