/* SPDX-License-Identifier: MIT
 *
 * Sentences about damage of what an earlier fill has left. A fill and its plan tell the same. The
 * module decides nothing but whether PATH.part is lost, changes no file and does not look at
 * cells. */
#include "file/damage.h"

#include <stdarg.h>
#include <stdio.h>

#include "file/npy.h"

/* error_write makes the text valid UTF-8 on one line. */
void damage_tell(const outerfill_file_options *options, const char *format, ...) {
    char message[4096];
    outerfill_error error;
    va_list arguments;
    if (!options->damage_found) return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    error_write(&error, OUTERFILL_OK, "%s", message);
    options->damage_found(error.message, options->damage_found_data);
}

/* Some journals still tell what is finished. */
static void tell_of_journals(const outerfill_file_options *options,
                             const struct journal_set *journals) {
    size_t number;
    const char *name = journal_set_damaged(journals, &number);
    if (number == 1)
        damage_tell(options,
                    "the journal \"%s\" is damaged: what it does not tell any more is computed "
                    "again",
                    name);
    else if (number)
        damage_tell(options,
                    "%zu journals are damaged, such as \"%s\": what they do not tell any more is "
                    "computed again",
                    number, name);
}

/* Nothing of PATH.part can be used. */
static void tell_of_no_record(const outerfill_file_options *options,
                              const struct output_file *output,
                              const struct journal_set *journals) {
    const char *name = journal_set_damaged(journals, NULL);
    if (name)
        damage_tell(options,
                    "the journal \"%s\" is damaged, so nothing tells what of \"%s\" is finished: "
                    "all cells are computed again",
                    name, output->part_path);
    else
        damage_tell(options,
                    "\"%s\" has no journal, so nothing tells what of it is finished: all cells are "
                    "computed again",
                    output->part_path);
}

/* The space of the whole file is reserved at once, so a shorter file was cut off. */
static void tell_of_part(const outerfill_file_options *options, const struct output_file *output) {
    if (output->leftover.is_damaged)
        damage_tell(options, "the header of \"%s\" is damaged, and is written again",
                    output->part_path);
    if (output->leftover.nbytes < output->nbytes)
        damage_tell(options, "\"%s\" has only %zu of %zu bytes: what was cut off is computed again",
                    output->part_path, (size_t)output->leftover.nbytes, output->nbytes);
}

void damage_tell_of_files(const outerfill_file_options *options, const struct output_file *output,
                          const struct journal_set *journals, bool goes_on) {
    if (output->is_new) return;
    if (goes_on) tell_of_part(options, output);
    if (!journal_set_num_bands(journals) && journal_set_is_unrecorded(journals))
        tell_of_no_record(options, output, journals);
    else if (goes_on)
        tell_of_journals(options, journals);
}

/* ---- PATH.part is lost ---- */

/* Journals beside a complete file were left by a process that was killed while it removed them. */
bool damage_has_lost_part(const struct output_file *output, const struct journal_set *journals) {
    return output->is_new && journal_set_num_bands(journals) &&
           !(output->replaces && journal_set_know_whole(journals));
}

outerfill_status damage_refuse_lost_part(const struct output_file *output, outerfill_error *error) {
    char how[64] = "missing or empty";
    if (output->leftover.nbytes)
        snprintf(how, sizeof how, "cut off within its header, after %zu bytes",
                 (size_t)output->leftover.nbytes);
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is %s, and only the journal of an earlier fill is left: put the file "
                     "back, or ask to begin anew",
                     output->part_path, how);
}
