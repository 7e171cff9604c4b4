/* SPDX-License-Identifier: MIT */
#include "discrete_devices.h"

#include <CL/cl_ext.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "discrete_layer.h"
#include "discrete_settings.h"

/* Of cl_nv_device_attribute_query, which CL/cl_ext.h does not have in full. */
#define DEVICE_PCI_BUS_ID_NV  0x4008
#define DEVICE_PCI_SLOT_ID_NV 0x4009

/* A platform as programs see it. Loaders find their functions through the first member. */
struct _cl_platform_id {
    const void *dispatch;
};

static struct device {
    cl_device_id id;
    cl_platform_id driver_platform;
    struct _cl_platform_id own_platform;
} devices[MAX_DEVICES];
static size_t num_devices;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- The driver's devices ---- */

static void list_platform(cl_platform_id platform) {
    cl_device_id ids[MAX_DEVICES];
    cl_uint number = 0;
    if (driver->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, MAX_DEVICES, ids, &number)) return;
    for (cl_uint k = 0; k < number && k < MAX_DEVICES && num_devices < MAX_DEVICES; k++)
        devices[num_devices++] = (struct device){ids[k], platform, *platform};
}

static void list_devices(void) {
    cl_platform_id platforms[MAX_DEVICES];
    cl_uint number = 0;
    if (driver->clGetPlatformIDs(MAX_DEVICES, platforms, &number)) return;
    for (cl_uint k = 0; k < number && k < MAX_DEVICES; k++) list_platform(platforms[k]);
}

size_t devices_number(cl_device_id device) {
    pthread_once(&once, list_devices);
    for (size_t k = 0; k < num_devices; k++)
        if (devices[k].id == device) return k;
    return 0;
}

static bool is_split(void) {
    return setting(ANY_DEVICE, "platforms") != NULL;
}

/* The device with this platform of its own, or NULL. */
static struct device *owner(cl_platform_id platform) {
    pthread_once(&once, list_devices);
    for (size_t k = 0; k < num_devices; k++)
        if (platform == &devices[k].own_platform) return &devices[k];
    return NULL;
}

static cl_platform_id platform_behind(cl_platform_id platform) {
    const struct device *device = owner(platform);
    return device ? device->driver_platform : platform;
}

/* ---- Platforms ---- */

static cl_int CL_API_CALL get_platform_ids(cl_uint room, cl_platform_id *platforms,
                                           cl_uint *num_platforms) {
    if (!is_split()) return driver->clGetPlatformIDs(room, platforms, num_platforms);
    pthread_once(&once, list_devices);
    if ((!platforms && !num_platforms) || (platforms && room == 0)) return CL_INVALID_VALUE;
    const bool is_reversed = setting_is(ANY_DEVICE, "platforms", "reversed");
    for (size_t k = 0; platforms && k < room && k < num_devices; k++)
        platforms[k] = &devices[is_reversed ? num_devices - 1 - k : k].own_platform;
    if (num_platforms) *num_platforms = (cl_uint)num_devices;
    return CL_SUCCESS;
}

static cl_int CL_API_CALL get_platform_info(cl_platform_id platform, cl_platform_info what,
                                            size_t room, void *value, size_t *needed) {
    const struct device *device = owner(platform);
    char name[32];
    if (!device || what != CL_PLATFORM_NAME)
        return driver->clGetPlatformInfo(platform_behind(platform), what, room, value, needed);
    snprintf(name, sizeof name, "Model platform %zu", (size_t)(device - devices));
    return layer_answer(name, strlen(name) + 1, room, value, needed);
}

static cl_int CL_API_CALL unload_compiler(cl_platform_id platform) {
    return driver->clUnloadPlatformCompiler(platform_behind(platform));
}

static void *CL_API_CALL get_function(cl_platform_id platform, const char *name) {
    return driver->clGetExtensionFunctionAddressForPlatform(platform_behind(platform), name);
}

/* ---- Lists of devices ---- */

/* 0: the driver's own. */
static cl_device_type type_of(size_t device) {
    return setting(device, "gpu") || setting(device, "integrated") ? CL_DEVICE_TYPE_GPU : 0;
}

