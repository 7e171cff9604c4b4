/* SPDX-License-Identifier: MIT
 *
 * Verifies cells of an output file. It gives verify_stored a reader that reads one or two pages of
 * the file at a time, past the page cache where the file system allows it. The module owns the
 * buffer for these pages. It does not know which cells are verified or how they are computed
 * again. */
#include "file/verify_file.h"

#include <stdlib.h>

#include "base/memory.h"
#include "file/npy.h"

struct stored_file {
    struct stored stored; /* the first member: read_file casts it to the struct */
    struct output_file *output;
    char *pages; /* 3 pages: 1 to read, and 2 of room as output_file_read asks for */
};

static outerfill_status read_file(const struct stored *stored, size_t offset, size_t nbytes,
                                  const char **bytes, outerfill_error *error) {
    const struct stored_file *file = (const struct stored_file *)stored;
    const int code =
        output_file_read(file->output, file->pages, nbytes, NPY_DATA_OFFSET + offset, bytes);
    return code ? output_file_error(file->output, "read", code, error) : OUTERFILL_OK;
}

outerfill_status verify_file(struct output_file *output, const struct fill_request *request,
                             const struct ranges *seams, outerfill_error *error) {
    const struct stored_file file = {
        {read_file}, output, aligned_alloc(PAGE_NBYTES, 3 * PAGE_NBYTES)};
    if (!file.pages) return error_no_memory(error, "pages to be verified");
    const outerfill_status status = verify_stored(&file.stored, request, seams, error);
    free(file.pages);
    return status;
}
