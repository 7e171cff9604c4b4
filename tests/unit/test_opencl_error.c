/* SPDX-License-Identifier: MIT
 *
 * Guards the sentence about an OpenCL call that failed: the call, the code by name and number, the device, and advice for the
 * codes that come of the driver's surroundings; and which codes mean a lack of memory.
 */
#include <string.h>

#include "checks.h"
#include "device/opencl_error.h"

static void test_the_sentence(void **state) {
    outerfill_error error;

    (void)state;
    assert_int_equal(opencl_error(&error, CL_INVALID_VALUE, "a device", "clFoo of %d", 7),
                     OUTERFILL_DEVICE_FAILED);
    assert_string_equal(error.message, "clFoo of 7: CL_INVALID_VALUE (-30) on \"a device\"");
    assert_int_equal(error.opencl_code, -30);
    assert_int_equal(opencl_error(NULL, CL_INVALID_VALUE, "", "x"), OUTERFILL_DEVICE_FAILED);
}

static void test_advice(void **state) {
    static const struct {
        cl_int code;
        const char *words;
    } rows[] = {{CL_INVALID_KERNEL_NAME, "POCL_CACHE_DIR"},
                {CL_INVALID_BUILD_OPTIONS, "POCL_EXTRA_BUILD_FLAGS"},
                {-9999, "illegal read or write, says NVIDIA's driver (-9999)"},
                {-9998, "an unknown OpenCL code (-9998)"},
                {-1001, "CL_PLATFORM_NOT_FOUND_KHR"}};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        opencl_error(&error, rows[k].code, "a device", "clFoo");
        check_contains(error.message, rows[k].words);
    }
}

static void test_codes_of_memory(void **state) {
    static const cl_int codes[] = {CL_OUT_OF_HOST_MEMORY, CL_OUT_OF_RESOURCES,
                                   CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_INVALID_BUFFER_SIZE};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(codes); k++) {
        assert_true(opencl_is_memory_code(codes[k]));
        assert_int_equal(opencl_error(&error, codes[k], "a device", "clFoo"),
                         OUTERFILL_OUT_OF_MEMORY);
    }
    assert_false(opencl_is_memory_code(CL_SUCCESS) || opencl_is_memory_code(CL_INVALID_VALUE));
}

/* A command that fails at its end has not lacked resources: its device has crashed. */
static void test_commands(void **state) {
    outerfill_error error;
    (void)state;
    assert_int_equal(opencl_command_error(&error, CL_OUT_OF_RESOURCES, "a device", "run %d", 7),
                     OUTERFILL_DEVICE_FAILED);
    check_contains(error.message,
                   "run 7: CL_OUT_OF_RESOURCES (-5) on \"a device\": the device cra");
    check_contains(error.message, "dmesg");
    assert_int_equal(error.opencl_code, -5);
    opencl_command_error(&error, -9999, "a device", "run");
    check_contains(error.message, "dmesg");
    assert_int_equal(opencl_command_error(&error, CL_OUT_OF_HOST_MEMORY, "a device", "run"),
                     OUTERFILL_OUT_OF_MEMORY);
    assert_null(strstr(error.message, "dmesg"));
    opencl_command_error(&error, CL_INVALID_KERNEL_NAME, "a device", "run");
    check_contains(error.message, "POCL_CACHE_DIR");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_sentence),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_codes_of_memory),
        cmocka_unit_test(test_commands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
