#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The benchmark: outerfill, its limit and its peers on the same work, in rounds that go over all of them. ci/bench builds the
# workers and calls this. Owns the command line, the run from case to case, and what it leaves behind.

import argparse
import json
import os
import re
import shutil
import sys
import time

import cases
import environment
import sections
import self_test
import tables
from measure import measure
from worker_process import WorkerProcess

BEGIN = time.monotonic()
EPILOG = """\
A case's name is WORK/NxM/P/DTYPE/OUTPUT, such as outer/2400x2400/P2/float64/warm; the sections' names are section/devices,
section/growth, section/start, section/memory, section/file, section/buffers and section/timeline. The exit code is 1 if a value is
wrong or if outerfill, the limit or c-openmp fails; slow is no failure."""


class Bench:
    """The workers, started when they are needed, and where everything is."""

    def __init__(self, build, length, num_rounds):
        self.build = os.path.abspath(build)
        self.length, self.num_rounds = length, num_rounds
        self.binaries = os.path.join(self.build, "bin")
        self.log_folder = os.path.join(self.build, "logs")
        self.systems = cases.systems(self.binaries)
        self.environment = {**os.environ, "POCL_CACHE_DIR": self.folder("pocl-cache"), "POCL_SIGFPE_HANDLER": "0",
                            "NUMBA_CACHE_DIR": self.folder("numba-cache"), "XDG_CACHE_HOME": self.folder("cache"),
                            "PYTHONDONTWRITEBYTECODE": "1"}
        self.folder("logs")
        self.workers = {}

    def folder(self, name):
        path = os.path.join(self.build, name)
        os.makedirs(path, exist_ok=True)
        return path

    def layer(self, name):
        return os.path.join(self.build, "lib", f"bench_{name}_layer.so")

    def worker(self, name):
        if name not in self.workers:
            self.workers[name] = WorkerProcess(name, self.systems[name], self.environment, self.log_folder)
        return self.workers[name]

    def quit(self):
        for worker in self.workers.values():
            worker.quit()


def parse_arguments():
    parser = argparse.ArgumentParser(prog="ci/bench", description="Measures outerfill against its limit and its peers.",
                                     epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", dest="length", action="store_const", const="quick", help="few cases, 3 rounds: 2 minutes")
    length.add_argument("--full", dest="length", action="store_const", const="full", help="every case, 7 rounds, and 8 GB")
    parser.add_argument("--systems", metavar="A,B", help="only these systems")
    parser.add_argument("--only", metavar="REGEX", help="only cases and sections whose name matches")
    parser.add_argument("--rounds", metavar="N", type=int, help="rounds over all systems (3 with --quick, 7 with --full, else 5)")
    parser.add_argument("--verbose", action="store_true", help="also when kernels and read-backs of a staged fill ran")
    parser.add_argument("--json", metavar="FILE", help="the numbers (default: bench.json in the build folder)")
    parser.add_argument("--plot", metavar="FILE", help="the picture (default: throughput.png in the build folder)")
    parser.add_argument("--markdown", metavar="FILE", help="the report as Markdown too")
    parser.add_argument("--build", metavar="FOLDER", default="build/bench", help="the build folder (%(default)s)")
    parser.add_argument("--list", action="store_true", help="print the names of cases and systems, and measure nothing")
    parser.add_argument("--self-test", action="store_true", help="check the workers' values on tiny cases, and measure nothing")
    arguments = parser.parse_args()
    arguments.length = arguments.length or "default"
    arguments.rounds = arguments.rounds or {"quick": 3, "default": 5, "full": 7}[arguments.length]
    return parser, arguments


def chosen_cases(arguments):
    return [case for case in cases.plan(arguments.length) if re.search(arguments.only or "", case.name)]


def chosen_sections(arguments):
    return [name for name in sections.ALL if re.search(arguments.only or "", f"section/{name}")
            and (name != "growth" or arguments.length == "full") and (name != "timeline" or arguments.verbose)]


def chosen_systems(arguments, bench, parser):
    names = arguments.systems.split(",") if arguments.systems else list(bench.systems)
    for name in names:
        if name not in bench.systems:
            parser.error(f"no system {name!r}; there are {', '.join(bench.systems)}")
    return [name for name in bench.systems if name in names]


def show_progress(text):
    print(f"{time.monotonic() - BEGIN:6.1f} s  {text}", file=sys.stderr, flush=True)


def measure_cases(bench, arguments, systems, results):
    chosen = chosen_cases(arguments)
    for k, case in enumerate(chosen):
        show_progress(f"{k + 1}/{len(chosen)} {case.name}")
        workers = {name: bench.worker(name) for name in systems if cases.takes_part(name, case)}
        if workers:
            results["cases"].append(measure(case, workers, arguments.rounds))
            save(results, arguments, bench)


def measure_sections(bench, arguments, results):
    for name in chosen_sections(arguments):
        show_progress(f"section {name}")
        try:
            results["sections"][name] = sections.ALL[name](bench)
        except (RuntimeError, OSError, sections.Absent) as error:
            results["sections"][name] = {"failed": True, "text": f"failed: {error}"}


def save(results, arguments, bench):
    """After every case, so that a run that is broken off leaves what it has measured."""
    path = arguments.json or os.path.join(bench.build, "bench.json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    os.replace(path + ".part", path)


def draw(results, path):
    try:
        import plot  # here, so that a machine without matplotlib has all the rest
        plot.draw(results, path)
    except ImportError as error:
        show_progress(f"no picture: {error}")


def leave_reports(results, arguments, bench):
    save(results, arguments, bench)
    draw(results, arguments.plot or os.path.join(bench.build, "throughput.png"))
    print(tables.report(results, is_markdown=False), end="")
    if arguments.markdown:
        with open(arguments.markdown, "w", encoding="utf-8") as file:
            file.write("# Results of `ci/bench`\n\n" + tables.report(results, is_markdown=True))


def has_failed(results):
    found = [(name, system["status"]) for entry in results["cases"] for name, system in entry["systems"].items()]
    return (any(section.get("failed") for section in results["sections"].values())
            or any(status == "wrong" or (name in cases.ESSENTIAL and status != "ok") for name, status in found))


def print_list(arguments, bench):
    for case in chosen_cases(arguments):
        print(case.name)
    for name in chosen_sections(arguments):
        print(f"section/{name}")
    print("systems:", ", ".join(bench.systems))


def test_itself(bench):
    wrong = self_test.run(bench)
    print("\n".join(wrong) or "all right")
    return 1 if wrong else 0


def main():
    parser, arguments = parse_arguments()
    bench = Bench(arguments.build, arguments.length, arguments.rounds)
    systems = chosen_systems(arguments, bench, parser)
    if arguments.list:
        return print_list(arguments, bench)
    if not shutil.which(os.path.join(bench.binaries, "bench-outerfill")):
        parser.error(f"no workers in {bench.binaries}: run ci/bench, which builds them")
    try:
        if arguments.self_test:
            return test_itself(bench)
        results = {"environment": environment.describe(), "rounds": arguments.rounds, "cases": [], "sections": {}}
        measure_cases(bench, arguments, systems, results)
        measure_sections(bench, arguments, results)
        leave_reports(results, arguments, bench)
        return 1 if has_failed(results) else 0
    finally:
        bench.quit()


if __name__ == "__main__":
    sys.exit(main())
