/* SPDX-License-Identifier: MIT
 *
 * This module knows how the user goes on with the fill of this process after it has stopped. All
 * sentences that advise it come from here.
 *
 * It owns the step, which is set once, before the process has a second thread. */
#include "next_step.h"

#include <stdio.h>
#include <string.h>

#include "command.h"

static const char *const words[] = {[NEXT_RESUME] = "resume",
                                    [NEXT_COMMAND] = "command",
                                    [NEXT_SHARD] = "shard",
                                    [NEXT_JOB] = "job"};

static enum next_step step = NEXT_RESUME;

void next_step_set(enum next_step present) {
    step = present;
}

const char *next_step_word(void) {
    return words[step];
}

void next_step_set_word(const char *word) {
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcmp(word, words[k]) == 0) step = (enum next_step)k;
}

bool next_step_is_shared(void) {
    return step == NEXT_SHARD || step == NEXT_JOB;
}

void next_step_write(const char *path, char *text, size_t text_nbytes) {
    char quoted[4200];
    switch (step) {
    case NEXT_RESUME:
        command_quote(path, quoted, sizeof quoted);
        snprintf(text, text_nbytes, "go on with 'outerfill resume %s'", quoted);
        break;
    case NEXT_COMMAND:
        snprintf(text, text_nbytes, "give the whole command again, with --resume");
        break;
    case NEXT_SHARD: snprintf(text, text_nbytes, "run this shard again"); break;
    case NEXT_JOB: snprintf(text, text_nbytes, "run the job again with --resume"); break;
    }
}

/* How much of the whole file is finished says little about this shard or job. */
void next_step_describe_kept(const char *path, double percent, char *text, size_t text_nbytes) {
    char what[48] = "what is finished is kept", order[4300];
    if (!next_step_is_shared())
        snprintf(what, sizeof what, "%.3g %% is finished and kept", percent);
    next_step_write(path, order, sizeof order);
    snprintf(text, text_nbytes, "%s: %s%s", what, step == NEXT_RESUME ? "" : "to go on, ", order);
}
