# SPDX-License-Identifier: MIT
#
# Arrays for the tests of this folder that compare the command with NumPy: writes the inputs with np.save, reads the results
# with np.load, and compares bit by bit (NaN as a class: its sign and payload differ between devices; -0 is not +0). NumPy's
# own functions are the oracle; nothing here computes what the command computes.

import itertools
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from command import CommandTest

BITS = {4: np.uint32, 8: np.uint64}


def describe(expected, found):
    """The first cell in which two arrays of one shape differ, in words; None where they are the same bit by bit."""
    bits = BITS[expected.dtype.itemsize]
    same = (expected.view(bits) == found.view(bits)) | (np.isnan(expected) & np.isnan(found))
    if same.all():
        return None
    cell = tuple(int(k) for k in np.argwhere(~same)[0])
    return f"{np.count_nonzero(~same)} of {same.size} cells differ, first {cell}: {expected[cell]!r}, found {found[cell]!r}"


def in_parallel(function, items):
    """Calls the function for every item, a few at once; the first exception is raised here."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


class ArrayTest(CommandTest):
    """A test that runs the command on arrays."""

    numbers = itertools.count()

    def new_name(self):
        """A file name for one of several runs at once."""
        return f"{next(self.numbers)}.npy"

    def save(self, name, array):
        np.save(self.path(name), array)
        return self.path(name)

    def fill(self, a, b, *options, name="out.npy", stdin=None):
        """Runs `fill` into a file and returns the array; a and b are arrays, or what the command takes for A and B."""
        operands = [x if isinstance(x, str) else self.save(self.new_name(), x) for x in (a, b)]
        stdout, _ = self.outerfill("fill", *operands, *options, "-o", name, "--force", stdin=stdin)
        self.assertEqual(stdout, "", "with -o nothing is printed on stdout")
        return np.load(self.path(name), allow_pickle=False)

    def assert_same_bits(self, expected, found, what=""):
        expected = np.ascontiguousarray(expected)
        self.assertEqual((expected.dtype, expected.shape), (found.dtype, found.shape), what)
        self.assertIsNone(describe(expected, found), what)
