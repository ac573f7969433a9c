r"""Rename what a text writes neuron by neuron, in any notation, to layers and numbers.

``net_h1 = w1*i1 + w2*i2 + b1`` and ``out_h1 = sigmoid(net_h1)`` say what each name is,
whatever it is called: what a weighted sum makes is a neuron's input, what a function
makes of that is its activation, what no sum makes is an input of the network, and
the factors that are no neurons are weights. What is subtracted from an output is its
target. The equations come out as ``z^{(1)}_{1} = w^{(1)}_{1 1} a^{(0)}_{1} + ...``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["WrittenOut", "written_out"]


class _Name(NamedTuple):
    """A symbol: its letters, what stands below it, and its layer above."""

    base: str
    label: str = ""
    above: str = ""

    @property
    def kind(self) -> tuple[str, str, str]:
        """What the neurons of one layer have in common: ``net_h`` of ``net_h1``."""
        words = self.label if len(self.label) > _PAIR else ""  # y_true beside y_pred
        return (
            self.base,
            self.label.rstrip(_DIGITS) if self.is_counted else words,
            self.above,
        )

    @property
    def number(self) -> int:
        """The number that it ends in; a letter counts from A, or from j."""
        if self.is_counted:
            return int(self.label[len(self.label.rstrip(_DIGITS)) :])
        return ord(self.label[-1].lower()) if self.label else 1

    @property
    def is_counted(self) -> bool:
        """Whether it ends in a number."""
        return self.label[-1:].isdecimal()


class _Derivative(NamedTuple):
    """A derivative of one symbol by another."""

    top: _Name
    below: _Name


_Token = "_Name | _Derivative | str"


class _Neuron(NamedTuple):
    layer: int
    number: int


@dataclass(frozen=True, slots=True)
class _Sum:
    """A weighted sum: what it makes, its products, what is added, any function.

    ``has_threshold``: what is added is subtracted, or multiplied by an input of -1.
    """

    made: _Name
    pairs: tuple[tuple[_Name, _Name], ...]
    biases: tuple[_Name, ...]
    function: str = ""
    has_threshold: bool = False


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """The equations of a text in one notation, and the widths of its network.

    What gives numbers alone, ``net_h1 = 0.3775``, is None.
    """

    formulas: list[str | None]
    sizes: tuple[int, ...]


def written_out(formulas: Sequence[tuple[str, bool]]) -> WrittenOut | None:
    r"""Return formulas with layers and numbers, or None if no neurons are written out.

    Each comes with whether it stands alone on its line as plain text, where names may
    be words.

    >>> text = ["u = p1*x1 + p2*x2 + c1", "v = p3*x1 + p4*x2 + c2", "g = s(u)"]
    >>> text += ["h = s(v)", "o = q1*g + q2*h"]
    >>> found = written_out([(line, True) for line in text])
    >>> found.sizes, found.formulas[2]
    ((2, 2, 1), 'a^{(1)}_{1} = s ( z^{(1)}_{1} )')
    """
    if len(formulas) > _MOST or sum(len(one) for one, _ in formulas) > _LONGEST:
        return None
    formulas = _without_examples(formulas)
    parted = [_BETWEEN.split(one) for one, _ in formulas]
    rows = [
        [_tokens(each, plain) if len(each) <= _LONGEST_ROW else [] for each in one[::2]]
        for one, (_, plain) in zip(parted, formulas, strict=True)
    ]
    network = _network_of([row for one in rows for row in one if row])
    if network is None:
        return None
    found: list[str | None] = []
    for tokens, pieces in zip(rows, parted, strict=True):
        if len(tokens) == 1 and (
            network.is_of_numbers(tokens[0]) or network.has_a_target(tokens[0])
        ):
            found.append(None)
            continue
        new = [network.spelled(row) if row else "" for row in tokens]
        if any(new):
            pieces[::2] = [
                _in_place_of(old, each) if each else old
                for old, each in zip(pieces[::2], new, strict=True)
            ]
        found.append("".join(pieces))
    return WrittenOut(found, network.sizes)


def _without_examples(formulas: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    r"""Return the formulas without the letter that counts examples behind neurons.

    >>> lines = [r"C = \sum_{i=1}^n (t_i - o_i)^2", r"o_i = y_{1,i} w_3 + y_{2,i} w_4"]
    >>> for line, _ in _without_examples([(line, False) for line in lines]):
    ...     print(line)
    C = \sum_x (t - o)^2
    o = y_{1} w_3 + y_{2} w_4
    """
    costs = [found for one, _ in formulas if (found := _COST_OF_EXAMPLES.search(one))]
    letters = {found["of"] for found in costs}
    letter = letters.pop() if len(letters) == 1 else ""
    behind = re.compile(rf"(?<=[0-9]),\s*{letter}\s*(?=\}})")
    if not letter or not any(behind.search(one) for one, _ in formulas):
        return list(formulas)
    alone = re.compile(
        rf"(?<=[A-Za-z}}])_(?:{letter}(?![A-Za-z0-9])|\{{\s*{letter}\s*\}})"
    )
    summed = re.compile(
        rf"\\sum\s*_\s*(?:{letter}\b|\{{\s*{letter}\s*(?:=\s*[01]\s*)?\}})"
        r"(?:\s*\^\s*(?:[nNmM]\b|\{\s*[nNmM]\s*\}))?"
    )
    return [
        (alone.sub("", behind.sub("", summed.sub(r"\\sum_x", one))), plain)
        for one, plain in formulas
    ]


def _in_place_of(old: str, new: str) -> str:
    """Return what was read with as many lines before and behind as it had."""
    blank = _BLANK.match(old)
    before = old[: blank.end()].count("\n") if blank else 0
    apart = " " * old.startswith(" ")  # from the \\quad before it
    return "\n" * before + apart + new + "\n" * (old.count("\n") - before)


# ---- The network ---------------------------------------------------------------------


@dataclass(slots=True)
class _Network:
    """What each symbol stands for."""

    sums: dict[_Name, _Neuron] = field(default_factory=dict)
    activations: dict[_Name, _Neuron] = field(default_factory=dict)
    weights: dict[_Name, tuple[int, int, int]] = field(default_factory=dict)
    biases: dict[_Name, _Neuron] = field(default_factory=dict)
    shared: set[_Name] = field(default_factory=set)
    targets: dict[_Name, int] = field(default_factory=dict)
    ones: set[_Name] = field(default_factory=set)
    given: set[str] = field(default_factory=set)  # the numbers that targets are
    labels: dict[str, _Neuron | None] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    has_thresholds: bool = False  # the biases are of the other sign in ours

    def is_known(self, name: _Name) -> bool:
        return any(
            name in them
            for them in (
                self.sums, self.activations, self.weights, self.biases, self.shared,
                self.targets,
            )
        )  # fmt: skip

    def _is_of_one(self, name: _Name) -> bool:
        """Return whether it is known, or the delta of a neuron, and no function."""
        of_delta = name.base in _DELTAS and self.neuron(name) is not None
        return of_delta or self.is_known(name)

    def is_of_numbers(self, row: Sequence[object]) -> bool:
        """Return whether numbers alone are said of a symbol that is known."""
        sides = _parted(row, "=")
        if len(sides) < 2 or len(sides[0]) != 1:  # noqa: PLR2004
            return False
        first = sides[0][0]
        if self._is_by_bias(sides):
            return False
        name = first.below if isinstance(first, _Derivative) else first
        is_known = isinstance(name, _Name) and self.is_known(name)
        return is_known and all(isinstance(t, str) for one in sides[1:] for t in one)

    def _is_by_bias(self, sides: Sequence[Sequence[object]]) -> bool:
        """Return whether it is ``dz/db = 1``."""
        match sides:
            case [[_Derivative(top=z, below=b)], ["1"]]:
                return z in self.sums and b in self.biases
        return False

    def has_a_target(self, row: Sequence[object]) -> bool:
        """Return whether an output is compared with a target by its number, 1 - y.

        Where the output is a factor too, y (1 - y) is its slope; 0.01 - y is none.
        """
        last = len(self.sizes) - 1
        outputs = [
            i
            for i, token in enumerate(row)
            if isinstance(token, _Name) and self._layer_of(token) == last
            if row[i - 1 : i] != [r"\partial"]
        ]
        numbers = [row[i - 2] for i in outputs if i > 1 and row[i - 1] == "-"]
        if any(_DECIMAL.fullmatch(str(number)) for number in numbers):
            return True
        are_given = all(number in self.given for number in numbers)
        return bool(numbers) and are_given and len(numbers) == len(outputs)

    def _layer_of(self, name: _Name) -> int | None:
        of = self.activations.get(name) or self.sums.get(name)
        return None if of is None else of.layer

    def spelled(self, row: Sequence[object]) -> str:
        """Return an equation in our notation; "" if it is none about the network."""
        if row[0] == "=":  # goes on with the row above
            return f"= {' '.join(self._side(row[1:], None))}"
        sides = _parted(row, "=")
        step = self._step(sides)
        if step:
            return step
        named = [side for side in sides if any(not isinstance(t, str) for t in side)]
        named = [*sides] if self._is_by_bias(sides) else named
        if len(named) < 2 or named[0] is not sides[0]:  # noqa: PLR2004
            return ""
        first = sides[0]
        if not isinstance(first[0], str) and first[1:2] == ["("]:
            return ""  # f(x) = ..., of a function
        made = first[0] if len(first) == 1 and isinstance(first[0], _Name) else None
        if made and len(sides) == _PAIR and self._is_gradient(sides[1]):
            weight = self._weight_in(made)
            if weight is not None:
                by = _fraction("E", self._symbol(weight))
                return f"{by} = {' '.join(self._side(sides[1], None))}"
        own = self.sums.get(made) if made else None
        own = own or (self.activations.get(made) if made else None)
        if self._is_threshold(first[-1]) and first[:-1] in ([], [_STEP]):
            spelled = [self._turned(side, own) for side in named]
        else:
            spelled = [" ".join(self._side(side, own)) for side in named]
        if spelled[0] == "0":
            spelled[0] = r"\partly"
        return " = ".join(spelled)

    def _is_gradient(self, side: Sequence[object]) -> bool:
        """Return whether it is a delta times an activation, and nothing else."""
        match [token for token in side if token != r"\cdot"]:
            case [_Name() as one, _Name() as other]:
                pairs = ((one, other), (other, one))
                return any(
                    delta.base in _DELTAS
                    and self.neuron(delta)
                    and a in self.activations
                    for delta, a in pairs
                )
        return False

    def _weight_in(self, made: _Name) -> _Name | None:
        """Return the weight in a name such as w5_grad or grad_w5, or None."""
        if self.is_known(made):
            return None
        text = f"{made.base} {made.label}"
        found = [
            one
            for one in self.weights
            if (around := text.partition(f"{one.base}{one.label}"))[1]
            or (around := text.partition(f"{one.base} {one.label}"))[1]
            if _AROUND_A_WEIGHT.fullmatch(around[0] + "|" + around[2])
        ]
        return found[0] if len(found) == 1 else None

    def _step(self, sides: Sequence[Sequence[object]]) -> str:
        r"""Return ``w += rate * ...`` as ``w = w + \eta ...``; "" if it is none."""
        if len(sides) != _PAIR or len(sides[0]) != _PAIR:
            return ""
        name, sign = sides[0]
        if not isinstance(name, _Name) or sign not in {"+", "-"}:
            return ""
        right = [
            r"\eta"
            if isinstance(t, _Name) and not t.label and not self.is_known(t)
            else t
            for t in sides[1]
        ]
        of = self._symbol(name)
        if self._is_threshold(name):
            sign = "-" if sign == "+" else "+"
        return f"{of} = {of} {sign} {' '.join(self._side(right, None))}"

    def _is_threshold(self, token: object) -> bool:
        """Return whether it is one, or a derivative by one."""
        name = token.below if isinstance(token, _Derivative) else token
        is_bias = name in self.biases or name in self.shared
        return self.has_thresholds and is_bias

    def _side(self, side: Sequence[object], own: _Neuron | None) -> Iterator[str]:
        """Yield a side of an equation, with minus a bias for a threshold."""
        i = 0
        while i < len(side):
            end = i + 1 + (side[i] == _STEP)
            is_one = any(map(self._is_threshold, side[i:end]))
            inner = self._plain(side, i, end, own)
            yield f"( - {' '.join(inner)} )" if is_one else " ".join(inner)
            i = end

    def _turned(self, side: Sequence[object], own: _Neuron | None) -> str:
        """Return minus a side of an equation, of which the first is a threshold.

        A term that has a threshold as a factor is the same of a bias.
        """
        found: list[str] = []
        for plus in _parted(side, "+"):
            terms = _parted(["+", *plus], "-")
            for k, term in enumerate([terms[0][1:], *terms[1:]]):
                if not term:
                    continue
                is_same = any(map(self._is_threshold, term))
                if is_same:
                    inner = " ".join(self._plain(term, 0, len(term), own))
                else:
                    inner = " ".join(self._side(term, own))
                found += ["+" if is_same != (k > 0) else "-", inner]
        return " ".join(found[1:] if found[:1] == ["+"] else found)

    def _plain(
        self, side: Sequence[object], start: int, end: int, own: _Neuron | None
    ) -> Iterator[str]:
        for i in range(start, min(end, len(side))):
            token = side[i]
            if isinstance(token, _Derivative):
                yield self._derivative(token)
            elif isinstance(token, _Name):
                called = side[i + 1 : i + 2] == ["("] and not self._is_of_one(token)
                yield _function(token) if called else self._symbol(token, own)
            else:
                yield str(token)

    def _symbol(self, name: _Name, own: _Neuron | None = None) -> str:
        if name in self.ones:
            return "1"
        if name in self.sums:
            return _place("z", *self.sums[name])
        if name in self.activations:
            return _place("a", *self.activations[name])
        if name in self.weights:
            layer, to, origin = self.weights[name]
            return f"w^{{({layer})}}_{{{to} {origin}}}"
        if name in self.shared:
            return r"\shared" if own is None else _place("b", *own)
        if name in self.biases:
            return _place("b", *self.biases[name])
        if name in self.targets:
            return f"t_{{{self.targets[name]}}}"
        if name.base in _DELTAS:
            of = self.neuron(name)
            if of is not None:
                return _place(r"\delta", *of)
        if name.base in _COSTS:
            return "E"
        kinds = {"z": self.sums, "a": self.activations} if not name.label else {}
        for letter, them in kinds.items():  # v, of any v_h1
            if {name.base} == {one.base for one in them if them[one].layer}:
                return letter
        return _function(name) + (f"_{{{name.label}}}" if name.label else "")

    def _derivative(self, token: _Derivative) -> str:
        top, below = token
        if self.is_known(top):
            return _fraction(self._symbol(top), self._symbol(below))
        if top.base in _NO_COSTS:  # a neuron of which no more is known
            return r"\partly"
        of = self.neuron(top) if top.label and top.base in _COSTS else None
        if of is None and top.label.isdecimal() and top.base in _COSTS:
            of = _Neuron(len(self.sizes) - 1, int(top.label))
        if of is None or of.layer != len(self.sizes) - 1 or self.sizes[-1] == 1:
            return _fraction("E", self._symbol(below))
        by = self.sums.get(below) or self.activations.get(below)
        if by == of:
            return _fraction("E", self._symbol(below))
        if below in self.activations and by is not None and by.layer == of.layer - 1:
            weight = f"w^{{({of.layer})}}_{{{of.number} {by.number}}}"
            return f"( {_fraction('E', _place('z', *of))} {weight} )"
        to = self.weights.get(below)
        if to is not None and to[:2] == of:
            return _fraction("E", self._symbol(below))
        at = by or (_Neuron(*to[:2]) if to is not None else of)
        is_beside = (
            at.layer == of.layer and at != of
        )  # another output has no part in it
        return "0" if is_beside else r"\partly"

    def neuron(self, name: _Name) -> _Neuron | None:
        """Return the neuron that a label says, if it says one."""
        return self.labels.get(name.label + name.above)


def _place(letter: str, layer: int, number: int) -> str:
    return f"{letter}^{{({layer})}}_{{{number}}}"


def _fraction(over: str, under: str) -> str:
    return rf"\frac{{\partial {over}}}{{\partial {under}}}"


def _function(name: _Name) -> str:
    if name.base in _LOGISTIC:
        return r"\sigma"
    if name.base in _HATTED:
        return rf"\hat{{{name.base[0]}}}"
    return rf"\{name.base}" if name.base in _LETTERS else name.base


def _network_of(rows: Sequence[Sequence[object]]) -> _Network | None:
    rows = [each for row in rows for each in (row, *_arguments_of(row))]
    sums = list(dict.fromkeys(one for row in rows for one in _sums(row)))
    sums = _with_weights_first(sums)
    if sum(len(one.pairs) for one in sums) < _FEWEST:
        return None
    if all(len(one.pairs) == 1 for one in sums):  # which matrices are as well
        return None
    after = dict(pair for row in rows for pair in _activations(row, sums))
    names = list(dict.fromkeys(name for row in rows for name in _names(row)))
    signs = {one.has_threshold for one in sums if one.biases}
    if len(signs) > 1:
        return None
    network = _Network(has_thresholds=True in signs)
    layers = _layers(sums, after, names)
    if layers is None:
        return None
    _number_neurons(network, sums, after, layers)
    if not network.sizes or max(network.sizes) > _WIDEST:
        return None
    if not _place_weights(network, sums):
        return None
    _place_biases(network, sums)
    _place_labels(network)
    _place_targets(network, rows)
    return network


def _layers(  # noqa: PLR0912
    sums: Sequence[_Sum], after: dict[_Name, _Name], names: Sequence[_Name]
) -> dict[_Name, int] | None:
    """Return the layer of each neuron's sum and activation; None if it is unclear."""
    made = {one.made for one in sums} | after.keys()
    kinds = {name.kind for name in made}
    found: dict[_Name, int] = {}
    for one in sums:
        origins = [origin for _, origin in one.pairs]
        if not any(origin in made or origin.kind in kinds for origin in origins):
            found |= dict.fromkeys(origins, 0)
    for one in sums:  # numbered through, as x_1 x_2 and a_3 a_4, or inputs of a kind
        origins = [origin for _, origin in one.pairs]
        if not any(origin in made for origin in origins) and not (
            {o.kind for o in origins} & {o.kind for o in made if o in after}
        ):
            found |= dict.fromkeys(origins, 0)
    for _ in range(_DEEPEST):
        for one in sums:
            origins = [origin for _, origin in one.pairs]
            below = {found[o] for o in origins if o in found}
            if one.made in found and not below:
                below = {found[one.made] - 1}
            if len(below) == 1:
                layer = below.pop()
                found |= dict.fromkeys(origins, layer)
                if found.setdefault(one.made, layer + 1) != layer + 1:
                    return None
            elif below:
                return None
        for a, z in after.items():
            for name, other in ((a, z), (z, a)):
                of = found.get(name)
                if of is not None and found.setdefault(other, of) != of:
                    return None
    if not {one.made for one in sums} <= found.keys():
        return None
    linked = {(a.base, z.base) for a, z in after.items() if a.label == z.label}
    linked |= {(z, a) for a, z in linked}
    for name in names:  # u_D, of which y_D is known
        for other, layer in list(found.items()) if name not in found else ():
            same = (name.label, name.above) == (other.label, other.above)
            if same and name.label and (name.base, other.base) in linked:
                found[name] = layer
    by_kind: dict[tuple[str, str, str], set[int]] = {}
    lettered: set[tuple[str, str, str]] = set()
    for name in made | found.keys():
        if name in found:
            by_kind.setdefault(name.kind, set()).add(found[name])
            lettered |= set() if name.is_counted else {name.kind}
    for name in names:  # those that are left out: "similarly for o2", but no y_d
        is_one = name.is_counted or name.kind in lettered
        if name not in found and name.label and name.kind in by_kind and is_one:
            found[name] = max(by_kind[name.kind])
    return _with_outputs_by_labels(found, names, made)


