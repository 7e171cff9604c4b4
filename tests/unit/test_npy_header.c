/* SPDX-License-Identifier: MIT
 *
 * Guards the reading of NPY headers: those that NumPy writes, in versions 1.0 to 3.0, with any blanks, quotes, key order and
 * trailing commas, give the dtype, byte order, length and place of the data; whatever is malformed, cut short, promises more
 * than follows, or is not a vector of real numbers, is refused. Every buffer ends with its last byte, so that a sanitizer sees
 * a reader who goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file/npy.h"

#define DIGITS_64     "1234567890123456789012345678901234567890123456789012345678901234"
#define IS_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define GOOD          "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"

/* A header with magic, version and length. */
struct image {
    unsigned char *bytes;
    size_t nbytes;
};

static struct image make_image(unsigned major, const void *header, size_t length) {
    const size_t begin = major == 1 ? 10 : 12;
    struct image image = {check_malloc(begin + length), begin + length};

    memcpy(image.bytes, "\x93NUMPY", 6);
    image.bytes[6] = (unsigned char)major;
    image.bytes[7] = 0;
    for (size_t k = 8; k < begin; k++)
        image.bytes[k] = (unsigned char)(length >> 8 * (k - 8) & 0xff);
    memcpy(image.bytes + begin, header, length);
    return image;
}

/* Reads a file of which there are `data_nbytes` bytes behind the header. */
static outerfill_status read_image(const struct image *image, size_t data_nbytes,
                                   struct npy_vector *vector, outerfill_error *error) {
    memset(error, 0, sizeof *error);
    memset(vector, 0xff, sizeof *vector);
    return npy_read_header(image->bytes, image->nbytes, image->nbytes + data_nbytes, "x.npy",
                           vector, error);
}

static void check_refused_image(const struct image *image, size_t data_nbytes, const char *words,
                                const char *what) {
    struct npy_vector vector;
    outerfill_error error;
    const outerfill_status status = read_image(image, data_nbytes, &vector, &error);

    if (status != OUTERFILL_INVALID_ARGUMENT) print_error("not refused: %s\n", what);
    check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "\"x.npy\" ");
    check_contains(error.message, words);
}

static void check_refused_header(const char *header, const char *words) {
    const struct image image = make_image(1, header, strlen(header));

    check_refused_image(&image, 1 << 20, words, header);
    free(image.bytes);
}

/* ---- Accepted ---- */

struct good_row {
    const char *header;
    char kind, itemsize, order;
    size_t n;
};

static void check_good(const struct good_row *row, unsigned major) {
    const struct image image = make_image(major, row->header, strlen(row->header));
    struct npy_vector vector;
    outerfill_error error;

    if (read_image(&image, row->n * (size_t)row->itemsize, &vector, &error) != OUTERFILL_OK) {
        print_error("version %u: %s: %s\n", major, row->header, error.message);
        fail();
    }
    assert_int_equal(vector.kind, row->kind);
    assert_int_equal(vector.itemsize, row->itemsize);
    assert_int_equal(vector.is_swapped, row->order == '<'   ? IS_BIG_ENDIAN
                                        : row->order == '>' ? !IS_BIG_ENDIAN
                                                            : 0);
    assert_int_equal(vector.n, row->n);
    assert_int_equal(vector.data_begin, image.nbytes);
    free(image.bytes);
}

