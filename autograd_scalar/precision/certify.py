"""The truth of a graph, to as many digits as it takes, or proved in fractions."""

from __future__ import annotations

import struct
from math import frexp, inf, isfinite, isnan, ulp
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.errors import NumberError
from autograd_scalar.graph.naming import names_of
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.numbers.kinds import ByRules
from autograd_scalar.numbers.multiprecision import Multiprecision, digits_of
from autograd_scalar.numbers.rational import Rationals
from autograd_scalar.precision.certificate import Certificate, NodeCertificate, Rounding
from autograd_scalar.precision.compare import Cause, Comparison, reordered
from autograd_scalar.precision.replay import check_request, replay, row_of, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.graph.value import Value
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.precision.replay import Replay

__all__ = ["certify", "compare", "is_close", "known", "proof", "settled"]


_MOST_DOUBLINGS: Final = 3  # of the digits, until they settle
_NOTHING: Final = 1e-40  # times 1e-300: far below the smallest float
_PROOF_BITS: Final = 1 << 16  # of a fraction in a proof


def settled(root: Value, digits: int) -> tuple[Replay, Replay, ByRules]:
    """The two replays at which doubling the digits has changed nothing any more."""
    enough = digits + _spread(root)
    arithmetic = ByRules(Multiprecision(enough))
    fine = run(root, arithmetic, {}, 1.0)
    for doublings in range(1, _MOST_DOUBLINGS + 1):
        coarse = fine
        arithmetic = ByRules(Multiprecision(enough << doublings))
        fine = run(root, arithmetic, {}, 1.0)
        if all(
            _is_settled(x, y, digits)
            for before, after in zip(coarse, fine, strict=True)
            for x, y in zip(before[1:], after[1:], strict=True)
        ):
            break
    return coarse, fine, arithmetic


def _is_settled(x: Number, y: Number, digits: int) -> bool:
    """Whether twice the digits change a number no more than floats can tell."""
    if x != x and y != y:  # noqa: PLR0124  (both nan)
        return True
    return is_close(x, y, digits) or _is_nothing(x - y)


def known(x: Number, y: Number, digits: int) -> Number:
    """The number with twice the digits; 0 if it is what a cancellation left of 0.

    A number as small that has settled is what it is: e**-1000 is not 0.
    """
    return y * 0 if _is_nothing(y) and not is_close(x, y, digits) else y


def _spread(root: Value) -> int:
    """Digits that it takes to add the smallest float of a graph to the largest.

    With fewer the smaller one could be missing twice, and seem to have settled.
    """
    sizes = [
        frexp(node.data)[1] for node in topological_order(root) if isfinite(node.data)
    ]
    return (max(sizes, default=0) - min(sizes, default=0)) * 3 // 10


def is_close(x: Number, y: Number, digits: int) -> bool:
    """Whether two mpf numbers are the same to so many digits; nan never is."""
    if x == y:
        return True
    gap = abs(x - y)
    if gap == inf:  # no multiple of an infinity is a measure of it
        return False
    return bool(gap * 10**digits <= max(abs(x), abs(y)))


def _is_nothing(x: Number) -> bool:
    return bool(abs(x) * 1e300 < _NOTHING)


def proof(a: Value, b: Value, read: Callable[[float], object] = float) -> bool | None:
    """Whether two rational graphs are equal; None if one is not rational.

    ``read`` is what a leaf's float is taken for: the text is the decimal it prints as.
    """
    rationals = ByRules(Rationals(_PROOF_BITS))
    try:
        ours, theirs = (run(x, rationals, _leaves(x, read), 1.0).value for x in (a, b))
    except NumberError:
        return None
    return bool(ours == theirs)


def _leaves(root: Value, read: Callable[[float], object]) -> dict[Value, object]:
    return {x: read(x.data) for x in topological_order(root) if x.is_leaf}


_SPARE: Final = 5  # digits more than compared, in which equal numbers may differ


