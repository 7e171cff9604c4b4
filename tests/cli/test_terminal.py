#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What the command says on a terminal: progress within seconds of a long fill, with percent, rates and time left; nothing with
# --quiet. A machine without pseudo-terminals (a bare chroot) cannot run this: exit code 77, which ctest shows as skipped.

import os
import pty
import sys
import unittest

from command import CommandTest
from slow import BODY, SLOW, read_until

LONG = 20  # seconds within which a terminal must show something; a first build takes up to 2 of them


class Terminal(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)
        self.ours, self.theirs = pty.openpty()
        self.addCleanup(os.close, self.ours)
        self.addCleanup(os.close, self.theirs)

    def test_progress(self):
        process = self.start(*SLOW, stderr=self.theirs)
        shown = read_until(self.ours, LONG)
        self.assertIsNone(process.poll(), f"the fill is still at work; it said {shown!r}")
        self.assertRegex(shown, rb"\A\r *[0-9]+ %, .*cells/s, .*B/s, .* left")

    def test_quiet(self):
        process = self.start("fill", "arange:100", "arange:100", "-o", "out.npy", "--quiet", stderr=self.theirs)
        process.communicate(timeout=LONG)
        self.assertEqual(process.returncode, 0)
        self.assertTrue(os.path.exists(self.path("out.npy")))
        self.assertEqual(read_until(self.ours, 0.3), b"")


if __name__ == "__main__":
    try:
        for descriptor in pty.openpty():
            os.close(descriptor)
    except OSError as error:
        print(f"skipped: {error}")
        sys.exit(77)
    unittest.main()
