/* SPDX-License-Identifier: MIT
 *
 * Guards the program that a device compiles: each piece of the caller's text stands behind a #line of its own, whole and on
 * lines of its own, so that messages point into it; PLANES and PARAMETERS name each plane and parameter once and in order;
 * kernels/fill.cl follows byte for byte as it stands in the repository, and nothing behind it; and undefines each name in it
 * that the caller's text may have made a macro.
 * */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "program/source.h"

#define NO_MACRO(name)                                                                             \
    "#ifdef " name "\n#error every function sees the name " name                                   \
    ", and it cannot mean anything else\n#endif\n"
#define NO_MACROS                                                                                  \
    NO_MACRO("a")                                                                                  \
    NO_MACRO("b")                                                                                  \
    NO_MACRO("i") NO_MACRO("j") NO_MACRO("n") NO_MACRO("m") NO_MACRO("out") NO_MACRO("real")
#define QUOTIENT                                                                                   \
    "static inline uint outerfill_row_of(const uint cell, const uint reciprocal, const uint "      \
    "shift) {\n    return mul_hi(cell * 16, reciprocal) >> shift;\n}\n"
#define SIGNATURE                                                                                  \
    "static inline __attribute__((always_inline)) void outerfill_compute_cell(const real a, "      \
    "const real b, const long i, const "                                                           \
    "long j, const long n, const "                                                                 \
    "long m, real *out"

static const char *const two_expressions[] = {"a + b", "a * b\n  + 1"};
static const char *const three_parameters[] = {"tau", "x_0", "K"};

static char *compose(const outerfill_function_description *description) {
    char *text = source_create(description, &(struct source_form){0});

    assert_non_null(text);
    return text;
}

/* The text of kernels/fill.cl, found from where this file was compiled. */
static const char *read_fill_cl(void) {
    char path[4096];
    static char text[65536];
    const char *const here = strstr(__FILE__, "tests/unit/");

    assert_non_null(here);
    snprintf(path, sizeof path, "%.*skernels/fill.cl", (int)(here - __FILE__), __FILE__);
    FILE *file = fopen(path, "rb");
    if (!file) print_error("cannot open %s\n", path);
    assert_non_null(file);
    const size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_in_range(length, 1000, sizeof text - 2);
    text[length] = '\0';
    return text;
}

/* Fails where what stands before fill.cl is not `prologue`, the built-in functions, and `expected`. */
static void check_front(const outerfill_function_description *description, const char *prologue,
                        const char *expected) {
    char *text = compose(description);
    char *end = strstr(text, "#line 1 \"fill.cl\"\n"), *begin = strstr(text, "#define NUM_PLANES ");

    assert_non_null(begin);
    assert_non_null(end);
    end[0] = '\0';
    assert_memory_equal(text, prologue, strlen(prologue));
    assert_string_equal(begin, expected);
    free(text);
}

/* ---- The whole ---- */

static void test_expressions(void **state) {
    (void)state;
    check_front(
        &(outerfill_function_description){
            .dtype = OUTERFILL_FLOAT64, .num_planes = 2, .expressions = two_expressions},
        "#pragma OPENCL FP_CONTRACT OFF\n"
        "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
        "typedef double real;\n" QUOTIENT,
        "#define NUM_PLANES 2\n"
        "#line 1 \"function\"\n" SIGNATURE ")\n"
        "{\n"
        "#line 1 \"plane 0 as a whole\"\nout[0] = (\n#line 1 \"plane 0\"\na + b\n);\n"
        "#line 1 \"plane 1 as a whole\"\nout[1] = (\n#line 1 \"plane 1\"\na * b\n  + 1\n);\n"
        "}\n"
        "#define RUN_CELLS 2\ntypedef double2 outerfill_run;\n"
        "#define PLANES(OUTERFILL_DO) OUTERFILL_DO(0) OUTERFILL_DO(1)\n"
        "#define PARAMETERS(OUTERFILL_DO)\n");
}

static void test_body_preamble_and_parameters(void **state) {
    (void)state;
    check_front(
        &(outerfill_function_description){.dtype = OUTERFILL_FLOAT32,
                                          .num_planes = 3,
                                          .body = "out[0] = tau;\nout[2] = twice(K); // done",
                                          .preamble = "real twice(real x);\n#define TWO 2",
                                          .num_parameters = 3,
                                          .parameter_names = three_parameters},
        "#pragma OPENCL FP_CONTRACT OFF\n"
        "typedef float real;\n" QUOTIENT,
        "#define NUM_PLANES 3\n"
        "#undef twice\n#define twice outerfill_own_twice\n#undef TWO\n"
        "#line 1 \"preamble\"\nreal twice(real x);\n#define TWO 2\n\n" NO_MACROS
        "#line 1 \"function\"\n" SIGNATURE ", const real tau, const real x_0, const real K)\n"
        "{\n"
        "#line 1 \"body\"\nout[0] = tau;\nout[2] = twice(K); // done\n"
        "}\n"
        "#define RUN_CELLS 4\ntypedef float4 outerfill_run;\n"
        "#define PLANES(OUTERFILL_DO) OUTERFILL_DO(0) OUTERFILL_DO(1) OUTERFILL_DO(2)\n"
        "#define PARAMETERS(OUTERFILL_DO) OUTERFILL_DO(tau) OUTERFILL_DO(x_0) OUTERFILL_DO(K)\n");
}

