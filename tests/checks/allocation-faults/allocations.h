/* SPDX-License-Identifier: MIT
 *
 * Allocations that fail, in a program into which this is linked: its malloc stands before libc's, or the address sanitizer's.
 * What asks for memory is told by its address: it counts, and may fail, where our code asks (libouterfill.so; or where there is
 * none in the process the program itself, into which it was linked), or jansson, xxHash or libc on its behalf. Drivers and
 * compilers always get theirs, since they end the process where they do not. A thread's stack is an allocation too. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/* Counts from 1 anew. The failing-th fails, and where is_always is set every later one; 0: none. */
void allocations_fail(unsigned long failing, int is_always);

/* None fails any more; the counts stay. */
void allocations_stop(void);

/* How many there were since the counts began, and how many of them failed. */
unsigned long allocations_count(void);
unsigned long allocations_failed(void);

/* Where one of them was asked for, as "OBJECT+0xOFFSET" ("program" is the program itself); "unknown" where that is not known,
 * of the 4097th and later ones. A static string. */
const char *allocations_place(unsigned long call);

/* How many of ours are allocated now, since the process began. */
long allocations_live(void);

#endif
