#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# fill_program.py JOB: fills one array through libouterfill.so, for `check`. JOB is a JSON file with
# the text, the shape and the names of the files with a and b. The array begins with a pattern in
# every cell, so that a cell without a store is visible. Each job has a process of its own, because
# a driver may end the process while it compiles. Knows nothing of the values.

import ctypes
import json
import os
import sys

PATTERN = 0xA5  # in every byte: a finite number in both dtypes
DTYPES = {"float64": (1, 8), "float32": (2, 4)}


class Description(ctypes.Structure):
    """outerfill_function_description"""
    _fields_ = [("struct_nbytes", ctypes.c_size_t), ("dtype", ctypes.c_int),
                ("num_planes", ctypes.c_size_t), ("expressions", ctypes.POINTER(ctypes.c_char_p)),
                ("body", ctypes.c_char_p), ("preamble", ctypes.c_char_p),
                ("num_parameters", ctypes.c_size_t),
                ("parameter_names", ctypes.POINTER(ctypes.c_char_p)),
                ("parameter_values", ctypes.POINTER(ctypes.c_double)),
                ("relaxed", ctypes.c_int)]


class FillOptions(ctypes.Structure):
    """outerfill_fill_options"""
    _fields_ = [("struct_nbytes", ctypes.c_size_t), ("parameters", ctypes.c_void_p),
                ("memory_nbytes", ctypes.c_size_t), ("transfer", ctypes.c_int),
                ("work_item", ctypes.c_int), ("progress", ctypes.c_void_p),
                ("progress_data", ctypes.c_void_p), ("device_dropped", ctypes.c_void_p),
                ("device_dropped_data", ctypes.c_void_p), ("row_begin", ctypes.c_size_t),
                ("row_end", ctypes.c_size_t), ("verify_cells", ctypes.c_size_t)]


class Error(ctypes.Structure):
    """outerfill_error"""
    _fields_ = [("status", ctypes.c_int), ("opencl_code", ctypes.c_int), ("plane", ctypes.c_int),
                ("line", ctypes.c_int), ("column", ctypes.c_int),
                ("reserved", ctypes.c_ubyte * 256),
                ("message", ctypes.c_char * 1024), ("log", ctypes.c_char * 4096)]


def strings(texts):
    return (ctypes.c_char_p * len(texts))(*(text.encode() for text in texts)) if texts else None


def describe(job):
    """The description of the job's function; ctypes keeps what it points to."""
    parameters = job["parameters"]
    return Description(
        struct_nbytes=ctypes.sizeof(Description), dtype=DTYPES[job["dtype"]][0],
        num_planes=job["num_planes"], expressions=strings(job["expressions"]),
        body=job["body"].encode() if job["body"] else None,
        preamble=job["preamble"].encode() if job["preamble"] else None,
        num_parameters=len(parameters), parameter_names=strings(list(parameters)),
        parameter_values=(ctypes.c_double * len(parameters))(*parameters.values()))


def demand(status, error, what):
    if status:
        log = error.log.decode(errors="replace")
        sys.exit(f"{what}: {error.message.decode(errors='replace')}\n{log}")


def fill(library, job):
    """The bytes of the array, and whose mathematics it was."""
    nbytes = job["num_planes"] * job["n"] * job["m"] * DTYPES[job["dtype"]][1]
    ab = (ctypes.c_ubyte * nbytes)()
    ctypes.memset(ab, PATTERN, nbytes)
    context, function, error = ctypes.c_void_p(), ctypes.c_void_p(), Error()
    demand(library.outerfill_context_create(None, ctypes.byref(context), ctypes.byref(error)),
           error, "context")
    demand(library.outerfill_function_create(context, ctypes.byref(describe(job)),
                                             ctypes.byref(function), ctypes.byref(error)), error,
           "function")
    options = FillOptions(struct_nbytes=ctypes.sizeof(FillOptions), work_item=job["work_item"])
    with open(job["a"], "rb") as file:
        a = file.read()
    with open(job["b"], "rb") as file:
        b = file.read()
    demand(library.outerfill_fill(function, a, ctypes.c_size_t(job["n"]), b,
                                  ctypes.c_size_t(job["m"]), ab, ctypes.byref(options),
                                  ctypes.byref(error)), error, "fill")
    is_ours = library.outerfill_function_mathematics(function, ctypes.c_size_t(0))
    return bytes(ab), "own mathematics" if is_ours else "the driver's"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    library = ctypes.CDLL(os.path.join(os.environ["PROOF_BUILD"], "lib", "libouterfill.so"))
    ab, what = fill(library, job)
    with open(job["ab"], "wb") as file:
        file.write(ab)
    print(what)


if __name__ == "__main__":
    main()
