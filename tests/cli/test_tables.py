#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Vectors and columns of texts have the bits that np.loadtxt and np.genfromtxt read from the same files. Each value that is read
# stands where NumPy has it, or the command refuses the text: it never reads other values. Needs python3-numpy.

import io
import itertools
import random
import signal
import subprocess
import threading

import numpy as np

from arrays import ArrayTest, in_parallel
from cases import main, slow
from command import OUTERFILL, USAGE

NUM_RANDOM = 24
DELIMITERS = {",": ",", ";": ";", "\t": "\t", " ": None}  # of the text, and of NumPy
SPELLINGS = ("{!r}", "{:.3e}", "{:+.17g}", "{:.2f}", "{:g}", "{:15.6f}")


def number(source):
    value = source.choice([source.uniform(-1, 1) * 10.0 ** source.randint(-30, 30), float(source.randint(-999, 999)), float("nan"),
                           float("inf"), float("-inf"), -0.0])
    return source.choice(SPELLINGS).format(value)


def random_table(source, num_lines, num_columns, delimiter):
    """Lines of fields, with comments, blank lines and blanks that change nothing."""
    lines = []
    for _ in range(num_lines):
        fields = [number(source) for _ in range(num_columns)]
        blanks = source.choice(["", " "]) if delimiter != " " else source.choice(["", "  "])
        line = (blanks + delimiter + blanks).join(fields)
        lines += [line + source.choice(["", "", " # 1,2", "  "])]
        lines += source.choice([[], [], [""], ["# 5" + delimiter + "6"]])
    return source.choice(["\n", "\r\n"]).join(lines) + source.choice(["", "\n"])


