# SPDX-License-Identifier: MIT
#
# One fill in surroundings that a case makes for it: in a folder of its own, within a time limit, judged by what holds everywhere.
# Either it ends with 0 and every byte is right, or with one of the case's exit codes and a sentence that says what the case expects;
# and never is there a file beside the result, nor is one that was there before another. Knows nothing of what the surroundings are.

import io
import itertools
import os
import re
import shutil
import signal
import subprocess

import numpy

LIMIT = 90  # seconds; a fill takes 0.06, with an empty kernel cache 1
BUILD = os.path.abspath(os.environ["PROOF_BUILD"])
FOLDER = os.path.abspath(os.environ["PROOF_FOLDER"])
OUTERFILL = os.path.join(BUILD, "bin", "outerfill")
WARM = os.path.join(FOLDER, "warm-cache")


def own_mounts():
    """The command that starts another with mounts of its own. Below chroot "/" is no mount, so that its propagation cannot be set; where
    nothing is shared it need not be."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        is_shared = "shared:" in mounts.read()
    return ["unshare", "--mount", *([] if is_shared else ["--propagation", "unchanged"]),
            *([] if os.geteuid() == 0 else ["--map-root-user"])]


UNSHARE = own_mounts()

# A call of exp, which becomes vectors, and a sum that relaxed arithmetic would shorten to b.
A, B = "linspace:-1:1:23", "linspace:0.1:0.7:31"
FUNCTION = ("-e", "exp(a)*b + a", "-e", "(a + b) - a")
TO_FILE = ("fill", A, B, *FUNCTION, "-o", "out.npy", "--quiet")
PRINTED = ("fill", A, B, *FUNCTION)

OK, BAD_INPUT, NO_DEVICE, BUILD_FAILED, DEVICE_FAILED, FILE_FAILED, INTERRUPTED = 0, 2, 3, 4, 5, 6, 130
numbers = itertools.count()


class Case:
    """What is run, where, and what may come of it: `allowed` gives a pattern for the sentence of each exit code but 0."""

    def __init__(self, name, allowed=None, environment=None, under=(), arguments=TO_FILE, cache=WARM, prepare=None,
                 may_be_scalar=False, **options):
        self.name, self.under, self.arguments, self.options = name, list(under), list(arguments), options
        self.allowed = {OK: ""} if allowed is None else allowed
        self.environment, self.cache, self.prepare = environment or {}, cache, prepare
        self.may_be_scalar = may_be_scalar  # where the driver may refuse the vectors, whose exp has other last bits

    def attempt(self, expected):
        return Run(self).problem(expected)


def variables(case, folder):
    """The case's environment: None takes a variable away. A cache is copied, since a case may spoil it; "" is an empty one."""
    path = os.path.join(folder, "cache")
    if case.cache:
        shutil.copytree(case.cache, path)
    mine = dict(os.environ, POCL_CACHE_DIR=path)
    for name in ("OCL_ICD_VENDORS", "OPENCL_LAYERS", "OUTERFILL_DEVICE", "POCL_EXTRA_BUILD_FLAGS"):
        mine.pop(name, None)
    mine.update({name: value.replace("FOLDER", folder) for name, value in case.environment.items() if value is not None})
    for name in (name for name, value in case.environment.items() if value is None):
        mine.pop(name, None)
    return mine


