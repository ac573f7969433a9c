"""Name nodes: all names under which messages, reports and pictures show a node.

| function        | shows                           | used in                          |
| --------------- | ------------------------------- | -------------------------------- |
| `describe`      | ``'y' = log('x' = 0.0) = -inf`` | anomalies, diagnoses, gradchecks |
| `label_or_kind` | ``'x'`` or ``a leaf``           | an operand in an anomaly         |
| `name_of`       | ``'x'``, ``mul`` or ``2.0``     | one node in a message of replay  |
| `names_of`      | ``'x'`` or ``(a + b) * (-a)``   | certificates and comparisons     |
| `unique_names`  | ``x`` or ``v7``                 | pictures, their tables, JSON     |
| `network_names` | ``z1[2](0)``                    | the same, where `nn` made them   |

A label in quotes is its `repr`, so no control character reaches a terminal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autograd_scalar.primitives.table import ADD, DOT, MUL, NEG
from autograd_scalar.reporting.escape import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.node import Node
    from autograd_scalar.graph.value import Value

__all__ = [
    "describe",
    "label_or_kind",
    "name_of",
    "names_of",
    "network_names",
    "unique_names",
]

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

    Labels that the user gave twice stay the same; a ``v7`` never repeats a label. The
    nodes of a network have the names of `network_names`.

    >>> from autograd_scalar import Value, topological_order
    >>> x = Value(3.0, "x")
    >>> unique_names(topological_order((x * x).exp()))
    ['x', 'v1', 'v2']
    """
    known = network_names(order)
    taken = {node.label for node in order}.union(known.values())
    names: list[str] = []
    for index, node in enumerate(order):
        name = known.get(node) or node.label
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


# ---- Names of the nodes of a network -------------------------------------------------

_WEIGHT: Final = re.compile(r"W(\d{1,9})\[(\d{1,9}),\s*(\d{1,9})\]", re.ASCII)
_BIAS: Final = re.compile(r"b(\d{1,9})\[(\d{1,9})\]", re.ASCII)

_Symbol = tuple[str, int, int]  # letter, layer, neuron


def network_names(order: Sequence[Value]) -> dict[Value, str]:
    """Return names such as ``z1[2]`` for the unlabelled nodes of a network.

    They are those that `nn.MLP.forward` gives. A network that was called as ``net(x)``
    labels its parameters alone, so as to lose no time; the others are found by what
    the parameters are multiplied with. Of several examples each has its number, in the
    order in which the root uses them: ``z1[2](0)``. Labels stay, but ``a0[k]`` too
    gets its number.

    >>> from autograd_scalar import topological_order
    >>> from nn import MLP
    >>> net = MLP(1, [1], activation=["tanh"], rng=1)
    >>> y = net([0.5]) + net([0.25])
    >>> list(network_names(topological_order(y)).values())
    ['a0[0](0)', 'z1[0](0)', 'a1[0](0)', 'a0[0](1)', 'z1[0](1)', 'a1[0](1)']
    """
    finder = _Network(order)
    if not finder.weights:
        return {}
    for node in order:
        if not node.is_leaf:
            finder.look_at(node)
    finder.name_last_activations()
    plain = {
        node: f"{letter}{layer}[{neuron}]"
        for node, (letter, layer, neuron) in finder.symbols.items()
    }
    suffix = finder.examples() if len(set(plain.values())) < len(plain) else {}
    return {
        node: plain[node] + suffix.get(node, "")
        for node in order
        if node in plain and node.label in {"", plain[node]}
    }


