"""`certify` and `compare`: the errors of floats, and which rounding made them."""

import json
import math
import random
import re
import sys
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import (
    PRIMITIVES,
    Interval,
    NumberError,
    OperandError,
    Value,
    certify,
    compare,
    replay,
)
from autograd_scalar.graph.value import nary
from autograd_scalar.precision.certify import judged

from ..primitives.test_primitives import operands

HOSTILE = '<script>alert("x")</script>\x1b[31m\u202e'


def test_an_error_is_what_fractions_say():
    a, b = Value(0.1, "a"), Value(0.2, "b")
    s = (a + b).named("s")
    row = certify(s).of(s)
    exact = Fraction(0.1) + Fraction(0.2)
    expected = (Fraction(s.data) - exact) / Fraction(math.ulp(s.data))
    assert row.value.ulp == row.value.local == float(expected)
    assert row.value.inherited == 0.0
    assert row.effect == float(expected)
    assert mp.mpf(row.value.truth) == pytest.approx(0.3)
    assert row.value.truth.startswith("0.30000000000000001665334536937734810635447")


def test_the_parts_add_up_and_the_first_rounding_is_blamed():
    a, b = Value(0.1, "a"), Value(0.2, "b")
    s = (a + b).named("s")
    d = (s - 0.3).named("d")
    certificate = certify(d)
    row = certificate.of(d)
    assert row.value.local == 0.0  # the difference of close floats is exact
    assert row.value.inherited == row.value.ulp > 1e15
    assert certificate.culprit.node is s
    assert certificate.worst.node is d
    assert not certificate.within(1e15)
    assert certificate.within(1e16)
    assert "The rounding of 's' changes the root most: 2.25e+15 ULP." in str(
        certificate
    )


def test_adjoints_are_judged_too():
    x = Value(0.1, "x")
    y = x * x * x
    row = certify(y).of(x).adjoint
    truth = 3 * Fraction(0.1) ** 2
    assert row.ulp == pytest.approx(
        float((Fraction(row.found) - truth) / Fraction(math.ulp(row.found))), 1e-12
    )
    assert row.ulp == pytest.approx(row.local + row.inherited)


def test_an_adjoint_that_should_vanish():
    x = Value(1.7, "x")
    row = certify(x.sin() ** 2 + x.cos() ** 2 - 1).of(x).adjoint
    assert (row.found, row.ulp) == (0.0, 0.0)
    assert 0 < abs(row.local) < 2.0**53


def test_cancellation_does_not_pass_for_exact():
    root = (Value(1e200) + 1) - 1e200  # 50 digits alone would agree with the floats
    assert certify(root).rows[-1].value.truth == "1.0"
    assert root.data == 0.0


def test_exact_graphs_say_so():
    certificate = certify(Value(2.0) * 3 + 1)
    assert certificate.within(0.0)
    assert certificate.verdict == "All 5 values and adjoints are exact."
    assert certify(Value(2.0)).verdict == "The value and the adjoint are exact."
    assert len(list(certificate)) == len(certificate) == 5
    # Short numbers stay whole.
    assert "2.0 * 3.0          mul  6.0    6.0        0 " in str(certificate)


def test_what_no_float_holds():
    x = Value(1000.0, "x")
    y = x.exp()
    assert certify(y).of(y).value.ulp == 0.0  # inf is what the reference rounds to
    z = y * 0
    row = certify(z).of(z)
    assert (row.value.ulp, row.value.truth) == (math.inf, "0.0")
    assert row.value.inherited == math.inf
    nothing = Value(-1.0).log()
    assert certify(nothing).of(nothing).value.ulp == 0.0
    json.loads(certify(z).to_json())


def test_another_piece_is_reported():
    y = ag.maximum(Value(0.1) + 0.2, 0.30000000000000004)
    certificate = certify(y)
    assert certificate.switched == (y,)
    assert "1 node is on another piece in the reference." in certificate.verdict
    twice = certify(y + ag.minimum(y.parents[0], 0.30000000000000004))
    assert "2 nodes are on another piece in the reference." in twice.verdict


