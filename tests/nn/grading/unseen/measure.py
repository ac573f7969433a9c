"""What the grader makes of a case or a note, and how the rows of a note came out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autograd_scalar import DataError
from nn import MLP, Grade, grade
from tests.nn.grading.unseen import judged_note
from tests.nn.grading.unseen.case import Case
from tests.nn.grading.unseen.notes import Note


class Outcome(NamedTuple):
    """How a row came out, and what the grader said of its line.

    ``how`` is "read" of a row that was understood as what it is, "unread", "called
    right" of a wrong one, "called wrong" of any other, or "open" of one that may be
    left out.
    """

    how: str
    row: judged_note.Row
    said: str


def network(case: Case | judged_note.Note) -> MLP:
    """Return the network for which the derivation was made."""
    return MLP(
        case.layers[0],
        list(case.layers[1:]),
        activation=case.hidden,  # type: ignore[arg-type]
        output_activation=case.output,  # type: ignore[arg-type]
        rng=0,
    )


def graded(case: Case | judged_note.Note) -> Grade:
    """Return the grade of the derivation."""
    return grade(
        case.derivation,  # type: ignore[arg-type]
        net=network(case),
        loss=case.loss,
        reduction=case.reduction,
    )


def graded_note(note: Note) -> Grade:
    """Return the grade of the note."""
    return graded(Case(note.source, "", note.text, **note.setting))


def outcomes(note: judged_note.Note) -> Iterator[Outcome]:
    """Yield how each row came out; all are unread where nothing could be graded."""
    try:
        report = graded(note)
    except DataError as error:
        for row in note.rows:
            how = "unread" if row.verdict not in _OPEN else "open"
            yield Outcome(how, row, str(error))
        return
    yield from outcomes_in(report, note)


def outcomes_in(report: Grade, note: judged_note.Note) -> Iterator[Outcome]:
    """Yield how each row of a note came out in its grade."""
    for row in note.rows:
        here = [each for each in report.judged if each.line == row.line]
        reasons = [why for line, _, why in report.left_out if line == row.line]
        said = [f"{each.quantity}: {each.status}: {each.message}" for each in here]
        beside = {other.verdict for other in note.rows if other.line == row.line}
        is_bad = any(each.status in {"wrong", "does not fit"} for each in here)
        is_good = bool(here) and all(e.is_right or e.status == "follows" for e in here)
        if "wrong" in beside:
            how = "read" if is_bad else "called right" if is_good else "unread"
        elif is_bad:
            how = "called wrong"
        elif row.verdict in _OPEN:
            how = "open"
        else:
            may_be_left_out = row.verdict == "definition" and not here
            is_left_out = not reasons or any(map(is_understood, reasons))
            is_read = is_good or (may_be_left_out and is_left_out)
            how = "read" if is_read else "unread"
        yield Outcome(how, row, "; ".join((*said, *reasons)))


def is_understood(reason: str) -> bool:
    """Return whether what was left out was understood, and states no gradient."""
    return "cannot" not in reason or "the cost is given by" in reason


_OPEN = frozenset({"chain", "not decidable"})
