/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_THREAD_POOL_H
#define OUTERFILL_BASE_THREAD_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* Threads that wait for jobs, so that a fill need not create its own. They block all signals,
 * because signal handlers are the program's business. Any thread may start jobs and wait for
 * them. */
struct thread_pool;

/* Something to do in another thread. The caller owns the job and sets run and argument. The job
 * must not move or be freed until thread_pool_wait has returned. */
struct thread_pool_job {
    void (*run)(void *argument);
    void *argument;
    struct thread_pool_job *next; /* this and the next two are for the pool only */
    bool is_started, is_done;
};

/* Returns a new pool for the caller to destroy, or NULL if memory ran out. It has no threads
 * yet. */
struct thread_pool *thread_pool_create(void);

/* Ends the threads and frees the pool. No job may be running, and no other thread may use the pool.
 * NULL does nothing. In a forked child the pool is left as it is. */
void thread_pool_destroy(struct thread_pool *pool);

/* Runs the job in an idle thread, or in a new one. False if no thread can be created, for lack of
 * memory or because of a limit: the job does not run then, and must not be waited for. */
bool thread_pool_start(struct thread_pool *pool, struct thread_pool_job *job);

/* Waits until a started job is done. What the job wrote to memory is then visible to the caller. */
void thread_pool_wait(struct thread_pool *pool, struct thread_pool_job *job);

/* Runs all jobs at the same time, and returns when all are done: the first job in the caller's
 * thread, each other job in a thread of the pool. Jobs for which no thread can be created run in
 * the caller's thread, one after the other. */
void thread_pool_run(struct thread_pool *pool, struct thread_pool_job *jobs, size_t num_jobs);

#endif
