/* SPDX-License-Identifier: MIT */
#include "fill_case.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From where to where a and b run; `outer` has a rule of its own. */
static const struct {
    const char *name;
    double a_from, a_to, b_from, b_to;
} works[FILL_NUM_WORKS] = {
    [FILL_OUTER] = {"outer", 0, 0, 0, 0},
    [FILL_EXPRESSION] = {"expression", 0.1, 3, -2, 2},
    [FILL_OPTION] = {"option", 50, 150, 0.05, 0.8},
    [FILL_ITERATE1000] = {"iterate1000", -0.7, 0.6, -1.5, 1.5},
    [FILL_ITERATE2000] = {"iterate2000", -0.7, 0.6, -1.5, 1.5},
    [FILL_TRANSCENDENTAL64] = {"transcendental64", 0.01, 1, 0.1, 3},
};

static void set_value(void *values, size_t k, int is_float32, double value) {
    if (is_float32)
        ((float *)values)[k] = (float)value;
    else
        ((double *)values)[k] = value;
}

static void *line(size_t count, int is_float32, double from, double to) {
    const double step = count > 1 ? (to - from) / (double)(count - 1) : 0;
    void *values = malloc(count * (is_float32 ? sizeof(float) : sizeof(double)));
    for (size_t k = 0; values && k < count; k++)
        set_value(values, k, is_float32, from + (double)k * step);
    return values;
}

/* Short binary fractions: sums and products are exact in both dtypes, so that every system must give the same bits. */
static void *exact(size_t count, int is_float32, double from, size_t period, double step) {
    void *values = malloc(count * (is_float32 ? sizeof(float) : sizeof(double)));
    for (size_t k = 0; values && k < count; k++)
        set_value(values, k, is_float32, from + (double)(k % period) * step);
    return values;
}

static int find_work(const char *name, fill_work *work) {
    for (int k = 0; k < FILL_NUM_WORKS; k++)
        if (strcmp(works[k].name, name) == 0) {
            *work = (fill_work)k;
            return 1;
        }
    return 0;
}

const char *fill_case_open(fill_case *opened, const char *text) {
    char work[32], dtype[16], output[16];

    memset(opened, 0, sizeof *opened);
    if (sscanf(text, "%31s %15s %zu %zu %zu %15s", work, dtype, &opened->num_planes, &opened->n,
               &opened->m, output) != 6)
        return "not WORK DTYPE P N M OUTPUT";
    if (!find_work(work, &opened->work)) return "unknown work";
    opened->is_float32 = strcmp(dtype, "float32") == 0;
    opened->is_fresh = strcmp(output, "fresh") == 0;
    opened->itemsize = opened->is_float32 ? sizeof(float) : sizeof(double);
    opened->nbytes = opened->itemsize * opened->num_planes * opened->n * opened->m;
    if (opened->work == FILL_OUTER) {
        opened->a = exact(opened->n, opened->is_float32, 0.5, 1000, 0.25);
        opened->b = exact(opened->m, opened->is_float32, 1, 777, 0.125);
    } else {
        opened->a = line(opened->n, opened->is_float32, works[opened->work].a_from,
                         works[opened->work].a_to);
        opened->b = line(opened->m, opened->is_float32, works[opened->work].b_from,
                         works[opened->work].b_to);
    }
    return opened->a && opened->b ? NULL : "no memory for the inputs";
}

void fill_case_close(fill_case *opened) {
    free(opened->a);
    free(opened->b);
    memset(opened, 0, sizeof *opened);
}

double fill_case_value(const fill_case *opened, size_t p, size_t i, size_t j) {
    const size_t k = (p * opened->n + i) * opened->m + j;
    return opened->is_float32 ? (double)((const float *)opened->ab)[k]
                              : ((const double *)opened->ab)[k];
}
