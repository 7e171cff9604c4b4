/* SPDX-License-Identifier: MIT
 *
 * The works as OpenCL C: statements over `real`, a and b that assign out[p], from works/ and the examples. */
#ifndef BENCH_WORK_TEXT_H
#define BENCH_WORK_TEXT_H

#include "fill_case.h"

#define WORK_NUM_PARAMETERS 3
extern const char *const work_parameter_names[WORK_NUM_PARAMETERS];
extern const double work_parameter_values[WORK_NUM_PARAMETERS];

/* How many of these parameters the work has: all or none. */
size_t work_num_parameters(fill_work work);

/* "#define STEPS ..." for the works that need it, otherwise "". */
const char *work_preamble(fill_work work);

/* Plane p of `outer`, such as "(a * b) + 3". */
void work_outer_expression(size_t p, size_t nbytes, char text[]);

/* The statements, to be freed; NULL where the file cannot be read or there is no memory. */
char *work_body(const fill_case *opened);

#endif
