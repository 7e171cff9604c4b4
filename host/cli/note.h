/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NOTE_H
#define OUTERFILL_CLI_NOTE_H

#include <stdbool.h>

/* The note that the command leaves in a journal: the folder and the arguments that a fill was begun with. */

/* Writes it; for the caller to free, NULL where there is no memory. */
char *note_create(const char *folder, int argc, char **argv);

bool note_is_of_command(const char *note);

/* Takes a note apart: a NULL-terminated array, the folder first, in one piece for the caller to free. NULL where it is no such
 * note, or there is no memory. */
char **note_read(const char *note);

#endif
