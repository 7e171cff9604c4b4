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
    /* The text and the options, owned by the function, for a device that can be opened again. NULL
     * and "": it cannot. */
    char *source;
    char options[256];
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

/* Builds a program once more, for the same device in a new context. *again gets the program alone.
 * Fails as build_programs does; *again then has no program. */
outerfill_status build_again(const struct context_device *device,
                             const struct function_program *program, struct function_program *again,
                             outerfill_error *error);

#endif
