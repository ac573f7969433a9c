"""GradBench's problems against goldens and formulas by hand."""

import itertools
import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from .benchmarks.gradbench import ba, descent, det, hello, llsq, lse, ode
from .benchmarks.gradbench import particle as particles
from .benchmarks.gradbench import saddle as saddles

GOLDENS = json.loads(
    (Path(__file__).parent / "data" / "gradbench_goldens.json").read_text("utf-8")
)
NESTINGS = ["rr", "ff", "fr", "rf"]


def normal(name, *shape):
    """Reproducible numbers, an array."""
    rng = random.Random(name)
    count = math.prod(shape)
    return np.array([rng.gauss(0.0, 1.0) for _ in range(count)]).reshape(shape)


def close(expected, tolerance=1e-12):
    return pytest.approx(np.asarray(expected).tolist(), rel=tolerance, abs=tolerance)


# ---- hello, det, lse, llsq, ode: closed forms ----------------------------------------


def test_hello():
    assert hello.FUNCTIONS["square"](3.0) == 9.0
    assert hello.FUNCTIONS["double"](3.0) == 6.0


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_det_and_its_cofactors(size):
    matrix = normal("det", size, size)
    given = {"A": matrix.ravel().tolist(), "ell": size}
    expected = np.linalg.det(matrix)
    cofactors = expected * np.linalg.inv(matrix).T
    assert det.FUNCTIONS["primal"](given) == close(expected)
    assert det.FUNCTIONS["gradient"](given) == close(cofactors.ravel())


@pytest.mark.parametrize("shift", [0.0, 800.0, -800.0])
def test_lse_and_its_softmax(shift):
    x = normal("lse", 9) + shift
    weights = np.exp(x - x.max())
    expected = x.max() + math.log(weights.sum())
    given = {"x": x.tolist()}
    assert lse.FUNCTIONS["primal"](given) == close(expected)
    assert lse.FUNCTIONS["gradient"](given) == close(weights / weights.sum())


def test_lse_takes_the_exponential_and_logarithm_of_other_numbers():
    assert lse.logsumexp_by_hand([0.0, 0.0], math.exp, math.log) == math.log(2.0)


@pytest.mark.parametrize("count", [2, 7, 16])
def test_llsq_and_its_normal_equations(count):
    x = normal("llsq", 4)
    t = np.linspace(-1.0, 1.0, count)
    powers = np.vander(t, len(x), increasing=True)
    residuals = np.sign(t) - powers @ x
    given = {"x": x.tolist(), "n": count}
    assert llsq.FUNCTIONS["primal"](given) == close(residuals @ residuals / 2.0)
    assert llsq.FUNCTIONS["gradient"](given) == close(-powers.T @ residuals)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_ode_where_the_method_is_exact(size):
    x = normal("exact ode", size)
    degrees = np.arange(1, size + 1)
    factors = 2.0**degrees / np.array([math.factorial(i) for i in degrees])
    given = {"x": x.tolist(), "s": 3}
    assert ode.FUNCTIONS["primal"](given) == close(factors * np.cumprod(x))
    expected = factors[-1] * np.prod(x) / x
    assert ode.FUNCTIONS["gradient"](given) == close(expected)


def propagated(x, steps):
    """The same method as one matrix: y' = A y + b, a step is a polynomial of h A."""
    h = 2.0 / steps
    a = h * np.diag(x[1:], -1)
    powers = [np.linalg.matrix_power(a, k) / math.factorial(k) for k in range(5)]
    constant = h * x[0] * sum(powers[k][:, 0] / (k + 1) for k in range(4))
    y = np.zeros_like(x)
    for _ in range(steps):
        y = sum(powers) @ y + constant
    return y


def test_ode_against_its_propagator_and_complex_steps():
    x, steps = normal("ode", 7), 5
    given = {"x": x.tolist(), "s": steps}
    assert ode.FUNCTIONS["primal"](given) == close(propagated(x, steps))
    directions = np.eye(len(x)) * 1e-30j
    slopes = [propagated(x + d, steps)[-1].imag / 1e-30 for d in directions]
    assert ode.FUNCTIONS["gradient"](given) == close(slopes)


