/* SPDX-License-Identifier: MIT
 *
 * A device that works on though the calls that wait for it have failed. From the launch on whose number OUTERFILL_FAULT_STALL
 * gives, kernels begin half a second late, and whoever waits is told at once that it failed. Until each has ended, the memory
 * that the program gave OpenCL to work on must be there: in a program built with the address sanitizer, that is asked of it. */
#ifndef FAULT_STALL_H
#define FAULT_STALL_H

#include "layer.h"

#include <stdio.h>

/* Reads the environment. `next` is what is behind the layer. */
void stall_begin(const cl_icd_dispatch *next);

/* Counts a launch; an event that it has to wait for, or NULL. stall_launched lets it go, in time; its reference is taken over. */
cl_event stall_gate(cl_command_queue queue);
void stall_launched(cl_event gate, cl_event kernel);

/* Whether waiting fails by now. */
int stall_is_on(void);

/* Memory of the program's that a device may read or write from now on. */
void stall_watch(const void *memory, size_t nbytes);

/* Waits until all kernels have ended. Called when a context is released, in one thread: at exit PoCL compiles no more, and
 * aborts. */
void stall_await(void);

/* Writes how many kernels there were, and how often a piece of memory was gone; -1 where the sanitizer is not there to be
 * asked. */
void stall_write(FILE *log);

#endif
