/* SPDX-License-Identifier: MIT
 *
 * This module runs the fill of an open job, into a file or into an array that it prints. Then it
 * prints how the fill ended.
 *
 * It owns the printed array. The job belongs to the caller. The last messages need the lock on the
 * last sentence, because the waiting thread may end the process at any time. */
#include "job_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "interrupt.h"
#include "print.h"
#include "progress_report.h"
#include "status_file.h"

static void print_summary(const struct job *job) {
    char cells[32], nbytes[32], total[32];
    const double seconds = progress_now() - job->progress.begin,
                 num_cells = (double)job->a.n * (double)job->b.n;
    progress_format(num_cells / seconds, "cells/s", cells, sizeof cells);
    progress_format(num_cells * job->progress.nbytes_per_cell / seconds, "B/s", nbytes,
                    sizeof nbytes);
    progress_format(num_cells * job->progress.nbytes_per_cell, "B", total, sizeof total);
    fprintf(stderr, "%s: (%zu, %zu, %zu) %s, %s, on %s in %.3g s: %s, %s\n", job->arguments.output,
            job_num_planes(job), job->a.n, job->b.n, outerfill_dtype_name(job->arguments.dtype),
            total, job->devices, seconds, cells, nbytes);
}

/* A shard prints how far the whole file is. Its own rate would tell little about the file. */
static void print_state(const struct job *job) {
    outerfill_file_status *run;
    const struct fill_arguments *arguments = &job->arguments;
    if (outerfill_file_status_create(arguments->output, &run, NULL)) return;
    const char *state = run->state == OUTERFILL_FILE_COMPLETE ? "the file is complete"
                                                              : "other shards are not done yet";
    fprintf(stderr, "%s: shard %zu of %zu is done: %s (%.3g %%)\n", arguments->output,
            arguments->shard, arguments->num_shards, state,
            run->n && run->m ? 100 * (double)run->cells_done / ((double)run->n * (double)run->m)
                             : 100);
    outerfill_free(run);
}

static int fill_file(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const outerfill_fill_options options = job_fill_options(job);
    const outerfill_file_options file = job_file_options(job);
    job_watch_driver(job, "computed", arguments->output);
    interrupt_set_output(arguments->output, arguments->num_shards > 0);
    const outerfill_status status =
        outerfill_fill_npy(job->function, job->a.values, job->a.n, job->b.values, job->b.n,
                           arguments->output, &file, &options, &job->error);
    command_hold(); /* never released: the state of the file is final */
    interrupt_set_output(NULL, false);
    job_watch_driver(job, "was closed", NULL); /* the message about the file is settled */
    if (status) return job_fail(job);
    progress_clear(&job->progress);
    if (!arguments->quiet && arguments->num_shards)
        print_state(job);
    else if (!arguments->quiet)
        print_summary(job);
    return EXIT_DONE;
}

static int fill_and_print_into(struct job *job, void *ab) {
    const outerfill_fill_options options = job_fill_options(job);
    if (outerfill_fill(job->function, job->a.values, job->a.n, job->b.values, job->b.n, ab,
                       &options, &job->error))
        return job_fail(job);
    progress_clear(&job->progress);
    if (print_array(stdout, ab, job->arguments.dtype, job_num_planes(job), job->a.n, job->b.n) == 0)
        return EXIT_DONE;
    return command_flush_output();
}

static int fill_and_print(struct job *job) {
    const double nbytes = job_nbytes(job);
    void *ab = nbytes < 0x1p62 ? outerfill_alloc((size_t)nbytes) : NULL;
    if (!ab)
        return command_fail(EXIT_DEVICE_FAILED,
                            "no memory for the array of shape (%zu, %zu, %zu), %.0f bytes: write "
                            "it to a file with -o",
                            job_num_planes(job), job->a.n, job->b.n, nbytes);
    const int code = fill_and_print_into(job, ab);
    /* A stuck device may still write into the array. */
    if (!job_is_stuck(job)) outerfill_free(ab);
    return code;
}

static const struct progress *reported; /* the progress that report_end writes to the status file */

static void report_end(int code) {
    if (reported->status_path) status_file_write(reported, STATUS_ENDED, code, command_said());
}

/* An interruption can arrive after job_open and before the fill. The user must still get a message
 * and a status. */
static void report_early(void) {
    const bool is_late = interrupt_code() == EXIT_TIME_LIMIT;
    command_fail(interrupt_code(), "%s before the fill began: no file was written",
                 is_late ? "the time limit was over" : "interrupted");
    report_end(interrupt_code());
}

/* A failure here does not change the exit code, because the fill has ended. But it is reported,
 * because a script may wait for the status file. */
static void write_last_status(struct job *job, int code) {
    const char *path = job->arguments.status_json;
    const int failure =
        path ? status_file_write(&job->progress, STATUS_ENDED, code, code ? command_said() : NULL)
             : 0;
    if (failure)
        fprintf(stderr, "%s: cannot write the last status to \"%s\": %s\n", command_name, path,
                strerror(failure));
}

int job_fill(struct job *job) {
    job_watch_driver(job, "computed", NULL);
    job_begin_progress(job);
    const int failure =
        job->arguments.status_json ? status_file_write(&job->progress, STATUS_FILLING, 0, NULL) : 0;
    if (failure)
        return command_fail(command_code_of_errno(failure), "cannot write the status to \"%s\": %s",
                            job->arguments.status_json, strerror(failure));
    command_hold();
    reported = &job->progress;
    interrupt_report_end(report_end);
    command_release();
    if (interrupt_code()) {
        report_early();
        return interrupt_code();
    }
    const int code = job->arguments.output ? fill_file(job) : fill_and_print(job);
    command_hold();
    write_last_status(job, code);
    return code;
}
