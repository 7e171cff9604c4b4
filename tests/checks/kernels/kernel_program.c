/* SPDX-License-Identifier: MIT
 *
 * kernel_program SET [SEED NUMBER]: fills arrays that stand between walls (walled.h) from vectors that do, by every kernel
 * and every way that a launch can be, on the device that OUTERFILL_DEVICE names, and compares all values. SET is
 *     few       every subject with every fifth shape once, each time another way
 *     each      the same with every shape
 *     every     every subject with every shape every way, at every place between the walls
 *     large     every subject with two outputs of 64 MB and more
 *     random    every subject with so many shapes, ways and places that SEED leads to
 * Each fill is announced in a line, so that the last one tells where the process was ended; the very last line counts them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "subject.h"
#include "walled.h"

#define LEAST_NBYTES                                                                               \
    ((size_t)64 << 10) /* of memory for a lane: windows of 8 KiB of a and b, and many bands */

struct shape {
    size_t n, m;
};

/* Single cells, rows and columns; short rows, which work-items and vectors cross; one less and one more than a vector, a
 * work-item, a work-group and a window have. */
static const struct shape shapes[] = {
    {1, 1},   {1, 2},    {2, 1},    {1, 3},    {3, 1},    {1, 7},    {1, 8},    {1, 9},
    {1, 17},  {1, 64},   {1, 65},   {1, 127},  {1, 1025}, {9, 1},    {64, 1},   {65, 1},
    {257, 1}, {1025, 1}, {5, 2},    {33, 2},   {129, 2},  {5, 3},    {43, 3},   {200, 3},
    {7, 5},   {31, 7},   {17, 8},   {13, 15},  {13, 16},  {13, 17},  {11, 31},  {11, 32},
    {11, 33}, {9, 63},   {9, 64},   {9, 65},   {5, 127},  {3, 200},  {4, 256},  {3, 257},
    {32, 8},  {33, 9},   {2, 1031}, {1031, 2}, {19, 23},  {2, 2049}, {1, 4099},
};

static const struct way {
    const char *name;
    outerfill_transfer transfer;
    outerfill_work_item work_item;
    size_t memory_nbytes;
    int in_parts; /* rows [n / 3, n - n / 4) first */
} cpu_ways[] =
    {
        {"as the library likes", OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO, 0, 0},
        {"mapped rows", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS, 0, 0},
        {"mapped cells", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL, 0, 0},
        {"staged rows", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS, 0, 0},
        {"staged cells in windows", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL,
         LEAST_NBYTES, 0},
        {"mapped rows in windows and parts", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS,
         LEAST_NBYTES, 1},
        {"mapped stream", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_STREAM, 0, 0},
        {"staged stream in windows", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_STREAM,
         LEAST_NBYTES, 0},
},
  gpu_ways[] = {
      {"runs", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_AUTO, 0, 0},
      {"mapped cells", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL, 0, 0},
      {"runs in windows", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL, LEAST_NBYTES, 0},
      {"runs in windows and parts", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_AUTO,
       LEAST_NBYTES, 1},
};

/* Those of the device: a GPU has no kernels that run along rows. */
static const struct way *ways = cpu_ways;
static size_t num_ways = NUM_ELEMENTS(cpu_ways);

/* Of 64 MB and more with eight bytes a cell, as the smallest subjects have; each with a way, and a place. */
static const struct {
    struct shape shape;
    const struct way *way;
    enum walled_place place;
} large[] = {
    {{2903, 2897}, &cpu_ways[0], WALLED_AT_END},
    {{5, 2097169}, &cpu_ways[0], WALLED_BEHIND_BEGIN},
    {{2097169, 5}, &cpu_ways[3], WALLED_BEFORE_END},
    {{4099, 2053}, &cpu_ways[6], WALLED_BEFORE_END},
    {{8388617, 1}, &cpu_ways[0], WALLED_BEFORE_END},
};

/* What is done with one subject. */
struct run {
    const struct subject *subject;
    outerfill_function *function;
    size_t num_fills, num_values, num_wrong;
};

static outerfill_context *context;
static size_t num_random;

/* ---- One fill ------------------------------------------------------------------------------------------------------------ */

struct arrays {
    struct walled a, b, ab;
};

static struct arrays arrays_create(const struct run *run, struct shape shape, size_t place) {
    const size_t itemsize = outerfill_dtype_itemsize(run->subject->dtype);
    const size_t num_values = run->subject->right->num_planes * shape.n * shape.m;
    struct arrays arrays = {
        .a = walled_create(shape.n * itemsize, itemsize, (place + 1) % WALLED_NUM_PLACES),
        .b = walled_create(shape.m * itemsize, itemsize, (place + 1) % WALLED_NUM_PLACES),
        .ab = walled_create(num_values * itemsize, itemsize, place % WALLED_NUM_PLACES),
    };
    subject_inputs(run->subject, arrays.a.data, shape.n, arrays.b.data, shape.m);
    walled_freeze(&arrays.a);
    walled_freeze(&arrays.b);
    return arrays;
}

static void fill(const struct run *run, const struct arrays *arrays, struct shape shape,
                 const outerfill_fill_options *options) {
    outerfill_error error;
    check_ok(outerfill_fill(run->function, arrays->a.data, shape.n, arrays->b.data, shape.m,
                            arrays->ab.data, options, &error),
             &error);
}

