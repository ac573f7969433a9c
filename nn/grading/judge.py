"""Grade a derivation: which of its quantities are right, and which mistake was made.

Each quantity is judged from the output back. The tests stand in a fixed order, the
first that holds decides (a "response tree", as in the assessment system STACK):

1. it fits the shape;
2. it equals the sum of the scalar graph;
3. it follows: it is right for the learner's own earlier quantities;
4. it is one mistake of the table away, or a factor, or one edit of the right formula;
5. none of these: the worst entry is shown.

Every test has to hold on every case, networks with other weights and examples, so that
nothing is named by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from nn.grading.formulas import read_tree
from nn.grading.mistakes import MISTAKES, edits, right_formula
from nn.grading.report import Verdict
from nn.grading.tree import FormulaError, Symbol, evaluate, parts, rewritten

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.grading.mistakes import Mistake
    from nn.grading.tree import Array, Tree

__all__ = ["Convention", "Judge", "Quantity", "convention_of"]

Quantity = tuple[str, int]

_SAME: Final = 1e-12  # of the largest entry: the order of addition
_KINDS: Final = ("dA", "dZ", "dW", "db")
_BEFORE: Final = {"dZ": "dA", "dW": "dZ", "db": "dZ"}  # each is linear in that one


@dataclass(frozen=True, slots=True)
class Convention:
    """What a text means by its derivatives.

    Attributes:
        words: what it is, for the learner; "" for the derivatives of the cost.
        deltas: the factor of dA and dZ against the derivatives of the cost.
        parameters: the factor of dW and db.
    """

    words: str = ""
    deltas: float = 1.0
    parameters: float = 1.0

    def factor(self, name: str) -> float:
        """Return the factor of a quantity."""
        if name in {"dA", "dZ"}:
            return self.deltas
        return self.parameters if name in {"dW", "db"} else 1.0


def convention_of(
    case: NetworkCase, given: dict[Quantity, Array], tolerance: float
) -> Convention:
    """Return the convention in which most quantities are right, the plain one first."""
    m = float(case.divisor)
    minus = "dA and dZ are minus the derivatives: right where the update adds them"
    choices = [
        Convention(),
        Convention("dA and dZ are derivatives of the loss of each example", m),
        Convention("the gradients are those of the sum of the losses", m, m),
        Convention(minus, -1.0),
        Convention(f"{minus}, dW and db too", -1.0, -1.0),
        Convention(f"{minus}, and of the loss of each example", -m),
        Convention(f"{minus}, dW and db too, of the sum of the losses", -m, -m),
    ]

    def right(choice: Convention) -> int:
        return sum(
            _close(array, choice.factor(name) * _reference(case, (name, i)), tolerance)
            for (name, i), array in given.items()
            if name in _KINDS
        )

    # A convention is a habit, not one quantity that happens to fit.
    best = max(choices, key=right)
    enough = sum(name in _KINDS for name, _ in given) > 1
    return best if enough and right(best) > right(choices[0]) else choices[0]


class Judge:
    """Judges the quantities of one derivation, from the output back.

    ``cases`` are networks; ``answers`` what the derivation gave in each of them, in the
    convention of the cost.
    """

    def __init__(
        self,
        cases: Sequence[NetworkCase],
        answers: Sequence[dict[Quantity, Array]],
        tolerance: float,
    ) -> None:
        self.cases, self.answers, self.tolerance = cases, answers, tolerance
        self.own = [_completed(*pair) for pair in zip(cases, answers, strict=True)]

    def verdict(self, quantity: Quantity) -> Verdict:
        """Judge one quantity; those of later layers must have been judged before."""
        name, layer = quantity
        found = [answer[quantity] for answer in self.answers]
        wanted = [_reference(case, quantity) for case in self.cases]
        label = f"{name}{layer}"
        if all(map(self._close, found, wanted)):
            exact = all(
                _close(*pair, _SAME) for pair in zip(found, wanted, strict=True)
            )
            return Verdict(label, "right" if exact else "right to rounding")
        right = right_formula(name, layer, self.cases[0].last)
        if right is None:
            return self._unnamed(label, found, wanted)
        if self._equals(right, layer, found, own=True):
            return Verdict(
                label, "follows", message=f"right for your own {_sources(right, layer)}"
            )
        fits = all(a.shape == r.shape for a, r in zip(found, wanted, strict=True))
        status = "wrong" if fits else "does not fit"
        named = self._named(quantity, found)
        if named is not None:
            mistake, words, instead, spoiled = named
            self._take(quantity, spoiled, found)
            return Verdict(label, status, mistake, label, words, instead)
        if not fits:
            return _misfit(label, found[0], wanted[0])
        self._take(quantity, None, found)
        return self._unnamed(label, found, wanted)

    # ---- Which mistake ---------------------------------------------------------------

    def _named(
        self, quantity: Quantity, found: list[Array]
    ) -> tuple[str, str, str, Tree | None] | None:
        """Return id, words, and what is right, of the mistake that gives ``found``.

        The fourth is the wrong dZ, where the mistake was made before this quantity.
        """
        name, layer = quantity
        last = self.cases[0].last
        right = right_formula(name, layer, last)
        assert right is not None
        for own in (False, True):
            for row, formula, spoiled in _suspects(name, layer, last):
                if self._equals(formula, layer, found, own=own):
                    return row.id, row.words, row.right, spoiled
            for row, extra in _additions(name, layer, last):
                if self._differs_by(extra, right, layer, found, own):
                    return row.id, row.words, row.right, None
            factor = self._factor(right, layer, found, own)
            if factor:
                counted = factor.startswith("0.") and name in {"dW", "db"}
                kind = "batch-wrong-count" if counted else "factor"
                return kind, f"the factor {factor} is too much", f"{right}", None
            for edit in edits(right):
                if self._equals(edit.formula, layer, found, own=own):
                    return edit.id, edit.words, f"{name} = {right}", None
        return None

    def _factor(self, right: Tree, layer: int, found: list[Array], own: bool) -> str:
        """Name the constant by which every entry is too large, if there is one."""
        values = self._values(right, layer, own)
        if values is None:
            return ""
        ratios = [
            _ratio(a, v, self.tolerance) for a, v in zip(found, values, strict=True)
        ]
        case = self.cases[0]
        if any(r is None for r in ratios):
            return ""
        first = float(ratios[0] or 0.0)
        named = {
            "-1": -1.0, "2": 2.0, "1/2": 0.5, "-2": -2.0,
            "m": case.m, "1/m": 1 / case.m,
            f"{case.sizes[-1]}, the number of outputs": case.sizes[-1],
            f"1/{case.sizes[-1]}, one over the number of outputs": 1 / case.sizes[-1],
        }  # fmt: skip
        if not all(np.isclose(first, float(r or 0.0), rtol=1e-7) for r in ratios):
            return ""
        for words, value in named.items():
            if np.isclose(first, value, rtol=1e-7):
                return words
        return f"{first:.6g}"

    def _differs_by(
        self, extra: Tree, right: Tree, layer: int, found: list[Array], own: bool
    ) -> bool:
        """Return whether the answer is the right one plus c times ``extra``."""
        base, more = self._values(right, layer, own), self._values(extra, layer, own)
        if base is None or more is None:
            return False
        if any(a.shape != b.shape for a, b in zip(found, base, strict=True)):
            return False
        rests = [a - b for a, b in zip(found, base, strict=True)]
        factors = [_ratio(r, e, 1e-6) for r, e in zip(rests, more, strict=True)]
        first = factors[0]
        return first is not None and all(
            c is not None and math.isclose(c, first, rel_tol=1e-5) for c in factors
        )

    # ---- Comparing -------------------------------------------------------------------

    def _close(self, one: Array, other: Array) -> bool:
        return _close(one, other, self.tolerance)

    def _values(self, tree: Tree, layer: int, own: bool) -> list[Array] | None:
        try:
            return [
                evaluate(tree, case, layer)
                for case in (self.own if own else self.cases)
            ]
        except FormulaError:
            return None

    def _equals(self, tree: Tree, layer: int, found: list[Array], own: bool) -> bool:
        values = self._values(tree, layer, own)
        if values is None:
            return False
        return all(
            self._close(a, _filled(v, a)) for a, v in zip(found, values, strict=True)
        )

    def _take(
        self, quantity: Quantity, spoiled: Tree | None, found: list[Array]
    ) -> None:
        """Go on with the learner's own number, so that one error is charged once."""
        name, layer = quantity
        if spoiled is None or ("dZ", layer) in self.answers[0]:
            return
        wrong = self._values(spoiled, layer, own=True)
        if wrong is not None and name in {"dW", "db"}:
            self.own = [
                _completed(case, answer | {("dZ", layer): value})
                for case, answer, value in zip(
                    self.cases, self.answers, wrong, strict=True
                )
            ]
            self.answers = [
                answer | {("dZ", layer): value}
                for answer, value in zip(self.answers, wrong, strict=True)
            ]

    def _unnamed(self, label: str, found: list[Array], wanted: list[Array]) -> Verdict:
        a, r = found[0], wanted[0]
        if a.shape != r.shape:
            return _misfit(label, a, r)
        with np.errstate(invalid="ignore"):
            error = np.abs(a - r)
        row, column = map(
            int, np.unravel_index(np.argmax(np.nan_to_num(error)), r.shape)
        )
        wrong = int((~np.isclose(a, r, rtol=self.tolerance, atol=0)).sum())
        where = f"{label}[{row}" + (
            f",{column}]" if label[1] == "W" else f"]({column})"
        )
        return Verdict(
            label,
            "wrong",
            "",
            where if label[1] != "b" else f"{label}[{row}]",
            f"{wrong} of {r.size} entries differ; not in the table of mistakes. The"
            f" worst is {where}: yours {a[row, column]:.6g},"
            f" the graph's {r[row, column]:.6g}",
        )


