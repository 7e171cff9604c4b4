/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PARAMETER_H
#define OUTERFILL_CLI_PARAMETER_H

/* Reads "NAME=VALUE". The caller frees the name. Returns 0, or the exit code after a message; then
 * nothing was allocated. */
int parameter_parse(const char *text, char **name, double *value);

#endif
