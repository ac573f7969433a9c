"""Infer how a text writes: the notation in which most of its statements are right.

One example or a batch, rows or columns, layers from 0 or 1, in which order the indices
of a weight stand, and of which cost the derivatives are. A `View` is a network in the
notation of a text; statements are evaluated in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from nn.grading.cases import other_cases, shared_case
from nn.grading.judge import (
    Convention,
    conventions,
    is_close,
    ratio,
)
from nn.matrix.arrays import np
from nn.reading.formula.tree import (
    Binary,
    Call,
    Elements,
    Entry,
    Examples,
    FormulaError,
    Layer,
    Number,
    Reduce,
    Symbol,
    Transpose,
    evaluate,
    parts,
    rewritten,
)

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.reading.claims import Claim
    from nn.reading.formula.tree import Array, Tree

__all__ = [
    "DEEPEST",
    "ETA",
    "OF_LOGITS",
    "OF_SOFTMAX",
    "TOLERANCE",
    "Group",
    "Notation",
    "View",
    "all_parts",
    "are_same",
    "cases_like",
    "claims_of_single_neurons",
    "groups_of",
    "has_m",
    "is_forward",
    "is_right",
    "layers_of",
    "leaves_out_biases",
    "name_of",
    "names_in",
    "notation_of",
    "read_as",
    "shape_of",
    "step_of",
    "value_of",
    "with_outputs_counted",
    "with_swapped_indices",
    "words_for",
]

_NETWORKS: Final = 3
_SEEDS: Final = 16
ETA: Final = 0.37  # a learning rate that no formula has by chance

_KINDS: Final = ("dA", "dZ", "dW", "db")

TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Notation:
    """How a text writes: what its quantities are, in those of a `NetworkCase`."""

    convention: Convention
    in_rows: bool = False
    shift: int = 0  # what is added to the layer of W and b
    shift_of_z: int = 0
    shift_of_a: int = 0
    shift_of_delta: int = 0  # what is added for dZ and dA besides
    # "w_ij" leads from i to j; "W", and the matrix is written so; "w", and so is that
    # of one output alone, whose weights are a column
    turned: str = ""
    as_probabilities: bool = False  # the outputs are those of softmax or sigmoid
    logistic: bool = False  # sigma is the logistic function, though g is another
    z_is_a: bool = False  # what leaves a hidden neuron is called z, as in Bishop's book
    across: frozenset[str] = frozenset()  # what is transposed, as Jacobians are
    thresholds: bool = False  # the biases are subtracted

    def factor(self, name: str) -> float:
        """Return the factor of a quantity against that of a `NetworkCase`."""
        sign = -1.0 if self.thresholds and name in {"b", "db"} else 1.0
        return sign * self.convention.factor(name)

    @property
    def numbering(self) -> tuple[object, ...]:
        """What `layers_of` depends on."""
        shifts = (self.shift, self.shift_of_z, self.shift_of_a, self.shift_of_delta)
        return (self.turned, *shifts)

    def layer(self, name: str, layer: int) -> int:
        """Return the layer of a `NetworkCase` that the text means."""
        kind = name.removeprefix("d")
        if name in {"dZ", "dA"}:
            layer += self.shift_of_delta
        if kind in {"W", "b"}:
            return layer + self.shift
        if kind == "A":  # x is a of layer 0 even where a is counted from 1
            return (
                max(layer + self.shift_of_a, 0)
                if layer == 0
                else (layer + self.shift_of_a)
            )
        return layer + self.shift_of_z


class View:
    """A case in the notation of a text."""

    def __init__(self, case: NetworkCase, notation: Notation) -> None:
        self.case, self.notation = case, notation
        self.last = case.last - notation.shift_of_z
        self.examples_axis = 0 if notation.in_rows else 1
        self.across = notation.across
        self.weights_behind = notation.shift - notation.shift_of_z
        self._known: dict[tuple[str, int | None], Array | float] = {}

    @property
    def is_of_softmax(self) -> bool:
        """Return whether the outputs are those of softmax, not of each z alone."""
        one_each = self.case.loss_name in _TWO_TERMS
        return self.notation.as_probabilities and not one_each

    def of_entries(self) -> View:
        """Return the view for formulas of one entry, which have no rows."""
        notation = self.notation
        is_turned = notation.in_rows or notation.across or notation.turned == "w"
        return self._in_columns if is_turned else self

    @cached_property
    def _in_columns(self) -> View:
        turned = self.notation.turned.removesuffix("w")
        plain = replace(self.notation, in_rows=False, across=frozenset(), turned=turned)
        return View(self.case, plain)

    @cached_property
    def of_chains(self) -> View:
        """The view for products of local derivatives, which are read as of columns."""
        if not self.across:
            return self
        notation = replace(self.notation, in_rows=False, across=frozenset())
        return View(self.case, notation)

    def quantity(self, name: str, layer: int | None) -> Array | float:
        """Return a quantity by its name and layer in the text."""
        known = self._known.get((name, layer))
        if known is None:
            known = self._known[name, layer] = self._quantity(name, layer)
        return known

    def _quantity(self, name: str, layer: int | None) -> Array | float:
        if name == "eta":
            return ETA
        if name == "ones":
            return self.case.quantity(name, None)
        if name in {"rows_of", "columns_of"} and layer is not None:
            array = np.asarray(self.case.quantity("A", self.notation.layer("A", layer)))
            return float(array.shape[(name == "rows_of") == self.notation.in_rows])
        if name == "entries_of" and layer is not None:
            array = np.asarray(self.case.quantity("A", self.notation.layer("A", layer)))
            return float(array.size)
        if name == "dA/dZ" and layer is not None:
            return self.slopes(layer + self.notation.shift_of_z)
        if name == "sign":  # of the deltas, against the derivatives
            return float(np.sign(self.notation.convention.deltas))
        if name == "examples":  # by which derivatives of the loss of one are larger
            return abs(self.notation.convention.deltas)
        if name == "dZ/dA" and layer is not None:  # W, however it is written
            return self.case.quantity("W", layer + self.notation.shift_of_z)
        number = layer if layer is None else self.notation.layer(name, layer)
        if self.notation.z_is_a and name == "Z":
            name = "A"
        if self.notation.as_probabilities and number == self.case.last:
            return self.of_outputs(name)
        return self.placed(name, self.case.quantity(name, number))

    def slopes(self, layer: int) -> Array:
        """Return da/dz of a layer: a matrix for each example, along the last axis."""
        Z = np.asarray(self.case.quantity("Z", layer))
        if self.notation.as_probabilities and layer == self.case.last:
            A = self.case.function(OF_LOGITS[self.case.loss_name], 0)(Z)
            if self.case.loss_name not in _TWO_TERMS:
                each = [np.diag(p) - np.outer(p, p) for p in A.T]
                return np.stack(each, axis=-1)
            return np.stack([np.diag(p * (1 - p)) for p in A.T], axis=-1)
        return np.stack([np.diag(s) for s in self.case.function("dg", layer)(Z).T], -1)

    def of_outputs(self, name: str) -> Array | float:
        """Return a quantity of the last layer, of which A are probabilities."""
        if name not in {"A", "dA"}:
            return self.placed(name, self.case.quantity(name, self.case.last))
        Z = np.asarray(self.case.quantity("Z", self.case.last))
        Y = np.asarray(self.case.quantity("Y", None))
        A = self.case.function(OF_LOGITS[self.case.loss_name], 0)(Z)
        if name == "A":
            return self.placed(name, A)
        other = (1 - Y) / (1 - A) if self.case.loss_name in _TWO_TERMS else 0.0
        return self.placed(name, (other - Y / A) / self.case.divisor)

    def placed(self, name: str, value: Array | float) -> Array | float:
        """Return a quantity of the case as the text has it."""
        if np.ndim(value) == 0:
            return value
        array = np.asarray(value) * self.notation.factor(name)
        turned = self.turns(name, array.shape[0])
        return array.T if self.notation.in_rows != turned else array

    def turns(self, name: str, neurons: int) -> bool:
        """Return whether a text has the transpose of what is of so many neurons."""
        turned = self.notation.turned
        of_weights = turned == "W" or (turned == "w" and neurons == 1)
        return (of_weights and name in {"W", "dW"}) or name in self.notation.across

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        """Return an activation or a derivative, on arrays of the text's layout."""
        number = layer + self.notation.shift_of_z
        if self.notation.as_probabilities and number == self.case.last:
            if name == "dg" and self.is_of_softmax:
                raise FormulaError(OF_SOFTMAX)
            if name == "dg":
                return _slope_of_logistic
            name = OF_LOGITS[self.case.loss_name] if name == "g" else name
        if self.notation.logistic and name in {"g", "dg"}:
            return _logistic if name == "g" else _slope_of_logistic
        function = self.case.function(name, number)
        if name == "dloss":
            factor = self.notation.convention.deltas
            plain = function

            def function(outputs: Array) -> Array:
                return plain(outputs) * factor

        if self.notation.in_rows:
            return lambda array: function(array.T).T
        return function

    def plain(self, name: str, array: Array) -> Array:
        """Return a quantity of the text as that of the case."""
        turned = self.turns(name, array.shape[-1] if array.ndim else 0)
        array = array.T if self.notation.in_rows != turned else array
        return array / self.notation.factor(name)


