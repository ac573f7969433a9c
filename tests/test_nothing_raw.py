"""Every row of the table at the ends of the floats, through every public function.

What comes is a number, inf and nan included, or an error of this package: no
OverflowError, ZeroDivisionError, ValueError, and nothing of mpmath's.
"""

import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import inf, nan
from typing import Any

import mpmath
import pytest

import autograd_scalar as ag
from autograd_scalar import (
    PRIMITIVES,
    AutogradError,
    Dual,
    Interval,
    Value,
    gradients,
    replay,
)
from autograd_scalar.graph.value import nary

SIZES = (5e-324, 2.2e-308, 1e-300, 1e-160, 0.5, 1.0, 40.0, 1e16, 1e160, 1e300, 1e308)
LARGEST = 1.7976931348623157e308
POINTS = (
    *(0.0, -0.0, nan, inf, -inf, LARGEST, -LARGEST, 0.9999999999999999, 2.5, -745.2),
    *SIZES,
    *(-x for x in SIZES),
)
ORDERS = (0.0, 1.0, 2.0, 170.0, -1.0, nan)
FEW, MANY = 3, 40  # points of each row by default, and with -m slow
# Reported before: they stay in every run.
KNOWN = {
    "sinc": [(1e308,)],
    "erfc": [(1e160,)],
    "gelu": [(-1e160,)],
    "mod": [(-1.7e308, 1e308)],
    "div": [(-1.0, -0.0), (1.0, 0.0)],
    "pow_constant": [(1.7e308, 40.0)],
    "polygamma": [(1.0, -1e300), (2.0, 1e300)],
    "digamma": [(-1e16,), (-745.2,)],
}
KINDS = (float, Fraction, complex, Dual, Interval, mpmath.mpf)


def points(name: str, count: int) -> list[tuple[float, ...]]:
    rng = random.Random(name)
    arity = PRIMITIVES[name].arity or 2
    places = [ORDERS, POINTS] if name == "polygamma" else [POINTS] * arity
    every = list(itertools.product(*places))
    return KNOWN.get(name, []) + rng.sample(every, min(count, len(every)))


def uses(name: str, xs: tuple[float, ...]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the public functions, each to be called on the row at these operands."""
    row, at, along = PRIMITIVES[name], list(xs), [1.0] * len(xs)

    def f(*vs: Any) -> Value:
        return nary(row, vs)

    def of_list(vs: Any) -> Value:
        return f(*vs)

    leaves = [Value(x) for x in xs]
    root = f(*leaves)
    first = gradients(root, leaves, create_graph=True)

    def third_derivatives() -> None:
        for slope in first:
            for bend in gradients(slope, leaves, create_graph=True):
                gradients(bend, leaves)

    def watched() -> None:
        with ag.detect_anomaly():
            f(*leaves).backward()

    yield "backward", root.backward
    yield "create_graph", third_derivatives
    yield "grad", lambda: ag.grad(of_list)(at)
    yield "hessian", lambda: ag.hessian(of_list)(at)
    yield "jvp", lambda: ag.jvp(of_list, (at,), (along,))
    yield "vjp", lambda: ag.vjp(of_list, at)[1](1.0)
    yield "hvp", lambda: ag.hvp(of_list, (at,), (along,))
    for order in (1, 2, 3) if len(xs) == 1 else ():
        yield f"derivative {order}", lambda n=order: ag.derivative(f, n)(xs[0])
    for kind in KINDS:
        yield f"replay in {kind.__name__}", lambda kind=kind: repr(replay(root, kind))
        for slope in first:
            yield (
                f"replay of a gradient in {kind.__name__}",
                lambda kind=kind, slope=slope: replay(slope, kind),
            )
    steps = {x: complex(x.data, 1e-200) for x in leaves}
    yield "complex step", lambda: replay(root, complex, at=steps)
    duals = {x: Dual(x.data, 1.0) for x in leaves}
    yield "dual step", lambda: replay(root, Dual, at=duals)
    wide = {x: Interval(min(x.data, 0.0), inf) for x in leaves if x.data == x.data}
    yield "wide intervals", lambda: replay(root, Interval, at=wide)
    yield "certify", lambda: str(ag.certify(root, 30))
    yield "compare", lambda: str(ag.compare(root, -root, 30))
    for order in (1, 2):
        yield (
            f"check_gradients of order {order}",
            lambda n=order: ag.check_gradients(f, at, order=n, raises=False),
        )
    yield "diagnose", lambda: str(ag.diagnose(root))
    yield "steps", lambda: (str(ag.forward_steps(root)), str(ag.backward_steps(root)))
    yield "detect_anomaly", watched


def raw(name: str, count: int) -> list[str]:
    """Return what raised something that is no error of this package."""
    found = []
    for xs in points(name, count):
        for use, call in uses(name, xs):
            try:
                call()
            except AutogradError:
                pass
            except Exception as error:
                found.append(f"{use} of {name}{xs}: {error!r}")
    return found


@pytest.mark.parametrize("name", PRIMITIVES)
def test_no_raw_error_at_the_ends_of_the_floats(name):
    assert raw(name, FEW) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PRIMITIVES)
def test_no_raw_error_at_many_ends_of_the_floats(name):
    assert raw(name, MANY) == []
