#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# arange:, linspace: and logspace: give the values of NumPy's functions of these names computed in float64: arange and linspace
# bit by bit, their lengths and rounding included, logspace within 2 ULP. One run of the command answers for two ranges, one as
# A and one as B. Needs python3-numpy.

import random
import unittest

import numpy as np

from arrays import ArrayTest, in_parallel
from command import OK, USAGE

NUM_RANDOM = 120  # of each kind

SPECIAL_ARANGES = [
    (0.0,), (-0.0,), (1.0,), (0.5,), (-3.0,), (1e-300,), (300.0,), (2.0, 2.0), (2.0, 2.5), (3.0, 1.0), (-3.0, 3.0),
    (0.0, 1.0, 0.1), (0.0, 0.3, 0.1), (1.0, 1.3, 0.1), (0.1, 0.4, 0.1), (0.0, 1.0, 1.0 / 3), (1.0, 0.0, -0.1),
    (5.0, 5.0, -1.0), (0.0, -0.0, 1.0), (-0.0, 3.0, 1.0), (0.0, 5e-324, 1e300), (0.0, -5e-324, 1e300), (0.0, 5e-323, 5e-324),
    (1e16, 1e16 + 20, 1.0), (9007199254740990.0, 9007199254741010.0, 3.0), (1e308, 1.7e308, 1e307), (-8e307, 8e307, 1e307),
    (0.0, 1.0, 1e300), (1.0, 2.0, 0.01), (-1e-5, 1e-5, 1e-7),
]
SPECIAL_LINSPACES = [
    (0.0, 1.0, 0), (0.0, 1.0, 1), (3.0, 3.0, 1), (0.0, 1.0, 2), (1.0, 0.0, 2), (3.0, 3.0, 5), (-0.0, 0.0, 3), (0.0, -0.0, 3),
    (0.0, 1.0, 11), (0.0, 1.0, 50), (0.1, 0.7, 7), (-1.0, 1.0, 201), (1.0, -1.0, 10), (0.0, 5e-324, 4), (5e-324, 2e-323, 9),
    (0.0, 2.2e-308, 300), (1e308, -1e308, 5), (-1.7e308, 1e308, 7), (0.0, 1.7e308, 10), (1e16, 1e16 + 2, 9), (0.0, 1e-300, 13),
]
INF, NAN = float("inf"), float("nan")
NOT_FINITE = [("linspace", x) for x in ((0.0, INF, 4), (0.0, INF, 1), (-INF, 0.0, 3), (NAN, 1.0, 3), (0.0, NAN, 2))]
NOT_FINITE += [("arange", x) for x in ((0.0, 1.0, INF), (0.0, -1.0, INF), (0.0, 1.0, -INF))]
NOT_FINITE += [("logspace", x) for x in ((0.0, INF, 3), (-INF, 0.0, 2), (NAN, 0.0, 2))]
SPECIAL_LOGSPACES = [
    (0.0, 0.0, 1), (0.0, 3.0, 4), (-5.0, 5.0, 11), (0.0, 1.0, 0), (2.0, -2.0, 9), (-323.0, -300.0, 24), (300.0, 308.0, 33),
    (0.0, 308.25, 50), (308.0, 310.0, 5), (-330.0, -320.0, 11), (0.3, 0.3, 3), (-0.0, 0.0, 2),
]


def spell(kind, arguments):
    return kind + ":" + ":".join(map(repr, arguments))


def number(source):
    """A random number of one of the kinds that people write: whole, decimal, or of any magnitude."""
    return source.choice([
        lambda: float(source.randint(-1000, 1000)),
        lambda: source.randint(-1000, 1000) / 10,
        lambda: source.uniform(-1, 1) * 10.0 ** source.randint(-12, 12),
    ])()


def random_arange(source):
    start, step, length = number(source), number(source) or 1.0, source.uniform(0, 200)
    stop = source.choice([start + step * length, start + step * int(length)])
    return (start, stop, step)


def random_space(source):
    return (number(source), number(source), source.randint(0, 200))


def random_logspace(source):
    return (source.uniform(-300, 300), source.uniform(-300, 300), source.randint(1, 200))


