r"""Two layers with letters of their own and Greek weights: ``b = \sum_j \beta_j z_j``.

Courses on machine learning write ``a_j = \sum_i \alpha_{ji} x_i``, ``b = \sum_j \beta_j
z_j`` with ``z_j = \sigma(a_j)``, ``y = \sigma(b)``, and ``y^*`` for the target. There a
and b are weighted sums, z is an activation, and no Greek letter is a learning rate or a
bias. Where a text defines its layers so, its letters are put in ours in the source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_greek_weights"]


def with_greek_weights(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with numbered layers, if two have Greek weights.

    >>> lines = [r"a_j = \sum_i \alpha_{ji} x_i", r"z_j = \sigma(a_j)"]
    >>> lines += [r"b = \sum_j \beta_j z_j", r"\frac{db}{d\beta_j} = z_j"]
    >>> for line in with_greek_weights([*lines, r"y = \frac{1}{1 + \exp(-b)}"]):
    ...     print(line)
    z^{(1)}_j = \sum_i w^{(1)}_{ji} x_i
    a^{(1)}_j = \sigma(z^{(1)}_j)
    z^{(2)} = \sum_j w^{(2)}_j a^{(1)}_j
    \frac{dz^{(2)}}{dw^{(2)}_j} = a^{(1)}_j
    \hat{y} = \frac{1}{1 + \exp(-z^{(2)})}
    """
    ours = _letters(formulas)
    if not ours:
        return list(formulas)
    names = "|".join(re.escape(name) for name in sorted(ours, key=len, reverse=True))
    framed = re.compile(
        rf"{_FRAME}\s*(?:\{{\s*(?P<a>{names})\s*\}}|(?P<b>{names})(?![A-Za-z]))"
        rf"|(?<![A-Za-z\\])(?P<d>d?)(?P<c>{names})(?![A-Za-z])"
    )

    def written(found: re.Match[str]) -> str:
        new = ours[found["a"] or found["b"] or found["c"]]
        if new.startswith("w") and found.string[found.end() :][:1] != "_":
            new = new.upper()
        return f"{found['d'] or ''}{new}"

    starred = ours.get("y") == _OUTPUT
    return [
        framed.sub(
            written, _STARRED.sub(rf"{_TARGET}\g<below>", one) if starred else one
        ).replace(_TARGET, "y")
        for one in formulas
    ]


def _letters(formulas: Sequence[str]) -> dict[str, str]:
    """Return our letters for those of a text, or none."""
    sums: dict[str, re.Match[str]] = {}
    calls: dict[str, str] = {}
    for one in formulas:
        for part in _PARTED.split(one) if len(one) < _LONGEST else ():
            found = _SUM.fullmatch(part)
            if found is not None and _is_sum(found):
                sums.setdefault(_plain(found["of"]), found)
            found = _CALL.fullmatch(part)
            if found is not None:
                of = found["called"] or found["logistic"] or found["softmax"]
                calls.setdefault(_plain(of), _plain(found["made"]))
    ours: dict[str, str] = {}
    signal = "x"
    for layer in range(1, _DEPTH + 1):
        summed = sums.get(signal) or (sums.get("X") if signal == "x" else None)
        if summed is None:
            return {}
        z, w = _plain(summed["made"]), _plain(summed["W"])
        bias = _plain(summed["before"] or summed["behind"] or "")
        signal = calls.get(z, "")
        new = {z: f"z^{{({layer})}}", w: f"w^{{({layer})}}"}
        if bias:
            new[bias] = f"b^{{({layer})}}"
        if signal:
            new[signal] = f"a^{{({layer})}}" if layer < _DEPTH else _OUTPUT
        if len(new) != 2 + bool(bias) + bool(signal) or ours.keys() & new.keys():
            return {}
        ours |= new
    return ours if len(sums) == _DEPTH else {}


def _is_sum(found: re.Match[str]) -> bool:
    """Return whether Greek weights are multiplied by a signal, and no rate is."""
    names = [_plain(found[group] or "") for group in ("before", "behind", "W")]
    return names[2].startswith("\\") and names[2] not in names[:2]


def _plain(name: str) -> str:
    """Return a letter without its frame and scripts."""
    inner = _LETTER.search(re.sub(rf"{_FRAME}\s*\{{?", "", name))
    return inner[0] if inner is not None else ""


_DEPTH: Final = 2
_LONGEST: Final = 2_000
_OUTPUT: Final = r"\hat{y}"
_TARGET: Final = "\0"
_FRAME: Final = r"\\(?:mathbf|boldsymbol|bm|vec)(?![A-Za-z])"
_STARRED: Final = re.compile(
    rf"(?:{_FRAME}\s*\{{\s*y\s*\}}|(?<![A-Za-z\\])y)(?P<below>_\s*(?:\w|\{{\w\}}))?"
    r"\s*\^\s*(?:\{\s*\*\s*\}|\*)"
)
_GREEK: Final = r"\\(?:alpha|beta|theta|Theta|omega|Omega|gamma|phi|psi|eta|lambda)"
_LETTER: Final = re.compile(r"\\hat\s*\{\s*[a-z]\s*\}|\\[A-Za-z]+|[A-Za-z]")
_PARTED: Final = re.compile(r"\\\\|\\q?quad(?![A-Za-z])|,\s|;|\\text\s*\{[^{}]{0,40}\}")
_SCRIPTS: Final = r"(?:\s*[_^]\s*(?:\{[^{}]{1,12}\}|\\top(?![A-Za-z])|[A-Za-z0-9]))*"


def _name(group: str, letters: str) -> str:
    frame = rf"{_FRAME}\s*(?:\{{\s*(?:{letters})\s*\}}|(?:{letters})(?![A-Za-z]))"
    return rf"(?P<{group}>(?:{frame}|(?:{letters})(?![A-Za-z])){_SCRIPTS})"


_SUM: Final = re.compile(
    rf"[\s&]*{_name('made', '[a-z]')}[\s&]*=[\s&]*"
    rf"(?:{_name('before', '[a-z]')}\s*\+\s*)?(?:\\sum(?:\\limits)?{_SCRIPTS}\s*"
    r"(?:\^\s*\w\s*)?)?"
    rf"{_name('W', _GREEK)}\s*(?:\\cdot\s*)?{_name('of', '[a-zX]')}"
    rf"(?:\s*\+\s*{_name('behind', '[a-z]')})?[\s.&]*"
)
_MADE: Final = _name("made", r"\\hat\s*\{\s*y\s*\}|[a-z]")
_CALL: Final = re.compile(
    rf"[\s&]*{_MADE}[\s&]*=[\s&]*(?:"
    rf"(?:\\sigma|\\(?:text|mathrm|operatorname)\s*\{{\s*[A-Za-z]{{3,9}}\s*\}}|\\tanh"
    rf"|[fgs])\s*(?:\\left)?\(\s*{_name('called', '[a-z]')}\s*(?:\\right)?\)"
    r"|\\[dt]?frac\s*\{\s*1\s*\}\s*\{\s*1\s*\+\s*(?:\\exp\s*\(\s*-|e\s*\^\s*\{\s*-)\s*"
    rf"{_name('logistic', '[a-z]')}\s*[)}}]\s*\}}"
    rf"|\\[dt]?frac\s*\{{\s*\\exp\s*\(\s*{_name('softmax', '[a-z]')}\s*\)\s*\}}"
    r"\s*\{\s*\\sum.{1,60}\}"
    r")[\s.&]*"
)
