# SPDX-License-Identifier: MIT
#
# What is measured: the cases, and which of them a run of which length has; the systems, how their workers are started, and
# which of them take part in a case.

import os
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))

WORKS = ("outer", "expression", "option", "iterate1000", "iterate2000", "transcendental64")
ITEMSIZES = {"float64": 8, "float32": 4}
SMALL_NBYTES = 2_000_000  # an output of less is measured by many repetitions, and told in microseconds
COPY_NBYTES = 64_000_000  # from here on a staged fill has bands enough to be held against limit-copy


@dataclass(frozen=True)
class Case:
    work: str
    dtype: str
    num_planes: int
    n: int
    m: int
    output: str = "warm"

    @property
    def name(self):
        return f"{self.work}/{self.n}x{self.m}/P{self.num_planes}/{self.dtype}/{self.output}"

    @property
    def num_cells(self):
        return self.n * self.m

    @property
    def nbytes(self):
        return self.num_planes * self.num_cells * ITEMSIZES[self.dtype]

    @property
    def kind(self):
        """The table the case belongs to."""
        if self.work != "outer":
            return "expensive"
        if self.nbytes < SMALL_NBYTES:
            return "small"
        return self.output

    @property
    def num_repeats(self):
        """Repetitions in each round; a round counts as their median."""
        if self.kind == "small":
            return 200
        return 3 if self.nbytes < 100_000_000 else 1


SMALL_SHAPES = ((5, 5), (32, 32), (100, 100), (320, 320))
SHAPES = ((1000, 1000), (2400, 2400), (10000, 1000), (8000, 4000), (5003, 5003), (1000000, 17), (17, 1000000), (10000000, 1))
EXPENSIVE = (("expression", 1, 1000), ("expression", 1, 3000), ("option", 4, 1000), ("iterate1000", 1, 200),
             ("iterate1000", 1, 600), ("iterate2000", 1, 100), ("transcendental64", 1, 300))
LOOP_CASE = Case("outer", "float64", 2, 10000, 1000)


def outer_cases(shapes, dtype):
    return [Case("outer", dtype, 2, n, m) for n, m in shapes]


def plane_cases(dtype):
    return [Case("outer", dtype, num_planes, 2400, 2400) for num_planes in (1, 4, 8, 16)]


def fresh_cases():
    return [Case("outer", "float64", 2, n, m, "fresh") for n, m in ((2400, 2400), (8000, 4000), (10000, 1000))]


def expensive_cases(dtypes):
    return [Case(work, dtype, planes, side, side) for work, planes, side in EXPENSIVE for dtype in dtypes]


def plan(length):
    """The cases of a run of this length: "quick", "default" or "full"."""
    if length == "quick":
        return (outer_cases(((5, 5), (320, 320), (1000, 1000), (2400, 2400), (17, 1000000)), "float64")
                + outer_cases(((2400, 2400),), "float32") + fresh_cases()[:1]
                + [case for case in expensive_cases(("float64",)) if case.work in ("expression", "option", "iterate1000")])
    float32_shapes = SHAPES if length == "full" else SHAPES[:3]
    cases = outer_cases(SMALL_SHAPES, "float64") + outer_cases(SMALL_SHAPES, "float32")
    cases += outer_cases(SHAPES, "float64") + outer_cases(float32_shapes, "float32") + plane_cases("float64")
    if length == "full":
        cases += plane_cases("float32")
    return cases + fresh_cases() + expensive_cases(("float64", "float32"))


def python_system(name):
    return [sys.executable, os.path.join(HERE, "worker.py"), name]


def systems(binaries):
    """The command of every system's worker, in the order of the tables' columns."""
    def program(name, *arguments):
        return [os.path.join(binaries, f"bench-{name}"), *arguments]

    table = {"limit": program("limit", "limit"), "limit-copy": program("limit", "limit-copy")}
    for name in OURS:
        table[name] = program("outerfill", name)
    for name in ("opencl-naive", "opencl-bare"):
        table[name] = program("opencl", name)
    for name in ("c-serial", "c-openmp", "c-openmp-fast"):
        table[name] = program(name)
    for name in ("numpy", "numexpr", "numba", "pyopencl", "gpuarray", "halide", "python-loop", "joblib-memmap"):
        table[name] = python_system(name)
    return table


OURS = ("outerfill", "outerfill-staged", "outerfill-user", "outerfill-relaxed")
LIMITS = ("limit", "limit-copy")  # they compute nothing, so their values are not looked at
ESSENTIAL = (*OURS, *LIMITS, "c-openmp")  # if one of these fails, so does the benchmark
ONCE = ("python-loop", "joblib-memmap")  # far too slow for several rounds
ONLY_SMALL = ("outerfill-user", "opencl-bare")
RELAXED = ("c-openmp-fast", "halide", "outerfill-relaxed")  # may contract, reorder, or have functions of their own that are less precise


def takes_part(system, case):
    if system in ONCE:
        return case == LOOP_CASE
    if system in ONLY_SMALL:
        return case.kind == "small"
    if system == "limit":
        return case.work == "outer"
    if system == "limit-copy":
        return case.kind == "warm" and case.nbytes >= COPY_NBYTES
    if system in ("c-openmp-fast", "outerfill-relaxed"):  # nothing in a + b and a * b that -Ofast could change
        return case.kind == "expensive"
    return True
