#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The command and NumPy exchange arrays: what np.save wrote is read whole and converted as astype does, what the command wrote
# is what np.load reads and what NumPy computes from the same vectors, bit by bit. Needs python3-numpy.

import math
import os
import unittest

import numpy as np

from arrays import ArrayTest, in_parallel

REAL = "?bhilqBHILQefdg"  # NumPy's codes of every real dtype: bool, ints, uints, float16, 32, 64 and long double
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.1, -2.5, 1e300, -1e300, 1e16, 2.0**53 + 2, math.pi, math.inf, -math.inf, math.nan]
SUBNORMAL = [5e-324, -2.2e-308, 1e-45, 1e-310]  # for float64 only: float32 devices may flush them to zero

BLACK_SCHOLES_PREAMBLE = """
real cdf(real x) { return (real)0.5 * erfc(x * (real)-0.70710678118654752440); }
"""
BLACK_SCHOLES_BODY = """
real deviation = sigma * sqrt(years);
real d1 = (log(a / b) + (rate + 0.5 * sigma * sigma) * years) / deviation;
real d2 = d1 - deviation;
real density = 0.39894228040143267794 * exp(-0.5 * d1 * d1);
out[0] = a * cdf(d1) - b * exp(-rate * years) * cdf(d2);   // price of a call
out[1] = cdf(d1);                                          // delta
out[2] = density / (a * deviation);                        // gamma
out[3] = a * density * sqrt(years);                        // vega
"""


def values_of(code, dtype):
    """Values that a conversion may get wrong: the limits, halfway cases, what float32 or float64 cannot hold."""
    given = np.dtype(code)
    if given.kind == "b":
        return np.array([False, True, True])
    if given.kind in "iu":
        limits = np.iinfo(given)
        halfway = [(1 << k) + (1 << (k - 24)) + 1 for k in (25, 30, 31, 62, 63)]
        numbers = [0, 1, limits.min, limits.max, limits.max - 1] + [k for k in halfway if k <= limits.max]
        return np.array(numbers, given)
    numbers = SPECIAL + (SUBNORMAL if dtype == "float64" else [])
    with np.errstate(all="ignore"):
        exact = np.array(numbers, "g")
        exact = np.concatenate([exact, exact[2:6] * (1 + np.finfo("f").eps / 2 + np.finfo("g").eps)])
        exact = np.concatenate([exact, np.array([np.finfo(given).max, -np.finfo(given).max], given).astype("g")])
        return exact.astype(given)


def vectors(n, m, dtype, seed=1):
    """Two vectors of random numbers from 1e-8 to 1e8 in magnitude, whose sums and products are normal in float32 too."""
    random = np.random.default_rng(seed)
    a, b = (random.uniform(-1, 1, k) * 10.0 ** random.integers(-7, 8, k) for k in (n, m))
    return a.astype(dtype), b.astype(dtype)


class ReadsWhatNumPyWrote(ArrayTest):
    def check_dtype(self, code, dtype):
        values = values_of(code, dtype)
        little, big = values.astype(values.dtype.newbyteorder("<")), values.astype(values.dtype.newbyteorder(">"))
        found = self.fill(little, big, "-e", "a", "-e", "b", "--dtype", dtype, name=self.new_name())
        with np.errstate(all="ignore"):
            column = values.astype(dtype)
        shape = (len(values), len(values))
        expected = np.stack([np.broadcast_to(column[:, None], shape), np.broadcast_to(column[None, :], shape)])
        self.assert_same_bits(expected, found, f"{values.dtype} to {dtype}")

    def test_every_real_dtype_in_both_byte_orders(self):
        pairs = [(code, dtype) for code in REAL for dtype in ("float64", "float32")]
        in_parallel(lambda pair: self.check_dtype(*pair), pairs)

    def test_every_version_of_the_format(self):
        values = np.array(SPECIAL)
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(self.path("a.npy"), "wb") as file:
                np.lib.format.write_array(file, values, version=version)
            found = self.fill(self.path("a.npy"), np.zeros(1), "-e", "a")
            self.assert_same_bits(values[None, :, None], found, f"version {version}")

    def test_a_header_padded_to_a_page(self):
        values = np.arange(10.0)
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10,), }"
        with open(self.path("a.npy"), "wb") as file:
            file.write(b"\x93NUMPY\x01\x00" + (4086).to_bytes(2, "little") + header.ljust(4085) + b"\n" + values.tobytes())
        self.assert_same_bits(values[None, :, None], self.fill(self.path("a.npy"), np.zeros(1), "-e", "a"))

    def test_a_large_file(self):
        values = np.random.default_rng(2).standard_normal(1_000_003)
        self.assert_same_bits(values[None, :, None], self.fill(values, np.zeros(1), "-e", "a"))


