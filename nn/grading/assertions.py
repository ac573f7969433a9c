"""Assertions for tests of one's own backpropagation, with messages that explain."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

from nn.grading.cases import NetworkCase, random_case
from nn.grading.grade import answer_of, case_for, grade, judged, tolerance_of
from nn.grading.incoming import gradients_from
from nn.grading.judge import (
    Convention,
    convention_of,
    is_close,
    told_apart,
    worst_entry,
)
from nn.grading.mistakes import MISTAKES
from nn.grading.smallest import sizes_from_the_smallest
from nn.matrix.arrays import np
from nn.reading.formula.numpy_spelling import read_tree
from nn.reading.formula.tree import FormulaError, at_layer, evaluate

if TYPE_CHECKING:
    import numpy.typing as npt

    from autograd_scalar import Value
    from nn.deltas.oracle import ScalarLoss
    from nn.grading.judge import Quantity, Worst
    from nn.grading.report import Grade, Verdict
    from nn.reading.formula.tree import Array

__all__ = ["GradientMismatchError", "assert_derivation", "assert_gradients_match"]

Message: TypeAlias = "str | Callable[[str], str] | None"


class GradientMismatchError(AssertionError):
    """Gradients that are not those of the scalar graph.

    Attributes:
        report: the `Grade`, with a verdict on each quantity.
        cost: the root of the scalar graph, to step through: ``play(error.cost)``; None
            if what was judged is a derivation.
    """

    def __init__(self, message: str, report: Grade, cost: Value | None = None) -> None:
        super().__init__(message)
        self.report = report
        self.cost = cost


def assert_gradients_match(  # noqa: PLR0913  (all but one by keyword)
    theirs: object,
    *,
    net: object,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | ScalarLoss,
    reduction: str = "mean",
    arrays: bool = False,
    msg: Message = None,
) -> None:
    """Raise unless gradients equal those of the scalar graph, and say what is wrong.

    Each entry is compared within 1e-9 of the terms that are added in it, or within 32
    eps of the type of float that came in, if that is smaller than float64.

    Args:
        theirs: a dictionary such as ``{"dW1": ..., "db1": ..., "dZ1": ...}``, lists
            (nabla_b, nabla_w) or of W, b, W, b ..., a PyTorch module after
            ``backward()`` or its gradients by the names of its ``state_dict``, nested
            dictionaries with ``kernel`` and ``bias`` as of Flax, scikit-learn's
            ``coef_grads`` and ``intercept_grads``, or the gradients of micrograd's
            ``parameters()``. Weights may be (n_out, n_in) or (n_in, n_out).
        net: the network with the same weights, from `from_torch` or filled by
            `MLP.set_matrices`.
        X: the inputs (m, n_in), one example per row.
        Y: the targets (m, n_out).
        loss: a name or function of `nn.losses`.
        reduction: whether the cost is the "mean" or the "sum" of the losses.
        arrays: whether the message ends with the whole arrays that differ, both; the
            pytest plugin does so with ``-vv``.
        msg: a text to put first, or a function that makes another message of this one;
            anything else is ignored.

    >>> from nn import MLP
    >>> net = MLP(2, [3, 1], activation="tanh", rng=0)
    >>> X, Y = [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]
    >>> theirs = {"dW2": [[0.5, 0.5, 0.5]]}
    >>> assert_gradients_match(theirs, net=net, X=X, Y=Y, loss="half_squared_error")
    Traceback (most recent call last):
        ...
    nn.grading.assertions.GradientMismatchError: 1 of 1 gradients differ (2-3-1 network
    (tanh, linear), half_squared_error, mean over m = 2 examples)
      dW2 [1x3] 3 of 3 differ. Worst dW2[0,2]: theirs 0.5, graph ... (allowed 1e-09 of
      the terms)
          not in the table of mistakes
    ...

    Raises:
        GradientMismatchError: they differ; it is an AssertionError. ``.report`` is the
            `Grade`, ``.cost`` the root of the scalar graph.
        DataError: there is no gradient in it, or it holds the weights themselves.
        OperandError: it is of no kind that is known.
    """
    __tracebackhide__ = True
    case = NetworkCase(net, X, Y, loss, reduction)
    answer, layout = gradients_from(theirs, case)
    report = judged([case], [answer], [], False, convention=Convention())
    if all(verdict.status in _EQUAL for verdict in report.judged):
        return
    tolerance = tolerance_of([answer])
    exact = {key: array.astype(np.float64) for key, array in answer.items()}
    habit = convention_of(case, exact, tolerance)
    notes = [layout, habit.words and f"all agree if {habit.words}"]
    told = {
        f"{name}{layer}": _Told(case, (name, layer), array, tolerance)
        for (name, layer), array in answer.items()
    }
    lines = _lines(report, told, notes)
    if arrays:
        lines += _arrays(report, told)
    _raise(lines, report, case.cost, msg)


def assert_derivation(  # noqa: PLR0913  (all but one by keyword)
    derivation: Callable[..., object] | Mapping[str, object] | str,
    *,
    net: object = None,
    loss: str | ScalarLoss = "half_squared_error",
    batch: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    reduction: str = "mean",
    msg: Message = None,
) -> None:
    """Raise unless `grade` finds every quantity of a derivation right.

    What is right by another convention passes. The arguments are those of `grade`;
    ``msg`` is a text to put first, or a function that makes another message. Of a
    function the smallest network is searched for in which it is wrong.

    >>> assert_derivation("dW1 = dZ1 @ X.T")
    >>> assert_derivation("dW1 = dZ1 @ X")
    Traceback (most recent call last):
        ...
    nn.grading.assertions.GradientMismatchError: 1 of 1 gradients differ (...)
      dW1 does not fit: ...

    Raises:
        GradientMismatchError: something is wrong; ``.report`` is the `Grade`.
        DataError: it cannot be read.
        OperandError: it is of no kind that is known.
    """
    __tracebackhide__ = True
    report = grade(derivation, net=net, loss=loss, batch=batch, reduction=reduction)
    if report.passed:
        return
    lines = _lines(report, {}, [report.notation])
    if callable(derivation):
        turned = "one example per row" in report.notation
        case = case_for(net, loss, batch, reduction)
        lines += _smallest(derivation, case, turned)
    _raise(lines, report, None, msg)


def _raise(
    lines: list[str], report: Grade, cost: Value | None, msg: Message
) -> NoReturn:
    __tracebackhide__ = True
    message = "\n".join(lines)
    if isinstance(msg, str):
        message = f"{msg}\n{message}"
    elif callable(msg):
        message = msg(message)
    raise GradientMismatchError(message, report, cost)


# ---- The message ---------------------------------------------------------------------


class _Told:
    """What is said of one quantity: its shape, its worst entry, how equal it is."""

    def __init__(
        self, case: NetworkCase, quantity: Quantity, array: Array, tolerance: float
    ) -> None:
        self.case, self.quantity = case, quantity
        self.theirs, self.tolerance = array, tolerance
        self.graph = np.asarray(case.quantity(*quantity))
        self.size = "x".join(map(str, self.graph.shape))
        self.worst: Worst | None = None
        self.node = ""
        if array.shape == self.graph.shape:
            exact = array.astype(np.float64)
            self.worst = worst_entry(case, quantity, exact, tolerance)
            nodes = case.nodes[quantity[0].removeprefix("d"), quantity[1]]
            self.node = nodes[self.worst.row][self.worst.column].label

    def equal(self, name: str) -> str:
        """Say that it is equal, and how far it is off in floats of its own type.

        Where terms cancel, many floats are but a little of the terms.
        """
        steps = self.steps(self.graph)
        if steps > _MOST_ULP:
            return f"{name} equal (within {self.tolerance:.2g} of the terms)"
        return f"{name} equal" + (f" ({steps:.0f} ULP)" if steps >= 1.0 else "")

    def steps(self, other: Array) -> float:
        """Count by how many floats of its own type it differs from another array."""
        rounded = other.astype(self.theirs.dtype)
        unit = float(np.finfo(self.theirs.dtype).eps) / 2.0**-52  # of its ULP in ours
        pairs = zip(rounded.ravel().tolist(), self.theirs.ravel().tolist(), strict=True)
        return max(
            (abs(a - b) / (unit * math.ulp(max(abs(a), abs(b)))) for a, b in pairs),
            default=0.0,
        )

    def formula(self, mistake: str) -> str:
        """Say which wrong formula of the table gives it, and how closely, if one does.

        That formula has the true quantities of the network in it.
        """
        name, layer = self.quantity
        for row in MISTAKES:
            if row.id == mistake and row.target.startswith(f"{name}["):
                for text in row.wrong:
                    tree = read_tree(text)
                    try:
                        value = evaluate(tree, self.case, layer)
                    except FormulaError:
                        continue
                    if is_close(self.theirs.astype(float), value, self.tolerance):
                        named = f"{at_layer(tree, layer, self.case.last)}"
                        named = re.sub(r"\[([0-9]+)\]", r"\1", named)
                        return f": theirs is {named}, to {self.steps(value):.0f} ULP"
        return ""

    def misfit(self) -> str:
        """Say which shape it has, and whether its transpose has the right one."""
        shape = "x".join(map(str, self.theirs.shape)) or "()"
        turned = self.theirs.T.shape == self.graph.shape != self.theirs.shape
        fits = ", as its transpose is" if turned else ""
        return f" [{shape}], expected [{self.size}]{fits}"

    def differs(self) -> str:
        """Name the one entry that is wrong by most of what is allowed."""
        worst = self.worst
        assert worst is not None
        theirs, graph = told_apart(worst.theirs, worst.graph)
        return (
            f"[{self.size}] {worst.differing} of {self.graph.size} differ. Worst"
            f" {worst.where}: theirs {theirs}, graph {graph}"
            f" (allowed {self.tolerance:.2g} of the terms)"
        )


def _lines(report: Grade, told: Mapping[str, _Told], notes: list[str]) -> list[str]:
    """Return the message: the verdict, then each quantity from the output back."""
    right = _EQUAL if told else _EQUAL | {"right by another convention"}
    differing = [v for v in report.judged if v.status not in right]
    count = f"{len(differing)} of {len(report.judged)}"
    lines = [f"{count} gradients differ ({report.title})"]
    equal: list[str] = []
    for verdict in report.judged:
        of = told.get(verdict.quantity)
        if verdict not in differing:
            name = verdict.quantity
            equal.append(of.equal(name) if of else f"{name} right")
            continue
        if equal:
            lines.append("  " + "   ".join(equal))
            equal.clear()
        lines += _of_one(verdict, of)
    if equal:
        lines.append("  " + "   ".join(equal))
    lines += [f"  note: {note}" for note in notes if note]
    return lines + _where_to_look(differing, told)


def _of_one(verdict: Verdict, told: _Told | None) -> list[str]:
    """Return the lines on a quantity that differs."""
    size = f" [{told.size}]" if told else ""
    if verdict.status == "follows":
        source = verdict.message.removeprefix("right for your own ")
        then = f"right when the true {source} is put in"
        return [f"  {verdict.quantity}{size} follows from {source}: {then}"]
    if told is None or told.worst is None:
        mistake = f" [{verdict.mistake}]" if verdict.mistake else ""
        status = f"{verdict.status}{told.misfit() if told else ''}"
        lines = [f"  {verdict.quantity} {status}: {verdict.message}{mistake}"]
    else:
        lines = [f"  {verdict.quantity} {told.differs()}"]
        if verdict.mistake:
            formula = told.formula(verdict.mistake)
            lines.append(
                f"      mistake: {verdict.message}{formula} [{verdict.mistake}]"
            )
        elif verdict.graph_sum:
            lines.append("      not in the table of mistakes")
        else:
            lines.append(f"      {verdict.message}")
    if verdict.instead:
        lines.append(f"      right:   {verdict.instead}")
    return lines + [f"      {line}" for line in verdict.graph_sum.splitlines()]


def _where_to_look(differing: list[Verdict], told: Mapping[str, _Told]) -> list[str]:
    """Say how to step through the first that differs, and where its mistake is told."""
    first = next((v for v in differing if v.status != "follows"), None)
    ways: list[str] = []
    of = told.get(first.quantity) if first else None
    if of is not None and of.node:
        ways.append(f'look: play(error.cost, at="{of.node}")')
    known = {row.id for row in MISTAKES}
    if first is not None and first.mistake in known:
        ways.append(f"table: autograd-scalar mistakes {first.mistake}")
    return ["  " + "   ".join(ways)] if ways else []


def _smallest(
    function: Callable[..., object], case: NetworkCase, turned: bool
) -> list[str]:
    """Search for the smallest network in which a function is wrong, and quote it."""
    for sizes, m in sizes_from_the_smallest():
        if len(sizes) != len(case.sizes):
            continue
        small = random_case(
            sizes, case.activations, case.loss, case.reduction, m, seed=0
        )
        try:
            report = judged([small], [answer_of(function, small, turned)], [], turned)
        except Exception:  # of the function: it does not take every size
            continue
        wrong = next((v for v in report.judged if not v.is_right), None)
        if wrong is not None:
            shown = wrong.counterexample or wrong.message
            return [
                f"  the smallest network that shows it: {report.title}",
                f"    {shown}",
            ]
    return []


def _arrays(report: Grade, told: Mapping[str, _Told]) -> list[str]:
    """Return both arrays of each quantity that differs."""
    lines: list[str] = []
    for verdict in report.judged:
        of = told[verdict.quantity]
        if verdict.status not in _EQUAL:
            lines += [f"  {verdict.quantity}, theirs:", f"{of.theirs}"]
            lines += [f"  {verdict.quantity}, graph:", f"{of.graph}"]
    return lines


_EQUAL: Final = frozenset({"right", "right to rounding"})
_MOST_ULP: Final = 99  # beyond it the number says nothing
