# SPDX-License-Identifier: MIT
#
# libgpuarray through pygpu: GpuElemwise with both vectors broadcast, all planes in one kernel, and a read into the NumPy array.

import re

import pygpu
from pygpu.elemwise import GpuElemwise, arg

import opencl_text

context = None


def open_device():
    global context
    context = context or pygpu.init("opencl0:0")


def prepare(job):
    open_device()
    names = [f"out{p}" for p in range(job.num_planes)]
    arguments = [arg(name, job.dtype, write=True) for name in names] + [arg(name, job.dtype, read=True) for name in "ab"]
    text = re.sub(r"out\[(\d+)\]", r"out\1", opencl_text.body(job))
    kernel = GpuElemwise(context, text, arguments, preamble=opencl_text.preamble(job))
    a = pygpu.empty((job.n,), job.dtype, context=context)
    b = pygpu.empty((job.m,), job.dtype, context=context)
    planes = pygpu.empty(job.shape, job.dtype, context=context)
    operands = [planes[p] for p in range(job.num_planes)] + [a.reshape((job.n, 1)), b.reshape((1, job.m))]

    def fill(ab):
        a.write(job.a)
        b.write(job.b)
        kernel(*operands, broadcast=True)
        planes.read(ab)
    return fill
