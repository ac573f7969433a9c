"""`certify`: the error of every value and adjoint of a graph, in ULP."""

from __future__ import annotations

from math import inf, isfinite, isnan, ulp
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.graph.naming import names_of
from autograd_scalar.numbers.intervals import Interval
from autograd_scalar.numbers.kinds import arithmetic_of
from autograd_scalar.numbers.multiprecision import digits_of
from autograd_scalar.precision.certificate import Certificate, NodeCertificate, Rounding
from autograd_scalar.precision.reference import Reference
from autograd_scalar.precision.replay import (
    check_request,
    numbers_of,
    primitive_of,
    replay,
)
from autograd_scalar.reporting.escape import visible
from autograd_scalar.reporting.tables import NOT_SETTLED, UNDERFLOWED

if TYPE_CHECKING:
    from autograd_scalar.graph.value import Value
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.precision.bounds import Ball

__all__ = ["Judged", "certify", "effect_of", "judged", "unit_of", "warning_of"]

_NO_DIGIT: Final = 2.0**50  # ULP: of an error as large, and of the normal numbers


def certify(root: Value, digits: int = 50) -> Certificate:
    """Measure the error of every value and adjoint of a graph, in ULP.

    Each is compared with a reference value that is known to ``digits`` digits (25 at
    least): it is computed with a bound of its error, and with more digits until the
    bound is small enough. Kinks and jumps count too: a floor, a maximum or a remainder
    is known once its operands cannot lie on another piece. The precision is raised up
    to 10,000 digits, less for large graphs and costly functions (50 million digits over
    all nodes, 8 times ``digits`` in any case), or until twice the digits bound no more
    numbers. What has not settled then is reported as "not settled", and
    `Certificate.within` is False.

    ``str()`` gives a table, Jupyter shows it as HTML. Nodes without a label go by their
    expressions. Reference values have one zero, without a sign: 1 / -0.0 is inf there.

    The values are computed in interval arithmetic, too. Where that contradicts a
    reference value, it counts as not settled; where it leaves no digit of the root
    certain, though the root is said to have some, `Certificate.warning` says so.

    50 digits take some 0.2 ms a node: 20 s for 100,000 nodes, 4 minutes for a million.

    >>> from autograd_scalar import Value
    >>> a, b = Value(0.1, "a"), Value(0.2, "b")
    >>> certificate = certify(((a + b).named("s") - 0.3).named("d"))
    >>> certificate.culprit.name, certificate.within(1.0)
    ("'s'", False)
    >>> f"{certificate.of(certificate.root).value.ulp:.3g}"  # no digit is right
    '2.25e+15'

    Raises:
        OperandError: ``root`` is not a Value, or ``digits`` is no int from 1
            to 10000.
        NumberError: an operation was made with `primitive`; mpmath is not installed.
        StaleGraphError: a leaf's data is no longer what was recorded.
    """
    check_request("certify", digits, root)
    found = judged(root, digits)
    unit = unit_of(root.data, found.values[-1])
    names = names_of(found.nodes)
    rows = []
    for i, node in enumerate(found.nodes):
        value, adjoint = found.values[i], found.adjoints[i]
        own = found.local_values[i]
        rows.append(
            NodeCertificate(
                node,
                names[node],
                _rounding(node.data, value, found.value_balls[i], own, digits),
                _rounding(
                    found.float_adjoints[i],
                    adjoint,
                    found.adjoint_balls[i],
                    found.local_adjoints[i],
                    digits,
                ),
                effect_of(found, i, adjoint, unit),
            )
        )
    warning = warning_of(found, rows[-1].value.ulp)
    return Certificate(root, digits, tuple(rows), found.switched, found.digits, warning)


# ---- A graph in floats and exactly ---------------------------------------------------


class Judged(NamedTuple):
    """A graph in floats and its reference, by places in topological order.

    A value or an adjoint is None where it has not settled at ``digits`` digits, the
    most that were tried; its ball has the bound of its error. ``local_values`` and
    ``local_adjoints`` are what exact operations would have made of the floats that
    went into each node. ``contradicted`` has the nodes whose references lie outside of
    their enclosures in interval arithmetic: none of them is taken for settled.
    """

    nodes: list[Value]
    float_adjoints: list[float]
    values: list[Number | None]
    adjoints: list[Number | None]
    value_balls: list[Ball]
    adjoint_balls: list[Ball]
    local_values: list[Number]
    local_adjoints: list[Number]
    switched: tuple[Value, ...]
    digits: int
    enclosures: list[Interval]
    contradicted: tuple[Value, ...]


