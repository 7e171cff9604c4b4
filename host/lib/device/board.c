/* SPDX-License-Identifier: MIT
 *
 * What drivers tell of a card beyond OpenCL's core: where it is plugged in, what it is called, and
 * how much of its memory is free. There are three extensions for that:
 *
 *     cl_khr_pci_bus_info             Khronos; Intel's and newer drivers of others
 *     cl_nv_device_attribute_query    NVIDIA
 *     cl_amd_device_attribute_query   AMD
 *
 * CL/cl.h may lack their constants, so they stand here. A driver is asked only what its list of
 * extensions promises. This module owns nothing. */
#include "device/board.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCI_BUS_INFO_KHR     0x410F
#define PCI_BUS_ID_NV        0x4008
#define PCI_SLOT_ID_NV       0x4009
#define PCI_DOMAIN_ID_NV     0x400A
#define TOPOLOGY_AMD         0x4037
#define BOARD_NAME_AMD       0x4038
#define FREE_MEMORY_AMD      0x4039
#define TOPOLOGY_AMD_OF_PCIE 1

/* The answer to PCI_BUS_INFO_KHR. */
struct pci_bus_info {
    cl_uint domain, bus, device, function;
};

/* The answer to TOPOLOGY_AMD, for a card on PCI Express. */
struct topology_amd {
    cl_uint type;
    char unused[17], bus, device, function;
};

static bool ask(cl_device_id id, cl_device_info what, void *answer, size_t nbytes) {
    size_t num_told = 0;
    return clGetDeviceInfo(id, what, nbytes, answer, &num_told) == CL_SUCCESS && num_told == nbytes;
}

static bool has_extension(const char *extensions, const char *name) {
    const size_t length = strlen(name);
    for (const char *at = extensions; (at = strstr(at, name)); at += length)
        if ((at == extensions || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return true;
    return false;
}

/* Returns a string for the caller to free. NULL: the driver does not answer, or memory ran out. */
static char *read_extensions(cl_device_id id) {
    size_t nbytes = 0;
    if (clGetDeviceInfo(id, CL_DEVICE_EXTENSIONS, 0, NULL, &nbytes) != CL_SUCCESS) return NULL;
    char *text = calloc(1, nbytes + 1);
    if (text) clGetDeviceInfo(id, CL_DEVICE_EXTENSIONS, nbytes, text, NULL);
    return text;
}

static void write_address(outerfill_device *info, const struct pci_bus_info *where) {
    snprintf(info->pci_address, sizeof info->pci_address, "%04x:%02x:%02x.%x",
             where->domain & 0xffff, where->bus & 0xff, where->device & 0xff,
             where->function & 0xf);
}

/* NVIDIA's slot holds the device, and the function in its last 3 bits. */
static void describe_nvidia(cl_device_id id, outerfill_device *info) {
    cl_uint domain = 0, bus, slot;
    if (!ask(id, PCI_BUS_ID_NV, &bus, sizeof bus) || !ask(id, PCI_SLOT_ID_NV, &slot, sizeof slot))
        return;
    ask(id, PCI_DOMAIN_ID_NV, &domain, sizeof domain);
    write_address(info, &(struct pci_bus_info){domain, bus, slot >> 3, slot & 7});
}

/* AMD tells free memory in KiB, and in a second number the largest free block. */
static void describe_amd(cl_device_id id, outerfill_device *info) {
    struct topology_amd where;
    size_t free_kib[2] = {0};
    if (ask(id, TOPOLOGY_AMD, &where, sizeof where) && where.type == TOPOLOGY_AMD_OF_PCIE)
        write_address(info, &(struct pci_bus_info){0, (unsigned char)where.bus,
                                                   (unsigned char)where.device,
                                                   (unsigned char)where.function});
    clGetDeviceInfo(id, BOARD_NAME_AMD, sizeof info->board - 1, info->board, NULL);
    if (clGetDeviceInfo(id, FREE_MEMORY_AMD, sizeof free_kib, free_kib, NULL) == CL_SUCCESS)
        info->free_nbytes = (uint64_t)free_kib[0] << 10;
}

void board_describe(cl_device_id id, outerfill_device *info) {
    struct pci_bus_info where;
    char *extensions = read_extensions(id);
    if (!extensions) return;
    if (has_extension(extensions, "cl_nv_device_attribute_query")) describe_nvidia(id, info);
    if (has_extension(extensions, "cl_amd_device_attribute_query")) describe_amd(id, info);
    if (has_extension(extensions, "cl_khr_pci_bus_info") &&
        ask(id, PCI_BUS_INFO_KHR, &where, sizeof where))
        write_address(info, &where);
    free(extensions);
}
