# SPDX-License-Identifier: MIT
#
# Processes that something happens to, or that happen at once: signals in the middle of a fill, several fills on an empty kernel
# cache, and a fork before and after the first use.

import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import time

from surroundings import BUILD, FOLDER, INTERRUPTED, LIMIT, OUTERFILL, WARM, Case, Run, numbers

BODY = """real x = a + b;
for (int k = 0; k < 20000; k++)
    x = sin(x + a);
out[0] = x;
"""
SLOW = ("fill", "arange:2000000", "arange:32", "--body", "body.cl", "-P", "1", "-o", "out.npy", "--quiet")  # hours
LEFT = ["body.cl", "out.npy.journal", "out.npy.part"]
# What each signal does to a fill: ends it in order, ends it as the system does, or goes by.
IN_ORDER = ("HUP", "INT", "TERM")
PLAINLY = ("QUIT", "TRAP", "ABRT", "KILL", "USR2", "ALRM", "VTALRM", "PROF", "XCPU", "IO", "PWR", "SYS")
GO_BY = ("CHLD", "CONT", "WINCH", "URG", "PIPE", "USR1", "XFSZ")
STOP = ("TSTP", "TTIN", "TTOU", "STOP")


class Signal:
    """A fill that gets a signal when its file is there."""

    def __init__(self, name):
        self.name, self.number = f"SIG{name}", getattr(signal, f"SIG{name}")
        self.kind = next(kind for kind in (IN_ORDER, PLAINLY, GO_BY, STOP) if name in kind)

    def restore(self):
        """In the child. nohup and a shell's background ignore some signals, and the command would go on ignoring them."""
        if self.number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(self.number, signal.SIG_DFL)

    def attempt(self, _):
        folder = os.path.join(FOLDER, f"run-{next(numbers)}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with open(os.path.join(folder, "body.cl"), "w", encoding="ascii") as file:
            file.write(BODY)
        process = subprocess.Popen([OUTERFILL, *SLOW], cwd=folder, env=dict(os.environ, POCL_CACHE_DIR=WARM),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   preexec_fn=self.restore,
                                   process_group=0)  # one whose parent is in the session: others cannot be stopped
        try:
            return self.send(process, folder)
        finally:
            process.kill()
            process.communicate()
            shutil.rmtree(folder, ignore_errors=True)

    def send(self, process, folder):
        problem = await_true(lambda: os.path.exists(os.path.join(folder, "out.npy.part")) or process.poll() is not None)
        if problem or process.poll() is not None:
            return problem or f"the fill ended by itself: {process.returncode}"
        time.sleep(0.2)
        process.send_signal(self.number)
        if self.kind is GO_BY:
            return self.problem_of_going_by(process)
        if self.kind is STOP:
            return self.problem_of_stopping(process)
        return self.problem_of_end(process, folder)

    def problem_of_going_by(self, process):
        time.sleep(0.3)
        if process.poll() is not None:
            return f"has ended it with {process.returncode}"
        return await_line(process, "cells/s") if self.number == signal.SIGUSR1 else ""

    def problem_of_stopping(self, process):
        problem = await_true(lambda: state_of(process) == "T")
        process.send_signal(signal.SIGCONT)
        problem = problem or await_true(lambda: state_of(process) in "RS")
        process.send_signal(signal.SIGTERM)
        process.wait(LIMIT)
        return problem or ("" if process.returncode == INTERRUPTED else f"and then TERM ends with {process.returncode}")

    def problem_of_end(self, process, folder):
        try:
            stderr = process.communicate(timeout=LIMIT)[1].decode()
        except subprocess.TimeoutExpired:
            return "has not ended it"
        left = sorted(os.listdir(folder))
        if self.kind is PLAINLY:
            is_right = process.returncode == -self.number and left == LEFT and not stderr
            return "" if is_right else f"{process.returncode} {left} {stderr}"
        said = r"\Aouterfill: interrupted: .*" + ("kept: go on with" if left == LEFT else "no file was written")
        if process.returncode != INTERRUPTED or not re.search(said, stderr) or left not in (LEFT, LEFT[:1]):
            return f"{process.returncode} {left} {stderr}"
        return ""


def await_true(condition):
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            return "nothing happens"
        time.sleep(0.01)
    return ""


def await_line(process, part):
    """Answers come between two launches."""
    line = process.stderr.readline().decode()
    return "" if part in line else f"answers {line!r}"


def state_of(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0]


class AtOnce:
    """Several fills that find the same kernel cache empty."""

    def __init__(self, number, attempt):
        self.name, self.number, self.try_number = f"{number} processes on an empty kernel cache, {attempt}", number, attempt

    def attempt(self, expected):
        cache = os.path.join(FOLDER, f"shared-cache-{self.number}-{self.try_number}")
        shutil.rmtree(cache, ignore_errors=True)
        case = Case(self.name, environment={"POCL_CACHE_DIR": cache})
        with concurrent.futures.ThreadPoolExecutor(self.number) as pool:
            problems = list(pool.map(lambda _: Run(case).problem(expected), range(self.number)))
        problems.append(Run(case).problem(expected))
        shutil.rmtree(cache, ignore_errors=True)
        return "; ".join(filter(None, problems))


class Fork:
    """tests/api/test_fork.c, alone and on an empty kernel cache."""

    def __init__(self, has_cache):
        self.name, self.has_cache = f"fork before and after, {'warm' if has_cache else 'cold'}", has_cache

    def attempt(self, _):
        cache = os.path.join(FOLDER, "fork-cache")
        if not self.has_cache:
            shutil.rmtree(cache, ignore_errors=True)
        done = subprocess.run([os.path.join(BUILD, "tests", "api_fork")], env=dict(os.environ, POCL_CACHE_DIR=cache),
                              capture_output=True, timeout=10 * LIMIT, check=False, cwd=FOLDER)
        return "" if done.returncode == 0 else f"ends with {done.returncode}: {done.stdout.decode()[-500:]}"


def cases(is_long):
    for kind in (IN_ORDER, PLAINLY, GO_BY, STOP):
        yield from map(Signal, kind)
    for number in (2, 8):
        for attempt in range(10 if is_long else 1):
            yield AtOnce(number, attempt)
    yield Fork(False)
    yield Fork(True)
