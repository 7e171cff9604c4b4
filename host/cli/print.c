/* SPDX-License-Identifier: MIT
 *
 * This module prints an array as NumPy's print(ab) does, in the four steps below. Each pass
 * computes the digits anew, so the module allocates no memory. It knows nothing about files and
 * options.
 *     what is shown       all elements, or three from either end of each axis
 *     digits of a number  the fewest that identify it, and at most 8 after the point
 *     common layout       one notation and one width, found by a first pass
 *     lines and brackets  the second pass, which prints */
#include "print.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* NumPy's default print options. */
#define MAX_ELEMENTS 1000        /* larger arrays are summarised */
#define NUM_EDGE     ((size_t)3) /* elements shown on either side */
#define MAX_FRACTION 8           /* digits after the point        */
#define LINE_WIDTH   75

/* Three characters precede the first element of a row: "[[[", " [[" or "  [". NumPy shortens every
 * line by one column for each of three closing brackets, even if the line has fewer. */
#define NUM_BRACKETS 3
#define ROW_WIDTH    (LINE_WIDTH - NUM_BRACKETS)

/* The longest numbers are "-99999999.12345678" and "-1.12345678e-308". A line that would exceed
 * ROW_WIDTH is wrapped. */
#define WORD_NBYTES 64
#define LINE_NBYTES (ROW_WIDTH + WORD_NBYTES + 1)

/* ---- What is shown ---- */

typedef struct axis {
    size_t length;
    size_t num_shown; /* length, or 2 * NUM_EDGE if the middle is left out */
} axis;

typedef struct array {
    const void *values;
    outerfill_dtype dtype;
    axis planes, rows, columns;
} array;

static axis make_axis(size_t length, bool summarised) {
    const bool cut = summarised && length > 2 * NUM_EDGE;
    return (axis){length, cut ? 2 * NUM_EDGE : length};
}

/* True if "..." precedes the k-th shown entry. */
static bool is_after_gap(axis along, size_t k) {
    return along.num_shown < along.length && k == NUM_EDGE;
}

/* The array index of the k-th shown entry. */
static size_t shown_index(axis along, size_t k) {
    const bool behind_gap = along.num_shown < along.length && k >= NUM_EDGE;
    return behind_gap ? along.length - along.num_shown + k : k;
}

/* The value at the p-th, i-th and j-th shown entry of the three axes. A double represents every
 * float32 exactly. */
static double shown_value(const array *ab, size_t p, size_t i, size_t j) {
    const size_t row = shown_index(ab->planes, p) * ab->rows.length + shown_index(ab->rows, i);
    const size_t index = row * ab->columns.length + shown_index(ab->columns, j);
    double value = NAN;
    switch (ab->dtype) {
    case OUTERFILL_FLOAT64: value = ((const double *)ab->values)[index]; break;
    case OUTERFILL_FLOAT32: value = ((const float *)ab->values)[index]; break;
    }
    return value;
}

/* ---- Digits of a number ---- */

/* The notation that all numbers of an array share. */
typedef struct layout {
    outerfill_dtype dtype;
    bool scientific;     /* 1.5e-07 instead of 0.00000015 */
    size_t num_left;     /* characters before the point, including the sign */
    size_t num_fraction; /* digits after the point: the largest number that an element needs */
    size_t num_exponent; /* digits of the exponent, 2 or 3; 0 without an exponent */
    size_t width;        /* characters of a number, or of nan or inf if they are longer */
} layout;

/* True if the text, read as the dtype, yields exactly the value. */
static bool reads_back(const char *text, double value, outerfill_dtype dtype) {
    switch (dtype) {
    case OUTERFILL_FLOAT64: return strtod(text, NULL) == value;
    case OUTERFILL_FLOAT32: return strtof(text, NULL) == (float)value;
    }
    return false; /* GCOVR_EXCL_LINE: there is no other dtype */
}

/* Adds one to the last digit before the exponent, and carries. Returns false if all digits are
 * nines. */
static bool raise_last_digit(char *text) {
    for (size_t k = strcspn(text, "e"); k > 0; k--) {
        char *c = &text[k - 1];
        if (*c >= '0' && *c <= '8') {
            (*c)++;
            return true;
        }
        if (*c == '9') *c = '0';
    }
    return false;
}

/* Writes the value with num_fraction digits after the point. Returns true if the text reads back as
 * the value.
 *
 * The digits are those of printf: the nearest decimal number, with ties to the even digit. There is
 * one exception. The neighbour below a power of two is half as far away as the neighbour above. So
 * the nearest decimal, below the value, may read back as the neighbour, while the next decimal
 * above reads back as the value. NumPy chooses the decimal above. raise_last_digit cannot fail in
 * this case, because the digits of a power of two are never all nines. */
