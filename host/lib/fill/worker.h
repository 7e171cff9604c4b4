/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_WORKER_H
#define OUTERFILL_FILL_WORKER_H

#include "fill/fill_state.h"

/* Works with the worker's lane until the fill has no more bands for it. A lane that fails is closed
 * and dropped: its bands go back to the queue, and worker->lane is NULL then. */
void worker_run(struct worker *worker);

/* The same as a job of the thread pool, which is one of fill->num_jobs. */
void worker_run_in_thread(void *worker);

#endif
