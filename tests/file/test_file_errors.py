#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Every system call on the fill's files fails in turn: the exit code is 6, the one sentence names the file and the reason, nothing
# has the final name that is not complete, and going on gives the bytes of an unbroken fill. Interrupted and short calls are done
# again. A disk without room for all of it is a small tmpfs.

import errno
import os
import re
import subprocess

from disk import Disk, may_mount
from scene import FILE_FAILED, LIMIT, OUTERFILL, SHORT_WRITES, SLEEP, FaultTest, each, main, slow, small

CALLS = ("pwrite64", "ftruncate", "fallocate", "fsync", "rename", "renameat2", "openat")
LEAST = dict(pwrite64=7, ftruncate=2, fallocate=1, fsync=2, renameat2=1, openat=8)
SPACE = re.compile(r"needs \d+ bytes( and space for its journal)?, and its file system has \d+ bytes free")
FAILURES = ("ENOSPC", "EIO")
NUM_BYTES = 4096 + 2 * 12 * 300 * 8 + 2000  # of the file and its journal, or a little more


def sentence_is_wrong(stderr, failure):
    """One sentence that names one of the fill's files, or their folder, and the reason."""
    reason = os.strerror(getattr(errno, failure))
    if not re.fullmatch(r'outerfill: [^\n]*"[^"\n]*"[^\n]*: ' + re.escape(reason) + r"[^\n]*\n", stderr):
        return f"the sentence: {stderr!r}"
    return None


def may_fail(line):
    """Direct access to the file has another way; and journals are looked at before the fill has begun, and again when it has."""
    return "openat" in line and ("O_DIRECT|" in line or "O_RDONLY|O_NONBLOCK" in line)


def what_is_wrong(scene, code, stderr, failure, expected):
    """After a run in which a call failed for good."""
    published = "ab.npy" in scene.names()
    if published and scene.result() != expected:
        return "ab.npy is not complete"
    if code == 0:
        return None if published and all(map(may_fail, scene.injected())) else "the failure is not seen"
    if code != FILE_FAILED:
        return f"exit code {code}: {stderr}"
    if published and not any("fsync" in line or "O_DIRECTORY" in line for line in scene.injected()):
        return "ab.npy is there"
    if failure == "ENOSPC" and any("fallocate" in line for line in scene.injected()):
        return None if SPACE.search(stderr) else f"needed and free bytes: {stderr!r}"
    return sentence_is_wrong(stderr, failure)


class EveryCall(FaultTest):
    def fail_calls(self, prepare, failure, call, *others):
        """Makes the k-th call of each thread fail, for k = 1, 2, 3, ...: (failures, what is wrong)."""
        wrong = []
        for k in range(1, 1000):
            with small() as scene:
                arguments = prepare(scene)
                code, stderr = scene.run(*arguments, under=scene.strace(*others, f"{call}:error={failure}:when={k}"))
                injected = scene.injected()
                if not injected:
                    return k - 1, wrong + ([f"the unbroken run ended with {code}: {stderr}"] if code else [])
                found = self.judge(scene, arguments, code, stderr, failure)
                if found:
                    wrong.append(f"{failure} at {call} {k}, {injected}: {found}")
        return 1000, ["no end of calls"]

    def judge(self, scene, arguments, code, stderr, failure):
        if failure == "EINTR":
            return (f"exit code {code}: {stderr}" if code else None) or scene.difference(self.expected)
        return (what_is_wrong(scene, code, stderr, failure, self.expected)
                or scene.go_on(arguments) or scene.difference(self.expected))

    def check(self, prepare, failures, least):
        with small() as scene:
            self.expected = self.unbroken(scene)
        cases = [(failure, call) for failure in failures for call in CALLS]
        found = each(lambda case: self.fail_calls(prepare, *case), cases)
        print({case: number for case, (number, _) in zip(cases, found) if number})
        self.assertEqual([wrong for _, some in found for wrong in some], [])
        for (_, call), (number, _) in zip(cases, found):
            self.assertGreaterEqual(number, least.get(call, 0), f"calls of {call}: those of the fill are not seen any more")

    @staticmethod
    def resume(scene):
        """Half of the bands are there."""
        scene.run(*scene.arguments, under=scene.strace("pwrite64:signal=KILL:when=8"))
        return ("resume", "ab.npy", "--quiet")

    def test_of_a_fill(self):
        self.check(lambda scene: scene.arguments, FAILURES, LEAST)

    @slow
    def test_of_a_resumed_fill(self):
        self.check(self.resume, FAILURES, {**LEAST, "pwrite64": 3, "ftruncate": 1})

    @slow
    def test_of_the_last_shard(self):
        def prepare(scene):
            code, stderr = scene.run(*scene.arguments, "--shard", "1/2")
            self.assertEqual(code, 0, stderr)
            return (*scene.arguments, "--shard", "2/2")

        self.check(prepare, ["EIO"], {**LEAST, "pwrite64": 4, "fsync": 4, "ftruncate": 1})

    @slow
    def test_interrupted(self):
        self.check(lambda scene: scene.arguments, ["EINTR"], LEAST)

    @slow
    def test_of_synchronising(self):
        """Every five seconds, what there is: a write that takes longer makes it due."""
        with small() as scene:
            self.expected = self.unbroken(scene)

        def fail(failure):
            return self.fail_calls(lambda scene: scene.arguments, failure, "fdatasync", SLEEP)

        for number, wrong in each(fail, (*FAILURES, "EINTR")):
            self.assertEqual(wrong, [])
            self.assertGreaterEqual(number, 2)


