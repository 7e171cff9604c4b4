# SPDX-License-Identifier: MIT
#
# Runs a program through the library and through the oracle, and compares every cell. `run` returns
# the failures. Knows nothing of how texts are drawn.

import json
import os
import pathlib
import re
import subprocess
import sys

import numpy

from programs import BOUNDED, EXACT

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[2]
LIMIT = 300  # seconds; a program takes 1 to 15 on an idle machine
PATTERN = 0xA5
# Without -frounding-math gcc 12 takes 0.0 - (double)j for -(double)j, which is -0 where j is 0.
C_OPTIONS = ("-std=c11", "-O1", "-ffp-contract=off", "-fno-fast-math", "-frounding-math", "-fwrapv",
             "-w", "-D_GNU_SOURCE", f"-I{HERE}")
C_TYPES = {
    "float64": ("-DREAL(x)=x", "-DWIDE(x)=x##l", "-DREAL_EPSILON=DBL_EPSILON",
                "-DREAL_SMALLEST=DBL_TRUE_MIN", "-DREAL_MIN=DBL_MIN"),
    "float32": ("-DREAL(x)=x##f", "-DWIDE(x)=x", "-DREAL_EPSILON=FLT_EPSILON",
                "-DREAL_SMALLEST=FLT_TRUE_MIN", "-DREAL_MIN=FLT_MIN",
                "-fsingle-precision-constant"),
}
TYPEDEFS = {"float64": "typedef double real;\ntypedef long double wide;\n",
            "float32": "typedef float real;\ntypedef double wide;\n"}
RECORD = numpy.dtype([("reference", numpy.longdouble), ("bound", "f8"), ("values", "f8", 3),
                      ("num_calls", "i8"), ("is_free", "i8")], align=True)


VECTORS = re.compile(r"\b(float|double|u?int|u?long)(2|3|4|8|16)\b")


class OracleError(Exception):
    """The text is no C."""


class Failure:
    """What is wrong with a plane, at its first wrong cell; plane is -1 for the whole program."""

    def __init__(self, plane, what, cell=(0, 0), got=None, expected=None, count=1):
        self.plane, self.what, self.cell, self.count = plane, what, cell, count
        self.got, self.expected = got, expected


def call(command, limit=LIMIT):
    """The exit code, and what the command printed."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=limit, check=False, errors="replace")
    except subprocess.TimeoutExpired:
        return "none", f"takes more than {limit} s"
    return done.returncode, done.stdout + done.stderr


def ask_oracle(program, folder, is_ours):
    """A record for each value. is_ours: the device has our own functions."""
    source, binary, out = folder / "oracle.c", folder / "oracle", folder / "records"
    source.write_text(TYPEDEFS[program.dtype] + program.oracle(), encoding="utf-8")
    ours = ("-DOURS", f"-I{TOP}/tests/support", f"-I{TOP}/kernels") if is_ours else ()
    code, printed = call(["gcc", *C_OPTIONS, *C_TYPES[program.dtype], *ours, str(source), "-o",
                          str(binary), "-lm"])
    if code == 0:
        code, printed = call([str(binary), str(folder / "a"), str(folder / "b"), str(out)])
    if code:
        raise OracleError(f"{folder}: {code} {printed[:2000]}")
    return numpy.fromfile(out, RECORD).reshape(-1, program.n, program.m)


def ask_library(program, folder, limit):
    """The array, or what the library or its driver said instead."""
    job = dict(program.job(), **{name: str(folder / name) for name in ("a", "b", "ab")})
    (folder / "job").write_text(json.dumps(job), encoding="utf-8")
    code, printed = call([sys.executable, str(HERE / "fill_program.py"), str(folder / "job")],
                         limit)
    if code:
        return None, f"no result: exit code {code}, {printed[:1500]}"
    ab = numpy.fromfile(folder / "ab", program.dtype)
    return ab.reshape(-1, program.n, program.m), printed


# ---- Comparison ----

def is_same(got, value):
    """Every bit is the same; a NaN is like any other."""
    both_nan = numpy.isnan(got) & numpy.isnan(value)
    return both_nan | ((got == value) & (numpy.signbit(got) == numpy.signbit(value)))


def ulp(value, dtype):
    """Section 7.4: the distance of the two finite numbers around a value, of any magnitude."""
    limits = numpy.finfo(dtype)
    exponent = numpy.frexp(numpy.abs(value))[1] - 1
    exponent = numpy.clip(exponent, limits.minexp, limits.maxexp - 1)
    return numpy.ldexp(numpy.longdouble(1), exponent - limits.nmant)


def is_within(got, records, dtype):
    """The result of one function: within its bound, and of the same class as C's."""
    got, reference = got.astype(numpy.longdouble), records["reference"].copy()
    reference *= numpy.where(numpy.signbit(records["values"][..., 0]) == numpy.signbit(reference),
                             1, -1)
    nan = numpy.isnan(reference) | numpy.isnan(got)
    step = ulp(reference, dtype)
    bound = records["bound"]
    largest = numpy.longdouble(numpy.finfo(dtype).max)
    near = numpy.abs(got - reference) <= bound * step
    overflow = numpy.isinf(got) & (got * reference > 0)
    overflow &= numpy.abs(reference) + bound * step > largest
    special = (reference == 0) | numpy.isinf(reference)
    exact = (got == reference) & (numpy.signbit(got) == numpy.signbit(reference))
    fine = numpy.where(special, exact, near | overflow)
    class_only = numpy.isinf(bound) & ~special & numpy.isfinite(got)
    return numpy.where(nan, numpy.isnan(reference) & numpy.isnan(got), fine | class_only)


