"""Decide what a picture shows: boxes, links and sentences, not yet placed.

A `Subject` is what the user asked to see, checked; a `Scene` is what to draw of it.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

from autograd_scalar.primitives.table import DOT, MUL
from autograd_scalar.reporting.escape import cut, line_of
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from autograd_scalar.graph.value import Value

__all__ = [
    "NOT_COMPUTED",
    "Box",
    "Link",
    "Pictured",
    "Row",
    "Scene",
    "Subject",
    "kinds_of_leaves",
    "lit_emphasis",
    "number",
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


@runtime_checkable
class Pictured(Protocol):
    """What makes its scene itself: a compiled program."""

    def _scene(self, title: str) -> Scene:
        """Return what to draw."""


class Subject(NamedTuple):
    """The graph that the user asked to see, and how."""

    order: Sequence[Value]  # topological
    roots: Mapping[Value, None]  # an ordered set
    names: Mapping[Value, str]  # of every Value; not yet printable
    kinds: Mapping[Value, str]  # of leaves: parameter, input, constant or leaf
    title: str = ""
    edges: str = "derivative"  # or "contribution": the number on an edge
    stale: AbstractSet[Value] = frozenset()  # leaves written after the recording
    # Values on a path, and pairs (operand, user) that follow each other on it.
    lit: AbstractSet[Value] = frozenset()
    lit_pairs: AbstractSet[tuple[Value, Value]] = frozenset()
    part: AbstractSet[Value] | None = None  # the Values to show; None for all
    # Values that differ from their counterpart in another graph, if there is one.
    parted: Mapping[Value, Value | None] | None = None
    remark: str = ""  # what is compared, or which part is shown

    def count_edges(self) -> int:
        """Return the number of edges; an operand that is used twice has two."""
        return sum([len(node.parents) for node in self.order])


class Row(NamedTuple):
    """One line of a box: ``data  0.5``; words instead of a number have the tone ink."""

    key: str
    text: str
    tone: str


class Box(NamedTuple):
    """One Value, or one group of them. All its texts are printable."""

    kind: str  # input, parameter, constant, leaf, operation or group
    symbol: str  # of the operation, in the strip on the left
    name: str
    caption: str  # the kind in words
    rows: tuple[Row, ...]
    tooltip: str  # several lines
    is_root: bool = False
    node: int = -1  # the index in the topological order; -1 for a group
    emphasis: str = ""  # "lit" or "dim" where a path is highlighted
    is_parted: bool = False  # whether it differs from its counterpart
    more: tuple[bool, bool] = (False, False)  # operands and users that are not shown


class Link(NamedTuple):
    """An edge from an operand to its result."""

    source: int  # of the boxes
    target: int
    text: str
    tone: str
    size: float  # the width of its line, 0 to 1
    tooltip: str
    place: int = -1  # of the operand among the parents; -1 for several edges
    emphasis: str = ""


class Scene(NamedTuple):
    """Everything that a drawing shows. Boxes are in topological order."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    title: str  # given by the user, or empty
    note: str  # how it was folded; empty if it was not
    subject: str  # whose graph it is
    facts: str  # its size, its leaves, and whether adjoints are computed
    warning: str = ""  # numbers that do not belong together
    on_edges: str = "derivative"
    remark: str = ""
    # Of the picture of a program: entry, scalar nodes, value, adjoint.
    entries: tuple[tuple[str, ...], ...] = ()

    @property
    def heading(self) -> str:
        """The title, or else the subject."""
        return self.title or self.subject

    @property
    def summary(self) -> str:
        """The picture in words, for readers who cannot see it."""
        folded = f"{self.note}." if self.note else ""
        words = (f"{self.subject}:", self.facts, folded, self.remark, self.warning)
        return " ".join(filter(None, words))


def kinds_of_leaves(
    order: Sequence[Value], parameters: AbstractSet[Value], inputs: AbstractSet[Value]
) -> dict[Value, str]:
    """Return what each leaf stands for, by what is known, never by its label.

    What the user declares comes first, then the leaf's own role. A leaf that a
    parameter is multiplied with is an input; any other is a leaf, no more.

    >>> from autograd_scalar import Value, topological_order
    >>> w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    >>> order = topological_order(w * x + b + 1.0)
    >>> list(kinds_of_leaves(order, {w}, set()).values())
    ['parameter', 'input', 'leaf', 'constant']
    """
    kinds: dict[Value, str] = {}
    for node in order:
        if node.is_leaf:
            kinds[node] = (
                "parameter"
                if node in parameters
                else "input"
                if node in inputs
                else node.role or "leaf"
            )
    for node in order:
        if node.primitive is MUL or node.primitive is DOT:
            parents = node.parents
            for a, b in zip(parents[::2], parents[1::2], strict=False):
                pair = kinds.get(a), kinds.get(b)
                if pair == ("parameter", "leaf"):
                    kinds[b] = "input"
                elif pair == ("leaf", "parameter"):
                    kinds[a] = "input"
    return kinds


