"""`autograd-scalar mistakes`: the table by which `grade` names what it finds.

One mistake is shown with the smallest network in which it gives wrong numbers, in the
player.
"""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograd_scalar import DataError
from nn.arguments import shortened
from nn.files import check_writable, printable, text_table

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from nn.cli.console import Console
    from nn.grading.mistakes import Mistake
    from nn.grading.smallest import Smallest

__all__ = ["mistakes"]

_MOST_ENTRIES: Final = 12
_STEPPING: Final = "Step through it: --play by keys, --output PATH.html as a page"


def mistakes(options: Namespace, console: Console) -> int:
    """Print the table, or all that is known of one mistake."""
    from nn.grading.kinds import KINDS, is_known, words_for_kinds  # noqa: PLC0415
    from nn.grading.mistakes import MISTAKES  # noqa: PLC0415  (loads NumPy)

    if options.output is not None:
        check_writable(Path(options.output), (".html",))
    if options.id is None:
        if options.play or options.output is not None:
            msg = "which mistake? autograd-scalar mistakes lists all: name one of them"
            raise DataError(msg)
        rows: Sequence[Mistake] = MISTAKES
        table = [("mistake", "in", "what is wrong")]
        listed = dict.fromkeys((r.id, r.target, r.words) for r in rows)
        console.say(text_table([*table, *listed]))  # a row for each loss is one mistake
        console.say(
            "\nOthers are named by the edit of a formula, or of code, that mends it:"
        )
        console.say(
            "\n" + text_table([("edit", "what is wrong before it"), *KINDS.items()])
        )
        console.result({"mistakes": [asdict(row) for row in rows], "edits": KINDS})
        return 0
    rows = [row for row in MISTAKES if row.id == options.id]
    if not rows and is_known(options.id):
        if options.play or options.output is not None:
            msg = f"there is no network to step through for {options.id}"
            raise DataError(msg)
        words = words_for_kinds(options.id)
        console.say(f"{options.id}: {words}\n\nThe edit that mends it says where.")
        console.result({"edits": {options.id: words}})
        return 0
    if not rows:
        known = [*(row.id for row in MISTAKES), *KINDS]
        near = get_close_matches(options.id, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        msg = (
            f"there is no mistake {shortened(options.id)}{hint}; autograd-scalar"
            " mistakes lists all"
        )
        raise DataError(msg)
    _show(rows, options, console)
    return 0


def _show(rows: Sequence[Mistake], options: Namespace, console: Console) -> None:
    from nn.cli.play import step_through  # noqa: PLC0415
    from nn.grading.smallest import smallest_network  # noqa: PLC0415  (loads NumPy)

    smallest = smallest_network(rows[0].id)
    console.say("\n\n".join(map(_told, rows)))
    if smallest is None:
        console.say("\nIt is of equations as text alone: no network shows it.")
        if options.play or options.output is not None:
            msg = f"there is no network to step through for {rows[0].id}"
            raise DataError(msg)
    else:
        console.say("\n" + "\n".join(_numbers(smallest)))
        player = smallest.player()
        if options.output is not None:
            player.save(options.output)
            console.say(f"player: {printable(options.output)}")
        elif options.play:
            step_through(player, console, by_keys=not (options.json or options.quiet))
        else:
            console.say(f"\n{player.text()}\n\n{_STEPPING}")
    document = {"mistakes": [asdict(row) for row in rows], "page": options.output}
    console.result(document | {"smallest": _document(smallest)})


def _told(row: Mistake) -> str:
    lines = [f"{row.id}: {row.words}", f"right: {row.right}"]
    lines += [f"wrong: {row.target} = {formula}" for formula in row.wrong]
    lines += [f"wrong: {row.target} plus a factor of {extra}" for extra in row.plus]
    lines += [f"with:  {', '.join(row.losses)}"] if row.losses else []
    lines += [f"seen:  {row.source}"] if row.source else []
    return "\n".join(lines)


def _numbers(smallest: Smallest) -> list[str]:
    """Return the wrong numbers beside the right ones."""
    lines = [f"The smallest network that shows it: {smallest.network}"]
    if not smallest.entries:
        return [*lines, f"There it does not fit: {smallest.why}"]
    table = [("", "right, by the scalar graph", "wrong")]
    shown = smallest.entries[:_MOST_ENTRIES]
    table += [(e.label, f"{e.right:.6g}", f"{e.wrong:.6g}") for e in shown]
    return [*lines, text_table(table)]


def _document(smallest: Smallest | None) -> dict[str, object] | None:
    if smallest is None:
        return None
    return {
        "network": smallest.network,
        "quantity": "{}{}".format(*smallest.quantity),
        "why": smallest.why,
        "entries": [
            {"entry": e.label, "right": e.right, "wrong": e.wrong}
            for e in smallest.entries
        ],
    }
