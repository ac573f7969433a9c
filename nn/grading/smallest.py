"""The smallest network in which a mistake of the table shows itself, in the player.

Networks are tried from the smallest on: 1-1 with one example, then wider, deeper, with
more examples. A mistake shows itself where its formula gives another number than the
scalar graph, or, if it never has a value of the right shape, where it does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final

from autograd_scalar import play
from nn.grading.cases import random_case
from nn.grading.judge import Quantity
from nn.grading.mistakes import MISTAKES, Mistake, right_formula
from nn.matrix.arrays import np
from nn.reading.formulas import read_tree
from nn.reading.tree import Binary, FormulaError, Number, Tree, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar import Player, Value
    from nn.grading.cases import NetworkCase
    from nn.reading.tree import Array

__all__ = ["Entry", "Smallest", "sizes_from_the_smallest", "smallest_network"]

_ETA: Final = 0.1
_VISIBLE: Final = 0.01  # of the larger of two numbers, and of the entry's own size


@dataclass(frozen=True, slots=True)
class Entry:
    """One number, right and as the mistake makes it."""

    label: str
    node: Value
    right: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Smallest:
    """A mistake in the smallest network that shows it.

    Attributes:
        mistake: the row of the table.
        case: the network with its batch.
        quantity: the quantity that is wrong.
        entries: its entries; () if the wrong formula does not fit.
        why: if so, what its shapes are.
    """

    mistake: Mistake
    case: NetworkCase
    quantity: Quantity
    entries: tuple[Entry, ...]
    why: str = ""

    @property
    def network(self) -> str:
        """The network in words.

        >>> smallest_network("act-missing").network
        '1-1-1 network (sigmoid, sigmoid), half_squared_error, 1 example'
        """
        case = self.case
        names = ", ".join(g.name for g in case.activations)
        sizes = "-".join(map(str, case.sizes))
        examples = f"{case.m} example{'s' * (case.m > 1)}"
        return f"{sizes} network ({names}), {case.loss_name}, {examples}"

    @property
    def worst(self) -> Entry | None:
        """The entry in which the two numbers differ most."""
        if not self.entries:
            return None
        return max(self.entries, key=lambda each: abs(each.right - each.wrong))

    def player(self) -> Player:
        """Return the passes of the network, the wrong numbers beside the right ones.

        >>> print(smallest_network("act-missing").player().sentence)
        z1[0](0) reaches a1[0](0) ...
        """
        title = f"{self.mistake.id}: {self.mistake.words}"
        of_update = self.quantity[0] in {"W", "b"}
        worst = self.worst
        if of_update or worst is None:
            nodes = [node for row in self.case.nodes["W", 1] for node in row]
            return play(
                self.case.cost,
                parameters=nodes if of_update else (),
                learning_rate=_ETA if of_update else None,
                title=title,
            ).last()
        wrong = {each.node: each.wrong for each in self.entries}
        return play(self.case.cost, at=worst.node, beside=wrong, title=title)


def smallest_network(mistake: str) -> Smallest | None:
    """Search for the smallest network that shows a mistake; None if none does.

    The slips of indices have no network: they are of equations as text alone.

    >>> worst = smallest_network("act-missing").worst
    >>> worst.label, worst.right < worst.wrong
    ('dZ1[0](0)', True)
    >>> smallest_network("sum-index-slip") is None
    True
    """
    return _search(mistake)


@cache
def _search(mistake: str) -> Smallest | None:
    rows = [row for row in MISTAKES if row.id == mistake]
    misfit: Smallest | None = None
    for sizes, m in sizes_from_the_smallest():
        for row in rows:
            for found in _shown(row, sizes, m):
                if found.entries:
                    return found
                misfit = misfit or found
    return misfit


def sizes_from_the_smallest() -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the sizes of networks, and m: those with the fewest numbers first.

    >>> found = list(sizes_from_the_smallest())
    >>> found[:4]
    [((1, 1), 1), ((2, 1), 1), ((1, 1), 2), ((1, 1, 1), 1)]
    """
    yield from _ORDERED


def _numbers(sizes: Sequence[int], m: int) -> int:
    """Count weights, biases and the values of all examples."""
    weights = sum(a * b + b for a, b in pairwise(sizes))
    return weights + m * (sizes[0] + 2 * sum(sizes[1:]))


