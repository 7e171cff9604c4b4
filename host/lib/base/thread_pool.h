/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_THREAD_POOL_H
#define OUTERFILL_BASE_THREAD_POOL_H

#include <stdbool.h>

/* Threads that wait for jobs, so that a fill need not create its own. They block all signals: handlers are the program's
 * business. Any thread may start and wait. */
struct thread_pool;

/* Something to do in another thread. Lives as long as it runs, which is its owner's affair. */
struct thread_pool_job {
    void (*run)(void *argument);
    void *argument;
    struct thread_pool_job *next; /* the pool's */
    bool is_done;                 /* the pool's */
};

/* NULL where there is no memory. Has no threads yet. */
struct thread_pool *thread_pool_create(void);

/* Ends the threads. No job may be under way. */
void thread_pool_destroy(struct thread_pool *pool);

/* Runs the job in a thread that waits, or in a new one; false where none can be created: the job is not run then. */
bool thread_pool_start(struct thread_pool *pool, struct thread_pool_job *job);

/* Waits until a job that was started is done. */
void thread_pool_wait(struct thread_pool *pool, struct thread_pool_job *job);

#endif