static bool has_type(size_t device, cl_device_type wanted) {
    cl_device_type type = type_of(device);
    if (wanted == CL_DEVICE_TYPE_ALL) return true;
    if (!type)
        driver->clGetDeviceInfo(devices[device].id, CL_DEVICE_TYPE, sizeof type, &type, NULL);
    return (type & wanted) != 0;
}

static bool belongs_to(const struct device *device, cl_platform_id platform) {
    return platform == &device->own_platform || platform == device->driver_platform;
}

static cl_int CL_API_CALL get_device_ids(cl_platform_id platform, cl_device_type type, cl_uint room,
                                         cl_device_id *ids, cl_uint *number) {
    cl_uint num_found = 0;
    pthread_once(&once, list_devices);
    if ((!ids && !number) || (ids && room == 0)) return CL_INVALID_VALUE;
    for (size_t k = 0; k < num_devices; k++) {
        const bool is_default = type == CL_DEVICE_TYPE_DEFAULT && num_found == 0;
        if (!belongs_to(&devices[k], platform) || !(is_default || has_type(k, type))) continue;
        if (ids && num_found < room) ids[num_found] = devices[k].id;
        num_found++;
    }
    if (number) *number = num_found;
    return num_found ? CL_SUCCESS : CL_DEVICE_NOT_FOUND;
}

/* ---- What a device says ---- */

/* The value in the room of an answer. */
union answer {
    cl_device_type type;
    cl_bool truth;
    cl_uint number;
    cl_ulong nbytes;
    size_t free_memory[2];
    cl_platform_id platform;
    cl_device_pci_bus_info_khr khr;
    cl_device_topology_amd amd;
};

static cl_uint pci_number(size_t device, size_t k) {
    return (cl_uint)setting_number(device, "pci", k);
}

static bool has_pci(size_t device, const char *vendor) {
    const char *value = setting(device, "pci");
    return value && strncmp(value, vendor, strlen(vendor)) == 0;
}

/* Writes the PCI address; 0 if the device does not tell it so. */
static size_t answer_pci(size_t device, cl_device_info what, union answer *answer) {
    const cl_uint bus = pci_number(device, 1), slot = pci_number(device, 2);
    switch (what) {
    case CL_DEVICE_PCI_BUS_INFO_KHR:
        answer->khr = (cl_device_pci_bus_info_khr){0, bus, slot, 0};
        return has_pci(device, "khr") ? sizeof answer->khr : 0;
    case DEVICE_PCI_BUS_ID_NV: answer->number = bus; return has_pci(device, "nv") ? 4 : 0;
    case DEVICE_PCI_SLOT_ID_NV:
        answer->number = slot << 3; /* behind the 3 bits of the function */
        return has_pci(device, "nv") ? 4 : 0;
    case CL_DEVICE_TOPOLOGY_AMD:
        memset(answer, 0, sizeof *answer);
        answer->amd.pcie.type = CL_DEVICE_TOPOLOGY_TYPE_PCIE_AMD;
        answer->amd.pcie.bus = (cl_char)bus;
        answer->amd.pcie.device = (cl_char)slot;
        return has_pci(device, "amd") ? sizeof answer->amd : 0;
    default: return 0;
    }
}

static size_t answer_memory(size_t device, cl_device_info what, union answer *answer) {
    const double memory = setting_number(device, "memory", 0) * 0x100000;
    switch (what) {
    case CL_DEVICE_GLOBAL_MEM_SIZE: answer->nbytes = (cl_ulong)memory; return memory > 0 ? 8 : 0;
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE: /* of NVIDIA's devices a quarter */
        answer->nbytes = (cl_ulong)(memory / 4);
        return memory > 0 ? 8 : 0;
    case CL_DEVICE_GLOBAL_FREE_MEMORY_AMD: /* in KiB; then the largest block */
        answer->free_memory[0] = (size_t)setting_number(device, "free", 0) * 1024;
        answer->free_memory[1] = answer->free_memory[0] / 2;
        return setting(device, "free") ? sizeof answer->free_memory : 0;
    default: return 0;
    }
}

