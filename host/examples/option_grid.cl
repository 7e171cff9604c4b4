/* SPDX-License-Identifier: MIT
 *
 * A European call option over spot price a and volatility b: price, delta, gamma and vega after F. Black and M. Scholes, The
 * Pricing of Options and Corporate Liabilities (1973). Parameters: strike, rate (per year), years. */
const real root = b * sqrt(years);
const real d1 = (log(a / strike) + (rate + 0.5 * b * b) * years) / root;
const real d2 = d1 - root;
const real normal_d1 = 0.5 * erfc(d1 * -0.7071067811865476);
const real normal_d2 = 0.5 * erfc(d2 * -0.7071067811865476);
const real density_d1 = 0.3989422804014327 * exp(-0.5 * d1 * d1);

out[0] = a * normal_d1 - strike * exp(-rate * years) * normal_d2;
out[1] = normal_d1;
out[2] = density_d1 / (a * root);
out[3] = a * density_d1 * sqrt(years);
