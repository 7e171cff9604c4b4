/* SPDX-License-Identifier: MIT
 *
 * Guards the error object: every status has its name; a sentence is stored whole, or cut at the end of a character so that it
 * stays UTF-8; a new failure leaves nothing of the one before; NULL is allowed everywhere.
 */
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "base/error.h"
#include "utf8.h"

/* ---- Names ---- */

static void test_status_names(void **state) {
    static const struct {
        outerfill_status status;
        const char *name;
    } rows[] = {
        {OUTERFILL_OK, "OUTERFILL_OK"},
        {OUTERFILL_INVALID_ARGUMENT, "OUTERFILL_INVALID_ARGUMENT"},
        {OUTERFILL_NO_DEVICE, "OUTERFILL_NO_DEVICE"},
        {OUTERFILL_BUILD_FAILED, "OUTERFILL_BUILD_FAILED"},
        {OUTERFILL_OUT_OF_MEMORY, "OUTERFILL_OUT_OF_MEMORY"},
        {OUTERFILL_DEVICE_FAILED, "OUTERFILL_DEVICE_FAILED"},
        {OUTERFILL_FILE_FAILED, "OUTERFILL_FILE_FAILED"},
        {OUTERFILL_CANCELLED, "OUTERFILL_CANCELLED"},
        {OUTERFILL_AFTER_FORK, "OUTERFILL_AFTER_FORK"},
        {OUTERFILL_MISMATCH, "OUTERFILL_MISMATCH"},
        {OUTERFILL_STILL_WRITING, "OUTERFILL_STILL_WRITING"},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        assert_int_equal(rows[k].status, k);
        assert_string_equal(outerfill_status_name(rows[k].status), rows[k].name);
    }
}

static void test_unknown_status(void **state) {
    /* Through an int, since the enum's own type need not have room for them. */
    static const int unknown[] = {11, 12, 255, 1 << 30, -1, -10};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(unknown); k++)
        assert_string_equal(outerfill_status_name((outerfill_status)unknown[k]), "unknown status");
}

/* ---- Setting and clearing ---- */

static void test_set_stores_status_and_sentence(void **state) {
    outerfill_error error;

    (void)state;
    memset(&error, 0xff, sizeof error);
    assert_int_equal(error_set(&error, OUTERFILL_FILE_FAILED, "cannot %s \"%s\": %d of %zu", "read",
                               "x%n%s", 3, (size_t)4),
                     OUTERFILL_FILE_FAILED);
    assert_int_equal(error.status, OUTERFILL_FILE_FAILED);
    assert_int_equal(error.opencl_code, 0);
    assert_string_equal(error.message, "cannot read \"x%n%s\": 3 of 4");
    assert_string_equal(error.log, "");
}

static void test_set_leaves_nothing_of_the_failure_before(void **state) {
    outerfill_error error = {.status = OUTERFILL_BUILD_FAILED,
                             .opencl_code = -11,
                             .message = "a long sentence of the failure before",
                             .log = "its log"};

    (void)state;
    error_set(&error, OUTERFILL_CANCELLED, "%s", "short");
    assert_int_equal(error.status, OUTERFILL_CANCELLED);
    assert_int_equal(error.opencl_code, 0);
    assert_string_equal(error.message, "short");
    assert_string_equal(error.log, "");
}

/* Names of files may have any character. What ends a line or moves a terminal's cursor is not shown. */
static void test_a_sentence_is_one_line(void **state) {
    outerfill_error error;

    (void)state;
    error_set(&error, OUTERFILL_FILE_FAILED, "cannot open \"%s\"",
              "a\nb\rc\033[31md\177\te \xc3\xa9");
    assert_string_equal(error.message, "cannot open \"a?b?c?[31md?\te \xc3\xa9\"");
}

