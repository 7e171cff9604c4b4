/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NUMBER_TEXT_H
#define OUTERFILL_CLI_NUMBER_TEXT_H

#include <stdbool.h>

/* What a field of a text can be. A broken number is neither a number nor a name: it begins like a
 * number, as "1.2.3" and "12kg" do, or it is a word for a missing value, such as "NA". */
enum field_kind { FIELD_EMPTY, FIELD_NUMBER, FIELD_NAME, FIELD_BROKEN };

/* Reads a word as a number. Accepts the numbers of C without hexadecimal numbers and payloads of
 * nan, and what Fortran and old C libraries of Microsoft write. Returns false for other words. */
bool number_text_read(const char *word, double *number);

/* Finds out what a field is. The text has no white space at its ends. */
enum field_kind number_text_kind(const char *text);

#endif
