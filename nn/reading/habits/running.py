r"""A letter that stands for one gradient after another, as in an algorithm's steps.

Goodfellow, Bengio and Courville, Deep Learning (2016), algorithm 6.4, sets
``g \leftarrow \nabla_{a^{(k)}} J = g \odot f'(a^{(k)})`` and goes on with g.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

__all__ = ["with_what_runs"]


def with_what_runs(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with the gradient for the letter that stands for it.

    >>> lines = r"g \leftarrow \nabla_z J = g \odot f'(z)", r"\nabla_b J = g"
    >>> with_what_runs(lines)
    ["\\nabla_z J = g \\odot f'(z)", '\\nabla_b J = {\\nabla_z J}']

    On the right of its own step it is what came in, by the activations of its layer.
    Several may stand on one line:

    >>> with_what_runs([rf"{lines[0]} \quad {lines[1]}"])
    ["\\nabla_z J = g \\odot f'(z)\\quad \\nabla_b J = {\\nabla_z J}"]
    """
    parted = [_PARTED.split(formula) for formula in formulas]
    parts = [part for one in parted for part in one]
    steps = [found for one in parts if (found := _STEP.match(one))]
    if not steps:
        return list(formulas)
    read = iter(_read(parts, steps))
    return ["".join(islice(read, len(one))) for one in parted]


def _read(parts: Sequence[str], steps: Sequence[re.Match[str]]) -> list[str]:
    """Return the parts, one after another, with the gradient of the step before."""
    now: dict[str, str] = {}
    read = []
    for part in parts:
        step = _STEP.match(part)
        begins = part[: len(part) - len(part.lstrip())]  # it tells the line
        text = f"{begins}{step[2].strip()} = {step[3].strip()}" if step else part
        known = dict(now)
        if step and not _LAYER_BEFORE.search(step[2]):
            came_in = _came_in(step, steps) or now.get(step[1])
            known = known | {step[1]: came_in} if came_in else known
        for letter, gradient in known.items():
            text = _alone(letter).sub(lambda _: f"{{{gradient}}}", text)  # noqa: B023
        if step:
            now[step[1]] = step[2].strip()
        read.append(text)
    return read


def _came_in(step: re.Match[str], steps: Sequence[re.Match[str]]) -> str:
    """Return what a step begins with: the gradient of the last step, in its layer."""
    mine, last = _BY.search(step[2]), _BY.search(steps[-1][2])
    if mine is None or last is None or mine[1] == last[1]:
        return ""
    return f"{step[2][: mine.start(1)]}{last[1]}{step[2][mine.end(1) :]}".strip()


def _alone(letter: str) -> re.Pattern[str]:
    """Return what finds a letter without argument and scripts."""
    return re.compile(rf"(?<![A-Za-z\\_^]){letter}(?![A-Za-z0-9_^'(])")


_PARTED: Final = re.compile(r"(\\q?quad(?![A-Za-z])|(?<!\\);)")
_FONT: Final = (  # \mathbf{g}, \boldsymbol g
    r"(?:\\[a-z]+\s*\{\s*|\\(?:boldsymbol|mathbf|mathrm|mathit|mathsf|bf|bm|vec)\s+)?"
)
_STEP: Final = re.compile(
    rf"\s*{_FONT}([A-Za-z])\s*\}}?\s*(?:\\leftarrow|\\gets|←)\s*"
    r"(\\nabla[^=]{1,80}|\\frac\s*\{\s*\\partial[^=]{1,80})=(.{1,2000})",
    re.DOTALL,
)
_BY: Final = re.compile(
    rf"(?:\\nabla_\s*\{{?\s*|\\partial\s*){_FONT}([A-Za-z])(?=[\s^_}}])"
)
_LAYER_BEFORE: Final = re.compile(r"[-−]\s*1\b")
