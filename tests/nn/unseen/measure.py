"""What the grader makes of a case or a note."""

from __future__ import annotations

from nn import MLP, Grade, grade
from tests.nn.unseen.case import Case
from tests.nn.unseen.notes import Note


def network(case: Case) -> MLP:
    """Return the network for which the derivation was made."""
    return MLP(
        case.layers[0],
        list(case.layers[1:]),
        activation=case.hidden,  # type: ignore[arg-type]
        output_activation=case.output,  # type: ignore[arg-type]
        rng=0,
    )


def graded(case: Case) -> Grade:
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
