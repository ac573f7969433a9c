r"""The tokens of a formula in LaTeX, in Unicode, or in both.

Unicode is rewritten as LaTeX: ``δˡ`` becomes ``\delta^{l}``. What is only looks is left
out, such as ``\color{blue}``, ``\left`` and ``\boxed{...}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from autograd_scalar import DataError
from nn.arguments import shown
from nn.reading.formula.numpy_spelling import SUMS_OF_EXAMPLES
from nn.reading.latex.lines import with_lines_joined

__all__ = [
    "ARRAY",
    "CELL",
    "SCALAR",
    "TILDE",
    "Token",
    "group_end",
    "replaced",
    "tokens",
    "unreadable",
]

SCALAR: Final = "scalar"  # a shape, where it stands in brackets
TILDE: Final = "\\tilde "  # before the letter that it stands over
ARRAY: Final = r"\array"  # before the brackets of a matrix
CELL: Final = r"\cell"  # between the cells of a matrix

_LONGEST: Final = 5_000
_DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class Token:
    r"""A command such as ``\sum``, a name, a number or a sign; ``at`` is its place."""

    text: str
    at: int

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return self.text[:1].isdecimal()


def unreadable(what: str, text: str, at: int) -> DataError:
    """Return the error that quotes the place, and says what can be read."""
    place = text[at : at + 20].strip()
    near = f" at {shown(place)}" if place else " at the end"
    return DataError(
        f"cannot read {shown(text)}: {what}{near}; known are quantities with their"
        r" layer, such as W^l, b^{(2)}, z^{[l]}_j, a^{l-1}, \delta^L, dW^l,"
        r" \partial C/\partial b^l, y and m, the operations + - / \odot \cdot ^T \frac"
        r" \sum_k, and \sigma(z^l) and \sigma'(z^l)"
    )


def tokens(text: str) -> list[Token]:
    r"""Return the tokens of a formula.

    >>> print(*(token.text for token in tokens("δˡ = Wˡ⁺¹ᵀ ⊙ σ′(zˡ)")))
    \delta ^ { l } = W ^ { l + 1 T } \odot \sigma ' ( z ^ { l } )

    Raises:
        DataError: it is too long, or its brackets are too deep.
    """
    if len(text) > 4 * _LONGEST:
        msg = f"a formula has at most {4 * _LONGEST} characters, this has {len(text)}"
        raise DataError(msg)
    found: list[Token] = []
    for match in _TOKEN.finditer(_drawn_alike(text)):
        found += _of(match)
    if len(found) > _LONGEST:
        msg = f"a formula has at most {_LONGEST} tokens, this has {len(found)}"
        raise DataError(msg)
    depth = 0
    for token in found:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > _DEEPEST:
            msg = f"a formula has at most {_DEEPEST} brackets in one another"
            raise DataError(msg)
    found = _with_cells_parted(replaced(found, _diagonal))
    found = replaced(replaced(_with_cases_parted(found), _hat), _tilde)
    found = _without_looks(replaced(found, _ones))
    found = replaced(replaced(found, _divided), _derived_in_brackets)
    found = replaced(replaced(found, _quotient), _summing)
    found = replaced(replaced(found, _relu), _braces)
    found = replaced(found, _number_of_examples)
    found = replaced(replaced(found, _over_sign), _letter_with_scripts)
    return _with_arrows_as_commas(_without_mark(found))


def _with_arrows_as_commas(row: list[Token]) -> list[Token]:
    r"""Put a comma for an arrow between two equations, ``z = W x \to a = g(z)``."""
    found = list(row)
    arrow, depth, is_behind = -1, 0, False  # behind an equals sign
    for i, token in enumerate(row):
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth or token.text in {",", "\\\\", r"\quad"}:
            arrow, is_behind = (arrow, is_behind) if depth else (-1, False)
        elif token.text == r"\rightarrow":
            arrow = i if is_behind else -1
        elif token.text == "=":
            if arrow >= 0:
                found[arrow] = Token(",", row[arrow].at)
            arrow, is_behind = -1, True
    return found


def _without_mark(row: list[Token]) -> list[Token]:
    r"""Leave out an arrow, or a dot, before all else, ``\to \delta = a - y``."""
    start = 0
    while start < len(row) and row[start].text in _MARKS:
        start += 1
    return row[start:]


def _drawn_alike(text: str) -> str:
    """Return a formula without looks, and with few spellings, in as many letters."""
    drawn = _SKETCH.sub(lambda sketch: " " * len(sketch[0]), text)
    if r"\begin{" in drawn:
        drawn = _HALF_BREAK.sub(lambda one: "\\\\".ljust(len(one[0])), drawn)
    if _BY_ENTRIES.search(drawn):  # a star is another product there
        drawn = _STAR.sub(lambda star: "·".ljust(len(star[0])), drawn)
    drawn = _ONES_WRITTEN_OUT.sub(_as_ones, drawn)
    drawn = _OF_ALL_Z.sub(lambda z: f"({z['own']})".ljust(len(z[0])), drawn)
    drawn = _NUMBER_BEHIND.sub(lambda number: " " * len(number[0]), drawn)
    drawn = _LINK.sub(lambda link: " " * len(link[0]), drawn)
    drawn = with_lines_joined(drawn)
    drawn = _NAME_OF_A_MODEL.sub(lambda name: " " * len(name[0]), drawn)
    drawn = _OF_PARAMETERS.sub(lambda name: " " * len(name[0]), drawn)
    drawn = _STEP_AT.sub(lambda found: f"1[{found[1]}>0]".ljust(len(found[0])), drawn)
    drawn = _OF_THE_CLASS.sub(_indicated, drawn)
    drawn = _FIXED_BELOW.sub(_with_primes, drawn)
    drawn = _ROUND_BELOW.sub(r"_{\1}", drawn)
    drawn = _DEFINED.sub(lambda sign: ":=".ljust(len(sign[0])), drawn)
    drawn = _WIDE.sub(lambda gap: r"\quad".ljust(len(gap[0])), drawn)
    drawn = _OF_A_STEP.sub(lambda word: " " * len(word[0]), drawn)
    drawn = _LEFT_OF_CASES.sub(_as_cases, drawn)
    drawn = _SIZE_BELOW.sub(lambda size: " " * len(size[0]), drawn)
    drawn = _DOTTED.sub(_without_dot, drawn)
    drawn = _PRIME_BEHIND.sub(lambda found: "'".ljust(len(found[0])), drawn)
    drawn = _PRIMED_WITHIN.sub(lambda f: f"{f['function']}'".ljust(len(f[0])), drawn)
    drawn = _SLOPE_AT.sub(_primed, _BAR_IN_BRACES.sub(_bar, drawn))
    drawn = _SLOPE_OF.sub(_primed, drawn)
    drawn = _SLOPE_CALLED.sub(_called, drawn)
    drawn = _SLOPE_BY_NAME.sub(_by_name, drawn)
    drawn = "\\\\".join(map(_of_columns, drawn.split("\\\\")))
    drawn = _COLUMN_ABOVE.sub(_example_of_column, drawn)
    drawn = _DERIVED_ERROR.sub(lambda top: r"\partial C".ljust(len(top[0])), drawn)
    drawn = _PAIR_ABOVE.sub(_without_round_brackets, drawn)
    drawn = _HAT_OF_ENTRY.sub(r"\1}\2", drawn)
    drawn = _PRIME_ABOVE.sub(lambda prime: "'".ljust(len(prime[0])), drawn)
    if _OUT.search(drawn):
        drawn = _OUT.sub(_as("^{l}_j"), _IN.sub(_as("^{l-1}_k"), drawn))
    return drawn


def _as(scripts: str) -> Callable[[re.Match[str]], str]:
    """Return what puts scripts in the place of words, in as many letters."""
    return lambda found: scripts.ljust(len(found[0]))


def _with_primes(found: re.Match[str]) -> str:
    r"""Return the indices ``_{t, f_0}`` with a prime for the 0, in as many letters."""
    return _FIXED.sub(r"\1' ", found[0])


def _indicated(found: re.Match[str]) -> str:
    r"""Return ``\delta_{k, y_i}`` as 1 for the right class, in as many letters."""
    return f"1[{found['one'] or found['other']}=y]".ljust(len(found[0]))


def _as_ones(found: re.Match[str]) -> str:
    """Return a column or a row of ones as one sign, in as many letters."""
    is_row = found["row"] is not None and found["turned"] is None
    return (r"\mathbf{1}^\top" if is_row else r"\mathbf{1}").ljust(len(found[0]))


def _bar(found: re.Match[str]) -> str:
    """Return a bar without its braces, in as many letters."""
    return r"\vert".ljust(len(found[0]))


def _as_cases(found: re.Match[str]) -> str:
    r"""Return ``\\begin{cases}`` for a matrix behind one brace, in as many letters."""
    inner = rf"\begin{{cases}}{found['inner']}"
    end = r"\end{cases}"
    return f"{inner.ljust(len(found[0]) - len(end))}{end}"


def _primed(found: re.Match[str]) -> str:
    r"""Return ``g'(z_j)`` for ``\frac{dg(z)}{dz} |_{z = z_j}``, in as many letters."""
    return f"{found['function']}'({found['place']})".ljust(len(found[0]))


