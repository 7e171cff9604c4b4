# SPDX-License-Identifier: MIT
#
# Runs the device tests, fills of the command, and programs that end without releasing anything on Intel's runtime for CPUs. The
# layer tests/layers/fault_layer.c counts OpenCL's objects: at the end of a test and of a fill none is left.

import concurrent.futures
import glob
import os
import subprocess
import sys
import tempfile

import numpy

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "layers"))
from fault_runs import Run  # noqa: E402

BUILD = os.path.abspath(os.environ["PROOF_BUILD"])
FOLDER = os.path.abspath(os.environ["PROOF_FOLDER"])
LIMIT = 600  # seconds; the slowest test takes 160 on a busy machine
# They need two devices, gigabytes of memory, or no driver.
LEFT_OUT = {"api_consumer_devices", "api_devices_at_once", "api_dropped_device", "api_fill_beyond_2_31", "api_no_platform",
            "api_unopened", "api_verify_unlike"}
FEWEST_TESTS = 30
FILLS = ((), ("--dtype", "float32"), ("-e", "a - b", "-e", "exp(a / 900) * b", "--verify"), ("-e", "a * b + 1", "--memory", "1M"))
NUM_ENDS = 500  # of each way


def run_test(environment, path):
    name = os.path.basename(path)
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=FOLDER) as folder:
        run = Run(BUILD, os.path.join(folder, "log"), [path], environment, LIMIT, cwd=folder)
    if not run.problem and "(Intel(R) OpenCL)" not in run.output and run.log.num_created > 1:
        return f"{name}: {run.output.splitlines()[:1]} is not Intel's runtime"
    return f"{name} on Intel's runtime: {run.problem}" if run.problem else ""


def expected_of(options):
    dtype = numpy.float32 if "float32" in options else numpy.float64
    a, b = numpy.arange(1001, dtype=dtype)[:, None], numpy.arange(1503, dtype=dtype)
    if not options or "--dtype" in options:
        return [a + b, a * b]
    return [a - b, numpy.exp(a / 900) * b] if "--verify" in options else [a * b + 1]


def run_fill(environment, options):
    with tempfile.TemporaryDirectory(prefix="fill-", dir=FOLDER) as folder:
        command = [os.path.join(BUILD, "bin", "outerfill"), "fill", "arange:1001", "arange:1503", "-o", "ab.npy",
                   "--device", "cpu", *options]
        run = Run(BUILD, os.path.join(folder, "log"), command, environment, LIMIT, cwd=folder)
        problem = run.problem
        if not problem and not numpy.allclose(numpy.load(os.path.join(folder, "ab.npy")), expected_of(options), rtol=1e-12):
            problem = "wrong values"
    return f"fill {' '.join(options)} on Intel's runtime: {problem}" if problem else ""


def run_end(environment, how):
    """A program that ends while everything is open."""
    command = [os.path.join(BUILD, "tests", "end_program"), how]
    done = subprocess.run(command, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=LIMIT, check=False, errors="replace")
    return f"end_program {how} on Intel's runtime ends with {done.returncode}: {done.stderr}" if done.returncode else ""


def problems_and_number(environment):
    """What is wrong, and how many programs ran."""
    tests = [path for path in sorted(glob.glob(os.path.join(BUILD, "tests", "api_*"))) if os.path.basename(path) not in LEFT_OUT]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run_test, environment, path) for path in tests]
        jobs += [pool.submit(run_fill, environment, options) for options in FILLS]
        jobs += [pool.submit(run_end, environment, how) for how in ("context", "function", "fill") for _ in range(NUM_ENDS)]
        problems = [job.result() for job in jobs]
    if len(tests) < FEWEST_TESTS:
        problems.append(f"there are {len(tests)} device tests only")
    return [problem for problem in problems if problem], len(jobs)
