#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# `fill --dry-run`: says what the fill needs and what it would take, refuses what the fill would refuse, and writes nothing.

import os
import re
import signal
import time

from cases import main, slow
from command import DELAYS, INTERRUPTED, LIMIT, CommandTest, plain_signals
from long_fill import BODY, LONG_FILL

FILE_FAILED = 6
FILL = ("fill", "arange:4000", "arange:50")
ARRAY = r"array +\(2, 4000, 50\) float64, 3\.2 MB \(3200000 bytes\)\ndevices +[^\n]+\n"
DISK = r"disk +3204096 bytes needed, \d+ free\n"
BANDS = r"bands +about \d+, of up to \d+ cells; at most %s of memory for each device\n"
TIME = r"time +about [0-9:-]+: computing at [0-9.]+ [kMG]?cells/s"
RATE = r", writing at [0-9.]+ [kMG]?B/s"


class DryRun(CommandTest):
    def dry_run(self, *arguments, expected=0):
        before = sorted(os.listdir(self.folder))
        stdout, stderr = self.outerfill(*arguments, "--dry-run", expected=expected)
        self.assertEqual(sorted(os.listdir(self.folder)), before, "nothing is written")
        return stderr if expected else stdout

    def test_of_a_file(self):
        self.assertRegex(self.dry_run(*FILL, "-o", "ab.npy"), rf"\A{ARRAY}{DISK}{BANDS % '67.1 MB'}{TIME}({RATE})?\n\Z")

    def test_with_a_limit_of_memory(self):
        self.assertRegex(self.dry_run(*FILL, "-o", "ab.npy", "--memory", "1M"), BANDS % r"1\.05 MB")

    def test_of_many_planes(self):
        """They have twice as much memory where nobody says how much."""
        for num_planes, memory in ((7, r"67\.1 MB"), (8, r"134 MB")):
            self.assertRegex(self.dry_run(*FILL, *["-e", "a + b"] * num_planes, "-o", "ab.npy"), BANDS % memory)

    def test_of_what_is_printed(self):
        self.assertRegex(self.dry_run(*FILL), rf"\A{ARRAY}{TIME}\n\Z")

    def test_without_cells(self):
        stdout = self.dry_run("fill", "arange:0", "arange:50", "-o", "ab.npy")
        self.assertRegex(stdout, r"array +\(2, 0, 50\) float64, 0 B \(0 bytes\)")
        self.assertRegex(stdout, r"(?m)^disk +4096 bytes needed")
        self.assertRegex(stdout, r"(?m)^time +about 0:00: no cell is left to compute$")

    def test_a_function_that_takes_longer_than_the_trial(self):
        self.write("body.cl", BODY.replace("20000", "400000"))
        stdout = self.dry_run(*LONG_FILL)  # at least a minute, on a workstation too
        self.assertRegex(stdout, r"(?m)^time +about ([1-9]\d*-\d\d|\d+:\d\d:\d\d|[1-9]\d*:\d\d)")

    def test_names_that_no_file_can_have(self):
        self.write("plain", "")
        os.mkdir(self.path("folder"))
        os.symlink("nowhere", self.path("dangling"))
        os.symlink("plain", self.path("link"))
        reasons = {"folder/": "Is a directory", "folder": "Is a directory", "missing/ab.npy": "No such file",
                   "plain/ab.npy": "Not a directory", "dangling": "a symbolic link to a file that is not there"}
        for name, reason in reasons.items():
            with self.subTest(name):
                self.assertIn(reason, self.dry_run(*FILL, "-o", name, expected=FILE_FAILED))
        self.dry_run(*FILL, "-o", "link", "--force")

    def test_in_a_folder_that_cannot_be_written_to(self):
        stderr = self.dry_run(*FILL, "-o", "/proc/self/ab.npy", expected=FILE_FAILED)
        self.assertRegex(stderr, r'cannot create "/proc/\d+/ab\.npy\.part"')

    def test_more_than_the_disk_holds(self):
        stderr = self.dry_run("fill", "arange:20000000", "arange:20000000", "-o", "ab.npy", expected=FILE_FAILED)
        self.assertRegex(stderr, r'"ab.npy" needs 6400000000004096 bytes, and its file system has \d+ bytes free: '
                                 r'No space left on device; free some space, and start again$')

    def test_what_is_unfinished_is_in_the_way(self):
        self.outerfill(*FILL, "-o", "ab.npy", "--shard", "1/4")
        stderr = self.dry_run(*FILL, "-o", "ab.npy", expected=FILE_FAILED)
        self.assertIn('"ab.npy.part" holds 25 % of an earlier fill: --resume goes on with it, --restart discards it', stderr)
        for option in (("--resume",), ("--restart",), ("--shard", "2/4")):
            self.assertRegex(self.dry_run(*FILL, "-o", "ab.npy", *option), ARRAY)

    def test_what_is_being_written_is_in_the_way(self):
        self.write("body.cl", BODY)
        process = self.start(*LONG_FILL)
        self.wait_for_file(process, "out.npy.journal")  # the last of its files
        stderr = self.dry_run(*LONG_FILL, expected=FILE_FAILED)
        self.assertIn(f'"out.npy" is being written by another fill, process {process.pid}: wait for it, or choose another name; '
                      "'outerfill status out.npy' tells how far it is", stderr)

    def test_a_shard_that_is_being_written(self):
        """Only the same shard is in the way, and its process is named."""
        self.write("body.cl", BODY)
        process = self.start(*LONG_FILL, "--shard", "2/4")
        self.wait_for_file(process, "out.npy.journal-2-of-4")
        said = f'"out.npy" is being written by another fill, process {process.pid} for shard 2 of 4: wait for it, or choose another name'
        for options in (("--shard", "2/4", "--dry-run"), ("--shard", "2/4"), ("--resume",)):
            _, stderr = self.outerfill(*LONG_FILL, *options, expected=FILE_FAILED)
            self.assertIn(said, stderr)
        self.dry_run(*LONG_FILL, "--shard", "3/4")

    def test_a_fill_that_is_to_replace_a_file(self):
        """Another fill of the name is told what is there."""
        self.write("ab.npy", "an older file")
        self.outerfill(*FILL, "-o", "ab.npy", "--shard", "1/4", "--force")
        stderr = self.dry_run(*FILL, "-o", "ab.npy", expected=FILE_FAILED)
        self.assertIn('"ab.npy" exists already, and "ab.npy.part" holds 25 % of another fill: choose another name; or with --force, '
                      "--resume goes on with that fill, and --restart discards it", stderr)
        for option in ("--resume", "--restart"):
            self.dry_run(*FILL, "-o", "ab.npy", "--force", option)

    @slow
    def test_days_and_centuries(self):
        self.write("body.cl", BODY)
        options = ("--body", "body.cl", "-P", "1")
        self.assertRegex(self.dry_run("fill", "arange:20000000", "arange:3200", *options), r"(?m)^time +about \d+-\d\d:\d\d:\d\d: ")
        self.assertRegex(self.dry_run("fill", "arange:20000000", "arange:20000000", *options), r"(?m)^time +about 11574-01:46:40: ")

    def test_a_time_limit(self):
        """It does not end the trial, and the answer says whether the fill would reach it."""
        self.write("body.cl", BODY)
        stdout = self.dry_run(*LONG_FILL, "--time-limit", "0.001")
        self.assertRegex(stdout, r"(?m)^limit +0:01: enough for about [0-9.e-]+ % of this run, to be resumed$")
        stdout = self.dry_run(*FILL, "-o", "ab.npy", "--time-limit", "1h")
        self.assertRegex(stdout, r"(?m)^limit +1:00:00: enough for this run$")

    def test_of_what_is_left(self):
        """The time of a resume and of a shard is that of their own cells, which are not as cheap as the first."""
        self.write("body.cl", BODY.replace("k < 20000", "k < (i < 500 ? 1 : 20000)"))
        fill = ("fill", "arange:1000", "arange:100", "--body", "body.cl", "-P", "1", "-o", "out.npy")
        self.outerfill(*fill, "--quiet", "--shard", "1/2")
        todo = r"(?m)^this run +50 %% of the array, 400 kB: %s$"
        for arguments, rest in ((("resume", "out.npy"), "the rest is finished"),
                                ((*fill, "--shard", "2/2"), "what is left of rows 500 to 1000")):
            stdout = self.dry_run(*arguments)
            self.assertRegex(stdout, todo % rest)
            self.assertLess(self.rate(stdout), self.rate(self.dry_run(*fill[:-1], "new.npy", "--shard", "1/2")) / 5)
        stdout = self.dry_run(*fill, "--shard", "1/2")
        self.assertRegex(stdout, r"(?m)^this run +0 % of the array, 0 B: what is left of rows 0 to 500$")
        self.assertRegex(stdout, r"(?m)^time +about 0:00: no cell is left to compute$")

    @staticmethod
    def rate(stdout):
        """The computing rate in cells per second."""
        number, prefix = re.search(r"computing at ([0-9.]+) ([kMG]?)cells/s", stdout).groups()
        return float(number) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[prefix]

    def test_the_time_of_a_part(self):
        """It is the number of cells that are left, divided by the rate, which has three digits."""
        self.write("body.cl", BODY)
        fill = (*LONG_FILL[:1], "arange:60000", *LONG_FILL[2:])
        stdout = self.dry_run(*fill, "--shard", "1/3")
        hours, minutes, seconds = ("0:" + re.search(r"(?m)^time +about ([0-9:]+):", stdout)[1]).split(":")[-3:]
        expected = 640000 / self.rate(stdout)
        self.assertAlmostEqual((int(hours) * 60 + int(minutes)) * 60 + int(seconds), expected, delta=1 + expected / 100)

    def test_a_device_that_fails(self):
        """What the trial finds is said as the fill would say it."""
        plain_signals(self)
        self.write("body.cl", "out[0] = a > 1e9 ? a : 7 / (int)(b - b);\n")
        self.assertIn("SIGFPE", self.dry_run(*FILL, "--body", "body.cl", "-P", "1", expected=5))

    def ends_in_a_launch(self, delay):
        """A trial whose first launch never ends, and a signal; where that came before the launch, False."""
        process = self.start(*LONG_FILL[:-2], "--dry-run", "--status-json", "status.json")
        self.wait_for_signals(process)
        time.sleep(delay)
        self.assertIsNone(process.poll(), "the command is still at work when the signal is sent")
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=LIMIT)
        self.assertEqual((process.returncode, stdout), (INTERRUPTED, b""))
        self.assert_one_sentence(stderr.decode())
        self.assertEqual(os.listdir(self.folder), ["body.cl"])
        return b"in the middle of a launch" in stderr

    def test_interrupted_between_launches(self):
        self.write("body.cl", BODY)
        for delay in DELAYS:
            process = self.start(*LONG_FILL, "--dry-run")
            self.wait_for_signals(process)
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=LIMIT)
            if stderr == b"outerfill: interrupted: nothing is known yet\n":
                self.assertEqual((process.returncode, stdout), (INTERRUPTED, b""))
                return
        self.fail(f"it was never interrupted between two launches: {stderr}")

    def test_interrupted(self):
        """A launch without end is not waited for. On a busy machine the command may not have come to it."""
        self.write("body.cl", "real x = a; while (x < 1e300) x = x * 1.0 + 0 * b; out[0] = x;\n")
        self.assertTrue(any(map(self.ends_in_a_launch, DELAYS)))


if __name__ == "__main__":
    main()
