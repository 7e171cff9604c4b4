/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NOTE_H
#define OUTERFILL_CLI_NOTE_H

#include <stdbool.h>

/* A note is the text that the command stores in a journal: the folder and the arguments that began
 * the fill. */

/* Creates a note. Returns a string for the caller to free, or NULL if memory runs out. */
char *note_create(const char *folder, int argc, char **argv);

/* Whether the text begins as a note of this command does. */
bool note_is_of_command(const char *note);

/* Splits a note into a NULL-terminated array with the folder first. The array and its strings are
 * one block of memory for the caller to free. Returns NULL if it is not a note of this command, or
 * if memory runs out. */
char **note_read(const char *note);

#endif
