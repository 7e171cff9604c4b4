/* SPDX-License-Identifier: MIT
 *
 * Verifies the cells of a file: they are read back past the page cache, a page or two at a time. */
#include "verify_file.h"

#include <stdlib.h>

#include "npy.h"

struct stored_file {
    struct stored stored;
    struct part *part;
    char *pages;
};

static outerfill_status read_file(const struct stored *stored, size_t offset, size_t nbytes, const char **bytes,
                                  outerfill_error *error) {
    const struct stored_file *file = (const struct stored_file *)stored;
    const int code = part_read(file->part, file->pages, nbytes, NPY_DATA_OFFSET + offset, bytes);
    return code ? part_error(file->part, "read", code, error) : OUTERFILL_OK;
}

outerfill_status verify_file(struct part *part, const struct fill_request *request, const struct ranges *seams,
                             outerfill_error *error) {
    const struct stored_file file = {{read_file}, part, aligned_alloc(PART_PAGE_NBYTES, 3 * PART_PAGE_NBYTES)};
    if (!file.pages) return error_set(error, OUTERFILL_OUT_OF_MEMORY, "the pages to be verified found no memory");
    const outerfill_status status = verify_stored(&file.stored, request, seams, error);
    free(file.pages);
    return status;
}
