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
#include "job_fail.h"
#include "job_status.h"
#include "kept_inputs.h"
#include "log_line.h"
#include "print.h"
#include "profile.h"
#include "progress_report.h"

/* The time and the rate are those of computing. What an earlier fill has finished does not count,
 * nor does comparing it. */
static void print_computed(const struct job *job) {
    char cells[32], nbytes[32], kept[48] = "";
    const struct progress *const progress = &job->progress;
    const double seconds = progress_now() - progress->computing_since,
                 all_cells = (double)job->a.n * (double)job->b.n,
                 rate = (all_cells - progress->cells_kept) / seconds;
    progress_format(rate, "cells/s", cells, sizeof cells);
    progress_format(rate * progress->nbytes_per_cell, "B/s", nbytes, sizeof nbytes);
    if (progress->cells_kept > 0)
        snprintf(kept, sizeof kept, ", %.3g %% of it from before",
                 100 * progress->cells_kept / all_cells);
    fprintf(stderr, "%s, on %s in %.3g s: on average %s, %s\n", kept, job->devices, seconds, cells,
            nbytes);
}

static void print_summary(const struct job *job) {
    char total[32];
    const struct progress *const progress = &job->progress;
    progress_format(job_nbytes(job), "B", total, sizeof total);
    log_line_stamp();
    fprintf(stderr, "%s: (%zu, %zu, %zu) %s, %s", job->arguments.output, job_num_planes(job),
            job->a.n, job->b.n, outerfill_dtype_name(job->arguments.dtype), total);
    const double all_cells = (double)job->a.n * (double)job->b.n;
    if (all_cells > 0 && progress->cells_kept >= all_cells)
        fprintf(stderr, ", all of it from before, compared in %.3g s\n",
                progress_now() - progress->begin);
    else
        print_computed(job);
}

/* `of` names what was verified. */
static void print_verified(const struct job *job, const char *of) {
    const struct fill_arguments *arguments = &job->arguments;
    if (arguments->quiet || !arguments->verify_cells) return;
    char left_out[112] = "";
    if (job->num_left_out)
        snprintf(left_out, sizeof left_out,
                 "; %zu others, of an earlier process or of a device that is gone, were left out",
                 job->num_left_out);
    log_line_stamp();
    fprintf(stderr,
            "%s: verified: %zu of %.0f cells were computed again and have the same bits%s\n", of,
            job->num_verified, (double)job->a.n * (double)job->b.n, left_out);
}

/* All cells may be recorded while another shard is still ending. */
static const char *state_of_file(const outerfill_file_status *run) {
    if (run->state == OUTERFILL_FILE_COMPLETE) return "the file is complete";
    if (run->state == OUTERFILL_FILE_RUNNING && !run->num_missing)
        return "all rows are finished, and another process completes the file";
    if (run->state == OUTERFILL_FILE_STOPPED && !run->num_missing)
        return "the file is not complete, to be resumed with 'outerfill resume'";
    return "other shards are not done yet";
}

/* A shard prints how far the whole file is. Its own rate would tell little about the file. */
static void print_state(const struct job *job) {
    outerfill_file_status *run;
    const struct fill_arguments *arguments = &job->arguments;
    if (outerfill_file_status_create(arguments->output, &run, NULL)) return;
    const char *state = state_of_file(run);
    log_line_stamp();
    fprintf(stderr, "%s: shard %zu of %zu is done: %s (%.3g %%)\n", arguments->output,
            arguments->shard, arguments->num_shards, state,
            progress_percent((double)run->cells_done, (double)run->n * (double)run->m));
    outerfill_free(run);
}

static void begin_message(struct job *job) {
    progress_clear(&job->progress);
    log_line_stamp();
}

static void warn_pipe(struct job *job) {
    if (!job->pipe || job->arguments.quiet) return;
    begin_message(job);
    fprintf(stderr,
            "%s: 'outerfill resume' cannot go on with this fill, because %s comes from standard "
            "input or a pipe: --keep-inputs makes that possible\n",
            command_name, job->pipe);
}

