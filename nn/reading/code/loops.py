"""Lists of one entry for each layer, in loops: ``dw[-l] = delta @ acts[-l-1].T``.

A loop over the layers takes entries by its variable, or counts them from the end. What
a list holds its name says, or what is made of it. They are written as our quantities,
of layer l, or L where the index is of the last one: ``dw[l] = dz[l] @ a[l-1].T``. So is
the delta that such a loop hands on from one layer to the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from nn.reading.code.handed_on import Loop, with_layers_handed_on
from nn.reading.code.keys import with_layers_for_keys
from nn.reading.code.names import without_derivative
from nn.reading.formula.numpy_spelling import read_name

__all__ = ["with_layers_of_loops"]


@dataclass(frozen=True, slots=True)
class _Index:
    """The layer that an index says: L or l, the loop's, and what is added to it."""

    base: str
    offset: int = 0

    def moved(self, by: int) -> _Index:
        """Return the layer so many further."""
        return _Index(self.base, self.offset + by)

    def __str__(self) -> str:
        return f"{self.base}{self.offset:+d}" if self.offset else self.base


@dataclass(slots=True)
class _Line:
    """A line of code, with the variable of the loop that it is in, or ""."""

    text: str
    variable: str = ""
    last: str = ""  # the name of the number of the last layer; _PROSE outside of code
    to_zero: bool = False
    loop: int = -1  # the number of the line in which the loop begins
    counts: bool = False  # ``last`` is how many weights there are, counted from 0


@lru_cache(maxsize=8)  # each reading of a text asks for the same one
def with_layers_of_loops(text: str) -> str:
    r"""Return the text with our quantities for the entries of lists, line for line.

    >>> lines = ["delta = (activations[-1] - y) * slope(zs[-1])"]
    >>> lines += ["for i in range(2, n):"]
    >>> lines += ["  delta = weights[-i+1].T @ delta * g(zs[-i])"]
    >>> lines += ["  nabla_w[-i] = np.outer(delta, activations[-i-1])"]
    >>> print(with_layers_of_loops("\n".join(lines)))
    dz[L] = (a[L] - y) * slope(z[L])
    for i in range(2, n):
      dz[l] = w[l+1].T @ dz[l+1] * g(z[l])
      dw[l] = np.outer(dz[l], a[l-1])
    """
    if "range" not in text or len(text) > _LONGEST:
        return text
    of_entries = with_layers_for_keys(text, copies=True)
    found = _read_loops(of_entries)
    if not found.hands_on:
        found = _read_loops(with_layers_for_keys(text))
    return found.text


class _Found(NamedTuple):
    """A text with our quantities, and whether a loop of it hands something on."""

    text: str
    hands_on: bool


def _read_loops(text: str) -> _Found:
    """Read the loops of a text in which every entry has its layer behind it."""
    lines = list(_lines(text))
    lasts = {
        found["first"] or found["last"] or ""
        for line in lines
        if (found := _LOOP.match(line.text))
    }
    last = lasts.pop() if len(lasts) == 1 else ""
    for line in lines:
        line.last = line.last or last
    kinds = _kinds(lines)
    if not {"w", "W"} & set(kinds.values()):
        return _Found(text, hands_on=False)
    shift = _counts_inputs(lines, kinds)
    if shift and not last and _OF_LAST.search(text):
        for line in lines:
            line.last, line.counts = line.last or "L", True
    is_plain = all(map(_is_plain, kinds))
    as_ours = is_plain and not shift and _variables(lines, kinds) <= {"l"}
    filled = {
        found["name"]: i
        for i, line in enumerate(lines)
        for found in _APPENDED.finditer(line.text)
    }
    loops = list(_loops(lines))
    for i, line in enumerate(lines):
        lines[i].text = line.text if as_ours else _read(line, i, kinds, filled, shift)
    hands_on = False
    for loop in loops:
        new = with_layers_handed_on([line.text for line in lines], loop, _kind)
        hands_on = hands_on or bool(new)
        for i, line_text in new.items():
            lines[i].text = line_text
    is_changed = hands_on or not is_plain
    new_text = "\n".join(line.text for line in lines)
    return _Found(new_text if is_changed else text, hands_on)