def certify(root: Value, digits: int = 50) -> Certificate:
    """The error of every value and adjoint of the graph, in ULP, against ``digits``.

    More digits are taken where numbers of different sizes meet, and twice as many
    until every number has settled: cancellation does not pass for truth. ``str()``
    gives a table, Jupyter shows it as HTML. Nodes without a label go by their
    expressions. The truth has one zero, without a sign: 1 / -0.0 is inf in truth.

    50 digits take some 0.3 ms a node: 30 s for 100,000 nodes, 5 minutes for a million.

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
    judged = _judged(root, digits)
    unit = _unit(root.data, judged.values[-1])
    names = names_of(judged.nodes)
    rows = []
    for i, node in enumerate(judged.nodes):
        value, adjoint = judged.values[i], judged.adjoints[i]
        own = judged.local_values[i]
        rows.append(
            NodeCertificate(
                node,
                names[node],
                _rounding(node.data, value, own, digits),
                _rounding(
                    judged.float_adjoints[i], adjoint, judged.local_adjoints[i], digits
                ),
                _effect(judged, i, adjoint, unit),
            )
        )
    return Certificate(root, digits, tuple(rows), judged.switched)


def compare(a: Value, b: Value, digits: int = 50) -> Comparison:
    """Whether two Values are equal: in floats, and in truth, and what sets them apart.

    The truth is that of these graphs at these numbers, each leaf being the float it is:
    proved in fractions where all operations are rational, else to ``digits`` digits.
    Infinities of one sign are equal; where both truths are nan there is no answer, and
    ``equal_in_truth`` is False. It costs as much as two calls of `certify`.

    >>> from autograd_scalar import Value
    >>> a, b, c = Value(0.1, "a"), Value(0.2, "b"), Value(0.3, "c")
    >>> comparison = compare((a + b).named("s") + c, a + (b + c))
    >>> comparison.equal_in_floats, comparison.equal_in_truth, comparison.is_proved
    (False, True, True)
    >>> comparison.ulp, comparison.first.name
    (1, "'s'")

    Raises:
        OperandError: ``a`` or ``b`` is not a Value, or ``digits`` is no int from 1
            to 10000.
        NumberError: an operation was made with `primitive`; mpmath is not installed.
        StaleGraphError: a leaf's data is no longer what was recorded.
    """
    check_request("compare", digits, a, b)
    left, right = _judged(a, digits + _SPARE), _judged(b, digits + _SPARE)
    ours, theirs = left.values[-1], right.values[-1]
    names = names_of([*dict.fromkeys([*left.nodes, *right.nodes])])
    proved = proof(a, b)
    return Comparison(
        a,
        b,
        digits,
        names[a],
        names[b],
        digits_of(ours, digits),
        digits_of(theirs, digits),
        is_close(ours, theirs, digits) if proved is None else proved,
        proved is not None,
        proved is False and proof(a, b, str) is True,
        reordered(a, b),
        _steps_between(a.data, b.data),
        _causes(left, right, names, max(_unit(a.data, ours), _unit(b.data, theirs))),
    )


# ---- The truth -----------------------------------------------------------------------


class _Judged(NamedTuple):
    """A graph in floats and in truth, by places in topological order.

    ``local_values`` and ``local_adjoints`` are what exact operations would have made
    of the floats that went into each node.
    """

    nodes: list[Value]
    float_adjoints: list[float]
    values: list[Number]
    adjoints: list[Number]
    local_values: list[Number]
    local_adjoints: list[Number]
    switched: tuple[Value, ...]


def _judged(root: Value, digits: int) -> _Judged:
    coarse, truth, arithmetic = settled(root, digits)
    nodes = [node for node, _, _ in truth]
    values, adjoints = (
        [
            arithmetic.number(known(before[k], after[k], digits))
            for before, after in zip(coarse, truth, strict=True)
        ]
        for k in (1, 2)
    )
    float_adjoints = [adjoint for _, _, adjoint in replay(root, float)]
    places = {node: i for i, node in enumerate(nodes)}
    local_values = [arithmetic.number(node.data) for node in nodes]
    local_adjoints = [arithmetic.number(0.0)] * len(nodes)
    local_adjoints[-1] = arithmetic.number(1.0)
    for i, node in enumerate(nodes):
        row = row_of(node)
        if row is None:
            continue
        operands = tuple([arithmetic.number(parent.data) for parent in node.parents])
        local_values[i] = output = arithmetic.output(row, operands)
        slopes = arithmetic.slopes(row, operands, output)
        for parent, slope in zip(node.parents, slopes, strict=True):
            local_adjoints[places[parent]] += slope * float_adjoints[i]
    return _Judged(
        nodes,
        float_adjoints,
        values,
        adjoints,
        local_values,
        local_adjoints,
        truth.switched,
    )


# ---- Errors --------------------------------------------------------------------------


def _rounding(found: float, truth: Number, own: Number, digits: int) -> Rounding:
    unit = max(_unit(found, truth), _unit(found, own))
    return Rounding(
        found,
        digits_of(truth, digits),
        _error(found, truth, unit),
        _error(found, own, unit),
    )


def _unit(found: float, truth: Number) -> float:
    """One ULP of the larger of both, so that an error is never over 2**53 of them."""
    return ulp(max(abs(found), abs(float(truth))))


def _error(found: float, exact: Number, unit: float) -> float:
    """Found minus exact in units; 0 if the exact number rounds to what was found."""
    nearest = float(exact)
    if not isfinite(found) or not isfinite(nearest):
        is_same = found == nearest or (isnan(found) and isnan(nearest))
        return 0.0 if is_same else inf
    return float((found - exact) / unit)


def _effect(judged: _Judged, i: int, rate: Number, unit: float) -> float:
    """What a place's own rounding does, at a rate, to a result with that unit."""
    change = (judged.nodes[i].data - judged.local_values[i]) * rate / unit
    return float(change) if change - change == 0 else 0.0


def _causes(
    left: _Judged, right: _Judged, names: dict[Value, str], unit: float
) -> tuple[Cause, ...]:
    """The roundings that move one root and not the other, parents first."""
    rates: dict[Value, tuple[_Judged, int, Number]] = {}
    for i, node in enumerate(left.nodes):
        rates[node] = left, i, left.adjoints[i]
    for i, node in enumerate(right.nodes):
        held = rates.get(node)
        rate = -right.adjoints[i] if held is None else held[2] - right.adjoints[i]
        rates[node] = right, i, rate
    effects = ((node, _effect(*found, unit)) for node, found in rates.items())
    return tuple(Cause(node, names[node], effect) for node, effect in effects if effect)


def _steps_between(a: float, b: float) -> int | None:
    """How many floats further b is than a; None beside nan."""
    if isnan(a) or isnan(b):
        return None
    return abs(_position(a) - _position(b))


def _position(x: float) -> int:
    """The floats in order, numbered: both zeros are 0, neighbours differ by 1."""
    bits: int = struct.unpack("<q", struct.pack("<d", x))[0]
    return bits if bits >= 0 else -(2**63) - bits
