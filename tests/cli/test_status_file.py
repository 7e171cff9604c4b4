#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What a script learns from --status-json, and a person from SIGUSR1: how far the fill is while it is at work, and in the file at last
# how it ended, whatever ended it.

import json
import os
import signal
import time
import unittest
from unittest import mock

from command import DELAYS, INTERRUPTED, LIMIT, OK, CommandTest
from long_fill import BODY, LONG_FILL, read_until

TIME_LIMIT, BUILD_FAILED, FILE_FAILED = 7, 4, 6
STATUS = ("--status-json", "s.json")
FILL = ("fill", "arange:9", "arange:5", *STATUS)
NEVER_ENDS = "real x = a; while (x < 1e300) x = x * 1.0 + 0 * b; out[0] = x;\n"


class StatusFile(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)

    def status(self):
        return json.loads(self.read("s.json"))

    def assert_ended(self, state, exit_code, message=None):
        status = self.status()
        self.assertEqual((status["state"], status["exit_code"]), (state, exit_code))
        if message is None:
            self.assertIsNone(status["message"])
        else:
            self.assertIn(message, status["message"])
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("s.json") and name != "s.json"], [])
        return status

    def wait_for_progress(self):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if os.path.exists(self.path("s.json")) and self.status()["cells_done"]:
                return self.status()
            time.sleep(0.05)
        self.fail("no row is done in two minutes")

    def end(self, process, expected):
        _, stderr = process.communicate(timeout=LIMIT)
        self.assertIn(process.returncode, expected, stderr)
        self.assert_one_sentence(stderr.decode())

    def test_done(self):
        self.outerfill(*FILL, "-o", "ab.npy")
        self.assert_ended("complete", OK)

    def test_done_by_printing(self):
        self.outerfill(*FILL)
        self.assertIsNone(self.assert_ended("complete", OK)["path"])

    def test_a_resume(self):
        """What was finished before is no work of this run."""
        self.outerfill("fill", "arange:40", "arange:3", "-o", "ab.npy", "--shard", "1/4")
        _, stderr = self.outerfill("resume", "ab.npy", *STATUS)
        status = self.assert_ended("complete", OK)
        self.assertEqual((status["cells_done"], status["cells_kept"], status["num_cells"]), (120, 30, 120))
        self.assertRegex(stderr, r", 25 % of it from before, on .* in [0-9.e-]+ s: on average [0-9.]+ [kMG]?cells/s, ")
        _, stderr = self.outerfill("fill", "arange:40", "arange:3", "-o", "new.npy", *STATUS)
        self.assertEqual(self.status()["cells_kept"], 0)
        self.assertNotIn("before", stderr)

    def test_the_keys_are_those_of_the_subcommand(self):
        self.outerfill(*FILL, "-o", "ab.npy", "--quiet")
        text, _ = self.outerfill("status", "ab.npy", "--json")
        told, said = self.status(), json.loads(text)
        self.assertEqual(list(told), list(said))
        help_text, _ = self.outerfill("help", "status")
        for key in said:
            self.assertRegex(help_text, rf"(?m)^  (shape, )?{key}[ ,]")

    def test_of_what_was_stopped_file_and_message_agree(self):
        process = self.start(*LONG_FILL, *STATUS, "--memory", "64K")
        self.wait_for_progress()
        process.send_signal(signal.SIGTERM)
        self.end(process, (INTERRUPTED,))
        text, _ = self.outerfill("status", "out.npy", "--json")
        told, said = self.status(), json.loads(text)
        self.assertEqual((told["state"], told["cells_done"]), (said["state"], said["cells_done"]))
        self.assertIn(f"{100 * told['fraction']:.3g} % is finished and kept", told["message"])

    def test_a_symbolic_link_stays(self):
        self.write("target.json", "older")
        os.symlink("target.json", self.path("s.json"))
        self.outerfill(*FILL)
        self.assertTrue(os.path.islink(self.path("s.json")))
        self.assertEqual(json.loads(self.read("target.json"))["state"], "complete")

    def test_of_what_failed_early_the_inputs_are_known(self):
        self.outerfill(*FILL, "--device", "no such device", expected=3)
        status = self.assert_ended("failed", 3, "no such device")
        self.assertEqual([status[key] for key in ("fraction", "shape", "dtype", "devices")], [0, [2, 9, 5], "float64", None])

    def test_an_older_one_is_replaced(self):
        self.write("s.json", "older")
        self.outerfill(*FILL)
        self.assert_ended("complete", OK)

    def test_without_cells(self):
        self.outerfill("fill", "arange:0", "arange:5", "-o", "ab.npy", *STATUS)
        self.assertEqual(self.assert_ended("complete", OK)["fraction"], 1)

    def test_failed(self):
        process = self.start(*FILL, "-e", "nosuchname")
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, BUILD_FAILED)
        self.assert_ended("failed", BUILD_FAILED, 'of "nosuchname"')
        self.outerfill(*FILL, "-o", "missing/ab.npy", expected=FILE_FAILED)
        self.assert_ended("failed", FILE_FAILED, "missing/ab.npy")

    def test_names_that_are_not_utf_8(self):
        self.outerfill(*FILL, "-o", os.fsdecode(b"\xff.npy"), "--quiet")
        self.assertEqual(self.status()["path"], os.path.realpath(self.path("?.npy")))

    def test_names_that_cannot_be(self):
        for name, reason in (("missing/s.json", "No such file"), (("x" * 200 + "/") * 21 + "s.json", "name too long")):
            _, stderr = self.outerfill("fill", "arange:9", "arange:5", "--status-json", name, expected=FILE_FAILED)
            self.assertIn(reason, stderr)

    def test_another_name_of_the_output(self):
        self.outerfill("fill", "arange:9", "arange:5", "-o", "ab.npy")
        os.link(self.path("ab.npy"), self.path("s.json"))
        _, stderr = self.outerfill(*FILL, "-o", "ab.npy", "--force", expected=2)
        self.assertIn('the status file "s.json" would overwrite the output', stderr)
        self.outerfill(*FILL[:3], "-o", "ab.npy", "--force", "--status-json", "ab.npy.json")

    def test_a_folder_that_goes_away(self):
        """What was computed is there, and that the last status could not be written is said."""
        os.mkdir(self.path("folder"))
        process = self.start(*LONG_FILL, "--status-json", "folder/s.json")
        self.wait_for_file(process, "out.npy.part")
        os.rename(self.path("folder"), self.path("elsewhere"))
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn('cannot write the last status to "folder/s.json": No such file or directory', stderr.decode())

    def test_filling_and_interrupted(self):
        process = self.start(*LONG_FILL, *STATUS)
        status = self.wait_for_progress()
        self.assertEqual([status[key] for key in ("state", "exit_code", "message", "pid")], ["running", None, None, process.pid])
        process.send_signal(signal.SIGTERM)
        self.end(process, (INTERRUPTED,))
        self.assert_ended("stopped", INTERRUPTED, "interrupted")

    def test_a_shard_that_is_stopped(self):
        """Its rate is that of its rows, and it may go on."""
        process = self.start(*LONG_FILL, *STATUS, "--memory", "64K", "--shard", "2/4", "--quiet")
        self.wait_for_progress()
        process.send_signal(signal.SIGTERM)
        self.end(process, (INTERRUPTED,))
        status = self.assert_ended("stopped", INTERRUPTED, "run this shard again")
        self.assertGreater(status["cells_per_second"], 0)
        self.assertGreater(status["seconds_left"], 0)
        self.assertEqual(status["num_cells"], 500000 * 32)

    def test_an_array_that_is_printed_and_interrupted(self):
        """Nothing of it can be gone on with."""
        process = self.start("fill", "arange:2000000", "arange:32", "--body", "body.cl", *STATUS)
        self.wait_for_progress()
        process.send_signal(signal.SIGTERM)
        self.end(process, (INTERRUPTED,))
        self.assert_ended("failed", INTERRUPTED, "interrupted: nothing is printed")

    def test_while_the_function_is_compiled(self):
        """There is a status from then on, and another one at the end."""
        planes = [f"exp(a*{k})*sin(b*{k})+pow(a,b+{k})+erfc(a-{k})" for k in range(60)]
        process = self.start(*FILL, *(word for plane in planes for word in ("-e", plane)), "--progress")
        self.wait_for_file(process, "s.json")
        status = self.status()
        self.assertEqual([status[key] for key in ("state", "exit_code", "cells_done")], ["running", None, 0])
        self.assertNotEqual(status["devices"], "")
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=LIMIT)
        self.assertIn("compiling the function\n", stderr.decode())
        self.assertIn(process.returncode, (INTERRUPTED, OK))
        self.assertIn(self.status()["state"], ("failed", "complete"))

    def test_the_seconds_include_the_compiler_s(self):
        """They count from the start of the command to its end, and do not begin again when the fill begins."""
        with mock.patch.dict(os.environ, POCL_CACHE_DIR=self.path("cache")):
            begin = time.monotonic()
            self.outerfill(*FILL, "-e", "exp(a) * b", "-o", "ab.npy")
            seconds = time.monotonic() - begin
        self.assertTrue(seconds / 2 < self.status()["seconds_elapsed"] <= seconds)

    def test_the_time_limit(self):
        self.outerfill(*LONG_FILL, *STATUS, "--time-limit", "2", expected=TIME_LIMIT)
        self.assert_ended("stopped", TIME_LIMIT, "the time limit is over")

    def test_a_time_limit_that_is_over_at_once(self):
        """Before there is a file, as long as the machine has time for the thread that waits."""
        _, stderr = self.outerfill(*LONG_FILL, *STATUS, "--time-limit", "0.001", expected=TIME_LIMIT)
        self.assertRegex(stderr, "no file was written")
        self.assert_ended("stopped", TIME_LIMIT, "no file was written")
        self.assertEqual(sorted(os.listdir(self.folder)), ["body.cl", "s.json"])

    def test_a_resume_whose_time_limit_is_over_at_once(self):
        self.outerfill("fill", "arange:40", "arange:5", "-o", "ab.npy", "--shard", "1/4")
        _, stderr = self.outerfill("resume", "ab.npy", "--time-limit", "0.001", expected=TIME_LIMIT)
        self.assertIn("the time limit is over: the fill has not begun; nothing new was computed; 25 % is finished and kept: "
                      "go on with 'outerfill resume ", stderr)
        self.assertNotIn("no file was written", stderr)

    def keeps_some_of_a_shard(self, seconds):
        _, stderr = self.outerfill(*LONG_FILL, *STATUS, "--shard", "2/3", "--memory", "64K", "--time-limit", seconds,
                                   expected=TIME_LIMIT)
        return "what is finished is kept: to go on, run this shard again" in stderr

    def test_the_time_limit_of_a_shard(self):
        """What is kept of it, and how to go on."""
        self.assertTrue(any(map(self.keeps_some_of_a_shard, DELAYS)))

    def ends_in_a_launch(self, expected, seconds, *options):
        """A fill whose first launch never ends, and the time limit or a signal; where that came before the launch, False."""
        self.write("body.cl", NEVER_ENDS)
        process = self.start(*LONG_FILL, *STATUS, *options)
        while process.poll() is None and not os.path.exists(self.path("out.npy.part")):
            time.sleep(0.01)
        if expected == INTERRUPTED:
            time.sleep(seconds)
            process.send_signal(signal.SIGTERM)
        self.end(process, (TIME_LIMIT, INTERRUPTED))
        self.assertFalse(os.path.exists(self.path("out.npy")))
        if not os.path.exists(self.path("s.json")):  # ended while the function was compiled
            return False
        message = self.status()["message"]
        return self.status()["exit_code"] == expected and "in the middle of a launch" in message

    def test_a_launch_without_end(self):
        """The command ends itself, and its status file as well. On a busy machine it may not have come to the launch."""
        self.assertTrue(any(self.ends_in_a_launch(TIME_LIMIT, seconds, "--time-limit", str(seconds)) for seconds in DELAYS))
        self.assert_ended("stopped", TIME_LIMIT, "in the middle of a launch")
        self.assertTrue(any(self.ends_in_a_launch(INTERRUPTED, seconds) for seconds in DELAYS))
        self.assert_ended("stopped", INTERRUPTED, "in the middle of a launch")

    def test_a_signal_after_the_time_limit(self):
        """Whoever does not want to wait any longer; where the machine is busy, the command may have ended first."""
        self.assertTrue(any(self.ends_in_a_launch(INTERRUPTED, 1, "--time-limit", str(seconds)) for seconds in DELAYS for _ in range(3)))

    def test_sigusr1(self):
        """A line at once, as often as it is asked for, although nobody asked for progress."""
        process = self.start(*LONG_FILL, *STATUS)
        self.wait_for_progress()
        for _ in range(2):
            process.send_signal(signal.SIGUSR1)
            said = read_until(process.stderr.fileno(), 30).decode()  # a line that nobody asked for comes after a minute
            self.assertRegex(said, r"\A *\d+ %, .*cells/s, .*B/s, [0-9:-]+ elapsed, .* left, .+\n\Z")


if __name__ == "__main__":
    unittest.main()
