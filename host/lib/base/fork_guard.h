/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_FORK_GUARD_H
#define OUTERFILL_BASE_FORK_GUARD_H

#include <stdbool.h>

#include "base/error.h"

/* Every public function that uses OpenCL calls this before its first OpenCL call; those that
 * destroy an object ask fork_guard_is_child instead. The first process that calls it becomes the
 * user of OpenCL, and gets OUTERFILL_OK from then on. Its forked children get OUTERFILL_AFTER_FORK,
 * with both process numbers in the message. error may be NULL. Any thread may call it. */
outerfill_status fork_guard_check(outerfill_error *error);

/* True in a forked child of the process that uses OpenCL. The child must leave all inherited
 * objects as they are: their threads do not exist in it, and their locks may be held for ever. */
bool fork_guard_is_child(void);

#endif