def _by_name(found: re.Match[str]) -> str:
    r"""Return ``tanh'`` for ``\text{tanh\_prime}``, in as many letters."""
    function = found["derived"] or found["function"]
    sign = "\\" if function in {"sigma", "phi"} else ""
    return f" {sign}{function}'".ljust(len(found[0]))


def _called(found: re.Match[str]) -> str:
    r"""Return ``g'`` for ``\frac{dg}{dz}`` before brackets, in as many letters."""
    return f"{found['function'] or found['operated']}'".ljust(len(found[0]))


def _without_dot(found: re.Match[str]) -> str:
    r"""Return ``g'`` for ``\dot{g}``, in as many letters."""
    return f"{found['function']}'".ljust(len(found[0]))


def _without_round_brackets(found: re.Match[str]) -> str:
    r"""Return ``^{i, l}`` for ``^{(i, l)}``, example and layer, in as many letters."""
    return f"^{{{found[1]},{found[2]}}}".ljust(len(found[0]))


def _of_columns(row: str) -> str:
    r"""Return a row with its columns by their index, ``_{:i}`` for ``_{\cdot i}``.

    Without a sum it is of any one of them, and the index says nothing.
    """
    rows = {found["row"] or found["column"] for found in _ROW_OF_EXAMPLE.finditer(row)}
    has_others = _PAIRED.search(_ROW_OF_EXAMPLE.sub("", row)) is not None
    if len(rows) == 1 and r"\sum" not in row and not has_others:
        return _ROW_OF_EXAMPLE.sub(
            lambda found: (f"_{found['layer']}" if found["layer"] else "").ljust(
                len(found[0])
            ),
            row,
        )
    return _ROW_OF_EXAMPLE.sub(_index_of_row, row)


def _index_of_row(found: re.Match[str]) -> str:
    r"""Return ``_{:i}`` for ``_{\cdot i}``, and a layer apart, in as many letters."""
    layer = f"_{found['layer']}" if found["layer"] else ""
    index = f"{found['row']}:" if found["row"] else f":{found['column']}"
    return f"{layer}_{{{index}}}".ljust(len(found[0]))


def _example_of_column(found: re.Match[str]) -> str:
    r"""Return ``(i)`` for ``(\cdot, i)``, in as many letters."""
    return f"({found[1]})".ljust(len(found[0]))


def replaced(
    row: Sequence[Token],
    rule: Callable[[Sequence[Token], int], tuple[list[Token], int] | None],
) -> list[Token]:
    """Return the tokens, some put in the place of others.

    The rule gives what is put in at a place, and the place after what it stands for;
    None, if the token stays.
    """
    found: list[Token] = []
    i = 0
    while i < len(row):
        new, end = rule(row, i) or ([row[i]], i + 1)
        found += new
        i = end
    return found


