/* SPDX-License-Identifier: MIT
 *
 * Writes and reads headers of the NPY format, which NumPy's manual describes (numpy.lib.format). A
 * file begins with the magic string, the version and the header's length. Then follows the header,
 * a Python dictionary with exactly the keys descr, fortran_order and shape. Of the headers of real
 * vectors, the parser accepts what NumPy accepts and nothing else. The module works on bytes in
 * memory: it opens no file and owns nothing. */
#include "file/npy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/dtype.h"

#define MAGIC        "\x93NUMPY"
#define MAGIC_NBYTES ((size_t)6)

/* ---- Writing ---- */

/* `shape` is a tuple as Python writes it. Blanks fill the rest of the nbytes bytes. */
static void write_header(unsigned char *bytes, size_t nbytes, outerfill_dtype dtype,
                         const char *shape) {
    const size_t prefix = MAGIC_NBYTES + 4, header_nbytes = nbytes - prefix;
    char text[NPY_VECTOR_HEADER_NBYTES];
    const int length =
        snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
                 dtype_npy_descr(dtype), shape);
    memset(bytes, ' ', nbytes);
    memcpy(bytes, MAGIC "\x01\x00", prefix - 2);
    bytes[prefix - 2] = (unsigned char)(header_nbytes & 0xff);
    bytes[prefix - 1] = (unsigned char)(header_nbytes >> 8);
    memcpy(bytes + prefix, text, (size_t)length);
    bytes[nbytes - 1] = '\n';
}

void npy_write_header(unsigned char *bytes, outerfill_dtype dtype, size_t num_planes, size_t n,
                      size_t m) {
    char shape[80];
    snprintf(shape, sizeof shape, "(%zu, %zu, %zu)", num_planes, n, m);
    write_header(bytes, NPY_DATA_OFFSET, dtype, shape);
}

void npy_write_vector_header(unsigned char *bytes, outerfill_dtype dtype, size_t n) {
    char shape[32];
    snprintf(shape, sizeof shape, "(%zu,)", n);
    write_header(bytes, NPY_VECTOR_HEADER_NBYTES, dtype, shape);
}

/* Compares magic, version and header length, which are the same for every shape. */
bool npy_begins_own_header(const unsigned char *bytes, size_t nbytes) {
    unsigned char ours[NPY_DATA_OFFSET];
    npy_write_header(ours, OUTERFILL_FLOAT64, 0, 0, 0);
    return memcmp(bytes, ours, nbytes < MAGIC_NBYTES + 4 ? nbytes : MAGIC_NBYTES + 4) == 0;
}

bool npy_read_own_header(const unsigned char bytes[NPY_DATA_OFFSET], outerfill_dtype *dtype,
                         size_t *num_planes, size_t *n, size_t *m) {
    char text[256];
    unsigned char same[NPY_DATA_OFFSET];
    if (!npy_begins_own_header(bytes, NPY_DATA_OFFSET)) return false;
    memcpy(text, bytes + MAGIC_NBYTES + 4, sizeof text);
    text[sizeof text - 1] = '\0';
    /* sscanf only finds the shape; the loop below writes the header again and compares all bytes */
    if (sscanf(text, "{'descr': '%*c%*c%*c', 'fortran_order': False, 'shape': (%zu, %zu, %zu)",
               num_planes, n, m) != 3)
        return false;
    for (*dtype = OUTERFILL_FLOAT64; dtype_is_known(*dtype); ++*dtype) {
        npy_write_header(same, *dtype, *num_planes, *n, *m);
        if (memcmp(same, bytes, sizeof same) == 0) return true;
    }
    return false;
}

/* ---- Reading ---- */

struct parser {
    const char *at, *end;   /* the rest of the header */
    const char *name;       /* of the file, for messages */
    bool has_long_integers; /* Python 2 may have written this version of the format */
    outerfill_error *error;
};

static outerfill_status refuse(const struct parser *parser, const char *what) {
    return error_set(parser->error, OUTERFILL_INVALID_ARGUMENT, "\"%s\" %s", parser->name, what);
}

/* A null byte ends the skipping: strchr would find it at the end of every string. */
static void skip(struct parser *parser, const char *characters) {
    while (parser->at < parser->end && *parser->at && strchr(characters, *parser->at)) parser->at++;
}

/* Python's blanks are those of C without the vertical tab. */
static void skip_blanks(struct parser *parser) {
    skip(parser, " \t\n\r\f");
}

/* Whether only padding and then line ends are left. Blanks behind a line end are refused, because
 * Python reports them as an unexpected indent. */
static bool ends_as_a_line(struct parser *parser) {
    skip(parser, " \t\f");
    skip(parser, "\r\n");
    return parser->at == parser->end;
}

/* Consumes the token if it is next, after blanks. If it is not, returns false, and only the blanks
 * are consumed. */
static bool accept(struct parser *parser, const char *token) {
    skip_blanks(parser);
    const size_t length = strlen(token);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, token, length) != 0)
        return false;
    parser->at += length;
    return true;
}

