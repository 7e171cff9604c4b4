/* SPDX-License-Identifier: MIT
 *
 * One fill of a file, as its phases share it: file_begin.c begins, fill_npy.c fills, and
 * file_complete.c ends. */
#ifndef OUTERFILL_FILE_FILE_FILL_H
#define OUTERFILL_FILE_FILE_FILL_H

#include <pthread.h>

#include "file/journal_set.h"
#include "file/output_file.h"
#include "fill/fill.h"

struct file_fill {
    struct fill_request request;
    outerfill_file_options options;
    struct fingerprint fingerprint;
    struct output_file output;
    struct journal journal;      /* this call's own */
    struct journal_set journals; /* all that were there when it began */
    pthread_mutex_t mutex;       /* guards the members below */
    double synchronised;         /* when the file was last synchronised, in seconds */
    size_t num_recorded;         /* bands that this call has recorded */
    /* Ranges of the journals that are right in the file. While cells are to be verified, this
     * call's own bands are appended, since verification looks at the ends of bands. */
    struct ranges done;
    struct computed computed; /* while cells are to be verified */
};

/* The number of cells of a plane of the whole array. */
size_t file_fill_num_cells(const struct file_fill *fill);

/* Takes the locks of PATH.part. Refuses, discards or resumes what an earlier fill left, prepares
 * the file and opens the journal. A failure leaves no file that was not there before. */
outerfill_status file_fill_begin(struct file_fill *fill, outerfill_error *error);

/* Removes PATH.part and this call's journal. */
void file_fill_remove(struct file_fill *fill);

/* Verifies the rows of this call, makes them last, and only then records them as finished. */
outerfill_status file_fill_finish(struct file_fill *fill, outerfill_error *error);

/* Gives the file its name PATH and removes the journals, if every row is recorded as finished and
 * no other process is at work. Otherwise leaves everything as it is, which is no error. */
outerfill_status file_fill_complete_if_last(struct file_fill *fill, outerfill_error *error);

/* Says in the error of a fill that failed or was cancelled that PATH.part was moved or removed
 * meanwhile: where it is and what to do. Sets system_code then. Otherwise changes nothing. */
void file_fill_explain_moved(const struct file_fill *fill, outerfill_error *error);

/* Whether PATH is complete and its mark says that it comes from another fill than the one that is
 * to go on. The error says what differs. */
bool file_fill_is_of_another(const struct file_fill *fill, const char *path,
                             outerfill_error *error);

/* Whether PATH was completed by an earlier call with the same fingerprint: its mark says so, or
 * the journals of a call that was stopped before it had removed them. Removes them then. Leaves
 * fill->output to be closed in either case. */
bool file_fill_clear_up_if_complete(struct file_fill *fill, const char *path);

#endif
