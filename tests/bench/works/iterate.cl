/* SPDX-License-Identifier: MIT
 *
 * A branching iteration, STEPS at most: the escape time of x*x + a from x = b, and the last x. The range of a is one where
 * what does not escape converges, so that a difference in the last bit stays one. */
real x = b;
int k = 0;
for (; k < STEPS; k++) {
    x = x * x + a;
    if (fabs(x) > 4) break;
}
out[0] = k + x;