def is_near(got, values, dtype):
    """The class and some digits agree where they do not depend on the last bits of functions."""
    tolerance = 1e-9 if dtype == "float64" else 1e-3
    plain, ends = values[..., 0], values[..., 1:]
    infinite = numpy.isinf(values).any(axis=-1) | (plain == 0)
    nan = numpy.isnan(values).any(axis=-1)
    spread = numpy.abs(ends - plain[..., None]).max(axis=-1)
    size = numpy.abs(plain)
    is_stable = numpy.where(infinite, (ends == plain[..., None]).all(axis=-1), spread <= 1e-3 *
                            tolerance * size)
    is_stable = numpy.where(nan, numpy.isnan(values).all(axis=-1), is_stable)
    agrees = numpy.where(infinite, got == plain, numpy.abs(got - plain) <= tolerance * size)
    agrees = numpy.where(nan, numpy.isnan(got), agrees)
    tiny = (size < 1e3 * float(numpy.finfo(dtype).tiny)) & ~nan
    return agrees | ~is_stable | tiny


def is_right(judged, got, records, dtype):
    with numpy.errstate(all="ignore"):
        exact = is_same(got, records["values"][..., 0].astype(dtype))
        if judged == EXACT:
            right = exact
        elif judged == BOUNDED:
            right = is_within(got, records, dtype)
        else:
            right = is_near(got, records["values"], dtype)
        right = numpy.where(records["num_calls"] == 0, exact, right)
    return right | (records["is_free"] != 0)


def compare(program, ab, records):
    """The first wrong cell of each wrong plane."""
    pattern = numpy.frombuffer(bytes([PATTERN] * 8), ab.dtype)[0]
    failures = []
    for k, (judged, _) in enumerate(program.planes):
        unwritten = ab[k] == pattern
        wrong = unwritten | ~is_right(judged, ab[k], records[k], program.dtype)
        if wrong.any():
            i, j = (int(index[0]) for index in numpy.nonzero(wrong))
            record = records[k, i, j]
            expected = record["values"][0]
            if judged == BOUNDED and record["num_calls"]:
                expected = f"{record['reference']} within {record['bound']} ULP"
            what = "not written" if unwritten[i, j] else f"wrong ({judged})"
            failures.append(Failure(k, what, (i, j), ab[k, i, j], expected, int(wrong.sum())))
    return failures


def run(program, folder, limit=LIMIT):
    """The failures of a program."""
    folder = pathlib.Path(folder)
    os.makedirs(folder, exist_ok=True)
    program.a.tofile(folder / "a")
    program.b.tofile(folder / "b")
    ab, said = ask_library(program, folder, limit)
    # Functions of vectors such as double4 are the driver's.
    is_ours = ab is not None and "own mathematics" in said and not VECTORS.search(program.oracle())
    records = ask_oracle(program, folder, is_ours)
    if ab is None:
        return [Failure(-1, said)]
    return compare(program, ab, records)
