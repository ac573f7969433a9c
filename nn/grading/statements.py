"""Grade the equations of a text: each statement by itself, with the line it stands on.

Every formula is evaluated in the true quantities, so that an error is charged in the
statement in which it is made. How the text writes is inferred first: one example or a
batch, rows or columns, layers from 0 or 1, and of which cost the derivatives are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from autograd_scalar import DataError
from nn.grading.cases import other_cases, random_case
from nn.grading.judge import (
    Convention,
    Judge,
    Quantity,
    conventions,
    is_close,
    ratio,
    worst_entry,
)
from nn.grading.mistakes import MISTAKES, edits, right_formula
from nn.grading.notes import read_notes, restated
from nn.grading.repairs import index_repairs, repairs
from nn.grading.report import Grade, Verdict
from nn.grading.tree import (
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
    evaluate,
    parts,
    rewritten,
)
from nn.matrix.arrays import np

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.grading.notes import Claim, Notes
    from nn.grading.tree import Array, Tree

__all__ = ["default_sizes", "grade_notes"]

_ETA: Final = 0.37  # a learning rate that no formula has by chance
_KINDS: Final = ("dA", "dZ", "dW", "db")
_ORDER: Final = ("Z", "A", "dA", "dZ", "dW", "db", "W", "b")
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class _Notation:
    """How a text writes: what its quantities are, in those of a `NetworkCase`."""

    convention: Convention
    in_rows: bool = False
    shift: int = 0  # what is added to the layer of W and b
    shift_of_z: int = 0
    shift_of_a: int = 0
    shift_of_delta: int = 0  # what is added for dZ and dA besides
    turned: str = ""  # "w_ij" leads from i to j; "W", and the matrix is written so
    as_probabilities: bool = False  # the outputs are those of softmax or sigmoid
    logistic: bool = False  # sigma is the logistic function, though g is another
    z_is_a: bool = False  # what leaves a hidden neuron is called z, as in Bishop's book
    across: frozenset[str] = frozenset()  # what is transposed, as Jacobians are

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


class _View:
    """A case in the notation of a text."""

    def __init__(self, case: NetworkCase, notation: _Notation) -> None:
        self.case, self.notation = case, notation
        self.last = case.last - notation.shift_of_z
        self.examples_axis = 0 if notation.in_rows else 1

    def of_entries(self) -> _View:
        return _View(self.case, replace(self.notation, in_rows=False))

    def quantity(self, name: str, layer: int | None) -> Array | float:
        if name == "eta":
            return _ETA
        if name == "ones":
            return self.case.quantity(name, None)
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
            A = self.case.function(_OF_LOGITS[self.case.loss_name], 0)(Z)
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
        A = self.case.function(_OF_LOGITS[self.case.loss_name], 0)(Z)
        if name == "A":
            return self.placed(name, A)
        other = (1 - Y) / (1 - A) if self.case.loss_name in _TWO_TERMS else 0.0
        return self.placed(name, (other - Y / A) / self.case.divisor)

    def placed(self, name: str, value: Array | float) -> Array | float:
        """Return a quantity of the case as the text has it."""
        if np.ndim(value) == 0:
            return value
        array = np.asarray(value) * self.notation.convention.factor(name)
        if name in self.notation.across:
            return array.T
        turned = self.notation.turned == "W" and name in {"W", "dW"}
        return array.T if self.notation.in_rows != turned else array

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        number = layer + self.notation.shift_of_z
        if self.notation.as_probabilities and number == self.case.last and name == "g":
            name = _OF_LOGITS[self.case.loss_name]
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
        if name in self.notation.across:
            return array.T / self.notation.convention.factor(name)
        turned = self.notation.turned == "W" and name in {"W", "dW"}
        array = array.T if self.notation.in_rows != turned else array
        return array / self.notation.convention.factor(name)


def _logistic(array: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * array))


def _slope_of_logistic(array: Array) -> Array:
    value = _logistic(array)
    return value * (1.0 - value)


def default_sizes(depth: int) -> tuple[int, ...]:
    """Return sizes that are unlike: 3-4-2, or more hidden layers between.

    >>> default_sizes(2), default_sizes(4)
    ((3, 4, 2), (3, 4, 6, 4, 2))
    """
    return 3, *(4 + 2 * (i % 2) for i in range(depth - 1)), 2


def _depth_of(notes: Notes) -> int:
    """Return how many layers the network of a text has, 2 or more."""
    depth = 2
    for claim in notes.claims:
        for tree in (claim.target, claim.formula):
            for part in parts(tree) if tree is not None else ():
                if isinstance(part, Symbol) and part.layer is not None:
                    base, offset = part.layer.base, part.layer.offset
                    named = part.name in {"W", "b", "dW", "db"}
                    if not base and named:
                        depth = max(depth, min(offset, _DEEPEST))
                    if base == "L" and part is claim.target:
                        depth = max(depth, min(1 - offset, _DEEPEST))
    return depth


def grade_notes(text: str, case_of: Callable[[int], NetworkCase]) -> Grade:
    """Grade what a text states; ``case_of`` gives a network of so many layers.

    Raises:
        DataError: nothing in it can be read as an equation of a network.
    """
    notes = read_notes(text)
    claims = notes.claims
    if not any(claim.kind not in {"unread", "name"} for claim in claims):
        raise DataError(_nothing(notes))
    case = case_of(_depth_of(notes))
    biases = not _leaves_out_biases(claims)
    found: list[tuple[tuple[int, ...], Verdict]] = []
    words: list[str] = []
    title = ""
    for group in _groups(claims, case):
        cases = _cases(case, group.one_example, biases)
        title = title or _title(cases[0])
        notation = _notation(group.claims, cases[0])
        words.append(group.named + _words(group, notation, case.loss_name))
        if not biases:
            words[-1] += "; without biases"
        read = _read_as(group.claims, notation)
        grader = _Grader(
            cases, notation, biases, _is_of_single_neurons(group.claims), read
        )
        verdicts = [verdict for claim in read for verdict in grader.verdicts(claim)]
        found += [
            ((*_place(each.quantity, case.last), each.line), each)
            for each in _understood(verdicts, _has_unknown_names(group, notes))
        ]
    found.sort(key=lambda pair: pair[0])
    judged = {verdict.line for _, verdict in found}
    left = [(o.line, o.text, o.reason) for o in notes.left_out]
    left += [
        (claim.line, claim.text, "it gives a name to a formula")
        for claim in claims
        if claim.kind == "name" and claim.line not in judged
    ]
    left_out = tuple(sorted(left))
    letters = sorted(notes.letters.items())
    if letters:
        shown = (f"{_plain(one)} as {_plain(other)}" for one, other in letters)
        words[0] += f"; {', '.join(shown)}"
    said = f"Read as: {'. '.join(words)}."
    return Grade(title, said, tuple(v for _, v in found), left_out)


def _has_unknown_names(group: _Group, notes: Notes) -> bool:
    """Return whether a name stands in a formula of which nothing was understood."""
    errors = [claim.error for claim in group.claims]
    errors += [one.reason for one in notes.left_out]
    return any(_UNKNOWN in error for error in errors)


def _understood(verdicts: list[Verdict], has_unknown_names: bool) -> list[Verdict]:
    """Call unread what is wrong, where most of a text is and no mistake explains it.

    There it is the notation that was not understood; so too where there are names that
    are not known. Mistakes of the table are kept.
    """
    judged = [each for each in verdicts if _QUANTITY.fullmatch(each.quantity)]
    known = {row.id for row in MISTAKES}
    explained = sum(each.is_right or each.mistake in known for each in judged)
    few_right = len(judged) >= _FEW and explained * 2 < len(judged)
    if not few_right and not has_unknown_names:
        return verdicts
    words = "its notation was not understood: most of the text is not right as it was"
    if not few_right:
        words = "its notation was not understood: other names could not be"
    return [
        replace(each, status="cannot be read", message=f"{words} read; {each.message}")
        if each.status in {"wrong", "does not fit"}
        and each.mistake not in known
        and (few_right or each in judged or each.quantity.startswith("update"))
        else each
        for each in verdicts
    ]


def _plain(letter: str) -> str:
    r"""Return a letter as it is shown: ``\yhat`` is the output."""
    return {r"\yhat": "the output", "t": "the target"}.get(letter, letter.lstrip("\\"))


def _nothing(notes: Notes) -> str:
    msg = "grade needs equations such as 'dW1 = dZ1 @ X.T', got none"
    if notes.claims:
        return f"{msg} that can be read: {notes.claims[0].error}"
    if notes.left_out:
        first = notes.left_out[0]
        return f"{msg}; line {first.line}, {first.text!r}: {first.reason}"
    return msg


# ---- The notation --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Statements that are read alike; ``named`` says which they are, if not all."""

    claims: list[Claim]
    one_example: bool
    named: str = ""


