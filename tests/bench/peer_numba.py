# SPDX-License-Identifier: MIT
#
# Numba: the loops of c_loops.c in Python, compiled, in parallel, with IEEE arithmetic. Constants come in the dtype, since an
# int and a float32 give a float64 in Numba.

import math

import numba
import numpy as np

BLOCK_COLUMNS = 4096
compiled = numba.njit(parallel=True, cache=True, error_model="numpy")


@numba.njit(cache=True, error_model="numpy")
def fill_row(row, x, b, more, p):
    if p == 0:
        for j in range(b.size):
            row[j] = x + b[j]
    elif p == 1:
        for j in range(b.size):
            row[j] = x * b[j]
    elif p % 2 == 0:
        for j in range(b.size):
            row[j] = (x + b[j]) + more
    else:
        for j in range(b.size):
            row[j] = (x * b[j]) + more


@compiled
def fill_outer(a, b, more, ab):
    """Parts of rows as slices: an index that begins at another number than 0 might be negative, and costs half of the speed."""
    num_planes, n, m = ab.shape
    columns = min(m, BLOCK_COLUMNS)
    rows = (BLOCK_COLUMNS + columns - 1) // columns
    across = (m + columns - 1) // columns
    for k in numba.prange(across * ((n + rows - 1) // rows)):
        i_begin, j_begin = k // across * rows, k % across * columns
        j_end = min(j_begin + columns, m)
        for p in range(num_planes):
            for i in range(i_begin, min(i_begin + rows, n)):
                fill_row(ab[p, i, j_begin:j_end], a[i], b[j_begin:j_end], more[p], p)


@compiled
def fill_expression(a, b, one, ab):
    for i in numba.prange(a.size):
        x = a[i]
        for j in range(b.size):
            y = b[j]
            ab[0, i, j] = math.exp(math.sin(x) * math.cos(y)) + math.log(one + x * x + y * y) * math.pow(x + one, y)


@compiled
def fill_option(a, b, constants, ab):
    strike, rate, years, half = constants[0], constants[1], constants[2], constants[3]
    inverse_root_2, density_0 = constants[4], constants[5]
    for i in numba.prange(a.size):
        x = a[i]
        for j in range(b.size):
            root = b[j] * math.sqrt(years)
            d1 = (math.log(x / strike) + (rate + half * b[j] * b[j]) * years) / root
            d2 = d1 - root
            normal_d1, normal_d2 = half * math.erfc(-d1 * inverse_root_2), half * math.erfc(-d2 * inverse_root_2)
            density_d1 = density_0 * math.exp(-half * d1 * d1)
            ab[0, i, j] = x * normal_d1 - strike * math.exp(-rate * years) * normal_d2
            ab[1, i, j] = normal_d1
            ab[2, i, j] = density_d1 / (x * root)
            ab[3, i, j] = x * density_d1 * math.sqrt(years)


@compiled
def fill_iterate(a, b, four, num_steps, ab):
    for i in numba.prange(a.size):
        for j in range(b.size):
            x, k = b[j], 0
            while k < num_steps:
                x = x * x + a[i]
                if abs(x) > four:
                    break
                k += 1
            ab[0, i, j] = k + x


@compiled
def fill_transcendental64(a, b, steps, ab):
    for i in numba.prange(a.size):
        for j in range(b.size):
            total = steps[0]
            for k in range(32):
                total += math.exp(-(a[i] * b[j]) * steps[k]) * math.sin((a[i] + b[j]) * steps[k])
            ab[0, i, j] = total


def prepare(job):
    a, b, real = job.a, job.b, np.dtype(job.dtype).type
    if job.work == "outer":
        more = np.array([p // 2 for p in range(job.num_planes)], job.dtype)
        if job.m == 1:  # as in c_loops_real.h: a column is the row of the exchanged vectors
            return lambda ab: fill_outer(b, a, more, ab.reshape(job.num_planes, 1, job.n))
        return lambda ab: fill_outer(a, b, more, ab)
    if job.work == "expression":
        return lambda ab: fill_expression(a, b, real(1), ab)
    if job.work == "option":
        constants = np.array([100, 0.02, 1, 0.5, 0.7071067811865476, 0.3989422804014327], job.dtype)
        return lambda ab: fill_option(a, b, constants, ab)
    if job.work == "transcendental64":
        return lambda ab: fill_transcendental64(a, b, np.arange(32).astype(job.dtype), ab)
    return lambda ab: fill_iterate(a, b, real(4), int(job.work[len("iterate"):]), ab)
