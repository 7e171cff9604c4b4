/* SPDX-License-Identifier: MIT
 *
 * A text that is written with stdio's functions, and grows. It is whole or it is not there: a stream of open_memstream that
 * found no memory once leaves out what was written then, goes on, and is closed as if nothing had happened (glibc 2.36). */
#include "program/text_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NBYTES ((size_t)4096)

static bool grow(struct text_stream *stream, size_t nbytes) {
    size_t capacity = stream->capacity ? stream->capacity : FIRST_NBYTES;
    while (capacity <= nbytes) capacity *= 2;
    char *text = realloc(stream->text, capacity);
    if (!text) return false;
    stream->text = text;
    stream->capacity = capacity;
    return true;
}

/* 0 tells the stream, which remembers it, that this failed. */
static ssize_t append(void *cookie, const char *bytes, size_t nbytes) {
    struct text_stream *stream = cookie;
    const bool has_room =
        stream->nbytes + nbytes < stream->capacity || grow(stream, stream->nbytes + nbytes);
    if (!has_room) return 0;
    memcpy(stream->text + stream->nbytes, bytes, nbytes);
    stream->nbytes += nbytes;
    stream->text[stream->nbytes] = '\0';
    return (ssize_t)nbytes;
}

FILE *text_stream_open(struct text_stream *stream) {
    *stream = (struct text_stream){NULL, 0, 0};
    return fopencookie(stream, "w", (cookie_io_functions_t){.write = append});
}

char *text_stream_close(struct text_stream *stream, FILE *file) {
    const bool has_failed = ferror(file);
    if (fclose(file) == 0 && !has_failed) return stream->text;
    free(stream->text);
    return NULL;
}
