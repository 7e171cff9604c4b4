/* SPDX-License-Identifier: MIT
 *
 * Remembers which process uses OpenCL. Drivers keep threads and locks for the whole process. A
 * forked child inherits the locks but not the threads, and hangs at its first OpenCL call (seen on
 * PoCL 3.1). This fact belongs to the process, so only a global variable can hold it: `user`, the
 * single global variable of the library. It is set once, atomically, and read without locks. It
 * decides nothing else. This module makes no OpenCL calls. */
#include "base/fork_guard.h"

#include <stdatomic.h>
#include <unistd.h>

/* The pid of the process that called fork_guard_check first; 0 before that. */
static atomic_int user;

bool fork_guard_is_child(void) {
    const int first = atomic_load(&user);
    return first && first != getpid();
}

outerfill_status fork_guard_check(outerfill_error *error) {
    /* If the exchange fails, it stores the value of `user` in `first`. */
    int first = 0;
    const int self = getpid();
    if (atomic_compare_exchange_strong(&user, &first, self) || first == self) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_AFTER_FORK,
                     "process %d was forked from process %d after that had used OpenCL, whose "
                     "drivers do not survive fork(): "
                     "fork before the first call, or exec in the child",
                     self, first);
}
