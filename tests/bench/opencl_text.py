# SPDX-License-Identifier: MIT
#
# The works as OpenCL C for the peers in Python, from the same files as work_text.c.

import os

import cases


def preamble(job):
    real = {"float64": "double", "float32": "float"}[job.dtype]
    steps = job.work[len("iterate"):] if job.work.startswith("iterate") else "0"
    return f"#pragma OPENCL FP_CONTRACT OFF\ntypedef {real} real;\n#define STEPS {steps}\n"


def outer_line(p):
    text = "a + b" if p % 2 == 0 else "a * b"
    return f"out[{p}] = {text};" if p < 2 else f"out[{p}] = ({text}) + {p // 2};"


def body(job):
    if job.work == "outer":
        return "\n".join(outer_line(p) for p in range(job.num_planes))
    parts = {"option": ("..", "..", "host", "examples", "option_grid.cl"), "expression": ("works", "expression.cl"),
             "transcendental64": ("works", "transcendental64.cl")}.get(job.work, ("works", "iterate.cl"))
    with open(os.path.join(cases.HERE, *parts), encoding="utf-8") as file:
        text = file.read()
    return "const real strike = 100, rate = 0.02, years = 1;\n" + text if job.work == "option" else text
