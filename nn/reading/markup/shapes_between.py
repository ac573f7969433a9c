r"""Put a shape behind the formula: ``Z \in \mathbb{R}^{m \times d} = X W``.

Between a letter and what it equals, a shape hides that the letter is defined there.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_shapes_behind"]


def with_shapes_behind(text: str) -> str:
    r"""Return the text with shapes behind the formulas before which they stand.

    >>> with_shapes_behind(r"$Z \in \mathbb{R}^{m \times d} = X W$")
    '$Z = X W \\in \\mathbb{R}^{m \\times d}$'
    """
    return _BETWEEN.sub(r"\g<formula> \g<shape>", text)


_BETWEEN: Final = re.compile(
    r"(?P<shape>\\in\s?\\mathbb\s?\{?\s?R\s?\}?\s?\^\s?\{[^{}\n]{1,60}\})"
    r"\s?(?P<formula>[ \t&]*=(?:(?!\\\\|\\end|\\[\])])[^\n$=]){1,400}?)"
    r"(?=[.,]?\s*(?:\\\\|\$|\n|\\end\b|\\[\])]))"
)
