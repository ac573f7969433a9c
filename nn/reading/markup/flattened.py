r"""Put scripts and fractions back into formulas that were copied as plain text.

What a browser shows as a formula is copied without its bars and raised letters:
``∂C∂zlj=∑kwl+1kjδl+1kσ′(zlj)``. No line is added or lost.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_scripts"]


def with_scripts(text: str) -> str:
    r"""Return a text whose fractions lost their bars with formulas between dollars.

    >>> print(with_scripts("∂C∂blj=δlj\nδlj=∑kwl+1kjδl+1kσ′(zlj)"))
    $(∂C/∂b^{l}_{j})=δ^{l}_{j}$
    $δ^{l}_{j}=∑_{k}w^{l+1}_{kj}δ^{l+1}_{k}σ′(z^{l}_{j})$
    >>> with_scripts("∂C/∂b = dl") == "∂C/∂b = dl"
    True
    >>> print(with_scripts("𝑑𝑊[2]=1𝑚𝑑𝑍[2]𝐴[1]𝑇\n𝑑𝑍[1]=𝑊[2]𝑇𝑑𝑍[2].∗𝑔′(𝑍[1])"))
    𝑑𝑊[2]=1/m 𝑑𝑍[2]𝐴[1].T
    𝑑𝑍[1]=𝑊[2].T 𝑑𝑍[2].*𝑔′(𝑍[1])
    """
    if "\\" in text or "$" in text:
        return text
    if _LOST_BAR.search(text):
        text = _LOST_BAR.sub("1/m ", text).replace(".∗", ".*")
        return _RAISED_T.sub(lambda found: ".T " if found[1] else ".T", text)
    if not _FLAT.search(text):
        return text
    return _EQUATION.sub(_between_dollars, text)


def _scripted(found: re.Match[str]) -> str:
    layer = found["layer"].replace("−", "-").replace("–", "-")
    below = f"_{{{found['below']}}}" if found["below"] else ""
    return f"{found['letter']}^{{{layer}}}{below}"


def _between_dollars(found: re.Match[str]) -> str:
    """Return an equation between dollars, if no words of prose are in it."""
    if "=" not in found[0]:
        return found[0]
    given = found[0].strip(" .")
    equation = _SYMBOL.sub(_scripted, given)
    equation = _FRACTION.sub(r"(∂\1/∂\2)", equation)
    equation = _SUM.sub(r"\1_{\2}", equation)
    equation = _TRANSPOSED.sub(r")^T", equation)
    if _WORD.search(equation):
        return found[0]
    before, _, after = found[0].partition(given)
    return f"{before}${equation}${after}"


# 1m dZ, where a fraction's bar is lost, as the raising of a T is
_LOST_BAR: Final = re.compile(r"(?<![\w.])1[m𝑚](?=\s?(?:[dδ𝑑𝛿Σ∑](?![a-z]{2})|np\.|\())")
_RAISED_T: Final = re.compile(r"(?<=[\])0-9])[T𝑇](?![a-z])(?=([^\W\d])?)")
_FLAT: Final = re.compile(r"∂[A-Zℒ]∂[wbaz][lL]")
_SYMBOL: Final = re.compile(
    r"(?P<letter>[δwbazxh])(?P<layer>[lL](?:[+−–-]1)?)(?P<below>[ijkmnpq]{0,2})"
)
_OF_SYMBOL: Final = r"[A-Zδwbazxhℒ](?:\^\{[^{}]{1,5}\})?(?:_\{\w{1,2}\})?"
_FRACTION: Final = re.compile(rf"∂({_OF_SYMBOL})∂({_OF_SYMBOL})")
_SUM: Final = re.compile(r"([∑Σ])([ijkmnpqx])")
_TRANSPOSED: Final = re.compile(r"\)T(?![A-Za-z]{2})")
# between words of a language that has no Latin letters, or on a line of its own
_EQUATION: Final = re.compile(
    r"[^\n:;,，。：；\u2e80-\u9fff\uac00-\ud7a3\u0400-\u04ff]+"
)
_WORD: Final = re.compile(r"[A-Za-z]{3}")