def _variables(lines: Sequence[_Line], kinds: dict[str, str]) -> set[str]:
    """Return the variables of the loops in which entries of the lists are taken."""
    return {
        line.variable
        for line in lines
        for found in _ENTRY.finditer(line.text if line.variable else "")
        if found["name"] in kinds and re.search(rf"\b{line.variable}\b", found["index"])
    }


def _loops(lines: Sequence[_Line]) -> Iterator[Loop]:
    """Yield the loops that go through the layers from the last one down."""
    numbers = sorted({line.loop for line in lines if line.loop >= 0})
    for number in numbers[:_MOST_LOOPS]:
        within = [i for i, line in enumerate(lines) if line.loop == number]
        head = _LOOP.match(lines[number].text)
        if head is None:
            continue
        back = re.compile(rf"\[\s*-\s*{head['variable']}\b")
        down = _DOWN.search(head["range"]) is not None
        if down or any(back.search(lines[i].text) for i in within):
            number_first = _FIRST.match(head["range"]) if down else None
            first = "L"
            if number_first is not None:
                first = number_first["first"] or str(int(number_first["behind"]) - 1)
            start = number
            while start and lines[start - 1].last != _PROSE:
                start -= 1
            yield Loop(within, first, range(start, number))


def _lines(text: str) -> Iterator[_Line]:
    """Yield the lines with their loops; those of prose have none."""
    in_code, fenced = False, "```" in text
    loops: list[tuple[int, re.Match[str], int]] = []
    for i, line in enumerate(text.split("\n")):
        if line.lstrip().startswith("```"):
            in_code, loops = not in_code, []
        depth = len(line) - len(line.lstrip())
        while loops and line.strip() and depth <= loops[-1][0]:
            loops.pop()
        found = _LOOP.match(line) if in_code or not fenced else None
        if loops and (in_code or not fenced):
            loop = loops[-1][1]
            to_zero = _TO_ZERO.search(loop["range"]) is not None
            yield _Line(line, loop["variable"], to_zero=to_zero, loop=loops[-1][2])
        else:
            yield _Line(line, last="" if in_code or not fenced else _PROSE)
        if found is not None:
            loops.append((depth, found, i))


def _kinds(lines: Sequence[_Line]) -> dict[str, str]:
    """Return our letter for each list of which a loop takes entries."""
    names = {
        found["name"]
        for line in lines
        for found in _ENTRY.finditer(line.text)
        if line.last != _PROSE and _index(found["index"], line) is not None
    }
    filled = _filled_with(lines)
    kinds = {
        name: kind for name in names if (kind := _kind(name) or filled.get(name, ""))
    }
    for line in lines:  # dW = delta @ A.T says what the first factor is
        found = _PRODUCT.search(line.text)
        if found is None or kinds.get(found["made"], "").lower() != "dw":
            continue
        if kinds.get(found["right"]) in {"a", "A"} and found["left"] not in kinds:
            kinds[found["left"]] = "dz"
            base = _base(found["left"])[0]
            kinds |= {name: "z" for name in names if _base(name) == (base, False)}
    return kinds


def _kind(name: str) -> str:
    derived = _DERIVED.fullmatch(name)
    if derived is not None:
        return f"d{derived['kind']}".replace("B", "b")
    base, is_derivative = _base(name)
    kind = next((k for k, words in _WORDS.items() if base.lower() in words), "")
    if kind == "dz":
        return "" if is_derivative else kind
    if base[:1].isupper() and len(base) <= _LETTERS:
        kind = kind.upper() if kind != "b" else kind
    return f"d{kind}" if is_derivative and kind else kind


