"""The result of `check_deltas`: a gradient per node, as text, HTML and JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from html import escape
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nn.files import plain, text_table
from nn.matrix.arrays import np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

__all__ = ["Block", "DeltaReport", "NodeDelta", "ulp_distance"]


Array: TypeAlias = "npt.NDArray[np.float64]"

_MOST_HTML_ROWS = 200
_EPS = 2.0**-52
_HEADERS = (
    "gradient",
    "shape",
    "worst node",
    "scalar sum",
    "closed form",
    "difference",
    "ULP",
    "relative error",
    "verdict",
)


_PARTIES = {"scalar": "scalar graph", "closed": "closed form", "program": "program"}


class NodeDelta(NamedTuple):
    """The gradient at one node, computed twice, or three times with a program.

    Attributes:
        symbol: the node; ``z1[2](7)`` is neuron 2 of layer 1 in example 7.
        scalar: the sum over the scalar graph.
        closed: the closed form, from the matrix equations.
        ulp: how many floats apart the two are.
        relative_error: their difference over the larger of the two.
        terms_error: their difference in eps (2**-52) of the sum of the absolute
            contributions to the node. It decides: where large terms cancel, the
            other two are large from rounding alone.
        agrees: whether ``terms_error`` is within the tolerance, or the difference
            within what rounding in the forward pass can make.
        program: the adjoint in the matrix program; None without one, and where the
            node is no entry of a matrix. The differences above are then those between
            the two of the three that are furthest apart, by ``terms_error``.
        culprit: of three that do not all agree the one that differs from the other
            two: "scalar", "closed" or "program"; "" if no two agree, or all do.
    """

    symbol: str
    scalar: float
    closed: float
    ulp: int
    relative_error: float
    terms_error: float
    agrees: bool
    program: float | None = None
    culprit: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One matrix of gradients: dC/da^l or dC/dz^l (n_l, m), dC/dW^l or dC/db^l.

    ``scale`` holds, for each entry, the sum of the absolute contributions to it;
    ``noise`` what rounding in the forward pass can change in it; ``program`` the
    adjoints in a matrix program, None for nodes that are no entry there.
    """

    kind: str
    layer: int
    scalar: Array
    closed: Array
    scale: Array
    noise: Array
    program: list[list[float | None]] | None = None

    def symbol(self, row: int, column: int) -> str:
        """Name a node as drawings do: ``W1[0,3]``, ``b2[1]``, ``z1[2](7)``."""
        name = f"{self.kind}{self.layer}"
        if self.kind == "W":
            return f"{name}[{row},{column}]"
        return f"{name}[{row}]" + ("" if self.kind == "b" else f"({column})")

    def nodes(self, tolerance: float) -> Iterator[NodeDelta]:
        """Yield every node, row by row."""
        sides = {"scalar": self.scalar, "closed": self.closed}
        if self.program is not None:
            sides["program"] = np.array(self.program, dtype=np.float64)  # None: nan
        distance = {
            (one, other): ulp_distance(sides[one], sides[other])
            for one, other in combinations(sides, 2)
        }
        for (row, column), s in np.ndenumerate(self.scalar):
            scale = float(self.scale[row, column])
            noise = float(self.noise[row, column])
            numbers = {"scalar": float(s), "closed": float(self.closed[row, column])}
            third = None if self.program is None else self.program[row][column]
            if third is not None:
                numbers["program"] = third
            pairs = [
                _Pair(one, other, _terms_error(numbers[one], numbers[other], scale))
                for one, other in combinations(numbers, 2)
            ]
            apart = [
                pair
                for pair in pairs
                if pair.terms_error * _EPS > tolerance
                and not abs(numbers[pair.one] - numbers[pair.other]) <= noise
            ]
            worst = max(pairs, key=lambda pair: pair.terms_error)
            first, second = numbers[worst.one], numbers[worst.other]
            yield NodeDelta(
                symbol=self.symbol(row, column),
                scalar=numbers["scalar"],
                closed=numbers["closed"],
                ulp=int(distance[worst.one, worst.other][row, column]),
                relative_error=_relative_error(first, second),
                terms_error=worst.terms_error,
                agrees=not apart,
                program=third,
                culprit=_culprit(numbers, apart),
            )


class _Pair(NamedTuple):
    """Two of the three, and the difference between them in eps of the terms."""

    one: str
    other: str
    terms_error: float


def _culprit(numbers: Mapping[str, float], apart: list[_Pair]) -> str:
    """Return which of three differs from the other two, while those agree."""
    both = len(numbers) == 3 and len(apart) == 2  # noqa: PLR2004
    (name, *_) = [
        name
        for name in numbers
        if both and all(name in {pair.one, pair.other} for pair in apart)
    ] or [""]
    return name


