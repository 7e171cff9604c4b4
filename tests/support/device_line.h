/* SPDX-License-Identifier: MIT
 *
 * Says at the start of a test program which devices its default context uses, so that a log shows what was really tested.
 */
#ifndef DEVICE_LINE_H
#define DEVICE_LINE_H

/* Prints "device: NAME (PLATFORM)" for every device of the default context. Where there is none it prints the reason and ends
 * the program with exit status 1: a test without a device must not read as passed. */
void device_line_print(void);

#endif
