/* SPDX-License-Identifier: MIT
 *
 * Which process uses OpenCL. Drivers keep worker threads and locks for the whole process; a forked child inherits the locks
 * but not the threads, and hangs for ever at its first call (seen on PoCL 3.1). What is process-wide can only be remembered
 * process-wide: `user` is the one global variable of the library. It is set once and read without locks. */
#include "base/fork_guard.h"

#include <stdatomic.h>
#include <unistd.h>

static atomic_int user;

bool fork_guard_is_child(void) {
    const int first = atomic_load(&user);
    return first && first != getpid();
}

outerfill_status fork_guard_check(outerfill_error *error) {
    int first = 0;
    const int self = getpid();
    if (atomic_compare_exchange_strong(&user, &first, self) || first == self) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_AFTER_FORK,
                     "process %d was forked from process %d after that had used OpenCL, whose "
                     "drivers do not survive fork(): "
                     "fork before the first call, or exec in the child",
                     self, first);
}
