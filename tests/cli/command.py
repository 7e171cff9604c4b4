# SPDX-License-Identifier: MIT
#
# Runs the command for the Python programs of this folder: finds it (the environment variable OUTERFILL, otherwise
# build/bin/outerfill), gives every test a folder of its own, and holds what is true of every call: a time limit, one sentence
# and nothing on stdout where it fails. Knows neither NumPy nor OpenCL.

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from unittest import mock

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
OUTERFILL = os.environ.get("OUTERFILL") or os.path.join(ROOT, "build", "bin", "outerfill")
OUTERFILL = os.path.abspath(shutil.which(OUTERFILL) or OUTERFILL)
LIMIT = 300  # seconds; a first build with an empty cache takes 2, ten times as long on a busy machine
# Seconds after which a command is stopped, one after the other until it had come as far as the test wants: a busy machine needs the
# later ones.
DELAYS = (0.3, 1, 3, 9, 27, 81)

OK, USAGE, NO_DEVICE, INTERRUPTED = 0, 2, 3, 130


def handles(pid, number):
    """Whether a process has a handler for the signal."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        mask = next((line.split()[1] for line in file if line.startswith("SigCgt:")), "0")
    return bool(int(mask, 16) >> (number - 1) & 1)


def reset_signals(ignored):
    """Undoes what a shell or nohup may have set to be ignored, which a child would inherit."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)


def plain_signals(test):
    """For a test in which the command dies: a sanitizer, where there is one, leaves that to the command."""
    names = ("segv", "sigbus", "sigfpe", "sigill", "abort")
    options = [os.environ.get("ASAN_OPTIONS", ""), *(f"handle_{name}=0" for name in names)]
    patch = mock.patch.dict(os.environ, ASAN_OPTIONS=":".join(filter(None, options)))
    patch.start()
    test.addCleanup(patch.stop)


class CommandTest(unittest.TestCase):
    """A test that runs the command in a fresh folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="outerfill-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def run_command(self, *arguments, stdin=None):
        """Runs the command to its end, whatever that is; checks what holds for every failure."""
        source = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        result = subprocess.run([OUTERFILL, *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=LIMIT, encoding="utf-8", **source)
        if result.returncode != OK:
            self.assertEqual(result.stdout, "", "a failure prints nothing on stdout")
            self.assert_one_sentence(result.stderr)
        return result

    def outerfill(self, *arguments, stdin=None, expected=OK):
        """Runs the command, checks its exit code and returns its stdout and stderr as text."""
        result = self.run_command(*arguments, stdin=stdin)
        self.assertEqual(result.returncode, expected, f"exit code of {arguments}; stderr: {result.stderr}")
        return result.stdout, result.stderr

    def start(self, *arguments, ignored=(), **streams):
        """Starts the command and leaves it running; it is killed at the end of the test if it still runs then."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        process = subprocess.Popen([OUTERFILL, *map(str, arguments)], cwd=self.folder,
                                   preexec_fn=lambda: reset_signals(ignored), **streams)
        self.addCleanup(self.stop, process)
        return process

    def wait_until(self, process, is_reached, what):
        """Waits for something that the command is to do; it must not end before."""
        deadline = time.monotonic() + LIMIT
        while not is_reached():
            if process.poll() is not None and not is_reached():
                said = process.stderr.read() if process.stderr else ""
                self.fail(f"{what}: the command ended by itself with {process.returncode}: {said}")
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.01)

    def wait_for_file(self, process, name):
        self.wait_until(process, lambda: os.path.exists(self.path(name)), f"{name} appears")

    def wait_for_signals(self, process):
        """Until the command has a handler for SIGTERM; before that the signal would end it without a word."""
        self.wait_until(process, lambda: handles(process.pid, signal.SIGTERM), "SIGTERM has a handler")

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def assert_one_sentence(self, stderr):
        """One line, after which only a pointer to the help may stand."""
        self.assertRegex(stderr, r"\Aouterfill: [^\n]+\n([^\n]*help[^\n]*\n)?\Z")
