# SPDX-License-Identifier: MIT
#
# One case measured: every system once in each round, in an order that changes from round to round, so that what the machine
# does meanwhile hits all of them alike; then every array looked at.

import os
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import cases
import reference


def parse_seconds(text):
    """The times of an answer by the name of their variant, "" where there is but one."""
    times, name = {}, ""
    for token in text.split():
        try:
            number = float(token)
        except ValueError:
            name = token
        else:
            times.setdefault(name, []).append(number)
    return times


def ask_all(workers, request):
    """What nobody times goes on at once, as many as there are cores: compiling, and touching memory, take long."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(workers, pool.map(lambda worker: worker.ask(request), workers.values())))


def open_case(case, workers):
    """Opens the case in every worker; returns what each answered."""
    request = f"case {case.work} {case.dtype} {case.num_planes} {case.n} {case.m} {case.output}"
    answers = ask_all(workers, request)
    return {name: {"status": status, "reason": reason, "rounds": {}} for name, (status, reason) in answers.items()}


def run_round(case, workers, found, k):
    names = [name for name in workers if found[name]["status"] == "ready" and (k == 0 or name not in cases.ONCE)]
    shift = k % len(names) if names else 0
    for name in names[shift:] + names[:shift]:
        status, text = workers[name].ask(f"run {1 if name in cases.ONCE else case.num_repeats}")
        if status != "seconds":
            found[name].update(status="error", reason=text)
            continue
        for variant, times in parse_seconds(text).items():
            found[name]["rounds"].setdefault(variant, []).append(median(times))


def check_cells(case, workers, found):
    cells = reference.positions(case)
    request = "cells " + " ".join(f"{p},{i},{j}" for p, i, j in cells)
    for name, entry in found.items():
        if name in cases.LIMITS or entry["status"] != "ready":
            continue
        status, text = workers[name].ask(request)
        values = [float.fromhex(token) for token in text.split()] if status == "values" else []
        wrong = reference.first_difference(case, cells, values, name in cases.RELAXED)
        if wrong:
            entry.update(status="wrong", reason=wrong)


def summarise(entry):
    """The median of the rounds; of several variants, that of the best."""
    medians = {variant: median(times) for variant, times in entry["rounds"].items()}
    if entry["status"] == "ready" and medians:
        best = min(medians, key=medians.get)
        entry.update(status="ok", seconds=medians[best], variant=best, medians=medians)


def measure(case, workers, num_rounds):
    """Returns the case's entry for bench.json."""
    found = open_case(case, workers)
    for k in range(num_rounds):
        run_round(case, workers, found, k)
    check_cells(case, workers, found)
    for entry in found.values():
        summarise(entry)
    ask_all({name: worker for name, worker in workers.items() if worker.process}, "end")
    return {"name": case.name, "kind": case.kind, "work": case.work, "dtype": case.dtype, "P": case.num_planes, "n": case.n,
            "m": case.m, "output": case.output, "nbytes": case.nbytes, "systems": found}
