#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# Texts that people write: their values, their warnings, and what is said where they do not compile. The rows hold on every device
# with float64; tests/checks/texts runs this program with other drivers. The values are those of NumPy, worked out here.

import math
import os
import subprocess

import numpy as np

from arrays import ArrayTest, in_parallel
from cases import main, slow
from command import LIMIT, OUTERFILL

A, B = np.array([0.0, 1.0, 2.5]), np.array([0.5, 2.0])
I, J = np.arange(3)[:, None], np.arange(2)[None, :]
a, b = A[:, None], B[None, :]
NAN, INF = math.nan, math.inf

# Texts in expressions, with options, and the array that NumPy makes; for float64 and float32.
VALUES = (
    # A built-in of a constant that compilers fold to an undefined value
    ("exp(NAN)", NAN), ("exp2(NAN) + a", NAN), ("exp10(NAN)", NAN), ("expm1(NAN)", NAN), ("sinh(NAN)", NAN), ("tanh(NAN)", NAN),
    ("b == 2 ? exp(NAN) : a / b", np.where(b == 2, NAN, a / b)), ("rint(2.4e9)", 2.4e9), ("rint(-2.4e9)", -2.4e9),
    ("a / rint(2.4e9)", a / 2.4e9), ("rint(INFINITY)", INF), ("floor(1e30)", 1e30), ("ceil(NAN)", NAN), ("trunc(-1e30)", -1e30),
    ("round(NAN)", NAN), ("tgamma(NAN)", NAN), ("lgamma(-1e30)", INF), ("tgamma(-1e30)", NAN), ("pow(NAN, 0)", 1), ("pow(1, NAN)", 1), ("pow(NAN, b)", NAN), ("pown(NAN, 0)", 1),
    ("pown(NAN, 2)", NAN), ("hypot(INFINITY, NAN)", INF), ("fmod(NAN, b)", NAN), ("exp(INFINITY)", INF), ("exp(-INFINITY)", 0),
    ("exp(1e30)", INF), ("ldexp(NAN, 3)", NAN), ("rootn(a, 0)", NAN), ("atan2(NAN, b)", NAN),
    # Integers where reals are taken
    ("max(a, 0)", np.maximum(a, 0)), ("min(1, a)", np.minimum(a, 1)), ("sqrt(4)", 2), ("pow(2, 3)", 8), ("pow(a, 2)", a * a),
    ("pow(2, a - a)", 1), ("fmax(i, a)", np.maximum(I, a)), ("clamp(a, 0, 1)", np.clip(a, 0, 1)), ("mix(a, b, 1)", a + (b - a)),
    ("fma(i, 2, j)", 2 * I + J), ("floor(i)", I), ("fabs(i - j)", abs(I - J)), ("isnan(i)", 0), ("fmod(7, 4)", 3),
    ("ldexp(1, i)", 2.0 ** I), ("pown(2, j)", 2.0 ** J), ("copysign(3, -1)", -3), ("step(1, a)", np.where(a < 1, 0, 1)),
    ("hypot(3, 4)", 5), ("exp(0)", 1), ("max(max(i, j), 1)", np.maximum(np.maximum(I, J), 1)), ("max(1, 2.5)", 2.5),
    # Integers alone stay integers, and abs has a sign
    ("1 - abs(i - j)", 1 - abs(I - J)), ("abs(i - j) - 2", abs(I - J) - 2), ("abs(a - 1)", abs(a - 1)), ("(max(i, 2)) / 2", [[1]]),
    ("clamp(i - 5, -2, 2)", -2), ("1 - abs_diff(i, j)", 1 - abs(I - J)), ("min(-1, 2u)", -1), ("max(i, 7) % 4", 3), 
    ("abs(-9223372036854775807L) > 0", 1),
    # Constants are of the type real
    ("atan(INFINITY) < 1.5707963268", None), ("isinf(INFINITY) + isnan(NAN)", 2),
)

