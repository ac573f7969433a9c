"""Assertions for tests of one's own backpropagation, with messages that explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from nn.grading.cases import NetworkCase
from nn.grading.grade import grade, judged, tolerance_of
from nn.grading.incoming import gradients_from
from nn.grading.judge import Convention, convention_of, worst_entry
from nn.matrix.arrays import np

if TYPE_CHECKING:
    import numpy.typing as npt

    from nn.deltas.oracle import ScalarLoss
    from nn.grading.judge import Quantity
    from nn.grading.report import Grade, Verdict
    from nn.grading.tree import Array

__all__ = ["GradientMismatchError", "assert_derivation", "assert_gradients_match"]

Message: TypeAlias = "str | Callable[[str], str] | None"


class GradientMismatchError(AssertionError):
    """Gradients that are not those of the scalar graph.

    Attributes:
        report: the `Grade`, with a verdict on each quantity.
    """

    def __init__(self, message: str, report: Grade) -> None:
        super().__init__(message)
        self.report = report


def assert_gradients_match(  # noqa: PLR0913  (all but one by keyword)
    theirs: object,
    *,
    net: object,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | ScalarLoss,
    reduction: str = "mean",
    msg: Message = None,
) -> None:
    """Raise unless gradients equal those of the scalar graph, and say what is wrong.

    Each entry is compared within 1e-9 of the terms that are added in it, or within 32
    eps of the type of float that came in, if that is smaller than float64.

    Args:
        theirs: a dictionary such as ``{"dW1": ..., "db1": ..., "dZ1": ...}``, lists
            (nabla_b, nabla_w) or of W, b, W, b ..., a PyTorch module after
            ``backward()`` or a dictionary with the names of its ``state_dict``, nested
            dictionaries with ``kernel`` and ``bias`` as of Flax, scikit-learn's
            ``coef_grads`` and ``intercept_grads``, or the gradients of micrograd's
            ``parameters()``. Weights may be (n_out, n_in) or (n_in, n_out).
        net: the network with the same weights.
        X: the inputs (m, n_in), one example per row.
        Y: the targets (m, n_out).
        loss: a name or function of `nn.losses`.
        reduction: whether the cost is the "mean" or the "sum" of the losses.
        msg: a text to put first, or a function that makes another message of this one;
            anything else is ignored.

    >>> from nn import MLP
    >>> net = MLP(2, [3, 1], activation="tanh", rng=0)
    >>> X, Y = [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]
    >>> theirs = {"dW2": [[0.0, 0.0, 0.0]]}
    >>> assert_gradients_match(theirs, net=net, X=X, Y=Y, loss="half_squared_error")
    Traceback (most recent call last):
        ...
    nn.grading.assertions.GradientMismatchError: 1 of 1 gradients differ (2-3-1 network
    (tanh, linear), half_squared_error, mean over m = 2 examples)
      dW2 [1x3] 3 of 3 differ. Worst dW2[0,2]: theirs 0, graph ... (allowed 1e-09 of the
      terms)
          not in the table of mistakes
    ...

    Raises:
        GradientMismatchError: they differ; it is an AssertionError. ``.report`` is the
            `Grade`.
        DataError: there is no gradient in it.
        OperandError: it is of no kind that is known.
    """
    __tracebackhide__ = True
    case = NetworkCase(net, X, Y, loss, reduction)
    answer, layout = gradients_from(theirs, case)
    report = judged([case], [answer], [], False, convention=Convention())
    if all(
        verdict.status in {"right", "right to rounding"} for verdict in report.judged
    ):
        return
    tolerance = tolerance_of([answer])
    exact = {key: array.astype(np.float64) for key, array in answer.items()}
    habit = convention_of(case, exact, tolerance)
    notes = [layout, habit.words and f"all agree if {habit.words}"]
    _raise(report, _details(case, exact, tolerance), notes, msg)


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
    ``msg`` is a text to put first, or a function that makes another message.

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
    if not report.passed:
        _raise(report, {}, [report.notation], msg)


def _raise(
    report: Grade, details: dict[str, str], notes: list[str], msg: Message
) -> None:
    __tracebackhide__ = True
    message = _message(report, details, notes)
    if isinstance(msg, str):
        message = f"{msg}\n{message}"
    elif callable(msg):
        message = msg(message)
    raise GradientMismatchError(message, report)


def _message(report: Grade, details: dict[str, str], notes: list[str]) -> str:
    right = {"right", "right to rounding"}
    if not details:
        right.add("right by another convention")
    differing = sum(verdict.status not in right for verdict in report.judged)
    lines = [f"{differing} of {len(report.judged)} gradients differ ({report.title})"]
    equal: list[str] = []
    for verdict in report.judged:
        if verdict.status in right:
            rounding = " to rounding" if verdict.status == "right to rounding" else ""
            equal.append(f"{verdict.quantity} equal{rounding}")
            continue
        if equal:
            lines.append("  " + "   ".join(equal))
            equal.clear()
        lines += _of_one(verdict, details.get(verdict.quantity, ""))
    if equal:
        lines.append("  " + "   ".join(equal))
    return "\n".join([*lines, *(f"  note: {note}" for note in notes if note)])


def _of_one(verdict: Verdict, detail: str) -> list[str]:
    """Return the lines on a quantity that differs."""
    if verdict.status == "follows" or not detail:
        mistake = f" [{verdict.mistake}]" if verdict.mistake else ""
        lines = [f"  {verdict.quantity} {verdict.status}: {verdict.message}{mistake}"]
    else:
        lines = [f"  {verdict.quantity} {detail}"]
        if verdict.mistake:
            lines.append(f"      mistake: {verdict.message} [{verdict.mistake}]")
        elif verdict.graph_sum:
            lines.append("      not in the table of mistakes")
        else:
            lines.append(f"      {verdict.message}")
    if verdict.instead:
        lines.append(f"      right:   {verdict.instead}")
    return lines + [f"      {line}" for line in verdict.graph_sum.splitlines()]


def _details(
    case: NetworkCase, answer: dict[Quantity, Array], tolerance: float
) -> dict[str, str]:
    """Describe the worst entry of each quantity that has the right shape."""
    found: dict[str, str] = {}
    for (name, layer), array in answer.items():
        shape = np.shape(case.quantity(name, layer))
        if array.shape != shape:
            continue
        worst = worst_entry(case, (name, layer), array, tolerance)
        size = "x".join(map(str, shape))
        found[f"{name}{layer}"] = (
            f"[{size}] {worst.differing} of {array.size} differ. Worst {worst.where}:"
            f" theirs {worst.theirs:.6g}, graph {worst.graph:.6g} (allowed"
            f" {tolerance:.2g} of the terms)"
        )
    return found
