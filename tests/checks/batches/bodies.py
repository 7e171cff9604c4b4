# SPDX-License-Identifier: MIT
#
# Draws bodies with loops: for, while and do, nested, inside of branches, left by break, continue
# and return. Every loop ends. Knows nothing of what is right.

REALS = ("x", "y", "z", "w")
FUNCTIONS = ("exp(-fabs({}))", "sqrt(fabs({}))", "log1p(fabs({}))", "sin({})", "tanh({})",
             "erfc({})", "fmin({}, 3.0)", "half_of({})", "SQUARE({})", "cos({} * 1e13)",
             "fmod({}, 1.5)", "wave({})")
PLAIN_PREAMBLE = ("#define SQUARE(v) ((v) * (v))\n"
                  "static real half_of(real v) { return 0.5 * v; }\n")
PREAMBLE = ("static real wave(real v);\n" + PLAIN_PREAMBLE +
            "static real wave(real v) { return half_of(sin(v)) * cos(v); }\n")


class Body:
    """One drawn body. `rng` is a random.Random."""

    def __init__(self, rng, has_functions):
        self.rng, self.num_names, self.loops = rng, 0, []
        self.functions = FUNCTIONS if has_functions else ("fabs({})", "sqrt(fabs({}))")
        self.reals, self.integers = list(REALS), []

    def name(self, letter):
        self.num_names += 1
        return f"{letter}{self.num_names}"

    def real(self, depth=2):
        rng = self.rng
        if depth == 0 or rng.random() < 0.3:
            leaves = self.reals + ["a", "b", f"{rng.uniform(0.1, 2):.3g}"]
            leaves += [f"(real)({k})" for k in self.integers + ["i", "j"]]
            return rng.choice(leaves)
        if rng.random() < 0.2:
            return rng.choice(self.functions).format(self.real(depth - 1))
        if rng.random() < 0.1:
            return f"({self.condition()} ? {self.real(depth - 1)} : {self.real(depth - 1)})"
        return f"({self.real(depth - 1)} {rng.choice('+-*/')} {self.real(depth - 1)})"

    def condition(self):
        rng = self.rng
        if self.integers and rng.random() < 0.3:
            return f"{rng.choice(self.integers)} % {rng.randint(2, 4)} == {rng.randint(0, 1)}"
        if rng.random() < 0.15:
            return f"{rng.choice(['i', 'j', '(i + j)'])} % {rng.randint(2, 5)} == 1"
        text = f"{self.real(1)} {rng.choice(['<', '>', '<=', '!='])} {self.real(1)}"
        return f"({text} || {self.condition()})" if rng.random() < 0.1 else text

    def assignment(self):
        rng = self.rng
        if rng.random() < 0.2:
            return f"out[{rng.randint(0, 1)}] {rng.choice(['=', '+='])} {self.real()};"
        value = f"{rng.choice(REALS)} {rng.choice(['=', '+=', '-=', '*='])} {self.real()};"
        # What grows without bound says little.
        return value if rng.random() < 0.5 else value + f" {rng.choice(REALS)} = sin({self.real(1)});" \
            if len(self.functions) > 2 else value

    def jump(self):
        words = (["break;", "continue;"] if self.loops else []) + ["return;"]
        weights = [5, 3, 1][:len(words)] if self.loops else [1]
        return self.rng.choices(words, weights)[0]

    def block(self, depth, num_statements=None):
        """Statements between braces, with names of their own."""
        reals, integers = list(self.reals), list(self.integers)
        lines = [self.statement(depth) for _ in range(num_statements or self.rng.randint(1, 4))]
        self.reals, self.integers = reals, integers
        return "{\n" + "\n".join(lines) + "\n}"

    def branch(self, depth):
        rng = self.rng
        then = self.jump() if rng.random() < 0.3 else self.block(depth - 1)
        text = f"if ({self.condition()}) {then}"
        if rng.random() < 0.4:
            text += " else " + (self.assignment_block() if rng.random() < 0.5
                                else self.block(depth - 1))
        return text

    def assignment_block(self):
        return "{ " + self.assignment() + " }"

    def declaration(self):
        rng = self.rng
        value, name = self.real(), self.name("t")
        text = f"{rng.choice(['real', 'const real', 'double' if rng.random() < 0 else 'real'])} {name} = {value}"
        self.reals.append(name)
        if rng.random() < 0.3:
            other = self.name("t")
            text += f", {other} = {self.real(1)}"
            self.reals.append(other)
        return text + ";"

    def body_of_loop(self, depth):
        self.loops.append(True)
        text = self.block(depth - 1)
        self.loops.pop()
        return text

    def loop(self, depth):
        rng, counter, limit = self.rng, self.name("k"), self.rng.randint(1, 7)
        kind = rng.choice(["alike", "alike", "bound", "while", "do", "forever"])
        integers = list(self.integers)
        if kind == "alike":
            self.integers.append(counter)
            text = f"for (int {counter} = 0; {counter} < {limit}; {counter}++) " + \
                self.body_of_loop(depth)
        elif kind == "bound":
            self.integers.append(counter)
            text = f"for (int {counter} = {rng.choice(['0', '(int)(j % 3)'])}; " \
                f"{counter} < {limit} && {self.condition()}; {counter} += 1) " + \
                self.body_of_loop(depth)
        else:
            # The counter comes first, where no `continue` can leave it out.
            self.integers.append(counter)
            inner = self.body_of_loop(depth)
            first = "{\n" + f"{counter}++;\n"
            declared = f"int {counter} = 0;\n"
            if kind == "while":
                text = declared + f"while ({counter} < {limit} && {self.condition()}) " + \
                    first + inner[1:]
            elif kind == "do":
                text = declared + "do " + first + inner[1:] + \
                    f" while ({counter} < {limit} && {self.condition()});"
            else:
                text = declared + "for (;;) " + first + f"if ({counter} > {limit}) break;\n" + \
                    inner[1:]
            return text  # the counter stays known
        self.integers = integers
        return text

    def statement(self, depth):
        rng = self.rng
        choice = rng.random()
        if depth > 0 and choice < 0.3:
            return self.loop(depth)
        if depth > 0 and choice < 0.5:
            return self.branch(depth)
        if choice < 0.65:
            return self.declaration()
        if choice < 0.7 and self.loops:
            return f"if ({self.condition()}) {self.jump()}"
        return self.assignment()

    def draw(self):
        lines = ["real x = a, y = b, z = 0.5;", "real w;", "w = a * b;", self.loop(3)]
        lines += [self.statement(3) for _ in range(self.rng.randint(1, 5))]
        return "\n".join(lines + ["out[0] += x - y;", "out[1] += z * w;"]) + "\n"
