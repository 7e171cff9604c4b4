#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Without -o the command prints the array exactly as NumPy's print() does: digits, padding, exponents, line breaks, and the
# summary beyond 1000 elements. Products are the same bits here and in NumPy, so the two texts must be the same characters.
# Needs python3-numpy.

import itertools
import math

import numpy as np

from arrays import ArrayTest, in_parallel
from cases import main, slow

NAN, INF = math.nan, math.inf

# Values of one column, printed with shape (1, n, 1) and, turned around, (1, 1, n)
COLUMNS = {
    "whole": [0, 1, 2, 3, 4], "one": [1], "zero": [0], "negative zero": [-0.0, 0.0], "signs": [-1, 2, -3],
    "mixed": [1, 2.5, 3.25], "thirds": [1 / 3, 2 / 3, 1], "tenths": [0.1 * k for k in range(11)], "nan": [NAN],
    "nan and whole": [NAN, 1, 2], "inf": [INF, -INF], "inf and fractions": [INF, 0.5, -0.25],
    "-inf and long": [-INF, 123456.789, NAN], "all special": [NAN, INF, -INF], "large": [1e15, 1],
    "largest positional": [9999999, 0.5], "1e8": [1e8], "below 1e16": [9999999999999998.0], "1e16": [1e16],
    "1e16 and 1": [1e16, 1], "ratio 1000": [1, 1000], "above ratio 1000": [0.5, 1000], "ratio with 0": [0, 1e-3, 999],
    "small": [1e-4], "just small": [9.999e-5], "tiny": [1e-5, 1], "1e-300": [1e-300, 2e-300],
    "1e300": [1e300, -1e300], "two and three digit exponents": [1e-100, 1e10], "all magnitudes": [1e-300, 1, 1e300],
    "8 digits": [1.23456789012345], "rounded up": [0.999999999], "rounded at 8": [0.123456785, 0.5],
    "rounded to whole": [2.9999999999, 1], "9 digits": [123456789.123456789], "wide": [123456.7, -0.00123],
    "powers of ten": [10.0**k for k in range(-4, 4)], "powers of two": [2.0**k for k in range(-20, 20)],
    "subnormal": [5e-324], "largest": [1.7976931348623157e308], "halves": [0.5, 1.5, 2.5],
    "exponents and nan": [1e-10, NAN, 1], "exponents and inf": [1e20, -INF, 1.5],
    "exponent mantissas": [1.5e20, 1.25e-20, 1e5],
}
FLOAT32_COLUMNS = {
    "tenth": [0.1], "thirds": [1 / 3, 2 / 3, 1], "1e16": [1e16, 1], "large": [16777216, 16777218],
    "1e-5": [1e-5, 0.1], "1e38": [3e38], "special": [NAN, INF, 0.1], "whole": [0, 1, 2], "long": [123456.789, 0.001],
    "pi": [math.pi], "rounded": [0.99999999], "1e8": [1e8, 0.5], "nearest to another": [2.0**87, 2.0**90], "or": [2.0**-96],
}
# (P, n, m): lines broken at 75 columns, summaries of one, two or three axes, 999 to 1001 elements, empty arrays
SHAPES = [
    (1, 1, 1), (1, 1, 30), (2, 3, 4), (2, 5, 5), (1, 30, 2), (3, 1, 25), (1, 1, 1000), (1, 1, 1001), (1, 1000, 1), (1, 1001, 1),
    (1, 27, 37), (1, 7, 143), (1, 6, 200), (2, 5, 101), (2, 50, 50), (6, 13, 13), (7, 12, 12), (64, 5, 5), (64, 1, 16),
    (20, 60, 1), (1, 300, 300), (1, 0, 3), (2, 3, 0), (1, 0, 0), (64, 0, 1),
]
MAGNITUDES = {
    "whole": lambda random, k: random.integers(-50, 50, k).astype(float),
    "decimals": lambda random, k: random.integers(-500, 500, k) / 100,
    "normal": lambda random, k: random.standard_normal(k),
    "spread": lambda random, k: random.standard_normal(k) * 10.0 ** random.integers(-6, 6, k),
    "huge": lambda random, k: random.standard_normal(k) * 10.0 ** random.integers(0, 150, k),
    "special": lambda random, k: random.choice([NAN, INF, -INF, 0.5, -1, 100], k),
}


class Print(ArrayTest):
    def assert_printed(self, a, b, planes=1, dtype="float64", what=""):
        """Prints a * b, 2 * a * b, ... and compares with NumPy's text."""
        a, b = np.array(a, dtype), np.array(b, dtype)
        with np.errstate(all="ignore"):
            product = np.multiply.outer(a, b)
            expected = np.stack([np.array(p + 1, dtype) * product for p in range(planes)])
        options = [option for p in range(planes) for option in ("-e", f"{p + 1} * (a * b)")]
        files = [self.save(self.new_name(), x) for x in (a, b)]
        stdout, stderr = self.outerfill("fill", *files, *options, "--dtype", dtype)
        self.assertEqual(str(expected) + "\n", stdout, f"{what} {dtype}")
        self.assertEqual(stderr, "", "without -o and a terminal nothing is printed on stderr")

    def check_columns(self, columns, dtype):
        def check(name):
            self.assert_printed(columns[name], [1], dtype=dtype, what=f"column {name}")
            self.assert_printed([1], columns[name], dtype=dtype, what=f"row {name}")
        in_parallel(check, columns)

    def test_magnitudes(self):
        self.check_columns(COLUMNS, "float64")

    def test_magnitudes_of_float32(self):
        self.check_columns(FLOAT32_COLUMNS, "float32")

    @slow
    def test_shapes(self):
        def check(case):
            (planes, n, m), (name, numbers) = case
            random = np.random.default_rng([planes, n, m, sum(map(ord, name))])
            self.assert_printed(numbers(random, n), numbers(random, m), planes, what=f"{(planes, n, m)} {name}")
        in_parallel(check, itertools.product(SHAPES, MAGNITUDES.items()))

    def test_shapes_of_float32(self):
        def check(shape):
            random = np.random.default_rng(shape)
            planes, n, m = shape
            self.assert_printed(random.uniform(0.1, 9, n), random.uniform(0.1, 9, m), planes, "float32", f"{shape}")
        in_parallel(check, SHAPES)

    def test_a_summary_looks_only_at_what_it_prints(self):
        a = np.arange(5000.0)
        a[2500] = 1e300  # in the part left out: the printed digits do not depend on it
        self.assert_printed(a, [1], what="left out")

    def test_the_example_of_two_vectors_of_five(self):
        a = np.arange(5.0)
        stdout, _ = self.outerfill("fill", "arange:5", "arange:5")
        self.assertEqual(str(np.stack([np.add.outer(a, a), np.multiply.outer(a, a)])) + "\n", stdout)

    def test_print_and_file_agree(self):
        a, b = np.linspace(-1, 1, 9), np.linspace(0, 10, 4)
        stdout, _ = self.outerfill("fill", "linspace:-1:1:9", "linspace:0:10:4")
        self.assertEqual(str(self.fill(a, b)) + "\n", stdout)


if __name__ == "__main__":
    main()
