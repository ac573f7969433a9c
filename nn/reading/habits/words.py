r"""Give layers to symbols of LaTeX by how each is defined, however each is called.

``\text{net}_h = W^{(1)} x + b_h``, ``\text{out}_h = f(\text{net}_h)`` and so on for the
next layer say what each symbol is: they come out as ``z^{(1)}``, ``a^{(1)}``,
``W^{(1)}``, though one may be named by a word, one by a number, and one by a letter of
its own. What is subtracted from the output is the target. A delta is of the layer that
its mark says, where a sum or an activation has the same, and else of the one that its
definition speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = [
    "derived", "is_name", "parted", "plain", "rows_of", "tokens_of",
    "with_layers_of_words",
]  # fmt: skip


class _Layer(NamedTuple):
    """A layer's sum, activation or "", weights, what goes in, and bias or ""."""

    z: str
    a: str
    w: str
    x: str
    b: str


@dataclass(slots=True)
class _Found:
    """What was found: the quantity and the layer of each name, and the targets."""

    layers: Sequence[_Layer]
    roles: dict[str, tuple[str, int]] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    costs: tuple[str, ...] = ()
    labels: dict[str, int] = field(default_factory=dict)

    @property
    def outputs(self) -> str:
        """The name of the outputs."""
        return self.layers[-1].a or self.layers[-1].z

    @property
    def of_batch(self) -> bool:
        """Whether capitals are matrices with all examples."""
        first = self.layers[0]
        return _letter_of(first.x).isupper() or _letter_of(first.z).isupper()

    def of(self, name: str, kinds: str) -> int | None:
        """Return the layer of a name, if it is of one of the kinds."""
        kind, layer = self.roles.get(name, ("", 0))
        return layer if kind and kind in kinds else None

    def is_free(self, name: str) -> bool:
        """Return whether a token is a name of which nothing is known yet."""
        known = name in self.roles or name in self.targets or name in self.costs
        return not known and is_name(name)


def with_layers_of_words(formulas: Sequence[str]) -> list[str] | None:
    r"""Return formulas with layers, or None if they do not make two layers in a row.

    >>> text = r"p = A x + c;h = f(p);\text{in} = B h + d;o = f(\text{in});v = B^T u"
    >>> with_layers_of_words([*text.split(";"), r"r = u h^T"])[-3:]
    ['a^{(2)} = f(z^{(2)})', 'v = W^{(2)}^T u', 'r = u a^{(1)}^T']

    >>> text = r"z_h = W^1 x + b^1;a_h = f(z_h);z_o = W^2 a_h + b^2;\hat y = f(z_o)"
    >>> with_layers_of_words([*text.split(";"), r"\delta_h = (W^{2})^T \delta_o"])[-1]
    '\\delta^{(1)} = (W^{(2)})^T \\delta^{(2)}'
    """
    if sum(map(len, formulas)) > _LONGEST or any(map(_OF_ROWS.search, formulas)):
        return None
    read = [list(tokens_of(one)) for one in formulas]
    rows = [row for tokens in read for row in rows_of(tokens)]
    index = _index_of_examples(rows)
    if index:
        read = [_without_index(tokens, index) for tokens in read]
        rows = [row for tokens in read for row in rows_of(tokens)]
    layers = _layers(rows)
    if layers is None:
        return None
    found = _Found(layers)
    for k, one in enumerate(layers, 1):
        pairs = ((one.x, "a", k - 1), (one.w, "W", k), (one.z, "z", k), (one.a, "a", k))
        for name, kind, layer in (*pairs, (one.b, "b", k)):
            if name and found.roles.setdefault(name, (kind, layer)) != (kind, layer):
                return None
    names = dict.fromkeys(name for row in rows for name in derived(row))
    found.costs = tuple(name for name in names if name not in found.roles)
    _find_targets(rows, found)
    _find_deltas(rows, found)
    ours = _spelled(found)
    if found.of_batch:
        read = [_with_ones(tokens) for tokens in read]
    new = ["".join(_all_written(tokens, ours)) for tokens in read]
    if not index:
        return new
    return [re.sub(_OVER_EXAMPLES.format(index), r"\\sum_x ", one) for one in new]


