/* SPDX-License-Identifier: MIT
 *
 * A growing text that stdio's functions write. The result is the whole text, or NULL. That is the
 * reason not to use open_memstream: if it runs out of memory once, it leaves out that piece,
 * continues, and closes without an error (seen in glibc 2.36). The struct owns the text until the
 * stream is closed. This module knows nothing of what the text means. */
#include "program/text_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NBYTES ((size_t)4096)

/* Makes room for nbytes bytes and the final '\0'. */
static bool grow(struct text_stream *stream, size_t nbytes) {
    size_t capacity = stream->capacity ? stream->capacity : FIRST_NBYTES;
    while (capacity <= nbytes) capacity *= 2;
    char *text = realloc(stream->text, capacity);
    if (!text) return false;
    stream->text = text;
    stream->capacity = capacity;
    return true;
}

/* Appends bytes; stdio calls this when it empties its buffer. The result 0 means failure: the
 * stream remembers it, and ferror reports it. The text always ends with '\0'. */
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
    /* fclose writes the rest of the buffer, so it can fail too. */
    const bool has_failed = ferror(file);
    if (fclose(file) == 0 && !has_failed) return stream->text;
    free(stream->text);
    return NULL;
}
