"""Part a function that a flag turns into its slope: ``def s(x, deriv=False)``.

Such a function is two, and of which number the slope is its formula says: of the
weighted sum, or of the output. Each is put where the other rules look for it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

__all__ = ["without_flags"]


def without_flags(text: str) -> str:
    r"""Return the text with two functions for each that has a flag, line for line.

    >>> code = "def s(x, deriv=False):\n    if deriv:\n        return x * (1 - x)\n"
    >>> code += "    return 1 / (1 + np.exp(-x))\nd = (a - y) * s(a, deriv=True)"
    >>> print(without_flags(code))
    s = lambda x: 1 / (1 + np.exp(-x))
    def s_flagged(x):
        return x * (1 - x)
    <BLANKLINE>
    d = (a - y) * s_flagged(a)
    """
    if "True" not in text:
        return text
    for found in list(_DEFINED.finditer(text))[:_MOST]:
        text = text.replace(found[0], _two_functions(found), 1)
        called = re.compile(
            rf"(?<!\w){found['name']}\((?P<of>(?:[^()\n]|\([^()\n]{{0,80}}\)){{1,200}}?)"
            rf"\s*,\s*(?:{found['flag']}\s*=\s*)?True\s*\)"
        )
        text = called.sub(partial(_call, f"{found['name']}_flagged"), text)
    return text


def _two_functions(found: re.Match[str]) -> str:
    name, x, before = found["name"], found["x"], found["before"]
    lines = [
        f"{before}{name} = lambda {x}: {found['value']}",  # which the slope may call
        f"{before}def {name}_flagged({x}):",
        f"{before}    return {found['slope']}",
    ]
    return "\n".join([*lines, *[""] * (found[0].count("\n") + 1 - len(lines))])


def _call(name: str, found: re.Match[str]) -> str:
    return f"{name}({found['of']})"


_MOST: Final = 8
_DEFINED: Final = re.compile(
    r"^(?P<before>[ \t]{0,12})def (?P<name>[A-Za-z_]\w{0,30})\((?:self,\s*)?"
    r"(?P<x>[A-Za-z_]\w{0,20}),\s*(?P<flag>deriv\w{0,8}|prime|grad)\s*=\s*False\s*\):"
    r"[ \t]*\n[ \t]{1,20}if\s*\(?(?P=flag)\s*(?:(?:==|is)\s*True\s*)?\)?:"
    r"[ \t]*(?:\n[ \t]{1,20})?return (?P<slope>[^\n]{1,200})\n"
    r"(?P<otherwise>[ \t]{1,20}else:[ \t]*\n)?"
    r"[ \t]{1,20}return (?P<value>[^\n]{1,200})$",
    re.MULTILINE,
)
