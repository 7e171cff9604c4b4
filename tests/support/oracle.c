/* SPDX-License-Identifier: MIT
 *
 * See oracle.h. Values are compared as bits in a uint64_t, whatever the dtype; a row that equals its reference byte for byte is
 * passed over at once, so that a check costs little more than the reference itself.
 */
#include "oracle.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum tolerance_kind { EXACT, WITHIN_ULP, OR_FLUSHED } tolerance_kind;

typedef struct tolerance {
    tolerance_kind kind;
    uint64_t max_ulp;
} tolerance;

/* One check under way: what it judges by, and what it has found. */
typedef struct check {
    const oracle_function *function;
    const oracle_problem *problem;
    const void *ab;
    tolerance allowed;
    const char *what;
    void *row;
    size_t num_wrong;
} check;

static double default_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)cell;
    return p == 0 ? a + b : a * b;
}

static float default_float32(size_t p, float a, float b, const oracle_cell *cell) {
    (void)cell;
    return p == 0 ? a + b : a * b;
}

const oracle_function oracle_default = {2, default_float64, default_float32};

size_t oracle_nbytes(outerfill_dtype dtype, size_t num_values) {
    return num_values * (dtype != OUTERFILL_FLOAT32 ? sizeof(double) : sizeof(float));
}

/* ---- Values as bits ------------------------------------------------------------------------------------------------ */

static uint64_t bits_at(outerfill_dtype dtype, const void *values, size_t k) {
    uint64_t bits64;
    uint32_t bits32;

    if (dtype != OUTERFILL_FLOAT32) {
        memcpy(&bits64, (const unsigned char *)values + k * sizeof bits64, sizeof bits64);
        return bits64;
    }
    memcpy(&bits32, (const unsigned char *)values + k * sizeof bits32, sizeof bits32);
    return bits32;
}

static void set_bits(outerfill_dtype dtype, void *values, size_t k, uint64_t bits) {
    uint32_t bits32 = (uint32_t)bits;

    if (dtype != OUTERFILL_FLOAT32)
        memcpy((unsigned char *)values + k * sizeof bits, &bits, sizeof bits);
    else
        memcpy((unsigned char *)values + k * sizeof bits32, &bits32, sizeof bits32);
}

static void set_value(outerfill_dtype dtype, void *values, size_t k, double value) {
    if (dtype != OUTERFILL_FLOAT32)
        ((double *)values)[k] = value;
    else
        ((float *)values)[k] = (float)value;
}

static double value_of(outerfill_dtype dtype, uint64_t bits) {
    double value64;
    float value32;
    uint32_t bits32 = (uint32_t)bits;

    if (dtype != OUTERFILL_FLOAT32) {
        memcpy(&value64, &bits, sizeof value64);
        return value64;
    }
    memcpy(&value32, &bits32, sizeof value32);
    return (double)value32;
}

static uint64_t sign_bit(outerfill_dtype dtype) {
    return dtype != OUTERFILL_FLOAT32 ? UINT64_C(1) << 63 : UINT64_C(1) << 31;
}

static uint64_t infinity_bits(outerfill_dtype dtype) {
    return dtype != OUTERFILL_FLOAT32 ? UINT64_C(0x7ff0000000000000) : UINT64_C(0x7f800000);
}

static uint64_t magnitude(outerfill_dtype dtype, uint64_t bits) {
    return bits & ~sign_bit(dtype);
}

static bool is_nan(outerfill_dtype dtype, uint64_t bits) {
    return magnitude(dtype, bits) > infinity_bits(dtype);
}

static bool is_infinite(outerfill_dtype dtype, uint64_t bits) {
    return magnitude(dtype, bits) == infinity_bits(dtype);
}

static bool is_subnormal(outerfill_dtype dtype, uint64_t bits) {
    uint64_t smallest_normal = dtype != OUTERFILL_FLOAT32 ? UINT64_C(1) << 52 : UINT64_C(1) << 23;

    return magnitude(dtype, bits) != 0 && magnitude(dtype, bits) < smallest_normal;
}

/* Steps of the dtype between two finite values: their magnitudes count upwards from 0 on either side of it. */
static uint64_t ulp_distance(outerfill_dtype dtype, uint64_t x, uint64_t y) {
    uint64_t x_magnitude = magnitude(dtype, x), y_magnitude = magnitude(dtype, y);

    if ((x ^ y) & sign_bit(dtype)) return x_magnitude + y_magnitude;
    return x_magnitude > y_magnitude ? x_magnitude - y_magnitude : y_magnitude - x_magnitude;
}

static bool is_right(outerfill_dtype dtype, uint64_t expected, uint64_t actual,
                     const tolerance *allowed) {
    if (expected == actual || (is_nan(dtype, expected) && is_nan(dtype, actual))) return true;
    if (is_nan(dtype, expected) || is_nan(dtype, actual) || allowed->kind == EXACT) return false;
    if (allowed->kind == OR_FLUSHED)
        return is_subnormal(dtype, expected) && actual == (expected & sign_bit(dtype));
    return !is_infinite(dtype, expected) && !is_infinite(dtype, actual) &&
           ulp_distance(dtype, expected, actual) <= allowed->max_ulp;
}

