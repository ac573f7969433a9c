"""Formulas: what is written has the number that arithmetic gives."""

import math
import random

import pytest

from autograd_scalar import Value
from autograd_scalar.explain.symbols import Formula, Formulas, name_of_label

from .formulas import evaluate

KNOWN = {"x": 0.7, "y": -1.3, "z": 2.5}
CONSTANTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 1 / 3, 1e-9, 4.0, -0.25, math.pi)


def leaf(rng):
    name = rng.choice([*KNOWN, None])
    if name is None:
        return rng.choice(CONSTANTS)
    return Formula(name_of_label(name), KNOWN[name])


def grown(rng, depth):
    if depth == 0:
        return leaf(rng)
    a, b = grown(rng, depth - 1), grown(rng, rng.randint(0, depth - 1))
    makes = [
        lambda: a + b,
        lambda: b - a,
        lambda: a * b,
        lambda: b * a * a,
        lambda: (1 - a) * (1 + a),
        lambda: a / (b * b + 2.0),
        lambda: -a,
        lambda: a - (-b),
        lambda: a + (-b),
        lambda: (a * a + 1.0) ** rng.choice([2.0, 3.0, 1.0, 0.0, -1.0, -2.0, 0.5, 1.5]),
        lambda: as_formula(a).sigmoid(),
        lambda: as_formula(-a).sigmoid() * as_formula(a).sigmoid() * 4.0,
        lambda: 4 * as_formula(2 * a).sigmoid() * as_formula(-2 * a).sigmoid(),
        lambda: as_formula(a).cos(),
        lambda: 1 / (b * b + 1.5) / 3,
        lambda: a / rng.choice([-1.0, 1.0, 4.0, -2.0]),
        lambda: -(as_formula(a) / (-as_formula(z))),
    ]
    z = Formula(name_of_label("z"), KNOWN["z"])
    return rng.choice(makes)()


def as_formula(x):
    return (
        x if isinstance(x, Formula) else Formula(x, x) if x >= 0 else -Formula(-x, -x)
    )


@pytest.mark.thorough
def test_what_is_written_is_what_was_computed():
    rng = random.Random(5)
    judged = 0
    for _ in range(3_000):
        formula = grown(rng, rng.randint(1, 4))
        if not isinstance(formula, Formula) or not abs(formula.number) < 1e6:
            continue
        found = float(evaluate(formula.text, KNOWN))
        assert found == pytest.approx(formula.number, rel=1e-9, abs=1e-9), formula
        assert formula.latex.count("{") == formula.latex.count("}")
        judged += 1
    assert judged > 2_000


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda x: x + 0.0, "x"),
        (lambda x: 0.0 + x, "x"),
        (lambda x: x - 0.0, "x"),
        (lambda x: 0.0 - x, "−x"),
        (lambda x: x - (-x), "x + x"),
        (lambda x: -(0.0 - x), "x"),
        (lambda x: -(x - x + x * 0.0), "−(x − x)"),
        (lambda x: -(x * 0.0), "0"),
        (lambda x: x / -x, "−x/x"),
        (lambda x: x / 1.0, "x"),
        (lambda x: 2.0**x, "2^x"),
        (lambda x: (x + 1) * (x - 1), "(x + 1)·(x − 1)"),
        (lambda x: x - (x + 1), "x − (x + 1)"),
        (lambda x: (1 / x) * x * x, "x²/x"),
        (lambda x: (1 - x) * (1 + 2 * x), "(1 − x)·(1 + 2·x)"),
        (lambda x: x * 1e300, "1e+300·x"),
        (lambda x: (x + 1) ** (x + 1), "(x + 1)^(x + 1)"),
    ],
)
def test_simplifications(make, text):
    x = Formula(name_of_label("x"), 3.0)
    assert make(x).text == text
    assert repr(x) == "<formula x = 3.0>"


def test_comparisons_go_by_the_numbers_and_are_noted():
    notes = []
    x = Formula(name_of_label("x"), 3.0, (), notes)
    same = Formula(name_of_label("x"), 3.0)
    assert (x > 2, x >= 3.0, x < 2.0, x <= same) == (True, True, False, True)
    nan = Formula(name_of_label("n"), math.nan, (), notes)
    assert not nan > x
    signs = [(a.text, sign, b.text) for a, sign, b in notes]
    assert signs == [
        ("x", ">", "2"),
        ("x", "=", "3"),
        ("x", ">", "2"),
        ("x", "=", "x"),
        ("n", "≠", "x"),
    ]


def test_a_leaf_is_its_number_and_has_no_local_derivatives():
    x = Value(-0.5, "x")
    formulas = Formulas({x: "x"})
    assert formulas.definition(x).text == "−0.5"
    assert formulas.conditions(x) == []
    with pytest.raises(IndexError):
        formulas.local(x, 0)
