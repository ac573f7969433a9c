r"""What each letter of a text stands for, as its definitions say.

``o_j = \varphi(\text{net}_j)`` says that o is an activation and net what goes into it;
a letter that a sum with weights makes is a z; what outputs are compared with in the
cost are the targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = [
    "DERIVATIVES",
    "NAMES",
    "OF_COSTS",
    "letter_of_the_class",
    "letters_of",
    "said",
]


def letters_of(  # noqa: PLR0913, PLR0917
    rows: Sequence[Sequence[Token]],
    words: list[list[str]],
    functions: frozenset[str],
    calls_f: bool,
    layer: str,
    named: frozenset[str],
) -> dict[str, str]:
    """Return our letters for those of a text.

    ``words`` are the rows without their scripts; ``calls_f`` says whether f is a
    function, ``layer`` which letter counts the layers, and ``named`` which letters are
    roles in a network, and so computed.
    """
    letters = _defined(words, functions)
    letters |= dict.fromkeys(_without_layers(rows, functions, letters), r"\yhat")
    for letter in _inputs(rows):
        letters.setdefault(letter, "x")
    ours = {  # a = sigma(z) says it, whatever softmax(a) is called of the outputs
        row[0]
        for row in words
        if row[1:2] == ["="] and row[0] in {"a", "A"} and row[2:3]
        if row[2] in functions and row[3:6] in (["(", "z", ")"], ["(", "Z", ")"])
    }
    for letter, meant in _logits(rows):
        if letter not in ours and (letter != "f" or not calls_f):
            letters[letter] = meant
    letters |= dict.fromkeys(_recursions(rows, layer), r"\delta")
    for letter in _arguments(words, functions):
        if letter not in ours:
            letters.setdefault(letter, "z")
    for letter in _passed_back(words):
        letters.setdefault(letter, r"\delta")
    if any(_is_argument(row, "n") for row in words):
        letters.setdefault("n", "z")
    for letter in _targets(words, named):
        letters.setdefault(letter, "t")
    if not {"a", "h"} & letters.keys() and _has_slopes_at_a(words):
        letters |= {"a": "z", "h": "a"}
    differs = (r"\yhat", "y") in set(_differences(words))
    is_target = differs or r"\yhat" in letters.values()  # in p - y
    if not differs and _hat_is_target(words, letters):
        letters[r"\yhat"] = "t"
    if "y" not in letters and not is_target and _has_derivatives_by_y(words):
        letters["y"] = "z" if letters.get("Y") == "z" else "a"  # y_j, of Y = X W
    if letters.get("y") == "a" and _is_beside_layers(rows, "y", letters):
        letters["y"] = r"\yhat"
    return letters | dict(_of_batches(words, letters))


def _hat_is_target(rows: list[list[str]], letters: Mapping[str, str]) -> bool:
    r"""Return whether outputs are compared with \hat{y}, which nothing computes.

    >>> _hat_is_target([["d", "=", "(", "a", "-", r"\yhat", ")"]], {})
    True
    >>> _hat_is_target([["d", "=", "(", "a", "-", r"\yhat", ")"], [r"\yhat", "="]], {})
    False
    """
    if any(row[:2] == [r"\yhat", "="] for row in rows):
        return False
    pairs = set(_differences(rows))
    others = {one for pair in pairs for one in pair}
    compared = {one for one, other in pairs if other == r"\yhat"}
    are_signals = {letters.get(one, one) for one in compared} <= {"a", "A"}
    return bool(compared) and are_signals and not others & {"y", "t", "T", "Y"}


def _of_batches(
    rows: list[list[str]], letters: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield what Z and H are of a batch, as z and h of one example are another's.

    A capital that is defined by itself, or called, is what its own definition says.
    """
    used = {text for row in rows for text in row}
    defined = {row[0] for row in rows if row[1:2] == ["="]}
    called = {one for row in rows for one, after in pairwise(row) if after == "("}
    for small in ("z", "a", "h"):
        meant, capital = letters.get(small, small), small.upper()
        is_other = meant in {"z", "a"} and meant != _USUALLY[small]
        if is_other and capital in used - letters.keys() - defined - called:
            yield capital, meant.upper()


