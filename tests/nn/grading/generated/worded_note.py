"""A generated note: its lines, and what each states."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.nn.grading.unseen.judged_note import Note, Row


@dataclass(slots=True)
class GeneratedNote:
    """A note with known truth.

    Attributes:
        facts: what was drawn, such as ``{"weights": "numbered", "bias": "shared"}``.
        layers: the widths of the network, the inputs first.
        hidden: the activation of the hidden layers.
        output: the activation of the output layer.
        loss: a name of `nn.losses`.
        reduction: "mean" or "sum" over the batch.
        lines: the text, line by line.
        rows: line (from 1) and kind of each equation: "right" and "wrong" of gradients,
            "definition" of the forward pass, "numbers" of an example in between.
        planted: what is wrong in the one wrong row; "" if all is right.
    """

    facts: dict[str, str]
    layers: tuple[int, ...]
    hidden: str = "sigmoid"
    output: str = "sigmoid"
    loss: str = "half_squared_error"
    reduction: str = "mean"
    lines: list[str] = field(default_factory=list)
    rows: list[tuple[int, str]] = field(default_factory=list)
    planted: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines) + "\n"

    def say(self, *lines: str) -> None:
        """Add prose."""
        self.lines += lines

    def row(self, kind: str, before: str, formula: str, behind: str = "") -> None:
        """Add an equation, with what stands around it."""
        self.lines += [line for line in (before,) if line]
        self.lines += formula.split("\n")
        self.rows.append((len(self.lines), kind))
        self.lines += [line for line in (behind,) if line]

    def judged(self) -> Note:
        """Return it with a judgement of each row."""
        rows = [
            Row(
                self.lines[line - 1].strip(),
                "not decidable" if kind == "numbers" else kind,
                line=line,
            )
            for line, kind in self.rows
        ]
        return Note(
            "", self.planted, "", self.text, self.layers, self.hidden, self.output,
            self.loss, self.reduction, rows=rows,
        )  # fmt: skip
