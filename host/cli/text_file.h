/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_TEXT_FILE_H
#define OUTERFILL_CLI_TEXT_FILE_H

/* Reads a whole text file into a new string for the caller to free. Prints the sentence and returns the exit code where it
 * cannot. */
int text_file_read(const char *path, char **text);

#endif
