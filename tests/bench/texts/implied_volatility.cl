/* a: spot price over strike, b: time value over spot price */
real low = 1e-4, high = 5.0, v = 0.3;
real price = b * a + fmax(a - 1.0, 0.0);
int steps = 0;
for (int k = 0; k < 60; k++) {
    real d1 = (log(a) + 0.5 * v * v) / v, d2 = d1 - v;
    real value = a * 0.5 * erfc(-d1 * 0.7071067811865476) - 0.5 * erfc(-d2 * 0.7071067811865476);
    real vega = a * exp(-0.5 * d1 * d1) * 0.3989422804014327;
    if (value > price)
        high = v;
    else
        low = v;
    real next = v - (value - price) / vega;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    steps = k + 1;
    if (fabs(next - v) < 1e-12) {
        v = next;
        break;
    }
    v = next;
}
out[0] = v;
out[1] = steps;
out[2] = v > 1.0 ? NAN : v *v;
