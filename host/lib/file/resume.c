/* SPDX-License-Identifier: MIT
 *
 * Decides which bands of an unfinished file are usable: those whose data have the recorded
 * checksum. A band may have several records, if its data were lost and it was computed again. An
 * old record then differs from the data and is ignored, or it agrees with them and counts. Both
 * results are right. The module owns only its buffers. It changes neither the file nor the
 * journals. */
#include "file/resume.h"

#include <stdlib.h>

#include "base/dtype.h"
#include "base/memory.h"
#include "device/function.h"
#include "file/npy.h"

#define PIECE_NBYTES ((size_t)4 << 20)

/* The state of one comparison. */
struct check {
    struct output_file *output;
    const struct fill_request *request;
    struct checksum *checksum;
    char *pages; /* receives what is read: PIECE_NBYTES and two pages, page-aligned */
    /* The wanted cells in the bands that were right so far, and the end of the last such band.
     * Cells before end_right are not counted again. */
    size_t num_cells_right, end_right;
};

/* Adds nbytes of the file, from `offset` on, to the checksum. */
static outerfill_status read_run(struct check *check, uint64_t offset, size_t nbytes,
                                 outerfill_error *error) {
    for (size_t done = 0; done < nbytes; done += PIECE_NBYTES) {
        const size_t piece = nbytes - done < PIECE_NBYTES ? nbytes - done : PIECE_NBYTES;
        const char *data;
        const int code = output_file_read(check->output, check->pages, piece, offset + done, &data);
        if (code) return output_file_error(check->output, "read", code, error);
        checksum_update(check->checksum, data, piece);
    }
    return OUTERFILL_OK;
}

/* The checksum runs over the band's cells plane after plane, as write_band in fill_npy.c computes
 * it. */
static outerfill_status compare(struct check *check, const struct journal_record *record,
                                bool *is_right, outerfill_error *error) {
    const outerfill_function *function = check->request->function;
    const size_t itemsize = outerfill_dtype_itemsize(function->dtype),
                 plane_cells = check->request->n * check->request->m;
    outerfill_status status = OUTERFILL_OK;
    checksum_reset(check->checksum);
    for (size_t p = 0; !status && p < function->num_planes; p++)
        status = read_run(check, NPY_DATA_OFFSET + (p * plane_cells + record->begin) * itemsize,
                          (record->end - record->begin) * itemsize, error);
    *is_right = !status && checksum_value(check->checksum) == record->data;
    return status;
}

/* Counts the wanted cells of a right band. Records come sorted by their begin, so a cell that lies
 * in several bands is counted once. */
static void count_right(struct check *check, const struct journal_record *record) {
    const struct band wanted = check->request->wanted;
    size_t begin = record->begin > wanted.begin ? record->begin : wanted.begin;
    const size_t end = record->end < wanted.end ? record->end : wanted.end;
    if (begin < check->end_right) begin = check->end_right;
    if (begin >= end) return;
    check->num_cells_right += end - begin;
    check->end_right = end;
}

/* Reports nothing when all wanted cells are right: the end of the fill reports that. */
static outerfill_status report(const struct check *check, outerfill_error *error) {
    const outerfill_fill_options *options = &check->request->options;
    const size_t m = check->request->m, num_cells = band_num_cells(check->request->wanted);
    if (check->num_cells_right == num_cells || !options->progress) return OUTERFILL_OK;
    if (!options->progress(check->num_cells_right / m, num_cells / m, options->progress_data))
        return OUTERFILL_OK;
    return error_set(error, OUTERFILL_CANCELLED,
                     "cancelled by the progress callback while finished bands were compared");
}

static outerfill_status check_record(struct check *check, const struct journal_record *record,
                                     struct ranges *done, outerfill_error *error) {
    bool is_right;
    outerfill_status status = compare(check, record, &is_right, error);
    if (status || !is_right) return status;
    count_right(check, record);
    if (!ranges_add(done, (struct band){record->begin, record->end}))
        return error_no_memory(error, "list of bands");
    return report(check, error);
}

static int compare_begin(const void *x, const void *y) {
    const struct journal_record *const *first = x, *const *second = y;
    return ((*first)->begin > (*second)->begin) - ((*first)->begin < (*second)->begin);
}

/* Returns the JOURNAL_BAND records that have wanted cells, sorted by their begin. The caller frees
 * the array; the records belong to the journals. NULL: out of memory. */
static const struct journal_record **choose_records(const struct journal_set *journals,
                                                    const struct fill_request *request,
                                                    size_t *num_records) {
    const struct journal_record **records =
        calloc(journal_set_num_bands(journals) + 1, sizeof(*records));
    const size_t plane_cells = request->n * request->m;
    *num_records = 0;
    for (size_t k = 0; records && k < journals->num_items; k++)
        for (size_t r = 0; r < journals->items[k].num_records; r++) {
            const struct journal_record *record = &journals->items[k].records[r];
            if (record->kind == JOURNAL_BAND && record->end <= plane_cells &&
                record->begin < request->wanted.end && record->end > request->wanted.begin)
                records[(*num_records)++] = record;
        }
    if (*num_records) qsort((void *)records, *num_records, sizeof *records, compare_begin);
    return records;
}

/* What both functions below need: the records, and the buffers of a comparison. */
static outerfill_status check_begin(struct check *check, const struct journal_set *journals,
                                    const struct journal_record ***records, size_t *num_records,
                                    outerfill_error *error) {
    *records = choose_records(journals, check->request, num_records);
    check->checksum = checksum_create();
    check->pages = aligned_alloc(PAGE_NBYTES, PIECE_NBYTES + 2 * PAGE_NBYTES);
    if (*records && check->checksum && check->pages) return OUTERFILL_OK;
    return error_no_memory(error, "comparison of %zu bands", *num_records);
}

static void check_end(struct check *check, const struct journal_record **records) {
    free((void *)records);
    free(check->pages);
    if (check->checksum) checksum_destroy(check->checksum);
}

outerfill_status resume_check(struct output_file *output, const struct journal_set *journals,
                              const struct fill_request *request, struct ranges *done,
                              outerfill_error *error) {
    struct check check = {.output = output, .request = request};
    const struct journal_record **records;
    size_t num_records;
    outerfill_status status = check_begin(&check, journals, &records, &num_records, error);
    for (size_t k = 0; !status && k < num_records; k++)
        status = check_record(&check, records[k], done, error);
    ranges_join(done);
    check_end(&check, records);
    return status;
}

outerfill_status resume_find_right(struct output_file *output, const struct journal_set *journals,
                                   const struct fill_request *request, bool *is_any,
                                   outerfill_error *error) {
    struct fill_request all = *request;
    struct check check = {.output = output, .request = &all};
    const struct journal_record **records;
    size_t num_records;
    all.wanted = (struct band){0, request->n * request->m};
    outerfill_status status = check_begin(&check, journals, &records, &num_records, error);
    *is_any = false;
    for (size_t k = 0; !status && !*is_any && k < num_records; k++)
        status = compare(&check, records[k], is_any, error);
    check_end(&check, records);
    return status;
}
