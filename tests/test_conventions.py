"""The special points through the public names, and the page generated from them.

The rows themselves are held to the same points in tests/primitives/test_primitives.py.
"""

import copy
import math
import re
from itertools import product
from math import inf, isfinite, isinf, isnan

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import Value, gradients
from autograd_scalar.primitives.table import PRIMITIVES

from .data.conventions_page import (
    PAGE,
    RULES,
    differences,
    is_same,
    kinks_met,
    number,
    operands,
    page,
    read_record,
    reason,
)
from .data.peer_operations import OPERATORS, PLAIN, answers, version
from .data.special_points import BRANCHES, SPECIAL, THEMES
from .mpmath_truth import TRUTH, ulp_error

REMEDY = "python -m tests.data.make_conventions"
GAPS = "not recorded | not recorded | not recorded"
ALL_POINTS = pytest.mark.parametrize("point", SPECIAL, ids=str)
RECORD = read_record()


# Our answers, as a user asks for them


def dot(*xs):
    pairs, start = len(xs) // 2, xs[-1] if len(xs) % 2 else 0.0
    return ag.dot(xs[0 : 2 * pairs : 2], xs[1 : 2 * pairs : 2], start=start)


PUBLIC = {
    **OPERATORS,
    "dot": dot,
    "where": lambda x: ag.where(True, x, 0.0),
    **{
        name: lambda *xs, name=name: getattr(ag, name)(xs)
        for name in ("sum", "mean", "prod", "logsumexp")
    },
}


def public(name):
    return PUBLIC.get(name) or getattr(ag, name)


@ALL_POINTS
def test_public_answers_are_the_documented_ones(point):
    plain = PLAIN.get(point.name, set())
    operands = [x if k in plain else Value(x) for k, x in enumerate(point.operands)]
    output = public(point.name)(*operands)
    leaves = [x for x in operands if isinstance(x, Value)]
    expected = [d for k, d in enumerate(point.partials) if k not in plain]
    assert is_same(point.value, output.data)
    assert all(map(is_same, expected, gradients(output, leaves)))


@pytest.mark.parametrize("program", BRANCHES, ids=str)
def test_only_the_branch_that_is_taken_counts(program):
    x = Value(program.x)
    output = program.run(ag, x)
    assert (output.data, *gradients(output, [x])) == (program.value, program.slope)


# The data


def test_no_point_is_there_twice():
    assert len(set(map(str, SPECIAL))) == len(SPECIAL)


def test_every_row_has_a_point():
    assert {point.name for point in SPECIAL} == set(PRIMITIVES)


@pytest.mark.parametrize("name", [n for n, row in PRIMITIVES.items() if row.kinks])
def test_every_kink_is_met_at_a_point(name):
    met = [kink for p in SPECIAL if p.name == name for kink in kinks_met(p)]
    for kink in PRIMITIVES[name].kinks:
        assert kink in met, f"add a point where {kink.where} to special_points.py"


def test_every_point_has_a_reason():
    without = []
    for point in SPECIAL:
        rule = re.match(r"R\d", point.why)
        of_a_kink = rule and rule[0] in {"R2", "R3"}
        is_known = not rule or rule[0] in RULES
        if not (reason(point) and is_known and (kinks_met(point) or not of_a_kink)):
            without.append(str(point))
    assert not without, "\n".join(without)


def test_outside_the_domain_all_is_nan():
    for point in SPECIAL:
        if point.why.startswith("R5"):
            assert all(map(isnan, (point.value, *point.partials))), point


# The truth, by mpmath: it shares no code and no formula with the engine


def under(*rules):
    """The points of these rules, all of whose operands are finite."""
    return [
        point
        for point in SPECIAL
        if point.why.startswith(rules) and all(map(isfinite, point.operands))
    ]


def slope_at(point, position, xs, reach):
    """The derivative in one operand: a central difference over 10**-reach."""
    step = mp.mpf(10) ** -reach
    above, below = list(xs), list(xs)
    above[position] += step
    below[position] -= step
    truth = TRUTH[point.name]
    return (truth(*above) - truth(*below)) / (2 * step)