# ---- What is what --------------------------------------------------------------------


def _layers(rows: Sequence[Sequence[str]]) -> list[_Layer] | None:
    """Return z, a, W, what goes in and b of each layer, the first one first."""
    sums: list[tuple[str, str, str, str]] = []
    after: dict[str, str] = {}
    calls: list[tuple[str, str]] = []
    for row in rows:
        sides = parted(row, "=")
        if len(sides) < 2 or len(sides[0]) != 1 or not is_name(sides[0][0]):  # noqa: PLR2004
            continue
        made, value = sides[0][0], sides[1]
        if (pair := _affine(value)) is not None:
            sums.append((made, *pair))
        elif value[1:2] == ["("] and value[-1] == ")" and is_name(value[0]):
            inner = value[2:-1]
            if len(inner) == 1:
                calls.append((inner[0], made))
            elif (pair := _affine(inner)) is not None:
                sums.append((f"{made} before", *pair))
                after[f"{made} before"] = made
    made_by_sums = {one[0] for one in sums}
    for z, a in calls:
        if z in made_by_sums and a not in made_by_sums:
            after.setdefault(z, a)
    outs = set(after.values())
    sides_ = {one[1] in outs for one in sums if (one[1] in outs) ^ (one[2] in outs)}
    if len(sides_) != 1:
        return None
    of_rows = sides_.pop()
    by_input: dict[str, _Layer] = {}
    for z, left, right, b in sums:
        x, w = (left, right) if of_rows else (right, left)
        by_input.setdefault(x, _Layer(z, after.get(z, ""), w, x, b))
    starts = [x for x in by_input if x not in outs and by_input[x].a in by_input]
    if len(starts) != 1:
        return None
    return _in_a_row(starts[0], by_input)


def _in_a_row(x: str, by_input: dict[str, _Layer]) -> list[_Layer]:
    """Return the layers from the one into which x goes; linear outputs are an a."""
    found: list[_Layer] = []
    while x in by_input and len(found) < _MOST_LAYERS:
        found.append(by_input[x])
        x = found[-1].a
    last = found[-1]
    if not last.a and _OF_OUTPUTS.match(last.z):
        found[-1] = last._replace(z="", a=last.z)
    return found


def _index_of_examples(rows: Sequence[Sequence[str]]) -> str:
    """Return the letter at all signals of sums, and at none of the weights, or "".

    So i counts the examples where ``z_{1,i} = W_1 x_i + b_1``.
    """
    found: set[str] = set()
    for row in rows:
        sides = parted(row, "=")
        pair = _affine(sides[1]) if len(sides) > 1 and len(sides[0]) == 1 else None
        if pair is None:
            continue
        made, *others = (_EXAMPLE.search(one) for one in (sides[0][0], *pair))
        letters = [one["letter"] for one in others if one]
        alone = {
            _letter_of(one) for one, mark in zip(pair, others, strict=True) if not mark
        }
        if made is None or letters != [made["letter"]] or alone & {"x", "X"}:
            return ""
        found.add(made["letter"])
    return found.pop() if len(found) == 1 else ""


def _without_index(tokens: Sequence[str], letter: str) -> list[str]:
    """Return the tokens without the index of the examples.

    Where it is neither on the left nor summed over, it stays, and nothing is read.
    """
    of_sums = re.compile(_OVER_EXAMPLES.format(letter))
    text = "".join(tokens)
    has = [token == "=" or _indexed_by(token, letter) for token in tokens]
    on_left = any(has[: tokens.index("=")]) if "=" in tokens else False
    if any(has) and not on_left and not of_sums.search(text):
        return list(tokens)
    bare = (
        _EXAMPLE.sub(_bare_mark, token, count=1)
        if _indexed_by(token, letter)
        else token
        for token in tokens
    )
    return list(tokens_of("".join(bare)))


def _indexed_by(token: str, letter: str) -> bool:
    found = _EXAMPLE.search(token) if _NAME.fullmatch(token) else None
    return found is not None and found["letter"] == letter


def _bare_mark(found: re.Match[str]) -> str:
    return rf"_{{{found['layer']}}}" if found["layer"] else ""


