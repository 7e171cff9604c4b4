/* SPDX-License-Identifier: MIT
 *
 * This module reads the operands A and B. It finds out what kind an operand is, and converts its
 * values to the dtype of the fill.
 *
 * It owns the values until it hands them over. It leaves .npy files to the library, ranges to
 * vector_range.c, texts to vector_text.c, and the names of columns to operand.c. */
#include "vector.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "operand.h"
#include "vector_text.h"

static void store(void *values, size_t k, double value, outerfill_dtype dtype) {
    switch (dtype) {
    case OUTERFILL_FLOAT64: ((double *)values)[k] = value; break;
    case OUTERFILL_FLOAT32: ((float *)values)[k] = (float)value; break;
    }
}

/* Converts doubles into a new vector of the dtype. */
static int convert(const char *operand, const double *values, size_t n, outerfill_dtype dtype,
                   struct vector *vector) {
    const size_t itemsize = outerfill_dtype_itemsize(dtype);
    vector->n = n;
    vector->values = n > SIZE_MAX / itemsize ? NULL : outerfill_alloc(n * itemsize);
    if (!vector->values)
        return command_fail(EXIT_DEVICE_FAILED, "no memory for the %zu values of %s", n, operand);
    for (size_t k = 0; k < n; k++) store(vector->values, k, values[k], dtype);
    return EXIT_DONE;
}

static int read_range(const char *operand, outerfill_dtype dtype, struct vector *vector) {
    struct vector_range range;
    int code = vector_range_parse(operand, &range);
    if (code) return code;
    double *values =
        range.n > SIZE_MAX / sizeof *values ? NULL : outerfill_alloc(range.n * sizeof *values);
    if (!values)
        return command_fail(EXIT_DEVICE_FAILED, "no memory for the %zu values of \"%s\"", range.n,
                            operand);
    vector_range_compute(&range, values);
    code = convert(operand, values, range.n, dtype, vector);
    outerfill_free(values);
    return code;
}

static int read_text(FILE *text, const char *name, const struct operand *operand,
                     outerfill_dtype dtype, struct vector *vector) {
    double *values;
    size_t n;
    const struct vector_text source = {name, operand->path, operand->column};
    int code = vector_text_read(text, &source, &values, &n);
    if (code) return code;
    code = convert(name, values, n, dtype, vector);
    free(values);
    return code;
}

/* Whether the stream begins as an .npy file. One byte decides, because no text begins with it, and
 * because ungetc guarantees room for only one byte. */
static bool begins_as_npy(FILE *file) {
    const int first = getc(file);
    if (first != EOF) ungetc(first, file);
    return first == 0x93;
}

static int read_standard_input(const struct operand *operand, outerfill_dtype dtype,
                               struct vector *vector) {
    if (begins_as_npy(stdin))
        return command_fail(EXIT_BAD_INPUT,
                            "standard input holds a NumPy file, which is read by its name only");
    return read_text(stdin, "standard input", operand, dtype, vector);
}

static bool ends_in_npy(const char *name) {
    const size_t length = strlen(name);
    return length >= 4 && strcmp(name + length - 4, ".npy") == 0;
}

static int read_npy(const struct operand *operand, outerfill_dtype dtype, struct vector *vector) {
    outerfill_error error;
    if (operand->column)
        return command_fail(EXIT_BAD_INPUT,
                            "\"%s\" is a NumPy file, and \"%s\" chooses a column of a text: save "
                            "the column as a vector with np.save",
                            operand->path, operand->column);
    if (outerfill_npy_load(operand->path, dtype, &vector->values, &vector->n, &error))
        return command_fail_library(&error);
    return EXIT_DONE;
}

static int read_file(const struct operand *operand, outerfill_dtype dtype, struct vector *vector) {
    char name[4096 + 3]; /* of the longest path, in quotes */
    const char *path = operand->path;
    if (ends_in_npy(path)) return read_npy(operand, dtype, vector);
    FILE *file = fopen(path, "re");
    if (!file)
        return command_fail(command_code_of_errno(errno), "cannot open \"%s\": %s%s", path,
                            strerror(errno), errno == ENOENT ? vector_range_advice(path) : "");
    snprintf(name, sizeof name, "\"%s\"", path);
    const int code = begins_as_npy(file) ? read_npy(operand, dtype, vector)
                                         : read_text(file, name, operand, dtype, vector);
    fclose(file);
    return code;
}

int vector_read(const char *operand, outerfill_dtype dtype, struct vector *vector) {
    struct operand parts;
    if (vector_is_range(operand)) return read_range(operand, dtype, vector);
    operand_split(operand, &parts);
    return operand_is_standard_input(operand) ? read_standard_input(&parts, dtype, vector)
                                              : read_file(&parts, dtype, vector);
}
