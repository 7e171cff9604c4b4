/* SPDX-License-Identifier: MIT
 *
 * Which devices the model of a discrete GPU shows, and what they say. */
#include "gpu_case.h"

#include <CL/cl_ext.h>

static cl_uint num_of_type(cl_device_type type) {
    cl_uint number = 0;
    cl_platform_id platform = NULL;
    clGetDeviceInfo(gpu_find(0), CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
    clGetDeviceIDs(platform, type, 0, NULL, &number);
    return number;
}

static void test_gpu(void) {
    cl_device_type type = 0;
    assert_int_equal(clGetDeviceInfo(gpu_find(0), CL_DEVICE_TYPE, sizeof type, &type, NULL),
                     CL_SUCCESS);
    assert_int_equal(type, CL_DEVICE_TYPE_GPU);
    assert_int_equal(gpu_number(gpu_find(0), CL_DEVICE_HOST_UNIFIED_MEMORY), 0);
    assert_string_equal(gpu_text(gpu_find(1), CL_DEVICE_NAME), "Model GPU 1");
    assert_string_equal(gpu_text(gpu_find(0), CL_DRIVER_VERSION), "model");
    assert_int_equal(num_of_type(CL_DEVICE_TYPE_GPU), 2);
    assert_int_equal(num_of_type(CL_DEVICE_TYPE_CPU), 0);
}

/* An integrated GPU beside a discrete one. */
static void test_integrated(void) {
    assert_int_equal(gpu_number(gpu_find(0), CL_DEVICE_HOST_UNIFIED_MEMORY), 1);
    assert_int_equal(gpu_number(gpu_find(1), CL_DEVICE_HOST_UNIFIED_MEMORY), 0);
    assert_int_equal(num_of_type(CL_DEVICE_TYPE_GPU), 2);
}

/* A GPU beside a CPU. */
static void test_one(void) {
    assert_int_equal(num_of_type(CL_DEVICE_TYPE_GPU), 1);
    assert_int_equal(num_of_type(CL_DEVICE_TYPE_CPU), 1);
    assert_int_equal(num_of_type(CL_DEVICE_TYPE_ALL), 2);
}

static void test_refused(void) {
    cl_int code;
    assert_null(gpu_context(0, &code));
    assert_int_equal(code, CL_INVALID_DEVICE);
    assert_null(gpu_context(1, &code));
    assert_int_equal(code, CL_OUT_OF_RESOURCES);
}

static void check_platforms(const char *first, const char *second) {
    const char *const expected[] = {first, second};
    cl_platform_id platforms[3];
    cl_uint num_platforms = 0;
    assert_int_equal(clGetPlatformIDs(3, platforms, &num_platforms), CL_SUCCESS);
    assert_int_equal(num_platforms, 2);
    for (size_t k = 0; k < 2; k++) {
        char name[64] = "";
        cl_uint num_devices = 0;
        clGetPlatformInfo(platforms[k], CL_PLATFORM_NAME, sizeof name, name, NULL);
        assert_string_equal(name, expected[k]);
        clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_GPU, 0, NULL, &num_devices);
        assert_int_equal(num_devices, 1);
        struct gpu gpu = gpu_open(k);
        assert_ptr_equal(gpu.platform, platforms[k]);
        gpu_close(&gpu);
    }
}

static void test_split(void) {
    check_platforms("Model platform 0", "Model platform 1");
}

static void test_reversed(void) {
    check_platforms("Model platform 1", "Model platform 0");
    assert_string_equal(gpu_text(gpu_find(0), CL_DEVICE_NAME), "Model GPU 1");
}

/* The same card twice, as two vendors' drivers tell it. */
static void test_same_card(void) {
    cl_device_pci_bus_info_khr khr;
    cl_device_topology_amd amd;
    check_contains(gpu_text(gpu_find(0), CL_DEVICE_EXTENSIONS), "cl_khr_pci_bus_info");
    check_contains(gpu_text(gpu_find(1), CL_DEVICE_EXTENSIONS), "cl_amd_device_attribute_query");
    assert_int_equal(
        clGetDeviceInfo(gpu_find(0), CL_DEVICE_PCI_BUS_INFO_KHR, sizeof khr, &khr, NULL), 0);
    assert_int_equal(clGetDeviceInfo(gpu_find(1), CL_DEVICE_TOPOLOGY_AMD, sizeof amd, &amd, NULL),
                     0);
    assert_int_equal(khr.pci_bus, 65);
    assert_int_equal(khr.pci_device, 3);
    assert_int_equal(amd.pcie.bus, 65);
    assert_int_equal(amd.pcie.device, 3);
    assert_int_not_equal(
        clGetDeviceInfo(gpu_find(0), CL_DEVICE_TOPOLOGY_AMD, sizeof amd, &amd, NULL), 0);
}

static void test_nvidia_card(void) {
    check_contains(gpu_text(gpu_find(0), CL_DEVICE_EXTENSIONS), "cl_nv_device_attribute_query");
    assert_int_equal(gpu_number(gpu_find(0), 0x4008), 1);
    assert_int_equal(gpu_number(gpu_find(0), 0x4009), 2 << 3);
}

static void test_figures(void) {
    size_t free_memory[2] = {0};
    cl_ulong memory = 0;
    const cl_device_id device = gpu_find(0);
    assert_string_equal(gpu_text(device, CL_DEVICE_NAME), "A card");
    assert_string_equal(gpu_text(device, CL_DEVICE_BOARD_NAME_AMD), "A card");
    assert_int_equal(gpu_number(device, CL_DEVICE_MAX_COMPUTE_UNITS), 108);
    assert_int_equal(gpu_number(device, CL_DEVICE_MAX_CLOCK_FREQUENCY), 1410);
    assert_int_equal(clGetDeviceInfo(device, CL_DEVICE_GLOBAL_FREE_MEMORY_AMD, sizeof free_memory,
                                     free_memory, NULL),
                     CL_SUCCESS);
    assert_int_equal(free_memory[0], 300 * 1024);
    assert_int_equal(
        clGetDeviceInfo(device, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory, NULL), 0);
    assert_int_equal(memory, (cl_ulong)400 << 20);
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"gpu", "gpu", test_gpu, "launches 0\ncopies 0\n"},
        {"integrated", "gpu,0.integrated", test_integrated, NULL},
        {"one", "1.gpu", test_one, NULL},
        {"refused", "gpu,refused=-33,1.refused=-5", test_refused, NULL},
        {"split", "gpu,platforms=split", test_split, NULL},
        {"reversed", "gpu,platforms=reversed", test_reversed, NULL},
        {"same_card", "gpu,0.pci=khr:65:3,1.pci=amd:65:3", test_same_card, NULL},
        {"nvidia_card", "gpu,pci=nv:1:2", test_nvidia_card, NULL},
        {"figures", "gpu,name=A card,units=108,clock=1410,free=300,memory=400", test_figures, NULL},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}
