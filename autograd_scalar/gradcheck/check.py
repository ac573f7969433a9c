"""`check_gradients`: compare the gradient of a function with finite differences of it.

Two comparisons are made. The gradient of the whole function is compared with finite
differences of the function (`judging`). Each local derivative of the graph is compared
with a complex step of its primitive, or with finite differences of it (`search`).
"""

from __future__ import annotations

from reprlib import repr as short
from typing import TYPE_CHECKING, Any

from autograd_scalar.derivatives.gradients import gradients
from autograd_scalar.errors import GradientCheckError, OperandError
from autograd_scalar.gradcheck.judging import Outcome, Tolerance, judge
from autograd_scalar.gradcheck.report import Comparison, GradientCheck
from autograd_scalar.gradcheck.search import (
    first_kink,
    rounding_of,
    search,
    too_fast_for_differences,
)
from autograd_scalar.graph.modes import no_grad
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import flag, real, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["check_gradients"]


def check_gradients(  # noqa: PLR0913  (each by its name)
    f: Callable[..., Value],
    inputs: object,
    *,
    order: int = 1,
    rtol: float = 1e-6,
    resolution: float = 1e-4,
    raises: bool = True,
) -> GradientCheck:
    """Compare the gradient of ``f(*inputs)`` with finite differences of f.

    The differences are central, extrapolated to step zero, and come with an estimate
    of their own error (Ridders 1982). A derivative agrees if it is within four times
    that estimate plus ``rtol`` times its size, so that a smaller error than ``rtol`` is
    not seen by them. With ``order=2`` every second derivative
    is compared with differences of the gradient, too. If a derivative differs, every
    node of the graph is searched for the local derivative that is wrong, by differences
    of its primitive's forward function.

    The local derivatives of an analytic primitive are always compared with a complex
    step, which gives them to a few ULP: an error of 1e-13 in a derivative is found.
    ``rtol`` and ``resolution`` apply to differences only. The local derivatives of an
    operation made with `primitive` are always compared with differences of its
    function, to a thousandth of ``rtol``: an error of 1e-6 in one of them is found and
    named in 9 of 10 cases, one of 1e-8 in 8 of 10, less where the function is noisy.

    ``inputs`` is a number or a Value, or a sequence of numbers, Values and sequences of
    these. Numbers become Values. Values are used themselves: their ``data`` is varied
    and restored, so f may also read them without its arguments, as in
    ``check_gradients(lambda *_: loss(net), net.parameters())``.

    Nothing is judged at a kink of f, nor where the relative error of the differences
    exceeds ``resolution``. At an end of the domain one-sided differences decide. Where
    f oscillates too fast for the spacing of floats, as sin(1e17) does, a derivative is
    not reported as different. The report says why something was not judged.

    >>> print(check_gradients(lambda x, y: (x * y).sin(), [2.0, 0.5]))
    check_gradients: 2 derivatives of order 1: 2 agree, 0 differ, 0 not judged
    By differences of f; 3 of 3 local derivatives also by a complex step
    >>> check_gradients(lambda x: x * x.detach(), Value(3.0, "x"))
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.GradientCheckError: check_gradients: 1 derivatives of order
    1: 0 agree, 1 differ, 0 not judged
    d/d'x' is 3.0 by the graph, 6.0 ± ... by differences
    Every local derivative in the graph agrees with its primitive: part of f bypasses
    the graph, as v.data, v.detach() and the functions of math do.

    Raises:
        GradientCheckError: a derivative differs, a local derivative is wrong, or
            nothing could be judged; not with ``raises=False``.
        OperandError: an input is no real number; f is no function, does not return a
            Value, or returns another number when called again; the order is neither 1
            nor 2; or a tolerance is negative or nan.
    """
    _check_request(f, order)
    tolerance = Tolerance(
        relative=_positive(rtol, "rtol"), resolution=_positive(resolution, "resolution")
    )
    must_pass = flag(raises, "check_gradients(raises=)")
    arguments = _arguments(inputs)
    leaves = list(_flat(arguments))
    check = _Check(f, arguments, leaves, tolerance)
    comparisons = check.first_order()
    if order == 2:  # noqa: PLR2004
        comparisons += check.second_order()
    differing = any(comparison.verdict == "differs" for comparison in comparisons)
    found = search(check.root, order, tolerance, by_differences=differing)
    report = GradientCheck(
        order,
        tuple(comparisons),
        tuple(found.faults),
        found.local_derivatives,
        found.by_complex_step,
        first_kink(check.root) if differing and not found.faults else "",
    )
    if must_pass and not report.passed:
        raise GradientCheckError(str(report))
    return report


