"""Read the layer l of a text as a number, and write it as ``[l]`` again.

So ``a^(l-1)``, ``a[l-1]`` and ``aˡ⁻¹`` are a name with one sign behind it, as a1 is.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

__all__ = ["with_layers_as_numbers", "with_layers_in_brackets"]


def with_layers_as_numbers(text: str) -> str:
    """Return the text with one of the numbers 5 to 9 for each layer by a letter.

    A text that counts its layers so far stays as it is.

    >>> with_layers_as_numbers("z^(l) = W^(l) a^(l-1), d[L] = aᴸ − y, d_{l+1}")
    'z7 = W7 a6, d9 = a9 − y, d8'
    """
    if _HIGH.search(text):
        return text
    counts = Counter(found[1] for found in _NEIGHBOUR.finditer(text))
    letter = counts.most_common(1)[0][0] if counts else "l"
    last = letter.upper() if letter.isascii() else "L"
    plain = {letter: "l", last: "L", "L": "L"}

    def numbered(found: re.Match[str]) -> str:
        inner = next(group for group in found.groups()[1:] if group is not None)
        inner = inner.translate(_PLAIN).replace(" ", "")
        number = _NUMBERS.get(plain.get(inner[0], "?") + inner[1:])
        return found[0] if number is None else f"{found[1]}{number}"

    return _BY_LETTER.sub(numbered, text)


def with_layers_in_brackets(text: str) -> str:
    r"""Return equations with ``[l]`` for such a number, in our letters.

    >>> text = "s7 = V7 · r6 + c7\nr7 = g ( s7 )\nd__V7 = delta7"
    >>> print(with_layers_in_brackets(text))
    z[l] = W[l] · a[l-1] + b[l]
    a[l] = g ( z[l] )
    dW[l] = delta[l]
    """
    if not _SOME.search(text):
        return text
    ours: dict[str, str] = {}
    of_batch = False
    for found in _WEIGHTED.finditer(text):
        of_batch = of_batch or found["z"].isupper()  # as matrices of examples are
        for kind in ("z", "a"):
            ours.setdefault(found[kind], kind.upper() if of_batch else kind)
        ours |= {found["W"]: "W", found["b"] or "b": "b"}
    outputs = next((name for name, our in ours.items() if our in {"a", "A"}), "")
    if outputs:
        compared = (
            rf"(?<=\b{outputs}9 - )[A-Za-z]+\b(?!\s\()|\b[A-Za-z]+(?= - {outputs}9\b)"
        )
        text = re.sub(compared, "Y" if of_batch else "y", text)
    if of_batch:
        text = _COUNT.sub("m", text)

    def placed(found: re.Match[str]) -> str:
        of, name, number = found[1], found[2], found[3]
        name = ours.get(name, name)
        kind = f"d{name}" if of else name
        layer = _LAYERS.get(number)
        return f"{kind}{number}" if layer is None else f"{kind}[{layer}]"

    return _NUMBERED.sub(placed, text)


_LETTERS: Final = r"[^\W\d_ᵀ⁰¹²³⁴⁵-⁹₀-₉ˡᴸₗ]{1,12}"
_HIGH: Final = re.compile(rf"(?<!\w){_LETTERS}_?[\[({{^]{{0,2}}[5-9]")
_NEIGHBOUR: Final = re.compile(r"[\[({]\s?([lℓki])\s?[-+]\s?1\s?[\])}]")
_INNER: Final = r"([lℓkiL]\s?(?:[-+]\s?1)?)"
_BY_LETTER: Final = re.compile(
    rf"(?<![^\W_])({_LETTERS})_{{0,2}}(?:\^?\{{[(\[]?\s?{_INNER}\s?[)\]]?\}}|\^?[(\[]\s?{_INNER}\s?[)\]]"
    r"|(?<=_)([lℓkL])(?!\w)|\^([lℓkL])(?!\w)"
    r"|⁽?((?:ˡ|ᴸ|ᵏ)(?:[⁻⁺]¹)?)⁾?|((?:ₗ|ₖ)(?:[₋₊]₁)?))"
    r"(?!\s?/\s?[d∂δ])"
)
_COUNT: Final = re.compile(r"(?<=/ )[nN]\b")
_PLAIN: Final = str.maketrans("ˡᴸᵏ⁻⁺¹ₗₖ₋₊₁ℓ", "lLk-+1lk-+1ℓ")
_NUMBERS: Final = {"L-1": "5", "l-1": "6", "l": "7", "l+1": "8", "L": "9"}
_LAYERS: Final = {number: layer for layer, number in _NUMBERS.items()}
_SOME: Final = re.compile(r"[^\W\d_][6-9]\b")
_NUMBERED: Final = re.compile(rf"(?<![^\W_])(d__)?({_LETTERS})([0-9])(?!\w)")
_WEIGHTED: Final = re.compile(
    rf"(?:^|; )(?P<z>{_LETTERS})7 = (?:(?:np\.)?dot ?\( )?(?P<W>{_LETTERS})7"
    rf"(?: [·@*,] |\.dot ?\( )(?P<a>{_LETTERS})6(?: \))?(?: \+ (?P<b>{_LETTERS})7)?",
    re.MULTILINE,
)
