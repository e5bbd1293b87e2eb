"""Prints the polynomial coefficients used in src/math (needs mpmath).

Each is a Chebyshev interpolant, converted to powers and rounded to f64;
`err` is the largest relative error of the rounded polynomial on its interval.
"""
from mpmath import mp, mpf, cos, sin, exp, log, pi, sqrt, erf, erfc, loggamma, chop
mp.dps = 80

def fit(f, a, b, n):
    a, b = mpf(a), mpf(b)
    N = n + 1
    t = [cos(pi * (k + mpf(1) / 2) / N) for k in range(N)]
    x = [(a + b) / 2 + (b - a) / 2 * ti for ti in t]
    # Newton form, then powers of x
    c = [f(xi) for xi in x]
    for j in range(1, N):
        for i in range(N - 1, j - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (x[i] - x[i - j])
    p = [mpf(0)]
    for i in range(N - 1, -1, -1):
        q = [mpf(0)] * (len(p) + 1)
        for k, v in enumerate(p):
            q[k + 1] += v
            q[k] -= x[i] * v
        q[0] += c[i]
        p = q
    return p[:N]

def show(name, f, a, b, n):
    p = [mpf(float(v)) for v in fit(f, a, b, n)]
    worst = mpf(0)
    for i in range(1, 400):
        x = mpf(a) + (mpf(b) - mpf(a)) * i / 400
        y = mpf(0)
        for v in reversed(p):
            y = y * x + v
        worst = max(worst, abs(y / f(x) - 1))
    print(f"// {name} [{a}, {b}] degree {n} err {mp.nstr(worst, 3)}")
    print(f"const {name}: [f64; {n + 1}] = [")
    for v in p:
        print(f"    {float(v)!r},")
    print("];")

def hilo(name, v, bits=53):
    from mpmath import floor, ldexp, frexp
    m, e = frexp(v)
    hi = ldexp(floor(ldexp(m, bits)), e - bits) if bits < 53 else mpf(float(v))
    print(f"const {name}_HI: f64 = {float(hi)!r}; const {name}_LO: f64 = {float(v - hi)!r};")

hilo("LN_2", log(2), 42)
hilo("TAU", 2 * pi)
hilo("THIRD", mpf(1) / 3)
show("EXP", lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10)**-30 else mpf(1) / 2 + r / 6, -0.3467, 0.3467, 10)
zmax = mpf(0.1716) ** 2
def lnr(z):
    if z < mpf(10) ** -30: return mpf(2) / 3
    s = sqrt(z); return (log((1 + s) / (1 - s)) / s - 2) / z
show("LN", lnr, 0, float(zmax), 7)
def lnt(z):
    if z < mpf(10) ** -12: return mpf(1) / 5 + z / 7
    s = sqrt(z); return ((log((1 + s) / (1 - s)) / (2 * s) - 1) / z - mpf(1) / 3) / z
show("LN_TAIL", lnt, 0, float(zmax), 6)
q = float((pi / 4) ** 2) * 1.0001
show("SIN", lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z if z > mpf(10)**-30 else -mpf(1)/6, 0, q, 5)
show("COS", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2 if z > mpf(10)**-15 else mpf(1)/24, 0, q, 5)
show("ERF", lambda z: erf(sqrt(z)) / sqrt(z) if z > 0 else 2 / sqrt(pi), 0, 0.26, 9)
K = mpf(4)
def cx(y):
    x = K * (1 + y) / (1 - y)
    return (1 + 2 * x) * exp(x * x) * erfc(x)
import sys
deg = int(sys.argv[1]) if len(sys.argv) > 1 else 21
show("ERFCX", cx, float((mpf('0.49') - K) / (mpf('0.49') + K)), float((mpf(28) - K) / (mpf(28) + K)), deg)
show("LN_GAMMA_2", lambda z: loggamma(2 + z) / z if abs(z) > mpf(10)**-30 else 1 - mp.euler, -0.5, 0.5, 18)