def _filled_with(lines: Sequence[_Line]) -> dict[str, str]:
    """Return our letter for each list that is filled with a z or an a, by its name.

    >>> lines = [_Line("kept.append(z)"), _Line("outs.append(sigmoid(z))")]
    >>> _filled_with([*lines, _Line("both.append(z)"), _Line("both.append(a)")])
    {'kept': 'z'}
    """
    given: dict[str, set[str]] = {}
    for line in lines:
        for found in _APPENDED.finditer(line.text if line.last != _PROSE else ""):
            entry = _ALONE.match(line.text, found.end())
            kind = _kind(entry["name"]) if entry else ""
            given.setdefault(found["name"], set()).add(kind)
    return {
        name: kind
        for name, (kind, *others) in given.items()
        if kind.lower() in {"a", "z"} and not others
    }


def _base(name: str) -> tuple[str, bool]:
    """Return what a list holds by its name, and whether that is a derivative.

    >>> _base("all_dl_dweights"), _base("self.nabla_b"), _base("zs")
    (('weights', True), ('b', True), ('zs', False))
    """
    name = name.removeprefix("self.")
    name = _AROUND.sub("", name)
    found = _OF_COST.match(name)
    if found is not None and found.end() < len(name):
        return name[found.end() :], True
    return without_derivative(name)


def _is_plain(name: str) -> bool:
    return read_name(name) is not None


def _counts_inputs(lines: Sequence[_Line], kinds: dict[str, str]) -> bool:
    """Return whether the entry i of the activations goes into the weights i.

    So it is where a loop begins with 0, or ends there, and something is made of both.
    """
    for line in lines:
        of: dict[str, set[_Index]] = {}
        for found in _ENTRY.finditer(line.text if line.to_zero else ""):
            index = _index(found["index"], line)
            if index is not None and found["name"] in kinds:
                of.setdefault(kinds[found["name"]].lower(), set()).add(index)
        made = of.get("dw") or of.get("w")
        if made and made == of.get("a"):
            return True
    return False


def _index(text: str, line: _Line) -> _Index | None:
    """Return the layer that an index says, or None."""
    found = _OF_INDEX.fullmatch(text.replace(" ", ""))
    if found is None or (not found["name"] and not found["sign"]):
        return None
    offset = int(found["offset"] or 0)
    if not found["name"]:  # -1, the last one
        return _Index("L", 1 - offset)
    if found["name"] == line.variable:
        return _Index("l", offset)
    if found["name"] == line.last and not found["sign"] and line.last:
        return _Index("L", offset)
    return None


def _read(
    line: _Line, number: int, kinds: dict[str, str], filled: dict[str, int], shift: bool
) -> str:
    if line.last == _PROSE:
        return line.text

    above = _passed_back(line, kinds, filled)

    def placed(found: re.Match[str]) -> str:
        name = found["name"]
        index = _index(found["index"], line)
        kind = kinds.get(name, "")
        if above and kind == "dz" and index == _Index("L"):
            return f"{kind}[{above}]"
        if not kind or index is None:
            return found[0]
        by_end = index.base == "L" or found["index"].lstrip().startswith("-")
        if by_end and filled.get(name, -1) >= number:
            return found[0]  # it is not yet complete
        if by_end and kind[0] == "d" and name in filled:
            return found[0]  # of which the end is not the last layer
        if shift and not found["index"].startswith("-"):
            of_all = line.counts and index.base == "L"
            index = index.moved(of_all - (kind[-1] in "aA"))
        return f"{kind}[{index}]"

    text = _ENTRY.sub(placed, line.text)
    added = _ADDED.fullmatch(text) if above else None
    if above and added and kinds.get(added["name"]) == "dz" and "*" in added["value"]:
        return f"{added['indent']}dz[{above.moved(-1)}] = {added['value']}"
    return text


def _passed_back(
    line: _Line, kinds: dict[str, str], filled: dict[str, int]
) -> _Index | None:
    """Return the layer of the last delta so far, by the weights that pass it back.

    A list to which a loop over the layers adds one delta after another ends with that
    of the layer above, as in ``w[l].T @ deltas[-1]``.
    """
    entries = list(_ENTRY.finditer(line.text)) if line.variable else []
    last = [e for e in entries if kinds.get(e["name"]) == "dz" and e["name"] in filled]
    weights = [e for e in entries if kinds.get(e["name"], "").lower() == "w"]
    if len(last) != 1 or len(weights) != 1 or last[0]["index"].strip() != "-1":
        return None
    index = _index(weights[0]["index"], line)
    return index if index and index.base == "l" and ".T" in line.text else None


