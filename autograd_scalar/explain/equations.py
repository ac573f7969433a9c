"""`equations`: a graph as its equations, forward and backward, each node named once.

Where nodes bear labels as `nn` gives them (``W1[0,3]``, ``z1[2](7)``, ``a1[2](7)``),
the sums of a layer are collected into one line: δ¹ⱼ = (Σₖ W²ₖⱼ δ²ₖ) σ′(z¹ⱼ). Such a
line is claimed only after it was found to hold for every neuron and example.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, overload

from autograd_scalar.errors import OperandError
from autograd_scalar.explain.symbols import (
    Formulas,
    Written,
    function_name,
    joined,
    parenthesised,
    partial,
)
from autograd_scalar.graph.naming import network_names, unique_names
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import no_value, shown
from autograd_scalar.primitives.table import ADD, DOT, MUL, SUM, Primitive
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar.program.program import Program

__all__ = ["Equation", "Equations", "equations"]

_MOST: Final = 60  # equations of one pass that are written out
_MOST_TERMS: Final = 12  # of a sum that is written out
_STYLES: Final = ("text", "latex")


@overload
def equations(root: Value, style: str = "text") -> Equations: ...
@overload
def equations(root: Program, style: str = "text") -> str: ...
def equations(root: Value | Program, style: str = "text") -> Equations | str:
    """Return the equations of a graph: its definitions, and its gradients by the rule.

    Every node has one equation forward and one backward, in the names of the nodes it
    uses, so nothing is written twice. ``style`` is what `print` shows, "text" or
    "latex". Of a large graph the first 60 each way are kept; what is left out is said.
    Of a compiled program they are its matrix equations: `Program.equations`.

    >>> from autograd_scalar import Value, equations
    >>> x, w = Value(0.5, "x"), Value(2.0, "w")
    >>> z = (w * x).named("z")
    >>> print(equations((z.tanh() + x * z).named("C")))
    Forward
    z = w·x
    v3 = tanh(z)
    v4 = x·z
    C = v3 + v4
    Backward
    ∂C/∂v4 = 1
    ∂C/∂v3 = 1
    ∂C/∂z = ∂C/∂v4·x + ∂C/∂v3·(1 − tanh(z)²)
    ∂C/∂x = ∂C/∂v4·z + ∂C/∂z·w
    ∂C/∂w = ∂C/∂z·x

    Raises:
        OperandError: ``root`` is neither a Value nor a Program, or ``style`` is none of
            both.
    """
    if not isinstance(root, Value):
        from autograd_scalar.program.program import Program  # noqa: PLC0415  (NumPy)

        if isinstance(root, Program):
            return root.equations(style)
        raise OperandError(no_value("equations()", root))
    wanted: object = style
    if not isinstance(wanted, str) or wanted not in _STYLES:
        msg = f'equations(style=) needs "text" or "latex", got {shown(style)}'
        raise OperandError(msg)
    order = topological_order(root)
    writer = _Writer(root, order)
    layers = _found_layers(order, writer.uses)
    for layer in layers:
        writer.sum_of.update(layer.within)
    collected = {node for layer in layers for node in layer.defined}
    forward = [_forward_of(layer, k) for layer in layers for k in layer.forward]
    backward = [
        _backward_of(layer, k, writer.name(root))
        for layer in reversed(layers)
        for k in layer.backward
    ]
    settled = {node for layer in layers for node in layer.settled}
    computed = [x for x in order if x.primitive is not None and x not in collected]
    differentiated = [
        node
        for node in reversed(order)
        if node is not root
        and node not in settled
        and not (node.is_constant and not node.label)
    ]
    return Equations(
        root,
        (*forward, *map(writer.forward, computed[:_MOST])),
        (*map(writer.backward, differentiated[:_MOST]), *backward),
        len(computed) - len(computed[:_MOST]),
        len(differentiated) - len(differentiated[:_MOST]),
        style,
        writer.name(root) if layers else None,
    )


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation: what is defined, by what, and where it holds."""

    left: Written
    right: Written
    where: tuple[Written, ...] = ()

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Return the equation on one line of text."""
        where = f"   ({joined(self.where, ', ').text})" if self.where else ""
        return f"{self.left.text} = {self.right.text}{where}"

    def latex(self) -> str:
        """Return the equation as one row of LaTeX's ``aligned``."""
        where = rf" \quad \left({joined(self.where, ', ').latex}\right)"
        return f"{self.left.latex} &= {self.right.latex}{where if self.where else ''}"

    def mathml(self) -> str:
        """Return the equation as one row of a table in MathML."""
        note = ""
        if self.where:
            where = parenthesised(joined(self.where, ", "))
            note = f'<mspace width="2em"></mspace>{where.mathml}'
        return (
            f'<mtr><mtd class="left">{self.left.mathml}</mtd>'
            f'<mtd class="right"><mo>=</mo>{self.right.mathml}{note}</mtd></mtr>'
        )


