/* SPDX-License-Identifier: MIT
 *
 * A fill into a consumer: the caller's function gets each band as a view of the block that holds
 * the band. No byte is copied.
 *
 * The blocks belong to this call. A view is valid only while the consumer runs, because the
 * block is reused then. The module knows nothing of lanes or devices. */
#include "base/dtype.h"
#include "fill/fill.h"
#include "device/function.h"
#include "fill/sink_blocks.h"

/* The caller's consumer, and the request that a band's shape depends on. */
struct consumer {
    const struct fill_request *request;
    outerfill_consume *consume;
    void *user_data;
};

/* Shows one band to the consumer. fill_run calls this in the caller's thread only, because
 * request_check leaves num_consumers at 1. */
static outerfill_status hand_over(void *data, struct band band,
                                  const struct destination *destination, outerfill_error *error) {
    const struct consumer *consumer = data;
    const size_t m = consumer->request->m;
    const struct band_rectangle r = band_rectangle(band, m);
    const outerfill_band view = {
        .struct_nbytes = sizeof view,
        .data = destination->planes,
        .num_planes = consumer->request->function->num_planes,
        .row_begin = r.i,
        .row_end = r.i + r.num_rows,
        .column_begin = r.j,
        .column_end = r.j + r.num_columns,
        .plane_stride_nbytes = destination->plane_stride,
        .row_stride_nbytes = m * outerfill_dtype_itemsize(consumer->request->function->dtype),
    };
    if (consumer->consume(&view, consumer->user_data) == 0) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_CANCELLED,
                     "cancelled by the consumer at rows %zu to %zu, columns %zu to %zu", r.i,
                     view.row_end, r.j, view.column_end);
}

static outerfill_status check(const struct fill_request *request, outerfill_consume *consume,
                              outerfill_order order, outerfill_error *error) {
    if (!consume)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_fill_consumer: consume may not be NULL");
    if (order != OUTERFILL_ORDER_ROWS && order != OUTERFILL_ORDER_FINISHED)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_fill_consumer: order is %d, which is neither ROWS nor FINISHED",
                         (int)order);
    if (request->options.verify_cells)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a fill into a consumer cannot verify cells: it has handed them over");
    return OUTERFILL_OK;
}

outerfill_status outerfill_fill_consumer(const outerfill_function *function, const void *a,
                                         size_t n, const void *b, size_t m,
                                         outerfill_consume *consume, void *user_data,
                                         outerfill_order order,
                                         const outerfill_fill_options *options,
                                         outerfill_error *error) {
    struct fill_request request;
    struct sink_blocks blocks;
    outerfill_status status = request_check(&request, function, a, n, b, m, options, error);
    if (!status) status = check(&request, consume, order, error);
    if (status || request.ab_nbytes == 0) return status ? status : error_clear(error);
    struct consumer consumer = {&request, consume, user_data};
    status = sink_blocks_create(&blocks, &request, SINK_BLOCK_NBYTES, order == OUTERFILL_ORDER_ROWS,
                                hand_over, &consumer, error);
    if (status) return status;
    status = fill_run(&request, &blocks.sink, error);
    sink_blocks_destroy(&blocks);
    return status;
}