class WritesWhatNumPyReads(ArrayTest):
    def test_the_file(self):
        a, b = vectors(7, 5, "float64")
        expected = np.stack([np.add.outer(a, b), np.multiply.outer(a, b)])
        self.assert_same_bits(expected, self.fill(a, b))
        mapped = np.load(self.path("out.npy"), mmap_mode="r")
        self.assertIsInstance(mapped, np.memmap)
        self.assertTrue(mapped.flags.c_contiguous)
        self.assert_same_bits(expected, np.array(mapped))
        with open(self.path("out.npy"), "rb") as file:
            self.assertEqual(np.lib.format.read_magic(file), (1, 0))
            self.assertEqual(np.lib.format.read_array_header_1_0(file), ((2, 7, 5), False, np.dtype("<f8")))

    def test_sums_and_products_of_every_shape(self):
        shapes = [(1, 1), (1, 1000), (1000, 1), (7, 13), (64, 64), (97, 1009), (3000, 17), (513, 4099)]
        for dtype in ("float64", "float32"):
            for n, m in shapes:
                a, b = vectors(n, m, dtype, seed=n)
                expected = np.stack([np.add.outer(a, b), np.multiply.outer(a, b)])
                found = self.fill(a, b, "-e", "a + b", "-e", "a * b", "--dtype", dtype)
                self.assert_same_bits(expected, found, f"{n} x {m} {dtype}")

    def test_special_values(self):
        values = np.array(SPECIAL + SUBNORMAL)
        with np.errstate(all="ignore"):
            operations = [f.outer(values, values) for f in (np.add, np.subtract, np.multiply, np.divide)]
        options = [option for sign in "+-*/" for option in ("-e", f"a {sign} b")]
        self.assert_same_bits(np.stack(operations), self.fill(values, values, *options))

    def test_products_are_not_fused_with_sums(self):
        a, b = vectors(200, 300, "float64")
        expected = np.multiply.outer(a, b) - a[:, None]
        self.assert_same_bits(expected[None], self.fill(a, b, "-e", "a * b - a"))

    def test_division_and_square_root_in_float64(self):
        a, b = (abs(x) for x in vectors(200, 300, "float64"))
        expected = np.stack([np.divide.outer(a, b), np.sqrt(np.add.outer(a, b))])
        self.assert_same_bits(expected, self.fill(a, b, "-e", "a / b", "-e", "sqrt(a + b)"))

    def test_empty_arrays(self):
        for n, m in ((0, 5), (5, 0), (0, 0)):
            self.assert_same_bits(np.empty((2, n, m)), self.fill(np.zeros(n), np.zeros(m)), f"{n} x {m}")

    def test_64_planes(self):
        a, b = vectors(5, 11, "float64")
        options = [option for k in range(64) for option in ("-e", f"{k}.0 * a - b")]
        expected = np.stack([k * a[:, None] - b[None, :] for k in range(64)])
        self.assert_same_bits(expected, self.fill(a, b, *options))

    def test_the_memory_limit_changes_nothing(self):
        a, b = vectors(700, 900, "float64")
        expected = np.stack([np.add.outer(a, b), np.multiply.outer(a, b)])
        for memory in ("1K", "100K", "3M"):
            self.assert_same_bits(expected, self.fill(a, b, "--memory", memory), memory)

    def test_two_runs_give_identical_bytes(self):
        a, b = vectors(321, 123, "float64")
        self.fill(a, b, "-e", "exp(sin(a) * cos(b))", name="one.npy")
        self.fill(a, b, "-e", "exp(sin(a) * cos(b))", name="two.npy")
        self.assertEqual(self.read("one.npy"), self.read("two.npy"))