# Built-in functions of vectors
VECTORS = (
    ("exp((double2)(0, a)).x + max((int2)(1, 2), 3).x", 4), ("sqrt((float4)(16)).y + abs((long2)(-3)).x", 7),
    ("floor((double2)(2.5)).x + pow((float2)(2), (float2)(3)).x", 10), ("fmax((double2)(a, b), 9).y", 9),
)

# Warnings: the text, and a part of the sentence; None: there is none.
WARNINGS = (
    ("1/2*a", 'line 1, column 1 of "1/2*a": 1/2 is a quotient of integers, rounded towards 0: write 1.0/2'),
    ("i/n", "i/n is a quotient of integers, rounded towards 0: write (real)i/n, or (long)(i/n)"),
    ("a + (i + 1)/n", "(i + 1)/n is a quotient"), ("pow(a, 1/3)", "1/3 is a quotient"), ("sin(i/2)", "i/2 is a quotient"),
    ("a > 1 ? 1/2 : 3/4", "1/2 is a quotient"), ("exp(-1/2*a)", "1/2 is a quotient"), ("max(i/2, a)", "i/2 is a quotient"),
    ("i^2", "i^2 is the exclusive or of bits: write pow for a power"), ("0 < a < 2", "compares the result of 0 < a, which is 0 or 1"),
    ("a == b == 1", "compares the result of a == b"), ("100000*100000*a", "100000*100000 does not fit an int"),
    ("2147483647 + 1", "does not fit an int"), ("1<<40", "1<<40 does not fit an int"), ("1 << 31", "does not fit an int"),
    ("9223372036854775807 + 1", "does not fit a long"),
    ("(long)(i/8)", None), ("(long)(i^2)", None), ("4/2*a", None), ("1.0/2*a", None), ("a/2", None), ("(i/8 + j/8) % 2", None),
    ("(real)i/n", None), ("100000L*100000", None), ("1L << 40", None), ("i/2 == j", None), ("a > 0 && b > 1", None),
    ("(a > 0) == (b > 1)", None), ("i & 1", None),
)
BODY_WARNINGS = (
    ("out[0] = a // 2\n + b;", "line 1, column 12", "this comment stands in the middle of a statement"),
    ("out[0] = a // (b + 1)\n ;", "line 1, column 12", "floor(a / b)"),
    ("real x = a;\nout[0] = 1/2*x;", "line 2, column 10", "1/2 is a quotient"),
    ("out[0] = a;\nif (0 < a < 1) out[0] = 1;", "line 2, column 5", "compares the result"),
    ("out[0] = a // seconds\n + b;", None, None), ("out[0] = a; // 2\nout[0] += b;", None, None),
    ("long k = i/2; out[0] = k;", None, None), ("real t[4] = {0}; out[0] = t[i/2];", None, None),
    ("for (int k = 0; k < n/2; k++) out[0] += k; // k/2", None, None),
)

