# SPDX-License-Identifier: MIT
#
# What of the host's code was never run: lines, and sides of branches, each named by its file, its function and its own text, so that
# the name is the same when lines move. Reads what clang's profile runtime wrote, through llvm-profdata and llvm-cov. Knows nothing of
# what was run, nor why a line was not.

import collections
import json
import os
import subprocess

HEAD = "host" + os.sep


class Place(collections.namedtuple("Place", "file function what text")):
    """A line (what is "line") or a side of a condition ("true", "false")."""

    def __str__(self):
        return f"{self.file}: {self.function}: {self.what}: {self.text}"


class Coverage:
    """How many lines and sides of branches there are, and those that were never run, with their lines' numbers."""

    def __init__(self, top, build, profiles):
        self.top = os.path.join(os.path.abspath(top), "")
        self.sources = {}
        self.num_lines = self.num_lines_run = self.num_branches = self.num_branches_run = 0
        self.missing = []  # (Place, number of the line)
        merged = profiles + ".profdata"
        subprocess.run(["llvm-profdata", "merge", "--sparse", "-o", merged, *sorted(raw_profiles(profiles))], check=True)
        self.objects = [os.path.join(build, name) for name in ("lib/libouterfill.so", "bin/outerfill", "bin/outerfill-mpi")]
        functions = json.loads(self.export(merged, "text"))["data"][0]["functions"]
        functions = {(f["filenames"][0], f["name"].rpartition(":")[2]): f for f in functions if self.is_ours(f["filenames"][0])}
        unreached = self.read_lines(self.export(merged, "lcov"), functions)
        for (path, name), function in functions.items():
            self.read_branches(path, name, function, unreached)

    def export(self, profile, form):
        others = [word for path in self.objects[1:] for word in ("--object", path)]
        return subprocess.run(["llvm-cov", "export", f"--format={form}", f"--instr-profile={profile}", self.objects[0], *others],
                              check=True, capture_output=True, text=True).stdout

    def is_ours(self, path):
        return path.startswith(self.top + HEAD)

    def source(self, path):
        if path not in self.sources:
            with open(path, encoding="utf-8") as file:
                self.sources[path] = file.read().splitlines()
        return self.sources[path]

    def miss(self, path, function, what, text, line):
        self.missing.append((Place(path.removeprefix(self.top), function, what, " ".join(text.split())), line))

    def read_lines(self, text, functions):
        """Those that were not run, as (path, number)."""
        unreached, path = set(), ""
        for line in text.splitlines():
            word, _, rest = line.partition(":")
            if word == "SF":
                path = rest
            elif word == "DA" and self.is_ours(path):
                number, count = map(int, rest.split(","))
                self.num_lines += 1
                self.num_lines_run += count > 0
                if count == 0:
                    unreached.add((path, number))
                    self.miss(path, function_at(functions, path, number), "line", self.source(path)[number - 1], number)
        return unreached

    def read_branches(self, path, name, function, unreached):
        """A side that lies on a line which was not run needs no name of its own."""
        for begin, column, end, end_column, num_true, num_false, file_id, *_ in function["branches"]:
            where = function["filenames"][file_id]
            self.num_branches += 2
            self.num_branches_run += (num_true > 0) + (num_false > 0)
            for what, number in (("true", num_true), ("false", num_false)):
                if number == 0 and (where, begin) not in unreached:
                    self.miss(path, name, what, self.cut(where, begin, column, end, end_column), begin)

    def cut(self, path, begin, column, end, end_column):
        lines = self.source(path)[begin - 1:end]
        lines[-1] = lines[-1].encode()[:end_column - 1].decode()
        lines[0] = lines[0].encode()[column - 1:].decode()
        return "\n".join(lines)


def raw_profiles(folder):
    return [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".profraw")]


def function_at(functions, path, number):
    for (where, name), function in functions.items():
        begin, _, end, *_ = function["regions"][0]
        if where == path and begin <= number <= end:
            return name
    return "?"
