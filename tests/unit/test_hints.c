/* SPDX-License-Identifier: MIT
 *
 * Guards what is said of a compiler's message: the sentence of each slip, also where the compiler points to another token of it, and
 * the compiler's own words, shortened, where no slip is known. tests/cli/test_texts.py has the messages of real compilers.
 */
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "program/hints.h"

#define UNDECLARED(name) "use of undeclared identifier '" name "'"
#define OPERANDS         "invalid operands to binary expression ('real' and 'real')"

struct row {
    const char *text;
    size_t column;
    const char *message, *sentence;
};

static void check_rows(const struct row *rows, size_t num_rows, struct text_piece piece) {
    for (size_t k = 0; k < num_rows; k++) {
        struct text_message message = {.is_error = true, .piece = piece, .line = 1};
        message.piece.text = rows[k].text;
        message.column = rows[k].column;
        if (!rows[k].column) message.line = 0;
        snprintf(message.text, sizeof message.text, "%s", rows[k].message);
        hints_apply(&message);
        if (strcmp(message.text, rows[k].sentence) == 0) continue;
        print_error("of %s, column %zu, %s\nis said: %s\ninstead: %s\n", rows[k].text,
                    rows[k].column, rows[k].message, message.text, rows[k].sentence);
        fail();
    }
}

static void test_expressions(void **state) {
    static const struct row rows[] = {
        {"np.linalg.norm(a)", 1, UNDECLARED("np"),
         "OpenCL C has no np.linalg: a preamble (--preamble) may define such a function"},
        {"std::exp(a)", 1, UNDECLARED("std"), "OpenCL C has no std::exp: write exp"},
        {"np", 1, UNDECLARED("np"),
         "np is not defined: a parameter gives it a value (-p np=VALUE)"},
        {"lambda: a", 1, UNDECLARED("lambda"),
         "this is Python: write the value alone, such as a * b"},
        {"a while b", 3, "expected ')'", "an expression has no if: write condition ? x : y"},
        {"a b or", 3, "expected ')'", "an operator is missing in front of b: write * to multiply"},
        {"a or b", 6, "expected ')'", "write || instead of or"},
        {"averyveryverylongnameofmorethan32letters + a", 1, UNDECLARED("..."),
         "averyveryverylongnameofmorethan32letters is not defined: a parameter gives it a value "
         "(-p averyveryverylongnameofmorethan32letters=VALUE)"},
        {"A * b", 1, UNDECLARED("A"), "A is not defined: the operands are called a and b"},
        {"B * b", 1, UNDECLARED("B"), "B is not defined: the operands are called a and b"},
        {"fabsl(a)", 1, UNDECLARED("fabsl"), "OpenCL C has no fabsl: write fabs"},
        {"half(a)", 1, UNDECLARED("half"),
         "there is no function half: a preamble (--preamble) may define it"},
        {"foo(a)", 1, "implicit declaration of function 'foo' is invalid in OpenCL",
         "there is no function foo: a preamble (--preamble) may define it"},
        {"foo a", 1, UNDECLARED("foo"),
         "there is no type foo: a number of the function is a real, an index a long"},
        {"a**b", 2, OPERANDS, "OpenCL C has no **: write pow(a, b), or x * x for a square"},
        {"a**b", 3, "indirection requires pointer operand",
         "OpenCL C has no **: write pow(a, b), or x * x for a square"},
        {"a*b", 2, "no slip", "no slip"},
        {"a|b", 2, OPERANDS, "| is for integers: write || between conditions"},
        {"a>>b", 2, OPERANDS, ">> is for integers: write (long)a >> k, or ldexp(a, -k)"},
        {"~a", 1, "invalid argument type 'real' to unary expression",
         "~ is for integers: write !x for not"},
        {"a + b", 3, OPERANDS, OPERANDS},
        {"a <> b", 4, "expected expression", "<> is no comparison: write !="},
        {"a => b", 4, "expected expression", "=> is no comparison: write >="},
        {"a < < b", 5, "expected expression", "expected expression"},
        {"a \xe2\x86\x92 b", 3, "expected ')'", "this character is not ASCII"},
        {"a\xc2\xb2", 1, UNDECLARED("x"), "\xc2\xb2 is not ASCII: write x * x"},
        {"a ? b : 1", 3, "used type 'real' where arithmetic or pointer type is required",
         "a real is no condition of ? here: write a comparison, such as a != 0"},
        {"a(b)", 2, "called object type 'real' is not a function",
         "an operator is missing in front of this bracket: write * to multiply"},
        {"a \"b\"", 3, "expected ')'", "expected ')'"},
        {"a 2", 3, "expected ')'", "an operator is missing in front of 2: write * to multiply"},
        {"0x", 2, "invalid suffix 'x' on integer constant", "0x is no number"},
        {"1 + 2a", 6, "invalid digit 'a' in decimal constant",
         "2a is no number: write * between a number and a name"},
        {"pow(a)", 1, "no matching function for call to 'pow'", "pow takes 2 numbers"},
        {"sqrt(a, b)", 1, "no matching function for call to 'sqrt'", "sqrt takes 1 number"},
        {"vload2(a)", 1, "no matching function for call to 'vload2'",
         "no matching function for call to 'vload2'"},
        {"ldexp(a, b)", 1, "call to 'ldexp' is ambiguous",
         "ldexp takes an integer as its second argument: write pow for a real"},
        {"max(i, 1UL)", 1, "call to 'max' is ambiguous",
         "the arguments of max have no common type: convert them, such as (long)x"},
        {"own(a, 1)", 1, "call to 'own' is ambiguous",
         "the arguments of own have no common type: convert them, such as (long)x"},
        {"select(a, b, 1)", 1, "call to 'select' is ambiguous",
         "select takes integers of the size of a real: write condition ? x : y"},
        {"max(a)", 1, "call to 'max' is odd", "call to 'max' is odd"},
        {"out", 1, "assigning to 'real' from incompatible type 'real *'",
         "another plane is out[0], out[1], ..."},
        {"nan", 1, "assigning to 'real' from incompatible type '<overloaded function type>'",
         "nan is a function: write NAN"},
        {"cos", 1, "assigning to 'real' from incompatible type '<overloaded function type>'",
         "cos is a function: write cos(a)"},
        {"\"b\"", 1, "assigning to 'real' from incompatible type 'char[2]'",
         "the value of this expression is no number"},
        {"a++", 2, "cannot assign to variable 'a' with const-qualified type",
         "a, b, i, j, n, m and parameters cannot be changed: declare a variable of your own, real "
         "x "
         "= a"},
        {"a = b", 3, "cannot assign to variable 'a' with const-qualified type",
         "a, b, i, j, n, m and parameters cannot be assigned: to compare, write =="},
        {"a ?", 0, "expected ':'", "a condition has two values: write condition ? x : y"},
        {"", 0, "expected expression", "expected expression"},
        {"a / s", 3, "no conversion of '__private real' (aka '__private double') to 'struct s'",
         "no conversion of 'real' to 'struct s'"},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows), text_piece_expression("", 3));
}