# ---- ba: the golden Jacobian, and central differences --------------------------------

OBSERVATION = GOLDENS["ba"][0]
ERROR_ROWS = ("horizontal", "vertical", "weight")


def observation(**changes):
    return [(OBSERVATION | changes)[key] for key in ("cam", "x", "w", "feat")]


def jacobian_of_observation(given):
    weight_row = [0.0] * (ba.CAMERA + ba.POINT) + [ba.weight_slope(given[2])]
    return [*ba.reprojection_jacobian(*given), weight_row]


@pytest.mark.parametrize("row", range(3), ids=ERROR_ROWS)
def test_ba_has_the_golden_errors_and_jacobian(row):
    given = observation()
    errors = [*ba.reprojection_error(*given), ba.weight_error(given[2])]
    assert errors[row] == pytest.approx(float(OBSERVATION["residuals"][row]), rel=1e-10)
    golden = [float(text) for text in OBSERVATION["jacobian_rows_cam_x_w"][row]]
    found = jacobian_of_observation(given)[row]
    assert found == pytest.approx(golden, rel=1e-12, abs=1e-12)


def errors_by_hand(numbers, seen):
    """The two errors in NumPy, the rotation as the exponential of a matrix."""
    camera, point, weight = numbers[:11], numbers[11:14], numbers[14]
    r1, r2, r3 = camera[:3]
    generator = np.array([[0.0, -r3, r2], [r3, 0.0, -r1], [-r2, r1, 0.0]])
    rotation = term = np.eye(3)
    for k in range(1, 40):
        term = term @ generator / k
        rotation = rotation + term
    x, y, depth = rotation @ (point - camera[3:6])
    picture = np.array([x, y]) / depth
    square = picture @ picture
    distortion = 1.0 + camera[9] * square + camera[10] * square**2
    return weight * (camera[6] * distortion * picture + camera[7:9] - seen)


@pytest.mark.parametrize("share", [1.0, 0.5, 1e-3, 0.0])
def test_ba_against_complex_steps(share):
    rotation = [share * r for r in OBSERVATION["cam"][:3]]
    given = observation(cam=[*rotation, *OBSERVATION["cam"][3:]])
    camera, point, weight, seen = given
    numbers = np.array([*camera, *point, weight])
    assert ba.reprojection_error(*given) == close(errors_by_hand(numbers, seen), 1e-9)
    directions = np.eye(len(numbers)) * 1e-30j
    columns = [errors_by_hand(numbers + d, seen).imag / 1e-30 for d in directions]
    found = np.array(ba.reprojection_jacobian(*given))
    assert np.abs(found - np.array(columns).T).max() <= 1e-10 * np.abs(found).max()


def test_ba_as_a_sparse_matrix():
    n, m, p = 2, 3, 4
    given = {key: OBSERVATION[key] for key in ("cam", "x", "w", "feat")}
    found = ba.FUNCTIONS["jacobian"](given | {"n": n, "m": m, "p": p})
    dense = np.zeros((3 * p, 11 * n + 3 * m + p))
    for row, (begin, end) in enumerate(itertools.pairwise(found["rows"])):
        dense[row, found["cols"][begin:end]] = found["vals"][begin:end]
    expected = np.zeros_like(dense)
    blocks = np.array(jacobian_of_observation(observation()))
    for i in range(p):
        rows = [2 * i, 2 * i + 1, 2 * p + i]
        camera, point, weight = 11 * (i % n), 11 * n + 3 * (i % m), 11 * n + 3 * m + i
        expected[rows, camera : camera + 11] = blocks[:, :11]
        expected[rows, point : point + 3] = blocks[:, 11:14]
        expected[rows, weight] = blocks[:, 14]
    assert np.array_equal(dense, expected)
    assert len(found["vals"]) == len(found["cols"]) == found["rows"][-1] == 31 * p


def test_ba_objective():
    given = {key: OBSERVATION[key] for key in ("cam", "x", "w", "feat")}
    found = ba.FUNCTIONS["objective"](given | {"n": 1, "m": 1, "p": 5})
    golden = [float(text) for text in OBSERVATION["residuals"]]
    assert found["reproj_error"]["elements"] == close(golden[:2], 1e-10)
    assert found["w_err"]["element"] == close(golden[2])
    assert found["reproj_error"]["repeated"] == found["w_err"]["repeated"] == 5


