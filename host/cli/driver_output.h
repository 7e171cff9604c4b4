/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRIVER_OUTPUT_H
#define OUTERFILL_CLI_DRIVER_OUTPUT_H

#include <stdbool.h>

/* Keeps back the text that drivers print on standard error, such as the compiler's "1 error
 * generated.". driver_output_release ends this. If the system refuses, the text is printed as
 * usual. Do not call it twice without a release in between. */
void driver_output_hold(void);

/* Restores standard error. Prints the text that was kept back if `print` is true, and drops it
 * otherwise. Returns false if nothing was held. Any thread and any signal handler may call it. */
bool driver_output_release(bool print);

#endif
