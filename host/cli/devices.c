/* SPDX-License-Identifier: MIT
 *
 * This module is `outerfill devices`. It prints the library's list of OpenCL devices as a table or
 * as JSON.
 *
 * It owns the list from outerfill_devices_create until it has printed it. It never opens a device
 * itself. */
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "command.h"
#include "driver_death.h"
#include "json_output.h"

/* The order is that of outerfill_device_type. */
static const char *type_name(outerfill_device_type type) {
    static const char *const names[] = {"cpu", "gpu", "other"};
    return names[type];
}

static const char *dtype_names(const outerfill_device *device) {
    if (device->unusable[0]) return "-";
    return device->has_float64 ? "float64 float32" : "float32";
}

static void print_device(const outerfill_device *device) {
    const double gib = 1024.0 * 1024.0 * 1024.0;
    printf("%-5s %-5s %-16s %7.1f GiB %7.1f GiB  %s (%s)\n", device->id, type_name(device->type),
           dtype_names(device), (double)device->memory_nbytes / gib,
           (double)device->max_buffer_nbytes / gib, device->name, device->platform);
    if (device->board[0]) printf("      %s\n", device->board);
    if (device->pci_address[0]) printf("      pci:%s\n", device->pci_address);
    if (device->free_nbytes)
        printf("      %.1f GiB of its memory are free\n", (double)device->free_nbytes / gib);
    if (device->unusable[0])
        printf("      cannot be used: %s\n", device->unusable);
    else if (device->only_by_name)
        printf("      is used only where --device names it\n");
}

static int print_table(const outerfill_device **devices, size_t num_devices) {
    printf("%-5s %-5s %-16s %11s %11s  %s\n", "ID", "TYPE", "DTYPES", "MEMORY", "LARGEST BUF",
           "NAME (PLATFORM)");
    for (size_t k = 0; k < num_devices; k++) print_device(devices[k]);
    return command_flush_output();
}

static json_t *dtypes_json(const outerfill_device *device) {
    return device->has_float64 && device->has_float32 ? json_pack("[s, s]", "float64", "float32")
           : device->has_float32                      ? json_pack("[s]", "float32")
                                                      : json_array();
}

static json_t *number_or_null(uint64_t number) {
    return number ? json_integer((json_int_t)number) : json_null();
}

static const char *text_or_null(const char *text) {
    return *text ? text : NULL;
}

static json_t *device_json(const outerfill_device *device) {
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:i, s:b, s:b, s:b, s:s?, s:s?, s:s?, s:o, s:o}",
        "id", device->id, "name", device->name, "platform", device->platform, "version",
        device->version, "type", type_name(device->type), "dtypes", dtypes_json(device),
        "memory_nbytes", (json_int_t)device->memory_nbytes, "max_buffer_nbytes",
        (json_int_t)device->max_buffer_nbytes, "num_compute_units", (int)device->num_compute_units,
        "float32_subnormals", device->has_float32_subnormals, "shares_host_memory",
        device->shares_host_memory, "only_by_name", device->only_by_name, "unusable",
        text_or_null(device->unusable), "pci_address", text_or_null(device->pci_address), "board",
        text_or_null(device->board), "clock_mhz", number_or_null(device->clock_mhz), "free_nbytes",
        number_or_null(device->free_nbytes));
}

static int print_json(const outerfill_device **devices, size_t num_devices) {
    json_t *list = json_array();
    for (size_t k = 0; k < num_devices; k++) json_array_append_new(list, device_json(devices[k]));
    return json_output_print(json_output_whole(list, num_devices), "the list of devices");
}

static bool any_usable(const outerfill_device **devices, size_t num_devices) {
    for (size_t k = 0; k < num_devices; k++)
        if (!devices[k]->unusable[0]) return true;
    return false;
}

/* Returns 0, an exit code, or -1 after it printed the requested help. */
static int parse(int argc, char **argv, bool *json) {
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    int result;
    opterr = 0;
    while ((result = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (result == 'h') {
            char *topic[] = {"help", "devices", NULL};
            return command_help(2, topic) ? EXIT_FILE_FAILED : -1;
        }
        if (result != 'j') return command_bad_option("devices", result, argv);
        *json = true;
    }
    return optind < argc
               ? command_misused("devices", "devices takes no operand such as '%s'", argv[optind])
               : EXIT_DONE;
}

int command_devices(int argc, char **argv) {
    bool json = false;
    const int code = parse(argc, argv, &json);
    if (code) return code < 0 ? EXIT_DONE : code;
    const outerfill_device **devices;
    size_t num_devices;
    outerfill_error error;
    driver_death_watch((struct driver_deed){.name = "listed the devices", .is_early = true});
    const outerfill_status status = outerfill_devices_create(&devices, &num_devices, &error);
    driver_death_over();
    if (status) return command_fail_library(&error);
    int result = json ? print_json(devices, num_devices) : print_table(devices, num_devices);
    if (result == EXIT_DONE && !any_usable(devices, num_devices)) result = EXIT_NO_DEVICE;
    outerfill_free(devices);
    return result;
}
