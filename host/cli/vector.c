/* SPDX-License-Identifier: MIT
 *
 * This module reads the operands A and B. It finds out what kind an operand is, and converts its
 * values to the dtype of the fill.
 *
 * It owns the values until it hands them over. It leaves .npy files to the library, ranges to
 * vector_range.c, texts to vector_text.c, the names of columns to operand.c, and
 * other kinds of files to input_kind.c. */
#include "vector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "input.h"
#include "input_kind.h"
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

static int read_text(struct input *input, const char *name, const struct operand *operand,
                     outerfill_dtype dtype, struct vector *vector) {
    double *values;
    size_t n;
    const struct vector_text source = {name, operand->path, operand->column};
    FILE *text = input_stream(input);
    if (!text) return command_fail(EXIT_DEVICE_FAILED, "no memory to read %s", name);
    int code = vector_text_read(text, &source, &values, &n);
    fclose(text);
    if (code) return code;
    code = convert(name, values, n, dtype, vector);
    free(values);
    return code;
}

/* Whether the input begins as an .npy file. One byte decides, because no text begins with it. */
static bool begins_as_npy(const struct input *input) {
    return input->nbytes && input->beginning[0] == 0x93;
}

static int read_standard_input(const struct operand *operand, outerfill_dtype dtype,
                               struct vector *vector) {
    static const char name[] = "standard input";
    struct input input;
    input_begin(&input, STDIN_FILENO);
    if (begins_as_npy(&input))
        return command_fail(EXIT_BAD_INPUT,
                            "standard input holds a NumPy file, which is read by its name only");
    const int code = input_kind_check(input.beginning, input.nbytes, name, operand);
    return code ? code : read_text(&input, name, operand, dtype, vector);
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

/* The library refuses other files with the ending .npy than regular ones, so they are not read. */
static bool is_for_library(int fd, const char *path) {
    struct stat facts;
    return ends_in_npy(path) && (fstat(fd, &facts) || !S_ISREG(facts.st_mode));
}

static int read_open_file(int fd, const struct operand *operand, outerfill_dtype dtype,
                          struct vector *vector) {
    char name[4096 + 3]; /* of the longest path, in quotes */
    struct input input;
    if (is_for_library(fd, operand->path)) return read_npy(operand, dtype, vector);
    input_begin(&input, fd);
    if (begins_as_npy(&input)) return read_npy(operand, dtype, vector);
    snprintf(name, sizeof name, "\"%s\"", operand->path);
    const int code = input_kind_check(input.beginning, input.nbytes, name, operand);
    if (code) return code;
    return ends_in_npy(operand->path) ? read_npy(operand, dtype, vector)
                                      : read_text(&input, name, operand, dtype, vector);
}

/* O_NONBLOCK keeps open from waiting for the writer of a FIFO with the ending .npy. */
static int read_file(const struct operand *operand, outerfill_dtype dtype, struct vector *vector) {
    const char *path = operand->path;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | (ends_in_npy(path) ? O_NONBLOCK : 0));
    if (fd < 0 && ends_in_npy(path)) return read_npy(operand, dtype, vector);
    if (fd < 0)
        return command_fail(command_code_of_errno(errno), "cannot open \"%s\": %s%s", path,
                            strerror(errno), errno == ENOENT ? vector_range_advice(path) : "");
    const int code = read_open_file(fd, operand, dtype, vector);
    close(fd);
    return code;
}

int vector_read(const char *operand, outerfill_dtype dtype, struct vector *vector) {
    struct operand parts;
    if (vector_is_range(operand)) return read_range(operand, dtype, vector);
    operand_split(operand, &parts);
    return operand_is_standard_input(operand) ? read_standard_input(&parts, dtype, vector)
                                              : read_file(&parts, dtype, vector);
}
