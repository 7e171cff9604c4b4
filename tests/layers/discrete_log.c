/* SPDX-License-Identifier: MIT */
#include "discrete_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The lines are kept in memory until the process exits. */
static char *lines;
static size_t nbytes_of_lines;
static FILE *stream;
static size_t num_launches, num_copies;
static pid_t process;

static FILE *open_file(void) {
    const char *path = getenv("OUTERFILL_DISCRETE_LOG");
    return path ? fopen(path, "a") : NULL;
}

bool log_begin(void) {
    if (!getenv("OUTERFILL_DISCRETE_LOG")) return true;
    FILE *file = open_file();
    stream = open_memstream(&lines, &nbytes_of_lines);
    if (!file || !stream) return false;
    process = getpid();
    fprintf(file, "loaded\n");
    return fclose(file) == 0;
}

void log_launch(size_t device, const char *kernel, size_t num_items, size_t group, cl_int code) {
    if (!stream) return;
    fprintf(stream, "launch %zu %s %zu %zu %d\n", device, kernel, num_items, group, code);
    num_launches += code == CL_SUCCESS;
}

void log_copy(size_t device, const char *kind, bool is_pinned, size_t nbytes, cl_int code) {
    if (!stream) return;
    fprintf(stream, "copy %zu %s %s %zu %d\n", device, kind, is_pinned ? "pinned" : "pageable",
            nbytes, code);
    num_copies += code == CL_SUCCESS;
}

__attribute__((destructor)) static void write_file(void) {
    FILE *file = stream && getpid() == process ? open_file() : NULL;
    if (!file) return;
    fflush(stream);
    fprintf(file, "%slaunches %zu\ncopies %zu\nend\n", lines, num_launches, num_copies);
    fclose(file);
}
