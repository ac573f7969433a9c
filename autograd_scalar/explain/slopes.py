"""The local derivatives of a graph in symbols, as few templates for a page to fill.

A graph of ten thousand edges has a dozen different derivatives: the template of
``∂(a·b)/∂a`` is its operand 1, whatever that is called. Only the names differ, and a
page has those already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograd_scalar.explain.symbols import Formulas, Name, partial
from autograd_scalar.primitives.table import DOT, MEAN, SUM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.value import Value

__all__ = ["slopes"]

# Of an operation whose derivatives are written out: those of a product grow with the
# square of their number.
_MOST_OPERANDS: Final = 12
_ALIKE: Final = (SUM, MEAN)  # one derivative by every operand
_OUTPUT: Final = -1


def slopes(nodes: Sequence[Value]) -> tuple[list[str], list[int]]:
    """Return the templates, and for each edge of the reverse sweep which it has.

    A template is MathML; ``<mi data-n="1"></mi>`` is to be filled with the name of
    operand 1 of the node, −1 with that of the node itself.

    >>> from autograd_scalar import Value
    >>> a, b = Value(2.0, "a"), Value(3.0, "b")
    >>> templates, which = slopes([a, b, a * b])
    >>> [templates[k] for k in which]
    ['<mi data-n="1"></mi>', '<mi data-n="0"></mi>']
    """
    index: dict[str, int] = {}
    known: dict[object, list[int]] = {}
    which: list[int] = []
    for node in reversed(nodes):
        kind = _kind(node)
        found = known.get(kind)
        if found is None:
            found = [index.setdefault(x, len(index)) for x in _templates(node)]
            known[kind] = found
        which += found
    return list(index), which


def _kind(node: Value) -> object:
    """Return what decides the templates of a node: its operation, and its constants.

    Where the derivative depends on the piece, each node is a kind of its own.
    """
    primitive, parents = node.primitive, node.parents
    if primitive is None or primitive in _ALIKE or not _is_written_out(node):
        return primitive, len(parents), _has_nan(node)
    if primitive.is_piecewise or primitive.exact is None or primitive is DOT:
        return node
    operands = [
        parent.data if _is_number(parent) else (parents.index(parent),)
        for parent in parents
    ]
    # repr tells 0.0 from −0.0, and a nan is equal to itself in it.
    return primitive, tuple(map(repr, operands)), _has_nan(node)


def _is_written_out(node: Value) -> bool:
    return len(node.parents) <= _MOST_OPERANDS or node.primitive in {*_ALIKE, DOT}


def _has_nan(node: Value) -> tuple[bool, ...]:
    """Return where a derivative is nan: there a formula is not written."""
    return tuple(d != d for d in node.local_derivatives)  # noqa: PLR0124 - of a nan


def _is_number(node: Value) -> bool:
    return node.is_constant and not node.label


def _templates(node: Value) -> list[str]:
    """Return the template of each local derivative of a node."""
    parents = node.parents
    if not _is_written_out(node):
        return [partial(_blank(_OUTPUT), _blank(k)).mathml for k in range(len(parents))]
    blanks = {node: _blank(_OUTPUT)}
    for k in range(len(parents) - 1, -1, -1):  # of equal operands, the first
        blanks[parents[k]] = _blank(k)
    formulas = Formulas({}, blanks)
    return [formulas.local(node, k).as_factor.mathml for k in range(len(parents))]


def _blank(operand: int) -> Name:
    return Name("x", "x", f'<mi data-n="{operand}"></mi>')
