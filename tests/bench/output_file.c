/* SPDX-License-Identifier: MIT */
#include "output_file.h"

#include <stdlib.h>
#include <unistd.h>

const char *output_file_name(void) {
    return getenv("OUTERFILL_BENCH_FILE");
}

void *output_file_allocate(size_t nbytes, int is_fresh) {
    static char nothing;
    (void)nbytes;
    (void)is_fresh;
    return &nothing;
}

void output_file_release(void *array) {
    (void)array;
    if (output_file_name()) unlink(output_file_name());
}
