/* SPDX-License-Identifier: MIT
 *
 * Prints the profile of a fill: the times of each device, and the rates that follow from them. The
 * times of a device overlap, so their shares may add up to more than 100 %. */
#include "profile.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "log_line.h"

outerfill_profile *profile_create(const outerfill_context *context) {
    return calloc(outerfill_context_num_devices(context), sizeof(outerfill_profile));
}

bool profile_reads_back(const outerfill_context *context) {
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++)
        if (!outerfill_context_device(context, k)->shares_host_memory) return true;
    return false;
}

/* ---- Hints ---- */

/* Reading back fewer bytes says little about the link. */
#define HINT_FROM_NBYTES (16 << 20)

/* A link brings 10 to 55 GB/s, and two cores of a server store 40. So a CPU may win where the link
 * takes most of the time. */
static bool is_bound_by_link(const outerfill_profile *profile) {
    return profile->num_read_bytes >= HINT_FROM_NBYTES &&
           profile->read_seconds > 2 * profile->kernel_seconds;
}

void profile_print_hints(const outerfill_profile *profiles, const outerfill_context *context) {
    for (size_t k = 0; profiles && k < outerfill_context_num_devices(context); k++) {
        const outerfill_device *device = outerfill_context_device(context, k);
        if (!is_bound_by_link(&profiles[k])) continue;
        log_line_stamp();
        fprintf(stderr,
                "device %s \"%s\": computing took %.3g s, and bringing the results back %.3g s: "
                "for this function the CPU may be faster (--device cpu)\n",
                device->id, device->name, profiles[k].kernel_seconds, profiles[k].read_seconds);
    }
}

/* ---- The table ---- */

/* A time of a device, with the bytes that it took the time for. */
struct row {
    const char *name;
    double seconds, nbytes;
};

static void begin_line(const outerfill_device *device) {
    log_line_stamp();
    fprintf(stderr, "%s: profile: device %s", command_name, device->id);
}

static void print_row(const struct row *row, const outerfill_device *device,
                      const outerfill_profile *profile) {
    if (row->seconds <= 0) return;
    begin_line(device);
    fprintf(stderr, ": %-9s %.3g s, %.0f %% of the time", row->name, row->seconds,
            100 * row->seconds / profile->seconds);
    if (row->nbytes > 0) fprintf(stderr, ", %.3g GB/s", 1e-9 * row->nbytes / row->seconds);
    if (row->nbytes > 0 && row->seconds == profile->read_seconds)
        fprintf(stderr, ", %.0f %% of the fastest band",
                100 * row->nbytes / row->seconds / profile->peak_read_bytes_second);
    fputc('\n', stderr);
}

static void print_device(const outerfill_device *device, const outerfill_profile *profile,
                         double cell_nbytes) {
    const double num_cells = (double)profile->num_cells, nbytes = num_cells * cell_nbytes;
    const bool is_read = profile->num_read_bytes > 0;
    const struct row rows[] = {
        {"kernels", profile->kernel_seconds, nbytes},
        {"read back", is_read ? profile->read_seconds : 0, (double)profile->num_read_bytes},
        {"copied", is_read ? profile->copy_seconds : 0, 0},
        {"waited", profile->wait_seconds, 0},
    };
    begin_line(device);
    if (profile->num_bands == 0) {
        fprintf(stderr, " \"%s\": no band\n", device->name);
        return;
    }
    fprintf(stderr, " \"%s\": %.0f cells in %.0f band%s, %.3g s, %.3g Mcells/s\n", device->name,
            num_cells, (double)profile->num_bands, profile->num_bands == 1 ? "" : "s",
            profile->seconds, 1e-6 * num_cells / profile->seconds);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) print_row(&rows[k], device, profile);
}

void profile_print(const outerfill_profile *profiles, const outerfill_context *context,
                   const outerfill_function *function) {
    const double cell_nbytes =
        (double)(outerfill_function_num_planes(function) *
                 outerfill_dtype_itemsize(outerfill_function_dtype(function)));
    for (size_t k = 0; profiles && k < outerfill_context_num_devices(context); k++)
        print_device(outerfill_context_device(context, k), &profiles[k], cell_nbytes);
}
