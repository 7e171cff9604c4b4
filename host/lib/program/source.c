/* SPDX-License-Identifier: MIT
 *
 * Composes the program that a device compiles, in this order:
 *
 *     what every function sees     pragmas, `real`, and the built-in functions that it names
 *     the caller's text            a #line before each piece, so that messages point into it
 *     the same text, flagged       only if it calls functions of kernels/flagged.cl
 *     the same text for batches    only if it has loops (batch)
 *     two lists                    PLANES and PARAMETERS; fill.cl repeats lines for their items
 *     kernels/fill.cl              as it stands in the repository
 *
 * user_text has checked the caller's text, except for what only a preprocessor can see. This module
 * owns nothing: the caller frees the program. It calls no OpenCL, and knows nothing of devices. */
#include "program/source.h"

#include <stdio.h>
#include <string.h>

#include "base/dtype.h"
#include "fill_cl.h"
#include "program/builtins.h"
#include "program/definitions.h"
#include "program/flagged.h"
#include "program/subscripts.h"
#include "program/text_names.h"
#include "program/text_stream.h"
#include "program/user_text.h"
#include "subscripts_cl.h"

/* A work-item of fill_runs stores RUN_NBYTES bytes of each plane at once. It keeps up to
 * RUN_MAX_NBYTES bytes of all planes in registers. (counted: no spills with 128 bytes, and 64 bytes
 * of them with 256; Intel's compiler for pvc) */
#define RUN_NBYTES     16u
#define RUN_MAX_NBYTES 128u

/* FP_CONTRACT OFF keeps a * b + c from becoming fma, so that + - * give the same bits as C and
 * NumPy. */
static void write_prologue(FILE *out, outerfill_dtype dtype) {
    fprintf(out, "#pragma OPENCL FP_CONTRACT OFF\n");
    if (dtype_needs_fp64(dtype)) fprintf(out, "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");
    fprintf(out, "typedef %s real;\n", dtype_opencl_name(dtype));
}

/* cell / num_columns as a multiplication; fill/launch.c chooses the reciprocal and the shift. It
 * stands in front of the caller's text, whose macros may be named mul_hi. */
static void write_quotient(FILE *out) {
    fprintf(out, "static inline uint outerfill_row_of(const uint cell, const uint reciprocal, "
                 "const uint shift) {\n"
                 "    return mul_hi(cell * 16, reciprocal) >> shift;\n"
                 "}\n");
}

/* OpenCL's NAN and INFINITY are floats. In a float64 text, atan(INFINITY) would therefore be
 * computed in float32. */
static void write_constants(FILE *out) {
    fprintf(out, "#ifdef __has_builtin\n"
                 "#if __has_builtin(__builtin_nanf) && __has_builtin(__builtin_inff)\n"
                 "#undef NAN\n#define NAN ((real)__builtin_nanf(\"\"))\n"
                 "#undef INFINITY\n#define INFINITY ((real)__builtin_inff())\n"
                 "#endif\n#endif\n");
}

/* A function that the caller's text becomes. */
struct cell_function {
    const char *name, *qualifiers, *last_argument;
};

#define INLINED "static inline __attribute__((always_inline))"
static const struct cell_function every_cell = {"outerfill_compute_cell", INLINED, ""},
                                  rare_cell = {"outerfill_compute_cell",
                                               "static __attribute__((noinline))", ""},
                                  ordinary_cell = {"outerfill_compute_ordinary_cell", INLINED,
                                                   ", long *outerfill_rare"};

/* The #line keeps errors in this generated line from being reported as errors in the caller's
 * text. */
static void write_signature(FILE *out, const outerfill_function_description *description,
                            const struct cell_function *function) {
    fprintf(out, "#line 1 \"function\"\n%s void %s(", function->qualifiers, function->name);
    const char *separator = "";
    const struct text_name *seen;
    for (size_t k = 0; (seen = text_name_seen(k)); k++) {
        if (seen->declaration) fprintf(out, "%s%s", separator, seen->declaration);
        if (seen->declaration) separator = ", ";
    }
    for (size_t k = 0; k < description->num_parameters; k++)
        fprintf(out, ", const real %s", description->parameter_names[k]);
    if (subscripts_are_checked(description)) fprintf(out, ", long *outerfill_fault");
    fprintf(out, "%s)\n", function->last_argument);
}

static void write_subscripts(FILE *out, const outerfill_function_description *description) {
    fprintf(out, "#define NUM_PLANES %zu\n", description->num_planes);
    if (!subscripts_are_checked(description)) return;
    fprintf(out, "#define OUTERFILL_CHECKED\n");
    fputs(subscripts_cl, out);
}

/* A preamble may define functions and macros with the names of built-in functions. A macro of the
 * driver must then not get into the way, nor an overload. An overloaded function joins ours. */
static void write_own_names(FILE *out, const char *preamble,
                            const struct definitions *definitions) {
    for (size_t k = 0; k < definitions->num_items; k++) {
        const struct definition *item = &definitions->items[k];
        const int length = (int)item->name.length;
        if (item->name.text[0] == '_' || strstr(preamble, "overloadable")) continue;
        fprintf(out, "#undef %.*s\n", length, item->name.text);
        if (item->kind != DEFINED_MACRO)
            fprintf(out, "#define %.*s " OWN_PREFIX "%.*s\n", length, item->name.text, length,
                    item->name.text);
    }
}

/* Each piece of the caller's text begins and ends on lines of its own. So the compiler's line
 * and column are those of the caller's text, and a // comment at its end cannot swallow what
 * follows. */
static void write_piece(FILE *out, const struct text_piece *piece) {
    fprintf(out, "#line 1 \"%s\"\n", piece->name);
    subscripts_write(out, piece);
    fprintf(out, "\n");
}