static bool write_digits(char text[WORD_NBYTES], double value, const layout *style,
                         size_t num_fraction) {
    snprintf(text, WORD_NBYTES, style->scientific ? "%#.*e" : "%#.*f", (int)num_fraction, value);
    if (reads_back(text, value, style->dtype)) return true;
    char above[WORD_NBYTES];
    memcpy(above, text, WORD_NBYTES);
    if (!raise_last_digit(above) || !reads_back(above, value, style->dtype)) return false;
    memcpy(text, above, WORD_NBYTES);
    return true;
}

/* Writes the value with the fewest digits that read back as the value, but at most MAX_FRACTION
 * after the point. Returns the number of digits after the point without trailing zeros, which
 * rounding can produce. */
static size_t write_shortest(char text[WORD_NBYTES], double value, const layout *style) {
    size_t num_fraction = 0;
    while (!write_digits(text, value, style, num_fraction) && num_fraction < MAX_FRACTION)
        num_fraction++;
    const char *point = strchr(text, '.');
    while (num_fraction > 0 && point[num_fraction] == '0') num_fraction--;
    return num_fraction;
}

/* ---- Common layout ---- */

/* The range that determines the notation. It ignores zeros, infinities and nan. */
typedef struct range {
    double min_abs, max_abs; /* 0 if no value counts */
} range;

static void extend_range(range *seen, double value) {
    const double magnitude = fabs(value);
    if (!isfinite(value) || magnitude == 0) return;
    if (seen->max_abs == 0 || magnitude < seen->min_abs) seen->min_abs = magnitude;
    if (magnitude > seen->max_abs) seen->max_abs = magnitude;
}

static bool needs_scientific(range seen, outerfill_dtype dtype) {
    if (seen.max_abs == 0) return false;
    if (seen.max_abs >= 1e8 || seen.min_abs < 1e-4) return true;
    /* NumPy divides in the array's dtype, which matters for quotients close to 1000. */
    switch (dtype) {
    case OUTERFILL_FLOAT64: return seen.max_abs / seen.min_abs > 1000.0;
    case OUTERFILL_FLOAT32: return (float)seen.max_abs / (float)seen.min_abs > 1000.0f;
    }
    return false; /* GCOVR_EXCL_LINE: there is no other dtype */
}

static void keep_larger(size_t *largest, size_t size) {
    if (size > *largest) *largest = size;
}