/* The middle rows alone leave the others as they were; then the rest. */
static size_t fill_in_parts(const struct run *run, const struct arrays *arrays, struct shape shape,
                            outerfill_fill_options *options) {
    const size_t begin = shape.n / 3, end = shape.n - shape.n / 4;
    const size_t row = shape.m * outerfill_dtype_itemsize(run->subject->dtype),
                 plane = shape.n * row;
    size_t num_touched = 0;
    options->row_begin = begin, options->row_end = end;
    fill(run, arrays, shape, options);
    for (size_t p = 0; p < run->subject->right->num_planes; p++) {
        num_touched += !walled_is_untouched(&arrays->ab, p * plane, p * plane + begin * row);
        num_touched += !walled_is_untouched(&arrays->ab, p * plane + end * row, (p + 1) * plane);
    }
    options->row_begin = 0, options->row_end = begin;
    if (begin) fill(run, arrays, shape, options);
    options->row_begin = end, options->row_end = shape.n;
    if (end < shape.n) fill(run, arrays, shape, options);
    return num_touched;
}

static void fill_and_check(struct run *run, struct shape shape, const struct way *way,
                           size_t place) {
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .transfer = way->transfer,
                                      .work_item = way->work_item,
                                      .memory_nbytes = way->memory_nbytes,
                                      .parameters =
                                          run->subject->has_parameters ? subject_parameters : NULL};
    struct arrays arrays = arrays_create(run, shape, place);
    char what[120];
    snprintf(what, sizeof what, "%s (%zu, %zu), %s, place %zu", run->subject->name, shape.n,
             shape.m, way->name, place % WALLED_NUM_PLACES);
    puts(what);
    if (way->in_parts)
        run->num_wrong += fill_in_parts(run, &arrays, shape, &options);
    else
        fill(run, &arrays, shape, &options);
    run->num_wrong += subject_check(run->subject, arrays.a.data, shape.n, arrays.b.data, shape.m,
                                    arrays.ab.data, what);
    const size_t damage =
        walled_damage(&arrays.a) + walled_damage(&arrays.b) + walled_damage(&arrays.ab);
    if (damage) fprintf(stderr, "%s: %zu bytes beside the arrays are wrong\n", what, damage);
    run->num_wrong += damage;
    run->num_fills++;
    run->num_values += run->subject->right->num_planes * shape.n * shape.m;
    walled_destroy(&arrays.a);
    walled_destroy(&arrays.b);
    walled_destroy(&arrays.ab);
}

/* ---- Sets of them -------------------------------------------------------------------------------------------------------- */

static void run_step(struct run *run, size_t step) {
    const size_t first = (size_t)(run->subject - subjects);
    for (size_t s = 0; s < NUM_ELEMENTS(shapes); s += step)
        fill_and_check(run, shapes[s], &ways[(first + s) % num_ways], s);
}

static void run_few(struct run *run) {
    run_step(run, 5);
}

static void run_each(struct run *run) {
    run_step(run, 1);
}

static void run_every(struct run *run) {
    for (size_t s = 0; s < NUM_ELEMENTS(shapes); s++)
        for (size_t k = 0; k < num_ways * WALLED_NUM_PLACES; k++)
            fill_and_check(run, shapes[s], &ways[k / WALLED_NUM_PLACES], k);
}

static void run_large(struct run *run) {
    if (run->subject->right->num_planes > 3) return; /* a gigabyte */
    for (size_t k = (size_t)(run->subject - subjects), end = k + 3; k < end; k += 2) {
        const size_t one = k % NUM_ELEMENTS(large);
        fill_and_check(run, large[one].shape, large[one].way, large[one].place);
    }
}

static void run_random(struct run *run) {
    for (size_t k = 0; k < num_random; k++) {
        const size_t n = 1 + (size_t)rand() % 300, m = 1 + (size_t)rand() % 300;
        const struct shape shape =
            k % 4 == 0 ? (struct shape){n * n / 20 + 1, 1 + m % 20} : (struct shape){n, m};
        fill_and_check(run, shape, &ways[(size_t)rand() % num_ways], (size_t)rand());
    }
}

static const struct {
    const char *name;
    void (*run)(struct run *run);
} sets[] = {{"few", run_few},
            {"each", run_each},
            {"every", run_every},
            {"large", run_large},
            {"random", run_random}};

int main(int argc, char **argv) {
    size_t set = 0, num_fills = 0, num_values = 0, num_wrong = 0;
    while (argc > 1 && set < NUM_ELEMENTS(sets) && strcmp(sets[set].name, argv[1]) != 0) set++;
    if (argc < 2 || set == NUM_ELEMENTS(sets)) {
        fprintf(stderr, "usage: kernel_program few|each|every|large|random [SEED NUMBER]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    srand(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
    num_random = argc > 3 ? (size_t)atoi(argv[3]) : 1;
    context = check_context(NULL);
    if (outerfill_context_device(context, 0)->type == OUTERFILL_DEVICE_GPU)
        ways = gpu_ways, num_ways = NUM_ELEMENTS(gpu_ways);
    for (size_t k = 0; k < num_subjects; k++) {
        struct run run = {.subject = &subjects[k],
                          .function = subject_compile(&subjects[k], context)};
        sets[set].run(&run);
        outerfill_function_destroy(run.function);
        num_fills += run.num_fills, num_values += run.num_values, num_wrong += run.num_wrong;
    }
    outerfill_context_destroy(context);
    printf("device fills %zu shapes %zu values %zu wrong %zu\n", num_fills, NUM_ELEMENTS(shapes),
           num_values, num_wrong);
    return num_wrong > 0;
}
