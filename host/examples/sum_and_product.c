/* SPDX-License-Identifier: MIT
 *
 * The simplest use: one call computes a + b and a * b for all pairs of elements.
 * Plane 0 of ab holds the sums, and plane 1 holds the products. The program has nothing to release.
 * For arrays of this size the call opens no device, unless OUTERFILL_DEVICE is set. */
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