def judged(root: Value, digits: int) -> Judged:
    """Return a graph with its reference values and what each operation rounded."""
    reference = Reference(root, digits)
    arithmetic, graph = reference.arithmetic, reference.graph
    nodes = graph.nodes
    float_adjoints = [adjoint for _, _, adjoint in replay(root, float)]
    places = {node: i for i, node in enumerate(nodes)}
    local_values = [arithmetic.number(node.data) for node in nodes]
    local_adjoints = [arithmetic.number(0.0)] * len(nodes)
    local_adjoints[-1] = arithmetic.number(1.0)
    for i, node in enumerate(nodes):
        primitive = primitive_of(node)
        if primitive is None:
            continue
        operands = tuple([arithmetic.number(parent.data) for parent in node.parents])
        local_values[i] = output = arithmetic.output(primitive, operands)
        partials = arithmetic.partials(primitive, operands, output)
        for parent, partial in zip(node.parents, partials, strict=True):
            local_adjoints[places[parent]] += partial * float_adjoints[i]
    values = [reference.number(x) for x in graph.values]
    enclosures = _enclosures(nodes, places)
    contradicted = []
    for i, node in enumerate(nodes):
        if _contradicts(enclosures[i], values[i]):
            contradicted.append(node)
            values[i] = None
    return Judged(
        nodes,
        float_adjoints,
        values,
        [reference.number(x) for x in graph.adjoints],
        graph.values,
        graph.adjoints,
        local_values,
        local_adjoints,
        graph.switched,
        reference.digits,
        enclosures,
        tuple(contradicted),
    )


# ---- Intervals, which know nothing of the running bounds -----------------------------


def _enclosures(nodes: list[Value], places: dict[Value, int]) -> list[Interval]:
    """Return an interval for every value: forward alone, a few per cent of the work."""
    edges = [tuple([places[parent] for parent in node.parents]) for node in nodes]
    return numbers_of(nodes, edges, arithmetic_of(Interval, 0), {})[0]


def _contradicts(enclosure: Interval, reference: Number | None) -> bool:
    """Return whether a finite reference lies outside of the enclosure.

    It is known to 25 digits or more, so that beyond an end it may be by as little.
    """
    if reference is None or reference - reference != 0 or enclosure.is_nan:
        return False
    slack = abs(reference) * 1e-20
    return not enclosure.low - slack <= reference <= enclosure.high + slack


def warning_of(found: Judged, error: float) -> str:
    """Return what intervals have to say against a root that is ``error`` ULP off."""
    if found.contradicted:
        name = visible(names_of(found.nodes)[found.contradicted[0]])
        return (
            f"Warning: interval arithmetic contradicts the reference value of {name};"
            " please report the graph."
        )
    root, enclosure = found.nodes[-1].data, found.enclosures[-1]
    has_digits = abs(error) < _NO_DIGIT and isfinite(root)
    if not has_digits or not enclosure.width > max(abs(root), ulp(0.0) * _NO_DIGIT):
        return ""
    return (
        f"Warning: interval arithmetic alone bounds the root to {enclosure}, which"
        " leaves no digit certain; the figures rest on the running error bounds."
    )


# ---- Errors --------------------------------------------------------------------------


def _rounding(
    found: float, reference: Number | None, ball: Ball, own: Number, digits: int
) -> Rounding:
    if reference is None:
        return Rounding(
            found, NOT_SETTLED, inf, _error(found, own, unit_of(found, own))
        )
    unit = max(unit_of(found, reference), unit_of(found, own))
    return Rounding(
        found,
        UNDERFLOWED if ball.underflowed else digits_of(reference, digits),
        _error(found, reference, unit),
        _error(found, own, unit),
        ball.error == -inf and bool(reference == found),
    )


def unit_of(found: float, reference: Number | None) -> float:
    """Return one ULP of the larger of both, so that no error exceeds 2**53."""
    return ulp(max(abs(found), 0.0 if reference is None else abs(float(reference))))


def _error(found: float, exact: Number, unit: float) -> float:
    """Return found - exact in units; 0 if the exact number rounds to found."""
    nearest = float(exact)
    if not isfinite(found) or not isfinite(nearest):
        is_same = found == nearest or (isnan(found) and isnan(nearest))
        return 0.0 if is_same else inf
    return float((found - exact) / unit)


def effect_of(graph: Judged, i: int, rate: Number | None, unit: float) -> float:
    """Return the effect of a node's own rounding on a result, in its units."""
    if rate is None:
        return 0.0
    change = (graph.nodes[i].data - graph.local_values[i]) * rate / unit
    return float(change) if change - change == 0 else 0.0
