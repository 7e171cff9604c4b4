# SPDX-License-Identifier: MIT
#
# What no table of cases can show: several devices, growth with size, start, memory, the order of events. Each returns a dictionary
# with its numbers and a "text" for the report, some a "picture" with a "title",
# or a "table" with a "table_title".

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import file_sink
import reference
import timeline
from cases import Case
from environment import kibibytes
from measure import parse_seconds
from worker_process import WorkerProcess

BUFFER_CASES = [Case("outer", dtype, 2, side, side) for side in (2000, 100) for dtype in ("float64", "float32")]
BUFFER_ROUNDS, BUFFER_REPEATS = 21, 9  # more repetitions than those of the tables: a round takes a tenth of a second
ROWS = 24000  # of 1000 cells each, for a fast device: half a second
SLOW_TIMES = 8


class Absent(Exception):
    """The worker cannot do the case at all, say for lack of a device."""


def open_worker(bench, name, case, more_environment=()):
    """A worker of outerfill, apart from those of the tables, with the case opened; its log has this name."""
    command = bench.systems[name if name in bench.systems else "outerfill"]
    worker = WorkerProcess(f"section-{name}", command, {**bench.environment, **dict(more_environment)}, bench.log_folder)
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


def run_at_once(workers):
    with ThreadPoolExecutor(len(workers)) as pool:
        return list(pool.map(lambda worker: run_times(worker, 1)[0], workers))


def rates(bench, shares, environment, num_rounds):
    """Cells per second of each device on its share of the rows, and of all devices on the sum: if a fill loses nothing, each of
    them takes the same time. The devices' own are measured at once, in a process each, so that what the machine cannot do at
    once (a core that others use, a lower clock) is not laid at the fill's door."""
    jobs = [*shares.items(), ("all", sum(shares.values()))]
    chosen = [Case("expression", "float64", 1, num_rows, 1000) for _, num_rows in jobs]
    workers = []
    try:
        for (device, _), case in zip(jobs, chosen):
            workers.append(open_worker(bench, f"devices-{device}", case, {**environment, "OUTERFILL_DEVICE": device}))
        *apart, together = workers
        times = [[*run_at_once(apart), run_times(together, 1)[0]] for _ in range(num_rounds)]
    finally:
        for worker in workers:
            worker.quit()
    return [case.num_cells / median(column) for case, column in zip(chosen, zip(*times))]


def rates_text(found):
    return (f"{found[0] / 1e6:.1f} and {found[1] / 1e6:.1f} Mcells/s apart, {found[2] / 1e6:.1f} together, "
            f"{found[2] / (found[0] + found[1]):.2f} of the sum")


