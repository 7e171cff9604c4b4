# SPDX-License-Identifier: MIT
#
# Draws random expressions and blocks of statements whose meaning is the same in C and in OpenCL C:
# no overflow of integers, no division of integers by zero, no conversion out of range.
#
# A Node is a piece of text and what is known of it, so that `shrink` can put smaller pieces in its
# place. Knows nothing of programs and of what is right.

import words

LONG_LIMIT, INT_LIMIT = 2**61, 2**31 - 1
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


class Node:
    """A piece of text made of strings and Nodes. kind: real, float (a constant of type float), int,
    long, condition, statement or block. Integers are between low and high."""

    def __init__(self, kind, *parts, low=0, high=1):
        self.kind, self.parts, self.low, self.high = kind, parts, low, high

    def text(self):
        return "".join(part if isinstance(part, str) else part.text() for part in self.parts)

    def children(self):
        return [part for part in self.parts if isinstance(part, Node)]

    def with_part(self, k, part):
        parts = list(self.parts)
        parts[k] = part
        return Node(self.kind, *parts, low=self.low, high=self.high)


def is_integer(node):
    return node.kind in ("int", "long")


class Names:
    """What a text may use. integers: Nodes; written: names of variables that it may assign."""

    def __init__(self, dtype, reals, integers=(), helpers=(), macros=(), constants=(), tables=()):
        self.dtype, self.reals, self.integers = dtype, list(reals), list(integers)
        self.helpers, self.macros = list(helpers), list(macros)
        self.constants, self.tables = list(constants), list(tables)
        self.written, self.written_integers, self.num_locals = [], [], 0

    def copy(self):
        other = Names(self.dtype, self.reals, self.integers, self.helpers, self.macros,
                      self.constants, self.tables)
        other.written, other.num_locals = list(self.written), self.num_locals
        other.written_integers = list(self.written_integers)
        return other