def _logistic(array: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * array))


def _slope_of_logistic(array: Array) -> Array:
    value = _logistic(array)
    return value * (1.0 - value)


@dataclass(frozen=True, slots=True)
class Group:
    """Statements that are read alike; ``named`` says which they are, if not all."""

    claims: list[Claim]
    one_example: bool
    named: str = ""


def with_outputs_counted(
    claims: Sequence[Claim], case: NetworkCase, of_one_example: bool = False
) -> list[Claim]:
    """Return the claims with the number of outputs for n, where the loss is their mean.

    So it is in ``2/n (y - t)`` of a text that has no batch: nothing else counts there.
    ``of_one_example``: the text says so, X is no sign of a batch, and n is none of how
    many there are in the gradient of weights either.
    """
    of_batch = any(
        isinstance(part, Examples | Reduce)
        for claim in claims
        if claim.formula is not None and not claim.of_chain
        for part in parts(claim.formula)
    )
    if not of_one_example:
        of_batch = of_batch or any(_CAPITAL_Z.search(claim.text) for claim in claims)
    counted = {  # the sums in a product of local derivatives were not written there
        name_of(claim.target)
        for claim in claims
        if (_counts_examples(claim) if claim.of_chain else has_m(claim))
    }
    of_outputs = bool(counted) and (of_one_example or counted <= {"dA", "dZ"})
    if of_batch or not of_outputs or case.loss_name not in _MEANS_OF_OUTPUTS:
        return list(claims)
    return [_counted(claim) for claim in claims]


def _counted(claim: Claim) -> Claim:
    formula = claim.formula
    for part in list(parts(formula)) if formula is not None else ():
        if part == Symbol("m") and formula is not None:
            formula = rewritten(formula, part, Symbol("n", Layer("L")))
    turned = claim.turned and _counted(claim.turned)
    return replace(claim, formula=formula, turned=turned)


def groups_of(
    claims: Sequence[Claim],
    case: NetworkCase,
    of_one_example: bool = False,
    batch_from: int = 0,
) -> list[Group]:
    """Part the statements into those of one example and those of a batch.

    ``of_one_example``: the text says so, and Z and X are no sign of a batch.
    ``batch_from``: the line from which on its matrices are of a batch, as it says.
    """
    in_numpy = [claim for claim in claims if claim.numpy]
    others = [claim for claim in claims if not claim.numpy]
    chains = [claim for claim in others if claim.of_chain and not has_m(claim)]
    others = [claim for claim in others if claim not in chains]
    steps = [claim for claim in claims if of_one_example and claim.kind == "update"]
    means = [
        claim
        for claim in others
        if _is_a_mean(claim) or (claim in steps and _counts_examples(claim))
    ]
    others = [claim for claim in others if claim not in means]
    alone = of_one_example and not any(
        _counts_examples(claim) for claim in claims if claim not in steps
    )
    of_batch = [each for each in others if not alone and _speaks_of_a_batch(each)]
    of_one = [claim for claim in others if claim not in of_batch]
    of_one, of_batch = _with_capitals(of_one, of_batch)
    groups = []
    read_of_one = [claim for claim in of_one if claim.kind != "unread"]
    by_case = all(map(_in_small_letters, read_of_one)) and any(
        _CAPITAL.search(claim.text) for claim in of_batch
    )
    one = by_case or is_of_single_neurons(others) or _is_averaged(of_one, of_batch)
    one = one or _is_of_one_example(of_one, others, case)
    if by_case:
        of_one, of_batch = _with_other_layers(of_one, of_batch, case.last)
        of_one, of_batch = _with_errors_of_a_batch(of_one, of_batch)
    if of_batch and of_one and not one:
        of_batch, of_one = others, []
    behind = [claim for claim in of_one if claim.line >= batch_from > 0]
    if behind and not of_batch and not any(map(_is_by_entry, behind)):
        of_one = [claim for claim in of_one if claim not in behind]
        of_batch = behind
    of_batch += means
    of_one = [*of_one, *chains]  # the chain rule, in the loss of one example
    if of_one:
        groups.append(Group(of_one, True))
    if of_batch:
        groups.append(Group(of_batch, False, "Of m examples: " if groups else ""))
    if in_numpy:
        named = "NumPy's spelling: " if groups else ""
        one = _has_no_batch(in_numpy, of_one_example)
        groups.append(Group(in_numpy, one, named))
    return groups


def _with_capitals(
    of_one: list[Claim], of_batch: list[Claim]
) -> tuple[list[Claim], list[Claim]]:
    """Move what is in capitals alone to a batch, if it is said in small letters too.

    ``dW = D A^T`` is of a batch beside ``dW = d a^T``, though it names neither Z nor m,
    where Z and A are of a batch elsewhere. So is ``dA = -Y / A`` beside any ``da``.
    """
    small = {str(claim.target) for claim in of_one if _in_small_letters(claim)}
    beside = any(
        _CAPITAL_Z.search(claim.text) and _CAPITAL_A.search(claim.text)
        for claim in of_batch
    )
    moved = [
        claim
        for claim in of_one
        if beside
        and claim.kind == "quantity"
        and (str(claim.target) in small or (small and name_of(claim.target) == "dA"))
        and _CAPITAL_A.search(claim.text)
        and not _SMALL.search(claim.text)
    ]
    return [claim for claim in of_one if claim not in moved], [*of_batch, *moved]


