/* SPDX-License-Identifier: MIT
 *
 * One expression of everyday functions. */
out[0] = exp(sin(a) * cos(b)) + log(1 + a * a + b * b) * pow(a + 1, b);
