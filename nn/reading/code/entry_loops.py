"""Loops over entries: ``for k in range(n): s += w[j][k] * d[k]`` is ``s = w @ d``.

Who knows no matrices goes through the neurons with an index for each. What is added up
within a loop is a product of matrices, what has two indices an outer product, and what
has one a product entry by entry. Each line is written as that, and stays where it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

__all__ = ["with_entries_as_matrices"]


def with_entries_as_matrices(text: str) -> str:
    r"""Return the text without loops over entries, line for line.

    >>> lines = ["for j in range(n):", "    s = 0.0", "    for k in range(m):"]
    >>> lines += ["        s += d[k] * w[j][k]", "    e[j] = s * h[j] * (1 - h[j])"]
    >>> lines += ["    for k in range(m):", "        g[j][k] = d[k] * h[j]"]
    >>> new = with_entries_as_matrices("\n".join(lines)).split("\n")
    >>> print(*(line.strip() for line in new if line), sep="\n")
    s = w @ d
    e = s * h * (1 - h)
    g = outer(h, d)

    A loop over the layers stays, and so does one of which a line has another form.

    >>> text = "for i in range(n):\n    total += losses[i][0] ** k[i]"
    >>> with_entries_as_matrices(text) == text
    True
    """
    if len(text) > _LONGEST or not _HAS_ENTRIES.search(text):
        return text
    lines = text.split("\n")
    new = list(lines)
    for block in _blocks(lines):
        for i, line in _read(lines, block).items():
            new[i] = line
    return "\n".join(new)


class _Value(NamedTuple):
    """A formula, and the indices of which it has an entry for each."""

    text: str
    indices: tuple[str, ...]


class _UnreadError(Exception):
    """A formula of entries is of another form."""


@dataclass
class _Scope:
    """What is known at a line: the loops around it, and names set in them."""

    loops: list[tuple[int, str]] = field(default_factory=list)
    indices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    begun: dict[str, str] = field(default_factory=dict)  # with what a sum begins
    has_matrices: bool = False


def _blocks(lines: Sequence[str]) -> Iterator[range]:
    """Yield the lines of each piece of code."""
    fences = [i for i, line in enumerate(lines) if line.lstrip().startswith("```")]
    if not fences:
        yield range(len(lines))
    for start, end in zip(fences[::2], [*fences[1::2], len(lines)], strict=False):
        yield range(start + 1, end)


def _read(lines: Sequence[str], block: range) -> dict[int, str]:
    """Return the lines of a piece of code that are written as matrices.

    None, if one of them within the loops of others cannot be.
    """
    code = "\n".join(lines[i] for i in block)
    of_layers = {found[1] or found[2] for found in _BY_LAYER.finditer(code)}
    of_entries = {
        name
        for found in _INDEXED.finditer(code)
        for name in _INDEX.findall(found[0])
        if name not in of_layers
    }
    scope, new = _Scope(), dict[int, str]()
    for i in block:
        line = lines[i].partition("#")[0].rstrip().rstrip(";")
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        while scope.loops and depth <= scope.loops[-1][0]:
            scope.loops.pop()
        rest, inner = line.strip(), 0
        while (head := _FOR.match(rest)) and (head["of"] or head["in"]) in of_entries:
            scope.loops.append((depth, head["of"] or head["in"]))
            rest, inner = rest[head.end() :].strip(), inner + 1
        if not rest or (not scope.loops and not _COMPREHENDED.search(rest)):
            new |= {i: ""} if inner else {}
            continue
        made = "" if rest == "}" else _line(rest, scope, of_entries)
        if made is None and scope.loops:
            return {}
        if made is not None:
            new[i] = f"{line[:depth]}{made}" if made else ""
        if inner:  # a loop on one line
            del scope.loops[-inner:]
    return new if scope.has_matrices else {}


def _line(line: str, scope: _Scope, of_entries: set[str]) -> str | None:
    """Return a line of code with matrices; None if it is of another form."""
    around = {name for _, name in scope.loops} & of_entries
    kept = _KEPT.fullmatch(line)
    if kept is not None and kept["value"] in scope.indices:
        return f"{kept['name']} = {kept['value']}"
    if len(line) > _LONGEST_LINE:
        return None
    try:
        (statement,) = ast.parse(line).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    match statement:
        case ast.Assign(targets=[target], value=value):
            sign = ""
        case ast.AugAssign(target=target, op=ast.Add() | ast.Sub() as op, value=value):
            sign = "+" if isinstance(op, ast.Add) else "-"
        case _:
            return None
    try:
        return _assigned(target, sign, value, scope, around)
    except (_UnreadError, RecursionError):
        return None


def _assigned(
    target: ast.expr, sign: str, value: ast.expr, scope: _Scope, around: set[str]
) -> str:
    match value:  # s = s + w[j][k] * d[k]
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right) if (
            not sign and ast.unparse(left) == ast.unparse(target)
        ):
            sign, value = ("+" if isinstance(op, ast.Add) else "-"), right
        case ast.ListComp() if not sign:
            return _listed(target, value, scope, around)
        case _:
            pass
    if not around:
        raise _UnreadError
    if isinstance(target, ast.Name):
        return _named(target.id, sign, value, scope, around)
    place = _entry(target, around)
    if place is None:
        raise _UnreadError
    if isinstance(value, ast.Constant):
        return ""
    made = _formula(value, place.indices, scope, around)
    return f"{place.text} {sign}= {made}"


def _listed(target: ast.expr, value: ast.expr, scope: _Scope, around: set[str]) -> str:
    """Return a list of the entries of a vector, or of a matrix, as that."""
    indices = []
    while isinstance(value, ast.ListComp):
        indices.append(_index_of(value))
        value = value.elt
    if around & _used(value, scope, around):
        raise _UnreadError
    made = _formula(value, tuple(indices), scope, around.union(indices))
    return f"{ast.unparse(target)} = {made}"


def _named(
    name: str, sign: str, value: ast.expr, scope: _Scope, around: set[str]
) -> str:
    """Return what a name is set to, or what is added to it, in the loops around."""
    loops = [index for _, index in scope.loops]
    if not sign and isinstance(value, ast.Constant):
        scope.indices[name] = tuple(loops)
        scope.begun[name] = ""
        return ""
    if not sign:
        used = _used(value, scope, around)
        scope.indices[name] = tuple(each for each in loops if each in used)
    elif not scope.indices.get(name):
        raise _UnreadError
    made = _formula(value, scope.indices[name], scope, around)
    first = scope.begun.pop(name, None)
    if not sign and isinstance(value, ast.Subscript):  # s = b[j]
        scope.begun[name] = made
    if sign and first is not None:
        added = f"-{made}" if sign == "-" else made
        return f"{name} = {added} + {first}" if first else f"{name} = {added}"
    return f"{name} {sign}= {made}"


def _index_of(node: ast.ListComp | ast.GeneratorExp) -> str:
    """Return the index of a list, ``d[k] for k in range(n)``."""
    match node.generators:
        case [
            ast.comprehension(
                target=ast.Name(id=index),
                iter=ast.Call(func=ast.Name(id="range")),
                ifs=[],
            )
        ]:
            return index
    raise _UnreadError


def _used(node: ast.expr, scope: _Scope, around: set[str]) -> set[str]:
    """Return the indices that a formula has."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    inner = {index for name in names for index in scope.indices.get(name, ())}
    return (names & around) | inner