def _groups(claims: Sequence[Claim], case: NetworkCase) -> list[_Group]:
    """Part the statements into those of one example and those of a batch."""
    in_numpy = [claim for claim in claims if claim.numpy]
    others = [claim for claim in claims if not claim.numpy]
    chains = [claim for claim in others if claim.of_chain and not _has_m(claim)]
    others = [claim for claim in others if claim not in chains]
    of_batch = [claim for claim in others if _speaks_of_a_batch(claim)]
    of_one = [claim for claim in others if claim not in of_batch]
    groups = []
    by_case = all(map(_in_small_letters, of_one)) and any(
        _CAPITAL.search(claim.text) for claim in of_batch
    )
    one = by_case or _is_of_single_neurons(others)
    one = one or _is_of_one_example(of_one, others, case)
    if of_batch and of_one and not one:
        of_batch, of_one = others, []
    of_one = [*of_one, *chains]  # the chain rule, in the loss of one example
    if of_one:
        groups.append(_Group(of_one, True))
    if of_batch:
        groups.append(_Group(of_batch, False, "Of m examples: " if groups else ""))
    if in_numpy:
        named = "NumPy's spelling: " if groups else ""
        groups.append(_Group(in_numpy, _has_no_batch(in_numpy), named))
    return groups


def _has_no_batch(claims: Sequence[Claim]) -> bool:
    """Return whether equations in small letters never sum, as of one example."""
    claims = [claim for claim in claims if claim.kind != "name"]  # of a loss, perhaps
    if any(map(_speaks_of_a_batch, claims)) or any(
        isinstance(part, Reduce)
        for claim in claims
        for part in (parts(claim.formula) if claim.formula is not None else ())
    ):
        return False
    text = " ".join(claim.text for claim in claims)
    small = _SMALL.search(text) is not None and _CAPITAL.search(text) is None
    return "np.outer" in text or (small and not _BATCH.search(text))


def _in_small_letters(claim: Claim) -> bool:
    """Return whether it writes z, a or x where others write Z, A or X."""
    small = _SMALL.search(claim.text) is not None
    one_of_many = _name(claim.target) in _KINDS and "(i)" in claim.text
    return small and not one_of_many and _CAPITAL.search(claim.text) is None


def _speaks_of_a_batch(claim: Claim) -> bool:
    """Return whether it has m, a sum over examples, or a matrix of them, Z or X."""
    for tree in (claim.formula, *(claim.shape or ())):
        for part in parts(tree) if tree is not None else ():
            if part == Symbol("m") or isinstance(part, Examples):
                return True
            if isinstance(part, Reduce) and part.axis is None:
                return True
    return _CAPITAL_Z.search(claim.text) is not None


def _has_m(claim: Claim) -> bool:
    """Return whether m, or a sum over examples, stands in a formula."""
    return claim.formula is not None and any(
        part == Symbol("m") or isinstance(part, Examples | Reduce)
        for part in parts(claim.formula)
    )


def _is_of_one_example(
    claims: Sequence[Claim], all_claims: Sequence[Claim], case: NetworkCase
) -> bool:
    """Return whether two kinds of gradients or more are right for one example alone.

    In a text of a batch one of them, such as db = dZ, is a mistake; two are a habit.
    """
    one, batch = _cases(case, True)[0], _cases(case, False)[0]
    views = (
        _View(one, _notation(claims, one)),
        _View(batch, _notation(all_claims, batch)),
    )
    kinds = set()
    for claim in claims:
        if claim.kind == "quantity":
            right = [
                all(_is_right(claim, n, v) for n in _layers(claim, v.last, v.notation))
                for v in views
            ]
            if right == [True, False]:
                kinds.add(_name(claim.target))
    return len(kinds & set(_KINDS)) > 1


def _is_of_single_neurons(claims: Sequence[Claim]) -> bool:
    """Return whether a text has w, a and z without anything that only vectors have."""
    text = " ".join(claim.text for claim in claims)
    forward = any(_name(claim.target) == "Z" for claim in claims)
    forward = forward or _OF_SCALARS.search(text) is not None
    return forward and "w" in text and _OF_VECTORS.search(text) is None


