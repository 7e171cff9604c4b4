/* SPDX-License-Identifier: MIT
 *
 * This module says why a fill failed or was interrupted, what of its file is kept, and how to go
 * on. It owns nothing. */
#include "job_fail.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "interrupt.h"
#include "output.h"
#include "progress_report.h"

/* The lock comes first: the waiting thread must not end the process between the description and the
 * message. A system code tells that the file was moved; the library says where it is. */
static int fail_interrupted(const struct job *job) {
    char left[4400] = "nothing is printed";
    command_hold();
    const char *why = interrupt_why(interrupt_code());
    if (job->error.system_code)
        snprintf(left, sizeof left, "%s", job->error.message);
    else if (job->arguments.output)
        interrupt_describe(job->arguments.output, left, sizeof left);
    return command_fail(interrupt_code(), "%s: %s", why, left);
}

static int fail_full(const struct job *job) {
    char advice[4300];
    output_advise_space(&job->arguments, advice, sizeof advice);
    return command_fail(EXIT_FILE_FAILED, "%s; %s", job->error.message, advice);
}

/* Adds what is kept of the file, and the next step, to a failure of the device or the disk. A
 * refusal has no system code, and the sentence of a file that was moved has its own step. */
static void add_next_step(struct job *job) {
    outerfill_error *const error = &job->error;
    const size_t length = strlen(error->message);
    char kept[4400];
    const bool is_file = error->status == OUTERFILL_FILE_FAILED;
    if (is_file ? !error->system_code || error->system_code == ENOENT
                : error->status != OUTERFILL_DEVICE_FAILED &&
                      error->status != OUTERFILL_OUT_OF_MEMORY &&
                      error->status != OUTERFILL_STILL_WRITING)
        return;
    if (!job->arguments.output || !interrupt_kept(job->arguments.output, kept, sizeof kept)) return;
    snprintf(error->message + length, sizeof error->message - length, ". %c%s",
             toupper((unsigned char)*kept), kept + 1);
}

int job_fail(struct job *job) {
    const outerfill_error *error = &job->error;
    progress_clear(&job->progress);
    if (error->status == OUTERFILL_CANCELLED) return fail_interrupted(job);
    if (error->status == OUTERFILL_FILE_FAILED &&
        (error->system_code == ENOSPC || error->system_code == EDQUOT))
        return fail_full(job);
    add_next_step(job);
    return command_fail_library(error);
}