@dataclass(frozen=True, slots=True)
class Equations:
    """The equations of a graph, as `equations` gives them; they print themselves.

    ``forward_left_out`` and ``backward_left_out`` say how many were not written.
    """

    root: Value
    forward: tuple[Equation, ...]
    backward: tuple[Equation, ...]
    forward_left_out: int
    backward_left_out: int
    style: str = "text"
    _delta_of: Written | None = field(default=None, repr=False)

    def text(self) -> str:
        """Return the equations as lines of text."""
        lines = ["Forward", *map(str, self.forward), *self._note(self.forward_left_out)]
        head = "Backward"
        if self._delta_of is not None:
            head += f", with δˡⱼ = ∂{self._delta_of.text}/∂zˡⱼ"
        lines += [head, *map(str, self.backward), *self._note(self.backward_left_out)]
        return "\n".join(lines)

    def latex(self) -> str:
        """Return the equations in LaTeX, as rows of an ``aligned`` environment."""
        rows = [equation.latex() for equation in self._all]
        left_out = self.forward_left_out + self.backward_left_out
        rows += [rf"&\text{{{note}}}" for note in self._note(left_out)]
        inner = " \\\\\n".join(rows)
        return f"\\begin{{aligned}}\n{inner}\n\\end{{aligned}}"

    def mathml(self) -> str:
        """Return the equations as a ``math`` element of MathML."""
        rows = [equation.mathml() for equation in self._all]
        left_out = self.forward_left_out + self.backward_left_out
        rows += [
            f"<mtr><mtd></mtd><mtd><mtext>{note}</mtext></mtd></mtr>"
            for note in self._note(left_out)
        ]
        return (
            '<math display="block">'
            f'<mtable displaystyle="true">{"".join(rows)}</mtable></math>'
        )

    def __str__(self) -> str:
        return self.latex() if self.style == "latex" else self.text()

    def __repr__(self) -> str:
        ways = f"{len(self.forward)} forward, {len(self.backward)} backward"
        return f"<equations: {ways}>"

    def _repr_html_(self) -> str:
        style = (
            ".autograd-equations{overflow-x:auto;overflow-y:hidden}"
            ".autograd-equations math{width:max-content;margin:0}"
            ".autograd-equations .left{text-align:right}"
            ".autograd-equations .right{text-align:left}"
        )
        return (
            f'<div class="autograd-equations"><style>{style}</style>'
            f"{self.mathml()}</div>"
        )

    @property
    def _all(self) -> tuple[Equation, ...]:
        """The equations, and between the passes what δ stands for."""
        if self._delta_of is None:
            return (*self.forward, *self.backward)
        letters = [
            Written(
                f"{letter}ˡⱼ",
                rf"{latex}^{{l}}_{{j}}",
                f"<msubsup><mi>{letter}</mi><mi>j</mi><mi>l</mi></msubsup>",
            )
            for letter, latex in (("δ", r"\delta"), ("z", "z"))
        ]
        delta = Equation(letters[0], partial(self._delta_of, letters[1]))
        return (*self.forward, delta, *self.backward)

    def _note(self, left_out: int) -> list[str]:
        return [f"and {counted(left_out, 'more equation')}"] if left_out else []


# ---- One node at a time --------------------------------------------------------------