static void test_bodies(void **state) {
    static const struct row rows[] = {
        {"if a: out[0] = 1;", 4, "expected '(' after 'if'", "write if (condition) { ... }"},
        {"while a: out[0] = 1;", 7, "expected '(' after 'while'",
         "write while (condition) { ... }"},
        {"for k in b: out[0] = 1;", 5, "expected '(' after 'for'",
         "write a loop as for (long k = 0; k < 10; k++) { ... }"},
        {"if (a) then b;", 8, UNDECLARED("then"), "write if (condition) { ... }"},
        {"elif (a) b;", 1, "implicit declaration of function 'elif'",
         "write else if (condition) { ... }"},
        {"def f(x): return x", 1, "unknown type name 'def'",
         "this is Python: write the value alone, such as a * b"},
        {"x = a;", 1, UNDECLARED("x"), "x is not declared: write real x = ..."},
        {"out[0] = x;", 10, UNDECLARED("x"),
         "x is not defined: a parameter gives it a value (-p x=VALUE)"},
        {"out = a;", 5, "assigning to 'real *' from incompatible type 'const real'",
         "a plane has a number: write out[0] = ..."},
        {"out[0] = \"b\";", 8, "assigning to 'real' from incompatible type 'char[2]'",
         "assigning to 'real' from incompatible type 'char[2]'"},
        {"out(0) = a;", 4, "called object type 'real *' is not a function",
         "a plane is written with brackets: out[0]"},
        {"a b;", 3, "expected ')'", "expected ')'"},
        {"out[a] = 1;", 5, "call to 'outerfill_plane' is ambiguous",
         "a subscript of out is an integer: write out[(long)x]"},
        {"(out)[0] = 1;", 4, "no slip", "no slip"},
        {"out[0] = a // 2;", 11, "expected ';' after expression",
         "a ';' is missing in front of the comment, and a quotient that is rounded down is floor(a "
         "/ "
         "b)"},
        {"out[0] = a b;", 11, "expected ';' after expression", "expected ';' after expression"},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows), text_piece_body(""));
}

static void test_preambles(void **state) {
    static const struct row rows[] = {
        {"real f(real x) { return x * y; }", 29, UNDECLARED("y"),
         "y is not defined: a function of a preamble sees only its own arguments, not a, b, i, j, "
         "n, "
         "m or parameters"},
        {"real y = z = 2;", 10, UNDECLARED("z"), "z is not declared: write real z = ..."},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows), text_piece_preamble(""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_preambles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
