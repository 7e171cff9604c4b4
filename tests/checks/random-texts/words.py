# SPDX-License-Identifier: MIT
#
# The words of random texts: the functions with what they take, the constants of each dtype, and the
# values of a and b. Knows no grammar.

import numpy

# Exact functions: C's results bit by bit. r is a real argument, k an int.
EXACT = {"sqrt": "r", "fabs": "r", "floor": "r", "ceil": "r", "trunc": "r", "rint": "r",
         "round": "r", "fmod": "rr", "remainder": "rr", "fdim": "rr", "fmin": "rr", "fmax": "rr",
         "copysign": "rr", "fma": "rrr", "ldexp": "rk"}
TESTS = ("isnan", "isinf", "isfinite", "signbit")
# Functions with a bound in ULP; oracle.h has the bounds.
BOUNDED = {name: "r" for name in
           "exp exp2 exp10 expm1 log log2 log10 log1p cbrt sin cos tan asin acos atan sinh cosh "
           "tanh asinh acosh atanh erf erfc tgamma lgamma".split()}
BOUNDED.update({"atan2": "rr", "hypot": "rr", "pow": "rr", "powr": "rr", "pown": "rk",
                "rootn": "rk"})

ORDINARY = ("0.5", "1.0", "1.5", "2.0", "3.0", "0.1", "10.0", "0.25", "2.5", "7.0", "1e-3", "100.0",
            "0x1.8p1", ".75", "4.", "1e2")
SPECIAL = ("0.0", "-0.0", "1e-30", "-1e-30", "1e30", "-1e30", "2.4e9", "-2.4e9", "4.5e15", "1e19",
           "M_PI", "M_E", "700.0", "-750.0", "0.5", "-0.5", "1.5", "-2.5", "-1.0", "-3.0", "171.5")
SPECIAL_OF = {
    "float64": ("1e308", "-1e308", "DBL_MAX", "DBL_MIN", "DBL_EPSILON", "4.9e-324", "-1e-310"),
    "float32": ("3e38", "-3e38", "FLT_MAX", "FLT_MIN", "FLT_EPSILON", "1e-45", "-1e-40", "1e308"),
}
# Of type float in OpenCL C and in C, whatever the dtype is.
FLOATS = ("NAN", "INFINITY", "-INFINITY", "NAN", "INFINITY")
PARAMETER_VALUES = (0.0, -0.0, 0.5, -1.25, 3.0, 1e30, -1e-30, float("nan"), float("inf"),
                    float("-inf"), 100.0)


def vector(random, count, dtype):
    """Values for a or b: half of them special."""
    limits = numpy.finfo(dtype)
    special = [0.0, -0.0, numpy.nan, numpy.inf, -numpy.inf, limits.smallest_subnormal,
               -limits.tiny / 4, limits.tiny, limits.max, -limits.max, 1, -1, 0.5, 2, -2, -0.5, 3,
               1.5, limits.max / 4, limits.eps, 2.4e9, -2.4e9, 1e19, -710.5, 100.25, -3.0]
    ordinary = [lambda: random.gauss(0, 1), lambda: random.gauss(0, 30),
                lambda: random.uniform(0, 2),
                lambda: random.randrange(-20, 40), lambda: random.randrange(-40, 40) / 2,
                lambda: random.gauss(0, 1) * 10.0 ** random.randrange(-37, 37)]
    values = random.sample(special, min(count // 2, len(special)))
    values += [random.choice(ordinary)() for _ in range(count - len(values))]
    random.shuffle(values)
    with numpy.errstate(all="ignore"):
        return numpy.array(values, dtype)