def differentiated(point):
    plain = PLAIN.get(point.name, set())
    return [k for k in range(len(point.operands)) if k not in plain]


@pytest.mark.parametrize("point", under("R1"), ids=str)
def test_r1_is_the_derivative(point):
    with mp.workdps(1200):
        xs = list(map(mp.mpf, point.operands))
        for k in differentiated(point):
            truth = slope_at(point, k, xs, reach=400)
            truth = mp.mpf(0) if abs(truth) < mp.mpf("1e-350") else truth
            assert ulp_error(point.partials[k], truth) <= 4.0


@pytest.mark.parametrize("point", under("R2", "R3"), ids=str)
def test_a_kink_has_the_subgradient_of_minimum_norm(point):
    """By directional derivatives f'(x; d), for every d and at d = -g.

    g is a subgradient of a convex function if f'(x; d) >= g·d for all d, and of all of
    them the shortest one exactly if f'(x; -g) = -g·g. The concave case is -f.
    """
    sign = 1 if point.why.startswith("R2") else -1
    g = [sign * mp.mpf(d) for d in point.partials]
    # The function has its kink in x: how far, is said by the other operand.
    fixed = {1} if point.name in {"leaky_relu", "elu", "copysign"} else set()
    steps = [(0,) if k in fixed else (-3, -1, 0, 1, 2) for k in range(len(g))]
    for d in product(*steps):
        least = sum(a * b for a, b in zip(g, d, strict=True))
        assert sign * directional(point, d) >= least - mp.mpf("1e-12"), d
    shortest = sign * directional(point, [-x for x in g])
    assert abs(shortest + sum(x * x for x in g)) < 1e-12


def directional(point, direction):
    with mp.workdps(80):
        step = mp.mpf(10) ** -40
        xs = list(map(mp.mpf, point.operands))
        moved = [x + step * d for x, d in zip(xs, direction, strict=True)]
        truth = TRUTH[point.name]
        return (truth(*moved) - truth(*xs)) / step


# Which operand stands at the end of its interval, if it is not the first one.
AT_THE_END = {"div": 1, "xlogy": 1}


def inwards(point):
    """The side of the point that its one-sided limit is taken from."""
    x = point.operands[AT_THE_END.get(point.name, 0)]
    low, high = PRIMITIVES[point.name].domain[AT_THE_END.get(point.name, 0)]
    if x in (low, high):
        return 1 if x == low else -1
    return int(math.copysign(1.0, x))


@pytest.mark.parametrize("point", under("R4"), ids=str)
def test_r4_is_the_limit_from_one_side(point):
    for k in differentiated(point):
        expected = point.partials[k]
        near, nearer = (
            slope_beside(point, k, distance) for distance in ("1e-20", "1e-40")
        )
        if isinf(expected):
            assert expected * nearer > 0
            assert abs(nearer) > 1.5 * abs(near) > 15
        elif isfinite(expected):
            assert abs(nearer - expected) < 1e-12
            assert abs(nearer - expected) <= abs(near - expected)


def slope_beside(point, position, distance):
    with mp.workdps(250):
        xs = list(map(mp.mpf, point.operands))
        xs[AT_THE_END.get(point.name, 0)] += inwards(point) * mp.mpf(distance)
        return slope_at(point, position, xs, reach=80)


# Its order is an integer in mpmath's definition.
@pytest.mark.parametrize(
    "point", [p for p in under("R5") if p.name != "polygamma"], ids=str
)
def test_r5_has_no_real_value(point):
    try:
        truth = TRUTH[point.name](*map(mp.mpf, point.operands))
    except ZeroDivisionError:
        return
    assert abs(mp.im(truth)) > 0.1


# The page


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(RECORD), f"run {REMEDY}"


def test_no_answer_is_recorded_to_a_point_that_is_gone():
    gone = set(RECORD["answers"]) - {str(p) for p in [*SPECIAL, *BRANCHES]}
    assert not gone, f"run {REMEDY} --record"


