#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What a script learns from the file of --status-json and from `status --json` has the same values for the same state, key by key.
# What only the process knows is null in the second.

import json
import os
import signal
import time
import unittest
from unittest import mock

from command import DELAYS, LIMIT, CommandTest
from long_fill import BODY, LONG_FILL

TIME_LIMIT, DEVICE_FAILED = 7, 5
STATUS = ("--status-json", "s.json")
OF_THE_PROCESS = {"cells_kept", "seconds_elapsed", "devices", "pid", "exit_code", "message"}
OF_THE_JOURNALS = {"writers", "missing_cells"}  # null in the file while the fill runs, and for a shard
OF_THE_MOMENT = {"cells_done", "fraction", "cells_per_second", "bytes_per_second", "seconds_left", "ready_at"}


class SameStatus(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY)

    def told(self):
        return json.loads(self.read("s.json"))

    def said(self, name="out.npy"):
        return json.loads(self.outerfill("status", "--json", name)[0])

    def assert_same(self, told, said, without=frozenset()):
        self.assertEqual(list(told), list(said))
        for key in set(told) - OF_THE_PROCESS - without:
            self.assertEqual((key, told[key]), (key, said[key]))
        for key in OF_THE_PROCESS:
            self.assertIsNone(said[key], key)
        for key in OF_THE_PROCESS - {"exit_code", "message"}:
            self.assertIsNotNone(told[key], key)

    def stop_in_time(self):
        """A fill of which something is finished when the time limit is over."""
        for seconds in DELAYS:
            self.outerfill(*LONG_FILL, *STATUS, "--resume", "--memory", "64K", "--time-limit", seconds, expected=TIME_LIMIT)
            if os.path.exists(self.path("out.npy.part")) and self.told()["cells_per_second"]:
                return
        self.fail("nothing is finished in two minutes")

    def start_long(self):
        """A fill whose rate is known to both."""
        process = self.start(*LONG_FILL, *STATUS, "--memory", "64K")
        self.wait_for_file(process, "out.npy.journal")
        self.wait_until(process, lambda: self.told()["cells_per_second"] and self.said()["cells_per_second"], "a rate")
        return process

    def test_complete(self):
        self.outerfill("fill", "arange:9", "arange:5", "-o", "out.npy", *STATUS)
        told = self.told()
        self.assert_same(told, self.said())
        self.assertEqual([told[key] for key in ("path", "state", "cells_done", "num_cells", "fraction", "exit_code")],
                         [os.path.realpath(self.path("out.npy")), "complete", 45, 45, 1, 0])
        self.assertEqual([told[key] for key in ("cells_per_second", "bytes_per_second", "seconds_left", "ready_at", "message")],
                         [None, None, 0, None, None])
        self.assertEqual([told[key] for key in ("writers", "missing_cells", "part_is_missing")], [[], [], False])

    def test_complete_without_cells(self):
        self.outerfill("fill", "arange:0", "arange:5", "-o", "out.npy", *STATUS)
        self.assert_same(self.told(), self.said())

    def test_names_of_one_file(self):
        """Each way to write the name, before and after a resume."""
        os.mkdir(self.path("sub"))
        os.symlink("sub", self.path("link"))
        path = os.path.realpath(self.path("sub/out.npy"))
        self.outerfill("fill", "arange:9", "arange:5", "-o", "link/out.npy", *STATUS, "--shard", "1/3")
        self.assertEqual(self.told()["path"], path)
        self.outerfill("resume", "./sub/../link/out.npy", *STATUS)
        for told in (self.told(), self.said("sub//out.npy"), self.said(self.path("link/out.npy"))):
            self.assertEqual(told["path"], path)

    def test_stopped(self):
        self.stop_in_time()
        told = self.told()
        self.assert_same(told, self.said())
        self.assertEqual((told["state"], told["exit_code"], told["ready_at"]), ("stopped", TIME_LIMIT, None))
        left = (told["num_cells"] - told["cells_done"]) / told["cells_per_second"]
        self.assertAlmostEqual(told["seconds_left"] / left, 1, places=6)
        self.assertEqual(sum(end - begin for begin, end in told["missing_cells"]), told["num_cells"] - told["cells_done"])
        self.assertEqual([writer["is_running"] for writer in told["writers"]], [False])

    def test_stopped_in_the_middle_of_a_launch(self):
        """The last status is written while the process still holds its locks."""
        self.write("body.cl", "real x = a; while (i > 1000 && x < 1e300) x = x * 1.0 + 0 * b; out[0] = x;\n")
        for seconds in DELAYS:
            self.outerfill(*LONG_FILL, *STATUS, "--resume", "--memory", "64K", "--time-limit", seconds, expected=TIME_LIMIT)
            if "in the middle of a launch" in self.told()["message"] and self.told()["cells_done"]:
                break
        self.assertGreater(self.told()["cells_done"], 0)
        self.assert_same(self.told(), self.said())

    def test_killed(self):
        """The file keeps the last status of the process, and its pid tells that it is gone."""
        process = self.start_long()
        process.kill()
        process.wait()
        told, said = self.told(), self.said()
        self.assert_same(told, said, OF_THE_MOMENT | OF_THE_JOURNALS | {"state"})
        self.assertEqual((told["state"], said["state"], told["pid"]), ("running", "stopped", process.pid))
        self.assertLessEqual(told["cells_done"], said["cells_done"])

    def test_running(self):
        process = self.start_long()
        time.sleep(3)
        told, said = self.told(), self.said()
        self.assertIsNone(process.poll())
        self.assert_same(told, said, OF_THE_MOMENT | OF_THE_JOURNALS)
        self.assertEqual([told[key] for key in sorted(OF_THE_JOURNALS)], [None, None])
        for key in ("cells_done", "cells_per_second", "bytes_per_second", "seconds_left"):
            self.assertTrue(0.2 < told[key] / said[key] < 5, (key, told[key], said[key]))
        for status in (told, said):
            self.assertAlmostEqual(status["fraction"], status["cells_done"] / status["num_cells"], places=9)
            self.assertAlmostEqual(status["ready_at"] - status["seconds_left"], time.time(), delta=60)

    def test_resumed(self):
        """From its first status on, which is there while the function is compiled."""
        self.stop_in_time()
        before = self.said()
        os.unlink(self.path("s.json"))
        with mock.patch.dict(os.environ, POCL_CACHE_DIR=self.path("cache")):
            process = self.start("resume", "out.npy", "--time-limit", "none", *STATUS)
            self.wait_for_file(process, "s.json")
        first = self.told()
        self.assert_same(first, before, OF_THE_MOMENT - {"cells_done", "fraction"} | OF_THE_JOURNALS | {"state"})
        self.assertEqual((first["state"], first["cells_kept"], first["cells_per_second"]), ("running", before["cells_done"], None))
        self.wait_until(process, lambda: self.told()["cells_per_second"] and self.said()["cells_per_second"], "a rate")
        self.assert_same(self.told(), self.said(), OF_THE_MOMENT | OF_THE_JOURNALS)
        for writer in self.said()["writers"]:
            self.assertLessEqual(writer["begun"], writer["last"])
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT)
        self.assert_same(self.told(), self.said())

    def test_a_shard(self):
        """It tells of its rows; the other keys are those of the file."""
        self.outerfill("fill", "arange:9", "arange:5", "-o", "out.npy", *STATUS, "--shard", "2/3")
        told = self.told()
        self.assert_same(told, self.said(), OF_THE_MOMENT | OF_THE_JOURNALS | {"state", "num_cells"})
        self.assertEqual([told[key] for key in ("state", "cells_done", "num_cells", "fraction", "seconds_left")],
                         ["complete", 15, 15, 1, 0])
        self.outerfill("fill", "arange:9", "arange:5", "-o", "out.npy", *STATUS, "--shard", "2/3")
        self.assertEqual([self.told()[key] for key in ("cells_done", "cells_kept", "num_cells")], [15, 15, 15])

    def test_what_is_not_known_is_null(self):
        self.outerfill("fill", "missing.txt", "arange:5", "-o", "out.npy", *STATUS, expected=6)
        told = self.told()
        for key in ("shape", "dtype", "cells_done", "cells_kept", "num_cells", "fraction", "cells_per_second", "seconds_left",
                    "devices", "writers", "missing_cells"):
            self.assertIsNone(told[key], key)


if __name__ == "__main__":
    unittest.main()
