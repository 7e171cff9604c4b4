#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# `resume`: the command as it was typed, read again from the journal, in its folder, with what is added now; and what cannot be gone
# on with, of which the sentence says why. That the bytes are right, whatever broke the fill, tests/fault shows.

import os
import re
import shutil
import signal
import subprocess
import threading

from cases import main, slow
from command import INTERRUPTED, LIMIT, OUTERFILL, USAGE, CommandTest
from long_fill import BODY, LONG_FILL

FILE_FAILED = 6
TIME_LIMIT = 7
OTHER_PROGRAM = os.path.join(os.path.dirname(OUTERFILL), "..", "tests", "other_program")
A = "a\\\nn.txt"
ODD = ("fill", A, "arange:5", "-e", "a +\n b", "-e", "a * k_2 + k", "-p", "k=1", "-p", "k_2=2")


class Resume(CommandTest):
    def setUp(self):
        super().setUp()
        self.write(A, "1 2 3 4 5 6 7 8 9")

    def begin(self, *arguments, output="ab.npy"):
        """The first half, and the bytes of the whole."""
        self.outerfill(*arguments, "-o", "whole.npy", "--quiet")
        self.outerfill(*arguments, "-o", output, "--quiet", "--shard", "1/2")
        return self.read("whole.npy")

    def test_arguments_of_all_kinds(self):
        whole = self.begin(*ODD)
        self.assertEqual(self.outerfill("resume", "ab.npy"), ("", ""), "as quiet as it was begun")
        self.assertEqual(self.read("ab.npy"), whole)

    def test_a_changed_comment(self):
        """Nor do blanks and line ends matter, unless the text means something else then."""
        body = "real x = a - -b; // %s\n\nout[0] = x%s * TWO;"
        self.write("body.cl", body % ("one", ""))
        self.write("preamble.cl", "#define TWO 2 // two\n")
        whole = self.begin("fill", A, "arange:5", "--body", "body.cl", "--preamble", "preamble.cl")
        self.write("body.cl", body % ("two", " - -1"))
        _, stderr = self.outerfill("resume", "ab.npy", expected=USAGE)
        self.assertIn("the function", stderr)
        self.write("body.cl", (body % ("two", " /* x */")).replace("\n", "\r\n"))
        self.write("preamble.cl", "/* 2 */\n #  define TWO 2")
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    def test_from_another_folder(self):
        """By the whole name or one from there, and with a status file where the user is now."""
        os.mkdir(self.path("elsewhere"))
        here = self.folder
        for name in (here + "/ab.npy", "../ab.npy"):
            whole = self.begin(*ODD)
            self.folder = here + "/elsewhere"
            self.outerfill("resume", name, "--quiet", "--status-json", "s.json")
            self.assertEqual(os.listdir(self.folder), ["s.json"])
            self.folder = here
            self.assertEqual(self.read("ab.npy"), whole)
            for done in ("ab.npy", "whole.npy", "elsewhere/s.json"):
                os.unlink(self.path(done))

    def test_names_that_begin_with_a_dash(self):
        whole = self.begin(*ODD, output="-ab.npy")
        self.outerfill("resume", "--", "-ab.npy", "--quiet")
        self.assertEqual(self.read("-ab.npy"), whole)

    def test_what_is_said_is_chosen_anew(self):
        for option, said in (("--progress", r"100 %, "), ("--verbose", "the function is compiled"), ("--quiet", r"\A\Z")):
            self.begin(*ODD)
            self.assertRegex(self.outerfill("resume", "ab.npy", option)[1], said)
            os.unlink(self.path("ab.npy"))
            os.unlink(self.path("whole.npy"))

    def test_status_files(self):
        for name, code in ((self.path("s.json"), 0), ("", USAGE)):
            self.begin(*ODD)
            self.outerfill("resume", "ab.npy", "--quiet", "--status-json", name, expected=code)
            os.unlink(self.path("whole.npy"))
            if not code:
                os.unlink(self.path("ab.npy"))
        self.assertTrue(os.path.exists(self.path("s.json")))

    def test_the_status_file_of_the_beginning(self):
        """Where no other is named, it goes on with that."""
        self.begin(*ODD, "--status-json", "s.json")
        os.unlink(self.path("s.json"))
        self.outerfill("resume", "ab.npy")
        self.assertTrue(os.path.exists(self.path("s.json")))

    def test_a_status_file_that_cannot_be_written_any_more(self):
        """The name is that of the first call; also a dry run looks."""
        os.mkdir(self.path("logs"))
        whole = self.begin(*ODD, "--status-json", self.path("logs/s.json"))
        shutil.rmtree(self.path("logs"))
        for option in ((), ("--dry-run",)):
            _, stderr = self.outerfill("resume", "ab.npy", *option, expected=FILE_FAILED)
            self.assertIn("logs/s.json\": No such file or directory. This name is that of the earlier call: --status-json FILE replaces it, "
                          "and --status-json none lifts it\n", stderr)
        _, stderr = self.outerfill("resume", "ab.npy", "--status-json", "logs/s.json", expected=FILE_FAILED)
        self.assertTrue(stderr.endswith('logs/s.json": No such file or directory\n'), stderr)
        self.write("logs", "a file")
        self.assertIn("Not a directory. This name is", self.outerfill("resume", "ab.npy", expected=FILE_FAILED)[1])
        self.outerfill("resume", "ab.npy", "--status-json", "none")
        self.assertEqual(self.read("ab.npy"), whole)
        self.assertFalse(os.path.exists(self.path("none")))

    def test_a_time_limit_of_an_earlier_call(self):
        """It is told as such, in the message and by a dry run."""
        self.begin(*ODD, "--time-limit", "1h")
        self.assertIn("limit     1:00:00, that of the earlier call: enough for", self.outerfill("resume", "ab.npy", "--dry-run")[0])
        self.assertIn("limit     2:00: enough for", self.outerfill("resume", "ab.npy", "--dry-run", "--time-limit", "2m")[0])
        note = f"outerfill 1\n{self.folder}\narange:9\narange:5\n-o\nlate.npy\n--time-limit\n0.001\n"
        subprocess.run([OTHER_PROGRAM, "begin", "late.npy", note], cwd=self.folder, check=True, timeout=LIMIT)
        for options, said in (((), "the time limit of the earlier call is over (--time-limit none lifts it): "),
                              (("--time-limit", "0.001"), "outerfill: the time limit is over: ")):
            self.assertIn(said, self.outerfill("resume", "late.npy", *options, expected=TIME_LIMIT)[1])

    @slow
    def test_a_time_limit_that_is_lifted(self):
        """It is over after a second, and the fill that goes on without it is at work after two."""
        self.write("body.cl", BODY)
        self.outerfill(*LONG_FILL, "--quiet", "--time-limit", "1", expected=TIME_LIMIT)
        words = ["timeout", "-s", "INT", "2.5", OUTERFILL, "resume", "out.npy", "--time-limit", "none"]
        done = subprocess.run(words, cwd=self.folder, stderr=subprocess.PIPE, text=True, timeout=LIMIT)
        self.assertIn("outerfill: interrupted: ", done.stderr)

    def test_wrong_options(self):
        self.begin(*ODD)
        for option in ("--nosuch", "--memory=x", "-e=)"):
            self.outerfill("resume", "ab.npy", option, expected=USAGE)

    def test_options_that_make_no_sense(self):
        """One sentence says what to do instead, and nothing is gone on with."""
        whole = self.begin(*ODD)
        for options, said in ((("-o", "other.npy"), 'resume writes "ab.npy" and no other file: leave -o out, or begin a new fill'),
                              (("--output=ab.npy",), 'resume writes "ab.npy" and no other file'),
                              (("--restart",), 'resume keeps what is finished of "ab.npy": leave --restart out'),
                              (("third.txt",), "resume reads the inputs of the first call again: leave 'third.txt' out"),
                              *((words, f"resume keeps what is computed: leave {words[0]} out, or begin another file") for words in (
                                  ("-e", "a"), ("-p", "l=2"), ("-P", "2"), ("--relaxed",), ("--dtype", "float32"),
                                  ("--body", A), ("--preamble", A)))):
            _, stderr = self.outerfill("resume", "ab.npy", *options, expected=USAGE)
            self.assertIn(said, stderr)
            self.assertEqual(set(os.listdir(self.folder)), {A, "whole.npy", "ab.npy.part", "ab.npy.journal-1-of-2"})
        self.outerfill("resume", "ab.npy", "--dtype", "float64", "--force", "--resume")
        self.assertEqual(self.read("ab.npy"), whole)

    def start_slow(self, output="ab.npy", rows=600):
        """A fill of some seconds that has begun, and the bytes that it is to give."""
        self.write("body.cl", BODY)
        arguments = ("fill", f"arange:{rows}", "arange:32", "--body", "body.cl", "--quiet", "-o")
        self.outerfill(*arguments, "whole.npy")
        process = self.start(*arguments, output)
        self.wait_for_file(process, f"{output}.journal")
        return process, self.read("whole.npy")

    def end(self, process, expected):
        """What a process says at its end."""
        _, stderr = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, expected, stderr)
        return stderr.decode()

    def test_a_journal_that_is_removed_while_the_fill_runs(self):
        """The fill still has it, and writes it again before it needs it."""
        process, whole = self.start_slow()
        os.unlink(self.path("ab.npy.journal"))
        _, stderr = self.outerfill("status", "ab.npy", expected=FILE_FAILED)
        self.assertIn("is running, but its journal was removed. The fill writes it again: ask again in some seconds", stderr)
        _, stderr = self.outerfill("fill", "arange:3", "arange:4", "-o", "ab.npy", expected=FILE_FAILED)
        self.assertEqual(stderr, 'outerfill: "ab.npy" is being written by another fill: wait for it, or choose another name; '
                                 "'outerfill status ab.npy' tells how far it is\n")
        self.end(process, 0)
        self.assertEqual(self.read("ab.npy"), whole)
        self.assertFalse(os.path.exists(self.path("ab.npy.journal")))

    @slow
    def test_an_interrupt_after_the_journal_was_removed(self):
        """What is finished is kept nevertheless."""
        process, whole = self.start_slow()
        self.wait_until(process, lambda: os.path.getsize(self.path("ab.npy.journal")) > 1000, "bands are recorded")
        os.unlink(self.path("ab.npy.journal"))
        process.send_signal(signal.SIGTERM)
        self.assertIn(" % is finished and kept: go on with 'outerfill resume ab.npy'", self.end(process, INTERRUPTED))
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    @slow
    def test_links_and_pipes_in_the_place_of_its_files(self):
        """Each command says the same of them, and leaves them alone."""
        whole = self.begin(*ODD)
        for name, said in (("ab.npy.part", "is in the way, and it is not what a fill left behind: move it"),
                           ("ab.npy.journal-1-of-2", "is in the way: it is not a journal; move it away")):
            os.rename(self.path(name), self.path("real"))
            for put in (lambda path: os.symlink("real", path), os.mkfifo, os.mkdir):
                put(self.path(name))
                for arguments in (("status", "ab.npy"), ("resume", "ab.npy"), (*ODD, "-o", "ab.npy", "--resume")):
                    _, stderr = self.outerfill(*arguments, expected=FILE_FAILED)
                    self.assertIn(f'{name}" {said}', stderr)
                (os.rmdir if put is os.mkdir else os.unlink)(self.path(name))
            os.rename(self.path("real"), self.path(name))
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    def test_a_file_that_is_in_the_way(self):
        """Before, while the fill runs and at its end, both commands name it, and the step that they name works."""
        process, whole = self.start_slow()
        self.write("ab.npy", "in the way")
        self.assertIn("  exists    ab.npy, which is kept: the fill cannot end before it is moved away", self.outerfill("status", "ab.npy")[0])
        said = self.end(process, FILE_FAILED)
        self.assertRegex(said, '"ab.npy" has appeared while the fill ran, and is kept. All cells are in "[^"]*/ab.npy.part": '
                               "move the other file away, and resume the fill")
        stdout, _ = self.outerfill("status", "ab.npy")
        self.assertIn("  go on     move the other file away; then outerfill resume ab.npy\n", stdout)
        _, stderr = self.outerfill("resume", "ab.npy", expected=FILE_FAILED)
        self.assertRegex(stderr, 'exists already beside the unfinished "[^"]*/ab.npy.part", and is kept: move it away, or replace it with')
        self.assertEqual(self.read("ab.npy"), b"in the way")
        self.outerfill("resume", "ab.npy", "--force")
        self.assertEqual(self.read("ab.npy"), whole)

    def test_a_file_that_is_replaced(self):
        self.write("ab.npy", "an older file")
        whole = self.begin(*ODD, "--force")
        self.assertIn("  exists    ab.npy, which is kept until the new file is complete\n", self.outerfill("status", "ab.npy")[0])
        self.assertIn("  go on     run the shards", self.outerfill("status", "ab.npy")[0])
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    @slow
    def test_a_folder_that_is_moved_while_the_fill_runs(self):
        """Also where the fill is interrupted then. The step that is named works."""
        for number, code in ((None, FILE_FAILED), (signal.SIGTERM, INTERRUPTED)):
            os.mkdir(self.path("run"))
            process, whole = self.start_slow("run/ab.npy")
            self.wait_until(process, lambda: os.path.getsize(self.path("run/ab.npy.journal")) > 1000, "bands are recorded")
            os.rename(self.path("run"), self.path("moved"))
            if number:
                process.send_signal(number)
            said = re.search('"[^"]*/run/ab.npy.part" was moved while the fill ran. What is finished is kept: resume the fill as "(.*)"',
                             self.end(process, code))
            self.assertEqual(said[1], os.path.realpath(self.path("moved/ab.npy")))
            self.outerfill("resume", said[1])
            self.assertEqual(self.read("moved/ab.npy"), whole)
            shutil.rmtree(self.path("moved"))
            os.unlink(self.path("whole.npy"))

    @slow
    def test_a_part_that_is_moved_alone_while_the_fill_runs(self):
        process, whole = self.start_slow()
        os.rename(self.path("ab.npy.part"), self.path("other"))
        said = self.end(process, FILE_FAILED)
        self.assertRegex(said, '/ab.npy.part" was moved to "[^"]*/other" while the fill ran. What is finished is kept there: move it back')
        os.rename(self.path("other"), self.path("ab.npy.part"))
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    @slow
    def test_a_part_that_is_removed_while_the_fill_runs(self):
        """Nothing of another fill that has taken the name is touched."""
        process, _ = self.start_slow()
        for name in ("ab.npy.part", "ab.npy.journal"):
            os.unlink(self.path(name))
        self.outerfill("fill", "arange:9", "arange:4", "-o", "ab.npy", "--quiet", "--shard", "1/2")
        said = self.end(process, FILE_FAILED)
        self.assertIn('ab.npy.part" was removed while the fill ran, or moved to another file system: resume its copy if there is one, '
                      "or begin the fill again", said)
        self.outerfill("resume", "ab.npy")

    def test_damaged_cells(self):
        """They are computed again, which even a quiet fill says, with their number."""
        whole = self.begin(*ODD)
        with open(self.path("ab.npy.part"), "r+b") as file:
            file.seek(4096)
            file.write(b"damaged!")
        self.assertRegex(self.outerfill("resume", "ab.npy", "--quiet")[1],
                         r'\Aouterfill: "[^"]*/ab\.npy\.part" is damaged: 20 of its 20 finished cells differ from their checksums in '
                         r"the journal, and are computed again\n\Z")
        self.assertEqual(self.read("ab.npy"), whole)

    @slow
    def test_an_interrupt_after_damage(self):
        """What was found damaged is not counted as done, as long as it is not computed again. What was computed twice counts once."""
        process, whole = self.start_slow()
        self.wait_until(process, lambda: os.path.getsize(self.path("ab.npy.journal")) > 1500, "bands are recorded")
        process.send_signal(signal.SIGTERM)
        before = float(re.search("interrupted: ([0-9.]+) % is finished", self.end(process, INTERRUPTED))[1])
        with open(self.path("ab.npy.part"), "r+b") as file:
            file.seek(4096)
            file.write(b"\x55" * int(before / 100 * (len(whole) - 4096) * 3 / 4))
        process = self.start("resume", "ab.npy")
        self.assertIn(b"finished cells differ from their checksums", process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        said = self.end(process, INTERRUPTED)
        self.assertLess(float(re.search("interrupted: ([0-9.]+) % is finished", said)[1]), before, said)
        text, _ = self.outerfill("status", "ab.npy")
        done = re.match(r"ab.npy: stopped, ([0-9.]+) % done\n", text)[1]
        self.assertLess(float(done), before)
        self.assertAlmostEqual(float(re.search("writer .*, ([0-9.]+) % of the file", text)[1]), float(done), delta=0.1)
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    def test_a_redirected_file_cannot_be_read_again(self):
        """The shell's redirection is gone with the process, for the body as well."""
        self.write("numbers", "1\n2\n3\n")
        self.write("sum.cl", "out[0] = a + b;\n")
        for words, source in ((("/dev/stdin", "arange:3"), "numbers"), (("arange:3", "arange:3", "--body", "/dev/stdin"), "sum.cl")):
            with open(self.path(source), "rb") as stdin:
                subprocess.run([OUTERFILL, "fill", *words, "-o", f"{source}.npy", "--shard", "1/2", "--quiet"], stdin=stdin,
                               cwd=self.folder, check=True, timeout=LIMIT)
            with open(self.path("sum.cl"), "rb") as stdin:  # another file, which must not be taken for it
                done = subprocess.run([OUTERFILL, "resume", f"{source}.npy"], stdin=stdin, stderr=subprocess.PIPE, cwd=self.folder,
                                      check=False, timeout=LIMIT, text=True)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn("cannot be read again: give the whole command once more, with --resume", done.stderr)

    def test_standard_input_cannot_be_read_again(self):
        for operands in (("-", "arange:3"), ("arange:3", "-")):
            self.outerfill("fill", *operands, "-o", "ab.npy", "--quiet", "--shard", "1/2", stdin="1 2 3")
            _, stderr = self.outerfill("resume", "ab.npy", expected=USAGE)
            self.assertEqual(stderr, "outerfill: an input came from standard input or a pipe, which cannot be read again: give the whole "
                                     "command once more, with --resume\n")
            self.assertIn("give the whole command again, with --resume", self.outerfill("status", "ab.npy")[0])
            self.outerfill("fill", *operands, "-o", "ab.npy", "--quiet", "--resume", stdin="1 2 3")
            os.unlink(self.path("ab.npy"))

    def test_a_named_pipe_cannot_be_read_again(self):
        """Neither by its name nor from another folder; what would wait for ever is refused."""
        os.mkdir(self.path("run"))
        for name, words in (("A", ("A", "arange:3")), ("B", ("arange:3", "B:0")), ("f.cl", ("arange:3", "arange:3", "--body=f.cl"))):
            here, self.folder = self.folder, self.path("run")
            os.mkfifo(self.path(name))
            text = "out[0] = a + b;\n" if name == "f.cl" else "1\n2\n3\n"
            writer = threading.Thread(target=self.write, args=(name, text))
            writer.start()
            _, stderr = self.outerfill("fill", *words, "-o", f"{name}.npy", "--shard", "1/2")
            writer.join()
            self.assertIn("'outerfill resume' cannot go on with this fill, because ", stderr)
            self.folder = here
            _, stderr = self.outerfill("resume", f"run/{name}.npy", expected=USAGE)
            self.assertIn("cannot be read again: give the whole command once more, with --resume", stderr)
            self.assertIn("give the whole command again, with --resume", self.outerfill("status", f"run/{name}.npy")[0])

    def test_a_folder_that_is_gone(self):
        os.mkdir(self.path("folder"))
        here, self.folder = self.folder, self.path("folder")
        self.write(A, "1 2 3 4 5 6 7 8 9")
        self.outerfill(*ODD, "-o", here + "/ab.npy", "--quiet", "--shard", "1/2")
        self.folder = here
        shutil.rmtree(self.path("folder"))
        _, stderr = self.outerfill("resume", "ab.npy", expected=FILE_FAILED)
        self.assertEqual(stderr, f'outerfill: the folder "{os.path.realpath(self.path("folder"))}", in which the fill was begun, cannot '
                                 "be entered: No such file or directory. Give the whole command again, with --resume\n")
        self.outerfill(*ODD, "-o", "ab.npy", "--quiet", "--resume")

    def begin_in(self, folder, output="ab.npy"):
        """A fill with inputs of all kinds, begun in a new folder; the bytes of the whole."""
        os.makedirs(self.path(os.path.join(folder, "inputs")))
        here, self.folder = self.folder, self.path(folder)
        os.makedirs(os.path.dirname(self.path(output)), exist_ok=True)
        self.write("inputs/t.csv", "x,y\n1,2\n3,4\n5,6\n")
        self.write("b.txt", "1 2 3")
        self.write("f.cl", "out[0] = a + TWO * b;")
        self.write("g.cl", "#define TWO 2\n")
        whole = self.begin("fill", "inputs/t.csv:y", "b.txt", "--body", "f.cl", "--preamble", "g.cl", output=output)
        self.folder = here
        return whole

    def test_a_folder_that_was_renamed(self):
        whole = self.begin_in("one/run")
        os.rename(self.path("one"), self.path("two"))
        self.outerfill("resume", "two/run/ab.npy")
        self.assertEqual(self.read("two/run/ab.npy"), whole)

    def test_a_folder_that_was_moved(self):
        """Another folder with the old name, and other inputs in it, changes nothing. Nor does a new name of the output."""
        whole = self.begin_in("run", "out/ab.npy")
        os.rename(self.path("run"), self.path("old"))
        self.begin_in("run", "out/other.npy")
        self.write("run/b.txt", "7 8 9")
        for ending in ("part", "journal-1-of-2"):
            os.rename(self.path(f"old/out/ab.npy.{ending}"), self.path(f"old/out/cd.npy.{ending}"))
        self.outerfill("resume", "old/out/../out/cd.npy")
        self.assertEqual(self.read("old/out/cd.npy"), whole)

    def test_an_output_beside_its_inputs_folder(self):
        whole = self.begin_in("one/run", "../out/ab.npy")
        os.rename(self.path("one"), self.path("two"))
        self.outerfill("resume", "two/out/ab.npy")
        self.assertEqual(self.read("two/out/ab.npy"), whole)

    def test_an_output_that_was_moved_alone(self):
        whole = self.begin_in("run")
        os.mkdir(self.path("other"))
        for ending in ("part", "journal-1-of-2"):
            os.rename(self.path(f"run/ab.npy.{ending}"), self.path(f"other/ab.npy.{ending}"))
        self.outerfill("resume", "other/ab.npy")
        self.assertEqual(self.read("other/ab.npy"), whole)

    def test_inputs_that_are_missing(self):
        self.begin_in("run")
        for name, folder in (("f.cl", "run"), ("b.txt", "run"), ("inputs/t.csv", "other")):
            os.rename(self.path("run"), self.path("other")) if folder == "other" else None
            os.rename(self.path(f"{folder}/{name}"), self.path("elsewhere"))
            _, stderr = self.outerfill("resume", f"{folder}/ab.npy", expected=FILE_FAILED)
            beside = r', nor in "[^"]*/run", in which the fill was begun' if folder == "other" else ""
            self.assertRegex(stderr, f'the input "{name}(:y)?" is not in the folder "[^"]*/{folder}"{beside}: put it there, or give the '
                                     "whole command again, with --resume\n")
            os.rename(self.path("elsewhere"), self.path(f"{folder}/{name}"))

    def test_from_a_folder_that_is_gone(self):
        """It has no name that could be noted, so nobody can go on with `resume`; with --resume one can."""
        for expected in (USAGE, 0):
            os.mkdir(self.path("folder"))
            script = 'cd folder && rmdir ../folder && exec "$0" "$@"'
            arguments = ("fill", "arange:3", "arange:4", "-o", self.path("ab.npy"), "--quiet")
            more = ("--shard", "1/2") if expected else ("--resume",)
            words = ["sh", "-c", f"cd '{self.folder}'; {script}", OUTERFILL, *arguments, *more]
            self.assertEqual(os.spawnvp(os.P_WAIT, "sh", words), 0)
            if expected:
                _, stderr = self.outerfill("resume", "ab.npy", expected=expected)
                self.assertIn("holds no command that could be repeated", stderr)

    def test_fills_of_other_programs(self):
        for k, note in enumerate(([], ["a note of mine"], ["outerfill 1\n"], ["outerfill 1\nhalf"])):
            name = f"{k}.npy"
            subprocess.run([OTHER_PROGRAM, "begin", name, *note], cwd=self.folder, check=True, timeout=LIMIT)
            _, stderr = self.outerfill("resume", name, expected=USAGE)
            self.assertRegex(stderr, r'outerfill: the journal of "[^"]*/%s" holds no command that could be repeated: give the whole '
                                     r'command again, with --resume, or go on with the program that began the fill\n' % name)

    def test_notes_that_look_like_ours(self):
        """Read as a command line is: with its mistakes."""
        for k, (note, said) in enumerate((("/\n", "there are none"), ("/\na.txt\n", "there is one"), ("/\n--nosuch\n", "nosuch"))):
            name = f"{k}.npy"
            subprocess.run([OTHER_PROGRAM, "begin", name, "outerfill 1\n" + note], cwd=self.folder, check=True, timeout=LIMIT)
            self.assertIn(said, self.outerfill("resume", name, expected=USAGE)[1])

    def test_help(self):
        """Behind the name as well, and nothing is gone on with."""
        self.begin(*ODD)
        self.assertEqual(self.outerfill("resume", "ab.npy", "--help"), self.outerfill("help", "fill"))
        self.assertTrue(os.path.exists(self.path("ab.npy.part")))

    def test_the_last_whole_command_is_repeated(self):
        """Its inputs have other names than those of the first call. It may have gone on with another shard."""
        for shard in ("1/3", "2/3"):
            self.write("a1.txt", "1 2 3 4 5 6 7 8 9")
            self.outerfill("fill", "a1.txt", "arange:5", "-o", "ab.npy", "--quiet", "--shard", "1/3")
            os.rename(self.path("a1.txt"), self.path("a2.txt"))
            self.outerfill("fill", "a2.txt", "arange:5", "-o", "ab.npy", "--quiet", "--shard", shard)
            self.outerfill("resume", "ab.npy")
            os.unlink(self.path("ab.npy"))

    def test_a_command_that_is_refused_is_not_repeated(self):
        whole = self.begin(*ODD)
        self.outerfill("fill", "arange:9", "arange:5", "-o", "ab.npy", "--quiet", "--resume", expected=USAGE)
        self.outerfill("resume", "ab.npy")
        self.assertEqual(self.read("ab.npy"), whole)

    def test_complete(self):
        self.outerfill(*ODD, "-o", "ab.npy", "--quiet")
        self.assertEqual(self.outerfill("resume", "ab.npy"), ("ab.npy is complete\n", ""))
        self.assertEqual(self.outerfill("resume", "ab.npy", "--verify", "--quiet"), ("ab.npy is complete\n", ""))
        stdout, stderr = self.outerfill("resume", "ab.npy", "--verify", "5")
        self.assertEqual(stdout, "ab.npy is complete\n")
        self.assertIn("outerfill: nothing was verified: a complete file tells neither its inputs nor its function", stderr)
        self.outerfill("resume", "ab.npy", "--nosuch", expected=USAGE)

    def test_a_whole_command_after_the_file_is_complete(self):
        """A job that is queued again: only what this fill has completed is called complete."""
        command = (*ODD, "-o", "ab.npy", "--resume")
        self.outerfill(*command)
        whole = self.read("ab.npy")
        same = "ab.npy: the file is complete already, by a fill with the same inputs and function"
        for options, said in (((), same + "\n"), (("--verify",), same + "; nothing was verified\n"), (("--quiet",), "")):
            self.assertEqual(self.outerfill(*command, *options)[1], said)
        for options, said in ((("-e", "a"), "and nothing tells that this fill has completed it"), (("-p", "k=2"), "given twice")):
            self.assertIn(said, self.outerfill(*command, *options, expected=USAGE if "-p" in options else FILE_FAILED)[1])
        self.write(A, "1 2 3 4 5 6 7 8 8")
        self.assertIn('"ab.npy" is complete and is kept, but a is not the same in this fill', self.outerfill(*command, expected=FILE_FAILED)[1])
        self.assertEqual(self.read("ab.npy"), whole)


if __name__ == "__main__":
    main()