def _leaves_out_biases(claims: Sequence[Claim]) -> bool:
    """Return whether a text writes z = W a, and names no bias anywhere."""
    sums = False
    for claim in claims:
        names = {
            part.name
            for tree in (claim.target, claim.formula)
            for part in (_all_parts(tree) if tree is not None else ())
            if isinstance(part, Symbol)
        }
        if names & {"b", "db", "Wb"}:
            return False
        of = claim.formula
        inner = {p.name for p in _all_parts(of) if isinstance(p, Symbol)} if of else ()
        sums = sums or ({"W", "A"} <= set(inner) and not {"dZ", "dA"} & set(inner))
    return sums


def _all_parts(tree: Tree) -> Iterator[Tree]:
    """Yield every part of a formula, and the quantities of which it has entries."""
    for part in parts(tree):
        yield part.symbol if isinstance(part, Entry) else part


def _cases(
    case: NetworkCase, one_example: bool, biases: bool = True
) -> list[NetworkCase]:
    """Return networks in which every size differs from the number of examples."""
    if biases and not one_example and case.m not in case.sizes and case.m > 1:
        return [case, *other_cases(case, (1, 2))]
    m = 1
    if not one_example:
        m = next(m for m in range(5, 100) if m not in case.sizes)
    return [
        random_case(
            case.sizes, case.activations, case.loss, case.reduction, m, seed, biases
        )
        for seed in (0, 1, 2)
    ]


def _notation(claims: Sequence[Claim], case: NetworkCase) -> _Notation:
    """Return the notation in which most statements are right, the plainest first.

    Another numbering of the layers, or another order of the indices of w, is a habit:
    it needs to make two kinds of statements right that are wrong without it.
    """
    stated = [claim for claim in claims if claim.kind in {"quantity", "update"}]
    stated = stated[:_ENOUGH]
    kinds = {_name(claim.target) for claim in stated} & {*_KINDS, "W", "b"}
    choices = list(conventions(case)) if len(kinds) > 1 else [Convention()]
    once = {(c.deltas, c.parameters): c for c in reversed(choices)}
    choices = list(reversed(once.values()))  # of one example several are the same
    if not any(_adds(claim) for claim in stated):
        choices = [c for c in choices if c.parameters > 0]
    shifts = [(0, 0, 0)]
    if any(_is_zero(part) for claim in stated for part in parts(claim.target)):
        shifts = [(1, 1, 0), (1, 1, 1)]
    layouts = [
        (in_rows, as_probabilities)
        for as_probabilities in (
            (True, False) if case.loss_name in _OF_LOGITS else (False,)
        )
        for in_rows in ((False,) if all(map(_is_by_entry, stated)) else (False, True))
    ]
    plain = [
        _Notation(convention, in_rows, *shift, as_probabilities=as_probabilities)
        for in_rows, as_probabilities in layouts
        for shift in shifts
        for convention in choices
    ]
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
    habits = [
        replace(one, shift=one.shift + w, shift_of_z=one.shift_of_z + z,
                shift_of_a=one.shift_of_a + z, shift_of_delta=delta, turned=turned)
        for w, z, delta in ((0, 0, 0), (0, -1, 0), (0, 0, -1))
        for turned in ("", "w_ij", "W")[: 3 if any(map(_has_weights, stated)) else 1]
        for one in plain
        if turned or z or delta
    ]  # fmt: skip
    if case.m == 1:
        habits += [
            replace(one, across=frozenset(names))
            for names in (_KINDS[:2], _KINDS)
            for one in plain
            if not one.in_rows
        ]
    if _may_call_a_z(stated):
        named = [replace(one, z_is_a=True) for one in (*plain, *habits)]
        other, more = _best(named, stated, case)
        if len(more) == len(stated) > len(right) + 1:
            return other
    other, more = _best(habits, stated, case)
    gained = {_name(stated[i].target) for i in more - right}
    return other if len(gained) > 1 and len(more) > len(right) else best


def _may_call_a_z(claims: Sequence[Claim]) -> bool:
    """Return whether no hidden activation but z stands in what is stated."""
    ends = {Layer("", 0), Layer("L")}
    return not any(
        _is_forward(claim) or (part.name == "A" and part.layer not in ends)
        for claim in claims
        for part in (_all_parts(claim.formula) if claim.formula is not None else ())
        if isinstance(part, Symbol)
    )


def _best(
    candidates: Sequence[_Notation], stated: Sequence[Claim], case: NetworkCase
) -> tuple[_Notation, set[int]]:
    """Return the notation in which most is right, and which statements those are."""
    best, most, right = candidates[0], -1, set[int]()
    for candidate in candidates:
        view = _View(case, candidate)
        outcomes = []
        for i, claim in enumerate(_read_as(stated, candidate)):
            layers = _layers(claim, view.last, candidate)
            right_in = [_is_right(claim, layer, view) for layer in layers]
            if claim.of_some_layer:
                right_in = [any(right_in)]
            outcomes += [(i, one) for one in right_in]
        count = sum(is_right for _, is_right in outcomes)
        if count > most:
            best, most = candidate, count
            wrong = {i for i, is_right in outcomes if not is_right}
            right = {i for i, _ in outcomes} - wrong
        if count == len(outcomes):
            break
    return best, right


def _read_as(claims: Sequence[Claim], notation: _Notation) -> list[Claim]:
    """Return the claims as they are meant if w_ij leads from i to j."""
    if not notation.turned:
        return list(claims)
    found = [replace(claim.turned or claim, turned=claim) for claim in claims]
    return [_swapped(one) for one in found] if notation.turned == "w_ij" else found


def _swapped(claim: Claim) -> Claim:
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
        for part in (_all_parts(tree) if tree is not None else ())
    )


def _is_by_entry(claim: Claim) -> bool:
    return isinstance(claim.formula, Elements)


def _adds(claim: Claim) -> bool:
    """Return whether it is an update that adds."""
    formula = claim.formula
    return (
        claim.kind == "update"
        and isinstance(formula, Binary)
        and formula.operator == "+"
    )


def _is_zero(part: Tree) -> bool:
    return (
        isinstance(part, Symbol)
        and part.layer == Layer("", 0)
        and part.name in {"W", "b", "Z", "dW", "db", "dZ"}
    )


def _is_right(claim: Claim, layer: int, view: _View) -> bool:
    target = claim.target
    try:
        value, _ = _value(claim, view, layer)
        assert isinstance(target, Symbol)
        if claim.kind == "update":
            return _step(value, target, view, layer) is not None
        return _same(value, evaluate(target, view, layer))
    except FormulaError:
        return False