def _formula(
    node: ast.expr, out: tuple[str, ...], scope: _Scope, around: set[str]
) -> str:
    """Return a formula with the indices ``out``; of others it is the sum."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = "+" if isinstance(op, ast.Add) else "-"
            parts = [_formula(each, out, scope, around) for each in (left, right)]
            return f"{parts[0]} {sign} {parts[1]}"
    sign, factors, below = "", list[ast.expr](), list[str]()
    stack = [node]
    while stack:
        match stack.pop():
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                stack += [right, left]
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                below.append(ast.unparse(right))
                if _used(right, scope, around):
                    raise _UnreadError
                stack.append(left)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                sign = "" if sign else "-"
                stack.append(inner)
            case factor:
                factors.append(factor)
    values = [_value(each, scope, around) for each in factors]
    scope.has_matrices |= any(len(value.indices) > 1 for value in values)
    found = _multiplied(values, out)
    return f"{sign}{found}{''.join(f' / {each}' for each in below)}"


def _multiplied(values: Sequence[_Value], out: tuple[str, ...]) -> str:
    numbers = [value.text for value in values if not value.indices]
    matrices = [value for value in values if len(value.indices) > 1]
    vectors: dict[str, list[str]] = {}
    for value in values:
        if len(value.indices) == 1:
            vectors.setdefault(value.indices[0], []).append(value.text)
    of = {index: " * ".join(each) for index, each in vectors.items()}
    if len(matrices) > 1 or len(out) > 2:  # noqa: PLR2004
        raise _UnreadError
    if not matrices and len(of) == 1 and not out:
        raise _UnreadError  # a sum, or of one entry
    if matrices:
        made = _of_matrix(matrices[0], of, out)
    elif set(of) == set(out) and len(out) == 2:  # noqa: PLR2004
        made = f"outer({of[out[0]]}, {of[out[1]]})"
    elif set(of) <= set(out) and len(of) < 2:  # noqa: PLR2004
        made = "".join(of.values())
    else:
        raise _UnreadError
    return " * ".join([*numbers, made] if made else numbers)


def _of_matrix(matrix: _Value, of: dict[str, str], out: tuple[str, ...]) -> str:
    row, column = matrix.indices
    if set(out) == {row, column} and not of:
        return matrix.text if out == (row, column) else f"{matrix.text}.T"
    if len(out) != 1 or out[0] not in matrix.indices or row == column:
        raise _UnreadError
    summed = column if out[0] == row else row
    if summed not in of or set(of) - {summed, out[0]}:
        raise _UnreadError
    whole = matrix.text if out[0] == row else f"{matrix.text}.T"
    factor = of[summed] if " " not in of[summed] else f"({of[summed]})"
    made = f"{whole} @ {factor}"
    return f"({made}) * {of[out[0]]}" if out[0] in of else made


def _value(node: ast.expr, scope: _Scope, around: set[str]) -> _Value:
    """Return a factor with its indices."""
    entry = _entry(node, around)
    if entry is not None:
        return entry
    match node:
        case ast.Call(
            func=ast.Name("sum"), args=[ast.GeneratorExp() | ast.ListComp() as inner]
        ):
            index = _index_of(inner)
            used = _used(inner.elt, scope, around | {index}) - {index}
            out = tuple(used)
            if len(out) > 1:
                raise _UnreadError
            return _Value(f"({_formula(inner.elt, out, scope, around | {index})})", out)
        case ast.Constant():
            return _Value(ast.unparse(node), ())
        case ast.Name(id=name):
            if name in around:
                raise _UnreadError
            return _Value(name, scope.indices.get(name, ()))
        case ast.Call(func=function, args=[inner], keywords=[]):
            value = _whole(inner, scope, around)
            return _Value(f"{ast.unparse(function)}({value.text})", value.indices)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            value = _whole(node, scope, around)
            return _Value(f"({value.text})", value.indices)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=2)):
            value = _value(left, scope, around)
            return _Value(f"{value.text}**2", value.indices)
    if _used(node, scope, around):
        raise _UnreadError
    return _Value(ast.unparse(node), ())


def _whole(node: ast.expr, scope: _Scope, around: set[str]) -> _Value:
    """Return a formula that has one index, or none."""
    used = _used(node, scope, around)
    if len(used) > 1:
        raise _UnreadError
    out = tuple(used)
    return _Value(_formula(node, out, scope, around), out)


def _entry(node: ast.expr, around: set[str]) -> _Value | None:
    """Return ``w[l]`` with the indices j, k for ``w[l][j][k]``."""
    indices: list[str] = []
    while isinstance(node, ast.Subscript):
        pair = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        names = [one.id for one in pair if isinstance(one, ast.Name)]
        if len(names) != len(pair) or not around.issuperset(names):
            break
        indices[:0] = names
        node = node.value
    if not indices or len(indices) > 2 or not _PLAIN.fullmatch(ast.unparse(node)):  # noqa: PLR2004
        return None
    return _Value(ast.unparse(node), tuple(indices))


_LONGEST: Final = 100_000
_LONGEST_LINE: Final = 300
_HAS_ENTRIES: Final = re.compile(r"\bfor\b")
_FOR: Final = re.compile(
    r"for\s+(?P<of>[A-Za-z_]\w{0,20})\s+in\s+range\s*\((?:[^()]|\([^()]{0,40}\)){1,60}\)\s*:"
    r"|for\s*\(\s*(?:(?:int|let|var|const|size_t|auto)\s+)?(?P<in>[A-Za-z_]\w{0,20})"
    r"\s*=\s*0\s*;[^;]{1,60};[^;]{1,20}\)(?:\s*\{)?"
)
_COMPREHENDED: Final = re.compile(r"\bfor\s+\w{1,20}\s+in\s+range\b")
_INDEXED: Final = re.compile(r"[\w\])](?:\[[A-Za-z_][\w, ]{0,30}\]){1,3}")
_INDEX: Final = re.compile(r"(?<=[\[, ])[A-Za-z_]\w*(?=[\],])")
# w[l][j][k], a[l - 1]
_BY_LAYER: Final = re.compile(
    r"\w\[([A-Za-z_]\w{0,20})\](?:\[\w+\]\[\w+\]|\[\w+\s*,\s*\w+\])"
    r"|\w\[(?=([A-Za-z_]\w{0,20}))\2\s*[-+]\s*[12]\]"
)
_KEPT: Final = re.compile(
    r"(?P<name>(?:self\.)?[A-Za-z_]\w{0,40})\.append\((?P<value>[A-Za-z_]\w{0,40})\)"
)
_PLAIN: Final = re.compile(r"[A-Za-z_][\w.]{0,60}(?:\[[^\[\]]{1,20}\])?")