_LONGEST: Final = 100_000
_MOST_LOOPS: Final = 20
_PROSE: Final = "prose"
_LETTERS: Final = 2  # of As and Zs; a longer name begins with a capital by chance
_WORDS: Final = {
    "w": {"w", "ws", "weight", "weights", "theta", "thetas", "kernels",
          "pesos", "poids", "pesi", "gewichte"},
    "b": {"b", "bs", "bias", "biases", "sesgos", "vieses", "biais"},
    "a": {"a", "h", "hs", "activation", "activations", "acts", "hidden", "hiddens",
          "activaciones", "ativacoes", "aktivierungen", "attivazioni"},
    "z": {"z", "zs", "preactivation", "preactivations", "preacts", "nets", "pre"},
    "dz": {"delta", "deltas"},
}  # fmt: skip
# dW, gW, grad_b
_DERIVED: Final = re.compile(r"(?:d|g|grad_?|nabla_?)(?P<kind>[wWbB]|(?<=^d)[zZaA])")
_OF_LAST: Final = re.compile(r"\[L(?:\s?-\s?1)?\]")
_AROUND: Final = re.compile(r"^(?:all|list_of)_|_(?:list|layers|all|values|cache)$")
_OF_COST: Final = re.compile(r"d[lLcCjJeE]_?d_?(?=[A-Za-z])")
_NAMED: Final = r"(?<![\w.])(?P<name>(?:self\.)?[A-Za-z_]\w{0,40})"
_ENTRY: Final = re.compile(rf"{_NAMED}\[(?P<index>[^\[\],:]{{1,20}})\]")
_OF_INDEX: Final = re.compile(
    r"(?P<sign>-)?(?P<name>[A-Za-z_]\w*)?(?P<offset>[-+]?[0-9]{1,2})?"
)
_LOOP: Final = re.compile(
    r"\s*for\s+(?P<variable>[A-Za-z_]\w*)\s+in\s+(?P<range>(?:reversed\s*\(\s*)?(?:x?range)"
    r"\s*\(\s*(?:(?P<first>[A-Za-z_]\w*)\s*,(?=[^:]*-\s*1\s*\))"
    r"|1\s*,\s*(?P<last>[A-Za-z_]\w*)\s*\+\s*1\s*\))?.{0,60}\)?)\s*:"
)
_TO_ZERO: Final = re.compile(
    r",\s*-\s*1\s*,\s*-\s*1\s*\)|range\s*\([^,]{1,40}\)|range\s*\(\s*0\s*,"
)
_APPENDED: Final = re.compile(rf"{_NAMED}\.(?:append|insert)\(")
# deltas.append(w[l].T @ deltas[-1] * g(a[l]))
_ADDED: Final = re.compile(
    rf"(?P<indent>\s*){_NAMED}\.append\((?P<value>.{{1,300}})\)\s*(?:#.*)?"
)
_ALONE: Final = re.compile(rf"\s*{_NAMED}\s*\)")
_PRODUCT: Final = re.compile(
    r"(?P<made>[\w.]+)\[[^\]]{1,20}\]\s*\+?=\s*(?:np\.)?(?:matmul|dot|outer)?\(?\s*"
    r"(?P<left>[\w.]+)\[[^\]]{1,20}\]\s*[,@]\s*(?:(?:np\.)?transpose\(\s*)?"
    r"(?P<right>[\w.]+)\[[^\]]{1,20}\]"
)
_DOWN: Final = re.compile(r"reversed\s*\(|,\s*-\s*1\s*\)")
# range(4, 0, -1), reversed(range(1, 5))
_FIRST: Final = re.compile(
    r"x?range\s*\(\s*(?P<first>[1-9])\s*,|reversed\s*\(\s*x?range\s*\(\s*[01]\s*,\s*(?P<behind>[2-9])\s*\)"
)