class Run:
    """A case that was tried: its exit code, what it said, and what it left in `out`, the folder it ran in."""

    def __init__(self, case):
        self.case, self.folder = case, os.path.join(FOLDER, f"run-{next(numbers)}")
        self.out = os.path.join(self.folder, "out")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.out)
        self.environment = variables(case, self.folder)
        if case.prepare:
            case.prepare(self)
        self.before = self.contents()
        self.run()
        self.after = self.contents()
        self.result = self.after.get("out.npy")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self):
        command = [word.replace("FOLDER", self.folder) for word in [*self.case.under, OUTERFILL, *self.case.arguments]]
        self.code, self.stdout, self.stderr = None, "", ""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **self.case.options}
        process = subprocess.Popen(command, cwd=self.out, env=self.environment, process_group=0, **options)
        try:
            said = process.communicate(timeout=LIMIT)
            self.code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # a shell's children too
            said = process.communicate()
        self.stdout, self.stderr = ((text or b"").decode(errors="replace") for text in said)

    def contents(self):
        found = {}
        for name in os.listdir(self.out):
            with open(os.path.join(self.out, name), "rb") as file:
                found[name] = file.read()
        return found

    def sentences(self):
        return [line for line in self.stderr.splitlines() if line.startswith("outerfill: ")]

    def problem(self, expected):
        """"" or what is wrong; `expected` has the right result, as a file and as print."""
        if self.code is None:
            return f"hangs for {LIMIT} s"
        if self.code not in self.case.allowed:
            return f"ends with {self.code}: {self.stderr[-500:]}"
        left = sorted(set(self.after) - set(self.before) - {"out.npy"})
        if left:
            return f"leaves {left}"
        changed = sorted(name for name in self.before if self.after.get(name) != self.before[name])
        if changed and (self.code != OK or changed != ["out.npy"]):
            return f"has changed {changed}"
        if not re.search(self.case.allowed[OK] if self.code == OK else "", self.stderr):
            return f"says nothing of {self.case.allowed[OK]!r}: {self.stderr[-700:]}"
        if self.code != OK:
            return self.problem_of_failure()
        right = expected.file if "-o" in self.case.arguments else None
        if self.result != right and not (self.case.may_be_scalar and self.result and is_near_numpy(self.result)):
            return "has written a wrong result"
        if self.case.arguments == list(PRINTED) and self.stdout != expected.printed and self.case.options.get("stdout") is None:
            return "has printed a wrong result"
        return ""

    def problem_of_failure(self):
        if self.result is not None and "out.npy" not in self.before:
            return f"has failed with {self.code} and left out.npy"
        pattern = self.case.allowed[self.code]
        if pattern and not re.search(pattern, "\n".join(self.sentences()) or self.stderr):
            return f"says nothing of {pattern!r}: {self.stderr[-700:]}"
        return ""


def is_near_numpy(content):
    """Whether a file has NumPy's values: the second plane bit by bit, and exp within its bound."""
    a, b = numpy.linspace(-1, 1, 23)[:, None], numpy.linspace(0.1, 0.7, 31)[None, :]
    got = numpy.load(io.BytesIO(content))
    return numpy.allclose(got[0], numpy.exp(a) * b + a, rtol=1e-15, atol=1e-15) and (got[1] == a + b - a).all()


class Expected:
    """What the fill gives where nothing is special."""

    def __init__(self):
        shutil.rmtree(WARM, ignore_errors=True)
        os.makedirs(WARM)
        run = [subprocess.run([OUTERFILL, *arguments], cwd=FOLDER, env=dict(os.environ, POCL_CACHE_DIR=WARM), capture_output=True,
                              timeout=LIMIT, check=False) for arguments in (PRINTED, (*TO_FILE, "--force"), ("fill", A, B))]
        if any(done.returncode for done in run):
            raise SystemExit(f"nothing works where nothing is special: {run}")
        self.printed = run[0].stdout.decode()
        path = os.path.join(FOLDER, "out.npy")
        with open(path, "rb") as file:
            self.file = file.read()
        os.unlink(path)
        if not is_near_numpy(self.file):
            raise SystemExit("the result differs from NumPy's where nothing is special")


def in_namespace(script):
    """A prefix: the rest of the command after mounts that nobody else sees; FOLDER is the run's own."""
    return [*UNSHARE, "sh", "-c", "set -e; " + script + '; exec "$@"', "sh"]


def may_mount():
    return subprocess.run([*in_namespace("mount -t tmpfs outerfill /mnt"), "true"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0