# Expressions that do not compile, and the sentence behind the line.
REFUSED = (
    ("a // 2 + b", 3, "'//' begins a comment; for a quotient that is rounded down write floor(a / b)"),
    ("a**b", 2, "OpenCL C has no **: write pow(a, b), or x * x for a square"),
    ("a ** 2 + b", 3, "OpenCL C has no **: write pow(a, b), or x * x for a square"),
    ("a^b", 2, "^ is no power of reals: write pow(a, b), or x * x for a square"),
    ("a % b", 3, "% is for integers: write fmod(a, b)"), ("a & b", 3, "& is for integers: write && between conditions"),
    ("a << 2", 3, "<< is for integers: write (long)a << k, or ldexp(a, k)"),
    ("np.exp(a)", 1, "OpenCL C has no np.exp: write exp"), ("math.exp(a)", 1, "OpenCL C has no math.exp: write exp"),
    ("np.arctan2(a, b)", 1, "OpenCL C has no np.arctan2: write atan2"),
    ("where(a > b, a, b)", 1, "OpenCL C has no where: write condition ? x : y"),
    ("a > 1 and b > 1", 7, "write && instead of and"), ("a > 1 or b > 1", 7, "write || instead of or"),
    ("not a", 1, "write ! instead of not"), ("a if a > b else b", 3, "an expression has no if: write condition ? x : y"),
    ("if (a > b) a else b", 1, "an expression has no if: write condition ? x : y"),
    ("pi*a", 1, "OpenCL C has no pi: write M_PI"), ("ln(a)", 1, "OpenCL C has no ln: write log"),
    ("arctan2(a, b)", 1, "OpenCL C has no arctan2: write atan2"), ("expf(a)", 1, "OpenCL C has no expf: write exp"),
    ("SIN(a)", 1, "OpenCL C has no SIN: write sin"), ("inf", 1, "OpenCL C has no inf: write INFINITY"),
    ("True", 1, "OpenCL C has no True: write true"), ("(int64_t)a", 2, "OpenCL C has no int64_t: write long"),
    ("k*a", 1, "k is not defined: a parameter gives it a value (-p k=VALUE)"),
    ("b + tau", 5, "tau is not defined: a parameter gives it a value (-p tau=VALUE)"),
    ("f(a)", 1, "there is no function f: a preamble (--preamble) may define it"),
    ("a ? 1 : 0", 3, "a real is no condition of ? here: write a comparison, such as a != 0"),
    ("a = b", 3, "a, b, i, j, n, m and parameters cannot be assigned: to compare, write =="),
    ("sin", 1, "sin is a function: write sin(a)"), ("nan", 1, "nan is a function: write NAN"),
    ("sin a", 5, "sin is a function: write sin(a)"), ("2(a + b)", 2, "an operator is missing in front of this bracket: write * to multiply"),
    ("a b", 3, "an operator is missing in front of b: write * to multiply"),
    ("2a", 2, "2a is no number: write * between a number and a name"),
    ("a[0]", 2, "a and b are single numbers here, a[i] and b[j] of the operands: write a or b"),
    ("exp(a, b)", 1, "exp takes 1 number"), ("pow(a)", 1, "pow takes 2 numbers"),
    ("pown(a, b)", 1, "pown takes an integer as its second argument: write pow for a real"),
    ("max(i, (ulong)2)", 1, "the arguments of max have no common type: convert them, such as (long)x"),
    ("int(a)", 5, "a conversion is written (int)x"), ("a =< b", 4, "=< is no comparison: write <="),
    ("a \u00d7 b", 3, "\u00d7 is not ASCII: write *"), ("a \u2212 b", 3, "\u2212 is not ASCII: write -"),
)

# Bodies: the text, line and column, and the sentence.
REFUSED_BODIES = (
    ("real f(real x) { return x; }\nout[0] = f(a);", "line 1, column 16", "a body defines no function: write it into a preamble (--preamble)"),
    ("return a*b;", "line 1, column 1", "a body returns nothing: write out[0] = ..."),
    ("out = a;", "line 1, column 5", "a plane has a number: write out[0] = ..."),
    ("out(0) = a;", "line 1, column 4", "a plane is written with brackets: out[0]"),
    ("out[0] = 0;\nint64_t k = 3;", "line 2, column 1", "OpenCL C has no int64_t: write long"),
    ("for k in range(3): out[0] = a;", "line 1, column 5", "write a loop as for (long k = 0; k < 10; k++) { ... }"),
    ("if a > b: out[0] = a;", "line 1, column 4", "write if (condition) { ... }"),
    ("x = a; out[0] = x;", "line 1, column 1", "x is not declared: write real x = ..."),
    ("out[0] = a**2;", "line 1, column 11", "OpenCL C has no **: write pow(a, b), or x * x for a square"),
    ("out[0] = a // 2;\nout[0] += b;", "line 1, column 11", "a ';' is missing in front of the comment, and a quotient that is rounded "
                                                            "down is floor(a / b)"),
    ("out[0] = select(a, b, i > j);", "line 1, column 10", "select takes integers of the size of a real: write condition ? x : y"),
    ("out[a] = 1;", "line 1, column 5", "a subscript of out is an integer: write out[(long)x]"),
    ("out[i > 0 ? out[0] > 0 : 0] = foo;", "line 1, column 31", "foo is not defined: a parameter gives it a value (-p foo=VALUE)"),
)

