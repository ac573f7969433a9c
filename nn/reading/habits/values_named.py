r"""Names for the values of a worked example: ``a_1 = \sigma(0.35)``, where that is z_1.

People compute ``z_1 = w_1 x_1 + w_2 x_2 = 0.35`` first, and go on with the number. What
it stands for is known where one name alone has that value, or one of those beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["with_values_named"]


def with_values_named(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with names for values that stand above them.

    >>> steps = [r"z_1 = w_1 x_1 + w_2 x_2 = 0.35", r"a_1 = \sigma(0.35) = 0.5866"]
    >>> steps += ["dy = y - t = -0.2332", "dv_1 = dy * a_1 = (-0.2332) * a_1 = -0.1368"]
    >>> for step in with_values_named(steps)[1::2]:
    ...     print(step)
    a_1 = \sigma(z_1)
    dv_1 = dy * a_1 = (dy) * a_1 = -0.1368

    A number that may be the value of two names stays as it is, and so does one that
    many things may be by chance.

    >>> with_values_named(["a = f(x) = 0.586", "b = f(x) = 0.586", "d = c * 0.586"])[2]
    'd = c * 0.586'
    >>> with_values_named(["a = f(x) = 0.500", "d = c * 0.500"])[1]
    'd = c * 0.500'
    """
    found = list(formulas)
    named: dict[float, dict[str, bool]] = {}
    for i, formula in enumerate(formulas):
        if "." not in formula or len(formula) > _LONGEST or "\\\\" in formula:
            continue
        first, *sides = _EQUALS.split(formula)
        name = first.strip(" &\t")
        if not sides or not _NAME.fullmatch(name) or "\n" in formula.strip():
            continue
        if named:
            new = _renamed(first, sides, named)
            found[i] = formula if new == sides else " = ".join((first.rstrip(), *new))
        value = _VALUE.fullmatch(sides[-1])
        if value is not None:
            is_computed = len(sides) > 1
            of = named.setdefault(_number(value["sign"], value["number"]), {})
            of[name] = of.get(name, False) or is_computed
    return found


def _renamed(
    first: str, sides: Sequence[str], named: Mapping[float, Mapping[str, bool]]
) -> list[str]:
    """Return the sides of an equation with names for values that are known."""
    call = _CALL.fullmatch(sides[0])
    if call is not None:
        of = named.get(_number(call["sign"], call["number"]), {})
        computed = [name for name, is_computed in of.items() if is_computed]
        if len(computed) != 1 or any(map(_has_names, sides[1:])):
            return list(sides)
        return [f" {call['function']}({computed[0]})".removeprefix(" ")]
    new = list(sides)
    for i, side in enumerate(sides):
        beside = " = ".join((first, *sides[:i], *sides[i + 1 :]))
        if _has_names(side):
            new[i] = _with_names(side, beside, named)
    return [side.strip() for side in new] if new != list(sides) else new


def _with_names(
    side: str, beside: str, named: Mapping[float, Mapping[str, bool]]
) -> str:
    """Return a side with a name for each value in it; as it is if one has none."""
    pieces: list[str] = []
    at = 0
    for value in _LONG_DECIMAL.finditer(side):
        if not _is_of_its_own(value["number"]):
            return side
        names = list(named.get(_number(value["sign"], value["number"]), ()))
        near = [name for name in names if name in beside]
        found = near if len(names) > 1 else names
        if len(found) != 1:
            return side
        pieces += [side[at : value.start()], found[0]]
        at = value.end()
    return "".join((*pieces, side[at:]))


def _has_names(side: str) -> bool:
    """Return whether there is more in a side than numbers and functions of them."""
    return _LETTER.search(_FUNCTION.sub("", side)) is not None


def _is_of_its_own(number: str) -> bool:
    """Return whether it has as many digits as no round number has."""
    return len(number.replace(".", "").strip("0")) >= _DIGITS


def _number(sign: str | None, digits: str) -> float:
    return -float(digits) if sign else float(digits)


_LONGEST: Final = 400  # characters
_DIGITS: Final = 3
_EQUALS: Final = re.compile(r"(?<![-<>!=:+*/])=(?!=)|≈|\\(?:approx|simeq)(?![A-Za-z])")
_NAME: Final = re.compile(
    r"(?=.*[^\W\d_])(?!.*(?<![\\A-Za-z])[A-Za-z]{2,} +[A-Za-z])"
    r"(?:[^\W\d]|[₀-₉⁽⁾⁰-⁹{}\\/_^∂()\[\]0-9' ]|(?<=\{)[0-9]){1,50}"
)
_SIGN: Final = r"(?P<sign>[-−])?\s*"
_VALUE: Final = re.compile(rf"\s*{_SIGN}(?P<number>[0-9]+\.[0-9]+)\s*[.,;]?\s*")
_CALL: Final = re.compile(
    r"\s*(?P<function>\\sigma|σ|[sS]igmoid|\\?tanh|[rR]e[lL][uU]|\\?(?:var)?phi|φ|[fgS])"
    rf"\s*(?:\\left)?\(\s*{_SIGN}(?P<number>[0-9]+\.[0-9]+)\s*(?:\\right)?\)\s*"
)
_LONG_DECIMAL: Final = re.compile(  # a minus sign at the beginning is part of it
    r"(?:(?:(?<=\()|^\s*)(?P<sign>[-−])\s*)?(?<![\w.])(?P<number>[0-9]+\.[0-9]{3,})(?![\w.])"
)
_LETTER: Final = re.compile(r"[^\W\d_¹²³⁰-⁹₀-₉]")
_FUNCTION: Final = re.compile(
    r"\\(?:sigma|tanh|exp|frac|left|right|cdot|times)(?![A-Za-z])"
    r"|\b(?:sigmoid|tanh|exp|relu|ReLU|max|e)(?![A-Za-z])|σ|\be(?=[⁻¹²³⁰-⁹])"
)
