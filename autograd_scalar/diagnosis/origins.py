"""Where a node came from, in words: its operands, and the user's line of source.

>>> from autograd_scalar import Value
>>> describe(Value(-1.0, "p").log())
"log('p' = -1.0) = nan"
"""

from __future__ import annotations

import math
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

    from autograd_scalar.node import Node

__all__ = ["SourceLine", "describe", "is_born_wrong", "name_of", "users_line"]

_ENGINE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OURS = (_ENGINE + os.sep, os.path.join(os.path.dirname(_ENGINE), "nn") + os.sep)
_MOST_OPERANDS = 4  # that are written out


class SourceLine(NamedTuple):
    """A place in somebody's source; its text is read when it is shown."""

    file: str
    line: int

    def __str__(self) -> str:
        import linecache  # noqa: PLC0415  (it imports the tokenizer)

        text = linecache.getline(self.file, self.line).strip()
        return f"{self.file}:{self.line}" + (f": `{text}`" if text else "")


def users_line() -> SourceLine | None:
    """The innermost line that runs now and is neither autograd_scalar's nor nn's.

    None where there is none: all frames are ours.
    """
    # inspect.stack() costs a hundred times more.
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return frame and SourceLine(frame.f_code.co_filename, frame.f_lineno)


def name_of(node: Node) -> str:
    """The node's label in quotes, else what kind of node it is."""
    if node.label:
        return repr(node.label)
    return "a leaf" if node.is_leaf else f"an unlabelled {node.op}"


def describe(node: Node) -> str:
    """The node as a call with names and numbers, and what came out.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0, "x")
    >>> describe(x), describe((x * 2.0).named("y"))
    ("'x' = 3.0", "'y' = mul('x' = 3.0, 2.0) = 6.0")
    """
    head = f"{node.label!r} = " if node.label else ""
    if node.is_leaf:
        return f"{head}{node.data!r}"
    shown = [
        f"{p.label!r} = {p.data!r}" if p.label else repr(p.data)
        for p in node.parents[:_MOST_OPERANDS]
    ]
    more = len(node.parents) - len(shown)
    if more:
        shown.append(f"and {more:,} more")
    return f"{head}{node.op}({', '.join(shown)}) = {node.data!r}"


def is_born_wrong(node: Node) -> bool:
    """Whether this node's number went wrong here, not in an operand before it.

    Wrong here is inf or nan out of finite operands, and nan out of operands of which
    none is nan (inf - inf). A leaf is what it was set to.
    """
    number = node.data
    if math.isfinite(number) or node.is_leaf:
        return False
    if math.isnan(number):
        return not any(math.isnan(p.data) for p in node.parents)
    return all(math.isfinite(p.data) for p in node.parents)
