r"""Which letters a text uses for what: as its own definitions say.

One text has z = W a + b and a = sigma(z), another net_j = sum w_ij o_i, a third calls
the activations z and what goes into them a. What a letter stands for is read off its
definition, ``o_j = \varphi(\text{net}_j)``, and the letters are then put in ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from autograd_scalar import DataError
from nn.grading.roles import Roles, roles_of
from nn.grading.spelling import (
    bars_are_derivatives,
    symbol_end,
    with_bars,
    with_fractions,
    with_sums,
)
from nn.grading.tokens import Token, group_end, tokens

__all__ = ["NAMED", "PLAIN", "Dialect", "dialect_of"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text writes.

    Attributes:
        letters: what a letter stands for: another letter, outside of scripts.
        layer: the letter that counts the layers, in scripts.
        functions: letters that are functions where an argument or a prime follows.
        step: the letter in brackets behind every quantity, as in w(n); "" if none.
        squares: whether a 2 above a quantity is a power, as no layer stands there bare.
        roles: what names stand for that say no layer.
        bars: whether a bar is a derivative of the cost.
        named: the letters that the text gives to formulas.
        pattern: the letter that counts the examples in pairs, as in o_pj; "" if none.
        names: what other letters stand for, such as e = y - a, as far as was read.
    """

    letters: Mapping[str, str] = field(default_factory=dict)
    layer: str = "l"
    functions: frozenset[str] = frozenset()
    step: str = ""
    squares: bool = False
    bars: bool = False
    roles: Roles = field(default_factory=Roles)
    named: frozenset[str] = frozenset()
    pattern: str = ""
    names: dict[str, _Named] = field(default_factory=dict, compare=False)

    def tokens(self, text: str) -> list[Token]:
        r"""Return the tokens of a formula, in our letters.

        >>> dialect = dialect_of([r"z_j = h(a_j)", r"a_j = \sum_i w_{ji} z_i"])
        >>> print(*(token.text for token in dialect.tokens("z_j = h(a_j)")))
        a _ j = \sigma ( z _ j )

        Raises:
            DataError: it is too long, or its brackets are too deep.
        """
        found = with_sums(with_fractions(with_bars(tokens(text), self.bars)))
        found = _without_pattern(_without_steps(found, self.step), self.pattern)
        if self.squares:
            found = _with_squares(found)
        if self.letters or self.functions or self.layer != "l":
            places = enumerate(_places(found))
            found = [self._ours(found, i, *place) for i, place in places]
        found = self.roles.put_in(found)
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
            if self.layer == "l" or of_sum:
                return token
            new = {self.layer: "l", self.layer.upper(): "L", "l": "L"}.get(
                token.text, token.text
            )
            return Token(new, token.at)
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


def dialect_of(formulas: Iterable[str], prose: str = "") -> Dialect:
    r"""Return how a text writes, from its formulas, and from what it says of letters.

    >>> dialect_of([r"h^{(k)} = f(W^{(k)} h^{(k-1)} + b^{(k)})"]).layer
    'k'
    """
    read: list[list[Token]] = []
    for formula in formulas:
        try:
            read.append(tokens(formula))
        except DataError:
            continue
    bars = bars_are_derivatives(read)
    read = [with_sums(with_fractions(with_bars(row, bars))) for row in read]
    step = _step(read)
    rows = [row for one in read for row in _rows(_without_steps(one, step))]
    plain = [_without_scripts(row) for row in rows]
    words = [[token.text for token in row] for row in plain]
    made = {row[0] for row in words if row[1:2] == ["="] and len(row) > _LONGER}
    functions = frozenset(
        row[i].text
        for row in plain
        for i in range(len(row))
        if row[i].text in {"h", "F"} - made and _is_called(row, i)
    ) | frozenset(
        row[2] for row in words if row[1:2] == ["="] and row[3:4] == ["("]
        and row[2] in _ALSO_FUNCTIONS and row[-1] == ")"
    )  # fmt: skip
    pattern = _pattern(read)
    roles = roles_of(rows, _FUNCTIONS | functions)
    letters = _letters(words, _FUNCTIONS | functions)
    for letter, meant in _logits(rows):
        letters[letter] = meant
    letters |= _said(prose)
    for letter in roles.letters:
        letters.pop(letter, None)
    given = frozenset(_given_names(words)) - roles.letters - letters.keys() - functions
    given -= _called(words)
    costs = _costs(rows) - _TAKEN - functions - roles.letters
    given -= costs
    letters |= _aliases(rows, given, letters)
    if _has_a_logistic(words):
        letters[r"\sigma"] = "sigmoid"
    if not any(("e", "^") in pairwise(t.text for t in row) for row in read):
        letters |= dict.fromkeys(costs & {"e"}, "C")
    return Dialect(
        letters, _layer_letter(read), functions, step,
        squares=not any(map(_has_bare_layers, read)), bars=bars,
        roles=roles.also_of(letters),
        named=given - letters.keys(), pattern=pattern,
    )  # fmt: skip


