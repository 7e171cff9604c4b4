/* SPDX-License-Identifier: MIT
 *
 * The library's writes to files, in the test's hands: `pwrite` and `open` of this process go through here. The library writes
 * from several threads, so that a small file would be finished before the progress callback could stop the fill; and nobody but
 * a disk makes the bytes wrong.
 */
#ifndef WRITES_H
#define WRITES_H

#include <stddef.h>

/* From now on each progress report of the fill lets other threads than this one write one run. The progress callback calls
 * writes_pause_others first and writes_allow_one last; in between nothing is written. */
void writes_hold_others(void);
void writes_pause_others(void);
void writes_allow_one(void);

/* The progress callback calls this last if it stops the fill: others write again when the fill has been stopped. */
void writes_stop(void);

/* All write again as they like. */
void writes_release(void);

/* Called before each run of data that is written to a PATH.part, by one thread at a time: its bytes, which the hook may
 * change, in the library's memory (is_own) or in a copy, and its offset. A run is then written in one piece. NULL: none. */
typedef void writes_hook(unsigned char *bytes, size_t nbytes, size_t offset, void *data);
void writes_set_hook(writes_hook *hook, void *data, int in_place);

#endif
