out[0] = exp(sin(a) * cos(b)) + log(1.0 + a * a + b * b) * pow(a + 1.0, b);
