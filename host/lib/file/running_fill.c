/* SPDX-License-Identifier: MIT
 *
 * Fills that run while the program does something else. A running fill is a call of outerfill_fill,
 * outerfill_fill_consumer or outerfill_fill_npy in a thread of the context's pool. Its progress
 * callback lets other threads watch it and cancel it, and then calls the program's.
 *
 * A running fill owns its copy of the options and the result of the call. It knows nothing of
 * lanes, bands or files. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/fork_guard.h"
#include "base/options.h"
#include "device/function.h"

/* The arguments of the call. The arrays, the path and what the options point to belong to the
 * program. */
struct call {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    outerfill_fill_options options;
    void *ab;
    outerfill_consume *consume;
    void *consumer;
    outerfill_order order;
    const char *path;
    outerfill_file_options file;
};

typedef outerfill_status run_call(const struct call *call, outerfill_error *error);

struct outerfill_running_fill {
    struct call call;
    run_call *run;
    outerfill_progress *progress; /* the program's, or NULL */
    void *progress_data;
    struct thread_pool_job job;
    atomic_bool is_cancelled, is_over;
    atomic_size_t rows_done, num_rows;
    outerfill_error error; /* of the call, from is_over on */
};

/* ---- In the thread of the fill ---- */

static outerfill_status run_array(const struct call *call, outerfill_error *error) {
    return outerfill_fill(call->function, call->a, call->n, call->b, call->m, call->ab,
                          &call->options, error);
}

static outerfill_status run_consumer(const struct call *call, outerfill_error *error) {
    return outerfill_fill_consumer(call->function, call->a, call->n, call->b, call->m,
                                   call->consume, call->consumer, call->order, &call->options,
                                   error);
}

static outerfill_status run_npy(const struct call *call, outerfill_error *error) {
    return outerfill_fill_npy(call->function, call->a, call->n, call->b, call->m, call->path,
                              &call->file, &call->options, error);
}

static int watch(size_t rows_done, size_t num_rows, void *data) {
    outerfill_running_fill *running = data;
    atomic_store(&running->num_rows, num_rows);
    atomic_store(&running->rows_done, rows_done);
    if (atomic_load(&running->is_cancelled)) return 1;
    return running->progress ? running->progress(rows_done, num_rows, running->progress_data) : 0;
}

static outerfill_status describe_cancel(outerfill_running_fill *running) {
    return error_set(&running->error, OUTERFILL_CANCELLED,
                     "cancelled by outerfill_fill_cancel after %zu of %zu rows",
                     atomic_load(&running->rows_done), atomic_load(&running->num_rows));
}

static void run_in_thread(void *argument) {
    outerfill_running_fill *running = argument;
    outerfill_status status = OUTERFILL_CANCELLED;
    if (!atomic_load(&running->is_cancelled))
        status = running->run(&running->call, &running->error);
    if (status == OUTERFILL_CANCELLED && atomic_load(&running->is_cancelled))
        describe_cancel(running);
    atomic_store(&running->is_over, true);
}

/* ---- Starting ---- */

/* Starts a fill with a copy of these arguments. */
static outerfill_status start(const struct call *call, const outerfill_fill_options *options,
                              run_call *run, outerfill_running_fill **running,
                              outerfill_error *error) {
    *running = NULL;
    outerfill_status status = fork_guard_check(error);
    if (status) return status;
    outerfill_running_fill *started = calloc(1, sizeof *started);
    if (!started) return error_no_memory(error, "running fill");
    started->call = *call;
    started->run = run;
    status = OPTIONS_COPY(&started->call.options, options, "outerfill_fill_options", error);
    started->call.options.struct_nbytes = sizeof started->call.options;
    started->progress = started->call.options.progress;
    started->progress_data = started->call.options.progress_data;
    started->call.options.progress = watch;
    started->call.options.progress_data = started;
    started->job = (struct thread_pool_job){.run = run_in_thread, .argument = started};
    if (!status && !thread_pool_start(call->function->context->pool, &started->job))
        status = error_set(error, OUTERFILL_OUT_OF_MEMORY,
                           "the system allows no further thread, and a running fill needs one");
    if (status)
        free(started);
    else
        *running = started;
    return status ? status : error_clear(error);
}

static outerfill_status check(const outerfill_function *function,
                              outerfill_running_fill *const *running, const char *name,
                              outerfill_error *error) {
    if (function && running) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT, "%s: %s may not be NULL", name,
                     function ? "running" : "function");
}

outerfill_status outerfill_fill_start(const outerfill_function *function, const void *a, size_t n,
                                      const void *b, size_t m, void *ab,
                                      const outerfill_fill_options *options,
                                      outerfill_running_fill **running, outerfill_error *error) {
    const struct call call = {.function = function, .a = a, .n = n, .b = b, .m = m, .ab = ab};
    const outerfill_status status = check(function, running, "outerfill_fill_start", error);
    return status ? status : start(&call, options, run_array, running, error);
}

outerfill_status outerfill_fill_start_consumer(const outerfill_function *function, const void *a,
                                               size_t n, const void *b, size_t m,
                                               outerfill_consume *consume, void *user_data,
                                               outerfill_order order,
                                               const outerfill_fill_options *options,
                                               outerfill_running_fill **running,
                                               outerfill_error *error) {
    const struct call call = {.function = function,
                              .a = a,
                              .n = n,
                              .b = b,
                              .m = m,
                              .consume = consume,
                              .consumer = user_data,
                              .order = order};
    const outerfill_status status =
        check(function, running, "outerfill_fill_start_consumer", error);
    return status ? status : start(&call, options, run_consumer, running, error);
}

outerfill_status outerfill_fill_start_npy(const outerfill_function *function, const void *a,
                                          size_t n, const void *b, size_t m, const char *path,
                                          const outerfill_file_options *file,
                                          const outerfill_fill_options *options,
                                          outerfill_running_fill **running,
                                          outerfill_error *error) {
    struct call call = {.function = function, .a = a, .n = n, .b = b, .m = m, .path = path};
    outerfill_status status = check(function, running, "outerfill_fill_start_npy", error);
    if (!status) status = OPTIONS_COPY(&call.file, file, "outerfill_file_options", error);
    call.file.struct_nbytes = sizeof call.file;
    return status ? status : start(&call, options, run_npy, running, error);
}

/* ---- Watching and ending ---- */

int outerfill_fill_poll(const outerfill_running_fill *running, size_t *rows_done,
                        size_t *num_rows) {
    if (rows_done) *rows_done = running ? atomic_load(&running->rows_done) : 0;
    if (num_rows) *num_rows = running ? atomic_load(&running->num_rows) : 0;
    return !running || atomic_load(&running->is_over);
}

outerfill_status outerfill_fill_wait(outerfill_running_fill *running, outerfill_error *error) {
    if (!running)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_fill_wait: running may not be NULL");
    const outerfill_status status = fork_guard_check(error);
    if (status) return status;
    thread_pool_wait(running->call.function->context->pool, &running->job);
    if (error) *error = running->error;
    return running->error.status;
}

void outerfill_fill_cancel(outerfill_running_fill *running) {
    if (running) atomic_store(&running->is_cancelled, true);
}

/* In a forked child, the thread of the fill does not exist. */
void outerfill_fill_destroy(outerfill_running_fill *running) {
    if (!running || fork_guard_is_child()) return;
    outerfill_fill_cancel(running);
    thread_pool_wait(running->call.function->context->pool, &running->job);
    free(running);
}
