/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_FORK_GUARD_H
#define OUTERFILL_BASE_FORK_GUARD_H

#include <stdbool.h>

#include "base/error.h"

/* OUTERFILL_AFTER_FORK in a child of the process whose call of this function came first, otherwise OUTERFILL_OK. Every public
 * call that will touch OpenCL asks here before it does. */
outerfill_status fork_guard_check(outerfill_error *error);

/* Whether this is such a child. What it inherited must then be left as it is: its threads and their locks did not come along. */
bool fork_guard_is_child(void);

#endif
