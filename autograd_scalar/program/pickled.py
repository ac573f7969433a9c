"""Programs in other processes: what of one is sent, and how it is put together again.

A program goes without its graph: arrays, instructions, and primitives by their names;
those of `primitive` by the module at whose top they are, as functions go by pickle.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from autograd_scalar.custom import OF_MODULES
from autograd_scalar.errors import HistoryError, OperandError
from autograd_scalar.primitives.table import PRIMITIVES, Primitive
from autograd_scalar.program.take import TAKE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.value import Value
    from autograd_scalar.program.groups import Groups
    from autograd_scalar.program.tape import Tape

__all__ = ["dumped", "loaded", "without_graph"]


class _Forgotten:
    """In place of the nodes of a graph that stayed behind; it has their number."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: object) -> NoReturn:
        msg = (
            "this program came from another process or a file, without the nodes of its"
            " graph; ask the program that was compiled"
        )
        raise HistoryError(msg)


def without_graph(tape: Tape, groups: Groups | None) -> tuple[Tape, Groups | None]:
    """Return the stages of a program without Values."""
    nodes: Sequence[Value] = _Forgotten(len(tape.nodes))  # type: ignore[assignment]
    bare = replace(tape, nodes=nodes)  # type: ignore[arg-type]
    if groups is not None:
        groups = replace(groups, dots=replace(groups.dots, tape=bare))
    return bare, groups


class _Pickler(pickle.Pickler):
    """Writes primitives by name: their functions are not for pickle."""

    def persistent_id(self, found: Any) -> str | tuple[str, str] | None:
        if not isinstance(found, Primitive):
            return None
        if found is TAKE or PRIMITIVES.get(found.name) is found:
            return found.name
        for place, made in OF_MODULES.items():
            if made is found:
                return place
        msg = (
            f"a program with {found.name}(), which @primitive made within a function,"
            " cannot be sent to another process, which could not find it; define it at"
            " the top of a module"
        )
        raise OperandError(msg)


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, place: str | tuple[str, str]) -> Primitive:
        if isinstance(place, str):
            return TAKE if place == TAKE.name else PRIMITIVES[place]
        module, name = place
        own = import_module(module).__name__  # of __main__ it may be another
        made = OF_MODULES.get((own, name))
        if made is None:
            msg = (
                f"this program needs the operation {name}() of the module {module},"
                " which has none here; does this process have another version of it?"
            )
            raise OperandError(msg)
        return made


def dumped(parts: Any) -> bytes:
    """Return the parts of a program as bytes."""
    file = io.BytesIO()
    _Pickler(file, protocol=5).dump(parts)
    return file.getvalue()


def loaded(data: bytes) -> Any:
    """Return the parts of a program that `dumped` wrote."""
    return _Unpickler(io.BytesIO(data)).load()