def _relu(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``\max(0, z)`` as a function of z, so that it is seen to be one."""
    here = [token.text for token in row[i : i + 4]]
    if here[0] != "max" or here[1:2] not in (["("], ["["], ["{"]):
        return None
    if here[2:] == ["0", ","]:
        return [Token("relu", row[i].at), row[i + 1]], i + 4
    if here[1] == "{":
        return None
    end = group_end(row, i + 1)
    size = 2 * ([token.text for token in row[end - 3 : end - 1]] == [",", "0"])
    name = Token("relu" if size else "max", row[i].at)
    return [name, *row[i + 1 : end - 1 - size]], end - 1


def group_end(row: Sequence[Token], start: int) -> int:
    """Return the place after the token, or the brackets, that begin at ``start``."""
    depth = 0
    for i in range(start, len(row)):
        depth += (row[i].text in _OPENING) - (row[i].text in _CLOSING)
        if depth <= 0:
            return i + 1
    return len(row)


def _with_cells_parted(given: Sequence[Token]) -> list[Token]:
    """Mark the ``&`` between two cells of a matrix."""
    kept: list[Token] = []
    depths: list[int] = []  # at which the matrices begin that are open
    depth = 0
    for i, token in enumerate(given):
        depth += (token.text in "([{") - (token.text in ")]}")
        if i and given[i - 1].text == ARRAY:
            depths.append(depth)
        elif depths and depth < depths[-1]:
            depths.pop()
        is_cell = token.text == "&" and depths and depths[-1] == depth
        kept.append(Token(CELL, token.at) if is_cell else token)
    return kept


def _with_cases_parted(given: list[Token]) -> list[Token]:
    r"""Put a comma for the ``&`` between a value and its case."""
    kept: list[Token] = []
    depth = start = 0
    columns = _columns_of_spaces(given)
    for i, token in enumerate(given):
        depth += (token.text in "([{") - (token.text in ")]}")
        if not start and i and given[i - 1].text == r"\cases":
            start = depth
        elif depth < start:
            start = 0
        parts = start and token.text == "&" and _text_at(given, i + 1) != "="
        kept.append(Token(",", token.at) if parts or i in columns else token)
    return kept


def _columns_of_spaces(given: Sequence[Token]) -> set[int]:
    r"""Return the places of each ``&`` behind which is only ``z \in \reals^n``."""
    found, start, says = set[int](), -1, set[str]()
    for i, token in enumerate([*given, Token("\\\\", 0)]):
        aligned = token.text == "&" and _text_at(given, i + 1) in _IN_A_SPACE
        if aligned or token.text not in {"&", "\\\\"}:
            says.add(token.text)
            continue
        if start >= 0 and says & _IN_A_SPACE and "=" not in says:
            found.add(start)
        start, says = (i if token.text == "&" else -1), set()
    return found


def _evaluates(given: Sequence[Token], i: int) -> bool:
    r"""Return whether ``\right|_{x}`` begins there, which says where it is computed."""
    here = [token.text for token in given[i : i + 3]]
    return here in ([r"\right", "|", "_"], [r"\right", r"\vert", "_"])


def _text_at(given: Sequence[Token], i: int) -> str:
    return given[i].text if i < len(given) else ""


def _braces(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Take a letter behind ∂ out of its braces, ``\partial {\cal C}``, and drop {}."""
    here = [token.text for token in row[i : i + 4]]
    if here[:3] in (["_", "{", "}"], ["^", "{", "}"]):  # only words stood there
        return [], i + 3
    if here[1:3] == ["{", "}"] and here[0] in _STACKED:  # \overset{\text{def}}{=}
        return _over_sign(row, i)
    if here[:2] == ["{", "}"]:  # as in g^{[l]}{}'
        return [], i + 2
    if here == [r"\sum", "_", "{", "}"]:  # only words stood there
        return [row[i]], i + 4
    framed = here[:1] == ["{"] and here[2:3] == ["}"] and here[1] in _SIGNS
    if framed and not _is_argument(row, i):  # a^l {=} g(z^l), \mathbin{\odot}
        return [row[i + 1]], i + 3
    if here[:2] == ["{", r"\sum"] and not _is_argument(row, i):
        end = group_end(row, i)
        return (
            (list(row[i + 1 : end - 1]), end) if _is_one(row[i + 1 : end - 1]) else None
        )
    of_function = here[:1] == ["{"] and here[2:] == ["}", "("]
    if of_function and here[1] in _CALLED:  # {\rm softmax}(z)
        return [row[i + 1]], i + 3
    if here[:2] == [r"\partial", "{"] and here[3:] == ["}"]:
        return [row[i], row[i + 2]], i + 4
    return None


def _divided(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``{\partial C}/{\partial w}`` as a fraction."""
    begins = row[i].text == "{" and _text_at(row, i + 1)[:1] in {"d", "\\"}
    if not begins or _is_argument(row, i):
        return None
    middle = group_end(row, i)
    if [token.text for token in row[middle : middle + 2]] != ["/", "{"]:
        return None
    tops = _text_at(row, i + 1), _text_at(row, middle + 2)
    if any(top != r"\partial" and top[:1] != "d" for top in tops):
        return None
    end = group_end(row, middle + 1)
    return [Token(r"\frac", row[i].at), *row[i:middle], *row[middle + 1 : end]], end


def _derived_in_brackets(
    row: Sequence[Token], i: int
) -> tuple[list[Token], int] | None:
    r"""Take one symbol out of its brackets in ``\partial(C)`` and ``\nabla_W(C)``."""
    start = i + 1
    if row[i].text == r"\nabla" and _text_at(row, start) == "_":
        start = group_end(row, start + 1)
    elif row[i].text != r"\partial":
        return None
    if _text_at(row, start) not in {"(", "["}:
        return None
    end = group_end(row, start)
    inner = row[start + 1 : end - 1]
    is_letter = _text_at(inner, 0).strip("\\").isalpha()
    return ([*row[i:start], *inner], end) if is_letter and _is_one(inner) else None


def _is_one(row: Sequence[Token]) -> bool:
    """Return whether all that stands behind the first token are its scripts."""
    i = 1
    while i < len(row) and row[i].text in {"_", "^"}:
        i = group_end(row, i + 1)
    return i == len(row)


def _quotient(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read the d of a derivative as ∂, ``\frac{dC}{da}``; no d of ``\frac{dW}{m}``."""
    if [token.text for token in row[i : i + 2]] != [r"\frac", "{"]:
        return None
    end = group_end(row, i + 1)
    operator = [token.text for token in row[i + 2 : i + 4]] == [r"\delta", "}"]
    is_small = operator or _is_small(row, i + 2)
    if is_small and _text_at(row, end) == "{" and _is_small(row, end + 1):
        first, second = (Token(r"\partial", row[k].at) for k in (i + 2, end + 1))
        return [*row[i : i + 2], first, *row[i + 3 : end + 1], second], end + 2
    top = _with_partial(row, i + 2)
    if top is None or _text_at(row, end) != "{":
        return None
    bottom = _with_partial(row, end + 1)
    if bottom is None:
        return None
    return [*row[i : i + 2], *top, *row[i + 3 : end + 1], *bottom], end + 2


def _number_of_examples(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read the letter below a number as m: ``\frac{1}{2B}``, ``1/|B|``, ``S^{-1}``."""
    here = [token.text for token in row[i : i + 9]]
    m = Token("m", row[i].at)
    if here[0] in _COUNTS and here[1:6] == ["^", "{", "-", "1", "}"]:
        return [m], i + 1
    number, start, closing = here[0], 2, ""
    if here[:2] == [r"\frac", "{"] and here[3:5] == ["}", "{"]:
        number, start, closing = here[2], 5 + (here[5:6] == ["2"]), "}"
    elif here[1:2] != ["/"]:
        return None
    bars = here[start : start + 1] == ["|"]
    name = here[start + bars : start + bars + 1]
    end = start + 1 + 2 * bars
    behind = "".join(here[end : end + 1])
    is_alone = behind == closing if closing else behind not in {"_", "^", "'"}
    if not number.isdecimal() or not _COUNTS.issuperset(name or "_") or not is_alone:
        return None
    return [*row[i : i + start], m], i + end


def _is_small(row: Sequence[Token], i: int) -> bool:
    r"""Return whether a delta stands for ∂ there, ``\frac{\delta J}{\delta W}``."""
    after = _text_at(row, i + 1)
    return _text_at(row, i) == r"\delta" and after not in {"", "_", "^", "}", "(", "'"}


def _summing(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``\Sigma dZ`` as a sum; ``\Sigma'(z)`` are slopes."""
    if row[i].text != r"\Sigma" or _text_at(row, i + 1) in {"", "'", "^", "(", "="}:
        return None
    return [Token(r"\sum", row[i].at)], i + 1


def _with_partial(row: Sequence[Token], i: int) -> list[Token] | None:
    """Return a ∂ and the letter that stands in one word with its d; None for no d."""
    word = _text_at(row, i)
    if word[:1] != "d" or len(word) > _OF_ONE_LETTER:
        return None
    partial = Token(r"\partial", row[i].at)
    return [partial, *([Token(word[1:], row[i].at + 1)] if word[1:] else [])]


def _over_sign(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Leave out what stands over or below a sign or a letter, ``\overset{!}{=}``.

    Below a sum it is its index.
    """
    if row[i].text not in _STACKED:
        return None
    start = group_end(row, i + 1)
    end = group_end(row, start)
    inner = list(row[start:end])
    if [token.text for token in inner[:1]] == ["{"]:
        inner = inner[1:-1]
    if [token.text for token in inner] == [r"\sum"]:
        below = [Token("_", row[i].at), *row[i + 1 : start]]
        is_index = row[i].text == r"\underset" and start > i + len("{}") + 1
        return [*inner, *(below if is_index else [])], end
    is_named = any(token.text in {"min", "max", r"\arg"} for token in inner)
    return (replaced(inner, _over_sign), end) if inner and not is_named else None


def _letter_with_scripts(
    row: Sequence[Token], i: int
) -> tuple[list[Token], int] | None:
    r"""Take a letter out of its braces before a script, ``{\bf W}^l``."""
    here = [token.text for token in row[i : i + 4]]
    is_letter = here[:1] == ["{"] and here[2:3] == ["}"] and here[3:] != []
    if (
        not is_letter
        or here[3] not in {"_", "^", "'"}
        or not here[1].strip("\\").isalpha()
    ):
        return None
    return None if _is_argument(row, i) else ([row[i + 1]], i + 3)


def _is_argument(row: Sequence[Token], start: int) -> bool:
    r"""Return whether braces are a script, or an argument, such as one of ``\frac``."""
    if not start or row[start - 1].text != "}":
        return bool(start) and row[start - 1].text in _WITH_BRACES
    depth, i = 0, start
    while i:
        i -= 1
        depth += (row[i].text == "}") - (row[i].text == "{")
        if not depth:
            break
    return i > 0 and row[i - 1].text in _OF_TWO


def _hat(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``\hat{y}`` as one letter, the outputs, in whatever frames it stands."""
    if [t.text for t in row[i : i + 2]] in _OTHER_DELTAS:
        return [Token(r"\tilde\delta", row[i].at)], i + 2  # not the delta beside it
    size = _hat_size(row, i)
    return ([Token(r"\yhat", row[i].at)], i + size) if size else None


def _hat_size(given: Sequence[Token], start: int) -> int:
    r"""Return how many tokens ``\hat{y}`` is, or ``\hat\pi`` of classes, else 0."""
    if given[start].text not in _HATS:
        return 0
    i, braces = start + 1, 0
    while i < len(given) and (given[i].text == "{" or given[i].text in _OF_LETTERS):
        braces += given[i].text == "{"
        i += 1
    if i >= len(given) or given[i].text not in _OUTPUTS:
        return 0
    closing = [token.text for token in given[i + 1 : i + 1 + braces]]
    return i + 1 + braces - start if closing == ["}"] * braces else 0


def _tilde(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``\tilde{h}`` as one letter, which may be another than h."""
    size, letter = _tilde_size(row, i)
    return ([Token(TILDE + letter, row[i].at)], i + size) if size else None


def _tilde_size(given: Sequence[Token], start: int) -> tuple[int, str]:
    """Return how many tokens a letter with a tilde is, if one begins there, and it."""
    if _text_at(given, start + 1) == "\u0303":  # of Unicode, behind the letter
        return 2, given[start].text
    if given[start].text not in {r"\tilde", r"\widetilde"}:
        return 0, ""
    i, braces = start + 1, 0
    while i < len(given) and (given[i].text == "{" or given[i].text in _OF_LETTERS):
        braces += given[i].text == "{"
        i += 1
    letter = _text_at(given, i)
    closing = [token.text for token in given[i + 1 : i + 1 + braces]]
    is_one = len(letter) == 1 and letter.isalpha() and closing == ["}"] * braces
    return (i + 1 + braces - start, letter) if is_one else (0, "")


def _ones(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read ``\mathbf{1}`` as one letter: a column of ones, or an indicator."""
    here = [token.text for token in row[i : i + 4]]
    size = 0
    over = here[0] in _OVER_ONES and here[1:] == ["{", "1", "}"]
    if over:
        size = 4
    elif here[0] in _BOLD and here[1:2] and here[1] in _ONES:
        size = 2
    elif here[0] in _BOLD and here[1:2] == ["{"] and here[3:] == ["}"]:
        size = 4 * (here[2] in _ONES)
    elif here[0] == "1" and (i == 0 or row[i - 1].text not in {"_", "^"}):
        size = int(_is_of_ones(row, i + 1) or _is_column_of_ones(row, i))
    if not size:
        return None
    ones = Token(r"\ones", row[i].at)
    if here[0] in _BOLD and _text_at(row, i + size) == "'":  # a row of ones
        turned = [Token(text, row[i].at) for text in ("^", r"\top")]
        return [ones, *turned], i + size + 1
    return [ones], i + size


def _diagonal(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    r"""Read a diagonal matrix that is written out, by its first entry, as ``\diag``.

    Its other entries are 0, or dots, and those on the diagonal differ by their index.
    """
    first = i + (row[i].text == ARRAY)
    is_matrix = first < len(row) and row[first].text in {"(", "["}
    if not is_matrix or "&" not in {t.text for t in row[i : i + 80]}:
        return None
    end = group_end(row, first)
    cells = _cells(row[first + 1 : end - 1])
    entries: list[list[Token]] = []
    for k, line in enumerate(cells):
        if len(line) < 2 or len(line) != len(cells):  # noqa: PLR2004
            return None
        for n, cell in enumerate(line):
            texts = [token.text for token in cell if token.text not in _BRACES]
            if n == k and not _DOTS.issuperset(texts):
                entries.append(cell)
            elif n != k and not (_DOTS | {"0"}).issuperset(texts):
                return None
    read = [_without_number(cell) for cell in entries]
    shapes = {tuple(token.text for token in entry) for entry, _ in read}
    numbers = {number for _, number in read}
    if len(read) < 2 or len(shapes) > 1 or "" in numbers or len(numbers) < len(read):  # noqa: PLR2004
        return None
    at = row[i].at
    return [Token(r"\diag", at), Token("(", at), *read[0][0], Token(")", at)], end


def _cells(row: Sequence[Token]) -> list[list[list[Token]]]:
    """Part the tokens of a matrix into lines, and these into cells."""
    found, depth = [[list[Token]()]], 0
    for token in row:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if not depth and token.text == "\\\\":
            found.append([[]])
        elif not depth and token.text == "&":
            found[-1].append([])
        else:
            found[-1][-1].append(token)
    return [line for line in found if line != [[]]]


def _without_number(cell: Sequence[Token]) -> tuple[list[Token], str]:
    """Return an entry for all neurons, without what stands below, and that number.

    It is "" if several stand below. Factors side by side are multiplied entry by entry.
    """
    found: list[Token] = []
    numbers = set[str]()
    i = 0
    while i < len(cell):
        if cell[i].text == "_":
            below, i = i + 1, group_end(cell, i + 1)
            numbers.add("".join(t.text for t in cell[below:i] if t.text not in _BRACES))
            while i < len(cell) and cell[i].text == "^":
                stop = group_end(cell, i + 1)
                found += cell[i:stop]
                i = stop
            behind = i < len(cell) and cell[i].text == "("
        else:
            found.append(cell[i])
            i += 1
            behind = cell[i - 1].text == ")" and i < len(cell) and cell[i].text == "("
        if behind:
            found.append(Token(r"\odot", cell[i].at))
    return found, numbers.pop() if len(numbers) == 1 else ""


def _is_column_of_ones(row: Sequence[Token], i: int) -> bool:
    r"""Return whether a 1 is a vector of them, as nobody multiplies by the number.

    So it is in ``X W + 1 b^T``, ``D^T 1`` and ``1_n``.
    """
    if _text_at(row, i + 1) == "}" or (i and row[i - 1].text == "{"):
        return False  # of a script, as in W^{l+1}
    before, after = (
        [t.text for t in one if t.text not in _BRACES]
        for one in (row[max(0, i - 5) : i], row[i + 1 : i + 6])
    )
    if after[:1] == ["_"]:
        end = group_end(row, i + 2)
        return [t.text for t in row[i + 2 : end] if t.text not in _BRACES] in (
            ["n"],
            ["m"],
            ["N"],
        )
    turned = after[1:3] in (["^", "T"], ["^", r"\top"])
    if before[-1:] in (["+"], ["="]) and turned:
        return len(after[0]) == 1 and after[0].isalpha()
    is_last = after[:1] in ([], [","], ["."], ["="])
    return is_last and before[-2:] in (["^", "T"], ["^", r"\top"])


def _is_of_ones(given: Sequence[Token], start: int) -> bool:
    """Return whether scripts make an indicator, or a row of ones, of the number 1."""
    if _text_at(given, start) in _OPENING:  # 1[z > 0], no product
        inner = {t.text for t in given[start : group_end(given, start)]}
        return bool(inner & {*_COMPARED, "="})
    end = group_end(given, start + 1)
    inner = {token.text for token in given[start:end]} - {"{", "}"}
    if inner and given[start].text == "^":
        return inner <= {"^", "T", r"\top"}
    compared = inner & _COMPARED
    return start < len(given) and given[start].text == "_" and bool(compared)


def _of(match: re.Match[str]) -> list[Token]:
    """Return the tokens that one piece of the text stands for."""
    piece, at = match[0], match.start()
    kind = match.lastgroup

    def put(*words: str) -> list[Token]:
        return [Token(word, at) for word in words]

    if kind in {"space", "environment", "numpy"}:
        return []
    if kind == "skip":  # as in \\[6pt]
        return put("\\\\")
    if kind == "matrix":
        if piece.startswith(r"\begin{cases"):
            return put(r"\cases", "(")
        return put(ARRAY, "(") if piece.startswith("\\begin") else put(")")
    if kind in {"raised", "lowered"}:
        table, sign = (_RAISED, "^") if kind == "raised" else (_LOWERED, "_")
        return put(sign, "{", *(table[each] for each in piece), "}")
    if kind == "number":
        return put(f"0{piece}" if piece[0] == "." else piece)
    if kind == "word":
        known = _of_known_word(match)
        if known:
            return put(*known)
        found = _of_word(
            piece, at, bool(_IN_SCRIPT.search(match.string[max(0, at - 24) : at]))
        )
        is_script = match.string[at - 1 : at] in {"_", "^"} and at > 0
        if is_script and [one.text for one in found] == [","]:  # E_total
            return put("{", ",", "}")
        return found
    if kind == "text":
        return put(*_of_text(match))
    if kind == "other":
        return put(*_UNICODE.get(piece, piece).split())
    return put(_SAME.get(piece, piece))


def _of_known_word(match: re.Match[str]) -> list[str]:
    """Return what a word stands for by what is around it, or nothing."""
    piece = match[0]
    if piece in _TURNED and _is_raised(match):
        return [r"\top"]
    if _LOWERS.match(match.string, match.end()):
        if piece in _NAMES:
            return [_NAMES[piece]]
        if piece[0] == "d" and piece[1:] in _NAMES:  # dout_h1
            return ["d", _NAMES[piece[1:]]]
    return []


def _of_text(match: re.Match[str]) -> list[str]:
    r"""Return what stands for the words in ``\text{...}``."""
    words = match["words"].strip(" \\:,.")
    if words in _TURNED and _is_raised(match):
        return [r"\top"]
    if words in _NAMES and _LOWERS.match(match.string, match.end()):
        return [_NAMES[words]]
    if words.lower() in {"loss", "cost", "error", "err", "total loss", "total error"}:
        return ["C"]
    if words in _WORDS:
        return [_WORDS[words]]
    if _is_derived(match):
        return ["C"]
    if words.isascii() and words.isalpha() and len(words) == 1:
        return [words]
    if words == SCALAR and match.string[: match.start()].rstrip().endswith("("):
        return [words]
    return [","] if words.partition(" ")[0] in _JOINS else []


def _is_raised(match: re.Match[str]) -> bool:
    r"""Return whether a word is all of a superscript, behind the layer at most."""
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    closed = match.string[match.end() : match.end() + 1] == "}"
    found = _RAISED_UP_TO.search(before)
    return found is not None and closed == (found["brace"] is not None)


def _is_derived(match: re.Match[str]) -> bool:
    r"""Return whether a word is derived, as ``\frac{\partial \text{...}}{...}`` is."""
    word, text = match["words"].strip(), match.string
    before = text[max(0, match.start() - _NEAR) : match.start()]
    after = text[match.end() : match.end() + _NEAR]
    is_name = word.isalpha() and len(word) > 1 and word.lower() not in _NO_COSTS
    derived = _DERIVED_TOP.search(before) is not None
    return is_name and derived and _DERIVED_BOTTOM.match(after) is not None


def _of_word(piece: str, at: int, in_script: bool) -> list[Token]:
    """Split a run of letters: words, ``dW``, a quantity with its layer, or letters."""
    letters = piece.rstrip("0123456789")
    layer = piece[len(letters) :]
    names = [letters]
    bare = letters[1:]
    if letters in _WORDS:
        names = [_WORDS[letters]]
    elif letters[0] == "d" and _WORDS.get(bare) in _DERIVED:
        names = ["d", _WORDS[bare]]
    elif _OF_LAST.fullmatch(piece):  # dAL
        return [Token(text, at) for text in (letters[:-1], "^", "{", "L", "}")]
    elif letters[0] in "gfσ" and bare in _ACTIVATIONS:  # g_ReLU, its subscript lost
        names = [_WORDS[bare]]
    elif _OF_A_NAME.fullmatch(letters):
        return [Token(letters, at)]
    elif len(letters) >= _LONG or letters.lower() in _PROSE:
        return [Token(",", at)]
    elif not _DERIVATIVE.fullmatch(letters):
        names = list(letters)
    last = names[-1]
    is_symbol = last[-1] in _QUANTITIES or last in _NUMBERED
    if layer and (is_symbol or (len(last) == 1 and not in_script)):
        return [Token(name, at) for name in (*names, "_", "{", layer, "}")]
    return [Token(name, at) for name in (*names, *([layer] if layer else ()))]


def _without_looks(given: list[Token]) -> list[Token]:
    r"""Leave out what has no meaning, such as ``\color{red}`` and ``\left``.

    Of ``\boxed{x}`` and its kin the content stays, without the braces.
    """
    kept: list[Token] = []
    drop: set[int] = set()
    i = 0
    while i < len(given):
        name = given[i].text
        if name in _WITH_ARGUMENT:
            i = group_end(given, i + 1)
        elif name in _BARS or _evaluates(given, i):
            i += 1
            if i < len(given) and given[i].text in _BAR:
                i += 1
            if i < len(given) and given[i].text == "_":
                i = group_end(given, i + 1)
        elif name in _FRAMES:
            end = group_end(given, i + 1)
            if i + 1 < len(given) and given[i + 1].text == "{":
                drop |= {i + 1, end - 1}
            if "brace" in name and end < len(given) and given[end].text in {"_", "^"}:
                drop |= set(range(end, group_end(given, end + 1)))
            i += 1
        else:
            if name not in _LOOKS and i not in drop:
                kept.append(given[i])
            i += 1
    return kept


_MARKS: Final = frozenset({",", r"\rightarrow", r"\odot"})  # before a formula
_SIGNS: Final = frozenset(
    {"=", "+", "-", "/", r"\odot", r"\cdot", r"\times", r"\otimes", r"\rightarrow"}
)
_TURNED: Final = frozenset({"tr", "Tr", "tp", "trans"})  # a transpose, in a word
_RAISED_UP_TO: Final = re.compile(
    r"\^\s?(?P<brace>\{\s?(?:[(\[][^()\[\]{}]{1,9}[)\]]\s?)?(?:\\[a-z]{2,6}\s?)?)?$"
)
_OF_ONE_LETTER: Final = 2  # the length of dw
_IN_A_SPACE: Final = frozenset({r"\in", "∈"})
_BRACES: Final = frozenset(
    {"{", "}", r"\mathbf", r"\boldsymbol", r"\large", r"\Large", r"\huge"}
)
_DOTS: Final = frozenset({r"\cdots", r"\vdots", r"\ddots", r"\dots", r"\ldots", "…"})
_COUNTS: Final = frozenset("BSMP")  # of a batch, of samples, of patterns
_STACKED: Final = frozenset({r"\overset", r"\underset", r"\stackrel"})
_OF_TWO: Final = frozenset({r"\frac", *_STACKED})  # commands with two arguments
_WITH_BRACES: Final = frozenset(
    {
        "_",
        "^",
        r"\frac",
        r"\sqrt",
        r"\bar",
        r"\dot",
        *_STACKED,
    }
)
_HATS: Final = frozenset({r"\hat", r"\widehat"})
_OUTPUTS: Final = frozenset({"y", "Y", r"\pi", r"\Pi"})  # under a hat
_OTHER_DELTAS: Final = ([r"\tilde", r"\delta"], [r"\widetilde", r"\delta"])
_OF_LETTERS: Final = frozenset({
    r"\mathbf", r"\boldsymbol", r"\bm", r"\vec", r"\bf", r"\rm", r"\mathrm", r"\pmb",
    r"\mathcal", r"\mathscr", r"\mathfrak", r"\mathsf", r"\mathit", r"\underline",
    r"\overrightarrow",
})  # fmt: skip
_BOLD: Final = frozenset({
    r"\mathbf", r"\mathbb", r"\boldsymbol", r"\bm", r"\vec", r"\mathds", r"\mathbbm",
})  # fmt: skip
_ONES: Final = frozenset({"1", "I"})
_OVER_ONES: Final = frozenset({
    r"\dot", r"\bar", r"\overline", r"\hat", r"\underline", r"\overrightarrow",
    r"\tilde",
})  # fmt: skip
_COMPARED: Final = frozenset({">", "<", r"\gt", r"\lt"})
_OPENING: Final = frozenset({"(", "[", "{"})
_CLOSING: Final = frozenset({")", "]", "}"})
_QUANTITIES: Final = frozenset("WwBbZzAahXx")
_NUMBERED: Final = frozenset({r"\delta", r"\net", r"\yhat"})
_DERIVATIVE: Final = re.compile("d[WwBbZzAa]")
_OF_LAST: Final = re.compile("d?[WBZA]L")
_OF_A_NAME: Final = re.compile(  # the derivative by a name of code, and no prose
    r"d(?:scores?|logits?|hidden|hid|probs?|out(?:puts?)?|preds?|relu|act|layer)"
)
_DERIVED: Final = frozenset({r"\yhat", r"\net", "C"})
_DERIVED_TOP: Final = re.compile(r"frac\s*\{\s*(?:\\partial|∂|d)\s*\{?\s*$")
_DERIVED_BOTTOM: Final = re.compile(r"[\s}]*\{\s*(?:\\partial|∂|d)")
_NEAR: Final = 40
_RAISED: Final = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˡᴸʲᵏᴷᵐᵀᵗ", "0123456789+-=()nilLjkKmTT", strict=True)
)
_LOWERED: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₗₘₙₐₕₒₚₓᵣₛₜ", "0123456789+-=()ijklmnahopxrst", strict=True)
)
_UNICODE: Final = {
    "δ": r"\delta", "σ": r"\sigma", "φ": r"\sigma", "ϕ": r"\sigma", "ω": "W",
    "Θ": "W", "θ": r"\theta", "Σ": r"\sum", "∑": r"\sum",
    "∂": r"\partial", "∇": r"\nabla",
    "Δ": r"\Delta", "∆": r"\Delta", "η": r"\eta", "α": r"\alpha", "γ": r"\gamma",
    "⊙": r"\odot", "∘": r"\odot",
    "○": r"\odot", "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "÷": "/", "−": "-",
    "–": "-",
    "⊘": "/", "≥": ">", "≤": "<", "⊗": r"\otimes", "∗": r"\odot", "★": r"\odot",
    "ϵ": r"\eta", "⍺": r"\eta",
    "≡": "=", "≔": "=", "≈": "=", "←": "=", "→": r"\rightarrow", "⟶": r"\rightarrow",
    **dict.fromkeys("≜≝≐⟵", "="), **dict.fromkeys("⇒⇔⟹⟺∴∵✓", ","), "⋆": r"\odot",
    **dict.fromkeys("′´ʹ’", "'"), "″": "' '", "½": r"\frac { 1 } { 2 }", "⊤": r"\top",
    **dict.fromkeys('$:!?"', ","),
    "ᵀ": r"^ \top", "ℓ": "l", "ℒ": "C", "𝓛": "C", "√": r"\sqrt",
    "ỹ": r"\tilde y", "…": r"\dots",
    "ι": r"\ones", "ŷ": r"\yhat", "Ŷ": r"\yhat", "∈": r"\in", "‖": r"\|", "∙": r"\cdot",
}  # fmt: skip
# Words that are quantities where something stands below them, as in out_h.
_NAMES: Final = {
    **dict.fromkeys(("logit", "logits", "score", "preact"), "z"),
    "bias": "b", "weight": "W", "hidden": "a",
    "out": "a", "output": "a", "act": "a", "target": "t", "targ": "t", "label": "t",
    "in": r"\net",
    **dict.fromkeys(("err", "error", "Err", "Error"), r"\err"),
}  # fmt: skip
_NO_COSTS: Final = _NAMES.keys() | {"input", "inputs", "outputs", "net", "in"}
_CALLED: Final = frozenset(
    {"softmax", "tanh", "relu", "sigmoid", r"\sigma", "exp", "log"}
)
_JOINS: Final = frozenset({"and", "or", "where", "if", "with", "for", "when"})
_LOWERS: Final = re.compile(rf"\}}{{0,2}}\s*[_{''.join(_LOWERED)}]")
_IN_SCRIPT: Final = re.compile(r"[_^]\s{0,2}\{[^{}]{0,20}$")  # w_{j1} has two indices
_ACTIVATIONS: Final = frozenset({"ReLU", "relu", "sigmoid", "tanh", "softmax"})
# Words and commands that mean the same as another.
_WORDS: Final = {
    **{name: name for name in (
        "exp", "log", "tanh", "sigmoid", "relu", "softmax", "mean", "sum", "sqrt",
        "sin", "cos", "cosh", "sinh", "sech",
        "axis", "keepdims", "max", "min",
    )},
    **dict.fromkeys(SUMS_OF_EXAMPLES, "batchsum"),
    "prod": r"\prod", "SUM": r"\sum", **dict.fromkeys(("grad", "Grad"), r"\nabla"),
    **dict.fromkeys(("normalize", "normalise"), r"\normalize"),
    "np.sum": "sum", "np.mean": "mean", "np.dot": "@", "np.multiply": r"\odot",
    "True": "1", "true": "1", "net": r"\net", "diag": r"\diag",
    "Diag": r"\diag", "sgn": "sign", "sign": "sign",
    **dict.fromkeys(("yhat", "y_hat", "ypred"), r"\yhat"),
    **dict.fromkeys((
        "softplus", "Softplus", "ELU", "elu", "SELU", "selu", "GELU", "gelu", "SiLU",
        "silu", "swish", "Swish", "LeakyReLU", "leakyrelu", "LReLU", "lrelu", "arctan",
        "Leaky ReLU", "leaky ReLU",
    ), "g"),
    **dict.fromkeys((
        "Cost", "Loss", "cost", "loss", "CE", "BCE", "CCE", "XE", "XENT", "xent", "MSE",
        "mse", "SSE", "RSS", "NLL", "nll", "LOSS",
    ), "C"),
    "dot": r"\cdot", "Tanh": "tanh", **dict.fromkeys(("logits", "Logits"), "z"),
    **dict.fromkeys((
        "learning rate", "learning-rate", "learning_rate", "Learning rate", "rate",
        "learningRate", "LearningRate", "learningrate", "learnRate",
        "step size", "stepsize",
    ), r"\eta"),
    **dict.fromkeys(("Softmax", "softMax", "SoftMax", "SOFTMAX", "smax"), "softmax"),
    "ln": "log", "ReLU": "relu", "Sigmoid": "sigmoid", "delta": r"\delta",
    "sigma": r"\sigma", "eta": r"\eta", "alpha": r"\eta", "lr": r"\eta",
}  # fmt: skip
_SAME: Final = {
    **dict.fromkeys((r"\circ", r"\bullet", r"\ast", r"\star", ".*", "*"), r"\odot"),
    **dict.fromkeys((r"\doteq", r"\eqdef", r"\coloneq", r"\colonequals", r"\defeq",
                     r"\equiv", r"\sim", r"\approx", r"\leftarrow", ":=", "=:",
                     r"\gets", r"\triangleq", r"\coloneqq", r"\simeq",
                     r"\eqqcolon", r"\longleftarrow"), "="),
    **dict.fromkeys((r"\to", r"\longrightarrow", "->"), r"\rightarrow"),
    "<=": "<", ">=": ">", **dict.fromkeys((r"\prime",), "'"), r"\oslash": "/",
    **dict.fromkeys((r"\intercal", r"\mathsf T", r"\T", r"\trans", r"\transpose",
                     r"\transp", r"\tp"), r"\top"),
    **dict.fromkeys((r"\arrowvert", r"\lvert", r"\bracevert"), r"\vert"),
    **dict.fromkeys((r"\phi", r"\varphi", r"\varsigma", r"\rho"), r"\sigma"),
    **dict.fromkeys((r"\omega", r"\Theta"), "W"),
    **dict.fromkeys((r"\gt", r"\ge", r"\geq", r"\geqslant"), ">"),
    **dict.fromkeys((r"\lt", r"\le", r"\leq", r"\leqslant"), "<"),
    **dict.fromkeys((r"\part", r"\mathrm d"), r"\partial"),
    **dict.fromkeys((r"\triangledown", r"\bigtriangledown"), r"\nabla"),
    **dict.fromkeys((r"\triangle", r"\bigtriangleup"), r"\Delta"),
    **dict.fromkeys((r"\epsilon", r"\varepsilon"), r"\eta"),
    **dict.fromkeys((r"\dfrac", r"\tfrac", r"\cfrac", r"\nicefrac", r"\sfrac",
                     r"\flatfrac"), r"\frac"),
    **dict.fromkeys((r"\lbrack", r"\lbrace", r"\{"), "["),
    **dict.fromkeys((r"\rbrack", r"\rbrace", r"\}"), "]"),
    **dict.fromkeys((r"\Rightarrow", r"\implies", r"\iff", r"\therefore",
                     r"\because", r"\Leftrightarrow", r"\Longleftrightarrow",
                     r"\Longrightarrow", r"\land", r"\wedge", r"\leadsto",
                     r"\rightsquigarrow", r"\hookrightarrow",
                     r"\checkmark", ";"), ","),
    **dict.fromkeys((r"\newline", r"\cr"), r"\\"),
    **dict.fromkeys((r"\quad", r"\qquad"), r"\quad"),
    r"\ell": "l", "**": "^", r"\parallel": r"\|", r"\Vert": r"\|",
    r"\lVert": r"\|", r"\rVert": r"\|",
    r"\sgn": "sign", "np.": "", r"\ln": "log", r"\exp": "exp", r"\log": "log",
    **{rf"\{name}": name for name in ("tanh", "sin", "cos", "cosh", "sinh", "sech")},
    r"\max": "max", r"\min": "min", r"\div": "/", r"\iota": r"\ones",
    r"\bigodot": r"\odot",
    ".^": "^", "<-": "=", "...": r"\dots", r"\overline": r"\bar",
}  # fmt: skip
_BY_ENTRIES: Final = re.compile(r"\\odot(?![A-Za-z])|⊙")
_STAR: Final = re.compile(r"(?<![\^_{.*:,(]) ?\*(?![*},:)])")
_COLUMN_ABOVE: Final = re.compile(
    r"\(\s*(?::|\\cdot|\\bullet|\*)\s*,\s*([a-z])\s*\)(?=\s*\})"
)
# \frac{\partial Err}{...}, the cost in a word that is a delta elsewhere
_DERIVED_ERROR: Final = re.compile(
    r"\\partial\s*[Ee]rr(?:or)?(?![A-Za-z])(?=\s*\}\s*\{)"
)
# \hat{y_k}, which is \hat{y}_k
_HAT_OF_ENTRY: Final = re.compile(
    r"(\\(?:wide)?hat\s*\{\s*[yY])((?:\s*[_^]\s*(?:[A-Za-z0-9]|\{[^{}]{0,40}\}))+)\}"
)
# g^\prime(z), or g^{'}(z)
_PRIME_ABOVE: Final = re.compile(
    r"\^\s*(?:\\prime(?![A-Za-z])|\{\s*(?:\\prime|')\s*\})"
)
# the size of a matrix, W_{2x3}, where x is no sign of a shape; of ones it is part
# the step of Heaviside: \Theta(z_1)
_STEP_AT: Final = re.compile(
    r"(?<![_^])\\(?:Theta|theta)\s*(?:\\left)?\(\s*((?:\\mathbf\{)?[zZ][^()]{0,16}?)\s*(?:\\right)?\)"
)
# W_{t, f_0}, where f counts what is summed over, and f_0 is one of them
_FIXED: Final = re.compile(r"([fi-kmnp-t])_0")
_FIXED_BELOW: Final = re.compile(
    r"_\{\s?(?:[a-z](?:_0)?[\s,]{0,2})?[fi-kmnp-t]_0\s?\}"
    r"|_\{\s?[fi-kmnp-t]_0[\s,]{0,2}[a-z]\s?\}"
)
# \delta_{k, y_i}
_RIGHT_CLASS: Final = r"y(?:\s?[_^]\s?(?:\{\s?\(?[a-z]\)?\s?\}|[a-z]))?"
_OF_THE_CLASS: Final = re.compile(
    rf"\\delta\s?_\s?\{{\s?(?:(?P<one>[c-kmnp-s])\s?,?\s?{_RIGHT_CLASS}"
    rf"|{_RIGHT_CLASS}\s?,?\s?(?P<other>[c-kmnp-s]))\s?\}}"
)
# z = f_{W, b}(x) = W x + b, where the side between calls z a function of x
_IN_BELOW: Final = r"[A-Za-z](?:\s*[_^]\s*(?:\{[^{}]{1,20}\}|\w))*"
_NAME_OF_A_MODEL: Final = re.compile(
    rf":?=\s*&?\s*[A-Za-z](?:\s*\^\s*\{{[^{{}}]{{1,20}}\}})?\s*_\s*\{{\s*{_IN_BELOW}\s*,\s*{_IN_BELOW}"
    r"\s*\}\s*(?:\\left\s*)?\([^()=]{1,60}\)\s*(?=&?\s*=)"
)
# z = f(x, w, b) = w x + b, where the side between says what z depends on
_PARAMETER: Final = (
    r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*)?\\?[A-Za-z]{1,6}(?:\s*\})?"
    r"(?:\s*[_^]\s*(?:\{[^{}]{1,20}\}|\w)){0,2}(?:\s*(?:\.{3}|\\[lc]?dots))?"
)
_OF_PARAMETERS: Final = re.compile(
    r":?=\s*&?\s*[A-Za-z]\s*(?:\\left\s*)?\((?=[^=]{0,80}(?:[wW]|\\(?:theta|Theta)))"
    rf"\s*{_PARAMETER}(?:\s*[,;]\s*(?:{_PARAMETER}|\.{{3}}|\\[lc]?dots)){{1,6}}"
    r"\s*(?:\\right\s*)?\)\s*(?=&?\s*=)"
)
# the number of an equation, in a column of its own, or behind dots: & (2) \\
_NUMBER_BEHIND: Final = re.compile(
    r"(?:&|\\hfill|\\[lc]?dots[a-z]?|\.{3,9}|…|-{2,9}|(?:\\[,;:! ]\s*|~){2,20})\s*"
    r"\(\s*[0-9]{1,2}(?:\.[0-9]{1,2})?[a-z]?\s*\)\s*[.,]?\s*(?=\\\\|\\end\s*\{|$)"
)
# \href{https://a.b}{see there}: of a formula with a link the formula stays
_LINK: Final = re.compile(
    r"\\href\s?\{[^{}\s]{1,300}\}(?:\s?\{\s?[A-Za-z]{3,}[A-Za-z ,.()-]{0,100}\})?"
)
_DEFINED: Final = re.compile(  # \colon=, \mathrel{\mathop:}=
    r"\\(?:vcentcolon|colon|ratio)\s*="
    r"|\\mathrel\s*\{\s*\\mathop\s*(?::|\{\s*:\s*\})\s*\}\s*="
)
_WIDE: Final = re.compile(  # a space that parts two equations
    r"\\hspace\*?\{\s?(?:[1-9][0-9]?(?:\.[0-9]+)?\s?(?:em|cm|in|ex)"
    r"|[1-9][0-9]{1,2}\s?(?:pt|mm|px|mu))\s?\}"
)
_ROUND_BELOW: Final = re.compile(r"_\(\s?([lLk0-9][-+ 0-9]{0,5})\)")  # a_(l-1)
# W_{new} of W_{old}, or new and old above
_OF_A_STEP: Final = re.compile(r"[_^]\{\s*\(?\s*(?:new|old|updated)\s*\)?\s*\}")
# \left\{ \begin{matrix} x & i = j \\ 0 & i \neq j \end{matrix} \right.
_LEFT_OF_CASES: Final = re.compile(
    r"\\(?:left|[bB]igg?l?)\s*\\(?:\{|lbrace)\s*"
    r"\\begin\{(?:small)?(?:matrix|array|aligned|split)\}(?:\{[lcr@\s]{1,9}\})?"
    r"(?P<inner>(?:(?!\\begin|\\end)[^=&])*&(?:(?!\\begin|\\end).){1,400}?)"
    r"\\end\{(?:small)?(?:matrix|array|aligned|split)\}\s*\\(?:right\s*\.|[bB]igg?r?\s*\.)",
    re.DOTALL,
)
_SIZE_BELOW: Final = re.compile(
    r"(?<![1I])(?<![1I]\})_\s*\{\s*\(?\s*"
    r"(?:[0-9]+\s*x\s*[0-9]+|\w+\s*\\text\s*\{\s*x\s*\}\s*\w+)\s*\)?\s*\}"
)
# one example of a matrix: the row i, or the column
_ROW_OF_EXAMPLE: Final = re.compile(
    r"_\{\s*(?:(?P<layer>[0-9])\s*,\s*)?"
    r"(?:(?P<row>[a-z])\s*,?\s*(?::|\\cdot|\\bullet|\*)"
    r"|(?::|\\cdot|\\bullet|\*)\s*,?\s*(?P<column>[a-z]))\s*\}"
)
_BAR_SIGN: Final = (
    r"(?:\\(?:[bB]igg?[lr]?|right|left)\s*)?"
    r"(?:\||\\(?:arrow|[rl]|brace)?vert(?![A-Za-z]))"
)
_BAR_IN_BRACES: Final = re.compile(rf"\{{\s*{_BAR_SIGN}\s*\}}(?=\s*_)")
# \dot{\sigma}(z) is a slope
_BELOW_ONE: Final = r"\s*\\\\\s*(?:\\vdots|1)"
_BESIDE_ONE: Final = r"\s*[&,]\s*(?:\\[lc]?dots|1)"
_ONES_WRITTEN_OUT: Final = re.compile(  # a column, a row, or a row that is turned
    r"\\begin\{(?P<of>[bpv]?matrix)\}\s*1(?:"
    rf"(?:{_BELOW_ONE}){{2,6}}\s*(?:\\\\\s*)?\\end\{{(?P=of)\}}"
    rf"|(?P<row>(?:{_BESIDE_ONE}){{2,6}})\s*\\end\{{(?P=of)\}}"
    r"(?P<turned>\s*\^\s*\{?\s*(?:T(?![A-Za-z])|\\top(?![A-Za-z])|\\intercal)\s*\}?)?)"
)
_OF_ALL_Z: Final = re.compile(  # of a layer, its own among them: (z_1, ..., z_j, ...)
    r"(?<=[A-Za-z}\])])\(\s*[zZ][_^](?:[^()$.\\]){1,24},\s*\\[lc]?dots\s*,"
    r"\s*(?P<own>[zZ][_^][^()$.\\]{1,24}),\s*\\[lc]?dots\s*,\s*[zZ][_^][^()$.\\]{1,24}\)"
)
_DOTTED: Final = re.compile(
    r"\\dot(?:\{\s*|\s+|(?=\\))(?P<function>\\[A-Za-z]{2,9}|[A-Za-z])\s*\}?"
    r"(?=\s*(?:[_^](?:[a-zA-Z]|\{[^{}]{1,9}\})\s*){0,2}(?:\\left\s*)?\()"
)
_PRIME: Final = r"(?:\^\s*(?:\\prime(?![A-Za-z])|\{\s*(?:\\prime|'|′)\s*\})|'|′)"
_PRIME_BEHIND: Final = re.compile(rf"(?<=[)\]}}])\s*{_PRIME}")  # (f^l)^\prime
_SCRIPTS_BEHIND: Final = r"(?:\s*[_^]\s*(?:\w|\{[^{}]{1,20}\})){0,2}"
# (z_j): brackets in which there is one letter, and no target, are of a function
_ONE_IN_BRACKETS: Final = (
    rf"\s*(?:\\left\s*)?\(\s*[A-Za-su-xzZ]{_SCRIPTS_BEHIND}\s*(?:\\right\s*)?\)"
)
_PRIMED_WITHIN: Final = re.compile(  # {f'}^l, (f')^l, (f')(z)
    r"(?<![A-Za-z_^'])(?:\\left\s?)?[{(]\s*(?P<function>\\[A-Za-z]{2,9}|[A-Za-z])\s*"
    rf"{_PRIME}\s*(?:\\right\s?)?[)}}](?=\s*\^|{_ONE_IN_BRACKETS})"
)
_OF_SLOPE: Final = r"\s*(?:\\partial|\\mathrm\s*\{\s*d\s*\}|d)\s*"
_SLOPE_AT: Final = re.compile(  # \frac{d g(z)}{d z} |_{z = z_j}
    rf"\\[dt]?frac\s*\{{{_OF_SLOPE}"
    r"(?P<function>(?:\\[A-Za-z]{1,9}|[fgh])(?:[_^](?:\w|\{[^{}]{1,9}\}))?)"
    r"\s*(?:\(\s*(?P<of>[a-z])\s*\)\s*)?\}"
    rf"\s*\{{{_OF_SLOPE}(?P<by>[a-z])\s*\}}\s*{_BAR_SIGN}\s*"
    r"_\s*\{\s*(?:(?P=by)\s*=\s*|(?=(?i:(?P=by))\s*[_^}]))"
    r"(?P<place>[^{}]{1,60}(?:\{[^{}]{1,30}\}[^{}]{0,60}){0,2})\}"
)
_OF_PAIR: Final = r"\s*(?:\\[:;,!]\s*)*"
_OF_LAYERS: Final = r"(?:[lL]|\\ell)(?:\s*[-+]\s*[0-9])?"
_PAIR_ABOVE: Final = re.compile(
    rf"\^\{{{_OF_PAIR}\((?={_OF_PAIR}[a-z0-9]{_OF_PAIR},|[^,]*,{_OF_PAIR}[a-z0-9]{_OF_PAIR}\))"
    rf"{_OF_PAIR}([a-z0-9]|{_OF_LAYERS}){_OF_PAIR},"
    rf"{_OF_PAIR}([a-z0-9]|{_OF_LAYERS}){_OF_PAIR}\){_OF_PAIR}\}}"
)
_ARGUMENT: Final = r"[^(){}]{1,20}(?:\{[^{}]{1,20}\}[^(){}]{0,9}){0,3}"
_SLOPE_OF: Final = re.compile(  # \frac{\partial g(z_j)}{\partial z_j}
    rf"\\[dt]?frac\s*\{{{_OF_SLOPE}(?P<function>\\[a-z]{{2,9}}|[fghs])\s*"
    rf"\(\s*(?P<place>{_ARGUMENT}?)\s*\)\s*\}}"
    rf"\s*\{{{_OF_SLOPE}(?P=place)\s*\}}"
)
_OF_NAME: Final = "(?:sigma|sigmoid|logistic|tanh|[rR]e[lL][uU]|phi|[fg])"
# \text{d_sigma}(z), \mathrm{sigmoid\_derivative}(z)
_SLOPE_BY_NAME: Final = re.compile(
    r"\\(?:text|textrm|textit|texttt|mathrm|mathit|mathtt|operatorname|mbox)\s?\{\s?"
    rf"(?:d(?:\\?_)?(?P<derived>{_OF_NAME})|(?P<function>{_OF_NAME})"
    r"(?:\\?[_ -])?(?i:prime|derivative|deriv|gradient|grad|dash))"
    r"\s?\}(?=\s?(?:\\left\s?)?\()"
)
_BY_Z: Final = r"(?:\s*_\s*(?:[zZ](?![_^])|\{\s*[zZ][^{}]{0,12}\}))"
# \frac{d\sigma}{dz}(z_j), which is no product as there is but one letter in brackets
_SLOPE_CALLED: Final = re.compile(
    rf"\\[dt]?frac\s*\{{{_OF_SLOPE}(?P<function>\\(?:sigma|phi|varphi|psi)|[fg])\s*\}}"
    rf"\s*\{{{_OF_SLOPE}[A-Za-z]{_SCRIPTS_BEHIND}\s*\}}"
    rf"(?={_ONE_IN_BRACKETS})"
    rf"|(?:(?:\\nabla|∇|(?<![\w\\])D){_BY_Z}?|(?:\\partial|∂){_BY_Z})\s*"
    r"(?P<operated>\\(?:sigma|phi|varphi|psi))(?=\s*(?:\\left\s*)?\()"
)
_PAIRED: Final = re.compile(r"_\s*\{?\s*[a-z]{1,2}\b|_\s*\{\s*[a-z]\s*,")
# The end of a row, of which Markdown took one backslash.
_HALF_BREAK: Final = re.compile(r"(?<![\\=+-])\\[ \t]*\n")
# A column of layer numbers, drawn beside a vector: no matrix of quantities.
_SKETCH: Final = re.compile(
    r"\\begin\{matrix\}(?=[^}]*\\vdots)(?:\\vdots|\\\\|[\[\]lL0-9+\-\s])*\\end\{matrix\}"
)
_LONG: Final = 4  # a run of so many letters is a word of prose: it ends an equation
_PROSE: Final = frozenset({
    "the", "and", "for", "are", "was", "has", "get", "let", "now", "all", "any", "one",
    "two", "we", "so", "is", "it", "as", "to", "of", "in", "or", "if", "by", "be", "on",
    "an", "at",
})  # fmt: skip
_WITH_ARGUMENT: Final = frozenset(
    {
        r"\color",
        r"\tag",
        r"\label",
        r"\hspace",
        r"\vspace",
        r"\textcolor",
        r"\phantom",
        r"\mspace",
        r"\vphantom",
        r"\ref",
        r"\eqref",
        r"\cite",
        r"\footnote",
    }
)
_BARS: Final = frozenset({r"\big", r"\Big", r"\bigg", r"\Bigg", r"\vert", r"\rvert"})
_BAR: Final = frozenset({"|", r"\vert", r"\rvert", r"\|"})
_FRAMES: Final = frozenset({
    r"\boxed", r"\underbrace", r"\overbrace", r"\displaylines", r"\underline",
    r"\mathbf", r"\boldsymbol", r"\bm", r"\mathcal", r"\mathrm", r"\vec",
    r"\hat", r"\tilde", r"\widetilde", r"\widehat", r"\mathsf", r"\mathit",
    r"\pmb", r"\mathbb", r"\mathscr", r"\mathfrak",
    r"\operatorname", r"\mathop", r"\fbox", r"\cancel", r"\textbf", r"\textit",
    r"\textrm", r"\textsf", r"\mathtt", r"\texttt", r"\mathnormal",
})  # fmt: skip
_LOOKS: Final = frozenset({
    "&", r"\left", r"\middle", r"\right", r"\,", r"\;", r"\:", r"\!", r"\ ", "~",
    r"\displaystyle", r"\limits", r"\nolimits", r"\bigl", r"\bigr", r"\Bigl",
    r"\Bigr", r"\biggl",
    r"\biggr", r"\nonumber", r"\notag", r"\textstyle", r"\quad\quad", r"\hfill", ".",
    r"\hphantom", r"\cal", r"\rm", r"\bf", "", r"\space", r"\enspace",
    r"\enskip", r"\thinspace", r"\negthinspace", r"\medspace", r"\thickspace",
    r"\nobreakspace", r"\allowbreak", r"\nobreak", r"\strut", r"\mathstrut", r"\smash",
    r"\scriptstyle", r"\mathord", r"\mathbin", r"\mathrel", r"\mathinner",
    r"\broadcast", r"\bcast", r"\tile", r"\repmat",
})  # fmt: skip
# A weight of any layer: a_{\rm in} goes into it, \delta_{\rm out} is behind it.
_IN: Final = re.compile(r"_\{\s*\\(?:rm|text|mathrm|textrm)\b\s*\{?\s*in\s*\}?\s*\}")
_OUT: Final = re.compile(
    r"(?<=\\delta)_\{\s*\\(?:rm|text|mathrm|textrm)\b\s*\{?\s*out\s*\}?\s*\}"
)
_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<skip>\\\\\s*\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm)\s*\])"
    r"|(?P<matrix>\\(?:begin|end)\s*\{[bpvBV]?(?:matrix|array|smallmatrix|cases)\}"
    r"(?:\{(?:[lcr|\s]|@\{[^{}]{0,10}\}){0,20}\})?)"
    r"|(?P<environment>\\(?:begin|end)\s*\{[A-Za-z]{1,20}\*?\})"
    r"|(?P<text>\\(?:text|textbf|textit|textrm|mbox|operatorname|mathrm)\s*"
    r"\{(?P<words>[^{}$\\]{0,200})\})"
    r"|(?P<command>\\(?:[A-Za-z]+|.|$))"
    r"|(?P<raised>[" + "".join(_RAISED) + "]+)"
    r"|(?P<lowered>[" + "".join(_LOWERED) + "]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|(?<![\w.)\]}'])\.[0-9]+)"
    r"|(?P<numpy>np\.(?=[a-z]))"
    r"|(?P<word>[A-Za-z]+[0-9]*)"
    r"|(?P<foreign>[\u0400-\u1cff\u2c80-\u2dff\u2e80-\ua4cf\uac00-\ud7a3]{2,})"
    r"|(?P<sign>\.{3}|\.T\b|\.\*|\.\^|\.(?=/)|\*\*|:=|=:|->|<-|[<>]=(?=\s*[0-9])|[-+*/@=^_(){}\[\],;'&|.~])"
    r"|(?P<other>.)",
    re.DOTALL,
)
