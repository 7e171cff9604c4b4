/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRIVER_OUTPUT_H
#define OUTERFILL_CLI_DRIVER_OUTPUT_H

#include <stdbool.h>

/* Standard error while it is held. */
struct driver_output {
    int standard_error, file; /* -1: it is not held */
};

/* Keeps back what drivers print to standard error, such as the compiler's "1 error generated.", until it is released: printed
 * after all, or dropped. Where it cannot be kept back, it is printed as usual. */
void driver_output_hold(struct driver_output *output);
void driver_output_release(struct driver_output *output, bool print);

/* Prints what is held just now, if anything is. May be called from a signal handler. */
void driver_output_print_held(void);

#endif