def unfolded_scene(subject: Subject) -> Scene:
    """Return a scene with a box for each Value and a link for each operand."""
    names = subject.names
    order = [n for n in subject.order if subject.part is None or n in subject.part]
    place = {node: index for index, node in enumerate(order)}
    boxes = tuple(
        value_box(subject, node, index)
        for index, node in enumerate(subject.order)
        if node in place
    )
    if subject.part is not None:
        boxes = _with_ellipses(subject, order, boxes)
    links: list[Link] = []
    for target, node in enumerate(order):
        parents = node.parents
        if not parents:
            continue
        many = f" of {len(parents)}"
        user = line_of(names[node])
        for nth, (parent, d) in enumerate(
            zip(parents, node.local_derivatives, strict=True)
        ):
            if parent not in place:
                continue
            operand = line_of(names[parent])
            tip = f"\u2202({user})/\u2202({operand}) = {d!r} (operand {nth + 1}{many})"
            ends = place[parent], target
            links.append(value_link(subject, ends, (parent, node), d, nth, tip))
    return scene_from(subject, boxes, tuple(links))


def _with_ellipses(
    subject: Subject, order: Sequence[Value], boxes: Sequence[Box]
) -> tuple[Box, ...]:
    """Mark the boxes whose operands or users are not all shown."""
    shown = set(order)
    used = {
        parent
        for node in subject.order
        if node not in shown
        for parent in node.parents
        if parent in shown
    }
    return tuple(
        box._replace(more=(not shown.issuperset(node.parents), node in used))
        for node, box in zip(order, boxes, strict=True)
    )


def scene_from(
    subject: Subject, boxes: tuple[Box, ...], links: tuple[Link, ...], note: str = ""
) -> Scene:
    """Return a scene of these boxes and links, with sentences that describe it."""
    edges = counted(subject.count_edges(), "edge")
    computed = {root.has_grad for root in subject.roots}
    adjoint = "computed" if computed == {True} else "not computed yet"
    facts = f"{_values(subject)}, {edges}; adjoints {adjoint}."
    return Scene(
        boxes,
        links,
        line_of(subject.title),
        note,
        f"Computation graph of {_roots_in_words(subject)}",
        facts,
        _warning(subject),
        subject.edges,
        line_of(subject.remark),
    )


def _roots_in_words(subject: Subject) -> str:
    """Return ``y = 0.5``, or the same of several roots."""
    words = [
        f"{_brief(subject, root) or 'output'} = {number(root.data)}"
        for root in islice(subject.roots, _NAMED_INPUTS)
    ]
    if len(words) < len(subject.roots):
        return f"{', '.join(words)}, \u2026 ({len(subject.roots):,} outputs)"
    return " and ".join([*filter(None, [", ".join(words[:-1])]), words[-1]])


def _brief(subject: Subject, node: Value) -> str:
    """Return the name of a node for a sentence; "" if it has none but its index."""
    name = subject.names[node]
    return cut(name, _BRIEF) if node.label or "[" in name else ""


def _values(subject: Subject) -> str:
    """Return the number of Values, and which of them are leaves, in words."""
    order = subject.order
    leaves = [node for node in order if node.is_leaf]
    constants = sum([subject.kinds[node] == "constant" for node in leaves])
    others = [node for node in leaves if subject.kinds[node] != "constant"]
    named = [name for node in others if (name := _brief(subject, node))]
    shown = ", ".join(named[:_NAMED_INPUTS])
    if len(named) > _NAMED_INPUTS:
        shown += ", \u2026"
    kinds = [shown] if named else []
    if len(others) > len(named):
        kinds.append(f"{len(others) - len(named):,} without a label")
    if constants:
        kinds.append(counted(constants, "constant"))
    what = "a leaf" if len(leaves) == 1 else "leaves"
    if len(order) > 1:
        what = f"{len(leaves):,} of them {what}"
    return f"{counted(len(order), 'Value')}, {what} ({'; '.join(kinds)})"


def _warning(subject: Subject) -> str:
    """Say which leaves hold another number than the one that was recorded."""
    stale = [node for node in subject.order if node in subject.stale]
    if not stale:
        return ""
    names = ", ".join(
        cut(subject.names[node], _BRIEF) for node in stale[:_NAMED_INPUTS]
    )
    if len(stale) > _NAMED_INPUTS:
        names += f", \u2026 ({len(stale):,} leaves)"
    was = "was" if len(stale) == 1 else "were"
    return line_of(
        f"{names} {was} written after this graph was recorded: what was computed"
        " from the old numbers still shows them; compute it again."
    )


# ---- One box, one link ---------------------------------------------------------------


