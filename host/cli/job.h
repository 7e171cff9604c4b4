/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JOB_H
#define OUTERFILL_CLI_JOB_H

#include "fill_arguments.h"
#include "progress.h"
#include "share.h"
#include "vector.h"

/* Everything that one fill by the command owns. A zeroed struct with arguments is ready for
 * job_open. */
struct job {
    struct fill_arguments arguments;
    char *note;       /* the folder and the arguments for the journal, or NULL */
    const char *pipe; /* the input that cannot be read again, such as "A", or NULL */
    struct vector a, b;
    bool is_planned;           /* the caller has planned the output file */
    outerfill_file_plan *plan; /* of the output file; NULL if there is none, or is_planned */
    struct share share;        /* of the array that this process is to fill */
    outerfill_context *context;
    outerfill_function *function;
    struct progress progress;
    size_t num_verified;         /* cells that --verify computed again */
    size_t num_left_out;         /* cells that were to be verified, and could not be */
    outerfill_profile *profiles; /* what each device did, or NULL */
    char devices[512];           /* the devices' names, for messages */
    char damage[4096];           /* the first sentence about damage of an earlier fill, or "" */
    outerfill_error error;
};

/* The number of planes; 2 for the default functions. */
size_t job_num_planes(const struct job *job);

/* The size of the whole array in bytes. It is a double, because an integer could overflow. */
double job_nbytes(const struct job *job);

/* Reads the inputs, opens the devices and builds the function. Returns the exit code, and has
 * already printed the reason of a failure. Call job_close in any case. */
int job_open(struct job *job);

/* Stores the present folder and the arguments in job->note. Returns EXIT_DEVICE_FAILED after a
 * message if memory runs out. The note stays NULL if the folder was deleted. */
int job_take_note(struct job *job, int argc, char **argv);

/* Releases everything in the job, and ends the watch over the driver. Does nothing if the job is
 * stuck. */
void job_close(struct job *job);

/* Whether a device failed without reporting its stop. It may still use the job's arrays and the
 * driver. So the caller must release nothing and must end the process at once. */
bool job_is_stuck(const struct job *job);

/* Announces what the driver does from now on, for the message after a crash (see driver_death.h).
 * `output` is the output file that the fill writes now, or NULL. */
void job_watch_driver(const struct job *job, const char *deed, const char *output);

/* The options of the fill and of its output file for the library. They point into the job, which
 * must live until the fill ends. */
outerfill_fill_options job_fill_options(struct job *job);
outerfill_file_options job_file_options(struct job *job);

#endif
