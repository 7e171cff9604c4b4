# SPDX-License-Identifier: MIT
#
# joblib into a file: processes that each write chunks of rows into a memory-mapped .npy file, and a flush.

import os

from joblib import Parallel, delayed
from numpy.lib.format import open_memmap

from peer_joblib_memmap import CHUNK, fill_rows
from worker import Unsupported


def prepare(job):
    if job.work != "outer" or job.num_planes != 2:
        raise Unsupported("only a + b and a * b")
    pool = Parallel(n_jobs=-1)

    def fill(_):
        mapped = open_memmap(os.environ["OUTERFILL_BENCH_FILE"], mode="w+", dtype=job.dtype, shape=job.shape)
        pool(delayed(fill_rows)(mapped, job.a, job.b, k, min(k + CHUNK, job.n)) for k in range(0, job.n, CHUNK))
        mapped.flush()
    return fill
