"""What a mistake is called that no row of the table has: by what would mend it.

`MISTAKES` has the ids of what people do often. The ids here are those of edits of a
formula, or of code, and of what numbers alone tell. Two at once are joined by a plus.
"""

from __future__ import annotations

from typing import Final

from nn.grading.mistakes import MISTAKES
from nn.grading.own_code.edits import WORDS

__all__ = ["KINDS", "is_known", "words_for_kinds"]

KINDS: Final = WORDS | {
    "factor": "a constant factor is too much, or is missing, such as 2, m or 1/m",
    "factor-squared": "a factor is squared, or is there twice",
    "missing-factor": "a factor is missing",
    "missing-term": "a term is missing",
    "missing-function": "a function is left out",
    "g-for-gprime": "g stands where g' should",
    "gprime-for-g": "g' stands where g should",
    "sum-for-product": "a sum or a difference stands where a product should",
    "quotient-for-product": "a quotient stands where a product should",
    "sum-mean": "a mean stands where a sum should, or a sum where a mean should",
    "elementwise": "an elementwise product stands where a matrix product should",
    "other-layer": "a quantity of another layer is used",
    "index-slip": "another index is needed, or two are swapped",
    "transposed": "it is right, but for a transpose",
    "left-at-zero": "it is 0: nothing was added to it",
    "act-derivative-slip": "there is a slip in the derivative of the activation",
    "act-assigned": "where z < 0 a number is set that dA should be multiplied by",
    "loss-derivative-slip": "there is a slip in the derivative of the loss",
    "batch-some-examples": "only some of the examples are counted",
    "batch-wrong-count": "another number stands for the number of examples",
    "passed-back-wrong": "dA is made of other terms than W.T @ dZ",
    "wrong-terms": "it is made of other terms than the right formula has",
}
_ROWS: Final = {row.id: row.words for row in MISTAKES}


def is_known(name: str) -> bool:
    """Return whether it is the id of a mistake, or of two at once.

    >>> is_known("act-missing+factor"), is_known("act-missing+fact")
    (True, False)
    """
    return all(each in KINDS or each in _ROWS for each in name.split("+"))


def words_for_kinds(name: str) -> str:
    """Return what is wrong, for an id that is known.

    >>> words_for_kinds("sign+factor-missing")
    'the sign is wrong, and a factor is missing'
    """
    return ", and ".join(KINDS.get(each) or _ROWS[each] for each in name.split("+"))
