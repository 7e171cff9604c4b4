/* steps of z = z z + c until |z| > 2, c = (a - 1.5, b), at most 200 */
real x = 0, y = 0;
int steps = 0;
while (steps < 200 && x * x + y * y < 4.0) {
    real next = x * x - y * y + a - 1.5;
    y = 2.0 * x * y + b;
    x = next;
    steps++;
}
out[0] = steps;
