r"""What a letter with a tilde is: ``h = f(\tilde{h})`` says: the sum before h.

Over y it is the sum of the last layer where the outputs have a hat, and else the
outputs, or the targets where no other letter is theirs. Over other letters it is mere
looks, or says that a 1 was added for the bias.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from nn.reading.latex.tokens import TILDE, Token

__all__ = ["letters_with_tildes", "without_tildes"]


def letters_with_tildes(
    rows: Sequence[Sequence[Token]], functions: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    r"""Return the tokens that stand for each letter with a tilde.

    >>> from nn.reading.latex.tokens import tokens
    >>> rows = [tokens(r"h = f(\tilde{h})"), tokens(r"\tilde{x} = [x, 1]")]
    >>> letters_with_tildes(rows, frozenset("f"))
    {'\\tilde h': ('z',), '\\tilde x': ('x',)}
    """
    texts = [[token.text for token in row] for row in rows]
    has_hats = any(r"\yhat" in row for row in texts)
    are_targets = not has_hats and (
        any(_OF_OUTPUTS.search(" ".join(row)) for row in texts)
        or not any(_TARGETS.intersection(_compared(row)) for row in texts)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in texts:
        for i, text in enumerate(row):
            if not text.startswith(TILDE):
                continue
            letter = text.removeprefix(TILDE)
            sum_ = "Z" if letter.isupper() else "z"
            is_argument = row[i - 1 : i] == ["("] and (
                row[i - 2] in functions or row[i - 2] == "'"
            )
            if letter in _OUTPUTS:
                last = sum_, "^", "{", "(", "L", ")", "}"
                outputs = (letter,) if are_targets else (r"\yhat",)
                found[text] = last if has_hats or is_argument else outputs
            elif is_argument and i > 1:
                found[text] = (sum_,)
            else:
                found.setdefault(text, (letter,))
    return found


def _compared(row: Sequence[str]) -> Iterator[str]:
    """Yield the letters that stand beside a minus."""
    for i, text in enumerate(row):
        if row[i - 1 : i] == ["-"] or row[i + 1 : i + 2] == ["-"]:
            yield text


def without_tildes(
    row: Sequence[Token], letters: Mapping[str, Sequence[str]]
) -> list[Token]:
    """Return a formula with what letters with tildes stand for.

    What takes their last column off, that of the bias, takes nothing off then.
    """
    has_tildes = any(token.text.startswith(TILDE) for token in row)
    texts = [token.text for token in row] if has_tildes else []
    for i in reversed(range(len(texts))):
        if texts[i : i + len(_WITHOUT_LAST)] == _WITHOUT_LAST:
            row = [*row[:i], *row[i + len(_WITHOUT_LAST) :]]
    return [
        Token(text, token.at)
        for token in row
        for text in letters.get(token.text, [token.text.removeprefix(TILDE)])
    ]


_WITHOUT_LAST: Final = ["[", *",,,", "-", "1", "]"]  # [:, :-1], a colon is a comma
_TARGETS: Final = frozenset({"y", "Y", "t", "T", "d"})
_SCRIPT: Final = r" [_^] (?:\{[^{}]*\}|[^ {}])"
# y^L - \tilde{y}, of which only the outputs say a layer
_OF_OUTPUTS: Final = re.compile(
    rf"[a-zA-Z](?P<of>{_SCRIPT}(?:{_SCRIPT})?) - \\tilde [yY](?!(?P=of))(?! [_^] \{{)"
)
_OUTPUTS: Final = frozenset({"y", "Y"})
