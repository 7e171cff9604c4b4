/* a: spot price over strike, b: volatility; one year, rate 2 %: call, put, delta, vega */
real d1 = (log(a) + 0.02 + 0.5 * b * b) / b, d2 = d1 - b;
real n1 = 0.5 * erfc(-d1 * 0.7071067811865476), n2 = 0.5 * erfc(-d2 * 0.7071067811865476);
real discount = exp(-0.02);
out[0] = a * n1 - discount * n2;
out[1] = out[0] - a + discount;
out[2] = n1;
out[3] = a * exp(-0.5 * d1 * d1) * 0.3989422804014327;
