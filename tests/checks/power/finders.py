# SPDX-License-Identifier: MIT
#
# The tests that find planted bugs. A patch names one as "FINDER CASE":
#     unit_NAME, api_NAME           a program of ctest's and the one of its tests that fails, or "does not end"
#     cli_NAME, file_NAME             a program in Python, as CLASS.TEST
#     sanitizers                       a program of ctest's and its test, or all, in a build with the thread sanitizer, which
#                                      also reports what is used after it was freed
# Of each it is known here what has to be built, how it is run, and what it says of a bug; nothing of patches.

import os
import re
import signal
import subprocess
import sys

LIMIT = 300  # seconds; most tests take one
LIMIT_OF_ENDLESS = 20  # of a test that is to hang; unbroken it takes a few milliseconds
ENDLESS = " does not end"
FOUND, PASSED = "", "the test passes"  # what a finder may say; all else is a mistake in the check


def end_group(process):
    """A test may have started others."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command, folder, limit=LIMIT, **environment):
    """The exit code, None of one that had to be ended, and what was printed."""
    with open(os.path.join(folder, "output"), "w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   start_new_session=True, env=dict(os.environ, **environment))
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        end_group(process)
        process.wait()
        output.seek(0)
        return code, output.read()


class Finder:
    """One of them, for one patch; `place` has the sources in `top`, what is built in `build` and `sanitized_build`."""

    def __init__(self, words):
        self.name, _, self.case = words.partition(" ")
        self.is_endless = self.case.endswith(ENDLESS)
        self.case = self.case.removesuffix(ENDLESS)
        self.is_sanitized = self.name == "sanitizers"

    def targets(self):
        if self.is_sanitized:
            return [self.case.partition(" ")[0]]
        return [self.name] if self.is_program() else ["outerfill_cli", "short_writes"]

    def is_program(self):
        return self.name.partition("_")[0] in ("unit", "api")

    def look(self, place):
        """FOUND, PASSED, or what came instead of either."""
        if self.is_sanitized:
            return self.look_for_reports(place)
        return self.look_at_cmocka(place) if self.is_program() else self.look_at_command(place)

    def look_at_cmocka(self, place):
        code, output = run([os.path.join(place.build, "tests", self.name)], place.folder,
                           LIMIT_OF_ENDLESS if self.is_endless else LIMIT, OUTERFILL_TEST_CASE=self.case)
        begun, passed, failed = (re.search(rf"\[ +{word} +\] {re.escape(self.case)}$", output, re.MULTILINE)
                                 for word in ("RUN", "OK", "FAILED"))
        if passed and code == 0:
            return PASSED
        if begun and not passed and (code is None if self.is_endless else failed):
            return FOUND
        return f"ends with {code}: {output[-2000:]}"

    def look_at_command(self, place):
        room, _, name = self.name.partition("_")
        command = [sys.executable, os.path.join(place.top, "tests", room, f"test_{name}.py"), self.case]
        code, output = run(command, place.folder, OUTERFILL=os.path.join(place.build, "bin", "outerfill"),
                           OUTERFILL_SHORT_WRITES=os.path.join(place.build, "tests", "libshort_writes.so"))
        test = self.case.rpartition(".")[2]
        if code == 0:
            return PASSED
        if code == 1 and re.search(rf"^(FAIL|ERROR):? {re.escape(test)}\b", output, re.MULTILINE):
            return FOUND
        return f"ends with {code}: {output[-2000:]}"

    def look_for_reports(self, place):
        program, _, test = self.case.partition(" ")
        code, output = run([os.path.join(place.sanitized_build, "tests", program)], place.folder,
                           **({"OUTERFILL_TEST_CASE": test} if test else {}))
        if "WARNING: ThreadSanitizer: " in output:
            return FOUND
        return PASSED if code == 0 and "[       OK ] " in output else f"ends with {code}: {output[-2000:]}"
