"""What `grade` returns: a verdict for each quantity, as text, HTML and JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from html import escape
from typing import Final

from nn.files import text_table

__all__ = ["Grade", "Verdict"]

_RIGHT: Final = frozenset({"right", "right to rounding", "right by another convention"})
# Notebooks set what is in a table to the right, as numbers.
_LEFT: Final = ' style="text-align:start"'
_WIDEST: Final = ' style="text-align:start;min-width:16em"'  # not one word a line
_HEADERS: Final = ("quantity", "verdict", "mistake", "what to know")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one quantity.

    Attributes:
        quantity: its name, such as ``dZ1``.
        status: right, right to rounding, right by another convention, follows (right
            when the learner's own earlier quantities are put in), wrong, does not fit,
            or cannot be read.
        mistake: the id of the mistake, "" if none is known.
        where: the quantity, or the entry, in which it shows itself.
        message: what is wrong, for the learner.
        instead: what is right.
        line: the line of the text on which it is stated; 0 if there is no text.
        text: what is stated there, as it was written.
        graph_sum: for a mistake that is not in the table, the derivative at ``where``
            as the chain-rule sum of the scalar graph, several lines of text.
        counterexample: an entry in which what is stated differs from the scalar graph,
            with both numbers.
    """

    quantity: str
    status: str
    mistake: str = ""
    where: str = ""
    message: str = ""
    instead: str = ""
    graph_sum: str = ""
    line: int = 0
    text: str = ""
    counterexample: str = ""

    @property
    def is_right(self) -> bool:
        """Whether there is nothing to mend."""
        return self.status in _RIGHT

    def __str__(self) -> str:
        return self._told(self._words())

    @property
    def brief(self) -> str:
        """The verdict in one sentence, without the counterexample."""
        return self._told(self._words(counterexample=False))

    def _told(self, words: str) -> str:
        mistake = f" [{self.mistake}]" if self.mistake else ""
        line = f" (line {self.line})" if self.line else ""
        return f"{self.quantity}{line}: {self.status}{mistake}" + (
            f": {words}" if words else ""
        )

    def _words(self, counterexample: bool = True) -> str:
        remedy = f"right: {self.instead}" if self.instead else ""
        shown = self.counterexample if counterexample else ""
        return "; ".join(filter(None, (self.message, remedy, shown)))

    def _cells(self) -> tuple[str, ...]:
        """Return the cells of its line in the table."""
        return (self.quantity, self.status, self.mistake, self._words())


@dataclass(frozen=True, slots=True)
class Grade:
    """The verdicts on a derivation, from the output back.

    Attributes:
        title: the network and the cost in which it was judged.
        notation: how the derivation was understood.
        judged: a verdict on each quantity; `verdicts` has them by name. A text may
            state a quantity on several lines: each has its verdict here.
        left_out: of a text, the equations that are none of a network's gradients: the
            line, the equation and why it was left out. They are not judged.
    """

    title: str
    notation: str
    judged: tuple[Verdict, ...]
    left_out: tuple[tuple[int, str, str], ...] = ()

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts by quantity; of several on one, the first that is not right."""
        found: dict[str, Verdict] = {}
        for verdict in self.judged:
            first = found.get(verdict.quantity)
            if first is None or (first.is_right and not verdict.is_right):
                found[verdict.quantity] = verdict
        return found

    @property
    def passed(self) -> bool:
        """Whether every quantity is right."""
        return all(verdict.is_right for verdict in self.judged)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The ids of the mistakes, from the output back."""
        return tuple(v.mistake for v in self.judged if v.mistake)

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        unread = [v for v in self.judged if v.status == "cannot be read"]
        wrong = [v for v in self.judged if not v.is_right and v not in unread]
        what = "statements" if any(v.line for v in self.judged) else "quantities"
        total = len(self.judged)
        if total == 1:
            what = what.removesuffix("s").replace("quantitie", "quantity")
        not_read = f" {len(unread)} of {total} cannot be read." if unread else ""
        if not wrong and unread:
            right = total - len(unread)
            are = _is_or_are(right or total)
            return f"{right} of {total} {what} {are} right.{not_read}"
        if not wrong:
            every = f"All {total}" if total > 1 else "The one"
            return f"{every} {what} {_is_or_are(total)} right."
        charged = [v for v in wrong if v.status != "follows"] or wrong
        rest = len(wrong) - len(charged)
        follows = f"; {rest} more only follow from it" if rest else ""
        are = _is_or_are(len(charged))
        return (
            f"{len(charged)} of {total} {what} {are} wrong{follows}.{not_read}"
            f" Start with {charged[0].brief}."
        )

    def to_json(self) -> str:
        """Return everything as JSON."""
        document = {
            "title": self.title,
            "notation": self.notation,
            "passed": self.passed,
            "verdicts": [asdict(verdict) for verdict in self.judged],
            "left_out": [
                {"line": line, "text": text, "reason": reason}
                for line, text, reason in self.left_out
            ],
        }
        return json.dumps(document, ensure_ascii=False)

    def _rows(self) -> list[tuple[str, ...]]:
        """Return the table, with the lines of a text."""
        rows = [_HEADERS, *(v._cells() for v in self.judged)]
        if not any(v.line for v in self.judged):
            return rows
        lines = ["line", *(str(v.line or "") for v in self.judged)]
        return [(line, *row) for line, row in zip(lines, rows, strict=True)]

    def _not_judged(self) -> list[str]:
        """Count and list the equations that were left out."""
        if not self.left_out:
            return []
        count = len(self.left_out)
        head = f"Left out, as no equations of a network's gradients: {count}"
        return [
            head,
            *(f"  line {n}: {text} ({why})" for n, text, why in self.left_out),
        ]

    def __str__(self) -> str:
        sums = [verdict.graph_sum for verdict in self.judged if verdict.graph_sum]
        table = text_table(self._rows())
        left_out = self._not_judged()
        return "\n".join(
            (self.title, self.notation, table, self.headline, *left_out, *sums)
        )

    def __repr__(self) -> str:
        return f"<Grade: {self.headline}>"

    def _repr_html_(self) -> str:
        def row(cells: tuple[str, ...], tag: str) -> str:
            return (
                "<tr>"
                + "".join(f"<{tag}{_LEFT}>{escape(c)}</{tag}>" for c in cells[:-1])
                + f"<{tag}{_WIDEST}>{escape(cells[-1])}</{tag}></tr>"
            )

        headers, *rows = self._rows()
        body = "".join(row(cells, "td") for cells in rows)
        return (
            f"<table><caption{_LEFT}>{escape(self.title)}"
            f"<br>{escape(self.notation)}</caption>"
            f"<thead>{row(headers, 'th')}</thead><tbody>{body}</tbody></table>"
            f"<p><strong>{escape(self.headline)}</strong></p>"
            + "".join(f"<p>{escape(line)}</p>" for line in self._not_judged())
            + "".join(
                f"<pre>{escape(verdict.graph_sum)}</pre>"
                for verdict in self.judged
                if verdict.graph_sum
            )
        )


def _is_or_are(count: int) -> str:
    return "is" if count == 1 else "are"
