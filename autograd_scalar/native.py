"""What mypyc is told about the hot classes; plain Python needs none of it.

A node's parents are older than the node, so no cycle can form among nodes: compiled,
they are ``acyclic`` and the garbage collector does not track them.
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
    """Nothing is one: ``str | Unchecked`` is a str to type checkers.

    To mypyc it is any object, so that our own check comes first, with its message.
    """

    def __unchecked__(self) -> None: ...
