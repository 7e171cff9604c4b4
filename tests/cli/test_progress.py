#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What the command says while it works: on a terminal something within seconds of a long fill, into a pipe or file nothing
# until the end; after a fill with -o one line with device, time, cells/s and bytes/s, with --quiet none. The long fill would
# take minutes and is killed.

import json
import os
import pty
import select
import time
import unittest

from command import CommandTest

BODY = "real x = a + b; for (int k = 0; k < 20000; k++) x = sin(x + a); out[0] = x;\n"
SLOW = ("fill", "arange:2000000", "arange:32", "--body", "body.cl", "-P", "1", "-o", "out.npy")
LONG = 20  # seconds within which a terminal must show something; a first build takes up to 2 of them
SHORT = 4  # seconds in which a pipe must stay empty


def read_until(descriptor, seconds):
    """What can be read from the descriptor until it ends, something came, or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.1)[0]:
            return os.read(descriptor, 4096)
    return b""


class Progress(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)

    def open_terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        return ours, theirs

    def test_a_terminal_shows_progress(self):
        ours, theirs = self.open_terminal()
        process = self.start(*SLOW, stderr=theirs)
        shown = read_until(ours, LONG)
        self.assertIsNone(process.poll(), f"the fill is still at work; it said {shown!r}")
        self.assertNotEqual(shown, b"", f"nothing was shown on the terminal within {LONG} seconds")

    def test_a_pipe_stays_empty(self):
        process = self.start(*SLOW)
        said = read_until(process.stderr.fileno(), SHORT)
        self.assertIsNone(process.poll(), f"the fill is still at work; it said {said!r}")
        self.assertEqual(said, b"")

    def test_quiet_on_a_terminal(self):
        ours, theirs = self.open_terminal()
        process = self.start("fill", "arange:100", "arange:100", "-o", "out.npy", "--quiet", stderr=theirs)
        process.communicate(timeout=LONG)
        self.assertEqual(process.returncode, 0)
        self.assertTrue(os.path.exists(self.path("out.npy")))

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