/* Shards begin one file together. */
static int keep_inputs(const struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const outerfill_file_verdict verdict = job->plan->verdict;
    if (!arguments->keep_inputs || verdict == OUTERFILL_FILE_IS_COMPLETE) return EXIT_DONE;
    return kept_inputs_write(arguments, &job->a, &job->b,
                             arguments->num_shards || verdict == OUTERFILL_FILE_RESUMES);
}

static bool is_complete(const char *path) {
    outerfill_file_status *run;
    if (outerfill_file_status_create(path, &run, NULL)) return false;
    const bool is_complete = run->state == OUTERFILL_FILE_COMPLETE;
    outerfill_free(run);
    return is_complete;
}

static int fail_file(struct job *job) {
    const int code = job_fail(job);
    kept_inputs_remove_new();
    return code;
}

/* The file was complete before this call, which has computed nothing. */
static int print_complete(const struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    char shard[64] = "";
    if (arguments->quiet) return EXIT_DONE;
    if (arguments->num_shards)
        snprintf(shard, sizeof shard, "shard %zu of %zu is complete: ", arguments->shard,
                 arguments->num_shards);
    log_line_stamp();
    fprintf(stderr,
            "%s: %sthe file is complete already, by a fill with the same inputs and function%s\n",
            arguments->output, shard, arguments->verify_cells ? "; nothing was verified" : "");
    return EXIT_DONE;
}

static int fill_file(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const outerfill_fill_options options = job_fill_options(job);
    const outerfill_file_options file = job_file_options(job);
    const int code = keep_inputs(job);
    if (code) kept_inputs_remove_new();
    if (code) return code;
    warn_pipe(job);
    job_watch_driver(job, "computed", arguments->output);
    interrupt_set_output(arguments->output);
    const outerfill_status status =
        outerfill_fill_npy(job->function, job->a.values, job->a.n, job->b.values, job->b.n,
                           arguments->output, &file, &options, &job->error);
    command_hold(); /* never released: the state of the file is final */
    interrupt_set_output(NULL);
    job_watch_driver(job, "was closed", NULL); /* the message about the file is settled */
    if (status) return fail_file(job);
    if (arguments->keep_inputs && is_complete(arguments->output))
        kept_inputs_remove(arguments->output);
    progress_clear(&job->progress);
    if (job->plan->verdict == OUTERFILL_FILE_IS_COMPLETE) return print_complete(job);
    if (!arguments->quiet && arguments->num_shards)
        print_state(job);
    else if (!arguments->quiet)
        print_summary(job);
    print_verified(job, arguments->output);
    return EXIT_DONE;
}

static int fill_and_print_into(struct job *job, void *ab) {
    const outerfill_fill_options options = job_fill_options(job);
    progress_begin_computing(&job->progress, 0, progress_now());
    if (outerfill_fill(job->function, job->a.values, job->a.n, job->b.values, job->b.n, ab,
                       &options, &job->error))
        return job_fail(job);
    progress_clear(&job->progress);
    print_verified(job, command_name);
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

/* An interruption can arrive after job_open and before the fill. The user must still get a message
 * and a status. */
static int report_early(const struct job *job) {
    const char *const earlier = interrupt_earlier();
    command_hold();
    command_fail(interrupt_code(), "%s: the fill has not begun; %s%s",
                 interrupt_why(interrupt_code()),
                 *earlier ? "nothing new was computed; " : "no file was written", earlier);
    job_status_end(&job->progress, interrupt_code());
    return interrupt_code();
}

int job_fill(struct job *job) {
    job_watch_driver(job, "computed", NULL);
    if (interrupt_code()) return report_early(job);
    const int code = job->arguments.output ? fill_file(job) : fill_and_print(job);
    command_hold();
    if (job->arguments.profile) profile_print(job->profiles, job->context, job->function);
    if (job->arguments.verbose) profile_print_hints(job->profiles, job->context);
    job_status_end(&job->progress, code);
    return code;
}
