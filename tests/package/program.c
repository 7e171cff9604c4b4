/* SPDX-License-Identifier: MIT */
#include <outerfill.h>
#include <stdio.h>

int main(void) {
    double a[3] = {0, 1, 2}, b[4] = {0, 10, 20, 30}, ab[24];
    outerfill_error error;
    if (outerfill(a, 3, b, 4, ab, &error)) return fprintf(stderr, "%s\n", error.message), 1;
    printf("2 + 30 = %g, 2 * 30 = %g\n", ab[11], ab[23]);
    return 0;
}
