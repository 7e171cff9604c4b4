/* 200 steps of leapfrog around a mass at the origin */
real x = a, y = 0.0, u = 0.0, w = 0.5 + b, h = 0.01;
for (int k = 0; k < 200; k++) {
    x += 0.5 * h * u;
    y += 0.5 * h * w;
    real r = sqrt(x * x + y * y), f = -h / (r * r * r);
    u += f * x;
    w += f * y;
    x += 0.5 * h * u;
    y += 0.5 * h * w;
}
out[0] = x;
out[1] = y;
