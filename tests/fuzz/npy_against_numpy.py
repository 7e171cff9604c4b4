#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# npy_against_numpy.py LIBRARY FOLDER...: every file of the folders that outerfill_npy_load accepts, NumPy accepts too, with the same
# values. What NumPy accepts and the library refuses is listed by reason, and a reason that is not among those below is a failure: a
# file that says so of itself is a vector of real numbers, written as NumPy writes it. The last line is the figure.
import collections
import ctypes
import pathlib
import re
import sys
import warnings

import numpy as np

# What the manual says is not read, and Python's other ways to write the same header, which nobody's files have.
KNOWN_REASONS = {
    r"dimensions, not a vector of one": "not of one dimension",
    r"which is not real|has a structured dtype": "not real: complex, text, dates, records",
    r"'shape' is malformed|'descr' is not a dtype|is not a dictionary|behind its dictionary": "a header in Python that NumPy never writes",
}


class Error(ctypes.Structure):
    _fields_ = [
        ("status", ctypes.c_int),
        ("opencl_code", ctypes.c_int),
        ("place", ctypes.c_int * 3),
        ("reserved", ctypes.c_ubyte * 256),
        ("message", ctypes.c_char * 1024),
        ("log", ctypes.c_char * 4096),
    ]


def load_by_library(library, path):
    """The values as float64, or the sentence."""
    values, n, error = ctypes.c_void_p(), ctypes.c_size_t(), Error()
    if library.outerfill_npy_load(str(path).encode(), 0, ctypes.byref(values), ctypes.byref(n), ctypes.byref(error)):
        return None, error.message.decode()
    array = np.frombuffer(ctypes.string_at(values, n.value * 8), np.float64)
    library.outerfill_free(values)
    return array, ""


def load_by_numpy(path):
    """The array, or what NumPy says."""
    try:
        with path.open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False), ""
    except Exception as error:  # whatever NumPy raises is a refusal
        return None, f"{type(error).__name__}: {error}"


def is_same(ours, theirs):
    if theirs.ndim == 2 and 1 in theirs.shape:
        theirs = theirs.ravel()
    if theirs.shape != ours.shape:
        return False
    expected = theirs.astype(np.float64)
    return bool(np.all((ours.view(np.uint64) == expected.view(np.uint64)) | (np.isnan(ours) & np.isnan(expected))))


def reason_of(sentence):
    for pattern, reason in KNOWN_REASONS.items():
        if re.search(pattern, sentence):
            return reason
    return None


def compare(library, path, counts):
    """What is wrong with the file's verdicts, or None."""
    ours, sentence = load_by_library(library, path)
    theirs, refusal = load_by_numpy(path)
    if ours is None and theirs is None:
        counts["refused by both"] += 1
    elif ours is None:
        counts[reason_of(sentence) or "unknown"] += 1
        return None if reason_of(sentence) else f"NumPy accepts it, outerfill does not: {sentence}"
    elif theirs is None:
        return f"outerfill accepts it, NumPy does not: {refusal}"
    elif not is_same(ours, theirs):
        return f"outerfill reads {ours}, NumPy {theirs}"
    else:
        counts["the same"] += 1
    return None


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    library = ctypes.CDLL(sys.argv[1])
    library.outerfill_free.argtypes = [ctypes.c_void_p]
    counts, num_wrong = collections.Counter(), 0
    for path in sorted(path for folder in sys.argv[2:] for path in pathlib.Path(folder).iterdir()):
        wrong = compare(library, path, counts)
        num_wrong += wrong is not None
        if wrong:
            print(f"{path}: {wrong}")
    known = dict.fromkeys(KNOWN_REASONS.values())
    for reason in known:
        print(f"accepted by NumPy, refused by outerfill: {counts[reason]} {reason}")
    print(f"{counts['the same']} NPY files read as NumPy reads them, {counts['refused by both']} refused by both, "
          f"{sum(counts[reason] for reason in known)} by outerfill alone, {num_wrong} wrong")
    return 1 if num_wrong or not counts["the same"] else 0


sys.exit(main())
