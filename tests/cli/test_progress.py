#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What the command says while it works: into a pipe or file nothing until the end, unless --progress asks for it; after a fill
# with -o one line with device, time, cells/s and bytes/s, with --quiet none. test_terminal.py is about terminals.

import datetime
import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest
from unittest import mock

from command import LIMIT, OUTERFILL, CommandTest
from long_fill import BODY, LONG_FILL, read_until

STAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d."
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
        self.assertRegex(stderr, r"(?m)^\S+ 100 %, now .*cells/s, .*B/s, [0-9:-]+ elapsed, 0:00 left, .+$")

    def test_lines_of_a_log(self):
        """Each has its local time, and the first says what is filled. What fails says so in the same way."""
        with mock.patch.dict(os.environ, TZ="XYZ-05:30"):
            before = int(time.time())
            lines = self.outerfill("fill", "arange:1000", "arange:900", "-e", "a + 1/2", "-e", "b", "-o", "out.npy", "--progress",
                                   "--verify", "--verbose")[1].splitlines()
            failed = subprocess.run([OUTERFILL, *LONG_FILL[:-1], "long.npy", "--progress", "--time-limit", "1"], cwd=self.folder,
                                    stderr=subprocess.PIPE, timeout=LIMIT, encoding="utf-8", check=False)
        for line in lines + failed.stderr.splitlines():
            self.assertRegex(line, STAMP[:-1] + r"\+05:30 ")
            self.assertTrue(before <= datetime.datetime.fromisoformat(line.split()[0]).timestamp() <= time.time(), line)
        host = re.escape(socket.gethostname())
        version = re.escape(self.outerfill("--version")[0].split()[-1])
        self.assertRegex(lines[0], rf" outerfill {version} on {host} fills out\.npy: \(2, 1000, 900\) float64, with .+$")
        said = "\n".join(line.split(" ", 1)[1] for line in lines[1:])
        for pattern in (r"^outerfill: warning: ", r"^device ", r"^100 %, ", r"^out\.npy: \(2, ", r"^out\.npy: verified: "):
            self.assertRegex(said, "(?m)" + pattern)
        self.assertRegex(failed.stderr, r"\n\S+ outerfill: the time limit is over: [^\n]*\n\Z")

    def test_a_log_of_several_shards(self):
        """Each line names the shard, and is one write, so that no other line comes into it."""
        lines, writes = [], []
        for shard in ("1/2", "2/2"):
            words = [OUTERFILL, "fill", "arange:1000", "arange:900", "-e", "a + 1/2", "-o", "out.npy", "--progress", "--verbose", "--verify",
                     "--shard", shard]
            done = subprocess.run(["strace", "-f", "-qq", "-s", "4096", "-e", "signal=none", "-e", "trace=write", "-o", "trace", *words], cwd=self.folder,
                                  stderr=subprocess.PIPE, timeout=LIMIT, encoding="utf-8", check=True)
            for line in done.stderr.splitlines():
                self.assertRegex(line, STAMP + r"\d\d:\d\d shard %s: " % shard)
            lines += done.stderr.splitlines()
            writes += re.findall(r" write\(2, \"(.*)\", ", self.read("trace").decode())
        self.assertGreater(len(lines), 6)
        self.assertEqual([line for line in writes if not line.endswith("\\n") or line.count("\\n") > 1], [])

    def failure_in_a_log(self, *arguments):
        return subprocess.run([OUTERFILL, "fill", *arguments, "--progress"], cwd=self.folder, stderr=subprocess.PIPE, timeout=LIMIT,
                              encoding="utf-8", check=False).stderr.splitlines()

    def test_mistakes_of_a_log(self):
        """A mistake in the options is told before it is known that there is a log; one in an input or later has its time."""
        for arguments in (("arange:9", "arange:5", "--memory", "x"), ("arange:9",), ("arange:9", "arange:5", "--resume")):
            lines = self.failure_in_a_log(*arguments)
            self.assertEqual([line[:10] for line in lines], ["outerfill:", "Try 'outer"])
        for arguments in (("arange:9:1:x", "arange:5"), ("missing.txt", "arange:5"), ("arange:9", "arange:5", "-o", "no/ab.npy")):
            lines = self.failure_in_a_log(*arguments)
            self.assertEqual(len(lines), 1, lines)
            self.assertRegex(lines[0], STAMP)

    def test_a_signal_while_a_log_has_no_line(self):
        """The handler that ends the command at once writes the time as well."""
        os.mkfifo(self.path("pipe"))
        with mock.patch.dict(os.environ, TZ="XYZ+03:30"):
            process = self.start("fill", "pipe", "arange:5", "--progress")
        with open(self.path("pipe"), "w", encoding="ascii"):
            process.send_signal(signal.SIGTERM)
            _, stderr = process.communicate(timeout=LIMIT)
        self.assertRegex(stderr.decode(), STAMP[:-1] + r"-03:30 outerfill: interrupted: nothing was computed yet\n\Z")
        stamp = datetime.datetime.fromisoformat(stderr.decode().split()[0]).timestamp()
        self.assertAlmostEqual(stamp, time.time(), delta=60)

    def test_the_line_after_a_fill(self):
        stdout, stderr = self.outerfill("fill", "arange:1000", "arange:1000", "-o", "out.npy")
        self.assertEqual(stdout, "")
        self.assertRegex(stderr, r"\A[^\n\r]*[0-9] ?m?s: on average [^\n\r]*cells/s[^\n\r]*B/s[^\n\r]*\n\Z")

    def test_the_rate_of_a_resumed_fill(self):
        """Nine tenths are there already, and do not count."""
        for shard in range(1, 10):
            self.outerfill("fill", "arange:2000", "arange:1000", "-o", "out.npy", "--quiet", "--shard", f"{shard}/10")
        _, stderr = self.outerfill("resume", "out.npy", "--verbose")
        said = re.search(r"32 MB, 90 % of it from before, on .* in ([0-9.e-]+) s: on average ([0-9.]+) ([kMG]?)cells/s", stderr)
        self.assertIsNotNone(said, stderr)
        rate = float(said[2]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[said[3]]
        self.assertAlmostEqual(rate * float(said[1]) / 2e5, 1, delta=0.02)

    def test_a_resume_that_computes_nothing(self):
        """It has no rate. The file got everything but its name before."""
        process = self.start("fill", "arange:1000", "arange:32", "--body", "body.cl", "-o", "out.npy", "--quiet")
        self.wait_for_file(process, "out.npy.journal")
        self.write("out.npy", "in the way")
        process.communicate(timeout=LIMIT)
        os.unlink(self.path("out.npy"))
        _, stderr = self.outerfill("resume", "out.npy", "--verbose")
        self.assertRegex(stderr, r"/out\.npy: \(1, 1000, 32\) float64, 256 kB, all of it from before, compared in [0-9.e-]+ s\n\Z")

    def test_the_line_names_the_device(self):
        listed, _ = self.outerfill("devices", "--json")
        _, stderr = self.outerfill("fill", "arange:10", "arange:10", "-o", "out.npy")
        names = [device["name"] for device in json.loads(listed)]
        self.assertTrue(any(name in stderr for name in names), f"{stderr!r} names none of {names}")


if __name__ == "__main__":
    unittest.main()