class _Network:
    """Finds the z and a of every neuron, from the labels of its parameters."""

    def __init__(self, order: Sequence[Value]) -> None:
        self._order = order
        self.weights: dict[Value, tuple[int, int, int]] = {}  # layer, neuron, input
        self._biases: dict[Value, tuple[int, int]] = {}
        self._inputs_of: dict[tuple[int, int], int] = {}  # how many
        # What the sums z = b + w0*x0 + w1*x1 + ... hold so far, if z is many nodes.
        self._products: dict[Value, tuple[int, int, int]] = {}
        self._partial: dict[Value, tuple[int, int, int]] = {}
        self.symbols: dict[Value, _Symbol] = {}
        for node in order:
            if node.role == "parameter":
                self._note_parameter(node)

    def _note_parameter(self, node: Value) -> None:
        weight = _WEIGHT.fullmatch(node.label)
        if weight:
            layer, j, k = map(int, weight.groups())
            self.weights[node] = layer, j, k
            most = self._inputs_of.get((layer, j), 0)
            self._inputs_of[layer, j] = max(most, k + 1)
        else:
            bias = _BIAS.fullmatch(node.label)
            if bias:
                self._biases[node] = int(bias[1]), int(bias[2])

    def look_at(self, node: Value) -> None:
        """Note the symbols of a node and of its operands."""
        primitive = node.primitive
        if primitive is DOT:
            self._look_at_dot(node)
        elif primitive is MUL:
            left, right = node.parents
            for w, x in ((left, right), (right, left)):
                place = self.weights.get(w)
                if place is not None:
                    layer, _, k = place
                    self._products[node] = place
                    self.symbols.setdefault(x, ("a", layer - 1, k))
        elif primitive is ADD:
            left, right = node.parents
            place = self._products.get(right)
            if place is not None:
                self._look_at_sum(node, left, place)

    def _look_at_dot(self, node: Value) -> None:
        parents = node.parents
        count = len(parents) // 2
        first = self.weights.get(parents[0])
        last = self.weights.get(parents[2 * count - 2])
        if first is None or last is None or first[2] != 0:
            return
        layer, j, _ = first
        if last == (layer, j, count - 1) and self._inputs_of[layer, j] == count:
            self.symbols[node] = "z", layer, j
            named = self.symbols
            if parents[1] in named and parents[2 * count - 1] in named:
                return  # another neuron of the layer has named them
            for k in range(count):
                named.setdefault(parents[2 * k + 1], ("a", layer - 1, k))

    def _look_at_sum(
        self, node: Value, left: Value, place: tuple[int, int, int]
    ) -> None:
        layer, j, k = place
        if k == 0:
            goes_on = left.is_leaf and self._biases.get(left, (layer, j)) == (layer, j)
        else:
            goes_on = self._partial.get(left) == (layer, j, k - 1)
        if not goes_on:
            return
        if k + 1 == self._inputs_of[layer, j]:
            self.symbols[node] = "z", layer, j
        else:
            self._partial[node] = place

    def name_last_activations(self) -> None:
        """Name a of the last layer: an activation function that alone uses z."""
        depth = max(layer for layer, _, _ in self.weights.values())
        uses: dict[Value, int] = {}
        users: dict[Value, Value] = {}
        for node in self._order:
            if node.primitive is DOT and node in self.symbols:
                continue  # another neuron: it uses what is a already
            for parent in node.parents:
                if parent in self.symbols:
                    uses[parent] = uses.get(parent, 0) + 1
                    users[parent] = node
        for z, user in users.items():
            letter, layer, j = self.symbols[z]
            is_activation = user.op in _ACTIVATIONS and user.parents[0] is z
            if (letter, layer) == ("z", depth) and uses[z] == 1 and is_activation:
                self.symbols.setdefault(user, ("a", layer, j))

    def examples(self) -> dict[Value, str]:
        """Return ``(i)`` for every symbol of example i; nothing if examples mix."""
        of = self._components()
        numbers: dict[Value, int] = {}
        seen: set[tuple[int, _Symbol]] = set()
        found: dict[Value, str] = {}
        for node in self._order:
            symbol = self.symbols.get(node)
            if symbol is not None:
                number = numbers.setdefault(of[node], len(numbers))
                if (number, symbol) in seen:
                    return {}
                seen.add((number, symbol))
                found[node] = f"({number})"
        return found

    def _components(self) -> dict[Value, Value]:
        """Return one node for all that hang together without the parameters."""
        needed = set(self.symbols)
        for node in reversed(self._order):
            if node in needed:
                needed.update(p for p in node.parents if not p.is_leaf)
        root = {node: node for node in needed}

        def find(node: Value) -> Value:
            while root[node] is not node:
                root[node] = root[root[node]]
                node = root[node]
            return node

        for node in self._order:
            if node in needed:
                for parent in node.parents:
                    if parent in needed:
                        a, b = find(node), find(parent)
                        root[a] = b
        return {node: find(node) for node in self.symbols}


_ACTIVATIONS: Final = frozenset(
    {"elu", "gelu", "leaky_relu", "relu", "selu", "sigmoid", "silu", "softplus", "tanh"}
)
