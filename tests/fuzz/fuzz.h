/* SPDX-License-Identifier: MIT
 *
 * What every fuzz target is: one function that takes any bytes, and ends the process where a property that it states does not
 * hold. libFuzzer calls it with bytes of its own making (tests/checks/fuzz/check), replay.c with the files of corpus/. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's name for it. 0: done; `bytes` has not one byte more than nbytes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes);

/* A property of the code under test. */
#define require(property)                                                                          \
    do {                                                                                           \
        if (!(property)) {                                                                         \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
