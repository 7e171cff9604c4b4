#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What the command says on a terminal: progress within seconds of a long fill, with percent, rates and time left; nothing with
# --quiet. A machine without pseudo-terminals (a bare chroot) cannot run this: exit code 77, which ctest shows as skipped.

import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
import time
import unittest

from command import LIMIT, CommandTest
from long_fill import BODY, LONG_FILL, read_until



class Terminal(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)
        self.ours, self.theirs = pty.openpty()
        self.addCleanup(os.close, self.ours)
        self.addCleanup(os.close, self.theirs)

    def test_progress(self):
        process = self.start(*LONG_FILL, stderr=self.theirs)
        shown = read_until(self.ours, LIMIT)
        self.assertIsNone(process.poll(), f"the fill is still at work; it said {shown!r}")
        self.assertRegex(shown, rb"\A\r *[0-9]+ %, .*cells/s, .*B/s, .* left")

    def read_all(self, process):
        """What is shown until the process has ended."""
        shown = b""
        while process.poll() is None:
            shown += read_until(self.ours, 0.1)
        return shown + read_until(self.ours, 0.3)

    def test_a_narrow_window(self):
        """The line is cut, so that it does not wrap; each replaces the one before, and the summary has a line of its own."""
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 20, 0, 0))
        process = self.start("fill", "arange:400", "arange:400", "-o", "out.npy", "--progress", stderr=self.theirs)
        lines = self.read_all(process).replace(b"\r\n", b"\n")
        progress, _, summary = lines.rpartition(b"\n")[0].rpartition(b"\n")
        self.assertRegex(progress, rb"\A(\r[^\r\n]{19}\x1b\[K)+\Z")
        self.assertRegex(summary, rb"\Aout.npy: \(2, 400, 400\) float64, ")

    def test_a_wide_window(self):
        """Wider than any line is: it ends with the device's whole name."""
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 1000, 0, 0))
        process = self.start("fill", "arange:400", "arange:400", "-o", "out.npy", "--progress", stderr=self.theirs)
        shown = self.read_all(process)
        device = re.search(rb" on (.+) in [^ ]+ s: ", shown)[1]
        self.assertRegex(shown, rb"\r100 %, [^\r\n]* left, " + re.escape(device) + rb"\x1b\[K")

    def test_an_answer_stays(self):
        process = self.start(*LONG_FILL, stderr=self.theirs)
        self.assertIn(b"cells/s", read_until(self.ours, LIMIT))
        process.send_signal(signal.SIGUSR1)
        shown = b""
        while not re.search(rb"\n\r.*cells/s", shown):  # the answer has its line, and progress another one
            more = read_until(self.ours, LIMIT)
            self.assertNotEqual(more, b"", shown)
            shown += more
        self.assertRegex(shown, rb"\r[^\r\n]*\x1b\[K\r\n")
        process.send_signal(signal.SIGTERM)
        self.assertRegex(self.read_all(process), rb"\r\x1b\[Kouterfill: interrupted: [^\n]*\r\n\Z")

    def test_quiet(self):
        """Neither progress nor a summary."""
        process = self.start("fill", "arange:100", "arange:100", "-o", "ab.npy", "--quiet", stderr=self.theirs)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0)
        self.assertTrue(os.path.exists(self.path("ab.npy")))
        self.assertEqual(read_until(self.ours, 0.3), b"")
        process = self.start(*LONG_FILL, "--quiet", stderr=self.theirs)
        self.wait_for_file(process, "out.npy.part")
        self.assertEqual(read_until(self.ours, 3), b"")
        self.assertIsNone(process.poll(), "the fill is still at work")


if __name__ == "__main__":
    try:
        for descriptor in pty.openpty():
            os.close(descriptor)
    except OSError as error:
        print(f"skipped: {error}")
        sys.exit(77)
    unittest.main()
