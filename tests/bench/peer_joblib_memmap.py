# SPDX-License-Identifier: MIT
#
# joblib: processes that each write chunks of rows into a memory-mapped file in a temporary folder.

import os
import tempfile

import numpy as np
from joblib import Parallel, delayed

from worker import Unsupported

CHUNK = 250  # rows


def fill_rows(ab, a, b, begin, end):
    np.add.outer(a[begin:end], b, out=ab[0, begin:end])
    np.multiply.outer(a[begin:end], b, out=ab[1, begin:end])


def prepare(job):
    if job.work != "outer" or job.num_planes != 2:
        raise Unsupported("only a + b and a * b")
    folder = tempfile.TemporaryDirectory(prefix="outerfill-bench-")
    mapped = np.memmap(os.path.join(folder.name, "ab"), dtype=job.dtype, shape=job.shape, mode="w+")
    pool = Parallel(n_jobs=-1)

    def fill(_):
        pool(delayed(fill_rows)(mapped, job.a, job.b, k, min(k + CHUNK, job.n)) for k in range(0, job.n, CHUNK))
        return mapped
    fill.folder = folder  # lives as long as the case
    return fill