def _number_neurons(
    network: _Network,
    sums: Sequence[_Sum],
    after: dict[_Name, _Name],
    layers: dict[_Name, int],
) -> None:
    """Give the neurons of each layer numbers, by their labels."""
    pre = {one.made for one in sums if not one.function}
    kinds = {name.kind for name in pre} - {name.kind for name in after}
    pre |= {name for name in layers if name.kind in kinds and layers[name]}
    groups: dict[tuple[int, tuple[str, str, str]], list[_Name]] = {}
    order = {name: k for k, name in enumerate(layers)}
    for name, layer in layers.items():
        kind = name.kind if name.label else ("", "", "")
        groups.setdefault((layer, kind), []).append(name)
    spans: dict[tuple[str, str, str], set[int]] = {}
    for layer, kind in groups:
        spans.setdefault(kind, set()).add(layer)
    numbers: dict[_Name, int] = {}
    for (layer, kind), members in groups.items():
        if kind == ("", "", ""):  # x, y: each has a letter of its own
            sides = [
                [n for n in members if (n in pre) is side] for side in (True, False)
            ]
            for side in sides:
                side.sort(key=order.__getitem__)
                numbers |= {name: k + 1 for k, name in enumerate(side)}
            continue
        lowest = min(name.number for name in members)
        counted = all(name.label[-1:].isdecimal() for name in members)
        first = (
            1
            if (counted and lowest == 1)
            or (counted and lowest and len(spans[kind]) == 1 and layer == 0)
            else lowest
        )
        numbers |= {name: name.number - first + 1 for name in members}
    linked = {a: numbers[z] for a, z in after.items() if z in numbers}
    for name, layer in layers.items():
        of = _Neuron(layer, linked.get(name, numbers[name]))
        (network.sums if name in pre else network.activations)[name] = of
    depth = max(layers.values())
    places = [*network.sums.values(), *network.activations.values()]
    network.sizes = tuple(
        max((n.number for n in places if n.layer == layer), default=0)
        for layer in range(depth + 1)
    )