def _suspects(
    name: str, layer: int, last: int
) -> Iterator[tuple[Mistake, Tree, Tree | None]]:
    """Yield each row of the table that may have spoiled a quantity, and its formula.

    A mistake in dA shows itself in dZ, and one in dZ in dW and db, if those alone are
    given. The third is the wrong dZ then.
    """
    for row in _rows(name, layer, last):
        for text in row.wrong:
            yield row, read_tree(text), None
    before = _BEFORE.get(name)
    right = right_formula(name, layer, last)
    if before is None or right is None:
        return
    for row, formula, _ in _suspects(before, layer, last):
        spoiled = formula if before == "dZ" else None
        yield row, _with(right, before, formula), spoiled


def _additions(name: str, layer: int, last: int) -> Iterator[tuple[Mistake, Tree]]:
    """Yield each row that adds something, with what it adds to this quantity."""
    for row in _rows(name, layer, last):
        for text in row.plus:
            yield row, read_tree(text)
    before = _BEFORE.get(name)
    right = right_formula(name, layer, last)
    if before is not None and right is not None:
        for row, extra in _additions(before, layer, last):
            yield row, _with(right, before, extra)


def _rows(name: str, layer: int, last: int) -> Iterator[Mistake]:
    place = "L" if layer == last else "l"
    for row in MISTAKES:
        kind, _, of = row.target.partition("[")
        if kind == name and (of[:-1] == place or (of[:-1] == "l" and name != "dA")):
            yield row


