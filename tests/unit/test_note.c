/* SPDX-License-Identifier: MIT
 *
 * A command line as the note in a journal: what comes back is what went in, whatever its characters; and a note that is
 * damaged, or of somebody else, does not lead beyond its end. */
#include <stdlib.h>
#include <string.h>

#include "../../host/cli/note.h"
#include "checks.h"

static void test_the_same_comes_back(void **state) {
    char *arguments[] = {"a.txt", "",    "two words", "line\nbreak", "\n", "back\\slash",
                         "\\",    "\\n", "\\\\n",     "\xff\x01",    "-e", "a*b"};
    (void)state;
    for (int argc = 0; argc <= (int)NUM_ELEMENTS(arguments); argc++) {
        char *note = note_create("/folder\\with\nall", argc, arguments);
        assert_non_null(note);
        assert_true(note_is_of_command(note));
        char **lines = note_read(note);
        assert_non_null(lines);
        assert_string_equal(lines[0], "/folder\\with\nall");
        for (int k = 0; k < argc; k++) assert_string_equal(lines[k + 1], arguments[k]);
        assert_null(lines[argc + 1]);
        free(lines);
        free(note);
    }
}

static void test_notes_of_others(void **state) {
    static const char *const notes[] = {"", "outerfill", "outerfill 1", "outerfill 2\n/\n",
                                        "a note of the caller's"};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(notes); k++) {
        assert_false(note_is_of_command(notes[k]));
        assert_null(note_read(notes[k]));
    }
}

static void test_odd_notes(void **state) {
    static const struct {
        const char *note, *lines[3];
    } rows[] = {
        {"outerfill 1\n", {NULL}},
        {"outerfill 1\nhalf a line", {NULL}},
        {"outerfill 1\n\n", {"", NULL}},
        {"outerfill 1\nends with \\\nx\n", {"ends with \\", "x", NULL}},
        {"outerfill 1\n\\x\\\\\\n\n", {"x\\\n", NULL}},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        char **lines = note_read(rows[k].note);
        assert_non_null(lines);
        size_t number = 0;
        for (; rows[k].lines[number]; number++)
            assert_string_equal(lines[number], rows[k].lines[number]);
        assert_null(lines[number]);
        free(lines);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_comes_back),
        cmocka_unit_test(test_notes_of_others),
        cmocka_unit_test(test_odd_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