class _Writer:
    """Writes the equations of single nodes."""

    def __init__(self, root: Value, order: Sequence[Value]) -> None:
        self._root = root
        names = dict(zip(order, unique_names(order), strict=True))
        self._formulas = Formulas(names)
        # In the order of the reverse sweep: a user and the place of the operand.
        self.uses: dict[Value, list[tuple[Value, int]]] = {node: [] for node in order}
        for user in reversed(order):
            for k, parent in enumerate(user.parents):
                self.uses[parent].append((user, k))
        # A node within a weighted sum has the gradient of the sum, and none of its own.
        self.sum_of: dict[Value, Value] = {}

    def name(self, node: Value) -> Written:
        """Return the name of a node."""
        return self._formulas.name(node)

    def forward(self, node: Value) -> Equation:
        """Return what a node was computed from."""
        return Equation(self.name(node), self._formulas.definition(node).written)

    def backward(self, node: Value) -> Equation:
        """Return the chain-rule sum of a node's gradient."""
        uses = self.uses[node]
        terms = [self._term(user, k) for user, k in uses[:_MOST_TERMS]]
        left_out = len(uses) - len(terms)
        if left_out:
            more = f"{left_out:,} more terms"
            latex = rf"\ldots\text{{ {more}}}"
            terms.append(Written(f"… {more}", latex, f"<mtext>… {more}</mtext>"))
        users = dict.fromkeys(user for user, _ in uses[:_MOST_TERMS])
        sides = [side for user in users for side in self._formulas.conditions(user)]
        left = partial(self.name(self._root), self.name(node))
        return Equation(left, joined(terms, " + "), tuple(dict.fromkeys(sides)))

    def _term(self, user: Value, operand: int) -> Written:
        local = self._formulas.local(user, operand)
        user = self.sum_of.get(user, user)
        if user is self._root:
            return local.written
        upstream = partial(self.name(self._root), self.name(user))
        if local.number == 1.0 and local.head == 1.0:
            return upstream
        factor = local.as_factor
        return Written(
            f"{upstream.text}·{factor.text}",
            rf"{upstream.latex} \cdot {factor.latex}",
            f"{upstream.mathml}<mo>·</mo>{factor.mathml}",
        )


# ---- Layers: found by their labels, and verified -------------------------------------

_LABEL: Final = re.compile(r"([za])(\d{1,6})\[(\d{1,6})\](?:\((-?\d{1,40})\))?")
_WEIGHT: Final = re.compile(r"W(\d{1,6})\[(\d{1,6}),(\d{1,6})\]")


_Nodes = dict[tuple[int, str], Value]  # by neuron and example
_Parts = dict[tuple[int, str], dict[int, tuple[Value, Value]]]  # weight, input by k
_Uses = dict[Value, list[tuple[Value, int]]]  # users, and the places in them
_Labels = dict[Value, str]  # those of the user, else as `net.forward` gives them


class _Layer(NamedTuple):
    """What was found to hold for all neurons and examples of a layer."""

    number: int
    width: int
    inputs: int
    has_bias: bool
    examples: int  # 0 where labels name none
    activation: Written  # the name of g; empty where a does not follow from z alone
    forward: tuple[str, ...]  # the equations that hold: "z", "a"
    backward: tuple[str, ...]  # "delta", "delta of the output", "W", "b", "inputs"
    defined: frozenset[Value]  # nodes whose definition those equations say
    settled: frozenset[Value]  # nodes whose gradient they say
    within: dict[Value, Value]  # z of the nodes that its sum is made of


_NOTHING: Final = Written("", "", "")


class _Sums(NamedTuple):
    """A weighted sum: its pairs of factors, its single terms, the nodes within."""

    pairs: list[tuple[Value, Value]]
    singles: list[Value]
    within: list[Value]
    labels: _Labels


