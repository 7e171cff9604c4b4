/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_TEXT_FILE_H
#define OUTERFILL_CLI_TEXT_FILE_H

/* Reads a whole text file into a new string. Returns 0, or the exit code after a message if the
 * file cannot be read, holds a zero byte, or exceeds memory. The caller frees *text in both
 * cases. */
int text_file_read(const char *path, char **text);

/* Writes a text into a file, and replaces an older file when the new one is complete. Returns 0, or
 * the exit code after a message. */
int text_file_write(const char *path, const char *text);

#endif
