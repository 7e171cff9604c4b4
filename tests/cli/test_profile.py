#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What --profile prints: a line for each device, with all cells of the fill in them together, and a line for each of its times. It
# tells of a fill into a file, of a printed array, and of one that failed; the results stay as they are.

import os
import re
import time
import unittest
from unittest import mock

from command import CommandTest

PROFILE = r'outerfill: profile: device (\d+:\d+) "[^"]+": (\d+) cells in (\d+) bands?, [\d.e-]+ s, [\d.e+-]+ Mcells/s\n'
KERNELS = r"outerfill: profile: device \d+:\d+: kernels   [\d.e-]+ s, \d+ % of the time, [\d.e+-]+ GB/s\n"
WAITED = r"outerfill: profile: device \d+:\d+: waited    [\d.e-]+ s, \d+ % of the time\n"


class Profile(CommandTest):
    def test_a_file(self):
        _, stderr = self.outerfill("fill", "arange:300", "arange:401", "-o", "ab.npy", "--profile", "--quiet")
        self.assertRegex(stderr, r"\A" + PROFILE + KERNELS + WAITED + r"\Z")
        self.assertEqual(int(re.match(PROFILE, stderr)[2]), 300 * 401)

    def test_a_printed_array(self):
        plain, _ = self.outerfill("fill", "arange:3", "arange:2")
        stdout, stderr = self.outerfill("fill", "arange:3", "arange:2", "--profile")
        self.assertEqual(stdout, plain)
        self.assertEqual(re.search(PROFILE, stderr).groups()[1:], ("6", "1"))

    def test_two_devices(self):
        with mock.patch.dict(os.environ, {"POCL_DEVICES": "pthread pthread"}):
            _, stderr = self.outerfill("fill", "arange:2000", "arange:2000", "-o", "ab.npy", "--profile", "--device", "all",
                                       "--memory", "64K")
        found = re.findall(PROFILE, stderr) + [(device, 0, 0) for device in re.findall(r'device (\S+) "[^"]+": no band\n', stderr)]
        self.assertEqual(sorted(device for device, _, _ in found), ["0:0", "0:1"])
        self.assertEqual(sum(int(cells) for _, cells, _ in found), 2000 * 2000)

    def test_a_device_that_is_opened_once_more(self):
        """Its times go on, and are shorter than the test."""
        layer = os.path.join(os.path.dirname(os.environ["OUTERFILL_OTHER_DRIVER"]), "discrete_layer.so")
        begin = time.monotonic()
        with mock.patch.dict(os.environ, {"OPENCL_LAYERS": layer, "OUTERFILL_DISCRETE": "gpu,fault=3:-36"}):
            _, stderr = self.outerfill("fill", "arange:1500", "arange:2000", "-o", "ab.npy", "--profile", "--memory", "1M")
        took = time.monotonic() - begin
        self.assertIn("was opened once more", stderr)
        found = re.search(PROFILE, stderr)
        self.assertEqual(int(found[2]), 1500 * 2000)
        self.assertLess(float(re.search(r"bands, ([\d.e-]+) s", stderr)[1]), took)

    def verbose_on_the_model(self, settings):
        layer = os.path.join(os.path.dirname(os.environ["OUTERFILL_OTHER_DRIVER"]), "discrete_layer.so")
        with mock.patch.dict(os.environ, {"OPENCL_LAYERS": layer, "OUTERFILL_DISCRETE": settings}):
            _, stderr = self.outerfill("fill", "arange:1000", "arange:1200", "-o", "ab.npy", "--verbose")
        self.assertNotRegex(stderr, PROFILE)
        return stderr

    def test_the_cpu_may_be_faster(self):
        """The model computes 65536 cells in 0.2 ms, and brings back 300 MB a second."""
        self.assertRegex(self.verbose_on_the_model("gpu,launch=65536:0.2,copy=300:300"),
                         r'device 0:0 "[^"]+": computing took [\d.e-]+ s, and bringing the results back [\d.e-]+ s: '
                         r"for this function the CPU may be faster \(--device cpu\)\n")

    def test_the_cpu_is_not_faster(self):
        self.assertNotIn("faster", self.verbose_on_the_model("gpu,launch=65536:20,copy=12000:12000"))

    def test_nothing_to_fill(self):
        _, stderr = self.outerfill("fill", "arange:0", "arange:2", "-o", "ab.npy", "--profile", "--quiet")
        self.assertRegex(stderr, r'\Aouterfill: profile: device 0:0 "[^"]+": no band\n\Z')


if __name__ == "__main__":
    unittest.main()