static const char *nonfinite_text(double value) {
    return isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

/* Widens the layout for one value. For a finite value only the parts grow. choose_layout computes
 * the width at the end. */
static void fit_value(layout *style, double value) {
    if (!isfinite(value)) {
        keep_larger(&style->width, strlen(nonfinite_text(value)));
        return;
    }
    char text[WORD_NBYTES];
    keep_larger(&style->num_fraction, write_shortest(text, value, style));
    keep_larger(&style->num_left, (size_t)(strchr(text, '.') - text));
    if (style->scientific)
        keep_larger(&style->num_exponent, strlen(strchr(text, 'e')) - strlen("e+"));
}

static layout choose_layout(const array *ab) {
    range seen = {0, 0};
    for (size_t p = 0; p < ab->planes.num_shown; p++)
        for (size_t i = 0; i < ab->rows.num_shown; i++)
            for (size_t j = 0; j < ab->columns.num_shown; j++)
                extend_range(&seen, shown_value(ab, p, i, j));

    layout style = {.dtype = ab->dtype, .scientific = needs_scientific(seen, ab->dtype)};
    for (size_t p = 0; p < ab->planes.num_shown; p++)
        for (size_t i = 0; i < ab->rows.num_shown; i++)
            for (size_t j = 0; j < ab->columns.num_shown; j++)
                fit_value(&style, shown_value(ab, p, i, j));

    const size_t exponent_width = style.scientific ? strlen("e+") + style.num_exponent : 0;
    keep_larger(&style.width, style.num_left + strlen(".") + style.num_fraction + exponent_width);
    return style;
}

/* ---- A number in the layout ---- */

/* Pads the exponent with zeros to the width of the layout: e+05 becomes e+005. */
static void widen_exponent(char text[WORD_NBYTES], size_t num_exponent) {
    char *digits = strchr(text, 'e') + strlen("e+");
    const size_t num_digits = strlen(digits);
    if (num_digits >= num_exponent) return;
    const size_t num_zeros = num_exponent - num_digits;
    memmove(digits + num_zeros, digits, num_digits + 1);
    memset(digits, '0', num_zeros);
}

/* Writes the value in the layout, without the leading spaces. With an exponent all numbers have
 * equally many digits, and the exact value is rounded to them. Without an exponent, spaces replace
 * missing digits. */
static void write_word(char text[WORD_NBYTES], double value, const layout *style) {
    if (!isfinite(value)) {
        snprintf(text, WORD_NBYTES, "%s", nonfinite_text(value));
    } else if (style->scientific) {
        write_digits(text, value, style, style->num_fraction);
        widen_exponent(text, style->num_exponent);
    } else {
        const size_t num_digits = write_shortest(text, value, style);
        const size_t num_spaces = style->num_fraction - num_digits;
        char *end = strchr(text, '.') + 1 + num_digits;
        memset(end, ' ', num_spaces);
        end[num_spaces] = '\0';
    }
}

/* ---- Lines and brackets ---- */

/* The line that is being composed. It starts with NUM_BRACKETS characters: brackets in a new row,
 * spaces after a wrap. */
typedef struct line {
    FILE *stream;
    size_t length;
    char text[LINE_NBYTES];
} line;

static line start_line(FILE *stream, size_t num_brackets) {
    line row = {.stream = stream, .length = NUM_BRACKETS};
    memset(row.text, ' ', NUM_BRACKETS - num_brackets);
    memset(row.text + NUM_BRACKETS - num_brackets, '[', num_brackets);
    return row;
}

/* Prints the line without trailing spaces, and starts the next line. Returns 0 or -1. */
static int wrap_line(line *row) {
    while (row->text[row->length - 1] == ' ') row->length--;
    if (fprintf(row->stream, "%.*s\n", (int)row->length, row->text) < 0) return -1;
    *row = start_line(row->stream, 0);
    return 0;
}

/* Appends a word, aligned to the right in `width` columns. Wraps the line first if the word does
 * not fit. Returns 0 or -1. */
static int add_word(line *row, const char *word, size_t width) {
    if (row->length > NUM_BRACKETS && row->length + strlen(" ") + width > ROW_WIDTH &&
        wrap_line(row) != 0)
        return -1;
    const size_t gap = row->length > NUM_BRACKETS ? strlen(" ") : 0;
    const size_t room = LINE_NBYTES - row->length;
    row->length += (size_t)snprintf(row->text + row->length, room, "%*s", (int)(gap + width), word);
    return 0;
}

/* Prints the i-th shown row of the p-th shown plane, without a newline at its end. Returns 0 or
 * -1. */
static int print_row(FILE *stream, const array *ab, const layout *style, size_t p, size_t i) {
    const size_t num_opening = i > 0 ? 1 : p > 0 ? 2 : 3;
    line row = start_line(stream, num_opening);
    for (size_t j = 0; j < ab->columns.num_shown; j++) {
        char word[WORD_NBYTES];
        write_word(word, shown_value(ab, p, i, j), style);
        if (is_after_gap(ab->columns, j) && add_word(&row, "...", strlen("...")) != 0) return -1;
        if (add_word(&row, word, style->width) != 0) return -1;
    }
    const bool last_row = i + 1 == ab->rows.num_shown;
    const bool last_plane = p + 1 == ab->planes.num_shown;
    const char *closing = !last_row ? "]" : !last_plane ? "]]" : "]]]";
    return fprintf(stream, "%.*s%s", (int)row.length, row.text, closing) < 0 ? -1 : 0;
}

/* Prints the rows of a plane, with a newline between rows. Returns 0 or -1. */
static int print_plane(FILE *stream, const array *ab, const layout *style, size_t p) {
    for (size_t i = 0; i < ab->rows.num_shown; i++) {
        if (i > 0 && fputs("\n", stream) == EOF) return -1;
        if (is_after_gap(ab->rows, i) && fputs("  ...\n", stream) == EOF) return -1;
        if (print_row(stream, ab, style, p, i) != 0) return -1;
    }
    return 0;
}

/* Prints the planes, with an empty line between planes. Returns 0 or -1. */
static int print_planes(FILE *stream, const array *ab, const layout *style) {
    for (size_t p = 0; p < ab->planes.num_shown; p++) {
        if (p > 0 && fputs("\n\n", stream) == EOF) return -1;
        if (is_after_gap(ab->planes, p) && fputs(" ...\n\n", stream) == EOF) return -1;
        if (print_plane(stream, ab, style, p) != 0) return -1;
    }
    return 0;
}

int print_array(FILE *stream, const void *ab, outerfill_dtype dtype, size_t num_planes, size_t n,
                size_t m) {
    if (num_planes == 0 || n == 0 || m == 0)
        return fputs("[]\n", stream) == EOF || fflush(stream) == EOF ? -1 : 0;
    const bool summarised = num_planes * n * m > MAX_ELEMENTS;
    const array shown = {ab, dtype, make_axis(num_planes, summarised), make_axis(n, summarised),
                         make_axis(m, summarised)};
    const layout style = choose_layout(&shown);
    if (print_planes(stream, &shown, &style) != 0) return -1;
    /* Only a flush reveals a full disk or a closed pipe. */
    return fputs("\n", stream) == EOF || fflush(stream) == EOF ? -1 : 0;
}