def _with_outputs_by_labels(
    found: dict[_Name, int], names: Sequence[_Name], made: set[_Name]
) -> dict[_Name, int]:
    r"""Return layers with those of outputs that costs and deltas alone are of.

    Where ``E_{o2}`` stands beside ``net_{o1}`` there is a ``net_{o2}``, though no sum
    makes it: a path of the gradient leads through it.

    >>> net_o1, e_o2 = _Name("net", "o1"), _Name("E", "o2")
    >>> found = _with_outputs_by_labels({net_o1: 2}, [e_o2], {net_o1})
    >>> [f"{name.base}_{name.label}" for name in found]
    ['net_o1', 'net_o2']
    """
    last = max(found.values(), default=0)
    of = {
        name.label.rstrip(_DIGITS): name
        for name in made
        if found.get(name) == last and name.label[-1:].isdecimal()
    }
    labels = {
        name.label
        for name in names
        if name.base in _OF_NEURONS and name.label[-1:].isdecimal()
    }
    return found | {
        _Name(like.base, label, like.above): last
        for label in sorted(labels)
        if (like := of.get(label.rstrip(_DIGITS))) and label.rstrip(_DIGITS)
    }


def _place_weights(network: _Network, sums: Sequence[_Sum]) -> bool:
    """Say what each weight leads to; False if one leads to two neurons."""
    found = network.weights
    by_base: dict[tuple[str, str, int], list[tuple[_Name, _Name, _Name]]] = {}
    for one in sums:
        layer, to = _of(network, one.made)
        for weight, origin in one.pairs:
            place = layer, to, _of(network, origin).number
            if found.setdefault(weight, place) != place:
                return False
            key = weight.base, weight.above, layer
            by_base.setdefault(key, []).append((weight, one.made, origin))
    for (base, above, layer), known in by_base.items():
        _number_on(network, base, above, layer)
        for spell in (_from_to, _to_from):
            if all(
                w.label == spell(origin.label, made.label) for w, made, origin in known
            ):
                for made, of in [*network.sums.items(), *network.activations.items()]:
                    for origin, below in network.activations.items():
                        if of.layer == layer == below.layer + 1:
                            label = spell(origin.label, made.label)
                            place = layer, of.number, below.number
                            found.setdefault(_Name(base, label, above), place)
            numbered = all(
                w.label == spell(str(found[w][2]), str(found[w][1])) for w, *_ in known
            )
            for to in range(1, network.sizes[layer] + 1) if numbered else ():
                for k in range(1, network.sizes[layer - 1] + 1):
                    name = _Name(base, spell(str(k), str(to)), above)
                    found.setdefault(name, (layer, to, k))
    return True