/* ---- The pieces ---- */

static void test_no_double_in_a_float32_program(void **state) {
    outerfill_function_description description = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 2, .expressions = two_expressions};
    char *text = compose(&description);

    (void)state;
    assert_non_null(strstr(text, "cl_khr_fp64"));
    free(text);
    description.dtype = OUTERFILL_FLOAT32;
    text = compose(&description);
    assert_null(strstr(text, "cl_khr_fp64"));
    assert_null(strstr(text, "typedef double"));
    free(text);
}

/* Each plane has one line in the function and one entry in the list, up to the last. */
static void test_as_many_planes_as_there_can_be(void **state) {
    const char *expressions[OUTERFILL_MAX_PLANES];
    char texts[OUTERFILL_MAX_PLANES][16], expected[256];
    const outerfill_function_description description = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = OUTERFILL_MAX_PLANES, .expressions = expressions};

    (void)state;
    for (size_t p = 0; p < OUTERFILL_MAX_PLANES; p++) {
        snprintf(texts[p], sizeof texts[p], "a + %zu.5", p);
        expressions[p] = texts[p];
    }
    char *text = compose(&description), *at = text;
    for (size_t p = 0; p < OUTERFILL_MAX_PLANES; p++) {
        snprintf(expected, sizeof expected,
                 "#line 1 \"plane %zu as a whole\"\nout[%zu] = (\n#line 1 \"plane %zu\"\na + "
                 "%zu.5\n);\n",
                 p, p, p, p);
        at = strstr(at, expected);
        assert_non_null(at);
    }
    at = strstr(at, "#define PLANES(OUTERFILL_DO)");
    for (size_t p = 0; p < OUTERFILL_MAX_PLANES; p++) {
        snprintf(expected, sizeof expected, " OUTERFILL_DO(%zu)", p);
        assert_non_null(at = strstr(at, expected));
    }
    assert_int_equal(at[strlen(expected)], '\n');
    free(text);
}

static void test_as_many_parameters_as_there_can_be(void **state) {
    const char *names[OUTERFILL_MAX_PARAMETERS];
    char texts[OUTERFILL_MAX_PARAMETERS][16], expected[256];
    const outerfill_function_description description = {.dtype = OUTERFILL_FLOAT64,
                                                        .num_planes = 1,
                                                        .body = "out[0] = p0;",
                                                        .num_parameters = OUTERFILL_MAX_PARAMETERS,
                                                        .parameter_names = names};

    (void)state;
    for (size_t k = 0; k < OUTERFILL_MAX_PARAMETERS; k++) {
        snprintf(texts[k], sizeof texts[k], "p%zu", k);
        names[k] = texts[k];
    }
    char *text = compose(&description), *signature = strstr(text, SIGNATURE),
         *list = strstr(text, "#define PARAMETERS(OUTERFILL_DO)");
    for (size_t k = 0; k < OUTERFILL_MAX_PARAMETERS; k++) {
        snprintf(expected, sizeof expected, ", const real p%zu", k);
        assert_non_null(signature = strstr(signature, expected));
        snprintf(expected, sizeof expected, " OUTERFILL_DO(p%zu)", k);
        assert_non_null(list = strstr(list, expected));
    }
    free(text);
}

/* What means something to printf means nothing here, and the text's own line ends stay. */
static void test_texts_are_taken_as_they_are(void **state) {
    static const char *const odd[] = {"a % b + 100%s%n", "\ta\r\n + b // caf\xc3\xa9 \\x"};
    char *text = compose(&(outerfill_function_description){
        .dtype = OUTERFILL_FLOAT64, .num_planes = 2, .expressions = odd, .preamble = "// 50%d\n"});

    (void)state;
    assert_non_null(strstr(text, "#line 1 \"preamble\"\n// 50%d\n\n\n#ifdef a\n"));
    assert_non_null(strstr(text, "#line 1 \"plane 0\"\na % b + 100%s%n\n);\n"));
    assert_non_null(strstr(text, "#line 1 \"plane 1\"\n\ta\r\n + b // caf\xc3\xa9 \\x\n);\n"));
    free(text);
}

static void test_a_long_text(void **state) {
    const size_t length = 1000000;
    char *long_text = check_malloc(length + 1);
    const char *const expressions[] = {long_text};

    (void)state;
    memset(long_text, 'a', length);
    long_text[length] = '\0';
    char *text = compose(&(outerfill_function_description){
        .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .expressions = expressions});
    const char *found = strstr(text, "#line 1 \"plane 0\"\n");
    assert_non_null(found);
    found += strlen("#line 1 \"plane 0\"\n");
    assert_memory_equal(found, long_text, length);
    assert_memory_equal(found + length, "\n);\n}\n", 6);
    free(text);
    free(long_text);
}

