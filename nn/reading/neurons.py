r"""Which neuron ``h_2`` and which weight ``w_{12}`` is, where every one is written out.

``z_1 = w_{11} x_1 + w_{21} x_2 + b_1`` says it by itself: these weights lead to z_1
from x_1 and x_2, whatever their labels. What no sum makes is an input; what is computed
of a sum is of the same neuron; and the layers follow from what flows into what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from nn.reading.spelling import symbol_end
from nn.reading.tokens import Token, group_end

__all__ = ["Neurons", "neurons_of"]

Name: TypeAlias = "tuple[str, str]"  # a letter, and what stands below it


@dataclass(frozen=True, slots=True)
class Neurons:
    """What the symbols of a text stand for, as letter, layer and numbers.

    Attributes:
        places: of each symbol, our letter, the layer ("" of a target) and the numbers.
        sizes: how many neurons each layer has, the inputs first.
    """

    places: dict[Name, tuple[str, int | None, tuple[int, ...]]] = field(
        default_factory=dict
    )
    sizes: tuple[int, ...] = ()

    def put_in(self, row: Sequence[Token]) -> list[Token]:
        """Return the tokens with layers and numbers in the place of labels."""
        found: list[Token] = []
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            name, behind = _name(row, i, end)
            if name not in self.places:
                found += row[i:end]
            else:
                letter, layer, numbers = self.places[name]
                above = "" if layer is None else f"^ {{ ( {layer} ) }}"
                words = f"{letter} {above} _ {{ {' '.join(map(str, numbers))}".split()
                last = row[end - 1].at + len(row[end - 1].text) - 1
                found += [*(Token(w, row[i].at) for w in words), Token("}", last)]
                found += behind
            i = end
        return found


class _Sum(NamedTuple):
    """A weighted sum: what it makes, whether by a function, its products and bias."""

    made: Name
    is_activation: bool
    pairs: tuple[tuple[Name, Name], ...]
    biases: tuple[Name, ...]


def neurons_of(rows: Iterable[Sequence[Token]]) -> Neurons:
    """Return what the symbols of a text stand for; nothing if it has no such sums."""
    given = [list(row) for row in rows if row]
    sums = list(dict.fromkeys(one for one in map(_sum, given) if one is not None))
    after = dict(pair for pair in map(_activation, given) if pair is not None)
    made = {one.made for one in sums} | after.keys()
    often = Counter(name for one in sums for pair in one.pairs for name in pair)
    sums = [_with_weights_first(one, made, often) for one in sums]
    if sum(len(one.pairs) for one in sums) < _FEWEST:
        return Neurons()
    layers = {name: 0 for one in sums for _, name in one.pairs if name not in made}
    for _ in range(_MOST_LAYERS):
        for one in sums:
            below = {layers[name] for _, name in one.pairs if name in layers}
            if len(below) == 1:
                layers[one.made] = below.pop() + 1
        layers |= {a: layers[z] for a, z in after.items() if z in layers}
    if not made <= layers.keys() or max(layers.values(), default=0) > _MOST_LAYERS:
        return Neurons()
    return _placed(sums, layers, given)


def _placed(
    sums: Sequence[_Sum],
    layers: dict[Name, int],
    rows: Sequence[Sequence[Token]],
) -> Neurons:
    """Return the neurons with their numbers, and the weights between them."""
    numbers = {name: int(name[1]) if name[1].isdecimal() else 1 for name in layers}
    sizes = tuple(
        max(numbers[name] for name, at in layers.items() if at == layer)
        for layer in range(max(layers.values()) + 1)
    )
    weights = [weight for one in sums for weight, _ in one.pairs]
    if max(sizes) > _WIDEST or len(set(weights)) < len(weights):
        return Neurons()
    made_by_sum = {one.made for one in sums if not one.is_activation}
    places: dict[Name, tuple[str, int | None, tuple[int, ...]]] = {
        name: ("z" if name in made_by_sum else "a", layer, (numbers[name],))
        for name, layer in layers.items()
    }
    biases = Counter(bias for one in sums for bias in one.biases)
    for one in sums:
        layer, to = layers[one.made], numbers[one.made]
        for weight, origin in one.pairs:
            places[weight] = ("w", layer, (to, numbers[origin]))
        for bias in one.biases:
            if biases[bias] == 1:
                places[bias] = ("b", layer, (to,))
    last = len(sizes) - 1
    keys = {f"{letter}{label}": (letter, label) for letter, label in layers}
    is_one = sizes[last] == 1
    every = {
        _name(row, i, symbol_end(row, i))[0] for row in rows for i in range(len(row))
    }
    for name in every - places.keys():
        letter, label = name
        of = keys.get(label)
        if letter == r"\delta" and of is not None:
            places[name] = (r"\delta", layers[of], (numbers[of],))
        elif letter == r"\delta" and label in {"y", "o"} and is_one:
            places[name] = (r"\delta", last, (1,))
        elif letter in _TARGETS and (label.isdecimal() or (not label and is_one)):
            places[name] = ("t", None, (int(label or 1),))
    return Neurons(places, sizes)


def _with_weights_first(one: _Sum, made: set[Name], often: Counter[Name]) -> _Sum:
    """Tell weights from neurons: these are made, or stand in several sums."""

    def ordered(pair: tuple[Name, Name]) -> tuple[Name, Name]:
        first, second = pair
        is_neuron = first in made or (
            second not in made and (often[first] > often[second] or first[0] in _INPUTS)
        )
        return (second, first) if is_neuron else pair

    return one._replace(pairs=tuple(map(ordered, one.pairs)))


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


def _activation(row: Sequence[Token]) -> tuple[Name, Name] | None:
    """Return both sides of ``h_1 = g(z_1)``, or None."""
    parted = _sides(row)
    if parted is None or not parted[2] or not parted[1]:
        return None
    made, right, _ = parted
    if symbol_end(right, 0) != len(right) or not _is_letter(right[0].text):
        return None
    return made, _name(right, 0, len(right))[0]


def _sides(row: Sequence[Token]) -> tuple[Name, list[Token], bool] | None:
    """Return what stands on the left, the right side, whether a function is around."""
    end = symbol_end(row, 0)
    if not _is_letter(row[0].text) or [t.text for t in row[end : end + 1]] != ["="]:
        return None
    right = list(row[end + 1 :])
    texts = [token.text for token in right]
    if "=" in texts:  # z_1 = ... = ..., of which the first counts
        right = right[: texts.index("=")]
        texts = texts[: len(right)]
    is_called = len(right) > _PAIR and texts[1] == "(" and texts[-1] == ")"
    if is_called and group_end(right, 1) == len(right):
        return _name(row, 0, end)[0], right[2:-1], True
    return _name(row, 0, end)[0], right, False


def _name(row: Sequence[Token], i: int, end: int) -> tuple[Name, list[Token]]:
    """Return a letter with what stands below it, or in letters above; and the rest."""
    label, behind = "", list[Token]()
    at = i + 1
    while at < end:
        stop = at + 1 if row[at].text == "'" else group_end(row, at + 1)
        text = "".join(t.text for t in row[at:stop] if t.text not in "_^{}")
        if row[at].text == "_" or (row[at].text == "^" and text in _ABOVE):
            label += text
        else:
            behind += row[at:stop]
        at = stop
    return (row[i].text, label), behind


def _is_letter(text: str) -> bool:
    return (len(text) == 1 and text.isalpha()) or text in _LETTERS


_ABOVE: Final = frozenset("hoyabxzuv")  # letters that name a layer, as in b^h_1
_PAIR: Final = 2
_FEWEST: Final = 4  # products that are written out
_MOST_LAYERS: Final = 4
_WIDEST: Final = 8
_INPUTS: Final = frozenset({"x", "i", "h", "a"})
_TARGETS: Final = frozenset({"y", "t", "d"})
_BETWEEN: Final = frozenset({r"\cdot", r"\times", r"\odot", "*", "1"})
_LETTERS: Final = frozenset({r"\yhat", r"\net", r"\theta", r"\beta", r"\omega"})