def _step(value: Array, target: Symbol, view: _View, layer: int) -> float | None:
    """Return c > 0 if an update gives W - c dW; a rate may hold any factor.

    Where dW is minus the gradient, it is W + c dW.
    """
    sign = np.sign(view.notation.convention.factor("dW"))
    gradient = evaluate(Symbol(f"d{target.name}", target.layer), view, layer)
    step = evaluate(target, view, layer) - value
    rate = ratio(step, np.asarray(sign * gradient), _TOLERANCE)
    return rate if rate is not None and rate > 0 else None


def _words(group: _Group, notation: _Notation, loss: str) -> str:
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
    if notation.shift_of_z < 0:
        found.append("the inputs are a of layer 1, and W^l leads from layer l to l + 1")
    if notation.shift_of_delta:
        found.append("delta is counted from 2")
    if notation.turned:
        found.append("w_ij leads from i to j")
    if notation.z_is_a:
        found.append("z is what leaves a hidden neuron")
    if notation.logistic:
        found.append("sigma is the logistic function")
    if notation.across:
        found.append("the derivatives by vectors are rows")
    if notation.as_probabilities:
        found.append(f"the outputs a are {_OF_LOGITS[loss]} of z")
    if notation.convention.words:
        found.append(notation.convention.words)
    return "; ".join(found)


# ---- One statement -------------------------------------------------------------------


def _layers(claim: Claim, last: int, notation: _Notation) -> list[int]:
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
        for n in range(-_DEEPEST, last + _DEEPEST)
        if 1 <= notation.layer(name, n + offset) <= most - (hidden and len(symbols) > 1)
    ]
    fitting = [n for n in possible if all(exists(*place, n) for place in places)]
    return fitting or possible[:1] or [1]


def _value(claim: Claim, view: _View, layer: int) -> tuple[Array, Tree]:
    """Return the value of the first reading that has the shape of the target."""
    assert claim.formula is not None
    failure: FormulaError | None = None
    first: tuple[Array, Tree] | None = None
    wanted = _shape_of(claim.target, view, layer)
    for formula in (claim.formula, *claim.others):
        try:
            value = evaluate(formula, view, layer)
        except FormulaError as error:
            failure = failure or error
            continue
        if isinstance(formula, Elements) and wanted is not None:
            flipped = view.notation.in_rows and not isinstance(claim.target, Elements)
            value = _spread(value, wanted[::-1] if flipped else wanted)
            value = value.T if flipped else value
        turned = wanted is not None and value.shape == wanted[::-1] != wanted
        if turned and view.notation.in_rows and _name(claim.target) == "db":
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


def _spread(value: Array, shape: tuple[int, ...]) -> Array:
    """Repeat the value of a formula for one entry over the indices that it lacks."""
    try:
        return np.broadcast_to(value, shape)
    except ValueError:
        return value


def _shape_of(tree: Tree, view: _View, layer: int) -> tuple[int, ...] | None:
    try:
        return evaluate(tree, view, layer).shape
    except FormulaError:
        return None