def value_box(subject: Subject, node: Value, index: int) -> Box:
    """Return the box of a single Value; ``index`` is its place in the order."""
    is_root = node in subject.roots
    if node.is_leaf:
        kind = caption = subject.kinds[node]
    else:
        kind, caption = "operation", "output" if is_root else ""
    name = line_of(subject.names[node])
    data = node.data
    tip = f"{name} ({line_of(node.op) or caption})\ndata = {data!r}\n"
    if node in subject.stale:
        caption += ", changed"
        tip += "written after the graph was recorded\n"
    if node.has_grad:
        tip += f"grad = {node.grad!r}"
    else:
        tip += "grad: not computed yet, call backward()"
    rows = _numbers(node)
    parted = subject.parted or {}
    is_parted = node in parted
    if is_parted:
        rows, words, line = _against(node, parted[node], rows)
        caption = f"{caption} {words}".lstrip()
        tip += line
    shown = "" if kind == "constant" and not node.label else name
    symbol = _symbol_of(node)
    emphasis = _emphasis(subject, node in subject.lit)
    return Box(
        kind, symbol, shown, caption, rows, tip, is_root, index, emphasis, is_parted
    )


def _numbers(node: Value) -> tuple[Row, Row]:
    data = Row("data", number(node.data), tone(node.data))
    if node.has_grad:
        return data, Row("grad", signed(node.grad), tone(node.grad))
    return data, Row("grad", NOT_COMPUTED, "none")


def _against(
    node: Value, other: Value | None, rows: tuple[Row, Row]
) -> tuple[tuple[Row, Row], str, str]:
    """Return the rows, a mark for the caption and a line for the tooltip."""
    if other is None:
        return rows, "\u2260 alone", "\nhas no counterpart in the other graph"
    data, grad = rows
    there = _numbers(other)
    data = _unequal(data, there[0], node.data, other.data)
    if node.has_grad or other.has_grad:
        known = node.grad if node.has_grad else None
        grad = _unequal(grad, there[1], known, other.grad if other.has_grad else None)
    op = f" ({line_of(other.op)})" if other.op != node.op else ""
    adjoint = repr(other.grad) if other.has_grad else "not computed yet"
    line = f"\n\u2260 in the other graph{op}: data = {other.data!r}, grad = {adjoint}"
    return (data, grad), f"\u2260{op}", line


def _unequal(row: Row, other: Row, a: float | None, b: float | None) -> Row:
    """Return ``0.5 \u2260 0.7`` in a row, with all digits where four are not enough."""
    if a == b or repr(a) == repr(b):
        return row
    if row.text != other.text:
        return Row(row.key, f"{row.text} \u2260 {other.text}", "bad")
    texts = (repr(x).replace("-", _MINUS) for x in (a, b))
    return Row(row.key, " \u2260 ".join(texts), "bad")


def _emphasis(subject: Subject, lit: bool) -> str:
    if not subject.lit:
        return ""
    return "lit" if lit else "dim"


def _symbol_of(node: Value) -> str:
    """Return the usual sign of the node's operation; "" for a leaf."""
    primitive = node.primitive
    if primitive is None:
        return ""
    return line_of(primitive.glyph)


def value_link(  # noqa: PLR0913, PLR0917  (an edge has two ends in both numberings)
    subject: Subject,
    ends: tuple[int, int],
    pair: tuple[Value, Value],
    d: float,
    place: int,
    tooltip: str,
) -> Link:
    """Return an edge that shows its local derivative ``d``, or its contribution."""
    shown: float | None = d
    user = pair[1]
    if subject.edges == "contribution":
        shown = user.grad * d if user.has_grad else None
        tooltip += _contribution_in_words(user, d, shown)
    emphasis = _emphasis(subject, pair in subject.lit_pairs)
    there = _elsewhere(subject, user, place)
    if there is not None and shown is not None and repr(there) != repr(shown):
        other = signed(there) if signed(there) != signed(shown) else repr(there)
        mine = signed(shown) if signed(there) != signed(shown) else repr(shown)
        text = f"{mine} \u2260 {other}".replace("-", _MINUS)
        tooltip += f"\n\u2260 {there!r} in the other graph"
        return Link(*ends, text, "bad", _size(shown), tooltip, place, emphasis)
    if shown is None:
        return Link(*ends, NOT_COMPUTED, "none", 0.0, tooltip, place, emphasis)
    size = _size(shown)
    return Link(*ends, signed(shown), tone(shown), size, tooltip, place, emphasis)


def _elsewhere(subject: Subject, user: Value, place: int) -> float | None:
    """Return the number on the same edge of the other graph, if that has the edge."""
    other = (subject.parted or {}).get(user)
    if other is None or other.op != user.op or place >= len(other.parents):
        return None
    d = other.local_derivatives[place]
    if subject.edges == "derivative":
        return d
    return other.grad * d if other.has_grad else None


def _contribution_in_words(user: Value, d: float, product: float | None) -> str:
    if product is None:
        return "\ncontribution: not computed yet, call backward()"
    return f"\ncontribution: {user.grad!r} \u00d7 {d!r} = {product!r}"


def _size(d: float) -> float:
    """Return the width of an edge: 0 at 0, 1/2 at 1, and at most 1."""
    size = abs(d)
    return 1.0 if d - d != 0.0 else size / (1 + size)


def lit_emphasis(subject: Subject, members: Iterable[Value]) -> str:
    """Return the emphasis of a group: lit if one of its Values is."""
    return _emphasis(subject, any(node in subject.lit for node in members))


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
