r"""Put the layer above a symbol where a text has it first of what stands below.

``W_{kij}`` is then the weight from neuron j to neuron i in layer k, ``a_{ki}`` what
goes into that neuron, and ``\mathbf{a}_k`` all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = ["letters_of_first_layers", "with_first_layers"]


def letters_of_first_layers(rows: Iterable[Sequence[Token]]) -> frozenset[str]:
    r"""Return the letters of layers that stand before both indices of a weight.

    Such a letter is one more or one less somewhere, as no index of a neuron is.

    >>> from nn.reading.latex.tokens import tokens
    >>> texts = r"z_{kj} = \sum_i w_{kji} a_{k-1,i}", "W_{3,j,i} a_{2,i}"
    >>> sorted(letters_of_first_layers(map(tokens, texts)))
    ['k']
    """
    first: set[str] = set()
    next_to: set[str] = set()
    for row in rows:
        for symbol, _, _, elements in _below(row):
            next_to |= {each[0].text for each in elements if len(each) > 1}
            if symbol in _WEIGHTS and len(elements) == _INDICES[True]:
                first.add(elements[0][0].text)
    return frozenset(text for text in first & next_to if text.isalpha())


def with_first_layers(row: Sequence[Token], letters: frozenset[str]) -> list[Token]:
    r"""Return a formula with its layers above, where ``letters`` count the layers.

    >>> from nn.reading.latex.tokens import tokens
    >>> row = with_first_layers(tokens("z_{kj} = w_{kji} a_{k-1,i}"), frozenset("k"))
    >>> print("".join(token.text for token in row))
    z^{(l)}_{j}=w^{(l)}_{ji}a^{(l-1)}_{i}
    """
    if not letters:
        return list(row)
    found: list[Token] = []
    done = 0
    for symbol, start, end, (first, *others) in _below(row):
        base = first[0].text
        is_last = base == "L" or base.lower() in letters - {base}
        is_layer = base in letters or is_last or first[0].is_number
        count = len(others) + 1
        if (
            start < done
            or not is_layer
            or count not in {1, _INDICES[symbol in _WEIGHTS]}
        ):
            continue
        at = row[start].at
        found += row[done:start]
        layer = [
            Token("l" if t.text in letters else "L" if is_last else t.text, t.at)
            for t in first[:1]
        ]
        layer += first[1:]
        found += [*(Token(t, at) for t in "^{("), *layer, *(Token(t, at) for t in ")}")]
        if others:
            neurons = [token for each in others for token in each]
            found += [Token("_", at), Token("{", at), *neurons, Token("}", at)]
        done = end
    return [*found, *row[done:]]


def _below(
    row: Sequence[Token],
) -> Iterator[tuple[str, int, int, list[list[Token]]]]:
    """Yield each quantity with where its subscript begins and ends, and the parts.

    There is nothing above it but a transpose.
    """
    for i, token in enumerate(row[:-1]):
        if token.text not in _QUANTITIES or row[i + 1].text != "_":
            continue
        end = group_end(row, i + 2)
        elements = _elements(row[i + 2 : end])
        above = {t.text for t in row[end : symbol_end(row, i)]}
        if elements and above <= {"^", "{", "}", "T", r"\top", "'"}:
            yield token.text, i + 1, end, elements


def _elements(group: Sequence[Token]) -> list[list[Token]]:
    """Return the indices in a subscript, ``k-1`` as one; none if it has others."""
    inner = [t for t in group if t.text not in {"{", "}"}]
    found: list[list[Token]] = []
    i = 0
    while i < len(inner):
        text = inner[i].text
        after = [token.text for token in inner[i + 1 : i + 3]]
        if text == ",":
            i += 1
            continue
        if not (len(text) == 1 and text.isalpha()) and not text.isdecimal():
            return []
        is_moved = after[:1] in (["+"], ["-"]) and after[1:2] == ["1"]
        size = 3 if is_moved else 1
        each = list(inner[i : i + size])
        found += (
            [each]
            if size > 1 or text.isalpha()
            else [[Token(c, inner[i].at)] for c in text]
        )
        i += size
    return found


_WEIGHTS: Final = frozenset({"W", "w"})
_INDICES: Final = {True: 3, False: 2}  # of a weight and of a neuron, with the layer
_QUANTITIES: Final = _WEIGHTS | {*"bBaAhHzZsou", r"\delta", r"\net"}
