#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Shards by the command: each says how far the file is, the last one completes it with the bytes of one fill, and a Slurm job array
# numbers them, wherever it begins and in whatever steps it goes.

import json
import os
import unittest
from unittest import mock

from command import USAGE, CommandTest

FILE_FAILED = 6
FILL = ("fill", "arange:9", "arange:5", "-o", "ab.npy")
SLURM = ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT")


class Shards(CommandTest):
    def slurm(self, *values, expected=0):
        """The command as task of a job array, with its four numbers; those that are None are not set."""
        given = {name: value for name, value in zip(SLURM, values) if value is not None}
        with mock.patch.dict(os.environ, given):
            return self.outerfill(*FILL, "--shard", "slurm", expected=expected)[1]

    def test_each_says_how_far_the_file_is(self):
        self.outerfill("fill", "arange:9", "arange:5", "-o", "whole.npy", "--quiet")
        said = [self.outerfill(*FILL, "--shard", f"{k}/3")[1] for k in (3, 1, 2)]
        self.assertEqual(said, ["ab.npy: shard 3 of 3 is done: other shards are not done yet (33.3 %)\n",
                                "ab.npy: shard 1 of 3 is done: other shards are not done yet (66.7 %)\n",
                                "ab.npy: shard 2 of 3 is done: the file is complete (100 %)\n"])
        self.assertEqual(self.read("ab.npy"), self.read("whole.npy"))

    def test_again_after_the_file_is_complete(self):
        """A task of a job array that is queued again. A changed or copied file may be anything."""
        for k in (1, 2):
            self.outerfill(*FILL, "--shard", f"{k}/2", "--quiet")
        _, stderr = self.outerfill(*FILL, "--shard", "2/2", "--status-json", "s.json")
        self.assertEqual(stderr, "ab.npy: shard 2 of 2 is complete: the file is complete already, by a fill with the same inputs and function\n")
        said = json.loads(self.read("s.json"))
        self.assertEqual([said[key] for key in ("state", "exit_code", "message", "cells_done", "num_cells")], ["complete", 0, None, 25, 25])
        other = ("fill", "arange:9", "arange:5", "-e", "a", "-e", "b", "-o", "ab.npy", "--shard", "2/2")
        self.assertIn("but the function (or the version of outerfill) is not the same", self.outerfill(*other, expected=FILE_FAILED)[1])
        with open(self.path("ab.npy"), "r+b") as file:
            file.seek(4096)
            file.write(b"changed!")
        _, stderr = self.outerfill(*FILL, "--shard", "2/2", "--status-json", "s.json", expected=FILE_FAILED)
        self.assertIn('"ab.npy" exists already and is kept, and nothing tells that this fill has completed it: choose another name', stderr)
        self.assertEqual(json.loads(self.read("s.json"))["state"], "failed")

    def test_of_a_file_without_cells(self):
        _, stderr = self.outerfill("fill", "arange:0", "arange:5", "-o", "ab.npy", "--shard", "1/1")
        self.assertEqual(stderr, "ab.npy: shard 1 of 1 is done: the file is complete (100 %)\n")

    def test_quiet(self):
        self.assertEqual(self.outerfill(*FILL, "--quiet", "--shard", "1/2"), ("", ""))

    def test_job_arrays(self):
        """Tasks 2, 5 and 8 of an array are the shards 1, 2 and 3; a single task is the only one."""
        for task, shard in (("5", 2), ("8", 3), ("2", 1)):
            self.assertIn(f"shard {shard} of 3 is done", self.slurm(task, "2", "8", "3"))
        os.unlink(self.path("ab.npy"))
        self.assertIn("shard 1 of 1 is done", self.slurm("7", "7", "7", "1"))

    def test_job_arrays_that_are_none(self):
        for line in ("3 2 8 3", "1 2 8 3", "9 2 8 3", "11 2 8 3", "2 2 9 3", "8 8 2 3", "2 2 8 0", "2 2 3 4", "2 2 8 1"):
            values = line.split()
            stderr = self.slurm(*values, expected=USAGE)
            self.assertRegex(stderr, r"needs a job array with even steps: task %s of %s, from %s to %s, has not$"
                             % (values[0], values[3], values[1], values[2]))

    def test_numbers_that_are_none(self):
        for k, name in enumerate(SLURM):
            for value in (None, "", "x", "4x", "-4"):
                values = ["4", "1", "8", "8"]
                values[k] = value
                stderr = self.slurm(*values, expected=USAGE)
                said = "not set" if value is None else f'"{value}"'
                self.assertTrue(stderr.endswith(f": {name} is {said}\n"), stderr)


if __name__ == "__main__":
    unittest.main()