def _from_to(origin: str, to: str) -> str:
    return origin + to


def _to_from(origin: str, to: str) -> str:
    return to + origin


def _number_on(network: _Network, base: str, above: str, layer: int) -> None:
    """Count weights on that are counted through, where sums are left out."""
    width = network.sizes[layer - 1]
    for name, (of, to, origin) in list(network.weights.items()):
        if (name.base, name.above, of) != (base, above, layer):
            continue
        if not name.label.isdecimal():
            return
        first = int(name.label) - (to - 1) * width - origin
        for other, place in network.weights.items():
            if (other.base, other.above, place[0]) == (base, above, layer):
                expected = first + (place[1] - 1) * width + place[2]
                if not other.label.isdecimal() or int(other.label) != expected:
                    return
        for to_ in range(1, network.sizes[layer] + 1):
            for k in range(1, width + 1):
                label = str(first + (to_ - 1) * width + k)
                place = layer, to_, k
                network.weights.setdefault(_Name(base, label, above), place)
        return


def _place_biases(network: _Network, sums: Sequence[_Sum]) -> None:
    """Say which bias is of which neuron, and which are shared."""
    of: dict[_Name, set[_Neuron]] = {}
    made: dict[_Name, _Name] = {}
    for one in sums:
        for bias in one.biases:
            of.setdefault(bias, set()).add(_of(network, one.made))
            made[bias] = one.made
    layers = {neuron.layer for them in of.values() for neuron in them}
    by_layer = len(of) == len(layers) == len(network.sizes) - 1
    by_layer = by_layer and all(  # b_3 is of no layer 2
        not bias.label.isdecimal() or int(bias.label) <= len(layers) for bias in of
    )
    written = Counter(_of(network, one.made).layer for one in sums)
    for bias, them in of.items():
        (neuron, *_) = them
        few = written[neuron.layer] < network.sizes[neuron.layer]
        says = bias.label == made[bias].label and len(bias.label) > 1
        if len(them) > 1 or (by_layer and few and not says and not bias.above):
            network.shared.add(bias)
        else:
            network.biases[bias] = neuron
    same = [b for b in network.biases if b.label == made[b].label]
    if same and len(same) == len(network.biases):
        bases = {(b.base, b.above == made[b].above) for b in same}
        for base, has_above in bases if len(bases) == 1 else ():
            for name, neuron in network.sums.items():
                other = _Name(base, name.label, name.above if has_above else "")
                network.biases.setdefault(other, neuron)
    _number_biases_on(network)
    _count_biases_on(network)
    for one in sums:
        network.ones.update(o for _, o in one.pairs if o.label == "0" and not o.above)


