/* SPDX-License-Identifier: MIT
 *
 * The base case: a + b and a * b for all pairs, in one call. */
#include <outerfill.h>
#include <stdio.h>

int main(void) {
    const double a[3] = {0, 1, 2}, b[4] = {0, 10, 20, 30};
    double ab[2][3][4];
    outerfill_error error;
    if (outerfill(a, 3, b, 4, &ab[0][0][0], &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("2 + 30 = %g, 2 * 30 = %g\n", ab[0][2][3], ab[1][2][3]);
    return 0;
}