/* Writes the answer, and returns its bytes; 0 leaves the question to the driver. */
static size_t answer_value(size_t device, cl_device_info what, union answer *answer) {
    switch (what) {
    case CL_DEVICE_TYPE: answer->type = type_of(device); return answer->type ? 8 : 0;
    case CL_DEVICE_HOST_UNIFIED_MEMORY:
        answer->truth = setting(device, "integrated") != NULL;
        return type_of(device) ? sizeof answer->truth : 0;
    case CL_DEVICE_MAX_COMPUTE_UNITS:
        answer->number = (cl_uint)setting_number(device, "units", 0);
        return answer->number ? 4 : 0;
    case CL_DEVICE_MAX_CLOCK_FREQUENCY:
        answer->number = (cl_uint)setting_number(device, "clock", 0);
        return answer->number ? 4 : 0;
    case CL_DEVICE_PLATFORM:
        answer->platform = &devices[device].own_platform;
        return is_split() ? sizeof answer->platform : 0;
    default: break;
    }
    const size_t nbytes = answer_memory(device, what, answer);
    return nbytes ? nbytes : answer_pci(device, what, answer);
}

/* The driver's extensions, and those that a PCI address needs. */
static void write_extensions(size_t device, char *target, size_t nbytes) {
    target[0] = '\0';
    driver->clGetDeviceInfo(devices[device].id, CL_DEVICE_EXTENSIONS, nbytes - 64, target, NULL);
    if (has_pci(device, "khr")) strcat(target, " cl_khr_pci_bus_info");
    if (has_pci(device, "nv")) strcat(target, " cl_nv_device_attribute_query");
    if (has_pci(device, "amd") || setting(device, "free"))
        strcat(target, " cl_amd_device_attribute_query");
}

/* The text of an answer, or "" to leave the question to the driver. */
static void write_text(size_t device, cl_device_info what, char *target, size_t nbytes) {
    const char *name = setting(device, "name");
    const bool is_name = what == CL_DEVICE_NAME || what == CL_DEVICE_BOARD_NAME_AMD;
    target[0] = '\0';
    if (is_name && name)
        snprintf(target, nbytes, "%s", name);
    else if (is_name && type_of(device))
        snprintf(target, nbytes, "Model GPU %zu", device);
    else if (what == CL_DRIVER_VERSION)
        snprintf(target, nbytes, "model");
    else if (what == CL_DEVICE_EXTENSIONS)
        write_extensions(device, target, nbytes);
}

static cl_int CL_API_CALL get_device_info(cl_device_id id, cl_device_info what, size_t room,
                                          void *value, size_t *needed) {
    const size_t device = devices_number(id);
    union answer answer;
    char text[4096];
    write_text(device, what, text, sizeof text);
    if (*text) return layer_answer(text, strlen(text) + 1, room, value, needed);
    const size_t nbytes = answer_value(device, what, &answer);
    return nbytes ? layer_answer(&answer, nbytes, room, value, needed)
                  : driver->clGetDeviceInfo(id, what, room, value, needed);
}

/* ---- Contexts ---- */

#define MAX_PROPERTIES 16

cl_context devices_open(const cl_context_properties *properties, cl_uint number,
                        const cl_device_id *ids,
                        void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *),
                        void *data, cl_int *code) {
    cl_context_properties known[2 * MAX_PROPERTIES + 1] = {0};
    cl_int refusal = CL_SUCCESS;
    for (size_t k = 0; properties && k < 2 * MAX_PROPERTIES && properties[k]; k += 2) {
        known[k] = properties[k];
        known[k + 1] = properties[k + 1];
        if (known[k] == CL_CONTEXT_PLATFORM)
            known[k + 1] =
                (cl_context_properties)platform_behind((cl_platform_id)properties[k + 1]);
    }
    for (cl_uint k = 0; ids && !refusal && k < number; k++)
        refusal = (cl_int)setting_number(devices_number(ids[k]), "refused", 0);
    if (!refusal)
        return driver->clCreateContext(properties ? known : NULL, number, ids, notify, data, code);
    if (code) *code = refusal;
    return NULL;
}

void devices_replace(cl_icd_dispatch *ours) {
    ours->clGetPlatformIDs = get_platform_ids;
    ours->clGetPlatformInfo = get_platform_info;
    ours->clUnloadPlatformCompiler = unload_compiler;
    ours->clGetExtensionFunctionAddressForPlatform = get_function;
    ours->clGetDeviceIDs = get_device_ids;
    ours->clGetDeviceInfo = get_device_info;
}
