/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define HUGE_PAGE_NBYTES ((size_t)2 << 20)

static fill_case opened;
static int is_open, has_run;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void *worker_allocate_huge(size_t nbytes) {
    if (nbytes < 2 * HUGE_PAGE_NBYTES) return aligned_alloc(64, (nbytes + 63) / 64 * 64);
    const size_t rounded = (nbytes + HUGE_PAGE_NBYTES - 1) / HUGE_PAGE_NBYTES * HUGE_PAGE_NBYTES;
    void *memory = aligned_alloc(HUGE_PAGE_NBYTES, rounded);
    if (memory) madvise(memory, rounded, MADV_HUGEPAGE);
    return memory;
}

static void drop_array(const worker *served) {
    if (opened.ab) served->release(opened.ab);
    opened.ab = NULL;
}

static void end_case(const worker *served) {
    if (!is_open) return;
    served->close();
    drop_array(served);
    fill_case_close(&opened);
    is_open = 0;
}

static void begin_case(const worker *served, const char *text) {
    static const char *const words[] = {
        [WORKER_READY] = "ready", [WORKER_SKIP] = "skip", [WORKER_ERROR] = "error"};
    char reason[REASON_NBYTES] = "";
    const char *wrong = NULL;
    worker_answer answer = WORKER_ERROR;

    end_case(served);
    wrong = fill_case_open(&opened, text);
    if (!wrong && !opened.is_fresh) {
        opened.ab = served->allocate(opened.nbytes, 0);
        if (opened.ab)
            memset(opened.ab, 0, opened.nbytes);
        else
            wrong = "no memory for the array";
    }
    is_open = 1;
    has_run = 0;
    if (!wrong) answer = served->open(&opened, reason);
    printf("%s %s\n", words[answer], wrong ? wrong : reason);
    if (answer != WORKER_READY) end_case(served);
}

/* One repetition; a negative number where it fails. */
static double repetition(const worker *served, size_t variant, char reason[REASON_NBYTES]) {
    if (opened.is_fresh) drop_array(served);
    const double begin = now();
    if (opened.is_fresh) opened.ab = served->allocate(opened.nbytes, 1);
    if (!opened.ab) {
        snprintf(reason, REASON_NBYTES, "no memory for the array");
        return -1;
    }
    if (served->fill(&opened, variant, reason) != WORKER_READY) return -1;
    return now() - begin;
}

static void run(const worker *served, size_t num_repeats) {
    const size_t num_variants = served->variants ? served->num_variants : 1;
    double *seconds = malloc(sizeof *seconds * num_variants * (num_repeats + 1));
    char reason[REASON_NBYTES] = "";
    int failed = !is_open || !seconds;

    for (size_t v = 0; v < num_variants; v++) {
        if (!failed && !has_run) failed = repetition(served, v, reason) < 0;
        for (size_t k = 0; k < num_repeats && !failed; k++) {
            seconds[v * num_repeats + k] = repetition(served, v, reason);
            failed = seconds[v * num_repeats + k] < 0;
        }
    }
    has_run = 1;
    printf(failed ? "error %s" : "seconds", reason);
    for (size_t v = 0; v < num_variants && !failed; v++) {
        if (served->variants) printf(" %s", served->variants[v]);
        for (size_t k = 0; k < num_repeats; k++) printf(" %.9f", seconds[v * num_repeats + k]);
    }
    printf("\n");
    free(seconds);
}

static void print_cells(const char *text) {
    size_t p = 0, i = 0, j = 0;
    int length = 0;

    printf("values");
    while (opened.ab && sscanf(text, " %zu,%zu,%zu%n", &p, &i, &j, &length) == 3) {
        printf(" %a", fill_case_value(&opened, p, i, j));
        text += length;
    }
    printf("\n");
}

int worker_serve(const worker *served) {
    char line[8192];

    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "case ", 5) == 0)
            begin_case(served, line + 5);
        else if (strncmp(line, "run ", 4) == 0)
            run(served, (size_t)strtoul(line + 4, NULL, 10));
        else if (strncmp(line, "cells", 5) == 0)
            print_cells(line + 5);
        else if (strcmp(line, "end") == 0) {
            end_case(served);
            printf("ended\n");
        } else if (strcmp(line, "quit") == 0)
            break;
        else
            printf("error unknown request\n");
        fflush(stdout);
    }
    end_case(served);
    return 0;
}
