#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What the command says while it works: into a pipe or file nothing until the end, unless --progress asks for it; after a fill
# with -o one line with device, time, cells/s and bytes/s, with --quiet none. test_terminal.py is about terminals.

import json
import unittest

from command import CommandTest
from long_fill import BODY, LONG_FILL, read_until

SHORT = 4  # seconds in which a pipe must stay empty


class Progress(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)

    def test_a_pipe_stays_empty(self):
        process = self.start(*LONG_FILL)
        said = read_until(process.stderr.fileno(), SHORT)
        self.assertIsNone(process.poll(), f"the fill is still at work; it said {said!r}")
        self.assertEqual(said, b"")

    def test_progress_into_a_pipe(self):
        stdout, stderr = self.outerfill("fill", "arange:1000", "arange:1000", "-o", "out.npy", "--quiet", "--force")
        self.assertEqual((stdout, stderr), ("", ""))
        _, stderr = self.outerfill("fill", "arange:1000", "arange:1000", "-o", "out.npy", "--progress", "--force")
        self.assertRegex(stderr, r"(?m)^100 %, .*cells/s, .*B/s, [0-9:-]+ elapsed, 0:00 left, .+$")

    def test_the_line_after_a_fill(self):
        stdout, stderr = self.outerfill("fill", "arange:1000", "arange:1000", "-o", "out.npy")
        self.assertEqual(stdout, "")
        self.assertRegex(stderr, r"\A[^\n\r]*[0-9] ?m?s\b[^\n\r]*cells/s[^\n\r]*B/s[^\n\r]*\n\Z")

    def test_the_line_names_the_device(self):
        listed, _ = self.outerfill("devices", "--json")
        _, stderr = self.outerfill("fill", "arange:10", "arange:10", "-o", "out.npy")
        names = [device["name"] for device in json.loads(listed)]
        self.assertTrue(any(name in stderr for name in names), f"{stderr!r} names none of {names}")


if __name__ == "__main__":
    unittest.main()
