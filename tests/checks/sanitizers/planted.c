/* SPDX-License-Identifier: MIT
 *
 * planted overflow|misaligned|leak|race: misuses the library so that one of its loops writes past an array, or races with itself,
 * or that it writes to a misaligned struct, or loses memory. Whoever looks for reports of sanitizers runs this first: what does
 * not report it here would not report a fault of the library's either. The arrays are so small that no device is opened. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <outerfill.h>

enum { N = 2, M = 3 };

static const double a[N] = {1, 2}, b[M] = {10, 20, 30};

static int fill(double *ab) {
    return outerfill(a, N, b, M, ab, NULL) != OUTERFILL_OK;
}

static int overflow(void) {
    double *ab = malloc((2 * N * M - 1) * sizeof *ab); /* one cell too short */
    const int status = ab ? fill(ab) : 1;
    free(ab);
    return status;
}

static int misaligned(void) {
    double ab[2 * N * M];
    char *bytes = malloc(sizeof(outerfill_error) + 1);
    void *error = bytes + 1;
    const int status = bytes ? outerfill(a, N, b, M, ab, error) != OUTERFILL_OK : 1;
    free(bytes);
    return status;
}

/* Lost from a frame that is gone: nothing on the stack or in a register may still point there. */
__attribute__((noinline)) static int lose(void) {
    char *array = outerfill_alloc(1000);
    if (array) memset(array, 1, 1000);
    return array == NULL;
}

static int leak(void) {
    int status = 0;
    for (int k = 0; k < 10; k++) status |= lose();
    return status;
}

static void *fill_in_thread(void *ab) {
    for (int k = 0; k < 1000; k++) fill(ab);
    return NULL;
}

static int race(void) {
    double ab[2 * N * M];
    pthread_t thread;
    if (pthread_create(&thread, NULL, fill_in_thread, ab)) return 1;
    fill_in_thread(ab);
    return pthread_join(thread, NULL);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(void);
    } faults[] = {
        {"overflow", overflow}, {"misaligned", misaligned}, {"leak", leak}, {"race", race}};
    for (size_t k = 0; argc == 2 && k < sizeof faults / sizeof *faults; k++)
        if (!strcmp(argv[1], faults[k].name)) return faults[k].run();
    fputs("usage: planted overflow|misaligned|leak|race\n", stderr);
    return 2;
}