def _with(tree: Tree, name: str, new: Tree) -> Tree:
    """Return the tree with a quantity of layer l replaced by a formula."""
    for part in parts(tree):
        if isinstance(part, Symbol) and part.name == name:
            return rewritten(tree, part, new)
    return tree


def _completed(case: NetworkCase, answer: dict[Quantity, Array]) -> NetworkCase:
    """Return the case with the learner's own quantities, and what follows from them."""
    arrays: dict[Quantity, Array] = {}
    own = case
    for layer in range(case.last, 0, -1):
        for name in _KINDS[:2]:
            right = right_formula(name, layer, case.last)
            value = answer.get((name, layer))
            if value is None and right is not None:
                try:
                    value = evaluate(right, own, layer)
                except FormulaError:
                    value = None
            if value is not None:
                arrays[name, layer] = value
                own = case.with_arrays(arrays)
    return own


def _sources(right: Tree, layer: int) -> str:
    """Name the derivatives from which a right formula is made."""
    names = [
        f"{part.name}{part.layer.number(layer, layer)}"
        for part in parts(right)
        if isinstance(part, Symbol) and part.layer and part.name.startswith("d")
    ]
    return " and ".join(names)


def _reference(case: NetworkCase, quantity: Quantity) -> Array:
    return np.asarray(case.quantity(*quantity), dtype=np.float64)


def _filled(value: Array, like: Array) -> Array:
    """Return a single number as an array of the shape of the answer."""
    return np.full(like.shape, value.item()) if value.size == 1 else value


def _close(one: Array, other: Array, tolerance: float) -> bool:
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    scale = float(np.abs(other).max(initial=0.0))
    return bool(np.abs(one - other).max(initial=0.0) <= tolerance * scale)


def _ratio(one: Array, other: Array, tolerance: float) -> float | None:
    """Return c with one = c * other, or None if there is none."""
    if one.shape != other.shape or not np.isfinite(other).all():
        return None
    largest = np.unravel_index(np.argmax(np.abs(other)), other.shape)
    if not other[largest]:
        return None
    ratio = float(one[largest] / other[largest])
    return ratio if ratio and _close(one, ratio * other, tolerance) else None


def _misfit(label: str, found: Array, wanted: Array) -> Verdict:
    shapes = (
        f"has shape {'x'.join(map(str, found.shape)) or '()'}, expected"
        f" {'x'.join(map(str, wanted.shape))}"
    )
    transposed = found.ndim == 2 and found.T.shape == wanted.shape  # noqa: PLR2004
    if transposed and _close(found.T, wanted, 1e-9):
        return Verdict(
            label, "does not fit", "transposed", label,
            f"{label} {shapes}: the transpose fits", f"{label}.T",
        )  # fmt: skip
    return Verdict(label, "does not fit", "", label, f"{label} {shapes}")
