"""What a loop over the layers hands on from one to the next, under one name.

In ``dA = W[l].T @ dZ`` and ``dZ = dA * g(Z[l-1])`` each name is of another layer on
each line. The weights say of which: what is multiplied by ``W[l].T`` is dZ[l], and that
product is dA[l-1]. A slope leads from dA to dZ of the same layer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

__all__ = ["Loop", "with_layers_handed_on"]


class Loop(NamedTuple):
    """The lines of a loop over the layers, downwards.

    ``first`` is the number of the layer with which it begins, or ``L``; ``before`` are
    the lines of the same code above it.
    """

    lines: Sequence[int]
    first: str
    before: Sequence[int]


class _Made(NamedTuple):
    """A derivative by the sums or the activations of the layer l + offset."""

    kind: str
    offset: int

    def written(self, letters: str, base: str = "l") -> str:
        letter = {"z": letters[0], "a": letters[1]}.get(self.kind, self.kind)
        if base.isdecimal():
            return f"d{letter}[{int(base) + self.offset}]"
        if base == "L":
            return f"d{letter}[L]"
        return f"d{letter}[{base}{self.offset:+d}]" if self.offset else f"d{letter}[l]"


@dataclass
class _Run:
    """One round of a loop, with what its names are at each line, and after it."""

    name: str  # that is handed on
    start: _Made  # what it is when a round begins
    kind_of: Callable[[str], str]
    letters: str  # for what stands at sums and at activations
    counts: Counter[str]  # how often each name is set
    state: dict[str, _Made]
    slopes: set[str] = field(default_factory=set)
    has_product: bool = False
    misfits: int = 0  # layers that are others than the lists say
    lines: dict[int, str] = field(default_factory=dict)

    def offsets(self, text: str, kinds: str) -> list[int]:
        """Return of which layers there are entries of such lists."""
        return [
            _offset(found)
            for found in _ENTRY.finditer(text)
            if (kind := self.kind_of(found["name"]).lower()) and kind in kinds
        ]

    def with_layers(self, text: str) -> str:
        """Return a text with the layers of its names."""
        for name, made in self.state.items():
            text = _alone(name).sub(made.written(self.letters), text)
        return text


def with_layers_handed_on(
    lines: Sequence[str], loop: Loop, kind_of: Callable[[str], str]
) -> dict[int, str]:
    r"""Return the lines that have what a loop hands on, with its layers.

    ``kind_of`` says what a list holds, such as "w" or "dW", by its name.

    >>> lines = ["dZ = A[3] - Y", "for l in range(3, 0, -1):"]
    >>> lines += ["  dW[l] = dZ @ A[l-1].T", "  dA = W[l].T @ dZ"]
    >>> lines += ["  dZ = dA * g(Z[l-1])"]
    >>> loop = Loop(range(2, 5), "3", range(1))
    >>> kinds = {"W": "W", "dW": "dW", "A": "A", "Z": "Z"}
    >>> found = with_layers_handed_on(lines, loop, lambda name: kinds.get(name, ""))
    >>> print(*(f"{i} {line}" for i, line in found.items()), sep="\n")
    0 dZ[3] = A[3] - Y
    2   dW[l] = dZ[l] @ A[l-1].T
    3   dA[l-1] = W[l].T @ dZ[l]
    4   dZ[l-1] = dA[l-1] * g(Z[l-1])
    """
    if len(loop.lines) > _MOST_LINES:
        return {}
    texts = _without_copies({i: lines[i] for i in loop.lines})
    kinds = {
        kind_of(found["name"])
        for text in texts.values()
        for found in _ENTRY.finditer(text)
    }
    letters = "za" if {"a", "z"} & kinds or not {"W", "A"} & kinds else "ZA"
    runs = [
        run
        for name in _carried(list(texts.values()))
        for start in _STARTS
        if (run := _run(texts, name, start, kind_of, letters)) is not None
    ]
    if not runs or len({run.name for run in runs}) > 1:
        return {}
    run = min(runs, key=lambda one: one.misfits)
    return _started(lines, loop, run, letters) | texts | run.lines


def _without_copies(texts: dict[int, str]) -> dict[int, str]:
    """Return the lines with entries for the names that they are given, ``W = W[l]``."""
    found: dict[int, str] = {}
    known: dict[str, str] = {}
    for i, text in texts.items():
        copy = _COPY.fullmatch(text)
        if copy is not None:
            known[copy["name"]] = copy["entry"]
            found[i] = ""
            continue
        made = _SET.match(text)
        for name, entry in known.items():
            text = _alone(name).sub(entry, text)  # noqa: PLW2901
        if made is not None:
            known.pop(made["name"], None)
        found[i] = text
    return found


def _carried(texts: Sequence[str]) -> Iterator[str]:
    """Yield the names that are used before they are set, and set thereafter."""
    set_at: dict[str, int] = {}
    for i, text in enumerate(texts):
        found = _SET.match(text) or _MASKED.match(text)
        if found is not None and not _begins(found):
            set_at.setdefault(found["name"], i)
    for name, i in list(set_at.items())[:_MOST_NAMES]:
        if any(_alone(name).search(_right_of(text)) for text in texts[: i + 1]):
            yield name


def _begins(found: re.Match[str]) -> bool:
    """Return whether a line sets a derivative at the outputs: ``A[L] - Y``."""
    value = found.groupdict().get("value") or ""
    return _AT_OUTPUTS.search(value) is not None and "[l" not in value


def _run(
    texts: dict[int, str],
    name: str,
    start: _Made,
    kind_of: Callable[[str], str],
    letters: str,
) -> _Run | None:
    """Go through a loop; None if what is handed on comes out as something else."""
    sets = (_SET.match(text) or _MASKED.match(text) for text in texts.values())
    counts = Counter(found["name"] for found in sets if found is not None)
    run = _Run(name, start, kind_of, letters, counts, {name: start})
    if not all(_read(run, i, text) for i, text in texts.items()):
        return None
    is_next = run.state.get(name) == _Made(start.kind, start.offset - 1)
    return run if is_next and run.has_product else None


def _read(run: _Run, i: int, text: str) -> bool:
    """Read one line of a loop; return whether it fits what its names are."""
    found = _SET.match(text) or _MASKED.match(text)
    if found is None:
        return _use(run, i, text)
    name, value = found["name"], found.groupdict().get("value") or ""
    if _begins(found):
        of_outputs = _Made("z", 0).written(run.letters, "L")
        run.lines[i] = _alone(name).sub(of_outputs, text, count=1)
        return True
    used = {one for one in run.state if _alone(one).search(value)}
    used |= {name} & set(run.state) if found["operator"] != "=" else set()
    has_slope = any(_alone(one).search(value) for one in run.slopes)
    has_slope = has_slope or bool(run.offsets(found["of"], "az"))
    if not used:
        run.slopes |= {name} if has_slope else set()
        return run.state.pop(name, None) is None
    before = run.state[min(used)]
    made = _made(run, before, found["of"], has_slope) if len(used) == 1 else None
    if made is None:
        return False
    if made.kind == "a" and run.counts[name] == 1 and _OF_SUMS.fullmatch(name):
        made = _Made("z", made.offset)
    old = run.with_layers(found["of"])
    run.state[name] = made
    was, new = before.written(run.letters), made.written(run.letters)
    if found["operator"] == "*=":
        old = f"{was} * ({old})"
    elif not found["operator"]:
        old = f"{was} * (1 - ({old}))"
    # delta = new_delta says nothing
    is_copy = old.strip() == new
    run.lines[i] = "" if is_copy else f"{found['indent']}{new} = {old}{found['rest']}"
    return True


def _made(run: _Run, before: _Made, of: str, has_slope: bool) -> _Made | None:
    """Return what a formula makes of what came before; None if it is none of these."""
    weights = run.offsets(of, "w")
    if len(weights) > 1 or run.offsets(of, "b"):
        return None
    if before.kind in {"W", "b"}:  # a gradient, and a number perhaps
        return None if weights or has_slope else before
    if not weights and run.offsets(of, "az") and _OF_WEIGHTS.search(of):
        run.misfits += before.kind != "z"
        return _Made("W", before.offset)
    if not weights and not has_slope:
        return _Made("b", before.offset) if _SUMMED.search(of) else before
    made = before
    if weights:
        if before.kind != "z":
            return None
        run.has_product = True
        run.misfits += before.offset != weights[0]
        made = _Made("a", before.offset - 1)
    if has_slope:
        made = _Made("z", made.offset)
        run.misfits += any(k != made.offset for k in run.offsets(of, "az"))
    return made


def _use(run: _Run, i: int, text: str) -> bool:
    """Read a line that sets none of the names: a gradient, perhaps, or prose."""
    left, equals, right = text.partition("=")
    if any(_alone(one).search(left) for one in run.state):
        return not equals
    stored = _ENTRY.match(left.strip())
    used = [one for one in run.state if _alone(one).search(right)]
    if not used:
        return True
    if stored is not None and run.kind_of(stored["name"]).lower() in {"dw", "db"}:
        run.misfits += run.state[used[0]].offset != _offset(stored)
    right = run.with_layers(right)
    run.lines[i] = "" if right.strip() == left.strip() else f"{left}{equals}{right}"
    return True


def _started(
    lines: Sequence[str], loop: Loop, run: _Run, letters: str
) -> dict[int, str]:
    """Return the lines above a loop, from that on which sets what is handed on."""
    last = -1
    for i in loop.before:
        found = _SET.match(lines[i])
        last = i if found is not None and found["name"] == run.name else last
    if last < 0:
        return {}
    written = run.start.written(letters, loop.first)
    return {
        i: _alone(run.name).sub(written, lines[i]) for i in loop.before if i >= last
    }


def _offset(entry: re.Match[str]) -> int:
    return int((entry["offset"] or "0").replace(" ", ""))


def _right_of(text: str) -> str:
    """Return what a line uses: all of one that changes a name in place."""
    found = _SET.match(text)
    if found is not None and found["operator"] == "=":
        return found["value"]
    return text if found or _MASKED.match(text) else text.partition("=")[2]


def _alone(name: str) -> re.Pattern[str]:
    """Return the pattern of a name that is no list, function or attribute."""
    return re.compile(rf"(?<![\w.'\"]){re.escape(name)}(?![\w\[('\"])")


_MOST_LINES: Final = 40
_MOST_NAMES: Final = 10
_STARTS: Final = tuple(_Made(kind, k) for kind in "za" for k in (0, 1, -1))
_ENTRY: Final = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_]\w{0,40})\[l\s?(?P<offset>[-+]\s?[0-9])?\]"
)
_INDENT: Final = r"(?P<indent>\s*(?:if\s[^:=]{1,40}:\s*)?)(?P<name>[A-Za-z_]\w*)"
_REST: Final = r"(?P<rest>\s*(?:[;#].*)?)$"
_SET: Final = re.compile(
    rf"{_INDENT}\s*(?P<operator>\*?=)(?!=)\s*(?P<of>(?P<value>[^#;]+?)){_REST}"
)
_MASKED: Final = re.compile(
    rf"{_INDENT}(?P<operator>)\[(?P<of>[^=#]{{1,60}}?[<>]=?[^=#]{{1,20}}?)\]\s*=\s*0\.?0?{_REST}"
)
_COPY: Final = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<entry>[A-Za-z_]\w*\[l\s?(?:[-+]\s?[0-9])?\])\s*(?:#.*)?"
)
_OF_WEIGHTS: Final = re.compile(  # d @ a[l-1].T, or the outer product
    r"\]\s*\.\s*(?:T\b|t\(|transpose\()|\bouter\(|\btranspose\(\s*[aAhH]\w*\[|\]\s*\[\s*None"
)
_SUMMED: Final = re.compile(r"\b(?:sum|mean)\(")
_OF_SUMS: Final = re.compile(r"d_?[zZ]\w*|delta\w*|δ")
_AT_OUTPUTS: Final = re.compile(
    r"\[L\]|\[-1\]|-\s*[yYtT]\b|\b[yYtT]\s*-|y_?(?:true|hat)"
)
