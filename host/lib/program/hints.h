/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_HINTS_H
#define OUTERFILL_PROGRAM_HINTS_H

#include "program/text_message.h"

/* Replaces a compiler's message about the caller's text with a sentence that says what to write
 * instead, if the slip is a known one. Otherwise it only shortens the message. Any thread may call
 * it. */
void hints_apply(struct text_message *message);

#endif