/* ---- kernels/fill.cl ---- */

static void test_fill_cl_follows_whole(void **state) {
    char *text = compose(&(outerfill_function_description){
        .dtype = OUTERFILL_FLOAT64, .num_planes = 2, .expressions = two_expressions});
    const char *const found = strstr(text, "\n#line 1 \"fill.cl\"\n"), *const fill_cl =
                                                                           read_fill_cl();

    (void)state;
    assert_non_null(found);
    assert_string_equal(found + strlen("\n#line 1 \"fill.cl\"\n"), fill_cl);
    assert_non_null(strstr(fill_cl, "__kernel void outerfill_fill_cells("));
    assert_non_null(strstr(fill_cl, "__kernel void outerfill_fill_rows("));
    free(text);
}

/* 16 bytes of a plane, up to 128 bytes of all planes together; one cell where cells differ. */
static void test_cells_of_a_run(void **state) {
    static const struct {
        outerfill_dtype dtype;
        size_t num_planes, num_cells;
    } rows[] = {{OUTERFILL_FLOAT32, 1, 4},  {OUTERFILL_FLOAT32, 8, 4}, {OUTERFILL_FLOAT32, 9, 2},
                {OUTERFILL_FLOAT32, 17, 1}, {OUTERFILL_FLOAT64, 8, 2}, {OUTERFILL_FLOAT64, 9, 1}};
    outerfill_function_description description = {.body = "out[0] = a;"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        description.dtype = rows[k].dtype;
        description.num_planes = rows[k].num_planes;
        assert_int_equal(source_run_cells(&description), rows[k].num_cells);
    }
    description.num_planes = 1;
    description.body = "for (int k = 0; k < a; k++) out[0] += b;";
    assert_int_equal(source_run_cells(&description), 1);
    description.body = "out[(int)a] = b;";
    assert_int_equal(source_run_cells(&description), 1);
}

/* ---- Names ---- */

/* Whether a list of words with blanks around each has this one. */
static bool has_word(const char *list, const char *word, size_t length) {
    for (const char *found = list; (found = strstr(found, " ")); found++)
        if (strncmp(found + 1, word, length) == 0 && found[1 + length] == ' ') return true;
    return false;
}

/* Names in small letters that are no macros in fill.cl: OpenCL's own, names that no caller's text can have, and those
 * that the compiler refuses as macros (NO_MACROS). */
static bool is_language(const char *word, size_t length) {
    static const char words[] =
        " defined ulong restrict get_global_id atomic_cmpxchg x y a b i j n m out real ";
    static const char *const ours[] = {"__", "outerfill_", "ab_", "parameter_"};
    for (size_t k = 0; k < NUM_ELEMENTS(ours); k++)
        if (strncmp(word, ours[k], strlen(ours[k])) == 0) return true;
    return has_word(words, word, length);
}

static const char *skip_comment(const char *at) {
    const char *const end = strncmp(at, "/*", 2) == 0 ? strstr(at, "*/") : NULL;
    return end ? end + 2 : at;
}

static void check_ends(const char *fill_cl, const char *word, size_t length) {
    char line[100];
    snprintf(line, sizeof line, "\n#undef %.*s\n", (int)length, word);
    if (!strstr(fill_cl, line))
        print_error("a macro %.*s of the caller's would change fill.cl\n", (int)length, word);
    assert_non_null(strstr(fill_cl, line));
}

/* A macro of the caller's preamble means nothing in fill.cl: each name that stands there is undefined first. */
static void test_macros_of_the_caller_end(void **state) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *const fill_cl = read_fill_cl();
    size_t num_names = 0;

    (void)state;
    for (const char *at = fill_cl; *at;) {
        const size_t length = strspn(at, letters);
        const bool is_directive = at > fill_cl && at[-1] == '#';
        if (length && !is_directive && *at >= 'a' && *at <= 'z' && !is_language(at, length)) {
            check_ends(fill_cl, at, length);
            num_names++;
        }
        const char *const behind = skip_comment(at);
        at = length ? at + length : behind > at ? behind : at + 1;
    }
    assert_in_range(num_names, 100, 10000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_body_preamble_and_parameters),
        cmocka_unit_test(test_no_double_in_a_float32_program),
        cmocka_unit_test(test_as_many_planes_as_there_can_be),
        cmocka_unit_test(test_as_many_parameters_as_there_can_be),
        cmocka_unit_test(test_texts_are_taken_as_they_are),
        cmocka_unit_test(test_a_long_text),
        cmocka_unit_test(test_fill_cl_follows_whole),
        cmocka_unit_test(test_cells_of_a_run),
        cmocka_unit_test(test_macros_of_the_caller_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