static void test_dtypes(void **state) {
    static const struct good_row rows[] = {
        {"{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", 'b', 1, '|', 3},
        {"{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }", 'i', 1, '|', 3},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", 'u', 1, '|', 3},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }", 'i', 2, '<', 3},
        {"{'descr': '>i2', 'fortran_order': False, 'shape': (3,), }", 'i', 2, '>', 3},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }", 'i', 4, '<', 3},
        {"{'descr': '>i4', 'fortran_order': False, 'shape': (3,), }", 'i', 4, '>', 3},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }", 'i', 8, '<', 3},
        {"{'descr': '>i8', 'fortran_order': False, 'shape': (3,), }", 'i', 8, '>', 3},
        {"{'descr': '<u2', 'fortran_order': False, 'shape': (3,), }", 'u', 2, '<', 3},
        {"{'descr': '>u2', 'fortran_order': False, 'shape': (3,), }", 'u', 2, '>', 3},
        {"{'descr': '<u4', 'fortran_order': False, 'shape': (3,), }", 'u', 4, '<', 3},
        {"{'descr': '>u8', 'fortran_order': False, 'shape': (3,), }", 'u', 8, '>', 3},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }", 'f', 2, '<', 3},
        {"{'descr': '>f2', 'fortran_order': False, 'shape': (3,), }", 'f', 2, '>', 3},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 'f', 4, '<', 3},
        {"{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }", 'f', 4, '>', 3},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '<', 3},
        {"{'descr': '>f8', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '>', 3},
        {"{'descr': '=f8', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '=', 3},
        {"{'descr': 'f8', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '=', 3},
        {"{'descr': '>u1', 'fortran_order': False, 'shape': (3,), }", 'u', 1, '|', 3},
#if defined(__x86_64__)
        {"{'descr': '<f16', 'fortran_order': False, 'shape': (3,), }", 'f', 16, '<', 3},
        {"{'descr': '>f16', 'fortran_order': False, 'shape': (3,), }", 'f', 16, '>', 3},
#endif
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++)
        for (unsigned major = 1; major <= 3; major++) check_good(&rows[k], major);
}

/* As Python reads it, however it is set. */
static void test_spellings(void **state) {
    static const struct good_row rows[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }                                "
         "          \n",
         'f', 8, '<', 3},
        {"{'descr':'<f8','fortran_order':False,'shape':(3,)}", 'f', 8, '<', 3},
        {"{\"descr\": \"<f8\", \"fortran_order\": False, \"shape\": (3,)}", 'f', 8, '<', 3},
        {"{\"descr\": '<f8', 'fortran_order': False, \"shape\": (3,),}\n", 'f', 8, '<', 3},
        {"{'shape': (3,), 'fortran_order': False, 'descr': '<f8'}", 'f', 8, '<', 3},
        {"{'fortran_order': False, 'descr': '<f8', 'shape': (3,), }", 'f', 8, '<', 3},
        {"  {  'descr'  :  '<f8'  ,  'fortran_order'  :  False  ,  'shape'  :  (  3  ,  )  ,  }  ",
         'f', 8, '<', 3},
        {"{'descr':\n'<f8',\n\t'fortran_order':\r\nFalse, 'shape': (3\n,)\n}\n\n", 'f', 8, '<', 3},
        {"{'descr': '<f8', 'fortran_order': True, 'shape': (3,), }", 'f', 8, '<', 3},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }", 'f', 8, '<', 3},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }", 'f', 8, '<', 0},
        {"{'descr': '<f8', 'fortran_order': True, 'shape': (5, 1), }", 'f', 8, '<', 5},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3,), }", 'f', 8, '<', 3},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", 'f', 8, '<', 1},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 1), }", 'f', 8, '<', 0},
        {"{'descr': 'float64', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '=', 3},
        {"{'descr': 'd', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '=', 3},
        {"{'descr': '>d', 'fortran_order': False, 'shape': (3,), }", 'f', 8, '>', 3},
        {"{'descr': 'int16', 'fortran_order': False, 'shape': (3,), }", 'i', 2, '=', 3},
        {"{'descr': 'B', 'fortran_order': False, 'shape': (3,), }", 'u', 1, '|', 3},
        {"{'descr': '?', 'fortran_order': False, 'shape': (3,), }", 'b', 1, '|', 3},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 'f', 8, '<', 1},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775000,), }", 'u', 1, '|',
         9223372036854775000},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++)
        for (unsigned major = 1; major <= 2; major++) check_good(&rows[k], major);
}

/* ---- Malformed ---- */

static void test_what_is_no_vector_of_reals(void **state) {
    static const char *const rows[][2] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "0 dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", "2 dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 0), }", "2 dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 3), }", "3 dimensions"},
        {"{'descr': 'complex128', 'fortran_order': False, 'shape': (3,), }", "which is not real"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 3), }", "3 dimensions"},
        {"{'descr': '<c16', 'fortran_order': False, 'shape': (3,), }", "'<c16'"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (3,), }", "'|O'"},
        {"{'descr': '<U5', 'fortran_order': False, 'shape': (3,), }", "'<U5'"},
        {"{'descr': '|S8', 'fortran_order': False, 'shape': (3,), }", "'|S8'"},
        {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (3,), }", "'<M8[ns]'"},
        {"{'descr': '|V8', 'fortran_order': False, 'shape': (3,), }", "'|V8'"},
        {"{'descr': '<f3', 'fortran_order': False, 'shape': (3,), }", "'<f3'"},
        {"{'descr': '<f88', 'fortran_order': False, 'shape': (3,), }", "'<f88'"},
        {"{'descr': '<x', 'fortran_order': False, 'shape': (3,), }", "'<x'"},
        {"{'descr': '<float64', 'fortran_order': False, 'shape': (3,), }", "'<float64'"},
        {"{'descr': '<i16', 'fortran_order': False, 'shape': (3,), }", "'<i16'"},
        {"{'descr': '<<f8', 'fortran_order': False, 'shape': (3,), }", "'<<f8'"},
        {"{'descr': '!f8', 'fortran_order': False, 'shape': (3,), }", "'!f8'"},
        {"{'descr': '<f8 ', 'fortran_order': False, 'shape': (3,), }", "'<f8 '"},
        {"{'descr': '', 'fortran_order': False, 'shape': (3,), }", "not real"},
        {"{'descr': '<', 'fortran_order': False, 'shape': (3,), }", "not real"},
        {"{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (3,), }", "structured"},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) check_refused_header(rows[k][0], rows[k][1]);
}

