"""Arguments that nobody should give, each made anew, by name."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

import autograd_scalar as ag
from autograd_scalar import Value

from .users import Whole, hostile


class BoomError(Exception):
    """What a hostile object raises: it may pass through, as a user's own error does."""


def boom(*_: object, **__: object) -> Any:
    raise BoomError


def raising(*names: str) -> Any:
    """An object of which these methods raise."""
    return type("Raising", (), dict.fromkeys(names, boom))()


class Text(str):
    """A text of another class."""

    __slots__ = ()


class Sloppy(float):
    """A float with a sum of its own."""

    def __add__(self, other: object) -> str:  # type: ignore[override]
        return "sum"

    __radd__ = __add__


@cache
def chain(n: int) -> Value:
    x = Value(0.5)
    for _ in range(n):
        x = -x
    return x


@cache
def fan(n: int) -> Value:
    x = Value(0.5)
    return ag.sum([-x for _ in range(n)])


def stale() -> Value:
    x = Value(0.5, "x")
    y = x * x
    x.data = 3.0
    return y


def nested(n: int) -> list[Any]:
    found: list[Any] = [0.5]
    for _ in range(n):
        found = [found]
    return found


def circular() -> list[Any]:
    found: list[Any] = [0.5]
    found.append(found)
    return found


def graph_of_no_history() -> Value:
    return (Value(0.5) * 2.0).detach()


def under_no_grad() -> Value:
    with ag.no_grad():
        return Value(0.5) * 2.0


def each(*values: Any) -> Any:
    yield from values


TYPES: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "True": lambda: True,
    "complex": lambda: 1j,
    "str": lambda: "1.0",
    "empty str": lambda: "",
    "surrogate": lambda: "\ud800",
    "zero byte": lambda: "a\0b",
    "long str": lambda: "x" * 100_000,
    "deep str": lambda: "dW1 = " + "(" * 50_000,
    "escapes": lambda: "dW1 = \x1b[31m\u202e\x07",
    "bytes": lambda: b"1.0",
    "Decimal": lambda: Decimal("0.1"),
    "Fraction": lambda: Fraction(1, 3),
    "list": list,
    "list of None": lambda: [None],
    "list of str": lambda: ["x"],
    "list of nan": lambda: [math.nan],
    "ragged": lambda: [[1.0], [1.0, 2.0]],
    "tuple": lambda: (),
    "dict": dict,
    "dict of x": lambda: {"x": 1.0},
    "set": lambda: {1.0, 2.0},
    "generator": lambda: each(0.5),
    "generator that raises": lambda: (boom() for _ in range(1)),
    "range": lambda: range(2),
    "class": lambda: Whole,
    "instance": object,
    "module": lambda: math,
    "Ellipsis": lambda: ...,
    "lambda": lambda: hostile(lambda *_: None),
    "lambda that raises": lambda: boom,
    "identity": lambda: hostile(lambda x: x),
    "array of 0 d": lambda: np.array(0.5),
    "array of 1 d": lambda: np.array([0.5, 1.0]),
    "array of 2 d": lambda: np.ones((2, 2)),
    "array of none": lambda: np.empty(0),
    "array of nan": lambda: np.full(2, np.nan),
    "array of objects": lambda: np.array([None, "x"], dtype=object),
    "array of Values": lambda: np.array([Value(0.5)], dtype=object),
    "float32": lambda: np.float32(0.1),
    "int64": lambda: np.int64(2**62),
    "NumPy bool": lambda: np.bool_(True),
    "datetime": lambda: np.datetime64("2000-01-01"),
    "__float__": lambda: raising("__float__"),
    "__index__": lambda: raising("__index__"),
    "__iter__": lambda: raising("__iter__"),
    "__len__": lambda: raising("__len__", "__iter__"),
    "__eq__": lambda: raising("__eq__"),
    "__hash__": lambda: raising("__hash__"),
    "__bool__": lambda: raising("__bool__"),
    "__repr__": lambda: raising("__repr__", "__str__"),
    "__getattr__": lambda: raising("__getattr__"),
    "list of __repr__": lambda: [raising("__repr__")],
    "str subclass": lambda: Text("x"),
    "float subclass": lambda: Sloppy(0.5),
    "Value": lambda: Value(0.5),
    "list of Values": lambda: [Value(0.5), Value(0.25)],
    "no history": graph_of_no_history,
    "under no_grad": under_no_grad,
    "stale": stale,
    "circular": circular,
}


EXTREMES: dict[str, Callable[[], Any]] = {
    repr(x): lambda x=x: x
    for x in (
        *(0, -1, 0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 0.5, 1.5),
        *(1.7976931348623157e308, -1.7976931348623157e308, 1e308, -1e308, 1e-300),
        *(math.inf, -math.inf, math.nan, 2**53 + 1, 2**31, 2**63, -(2**63)),
    )
} | {
    "10**400": lambda: 10**400,
    "-(10**5000)": lambda: -(10**5000),
    "Value of inf": lambda: Value(math.inf),
    "Value of nan": lambda: Value(math.nan),
    "Value of the largest": lambda: Value(-1.7976931348623157e308),
    "Value of the least": lambda: Value(5e-324),
    "list of the largest": lambda: [1.7976931348623157e308] * 2,
}
LARGE: dict[str, Callable[[], Any]] = {
    "deep": lambda: chain(20_000),
    "wide": lambda: fan(5_000),
    "widest": lambda: fan(100_000),
    "deep list": lambda: nested(100_000),
    "long list": lambda: [0.5] * 100_000,
    "list of deep": lambda: [chain(20_000)],
}
HOSTILE = {**TYPES, **EXTREMES, **LARGE}
# Attacks by another argument, as the work would take minutes: each sum is bounded
# anew at each precision. tests/test_extremes.py has sums of 10,000.
SMALLER: dict[str, dict[str, Callable[[], Any]]] = {
    name: {"widest": lambda: fan(10_000)} for name in ("ag.certify", "ag.compare")
}
# What asks for work without end, rightly; it is interrupted after a second.
ENDLESS = {
    f"nn.fit(epochs={kind})" for kind in ("int64", 2**53 + 1, 2**31, 2**63, "10**400")
}
