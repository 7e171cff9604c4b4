/* SPDX-License-Identifier: MIT */
#include "work_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_NBYTES 64

const char *const work_parameter_names[WORK_NUM_PARAMETERS] = {"strike", "rate", "years"};
const double work_parameter_values[WORK_NUM_PARAMETERS] = {100, 0.02, 1};

/* BENCH_SOURCES is the repository's folder, given when this is compiled. */
static const char *const paths[FILL_NUM_WORKS] = {
    [FILL_EXPRESSION] = BENCH_SOURCES "/tests/bench/works/expression.cl",
    [FILL_OPTION] = BENCH_SOURCES "/host/examples/option_grid.cl",
    [FILL_ITERATE1000] = BENCH_SOURCES "/tests/bench/works/iterate.cl",
    [FILL_ITERATE2000] = BENCH_SOURCES "/tests/bench/works/iterate.cl",
    [FILL_TRANSCENDENTAL64] = BENCH_SOURCES "/tests/bench/works/transcendental64.cl",
};

size_t work_num_parameters(fill_work work) {
    return work == FILL_OPTION ? WORK_NUM_PARAMETERS : 0;
}

const char *work_preamble(fill_work work) {
    if (work == FILL_ITERATE1000) return "#define STEPS 1000\n";
    return work == FILL_ITERATE2000 ? "#define STEPS 2000\n" : "";
}

void work_outer_expression(size_t p, size_t nbytes, char text[]) {
    const char sign = p % 2 == 0 ? '+' : '*';
    if (p < 2)
        snprintf(text, nbytes, "a %c b", sign);
    else
        snprintf(text, nbytes, "(a %c b) + %zu", sign, p / 2);
}

static char *outer_body(size_t num_planes) {
    char *text = calloc(num_planes + 1, 2 * LINE_NBYTES), expression[LINE_NBYTES];
    size_t length = 0;

    for (size_t p = 0; text && p < num_planes; p++) {
        work_outer_expression(p, sizeof expression, expression);
        length +=
            (size_t)snprintf(text + length, 2 * LINE_NBYTES, "out[%zu] = %s;\n", p, expression);
    }
    return text;
}

static char *file_text(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = file ? calloc(1, 65536) : NULL;

    if (text && fread(text, 1, 65535, file) == 0) {
        free(text);
        text = NULL;
    }
    if (file) fclose(file);
    return text;
}

char *work_body(const fill_case *opened) {
    return opened->work == FILL_OUTER ? outer_body(opened->num_planes)
                                      : file_text(paths[opened->work]);
}
