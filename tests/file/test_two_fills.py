#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Two fills of one file: the first is stopped at one of its calls, the second comes, and when that one has ended or waits for the
# first, the first goes on. Both end as if one had come after the other. That a fill waits is seen in the system's list of locks.

import os
import re
import signal
import time
import unittest

from scene import LIMIT, FaultTest, small

STOPPED = re.compile(r"^(\d+) +--- stopped by SIGSTOP ---$", re.MULTILINE)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def await_end(fill, condition):
    """Until the condition holds, or the fill has ended."""
    deadline = time.monotonic() + LIMIT
    while fill.poll() is None and not condition():
        if time.monotonic() > deadline:
            raise AssertionError("neither goes on nor ends")
        time.sleep(0.005)


def outcome(fill):
    stderr = fill.communicate(timeout=LIMIT)[1]
    return fill.returncode, stderr


class TwoFills(FaultTest):
    def setUp(self):
        with small() as scene:
            self.expected = self.unbroken(scene)

    def start_and_stop(self, scene, call, k, *arguments):
        """A fill that is stopped behind its k-th call on PATH.part, and its process; None where it ends before."""
        under = scene.strace(f"{call}:signal=STOP:when={k}", paths=[scene.path("ab.npy.part")])
        fill = scene.start(*arguments, under=[*under, "-e", "signal=STOP"])
        await_end(fill, lambda: STOPPED.search(read(scene.path("trace"))))
        found = STOPPED.search(read(scene.path("trace")))
        if not found:
            return fill, None
        pid = int(found[1])
        self.addCleanup(lambda: fill.poll() is None and os.kill(pid, signal.SIGKILL))
        return fill, pid

    @staticmethod
    def start_and_wait(scene, *arguments):
        """A fill that has ended, or waits for a lock of PATH.part."""
        inode = os.stat(scene.path("ab.npy.part")).st_ino
        fill = scene.start(*arguments)
        await_end(fill, lambda: re.search(rf"-> OFDLCK .*:{inode} ", read("/proc/locks")))
        return fill

    def test_opened_and_then_completed_by_another(self):
        with small("--force") as scene:
            with open(scene.path("ab.npy"), "w", encoding="ascii") as file:
                file.write("older\n")
            first, pid = self.start_and_stop(scene, "openat", 4, *scene.arguments)  # the command looks thrice before
            self.assertIn("O_CREAT", read(scene.path("trace")))
            second = scene.run(*scene.arguments)
            os.kill(pid, signal.SIGCONT)
            self.assertEqual((outcome(first), second, scene.difference(self.expected)), ((0, ""), (0, ""), None))

    def test_begun_while_another_ends(self):
        """A shard comes at any moment of another: it is done at once or a little later, and never refused."""
        for k in range(1, 100):
            with small() as scene:
                first, pid = self.start_and_stop(scene, "fcntl", k, *scene.arguments, "--shard", "1/2")
                if not pid:
                    self.assertEqual(outcome(first), (0, ""))
                    return self.assertGreaterEqual(k, 6, "calls of fcntl: those of the fill are not seen any more")
                second = self.start_and_wait(scene, *scene.arguments, "--shard", "2/2")
                os.kill(pid, signal.SIGCONT)
                found = outcome(first), outcome(second), scene.difference(self.expected)
                self.assertEqual(found, ((0, ""), (0, ""), None), f"stopped at call {k}")
        return self.fail("no end of calls")


if __name__ == "__main__":
    unittest.main()
