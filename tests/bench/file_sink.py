# SPDX-License-Identifier: MIT
#
# The section on files as output: outerfill_fill_npy against ways to write the same bytes from memory, and against what users do, each
# until the file is on the disk, into the same folder. Every file is new, its values are looked at, and it is removed at once.

import os
import shutil
import tempfile
from statistics import median

import numpy as np

import reference
from cases import Case, python_system
from environment import kibibytes
from measure import parse_seconds
from worker_process import WorkerProcess

OURS, RAW = "outerfill", "raw"
USERS = ("memmap", "save", "joblib")
NO_LIMIT = ("mmap",)  # a way of RAW that is not held against outerfill
COPY = "buffered-2"  # on tmpfs, which is memory: a plain parallel copy
TMPFS = "/dev/shm"
LARGE_NBYTES = 300_000_000  # from here on half of the rounds
LARGEST = Case("outer", "float64", 2, 16000, 32000)
SHAPES = ((2, 10000, 1000), (2, 2400, 2400), (16, 1000, 4000), (2, 10007, 1013))
MORE_SHAPES = ((4, 2400, 2400), (2, 8000, 8000))


def chosen_cases(length):
    shapes = {"quick": SHAPES[:1], "default": SHAPES, "full": SHAPES + MORE_SHAPES}[length]
    return [Case("outer", "float64", *shape, "fresh") for shape in shapes]


def has_room(folder, nbytes):
    """For a file of so many bytes; in memory, also for three arrays besides it."""
    in_memory = kibibytes("/proc/meminfo", "MemAvailable") * 1024
    return shutil.disk_usage(folder).free > 2 * nbytes and in_memory > (4 if folder.startswith(TMPFS) else 3) * nbytes


# ---- One case in one folder ----

def commands(bench):
    found = {OURS: [os.path.join(bench.binaries, "bench-outerfill"), "outerfill-file"],
             RAW: [os.path.join(bench.binaries, "bench-file")]}
    return {**found, **{name: python_system(f"file-{name}") for name in USERS}}


def open_workers(bench, case, path):
    """Every worker that takes part, with the case opened."""
    environment = {**bench.environment, "OUTERFILL_BENCH_FILE": path}
    found = {}
    for name, command in commands(bench).items():
        worker = WorkerProcess(f"file-{name}", command, environment, bench.log_folder)
        status, reason = worker.ask(f"case {case.work} {case.dtype} {case.num_planes} {case.n} {case.m} {case.output}")
        if status == "ready":
            found[name] = worker
            continue
        worker.quit()
        if name in (OURS, RAW):
            quit_all(found)
            raise RuntimeError(f"{case.name}: {name}: {reason}")
    return found


def quit_all(workers):
    for worker in workers.values():
        worker.quit()


def wrong_row(case, path):
    """The first row, of some, that the file has not, as a sentence; what stands before the values is the header."""
    before = os.path.getsize(path) - case.nbytes
    ab = np.memmap(path, case.dtype, "r", before, (case.num_planes, case.n, case.m)) if before >= 0 else None
    if ab is None:
        return f"the file is {-before} bytes too short"
    a, b = reference.inputs(case.work, case.dtype, case.n, case.m)
    rows = {(p, i) for p, i, _ in reference.positions(case)} | {(p, i) for p in range(case.num_planes) for i in (0, case.n - 1)}
    return next((f"row [{p},{i}] is wrong" for p, i in sorted(rows) if not np.array_equal(ab[p, i], reference.outer(p, a[i], b))), "")


def write_once(case, name, worker, path):
    """Seconds by the name of the way: outerfill's, a user's, or of each way of RAW."""
    status, text = worker.ask("run 1")
    if status != "seconds":
        raise RuntimeError(f"{case.name}: {name}: {text}")
    wrong = wrong_row(case, path)
    os.unlink(path)
    if wrong:
        raise RuntimeError(f"{case.name}: {name}: {wrong}")
    return {way or name: times[0] for way, times in parse_seconds(text).items()}


def write_rounds(bench, case, path, num_rounds):
    """One dictionary for each round, in which every way has its seconds."""
    workers = open_workers(bench, case, path)
    names, found = list(workers), []
    try:
        for k in range(num_rounds):
            shift = k % len(names)
            found.append({})
            for name in names[shift:] + names[:shift]:
                found[-1].update(write_once(case, name, workers[name], path))
    finally:
        quit_all(workers)
    return found