def _without_layers(
    rows: Sequence[Sequence[Token]], functions: frozenset[str], letters: dict[str, str]
) -> set[str]:
    """Return the outputs, if they alone of all activations never say their layer."""
    layered: set[str] = set()
    made: set[str] = set()
    for row in rows:
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            if letters.get(row[i].text, row[i].text) in {"a", "A"}:
                scripts = {token.text for token in row[i + 1 : end]}
                if "l" in scripts or "L" in scripts or any(map(str.isdecimal, scripts)):
                    layered.add(row[i].text)
                after = [token.text for token in row[end : end + 2]]
                if not i and after[:1] == ["="] and functions.issuperset(after[1:]):
                    made.add(row[i].text)
            i = end
    alone = made - layered
    return alone if layered and len(alone) == 1 and alone <= {"o", "O"} else set()


def _inputs(rows: Iterable[Sequence[Token]]) -> Iterator[str]:
    r"""Yield the letter of the inputs, as ``a^0 = p`` says."""
    for row in rows:
        end = symbol_end(row, 0) if row else 0
        scripts = [t.text for t in row[1:end] if t.text not in "{}()[]"]
        letter = row[-1].text if row else ""
        is_named = len(row) == end + 2 and row[end].text == "="
        if scripts in (["^", "0"], ["_", "0"]) and is_named and _may_be_inputs(letter):
            yield letter


def _may_be_inputs(letter: str) -> bool:
    return letter in {"p", "u", "v", "i", "s", "r", r"\xi"}


def _is_beside_layers(
    rows: Iterable[Sequence[Token]], letter: str, letters: Mapping[str, str]
) -> bool:
    """Return whether a letter never has a layer above it, and activations have one."""
    above = {
        row[i].text
        for row in rows
        for i in range(len(row) - 2)
        if row[i + 1].text == "^" and not _is_transpose(row, i + 2)
    }
    meant = {letters.get(one, one) for one in above}
    return letter not in above and bool(meant & {"a", "A"})


def _is_transpose(row: Sequence[Token], start: int) -> bool:
    inner = {token.text for token in row[start : group_end(row, start)]}
    return inner <= {"{", "}", "T", r"\top", r"\intercal"}


def letter_of_the_class(rows: Iterable[Sequence[Token]]) -> str:
    r"""Return the index of the right class, as the cost says: c of ``-\log p_c``.

    >>> from nn.reading.latex.tokens import tokens
    >>> letter_of_the_class([tokens(r"L = -\log \hat y_c")])
    'c'
    """
    for row in rows:
        texts = [token.text for token in row]
        if texts[:1] == [] or texts[0] not in OF_COSTS or "=" not in texts:
            continue
        start = texts.index("=") + 1
        if texts[start : start + 2] != ["-", "log"]:
            continue
        inner = [text for text in texts[start + 2 :] if text not in "(){}[]"]
        match inner:
            case [output, "_", index] if output in _OUTPUTS | {r"\yhat", "a"}:
                if len(index) == 1 and index.isalpha():
                    return index.lower()
            case _:
                pass
    return ""


def said(prose: str) -> dict[str, str]:
    r"""Return what y and \hat y are, if a text says that \hat y is the target.

    >>> said(r"$\hat{y}$ is the teacher signal")
    {'\\yhat': 't', 'y': '\\yhat'}
    """
    return {r"\yhat": "t", "y": r"\yhat"} if _HAT_IS_TARGET.search(prose) else {}


