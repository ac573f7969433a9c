r"""Which layer a weight is of that has a name of its own: ``h = \tanh(U x + b)``.

What flows into what says it: the inputs x are of layer 0, what is computed of them by a
weighted sum of layer 1, and so on. ``U``, ``V`` and ``c``, and names in a subscript, as
in ``W_o`` and ``\delta_o``, become the weights and biases of a numbered layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = ["Roles", "roles_of"]


@dataclass(frozen=True, slots=True)
class _Name:
    """A letter, and what stands below it where that is no index."""

    letter: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Roles:
    """What the names stand for that say no layer themselves.

    Attributes:
        quantities: the letter of the quantity, and its layer, by the name.
        labels: the layer that a name below any quantity says.
        lone: weights with one index, that of the inputs: they lead to one neuron.
        indices: the letters of indices that each count the neurons of one layer alone.
    """

    quantities: dict[_Name, tuple[str, int]] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    lone: frozenset[str] = frozenset()
    indices: frozenset[str] = frozenset()

    @property
    def letters(self) -> frozenset[str]:
        """The letters that have a role without anything below them."""
        return frozenset(name.letter for name in self.quantities if not name.label)

    def also_of(self, letters: Mapping[str, str]) -> Roles:
        """Return the roles also of names whose letters were put in ours before."""
        ours = {
            _Name(letters[name.letter], name.label): role
            for name, role in self.quantities.items()
            if name.label and name.letter in letters
        }
        return replace(self, quantities={**ours, **self.quantities})

    def put_in(self, row: Sequence[Token]) -> list[Token]:
        """Return the tokens with the quantities and layers that names stand for."""
        if not self.quantities:
            return list(row)
        found: list[Token] = []
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            if row[i].text in _OF_WHAT_IS_BELOW:
                found.append(row[i])
                i += 1
                continue
            lower, others = _lower(row, i + 1, end)
            others_text = [t.text for t in others]
            label = "".join(t.text for t in lower)
            if label not in self.labels and self.is_indexed(label):
                lower, label = lower[:1], label[:1]
            kind, layer = self.quantities.get(
                _Name(row[i].text, label),
                self.quantities.get(_Name(row[i].text), (row[i].text, 0)),
            )
            known = (_Name(row[i].text, label) in self.quantities) or (
                _Name(row[i].text) in self.quantities
            )
            after = row[end].text if end < len(row) else ""
            is_called = after == "(" or bool({"^", "'"}.intersection(others_text))
            if row[i].text in _CALLED and not lower and is_called:
                known, label = False, ""
            at = row[i].at
            bare = i > 1 and [t.text for t in row[i - 2 : i]] == [r"\nabla", "_"]
            if bare and known:
                found.append(Token("{", at))
            if not known and end > i + 1:
                layer = self.labels.get(label, 0)
            if known or layer:
                found.append(Token(kind, at))
                found += self.scripts(row, i, end, label)
                if layer or kind == "x":
                    found += [
                        Token(t, at) for t in ("^", "{", "(", str(layer), ")", "}")
                    ]
            else:
                found += row[i:end]
            if bare and known:
                found.append(Token("}", at))
            i = end
        return found

    def is_indexed(self, label: str) -> bool:
        r"""Return whether a layer's name has an index behind it: ``\delta_{hj}``."""
        name, index = label[:1], label[1:]
        is_layer = name in self.labels and name not in self.indices
        return is_layer and bool(index) and _INDICES.issuperset(index)

    def scripts(
        self, row: Sequence[Token], i: int, end: int, label: str
    ) -> list[Token]:
        """Return the scripts of a name, without a label that says its layer alone."""
        lower, others = _lower(row, i + 1, end)
        if len(lower) > len(label) == 1:
            others = [Token("_", row[i].at), Token("{", row[i].at), *lower[1:],
                      Token("}", row[i].at), *others]  # fmt: skip
        if row[i].text in self.lone and len(label) == 1:
            texts = "_", "{", "1", ",", label, "}"
            return [*(Token(text, row[i].at) for text in texts), *others]
        whole = _Name(row[i].text, label) in self.quantities
        is_layer = bool(label) and (label in self.labels or whole)
        if is_layer and label not in self.indices:
            return others
        return list(_scripts(row, i + 1, end))