@pytest.mark.parametrize(
    ("graph", "undefined"),
    [
        pytest.param(lambda: Value(0.0) / Value(0.0), 2, id="0/0"),
        pytest.param(lambda: Value(math.inf) * 0, 1, id="inf*0"),
        pytest.param(lambda: Value(math.inf) - math.inf, 1, id="inf-inf"),
        pytest.param(lambda: (Value(math.inf) * 0 + 1) * Value(2.0), 4, id="chain"),
        pytest.param(
            lambda: ag.logaddexp(Value(math.inf), Value(math.inf)), 0, id="tie"
        ),
        pytest.param(lambda: ag.hypot(Value(math.inf), Value(1.0)), 0, id="hypot"),
        pytest.param(
            lambda: Value(-math.inf).silu() + Value(math.inf).gelu(), 0, id="silu"
        ),
    ],
)
def test_right_numbers_beside_nan_and_inf_are_not_called_wrong(graph, undefined):
    certificate = certify(graph())
    assert certificate.within(0.0)
    assert ("are nan" in certificate.verdict) is (undefined > 0)
    if undefined:
        assert f"those of the reference; {undefined} are nan." in certificate.verdict


def test_a_stranger_has_no_certificate():
    with pytest.raises(OperandError, match="not in the certified graph"):
        certify(Value(1.0)).of(Value(1.0))


def test_operations_of_the_user_are_rejected():
    @ag.primitive(partials=lambda x, y: (1.0,))
    def same(x):
        return x

    with pytest.raises(NumberError, match="node same"):
        certify(same(Value(1.0)))
    with pytest.raises(OperandError, match="needs a Value"):
        certify(1.0)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)


def tags_of(html):
    parser = Tags()
    parser.feed(html)
    return parser.found


def test_hostile_labels_are_harmless():
    a = (Value(0.1) + 0.2).named(HOSTILE)
    for report in (certify(a - 0.3), compare(a + 0.3, Value(0.1) + (Value(0.2) + 0.3))):
        assert "\x1b" not in str(report)
        assert "\u202e" not in str(report)
        assert "script" not in tags_of(report._repr_html_())
        assert json.loads(report.to_json())["verdict"] == report.verdict


def test_long_tables_show_the_worst_nodes():
    x = total = Value(0.1, "x")
    for _ in range(100):
        total = total + x
    certificate = certify(total)
    assert "nodes with lesser errors are in to_json()." in str(certificate)
    assert len(str(certificate).splitlines()) == 64
    assert len(json.loads(certificate.to_json())["nodes"]) == len(certificate) == 101
    comparison = compare(total, x * 101)
    assert "more roundings are in to_json()." in str(comparison)


# Names


def test_a_node_without_a_label_goes_by_its_expression():
    a, b = Value(0.1, "a"), Value(0.2, "two words")
    root = ag.exp(-(a + b)) * (Value(-3.0) - b / a) ** 2
    assert [row.name for row in certify(root)] == [
        "'a'",
        "'two words'",
        "a + (two words)",
        "-(a + (two words))",
        "v4 = exp(-(a + (two words)))",
        "-3.0",
        "(two words) / a",
        "v7 = (-3.0) - ((two words) / a)",
        "2.0",
        "v9 = v7 ** 2.0",
        "v4 * v9",
    ]


def test_long_expressions_go_by_number_and_no_two_names_are_the_same():
    x = total = Value(0.1, "x")
    for _ in range(60):
        total = total + x
    names = [row.name for row in certify(total * ag.sum([total] * 40))]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 36
    for name in names:
        for number in re.findall(r"v\d+", name):
            assert names[int(number[1:])].startswith(f"{number} = ")