static void test_malformed_shapes(void **state) {
    static const char *const shapes[] = {
        "[3]",
        "3",
        "(3",
        "3,)",
        "(,)",
        "(3,,)",
        "(,3)",
        "(3 4,)",
        "(-3,)",
        "(+3,)",
        "(03,)",
        "(3.0,)",
        "(3e1,)",
        "(0x3,)",
        "(3_0,)",
        "('3',)",
        "(None,)",
        "(3LL,)",
        "(L,)",
        "(3l,)",
        "((3,),)",
        "(3,)(",
        "(3;)",
        "(n,)",
        "(18446744073709551616,)",
        "(99999999999999999999999999,)",
        "(\xd9\xa3,)",
        "",
    };
    char header[256];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }",
                 shapes[k]);
        check_refused_header(header, "header");
        snprintf(header, sizeof header, "{'shape': %s, 'descr': '<f8', 'fortran_order': False}",
                 shapes[k]);
        check_refused_header(header, "header");
    }
}

static void test_malformed_dictionaries(void **state) {
    static const char *const headers[] = {
        "",
        " ",
        "\n",
        "{",
        "}",
        "{}",
        "{,}",
        "()",
        "[]",
        "None",
        "'descr'",
        "'descr': '<f8', 'fortran_order': False, 'shape': (3,)",
        "'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), ",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }}",
        "{{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), } x",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }, ",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,),, }",
        "{, 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8' 'fortran_order': False, 'shape': (3,)}",
        "{'descr' '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr'; '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'shape': (3,)}",
        "{'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'extra': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'shape': (3,)}",
        "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'Descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'desc': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descriptor_of_the_array': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'of_16_characters': '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '" DIGITS_64 "', 'fortran_order': False, 'shape': (3,)}",
        "{descr: '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': <f8, 'fortran_order': False, 'shape': (3,)}",
        "{'descr\": '<f8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8, 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': false, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': 'False', 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': Falsehood, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': , 'shape': (3,)}",
        "{'descr': None, 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8\n', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} #",
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(headers); k++) check_refused_header(headers[k], "");
}

/* Each beginning of a good header, as all that there is of one. */
static void test_dictionaries_that_stop(void **state) {
    static const char good[] = "{'shape': (12L,), 'fortran_order': False, \"descr\": \"<f8\"}";

    (void)state;
    for (size_t length = 0; length < sizeof good - 1; length++) {
        char *header = check_malloc(length + 1);
        memcpy(header, good, length);
        header[length] = '\0';
        check_refused_header(header, "header");
        free(header);
    }
}

/* A blank in C, and a syntax error in Python. */
static void test_a_vertical_tab_is_no_blank(void **state) {
    (void)state;
    check_refused_header("{'descr': '<f8',\v'fortran_order': False, 'shape': (3,)}", "header");
}

/* Python takes blanks on a line of their own for an unexpected indent; before the line's end they are NumPy's padding. */
static void test_blanks_behind_the_line_s_end(void **state) {
    (void)state;
    check_refused_header("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}\n ",
                         "something behind its dictionary");
}

/* The tuple of one element has a comma; without it, Python has a number in brackets. */
static void test_a_number_in_brackets_is_no_tuple(void **state) {
    (void)state;
    check_refused_header("{'descr': '<f8', 'fortran_order': False, 'shape': (3), }", "'shape'");
}

/* NUL ends a string in C alone. */
static void test_zero_bytes(void **state) {
    static const char key[] = "{'descr\0xx': '<f8', 'fortran_order': False, 'shape': (3,)}",
                      value[] = "{'descr': '<f8\0xx', 'fortran_order': False, 'shape': (3,)}",
                      tail[] = GOOD "\0 ",
                      between[] = "{'descr': '<f8', 'fortran_order': False,\0'shape': (3,)}";
    static const struct {
        const char *header;
        size_t length;
    } rows[] = {{between, sizeof between - 1},
                {tail, sizeof tail - 1},
                {value, sizeof value - 1},
                {key, sizeof key - 1}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        const struct image image = make_image(1, rows[k].header, rows[k].length);
        check_refused_image(&image, 1 << 20, "\"x.npy\"", rows[k].header);
        free(image.bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dtypes),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_what_is_no_vector_of_reals),
        cmocka_unit_test(test_malformed_shapes),
        cmocka_unit_test(test_malformed_dictionaries),
        cmocka_unit_test(test_dictionaries_that_stop),
        cmocka_unit_test(test_a_vertical_tab_is_no_blank),
        cmocka_unit_test(test_blanks_behind_the_line_s_end),
        cmocka_unit_test(test_a_number_in_brackets_is_no_tuple),
        cmocka_unit_test(test_zero_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
