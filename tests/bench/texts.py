#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# texts.py LIBOUTERFILL [float32]: bodies of texts/ through outerfill, and the same text in an OpenMP loop of C, once as people
# compile it (-O3 -march=native, libm) and once with GCC's libmvec (-Ofast). All in one process, in rounds that go over all; the
# best of each counts. Prints Mcells/s, and outerfill's speed in terms of both. The loops have the same schedule, memory and inputs.
# In float32 the literals are floats, in C too.
import ctypes
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy

# An idle thread of C must not spin on a core that outerfill needs.
os.environ["OMP_WAIT_POLICY"] = "passive"
FOLDER = pathlib.Path(__file__).resolve().parent / "texts"
LOOP = """
#include <tgmath.h>
#include <stddef.h>
typedef REAL real;
static inline void cell(real a, real b, long i, long j, long n, long m, real *out) {
#line 1 "%s"
%s
}
void fill(const real *a, long n, const real *b, long m, real *ab) {
#pragma omp parallel for schedule(static)
    for (long i = 0; i < n; i++)
        for (long j = 0; j < m; j++) {
            real out[%d] = {0};
            cell(a[i], b[j], i, j, n, m, out);
            for (int p = 0; p < %d; p++) ab[(p * n + i) * m + j] = out[p];
        }
}
"""
PEERS = {"OpenMP C": ["-O3", "-march=native"], "-Ofast": ["-Ofast", "-march=native"]}
DTYPES = {"float64": (1, ["-DREAL=double"]), "float32": (2, ["-DREAL=float", "-fsingle-precision-constant"])}
NUM_ROUNDS = 9


class Description(ctypes.Structure):
    """outerfill_function_description, up to what is used; what follows is 0."""
    _fields_ = [("struct_nbytes", ctypes.c_size_t), ("dtype", ctypes.c_int), ("num_planes", ctypes.c_size_t),
                ("expressions", ctypes.c_void_p), ("body", ctypes.c_char_p), ("preamble", ctypes.c_char_p)]


def check(status, error):
    if status:
        sys.exit(f"texts.py: {error.raw[4:].split(bytes(1))[0].decode(errors='replace')} (status {status})")


class Outerfill:
    def __init__(self, path, text, dtype):
        self.library, self.error = ctypes.CDLL(path), ctypes.create_string_buffer(8192)
        self.context, self.function = ctypes.c_void_p(), ctypes.c_void_p()
        check(self.library.outerfill_context_create(None, ctypes.byref(self.context), self.error), self.error)
        description = Description(ctypes.sizeof(Description), DTYPES[dtype][0], body=text.encode())
        begin = time.perf_counter()
        check(self.library.outerfill_function_create(self.context, ctypes.byref(description), ctypes.byref(self.function),
                                                     self.error), self.error)
        self.create_seconds = time.perf_counter() - begin

    def fill(self, a, b, ab):
        check(self.library.outerfill_fill(self.function, a.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(a.size),
                                          b.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(b.size),
                                          ab.ctypes.data_as(ctypes.c_void_p), None, self.error), self.error)


class Loop:
    def __init__(self, folder, name, text, num_planes, options):
        source, library = folder / f"{name}.c", folder / f"{name}{options[0]}.so"
        source.write_text(LOOP % (name, text, num_planes, num_planes))
        subprocess.run(["gcc", *options, "-fopenmp", "-fPIC", "-shared", source, "-o", library, "-lm"], check=True)
        self.library = ctypes.CDLL(library)

    def fill(self, a, b, ab):
        self.library.fill(a.ctypes.data_as(ctypes.c_void_p), ctypes.c_long(a.size), b.ctypes.data_as(ctypes.c_void_p),
                          ctypes.c_long(b.size), ab.ctypes.data_as(ctypes.c_void_p))


def measure(path, file, dtype, folder):
    """Mcells/s of each, and the first fill of outerfill in seconds."""
    text = file.read_text()
    num_planes = 1 + max(int(number) for number in re.findall(r"out\[(\d+)\]", text))
    size = 300 if re.search(r"\bfor\b", text) else 2000
    a, b = ((first + rise * numpy.arange(size) / size).astype(dtype) for first, rise in ((0.5, 1.5), (0.01, 0.39)))
    ab = numpy.zeros((num_planes, size, size), dtype)
    begin = time.perf_counter()
    systems = {"outerfill": Outerfill(path, text, dtype)}
    systems["outerfill"].fill(a, b, ab)
    first = time.perf_counter() - begin
    expected = numpy.zeros_like(ab)
    for peer, options in PEERS.items():
        systems[peer] = Loop(folder, file.stem, text, num_planes, options + DTYPES[dtype][1])
    systems["OpenMP C"].fill(a, b, expected)
    # One unit in the last place may flip a condition, and so the number of steps that a text counts in another plane.
    if numpy.isclose(ab[0], expected[0], rtol=(1e-9, 1e-4)[dtype == "float32"], atol=1e-12, equal_nan=True).mean() < 0.9:
        sys.exit(f"texts.py: {file.name}: outerfill and C differ")
    seconds = dict.fromkeys(systems, 1e9)
    for _ in range(NUM_ROUNDS):
        for name, system in systems.items():
            begin = time.perf_counter()
            system.fill(a, b, ab)
            seconds[name] = min(seconds[name], time.perf_counter() - begin)
    return {name: size * size / value / 1e6 for name, value in seconds.items()}, first


def main():
    dtype = sys.argv[2] if len(sys.argv) > 2 else "float64"
    os.environ.setdefault("POCL_SIGFPE_HANDLER", "0")
    print("| text | outerfill | OpenMP C | `-Ofast` | / OpenMP C | / `-Ofast` | first fill |\n|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(FOLDER.glob("*.cl")):
            speed, first = measure(sys.argv[1], file, dtype, pathlib.Path(folder))
            ours, c, fast = (speed[name] for name in ("outerfill", *PEERS))
            print(f"| {file.stem} | {ours:.3g} | {c:.3g} | {fast:.3g} | {ours / c:.2f} | {ours / fast:.2f} | {first:.2f} s |",
                  flush=True)


main()