class Ranges(ArrayTest):
    def given(self, pair, dtype="float64"):
        """The values that the command gives for a pair of ranges; where one is empty, only the lengths are known."""
        ab = self.fill(*pair, "-e", "a", "-e", "b", "--dtype", dtype, name=self.new_name())
        self.assertEqual(ab.shape[0], 2)
        return (ab[0, :, 0] if ab.shape[2] else ab.shape[1]), (ab[1, 0, :] if ab.shape[1] else ab.shape[2])

    def check(self, expected, compare):
        """Compares a dictionary of expected values, by the ranges' spelling, with what the command gives for them."""
        expected = dict(sorted(expected.items(), key=lambda item: len(item[1])))  # the empty ones share their runs
        spellings = list(expected)
        pairs = list(zip(spellings[0::2], spellings[1::2])) + [(spellings[-1], "arange:1")]
        for pair, answers in zip(pairs, in_parallel(self.given, pairs)):
            for spelling, found in zip(pair, answers):
                values = expected.get(spelling, np.zeros(1))  # arange:1, where the number of ranges is odd
                with self.subTest(spelling):
                    if isinstance(found, int):
                        self.assertEqual(len(values), found, spelling)
                    else:
                        compare(values, np.ascontiguousarray(found), spelling)

    def assert_within_2_ulp(self, expected, found, what):
        self.assertEqual(expected.shape, found.shape, what)
        finite = np.isfinite(expected)
        self.assert_same_bits(expected[~finite], found[~finite], what)
        distance = abs(expected[finite].view(np.int64) - found[finite].view(np.int64))
        self.assertLessEqual(distance.max(initial=0), 2, what)

    def test_arange(self):
        source = random.Random(1)
        arguments = SPECIAL_ARANGES + [random_arange(source) for _ in range(NUM_RANDOM)]
        self.check({spell("arange", x): np.arange(*x, dtype=np.float64) for x in arguments}, self.assert_same_bits)

    def test_linspace(self):
        source = random.Random(2)
        arguments = SPECIAL_LINSPACES + [random_space(source) for _ in range(NUM_RANDOM)]
        with np.errstate(all="ignore"):
            expected = {spell("linspace", x): np.linspace(*x) for x in arguments}
        self.check(expected, self.assert_same_bits)

    def test_logspace(self):
        source = random.Random(3)
        arguments = SPECIAL_LOGSPACES + [random_logspace(source) for _ in range(NUM_RANDOM)]
        with np.errstate(all="ignore"):
            expected = {spell("logspace", x): np.logspace(*x) for x in arguments}
        self.check(expected, self.assert_within_2_ulp)

    def test_geomspace(self):
        """The ends are exact; in between an error of log10 counts as often as the exponent is large."""
        for arguments in ((1.0, 1000.0, 4), (1e-300, 1e300, 50), (-8.0, -0.5, 9), (3.0, 3.0, 5), (2.0, 9.0, 1), (7.0, 1.0, 0),
                          (1e-310, 1e-308, 7)):
            found, _ = self.given((spell("geomspace", arguments), "arange:1"))
            expected = np.geomspace(*arguments)
            with self.subTest(arguments):
                self.assertEqual(len(found), len(expected))
                if not len(expected):
                    continue
                self.assert_same_bits(expected[[0, -1]], np.ascontiguousarray(found[[0, -1]]), "ends")
                np.testing.assert_allclose(found, expected, rtol=1e-12, atol=5e-324)

    def test_arguments_that_are_not_finite(self):
        """They are refused with a sentence, or give NumPy's values; nothing else."""
        functions = {"arange": np.arange, "linspace": np.linspace, "logspace": np.logspace}
        for kind, arguments in NOT_FINITE:
            spelling = spell(kind, arguments)
            result = self.run_command("fill", spelling, "arange:1", "-e", "a", "-o", "out.npy", "--force", "--quiet")
            self.assertIn(result.returncode, (OK, USAGE), f"{spelling}: {result.stderr}")
            if result.returncode == OK:
                with np.errstate(all="ignore"):
                    expected = functions[kind](*arguments)
                self.assert_within_2_ulp(expected, np.load(self.path("out.npy"))[0, :, 0].copy(), spelling)

    def test_computed_in_float64_then_converted(self):
        for spelling, values in (("arange:0:100:0.1", np.arange(0, 100, 0.1)), ("linspace:0:1:1001", np.linspace(0, 1, 1001)),
                                 ("arange:16777210:16777230", np.arange(16777210.0, 16777230.0))):
            found, _ = self.given((spelling, "arange:1"), dtype="float32")
            self.assert_same_bits(values.astype(np.float32), np.ascontiguousarray(found), spelling)

    def test_spellings_of_numbers(self):
        for spelling, values in (("arange:1e1", np.arange(10.0)), ("arange:+2:5.", np.arange(2.0, 5)),
                                 ("arange:-1:.5:25e-2", np.arange(-1, 0.5, 0.25)),
                                 ("linspace:-1E0:1:5", np.linspace(-1, 1, 5))):
            found, _ = self.given((spelling, "arange:1"))
            self.assert_same_bits(values, np.ascontiguousarray(found), spelling)


if __name__ == "__main__":
    unittest.main()
