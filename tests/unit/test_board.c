/* SPDX-License-Identifier: MIT
 *
 * Guards what is known of a card beyond OpenCL's core, with a played driver: each vendor's extension gives the PCI address in
 * the form of lspci, and a driver is asked nothing that its list of extensions does not promise.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <string.h>

#include "checks.h"
#include "device/board.h"

/* The played driver: its extensions, and one answer for each question. */
struct answer {
    cl_device_info what;
    const void *bytes;
    size_t nbytes;
};

static const char *extensions;
static const struct answer *answers;
static size_t num_answers, num_asked;

static cl_int give(const void *bytes, size_t nbytes, size_t capacity, void *to, size_t *num_told) {
    if (to && capacity < nbytes) return CL_INVALID_VALUE;
    if (to) memcpy(to, bytes, nbytes);
    if (num_told) *num_told = nbytes;
    return CL_SUCCESS;
}

__attribute__((visibility("default"))) cl_int clGetDeviceInfo(cl_device_id id, cl_device_info what,
                                                              size_t nbytes, void *to,
                                                              size_t *num_told) {
    (void)id;
    if (what == CL_DEVICE_EXTENSIONS)
        return extensions ? give(extensions, strlen(extensions) + 1, nbytes, to, num_told)
                          : CL_INVALID_DEVICE;
    num_asked++;
    for (size_t k = 0; k < num_answers; k++)
        if (answers[k].what == what)
            return give(answers[k].bytes, answers[k].nbytes, nbytes, to, num_told);
    return CL_INVALID_VALUE;
}

static outerfill_device describe(const char *list, const struct answer *given, size_t num_given) {
    outerfill_device info = {.id = "0:0"};
    extensions = list;
    answers = given;
    num_answers = num_given;
    num_asked = 0;
    board_describe(NULL, &info);
    return info;
}

static void test_khronos(void **state) {
    static const cl_uint where[4] = {1, 0x3b, 0x1f, 7};
    static const struct answer given[] = {{0x410F, where, sizeof where}};
    (void)state;
    assert_string_equal(describe("cl_khr_fp64 cl_khr_pci_bus_info cl_x", given, 1).pci_address,
                        "0001:3b:1f.7");
    assert_string_equal(describe("cl_khr_pci_bus_info", given, 1).pci_address, "0001:3b:1f.7");
    assert_string_equal(describe("cl_khr_pci_bus_info", given, 0).pci_address, "");
}

static void test_nvidia(void **state) {
    static const cl_uint bus = 0xaf, slot = 3 << 3 | 1, domain = 2;
    static const struct answer given[] = {
        {0x4008, &bus, sizeof bus}, {0x4009, &slot, sizeof slot}, {0x400A, &domain, sizeof domain}};
    (void)state;
    assert_string_equal(describe("cl_nv_device_attribute_query", given, 3).pci_address,
                        "0002:af:03.1");
    assert_string_equal(describe("cl_nv_device_attribute_query", given, 2).pci_address,
                        "0000:af:03.1"); /* an older driver */
    assert_string_equal(describe("cl_nv_device_attribute_query", given, 1).pci_address, "");
}

static void test_amd(void **state) {
    static const unsigned char where[24] = {1, [21] = 0xc1, [22] = 2, [23] = 1};
    static const size_t free_kib[2] = {16 << 20, 8 << 20};
    static const struct answer given[] = {{0x4037, where, sizeof where},
                                          {0x4038, "Lynx Pro", 9},
                                          {0x4039, free_kib, sizeof free_kib}};
    const outerfill_device info = describe("cl_amd_device_attribute_query", given, 3);
    (void)state;
    assert_string_equal(info.pci_address, "0000:c1:02.1");
    assert_string_equal(info.board, "Lynx Pro");
    assert_int_equal(info.free_nbytes, (uint64_t)16 << 30);
}

static void test_nothing_is_asked_that_is_not_promised(void **state) {
    static const char *const lists[] = {NULL,
                                        "",
                                        "cl_khr_fp64",
                                        "cl_khr_pci_bus_info2",
                                        "xcl_nv_device_attribute_query",
                                        "cl_amd_device_attribute_query_2"};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(lists); k++) {
        const outerfill_device info = describe(lists[k], NULL, 0);
        assert_int_equal(num_asked, 0);
        assert_true(!info.pci_address[0] && !info.board[0] && !info.free_nbytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_khronos),
        cmocka_unit_test(test_nvidia),
        cmocka_unit_test(test_amd),
        cmocka_unit_test(test_nothing_is_asked_that_is_not_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
