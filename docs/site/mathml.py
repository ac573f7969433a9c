"""Write formulas as MathML, which browsers draw themselves: no script, no font."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from docutils import nodes
from latex2mathml.converter import convert

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

__all__ = ["mathml", "setup"]

_MATHML: Final = "http://www.w3.org/1998/Math/MathML"
_ROWS: Final = {"math", "mrow", "mstyle", "mtd"}  # of any number of children
_PRIMES: Final = {"\u2032", "\u2033", "\u2034"}
_LETTERS: Final = {
    "\u2202",
    "\u2207",
}  # ∂ and ∇: no operators
_BARS: Final = {"|", "\u2016", "\u2225"}
_SIGNS: Final = {"+", "\u2212", "\u00b1"}
_ENDS: Final = {")", "]", "|", "\u2016", "\u2032", "\u2033", "\u22a4"}  # of an operand
_CLOSE: Final = {"lspace": "0", "rspace": "0"}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    formula = mathml(_unwrapped(node.astext()), display="block")
    writer.body.append(f'<div class="formula">{formula}</div>\n')
    raise nodes.SkipNode


def mathml(latex: str, *, display: str = "inline") -> str:
    r"""Return a formula as MathML, spaced as TeX spaces it.

    >>> "mspace" in mathml(r"y \log a"), "mspace" in mathml(r"\log(a)")
    (True, False)
    """
    ET.register_namespace("", _MATHML)
    root = ET.fromstring(convert(latex, display=display))
    for node in list(root.iter()):
        match node.tag.removeprefix(f"{{{_MATHML}}}"):
            case "mo" if node.text == "/":
                node.attrib.update(_CLOSE)
            case "mo" if node.text in _BARS:  # which stretch only in a row of their own
                node.set("stretchy", "false")
            case "mo" if node.text in _LETTERS:
                node.tag = f"{{{_MATHML}}}mi"
            case "msup" if node[1].text in _PRIMES:  # raised by its own shape
                node.tag, node[1].tag = f"{{{_MATHML}}}mrow", f"{{{_MATHML}}}mo"
                node[1].attrib.update(_CLOSE)
            case name if name in _ROWS:
                _set_names_apart(node)
                _set_signs_close(node)
    return ET.tostring(root, encoding="unicode")


def _set_names_apart(row: ET.Element) -> None:
    """Put a thin space between a function's name, as `log`, and what it stands by."""
    for place in range(len(row) - 1, 0, -1):
        before, after = row[place - 1], row[place]
        operator = after.tag.endswith("}mo") or before.tag.endswith("}mo")
        if (_is_name(before) or _is_name(after)) and not operator:
            row.insert(place, ET.Element(f"{{{_MATHML}}}mspace", width="0.167em"))


def _set_signs_close(row: ET.Element) -> None:
    """Set the sign of a term, as after `=`, without the spaces of a sum."""
    for before, sign in pairwise(row):
        operator = before.tag.endswith("}mo") and before.text not in _ENDS
        if sign.tag.endswith("}mo") and sign.text in _SIGNS and operator:
            sign.set("form", "prefix")


def _is_name(node: ET.Element) -> bool:
    name = node[0] if node.tag.endswith("}msub") else node
    return name.tag.endswith("}mi") and len(name.text or "") > 1


def _unwrapped(formula: str) -> str:
    """Set an `align` of its own as an aligned block within a formula."""
    for name in ("align", "align*"):
        formula = formula.replace(f"{{{name}}}", "{aligned}")
    return formula
