"""What a report calls a node: its label, else the expression that made it.

An expression that would be too long takes its operands by number, ``v7 + x``; the node
meant is then called ``v7 = …``. The numbers are places in topological order, as in
drawings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.node import Node
    from autograd_scalar.graph.value import Value

__all__ = ["describe", "label_or_kind", "name_of", "names_of", "unique_names"]


_LABEL_ROOM: Final = 60  # characters of a label, its quotes among them
_EXPRESSION_ROOM: Final = 30
_OPERAND_ROOM: Final = 12  # of a label in an expression


def name_of(node: Value) -> str:
    """What a message calls a single node.

    >>> from autograd_scalar import Value
    >>> name_of(Value(2.0, "x")), name_of(Value(2.0) * 3), name_of(Value(2.0))
    ("'x'", 'mul', '2.0')
    """
    if not node.label:
        return node.op or repr(node.data)
    return _cut(repr(node.label[:_LABEL_ROOM]), len(node.label), _LABEL_ROOM)


def names_of(nodes: Sequence[Value]) -> dict[Value, str]:
    """A name for each of the nodes, which come parents first.

    >>> from autograd_scalar import Value, topological_order
    >>> a, b = Value(0.1, "a"), Value(0.2, "b")
    >>> list(names_of(topological_order((a + b) * -a)).values())
    ["'a'", "'b'", 'a + b', '-a', '(a + b) * (-a)']
    """
    writer = _Writer(nodes)
    found = [name_of(n) if n.label or n.is_leaf else writer.write(n) for n in nodes]
    return {
        node: f"v{place} = {name}" if node in writer.numbered else name
        for place, (node, name) in enumerate(zip(nodes, found, strict=True))
    }


class _Writer:
    """Expressions, each from those of its operands."""

    def __init__(self, nodes: Sequence[Value]) -> None:
        self.places = {node: place for place, node in enumerate(nodes)}
        self.numbered: set[Value] = set()
        self._texts: dict[Value, str] = {}

    def write(self, node: Value) -> str:
        """The node's expression; what it leaves out is in ``numbered`` then."""
        text = self._joined(node)
        if len(text) > _EXPRESSION_ROOM:
            inner = [x for x in node.parents if x in self._texts]
            self.numbered.update(inner)
            for x in inner:
                self._texts[x] = f"v{self.places[x]}"
            text = self._joined(node)
        if len(text) > _EXPRESSION_ROOM:
            self.numbered.add(node)
            text = _cut(text, len(text), _EXPRESSION_ROOM)
            self._texts[node] = f"v{self.places[node]}"
        else:
            self._texts[node] = text
        return text

    def _joined(self, node: Value) -> str:
        primitive = node.primitive
        if primitive is not None and primitive.is_infix:
            sign = f" {primitive.symbol} "
            return sign.join([self._enclosed(x) for x in node.parents])
        if node.op == "neg":
            return f"-{self._enclosed(node.parents[0])}"
        return f"{node.op}({', '.join([self._operand(x) for x in node.parents])})"

    def _enclosed(self, node: Value) -> str:
        """An operand beside an operator, in parentheses unless it is one word."""
        text = self._operand(node)
        primitive = node.primitive
        is_infix = primitive is not None and (primitive.is_infix or node.op == "neg")
        is_call = not (node.label or node.is_leaf or is_infix)
        is_word = " " not in text and not text.startswith("-")
        return text if is_word or is_call else f"({text})"

    def _operand(self, node: Value) -> str:
        if node.label:
            return _cut(node.label[:_OPERAND_ROOM], len(node.label), _OPERAND_ROOM)
        return self._texts.get(node) or repr(node.data)


def _cut(text: str, length: int, room: int) -> str:
    """The text as it is, or its start where its length is over the room."""
    return text if max(len(text), length) <= room else f"{text[: room - 1]}…"


def describe(node: Node) -> str:
    """The node as a call with names and numbers, and what came out.

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
    """The node's label in quotes, else what kind of node it is."""
    if node.label:
        return repr(node.label)
    return "a leaf" if node.is_leaf else f"an unlabelled {node.op}"


_MOST_OPERANDS = 4  # that are written out


def unique_names(order: Sequence[Value]) -> list[str]:
    """The label of each Value, or ``v`` and its number in the order, as on a tape."""
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
