r"""Letters of indices that each count the neurons of one layer: i, j and k.

``net_j = \sum_i w_{ij} x_i + b_j`` and ``o_k = f(net_k)`` say which layer each letter
is of, whatever else stands at a quantity: a word, a number or a prime. So all come out
with the number of their layer, ``z^{(1)}_{j} = \sum_i w^{(1)}_{ij} a^{(0)}_{i}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from nn.reading.habits.words import derived, is_name, parted, plain, rows_of, tokens_of

__all__ = ["with_layers_of_indices"]


class _Name(NamedTuple):
    """A symbol: its letter, the letters of its indices, and what else stands at it."""

    letter: str
    indices: str
    label: str = ""


class _Sum(NamedTuple):
    """The sum of a layer: what it makes, the weights, what goes in, and the bias."""

    made: _Name
    w: _Name
    x: _Name
    b: _Name | None


@dataclass(slots=True)
class _Found:
    """What was found: the kind of each letter with an index, and layers of indices."""

    layers: dict[str, int]
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)

    def layer(self, name: _Name) -> int | None:
        """Return the layer of a name by its indices; None if it is of none."""
        layers = [self.layers.get(index, -9) for index in name.indices]
        layer = max(layers, default=-9)
        if layer < 0 or (len(layers) == 2 and min(layers) != layer - 1):  # noqa: PLR2004
            return None
        said = self.labels.get(name.label, layer)
        return layer if said == layer else None

    def kind(self, name: _Name) -> str:
        """Return the kind of a name: "z", "a", "w", "b", "y", "delta", "dA", or ""."""
        indices = "".join(sorted(name.indices))
        return self.kinds.get((name.letter, indices), "")


def with_layers_of_indices(formulas: Sequence[str]) -> list[str] | None:
    r"""Return the formulas with layers, or None if no letters say which they are.

    >>> text = r"u_j = \sum_i w_{ij} x_i + b_j;h_j = f(u_j);u_k = \sum_j w_{jk}' h_j"
    >>> text += r";o_k = f(u_k);\delta_k^{out} = (o_k - t_k) f'(u_k)"
    >>> for one in with_layers_of_indices(text.split(";"))[2:]:
    ...     print(one)
    z^{(2)}_{k} = \sum_j w^{(2)}_{jk} a^{(1)}_{j}
    a^{(2)}_{k} = f(z^{(2)}_{k})
    \delta^{(2)}_{k} = (a^{(2)}_{k} - y_{k}) f'(z^{(2)}_{k})

    Of layers in a circle no letter says which it is:

    >>> rows = (("j", "i"), ("k", "j"), ("j", "k"))
    >>> sums = [rf"z_{to} = \sum_{of} w_{{{to}{of}}} x_{of}" for to, of in rows]
    >>> with_layers_of_indices(sums) is None
    True
    """
    if sum(map(len, formulas)) > _LONGEST:
        return None
    read = [list(tokens_of(one)) for one in formulas]
    rows = [
        row for one in formulas for row in rows_of(list(tokens_of(_SUM.sub(" ", one))))
    ]
    sums = [one for row in rows for one in _sums(row)]
    layers = _layers(sums)
    if layers is None:
        return None
    found = _Found(layers)
    for one in sums:
        pairs = ((one.made, "z"), (one.w, "w"), (one.b, "b"))
        for name, kind in pairs:
            if name is not None:
                key = name.letter, "".join(sorted(name.indices))
                if found.kinds.setdefault(key, kind) != kind:
                    return None
        if layers[one.x.indices] == 0:
            found.kinds[one.x.letter, one.x.indices] = "a"
        if one.made.label:
            found.labels.setdefault(one.made.label, layers[one.made.indices])
    _find_others(rows, found)
    if any(kind == "a" for kind in found.kinds.values()):
        return ["".join(_written(tokens, found)) for tokens in read]
    return None


# ---- What is what --------------------------------------------------------------------


def _sums(row: Sequence[str]) -> Iterator[_Sum]:
    r"""Yield the sum that an equation makes, of which the ``\sum`` was taken off."""
    sides = parted(row, "=")
    made = _name(sides[0][0]) if len(sides[0]) == 1 else None
    if made is None or len(made.indices) != 1 or len(sides) < 2:  # noqa: PLR2004
        return
    terms = [[t for t in term if t not in _SILENT] for term in parted(sides[1], "+")]
    terms.sort(key=len)
    names = [[_name(token) for token in term] for term in terms]
    bias = names[0][0] if len(names) == 2 and len(names[0]) == 1 else None  # noqa: PLR2004
    if len(names) != 1 + (bias is not None) or len(names[-1]) != 2:  # noqa: PLR2004
        return
    one, other = names[-1]
    if one is None or other is None:
        return
    w, x = (one, other) if len(one.indices) == 2 else (other, one)  # noqa: PLR2004
    is_sum = sorted(w.indices) == sorted(x.indices + made.indices)
    is_sum &= len(x.indices) == 1 and x.indices != made.indices
    if is_sum and (bias is None or bias.indices == made.indices):
        yield _Sum(made, w, x, bias)


def _layers(sums: Sequence[_Sum]) -> dict[str, int] | None:
    """Return the layer that each index counts, if each counts one, and all follow."""
    after = {one.x.indices: one.made.indices for one in sums}
    if len({(one.x.indices, one.made.indices) for one in sums}) != len(after):
        return None
    firsts = [index for index in after if index not in after.values()]
    if len(firsts) != 1 or len(after) < 2:  # noqa: PLR2004
        return None
    found = {firsts[0]: 0}
    index = firsts[0]
    while index in after:
        if after[index] in found:
            return None  # in a circle
        found[after[index]] = found[index] + 1
        index = after[index]
    return found if len(found) == len(after) + 1 else None


def _find_others(rows: Sequence[Sequence[str]], found: _Found) -> None:
    """Find activations, targets and deltas: by calls, differences, and derivatives."""
    equations = [
        (name, side)
        for row in rows
        for sides in [parted(row, "=")]
        for name in [_name(sides[0][0]) if len(sides[0]) == 1 else None]
        if name is not None and len(name.indices) == 1
        for side in sides[1:]
    ]
    last = max(found.layers, key=lambda index: found.layers[index])
    for name, side in equations:
        known = {(found.kind(one), one.indices) for one in _names(side) if one.indices}
        is_function = "(" in side[1:2] or r"\frac" in side
        is_function &= r"\partial" not in side and "d" not in side
        of = {kind for kind, index in known if index in found.layers}
        is_function &= ("z", name.indices) in known and of == {"z"}
        if is_function and not found.kind(name):
            found.kinds[name.letter, name.indices] = "a"
            if name.label:
                found.labels.setdefault(name.label, found.layers[name.indices])
    for row in rows:
        for one, sign, other in zip(row, row[1:], row[2:], strict=False):
            names = [_name(one), _name(other)]
            kinds = [found.kind(name) if name else "?" for name in names]
            free = names[kinds.index("")] if "" in kinds else None
            is_pair = "a" in kinds and free is not None and free.indices == last
            if sign in {"-", r"\log", r"\ln"} and is_pair and free is not None:
                found.kinds[free.letter, last] = "y"
    letters = {name.letter for name, _ in equations if _GREEK.match(name.letter)}
    for row in rows:  # the derivative by weights or biases is made of deltas
        sides = parted(row, "=")
        by = {found.kind(name) for name in _names(sides[0])} & {"w", "b"}
        if by and {r"\partial", "d", r"\Delta"}.intersection(sides[0]):
            letters |= {
                name.letter
                for side in sides[1:]
                for name in _names(side)
                if len(name.indices) == 1 and not found.kind(name)
            }
    costs = {_name(name) for row in rows for name in derived(row)}
    for name in {name for name, _ in equations} - costs:
        is_hidden = bool(found.layers.get(name.indices)) and not found.kind(name)
        if is_hidden and name.letter in letters:
            found.kinds[name.letter, name.indices] = "delta"


def _names(side: Sequence[str]) -> Iterator[_Name]:
    yield from (name for token in side if (name := _name(token)) is not None)


def _name(token: str) -> _Name | None:
    """Return a symbol with its indices; None if it is none, or has other marks."""
    if not is_name(token):
        return None
    found = _WITH_INDICES.fullmatch(plain(token))
    if found is None:
        return None
    above = (found["above"] or found["before"] or "").strip("{}").strip("()[]")
    return _Name(found["letter"], found["indices"].replace(",", ""), above)


# ---- How it is written ---------------------------------------------------------------


def _written(tokens: Sequence[str], found: _Found) -> Iterator[str]:
    """Yield the tokens with layers; a prime behind a name that has one is left out."""
    was_known = False
    here = {
        (found.layer(name), name.indices) for name in _names(tokens) if found.kind(name)
    }
    others = here.copy() if len({layer for layer, _ in here}) == 1 else set()
    for token in tokens:
        name = _name(token)
        layer = found.layer(name) if name is not None else None
        kind = found.kind(name) if name is not None and layer is not None else ""
        if name is not None and name.indices not in found.layers and len(others) == 1:
            layer, index = next(iter(others))  # another neuron of the same layer
            if len(name.indices) == 1:
                kind = found.kind(_Name(name.letter, index))
        if kind and name is not None:
            mark = "" if kind == "y" else f"^{{({layer})}}"
            letter = r"\delta" if kind == "delta" else kind
            ours = f"{letter}{mark}_{{{name.indices}}}"
            is_squared = name.label in _SQUARES and name.label not in found.labels
            yield f"({ours})^2" if is_squared else ours
        elif not (was_known and token == "'"):
            yield token
        was_known = bool(kind)


_LONGEST: Final = 40_000
_SQUARES: Final = frozenset({"^2", "^{2"})  # where no layer has that label
_SUM: Final = re.compile(
    r"\\sum(?:\\limits)?\s*_\s*(?:\{[^{}]{1,20}\}|[a-z])"
    r"(?:\s*\^\s*(?:\{[^{}]{1,20}\}|\w))?"
)
_SILENT: Final = frozenset({r"\cdot", "*", r"\times", "'"})
_MARK: Final = r"\^(?:\{[^{}]*\}|\w)"
_WITH_INDICES: Final = re.compile(
    rf"(?P<letter>\\?[A-Za-z]+(?:\{{[^{{}}]*\}})?)(?P<before>{_MARK})?"
    rf"_\{{?(?P<indices>[a-z](?:,?[a-z])?)\}}?(?P<above>{_MARK})?"
)
_GREEK: Final = re.compile(r"\\(?:delta|Delta|epsilon|varepsilon)")
