"""Lines of Python between fences, put into another language."""

from __future__ import annotations

import ast
import re
from random import Random
from typing import Final

from tests.nn.grading.rewritten.code_lines import IS_PYTHON, coded, parted
from tests.nn.grading.rewritten.rewriting import Rewriting

__all__ = ["translated"]


def translated(name: str, forms: dict[str, str]) -> Rewriting:
    """Return the rewriting into a language by the forms of its operations."""
    forms = _USUAL | forms

    def rewriting(text: str, _: Random) -> str:
        lines = text.split("\n")
        here = [i for i in coded(lines) if lines[i].strip()]
        if not IS_PYTHON.search("\n".join(lines[i] for i in here)):
            return text
        try:
            for i in here:
                code, remark = parted(lines[i])
                if _NO_FORMULA.match(code):
                    lines[i] = f"{forms['remark']} {lines[i].strip()}"
                    continue
                new = (
                    _in_language(ast.parse(code.strip()), forms) if code.strip() else ""
                )
                lines[i] = new + remark.replace("#", forms["remark"])
        except (SyntaxError, KeyError):
            return text
        return re.sub(r"```python|```py\b", f"```{name}", "\n".join(lines))

    return rewriting


def _in_language(node: ast.AST, forms: dict[str, str]) -> str:
    """Return a formula in another language.

    Raises:
        KeyError: something in it has no form there.
    """
    match node:
        case ast.Module(body=[one]):
            return _in_language(one, forms)
        case ast.Assign(targets=[ast.Name() as to], value=value):
            return forms["="].format(to.id, _in_language(value, forms))
        case ast.AugAssign(target=ast.Name() as to, op=ast.Sub(), value=value):
            new = forms["-"].format(to.id, _in_brackets(value, forms))
            return forms["set"].format(to.id, new)
        case ast.Name(id=name):
            return name
        case ast.Constant(value=int() | float() as value):
            return str(value)
        case ast.Attribute(value=value, attr="T"):
            return forms["T"].format(_in_brackets(value, forms))
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=2)):
            pair = [_in_brackets(left, forms)] * 2
            return forms["*"].format(*pair)
        case ast.BinOp(left=left, op=op, right=right):
            kind = _SIGNS[type(op)]
            if kind in "*/" and (_is_number(left) or _is_number(right)):
                kind = f"{kind} number"
            pair = [_in_brackets(left, forms), _in_brackets(right, forms)]
            return forms[kind].format(*pair)
        case ast.Compare(left=left, ops=[ast.Gt()], comparators=[ast.Constant()]):
            return forms[">"].format(_in_language(left, forms))
        case ast.Call():
            return _called(node, forms)
    raise KeyError(type(node).__name__)


def _called(node: ast.Call, forms: dict[str, str]) -> str:
    of = node.func.value if isinstance(node.func, ast.Attribute) else None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    operands = list(node.args)
    if of is not None and not (isinstance(of, ast.Name) and of.id in {"np", "self"}):
        operands.insert(0, of)
    axes = [one.value for one in node.keywords if one.arg == "axis"]
    match name, operands, axes:
        case "dot" | "matmul", [one, other], []:
            return _in_language(ast.BinOp(one, ast.MatMult(), other), forms)
        case "multiply", [one, other], []:
            return _in_language(ast.BinOp(one, ast.Mult(), other), forms)
        case "power", [one, other], []:
            return _in_language(ast.BinOp(one, ast.Pow(), other), forms)
        case "sum", [one], [ast.Constant(value=axis)]:
            return forms[f"sum {axis}"].format(_in_brackets(one, forms))
        case _, [one], [] if name not in {"sum", "copy", "mean"} and not node.keywords:
            return forms["call"].format(name, _in_language(one, forms))
        case _:
            raise KeyError(name)


def _in_brackets(node: ast.AST, forms: dict[str, str]) -> str:
    text = _in_language(node, forms)
    is_whole = isinstance(node, ast.Name | ast.Constant | ast.Attribute)
    is_whole |= _CALL.fullmatch(text) is not None
    return text if is_whole else f"({text})"


def _is_number(node: ast.AST) -> bool:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names <= {"m", "N", "n", "lr", "alpha", "learning_rate", "eta"} and not any(
        isinstance(n, ast.Call | ast.Attribute) for n in ast.walk(node)
    )


_USUAL: Final = {
    "+": "{} + {}", "-": "{} - {}", "/": "{} / {}", "* number": "{} * {}",
    "/ number": "{} / {}", "=": "{} = {}", "set": "{} = {}", "call": "{}({})",
    "remark": "#", ">": "({} > 0)",
}  # fmt: skip
_SIGNS: Final = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@",
}  # fmt: skip
_CALL: Final = re.compile(r"[\w.]+\([^()]*\)")
_NO_FORMULA: Final = re.compile(
    r"\s*(?:def|print|import|from)\b|\s*m = |\s*return(?:[\w ,]*| \{.*)$"
)
