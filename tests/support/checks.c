/* SPDX-License-Identifier: MIT */
#include "checks.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* OUTERFILL_TEST_CASE names the one test of a program that is to run: cmocka reads no arguments. */
__attribute__((constructor)) static void choose_case(void) {
    const char *const name = getenv("OUTERFILL_TEST_CASE");
    if (name) cmocka_set_test_filter(name);
}

void check_status_at(outerfill_status status, outerfill_status expected,
                     const outerfill_error *error, const char *file, int line) {
    if (status != expected) {
        print_error("%s:%d: %s instead of %s: %s\n", file, line, outerfill_status_name(status),
                    outerfill_status_name(expected),
                    error != NULL ? error->message : "(no error object)");
        if (error != NULL && error->log[0] != '\0') print_error("%s\n", error->log);
        _fail(file, line);
    }
    if (error == NULL) return;
    if (error->status != status) {
        print_error("%s:%d: the error object says %s\n", file, line,
                    outerfill_status_name(error->status));
        _fail(file, line);
    }
    if ((error->message[0] == '\0') != (status == OUTERFILL_OK)) {
        print_error("%s:%d: the message does not fit the status: \"%s\"\n", file, line,
                    error->message);
        _fail(file, line);
    }
}

void check_contains_at(const char *text, const char *part, const char *file, int line) {
    if (strstr(text, part) == NULL) {
        print_error("%s:%d: \"%s\" does not contain \"%s\"\n", file, line, text, part);
        _fail(file, line);
    }
}

outerfill_context *check_context(const char *selector) {
    const outerfill_context_options options = {
        .struct_nbytes = sizeof options, .device = selector, .dtype = OUTERFILL_FLOAT64};
    outerfill_context *context = NULL;
    outerfill_error error;

    check_ok(outerfill_context_create(&options, &context, &error), &error);
    assert_non_null(context);
    return context;
}

outerfill_function *check_described(outerfill_context *context,
                                    const outerfill_function_description *description) {
    outerfill_function *function = NULL;
    outerfill_error error;

    check_ok(outerfill_function_create(context, description, &function, &error), &error);
    assert_non_null(function);
    return function;
}

outerfill_function *check_function(outerfill_context *context, outerfill_dtype dtype,
                                   size_t num_planes, const char *const *expressions) {
    outerfill_function_description description = {.struct_nbytes = sizeof description};

    description.dtype = dtype;
    description.num_planes = expressions != NULL ? num_planes : 0;
    description.expressions = expressions;
    return check_described(context, &description);
}

outerfill_work_item check_work_item(const outerfill_context *context, outerfill_work_item wanted) {
    if (wanted != OUTERFILL_WORK_ITEM_ROWS && wanted != OUTERFILL_WORK_ITEM_STREAM) return wanted;
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++)
        if (outerfill_context_device(context, k)->type != OUTERFILL_DEVICE_CPU)
            return OUTERFILL_WORK_ITEM_AUTO;
    return wanted;
}

void *check_malloc(size_t nbytes) {
    void *memory = malloc(nbytes > 0 ? nbytes : 1);

    assert_non_null(memory);
    return memory;
}

double check_seconds(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