def summarise(case, kind, rounds):
    """A line of the section: the medians, and outerfill's ratio to the best way, which is compared round by round."""
    medians = {way: median(times[way] for times in rounds) for way in rounds[0]}
    limits = [way for way in medians if way not in (OURS, *USERS, *NO_LIMIT)]
    best = COPY if kind == "tmpfs" else min(limits, key=medians.get)
    return {"name": f"{case.num_planes} x {case.n} x {case.m}, {kind}", "kind": kind, "nbytes": case.nbytes, "seconds": medians,
            "rounds": rounds, "best": best, "ratio": median(times[best] / times[OURS] for times in rounds)}


def measure_case(bench, case, kind, parent, num_rounds):
    with tempfile.TemporaryDirectory(prefix="outerfill-bench-", dir=parent) as folder:
        rounds = max(2, num_rounds // 2) if case.nbytes >= LARGE_NBYTES else num_rounds
        return summarise(case, kind, write_rounds(bench, case, os.path.join(folder, "ab.npy"), rounds))


# ---- Memory ----

def peak_memory(bench):
    """The most memory that a process had which filled a file of 8 GB; None where there is no room for that."""
    if shutil.disk_usage(bench.build).free < 2 * LARGEST.nbytes:
        return None
    with tempfile.TemporaryDirectory(prefix="outerfill-bench-", dir=bench.build) as folder:
        path = os.path.join(folder, "ab.npy")
        worker = WorkerProcess("file-memory", commands(bench)[OURS], {**bench.environment, "OUTERFILL_BENCH_FILE": path},
                               bench.log_folder)
        try:
            worker.ask(f"case outer float64 {LARGEST.num_planes} {LARGEST.n} {LARGEST.m} fresh")
            seconds = write_once(LARGEST, OURS, worker, path)[OURS]
            return {"seconds": seconds, "peak_nbytes": kibibytes(f"/proc/{worker.pid}/status", "VmHWM") * 1024}
        finally:
            worker.quit()


# ---- The section ----

def table(lines):
    ways = list(dict.fromkeys(way for line in lines for way in line["seconds"]))
    rows = [[line["name"], f"{line['nbytes'] / 1e9:.3f}",
             *(f"{line['nbytes'] / line['seconds'][way] / 1e9:.2f}" if way in line["seconds"] else "-" for way in ways),
             f"{line['ratio']:.2f}", line["best"]] for line in lines]
    return ["shape, folder", "GB", *ways, "/best", "best"], rows


def describe(lines, peak):
    parts = [f"{kind}: {min(found):.2f} to {max(found):.2f} of {'a parallel copy' if kind == 'tmpfs' else 'the best way'}"
             for kind in ("disk", "tmpfs") if (found := [line["ratio"] for line in lines if line["kind"] == kind])]
    if peak:
        parts.append(f"8 GB in {peak['seconds']:.1f} s with {peak['peak_nbytes'] / 1e6:.0f} MB of memory at most")
    return "; ".join(parts)


def file_sink(bench):
    """Files as output."""
    folders = {"disk": bench.build} if bench.length == "quick" else {"disk": bench.build, "tmpfs": TMPFS}
    lines = [measure_case(bench, case, kind, parent, bench.num_rounds) for kind, parent in folders.items() if os.path.isdir(parent)
             for case in chosen_cases(bench.length) if has_room(parent, case.nbytes)]
    peak = peak_memory(bench) if bench.length == "full" else None
    return {"lines": lines, "peak": peak, "table": table(lines), "text": describe(lines, peak),
            "table_title": "A file as output: outerfill_fill_npy, what writes memory that is filled beforehand, and NumPy; until all is "
                           "on the disk. GB/s, median of the rounds"}


def wrong_values(bench):
    """The sentences of what is wrong with files of tiny cases, for the self-test."""
    try:
        for case in (Case("outer", "float64", 2, 17, 33, "fresh"), Case("outer", "float64", 5, 300, 1013, "fresh")):
            measure_case(bench, case, "disk", bench.build, 1)
    except (RuntimeError, OSError) as error:
        return [str(error)]
    return []