class ReadsText(ArrayTest):
    def test_commas_comments_and_blanks(self):
        text = "# heading, with 1 number\n1,2 ,\t3, 4 # five, 6\r\n\n#7\n   "
        found = self.fill(self.write("a.txt", text), np.zeros(1), "-e", "a")
        self.assert_same_bits(np.array([1.0, 2, 3, 4])[None, :, None], found)

    def test_numbers_survive_a_round_trip(self):
        values = np.concatenate([np.array(SPECIAL + SUBNORMAL), vectors(500, 1, "float64")[0]])
        stdin = "\n".join(map(repr, values.tolist()))
        self.assert_same_bits(values[None, :, None], self.fill("-", np.zeros(1), "-e", "a", stdin=stdin))

    def test_many_numbers_on_standard_input_as_b(self):
        values = np.random.default_rng(3).standard_normal(100_000)
        stdin = " ".join(map(repr, values.tolist()))
        self.assert_same_bits(values[None, None, :], self.fill(np.zeros(1), "-", "-e", "b", stdin=stdin))

    def test_the_words_for_nan_and_infinity(self):
        found = self.fill("-", np.zeros(1), "-e", "a", stdin="nan NaN inf -inf +inf Inf -Infinity")
        expected = np.array([math.nan, math.nan, math.inf, -math.inf, math.inf, math.inf, -math.inf])
        self.assert_same_bits(expected[None, :, None], found)


class OptionGrid(ArrayTest):
    """Black and Scholes' call: price, delta, gamma and vega for every spot price a and strike price b."""

    rate, sigma, years = 0.03, 0.25, 0.75

    def expected(self, a, b):
        def cdf(x):
            return 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))

        deviation = self.sigma * math.sqrt(self.years)
        d1 = (np.log(np.divide.outer(a, b)) + (self.rate + self.sigma**2 / 2) * self.years) / deviation
        density = np.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
        price = a[:, None] * cdf(d1) - b[None, :] * math.exp(-self.rate * self.years) * cdf(d1 - deviation)
        return np.stack([price, cdf(d1), density / (a[:, None] * deviation), a[:, None] * density * math.sqrt(self.years)])

    def test_against_numpy(self):
        a, b = np.linspace(50, 150, 101), np.linspace(60, 140, 81)
        body, preamble = self.write("body.cl", BLACK_SCHOLES_BODY), self.write("preamble.cl", BLACK_SCHOLES_PREAMBLE)
        parameters = [x for name in ("rate", "sigma", "years") for x in ("-p", f"{name}={getattr(self, name)!r}")]
        found = self.fill(a, b, "--body", body, "-P", 4, "--preamble", preamble, *parameters)
        expected = self.expected(a, b)
        self.assertEqual(expected.shape, found.shape)
        scale = np.maximum(abs(expected), np.array([1, 0.01, 1e-4, 1])[:, None, None])  # below it, values count as tiny
        worst = np.unravel_index(np.argmax(abs(found - expected) / scale), scale.shape)
        self.assertLessEqual(np.max(abs(found - expected) / scale), 1e-12, f"worst cell {worst}")


class OptionGrid(ArrayTest):
    """The grid of the demo, from its own body: spot price a, volatility b."""

    strike, rate, years = 100.0, 0.02, 1.0

    def expected(self, a, b):
        cdf = np.vectorize(lambda x: math.erfc(-x / math.sqrt(2)) / 2)
        spot, deviation = a[:, None], b[None, :] * math.sqrt(self.years)
        d1 = np.log(spot / self.strike) / deviation + self.rate * self.years / deviation + deviation / 2
        density = np.exp(-(d1**2) / 2) / math.sqrt(2 * math.pi)
        price = spot * cdf(d1) - self.strike * math.exp(-self.rate * self.years) * cdf(d1 - deviation)
        return np.stack([price, cdf(d1), density / spot / deviation, spot * density * math.sqrt(self.years)])

    def test_against_numpy(self):
        a, b = np.linspace(50, 150, 301), np.linspace(0.05, 0.8, 203)
        body = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../host/examples/option_grid.cl")
        parameters = [x for name in ("strike", "rate", "years") for x in ("-p", f"{name}={getattr(self, name)!r}")]
        found = self.fill(a, b, "--body", body, "-P", 4, *parameters)
        expected = self.expected(a, b)
        scale = np.maximum(abs(expected), np.array([1, 0.01, 1e-4, 1])[:, None, None])  # below it, values count as tiny
        worst = np.unravel_index(np.argmax(abs(found - expected) / scale), scale.shape)
        self.assertLessEqual(np.max(abs(found - expected) / scale), 1e-12, f"worst cell {worst}")


if __name__ == "__main__":
    unittest.main()