/* ---- Checks -------------------------------------------------------------------------------------------------------- */

static void print_wrong(outerfill_dtype dtype, const char *what, const char *where,
                        uint64_t expected, uint64_t actual) {
    int digits = dtype != OUTERFILL_FLOAT32 ? 16 : 8;

    fprintf(stderr,
            "%s: wrong at %s: expected 0x%0*" PRIx64 " (%.17g), got 0x%0*" PRIx64 " (%.17g)\n",
            what, where, digits, expected, value_of(dtype, expected), digits, actual,
            value_of(dtype, actual));
}

static void expected_row(const oracle_function *function, const oracle_problem *problem, size_t p,
                         size_t i, void *row) {
    oracle_cell cell = {i, 0, problem->n, problem->m, problem->parameters};

    if (problem->dtype != OUTERFILL_FLOAT32) {
        const double *a = problem->a, *b = problem->b;
        double *values = row;
        for (; cell.j < problem->m; cell.j++)
            values[cell.j] = function->float64(p, a[i], b[cell.j], &cell);
    } else {
        const float *a = problem->a, *b = problem->b;
        float *values = row;
        for (; cell.j < problem->m; cell.j++)
            values[cell.j] = function->float32(p, a[i], b[cell.j], &cell);
    }
}

static void judge_cell(check *state, size_t p, size_t i, size_t j, uint64_t expected,
                       uint64_t actual) {
    const oracle_problem *problem = state->problem;
    char where[120];

    if (is_right(problem->dtype, expected, actual, &state->allowed)) return;
    if (state->num_wrong++ == 0) {
        snprintf(where, sizeof where, "p = %zu, i = %zu, j = %zu of shape (%zu, %zu, %zu)", p, i, j,
                 state->function->num_planes, problem->n, problem->m);
        print_wrong(problem->dtype, state->what, where, expected, actual);
    }
}

static void check_row(check *state, size_t p, size_t i) {
    const oracle_problem *problem = state->problem;
    outerfill_dtype dtype = problem->dtype;
    size_t row_nbytes = oracle_nbytes(dtype, problem->m);
    const unsigned char *actual =
        (const unsigned char *)state->ab + (p * problem->n + i) * row_nbytes;

    expected_row(state->function, problem, p, i, state->row);
    if (memcmp(state->row, actual, row_nbytes) == 0) return;
    for (size_t j = 0; j < problem->m; j++)
        judge_cell(state, p, i, j, bits_at(dtype, state->row, j), bits_at(dtype, actual, j));
}

static void *row_for(size_t nbytes) {
    void *row = malloc(nbytes > 0 ? nbytes : 1);

    if (row == NULL) {
        fprintf(stderr, "oracle: no memory for a row of %zu bytes\n", nbytes);
        exit(1);
    }
    return row;
}

static void print_summary(const char *what, size_t num_wrong) {
    if (num_wrong > 1) fprintf(stderr, "%s: %zu cells are wrong\n", what, num_wrong);
}

static size_t run_check(check *state, size_t step) {
    size_t n = state->problem->n;

    state->row = row_for(oracle_nbytes(state->problem->dtype, state->problem->m));
    for (size_t p = 0; p < state->function->num_planes; p++) {
        for (size_t i = 0; i < n; i += step) check_row(state, p, i);
        if (n > 0 && (n - 1) % step != 0) check_row(state, p, n - 1);
    }
    free(state->row);
    print_summary(state->what, state->num_wrong);
    return state->num_wrong;
}

size_t oracle_check_rows(const oracle_function *function, const oracle_problem *problem,
                         const void *ab, size_t step, const char *what) {
    check state = {function, problem, ab, {EXACT, 0}, what, NULL, 0};

    return run_check(&state, step);
}

size_t oracle_check(const oracle_function *function, const oracle_problem *problem, const void *ab,
                    const char *what) {
    return oracle_check_rows(function, problem, ab, 1, what);
}

size_t oracle_check_ulp(const oracle_function *function, const oracle_problem *problem,
                        const void *ab, uint64_t max_ulp, const char *what) {
    check state = {function, problem, ab, {WITHIN_ULP, max_ulp}, what, NULL, 0};

    return run_check(&state, 1);
}

size_t oracle_check_flushed(const oracle_function *function, const oracle_problem *problem,
                            const void *ab, const char *what) {
    check state = {function, problem, ab, {OR_FLUSHED, 0}, what, NULL, 0};

    return run_check(&state, 1);
}

static uint64_t expected_cell(const oracle_function *function, const oracle_problem *problem,
                              size_t p, size_t i, size_t j) {
    oracle_cell cell = {i, j, problem->n, problem->m, problem->parameters};
    double value64;
    float value32;

    if (problem->dtype != OUTERFILL_FLOAT32) {
        value64 = function->float64(p, ((const double *)problem->a)[i],
                                    ((const double *)problem->b)[j], &cell);
        return bits_at(OUTERFILL_FLOAT64, &value64, 0);
    }
    value32 =
        function->float32(p, ((const float *)problem->a)[i], ((const float *)problem->b)[j], &cell);
    return bits_at(OUTERFILL_FLOAT32, &value32, 0);
}

