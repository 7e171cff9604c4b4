/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_STREAM_H
#define OUTERFILL_PROGRAM_TEXT_STREAM_H

#include <stdio.h>

/* A text being written. */
struct text_stream {
    char *text;
    size_t nbytes, capacity;
};

/* A stream to write it with; NULL where there is no memory. */
FILE *text_stream_open(struct text_stream *stream);

/* Closes the stream: the whole text, for the caller to free, or NULL where there was no memory for some of it. */
char *text_stream_close(struct text_stream *stream, FILE *file);

#endif
