/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRIVER_DEATH_H
#define OUTERFILL_CLI_DRIVER_DEATH_H

#include <stdbool.h>

/* What the driver is doing, and the files that are at stake. The strings live as long as it does. */
struct driver_deed {
    const char *name;        /* such as "the function was compiled" */
    const char *output;      /* the file that is being filled, or NULL */
    const char *status_path; /* the status file, or NULL */
    bool is_shard;
};

/* From here on this process, where it ends while a deed is watched, becomes `COMMAND driver-ended ...`. Called before the first
 * use of a driver; without this, nothing is watched. */
void driver_death_enable(void);

/* While the driver does this. Said anew for each deed, since drivers replace the handler of SIGABRT when they first compile. */
void driver_death_watch(struct driver_deed deed);

/* The driver does nothing any more that could end the process. */
void driver_death_over(void);

#endif
