/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_LOCK_H
#define OUTERFILL_FILE_LOCK_H

#include <stdbool.h>

/* Locks between processes, on single bytes of an open file. They are POSIX byte-range locks that
 * belong to the open file description, not to the process ("open file description locks").
 * Descriptors from separate calls of open exclude each other, also within one process. A lock ends
 * when the file is closed or the process ends, for whatever reason. The locks also work across
 * network file systems. */

/* On PATH.part, LOCK_SETUP is held for a short time while a process begins or completes the file.
 * LOCK_RUN is held while a process fills it: exclusively by a single process, shared by shards. On
 * a journal, LOCK_RUN is held exclusively by the fill that writes it. */
enum lock { LOCK_SETUP = 0, LOCK_RUN = 1 };
enum lock_how { LOCK_SHARED, LOCK_EXCLUSIVE };

/* Waits until the lock is free, and takes it. Returns 0 or an errno. An exclusive lock needs a
 * descriptor that is open for writing, a shared one a descriptor that is open for reading. */
int lock_await(int fd, enum lock lock, enum lock_how how);

/* Takes the lock if it is free. Returns 0, EAGAIN if another holder excludes it, or another
 * errno. */
int lock_try(int fd, enum lock lock, enum lock_how how);

/* Gives up one lock. Closing the file gives up all its locks. */
void lock_release(int fd, enum lock lock);

/* Whether another open file description holds the lock, shared or exclusive. Takes no lock, so a
 * read-only descriptor is enough. False if the file system cannot tell. */
bool lock_is_held(int fd, enum lock lock);

#endif
