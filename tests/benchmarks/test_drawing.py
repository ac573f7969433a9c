"""From Values to the SVG of a picture."""

import pytest

from .harness import IMPLEMENTATIONS, Spread, Subject
from .table import Row, Section, Target

pytestmark = pytest.mark.benchmark

ROUNDS = 5
FLAT = {"widths": [12, 24, 24, 17, 1], "fused": False, "fold": False}
FOLDED = {"widths": [784, 30, 10], "fused": True, "fold": True}


@pytest.mark.parametrize("runs", IMPLEMENTATIONS)
@pytest.mark.parametrize(
    ("graph", "what", "target"),
    [
        pytest.param(FLAT, "box by box", Target("<=", 0.5, "ours"), id="flat"),
        pytest.param(FOLDED, "784-30-10 folded", None, id="folded"),
    ],
)
def test_drawing(graph, what, target, runs, report):
    with Subject("pictures:drawing", implementation=runs, **graph) as subject:
        subject()
        seconds = Spread.of([subject() for _ in range(ROUNDS)])
        values, picture, characters = subject.result
    work = f"{values:,} Values {what}"
    report.add(Row(Section.DRAWING, work, runs, seconds, target=target))
    report.note(f"draw {values:,} Values: {picture}, {characters:,} characters of SVG")
