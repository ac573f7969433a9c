r"""Transposes that stand before a matrix, ``{}^tW``, are small, or are spelled out."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_transposes_behind"]


def with_transposes_behind(text: str) -> str:
    r"""Return a text whose transposes are a sign behind the matrix.

    >>> with_transposes_behind(r"$\delta = {}^tW^{(2)} e$, $D = d \, {}^t x$")
    '$\\delta = W^{(2)}{}^\\top e$, $D = d \\, x{}^\\top$'
    >>> with_transposes_behind(r"$D = d \operatorname{transpose}(X)$")
    '$D = d X{}^\\top$'

    A small t above is one where t means nothing else.

    >>> with_transposes_behind(r"$D = d h^t$"), with_transposes_behind(r"$h^t - t$")
    ('$D = d h^\\top $', '$h^t - t$')
    """
    text = _BEFORE.sub(r"\g<gap>\g<of>{}^\\top", text)
    text = _SPELLED.sub(_turned, text)
    is_small = _SMALL.search(text) is not None and _LARGE.search(text) is None
    if is_small and _T.search(_SMALL.sub("^", text)) is None:
        text = _SMALL.sub(lambda found: f"{found['layer'] or '^'}\\top ", text)
    return text


def _turned(found: re.Match[str]) -> str:
    """Return a matrix, or a product in brackets, with the sign behind it."""
    of = found["of"].strip()
    return rf"{of}{{}}^\top" if _ONE.fullmatch(of) else rf"({of})^\top"


_FONT: Final = r"(?:mathbf|boldsymbol|bm|vec|mathrm|mathsf|mathit)"
_MATRIX: Final = (
    rf"(?:\\{_FONT}\s?\{{\s?[A-Za-z]\s?\}}|[A-Za-z]|\\delta)"
    r"(?:[_^](?:\{[^{}]{1,20}\}|\w)){0,2}"
)
_T_ABOVE: Final = r"\s?\^\s?(?:\{\s?[tT]\s?\}|[tT](?![A-Za-z]{2}))"
_BEFORE: Final = re.compile(  # a T behind a letter and a space may be of that letter
    r"(?:(?<![\w}\])'^])\{\s?\}(?!\s?\^\s?\{?\s?T)"
    rf"|(?<=[=(+$&,-])(?P<gap>\s?)(?:\{{\s?\}})?){_T_ABOVE}"
    rf"(?:\\!|\s)?(?P<of>{_MATRIX})"
)
_ONE: Final = re.compile(_MATRIX)
_SPELLED: Final = re.compile(
    r"\\(?:operatorname|text|mathrm|mathop)\s?\{\s?[Tt]rans(?:pose|p)?\s?\}\s?(?:\\left\s?)?"
    r"\((?P<of>[^()$\n]{1,80}?)(?:\\right\s?)?\)"
)
_SMALL: Final = re.compile(  # h^t, W^{(2)t}
    r"(?<=[\w})\]])\^\s?(?:\{\s?t\s?\}|t(?![A-Za-z]))"
    r"|(?P<layer>\^\s?\{\s?[(\[][^(){}\[\]]{1,9}[)\]]\s?)t(?=\s?\})"
)
_LARGE: Final = re.compile(
    r"\^\s?\{?\s?(?:T\b|\\top\b|\\intercal\b|\\mathsf\b)|\\top\b"
)
_T: Final = re.compile(r"(?<![A-Za-z\\'’])t(?![A-Za-z])")
