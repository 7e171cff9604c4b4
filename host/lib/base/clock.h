/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_CLOCK_H
#define OUTERFILL_BASE_CLOCK_H

/* Returns the seconds of the monotonic clock. Only differences of two results mean anything. */
double clock_now(void);

#endif
