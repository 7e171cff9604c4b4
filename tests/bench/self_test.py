# SPDX-License-Identifier: MIT
#
# A test of the benchmark, in a second or two: tiny cases in the essential workers, their values checked; and the check itself,
# which must find a wrong value.

import file_sink
import reference
import sections
from cases import ESSENTIAL, LIMITS, Case
from measure import measure

CASES = (Case("outer", "float64", 2, 17, 33), Case("outer", "float32", 5, 9, 1, "fresh"), Case("option", "float64", 4, 20, 30),
         Case("iterate1000", "float32", 1, 12, 14))


def finds_wrong_value():
    case = CASES[0]
    a, b = reference.inputs(case.work, case.dtype, case.n, case.m)
    values = [reference.value(case, p, a[i], b[j]) for p, i, j in reference.positions(case)]
    right = reference.first_difference(case, reference.positions(case), values, False) is None
    values[-1] += 2.0**-30
    return right and reference.first_difference(case, reference.positions(case), values, False) is not None


def run(bench):
    """Returns the sentences of what is wrong."""
    wrong = [] if finds_wrong_value() else ["the check of values does not work"]
    for case in CASES:
        names = [name for name in (*ESSENTIAL, "c-serial") if name not in LIMITS or case.work == "outer"]
        entry = measure(case, {name: bench.worker(name) for name in names}, 1)
        wrong += [f"{case.name}: {name}: {found['status']}: {found['reason']}" for name, found in entry["systems"].items()
                  if found["status"] != "ok"]
    try:
        sections.buffers(bench, CASES[:1], 1)
    except RuntimeError as error:
        wrong.append(str(error))
    return wrong + file_sink.wrong_values(bench)
