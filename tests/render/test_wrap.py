"""A long picture is broken into rows, and its lines go on in the next one."""

import re
from itertools import pairwise

import pytest

import autograd_scalar
from autograd_scalar import Value, draw
from autograd_scalar.render.draw import Request, scene_of
from autograd_scalar.render.geometry import picture
from autograd_scalar.render.wrap import MOST_LENGTH


def chain(length, extra=0):
    """Operations one after the other; ``extra`` leaves are used again at the end."""
    kept = [Value(0.5, f"x{i}") for i in range(extra)]
    y = Value(0.5, "x")
    for v in kept:
        y = y + v
    for _ in range(length):
        y = y.tanh()
    for v in kept:
        y = y * v
    return y


def laid_out(root, direction="LR", room=None):
    return picture(scene_of(Request(root, fold=False)), direction, room)


@pytest.mark.parametrize("room", [500.0, 850.0])
def test_rows_are_no_longer_than_the_room(room):
    for length in (2, 3, 6, 40):
        root = chain(length)
        assert laid_out(root, room=room).width <= room
    in_cell = re.search(r'width="(\d+)"', draw(chain(6))._repr_html_())
    assert int(in_cell[1]) <= 850 < laid_out(chain(6)).width


@pytest.mark.parametrize(("length", "extra"), [(12, 0), (40, 0), (12, 2), (30, 4)])
def test_rows_are_short_and_boxes_apart(length, extra):
    laid = laid_out(chain(length, extra))
    assert laid.width < 1.2 * MOST_LENGTH
    boxes = sorted(laid.boxes)
    for i, (x, y, w, h) in enumerate(boxes):
        assert x >= 0 <= y
        assert x + w <= laid.width + 1
        assert y + h <= laid.height + 1
        for other_x, other_y, _, other_h in boxes[i + 1 :]:
            beside = x + w <= other_x
            above = y + h <= other_y or other_y + other_h <= y
            assert beside or above


def test_rows_follow_each_other_down():
    laid = laid_out(chain(30))
    places = [(y // 100, x) for x, y, _, _ in laid.boxes]
    assert places == sorted(places)
    assert len({y for y, _ in places}) == 8


@pytest.mark.parametrize("extra", [0, 3])
def test_a_line_goes_on_without_a_gap_and_through_no_box(extra):
    root = chain(14, extra)
    laid = laid_out(root)
    turns = 0
    for route in [*laid.arrangement.routes, *laid.arrangement.trunks.values()]:
        for before, after in pairwise(route):
            assert (after.turn is not None) == (after.start < before.end)
            if after.turn:
                turns += 1
                right, middle, left = after.turn
                assert left < after.start
                assert right > before.end
                assert before.across < middle < after.across
                for x, y, w, h in laid.boxes:
                    assert not (y < middle < y + h and left < x + w and x < right)
    assert turns >= 3
    paths = re.findall(r' d="(M[^"]*q[^"]*)"', draw(root).svg)
    assert len(paths) == len({*paths})


def test_lines_that_turn_around_have_lanes_of_their_own():
    laid = laid_out(chain(14, 3))
    lanes = [
        run.turn
        for route in [*laid.arrangement.routes, *laid.arrangement.trunks.values()]
        for run in route
        if run.turn
    ]
    assert len({middle for _, middle, _ in lanes}) == len(lanes)
    for right, middle, left in lanes:
        for other_right, other_middle, other_left in lanes:
            if 0 < middle - other_middle < 60:  # between the same rows: nested
                assert right > other_right
                assert left != other_left


def test_what_fits_or_flows_down_or_is_tangled_stays_whole():
    assert laid_out(chain(3)).height < 80
    assert laid_out(chain(30), "TB").width < 300
    tangled = laid_out(chain(30, 9))
    assert tangled.width > 3 * MOST_LENGTH
    leaves = [Value(1.0, f"x{i}") for i in range(40)]
    broad = autograd_scalar.sum(leaves)
    assert not [r for r in laid_out(broad).arrangement.routes if r[-1].turn]


def test_a_box_longer_than_a_row_has_one_for_itself(monkeypatch):
    from autograd_scalar.render import wrap

    monkeypatch.setattr(wrap, "MOST_LENGTH", 100.0)
    laid = laid_out(chain(4))
    assert len({y for _, y, _, _ in laid.boxes}) == 5