class Grammar:
    """is_mixed: integers and constants of type float may stand beside reals as arguments. bounded:
    functions with a bound that expressions may call, none in exact ones."""

    def __init__(self, random, is_mixed, bounded=()):
        self.random, self.is_mixed, self.bounded = random, is_mixed, tuple(bounded)

    def pick(self, *choices):
        return self.random.choice(choices)

    # ---- Constants ----

    def constant(self, names):
        if names.constants and self.random.random() < 0.3:
            return Node(*self.random.choice(names.constants))
        if self.random.random() < 0.55:
            return Node("real", self.random.choice(words.ORDINARY))
        return self.special(names)

    def special(self, names):
        if self.random.random() < 0.3:
            return Node("real", "(real)", self.random.choice(words.FLOATS))
        return Node("real", self.random.choice(words.SPECIAL + words.SPECIAL_OF[names.dtype]))

    def float_argument(self, names):
        """Without overloads of the library, atan(INFINITY) has a float's digits in float64."""
        return self.float_constant(names) if self.is_mixed else Node("float", "NAN")

    def float_constant(self, names):
        defined = [text for _, cast, text in names.constants if cast]
        if defined and self.random.random() < 0.3:
            return Node("float", self.random.choice(defined))
        return Node("float", self.random.choice(words.FLOATS))

    # ---- Integers ----

    def literal(self):
        value = self.random.choice((0, 1, 2, 3, 5, 7, 10, 100, 1000, 46340, 255, 1 << 20))
        suffix = self.pick("", "", "", "L")
        text = f"{value:#x}" if self.random.random() < 0.15 else str(value)
        return Node("long" if suffix else "int", text + suffix, low=value, high=value)

    def integer(self, names, depth):
        if depth <= 0 or self.random.random() < 0.2:
            if names.integers and self.random.random() < 0.7:
                return self.random.choice(names.integers)
            return self.literal()
        made = self.pick(self.int_sum, self.int_sum, self.int_product, self.int_quotient,
                         self.int_quotient, self.int_shift, self.int_bits, self.int_choice,
                         self.int_condition, self.int_function, self.int_cast)(names, depth - 1)
        limit = INT_LIMIT if made and made.kind == "int" else LONG_LIMIT
        if made is None or made.low < -limit or made.high > limit:
            return self.integer(names, depth - 1)
        return made

    @staticmethod
    def common(x, y):
        return "long" if "long" in (x.kind, y.kind) else "int"

    def int_sum(self, names, depth):
        x, y = self.integer(names, depth), self.integer(names, depth)
        if self.random.random() < 0.5:
            return Node(self.common(x, y), "(", x, " + ", y, ")", low=x.low + y.low,
                        high=x.high + y.high)
        return Node(self.common(x, y), "(", x, " - ", y, ")", low=x.low - y.high,
                    high=x.high - y.low)

    def int_product(self, names, depth):
        x, y = self.integer(names, depth), self.integer(names, depth)
        ends = [p * q for p in (x.low, x.high) for q in (y.low, y.high)]
        return Node(self.common(x, y), "(", x, " * ", y, ")", low=min(ends), high=max(ends))

    def int_quotient(self, names, depth):
        x, y = self.integer(names, depth), self.integer(names, depth)
        if y.low <= 0 <= y.high:
            value = self.random.choice((1, 2, 3, 7, -3, 64))
            y = Node("int", f"({value})" if value < 0 else str(value), low=value, high=value)
        most = max(abs(x.low), abs(x.high))
        if self.random.random() < 0.5:
            return Node(self.common(x, y), "(", x, " / ", y, ")", low=-most, high=most)
        rest = min(most, max(abs(y.low), abs(y.high)) - 1)
        return Node(self.common(x, y), "(", x, " % ", y, ")", low=-rest if x.low < 0 else 0,
                    high=rest if x.high > 0 else 0)

    def int_shift(self, names, depth):
        x, k = self.integer(names, depth), self.random.randrange(0, 9)
        if self.random.random() < 0.5 or x.low < 0:
            return Node(x.kind, "(", x, f" >> {k})", low=x.low >> k, high=x.high >> k)
        return Node(x.kind, "(", x, f" << {k})", low=x.low << k, high=x.high << k)

    def int_bits(self, names, depth):
        x, y = self.integer(names, depth), self.integer(names, depth)
        most = 1 << max(abs(end).bit_length() for end in (x.low, x.high, y.low, y.high))
        sign = self.pick(" & ", " | ", " ^ ")
        return Node(self.common(x, y), "(", x, sign, y, ")", high=most - 1,
                    low=-most if min(x.low, y.low) < 0 else 0)

    def int_choice(self, names, depth):
        x, y = self.integer(names, depth), self.integer(names, depth)
        return Node(self.common(x, y), "(", self.condition(names, depth), " ? ", x, " : ", y, ")",
                    low=min(x.low, y.low), high=max(x.high, y.high))

    def int_condition(self, names, depth):
        return Node("int", self.condition(names, depth))

    def int_function(self, names, depth):
        x, y = self.integer(names, depth), self.integer(names, depth)
        name = self.pick("min", "max", "abs", "clamp")
        kind = self.common(x, y)
        if not self.is_mixed:
            x, y = (Node("long", "(long)", z, low=z.low, high=z.high) for z in (x, y))
            kind = "long"
        low, high = min(x.low, y.low), max(x.high, y.high)
        if name == "clamp" and x.high >= y.low:
            name = "min"
        if name == "clamp":
            return Node(kind, "clamp(", self.random.choice((x, y)), ", ", x, ", ", y, ")", low=low,
                        high=high)
        if name == "abs":
            kind = x.kind if self.is_mixed else "long"
            cast = "" if self.is_mixed else "(long)"
            return Node(kind, f"{cast}abs(", x, ")", low=0, high=max(abs(x.low), abs(x.high)))
        return Node(kind, f"{name}(", x, ", ", y, ")", low=low, high=high)

    def int_cast(self, names, depth):
        x = self.integer(names, depth)
        kind = "int" if -INT_LIMIT <= x.low and x.high <= INT_LIMIT else "long"
        if self.random.random() < 0.5:
            return Node(kind, f"({kind})", x, low=x.low, high=x.high)
        text = self.random.choice(names.reals)
        bound = self.pick("1e6", "2.0e9", "1000.0")
        return Node("int", f"(fabs({text}) < {bound} ? (int)({text}) : ", self.literal_int(), ")",
                    low=-2 * 10**9, high=2 * 10**9)

    def literal_int(self):
        value = self.random.randrange(-5, 50)
        return Node("int", str(value), low=value, high=value)

    def small_int(self, names, depth):
        """An int between -40 and 40."""
        if self.random.random() < 0.6:
            value = self.random.choice((0, 1, 2, 3, -1, -2, -3, 4, 5, 10, -20))
            return Node("int", str(value), low=value, high=value)
        return Node("int", "(int)(", self.integer(names, depth), " % 41)", low=-40, high=40)

    # ---- Conditions ----

    def condition(self, names, depth):
        x = self.random.random()
        if depth > 0 and x < 0.15:
            return Node("condition", "(", self.condition(names, depth - 1),
                        self.pick(" && ", " || "), self.condition(names, depth - 1), ")")
        if depth > 0 and x < 0.25:
            return Node("condition", "!(", self.condition(names, depth - 1), ")")
        if x < 0.4:
            return Node("condition", f"{self.random.choice(words.TESTS)}(",
                        self.argument(names, depth - 1), ")")
        if x < 0.5:
            return Node("condition", "(", self.integer(names, depth - 1),
                        f" {self.random.choice(COMPARISONS)} ", self.integer(names, depth - 1), ")")
        if x < 0.55:
            return Node("condition", "!", self.random.choice(names.reals))
        right = self.operand(names, depth - 1)
        return Node("condition", "(", self.real(names, depth - 1),
                    f" {self.random.choice(COMPARISONS)} ", right, ")")

    # ---- Reals ----

    def argument(self, names, depth):
        """The only argument of a function of a real: NAN may stand there as it is."""
        if self.random.random() < 0.12:
            return self.float_argument(names)
        if self.is_mixed and self.random.random() < 0.08:
            return self.integer(names, depth)
        return self.real(names, depth)

    def operand(self, names, depth):
        """What may stand beside a real."""
        x = self.random.random()
        if x < 0.12:
            return self.float_constant(names)
        return self.integer(names, depth) if x < 0.27 else self.real(names, depth)

    def leaf(self, names):
        if self.random.random() < 0.7:
            return Node("real", self.random.choice(names.reals))
        if names.tables and self.random.random() < 0.2:
            name, size = self.random.choice(names.tables)
            return Node("real", f"{name}[", self.integer(names, 1), f" & {size - 1}]")
        return self.constant(names)

    def real(self, names, depth):
        if depth <= 0 or self.random.random() < 0.15:
            return self.leaf(names)
        makers = [self.arithmetic] * 6 + [self.call_exact] * 4 + [self.choice] * 3
        makers += [self.negative, self.cast, self.call_own, self.of_min_max]
        makers += [self.call_bounded] * 5 if self.bounded else []
        return self.random.choice(makers)(names, depth - 1)

    def arithmetic(self, names, depth):
        x, y = self.real(names, depth), self.operand(names, depth)
        if self.random.random() < 0.3:
            x, y = y, x
        return Node("real", "(", x, f" {self.random.choice('+-*/')} ", y, ")")

    def negative(self, names, depth):
        return Node("real", "-(", self.real(names, depth), ")")

    def choice(self, names, depth):
        return Node("real", "(", self.condition(names, depth), " ? ", self.real(names, depth),
                    " : ", self.real(names, depth), ")")

    def cast(self, names, depth):
        if self.random.random() < 0.7:
            return Node("real", "(real)", self.integer(names, depth))
        other = "float" if names.dtype == "float64" else "double"
        return Node("real", f"(real)({other})(", self.real(names, depth), ")")

    def call_own(self, names, depth):
        own = names.helpers + names.macros
        if not own:
            return self.leaf(names)
        name, num_arguments = self.random.choice(own)
        return self.call(name, [self.real(names, depth) for _ in range(num_arguments)])

    def of_min_max(self, names, depth):
        arguments = [self.real(names, depth) for _ in range(2)]
        if self.is_mixed and self.random.random() < 0.5:
            arguments[self.random.randrange(2)] = self.integer(names, depth)
        name = self.pick("min", "max", "clamp", "abs" if self.is_mixed else "max")
        if name == "clamp":
            limits = self.pick(("0.0", "1.0"), ("-3.0", "2.5"), ("-1e9", "1e9"))
            if self.is_mixed:
                limits = self.pick(limits, ("0", "1"), ("-1", "1.5"))
            arguments = [self.real(names, depth), *(Node("real", limit) for limit in limits)]
        return self.call(name, arguments[:1] if name == "abs" else arguments)

    def call(self, name, arguments):
        """A real. Of integers alone abs and max are integers. Without overloads of the library, a
        function of NAN alone has the type float."""
        is_integer = all(argument.kind in ("int", "long") for argument in arguments)
        is_float = not self.is_mixed and any(argument.kind == "float" for argument in arguments)
        parts = [f"(real){name}(" if is_float or is_integer else f"{name}("]
        for k, argument in enumerate(arguments):
            parts += [", ", argument] if k else [argument]
        return Node("real", *parts, ")")

    def call_exact(self, names, depth):
        name = self.random.choice(list(words.EXACT))
        return self.call_builtin(name, words.EXACT[name], names, depth)

    def call_bounded(self, names, depth):
        name = self.random.choice(self.bounded)
        return self.call_builtin(name, words.BOUNDED[name], names, depth)

    def call_builtin(self, name, takes, names, depth, is_constant=False):
        """A call of a function; `takes` has a letter for each argument."""
        arguments = []
        for letter in takes:
            if letter == "k":
                arguments.append(self.small_int(names, depth))
            elif is_constant:
                arguments.append(self.constant_argument(names, takes))
            elif takes == "r" or (self.is_mixed and self.random.random() < 0.2):
                arguments.append(self.argument(names, depth))
            else:
                arguments.append(self.real(names, depth))
        return self.call(name, arguments)

    def constant_argument(self, names, takes):
        if (takes == "r" or self.is_mixed) and self.random.random() < 0.25:
            return self.float_argument(names)
        if self.is_mixed and self.random.random() < 0.1:
            return self.literal()
        return self.special(names) if self.random.random() < 0.8 else self.constant(names)

    # ---- One function with a bound ----

    def one_bounded(self, name, names, depth):
        """A function with a bound of exact arguments, or under a condition."""
        x = self.random.random()
        takes = words.BOUNDED[name]
        if x < 0.35:
            call = self.call_builtin(name, takes, names, 0, is_constant=True)
            if len(takes) == 2 and takes != "rk" and self.random.random() < 0.6:
                call = call.with_part(self.pick(1, 3), Node("real", self.pick("a", "b")))
        elif x < 0.7:
            call = self.call_builtin(name, takes, names, 0)
        else:
            call = self.call_builtin(name, takes, names, depth)
        if self.random.random() < 0.2:
            return Node("real", "(", self.condition(names, 1), " ? ", call, " : ",
                        self.real(names, 1), ")")
        return call
