/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_DIGEST_H
#define OUTERFILL_PROGRAM_TEXT_DIGEST_H

#include <stdbool.h>

#include "base/checksum.h"

/* Returns whether the tokens of the text and the ends of its preprocessor lines decide what it
 * means. NULL has no tokens, so the result is true. The result is false for a text whose line
 * numbers, blanks or spliced lines may matter. */
bool text_digest_suits(const char *text);

/* Returns a digest of the tokens. Comments, blanks and line ends do not change it, unless they
 * change the meaning of the text. Every text of the function must suit, because a macro of one text
 * acts on another text. */
struct digest text_digest_of_tokens(const char *text);

#endif
