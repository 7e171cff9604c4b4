# SPDX-License-Identifier: MIT
#
# Halide: one Func with a value for each plane, vectorised along the row, parallel over rows or parts of them, compiled at run
# time for this processor, into the existing array.

import halide as hl

from worker import Unsupported

VECTOR_NBYTES = 64
PART = 8192  # cells of a row for a task, where there are few rows


def outer(a, b, num_planes, _):
    values = []
    for p in range(num_planes):
        value = a + b if p % 2 == 0 else a * b
        values.append(value if p < 2 else hl.strict_float(hl.strict_float(value) + hl.cast(value.type(), p // 2)))
    return values


def expression(a, b, _, real):
    return [hl.exp(hl.sin(a) * hl.cos(b)) + hl.log(real(1) + a * a + b * b) * hl.pow(a + real(1), b)]


def transcendental64(a, b, _, real):
    total = real(0)
    for k in range(32):
        total = total + hl.exp(-(a * b) * real(k)) * hl.sin((a + b) * real(k))
    return [total]


def schedule(function, i, j, n, m, itemsize):
    width = VECTOR_NBYTES // itemsize
    if n < 64 and m >= PART:
        part, task = hl.Var("part"), hl.Var("task")
        function.split(j, part, j, PART).vectorize(j, width).fuse(i, part, task).parallel(task)
        return
    if m >= width:
        function.vectorize(j, width)
    function.parallel(i, max(1, min(n, PART // m)))


def prepare(job):
    works = {"outer": outer, "expression": expression, "transcendental64": transcendental64}
    if job.work not in works:
        raise Unsupported("Halide has no erfc" if job.work == "option" else "Halide has no loop with an exit")
    n, m, rows, columns = job.n, job.m, job.a, job.b
    if m == 1:  # a column is the row of the exchanged vectors
        n, m, rows, columns = m, n, columns, rows
    real = hl.f64 if job.dtype == "float64" else hl.f32
    i, j, function = hl.Var("i"), hl.Var("j"), hl.Func("ab")
    values = works[job.work](hl.Buffer(rows)[i], hl.Buffer(columns)[j], job.num_planes, real)
    function[j, i] = hl.Tuple(values) if len(values) > 1 else values[0]
    schedule(function, i, j, n, m, job.a.itemsize)
    function.compile_jit(hl.get_jit_target_from_environment())

    def fill(ab):
        planes = [hl.Buffer(plane.T) for plane in ab.reshape(job.num_planes, n, m)]
        function.realize(planes if len(planes) > 1 else planes[0])
    return fill