/* Consumes a Python string in single or double quotes and copies it to `text`. Strings with an
 * escape, a newline or a null byte are refused. So are strings that do not fit in text_nbytes. */
static bool accept_string(struct parser *parser, char *text, size_t text_nbytes) {
    skip_blanks(parser);
    if (parser->at == parser->end || (*parser->at != '\'' && *parser->at != '"')) return false;
    const char quote = *parser->at, *begin = parser->at + 1;
    const char *close = memchr(begin, quote, (size_t)(parser->end - begin));
    if (!close || (size_t)(close - begin) >= text_nbytes) return false;
    memcpy(text, begin, (size_t)(close - begin));
    text[close - begin] = '\0';
    parser->at = close + 1;
    return strlen(text) == (size_t)(close - begin) && strpbrk(text, "\\\n") == NULL;
}

/* Consumes a decimal integer. Python's integers have no leading zeros. Python 2 wrote an 'L' behind
 * long integers. */
static bool accept_size(struct parser *parser, size_t *size) {
    skip_blanks(parser);
    const char *begin = parser->at;
    *size = 0;
    for (; parser->at < parser->end && isdigit((unsigned char)*parser->at); parser->at++)
        if (__builtin_mul_overflow(*size, 10u, size) ||
            __builtin_add_overflow(*size, (size_t)(*parser->at - '0'), size))
            return false;
    const size_t num_digits = (size_t)(parser->at - begin);
    if (num_digits == 0 || (num_digits > 1 && *begin == '0')) return false;
    if (parser->has_long_integers && parser->at < parser->end && *parser->at == 'L') parser->at++;
    return true;
}

/* Returns the short form of a dtype's name, such as "f8" of "float64" or "d". Other programs than
 * NumPy write such names, and NumPy reads them: a letter with or without a byte order, a word
 * without. Returns the name itself if it is not known. */
static const char *short_kind(const char *name, bool has_order) {
    static const char *const names[][2] = {
        {"bool", "b1"},    {"?", "b1"},      {"int8", "i1"},    {"b", "i1"},       {"int16", "i2"},
        {"h", "i2"},       {"int32", "i4"},  {"i", "i4"},       {"int64", "i8"},   {"l", "i8"},
        {"q", "i8"},       {"int", "i8"},    {"uint8", "u1"},   {"B", "u1"},       {"uint16", "u2"},
        {"H", "u2"},       {"uint32", "u4"}, {"I", "u4"},       {"uint64", "u8"},  {"L", "u8"},
        {"Q", "u8"},       {"uint", "u8"},   {"float16", "f2"}, {"e", "f2"},       {"half", "f2"},
        {"float32", "f4"}, {"f", "f4"},      {"single", "f4"},  {"float64", "f8"}, {"d", "f8"},
        {"double", "f8"},  {"float", "f8"},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(name, names[k][0]) == 0 && (!has_order || !name[1])) return names[k][1];
    return name;
}

/* Splits a descr such as "<f8" into byte order, kind and itemsize. The row for f16 exists only on
 * x86-64, because other processors have other formats of this name. */
static outerfill_status read_kind(struct parser *parser, const char *descr,
                                  struct npy_vector *vector) {
    static const struct {
        const char *name;
        size_t itemsize;
    } reals[] = {
        {"b1", 1},
        {"i1", 1},
        {"i2", 2},
        {"i4", 4},
        {"i8", 8},
        {"u1", 1},
        {"u2", 2},
        {"u4", 4},
        {"u8", 8},
        {"f2", 2},
        {"f4", 4},
        {"f8", 8},
#if defined(__x86_64__)
        {"f16", sizeof(long double)},
#endif
    };
    const char order = *descr;
    const bool has_order = order && strchr("<>|=", order);
    const char *kind = short_kind(has_order ? descr + 1 : descr, has_order);
    for (size_t k = 0; k < sizeof reals / sizeof *reals; k++) {
        if (strcmp(kind, reals[k].name) != 0) continue;
        vector->kind = *kind;
        vector->itemsize = reals[k].itemsize;
        vector->is_swapped = vector->itemsize > 1 &&
                             order == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<');
        return OUTERFILL_OK;
    }
    char what[160];
    snprintf(
        what, sizeof what,
        "has the dtype '%.32s', which is not real: convert it, for example with .astype(float)",
        descr);
    return refuse(parser, what);
}

static outerfill_status read_descr(struct parser *parser, struct npy_vector *vector) {
    char descr[64];
    skip_blanks(parser);
    if (parser->at < parser->end && *parser->at == '[')
        return refuse(
            parser, "has a structured dtype: give one of its fields, as a vector of real numbers");
    if (!accept_string(parser, descr, sizeof descr))
        return refuse(parser, "has a header whose 'descr' is not a dtype");
    return read_kind(parser, descr, vector);
}

