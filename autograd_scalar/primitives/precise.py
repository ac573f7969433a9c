"""Slow but right float functions, by `decimal` arithmetic with 42 digits.

They serve where no short float formula keeps its digits. `decimal` is imported at
the first call, so that importing the package stays cheap.

>>> digamma(1.0)
-0.5772156649015329
"""

# ruff: noqa: PLC0415 - decimal is imported when it is needed
# ruff: noqa: PLR0124 - x != x is the test for nan
from __future__ import annotations

import math
from functools import cache
from math import inf, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Context, Decimal


HIGHEST_ORDER = 170.0  # the last order whose factorial is a float
_DIGITS = 42
_TERMS = 40
_SHIFT = 16  # the asymptotic series gives 42 digits from here on
_PI = "3.14159265358979323846264338327950288419716939937510582097494459230781640629"


@cache
def _setup() -> tuple[Context, Decimal, tuple[Decimal, ...]]:
    """Return the working context, π, and B(2k) / (2k) for k = 1, 2 and so on."""
    from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

    context = Context(prec=_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
    # Bernoulli numbers from the tangent numbers, which are integers.
    tangents = [0] + [math.factorial(k) for k in range(_TERMS)]
    for k in range(2, _TERMS + 1):
        for j in range(k, _TERMS + 1):
            tangents[j] = (j - k) * tangents[j - 1] + (j - k + 2) * tangents[j]
    series = []
    for k in range(1, _TERMS + 1):
        power = 4**k
        numerator = tangents[k] if k % 2 else -tangents[k]
        series.append(context.divide(Decimal(numerator), Decimal(power * (power - 1))))
    return context, Decimal(_PI), tuple(series)


def digamma(x: float) -> float:
    """Return ψ(x), the derivative of log Γ; nan at -1, -2, … and ∓inf at ±0.

    >>> digamma(1.4616321449683622)
    -9.241265521729427e-17
    """
    return polygamma(0.0, x)


def lgamma(x: float) -> float:
    """Return log|Γ(x)| for x < 0 other than whole numbers, right near its zeros, too.

    >>> lgamma(-2.4570247382208006)
    5.619192358950097e-17
    """
    from decimal import Decimal, localcontext

    context, pi, _ = _setup()
    with localcontext(context):
        _, sine = _cos_sin(pi * Decimal(math.remainder(x, 1.0)))
        return float((pi / abs(sine)).ln() - _log_gamma(1 - Decimal(x)))


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of ψ at x; nan unless n is 0, 1, …, 170.

    >>> polygamma(1.0, 1.0)
    1.6449340668482264
    """
    if x != x or not 0.0 <= n <= HIGHEST_ORDER or n != int(n) or x == -inf:
        return nan
    order = int(n)
    if x == inf:
        return 0.0 if order else inf
    if x == 0.0:
        return inf if order % 2 else -math.copysign(inf, x)
    if x < 0.0 and x == math.floor(x):
        return inf if order % 2 else nan

    from decimal import Decimal, localcontext

    context, pi, _ = _setup()
    with localcontext(context):
        if x > 0.0:
            return float(_positive(order, Decimal(x)))
        mirrored = _positive(order, 1 - Decimal(x))
        r = Decimal(math.remainder(x, 1.0))
        _, sine = _cos_sin(pi * r)
        # by what is left to 1/2: the cosine is 0 there, as its even derivatives are
        _, cosine = _cos_sin(pi * (Decimal("0.5") - abs(r)))
        pole = pi ** (order + 1) * _cot_derivative(order, cosine / sine)
        return float((-mirrored if order % 2 else mirrored) - pole)


def _positive(n: int, x: Decimal) -> Decimal:
    """Return polygamma(n, x) for x > 0: recurrence, then the asymptotic series."""
    from decimal import Decimal

    _, _, series = _setup()
    near = Decimal(0)
    while x < _SHIFT + n:
        near += 1 / x ** (n + 1) if n else 1 / x
        x += 1
    inverse = 1 / x
    square = inverse * inverse
    # Terms of the series: B(2k)/(2k) * (2k+n-1)!/(2k-1)! / x**(2k+n).
    power = square
    weight = Decimal(math.factorial(n))  # (2k+n-1)! / (2k-1)! at k = 1 is (n+1)!
    weight *= n + 1
    far = Decimal(0)
    enough = abs(series[0] * weight * power).scaleb(-_DIGITS)
    for k, coefficient in enumerate(series, start=1):
        term = coefficient * weight * power
        far += term
        if abs(term) < enough:
            break
        power *= square
        if n:
            weight = weight * ((2 * k + n) * (2 * k + n + 1)) / ((2 * k) * (2 * k + 1))
    if n == 0:
        return x.ln() - inverse / 2 - far - near
    factorial = Decimal(math.factorial(n - 1))
    far = (factorial + factorial * n * inverse / 2 + far) * inverse**n
    total = far + near * factorial * n
    return total if n % 2 else -total


def _log_gamma(x: Decimal) -> Decimal:
    """Return log Γ(x) for x > 0: recurrence, then Stirling's series."""
    _, pi, series = _setup()
    product = x * 0 + 1
    while x < _SHIFT:
        product *= x
        x += 1
    square = x * x
    far = x * 0
    for k in range(_TERMS, 0, -1):
        far = far / square + series[k - 1] / (2 * k - 1)
    half = (2 * pi).ln() / 2
    return (2 * x - 1) / 2 * x.ln() - x + half + far / x - product.ln()


def _cos_sin(angle: Decimal) -> tuple[Decimal, Decimal]:
    """Return cosine and sine for |angle| <= π/2, by their power series."""
    square = angle * angle
    cosine, sine, term = angle * 0, angle * 0, angle * 0 + 1
    enough = term.scaleb(-_DIGITS - 2)
    k = 0
    while abs(term) >= enough:
        cosine += term
        odd = term / (k + 1)
        sine += odd
        term = -odd * square / (k + 2)
        k += 2
    return cosine, sine * angle


@cache
def cot_polynomial(n: int) -> tuple[int, ...]:
    """Return the integers c with the n-th derivative of cot = Σ c[k] cot**k."""
    result = [0, 1]
    for _ in range(n):
        derivative = [k * c for k, c in enumerate(result)][1:]
        result = [0] * (len(derivative) + 2)
        for k, c in enumerate(derivative):
            result[k] -= c
            result[k + 2] -= c
    return tuple(result)


def _cot_derivative(n: int, cot: Decimal) -> Decimal:
    total = cot * 0
    for coefficient in reversed(cot_polynomial(n)):
        total = total * cot + coefficient
    return total


def sinc_derivative(x: float) -> float:
    """Return the derivative of sin(πx) / (πx), for finite x other than 0.

    >>> sinc_derivative(1.4302966531242027)
    -5.3972132071961494e-17
    """
    from decimal import Decimal, localcontext

    context, pi, _ = _setup()
    with localcontext(context):
        nearest = math.floor(x + 0.5) if abs(x) < 2.0**52 else int(x)
        exact = Decimal(x)
        cosine, sine = _cos_sin(pi * (exact - nearest))
        derivative = (cosine - sine / (pi * exact)) / exact
        return float(-derivative if nearest % 2 else derivative)
