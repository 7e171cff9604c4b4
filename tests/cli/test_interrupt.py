#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# SIGINT, SIGTERM and SIGHUP in the middle of the work: exit code 130, one sentence, no OUT.npy, an older OUT.npy as it was, and
# either nothing else, where no band was finished, or what can be resumed, of which the sentence tells how. The fill would take
# minutes on any device: every cell runs a long loop, and rows are short (20 ms on one core), so that launches of 50 ms, between
# which the library looks for a cancel, are possible from the first one on.

import os
import signal
import subprocess
import time
import unittest
from unittest import mock

from command import DELAYS, INTERRUPTED, LIMIT, OUTERFILL, CommandTest

BODY = """
real x = a + b;
for (int k = 0; k < 20000; k++)
    x = sin(x + a);
out[0] = x;
"""
LONG_FILL = ("fill", "arange:2000000", "arange:32", "--body", "body.cl", "-P", "1")  # 512 MB, 1.3e12 calls of sin


class Interrupt(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)

    def assert_interrupted(self, process, number):
        """Sends the signal, and looks at the command's end and at what it says."""
        self.assertIsNone(process.poll(), "the command is still at work when the signal is sent")
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertEqual(stdout, b"")
        self.assert_one_sentence(stderr.decode())
        self.said = stderr.decode()

    def assert_left(self, *others):
        """Nothing, or what can be resumed, is left beside the others."""
        left = sorted(set(os.listdir(self.folder)) - {"body.cl", *others})
        if "outerfill resume out.npy" in self.said:
            self.assertEqual(left, ["out.npy.journal", "out.npy.part"])
        else:
            self.assertEqual(left, [])
            self.assertIn("no file was written", self.said)

    def interrupt_output(self, number, *options, delay=1.0):
        for ending in ("part", "journal"):
            if os.path.exists(self.path("out.npy." + ending)):
                os.unlink(self.path("out.npy." + ending))
        process = self.start(*LONG_FILL, "-o", "out.npy", *options)
        self.wait_for_file(process, "out.npy.part")
        time.sleep(delay)
        self.assert_interrupted(process, number)
        if "--force" not in options:
            self.assert_left()

    def test_sigint_leaves_no_half_file(self):
        self.interrupt_output(signal.SIGINT)

    def test_sighup_leaves_no_half_file(self):
        self.interrupt_output(signal.SIGHUP)

    def test_a_launch_without_end(self):
        """A single launch that never ends cannot be cancelled by the library: the command ends itself."""
        self.write("body.cl", "real x = a;\nwhile (x < 1e300 || x > -1)\n    x = x * 0.5 + b;\nout[0] = x;\n")
        process = self.start("fill", "arange:10", "arange:10", "--body", "body.cl", "-P", "1", "-o", "out.npy")
        self.wait_for_file(process, "out.npy.part")
        time.sleep(0.5)
        self.assert_interrupted(process, signal.SIGTERM)
        self.assertEqual(os.listdir(self.folder), ["body.cl"])

    def test_a_compiler_without_end(self):
        """No OpenCL call stops a compiler either, and standard error is held while it runs. This one waits for a pipe's writer."""
        os.mkfifo(self.path("pipe"))
        self.write("preamble.cl", f'#include "{self.path("pipe")}"\n')
        process = self.start("fill", "arange:10", "arange:10", "-e", "a", "--preamble", "preamble.cl", "-o", "out.npy")
        with open(self.path("pipe"), "w", encoding="ascii"):  # opened as soon as the compiler has it open
            self.assert_interrupted(process, signal.SIGTERM)
        self.assertIn("stopped while the function was compiled; nothing was computed yet", self.said)
        self.assertFalse(os.path.exists(self.path("out.npy.part")))

    def test_values_from_a_pipe(self):
        """At the start it says that it cannot be resumed so; and at the end how one can go on."""
        self.write("a.txt", "\n".join(map(str, range(200000))))
        for delay in DELAYS:
            with open(self.path("a.txt"), "rb") as values:
                process = self.start("fill", "-", "arange:32", "--body", "body.cl", "-P", "1", "-o", "out.npy", "--memory", "64K",
                                     stdin=values)
                self.wait_for_file(process, "out.npy.part")
                time.sleep(delay)
                process.send_signal(signal.SIGINT)
                _, stderr = process.communicate(timeout=LIMIT)
            first, last = stderr.decode().splitlines()
            self.assertEqual(first, "outerfill: 'outerfill resume' cannot go on with this fill, because A comes from standard input "
                                    "or a pipe: --keep-inputs makes that possible")
            if "no file was written" not in last:
                break
        self.assertRegex(last, " % is finished and kept: to go on, give the whole command again, with --resume$")

    def test_inputs_from_pipes(self):
        for name, said in (("a.txt", "A"), ("b.txt", "B"), ("f.cl", "the body"), ("g.cl", "the preamble")):
            for other in ("a.txt", "b.txt"):
                self.write(other, "1 2 3")
            self.write("f.cl", "out[0] = a + b;")
            self.write("g.cl", "\n")
            os.rename(self.path(name), self.path("text"))
            command = f"'{OUTERFILL}' fill a.txt b.txt --body f.cl --preamble g.cl -o {said[-1]}.npy".replace(name, "<(cat text)")
            result = subprocess.run(["bash", "-c", command], cwd=self.folder, capture_output=True, check=True, timeout=LIMIT)
            self.assertIn(f"because {said} comes from standard input or a pipe", result.stderr.decode())

    def begin_with_a_pipe(self):
        """Half of a file. Its function includes the pipe, so that a compiler waits for the pipe's writer."""
        self.write("pipe", "")
        self.write("preamble.cl", f'#include "{self.path("pipe")}"\n')
        self.outerfill("fill", "arange:10", "arange:10", "-e", "a", "--preamble", "preamble.cl", "-o", "out.npy", "--shard", "1/2")
        os.unlink(self.path("pipe"))
        os.mkfifo(self.path("pipe"))

    def test_a_resume_that_ends_while_it_compiles(self):
        """Half of the file is there, and that is said, with the next step."""
        self.begin_with_a_pipe()
        with mock.patch.dict(os.environ, POCL_CACHE_DIR=self.path("cache")):
            process = self.start("resume", "out.npy")
        with open(self.path("pipe"), "w", encoding="ascii"):  # opened as soon as the compiler has it open
            self.assert_interrupted(process, signal.SIGTERM)
        self.assertIn("stopped while the function was compiled; nothing new was computed; 50 % is finished and kept: "
                      f"go on with 'outerfill resume {self.path('out.npy')}'", self.said)

    def test_a_resume_that_ends_while_it_reads(self):
        """In the handler of the signal."""
        self.begin_with_a_pipe()
        os.rename(self.path("pipe"), self.path("a.txt"))
        process = self.start("fill", "a.txt", "arange:10", "-o", "out.npy", "--resume")
        with open(self.path("a.txt"), "w", encoding="ascii"):
            self.assert_interrupted(process, signal.SIGINT)
        self.assertIn("interrupted: nothing new was computed; 50 % is finished and kept: to go on, give the whole command again, "
                      "with --resume", self.said)

    def test_an_ignored_signal_stays_ignored(self):
        """As under nohup, or in the background of a script; another signal still ends it in order."""
        process = self.start(*LONG_FILL, "-o", "out.npy", ignored=(signal.SIGHUP,))
        self.wait_for_file(process, "out.npy.part")
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        self.assert_interrupted(process, signal.SIGTERM)
        self.assert_left()

    def test_sigterm_leaves_no_half_file(self):
        self.interrupt_output(signal.SIGTERM)

    def test_at_the_moment_the_file_appears(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.interrupt_output(number, delay=0)

    def stops_between_launches(self, delay):
        self.interrupt_output(signal.SIGINT, delay=delay)
        return "in the middle of a launch" not in self.said

    def test_it_stops_between_launches(self):
        """By itself: after two seconds the command would be ended in the middle of one. A busy machine may need a second try."""
        for delay in (0.1, 0.5, 2):
            with self.subTest(f"{delay} s after the file appeared"):
                self.assertTrue(any(self.stops_between_launches(delay) for _ in range(10)))

    def test_quiet(self):
        self.interrupt_output(signal.SIGINT, "--quiet")

    def test_an_older_file_keeps_its_content(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.write("out.npy", "old content\n")
            self.interrupt_output(number, "--force")
            self.assertEqual(self.read("out.npy"), b"old content\n")
            self.assert_left("out.npy")

    def test_an_older_array_is_not_taken_for_nothing(self):
        self.outerfill("fill", "arange:3", "arange:4", "-o", "out.npy")
        old = self.read("out.npy")
        self.interrupt_output(signal.SIGINT, "--force", delay=0)
        self.assertEqual(self.read("out.npy"), old)
        self.assertRegex(self.said, "the old one or|outerfill resume out.npy")

    def test_the_next_fill_works(self):
        self.interrupt_output(signal.SIGTERM)
        self.outerfill("fill", "arange:3", "arange:4", "-o", "out.npy", "--restart")
        self.assertEqual(len(self.read("out.npy")), 4096 + 2 * 3 * 4 * 8)

    def test_without_output_file(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start(*LONG_FILL)
            self.wait_for_signals(process)
            time.sleep(1)
            self.assert_interrupted(process, number)

    def test_it_says_one_sentence(self):
        """Whoever ends it, when the sentence takes longer than its patience: its reader is asleep, and the pipe is full."""
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        os.set_blocking(write_end, False)
        num_full = 0
        try:
            while True:
                num_full += os.write(write_end, b"." * 4096)
        except BlockingIOError:
            os.set_blocking(write_end, True)
        process = self.start(*LONG_FILL, "-o", "out.npy", "--quiet", stderr=write_end)
        os.close(write_end)
        self.wait_for_file(process, "out.npy.part")
        process.send_signal(signal.SIGINT)
        time.sleep(4)
        said = b""
        while piece := os.read(read_end, 65536):
            said += piece
        self.assertEqual(process.wait(timeout=LIMIT), INTERRUPTED)
        self.assertEqual(said[:num_full], b"." * num_full)
        self.assertLessEqual(said.count(b"outerfill: "), 1, said[num_full:])

    def test_while_it_waits_for_standard_input(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            read_end, write_end = os.pipe()
            self.addCleanup(os.close, write_end)
            process = self.start("fill", "-", "arange:3", "-o", "out.npy", stdin=read_end)
            os.close(read_end)
            os.write(write_end, b"1 2 3\n")
            self.wait_for_signals(process)
            self.assert_interrupted(process, number)
            self.assertEqual(os.listdir(self.folder), ["body.cl"])


if __name__ == "__main__":
    unittest.main()
