/* SPDX-License-Identifier: MIT
 *
 * This module keeps back the text that drivers print on standard error. It diverts the descriptor
 * into a file in memory, because a driver writes past the library.
 *
 * It owns the saved descriptor and the file in memory. It knows nothing about drivers.
 * driver_output_release makes only system calls that a signal handler may make. */
#include "driver_output.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* The state belongs to the process's only command. The thread that clears is_held also restores
 * standard error. So two threads can release at once without harm. */
static int standard_error, file; /* descriptors; file is -1 if the text cannot be kept back */
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