def _affine(value: Sequence[str]) -> tuple[str, str, str] | None:
    """Return both factors of ``W x + b``, and b or "", or None."""
    terms = [[t for t in term if t not in _SILENT] for term in parted(value, "+")]
    if not all(is_name(t) for term in terms for t in term):
        return None
    match sorted(map(tuple, terms), key=len):
        case [(left, right)]:
            return left, right, ""
        case [(b,), (left, right)]:
            return left, right, b
        case _:
            return None


def derived(row: Sequence[str]) -> Iterator[str]:
    """Yield what is derived: ``C`` in a fraction, or behind a nabla."""
    for i, token in enumerate(row):
        if token in {r"\partial", "d"} and row[i + 2 : i + 3] in (["}"], ["/"]):
            yield from filter(is_name, row[i + 1 : i + 2])
        elif token == r"\nabla" and row[i + 1 : i + 2] == ["_"]:
            end, near = i + 3, row[i : i + _CLOSE]
            if row[i + 2 : i + 3] == ["{"]:
                end = i + 1 + (near.index("}") if "}" in near else 0)
            yield from filter(is_name, row[end : end + 1])


def _find_targets(rows: Sequence[Sequence[str]], found: _Found) -> None:
    """Find what is subtracted from the outputs, and from what they are."""
    output = found.outputs
    for row in rows:
        for one, sign, other in zip(row, row[1:], row[2:], strict=False):
            if sign == "-" and output in {one, other}:
                name = other if one == output else one
                if found.is_free(name):
                    found.targets.add(name)
    if len(found.targets) > 1:
        found.targets.clear()


def _find_deltas(rows: Sequence[Sequence[str]], found: _Found) -> None:
    """Find the deltas, and errors of activations, that the text computes."""
    _find_labels(found)
    made: dict[str, list[list[str]]] = {}
    for row in rows:
        sides = parted(row, "=")
        name = sides[0][0] if len(sides[0]) == 1 else ""
        if name and found.is_free(name):
            made.setdefault(name, []).extend(sides[1:])
    letters = {_letter_of(name) for name in _used_as_deltas(rows, found)}
    letters -= {"", *_functions(rows)}
    letters |= {_letter_of(name) for name in made if _GREEK.match(name)}
    for name, sides in made.items():
        place = next((one for side in sides if (one := _derivative(side, found))), None)
        layer = found.labels.get(_label_of(name)) or _layer_of(sides, found)
        if place is not None:
            found.roles[name] = place
        elif _letter_of(name) in letters and layer:
            found.roles[name] = ("delta", layer)
    for name in {name for row in rows for name in row if _GREEK.match(name)}:
        layer = found.labels.get(_label_of(name), 0)  # it may have no definition
        if _letter_of(name) in letters and layer:
            found.roles.setdefault(name, ("delta", layer))
    for name, sides in made.items():
        if name not in found.roles:
            _find_error(name, sides, found)