def _number_biases_on(network: _Network) -> None:
    """Add the others of biases such as ``b_{o1}``, where sums are left out."""
    for bias, neuron in list(network.biases.items()):
        label = bias.label.rstrip("0123456789")
        if not label.isalpha() or bias.label != f"{label}{neuron.number}":
            continue
        for k in range(1, network.sizes[neuron.layer] + 1):
            name = _Name(bias.base, f"{label}{k}", bias.above)
            network.biases.setdefault(name, _Neuron(neuron.layer, k))


def _count_biases_on(network: _Network) -> None:
    """Count biases on that are counted through, where sums are left out."""
    sizes = network.sizes
    order = [
        _Neuron(layer, k + 1)
        for layer in range(1, len(sizes))
        for k in range(sizes[layer])
    ]
    known = {name.label: neuron for name, neuron in network.biases.items()}
    bases = {(name.base, name.above) for name in network.biases}
    if len(bases) != 1 or not all(map(str.isdecimal, known)) or network.shared:
        return
    offsets = {int(label) - order.index(neuron) for label, neuron in known.items()}
    if len(offsets) == 1:
        (base, above), first = bases.pop(), offsets.pop()
        for k, neuron in enumerate(order):
            name = _Name(base, str(first + k), above)
            network.biases.setdefault(name, neuron)


def _place_labels(network: _Network) -> None:
    """Note which neuron each label says: ``h1``, of ``net_h1`` and of ``h_1``."""
    for them in (network.sums, network.activations):
        for name, neuron in them.items():
            if not neuron.layer:
                continue
            for label in (name.label + name.above, name.base + name.label + name.above):
                if network.labels.setdefault(label, neuron) != neuron:
                    network.labels[label] = None
    last = len(network.sizes) - 1
    for number in range(1, network.sizes[-1] + 1):  # δ_1 for the only outputs
        network.labels.setdefault(f"o{number}", _Neuron(last, number))
    for label in ("o", "y", "out") if network.sizes[-1] == 1 else ():
        network.labels.setdefault(label, _Neuron(last, 1))


def _place_targets(network: _Network, rows: Sequence[Sequence[object]]) -> None:
    """Find the targets: what is subtracted from an output."""
    last = len(network.sizes) - 1

    def pair(one: object, other: object) -> None:
        if not isinstance(one, _Name) or not isinstance(other, _Name):
            return
        of = network.activations.get(other) or network.sums.get(other)
        if of and of.layer == last and not network.is_known(one):
            network.targets[one] = of.number

    for row in rows:
        for i, token in enumerate(row):
            if token == "-" and 0 < i < len(row) - 1:
                pair(row[i - 1], row[i + 1])
                pair(row[i + 1], row[i - 1])
    for row in rows:
        match row:
            case [_Name() as one, "=", str() as number] if one in network.targets:
                network.given.add(number)
            case _:
                pass


def _of(network: _Network, name: _Name) -> _Neuron:
    return network.sums.get(name) or network.activations[name]


# ---- Equations -----------------------------------------------------------------------


def _parted(row: Sequence[object], sign: str) -> list[list[object]]:
    """Part a row at a sign outside brackets."""
    found: list[list[object]] = [[]]
    depth = 0
    for token in row:
        depth += (token == "(") - (token == ")")
        if token == sign and depth == 0:
            found.append([])
        else:
            found[-1].append(token)
    return [one for one in found if one]


