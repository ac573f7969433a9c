"""Depth that recursion could not follow, and more paths than could be walked."""

import pytest

from .harness import IMPLEMENTATIONS, Spread, Subject
from .table import Row, Section

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.parametrize("runs", IMPLEMENTATIONS),
]


def test_a_chain_of_a_million_operations(runs, report):
    with Subject("graphs:deep_chain", implementation=runs, nodes=1_000_000) as subject:
        seconds = Spread.of([subject()])
        assert subject.result == [1.0, 1.0]
    report.add(Row(Section.DEPTH, "chain of 1,000,000 operations", runs, seconds))


def test_a_ladder_of_a_million_million_million_paths(runs, report):
    with Subject("graphs:ladder", implementation=runs, rungs=60) as subject:
        seconds = Spread.of([subject() for _ in range(20)])
        assert subject.result == [2.0**60, 2.0**60]
    report.add(Row(Section.DEPTH, "ladder of 2**60 paths", runs, seconds))