class Tables(ArrayTest):
    def read(self, text, column=None):
        path = self.write(self.new_name() + ".txt", text)
        found = self.fill(path if column is None else f"{path}:{column}", "arange:1", "-e", "a", name=self.new_name())
        return np.ascontiguousarray(found[0, :, 0])

    def refused(self, text, column=None):
        path = self.write(self.new_name() + ".txt", text)
        _, said = self.outerfill("fill", path if column is None else f"{path}:{column}", "arange:1", expected=USAGE)
        return said

    def check_columns(self, seed):
        source = random.Random(seed)
        delimiter = source.choice(list(DELIMITERS))
        text = random_table(source, source.randint(2, 9), source.randint(2, 6), delimiter)
        expected = np.loadtxt(io.StringIO(text), delimiter=DELIMITERS[delimiter], ndmin=2)
        for column in range(expected.shape[1]):
            self.assert_same_bits(expected[:, column], self.read(text, column), f"{text!r}:{column}")
        self.assert_same_bits(expected.ravel(), self.read(text, "flat"), repr(text))
        self.assertIn("a table and not a vector", self.refused(text))

    def test_columns_of_random_tables(self):
        in_parallel(self.check_columns, range(NUM_RANDOM // 3))

    def check_vector(self, seed):
        source = random.Random(seed)
        delimiter = source.choice(list(DELIMITERS))
        num_lines, num_columns = source.choice([(1, source.randint(1, 9)), (source.randint(1, 9), 1)])
        text = random_table(source, num_lines, num_columns, delimiter)
        expected = np.loadtxt(io.StringIO(text), delimiter=DELIMITERS[delimiter], ndmin=1)
        self.assert_same_bits(expected, self.read(text), repr(text))

    def test_random_vectors(self):
        in_parallel(self.check_vector, range(NUM_RANDOM))

    def test_columns_by_name(self):
        names = ["time", "wind speed", "\u03b8", "x", "m/s"]
        for delimiter, comments, dialect in itertools.product(",;\t", ("", "# "), ("{}", '"{}"')):
            header = comments + delimiter.join(map(dialect.format, names))
            values = np.random.default_rng(1).standard_normal((4, 5))
            text = header + "\n" + "\n".join(delimiter.join(map(dialect.format, row)) for row in values.tolist())
            for column, name in enumerate(names):
                self.assert_same_bits(np.ascontiguousarray(values[:, column]), self.read(text, name), f"{text!r}:{name}")

    def test_named_columns_as_genfromtxt(self):
        text = "id,when,value,\na1,2024-01-01,1.5,\nb2,2024-01-02,-2.5,\nc3,,3.5e-7,\n"
        table = np.genfromtxt(io.StringIO(text), delimiter=",", names=True, dtype=None, encoding=None)
        self.assert_same_bits(table["value"], self.read(text, "value"))
        self.assert_same_bits(table["value"], self.read(text, 2))

    @slow
    def test_savetxt(self):
        values = np.random.default_rng(2).standard_normal((7, 3)) * 1e-5
        for delimiter, form in itertools.product((" ", ",", ";", "\t"), ("%.18e", "%r", "%.17g")):
            np.savetxt(self.path("t.txt"), values, delimiter=delimiter, fmt=form, header=delimiter.join("xyz"))
            with open(self.path("t.txt"), encoding="ascii") as file:
                text = file.read()
            for column, name in enumerate("xyz"):
                self.assert_same_bits(np.ascontiguousarray(values[:, column]), self.read(text, name), text)
        np.savetxt(self.path("v.txt"), values[:, 0], header="a vector")
        found = self.fill(self.path("v.txt"), "arange:1", "-e", "a")
        self.assert_same_bits(np.loadtxt(self.path("v.txt")), np.ascontiguousarray(found[0, :, 0]))

    def test_fortran_exponents(self):
        for text, same in (("1.5D+00", "1.5"), ("-.25d-3", "-.25e-3"), ("1D5", "1e5"), ("0.123-103", "0.123e-103"),
                           ("-1.5+103", "-1.5e103"), ("2.-300", "2.e-300")):
            self.assert_same_bits(np.array([float(same)]), self.read(text), text)
        for text in ("1.5D", "1D5.5", "1-2", "1.5-12", "1.5-012", "1.5-1234", "100-200", "1.5d-3-100", "D5", "1.5dd3"):
            self.assertIn("is not a number", self.refused(text), text)

    def test_what_is_no_number_is_no_header_either(self):
        for word in ("1.2.3", "12kg", "$5", "(5)", "-", "***", "1e", "0x10", "N/A", "null", "NaN(5)", "\u22125", "1_000", "5%"):
            self.assertIn("line 1", self.refused(f"{word}\n1\n2\n"), word)
            self.assertIn("line 3", self.refused(f"1\n2\n{word}\n"), word)

    def test_a_line_longer_than_what_is_held(self):
        values = np.random.default_rng(4).standard_normal(100_000)
        for delimiter in (" ", ", ", ";", "\t"):
            self.assert_same_bits(values, self.read(delimiter.join(map(repr, values.tolist()))), delimiter)
        self.assertIn("more than a million characters", self.refused("1," * 600_000, 3))

    def test_long_fields_beside_the_column(self):
        text = "".join(f'"{"x, y " * 2000}",{k}\n' for k in range(3))
        self.assert_same_bits(np.arange(3.0), self.read("text,number\n" + text, "number"))

    def test_endless_pipes_are_refused(self):
        for line in ("1 2\n", "x\n", "1\n2 3\n", "1,,\n", '"\n', "word word\n"):
            process = subprocess.Popen(["yes", line[:-1]], stdout=subprocess.PIPE)
            timer = threading.Timer(60, process.send_signal, (signal.SIGKILL,))
            timer.start()
            result = subprocess.run([OUTERFILL, "fill", "-", "arange:1"], stdin=process.stdout, capture_output=True, check=False)
            process.stdout.close()
            process.wait()
            timer.cancel()
            self.assertEqual(result.returncode, USAGE, f"{line!r}: {result.stderr}")


if __name__ == "__main__":
    main()
