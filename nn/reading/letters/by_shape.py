r"""Which letter is which quantity, by the shape of what a text defines with it.

``s = V r + c`` is a weighted sum and ``r = f(s)`` an activation, whatever the letters:
so s is our z, r our a, V our W, c our b and f our sigma. The cost is what is
differentiated, the targets are what it compares the outputs with, and what comes back
from the outputs is delta. Letters that a text does not define stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

__all__ = ["letters_by_shape"]

Row = Sequence[str]

_LOGISTIC: Final = 6  # tokens of a (1 - a)
_DELTA: Final = "delta"
_DERIVATIVE: Final = 9  # tokens of \frac{\partial C}{\partial z}
_PAIR: Final = 2
_OURS: Final = {
    "z": "z", "a": "a", "w": "w", "b": "b", "x": "x", "y": "y", "f": r"\sigma",
    "d": r"\delta", "C": "C",
}  # fmt: skip
_ASIDE: Final = r"\aside"  # another thing that bears a letter of ours
_MARKS: Final = frozenset({r"\sum", r"\cdot", r"\times", "*", "@", "(", ")", "'", "T"})
_GREEK: Final = frozenset({
    r"\alpha", r"\beta", r"\gamma", r"\delta", r"\epsilon", r"\varepsilon", r"\zeta",
    r"\eta", r"\theta", r"\kappa", r"\lambda", r"\mu", r"\nu", r"\xi", r"\rho",
    r"\sigma", r"\tau", r"\phi", r"\varphi", r"\chi", r"\psi", r"\omega", r"\Theta",
    r"\Omega", r"\Phi", r"\Psi", r"\Lambda", r"\Delta", r"\net", r"\ell",
})  # fmt: skip


def letters_by_shape(rows: Iterable[Row]) -> dict[str, str]:
    r"""Return our letters for those of a text; its rows are tokens without scripts.

    >>> rows = ["s = V r + c", "r = f ( s )", r"e = ( r - q ) \odot f ' ( s )"]
    >>> letters = letters_by_shape([row.split() for row in rows])
    >>> ", ".join(f"{one} is {other}" for one, other in sorted(letters.items()))
    'V is W, c is b, e is \\delta, f is \\sigma, q is y, r is a, s is z'
    """
    found = _Letters()
    given = [list(row) for row in rows if row]
    for row in given:
        found.add_activation(row)
    for row in given:
        found.add_weighted_sum(row)
    for row in given:
        found.add_cost(row)
    for row in given:
        found.add_targets(row)
    for row in given:
        found.add_delta(row)
    if not found.are("a") or not found.are("w"):  # it writes no forward pass
        uses = Counter(text for row in given for text in row)
        for row in given:
            found.add_slope(row)
        for row in given:
            found.add_error(row, uses)
        for row in given:
            found.add_parameter(row)
    return found.in_ours({text for row in given for text in row})


@dataclass
class _Letters:
    """The letters of each kind, as often as they were found.

    ``activated`` are those that some function is taken of.
    """

    kinds: dict[str, Counter[str]] = field(
        default_factory=lambda: {kind: Counter() for kind in _OURS}
    )
    activated: set[str] = field(default_factory=set)

    def are(self, kind: str) -> Counter[str]:
        return self.kinds[kind]

    def known(self) -> set[str]:
        return {letter for counter in self.kinds.values() for letter in counter}

    def add_activation(self, row: list[str]) -> None:
        """Note ``a = f(z)``, and f and z of ``f'(z)``."""
        match row:
            case [_, "=", _, "(" | "[", *inside, ")" | "]"]:
                self.activated.update(inside)
            case _:
                pass
        match row:
            case [a, "=", f, "(" | "[", *inside, ")" | "]"] if _is_letter(a):
                named = f in _FUNCTIONS
                nested = {"(", ")", "[", "]"}.intersection(inside)
                if (named or _is_letter(f)) and a not in inside[:1] and not nested:
                    self.are("f").update([] if named else [f])
                    self.are("a")[a] += 1
                    if len(inside) == 1 and _is_letter(inside[0]):
                        self.are("z")[inside[0]] += 1
                    else:
                        self.add_sum(inside)
            case _:
                pass
        for i in range(len(row) - 4):
            f, prime, opening, _, closing = row[i : i + 5]
            called = prime == "'" and opening in "([" and closing in ")]"
            if called and _is_letter(f):
                self.are("f")[f] += 1

    def add_weighted_sum(self, row: list[str]) -> None:
        """Note ``z = W a + b``, if z goes into an activation."""
        if row[1:2] != ["="] or not _is_letter(row[0]):
            return
        z, right = row[0], row[2:]
        inner = [text for text in right if text in self.are("a")]
        is_new = bool(inner) and z not in self.are("a") and z not in right
        if (z in self.are("z") or is_new) and self.add_sum(right):
            self.are("z")[z] += 1

    def add_sum(self, right: list[str]) -> bool:
        """Note the letters of ``W a + b``; return whether it is such a sum."""
        terms = [[t for t in term if t not in _MARKS] for term in _split(right, "+")]
        products = [term for term in terms if len(term) == _PAIR]
        biases = [term[0] for term in terms if len(term) == 1]
        if len(products) != 1 or len(biases) + 1 != len(terms) or len(biases) > 1:
            return False
        if not all(map(_is_letter, (*products[0], *biases))):
            return False
        one, other = products[0]
        in_rows = one in {"x", "X"} and other not in self.are("a")
        if in_rows or one in self.are("a") or other in self.are("w"):
            one, other = other, one
        self.are("w")[one] += 1
        if other not in self.are("a"):
            self.are("x")[other] += 1
        for bias in biases:
            self.are("b")[bias] += 1
        return True

    def add_cost(self, row: list[str]) -> None:
        r"""Note the C of ``\partial C / \partial w``."""
        for i, text in enumerate(row):
            top = row[i + 1 : i + 2]
            if text == r"\partial" and row[i - 1] == "{" and row[i - 2] == r"\frac":
                below = row[i + 2 : i + 5] == ["}", "{", r"\partial"]
                if below and top[0] not in self.known() and _is_letter(top[0]):
                    self.are("C")[top[0]] += 1

    def add_targets(self, row: list[str]) -> None:
        """Note the y of ``a - y``, where it is computed nowhere."""
        for i in range(1, len(row) - 1):
            if row[i] != "-":
                continue
            one, other = row[i - 1], row[i + 1]
            outputs = {*self.are("a"), r"\yhat"}
            for a, y in ((one, other), (other, one)):
                if a in outputs and _is_letter(y) and y not in self.known():
                    self.are("y")[y] += 1

    def add_delta(self, row: list[str]) -> None:
        r"""Note what is ``(a - y) \odot f'(z)``, or ``\partial C / \partial z``."""
        if row[1:2] != ["="] or not _is_letter(row[0]) or row[0] in self.known():
            return
        right = row[2:]
        if "log" in right:  # it is a cost
            return
        cost, z, y = self.are("C"), self.are("z"), self.are("y")
        match right[:9]:
            case ["\\frac", "{", "\\partial", c, "}", "{", "\\partial", of, "}"]:
                is_delta = c in cost and of in z
            case _:
                backwards = row[0] in right and set(right) & self.are("w").keys()
                is_delta = bool(
                    backwards or (set(right) & y.keys() and "^" not in right)
                )
        if is_delta:
            self.are("d")[row[0]] += 1

    def add_slope(self, row: list[str]) -> None:
        """Note the z of ``f'(z)``, and the a of ``a (1 - a)``."""
        for i in range(len(row) - _LOGISTIC + 1):
            if _is_logistic(row[i : i + _LOGISTIC]) and row[i] not in self.known():
                self.are("a")[row[i]] += 1
        for i in range(len(row) - 4):
            _, prime, opening, z, closing = row[i : i + 5]
            called = prime == "'" and opening in "([" and closing in ")]"
            if called and _is_letter(z) and z not in self.known():
                self.are("z")[z] += 1

    def add_error(self, row: list[str], uses: Counter[str]) -> None:
        """Note a and y of ``(a - y) f'(z)``, a being used elsewhere, and its delta."""
        at = range(len(row) - _LOGISTIC + 1)
        slope = "'" in row or any(_is_logistic(row[i : i + _LOGISTIC]) for i in at)
        if not slope or "=" not in row:
            return
        right = row[row.index("=") + 1 :]
        for i in range(1, len(right) - 1):
            one, sign, other = right[i - 1 : i + 2]
            if sign == "-" and _is_letter(one) and _is_letter(other):
                first = one in self.are("a") or uses[one] >= uses[other]
                a, y = (one, other) if first else (other, one)
                for kind, letter in (("a", a), ("y", y)):
                    if letter not in self.known():
                        self.are(kind)[letter] += 1
        is_delta = (
            row[1:2] == ["="] and _is_letter(row[0]) and row[0] not in self.known()
        )
        if is_delta and ("-" in right or row[0] in right):
            self.are("d")[row[0]] += 1

    def add_parameter(self, row: list[str]) -> None:
        r"""Note b of ``\partial C / \partial b = \delta``, and w of ``\delta a``."""
        left, right = row[:_DERIVATIVE], row[_DERIVATIVE + 1 :]
        match left:
            case ["\\frac", "{", "\\partial", _, "}", "{", "\\partial", x, "}"]:
                pass
            case _:
                return
        if row[_DERIVATIVE : _DERIVATIVE + 1] != ["="] or not _is_letter(x):
            return
        factors = [t for t in self.with_deltas(right) if t not in _MARKS]
        if factors == [_DELTA] and x not in self.known():
            self.are("b")[x] += 1
        if len(factors) != _PAIR or _DELTA not in factors:
            return
        (other,) = [t for t in factors if t != _DELTA] or [_DELTA]
        if not _is_letter(other):
            return
        if x in self.are("a") and other not in self.known():
            self.are("w")[other] += 1
        elif x not in self.known() and (other in self.are("a") or "T" in other):
            self.are("w")[x] += 1
        elif (
            x in self.are("w") or x not in self.known()
        ) and other not in self.known():
            self.are("w")[x] += 1
            self.are("x")[other] += 1

    def with_deltas(self, row: list[str]) -> list[str]:
        r"""Return the row with one token for delta and ``\partial C / \partial z``."""
        found: list[str] = []
        i = 0
        while i < len(row):
            match row[i : i + _DERIVATIVE]:
                case ["\\frac", "{", "\\partial", _, "}", "{", "\\partial", z, "}"] if (
                    z in self.are("z")
                ):
                    found.append(_DELTA)
                    i += _DERIVATIVE
                case _:
                    found.append(_DELTA if row[i] in self.are("d") else row[i])
                    i += 1
        return found

    def in_ours(self, used: set[str]) -> dict[str, str]:
        """Return the letters in ours, where each is of one kind alone."""
        every = Counter(letter for counter in self.kinds.values() for letter in counter)
        ours = {}
        for kind, counter in self.kinds.items():
            for letter in counter:
                if every[letter] == 1:
                    ours[letter] = _in_case(_OURS[kind], letter)
        if not self.are("a") or not self.are("w"):
            return {}
        two_layers = all(len(self.are(kind)) > 1 for kind in "zw")
        # y = h S, at the end; where sums are written, indices tell the layers apart
        is_linear = not self.are("z").keys() <= self.activated and r"\sum" not in used
        if two_layers and (len(self.are("a")) > 1 or is_linear):
            return {}  # each layer has letters of its own: they are to stay apart
        taken = set(ours.values()) - ours.keys()
        aside = dict.fromkeys((taken & used) - {"x", "X"}, _ASIDE)  # x: the inputs
        return {a: b for a, b in (ours | aside).items() if a != b}


def _in_case(ours: str, letter: str) -> str:
    """Return our letter, as a capital where theirs is one."""
    return (
        ours.upper() if letter.isupper() and ours in {"z", "a", "w", "x", "y"} else ours
    )


def _is_logistic(tokens: list[str]) -> bool:
    """Return whether it is ``a (1 - a)``."""
    a = tokens[0]
    return _is_letter(a) and tokens[1:] == ["(", "1", "-", a, ")"]


def _is_letter(text: str) -> bool:
    return (len(text) == 1 and text.isalpha()) or text in _GREEK


def _split(row: list[str], at: str) -> list[list[str]]:
    """Split at a token that stands in no bracket."""
    parted: list[list[str]] = [[]]
    depth = 0
    for text in row:
        depth += (text in "([{") - (text in ")]}")
        if text == at and depth == 0:
            parted.append([])
        else:
            parted[-1].append(text)
    return parted


_FUNCTIONS: Final = frozenset({r"\sigma", "relu", "tanh", "sigmoid", "softmax"})
