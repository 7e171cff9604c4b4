/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NOTE_H
#define OUTERFILL_CLI_NOTE_H

/* The note that the command leaves in a journal: the folder and the arguments that a fill was begun with. */

/* Writes it; for the caller to free, NULL where there is no memory. */
char *note_create(const char *folder, int argc, char **argv);

/* Takes a note apart: a NULL-terminated array, the folder first, in one piece for the caller to free. NULL where it is no such note. */
char **note_read(const char *note);

#endif
