"""The smallest network in which a mistake of the table shows itself, in the player.

Networks are tried from the smallest on: 1-1 with one example, then wider, deeper, with
more examples. A mistake shows itself where its formula gives other numbers than the
scalar graph and than every other mistake of the table: where there is one neuron, say,
its share of the error is all of it. If no network is as clear as that, it is the first
with other numbers than the graph; if the formula never has a value of the right shape,
the first where it does not fit. Of several formulas it is the first that is shown.
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
from nn.grading.mistakes import MISTAKES, Mistake
from nn.matrix.arrays import np
from nn.reading.formula.numpy_spelling import read_tree
from nn.reading.formula.tree import FormulaError, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar import Player, Value
    from nn.grading.cases import NetworkCase
    from nn.reading.formula.tree import Array

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
        formula: what stands there, as in the table.
        entries: its entries; () if the wrong formula does not fit.
        why: if so, what its shapes are.
    """

    mistake: Mistake
    case: NetworkCase
    quantity: Quantity
    formula: str
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
    formulas = [(row, formula) for row in rows for formula in _formulas(row)]
    misfit: Smallest | None = None
    for row, formula in formulas:
        blurred: Smallest | None = None
        for sizes, m in sizes_from_the_smallest():
            for found in _shown(row, formula, sizes, m):
                if found.entries and _is_told_apart(found):
                    return found
                if found.entries:
                    blurred = blurred or found
                else:
                    misfit = misfit or found
        if blurred:
            return blurred
    return misfit


def _formulas(row: Mistake) -> Iterator[str]:
    """Yield the wrong formulas of a row, those that add to the right one included.

    >>> list(_formulas(next(row for row in MISTAKES if row.id == "reg-sign")))
    ['dW[l] - eta * W[l]']
    """
    yield from row.wrong
    for text in row.plus:
        yield f"{row.target} - eta * {text}"


def _is_told_apart(found: Smallest) -> bool:
    """Whether no other mistake makes the same numbers of the quantity."""
    numbers = np.asarray([entry.wrong for entry in found.entries])
    case, quantity = found.case, found.quantity
    others = [
        (row, formula)
        for row in MISTAKES
        if row.id != found.mistake.id and _is_of(row, case, quantity)
        for formula in _formulas(row)
    ]
    for row, formula in others:
        other = _compared(row, case, quantity, formula)
        if other is None or not other.entries:
            continue
        theirs = np.asarray([entry.wrong for entry in other.entries])
        if np.allclose(numbers, theirs, rtol=_VISIBLE, atol=0.0):
            return False
    return True


def _is_of(row: Mistake, case: NetworkCase, quantity: Quantity) -> bool:
    """Whether a row is of this quantity, and can be made with the cost of the case."""
    name, layer = quantity
    is_named = row.target.startswith(f"{name}[") and layer in _layers(row, case.last)
    return is_named and (not row.losses or case.loss_name in row.losses)


def _layers(row: Mistake, last: int) -> Sequence[int]:
    """Return the layers whose quantity a row spoils; `last` is that of the outputs.

    >>> row = next(row for row in MISTAKES if row.target == "dZ[l]")
    >>> list(_layers(row, last=3))
    [1, 2]
    """
    if row.target.endswith("[L]"):
        return [last]
    of_hidden = row.target in {"dZ[l]", "dA[l]"}
    return range(1, last + (not of_hidden))


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


def _shown(
    row: Mistake, formula: str, sizes: tuple[int, ...], m: int
) -> Iterator[Smallest]:
    """Yield what a formula makes wrong in one network, in each of its layers."""
    name, layers = row.target.split("[")[0], _layers(row, len(sizes) - 1)
    outputs, examples = _LEAST.get(row.id, (1, 1))
    of_one = sizes[-1] == 1 and "softmax_cross_entropy" in row.losses[:1]
    if of_one or sizes[-1] < outputs or m < examples or not layers:
        return
    case = _case(row, sizes, m)
    for layer in layers:
        found = _compared(row, case, (name, layer), formula)
        if found is not None:
            yield found


def _case(row: Mistake, sizes: tuple[int, ...], m: int) -> NetworkCase:
    loss = row.losses[0] if row.losses else "half_squared_error"
    hidden = next((g for word, g in _OWN.items() if word in row.id), "sigmoid")
    activations = [hidden] * (len(sizes) - 1)
    if "logits" in loss or "softmax" in loss or "hinge" in loss:
        activations[-1] = "linear"
    return random_case(sizes, activations, loss, "mean", m, 0)


# The activations of which a mistake is one, where it is not one of the sigmoid.
_OWN: Final = {
    "tanh": "tanh",
    "inner-sign": "tanh",
    "product-rule": "gelu",
    "power-rule": "exp",
    "sides-swapped": "relu",
}
# The least number of outputs, and of examples. A softmax over one number is 1.
_LEAST: Final = {"sigmoid-as-softmax": (2, 1), "softmax-wrong-axis": (1, 2)}


def _compared(
    row: Mistake, case: NetworkCase, quantity: Quantity, formula: str
) -> Smallest | None:
    """Return where a wrong formula differs from the graph, or None if it does not."""
    name, layer = quantity
    try:
        found = evaluate(read_tree(formula), _WithRate(case), layer)
    except FormulaError as error:
        absent = "there is no" in str(error)  # in a network of so few layers
        return (
            None if absent else Smallest(row, case, quantity, formula, (), f"{error}")
        )
    right = np.asarray(case.quantity(*quantity))
    if name in {"W", "b"}:
        right = right - _ETA * np.asarray(case.quantity(f"d{name}", layer))
    if found.size == 1:
        found = np.full(right.shape, found.item())
    if found.shape != right.shape:
        why = f"its shape is {found.shape}, that of {name}{layer} is {right.shape}"
        return Smallest(row, case, quantity, formula, (), why)
    apart = np.abs(found - right)
    size = np.maximum(np.abs(found), np.abs(right)).max()
    if not np.isfinite(found).all() or not apart.max() > _VISIBLE * max(size, _VISIBLE):
        return None
    entries = tuple(_entries(case, quantity, right, found))
    return Smallest(row, case, quantity, formula, entries)


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
        self.weights_behind = case.weights_behind

    def of_entries(self) -> _WithRate:
        return self

    def quantity(self, name: str, layer: int | None) -> Array | float:
        return _ETA if name == "eta" else self._case.quantity(name, layer)

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        return self._case.function(name, layer)
