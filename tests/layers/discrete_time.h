/* SPDX-License-Identifier: MIT
 *
 * How long commands take. The driver runs a command as soon as it can, and the model computes when
 * it would end on the modelled device: behind the commands of its queue, those that it waits for,
 * and those that its engine has got before. Whoever waits for it sleeps until then. A device has
 * three engines: for kernels, for copies to it, and for copies from it.
 *
 * Not modelled: results that are visible only at the end; callbacks; a command that the driver runs
 * for longer than the model says. Times are seconds of the monotonic clock. */
#ifndef DISCRETE_TIME_H
#define DISCRETE_TIME_H

#include "discrete_objects.h"

enum engine { COMPUTE, UPLOAD, READBACK, NUM_ENGINES };

double time_now(void);
void time_sleep_until(double end);

/* Seconds of a launch, and of a copy. */
double time_of_launch(size_t device, size_t num_items);
double time_of_copy(size_t device, size_t nbytes, bool is_pinned);

/* Puts a command behind the others, and returns its end. One of 0 seconds needs no engine. Needs
 * the layer's lock. */
double time_enqueue(struct queue *queue, enum engine engine, double seconds, cl_uint num_awaited,
                    const cl_event *awaited);

#endif
