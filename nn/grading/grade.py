"""`grade`: a derivation of backpropagation in, a verdict on each quantity out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from autograd_scalar import DataError, OperandError
from nn.arguments import shown
from nn.deltas.stack import Stack
from nn.grading.cases import NetworkCase, other_cases, shared_case, targets
from nn.grading.judge import (
    Convention,
    Judge,
    Quantity,
    convention_of,
    is_close,
    worst_entry,
)
from nn.grading.own_code.repair import named_in_code
from nn.grading.report import Grade, Verdict
from nn.grading.returned import in_our_names
from nn.grading.setting import (
    DEFAULT,
    Setting,
    grade_in_best,
    output_for,
    settings_of,
)
from nn.grading.texts import Sizes, default_sizes
from nn.layers import MLP
from nn.matrix.arrays import np
from nn.reading.formula.numpy_spelling import read_name
from nn.reading.formula.tree import FormulaError

if TYPE_CHECKING:
    import numpy.typing as npt

    from nn.deltas.oracle import ScalarLoss
    from nn.reading.formula.tree import Array

__all__ = [
    "answer_of",
    "as_real",
    "case_for",
    "fitting",
    "grade",
    "judged",
    "named_quantities",
    "text_of",
    "tolerance_of",
]

Derivation: TypeAlias = "Callable[..., object] | Mapping[str, object] | str | Path"
Answer: TypeAlias = "dict[Quantity, Array]"

_LAYOUTS: Final = ((False, False), (True, True), (False, True), (True, False))
_LARGEST: Final = 1_000_000
_NAME_OF_A_FILE: Final = re.compile(r"[^\s=]{1,200}\.[A-Za-z]{1,8}")
# Of the terms, where the forward pass was computed in float32, and a is near y.
_OF_FLOAT32: Final = 128.0 * float(np.finfo(np.float32).eps)
_MOST_WEIGHTS: Final = 10_000  # of networks in which edits of the code are tried
_MOST_ENTRIES: Final = 10_000_000  # a graph of scalars has fewer
_ORDER: Final = ("A", "Z", "dA", "dZ", "dW", "db", "W", "b")


def grade(
    derivation: Derivation,
    *,
    net: object = None,
    loss: str | ScalarLoss | None = None,
    batch: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    reduction: str = "mean",
) -> Grade:
    """Grade a derivation of the gradients of a network, and name its mistakes.

    It is judged by the sums of the scalar graph, on three networks with random
    weights, so that nothing is right or wrong by chance. What is wrong is looked up in
    a table of mistakes that people made. An error is charged where it enters; what is
    right for the learner's own earlier quantities "follows".

    Args:
        derivation: a function ``backprop(W, b, X, Y)`` of lists of weight matrices
            (n_out, n_in) and biases (n_out, 1), and of X (n_in, m) and Y (n_out, m),
            one example per column; one that takes all of them transposed is recognised.
            It returns a dictionary such as ``{"dZ2": ..., "dW2": ..., "db2": ...}``, or
            the lists (nabla_b, nabla_w). Or such a dictionary, for ``net`` and
            ``batch``. Or equations as text, in NumPy's spelling, LaTeX or Unicode, one
            a line, or Markdown with formulas in it; or the `Path` of such a file. What
            its letters mean is read off its own definitions, such as ``o = f(net)``,
            and how it counts layers and orders the indices of w, off what comes out
            right; `Grade.notation` says both. Each statement has its verdict, with the
            line. Formulas without m, Z or a sum
            over examples speak of one example, and are judged on one.
        net: the network; by default 3-4-2 with biases that are not 0, and with the
            activations that a text speaks of, else sigmoids.
        loss: a name or function of `nn.losses`; by default what a text says, by words
            such as softmax or by the formula of the cost, else "half_squared_error".
        batch: X (m, n_in) and Y (m, n_out), one example per **row**, as in
            `check_deltas`, for ``net``; by default 5 random examples.
        reduction: whether the cost is the "mean" or the "sum" of the losses.

    Returns:
        A `Grade`: ``.passed``, ``.verdicts["dZ1"].status``, text, HTML and JSON.

    >>> notes = '''
    ... dZ2 = (A2 - Y) * A2 * (1 - A2) / m
    ... dW2 = dZ2 @ A1.T
    ... dZ1 = W2.T @ dZ2
    ... '''
    >>> report = grade(notes)
    >>> report.passed, report.verdicts["dZ1"].mistake
    (False, 'act-missing')
    >>> print(report.headline)
    1 of 3 statements is wrong. Start with dZ1 (line 4): wrong [act-missing]:
    sigma'(z) of the hidden layer is missing; right: dZ[l] = (W[l+1].T @ dZ[l+1]) *
    g'(Z[l]).
    >>> grade("δ² = (a² - y) ⊙ σ'(z²)").passed
    True

    Raises:
        OperandError: the derivation is of none of these kinds, a dictionary comes
            without ``net`` and ``batch``, or a batch without ``net``.
        DataError: an equation cannot be read, or no quantity was recognised.
    """
    if net is None and batch is not None and not isinstance(derivation, Mapping):
        msg = "batch= needs net=, the network that it is for"
        raise OperandError(msg)
    if isinstance(derivation, Path):
        derivation = text_of(derivation)
    if isinstance(derivation, str):
        try:
            return _of_text(derivation, net, loss, batch, reduction)
        except DataError as error:
            if _NAME_OF_A_FILE.fullmatch(derivation) is None:
                raise
            msg = f"{error}; to grade a file, pass pathlib.Path({shown(derivation)})"
            raise DataError(msg) from error
    case = case_for(net, loss or DEFAULT.loss, batch, reduction)
    if isinstance(derivation, Mapping):
        if net is None or batch is None:
            msg = (
                "grade needs net= and batch= for a dictionary of arrays: numbers are"
                " right or wrong for one network and its examples alone"
            )
            raise OperandError(msg)
        answer = named_quantities(derivation, case, transposed=False)
        other = named_quantities(derivation, case, transposed=True)
        turned = fitting(other, case) > fitting(answer, case)
        return judged([case], [other if turned else answer], [], turned)
    given: object = derivation
    if not callable(given):
        msg = (
            "grade takes a function backprop(W, b, X, Y), a dictionary of arrays, or"
            f" equations as text, got {type(given).__name__}: {shown(given)}"
        )
        raise OperandError(msg)
    return _of_function(derivation, case)


def _of_text(
    text: str,
    net: object,
    loss: str | ScalarLoss | None,
    batch: tuple[npt.ArrayLike, npt.ArrayLike] | None,
    reduction: str,
) -> Grade:
    """Grade a text in the setting of which it speaks, where the caller says none."""

    def case_in(setting: Setting) -> Callable[[Sizes], NetworkCase]:
        of = setting.loss if loss is None else loss
        return lambda sizes: case_for(net, of, batch, reduction, sizes, setting)

    settings = settings_of(text, loss if isinstance(loss, str) else "")
    if net is not None:  # which has its activations; a loss needs to fit the last
        last = case_for(net, DEFAULT.loss, None, reduction).activations[-1].name
        losses = dict.fromkeys(one.loss for one in settings)
        fit = [one for one in losses if loss or output_for(one, last) == last]
        hidden = DEFAULT.hidden
        settings = [Setting(one, hidden, last) for one in fit or [DEFAULT.loss]]
    return grade_in_best(text, settings, case_in)


def case_for(  # noqa: PLR0913, PLR0917
    net: object,
    loss: str | ScalarLoss,
    batch: tuple[npt.ArrayLike, npt.ArrayLike] | None,
    reduction: str,
    sizes: Sizes = default_sizes(2),  # noqa: B008
    setting: Setting = DEFAULT,
) -> NetworkCase:
    """Return the network and batch that the arguments of `grade` mean."""
    if net is None:
        activations = [setting.hidden] * (len(sizes) - 2) + [setting.output]
        return shared_case(sizes, activations, loss, reduction, 5, 0)
    if batch is not None:
        pair: object = batch
        if not isinstance(pair, tuple | list) or len(pair) != 2:  # noqa: PLR2004
            msg = f"batch needs to be a pair (X, Y), got {shown(pair)}"
            raise OperandError(msg)
        return NetworkCase(net, *batch, loss, reduction)
    sizes = Stack.of(net, "grade").sizes
    if isinstance(net, MLP) and _has_zero_biases(net):
        return _drawn(net, sizes, loss, reduction)
    X = np.random.default_rng(0).uniform(-1, 1, (5, sizes[0]))
    Y = targets(loss, 5, sizes[-1], random.Random(0))
    return NetworkCase(net, X, Y, loss, reduction)


def _has_zero_biases(net: MLP) -> bool:
    """Return whether all biases are 0, as they are in a network that was just made."""
    biases = [neuron.b for layer in net.layers for neuron in layer.neurons]
    return all(b is not None and b.data == 0.0 for b in biases)


def _drawn(
    net: MLP, sizes: Sequence[int], loss: str | ScalarLoss, reduction: str
) -> NetworkCase:
    """Return a network of the same kind in which no bias is 0: none is invisible."""
    X, Y = np.zeros((1, sizes[0])), targets(loss, 1, sizes[-1], random.Random(0))
    case = NetworkCase(net, X, Y, loss, reduction)
    return shared_case(sizes, case.activations, case.loss, reduction, 5, 0)


def text_of(path: Path) -> str:
    """Return the text of a file.

    Raises:
        DataError: it cannot be read, is no text in UTF-8, or is too large.
    """
    name = shown(str(path))
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LARGEST + 1)  # a device may have no end
    except UnicodeDecodeError:
        msg = f"{name} is no text in UTF-8; save it as UTF-8"
        raise DataError(msg) from None
    except (OSError, ValueError) as error:  # no permission, a folder, a NUL in the path
        msg = f"cannot read {name}: {getattr(error, 'strerror', None) or error}"
        raise DataError(msg) from None
    if len(text) > _LARGEST:
        msg = f"{name} has more than {_LARGEST} characters; grade a part of it"
        raise DataError(msg)
    return text


# ---- Functions -----------------------------------------------------------------------


def _of_function(function: Callable[..., object], case: NetworkCase) -> Grade:
    cases = [case, *other_cases(case, (1, 2))]
    width = max(case.sizes[1], 3)
    sizes = (width,) * len(case.sizes)
    square = shared_case(sizes, case.activations, case.loss, case.reduction, width, 3)
    failure: Exception | None = None
    runs: list[tuple[int, int, list[Answer]]] = []
    for i, layout in enumerate(_LAYOUTS):
        try:
            answers = [answer_of(function, each, *layout) for each in cases]
        except Exception as error:
            failure = failure or error
            continue
        if layout[0] == layout[1] or _turns_all(answers[0], case):
            runs.append((fitting(answers[0], case), -i, answers))
    if not runs:
        return _of_a_function_that_fails(function, square, case, failure)
    _, i, answers = max(runs, key=lambda run: run[:2])
    layout = _LAYOUTS[-i]
    is_single = _is_in_single_precision(answers, cases)
    tolerance = _OF_FLOAT32 if is_single else tolerance_of(answers)
    try:
        helper = [(square, answer_of(function, square, *layout))]
    except Exception:
        helper = []
    report = judged(cases, answers, helper, layout[0], tolerance=tolerance)
    if sum(n_in * n_out for n_in, n_out in pairwise(case.sizes)) > _MOST_WEIGHTS:
        return report
    convention = convention_of(case, answers[0], tolerance)

    def right_in(edited: Callable[..., object]) -> frozenset[str]:
        answer = answer_of(edited, case, *layout)
        return _right_in(_plain(answer, convention), case, tolerance)

    def grade_of(edited: Callable[..., object]) -> Grade:
        answers = [answer_of(edited, each, *layout) for each in cases]
        return judged(cases, answers, [], layout[0], tolerance=tolerance)

    return named_in_code(report, function, right_in, grade_of)


def _is_in_single_precision(
    answers: Sequence[Answer], cases: Sequence[NetworkCase]
) -> bool:
    """Return whether all is right to the digits of float32, and not to more.

    Code may compute with float32 and return float64.
    """
    convention = convention_of(cases[0], answers[0], _OF_FLOAT32)
    right = [
        [
            _right_in(_plain(answer, convention), case, tolerance)
            for answer, case in zip(answers, cases, strict=True)
        ]
        for tolerance in (tolerance_of(answers), _OF_FLOAT32)
    ]
    every = [frozenset(f"{name}{i}" for name, i in answer) for answer in answers]
    return right[0] != every == right[1]


def _right_in(answer: Answer, case: NetworkCase, tolerance: float) -> frozenset[str]:
    return frozenset(
        f"{name}{layer}"
        for (name, layer), array in answer.items()
        if is_close(array, np.asarray(case.quantity(name, layer)), tolerance)
    )


def _turns_all(answer: Answer, case: NetworkCase) -> bool:
    """Return whether everything fits, biases too, if it is transposed once more."""
    kinds = {kind for kind, _ in answer}
    shapes = [(a.shape, np.shape(case.quantity(*q))) for q, a in answer.items()]
    return "db" in kinds and all(shape == wanted for shape, wanted in shapes)


def _of_a_function_that_fails(
    function: Callable[..., object],
    square: NetworkCase,
    case: NetworkCase,
    failure: Exception | None,
) -> Grade:
    """Find the mistake in a network of equal widths, where every product fits."""
    what = f"{type(failure).__name__}: {failure}"
    try:
        answer = answer_of(function, square, transposed=False)
    except Exception:
        is_ours = isinstance(failure, DataError)  # on what the function gave
        told = f"{failure}" if is_ours else f"the derivation raised {what}"
        msg = (
            f"{told}; it is called as backprop(W, b, X, Y) with"
            f" lists of {case.last} matrices W and b, X {case.sizes[0]}x{case.m} and Y"
            f" {case.sizes[-1]}x{case.m}, and needs to return a dictionary of gradients"
        )
        raise DataError(msg) from failure
    found = judged([square], [answer], [], turned=False)
    verdicts = {
        name: verdict
        if verdict.is_right or verdict.status == "follows"
        else Verdict(
            verdict.quantity, "does not fit", verdict.mistake, verdict.where,
            f"{verdict.message} (in a {_widths(case)} network it raises {what})",
            verdict.instead,
        )
        for name, verdict in found.verdicts.items()
    }  # fmt: skip
    if all(verdict.is_right for verdict in verdicts.values()):
        verdicts["shapes"] = Verdict(
            "shapes",
            "does not fit",
            "",
            "",
            f"in a {_widths(case)} network it raises {what}",
        )
    return Grade(_title(case), found.notation, tuple(verdicts.values()))


def answer_of(
    function: Callable[..., object],
    case: NetworkCase,
    transposed: bool,
    result_is: bool | None = None,
) -> Answer:
    """Call the function with copies, and name what it returns.

    With ``transposed`` one example is a row; ``result_is`` is the same of the result.
    """
    X, Y = np.asarray(case.quantity("A", 0)), np.asarray(case.quantity("Y", None))
    operands = [*case.W, *case.b, X, Y]
    turned = [np.array(each.T if transposed else each) for each in operands]
    count = len(case.W)
    W, b = turned[:count], turned[count : 2 * count]
    try:
        result = function(W, b, *turned[2 * count :])
    except SystemExit as error:  # else the caller's program ends, and says nothing
        msg = f"the derivation ends the program: SystemExit({error.code})"
        raise DataError(msg) from error
    result = in_our_names(result, case)
    turned_back = transposed if result_is is None else result_is
    return named_quantities(result, case, turned_back)


def named_quantities(result: object, case: NetworkCase, transposed: bool) -> Answer:
    """Name the quantities of a result, one example per column.

    Raises:
        DataError: none was recognised.
    """
    named: dict[str, object] = {}
    if isinstance(result, Mapping):
        named = {str(name): value for name, value in result.items()}
    elif isinstance(result, tuple | list) and len(result) == 2:  # noqa: PLR2004
        named = _pair(result, case, transposed)
    answer: Answer = {}
    keys = {name: read_name(name) for name in named}
    from_zero = any(
        symbol is not None and symbol.name in {"dW", "db", "dZ", "W", "b"}
        and symbol.layer is not None and symbol.layer.offset == 0
        for symbol in keys.values()
    )  # fmt: skip
    for name, symbol in keys.items():
        if symbol is None:
            continue
        kind = f"d{symbol.name}" if symbol.name in {"W", "b"} else symbol.name
        if symbol.layer is not None:
            layer = symbol.layer.offset + (from_zero and kind not in {"A", "dA"})
            entries = {layer: named[name]}
        else:
            entries = _of_all_layers(name, kind, named[name], case.last)
        for layer, each in entries.items():
            if kind in _ORDER and 0 <= layer <= case.last and each is not None:
                array = as_real(each, f"{kind}{layer}")
                array = (
                    array.reshape(1, -1) if transposed and array.ndim == 1 else array
                )
                answer[kind, layer] = array.T if transposed else array
    if not answer:
        msg = (
            f"there is no gradient of a network of {case.last} layers in"
            f" {shown(list(named) or result)}; name them dZ2, dA1, dW2, db2 ..., by"
            " layer, counted from 1"
        )
        raise DataError(msg)
    return answer


def _of_all_layers(name: str, kind: str, value: Any, last: int) -> dict[int, object]:
    """Return by layer what has a name without a layer; {} if that says no layers."""
    if isinstance(value, Mapping):
        return _by_layer(value, name)
    if isinstance(value, list | tuple):
        start = last - len(value) + 1
        if start < (kind not in {"A", "dA"}):
            msg = f"{name} has {len(value)} entries for {last} layers"
            raise DataError(msg)
        return dict(enumerate(value, start))
    return {1: value} if last == 1 else {}


def _by_layer(given: Mapping[Any, object], name: str) -> dict[int, object]:
    try:
        return {int(key): each for key, each in given.items()}
    except (TypeError, ValueError):
        msg = f"{name} needs the numbers of layers as keys, got {shown(list(given))}"
        raise DataError(msg) from None


def _pair(
    pair: Sequence[object], case: NetworkCase, transposed: bool
) -> dict[str, object]:
    """Tell (nabla_b, nabla_w) from (dW, db) by the shapes."""

    def shapes(of: object) -> list[tuple[int, ...]]:
        parts = of if isinstance(of, list | tuple) else []
        return [np.shape(part)[:: -1 if transposed else 1] for part in parts]

    weights = [w.shape for w in case.W]
    first, second = pair
    if shapes(second) == weights:
        return {"db": first, "dW": second}
    return {"dW": first, "db": second}


def fitting(answer: Answer, case: NetworkCase) -> int:
    """Count the quantities that fit in shape, and once more those that are right."""
    count = 0
    for quantity, array in answer.items():
        try:
            wanted = np.asarray(case.quantity(*quantity))
        except FormulaError:
            continue
        same = array.shape == wanted.shape
        count += same + (same and bool(np.allclose(array, wanted, rtol=1e-6, atol=0)))
    return count


# ---- The verdicts --------------------------------------------------------------------


def judged(  # noqa: PLR0913, PLR0917
    cases: list[NetworkCase],
    answers: list[Answer],
    squares: list[tuple[NetworkCase, Answer]],
    turned: bool,
    unfit: Mapping[Quantity, str] | None = None,
    unread: Mapping[str, Verdict] | None = None,
    convention: Convention | None = None,
    tolerance: float | None = None,
) -> Grade:
    """Judge every quantity, from the output back, in the convention that fits best.

    ``squares`` holds a network of equal widths, in which a formula whose shapes do not
    fit has a value by which its mistake is known.
    """
    unfit = unfit or {}
    tolerance = tolerance or tolerance_of(answers)
    convention = convention or convention_of(cases[0], answers[0], tolerance)
    judge = Judge(cases, [_plain(a, convention) for a in answers], tolerance)
    square = None
    if squares:
        network, answer = squares[0]
        square = Judge([network], [_plain(answer, convention)], tolerance)
    verdicts: dict[str, Verdict] = dict(unread or {})
    for quantity in _order(cases[0].last, [*answers[0], *unfit]):
        name = f"{quantity[0]}{quantity[1]}"
        if quantity in unfit:
            verdict = Verdict(name, "does not fit", "", name, unfit[quantity])
        else:
            verdict = judge.verdict(quantity)
        if verdict.status == "does not fit" and not verdict.mistake and square:
            verdict = _named_by(square, quantity, verdict)
        found = judge.answers[0].get(quantity)
        if verdict.status == "wrong" and found is not None and not verdict.graph_sum:
            worst = worst_entry(cases[0], quantity, found, tolerance)
            verdict = replace(verdict, counterexample=worst.both)
        if verdict.is_right and convention.factor(quantity[0]) != 1.0:
            verdict = Verdict(
                name, "right by another convention", message=convention.words
            )
        verdicts[name] = verdict
    layout = "one example per row" if turned else "one example per column"
    words = f"; {convention.words}" if convention.words else ""
    return Grade(
        _title(cases[0]), f"Read as: {layout}{words}.", tuple(verdicts.values())
    )


def as_real(given: object, name: str = "") -> Array:
    """Return an array of float64, or of the smaller floats that were given.

    ``name`` is what it is called in errors.

    Raises:
        DataError: it is None, has too many entries, or none at all can be made of it.
    """
    where = f"{name}: " if name else ""
    if given is None:
        msg = (
            f"{where}expected an array of real numbers, got None: there is no gradient;"
            " compute it first, or leave it out"
        )
        raise DataError(msg)
    try:
        array: Array = np.asarray(given)
    except Exception as error:
        raise _no_array(where, given, f"{error}") from error
    if getattr(array.dtype, "kind", "f") not in "fiubO":
        raise _no_array(where, given, f"an array of {array.dtype}")
    if array.size > _MOST_ENTRIES:
        raise _no_array(where, given, f"{array.size:,} entries")
    if array.dtype in {np.dtype(np.float32), np.dtype(np.float16)}:
        return array
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise _no_array(where, given, f"{error}") from error


def _no_array(where: str, given: object, why: str) -> DataError:
    return DataError(
        f"{where}expected an array of real numbers, at most {_MOST_ENTRIES:,}, got"
        f" {type(given).__name__}: {why}"
    )


def tolerance_of(answers: Sequence[Answer]) -> float:
    """Return the tolerance: 1e-9 of the terms, or 32 eps of a smaller type of float."""
    eps = [np.finfo(a.dtype).eps for answer in answers for a in answer.values()]
    return max(1e-9, *(32.0 * float(e) for e in eps)) if eps else 1e-9


def _named_by(square: Judge, quantity: Quantity, verdict: Verdict) -> Verdict:
    if quantity not in square.answers[0]:
        return verdict
    found = square.verdict(quantity)
    if found.is_right or not found.mistake:
        return verdict
    return Verdict(
        verdict.quantity, verdict.status, found.mistake, verdict.where,
        f"{found.message} ({verdict.message})", found.instead,
    )  # fmt: skip


def _plain(answer: Answer, convention: Convention) -> Answer:
    """Return the answer as derivatives of the cost."""
    return {
        quantity: array.astype(np.float64) / convention.factor(quantity[0])
        for quantity, array in answer.items()
    }


def _order(last: int, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Order quantities: forward, then from the output back."""
    forward = [q for q in quantities if q[0] in {"Z", "A"}]
    backward = [q for q in quantities if q[0] not in {"Z", "A"}]
    return [
        *sorted(forward, key=lambda q: (q[1], q[0] == "A")),
        *sorted(backward, key=lambda q: (last - q[1], _ORDER.index(q[0]))),
    ]


def _widths(case: NetworkCase) -> str:
    return "-".join(map(str, case.sizes))


def _title(case: NetworkCase) -> str:
    names = ", ".join(g.name for g in case.activations)
    return (
        f"{_widths(case)} network ({names}), {case.loss_name}, {case.reduction} over"
        f" m = {case.m} example{'s' * (case.m != 1)}"
    )
