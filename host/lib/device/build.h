/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_BUILD_H
#define OUTERFILL_DEVICE_BUILD_H

#include "device/context.h"
#include "device/warning_list.h"

/* A function, compiled for one device. */
struct function_program {
    cl_program opencl;        /* owned by the function */
    size_t batch_cells;       /* of a batch of fill_batches; 1: the program has no such kernel */
    bool has_own_mathematics; /* functions such as exp are our own */
    struct warning_list
        slow_code; /* what keeps the compiler from vector code: one place, or none */
};

/* Builds a program for each device of the context, from a checked description, and adds the
 * compilers' warnings about its text. programs has an entry for each device. Fails with
 * OUTERFILL_BUILD_FAILED, OUTERFILL_OUT_OF_MEMORY or OUTERFILL_DEVICE_FAILED; programs that were
 * built stay in the entries, for the caller to release. */
outerfill_status build_programs(outerfill_context *context,
                                const outerfill_function_description *description,
                                struct function_program *programs, struct warnings *warnings,
                                outerfill_error *error);

#endif
