/* SPDX-License-Identifier: MIT
 *
 * This module computes ranges with the values of NumPy's functions of the same names. The values of
 * arange and linspace equal NumPy's bit for bit. That requires the same operations in the same
 * order:
 *     arange     start + k * ((start + step) - start), k < ceil((stop - start) / step)
 *     linspace   start + k * ((stop - start) / (num - 1)), and exactly stop at the end;
 *                start + (k / (num - 1)) * (stop - start) if the step underflows to 0
 *     logspace   10 to the power of linspace's values
 *     geomspace  the same from log10 of start to log10 of stop, and exactly both at the ends
 * NumPy's manual gives the count of arange. A comparison of bits gave the rest. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "vector.h"

#define MAX_FIELDS 3

static const char *const kind_names[] = {"arange", "linspace", "logspace", "geomspace"};

/* Returns the text after the name of the kind and its colon, or NULL if the operand is not a
 * range. */
static const char *after_kind(const char *operand, enum vector_kind *kind) {
    for (size_t k = 0; k < sizeof kind_names / sizeof *kind_names; k++) {
        const size_t length = strlen(kind_names[k]);
        if (strncmp(operand, kind_names[k], length) != 0 || operand[length] != ':') continue;
        *kind = (enum vector_kind)k;
        return operand + length + 1;
    }
    return NULL;
}

bool vector_is_range(const char *operand) {
    enum vector_kind kind;
    return after_kind(operand, &kind) != NULL;
}

const char *vector_range_advice(const char *operand) {
    static const char *const others[] = {"range:", "np.", "numpy."};
    static const char advice[] = "; a range is arange:STOP, arange:START:STOP:STEP or "
                                 "linspace:START:STOP:NUM";
    const bool has_numbers = strchr(operand, ':') && !operand[strspn(operand, "0123456789.:eE+-")];
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        if (strncmp(operand, others[k], strlen(others[k])) == 0) return advice;
    return has_numbers ? advice : "";
}

static int bad_field(const char *operand, const char *field, const char *what) {
    return command_fail(EXIT_BAD_INPUT, "\"%s\": \"%.*s\" is not %s", operand,
                        (int)strcspn(field, ":"), field, what);
}

/* Splits the text at the colons. Returns the number of fields, or 0 if there are more than
 * MAX_FIELDS. */
static size_t split(const char *text, const char **fields) {
    size_t num_fields = 0;
    for (;;) {
        if (num_fields == MAX_FIELDS) return 0;
        fields[num_fields++] = text;
        text = strchr(text, ':');
        if (!text) return num_fields;
        text++;
    }
}

static int read_number(const char *operand, const char *field, double *number) {
    char *end;
    *number = strtod(field, &end);
    if (end == field || (*end != ':' && *end != '\0') || !isfinite(*number))
        return bad_field(operand, field, "a finite number");
    return EXIT_DONE;
}

static int read_count(const char *operand, const char *field, size_t *count) {
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(field, &end, 10);
    if (field[strspn(field, "0123456789")] != '\0' || end == field || errno || number > SIZE_MAX)
        return bad_field(operand, field, "a count of values: a whole number, 0 or more");
    *count = (size_t)number;
    return EXIT_DONE;
}

static int count_arange(const char *operand, struct vector_range *range) {
    if (range->step == 0)
        return command_fail(EXIT_BAD_INPUT, "\"%s\": a step of 0 never arrives", operand);
    const double quotient = (range->stop - range->start) / range->step;
    /* The quotient can underflow to 0 although start and stop differ. The range then has one value,
     * or no value if the step points away from stop. */
    const bool underflows = quotient == 0 && range->stop != range->start;
    const double count = underflows ? (signbit(quotient) ? 0 : 1) : ceil(quotient);
    if (!(count < 0x1p63))
        return command_fail(EXIT_BAD_INPUT, "\"%s\" has %g values, more than an array can hold",
                            operand, count);
    range->n = count > 0 ? (size_t)count : 0;
    return EXIT_DONE;
}

