"""`diagnose`: what is found in a graph, and what is not."""

import json
import math

import pytest

import autograd_scalar as ag
from autograd_scalar import OperandError, Value, detect_anomaly, diagnose
from autograd_scalar.graph.value import binary, unary
from autograd_scalar.primitives.table import PRIMITIVES


def kinds(root, **options):
    return dict(diagnose(root, **options).counts)


def test_a_healthy_graph():
    x = Value(0.5, "x")
    found = diagnose((x * 3.0 + x.tanh()).relu())
    assert found.is_healthy
    assert str(found) == "6 nodes: nothing found"
    assert json.loads(found.to_json()) == {"nodes": 6, "counts": {}, "findings": []}


# Numbers that are not finite


def test_only_the_first_values_that_are_not_finite():
    x = Value(-1.0, "x")
    found = diagnose(((x.log() + 1.0) * 2.0).named("loss"))
    assert found.counts["non-finite value"] == 1
    first = found.findings[0]
    assert (first.node, first.line) == ("log('x' = -1.0) = nan", None)
    assert "Record the graph within detect_anomaly()" in str(found)


def test_a_leaf_that_is_not_finite():
    found = diagnose(Value(math.inf, "x") * 1.0)
    assert found.findings[0].detail == "a leaf was set to it"
    assert found.counts["non-finite value"] == 1


def test_the_first_adjoint_that_is_not_finite():
    x = Value(0.0, "x")
    loss = x.sqrt().named("root") * 3.0
    x.grad = 7.0
    found = diagnose(loss)
    assert dict(found.counts) == {"non-finite adjoint": 1, "kink": 1}
    assert found.findings[0].node == "'root' = sqrt('x' = 0.0) = 0.0"
    assert "adjoint 3.0 * local derivative inf" in found.findings[0].detail
    assert (x.grad, loss.has_grad) == (7.0, False)


def test_the_seed_of_the_adjoints():
    x = Value(1.0)
    assert kinds(x * 1e300, seed=1e300) == {"non-finite adjoint": 1}
    with pytest.raises(OperandError, match=r"diagnose\(seed=\) needs a real"):
        diagnose(x, seed="1")
    with pytest.raises(OperandError, match=r"needs a Value, got float.*; pass"):
        diagnose(1.0)


# Units


@pytest.mark.parametrize(("digits", "found"), [(7.9, 1), (8.0, 1), (8.1, 0)])
def test_as_many_digits_lost_as_asked_for_are_found(digits, found):
    # Terms of 10**8 in all, and a sum of 1.
    x, y = Value(50_000_000.5) * 1.0, Value(-49_999_999.5) * 1.0
    assert kinds(x + y, digits=digits).get("cancellation", 0) == found


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("tanh", 10.0),
        ("sigmoid", -20.0),
        ("softplus", -20.0),
        ("erf", 5.0),
        ("erfc", -5.0),
        ("arctan", 1e4),
        ("log_sigmoid", 30.0),
        ("selu", -30.0),
        ("gelu", -10.0),
        ("silu", -20.0),
    ],
)
def test_saturated_units(name, x):
    assert kinds(unary(PRIMITIVES[name], Value(x))) == {"saturated unit": 1}
    assert kinds(unary(PRIMITIVES[name], Value(0.3))) == {}
    assert kinds(unary(PRIMITIVES[name], Value(x)), saturated=0.0) == {}


def test_a_saturated_elu():
    assert kinds(Value(-30.0).elu()) == {"saturated unit": 1}


def test_dead_units():
    assert kinds(Value(-1.0).relu()) == {"dead unit": 1}
    assert kinds(Value(1.0).relu()) == {}
    assert kinds(Value(0.0).relu()) == {"dead unit": 1, "kink": 1}


# Kinks


@pytest.mark.parametrize(
    ("name", "xs"),
    [
        ("abs", (0.0,)),
        ("sqrt", (0.0,)),
        ("selu", (0.0,)),
        ("floor", (3.0,)),
        ("rint", (2.5,)),
        ("maximum", (2.0, 2.0)),
        ("hypot", (0.0, 0.0)),
        ("pow", (0.0, 2.0)),
        ("fmod", (4.0, 2.0)),
    ],
)
def test_a_kink_is_named_with_its_convention(name, xs):
    row = PRIMITIVES[name]
    operands = [Value(x) for x in xs]
    apply = unary if len(xs) == 1 else binary
    found = diagnose(Value(0.0) * apply(row, *operands))
    (kink,) = (finding for finding in found.findings if finding.kind == "kink")
    (expected,) = (kink for kink in row.kinks if kink.at(*xs))
    assert kink.detail == (
        f"{expected.where}; the derivative there is by convention {expected.convention}"
    )


def test_no_kink_beside_one():
    assert kinds(abs(Value(1e-300))) == {}
    assert kinds(Value(2.0).maximum(Value(2.1))) == {}


# Cancellation


