/* SPDX-License-Identifier: MIT
 *
 * How many references to OpenCL's objects a program holds: one more for each that it created or retained, one less for each
 * that it released. A function that creates something and that the layer does not know shows as a number below 0. */
#ifndef FAULT_OBJECTS_H
#define FAULT_OBJECTS_H

#include <stdio.h>

enum object_kind { CONTEXT, QUEUE, PROGRAM, KERNEL, BUFFER, EVENT, NUM_OBJECT_KINDS };

/* Any thread may count. */
void objects_count(enum object_kind kind, int change);

/* Writes how many there are now, and how many there were in all. */
void objects_write(FILE *log);

#endif
