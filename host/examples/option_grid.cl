/* SPDX-License-Identifier: MIT
 *
 * The body of a function that values a European call option.
 * a is the spot price, and b is the volatility per square root of a year. The parameters are
 * strike, rate (per year, compounded continuously) and years (until the option expires).
 * The planes are the price, delta (the derivative by a), gamma (the second derivative by a) and
 * vega (the derivative by b).
 *
 * Source: F. Black and M. Scholes, The Pricing of Options and Corporate Liabilities (1973). The
 * normal distribution is N(x) = erfc(-x / sqrt(2)) / 2, and its density is
 * exp(-x * x / 2) / sqrt(2 * pi). */
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
