# SPDX-License-Identifier: MIT
#
# Draws programs: a preamble, parameters, the vectors a and b, and 64 planes, as expressions or as
# one body. Writes a program for the library and as C for the oracle. The same seed and number give
# the same program.

import random as random_module

import words
from grammar import Grammar, Names, Node
from statements import Statements

NUM_PLANES = 64
SHAPES = ((24, 24), (24, 33), (40, 17), (40, 1), (1, 40), (17, 3), (24, 40))
# How a plane is judged: every bit, by a function's bound, or roughly.
EXACT, BOUNDED, LOOSE = "exact", "bounded", "loose"


class Program:
    """A program and its inputs. planes: (how it is judged, Node), an expression or a block."""

    def __init__(self, dtype, shape, is_body):
        self.dtype, self.is_body = dtype, is_body
        self.n, self.m = shape
        self.definitions, self.shared, self.planes = [], [], []
        self.parameters, self.work_item = {}, 0
        self.a = self.b = None

    def with_planes(self, planes):
        other = Program(self.dtype, (self.n, self.m), self.is_body)
        other.__dict__.update(self.__dict__, planes=planes)
        return other

    def preamble(self):
        return "".join(definition.text() for definition in self.definitions)

    def block(self, k):
        """The statement that sets plane k."""
        text = self.planes[k][1].text()
        return text.replace("OUT", f"out[{k}]") if self.is_body else f"out[{k}] = (\n{text}\n);\n"

    def plane_text(self, k):
        return self.planes[k][1].text()

    def job(self):
        """What fill_program.py reads, apart from the names of files."""
        expressions = [] if self.is_body else [node.text() for _, node in self.planes]
        body = "".join(node.text() for node in self.shared)
        body += "".join(self.block(k) for k in range(len(self.planes)))
        return {"dtype": self.dtype, "num_planes": len(self.planes), "n": self.n, "m": self.m,
                "expressions": expressions, "body": body if self.is_body else None,
                "preamble": self.preamble() or None, "parameters": self.parameters,
                "work_item": self.work_item}

    def oracle(self):
        """The program as C, between oracle.h and oracle_main.h."""
        lines = [self.preamble(), "static void compute_cell(const real a, const real b, "
                 "const long i, const long j, const long n, const long m, real *out, "
                 "struct record (*records)[N][M]) {\n"]
        lines += [f"const real {name} = (real){c_number(value)};\n"
                  for name, value in self.parameters.items()]
        lines += [node.text() for node in self.shared]
        for k in range(len(self.planes)):
            lines += [f"record = &records[{k}][i][j];\n", self.block(k)]
        sizes = f"#define NUM_PLANES {len(self.planes)}\n#define N {self.n}\n#define M {self.m}\n"
        return sizes + '#include "oracle.h"\n' + "".join(lines) + '}\n#include "oracle_main.h"\n'


def c_number(value):
    if value != value:
        return "NAN"
    if value in (float("inf"), float("-inf")):
        return "INFINITY" if value > 0 else "-INFINITY"
    return value.hex()


