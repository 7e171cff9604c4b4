# SPDX-License-Identifier: MIT
#
# Two nested loops in plain Python that set the elements of a NumPy array one by one.

from worker import Unsupported

WARM_UP = False


def prepare(job):
    if job.work != "outer" or job.num_planes != 2:
        raise Unsupported("only a + b and a * b")

    def fill(ab):
        for i in range(job.n):
            for j in range(job.m):
                ab[0, i, j] = job.a[i] + job.b[j]
                ab[1, i, j] = job.a[i] * job.b[j]
    return fill
