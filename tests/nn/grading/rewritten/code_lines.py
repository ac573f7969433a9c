"""Lines of code between fences, of which each is changed by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Final

from tests.nn.grading.rewritten.rewriting import Rewriting

__all__ = [
    "IS_PYTHON", "behind", "coded", "fenced", "in_humps", "named", "of_lines", "parted",
    "replaced", "spelled",
]  # fmt: skip

_Line = Callable[[str], str]


def of_lines(text: str, change: _Line, every: bool = False) -> str:
    """Return the text with the lines of its code changed; its heads if ``every``."""
    lines, inside = text.split("\n"), False
    code = "\n".join(lines[i] for i in coded(lines))
    if not IS_PYTHON.search(code) or _IS_NONE.search(code):
        return text
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            inside = not inside
        elif inside and line.strip() and (every or not _HEADER.match(line)):
            lines[i] = change(line)
    return "\n".join(lines)


def coded(lines: Sequence[str]) -> Iterator[int]:
    inside = False
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            inside = not inside
        elif inside:
            yield i


# ---- Spellings: one expression for another ------------------------------------------


def spelled(*rules: str) -> Rewriting:
    """Return the rewriting by rules such as ``np.dot(_a, _b) -> _a @ _b``."""
    pairs = [
        tuple(ast.parse(side.strip(), mode="eval").body for side in rule.split(" -> "))
        for rule in rules
    ]

    def of_line(line: str) -> str:
        code, comment = parted(line)
        try:
            tree = ast.parse(code.strip())
        except SyntaxError:
            return line
        before = ast.dump(tree)
        tree = _Swapped(pairs).visit(tree)
        if ast.dump(tree) == before or len(tree.body) != 1:
            return line
        indent = code[: len(code) - len(code.lstrip())]
        return f"{indent}{ast.unparse(ast.fix_missing_locations(tree))}{comment}"

    return lambda text, _: of_lines(text, of_line)


class _Swapped(ast.NodeTransformer):
    def __init__(self, pairs: Sequence[tuple[ast.expr, ...]]) -> None:
        self.pairs = pairs

    def visit(self, node: ast.AST) -> ast.AST:
        node = self.generic_visit(node)
        for pattern, new in self.pairs:
            found: dict[str, ast.expr] = {}
            if isinstance(node, ast.expr) and _fits(pattern, node, found):
                return _filled(new, found)
        return node


def _fits(pattern: object, node: object, found: dict[str, ast.expr]) -> bool:
    """Return whether a tree is as a pattern is, in which ``_a`` is any expression."""
    if isinstance(pattern, ast.Name) and pattern.id[0] == "_":
        assert isinstance(node, ast.expr)
        known = found.setdefault(pattern.id, node)
        return ast.dump(known) == ast.dump(node) and (
            pattern.id != "_m" or isinstance(node, ast.Name | ast.Subscript)
        )
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, list) and isinstance(node, list):
        pairs = zip(pattern, node, strict=False)
        return len(pattern) == len(node) and all(_fits(a, b, found) for a, b in pairs)
    if not isinstance(pattern, ast.AST):
        return pattern == node
    return all(
        name == "ctx" or _fits(value, getattr(node, name), found)
        for name, value in ast.iter_fields(pattern)
    )


def _filled(pattern: ast.expr, found: dict[str, ast.expr]) -> ast.expr:
    class Filled(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return found.get(node.id, node)

    new = ast.parse(ast.unparse(pattern), mode="eval").body
    filled: ast.expr = Filled().visit(new)
    return filled


def parted(line: str) -> tuple[str, str]:
    """Return the code of a line, and the remark behind it with its spaces."""
    found = _REMARK.search(line)
    return (line[: found.start()], line[found.start() :]) if found else (line, "")


# ---- Names: one quantity for another ------------------------------------------------


def named(
    *forms: str, of: str = "WbzaxhZAH", layers: str = "", wrap: bool = False
) -> Rewriting:
    """Return the rewriting of names: ``dW1`` by a form of ``d``, ``W``, ``w``, and 1.

    A form such as ``grad_{W}{n}`` is of derivatives, one that begins with ``=`` of what
    is no derivative. ``layers`` are what the numbers 1 and 2 become.
    """

    def rewriting(text: str, _: Random) -> str:
        code = "\n".join(text.split("\n")[i] for i in coded(text.split("\n")))
        names = {*_NAME.findall(code)}
        numbers = {one[-1] for one in names if re.fullmatch(r"[Ww]_?[1-9]", one)}
        if layers and numbers != {"1", "2"}:
            return text
        new: dict[str, str] = {}
        for name in names:
            found = _QUANTITY.fullmatch(name)
            if found is None or found["W"] not in of:
                continue
            if layers and found["n"] not in numbers:
                return text
            for form in forms:
                if (form[0] == "=") == (not found["d"]):
                    n = layers.split()[int(found["n"]) - 1] if layers else found["n"]
                    parts = {"W": found["W"], "w": found["W"].lower(), "n": n}
                    new[name] = form.removeprefix("=").format(**parts)
        bases = {_BASE.match(one)[0] for one in new.values() if _BASE.match(one)}  # type: ignore[index]
        taken = names - {*new}
        if len({*new.values()}) < len(new) or taken & ({*new.values()} | bases):
            return text
        if wrap and any(
            _HEADER.match(line) and {*_NAME.findall(line)} & {*new}
            for line in code.split("\n")
        ):
            return text
        return of_lines(text, partial(_renamed, new=new), every=True)

    return rewriting


def _renamed(line: str, new: dict[str, str]) -> str:
    def other(found: re.Match[str]) -> str:
        name = new.get(found["name"])
        if name is None:
            return found[0]
        return name if "." in name else f"{found[1] or ''}{name}"

    code, comment = parted(line)
    return _ALONE.sub(other, code) + comment


def replaced(pattern: str, new: str, every: bool = True) -> Rewriting:
    """Return the rewriting of what a pattern finds in the lines of code.

    Heads of functions and of loops change only with ``every`` line.
    """
    found = re.compile(pattern)

    def of_line(line: str) -> str:
        code, comment = parted(line)
        return found.sub(new, code) + comment

    return lambda text, _: of_lines(text, of_line, every)


def in_humps(text: str, _: Random) -> str:
    """Return the text with ``hiddenLayer`` for names such as ``hidden_layer``."""

    def glued(found: re.Match[str]) -> str:
        return found[1] + "".join(one.capitalize() for one in found[2].split("_"))

    def of_line(line: str) -> str:
        code, comment = parted(line)
        return _SNAKE.sub(glued, code) + comment

    return of_lines(text, of_line, every=True)


# ---- Marks around the code ----------------------------------------------------------


def fenced(opening: str, closing: str, indent: str = "") -> Rewriting:
    """Return the rewriting of the fences of Python's code."""

    def rewriting(text: str, _: Random) -> str:
        lines, inside = text.split("\n"), False
        if of_lines(text, lambda line: f"{line} ") == text:
            return text
        for i, line in enumerate(lines):
            if _FENCE.match(line):
                inside = not inside
                if inside and not _OF_PYTHON.match(line):
                    return text
                lines[i] = opening if inside else closing
            elif inside and line:
                lines[i] = indent + line
        return "\n".join(lines)

    return rewriting


