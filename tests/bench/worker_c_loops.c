/* SPDX-License-Identifier: MIT
 *
 * The worker of the peers in plain C. Fresh memory is malloc's, as most programs take it; warm memory is the best there is. */
#include "c_loops.h"
#include "worker.h"

#include <stdlib.h>

static worker_answer open_loops(const fill_case *opened, char reason[REASON_NBYTES]) {
    (void)opened;
    (void)reason;
    return WORKER_READY;
}

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    (void)variant;
    (void)reason;
    c_loops_fill(opened);
    return WORKER_READY;
}

static void close_loops(void) {}

static void *allocate(size_t nbytes, int is_fresh) {
    return is_fresh ? malloc(nbytes) : worker_allocate_huge(nbytes);
}

int main(void) {
    const worker served = {open_loops, fill, close_loops, allocate, free, NULL, 0};
    return worker_serve(&served);
}
