/* SPDX-License-Identifier: MIT */
#include "subject.h"

#include <math.h>
#include <string.h>

#include "checks.h"

const double subject_parameters[2] = {1.5, -0.25};

/* ---- Sixteen planes, each with numbers of its own ------------------------------------------------------------------------ */

#define NUMBERED(p)                                                                                \
    "a * (" #p " + 1) - b * (" #p " + 2) + (real)(i * (" #p " + 3) - j * (2 * " #p                 \
    " + 1) + n * 5 - m * 7)"
static const char *const numbered[] = {NUMBERED(0),  NUMBERED(1),  NUMBERED(2),  NUMBERED(3),
                                       NUMBERED(4),  NUMBERED(5),  NUMBERED(6),  NUMBERED(7),
                                       NUMBERED(8),  NUMBERED(9),  NUMBERED(10), NUMBERED(11),
                                       NUMBERED(12), NUMBERED(13), NUMBERED(14), NUMBERED(15)};

static int64_t place(int64_t p, const oracle_cell *cell) {
    return (int64_t)cell->i * (p + 3) - (int64_t)cell->j * (2 * p + 1) + (int64_t)cell->n * 5 -
           (int64_t)cell->m * 7;
}

static double numbered_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return a * (double)(p + 1) - b * (double)(p + 2) + (double)place((int64_t)p, cell);
}

static float numbered_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return a * (float)(p + 1) - b * (float)(p + 2) + (float)place((int64_t)p, cell);
}

/* ---- Parameters; a body that leaves a plane unassigned, and has a loop ----------------------------------------------------- */

static const char *const scaled[] = {"a * scale + b", "(a - shift) * b", "b - scale * shift"};

static double scaled_float64(size_t p, double a, double b, const oracle_cell *cell) {
    const double scale = cell->parameters[0], shift = cell->parameters[1];
    const double values[] = {a * scale + b, (a - shift) * b, b - scale * shift};
    return values[p];
}

static const char loop[] = "real sum = 0;\n"
                           "for (int k = 0; k < 3; k++) sum += a * k;\n"
                           "out[0] = sum - b;\n"
                           "if (j < i) out[2] = a;";

static double loop_float64(size_t p, double a, double b, const oracle_cell *cell) {
    const double values[] = {a + a * 2 - b, 0, cell->j < cell->i ? a : 0};
    return values[p];
}

/* ---- Functions such as exp ------------------------------------------------------------------------------------------------- */

static const char *const expensive[] = {"exp(a) * scale + sqrt(b)", "pow(b + 1, a / 8)"};

static double expensive_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return p == 0 ? exp(a) * cell->parameters[0] + sqrt(b) : pow(b + 1, a / 8);
}

static float expensive_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return (float)expensive_float64(p, (double)a, (double)b, cell);
}

/* ---- All of them --------------------------------------------------------------------------------------------------------- */

#define PLANES(num) {num, numbered_float64, numbered_float32}
static const oracle_function planes_1 = PLANES(1), planes_3 = PLANES(3), planes_16 = PLANES(16),
                             three = {3, scaled_float64, NULL}, sparse = {3, loop_float64, NULL},
                             mathematics = {2, expensive_float64, expensive_float32};

const struct subject subjects[] = {
    {.name = "default float64", .dtype = OUTERFILL_FLOAT64, .right = &oracle_default},
    {.name = "default float32", .dtype = OUTERFILL_FLOAT32, .right = &oracle_default},
    {.name = "1 plane float64",
     .dtype = OUTERFILL_FLOAT64,
     .right = &planes_1,
     .expressions = numbered},
    {.name = "3 planes float32",
     .dtype = OUTERFILL_FLOAT32,
     .right = &planes_3,
     .expressions = numbered},
    {.name = "16 planes float64",
     .dtype = OUTERFILL_FLOAT64,
     .right = &planes_16,
     .expressions = numbered},
    {.name = "parameters float64",
     .dtype = OUTERFILL_FLOAT64,
     .right = &three,
     .expressions = scaled,
     .has_parameters = 1},
    {.name = "body float64",
     .dtype = OUTERFILL_FLOAT64,
     .right = &sparse,
     .body = loop,
     .runs_as_batches = 1},
    {.name = "mathematics float64",
     .dtype = OUTERFILL_FLOAT64,
     .right = &mathematics,
     .expressions = expensive,
     .has_parameters = 1,
     .takes_positive_b = 1,
     .max_ulp = 20},
    {.name = "mathematics float32",
     .dtype = OUTERFILL_FLOAT32,
     .right = &mathematics,
     .expressions = expensive,
     .has_parameters = 1,
     .takes_positive_b = 1,
     .max_ulp = 20},
};
const size_t num_subjects = NUM_ELEMENTS(subjects);

outerfill_function *subject_compile(const struct subject *subject, outerfill_context *context) {
    static const char *const names[] = {"scale", "shift"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = subject->dtype,
        .num_planes = subject->expressions || subject->body ? subject->right->num_planes : 0,
        .expressions = subject->expressions,
        .body = subject->body,
        .preamble = subject->preamble,
        .num_parameters = subject->has_parameters ? NUM_ELEMENTS(names) : 0,
        .parameter_names = names,
    };
    outerfill_function *function = check_described(context, &description);
    const outerfill_device *device = outerfill_context_device(context, 0);
    if (device->type == OUTERFILL_DEVICE_CPU &&
        strcmp(device->platform, "Portable Computing Language") == 0)
        assert_int_equal(outerfill_function_batch_cells(function, 0) > 1, subject->runs_as_batches);
    return function;
}

void subject_inputs(const struct subject *subject, void *a, size_t n, void *b, size_t m) {
    if (subject->takes_positive_b) {
        oracle_range(subject->dtype, a, n, -3, 3);
        oracle_range(subject->dtype, b, m, 0.5, 40);
    } else {
        oracle_plain(subject->dtype, a, n, 11);
        oracle_plain(subject->dtype, b, m, 23);
    }
}

size_t subject_check(const struct subject *subject, const void *a, size_t n, const void *b,
                     size_t m, const void *ab, const char *what) {
    const oracle_problem problem = {subject->dtype, a, n, b, m, subject_parameters};
    if (!subject->max_ulp) return oracle_check(subject->right, &problem, ab, what);
    return oracle_check_ulp(subject->right, &problem, ab, subject->max_ulp, what);
}
