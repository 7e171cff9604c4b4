# SPDX-License-Identifier: MIT
#
# NumPy as its users write it: whole arrays, into the output where a function can.

import numpy as np

from worker import Unsupported


def outer(job):
    def fill(ab):
        for p in range(job.num_planes):
            (np.add if p % 2 == 0 else np.multiply).outer(job.a, job.b, out=ab[p])
            if p >= 2:
                ab[p] += p // 2
    return fill


def expression(job):
    a, b = job.a[:, None], job.b[None, :]

    def fill(ab):
        np.add(np.exp(np.sin(a) * np.cos(b)), np.log(1 + a * a + b * b) * np.power(a + 1, b), out=ab[0])
    return fill


def transcendental64(job):
    a, b = job.a[:, None], job.b[None, :]

    def fill(ab):
        ab[0] = 0
        product, total = -(a * b), a + b
        for k in range(32):
            ab[0] += np.exp(product * k) * np.sin(total * k)
    return fill


def prepare(job):
    works = {"outer": outer, "expression": expression, "transcendental64": transcendental64}
    if job.work == "option":
        raise Unsupported("NumPy has no erfc")
    if job.work not in works:
        raise Unsupported("no loop with an exit in whole-array operations")
    return works[job.work](job)
