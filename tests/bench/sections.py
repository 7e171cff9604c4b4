# SPDX-License-Identifier: MIT
#
# What no table of cases can show: several devices, growth with size, start, memory. Each returns a dictionary with its numbers
# and a "text" for the report.

import os
import subprocess
import time
from statistics import median

from cases import Case
from environment import kibibytes
from measure import parse_seconds
from worker_process import WorkerProcess


class Absent(Exception):
    """The worker cannot do the case at all, say for lack of a device."""


def open_worker(bench, name, case, more_environment=()):
    """A worker of outerfill, apart from those of the tables, with the case opened."""
    worker = WorkerProcess(name, bench.systems["outerfill"], {**bench.environment, **dict(more_environment)}, bench.log_folder)
    status, reason = worker.ask(f"case {case.work} {case.dtype} {case.num_planes} {case.n} {case.m} {case.output}")
    if status != "ready":
        worker.quit()
        raise Absent(reason)
    return worker


def run_times(worker, num_repeats):
    status, text = worker.ask(f"run {num_repeats}")
    if status != "seconds":
        raise RuntimeError(text)
    return parse_seconds(text)[""]


def devices(bench, num_rounds=5):
    """Two devices of one thread each against what each does alone. PoCL's pthread devices would share their threads; its basic
    device works in the thread that calls it."""
    two = {"POCL_DEVICES": "pthread basic", "POCL_MAX_PTHREAD_COUNT": "1"}
    case = Case("expression", "float64", 1, 2000, 1000)
    selectors, workers = ("0:0", "0:1", "all"), []
    try:
        for device in selectors:
            workers.append(open_worker(bench, "devices-" + device.replace(":", "-"), case, {**two, "OUTERFILL_DEVICE": device}))
        times = [[run_times(worker, 1)[0] for worker in workers] for _ in range(num_rounds)]
    except Absent as reason:
        return {"text": f"left out: {reason}"}
    finally:
        for worker in workers:
            worker.quit()
    rates = [case.num_cells / median(column) for column in zip(*times)]
    ratio = rates[2] / (rates[0] + rates[1])
    return {"rates": rates, "ratio": ratio,
            "text": f"{case.name}, Mcells/s: {rates[0] / 1e6:.2f} and {rates[1] / 1e6:.2f} alone, {rates[2] / 1e6:.2f} together: "
                    f"{ratio:.2f} of the sum"}


def growth(bench):
    """The time per byte, as the array grows."""
    if kibibytes("/proc/meminfo", "MemAvailable") < 10 * 2**20:
        return {"text": "left out: less than 10 GiB of memory are free"}
    found = []
    for case, num_repeats in ((Case("outer", "float64", 2, 4000, 4000), 9), (Case("outer", "float64", 2, 16000, 32000), 3)):
        worker = open_worker(bench, "growth", case)
        found.append(median(run_times(worker, num_repeats)) / case.nbytes)
        worker.quit()
    return {"seconds_per_byte": found, "ratio": found[1] / found[0],
            "text": f"{1e-9 / found[0]:.2f} GB/s at 0.26 GB, {1e-9 / found[1]:.2f} GB/s at 8.2 GB: a byte takes "
                    f"{found[1] / found[0]:.2f} times as long"}


def first_byte(command, environment):
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        has_byte = bool(process.stdout.read(1))
        seconds = time.perf_counter() - begin
        process.stdout.read()
    if not has_byte or process.returncode != 0:
        raise RuntimeError(f"{os.path.basename(command[0])} failed")
    return seconds


def start(bench, num_runs=15):
    """From the start of a process to its first byte of output: the command, against an OpenCL program that does nothing."""
    fill = [os.path.join(bench.binaries, "outerfill"), "fill", "arange:5", "arange:5"]
    empty = [os.path.join(bench.binaries, "bench-empty-opencl")]
    first_byte(fill, bench.environment)  # PoCL's cache has the kernel from here on
    pairs = [(first_byte(fill, bench.environment), first_byte(empty, bench.environment)) for _ in range(num_runs)]
    ours, theirs = (median(times) * 1e3 for times in zip(*pairs))
    return {"outerfill_ms": ours, "empty_ms": theirs,
            "text": f"{ours:.1f} ms, an empty OpenCL program {theirs:.1f} ms: {ours - theirs:.1f} ms more"}


def memory(bench):
    """The most memory that a process had which filled 1 GiB, without that array."""
    case = Case("outer", "float64", 2, 8192, 8192)
    worker = open_worker(bench, "memory", case)
    run_times(worker, 1)
    peak = kibibytes(f"/proc/{worker.pid}/status", "VmHWM") * 1024
    worker.quit()
    return {"peak_nbytes": peak, "beyond_array_nbytes": peak - case.nbytes,
            "text": f"{(peak - case.nbytes) / 2**20:.1f} MiB beyond the array of 1024 MiB, drivers included"}


ALL = {"devices": devices, "growth": growth, "start": start, "memory": memory}
