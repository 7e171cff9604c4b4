#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# texts.py LIBOUTERFILL [DTYPE [haswell]]: bodies of texts/ through outerfill, and the same text in an OpenMP loop of C, once as people
# compile it (-O3 -march=native, libm) and once with GCC's libmvec (-Ofast); in Numba where it is installed (float64), and through
# outerfill on Intel's CPU runtime where OUTERFILL_INTEL_OPENCL is its libintelocl.so (OUTERFILL_INTEL_LIBRARIES: the folder with
# its libraries). All in one process, in rounds that go over all; the best of each counts. Prints Mcells/s, and outerfill's speed
# in terms of the C loops. The loops have the same schedule, memory and inputs. In float32 literals are floats, in C too.
# haswell: outerfill and C are compiled for AVX2; POCL_CACHE_DIR must be another one then.
import ctypes
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy

try:
    import texts_numba
except ImportError:
    texts_numba = None

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
MARCH = sys.argv[3] if len(sys.argv) > 3 else "native"
PEERS = {"OpenMP C": ["-O3", f"-march={MARCH}"], "-Ofast": ["-Ofast", f"-march={MARCH}"]}
DTYPES = {"float64": (1, ["-DREAL=double"]), "float32": (2, ["-DREAL=float", "-fsingle-precision-constant"])}
NAMES = ("outerfill", *PEERS, "Numba", "Intel")
INTEL = os.environ.get("OUTERFILL_INTEL_OPENCL")
MESSAGE = 5 * 4 + 256  # where the sentence of an outerfill_error begins
NUM_ROUNDS = 9


class ContextOptions(ctypes.Structure):
    """outerfill_context_options"""
    _fields_ = [("struct_nbytes", ctypes.c_size_t), ("device", ctypes.c_char_p), ("dtype", ctypes.c_int)]


class Description(ctypes.Structure):
    """outerfill_function_description, up to what is used; what follows is 0."""
    _fields_ = [("struct_nbytes", ctypes.c_size_t), ("dtype", ctypes.c_int), ("num_planes", ctypes.c_size_t),
                ("expressions", ctypes.c_void_p), ("body", ctypes.c_char_p), ("preamble", ctypes.c_char_p)]


def check(status, error):
    if status:
        sys.exit(f"texts.py: {error.raw[MESSAGE:].split(bytes(1))[0].decode(errors='replace')} (status {status})")


class Outerfill:
    def __init__(self, path, text, dtype, device=b"Portable Computing Language"):
        self.library, self.error = ctypes.CDLL(path), ctypes.create_string_buffer(8192)
        self.context, self.function = ctypes.c_void_p(), ctypes.c_void_p()
        options = ContextOptions(ctypes.sizeof(ContextOptions), device)
        check(self.library.outerfill_context_create(ctypes.byref(options), ctypes.byref(self.context), self.error), self.error)
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


class Numba:
    def __init__(self, name):
        self.function = texts_numba.create_fill(name)

    def fill(self, a, b, ab):
        self.function(a, b, ab)


def find_systems(path, file, text, num_planes, dtype, folder):
    """outerfill comes first."""
    systems = {"outerfill": Outerfill(path, text, dtype)}
    for peer, options in PEERS.items():
        systems[peer] = Loop(folder, file.stem, text, num_planes, options + DTYPES[dtype][1])
    if texts_numba and dtype == "float64":
        systems["Numba"] = Numba(file.stem)
    if INTEL:
        systems["Intel"] = Outerfill(path, text, dtype, b"Intel(R) OpenCL")
    return systems


def measure(path, file, dtype, folder):
    """Mcells/s of each, and the first fill of outerfill in seconds."""
    text = file.read_text()
    num_planes = 1 + max(int(number) for number in re.findall(r"out\[(\d+)\]", text))
    size = 300 if re.search(r"\bfor\b", text) else 2000
    a, b = ((first + rise * numpy.arange(size) / size).astype(dtype) for first, rise in ((0.5, 1.5), (0.01, 0.39)))
    ab = numpy.zeros((num_planes, size, size), dtype)
    systems = find_systems(path, file, text, num_planes, dtype, folder)
    expected = numpy.zeros_like(ab)
    systems["OpenMP C"].fill(a, b, expected)
    for name, system in systems.items():
        begin = time.perf_counter()
        system.fill(a, b, ab)
        if name == "outerfill":
            first = system.create_seconds + time.perf_counter() - begin
        # One unit in the last place may flip a condition, and so the number of steps that a text counts in another plane.
        if numpy.isclose(ab[0], expected[0], rtol=(1e-9, 1e-4)[dtype == "float32"], atol=1e-12, equal_nan=True).mean() < 0.9:
            sys.exit(f"texts.py: {file.name}: {name} and C differ")
    seconds = dict.fromkeys(systems, 1e9)
    for _ in range(NUM_ROUNDS):
        for name, system in systems.items():
            begin = time.perf_counter()
            system.fill(a, b, ab)
            seconds[name] = min(seconds[name], time.perf_counter() - begin)
    return {name: size * size / value / 1e6 for name, value in seconds.items()}, first


def show_intel():
    """Makes the ICD loader find PoCL and Intel's runtime, which needs its libraries from the process's beginning."""
    folder, libraries = os.environ.get("OCL_ICD_VENDORS"), os.environ.get("OUTERFILL_INTEL_LIBRARIES", "")
    if folder and folder.startswith(tempfile.gettempdir()):
        return
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "intel.icd").write_text(INTEL + "\n")
    for name in pathlib.Path("/etc/OpenCL/vendors").glob("pocl*.icd"):
        (folder / name.name).write_text(name.read_text())
    os.environ.update(OCL_ICD_VENDORS=str(folder), LD_LIBRARY_PATH=libraries)
    os.execv(sys.executable, [sys.executable, *sys.argv])


def main():
    dtype = sys.argv[2] if len(sys.argv) > 2 else "float64"
    os.environ.setdefault("POCL_SIGFPE_HANDLER", "0")
    if MARCH == "haswell":
        os.environ.update(POCL_LLVM_CPU_NAME="haswell", POCL_KERNELLIB_NAME="avx2")
    if INTEL:
        show_intel()
    print("| text | outerfill | OpenMP C | `-Ofast` | Numba | Intel | / OpenMP C | / `-Ofast` | first fill |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(FOLDER.glob("*.cl")):
            speed, first = measure(sys.argv[1], file, dtype, pathlib.Path(folder))
            columns = [f"{speed[name]:.3g}" if name in speed else "" for name in NAMES]
            columns += [f"{speed['outerfill'] / speed[name]:.2f}" for name in PEERS]
            print("|", " | ".join([file.stem, *columns, f"{first:.2f} s"]), "|", flush=True)


main()
