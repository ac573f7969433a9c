"""What `grade` returns: a verdict for each quantity, as text, HTML and JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from html import escape
from typing import Final

from nn.files import text_table

__all__ = ["Grade", "Verdict"]

_RIGHT: Final = frozenset({"right", "right to rounding", "right by another convention"})
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
        graph_sum: for a mistake that is not in the table, the derivative at ``where``
            as the chain-rule sum of the scalar graph, several lines of text.
    """

    quantity: str
    status: str
    mistake: str = ""
    where: str = ""
    message: str = ""
    instead: str = ""
    graph_sum: str = ""

    @property
    def is_right(self) -> bool:
        """Whether there is nothing to mend."""
        return self.status in _RIGHT

    def __str__(self) -> str:
        mistake = f" [{self.mistake}]" if self.mistake else ""
        words = "; ".join(part for part in (self.message, self._remedy()) if part)
        return f"{self.quantity}: {self.status}{mistake}" + (
            f": {words}" if words else ""
        )

    def _remedy(self) -> str:
        return f"right: {self.instead}" if self.instead else ""

    def _cells(self) -> tuple[str, ...]:
        """Return the cells of its line in the table."""
        words = "; ".join(part for part in (self.message, self._remedy()) if part)
        return (self.quantity, self.status, self.mistake, words)


@dataclass(frozen=True, slots=True)
class Grade:
    """The verdicts on a derivation, from the output back.

    Attributes:
        title: the network and the cost in which it was judged.
        notation: how the derivation was understood.
        judged: a verdict on each quantity; `verdicts` has them by name.
    """

    title: str
    notation: str
    judged: tuple[Verdict, ...]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts by quantity."""
        return {verdict.quantity: verdict for verdict in self.judged}

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
        wrong = [v for v in self.judged if not v.is_right]
        if not wrong:
            return f"All {len(self.judged)} quantities are right."
        charged = [v for v in wrong if v.status != "follows"] or wrong
        rest = len(wrong) - len(charged)
        follows = f"; {rest} more only follow from it" if rest else ""
        return (
            f"{len(charged)} of {len(self.judged)} quantities are wrong{follows}."
            f" Start with {charged[0]}."
        )

    def to_json(self) -> str:
        """Return everything as JSON."""
        document = {
            "title": self.title,
            "notation": self.notation,
            "passed": self.passed,
            "verdicts": [asdict(verdict) for verdict in self.judged],
        }
        return json.dumps(document, ensure_ascii=False)

    def __str__(self) -> str:
        table = text_table([_HEADERS, *(v._cells() for v in self.judged)])
        sums = [verdict.graph_sum for verdict in self.judged if verdict.graph_sum]
        return "\n".join((self.title, self.notation, table, self.headline, *sums))

    def __repr__(self) -> str:
        return f"<Grade: {self.headline}>"

    def _repr_html_(self) -> str:
        def row(cells: tuple[str, ...], tag: str) -> str:
            return (
                "<tr>" + "".join(f"<{tag}>{escape(c)}</{tag}>" for c in cells) + "</tr>"
            )

        body = "".join(row(v._cells(), "td") for v in self.judged)
        return (
            f"<table><caption>{escape(self.title)}<br>{escape(self.notation)}</caption>"
            f"<thead>{row(_HEADERS, 'th')}</thead><tbody>{body}</tbody></table>"
            f"<p><strong>{escape(self.headline)}</strong></p>"
            + "".join(
                f"<pre>{escape(verdict.graph_sum)}</pre>"
                for verdict in self.judged
                if verdict.graph_sum
            )
        )
