"""What a picture says, before anything is placed: boxes, links and sentences."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.graph.naming import unique_names
from autograd_scalar.reporting.escape import line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.value import Value

__all__ = [
    "NOT_COMPUTED",
    "Box",
    "Link",
    "Row",
    "Scene",
    "counted",
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


NOT_COMPUTED: Final = "\u2013"
_MINUS: Final = "\u2212"


def number(x: float) -> str:
    """``x`` with four significant digits and a true minus sign.

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
    """`number` with a plus before what is above zero: for derivatives.

    >>> signed(0.5), signed(-0.5), signed(0.0)
    ('+0.5', '\u22120.5', '0')
    """
    return "+" + number(x) if x > 0 else number(x)


def span(numbers: list[float]) -> str:
    """The smallest and the largest, or the one number if they are equal.

    >>> span([3.0, -1.0, 2.0])
    '\u22121 … 3'
    """
    if any(math.isnan(x) for x in numbers):
        return "nan"
    low, high = min(numbers), max(numbers)
    return number(low) if low == high else f"{number(low)} \u2026 {number(high)}"


def tone(x: float) -> str:
    """The class of colour: pos, neg, zero, or bad for nan and inf.

    >>> [tone(x) for x in (2.0, -2.0, 0.0, math.nan)]
    ['pos', 'neg', 'zero', 'bad']
    """
    if x - x != 0.0:
        return "bad"
    return "pos" if x > 0 else "neg" if x < 0 else "zero"


_NAMED_INPUTS: Final = 6
_BRIEF: Final = 40
_INDEXED: Final = re.compile(r"[Ww]\d*(\[\d+(,\s*\d+)*\])?|b\d*\[\d+(,\s*\d+)*\]|b\d+")


class Row(NamedTuple):
    """One line of a box: ``data  0.5``."""

    key: str
    text: str
    tone: str


class Box(NamedTuple):
    """One Value, or one group of them; its texts hold visible characters only."""

    kind: str  # input, parameter, constant, operation or group
    symbol: str  # what the strip on its left says
    name: str
    caption: str  # the kind in words
    rows: tuple[Row, ...]
    tooltip: str  # several lines
    is_root: bool = False


class Link(NamedTuple):
    """From an operand to what was computed from it."""

    source: int
    target: int
    text: str
    tone: str
    size: float  # 0 to 1: how wide to draw it
    tooltip: str


class Scene(NamedTuple):
    """Everything a drawing shows. Boxes are in topological order, the root last."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    title: str  # the user's; may be empty
    note: str  # how it was folded; empty if it was not
    subject: str  # whose graph it is
    facts: str  # how large it is, and what is known

    @property
    def heading(self) -> str:
        """What stands above the picture where something must."""
        return self.title or self.subject

    @property
    def summary(self) -> str:
        """All of it in words, for who cannot see the picture."""
        folded = f"{self.note}." if self.note else ""
        return " ".join(filter(None, (f"{self.subject}:", self.facts, folded)))


def parameter_labels(order: Sequence[Value]) -> set[str]:
    """The labels that look like a weight or a bias; ``b`` only beside a weight.

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


def unfolded_scene(order: Sequence[Value], title: str) -> Scene:
    """One box for each Value of a topological order, one link for each operand."""
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
    """A scene with the words that tell what it shows."""
    root = order[-1]
    name = brief(root.label) or "output"
    subject = f"Computation graph of {name} = {number(root.data)}"
    edges = counted(sum([len(node.parents) for node in order]), "edge")
    adjoint = "computed" if root.has_grad else "not computed yet"
    facts = f"{_values(order)}, {edges}; adjoints {adjoint}."
    return Scene(boxes, links, line_of(title), note, subject, facts)


def _values(order: Sequence[Value]) -> str:
    """How many there are, and what is known of those that nothing precedes.

    >>> from autograd_scalar import Value, topological_order
    >>> _values(topological_order(Value(2.0, "x") * 3.0))
    '3 Values, 2 of them leaves (x; 1 constant)'
    """
    leaves = [node.label for node in order if node.is_leaf]
    named = [brief(label) for label in leaves if label]
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


def counted(count: int, what: str, more: str = "s") -> str:
    """A number of things in English.

    >>> counted(1, "box", "es"), counted(2000, "box", "es")
    ('1 box', '2,000 boxes')
    """
    return f"{count:,} {what}{more if count != 1 else ''}"


def brief(label: str) -> str:
    """The start of a label, for a sentence."""
    return label if len(label) <= _BRIEF else label[: _BRIEF - 1] + "\u2026"


def symbol_of(node: Value) -> str:
    """The sign of the operation as a reader of formulas knows it."""
    primitive = node.primitive
    if primitive is None:
        return ""
    return line_of(primitive.glyph)


def value_box(node: Value, name: str, parameters: set[str], *, is_root: bool) -> Box:
    """The box of a single Value."""
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
    return Box(kind, symbol_of(node), shown, caption, (first, second), tip, is_root)


def value_link(source: int, target: int, d: float, tooltip: str) -> Link:
    """An edge with its local derivative."""
    return Link(source, target, signed(d), tone(d), _size(d), tooltip)


def _size(d: float) -> float:
    """How wide an edge is: rises with the local derivative, 1/2 at 1, never above 1."""
    size = abs(d)
    return 1.0 if d - d != 0.0 else size / (1 + size)
