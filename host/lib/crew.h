/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_CREW_H
#define OUTERFILL_LIB_CREW_H

#include <stdbool.h>

/* Threads that wait for jobs, so that a fill need not create its own. They block all signals: handlers are the program's
 * business. Any thread may start and wait. */
struct crew;

/* Something to do in another thread. Lives as long as it runs, which is its owner's affair. */
struct crew_job {
    void (*run)(void *argument);
    void *argument;
    struct crew_job *next; /* the crew's */
    bool is_done;          /* the crew's */
};

/* NULL where there is no memory. Has no threads yet. */
struct crew *crew_create(void);

/* Ends the threads. No job may be under way. */
void crew_destroy(struct crew *crew);

/* Runs the job in a thread that waits, or in a new one; false where none can be created: the job is not run then. */
bool crew_start(struct crew *crew, struct crew_job *job);

/* Waits until a job that was started is done. */
void crew_wait(struct crew *crew, struct crew_job *job);

#endif
