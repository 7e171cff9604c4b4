/* SPDX-License-Identifier: MIT
 *
 * Lists the devices that the OpenCL loader offers, with everything that can be known of each
 * without opening it. A platform that fails, or a device that cannot be used, stays in the list
 * with the reason: a user who misses it will look there. This module owns nothing: the caller frees
 * the lists. It neither chooses devices (see selector.c) nor opens them (see context.c). */
#include "device/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fork_guard.h"
#include "device/board.h"

/* A growing array of devices. */
struct device_list {
    struct device *devices;
    size_t num_devices;
};

/* Appends num_more zeroed entries and returns the first; NULL if memory ran out, and the list is as
 * before. Earlier pointers into the list become invalid. */
static struct device *list_grow(struct device_list *list, size_t num_more) {
    struct device *grown = realloc(list->devices, (list->num_devices + num_more) * sizeof *grown);
    if (!grown) return NULL;
    list->devices = grown;
    struct device *first_new = grown + list->num_devices;
    memset(first_new, 0, num_more * sizeof *first_new);
    list->num_devices += num_more;
    return first_new;
}

/* OpenCL's strings may be longer than target, and padded with blanks. They are cut and trimmed. */
static void trim_copy(char *target, size_t target_nbytes, const char *source) {
    source += strspn(source, " ");
    snprintf(target, target_nbytes, "%s", source);
    for (size_t length = strlen(target); length && target[length - 1] == ' '; length--)
        target[length - 1] = '\0';
}

/* If the driver does not answer, the text is empty. The last byte of the buffer stays '\0',
 * whatever a driver writes. */
static void platform_text(cl_platform_id platform, cl_platform_info what, char *target,
                          size_t target_nbytes) {
    char text[512] = "";
    clGetPlatformInfo(platform, what, sizeof text - 1, text, NULL);
    trim_copy(target, target_nbytes, text);
}

static void device_text(cl_device_id id, cl_device_info what, char *target, size_t target_nbytes) {
    char text[512] = "";
    clGetDeviceInfo(id, what, sizeof text - 1, text, NULL);
    trim_copy(target, target_nbytes, text);
}

/* Returns an integer answer of 4 or 8 bytes, or 0 if the driver does not answer. Answers of 4 bytes
 * are converted as cl_uint: copied into 8 bytes, they would be wrong on a big-endian host. */
static uint64_t device_number(cl_device_id id, cl_device_info what) {
    uint64_t number = 0;
    size_t nbytes = 0;
    unsigned char bytes[8] = {0};
    if (clGetDeviceInfo(id, what, sizeof bytes, bytes, &nbytes) != CL_SUCCESS) return 0;
    if (nbytes == sizeof(cl_uint)) {
        cl_uint narrow;
        memcpy(&narrow, bytes, sizeof narrow);
        return narrow;
    }
    memcpy(&number, bytes, sizeof number);
    return number;
}

/* A device may have several type bits. GPU comes first. */
static outerfill_device_type device_type(cl_device_id id) {
    const cl_device_type type = device_number(id, CL_DEVICE_TYPE);
    if (type & CL_DEVICE_TYPE_GPU) return OUTERFILL_DEVICE_GPU;
    return type & CL_DEVICE_TYPE_CPU ? OUTERFILL_DEVICE_CPU : OUTERFILL_DEVICE_OTHER;
}

/* True for drivers that simulate a device or are discontinued. Their results are right, but nobody
 * wants them without naming them. */
static int is_only_by_name(const outerfill_device *info) {
    static const char *const names[] = {"llvmpipe", "softpipe", "oclgrind", "clover"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcasestr(info->name, names[k]) || strcasestr(info->platform, names[k])) return 1;
    return 0;
}

/* Clover and drivers from before 2012 compile OpenCL C 1.1. It has no `static` functions, which the
 * program needs; version 1.2 introduced them. */
static int has_opencl_c_1_1(cl_device_id id) {
    char language[64];
    device_text(id, CL_DEVICE_OPENCL_C_VERSION, language, sizeof language);
    return strncmp(language, "OpenCL C 1.1", strlen("OpenCL C 1.1")) == 0;
}

/* Returns the reason why this library cannot use the device, or "". The required 1024 bytes hold
 * the arguments of a kernel with 64 planes and 32 parameters. Without a largest buffer size, every
 * band would be one cell. */
