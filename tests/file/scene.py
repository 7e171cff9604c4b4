# SPDX-License-Identifier: MIT
#
# A fill in a folder of its own, for tests that break it: starts the command there, also under strace or with a preloaded library,
# finishes what a broken run has left as a user would, and says in what the result differs from that of an unbroken one. Knows
# the names of the files and nothing of what is in them.

import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from cases import main, slow  # noqa: E402, F401: for the tests
from command import LIMIT, OUTERFILL  # noqa: E402

SHORT_WRITES = os.environ.get("OUTERFILL_SHORT_WRITES", "")
FILE_FAILED = 6
HEAD_NBYTES = 256  # a journal of so many has no record
# Runs in bands of a page for each plane, whatever the device: 64K is less than the least that a block takes.
ARGUMENTS = ("--body", "body.cl", "-P", "2", "--memory", "64K", "-o", "ab.npy", "--quiet")
BODY = """real x = a + b;
for (int k = 0; k < %d; k++)
    x = sin(x + a);
out[0] = x;
out[1] = x * b;
"""
SMALL = ("linspace:0:1:12", "linspace:0:1:300", 10)  # A, B and the rounds of the body
# More than the seconds after which the library synchronises what it has.
SLEEP = "pwrite64:delay_enter=5200000:when=5"
NAMES = ("ab.npy", "ab.npy.part", "ab.npy.journal", "ab.npy.journal-1-of-2", "ab.npy.journal-2-of-2")


class Scene:
    """A folder with a body, in which A B are filled."""

    def __init__(self, a, b, num_rounds, *options, environment=None):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="outerfill-"))
        self.arguments = ("fill", a, b, *ARGUMENTS, *options)
        self.environment = {**os.environ, **(environment or {})}
        with open(self.path("body.cl"), "w", encoding="ascii") as file:
            file.write(BODY % num_rounds)

    def copy(self):
        """The same in another folder, with everything that is there."""
        other = Scene.__new__(Scene)
        other.arguments, other.environment = self.arguments, self.environment
        other.folder = os.path.realpath(tempfile.mkdtemp(prefix="outerfill-"))
        shutil.copytree(self.folder, other.folder, dirs_exist_ok=True)
        return other

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def names(self):
        return sorted(set(os.listdir(self.folder)) - {"body.cl", "trace", "log"})

    def result(self):
        with open(self.path("ab.npy"), "rb") as file:
            return file.read()

    def clear(self):
        for name in set(os.listdir(self.folder)) - {"body.cl"}:
            os.unlink(self.path(name))

    # ---- What is run ----

    def start(self, *arguments, under=(), environment=None):
        return subprocess.Popen([*under, OUTERFILL, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
                                env={**self.environment, **(environment or {})}, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, encoding="utf-8")

    def run(self, *arguments, under=(), environment=None):
        """The exit code, or minus the signal's number, and what was said."""
        process = self.start(*arguments, under=under, environment=environment)
        try:
            stderr = process.communicate(timeout=LIMIT)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return process.returncode, stderr

    def strace(self, *injections, paths=None):
        """The tracer that makes system calls on the fill's files fail, or on those given, and on no others: a driver's are left alone."""
        paths = paths or [self.folder, *map(self.path, NAMES)]
        calls = ",".join(injection.split(":")[0] for injection in injections)
        return ["strace", "-f", "-o", self.path("trace"), "-e", "trace=" + calls, "-e", "signal=none",
                *(f"--trace-path={path}" for path in paths), *(f"--inject={injection}" for injection in injections)]

    def injected(self):
        """The lines of the calls that were made to fail; what strace says of one in two parts is put together."""
        unfinished, lines = {}, []
        with open(self.path("trace"), encoding="utf-8", errors="replace") as file:
            for line in file:
                pid, _, text = line.rstrip("\n").partition(" ")
                if text.endswith("<unfinished ...>"):
                    unfinished[pid] = text
                elif "(INJECTED)" in text:
                    lines.append(unfinished.get(pid, "") + text if "resumed>" in text else text)
        return lines

    # ---- What is left ----

    def has_records(self):
        journals = [name for name in self.names() if ".journal" in name]
        return any(os.path.getsize(self.path(name)) > HEAD_NBYTES for name in journals)

    def finish(self):
        """Goes on as a user does: resumes, or where nothing was recorded, gives the command again. What went wrong, or None."""
        had_records, left = self.has_records(), self.names()
        code, stderr = self.run("resume", "ab.npy", "--quiet")
        if code and had_records:
            return f"resume of {left} ended with {code}: {stderr}"
        if code:
            code, stderr = self.run(*self.arguments, "--resume")
        return f"the fill over {left} ended with {code}: {stderr}" if code else None

    def go_on(self, arguments):
        """The same after a run with these arguments: a shard is run again, unless it has completed the file."""
        if "--shard" not in arguments:
            return self.finish()
        left = self.names()
        if left == ["ab.npy"]:
            return None
        code, stderr = self.run(*arguments)
        return f"the shard over {left} ended with {code}: {stderr}" if code else None

    def difference(self, expected):
        """In what the folder differs from one in which nothing was broken, or None."""
        if self.names() != ["ab.npy"]:
            return f"left: {self.names()}"
        return None if self.result() == expected else "the bytes differ"


def small(*options):
    """A dozen bands."""
    return Scene(*SMALL, *options)


def each(function, items):
    """What the function says of the items, two at a time: most of a short run is waiting."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


class FaultTest(unittest.TestCase):
    """A test with a driver's cache of its own: what is killed must not damage that of others."""

    @classmethod
    def setUpClass(cls):
        cls.cache = tempfile.mkdtemp(prefix="outerfill-cache-")
        os.environ["POCL_CACHE_DIR"] = cls.cache
        cls.addClassCleanup(shutil.rmtree, cls.cache)
        if not shutil.which("strace"):
            raise AssertionError("strace is not installed, so nothing can be killed or made to fail: 'ci/setup test' installs it")
        with Scene("arange:3", "arange:4", 1) as scene:
            code, stderr = scene.run(*scene.arguments, under=scene.strace("pwrite64:error=EIO"))
            if code != FILE_FAILED or not scene.injected():
                raise AssertionError("strace cannot trace here (is ptrace forbidden?), so nothing can be killed or made to fail: "
                                     f"exit code {code}, {stderr}")

    def unbroken(self, scene):
        """What the fill gives when it is left alone; the driver's cache has its kernels then."""
        code, stderr = scene.run(*scene.arguments)
        self.assertEqual(code, 0, stderr)
        expected = scene.result()
        scene.clear()
        return expected


def was_killed(code):
    """By itself, or as strace and a shell tell it."""
    return code in (-signal.SIGKILL, 128 + signal.SIGKILL)