static outerfill_status read_shape(struct parser *parser, struct npy_vector *vector) {
    size_t num_axes = 0, size, sizes[2] = {1, 1};
    bool comma = false;
    if (!accept(parser, "(")) return refuse(parser, "has a header whose 'shape' is not a tuple");
    while (!accept(parser, ")")) {
        if ((num_axes && !comma) || !accept_size(parser, &size))
            return refuse(parser, "has a header whose 'shape' is malformed");
        if (num_axes < 2) sizes[num_axes] = size;
        num_axes++;
        comma = accept(parser, ",");
    }
    /* A single row or column, as MATLAB and pandas write a vector, is a vector, too. */
    if (num_axes == 1 ? comma : num_axes == 2 && (sizes[0] == 1 || sizes[1] == 1)) {
        vector->n = sizes[0] * sizes[1];
        return OUTERFILL_OK;
    }
    if (num_axes == 1)
        return refuse(parser, "has a header whose 'shape' is a number and not a tuple");
    char what[128];
    snprintf(
        what, sizeof what,
        "holds an array of %zu dimensions, not a vector of one: use ravel() or one of its rows",
        num_axes);
    return refuse(parser, what);
}

static outerfill_status read_order(struct parser *parser) {
    /* the value does not matter: both orders are the same for a vector */
    return accept(parser, "True") || accept(parser, "False")
               ? OUTERFILL_OK
               : refuse(parser, "has a header whose 'fortran_order' is not a bool");
}

static outerfill_status read_value(struct parser *parser, const char *key, bool *seen,
                                   struct npy_vector *vector) {
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    size_t k = 0;
    while (k < 3 && strcmp(key, keys[k]) != 0) k++;
    if (k == 3 || seen[k])
        return refuse(parser, "has a header with an unknown key, or with one twice");
    seen[k] = true;
    return k == 0   ? read_descr(parser, vector)
           : k == 1 ? read_order(parser)
                    : read_shape(parser, vector);
}

static outerfill_status read_dictionary(struct parser *parser, struct npy_vector *vector) {
    bool seen[3] = {false}, comma = true;
    if (!accept(parser, "{")) return refuse(parser, "has a header that is not a dictionary");
    while (!accept(parser, "}")) {
        char key[16];
        if (!comma || !accept_string(parser, key, sizeof key) || !accept(parser, ":"))
            return refuse(parser, "has a header that is not a dictionary");
        const outerfill_status status = read_value(parser, key, seen, vector);
        if (status) return status;
        comma = accept(parser, ",");
    }
    if (!ends_as_a_line(parser))
        return refuse(parser, "has a header with something behind its dictionary");
    if (!seen[0] || !seen[1] || !seen[2])
        return refuse(parser, "has a header without descr, fortran_order or shape");
    return OUTERFILL_OK;
}

/* Checks magic, version and length, and lets the parser begin at the header. The length is
 * little-endian: 2 bytes in version 1.0, 4 bytes in 2.0 and 3.0. */
static outerfill_status find_header(struct parser *parser, const unsigned char *bytes,
                                    size_t num_bytes, size_t *data_begin) {
    if (num_bytes < MAGIC_NBYTES || memcmp(bytes, MAGIC, MAGIC_NBYTES) != 0)
        return refuse(parser,
                      "is not a NumPy file: it does not begin with the magic string of one");
    if (num_bytes < NPY_PREFIX_NBYTES)
        return refuse(parser, "is truncated: it ends inside the header of a NumPy file");
    const unsigned major = bytes[6], minor = bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        return refuse(parser, "has a version of the NPY format other than 1.0, 2.0 and 3.0");
    const size_t length = major == 1 ? bytes[8] + 256u * bytes[9]
                                     : bytes[8] + ((size_t)bytes[9] << 8) +
                                           ((size_t)bytes[10] << 16) + ((size_t)bytes[11] << 24);
    const size_t begin = major == 1 ? 10 : 12;
    if (length > NPY_MAX_HEADER_NBYTES)
        return refuse(parser, "has a header of more than 10000 bytes, which NumPy refuses too");
    if (num_bytes - begin < length)
        return refuse(parser, "is truncated: it ends inside the header of a NumPy file");
    parser->at = (const char *)bytes + begin;
    parser->end = parser->at + length;
    parser->has_long_integers = major < 3;
    *data_begin = begin + length;
    return OUTERFILL_OK;
}

outerfill_status npy_read_header(const unsigned char *bytes, size_t num_bytes, size_t file_nbytes,
                                 const char *name, struct npy_vector *vector,
                                 outerfill_error *error) {
    struct parser parser = {.name = name, .error = error};
    *vector = (struct npy_vector){0};
    outerfill_status status = find_header(&parser, bytes, num_bytes, &vector->data_begin);
    if (!status) status = read_dictionary(&parser, vector);
    if (status) return status;
    size_t data_nbytes;
    if (__builtin_mul_overflow(vector->n, vector->itemsize, &data_nbytes) ||
        data_nbytes > file_nbytes - vector->data_begin)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "\"%s\" is truncated: its header promises %zu elements of %zu bytes, but "
                         "only %zu bytes follow",
                         name, vector->n, vector->itemsize, file_nbytes - vector->data_begin);
    return OUTERFILL_OK;
}
