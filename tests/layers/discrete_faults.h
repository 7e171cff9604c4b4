/* SPDX-License-Identifier: MIT
 *
 * Launches that fail, and contexts that are dead after it: each call for the context fails, only
 * releases work. A new context of the same device is healthy. A fault that is told late has no
 * effect until the program waits for a command of the context, or asks for its state. The device
 * runs no command behind the launch that fails.
 *
 * All functions need the layer's lock. */
#ifndef DISCRETE_FAULTS_H
#define DISCRETE_FAULTS_H

#include "discrete_objects.h"

/* Counts a launch: CL_SUCCESS, or the code with which it fails at once. A launch that fails late
 * makes its context a failing one. */
cl_int faults_launch(struct queue *queue);

/* Whether the driver may not get the context's commands any more. */
bool faults_stop(const struct context *context);

/* The code that a call for the context gets. The context may be NULL. */
cl_int faults_code(const struct context *context);

/* The program waits or asks: a context that is failing is dead now. */
void faults_tell(struct context *context);

#endif
