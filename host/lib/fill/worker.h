/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_WORKER_H
#define OUTERFILL_FILL_WORKER_H

#include "fill/fill_state.h"

/* Works with the worker's lane until the fill has no more bands for it. A lane that fails is
 * closed, its bands go back to the queue, and its device is opened once more. If it fails again, it
 * is dropped, and worker->lane is NULL then. */
void worker_run(struct worker *worker);

/* The same as a job of the thread pool, which is one of fill->num_jobs. */
void worker_run_in_thread(void *worker);

/* Opens the device of a worker without a lane once more, if it failed and was not opened again in
 * this fill. Otherwise, and if that fails, worker->lane stays NULL. */
void worker_open_again(struct worker *worker);

#endif
