r"""Which weight ``w_5`` is, where a text numbers all its weights through.

What is summed up says it: in ``net_{o1} = w_5 out_{h1} + w_6 out_{h2} + b_2`` the w_5
leads to the first output from the first hidden neuron. The neurons that a text leaves
out ("and so on for o2") are numbered on in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from nn.reading.spelling import symbol_end
from nn.reading.tokens import Token, group_end

__all__ = ["Numbered", "numbered_of"]


class _Neuron(NamedTuple):
    """A neuron: its layer, and its number from 1."""

    layer: int
    number: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """The weights and neurons of a text that says all of them by number.

    Attributes:
        weights: of each number, the neuron it leads to, and that from which.
        neurons: by their names, such as ``h1``.
        biases: the neuron of each bias that has one of its own.
        shared: the biases of several neurons.
        sizes: how many neurons each layer has, the inputs first.
    """

    weights: dict[str, tuple[_Neuron, _Neuron]] = field(default_factory=dict)
    neurons: dict[str, _Neuron] = field(default_factory=dict)
    biases: dict[str, _Neuron] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    sizes: tuple[int, ...] = ()

    def put_in(self, row: Sequence[Token]) -> list[Token]:
        """Return the tokens with layers and indices in the place of numbers."""
        if not self.weights:
            return list(row)
        defined = _definition(row)
        own = self.neurons.get(defined.made) if defined is not None else None
        row = self._with_parts_of_costs(row)
        found: list[Token] = []
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            found += self._symbol(row, i, end, own)
            i = end
        return found

    def _with_parts_of_costs(self, row: Sequence[Token]) -> list[Token]:
        r"""Spell out the derivatives of the cost of one output, ``\partial E_{o1}``.

        By what is of that output it is that of the whole cost; by the activation of a
        neuron before it is what comes back over one weight.
        """
        found: list[Token] = []
        i = 0
        while i < len(row):
            end = _fraction_end(row, i)
            parted = self._part_of_cost(row[i:end]) if end > i else None
            found += row[i : i + 1] if parted is None else parted
            i = i + 1 if parted is None else end
        return found

    def _part_of_cost(self, row: Sequence[Token]) -> list[Token] | None:
        middle = group_end(row, 1)
        if middle + 2 >= len(row):
            return None
        label = _label(row, 3, symbol_end(row, 3))[0]
        if row[3].text not in _COSTS or label not in self.neurons:
            return None
        kind, key = _of_neuron(
            row[middle + 2].text, _label(row, middle + 2, len(row) - 1)[0]
        )
        of, by = self.neurons[label], self.neurons.get(key, _Neuron(0, 0))
        at = row[0].at
        if of == by:
            head = (r"\frac", "{", r"\partial", "E", "}")
            return [*(Token(t, at) for t in head), *row[middle:]]
        if kind != "a" or by.layer != of.layer - 1:
            return [Token(r"\partly", at)]
        layer = f"^ {{ ( {of.layer} ) }}"
        words = rf"( \frac {{ \partial E }} {{ \partial z {layer} _ {of.number} }}"
        words += rf" w {layer} _ {{ {of.number} {by.number} }} )"
        return [*(Token(t, at) for t in words.split()[:-1]), Token(")", row[-1].at)]

    def _symbol(
        self, row: Sequence[Token], i: int, end: int, own: _Neuron | None
    ) -> list[Token]:
        name, at = row[i].text, row[i].at
        label, above = _label(row, i, end)

        def put(kind: str, neuron: _Neuron, *more: int) -> list[Token]:
            layer = f"^ {{ ( {neuron.layer} ) }}" if kind != "t" else ""
            indices = " ".join(map(str, (neuron.number, *more)))
            words = f"{kind} {layer} _ {{ {indices}".split()
            last = row[end - 1].at + len(row[end - 1].text) - 1
            return [*(Token(w, at) for w in words), Token("}", last), *above]

        if name in _WEIGHTS and label in self.weights:
            to, origin = self.weights[label]
            return put("w", to, origin.number)
        if name == "b" and own is not None:
            return put("b", own)
        if name == "b" and label in self.shared:
            return [Token(r"\shared", at)]
        if name == "b" and label in self.biases:
            return put("b", self.biases[label])
        kind, key = _of_neuron(name, label)
        if key not in self.neurons:
            return list(row[i:end])
        neuron = self.neurons[key]
        return put(kind, neuron)


class _Definition(NamedTuple):
    """A weighted sum: what it makes, pairs of weight and neuron, and biases."""

    made: str
    pairs: tuple[tuple[str, str], ...]
    biases: tuple[str, ...]


def numbered_of(rows: Iterable[Sequence[Token]]) -> Numbered:
    """Return what the numbers of a text stand for; nothing if it has no such sums."""
    rows = list(rows)
    sums = [one for one in map(_definition, rows) if one is not None]
    if not sums:
        return Numbered()
    made = {one.made for one in sums}
    layers = {key: 0 for one in sums for _, key in one.pairs if key not in made}
    for _ in sums:
        for one in sums:
            below = [layers[key] for _, key in one.pairs if key in layers]
            if len(below) == len(one.pairs):
                layers[one.made] = below[0] + 1
    names = {_letters(key): layer for key, layer in layers.items()}
    if names.get("h") == 0:  # what makes the hidden neurons is not written
        names = {letter: layer + 1 for letter, layer in names.items()}
        names |= dict.fromkeys({_letters(key) for key in _mentioned(rows)} & _OF_X, 0)
    neurons = {
        key: _Neuron(names[_letters(key)], _number(key))
        for key in _mentioned(rows)
        if _letters(key) in names
    }
    if len(names) != len(set(names.values())) or len(names) < _FEWEST:
        return Numbered()
    sizes = [
        max((n.number for n in neurons.values() if n.layer == layer), default=1)
        for layer in range(len(names))
    ]
    if not any(neurons[one.made].layer == 1 for one in sums):
        first = min(int(weight) for one in sums for weight, _ in one.pairs)
        sizes[0] = max(1, (first - 1) // sizes[1])
    if max(sizes) > _WIDEST:
        return Numbered()
    biases: dict[str, list[_Neuron]] = {}
    for one in sums:
        for bias in one.biases:
            biases.setdefault(bias, []).append(neurons[one.made])
    alone = {name: of[0] for name, of in biases.items() if len(of) > 1}
    shared = frozenset(alone) | frozenset(
        name for name in biases if name.isdecimal() and len(biases) < len(made) + 1
        and len(biases) == len(sizes) - 1 and max(sizes[1:]) > 1
    )  # fmt: skip
    return Numbered(
        dict(_weights(sums, neurons, sizes)), neurons,
        {name: of[0] for name, of in biases.items() if name not in shared}, shared,
        tuple(sizes),
    )  # fmt: skip


def _weights(
    sums: Sequence[_Definition], neurons: dict[str, _Neuron], sizes: Sequence[int]
) -> Iterator[tuple[str, tuple[_Neuron, _Neuron]]]:
    """Yield what each weight leads to, also of neurons that are left out."""
    for k in range(sizes[0] * sizes[1]):  # w_1, w_2, ... where no sum says it
        row, column = divmod(k, sizes[0])
        yield str(k + 1), (_Neuron(1, row + 1), _Neuron(0, column + 1))
    for one in sums:
        to = neurons[one.made]
        numbers = [int(weight) for weight, _ in one.pairs]
        origins = [neurons[key].number for _, key in one.pairs]
        width = len(numbers)
        in_order = numbers == list(range(numbers[0], numbers[0] + width))
        if not in_order or origins != list(range(1, width + 1)):
            continue
        for number in range(1, sizes[to.layer] + 1):
            first = numbers[0] + (number - to.number) * width
            for k in range(width):
                pair = _Neuron(to.layer, number), _Neuron(to.layer - 1, k + 1)
                yield str(first + k), pair
    for one in sums:  # what is written counts
        for weight, key in one.pairs:
            yield weight, (neurons[one.made], neurons[key])


def _definition(row: Sequence[Token]) -> _Definition | None:
    """Return the weighted sum that a row is, with numbered weights, or None."""
    texts = [token.text for token in row]
    if "=" not in texts or not _FORBIDDEN.isdisjoint(texts):
        return None
    at = texts.index("=")
    if symbol_end(row, 0) != at:
        return None
    _, made = _of_neuron(row[0].text, _label(row, 0, at)[0])
    pairs: list[tuple[str, str]] = []
    biases: list[str] = []
    weight, key = "", ""
    i = at + 1
    while i <= len(row):
        if i == len(row) or row[i].text in {"+", "=", ","}:
            if weight and key:
                pairs.append((weight, key))
            weight = key = ""
            if i == len(row) or row[i].text != "+":
                break
            i += 1
            continue
        end = symbol_end(row, i)
        name, label = row[i].text, _label(row, i, end)[0]
        if name in _WEIGHTS and _NUMBER.fullmatch(label):
            weight = label
        elif name == "b":
            biases.append(label)
        elif _of_neuron(name, label)[1]:
            key = _of_neuron(name, label)[1]
        elif name not in _BETWEEN:
            return None
        i = end
    if not made or len(pairs) < _FEWEST - 1:
        return None
    return _Definition(made, tuple(pairs), tuple(biases))


def _mentioned(rows: Iterable[Sequence[Token]]) -> Iterator[str]:
    """Yield the names of neurons."""
    for row in rows:
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            label = _label(row, i, end)[0]
            key = _of_neuron(row[i].text, label)[1]
            if key or (row[i].text in _COSTS and _KEY.fullmatch(label)):
                yield key or label
            i = end


def _of_neuron(name: str, label: str) -> tuple[str, str]:
    """Return which quantity a symbol is, and of which neuron; ("", "") if none."""
    kind = _KINDS.get(name, "")
    if kind and _KEY.fullmatch(label):
        return kind, label
    if name in _SIGNALS and _NUMBER.fullmatch(label):
        return "a", f"{name}{label}"
    return "", ""


def _label(row: Sequence[Token], i: int, end: int) -> tuple[str, list[Token]]:
    """Return what stands below a symbol, in one word, and what stands above it."""
    below, above = "", list[Token]()
    at = i + 1
    while at < end:
        stop = at + 1 if row[at].text == "'" else group_end(row, at + 1)
        if row[at].text == "_":
            below += "".join(t.text for t in row[at:stop] if t.text not in "_{}")
        elif not {"+"}.intersection(t.text for t in row[at:stop]):  # w^+, the new one
            above += row[at:stop]
        at = stop
    return below, above


def _fraction_end(row: Sequence[Token], i: int) -> int:
    """Return the place after a derivative that begins here, or where it is none."""
    if [t.text for t in row[i : i + 3]] != [r"\frac", "{", r"\partial"]:
        return i
    middle = group_end(row, i + 1)
    below = [t.text for t in row[middle : middle + 2]]
    return group_end(row, middle) if below == ["{", r"\partial"] else i


def _letters(key: str) -> str:
    return key.rstrip("0123456789")


def _number(key: str) -> int:
    return int(key[len(_letters(key)) :])


_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")
_KEY: Final = re.compile(r"[a-z][0-9]{1,2}")
_KINDS: Final = {
    r"\net": "z", "z": "z", "s": "z", "a": "a", "t": "t", "y": "a",
    r"\delta": r"\delta",
}  # fmt: skip
_SIGNALS: Final = frozenset({"h", "o", "i", "x"})
_OF_X: Final = frozenset({"i", "x"})
_WEIGHTS: Final = frozenset({"w", "W"})
_COSTS: Final = frozenset("CEJL")
_BETWEEN: Final = frozenset({"1", r"\odot", r"\cdot", r"\times", "(", ")"})
_FORBIDDEN: Final = frozenset({r"\partial", "-", r"\sum", r"\frac", r"\eta"})
_WIDEST: Final = 12
_FEWEST: Final = 3  # layers
