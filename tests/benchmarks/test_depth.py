"""Depth that recursion could not follow, and more paths than could be walked."""

import pytest

from .harness import Spread, Subject
from .table import SECTIONS, Row

pytestmark = pytest.mark.benchmark

DEPTH = SECTIONS[4]


def test_a_chain_of_a_million_operations(report):
    with Subject("graphs:deep_chain", nodes=1_000_000) as subject:
        seconds = Spread.of([subject()])
        assert subject.result == [1.0, 1.0]
    report.add(Row(DEPTH, "chain of 1,000,000 operations", seconds))


def test_a_ladder_of_a_million_million_million_paths(report):
    with Subject("graphs:ladder", rungs=60) as subject:
        seconds = Spread.of([subject() for _ in range(20)])
        assert subject.result == [2.0**60, 2.0**60]
    report.add(Row(DEPTH, "ladder of 2**60 paths", seconds))
