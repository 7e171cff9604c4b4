# SPDX-License-Identifier: MIT
#
# Runs a program on the model of a discrete GPU, and reads the model's log. That the model was not loaded is an error here, so that no
# check can forget it.

import os
import re
import subprocess
import tempfile

BUILD = os.path.abspath(os.environ["PROOF_BUILD"])
FOLDER = os.path.abspath(os.environ["PROOF_FOLDER"])
IS_LONG = os.environ.get("PROOF_LONG") == "1"
LIMIT = 240  # seconds


class Run:
    """A program's run to its end, in a folder of its own: `problem` is "", or what is wrong with it."""

    def __init__(self, settings, name, command, devices=None, expected=0, inspect=None):
        self.settings, self.lines, self.errors, self.returncode = settings, [], "", None
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=FOLDER) as folder:
            log = os.path.join(folder, "model.log")
            variables = dict(os.environ, OPENCL_LAYERS=os.path.join(BUILD, "tests", "discrete_layer.so"),
                             OUTERFILL_DISCRETE=settings, OUTERFILL_DISCRETE_LOG=log)
            if devices:
                variables["POCL_DEVICES"] = " ".join(["pthread"] * devices)
            try:
                done = subprocess.run(command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True,
                                      timeout=LIMIT, text=True, errors="replace", check=False)
                self.errors, self.returncode = done.stderr, done.returncode
            except subprocess.TimeoutExpired:
                self.errors = "it hangs"
            if os.path.exists(log):
                with open(log, encoding="utf-8") as file:
                    self.lines = file.read().splitlines()
            self.problem = self.find_problem(expected)
            if not self.problem and inspect:
                self.problem = inspect(self, folder)

    def launches(self):
        """(device, number of work-items) of each launch that did not fail, in order."""
        found = (re.fullmatch(r"launch (\d+) \S+ (\d+) \d+ 0", line) for line in self.lines)
        return [(int(match[1]), int(match[2])) for match in found if match]

    @property
    def num_launches(self):
        return len(self.launches())

    def find_problem(self, expected):
        if "loaded" not in self.lines:
            return "the model was not loaded"
        if self.returncode != expected:
            return f"ends with {self.returncode} instead of {expected}: {self.errors.strip()[-600:]}"
        return ""