def test_huge_labels_are_cut():
    x = Value(0.1, "x" * 1_000_000)
    for report in (certify(x * 3), compare(x * 3, x + x + x)):
        assert "xxx" in str(report)
        assert len(str(report) + report._repr_html_() + report.to_json()) < 4000
    with pytest.raises(NumberError) as caught:
        ag.replay(ag.exp(x).named("y" * 1_000_000), Fraction)
    assert len(str(caught.value)) < 200


# Comparisons


def test_small_numbers_are_not_equal_for_being_small():
    a, b = ag.exp(Value(-1000.0)), ag.exp(Value(-2000.0))
    comparison = compare(a, b)
    assert not comparison.equal_in_truth
    assert comparison.verdict == (
        "Equal in floats, both 0.0, but not exactly (to 50 digits)."
    )
    assert compare(a, Value(0.0)).truth_b == "0.0"
    assert not compare(a, Value(0.0)).equal_in_truth
    assert compare(a, ag.exp(Value(-500.0)).square()).equal_in_truth


def test_nan_is_no_answer():
    for a, b in (
        (ag.log(Value(-1.0)), ag.sqrt(Value(-5.0))),
        (Value(math.nan), Value(math.nan)),
    ):
        comparison = compare(a, b)
        assert not comparison.equal_in_truth
        assert not comparison.equal_in_floats
        assert comparison.verdict == (
            "No answer: both references are nan, and nan is no number to compare."
        )
    lost = ag.exp(Value(1000.0)) * 0
    assert compare(lost, lost * 2).verdict == (
        "Approximately True, exactly False: equal (to 50 digits), nan on both"
        " sides in floats."
    )


def test_digits_beyond_the_floats_range_are_compared_too():
    x = Value(1.0)
    assert compare(x.exp().log(), x, 400).equal_in_truth
    assert not compare(x.exp(), x.exp() + ag.exp(Value(-700.0)), 400).equal_in_truth


def test_one_tenth_and_two_tenths():
    comparison = compare(Value(0.1) + Value(0.2), Value(0.3))
    assert comparison.equal_in_decimals
    assert comparison.verdict == (
        "False: not equal exactly (proved in fractions), and 1 ULP apart in floats."
        " With the leaves read as decimals, 0.1 as 1/10, they are equal: the rounding"
        " of these decimals to floats sets them apart."
    )
    assert "\n0.1 + 0.2  0.30000000000000004  0.30000" in str(comparison)
    assert "\n0.3        0.3                  0.29999" in str(comparison)
    assert not compare(Value(0.1), Value(0.2)).equal_in_decimals
    assert not compare(Value(0.1).exp(), Value(0.2)).equal_in_decimals


def test_the_sides_are_told_apart():
    x = Value(0.3, "x")
    cube, power = (x * x * x).named("f"), (x**3).named("f")
    assert "\n'f' (first)   0.027" in str(compare(cube, power))
    assert "\n'f' (second)  0.026999999999999996" in str(compare(cube, power))
    assert json.loads(compare(cube, x).to_json())["a"]["name"] == "'f'"


def test_an_order_of_the_same_terms_is_named():
    x, y, z = Value(0.3, "x"), Value(0.7, "y"), Value(1.1, "z")
    many = Value(0.1, "v")
    for _ in range(70):
        many = many + many
    for a, b, found in [
        (x + y + z, x + (y + z), "sum"),
        (x - (y - z), -y + z + x, "sum"),
        (ag.sum([x, y, z, x * y]), x * y + (z + y) + x, "sum"),
        ((x + x) + y, x + (y + x), "sum"),
        (Value(0.1) + Value(0.2) + Value(0.3), Value(0.3) + Value(0.2) + 0.1, "sum"),
        (x * y * z, x * (y * z), "product"),
        (x / z * y, x * y / z, "product"),
        (y * ag.reciprocal(x), y / x, "product"),
        (ag.prod([x, y, z]), z * y * x, "product"),
        (x + y, x + y, ""),
        (x + y, x + z, ""),
        (x + y, x - y, ""),
        (x + x, x * 2, ""),
        (x + y, x, ""),
        (many + 1, 1 + many, ""),
    ]:
        assert compare(a, b).reordered == found
    text = "They are the same sum in another order. The first rounding that sets them"
    assert f" {text} apart is that of a + b: 0.25 ULP." in compare(*plain()).verdict


