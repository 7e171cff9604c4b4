#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# System calls that fail as hardly any file system lets them: those that only ask, read or lock, each in turn; and errors that have a way
# around them, such as a file system without renameat2, without fallocate, or whose folders cannot be synchronised. The end is right,
# or a sentence, after which going on is right. test_file_errors.py has the calls that change a file.

import os
import re
import struct
import unittest

from scene import FILE_FAILED, FaultTest, each, main, slow, small

BAD_INPUT, BUILD_FAILED = 2, 4
STAT = ("newfstatat", "fstat")  # glibc asks for an open file by the first one before version 2.39, and by the second one since
ASKING = (*STAT, "getdents64", "pread64", "statfs", "fcntl", "access", "unlink")
SENTENCE = re.compile(r"outerfill: [^\n]+\n")


def end_is_wrong(scene, code, stderr, expected):
    """Whatever failed: all is there and right, or a sentence says why not."""
    if "ab.npy" in scene.names() and scene.result() != expected:
        return "ab.npy is not complete"
    if code == 0:
        return None if "ab.npy" in scene.names() else "nothing is there"
    if code != FILE_FAILED or not SENTENCE.fullmatch(stderr):
        return f"exit code {code}: {stderr!r}"
    return None


class OddCalls(FaultTest):
    def setUp(self):
        with small() as scene:
            self.expected = self.unbroken(scene)

    # ---- Each call in turn ----

    def fail_in_turn(self, prepare, call):
        wrong = []
        for k in range(1, 1000):
            with small() as scene:
                arguments = prepare(scene)
                code, stderr = scene.run(*arguments, under=scene.strace(f"{call}:error=EIO:when={k}"))
                if not scene.injected():
                    return k - 1, wrong + ([f"nothing failed, and yet {code}: {stderr}"] if code else [])
                found = end_is_wrong(scene, code, stderr, self.expected) or self.goes_on_wrong(scene, arguments)
                wrong += [f"{call} {k}, {scene.injected()}: {found}"] if found else []
        return 1000, ["no end of calls"]

    def goes_on_wrong(self, scene, arguments):
        """Also where the file has its name already, and only what was beside it could not be put away."""
        if "ab.npy" in scene.names():
            return None
        return scene.go_on(arguments) or scene.difference(self.expected)

    def check_in_turn(self, prepare, *least):
        found = each(lambda call: self.fail_in_turn(prepare, call), ASKING)
        print({call: number for call, (number, _) in zip(ASKING, found)})
        self.assertEqual([wrong for _, some in found for wrong in some], [])
        for calls in least:
            number = sum(found[ASKING.index(call)][0] for call in calls)
            self.assertGreaterEqual(number, 1, f"calls of {' or '.join(calls)}: those of the fill are not seen any more")

    @staticmethod
    def half(scene, *options):
        scene.run(*scene.arguments, *options, under=scene.strace("pwrite64:signal=KILL:when=8"))

    @slow
    def test_of_a_fill(self):
        self.check_in_turn(lambda scene: (*scene.arguments, "--verify", "2"), STAT, ["getdents64"], ["pread64"], ["fcntl"], ["unlink"])

    @slow
    def test_of_a_resumed_fill(self):
        def prepare(scene):
            self.half(scene)
            return ("resume", "ab.npy", "--quiet")

        self.check_in_turn(prepare, STAT, ["pread64"], ["fcntl"], ["unlink"])

    def test_of_a_fill_that_replaces(self):
        def prepare(scene):
            with open(scene.path("ab.npy"), "wb") as file:
                file.write(self.expected)
            return (*scene.arguments, "--force")

        self.check_in_turn(prepare, STAT, ["getdents64"], ["access"])

    @slow
    def test_of_the_last_shard(self):
        def prepare(scene):
            code, stderr = scene.run(*scene.arguments, "--shard", "1/2")
            self.assertEqual(code, 0, stderr)
            return (*scene.arguments, "--shard", "2/2")

        self.check_in_turn(prepare, STAT, ["pread64"], ["fcntl"], ["unlink"])

    # ---- Ways around ----

    def run_with(self, *injections, older=None):
        """The exit code, what was said, and what is wrong then or later; over an older file of that name where there is one."""
        with small() as scene:
            if older:
                with open(scene.path("ab.npy"), "wb") as file:
                    file.write(older)
            code, stderr = scene.run(*scene.arguments, *(["--force"] if older else []), under=scene.strace(*injections))
            self.assertTrue(scene.injected(), f"{injections} hit nothing")
            if code == 0:
                return code, stderr, scene.difference(self.expected)
            if older:
                return code, stderr, None if scene.result() == older else "what was there is lost"
            return code, stderr, scene.finish() or scene.difference(self.expected)

    def test_another_way(self):
        """A file system that has not got a call: the fill ends as any other."""
        for injections in (["renameat2:error=EINVAL"], ["renameat2:error=ENOSYS"], ["renameat2:error=EINVAL", "link:error=EPERM"],
                           ["renameat2:error=EINTR:when=1"], ["fallocate:error=ENOSYS"], ["fallocate:error=EOPNOTSUPP"],
                           ["fcntl:error=EINTR:when=1"], ["fcntl:error=EINTR:when=2"], ["statfs:error=ENOSYS"]):
            with self.subTest(injections):
                code, stderr, wrong = self.run_with(*injections)
                self.assertEqual((code, wrong), (0, None), stderr)

    def test_no_way(self):
        """One that refuses: a sentence with the reason, and what is done is kept."""
        for injections, reason in ((["renameat2:error=EINVAL", "link:error=EEXIST"], "has appeared while the fill ran, and is kept"),
                                   (["renameat2:error=EINVAL", "link:error=EPERM", "rename:error=EXDEV"], "cross-device"),
                                   (["fallocate:error=ENOSPC", "statfs:error=EIO"], "has less: No space left"),
                                   (["fallocate:error=EDQUOT"], "quota"), (["pwrite64:error=EDQUOT:when=1"], "quota"),
                                   (["fcntl:error=EACCES"], "is being written by another fill"),
                                   (["fcntl:error=ENOLCK"], "No locks")):
            with self.subTest(injections):
                code, stderr, wrong = self.run_with(*injections)
                self.assertEqual((code, wrong), (FILE_FAILED, None), stderr)
                self.assertIn(reason, stderr)

    def test_a_file_that_may_not_be_replaced(self):
        for injection, reason in (("access:error=EACCES", "Permission denied"), ("rename:error=EXDEV", "cross-device")):
            code, stderr, wrong = self.run_with(injection, older=b"older")
            self.assertEqual((code, wrong), (FILE_FAILED, None), stderr)
            self.assertIn(reason, stderr)

    def test_the_second_name_stays(self):
        """Where a link gave the file its name, and the other name is gone already, or will not go until the fill is resumed."""
        for error, expected in (("ENOENT", 0), ("EIO", FILE_FAILED)):
            with small() as scene:
                under = scene.strace("renameat2:error=EINVAL", f"unlink:error={error}:when=1")
                code, stderr = scene.run(*scene.arguments, under=under)
                self.assertEqual(code, expected, stderr)
                self.assertEqual(scene.result(), self.expected)
                if code:
                    self.assertEqual((scene.finish(), scene.difference(self.expected)), (None, None))

    def test_a_journal_that_stays(self):
        """The file is complete, and its journal could not be removed: a later fill need only do that, and is told so."""
        with small() as scene:
            code, stderr = scene.run(*scene.arguments, under=scene.strace("unlink:error=EIO"))
            self.assertEqual((code, scene.names()), (0, ["ab.npy", "ab.npy.journal"]), stderr)
            for option, expected in (("--dry-run", FILE_FAILED), ("--resume", 0)):
                code, stderr = scene.run(*scene.arguments, option)
                self.assertEqual(code, expected, stderr)
            self.assertEqual((scene.names(), scene.result()), (["ab.npy"], self.expected))

    def test_a_folder_that_cannot_be_synchronised(self):
        """Or, by then, not even be opened: everything else goes on."""
        for injection in ("fsync:error=EINVAL:when=1", *(f"openat:error=EACCES:when={k}" for k in range(1, 10))):
            with small() as scene:
                code, stderr = scene.run(*scene.arguments, under=scene.strace(injection, paths=[scene.folder]))
                lines = scene.injected()
                if "fsync" in injection or any("O_NONBLOCK" not in line for line in lines):  # not to look for journals
                    self.assertTrue(lines, f"{injection} hit nothing")
                    self.assertEqual((code, scene.difference(self.expected)), (0, None), stderr)
                if not lines:
                    return self.assertGreaterEqual(int(injection[-1]), 3, "the folder is not opened to be synchronised any more")
        return self.fail("no end of calls")


    def test_without_descriptors_for_the_driver_s_output(self):
        """What the driver prints while it compiles is held back if it can be; what the command says is not."""
        for injection in ("dup:error=EMFILE", "memfd_create:error=ENOSYS"):
            with small() as scene:
                name = injection.split(":")[0]
                under = ["strace", "-f", "-o", scene.path("trace"), "-e", "trace=" + name, "-e", "signal=none",
                         "--inject=" + injection]
                code, stderr = scene.run(*scene.arguments, under=under)
                self.assertTrue(scene.injected(), f"{injection} hit nothing")
                self.assertEqual((code, scene.difference(self.expected)), (0, None), stderr)
                code, stderr = scene.run("fill", "arange:3", "arange:4", "-e", "nosuchname", under=under)
                self.assertEqual(code, BUILD_FAILED)
                self.assertIn('outerfill: plane 0, line 1, column 1 of "nosuchname"', stderr)

    def test_a_disk_whose_speed_cannot_be_told(self):
        """A dry run goes without it, or tells it of writes that are not direct."""
        for when, num_files in ((":when=3+", 2), (":when=3", 1)):  # the first two calls look for journals
            with small() as scene:
                arguments = [scene.path(word) if word == "ab.npy" else word for word in scene.arguments]
                under = scene.strace("openat:error=EOPNOTSUPP" + when, paths=[scene.folder])
                code, stderr = scene.run(*arguments, "--dry-run", under=under)
                refused = [line for line in scene.injected() if "O_TMPFILE" in line]
                self.assertEqual([code, scene.names(), len(refused)], [0, [], num_files], stderr)
                self.assertIn("O_DIRECT", refused[0])

    def test_another_fill_that_was_faster(self):
        """The file has its name by the time that ours is opened."""
        num_refused = 0
        for k in range(1, 10):
            with small() as scene:
                code, stderr = scene.run(*scene.arguments, under=scene.strace(f"access:retval=0:when={k}"))
                if not scene.injected():
                    return self.assertEqual(num_refused, 1, "nobody asks whether the file has its name")
                if code:
                    num_refused += 1
                    self.assertEqual(code, FILE_FAILED)
                    self.assertIn("exists already and is kept", stderr)
                    self.assertEqual([name for name in scene.names() if name.endswith((".npy", ".part"))], [])
        return self.fail("no end of calls")

    def test_the_part_of_another_fill(self):
        """Whose header is not the one that the journal tells of."""
        with small() as scene, small() as other:
            self.half(scene)
            code, stderr = other.run("fill", "arange:5", "arange:7", "-o", "ab.npy", "--quiet")
            self.assertEqual(code, 0, stderr)
            with open(scene.path("ab.npy.part"), "r+b") as file:
                file.write(other.result()[:4096])
            for arguments in (("resume", "ab.npy"), ("status", "ab.npy"), (*scene.arguments, "--resume")):
                code, stderr = scene.run(*arguments)
                self.assertEqual(code, BAD_INPUT)
                self.assertIn("ab.npy.part\" belongs to another fill: its shape is (2, 5, 7) and not (2, 12, 300); move it", stderr)


