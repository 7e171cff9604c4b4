/* SPDX-License-Identifier: MIT
 *
 * Guards the list of devices and the selectors: every usable device opens by its id and by a part of its name in any case; gpu,
 * cpu, any and all choose by type; what fits nothing is OUTERFILL_NO_DEVICE with the names of the devices there are; the
 * environment variable OUTERFILL_DEVICE is honoured, and the options stand above it. What a machine does not have is tested by
 * its refusal, so nothing is skipped.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"

static const outerfill_device **devices;
static size_t num_devices;
static char *outer_selector; /* OUTERFILL_DEVICE as the program found it */

static outerfill_status open_with(const char *selector, outerfill_dtype dtype,
                                  outerfill_context **context, outerfill_error *error) {
    outerfill_context_options options = {
        .struct_nbytes = sizeof options, .device = selector, .dtype = dtype};

    *context = (outerfill_context *)(void *)&devices; /* something that must be overwritten */
    return outerfill_context_create(&options, context, error);
}

/* A dtype that the device has: without float64 it is no less usable. */
static outerfill_dtype dtype_of(const outerfill_device *device) {
    return device->has_float64 ? OUTERFILL_FLOAT64 : OUTERFILL_FLOAT32;
}

static int is_usable(const outerfill_device *device) {
    return device->unusable[0] == '\0' && (device->has_float64 || device->has_float32);
}

static int context_has(const outerfill_context *context, const char *id) {
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++)
        if (strcmp(outerfill_context_device(context, k)->id, id) == 0) return 1;
    return 0;
}

/* How many devices a keyword may choose from: with float64, usable, and not reserved for those who name them. */
static size_t count_devices(outerfill_device_type type, int any_type) {
    size_t count = 0;

    for (size_t k = 0; k < num_devices; k++)
        count += is_usable(devices[k]) && devices[k]->has_float64 && !devices[k]->only_by_name &&
                 (any_type || devices[k]->type == type);
    return count;
}

static void check_no_device(const char *selector) {
    outerfill_context *context = NULL;
    outerfill_error error;
    outerfill_status status = open_with(selector, OUTERFILL_FLOAT64, &context, &error);

    if (status != OUTERFILL_NO_DEVICE) print_error("selector \"%s\":\n", selector);
    check_status(status, OUTERFILL_NO_DEVICE, &error);
    assert_null(context);
    check_contains(error.message, devices[0]->name);
}

/* ---- The list -------------------------------------------------------------------------------------------------------------- */

static void test_list(void **state) {
    (void)state;
    assert_true(num_devices > 0);
    for (size_t k = 0; k < num_devices; k++) {
        unsigned platform, number;
        char id[sizeof devices[0]->id];
        if (strstr(devices[k]->id, ":-") != NULL) { /* a platform without devices, which says so */
            assert_true(devices[k]->platform[0] != '\0' && devices[k]->unusable[0] != '\0');
            continue;
        }
        assert_int_equal(sscanf(devices[k]->id, "%u:%u", &platform, &number), 2);
        snprintf(id, sizeof id, "%u:%u", platform, number);
        assert_string_equal(devices[k]->id, id);
        for (size_t other = 0; other < k; other++)
            assert_string_not_equal(devices[k]->id, devices[other]->id);
        assert_true(devices[k]->type <= OUTERFILL_DEVICE_OTHER);
        assert_true(devices[k]->platform[0] != '\0' || devices[k]->unusable[0] != '\0');
        if (!is_usable(devices[k])) continue;
        assert_true(devices[k]->name[0] != '\0' && devices[k]->version[0] != '\0');
        assert_true(devices[k]->memory_nbytes > 0 && devices[k]->max_buffer_nbytes > 0);
        assert_true(devices[k]->num_compute_units > 0);
    }
}

static void test_context_repeats_the_list(void **state) {
    outerfill_context *context = check_context("");
    size_t num_used = outerfill_context_num_devices(context);

    (void)state;
    assert_true(num_used > 0);
    for (size_t k = 0; k < num_used; k++) {
        const outerfill_device *used = outerfill_context_device(context, k);
        size_t listed = 0;
        while (listed < num_devices && strcmp(devices[listed]->id, used->id) != 0) listed++;
        assert_true(listed < num_devices);
        assert_string_equal(used->name, devices[listed]->name);
        assert_string_equal(used->platform, devices[listed]->platform);
        assert_int_equal(used->type, devices[listed]->type);
        assert_true(used->has_float64);
    }
    assert_null(outerfill_context_device(context, num_used));
    assert_null(outerfill_context_device(context, SIZE_MAX));
    outerfill_context_destroy(context);
}