@dataclass(frozen=True, slots=True)
class DeltaReport:
    """Every gradient of the graph beside the matrix equations, from the output back.

    It prints as a table with a line for each matrix of gradients; iterating gives a
    `NodeDelta` for each entry.

    >>> from nn import MLP, check_deltas
    >>> net = MLP(2, [1], activation="tanh", rng=0)
    >>> report = check_deltas(net, [[0.5, -1.0]], [[1.0]], "squared_error")
    >>> report.verdict
    'All 7 gradients equal the matrix equations, to rounding.'
    >>> [node.symbol for node in report]
    ['a1[0](0)', 'z1[0](0)', 'W1[0,0]', 'W1[0,1]', 'b1[0]', 'a0[0](0)', 'a0[1](0)']
    """

    title: str
    cost_scalar: float
    cost_closed: float
    cost_noise: float
    tolerance: float
    blocks: tuple[Block, ...]
    of: str = "cost"
    cost_program: float | None = None
    program: str = ""  # what it is made of; "" where there are two sides only

    def __iter__(self) -> Iterator[NodeDelta]:
        for block in self.blocks:
            yield from block.nodes(self.tolerance)

    def __len__(self) -> int:
        return sum(block.scalar.size for block in self.blocks)

    @property
    def passed(self) -> bool:
        """Whether every gradient agrees, and the cost."""
        return self.first_disagreement is None and self._costs_agree

    @property
    def worst(self) -> NodeDelta:
        """The node with the largest difference; one that disagrees comes first."""
        return max(self, key=_badness)

    @property
    def first_disagreement(self) -> NodeDelta | None:
        """The first node that disagrees, from the output back: start there."""
        return next((node for node in self if not node.agrees), None)

    @property
    def largest_terms_error(self) -> float:
        """The largest `NodeDelta.terms_error`, in eps."""
        return max(node.terms_error for node in self)

    @property
    def _costs_agree(self) -> bool:
        others = [self.cost_closed]
        if self.cost_program is not None:
            others.append(self.cost_program)
        return all(
            _same(self.cost_scalar, other)
            or math.isclose(
                self.cost_scalar,
                other,
                rel_tol=self.tolerance,
                abs_tol=self.cost_noise,
            )
            for other in others
        )

    @property
    def _headers(self) -> tuple[str, ...]:
        return (*_HEADERS[:5], "program", *_HEADERS[5:]) if self.program else _HEADERS

    def to_json(self) -> str:
        """Return everything as JSON; inf and nan become strings."""
        document = {
            "title": self.title,
            "of": self.of,
            "passed": self.passed,
            "tolerance": self.tolerance,
            "cost": {
                "scalar": self.cost_scalar,
                "closed": self.cost_closed,
                "program": self.cost_program,
            },
            "nodes": [node._asdict() | {"of": node.symbol[0]} for node in self],
        }
        return json.dumps(plain(document), allow_nan=False)

    def _derivative(self, block: Block) -> str:
        of_loss = self.of == "loss" and block.kind in "za"
        return f"d{'L' if of_loss else 'C'}/d{block.kind}{block.layer}"

    def _summary(self) -> list[tuple[str, ...]]:
        """Return a line of cells per block, which shows its worst node."""
        rows: list[tuple[str, ...]] = []
        for block in self.blocks:
            nodes = list(block.nodes(self.tolerance))
            worst = max(nodes, key=_badness)
            differing = [node for node in nodes if not node.agrees]
            verdict = f"{len(differing)} of {len(nodes)} differ" + _blamed(differing)
            rows.append(
                (
                    self._derivative(block),
                    "x".join(map(str, block.scalar.shape)),
                    worst.symbol,
                    f"{worst.scalar:.9g}",
                    f"{worst.closed:.9g}",
                    *([_or_dash(worst.program)] if self.program else []),
                    f"{max(node.terms_error for node in nodes):.2g} eps",
                    f"{worst.ulp}" if worst.ulp < 10**6 else f"{worst.ulp:.1e}",
                    f"{worst.relative_error:.1e}",
                    verdict if differing else "equal",
                )
            )
        return rows

    @property
    def verdict(self) -> str:
        """How many gradients agree, or which is the first that does not."""
        first = self.first_disagreement
        if first is not None:
            wrong = sum(not node.agrees for node in self)
            others = (
                "between the three" if self.program else "from the matrix equations"
            )
            numbers = f"scalar sum {first.scalar!r}, closed form {first.closed!r}"
            if first.program is not None:
                numbers += f", program {first.program!r}"
            if self.program:
                numbers += f"; {_majority(first)}"
            return (
                f"{wrong} of {len(self)} gradients differ {others}."
                f" The first, from the output back, is that of {first.symbol}:"
                f" {numbers}."
            )
        if not self._costs_agree:
            program = ""
            if self.cost_program is not None:
                program = f", {self.cost_program!r} from the program"
            return (
                f"The costs differ: {self.cost_scalar!r} from the scalar graph,"
                f" {self.cost_closed!r} from the matrix equations{program}."
            )
        if not self.program:
            return f"All {len(self)} gradients equal the matrix equations, to rounding."
        compared = sum(node.program is not None for node in self)
        if compared == len(self):
            return (
                f"All {compared} gradients agree three ways: graph, program, equations,"
                " to rounding."
            )
        return (
            f"All {len(self)} gradients agree, {compared} of them three ways: graph,"
            f" program, equations, to rounding. The other {len(self) - compared} are"
            " no entry of their own in the program."
        )

    @property
    def digits(self) -> str:
        """How large the differences are, in the two measures of the table."""
        return (
            f"Largest difference: {self.largest_terms_error:.2g} eps (eps = 2**-52) of"
            f" the terms that were added; {max(node.ulp for node in self)} ULP."
        )

    @property
    def legend(self) -> str:
        """How to read the name of a node, by one that occurs in this report."""
        block = next(each for each in self.blocks if each.kind == "a")
        row, column = (size - 1 for size in block.scalar.shape)
        below = "L its loss, C" if self.of == "loss" else "C"
        return (
            f"{block.symbol(row, column)} is the activation of neuron {row}, counted"
            f" from 0, in layer {block.layer} for example {column}; {below} the cost."
        )

    def __str__(self) -> str:
        table = text_table([self._headers, *self._summary()])
        lines = (self.title, table, self.verdict, self.program, self.digits)
        return "\n".join([*filter(None, lines), self.legend])

    def __repr__(self) -> str:
        return f"<DeltaReport of a {self.title}: {self.verdict}>"

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(h)}</th>' for h in self._headers)
        body = "".join(_html_row(row) for row in self._summary())
        return (
            f"<table><caption>{escape(self.title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p><strong>{escape(self.verdict)}</strong>"
            f"{'<br>' * bool(self.program)}{escape(self.program)}"
            f"<br>{escape(self.digits)}"
            f"<br>{escape(self.legend)}</p>{self._html_details()}"
        )

    def _html_details(self) -> str:
        """Return a folded table of single nodes, at most `_MOST_HTML_ROWS` of them."""
        nodes = [
            (
                n.symbol,
                repr(n.scalar),
                repr(n.closed),
                *([_or_dash(n.program)] if self.program else []),
                str(n.ulp),
            )
            for n, _ in zip(self, range(_MOST_HTML_ROWS), strict=False)
        ]
        hidden = len(self) - len(nodes)
        more = f"<p>{hidden} more nodes are in to_json().</p>" if hidden else ""
        head = "".join(
            f'<th scope="col">{h}</th>' for h in ("node", *self._headers[3:-4], "ULP")
        )
        return (
            f"<details><summary>Each node, from the output back</summary><table>"
            f"<thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(map(_html_row, nodes))}</tbody></table>{more}</details>"
        )