class _Grader:
    """Judges one statement after another, in networks of several kinds."""

    def __init__(
        self,
        cases: list[NetworkCase],
        notation: _Notation,
        biases: bool,
        of_single_neurons: bool,
        claims: Sequence[Claim] = (),
    ) -> None:
        self.cases, self.notation, self.biases = cases, notation, biases
        self.of_single_neurons = of_single_neurons
        self.claims = claims
        self._helpers: dict[str, list[NetworkCase]] = {}

    def views(self, cases: Sequence[NetworkCase]) -> list[_View]:
        return [_View(case, self.notation) for case in cases]

    def verdicts(self, claim: Claim) -> list[Verdict]:
        """Judge a statement in every layer of which it may hold."""
        if claim.kind == "name":
            return self.of_a_name(claim)
        last = self.cases[0].last - self.notation.shift_of_z
        found = [self.verdict(claim, n) for n in _layers(claim, last, self.notation)]
        once = dict.fromkeys(found)  # of a formula that names no layer
        some = claim.of_some_layer or _is_forward(claim)
        if some and any(each.is_right for each in once):
            once = dict.fromkeys(each for each in once if each.is_right)
        once = dict.fromkeys(
            _judged_with_care(claim, each, self.cases[0]) for each in once
        )
        return [replace(each, line=claim.line, text=claim.text) for each in once]

    def may_be_of_each_example(self, claim: Claim, layer: int) -> bool:
        """Return whether only 1/m is missing, which dW and db may have: none was read.

        So it is if they are stated, and could not be read.
        """
        unread = {_name(one.target) for one in self.claims if one.kind == "unread"}
        known = {_name(one.target) for one in self.claims if one.kind == "quantity"}
        parameters = {"dW", "db"}
        if not unread & parameters or known & parameters:
            return False
        if claim.numpy or _name(claim.target) not in {"dA", "dZ"}:
            return False
        notation = replace(self.notation, convention=conventions(self.cases[0])[1])
        return all(
            _is_right(claim, layer, _View(case, notation)) for case in self.cases
        )

    def in_columns(self) -> _Grader:
        """Return a grader to which dA and dZ are columns, as the chain rule is read."""
        notation = replace(self.notation, across=frozenset())
        return _Grader(
            self.cases, notation, self.biases, self.of_single_neurons, self.claims
        )

    def of_a_name(self, claim: Claim) -> list[Verdict]:
        """Judge a formula that has a name if it is a derivative, else say nothing."""
        views = self.views(self.cases)
        for one in claim.may_be:
            for layer in _layers(one, views[0].last, self.notation):
                if all(_is_right(one, layer, view) for view in views):
                    return self.verdicts(one)[:1]
        return []

    def verdict(self, claim: Claim, layer: int) -> Verdict:
        label = self.label(claim, layer)
        if claim.kind == "unread":
            return Verdict(label, "cannot be read", message=claim.error)
        try:
            if claim.kind == "shape":
                return self.of_shape(claim, layer, label)
            if claim.kind == "quantity":
                of_columns = claim.of_chain and bool(self.notation.across)
                grader = self.in_columns() if of_columns else self
                return grader.of_quantity(claim, layer, label)
            return self.of_value(claim, layer, label)
        except FormulaError as error:
            return Verdict(label, "does not fit", "", label, str(error))

    def label(self, claim: Claim, layer: int) -> str:
        target = claim.target
        if claim.kind == "value":
            return claim.name
        if claim.kind == "shape" and claim.either:
            target = claim.either[0]
        if not isinstance(target, Symbol):
            return f"shape of {target}" if claim.kind == "shape" else f"{target}"
        name = target.name
        if claim.kind == "unread":
            return f"{target}"
        if target.layer is not None:
            number = target.layer.number(
                layer, self.cases[0].last - self.notation.shift_of_z
            )
            name += str(number)
        return {"shape": f"shape of {name}", "update": f"update of {name}"}.get(
            claim.kind, name
        )

    # ---- Quantities ------------------------------------------------------------------

    def of_quantity(self, claim: Claim, layer: int, label: str) -> Verdict:
        target = claim.target
        assert isinstance(target, Symbol)
        slip = self.slip(claim, layer, label)
        if slip is not None:
            return slip
        try:
            value, _ = _value(claim, self.views(self.cases)[0], layer)
            verdict = self.judged(self.cases, claim, layer, label)
        except FormulaError as error:
            shape, reason = None, str(error)
            verdict = Verdict(label, "does not fit", "", label, reason)
        else:
            shape, reason = value.shape, verdict.message
        if verdict.is_right and self.notation.convention.factor(target.name) != 1.0:
            words = self.notation.convention.words
            return Verdict(label, "right by another convention", message=words)
        if verdict.is_right:
            return verdict
        if self.may_be_of_each_example(claim, layer):
            words = "it is right for the loss of each example"
            return Verdict(label, "right by another convention", message=words)
        fits = shape == _shape_of(target, self.views(self.cases)[0], layer)
        if verdict.mistake and "+" not in verdict.mistake:
            return self.shown(claim, layer, verdict) if fits else verdict
        if self.is_right_with_indices_swapped(claim, layer):
            row = next(row for row in MISTAKES if row.id == "row-column-mixed")
            words = "the indices of w are in the other order than elsewhere"
            if not _is_forward(claim) and _is_bare(claim) and not self.says_order():
                words = "nothing says which index of w is that of the inputs"
                return Verdict(label, "cannot be read", message=words)
            status = "wrong" if shape is not None else "does not fit"
            return Verdict(label, status, row.id, label, words, row.right)
        if fits:
            named = self.shown(claim, layer, verdict)
        else:
            named = self.named_elsewhere(claim, layer, label, reason) or verdict
        if (named.mistake and "+" not in named.mistake) or named.is_right:
            return named
        order_missing = named.message.startswith(_OF_ONE_NEURON)
        return self.mended(claim, layer, named, order_missing) or named

    def mended(
        self, claim: Claim, layer: int, verdict: Verdict, order_missing: bool
    ) -> Verdict | None:
        """Name the change of the formula as it was written that makes it right.

        With ``order_missing``, right for single neurons, only a transpose is put in.
        """
        views = self.views(self.cases)

        def is_right(one: Claim) -> bool:
            return all(_is_right(one, layer, view) for view in views)

        right = f"{claim.target} = ..."
        if claim.raw is not None:
            for edit in index_repairs(*claim.raw):
                (one,) = _read_as([restated(claim, edit.formula)], self.notation)
                if one.target == claim.target and is_right(one):
                    return replace(
                        verdict, mistake=edit.id, where=verdict.quantity,
                        message=edit.words, instead=f"{edit.formula}",
                    )  # fmt: skip
        assert claim.formula is not None
        changes = list(repairs(claim.formula))[:_MOST_REPAIRS]
        if order_missing:
            changes = [one for one in changes if one.id in _OF_AN_ORDER]
        plain = replace(claim, others=(), slips=())
        for edit in changes:
            if is_right(replace(plain, formula=edit.formula)):
                right = f"{claim.target} = {edit.formula}"
                return replace(
                    verdict, mistake=edit.id, where=verdict.quantity,
                    message=edit.words, instead=right,
                )  # fmt: skip
        if verdict.mistake or order_missing:
            return None
        for first in [one for one in changes if one.id in _OFTEN_WITH_ANOTHER]:
            for edit in list(repairs(first.formula))[:_MOST_REPAIRS]:
                if is_right(replace(plain, formula=edit.formula)):
                    right = f"{claim.target} = {edit.formula}"
                    return replace(
                        verdict, mistake=f"{first.id}+{edit.id}",
                        where=verdict.quantity, instead=right,
                        message=f"{first.words}, and {edit.words}",
                    )  # fmt: skip
        return None

    def shown(self, claim: Claim, layer: int, verdict: Verdict) -> Verdict:
        """Show the entry that is wrong by most of its terms, if the words do not."""
        target = claim.target
        assert isinstance(target, Symbol)
        view = self.views(self.cases)[0]
        if verdict.graph_sum or target.layer is None or _numbered(claim):
            return verdict
        number = self.notation.layer(target.name, target.layer.number(layer, view.last))
        value = view.plain(target.name, _value(claim, view, layer)[0])
        worst = worst_entry(view.case, (target.name, number), value, _TOLERANCE)
        return replace(verdict, counterexample=worst.both)

    def says_order(self) -> bool:
        """Return whether a statement is right in this order of the indices alone."""
        view = self.views(self.cases)[0]
        return any(
            _is_right(claim, layer, view)
            and not self.is_right_with_indices_swapped(claim, layer)
            for claim in self.claims
            if claim.kind == "quantity" and claim.turned is not None
            for layer in _layers(claim, view.last, self.notation)
        )

    def is_right_with_indices_swapped(self, claim: Claim, layer: int) -> bool:
        if self.notation.turned == "w_ij":
            one = claim.turned or claim
        else:
            one = _swapped(claim.turned or claim)
        if (one.target, one.formula) == (claim.target, claim.formula):
            return False
        return all(_is_right(one, layer, view) for view in self.views(self.cases))

    def judged(
        self, cases: Sequence[NetworkCase], claim: Claim, layer: int, label: str
    ) -> Verdict:
        """Judge a quantity by its numbers in some networks."""
        target = claim.target
        assert isinstance(target, Symbol)
        width = _numbered(claim)
        if width and cases is self.cases:
            cases = self.helpers(f"width {width}")
        views = self.views(cases)
        if target.layer is None:
            msg = (
                f"{target} does not say of which layer; write {target}1 or {target}[l]"
            )
            raise FormulaError(msg)
        number = self.notation.layer(
            target.name, target.layer.number(layer, views[0].last)
        )
        quantity: Quantity = target.name, number
        cases[0].quantity(*quantity)  # raises if there is none
        answers = [
            {quantity: view.plain(target.name, _value(claim, view, layer)[0])}
            for view in views
        ]
        outputs = number == cases[0].last and target.name in {"A", "dA"}
        of_logits = self.notation.as_probabilities and outputs
        if right_formula(*quantity, cases[0].last) is None or number < 1 or of_logits:
            wanted = [
                view.plain(target.name, np.asarray(evaluate(target, view, layer)))
                for view in views
            ]
            same = all(map(_same, (a[quantity] for a in answers), wanted))
            message = "" if same else "it has another value"
            return Verdict(label, "right" if same else "wrong", message=message)
        if target.name in {"A", "Z"}:
            slope = f"d{target.name}", number
            wanted = [np.asarray(case.quantity(*slope)) for case in cases]
            if all(map(_same, (a[quantity] for a in answers), wanted)):
                words = f"it is d{label}, the derivative of the cost by {label}"
                return Verdict(label, "wrong", "other-quantity", label, words)
        thorough = cases is self.cases or width > 0
        found = Judge(cases, answers, _TOLERANCE, thorough).verdict(quantity)
        return replace(found, quantity=label)

    def slip(self, claim: Claim, layer: int, label: str) -> Verdict | None:
        """Find an index on the left that is summed over, where another is free."""
        for index, formula in claim.slips:
            other = replace(claim, formula=formula, others=(), slips=())
            try:
                right = all(_is_right(other, layer, v) for v in self.views(self.cases))
            except FormulaError:
                right = False
            if right:
                row = next(row for row in MISTAKES if row.id == "sum-index-slip")
                value = _value(other, self.views(self.cases)[0], layer)[0]
                numbers = ", ".join(f"{each:.6g}" for each in value[:2, 0])
                return Verdict(
                    label, "wrong", row.id, label,
                    f"{row.words}: {index} is left free", row.right,
                    counterexample=f"for {index} = 0 and 1 the right side is {numbers}:"
                    " it cannot be both, and is not of the index on the left",
                )  # fmt: skip
        return None

    def named_elsewhere(
        self, claim: Claim, layer: int, label: str, reason: str
    ) -> Verdict | None:
        """Name a formula that does not fit, in a network in which it has a value.

        One of equal widths; one neuron in each layer, for products that do not say of
        what kind they are; one more layer, for a delta behind the last one.
        """
        thin = self.elsewhere("thin", claim, layer, label)
        if not _says_no_order(claim):
            thin = None
        for kind in ("square", "deeper"):
            found = self.elsewhere(kind, claim, layer, label)
            if found is None or not found.mistake:
                continue
            if "+" not in found.mistake or thin is None or not thin.is_right:
                return _unfit(found, reason)
        if thin is not None and thin.mistake:
            return _unfit(thin, reason)
        if thin is None or not thin.is_right:
            return None
        if _NOT_SUMMED in reason:
            row = next(row for row in MISTAKES if row.id == "sum-missing")
            return Verdict(
                label,
                "does not fit",
                row.id,
                label,
                f"{row.words}: {reason}",
                row.right,
            )
        if self.of_single_neurons:
            words = "right for one neuron in each layer, as it is written"
            return Verdict(label, "right by another convention", message=words)
        words = (
            f"{_OF_ONE_NEURON}; for more, {reason}: it needs"
            " another order, a transpose, or an elementwise product"
        )
        return Verdict(label, "does not fit", "", label, words)

    def elsewhere(
        self, kind: str, claim: Claim, layer: int, label: str
    ) -> Verdict | None:
        try:
            found = self.judged(self.helpers(kind), claim, layer, label)
        except FormulaError:
            return None
        # A factor that has no place elsewhere explains nothing here.
        return replace(found, mistake="") if found.mistake == _ANY_FACTOR else found

    def helpers(self, kind: str) -> list[NetworkCase]:
        if kind not in self._helpers:
            case = self.cases[0]
            width = max(case.sizes[1], 3) if case.m == 1 else case.m
            outputs = 2 if case.loss_name == "softmax_cross_entropy" else 1
            sizes = {
                "square": (width,) * len(case.sizes),
                "thin": (*[1] * case.last, outputs),
                "deeper": (width,) * (len(case.sizes) + 1),
            }.get(kind)
            if sizes is None:
                sizes = (*[int(kind[6:])] * case.last, case.sizes[-1])
            m = case.m  # the convention's factors are those of m
            activations = [*case.activations[:1], *case.activations]
            self._helpers[kind] = [
                random_case(
                    sizes, activations[-(len(sizes) - 1) :], case.loss, case.reduction,
                    m, seed, self.biases,
                )
                for seed in (3, 4)
            ]  # fmt: skip
        return self._helpers[kind]

    # ---- Updates, other formulas, shapes ---------------------------------------------

    def of_value(self, claim: Claim, layer: int, label: str) -> Verdict:
        """Judge an update, or an equation between formulas, by their values."""
        assert claim.formula is not None
        views = self.views(self.cases)
        values = [_value(claim, view, layer)[0] for view in views]
        if claim.kind == "update":
            assert isinstance(claim.target, Symbol)
            rates = [
                _step(value, claim.target, view, layer)
                for value, view in zip(values, views, strict=True)
            ]
            first = rates[0] or 0.0
            if all(rate and np.isclose(rate, first) for rate in rates):
                return Verdict(label, "right")
            of = claim.target
            step = Binary("*", Number(_ETA), Symbol(f"d{of.name}", of.layer))
            wanted = [evaluate(Binary("-", of, step), view, layer) for view in views]
        else:
            wanted = [evaluate(claim.target, view, layer) for view in views]
            if all(map(_same, values, wanted)):
                return Verdict(label, "right")
        both = _apart(values[0], wanted[0])
        for name, words, formula in self.suspects(claim):
            try:
                wrong = [evaluate(formula, view, layer) for view in views]
            except FormulaError:
                continue
            if all(map(_same, values, wrong)):
                right = "W - eta dW" if claim.kind == "update" else f"{claim.target}"
                return Verdict(
                    label, "wrong", name, label, words, right, counterexample=both
                )
        words = "it is not what stands on the left"
        if claim.kind == "update":
            found = self.of_step(claim, layer, label, values)
            if found is not None:
                return found
            words = f"the update is {claim.target} - eta d{claim.target}"
        return Verdict(label, "wrong", "", label, words, counterexample=both)

    def of_step(
        self, claim: Claim, layer: int, label: str, values: Sequence[Array]
    ) -> Verdict | None:
        """Name the mistake in what an update subtracts, as in a gradient."""
        target = claim.target
        assert isinstance(target, Symbol)
        views = self.views(self.cases)
        if target.layer is None:
            return None
        number = self.notation.layer(
            target.name, target.layer.number(layer, views[0].last)
        )
        quantity = f"d{target.name}", number
        steps = [
            (evaluate(target, view, layer) - value) / _ETA
            for value, view in zip(values, views, strict=True)
        ]
        answers = [
            {quantity: view.plain(quantity[0], step)}
            for view, step in zip(views, steps, strict=True)
        ]
        judge = Judge(self.cases, answers, _TOLERANCE)
        found = judge.verdict(quantity)
        if not found.mistake or found.mistake in {"factor", "reg-sign"}:
            return None
        return replace(found, quantity=label)

    def suspects(self, claim: Claim) -> Iterator[tuple[str, str, Tree]]:
        target = claim.target
        if claim.kind == "update":
            assert isinstance(target, Symbol)
            step = Binary("*", Number(_ETA), Symbol(f"d{target.name}", target.layer))
            rows = {row.id: row.words for row in MISTAKES}
            name = "update-ascent"
            yield name, rows[name], Binary("+", target, step)
            name = "update-uses-weights"
            of_weights = Binary("*", Number(1.0 - _ETA), target)
            yield name, rows[name], of_weights
            return
        for edit in edits(target):
            yield edit.id, edit.words, edit.formula

    def of_shape(self, claim: Claim, layer: int, label: str) -> Verdict:
        """Judge a statement of rows and columns."""
        assert claim.shape is not None
        view = self.views(self.cases)[0]
        try:
            stated = tuple(int(evaluate(size, view, layer)) for size in claim.shape)
        except FormulaError as error:
            return Verdict(label, "cannot be read", message=str(error))
        trees = (claim.target, *claim.either)
        shapes = [_shape_of(tree, view, layer) for tree in trees]
        if stated in shapes:
            of = trees[shapes.index(stated)]
            plain = claim.either[0] if claim.either else claim.target
            named = label if of in {plain, claim.target} else f"shape of {of}"
            return Verdict(named, "right")
        known = [s for s in shapes if s is not None]
        if not known:
            evaluate(claim.target, view, layer)  # raises
        shown, right = _written(stated), _written(known[-1])
        message = f"{shown} is stated, it is {right} in a {_widths(view.case)} network"
        mistake, instead = "", ""
        target = claim.target
        if isinstance(target, Symbol) and target.name == "db":
            delta = _shape_of(Symbol("dZ", target.layer), view, layer)
            if stated == delta:
                row = next(row for row in MISTAKES if row.id == "db-not-summed")
                mistake, instead = row.id, row.right
        if isinstance(target, Symbol) and target.name == "dA" and stated == (1, 1):
            row = next(row for row in MISTAKES if row.id == "out-scalar-mean")
            mistake, instead = row.id, row.right
        if stated == known[-1][::-1]:
            mistake, instead = "transposed", right
        return Verdict(label, "does not fit", mistake, label, message, instead)


