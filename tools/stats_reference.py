"""Writes src/stats/tests/reference.rs: ends of intervals to 17 digits (needs mpmath).

Clopper-Pearson and Jeffreys: the root of I_x(a, b) = tail, I by its continued fraction at 60 digits (the
hypergeometric series of mpmath is too slow for shapes of millions; where it is not, both are compared),
tail and level being the doubles that the program is given. Wilson: the root of the quadratic.
Confidence sequence: the root of the mixture's likelihood ratio, by logarithms of gamma functions.
"""
from mpmath import *
mp.dps = 60
def ibeta(a, b, x):
    """The smaller tail by Lentz; returns (I, 1 - I)."""
    if x * (a + b + 2) > a + 1:
        q, p = ibeta(b, a, 1 - x)
        return p, q
    front = exp(loggamma(a + b) - loggamma(a) - loggamma(b) + a * log(x) + b * log(1 - x)) / a
    c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    h, m = d, 0
    while True:
        m += 1
        e = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + e * d); c = 1 + e / c; h *= d * c
        o = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + o * d); c = 1 + o / c; h *= d * c
        if abs(d * c - 1) < mpf(10) ** -50:
            return front * h, 1 - front * h
def inverse(a, b, tail, upper, start):
    """x with I = tail below (or above) it: Newton on the logarithm of the tail, in log-odds."""
    t = log(start / (1 - start))
    for _ in range(200):
        x = 1 / (1 + exp(-t))
        p, q = ibeta(a, b, x)
        density = exp(loggamma(a + b) - loggamma(a) - loggamma(b) + a * log(x) + b * log(1 - x))
        step = (log(q) - log(tail)) * q / density if upper else -(log(p) - log(tail)) * p / density
        t += max(min(step, 1), -1)
        if abs(step) < mpf(10) ** -40:
            break
    else:
        raise ArithmeticError((a, b, tail, upper))
    x = 1 / (1 + exp(-t))
    if a + b < 200:
        other = betainc(a, b, 0, x, regularized=True)
        assert abs((1 - other if upper else other) - tail) < mpf(10) ** -35
    return x
def quantile(tail):
    """Normal quantile."""
    x = -sqrt(-2 * log(tail)) if tail < 0.1 else mpf(0)
    for _ in range(200):
        P = erfc(-x / sqrt(2)) / 2
        s = (P - tail) * sqrt(2 * pi) * exp(x * x / 2)
        x -= s
        if abs(s) < mpf(10) ** -45: break
    return x
def wilson(k, n, level):
    z = quantile((1 - level) / 2)
    p = mpf(k) / n
    middle, root = p + z * z / (2 * n), abs(z) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - root) / (1 + z * z / n) if k else mpf(0), (middle + root) / (1 + z * z / n) if k < n else mpf(1)
def beta_ends(k, n, level, a0, b0, a1, b1):
    tail = (1 - level) / 2
    w = wilson(k, n, level)
    low = inverse(k + a0, n - k + b0, tail, False, w[0]) if k else mpf(0)
    high = inverse(k + a1, n - k + b1, tail, True, w[1]) if k < n else mpf(1)
    return low, high
def sequence(k, n, level):
    """Ends of { p : B(k + 1/2, m + 1/2) / B(1/2, 1/2) / (p^k q^m) < 1 / (1 - level) }."""
    m, h = n - k, mpf(1) / 2
    mixture = loggamma(k + h) + loggamma(m + h) - loggamma(mpf(n) + 1) - log(pi)
    f = lambda p: mixture - (k * log(p) if k else 0) - (m * log(1 - p) if m else 0) + log(1 - level)
    def bisect(inside, outside):
        # In log-odds, so that small shares keep their digits.
        g = lambda t: f(1 / (1 + exp(-t)))
        for _ in range(220):
            middle = (inside + outside) / 2
            if g(middle) < 0: inside = middle
            else: outside = middle
        return 1 / (1 + exp(-inside))
    best = log(mpf(k if k else h) / (m if m else h))
    assert f(1 / (1 + exp(-best))) < 0
    return (bisect(best, mpf(-60)) if k else mpf(0)), (bisect(best, mpf(60)) if m else mpf(1))
def text(x):
    s = repr(float(x))
    if 'e' in s: return s
    whole, part = s.split('.')
    groups = '_'.join(part[i:i + 3] for i in range(0, len(part), 3))
    return f'{whole}.{groups}'
def count(n):
    return f'{n:_}' if n >= 10_000 else str(n)
LEVELS = [0.5, 0.9, 0.95, 0.99, 0.9999]
WIDE = [(7, 64), (31, 64), (0, 10**9), (1, 10**9), (100_000, 10**9), (5 * 10**8, 10**9), (10**9 - 1, 10**9), (10**9, 10**9)]
COUNTS = [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (10, 10), (3, 1000), (500, 1000), (999, 1000), (512, 10000),
          (0, 10**7), (1, 10**7), (1000, 10**7), (4_000_000, 10**7), (10**7 - 2, 10**7), (10**7, 10**7)]
out = open('src/stats/tests/reference.rs', 'w')
out.write('//! Ends of intervals by mpmath 1.3 at 60 digits; written by `tools/stats_reference.py`. @generated\n\n')
out.write('/// `k, n, level`, then Wilson, Clopper-Pearson and Jeffreys.\n#[rustfmt::skip]\n')
out.write('pub(super) const INTERVALS: &[(u64, u64, f64, [[f64; 2]; 3])] = &[\n')
half = mpf(1) / 2
for k, n in COUNTS:
    for level in LEVELS:
        l = mpf(level)
        ends = [wilson(k, n, l), beta_ends(k, n, l, 0, 1, 1, 0), beta_ends(k, n, l, half, half, half, half)]
        out.write(f'    ({count(k)}, {count(n)}, {level}, [' + ', '.join(f'[{text(a)}, {text(b)}]' for a, b in ends) + ']),\n')
out.write('];\n\n/// `k, n, level`, then the confidence sequence.\n#[rustfmt::skip]\n')
out.write('pub(super) const SEQUENCES: &[(u64, u64, f64, [f64; 2])] = &[\n')
for k, n in COUNTS + WIDE:
    for level in [0.5, 0.95, 0.9999]:
        a, b = sequence(k, n, mpf(level))
        out.write(f'    ({count(k)}, {count(n)}, {level}, [{text(a)}, {text(b)}]),\n')
out.write('];\n')
