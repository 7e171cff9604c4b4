#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# `status` of fills that were never begun, stopped, are running, or are complete: for people and as JSON, which say the same.

import json
import os
import re
import shlex
import subprocess
import time
import unittest

from command import LIMIT, OUTERFILL, CommandTest
from long_fill import BODY, LONG_FILL

WAITING = "  go on     run the shards that are not finished, or, if none is waiting: "
FILE_FAILED = 6
FILL = ("fill", "arange:40", "arange:3", "-o", "ab.npy", "--quiet")


class Status(CommandTest):
    def status(self, name="ab.npy"):
        """What is said to people, by lines, and to scripts."""
        text, stderr = self.outerfill("status", name)
        self.assertEqual(stderr, "")
        said, stderr = self.outerfill("status", "--json", name)
        self.assertEqual(stderr, "")
        return text.splitlines(), json.loads(said)

    def fill_shards(self, number, *shards):
        for shard in shards:
            self.outerfill(*FILL, "--shard", f"{shard}/{number}")

    def test_a_complete_file(self):
        self.outerfill(*FILL)
        lines, said = self.status()
        self.assertEqual(lines, ["ab.npy: complete, 100 % done", "  array     (2, 40, 3) float64, 1.92 kB of 1.92 kB"])
        self.assertEqual({key: said[key] for key in ("path", "state", "shape", "dtype", "cells_done", "num_cells", "fraction")},
                         {"path": os.path.realpath(self.path("ab.npy")), "state": "complete", "shape": [2, 40, 3], "dtype": "float64", "cells_done": 120,
                          "num_cells": 120, "fraction": 1})
        self.assertEqual((said["seconds_left"], said["ready_at"], said["writers"], said["missing_cells"]), (0, None, [], []))

    def test_a_file_without_cells(self):
        self.outerfill("fill", "arange:0", "arange:3", "-o", "ab.npy", "--quiet")
        lines, said = self.status()
        self.assertEqual(lines[0], "ab.npy: complete, 100 % done")
        self.assertEqual(said["fraction"], 1)

    def test_an_unfinished_file_without_cells(self):
        """It was complete but for its name."""
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=rename,renameat,renameat2,link,linkat:error=EIO"]
        subprocess.run([*inject, OUTERFILL, "fill", "arange:0", "arange:3", "-o", "ab.npy"], cwd=self.folder, check=False,
                       stderr=subprocess.DEVNULL, timeout=LIMIT)
        lines, said = self.status()
        self.assertEqual((lines[0], said["fraction"]), ("ab.npy: stopped, 100 % done", 1))
        self.assertRegex(lines[2], r"^  writer    finished, process \d+, begun [-0-9]+ [:0-9]+, 100 % of the file$")

    def test_a_shard_that_is_finished(self):
        self.fill_shards(4, 2)
        lines, said = self.status()
        self.assertEqual(lines[0], "ab.npy: stopped, 25 % done")
        writer = next(line for line in lines if "shard" in line)
        self.assertRegex(writer, r"^  shard     2 of 4: finished, process \d+, begun \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, "
                                 r"25 % of the file$")
        self.assertEqual([line for line in lines if "missing" in line],
                         ["  missing   rows 0 to 10", "  missing   rows 20 to 40"])
        self.assertEqual(lines[-2:], ["  not begun shards 1, 3 to 4 of 4", WAITING + "outerfill resume ab.npy"])
        self.assertEqual(said["missing_cells"], [[0, 30], [60, 120]])
        keys = ("shard", "num_shards", "is_running", "is_finished", "cells_done")
        self.assertEqual([[writer[key] for key in keys] for writer in said["writers"]], [[2, 4, False, True, 30]])

    def test_shards_in_their_order(self):
        """Those that have not begun are named, but not those without rows."""
        self.fill_shards(12, 11, 2, 10, 1, 3)
        lines, said = self.status()
        self.assertEqual([writer["shard"] for writer in said["writers"]], [1, 2, 3, 10, 11])
        self.assertEqual([int(line.split()[1]) for line in lines if line.startswith("  shard ")], [1, 2, 3, 10, 11])
        self.assertIn("  not begun shards 4 to 9, 12 of 12", lines)
        self.outerfill("fill", "arange:2", "arange:3", "-o", "few.npy", "--quiet", "--shard", "2/4")
        self.assertIn("  not begun shards 4 of 4", self.status("few.npy")[0])

    def test_data_that_are_lost(self):
        """Only the journal is left, or the file is empty or too short: it may come back, so nothing begins anew by itself."""
        for break_it, how in ((os.unlink, "missing or empty; only its journal is left"), (lambda path: os.truncate(path, 0), "missing or empty"),
                              (lambda path: os.truncate(path, 3000), "cut off within its header, after 3000 bytes")):
            self.fill_shards(4, 2)
            part = self.read("ab.npy.part")
            break_it(self.path("ab.npy.part"))
            lines, said = self.status()
            self.assertEqual(lines[0], "ab.npy: stopped, 0 % done")
            self.assertIn("  lost      ab.npy.part is " + how, lines[2])
            self.assertEqual(lines[-1], "  go on     put ab.npy.part back, or compute all cells: outerfill resume ab.npy --restart")
            self.assertIn("25 % of the file, now lost", "".join(lines))
            self.assertEqual([said[key] for key in ("cells_done", "missing_cells", "part_is_missing")], [0, [[0, 120]], True])
            self.check_refused_without_part()
            with open(self.path("ab.npy.part"), "wb") as file:
                file.write(part)
            self.assertEqual(self.status()[0][0], "ab.npy: stopped, 25 % done")
            break_it(self.path("ab.npy.part"))
            self.outerfill("resume", "ab.npy", "--restart")
            self.assertEqual(os.listdir(self.folder), ["ab.npy"])
            os.unlink(self.path("ab.npy"))

    def check_refused_without_part(self):
        """By each command that would go on or begin, and by its dry run; the files stay as they are."""
        before = {name: self.read(name) for name in os.listdir(self.folder)}
        part = f'put "{os.path.realpath(self.folder)}/ab.npy.part" back, or '
        for words, said in ((("resume", "ab.npy"), part + "compute all cells with 'outerfill resume "),
                            (FILL, part + "compute all cells with --restart"), ((*FILL, "--resume"), part + "compute all cells with --restart"),
                            ((*FILL, "--shard", "1/2"), part + 'remove "ab.npy.journal*" to compute all cells')):
            for option in ((), ("--dry-run",)):
                self.assertIn(said, self.outerfill(*words, *option, expected=FILE_FAILED)[1])
        self.assertEqual({name: self.read(name) for name in os.listdir(self.folder)}, before)

    def test_a_journal_without_records(self):
        """What it does not tell is unknown."""
        self.fill_shards(4, 2)
        os.truncate(self.path("ab.npy.journal-2-of-4"), 256)
        lines, said = self.status()
        self.assertIn("  shard     2 of 4: stopped, process unknown, begun at an unknown time, 0 % of the file", lines)
        self.assertEqual([said["writers"][0][key] for key in ("pid", "begun", "last", "cells_done")], [None, None, None, 0])

    def test_what_is_left_beside_a_complete_file(self):
        """It is told what it is and what to do, and the file is complete nevertheless."""
        self.outerfill("fill", "arange:40", "arange:3", "-o", "whole.npy", "--quiet")
        whole = self.read("whole.npy")
        for missing, said, key in (("ab.npy.journal-2-of-4", "beside    ab.npy.part, which has no journal: no fill goes on with it, and it can be "
                                    "deleted unless its journal comes back", "part_is_stray"),
                                   ("ab.npy.part", "beside    journals of a fill that was to replace the file, whose ab.npy.part is lost: put it "
                                    "back, or delete ab.npy.journal*", "part_is_missing")):
            self.fill_shards(4, 2)
            os.unlink(self.path(missing))
            with open(self.path("ab.npy"), "wb") as file:
                file.write(whole)
            lines, told = self.status()
            self.assertEqual((lines[0], lines[2]), ("ab.npy: complete, 100 % done", "  " + said))
            self.assertEqual((told["state"], told[key]), ("complete", True))
            if key == "part_is_missing":
                self.assertIn("put \"", self.outerfill("resume", "ab.npy", expected=FILE_FAILED)[1])
            else:
                self.assertEqual(self.outerfill("resume", "ab.npy")[0], "ab.npy is complete\n")
            for name in os.listdir(self.folder):
                if name.startswith("ab.npy"):
                    os.unlink(self.path(name))

    def test_a_damaged_part(self):
        """What is said of it is so, and the step that is named works."""
        for nbytes, said in ((5000, "lost      ab.npy.part has only 5000 of 6016 bytes; what is cut off counts as missing"),
                             (None, "damaged   the header of ab.npy.part, which a resume writes again")):
            self.fill_shards(4, 2)
            if nbytes:
                os.truncate(self.path("ab.npy.part"), nbytes)
            else:
                with open(self.path("ab.npy.part"), "r+b") as file:
                    file.write(b"no header")
            lines, told = self.status()
            self.assertIn("  " + said, lines)
            self.assertEqual((told["part_is_cut_off"], told["header_is_damaged"]), (bool(nbytes), not nbytes))
            step = shlex.split(lines[-1])[-2:]
            stderr = [self.outerfill(*step, *option)[1] for option in (("--dry-run",), ())]
            self.assertRegex(stderr[0], 'ab.npy.part" has only 5000 of 6016 bytes: what was cut off is computed again\n'
                             if nbytes else 'the header of "[^"]*" is damaged, and is written again\n')
            self.assertTrue(stderr[1].startswith(stderr[0]), stderr)
            os.unlink(self.path("ab.npy"))

    def test_damaged_journals(self):
        """As long as one is whole, what the others do not tell is computed again, which both commands say."""
        self.fill_shards(4, 1, 2, 3)
        for name, at in (("ab.npy.journal-2-of-4", 20), ("ab.npy.journal-3-of-4", os.path.getsize(self.path("ab.npy.journal-3-of-4")) - 70)):
            with open(self.path(name), "r+b") as file:
                file.seek(at)
                file.write(b"damaged")
        lines, told = self.status()
        self.assertEqual(told["num_damaged_journals"], 2)
        damaged = [line for line in lines if line.startswith("  damaged ")]
        self.assertRegex(damaged[0], "^  damaged   /.*/ab.npy.journal-[23]-of-4: what it does not tell any more counts as missing$")
        self.assertEqual(damaged[1:], ["  damaged   and 1 journals more"])
        for option in ("--dry-run", "--quiet"):
            _, stderr = self.outerfill("resume", "ab.npy", option)
            self.assertRegex(stderr, 'outerfill: 2 journals are damaged, such as "[^"]*": what they do not tell any more is computed again')
        self.outerfill("fill", "arange:40", "arange:3", "-o", "whole.npy", "--quiet")
        self.assertEqual(self.read("ab.npy"), self.read("whole.npy"))

    def test_the_only_journal_is_damaged(self):
        """Nothing goes on by itself, and --resume says that it computes all cells again."""
        for break_it in (lambda path: os.truncate(path, 200), os.unlink):
            self.fill_shards(4, 2)
            break_it(self.path("ab.npy.journal-2-of-4"))
            for subcommand in ("status", "resume"):
                _, stderr = self.outerfill(subcommand, "ab.npy", expected=FILE_FAILED)
                self.assertRegex(stderr, "nothing tells what of (it|the file) is finished: begin the fill again, with --restart")
            _, stderr = self.outerfill(*FILL, expected=FILE_FAILED)
            self.assertIn('"ab.npy.part" was left by an earlier fill, but its journal is missing or damaged, so nothing tells what of '
                          "it is finished: --restart discards it and computes all cells", stderr)
            for option in ("--dry-run", "--quiet"):
                _, stderr = self.outerfill(*FILL, "--resume", option)
                self.assertRegex(stderr, "outerfill: .*, so nothing tells what of .* is finished: all cells are computed again")
            os.unlink(self.path("ab.npy"))

    def test_shards_begin_anew(self):
        """As the refusal of --restart says."""
        self.fill_shards(2, 1)
        _, stderr = self.outerfill(*FILL, "--shard", "1/2", "--restart", expected=2)
        self.assertIn('if none is, remove "ab.npy.part" and "ab.npy.journal*"', stderr)
        for name in os.listdir(self.folder):
            os.unlink(self.path(name))
        self.fill_shards(2, 1, 2)
        self.assertEqual(os.listdir(self.folder), ["ab.npy"])

    def test_what_is_no_complete_file(self):
        """The unfinished file, by its own name, and one that has lost its end."""
        self.fill_shards(4, 2)
        for subcommand in ("status", "resume"):
            _, stderr = self.outerfill(subcommand, "ab.npy.part", expected=2)
            self.assertIn('"ab.npy.part" is the unfinished file of "ab.npy": give that name', stderr)
        self.outerfill("fill", "arange:40", "arange:3", "-o", "short.npy", "--quiet")
        os.truncate(self.path("short.npy"), 5000)
        for subcommand in ("status", "resume"):
            _, stderr = self.outerfill(subcommand, "short.npy", expected=FILE_FAILED)
            self.assertRegex(stderr, 'short.npy" is truncated: it has 5000 of 6016 bytes. Fill it again')

    def test_data_without_a_journal(self):
        self.fill_shards(4, 2)
        os.unlink(self.path("ab.npy.journal-2-of-4"))
        for subcommand in ("status", "resume"):
            _, stderr = self.outerfill(subcommand, "ab.npy", expected=FILE_FAILED)
            self.assertRegex(stderr, 'ab.npy.part" has no journal, so nothing tells what of it is finished: begin the fill again, with --restart')

    def test_more_gaps_than_a_person_wants_to_see(self):
        self.fill_shards(20, *range(1, 20, 2))
        lines, said = self.status()
        missing = [line for line in lines if "missing" in line]
        self.assertIn("  not begun shards 2, 4, 6, 8, 10, 12, 14, 16, ... of 20", lines)
        self.assertEqual((len(missing), missing[-1]), (9, "  missing   and 2 ranges more"))
        self.assertEqual(len(said["missing_cells"]), 10)

    def test_names_that_a_shell_would_take_apart(self):
        for name in ("a b.npy", "it's.npy", "./-e.npy", "$HOME.npy"):
            self.outerfill("fill", "arange:4", "arange:3", "-o", name, "--quiet", "--shard", "1/2")
            lines, said = self.status(name)
            self.assertEqual(shlex.split(lines[-1])[-3:], ["outerfill", "resume", name])
            self.assertEqual(said["path"], os.path.realpath(self.path(name)))
        text, _ = self.outerfill("status", "--", "-e.npy")
        self.assertEqual(shlex.split(text.splitlines()[-1])[-3:], ["outerfill", "resume", "./-e.npy"])

    def test_a_name_of_quotes_alone(self):
        """Four characters for each: as many as there is room for, wherever it ends, and all quotes are closed."""
        folder = "/".join(["'" * 200] * 5)
        os.makedirs(self.path(folder))
        for before in ("", "x", "xx", "xxx"):
            name = f"{folder}/{before}" + "'" * 200
            self.outerfill("fill", "arange:4", "arange:3", "-o", name, "--quiet", "--shard", "1/2")
            lines, _ = self.status(name)
            self.assertTrue(name.startswith(shlex.split(lines[-1])[-1]))

    def test_a_name_that_is_not_utf_8(self):
        name = os.fsencode(self.folder) + b"/\xff.npy"
        self.outerfill("fill", "arange:4", "arange:3", "-o", os.fsdecode(name), "--quiet")
        said, _ = self.outerfill("status", "--json", os.fsdecode(name))
        self.assertEqual(json.loads(said)["path"], os.path.realpath(self.path("?.npy")))

    def wait_for(self, what):
        """Until this is true of what is said to scripts."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            result = self.run_command("status", "--json", "out.npy")
            if result.returncode == 0 and what(json.loads(result.stdout)):
                return json.loads(result.stdout)
            time.sleep(0.1)
        self.fail("nothing is done in two minutes")

    def test_a_running_fill_and_what_is_left_of_it(self):
        self.write("body.cl", BODY)
        process = self.start(*LONG_FILL, "--memory", "64K")
        said = self.wait_for(lambda said: said["cells_per_second"])
        self.assertEqual((said["state"], [writer["is_running"] for writer in said["writers"]]), ("running", [True]))
        self.assertGreater(said["ready_at"], time.time())
        text = "\n".join(self.status("out.npy")[0])
        self.assertRegex(text, r"(?m)^  writer    running, process %d, begun " % process.pid)
        self.assertRegex(text, r"(?m)^  rate      [0-9.]+ [kMG]?cells/s, [0-9.]+ [kMG]?B/s$")
        self.assertRegex(text, r"(?m)^  ready     in [0-9:-]+, at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        process.kill()
        process.wait()
        lines, said = self.status("out.npy")
        self.assertEqual((said["state"], said["ready_at"]), ("stopped", None))
        self.assertTrue(any(re.search("^  writer    stopped, ", line) for line in lines), lines)
        self.assertTrue(any(line.endswith(", when it was stopped") for line in lines), lines)
        self.assertTrue(any(re.search("^  left      [0-9:-]+ at that rate$", line) for line in lines), lines)


if __name__ == "__main__":
    unittest.main()
