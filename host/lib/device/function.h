/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_FUNCTION_H
#define OUTERFILL_DEVICE_FUNCTION_H

#include <stdbool.h>

#include "base/checksum.h"
#include "device/context.h"
#include "base/free_list.h"

/* A function compiled for one device. */
struct function_program {
    cl_program opencl;
    bool has_vectors; /* with the kernel fill_vectors */
};

struct outerfill_function {
    outerfill_context *context;
    outerfill_dtype dtype;
    bool is_default; /* a + b and a * b */
    bool is_relaxed;
    bool has_loop;        /* a cell may cost much more than another */
    struct digest digest; /* of the texts, and of how they are compiled */
    size_t num_planes;
    size_t num_parameters;
    double parameter_values[OUTERFILL_MAX_PARAMETERS];
    struct function_program *programs; /* one for each device of the context, in its order */
    struct free_list *lanes;           /* likewise: lanes that wait for the next fill */
};

#endif
