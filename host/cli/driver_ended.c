/* SPDX-License-Identifier: MIT
 *
 * This module is `outerfill driver-ended`, which no user types. A process that its OpenCL driver
 * ended becomes this subcommand (see driver_death.c).
 *
 * It prints how the process ended, the likely reason and the remedy. It treats the output file and
 * the status file as any other failure does. It must not call OpenCL, because the driver might
 * crash again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "command.h"
#include "interrupt.h"
#include "log_line.h"
#include "next_step.h"
#include "progress.h"
#include "status_file.h"

/* The least free space on the disk of the kernel cache. PoCL needs it for one kernel and the files
 * that it writes before. */
#define LEAST_FREE_NBYTES 1e6

/* Finds PoCL's kernel cache by PoCL's own rules. Writes the path in any case, and returns whether
 * the folder exists. */
static bool find_cache(char *path, size_t path_nbytes) {
    const char *own = getenv("POCL_CACHE_DIR"), *cache = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    if (own)
        snprintf(path, path_nbytes, "%s", own);
    else if (cache)
        snprintf(path, path_nbytes, "%s/pocl/kcache", cache);
    else if (home)
        snprintf(path, path_nbytes, "%s/.cache/pocl/kcache", home);
    else
        snprintf(path, path_nbytes, "/tmp/pocl/kcache");
    struct statvfs disk;
    return *path && statvfs(path, &disk) == 0;
}

static bool is_full(const char *folder) {
    struct statvfs disk;
    return statvfs(folder, &disk) == 0 &&
           (double)disk.f_bavail * (double)disk.f_frsize < LEAST_FREE_NBYTES;
}

/* Looks for a resource limit that is lower than a driver needs. Returns whether it wrote an
 * explanation. */
static bool explain_limit(char *text, size_t text_nbytes) {
    static const struct {
        int resource;
        unsigned unit;
        rlim_t least; /* the lowest limit with which PoCL works, plus a reserve */
        const char *sentence;
    } rows[] = {
        {RLIMIT_NOFILE, 1, 64,
         "it may have too few open files: raise the limit of %llu (ulimit -n)"},
        {RLIMIT_STACK, 1024, 1 << 20,
         "its stack may be too small: raise the limit of %llu kB (ulimit -s)"},
        {RLIMIT_FSIZE, 1024, 16 << 20,
         "its files may be too large: raise the limit of %llu kB (ulimit -f)"},
        {RLIMIT_AS, 1024, RLIM_INFINITY,
         "its memory may have run out: raise the limit of %llu kB (ulimit -v)"},
        {RLIMIT_DATA, 1024, RLIM_INFINITY,
         "its memory may have run out: raise the limit of %llu kB (ulimit -d)"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct rlimit limit;
        if (getrlimit((__rlimit_resource_t)rows[k].resource, &limit) ||
            limit.rlim_cur >= rows[k].least)
            continue;
        snprintf(text, text_nbytes, rows[k].sentence,
                 (unsigned long long)(limit.rlim_cur / rows[k].unit));
        return true;
    }
    return false;
}

/* `is_early`: no function was compiled yet, so the function itself cannot be the reason. */
static void explain_cache(bool is_early, char *text, size_t text_nbytes) {
    char cache[3000], quoted[3100];
    const bool has_cache = find_cache(cache, sizeof cache);
    command_quote(cache, quoted, sizeof quoted);
    if (!*cache)
        snprintf(text, text_nbytes,
                 "the variable POCL_CACHE_DIR is empty: unset it, or set it to a folder");
    else if (has_cache && is_full(cache))
        snprintf(text, text_nbytes,
                 "the disk of PoCL's kernel cache is full: free some space for %s, or set "
                 "POCL_CACHE_DIR to a folder elsewhere",
                 quoted);
    else if (is_early)
        snprintf(text, text_nbytes,
                 "a variable that begins with POCL_ may be wrong, or the driver broken; "
                 "OCL_ICD_VENDORS chooses another one");
    else
        snprintf(text, text_nbytes,
                 "PoCL's kernel cache may be damaged, or the function may reach beyond its memory; "
                 "try with "
                 "POCL_CACHE_DIR set to an empty folder, and if that helps, remove %s",
                 has_cache ? quoted : "the old one");
}

/* The process that was ended knew the array. This one finds it in the journals. */
static void learn_array(struct progress *progress) {
    outerfill_file_status *run;
    if (outerfill_file_status_create(progress->output, &run, NULL)) return;
    progress->num_planes = run->num_planes;
    progress->dtype = run->dtype;
    progress->n = progress->num_rows = run->n;
    progress->cells_per_row = (double)run->m;
    outerfill_free(run);
}

/* argv holds eight words:
 *     0  the subcommand
 *     1  how the process ended: a signal's name, or "exit"
 *     2  what the driver was doing
 *     3  the output file, or ""
 *     4  the word of the next step (next_step.h)
 *     5  the status file, or ""
 *     6  "early" before a function was compiled, otherwise "late"
 *     7  "log" if each line begins with its time, otherwise "plain" */
int command_driver_ended(int argc, char **argv) {
    char why[3600], left[4400] = "";
    if (argc != 8)
        return command_misused("",
                               "driver-ended is what the command becomes where a driver ends it");
    if (strcmp(argv[7], "log") == 0) log_line_begin_log();
    const char *how = argv[1], *output = argv[3], *status_path = argv[5];
    if (strcmp(how, "SIGFPE") == 0)
        snprintf(why, sizeof why, "the function may divide an integer by zero");
    else if (!explain_limit(why, sizeof why))
        explain_cache(strcmp(argv[6], "early") == 0, why, sizeof why);
    next_step_set_word(argv[4]);
    if (*output) interrupt_describe(output, left, sizeof left);
    command_fail(EXIT_DEVICE_FAILED,
                 "the process was ended (%s) while the OpenCL driver %s: %s%s%s", how, argv[2], why,
                 *left ? "; " : "", left);
    struct progress progress = {.status_path = status_path,
                                .output = *output ? output : NULL,
                                .is_shard = next_step_is_shared()};
    if (*output && !progress.is_shard) learn_array(&progress);
    if (*status_path)
        status_file_write(&progress, STATUS_ENDED, EXIT_DEVICE_FAILED, command_said());
    return EXIT_DEVICE_FAILED;
}
