/* SPDX-License-Identifier: MIT
 *
 * What the model is to be. The variable OUTERFILL_DISCRETE holds words, separated by commas, such
 * as "gpu,launch=65536:40,1.refused=-33". A number in front makes a word true of that device alone;
 * devices are counted from 0 in the driver's order. MIB is 2^20 bytes, MB 10^6.
 *
 *     gpu                      the device is a GPU with memory of its own
 *     integrated               the device is a GPU that shares the host's memory, whatever gpu says
 *     refused=CODE             clCreateContext fails with CODE
 *     platforms=split          each device has a platform of its own; =reversed: the last one first
 *     name=TEXT, units=N, clock=MHZ
 *                              what the device says of itself
 *     pci=khr:BUS:SLOT         its PCI address; nv, amd: as these vendors tell it
 *     memory=MIB               its memory, and its largest buffer is a quarter of it. A buffer takes
 *                              memory at the first launch that uses it, and a launch without enough
 *                              of it fails with -4
 *     free=MIB                 what other programs leave of it, as AMD's query tells
 *     shadow                   memory of CL_MEM_USE_HOST_PTR is copied: results reach the host by
 *                              a map alone
 *     no-read-only             such memory must be writable, unless the buffer is CL_MEM_READ_ONLY
 *                              and CL_MEM_HOST_READ_ONLY or CL_MEM_HOST_NO_ACCESS
 *     dirty                    new memory holds bytes 0xFF
 *     reads=aligned            reads to addresses that are not multiples of 64 fail; =slow: they
 *                              take ten times as long
 *     no-mapped-reads          reads into mapped memory of the host fail
 *     late-writes              a blocking write of at most 64 bytes returns at once. It is done
 *                              when its queue has a command for the buffer, a kernel, or an end
 *     group=N                  kernels have work-groups of N work-items at most
 *     launch=ITEMS:MS          a launch of ITEMS work-items or fewer takes MS milliseconds, one of
 *                              more in proportion
 *     copy=PINNED:PAGEABLE     MB a second of copies to and from the device
 *     fault=K:CODE             the K-th launch fails with CODE, and the context with it; with a
 *                              device's number: the K-th launch of that device
 *     late-fault=K:CODE        the same, but told at the launch's end
 *     nvidia-log               build logs as NVIDIA writes them */
#ifndef DISCRETE_SETTINGS_H
#define DISCRETE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* Stands for all devices together. */
#define ANY_DEVICE ((size_t)-1)

/* Reads the variable; false if it is not set, or holds a word that is not in the list. */
bool settings_read(void);

/* The value of a word for a device: text behind '=', "" without one, NULL if the word is not set.
 * The value for one device comes before the value for all. ANY_DEVICE: words for all alone. */
const char *setting(size_t device, const char *word);

/* Whether the word is set for the device, and has this value. */
bool setting_is(size_t device, const char *word, const char *value);

/* The k-th number of the value, which colons separate; 0 if it is not there. */
double setting_number(size_t device, const char *word, size_t k);

/* The k-th number of a word that is set for this device alone. */
double setting_own_number(size_t device, const char *word, size_t k);

#endif
