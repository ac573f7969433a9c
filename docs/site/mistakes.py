"""Write the mistakes: a page for each row of the grader's table."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

from nn.grading.mistakes import MISTAKES, Mistake
from nn.grading.smallest import smallest_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["write"]

# In the sidebar of every page of the site they would be too many.
_ORPHAN: Final = "---\norphan: true\n---\n\n"


def write(folder: Path) -> None:
    """Write a page for each mistake, and the page that lists them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    rows: dict[str, list[Mistake]] = {}
    for row in MISTAKES:
        rows.setdefault(row.id, []).append(row)
    names = list(rows)
    for place, (name, alike) in enumerate(rows.items()):
        text = f"{_ORPHAN}{_page(name, alike)}\n{_way(names, place)}\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    table = [
        "| mistake | in | what is wrong |",
        "|--|--|--|",
        *(
            f"| [{name}]({name}.md) | {_targets(alike)} | {alike[0].words} |"
            for name, alike in rows.items()
        ),
    ]
    (folder / "index.md").write_text(
        "# The mistakes\n\n"
        "What people get wrong when they derive backpropagation. `nn.grade` names each"
        " of them in a derivation; `autograd-scalar mistakes` prints this table.\n\n"
        + "\n".join(table)
        + "\n",
        encoding="utf-8",
    )


def _way(names: list[str], place: int) -> str:
    """Return the last line of a page: from here to the others."""
    links = ["[All mistakes](index.md)"]
    for words, near in (("before", place - 1), ("next", place + 1)):
        if 0 <= near < len(names):
            links.append(f"{words}: [{names[near]}]({names[near]}.md)")
    return " · ".join(links)


def _targets(rows: list[Mistake]) -> str:
    return ", ".join(dict.fromkeys(f"`{row.target}`" for row in rows))


def _page(name: str, rows: list[Mistake]) -> str:
    """Return a page: one mistake, from which several quantities may suffer."""
    words = dict.fromkeys(row.words for row in rows)
    parts = [f"# {name}", *(f"What is wrong: {text}." for text in words)]
    for row in rows:
        wrong = [f"{row.target} = {formula}" for formula in row.wrong]
        wrong += [f"{row.target} plus a factor of {extra}" for extra in row.plus]
        parts += ["**Wrong**", _code(wrong), "**Right**", _code([row.right])]
        if row.losses:
            parts.append(f"With {', '.join(f'`{name}`' for name in row.losses)}.")
    parts += _seen(name)
    sources = dict.fromkeys(row.source for row in rows if row.source)
    if sources:
        parts.append("Seen in: " + "; ".join(sources))
    return "\n\n".join(parts) + "\n"


def _seen(name: str) -> Iterator[str]:
    """Yield the smallest network that shows the mistake, and its player."""
    smallest = smallest_network(name)
    if smallest is None:
        return
    yield f"**The smallest network that shows it**: {smallest.network}."
    worst = smallest.worst
    if worst is None:
        yield f"The formula does not fit: {smallest.why}."
    else:
        yield f"| `{worst.label}` | |\n|--|--|\n" + "\n".join(
            f"| {which} | {number!r} |"
            for which, number in (("right", worst.right), ("wrong", worst.wrong))
        )
    player: Any = smallest.player()
    yield f"````{{raw}} html\n{player._repr_html_()}\n````"


def _code(lines: list[str]) -> str:
    return "\n".join(["```text", *lines, "```"])