def _found_layers(order: Sequence[Value], uses: _Uses) -> list[_Layer]:
    """Return the layers of which at least z is the weighted sum that its label says."""
    known = network_names(order)
    labels = {node: known.get(node) or node.label for node in order}
    labelled: dict[tuple[str, int], _Nodes] = {}
    twice = False
    for node in order:
        match = _LABEL.fullmatch(labels[node])
        if match:
            letter, layer, j, example = match.groups()
            group = labelled.setdefault((letter, int(layer)), {})
            twice = twice or (int(j), example or "") in group
            group[int(j), example or ""] = node
    if twice:  # two nodes of one name: no claim can be checked
        return []
    sums: dict[Value, _Sums] = {}
    owner: dict[Value, Value] = {}
    for (letter, _), group in labelled.items():
        for z in group.values() if letter == "z" else ():
            found = _weighted_sum(z, uses, labels)
            sums[z] = found
            owner.update(dict.fromkeys([z, *found.within], z))
    layers = []
    for number in sorted(number for letter, number in labelled if letter == "z"):
        layer = _verified(number, labelled, sums, owner, uses)
        if layer is not None:
            layers.append(layer)
    return layers


def _weighted_sum(z: Value, uses: _Uses, labels: _Labels) -> _Sums:
    """Take a sum of products apart, whether it is one node or many."""
    found = _Sums([], [], [], labels)
    left = [z]
    while left:
        node = left.pop()
        parents = node.parents
        is_within = node is z or (not labels[node] and len(uses[node]) == 1)
        primitive = node.primitive
        if not is_within or primitive not in {ADD, SUM, DOT, MUL}:
            found.singles.append(node)
            continue
        found.within.append(node)
        if primitive is MUL:
            found.pairs.append((parents[0], parents[1]))
        elif primitive is DOT:
            even = len(parents) - len(parents) % 2
            found.pairs.extend(zip(parents[:even:2], parents[1:even:2], strict=True))
            left.extend(parents[even:])
        else:
            left.extend(parents)
    return found


def _verified(
    number: int,
    labelled: dict[tuple[str, int], _Nodes],
    sums: dict[Value, _Sums],
    owner: dict[Value, Value],
    uses: _Uses,
) -> _Layer | None:
    """Return what holds for a layer; None if z is not what its labels say."""
    z = labelled["z", number]
    neurons = sorted({j for j, _ in z})
    examples = sorted({example for _, example in z})
    width = len(neurons)
    if neurons != [*range(width)] or len(z) != width * len(examples):
        return None
    found = _taken_apart(number, z, sums)
    if found is None:
        return None
    parts, biases = found
    inputs = len(next(iter(parts.values())))
    defined = {node for x in z.values() for node in sums[x].within}
    settled = {node for x in z.values() for node in sums[x].within if node is not x}
    forward, backward = ["z"], []
    a = labelled.get(("a", number), {})
    activation = _activation(z, a)
    if activation is not None:
        forward.append("a")
        defined |= {*a.values()}
        only_a = all(len(uses[x]) == 1 for x in z.values())
        following = labelled.get(("z", number + 1), {})
        if only_a and _feeds(a, following, owner, uses, sums, number + 1):
            backward.append("delta")
            settled |= {*z.values(), *a.values()}
        elif only_a:
            backward.append("delta of the output")
            settled |= {*z.values()}
    if _used_once(z, parts, biases, owner, uses, examples):
        backward.append("W")
        settled |= {w for weights in parts.values() for w, _ in weights.values()}
        if biases:
            backward.append("b")
            settled |= {*biases.values()}
    before = labelled.get(("a", number - 1), {})
    is_whole = {*before} == {(k, e) for k in range(inputs) for e in examples}
    is_first = is_whole and ("z", number - 1) not in labelled
    if is_first and _feeds(before, z, owner, uses, sums, number):
        backward.append("inputs")
        settled |= {*before.values()}
    return _Layer(
        number,
        width,
        inputs,
        bool(biases),
        0 if examples == [""] else len(examples),
        _NOTHING if activation is None else function_name(activation),
        tuple(forward),
        tuple(backward),
        frozenset(defined),
        frozenset(settled),
        {node: x for x in z.values() for node in sums[x].within},
    )


