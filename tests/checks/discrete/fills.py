# SPDX-License-Identifier: MIT
#
# Fills of the command on the model of a discrete GPU: what each must give besides the right values.

import os

import numpy as np

from model import BUILD, Run


class Fill:
    """A fill of shape (2, n, m) into a file. most_launches bounds its launches; used are the devices that must have some. said is
    what standard error must contain. expected is the exit code; a fill that fails leaves no complete file."""

    def __init__(self, settings, devices, n, m, *options, most_launches=None, used=None, said="", expected=0):
        self.settings, self.devices, self.n, self.m = settings, devices, n, m
        self.arguments = ["fill", f"arange:{n}", f"arange:{m}", "-o", "out.npy", *options]
        self.most_launches, self.used, self.said, self.expected = most_launches, used, said, expected

    def inspect(self, run, folder):
        if self.said not in run.errors:
            return f"\"{self.said}\" is not said: {run.errors}"
        if self.expected:
            return "a complete file" if os.path.exists(os.path.join(folder, "out.npy")) else ""
        a, b = np.arange(self.n, dtype=float)[:, None], np.arange(self.m, dtype=float)
        if not np.array_equal(np.load(os.path.join(folder, "out.npy")), [a + b, a * b]):
            return "wrong values"
        if self.most_launches and run.num_launches > self.most_launches:
            return f"{run.num_launches} launches instead of {self.most_launches}"
        used = {device for device, _ in run.launches()}
        return f"the devices {used} instead of {self.used}" if self.used and used != self.used else ""

    def run(self):
        return Run(self.settings, "fill", [os.path.join(BUILD, "bin", "outerfill"), *self.arguments], devices=self.devices,
                   expected=self.expected, inspect=self.inspect)


FILLS = [
    Fill("gpu", 1, 2000, 3001, most_launches=20),
    Fill("integrated", 1, 2000, 3001, most_launches=20),
    Fill("gpu,dirty,shadow", 1, 1, 1),
    Fill("integrated,dirty,shadow", 1, 1001, 1003),
    Fill("integrated,no-read-only", 1, 1001, 1003),
    Fill("integrated,no-mapped-reads", 1, 1001, 1003),
    Fill("gpu,memory=4", 1, 2000, 2000),
    Fill("integrated,memory=64,free=8", 1, 2000, 3001),
    Fill("gpu,memory=64,1.free=8", 2, 2000, 3001),
    Fill("gpu,launch=65536:5,copy=12000:3000", 1, 1000, 1000, most_launches=20),
    Fill("gpu,platforms=split,1.refused=-33", 2, 1000, 1000, used={0}),
    Fill("gpu,platforms=split", 2, 4000, 4000, "--device", "all"),
    Fill("gpu,0.integrated", 2, 1000, 1000),
    Fill("1.gpu", 2, 1000, 1000, used={1}),
    # Few launches, although each takes long. The first of a program may also wait for the compiler, and then one more is needed.
    Fill("gpu,units=16,launch=32768:60", 1, 300, 100, most_launches=3),
    Fill("gpu,launch=262144:60", 1, 300, 100, most_launches=4),
    Fill("gpu,units=64,launch=131072:200", 1, 1000, 200, most_launches=5),
    # Through pinned memory a dead device reaches nothing of the caller's, and it is opened once more.
    Fill("gpu,0.fault=3:-9999", 2, 1500, 2000, "--memory", "1M", used={0, 1}),
    Fill("gpu,0.late-fault=3:-5", 2, 1500, 2000, "--memory", "1M", used={0, 1}),
    Fill("gpu,fault=1:-36", 1, 1500, 2000, used={0}),
    Fill("gpu,fault=2:-5", 1, 1500, 2000, used={0}),
    Fill("gpu,late-fault=2:-14", 1, 1500, 2000, used={0}),
    Fill("integrated,late-fault=2:-5", 1, 1500, 2000, expected=5, said="a watchdog"),
    Fill("gpu,0.refused=-33", 2, 300, 300, used={1}, said="is left out: clCreateContext: CL_INVALID_DEVICE (-33)"),
    Fill("gpu,refused=-5", 2, 300, 300, "--device", "0:1", expected=5, said="clCreateContext: CL_OUT_OF_RESOURCES (-5)"),
    Fill("gpu,refused=-6", 1, 300, 300, expected=5, said="clCreateContext: CL_OUT_OF_HOST_MEMORY (-6)"),
    # Memory that is refused at the launch: smaller bands, and no device is dropped.
    Fill("gpu,memory=64,free=8", 1, 2000, 3001, most_launches=200),
    Fill("gpu,memory=600,free=30", 1, 2000, 3001, most_launches=60),
    # The ring touches its memory before the first kernel, and not behind it.
    Fill("gpu,late-writes", 1, 10007, 3, "--memory", "64K"),
    Fill("gpu,group=64", 1, 301, 303),
    Fill("gpu,group=128", 1, 301, 303),
    Fill("gpu,reads=aligned", 1, 301, 303),
    Fill("gpu,reads=aligned", 1, 1501, 2003, "--memory", "3M"),
    Fill("gpu,pci=nv:1:0", 2, 1000, 1000, used={0}),
    Fill("gpu,pci=nv:1:0", 2, 1000, 1000, "--device", "0:0,0:1", used={0, 1}),
    Fill("gpu,nvidia-log", 1, 3, 3, "-e", "a + foo(b)", expected=4, said='plane 0, line 1, column 5 of "a + foo(b)": there is no'),
    Fill("gpu,nvidia-log", 1, 3, 3, "-e", "a + b", "-e", "a +\n x", expected=4, said='plane 1, line 2, column 2 of " x": x is not'),
]
