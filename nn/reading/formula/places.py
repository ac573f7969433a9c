"""Give layers to symbols that have none, by their places in an equation."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from nn.reading.formula.sums import free_indices
from nn.reading.formula.tree import (
    Binary,
    Elements,
    Entry,
    Layer,
    Symbol,
    Transpose,
    Tree,
    parts,
    rewritten,
)

__all__ = [
    "KNOWN",
    "is_by_number",
    "of_entries",
    "placed",
    "quantity_of",
    "with_layers_of_places",
    "with_numpys_layers",
]


_INPUTS: Final = Layer("", 0)


def is_by_number(tree: Tree) -> bool:
    """Return whether it is one entry alone: of the neuron 1, or from 2 to 1."""
    return isinstance(tree, Entry) and int in {type(tree.row), type(tree.column)}


def with_numpys_layers(target: Symbol, formula: Tree) -> tuple[Symbol, Tree]:
    """Put layers on names that have none, such as h, where others have them."""
    one, formula = with_layers_of_places(target, formula)
    return one if isinstance(one, Symbol) else target, formula


def with_layers_of_places(target: Tree, formula: Tree) -> tuple[Tree, Tree]:
    """Put layers on matrices that have none, as their places in the equation say.

    In dW = dZ A.T the A is of the layer before; dA = W.T dZ has W and dZ of the next.
    What has a layer says of which the others are: dA = W^2.T dZ is of layer 1.
    """
    if any(isinstance(part, Entry) for part in (*parts(target), *parts(formula))):
        return target, formula
    if isinstance(target, Binary) and target.right == Symbol("examples"):
        one, formula = with_layers_of_places(target.left, formula)
        return replace(target, left=one), formula
    if not isinstance(target, Symbol) or target.name not in KNOWN:
        return target, formula
    formula = _with_layer_behind_weights(target, formula)
    inner = [part for part in parts(formula) if isinstance(part, Symbol)]
    if all(part.layer for part in (target, *inner) if part.name in KNOWN):
        return target, formula
    behind = target.name in {"dA", "dZ"} and any(part.name == "W" for part in inner)
    layer = target.layer
    given = [part.layer for part in inner if part.name in {"W", "b"} and part.layer]
    if layer is None and given:
        layer = Layer(given[0].base, given[0].offset - behind)
    elif layer is None and Symbol("A", Layer("", 0)) in inner and not behind:
        layer = Layer("", 1)
    of_outputs = any(part.layer == Layer("L") for part in inner) and not behind
    if layer is None and (Symbol("Y") in inner or of_outputs):
        layer = Layer("L")
    layer = layer or Layer("l")
    formula = _with_inputs(_with_outputs(formula) if behind else formula)
    inner = [part for part in parts(formula) if isinstance(part, Symbol)]
    before = Layer(layer.base, layer.offset - 1)
    after = Layer(layer.base, layer.offset + 1)
    turned = {id(p.argument) for p in parts(formula) if isinstance(p, Transpose)}
    turned_a = any(part.name == "A" and id(part) in turned for part in inner)
    own = _compared(formula)
    if layer == Layer("", 1) and Symbol("A", Layer("", 0)) in inner:
        own |= {id(part) for part in inner if id(part) not in turned}  # x goes in
    for part in inner:
        if part.layer is not None or part.name not in KNOWN:
            continue
        new = layer
        summed = any(other.name == "W" for other in inner) and target.name in {"Z", "A"}
        of_weights = target.name in {"dW", "W"}  # W: a step
        of_weights = of_weights and (id(part) in turned or not turned_a)
        of_weights = of_weights and id(part) not in own
        into = summed or of_weights
        if part.name == "A" and into and not (of_weights and before == _INPUTS):
            new = before  # into the first layer goes x: an a with no layer is its own
        elif behind and (
            part.name in {"W", "dZ"}
            or (part.name in {"Z", "A"} and layer == Layer("", 0))
        ):
            new = after
        formula = rewritten(formula, part, Symbol(part.name, new))
    return Symbol(target.name, layer), formula


def _compared(formula: Tree) -> set[int]:
    """Return which activations are compared with targets, as outputs are: a - y."""
    return {
        id(one)
        for part in parts(formula)
        if isinstance(part, Binary) and part.operator == "-"
        for one, other in ((part.left, part.right), (part.right, part.left))
        if other == Symbol("Y") and one == Symbol("A")
    }


def _with_outputs(formula: Tree) -> Tree:
    """Put its layer on what the targets are taken from: in o - y the o is an output."""
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator == "-":
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if other == Symbol("Y") and one in {Symbol("Z"), Symbol("A")}:
                    assert isinstance(one, Symbol)
                    formula = rewritten(formula, one, Symbol(one.name, Layer("L")))
    return formula


def _with_inputs(formula: Tree) -> Tree:
    """Put its layer on what is multiplied by weights in W^2 a: it is of layer 1."""
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator in {"·", "@"}:
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(one, Symbol) and one.name == "W" and one.layer:
                    before = Layer(one.layer.base, one.layer.offset - 1)
                    if other == Symbol("A"):
                        formula = rewritten(formula, other, Symbol("A", before))
    return formula


def placed(formula: Tree, target: Tree) -> Tree:
    """Put the layer of the target on quantities that have none: a - y is a^L - y."""
    symbol = target.symbol if isinstance(target, Entry) else target
    layer = symbol.layer if isinstance(symbol, Symbol) else None
    if layer and isinstance(symbol, Symbol) and symbol.name in {"dW", "W"}:
        before = Layer(layer.base, layer.offset - 1)  # what goes into the weights
        for part in list(parts(formula)):
            if part == Symbol("A"):
                formula = rewritten(formula, part, Symbol("A", before))
    return _with_layer(formula, layer or Layer("l"))


def _with_layer_behind_weights(target: Symbol, formula: Tree) -> Tree:
    r"""Put its layer on what is passed back through weights.

    In ``W_3^T (g'(z_3) dA)`` the dA is of layer 3; and in a gradient of parameters that
    is written out, as ``dW_1 = ((W_2^T \delta) g'(z_1)) x^T``, delta is of layer 2.

    >>> first, last = (Transpose(Symbol("W", Layer("", number))) for number in (2, 3))
    >>> formula = Binary("@", first, Binary("@", last, Symbol("dA")))
    >>> str(_with_layer_behind_weights(Symbol("dZ"), formula))
    'W[2].T @ (W[3].T @ dA[3])'
    >>> formula = Binary("@", first, Symbol("dZ"))
    >>> str(_with_layer_behind_weights(Symbol("db", Layer("", 1)), formula))
    'W[2].T @ dZ[2]'
    """
    inner = [part for part in parts(formula) if isinstance(part, Symbol)]
    layers = [part.layer for part in inner if part.name == "W" and part.layer]
    passed = _PASSED.get(target.name)
    if passed is not None and len({layer.base for layer in layers}) == 1:
        highest = max(layers, key=lambda layer: layer.offset)
        for part in inner:
            if part == passed:
                formula = rewritten(formula, part, Symbol(passed.name, highest))
    return formula


def quantity_of(tree: Tree) -> Tree:
    """Return the quantity of which this is an entry."""
    return tree.symbol if isinstance(tree, Entry) else tree


def _with_layer(formula: Tree, layer: Layer) -> Tree:
    """Put a layer on what has none; of the inputs' layer there is no z and no W."""
    for part in list(parts(formula)):
        if isinstance(part, Symbol) and part.layer is None and part.name in KNOWN:
            of_inputs = layer == Layer("", 0) and part.name not in {"A", "dA"}
            own = Layer("", 1) if of_inputs else layer
            formula = rewritten(formula, part, Symbol(part.name, own))
    return formula


def of_entries(target: Tree, formula: Tree) -> tuple[Tree, Tree]:
    """Return both sides for matrices, where they are of entries."""
    entries = [p for p in (*parts(target), *parts(formula)) if isinstance(p, Entry)]
    if not entries:
        return _with_layer(target, Layer("l")), formula
    free = free_indices(target) or free_indices(formula)
    of_numbers = not isinstance(target, Symbol | Entry) or is_by_number(target)
    if of_numbers and 0 not in {i for e in entries for i in (e.row, e.column)}:
        target = _from_zero(target)
        formula = _from_zero(formula)
    if is_by_number(target):
        return Elements(free, target), Elements(free, formula)
    if not of_numbers:
        formula = _from_zero(formula)
    if isinstance(target, Entry) and target.symbol.name in KNOWN:
        return target.symbol, Elements(free, formula)
    if isinstance(target, Symbol):
        if target.name == "dW":  # of any weight: the row is that of the delta
            of = {e.row for e in entries if e.symbol.name in {"dZ", "dA"}}
            free = tuple(sorted(free, key=lambda index: index not in of))
            layers = [e.symbol.layer for e in entries if e.row in of]
            target = Symbol("dW", target.layer or next(iter(layers), None))
        return target, Elements(free, formula)
    return Elements(free, _with_layer(target, Layer("l"))), Elements(free, formula)


def _from_zero(formula: Tree) -> Tree:
    """Count the neurons that are named by numbers from 0, if they are from 1."""
    entries = [part for part in parts(formula) if isinstance(part, Entry)]
    numbers = {i for e in entries for i in (e.row, e.column) if isinstance(i, int)}
    if not numbers or 0 in numbers:
        return formula

    def less(index: str | int | None) -> str | int | None:
        return index - 1 if isinstance(index, int) else index

    for entry in entries:
        row = less(entry.row)
        assert row is not None
        new = Entry(entry.symbol, row, less(entry.column))
        formula = rewritten(formula, entry, new)
    return formula


_PASSED: Final = {
    "dA": Symbol("dA"),
    "dZ": Symbol("dA"),
    "dW": Symbol("dZ"),
    "db": Symbol("dZ"),
}
KNOWN: Final = frozenset({"dA", "dZ", "dW", "db", "Z", "A", "W", "b"})
