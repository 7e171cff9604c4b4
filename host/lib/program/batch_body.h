/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BATCH_BODY_H
#define OUTERFILL_PROGRAM_BATCH_BODY_H

#include "program/batch_writer.h"

/* Writes a checked body with loops, for a batch of cells. Returns whether the whole body was
 * written: it had nothing that this module does not know. */
bool batch_body_write(struct batch_writer *writer, const char *body);

#endif