# ---- What may be another notation ----------------------------------------------------


def _is_forward(claim: Claim) -> bool:
    """Return whether it says how z or a is computed, of any layer or of one."""
    names = (
        {p.name for p in parts(claim.formula) if isinstance(p, Symbol)}
        if (claim.formula is not None)
        else set[str]()
    )
    return _name(claim.target) in {"Z", "A"} and not names & {"dZ", "dA", "dW"}


def _judged_with_care(claim: Claim, verdict: Verdict, case: NetworkCase) -> Verdict:
    """Call nothing wrong that the notation may explain.

    Sums over the examples are divided by m later; a layer that there is not, and
    entries beside whole matrices, were not understood.
    """
    if verdict.mistake == "dW-transposed" and _OF_A_COLUMN.search(claim.text):
        words = "w is a column here, as its gradient is"
        if case.sizes[-1] == 1 and verdict.quantity == f"dW{case.last}":
            return replace(
                verdict, status="right by another convention", mistake="", message=words
            )
    if _is_forward(claim) and verdict.status in {"wrong", "does not fit"}:
        if verdict.mistake == "row-column-mixed" and verdict.status == "wrong":
            words = "the forward pass says in which order the indices of w are"
            return replace(
                verdict, status="right by another convention", mistake="", message=words
            )
        words = "it is not the forward pass of the network that is graded"
        return replace(
            verdict, status="cannot be read", mistake="",
            message=f"{words}: {verdict.message}",
        )  # fmt: skip
    if verdict.mistake == "extra-term" and not _has_what_is_added(claim, verdict):
        words = "it was not understood"
        return replace(
            verdict, status="cannot be read", mistake="",
            message=f"{words}: {verdict.message}",
        )  # fmt: skip
    if _is_no_update(claim) and not verdict.is_right:
        words = "it is no update of what stands on the left, and was not understood"
        return Verdict(verdict.quantity, "cannot be read", message=words)
    if _is_of_a_step(claim) and not verdict.is_right:
        words = "the step that is added is named elsewhere"
        return replace(
            verdict, status="right by another convention", mistake="", message=words
        )
    added = claim.raw is not None and claim.raw[0] in _terms(claim.raw[1])
    if added and verdict.mistake == "batch-1m-missing":
        words = "it adds up over the examples; 1/m is still to come"
        return replace(
            verdict, status="right by another convention", mistake="", message=words
        )
    unfit = verdict.status == "does not fit" and claim.kind != "shape"
    if unfit and claim.kind == "update" and not verdict.mistake:
        return replace(verdict, status="cannot be read")
    if unfit and not verdict.mistake and _NOT_UNDERSTOOD.search(verdict.message):
        return replace(verdict, status="cannot be read")
    return verdict


