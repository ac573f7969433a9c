"""What `check_deltas` found: one row a node, in text, HTML and JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

__all__ = ["Block", "DeltaReport", "NodeDelta", "ulp_distance"]


Array: TypeAlias = "npt.NDArray[np.float64]"

_MOST_HTML_ROWS = 200
_EPS = 2.0**-52


class NodeDelta(NamedTuple):
    """One node: the scalar graph's sum beside the closed form."""

    symbol: str  # what was differentiated: z1[2](7) is neuron 2 of layer 1, example 7
    scalar: float
    closed: float
    ulp: int
    relative_error: float
    terms_error: float  # the difference in eps of the sum of absolute contributions
    agrees: bool


@dataclass(frozen=True, slots=True)
class Block:
    """All nodes of one kind in one layer: dC/da^l, dC/dz^l (n_l, m), dC/dW^l, dC/db^l.

    ``scale`` is the sum of the absolute contributions to each node.
    """

    kind: str
    layer: int
    scalar: Array
    closed: Array
    scale: Array

    def symbol(self, row: int, column: int) -> str:
        """The node's name as in drawings: ``W1[0,3]``, ``b2[1]``, ``z1[2](7)``."""
        name = f"{self.kind}{self.layer}"
        if self.kind == "W":
            return f"{name}[{row},{column}]"
        return f"{name}[{row}]" + ("" if self.kind == "b" else f"({column})")

    def nodes(self, tolerance: float) -> Iterator[NodeDelta]:
        """Every node, row by row."""
        distance = ulp_distance(self.scalar, self.closed)
        for (row, column), s in np.ndenumerate(self.scalar):
            scalar, closed = float(s), float(self.closed[row, column])
            scale = float(self.scale[row, column])
            yield NodeDelta(
                symbol=self.symbol(row, column),
                scalar=scalar,
                closed=closed,
                ulp=int(distance[row, column]),
                relative_error=_relative_error(scalar, closed),
                terms_error=_terms_error(scalar, closed, scale),
                agrees=_terms_error(scalar, closed, scale) * _EPS <= tolerance,
            )