_ORDERED: Final = sorted(
    (
        (sizes, m)
        for depth in (1, 2, 3)
        for sizes in product((1, 2, 3), repeat=depth + 1)
        for m in (1, 2, 3)
        if depth < 3 or max(sizes) < 3  # noqa: PLR2004
    ),
    key=lambda each: (_numbers(*each), each),
)


def _shown(row: Mistake, sizes: tuple[int, ...], m: int) -> Iterator[Smallest]:
    """Yield what a row makes wrong in one network, in each of its spellings."""
    name, _, place = row.target.rstrip("]").partition("[")
    last = len(sizes) - 1
    hidden = name in {"dZ", "dA"} and place == "l"
    layers = [last] if place == "L" else list(range(1, last + (not hidden)))
    of_one = sizes[-1] == 1 and "softmax_cross_entropy" in row.losses[:1]
    if of_one or not layers or not (row.wrong or row.plus):
        return
    case = _case(row, sizes, m)
    for layer in layers:
        right = right_formula(name, layer, last)
        trees = list(map(read_tree, row.wrong))
        trees += [
            Binary("+", right, Binary("*", Number(-_ETA), read_tree(text)))
            for text in row.plus
            if right is not None
        ]
        for tree in trees:
            found = _compared(row, case, (name, layer), tree)
            if found is not None:
                yield found


def _case(row: Mistake, sizes: tuple[int, ...], m: int) -> NetworkCase:
    loss = row.losses[0] if row.losses else "half_squared_error"
    hidden = next((g for word, g in _OWN.items() if word in row.id), "sigmoid")
    activations = [hidden] * (len(sizes) - 1)
    if "logits" in loss or "softmax" in loss or "hinge" in loss:
        activations[-1] = "linear"
    return random_case(sizes, activations, loss, "mean", m, 0)


_OWN: Final = {"tanh": "tanh", "product-rule": "gelu", "sides-swapped": "relu"}


def _compared(
    row: Mistake, case: NetworkCase, quantity: Quantity, tree: Tree
) -> Smallest | None:
    """Return where a wrong formula differs from the graph, or None if it does not."""
    name, layer = quantity
    try:
        found = evaluate(tree, _WithRate(case), layer)
    except FormulaError as error:
        absent = "there is no" in str(error)  # in a network of so few layers
        return None if absent else Smallest(row, case, quantity, (), str(error))
    right = np.asarray(case.quantity(*quantity))
    if name in {"W", "b"}:
        right = right - _ETA * np.asarray(case.quantity(f"d{name}", layer))
    if found.size == 1:
        found = np.full(right.shape, found.item())
    if found.shape != right.shape:
        why = f"its shape is {found.shape}, that of {name}{layer} is {right.shape}"
        return Smallest(row, case, quantity, (), why)
    apart = np.abs(found - right)
    size = np.maximum(np.abs(found), np.abs(right)).max()
    if not np.isfinite(found).all() or not apart.max() > _VISIBLE * max(size, _VISIBLE):
        return None
    return Smallest(row, case, quantity, tuple(_entries(case, quantity, right, found)))


def _entries(
    case: NetworkCase, quantity: Quantity, right: Array, found: Array
) -> Iterator[Entry]:
    name, layer = quantity
    of_update = name in {"W", "b"}
    kind = name if of_update else name[1:]
    for (i, j), number in np.ndenumerate(right):
        node = case.nodes[kind, layer][i][j]
        inside = {"W": f"[{i},{j}]", "b": f"[{i}]"}.get(kind, f"[{i}]({j})")
        label = f"{name}{layer}{inside}" + (" after the step" if of_update else "")
        # 0.0 is added to turn -0.0 into 0.0, whose sign means nothing here.
        yield Entry(label, node, float(number) + 0.0, float(found[i, j]) + 0.0)


class _WithRate:
    """A case with a learning rate, for updates."""

    def __init__(self, case: NetworkCase) -> None:
        self._case, self.last = case, case.last
        self.examples_axis, self.across = case.examples_axis, case.across

    def of_entries(self) -> _WithRate:
        return self

    def quantity(self, name: str, layer: int | None) -> Array | float:
        return _ETA if name == "eta" else self._case.quantity(name, layer)

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        return self._case.function(name, layer)