class Composer:
    """Draws one program."""

    def __init__(self, seed, number, dtype, is_mixed):
        self.random = random_module.Random(f"{seed}/{number}/{dtype}")
        self.dtype, self.is_mixed = dtype, is_mixed
        self.program = Program(dtype, self.random.choice(SHAPES), self.random.random() < 0.45)
        self.statements = Statements(self.random, is_mixed)
        self.names = Names(dtype, ["a", "b", "a", "b", "a", "b"], self.indices())
        self.deck = []

    def indices(self):
        n, m = self.program.n, self.program.m
        return [Node("long", "i", low=0, high=n - 1), Node("long", "j", low=0, high=m - 1),
                Node("long", "n", low=n, high=n), Node("long", "m", low=m, high=m)]

    def next_function(self, functions):
        """Each function in turn, so that none is rare."""
        if not self.deck:
            self.deck = list(functions)
            self.random.shuffle(self.deck)
        return self.deck.pop()

    # ---- The preamble ----

    def define_constants(self):
        for k in range(self.random.randrange(1, 5)):
            value = self.random.choice(words.ORDINARY + words.SPECIAL * 2 + words.FLOATS * 3 +
                                       words.SPECIAL_OF[self.dtype] * 2)
            parenthesized = f"({value})" if self.random.random() < 0.5 else value
            self.program.definitions.append(Node("define", f"#define K{k} {parenthesized}\n"))
            is_float = value in words.FLOATS
            self.names.constants.append(("real", "(real)" if is_float else "", f"K{k}"))

    def define_macros(self):
        macros = (("SQUARE", 1, "(x) ((x) * (x))"), ("MEAN", 2, "(x, y) (((x) + (y)) / 2)"),
                  ("PICK", 2, "(x, y) ((x) < (y) ? (y) : (x))"), ("WIDEN", 1, "(x) (1.5 * (x))"))
        for name, num_arguments, value in self.random.sample(macros, 2):
            self.program.definitions.append(Node("define", f"#define {name}{value}\n"))
            self.names.macros.append((name, num_arguments))

    def define_helpers(self):
        for k in range(self.random.randrange(1, 3)):
            inner = Names(self.dtype, ["x", "y"], [], constants=self.names.constants)
            parts = [f"static real h{k}(const real x, const real y) {{\n"]
            if self.random.random() < 0.6:
                parts += [self.statements.declare_real(inner, 0)]
                parts += [self.statements.statement(inner, 1)]
            parts += ["return ", self.statements.real(inner, 2), ";\n}\n"]
            self.program.definitions.append(Node("define", *parts))
            self.names.helpers.append((f"h{k}", 2))

    def define_table(self):
        values = ", ".join(self.random.choice(words.ORDINARY) for _ in range(4))
        self.program.definitions.append(Node("define", f"__constant real t[4] = {{{values}}};\n"))
        self.names.tables.append(("t", 4))

    def define(self):
        for write in (self.define_constants, self.define_macros, self.define_helpers,
                      self.define_table):
            if self.random.random() < 0.5:
                write()

    # ---- Planes ----

    def grammar(self, bounded=()):
        return Grammar(self.random, self.is_mixed, bounded)

    def constant_call(self, names):
        name = self.random.choice(tuple(words.EXACT))
        return self.grammar().call_builtin(name, words.EXACT[name], names, 0, is_constant=True)

    def result(self, judged, names):
        """An expression that is judged so."""
        if judged == BOUNDED:
            name = self.next_function(tuple(words.BOUNDED))
            return self.grammar().one_bounded(name, names, 2)
        if judged == LOOSE:
            return self.grammar(tuple(words.BOUNDED)).real(names, 3)
        if self.random.random() < 0.25:
            return self.constant_call(names)
        return self.grammar().real(names, 3)

    def plane(self, k):
        judged = self.random.choices((EXACT, BOUNDED, LOOSE), (40, 45, 15))[0]
        if not self.program.is_body:
            return judged, self.result(judged, self.names)
        return judged, self.statements.block(self.names, lambda names: self.result(judged, names))

    def draw(self):
        program = self.program
        for k in range(self.random.randrange(0, 4)):
            value = float(words.numpy.float32(self.random.choice(words.PARAMETER_VALUES)))
            program.parameters[f"p{k}"] = value
            self.names.reals.append(f"p{k}")
        if self.random.random() < 0.6:
            self.define()
        if program.is_body and self.random.random() < 0.7:
            value = self.grammar().arithmetic(self.names, 0)
            program.shared.append(Node("declaration", "real s = ", value, ";\n"))
            self.names.reals.append("s")
        program.work_item = self.random.choice((0, 0, 0, 1, 2, 3))
        program.a = words.vector(self.random, program.n, self.dtype)
        program.b = words.vector(self.random, program.m, self.dtype)
        program.planes = [self.plane(k) for k in range(NUM_PLANES)]
        return program
