/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRIVER_DEATH_H
#define OUTERFILL_CLI_DRIVER_DEATH_H

#include <stdbool.h>

/* The present action of the driver, and the files that a crash would leave behind. The strings must
 * live until the next call of driver_death_watch or driver_death_over. */
struct driver_deed {
    const char *name; /* completes "while the OpenCL driver ...", such as "compiled the function" */
    const char *output;      /* the file that is being filled, or NULL */
    const char *status_path; /* the status file, or NULL */
    bool is_early;           /* no function was compiled yet, so none can be the reason */
};

/* Installs the handlers. A crash of a watched process then becomes `COMMAND driver-ended ...`. Call
 * it before the first use of a driver. Without this call driver_death_watch does nothing. */
void driver_death_enable(void);

/* Watches the process until driver_death_over, with this deed as the explanation of a crash. Call
 * it anew before each deed, because a driver replaces the handler of SIGABRT when it first
 * compiles. Only the command's own thread may call it. */
void driver_death_watch(struct driver_deed deed);

/* Ends the watch. Call it when the driver does nothing more that could end the process. */
void driver_death_over(void);

#endif