def test_digits_that_are_lost():
    x = Value(1e10)
    y = x * 1.0 + 1.0
    found = diagnose((y - x).named("rest"))
    assert [finding.detail for finding in found.findings] == [
        "10.3 of 16 digits of its terms are lost"
    ]
    assert kinds(y - x, digits=11.0) == {}
    assert kinds(y - y) == {"cancellation": 1}
    assert "all digits" in diagnose(y - y).findings[0].detail


@pytest.mark.parametrize(
    ("f", "lost"),
    [
        (lambda x: ag.sum([1e12 * x, 1.0, -1e12 * x]), "12.3 of 16"),
        (lambda x: ag.dot([x, x], [1e9, 1.0 - 1e9]), "9.3 of 16"),
        (lambda x: ag.dot([x], [1e9], start=x * (1.0 - 1e9)), "9.3 of 16"),
        (lambda x: ag.mean([1e12 * x, -1e12 * x, x]), "12.3 of 16"),
        (lambda x: 1e12 * x + (1.0 - 1e12 * x), "12.3 of 16"),
    ],
)
def test_cancellation_in_every_kind_of_sum(f, lost):
    (finding,) = diagnose(f(Value(1.0))).findings
    assert finding.kind == "cancellation"
    assert finding.detail == f"{lost} digits of its terms are lost"


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x - 1.0,  # leaves are exact
        lambda x: x * 0.0 + 0.0,  # no terms to speak of
        lambda x: ag.dot([x, x], [1.0, 1.0]),
        lambda x: (x * 1e10) * (x * -1e10) * 1e-20,
        lambda x: x * 1e308 * 1e10 - 1.0,
        lambda x: x * 2.0 - 1.0,
    ],
)
def test_no_cancellation(f):
    assert "cancellation" not in kinds(f(Value(1.0)))


# The report


def test_source_lines_within_the_block_and_after_it():
    x = Value(0.0, "x")
    with detect_anomaly() as lines:
        loss = abs(x) * 1.0
        within = diagnose(loss)
    after = diagnose(loss, lines)
    without = diagnose(loss)
    assert str(within) == str(after)
    assert "test_diagnose.py:" in str(within)
    assert "`loss = abs(x) * 1.0`" in str(within)
    assert "Record the graph" not in str(within)
    assert "Record the graph" in str(without)
    (row,) = json.loads(after.to_json())["findings"]
    assert "test_diagnose.py" in row["line"]
    assert json.loads(without.to_json())["findings"][0]["line"] is None


def test_all_are_counted_and_few_are_shown():
    found = diagnose(ag.sum([abs(Value(0.0)) for _ in range(30)]), most=3)
    assert (found.counts["kink"], len(found.findings)) == (30, 3)
    assert "kink: and 27 more" in str(found)
    assert str(found).startswith("61 nodes: 30 kinks\n")


def test_html_is_escaped():
    found = diagnose(abs(Value(0.0, "<b>")))
    assert "<b>" not in found._repr_html_()
    assert "&lt;b&gt;" in found._repr_html_()
    assert "<li>" in found._repr_html_()


def test_a_deep_graph():
    y = Value(1.0)
    for _ in range(10_000):
        y = y + 1.0
    assert diagnose(y).is_healthy


@pytest.mark.parametrize(
    ("positional", "options", "message"),
    [
        ((5.0,), {}, r"diagnose\(\) needs a Value, got float: 5.0"),
        (
            (Value(25.0), 1.0),
            {},
            r"lines=\) needs what .* float: 1.0; give the seed by",
        ),
        ((Value(25.0),), {"most": -1}, r"most=\) needs an int from 0 on, got -1"),
        ((Value(25.0),), {"most": "x"}, r"most=\) needs an int from 0 on, got 'x'"),
        ((Value(25.0),), {"saturated": "x"}, r"saturated=\) needs a real number"),
        ((Value(25.0),), {"digits": None}, r"digits=\) needs a real number"),
    ],
)
def test_requests_that_make_no_sense_are_rejected(positional, options, message):
    with pytest.raises(OperandError, match=message):
        diagnose(*positional, **options)


def test_a_repr_is_one_line():
    assert repr(diagnose(Value(25.0).tanh())) == (
        "<diagnosis of 2 nodes: 1 saturated unit>"
    )
    assert repr(diagnose(Value(1.0))) == "<diagnosis of 1 nodes: nothing found>"


def test_an_operation_of_the_user_is_not_judged_by_the_name_of_one_of_ours():
    @ag.primitive(lambda x, y: (0.0,))
    def relu(x):
        return 0.0

    @ag.primitive(lambda a, b, y: (1.0, 1.0))
    def add(a, b):
        return 1e-300

    x = Value(1.0, "x") * 1.0
    assert diagnose(relu(x)).is_healthy
    assert diagnose(add(x, x)).is_healthy


def test_a_leaf_written_after_the_recording_is_found():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = w * x
    assert diagnose(y).is_healthy
    w.data = 2.5
    (finding,) = diagnose(y).findings
    assert str(finding) == (
        "stale leaf: 'w' = 2.5: written after operations on it were recorded"
    )
    assert diagnose(w * x).is_healthy