def _sums(row: Sequence[object]) -> Iterator[_Sum]:  # noqa: PLR0912
    sides = _parted(row, "=")
    if len(sides) > _PAIR and len(sides[1]) == 1:  # y_pred = o_1 = f(w_5 h_1 + ...)
        sides = sides[1:]
    if len(sides) < _PAIR or len(sides[0]) != 1:
        return
    made, right, function = sides[0][0], sides[1], ""
    if not isinstance(made, _Name):
        return
    if isinstance(right[0], _Name) and _is_call(right):
        function, right = right[0].base, right[2:-1]
    pairs: list[tuple[_Name, _Name]] = []
    biases: list[_Name] = []
    has_threshold = False
    for is_negative, factors in _terms(right):
        names = [t for t in factors if isinstance(t, _Name)]
        if len(names) != len(factors) or (is_negative and len(names) != 1):
            return
        has_threshold |= is_negative
        if len(names) == _PAIR:
            zero = [n for n in names if n.label == "0" and n.base in _INPUTS]
            if zero:  # w_03 x_0, where x_0 is 1
                biases += [n for n in names if n not in zero]
            else:
                pairs.append((names[0], names[1]))
        elif len(names) == 1:
            biases.append(names[0])
        else:
            return
    if has_threshold and len(pairs) < _PAIR and not function:
        return  # a difference of any kind
    if made in biases or any(_STEP in pair for pair in pairs):
        return  # a step: b = b + \Delta b
    if len(biases) <= 1 and len(pairs) + len(biases) >= _PAIR and pairs:
        yield _Sum(made, tuple(pairs), tuple(biases), function, has_threshold)


def _terms(side: Sequence[object]) -> Iterator[tuple[bool, list[object]]]:
    """Yield the terms of a sum: whether each is negative, and its factors but 1.

    >>> [(sign, len(term)) for sign, term in _terms(["1", _Name("b"), "-", _Name("c")])]
    [(False, 1), (True, 1)]
    >>> [sign for sign, _ in _terms([_Name("b"), "(", "-", "1", ")"])]
    [True]
    """
    for plus in _parted(side, "+"):
        first, *others = _parted(["+", *plus], "-")
        for k, term in enumerate([first[1:], *others]):
            is_negative, factors = k > 0, list[object]()
            for factor in _factors(term):
                is_negative ^= factor == "-1"
                factors += [factor] if factor not in {r"\cdot", "1", "-1"} else []
            if factors or k:
                yield is_negative, factors


def _factors(term: Sequence[object]) -> Iterator[object]:
    """Yield the tokens of a product, with 1 and -1 for what is in brackets alone."""
    i = 0
    while i < len(term):
        one = next((n for n in _ONES if [*term[i : i + len(n)]] == n), None)
        yield "".join(one[1:-1]) if one else term[i]
        i += len(one) if one else 1


def _arguments_of(row: Sequence[object]) -> Iterator[list[object]]:
    """Yield ``z = w x + b`` of ``a = g(z) = g(w x + b)``."""
    called = [side for side in _parted(row, "=")[1:] if side and _is_call(side)]
    for one, other in pairwise(called):
        if one[0] == other[0] and len(one) == 4:  # noqa: PLR2004
            yield [one[2], "=", *other[2:-1]]


def _is_call(side: Sequence[object]) -> bool:
    if side[1:2] != ["("] or side[-1] != ")":
        return False
    depth = 0
    for token in side[1:-1]:
        depth += (token == "(") - (token == ")")
        if depth == 0:
            return False
    return True


def _activations(
    row: Sequence[object], sums: Sequence[_Sum]
) -> Iterator[tuple[_Name, _Name]]:
    """Yield both sides of ``h_1 = g(z_1)``, also of ``h_1 = z_1``."""
    sides = _parted(row, "=")
    if len(sides) < 2 or len(sides[0]) != 1:  # noqa: PLR2004
        return
    made, right = sides[0][0], sides[1]
    if len(sides) > _PAIR and len(right) == 1 and _is_call(sides[2]):
        yield from _activations([right[0], "=", *sides[2]], sums)
        right = sides[2]  # y_pred = o1 = f(sum_o1)
    argument = _of_logistic(right)
    if argument is not None:
        right = [argument]
    elif isinstance(right[0], _Name) and _is_call(right):
        right = right[2:-1]
    elif right[0] not in {one.made for one in sums}:
        return
    if len(right) != 1 or made == right[0]:
        return
    if isinstance(made, _Name) and isinstance(right[0], _Name):
        yield made, right[0]


def _of_logistic(side: Sequence[object]) -> _Name | None:
    r"""Return the z of which ``1 / (1 + e^{-z})``, or softplus, is all there is.

    >>> _of_logistic(_tokens(r"\frac{1}{1 + e^{-net_{h1}}}", False))
    _Name(base='net', label='h1', above='')
    """
    if len(side) > _LONGEST_LOGISTIC:
        return None
    names = [t for t in side if isinstance(t, _Name) and t not in _EXPONENTIALS]
    names = [t for t in names if t not in _LOGARITHMS]
    signs = ["z" if t in names else "e" if t in _EXPONENTIALS else t for t in side]
    signs = ["log" if t in _LOGARITHMS else t for t in signs]
    shape = "".join(t if isinstance(t, str) else "?" for t in signs)
    return names[0] if len(names) == 1 and shape in _LOGISTIC_WRITTEN else None


def _names(row: Sequence[object]) -> Iterator[_Name]:
    for i, token in enumerate(row):
        if isinstance(token, _Name) and row[i + 1 : i + 2] != ["("]:
            yield token
        elif isinstance(token, _Derivative):
            yield from token


def _with_weights_first(sums: Sequence[_Sum]) -> list[_Sum]:
    """Tell weights from neurons: these are made, or stand in several sums."""
    made = {one.made for one in sums}
    kinds = {name.kind for name in made}
    counts = Counter(name for one in sums for pair in one.pairs for name in pair)
    bases: Counter[str] = Counter()
    for one in sums:
        for first, second in one.pairs:
            if (first in made) != (second in made):
                bases[second.base if first in made else first.base] += 1

    def likely(name: _Name) -> int:
        """Say how much speaks for a weight."""
        if name in made:
            return -5
        score = -2 if name.kind in kinds else 0
        score += 3 if name.base in bases else 0
        score += 2 if name.base[:1] in _WEIGHTS else 0
        score -= 2 if name.base in _INPUTS else 0
        return score + (1 if counts[name] == 1 else -1)

    return [
        _Sum(
            one.made,
            tuple((a, b) if likely(a) >= likely(b) else (b, a) for a, b in one.pairs),
            one.biases,
            one.function,
            one.has_threshold,
        )
        for one in sums
    ]


