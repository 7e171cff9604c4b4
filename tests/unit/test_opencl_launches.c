/* SPDX-License-Identifier: MIT
 *
 * Guards how a fill in the caller's buffers is cut into launches, and which kernel each gets. Needs
 * no OpenCL.
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "fill/opencl_launches.h"

#define NUM_CELLS ((size_t)1 << 30)

struct scene {
    outerfill_context *context;
    struct function_program program;
    outerfill_function function;
};

static int set_up(void **state) {
    struct scene *scene = calloc(1, sizeof *scene);
    scene->context = calloc(1, sizeof *scene->context + sizeof scene->context->devices[0]);
    scene->context->devices[0].device.info.type = OUTERFILL_DEVICE_GPU;
    scene->program.batch_cells = 1;
    scene->function = (outerfill_function){.dtype = OUTERFILL_FLOAT32,
                                           .context = scene->context,
                                           .num_planes = 2,
                                           .run_cells = 4,
                                           .programs = &scene->program};
    *state = scene;
    return 0;
}

static int tear_down(void **state) {
    struct scene *scene = *state;
    free(scene->context);
    free(scene);
    return 0;
}

static struct opencl_launches plan(const struct scene *scene, size_t m, size_t num_cells,
                                   size_t offset) {
    return opencl_launches_plan(&scene->function, m, num_cells, offset);
}

static void test_runs_need_multiples(void **state) {
    struct scene *scene = *state;
    assert_string_equal(plan(scene, 3, 12, 32).names[IN_RUNS], "outerfill_fill_runs");
    assert_null(plan(scene, 3, 15, 32).names[IN_RUNS]);
    assert_null(plan(scene, 3, 12, 8).names[IN_RUNS]);
    assert_string_equal(plan(scene, 3, 15, 0).names[ANY_CELLS], "outerfill_fill_cells");
    scene->function.run_cells = 1;
    assert_null(plan(scene, 3, 12, 0).names[IN_RUNS]);
}

static void test_kernels_of_cpus(void **state) {
    struct scene *scene = *state;
    scene->context->devices[0].device.info.type = OUTERFILL_DEVICE_CPU;
    struct opencl_launches launches = plan(scene, 4, 16, 0);
    assert_null(launches.names[IN_RUNS]);
    assert_string_equal(launches.names[ANY_CELLS], "outerfill_fill_rows");
    assert_int_equal(launches.item_cells[ANY_CELLS], 0);
    assert_int_equal(launches.items, PLAIN_ITEMS);
    scene->program.batch_cells = 64;
    scene->function.cost_varies = true;
    launches = plan(scene, 4, 16, 0);
    assert_string_equal(launches.names[ANY_CELLS], "outerfill_fill_batches");
    assert_int_equal(launches.items, BATCH_ITEMS);
}

/* All launches together are all cells, each is small enough, and runs are whole. */
static void test_launches(void **state) {
    static const size_t widths[] = {1, 3, 1000, 65537, (size_t)1 << 29, (size_t)3 << 28};
    struct scene *scene = *state;
    for (int loops = 0; loops < 2; loops++) {
        scene->function.cost_varies = loops;
        const size_t most = loops ? (size_t)1 << 22 : LAUNCH_MAX_CELLS;
        for (size_t k = 0; k < NUM_ELEMENTS(widths); k++) {
            const size_t m = widths[k], num_cells = NUM_CELLS / m * m;
            const struct opencl_launches launches = plan(scene, m, num_cells, 0);
            struct band rest = {0, num_cells};
            size_t number = 0;
            for (; rest.begin < rest.end; number++) {
                const struct band band = opencl_launches_cut(&launches, rest);
                assert_int_equal(band.begin, rest.begin);
                assert_in_range(band.end - band.begin, 1, most);
                if (opencl_launches_kernel(&launches, band) == IN_RUNS)
                    assert_true(band.begin % 4 == 0 && band.end % 4 == 0);
                rest.begin = band.end;
            }
            assert_int_equal(opencl_launches_count(&launches, (struct band){0, num_cells}), number);
            if (num_cells % 4 == 0 && m < 1000)
                assert_int_equal(
                    opencl_launches_kernel(
                        &launches, opencl_launches_cut(&launches, (struct band){0, num_cells})),
                    IN_RUNS);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_runs_need_multiples, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kernels_of_cpus, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_launches, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
