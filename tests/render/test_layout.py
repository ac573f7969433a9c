"""The layout: nothing overlaps, no line runs under a box, every link is there."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_scalar.render import layout
from autograd_scalar.render.layout import (
    Arrangement,
    Net,
    Route,
    arrange,
    assign_layers,
    build_net,
)

Sizes = list[tuple[float, float]]
Links = list[tuple[int, int]]


@st.composite
def dags(draw: st.DrawFn) -> tuple[Sizes, Links]:
    """Boxes of many sizes; links from lower to higher numbers, parallels among them."""
    count = draw(st.integers(1, 25))
    sides = st.integers(4, 120).map(float)
    sizes = [(draw(sides), draw(sides)) for _ in range(count)]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    drawn = draw(st.lists(pairs.filter(lambda p: p[0] != p[1]), max_size=60))
    return sizes, [(min(pair), max(pair)) for pair in drawn] if count > 1 else []


def laid_out(sizes: Sizes, links: Links) -> tuple[Sizes, Arrangement]:
    """As `geometry` does it: each box is made tall enough for its ports."""
    gap = 6.0
    counts = [0] * len(sizes)
    for _, target in links:
        counts[target] += 1
    tall = [
        (along, max(across, gap * count))
        for (along, across), count in zip(sizes, counts, strict=True)
    ]
    return tall, arrange(tall, links, [9.0] * len(links), [gap] * len(sizes))


def points(route: Route) -> list[tuple[float, float]]:
    """A route as `svg` draws it, sampled."""
    found: list[tuple[float, float]] = []
    for index, run in enumerate(route):
        if index:
            before = route[index - 1]
            middle = (before.end + run.start) / 2
            for step in range(21):
                t = step / 20
                u = 1 - t
                weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
                xs = (before.end, middle, middle, run.start)
                ys = (before.across, before.across, run.across, run.across)
                found.append(
                    (
                        sum(w * x for w, x in zip(weights, xs, strict=True)),
                        sum(w * y for w, y in zip(weights, ys, strict=True)),
                    )
                )
        for step in range(11):
            along = run.start + (run.end - run.start) * step / 10
            found.append((along, run.across))
    return found


@settings(deadline=None, max_examples=80)
@given(dags())
def test_boxes_do_not_overlap(dag: tuple[Sizes, Links]) -> None:
    sizes, laid = laid_out(*dag)
    spans = [
        (x, x + w, y - h / 2, y + h / 2)
        for (x, y), (w, h) in zip(laid.boxes, sizes, strict=True)
    ]
    for i, (left, right, top, bottom) in enumerate(spans):
        assert -1e-6 <= left <= right <= laid.length + 1e-6
        assert -1e-6 <= top <= bottom <= laid.breadth + 1e-6
        for other_left, other_right, other_top, other_bottom in spans[:i]:
            apart = max(
                left - other_right,
                other_left - right,
                top - other_bottom,
                other_top - bottom,
            )
            assert apart > -1e-6


@settings(deadline=None, max_examples=80)
@given(dags())
def test_no_line_runs_under_a_box(dag: tuple[Sizes, Links]) -> None:
    sizes, laid = laid_out(*dag)
    for route in [*laid.routes, *laid.trunks.values()]:
        for along, across in points(route):
            for (x, y), (w, h) in zip(laid.boxes, sizes, strict=True):
                inside_along = x + 1e-6 < along < x + w - 1e-6
                assert not (inside_along and abs(across - y) < h / 2 - 1e-6)


@settings(deadline=None, max_examples=60)
@given(dags())
def test_links_flow_forward_into_their_own_port(dag: tuple[Sizes, Links]) -> None:
    _, links = dag
    sizes, laid = laid_out(*dag)
    ports: set[tuple[int, float]] = set()
    for (source, target), route in zip(links, laid.routes, strict=True):
        x, y = laid.boxes[target]
        assert route[-1].end == pytest.approx(x)
        assert abs(route[-1].across - y) < sizes[target][1] / 2
        ports.add((target, round(route[-1].across, 3)))
        begin = laid.trunks[source][-1] if source in laid.trunks else route[0]
        assert begin.start >= laid.boxes[source][0]
        starts = [run.start for run in route]
        assert starts == sorted(starts)
    assert len(ports) == len(links)


@settings(deadline=None, max_examples=60)
@given(dags())
def test_trunks_are_shared_and_reach_every_tap(dag: tuple[Sizes, Links]) -> None:
    sizes, links = dag
    layer = assign_layers(len(sizes), links)
    net = build_net(layer, links)
    for (source, target), tap in zip(links, net.taps, strict=True):
        assert layer[source] < layer[target]
        assert tap == source or tap in net.trunks[source]
        assert tap == source or net.trunks[source].index(tap) == (
            layer[target] - layer[source] - 2
        )
    dummies = len(net.before) - len(sizes)
    assert dummies == sum(len(chain) for chain in net.trunks.values())


def test_a_chain_is_a_straight_line() -> None:
    links = [(i, i + 1) for i in range(50)]
    laid = arrange([(30.0, 20.0)] * 51, links, [0.0] * 50, [8.0] * 51)
    assert {round(across, 6) for _, across in laid.boxes} == {10.0}


def test_a_tree_is_drawn_without_crossings() -> None:
    generator = random.Random(1)
    links = [(i, generator.randrange(i + 1, 60)) for i in range(59)]
    _, laid = laid_out([(20.0, 10.0)] * 60, links)
    sampled = [points(route) for route in laid.routes]
    crossings = 0
    for i, first in enumerate(sampled):
        for second in sampled[:i]:
            shared = {round(p[0], 6): p[1] for p in first}
            gaps = [shared[round(x, 6)] - y for x, y in second if round(x, 6) in shared]
            signs = {gap > 0 for gap in gaps if abs(gap) > 1e-6}
            crossings += len(signs) == 2
    assert crossings <= 3


def test_an_empty_graph_has_no_size() -> None:
    assert arrange([], [], [], []) == Arrangement([], [], {}, 0.0, 0.0, [])


def some_net(seed: int) -> tuple[list[int], Net]:
    rng = random.Random(seed)
    links = [sorted(rng.sample(range(24), 2)) for _ in range(40)]
    pairs = [(first, second) for first, second in links]
    layer = assign_layers(24, pairs)
    return layer, build_net(layer, pairs)


def crossings_by_pairs(net: Net) -> int:
    """Each pair of links between two rows, by what a crossing is."""
    at = {item: place for row in net.rows for place, item in enumerate(row)}
    found = 0
    for row in net.rows:
        ends = [(at[a], at[b]) for a in row for b in net.after[a]]
        for (a, b), (c, d) in itertools.combinations(ends, 2):
            found += (a - c) * (b - d) < 0
    return found


@pytest.mark.parametrize("seed", range(8))
def test_crossings_are_counted_and_the_best_order_is_kept(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, net = some_net(seed)
    seen: list[int] = []

    def counted(net: Net, place: list[float]) -> int:
        seen.append(count(net, place))
        assert seen[-1] == crossings_by_pairs(net)
        return seen[-1]

    count = layout.count_crossings
    monkeypatch.setattr(layout, "count_crossings", counted)
    layout.order_rows(net)
    assert crossings_by_pairs(net) == min(seen)


def test_what_is_computed_moves_late_only_if_that_shortens_more_than_it_stretches():
    # 0 to 4 is a chain; 5 and 6 are a side branch that meets it at 7.
    links = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (4, 7), (6, 7)]
    assert assign_layers(8, links) == [0, 1, 2, 3, 4, 1, 2, 5]


def test_what_shares_a_trunk_moves_late_for_a_share_of_it() -> None:
    # 0 to 4 is a chain; 6 and 7 are computed from 5, and meet the chain at 8.
    links = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (5, 7)]
    links += [(4, 8), (6, 8), (7, 8)]
    assert assign_layers(9, links) == [0, 1, 2, 3, 4, 3, 4, 4, 5]


@pytest.mark.parametrize("forward", [True, False])
def test_what_has_no_neighbour_on_one_side_is_sorted_by_the_other(forward: bool):
    nobody: list[list[int]] = [[], [], [], []]
    others = [[3], [2], [], []]
    sides = (nobody, others) if forward else (others, nobody)
    row, place = [0, 1], [-0.5, 0.5, -0.5, 0.5]
    layout._sort(row, Net(4, [row, [2, 3]], *sides, [], {}), place, forward=forward)
    assert row == [1, 0]


def test_links_are_straight_where_there_is_room():
    """The ports of box 2 are 60 apart; boxes 0 and 1 lie in front of them."""
    sizes, links = [(40.0, 10.0), (40.0, 10.0), (40.0, 200.0)], [(0, 2), (1, 2)]
    laid = arrange(sizes, links, [9.0, 9.0], [60.0] * 3)
    assert [y for _, y in laid.boxes] == pytest.approx([70.0, 130.0, 100.0])
    for route, across in zip(laid.routes, (70.0, 130.0), strict=True):
        assert [run.across for run in route] == pytest.approx([across] * 2)


@pytest.mark.parametrize("row", [[0, 1], [1, 0]])
def test_a_line_keeps_as_far_from_a_box_as_another_box(row: list[int]) -> None:
    assert layout._spacing(row, 1, [20.0]) == [0.0, 10.0 + layout.BOX_GAP]
    assert layout.BOX_GAP > layout.LANE_GAP