def _taken_apart(
    number: int, z: _Nodes, sums: dict[Value, _Sums]
) -> tuple[_Parts, dict[int, Value]] | None:
    """Return the weights and inputs of each z, and the biases.

    None unless they are what the labels say, and the same nodes for every example.
    """
    parts: _Parts = {}
    biases: dict[int, Value] = {}
    shared: dict[tuple[int, int], Value] = {}
    for (j, example), node in z.items():
        weights = _weights_of(sums[node], number, j, example)
        if weights is None:
            return None
        parts[j, example] = weights
        for bias in sums[node].singles:  # one at most
            if biases.setdefault(j, bias) is not bias:
                return None
        for k, (w, _) in weights.items():
            if shared.setdefault((j, k), w) is not w:
                return None
    inputs = {*range(max(map(len, parts.values())))}
    is_whole = all({*weights} == inputs for weights in parts.values())
    has_bias = {len(sums[node].singles) for node in z.values()}
    return (parts, biases) if is_whole and len(has_bias) == 1 else None


def _weights_of(
    found: _Sums, number: int, j: int, example: str
) -> dict[int, tuple[Value, Value]] | None:
    """Return weight and input by index, if z is Σₖ W[j,k] a[k], with b[j] or without.

    None if it is something else.
    """
    weights: dict[int, tuple[Value, Value]] = {}
    for pair in found.pairs:
        for w, a in (pair, pair[::-1]):
            match = _WEIGHT.fullmatch(found.labels[w])
            if match and (int(match[1]), int(match[2])) == (number, j):
                k = int(match[3])
                suffix = f"({example})" if example else ""
                if k in weights or found.labels[a] != f"a{number - 1}[{k}]{suffix}":
                    return None
                weights[k] = w, a
                break
        else:
            return None
    named = [x for x in found.singles if found.labels[x] == f"b{number}[{j}]"]
    if len(named) != len(found.singles) or len(named) > 1 or not weights:
        return None
    return weights


def _activation(z: _Nodes, a: _Nodes) -> Primitive | None:
    """Return g, if a[j] = g(z[j]) for all of them."""
    rows = {node.primitive for node in a.values()}
    if {*a} != {*z} or len(rows) != 1:
        return None
    (row,) = rows
    is_function = row is not None and row.arity == 1
    is_of_z = all(node.parents == (z[place],) for place, node in a.items())
    return row if is_function and is_of_z else None


def _feeds(  # noqa: PLR0913, PLR0917
    a: _Nodes,
    following: _Nodes,
    owner: dict[Value, Value],
    uses: _Uses,
    sums: dict[Value, _Sums],
    number: int,
) -> bool:
    """Return whether each a is used by every z of the next layer once, and no more."""
    if not following:
        return False
    places: dict[str, dict[Value, int]] = {}
    for (k, example), z in following.items():
        places.setdefault(example, {})[z] = k
    weights = {
        z: _weights_of(sums[z], number, k, example) or {}
        for (k, example), z in following.items()
    }
    for (j, example), node in a.items():
        expected = places.get(example, {})
        if Counter(owner.get(user) for user, _ in uses[node]) != Counter([*expected]):
            return False
        if any(j not in weights[z] or weights[z][j][1] is not node for z in expected):
            return False
    return True


def _used_once(  # noqa: PLR0913, PLR0917
    z: _Nodes,
    parts: _Parts,
    biases: dict[int, Value],
    owner: dict[Value, Value],
    uses: _Uses,
    examples: Sequence[str],
) -> bool:
    """Return whether weights and biases are used by their own z alone, once each."""
    first = examples[0]  # the others have the same weights
    for j, example in z:
        if example != first:
            continue
        expected = Counter(z[j, e] for e in examples)
        leaves = [w for w, _ in parts[j, first].values()]
        if j in biases:
            leaves.append(biases[j])
        for leaf in leaves:
            if Counter(owner.get(user) for user, _ in uses[leaf]) != expected:
                return False
    return True


# ---- The equations of a layer --------------------------------------------------------

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED: Final = {"j": "ⱼ", "k": "ₖ", "jk": "ⱼₖ", "kj": "ₖⱼ", "i": "ᵢ"}