# ---- Symbols -------------------------------------------------------------------------


def _tokens(text: str, plain: bool) -> list[object]:
    """Part an equation into symbols, derivatives, numbers and signs; [] if unknown."""
    text = text.translate(_TRANSLATED)
    text = _SUPERSCRIPT.sub(lambda f: f"^{{{f[0].translate(_HIGH)}}}", text)
    text = _SUBSCRIPT.sub(lambda f: f"_{{{f[0].translate(_LOW)}}}", text)
    for pattern, new in _REWRITTEN:
        text = pattern.sub(new, text)
    plain = plain and "\\" not in text
    found: list[object] = []
    at = 0
    while at < len(text):
        for pattern, made in _OF_PLAIN if plain else _OF_LATEX:
            match = pattern.match(text, at)
            if match is not None:
                token = made(match)
                if token is not None:
                    found.append(token)
                at = match.end()
                break
        else:
            return []
    return found


def _name(base: str, tail: str) -> _Name:
    """Return a symbol of its letters and what stands behind them."""
    above = "".join(_ABOVE.findall(tail))
    tail = _NEW_BELOW.sub("", _NEW.sub("", tail))
    below = _NO_LABEL.sub("", _ABOVE.sub("", tail))
    base = base.lstrip("\\")
    return _Name(_GREEK.get(base, base), below, above)


def _plain_name(word: str, tail: str) -> _Name:
    match = _WORD.fullmatch(word)
    if match is None:  # pragma: no cover
        return _name(word, tail)
    return _name(match[1], match[2] + tail)


_ONE_OF_EXAMPLES: Final = r"[A-Za-z\\{}]{1,20}_\{?\s*(?P=of)\s*\}?"
# \sum_{i=1}^n (t_i - o_i)^2
_COST_OF_EXAMPLES: Final = re.compile(
    r"\\sum\s*_\s*\{?\s*(?P<of>[a-z])\b\s*(?:=\s*[01])?\s*\}?\s*(?:\^\s*\{?\s*[nNmM]\s*\}?)?\s*"
    rf"(?:\\left\s*)?\(\s*{_ONE_OF_EXAMPLES}\s*-\s*{_ONE_OF_EXAMPLES}\s*(?:\\right\s*)?\)"
    r"\s*\^\s*\{?\s*2"
)
_AROUND_A_WEIGHT: Final = re.compile(r"(?:d|grad|[A-Za-z]+ )?\|[A-Za-z]*")
_BLANK: Final = re.compile(r"(?:\s|\\(?=\s))*")
_DIGITS: Final = "0123456789"
_ONES: Final = (["(", "1", ")"], ["(", "-", "1", ")"])
_MOST: Final = 400
_LONGEST: Final = 40_000
_DECIMAL: Final = re.compile(r"0?\.(?!50*$)[0-9]+")  # which no slope is taken from
_LONGEST_ROW: Final = 1_000
_FEWEST: Final = 3
_DEEPEST: Final = 6
_WIDEST: Final = 9
_PAIR: Final = 2
_STEP: Final = _Name("Delta")
_INPUTS: Final = frozenset({"x", "i", "X", "I", "input", "inp", "in", "a", "e"})
_WEIGHTS: Final = frozenset("wvuWVUθpq")
_DELTAS: Final = frozenset({"delta", "d", "δ", "err", "error"})
_COSTS: Final = frozenset({"C", "E", "J", "L", "Loss", "loss", "cost", "Cost", "Error"})
_OF_NEURONS: Final = _DELTAS | _COSTS | {"target", "t", "T"}
_NO_COSTS: Final = frozenset({"y", "o", "a", "h", "z", "s", "net", "out", "sum"})
_LOGISTIC: Final = frozenset({"sigma", "sigmoid", "logistic", "sig", "sigm", "S"})
_EXPONENTIALS: Final = frozenset({_Name("e"), _Name("exp")})
_LOGARITHMS: Final = frozenset({_Name("log"), _Name("ln")})
_LONGEST_LOGISTIC: Final = 20  # signs
_LOGISTIC_WRITTEN: Final = frozenset({
    r"\frac{1}{1+e^{-z}}", r"\frac{1}{1+e(-z)}", "1/(1+e^{-z})", "1/(1+e(-z))",
    "1/(1+e^-z)", "1/(1+e^(-z))", "log(1+e^{z})", "log(1+e(z))", "log(1+e^z)",
})  # fmt: skip
_LETTERS: Final = _LOGISTIC | {
    "tanh", "exp", "log", "ln", "max", "phi", "varphi", "eta", "alpha", "delta",
    "gamma", "text", "sigma", "Delta",
    "beta", "epsilon", "varepsilon", "zeta", "theta", "vartheta", "kappa", "lambda",
    "mu", "nu", "xi", "pi", "rho", "tau", "psi", "omega", "Gamma", "Theta",
    "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega", "ell",
}  # fmt: skip
_HATTED: Final = frozenset({f"{letter}hat" for letter in "yaoptzY"})
_GREEK: Final = {"δ": "delta", "σ": "sigma", "φ": "phi", "η": "eta", "α": "alpha",
                 "γ": "gamma", "θ": "theta", "Δ": "Delta"}  # fmt: skip
