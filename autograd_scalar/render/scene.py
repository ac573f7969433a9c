"""Decide what a picture shows: boxes, links and sentences, not yet placed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.graph.naming import unique_names
from autograd_scalar.reporting.escape import cut, line_of
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.value import Value

__all__ = [
    "NOT_COMPUTED",
    "Box",
    "Link",
    "Row",
    "Scene",
    "number",
    "parameter_labels",
    "scene_from",
    "signed",
    "span",
    "tone",
    "unfolded_scene",
    "value_box",
    "value_link",
]

NOT_COMPUTED: Final = "\u2013"  # an adjoint
_MINUS: Final = "\u2212"
_NAMED_INPUTS: Final = 6  # in a sentence
_BRIEF: Final = 40  # characters of a label in a sentence
# W, W1, W1[0,2], b1[2] and b1 are parameters.
_INDEXED: Final = re.compile(r"[Ww]\d*(\[\d+(,\s*\d+)*\])?|b\d*\[\d+(,\s*\d+)*\]|b\d+")


class Row(NamedTuple):
    """One line of a box: ``data  0.5``."""

    key: str
    text: str
    tone: str


class Box(NamedTuple):
    """One Value, or one group of them. All its texts are printable."""

    kind: str  # input, parameter, constant, operation or group
    symbol: str  # of the operation, in the strip on the left
    name: str
    caption: str  # the kind in words
    rows: tuple[Row, ...]
    tooltip: str  # several lines
    is_root: bool = False


class Link(NamedTuple):
    """An edge from an operand to its result."""

    source: int
    target: int
    text: str
    tone: str
    size: float  # the width of its line, 0 to 1
    tooltip: str


class Scene(NamedTuple):
    """Everything that a drawing shows. Boxes are in topological order, root last."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    title: str  # given by the user, or empty
    note: str  # how it was folded; empty if it was not
    subject: str  # whose graph it is
    facts: str  # its size, its leaves, and whether adjoints are computed

    @property
    def heading(self) -> str:
        """The title, or else the subject."""
        return self.title or self.subject

    @property
    def summary(self) -> str:
        """The picture in words, for readers who cannot see it."""
        folded = f"{self.note}." if self.note else ""
        return " ".join(filter(None, (f"{self.subject}:", self.facts, folded)))


def unfolded_scene(order: Sequence[Value], title: str) -> Scene:
    """Return a scene with a box for each Value and a link for each operand.

    ``order`` is a topological order; the root is its last Value.
    """
    names = [line_of(name) for name in unique_names(order)]
    parameters = parameter_labels(order)
    place = {node: index for index, node in enumerate(order)}
    last = len(order) - 1
    boxes = tuple(
        value_box(node, names[index], parameters, is_root=index == last)
        for index, node in enumerate(order)
    )
    links: list[Link] = []
    for target, node in enumerate(order):
        parents = node.parents
        many = f" of {len(parents)}"
        for nth, (parent, d) in enumerate(
            zip(parents, node.local_derivatives, strict=True), 1
        ):
            source = place[parent]
            tip = (
                f"\u2202({names[target]})/\u2202({names[source]}) = {d!r}"
                f" (operand {nth}{many})"
            )
            links.append(value_link(source, target, d, tip))
    return scene_from(order, boxes, tuple(links), title)


def scene_from(
    order: Sequence[Value],
    boxes: tuple[Box, ...],
    links: tuple[Link, ...],
    title: str,
    note: str = "",
) -> Scene:
    """Return a scene of these boxes and links, with sentences that describe it."""
    root = order[-1]
    name = cut(root.label, _BRIEF) or "output"
    subject = f"Computation graph of {name} = {number(root.data)}"
    edges = counted(sum([len(node.parents) for node in order]), "edge")
    adjoint = "computed" if root.has_grad else "not computed yet"
    facts = f"{_values(order)}, {edges}; adjoints {adjoint}."
    return Scene(boxes, links, line_of(title), note, subject, facts)