def plain():
    a, b, c = Value(0.1, "a"), Value(0.2, "b"), Value(0.3, "c")
    return (a + b) + c, a + (b + c)


def sums():
    a, b, c = Value(0.1, "a"), Value(0.2, "b"), Value(0.3, "c")
    return (a + b).named("s") + c, a + (b + c)


def test_approximately_true_exactly_false():
    comparison = compare(*sums())
    assert not comparison.equal_in_floats
    assert comparison.equal_in_truth
    assert comparison.is_proved
    assert (comparison.ulp, comparison.first.name) == (1, "'s'")
    assert "Approximately True, exactly False: equal (proved in" in str(comparison)
    assert sum(cause.effect for cause in comparison.causes) == pytest.approx(1.0)
    assert tags_of(comparison._repr_html_()) >= {"table", "p", "strong"}


@pytest.mark.parametrize("x", [0.1, 1.7, 3.3, 1e-5])
def test_the_causes_make_the_whole_difference(x):
    x, y = Value(x, "x"), Value(0.7, "y")
    pairs = [
        (x * x * x, x**3),
        (x / y, x * y**-1),
        (x.exp().log(), x + 0),
        (x.sinh() / x.cosh(), x.tanh()),
    ]
    for a, b in pairs:
        comparison = compare(a, b)
        assert comparison.equal_in_truth
        steps = (a.data - b.data) / max(math.ulp(a.data), math.ulp(b.data))
        total = sum(cause.effect for cause in comparison.causes)
        assert total == pytest.approx(steps, abs=1e-6)


def test_shared_roundings_are_nobody_s_fault():
    s = Value(0.1) + 0.2
    comparison = compare(s + s, s * 2)
    assert comparison.causes == ()
    assert comparison.first is None
    assert comparison.verdict == (
        "True, exactly: both are 0.6000000000000001; proved in fractions."
    )
    assert "rounding of" not in str(comparison) + comparison._repr_html_()


def test_a_rounding_that_hardly_counts_is_not_the_first():
    tiny, x = Value(1e-9, "tiny"), Value(0.1, "x")
    slight, heavy = (tiny * 0.3).named("slight"), (x * 3).named("heavy")
    comparison = compare(slight + heavy, (x + x + x) + tiny * Value(0.3))
    assert [cause.name for cause in comparison.causes][:2] == ["'slight'", "'heavy'"]
    assert comparison.first.name == "'heavy'"


def test_equal_in_floats_but_not_exactly():
    big = Value(1e16)
    comparison = compare(big + 1, big + 0)
    assert comparison.equal_in_floats
    assert not comparison.equal_in_truth
    assert comparison.verdict.startswith("Equal in floats, both 1e+16, but not exactly")


def test_not_equal_at_all():
    x = Value(2.0)
    assert compare(x.exp(), x).verdict == (
        "False: not equal exactly (to 50 digits), and 8404893018797209 ULP apart in"
        " floats."
    ).replace("8404893018797209", str(compare(x.exp(), x).ulp))
    assert compare(Value(0.0), Value(-0.0)).ulp == 0
    assert compare(Value(-5e-324), Value(5e-324)).ulp == 2


def test_nan_and_rounding_without_a_cause():
    x, nothing = Value(1.0), Value(math.nan)
    comparison = compare(nothing, x.exp())
    assert comparison.ulp is None
    assert "nan on one side" in comparison.verdict
    assert json.loads(comparison.to_json())["a"]["found"] == "nan"
    # In truth 0 as well, but no effect to first order can be told through an infinity.
    lost = compare(x * 1e4 - (x * 1e4).exp() * 0 - x * 1e4, x - x)
    assert lost.equal_in_truth
    assert lost.first is None
    assert lost.verdict.endswith("in floats.")


