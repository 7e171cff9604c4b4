/* SPDX-License-Identifier: MIT
 *
 * The fills of the scenarios that have to do with files, and what is beside a path before and after them. */
#ifndef FILE_SCENARIO_H
#define FILE_SCENARIO_H

#include "scenario.h"

/* A whole file; one that is cancelled on the way, and gone on with; one over an earlier file; and one by two shards. */
outerfill_status file_scenario_fill(const struct scenario *, const struct scenario_call *,
                                    outerfill_error *);
outerfill_status file_scenario_fill_twice(const struct scenario *, const struct scenario_call *,
                                          outerfill_error *);
outerfill_status file_scenario_replace(const struct scenario *, const struct scenario_call *,
                                       outerfill_error *);
outerfill_status file_scenario_fill_shards(const struct scenario *, const struct scenario_call *,
                                           outerfill_error *);

/* Cancelled, looked at, and gone on with. */
outerfill_status file_scenario_status(const struct scenario *, const struct scenario_call *,
                                      outerfill_error *);

/* Into the array, with an a that is loaded from a file. */
outerfill_status file_scenario_load(const struct scenario *, const struct scenario_call *,
                                    outerfill_error *);

void file_scenario_write_earlier(const char *path);
int file_scenario_is_earlier(const char *path);

/* Whether there is a journal of the path, of whatever shard. */
int file_scenario_has_journal(const char *path);

/* Removes the file and everything that a scenario may have left beside it. */
void file_scenario_remove(const char *path);

#endif
