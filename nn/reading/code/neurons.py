"""Write code that computes neuron by neuron as notes do: ``∂L/∂w1 = h1 * σ'(sum_o1)``.

A derivative of one name by another is often called by both, ``d_L_d_w1`` or ``dL_dw1``;
``x[0]`` is the first input, and a function that the text defines is the slope.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from nn.reading.code.helpers import Helper
from nn.reading.code.names import is_of_slope

__all__ = ["as_neurons"]


def as_neurons(lines: Sequence[str], helpers: Mapping[str, Helper]) -> list[str]:
    """Return lines of code as equations of single neurons, as far as they are.

    >>> lines = ["s1 = self.w1*x[0] + self.w2*x[1]", "dL_dh = 2*(h - t)", "h = f(s1)"]
    >>> print(*as_neurons([*lines, "dh_dw1 = x[0] * dsigmoid(s1)"], {}), sep="; ")
    s1 = w1*x1 + w2*x2; ∂L/∂h = 2*(h - t); h = f(s1); ∂h/∂w1 = x1 * σ'(s1)

    A step to a new name is a step:

    >>> as_neurons(["new_w1 = w1 - eta * 0.5", "b_new = b - eta * 0.2"], {})
    ['w1 = w1 - eta * 0.5', 'b = b - eta * 0.2']
    """
    if sum(map(len, lines)) > _LONGEST:
        return list(lines)
    lines = [_STEP.sub(r"\g<indent>\g<of> = \g<of>", line) for line in lines]
    lines = [_OWN.sub("", line) for line in lines]
    from_zero = {found[1] for line in lines for found in _FIRST.finditer(line)}
    lines = [
        _ENTRY.sub(
            lambda found: (
                f"{found[1]}{int(found[2]) + 1}" if found[1] in from_zero else found[0]
            ),
            line,
        )
        for line in lines
    ]
    known = {
        name.replace("_", ""): name
        for line in lines
        for name in _NAME.findall(line)
        if not _BY.fullmatch(name)
    }

    def derived(found: re.Match[str]) -> str:
        top, below = (known.get(each.replace("_", "")) for each in found.groups())
        if below is None or not (top or found[1] in _COSTS):
            return found[0]
        return f"∂{top or found[1]}/∂{below}"

    def called(found: re.Match[str]) -> str:
        helper = helpers.get(found[1])
        kind = helper.kind if helper else "slope" if is_of_slope(found[1]) else ""
        return "σ'(" if kind == "slope" else found[0]

    return [_CALLED.sub(called, _BY.sub(derived, line)) for line in lines]


_LONGEST: Final = 40_000
_COSTS: Final = frozenset(
    {"L", "E", "C", "J", "loss", "Loss", "cost", "error", "Error"}
)
# new_w1 = w1 - ..., w1_neu = w1 - ...
_STEP: Final = re.compile(
    r"^(?P<indent>\s*)(?:new_|updated_|neue?_|nov[oa]_|nuev[oa]_)?(?P<name>[A-Za-z]\w{0,20}?)"
    r"(?:_new|_updated|_neu|_next)?\s*=\s*(?P<of>(?P=name))(?=\s*[-+])"
)
_OWN: Final = re.compile(r"(?<![\w.])self\.(?=[A-Za-z_])")
_FIRST: Final = re.compile(r"(?<![\w.])([A-Za-z]\w{0,20})\[0\]")
_ENTRY: Final = re.compile(r"(?<![\w.])([A-Za-z]\w{0,20})\[(\d)\]")
_NAME: Final = re.compile(r"(?<![\w.])[A-Za-z]\w{0,40}")
_BY: Final = re.compile(
    r"(?<![\w.])d_?((?!d_)[A-Za-z]\w{0,20}?)_d_?([A-Za-z]\w{0,20})(?![\w.(\[])"
)
_CALLED: Final = re.compile(r"(?<![\w.])([A-Za-z]\w{0,40})\((?=[A-Za-z_]\w{0,40}\))")
