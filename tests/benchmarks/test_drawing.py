"""From Values to the SVG of a picture."""

import pytest

from .harness import Spread, Subject
from .table import SECTIONS, Row

pytestmark = pytest.mark.benchmark

ROUNDS = 5
DRAWING = SECTIONS[6]
FLAT = {"widths": [12, 24, 24, 17, 1], "fused": False, "fold": False}
FOLDED = {"widths": [784, 30, 10], "fused": True, "fold": True}


@pytest.mark.parametrize(
    ("graph", "what", "target"),
    [
        pytest.param(FLAT, "box by box", "<= 500 ms", id="flat"),
        pytest.param(FOLDED, "784-30-10 folded", "", id="folded"),
    ],
)
def test_drawing(graph, what, target, report):
    with Subject("pictures:drawing", **graph) as subject:
        subject()
        seconds = Spread.of([subject() for _ in range(ROUNDS)])
        values, picture, characters = subject.result
    report.add(Row(DRAWING, f"{values:,} Values {what}", seconds, target=target))
    report.note(f"draw {values:,} Values: {picture}, {characters:,} characters of SVG")