# ---- What a letter stands for --------------------------------------------------------


def _letters(rows: list[list[str]], functions: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    summed = {  # z = W a + b
        row[0]
        for row in rows
        if row[1:2] == ["="]
        and row[0] in (_NAMES | {"Y"}) - {"x", "X", "y"}
        and row[2:]
        if _is_weighted_sum(row[2:], functions)
    }
    for row in rows:  # a = sigma(z)
        match row:
            case [made, "=", function, "(", inner, ")", *_] if function in functions:
                turned = inner == "a" or made == "z"  # said twice, it is no slip
                known = inner in summed or (inner not in _ENDS and not turned)
                if inner in _NAMES | {"Y"} and known:
                    found.setdefault(inner, "z")
                    if made in _NAMES - {"x", "X"}:
                        found.setdefault(made, "a")
            case [made, "=", function, "(", *_] if function in functions:
                if made in (_NAMES | {"b"}) - _ENDS:
                    found.setdefault(made, "a")
            case _:
                pass
    for made in sorted(summed):
        found.setdefault(made, "z")
    for one, other in _differences(rows):
        pair = {one, other}
        for letter, meant in _compared(pair):
            found.setdefault(letter, meant)
    found = {**_of_rows(rows), **found}
    for letter in ("o", "O"):
        if any(letter in row for row in rows):
            found.setdefault(letter, "a")
    return {
        one: other
        for one, other in found.items()
        if one.lower() != other or one in {r"\Delta", "T"}
    }


def _compared(pair: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what two letters are, one less the other: outputs and targets."""
    if "T" in pair and pair & {"Y", "A", "O", "H", "L"}:
        yield "T", "t"
        if "Y" in pair:
            yield "Y", r"\yhat"
    elif "d" in pair and pair & {"o", "a", "z", "x"}:
        yield "d", "t"
    elif pair in ({"y", "t"}, {"y", "d"}, {"y", "r"}):  # y - t, d - y
        yield "y", r"\yhat"
        yield next(iter(pair - {"y"})), "t"
    elif pair & _OUTPUTS and pair & {"y", "Y"}:  # p - y
        yield next(iter(pair & _OUTPUTS)), r"\yhat"


def _of_rows(rows: list[list[str]]) -> dict[str, str]:
    r"""Return what \Delta and \theta are, which stand for two things each."""
    found: dict[str, str] = {}
    for row in rows:
        if row[:2] == [r"\Delta", "="] and _is_a_delta(row[2:]):
            found[r"\Delta"] = r"\delta"
        if "w" in row and ("+", r"\theta") in pairwise(row):
            found[r"\theta"] = "b"
    return found


def _is_a_delta(row: list[str]) -> bool:
    """Return whether it is how a delta is computed: with g', or from the targets."""
    return "'" in row or ("-" in row and bool({"Y", "y", "T", "t"}.intersection(row)))


def _logits(rows: Iterable[Sequence[Token]]) -> Iterator[tuple[str, str]]:
    r"""Yield what p and o are in ``p_i = e^{o_i} / \sum_j e^{o_j}``."""
    for row in rows:
        texts = [token.text for token in row]
        if "=" not in texts or texts[0] in _DERIVATIVES:
            continue
        before = texts[: texts.index("=")]
        powers = [
            row[i + 2 + (texts[i + 2 : i + 3] == ["{"])].text
            for i in range(len(row) - 3)
            if texts[i : i + 2] in (["e", "^"], ["exp", "("]) and r"\sum" in texts
        ]
        if len(powers) > 1 and len(set(powers)) == 1 and powers[0] in _NAMES | {"Y"}:
            yield powers[0], "z"
            if texts[0] in _OUTPUTS | _NAMES and "(" not in before:
                yield texts[0], r"\yhat"


def _differences(rows: list[list[str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for one, minus, other in zip(row, row[1:], row[2:], strict=False):
            if minus == "-":
                yield one, other


def _is_weighted_sum(row: list[str], functions: frozenset[str]) -> bool:
    return (
        row[0] not in functions
        and not _DERIVATIVES.intersection(row)
        and bool({"W", "w"}.intersection(row))
        and bool(_NAMES.intersection(row) - {"b", "B"})
    )


def _said(prose: str) -> dict[str, str]:
    r"""Return what y and \hat y are, if a text says that \hat y is the target.

    >>> _said(r"$\hat{y}$ is the teacher signal")
    {'\\yhat': 't', 'y': '\\yhat'}
    """
    return {r"\yhat": "t", "y": r"\yhat"} if _HAT_IS_TARGET.search(prose) else {}


# ---- Layers and steps ----------------------------------------------------------------


def _layer_letter(rows: Iterable[Sequence[Token]]) -> str:
    """Return the letter c of scripts such as c - 1, if it is none that is summed."""
    counts: Counter[str] = Counter()
    summed: set[str] = set()
    for row in rows:
        for i, (in_script, of_sum) in enumerate(_places(row)):
            if of_sum and [t.text for t in row[i + 1 : i + 2]] not in (["+"], ["-"]):
                summed.add(row[i].text)
            elif in_script and [t.text for t in row[i + 1 : i + 3]] in _NEIGHBOURS:
                counts[row[i].text] += 1
    counts = Counter({c: n for c, n in counts.items() if c.isalpha()})
    del counts["L"]
    if counts["l"] or not counts:
        return "l"
    best = counts.most_common(1)[0][0]
    return "l" if best in summed or len(best) > 1 else best


def _step(rows: Iterable[Sequence[Token]]) -> str:
    """Return the letter in brackets behind the quantities of a text, as in w(n)."""
    counts: Counter[str] = Counter()
    for row in rows:
        texts = [token.text for token in _without_scripts(row)]
        for i in range(1, len(texts) - 2):
            if texts[i] == "(" and texts[i + 2] == ")" and texts[i + 1] in {"n", "t"}:
                counts[texts[i + 1]] += texts[i - 1] in {"w", "b", r"\delta"}
    return next((letter for letter, n in counts.items() if n > 1), "")


def _without_steps(row: list[Token], step: str) -> list[Token]:
    if not step:
        return row
    kept: list[Token] = []
    i = 0
    while i < len(row):
        if [t.text for t in row[i : i + 3]] == ["(", step, ")"]:
            i += 3
        else:
            kept.append(row[i])
            i += 1
    return kept


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
    for row in rows:
        for _, letter, pair in _pairs(row):
            if letter in _OF_PATTERNS:
                counts.update(set(pair))
            else:
                of_weights |= set(pair)
    best = [letter for letter, n in counts.most_common(2) if letter not in of_weights]
    return best[0] if best and counts[best[0]] >= _OFTEN else ""


def _pairs(row: Sequence[Token]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the place of each subscript of two letters, what it stands at, and both."""
    i = 0
    while i < len(row):
        end = symbol_end(row, i)
        for at in range(i + 1, end):
            if row[at].text == "_":
                group = [t.text for t in row[at + 1 : group_end(row, at + 1)]]
                inner = [text for text in group if text not in {"{", "}", ","}]
                if len(inner) == 2 and all(len(t) == 1 and t.isalpha() for t in inner):  # noqa: PLR2004
                    yield at, row[i].text, inner
        i = end


def _without_pattern(row: list[Token], pattern: str) -> list[Token]:
    """Leave out the letter that counts the examples, in subscripts of two letters.

    So with the j of x_ji beside w_ji, the input of j that comes from i.
    """
    drop: set[int] = set()
    pairs = list(_pairs(row))
    for at, letter, pair in pairs:
        texts = [t.text for t in row[at : group_end(row, at + 1)]]
        if pattern in pair and letter in _OF_PATTERNS:
            drop.add(at + texts.index(pattern))
        elif letter == "x" and any(p == pair for _, w, p in pairs if w in _LINEAR):
            drop.add(at + texts.index(pair[0]))  # x_ji, what i sends to j
    kept: list[Token] = []
    for i, token in enumerate(row):
        if i not in drop:
            kept.append(token)
        summed = [t.text for t in row[i - 2 : i + 1]] == [r"\sum", "_", pattern]
        braced = [t.text for t in row[max(0, i - 4) : i + 1]]
        if summed or braced == [r"\sum", "_", "{", pattern, "}"]:
            kept += [Token("^", token.at), Token("N", token.at)]
    return kept


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


def _called(rows: list[list[str]]) -> set[str]:
    """Return the letters that are functions: with a prime, or of one quantity alone."""
    found: set[str] = set()
    for row in rows:
        found |= {one for one, after in pairwise(row) if after == "'"}
        match row:
            case [made, "=", function, "(", inner, ")"]:
                if made in _NAMES and inner in _NAMES:
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


def _costs(rows: Iterable[Sequence[Token]]) -> set[str]:
    r"""Return the letters that are derived, as in ``\frac{\partial e}{...}``."""
    found: set[str] = set()
    for row in rows:
        texts = [token.text for token in row]
        for i in range(len(texts) - 4):
            if texts[i : i + 3] == [r"\frac", "{", r"\partial"] and texts[i + 4] == "}":
                found.add(texts[i + 3])
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
        if texts[:4] == ["=", r"\frac", "{", r"\partial"] and "}" in texts:
            closing = texts.index("}")
            below = texts[closing + 1 : closing + 4]
            end = group_end(row, size + 2 + closing)
            alone = end == len(row) or row[end].text in {"=", "."}
            quantity = letters.get(below[-1], below[-1]) if below else ""
            layered = size and texts[closing + 4 : closing + 5] in (["^"], ["_"])
            if layered and quantity in {"z", "a", "Z", "A"} and alone:
                found[row[0].text] = f"d{quantity}"
    return found


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
    for token in body:
        if token.text == "=":
            break
        first.append(token.text)
    if not first or len(first) > _LONGEST_NAMED:
        return None
    derivative = first[0] == r"\nabla" and first[1:2] == ["_"]
    if derivative and _DERIVATIVES.isdisjoint(first[1:]) and r"\odot" not in first:
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
    """Return whether an argument or a prime follows, behind scripts."""
    for token, (in_script, _) in zip(row[i + 1 :], _places(row[i + 1 :]), strict=True):
        if not in_script and token.text not in {"_", "^"}:
            return token.text in {"(", "'"}
    return False


_HAT_IS_TARGET: Final = re.compile(
    r"(?:\\hat\s*\{?\s*y\s*\}?|ŷ)(?:_\{?\w{1,9}\}?)?\s*[$`)\\*]{0,3},?\s*"
    r"(?:is|are|=|:|denotes|as|being|for)\s+(?:the\s+|a\s+|our\s+)?"
    r"(?:target|teacher|desired|label|true|correct|expected|ground)"
)
_FUNCTIONS: Final = frozenset({
    r"\sigma", "f", "g", "tanh", "sigmoid", "relu", "softmax",
})  # fmt: skip
_ALSO_FUNCTIONS: Final = frozenset({r"\theta", r"\psi", "G", "S", "s"})
_OUTPUTS: Final = frozenset({"p", "o", "P"})
_NAMES: Final = frozenset({
    "z", "a", "h", "o", "s", "u", "v", "y", "x", "r", "c", r"\net",
    "Z", "A", "H", "O", "S", "U", "V", "X", "L", "I",
})  # fmt: skip
_ENDS: Final = frozenset({"x", "X", "y", "Y", "t"})  # what is given
_DERIVATIVES: Final = frozenset({
    r"\delta", r"\partial", r"\nabla", r"\Delta", "'", "-", r"\eta", "d",
    "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
_LINEAR: Final = frozenset({
    "W", "w", "b", r"\delta", "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
NAMED: Final = r"\name"  # stands for a name that a text gives to a formula
_GREEK: Final = frozenset({
    r"\lambda", r"\beta", r"\eta", r"\err", r"\psi", r"\xi", r"\zeta", r"\kappa",
    r"\nu", r"\tau", r"\chi", r"\pi", r"\Gamma", r"\Xi", r"\Pi", r"\Lambda",
})  # fmt: skip
_OFTEN: Final = 3
_OF_SCRIPTS: Final = frozenset("_^{}()[]")
_LONGER: Final = 3  # than h = f, which names a function
_OF_PATTERNS: Final = frozenset({r"\delta", r"\net", *"otyazxds"})
_BACKWARD: Final = frozenset({r"\partial", r"\nabla", r"\delta", "'"})
_TAKEN: Final = frozenset("WwbBzZaAhxXyYtqmNnCJELTlpoP") | {"dW", "dw"}
_LONGEST: Final = 5_000
_LONGEST_NAMED: Final = 60
_NEIGHBOURS: Final = (["-", "1"], ["+", "1"])
