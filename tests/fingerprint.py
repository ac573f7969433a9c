"""Prints one SHA-256 over the bits of very different computations.

    python tests/fingerprint.py [deltas]

Every row of the table on ordinary and nasty numbers; one graph over all rows, its first
and second derivatives and its drawings; a network trained. With ``deltas`` also the
report of `check_deltas`, which loads NumPy. `test_determinism.py` runs it in processes.
"""

import hashlib
import random
import struct
import sys
from collections.abc import Iterator
from itertools import pairwise

import autograd_scalar as ag
import nn
from autograd_scalar import PRIMITIVES, Primitive, Value, gradients
from autograd_scalar.graph.value import nary


def bits(*numbers: float) -> bytes:
    """All bits of the numbers; of a nan, the sign too."""
    return struct.pack(f"<{len(numbers)}d", *numbers)


def rows() -> Iterator[bytes]:
    """Values and local derivatives, in the order in which a set gives the rows."""
    found = {name: b"".join(row_at_points(PRIMITIVES[name])) for name in {*PRIMITIVES}}
    yield from (found[name] for name in PRIMITIVES)


def row_at_points(row: Primitive) -> Iterator[bytes]:
    rng = random.Random(row.name)
    for _ in range(20):
        count = row.arity or rng.randint(1, 5)
        xs = [
            rng.choice([rng.uniform(-3, 3), rng.gauss(0, 1e3), 0.0, 1e-300])
            for _ in range(count)
        ]
        if row.name == "polygamma":
            xs[0] = float(rng.randint(0, 3))
        output = row.forward(*xs)
        yield bits(output, *row.partials(*xs, output))


def graph() -> Iterator[bytes]:
    """Gradients and pictures of one graph in which every row of the table occurs."""
    rng = random.Random(5)
    leaves = [Value(rng.uniform(-2.0, 2.0), f"x{i}") for i in range(6)]
    nodes = [applied(row, i, leaves) for i, row in enumerate(PRIMITIVES.values())]
    proper = [v for v in nodes if abs(v.data) < 1e6]
    loss = ag.sum(a * b.tanh() for a, b in pairwise(proper))
    loss.backward()
    yield bits(loss.data, *(v.grad for v in leaves), *(v.grad for v in nodes))
    slopes = gradients(loss, leaves, create_graph=True)
    yield bits(*(d.data for d in slopes), *gradients(slopes[0], leaves))
    for root, fold in ((loss, True), (ag.mean(proper[:9]), False)):
        drawing = ag.draw(root, fold=fold)
        yield (drawing.svg + drawing.html + drawing.dot).encode()


def applied(row: Primitive, i: int, leaves: list[Value]) -> Value:
    operands = [leaves[(i + k) % 6] for k in range(row.arity or 4)]
    if row.name == "polygamma":
        operands[0] = Value(2.0)
    return nary(row, operands)


def training(deltas: bool) -> Iterator[bytes]:
    """Losses and weights of three epochs, and what the matrices say about them."""
    rng = random.Random(7)
    net = nn.MLP(3, [4, 2], activation="tanh", rng=1)
    X = [[rng.gauss(0, 1) for _ in range(3)] for _ in range(5)]
    Y = [[rng.gauss(0, 1) for _ in range(2)] for _ in range(5)]
    steps = nn.Adam(net.parameters(), lr=0.01)
    history = nn.fit(
        net, X, Y, "half_squared_error", optimiser=steps, epochs=3, batch_size=2, rng=2
    )
    yield bits(*history.losses, *net.state_dict().values())
    yield repr(net).encode()
    if deltas:
        yield str(nn.check_deltas(net, X, Y, "half_squared_error")).encode()


def main() -> None:
    """Print the digest."""
    digest = hashlib.sha256()
    for parts in (rows(), graph(), training("deltas" in sys.argv)):
        for part in parts:
            digest.update(part)
    print(digest.hexdigest())  # noqa: T201  (what it is for)


if __name__ == "__main__":
    main()
