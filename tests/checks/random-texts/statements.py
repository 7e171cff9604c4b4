# SPDX-License-Identifier: MIT
#
# Draws blocks of statements, each of which sets one plane: variables, if, switch and loops with few
# trips. Knows nothing of programs.

import itertools

import words
from grammar import Grammar, Node

VARIABLE_LIMIT = 999  # an integer variable is assigned remainders by 1000


class Statements(Grammar):
    """One for each program, so that names of variables are never declared twice."""

    def __init__(self, random, is_mixed):
        super().__init__(random, is_mixed)
        self.serial = itertools.count()

    def statement(self, names, depth):
        simple = [self.declare_real, self.assign_real, self.assign_real, self.assign_real,
                  self.declare_long, self.assign_long]
        nested = [self.branch, self.branch, self.count_loop, self.count_loop, self.while_loop,
                  self.do_loop, self.selection]
        return self.random.choice(simple + nested if depth > 0 else simple[1:4])(names, depth - 1)

    def statements(self, names, depth):
        """The statements of a block of its own, whose variables end with it."""
        inner = names.copy()
        return [self.statement(inner, depth) for _ in range(self.random.randrange(1, 4))]

    def declare_real(self, names, depth):
        name, value = f"x{next(self.serial)}", self.operand(names, 2)
        names.reals.append(name)
        names.written.append(name)
        return Node("declaration", f"real {name} = ", value, ";\n")

    def declare_long(self, names, depth):
        name, value = f"k{next(self.serial)}", self.integer(names, 2)
        names.integers.append(Node("long", name, low=-VARIABLE_LIMIT, high=VARIABLE_LIMIT))
        names.written_integers.append(name)
        return Node("declaration", f"long {name} = ", value, f" % {VARIABLE_LIMIT + 1};\n")

    def assign_real(self, names, depth):
        if not names.written:
            return self.declare_real(names, depth)
        sign = self.pick("=", "=", "+=", "-=", "*=", "/=")
        return Node("statement", f"{self.random.choice(names.written)} {sign} ",
                    self.operand(names, 2), ";\n")

    def assign_long(self, names, depth):
        if not names.written_integers:
            return self.declare_long(names, depth)
        return Node("statement", f"{self.random.choice(names.written_integers)} = ",
                    self.integer(names, 2), f" % {VARIABLE_LIMIT + 1};\n")

    def branch(self, names, depth):
        parts = ["if (", self.condition(names, 2), ") {\n", *self.statements(names, depth)]
        if self.random.random() < 0.5:
            parts += ["} else {\n", *self.statements(names, depth)]
        return Node("statement", *parts, "}\n")

    def jump(self, names):
        """Sometimes a way out of a loop."""
        if self.random.random() < 0.6:
            return []
        return [Node("statement", "if (", self.condition(names, 1), ") ",
                     self.pick("break", "break", "continue"), ";\n")]

    def count_loop(self, names, depth):
        name, trips = f"c{next(self.serial)}", self.random.randrange(1, 7)
        inner = names.copy()
        inner.integers.append(Node("int", name, low=0, high=trips - 1))
        return Node("statement", f"for (int {name} = 0; {name} < {trips}; {name}++) {{\n",
                    *self.jump(inner), *self.statements(inner, depth), "}\n")

    def while_loop(self, names, depth):
        name, trips = f"w{next(self.serial)}", self.random.randrange(1, 7)
        inner = names.copy()
        inner.integers.append(Node("long", name, low=0, high=trips))
        extra = [" && ", self.condition(inner, 1)] if self.random.random() < 0.5 else []
        return Node("statement", f"{{\nlong {name} = 0;\nwhile ({name} < {trips}", *extra,
                    f") {{\n{name}++;\n", *self.jump(inner), *self.statements(inner, depth),
                    "}\n}\n")

    def do_loop(self, names, depth):
        name, trips = f"d{next(self.serial)}", self.random.randrange(1, 5)
        return Node("statement", f"{{\nint {name} = 0;\ndo {{\n", *self.statements(names, depth),
                    f"}} while (++{name} < {trips});\n}}\n")

    def selection(self, names, depth):
        parts = ["switch ((int)(", self.integer(names, 2), " % 3)) {\n"]
        for label in ("case 0:", "case 1:", "default:"):
            parts += [label, " {\n", *self.statements(names, depth), "}\n"]
            parts += ["break;\n"] if self.random.random() < 0.6 else []
        return Node("statement", *parts, "}\n")

    def block(self, names, result):
        """Some statements, and one that sets the plane, called OUT, to what result(names) draws."""
        inner = names.copy()
        parts = [self.declare_real(inner, 0)] if self.random.random() < 0.8 else []
        parts += [self.statement(inner, 2) for _ in range(self.random.randrange(0, 4))]
        store = ["OUT = ", result(inner), ";\n"]
        if self.random.random() < 0.15:
            store = ["if (", self.condition(inner, 1), ") ", *store]
        return Node("block", "{\n", *parts, *store, "}\n")
