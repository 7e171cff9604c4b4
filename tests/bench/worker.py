# SPDX-License-Identifier: MIT
#
# The worker of the peers in Python: worker.py SYSTEM. worker.h has the protocol. A system is a module peer_SYSTEM with
#
#     prepare(job)    what a user keeps between fills; returns fill(ab), which fills the array (or returns the one it filled)
#
# that raises Unsupported with the reason where it cannot do the work.

import importlib
import mmap
import os
import sys
import time
from dataclasses import dataclass

import numpy as np

import reference


HUGE_PAGE_NBYTES = 2 << 20


class Unsupported(Exception):
    pass


@dataclass
class Job:
    work: str
    dtype: str
    num_planes: int
    n: int
    m: int
    is_fresh: bool
    a: np.ndarray
    b: np.ndarray

    @property
    def shape(self):
        return self.num_planes, self.n, self.m


def warm_array(shape, dtype):
    """As worker_allocate_huge of worker.c: aligned to a huge page, in huge pages where it is large, and touched. np.empty begins
    16 bytes after a line, so that every store of a whole vector would hit two lines."""
    nbytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = mmap.mmap(-1, nbytes + HUGE_PAGE_NBYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if nbytes >= 2 * HUGE_PAGE_NBYTES:
        memory.madvise(mmap.MADV_HUGEPAGE)
    everything = np.frombuffer(memory, "uint8")
    begin = -everything.ctypes.data % HUGE_PAGE_NBYTES
    array = everything[begin:begin + nbytes].view(dtype).reshape(shape)
    array.fill(0)
    return array


def read_job(words):
    work, dtype, num_planes, n, m, output = words
    a, b = reference.inputs(work, dtype, int(n), int(m))
    return Job(work, dtype, int(num_planes), int(n), int(m), output == "fresh", a, b)


class Worker:
    def __init__(self, system):
        self.peer = importlib.import_module("peer_" + system.replace("-", "_"))
        self.end()

    def end(self):
        self.job = self.fill = self.ab = None
        self.has_run = False
        return "ended"

    def case(self, *words):
        self.end()
        self.job = read_job(words)
        try:
            self.fill = self.peer.prepare(self.job)
        except Unsupported as reason:
            self.end()
            return f"skip {reason}"
        if not self.job.is_fresh:
            self.ab = warm_array(self.job.shape, self.job.dtype)
        return "ready"

    def repetition(self):
        if self.job.is_fresh:
            self.ab = None
        begin = time.perf_counter()
        ab = np.empty(self.job.shape, self.job.dtype) if self.job.is_fresh else self.ab
        other = self.fill(ab)
        seconds = time.perf_counter() - begin
        self.ab = ab if other is None else other
        return seconds

    def run(self, num_repeats):
        if not self.has_run and getattr(self.peer, "WARM_UP", True):
            self.repetition()
        self.has_run = True
        return "seconds " + " ".join(f"{self.repetition():.9f}" for _ in range(int(num_repeats)))

    def cells(self, *cells):
        indices = [tuple(map(int, cell.split(","))) for cell in cells]
        return "values " + " ".join(float(self.ab[index]).hex() for index in indices)

    def answer(self, line):
        request, *words = line.split()
        try:
            return {"case": self.case, "run": self.run, "cells": self.cells, "end": self.end}[request](*words)
        except Exception as error:  # whatever a peer may raise: it is an answer, and the benchmark goes on
            return f"error {type(error).__name__}: {' '.join(str(error).split())[:300]}"


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    worker = None
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        try:
            worker = worker or Worker(sys.argv[1])
            text = worker.answer(line)
        except Exception as error:
            text = f"skip {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        print(text, file=answers, flush=True)


if __name__ == "__main__":
    sys.modules["worker"] = sys.modules["__main__"]  # so that a peer's Unsupported is this one
    main()
