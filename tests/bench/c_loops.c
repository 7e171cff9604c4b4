/* SPDX-License-Identifier: MIT */
#include "c_loops.h"

#include <math.h>
#include <tgmath.h>

#ifdef _OPENMP
#define PRAGMA(text) _Pragma(#text)
#else
#define PRAGMA(text)
#endif

/* A block is small enough that its row of b stays in the first cache, and large enough that its loop's ends do not count. */
#define BLOCK_COLUMNS 4096
/* Fewer cells than this are filled sooner by one thread than others wake up. */
#define PARALLEL_CELLS 32768

#define REAL       double
#define NAMED(nme) nme##_float64
#include "c_loops_real.h"
#undef REAL
#undef NAMED

#define REAL       float
#define NAMED(nme) nme##_float32
#include "c_loops_real.h"

void c_loops_fill(const fill_case *opened) {
    if (opened->is_float32)
        fill_float32(opened);
    else
        fill_float64(opened);
}
