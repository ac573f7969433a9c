"""Teach mypyc that boxing can fail: without memory the result is then MemoryError.

To box is to make an object of a C double, an integer, or a struct of them. mypyc 2.4.1
takes for granted that there is memory for it: what uses a boxed float would read
through NULL, and where an integer or a tuple cannot be boxed, the process is ended.
Told that boxing can fail, mypyc writes the branch to the function's error path, with
what has to be released there, as it does for everything else that can fail.

That changes classes of mypyc itself, which are compiled in the wheels of mypy. The
wheels hold the source, too. Here that runs, which takes 15 seconds longer.
"""

from __future__ import annotations

import sys
from importlib.machinery import FileFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["check_boxes"]


def check_boxes() -> None:
    """Load mypyc from its source and change it; before anything else imports it."""
    sys.meta_path.insert(0, _Source)
    from mypyc.codegen.emit import Emitter  # noqa: PLC0415  (a dependency of a build)
    from mypyc.ir.ops import ERR_MAGIC, ERR_NEVER, Box  # noqa: PLC0415  (the same)
    from mypyc.ir.rtypes import (  # noqa: PLC0415  (the same)
        RTuple,
        is_int_rprimitive,
        is_short_int_rprimitive,
    )

    emit_as_mypyc = Emitter.emit_box

    def emit_box(  # noqa: PLR0913, PLR0917  (mypyc's parameters)
        self: Any,
        src: str,
        dest: str,
        typ: Any,
        declare_dest: bool = False,
        can_borrow: bool = False,
    ) -> None:
        """Write the C that boxes ``src`` in ``dest``, NULL where that fails."""
        declared = f"PyObject *{dest}" if declare_dest else dest
        if is_int_rprimitive(typ) or is_short_int_rprimitive(typ):
            long = f"CPyTagged_LongAsObject({src})"
            short = f"PyLong_FromSsize_t(CPyTagged_ShortAsSsize_t({src}))"
            self.emit_line(
                f"{declared} = CPyTagged_CheckLong({src}) ? {long} : {short};"
            )
        elif isinstance(typ, RTuple) and typ.types:
            self.declare_tuple_struct(typ)
            self.emit_line(f"{declared} = PyTuple_New({len(typ.types)});")
            self.emit_line(f"if (unlikely({dest} == NULL)) {{")
            self.emit_dec_ref(src, typ)  # boxing takes what it boxes, also in vain
            self.emit_line("} else {")
            items = []
            for place, item_type in enumerate(typ.types):
                items.append(item := self.temp_name())
                self.emit_box(f"{src}.f{place}", item, item_type, declare_dest=True)
                self.emit_line(f"PyTuple_SET_ITEM({dest}, {place}, {item});")
            missing = " || ".join(f"{item} == NULL" for item in items)
            self.emit_line(f"if (unlikely({missing})) {{")
            self.emit_line(f"CPy_DECREF({dest});")
            self.emit_line(f"{dest} = NULL;")
            self.emit_lines("}", "}")
        else:
            emit_as_mypyc(self, src, dest, typ, declare_dest, can_borrow)

    if Box.error_kind != ERR_NEVER:
        msg = "mypyc is not that of 2.4.1: it checks boxes; adapt .hatch/boxes.py to it"
        raise RuntimeError(msg)
    Box.error_kind = ERR_MAGIC  # NULL tells of an error
    Emitter.emit_box = emit_box  # type: ignore[method-assign]


class _Source:
    """Find mypy's and mypyc's source instead of the compiled modules beside it."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in {"mypy", "mypyc"}:
            return None
        for folder in sys.path if path is None else path:
            spec = FileFinder(folder, (SourceFileLoader, [".py"])).find_spec(name)
            if spec is not None and spec.loader is not None:
                return spec
        return None
