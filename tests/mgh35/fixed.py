"""Problems 1 to 19: the number of variables is fixed.

Each function takes the variables, floats or Values, and returns the residuals; the
numbers in front of the names in the table are the paper's.
"""

import math

import autograd_scalar as ag

from . import measured


def rosenbrock(x):
    x1, x2 = x
    return [10.0 * (x2 - x1**2), 1.0 - x1]


def freudenstein_roth(x):
    x1, x2 = x
    return [
        -13.0 + x1 + ((5.0 - x2) * x2 - 2.0) * x2,
        -29.0 + x1 + ((x2 + 1.0) * x2 - 14.0) * x2,
    ]


def powell_badly_scaled(x):
    x1, x2 = x
    return [1e4 * x1 * x2 - 1.0, ag.exp(-x1) + ag.exp(-x2) - 1.0001]


def brown_badly_scaled(x):
    x1, x2 = x
    return [x1 - 1e6, x2 - 2e-6, x1 * x2 - 2.0]


def beale(x):
    x1, x2 = x
    return [y - x1 * (1.0 - x2**i) for i, y in enumerate((1.5, 2.25, 2.625), 1)]


def jennrich_sampson(x):
    x1, x2 = x
    return [2 + 2 * i - (ag.exp(i * x1) + ag.exp(i * x2)) for i in range(1, 11)]


def helical_valley(x):
    x1, x2, x3 = x
    half_turn = 0.5 if x1 < 0.0 else 0.0
    turns = ag.arctan(x2 / x1) / (2.0 * math.pi) + half_turn
    radius = ag.sqrt(x1**2 + x2**2)
    return [10.0 * (x3 - 10.0 * turns), 10.0 * (radius - 1.0), x3]


def bard(x):
    x1, x2, x3 = x
    return [
        y - (x1 + i / ((16 - i) * x2 + min(i, 16 - i) * x3))
        for i, y in enumerate(measured.BARD, 1)
    ]


def gaussian(x):
    x1, x2, x3 = x
    return [
        x1 * ag.exp(-x2 * ((8 - i) / 2 - x3) ** 2 / 2.0) - y
        for i, y in enumerate(measured.GAUSSIAN, 1)
    ]


def meyer(x):
    x1, x2, x3 = x
    return [
        x1 * ag.exp(x2 / (45 + 5 * i + x3)) - y for i, y in enumerate(measured.MEYER, 1)
    ]


def gulf(x):
    """Gulf research and development; the paper's factor m*i is known as a misprint."""
    x1, x2, x3 = x
    residuals = []
    for i in range(1, 100):
        t = i / 100
        y = 25.0 + (-50.0 * math.log(t)) ** (2 / 3)
        residuals.append(ag.exp(-(abs(y - x2) ** x3) / x1) - t)
    return residuals


def box_three_dimensional(x):
    x1, x2, x3 = x
    residuals = []
    for i in range(1, 11):
        t = 0.1 * i
        weight = math.exp(-t) - math.exp(-10.0 * t)
        residuals.append(ag.exp(-t * x1) - ag.exp(-t * x2) - x3 * weight)
    return residuals


def powell_singular(x):
    x1, x2, x3, x4 = x
    return [
        x1 + 10.0 * x2,
        math.sqrt(5.0) * (x3 - x4),
        (x2 - 2.0 * x3) ** 2,
        math.sqrt(10.0) * (x1 - x4) ** 2,
    ]


def wood(x):
    x1, x2, x3, x4 = x
    return [
        10.0 * (x2 - x1**2),
        1.0 - x1,
        math.sqrt(90.0) * (x4 - x3**2),
        1.0 - x3,
        math.sqrt(10.0) * (x2 + x4 - 2.0),
        (x2 - x4) / math.sqrt(10.0),
    ]


def kowalik_osborne(x):
    x1, x2, x3, x4 = x
    return [
        y - x1 * (u**2 + u * x2) / (u**2 + u * x3 + x4)
        for y, u in zip(
            measured.KOWALIK_OSBORNE_Y, measured.KOWALIK_OSBORNE_U, strict=True
        )
    ]


def brown_dennis(x):
    x1, x2, x3, x4 = x
    return [
        (x1 + t * x2 - math.exp(t)) ** 2 + (x3 + math.sin(t) * x4 - math.cos(t)) ** 2
        for t in (i / 5 for i in range(1, 21))
    ]


def osborne_1(x):
    x1, x2, x3, x4, x5 = x
    return [
        y - (x1 + x2 * ag.exp(-10 * i * x4) + x3 * ag.exp(-10 * i * x5))
        for i, y in enumerate(measured.OSBORNE_1)
    ]


def biggs_exp6(x):
    x1, x2, x3, x4, x5, x6 = x
    residuals = []
    for i in range(1, 14):
        t = 0.1 * i
        y = math.exp(-t) - 5.0 * math.exp(-10.0 * t) + 3.0 * math.exp(-4.0 * t)
        fit = x3 * ag.exp(-t * x1) - x4 * ag.exp(-t * x2) + x6 * ag.exp(-t * x5)
        residuals.append(fit - y)
    return residuals


def osborne_2(x):
    """A decay, x1 and x5, and three bells of height, width and centre."""
    x1, x5, bells = x[0], x[4], list(zip(x[1:4], x[5:8], x[8:11], strict=True))
    residuals = []
    for i, y in enumerate(measured.OSBORNE_2):
        t = i / 10
        fit = x1 * ag.exp(-t * x5)
        for height, width, centre in bells:
            fit = fit + height * ag.exp(-((t - centre) ** 2) * width)
        residuals.append(y - fit)
    return residuals
