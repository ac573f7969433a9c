r"""Functions without what they are taken of: ``\sigma' = \sigma(1 - \sigma)``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_arguments"]


def with_arguments(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with z for the argument that a slope's rule leaves out.

    >>> rules = r"\sigma' = \sigma(1 - \sigma)", r"\tanh' = 1 - \tanh^2"
    >>> print(*with_arguments(rules), sep="\n")
    \sigma'(z) = \sigma(z)(1 - \sigma(z))
    \tanh'(z) = 1 - \tanh^2(z)

    What a function is may be said without its argument too.

    >>> with_arguments([r"\sigma = \frac{1}{1+e^{-x}}", r"C = \frac{1}{1+e^{-x}}"])
    ['\\sigma(x) = \\frac{1}{1+e^{-x}}', 'C = \\frac{1}{1+e^{-x}}']

    So it is where two names of a function have one slope.

    >>> print(*with_arguments([r"g' = \sigma' = \sigma(1 - \sigma)"]))
    g'(z) = \sigma'(z) = \sigma(z)(1 - \sigma(z))

    What has an argument is a call, and no product.

    >>> with_arguments([r"f' = f(x) (1 - f(x))"])
    ["f' = f(x) (1 - f(x))"]
    """
    return list(map(_with_argument, formulas))


def _with_argument(formula: str) -> str:
    rule = _RULE.fullmatch(formula)
    if rule is None:
        return _of_its_letter(formula)
    name = rule["function"]
    alone = re.compile(
        rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z'_])(?P<power>\s*\^\s*(?:2|\{{\s*2\s*\}}))?"
    )
    calls = re.finditer(
        rf"{alone.pattern}\s*(?:\\left)?\((?P<inner>[^()]*)\)", rule["of"]
    )
    if any(alone.search(call["inner"]) is None for call in calls):
        return formula
    made = alone.sub(lambda one: f"{name}{one['power'] or ''}(z)", rule["of"])
    also = f"{rule['also']}'(z) = " if rule["also"] else ""
    return f"{also}{name}'(z) = {made}" if made != rule["of"] else formula


def _of_its_letter(formula: str) -> str:
    """Return ``f(x) = 1 / (1 + e^{-x})`` for a function that is said without x."""
    defined = _DEFINED.match(formula)
    if defined is None:
        return formula
    letters = set(_LETTER.findall(defined["of"])) - {"e"}
    if len(letters) != 1:
        return formula
    return f"{defined['function']}({letters.pop()}) = {defined['of'].strip()}"


# \sigma = 1 / (1 + e^{-x})
_DEFINED: Final = re.compile(
    r"[\s&]*(?:\\begin\s*\{[a-z]{1,9}\*?\})?[\s&]*"
    r"(?P<function>\\(?:tanh|sigma|phi|varphi|psi)(?![A-Za-z])|[fgs])\s*&?\s*=\s*"
    r"(?=[^=]{1,60}(?:\be\s*\^|\\?exp\b))(?P<of>[^=']{1,160}?)"
    r"(?:\\end\s*\{[a-z]{1,9}\*?\}\s*)?$"
)
_LETTER: Final = re.compile(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])")

_FUNCTION: Final = r"\\(?:tanh|sigma|phi|varphi|psi)|[fgs]"
_PRIME: Final = r"\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*=\s*"
_RULE: Final = re.compile(
    rf"\s*(?:(?P<also>{_FUNCTION}){_PRIME})?(?P<function>{_FUNCTION}){_PRIME}"
    r"(?P<of>[^=]{1,80}?)\s*[.,;]?\s*"
)
