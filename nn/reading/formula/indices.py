"""Which layer a quantity is of, where its index alone says it: delta_j, w_kj, z_i.

A weight leads from one layer to the next, so that its two indices belong to
neighbouring layers: in ``delta_j = h'(a_j) sum_k w_kj delta_k`` the k are the neurons
behind the j. What the equation is about is of layer l, or of the last one where the
targets stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from nn.reading.formula.tree import (
    Binary,
    Call,
    Entry,
    Layer,
    Symbol,
    Tree,
    parts,
    rewritten,
)

__all__ = ["with_layer_said_beside", "with_layers_of_indices"]

Index: TypeAlias = "str | int"
_WEIGHTS = frozenset({"W", "dW", "dZ/dA"})
_SIGNALS = frozenset({"Z", "A", "dZ", "dA"})
_OF_OUTPUTS = frozenset({Symbol("A", Layer("L")), Symbol("dA", Layer("L"))})


def with_layers_of_indices(
    target: Tree, formula: Tree, turned: bool
) -> tuple[Tree, Tree]:
    """Return both sides with a layer on every entry that has none.

    ``turned`` says that w_ij leads from i to j, not from j to i.

    >>> dZ, dZ2, W = (Symbol(name) for name in ("dZ", "dZ", "W"))
    >>> from nn.reading.formula.tree import Binary, Sum
    >>> product = Binary("*", Entry(W, "k", "j"), Entry(dZ2, "k"))
    >>> sides = with_layers_of_indices(Entry(dZ, "j"), Sum("k", product), turned=False)
    >>> " = ".join(map(str, sides))
    'dZ[l]_j = sum_k(W[l+1]_kj * dZ[l+1]_k)'
    """
    entries = [*_entries(target), *_entries(formula)]
    bare = [e for e in entries if e.symbol.layer is None]
    if bare:  # x_i beside a w_ji of any layer is what goes into it
        bare += [e for e in entries if e.symbol == Symbol("A", Layer("", 0))]
    if not bare:
        return target, formula
    known = _layers(target, formula, entries, turned)
    for entry in bare:
        layer = known.get(_own(entry, turned))
        if layer is None or (entry.symbol.layer and layer.base != "l"):
            continue
        new = replace(entry, symbol=Symbol(entry.symbol.name, layer))
        target, formula = rewritten(target, entry, new), rewritten(formula, entry, new)
    return target, formula


def with_layer_said_beside(
    target: Tree, formulas: Iterable[Tree], turned: bool
) -> Tree:
    """Return the target with the layer that another formula for it says.

    In ``dC/da_j = dC/da_k da_k/da_j = (a_k - y_k) w_kj`` the last one has the targets,
    so that the k are the outputs in the one before too.
    """
    if not isinstance(target, Entry) or target.symbol.layer is not None:
        return target
    for formula in formulas:
        if not _of_targets(formula):
            continue
        placed, _ = with_layers_of_indices(target, formula, turned)
        layer = placed.symbol.layer if isinstance(placed, Entry) else None
        if layer in {Layer("L"), Layer("L", -1)}:
            return placed
    return target


def _layers(  # noqa: PLR0912
    target: Tree, formula: Tree, entries: list[Entry], turned: bool
) -> dict[Index, Layer]:
    """Return the layer of each index."""
    known: dict[Index, Layer] = {}
    for entry in entries:
        if entry.symbol.layer is not None and entry.symbol.name in _WEIGHTS:
            known.setdefault(_own(entry, turned), entry.symbol.layer)
    pairs = [
        (_own(entry, turned), _before(entry, turned))
        for entry in entries
        if entry.symbol.name in _WEIGHTS
    ]
    if isinstance(target, Entry):
        bare = target.symbol.layer is None and not known
        for behind, before in pairs:  # w_kj (y_k - t_k): the k are the outputs
            outputs = behind in _of_targets(formula) and before == _own(target, turned)
            if bare and outputs:
                known.setdefault(behind, Layer("L"))
                known.setdefault(before, Layer("L", -1))
    for entry in entries:  # delta_k beside z_k of a layer is of that layer
        layer, name = entry.symbol.layer, entry.symbol.name
        if layer is not None and name in _SIGNALS and layer != Layer("", 0):
            known.setdefault(entry.row, layer)
    if isinstance(target, Entry) and target.symbol.layer is None:
        for behind, before in pairs:  # a_j beside a w_kj of layer 2 is of layer 1
            if behind in known:
                known.setdefault(before, _moved(known[behind], -1))
    if isinstance(target, Entry):
        known.setdefault(_own(target, turned), target.symbol.layer or _layer(formula))
    elif pairs and not known:  # dz_k/da_j = w_kj of any layer
        known[pairs[0][0]] = Layer("l")
    within = [  # da_k/dz_q: both are of one layer
        (entry.row, entry.column)
        for entry in entries
        if entry.symbol.name == "dA/dZ" and entry.column is not None
    ]
    if within and not known:  # da_i/dz_j in a layer of any kind
        known[within[0][0]] = Layer("l")
    for _ in range(len(pairs) + len(within)):
        for one, other in (*within, *(pair[::-1] for pair in within)):
            if one in known:
                known.setdefault(other, known[one])
        for behind, before in pairs:
            if behind in known:
                known.setdefault(before, _moved(known[behind], -1))
            elif before in known:
                known.setdefault(behind, _moved(known[before], 1))
    return known


def _of_targets(formula: Tree) -> set[Index]:
    """Return the indices that the targets have, or the outputs less a single one."""
    found: set[Index] = set()
    for part in parts(formula):
        match part:
            case Entry(Symbol("Y"), row):
                found.add(row)
            case Binary("-", Entry(symbol, row), Symbol("Y")) | Binary(
                "-", Symbol("Y"), Entry(symbol, row)
            ) if symbol.name == "A":
                found.add(row)
    return found


def _layer(formula: Tree) -> Layer:
    """Return the last layer where the targets stand in a formula, else l."""
    weighted = any(entry.symbol.name in _WEIGHTS for entry in _entries(formula))
    for part in parts(formula):
        symbol = part.symbol if isinstance(part, Entry) else part
        if (
            symbol == Symbol("Y")
            or (symbol in _OF_OUTPUTS and not weighted)
            or (isinstance(part, Call) and part.function == "dloss")
        ):
            return Layer("L")
    return Layer("l")


def _own(entry: Entry, turned: bool) -> Index:
    """Return the index of the layer that a quantity is of."""
    turned = turned and entry.symbol.name != "dZ/dA"
    if entry.symbol.name in _WEIGHTS and turned and entry.column is not None:
        return entry.column
    return entry.row


def _before(entry: Entry, turned: bool) -> Index:
    turned = turned and entry.symbol.name != "dZ/dA"
    if turned or entry.column is None:
        return entry.row
    return entry.column


def _moved(layer: Layer, by: int) -> Layer:
    return Layer(layer.base, layer.offset + by)


def _entries(tree: Tree) -> list[Entry]:
    entries = [part for part in parts(tree) if isinstance(part, Entry)]
    return [e for e in entries if e.symbol.name not in {"Y", "kronecker"}]