static int parse_arange(const char *operand, const char **fields, size_t num_fields,
                        struct vector_range *range) {
    int code = EXIT_DONE;
    range->step = 1;
    if (num_fields == 1) {
        code = read_number(operand, fields[0], &range->stop);
    } else {
        code = read_number(operand, fields[0], &range->start);
        if (!code) code = read_number(operand, fields[1], &range->stop);
        if (!code && num_fields == 3) code = read_number(operand, fields[2], &range->step);
    }
    return code ? code : count_arange(operand, range);
}

/* A geometric progression keeps its sign and never reaches 0. */
static int check_geomspace(const char *operand, const struct vector_range *range) {
    if (range->kind != VECTOR_GEOMSPACE || range->start * range->stop > 0) return EXIT_DONE;
    if (range->start != 0 && range->stop != 0 && (range->start < 0) == (range->stop < 0))
        return EXIT_DONE; /* the product has underflowed */
    return command_fail(EXIT_BAD_INPUT,
                        "\"%s\": START and STOP of geomspace have the same sign and are not 0",
                        operand);
}

static int parse_spaced(const char *operand, const char **fields, size_t num_fields,
                        struct vector_range *range) {
    if (num_fields != 3)
        return command_fail(EXIT_BAD_INPUT, "\"%s\" has %zu fields: write %s:START:STOP:NUM",
                            operand, num_fields, kind_names[range->kind]);
    int code = read_number(operand, fields[0], &range->start);
    if (!code) code = read_number(operand, fields[1], &range->stop);
    if (!code) code = check_geomspace(operand, range);
    return code ? code : read_count(operand, fields[2], &range->n);
}

int vector_range_parse(const char *operand, struct vector_range *range) {
    const char *fields[MAX_FIELDS];
    *range = (struct vector_range){.kind = VECTOR_ARANGE};
    const char *text = after_kind(operand, &range->kind);
    const size_t num_fields = text ? split(text, fields) : 0;
    if (num_fields == 0)
        return command_fail(EXIT_BAD_INPUT, "\"%s\" has too many fields: write %s:START:STOP:%s",
                            operand, kind_names[range->kind],
                            range->kind == VECTOR_ARANGE ? "STEP" : "NUM");
    return range->kind == VECTOR_ARANGE ? parse_arange(operand, fields, num_fields, range)
                                        : parse_spaced(operand, fields, num_fields, range);
}

static void compute_arange(const struct vector_range *range, double *values) {
    /* NumPy computes the first two values and takes their difference as the step, which rounds
     * differently from `step` itself. */
    const double second = range->start + range->step, delta = second - range->start;
    for (size_t k = 2; k < range->n; k++) values[k] = range->start + (double)k * delta;
    if (range->n > 0) values[0] = range->start;
    if (range->n > 1) values[1] = second;
}

static void compute_linspace(const struct vector_range *range, double *values) {
    const double num_steps = (double)range->n - 1, delta = range->stop - range->start,
                 step = delta / num_steps;
    for (size_t k = 0; k < range->n; k++) {
        const double scaled = range->n == 1 ? 0.0 * delta
                              : step == 0   ? (double)k / num_steps * delta
                                            : (double)k * step;
        values[k] = scaled + range->start;
    }
    if (range->n > 1) values[range->n - 1] = range->stop;
}

static void compute_logspace(const struct vector_range *range, double *values) {
    compute_linspace(range, values);
    for (size_t k = 0; k < range->n; k++) values[k] = pow(10.0, values[k]);
}

static void compute_geomspace(const struct vector_range *range, double *values) {
    const double sign = range->start < 0 ? -1 : 1;
    struct vector_range exponents = *range;
    exponents.start = log10(sign * range->start);
    exponents.stop = log10(sign * range->stop);
    compute_logspace(&exponents, values);
    for (size_t k = 0; k < range->n; k++) values[k] *= sign;
    if (range->n > 0) values[0] = range->start;
    if (range->n > 1) values[range->n - 1] = range->stop;
}

void vector_range_compute(const struct vector_range *range, double *values) {
    switch (range->kind) {
    case VECTOR_ARANGE: compute_arange(range, values); break;
    case VECTOR_LINSPACE: compute_linspace(range, values); break;
    case VECTOR_LOGSPACE: compute_logspace(range, values); break;
    case VECTOR_GEOMSPACE: compute_geomspace(range, values); break;
    }
}
