/* SPDX-License-Identifier: MIT
 *
 * Guards option structs of other versions of the header: an older, shorter struct is copied as far as it goes and no byte of
 * what lies behind it is read; a newer, longer one is taken where its surplus is zero and refused where it is not; sizes that
 * cannot be one are refused; NULL means every default.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "base/options.h"

struct known {
    size_t struct_nbytes;
    const char *text;
    double number;
    int choice, other;
};

_Static_assert(offsetof(outerfill_context_options, struct_nbytes) == 0, "the size comes first");
_Static_assert(offsetof(outerfill_function_description, struct_nbytes) == 0,
               "the size comes first");
_Static_assert(offsetof(outerfill_fill_options, struct_nbytes) == 0, "the size comes first");

/* `nbytes` bytes of a caller's struct that says it has `struct_nbytes`, in memory that ends with it. Every byte of what the
 * library knows is 0xab, the rest 0. */
static unsigned char *callers_struct(size_t nbytes, size_t struct_nbytes) {
    unsigned char *options = check_malloc(nbytes);

    memset(options, 0, nbytes);
    memset(options, 0xab, nbytes < sizeof(struct known) ? nbytes : sizeof(struct known));
    memcpy(options, &struct_nbytes, sizeof struct_nbytes);
    return options;
}

/* Copies over a struct full of ones. */
static outerfill_status copy(struct known *mine, const void *options, outerfill_error *error) {
    memset(mine, 0xff, sizeof *mine);
    memset(error, 0, sizeof *error);
    return OPTIONS_COPY(mine, options, "known_options", error);
}

static void check_copied(const struct known *mine, const unsigned char *options, size_t nbytes) {
    const unsigned char *bytes = (const unsigned char *)mine;

    assert_memory_equal(bytes, options, nbytes);
    for (size_t k = nbytes; k < sizeof *mine; k++) assert_int_equal(bytes[k], 0);
}

static void test_null_is_every_default(void **state) {
    struct known mine;
    outerfill_error error;
    static const unsigned char zeros[sizeof(struct known)];

    (void)state;
    assert_int_equal(copy(&mine, NULL, &error), OUTERFILL_OK);
    assert_memory_equal(&mine, zeros, sizeof mine);
    assert_int_equal(OPTIONS_COPY(&mine, NULL, "known_options", NULL), OUTERFILL_OK);
}

static void test_older_structs(void **state) {
    struct known mine;
    outerfill_error error;

    (void)state;
    for (size_t nbytes = sizeof(size_t); nbytes <= sizeof mine; nbytes++) {
        unsigned char *options = callers_struct(nbytes, nbytes);
        assert_int_equal(copy(&mine, options, &error), OUTERFILL_OK);
        check_copied(&mine, options, nbytes);
        free(options);
    }
}

static void test_newer_structs_with_zero_surplus(void **state) {
    static const size_t surplus[] = {1, 2, 7, 8, 100, 4096, 65536 - sizeof(struct known)};
    struct known mine;
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(surplus); k++) {
        const size_t nbytes = sizeof mine + surplus[k];
        unsigned char *options = callers_struct(nbytes, nbytes);
        assert_int_equal(copy(&mine, options, &error), OUTERFILL_OK);
        check_copied(&mine, options, sizeof mine);
        free(options);
    }
}

static void test_newer_structs_that_set_something(void **state) {
    static const unsigned char values[] = {1, 0x80, 0xff};
    struct known mine;
    outerfill_error error;
    char where[32];

    (void)state;
    for (size_t k = 0; k < 3 * 64; k++) {
        const size_t at = sizeof mine + k / 3, nbytes = sizeof mine + 64;
        unsigned char *options = callers_struct(nbytes, nbytes);
        options[at] = values[k % 3];
        check_status(copy(&mine, options, &error), OUTERFILL_INVALID_ARGUMENT, &error);
        snprintf(where, sizeof where, "at byte %zu ", at);
        check_contains(error.message, where);
        check_contains(error.message, "known_options");
        check_contains(error.message, outerfill_version());
        assert_int_equal(OPTIONS_COPY(&mine, options, "known_options", NULL),
                         OUTERFILL_INVALID_ARGUMENT);
        free(options);
    }
}

/* What lies behind the struct that the caller has is not the caller's struct. */
static void test_bytes_behind_the_size_do_not_count(void **state) {
    struct known mine;
    outerfill_error error;
    unsigned char *options = callers_struct(2 * sizeof mine, sizeof mine + 8);

    (void)state;
    memset(options + sizeof mine + 8, 0xff, sizeof mine - 8);
    assert_int_equal(copy(&mine, options, &error), OUTERFILL_OK);
    check_copied(&mine, options, sizeof mine);
    memcpy(options, &(size_t){sizeof(size_t)}, sizeof(size_t));
    assert_int_equal(copy(&mine, options, &error), OUTERFILL_OK);
    check_copied(&mine, options, sizeof(size_t));
    free(options);
}

/* The memory holds the size alone: a reader of more than that is caught by a sanitizer. */
static void test_sizes_that_cannot_be_one(void **state) {
    static const size_t sizes[] = {
        0, 1, 2, 3, 4, 7, 65537, (size_t)1 << 20, (size_t)1 << 32, (size_t)1 << 63, SIZE_MAX};
    struct known mine;
    outerfill_error error;
    char value[32];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k++) {
        unsigned char *options = callers_struct(sizeof(size_t), sizes[k]);
        check_status(copy(&mine, options, &error), OUTERFILL_INVALID_ARGUMENT, &error);
        snprintf(value, sizeof value, "struct_nbytes is %zu:", sizes[k]);
        check_contains(error.message, value);
        check_contains(error.message, "sizeof(known_options)");
        free(options);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_is_every_default),
        cmocka_unit_test(test_older_structs),
        cmocka_unit_test(test_newer_structs_with_zero_surplus),
        cmocka_unit_test(test_newer_structs_that_set_something),
        cmocka_unit_test(test_bytes_behind_the_size_do_not_count),
        cmocka_unit_test(test_sizes_that_cannot_be_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