# Preambles: the text, the expression, the position and the sentence.
REFUSED_PREAMBLES = (
    ("const double t[] = {1, 2};", "t[0]", "line 1, column 14", "a table of a preamble is __constant: write __constant real t[] = {...}"),
    ("real helper(real x);", "helper(a)", "line 1, column 6", "helper is declared and not defined: write its body as well"),
    ("real f(real x) { return x + a; }", "f(a)", "line 1, column 29", "a is not defined: a function of a preamble sees only its own "
                                                                     "arguments, not a, b, i, j, n, m or parameters"),
    ("\n#include <math.h>\n", "a", "line 2, column [0-9]+", "there are no files to include: write their text into the preamble"),
    ("real f(real x) { return f(x - 1); }", "f(a)", "line 1, column 25", "f calls itself, and OpenCL has no recursion: write a loop"),
)

# Functions and macros with the names of built-in functions: the preamble, the expression, the value.
OWN_NAMES = (
    ("real sign(real x) { return x < 0 ? -7 : 7; }", "sign(a - 1)", np.where(a < 1, -7, 7)),
    ("#define min(x, y) 5", "min(a, b)", 5), ("real erfc(real x) { return 3 * x; }", "erfc(a)", 3 * a),
    ("real clz(real x);\nreal clz(real x) { return max(x, 1); }", "clz(a)", np.maximum(a, 1)),
    ("#define M_PI 3", "M_PI", 3), ("#define JOIN(x, y) x##y", "JOIN(exp, m1)(a - a)", 0),
    ("#define BODY { return 4; }\nreal four(real x) BODY", "four(a)", 4), ("static inline real distance(real x, real y) { return x - y; }", "distance(a, b)", a - b),
)


class TextTest(ArrayTest):
    """A test in which the command prints nothing but what the row says."""

    def refused(self, *options, code=4):
        _, stderr = self.outerfill("fill", "arange:3", "arange:2", *options, expected=code)
        return stderr

    def text_file(self, text):
        name = self.new_name() + ".cl"
        self.write(name, text)
        return self.path(name)


class Values(TextTest):
    def check_values(self, rows, dtype):
        """Fills one plane for each row."""
        expressions = [option for text, _ in rows for option in ("-e", text)]
        planes = self.fill(A.astype(dtype), B.astype(dtype), *expressions, "--dtype", dtype, "--quiet", "--verify", name=self.new_name())
        for (text, expected), found in zip(rows, planes):
            if expected is None:
                expected = dtype == "float64"
            expected = np.broadcast_to(np.asarray(expected, dtype), (3, 2))
            if dtype == "float32" and "/" in text:
                self.assertTrue(np.allclose(expected, found, rtol=3e-7, equal_nan=True), text)  # within 2.5 ULP
            else:
                self.assert_same_bits(expected, found, f"{text} ({dtype})")

    def test_values(self):
        """A store that the compiler drops takes those of other planes with it."""
        for first in range(0, len(VALUES), 60):
            for dtype in ("float64", "float32"):
                self.check_values(VALUES[first:first + 60], dtype)

    def test_vectors(self):
        self.check_values(VECTORS, "float64")
        self.check_values(VECTORS, "float32")

    @slow
    def test_values_one_by_one(self):
        """Each in one of the dtypes, and all in both for a night: test_values has them side by side in both."""
        dtypes = ("float64", "float32")
        every = os.environ.get("PROOF_LONG") == "1"
        rows = [(row, dtype) for k, row in enumerate(VALUES) for dtype in (dtypes if every else (dtypes[k % 2],))]
        in_parallel(lambda row: self.check_values([row[0]], row[1]), rows)

    def check_own_name(self, row):
        preamble, text, expected = row
        options = ("--preamble", self.text_file(preamble), "-e", text)
        found = self.fill(A, B, *options, name=self.new_name())
        self.assert_same_bits(np.broadcast_to(np.asarray(expected, float), (1, 3, 2)), found, preamble)
        _, stderr = self.outerfill("fill", "arange:3", "arange:2", *options)
        self.assertEqual(stderr, "", preamble)

    def test_own_names(self):
        in_parallel(self.check_own_name, OWN_NAMES)

    def test_byte_order_marks(self):
        mark = "\ufeff"
        found = self.fill(A, B, "--preamble", self.text_file(mark + "#define TWO 2"), "--body", self.text_file(mark + "out[0] = TWO * a;"))
        self.assert_same_bits(np.broadcast_to(2 * a, (1, 3, 2)), found)


