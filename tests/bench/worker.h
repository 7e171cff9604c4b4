/* SPDX-License-Identifier: MIT
 *
 * A worker is one system under measurement in a process of its own. It reads requests from standard input, a line each, and
 * answers each with a line on standard output (worker.py is the same for Python):
 *
 *     case WORK DTYPE P N M OUTPUT   ready | skip REASON | error MESSAGE
 *     run REPEATS                    seconds T T ... | seconds VARIANT T T ... VARIANT T T ... | error MESSAGE
 *     cells P,I,J P,I,J ...          values X X ...           as hexadecimal floats, of the array after the last run
 *     end                            ended
 *     quit
 *
 * OUTPUT is "warm" (the array is there and touched before) or "fresh" (a repetition is allocation and fill; freeing is not
 * timed). The first run of a case begins with a call that is not timed. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include "fill_case.h"

#define REASON_NBYTES 1024

typedef enum worker_answer { WORKER_READY, WORKER_SKIP, WORKER_ERROR } worker_answer;

typedef struct worker {
    /* Prepares all that a user keeps between fills; the array is there already where it is warm. */
    worker_answer (*open)(const fill_case *opened, char reason[REASON_NBYTES]);
    worker_answer (*fill)(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]);
    void (*close)(void);

    void *(*allocate)(size_t nbytes, int is_fresh);
    void (*release)(void *array);

    const char *const
        *variants; /* several ways to fill that are timed apart; NULL: one way, without a name */
    size_t num_variants;
} worker;

/* Answers requests until "quit" or the end of input. Returns the process's exit code. */
int worker_serve(const worker *served);

/* Memory as fast as the system has it: aligned to huge pages, and in them where they are given to those who ask. */
void *worker_allocate_huge(size_t nbytes);

#endif
