/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NEXT_STEP_H
#define OUTERFILL_CLI_NEXT_STEP_H

#include <stdbool.h>
#include <stddef.h>

/* How the user goes on with a fill that has stopped. */
enum next_step {
    NEXT_RESUME,  /* outerfill resume */
    NEXT_COMMAND, /* an input is a pipe, so the whole command is given again */
    NEXT_SHARD,   /* the same shard */
    NEXT_JOB      /* the same MPI job, with --resume */
};

/* Sets the step of this process. Call it before its messages; until then it is NEXT_RESUME. */
void next_step_set(enum next_step step);

/* The step as one word, which next_step_set_word reads again. A signal handler may ask for it. */
const char *next_step_word(void);
void next_step_set_word(const char *word);

/* Whether other processes write the same file. */
bool next_step_is_shared(void);

/* Writes the step as an order to the user, such as "go on with 'outerfill resume PATH'". */
void next_step_write(const char *path, char *text, size_t text_nbytes);

/* Writes what is kept of the file, and the step. `percent` is the finished part of the file. */
void next_step_describe_kept(const char *path, double percent, char *text, size_t text_nbytes);

#endif
