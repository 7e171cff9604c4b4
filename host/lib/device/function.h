/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_FUNCTION_H
#define OUTERFILL_DEVICE_FUNCTION_H

#include <stdbool.h>

#include "base/checksum.h"
#include "device/build.h"
#include "device/context.h"
#include "device/warning_list.h"
#include "base/free_list.h"

/* Immutable after its creation, except for the lists of lanes, which have their own locks. So any
 * number of fills may use a function at once. function.c creates and destroys functions. The
 * only other one is a constant of fill_array.c, which has no context and no programs. */
struct outerfill_function {
    outerfill_context *context; /* with a reference */
    outerfill_dtype dtype;
    bool is_default;      /* the library's own a + b and a * b, without a preamble */
    bool is_relaxed;      /* compiled with -cl-fast-relaxed-math */
    bool cost_varies;     /* one cell may cost much more than another */
    size_t run_cells;     /* of a work-item of fill_runs; 1: the programs have no such kernel */
    bool is_exact;        /* every device computes the same bits */
    bool is_checked;      /* its kernels check subscripts of out; see kernels/subscripts.cl */
    struct digest digest; /* of the texts, and of how they are compiled */
    size_t num_planes;
    size_t num_parameters;
    double parameter_values[OUTERFILL_MAX_PARAMETERS]; /* defaults; a fill may give others */
    struct function_program *programs; /* one for each device of the context, in its order */
    struct free_list *lanes;           /* likewise: lanes that wait for the next fill */
    struct warning_list warnings;
};

#endif