def roles_of(rows: Iterable[Sequence[Token]], functions: frozenset[str]) -> Roles:
    """Return what the names of a text stand for, from its definitions."""
    rows = list(rows)
    sums = [one for row in rows for one in _definitions(row, functions)]
    split = _of_several_layers(sums)
    if split:
        sums = [one for row in rows for one in _definitions(row, functions, split)]
    indices = frozenset(
        name.label for one in sums for name in (one.made, *one.product)
        if name.letter in split
    )  # fmt: skip
    signals: dict[_Name, int] = {_Name("x"): 0, _Name("X"): 0}
    quantities: dict[_Name, tuple[str, int]] = {}
    labels: dict[str, int] = {}
    for name in _inputs(sums, signals):
        signals[name] = 0
        quantities[name] = "x", 0
    for one in sums * _PASSES:  # a definition may stand behind its use
        _learn(one, signals, quantities, labels)
    odd = any(
        (name.letter not in _PLAIN_WEIGHTS or name.label.isalpha())
        if kind == "W"
        else name.letter not in _PLAIN_SIGNALS and not name.label
        for name, (kind, _) in quantities.items()
    )
    for name, layer in signals.items():
        if layer:
            of = name.label or name.letter
            for same in next((group for group in _SYNONYMS if of in group), {of}):
                labels.setdefault(same, layer)
    lone = frozenset(
        name.letter
        for one in sums
        for name in one.product
        if one.of_entries and name not in one.pairs and not one.has_index
        if quantities.get(name, ("", 0))[0] == "W"
    )
    return Roles(quantities, labels, lone, indices) if odd else Roles()


def _of_several_layers(sums: Sequence[_Definition]) -> frozenset[str]:
    """Return letters of which each index is of a layer, as net_j and net_k may be."""
    found: dict[str, set[tuple[str, tuple[_Name, ...]]]] = {}
    for one in sums:
        if one.of_entries and one.index:
            found.setdefault(one.made.letter, set()).add((one.index, one.product))
    return frozenset(
        letter
        for letter, ways in found.items()
        if len({index for index, _ in ways}) > 1
        and len({product for _, product in ways}) > 1
    )


def _inputs(sums: Sequence[_Definition], known: Iterable[_Name]) -> Iterator[_Name]:
    """Yield the name of the inputs where it is not x: what is weighted, but not made.

    The weights have two indices, or are a W.
    """
    made = {one.made for one in sums}
    products = [one for one in sums if len(one.product) == 2]  # noqa: PLR2004
    if any(name in known for one in products for name in one.product):
        return
    for one in products:
        given = [name for name in one.product if name not in made]
        weights = [
            name for name in given if name in one.pairs or name.letter in _PLAIN_WEIGHTS
        ]
        if len(given) == 2 and len(weights) == 1:  # noqa: PLR2004
            yield next(name for name in given if name not in weights)
            return


@dataclass(frozen=True, slots=True)
class _Definition:
    """``made = g(weights signal + bias)``, or ``made = g(signal)``.

    ``pairs`` are the names with two indices; ``of_entries`` says that it is a sum over
    an index, and ``has_index`` that what is made has one.
    """

    made: _Name
    is_activated: bool
    product: tuple[_Name, ...]
    bias: _Name | None = None
    pairs: frozenset[_Name] = frozenset()
    of_entries: bool = False
    has_index: bool = False
    index: str = ""


def _learn(
    one: _Definition,
    signals: dict[_Name, int],
    quantities: dict[_Name, tuple[str, int]],
    labels: dict[str, int],
) -> None:
    if len(one.product) == 1:
        layer = signals.get(one.product[0])
        if layer and one.is_activated:
            _add(one.made, "a", layer, signals, quantities)
        return
    known = [name for name in one.product if name in signals]
    weights = [name for name in one.product if name not in signals]
    if len(known) != 1 or len(weights) != 1:
        return
    layer = signals[known[0]] + 1
    if quantities.get(weights[0], ("W", layer)) != ("W", layer):
        return
    quantities[weights[0]] = "W", layer
    if weights[0].label:
        labels.setdefault(weights[0].label, layer)
    if one.bias is not None and not one.bias.label.isdecimal():
        quantities.setdefault(one.bias, ("b", layer))
    _add(one.made, "a" if one.is_activated else "z", layer, signals, quantities)


