"""`compare`: whether two Values are equal, in floats and exactly, and what differs."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from autograd_scalar.graph.naming import names_of
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.numbers.multiprecision import digits_of
from autograd_scalar.precision.certify import effect_of, judged, unit_of, warning_of
from autograd_scalar.precision.reference import is_close, proof
from autograd_scalar.precision.replay import check_request
from autograd_scalar.reporting.escape import markup, visible
from autograd_scalar.reporting.tables import (
    MOST_ROWS,
    NOT_SETTLED,
    html_table,
    plain,
    shortened,
    text_table,
    ulp_text,
)

if TYPE_CHECKING:
    from autograd_scalar.graph.value import Value
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.precision.certify import Judged

__all__ = ["Cause", "Comparison", "compare", "reordered"]

_SPARE: Final = 5  # digits more than compared, in which equal numbers may differ
_SHARE: Final = 0.01  # of the largest cause, from which on a rounding is one
_IN_DECIMALS: Final = (
    " With the leaves read as decimals, 0.1 as 1/10, they are equal: the rounding of"
    " these decimals to floats sets them apart."
)
_SIDE_HEADERS: Final = ("side", "value", "reference")
_CAUSE_HEADERS: Final = ("rounding of", "op", "effect in ULP")


def compare(a: Value, b: Value, digits: int = 50) -> Comparison:
    """Tell whether two Values are equal, in floats and exactly, and what rounded.

    The exact values are those of these graphs at these numbers, each leaf being the
    float it is: proved in fractions where all operations are rational, else known to
    ``digits`` digits as in `certify`. Infinities of one sign are equal. Where both
    values are nan, or one does not settle, there is no answer, and ``equal_in_truth``
    is False. It costs as much as two calls of `certify`.

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
    left, right = judged(a, digits + _SPARE), judged(b, digits + _SPARE)
    ours, theirs = left.values[-1], right.values[-1]
    names = names_of([*dict.fromkeys([*left.nodes, *right.nodes])])
    proved = proof(a, b)
    is_equal = not (ours is None or theirs is None) and is_close(ours, theirs, digits)
    if is_equal and (
        left.value_balls[-1].underflowed or right.value_balls[-1].underflowed
    ):
        is_equal = False  # not 0, but no digits are known that could agree
        ours = theirs = None
    return Comparison(
        a,
        b,
        digits,
        names[a],
        names[b],
        NOT_SETTLED if ours is None else digits_of(ours, digits),
        NOT_SETTLED if theirs is None else digits_of(theirs, digits),
        is_equal if proved is None else proved,
        proved is not None,
        proved is False and proof(a, b, str) is True,
        reordered(a, b),
        _steps_between(a.data, b.data),
        _causes(
            left, right, names, max(unit_of(a.data, ours), unit_of(b.data, theirs))
        ),
        max(left.digits, right.digits),
        "" if proved is not None else _warning(left, ours) or _warning(right, theirs),
    )


def _warning(side: Judged, reference: Number | None) -> str:
    """Return what intervals have to say against one side's reference value."""
    root = side.nodes[-1].data
    unit = unit_of(root, reference)
    error = inf if reference is None else float((root - reference) / unit)
    return warning_of(side, error)


def _causes(
    left: Judged, right: Judged, names: dict[Value, str], unit: float
) -> tuple[Cause, ...]:
    """Return the roundings that affect the roots unequally, parents first."""
    rates: dict[Value, tuple[Judged, int, Number | None]] = {}
    for i, node in enumerate(left.nodes):
        rates[node] = left, i, left.adjoints[i]
    for i, node in enumerate(right.nodes):
        held = rates[node][2] if node in rates else 0
        rate = right.adjoints[i]
        lead = None if held is None or rate is None else held - rate
        rates[node] = right, i, lead
    effects = ((node, effect_of(*found, unit)) for node, found in rates.items())
    return tuple(Cause(node, names[node], effect) for node, effect in effects if effect)


def _steps_between(a: float, b: float) -> int | None:
    """Return how many floats apart a and b are; None beside nan."""
    if isnan(a) or isnan(b):
        return None
    return abs(_position(a) - _position(b))


def _position(x: float) -> int:
    """Return a float's place in order: both zeros are 0, neighbours differ by 1."""
    bits: int = struct.unpack("<q", struct.pack("<d", x))[0]
    return bits if bits >= 0 else -(2**63) - bits


# ---- The answer ----------------------------------------------------------------------