def _is_averaged(of_one: Sequence[Claim], of_batch: Sequence[Claim]) -> bool:
    """Return whether a gradient is given again as the sum of it over the examples."""
    summed = {
        (claim.target, part.argument)
        for claim in of_batch
        if claim.formula is not None
        for part in parts(claim.formula)
        if isinstance(part, Examples)
    }
    return any((claim.target, claim.formula) in summed for claim in of_one)


def _with_other_layers(
    of_one: list[Claim], of_batch: list[Claim], last: int
) -> tuple[list[Claim], list[Claim]]:
    """Move a layer's gradient to those of a batch that the text gives of the others.

    Without its m it is a mistake there, and no statement about one example.
    """
    given = {_by_number(claim.target, last) for claim in of_batch}
    kinds = {name_of(claim.target) for claim in of_batch} & set(_KINDS)
    moved = [
        claim
        for claim in of_one
        if claim.kind == "quantity"
        and name_of(claim.target) in kinds
        and _by_number(claim.target, last) not in given
    ]
    if len({name_of(claim.target) for claim in moved}) != 1:
        return of_one, of_batch
    return [claim for claim in of_one if claim not in moved], [*of_batch, *moved]


def _with_errors_of_a_batch(
    of_one: list[Claim], of_batch: list[Claim]
) -> tuple[list[Claim], list[Claim]]:
    r"""Move gradients by an error in capitals to a batch over which it is averaged.

    Beside ``dZ = \frac{1}{m} (\hat Y - Y)`` it is the m that ``dW = a^T (\hat Y - Y)``
    has lost.
    """
    averaged = any(
        has_m(claim) and _compares(claim) and _CAPITAL_Y.search(claim.text)
        for claim in of_batch
    )
    moved = [
        claim
        for claim in of_one
        if averaged
        and claim.kind == "quantity"
        and name_of(claim.target) in {"dW", "db"}
        and _CAPITAL_Y.search(claim.text)
    ]
    return [claim for claim in of_one if claim not in moved], [*of_batch, *moved]


def _by_number(tree: Tree, last: int) -> str:
    """Return what a quantity is called, with the number of the last layer for L."""
    if isinstance(tree, Symbol) and tree.layer and tree.layer.base == "L":
        tree = replace(tree, layer=Layer("", last + tree.layer.offset))
    return str(tree)


def _has_no_batch(claims: Sequence[Claim], is_said: bool) -> bool:
    """Return whether equations in small letters never sum, as of one example.

    Where the text says that it is of one (``is_said``), the letters may be large.
    """
    claims = [claim for claim in claims if claim.kind != "name"]  # of a loss, perhaps
    of_a_batch = any(map(_counts_examples if is_said else _speaks_of_a_batch, claims))
    if of_a_batch or any(
        isinstance(part, Reduce)
        for claim in claims
        for part in (parts(claim.formula) if claim.formula is not None else ())
    ):
        return False
    text = " ".join(claim.text for claim in claims)
    small = _SMALL.search(text) is not None and _CAPITAL.search(text) is None
    biases = [claim for claim in claims if name_of(claim.target) == "db"]
    small = small or (len(biases) > 1 and text.replace(".T", "").islower())
    return is_said or "np.outer" in text or (small and not _BATCH.search(text))


def _in_small_letters(claim: Claim) -> bool:
    """Return whether it writes z, a or x where others write Z, A or X."""
    small = _SMALL.search(claim.text) is not None
    one_of_many = name_of(claim.target) in _KINDS and "(i)" in claim.text
    return small and not one_of_many and _CAPITAL.search(claim.text) is None


def _is_a_mean(claim: Claim) -> bool:
    r"""Return whether it is the mean of the derivatives of one example each.

    That says nothing of the other statements: they may well be of one example. So it
    is with a step by the sum of them, ``w - \eta/m \sum_x \partial C_x/\partial w``.
    """
    if claim.formula is None or not _counts_examples(claim):
        return False
    names = {part.name for part in all_parts(claim.formula) if isinstance(part, Symbol)}
    of = name_of(claim.target)
    if claim.kind == "update" and "divisor" in names:
        names -= {f"d{of}", "eta"}
    return names <= {of, "m", "divisor"}


def _counts_examples(claim: Claim) -> bool:
    """Return whether it has m, or a sum over examples."""
    return any(
        _is_size(part)
        or isinstance(part, Examples)
        or (isinstance(part, Reduce) and part.axis is None)
        for tree in (claim.formula, *(claim.shape or ()))
        for part in (parts(tree) if tree is not None else ())
    )


def _speaks_of_a_batch(claim: Claim) -> bool:
    """Return whether it has m, a sum over examples, or a matrix of them, Z or X."""
    if _counts_examples(claim):
        return True
    of_neurons = isinstance(claim.formula, Elements)  # X_i, the input i
    unread = claim.kind == "unread"
    return not (of_neurons or unread) and _CAPITAL_Z.search(claim.text) is not None


def _is_size(part: Tree) -> bool:
    """Return whether it is m, or how many rows or columns there are."""
    return isinstance(part, Symbol) and part.name in {"m", "rows_of", "columns_of"}


def has_m(claim: Claim) -> bool:
    """Return whether m, or a sum over examples, stands in a formula."""
    return claim.formula is not None and any(
        _is_size(part) or isinstance(part, Examples | Reduce)
        for part in parts(claim.formula)
    )


def _compares(claim: Claim) -> bool:
    """Return whether it says how a derivative begins, with the targets."""
    return name_of(claim.target) in {"dA", "dZ"} and "Y" in names_in(claim.formula)


def _averages_deltas(claim: Claim) -> bool:
    r"""Return whether a gradient is the mean of what is a delta of each example.

    ``\frac{1}{m} \sum_i \delta^{(i)}`` says that the delta is not divided by m.
    """
    return _divides(claim) and _MEAN_OF_DELTAS.search(claim.text) is not None


def _has_mean_deltas(claim: Claim) -> bool:
    """Return whether it divides a derivative by z or a by m."""
    return name_of(claim.target) in {"dA", "dZ"} and _divides(claim)


def _divides(claim: Claim) -> bool:
    """Return whether m, or how many rows or columns there are, stands in a formula."""
    every = parts(claim.formula) if claim.formula is not None else ()
    return any(map(_is_size, every))


def _is_of_one_example(
    claims: Sequence[Claim], all_claims: Sequence[Claim], case: NetworkCase
) -> bool:
    """Return whether two kinds of gradients or more are right for one example alone.

    In a text of a batch one of them, such as db = dZ, is a mistake; two are a habit.
    """
    one, batch = cases_like(case, True)[0], cases_like(case, False)[0]
    views = (
        View(one, inferred_notation(claims, one)),
        View(batch, inferred_notation(all_claims, batch)),
    )
    kinds = set()
    for claim in claims:
        if claim.kind == "quantity":
            right = [
                all(is_right(claim, n, v) for n in layers_of(claim, v.last, v.notation))
                for v in views
            ]
            if right == [True, False]:
                kinds.add(name_of(claim.target))
    return len(kinds & set(_KINDS)) > 1


