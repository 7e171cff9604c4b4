/* SPDX-License-Identifier: MIT
 *
 * Fills of files that are stopped on the way and gone on with: one problem with one right file, a progress callback that stops,
 * and the looks at what lies beside PATH. What cannot be done fails the running cmocka test.
 * */
#ifndef FILE_FILL_H
#define FILE_FILL_H

#include <pthread.h>
#include <stddef.h>

#include <outerfill.h>

#define FILE_FILL_DATA_OFFSET ((size_t)4096)

/* A fill that a test does: of shape (P, n, m), into `path`. */
typedef struct file_fill {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    const char *path;
    outerfill_file_options file; /* struct_nbytes is set by file_fill_run */
    outerfill_fill_options
        options; /* and so it is here, and the progress callback, where `watch` is set */
    struct file_watch *watch;
} file_fill;

/* What the progress callback saw, and when it stops the fill. */
typedef struct file_watch {
    size_t stop_at_rows; /* SIZE_MAX: never */
    size_t num_calls, first_rows, last_rows, num_rows, num_at_end;
    size_t
        num_wrong; /* rows that decrease or are too many, a total that changes, a thread that is not the caller's */
    pthread_t thread;
    void (*look)(void *data); /* NULL, or called where it would stop, just before */
    void *look_data;
} file_watch;

/* A watch that stops at so many rows, or soon after. */
file_watch file_watch_until(size_t stop_at_rows);

/* Where its watch stops it, other threads write little before the calling one has asked whether to go on (writes.h). Other
 * progress callbacks call writes_hold_others before, and writes_allow_one. */
outerfill_status file_fill_run(const file_fill *asked, outerfill_error *error);

/* The same with another wish for what is unfinished, or until so many rows. Stopping must succeed, and leave something
 * unfinished. */
outerfill_status file_fill_with(file_fill fill, outerfill_unfinished unfinished,
                                outerfill_error *error);
void file_fill_stop(file_fill fill, outerfill_unfinished unfinished, size_t stop_at_rows);

/* PATH.part and PATH.journal; static strings like scratch_path's. */
const char *file_fill_part(const char *path);
const char *file_fill_journal(const char *path);

/* A whole file as it was; has `bytes` NULL where there was none. */
typedef struct file_copy {
    unsigned char *bytes;
    size_t nbytes;
} file_copy;

file_copy file_copy_of(const char *path);
int file_copy_is(const file_copy *copy, const char *path);
void file_copy_write(const file_copy *copy, const char *path);
void file_copy_free(file_copy *copy);

/* Fails the test where PATH does not hold what `right` does, or something lies beside it; removes PATH. */
void file_fill_check_done(const char *path, const file_copy *right, const char *what);

#endif
