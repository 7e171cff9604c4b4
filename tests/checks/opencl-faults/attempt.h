/* SPDX-License-Identifier: MIT
 *
 * Attempts at a scenario through the library's header, and the judgement of what came of each, whatever failed in it. An
 * attempt prints what whoever planned the fault cannot know,
 *     attempt STAGE STATUS OPENCL-CODE MESSAGE
 *     wrong WHAT                                   for each thing that may not be, whatever fails
 * */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "scenario.h"

/* Before the first attempt; files are made in the folder. */
void attempts_begin(const struct scenario *scenario, const char *folder);

/* One more, with the context and the function that there are by then, at most two. 1 where it came to what it comes to without
 * faults, or there is nothing that may be tried after it. */
int attempt(void);

/* Destroys function and context, and looks at the arrays once more. */
void attempts_end(void);

#endif