def _add(
    made: _Name,
    kind: str,
    layer: int,
    signals: dict[_Name, int],
    quantities: dict[_Name, tuple[str, int]],
) -> None:
    signals.setdefault(made, layer)
    if made.letter != r"\yhat":
        quantities.setdefault(made, (kind, layer))


def _definitions(
    row: Sequence[Token], functions: frozenset[str], split: frozenset[str] = frozenset()
) -> Iterator[_Definition]:
    """Yield what an equation defines, if it is a weighted sum or a function of one.

    The letters of ``split`` are others with another index.
    """
    sides = _parted(row, "=")
    made = _whole_name(sides[0], with_index=False)
    plain = _without_examples(row)
    if made is None or any(token.text in _OF_DERIVATIVES for token in plain):
        return
    for side in sides[1:]:
        if any(token.text in _DERIVED for token in _without_examples(side)):
            continue  # as 1/(1 + e^{-z}) behind \sigma(z)
        inner, is_activated = _argument(side, functions)
        of_entries = any(token.text == r"\sum" for token in inner)
        terms = [_names(term, of_entries) for term in _parted(inner, "+")]
        if len(terms) > 2 or any(term is None for term in terms):  # noqa: PLR2004
            continue
        products = [term for term in terms if term and len(term) == 2]  # noqa: PLR2004
        alone = [term[0] for term in terms if term and len(term) == 1]
        name = _whole_name(sides[0], with_index=of_entries)
        if name is None:
            continue
        index = _index_of(sides[0])
        if name.letter in split:
            name = _Name(name.letter, index)
        if len(products) == 1:
            bias = alone[0] if alone else None
            pairs = frozenset(_with_two_indices(inner)) if of_entries else frozenset()
            yield _Definition(
                name, is_activated, products[0], bias, pairs, of_entries,
                has_index=len(sides[0]) > 1, index=index,
            )  # fmt: skip
        elif not products and len(alone) == 1 and is_activated:
            whole = _whole_name(inner, with_index=True)
            if whole is not None and whole.letter in split:
                one = _Name(whole.letter, _index_of(inner))
                yield _Definition(_Name(name.letter), True, (one,))
            elif whole is not None:
                yield _Definition(_Name(name.letter, name.label), True, (alone[0],))
                if name.label == alone[0].label and len(name.label) == 1:
                    whole = _Name(alone[0].letter)  # of every neuron
                    yield _Definition(_Name(name.letter), True, (whole,))


def _without_examples(row: Sequence[Token]) -> list[Token]:
    """Return the tokens without what stands above, which counts the examples."""
    return [
        token
        for i, token in enumerate(row)
        if not i
        or (row[i - 1].text != "^" and (row[i - 1].text, token.text) != _PLUS_D)
    ]


def _index_of(row: Sequence[Token]) -> str:
    """Return the one letter below a name, or ""."""
    lower, _ = _lower(row, 1, len(row))
    return lower[0].text if len(lower) == 1 and lower[0].text.isalpha() else ""


def _with_two_indices(row: Sequence[Token]) -> Iterator[_Name]:
    i = 0
    while i < len(row):
        end = symbol_end(row, i)
        lower, _ = _lower(row, i + 1, end)
        if len([token for token in lower if token.text.isalpha()]) == 2:  # noqa: PLR2004
            yield _Name(row[i].text)
        i = end


def _argument(
    side: Sequence[Token], functions: frozenset[str]
) -> tuple[list[Token], bool]:
    """Return what stands in the function, and whether there is one."""
    if side and side[0].text in functions:
        start = symbol_end(side, 0)
        end = group_end(side, start)
        opens = start < len(side) and side[start].text in {"(", "["}
        if opens and end == len(side):
            return list(side[start + 1 : -1]), True
    return list(side), False


