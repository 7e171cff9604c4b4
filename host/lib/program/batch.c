/* SPDX-License-Identifier: MIT
 *
 * Makes the parts of a program that compute a body with loops for batches of cells. batch_body
 * rewrites the body, and explains how. */
#include "program/batch.h"

#include <stdlib.h>

#include "batch_cl.h"
#include "program/batch_body.h"
#include "program/batch_wanted.h"
#include "program/text_stream.h"

#define BATCH_NBYTES 24576 /* of all arrays together; they should stay in the first-level cache */
#define MOST_CELLS   256
#define CELLS_STEP   16
#define MOST_SWAPS   600

/* Returns the number of cells whose values fit into BATCH_NBYTES. */
static size_t choose_num_cells(const struct batch_writer *writer) {
    const size_t nbytes = writer->cell_nbytes + 8 * (1 + writer->names.description->num_planes);
    const size_t cells = BATCH_NBYTES / nbytes / CELLS_STEP * CELLS_STEP;
    return cells < CELLS_STEP ? CELLS_STEP : cells > MOST_CELLS ? MOST_CELLS : cells;
}

/* The cells of each loop may change places, in all arrays. (measured: 40 loops and 42 arrays take
 * 2.3 s to compile) */
static bool is_short(const struct batch_writer *writer) {
    const size_t num_arrays = writer->cell_nbytes / 8 + writer->names.description->num_planes;
    return writer->num_ids * num_arrays <= MOST_SWAPS;
}

#define NUM_STREAMS 3

/* Closes the streams. Returns false if memory ran out. */
static bool take_texts(struct text_stream streams[NUM_STREAMS], FILE *files[NUM_STREAMS],
                       char **texts[NUM_STREAMS]) {
    bool is_complete = true;
    for (size_t k = 0; k < NUM_STREAMS; k++) {
        if (!files[k]) continue;
        fputc('\n', files[k]); /* an empty text would be none */
        *texts[k] = text_stream_close(&streams[k], files[k]);
    }
    for (size_t k = 0; k < NUM_STREAMS; k++) is_complete &= *texts[k] != NULL;
    return is_complete;
}

outerfill_status batch_read(const outerfill_function_description *description, struct batch *batch,
                            outerfill_error *error) {
    struct text_stream streams[NUM_STREAMS];
    FILE *files[NUM_STREAMS];
    char **texts[NUM_STREAMS] = {&batch->arrays, &batch->swaps, &batch->code};
    *batch = (struct batch){0};
    if (!batch_is_wanted(description)) return OUTERFILL_OK;
    for (size_t k = 0; k < NUM_STREAMS; k++) files[k] = text_stream_open(&streams[k]);
    struct batch_writer writer = {
        .names.description = description, .arrays = files[0], .swaps = files[1], .code = files[2]};
    const bool is_open = files[0] && files[1] && files[2];
    const bool is_written = is_open && batch_body_write(&writer, description->body);
    const bool is_complete = take_texts(streams, files, texts);
    const bool is_fit = is_written && is_short(&writer);
    if (is_complete && is_fit) batch->num_cells = choose_num_cells(&writer);
    if (!is_complete || !is_fit) batch_free(batch);
    if (is_open && !is_written) batch->stop = writer.statement;
    return is_complete ? OUTERFILL_OK : error_no_memory(error, "program of batches");
}

void batch_free(struct batch *batch) {
    free(batch->arrays);
    free(batch->swaps);
    free(batch->code);
    *batch = (struct batch){0};
}

static void write_parameters(FILE *out, const outerfill_function_description *description) {
    for (size_t k = 0; k < description->num_parameters; k++)
        fprintf(out, ", const real %s", description->parameter_names[k]);
}

void batch_write(FILE *out, const outerfill_function_description *description,
                 const struct batch *batch) {
    fprintf(out, "#define OUTERFILL_BATCH_CELLS %zu\n", batch->num_cells);
    fprintf(out, "typedef %s outerfill_flag;\n",
            outerfill_dtype_itemsize(description->dtype) == 8 ? "long" : "int");
    fputs(batch_cl, out);
    fprintf(out, "#define OUTERFILL_SWAPS OUTERFILL_SWAP(ulong, outerfill_place)");
    for (size_t p = 0; p < description->num_planes; p++)
        fprintf(out, " OUTERFILL_SWAP(real, outerfill_out[%zu])", p);
    fprintf(out, "%s", batch->swaps);
    /* A constant of the text for batches may be a variable of the caller's. */
    fprintf(out, "#pragma clang diagnostic push\n#pragma clang diagnostic error "
                 "\"-Wincompatible-pointer-types-discards-qualifiers\"\n");
    fprintf(out, "#line 1 \"batch\"\nOUTERFILL_BATCH_FUNCTION");
    write_parameters(out, description);
    fprintf(out, ") {\n%sOUTERFILL_BEGIN_BATCH\n%sOUTERFILL_END_BATCH\n}\n", batch->arrays,
            batch->code);
    fprintf(out, "#pragma clang diagnostic pop\n#undef b\n#undef j\n#define OUTERFILL_BATCHES\n");
}