def devices(bench, num_rounds=5):
    """Two devices of one thread each against what each does apart from the other: equally fast, and with one that does everything eight times.
    PoCL's pthread devices would share their threads; its basic device works in the thread that calls it."""
    two = {"POCL_DEVICES": "pthread basic", "POCL_MAX_PTHREAD_COUNT": "1"}
    slow = {"OPENCL_LAYERS": bench.layer("slow"), "OUTERFILL_BENCH_SLOW_DEVICE": "basic",
            "OUTERFILL_BENCH_SLOW_TIMES": str(SLOW_TIMES)}
    try:
        equal = rates(bench, {"pthread": ROWS, "basic": ROWS}, two, num_rounds)
        unequal = rates(bench, {"pthread": ROWS, "basic": ROWS // SLOW_TIMES}, {**two, **slow}, num_rounds)
    except Absent as reason:
        return {"text": f"left out: {reason}"}
    if not 0.6 * SLOW_TIMES < unequal[0] / unequal[1] < 1.6 * SLOW_TIMES:
        raise RuntimeError(f"the slow device is slower {unequal[0] / unequal[1]:.1f} times, not {SLOW_TIMES}")
    return {"rates": equal, "ratio": equal[2] / (equal[0] + equal[1]),
            "unequal_rates": unequal, "unequal_ratio": unequal[2] / (unequal[0] + unequal[1]),
            "text": f"{rates_text(equal)}; one of them {SLOW_TIMES} times slower: {rates_text(unequal)}"}


def time_line(bench):
    """The time line of a staged fill."""
    case = Case("outer", "float64", 2, 8000, 4000)
    path = os.path.join(bench.log_folder, "timeline.txt")
    if os.path.exists(path):
        os.remove(path)
    environment = {"OPENCL_LAYERS": bench.layer("timeline"), "OUTERFILL_BENCH_TIMELINE": path}
    worker = open_worker(bench, "outerfill-staged", case, environment)
    try:
        run_times(worker, 2)
        worker.ask("end")
    finally:
        worker.quit()
    if not os.path.exists(path):
        raise RuntimeError(f"the loader did not take the layer {os.path.basename(bench.layer('timeline'))}")
    bands = timeline.read_bands(path, case.num_planes)
    found = timeline.shares(bands)
    return {**found, "picture": timeline.picture(bands),
            "title": f"The staged way's time line: {case.name}, {timeline.NUM_BANDS} bands, a letter for each",
            "text": f"kernel and read-back overlap in {found['both']:.0%} of the time; the kernel's share is hidden to "
                    f"{found['hidden']:.0%}"}


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


def buffer_rounds(worker, case, num_rounds):
    """A dictionary for each round: the median seconds of each way."""
    status, reason = worker.ask(f"case {case.work} {case.dtype} {case.num_planes} {case.n} {case.m} {case.output}")
    if status != "ready":
        raise RuntimeError(f"{case.name}: {reason}")
    rounds = []
    for _ in range(num_rounds):
        status, text = worker.ask(f"run {max(BUFFER_REPEATS, case.num_repeats)}")
        if status != "seconds":
            raise RuntimeError(f"{case.name}: {text}")
        rounds.append({way: median(times) for way, times in parse_seconds(text).items()})
    cells = reference.positions(case)
    _, text = worker.ask("cells " + " ".join(f"{p},{i},{j}" for p, i, j in cells))
    wrong = reference.first_difference(case, cells, [float.fromhex(token) for token in text.split()], False)
    if wrong:
        raise RuntimeError(f"{case.name}: {wrong}")
    return rounds


def buffers(bench, chosen=BUFFER_CASES, num_rounds=BUFFER_ROUNDS):
    """outerfill_opencl_fill beside kernels that are written by hand, in the same buffers. Times are compared round by round."""
    worker = WorkerProcess("section-buffers", [os.path.join(bench.binaries, "bench-buffers")], bench.environment, bench.log_folder)
    try:
        found = {case: buffer_rounds(worker, case, num_rounds) for case in chosen}
    finally:
        worker.quit()
    ways = list(found[chosen[0]][0])
    ratios = {case.name: {way: median(times[way] / times["outerfill"] for times in rounds) for way in ways[1:]}
              for case, rounds in found.items()}
    rows = [[f"{case.n} x {case.m}, {case.dtype}", *(f"{median(times[way] for times in rounds) * 1e6:.1f}" for way in ways),
             *(f"{ratios[case.name][way]:.2f}" for way in ways[1:])] for case, rounds in found.items()]
    best = [min(of_case.values()) for of_case in ratios.values()]
    return {"ratios": ratios, "table": (["shape", *ways, *(f"{way}/outerfill" for way in ways[1:])], rows),
            "table_title": "outerfill_opencl_fill and kernels by hand, in buffers on the device: microseconds with clFinish, and the "
                           "ratios, medians of the rounds",
            "text": f"the better kernel by hand takes {min(best):.2f} to {max(best):.2f} of outerfill's time"}


ALL = {"devices": devices, "growth": growth, "start": start, "memory": memory, "file": file_sink.file_sink,
       "buffers": buffers, "timeline": time_line}
