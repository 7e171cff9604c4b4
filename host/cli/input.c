/* SPDX-License-Identifier: MIT
 *
 * This module reads the first bytes of an input, and then the whole input as a stream.
 *
 * It owns neither the descriptor nor the stream. It does not know what the bytes mean. */
#include "input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static ssize_t read_some(int fd, void *bytes, size_t nbytes) {
    ssize_t got;
    do got = read(fd, bytes, nbytes);
    while (got < 0 && errno == EINTR);
    return got;
}

/* After a failed read, the stream reads again and meets the same error. */
void input_begin(struct input *input, int fd) {
    ssize_t got = 1;
    *input = (struct input){.fd = fd};
    while (got > 0 && input->nbytes < INPUT_BEGINNING_NBYTES) {
        got =
            read_some(fd, input->beginning + input->nbytes, INPUT_BEGINNING_NBYTES - input->nbytes);
        if (got > 0) input->nbytes += (size_t)got;
    }
}

static ssize_t read_stream(void *data, char *bytes, size_t nbytes) {
    struct input *input = data;
    const size_t left = input->nbytes - input->taken, taken = left < nbytes ? left : nbytes;
    if (!left) return read_some(input->fd, bytes, nbytes);
    memcpy(bytes, input->beginning + input->taken, taken);
    input->taken += taken;
    return (ssize_t)taken;
}

FILE *input_stream(struct input *input) {
    return fopencookie(input, "r", (cookie_io_functions_t){.read = read_stream});
}
