#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# --keep-inputs: a fill whose inputs came through pipes, or were changed or lost since, is resumed from the folder OUT.npy.inputs,
# which goes when the file is complete. Shards share the folder, and values that do not belong to the file are refused.

import os
import shutil
import signal
import subprocess

import numpy

from cases import main
from command import LIMIT, OUTERFILL, USAGE, CommandTest
from long_fill import BODY

FILE_FAILED = 6
HALF = ("--shard", "1/2", "--quiet")


class KeptInputs(CommandTest):
    def kept(self):
        return sorted(os.listdir(self.path("ab.npy.inputs")))

    def begin(self, *arguments, stdin="0.1 2 1e-300 nan"):
        """The first half, and the bytes of the whole."""
        self.outerfill("fill", *arguments, "-o", "whole.npy", "--quiet", stdin=stdin)
        self.outerfill("fill", *arguments, "-o", "ab.npy", "--keep-inputs", *HALF, stdin=stdin)
        return self.read("whole.npy")

    def check_resumes(self, whole):
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("ab.npy")], ["ab.npy"])

    def test_standard_input(self):
        for dtype in "float64", "float32":
            whole = self.begin("-", "arange:3", "--dtype", dtype)
            self.assertEqual(self.kept(), ["a.npy", "b.npy"])
            self.assertEqual(numpy.load(self.path("ab.npy.inputs/a.npy")).dtype, dtype)
            stdout, _ = self.outerfill("status", "ab.npy")
            self.assertIn("outerfill resume ab.npy\n", stdout)
            self.check_resumes(whole)
            os.remove(self.path("ab.npy"))
            os.remove(self.path("whole.npy"))

    def test_a_pipe_for_each_input(self):
        """The shell's own names for pipes, with texts of all kinds."""
        self.write("a", "1 2 3 4 5 6")
        self.write("body.cl", "out[0] = f(a, b); /* \u03b1 */\n")
        self.write("preamble.cl", "real f(real x, real y) { return x * y - 1; }")
        self.outerfill("fill", "a", "arange:4", "--body", "body.cl", "--preamble", "preamble.cl", "-o", "whole.npy", "--quiet")
        words = "fill <(cat a) <(seq 0 3) --body <(cat body.cl) --preamble <(cat preamble.cl) -o ab.npy --keep-inputs"
        done = subprocess.run(["bash", "-c", f"{OUTERFILL} {words} {' '.join(HALF)}"], cwd=self.folder, stderr=subprocess.PIPE,
                              timeout=LIMIT, check=True)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(self.kept(), ["a.npy", "b.npy", "body.cl", "preamble.cl"])
        self.check_resumes(self.read("whole.npy"))

    def test_files_that_are_changed_or_lost(self):
        self.write("a.txt", "1 2 3 4")
        whole = self.begin("a.txt", "arange:3")
        self.write("a.txt", "5 6 7 8")
        self.check_resumes(whole)
        os.remove(self.path("ab.npy"))
        os.remove(self.path("whole.npy"))
        whole = self.begin("a.txt", "arange:3")
        os.remove(self.path("a.txt"))
        self.check_resumes(whole)

    def test_a_moved_folder(self):
        whole = self.begin("-", "arange:3")
        here = self.folder
        os.mkdir(self.path("then"))
        for name in os.listdir(here):
            if name.startswith("ab.npy"):
                shutil.move(self.path(name), self.path("then"))
        self.folder = self.path("then")
        self.check_resumes(whole)
        self.folder = here

    def test_kept_by_a_later_call(self):
        """The first call did not keep them, the second one did, and resume goes by what is there."""
        words = ("fill", "-", "arange:3", "-o", "ab.npy")
        self.outerfill("fill", "-", "arange:3", "-o", "whole.npy", "--quiet", stdin="1 2 3 4")
        self.outerfill(*words, *HALF, stdin="1 2 3 4")
        stdout, _ = self.outerfill("status", "ab.npy")
        self.assertIn("give the whole command again, with --resume\n", stdout)
        self.outerfill(*words, "--keep-inputs", *HALF, stdin="1 2 3 4")
        stdout, _ = self.outerfill("status", "ab.npy")
        self.assertIn("outerfill resume ab.npy\n", stdout)
        self.check_resumes(self.read("whole.npy"))

    def test_finished_by_a_call_without_the_option(self):
        whole = self.begin("-", "arange:3")
        _, stderr = self.outerfill("fill", "-", "arange:3", "-o", "ab.npy", "--resume", stdin="0.1 2 1e-300 nan")
        self.assertNotIn("cannot go on", stderr)
        self.assertEqual(self.read("ab.npy"), whole)
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")))

    def test_kept_from_the_resume_on(self):
        """An option of resume, for a fill whose inputs are files."""
        self.write("a.txt", "1 2 3 4 5 6")
        self.outerfill("fill", "a.txt", "arange:3", "-o", "ab.npy", *HALF)
        self.outerfill("resume", "ab.npy", "--keep-inputs")
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")))

    def test_a_lost_input(self):
        self.begin("-", "arange:3")
        os.remove(self.path("ab.npy.inputs/a.npy"))
        _, stderr = self.outerfill("resume", "ab.npy", expected=FILE_FAILED)
        self.assertIn("ab.npy.inputs/a.npy\", which --keep-inputs has kept, is missing", stderr)
        self.outerfill("fill", "-", "arange:3", "-o", "ab.npy", "--resume", "--keep-inputs", "--quiet", stdin="0.1 2 1e-300 nan")
        self.assertEqual(self.read("ab.npy"), self.read("whole.npy"))
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")))

    def test_a_changed_input(self):
        """Its values are compared with the journal's, as every input's."""
        self.begin("-", "arange:3")
        numpy.save(self.path("ab.npy.inputs/a.npy"), numpy.arange(4.0))
        _, stderr = self.outerfill("resume", "ab.npy", expected=USAGE)
        self.assertIn("a is not the same as in the fill that is to be resumed", stderr)
        self.assertEqual(self.kept(), ["a.npy", "b.npy"])

    def test_shards(self):
        whole = self.begin("-", "arange:3")
        words = ("fill", "-", "arange:3", "-o", "ab.npy", "--keep-inputs", "--shard", "2/2", "--quiet")
        _, stderr = self.outerfill(*words, stdin="9 9 9 9", expected=USAGE)
        self.assertIn("ab.npy.inputs/a.npy\" holds other values than this fill", stderr)
        self.outerfill(*words, stdin="0.1 2 1e-300 nan")
        self.assertEqual(self.read("ab.npy"), whole)
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")))

    def test_a_fill_that_begins_anew(self):
        """What an older fill has left does not count."""
        self.begin("-", "arange:3")
        words = ("fill", "-", "arange:3", "-o", "ab.npy", "--keep-inputs")
        self.write("body.cl", BODY)
        process = self.start("fill", "-", "arange:100000", "--body", "body.cl", "-o", "ab.npy", "--keep-inputs", "--restart",
                             "--progress", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"7 8 9")
        process.stdin.close()
        self.wait_for_file(process, "ab.npy.journal")
        process.send_signal(signal.SIGTERM)
        self.assertIn(b"outerfill resume ab.npy", process.stderr.read())
        process.stderr.close()
        process.wait(LIMIT)
        self.assertEqual(numpy.load(self.path("ab.npy.inputs/a.npy")).tolist(), [7, 8, 9])
        self.outerfill(*words, "--restart", "--quiet", stdin="1 2")
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")))

    def test_a_fill_that_begins_anew_without_them(self):
        """What an earlier fill has kept goes as soon as the new one has begun, and not before."""
        self.begin("-", "arange:3")
        self.outerfill("fill", "-", "arange:4", "-o", "ab.npy", "--quiet", "--restart", "--device", "nosuch", expected=3, stdin="1")
        self.assertEqual(self.kept(), ["a.npy", "b.npy"])
        self.write("body.cl", BODY)
        process = self.start("fill", "arange:100000", "arange:9", "--body", "body.cl", "-o", "ab.npy", "--restart")
        self.wait_until(process, lambda: not os.path.exists(self.path("ab.npy.inputs")), "the inputs are gone")
        process.kill()
        process.wait()
        for ending in ("part", "journal"):
            os.unlink(self.path(f"ab.npy.{ending}"))
        os.mkdir(self.path("ab.npy.inputs"))
        numpy.save(self.path("ab.npy.inputs/a.npy"), numpy.arange(4.0))
        self.outerfill("fill", "arange:4", "arange:3", "-o", "ab.npy", "--quiet")
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")), "left by a fill whose files were removed")

    def test_a_fill_that_writes_no_file(self):
        """It leaves no inputs either, and takes those of no other fill."""
        words = ("fill", "-", "arange:3", "-o", "ab.npy", "--keep-inputs", "--quiet")
        os.mkfifo(self.path("ab.npy.part"))
        self.outerfill(*words, stdin="1 2", expected=FILE_FAILED)
        self.assertEqual(os.listdir(self.folder), ["ab.npy.part"])
        os.unlink(self.path("ab.npy.part"))
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", f"--trace-path={self.path('ab.npy.part')}", "-e", "inject=pwrite64:error=EIO:when=2+"]
        done = subprocess.run([*inject, OUTERFILL, *words], input="1 2", cwd=self.folder, stderr=subprocess.PIPE, timeout=LIMIT, text=True,
                              check=False)
        self.assertEqual((done.returncode, os.listdir(self.folder)), (FILE_FAILED, []), done.stderr)
        self.begin("-", "arange:3")
        self.outerfill(*words, stdin="7 8", expected=FILE_FAILED)
        self.assertEqual(self.kept(), ["a.npy", "b.npy"])

    def test_what_stays(self):
        """A dry run writes nothing, and a foreign file in the folder is not removed."""
        self.outerfill("fill", "-", "arange:3", "-o", "ab.npy", "--keep-inputs", "--dry-run", stdin="1 2")
        self.assertFalse(os.path.exists(self.path("ab.npy.inputs")))
        os.mkdir(self.path("ab.npy.inputs"))
        self.write("ab.npy.inputs/mine.txt", "1")
        self.outerfill("fill", "-", "arange:3", "-o", "ab.npy", "--keep-inputs", "--quiet", stdin="1 2")
        self.assertEqual(self.kept(), ["mine.txt"])

    def test_no_folder_possible(self):
        self.write("ab.npy.inputs", "")
        _, stderr = self.outerfill("fill", "-", "arange:3", "-o", "ab.npy", "--keep-inputs", "--quiet", stdin="1 2",
                                   expected=FILE_FAILED)
        self.assertIn("ab.npy.inputs", stderr)
        self.assertFalse(os.path.exists(self.path("ab.npy.part")))


if __name__ == "__main__":
    main()