static void write_preamble(FILE *out, const char *preamble) {
    const struct text_piece piece = text_piece_preamble(preamble);
    if (preamble) write_piece(out, &piece);
}

/* Makes the compiler refuse a preamble that defines a macro with a name that every function sees.
 * For example, `#define real float` would make double values of the bits of floats. user_text
 * refuses plain #defines. But a #define can be disguised by a comment behind the '#', a spliced
 * line or a digraph, and only the preprocessor finds all forms. The empty line is for a preamble
 * that ends with a backslash: it would otherwise swallow the first #ifdef. */
static void write_preamble_check(FILE *out, const char *preamble) {
    const struct text_name *seen;
    if (preamble) fprintf(out, "\n");
    for (size_t k = 0; preamble && (seen = text_name_seen(k)); k++)
        fprintf(out,
                "#ifdef %s\n#error every function sees the name %s, and it cannot mean anything "
                "else\n#endif\n",
                seen->name, seen->name);
}

static void write_function(FILE *out, const outerfill_function_description *description,
                           const struct cell_function *function) {
    struct text_piece piece = text_piece_body(description->body);
    write_signature(out, description, function);
    fprintf(out, "{\n");
    if (description->body) write_piece(out, &piece);
    for (size_t p = 0; description->expressions && p < description->num_planes; p++) {
        piece = text_piece_expression(description->expressions[p], p);
        fprintf(out, "#line 1 \"%s" WHOLE_PIECE "\"\nout[%zu] = (\n", piece.name, p);
        write_piece(out, &piece);
        fprintf(out, ");\n");
    }
    fprintf(out, "}\n");
}

/* The names of functions that flag, in place of those that take branches. */
static void write_flagged_names(FILE *out, const outerfill_function_description *description,
                                const struct definitions *definitions) {
    builtins_write_flagged(out, description);
    if (flagged_helpers_can(description, definitions))
        flagged_write_helpers(out, description->preamble, definitions);
}

/* The caller's text once more, with functions that flag. */
static void write_flagged_function(FILE *out, const outerfill_function_description *description,
                                   const struct definitions *definitions) {
    fprintf(out, "#ifdef OUTERFILL_MATHEMATICS\n");
    write_flagged_names(out, description, definitions);
    write_function(out, description, &ordinary_cell);
    fprintf(out, "#endif\n");
}

/* The caller's text once more, for batches of cells. Cells go on as single ones behind it. */
static void write_batch_function(FILE *out, const outerfill_function_description *description,
                                 const struct source_form *form,
                                 const struct definitions *definitions) {
    if (form->is_flagged) {
        fprintf(out, "#ifdef OUTERFILL_MATHEMATICS\n");
        write_flagged_names(out, description, definitions);
        fprintf(out, "#endif\n");
    }
    batch_write(out, description, form->batch);
    fprintf(out, "#undef OUTERFILL_RARE_IS_FLAGGED\n");
}

size_t source_run_cells(const outerfill_function_description *description) {
    const size_t itemsize = outerfill_dtype_itemsize(description->dtype);
    size_t cells = RUN_NBYTES / itemsize;
    while (cells > 1 && cells * description->num_planes * itemsize > RUN_MAX_NBYTES) cells /= 2;
    const bool is_single =
        user_text_cost_varies(description) || subscripts_are_checked(description);
    return is_single ? 1 : cells;
}

static void write_run(FILE *out, const outerfill_function_description *description) {
    const size_t cells = source_run_cells(description);
    fprintf(out, "#define RUN_CELLS %zu\n", cells);
    if (cells > 1)
        fprintf(out, "typedef %s%zu outerfill_run;\n", dtype_opencl_name(description->dtype),
                cells);
}

/* With two planes and a parameter k, PLANES(DO) is DO(0) DO(1), and PARAMETERS(DO) is DO(k). */
static void write_lists(FILE *out, const outerfill_function_description *description) {
    fprintf(out, "#define PLANES(OUTERFILL_DO)");
    for (size_t p = 0; p < description->num_planes; p++) fprintf(out, " OUTERFILL_DO(%zu)", p);
    fprintf(out, "\n#define PARAMETERS(OUTERFILL_DO)");
    for (size_t k = 0; k < description->num_parameters; k++)
        fprintf(out, " OUTERFILL_DO(%s)", description->parameter_names[k]);
    fprintf(out, "\n#line 1 \"fill.cl\"\n");
}

static void write_program(FILE *out, const outerfill_function_description *description,
                          const struct source_form *form, const struct definitions *definitions) {
    const bool is_rare = form->is_flagged || form->batch;
    write_prologue(out, description->dtype);
    write_quotient(out);
    builtins_write(out, description, form->batch != NULL);
    write_constants(out);
    write_subscripts(out, description);
    write_own_names(out, description->preamble, definitions);
    write_preamble(out, description->preamble);
    write_preamble_check(out, description->preamble);
    write_function(out, description, is_rare ? &rare_cell : &every_cell);
    if (form->batch)
        write_batch_function(out, description, form, definitions);
    else if (form->is_flagged)
        write_flagged_function(out, description, definitions);
    write_run(out, description);
    write_lists(out, description);
    fputs(fill_cl, out);
}

char *source_create(const outerfill_function_description *description,
                    const struct source_form *form) {
    struct text_stream stream;
    struct definitions definitions;
    const bool is_complete = definitions_collect(description->preamble, &definitions);
    FILE *out = is_complete ? text_stream_open(&stream) : NULL;
    if (out) write_program(out, description, form, &definitions);
    definitions_free(&definitions);
    return out ? text_stream_close(&stream, out) : NULL;
}
