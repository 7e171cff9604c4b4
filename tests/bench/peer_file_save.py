# SPDX-License-Identifier: MIT
#
# NumPy into a file as its users write it where memory is enough: an array, np.save and fsync.

import os

import numpy as np

import peer_numpy

WARM_UP = False


def prepare(job):
    into = peer_numpy.prepare(job)

    def fill(ab):
        into(ab)
        with open(os.environ["OUTERFILL_BENCH_FILE"], "wb") as file:
            np.save(file, ab)
            file.flush()
            os.fsync(file.fileno())
    return fill
