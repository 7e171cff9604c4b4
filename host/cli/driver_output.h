/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRIVER_OUTPUT_H
#define OUTERFILL_CLI_DRIVER_OUTPUT_H

#include <stdbool.h>

/* Keeps back what drivers print to standard error, such as the compiler's "1 error generated.", until it is released: printed
 * after all, or dropped. Where it cannot be kept back, it is printed as usual. */
void driver_output_hold(void);

/* Releases what is held just now; false where nothing is. May be called from any thread, and from a signal handler. */
bool driver_output_release(bool print);

#endif