def _values(order: Sequence[Value]) -> str:
    """Return the number of Values, and which of them are leaves, in words.

    >>> from autograd_scalar import Value, topological_order
    >>> _values(topological_order(Value(2.0, "x") * 3.0))
    '3 Values, 2 of them leaves (x; 1 constant)'
    """
    leaves = [node.label for node in order if node.is_leaf]
    named = [cut(label, _BRIEF) for label in leaves if label]
    shown = ", ".join(named[:_NAMED_INPUTS])
    if len(named) > _NAMED_INPUTS:
        shown += ", \u2026"
    constants = len(leaves) - len(named)
    kinds = [shown] if named else []
    if constants:
        kinds.append(counted(constants, "constant"))
    what = "a leaf" if len(leaves) == 1 else "leaves"
    if len(order) > 1:
        what = f"{len(leaves):,} of them {what}"
    return f"{counted(len(order), 'Value')}, {what} ({'; '.join(kinds)})"


def parameter_labels(order: Sequence[Value]) -> set[str]:
    """Return the labels of leaves that look like a weight or a bias.

    A plain ``b`` is a bias only if there is a weight.

    >>> from autograd_scalar import Value
    >>> sorted(parameter_labels([Value(1, "W1[0,3]"), Value(1, "b"), Value(1, "x")]))
    ['W1[0,3]', 'b']
    >>> parameter_labels([Value(1, "a"), Value(1, "b")])
    set()
    """
    labels = {node.label for node in order if node.is_leaf}
    found = {label for label in labels if _INDEXED.fullmatch(label)}
    if found and "b" in labels:
        found.add("b")
    return found


# ---- One box, one link ---------------------------------------------------------------


def value_box(node: Value, name: str, parameters: set[str], *, is_root: bool) -> Box:
    """Return the box of a single Value."""
    if not node.is_leaf:
        kind, caption = "operation", "output" if is_root else ""
    elif not node.label:
        kind, caption = "constant", "constant"
    elif node.label in parameters:
        kind, caption = "parameter", "parameter"
    else:
        kind, caption = "input", "input"
    name = line_of(name)
    data = node.data
    tip = f"{name} ({line_of(node.op) or caption})\ndata = {data!r}\n"
    if node.has_grad:
        grad = node.grad
        second = Row("grad", signed(grad), tone(grad))
        tip += f"grad = {grad!r}"
    else:
        second = Row("grad", NOT_COMPUTED, "none")
        tip += "grad: not computed yet, call backward()"
    first = Row("data", number(data), tone(data))
    shown = "" if kind == "constant" else name
    return Box(kind, _symbol_of(node), shown, caption, (first, second), tip, is_root)


def _symbol_of(node: Value) -> str:
    """Return the usual sign of the node's operation; "" for a leaf."""
    primitive = node.primitive
    if primitive is None:
        return ""
    return line_of(primitive.glyph)


def value_link(source: int, target: int, d: float, tooltip: str) -> Link:
    """Return an edge that shows its local derivative ``d``."""
    return Link(source, target, signed(d), tone(d), _size(d), tooltip)


def _size(d: float) -> float:
    """Return the width of an edge: 0 at 0, 1/2 at 1, and at most 1."""
    size = abs(d)
    return 1.0 if d - d != 0.0 else size / (1 + size)


# ---- Numbers in a picture ------------------------------------------------------------


def number(x: float) -> str:
    """Format ``x`` with four significant digits and a true minus sign.

    >>> number(-0.123456), number(1e-7), number(float("inf"))
    ('\u22120.1235', '1e\u22127', '\u221e')
    """
    text = f"{x:.4g}"
    if "e" in text:
        digits, _, exponent = text.partition("e")
        text = f"{digits}e{int(exponent)}"
    elif x - x != 0.0:
        text = text.replace("inf", "\u221e")
    return text.replace("-", _MINUS)


def signed(x: float) -> str:
    """Format a derivative as `number` does, with a plus if it is above zero.

    >>> signed(0.5), signed(-0.5), signed(0.0)
    ('+0.5', '\u22120.5', '0')
    """
    return "+" + number(x) if x > 0 else number(x)


def span(numbers: list[float]) -> str:
    """Format the smallest and largest of the numbers, once if they are equal.

    >>> span([3.0, -1.0, 2.0])
    '\u22121 … 3'
    """
    if any(math.isnan(x) for x in numbers):
        return "nan"
    low, high = min(numbers), max(numbers)
    return number(low) if low == high else f"{number(low)} \u2026 {number(high)}"


def tone(x: float) -> str:
    """Return the colour class: pos, neg, zero, or bad for nan and inf.

    >>> [tone(x) for x in (2.0, -2.0, 0.0, math.nan)]
    ['pos', 'neg', 'zero', 'bad']
    """
    if x - x != 0.0:
        return "bad"
    return "pos" if x > 0 else "neg" if x < 0 else "zero"
