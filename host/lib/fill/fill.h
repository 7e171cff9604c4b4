/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_FILL_H
#define OUTERFILL_FILL_FILL_H

#include "fill/request.h"
#include "fill/sink.h"

/* Computes the request's ranges and gives them to the sink. The ranges are not empty, and
 * request and sink stay the caller's. The calling thread reports progress, and either works on a
 * lane or consumes bands. Returns when no thread works on the fill any more.
 *
 * Fails with OUTERFILL_AFTER_FORK, _OUT_OF_MEMORY, _CANCELLED (by progress), and with the status
 * of a consumer that failed. If every device failed, it returns the last failure. After
 * OUTERFILL_STILL_WRITING a device may still read a and b and write into the sink's
 * destinations; then sink->is_lost is set. A dead device that reaches only memory that the sink can
 * lose is dropped as any other. */
outerfill_status fill_run(const struct fill_request *request, struct sink *sink,
                          outerfill_error *error);

#endif
