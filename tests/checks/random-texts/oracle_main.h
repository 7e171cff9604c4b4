/* SPDX-License-Identifier: MIT
 *
 * oracle A B RECORDS: computes every plane of every cell three times, and writes a record for each,
 * in the order of ab[p, i, j]. In front of this file stand oracle.h, compute_cell made of the text,
 * and the sizes NUM_PLANES, N and M. */

static real *load(const char *path, size_t count) {
    real *values = malloc(count * sizeof *values);
    FILE *file = fopen(path, "rb");
    if (!values || !file || fread(values, sizeof *values, count, file) != count) exit(2);
    fclose(file);
    return values;
}

static struct record records[NUM_PLANES][N][M];

static void compute(long i, long j, real a, real b) {
    real out[NUM_PLANES];
    for (pass = 2; pass >= 0; pass--) {
        for (size_t p = 0; p < NUM_PLANES; p++) {
            records[p][i][j].num_calls = records[p][i][j].is_free = 0;
            out[p] = 0;
        }
        compute_cell(a, b, i, j, N, M, out, records);
        for (size_t p = 0; p < NUM_PLANES; p++) records[p][i][j].values[pass] = out[p];
    }
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    const real *a = load(argv[1], N), *b = load(argv[2], M);
    for (long i = 0; i < N; i++)
        for (long j = 0; j < M; j++) compute(i, j, a[i], b[j]);
    FILE *file = fopen(argv[3], "wb");
    return !file || fwrite(records, sizeof records, 1, file) != 1 || fclose(file);
}