@dataclass(frozen=True, slots=True)
class DeltaReport:
    """Every node of the graph beside the matrix equations, from the output back."""

    title: str
    cost_scalar: float
    cost_closed: float
    tolerance: float
    blocks: tuple[Block, ...]

    def __iter__(self) -> Iterator[NodeDelta]:
        for block in self.blocks:
            yield from block.nodes(self.tolerance)

    def __len__(self) -> int:
        return sum(block.scalar.size for block in self.blocks)

    @property
    def passed(self) -> bool:
        """Whether every node agrees, and the cost."""
        return self.first_disagreement is None and self._costs_agree

    @property
    def worst(self) -> NodeDelta:
        """The node furthest from the closed form: a disagreeing one first, then ULP."""
        return max(self, key=_badness)

    @property
    def first_disagreement(self) -> NodeDelta | None:
        """The first node that disagrees, from the output back: look there first."""
        return next((node for node in self if not node.agrees), None)

    @property
    def largest_terms_error(self) -> float:
        """The largest difference, in eps of the terms that were added."""
        return max(node.terms_error for node in self)

    @property
    def _costs_agree(self) -> bool:
        return _same(self.cost_scalar, self.cost_closed) or math.isclose(
            self.cost_scalar, self.cost_closed, rel_tol=self.tolerance, abs_tol=1e-12
        )

    def to_json(self) -> str:
        """Everything as JSON; a number that is not finite becomes a string."""
        rows = [
            {k: _plain(v) for k, v in node._asdict().items()} | {"of": node.symbol[0]}
            for node in self
        ]
        return json.dumps(
            {
                "title": self.title,
                "passed": self.passed,
                "tolerance": self.tolerance,
                "cost": {
                    "scalar": _plain(self.cost_scalar),
                    "closed": _plain(self.cost_closed),
                },
                "nodes": rows,
            },
            allow_nan=False,
        )

    def _summary(self) -> list[tuple[str, ...]]:
        """One row of text a block: its worst node stands for it."""
        rows: list[tuple[str, ...]] = []
        for block in self.blocks:
            nodes = list(block.nodes(self.tolerance))
            worst = max(nodes, key=_badness)
            wrong = sum(not node.agrees for node in nodes)
            rows.append(
                (
                    f"dC/d{block.kind}{block.layer}",
                    "x".join(map(str, block.scalar.shape)),
                    worst.symbol,
                    f"{worst.scalar:.9g}",
                    f"{worst.closed:.9g}",
                    f"{max(node.terms_error for node in nodes):.2g} eps",
                    f"{worst.ulp}" if worst.ulp < 10**6 else f"{worst.ulp:.1e}",
                    f"{worst.relative_error:.1e}",
                    f"{wrong} of {len(nodes)} differ" if wrong else "equal",
                )
            )
        return rows

    @property
    def verdict(self) -> str:
        """One sentence: how many gradients agree, or the first that does not."""
        first = self.first_disagreement
        if first is not None:
            return (
                f"The first node that disagrees, from the output back, is"
                f" {first.symbol}: scalar sum {first.scalar!r}, closed form"
                f" {first.closed!r}."
            )
        if not self._costs_agree:
            return (
                f"The costs differ: {self.cost_scalar!r} from the scalar graph,"
                f" {self.cost_closed!r} from the closed form."
            )
        return (
            f"All {len(self)} gradients equal the matrix equations"
            f" (to rounding: at most {self.largest_terms_error:.2g} eps)."
        )

    def __str__(self) -> str:
        rows = [_HEADERS, *self._summary()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(w) for cell, w in zip(row, widths, strict=True)
            ).rstrip()
            for row in rows
        ]
        lines.insert(1, "  ".join("-" * w for w in widths))
        return "\n".join([self.title, *lines, self.verdict])

    def __repr__(self) -> str:
        return f"<DeltaReport of a {self.title}: {self.verdict}>"

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(h)}</th>' for h in _HEADERS)
        body = "".join(_html_row(row) for row in self._summary())
        return (
            f"<table><caption>{escape(self.title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p><strong>{escape(self.verdict)}</strong></p>{self._html_details()}"
        )

    def _html_details(self) -> str:
        """The nodes themselves, folded away; only so many, and it says so."""
        nodes = [
            (n.symbol, repr(n.scalar), repr(n.closed), str(n.ulp))
            for n, _ in zip(self, range(_MOST_HTML_ROWS), strict=False)
        ]
        hidden = len(self) - len(nodes)
        more = f"<p>{hidden} more nodes are in to_json().</p>" if hidden else ""
        head = "".join(
            f'<th scope="col">{h}</th>'
            for h in ("node", "scalar sum", "closed form", "ULP")
        )
        return (
            f"<details><summary>Each node, from the output back</summary><table>"
            f"<thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(map(_html_row, nodes))}</tbody></table>{more}</details>"
        )


_HEADERS = (
    "gradient",
    "shape",
    "worst node",
    "scalar sum",
    "closed form",
    "of the terms",
    "ULP",
    "relative error",
    "verdict",
)


def ulp_distance(a: Array, b: Array) -> npt.NDArray[np.object_]:
    """How many float64 steps lie between a and b, elementwise, as Python ints.

    >>> ulp_distance(np.array([1.0, 0.0]), np.array([1.0 + 2**-52, -5e-324])).tolist()
    [1, 1]
    """
    steps = np.abs(_position(a) - _position(b))
    return np.where(np.isnan(a) & np.isnan(b), 0, steps)


def _position(x: Array) -> npt.NDArray[np.object_]:
    """The floats in order, numbered: both zeros are 0, neighbours differ by 1."""
    bits = np.ascontiguousarray(x, dtype=np.float64).view(np.int64).astype(object)
    return np.where(bits < 0, -(2**63) - bits, bits)


def _relative_error(scalar: float, closed: float) -> float:
    if _same(scalar, closed):
        return 0.0
    error = abs(scalar - closed) / max(abs(scalar), abs(closed))
    return math.inf if math.isnan(error) else error


def _terms_error(scalar: float, closed: float, scale: float) -> float:
    """How many eps of the terms that were added: small also where they cancel."""
    if _same(scalar, closed):
        return 0.0
    error = abs(scalar - closed) / (_EPS * scale) if _EPS * scale else math.inf
    return error if scale < math.inf and not math.isnan(error) else math.inf


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def _badness(node: NodeDelta) -> tuple[bool, int]:
    return (not node.agrees, node.ulp)


def _plain(x: object) -> object:
    return repr(x) if isinstance(x, float) and not math.isfinite(x) else x


def _html_row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
