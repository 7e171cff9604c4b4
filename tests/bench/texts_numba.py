# SPDX-License-Identifier: MIT
#
# The texts of texts/ in Python, for Numba, in float64: CELLS has a function (a, b) -> planes for each, and create_fill makes a
# function that fills an array with it, in parallel over rows. fastmath, which is what Numba has in place of -Ofast.
import math

import numba

jit = numba.njit(fastmath=True, error_model="numpy")


@jit
def constants(a, b):
    level = min(max(math.sin(2.0 * math.pi * a) * math.exp(-b), -0.5), 0.5)
    return (level * level if b > 0.2 else level,)


@jit
def cut_power(a, b):
    return (math.pow(a, b) if a > 0.7 else 0.0,)


@jit
def escape(a, b):
    x, y, steps = 0.0, 0.0, 0
    while steps < 200 and x * x + y * y < 4.0:
        x, y = x * x - y * y + a - 1.5, 2.0 * x * y + b
        steps += 1
    return (float(steps),)


@jit
def implied_volatility(a, b):
    low, high, v, steps = 1e-4, 5.0, 0.3, 0
    price = b * a + max(a - 1.0, 0.0)
    for k in range(60):
        d1 = (math.log(a) + 0.5 * v * v) / v
        d2 = d1 - v
        value = a * 0.5 * math.erfc(-d1 * 0.7071067811865476) - 0.5 * math.erfc(-d2 * 0.7071067811865476)
        vega = a * math.exp(-0.5 * d1 * d1) * 0.3989422804014327
        if value > price:
            high = v
        else:
            low = v
        following = v - (value - price) / vega
        if not low < following < high:
            following = 0.5 * (low + high)
        steps = k + 1
        is_near = abs(following - v) < 1e-12
        v = following
        if is_near:
            break
    return v, float(steps), math.nan if v > 1.0 else v * v


@jit
def option_grid(a, b):
    d1 = (math.log(a) + 0.02 + 0.5 * b * b) / b
    d2 = d1 - b
    n1 = 0.5 * math.erfc(-d1 * 0.7071067811865476)
    n2 = 0.5 * math.erfc(-d2 * 0.7071067811865476)
    discount = math.exp(-0.02)
    call = a * n1 - discount * n2
    return call, call - a + discount, n1, a * math.exp(-0.5 * d1 * d1) * 0.3989422804014327


@jit
def orbit(a, b):
    x, y, u, w, h = a, 0.0, 0.0, 0.5 + b, 0.01
    for _ in range(200):
        x += 0.5 * h * u
        y += 0.5 * h * w
        r = math.sqrt(x * x + y * y)
        f = -h / (r * r * r)
        u += f * x
        w += f * y
        x += 0.5 * h * u
        y += 0.5 * h * w
    return x, y


@jit
def planck_band(a, b):
    total, begin, step = 0.0, b * 1e-6 + 1e-7, 1e-8
    for k in range(101):
        length = begin + k * step
        weight = 1.0 if k == 0 or k == 100 else 4.0 if k % 2 else 2.0
        total += weight * 1.1910429723971884e-16 / (length**5 * (math.exp(0.014387768775039337 / (length * 3000.0 * a)) - 1.0))
    return (total * step / 3.0,)


@jit
def transcendental(a, b):
    return (math.exp(math.sin(a) * math.cos(b)) + math.log(1.0 + a * a + b * b) * math.pow(a + 1.0, b),)


CELLS = {cell.__name__: cell
         for cell in (constants, cut_power, escape, implied_volatility, option_grid, orbit, planck_band, transcendental)}


def create_fill(name):
    cell = CELLS[name]

    @numba.njit(parallel=True, fastmath=True, error_model="numpy")
    def fill(a, b, ab):
        for i in numba.prange(a.size):
            for j in range(b.size):
                planes = cell(a[i], b[j])
                for p in range(len(planes)):
                    ab[p, i, j] = planes[p]
    return fill