def behind(*remarks: str) -> Rewriting:
    """Return the rewriting that puts one of the remarks behind assignments."""

    def rewriting(text: str, rng: Random) -> str:
        def of_line(line: str) -> str:
            code, comment = parted(line)
            is_whole = _is_statement(code, ast.Assign | ast.AugAssign)
            return line if comment or not is_whole else line + rng.choice(remarks)

        return of_lines(text, of_line)

    return rewriting


def _is_statement(code: str, kind: type) -> bool:
    try:
        body = ast.parse(code.strip()).body
    except SyntaxError:
        return False
    return len(body) == 1 and isinstance(body[0], kind)


_SNAKE: Final = re.compile(r"(?<![.\w'\"])([a-z]+)((?:_[a-z]+)+)(?![\w(]|=\w)")
_FENCE: Final = re.compile(r"\s*(?:```|~~~)")
_OF_PYTHON: Final = re.compile(r"\s*(?:```|~~~)\s*(?:python|py)?\d?\s*$")
IS_PYTHON: Final = re.compile(r"\bnp\.|\btorch\.| @ |\.T\b|\.dot\(")
_IS_NONE: Final = re.compile(
    r"\.\*|%\*%|\^T|[←₁₂ᵀ∂⊙]|\bfunction\b|\blet\b|\bconst\b|\\frac"
)
_HEADER: Final = re.compile(
    r"\s*(?:def|class|for|if|while|with|import|from|else|try|return\b.*,)\b"
)
_REMARK: Final = re.compile(r"\s*#.*$")
_NAME: Final = re.compile(r"(?<![\w.'\"])(?:self\.)?([A-Za-z_]\w*)(?![\w'\"(])")
_ALONE: Final = re.compile(r"(?<![\w.'\"])(self\.)?(?P<name>[A-Za-z_]\w*)(?![\w'\"(])")
_BASE: Final = re.compile(r"[A-Za-z_]\w*(?=[\[.])")
_QUANTITY: Final = re.compile(
    r"(?P<d>(?:d[LJCl]_?)?d_?|grad_?|nabla_|g)?(?P<W>[WwbBzZaAhH])_?(?P<n>[1-9])"
)