class _Check:
    """A function at a point: its graph there, and its values nearby."""

    def __init__(
        self,
        f: Callable[..., Value],
        arguments: list[Any],
        leaves: list[Value],
        tolerance: Tolerance,
    ) -> None:
        self.f, self.arguments = f, arguments
        self.leaves = leaves
        self.names = [
            repr(x.label) if x.label else f"x{i}" for i, x in enumerate(leaves)
        ]
        self.tolerance = tolerance
        self.root = self.call()
        self.too_fast = too_fast_for_differences(self.root)
        again = self.call()
        if repr(again.data) != repr(self.root.data):
            msg = (
                "check_gradients() needs an f that gives the same number each time, got"
                f" {self.root.data!r} and {again.data!r}; seed its randomness"
            )
            raise OperandError(msg)

    def call(self) -> Value:
        """Evaluate f at the current ``data`` of the leaves."""
        output: object = self.f(*self.arguments)
        if not isinstance(output, Value):
            msg = (
                "check_gradients() needs an f that returns a Value, got"
                f" {type(output).__name__}: {shown(output)}"
            )
            raise OperandError(msg)
        return output

    def number(self) -> list[float]:
        """Return f at the current ``data`` of the leaves, without a graph."""
        with no_grad():
            return [self.call().data]

    def gradient(self) -> list[float]:
        """Return the gradient of f at the current ``data`` of the leaves."""
        return gradients(self.call(), self.leaves)

    def first_order(self) -> list[Comparison]:
        """Compare the derivative by each leaf with differences of f."""
        claims = gradients(self.root, self.leaves)
        rounding = [rounding_of(self.root)]
        comparisons = []
        for leaf, name, claim in zip(self.leaves, self.names, claims, strict=True):
            (outcome,) = self._along(leaf, self.number, [claim], rounding)
            comparisons.append(Comparison(f"d/d{name}", *outcome))
        return comparisons

    def second_order(self) -> list[Comparison]:
        """Compare each second derivative with differences of the gradient."""
        first = gradients(self.root, self.leaves, create_graph=True)
        claims = [gradients(derivative, self.leaves) for derivative in first]
        rounding = [rounding_of(derivative) for derivative in first]
        comparisons = []
        for j, (leaf, name) in enumerate(zip(self.leaves, self.names, strict=True)):
            column = [claim[j] for claim in claims]
            outcomes = self._along(leaf, self.gradient, column, rounding)
            comparisons += [
                Comparison(f"d²/d{other} d{name}", *outcome)
                for other, outcome in zip(self.names, outcomes, strict=True)
            ]
        return comparisons

    def _along(
        self,
        leaf: Value,
        numbers: Callable[[], list[float]],
        claims: Sequence[float],
        rounding: Sequence[float],
    ) -> list[Outcome]:
        """Judge the claimed derivatives of the numbers by one leaf."""
        before, here = leaf.data_before, leaf.data

        def at(x: float) -> list[float]:
            leaf.data = x
            return numbers()

        try:
            outcomes = judge(at, here, claims, rounding, self.tolerance)
        finally:
            # The slots, not `data`: calling its setter, Ctrl-C could come first.
            leaf._left_derivative = before  # which is data_before
            leaf._data = here
        if leaf not in self.too_fast:
            return outcomes
        return [
            outcome
            if outcome.verdict == "agrees"
            else outcome._replace(verdict="not judged", reason=self.too_fast[leaf])
            for outcome in outcomes
        ]


# ---- Inputs --------------------------------------------------------------------------


def _check_request(f: object, order: object) -> None:
    if not callable(f):
        msg = f"check_gradients() needs a function, got {type(f).__name__}: {shown(f)}"
        raise OperandError(msg)
    if type(order) is not int or order not in {1, 2}:
        msg = f"check_gradients(order=) takes 1 or 2, got {shown(order)}"
        raise OperandError(msg)


def _positive(x: object, name: str) -> float:
    number = real(x, f"check_gradients({name}=)")
    if not number >= 0.0:
        msg = f"check_gradients({name}=) needs a number from 0 on, got {shown(x)}"
        raise OperandError(msg)
    return number


def _arguments(inputs: object) -> list[Any]:
    """Return the inputs as f takes them: Values and lists of Values."""
    given = _as_lists(inputs)
    return [_as_values(x) for x in (given if isinstance(given, list) else [given])]


def _as_lists(x: object) -> object:
    if hasattr(x, "tolist"):  # NumPy's arrays and scalars
        return x.tolist()
    return list(x) if isinstance(x, tuple) else x


def _as_values(x: object) -> Value | list[Value]:
    x = _as_lists(x)
    if isinstance(x, list):
        return [_as_value(part) for part in x]
    return _as_value(x)


def _as_value(x: object) -> Value:
    if isinstance(x, Value):
        return x
    if isinstance(x, (list, tuple, dict)):
        msg = (
            "check_gradients() takes numbers, and sequences of them one level deep, as"
            f" inputs, got {type(x).__name__}: {short(x)}; build deeper ones within f"
        )
        raise OperandError(msg)
    return Value(real(x, "check_gradients()"))


def _flat(arguments: list[Any]) -> Iterator[Value]:
    for argument in arguments:
        yield from argument if isinstance(argument, list) else [argument]
