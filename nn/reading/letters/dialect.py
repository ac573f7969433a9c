r"""Which letters a text uses for what: as its own definitions say.

One text has z = W a + b and a = sigma(z), another net_j = sum w_ij o_i, a third calls
the activations z and what goes into them a. What a letter stands for is read off its
definition, ``o_j = \varphi(\text{net}_j)``, and the letters are then put in ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from autograd_scalar import DataError
from nn.reading.code.plain import names_of_outputs
from nn.reading.latex.arrays import with_arrays
from nn.reading.latex.examples import letter_of_examples, without_examples
from nn.reading.latex.groups import with_factors_behind_quads, without_groups
from nn.reading.latex.spelling import (
    bars_are_derivatives,
    symbol_end,
    with_bars,
    with_fractions,
    with_labels_below,
    with_sums,
)
from nn.reading.latex.systems import (
    with_diagonals,
    with_exponentials,
    with_sums_of_dots,
    with_systems,
    with_words,
)
from nn.reading.latex.tildes import letters_with_tildes, without_tildes
from nn.reading.latex.tokens import Token, group_end, replaced, tokens
from nn.reading.letters.by_shape import letters_by_shape
from nn.reading.letters.costs_of_pairs import costs_of_pairs, with_costs_of_pairs
from nn.reading.letters.layers_first import letters_of_first_layers, with_first_layers
from nn.reading.letters.meanings import (
    DERIVATIVES,
    NAMES,
    OF_COSTS,
    letter_of_the_class,
    letters_of,
    said,
)
from nn.reading.letters.neurons import Neurons, neurons_of
from nn.reading.letters.roles import Roles, roles_of
from nn.reading.letters.thresholds import (
    letters_beside_sums,
    letters_of_thresholds,
    with_biases_in_sums,
    with_thresholds_added,
)
from nn.reading.markup.prose import letter_of_the_last_layer

__all__ = ["NAMED", "PLAIN", "Dialect", "dialect_of"]


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How a text writes.

    Attributes:
        letters: what a letter stands for: another letter, outside of scripts.
        layer: the letter that counts the layers, in scripts.
        last: the letter of the last layer, if it is none of L and n_l; "" if so.
        functions: letters that are functions where an argument or a prime follows.
        step: the letter in brackets behind every quantity, as in w(n); "" if none.
        squares: whether a 2 above a quantity is a power, as no layer stands there bare.
        roles: what names stand for that say no layer.
        bars: whether a bar is a derivative of the cost.
        named: the letters that the text gives to formulas.
        pattern: the letter that counts the examples in pairs, as in o_pj; "" if none.
        example: the letter below whatever is of one example, as in x_n; "" if none.
        adds_up: whether ``\Delta^l`` is a sum over the examples, to be divided by m.
        greek: letters that are quantities, where others mean the learning rate.
        deltas: the derivatives that numbered deltas are, as their definitions say.
        names: what other letters stand for, such as e = y - a, as far as was read.
        shaped: our letters for those of the text, by the shape of its definitions.
        neurons: what the symbols are of a text that writes every neuron out.
        of_deltas: the letters behind a delta that makes a derivative of them.
        tildes: what letters with a tilde stand for.
        called: letters of quantities that are the activation too, as in a = a(z).
        normalizers: the sums of exponentials that letters stand for, as in e^z / S.
        stars: whether ``*`` is any product, as another sign is of entry by entry.
        bullets: whether a bullet is any product, as of matrices in ``d \bullet a^T``.
        first_layers: letters of layers that stand before the indices, as in w_{kij}.
        rates: letters of the learning rate, as in ``\Delta w = -\lambda g``.
        of_class: the index of the right class, as in ``-\log \hat y_c``; "" if none.
        curves: the letters of an activation of any x, as in r = max(0, x).
        beside: sums without their biases, with the sign and the letter of these.
        costs: letters of the cost by its two arguments, as in ``H(\hat y, y)``.
    """

    letters: Mapping[str, str] = field(default_factory=dict)
    layer: str = "l"
    last: str = ""
    functions: frozenset[str] = frozenset()
    step: str = ""
    squares: bool = False
    bars: bool = False
    roles: Roles = field(default_factory=Roles)
    named: frozenset[str] = frozenset()
    pattern: str = ""
    example: str = ""
    adds_up: bool = False
    greek: frozenset[str] = frozenset()
    deltas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, _Named] = field(default_factory=dict, compare=False)
    shaped: Mapping[str, str] = field(default_factory=dict)
    neurons: Neurons = field(default_factory=Neurons)
    of_deltas: frozenset[str] = frozenset()
    tildes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    called: frozenset[str] = frozenset()
    stars: bool = False
    bullets: bool = False
    first_layers: frozenset[str] = frozenset()
    of_class: str = ""
    rates: frozenset[str] = frozenset()
    curves: frozenset[str] = frozenset()
    costs: dict[str, bool] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    normalizers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def tokens(self, text: str) -> list[Token]:
        r"""Return the tokens of a formula, in our letters.

        >>> dialect = dialect_of([r"z_j = h(a_j)", r"a_j = \sum_i w_{ji} z_i"])
        >>> print(*(token.text for token in dialect.tokens("z_j = h(a_j)")))
        a _ j = \sigma ( z _ j )

        Raises:
            DataError: it is too long, or its brackets are too deep.
        """
        if self.stars:
            text = _STAR.sub("·", text)
        if self.bullets:
            text = text.replace(*_BULLET)
        found = with_costs_of_pairs(list(_parted(text)), self.costs)
        found = with_biases_in_sums(found, self.beside)
        found = with_first_layers(found, self.first_layers)
        found = _with_curves(list(found), self.curves)
        found = _with_normalizers(found, self.normalizers)
        found = _with_calls(found, self.called)
        found = _with_gradients(found, self.of_deltas)
        found = _in_letters(without_tildes(found, self.tildes), self.shaped)
        found = _spelled_alike(_with_rates(found, self.greek, self.rates), self.bars)
        found = without_examples(found, self.example)
        found = _with_neurons(found, self.neurons)
        if self.adds_up:
            found = _with_divisor(found)
        if self.of_class:
            found = _with_right_class(found, self.of_class)
        found = _with_defined(found, self.deltas)
        signal = next((a for a in ("a", "h") if a not in self.letters), "x")
        found = _without_steps(_without_momentum(found), self.step)
        found = _without_pattern(found, self.pattern, signal)
        if self.squares:
            found = _with_squares(found)
        if self.layer != "l" and self.last != "l":
            found = _with_l_of_neurons(found)
        if self.letters or self.functions or self.layer != "l" or self.last:
            places = enumerate(_places(found))
            found = [self._ours(found, i, *place) for i, place in places]
        found = replaced(self.roles.put_in(found), _by_activation)
        if self.pattern and self.roles.labels:  # behind a layer's name, as in delta_hij
            found = _without_pattern(found, self.pattern, signal)
        return self._with_names(found)

    def _with_names(self, row: list[Token]) -> list[Token]:
        """Put in what names stand for, and learn the names that are given here."""
        if not self.named.intersection(token.text for token in row):
            return row
        found: list[Token] = []
        for one, end in _rows_with_ends(row):
            name = _name_given(one, self.named)
            body = one
            if name is not None:
                body = one[name.size :]
            body = self._put_in(body)
            if name is not None:
                named = _named(name, body)
                if named is None:
                    self.names.pop(name.letter, None)
                else:
                    self.names[name.letter] = named
                if not any(token.text == "=" for token in body):
                    body = [Token(NAMED, one[0].at), Token("=", one[0].at), *body]
            found += [*body, *end]
        return found

    def _put_in(self, row: list[Token]) -> list[Token]:
        found: list[Token] = []
        i = 0
        while i < len(row):
            size, index = _scripts_behind(row, i)
            label = _label(row[i : i + 1 + size])
            named = self.names.get(row[i].text + label)
            if named is None and label and index:  # r_2 of r_l, of any layer
                general = self.names.get(row[i].text)
                named = general if general and general.index == "l" else None
            if named is None or len(found) > _LONGEST:
                found.append(row[i])
                i += 1
                continue
            at = row[i].at
            new = [
                Token(index if t == named.index and index else t, at) for t in named.row
            ]
            found += [Token("(", at), *new, Token(")", at)]
            found += _transpose_in(row[i + 1 : i + 1 + size])
            i += 1 + size
        return found

    def _ours(
        self, row: Sequence[Token], i: int, in_script: bool, of_sum: bool
    ) -> Token:
        token = row[i]
        if in_script:
            if of_sum or (self.layer == "l" and token.text != self.last):
                return token
            new = {self.layer: "l", self.layer.upper(): "L", "l": "L", self.last: "L"}
            return Token(new.get(token.text, token.text), token.at)
        if token.text in self.functions and _is_called(row, i):
            return Token(r"\sigma", token.at)
        return Token(self.letters.get(token.text, token.text), token.at)


