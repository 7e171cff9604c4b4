/* SPDX-License-Identifier: MIT
 *
 * Composes the program that a device compiles:
 *
 *     what every function sees            pragmas and `real`
 *     the caller's text                   each piece behind a #line of its own, so that messages point into it
 *     two lists                           PLANES and PARAMETERS, over which fill.cl repeats itself
 *     kernels/fill.cl                     as it stands in the repository
 *
 * The text was checked by text_check. Nothing here calls OpenCL. */
#include "source.h"

#include <stdio.h>
#include <stdlib.h>

#include "dtype.h"
#include "fill_cl.h"

static void write_prologue(FILE *out, outerfill_dtype dtype) {
    fprintf(out, "#pragma OPENCL FP_CONTRACT OFF\n");
    if (dtype == OUTERFILL_FLOAT64) fprintf(out, "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");
    fprintf(out, "typedef %s real;\n", dtype_opencl_name(dtype));
}

static void write_signature(FILE *out, const outerfill_function_description *description) {
    fprintf(out, "#line 1 \"function\"\nstatic inline void outerfill_compute_cell(const real a, const real b");
    fprintf(out, ", const long i, const long j, const long n, const long m");
    for (size_t k = 0; k < description->num_parameters; k++) fprintf(out, ", const real %s", description->parameter_names[k]);
    fprintf(out, ", real *out)\n");
}

static void write_function(FILE *out, const outerfill_function_description *description) {
    if (description->preamble) fprintf(out, "#line 1 \"preamble\"\n%s\n", description->preamble);
    write_signature(out, description);
    fprintf(out, "{\n");
    if (description->body) fprintf(out, "#line 1 \"body\"\n%s\n", description->body);
    for (size_t p = 0; description->expressions && p < description->num_planes; p++)
        fprintf(out, "out[%zu] = (\n#line 1 \"plane %zu\"\n%s\n);\n", p, p, description->expressions[p]);
    fprintf(out, "}\n");
}

static void write_lists(FILE *out, const outerfill_function_description *description) {
    fprintf(out, "#define NUM_PLANES %zu\n#define PLANES(OUTERFILL_DO)", description->num_planes);
    for (size_t p = 0; p < description->num_planes; p++) fprintf(out, " OUTERFILL_DO(%zu)", p);
    fprintf(out, "\n#define PARAMETERS(OUTERFILL_DO)");
    for (size_t k = 0; k < description->num_parameters; k++) fprintf(out, " OUTERFILL_DO(%s)", description->parameter_names[k]);
    fprintf(out, "\n#line 1 \"fill.cl\"\n");
}

char *source_create(const outerfill_function_description *description) {
    char *text = NULL;
    size_t nbytes = 0;
    FILE *out = open_memstream(&text, &nbytes);
    if (!out) return NULL;
    write_prologue(out, description->dtype);
    write_function(out, description);
    write_lists(out, description);
    fwrite(fill_cl, 1, sizeof fill_cl, out);
    const int failed = ferror(out);
    if (fclose(out) == 0 && !failed) return text;
    free(text);
    return NULL;
}
