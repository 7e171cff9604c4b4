# SPDX-License-Identifier: MIT
#
# PyOpenCL: a program with a kernel over two dimensions, a device buffer for the output, and a copy into the NumPy array.

import numpy as np
import pyopencl as cl

import opencl_text

context = None
queue = None


def open_device():
    global context, queue
    if not queue:
        context = cl.Context([cl.get_platforms()[0].get_devices()[0]])
        queue = cl.CommandQueue(context)


def program_text(job):
    return f"""{opencl_text.preamble(job)}
__kernel void fill(__global const real *as, __global const real *bs, __global real *ab) {{
    const long i = get_global_id(1), j = get_global_id(0), n = get_global_size(1), m = get_global_size(0);
    const real a = as[i], b = bs[j];
    real out[{job.num_planes}];
    {{
    {opencl_text.body(job)}
    }}
    for (long p = 0; p < {job.num_planes}; p++) ab[(p * n + i) * m + j] = out[p];
}}
"""


def prepare(job):
    open_device()
    flags = ["-cl-single-precision-constant"] if job.dtype == "float32" else []
    kernel = cl.Program(context, program_text(job)).build(flags).fill
    nbytes = int(np.prod(job.shape)) * job.a.itemsize
    a_buffer, b_buffer = (cl.Buffer(context, cl.mem_flags.READ_ONLY, values.nbytes) for values in (job.a, job.b))
    ab_buffer = cl.Buffer(context, cl.mem_flags.WRITE_ONLY, nbytes)
    kernel.set_args(a_buffer, b_buffer, ab_buffer)

    def fill(ab):
        cl.enqueue_copy(queue, a_buffer, job.a, is_blocking=False)
        cl.enqueue_copy(queue, b_buffer, job.b, is_blocking=False)
        cl.enqueue_nd_range_kernel(queue, kernel, (job.m, job.n), None)
        cl.enqueue_copy(queue, ab, ab_buffer)
    return fill
