#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# outerfill-mpi with 2 and 4 ranks on one machine: the file has the bytes that one process writes; a job whose rank is killed, fails
# or is out of time ends with a sentence of that rank, leaves no file under the final name, and is gone on with by any number of
# ranks or by `outerfill resume`.

import fcntl
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from cases import main, slow  # noqa: E402
from command import LIMIT, OUTERFILL, CommandTest  # noqa: E402

OUTERFILL_MPI = os.path.join(os.path.dirname(OUTERFILL), "outerfill-mpi")
SHORT_WRITES = os.environ["OUTERFILL_SHORT_WRITES"]
MPIRUN = ("mpirun", "--oversubscribe", "--mca", "btl", "self,vader")
# The array keeps the text out of batches, so that with 1200 passes it takes seconds.
BODY = "real x[1] = {a + b}; for (int k = 0; k < %d; k++) x[0] = sin(x[0] + a); out[0] = x[0]; out[1] = i * 3 + j + n;\n"
JOB = ("arange:701", "linspace:0:1:499", "--body", "body.cl", "-P", "2")


class Mpi(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("body.cl", BODY % 10)

    def unbroken_of_seconds(self):
        """JOB takes seconds from here on. Returns its bytes."""
        self.write("body.cl", BODY % 1200)
        return self.unbroken(*JOB)

    def start_mpi(self, num_ranks, *arguments):
        process = subprocess.Popen([*MPIRUN, "-n", str(num_ranks), OUTERFILL_MPI, *arguments], cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        self.addCleanup(self.stop, process)
        return process

    def mpi(self, num_ranks, *arguments, expected=0):
        process = self.start_mpi(num_ranks, *arguments)
        _, stderr = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, expected, stderr.decode())
        return stderr.decode()

    def ranks(self, process):
        """The processes of the ranks that the job has started: those of its session with the program's name."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                    name, _, rest = file.read().partition("(")[2].rpartition(")")
            except OSError:
                continue  # it has just ended
            if name == "outerfill-mpi" and int(rest.split()[3]) == process.pid:
                found.append(int(pid))
        return found

    def wait_for_bands(self, process):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            self.assertIsNone(process.poll(), "the job ended by itself")
            journals = [name for name in os.listdir(self.folder) if ".journal-" in name]
            if any(os.path.getsize(self.path(name)) > 1500 for name in journals):
                return
            time.sleep(0.02)
        self.fail("no band was recorded")

    def unbroken(self, *job):
        self.outerfill("fill", *job, "-o", "unbroken.npy", "--quiet")
        content = self.read("unbroken.npy")
        os.unlink(self.path("unbroken.npy"))
        return content

    def assert_whole(self, name, content):
        self.assertEqual(self.read(name), content)
        self.assertEqual([each for each in os.listdir(self.folder) if each.startswith(name) and each != name], [])

    def test_the_same_bytes_with_2_and_4_ranks(self):
        content = self.unbroken(*JOB)
        for num_ranks in (1, 2, 4):
            stderr = self.mpi(num_ranks, *JOB, "-o", "ab.npy", "--force")
            self.assertIn(f"by {num_ranks} ranks", stderr)
            self.assert_whole("ab.npy", content)

    def test_odd_shapes(self):
        for job in (("arange:1", "arange:100003"), ("arange:100003", "arange:1"), ("arange:0", "arange:5"), ("arange:3", "arange:0"),
                    ("arange:5000", "arange:513", "--dtype", "float32", "-e", "a*b", "-e", "a-b", "-e", "a+j")):
            with self.subTest(job):
                content = self.unbroken(*job)
                self.mpi(2, *job, "-o", "odd.npy", "--force")
                self.assert_whole("odd.npy", content)

    def test_quiet(self):
        self.assertEqual(self.mpi(2, *JOB, "-o", "ab.npy", "--quiet"), "")

    def test_warnings_are_printed_once(self):
        said = self.mpi(3, "arange:30", "arange:40", "-e", "1/2*a", "-o", "ab.npy")
        self.assertEqual(said.count("1/2 is a quotient"), 1, said)

    def test_a_full_disk(self):
        """The rank that finds it says so, and nothing is lost."""
        content = self.unbroken(*JOB)
        full = ["env", f"LD_PRELOAD={SHORT_WRITES}", "SHORT_WRITES_DISK=1000000", f"SHORT_WRITES_LOG={self.path('log')}"]
        process = subprocess.Popen([*MPIRUN, "-n", "2", *full, OUTERFILL_MPI, *JOB, "-o", "ab.npy"], cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(self.stop, process)
        _, stderr = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 6, stderr)
        self.assertRegex(stderr.decode(), r'outerfill-mpi: rank [01]: [^\n]*"[^"\n]*ab.npy[^\n]*No space left on device; free some space, and run the job again with --resume\n')
        self.assertFalse(os.path.exists(self.path("ab.npy")))
        self.mpi(2, *JOB, "-o", "ab.npy", "--resume")
        self.assert_whole("ab.npy", content)

    @slow
    def test_a_killed_rank(self):
        content = self.unbroken_of_seconds()
        process = self.start_mpi(4, *JOB, "-o", "ab.npy")
        self.wait_for_bands(process)
        os.kill(self.ranks(process)[-1], signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        self.assertNotEqual(process.returncode, 0)
        self.assertFalse(os.path.exists(self.path("ab.npy")))
        self.assertIn("--resume", self.mpi(2, *JOB, "-o", "ab.npy", expected=6))
        self.mpi(2, *JOB, "-o", "ab.npy", "--resume")
        self.assert_whole("ab.npy", content)

    @slow
    def test_out_of_time_and_resumed_by_one_process(self):
        content = self.unbroken_of_seconds()
        stderr = self.mpi(2, *JOB, "-o", "ab.npy", "--time-limit", "0.7", expected=7)
        self.assertRegex(stderr, "outerfill-mpi: rank [01]: the time limit (is over: (what is finished is kept: to go on, run the job "
                                 "again with --resume|no file was written)|the fill has not begun)")
        self.assertFalse(os.path.exists(self.path("ab.npy")))
        if os.path.exists(self.path("ab.npy.part")):
            self.outerfill("resume", "ab.npy", "--time-limit", "1h")
            self.assert_whole("ab.npy", content)

    def test_while_another_process_is_at_work(self):
        """The file is not complete before that one has ended; here it is this test, which has a shard's lock."""
        job = ("arange:50", "arange:60")
        content = self.unbroken(*job)
        self.outerfill("fill", *job, "-o", "ab.npy", "--shard", "1/2", "--quiet")
        with open(self.path("ab.npy.part"), "rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH, 1, 1)
            stderr = self.mpi(2, *job, "-o", "ab.npy", "--resume", expected=6)
            self.assertIn('rank 0: "ab.npy" is not complete: run the job again with --resume', stderr)
            self.assertFalse(os.path.exists(self.path("ab.npy")))
        self.mpi(2, *job, "-o", "ab.npy", "--resume")
        self.assert_whole("ab.npy", content)

    def test_copies_of_journals_stay(self):
        job = ("arange:50", "arange:60")
        content = self.unbroken(*job)
        copies = ("ab.npy.journal-1-of-2.bak", "ab.npy.journal.old")
        self.outerfill("fill", *job, "-o", "ab.npy", "--shard", "1/2", "--quiet")
        for name in copies:
            self.write(name, "kept")
        self.mpi(2, *job, "-o", "ab.npy", "--restart")
        self.assertEqual(self.read("ab.npy"), content)
        for name in copies:
            os.unlink(self.path(name))
        self.assert_whole("ab.npy", content)

    @slow
    def test_begun_anew(self):
        content = self.unbroken_of_seconds()
        process = self.start_mpi(2, "arange:701", "linspace:0:2:499", *JOB[2:], "-o", "ab.npy")
        self.wait_for_bands(process)
        for rank in self.ranks(process):
            os.kill(rank, signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        self.assertIn("b is not the same", self.mpi(2, *JOB, "-o", "ab.npy", "--resume", expected=2))
        self.mpi(2, *JOB, "-o", "ab.npy", "--restart")
        self.assert_whole("ab.npy", content)

    @slow
    def test_a_rank_says_what_is_wrong(self):
        for arguments, code, sentence in ((("arange:3", "arange:4"), 2, "-o OUT.npy is missing"),
                                          (("arange:3", "arange:4", "-e", "foo", "-o", "x.npy"), 4, "foo is not defined"),
                                          (("arange:3", "-", "-o", "x.npy"), 2, "standard input"),
                                          (("-", "arange:3", "-o", "x.npy"), 2, "standard input"),
                                          (("arange:3", "arange:3", "-o", "x.npy", "--keep-inputs"), 2, "--keep-inputs is not for"),
                                          (("arange:3", "arange:3", "-o", "x.npy", "--profile"), 2, "--profile is not for"),
                                          (("arange:3", "arange:4", "-o", "x.npy", "--shard", "1/2"), 2, "--shard is not for"),
                                          (("arange:3", "arange:4", "-o", "x.npy", "--dry-run"), 2, "ask outerfill"),
                                          (("arange:3", "arange:4", "-o", "x.npy", "--status-json", "s"), 2, "outerfill status --json"),
                                          (("arange:3", "arange:4", "-o", "none/x.npy"), 6, "none/x.npy"),
                                          (("arange:3", "arange:4", "-o", 5000 * "x", "--restart"), 6, "name is longer than 4096"),
                                          (("arange:3", "arange:4", "-o", "x.npy", "--device", "nowhere"), 3, "nowhere")):
            with self.subTest(arguments):
                stderr = self.mpi(2, *arguments, expected=code)
                self.assertRegex(stderr, "outerfill-mpi: rank [01]: .*")
                self.assertIn(sentence, stderr)
                self.assertEqual(os.listdir(self.folder), ["body.cl"])


if __name__ == "__main__":
    main()