def _has_what_is_added(claim: Claim, verdict: Verdict) -> bool:
    """Return whether the term that is said to be added stands in the formula."""
    term = _ADDED.match(verdict.message)
    formula = claim.formula
    if term is None or formula is None:
        return True
    return any(
        isinstance(part, Symbol) and part.name == term[1]
        for part in _all_parts(formula)
    )


def _is_no_update(claim: Claim) -> bool:
    """Return whether what stands for W or b is computed of other things alone.

    A hidden activation may be called b. So may an activation function of a text be
    another one than that of the network.
    """
    target, formula = claim.target, claim.formula
    if formula is None or claim.numpy:
        return False
    if claim.kind == "value":
        inner = target.argument if isinstance(target, Elements) else target
        return isinstance(inner, Call) and inner.function == "g"
    names = {part.name for part in _all_parts(formula) if isinstance(part, Symbol)}
    return claim.kind == "update" and not names & {_name(target), f"d{_name(target)}"}


def _is_bare(claim: Claim) -> bool:
    """Return whether a weight stands there without its layer."""
    return any(
        part.symbol == Symbol(part.symbol.name)
        for tree in claim.raw or ()
        for part in parts(tree)
        if isinstance(part, Entry) and part.symbol.name in {"W", "dW"}
    )


def _is_of_a_step(claim: Claim) -> bool:
    r"""Return whether it is ``w = w + \Delta w``, of any step."""
    target, formula = claim.target, claim.formula
    if claim.kind != "update" or _DELTA.search(claim.text) is None:
        return False
    if not isinstance(target, Symbol) or formula is None:
        return False
    names = {part for part in _all_parts(formula) if isinstance(part, Symbol)}
    return names == {target, Symbol(f"d{target.name}", target.layer)}


