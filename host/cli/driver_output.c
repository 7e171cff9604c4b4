/* SPDX-License-Identifier: MIT */
#include "driver_output.h"

#include <sys/mman.h>
#include <unistd.h>

static struct driver_output *held; /* by the process's one command; NULL: nothing is */

void driver_output_hold(struct driver_output *output) {
    output->standard_error = dup(STDERR_FILENO);
    output->file = output->standard_error < 0 ? -1 : memfd_create("outerfill driver output", MFD_CLOEXEC);
    if (output->file >= 0) dup2(output->file, STDERR_FILENO);
    held = output;
}

void driver_output_release(struct driver_output *output, bool print) {
    char piece[4096];
    ssize_t length;
    held = NULL;
    if (output->file >= 0) {
        dup2(output->standard_error, STDERR_FILENO);
        lseek(output->file, 0, SEEK_SET);
        while (print && (length = read(output->file, piece, sizeof piece)) > 0)
            if (write(STDERR_FILENO, piece, (size_t)length) < 0) break;
        close(output->file);
    }
    if (output->standard_error >= 0) close(output->standard_error);
}

void driver_output_print_held(void) {
    if (held) driver_output_release(held, true);
}