def _indexed(letter: str, layer: int, indices: str, has_examples: bool) -> Written:
    """Return a letter with its layer above, its indices below, and (i)."""
    above = str(layer).translate(_RAISED)
    latex_letter = r"\delta" if letter == "δ" else letter
    example = "(i)" if has_examples else ""
    of_example = "<mo>(</mo><mi>i</mi><mo>)</mo>" if has_examples else ""
    return Written(
        f"{letter}{above}{_LOWERED[indices]}{example}",
        f"{latex_letter}^{{{layer}{example}}}_{{{' '.join(indices)}}}",
        f"<msubsup><mi>{letter}</mi>"
        f"<mrow>{''.join(f'<mi>{x}</mi>' for x in indices)}</mrow>"
        f"<mrow><mn>{layer}</mn>{of_example}</mrow></msubsup>",
    )


def _summed(over: str, pieces: Iterable[Written]) -> Written:
    """Return Σ over an index of a product."""
    inner = [*pieces]
    return Written(
        f"Σ{_LOWERED[over]} {' '.join(x.text for x in inner)}",
        rf"\sum_{{{over}}} {' '.join(x.latex for x in inner)}",
        f"<munder><mo>∑</mo><mi>{over}</mi></munder>"
        + "<mo>&#x2062;</mo>".join(x.mathml for x in inner),
    )


def _forward_of(layer: _Layer, which: str) -> Equation:
    number, many = layer.number, layer.examples > 0
    z = _indexed("z", number, "j", many)
    if which == "a":
        return Equation(
            _indexed("a", number, "j", many),
            _applied(layer.activation, "", z),
            _ranges(layer, "j"),
        )
    weighted = _summed(
        "k",
        [_indexed("W", number, "jk", False), _indexed("a", number - 1, "k", many)],
    )
    bias = [_indexed("b", number, "j", False)] if layer.has_bias else []
    return Equation(z, joined([weighted, *bias], " + "), _ranges(layer, "jk"))


def _backward_of(layer: _Layer, which: str, root: Written) -> Equation:
    number, many = layer.number, layer.examples > 0
    delta = _indexed("δ", number, "j", many)
    if which in {"W", "b"}:
        indices = "jk" if which == "W" else "j"
        product = [delta]
        if which == "W":
            product.append(_indexed("a", number - 1, "k", many))
        right = _summed("i", product) if many else joined(product, " ")
        left = partial(root, _indexed(which, number, indices, False))
        return Equation(left, right, _ranges(layer, indices))
    if which == "inputs":
        weighted = _summed("j", [_indexed("W", number, "jk", False), delta])
        left = partial(root, _indexed("a", number - 1, "k", many))
        return Equation(left, weighted, _ranges(layer, "k"))
    z = _indexed("z", number, "j", many)
    slope = _applied(layer.activation, "′", z)
    if which == "delta":
        weighted = _summed(
            "k",
            [
                _indexed("W", number + 1, "kj", False),
                _indexed("δ", number + 1, "k", many),
            ],
        )
        upstream = parenthesised(weighted)
    else:
        upstream = partial(root, _indexed("a", number, "j", many))
    return Equation(delta, joined([upstream, slope], " "), _ranges(layer, "j"))


def _applied(name: Written, prime: str, z: Written) -> Written:
    mark = "'" if prime else ""
    above = '<mo lspace="0" rspace="0">′</mo>' if prime else ""
    inner = parenthesised(z)
    return Written(
        f"{name.text}{prime}{inner.text}",
        f"{name.latex}{mark}{inner.latex}",
        f"{name.mathml}{above}<mo>&#x2061;</mo>{inner.mathml}",
    )


def _ranges(layer: _Layer, indices: str) -> tuple[Written, ...]:
    """Return which values the indices take."""
    most = {"j": layer.width - 1, "k": layer.inputs - 1}
    found = [
        Written(
            f"{x} = 0…{most[x]}",
            rf"{x} = 0 \ldots {most[x]}",
            f"<mi>{x}</mi><mo>=</mo><mn>0</mn><mo>…</mo><mn>{most[x]}</mn>",
        )
        for x in indices
    ]
    if layer.examples:
        text = counted(layer.examples, "example")
        note = f"i over {text}"
        found.append(Written(note, rf"\text{{{note}}}", f"<mtext>{note}</mtext>"))
    return tuple(found)
