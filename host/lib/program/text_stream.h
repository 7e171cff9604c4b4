/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_STREAM_H
#define OUTERFILL_PROGRAM_TEXT_STREAM_H

#include <stdio.h>

/* A text that is being written. The caller keeps it, unmoved, until text_stream_close. One thread
 * at a time may use it. */
struct text_stream {
    char *text;              /* NULL before the first byte arrives */
    size_t nbytes, capacity; /* nbytes does not count the final '\0' */
};

/* Begins an empty text, and returns a stream to write it with; text_stream_close releases it.
 * Returns NULL if memory ran out; there is nothing to release then. */
FILE *text_stream_open(struct text_stream *stream);

/* Closes the stream and returns the whole text, for the caller to free. Returns NULL if memory ran
 * out at any time since text_stream_open, or if nothing was written. */
char *text_stream_close(struct text_stream *stream, FILE *file);

#endif
