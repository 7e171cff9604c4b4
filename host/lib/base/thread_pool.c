/* SPDX-License-Identifier: MIT
 *
 * Threads that stay from fill to fill. Every started job gets a thread of its own at once: an idle
 * one, or a new one. The number of threads has no limit: jobs may wait for each other, as the
 * workers of a fill do, and a limit could then be a deadlock. The pool owns its threads. The jobs
 * belong to the callers. This module knows nothing of what a job does. */
#include "base/thread_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/fork_guard.h"

struct thread_pool {
    pthread_mutex_t mutex; /* guards everything below, and next and is_done of all jobs */
    pthread_cond_t has_job, is_done;
    struct thread_pool_job *jobs; /* started, but not yet taken by a thread; in any order */
    size_t num_jobs, num_idle, num_threads; /* num_idle threads wait for a job */
    pthread_t *threads;
    bool is_over;
};

struct thread_pool *thread_pool_create(void) {
    struct thread_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->has_job, NULL);
    pthread_cond_init(&pool->is_done, NULL);
    return pool;
}

static struct thread_pool_job *take(struct thread_pool *pool) {
    struct thread_pool_job *job = pool->jobs;
    pool->jobs = job->next;
    pool->num_jobs--;
    return job;
}

static void *serve(void *argument) {
    struct thread_pool *pool = argument;
    pthread_mutex_lock(&pool->mutex);
    /* The mutex is locked everywhere in this loop except while a job runs. */
    for (;;) {
        pool->num_idle++;
        while (!pool->jobs && !pool->is_over) pthread_cond_wait(&pool->has_job, &pool->mutex);
        pool->num_idle--;
        if (!pool->jobs) break;
        struct thread_pool_job *job = take(pool);
        pthread_mutex_unlock(&pool->mutex);
        job->run(job->argument);
        pthread_mutex_lock(&pool->mutex);
        /* This is the last access to the job: its owner may free it once the mutex is unlocked. */
        job->is_done = true;
        pthread_cond_broadcast(&pool->is_done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static bool add_thread(struct thread_pool *pool) {
    pthread_t *threads = realloc(pool->threads, (pool->num_threads + 1) * sizeof *threads);
    if (!threads) return false;
    pool->threads = threads;
    /* A thread inherits the signal mask of its creator, so block all signals while it is
     * created. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool created = pthread_create(&threads[pool->num_threads], NULL, serve, pool) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pool->num_threads += created;
    return created;
}

bool thread_pool_start(struct thread_pool *pool, struct thread_pool_job *job) {
    pthread_mutex_lock(&pool->mutex);
    /* A thread counts as idle until it has taken its job. So each queued job may have claimed one
     * of the idle threads, and another one must be left for this job. */
    const bool has_thread = pool->num_idle > pool->num_jobs || add_thread(pool);
    if (has_thread) {
        job->is_done = false;
        job->next = pool->jobs;
        pool->jobs = job;
        pool->num_jobs++;
        pthread_cond_signal(&pool->has_job);
    }
    pthread_mutex_unlock(&pool->mutex);
    return has_thread;
}

void thread_pool_wait(struct thread_pool *pool, struct thread_pool_job *job) {
    pthread_mutex_lock(&pool->mutex);
    while (!job->is_done) pthread_cond_wait(&pool->is_done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

void thread_pool_run(struct thread_pool *pool, struct thread_pool_job *jobs, size_t num_jobs) {
    for (size_t k = 0; k < num_jobs; k++)
        jobs[k].is_started = k && thread_pool_start(pool, &jobs[k]);
    for (size_t k = 0; k < num_jobs; k++)
        if (jobs[k].is_started)
            thread_pool_wait(pool, &jobs[k]);
        else
            jobs[k].run(jobs[k].argument);
}

/* A forked child leaves the pool as it is: its threads do not exist in the child, and one that is
 * gone may have held the mutex at the moment of the fork. */
void thread_pool_destroy(struct thread_pool *pool) {
    if (!pool || fork_guard_is_child()) return;
    pthread_mutex_lock(&pool->mutex);
    pool->is_over = true;
    pthread_cond_broadcast(&pool->has_job);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t k = 0; k < pool->num_threads; k++) pthread_join(pool->threads[k], NULL);
    pthread_cond_destroy(&pool->has_job);
    pthread_cond_destroy(&pool->is_done);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->threads);
    free(pool);
}