@dataclass(frozen=True, slots=True)
class _Named:
    """A formula that a letter stands for, with the letter's own index in it."""

    row: tuple[str, ...]
    index: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A letter before an equals sign, with its index; ``size`` counts the tokens."""

    letter: str
    index: str
    size: int


PLAIN: Final = Dialect()


def dialect_of(
    formulas: Iterable[str],
    prose: str = "",
    by_shape: bool = False,
    by_neuron: bool = False,
) -> Dialect:
    r"""Return how a text writes, from its formulas, and from what it says of letters.

    ``by_shape`` puts its letters in ours by the shape of its definitions first,
    ``by_neuron`` gives every symbol the layer and number of its neuron.

    >>> dialect_of([r"h^{(k)} = f(W^{(k)} h^{(k-1)} + b^{(k)})"]).layer
    'k'
    """
    return _inferred(tuple(formulas), prose, by_shape, by_neuron)


@lru_cache(maxsize=32)  # most readings of a text have the same formulas
def _inferred(  # noqa: PLR0915
    formulas: Sequence[str], prose: str, by_shape: bool, by_neuron: bool
) -> Dialect:
    stars = any(map(_OF_ENTRIES.search, formulas))
    if stars:
        formulas = tuple(_STAR.sub("·", formula) for formula in formulas)
    bullets = any(map(_BULLET_OF_MATRICES.search, formulas))
    if bullets:
        formulas = tuple(formula.replace(*_BULLET) for formula in formulas)
    read = list(_readable(formulas))
    costs_by_pairs = costs_of_pairs(read)
    read = [with_costs_of_pairs(row, costs_by_pairs) for row in read]
    beside = letters_beside_sums(read)
    read = [with_biases_in_sums(row, beside) for row in read]
    thresholds = letters_of_thresholds(read)
    read = [with_thresholds_added(row, thresholds) for row in read]
    first_layers = letters_of_first_layers(read)
    read = [with_first_layers(row, first_layers) for row in read]
    curves = _curves(read)
    read = [_with_curves(row, curves) for row in read]
    normalizers = _normalizers(read)
    read = [_with_normalizers(row, normalizers) for row in read]
    called = frozenset(_called_as_quantities(read))
    read = [_with_calls(row, called) for row in read]
    of_deltas = _of_deltas(read)
    read = [_with_gradients(row, of_deltas) for row in read]
    read += list(_defined_in_slopes(read))
    tildes = letters_with_tildes(read, _FUNCTIONS)
    read = [without_tildes(row, tildes) for row in read]
    shaped = _letters_by_shape(read) if by_shape else {}
    read = [_in_letters(row, shaped) for row in read]
    primed = frozenset(_primed_rates(read))
    greek = primed | frozenset(_computed(read)) | thresholds
    rates = frozenset(_rates_of_steps(read))
    read = [_with_rates(row, greek, rates) for row in read]
    bars = bars_are_derivatives(read)
    read = [_spelled_alike(row, bars) for row in read]
    example = letter_of_examples(read)
    read = [without_examples(row, example) for row in read]
    neurons = _neurons_of(read) if by_neuron else Neurons()
    read = [_with_neurons(row, neurons) for row in read]
    deltas = _deltas(read)
    read = [_with_defined(row, deltas) for row in read]
    step = _step(read)
    rows = [row for one in read for row in _rows(_without_steps(one, step))]
    plain = [_without_scripts(row) for row in rows]
    words = [[token.text for token in row] for row in plain]
    made = {row[0] for row in words if row[1:2] == ["="] and len(row) > _LONGER}
    derived = _costs(rows)
    functions = primed | frozenset(
        row[i].text
        for row in plain
        for i in range(len(row))
        if row[i].text in {"h", "F"} - made - derived and _is_called(row, i)
    ) | frozenset(
        row[2] for row in words if row[1:2] == ["="] and row[3:4] == ["("]
        and row[2] in _ALSO_FUNCTIONS and row[-1] == ")"
    )  # fmt: skip
    pattern = _pattern(read)
    of_class = letter_of_the_class(rows)
    last = letter_of_the_last_layer(prose)
    layer = _layer_letter(read, _counted_to_l(formulas), last)
    last = last or _last_layer(read, layer) or _counted_up_to(layer, formulas)
    roles = roles_of(rows, _FUNCTIONS | functions)
    calls_f = any(
        row[i].text == "f" and _is_called(row, i)
        for row in plain
        for i in range(len(row))
    )
    letters = letters_of(
        rows, words, _FUNCTIONS | functions, calls_f, layer, roles.letters
    )
    letters |= said(prose) | dict.fromkeys(names_of_outputs(prose) & _COUNTS, "K")
    letters |= dict.fromkeys(thresholds - {"b"}, "b")
    for letter in roles.letters:
        letters.pop(letter, None)
    errors = _errors(rows, words) - derived
    given = frozenset(_given_names(words)) | errors
    given = given - roles.letters - letters.keys() - functions - _called(words)
    costs = derived - _TAKEN - functions - roles.letters
    given -= costs | _costs_behind_nabla(rows)
    letters |= _aliases(rows, given, letters)
    if _are_by_outputs(rows, letters):
        letters[r"\delta"] = "da"
    letters |= _averages(rows, _TAKEN | functions | roles.letters | letters.keys())
    is_named = any(map(_OTHER_ACTIVATION.search, formulas))
    if is_named or _has_a_logistic(words) or _is_said_beside_another(words, functions):
        letters[r"\sigma"] = "sigmoid"
    others = _costs_behind_nabla(rows) - _TAKEN - functions - roles.letters
    letters |= dict.fromkeys(others - letters.keys(), "C")
    if "e" in costs:
        letters["e"] = "C"
    dialect = Dialect(
        letters, layer, last, functions, step,
        squares=not any(map(_has_bare_layers, read)), bars=bars,
        roles=roles.also_of(letters),
        named=given - letters.keys(), pattern=pattern,
        example=example, greek=greek, deltas=deltas,
        adds_up=any(map(_is_adding_up, rows)), shaped=shaped, neurons=neurons,
        of_deltas=of_deltas, tildes=tildes, called=called, stars=stars, bullets=bullets,
        first_layers=first_layers, of_class=of_class, rates=rates,
        curves=curves, costs=costs_by_pairs, beside=beside,
        normalizers=normalizers,
    )  # fmt: skip
    dialect.names.update(_names_used_first(dialect, formulas, rows))
    return dialect


def _names_used_first(
    dialect: Dialect, formulas: Iterable[str], rows: Iterable[Sequence[Token]]
) -> dict[str, _Named]:
    r"""Return what names stand for that are given once: it may be behind their use.

    >>> text = r"\Delta w_{ij} = -\eta e_j x_i", r"e_j = (a_j - y_j) g'(z_j)"
    >>> print(*(token.text for token in dialect_of(text).tokens(text[0])[8:]))
    - \eta ( ( a _ j - y _ j ) g ' ( z _ j ) ) x _ i
    """
    names = (_name_given(row, dialect.named) for row in rows)
    given = Counter(name.letter for name in names if name is not None)
    once = {letter for letter, times in given.items() if times == 1}
    if not once:
        return {}
    for formula in formulas:
        with suppress(DataError):
            dialect.tokens(formula)
    found = {
        letter: named
        for letter, named in dialect.names.items()
        if letter in once and dialect.named.isdisjoint(named.row)
    }
    dialect.names.clear()
    return found


@lru_cache(maxsize=512)  # each reading of a text asks for the same ones
def _parted(text: str) -> tuple[Token, ...]:
    """Return the tokens of a formula, or of several equations in one bracket."""
    given = with_arrays(tokens(text))
    plain = with_factors_behind_quads(without_groups(_with_brackets(given)))
    plain = _with_primed_costs(_with_costs(replaced(plain, _jacobian)))
    found = with_exponentials(with_words(with_sums_of_dots(plain)))
    return tuple(with_systems(with_diagonals(found)))


def _with_brackets(row: list[Token]) -> list[Token]:
    r"""Put brackets around what a function is taken of: ``\tanh s_1`` has none."""
    found: list[Token] = []
    i = 0
    while i < len(row):
        found.append(row[i])
        i += 1
        after = row[i].text if i < len(row) else ""
        if row[i - 1].text in _NAMED_FUNCTIONS and after.isalpha() and len(after) == 1:
            end = symbol_end(row, i)
            last = row[end - 1].at + len(row[end - 1].text)
            found += [Token("(", row[i].at), *row[i:end], Token(")", last)]
            i = end
    return found


def _with_rates(
    row: list[Token], greek: frozenset[str], others: frozenset[str]
) -> list[Token]:
    r"""Write one letter for the learning rate, whichever it is, and for ``\eta(t)``."""
    if r"\eta" in greek:  # a weighted sum, as statisticians call it
        row = [Token(r"\zeta", t.at) if t.text == r"\eta" else t for t in row]
    rates = (_RATES - greek) | others
    found = [Token(r"\eta", t.at) if t.text in rates else t for t in row]
    return replaced(found, _rate_of_step)


def _rate_of_step(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    here = [token.text for token in row[i : i + 4]]
    of_step = here[:2] == [r"\eta", "("] and here[3:] == [")"] and here[2] in _STEPS
    return ([row[i]], i + 4) if of_step else None


def _curves(read: Iterable[list[Token]]) -> frozenset[str]:
    r"""Return letters of an activation of any x: r of ``r = \max(0, x)``, ``dr/dx``.

    They stand nowhere without that x, which is none of the inputs there.
    """
    rows = [[token.text for token in one] for given in read for one in _rows(given)]
    rows = [list(_parted_slopes(row)) for row in rows]
    made = {
        row[0]
        for row in rows
        if row[1:2] == ["="] and row[2:3] and row[2] in _FUNCTIONS
        if row[3:] == ["(", "x", ")"] and len(row[0]) == 1 and row[0].isalpha()
    }
    derived = {text[1:-2] for row in rows for text in row if text.endswith("/x")}
    apart = {text for row in rows if not {"x"} & {*"".join(row)} for text in row}
    return frozenset((made & derived) - apart - {"x"})


def _parted_slopes(row: list[str]) -> Iterator[str]:
    r"""Yield the texts of a row, ``∂r/x`` for ``\frac{\partial r}{\partial x}``."""
    i = 0
    while i < len(row):
        match row[i : i + 9]:
            case [r"\frac", "{", r"\partial", top, "}", "{", r"\partial", "x", "}"]:
                yield f"∂{top}/x"
                i += 9
            case _:
                yield row[i]
                i += 1


def _with_curves(row: list[Token], letters: frozenset[str]) -> list[Token]:
    r"""Write ``\sigma(x)`` for r, and ``\sigma'(x)`` for its derivative by x."""
    if not letters:
        return row

    def curve(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
        texts = [token.text for token in row[i : i + 9]]
        size, signs = 1, "(x)"
        if texts[:3] == [r"\frac", "{", r"\partial"]:
            size, signs = 9, "'(x)"
        of = texts[3 * (size > 1)] if len(texts) >= size else ""
        if of not in letters or (size > 1 and texts[6:] != [r"\partial", "x", "}"]):
            return None
        new = [Token(text, row[i].at) for text in (r"\sigma", *signs[:-1])]
        return [*new, Token(")", row[i + size - 1].at)], i + size

    return replaced(row, curve)


def _called_as_quantities(read: Iterable[list[Token]]) -> Iterator[str]:
    r"""Yield letters that are a quantity and its function: ``a_j = a(z_j)``, ``a'(z)``.

    A prime alone may transpose; before one letter in brackets it is a derivative.
    """
    for row in (one for given in read for one in _rows(given)):
        plain = [token.text for token in _without_scripts(row)]
        for i, text in enumerate(plain):
            inner = plain[i + 3 : i + 5]
            is_slope = plain[i + 1 : i + 3] == ["'", "("] and inner[1:] == [")"]
            first, inner = plain[i + 4 : i + 5], inner[:1]
            defined = i == 0 and plain[1:4] == ["=", text, "("]
            of_sum = defined and row[-1].text == ")" and first != []
            others = _SUMMED - {text}
            is_called = (is_slope and others.issuperset(inner)) or (
                of_sum and first[0] in others | {r"\sum"}
            )
            if text in _ALSO_CALLED and is_called:
                yield text


def _with_calls(row: list[Token], letters: frozenset[str]) -> list[Token]:
    r"""Write ``\sigma`` for the letter of a quantity where it is the activation."""
    if not letters:
        return row
    found = list(row)
    for i, token in enumerate(row):
        behind = [each.text for each in row[i + 1 : i + 4]]
        behind = behind[behind[:1] == ["'"] :]
        called = behind[:1] == ["("] and behind[1:2] and behind[1] in _ARGUMENTS
        if token.text in letters and called:
            found[i] = Token(r"\sigma", token.at)
    return found


def _computed(read: Iterable[list[Token]]) -> Iterator[str]:
    r"""Yield letters that are computed: alpha in ``\alpha_j = \sigma(\beta_j)``."""
    for row in (one for given in read for one in _rows(given)):
        end = symbol_end(row, 0) if row else 0
        texts = [token.text for token in row[end:]]
        sums = {r"\sigma", "W", "w", r"\sum", "tanh", "relu", "sigmoid"} & set(texts)
        if not row or row[0].text not in _RATES | {r"\eta"} or texts[:1] != ["="]:
            continue
        plain = [token.text for token in _without_scripts(row[end + 1 :])]
        if (sums and row[0].text != r"\eta") or _is_sum_of_product(plain):
            yield row[0].text


def _is_sum_of_product(words: list[str]) -> bool:
    r"""Return whether it is ``H B + b``, of matrices: so is no learning rate computed.

    >>> _is_sum_of_product(["H", "B", "+", "b"]), _is_sum_of_product(["a", "/", "t"])
    (True, False)
    """
    factors = [word for word in words[:3] if word not in {r"\cdot", "@"}][:2]
    size = words.index("+") if "+" in words else 0
    are_letters = all(len(word) == 1 and word.isalpha() for word in factors)
    return 0 < size <= 3 and are_letters and any(map(str.isupper, factors))  # noqa: PLR2004


def _rates_of_steps(read: Iterable[list[Token]]) -> Iterator[str]:
    r"""Yield letters that steps are multiplied by, as in ``\Delta w = -\lambda g``.

    So is that of ``w = w - \lambda \frac{\partial C}{\partial w}``.
    """
    for row in (one for given in read for one in _rows(given)):
        plain = [token.text for token in _without_scripts(row)]
        if plain[:1] == [r"\Delta"] and plain[1:3] in (
            ["w", "="],
            ["W", "="],
            ["b", "="],
        ):
            first = plain[3 + (plain[3:4] == ["-"]) :][:1]
            yield from set(first) & _MAY_BE_RATES
        match [text for text in plain[:8] if text not in _PRODUCTS]:
            case ["w" | "W" | "b" as one, "=", other, "-" | "+", rate, slope, *_]:
                if one == other and slope in _SLOPES:
                    yield from {rate} & _MAY_BE_RATES
            case _:
                pass


def _primed_rates(read: Iterable[list[Token]]) -> Iterator[str]:
    r"""Yield letters that are functions, as a prime says: gamma in ``\gamma'(z)``."""
    for row in read:
        for one, after in pairwise(row):
            if one.text in _RATES | _GREEK and after.text == "'":
                yield one.text


def _jacobian(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``J_x(\ell)``, the Jacobian of the cost by x, as ``\nabla_x C``.

    That of a layer, ``Dz(x)``, is the derivative of z by x.
    """
    begins = not i or row[i - 1].text in {"=", ",", "\\\\", r"\quad"}
    match [token.text for token in row[i : i + 6]]:
        case ["D", top, "(", by, ")", "="] if begins and {top, by} <= _DERIVED_VECTORS:
            signs = (r"\frac", "{", r"\partial", top, "}", "{", r"\partial", by, "}")
            return [Token(sign, row[i].at) for sign in signs], i + 5
        case _:
            pass
    if [token.text for token in row[i : i + 2]] not in (["J", "_"], ["D", "_"]):
        return None
    below = group_end(row, i + 2)
    inner = [token.text for token in row[below : below + 2]]
    end = symbol_end(row, below + 1) if inner[:1] == ["("] and inner[1:] else len(row)
    is_cost = inner[1:] and inner[1] in {"l", "L", "C", "E"} and end < len(row)
    if not is_cost or row[end].text != ")":
        return None
    cost = Token("C", row[below].at)
    return [Token(r"\nabla", row[i].at), *row[i + 1 : below], cost], end + 1


def _with_costs(row: list[Token]) -> list[Token]:
    r"""Return a formula with C for a script l that is differentiated: the cost."""
    found = list(row)
    for i, token in enumerate(row):
        at = i + 1
        if token.text not in {r"\partial", r"\nabla"}:
            continue
        if at < len(row) and row[at].text == "_":
            at = group_end(row, at + 1)
        if at < len(row) and row[at].text == "l":
            found[at] = Token("C", row[at].at)
    return found


def _with_primed_costs(row: list[Token]) -> list[Token]:
    r"""Write ``C'(W_o)``, a cost that is no function elsewhere, as a derivative.

    Beside it ``Z_o'(H)`` is one of a quantity. The cost may have the targets beside
    what it is derived by, ``L'(a, y)``.

    >>> print(*(t.text for t in _with_primed_costs(tokens("C'(W_o) = E_o H"))))
    \frac { \partial C } { \partial W _ o } = E _ o H
    >>> print(*(t.text for t in _with_primed_costs(tokens(r"\ell^{\prime}(a, y)"))))
    \frac { \partial L } { \partial a }
    """
    primed = {one.text for i, one in enumerate(row) if _bare_end(row, i)}
    if primed.isdisjoint(_PRIMED_COSTS):
        return row
    found: list[Token] = []
    i = 0
    while i < len(row):
        if row[i].text in {"_", "^"}:  # the L of \\sigma_L'(z) is a layer
            end = group_end(row, i + 1)
            found += row[i:end]
            i = end
            continue
        bare, opens = _bare_end(row, i), symbol_end(row, i)
        called = bare and opens + 1 < len(row) and row[opens].text == "("
        of_cost = row[i].text in _PRIMED_COSTS
        end = symbol_end(row, opens + 1) if called else i
        closes = group_end(row, opens) if called else i
        is_alone = end + 1 == closes or (of_cost and row[end].text == ",")
        if called and is_alone and (of_cost or row[i].text in _PRIMED_BESIDE):
            at = row[i].at
            cost = Token("L", at) if row[i].text == "l" else row[i]
            found += [
                *(Token(t, at) for t in (r"\frac", "{", r"\partial")),
                *(cost, *row[i + 1 : bare]),
                *(Token(t, at) for t in ("}", "{", r"\partial")),
                *row[opens + 1 : end],
                Token("}", row[closes - 1].at),
            ]
            i = closes
        else:
            found.append(row[i])
            i += 1
    return found


def _bare_end(row: Sequence[Token], i: int) -> int:
    """Return where a symbol ends without the prime behind it; 0 if it has none."""
    end = symbol_end(row, i)
    for prime in _PRIMES:
        start = end - len(prime)
        if start > i and [token.text for token in row[start:end]] == prime:
            return start
    return 0


def _normalizers(read: Iterable[list[Token]]) -> dict[str, tuple[str, ...]]:
    r"""Return what letters are that are sums of exponentials: ``S = \sum_j e^{z_j}``.

    A letter that is something else as well is left as it is.
    """
    found: dict[str, tuple[str, ...]] = {}
    others: set[str] = set()
    for row in (one for given in read for one in _rows(given)):
        texts = [token.text for token in row]
        if texts[1:2] != ["="]:
            continue
        index = [text for text in texts[3:7] if text.isalpha() and len(text) == 1][:1]
        is_sum = texts[2:4] == [r"\sum", "_"] and bool(index) and "exp" in texts
        start = texts.index("exp") if is_sum else 0
        whole = is_sum and group_end(row, start + 1) == len(row)
        if not whole or start != symbol_end(row, 2) or len(row) > _LONGEST_NAMED:
            others.add(texts[0])
        elif texts[0] not in others and texts[0] not in _SUMMED | {"=", "a", "y"}:
            one = ["q" if text in index else text for text in texts[2:]]
            found.setdefault(texts[0], ("(", *one, ")"))
    return {letter: one for letter, one in found.items() if letter not in others}


def _with_normalizers(
    row: list[Token], normalizers: Mapping[str, tuple[str, ...]]
) -> list[Token]:
    r"""Put sums of exponentials in for the letters that stand for them.

    >>> read = [tokens(r"\Omega = \sum_i \exp(z_i)")]
    >>> found = _with_normalizers(tokens(r"a = e / \Omega"), _normalizers(read))
    >>> print(*(token.text for token in found))
    a = e / ( \sum _ q exp ( z _ q ) )
    """
    if not normalizers:
        return row
    found: list[Token] = []
    for i, token in enumerate(row):
        after = row[i + 1].text if i + 1 < len(row) else ""
        new = normalizers.get(token.text)
        if new is None or after in {"=", "_", "^"} or len(found) > _LONGEST:
            found.append(token)
        else:
            found += [Token(text, token.at) for text in new]
    return found


def _readable(formulas: Iterable[str]) -> Iterator[list[Token]]:
    """Yield the tokens of the formulas that are not too long or too deep."""
    for formula in formulas:
        with suppress(DataError):
            yield list(_parted(formula))


def _defined_in_slopes(read: Iterable[list[Token]]) -> Iterator[list[Token]]:
    r"""Yield ``z = wx`` of ``\partial z/\partial w = \partial (wx)/\partial w``."""
    for row in (one for given in read for one in _rows(given)):
        middle, top, below = _slope(row, 0)
        if not top or [t.text for t in row[middle : middle + 1]] != ["="]:
            continue
        _, formula, same = _slope(row, middle + 1)
        summed = formula[1:-1] if formula and formula[0].text == "(" else []
        if summed and [t.text for t in same] == [t.text for t in below]:
            yield [*top, row[middle], *summed]


def _slope(row: Sequence[Token], start: int) -> tuple[int, list[Token], list[Token]]:
    """Return the end of a derivative, and what is derived in it, and by what."""
    if [token.text for token in row[start : start + 1]] != [r"\frac"]:
        return start, [], []
    middle = group_end(row, start + 1)
    end = group_end(row, middle) if middle < len(row) else middle
    top, below = row[start + 2 : middle - 1], row[middle + 1 : end - 1]
    both = [token.text for token in (*top[:1], *below[:1])]
    if both != [r"\partial", r"\partial"]:
        return start, [], []
    return end, list(top[1:]), list(below[1:])


def _of_deltas(read: Sequence[list[Token]]) -> frozenset[str]:
    r"""Return the letters z of which a text writes the derivative ``\delta z``.

    So it is where that stands alone on the left; elsewhere ``\delta a`` is a product.
    So is ``\partial z``, but in a fraction.
    Of ``\delta_z`` too, where z is no index: then ``_z`` is what is returned.
    """
    found: set[str] = set()
    for row in (row for one in read for row in _rows(one) if len(row) > _LONGER):
        letter, end = _derived_by(row, 0)
        if letter and end < len(row) and row[end].text == "=":
            found.add(letter)
    if not {"_z", "_Z"} & found:  # \delta_h and \delta_o may be of neurons, or layers
        found = {letter for letter in found if letter[0] != "_"}
    also_alone = any(
        token.text == r"\delta"
        and _derived_by(row, i)[0] not in found
        and [each.text for each in row[i + 1 : i + 2]] in (["_"], ["^"], ["="])
        for row in read
        for i, token in enumerate(row)
    )  # beside \delta^l, \delta z is a small change, and \delta w a step
    slopes = {letter for letter in found if letter[0] == "∂"}
    return frozenset(slopes | found & _STEPPED if also_alone else found)


def _derived_by(row: Sequence[Token], start: int) -> tuple[str, int]:
    r"""Return the letter of the ``\delta z`` or ``\delta_z`` there, and its end.

    Of ``\partial z`` that is ``∂z``, where it is no part of a fraction.
    """
    above = row[start - 1].text if start else ""
    is_delta = row[start].text == r"\delta"
    if not is_delta and (row[start].text != r"\partial" or above in {"{", "(", "/"}):
        return "", start
    below = [token.text for token in row[start + 1 : start + 2]] == ["_"]
    first = start + 1 + below
    end = symbol_end(row, start if below else first)
    first += below and [token.text for token in row[first : first + 1]] == ["{"]
    letter = row[first].text if first < len(row) else ""
    is_slope = not is_delta and [t.text for t in row[end : end + 1]] == ["/"]
    if not (letter.isalpha() or letter in {r"\yhat", r"\net"}) or is_slope:
        return "", start
    if below and not is_delta:  # \partial_W C
        return "", start
    return f"_{letter}" if below else letter if is_delta else f"∂{letter}", end


def _with_gradients(row: list[Token], letters: frozenset[str]) -> list[Token]:
    r"""Write ``\nabla z`` for the ``\delta z`` that is a derivative."""
    if not letters:
        return row
    found: list[Token] = []
    i = 0
    while i < len(row):
        letter, _ = _derived_by(row, i)
        if letter not in letters:
            found.append(row[i])
            i += 1
            continue
        found.append(Token(r"\nabla", row[i].at))
        i += 1
        if letter[0] == "_":
            end = group_end(row, i + 1)
            braced = row[i + 1].text == "{"
            found += row[i + 1 + braced : end - braced]
            i = end
    return found


def _by_activation(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``\partial a_i`` for the ``\partial f(z_i)`` by which one derives."""
    here = [token.text for token in row[max(0, i - 2) : i + 2]]
    if here not in [["}", "{", r"\partial", f] for f in (r"\sigma", "f", "g")]:
        return None
    of = symbol_end(row, i + 1) + 1
    end = symbol_end(row, of)
    texts = [token.text for token in (*row[of - 1 : of + 1], *row[end : end + 2])]
    if texts != ["(", "z", ")", "}"]:
        return None
    return [row[i], Token("a", row[of].at), *row[of + 1 : end]], end + 1


def _with_outputs_below(row: list[Token]) -> list[Token]:
    r"""Write ``\nabla_{\hat y} C`` for the ``\nabla C`` of ``\nabla C \odot g'(z)``.

    So too where it is computed of the targets. Else it is of the weights, or of all.
    """
    found: list[Token] = []
    for one, end in _rows_with_ends(row):
        texts = [token.text for token in one]
        of_outputs = "'" in texts or ("-" in texts and {"y", "Y", "t"} & set(texts))
        of_outputs = of_outputs or (r"\nabla", r"\sigma") in pairwise(texts)
        if of_outputs and not {r"\eta", r"\theta", "W", "w"} & set(texts):
            for i in reversed(range(len(one) - 1)):
                alone = texts[i + 2 : i + 3] not in (["("], ["_"], ["^"])
                of = texts[i + 2 : i + 4]  # C(a^L)
                end_of = symbol_end(one, i + 3)
                called = of[:1] == ["("] and of[-1] in {"a", "A", r"\yhat"}
                alone |= called and texts[end_of:][:1] in ([")"], [","])
                if texts[i] == r"\nabla" and texts[i + 1] in OF_COSTS and alone:
                    one[i + 1 : i + 1] = [Token(t, one[i].at) for t in ("_", r"\yhat")]
        found += [*one, *end]
    return found


def _neurons_of(read: Iterable[list[Token]]) -> Neurons:
    return neurons_of(row for one in read for row in _rows(one))


def _with_neurons(row: list[Token], neurons: Neurons) -> list[Token]:
    if not neurons.sizes:
        return row
    return [
        token
        for one, end in _rows_with_ends(row)
        for token in (*neurons.put_in(one), *end)
    ]


def _letters_by_shape(read: Iterable[list[Token]]) -> dict[str, str]:
    alike = [_spelled_alike(row, bars=False) for row in read]
    plain = [_without_scripts(row) for one in alike for row in _rows(one)]
    words = [_before_its_space([token.text for token in row]) for row in plain]
    letters = letters_by_shape(words)
    for row in words:  # p = softmax(z) are the outputs, and no other activations
        if row[1:4] == ["=", "softmax", "("] and row[0] in {"p", "P", "q", r"\pi"}:
            letters[row[0]] = r"\yhat"
    return letters


def _before_its_space(row: list[str]) -> list[str]:
    r"""Return what stands before ``\in \mathbb{R}^n``, behind an equation."""
    at = row.index(r"\in") if r"\in" in row else 0
    return row[:at] if "=" in row[:at] else row


def _in_letters(row: list[Token], letters: Mapping[str, str]) -> list[Token]:
    """Return a formula in other letters; those in scripts stay."""
    if not letters:
        return row
    return [
        token if in_script else Token(letters.get(token.text, token.text), token.at)
        for token, (in_script, _) in zip(row, _places(row), strict=True)
    ]


def _spelled_alike(row: Sequence[Token], bars: bool) -> list[Token]:
    alike = with_sums(with_fractions(with_bars(with_labels_below(row), bars)))
    return _with_outputs_below(alike)


def _deltas(read: Iterable[list[Token]]) -> dict[str, tuple[str, ...]]:
    r"""Return the derivatives ``\delta_1 = \partial C/\partial z_2`` by their numbers.

    None, if the numbers are those of layers: then delta_2 is of z_2 everywhere.
    """
    found: dict[str, tuple[str, ...]] = {}
    of_layers = True
    for row in (one for given in read for one in _rows(given)):
        end = symbol_end(row, 0) if row else 0
        number = "".join(t.text for t in row[1:end] if t.text not in "_{}")
        texts = [token.text for token in row[end + 1 :]]
        if not number.isdecimal() or row[0].text != r"\delta" or row[1].text != "_":
            continue
        if texts[:3] != [r"\frac", "{", r"\partial"] or number in found:
            continue
        row = row[end + 1 :]  # noqa: PLW2901
        end = group_end(row, group_end(row, 1))
        below = [t.text for t in row[group_end(row, 1) : end]]
        if end < len(row) and row[end].text not in {"=", ",", ";", "."}:
            continue  # a product, of which that is a factor
        found[number] = tuple(token.text for token in row[:end])
        of_layers = of_layers and number in below and not {"h", "a"} & set(below)
    return {} if of_layers else found


def _with_defined(
    row: Sequence[Token], deltas: Mapping[str, tuple[str, ...]]
) -> list[Token]:
    """Put derivatives in the place of the deltas that are names of them."""
    if not deltas:
        return list(row)
    found: list[Token] = []
    i = 0
    while i < len(row):
        end = symbol_end(row, i)
        number = "".join(t.text for t in row[i + 1 : i + 5] if t.text not in "_{}")
        number = "".join(c for c in number[:2] if c.isdecimal())
        below = [t.text for t in row[i + 1 : i + 2]] == ["_"]
        if row[i].text == r"\delta" and below and number in deltas:
            after = group_end(row, i + 2)
            found += [Token(text, row[i].at) for text in deltas[number]]
            found += row[after:end]
        else:
            found += row[i:end]
        i = end
    return found


# ---- Layers and steps ----------------------------------------------------------------


def _counted_to_l(formulas: Iterable[str]) -> frozenset[str]:
    r"""Return the letters that count up to l, which then is the last layer.

    >>> sorted(_counted_to_l([r"k = 1, \dots, l", "i = 0, ..., n"]))
    ['k']
    """
    found = (_UP_TO_L.search(each) for each in formulas)
    return frozenset(each["up"] or each["down"] for each in found if each)


def _counted_up_to(layer: str, formulas: Iterable[str]) -> str:
    r"""Return the capital letter up to which the layers are counted, if it is not L.

    >>> _counted_up_to("i", [r"f_i = s(z_i), \quad i = 1, \dots, K"])
    'K'
    >>> _counted_up_to("i", [r"i = K-1, \ldots, 1", r"k \in \{1, ..., N\}"])
    'K'
    """
    found = {
        each["up"] or each["down"]
        for formula in formulas
        for each in _UP_TO_A_CAPITAL.finditer(formula)
        if each["of"] == layer
    }
    return found.pop() if len(found) == 1 else ""


def _layer_letter(
    rows: Iterable[Sequence[Token]],
    counted: frozenset[str] = frozenset(),
    last: str = "",
) -> str:
    """Return the letter c of scripts such as c - 1, if it is none that is summed.

    Where one is ``counted`` up to l, the last layer, l - 1 is no sign of another; so is
    it with any other letter of the ``last``.
    """
    counts: Counter[str] = Counter()
    summed: set[str] = set()
    for row in rows:
        places = [*_places(row), (False, False)]
        for i, (in_script, of_sum) in enumerate(places[:-1]):
            within = in_script and places[i + 1][0]  # as in p_{i-1}, not p_i - 1
            is_size = "".join(t.text for t in row[max(0, i - 2) : i])[-2:] in _ABOVE
            if of_sum and is_size and places[i - 2][1]:
                continue  # up to N^m, the neurons of layer m
            if of_sum and [t.text for t in row[i + 1 : i + 2]] not in (["+"], ["-"]):
                summed.add(row[i].text)
            elif within and [t.text for t in row[i + 1 : i + 3]] in _NEIGHBOURS:
                counts[row[i].text] += 1
    counts = Counter({c: n for c, n in counts.items() if c.isalpha()})
    del counts["L"], counts[last]
    if any(counts[letter] for letter in counted):
        del counts["l"]
    if counts["l"] or not counts:
        return "l"
    best = counts.most_common(1)[0][0]
    return "l" if best in summed or len(best) > 1 else best


def _last_layer(rows: Iterable[Sequence[Token]], layer: str) -> str:
    """Return the letter r of the last layer, where y stands beside a ``z^{[r]}``.

    It stands in brackets above weights, or as r - 1, and never as r + 1, where another
    letter counts the layers; of examples, X or y have it too.
    """
    above: set[str] = set()
    beside_targets: set[str] = set()
    others: set[str] = {layer, "l", "L", "T", "i", "j", "t"}
    for row in rows:
        texts = [token.text for token in row]
        here: set[str] = set()
        for i, text in enumerate(texts):
            if text not in {"(", "["} or texts[max(0, i - 2) : i] != ["^", "{"]:
                continue
            inner = texts[i + 1 : group_end(row, i) - 1]
            letter = inner[0] if inner else ""
            if inner[1:] not in ([], ["-", "1"]) or texts[max(0, i - 3)] in _GIVEN:
                others.add(letter)
            elif letter.isalpha() and len(letter) == 1:
                of_weights = texts[max(0, i - 3)] in {"W", "w", "b"}
                above |= {letter} if of_weights or inner[1:] else set()
                here.add(letter)
        beside_targets |= here if {"y", "t", "Y"} & set(texts) else set()
    found = (above & beside_targets) - others
    return found.pop() if len(found) == 1 else ""


def _step(rows: Iterable[Sequence[Token]]) -> str:
    """Return the letter in brackets behind the quantities of a text, as in w(n)."""
    counts: Counter[str] = Counter()
    for row in rows:
        texts = [token.text for token in _without_scripts(row)]
        for i in range(1, len(texts) - 2):
            if texts[i] == "(" and texts[i + 2] == ")" and texts[i + 1] in _STEPS:
                counts[texts[i + 1]] += texts[i - 1] in {"w", "W", "b", r"\delta"}
            match texts[i : i + 5]:
                case ["(", c, "+" | "-", "1", ")"] if c in _STEPS:
                    counts[c] += texts[i - 1] in {"w", "W", "b"}
                case _:
                    pass
    return next((letter for letter, n in counts.items() if n > 1), "")


def _without_steps(row: list[Token], step: str) -> list[Token]:
    if not step:
        return row

    def step_at(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
        match [t.text for t in row[i : i + 5]]:
            case ["(", letter, ")", *_] if letter == step:
                return [], i + 3
            case ["(", letter, "+" | "-", "1", ")"] if letter == step:
                return [], i + 5
        return None

    return replaced(row, step_at)


def _without_momentum(row: list[Token]) -> list[Token]:
    r"""Leave the last step out of one: ``\Delta w = -\eta g + \alpha \Delta w(t-1)``.

    It says nothing of the gradient. A plain ``\alpha \Delta w`` is left out as well.

    >>> given = tokens(r"\Delta w(t) = \alpha \Delta w(t-1) + \eta d a")
    >>> print(*(token.text for token in _without_momentum(given)))
    \Delta w ( t ) = \eta d a
    """
    texts = [token.text for token in row]
    if texts.count(r"\Delta") < 2 or "=" not in texts:  # noqa: PLR2004
        return row
    start = texts.index("=")
    if texts[0] != r"\Delta" or texts[1] not in _STEPPED:
        return row

    def last_step(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
        sign = i if texts[i] == "+" else i - 1
        if i <= start or (texts[sign] != "+" and sign != start):
            return None
        end = i + (texts[i] == "+") + 1
        end += texts[end : end + 1] in ([r"\cdot"], [r"\times"], ["*"])
        if texts[end - 1].isdecimal() or texts[end : end + 2] != texts[:2]:
            return None
        end = symbol_end(row, end + 1)
        if texts[end : end + 1] == ["("]:
            end = group_end(row, end)
        is_last = end == len(row) or texts[end] in {"+", "-", ",", ";", "."}
        if not is_last:
            return None
        return [], end + (sign == start and texts[end : end + 1] == ["+"])

    return replaced(row, last_step)


def _has_bare_layers(row: Sequence[Token]) -> bool:
    """Return whether layers stand above quantities without brackets, as in W^2."""
    for i, token in enumerate(row[:-1]):
        if token.text != "^":
            continue
        inner = [t.text for t in row[i + 1 : i + 4]]
        inner = inner[1:] if inner[0] == "{" else inner[:1]
        at = row[i - 1].text if i else ""
        if i > 1 and row[i - 2].text == r"\partial" and inner:
            return inner[0][0].isdecimal()
        if inner and (
            inner[0] in {"l", "L", "1", "3"} or (at in _LINEAR and inner[0] == "2")
        ):
            return True
    return False


def _with_squares(row: list[Token]) -> list[Token]:
    """Mark each 2 above a quantity as a power."""
    found = list(row)
    for i in range(1, len(row)):
        if row[i - 1].text == "^" and row[i].text == "2":
            found[i] = Token("**2", row[i].at)
        elif [t.text for t in row[i - 1 : i + 3]] == ["^", "{", "2", "}"]:
            found[i + 1] = Token("**2", row[i].at)
    return found


def _pattern(rows: Iterable[Sequence[Token]]) -> str:
    """Return the p of pairs such as o_pj and t_pj, which no weight has; "" if none."""
    counts: Counter[str] = Counter()
    of_weights: set[str] = set()
    of_signals: set[str] = set()  # a pair at delta alone may be Kronecker's
    for row in rows:
        for _, letter, pair in _pairs(row):
            if len(pair) > _PAIR:
                of_weights |= set(pair) if letter in _LINEAR else set()
            elif letter in _OF_PATTERNS:
                counts.update(set(pair))
                of_signals |= set(pair) if letter != r"\delta" else set()
            else:
                of_weights |= set(pair)
    best = [
        letter
        for letter, _ in counts.most_common(2)
        if letter not in of_weights and letter in of_signals
    ]
    return best[0] if best and counts[best[0]] >= _OFTEN else ""


def _pairs(row: Sequence[Token]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the place of each subscript of two letters, what it stands at, and both.

    Of weights those with a layer before the two are yielded as well: ``W_{t-1,i,j}``.
    """
    i = 0
    while i < len(row):
        end = symbol_end(row, i)
        for at in range(i + 1, end):
            if row[at].text == "_":
                group = [t.text for t in row[at + 1 : group_end(row, at + 1)]]
                inner = [text for text in group if text not in {"{", "}", ","}]
                letters = [text for text in inner if len(text) == 1 and text.isalpha()]
                with_layer = len(letters) > _PAIR and row[i].text in {"W", "w"}
                if letters == inner and len(inner) == _PAIR:
                    yield at, row[i].text, inner
                elif with_layer:
                    yield at, row[i].text, letters
        i = end


def _without_pattern(row: list[Token], pattern: str, signal: str) -> list[Token]:
    """Leave out the letter that counts the examples, in subscripts of two letters.

    So with the j of x_ji beside w_ji, the input of j that comes from i: a ``signal``.
    """
    row = list(row)
    drop: set[int] = set()
    pairs = list(_pairs(row))
    for at, letter, pair in pairs:
        texts = [t.text for t in row[at : group_end(row, at + 1)]]
        if pattern in pair and letter in _OF_PATTERNS and len(pair) == _PAIR:
            drop.add(at + texts.index(pattern))
        elif letter == "x" and any(p == pair for _, w, p in pairs if w in _LINEAR):
            drop.add(at + texts.index(pair[0]))  # x_ji, what i sends to j
            row[at - 1] = Token(signal, row[at - 1].at)
    kept: list[Token] = []
    for i, token in enumerate(row):
        if i not in drop:
            kept.append(token)
        summed = [t.text for t in row[i - 2 : i + 1]] == [r"\sum", "_", pattern]
        braced = [t.text for t in row[max(0, i - 4) : i + 1]]
        braced_ = braced == [r"\sum", "_", "{", pattern, "}"]
        above = [t.text for t in row[i + 1 : i + 2]] == ["^"]
        if (summed or braced_) and not above:
            kept += [Token("^", token.at), Token("N", token.at)]
    return kept


def _is_adding_up(row: Sequence[Token]) -> bool:
    r"""Return whether it is ``\Delta^l = \Delta^l + ...``, once for each example."""
    end = symbol_end(row, 0)
    one = [token.text for token in row[:end]]
    more = [token.text for token in row[end + 1 : 2 * end + 2]]
    added = row[end].text == "=" if end < len(row) else False
    return one[:1] == [r"\Delta"] and end > 1 and added and more == [*one, "+"]


def _with_divisor(row: Sequence[Token]) -> list[Token]:
    r"""Multiply ``\Delta^l``, where it was added up, by the number of examples."""
    found: list[Token] = []
    for one, end in _rows_with_ends(list(row)):
        for i, token in enumerate(one):
            scripted = [t.text for t in one[i + 1 : i + 2]] in (["^"], ["_"])
            if i and token.text == r"\Delta" and scripted and not _is_adding_up(one):
                found.append(Token(r"\divisor", token.at))
            found.append(token)
        found += end
    return found


def _with_right_class(row: list[Token], letter: str) -> list[Token]:
    """Write the targets for e_c, 1 for the right class c and 0 for the others."""

    def at(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
        here = [t.text for t in row[i : symbol_end(row, i)]]
        here = [text for text in here if text not in {"{", "}"}]
        is_one_hot = here in (["e", "_", letter], [r"\ones", "_", letter])
        end = symbol_end(row, i)
        return ([Token("y", row[i].at)], end) if is_one_hot else None

    return replaced(row, at)


# ---- Names that a text gives ---------------------------------------------------------


def _given_names(rows: list[list[str]]) -> Iterator[str]:
    """Yield the letters to which a text gives formulas of the backward pass."""
    for row in rows:
        letter = row[0] if row[1:2] == ["="] else ""
        may = letter.isalpha() or letter in _GREEK
        if not may or letter in _TAKEN or len(letter) > 1 > letter.count("\\"):
            continue
        body = row[2:]
        targets = {"Y", "y", "t", "T", "d"}.intersection(body)
        mask = {"z", "Z", "0"}.intersection(body) and {">", "0"}.issubset(body)
        if _BACKWARD.intersection(body) or ("-" in body and targets) or mask:
            yield letter


def _errors(rows: list[list[Token]], words: list[list[str]]) -> set[str]:
    r"""Return the letters of costs that are none: E of ``E = Y - T``."""
    used = {text for row in words for text in row[1:]}
    return {
        plain[0]
        for row, plain in zip(rows, words, strict=True)
        if plain[1:2] == ["="]
        and plain[0] in OF_COSTS & used
        and "-" in plain
        and {"Y", "y", "t", "T", "d"}.intersection(plain)
        and not _OF_LOSSES.intersection(plain)
        and not any(one.text == "^" and two.text == "2" for one, two in pairwise(row))
    }


def _called(rows: list[list[str]]) -> set[str]:
    """Return the letters that are functions: with a prime, or of one quantity alone."""
    found: set[str] = set()
    for row in rows:
        found |= {one for one, after in pairwise(row) if after == "'"}
        match row:
            case [made, "=", function, "(", inner, ")"]:
                if made in NAMES and inner in NAMES:
                    found.add(function)
            case _:
                pass
    return found


def _has_a_logistic(rows: list[list[str]]) -> bool:
    r"""Return whether ``f(z) = z \sigma(z)`` says that sigma is not the activation."""
    for row in rows:
        if row[:1] not in (["f"], ["g"]) or "=" not in row:
            continue
        at = row.index("=")
        left, right = row[:at], row[at + 1 :]
        called = left[1:2] in (["("], ["'"]) and left[-1] == ")"
        same = right[:2] == [r"\sigma", "("] and right.count("(") == 1
        if called and r"\sigma" in right and not (same and "'" not in left):
            return "'" not in right
    return False


def _is_said_beside_another(rows: list[list[str]], functions: frozenset[str]) -> bool:
    r"""Return whether sigma is ``1 / (1 + e^{-z})``, and the activation another."""
    made = {row[2] for row in rows if row[1:2] == ["="] and row[3:4] == ["("]}
    others = (functions | (made & {"f", "g"})) - {r"\sigma"}
    return bool(others) and any(_LOGISTIC.search(" ".join(row)) for row in rows)


def _costs(rows: Iterable[Sequence[Token]]) -> set[str]:
    r"""Return the letters that are derived, as in ``\frac{\partial e}{...}``."""
    found: set[str] = set()
    for row in rows:
        texts = [token.text for token in row]
        for i in range(len(texts) - 4):
            if texts[i : i + 3] == [r"\frac", "{", r"\partial"] and texts[i + 4] == "}":
                found.add(texts[i + 3])
    return found


def _costs_behind_nabla(rows: Iterable[Sequence[Token]]) -> set[str]:
    r"""Return the letters of which a gradient is stated, as in ``\nabla_W R = ...``.

    >>> _costs_behind_nabla([tokens(r"\nabla_{W^l} R = \delta^l x^T")])
    {'R'}
    """
    found: set[str] = set()
    for row in rows:
        texts = [token.text for token in row]
        if texts[:2] == [r"\nabla", "_"]:
            end = group_end(row, 2)
            if texts[end + 1 : end + 2] == ["="]:
                found.add(texts[end])
    return found


def _aliases(
    rows: Iterable[Sequence[Token]], names: frozenset[str], letters: Mapping[str, str]
) -> dict[str, str]:
    r"""Return the names of derivatives: u in ``u^l = \partial C/\partial z^l``."""
    found: dict[str, str] = {}
    for row in rows:
        if not row or row[0].text not in names:
            continue
        size, _ = _scripts_behind(row, 0)
        texts = [token.text for token in row[size + 1 :]]
        minus = int(texts[1:2] == ["-"])
        texts = [*texts[:1], *texts[1 + minus :]]
        if texts[:4] == ["=", r"\frac", "{", r"\partial"] and "}" in texts:
            closing = texts.index("}")
            below = texts[closing + 1 : closing + 4]
            end = group_end(row, size + 2 + closing + minus)
            alone = end == len(row) or row[end].text in {"=", "."}
            quantity = letters.get(below[-1], below[-1]) if below else ""
            layered = size and texts[closing + 4 : closing + 5] in (["^"], ["_"])
            if layered and quantity in {"z", "Z"} and alone and minus:
                found[row[0].text] = r"\delta"  # which may be minus the derivative
            elif layered and quantity in {"z", "a", "Z", "A"} and alone and not minus:
                found[row[0].text] = f"d{quantity}"
    return found


def _are_by_outputs(
    rows: Iterable[Sequence[Token]], letters: Mapping[str, str]
) -> bool:
    r"""Return whether delta is the derivative by what leaves a neuron, not by z.

    Its definition says so, none says that it is the one by z, and no slope of its own
    layer says otherwise, unless it is passed back as
    ``\delta_l = W^T (\delta_{l+1} \odot \sigma'(z_{l+1}))``. The derivative may stand
    before it as well, ``\partial C/\partial a^L = a^L - y := \delta^L``.
    """
    is_defined = is_passed = has_own = False
    for row in map(_with_delta_first, rows):
        texts = [token.text for token in row]
        end = symbol_end(row, 0) if row else 0
        if texts[:1] != [r"\delta"] or texts[end : end + 1] != ["="]:
            continue
        right = texts[end + 1 :]
        of = _chain_by(row[end + 1 :])
        if letters.get(of, of) in {"z", "Z"} and {"W", "w"}.isdisjoint(right):
            return False
        by_outputs = letters.get(of, of) in {"a", "A", "h"} and "'" not in right
        is_defined = is_defined or by_outputs
        scripts = {
            "".join(texts[i + 1 : symbol_end(row, i)])
            for i in range(end, len(row))
            if texts[i] == r"\delta"
        }
        slopes = {
            "".join(texts[i + 3 : symbol_end(row, i + 2)])
            for i in range(end, len(row) - 2)
            if texts[i : i + 2] == ["'", "("]
        }
        own = "".join(texts[1:end])
        is_passed = is_passed or bool(scripts & slopes - {own})
        is_slope = own in slopes or ("1", "-") in pairwise(right)
        has_own = has_own or is_slope or ("'" in right and not slopes)
    return is_defined and (is_passed or not has_own)


def _with_delta_first(row: Sequence[Token]) -> Sequence[Token]:
    r"""Return an equation of a derivative that ends with its delta the other way round.

    >>> row = tokens(r"\frac{\partial C}{\partial a^L} = a^L - y = \delta^L")
    >>> print(*(token.text for token in _with_delta_first(row)))
    \delta ^ L = \frac { \partial C } { \partial a ^ L }
    """
    end, _, _ = _slope(row, 0)
    signs = [i for i, token in enumerate(row) if token.text == "="]
    if not signs or end != signs[0]:
        return row
    last = signs[-1] + 1
    while row and row[-1].text in {".", ","}:
        row = row[:-1]
    is_alone = len(row) > last and symbol_end(row, last) == len(row)
    if not is_alone or row[last].text != r"\delta":
        return row
    return [*row[last:], row[end], *row[:end]]


def _chain_by(row: Sequence[Token]) -> str:
    r"""Return by what a chain of derivatives of the cost is one: z behind a.

    >>> chain = r"\frac{\partial C}{\partial a} \cdot \frac{\partial a}{\partial z} = d"
    >>> _chain_by(tokens(chain)), _chain_by(tokens(r"\frac{\partial C}{\partial a} w"))
    ('z', 'a')
    """
    by = _cost_by(row)
    if not by or row[0].text != r"\frac":
        return by
    at = _slope(row, 0)[0]
    while at < len(row) and row[at].text in {r"\frac", r"\cdot", r"\times"}:
        if row[at].text != r"\frac":
            at += 1
            continue
        at, top, below = _slope(row, at)
        if not top or top[0].text != by:
            break
        by = next((t.text for t in below if t.text != "{"), "")
    return by


def _cost_by(row: Sequence[Token]) -> str:
    r"""Return x of ``\nabla_x C`` or ``\frac{\partial C}{\partial x}``, or ""."""
    texts = [token.text for token in row]
    if texts[:2] == [r"\nabla", "_"]:
        end = group_end(row, 2)
        by, cost = texts[2:end], texts[end : end + 1]
    else:
        _, top, below = _slope(row, 0)
        by, cost = [t.text for t in below], [t.text for t in top[:1]]
    if not cost or cost[0] not in OF_COSTS:
        return ""
    return next((text for text in by if text != "{"), "")


def _averages(rows: list[list[Token]], taken: frozenset[str]) -> dict[str, str]:
    """Return the letters that stand for gradients, but for those that are taken."""
    return {one: of for one, of in _gradients_called(rows) if one not in taken}


def _gradients_called(rows: Iterable[Sequence[Token]]) -> Iterator[tuple[str, str]]:
    r"""Yield letters that stand for gradients: D of ``\partial J/\partial W = D``.

    Both have the same scripts, as in Ng's ``D_{ij}^{(l)}``, that of an average.
    """
    for row in rows:
        at = next((i for i, token in enumerate(row) if token.text == "="), len(row))
        slopes = [i for i in range(at) if row[i].text == r"\partial"]
        if row[:1] == [] or row[0].text != r"\frac" or not slopes or at + 1 >= len(row):
            continue
        start = slopes[-1] + 1
        of, letter = row[start].text, row[at + 1].text
        is_one = len(letter) == 1 and letter.isalpha()
        if not is_one or of not in _STEPPED or symbol_end(row, at + 1) != len(row):
            continue
        below = Counter(token.text for token in row[start + 1 : symbol_end(row, start)])
        other = Counter(token.text for token in row[at + 2 :])
        if not {*(below - other), *(other - below)} - {","}:
            yield letter, f"d{of}"


def _name_given(row: Sequence[Token], named: frozenset[str]) -> _Name | None:
    """Return the name of an equation such as ``e_j = ...``, or None."""
    if not row or row[0].text not in named:
        return None
    size, index = _scripts_behind(row, 0)
    if len(row) < size + 3 or row[size + 1].text != "=":
        return None
    return _Name(row[0].text + _label(row[: size + 1]), index, size + 2)


def _label(row: Sequence[Token]) -> str:
    """Return the word or the layer at a letter, as in err_{hid} and e_2, or ""."""
    texts = [token.text for token in row[1:]]
    inner = [text for text in texts if text not in _OF_SCRIPTS]
    if inner != ["l"] and any(t.isdecimal() or t in {"l", "L"} for t in inner):
        kept = [t for t in texts if t in {"l", "L", "+", "-"} or t.isdecimal()]
        return f"_{''.join(kept)}"
    word = "".join(texts[2:-1])
    below = texts[:2] == ["_", "{"] and texts[-1] == "}"
    return f"_{word}" if below and len(word) > 1 and word.isalpha() else ""


def _named(name: _Name, body: Sequence[Token]) -> _Named | None:
    """Return what the name stands for: the first side behind it, without its layer.

    A running g <- dC/da has another layer at every step; that of the others says which.
    """
    first: list[str] = []
    depth = 0
    for token in body:
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth <= 0 and token.text == "=":  # the one of \sum_{j=1} is within it
            break
        first.append(token.text)
    if not first or len(first) > _LONGEST_NAMED:
        return None
    derivative = first[0] == r"\nabla" and first[1:2] == ["_"]
    if derivative and DERIVATIVES.isdisjoint(first[1:]) and r"\odot" not in first:
        letters = [t for t in first[2:] if t in {"z", "a", "W", "b", r"\yhat"}]
        quantity = {r"\yhat": "a"}.get(letters[0], letters[0]) if letters else ""
        return _Named((f"d{quantity}",), "") if quantity else None
    return _Named(tuple(first), name.index)


def _transpose_in(scripts: Sequence[Token]) -> list[Token]:
    """Return the transpose among scripts, as in G_2^T, if there is one."""
    return next(
        ([Token("^", one.at), Token(r"\top", one.at)]
         for sign, one in pairwise(t for t in scripts if t.text != "{")
         if sign.text == "^" and one.text in {"T", r"\top"}),
        [],
    )  # fmt: skip


def _scripts_behind(row: Sequence[Token], i: int) -> tuple[int, str]:
    """Return how many tokens of scripts stand behind, and the index if it is one."""
    end, index = i + 1, ""
    for token, (in_script, _) in zip(row[i + 1 :], _places(row[i + 1 :]), strict=True):
        if not in_script and token.text not in {"_", "^"}:
            break
        end += 1
        if in_script and token.text not in {"{", "}"}:
            index = token.text if not index else ""
    return end - i - 1, index


def _rows_with_ends(row: list[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """Yield the equations, each with the token that parts it from the next."""
    start = depth = 0
    for i, token in enumerate(row):
        depth = max(0, depth + (token.text in "([{") - (token.text in ")]}"))
        if depth == 0 and token.text in {"\\\\", ",", r"\quad"}:
            yield row[start:i], row[i : i + 1]
            start = i + 1
    yield row[start:], []


# ---- Small parts ---------------------------------------------------------------------


def _rows(row: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the equations between commas and line ends that stand in no bracket."""
    depth, one = 0, list[Token]()
    for token in row:
        depth = max(0, depth + (token.text in "([{") - (token.text in ")]}"))
        if depth == 0 and token.text in {"\\\\", ",", r"\quad"}:
            yield one
            one = []
        else:
            one.append(token)
    yield one


def _with_l_of_neurons(row: list[Token]) -> list[Token]:
    r"""Write another letter for an l that is summed over where layers are counted by m.

    >>> row = tokens(r"\sum_{l = 1}^{N^m} d^{m+1}_l w_{lk}")
    >>> print("".join(token.text for token in _with_l_of_neurons(row)))
    \sum_{q=1}^{N^m}d^{m+1}_qw_{qk}
    """
    texts = [token.text for token in row]
    is_summed = any(
        texts[i : i + 3] == [r"\sum", "_", "l"]
        or (texts[i : i + 4] == [r"\sum", "_", "{", "l"] and texts[i + 4] in {"=", "}"})
        for i in range(len(texts) - 4)
    )
    free = next((letter for letter in "qprs" if letter not in texts), None)
    if not is_summed or free is None:
        return row
    places = list(_places(row))
    return [
        Token(free, token.at) if token.text == "l" and places[i][0] else token
        for i, token in enumerate(row)
    ]


def _places(row: Sequence[Token]) -> Iterator[tuple[bool, bool]]:
    """Yield for each token whether it is in a script, and whether in one of a sum."""
    depth, starts, of_sum, before = 0, False, False, ""
    for token in row:
        text = token.text
        if depth:
            depth += (text == "{") - (text == "}")
            yield True, of_sum
        elif starts:
            starts, depth = False, int(text == "{")
            yield True, of_sum
        else:
            of_quantity = before == r"\nabla" or (before == r"\ones" and text == "_")
            if text in {"_", "^"} and not of_quantity:
                starts, of_sum = True, before == r"\sum" or (of_sum and before == "")
            yield False, False
        before = "" if depth or starts or text == "}" else text


def _without_scripts(row: Sequence[Token]) -> list[Token]:
    pairs = zip(row, _places(row), strict=True)
    return [t for t, (script, _) in pairs if not script and t.text not in {"_", "^"}]


def _is_called(row: Sequence[Token], i: int) -> bool:
    """Return whether an argument or a prime follows, behind scripts.

    The bracket of ``h_j (1 - h_j)`` holds a factor, and so that of ``h_j (y - t)``.
    """
    for k, (in_script, _) in enumerate(_places(row[i + 1 :]), i + 1):
        if not in_script and row[k].text not in {"_", "^"}:
            if row[k].text != "(":
                return row[k].text == "'"
            inside = [token.text for token in row[k + 1 : group_end(row, k) - 1]]
            of_targets = "-" in inside and not _OF_TARGETS.isdisjoint(inside)
            return inside[:2] != ["1", "-"] and not of_targets
    return False


# k = 1, ..., l and k = l, l - 1, ..., 1
_ABOVE: Final = frozenset({"N^", "n^", "^{", "N_", "n_", "_{"})
_UP_TO_L: Final = re.compile(
    r"(?<![A-Za-z\\])(?:(?P<up>[a-km-z])\s*=\s*[01]\s*,\s*(?:2\s*,\s*)?"
    r"(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?:l|\\ell|ℓ)(?![A-Za-z_^+-])"
    r"|(?P<down>[a-km-z])\s*=\s*(?:l|\\ell|ℓ)\s*,\s*(?:l|\\ell|ℓ)\s*[-−]\s*1\b)"
)
_CAPITAL: Final = r"(?:\\mathcal\s*\{\s*)?(?P<%s>[A-KM-Z])(?![A-Za-z_^+])"
_UP_TO_A_CAPITAL: Final = re.compile(  # and l \in \{1, \dots, N\}
    r"(?<![A-Za-z\\])(?P<of>[a-z])\s*(?:=|\\in\b|∈)\s*(?:\\?\{\s*)?"
    r"(?:[01]\s*,\s*(?:[12]\s*,\s*)?(?:\\[lc]?dots|\.\.\.|…)\s*,\s*"
    rf"{_CAPITAL % 'up'}(?!\s*[-−])"
    rf"|{_CAPITAL % 'down'}\s*(?:[-−]\s*1\s*)?,[^=;]{{1,40}}[,.…s]\s*[012](?!\d))"
)
_FUNCTIONS: Final = frozenset({
    r"\sigma", "f", "g", "tanh", "sigmoid", "relu", "softmax",
})  # fmt: skip
_ALSO_FUNCTIONS: Final = frozenset({r"\theta", r"\psi", "G", "R", "S", "s"})
_PRIMED_COSTS: Final = frozenset("CEJLl")
_PRIMES: Final = (["'"], ["^", "'"], ["^", "{", "'", "}"])
_PRIMED_BESIDE: Final = frozenset({"z", "Z", "a", "A", "o", "O", "H", r"\yhat"})
_OF_TARGETS: Final = frozenset({"t", "T", "y", "Y", r"\yhat"})
_ALSO_CALLED: Final = frozenset({"a", "o", "y", "h", "x"})
_SUMMED: Final = frozenset({"z", "Z", "s", "u", "v", "n", r"\net"})
_ARGUMENTS: Final = _SUMMED | {r"\sum", "W", "w"}
_LINEAR: Final = frozenset({
    "W", "w", "b", r"\delta", "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
NAMED: Final = r"\name"  # stands for a name that a text gives to a formula
_GIVEN: Final = frozenset("xXyYt")  # of each example
_GREEK: Final = frozenset({
    r"\lambda", r"\beta", r"\eta", r"\err", r"\psi", r"\xi", r"\zeta", r"\kappa",
    r"\nu", r"\tau", r"\chi", r"\pi", r"\Gamma", r"\Xi", r"\Pi", r"\Lambda",
})  # fmt: skip
_OFTEN: Final = 3
_PAIR: Final = 2
# beside which sigma is the logistic function
_OTHER_ACTIVATION: Final = re.compile(
    r"(?<![A-Za-z])(?:[Ss]oft[Pp]lus|S?ELU|GELU|SiLU|[Ss]wish|[Mm]ish)(?![A-Za-z])"
)
_NAMED_FUNCTIONS: Final = frozenset({"tanh", "relu", "sigmoid", "softmax"})
_COUNTS: Final = frozenset("nNkcpqd")  # which may be how many outputs there are
_LOGISTIC: Final = re.compile(
    r"\\sigma \( \S+ \) = (?:1 / \(|\\frac \{ 1 \} \{) 1 \+ exp\b"
)
_STAR: Final = re.compile(r"(?<=[\w)}\]] )\*(?= [\w\\({\[])")
_OF_ENTRIES: Final = re.compile(r"\\odot|\\circ|⊙|∘|\\bullet")
_BULLET: Final = (r"\bullet", r"\cdot  ")
# \delta \bullet a^T is no product entry by entry
_BULLET_OF_MATRICES: Final = re.compile(
    r"\\bullet\s*(?:\\[A-Za-z]+\s*)?\{?\s*[axhzAXHZ]\s*\}?\s*(?:_\s*(?:\w|\{[^{}]{1,20}\}))?"
    r"\s*\^\s*\{?[^{}=]{0,12}(?:T|\\top|\\intercal)"
)
_OF_SCRIPTS: Final = frozenset("_^{}()[]")
_LONGER: Final = 3  # than h = f, which names a function
_OF_PATTERNS: Final = frozenset({r"\delta", r"\net", r"\yhat", r"\zeta", *"otyazxdsh"})
_BACKWARD: Final = frozenset({r"\partial", r"\nabla", r"\delta", "'"})
_TAKEN: Final = frozenset("WwbBzZaAhxXyYtqmNnCJELTlpoP") | {"dW", "dw"}
_LONGEST: Final = 5_000
_LONGEST_NAMED: Final = 60
_RATES: Final = frozenset({r"\alpha", r"\gamma", r"\mu"})
_MAY_BE_RATES: Final = frozenset({r"\lambda", r"\kappa", r"\nu", r"\tau"})
_DERIVED_VECTORS: Final = frozenset("zyahsxovub")
_PRODUCTS: Final = frozenset({r"\cdot", r"\times", "*", "·"})
_SLOPES: Final = frozenset(
    {r"\frac", r"\nabla", r"\partial", r"\delta", "d", "dW", "db"}
)
_STEPS: Final = ("n", "t", "k")
_STEPPED: Final = frozenset({"W", "w", "b"})
_OF_LOSSES: Final = frozenset({r"\sum", "sum", "mean", "log", r"\|"})
_NEIGHBOURS: Final = (["-", "1"], ["+", "1"])