# ---- particle and saddle: derivatives within derivatives -----------------------------


def miss_by_hand(w):
    """The particle's path with the force as a formula, w real or complex."""
    x, y, vx, vy = 0.0, 8.0, 0.75, 0.0
    while (y + 0.1 * vy).real > 0.0:
        fx = fy = 0.0
        for height in (10.0 - w, 0.0):
            cube = ((x - 10.0) ** 2 + (y - height) ** 2) ** 1.5
            fx, fy = fx + (x - 10.0) / cube, fy + (y - height) / cube
        x, y, vx, vy = x + 0.1 * vx, y + 0.1 * vy, vx + 0.1 * fx, vy + 0.1 * fy
    return (x - y / vy * vx) ** 2


def miss_and_slope_by_hand(_):
    """In the place of a mode: a complex step instead of any sweep."""

    def at(x):
        value = miss_by_hand(x[0] + 1e-30j)
        return value.real, [value.imag / 1e-30]

    return at


def test_the_descent_ends_in_the_golden_w_by_formula():
    (w,) = descent.argmin(miss_and_slope_by_hand, None, [GOLDENS["particle"]["w"]])
    assert w == pytest.approx(GOLDENS["particle"]["golden"], rel=1e-12)


@pytest.mark.parametrize("nesting", NESTINGS)
def test_particle_path_and_its_derivative(nesting):
    outer, inner = (descent.MODES[mode] for mode in nesting)
    value, (slope,) = outer(lambda x: particles.miss(inner, x[0]))([0.1])
    expected = miss_by_hand(0.1 + 1e-30j)
    assert value == pytest.approx(expected.real, rel=1e-12)
    assert slope == pytest.approx(expected.imag / 1e-30, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("nesting", NESTINGS)
def test_particle(nesting):
    found = particles.FUNCTIONS[nesting]({"w": GOLDENS["particle"]["w"]})
    assert found == pytest.approx(GOLDENS["particle"]["golden"], rel=1e-12)


def square_and_slopes_by_hand(_):
    """In the place of a mode: |x|² and its gradient."""
    return lambda x: (x[0] ** 2 + x[1] ** 2, [2.0 * v for v in x])


def test_the_descent_ends_in_the_golden_saddle_by_formula():
    start, golden = GOLDENS["saddle"]["start"], GOLDENS["saddle"]["golden"]
    found = descent.argmin(square_and_slopes_by_hand, None, start)
    assert [*found, *found] == pytest.approx(golden, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("nesting", NESTINGS)
def test_derivative_of_a_maximum_found_by_descent(nesting):
    outer, inner = (descent.MODES[mode] for mode in nesting)

    def summit(p):
        top = descent.argmax(inner, lambda q: saddles.height(p, q), [1.0, 0.5])
        return saddles.height(p, top)

    value, slopes = outer(summit)([3.0, -0.25])
    assert slopes == pytest.approx([6.0, -0.5], rel=1e-12)
    assert value == pytest.approx(9.0625, abs=1e-9)


@pytest.mark.parametrize(
    "nesting",
    [
        pytest.param("rr", marks=pytest.mark.thorough),
        *(pytest.param(two, marks=pytest.mark.slow) for two in NESTINGS[1:]),
    ],
)
def test_saddle(nesting):
    found = saddles.FUNCTIONS[nesting]({"start": GOLDENS["saddle"]["start"]})
    assert found == pytest.approx(GOLDENS["saddle"]["golden"], rel=1e-12, abs=0.0)


def test_the_descent_halves_its_rate_after_a_step_too_far():
    # Rates 1e-5, ½ and ¼ of it overshoot; ⅛ goes from x to -x/4, until 1.25|x| <= 1e-5.
    (x,) = descent.argmin(descent.MODES["r"], lambda v: 5e5 * v[0] ** 2, [1.0])
    assert x == pytest.approx((-0.25) ** 9, rel=1e-9)
