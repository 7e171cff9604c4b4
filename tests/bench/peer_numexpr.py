# SPDX-License-Identifier: MIT
#
# numexpr on all cores: vectors broadcast, into the output.

import os

import numexpr
import numpy as np

from worker import Unsupported

numexpr.set_num_threads(os.cpu_count())


def outer_text(p):
    text = "a + b" if p % 2 == 0 else "a * b"
    return text if p < 2 else f"({text}) + {p // 2}"


def texts(job):
    if job.work == "outer":
        return [outer_text(p) for p in range(job.num_planes)]
    if job.work == "expression":
        return ["exp(sin(a) * cos(b)) + log(1 + a * a + b * b) * (a + 1) ** b"]
    if job.work == "transcendental64":
        return [" + ".join(f"exp(-(a * b) * {k}) * sin((a + b) * {k})" for k in range(32))]
    raise Unsupported("numexpr has no erfc" if job.work == "option" else "numexpr has no loops")


def prepare(job):
    expressions = texts(job)
    names, one = {"a": job.a[:, None], "b": job.b[None, :]}, np.ones(1)

    def fill(ab):
        for p, expression in enumerate(expressions):
            numexpr.evaluate(expression, local_dict=names, out=ab[p], casting="same_kind")
        if job.is_fresh:  # numexpr keeps its last output, which would be freed in the next repetition, while that is timed
            numexpr.evaluate("one", local_dict={"one": one}, out=one)
    return fill
