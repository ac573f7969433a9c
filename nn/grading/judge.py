"""Grade a derivation: which of its quantities are right, and which mistake was made.

Each quantity is judged from the output back. The tests stand in a fixed order, the
first that holds decides (a "response tree", as in the assessment system STACK):

1. it fits the shape;
2. it equals the sum of the scalar graph;
3. it follows: it is right for the learner's own earlier quantities;
4. it is one mistake of the table away, a factor, one edit of the right formula, or two;
5. none of these: the worst entry is shown, and the sum of the scalar graph for it.

Every test has to hold on every case, networks with other weights and examples, so that
nothing is named by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nn.grading.cases import FORWARD_SLIPS
from nn.grading.changes import BEFORE, Setting, additions_of, changes_of
from nn.grading.mistakes import MISTAKES, edits, right_formula
from nn.grading.report import Verdict
from nn.grading.terms import combination, counted_examples
from nn.matrix.arrays import HAS_NUMPY, np
from nn.reading.formula.tree import (
    Binary,
    FormulaError,
    Layer,
    Number,
    Symbol,
    evaluate,
    parts,
)

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.grading.changes import Change
    from nn.reading.formula.tree import Array, Tree

__all__ = [
    "Convention",
    "Judge",
    "Quantity",
    "Worst",
    "convention_of",
    "conventions",
    "is_close",
    "ratio",
    "told_apart",
    "worst_entry",
]

Quantity = tuple[str, int]

_SAME: Final = 1e-12  # of the terms: the order of addition
_MUCH_CLOSER: Final = 0.01
_WHOLE_LAYER: Final = 3  # dZ, dW and db
_SINGLE: Final = 1e-8  # a tolerance above this is that of single precision
_SATURATED: Final = 1e-6  # the least g', against 1 in 1 - a^2, that is known to 1e-9
_KINDS: Final = ("dA", "dZ", "dW", "db")
_KINDS_OF_TERMS: Final = {
    "Z": "forward-slip", "A": "forward-slip", "dA": "passed-back-wrong",
    "dZ": "act-factor-wrong", "dW": "wrong-terms", "db": "wrong-terms",
}  # fmt: skip


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


def conventions(case: NetworkCase) -> list[Convention]:
    """Return the conventions that texts have, the derivatives of the cost first."""
    m = float(case.divisor)
    minus = "dA and dZ are minus the derivatives: right where the update adds them"
    return [
        Convention(),
        Convention("dA and dZ are derivatives of the loss of each example", m),
        Convention("the gradients are those of the sum of the losses", m, m),
        Convention(minus, -1.0),
        Convention(f"{minus}, dW and db too", -1.0, -1.0),
        Convention(f"{minus}, and of the loss of each example", -m),
        Convention(f"{minus}, dW and db too, of the sum of the losses", -m, -m),
        Convention(
            f"{minus}, dW and db too, and of the loss of each example", -m, -1.0
        ),
    ]


def convention_of(
    case: NetworkCase, given: dict[Quantity, Array], tolerance: float
) -> Convention:
    """Return the convention in which most quantities are right, the plain one first."""
    choices = conventions(case)

    def right(choice: Convention) -> tuple[int, int]:
        """Count what is right in the output layer, where backpropagation begins."""
        fitting = [
            i
            for (name, i), array in given.items()
            if name in _KINDS
            and is_close(
                array, choice.factor(name) * _reference(case, (name, i)), tolerance
            )
        ]
        return fitting.count(case.last), len(fitting)

    # A convention is a habit, not one quantity that happens to fit; but where dW and db
    # of the output layer are right, dZ before them is no slip.
    best = max(choices, key=right)
    count = sum(name in _KINDS for name, _ in given)
    gained = right(best)[1] - right(choices[0])[1]
    in_last = sum(name in _KINDS and i == case.last for name, i in given)
    is_whole = right(best)[0] == in_last >= _WHOLE_LAYER
    enough = count > 1 and gained >= min(count - 1, 1 if is_whole else 2)
    return best if enough and right(best) > right(choices[0]) else choices[0]


def _said_of_factor(ratio: str) -> str:
    """Say what is wrong where a formula gives so many times the right value.

    >>> _said_of_factor("2"), _said_of_factor("1/m")
    ('the factor 2 is too much', 'the factor m is missing')
    """
    if not ratio.startswith("1/"):
        return f"the factor {ratio} is too much"
    return f"the factor {ratio[2:].replace(', one over ', ', ')} is missing"


class Judge:
    """Judges the quantities of one derivation, from the output back.

    ``cases`` are networks; ``answers`` what the derivation gave in each of them, in the
    convention of the cost. Two mistakes at once are named if it is ``thorough``.
    """

    def __init__(
        self,
        cases: Sequence[NetworkCase],
        answers: Sequence[dict[Quantity, Array]],
        tolerance: float,
        thorough: bool = True,
    ) -> None:
        self.cases, self.answers, self.tolerance = cases, answers, tolerance
        self.thorough = thorough
        self.floor = _floor(tolerance)
        self.own = [_completed(*pair) for pair in zip(cases, answers, strict=True)]

    def verdict(self, quantity: Quantity) -> Verdict:
        """Judge one quantity; those of later layers must have been judged before."""
        name, layer = quantity
        found = [answer[quantity] for answer in self.answers]
        wanted = [_reference(case, quantity) for case in self.cases]
        label = f"{name}{layer}"
        if self._is_right(quantity, found, wanted, self.tolerance):
            exact = self._is_right(quantity, found, wanted, _SAME)
            return Verdict(label, "right" if exact else "right to rounding")
        right = right_formula(name, layer, self.cases[0].last)
        if right is None:
            return self._unnamed(quantity, found, wanted)
        if self._follows(quantity, right, found):
            return Verdict(
                label, "follows", message=f"right for your own {_sources(right, layer)}"
            )
        penalty = self._penalty(quantity, found, wanted)
        if penalty and self._has_no_penalty_elsewhere(quantity):
            words = f"{penalty}; the other layers have none"
            return Verdict(label, "wrong", "extra-term", label, words)
        if penalty:
            return Verdict(label, "right by another convention", message=penalty)
        fits = all(a.shape == r.shape for a, r in zip(found, wanted, strict=True))
        status = "wrong" if fits else "does not fit"
        named = self._named(quantity, found)
        if named is not None:
            mistake, words, instead, spoiled = named
            if mistake == "softmax-derivative-missing" and self._has_right(
                ("dZ", layer)
            ):
                words = "it is the derivative by the results of the softmax"
                return Verdict(label, "right", message=words)
            if mistake == "out-factor-2" and name in {"dW", "db"}:
                words += self._outputs_hint(2)
            spoiled = spoiled or self._scaled(quantity, right, found)
            self._take(quantity, spoiled, found)
            return Verdict(label, status, mistake, label, words, instead)
        if not fits:
            return _misfit(label, found[0], wanted[0])
        self._take(quantity, None, found)
        return self._unnamed(quantity, found, wanted)

    def _is_right(
        self,
        quantity: Quantity,
        found: list[Array],
        wanted: list[Array],
        tolerance: float,
    ) -> bool:
        """Compare each entry within ``tolerance`` of the terms that are added in it."""
        return all(
            a.shape == r.shape
            and bool(
                (np.abs(a - r) <= tolerance * _terms(case, quantity, self.floor)).all()
            )
            for case, a, r in zip(self.cases, found, wanted, strict=True)
        )

    def _follows(self, quantity: Quantity, right: Tree, found: list[Array]) -> bool:
        """Return whether it is right when the learner's own quantities are put in."""
        values = self._values(right, quantity[1], own=True)
        if values is None:
            return False
        for case, own, value, a in zip(
            self.cases, self.own, values, found, strict=True
        ):
            if a.shape != value.shape or a.shape != _reference(case, quantity).shape:
                return False
            terms = np.maximum(
                _terms(case, quantity, self.floor), _own_terms(own, quantity)
            )
            if not (np.abs(a - value) <= self.tolerance * terms).all():
                return False
        return True

    def _forward_slip(self, quantity: Quantity, found: list[Array]) -> str:
        """Say what is wrong in the forward pass, if the rest is right; "" if nothing.

        The judge goes on with the learner's own forward pass.
        """
        case = self.cases[0]
        if quantity[0] not in _KINDS:
            return ""
        for layer in (*range(case.last, 0, -1), 0):
            for slip, words in FORWARD_SLIPS.items():
                others = [each.with_slip(slip, layer) for each in self.cases]
                values = [np.asarray(other.quantity(*quantity)) for other in others]
                if self._explain(values, quantity, found):
                    self.own = [
                        _completed(*pair)
                        for pair in zip(others, self.answers, strict=True)
                    ]
                    where = f"of layer {layer}" if layer else "of every layer"
                    return f"in the forward pass, {words} {where}"
        return ""

    def _penalty(
        self, quantity: Quantity, found: list[Array], wanted: list[Array]
    ) -> str:
        """Say by which factor W was added to dW, as weight decay does; "" if none."""
        name, layer = quantity
        if name != "dW" or any(
            a.shape != r.shape for a, r in zip(found, wanted, strict=True)
        ):
            return ""
        factors = [
            ratio(a - r, case.W[layer - 1], 1e-5)
            for case, a, r in zip(self.cases, found, wanted, strict=True)
        ]
        first = factors[0]
        if (
            first is None
            or not 0 < first < 1
            or not all(
                c is not None and math.isclose(c, first, rel_tol=1e-4) for c in factors
            )
        ):
            return ""
        return (
            f"it is the gradient of the cost plus {first:.4g} W, that of a penalty"
            f" {first / 2:.4g} |W|^2 on the weights (weight decay)"
        )

    def _has_right(self, quantity: Quantity) -> bool:
        """Return whether a quantity is given, and is right."""
        return all(
            quantity in answer
            and is_close(answer[quantity], _reference(case, quantity), self.tolerance)
            for case, answer in zip(self.cases, self.answers, strict=True)
        )

    def _has_no_penalty_elsewhere(self, quantity: Quantity) -> bool:
        """Return whether the weights of another layer have the gradient of the cost."""
        return any(
            is_close(value, np.asarray(self.cases[0].quantity(*other)), self.tolerance)
            for other, value in self.answers[0].items()
            if other[0] == "dW" and other != quantity
        )

    # ---- Which mistake ---------------------------------------------------------------

    def _named(
        self, quantity: Quantity, found: list[Array]
    ) -> tuple[str, str, str, Tree | None] | None:
        """Return id, words, and what is right, of the mistake that gives ``found``.

        The fourth is the wrong dZ, where the mistake was made before this quantity.
        """
        name, layer = quantity
        right = right_formula(name, layer, self.cases[0].last)
        assert right is not None
        shape = _reference(self.cases[0], quantity).shape
        if found[0].shape == shape and not any(array.any() for array in found):
            words = "it is 0: nothing was added to it, as where a loop ends too early"
            return "left-at-zero", words, f"{name} = {right}", None
        given = frozenset(kind for kind, i in self.answers[0] if i == layer)
        setting = Setting.of(self.cases[0])
        changed = changes_of(name, layer, given, setting)
        for own in (False, True):
            for change in changed:
                if change.in_table and self._gives(
                    change.formula, quantity, found, own, is_asked_again=True
                ):
                    return change.found
            for row, extra in additions_of(name, layer, setting):
                if self._differs_by(extra, right, layer, found, own):
                    return row.id, row.words, row.right, None
            factor = self._factor(right, layer, found, own)
            if factor:
                return self._of_a_factor(quantity, right, factor)
            for change in changed:
                if not change.in_table and self._gives(
                    change.formula, quantity, found, own, is_asked_again=True
                ):
                    return change.found
            term = self._extra_term(quantity, right, found, own)
            if term is not None:
                words = f"{term} is added, which does not belong there"
                return "extra-term", words, f"{name} = {right}", None
        slip = self._forward_slip(quantity, found)
        if slip:
            return "forward-slip", slip, "Z = W A + b, A = g(Z)", None
        if not self.thorough:
            return None
        return (
            self._two_named(quantity, found, changed)
            or self._combined(quantity, right, found)
            or self._factor_for_slope(quantity, found)
        )

    def _combined(
        self, quantity: Quantity, right: Tree, found: list[Array]
    ) -> tuple[str, str, str, Tree | None] | None:
        """Name what is a sum of two other terms, or of some of the examples."""
        if not HAS_NUMPY:
            return None  # least squares are not among the lists' functions
        name, layer = quantity
        given = {kind for kind, i in self.answers[0] if i == layer}
        for cases in (self.cases, self.own):
            counted = counted_examples(cases, quantity, found, self.tolerance)
            if counted is not None:
                words = "only the examples " + ", ".join(map(str, counted))
                words += f" of 0 to {self.cases[0].m - 1} are counted"
                return "batch-some-examples", words, f"{name} = {right}", None
            made_of = combination(cases, quantity, found, given, self.tolerance)
            if made_of is None or not self._explain([*made_of.values], quantity, found):
                continue
            key = made_of.of
            instead = right_formula(key, layer, self.cases[0].last)
            spoiled = made_of.tree() if key == "dZ" else None
            words = f"{key} is {made_of}, and not {instead}"
            return _KINDS_OF_TERMS[key], words, f"{key} = {instead}", spoiled
        return None

    def _factor_for_slope(
        self, quantity: Quantity, found: list[Array]
    ) -> tuple[str, str, str, Tree | None] | None:
        """Find a wrong factor that stands for g'(z), and quote it.

        In networks with two examples of the same x and another y, what stands for g'
        is the same in both if it depends on the forward pass alone.
        """
        name, layer = quantity
        if name != "dZ":
            return None
        quoted = ""
        for case, own, a in zip(self.cases, self.own, found, strict=True):
            X = _reference(case, ("A", 0))
            dA = np.asarray(own.quantity("dA", layer))
            if case.m < 2 or (X[:, -1] != X[:, -2]).any() or a.shape != dA.shape:  # noqa: PLR2004
                return None
            with np.errstate(all="ignore"):
                one, other = (a / dA)[:, -1], (a / dA)[:, -2]
            alive = np.abs(dA[:, -2:]).min(axis=1) > 0
            same = np.isclose(one, other, rtol=1e-6, atol=0) | ~alive
            different = ~np.isclose(dA[:, -1], dA[:, -2], rtol=1e-3, atol=0)
            if not same.all() or not (alive & different).any():
                return None
            if not case.has_slope(layer):
                return None
            Z = _reference(case, ("Z", layer))[:, -1]
            slope = case.function("dg", layer)(Z)
            wrong = np.flatnonzero(alive & ~np.isclose(one, slope))
            if not quoted and wrong.size:
                i = wrong[0]
                quoted = (
                    f"at z = {Z[i]:.4g} it is {one[i]:.4g}, and g'(z) is {slope[i]:.4g}"
                )
        row = next(row for row in MISTAKES if row.id == "act-factor-wrong")
        return (row.id, f"{row.words}: {quoted}", row.right, None) if quoted else None

    def _extra_term(
        self, quantity: Quantity, right: Tree, found: list[Array], own: bool
    ) -> Tree | None:
        """Return the other quantity a multiple of which was added, if there is one."""
        _, layer = quantity
        case = self.cases[0]
        for other in ("dA", "dZ", "A", "Z", "W", "dW", "b", "db"):
            for i in range(case.last + 1):
                extra = Symbol(other, Layer("", i))
                if (other, i) == quantity:
                    continue
                try:
                    shape = np.shape(case.quantity(other, i))
                except FormulaError:
                    continue
                if shape == found[0].shape and self._differs_by(
                    extra, right, layer, found, own
                ):
                    return extra
        return None

    def _two_named(
        self, quantity: Quantity, found: list[Array], changed: Sequence[Change]
    ) -> tuple[str, str, str, Tree | None] | None:
        """Name two mistakes in one formula: one and a factor, or two edits."""
        name, layer = quantity
        for change in changed:
            factor = self._factor(change.formula, layer, found, own=False)
            value = self._ratios().get(factor)
            if value is None:
                continue
            both = Binary("*", Number(float(value)), change.formula)
            if self._gives(both, quantity, found):
                words = f"{change.words}, and {_said_of_factor(factor)}"
                return f"{change.id}+factor", words, change.instead, None
        for change in changed:
            if not change.may_be_one_of_two:
                continue
            for edit in edits(change.formula):
                if Symbol(name, Layer("l")) in parts(edit.formula):
                    continue
                if self._gives(edit.formula, quantity, found):
                    words = f"{change.words}, and {edit.words}"
                    return f"{change.id}+{edit.id}", words, change.instead, None
        return None

    def _of_a_factor(
        self, quantity: Quantity, right: Tree, ratio: str
    ) -> tuple[str, str, str, Tree | None]:
        """Name a constant factor; where dZ is not given, it may have been in dZ."""
        name, _ = quantity
        count = ratio.startswith("0.") and name in {"dW", "db"}
        kind = "batch-wrong-count" if count or ratio.startswith("m/") else "factor"
        words = _said_of_factor(ratio)
        value = self._ratios().get(ratio)
        words += self._outputs_hint(1 / value if value and value < 1 else value)
        return kind, words, f"{right}", None

    def _outputs_hint(self, factor: float | None) -> str:
        """Say that a factor is also the number of outputs, if it is."""
        outputs = self.cases[0].sizes[-1]
        if factor != outputs or outputs in {1, self.cases[0].m}:
            return ""
        return (
            f" ({outputs} is also the number of outputs: does one of the loss and its"
            " gradient average over the outputs, and the other not?)"
        )

    def _scaled(
        self, quantity: Quantity, right: Tree, found: list[Array]
    ) -> Tree | None:
        """Return the dZ that would give a dW or db that is too large by a factor."""
        name, layer = quantity
        value = self._ratios().get(self._factor(right, layer, found, own=True))
        if value is None or name not in {"dW", "db"}:
            return None
        return Binary("*", Number(float(value)), Symbol("dZ", Layer("l")))

    def _ratios(self) -> dict[str, float]:
        """Return the factors that have a meaning, by what they are called."""
        case = self.cases[0]
        outputs = case.sizes[-1]
        counts = {
            f"m/{n}: {n}, {what}, stands for the number of examples m;"
            f" {case.m / n:.6g}": case.m / n
            for n, what in (
                (case.sizes[0], "the number of inputs"),
                (case.sizes[-1], "the number of outputs"),
                (case.m * case.sizes[-1], "the number of all outputs"),
            )
            if n not in {1, case.m}
        }  # fmt: skip
        powers = {f"1/m^{k}": float(case.m) ** -k for k in range(2, case.last + 2)}
        return {
            "-1": -1.0, "2": 2.0, "1/2": 0.5, "-2": -2.0,
            "m": case.m, "1/m": 1 / case.m, "-m": -case.m, "-1/m": -1 / case.m,
            f"{outputs}, the number of outputs": outputs,
            f"1/{outputs}, one over the number of outputs": 1 / outputs,
            **powers, **counts,
        }  # fmt: skip

    def _factor(self, right: Tree, layer: int, found: list[Array], own: bool) -> str:
        """Name the constant by which every entry is too large, if there is one."""
        ratios: list[float | None] = []
        for case, a in zip(self.own if own else self.cases, found, strict=True):
            try:
                made = evaluate(right, case, layer)
            except FormulaError:
                return ""
            ratios.append(ratio(a, made, self.tolerance))
            if ratios[-1] is None:
                return ""
        first = float(ratios[0] or 0.0)
        if math.isclose(first, 1.0, rel_tol=1e-6) or not all(
            np.isclose(first, float(r or 0.0), rtol=1e-7) for r in ratios
        ):
            return ""
        for words, value in self._ratios().items():
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
        factors = [ratio(r, e, 1e-6) for r, e in zip(rests, more, strict=True)]
        first = factors[0]
        return first is not None and all(
            c is not None and math.isclose(c, first, rel_tol=1e-5) for c in factors
        )

    # ---- Comparing -------------------------------------------------------------------

    def _close(self, one: Array, other: Array) -> bool:
        return is_close(one, other, self.tolerance)

    def _values(self, tree: Tree, layer: int, own: bool) -> list[Array] | None:
        try:
            return [
                evaluate(tree, case, layer)
                for case in (self.own if own else self.cases)
            ]
        except FormulaError:
            return None

    def _gives(
        self,
        tree: Tree,
        quantity: Quantity,
        found: list[Array],
        own: bool = False,
        is_asked_again: bool = False,
    ) -> bool:
        """Return whether a wrong formula gives the answer, and the right one does not.

        Where a wrong formula has the value of the right one, it explains nothing.
        """
        cases = self.own if own else self.cases
        explained = False
        for case, other, a in zip(cases, self.cases, found, strict=True):
            value = case.value(tree, quantity[1], is_asked_again)
            if value is None:
                return False
            found_here = self._explains(value, other, quantity, a)
            if found_here is False:
                return False
            explained = explained or found_here is True
        return explained

    def _explain(
        self, values: list[Array], quantity: Quantity, found: list[Array]
    ) -> bool:
        """Return whether wrong values are the answer, and the right ones are not."""
        each = {
            self._explains(value, case, quantity, a)
            for case, value, a in zip(self.cases, values, found, strict=True)
        }
        return True in each and False not in each

    def _explains(
        self, value: Array, case: NetworkCase, quantity: Quantity, a: Array
    ) -> bool | None:
        """Return whether a value is the wrong answer; None if that is right here.

        So it is where all units of a layer are off, in one of the networks.
        """
        same, right = _filled(value, a), _reference(case, quantity)
        if not self._close(a, same):
            return False
        if a.shape == right.shape and self._close(a, right):
            return None
        if not same.any():
            return False
        return a.shape != right.shape or bool(
            np.abs(a - same).max(initial=0.0)
            <= _MUCH_CLOSER * np.abs(a - right).max(initial=0.0)
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

    def _unnamed(
        self, quantity: Quantity, found: list[Array], wanted: list[Array]
    ) -> Verdict:
        """Show the entry that is wrong by most of its terms, and the graph's sum."""
        name, layer = quantity
        label = f"{name}{layer}"
        for case, a, r in zip(self.cases, found, wanted, strict=True):
            if a.shape != r.shape:
                return _misfit(label, a, r)
            worst = worst_entry(case, quantity, a, self.tolerance)
            if worst.differing:
                break
        where = worst.where
        return Verdict(
            label,
            "wrong",
            "",
            where,
            f"{worst.differing} of {r.size} entries differ; not in the table of"
            f" mistakes. The worst is {worst.both}",
            graph_sum=case.graph_sum(name, layer, worst.row, worst.column),
        )


@dataclass(frozen=True, slots=True)
class Worst:
    """The entry of a quantity that is wrong by most of what is allowed."""

    differing: int
    where: str
    row: int
    column: int
    theirs: float
    graph: float

    @property
    def both(self) -> str:
        """The place with both numbers, for the learner."""
        theirs, graph = told_apart(self.theirs, self.graph)
        return f"{self.where}: yours {theirs}, the graph's {graph}"


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Write two numbers with six digits, or with as many as tell them apart.

    >>> told_apart(0.5, 0.25), told_apart(0.0131990, 0.01319900132)
    (('0.5', '0.25'), ('0.013199', '0.01319900132'))
    """
    both = f"{one:.6g}", f"{other:.6g}"
    for digits in (6, 10, 13, 17):
        both = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if both[0] != both[1]:
            break
    return both


def worst_entry(
    case: NetworkCase, quantity: Quantity, found: Array, tolerance: float
) -> Worst:
    """Compare a quantity of the right shape with the scalar graph's."""
    (name, layer), right = quantity, _reference(case, quantity)
    allowed = tolerance * _terms(case, quantity, _floor(tolerance))
    with np.errstate(all="ignore"):
        error = np.abs(found - right)
        excess = np.nan_to_num(error / allowed, nan=0.0, posinf=np.inf)
        excess[~np.isfinite(found)] = np.inf
    row, column = map(int, np.unravel_index(np.argmax(excess), right.shape))
    where = f"{name}{layer}[{row}]({column})"
    if name[-1] in "Wb":
        inside = f"{row},{column}" if name[-1] == "W" else f"{row}"
        where = f"{name}{layer}[{inside}]"
    return Worst(
        int((~(error <= allowed)).sum()), where, row, column,
        float(found[row, column]), float(right[row, column]),
    )  # fmt: skip


def _floor(tolerance: float) -> float:
    return _SATURATED if tolerance < _SINGLE else 1 / 8


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


def _terms(case: NetworkCase, quantity: Quantity, floor: float) -> Array:
    """Return the absolute terms that are added in each entry of a quantity.

    An entry in which they cancel is known to a fraction of them alone, and one of small
    terms is known as well as any other. ``floor`` is the part of 1 to which g' is
    known: 1 - a^2 of a saturated neuron is the rounding of 1.
    """
    name, layer = quantity
    value = np.abs(_reference(case, quantity))
    if name == "dA" and layer < case.last:
        after = _terms(case, ("dZ", layer + 1), floor)
        return np.asarray(np.abs(case.W[layer]).T @ after)
    if name == "dZ" and case.has_slope(layer):
        slope = np.abs(case.function("dg", layer)(_reference(case, ("Z", layer))))
        return np.asarray(_terms(case, ("dA", layer), floor) * (slope + floor))
    if name == "dW":
        before = np.abs(_reference(case, ("A", layer - 1)))
        return np.asarray(_terms(case, ("dZ", layer), floor) @ before.T)
    if name == "db":
        return np.asarray(_terms(case, ("dZ", layer), floor).sum(axis=1, keepdims=True))
    largest = float(value.max(initial=0.0))
    if name == "dA":  # a difference of outputs and targets
        ends = (np.abs(case.quantity(end, at)).max() for end, at in case.ends)
        largest += floor * sum(ends) / case.divisor
    return np.full(value.shape, largest)


def _own_terms(own: NetworkCase, quantity: Quantity) -> Array:
    """Return the absolute terms of one step from the learner's own quantities."""
    name, layer = quantity
    right = right_formula(name, layer, own.last)
    quantities: dict[Quantity, Array] = {
        (part.name, i): np.abs(own.quantity(part.name, i))
        for part in (parts(right) if right is not None else ())
        if isinstance(part, Symbol) and part.layer is not None
        for i in [part.layer.number(layer, own.last)]
        if part.name in {"W", "dA", "dZ"} or (part.name == "A" and name == "dW")
    }
    if (name not in BEFORE and name != "dA") or right is None:
        return np.abs(_reference(own, quantity))
    return np.abs(evaluate(right, own.with_arrays(quantities), layer))


def _filled(value: Array, like: Array) -> Array:
    """Return a single number as an array of the shape of the answer."""
    return np.full(like.shape, value.item()) if value.size == 1 else value


def is_close(one: Array, other: Array, tolerance: float) -> bool:
    """Return whether two arrays differ by at most ``tolerance`` times the largest."""
    if not one.size or one.shape != other.shape or not np.isfinite(one).all():
        return False
    scale = float(np.abs(other).max(initial=0.0))
    return bool(np.abs(one - other).max(initial=0.0) <= tolerance * scale)


def ratio(one: Array, other: Array, tolerance: float) -> float | None:
    """Return c with one = c * other, or None if there is none."""
    if one.shape != other.shape or not np.isfinite([one, other]).all():
        return None
    largest = np.unravel_index(np.argmax(np.abs(other)), other.shape)
    if not other[largest]:
        return None
    c = float(one[largest] / other[largest])
    return c if c and is_close(one, c * other, tolerance) else None


def _misfit(label: str, found: Array, wanted: Array) -> Verdict:
    shapes = (
        f"has shape {'x'.join(map(str, found.shape)) or '()'}, expected"
        f" {'x'.join(map(str, wanted.shape))}"
    )
    transposed = found.ndim == 2 and found.T.shape == wanted.shape  # noqa: PLR2004
    if transposed and is_close(found.T, wanted, 1e-9):
        return Verdict(
            label, "does not fit", "transposed", label,
            f"{label} {shapes}: the transpose fits", f"{label}.T",
        )  # fmt: skip
    return Verdict(label, "does not fit", "", label, f"{label} {shapes}")
