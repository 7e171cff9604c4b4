/* SPDX-License-Identifier: MIT
 *
 * 64 calls for each cell. Their arguments need both a and b, so that nobody gets away with a call for each row or column. */
real sum = 0;
for (int k = 0; k < 32; k++) sum += exp(-(a * b) * k) * sin((a + b) * k);
out[0] = sum;
