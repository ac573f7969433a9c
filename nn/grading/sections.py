"""Grade the two halves of a text by themselves, where each has a notation of its own.

A page that derives everything for one neuron first, and for matrices below, may call
the same thing o in the one section and a in the other, and turn the indices of w. Or
examples are columns in its steps, and rows in the batch at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from autograd_scalar import DataError
from nn.grading.report import Grade

__all__ = ["by_sections"]


def by_sections(text: str, whole: Grade, graded: Callable[[str, bool], Grade]) -> Grade:
    """Return the grade of two halves, parted at a heading, if more of them is read.

    Nothing that is right in the ``whole`` may be lost, and next to nothing new be
    wrong. What is wrong in the whole may be right in its half, as letters were mixed
    up, but only where twice as many lines that could not be read are right as well.
    ``graded`` takes a text, and whether to search for the names of its mistakes.
    """
    before = _lines(whole)
    if len(text) > _LONGEST or len(_unlike(before, "right")) < _FEWEST:
        return whole
    lines = text.split("\n")
    cut = _cut(lines, before)
    if not cut:
        return whole
    halves = "\n".join(lines[:cut]), "\n" * cut + "\n".join(lines[cut:])
    try:
        grades = [graded(half, False) for half in halves]
    except DataError:
        return whole
    after = {line: how for one in grades for line, how in _lines(one).items()}
    differ = _are_laid_out_apart(whole, grades, before, after)
    if not _is_better(before, after, differ):
        return whole
    return _joined(whole, [graded(half, True) for half in halves])


def _is_better(before: dict[int, str], after: dict[int, str], differ: bool) -> bool:
    """Return whether lines that were not right are so now, and none is lost.

    A line that could not be read may be wrong, where many are right that could not.
    """
    gained = [n for n, how in after.items() if how == "right" != before.get(n, "")]
    cleared = [n for n in gained if before.get(n) == "wrong"]
    kept = all(after.get(n) == "right" for n, how in before.items() if how == "right")
    alarms = {n for n, how in after.items() if how == "wrong" != before.get(n)}
    read = len(gained) - len(cleared)
    enough = read >= max(_FEWEST, 2 * len(cleared)) or (differ and cleared)
    are_new = all(before.get(n) == "unread" for n in alarms)
    few = are_new and len(alarms) * _MANY <= read
    return kept and (few or not alarms) and bool(enough)


def _are_laid_out_apart(
    whole: Grade, halves: list[Grade], before: dict[int, str], after: dict[int, str]
) -> bool:
    """Return whether the halves lay out their examples in two ways, and say so.

    Each has a forward pass by which it is right; and what was wrong in the whole and is
    right in its half was for the most part a product that did not fit.
    """
    layouts = [found and found[0] for found in map(_layout_of, halves)]
    if None in layouts or len(set(layouts)) == 1:
        return False
    for half in halves:
        sums = [each for each in half.judged if each.quantity[:1] == "Z"]
        if len(sums) < _LAYERS or not all(each.is_right for each in sums):
            return False
    unfit = {each.line for each in whole.judged if each.status == "does not fit"}
    cleared = [n for n, how in before.items() if (how, after.get(n)) == _CLEARED]
    return 2 * len(unfit.intersection(cleared)) > len(cleared)


def _layout_of(grade: Grade) -> re.Match[str] | None:
    return _LAYOUT.search(grade.notation)


def _lines(grade: Grade) -> dict[int, str]:
    """Return whether each line is right, wrong or unread."""
    found: dict[int, str] = {}
    for each in grade.judged:
        is_unread = each.status == "cannot be read"
        how = "right" if each.is_right else "unread" if is_unread else "wrong"
        found[each.line] = max(found.get(each.line, how), how)  # by the alphabet: worst
    return found


def _unlike(lines: dict[int, str], how: str) -> list[int]:
    return [line for line, found in lines.items() if found != how]


def _cut(lines: list[str], how: dict[int, str]) -> int:
    """Return the heading that parts best what was read from what was not, or 0."""
    inside, cuts = False, dict[int, int]()
    for i, line in enumerate(lines):
        inside ^= line.lstrip().startswith(("```", "~~~"))
        if not inside and _HEADING.match(line):
            parted = [(n > i) == (found == "right") for n, found in how.items()]
            if i and {n > i for n in how} == {True, False}:
                cuts[i] = max(sum(parted), len(parted) - sum(parted))
    return max(cuts, key=lambda i: cuts[i], default=0)


def _joined(whole: Grade, grades: list[Grade]) -> Grade:
    """Return one grade of both halves, which says how each was read."""
    first, second = grades
    judged = (*first.judged, *second.judged)
    start = min((each.line for each in second.judged), default=0)
    then = second.notation.removeprefix("Read as: ")
    notation = f"{first.notation} From line {start} on: {then}"
    left_out = tuple(sorted((*first.left_out, *second.left_out)))
    return Grade(whole.title, notation, judged, left_out)


_CLEARED: Final = ("wrong", "right")
_FEWEST: Final = 3  # lines
_MANY: Final = 5  # lines that are read for each that turns out to be wrong
_LAYERS: Final = 2  # of the smallest network with a hidden layer
_LAYOUT: Final = re.compile(r"one example (?:at a time|per row|per column)")
_LONGEST: Final = 40_000  # characters
_HEADING: Final = re.compile(r"\s{0,3}#{1,6}\s+\S|\s{0,3}\\(?:sub)*section\b")