static const char *why_unusable(cl_device_id id, const outerfill_device *info) {
    if (!device_number(id, CL_DEVICE_AVAILABLE)) return "the driver says that it is not available";
    if (!device_number(id, CL_DEVICE_COMPILER_AVAILABLE)) return "its driver has no compiler";
    if (has_opencl_c_1_1(id)) return "its driver compiles OpenCL C 1.1, and 1.2 is needed";
    if (!device_number(id, CL_DEVICE_ENDIAN_LITTLE))
        return "its byte order differs from the host's";
    if (device_number(id, CL_DEVICE_MAX_PARAMETER_SIZE) < 1024)
        return "it takes less than 1024 bytes of kernel arguments";
    if (!info->max_buffer_nbytes) return "its driver does not say how large a buffer may be";
    return "";
}

static void describe_features(struct device *device) {
    outerfill_device *info = &device->info;
    const uint64_t single = device_number(device->id, CL_DEVICE_SINGLE_FP_CONFIG);
    info->has_float64 = device_number(device->id, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
    info->has_float32 = 1;
    info->has_float32_subnormals = (single & CL_FP_DENORM) != 0;
    info->shares_host_memory = device_number(device->id, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;
    device->last_cache_nbytes = device_number(device->id, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);
    device->has_correct_float32_division = (single & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
}

static void describe_device(struct device *device) {
    outerfill_device *info = &device->info;
    char version[64], driver[64];
    device_text(device->id, CL_DEVICE_NAME, info->name, sizeof info->name);
    platform_text(device->platform, CL_PLATFORM_NAME, info->platform, sizeof info->platform);
    device_text(device->id, CL_DEVICE_VERSION, version, sizeof version);
    device_text(device->id, CL_DRIVER_VERSION, driver, sizeof driver);
    snprintf(info->version, sizeof info->version, "%.60s, driver %.56s", version, driver);
    info->type = device_type(device->id);
    info->memory_nbytes = device_number(device->id, CL_DEVICE_GLOBAL_MEM_SIZE);
    info->max_buffer_nbytes = device_number(device->id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    info->num_compute_units = (uint32_t)device_number(device->id, CL_DEVICE_MAX_COMPUTE_UNITS);
    info->clock_mhz = (uint32_t)device_number(device->id, CL_DEVICE_MAX_CLOCK_FREQUENCY);
    board_describe(device->id, info);
    info->only_by_name = is_only_by_name(info);
    snprintf(info->unusable, sizeof info->unusable, "%s", why_unusable(device->id, info));
    describe_features(device);
}

/* Returns why a platform may offer no device, and what to do, or "". */
static const char *why_empty(const outerfill_device *info, cl_int code) {
    static const char *const drivers_of_cards[] = {"nvidia", "amd", "intel", "rocm"};
    if (code != CL_DEVICE_NOT_FOUND) return "";
    if (strcasestr(info->platform, "portable computing"))
        return ", which PoCL says when it cannot write its kernel cache (set POCL_CACHE_DIR to a "
               "writable folder with free space) and when POCL_DEVICES names none";
    for (size_t k = 0; k < sizeof drivers_of_cards / sizeof *drivers_of_cards; k++)
        if (strcasestr(info->platform, drivers_of_cards[k]))
            return ": its driver sees no card; in a container the device files may be missing "
                   "(/dev/nvidia*, /dev/dri, /dev/kfd), or the user may lack rights to them "
                   "(groups "
                   "render, video)";
    return "";
}

/* Adds an entry for a platform that offers no device, with the reason `code`. Its id is "P:-". */
static outerfill_status add_empty_platform(struct device_list *list, cl_platform_id platform,
                                           cl_uint platform_number, cl_int code) {
    struct device *entry = list_grow(list, 1);
    if (!entry) return OUTERFILL_OUT_OF_MEMORY;
    outerfill_device *info = &entry->info;
    platform_text(platform, CL_PLATFORM_NAME, info->platform, sizeof info->platform);
    snprintf(info->id, sizeof info->id, "%u:-", platform_number);
    snprintf(info->name, sizeof info->name, "no device");
    info->type = OUTERFILL_DEVICE_OTHER;
    info->only_by_name = is_only_by_name(info);
    snprintf(info->unusable, sizeof info->unusable, "clGetDeviceIDs: %s (%d)%s",
             opencl_code_name(code), code, why_empty(info, code));
    return OUTERFILL_OK;
}

/* Ids are "P:D": both numbers count in the order in which the loader and the platform list them. */
static outerfill_status add_devices(struct device_list *list, cl_platform_id platform,
                                    cl_uint platform_number, const cl_device_id *ids,
                                    cl_uint num_ids) {
    struct device *devices = list_grow(list, num_ids);
    if (!devices) return OUTERFILL_OUT_OF_MEMORY;
    for (cl_uint d = 0; d < num_ids; d++) {
        devices[d].platform = platform;
        devices[d].id = ids[d];
        snprintf(devices[d].info.id, sizeof devices[d].info.id, "%u:%u", platform_number, d);
        describe_device(&devices[d]);
    }
    return OUTERFILL_OK;
}

static outerfill_status add_platform(struct device_list *list, cl_platform_id platform,
                                     cl_uint platform_number) {
    cl_uint num_ids = 0;
    cl_int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &num_ids);
    if (code == CL_SUCCESS && num_ids == 0) code = CL_DEVICE_NOT_FOUND;
    if (code != CL_SUCCESS) return add_empty_platform(list, platform, platform_number, code);
    cl_device_id *ids = calloc(num_ids, sizeof *ids);
    if (!ids) return OUTERFILL_OUT_OF_MEMORY;
    code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, num_ids, ids, NULL);
    const outerfill_status status = code == CL_SUCCESS
                                        ? add_devices(list, platform, platform_number, ids, num_ids)
                                        : add_empty_platform(list, platform, platform_number, code);
    free(ids);
    return status;
}

/* The loader counts only the drivers that it could load. It silently leaves out a driver whose
 * library is broken, or that finds too little memory. So the message lists these causes too. */
static outerfill_status no_platform(cl_int code, outerfill_error *error) {
    static const char found_none[] =
        "no OpenCL platform was found (clGetPlatformIDs: %s): install the graphics card's driver "
        "with OpenCL, or for the CPU the "
        "package pocl-opencl-icd; where one is installed, OCL_ICD_VENDORS may point past it, its "
        "library may be broken, or a limit "
        "of memory or open files (ulimit -v, -n) too low to load it";
    static const char no_memory[] = "out of memory: OpenCL platforms (clGetPlatformIDs: %s)";
    const bool is_memory = code == CL_OUT_OF_HOST_MEMORY;
    const outerfill_status status = is_memory ? OUTERFILL_OUT_OF_MEMORY : OUTERFILL_NO_DEVICE;
    error_set(error, status, is_memory ? no_memory : found_none,
              code == CL_SUCCESS ? "0 platforms" : opencl_code_name(code));
    if (error) error->opencl_code = code;
    return status;
}

outerfill_status device_enumerate(struct device **devices, size_t *num_devices,
                                  outerfill_error *error) {
    *devices = NULL;
    *num_devices = 0;
    outerfill_status status = fork_guard_check(error);
    if (status) return status;
    cl_uint num_platforms = 0;
    cl_int code = clGetPlatformIDs(0, NULL, &num_platforms);
    if (code != CL_SUCCESS || num_platforms == 0) return no_platform(code, error);
    struct device_list list = {NULL, 0};
    cl_platform_id *platforms = calloc(num_platforms, sizeof *platforms);
    if (!platforms) status = OUTERFILL_OUT_OF_MEMORY;
    if (!status) code = clGetPlatformIDs(num_platforms, platforms, NULL);
    /* If the second call fails, no_platform writes the message, and no device is in the list
     * yet. */
    const bool is_refused = code != CL_SUCCESS;
    if (is_refused) status = no_platform(code, error);
    for (cl_uint p = 0; !status && p < num_platforms; p++)
        status = add_platform(&list, platforms[p], p);
    free(platforms);
    if (is_refused) return status;
    if (status) {
        free(list.devices);
        return error_no_memory(error, "list of OpenCL devices");
    }
    *devices = list.devices;
    *num_devices = list.num_devices;
    return error_clear(error);
}

/* Returns the public list, or NULL if memory is short: an array of pointers, and behind it the
 * infos that they point to. It comes from outerfill_alloc, because outerfill_free releases it. */
static const outerfill_device **list_infos(const struct device *devices, size_t num_devices) {
    const outerfill_device **list =
        outerfill_alloc(num_devices * (sizeof *list + sizeof(outerfill_device)));
    if (!list) return NULL;
    outerfill_device *infos = (outerfill_device *)(list + num_devices);
    for (size_t k = 0; k < num_devices; k++) {
        infos[k] = devices[k].info;
        list[k] = &infos[k];
    }
    return list;
}

outerfill_status outerfill_devices_create(const outerfill_device ***devices, size_t *num_devices,
                                          outerfill_error *error) {
    if (!devices || !num_devices)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_devices_create: devices and num_devices may not be NULL");
    struct device *found;
    *devices = NULL;
    *num_devices = 0;
    size_t num_found;
    const outerfill_status status = device_enumerate(&found, &num_found, error);
    if (status || num_found == 0) return status;
    *devices = list_infos(found, num_found);
    free(found);
    if (!*devices) return error_no_memory(error, "list of OpenCL devices");
    *num_devices = num_found;
    return OUTERFILL_OK;
}