def test_every_theme_program_and_kink_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"## {title}\n" in text for title in THEMES)
    assert all(f"`{program.text}`" in text for program in BRANCHES)
    assert all(kink.where in text for row in PRIMITIVES.values() for kink in row.kinks)


def test_the_page_follows_its_data():
    changed = copy.deepcopy(RECORD)
    changed["answers"]["abs(0.0)"]["torch"] = ["0.0", ["0.25"]]
    assert "| *y′* = 0.25 |" in spaced(page(changed))
    assert page(changed) != page(RECORD)


# So that an operation can be added where no peer is installed.


@pytest.mark.parametrize(
    ("arity", "written"), [(None, "xs"), (1, "x"), (2, "a, b"), (3, "a, b, c")]
)
def test_operands_of_any_arity_can_be_written(arity, written):
    assert operands(arity) == written


@pytest.mark.parametrize("point", ["abs(0.0)", str(BRANCHES[0])])
def test_a_point_without_recorded_answers_is_marked(point):
    changed = copy.deepcopy(RECORD)
    del changed["answers"][point]
    before, after = (
        {line for line in spaced(page(record)).splitlines() if GAPS in line}
        for record in (RECORD, changed)
    )
    (marked,) = after - before
    assert marked.endswith(f"| {GAPS} |")
    assert f"`{point.split(' at ')[0].replace('0.0', 'x')}`" in marked


def test_what_is_not_recorded_was_not_asked():
    changed = copy.deepcopy(RECORD)
    points = [point for point in SPECIAL if point.name == "abs"]
    for point in points:
        del changed["answers"][str(point)]
    before, after = (
        re.findall(
            r"^\| \w+ \| (\d+) \| (\d+) \| (\d+) \|$", page(record), re.MULTILINE
        )
        for record in (RECORD, changed)
    )
    assert len(before) == 3
    for (points_before, asked_before, _), (points_after, asked_after, _) in zip(
        before, after, strict=True
    ):
        assert points_after == points_before
        assert int(asked_after) == int(asked_before) - len(points)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, "none"),
        ("TypeError", "raises TypeError"),
        (["1.0", ["2.0", None]], "the same"),
        (["-0.0", ["2.0", "3.0"]], "*y* = −0"),
        (["1.0", ["2.5", "3.0"]], "*y′* = (2.5, 3)"),
        (["nan", ["inf", None]], "*y* = nan, *y′* = (inf, –)"),
        (["1.0000000000000002", ["2.0", "3.0"]], "the same"),
        (["1.00000001", ["2.0", "3.0"]], "*y* = 1.00000001"),
        (["123456.789", ["2.0", "3.0"]], "*y* = 123457"),
    ],
)
def test_a_cell_says_what_differs(answer, expected):
    assert spaced(differences(1.0, (2.0, 3.0), answer)) == expected


def spaced(cell):
    """With common spaces for those at which no line breaks."""
    return cell.replace("\N{NO-BREAK SPACE}", " ")


def test_same_numbers():
    assert is_same(math.nan, math.nan)
    assert is_same(inf, inf)
    assert is_same(0.0, -0.0)
    assert is_same(1.0, None)
    assert not is_same(inf, -inf)
    assert not is_same(inf, 1e308)
    assert not is_same(1.0, inf)
    assert not is_same(math.nan, 0.0)
    assert not is_same(1.0, 1.0 + 1e-11)
    assert not is_same(5e-324, 0.0)


@pytest.mark.oracles
@pytest.mark.parametrize("peer", ["torch", "jax", "autograd"])
def test_the_record_is_what_the_peer_answers_today(peer):
    assert version(peer) == RECORD["versions"][peer], f"run {REMEDY} --record"
    for point, found in answers(peer, SPECIAL, BRANCHES).items():
        if point not in RECORD["answers"]:
            continue  # not recorded yet, and marked so on the page
        recorded = RECORD["answers"][point][peer]
        if found is None or isinstance(found, str):
            assert found == recorded, point
            continue
        value, partials = recorded
        assert is_same(number(value), found[0]), point
        for ours, theirs in zip(map(number, partials), found[1], strict=True):
            assert (ours is None and theirs is None) or is_same(ours, theirs), point
