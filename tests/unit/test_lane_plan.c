/* SPDX-License-Identifier: MIT
 *
 * Guards how a lane is planned: transfer, kernels, copy threads, and what bounds a band, for devices that are described here
 * and need not exist. Needs no OpenCL.
 */
#include <stdint.h>
#include <stdlib.h>

#include "checks.h"
#include "fill/lane_plan.h"

#define MIB ((size_t)1 << 20)

/* A fill of 2 float64 planes on one device, as the tests change it. */
struct scene {
    outerfill_context *context;
    struct function_program program;
    outerfill_function function;
    struct lane_task task;
};

static outerfill_device *device_of(const struct scene *scene) {
    return &scene->context->devices[0].device.info;
}

static int set_up(void **state) {
    struct scene *scene = calloc(1, sizeof *scene);
    scene->context = calloc(1, sizeof *scene->context + sizeof scene->context->devices[0]);
    scene->context->num_devices = 1;
    device_of(scene)->type = OUTERFILL_DEVICE_CPU;
    device_of(scene)->shares_host_memory = 1;
    scene->context->devices[0].has_zero_copy = true;
    device_of(scene)->max_buffer_nbytes = 1024 * MIB;
    scene->function = (outerfill_function){.dtype = OUTERFILL_FLOAT64,
                                           .context = scene->context,
                                           .num_planes = 2,
                                           .run_cells = 2,
                                           .programs = &scene->program};
    scene->task = (struct lane_task){
        .function = &scene->function, .n = 1 << 20, .m = 1 << 20, .itemsize = sizeof(double)};
    *state = scene;
    return 0;
}

static int tear_down(void **state) {
    struct scene *scene = *state;
    free(scene->context);
    free(scene);
    return 0;
}

static void make_gpu(struct scene *scene) {
    device_of(scene)->type = OUTERFILL_DEVICE_GPU;
    device_of(scene)->shares_host_memory = 0;
    scene->context->devices[0].has_zero_copy = false;
}

static struct lane_plan plan_of(const struct scene *scene) {
    return lane_plan(&scene->task, 0, 16);
}

static void test_a_cpu(void **state) {
    const struct lane_plan plan = plan_of(*state);

    assert_int_equal(plan.transfer, OUTERFILL_TRANSFER_MAPPED);
    assert_true(plan.inputs_in_place);
    assert_int_equal(plan.num_slots, 2);
    assert_string_equal(plan.main_kernel, "outerfill_fill_rows");
    assert_int_equal(plan.items, PLAIN_ITEMS);
    assert_int_equal(plan.streaming, STREAM_IF_FASTER);
    assert_true(plan.first_seconds == 0.05);
    assert_int_equal(plan.floor_cells, 0);
    assert_int_equal(plan.bounds.trial_cells, 128 * MIB / 2 / 8);
}

static void test_a_gpu(void **state) {
    struct scene *scene = *state;
    make_gpu(scene);
    device_of(scene)->num_compute_units = 0;
    assert_int_equal(plan_of(scene).floor_cells, 256);
    device_of(scene)->num_compute_units = 40;
    const struct lane_plan plan = plan_of(scene);
    assert_int_equal(plan.floor_cells, 40 * 256);

    assert_int_equal(plan.transfer, OUTERFILL_TRANSFER_STAGED);
    assert_false(plan.inputs_in_place);
    assert_int_equal(plan.num_slots, 3);
    assert_int_equal(plan.first_read, THROUGH_PINNED);
    assert_int_equal(plan.num_copy_threads, 8);
    assert_int_equal(plan.item_cells, 2);
    assert_string_equal(plan.main_kernel, "outerfill_fill_runs");
    assert_int_equal(plan.streaming, STREAM_NEVER);
    assert_int_equal(plan.bounds.trial_cells, SIZE_MAX);
    assert_int_equal(band_bounds_slot_cells(&plan.bounds), 32 * MIB / 2 / 8);
}

