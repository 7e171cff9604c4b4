# SPDX-License-Identifier: MIT
#
# What is right: the inputs, by the same rule as fill_case.c, the value of any cell, and how far a system may be from it.

import math
import random

import numpy as np

RANGES = {  # from and to, of a and of b
    "expression": ((0.1, 3), (-2, 2)),
    "option": ((50, 150), (0.05, 0.8)),
    "iterate1000": ((-0.7, 0.6), (-1.5, 1.5)),
    "iterate2000": ((-0.7, 0.6), (-1.5, 1.5)),
    "transcendental64": ((0.01, 1), (0.1, 3)),
}
STRIKE, RATE, YEARS = 100.0, 0.02, 1.0


def line(count, dtype, bounds):
    step = (bounds[1] - bounds[0]) / (count - 1) if count > 1 else 0.0
    return (bounds[0] + np.arange(count, dtype="float64") * step).astype(dtype)


def inputs(work, dtype, n, m):
    if work == "outer":  # short binary fractions: exact in both dtypes, so that every system must give the same bits
        a = 0.5 + (np.arange(n) % 1000) * 0.25
        b = 1 + (np.arange(m) % 777) * 0.125
        return a.astype(dtype), b.astype(dtype)
    return line(n, dtype, RANGES[work][0]), line(m, dtype, RANGES[work][1])


# ---- The value of one cell ----

def outer(p, a, b):
    value = a + b if p % 2 == 0 else a * b
    return value + a.dtype.type(p // 2)


def expression(_, a, b):
    return math.exp(math.sin(a) * math.cos(b)) + math.log(1 + a * a + b * b) * math.pow(a + 1, b)


def option(p, a, b):
    root = b * math.sqrt(YEARS)
    d1 = (math.log(a / STRIKE) + (RATE + 0.5 * b * b) * YEARS) / root
    d2 = d1 - root
    normal_d1, normal_d2 = (0.5 * math.erfc(d * -0.7071067811865476) for d in (d1, d2))
    density_d1 = 0.3989422804014327 * math.exp(-0.5 * d1 * d1)
    return (a * normal_d1 - STRIKE * math.exp(-RATE * YEARS) * normal_d2, normal_d1, density_d1 / (a * root),
            a * density_d1 * math.sqrt(YEARS))[p]


def iterate(num_steps, a, b):
    x = b
    for k in range(num_steps):
        x = x * x + a
        if abs(x) > 4:
            return k + float(x)
    return float(x.dtype.type(num_steps) + x)


def transcendental64(_, a, b):
    return sum(math.exp(-(a * b) * k) * math.sin((a + b) * k) for k in range(32))


def value(case, p, a, b):
    """f_p(a, b); a and b are scalars of the dtype. Where functions are called, it is float64 that is right."""
    if case.work == "outer":
        return float(outer(p, a, b))
    if case.work.startswith("iterate"):
        return iterate(int(case.work[len("iterate"):]), a, b)
    function = {"expression": expression, "option": option, "transcendental64": transcendental64}[case.work]
    return function(p, float(a), float(b))


# ---- Where to look, and how close is close ----

def positions(case, count=20):
    """Corners, the seams of blocks, and random cells."""
    rows = {0, case.n - 1, case.n // 2, min(case.n - 1, 4096)}
    columns = {0, case.m - 1, case.m // 2, min(case.m - 1, 8191), min(case.m - 1, 8192)}
    seams = sorted((p, i, j) for p in {0, case.num_planes - 1} for i in rows for j in columns)
    chance = random.Random(case.name)
    found = [(case.num_planes - 1, case.n - 1, case.m - 1), *chance.sample(seams, min(len(seams), count // 2))]
    while len(found) < count:
        found.append((chance.randrange(case.num_planes), chance.randrange(case.n), chance.randrange(case.m)))
    return found


def bound(case, p, right, is_relaxed):
    """The largest difference. Values near 0 are differences of larger ones, so the bound has a floor, for each plane."""
    if case.work == "outer":
        return 0.0
    relative = {"float64": 1e-11, "float32": 1e-3}[case.dtype] * (100 if is_relaxed else 1)
    if case.work.startswith("iterate"):
        relative = {"float64": 1e-8, "float32": 1e-2}[case.dtype]
    floor = (1, 1e-2, 1e-3, 1)[p] if case.work == "option" else 1
    return relative * max(abs(right), floor)


def first_difference(case, found, values, is_relaxed):
    """None, or a sentence on the first of the values at the positions found that is wrong."""
    a, b = inputs(case.work, case.dtype, case.n, case.m)
    if len(values) != len(found):
        return f"{len(values)} values for {len(found)} cells"
    for (p, i, j), got in zip(found, values):
        right = value(case, p, a[i], b[j])
        if not abs(got - right) <= bound(case, p, right, is_relaxed):
            return f"ab[{p},{i},{j}] is {got!r}, not {right!r}"
    return None