_TRANSLATED: Final = str.maketrans({
    "−": "-", "·": "*", "⋅": "*", "×": "*", "∗": "*", "⊙": "*", "′": "'", "½": " 1/2 ",
    "–": "-", "&": " ", "\n": " ", "←": "=",
})  # fmt: skip
_SUPERSCRIPT: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻]+")
_HIGH: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻", "0123456789()+-")
_SUBSCRIPT: Final = re.compile("[₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚₛₜₓ]+")
_LOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚₛₜₓ", "0123456789aehijklmnopstx")
_BETWEEN: Final = re.compile(
    r"(\\\\(?:\[[^\]]*\])?|\\q?quad(?![A-Za-z])|(?<!\\)[,;]\s+(?=\S)|\\(?:begin|end)\{[a-z]+\*?\})"
)
_PART: Final = r"[A-Za-z](?:[A-Za-z0-9_]|(?<=_)\{[^{}]{1,12}\}){0,12}"
_ADDED: Final = rf"\(\s*({_PART})\s*\+\s*({_PART})\s*\)"
_OF_A_SUM: Final = (  # d(E1 + E2)/dw
    rf"(∂|\\partial|(?<![A-Za-z])d)\s*{_ADDED}\s*/\s*(?:\1)\s*({_PART})"
)
_FRAC_OF_A_SUM: Final = (
    rf"\\frac\s*\{{\s*(\\partial|∂|d)\s*{_ADDED}\s*\}}\s*\{{\s*\1\s*({_PART})\s*\}}"
)
_REWRITTEN: Final = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\\(?:left|right|displaystyle|big|Big|bigl|bigr|Bigl|Bigr)(?![A-Za-z])", ""),
        (r"\\(?:label|tag)\{[^{}]*\}", ""),
        (r"\\(?:begin|end)\{[a-z]+\*?\}", " "),
        (r"\\(?:quad|qquad|[,;:! ])", " "),
        (
            r"\\(?:text|math)(?:rm|it|bf)?\s*\{\s*([A-Za-z]+)\s*\}",
            r"«\1»",
        ),
        (r"\\(?:wide)?hat\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))", r"«\1\2hat»"),
        (r"\\[dt]frac", r"\\frac"),
        (r"\\(?:gets|leftarrow|coloneqq)(?![A-Za-z])|:=|<-", "="),
        (r"\\(?:cdot|times|ast|odot)(?![A-Za-z])", "*"),
        (_OF_A_SUM, r"(\1 \2/\1 \4 + \1 \3/\1 \4)"),
        (_FRAC_OF_A_SUM, r"(\\frac{\1 \2}{\1 \4} + \\frac{\1 \3}{\1 \4})"),
    )
)
_TAIL: Final = (
    r"(?:_\{(?:[^{}]|\{[^{}]*\})*\}|_«?[A-Za-z0-9]»?|\^\{?\((?:\d|[A-Za-z])\)\}?"
    r"|\^\{?\[(?:\d|[A-Za-z])\]\}?|\^\{?(?:\+|new|neu|\*|«new»)\}?)"
)
_BRACKETS: Final = r"\[\w{1,8}(?:,\s?\w{1,8})?\]"
_ABOVE: Final = re.compile(r"\^\{?([(\[]\w[)\]])\}?")
_NEW: Final = re.compile(r"\^\{?(?:\+|new|neu|\*|«new»)\}?")
_NEW_BELOW: Final = re.compile(r"(?<=[0-9])[_,]\s?«?(?:new|neu|updated|old)»?(?=\}?$)")
_NO_LABEL: Final = re.compile(r"[^A-Za-z0-9]|\\(?:to|rightarrow|text)")
_WORD: Final = re.compile(r"([^\W\d_]+)((?:[0-9_]\w*)?)")
_KNOWN: Final = (
    "MSE|SSE|BCE|net|out|in|sum|target|delta|error|err|loss|input|output|sigmoid"
    "|tanh|total|act|inp|SSR|RSS|[A-Z][a-z]{3,12}"
)
_SYMBOL: Final = rf"(«[A-Za-z]+»|\\[A-Za-z]+|(?:{_KNOWN})(?![A-Za-z])|[^\W\d_])"
_FRAC: Final = re.compile(
    r"\\frac\s*\{\s*(?:\\partial|∂|d)\s*" + rf"{_SYMBOL}({_TAIL}*)" + r"\s*\}\s*"
    r"\{\s*(?:\\partial|∂|d)\s*" + rf"{_SYMBOL}({_TAIL}*)" + r"\s*\}"
)
_IN_LINE: Final = re.compile(
    r"(?:\\partial|∂)\s*" + rf"{_SYMBOL}({_TAIL}*)" + r"\s*/\s*\(?"
    r"(?:\\partial|∂)\s*" + rf"{_SYMBOL}({_TAIL}*)"
)
_PLAIN_WORD: Final = rf"([^\W\d_][^\W_]*(?:_[^\W_]+)*)((?:{_BRACKETS}|{_TAIL})*)"
_PLAIN_LINE: Final = re.compile(
    rf"(?:∂|d)\s?{_PLAIN_WORD}\s*/\s*(?:∂|d)\s?{_PLAIN_WORD}"
)
_SIGNS: Final = re.compile(r"\*\*|[-+=()/'^]|\{|\}|\[|\]")


def _of_frac(found: re.Match[str]) -> _Derivative:
    top, tail, below, other = (
        found[k].replace("«", "").replace("»", "") for k in range(1, 5)
    )
    return _Derivative(_name(top, tail), _name(below, other))


def _of_symbol(found: re.Match[str]) -> _Name | str:
    base = found[1].replace("«", "").replace("»", "")
    if base[0] == "\\" and base[1:] not in _LETTERS:  # no symbol, but a command
        return f"{base}{found[2]}"
    return _name(base, found[2].replace("«", "").replace("»", ""))


def _of_sign(found: re.Match[str]) -> str:
    return {"**": "^", "[": "(", "]": ")"}.get(found[0], found[0])


_COMMON: Final = (
    (re.compile(r"\s+|[,.;]\s*$"), lambda _: None),
    (re.compile(r"\d+(?:\.\d+)?"), lambda found: found[0]),
)
_ENDS: Final = (
    (re.compile(r"\*(?!\*)"), lambda _: r"\cdot"),
    (_SIGNS, _of_sign),
)
_OF_LATEX: Final = (
    *_COMMON,
    (_FRAC, _of_frac),
    (_IN_LINE, _of_frac),
    (re.compile(rf"{_SYMBOL}({_TAIL}*)"), _of_symbol),
    *_ENDS,
)
_OF_PLAIN: Final = (
    *_COMMON,
    (
        _PLAIN_LINE,
        lambda f: _Derivative(_plain_name(f[1], f[2]), _plain_name(f[3], f[4])),
    ),
    (re.compile("[Δ∆](?=[^\\W\\d_])"), lambda _: _STEP),
    (re.compile(_PLAIN_WORD), lambda f: _plain_name(f[1], f[2])),
    *_ENDS,
)