def _functions(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield letters of functions: ``a = g(z)``, and g with a prime."""
    for row in rows:
        for side in parted(row, "=")[1:]:
            if side[1:2] == ["("] and side[-1] == ")":
                yield _letter_of(side[0])
        for name, after in pairwise(row):
            if after in {"'", r"\prime"}:
                yield _letter_of(name)


def _find_labels(found: _Found) -> None:
    """Find which layer a mark says: at signals first, and else at weights."""
    for kinds in ("za", "Wb"):
        for name, (kind, layer) in found.roles.items():
            label = _label_of(name)
            if kind in kinds and label and layer:
                for same in _same_labels(label):
                    found.labels.setdefault(same, layer)
    if len(found.layers) == len(_SYNONYMS):  # one hidden layer, and the outputs
        for layer, of in enumerate(_SYNONYMS, 1):
            for same in of:
                found.labels.setdefault(same, layer)


def _find_error(name: str, sides: Sequence[Sequence[str]], found: _Found) -> None:
    r"""Find that a name is what the weights pass back: ``e = W^T \delta``."""
    for side in sides:
        by = [layer for t in side if (layer := found.of(t, "W"))]
        deltas = [t for t in side if by and found.of(t, "delta") == by[0]]
        if len(by) == len(deltas) == 1 and not _SLOPES.intersection(side):
            found.roles.setdefault(name, ("dA", by[0] - 1))


def _derivative(side: Sequence[str], found: _Found) -> tuple[str, int] | None:
    """Return "delta" or "dA", and of which layer, if a side is a derivative alone."""
    known = [found.roles[t] for t in side if t in found.roles]
    if len(known) != 1 or _SLOPES.intersection(side) or not _DERIVED.intersection(side):
        return None
    kind, layer = known[0]
    return {"z": ("delta", layer), "a": ("dA", layer)}.get(kind)


def _used_as_deltas(rows: Sequence[Sequence[str]], found: _Found) -> Iterator[str]:
    """Yield names from which the derivatives by weights and biases are computed."""
    for row in rows:
        sides = parted(row, "=")
        if not _DERIVED.intersection(sides[0]):
            continue
        by = [found.roles[t][0] for t in sides[0] if t in found.roles]
        if by in (["W"], ["b"]):
            for side in sides[1:]:
                yield from filter(found.is_free, side)


def _layer_of(sides: Sequence[Sequence[str]], found: _Found) -> int:
    """Return of which layer a delta is, as its definition says; 0 if it does not."""
    for side in sides:
        if found.targets.intersection(side) and found.outputs in side:
            return len(found.layers)
        by = {layer for t in side if (layer := found.of(t, "W"))}
        if len(by) == 1:
            return by.pop() - 1
    return 0


# ---- How it is written ---------------------------------------------------------------


def _spelled(found: _Found) -> dict[str, str]:
    """Return how we write each name that was found."""
    of_batch = found.of_batch
    cost = next(iter(found.costs), "C")
    ours = {}
    for name, (kind, layer) in found.roles.items():
        mark = f"^{{({layer})}}"
        letter = kind.upper() if of_batch and kind in "za" else kind
        if kind == "delta":
            ours[name] = rf"\delta{mark}"
        elif kind == "dA":
            a = "A" if of_batch else "a"
            ours[name] = rf"\frac{{\partial {cost}}}{{\partial {a}{mark}}}"
        else:
            ours[name] = f"{letter}{mark}"
    return ours | dict.fromkeys(found.targets, "Y" if of_batch else "y")


def _with_ones(tokens: Sequence[str]) -> list[str]:
    """Return the tokens with a bold 1 for one that is multiplied as a vector."""
    found = list(tokens)
    seen = [i for i, token in enumerate(tokens) if token.strip()]
    for before, i, after in zip([-1, *seen], seen, [*seen[1:], -1], strict=False):
        if tokens[i] != "1" or (i and tokens[i - 1].isalpha()):  # of A1
            continue
        first, last = tokens[before] if before >= 0 else "", tokens[after]
        is_left = first in {"+", "="} and (is_name(last) or _TURNED.match(last))
        behind = first == "}" or is_name(first) or _TURNED.match(first) is not None
        ends = after == -1 or last == "$" or _TURNED.match(last) is not None
        if is_left or (behind and ends):
            found[i] = r"\mathbf{1}"
    return found


def _all_written(tokens: Sequence[str], ours: dict[str, str]) -> Iterator[str]:
    """Yield the tokens as we write them; the d of a derivative is no target.

    A delta that is said to be an error alone is no definition of what delta means.
    """
    texts = [ours.get(plain(token), token) for token in tokens if token.strip()]
    is_alone = len(texts) == _ALONE and texts[1] == "="
    is_alone = (
        is_alone and texts[0].startswith(r"\delta^") and r"}{\partial" in texts[-1]
    )
    for i, token in enumerate(tokens):
        if is_alone and token == "=":
            yield "= 1"
            continue
        after = next((each for each in tokens[i + 1 : i + 3] if each.strip()), "")
        yield token if token == "d" and is_name(after) else _written(token, ours)


def _written(token: str, ours: dict[str, str]) -> str:
    if not _NAME.fullmatch(token):
        return token
    name = plain(token)
    spelled = ours.get(name)
    entry = _ENTRY.fullmatch(name)
    if spelled is None and entry is not None and entry["of"] in ours:
        spelled = f"{ours[entry['of']]}_{{{entry['index']}}}"
    if spelled is None:
        return token
    return f"{spelled}^T" if _TURNED_WITHIN.search(token) else spelled


# ---- Names and rows ------------------------------------------------------------------


def tokens_of(text: str) -> Iterator[str]:
    """Part a formula into symbols with their marks, and what is between."""
    at = 0
    while at < len(text):
        found = _NAME.match(text, at) or _OTHER.match(text, at)
        end = found.end() if found is not None else at + 1
        yield text[at:end]
        at = end


def rows_of(tokens: Sequence[str]) -> Iterator[list[str]]:
    """Yield the equations between commas and ends of lines, without mere looks."""
    row: list[str] = []
    depth = 0
    for token in tokens:
        depth = max(0, depth + (token in "([{") - (token in ")]}"))
        if (depth == 0 and token in _BETWEEN) or token in _ENDS:
            yield row
            row = []
        elif not token.strip() or token in _LOOKS or _ENVIRONMENT.match(token):
            pass
        else:
            row.append("^T" if _TURNED.fullmatch(token) else plain(token))
            if _NAME.fullmatch(token) and _TURNED_WITHIN.search(token):
                row.append("^T")
    yield row


def parted(row: Sequence[str], sign: str) -> list[list[str]]:
    """Return what stands between the signs that are in no bracket."""
    found: list[list[str]] = [[]]
    depth = 0
    for token in row:
        depth = max(0, depth + (token in "([{") - (token in ")]}"))
        if token == sign and depth == 0:
            found.append([])
        else:
            found[-1].append(token)
    return found


def is_name(token: str) -> bool:
    """Return whether a token is a symbol, with the marks at it."""
    return _NAME.fullmatch(token) is not None


def plain(token: str) -> str:
    r"""Return a symbol without what only looks different: ``z_{\text{h}}`` as z_h."""
    if not _NAME.fullmatch(token):
        return token
    token = re.sub(r"\s", "", _TURNED_WITHIN.sub("", token))
    head = _HEAD.match(token)[0]  # type: ignore[index]
    marks = token[len(head) :]
    head = _FRAME.sub(r"\1", head)
    if not head:
        return token
    head = rf"\text{{{head}}}" if head[0] != "\\" and len(head) > 1 else head
    return head + re.sub(r"\{(\w)\}", r"\1", _FRAME.sub(r"\1", marks))


def _label_of(name: str) -> str:
    """Return the mark of a name without its brackets, or ""."""
    marks = name[len(_letter_of(name)) :]
    found = re.fullmatch(r"[_^]\{?([^_^{}]+)\}?", marks)
    return found[1].strip("()[]") if found else ""


def _letter_of(name: str) -> str:
    return _HEAD.match(name)[0] if is_name(name) else ""  # type: ignore[index]


def _same_labels(label: str) -> frozenset[str]:
    return next((of for of in _SYNONYMS if label in of), frozenset({label}))


_LONGEST: Final = 40_000
_MOST_LAYERS: Final = 8
_CLOSE: Final = 12  # tokens
_ALONE: Final = 3  # tokens of delta = e
_FONTS: Final = (
    "text|textbf|textit|textrm|mathrm|mathbf|mathit|mathsf|boldsymbol|bm|vec"
    "|operatorname"
)
_HEAD: Final = re.compile(r"\\[a-z]+\{[^}]*\}|[^_^]*")
_WORD: Final = (
    rf"(?:\\(?:{_FONTS})\s?\{{[A-Za-z_\\ -]{{1,40}}\}}|[A-Za-z]{{1,20}}|[0-9]{{1,4}})"
)
_LABEL: Final = (
    rf"\{{\s*(?:\(\s*{_WORD}\s*\)|\[\s*{_WORD}\s*\]|{_WORD}(?:[\s,]+[a-z])?)"
)
_BELOW: Final = (
    rf"_\s*(?:{_LABEL}\s*\}}|[A-Za-z0-9]|\\(?:{_FONTS})\s?\{{[^{{}}]{{0,40}}\}})"
)
_T: Final = (
    r"(?:T\b|\\top(?![a-z])|\\intercal|\\(?:mathsf|mathrm|text|mathtt)\s?\{\s?T\s?\})"
)
_ABOVE: Final = (
    rf"\^\s*(?:(?!\{{?\s*{_T}){_LABEL}\s*(?:{_T})?\s*\}}"
    rf"|(?!{_T})[A-Za-z0-9]|(?!{_T})\\(?:{_FONTS})\s?\{{[^{{}}]{{0,40}}\}})"
)
_NAME: Final = re.compile(
    rf"(?:\\(?:hat|bar|tilde)\s?\{{?\s?\w\s?\}}?"
    rf"|\\(?:{_FONTS})\s?\{{[A-Za-z_\\ ]{{1,40}}\}}"
    r"|\\(?:delta|Delta|epsilon|varepsilon|theta|Theta|omega|varphi|phi|psi|sigma|alpha"
    r"|beta|gamma|xi|tanh)(?![A-Za-z])"
    r"|(?<![A-Za-ce-z])(?:net|out|in|sum|act|pre|target|Loss|loss|Cost|cost)(?![A-Za-z])"
    rf"|[A-Za-z])(?:{_BELOW}(?:{_ABOVE})?|{_ABOVE}(?:{_BELOW})?)?"
)
_ENTRY: Final = re.compile(r"(?P<of>.+)_\{?(?P<index>[a-z]{1,2})\}?")
_OVER_EXAMPLES: Final = (  # of a letter
    r"\\sum(?:\\limits)?\s*_\s*(?:\{{\s*{0}\s*(?:=\s*1\s*)?\}}|{0}(?![a-z]))"
    r"(?:\s*\^\s*(?:\{{\s*[A-Za-z]\s*\}}|[A-Za-z]))?"
)
# the i of x_i, z_{1,i}, z_1^{(i)}
_EXAMPLE: Final = re.compile(
    r"(?:_\s*\{\s*(?P<layer>[0-9a-z]+)\s*,\s*|_\s*\{?\s*|\^\s*\{\s*\(\s*)"
    r"(?P<letter>[a-z])(?![a-zA-Z0-9])\s*\)?\s*\}?"
)
_TURNED: Final = re.compile(rf"\^\s*(?:\{{\s*{_T}\s*\}}|{_T})")
_TURNED_WITHIN: Final = re.compile(rf"(?<=[\w)}}\]]){_T}\s*(?=\}}$)")
_FRAME: Final = re.compile(rf"\\(?:{_FONTS})\s?\{{([^{{}}]*)\}}")
_ENVIRONMENT: Final = re.compile(r"\\(?:begin|end)\s?\{")
_OTHER: Final = re.compile(
    rf"\s+|{_TURNED.pattern}|\\(?:begin|end)\s?\{{[a-z*]+\}}|\\[A-Za-z]+\*?|\\."
)
_BETWEEN: Final = frozenset({",", ";", ".", r"\quad", r"\qquad"})
_ENDS: Final = frozenset({"\\\\", "\n\n"})
_LOOKS: Final = frozenset({
    r"\left", r"\right", r"\big", r"\Big", r"\bigl", r"\bigr", "&", r"\,", r"\;", r"\!",
    r"\displaystyle", r"\ ",
})  # fmt: skip
# beside the names of a sum, a column of ones beside the biases too
_SILENT: Final = frozenset({
    r"\cdot", "*", r"\times", "{", "}", "^T", "1", r"\mathbf", r"\mathbb",
    r"\bm", r"\boldsymbol", r"\vec",
})  # fmt: skip
_DERIVED: Final = frozenset({r"\partial", r"\nabla", "d"})
_SLOPES: Final = frozenset({"'", "1", r"\prime"})
_GREEK: Final = re.compile(r"\\(?:delta|Delta|epsilon|varepsilon)")
_OF_ROWS: Final = re.compile(r"_\{[^{}:]{0,9}\w:\}")  # a_{1,i:}, one row of a matrix
_OF_OUTPUTS: Final = re.compile(r"\\hat|\\?(?:text\{)?(?:y|o|out|pred)(?![a-z])")
_SYNONYMS: Final = (
    frozenset({"h", "H", "hid", "hidden"}), frozenset({"o", "O", "out", "output"}),
)  # fmt: skip
