"""The 35 Moré-Garbow-Hillstrom problems: values, gradients, Hessians, to 25 digits."""

import json
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from autograd_scalar import Value, gradients, hessian, hvp, value_and_grad

from .mgh35 import RESIDUALS, sum_of_squares

EPS = 2.0**-52
PROBLEMS = json.loads(
    (Path(__file__).parent / "data" / "mgh35.json").read_text(encoding="utf-8")
)
POINTS = [
    pytest.param(problem["name"], point, id=f"{problem['name']}-{place}")
    for problem in PROBLEMS
    for place, point in zip(("start", "beside"), problem["points"], strict=True)
]
SMALL_POINTS = [p for p in POINTS if "hessian" in p.values[1]]


def error(found, truth):
    """|found - truth|, exactly, for a truth in more digits than a float has."""
    return abs(Fraction(found) - Fraction(truth))


def test_every_problem_of_the_paper_is_here():
    assert list(RESIDUALS) == [problem["name"] for problem in PROBLEMS]
    assert (len(RESIDUALS), len(POINTS), len(SMALL_POINTS)) == (35, 70, 48)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["name"])
def test_number_of_residuals_and_the_start(problem):
    start = problem["points"][0]["x"]
    assert start == problem["x0"]
    assert len(start) == problem["n"]
    assert len(RESIDUALS[problem["name"]](start)) == problem["m"]


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_value(name, point):
    f = sum_of_squares(name, [Value(x) for x in point["x"]])
    assert f.data == pytest.approx(float(point["f"]), rel=1e-12, abs=0.0)
    assert sum_of_squares(name, point["x"]) == f.data  # on floats: the same bits


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_gradient(name, point):
    x = [Value(number) for number in point["x"]]
    found = gradients(sum_of_squares(name, x), x)
    rows = zip(found, point["grad"], point["grad_scale"], strict=True)
    for i, (number, truth, scale) in enumerate(rows, 1):
        assert error(number, truth) <= 512 * EPS * scale, f"df/dx{i}"


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_every_way_to_the_gradient_has_the_same_bits(name, point):
    x = [Value(number) for number in point["x"]]
    f = sum_of_squares(name, x)
    expected = gradients(f, x)
    assert [g.data for g in gradients(f, x, create_graph=True)] == expected
    at_point = value_and_grad(partial(sum_of_squares, name))(point["x"])
    assert at_point == (f.data, expected)


@pytest.mark.parametrize(("name", "point"), SMALL_POINTS)
def test_hessian(name, point):
    found = hessian(partial(sum_of_squares, name))(point["x"])
    scale = max(abs(float(text)) for row in point["hessian"] for text in row)
    for row, truth in zip(found, point["hessian"], strict=True):
        for number, text in zip(row, truth, strict=True):
            assert error(number, text) <= 512 * EPS * scale


@pytest.mark.parametrize(("name", "point"), SMALL_POINTS)
def test_three_ways_to_the_hessian_agree(name, point):
    f, at = partial(sum_of_squares, name), point["x"]
    found = hessian(f)(at)
    x = [Value(number) for number in at]
    slopes = gradients(f(x), x, create_graph=True)
    scale = max(abs(number) for row in found for number in row)
    for i, row in enumerate(found):
        assert row == hvp(f, (at,), ([float(i == j) for j in range(len(at))],))
        recorded = gradients(slopes[i], x)
        assert row == pytest.approx(recorded, rel=0.0, abs=64 * EPS * scale)
