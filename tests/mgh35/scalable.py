"""Problems 20 to 35: as many variables as are given.

Each function takes the variables, floats or Values, and returns the residuals. The
three linear problems have ten residuals here, the paper's m.
"""

import math

import autograd_scalar as ag

LINEAR_ROWS = 10
SMALL = math.sqrt(1e-5)  # the weight of both penalties


def watson(x):
    residuals = []
    for t in (i / 29 for i in range(1, 30)):
        slope = ag.sum([j * t ** (j - 1) * x[j] for j in range(1, len(x))])
        total = ag.sum([t**j * x[j] for j in range(len(x))])
        residuals.append(slope - total**2 - 1.0)
    return [*residuals, x[0], x[1] - x[0] ** 2 - 1.0]


def extended_rosenbrock(x):
    residuals = []
    for odd, even in zip(x[::2], x[1::2], strict=True):
        residuals += [10.0 * (even - odd**2), 1.0 - odd]
    return residuals


def extended_powell_singular(x):
    residuals = []
    for a, b, c, d in zip(x[::4], x[1::4], x[2::4], x[3::4], strict=True):
        residuals += [
            a + 10.0 * b,
            math.sqrt(5.0) * (c - d),
            (b - 2.0 * c) ** 2,
            math.sqrt(10.0) * (a - d) ** 2,
        ]
    return residuals


def penalty_1(x):
    total = ag.sum([v**2 for v in x])
    return [*(SMALL * (v - 1.0) for v in x), total - 0.25]


def penalty_2(x):
    n = len(x)
    residuals = [x[0] - 0.2]
    for i in range(2, n + 1):
        y = math.exp(i / 10) + math.exp((i - 1) / 10)
        growth = ag.exp(x[i - 1] / 10.0) + ag.exp(x[i - 2] / 10.0)
        residuals.append(SMALL * (growth - y))
    residuals += [SMALL * (ag.exp(v / 10.0) - math.exp(-0.1)) for v in x[1:]]
    total = ag.sum([(n - j) * v**2 for j, v in enumerate(x)])
    return [*residuals, total - 1.0]


def variably_dimensioned(x):
    total = ag.sum([j * (v - 1.0) for j, v in enumerate(x, 1)])
    return [*(v - 1.0 for v in x), total, total**2]


def trigonometric(x):
    total = len(x) - ag.sum([ag.cos(v) for v in x])
    return [total + i * (1.0 - ag.cos(v)) - ag.sin(v) for i, v in enumerate(x, 1)]


def brown_almost_linear(x):
    total = ag.sum(x) - (len(x) + 1)
    return [*(v + total for v in x[:-1]), ag.prod(x) - 1.0]


def discrete_boundary_value(x):
    h = 1 / (len(x) + 1)
    padded = [0.0, *x, 0.0]
    return [
        2.0 * padded[i]
        - padded[i - 1]
        - padded[i + 1]
        + h**2 / 2.0 * (padded[i] + i * h + 1.0) ** 3
        for i in range(1, len(x) + 1)
    ]


def discrete_integral_equation(x):
    n, h = len(x), 1 / (len(x) + 1)
    t = [i * h for i in range(1, n + 1)]
    cubes = [(v + s + 1.0) ** 3 for v, s in zip(x, t, strict=True)]
    residuals = []
    for i in range(n):
        below = ag.sum([t[j] * cubes[j] for j in range(i + 1)])
        above = ag.sum([(1.0 - t[j]) * cubes[j] for j in range(i + 1, n)])
        integral = (1.0 - t[i]) * below + t[i] * above
        residuals.append(x[i] + h / 2.0 * integral)
    return residuals


def broyden_tridiagonal(x):
    padded = [0.0, *x, 0.0]
    return [
        (3.0 - 2.0 * v) * v - padded[i - 1] - 2.0 * padded[i + 1] + 1.0
        for i, v in enumerate(x, 1)
    ]


def broyden_banded(x):
    below, above = 5, 1
    residuals = []
    for i, v in enumerate(x):
        band = [*x[max(0, i - below) : i], *x[i + 1 : i + 1 + above]]
        neighbours = ag.sum([u * (1.0 + u) for u in band])
        residuals.append(v * (2.0 + 5.0 * v**2) + 1.0 - neighbours)
    return residuals


def linear_full_rank(x):
    mean = 2.0 / LINEAR_ROWS * ag.sum(x) + 1.0
    return [*(v - mean for v in x), *[-mean] * (LINEAR_ROWS - len(x))]


def linear_rank_1(x):
    total = ag.sum([j * v for j, v in enumerate(x, 1)])
    return [i * total - 1.0 for i in range(1, LINEAR_ROWS + 1)]


def linear_rank_1_with_zero_columns_and_rows(x):
    total = ag.sum([j * v for j, v in enumerate(x[1:-1], 2)])
    inner = [i * total - 1.0 for i in range(1, LINEAR_ROWS - 1)]
    return [-1.0, *inner, -1.0]


def chebyquad(x):
    """Chebyshev polynomials shifted to [0, 1], by their recurrence."""
    arguments = [2.0 * v - 1.0 for v in x]
    before, now = [1.0] * len(x), arguments
    residuals = []
    for i in range(1, len(x) + 1):
        integral = 0.0 if i % 2 else -1.0 / (i * i - 1)
        residuals.append(ag.sum(now) / len(x) - integral)
        following = [
            2.0 * s * q - p for s, p, q in zip(arguments, before, now, strict=True)
        ]
        before, now = now, following
    return residuals
