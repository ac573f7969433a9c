r"""One output without an index, behind neurons with one: ``z = \sum_j v_j h_j + c``.

A network of one output needs no index for it, and its weights have one. Here it gets
one, as the neurons before it have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_an_index_for_the_output"]


def with_an_index_for_the_output(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with an index for the only output.

    >>> lines = [r"n_j = \sum_i w_{ji} x_i + b_j", "h_j = g(n_j)"]
    >>> lines += [r"n = \sum_j v_j h_j + c", "o = g(n)", r"\frac{dL}{do} = o - y"]
    >>> lines += [r"\frac{dL}{dv_j} = h_j \frac{dL}{dn}"]
    >>> print(*with_an_index_for_the_output(lines)[2:], sep="\n")
    n_k = \sum_j w_{kj} h_j + b_k
    o_k = g(n_k)
    \frac{dL}{do_k} = o_k - y_k
    \frac{dL}{dw_{kj}} = h_j \frac{dL}{dn_k}

    Without neurons before it that have an index, nothing is changed:

    >>> with_an_index_for_the_output(lines[2:]) == lines[2:]
    True
    """
    sums = [found for one in formulas if (found := _HIDDEN.match(one))]
    outs = [found for one in formulas if (found := _OUTPUT.match(one))]
    if not sums or len(outs) != 1:
        return list(formulas)
    hidden, out = sums[0], outs[0]
    free = _free_index(formulas)
    if not free or out["from"] != hidden["to"] or out["from"] != out["of"]:
        return list(formulas)
    first = hidden["first"] == hidden["to"]
    if not first and hidden["second"] != hidden["to"]:
        return list(formulas)
    pair = rf"{free}\g<i>\g<bare>" if first else rf"\g<i>\g<bare>{free}"
    weights = re.compile(
        rf"{_ALONE}(?P<d>{_D}){out['weight']}_(?:\{{(?P<i>[a-z])\}}|(?P<bare>[a-z]))(?!\w)"
    )
    names = {out["made"]: out["made"], "y": "y"}
    if out["bias"]:
        names[out["bias"]] = hidden["bias"] or "b"
    names |= {
        found["made"]: found["made"]
        for one in formulas
        if (found := _called(out["made"]).match(one))
    }
    spelled = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    bare = re.compile(rf"{_ALONE}(?P<d>{_D})(?P<name>{spelled})(?![A-Za-z_(])")
    return [
        bare.sub(
            lambda found: f"{found['d']}{names[found['name']]}_{free}",
            weights.sub(rf"\g<d>{hidden['weight']}_{{{pair}}}", one),
        )
        for one in formulas
    ]


def _free_index(formulas: Sequence[str]) -> str:
    """Return an index that no formula has, or ""."""
    letters = {one for each in formulas for one in _LETTER.findall(each)}
    return next((one for one in "kqr" if one not in letters), "")


_S: Final = r"\s{0,3}"
_D: Final = r"(?:\\partial\s{0,2}|d)?"
_ALONE: Final = r"(?<![A-Za-z\\_^])(?<![_^]\{)"
_NAME: Final = r"(?:[a-z]|\\hat\s?\{?\s?[a-z]\s?\}?)"
_LETTER: Final = re.compile(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])")
_HIDDEN: Final = re.compile(
    rf"{_S}(?P<made>[a-z])_\{{?(?P<to>[a-z])\}}?{_S}={_S}(?:(?P<before>[a-z])_\{{?(?P=to)\}}?"
    rf"{_S}\+{_S})?\\sum_\{{?[a-z]\}}?{_S}(?P<weight>[a-zA-Z])_\{{(?P<first>[a-z]),?{_S}"
    rf"(?P<second>[a-z])\}}{_S}(?:\\cdot|\\times|[*·])?{_S}[a-z]_\{{?[a-z]\}}?{_S}"
    rf"(?:\+{_S}(?P<bias>[a-z])_\{{?(?P=to)\}}?)?"
)
_OUTPUT: Final = re.compile(
    rf"{_S}(?P<made>[a-z]){_S}={_S}\\sum_\{{?(?P<from>[a-z])\}}?{_S}"
    rf"(?P<weight>[a-z])_\{{?(?P<of>[a-z])\}}?{_S}(?:\\cdot|\\times|[*·])?{_S}[a-z]_\{{?(?P=from)\}}?{_S}"
    rf"(?:\+{_S}(?P<bias>[a-z])(?![A-Za-z_^]))?"
)


def _called(made: str) -> re.Pattern[str]:
    """Return the pattern of an activation of the output: ``o = g(z)``."""
    return re.compile(
        rf"{_S}(?P<made>{_NAME}){_S}={_S}(?:[fgh]|\\[a-z]{{2,8}}){_S}(?:\\left)?\({_S}{made}{_S}"
    )
