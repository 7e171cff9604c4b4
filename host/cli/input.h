/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_INPUT_H
#define OUTERFILL_CLI_INPUT_H

#include <stddef.h>
#include <stdio.h>

#define INPUT_BEGINNING_NBYTES 512

/* An input whose first bytes are known before it is read as a stream. A pipe cannot go back, so a
 * plain stream would lose them. */
struct input {
    int fd; /* belongs to the caller */
    unsigned char beginning[INPUT_BEGINNING_NBYTES];
    size_t nbytes; /* of the beginning; fewer than 512 if the input ends or cannot be read */
    size_t taken;  /* bytes of the beginning that the stream has read */
};

/* Reads the beginning. A failure shows when the stream is read. */
void input_begin(struct input *input, int fd);

/* Opens a stream that reads the whole input, from its first byte on. Returns NULL if memory runs
 * out. The caller closes it with fclose, and the input must live until then. */
FILE *input_stream(struct input *input);

#endif