/* ---- By id and by name ----------------------------------------------------------------------------------------------------- */

static void test_every_device_by_id(void **state) {
    (void)state;
    for (size_t k = 0; k < num_devices; k++) {
        outerfill_context *context = NULL;
        outerfill_error error;
        outerfill_status status = open_with(devices[k]->id, dtype_of(devices[k]), &context, &error);
        if (!is_usable(devices[k])) {
            check_status(status, OUTERFILL_NO_DEVICE, &error);
            continue;
        }
        check_ok(status, &error);
        assert_int_equal(outerfill_context_num_devices(context), 1);
        assert_string_equal(outerfill_context_device(context, 0)->id, devices[k]->id);
        outerfill_context_destroy(context);
    }
}

/* The longest run of letters, digits and '-' in a name, with every letter in the other case: "pthread-..." -> "PTHREAD-...". */
static void other_case_part(const char *name, char *part, size_t part_nbytes) {
    size_t best = 0, best_length = 0, length;

    for (size_t k = 0; name[k] != '\0'; k += length + (name[k + length] != '\0')) {
        for (length = 0; isalnum((unsigned char)name[k + length]) || name[k + length] == '-';)
            length++;
        if (length > best_length) {
            best = k;
            best_length = length;
        }
    }
    assert_in_range(best_length, 1, part_nbytes - 1);
    for (size_t k = 0; k < best_length; k++) {
        int letter = (unsigned char)name[best + k];
        part[k] = (char)(islower(letter) ? toupper(letter) : tolower(letter));
    }
    part[best_length] = '\0';
}

static void test_every_device_by_name(void **state) {
    (void)state;
    for (size_t k = 0; k < num_devices; k++) {
        const char *names[] = {devices[k]->name, devices[k]->platform};
        for (size_t which = 0; is_usable(devices[k]) && which < NUM_ELEMENTS(names); which++) {
            outerfill_context *context = NULL;
            outerfill_error error;
            char part[sizeof devices[k]->name];
            other_case_part(names[which], part, sizeof part);
            check_ok(open_with(part, dtype_of(devices[k]), &context, &error), &error);
            assert_true(context_has(context, devices[k]->id));
            outerfill_context_destroy(context);
        }
    }
}

/* A device that two parts of a list choose is one device. */
static void test_lists_of_selectors(void **state) {
    outerfill_context *first = check_context(NULL), *twice;
    char id[sizeof devices[0]->id], list[64];

    (void)state;
    snprintf(id, sizeof id, "%s", outerfill_context_device(first, 0)->id);
    outerfill_context_destroy(first);
    snprintf(list, sizeof list, "%s,%s", id, id);
    twice = check_context(list);
    assert_int_equal(outerfill_context_num_devices(twice), 1);
    outerfill_context_destroy(twice);
    snprintf(list, sizeof list, "%s,all", id);
    twice = check_context(list);
    assert_true(context_has(twice, id));
    assert_true(outerfill_context_num_devices(twice) <= num_devices);
    outerfill_context_destroy(twice);
}

/* ---- By type --------------------------------------------------------------------------------------------------------------- */

/* All of a keyword's devices are of its type and of one platform; where the list has none, the keyword is refused. */
static void check_keyword(const char *keyword, outerfill_device_type type) {
    outerfill_context *context;

    printf("%s: %zu in the list\n", keyword, count_devices(type, 0));
    if (count_devices(type, 0) == 0) {
        check_no_device(keyword);
        return;
    }
    context = check_context(keyword);
    assert_true(outerfill_context_num_devices(context) > 0);
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++) {
        assert_int_equal(outerfill_context_device(context, k)->type, type);
        assert_false(outerfill_context_device(context, k)->only_by_name);
        assert_string_equal(outerfill_context_device(context, k)->platform,
                            outerfill_context_device(context, 0)->platform);
    }
    outerfill_context_destroy(context);
}

static void test_keywords(void **state) {
    outerfill_context *any = check_context("any"), *all = check_context("all");
    int has_gpu = count_devices(OUTERFILL_DEVICE_GPU, 0) > 0;

    (void)state;
    check_keyword("cpu", OUTERFILL_DEVICE_CPU);
    check_keyword("gpu", OUTERFILL_DEVICE_GPU);
    assert_int_equal(outerfill_context_device(any, 0)->type,
                     has_gpu ? OUTERFILL_DEVICE_GPU : OUTERFILL_DEVICE_CPU);
    assert_int_equal(outerfill_context_num_devices(all), count_devices(OUTERFILL_DEVICE_CPU, 1));
    outerfill_context_destroy(any);
    outerfill_context_destroy(all);
}

