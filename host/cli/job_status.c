/* SPDX-License-Identifier: MIT
 *
 * This module writes the first and the last status of a job into its status file. A script that
 * waits for the file learns of every end, also of one while the function is compiled. */
#include "job_status.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "interrupt.h"
#include "log_line.h"
#include "output.h"
#include "status_file.h"

static const struct progress *reported; /* the progress that the last status describes */

static void report_end(int exit_code) {
    if (reported->status_path) status_file_write(reported, STATUS_ENDED, exit_code, command_said());
}

int job_status_begin(const struct fill_arguments *arguments, struct progress *progress) {
    const int failure =
        progress->status_path ? status_file_write(progress, STATUS_FILLING, 0, NULL) : 0;
    if (failure) {
        progress->status_path = NULL;
        return output_fail_status(arguments, strerror(failure), command_code_of_errno(failure));
    }
    command_hold();
    reported = progress;
    interrupt_report_end(report_end);
    command_release();
    return EXIT_DONE;
}

void job_status_end(const struct progress *progress, int exit_code) {
    const char *const said = exit_code ? command_said() : NULL;
    const int failure =
        progress->status_path ? status_file_write(progress, STATUS_ENDED, exit_code, said) : 0;
    if (!failure) return;
    log_line_stamp();
    fprintf(stderr, "%s: cannot write the last status to \"%s\": %s\n", command_name,
            progress->status_path, strerror(failure));
}