def _terms(tree: Tree) -> tuple[Tree, ...]:
    """Return the two terms of a sum."""
    if isinstance(tree, Binary) and tree.operator == "+":
        return tree.left, tree.right
    return ()


# ---- Small parts ---------------------------------------------------------------------


def _unfit(found: Verdict, reason: str) -> Verdict:
    words = found.message
    words += f" ({reason})" if reason != words else ""
    return replace(found, status="does not fit", message=words)


def _apart(value: Array, wanted: Array) -> str:
    """Show the entry, or the shapes, in which two values differ most."""
    if value.shape != wanted.shape:
        return f"it is {_written(value.shape)}, not {_written(wanted.shape)}"
    error = np.nan_to_num(np.abs(value - wanted), nan=np.inf)
    at = np.unravel_index(int(np.argmax(error)), value.shape)
    place = f"[{','.join(map(str, at))}]: " if at else ""
    return f"{place}yours {value[at]:.6g}, the graph's {wanted[at]:.6g}"


def _says_no_order(claim: Claim) -> bool:
    tree = claim.formula
    return tree is not None and any(
        isinstance(part, Binary) and part.operator == "·" for part in parts(tree)
    )


def _numbered(claim: Claim) -> int:
    """Return the width that a formula needs which names neurons by number, or 0."""
    indices = [
        index
        for part in (parts(claim.formula) if claim.formula is not None else ())
        if isinstance(part, Entry)
        for index in (part.row, part.column)
        if isinstance(index, int)
    ]
    return min(max(indices, default=-1), 63) + 1


def _name(tree: Tree) -> str:
    return tree.name if isinstance(tree, Symbol) else ""


def _same(one: Array, other: Array) -> bool:
    return is_close(one, other, _TOLERANCE)


def _place(quantity: str, last: int) -> tuple[int, ...]:
    """Order verdicts: forward, from the output back, then what is no quantity."""
    match = _QUANTITY.fullmatch(quantity)
    if match is None:
        return 2, 0, 0
    name, layer = match[1], int(match[2])
    if name in {"Z", "A"}:
        return 0, layer, _ORDER.index(name)
    return 1, last - layer, _ORDER.index(name)


def _written(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a number"


def _widths(case: NetworkCase) -> str:
    return "-".join(map(str, case.sizes))


def _title(case: NetworkCase) -> str:
    names = ", ".join(g.name for g in case.activations)
    examples = f"m = {case.m} examples" if case.m > 1 else "1 example"
    return (
        f"{_widths(case)} network ({names}), {case.loss_name}, {case.reduction} over"
        f" {examples}"
    )


_OF_SCALARS: Final = re.compile(
    r"\\partial z[^{}]{0,9}(?:\{[^{}]*\})?\}\s*\{\\partial w"
)
_OF_A_COLUMN: Final = re.compile(r"^[^W=]{0,60}w[^=W]{0,20}=(?!.*W)")
_ADDED: Final = re.compile(r"(\w+)\[[^\]]*\] is added")
_DELTA: Final = re.compile(r"\+\s*(?:\\Delta|Δ|\\triangle)")
_NOT_UNDERSTOOD: Final = re.compile(
    r"has no index, in a formula for one entry"
    r"|there is no \w+ of layer|there is no function"
)
_UNKNOWN: Final = "there is no such quantity"
_FEW: Final = 5  # statements, of which one or two may well be wrong
_OF_ONE_NEURON: Final = "it is right for one neuron in each layer"
_DEEPEST: Final = 8
_MOST_REPAIRS: Final = 80
_OF_AN_ORDER: Final = frozenset({"missing-transpose", "extra-transpose"})
_OFTEN_WITH_ANOTHER: Final = frozenset({
    "missing-transpose", "extra-transpose", "swapped", "hid-dot-for-elementwise",
    "elementwise", "other-layer",
})  # fmt: skip
_ENOUGH: Final = 60  # statements that show how a text writes
_ANY_FACTOR: Final = "act-factor-wrong"
_NOT_SUMMED: Final = "neither on the left nor summed over"
# The losses of logits, with the function that makes probabilities of them.
_OF_LOGITS: Final = {
    "softmax_cross_entropy": "softmax",
    "binary_cross_entropy_with_logits": "sigmoid",
}
# The activations whose derivatives are written with the logistic function.
_OF_LOGISTIC: Final = frozenset({"softplus", "silu", "swish", "gelu", "mish"})
_TWO_TERMS: Final = frozenset({"binary_cross_entropy_with_logits"})
_CAPITAL_Z: Final = re.compile(r"(?<![A-Za-z\\])d?[ZX](?![A-Za-z])")
_OF_VECTORS: Final = re.compile(
    r"\\odot|⊙|\\circ|\\bullet|\\otimes|\\ast|\\top|\\intercal|ᵀ|\.T|\^\s*\{?\s*(?:T|\\mathsf)"
    r"|(?<![A-Za-z])d?W"
)
_CAPITAL: Final = re.compile(r"(?<![A-Za-z\\])d?[ZAX](?![A-Za-z])")
_BATCH: Final = re.compile(r"\b(?:m|N|batch_size)\b|shape")
_SMALL: Final = re.compile(r"(?<![A-Za-z\\])d?[zax](?![A-Za-z])")
_QUANTITY: Final = re.compile(r"(dA|dZ|dW|db|Z|A)([0-9]+)")
_LAYERS: Final = {
    "in a superscript": re.compile(r"\^\s*\{?\s*[lL0-9]|[⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸ]"),
    "in brackets": re.compile(r"\^\s*\{?\s*[\[(]\s*[lL0-9]"),
    "in a subscript": re.compile(r"_\s*\{?\s*[lL0-9]|[₀₁₂₃₄₅₆₇₈₉ₗ]"),
}
