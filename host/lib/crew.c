/* SPDX-License-Identifier: MIT
 *
 * Threads kept from fill to fill. A job that is started always has a thread of its own at once, a waiting one or a new one:
 * jobs may wait for each other (the drivers of a fill do), and a limit on threads would be a deadlock. */
#include "crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "process.h"

struct crew {
    pthread_mutex_t mutex; /* guards all that follows, and the jobs */
    pthread_cond_t has_job, is_done;
    struct crew_job *jobs; /* started, and not yet taken by a thread */
    size_t num_jobs, num_idle, num_threads;
    pthread_t *threads;
    bool is_over;
};

struct crew *crew_create(void) {
    struct crew *crew = calloc(1, sizeof *crew);
    if (!crew) return NULL;
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->has_job, NULL);
    pthread_cond_init(&crew->is_done, NULL);
    return crew;
}

static struct crew_job *take(struct crew *crew) {
    struct crew_job *job = crew->jobs;
    crew->jobs = job->next;
    crew->num_jobs--;
    return job;
}

static void *serve(void *argument) {
    struct crew *crew = argument;
    pthread_mutex_lock(&crew->mutex);
    for (;;) {
        crew->num_idle++;
        while (!crew->jobs && !crew->is_over) pthread_cond_wait(&crew->has_job, &crew->mutex);
        crew->num_idle--;
        if (!crew->jobs) break;
        struct crew_job *job = take(crew);
        pthread_mutex_unlock(&crew->mutex);
        job->run(job->argument);
        pthread_mutex_lock(&crew->mutex);
        job->is_done = true;
        pthread_cond_broadcast(&crew->is_done);
    }
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

static bool add_thread(struct crew *crew) {
    pthread_t *threads = realloc(crew->threads, (crew->num_threads + 1) * sizeof *threads);
    if (!threads) return false;
    crew->threads = threads;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool created = pthread_create(&threads[crew->num_threads], NULL, serve, crew) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    crew->num_threads += created;
    return created;
}

bool crew_start(struct crew *crew, struct crew_job *job) {
    pthread_mutex_lock(&crew->mutex);
    const bool has_thread = crew->num_idle > crew->num_jobs || add_thread(crew);
    if (has_thread) {
        job->is_done = false;
        job->next = crew->jobs;
        crew->jobs = job;
        crew->num_jobs++;
        pthread_cond_signal(&crew->has_job);
    }
    pthread_mutex_unlock(&crew->mutex);
    return has_thread;
}

void crew_wait(struct crew *crew, struct crew_job *job) {
    pthread_mutex_lock(&crew->mutex);
    while (!job->is_done) pthread_cond_wait(&crew->is_done, &crew->mutex);
    pthread_mutex_unlock(&crew->mutex);
}

/* In a forked child there are no threads to end, and the mutex may have been held by one of them. */
void crew_destroy(struct crew *crew) {
    if (!crew || process_was_forked()) return;
    pthread_mutex_lock(&crew->mutex);
    crew->is_over = true;
    pthread_cond_broadcast(&crew->has_job);
    pthread_mutex_unlock(&crew->mutex);
    for (size_t k = 0; k < crew->num_threads; k++) pthread_join(crew->threads[k], NULL);
    pthread_cond_destroy(&crew->has_job);
    pthread_cond_destroy(&crew->is_done);
    pthread_mutex_destroy(&crew->mutex);
    free(crew->threads);
    free(crew);
}
