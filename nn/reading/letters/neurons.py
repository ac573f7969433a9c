r"""Which neuron ``h_2`` and which weight ``w_{12}`` is, where every one is written out.

``z_1 = w_{11} x_1 + w_{21} x_2 + b_1`` says it by itself: these weights lead to z_1
from x_1 and x_2, whatever their labels. What no sum makes is an input; what is computed
of a sum is of the same neuron; and the layers follow from what flows into what. So with
``net_{o1} = w_5 out_{h1} + w_6 out_{h2} + b_2``, where the neurons have names of their
own, and the weights are numbered through. What a text leaves out ("and so on for o2")
is numbered on in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end, replaced

__all__ = ["Neurons", "neurons_of"]

Name: TypeAlias = "tuple[str, str]"  # a letter, and what stands below it


class _Neuron(NamedTuple):
    """A neuron: its layer, and its number from 1."""

    layer: int
    number: int


class _Place(NamedTuple):
    """What a symbol is: our letter, the layer (None of a target), and the numbers."""

    letter: str
    layer: int | None
    numbers: tuple[int, ...]

    def words(self) -> list[str]:
        above = "" if self.layer is None else f"^ {{ ( {self.layer} ) }}"
        return f"{self.letter} {above} _ {{ {' '.join(map(str, self.numbers))}".split()


@dataclass(frozen=True, slots=True)
class Neurons:
    """What the symbols of a text stand for, as letter, layer and numbers.

    Attributes:
        places: of each symbol.
        neurons: by the names that stand below others, such as ``h1`` in ``net_{h1}``.
        shared: the biases of several neurons.
        sizes: how many neurons each layer has, the inputs first.
    """

    places: dict[Name, _Place] = field(default_factory=dict)
    neurons: dict[str, _Neuron] = field(default_factory=dict)
    shared: frozenset[Name] = frozenset()
    sizes: tuple[int, ...] = ()

    def put_in(self, row: Sequence[Token]) -> list[Token]:
        """Return an equation with layers and numbers in the place of labels."""
        if not self.sizes:
            return list(row)
        row = _with_derivatives(row)
        made = _sum(row)
        own = self.neurons[made.made] if made is not None else None
        row = self._with_parts_of_costs(row)
        found: list[Token] = []
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            found += self._symbol(row, i, end, own)
            i = end
        return found

    def _symbol(
        self, row: Sequence[Token], i: int, end: int, own: _Neuron | None
    ) -> list[Token]:
        name, behind = _name(row, i, end)
        at, last = row[i].at, row[end - 1].at + len(row[end - 1].text) - 1
        place = self.places.get(name)
        if place is None and name[0][0] == "d":
            of = self.places.get((name[0][1:], name[1]))
            place = of and of._replace(letter=f"d{of.letter}")
        if name in self.shared:
            if own is None:
                return [Token(r"\shared", at)]
            place = _Place("b", own.layer, (own.number,))
        if place is None:
            return list(row[i:end])
        return [*(Token(w, at) for w in place.words()), Token("}", last), *behind]

    def _with_parts_of_costs(self, row: Sequence[Token]) -> list[Token]:
        r"""Spell out the derivatives of the cost of one output, ``\partial E_{o1}``.

        By what is of that output it is that of the whole cost; by the activation of a
        neuron before it is what comes back over one weight.
        """

        def parted(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
            end = _fraction_end(row, i)
            new = self._part_of_cost(row[i:end]) if end > i else None
            return None if new is None else (new, end)

        return replaced(row, parted)

    def _part_of_cost(self, row: Sequence[Token]) -> list[Token] | None:
        middle = group_end(row, 1)
        if middle + 2 >= len(row):
            return None
        (cost, label), _ = _name(row, 3, symbol_end(row, 3))
        of = self.neurons.get(label)
        if cost not in _COSTS or of is None:
            return None
        name, _ = _name(row, middle + 2, len(row) - 1)
        letter, by, _ = self.places.get(name, _Place("", None, ()))
        at = row[0].at
        if letter and self.neurons.get(_key(name)) == of:
            head = (r"\frac", "{", r"\partial", "E", "}")
            return [*(Token(t, at) for t in head), *row[middle:]]
        if letter != "a" or by != of.layer - 1:
            return [Token(r"\partly", at)]
        to = _Place(r"\partial z", of.layer, (of.number,)).words()
        pair = of.number, self.neurons[_key(name)].number
        weight = _Place("w", of.layer, pair).words()
        words = ["(", r"\frac", "{", r"\partial", "E", "}", "{", *to, "}", "}"]
        words += [*weight, "}"]
        return [*(Token(t, at) for t in words), Token(")", row[-1].at)]


class _Sum(NamedTuple):
    """A weighted sum: what it makes, whether by a function, its products and bias."""

    made: str
    is_activation: bool
    pairs: tuple[tuple[Name, Name], ...]
    biases: tuple[Name, ...]


def neurons_of(rows: Iterable[Sequence[Token]]) -> Neurons:
    """Return what the symbols of a text stand for; nothing if it has no such sums."""
    given = [_with_derivatives(row) for row in rows if row]
    sums = list(dict.fromkeys(one for one in map(_sum, given) if one is not None))
    after = dict(pair for pair in map(_activation, given) if pair is not None)
    made = {one.made for one in sums} | after.keys()
    sums = [_with_weights_first(one, made, sums) for one in sums]
    names = set(_names(given))
    layers = _layers(sums, after, {_key(name) for name in names})
    written = sum(len(one.pairs) for one in sums)
    if not made <= layers.keys() or (
        written < _FEWEST and len({*layers.values()}) < _FEWEST_LAYERS
    ):
        return Neurons()
    numbers = _numbers(layers)
    neurons = {key: _Neuron(layers[key], numbers[key]) for key in layers}
    sizes = [
        max(n.number for n in neurons.values() if n.layer == layer)
        for layer in range(max(layers.values()) + 1)
    ]
    if not any(neurons[one.made].layer == 1 for one in sums):
        _, label = sums[0].pairs[0][0]  # w_5 leads behind four weights of two inputs
        sizes[0] = max(1, (int(label) - 1) // sizes[1]) if label.isdecimal() else 1
    if max(sizes) > _WIDEST:
        return Neurons()
    weights = _weights(sums, neurons, sizes)
    if weights is None:
        return Neurons()
    own, shared = _biases(sums, neurons, sizes)
    places = {**weights, **own, **_quantities(sums, neurons, names, sizes)}
    return Neurons(places, neurons, shared, tuple(sizes))


def _layers(
    sums: Sequence[_Sum], after: dict[str, str], mentioned: set[str]
) -> dict[str, int]:
    """Return the layer of each neuron, also of those that are left out."""
    made = {one.made for one in sums} | after.keys()
    unmade = {_key(name) for one in sums for _, name in one.pairs} - made
    left_out = {key for key in unmade if _letters(key) in set(map(_letters, made))}
    inputs = unmade - left_out or unmade
    layers = dict.fromkeys(inputs, 0)
    for _ in range(_MOST_LAYERS):
        for one in sums:
            keys = [_key(name) for _, name in one.pairs]
            below = {layers[key] for key in keys if key in layers}
            if len(below) == 1:
                layers[one.made] = below.pop() + 1
        layers |= {a: layers[z] for a, z in after.items() if z in layers}
    if {_letters(key) for key in inputs} == {"h"}:  # what makes them is not written
        layers = {key: layer + 1 for key, layer in layers.items()}
        layers |= {key: 0 for key in mentioned if _letters(key) in _OF_X}
    kinds: dict[str, set[int]] = {}
    for key, layer in layers.items():
        kinds.setdefault(_letters(key), set()).add(layer)
    return layers | {
        key: min(kinds[_letters(key)])
        for key in mentioned - layers.keys()
        if len(kinds.get(_letters(key), ())) == 1 and key != _letters(key)
    }


def _numbers(layers: dict[str, int]) -> dict[str, int]:
    """Return the number of each neuron: from 1 in each layer, if counted through."""
    first: dict[str, dict[int, int]] = {}
    for key, layer in layers.items():
        of_kind = first.setdefault(_letters(key), {})
        of_kind[layer] = min(of_kind.get(layer, _number(key)), _number(key))
    return {
        key: _number(key) - (first[_letters(key)][layer] - 1)
        if len(first[_letters(key)]) > 1 and key != _letters(key)
        else _number(key)
        for key, layer in layers.items()
    }


def _weights(
    sums: Sequence[_Sum], neurons: dict[str, _Neuron], sizes: Sequence[int]
) -> dict[Name, _Place] | None:
    """Return what each weight leads to, also of neurons that are left out.

    None, if one leads to two, or to or from a neuron whose layer is not known.
    """
    said = {_key(origin) for one in sums for _, origin in one.pairs}
    if not said | {one.made for one in sums} <= neurons.keys():
        return None
    found: dict[Name, _Place] = {}
    for one in sums:
        layer, to = neurons[one.made]
        for weight, origin in one.pairs:
            place = _Place("w", layer, (to, neurons[_key(origin)].number))
            if found.setdefault(weight, place) != place:
                return None
    for one in sums:
        layer, to = neurons[one.made]
        labels = [int(label) for (_, label), _ in one.pairs if label.isdecimal()]
        origins = [neurons[_key(origin)].number for _, origin in one.pairs]
        width = len(origins)
        letter, first = one.pairs[0][0][0], labels[0] if labels else 0
        in_order = labels == list(range(first, first + width))
        if in_order and origins == list(range(1, width + 1)):
            for k in range(sizes[layer] * width):
                name = letter, str(first - (to - 1) * width + k)
                row, column = divmod(k, width)
                found.setdefault(name, _Place("w", layer, (row + 1, column + 1)))
    for k in range(sizes[0] * sizes[1]):  # w_1, w_2, ... where no sum says it
        row, column = divmod(k, sizes[0])
        name = sums[0].pairs[0][0][0], str(k + 1)
        found.setdefault(name, _Place("w", 1, (row + 1, column + 1)))
    return found


def _biases(
    sums: Sequence[_Sum], neurons: dict[str, _Neuron], sizes: Sequence[int]
) -> tuple[dict[Name, _Place], frozenset[Name]]:
    """Return the biases of one neuron each, and those that several share.

    Where one sum of each layer is written, with its bias, it is that of the layer.
    """
    of: dict[Name, set[_Neuron]] = {}
    for one in sums:
        for bias in one.biases:
            of.setdefault(bias, set()).add(neurons[one.made])
    layers = {neuron.layer for them in of.values() for neuron in them}
    by_layer = len(of) == len(layers) == len(sizes) - 1 and max(sizes[1:]) > 1
    left_out = len({one.made for one in sums}) < sum(sizes[1:])
    shared = {
        bias
        for bias, them in of.items()
        if len(them) > 1 or (bias[1].isdecimal() and by_layer and left_out)
    }
    own = {
        bias: _Place("b", neuron.layer, (neuron.number,))
        for bias, them in of.items()
        for neuron in them
        if bias not in shared
    }
    return own, frozenset(shared)


def _quantities(
    sums: Sequence[_Sum],
    neurons: dict[str, _Neuron],
    names: set[Name],
    sizes: Sequence[int],
) -> dict[Name, _Place]:
    """Return what each symbol of a neuron is: its sum, activation, delta or target."""
    made_by_sum = {one.made for one in sums if not one.is_activation}
    found: dict[Name, _Place] = {}
    last = len(sizes) - 1
    is_one = sizes[last] == 1
    of_output = {"y", "o"}
    if {label for letter, label in names if letter == r"\delta"} == {""}:
        of_output.add("")  # the only delta that is given a name
    for name in names:
        letter, label = name
        of = neurons.get(_key(name))
        if of is not None:
            is_sum = _key(name) in made_by_sum and not _KEY.fullmatch(label)
            kind = (
                _KINDS.get(letter, "a") if _KEY.fullmatch(label) else "za"[not is_sum]
            )
            found[name] = _Place(kind, None if kind == "t" else of.layer, (of.number,))
        elif letter == r"\delta" and label in neurons:
            found[name] = _Place(r"\delta", *_of(neurons[label]))
        elif letter == r"\delta" and label in of_output and is_one:
            found[name] = _Place(r"\delta", last, (1,))
        elif letter in _TARGETS and (label.isdecimal() or (not label and is_one)):
            found[name] = _Place("t", None, (int(label or 1),))
    return found


def _of(neuron: _Neuron) -> tuple[int, tuple[int]]:
    return neuron.layer, (neuron.number,)


def _with_weights_first(one: _Sum, made: set[str], sums: Sequence[_Sum]) -> _Sum:
    """Tell weights from neurons: these are made, or stand in several sums."""
    every = [name for each in sums for pair in each.pairs for name in pair]

    def ordered(pair: tuple[Name, Name]) -> tuple[Name, Name]:
        first, second = pair
        is_neuron = _key(first) in made or (
            _key(second) not in made
            and (every.count(first) > every.count(second) or first[0] in _INPUTS)
        )
        return (second, first) if is_neuron else pair

    return one._replace(pairs=tuple(map(ordered, one.pairs)))


# ---- Equations -----------------------------------------------------------------------


def _sum(row: Sequence[Token]) -> _Sum | None:
    """Return the weighted sum that a row is, also within a function, or None."""
    parted = _sides(row)
    if parted is None:
        return None
    made, right, is_activation = parted
    pairs: list[tuple[Name, Name]] = []
    biases: list[Name] = []
    term: list[Name] = []
    i = 0
    while i <= len(right):
        if i == len(right) or right[i].text == "+":
            if len(term) == _PAIR:
                pairs.append((term[0], term[1]))
            elif len(term) == 1:
                biases.append(term[0])
            else:
                return None
            term = []
            i += 1
            continue
        end = symbol_end(right, i)
        name, behind = _name(right, i, end)
        if _is_letter(name[0]) and not behind:
            term.append(name)
        elif right[i].text not in _BETWEEN:
            return None
        i = end
    if len(pairs) < _PAIR or len(biases) > 1:
        return None
    return _Sum(made, is_activation, tuple(pairs), tuple(biases))


def _activation(row: Sequence[Token]) -> tuple[str, str] | None:
    """Return both sides of ``h_1 = g(z_1)``, or None."""
    parted = _sides(row)
    if parted is None or not parted[2] or not parted[1]:
        return None
    made, right, _ = parted
    if symbol_end(right, 0) != len(right) or not _is_letter(right[0].text):
        return None
    key = _key(_name(right, 0, len(right))[0])
    return (made, key) if made != key else None  # out_{h1} = g(net_{h1})


def _sides(row: Sequence[Token]) -> tuple[str, list[Token], bool] | None:
    """Return what stands on the left, the right side, whether a function is around."""
    end = symbol_end(row, 0) if row else 0
    if not end or not _is_letter(row[0].text):
        return None
    if [t.text for t in row[end : end + 1]] != ["="]:
        return None
    key = _key(_name(row, 0, end)[0])
    right = list(row[end + 1 :])
    texts = [token.text for token in right]
    if "=" in texts:  # z_1 = ... = ..., of which the first counts
        right = right[: texts.index("=")]
        texts = texts[: len(right)]
    is_called = len(right) > _PAIR and texts[1] == "(" and texts[-1] == ")"
    if is_called and group_end(right, 1) == len(right):
        return key, right[2:-1], True
    return key, right, False


def _with_derivatives(row: Sequence[Token]) -> list[Token]:
    r"""Write ``dE/dw5`` as with ``\partial``, and ``o1`` as ``o_1``, as in code."""
    found: list[Token] = []
    for i, token in enumerate(row):
        before, at = row[i - 1].text if i else "", token.at
        is_glued = i > 0 and row[i - 1].at == at
        if is_glued and before == "d" and _is_letter(token.text) and i == 1:
            found[-1] = Token(f"d{token.text}", at)  # dv1 = ...
        elif before == "{" and _D.fullmatch(token.text):
            found += [Token(t, at) for t in (r"\partial", token.text[1:]) if t]
        else:
            found.append(token)
    return found


def _fraction_end(row: Sequence[Token], i: int) -> int:
    """Return the place after a derivative that begins here, or where it is none."""
    if [t.text for t in row[i : i + 3]] != [r"\frac", "{", r"\partial"]:
        return i
    middle = group_end(row, i + 1)
    below = [t.text for t in row[middle : middle + 2]]
    return group_end(row, middle) if below == ["{", r"\partial"] else i


# ---- Symbols -------------------------------------------------------------------------


def _names(rows: Iterable[Sequence[Token]]) -> Iterator[Name]:
    """Yield every symbol; with the cost of one output also the output."""
    for row in rows:
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            name, _ = _name(row, i, end)
            yield name
            if name[0] in _COSTS and _KEY.fullmatch(name[1]):
                yield "a", name[1]
            i = end


def _name(row: Sequence[Token], i: int, end: int) -> tuple[Name, list[Token]]:
    """Return a letter with what stands below it, or in letters above; and the rest."""
    label, behind = "", list[Token]()
    at = i + 1
    while at < end:
        stop = at + 1 if row[at].text == "'" else group_end(row, at + 1)
        text = "".join(t.text for t in row[at:stop] if t.text not in "_^{}")
        if row[at].text == "_" or (row[at].text == "^" and text in _ABOVE):
            label += text
        elif text != "+":  # w^+, the new one
            behind += row[at:stop]
        at = stop
    return (row[i].text, label), behind


def _key(name: Name) -> str:
    """Return the neuron that a symbol is of: h1 in ``net_{h1}``, and of ``h_1``."""
    letter, label = name
    return label if letter in _KINDS and _KEY.fullmatch(label) else letter + label


def _letters(key: str) -> str:
    return key.rstrip("0123456789")


def _number(key: str) -> int:
    return int(key[len(_letters(key)) :] or 1)


def _is_letter(text: str) -> bool:
    return (len(text) == 1 and text.isalpha()) or text in _LETTERS


_KEY: Final = re.compile(r"[a-z][0-9]{1,2}")
_D: Final = re.compile("d[A-Za-z]?")
_KINDS: Final = {
    r"\net": "z", "z": "z", "s": "z", "a": "a", "t": "t", "y": "a",
    r"\delta": r"\delta",
}  # fmt: skip
_ABOVE: Final = frozenset("hoyabxzuv")  # letters that name a layer, as in b^h_1
_PAIR: Final = 2
_FEWEST: Final = 4  # products that are written out
_FEWEST_LAYERS: Final = 3
_MOST_LAYERS: Final = 4
_WIDEST: Final = 12
_INPUTS: Final = frozenset({"x", "i", "h", "a"})
_OF_X: Final = frozenset({"x", "i"})
_TARGETS: Final = frozenset({"y", "t", "d"})
_COSTS: Final = frozenset("CEJL")
_BETWEEN: Final = frozenset({r"\cdot", r"\times", r"\odot", "*", "1"})
_LETTERS: Final = frozenset({r"\yhat", r"\net", r"\theta", r"\beta", r"\omega"})
