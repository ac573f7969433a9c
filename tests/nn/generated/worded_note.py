"""A generated note: its lines, what each states, and how the grader read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograd_scalar import DataError
from nn import MLP, grade


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

    def outcomes(self) -> Iterator[tuple[int, str, str, str]]:
        """Yield of each row its line, kind, outcome, and what the grader said.

        An outcome is "read", "unread", "false wrong" or "false right".
        """
        net = MLP(
            self.layers[0],
            list(self.layers[1:]),
            activation=self.hidden,  # type: ignore[arg-type]
            output_activation=self.output,  # type: ignore[arg-type]
            rng=0,
        )
        try:
            report = grade(self.text, net=net, loss=self.loss, reduction=self.reduction)
        except DataError as error:
            for line, kind in self.rows:
                if kind != "numbers":
                    yield line, kind, "unread", f"nothing: {error}"
            return
        by_line: dict[int, list[tuple[str, str, str]]] = {}
        for one in report.judged:
            by_line.setdefault(one.line, []).append(
                (one.quantity, one.status, one.message)
            )
        reasons = {line: reason for line, _, reason in report.left_out}
        for line, kind in self.rows:
            here = by_line.get(line, [])
            statuses = {status for _, status, _ in here}
            wrong = bool(statuses & {"wrong", "does not fit"})
            good = bool(here) and not wrong and "cannot be read" not in statuses
            said = "; ".join(": ".join(one)[:160] for one in here)
            said = said or reasons.get(line, "")
            if kind == "wrong":
                outcome = "read" if wrong else ("false right" if good else "unread")
            elif wrong:
                outcome = "false wrong"
            elif kind == "numbers":
                continue
            elif kind == "definition":
                reason = reasons.get(line)
                left = not here and (reason is None or "cannot" not in reason)
                outcome = "read" if good or left else "unread"
            else:
                outcome = "read" if good else "unread"
            yield line, kind, outcome, said
