"""What the grader makes of notes in plain text whose notation is drawn from a seed.

Every dimension of a notation is drawn apart from the others (`generated.plain`), so
that what is read is no single text. When it was first run, 21 % of the rows of 100
notations were read; of 600 other notations 99.8 %, after the last mending by some of
them. Here each notation is graded right, and with one mistake planted.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nn import MLP, Grade, grade
from tests.nn.generated.plain import Drawn, drawn_note
from tests.nn.unseen.judged_note import Note, Row

SEEDS = 16  # each once right, once with a mistake
MORE = 400  # of those that nobody looked at
FEW = 0.03  # of the rows, at most, that are not read


@pytest.mark.parametrize("first", range(0, SEEDS, 8))
def test_every_row_is_read(first: int) -> None:
    failures = [line for seed in range(first, first + 8) for line in _failures(seed)]
    assert not failures, "\n".join(failures)


@pytest.mark.slow
def test_rows_of_many_notations_are_read() -> None:
    rows = sum(len(drawn_note(seed).note.rows) for seed in range(SEEDS, SEEDS + MORE))
    failures = [line for seed in range(SEEDS, SEEDS + MORE) for line in _failures(seed)]
    assert len(failures) < FEW * 2 * rows, "\n".join(failures)


def test_a_seed_draws_one_note() -> None:
    assert drawn_note(3, 5) == drawn_note(3, 5)
    assert drawn_note(3).note.derivation != drawn_note(4).note.derivation


def test_a_mistake_changes_one_row() -> None:
    right, wrong = drawn_note(7).note.rows, drawn_note(7, 1).note.rows
    changed = [b for a, b in zip(right, wrong, strict=True) if a.formula != b.formula]
    assert [row.verdict for row in changed] == ["wrong"]


def _failures(seed: int) -> Iterator[str]:
    """Yield the rows that are not read as they are meant, right and with a mistake."""
    for drawn in (drawn_note(seed), drawn_note(seed, seed)):
        report = _graded(drawn.note)
        for row in drawn.note.rows:
            outcome = _outcome(row, report, drawn)
            if outcome:
                yield f"{drawn.note.name}: {outcome}: {row.formula}"


def _graded(note: Note) -> Grade:
    net = MLP(
        note.layers[0],
        list(note.layers[1:]),
        activation=note.hidden,  # type: ignore[arg-type]
        output_activation=note.output,  # type: ignore[arg-type]
        rng=0,
    )
    return grade(note.derivation, net=net, loss=note.loss, reduction=note.reduction)


def _outcome(row: Row, report: Grade, drawn: Drawn) -> str:
    """Return what is wrong with the reading of a row, or ""."""
    here = [each for each in report.judged if each.line == row.line]
    is_bad = any(each.status in {"wrong", "does not fit"} for each in here)
    is_good = bool(here) and all(e.is_right or e.status == "follows" for e in here)
    beside = [other for other in drawn.note.rows if other.line == row.line]
    has_mistake = any(other.verdict == "wrong" for other in beside)
    if has_mistake:
        return "" if is_bad else "called right" if is_good else "unread"
    if is_bad:
        return "called wrong"
    reasons = {line: reason for line, _, reason in report.left_out}
    reason = reasons.get(row.line, "")
    if row.verdict == "definition" and not here:
        is_good = "cannot" not in reason or "the cost is given by" in reason
    return "" if is_good else "unread"
