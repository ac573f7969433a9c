"""Write the mistakes: a page for each row of the grader's table."""

from __future__ import annotations

import re
import shutil
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nn.grading.mistakes import MISTAKES, Mistake
from nn.grading.smallest import smallest_network

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EXAMPLES", "write"]

# In the sidebar of every page of the site they would be too many.
_ORPHAN: Final = "---\norphan: true\n---\n\n"
_READ: Final = "How the formulas are written"
_NOTATION: Final = Path(__file__).with_name("notation.md")
_SENTENCE: Final = re.compile(r"([a-z]{3,}\b|an?(?= [a-z])|on(?= ))(?!['^(=])")
# Where a formula ends and what is said of it begins.
_REMARK: Final = re.compile(
    r"[,:] (?=(?:all|and with|entry|since|what|where|with|without) )"
)
# What has no formula in the table: the grader knows it by another way.
EXAMPLES: Final = {
    "act-factor-wrong": (
        "dZ1 = (W2.T @ dZ2) * (1 - A1)**3",
        "dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)    # for the sigmoid",
    ),
    "forward-slip": (
        """\
def backprop(W, b, X, Y):
    A1 = sigmoid(W[0] @ X)    # without b[0]
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * A2 * (1 - A2) / X.shape[1]
    return {"dZ2": dZ2, "dW2": dZ2 @ A1.T}""",
        "A1 = sigmoid(W[0] @ X + b[0])",
    ),
    "sum-missing": (
        r"\frac{\partial C}{\partial a^1_j} = w^2_{kj} \delta^2_k",
        r"\frac{\partial C}{\partial a^1_j} = \sum_k w^2_{kj} \delta^2_k",
    ),
    "sum-index-slip": (
        r"\frac{\partial C}{\partial a^1_j} = \sum_j w^2_{jk} \delta^2_j",
        r"\frac{\partial C}{\partial a^1_k} = \sum_j w^2_{jk} \delta^2_j",
    ),
}


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
            f"| [{name}]({name}.md) | {_targets(alike)} | {_words(alike[0].words)} |"
            for name, alike in rows.items()
        ),
    ]
    (folder / "index.md").write_text(
        "# The mistakes\n\n"
        "What people get wrong when they derive backpropagation. `nn.grade` names each"
        " of them in a derivation; `autograd-scalar mistakes` prints this table. Each"
        " has a page: what is wrong, what is right, and the smallest network that shows"
        " it, to step through.\n\n"
        + "\n".join(table)
        + "\n\n"
        + _NOTATION.read_text(encoding="utf-8"),
        encoding="utf-8",
    )


def _way(names: list[str], place: int) -> str:
    """Return the last line of a page: from here to the others."""
    links = ["[All mistakes](index.md)"]
    for words, near in (("previous", place - 1), ("next", place + 1)):
        if 0 <= near < len(names):
            links.append(f"{words}: [{names[near]}]({names[near]}.md)")
    return " · ".join(links)


def _targets(rows: list[Mistake]) -> str:
    return ", ".join(dict.fromkeys(f"`{row.target}`" for row in rows))


def _words(text: str) -> str:
    r"""Return words of the table, with the signs of print, for Markdown.

    >>> print(_words("sigma'(z) is a^2 - |y|"))
    σ′(z) is a² − \|y\|
    """
    text = re.sub(r"(\w)'(?!\w)", r"\1′", text)
    text = re.sub(r"\bsigma(?=[′(])", "σ", text)
    text = text.replace("^2", "²").replace("^z", "ᶻ").replace("Phi(", "Φ(")
    text = text.replace(" - ", " − ").replace(" -1", " −1")
    return re.sub(r"([|*_`<>\[\]])", r"\\\1", text)


def _title(text: str) -> str:
    """Return words with a capital, but for those that begin with a formula.

    >>> _title("a sign is lost"), _title("dW is transposed"), _title("tanh' is sech")
    ('A sign is lost', 'dW is transposed', 'tanh′ is sech')
    """
    words = _words(text)
    return words[0].upper() + words[1:] if _SENTENCE.match(text) else words


def _page(name: str, rows: list[Mistake]) -> str:
    """Return a page: one mistake, from which several quantities may suffer."""
    title = rows[0].words
    parts = [
        f"# {_title(title)}",
        f"The mistake `{name}`. [{_READ}](index.md#how-the-formulas-are-written).",
    ]
    for (words, right, losses), alike in groupby(
        rows, lambda row: (row.words, row.right, row.losses)
    ):
        if words != title:
            parts.append(f"Or: {_words(words)}.")
        if losses:
            costs = " or ".join(f"`{loss}`" for loss in losses)
            parts.append(f"With the cost {costs}:")
        wrong = [line for row in alike for line in _wrong(row)]
        if wrong:
            parts += ["**Wrong**", _code(wrong), "**Right**", _shown(right)]
        else:
            example, mended = map(_example, EXAMPLES[name])
            parts += ["**Wrong**", example, "**Right**", mended]
            parts += [] if _SENTENCE.match(right) else ["In general:"]
            parts.append(_shown(right))
    parts += _seen(name)
    sources = dict.fromkeys(row.source for row in rows if row.source)
    if sources:
        parts.append("Seen in: " + "; ".join(sources))
    return "\n\n".join(parts) + "\n"


def _wrong(row: Mistake) -> Iterator[str]:
    """Yield the wrong formulas of a row."""
    for formula in row.wrong:
        yield f"{row.target} = {formula}"
    for extra in row.plus:
        yield f"{row.target} = {row.target} + factor * {extra}"


def _seen(name: str) -> Iterator[str]:
    """Yield the smallest network that shows the mistake, and its player."""
    smallest = smallest_network(name)
    if smallest is None:
        return
    text = f"**The smallest network that shows it**: {smallest.network}."
    row = smallest.mistake
    if [*row.wrong] != [smallest.formula]:  # one of several
        text += f" The wrong formula here is `{row.target} = {smallest.formula}`."
    yield text
    worst = smallest.worst
    if worst is None:
        yield f"The formula does not fit: {smallest.why}."
    else:
        yield (
            "| | right | wrong |\n|--|--|--|\n"
            f"| `{worst.label}` | {worst.right:.6g} | {worst.wrong:.6g} |"
        )
        if "A" in worst.label and worst.node.label.startswith("z"):
            yield "The outputs are linear, so that A is Z, and dA is dZ."
    player: Any = smallest.player()
    yield f"````{{raw}} html\n{player._repr_html_()}\n````"


def _shown(right: str) -> str:
    """Return what is right: a sentence of advice, or a formula and what is said of it.

    >>> print(_shown("dA = A - Y, where the cost has a half"))
    ```text
    dA = A - Y
    ```
    <BLANKLINE>
    Where the cost has a half.
    """
    if _SENTENCE.match(right):
        return f"{_title(right)}."
    formula, *words = _REMARK.split(right, maxsplit=1)
    return "\n\n".join([_code([formula]), *(f"{_title(text)}." for text in words)])


def _example(text: str) -> str:
    """Return code as code, and LaTeX as a formula."""
    return f"$$\n{text}\n$$" if text.startswith("\\") else _code([text])


def _code(lines: list[str]) -> str:
    return "\n".join(["```text", *lines, "```"])