/* ---- Refusals -------------------------------------------------------------------------------------------------------------- */

static void test_selectors_that_fit_nothing(void **state) {
    static const char *const nothing[] = {"no such device", "99:99", "99:0", "0:99",
                                          "no such device,neither this"};
    static const char *const malformed[] = {"1:",   ":1", "-1:0", "0:0:0", "99999999999999999999:0",
                                            "0x0:0"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(nothing); k++) check_no_device(nothing[k]);
    for (size_t k = 0; k < NUM_ELEMENTS(malformed); k++) {
        outerfill_context *context = NULL;
        outerfill_error error;
        outerfill_status status = open_with(malformed[k], OUTERFILL_FLOAT64, &context, &error);
        if (status != OUTERFILL_INVALID_ARGUMENT && status != OUTERFILL_NO_DEVICE) {
            print_error("selector \"%s\":\n", malformed[k]);
            check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
        }
        assert_null(context);
    }
}

/* A selector of any length is at worst refused. */
static void test_very_long_selector(void **state) {
    static char selector[100000];
    outerfill_context *context = NULL;
    outerfill_error error;

    (void)state;
    memset(selector, 'x', sizeof selector - 1);
    assert_int_not_equal(open_with(selector, OUTERFILL_FLOAT64, &context, &error), OUTERFILL_OK);
    assert_null(context);
    assert_non_null(memchr(error.message, '\0', sizeof error.message));
}

/* ---- The environment ---------------------------------------------------------------------------------------------------------
 */

static void test_environment(void **state) {
    const double one = 1;
    outerfill_context *context = NULL;
    outerfill_error error;
    double ab[2];
    char id[sizeof devices[0]->id];

    (void)state;
    context = check_context("any");
    snprintf(id, sizeof id, "%s", outerfill_context_device(context, 0)->id);
    outerfill_context_destroy(context);

    setenv("OUTERFILL_DEVICE", "no such device", 1);
    check_status(outerfill_context_create(NULL, &context, &error), OUTERFILL_NO_DEVICE, &error);
    check_status(open_with("", OUTERFILL_FLOAT64, &context, &error), OUTERFILL_NO_DEVICE, &error);
    check_status(outerfill(&one, 1, &one, 1, ab, &error), OUTERFILL_NO_DEVICE, &error);
    outerfill_context_destroy(check_context(id)); /* the options stand above the environment */
    outerfill_context_destroy(check_context("any"));

    setenv("OUTERFILL_DEVICE", id, 1);
    context = check_context(NULL);
    assert_int_equal(outerfill_context_num_devices(context), 1);
    assert_string_equal(outerfill_context_device(context, 0)->id, id);
    outerfill_context_destroy(context);

    setenv("OUTERFILL_DEVICE", "", 1);
    outerfill_context_destroy(check_context(NULL));
    unsetenv("OUTERFILL_DEVICE");
    outerfill_context_destroy(check_context(NULL));
    check_ok(outerfill(&one, 1, &one, 1, ab, &error), &error);
}

static int forget_the_environment(void **state) {
    (void)state;
    unsetenv("OUTERFILL_DEVICE");
    return 0;
}

static int restore_the_environment(void **state) {
    (void)state;
    if (outer_selector != NULL) setenv("OUTERFILL_DEVICE", outer_selector, 1);
    return 0;
}

static int list_devices(void **state) {
    outerfill_error error;

    (void)state;
    check_ok(outerfill_devices_create(&devices, &num_devices, &error), &error);
    return 0;
}

static int free_devices(void **state) {
    (void)state;
    outerfill_free(devices);
    free(outer_selector);
    return 0;
}

#define KEYWORD_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, forget_the_environment, restore_the_environment)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_context_repeats_the_list),
        cmocka_unit_test(test_every_device_by_id),
        cmocka_unit_test(test_every_device_by_name),
        cmocka_unit_test(test_lists_of_selectors),
        KEYWORD_TEST(test_keywords),
        cmocka_unit_test(test_selectors_that_fit_nothing),
        cmocka_unit_test(test_very_long_selector),
        KEYWORD_TEST(test_environment),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    outer_selector = getenv("OUTERFILL_DEVICE") != NULL ? strdup(getenv("OUTERFILL_DEVICE")) : NULL;
    device_line_print();
    return cmocka_run_group_tests(tests, list_devices, free_devices) == 0 ? 0 : 1;
}