/* An integrated GPU whose driver copies all the same. */
static void test_shared_memory_without_zero_copy(void **state) {
    struct scene *scene = *state;
    make_gpu(scene);
    device_of(scene)->shares_host_memory = 1;
    assert_int_equal(plan_of(scene).transfer, OUTERFILL_TRANSFER_STAGED);
    assert_int_equal(plan_of(scene).first_read, DIRECT);
    scene->context->devices[0].has_zero_copy = true;
    assert_int_equal(plan_of(scene).transfer, OUTERFILL_TRANSFER_MAPPED);
    assert_string_equal(plan_of(scene).main_kernel, "outerfill_fill_cells");
}

/* Cores are shared among the devices, and one thread copies at least. */
static void test_copy_threads(void **state) {
    struct scene *scene = *state;
    make_gpu(scene);
    scene->context->num_devices = 4;
    assert_int_equal(plan_of(scene).num_copy_threads, 2);
    assert_int_equal(lane_plan(&scene->task, 0, 1).num_copy_threads, 1);
}

static void test_the_callers_transfer(void **state) {
    struct scene *scene = *state;
    scene->task.options.transfer = OUTERFILL_TRANSFER_STAGED;
    const struct lane_plan plan = plan_of(scene);
    assert_int_equal(plan.transfer, OUTERFILL_TRANSFER_STAGED);
    assert_int_equal(plan.first_read, DIRECT);
    assert_int_equal(plan.streaming, STREAM_NEVER);
    assert_int_equal(band_bounds_slot_cells(&plan.bounds), 4 * MIB / 2 / 8);
    make_gpu(scene);
    scene->task.options.transfer = OUTERFILL_TRANSFER_MAPPED;
    assert_int_equal(plan_of(scene).transfer, OUTERFILL_TRANSFER_MAPPED);
}

static void test_the_callers_work_item(void **state) {
    struct scene *scene = *state;
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_CELL;
    assert_string_equal(plan_of(scene).main_kernel, "outerfill_fill_cells");
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_ROWS;
    assert_string_equal(plan_of(scene).main_kernel, "outerfill_fill_rows");
    assert_int_equal(plan_of(scene).streaming, STREAM_NEVER);
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_STREAM;
    assert_int_equal(plan_of(scene).streaming, STREAM_ALWAYS);
    assert_int_equal(plan_of(scene).bounds.trial_cells, SIZE_MAX);
    make_gpu(scene);
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_ROWS;
    assert_string_equal(plan_of(scene).main_kernel, "outerfill_fill_rows");
}

/* The first launch of a later fill is short if cells may have become more expensive. */
static void test_expensive_cells(void **state) {
    struct scene *scene = *state;
    scene->function.cost_varies = true;
    const struct lane_plan plan = plan_of(scene);
    assert_string_equal(plan.main_kernel, "outerfill_fill_rows");
    assert_int_equal(plan.items, SHARED_ITEMS);
    assert_true(plan.first_seconds == 0.001);
}

/* Unless the caller wants one cell for each work-item. */
static void test_batches(void **state) {
    struct scene *scene = *state;
    scene->function.cost_varies = true;
    scene->program.batch_cells = 64;
    assert_string_equal(plan_of(scene).main_kernel, "outerfill_fill_batches");
    assert_int_equal(plan_of(scene).items, BATCH_ITEMS);
    assert_int_equal(plan_of(scene).streaming, STREAM_NEVER);
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_CELL;
    assert_string_equal(plan_of(scene).main_kernel, "outerfill_fill_cells");
    assert_int_equal(plan_of(scene).items, SHARED_ITEMS);
}

/* Half of the limit is for the bands in flight, an eighth for each vector. */
static void test_the_memory_limit(void **state) {
    struct scene *scene = *state;
    scene->task.options.memory_nbytes = 48 * MIB;
    struct lane_plan plan = plan_of(scene);
    assert_int_equal(plan.bounds.memory_cells, 12 * MIB / 16);
    assert_int_equal(plan.bounds.window_rows, 6 * MIB / 8);
    assert_int_equal(plan.bounds.window_columns, 6 * MIB / 8);
    make_gpu(scene);
    plan = plan_of(scene);
    assert_int_equal(plan.bounds.memory_cells, 4 * MIB / 16);
    scene->task.options.memory_nbytes = 1;
    plan = plan_of(scene);
    assert_int_equal(plan.bounds.window_rows, ((size_t)64 << 10) / 8 / 8);
    scene->function.num_planes = 64; /* planes begin at multiples of 64 bytes */
    assert_int_equal(plan_of(scene).bounds.memory_cells, 64 / 8);
}

