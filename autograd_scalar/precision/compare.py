"""Whether two graphs are the same sum, or the same product, in another order.

Roots of one family are taken apart into terms, down to what is of another kind, and
each term is counted: with what sign, and how often. Terms are the same if the same
operations made them from leaves of the same numbers and labels.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.reporting.escape import markup, visible
from autograd_scalar.reporting.tables import (
    MOST_ROWS,
    html_table,
    plain,
    shortened,
    text_table,
    ulp_text,
)

if TYPE_CHECKING:
    from autograd_scalar.graph.value import Value

__all__ = ["Cause", "Comparison", "reordered"]


Key: TypeAlias = tuple[object, ...]

# How often each operand of a row counts in the sum or product of its output; rows of
# any number of operands count each of them once.
_FAMILIES: Final[dict[str, dict[str, tuple[int, ...]]]] = {
    "sum": {"add": (1, 1), "sub": (1, -1), "neg": (-1,), "sum": ()},
    "product": {"mul": (1, 1), "div": (1, -1), "reciprocal": (-1,), "prod": ()},
}
_MOST: Final = 1 << 64  # of one term: beyond it a ladder of doublings is left alone


def reordered(a: Value, b: Value) -> str:
    """``"sum"`` or ``"product"`` if that is what a and b share, else ``""``.

    >>> from autograd_scalar import Value
    >>> x, y, z = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "z")
    >>> reordered((x + y) + z, x + (y + z)), reordered(x * y / z, y / z * x)
    ('sum', 'product')
    >>> reordered(x + y, x * y), reordered(x + y, x + y)
    ('', '')
    """
    ids: dict[Key, int] = {}
    ours, theirs = (_identified(topological_order(root), ids) for root in (a, b))
    if ours[a] == theirs[b]:  # not even the order differs
        return ""
    for name, family in _FAMILIES.items():
        if a.op in family and b.op in family:
            terms = _terms(ours, family)
            return name if terms is not None and terms == _terms(theirs, family) else ""
    return ""


def _identified(order: list[Value], ids: dict[Key, int]) -> dict[Value, int]:
    """A number for each node, parents first: the same one for the same expression."""
    found: dict[Value, int] = {}
    for node in order:
        key: Key = (node.op, *[found[parent] for parent in node.parents])
        if node.is_leaf:
            key = (node.label, repr(node.data))
        found[node] = ids.setdefault(key, len(ids))
    return found


def _terms(
    found: dict[Value, int], family: dict[str, tuple[int, ...]]
) -> dict[int, int] | None:
    """How often each term counts in the last node; None if one counts too often."""
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


_SHARE: Final = 0.01  # of the largest cause, from which on a rounding is one
_IN_DECIMALS: Final = (
    " With the leaves read as decimals, 0.1 as 1/10, they are equal: the rounding of"
    " these decimals to floats sets them apart in truth."
)
_SIDE_HEADERS: Final = ("side", "value", "truth")
_CAUSE_HEADERS: Final = ("rounding of", "op", "effect in ULP")


class Cause(NamedTuple):
    """A rounding that sets two results apart, and by how much, in their ULP."""

    node: Value
    name: str
    effect: float


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two Values: whether they are equal in floats and in truth, and why not."""

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
            return "No answer: both are nan in truth, and nan is no number to compare."
        how, apart = self._how, self._apart
        if self.equal_in_truth and self.equal_in_floats:
            return f"True, exactly: both are {self.a.data!r}; equal in truth, {how}."
        if self.equal_in_floats:
            return f"Equal in floats, both {self.a.data!r}, but not in truth ({how})."
        if not self.equal_in_truth:
            text = f"False: not equal in truth ({how}), and {apart} in floats."
            return text + _IN_DECIMALS if self.equal_in_decimals else text
        text = (
            f"Approximately True, exactly False: equal in truth ({how}), {apart} in"
            " floats."
        )
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
        if self.equal_in_truth and self.truth_a.endswith("inf"):
            return "as infinities of one sign"
        return f"to {self.digits} digits"

    @property
    def _apart(self) -> str:
        if self.ulp is not None:
            return f"{self.ulp} ULP apart"
        is_both = isnan(self.a.data) and isnan(self.b.data)
        return "nan on both sides" if is_both else "nan on one side"

    def to_json(self) -> str:
        """Everything as JSON; a number that is not finite becomes a string."""
        return json.dumps(
            {
                "a": _side(self.name_a, self.a, self.truth_a),
                "b": _side(self.name_b, self.b, self.truth_b),
                "equal_in_truth": self.equal_in_truth,
                "is_proved": self.is_proved,
                "equal_in_decimals": self.equal_in_decimals,
                "reordered": self.reordered,
                "ulp": self.ulp,
                "causes": [
                    {"name": cause.name, "op": cause.node.op, "effect": cause.effect}
                    for cause in self.causes
                ],
                "verdict": self.verdict,
            },
            allow_nan=False,
        )

    def __repr__(self) -> str:
        truth = "equal" if self.equal_in_truth else "not equal"
        floats = "equal" if self.equal_in_floats else self._apart
        return (
            f"<comparison of {self.a.data!r} and {self.b.data!r}: {truth} in truth,"
            f" {floats} in floats>"
        )

    def __str__(self) -> str:
        parts = [text_table(_SIDE_HEADERS, self._sides())]
        causes, hidden = self._shown()
        if causes:
            parts += ["", text_table(_CAUSE_HEADERS, causes)]
        return "\n".join([*parts, *hidden, self.verdict])

    def _repr_html_(self) -> str:
        causes, hidden = self._shown()
        below = html_table(_CAUSE_HEADERS, causes, hidden) if causes else ""
        return (
            f"{html_table(_SIDE_HEADERS, self._sides(), [])}{below}"
            f"<p><strong>{markup(self.verdict)}</strong></p>"
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


def _side(name: str, root: Value, truth: str) -> dict[str, float | str]:
    return {"name": name, "found": plain(root.data), "truth": truth}
