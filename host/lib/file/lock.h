/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_LOCK_H
#define OUTERFILL_FILE_LOCK_H

#include <stdbool.h>

/* Locks between processes, on single bytes of an open file (POSIX byte-range locks that belong to the open file: "open file
 * description locks"). They end with the process, however it ends, and reach over network file systems. */

/* The locks of PATH.part: LOCK_SETUP is held by who begins or completes the file, for a short while; LOCK_RUN by who fills it:
 * exclusively by one process, shared by shards. A journal is locked (LOCK_RUN) by the process that writes it. */
enum lock { LOCK_SETUP = 0, LOCK_RUN = 1 };
enum lock_how { LOCK_SHARED, LOCK_EXCLUSIVE };

/* Waits for the lock: 0 or an errno. */
int lock_await(int fd, enum lock lock, enum lock_how how);

/* Takes the lock if it is free: 0, or EAGAIN where another holds it, or another errno. */
int lock_try(int fd, enum lock lock, enum lock_how how);

void lock_release(int fd, enum lock lock);

/* Whether somebody else holds the lock in any way. */
bool lock_is_held(int fd, enum lock lock);

#endif
