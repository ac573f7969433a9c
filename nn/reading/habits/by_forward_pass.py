r"""Write a text in our letters, where its forward pass says what each letter is.

``\text{net}^l = \Theta^l \varphi^{l-1} + \beta^l`` and ``\varphi^l = g(\text{net}^l)``
are a weighted sum and an activation, whatever their letters are: so ``\text{net}`` is
our z, ``\varphi`` our a, ``\Theta`` our W, ``\beta`` our b and g our sigma. The letters
are changed in the source, before commands that are mostly the same are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["in_our_letters"]


@dataclass(frozen=True, slots=True)
class _Atom:
    """A letter, word or sign; ``size`` counts the characters with frames around it.

    ``scripts`` are what stands above and below it, one string.
    """

    letter: str
    at: int
    size: int
    scripts: str = ""
    of_name: bool = False  # a letter, a word that may be one, or a command of Greek


def in_our_letters(formulas: Sequence[str]) -> list[str] | None:
    r"""Return the formulas in our letters, or None if they do not say what is what.

    >>> text = [r"s^l = \Theta^l \varphi^{l-1} + c^l", r"\varphi^l = h(s^l)"]
    >>> in_our_letters(text)
    ['z^l = W^l a^{l-1} + b^l', 'a^l = \\sigma (z^l)']
    """
    read = [list(_atoms(each)) for each in formulas]
    rows = [row for each in read for row in _rows(each)]
    hypothesis = _hypothesis(rows)
    if hypothesis:  # h_\Theta(x)
        formulas = [each.replace(hypothesis, r"\hat{y}") for each in formulas]
        read = [list(_atoms(each)) for each in formulas]
        rows = [row for each in read for row in _rows(each)]
    roles = _roles(rows)
    if roles is None:
        return None
    pairs = zip(formulas, read, strict=True)
    return [_written(each, atoms, roles) for each, atoms in pairs]


def _written(formula: str, atoms: Iterable[_Atom], roles: _Roles) -> str:
    found: list[str] = []
    done = 0
    before = None
    atoms = list(atoms)
    for i, atom in enumerate(atoms):
        after = atoms[i + 1] if i + 1 < len(atoms) else None
        ours = roles.ours(atom, before, after)
        before = atom
        if ours is None:
            continue
        found += [formula[done : atom.at], ours]
        done = atom.at + atom.size
    return "".join((*found, formula[done:]))


# ---- What is what --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Roles:
    letters: dict[str, str]
    functions: frozenset[str]
    inputs: frozenset[str]  # letters that are inputs where no layer is said
    outputs: frozenset[str]  # which say no layer: a 2 above them is a power

    def ours(
        self, atom: _Atom, before: _Atom | None, after: _Atom | None
    ) -> str | None:
        """Return our letter for an atom, or None if it stays."""
        called = after is not None and after.letter in {"(", "'", r"\left"}
        if atom.letter in self.functions and called and not atom.scripts:
            return r"\sigma "
        ours = self.letters.get(atom.letter)
        if ours is None or (atom.letter in self.inputs and not atom.scripts):
            return None
        joins = after is not None and after.at == atom.at + atom.size
        if atom.letter == "d" and joins and after is not None and after.of_name:
            return None  # of dz
        squared = atom.letter in self.outputs and _SQUARED.fullmatch(atom.scripts)
        return f"({ours})" if squared else ours


def _roles(rows: Sequence[Sequence[_Atom]]) -> _Roles | None:
    """Return what the letters are, if every one of the forward pass is one thing."""
    sums = [summed for row in rows if (summed := _weighted_sum(row)) is not None]
    calls = [call for row in rows if (call := _activation(row)) is not None]
    z = {made for made, _, _ in sums}
    calls = [call for call in calls if call[2] in z]
    activations = {call[0].letter for call in calls}
    if len(z) != 1 or not calls:
        return None
    a: set[str] = set()
    w: set[str] = set()
    inputs: set[str] = set()
    for _, (one, other), _ in sums:
        first = one.letter in activations or (
            one.letter in _INPUTS and other.letter not in activations
        )
        signal, weight = (one, other) if first else (other, one)
        w.add(weight.letter)
        if signal.letter in activations:
            a.add(signal.letter)
        elif signal.letter in _INPUTS:
            inputs.add(signal.letter)
        else:
            return None
    if not a and len(activations) == 1:
        a = set(activations)
    b = {bias for _, _, bias in sums if bias}
    outputs = {call[0].letter for call in calls} - a
    kinds = z, a, w, b
    if any(len(kind) > 1 for kind in kinds) or not a or len(outputs) > 1:
        return None
    if len(set.union(*kinds)) != sum(map(len, kinds)):
        return None
    taken = set.union(*kinds, outputs)
    targets = set(_targets(rows, outputs | a, taken))
    costs = set(_costs(rows)) - taken
    if len(targets) > 1 or len(costs) > 1:
        targets, costs = (set() if len(one) > 1 else one for one in (targets, costs))
    functions = {f for _, f, _ in calls if f not in _KNOWN and f not in a | z | w}
    if len(functions) > 1:  # of two layers, where each is to keep its own
        functions -= _READ_AS_FUNCTIONS
    given = {row[2].letter for row in rows if len(row) == _ALIAS and row[0].letter in a}
    capital = "X" in inputs | given or any(len(x) == 1 and x.isupper() for x in z | a)
    letters = dict.fromkeys(z, "Z" if capital else "z")
    letters |= dict.fromkeys(a, "A" if capital else "a")
    letters |= {x: "w" if x in {"w", r"\theta"} and x.islower() else "W" for x in w}
    letters |= dict.fromkeys(b, "b")
    letters |= dict.fromkeys(outputs, r"\hat{Y}" if capital else r"\hat{y}")
    letters |= dict.fromkeys(targets, "Y" if capital else "y")
    letters |= dict.fromkeys(costs - targets, "C")
    every = {atom.letter for row in rows for atom in row if atom.of_name}
    letters |= _of_the_other_case(letters, every)
    letters |= _of_errors(rows, letters, every)
    if all(one == other for one, other in letters.items()) and not functions:
        return None
    return _Roles(
        letters, frozenset(functions), frozenset(a & _INPUTS), frozenset(outputs)
    )


def _of_the_other_case(
    letters: Mapping[str, str], every: Collection[str]
) -> dict[str, str]:
    """Return ours for x_j, which are the entries of a vector X that is no input."""
    return {
        other: ours.swapcase()
        for one, ours in letters.items()
        for other in (one.swapcase(),)
        if len(one) == 1 and len(ours) == 1 and one not in {ours, "C"}
        if other in every and other not in letters and ours != "C"
    }


def _of_errors(
    rows: Iterable[Sequence[_Atom]], letters: Mapping[str, str], every: Collection[str]
) -> dict[str, str]:
    """Return a letter for a word that names how far outputs are from the targets."""
    for row in rows:
        match [atom.letter for atom in row]:
            case [word, sign, one, "-", other] if sign in _EQUALS and len(word) > 1:
                ours = {letters.get(each, each) for each in (one, other)}
                is_error = ours in ({"y", "a"}, {"Y", "A"}, {"y", r"\hat{y}"})
                if is_error and row[0].of_name and "e" not in every:
                    return {word: "e"}
            case _:
                pass
    return {}


def _weighted_sum(row: Sequence[_Atom]) -> tuple[str, tuple[_Atom, _Atom], str] | None:
    r"""Return z, both factors and b of ``z = \sum w a + b``; b is "" if it has none."""
    if len(row) < _SHORTEST or not row[0].of_name or row[1].letter not in _EQUALS:
        return None
    terms: list[list[_Atom]] = [[]]
    for atom in row[2:]:
        if atom.letter == "+":
            terms.append([])
        elif atom.letter not in _SILENT:
            terms[-1].append(atom)
    if len(terms) > _PAIR or not all(one.of_name for term in terms for one in term):
        return None
    terms.sort(key=len, reverse=True)
    if len(terms[0]) != _PAIR or any(len(term) != 1 for term in terms[1:]):
        return None
    one, other = terms[0]
    names = {row[0].letter, one.letter, other.letter}
    bias = terms[1][0].letter if len(terms) > 1 else ""
    if len({*names, bias}) != 4 or "d" in {one.letter}:  # noqa: PLR2004
        return None
    return row[0].letter, (one, other), bias


def _activation(row: Sequence[_Atom]) -> tuple[_Atom, str, str] | None:
    r"""Return a, the function and z of ``a = f(z)``, or of ``a = 1 / (1 + e^{-z})``."""
    logistic = _logistic_of(row)
    if logistic:
        return row[0], r"\sigma", logistic
    match [atom.letter for atom in row]:
        case [_, sign, f, "(", z, ")"] if sign in _EQUALS:
            if row[0].of_name and row[2].of_name and row[4].of_name:
                return row[0], f, z
        case _:
            pass
    return None


def _logistic_of(row: Sequence[_Atom]) -> str:
    r"""Return z of ``a = \frac{1}{1 + e^{-z}}``, or "" if it is nothing of the kind."""
    if len(row) < _SHORTEST or not row[0].of_name or row[1].letter not in _EQUALS:
        return ""
    text = "".join(atom.letter + atom.scripts for atom in row[2:])
    found = _LOGISTIC.fullmatch(re.sub(r"[{}()\s]|\\(?:left|right|,)", "", text))
    return found[1] if found else ""


def _hypothesis(rows: Iterable[Sequence[_Atom]]) -> str:
    r"""Return the outputs that are written as a function of x, such as h_\Theta(x)."""
    for row in rows:
        match [atom.letter for atom in row]:
            case [h, "(", "x", ")", sign, f, "(", _, ")"] if sign in _EQUALS:
                if row[0].of_name and row[5].of_name and f != h:
                    return f"{h}{row[0].scripts}({row[2].letter})"
            case _:
                pass
    return ""


def _targets(
    rows: Iterable[Sequence[_Atom]], outputs: set[str], taken: set[str]
) -> Iterator[str]:
    """Yield the letter with which the outputs are compared."""
    for row in rows:
        for one, sign, other in zip(row, row[1:], row[2:], strict=False):
            if sign.letter in _LOGARITHMS and one.of_name and one.letter not in taken:
                yield one.letter
            if sign.letter != "-":
                continue
            for given, computed in ((one, other), (other, one)):
                known = computed.letter in outputs
                if known and given.of_name and given.letter not in taken:
                    yield given.letter


def _costs(rows: Iterable[Sequence[_Atom]]) -> Iterator[str]:
    r"""Yield the letter of what is derived, as in ``\partial E``."""
    for row in rows:
        for i, atom in enumerate(row):
            later = [one.letter for one in row[i + 1 : i + 5]]
            top = atom.letter == r"\partial" and later[1:2] in (["}"], ["/"])
            if top and r"\partial" in later[2:] and row[i + 1].of_name:
                yield later[0]
            if atom.letter == r"\nabla" and later and row[i + 1].of_name:
                yield later[0]


# ---- Letters and rows ----------------------------------------------------------------


def _rows(atoms: Iterable[_Atom]) -> Iterator[list[_Atom]]:
    """Yield the equations between commas and line ends that stand in no bracket."""
    row: list[_Atom] = []
    depth = 0
    for atom in atoms:
        depth = max(0, depth + (atom.letter in "({[") - (atom.letter in ")}]"))
        if depth == 0 and atom.letter in _BETWEEN:
            yield row
            row = []
        elif atom.letter not in _LOOKS:
            row.append(atom)
    yield row


def _atoms(formula: str) -> Iterator[_Atom]:
    """Yield the letters and signs of a formula, with their scripts at them."""
    at = 0
    while at < len(formula):
        match = _ATOM.match(formula, at)
        if match is None:
            at += 1
            continue
        end = match.end()
        letter = _letter_of(match)
        if letter in _OF_LETTERS and formula[end : end + 1] == "_":
            yield _Atom(letter, at, end - at)
            at = end + 1
            continue
        starred = _STARRED.match(formula, end)
        if starred and match.lastgroup == "letter":  # y^*, another letter than y
            letter, end = f"{letter}^*", starred.end()
        scripts = _SCRIPTS.match(formula, end)
        size = scripts.end() - end if scripts and letter not in _OPEN_ABOVE else 0
        of_name = match.lastgroup in {"letter", "name", "word"} or letter in _GREEK
        if match.lastgroup == "word" and letter not in _WORDS_OF_NAMES:
            of_name = letter in _KNOWN
        yield _Atom(letter, at, end - at, formula[end : end + size], of_name)
        at = end + size


def _letter_of(match: re.Match[str]) -> str:
    """Return the letter within its frame, and a word without it."""
    if match.lastgroup == "environment":
        return "\\\\"
    groups = match.groupdict()
    found = groups["inside"] or groups["text"] or match[0]
    frame = match[0].partition("{")[0].strip("\\ ").removeprefix("wide")
    if groups["inside"] and frame in {"hat", "bar", "tilde"}:
        found = rf"\{frame}{{{found}}}"  # another letter than the one below
    return re.sub(r"\s", "", found)


_EQUALS: Final = frozenset({"=", ":=", r"\equiv", r"\coloneqq", r"\triangleq"})
_BETWEEN: Final = frozenset({
    "\\\\", ",", ";", r"\quad", r"\qquad", ".", r"\label", r"\tag", "$",
})  # fmt: skip
_LOOKS: Final = frozenset({
    "&", r"\left", r"\right", r"\displaystyle", r"\,", r"\;", r"\!", r"\ ",
})  # fmt: skip
_SILENT: Final = frozenset({r"\sum", r"\cdot", r"\times", r"\,", r"\limits"})
_OPEN_ABOVE: Final = frozenset({"_", "^", "e"})  # what stands above e is a formula
_OF_LETTERS: Final = frozenset({r"\nabla", r"\partial"})  # stand above what derives
_LOGARITHMS: Final = frozenset({r"\log", r"\ln"})
# 1 / (1 + e^{-z_j}) without its brackets
_LOGISTIC: Final = re.compile(
    r"(?:\\[dt]?frac1|1/)(?:1\+)(?:e\^|\\exp|exp)-(\\?[A-Za-z]+)(?:[_^].{1,9})?"
)
_SHORTEST: Final = 4
_PAIR: Final = 2
_ALIAS: Final = 3  # a^0 = x
_INPUTS: Final = frozenset({"x", "X"})
_READ_AS_FUNCTIONS: Final = frozenset({"f", "g", r"\phi", r"\varphi", r"\psi"})
_KNOWN: Final = frozenset({
    r"\tanh", "tanh", "softmax", "sigmoid", "ReLU", "relu", "Softmax", "Sigmoid",
})  # fmt: skip
_WORDS_OF_NAMES: Final = frozenset({
    "net", "in", "out", "act", "pre", "logit", "Loss", "loss", "Cost", "cost", "inp",
    "output", "input", "sum", "Net", "In", "Out", "err", "error",
})  # fmt: skip
_GREEK: Final = frozenset({
    r"\alpha", r"\beta", r"\gamma", r"\theta", r"\kappa", r"\lambda", r"\mu", r"\nu",
    r"\xi", r"\rho", r"\sigma", r"\tau", r"\phi", r"\varphi", r"\chi", r"\psi",
    r"\omega", r"\Theta", r"\Omega", r"\Phi", r"\Psi", r"\Lambda", r"\ell", r"\zeta",
    r"\tanh",
})  # fmt: skip
_FRAME: Final = (
    r"\\(?:mathbf|boldsymbol|bm|vec|mathcal|mathscr|mathfrak|mathsf|mathit|mathrm|pmb|mathbb|hat"
    r"|widehat|underline|bar|tilde)"
)
_ATOM: Final = re.compile(
    r"(?P<name>(?<![A-Za-z\\])(?:in|net|out|inp|act|err|Err|error)(?=\s*_))"
    rf"|(?P<letter>{_FRAME}\s*\{{\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{{\s*[A-Za-z]"
    rf"\s*\}}|(?P<inside>[A-Za-z]|\\[A-Za-z]+))\s*\}}|[A-Za-z](?![A-Za-z]{{2}})"
    r"(?<![A-Za-z]{3}))"
    r"|(?P<word>\\(?:text|mathrm|operatorname|mathit|textrm|textit)\s*"
    r"\{\s*(?P<text>[A-Za-z]{2,12})\s*\}|[A-Za-z]{2,})"
    r"|(?P<environment>\\(?:begin|end)\s*\{[A-Za-z*]{1,20}\})"
    r"|(?P<command>\\(?:[A-Za-z]+|.))"
    r"|(?P<number>[0-9]+)"
    r"|(?P<sign>:=|\S)"
)
_SQUARED: Final = re.compile(r"(?:_(?:[a-z]|\{[a-z]\}))?\^(?:2|\{2\})")
_STARRED: Final = re.compile(r"\s*\^\s*(?:\*|\\ast|\{\s*(?:\*|\\ast|\\star)\s*\})")
_SCRIPTS: Final = re.compile(
    r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[A-Za-z0-9]))*"
)
