"""Name nodes: all names under which messages, reports and pictures show a node.

| function        | shows                           | used in                          |
| --------------- | ------------------------------- | -------------------------------- |
| `describe`      | ``'y' = log('x' = 0.0) = -inf`` | anomalies, diagnoses, gradchecks |
| `label_or_kind` | ``'x'`` or ``a leaf``           | an operand in an anomaly         |
| `name_of`       | ``'x'``, ``mul`` or ``2.0``     | one node in a message of replay  |
| `names_of`      | ``'x'`` or ``(a + b) * (-a)``   | certificates and comparisons     |
| `unique_names`  | ``x`` or ``v7``                 | pictures, their tables, JSON     |

A label in quotes is its `repr`, so no control character reaches a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograd_scalar.primitives.table import NEG
from autograd_scalar.reporting.escape import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.node import Node
    from autograd_scalar.graph.value import Value

__all__ = ["describe", "label_or_kind", "name_of", "names_of", "unique_names"]

_MOST_OPERANDS: Final = 4  # that `describe` writes out
_LABEL_ROOM: Final = 60  # characters of a label, its quotes among them
_EXPRESSION_ROOM: Final = 30
_OPERAND_ROOM: Final = 12  # of a label in an expression


def describe(node: Node) -> str:
    """Return the node as a call with names and numbers, and its result.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0, "x")
    >>> describe(x), describe((x * 2.0).named("y"))
    ("'x' = 3.0", "'y' = mul('x' = 3.0, 2.0) = 6.0")
    """
    head = f"{node.label!r} = " if node.label else ""
    if node.is_leaf:
        return f"{head}{node.data!r}"
    shown = [
        f"{p.label!r} = {p.data!r}" if p.label else repr(p.data)
        for p in node.parents[:_MOST_OPERANDS]
    ]
    more = len(node.parents) - len(shown)
    if more:
        shown.append(f"and {more:,} more")
    return f"{head}{node.op}({', '.join(shown)}) = {node.data!r}"


def label_or_kind(node: Node) -> str:
    """Return the node's label in quotes, or what kind of node it is.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0, "x")
    >>> label_or_kind(x), label_or_kind(Value(3.0)), label_or_kind(x * x)
    ("'x'", 'a leaf', 'an unlabelled mul')
    """
    if node.label:
        return repr(node.label)
    return "a leaf" if node.is_leaf else f"an unlabelled {node.op}"


def name_of(node: Value) -> str:
    """Return the node's label in quotes, its operation, or its number.

    >>> from autograd_scalar import Value
    >>> name_of(Value(2.0, "x")), name_of(Value(2.0) * 3), name_of(Value(2.0))
    ("'x'", 'mul', '2.0')
    """
    if not node.label:
        return node.op or repr(node.data)
    return cut(repr(node.label[:_LABEL_ROOM]), _LABEL_ROOM)


def unique_names(order: Sequence[Value]) -> list[str]:
    """Return each node's label, or ``v`` and its index in the topological order.

    Labels that the user gave twice stay the same; a ``v7`` never repeats a label.

    >>> from autograd_scalar import Value, topological_order
    >>> x = Value(3.0, "x")
    >>> unique_names(topological_order((x * x).exp()))
    ['x', 'v1', 'v2']
    """
    taken = {node.label for node in order}
    names: list[str] = []
    for index, node in enumerate(order):
        name = node.label
        if not name:
            name = f"v{index}"
            while name in taken:
                name = "_" + name
        names.append(name)
    return names


# ---- Names by expression -------------------------------------------------------------


def names_of(nodes: Sequence[Value]) -> dict[Value, str]:
    """Return a name for each node of a topological order: its label or expression.

    Where an expression would be too long, it names its operands by their index,
    ``v7 + x``; the operand's own name then starts with ``v7 = ``.

    >>> from autograd_scalar import Value, topological_order
    >>> a, b = Value(0.1, "a"), Value(0.2, "b")
    >>> list(names_of(topological_order((a + b) * -a)).values())
    ["'a'", "'b'", 'a + b', '-a', '(a + b) * (-a)']
    """
    writer = _Writer(nodes)
    found = [name_of(n) if n.label or n.is_leaf else writer.write(n) for n in nodes]
    return {
        node: f"v{index} = {name}" if node in writer.numbered else name
        for index, (node, name) in enumerate(zip(nodes, found, strict=True))
    }


class _Writer:
    """Writes the expression of each node from those of its operands."""

    def __init__(self, nodes: Sequence[Value]) -> None:
        self.index = {node: index for index, node in enumerate(nodes)}
        self.numbered: set[Value] = set()
        self._texts: dict[Value, str] = {}

    def write(self, node: Value) -> str:
        """Return the node's expression; add to ``numbered`` what it abbreviates."""
        text = self._joined(node)
        if len(text) > _EXPRESSION_ROOM:
            inner = [x for x in node.parents if x in self._texts]
            self.numbered.update(inner)
            for x in inner:
                self._texts[x] = f"v{self.index[x]}"
            text = self._joined(node)
        if len(text) > _EXPRESSION_ROOM:
            self.numbered.add(node)
            text = cut(text, _EXPRESSION_ROOM)
            self._texts[node] = f"v{self.index[node]}"
        else:
            self._texts[node] = text
        return text

    def _joined(self, node: Value) -> str:
        primitive = node.primitive
        if primitive is not None and primitive.is_infix:
            sign = f" {primitive.symbol} "
            return sign.join([self._enclosed(x) for x in node.parents])
        if primitive is NEG:
            return f"-{self._enclosed(node.parents[0])}"
        return f"{node.op}({', '.join([self._operand(x) for x in node.parents])})"

    def _enclosed(self, node: Value) -> str:
        """Return an operand of an operator, in parentheses unless it is one word."""
        text = self._operand(node)
        primitive = node.primitive
        is_infix = primitive is not None and (primitive.is_infix or primitive is NEG)
        is_call = not (node.label or node.is_leaf or is_infix)
        is_word = " " not in text and not text.startswith("-")
        return text if is_word or is_call else f"({text})"

    def _operand(self, node: Value) -> str:
        if node.label:
            return cut(node.label, _OPERAND_ROOM)
        return self._texts.get(node) or repr(node.data)
