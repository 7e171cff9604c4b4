/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_SINK_NPY_H
#define OUTERFILL_LIB_SINK_NPY_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

/* An NPY file that is being written: PATH.part, reserved, locked and mapped. */
struct sink_npy {
    char *path;      /* the final name: absolute, links followed */
    char *part_path; /* the name until the file is complete */
    const char *given_path;
    bool replaces;
    bool owns_part; /* what part_path names is ours */
    mode_t mode;    /* of the file to be replaced */
    int fd;
    size_t nbytes;
    unsigned char *file; /* the mapped file */
};

/* Creates the file with its header (NPY_DATA_OFFSET bytes) and room for data_nbytes of data, which are to be written at
 * sink_npy_data. On failure nothing is left. */
outerfill_status sink_npy_open(struct sink_npy *sink, const char *path, outerfill_existing existing, const unsigned char *header,
                               size_t data_nbytes, outerfill_error *error);

void *sink_npy_data(const struct sink_npy *sink);

/* Makes the file durable and gives it its name; on failure it is discarded. */
outerfill_status sink_npy_commit(struct sink_npy *sink, outerfill_error *error);

/* Removes what was written. */
void sink_npy_discard(struct sink_npy *sink);

#endif
