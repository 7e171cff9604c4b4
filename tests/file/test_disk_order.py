#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# What is written and synchronised in which order, which no killed process tells, since the system keeps what was written: only a
# power loss would. The data of a band come before its record; and in the end what is called finished is on the disk before it is
# called so, with the names of the files, and before journals are removed. strace watches the calls on the fill's files.

import re

from scene import NAMES, SLEEP, FaultTest, main, slow, small

CALLS = "pwrite64,fsync,fdatasync,rename,renameat2,unlink"
# The process, the call, and its first argument that is a file: a descriptor with its path, or a path.
LINE = re.compile(r'(\d+) +(\w+)\((?:AT_FDCWD[^,]*, )?(?:\d+<([^>]*)>|"([^"]*)")')
NUM_PLANES = 2
NUM_BEGINNING = 2  # writes to a journal: its head, and that the fill has begun


class Order(FaultTest):
    def watch(self, scene, arguments, *injections):
        """The calls of a run in their order: (process, call, name of the file, "." for the folder)."""
        watcher = ["strace", "-f", "-y", "-s", "0", "-o", scene.path("trace"), "-e", "trace=" + CALLS, "-e", "signal=none",
                   *(f"--trace-path={path}" for path in (scene.folder, *map(scene.path, NAMES))),
                   *(f"--inject={injection}" for injection in injections)]
        code, stderr = scene.run(*arguments, under=watcher)
        self.assertEqual(code, 0, stderr)
        with open(scene.path("trace"), encoding="utf-8", errors="replace") as file:
            found = filter(None, map(LINE.match, file))
            return [(match[1], match[2], self.name(scene, match[3] or match[4])) for match in found]

    def name(self, scene, path):
        name = "." if path == scene.folder else path.removeprefix(scene.folder + "/")
        self.assertIn(name, (".", *NAMES))
        return name

    def check_bands(self, calls, journal, num_ending):
        """Each record is that of a band whose planes its thread has written before. What follows the last of them."""
        records = [k for k, call in enumerate(calls) if call[1:] == ("pwrite64", journal)][NUM_BEGINNING:-num_ending]
        self.assertGreater(len(records), 1)
        num_written = {}
        for k, (process, call, name) in enumerate(calls[:records[-1] + 1]):
            if (call, name) == ("pwrite64", "ab.npy.part"):
                num_written[process] = num_written.get(process, 0) + 1
            elif k in records:
                self.assertGreaterEqual(num_written.get(process, 0), NUM_PLANES, f"planes before call {k} of {calls}")
                num_written[process] = 0
        return [f"{call} {name}" for _, call, name in calls[records[-1] + 1:]]

    def test_of_a_fill(self):
        with small() as scene:
            ending = self.check_bands(self.watch(scene, scene.arguments), "ab.npy.journal", 1)
            self.assertEqual(ending, ["fsync ab.npy.part", "pwrite64 ab.npy.journal", "renameat2 ab.npy.part", "fsync .",
                                      "unlink ab.npy.journal"])

    def test_of_a_fill_that_replaces(self):
        with small("--force") as scene:
            with open(scene.path("ab.npy"), "w", encoding="ascii") as file:
                file.write("old content\n")
            ending = self.check_bands(self.watch(scene, scene.arguments), "ab.npy.journal", 1)
            self.assertEqual(ending, ["fsync ab.npy.part", "pwrite64 ab.npy.journal", "rename ab.npy.part", "fsync .",
                                      "unlink ab.npy.journal"])

    def test_of_shards(self):
        """The last one says for all that the file is whole, and its journal is removed last."""
        with small() as scene:
            for k, num_ending in ((1, 1), (2, 2)):
                journal = f"ab.npy.journal-{k}-of-2"
                calls = self.watch(scene, (*scene.arguments, "--shard", f"{k}/2"))
                expected = ["fsync ab.npy.part", f"pwrite64 {journal}", f"fsync {journal}", "fsync ."]
                if k == 2:
                    expected += [f"pwrite64 {journal}", f"fsync {journal}", "renameat2 ab.npy.part", "fsync .",
                                 "unlink ab.npy.journal-1-of-2", f"unlink {journal}"]
                self.assertEqual(self.check_bands(calls, journal, num_ending), expected)

    @slow
    def test_of_synchronising(self):
        """Every five seconds, what there is: a write that takes longer makes it due."""
        with small() as scene:
            calls = self.watch(scene, scene.arguments, SLEEP)
            begin = [call for _, call, _ in calls].index("fdatasync")
            process = calls[begin][0]
            mine = [f"{call} {name}" for other, call, name in calls[begin:] if other == process]
            self.assertEqual(mine[:3], ["fdatasync ab.npy.part", "fdatasync ab.npy.journal", "fsync ."])


if __name__ == "__main__":
    main()
