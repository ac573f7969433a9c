"""What is computed over every library's scalars: one Python function for all of them.

Nothing is imported here but the standard library, so that a fresh process pays for the
library that it measures and for no other.
"""

import math
import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

SEED = 1337
INPUTS = 2
WIDTHS = [16, 16, 1]
ALPHA = 1e-4


class Functions(NamedTuple):
    """The functions of a library that are no operators; plain numbers stay plain."""

    relu: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]


class Work(NamedTuple):
    """A scalar function of a list of scalars, and where its gradient is taken."""

    function: Callable[[list, Functions], Any]
    numbers: list[float]
    uses: frozenset[str] = frozenset()  # of Functions


# ---- micrograd's demo ----------------------------------------------------------------


def moons(examples: int) -> tuple[list[list[float]], list[int]]:
    """Rows and their labels, -1 or 1 (scikit-learn's make_moons, noise 0.1)."""
    rng = random.Random(SEED)
    rows, labels = [], []
    for i in range(examples):
        t = rng.uniform(0.0, math.pi)
        x, y = math.cos(t), math.sin(t)
        if i % 2:
            x, y = 1.0 - x, 0.5 - y
        rows.append([x + rng.gauss(0.0, 0.1), y + rng.gauss(0.0, 0.1)])
        labels.append(2 * (i % 2) - 1)
    return rows, labels


def first_parameters() -> list[float]:
    """What micrograd's MLP starts with after ``random.seed(SEED)``, in its order."""
    rng = random.Random(SEED)
    numbers: list[float] = []
    for n_in, n_out in zip([INPUTS, *WIDTHS], WIDTHS, strict=False):
        for _ in range(n_out):
            numbers += [rng.uniform(-1.0, 1.0) for _ in range(n_in)]
            numbers.append(0.0)
    return numbers


def demo_loss(parameters: list, f: Functions, rows: list, labels: list) -> Any:
    """Hinge loss and L2 of the MLP; parameters in micrograd's order."""
    losses = []
    for row, y in zip(rows, labels, strict=True):
        (score,) = scores(iter(parameters), row, f.relu)
        losses.append(f.relu(1.0 + -y * score))
    data_loss = sum(losses) * (1.0 / len(losses))
    return data_loss + ALPHA * sum(p * p for p in parameters)


def scores(parameters: Iterator, a: list, relu: Callable) -> list:
    for width in WIDTHS:
        z = []
        for _ in range(width):
            *w, b = islice(parameters, len(a) + 1)
            z.append(sum((w_k * a_k for w_k, a_k in zip(w, a, strict=True)), b))
        a = z if width == WIDTHS[-1] else [relu(x) for x in z]
    return a


def demo(examples: int = 10) -> Work:
    rows, labels = moons(examples)
    function = partial(demo_loss, rows=rows, labels=labels)
    return Work(function, first_parameters(), frozenset({"relu"}))


# ---- GradBench's problems, which are ours to import only when they are asked for -----


def determinant(size: int = 6) -> Work:
    """Of a random matrix, by minors along the first row."""
    from .gradbench.det import det, in_rows

    rng = random.Random(SEED)
    numbers = [rng.gauss(0.0, 1.0) for _ in range(size**2)]
    return Work(lambda entries, f: det(in_rows(entries, size)), numbers)


def chain_of_equations(length: int = 10, steps: int = 20) -> Work:
    """The last of some differential equations, by Runge-Kutta 4."""
    from .gradbench.ode import ode

    rng = random.Random(SEED)
    numbers = [rng.uniform(0.5, 1.5) for _ in range(length)]
    return Work(lambda x, f: ode(x, steps)[-1], numbers)


def log_sum_exp(terms: int = 2_500) -> Work:
    """As it is written; of small numbers, so that no library has to compare them."""
    rng = random.Random(SEED)

    def function(x: list, f: Functions) -> Any:
        return f.log(sum(f.exp(x_k) for x_k in x))

    numbers = [rng.gauss(0.0, 1.0) for _ in range(terms)]
    return Work(function, numbers, frozenset({"exp", "log"}))


WORKS: dict[str, Callable[..., Work]] = {
    "W1 on 10 examples":              demo,
    "determinant 6 x 6 by minors":    determinant,
    "10 ODEs, 20 steps of RK4":       chain_of_equations,
    "log-sum-exp of 2,500":           log_sum_exp,
}  # fmt: skip