static void test_clear(void **state) {
    outerfill_error error = {.status = OUTERFILL_DEVICE_FAILED,
                             .opencl_code = -5,
                             .plane = 3,
                             .line = 2,
                             .column = 1,
                             .message = "a sentence",
                             .log = "a log"};

    (void)state;
    assert_int_equal(error_clear(&error), OUTERFILL_OK);
    assert_int_equal(error.status, OUTERFILL_OK);
    assert_int_equal(error.opencl_code, 0);
    assert_true(error.plane == -1 && error.line == 0 && error.column == 0);
    assert_string_equal(error.message, "");
    assert_string_equal(error.log, "");
}

static void test_no_error_object(void **state) {
    (void)state;
    assert_int_equal(error_set(NULL, OUTERFILL_NO_DEVICE, "%d", 1), OUTERFILL_NO_DEVICE);
    assert_int_equal(error_clear(NULL), OUTERFILL_OK);
}

/* ---- Long sentences ---- */

static void test_a_sentence_that_just_fits(void **state) {
    outerfill_error error;
    char sentence[sizeof error.message];

    (void)state;
    memset(sentence, 'x', sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    error_set(&error, OUTERFILL_FILE_FAILED, "%s", sentence);
    assert_string_equal(error.message, sentence);
    error_set(&error, OUTERFILL_FILE_FAILED, "%sy", sentence);
    assert_string_equal(error.message, sentence);
    assert_string_equal(error.log, "");
}

/* The header promises UTF-8, so the cut may not go through a character, wherever it falls; and it takes no more than one. */
static void check_cut(const char *character, size_t num_before, size_t length) {
    outerfill_error error;
    char sentence[2048];

    memset(sentence, 'x', num_before);
    sentence[num_before] = '\0';
    while (strlen(sentence) < length) strcat(sentence, character);
    error_set(&error, OUTERFILL_FILE_FAILED, "%s", sentence);
    assert_memory_equal(error.message, sentence, strlen(error.message));
    assert_true(strlen(error.message) + strlen(character) >= sizeof error.message);
    if (is_utf8(error.message)) return;
    print_error("a sentence of %zu-byte characters after %zu others is cut inside one\n",
                strlen(character), num_before);
    fail();
}

static void test_a_cut_sentence_is_utf8(void **state) {
    static const char *const characters[] = {"x", "\xc3\xa9", "\xe0\xa4\x85", "\xe2\x82\xac",
                                             "\xf0\x9f\x98\x80"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(characters); k++)
        for (size_t num_before = 0; num_before < 4; num_before++)
            for (size_t length = 1023; length < 1032; length++)
                check_cut(characters[k], num_before, length);
}

static void test_what_is_no_character_is_dropped(void **state) {
    static const char *const none[] = {"\xff",
                                       "\x80",
                                       "\xc0\x80",
                                       "\xc1\xbf",
                                       "\xe0\x9f\xbf",
                                       "\xed\xa0\x80",
                                       "\xf0\x8f\xbf\xbf",
                                       "\xf4\x90\x80\x80",
                                       "\xf5\x80\x80\x80",
                                       "\xe2\x82",
                                       "\xf0\x9f\x98"};
    static const char *const some[] = {"\xc2\x80",     "\xe0\xa0\x80",     "\xed\x9f\xbf",
                                       "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    outerfill_error error;
    char expected[32];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(none); k++) {
        error_set(&error, OUTERFILL_FILE_FAILED, "a%sb", none[k]);
        assert_string_equal(error.message, "ab");
    }
    for (size_t k = 0; k < NUM_ELEMENTS(some); k++) {
        snprintf(expected, sizeof expected, "a%sb", some[k]);
        error_set(&error, OUTERFILL_FILE_FAILED, "%s", expected);
        assert_string_equal(error.message, expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_names),
        cmocka_unit_test(test_unknown_status),
        cmocka_unit_test(test_set_stores_status_and_sentence),
        cmocka_unit_test(test_set_leaves_nothing_of_the_failure_before),
        cmocka_unit_test(test_a_sentence_is_one_line),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_no_error_object),
        cmocka_unit_test(test_a_sentence_that_just_fits),
        cmocka_unit_test(test_a_cut_sentence_is_utf8),
        cmocka_unit_test(test_what_is_no_character_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
