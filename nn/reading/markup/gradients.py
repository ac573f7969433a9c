r"""Write out gradients that have a mark of their own at the quantity.

Some write ``x^\nabla`` for the gradient of the cost by x, and ``x'`` for it in code:
all other rules know ``\frac{\partial C}{\partial x}`` and a name that begins with a d.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Final

__all__ = ["with_gradients"]


def with_gradients(text: str) -> str:
    r"""Return the text with the gradients that are marked at the quantity written out.

    >>> print(with_gradients(r"\mathbf{V}^\nabla_{ij} = y_i^{\nabla} h_j"))
    \frac{\partial C}{\partial \mathbf{V}_{ij}} = \frac{\partial C}{\partial y_i} h_j
    >>> print(with_gradients("y' = 2 * (y - t)\nv' = y' @ h.T\nh' = v.T @ y'"))
    d__y = 2 * (y - t)
    d__v = d__y @ h.T
    d__h = v.T @ d__y

    So is the gradient at a weight or a bias, where it is what an equation is about:

    >>> print(with_gradients(r"\nabla E(w_{1,1}) = (a - t) x_1"))
    \frac{\partial E}{\partial w_{1,1}} = (a - t) x_1

    So are those by a letter with the quantity below it, where one is defined so:

    >>> text = r"$G_z = \partial L / \partial z$; $G_{x_1} = W^T G_z$"
    >>> print(with_gradients(text).partition("; ")[2])
    $\frac{\partial L}{\partial x_1} = W^T \frac{\partial L}{\partial z}$

    What stands in brackets behind the cost is what it is derived by, if it is one
    quantity, and an equation says what that is:

    >>> with_gradients(r"$\nabla E(W^{(2)}) = d a^T$, $\nabla E(w) = 0$")
    '$\\frac{\\partial E}{\\partial W^{(2)}} = d a^T$, $\\nabla E(w) = 0$'
    """
    text = _without_names(_GRAD.sub(r"nabla_", text))
    text = _AT_PARAMETER.sub(
        lambda found: rf"\frac{{\partial {found['cost']}}}{{\partial {found['by']}}} =",
        text,
    )
    if _MARK.search(text):
        cost = _cost_of(text)
        text = _MARKED.sub(
            lambda found: (
                rf"\frac{{\partial {cost}}}{{\partial {found['of']}"
                rf"{found['before'] or ''}{found['behind'] or ''}}}"
            ),
            text,
        )
    return _without_primes(text)


def _without_names(text: str) -> str:
    r"""Write ``\frac{\partial L}{\partial z_2}`` for ``G_{z_2}``, if it is defined so.

    A letter that is so for one quantity is a gradient at every other one.
    """
    tops: dict[str, set[str]] = {}
    for found in _DEFINED.finditer(text):
        top, by = _either(found, "top"), _either(found, "by")
        if _plain(by) == _plain(_either(found, "of")):
            tops.setdefault(found["name"], set()).add(top.strip())
    for name, costs in tops.items():
        if len(costs) == 1:
            slope = rf"\frac{{\partial {costs.pop()}}}{{\partial "
            used = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}{_BY}")
            text = used.sub(partial(_written_out, slope), text)
    return text


def _written_out(slope: str, found: re.Match[str]) -> str:
    return f"{slope}{_either(found, 'of')}}}"


def _either(found: re.Match[str], name: str) -> str:
    """Return what one of the groups holds whose names begin so."""
    given = found.groupdict()
    return next(text for key, text in given.items() if key.startswith(name) and text)


def _plain(quantity: str) -> str:
    return re.sub(r"[\s{}]", "", quantity)


def _cost_of(text: str) -> str:
    """Return the letter of which the text writes derivatives most often, or C."""
    tops = Counter(found[1] for found in _FRACTION.finditer(text))
    return tops.most_common(1)[0][0] if tops else "C"


def _without_primes(text: str) -> str:
    """Return code with ``d__x`` for ``x'``, if that is the gradient by x there.

    So it is where lines set such names, of each other but for the one with which it
    begins, and no other name has a prime. Octave's transpose stands on no left side; a
    slope, as in ``a' = a * (1 - a)``, is of no other slope.
    """
    lines = text.split("\n")
    found = {i: one for i, line in enumerate(lines) if (one := _PRIMED.match(line))}
    made = {one["name"] for one in found.values()}
    used = [set(_PRIME.findall(one["value"])) for one in found.values()]
    if sum(map(bool, used)) < _HABIT or not all(names <= made for names in used):
        return text
    starts = [one for one, names in zip(found.values(), used, strict=True) if not names]
    if len(starts) > 1 or any(_SLOPE.search(one["value"]) for one in starts):
        return text
    for i in found:
        lines[i] = _PRIME.sub(r"d__\1", lines[i])
    return "\n".join(lines)


_HABIT: Final = 2  # lines
_NABLA: Final = r"(?:\\nabla(?![A-Za-z])|∇)"
_MARK: Final = re.compile(rf"\^\s*\{{?\s*{_NABLA}")
_BELOW: Final = r"_\s*(?:\{[^{}]{1,30}\}|\w)"
_MARKED: Final = re.compile(
    r"(?P<of>\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathit|textbf)\s*\{\s*\\?[A-Za-z]{1,12}\s*\}"
    r"|\\[A-Za-z]{1,12}|[A-Za-z])"
    rf"(?P<before>{_BELOW})?\s*\^\s*(?:{_NABLA}|\{{\s*{_NABLA}\s*\}})(?P<behind>{_BELOW})?"
)
_FRACTION: Final = re.compile(
    r"\\[dt]?frac\s*\{\s*\\partial\s*((?:\\math\w{1,5}\s*\{\s*)?\\?[A-Za-z]{1,8}\}?)\s*\}"
)
_PRIMED: Final = re.compile(
    r"\s*(?P<name>[A-Za-z]\w{0,20})'\s*=(?!=)\s*(?P<value>[^\\$=]{1,200})$"
)
_PRIME: Final = re.compile(r"(?<![\w'\"])([A-Za-z]\w{0,20})'(?![\w('\"])")
_SLOPE: Final = re.compile(r"\b1(?:\.0?)?\s*-")
_OF: Final = (  # a quantity, as in z^{(2)} and \mathbf{h}_1, and no index
    r"(?:\\[a-z]{4,10}\s*\{\s*[A-Za-z]\s*\}|[A-Zabhosuvwxyz])"
    r"(?:\s*[_^]\s*(?:\{[^{}]{1,12}\}|\w)){0,2}"
)
_BY: Final = rf"\s*_\s*(?:\{{\s*(?P<of1>{_OF})\s*\}}|(?P<of2>[A-Zabhosuvwxyz])(?!\w))"
_COST: Final = r"(?:\\[a-z]{4,8}\s*\{\s*[A-Za-z]\s*\}|\\?[A-Za-z]{1,8})"
_DEFINED: Final = re.compile(
    rf"(?<![A-Za-z\\])(?P<name>[A-Zceg]|\\(?:mathbf|boldsymbol)\s*\{{[A-Za-z]\}})"
    rf"{_BY}\s*(?::?=|\\equiv(?![a-z])|\\triangleq)\s*"
    rf"(?:\\[dt]?frac\s*\{{\s*\\partial\s*(?P<top1>{_COST})\s*\}}\s*"
    rf"\{{\s*\\partial\s*(?P<by1>{_OF})\s*\}}"
    rf"|\\partial\s*(?P<top2>{_COST})\s*/\s*\\partial\s*(?P<by2>{_OF}))"
)
# \nabla E(\hat{w}_1) =, \nabla E(W^2) =
_AT_PARAMETER: Final = re.compile(
    rf"{_NABLA}\s*(?P<cost>[CEJL]|\\mathcal\s*\{{\s*[CEJL]\s*\}})\s*(?:\\left\s*)?\(\s*"
    r"(?P<by>\\(?:hat|tilde|bar)\s*\{\s*[wWbv](?:_\w)?\s*\}"
    r"(?:\s*[_^]\s*(?:\w|\{[^{}=]{1,12}\})){0,2}"
    r"|(?:[WwbvUV]|\\theta)(?:\s?[_^]\s?(?:\w|\{[^{}=]{1,12}\})){1,2}|[WbUV])"
    r"\s*(?:\\right\s*)?\)\s*&?=(?!=)"
)
_GRAD: Final = re.compile(r"(?<![\w\\])grad_(?=[A-Za-z] [A-Z](?!\w))")
