r"""A neuron by itself, in a text about layers of them: ``z = b + \sum_i x_i w_i``.

Before it comes to layers, a text looks at one neuron, whose weights have one index. It
is any neuron of a layer: the index that it has there is put in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_an_index_for_one_neuron"]


def with_an_index_for_one_neuron(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with the index of a neuron that is looked at by itself.

    >>> lines = [r"z = b + \sum_i x_i w_i", r"\frac{\partial z}{\partial w_i} = x_i"]
    >>> lines += [r"\frac{\partial z_j}{\partial w_{ij}} = y_i"]
    >>> print(*with_an_index_for_one_neuron(lines), sep="\n")
    z_{q} = b_{q} + \sum_i x_i w_{iq}
    \frac{\partial z_{q}}{\partial w_{iq}} = x_i
    \frac{\partial z_j}{\partial w_{ij}} = y_i

    Without a text about layers, it is all there is:

    >>> with_an_index_for_one_neuron(lines[:1])
    ['z = b + \\sum_i x_i w_i']
    """
    defined = next((found for one in formulas if (found := _DEFINED.match(one))), None)
    if defined is None:
        return list(formulas)
    z = defined["z"]
    last = {
        found["of"] == found["last"]
        for one in formulas
        for found in _in_layers(z).finditer(one)
        if found["of"] in {found["first"], found["last"]}
    }
    used = set(re.findall("[a-z]", _COMMAND.sub("", " ".join(formulas))))
    free = next((letter for letter in "qru" if letter not in used), "")
    if len(last) != 1 or not free:
        return list(formulas)
    place = rf"w_{{\g<i>{free}}}" if last.pop() else rf"w_{{{free}\g<i>}}"
    made = {found[1] for one in formulas for found in _made_of(z).finditer(one)}
    bare = "".join(sorted({z, defined["before"] or defined["behind"] or z} | made))
    alone = re.compile(rf"(?<![A-Za-ce-z\\_^]){_D}([{bare}])(?![A-Za-z_^])")
    return [
        alone.sub(rf"\1\2_{{{free}}}", _W.sub(place, one)) if _W.search(one) else one
        for one in formulas
    ]


def _in_layers(z: str) -> re.Pattern[str]:
    """Return what finds the index of z beside both of w: ``dz_j/dw_ij``, ``z_j =``."""
    pair = r"w_\s*\{\s*(?P<first>[a-z])\s*,?\s*(?P<last>[a-z])\s*\}"
    index = r"_\s*\{?\s*(?P<of>[a-z])\s*\}?\s*"
    return re.compile(
        rf"(?<![A-Za-z\\]){_D}{z}{index}"
        rf"(?:\}}\s*\{{\s*(?:\\partial|d)\s*|=[^=]{{0,60}}?){pair}"
    )


def _made_of(z: str) -> re.Pattern[str]:
    """Return what finds the letter of a function of z: ``y = f(z)``."""
    return re.compile(
        rf"(?<![A-Za-z\\])([a-z])\s*=\s*(?:\\?[A-Za-z]{{1,8}}\s*\(\s*{z}\s*\)"
        rf"|\\[dt]?frac\s*\{{\s*1\s*\}}\s*\{{\s*1\s*\+\s*[^=]{{1,20}}-\s*{z}\s*[)}}])"
    )


_D: Final = r"((?<![A-Za-z\\])d|)"
_COMMAND: Final = re.compile(r"\\[A-Za-z]+")
_W: Final = re.compile(
    r"(?<![A-Za-ce-z\\])w_\s*(?P<brace>\{)?\s*(?P<i>[a-z])(?(brace)\s*\})(?![A-Za-z_^,])"
)
_TERM: Final = r"\\sum(?:\\limits)?\s*_\s*\{?\s*(?P<i>[a-z])\s*\}?\s*"
_PAIR: Final = (
    r"(?:w_\{?(?P=i)\}?\s*(?:\\cdot\s*)?x_\{?(?P=i)\}?"
    r"|x_\{?(?P=i)\}?\s*(?:\\cdot\s*)?w_\{?(?P=i)\}?)"
)
_DEFINED: Final = re.compile(
    rf"\s*(?P<z>[a-z])\s*=\s*(?:(?P<before>[a-z])\s*\+\s*)?{_TERM}{_PAIR}"
    r"(?:\s*\+\s*(?P<behind>[a-z])(?![A-Za-z_]))?(?![A-Za-z_^])"
)
