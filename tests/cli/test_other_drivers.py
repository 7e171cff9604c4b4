#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Devices that this machine has not, and drivers that die: a layer (other_driver.c) makes PoCL look like a GPU, a driver without
# double, an old or a broken one, or ends the process. What is listed, chosen, refused and computed, and what is said at the end.

import json
import os
import re
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from command import LIMIT, NO_DEVICE, OUTERFILL, USAGE, CommandTest, plain_signals  # noqa: E402

OTHER_PROGRAM = os.path.join(os.path.dirname(OUTERFILL), "..", "tests", "other_program")
LAYER = os.environ.get("OUTERFILL_OTHER_DRIVER", "")
DEVICE_FAILED = 5
SUM = "[[[0. 1.]\n  [1. 2.]]\n\n [[0. 0.]\n  [0. 1.]]]\n"  # arange(2) with itself
FILL = ("fill", "arange:2", "arange:2")
TO_FILE = ("fill", "arange:20", "arange:20", "-o", "ab.npy", "--quiet")


class OtherDriverTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.assertTrue(os.path.exists(LAYER), f"there is no layer {LAYER!r}")

    def other(self, **settings):
        """The environment in which the driver is another one."""
        names = {f"OTHER_DRIVER_{name.upper()}": value for name, value in settings.items()}
        return mock.patch.dict(os.environ, {"OPENCL_LAYERS": LAYER, **names})

    def said(self, expected, *arguments):
        """Both streams, whatever they are."""
        done = subprocess.run([OUTERFILL, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, expected, done.stderr)
        return done.stdout, done.stderr

    def listed(self, expected=0):
        """The first device, for scripts, and the whole list for people; it is printed also where none can be used."""
        texts = [self.said(expected, "devices", *option) for option in (["--json"], [])]
        self.assertEqual([stderr for _, stderr in texts], ["", ""])
        return json.loads(texts[0][0])[0], texts[1][0]


class Devices(OtherDriverTest):
    def test_a_gpu(self):
        """With memory of its own: results come by reading back, and a CPU's forms of a function are not tried."""
        with self.other(**{"is": "gpu"}, without="shared memory,division", name="  A Card  "):
            device, text = self.listed()
            self.assertEqual((device["type"], device["name"], device["shares_host_memory"]), ("gpu", "A Card", False))
            self.assertRegex(text, r"(?m)^0:0 +gpu +float64 float32 .* A Card \(")
            for selector in ("gpu", "any", "card", "0:0"):
                stdout, stderr = self.outerfill(*FILL, "--device", selector, "--verbose", "-e", "a+b", "-e", "a*b")
                self.assertEqual(stdout, SUM)
                self.assertIn("A Card", stderr)
            self.assertIn("no usable OpenCL device", self.outerfill(*FILL, "--device", "cpu", expected=NO_DEVICE)[1])
            self.outerfill("fill", "arange:300", "arange:300", "--dtype", "float32", "-e", "exp(a)/(b+1)", "-o", "ab.npy",
                           "--verify")

    def test_a_cpu_of_another_platform(self):
        """Our own mathematics are not asked for. Of PoCL they are, or the layer would see nothing."""
        plain_signals(self)
        power = [*FILL, "--dtype", "float32", "-e", "pow(a + 1, b)"]
        with self.other(forbids="OUTERFILL_CPU_MATHEMATICS"):
            self.assertIn("(SIGABRT)", self.outerfill(*power, expected=DEVICE_FAILED)[1])
        with self.other(platform="Another Platform", forbids="OUTERFILL_CPU_MATHEMATICS"):
            stdout, stderr = self.outerfill(*power, "--verbose")
            self.assertEqual(stdout, "[[[1. 1.]\n  [1. 2.]]]\n")
            self.assertNotIn("own mathematics", stderr)

    def test_without_float64(self):
        with self.other(without="float64"):
            device, text = self.listed()
            self.assertEqual(device["dtypes"], ["float32"])
            self.assertRegex(text, r"(?m)^0:0 +cpu +float32  ")
            self.assertEqual(self.outerfill(*FILL, "--dtype", "float32")[0], SUM)
            self.assertIn("float32 only", self.outerfill(*FILL, expected=NO_DEVICE)[1])

    def test_only_by_name(self):
        for settings in ({"name": "llvmpipe (LLVM 15)"}, {"platform": "Clover"}, {"name": "Oclgrind Simulator"}):
            with self.subTest(settings), self.other(**settings):
                device, text = self.listed()
                self.assertTrue(device["only_by_name"])
                self.assertIn("is used only where --device names it", text)
                self.assertIn("used only when named", self.outerfill(*FILL, expected=NO_DEVICE)[1])
                name = next(iter(settings.values()))
                self.assertEqual(self.outerfill(*FILL, "--device", name)[0], SUM)

    def test_unusable(self):
        reasons = {"device": "not available", "compiler": "no compiler", "order": "byte order", "arguments": "1024 bytes",
                   "buffers": "how large a buffer"}
        for without, reason in reasons.items():
            with self.subTest(without), self.other(without=without):
                device, text = self.listed(expected=NO_DEVICE)
                self.assertIn(reason, device["unusable"])
                self.assertRegex(text, r"(?m)^0:0 +cpu +- ")
                self.assertRegex(text, f"(?m)^ +cannot be used: .*{reason}")
                self.assertIn(reason, self.outerfill(*FILL, expected=NO_DEVICE)[1])

    def test_an_old_language(self):
        with self.other(c_version="OpenCL C 1.1 "):
            self.assertIn("OpenCL C 1.1", self.listed(expected=NO_DEVICE)[0]["unusable"])

    def test_a_platform_without_devices(self):
        with self.other(without="any device"):
            device, text = self.listed(expected=NO_DEVICE)
            self.assertEqual((device["id"], device["dtypes"]), ("0:-", []))
            self.assertIn("POCL_CACHE_DIR", text)
        with self.other(without="any device", platform="Another Platform"):
            self.assertNotIn("POCL_CACHE_DIR", self.listed(expected=NO_DEVICE)[1])

    def test_a_loader_without_platforms(self):
        with self.other(without="any platform"):
            self.assertIn("no OpenCL platform was found (clGetPlatformIDs: 0 platforms)", self.outerfill(*FILL, expected=NO_DEVICE)[1])

    def test_late_mappings(self):
        """A buffer can be unmapped when the driver has finished, not before."""
        with self.other(maps="late"):
            self.assertEqual(self.outerfill(*FILL, "-e", "a+b", "-e", "a*b")[0], SUM)

    def test_lost_mappings(self):
        """A driver that cannot finish may still be at work when the command ends: nothing is taken from under it."""
        with self.other(maps="lost"):
            for _ in range(20):
                _, stderr = self.said(DEVICE_FAILED, *FILL, "-e", "a+b", "-e", "a*b")
                self.assertIn("mapping plane 0 (32 bytes): CL_OUT_OF_RESOURCES", stderr)
                _, stderr = self.said(DEVICE_FAILED, *FILL, "-e", "a+b", "-o", "ab.npy", "--dry-run")
                self.assertIn("CL_OUT_OF_RESOURCES", stderr)

    def test_one_of_two_without_float64(self):
        with self.other(without="float64", second="1"), mock.patch.dict(os.environ, {"POCL_DEVICES": "pthread pthread"}):
            self.assertEqual(self.outerfill(*FILL, "--device", "all")[0], SUM)
            self.assertIn("float32 only", self.outerfill(*FILL, "--device", "0:1", expected=NO_DEVICE)[1])
            self.assertEqual(self.outerfill(*FILL, "--device", "all", "--dtype", "float32")[0], SUM)


class Library(OtherDriverTest):
    def ask(self, what):
        return subprocess.run([OTHER_PROGRAM, what], check=True, capture_output=True, text=True, timeout=LIMIT).stdout

    def test_a_function_of_another_dtype_than_the_context(self):
        with self.other(without="float64"):
            self.assertRegex(self.ask("dtype"), r"\AOUTERFILL_NO_DEVICE: device 0:0 \"[^\"]*\" has no float64; "
                                         "no device of this machine has it\n")
        with self.other(without="float64", second="1"), mock.patch.dict(os.environ, {"POCL_DEVICES": "pthread pthread"}):
            self.assertRegex(self.ask("dtype"), r'\AOUTERFILL_NO_DEVICE: device 0:1 "[^"]*" has no float64; device 0:0 "[^"]*" has it\n')

    def test_streamed_work_items(self):
        """They are for CPUs: any other device says no, and how it goes all the same."""
        self.assertEqual(self.ask("stream"), "OUTERFILL_OK: \n")
        with self.other(**{"is": "gpu"}):
            self.assertRegex(self.ask("stream"), r'\AOUTERFILL_INVALID_ARGUMENT: [^\n]*work_item: OUTERFILL_WORK_ITEM_STREAM is for CPUs, '
                                                 r'and "[^"]*" is not one; '
                                                 r'use OUTERFILL_WORK_ITEM_AUTO\n\Z')


class Ends(OtherDriverTest):
    def setUp(self):
        super().setUp()
        plain_signals(self)

    def end(self, how, *more):
        with self.other(ends=how):
            _, stderr = self.outerfill(*TO_FILE, *more, expected=DEVICE_FAILED)
        return stderr

    def test_the_command_says_what_happened(self):
        ways = (("exit", "exit"), ("abort", "SIGABRT"), ("raise", "SIGSEGV"))
        for how, name in (*ways, *[("threads", "SIGABRT")] * 20):  # one time in four they really meet
            with self.subTest(how):
                self.assertIn(f"the process was ended ({name}) while the OpenCL driver opened the devices", self.end(how))
                self.assertEqual(os.listdir(self.folder), [])

    def test_a_file_that_is_not_begun_or_complete(self):
        """The end came before, or when it had its name."""
        ended = ("driver-ended", "SIGSEGV", "computed", "ab.npy", "resume", "", "late", "plain")
        self.assertIn("; no file was written", self.outerfill(*ended, expected=DEVICE_FAILED)[1])
        self.outerfill(*TO_FILE)
        before = self.read("ab.npy")
        _, stderr = self.outerfill(*ended, expected=DEVICE_FAILED)
        self.assertIn("; the file that is there is complete: the old one or, if all was done, the new one", stderr)
        self.assertEqual((os.listdir(self.folder), self.read("ab.npy")), (["ab.npy"], before))

    def test_an_assertion(self):
        with self.other(ends="assert"):
            _, stderr = self.said(DEVICE_FAILED, *TO_FILE)
        self.assertRegex(stderr, r"\A[^\n]*: assertion 'a driver's' failed\n"
                                 r"outerfill: the process was ended \(SIGABRT\) [^\n]*\n\Z")

    def test_a_log(self):
        """Each line has its time, also those of the process that the command becomes."""
        with self.other(ends="assert"):
            _, stderr = self.said(DEVICE_FAILED, *TO_FILE[:-1], "--progress")
        self.assertRegex(stderr, r"\A(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d [^\n]+\n){2}\Z")
        self.assertIn(" outerfill: the process was ended (SIGABRT) ", stderr)

    def test_a_child_of_the_driver(self):
        """It ends as any other, and the command goes on."""
        with self.other(ends="child"):
            self.outerfill(*TO_FILE)

    def test_the_status_file_tells(self):
        self.end("abort", "--status-json", "s.json")
        status = json.loads(self.read("s.json"))
        self.assertEqual((status["state"], status["exit_code"]), ("failed", DEVICE_FAILED))
        self.assertIn("the process was ended", status["message"])

    def test_a_division_of_integers_by_zero(self):
        """In a shard: what other shards may be at work on is left alone."""
        self.write("body.cl", "out[0] = a > 1e9 ? a : 7 / (int)(b - b);\n")
        arguments = ("fill", "arange:20", "arange:20", "--body", "body.cl", "-P", "1", "-o", "ab.npy", "--quiet")
        with mock.patch.dict(os.environ, {"POCL_SIGFPE_HANDLER": "0"}):
            for shard in ((), ("--shard", "1/2")):
                _, stderr = self.outerfill(*arguments, *shard, expected=DEVICE_FAILED)
                self.assertIn("(SIGFPE) while the OpenCL driver computed: the function may divide an integer by zero", stderr)
                left = ["ab.npy.journal-1-of-2", "ab.npy.part"] if shard else []
                self.assertEqual(sorted(os.listdir(self.folder)), [*left, "body.cl"])

    def test_where_the_cache_may_be(self):
        """The advice names the folder in which PoCL keeps its kernels here."""
        homes = ((dict(POCL_CACHE_DIR="x/p"), "x/p"), (dict(XDG_CACHE_HOME="x"), "x/pocl/kcache"),
                 (dict(HOME="x"), "x/.cache/pocl/kcache"), ({}, "the old one"))
        for variables, place in homes:
            if variables:
                os.makedirs(self.path(place), exist_ok=True)
            with mock.patch.dict(os.environ, variables):
                for name in {"POCL_CACHE_DIR", "XDG_CACHE_HOME", "HOME"} - set(variables):
                    os.environ.pop(name, None)
                _, stderr = self.outerfill("driver-ended", "SIGSEGV", "computed", "", "resume", "", "late", "plain", expected=DEVICE_FAILED)
            self.assertIn(place, stderr)
        self.assertIn("driver-ended", self.outerfill("driver-ended", "SIGSEGV", expected=USAGE)[1])

    def explained(self, stage, limit=None, **variables):
        """What is said of a crash under a limit or with a variable, without the name of a folder."""
        words = [OUTERFILL, "driver-ended", "SIGSEGV", "computed", "", "resume", "", stage, "plain"]
        with mock.patch.dict(os.environ, variables):
            done = subprocess.run(["sh", "-c", f'ulimit {limit or "-c 0"}; exec "$0" "$@"', *words], cwd=self.folder, text=True,
                                  capture_output=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, DEVICE_FAILED, done.stderr)
        return re.sub(r"^outerfill: .* computed: (.*)\n", r"\1", done.stderr)

    def test_the_likely_reasons(self):
        cache = self.path("cache")
        os.mkdir(cache)
        for limit, reason in (("-n 32", "it may have too few open files: raise the limit of 32 (ulimit -n)"),
                              ("-s 512", "its stack may be too small: raise the limit of 512 kB (ulimit -s)"),
                              ("-f 100", "its files may be too large: raise the limit of 50 kB (ulimit -f)"),
                              ("-v 4000000", "its memory may have run out: raise the limit of 4000000 kB (ulimit -v)"),
                              ("-d 4000000", "its memory may have run out: raise the limit of 4000000 kB (ulimit -d)")):
            self.assertEqual(self.explained("late", limit), reason)
        self.assertEqual(self.explained("early", POCL_CACHE_DIR=""),
                         "the variable POCL_CACHE_DIR is empty: unset it, or set it to a folder")
        self.assertEqual(self.explained("early", POCL_CACHE_DIR=cache),
                         "a variable that begins with POCL_ may be wrong, or the driver broken; OCL_ICD_VENDORS chooses another one")
        self.assertEqual(self.explained("late", POCL_CACHE_DIR=cache),
                         "PoCL's kernel cache may be damaged, or the function may reach beyond its memory; try with POCL_CACHE_DIR set "
                         f"to an empty folder, and if that helps, remove {cache}")

    def test_a_store_that_is_left_out(self):
        """The array never holds what was in memory before: the fill fails, in an array, in a file, and by reading back."""
        text = ("-e", "a + b", "-e", "a - b", "--quiet")
        for settings in ({}, {"is": "gpu", "without": "shared memory"}):
            for output in ((), ("-o", "ab.npy")):
                with self.other(leaves="1", **settings):
                    _, stderr = self.said(DEVICE_FAILED, "fill", "arange:20", "arange:20", *text, *output)
                self.assertIn("does not write plane 1 at i = 0, j = 0", stderr)
                self.assertFalse(os.path.exists(self.path("ab.npy")))

    def test_values_that_look_unwritten(self):
        """A value may be the pattern that stands in memory before."""
        for bits in ("0xa5a5a5a5a5a5a5a5", "0x5a5a5a5a5a5a5a5a"):
            for settings in ({"name": "One"}, {"is": "gpu", "without": "shared memory"}):
                with self.other(**settings):
                    self.outerfill("fill", "arange:20", "arange:20", "-e", "a", "-e", f"as_double({bits}UL)", "-o", "ab.npy", "--force")
                with open(self.path("ab.npy"), "rb") as file:
                    self.assertEqual(file.read()[-8:].hex(), bits[2:])


if __name__ == "__main__":
    unittest.main()