def full_disk_is_wrong(scene, code, stderr):
    if code != FILE_FAILED:
        return f"exit code {code}: {stderr}"
    if "ab.npy" in scene.names():
        return "ab.npy is there"
    return sentence_is_wrong(stderr, "ENOSPC") or advice_is_wrong(scene, stderr)


def advice_is_wrong(scene, stderr):
    """What is kept can be gone on with; without a band nothing is kept."""
    advice = "and go on with 'outerfill resume ab.npy'" if "ab.npy.part" in scene.names() else "and start again"
    return None if stderr.endswith("; free some space, " + advice + "\n") else f"what to do: {stderr!r}"


class ShortWrites(FaultTest):
    """Writes that do less than they were asked to, down to a byte, and such that then find the disk full."""

    def setUp(self):
        with small() as scene:
            self.expected = self.unbroken(scene)

    def run_short(self, scene, **settings):
        settings = {name: str(value) for name, value in settings.items()}
        return scene.run(*scene.arguments,
                         environment={"LD_PRELOAD": SHORT_WRITES, "SHORT_WRITES_LOG": scene.path("log"), **settings})

    def test_short(self):
        for nbytes in (1, 7, 512, 1000, 4095):
            with self.subTest(f"{nbytes} bytes in a call"), small() as scene:
                code, stderr = self.run_short(scene, SHORT_WRITES_MOST=nbytes)
                self.assertEqual(code, 0, stderr)
                self.assertTrue(os.path.exists(scene.path("log")), "the preloaded library is not there")
                self.assertIsNone(scene.difference(self.expected))

    def fill_disk(self, nbytes):
        """A disk with room for so many: (whether it was full, what is wrong)."""
        with small() as scene:
            code, stderr = self.run_short(scene, SHORT_WRITES_DISK=nbytes)
            if not os.path.exists(scene.path("log")):
                return False, f"the unbroken run ended with {code}: {stderr}" if code else None
            wrong = full_disk_is_wrong(scene, code, stderr) or scene.finish() or scene.difference(self.expected)
            return True, wrong and f"room for {nbytes} bytes: {wrong}"

    def test_full_from_a_pipe(self):
        """`outerfill resume` could not read the values again, so it is not advised."""
        with small() as scene:
            environment = {**os.environ, "LD_PRELOAD": SHORT_WRITES, "SHORT_WRITES_DISK": str(NUM_BYTES // 2),
                           "SHORT_WRITES_LOG": scene.path("log")}
            done = subprocess.run([OUTERFILL, "fill", "-", *scene.arguments[2:]], input="1\n" * 12, cwd=scene.folder, env=environment,
                                  stderr=subprocess.PIPE, text=True, timeout=LIMIT, check=False)
            self.assertIn("ab.npy.part", scene.names())
        self.assertRegex(done.stderr, "No space left on device; free some space, and give the whole command again, with --resume\n")

    def test_full(self):
        rooms = range(0, NUM_BYTES, 1511)
        found = each(self.fill_disk, rooms)
        self.assertEqual([wrong for _, wrong in found if wrong], [])
        self.assertGreaterEqual(sum(full for full, _ in found), len(rooms) - 3)
        self.assertFalse(found[-1][0], "the last one has room for all")


class NextStep(FaultTest):
    def test_a_disk_that_fails_in_the_middle(self):
        """The sentence says what is kept and how to go on. Where nothing is kept, nothing is said of it."""
        with small() as scene:
            expected = self.unbroken(scene)
        for when, said in (("when=10+", r"Input/output error\. ([0-9.]+ % is finished and kept): go on with 'outerfill resume ab\.npy'\n\Z"),
                           ("when=3+", r"Input/output error\n\Z")):
            with small() as scene:
                code, stderr = scene.run(*scene.arguments, under=scene.strace(f"pwrite64:error=EIO:{when}"))
                self.assertEqual(code, FILE_FAILED, stderr)
                self.assertRegex(stderr, said)
                self.assertIsNone(scene.finish() or scene.difference(expected))


class FullDisk(FaultTest):
    """A real one, with room for less and less, which gets room for all before the fill goes on."""

    def fill_disk(self, pages):
        """(What was said, what is wrong)."""
        with Disk(4096 * pages) as disk:
            code, stderr = disk.run(*disk.arguments)
            if code == 0:
                return "", disk.difference(self.expected)
            wrong = full_disk_is_wrong(disk, code, stderr)
            disk.enlarge(1 << 20)
            wrong = wrong or disk.finish() or disk.difference(self.expected)
            return stderr, wrong and f"a disk of {pages} pages: {wrong}"

    def test_full(self):
        with small() as scene:
            self.expected = self.unbroken(scene)
        if not may_mount():
            print("no tmpfs can be mounted here: the disk is full by the preloaded library alone, in ShortWrites")
            return
        found = each(self.fill_disk, range(2, 25))
        self.assertEqual([wrong for _, wrong in found if wrong], [])
        said = [stderr for stderr, _ in found]
        self.assertGreaterEqual(sum(bool(SPACE.search(stderr)) for stderr in said), 10, "needed and free bytes")
        self.assertTrue(any(" bytes and space for its journal, and its file system has " in stderr for stderr in said), "too full for a journal")
        self.assertEqual(said[-1], "", "the last one has room for all")
        with Disk(0) as disk:  # one without a limit
            for option in (["--dry-run"], []):
                code, stderr = disk.run(*disk.arguments, *option)
                self.assertEqual(code, 0, stderr)
            self.assertIsNone(disk.difference(self.expected))


if __name__ == "__main__":
    main()
