# SPDX-License-Identifier: MIT
#
# Fills of the command on the model of a discrete GPU: what each must give besides the right values.

import os

import numpy as np

from model import BUILD, Run


class Fill:
    """A fill of shape (2, n, m) into a file. most_launches bounds its launches; used are the devices that must have some."""

    def __init__(self, settings, devices, n, m, *options, most_launches=None, used=None):
        self.settings, self.devices, self.n, self.m = settings, devices, n, m
        self.arguments = ["fill", f"arange:{n}", f"arange:{m}", "--quiet", "-o", "out.npy", *options]
        self.most_launches, self.used = most_launches, used

    def inspect(self, run, folder):
        a, b = np.arange(self.n, dtype=float)[:, None], np.arange(self.m, dtype=float)
        if not np.array_equal(np.load(os.path.join(folder, "out.npy")), [a + b, a * b]):
            return "wrong values"
        if self.most_launches and run.num_launches > self.most_launches:
            return f"{run.num_launches} launches instead of {self.most_launches}"
        used = {device for device, _ in run.launches()}
        return f"the devices {used} instead of {self.used}" if self.used and used != self.used else ""

    def run(self):
        return Run(self.settings, "fill", [os.path.join(BUILD, "bin", "outerfill"), *self.arguments], devices=self.devices,
                   inspect=self.inspect)


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
    Fill("gpu,platforms=split", 2, 4000, 4000, "--device", "all", used={0, 1}),
    Fill("gpu,0.integrated", 2, 1000, 1000),
    Fill("1.gpu", 2, 1000, 1000, used={1}),
]
