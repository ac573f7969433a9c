r"""Which letters a text uses for what: as its own definitions say.

One text has z = W a + b and a = sigma(z), another net_j = sum w_ij o_i, a third calls
the activations z and what goes into them a. What a letter stands for is read off its
definition, ``o_j = \varphi(\text{net}_j)``, and the letters are then put in ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograd_scalar import DataError
from nn.grading.tokens import Token, tokens

__all__ = ["PLAIN", "Dialect", "dialect_of"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text writes.

    Attributes:
        letters: what a letter stands for: another letter, outside of scripts.
        layer: the letter that counts the layers, in scripts.
        functions: letters that are functions where an argument or a prime follows.
        step: the letter in brackets behind every quantity, as in w(n); "" if none.
        squares: whether a 2 above a quantity is a power, as no layer stands there bare.
        names: what other letters stand for, such as e = y - a, as far as was read.
    """

    letters: Mapping[str, str] = field(default_factory=dict)
    layer: str = "l"
    functions: frozenset[str] = frozenset()
    step: str = ""
    squares: bool = False
    names: dict[str, _Named] = field(default_factory=dict, compare=False)

    def tokens(self, text: str) -> list[Token]:
        r"""Return the tokens of a formula, in our letters.

        >>> dialect = dialect_of([r"z_j = h(a_j)", r"a_j = \sum_i w_{ji} z_i"])
        >>> print(*(token.text for token in dialect.tokens("z_j = h(a_j)")))
        a _ j = \sigma ( z _ j )

        Raises:
            DataError: it is too long, or its brackets are too deep.
        """
        found = _without_steps(tokens(text), self.step)
        if self.squares:
            found = _with_squares(found)
        if self.letters or self.functions or self.layer != "l":
            places = enumerate(_places(found))
            found = [self._ours(found, i, *place) for i, place in places]
        return self._with_names(found)

    def _with_names(self, row: list[Token]) -> list[Token]:
        """Put in what names stand for, and learn the names that are given here."""
        if not _MAY_NAME.intersection(token.text for token in row):
            return row
        found: list[Token] = []
        for one, end in _rows_with_ends(row):
            name = _name_given(one)
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
                    body = [*one[: name.size], *body]
            found += [*body, *end]
        return found

    def _put_in(self, row: list[Token]) -> list[Token]:
        found: list[Token] = []
        i = 0
        while i < len(row):
            named = self.names.get(row[i].text)
            size, index = _scripts_behind(row, i)
            if named is None or _is_called(row, i) or len(found) > _LONGEST:
                found.append(row[i])
                i += 1
                continue
            at = row[i].at
            new = [
                Token(index if t == named.index and index else t, at) for t in named.row
            ]
            found += [Token("(", at), *new, Token(")", at)]
            i += 1 + size
        return found

    def _ours(
        self, row: Sequence[Token], i: int, in_script: bool, of_sum: bool
    ) -> Token:
        token = row[i]
        if in_script:
            if self.layer == "l" or of_sum:
                return token
            new = {self.layer: "l", "l": "L"}.get(token.text, token.text)
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


def dialect_of(formulas: Iterable[str]) -> Dialect:
    r"""Return how a text writes, from its formulas.

    >>> dialect_of([r"h^{(k)} = f(W^{(k)} h^{(k-1)} + b^{(k)})"]).layer
    'k'
    """
    read: list[list[Token]] = []
    for formula in formulas:
        try:
            read.append(tokens(formula))
        except DataError:
            continue
    step = _step(read)
    rows = [row for one in read for row in _rows(_without_steps(one, step))]
    plain = [_without_scripts(row) for row in rows]
    functions = frozenset(
        row[i].text
        for row in plain
        for i in range(len(row))
        if row[i].text in {"h", "F"} and _is_called(row, i)
    )
    words = [[token.text for token in row] for row in plain]
    return Dialect(
        _letters(words, _FUNCTIONS | functions), _layer_letter(read), functions, step,
        squares=not any(map(_has_bare_layers, read)),
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
                if made in _NAMES - _ENDS:
                    found.setdefault(made, "a")
            case _:
                pass
    for made in sorted(summed):
        found.setdefault(made, "z")
    for one, other in _differences(rows):
        pair = {one, other}
        if pair in ({"y", "t"}, {"y", "d"}):  # y - t, d - y
            found.setdefault("y", r"\yhat")
            found.setdefault(next(iter(pair - {"y"})), "t")
        elif pair & _OUTPUTS and pair & {"y", "Y"}:  # p - y
            found.setdefault(next(iter(pair & _OUTPUTS)), r"\yhat")
    if any("o" in row for row in rows):
        found.setdefault("o", "a")
    return {one: other for one, other in found.items() if one.lower() != other}


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


# ---- Layers and steps ----------------------------------------------------------------


def _layer_letter(rows: Iterable[Sequence[Token]]) -> str:
    """Return the letter c of scripts such as c - 1, if it is none that is summed."""
    counts: Counter[str] = Counter()
    summed: set[str] = set()
    for row in rows:
        for i, (in_script, of_sum) in enumerate(_places(row)):
            if of_sum:
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


# ---- Names that a text gives ---------------------------------------------------------


def _name_given(row: Sequence[Token]) -> _Name | None:
    """Return the name of an equation such as ``e_j = ...``, or None."""
    if not row or row[0].text not in _MAY_NAME:
        return None
    size, index = _scripts_behind(row, 0)
    if len(row) < size + 3 or row[size + 1].text != "=":
        return None
    return _Name(row[0].text, index, size + 2)


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
    if first[0] == r"\nabla" and first[1:2] == ["_"]:
        letters = [t for t in first[2:] if t in {"z", "a", "W", "b", r"\yhat"}]
        quantity = {r"\yhat": "a"}.get(letters[0], letters[0]) if letters else ""
        return _Named((f"d{quantity}",), "") if quantity else None
    return _Named(tuple(first), name.index)


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
            if text in {"_", "^"} and before != r"\nabla":
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


_FUNCTIONS: Final = frozenset({
    r"\sigma", "f", "g", "tanh", "sigmoid", "relu", "softmax",
})  # fmt: skip
_OUTPUTS: Final = frozenset({"p", "o"})
_NAMES: Final = frozenset({
    "z", "a", "h", "o", "s", "u", "v", "y", "x", "r", "c", r"\net",
    "Z", "A", "H", "O", "S", "U", "V", "X",
})  # fmt: skip
_ENDS: Final = frozenset({"x", "X", "y", "Y", "t"})  # what is given
_DERIVATIVES: Final = frozenset({
    r"\delta", r"\partial", r"\nabla", r"\Delta", "'", "-", r"\eta", "d",
    "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
_MAY_NAME: Final = frozenset({"e", "g", "r"})
_LINEAR: Final = frozenset({
    "W", "w", "b", r"\delta", "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
_LONGEST: Final = 5_000
_LONGEST_NAMED: Final = 60
_NEIGHBOURS: Final = (["-", "1"], ["+", "1"])
