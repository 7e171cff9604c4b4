/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_LEFTOVER_H
#define OUTERFILL_FILE_LEFTOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What an earlier fill has left in PATH.part, as far as its header tells. */
struct leftover {
    uint64_t nbytes;
    bool is_unread;              /* only nbytes and is_plain are known */
    bool is_settling, is_filled; /* another process holds LOCK_SETUP or LOCK_RUN; a hint */
    bool is_new;                 /* no data: it is empty, or ends within a header of this library */
    /* The header is not one of this library, or PATH.part is not a plain file. A fill may have left
     * a plain file nevertheless: then a band has the checksum that a journal records. */
    bool is_foreign, is_plain;
    bool is_damaged; /* the header does not tell dtype and shape; true for a foreign header, too */
    outerfill_dtype dtype;
    size_t num_planes, n, m;
};

/* Reads the header of the open file PATH.part. Returns 0 or an errno. */
int leftover_read(int fd, struct leftover *leftover);

/* The same with the file's name, and with the locks of other processes. Changes nothing. Returns
 * ENOENT if the file does not exist. */
int leftover_look(const char *name, struct leftover *leftover);

/* Sets the error for a PATH.part, named `name`, that no fill has left. */
outerfill_status leftover_refuse(const char *name, outerfill_error *error);

/* Compares an undamaged header with the dtype and the shape of a fill. Fails with
 * OUTERFILL_INVALID_ARGUMENT; the message has both values of what differs. */
outerfill_status leftover_check_shape(const struct leftover *leftover, const char *name,
                                      outerfill_dtype dtype, size_t num_planes, size_t n, size_t m,
                                      outerfill_error *error);

#endif
