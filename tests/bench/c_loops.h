/* SPDX-License-Identifier: MIT
 *
 * The peers in plain C. One source, compiled several times with other flags: serial, OpenMP, and OpenMP with everything that
 * -Ofast allows. */
#ifndef BENCH_C_LOOPS_H
#define BENCH_C_LOOPS_H

#include "fill_case.h"

void c_loops_fill(const fill_case *opened);

#endif
