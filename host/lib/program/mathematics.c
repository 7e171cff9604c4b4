/* SPDX-License-Identifier: MIT
 *
 * Writes our own mathematical functions into a program. Owns nothing. */
#include "program/mathematics.h"

#include <string.h>

#include "constant_powers_cl.h"
#include "math_float32_cl.h"
#include "math_float64_cl.h"
#include "program/tokens.h"

static bool is_double(struct token token) {
    const char last = token.text[token.length - 1];
    return token.kind == TOKEN_NUMBER && last != 'f' && last != 'u' && last != 'l' &&
           (memchr(token.text, '.', token.length) || memchr(token.text, 'p', token.length));
}

/* With -cl-single-precision-constant 0.5 is a float, and 0.5L is none. */
static void write_with_doubles(FILE *out, const char *text) {
    const char *at = text;
    struct token token;
    while ((token = token_next(&at)).kind != TOKEN_END) {
        if (!is_double(token)) continue;
        fwrite(text, 1, (size_t)(token.text - text), out);
        fprintf(out, "((double)%.*sL)", (int)token.length, token.text);
        text = at;
    }
    fputs(text, out);
}

static void write_text(FILE *out, outerfill_dtype dtype, const char *text) {
    switch (dtype) {
    case OUTERFILL_FLOAT64: fputs(text, out); break;
    case OUTERFILL_FLOAT32: write_with_doubles(out, text); break;
    }
}

/* The build option OUTERFILL_CPU_MATHEMATICS asks for them. A processor without fma cannot run them
 * fast. */
void mathematics_write(FILE *out, outerfill_dtype dtype, bool has_loops) {
    fprintf(out, "#if defined(OUTERFILL_CPU_MATHEMATICS) && defined(cl_khr_fp64) && "
                 "(defined(__FMA__) || defined(__ARM_FEATURE_FMA))\n"
                 "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
                 "#define OUTERFILL_MATHEMATICS\n");
    if (has_loops) fprintf(out, "#define OUTERFILL_HAS_LOOP\n");
    write_text(out, dtype, math_float64_cl);
    write_text(out, dtype, math_float32_cl);
    fprintf(out, "#define OUTERFILL_DOUBLE(name) outerfill_##name\n"
                 "#define OUTERFILL_FLOAT(name) outerfill_##name##f\n"
                 "#define OUTERFILL_OWN_OR(own, driver) own\n"
                 "#endif\n");
}

void mathematics_write_drivers(FILE *out) {
    fprintf(out, "#ifndef OUTERFILL_MATHEMATICS\n"
                 "#define OUTERFILL_DOUBLE(name) name\n"
                 "#define OUTERFILL_FLOAT(name) name\n"
                 "#define OUTERFILL_OWN_OR(own, driver) driver\n"
                 "#endif\n");
}

void mathematics_write_constant_powers(FILE *out) {
    fprintf(out, "#if defined(OUTERFILL_MATHEMATICS) && !defined(OUTERFILL_PLAIN_POWERS)\n");
    fputs(constant_powers_cl, out);
    fprintf(out, "#endif\n");
}