def _defined(rows: list[list[str]], functions: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    summed = {  # z = W a + b
        row[0]
        for row in rows
        if row[1:2] == ["="]
        and row[0] in (NAMES | _ALSO_SUMS) - {"x", "X", "y"}
        and row[2:]
        if _is_weighted_sum(row[2:], functions)
    }
    _of_functions(rows, functions, summed, found)
    for made in sorted(summed):
        found.setdefault(made, "z")
    for bias in _biases(rows, summed):
        found.setdefault(bias, "b")
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


def _of_functions(
    rows: list[list[str]],
    functions: frozenset[str],
    summed: set[str],
    found: dict[str, str],
) -> None:
    """Add what a = sigma(z) says of its two letters."""
    for row in rows:
        match row:
            case [made, "=", function, "(", inner, ")", *_] if function in functions:
                if any(_is_product_with(row, made, inner) for row in rows):
                    continue  # s of a = z s, as in SiLU
                turned = inner == "a" or made == "z"  # said twice, it is no slip
                known = inner in summed or (inner not in _ENDS and not turned)
                if _is_theta_of_softmax(function, inner, rows):
                    found[inner] = "z"
                if inner in NAMES | {"Y"} and known:
                    found.setdefault(inner, "z")
                    if made in NAMES - {"x", "X"}:
                        found.setdefault(made, "a")
            case [made, "=", function, "(", *_] if function in functions:
                if made in (NAMES | {"b"}) - _ENDS:
                    found.setdefault(made, "a")
            case _:
                pass


def _is_theta_of_softmax(
    function: str, inner: str, rows: Iterable[Sequence[str]]
) -> bool:
    r"""Return whether theta is what goes into a softmax, and no parameters elsewhere.

    >>> row = [r"\yhat", "=", "softmax", "(", r"\theta", ")"]
    >>> step = [r"\theta", "=", r"\theta", "-", r"\eta", "g"]
    >>> _is_theta_of_softmax("softmax", row[4], [row])
    True
    >>> _is_theta_of_softmax("softmax", row[4], [row, step])
    False
    """
    if function != "softmax" or inner != r"\theta":
        return False
    of_theta = [row for row in rows if inner in row]
    called = any(
        row[i] in {*OF_COSTS, "h", "f"} and list(row[i + 1 : i + 3]) == ["(", inner]
        for row in of_theta
        for i in range(len(row))
    )
    return not called and not any(r"\eta" in row for row in of_theta)


def _is_product_with(row: list[str], made: str, inner: str) -> bool:
    """Return whether it is an activation that is a product of both letters."""
    begins = row[:2] in (["a", "="], ["A", "="], ["h", "="])
    return begins and row[0] != made and {made, inner} <= set(row[2:]) and len(row) < 7  # noqa: PLR2004


def _biases(rows: list[list[str]], summed: set[str]) -> Iterator[str]:
    """Yield the letter of a bias that is not b: c in z = W a + c."""
    for row in rows:
        match row:
            case [made, "=", *_, "+", bias] if made in summed and _may_be_bias(bias):
                yield bias
            case _:
                pass


def _may_be_bias(text: str) -> bool:
    return text in {"c", "d", "p", "q", "u", "v", r"\beta", r"\theta", r"\tau"}


def _compared(pair: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what two letters are, one less the other: outputs and targets."""
    if "T" in pair and pair & {"Y", "A", "O", "H", "L", "o", "a", "p", r"\yhat"}:
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


def _recursions(rows: Iterable[Sequence[Token]], layer: str) -> Iterator[str]:
    """Yield the letter of what is computed from the next layer back, with a W.

    That is of the next layer, or of its own if it counts the weights that lead on.
    """
    after = "".join((layer, "+", "1"))
    for row in rows:
        end = symbol_end(row, 0) if row else 0
        if end + 1 >= len(row) or row[end].text != "=" or not row[0].text.isalpha():
            continue
        own = "".join(t.text for t in row[1:end] if t.text not in "^_{}()[]")
        scripts: dict[str, set[str]] = {}
        i = end + 1
        while i < len(row):
            stop = symbol_end(row, i)
            above = "".join(
                t.text for t in row[i + 1 : stop] if t.text not in "^_{}()[]T"
            )
            scripts.setdefault(row[i].text, set()).add(above.replace(r"\top", ""))
            i = stop
        if (
            own == layer
            and after in scripts.get(row[0].text, set())
            and {own, after} & (scripts.get("W", set()) | scripts.get("w", set()))
            and row[0].text not in {"W", "w", "b", "B"}
        ):
            yield row[0].text


def _arguments(rows: list[list[str]], functions: frozenset[str]) -> Iterator[str]:
    r"""Yield the v of ``\sigma(v) = 1 / (1 + e^{-v})``, which stands nowhere else."""
    of_functions: set[str] = set()
    others: set[str] = set()
    for row in rows:
        start = 1 + (row[1:2] == ["'"])
        bare = row[start : start + 1] + row[start + 2 : start + 4] == ["(", ")", "="]
        is_definition = row[:1] and row[0] in functions and bare
        letter = row[start + 1] if is_definition else ""
        if is_definition and len(row) > start + 5 and letter in _FREE:
            of_functions.add(letter)
            others |= set(row) - {letter}
        else:
            others |= set(row)
    yield from sorted(of_functions - others)


def _passed_back(rows: Iterable[list[str]]) -> Iterator[str]:
    r"""Yield the s of ``s_j = g'(z_j) \sum_k w_{kj} \delta_k``, a delta as well."""
    for row in rows:
        weighted = {"W", "w", r"\sum"}.intersection(row) and {"'", r"\delta"} <= {*row}
        is_step = {r"\partial", r"\eta", "+"}.intersection(row)
        is_made = row[1:2] == ["="] and row[0] in _ALSO_DELTAS
        if is_made and weighted and not is_step:
            yield row[0]


def _is_argument(row: list[str], letter: str) -> bool:
    return any(
        row[i : i + 3] == ["(", letter, ")"] and row[i - 1] in {"'", r"\sigma", "f"}
        for i in range(1, len(row))
    )


def _targets(rows: list[list[str]], made: frozenset[str]) -> Iterator[str]:
    r"""Yield the letter of the targets, as the cost says: Q in ``Q_k \log Y_k``.

    It is compared with something that is computed, and is not computed itself.
    """
    made = made | {row[0] for row in rows if row[1:2] == ["="]} | {r"\yhat", "a"}
    for row in rows:
        if row[:1] == [] or row[0] not in {*OF_COSTS, "="}:
            continue
        for i in range(1, len(row) - 1):
            one, sign, *others = row[i : i + 4]
            other = next((text for text in others if text not in {"(", "["}), "")
            if sign == "log" and one not in made and _may_be_target(one):
                yield one
            elif sign == "-" and others[:1] == [other]:
                for given, computed in ((one, other), (other, one)):
                    is_given = given not in made and _may_be_target(given)
                    if computed in made and is_given:
                        yield given


def _has_slopes_at_a(rows: list[list[str]]) -> bool:
    """Return whether g' is taken at a, h is a quantity too, and there is no z."""
    names = {text for row in rows for text in row}
    if names & {"z", "Z", r"\net"} or "h" not in names:
        return False
    return any(
        row[i : i + 3] == ["'", "(", "a"] for row in rows for i in range(len(row))
    )


def _has_derivatives_by_y(rows: list[list[str]]) -> bool:
    r"""Return whether the cost is differentiated by y: then it is what a unit gives.

    So it is too where y itself has a derivative, but by x, as functions have.
    """
    by_y = ["}", "{", r"\partial", "y", "}"]
    of_y = [r"\frac", "{", r"\partial", "y", "}"]
    return any(
        (row[i : i + 5] == by_y and row[i - 1] in OF_COSTS)
        or (row[i - 1 : i + 4] == of_y and row[i + 6 : i + 7] not in (["x"], ["t"]))
        for row in rows
        for i in range(1, len(row) - 4)
    ) or any(row[:3] == [r"\nabla", "y", "="] for row in rows)


def _may_be_target(text: str) -> bool:
    return len(text) == 1 and text.isalpha() and text not in _NO_TARGETS


def _of_rows(rows: list[list[str]]) -> dict[str, str]:
    r"""Return what \Delta and \theta are, which stand for two things each."""
    found: dict[str, str] = {}
    steps = any(  # Delta W = ...
        row[:1] == [r"\Delta"] and row[1:2] in (["W"], ["w"], ["b"]) for row in rows
    )
    for row in rows:
        if row[:2] == [r"\Delta", "="] and not steps and _is_a_delta(row[2:]):
            found[r"\Delta"] = r"\delta"
        if "w" in row and ("+", r"\theta") in pairwise(row):
            found[r"\theta"] = "b"
    return found


def _is_a_delta(row: list[str]) -> bool:
    """Return whether it is how a delta is computed: with g', a W, or the targets."""
    of_targets = "-" in row and bool({"Y", "y", "T", "t"}.intersection(row))
    of_weights = "W" in row and DERIVATIVES.isdisjoint(set(row) - {"-", "'"})
    return "'" in row or of_targets or of_weights


def _logits(rows: Iterable[Sequence[Token]]) -> Iterator[tuple[str, str]]:
    r"""Yield what p and o are in ``p_i = e^{o_i} / \sum_j e^{o_j}``.

    So too p alone in ``p = softmax(z)``.
    """
    for row in rows:
        texts = [token.text for token in row]
        if texts[1:4] == ["=", "softmax", "("] and texts[0] in _OUTPUTS:
            yield texts[0], r"\yhat"
        if "=" not in texts or texts[0] in DERIVATIVES:
            continue
        before = texts[: texts.index("=")]
        powers = [
            row[i + 2].text
            for i in range(len(row) - 3)
            if texts[i : i + 2] == ["exp", "("] and r"\sum" in texts
        ]
        if (
            len(powers) > 1
            and len(set(powers)) == 1
            and powers[0] in NAMES | {"Y", "f"}
        ):
            yield powers[0], "z"
            layered = "^" in before and "L" in before  # as others of its letter are
            is_cost = "log" in texts  # -\log of one of them
            named = texts[0] in _OUTPUTS | NAMES | {"f"} and not is_cost
            if named and "(" not in before and not layered:
                yield texts[0], r"\yhat"


def _differences(rows: list[list[str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for one, minus, other in zip(row, row[1:], row[2:], strict=False):
            if minus == "-":
                yield one, other


def _is_weighted_sum(row: list[str], functions: frozenset[str]) -> bool:
    return (
        row[0] not in functions
        and not DERIVATIVES.intersection(row)
        and bool({"W", "w"}.intersection(row))
        and bool(NAMES.intersection(row) - {"b", "B"})
    )


_USUALLY: Final = {"z": "z", "a": "a", "h": "a"}
_HAT_IS_TARGET: Final = re.compile(
    r"(?:\\hat\s*\{?\s*y\s*\}?|ŷ)(?:_\{?\w{1,9}\}?)?\s*[$`)\\*]{0,3},?\s*"
    r"(?:is|are|=|:|denotes|as|being|for)\s+(?:the\s+|a\s+|our\s+)?"
    r"(?:actual\s+or\s+)?(?:target|teacher|desired|label|true|correct|expected|ground)"
)
NAMES: Final = frozenset({
    "z", "a", "h", "o", "s", "u", "v", "y", "x", "r", "c", r"\net",
    "Z", "A", "H", "O", "S", "U", "V", "X", "L", "I",
})  # fmt: skip
DERIVATIVES: Final = frozenset({
    r"\delta", r"\partial", r"\nabla", r"\Delta", "'", "-", r"\eta", "d",
    "dW", "dw", "db", "dZ", "dz", "dA", "da",
})  # fmt: skip
OF_COSTS: Final = frozenset("CEJL")
_FREE: Final = frozenset({*"uvsrtpqcnk", r"\xi", r"\zeta", r"\theta", r"\tau", r"\nu"})
_ALSO_DELTAS: Final = frozenset({"s", "e", "d", "g", "r", "u", "v", r"\xi", r"\zeta"})
_ALSO_SUMS: Final = frozenset({"Y", r"\theta", r"\zeta", r"\xi", r"\psi"})
_ENDS: Final = frozenset({"x", "X", "y", "Y", "t"})  # what is given
_OUTPUTS: Final = frozenset({"p", "o", "P"})
_NO_TARGETS: Final = frozenset("yYtTxXaAzZhHWwbBmMnNlLCEJ")