size_t oracle_check_edges(const oracle_function *function, const oracle_problem *problem,
                          const void *ab, const char *what) {
    check state = {function, problem, ab, {EXACT, 0}, what, NULL, 0};
    size_t n = problem->n, m = problem->m;

    for (size_t p = 0; m > 0 && p < function->num_planes; p++)
        for (size_t i = 0; i < n; i++) {
            size_t first = (p * n + i) * m;
            judge_cell(&state, p, i, 0, expected_cell(function, problem, p, i, 0),
                       bits_at(problem->dtype, ab, first));
            judge_cell(&state, p, i, m - 1, expected_cell(function, problem, p, i, m - 1),
                       bits_at(problem->dtype, ab, first + m - 1));
        }
    print_summary(what, state.num_wrong);
    return state.num_wrong;
}

size_t oracle_compare(outerfill_dtype dtype, const void *expected, const void *actual,
                      size_t num_values, const char *what) {
    const tolerance exact = {EXACT, 0};
    size_t num_wrong = 0;
    char where[40];

    for (size_t k = 0; k < num_values; k++) {
        if (is_right(dtype, bits_at(dtype, expected, k), bits_at(dtype, actual, k), &exact))
            continue;
        if (num_wrong++ == 0) {
            snprintf(where, sizeof where, "value %zu", k);
            print_wrong(dtype, what, where, bits_at(dtype, expected, k), bits_at(dtype, actual, k));
        }
    }
    print_summary(what, num_wrong);
    return num_wrong;
}

/* ---- Inputs -------------------------------------------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea, Flood 2014): any seed will do, and every bit is good. */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void oracle_plain(outerfill_dtype dtype, void *values, size_t num_values, uint64_t seed) {
    for (size_t k = 0; k < num_values; k++)
        set_value(dtype, values, k, (double)(next_random(&seed) >> 51) / 8 - 512);
}

void oracle_bits(outerfill_dtype dtype, void *values, size_t num_values, uint64_t seed) {
    for (size_t k = 0; k < num_values; k++) set_bits(dtype, values, k, next_random(&seed));
}

void oracle_range(outerfill_dtype dtype, void *values, size_t num_values, double low, double high) {
    double steps = num_values > 1 ? (double)(num_values - 1) : 1;

    for (size_t k = 0; k < num_values; k++)
        set_value(dtype, values, k, low + (high - low) * ((double)k / steps));
}

/* Twenty values and their negatives. Both dtypes have the same list, each with its own limits. */
static void special_values(outerfill_dtype dtype, double *values) {
    bool wide = dtype != OUTERFILL_FLOAT32;
    const double positive[ORACLE_NUM_SPECIAL / 2] = {
        0.0,
        INFINITY,
        NAN,
        wide ? DBL_TRUE_MIN : (double)FLT_TRUE_MIN,
        wide ? DBL_MIN - DBL_TRUE_MIN
             : (double)FLT_MIN - (double)FLT_TRUE_MIN, /* the largest subnormal */
        wide ? DBL_MIN : (double)FLT_MIN,
        wide ? DBL_MAX : (double)FLT_MAX,
        wide ? DBL_EPSILON : (double)FLT_EPSILON,
        wide ? 1 + DBL_EPSILON : 1 + (double)FLT_EPSILON,
        wide ? 1 - DBL_EPSILON / 2 : 1 - (double)FLT_EPSILON / 2,
        wide ? 1e300 : 1e37,
        wide ? 1e-300 : 1e-37,
        wide ? 9007199254740993.0 : 16777217.0, /* one more than all integers are representable */
        wide ? sqrt(DBL_MAX) : sqrt((double)FLT_MAX),
        1.0,
        2.0,
        0.5,
        3.0,
        0.1,
        3.14159265358979323846,
    };

    for (size_t k = 0; k < ORACLE_NUM_SPECIAL; k++)
        values[k] = k % 2 == 0 ? positive[k / 2] : -positive[k / 2];
}

void oracle_special(outerfill_dtype dtype, void *values, size_t num_values, uint64_t seed) {
    double special[ORACLE_NUM_SPECIAL];
    size_t num_special = num_values < ORACLE_NUM_SPECIAL ? num_values : ORACLE_NUM_SPECIAL;

    oracle_bits(dtype, values, num_values, seed);
    special_values(dtype, special);
    for (size_t k = 0; k < num_special; k++) set_value(dtype, values, k, special[k]);
}

void oracle_normal(outerfill_dtype dtype, void *values, size_t num_values) {
    for (size_t k = 0; k < num_values; k++)
        if (is_subnormal(dtype, bits_at(dtype, values, k))) set_value(dtype, values, k, 1);
}
