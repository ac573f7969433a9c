"""Declarations for mypyc; plain Python needs none of them.

A node's parents are older than the node, so nodes form no reference cycles. Compiled,
they are declared ``acyclic`` and the garbage collector does not track them.
"""

from typing import TYPE_CHECKING, Protocol

__all__ = ["Unchecked", "i64", "mypyc_attr"]

if TYPE_CHECKING:
    from mypy_extensions import i64, mypyc_attr
else:
    i64 = int

    def mypyc_attr(**attributes):
        """Stand in for the decorator of mypy_extensions, which is not loaded."""
        return lambda cls: cls


class Unchecked(Protocol):
    """A protocol that no type implements, for arguments that we validate ourselves.

    Type checkers read ``str | Unchecked`` as ``str``; mypyc boxes it as ``object``, so
    our own validation, with its message, runs before mypyc's.
    """

    def __unchecked__(self) -> None: ...