def _names(term: Sequence[Token], of_entries: bool) -> tuple[_Name, ...] | None:
    """Return the names that are multiplied in a term; None if it is more than that."""
    found: list[_Name] = []
    i = 0
    while i < len(term):
        text = term[i].text
        end = symbol_end(term, i)
        if text in {r"\sum", r"\ones"} or text in _OPERATORS:
            i = end
            continue
        is_letter = text.isalpha() or text in _ALSO_LETTERS
        if not is_letter or text in _NEVER:
            return None
        name = _whole_name(term[i:end], with_index=of_entries)
        if name is None:
            return None
        found.append(name)
        i = end
    return tuple(found) or None


def _whole_name(row: Sequence[Token], with_index: bool) -> _Name | None:
    """Return the one name that a row is; None if it has a layer, or is more."""
    if not row or symbol_end(row, 0) != len(row):
        return None
    lower, others = _lower(row, 1, len(row))
    if any(token.text not in _ABOVE for token in others):
        return None
    label = "".join(token.text for token in lower)
    if label.isdecimal() and row[0].text in _NUMBERED:
        return _Name(row[0].text, label)
    label = label.replace(",", "")
    if label and not label.isalpha():
        numbered = any(c.isdecimal() for c in label)
        return None if not with_index or numbered else _Name(row[0].text)
    return _Name(row[0].text, "" if with_index else label)


def _lower(
    row: Sequence[Token], start: int, end: int
) -> tuple[list[Token], list[Token]]:
    """Part scripts into what stands below, and the others as they are."""
    lower: list[Token] = []
    others: list[Token] = []
    i = start
    while i < end:
        if row[i].text == "_":
            stop = group_end(row, i + 1)
            lower += [t for t in row[i + 1 : stop] if t.text not in {"{", "}"}]
        else:
            stop = i + 1 if row[i].text == "'" else group_end(row, i + 1)
            others += row[i:stop]
        i = stop
    return lower, others


def _scripts(row: Sequence[Token], start: int, end: int) -> list[Token]:
    return list(row[start:end])


def _parted(row: Sequence[Token], at: str) -> list[list[Token]]:
    depth, found = 0, [list[Token]()]
    for token in row:
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0 and token.text == at:
            found.append([])
        else:
            found[-1].append(token)
    return found


_SYNONYMS: Final = (
    {"h", "H", "hid", "hidden"},
    {"o", "O", "out", "output"},
)
_OF_WHAT_IS_BELOW: Final = frozenset({r"\nabla", r"\ones"})
_PLUS_D: Final = ("+", "d")  # a bias
_INDICES: Final = frozenset("ijkn")
_PASSES: Final = 4
_ABOVE: Final = frozenset({"^", "{", "}", "T", r"\top", r"\eta"})  # of example mu
_NUMBERED: Final = frozenset({"b", "B", "W", "w"})
_PLAIN_SIGNALS: Final = frozenset({
    *"bBzZaAhHsSuoOnvpP", r"\net", r"\yhat", r"\theta", "y", "Y", "x", "X",
})  # fmt: skip
_CALLED: Final = frozenset({"e", "f", "g"})  # functions, or a number, without an index
_PLAIN_WEIGHTS: Final = frozenset({"W", "w"})
_OF_DERIVATIVES: Final = frozenset({
    r"\delta", r"\partial", r"\nabla", r"\Delta", "'", r"\eta",
    "d", "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
_DERIVED: Final = _OF_DERIVATIVES | {"-", r"\frac", r"\odot"}
_ALSO_LETTERS: Final = frozenset({
    r"\yhat", r"\net", r"\alpha", r"\beta", r"\gamma", r"\mu", r"\theta", r"\tau",
    r"\nu", r"\xi", r"\zeta", r"\lambda", r"\kappa",
})  # fmt: skip
_OPERATORS: Final = frozenset({r"\cdot", r"\times", "@"})
_NEVER: Final = frozenset({"l", "L", "m", "n", "N"})
