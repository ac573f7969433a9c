r"""Letters of the output layer that bear an accent: ``\hat{w}_1`` beside ``w_{1,1}``.

Where weights, and what the activation is taken of, stand both with an accent and
without, those with it are of the outputs, and the others of the hidden layer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_layers_of_accents"]


def with_layers_of_accents(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with layers above, where an accent says them.

    >>> lines = [r"\partial_{\hat{w}_1} E = e g'(\hat{r}) g(r_1)"]
    >>> lines += [r"\partial_{w_{1,2}} E = e g'(\hat{r}) \hat{w_1} g'(r_1)"]
    >>> print(*with_layers_of_accents(lines), sep="\n")
    \partial_{w^{(2)}_{1 1}} E = e g'(z^{(2)}_{1}) g(z^{(1)}_{1})
    \partial_{w^{(1)}_{1,2}} E = e g'(z^{(2)}_{1}) w^{(2)}_{1 1} g'(z^{(1)}_{1})

    An accent that only the outputs bear says nothing of layers:

    >>> with_layers_of_accents([r"w_1 = (\hat{y} - y) f'(z) x_1"])
    ["w_1 = (\\hat{y} - y) f'(z) x_1"]
    """
    text = "\n".join(formulas)
    sums = {found[1] for found in _SUM_WITH.finditer(text)}
    sums &= {found[1] for found in _SUM_WITHOUT.finditer(text)} - set("xywb")
    of_weights = _WEIGHT_WITH.search(text) and _WEIGHT_WITHOUT.search(text)
    if len(sums) != 1 or not of_weights or _LAYERS.search(text):
        return list(formulas)
    z = sums.pop()
    accented = re.compile(
        rf"{_ACCENT}\{{\s*(?P<name>[wb{z}])\s*(?:_\s*{_index('inner')})?\s*\}}"
        rf"(?:\s*_\s*{_index('outer')})?{_OF_EXAMPLE}"
    )
    bare = re.compile(
        rf"(?<![A-Za-z\\])(?P<name>[wbx{z}])\s*_\s*{_index('outer')}{_OF_EXAMPLE}"
    )

    def of_outputs(found: re.Match[str]) -> str:
        index = _said(found, "inner") or _said(found, "outer") or "1"
        if found["name"] == "w" and not _PAIR.search(index):
            index = f"1 {index}"  # to the only output
        name = "z" if found["name"] == z else found["name"]
        return f"{name}^{{(2){found['example'] or ''}}}_{{{index}}}"

    def of_hidden(found: re.Match[str]) -> str:
        name = {z: "z", "x": "a"}.get(found["name"], found["name"])
        layer = 0 if found["name"] == "x" else 1
        example = found["example"] or ""
        return f"{name}^{{({layer}){example}}}_{{{_said(found, 'outer')}}}"

    return [bare.sub(of_hidden, accented.sub(of_outputs, one)) for one in formulas]


def _index(name: str) -> str:
    return rf"(?:(?P<{name}>\w)|\{{\s*(?P<{name}_more>[^{{}}]{{1,9}}?)\s*\}})"


def _said(found: re.Match[str], name: str) -> str:
    given = found.groupdict()
    return given.get(name) or given.get(f"{name}_more") or ""


_ACCENT: Final = r"\\(?:hat|widehat|tilde|widetilde|bar|overline|dot)\s*"
_OF_EXAMPLE: Final = r"(?:\s*\^\s*\{\s*(?P<example>\([a-km-z]\))\s*\})?"
_SLOPE: Final = r"(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*(?:\\left)?\s*\(\s*"
_SUM_WITH: Final = re.compile(rf"{_SLOPE}{_ACCENT}\{{\s*([a-z])")
_SUM_WITHOUT: Final = re.compile(rf"{_SLOPE}([a-z])\s*_")
_WEIGHT_WITH: Final = re.compile(rf"{_ACCENT}\{{\s*w\s*[_}}]")
_WEIGHT_WITHOUT: Final = re.compile(r"(?<![A-Za-z\\{])w\s*_|\{\s*w\s*_\s*\{?\s*\w\s*,")
_LAYERS: Final = re.compile(r"[wb]\s*\^\s*\{\s*[(\[]\s*[0-9L]")
_PAIR: Final = re.compile(r"\w\s*,?\s*\w")
