"""The derived equations are the textbooks', as formulas: not by numbers alone.

The formulas here are written by hand from the texts; one example is a column.
"""

import pytest

import nn
from autograd_scalar import compile  # noqa: A004
from autograd_scalar.program.equations import equations_of
from autograd_scalar.program.expressions import (
    Function,
    Hadamard,
    Number,
    Product,
    Scaled,
    Square,
    Sum,
    Symbol,
    Total,
    Transposed,
)
from autograd_scalar.program.normal_form import equal, normal_form

from .graphs import Drawn


def W(k):
    return Symbol(f"W{k}")


def Z(k):
    return Symbol(f"Z{k}")


def A(k):
    return Symbol(f"A{k}" if k else "X")


def b(k):
    return Symbol(f"b{k}")


def d(x):
    return Symbol(x.name, is_adjoint=True)


Y = Symbol("Y")


def minus(x, y):
    return Sum(((1.0, x), (-1.0, y)))


def textbook(layers, activation, share):
    """The vectorised equations of the texts; ``share`` is that of (A - Y) in dA^L."""
    found = {}
    for k in range(1, layers + 1):
        found[Z(k)] = Sum(((1.0, Product(W(k), A(k - 1))), (1.0, b(k))))
        found[A(k)] = Function(activation, (Z(k),))
    upstream = Scaled(Number(share), minus(A(layers), Y))
    for k in range(layers, 0, -1):
        found[d(A(k))] = upstream
        found[d(Z(k))] = Hadamard(d(A(k)), Function(activation, (Z(k),), 0))
        found[d(W(k))] = Product(d(Z(k)), Transposed(A(k - 1)))
        found[d(b(k))] = Total(d(Z(k)), "j")
        upstream = Product(Transposed(W(k)), d(Z(k)))
    return found


def derived(layers, activation, loss, reduction):
    sizes = [4, 6, 3, 5, 6, 2][: layers + 1]
    net = nn.MLP(
        sizes[0], sizes[1:], activation=activation, output_activation=activation, rng=1
    )
    draw = Drawn()
    X, T = draw.numbers(10, sizes[0]), draw.numbers(10, sizes[-1])
    cost = nn.batch_loss(getattr(nn, loss), map(net, X), T, reduction)
    program = compile(cost, net.parameters())
    _, _, _, instructions, reverse = program.stages()
    labels = tuple([p.label for p in net.parameters()])
    found = equations_of(instructions, reverse, labels)
    return {e.target: e.value for e in (*found.forward, *found.reverse)}


# Which costs the five texts have: C0 = (a - y)^2; 1/2 of it; 1/m and 1/2m of the sum.
COSTS = {
    "Nielsen and 3Blue1Brown": ("squared_error", "sum", 2.0),
    "one half": ("half_squared_error", "sum", 1.0),
    "J = 1/2m": ("half_squared_error", "mean", 0.1),
    "C = 1/m": ("squared_error", "mean", 0.2),
}


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
@pytest.mark.parametrize("layers", [2, 3, 5])
def test_the_derived_equations_are_the_textbooks(layers, activation, cost):
    loss, reduction, share = COSTS[cost]
    expected = textbook(layers, activation, share)
    found = derived(layers, activation, loss, reduction)
    compared = 0
    for target, formula in expected.items():
        if target in found:
            compared += 1
            ours = normal_form(found[target], _intermediate(found))
            theirs = normal_form(formula, _intermediate(expected))
            assert ours == theirs, target
    assert compared == 5 * layers
    assert {target.name[0] for target in found} <= {*"ZATCWb"}


def _intermediate(equations):
    """What only gives a name to a step on the way: not Z, A and the given."""
    return {
        target: value
        for target, value in equations.items()
        if target.is_adjoint or target.name[0] == "T"
    }


MISTAKES = {
    "sign": lambda k: {d(A(3)): minus(Y, A(3))},
    "no transpose": lambda k: {d(A(k)): Product(W(k + 1), d(Z(k + 1)))},
    "own weights": lambda k: {d(A(k)): Product(Transposed(W(k)), d(Z(k + 1)))},
    "no derivative": lambda k: {d(Z(k)): d(A(k))},
    "function for derivative": lambda k: {
        d(Z(k)): Hadamard(d(A(k)), Function("sigmoid", (Z(k),)))
    },
    "other layer": lambda k: {
        d(Z(k)): Hadamard(d(A(k)), Function("sigmoid", (Z(k + 1),), 0))
    },
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_shows_in_what_depends_on_it(mistake):
    right = textbook(3, "sigmoid", 1.0)
    wrong = right | MISTAKES[mistake](2)
    found = derived(3, "sigmoid", "half_squared_error", "sum")
    differ = {
        target
        for target in wrong
        if target in found
        and normal_form(found[target], _intermediate(found))
        != normal_form(wrong[target], _intermediate(wrong))
    }
    below = {f(k) for k in (1, 2) for f in (lambda k: d(W(k)), lambda k: d(b(k)))}
    expected = {target for target in below if target in found} | {d(Z(1)), d(Z(2))}
    if mistake == "sign":
        expected |= {d(Z(3)), d(W(3)), d(b(3))}
    assert differ == expected


P, Q, R = Symbol("P"), Symbol("Q"), Symbol("R")
OF_P = Function("f", (P,))

SAME = [
    (Transposed(Transposed(P)), P),
    (Transposed(Product(P, Q)), Product(Transposed(Q), Transposed(P))),
    (Product(Product(P, Q), R), Product(P, Product(Q, R))),
    (Product(P, minus(Q, R)), minus(Product(P, Q), Product(P, R))),
    (Hadamard(P, Q), Hadamard(Q, P)),
    (Hadamard(P, Number(0.1)), Scaled(Number(0.1), P)),
    (Product(Number(2.0), P), Scaled(Number(2.0), P)),
    (Function("square", (P,)), Hadamard(P, P)),
    (Function("square", (P,), 0), Scaled(Number(2.0), P)),
    (Transposed(OF_P), Function("f", (Transposed(P),))),
    (Transposed(Total(P, "j")), Total(Transposed(P), "i")),
    (Square(P), Total(Function("square", (P,)), "")),
    (Total(minus(P, Q), "j"), minus(Total(P, "j"), Total(Q, "j"))),
    (minus(P, P), minus(Q, Q)),
    (Number(1e-9), Number(1e-9)),
]  # fmt: skip

OTHER = [
    (Product(P, Q), Product(Q, P)),
    (Product(P, Q), Hadamard(P, Q)),
    (P, Transposed(P)),
    (Function("f", (P,), 0), OF_P),
    (Total(P, "j"), Total(P, "i")),
    (Product(Hadamard(P, Q), R), Hadamard(P, Product(Q, R))),
    (Symbol("P", is_adjoint=True), P),
    (Number(0.1), Number(0.2)),
    (Number(1e-9), Number(2e-9)),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_equal_formulas(left, right):
    assert equal(left, right)


@pytest.mark.parametrize(("left", "right"), OTHER)
def test_different_formulas(left, right):
    assert not equal(left, right)


def test_names_stand_for_what_they_are_defined_as():
    names = {R: Product(P, Q)}
    assert equal(Transposed(R), Product(Transposed(Q), Transposed(P)), names)
    assert not equal(R, Product(P, Q))