/* One buffer holds a plane of a mapped band, and all planes of a staged one. */
static void test_the_largest_buffer(void **state) {
    struct scene *scene = *state;
    device_of(scene)->max_buffer_nbytes = 4096;
    struct lane_plan plan = plan_of(scene);
    assert_int_equal(plan.bounds.buffer_cells, 512);
    assert_int_equal(plan.bounds.window_rows, 512);
    make_gpu(scene);
    plan = plan_of(scene);
    assert_int_equal(plan.bounds.buffer_cells, 4096 / 16);
    device_of(scene)->max_buffer_nbytes = 1;
    plan = plan_of(scene);
    assert_int_equal(plan.bounds.buffer_cells, 1);
    assert_int_equal(plan.bounds.window_columns, 1);
}

static void test_every_bound_counts(void **state) {
    const struct band_bounds wide = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX,
                                     SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, 0};
    size_t *cells;

    (void)state;
    for (size_t k = 0; k < 7; k++) {
        struct band_bounds bounds = wide;
        cells = (size_t *)&bounds + k;
        *cells = 1000;
        assert_int_equal(band_bounds_limits(&bounds).max_cells, 1000);
        assert_int_equal(band_bounds_slot_cells(&bounds), k < 4 ? 1000 : SIZE_MAX);
    }
    struct band_bounds bounds = wide;
    bounds.window_rows = 4;
    bounds.window_columns = 5;
    bounds.sink_row_step = 6;
    const struct band_limits limits = band_bounds_limits(&bounds);
    assert_int_equal(limits.window_rows, 4);
    assert_int_equal(limits.window_columns, 5);
    assert_int_equal(limits.row_step, 6);
}

/* Whatever bounds a slot, halving makes it smaller; it ends at 64 cells. */
static void test_halving(void **state) {
    struct scene *scene = *state;
    scene->task.n = 1;
    scene->task.m = 1000;
    struct band_bounds bounds = plan_of(scene).bounds;
    assert_int_equal(band_bounds_slot_cells(&bounds), 1000);
    assert_true(band_bounds_halve(&bounds));
    assert_int_equal(band_bounds_slot_cells(&bounds), 500);
    while (band_bounds_halve(&bounds)) continue;
    assert_in_range(band_bounds_slot_cells(&bounds), 32, 64);
}

/* A kept lane serves another fill by the same kernels and transfer, whatever its shape. */
static void test_which_lanes_are_compatible(void **state) {
    struct scene *scene = *state;
    const struct lane_plan first = plan_of(scene);
    scene->task.n = 3;
    scene->task.options.memory_nbytes = MIB;
    struct lane_plan other = plan_of(scene);
    assert_true(lane_plan_is_compatible(&first, &other));
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_ROWS;
    other = plan_of(scene);
    assert_false(lane_plan_is_compatible(&first, &other));
    scene->task.options = (outerfill_fill_options){.work_item = OUTERFILL_WORK_ITEM_ROWS,
                                                   .transfer = OUTERFILL_TRANSFER_STAGED};
    const struct lane_plan staged = plan_of(scene);
    assert_false(lane_plan_is_compatible(&other, &staged));
    scene->task.options.work_item = OUTERFILL_WORK_ITEM_CELL;
    other = plan_of(scene);
    assert_false(lane_plan_is_compatible(&staged, &other));
}

#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCENE(test_a_cpu),
        IN_SCENE(test_a_gpu),
        IN_SCENE(test_copy_threads),
        IN_SCENE(test_the_callers_transfer),
        IN_SCENE(test_the_callers_work_item),
        IN_SCENE(test_expensive_cells),
        IN_SCENE(test_batches),
        IN_SCENE(test_the_memory_limit),
        IN_SCENE(test_shared_memory_without_zero_copy),
        IN_SCENE(test_the_largest_buffer),
        cmocka_unit_test(test_every_bound_counts),
        IN_SCENE(test_halving),
        IN_SCENE(test_which_lanes_are_compatible),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
