/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_FILE_JSON_H
#define OUTERFILL_CLI_FILE_JSON_H

#include "status_json.h"

/* Sets what a file and its journals tell, and leaves the state and what only a process knows.
 * Returns false if memory runs out; there are then no lists in *status. */
bool file_json_describe(const outerfill_file_status *run, struct status_json *status);

#endif