def ulp_distance(a: Array, b: Array) -> npt.NDArray[np.object_]:
    """Count the float64 steps between a and b, elementwise, as Python ints.

    >>> ulp_distance(np.array([1.0, 0.0]), np.array([1.0 + 2**-52, -5e-324])).tolist()
    [1, 1]
    """
    steps = np.abs(_position(a) - _position(b))
    return np.where(np.isnan(a) & np.isnan(b), 0, steps)


def _position(x: Array) -> npt.NDArray[np.object_]:
    """Map floats to ints in order: both zeros to 0, neighbours to n and n + 1."""
    bits = np.ascontiguousarray(x, dtype=np.float64).view(np.int64).astype(object)
    return np.where(bits < 0, -(2**63) - bits, bits)


def _relative_error(scalar: float, closed: float) -> float:
    if _same(scalar, closed):
        return 0.0
    largest = max(abs(scalar), abs(closed))
    error = abs(scalar - closed) / largest if largest else math.inf  # 0 beside nan
    return math.inf if math.isnan(error) else error


def _terms_error(scalar: float, closed: float, scale: float) -> float:
    """Return the difference in eps of ``scale``: small even where terms cancel."""
    if _same(scalar, closed):
        return 0.0
    error = abs(scalar - closed) / scale / _EPS if scale else math.inf
    return error if scale < math.inf and not math.isnan(error) else math.inf


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def _or_dash(number: float | None) -> str:
    return "–" if number is None else f"{number:.9g}"


def _blamed(differing: list[NodeDelta]) -> str:
    """Name the side that is alone, if it is the same for all nodes that differ."""
    culprits = {node.culprit for node in differing}
    name = _PARTIES.get(culprits.pop() if len(culprits) == 1 else "")
    return f": {name}" if name else ""


def _majority(node: NodeDelta) -> str:
    if node.program is None:
        return "the program has no entry for it"
    if not node.culprit:
        return "no two of them agree"
    return f"the {_PARTIES[node.culprit]} is alone against two"


def _badness(node: NodeDelta) -> tuple[bool, int]:
    return (not node.agrees, node.ulp)


def _html_row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
