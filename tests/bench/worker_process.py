# SPDX-License-Identifier: MIT
#
# A worker as bench.py sees it: a process that answers a line with a line (worker.h has the protocol). What goes wrong with it
# becomes an answer, never an exception; after a crash it is started again for the next case.

import os
import select
import subprocess
import time

PAUSE = 0.015  # seconds before each request: GNU OpenMP's threads of the worker before spin for 5 to 9 ms before they sleep
LIMIT = 300  # seconds for an answer


class WorkerProcess:
    def __init__(self, name, command, environment, log_folder):
        self.name, self.command, self.environment = name, command, environment
        self.log_path = os.path.join(log_folder, f"{name}.log")
        self.process = None
        self.rest = b""

    def start(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                                            env=self.environment, bufsize=0)
        self.rest = b""

    @property
    def pid(self):
        return self.process.pid if self.process else None

    def ask(self, request):
        """Sends a line; returns the answer's first word and the rest of it."""
        time.sleep(PAUSE)
        try:
            if not self.process:
                self.start()
            self.process.stdin.write(request.encode() + b"\n")
            line = self.read_line()
        except OSError as error:
            line = f"error {error}"
            self.stop()
        word, _, rest = line.partition(" ")
        return word, rest.strip()

    def read_line(self):
        deadline = time.monotonic() + LIMIT
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            part = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not part:
                self.stop()
                return f"error {'it ended' if ready else 'no answer'}: {self.last_words()}"
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode(errors="replace")

    def last_words(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            lines = log.read().strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
        self.process = None

    def quit(self):
        if self.process:
            try:
                self.process.stdin.write(b"quit\n")
                self.process.wait(timeout=10)
            except (OSError, subprocess.TimeoutExpired):
                pass
            self.stop()