def test_a_reference_that_never_settles_is_zero_in_the_end():
    x = Value(1.7)
    comparison = compare(x.sin() ** 2 + x.cos() ** 2 - 1, x - x)
    assert comparison.equal_in_truth
    assert not comparison.is_proved
    # Times a number of 9565 digits it takes as many to see that it is 0.
    huge = Value(10.0).exp().exp()
    root = (Value(3.0).sqrt().square() - 3) * huge
    certificate = certify(root)
    assert certificate.most_digits > 9565
    assert certificate.rows[-1].value.truth == "0.0"


def test_an_infinity_equals_no_number():
    endless, x = Value(math.inf), Value(1.0)
    for a, b in ((endless, x), (x, endless), (endless, -endless)):
        assert not compare(a, b).equal_in_truth
        assert compare(a, b).verdict.startswith("False: not equal exactly")
    comparison = compare(endless, endless * 2)
    assert comparison.equal_in_truth
    assert comparison.verdict == (
        "True, exactly: both are inf; as infinities of one sign."
    )


@pytest.mark.parametrize(("digits", "is_equal"), [(2, True), (4, False), (6, False)])
def test_numbers_are_compared_to_as_many_digits_as_the_verdict_says(digits, is_equal):
    x = Value(1.0)
    comparison = compare(x.exp(), (x * 1.001).exp(), digits)
    assert comparison.equal_in_truth is is_equal
    assert f"to {digits} digits" in comparison.verdict


def test_equal_numbers_are_equal_however_few_digits_are_asked_for():
    # 4 x (1 - x) doubles an error at each step: two ways to write it are equal, and at
    # few digits they differ, or seem to have settled by chance.
    for steps in (40, 240):
        x = y = Value(1.0).sin()
        for _ in range(steps):
            x, y = 4 * x * (1 - x), 4 * y - 4 * y * y
        comparison = compare(x, y, 1)
        assert comparison.equal_in_truth, steps
        with mp.workdps(steps):
            exact = mp.sin(mp.mpf(2) ** steps * mp.asin(mp.sqrt(mp.sin(1)))) ** 2
            unit = mp.mpf(10) ** mp.floor(mp.log10(exact))
            assert abs(mp.mpf(comparison.truth_a) - exact) <= 0.5 * unit, steps


@pytest.mark.parametrize("small", [1e-300, 5e-324, 3e-17])
@pytest.mark.parametrize("large", [1.5e308, 3.0, 1e17])
def test_what_is_small_beside_a_large_number_is_not_lost_twice(large, small):
    x, y = Value(large, "x"), Value(small, "y")
    found = certify(x * x.sin() + y.exp2() * y - x * x.sin(), 20).rows[-1]
    with mp.workdps(30):
        exact = mp.mpf(2) ** mp.mpf(small) * mp.mpf(small)
        assert abs(mp.mpf(found.value.truth) / exact - 1) < 1e-19


def test_what_overflowed_is_not_called_exact():
    x = Value(1e300, "x")
    assert certify(x * x).verdict == (
        "All 2 values and adjoints are what the reference rounds to; 1 overflowed to"
        " infinity."
    )
    assert "are exact" in certify(Value(math.inf) * 1).verdict


@pytest.mark.parametrize("digits", [0, -3, 2.5, "50", True, 10**9, 1 << 70])
def test_digits_that_are_none_are_rejected(digits):
    x = Value(2.0)
    with pytest.raises(OperandError, match=r"certify\(digits=\) needs an int from 1"):
        certify(x, digits)
    with pytest.raises(OperandError, match=r"compare\(digits=\) needs an int from 1"):
        compare(x, x, digits)