class Warnings(TextTest):
    def is_chain_refused(self, sentence, *options):
        """clang 21 refuses chained comparisons, and so do drivers with it."""
        if not sentence or "compares the result" not in sentence:
            return False
        arguments = [OUTERFILL, "fill", "arange:3", "arange:2", *options]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=self.folder)
        if done.returncode:
            self.assertIn("a comparison of a comparison compares 0 or 1: write x < y && y < z", done.stderr)
        return done.returncode

    def warned(self, texts, *options):
        """What is said of a function with a plane for each text."""
        expressions = [option for text in texts for option in ("-e", text)]
        return self.outerfill("fill", "arange:3", "arange:2", *expressions, *options)[1]

    def test_expressions(self):
        rows = [row for row in WARNINGS if row[1] and not self.is_chain_refused(row[1], "-e", row[0])]
        for first in range(0, len(rows), 12):  # a function has 16 warnings at most
            some = rows[first:first + 12]
            lines = self.warned([text for text, _ in some]).splitlines()
            self.assertEqual(len(lines), len(some), lines)
            for plane, ((_, sentence), line) in enumerate(zip(some, lines)):
                self.assertTrue(line.startswith(f"outerfill: warning: plane {plane}, line 1"), line)
                self.assertIn(sentence, line)

    def test_no_warnings(self):
        self.assertEqual(self.warned([text for text, sentence in WARNINGS if sentence is None]), "")
        self.assertEqual(self.warned(["1/2*a"], "--quiet"), "")

    def check_body(self, row):
        text, position, sentence = row
        options = ("--body", self.text_file(text), "-P", "1")
        if self.is_chain_refused(sentence, *options):
            return
        _, stderr = self.outerfill("fill", "arange:3", "arange:2", *options)
        if sentence is None:
            self.assertEqual(stderr, "", text)
        else:
            self.assertRegex(stderr, f"^outerfill: warning: body, {position} of ")
            self.assertIn(sentence, stderr)

    def test_bodies(self):
        in_parallel(self.check_body, BODY_WARNINGS)


class CompilersWarnings(TextTest):
    """Those of the device's compiler."""

    def test_a_comparison_that_nothing_uses(self):
        body = self.text_file("out[0] = a;\na == b;\n")
        _, stderr = self.outerfill("fill", "arange:3", "arange:2", "--body", body, "-P", "1")
        self.assertRegex(stderr, '^outerfill: warning: body, line 2, column [0-9]+ of "a == b;": .*unused\n$')
        self.assertEqual(self.outerfill("fill", "arange:3", "arange:2", "--body", body, "-P", "1", "--quiet")[1], "")


class Refusals(TextTest):
    def check_sentence(self, expected, *options, code=4):
        stderr = self.refused(*options, code=code)
        self.assertEqual(stderr, f"outerfill: {expected}\n")

    def check_expression(self, row):
        text, column, sentence = row
        code = 2 if "//" in text else 4
        self.check_sentence(f'plane 1, line 1, column {column} of "{text}": {sentence}', "-e", "a", "-e", text, "-e", "b", code=code)

    def test_expressions(self):
        in_parallel(self.check_expression, REFUSED)

    def check_body(self, row):
        text, position, sentence = row
        stderr = self.refused("--body", self.text_file(text), "-P", "1")
        self.assertRegex(stderr, f'^outerfill: body, {position} of "')
        self.assertTrue(stderr.endswith(f'": {sentence}\n'), stderr)

    def test_bodies(self):
        in_parallel(self.check_body, REFUSED_BODIES)

    def check_preamble(self, row):
        text, expression, position, sentence = row
        code = 2 if "itself" in sentence or "declared" in sentence else 4
        stderr = self.refused("--preamble", self.text_file(text), "-e", expression, code=code)
        self.assertRegex(stderr, f'^outerfill: preamble, {position} of "')
        self.assertTrue(stderr.endswith(f'": {sentence}\n'), stderr)

    def test_preambles(self):
        in_parallel(self.check_preamble, REFUSED_PREAMBLES)

    def test_names_of_parameters(self):
        self.check_sentence('parameter name "M_PI" means something else in a function: choose another', "-e", "a*M_PI", "-p", "M_PI=3",
                            code=2)
        preamble = self.text_file("#define k 3")
        self.check_sentence('preamble, line 1, column 9 of "#define k 3": k is a parameter as well: choose another name', "--preamble",
                            preamble, "-e", "k*a", "-p", "k=2", code=2)

    def test_log_only_when_asked_for(self):
        arguments = [OUTERFILL, "fill", "arange:3", "arange:2", "-e", "a + nosuchname", "--verbose"]
        stderr = subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT, check=False).stderr
        self.assertRegex(stderr, r"(?m)^    .*nosuchname")