class Inputs(FaultTest):
    """Reading A and B from .npy files."""

    def fill(self, *injections):
        with small() as scene:
            header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (12,), }"
            values = struct.pack("<12d", *(k / 11 for k in range(12)))
            with open(scene.path("a.npy"), "wb") as file:
                file.write(b"\x93NUMPY\x01\x00\x76\x00" + b"%-117s\n" % header + values)
            under = scene.strace(*injections, paths=[scene.path("a.npy")])
            code, stderr = scene.run("fill", "a.npy", *scene.arguments[2:], under=under)
            self.assertTrue(scene.injected(), f"{injections} hit nothing")
            return code, stderr, scene.names()

    def test_failures(self):
        for injections, expected, said in ((["pread64:error=EIO:when=1"], FILE_FAILED, "Input/output error"),
                                           (["pread64:error=EIO:when=3"], FILE_FAILED, "Input/output error"),
                                           ([f"{call}:error=EIO" for call in STAT], FILE_FAILED, "Input/output error"),
                                           (["pread64:retval=0:when=3"], BAD_INPUT, "became shorter while it was read")):
            with self.subTest(injections):
                code, stderr, names = self.fill(*injections)
                self.assertEqual((code, names), (expected, ["a.npy"]), stderr)
                self.assertTrue(said in stderr and SENTENCE.fullmatch(stderr), stderr)

    def test_interrupted(self):
        for k in (1, 3):
            code, stderr, names = self.fill(f"pread64:error=EINTR:when={k}")
            self.assertEqual((code, names), (0, ["a.npy", "ab.npy"]), stderr)


if __name__ == "__main__":
    main()
