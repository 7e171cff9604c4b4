/* SPDX-License-Identifier: MIT */
#include "driver_output.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of the process's one command. Who sets is_held back, gives standard error back. */
static int standard_error, file; /* -1: it is not kept back */
static atomic_bool is_held;

void driver_output_hold(void) {
    standard_error = dup(STDERR_FILENO);
    file = standard_error < 0 ? -1 : memfd_create("outerfill driver output", MFD_CLOEXEC);
    if (file >= 0) dup2(file, STDERR_FILENO);
    atomic_store(&is_held, true);
}

bool driver_output_release(bool print) {
    char piece[4096];
    ssize_t length;
    if (!atomic_exchange(&is_held, false)) return false;
    if (file >= 0) {
        dup2(standard_error, STDERR_FILENO);
        lseek(file, 0, SEEK_SET);
        while (print && (length = read(file, piece, sizeof piece)) > 0)
            if (write(STDERR_FILENO, piece, (size_t)length) < 0) break;
        close(file);
    }
    if (standard_error >= 0) close(standard_error);
    return true;
}
