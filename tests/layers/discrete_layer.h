/* SPDX-License-Identifier: MIT
 *
 * What the files of the model share besides their own headers. */
#ifndef DISCRETE_LAYER_H
#define DISCRETE_LAYER_H

#include "discrete_objects.h"
#include "layer.h"

/* The functions behind the layer. */
extern const cl_icd_dispatch *driver;

/* The lock of all records. No call waits for a command while it holds the lock. The second returns
 * the code that it gets. */
void discrete_lock(void);
cl_int discrete_unlock(cl_int code);

/* The context of a recorded object, or NULL. */
struct context *discrete_context_of(struct object *list, const void *handle);

/* Replaces the functions that enqueue commands and wait for them. */
void commands_replace(cl_icd_dispatch *ours);

#endif