def is_of_single_neurons(claims: Sequence[Claim]) -> bool:
    """Return whether a text has w, a and z without anything that only vectors have."""
    text = " ".join(claim.text for claim in claims if not _is_step(claim))
    forward = any(
        is_forward(claim) and (name_of(claim.target) == "Z" or _has_weights(claim))
        for claim in claims
    )
    forward = forward or _OF_SCALARS.search(text) is not None
    return forward and "w" in text and _OF_VECTORS.search(text) is None


def _is_step(claim: Claim) -> bool:
    """Return whether it is an update, of all weights in whatever letters."""
    return claim.kind in {"update", "unread"} and name_of(claim.target) in {"W", "b"}


def claims_of_single_neurons(claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return the claims of a text that is of single neurons, or begins with these.

    What comes before all that only vectors have is of one neuron in each layer where
    the layers are numbers, as in ``z_1 = w_1 x + b_1``; ``z^l = w^l a^{l-1} + b^l`` is
    most often of vectors, though nothing in it says so.
    """
    if is_of_single_neurons(claims):
        return claims
    vectors = [one.line for one in claims if _OF_VECTORS.search(one.text)]
    first = [one for one in claims if one.line < min(vectors, default=0)]
    is_general = any(
        isinstance(part, Symbol) and part.layer is not None and part.layer.base == "l"
        for one in first
        if not _is_step(one)
        for tree in (one.target, one.formula)
        for part in (all_parts(tree) if tree is not None else ())
    )
    return first if not is_general and is_of_single_neurons(first) else []


def leaves_out_biases(claims: Sequence[Claim], said: bool = False) -> bool:
    """Return whether a text writes z = W a, and names no bias anywhere.

    ``said``: its prose says so, and it may say what their gradients would be.
    """
    sums = False
    for claim in claims:
        names = {
            part.name
            for tree in (claim.target, claim.formula)
            for part in (all_parts(tree) if tree is not None else ())
            if isinstance(part, Symbol)
        }
        if names & ({"b", "Wb"} if said else {"b", "db", "Wb"}):
            return False
        of = claim.formula
        inner = {p.name for p in all_parts(of) if isinstance(p, Symbol)} if of else ()
        sums = sums or ({"W", "A"} <= set(inner) and not {"dZ", "dA"} & set(inner))
    return sums


def all_parts(tree: Tree) -> Iterator[Tree]:
    """Yield every part of a formula, and the quantities of which it has entries."""
    for part in parts(tree):
        yield part.symbol if isinstance(part, Entry) else part


@lru_cache(maxsize=8)  # one text is graded in the same ones again and again
def cases_like(
    case: NetworkCase,
    one_example: bool,
    biases: bool = True,
    sizes: tuple[int, ...] = (),
) -> tuple[NetworkCase, ...]:
    """Return networks in which every size differs from the number of examples.

    Those whose gradients are all 0, as where all outputs are off, show no mistake. Nor
    do those that all have the same targets: where each is 0, ``a + y`` is ``a - y``.

    They have these sizes, if there are any and they are of so many layers.
    """
    if len(sizes) == len(case.sizes) and sizes != case.sizes:
        one = shared_case(
            sizes, case.activations, case.loss, case.reduction, case.m, 0, biases
        )
        return cases_like(one, one_example, biases)
    if biases and not one_example and case.m not in case.sizes and case.m > 1:
        return (case, *other_cases(case, (1, 2)))
    m = 1
    if not one_example:
        m = next(m for m in range(5, 100) if m not in case.sizes)
    found: list[NetworkCase] = []
    for seed in range(_SEEDS):
        one = shared_case(
            case.sizes, case.activations, case.loss, case.reduction, m, seed, biases
        )
        is_telling = bool(np.asarray(one.quantity("dZ", 1)).any())
        if len(found) == _NETWORKS - 1:
            given = [each.inputs_and_targets()[1].tolist() for each in (*found, one)]
            is_telling &= any(targets != given[0] for targets in given)
        if is_telling or seed >= _SEEDS - _NETWORKS + len(found):
            found.append(one)
        if len(found) == _NETWORKS:
            break
    return tuple(found)


def notation_of(
    group: Group,
    claims: Sequence[Claim],
    case: NetworkCase,
    of_mean: bool = False,
    beside: Sequence[Notation] = (),
) -> Notation:
    """Return the notation of a group of statements, and of the others if it is small.

    One statement alone does not say what the sign of delta is, or the order of indices.
    ``of_mean``: the text says that its cost is a mean, of which its gradients are.
    ``beside``: how the text writes elsewhere, of which the numbering may be the same.
    """
    own = inferred_notation(group.claims, case, of_mean, beside)
    stated = [claim for claim in group.claims if claim.kind in {"quantity", "update"}]
    others = [claim for claim in claims if claim not in group.claims]
    kinds = {name_of(claim.target) for claim in stated}
    if kinds <= {"dW", "db"} and any(map(_has_mean_deltas, others)):
        own = replace(own, convention=Convention())
    others = [claim for claim in others if not claim.numpy]
    alone = not others or all(map(_is_a_mean, group.claims))
    if alone:
        return own
    if len(kinds.intersection(_KINDS)) > 1:
        # How W stands a forward pass says, wherever in the text it is.
        if own.in_rows or own.turned or any(map(is_forward, stated)):
            return own
        whole = inferred_notation([*group.claims, *others], case, of_mean)
        return replace(own, turned="W") if whole.turned == "W" else own
    joint = inferred_notation([*group.claims, *others], case, of_mean)

    def count(notation: Notation) -> int:
        view = View(case, notation)
        return sum(
            is_right(claim, layer, view)
            for claim in read_as(stated, notation)
            for layer in layers_of(claim, view.last, notation)
        )

    return joint if count(joint) >= count(own) else own


def inferred_notation(
    claims: Sequence[Claim],
    case: NetworkCase,
    of_mean: bool = False,
    beside: Sequence[Notation] = (),
) -> Notation:
    """Return the notation in which most statements are right; see `_inferred`."""
    return _inferred(tuple(claims), case, of_mean, tuple(beside))


@lru_cache(maxsize=8)  # it is asked for twice, by who parts the claims into groups too
def _inferred(
    claims: tuple[Claim, ...],
    case: NetworkCase,
    of_mean: bool,
    beside: tuple[Notation, ...],
) -> Notation:
    """Return the notation in which most statements are right; see `_inferred_where`.

    Biases are subtracted if a text writes so, and more of it is right then.
    """
    found = _inferred_where(claims, case, of_mean, beside, thresholds=False)
    if not any(map(_subtracts_a_bias, claims)):
        return found
    other = _inferred_where(claims, case, of_mean, beside, thresholds=True)
    stated = _that_show_notation(claims)
    right, more = (_best([one], stated, case)[1] for one in (found, other))
    gained = {name_of(stated[i].target) for i in more - right}
    is_said = len(gained) > 1 or any(_OF_THRESHOLDS.search(c.text) for c in claims)
    return other if is_said and len(more) > len(right) else found


def _that_show_notation(claims: Sequence[Claim]) -> list[Claim]:
    """Return the first statements of quantities, which show how a text writes.

    What is said of any layer is said in passing, and shows it only where nothing else
    does.
    """
    found = [
        claim
        for claim in claims
        if claim.kind in {"quantity", "update"} or _is_by_number(claim)
    ]
    return ([one for one in found if not one.of_any_layer] or found)[:_ENOUGH]


def _subtracts_a_bias(claim: Claim) -> bool:
    """Return whether it says that a bias is subtracted from a weighted sum."""
    return is_forward(claim) and any(
        isinstance(part, Binary)
        and part.operator == "-"
        and _name_of_one(part.right) == "b"
        for part in (parts(claim.formula) if claim.formula is not None else ())
    )


def _name_of_one(tree: Tree) -> str:
    """Return the name of a quantity or of its entry, or ''."""
    of = tree.symbol if isinstance(tree, Entry) else tree
    return of.name if isinstance(of, Symbol) else ""


def _inferred_where(
    claims: tuple[Claim, ...],
    case: NetworkCase,
    of_mean: bool,
    beside: tuple[Notation, ...],
    *,
    thresholds: bool,
) -> Notation:
    """Return the notation in which most statements are right, the plainest first.

    ``of_mean``: the text says that its cost is a mean, of which its gradients are.
    Another numbering of the layers, or another order of the indices of w, is a habit:
    it needs to make two kinds of statements right that are wrong without it, unless the
    text numbers its layers so elsewhere (``beside``).
    """
    stated = _that_show_notation(claims)
    choices = _conventions_of(stated, case, of_mean)
    shifts = [(0, 0, 0)]
    if any(_is_zero(part) for claim in stated for part in parts(claim.target)):
        shifts = [(1, 1, 0), (1, 1, 1)]
    layouts = [
        (in_rows, as_probabilities)
        for as_probabilities in (
            (True, False) if case.loss_name in OF_LOGITS else (False,)
        )
        for in_rows in ((False,) if all(map(_is_by_entry, stated)) else (False, True))
    ]
    plain = [
        Notation(
            convention, in_rows, *shift, as_probabilities=as_probabilities,
            thresholds=thresholds,
        )
        for in_rows, as_probabilities in layouts
        for shift in shifts
        for convention in choices
    ]  # fmt: skip
    best, right = _best(plain, stated, case)
    if len(right) == len(stated):
        return best
    if _OF_LOGISTIC.intersection(g.name for g in case.activations):
        other, more = _best(
            [replace(one, logistic=True) for one in plain], stated, case
        )
        if right < more:
            best, right = other, more
            plain = [replace(one, logistic=True) for one in plain]
    other, more = _best([best, *_numbered_as(beside, plain)], stated, case)
    if len(more) > len(right):
        best, right = other, more
    if len(right) == len(stated):
        return best
    orders = ["", "w_ij", "W"]
    if case.last > 1 and case.sizes[-1] == 1 < case.sizes[-2]:
        orders.append("w")
    habits = [
        replace(one, shift=one.shift + w, shift_of_z=one.shift_of_z + z,
                shift_of_a=one.shift_of_a + z, shift_of_delta=delta, turned=turned)
        for w, z, delta in _HABITS
        for turned in (orders if any(map(_has_weights, stated)) else [""])
        for one in plain
        if turned or w or z or delta
    ]  # fmt: skip
    turns = any(map(_turns_derivatives, stated))
    if case.m == 1 or turns:
        next_weights = [one for one in habits if one.shift > one.shift_of_z]
        habits += [
            replace(one, across=frozenset(names))
            for names in (_KINDS[:2], _KINDS, (*_KINDS[:2], "db"))
            for one in (*plain, *next_weights)
            if not (one.in_rows or one.turned)
        ]
    if case.m > 1 and turns:  # deltas in columns, where the activations are rows
        habits += [
            replace(one, across=frozenset(_KINDS[:2]))
            for one in (*plain, *habits)
            if one.in_rows and not (one.turned or one.across)
        ]
    if _may_call_a_z(stated):
        named = [replace(one, z_is_a=True) for one in (*plain, *habits)]
        other, more = _best(named, stated, case)
        if len(more) == len(stated) > len(right) + 1:
            return other
    other, more = _best(habits, stated, case)
    gained = {name_of(stated[i].target) for i in more - right}
    is_said = _leads_to_outputs(stated) or (
        other.in_rows and any(_multiplies_matrices(stated[i]) for i in more)
    )
    is_said = other.turned == "w_ij" and is_said
    is_said = is_said or any(_is_of_inputs(stated[i]) for i in more - right)
    is_said = is_said or (
        other.shift_of_z < 0 and any(_is_behind(claim, case.last) for claim in stated)
    )
    enough = 1 if is_said else 2
    # The chain rule alone, in which no W is written, says nothing of how it stands.
    of_w = {i for i, claim in enumerate(stated) if claim.of_chain and _is_of_w(claim)}
    silent = of_w if other.turned == "W" else set()
    is_better = len(more - silent) > len(right - silent)
    return other if len(gained) >= enough and is_better else best


def _conventions_of(
    stated: Sequence[Claim], case: NetworkCase, of_mean: bool
) -> list[Convention]:
    """Return the conventions that statements may have, the plainest first."""
    kinds = {name_of(claim.target) for claim in stated} & {*_KINDS, "W", "b"}
    signed = any(map(_has_sign, stated))  # the text may say delta = -dC/dz
    choices = list(conventions(case)) if len(kinds) > 1 or signed else [Convention()]
    if kinds <= {"dW", "db"} and any(map(_divides, stated)):
        choices = list(conventions(case))[:2]  # nothing says what its dZ are
    once = {(c.deltas, c.parameters): c for c in reversed(choices)}
    choices = list(reversed(once.values()))  # of one example several are the same
    if not any(_adds(claim) for claim in stated):
        of_cost = not signed and any(
            claim.is_explicit and name_of(claim.target) in {"dA", "dZ"}
            for claim in stated
        )  # dC/dz is no other derivative, as a delta may be
        choices = [
            c for c in choices if c.parameters > 0 and (c.deltas > 0 or not of_cost)
        ]
    if signed and any(map(_names_a_parameter, stated)):  # dC/dw is no delta
        choices = [c for c in choices if c.parameters > 0]
    if any(claim.has_letter for claim in stated):
        choices = [c for c in choices if c.deltas > 0]  # delta = dC/dz, it says
    if of_mean:
        choices = [c for c in choices if abs(c.parameters) <= 1]
    compared = {name_of(claim.target) for claim in stated if _compares(claim)}
    if any(map(_averages_deltas, stated)) and not any(map(_has_mean_deltas, stated)):
        choices = [c for c in choices if abs(c.deltas) >= case.divisor] or choices
    named = [c for c in stated if c.is_explicit and name_of(c.target) == "dZ"]
    if any(map(_has_mean_deltas, named)):
        choices = [c for c in choices if abs(c.deltas) <= 1] or choices
    by_name = any(_compares(c) and _DERIVED_BY_NAME.match(c.text) for c in stated)
    if of_mean and compared - {"dA"} and not any(map(_divides, stated)) and not by_name:
        # a - y, of one example: it is dW that lacks its 1/m; dlogits lacks it itself
        choices = [c for c in choices if abs(c.deltas) >= case.divisor] or choices
    return choices


def _is_of_w(claim: Claim) -> bool:
    """Return whether it states a derivative by weights."""
    return name_of(claim.target) == "dW"


def _numbered_as(
    beside: Sequence[Notation], plain: Sequence[Notation]
) -> list[Notation]:
    """Return the notations with the layers counted as others of the text count them."""
    shifts = {
        (one.shift, one.shift_of_z, one.shift_of_a, one.shift_of_delta)
        for one in beside
    }
    return [
        replace(
            one, shift=w, shift_of_z=z, shift_of_a=a, shift_of_delta=delta
        )
        for w, z, a, delta in sorted(shifts)
        for one in plain
        if (one.shift, one.shift_of_z, one.shift_of_a, one.shift_of_delta)
        != (w, z, a, delta)
    ]  # fmt: skip


def _is_behind(claim: Claim, last: int) -> bool:
    """Return whether it is of a layer that there is only where the inputs are one."""
    target = claim.target
    symbol = target.symbol if isinstance(target, Entry) else target
    if not isinstance(symbol, Symbol) or symbol.name not in {"A", "Z", "dA", "dZ"}:
        return False
    layer = symbol.layer
    return layer is not None and not layer.base and layer.offset > last


def _is_of_inputs(claim: Claim) -> bool:
    """Return whether it says that the activations of layer 1 are the inputs."""
    of = claim.formula
    if isinstance(of, Elements):  # a^1_j = x_j
        of = of.argument
    if isinstance(of, Entry):
        of = of.symbol
    one = Symbol("A", Layer("", 1))
    return claim.target == one and of == Symbol("A", Layer("", 0))


def _leads_to_outputs(claims: Sequence[Claim]) -> bool:
    """Return whether the second index of w is that of the outputs, as in w_hk.

    Which index the outputs have, the delta says that the targets stand in.
    """
    raws = [claim.raw for claim in claims if claim.raw is not None]
    outputs = {
        raw[0].row
        for claim in claims
        if (raw := claim.raw) is not None
        and isinstance(raw[0], Entry)
        and isinstance(raw[0].row, str)
        and "Y" in names_in(raw[1])
    }
    weights = [
        part
        for raw in raws
        for tree in raw
        for part in parts(tree)
        if isinstance(part, Entry) and part.symbol.name in {"W", "dW"}
    ]
    firsts, seconds = {w.row for w in weights}, {w.column for w in weights}
    return bool(outputs & seconds) and not outputs & firsts


def _multiplies_matrices(claim: Claim) -> bool:
    """Return whether it is ``Z = X W``: in rows its w_ij leads from i to j."""
    formula = claim.formula
    if formula is None or isinstance(formula, Elements) or not is_forward(claim):
        return False
    return "W" in names_in(formula)


def names_in(tree: Tree | None) -> set[str]:
    """Return the names of the quantities in a formula."""
    every = all_parts(tree) if tree is not None else ()
    return {part.name for part in every if isinstance(part, Symbol)}


def _has_sign(claim: Claim) -> bool:
    """Return whether delta stands beside a derivative, of which it may be minus one."""
    return claim.formula is not None and Symbol("sign") in set(parts(claim.formula))


def _names_a_parameter(claim: Claim) -> bool:
    """Return whether it is of the derivative of the cost by W or b, by name."""
    is_gradient = name_of(claim.target) in {"dW", "db"}
    return is_gradient and _BY_NAME.search(claim.text.partition("=")[0]) is not None


def _turns_derivatives(claim: Claim) -> bool:
    """Return whether a derivative by a vector is transposed, as a row would be.

    So is ``(a - y)^T``, or a slope, of which one is made.
    """
    return any(
        isinstance(part, Transpose)
        and any(
            name_of(one) in {"dA", "dZ"}
            or one == Symbol("Y")
            or (isinstance(one, Call) and one.function == "dg")
            for one in all_parts(part.argument)
        )
        for part in (parts(claim.formula) if claim.formula is not None else ())
    )


def _may_call_a_z(claims: Sequence[Claim]) -> bool:
    """Return whether no hidden activation but z stands in what is stated."""
    ends = {Layer("", 0), Layer("L")}
    return not any(
        is_forward(claim) or (part.name == "A" and part.layer not in ends)
        for claim in claims
        for part in (all_parts(claim.formula) if claim.formula is not None else ())
        if isinstance(part, Symbol)
    )


def _best(
    candidates: Sequence[Notation], stated: Sequence[Claim], case: NetworkCase
) -> tuple[Notation, set[int]]:
    """Return the notation in which most is right, and which statements those are."""
    best, most, right = candidates[0], -1, set[int]()
    order = list(range(len(stated)))
    read: dict[str, list[Claim]] = {}
    found: dict[object, list[list[int]]] = {}
    for candidate in candidates:
        if candidate.turned not in read:
            read[candidate.turned] = read_as(stated, candidate)
        claims = read[candidate.turned]
        view = View(case, candidate)
        numbering = candidate.numbering
        if numbering not in found:
            found[numbering] = [layers_of(c, view.last, candidate) for c in claims]
        places = found[numbering]
        total = sum(
            1 if claim.of_some_layer else len(layers)
            for claim, layers in zip(claims, places, strict=True)
        )
        wrong = _wrong_ones(claims, places, view, total - most, order)
        if wrong is not None:
            best, most = candidate, total - len(wrong)
            right = set(range(len(claims))).difference(wrong)
            if not wrong:
                break
    return best, right


def _wrong_ones(
    claims: Sequence[Claim],
    places: Sequence[list[int]],
    view: View,
    most: int,
    order: list[int],
) -> list[int] | None:
    """Return the numbers of the claims that are wrong, once for each layer of one.

    None if they are so many, ``most`` or more. Those that are wrong come first in the
    ``order`` of the next view, which most often is as wrong.
    """
    wrong: list[int] = []
    is_too_much = False
    for i in order:
        claim, layers = claims[i], places[i]
        if claim.of_some_layer:
            found = any(is_right(claim, layer, view) for layer in layers)
            wrong += [] if found else [i]
        else:
            wrong += [i for layer in layers if not is_right(claim, layer, view)]
        is_too_much = len(wrong) >= most
        if is_too_much:
            break
    first = dict.fromkeys(wrong)
    order[:] = [*first, *(i for i in order if i not in first)]
    return None if is_too_much else wrong


def read_as(claims: Sequence[Claim], notation: Notation) -> list[Claim]:
    """Return the claims as they are meant if w_ij leads from i to j."""
    if notation.turned in {"", "w"}:
        return list(claims)
    found = [replace(claim.turned or claim, turned=claim) for claim in claims]
    return (
        [with_swapped_indices(one) for one in found]
        if notation.turned == "w_ij"
        else found
    )


def with_swapped_indices(claim: Claim) -> Claim:
    """Return the claim with the indices of w in the order from j to i."""
    target, formula = claim.target, claim.formula
    if formula is None:
        return claim
    for part in list(parts(formula)):
        if isinstance(part, Entry) and part.symbol.name in {"W", "dW"}:
            assert part.column is not None
            new = Entry(part.symbol, part.column, part.row)
            formula = rewritten(formula, part, new)
    for part in list(parts(formula)):
        of_weights = isinstance(target, Symbol) and target.name in {"W", "dW"}
        if of_weights and isinstance(part, Elements):
            new_one = Elements(part.indices[::-1], part.argument)
            formula = rewritten(formula, part, new_one)
    return replace(claim, formula=formula, slips=())


def _has_weights(claim: Claim) -> bool:
    return any(
        isinstance(part, Symbol) and part.name in {"W", "dW"}
        for tree in (claim.target, claim.formula)
        for part in (all_parts(tree) if tree is not None else ())
    )


def _is_by_entry(claim: Claim) -> bool:
    return isinstance(claim.formula, Elements)


def _adds(claim: Claim) -> bool:
    r"""Return whether it is an update that adds what may be minus a gradient.

    ``\partial C/\partial w`` is never that: who adds it makes a mistake.
    """
    formula = claim.formula
    return (
        claim.kind == "update"
        and isinstance(formula, Binary)
        and formula.operator == "+"
        and _BY_NAME.search(claim.text) is None
    )


def _is_zero(part: Tree) -> bool:
    return (
        isinstance(part, Symbol)
        and part.layer == Layer("", 0)
        and part.name in {"W", "b", "Z", "dW", "db", "dZ"}
    )


def is_right(claim: Claim, layer: int, view: View) -> bool:
    """Return whether a statement holds in a view, for one layer."""
    target = claim.target
    view = view.of_chains if claim.of_chain else view
    try:
        given = evaluate(target, view, layer)
        value, _ = value_of(claim, view, layer, given.shape)
        if claim.kind == "update":
            assert isinstance(target, Symbol)
            return step_of(value, target, view, layer) is not None
        return are_same(value, given)
    except FormulaError:
        return False


def step_of(value: Array, target: Symbol, view: View, layer: int) -> float | None:
    """Return c > 0 if an update gives W - c dW; a rate may hold any factor.

    Where dW is minus the gradient, it is W + c dW. Where all of dW is 0, as behind
    units that are off, any rate gives the same: then it is nan.
    """
    sign = np.sign(view.notation.convention.factor("dW"))
    gradient = evaluate(Symbol(f"d{target.name}", target.layer), view, layer)
    before = evaluate(target, view, layer)
    if np.shape(before) != np.shape(value) and np.ndim(value):
        return None
    step = before - value
    if not np.asarray(gradient).any():
        return None if np.asarray(step).any() else math.nan
    rate = ratio(step, np.asarray(sign * gradient), TOLERANCE)
    return rate if rate is not None and rate > 0 else None


def words_for(group: Group, notation: Notation, loss: str) -> str:
    """Say how the text was read."""
    if group.one_example:
        layout = "one example at a time"
    else:
        layout = f"one example per {'row' if notation.in_rows else 'column'}"
    text = " ".join(claim.text for claim in group.claims)
    counts = {words: len(pattern.findall(text)) for words, pattern in _LAYERS.items()}
    words = max(counts, key=lambda each: counts[each])
    layers = f"layers {words}" if counts[words] else "layers in the name"
    start = "0" if notation.shift else "1"
    found = [layout, f"{layers}, from {start}"]
    if notation.shift_of_z < 0 and notation.shift < 0:
        found.append("the inputs are a of layer 1")
    elif notation.shift > notation.shift_of_z == 0:
        found.append("W^l leads from layer l to l + 1")
    elif notation.shift_of_z < 0:
        found.append("the inputs are a of layer 1, and W^l leads from layer l to l + 1")
    if notation.shift_of_delta:
        found.append("delta is counted from 2")
    if notation.turned:
        of_one = "the weights of the output are a column"
        found.append(of_one if notation.turned == "w" else "w_ij leads from i to j")
    habits = (
        (notation.thresholds, "the biases are subtracted, as thresholds are"),
        (notation.z_is_a, "z is what leaves a hidden neuron"),
        (notation.logistic, "sigma is the logistic function"),
    )
    found += [words for is_habit, words in habits if is_habit]
    if notation.across:
        layout = "columns" if notation.in_rows else "rows"
        found.append(f"the derivatives by vectors are {layout}")
    if notation.as_probabilities:
        found.append(f"the outputs a are {OF_LOGITS[loss]} of z")
    if notation.convention.words:
        found.append(notation.convention.words)
    return "; ".join(found)


def layers_of(claim: Claim, last: int, notation: Notation) -> list[int]:
    """Return what l stands for: every layer of which a statement may hold."""
    target = claim.target
    if claim.kind in {"unread", "name"}:
        return [last]
    trees = [tree for tree in (target, claim.formula) if tree is not None]
    if claim.shape:
        trees += claim.shape
    symbols = [
        part for tree in trees for part in parts(tree) if isinstance(part, Symbol)
    ]
    places = [(s.name, s.layer) for s in symbols if s.layer and s.layer.base == "l"]
    own = target.layer if isinstance(target, Symbol) else None
    if not places or (own is not None and own.base != "l"):
        return [last]
    if claim.shape and any(s.layer and s.layer.base == "L" for s in symbols):
        return [last]  # (n_l, 1) of a formula for the last layer
    offset = own.offset if own is not None else 0
    hidden = isinstance(target, Symbol) and target.name in {"dA", "dZ"}
    most = last + notation.shift_of_z  # in a `NetworkCase`

    def exists(name: str, layer: Layer, number: int) -> bool:
        low = 0 if name in {"A", "dA", "n"} else 1
        return low <= notation.layer(name, layer.offset + number) <= most

    name = target.name if isinstance(target, Symbol) else ""
    possible = [
        n
        for n in range(-DEEPEST, last + DEEPEST)
        if 1 <= notation.layer(name, n + offset) <= most - (hidden and len(symbols) > 1)
    ]
    fitting = [n for n in possible if all(exists(*place, n) for place in places)]
    return fitting or possible[:1] or [1]


def value_of(
    claim: Claim, view: View, layer: int, shape: tuple[int, ...] | None = None
) -> tuple[Array, Tree]:
    """Return the value of the first reading that has the shape of the target."""
    assert claim.formula is not None
    failure: FormulaError | None = None
    first: tuple[Array, Tree] | None = None
    wanted = shape_of(claim.target, view, layer) if shape is None else shape
    readings = [claim.formula, *claim.others]
    if name_of(claim.target) in view.across:
        readings += [_with_slopes_across(one) for one in readings]
    for formula in readings:
        if claim.of_chain and view.is_of_softmax:
            formula = _by_chain_rule(formula, view.last)  # noqa: PLW2901
        try:
            value = evaluate(formula, view, layer)
        except FormulaError as error:
            failure = failure or error
            continue
        if isinstance(formula, Elements) and wanted is not None:
            flipped = view.notation.in_rows or name_of(claim.target) in view.across
            flipped = flipped and not isinstance(claim.target, Elements)
            value = _spread(value, wanted[::-1] if flipped else wanted)
            value = value.T if flipped else value
        turned = wanted is not None and value.shape == wanted[::-1] != wanted
        of_one_neuron = isinstance(formula, Elements) and len(formula.indices) == 1
        if turned and of_one_neuron and name_of(claim.target) == "dW":
            value = value.T  # of the weights w_j of one neuron
        if turned and view.notation.in_rows and name_of(claim.target) == "db":
            value = value.T  # G.T 1, a column
        if value.ndim == 1 and view.notation.in_rows:  # (n,) fits b of (1, n)
            value = value[np.newaxis]
        if value.shape == wanted:
            return value, formula
        first = first or (value, formula)
    if first is not None:
        return first
    assert failure is not None
    raise failure


def _with_slopes_across(formula: Tree) -> Tree:
    r"""Return the formula with a row for the g'(z) that a row is multiplied by.

    In ``\delta W \circ g'(z)`` of rows it does not matter what z is.
    """
    for part in list(parts(formula)):
        match part:
            case Binary("*", left, right) if _is_across(left) != _is_across(right):
                one, other = left, right
                if _is_across(left):
                    other = Transpose(right)
                else:
                    one = Transpose(left)
                formula = rewritten(formula, part, Binary("*", one, other))
    return formula


def _is_across(tree: Tree) -> bool:
    """Return whether a derivative by a vector, or a number, stands in a formula."""
    of_rows = any(
        isinstance(part, Symbol) and part.name in {"dA", "dZ"} for part in parts(tree)
    )
    return of_rows or isinstance(tree, Number | Transpose) or tree == Symbol("sign")


def _by_chain_rule(formula: Tree, last: int) -> Tree:
    """Return the formula with dZ for ``dA * dA/dZ``, which it is for every function."""

    def are_one(of: Layer | None, by: Layer | None) -> bool:
        numbers = [one and one.number(0, last) for one in (of, by) if one != Layer("l")]
        return of == by or (len(numbers) > 1 and numbers[0] == numbers[1] == last)

    for part in list(parts(formula)):
        match part:
            case Binary("*", Symbol("dA", of), Call("dg", Symbol("Z", by))) if are_one(
                of, by
            ):
                formula = rewritten(formula, part, Symbol("dZ", of))
            case Binary(
                "*",
                Binary("*", Symbol("sign") as sign, Symbol("dA", of)),
                Call("dg", Symbol("Z", by)),
            ) if are_one(of, by):
                new = Binary("*", sign, Symbol("dZ", of))
                formula = rewritten(formula, part, new)
    return formula


def _spread(value: Array, shape: tuple[int, ...]) -> Array:
    """Repeat the value of a formula for one entry over the indices that it lacks."""
    try:
        return np.broadcast_to(value, shape)
    except ValueError:
        return value


def shape_of(tree: Tree, view: View, layer: int) -> tuple[int, ...] | None:
    """Return the shape of a formula's value, or None if it has none."""
    try:
        return evaluate(tree, view, layer).shape
    except FormulaError:
        return None


def is_forward(claim: Claim) -> bool:
    """Return whether it says how z or a is computed, of any layer or of one."""
    names = (
        {p.name for p in parts(claim.formula) if isinstance(p, Symbol)}
        if (claim.formula is not None)
        else set[str]()
    )
    return name_of(claim.target) in {"Z", "A"} and not names & {"dZ", "dA", "dW"}


def name_of(tree: Tree) -> str:
    """Return the name of a quantity, or of the one entry of it, or ''."""
    if isinstance(tree, Elements) and isinstance(tree.argument, Entry):
        return tree.argument.symbol.name
    return tree.name if isinstance(tree, Symbol) else ""


def _is_by_number(claim: Claim) -> bool:
    """Return whether it is of one neuron, or one weight, that has a number."""
    return claim.kind == "value" and name_of(claim.target) in {*_KINDS, "Z"}


def are_same(one: Array, other: Array) -> bool:
    """Return whether two arrays agree, but for rounding."""
    return is_close(one, other, TOLERANCE)


# dlogits or dscores, which nobody calls the derivative of one example's loss
_DERIVED_BY_NAME: Final = re.compile(r"\s*d_?(?:logits|scores|outputs?|preds?)\b")

# a letter that is subtracted and no b
_OF_THRESHOLDS: Final = re.compile(
    r"-\s*(?:\\(?:theta|beta|gamma|lambda|tau|mu)(?![A-Za-z])|[θβγλτμ])"
)
_OF_SCALARS: Final = re.compile(
    r"\\partial z[^{}]{0,9}(?:\{[^{}]*\})?\}\s*\{\\partial w"
)

# what is added to the layers of W, of z and a, and of delta besides, in other habits
_HABITS: Final = ((0, 0, 0), (0, -1, 0), (0, 0, -1), (-1, -1, 0), (1, 0, 0))

DEEPEST: Final = 8

_ENOUGH: Final = 60  # statements that show how a text writes

# The losses of logits, with the function that makes probabilities of them.
OF_LOGITS: Final = {
    "softmax_cross_entropy": "softmax",
    "binary_cross_entropy_with_logits": "sigmoid",
}

OF_SOFTMAX: Final = "the derivative of softmax is a matrix, of which no entry is alone"

# The activations whose derivatives are written with the logistic function.
_OF_LOGISTIC: Final = frozenset({"softplus", "silu", "swish", "gelu", "mish"})

_TWO_TERMS: Final = frozenset({"binary_cross_entropy_with_logits"})

_MEANS_OF_OUTPUTS: Final = frozenset({"mean_squared_error", "mean_absolute_error"})

_CAPITAL_Z: Final = re.compile(r"(?<![A-Za-z\\])d?[ZX](?![A-Za-z])")

_BY_NAME: Final = re.compile(r"\\partial|\\nabla|[∂∇]|\bd[CEJL]\s?/\s?d")
_MEAN_OF_DELTAS: Final = re.compile(
    r"\\sum(?:\s*_\s*(?:\{[^{}]{0,20}\}|\w))?[^=]{0,20}?\\delta(?:_\{?\w\}?)?\s*\^\s*(?:\{[^{}=]{0,20})?\(\s*[a-z]\s*\)"
)

_CAPITAL_A: Final = re.compile(r"(?<![A-Za-z\\])[AH](?![A-Za-z])")

_OF_VECTORS: Final = re.compile(
    r"\\odot|⊙|\\circ|\\bullet|\\otimes|\\ast|\\top|\\intercal|ᵀ|\.T|\^\s*\{?\s*(?:T|\\mathsf)"
    r"|(?<![A-Za-z])d?W|\\neq?(?![A-Za-z])|≠"
)

_CAPITAL_Y: Final = re.compile(r"(?<![A-Za-z\\])[YT](?![A-Za-z'])\s*(?:\\right)?[)\]-]")

_CAPITAL: Final = re.compile(r"(?<![A-Za-z\\])d?[ZAXH](?![A-Za-z])")

_BATCH: Final = re.compile(r"\b(?:m|N|batch_size)\b|shape")

_SMALL: Final = re.compile(r"(?<![A-Za-z\\])d?[zaxh](?![A-Za-z])")

_LAYERS: Final = {
    "in a superscript": re.compile(r"\^\s*\{?\s*[lL0-9]|[⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸ]"),
    "in brackets": re.compile(r"\^\s*\{?\s*[\[(]\s*[lL0-9]"),
    "in a subscript": re.compile(r"_\s*\{?\s*[lL0-9]|[₀₁₂₃₄₅₆₇₈₉ₗ]"),
}
