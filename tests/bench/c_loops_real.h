/* SPDX-License-Identifier: MIT
 *
 * The loops of c_loops.c for one type: REAL is it, NAMED(x) puts it into a name. Included once for each type. */

/* ---- a + b, a * b, and for further planes a constant more ---- */

static void NAMED(outer_row)(REAL *restrict row, REAL a, const REAL *restrict b, size_t num_columns,
                             size_t p) {
    const REAL more = (REAL)(p / 2);

    if (p == 0)
        for (size_t j = 0; j < num_columns; j++) row[j] = a + b[j];
    else if (p == 1)
        for (size_t j = 0; j < num_columns; j++) row[j] = a * b[j];
    else if (p % 2 == 0)
        for (size_t j = 0; j < num_columns; j++) row[j] = (a + b[j]) + more;
    else
        for (size_t j = 0; j < num_columns; j++) row[j] = (a * b[j]) + more;
}

/* Blocks of several short rows or of a part of a long one, shared out to the threads in one piece each, so that they are
 * equally busy at every shape and each writes memory of its own. */
static void NAMED(outer)(REAL *ab, const REAL *a, size_t n, const REAL *b, size_t m,
                         size_t num_planes) {
    const size_t columns = m < BLOCK_COLUMNS ? m : BLOCK_COLUMNS,
                 rows = columns ? (BLOCK_COLUMNS + columns - 1) / columns : 1;
    const size_t blocks_across = columns ? (m + columns - 1) / columns : 0,
                 blocks_down = (n + rows - 1) / rows;

    PRAGMA(omp parallel for schedule(static) if (n * m * num_planes >= PARALLEL_CELLS))
    for (size_t k = 0; k < blocks_across * blocks_down; k++) {
        const size_t i_begin = k / blocks_across * rows,
                     i_end = i_begin + rows < n ? i_begin + rows : n;
        const size_t j_begin = k % blocks_across * columns,
                     j_end = j_begin + columns < m ? j_begin + columns : m;
        for (size_t p = 0; p < num_planes; p++)
            for (size_t i = i_begin; i < i_end; i++)
                NAMED(outer_row)(ab + (p * n + i) * m + j_begin, a[i], b + j_begin, j_end - j_begin,
                                 p);
    }
}

/* ---- Expensive cells: a loop over j, which the compiler may make vector calls of, and rows as the threads get to them ---- */

static void NAMED(expression_row)(REAL *restrict row, REAL a, const REAL *restrict b, size_t m) {
    for (size_t j = 0; j < m; j++)
        row[j] = exp(sin(a) * cos(b[j])) + log(1 + a * a + b[j] * b[j]) * pow(a + 1, b[j]);
}

static void NAMED(option_row)(REAL *restrict row, size_t plane, REAL a, const REAL *restrict b,
                              size_t m) {
    const REAL strike = 100, rate = (REAL)0.02, years = 1, half = (REAL)0.5;

    for (size_t j = 0; j < m; j++) {
        const REAL root = b[j] * sqrt(years);
        const REAL d1 = (log(a / strike) + (rate + half * b[j] * b[j]) * years) / root,
                   d2 = d1 - root;
        const REAL normal_d1 = half * erfc(d1 * (REAL)-0.7071067811865476);
        const REAL normal_d2 = half * erfc(d2 * (REAL)-0.7071067811865476);
        const REAL density_d1 = (REAL)0.3989422804014327 * exp(-half * d1 * d1);
        row[j] = a * normal_d1 - strike * exp(-rate * years) * normal_d2;
        row[plane + j] = normal_d1;
        row[2 * plane + j] = density_d1 / (a * root);
        row[3 * plane + j] = a * density_d1 * sqrt(years);
    }
}

static void NAMED(iterate_row)(REAL *restrict row, REAL a, const REAL *restrict b, size_t m,
                               int num_steps) {
    for (size_t j = 0; j < m; j++) {
        REAL x = b[j];
        int k = 0;
        for (; k < num_steps; k++) {
            x = x * x + a;
            if (fabs(x) > 4) break;
        }
        row[j] = (REAL)k + x;
    }
}

static void NAMED(transcendental64_row)(REAL *restrict row, REAL a, const REAL *restrict b,
                                        size_t m) {
    for (size_t j = 0; j < m; j++) row[j] = 0;
    for (int k = 0; k < 32; k++)
        for (size_t j = 0; j < m; j++)
            row[j] += exp(-(a * b[j]) * (REAL)k) * sin((a + b[j]) * (REAL)k);
}

static void NAMED(expensive)(const fill_case *opened) {
    const REAL *a = opened->a, *b = opened->b;
    const size_t n = opened->n, m = opened->m;

    PRAGMA(omp parallel for schedule(dynamic))
    for (size_t i = 0; i < n; i++) {
        REAL *row = (REAL *)opened->ab + i * m;
        switch (opened->work) {
        case FILL_EXPRESSION: NAMED(expression_row)(row, a[i], b, m); break;
        case FILL_OPTION: NAMED(option_row)(row, n * m, a[i], b, m); break;
        case FILL_ITERATE1000: NAMED(iterate_row)(row, a[i], b, m, 1000); break;
        case FILL_ITERATE2000: NAMED(iterate_row)(row, a[i], b, m, 2000); break;
        default: NAMED(transcendental64_row)(row, a[i], b, m); break;
        }
    }
}

static void NAMED(fill)(const fill_case *opened) {
    if (opened->work != FILL_OUTER)
        NAMED(expensive)(opened);
    else if (
        opened->m ==
        1) /* a column is the row of the exchanged vectors: one long loop in place of many of one step */
        NAMED(outer)(opened->ab, opened->b, 1, opened->a, opened->n, opened->num_planes);
    else
        NAMED(outer)(opened->ab, opened->a, opened->n, opened->b, opened->m, opened->num_planes);
}
