"""`autograd-scalar mistakes`: the table by which `grade` names what it finds."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING

from autograd_scalar import DataError
from nn.files import printable, text_table

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from nn.cli.console import Console
    from nn.grading.mistakes import Mistake

__all__ = ["mistakes"]


def mistakes(options: Namespace, console: Console) -> int:
    """Print the table, or all that is known of one mistake."""
    from nn.grading.mistakes import MISTAKES  # noqa: PLC0415  (loads NumPy)

    rows: Sequence[Mistake] = MISTAKES
    if options.id is not None:
        rows = [row for row in MISTAKES if row.id == options.id]
    if not rows:
        near = get_close_matches(options.id, [row.id for row in MISTAKES], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        msg = (
            f"there is no mistake {printable(options.id)}{hint}; autograd-scalar"
            " mistakes lists all"
        )
        raise DataError(msg)
    if options.id is None:
        table = [("mistake", "in", "what is wrong")]
        console.say(text_table([*table, *((r.id, r.target, r.words) for r in rows)]))
    else:
        console.say("\n\n".join(map(_shown, rows)))
    console.result({"mistakes": [asdict(row) for row in rows]})
    return 0


def _shown(row: Mistake) -> str:
    lines = [f"{row.id}: {row.words}", f"right: {row.right}"]
    lines += [f"wrong: {row.target} = {formula}" for formula in row.wrong]
    lines += [f"wrong: {row.target} plus a factor of {extra}" for extra in row.plus]
    lines += [f"with:  {', '.join(row.losses)}"] if row.losses else []
    lines += [f"seen:  {row.source}"] if row.source else []
    return "\n".join(lines)
