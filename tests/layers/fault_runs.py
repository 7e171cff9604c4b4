# SPDX-License-Identifier: MIT
#
# Runs a program under the layer of this folder, and reads the layer's log. Knows nothing of what the program does, nor what may come of
# it; that a layer which was not loaded is an error is known here, so that no check can forget it.

import os
import subprocess

LIMIT = 120  # seconds; a run takes 0.06, a first build with an empty kernel cache 2


class Log:
    """What the layer wrote of a process and of those that it started: calls and objects of all together."""

    def __init__(self, text):
        self.is_loaded = text.startswith("loaded\n")
        self.has_end = text.endswith("end\n")
        self.num_calls, self.called, self.failed, self.live, self.num_created = 0, {}, {}, [], 0
        self.stalled = (0, 0)  # kernels that were late, and how often memory of theirs was gone
        for word, *rest in (line.split() for line in text.splitlines()):
            if word == "calls":
                self.num_calls += int(rest[0])
            elif word == "called":
                self.called[rest[0]] = int(rest[1])
            elif word == "failed":
                self.failed[rest[0]] = int(rest[2])
            elif word == "stalled":
                self.stalled = int(rest[0]), int(rest[2])
            elif word == "live":
                self.live += [f"{rest[1]} of {rest[0]}"] if int(rest[1]) else []
                self.num_created += int(rest[3])


# LLVM, which PoCL compiles with, gives a thread a stack for signals. The sanitizer would take it for its own when the thread ends, and
# end the process.
ASAN_OPTIONS = "use_sigaltstack=0"


class Run:
    """A program's run to its end: `problem` is "" or what no program may do, whatever fails in it."""

    def __init__(self, build, log_path, command, environment=(), limit=LIMIT, **options):
        variables = dict(os.environ, OPENCL_LAYERS=os.path.join(build, "tests", "fault_layer.so"), OUTERFILL_FAULT_LOG=log_path)
        variables.update(environment)
        if os.path.exists(log_path):
            os.unlink(log_path)
        self.output, self.errors, self.returncode, self.is_hung = "", "", None, False
        try:
            done = subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit, text=True,
                                  errors="replace", **options)
            self.output, self.errors, self.returncode = done.stdout, done.stderr, done.returncode
        except subprocess.TimeoutExpired:
            self.is_hung = True
        self.log = Log(read(log_path))
        self.problem = self.find_problem()

    def find_problem(self):
        if self.is_hung:
            return "hangs"
        if not self.log.is_loaded:
            return "the layer was not loaded"
        if self.returncode != 0:
            return f"ends with {self.returncode}: {self.errors.strip()[-600:]}"
        if not self.log.has_end:
            return "ends without the layer's last line"
        return f"leaves alive: {', '.join(self.log.live)}" if self.log.live else ""


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""