class Subscripts(TextTest):
    """out[E] with an E that the compiler does not know."""

    def body(self, text, planes, *options, expected=0):
        return self.outerfill("fill", "arange:40", "arange:70", "--body", self.text_file(text), "-P", str(planes), *options,
                              expected=expected)

    def test_inside(self):
        loop = "for (int k = 0; k < 3; k++) out[k] = a + k*b; out[out[0] > 9 ? 0 : 1] += 1;"
        x = np.arange(40.0)[:, None]
        y = np.arange(70.0)[None, :]
        expected = np.stack(np.broadcast_arrays(x + (x > 9), x + y + (x <= 9), x + 2 * y))
        for dtype in ("float64", "float32"):
            found = self.fill(np.arange(40.0).astype(dtype), np.arange(70.0).astype(dtype), "--body", self.text_file(loop), "-P", "3",
                              "--dtype", dtype, name=self.new_name())
            self.assert_same_bits(expected.astype(dtype), found)

    def test_beyond(self):
        planes = "it has 2 planes, out[0] to out[1]"
        rows = (("out[i == 7 && j == 3 ? 5 : 0] = a;", "out[5]", "i = 7, j = 3"), ("out[i == 39 && j == 69 ? -2 : 1] = a;", "out[-2]", "i = 39, j = 69"),
                ("real x = i + j == 0 ? out[2 + i] : 0; out[0] = x;", "out[2]", "i = 0, j = 0"),
                ("out[0] = 0; if (i == 1 && j == 0) for (int k = 1; k <= 2; k++) out[k] = 1;", "out[2]", "i = 1, j = 0"),
                ("out[i == 2 && j == 1 ? 9223372036854775807L : 0] = 1;", "out[", "i = 2, j = 1"))
        for text, subscript, cell in rows:
            _, stderr = self.body(text, 2, expected=2)
            self.assertTrue(stderr.startswith(f"outerfill: {subscript}"), stderr)
            self.assertIn(f"does not exist, and the function uses it at {cell}: {planes}", stderr)
            self.assertEqual(stderr.count("\n"), 1, stderr)

    def test_in_a_file(self):
        _, stderr = self.body("out[i == 7 ? 5 : 0] = a;", 2, "-o", "ab.npy", expected=2)
        self.assertIn("out[5] does not exist", stderr)
        self.assertFalse(os.path.exists(self.path("ab.npy")))

    def test_macros_of_a_preamble(self):
        preamble = self.text_file("#define LAST out[3]\nvoid set(real x, real *out) { LAST = x; }")
        _, stderr = self.body("LAST = a;", 2, "--preamble", preamble, expected=2)
        self.assertIn("out[3] does not exist", stderr)
        stdout, _ = self.body("real v[4]; set(a, v); out[0] = v[3];", 1, "--preamble", preamble)
        self.assertIn("[39. 39.", stdout)

    def test_a_variable_with_the_name(self):
        _, stderr = self.body("real out[3]; out[0] = 1;", 1, expected=2)
        self.assertIn("every function sees the name out", stderr)


if __name__ == "__main__":
    main()