class Cause(NamedTuple):
    """A rounding that sets two results apart, and by how much, in their ULP."""

    node: Value
    name: str
    effect: float


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two Values: whether they are equal in floats and exactly, and why not."""

    a: Value
    b: Value
    digits: int
    name_a: str
    name_b: str
    truth_a: str
    truth_b: str
    equal_in_truth: bool
    is_proved: bool  # in fractions; else seen to so many digits
    equal_in_decimals: bool  # proved, each leaf taken for the decimal it prints as
    reordered: str  # "sum" or "product" if both are the same one in another order
    ulp: int | None  # floats between the two and one more; None beside nan
    causes: tuple[Cause, ...]
    most_digits: int  # of the last run: where a side has not settled, it was given up
    warning: str = ""  # where interval arithmetic leaves a side without a digit

    @property
    def is_settled(self) -> bool:
        """Whether there is an answer: a proof, or reference values of both sides."""
        return self.is_proved or NOT_SETTLED not in {self.truth_a, self.truth_b}

    @property
    def equal_in_floats(self) -> bool:
        """Whether the two floats are the same number; nan is none."""
        return self.ulp == 0

    @property
    def first(self) -> Cause | None:
        """The first rounding that counts: at least a hundredth of the largest."""
        largest = max((abs(cause.effect) for cause in self.causes), default=0.0)
        for cause in self.causes:
            if abs(cause.effect) >= _SHARE * largest:
                return cause
        return None

    @property
    def verdict(self) -> str:
        """The answer in one or two sentences."""
        if self.truth_a == self.truth_b == "nan":
            return (
                "No answer: both references are nan, and nan is no number to compare."
            )
        if not self.is_settled:
            return (
                "No answer: a reference value has not settled after"
                f" {self.most_digits} digits."
            )
        how, apart = self._how, self._apart
        if self.equal_in_truth and self.equal_in_floats:
            both = f"both are {self.a.data!r}"
            if self.is_proved or self._is_infinite:
                return f"True, exactly: {both}; {how}."
            return f"True {how}: {both}."
        if self.equal_in_floats:
            return f"Equal in floats, both {self.a.data!r}, but not exactly ({how})."
        if not self.equal_in_truth:
            text = f"False: not equal exactly ({how}), and {apart} in floats."
            return text + _IN_DECIMALS if self.equal_in_decimals else text
        text = f"Approximately True, exactly False: equal ({how}), {apart} in floats."
        if self.reordered:
            text += f" They are the same {self.reordered} in another order."
        if self.first is not None:
            text += (
                f" The first rounding that sets them apart is that of"
                f" {visible(self.first.name)}: {ulp_text(self.first.effect)} ULP."
            )
        return text

    @property
    def _how(self) -> str:
        if self.is_proved:
            return "proved in fractions"
        if self._is_infinite:
            return "as infinities of one sign"
        return f"to {self.digits} digits"

    @property
    def _is_infinite(self) -> bool:
        return self.equal_in_truth and self.truth_a.endswith("inf")

    @property
    def _apart(self) -> str:
        if self.ulp is not None:
            return f"{self.ulp} ULP apart"
        is_both = isnan(self.a.data) and isnan(self.b.data)
        return "nan on both sides" if is_both else "nan on one side"

    def to_json(self) -> str:
        """Return everything as JSON; a number that is not finite becomes a string."""
        return json.dumps(
            {
                "a": _side(self.name_a, self.a, self.truth_a),
                "b": _side(self.name_b, self.b, self.truth_b),
                "equal_in_truth": self.equal_in_truth,
                "is_proved": self.is_proved,
                "is_settled": self.is_settled,
                "equal_in_decimals": self.equal_in_decimals,
                "reordered": self.reordered,
                "ulp": self.ulp,
                "causes": [
                    {"name": cause.name, "op": cause.node.op, "effect": cause.effect}
                    for cause in self.causes
                ],
                "verdict": self.verdict,
                "warning": self.warning,
            },
            allow_nan=False,
        )

    def __repr__(self) -> str:
        reference = "equal" if self.equal_in_truth else "not equal"
        reference = reference if self.is_settled else NOT_SETTLED
        floats = "equal" if self.equal_in_floats else self._apart
        return (
            f"<comparison of {self.a.data!r} and {self.b.data!r}: {reference},"
            f" {floats} in floats>"
        )

    def __str__(self) -> str:
        parts = [text_table(_SIDE_HEADERS, self._sides())]
        causes, hidden = self._shown()
        if causes:
            parts += ["", text_table(_CAUSE_HEADERS, causes)]
        said = [self.verdict, *([self.warning] if self.warning else [])]
        return "\n".join([*parts, *hidden, *said])

    def _repr_html_(self) -> str:
        causes, hidden = self._shown()
        below = html_table(_CAUSE_HEADERS, causes, hidden) if causes else ""
        warning = f"<p>{markup(self.warning)}</p>" if self.warning else ""
        return (
            f"{html_table(_SIDE_HEADERS, self._sides(), [])}{below}"
            f"<p><strong>{markup(self.verdict)}</strong></p>{warning}"
        )

    def _sides(self) -> list[tuple[str, ...]]:
        names = [visible(self.name_a), visible(self.name_b)]
        if names[0] == names[1]:
            names = [f"{names[0]} (first)", f"{names[1]} (second)"]
        return [
            (names[0], repr(self.a.data), shortened(self.truth_a)),
            (names[1], repr(self.b.data), shortened(self.truth_b)),
        ]

    def _shown(self) -> tuple[list[tuple[str, ...]], list[str]]:
        if self.equal_in_floats:
            return [], []
        cells: list[tuple[str, ...]] = [
            (visible(c.name), c.node.op, ulp_text(c.effect)) for c in self.causes
        ]
        hidden = len(cells) - MOST_ROWS
        note = [f"{hidden} more roundings are in to_json()."] if hidden > 0 else []
        return cells[:MOST_ROWS], note


def _side(name: str, root: Value, reference: str) -> dict[str, float | str]:
    return {"name": name, "found": plain(root.data), "truth": reference}


# ---- The same sum or product in another order ----------------------------------------
#
# Roots of one family are taken apart into terms, down to what is of another kind, and
# each term is counted: with what sign, and how often. Terms are the same if the same
# operations made them from leaves of the same numbers and labels.

_Key: TypeAlias = tuple[object, ...]

# How often each operand of a primitive counts in the sum or product that is its output;
# primitives of any number of operands count each of them once.
_FAMILIES: Final[dict[str, dict[str, tuple[int, ...]]]] = {
    "sum": {"add": (1, 1), "sub": (1, -1), "neg": (-1,), "sum": ()},
    "product": {"mul": (1, 1), "div": (1, -1), "reciprocal": (-1,), "prod": ()},
}
_MOST: Final = 1 << 64  # of one term: beyond it a ladder of doublings is left alone


def reordered(a: Value, b: Value) -> str:
    """Return ``"sum"`` or ``"product"`` if that is what both are, else ``""``.

    >>> from autograd_scalar import Value
    >>> x, y, z = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "z")
    >>> reordered((x + y) + z, x + (y + z)), reordered(x * y / z, y / z * x)
    ('sum', 'product')
    >>> reordered(x + y, x * y), reordered(x + y, x + y)
    ('', '')
    """
    ids: dict[_Key, int] = {}
    ours, theirs = (_identified(topological_order(root), ids) for root in (a, b))
    if ours[a] == theirs[b]:  # not even the order differs
        return ""
    for name, family in _FAMILIES.items():
        if a.op in family and b.op in family:
            terms = _terms(ours, family)
            return name if terms is not None and terms == _terms(theirs, family) else ""
    return ""


def _identified(order: list[Value], ids: dict[_Key, int]) -> dict[Value, int]:
    """Return an id for each node, the same for the same expression."""
    found: dict[Value, int] = {}
    for node in order:
        key: _Key = (node.op, *[found[parent] for parent in node.parents])
        if node.is_leaf:
            key = (node.label, repr(node.data))
        found[node] = ids.setdefault(key, len(ids))
    return found


def _terms(
    found: dict[Value, int], family: dict[str, tuple[int, ...]]
) -> dict[int, int] | None:
    """Count each term of the last node; None if one counts too often."""
    nodes = [*found]
    weights = dict.fromkeys(nodes, 0)
    weights[nodes[-1]] = 1
    terms: dict[int, int] = {}
    for node in reversed(nodes):
        weight = weights[node]
        if abs(weight) > _MOST:
            return None
        if node.op in family:
            parents = node.parents
            counts = family[node.op] or (1,) * len(parents)
            for parent, count in zip(parents, counts, strict=True):
                weights[parent] += weight * count
        elif weight:
            terms[found[node]] = terms.get(found[node], 0) + weight
    return terms