def test_what_is_no_value_is_rejected_by_the_name_that_was_called():
    with pytest.raises(
        OperandError, match=r"certify\(\) needs a Value, got float: 5.0"
    ):
        certify(5.0)
    for a, b in ((Value(0.1), 0.1), (0.1, Value(0.1))):
        with pytest.raises(OperandError, match=r"compare\(\) needs a Value, got float"):
            compare(a, b)


def test_reprs_are_one_line_however_large_the_graph():
    x = Value(0.1, "x")
    y = x
    for _ in range(100):
        y = y + x
    assert repr(certify(y)).startswith("<certificate of 101 nodes: the root is ")
    assert repr(certify(x)) == "<certificate of 1 node: the root is 0 ULP off>"
    assert repr(compare(y, x * 101)) == (
        f"<comparison of {y.data!r} and {0.1 * 101!r}: equal, 12 ULP apart in floats>"
    )
    assert repr(compare(x, x)) == (
        "<comparison of 0.1 and 0.1: equal, equal in floats>"
    )
    assert "not equal, nan on one side in floats" in repr(compare(x, Value(math.nan)))


def test_an_operation_of_the_user_is_not_taken_for_ours_of_that_name():
    @ag.primitive(lambda a, b, y: (b, a))
    def mul(a, b):
        return a * b + 1.0

    root = mul(Value(2.0), Value(3.0)).named("root")
    with pytest.raises(NumberError, match=r"^node 'root' \(mul\): .*@primitive"):
        certify(root)


# Intervals beside the running bounds


def chaos(steps: int) -> Value:
    x = Value(0.5, "x")
    for _ in range(steps):
        x = x * 3.9 * (1 - x)
    return x


def test_where_intervals_leave_no_digit_a_warning_stands_beside_the_figures():
    root = chaos(60)
    certificate = certify(root)
    assert not certificate.unsettled
    assert replay(root, Interval).value == Interval(-math.inf, math.inf)
    warning = "interval arithmetic alone bounds the root to [-inf, inf]"
    assert warning in certificate.warning
    for text in (str(certificate), certificate._repr_html_(), certificate.to_json()):
        assert warning in text
    assert certify(chaos(5)).warning == ""
    assert compare(chaos(9), Value(0.5)).is_proved  # nothing rests on bounds
    assert compare(chaos(9), Value(0.5)).warning == ""
    comparison = compare(Value(0.5).exp(), root.exp())
    assert "the figures rest on the running error bounds" in comparison.warning
    for text in (str(comparison), comparison._repr_html_(), comparison.to_json()):
        assert comparison.warning in text


@pytest.mark.parametrize(
    "root",
    [
        Value(0.1) + 0.2 - 0.3,  # no digit of it is right, and its error says so
        Value(1e-320) * 0.3,
        Value(math.inf) * 2,
        Value(math.nan) * 2,
        Value(0.0) * 0.3,
        ag.exp(Value(800.0)),
        ag.exp(Value(-800.0)),
        Value(0.1).sin() / 3,
    ],
)
def test_where_intervals_agree_there_is_no_warning(root):
    assert certify(root).warning == compare(root, root).warning == ""


def test_a_reference_that_intervals_contradict_has_not_settled(monkeypatch):
    x = Value(0.3, "x")
    root = ag.sin(x).named("y") + 1
    module = sys.modules["autograd_scalar.precision.certify"]
    right = module._enclosures

    def wrong(*graph):
        found = right(*graph)
        return [found[0], found[1] + 1, *found[2:]]

    monkeypatch.setattr(module, "_enclosures", wrong)
    certificate = certify(root)
    assert not certificate.within(1e300)
    assert certificate.unsettled[0].name == "'y'"
    assert "contradicts the reference value of 'y'" in str(certificate)
    assert "contradicts" in compare(root, root + 0.1 * x).warning


@pytest.mark.one_in(3)
@pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
def test_no_reference_is_contradicted(row):
    rng = random.Random(row.name)
    for _ in range(10):
        leaves = [Value(x) for x in operands(row, rng)]
        found = judged(nary(row, leaves), 30)
        assert found.contradicted == ()
