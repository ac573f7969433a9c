"""Judge one statement of a text by its numbers, and name the mistake in it.

Every formula is evaluated in the true quantities, so that an error is charged in the
statement in which it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from nn.grading.cases import shared_case
from nn.grading.judge import (
    Convention,
    Judge,
    Quantity,
    conventions,
    ratio,
    told_apart,
    worst_entry,
)
from nn.grading.mistakes import MISTAKES, edits, right_formula
from nn.grading.notation import (
    ETA,
    OF_SOFTMAX,
    TOLERANCE,
    Notation,
    View,
    all_parts,
    are_same,
    cases_like,
    has_m,
    is_forward,
    is_right,
    layers_of,
    name_of,
    names_in,
    read_as,
    shape_of,
    step_of,
    value_of,
    with_swapped_indices,
)
from nn.grading.repairs import factor_repairs, index_repairs, repairs
from nn.grading.report import Verdict
from nn.matrix.arrays import np
from nn.reading.claims import restated
from nn.reading.formula.sums import free_indices
from nn.reading.formula.tree import (
    Binary,
    Call,
    Elements,
    Entry,
    FormulaError,
    Layer,
    Number,
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

__all__ = ["NO_FORWARD_PASS", "Grader", "written_widths"]

NO_FORWARD_PASS: Final = "it is not the forward pass of the network that is graded"


class Grader:
    """Judges one statement after another, in networks of several kinds."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        cases: Sequence[NetworkCase],
        notation: Notation,
        biases: bool,
        of_single_neurons: bool,
        claims: Sequence[Claim] = (),
        searches: bool = True,
    ) -> None:
        self.cases, self.notation, self.biases = cases, notation, biases
        self.of_single_neurons = of_single_neurons
        self.claims = claims
        self.searches = searches  # for the change that makes a wrong formula right
        self._helpers: dict[str, list[NetworkCase]] = {}

    def views(self, cases: Sequence[NetworkCase]) -> list[View]:
        """Return networks in the notation of the text."""
        return [View(case, self.notation) for case in cases]

    def verdicts(self, claim: Claim) -> list[Verdict]:
        """Judge a statement in every layer of which it may hold.

        What names no layer, as of one layer by itself, is not numbered as others are.
        """
        found = self.verdicts_as_numbered(claim)
        plain = replace(
            self.notation, shift=0, shift_of_z=0, shift_of_a=0, shift_of_delta=0
        )
        if plain == self.notation or _is_numbered(claim):
            return found
        if all(each.is_right for each in found):
            return found
        return Grader(
            self.cases,
            plain,
            self.biases,
            self.of_single_neurons,
            self.claims,
            self.searches,
        ).verdicts_as_numbered(claim)

    def verdicts_as_numbered(self, claim: Claim) -> list[Verdict]:
        """Judge a statement whose layers are counted as the notation says."""
        if claim.kind == "name":
            return self.of_a_name(claim)
        last = self.cases[0].last - self.notation.shift_of_z
        claim = self.in_its_layer(claim, last)
        found = [self.verdict(claim, n) for n in layers_of(claim, last, self.notation)]
        once = dict.fromkeys(found)  # of a formula that names no layer
        some = claim.of_some_layer or is_forward(claim) or _is_a_slope(claim.target)
        if some and any(each.is_right for each in once):
            once = dict.fromkeys(each for each in once if each.is_right)
        once = dict.fromkeys(
            _judged_with_care(claim, each, self.cases[0], bool(self.notation.across))
            for each in once
        )
        return [replace(each, line=claim.line, text=claim.text) for each in once]

    def in_its_layer(self, claim: Claim, last: int) -> Claim:
        """Return a claim on ``dW`` alone as one on the layer in which it is right."""
        target = claim.target
        if claim.kind != "quantity" or not isinstance(target, Symbol) or target.layer:
            return claim
        views = self.views(self.cases)
        for number in range(1, last + 1):
            one = replace(claim, target=Symbol(target.name, Layer("", number)))
            if all(is_right(one, number, view) for view in views):
                return one
        return claim

    def may_be_of_each_example(self, claim: Claim, layer: int) -> bool:
        """Return whether only 1/m is missing, which dW and db may have: none was read.

        So it is if they are stated, and could not be read; or if the text never speaks
        of m.
        """
        unread = {name_of(one.target) for one in self.claims if one.kind == "unread"}
        known = {name_of(one.target) for one in self.claims if one.kind == "quantity"}
        parameters = {"dW", "db"}
        if known & parameters and claim.numpy:
            return False
        is_open = bool(unread & parameters) and not known & parameters
        if not is_open and any(map(has_m, self.claims)):
            return False
        if name_of(claim.target) not in {"dA", "dZ"}:
            return False
        each = conventions(self.cases[0])[1]
        sign = float(np.sign(self.notation.convention.deltas))
        each = replace(each, deltas=sign * abs(each.deltas))
        notation = replace(self.notation, convention=each)
        return all(is_right(claim, layer, View(case, notation)) for case in self.cases)

    def of_other_examples(self, claim: Claim, layer: int, reason: str) -> str:
        """Return of which examples a statement is right that is not of all; or ""."""
        if _WITHOUT_A_SUM in reason and self.is_of_one_example(claim, layer):
            return "it is right for the loss of one example"
        if _is_of_the_cost_of_an_example(claim) and self.is_of_one_example(
            claim, layer
        ):
            return "it is right for the loss of one example"
        if self.may_be_of_each_example(claim, layer):
            return "it is right for the loss of each example"
        if self.is_of_the_cost(claim, layer):
            return "it is of the mean cost, where others are of each example"
        return ""

    def is_of_the_cost(self, claim: Claim, layer: int) -> bool:
        """Return whether 1/m is right in a derivative of the cost by one example's."""
        if not (has_m(claim) and _BY_ONE_EXAMPLE.match(claim.text)):
            return False
        sign = float(np.sign(self.notation.convention.parameters))
        notation = replace(self.notation, convention=Convention("", sign, sign))
        return all(is_right(claim, layer, View(case, notation)) for case in self.cases)

    def is_of_one_layer(self, claim: Claim, layer: int, label: str) -> bool:
        """Return whether a gradient that names no layer is right where there is one.

        Linear models and single neurons come first in many texts: (y - t) x.
        """
        stated = claim.raw[0] if claim.raw is not None else claim.target
        symbols = [part for part in all_parts(stated) if isinstance(part, Symbol)]
        inputs = Symbol("A", Layer("", 0))
        of_inputs = claim.formula and inputs in set(all_parts(claim.formula))
        if self.cases[0].last == 1 or any(s.layer for s in symbols) or not of_inputs:
            return False
        found = self.elsewhere("single", claim, layer, label)
        return found is not None and found.is_right

    def is_of_one_example(self, claim: Claim, layer: int) -> bool:
        """Return whether a formula for one entry is right where there is one example.

        In a text of a batch it may say what each example adds.
        """
        one = cases_like(self.cases[0], True, self.biases)
        own = self.notation.convention
        signs = (float(np.sign(own.deltas)), float(np.sign(own.parameters)))
        notation = replace(self.notation, convention=Convention("", *signs))
        return all(is_right(claim, layer, View(case, notation)) for case in one)

    def in_columns(self) -> Grader:
        """Return a grader to which dA and dZ are columns, as the chain rule is read."""
        notation = replace(self.notation, across=frozenset(), in_rows=False)
        return Grader(
            self.cases, notation, self.biases, self.of_single_neurons, self.claims,
            self.searches,
        )  # fmt: skip

    def numbered_alike(self) -> Grader:
        """Return a grader to which z, a and W of a layer have one number.

        What the chain rule leaves to the reader, as the a of ``dz/dW``, is so numbered,
        even where the text calls a = g(z) by the next number.
        """
        notation = replace(
            self.notation,
            shift=self.notation.shift_of_z,
            shift_of_a=self.notation.shift_of_z,
        )
        if notation == self.notation:
            return self
        return Grader(
            self.cases, notation, self.biases, self.of_single_neurons, self.claims,
            self.searches,
        )  # fmt: skip

    def in_rows(self, *others: str) -> Grader:
        """Return a grader to which dA and dZ are rows, as in numerator layout.

        So are the ``others``: db too, as a derivative by a vector.
        """
        notation = replace(self.notation, across=frozenset({"dA", "dZ", *others}))
        return Grader(
            self.cases, notation, self.biases, self.of_single_neurons, self.claims,
            self.searches,
        )  # fmt: skip

    def of_a_name(self, claim: Claim) -> list[Verdict]:
        """Judge a formula that has a name if it is a derivative, else say nothing."""
        views = self.views(self.cases)
        for one in claim.may_be:
            for layer in layers_of(one, views[0].last, self.notation):
                if all(is_right(one, layer, view) for view in views):
                    return self.verdicts(one)[:1]
        for convention in conventions(self.cases[0]):
            if convention.deltas * self.notation.convention.deltas < 0:
                continue  # y - a where others write a - y, which is used as it is
            notation = replace(self.notation, convention=convention)
            others = [View(case, notation) for case in self.cases]
            for one in claim.may_be:
                for layer in layers_of(one, views[0].last, self.notation):
                    if all(is_right(one, layer, view) for view in others):
                        words = convention.words or "it is right for another cost"
                        return [
                            Verdict(
                                self.label(one, layer), "right by another convention",
                                message=words, line=claim.line, text=claim.text,
                            )
                        ]  # fmt: skip
        return []

    def verdict(self, claim: Claim, layer: int) -> Verdict:
        """Judge a statement in one layer."""
        label = self.label(claim, layer)
        if claim.kind == "unread":
            return Verdict(label, "cannot be read", message=claim.error)
        if _names_entries(claim):
            words = "it says what the entries are called"
            return Verdict(label, "right", message=words)
        try:
            if claim.kind == "shape":
                return self.of_shape(claim, layer, label)
            if claim.kind == "quantity":
                of_columns = claim.of_chain and bool(self.notation.across)
                grader = self.in_columns() if of_columns else self
                found = grader.of_quantity(claim, layer, label)
                if claim.of_chain and self.notation.in_rows and not found.is_right:
                    other = self.in_columns().of_quantity(claim, layer, label)
                    found = other if other.is_right else found
                if claim.of_chain and not found.is_right:
                    other = self.numbered_alike().of_quantity(claim, layer, label)
                    found = other if other.is_right else found
                if found.mistake == "dW-transposed" and claim.of_chain:
                    words = "the chain rule does not say in which order W is written"
                    return Verdict(label, "right by another convention", message=words)
                if found.mistake == "dW-transposed" and self.may_be_turned():
                    words = "nothing says which index of w is that of the inputs"
                    return Verdict(label, "cannot be read", message=words)
                return found
            return self.of_value(claim, layer, label)
        except FormulaError as error:
            if str(error) == OF_SOFTMAX and self.takes_softmax_alone(claim, layer):
                row = next(row for row in MISTAKES if row.id == _ALONE)
                return Verdict(label, "wrong", row.id, label, row.words, row.right)
            status = "cannot be read" if claim.kind == "value" else "does not fit"
            return Verdict(label, status, "", label, str(error))

    def takes_softmax_alone(self, claim: Claim, layer: int) -> bool:
        """Return whether the outputs' slopes are said to be the diagonal p (1 - p)."""
        of = claim.target.argument if isinstance(claim.target, Call) else None
        if not claim.is_diagonal or of != Symbol("Z", Layer("L")):
            return False
        assert claim.formula is not None
        p = Symbol("A", Layer("L"))
        alone = Binary("*", p, Binary("-", Number(1.0), p))
        try:
            return all(
                are_same(*(evaluate(f, view, layer) for f in (claim.formula, alone)))
                for view in self.views(self.cases)
            )
        except FormulaError:
            return False

    def label(self, claim: Claim, layer: int) -> str:
        """Return how what is stated is called, with its number: ``dW2``."""
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

    def of_quantity(  # noqa: PLR0912
        self, claim: Claim, layer: int, label: str
    ) -> Verdict:
        """Judge a formula for a quantity, and name the mistake in it."""
        target = claim.target
        assert isinstance(target, Symbol)
        slip = self.slip(claim, layer, label)
        if slip is not None:
            return slip
        try:
            value, _ = value_of(claim, self.views(self.cases)[0], layer)
            verdict = self.judged(self.cases, claim, layer, label)
        except FormulaError as error:
            shape, reason = None, str(error)
            if reason == OF_SOFTMAX and "dA" in names_in(claim.formula):
                return Verdict(label, "cannot be read", message=reason)  # of any g
            if _NO_SUCH_ENTRY in reason:  # it may count examples
                return Verdict(label, "cannot be read", message=reason)
            verdict = Verdict(label, "does not fit", "", label, reason)
        else:
            shape, reason = value.shape, verdict.message
        if verdict.is_right and self.notation.convention.factor(target.name) != 1.0:
            words = self.notation.convention.words
            return Verdict(label, "right by another convention", message=words)
        if verdict.is_right:
            return verdict
        if verdict.mistake == "left-at-zero" and "Y" in names_in(claim.formula):
            words = "it is 0 as it was read: outputs and targets have one letter"
            return Verdict(label, "cannot be read", message=words)
        words = self.of_other_examples(claim, layer, reason)
        if words:
            return Verdict(label, "right by another convention", message=words)
        if self.is_of_one_layer(claim, layer, label):
            words = "it may be of a network of one layer, in which it is right"
            return Verdict(label, "cannot be read", message=words)
        if self.is_a_column_of_rows(claim, layer):
            words = "it is a column, where other derivatives by vectors are rows"
            return Verdict(label, "right by another convention", message=words)
        fits = shape == shape_of(target, self.views(self.cases)[0], layer)
        by_index = isinstance(claim.formula, Elements)
        if self.of_single_neurons and not (fits or by_index) and _says_no_order(claim):
            thin = self.elsewhere("thin", claim, layer, label)
            if thin is not None and thin.is_right:
                return Verdict(label, "right by another convention", message=_OF_ONE)
        if verdict.mistake and "+" not in verdict.mistake:
            return self.shown(claim, layer, verdict) if fits else verdict
        if self.is_right_with_indices_swapped(claim, layer):
            row = next(row for row in MISTAKES if row.id == "row-column-mixed")
            words = "the indices of w are in the other order than elsewhere"
            if not is_forward(claim) and _is_bare(claim) and not self.says_order():
                words = "nothing says which index of w is that of the inputs"
                return Verdict(label, "cannot be read", message=words)
            status = "wrong" if shape is not None else "does not fit"
            return Verdict(label, status, row.id, label, words, row.right)
        if fits:
            named = self.shown(claim, layer, verdict)
        else:
            named = self.named_elsewhere(claim, layer, label, reason) or verdict
        is_named = named.mistake and "+" not in named.mistake
        if is_named or named.is_right or not self.searches:
            return named
        order_missing = named.message.startswith(_OF_ONE_NEURON)
        return self.mended(claim, layer, named, order_missing) or named

    def is_a_column_of_rows(self, claim: Claim, layer: int) -> bool:
        r"""Return whether a derivative is made a column that the text has as a row.

        So is one by the inputs, ``(\delta W)^T``, which nothing goes on from.
        """
        formula = claim.formula
        if isinstance(formula, Binary) and formula.left == Symbol("sign"):
            formula = formula.right
        if not self.notation.across or not claim.is_explicit:
            return False
        if not isinstance(formula, Transpose):
            return False
        one = replace(claim, formula=Transpose(claim.formula or formula))
        return all(is_right(one, layer, view) for view in self.views(self.cases))

    def mended(
        self, claim: Claim, layer: int, verdict: Verdict, order_missing: bool
    ) -> Verdict | None:
        """Name the change of the formula as it was written that makes it right.

        With ``order_missing``, right for single neurons, only a transpose is put in.
        """
        views = self.views(self.cases)

        def is_mended(one: Claim) -> bool:
            return all(is_right(one, layer, view) for view in views)

        right = f"{claim.target} = ..."
        if claim.raw is not None:
            for edit in index_repairs(*claim.raw):
                (one,) = read_as([restated(claim, edit.formula)], self.notation)
                if one.target == claim.target and is_mended(one):
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
            if is_mended(replace(plain, formula=edit.formula)):
                right = f"{claim.target} = {edit.formula}"
                return replace(
                    verdict, mistake=edit.id, where=verdict.quantity,
                    message=edit.words, instead=right,
                )  # fmt: skip
        large = sum(1 for _ in parts(claim.formula)) > _LARGEST
        if verdict.mistake or order_missing or large:
            return None
        pairs = (
            (first, edit)
            for first in changes
            if first.id in _OFTEN_WITH_ANOTHER
            for edit in islice(repairs(first.formula), _MOST_REPAIRS)
        )
        for first, edit in islice(pairs, _MOST_PAIRS):
            if is_mended(replace(plain, formula=edit.formula)):
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
        value = view.plain(target.name, value_of(claim, view, layer)[0])
        worst = worst_entry(view.case, (target.name, number), value, TOLERANCE)
        return replace(verdict, counterexample=worst.both)

    def says_order(self) -> bool:
        """Return whether a statement is right in this order of the indices alone."""
        view = self.views(self.cases)[0]
        return any(
            is_right(claim, layer, view)
            and not self.is_right_with_indices_swapped(claim, layer)
            for claim in self.claims
            if claim.kind == "quantity" and claim.turned is not None
            for layer in layers_of(claim, view.last, self.notation)
        )

    def may_be_turned(self) -> bool:
        """Return whether several statements, and all that say it, turn the indices."""
        view = self.views(self.cases)[0]
        turned = [
            claim.line
            for claim in self.claims
            if claim.kind == "quantity" and isinstance(claim.formula, Elements)
            for layer in layers_of(claim, view.last, self.notation)[:1]
            if not is_right(claim, layer, view)
            and self.is_right_with_indices_swapped(claim, layer)
        ]
        return len(set(turned)) > 1 and not self.says_order()

    def is_right_with_indices_swapped(self, claim: Claim, layer: int) -> bool:
        """Return whether w_ij in place of w_ji makes it right."""
        if self.notation.turned == "w_ij":
            one = claim.turned or claim
        else:
            one = with_swapped_indices(claim.turned or claim)
        if (one.target, one.formula) == (claim.target, claim.formula):
            return False
        return all(is_right(one, layer, view) for view in self.views(self.cases))

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
            {quantity: view.plain(target.name, value_of(claim, view, layer)[0])}
            for view in views
        ]
        outputs = number == cases[0].last and target.name in {"A", "dA"}
        of_logits = self.notation.as_probabilities and outputs
        if right_formula(*quantity, cases[0].last) is None or number < 1 or of_logits:
            wanted = [
                view.plain(target.name, np.asarray(evaluate(target, view, layer)))
                for view in views
            ]
            same = all(map(are_same, (a[quantity] for a in answers), wanted))
            message = "" if same else "it has another value"
            return Verdict(label, "right" if same else "wrong", message=message)
        if target.name in {"A", "Z"}:
            slope = f"d{target.name}", number
            wanted = [np.asarray(case.quantity(*slope)) for case in cases]
            if all(map(are_same, (a[quantity] for a in answers), wanted)):
                words = f"it is d{label}, the derivative of the cost by {label}"
                return Verdict(label, "wrong", "other-quantity", label, words)
        thorough = cases is self.cases or width > 0
        found = Judge(cases, answers, TOLERANCE, thorough).verdict(quantity)
        return replace(found, quantity=label)

    def slip(self, claim: Claim, layer: int, label: str) -> Verdict | None:
        """Find an index on the left that is summed over, where another is free."""
        for index, formula in claim.slips:
            other = replace(claim, formula=formula, others=(), slips=())
            try:
                right = all(is_right(other, layer, v) for v in self.views(self.cases))
            except FormulaError:
                right = False
            if right:
                row = next(row for row in MISTAKES if row.id == "sum-index-slip")
                value = value_of(other, self.views(self.cases)[0], layer)[0]
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
            return Verdict(label, "right by another convention", message=_OF_ONE)
        words = (
            f"{_OF_ONE_NEURON}; for more, {reason}: it needs"
            " another order, a transpose, or an elementwise product"
        )
        return Verdict(label, "does not fit", "", label, words)

    def elsewhere(
        self, kind: str, claim: Claim, layer: int, label: str
    ) -> Verdict | None:
        """Judge a quantity in networks of another kind, or None if it has no value."""
        try:
            found = self.judged(self.helpers(kind), claim, layer, label)
        except FormulaError:
            return None
        # A factor that has no place elsewhere explains nothing here.
        return replace(found, mistake="") if found.mistake == _ANY_FACTOR else found

    def helpers(self, kind: str) -> list[NetworkCase]:
        """Return networks of another kind, which are made once."""
        if kind not in self._helpers:
            case = self.cases[0]
            width = max(case.sizes[1], 3) if case.m == 1 else case.m
            outputs = 2 if case.loss_name == "softmax_cross_entropy" else 1
            sizes = {
                "square": (width,) * len(case.sizes),
                "thin": (*[1] * case.last, outputs),
                "single": (case.sizes[0], case.sizes[-1]),
                "deeper": (width,) * (len(case.sizes) + 1),
            }.get(kind)
            if sizes is None:
                sizes = (*[int(kind[6:])] * case.last, case.sizes[-1])
            m = case.m  # the convention's factors are those of m
            activations = [*case.activations[:1], *case.activations]
            self._helpers[kind] = [
                shared_case(
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
        values = [value_of(claim, view, layer)[0] for view in views]
        if claim.kind == "update":
            assert isinstance(claim.target, Symbol)
            rates = [
                step_of(value, claim.target, view, layer)
                for value, view in zip(values, views, strict=True)
            ]
            said = [rate for rate in rates if rate is None or not np.isnan(rate)]
            first = (said and said[0]) or 0.0
            if all(rate and np.isclose(rate, first) for rate in said):
                return Verdict(label, "right")
            of = claim.target
            step = Binary("*", Number(ETA), Symbol(f"d{of.name}", of.layer))
            wanted = [evaluate(Binary("-", of, step), view, layer) for view in views]
        else:
            wanted = [evaluate(claim.target, view, layer) for view in views]
            values = _of_all_neurons(claim, values, wanted)
            if all(map(are_same, values, wanted)):
                return Verdict(label, "right")
            turned = [right.T for right in wanted]
            of_matrices = not isinstance(claim.target, Elements) and claim.name
            if of_matrices and all(map(are_same, values, turned)):
                words = "a derivative by a vector, in the other layout"
                return Verdict(label, "right by another convention", message=words)
        both = _apart(values[0], wanted[0])
        for name, words, formula in self.suspects(claim):
            try:
                wrong = [evaluate(formula, view, layer) for view in views]
            except FormulaError:
                continue
            if all(map(are_same, values, wrong)):
                right = "W - eta dW" if claim.kind == "update" else f"{claim.target}"
                return Verdict(
                    label, "wrong", name, label, words, right, counterexample=both
                )
        named = self.of_numbers(claim, layer, label, values, wanted)
        if named is not None:
            return replace(named, counterexample=both)
        words = "it is not what stands on the left"
        if claim.kind == "update":
            found = self.of_step(claim, layer, label, values)
            if found is not None:
                return found
            words = f"the update is {claim.target} - eta d{claim.target}"
        elif _has_letters(claim):
            words = "an index may be meant in another way"
            return Verdict(label, "cannot be read", message=words, counterexample=both)
        return Verdict(label, "wrong", "", label, words, counterexample=both)

    def of_numbers(
        self,
        claim: Claim,
        layer: int,
        label: str,
        values: Sequence[Array],
        wanted: Sequence[Array],
    ) -> Verdict | None:
        """Name the mistake in a statement of one neuron, or one weight, by number."""
        if claim.raw is None or name_of(claim.target) not in _DERIVATIVES:
            return None
        views = self.views(self.cases)
        for edit in (*index_repairs(*claim.raw), *factor_repairs(*claim.raw)):
            one = restated(claim, edit.formula)
            if one.target == claim.target and all(
                is_right(one, layer, view) for view in views
            ):
                right = f"{edit.formula}"
                return Verdict(label, "wrong", edit.id, label, edit.words, right)
        ratios = [
            ratio(value, right, TOLERANCE)
            for value, right in zip(values, wanted, strict=True)
        ]
        first = ratios[0]
        if first is None or not all(r and np.isclose(r, first) for r in ratios):
            return None
        words = f"it is {first:g} times what is right"
        return Verdict(label, "wrong", "factor", label, words)

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
        before = [evaluate(target, view, layer) for view in views]
        if np.shape(before[0]) != np.shape(values[0]):
            return None
        steps = [(one - value) / ETA for one, value in zip(before, values, strict=True)]
        answers = [
            {quantity: view.plain(quantity[0], step)}
            for view, step in zip(views, steps, strict=True)
        ]
        judge = Judge(self.cases, answers, TOLERANCE)
        found = judge.verdict(quantity)
        if found.is_right and "weight decay" in found.message:
            words = "the gradient of a penalty on the weights is added (weight decay)"
            return Verdict(label, found.status, message=words)
        if not found.mistake or found.mistake in {"factor", "reg-sign"}:
            return None
        return replace(found, quantity=label)

    def suspects(self, claim: Claim) -> Iterator[tuple[str, str, Tree]]:
        """Yield wrong formulas with their ids and words, to compare with."""
        target = claim.target
        if claim.kind == "update":
            assert isinstance(target, Symbol)
            step = Binary("*", Number(ETA), Symbol(f"d{target.name}", target.layer))
            rows = {row.id: row.words for row in MISTAKES}
            name = "update-ascent"
            yield name, rows[name], Binary("+", target, step)
            name = "update-uses-weights"
            of_weights = Binary("*", Number(1.0 - ETA), target)
            yield name, rows[name], of_weights
            return
        for edit in edits(target):
            yield edit.id, edit.words, edit.formula
        for right, other in _other_weights(claim):
            words = f"{other} stands where {right} should"
            yield "index-slip", words, rewritten(target, right, other)

    def of_shape(self, claim: Claim, layer: int, label: str) -> Verdict:
        """Judge a statement of rows and columns."""
        assert claim.shape is not None
        view = self.views(self.cases)[0]
        try:
            stated = tuple(int(evaluate(size, view, layer)) for size in claim.shape)
        except FormulaError as error:
            return Verdict(label, "cannot be read", message=str(error))
        trees = (claim.target, *claim.either)
        shapes = [shape_of(tree, view, layer) for tree in trees]
        if stated in shapes:
            of = trees[shapes.index(stated)]
            plain = claim.either[0] if claim.either else claim.target
            named = label if of in {plain, claim.target} else f"shape of {of}"
            return Verdict(named, "right")
        known = [s for s in shapes if s is not None]
        if not known:
            evaluate(claim.target, view, layer)  # raises
        shown, right = _written(stated), _written(known[-1])
        message = (
            f"{shown} is stated, it is {right} in a {written_widths(view.case)} network"
        )
        mistake, instead = "", ""
        target = claim.target
        if isinstance(target, Symbol) and target.name == "db":
            delta = shape_of(Symbol("dZ", target.layer), view, layer)
            if stated == delta:
                row = next(row for row in MISTAKES if row.id == "db-not-summed")
                mistake, instead = row.id, row.right
        if isinstance(target, Symbol) and target.name == "dA" and stated == (1, 1):
            row = next(row for row in MISTAKES if row.id == "out-scalar-mean")
            mistake, instead = row.id, row.right
        if stated == known[-1][::-1]:
            mistake, instead = "transposed", right
        return Verdict(label, "does not fit", mistake, label, message, instead)


def _other_weights(claim: Claim) -> Iterator[tuple[Entry, Entry]]:
    r"""Yield each weight by number on the left with another of its layer on the right.

    Of the cost of one output, ``\partial E_2/\partial a_1 = \delta_2 w_5``.
    """
    sides = [
        [part for part in parts(tree) if _is_weight_by_number(part)]
        for tree in (claim.target, claim.formula)
        if tree is not None
    ]
    for right, other in product(*sides) if len(sides) > 1 else ():
        assert isinstance(right, Entry)
        assert isinstance(other, Entry)
        if right.symbol == other.symbol and right != other:
            yield right, other


def _is_weight_by_number(part: Tree) -> bool:
    if not isinstance(part, Entry) or part.symbol.name != "W":
        return False
    return isinstance(part.row, int) and isinstance(part.column, int)


def _judged_with_care(
    claim: Claim, verdict: Verdict, case: NetworkCase, of_rows: bool
) -> Verdict:
    """Call nothing wrong that the notation may explain."""
    if verdict.is_right:
        return verdict
    words = _other_layout(claim, verdict, of_rows) or _of_one_output(claim)
    if claim.of_any_layer and verdict.mistake.startswith("batch-"):
        words = "it is said of any layer, and not over which examples it is averaged"
    elif claim.of_any_layer and verdict.mistake in {"", "swapped"}:
        words = "it is said of any layer, and perhaps in another layout"
    if words:
        return Verdict(verdict.quantity, "cannot be read", message=words)
    words = _convention_for(claim, verdict, case)
    if words:
        return replace(
            verdict, status="right by another convention", mistake="", message=words
        )
    words = _why_not_understood(claim, verdict)
    if words:
        message = f"{words}: {verdict.message}"
        return replace(verdict, status="cannot be read", mistake="", message=message)
    return verdict


def _of_one_output(claim: Claim) -> str:
    r"""Return the words for a derivative of the cost of one output, or "".

    ``\partial E_k / \partial w_{ij}`` has terms of k that are summed further on.
    """
    index = claim.cost_index
    if not index or claim.formula is None:
        return ""
    is_free = index in free_indices(claim.formula)
    of_another = is_free and index not in free_indices(claim.target)
    return "it is of the cost of one output, and not of all" if of_another else ""


def _is_of_the_cost_of_an_example(claim: Claim) -> bool:
    r"""Return whether the index of its cost is that of no neuron, as in dL_i/ds_k."""
    every = [tree for tree in (*(claim.raw or ()), claim.formula) if tree is not None]
    found = {index for tree in every for index in free_indices(tree)}
    return bool(claim.cost_index) and claim.cost_index not in found


def _convention_for(claim: Claim, verdict: Verdict, case: NetworkCase) -> str:
    """Return the convention by which a statement is right; "" if there is none.

    Sums over the examples are divided by m later.
    """
    of_one_output = case.sizes[-1] == 1 and verdict.quantity == f"dW{case.last}"
    transposed = verdict.mistake == "dW-transposed" and of_one_output
    if transposed and _OF_A_COLUMN.search(claim.text):
        return "w is a column here, as its gradient is"
    mixed = verdict.mistake == "row-column-mixed" and verdict.status == "wrong"
    if is_forward(claim) and mixed:
        return "the forward pass says in which order the indices of w are"
    if _is_of_a_step(claim):
        return "the step that is added is named elsewhere"
    added = claim.raw is not None and claim.raw[0] in _terms(claim.raw[1])
    if added and verdict.mistake == "batch-1m-missing":
        return "it adds up over the examples; 1/m is still to come"
    return ""


def _why_not_understood(claim: Claim, verdict: Verdict) -> str:
    """Return why what is called wrong may mean something else; "" if it is wrong.

    A layer that there is not, and entries beside whole matrices, were not understood.
    """
    if is_forward(claim) and verdict.status in {"wrong", "does not fit"}:
        return NO_FORWARD_PASS
    if verdict.mistake == "extra-term" and not _has_what_is_added(claim, verdict):
        return "it was not understood"
    if _is_of_the_next_layer(claim):
        return "its layers may be counted in another way"
    if verdict.mistake == "db-not-summed" and _ONES_FIRST.search(claim.text):
        return "the 1 may be a row of ones, which sums over the examples"
    if _is_no_update(claim):
        return "it is no update of what stands on the left"
    by_parts = _numbered(claim) > 0 and "partial" in claim.text.partition("=")[2]
    is_unclear = by_parts or not verdict.mistake
    by_a_weight = _BY_A_WEIGHT.search(claim.text) and not _is_at_an_output(claim)
    if claim.is_placed and not by_a_weight:
        is_unclear = False
    if claim.kind == "value" and verdict.status == "wrong" and is_unclear:
        return "it may be of another function"
    unnamed = verdict.status == "does not fit" and not verdict.mistake
    if verdict.quantity == "dZ0" and unnamed:
        return "it was not understood: nothing goes into the inputs"
    if _is_beyond_the_outputs(claim) and verdict.status == "does not fit":
        return "it was not understood: there are no weights behind the outputs"
    unfit = verdict.status == "does not fit" and claim.kind != "shape"
    of_the_batch = verdict.mistake.startswith("batch-")
    if unfit and _MIXED in verdict.message and (of_the_batch or not verdict.mistake):
        return "it was not understood"
    if verdict.mistake:
        return ""
    if unfit and (claim.kind == "update" or _NOT_UNDERSTOOD.search(verdict.message)):
        return "it was not understood"
    return ""


def _is_of_the_next_layer(claim: Claim) -> bool:
    """Return whether dZ1 is just dA2, where the Z of one layer leads to the next A."""
    match claim.target, claim.formula:
        case Symbol("dZ", Layer() as own), Symbol("dA", Layer() as other):
            return (own.base, own.offset + 1) == (other.base, other.offset)
    return False


def _is_at_an_output(claim: Claim) -> bool:
    """Return whether g' is taken of an activation, ``g'(a)`` for ``g'(z)``."""
    return any(
        isinstance(part, Call)
        and part.function == "dg"
        and names_in(part.argument) == {"A"}
        for part in (parts(claim.formula) if claim.formula is not None else ())
    )


def _is_beyond_the_outputs(claim: Claim) -> bool:
    """Return whether a layer behind the last one stands in a formula."""
    return any(
        isinstance(part, Symbol)
        and part.layer is not None
        and (part.layer.base, part.layer.offset > 0) == ("L", True)
        for part in (parts(claim.formula) if claim.formula is not None else ())
    )


def _other_layout(claim: Claim, verdict: Verdict, of_rows: bool) -> str:
    """Return the words for what another layout of derivatives explains, or ""."""
    name, mistake = name_of(claim.target), verdict.mistake
    mixed = of_rows and mistake in {"missing-transpose", "extra-transpose"}
    if mixed and name in {"dA", "dZ"}:
        return "derivatives are rows here, and this one may be a column"
    if name not in _DERIVATIVES or mistake == "sum-missing":
        return ""
    if _is_the_chain_rule(claim.text):
        return "the factors of the chain rule may stand in another order or layout"
    return ""


def _is_the_chain_rule(text: str) -> bool:
    """Return whether what stands last in an equation is a product of derivatives."""
    rest = text.rpartition("=")[2]
    count = 0
    while (match := _FRACTION.search(rest)) is not None:
        end = _groups_end(rest, match.start() + match[0].index("{"))
        rest = rest[: match.start()] + rest[end:]
        count += 1
        if count > _MOST_FACTORS:
            return False
    return count > 1 and _BETWEEN.fullmatch(rest) is not None


def _groups_end(text: str, start: int) -> int:
    """Return the place after two groups in braces."""
    depth = groups = 0
    for i in range(start, len(text)):
        depth += (text[i] == "{") - (text[i] == "}")
        groups += text[i] == "}" and depth == 0
        if groups == 2:  # noqa: PLR2004
            return i + 1
    return len(text)


def _has_what_is_added(claim: Claim, verdict: Verdict) -> bool:
    """Return whether the term that is said to be added stands in the formula."""
    term = _ADDED.match(verdict.message)
    formula = claim.formula
    if term is None or formula is None:
        return True
    return any(
        isinstance(part, Symbol) and part.name == term[1] for part in all_parts(formula)
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
    names = {part.name for part in all_parts(formula) if isinstance(part, Symbol)}
    return claim.kind == "update" and not names & {
        name_of(target),
        f"d{name_of(target)}",
    }


def _names_entries(claim: Claim) -> bool:
    r"""Return whether it is ``(W^l)_{ij} = w^l_{ij}``, in either order of indices."""
    formula = claim.formula
    if claim.kind != "update" or not isinstance(formula, Elements):
        return False
    inner, target = formula.argument, claim.target
    if not isinstance(inner, Entry) or not isinstance(target, Symbol):
        return False
    return inner.symbol == target or Symbol(inner.symbol.name) == target  # all layers'


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
    names = {part for part in all_parts(formula) if isinstance(part, Symbol)}
    return names == {target, Symbol(f"d{target.name}", target.layer)}


def _has_letters(claim: Claim) -> bool:
    """Return whether a letter is an index in a formula."""
    return claim.formula is not None and any(
        isinstance(part, Entry) and {type(part.row), type(part.column)} & {str}
        for part in parts(claim.formula)
    )


def _is_a_slope(target: Tree) -> bool:
    """Return whether it is g'(z), which is another formula in another layer."""
    inner = target.argument if isinstance(target, Elements) else target
    return isinstance(inner, Call) and inner.function == "dg"


def _of_all_neurons(
    claim: Claim, values: list[Array], wanted: list[Array]
) -> list[Array]:
    """Return a number that is a slope, as in g'(z) = 1, for every neuron."""
    if not _is_a_slope(claim.target) or any(value.ndim for value in values):
        return values
    pairs = zip(values, wanted, strict=True)
    return [np.full_like(right, value) for value, right in pairs]


def _terms(tree: Tree) -> tuple[Tree, ...]:
    """Return the two terms of a sum."""
    if isinstance(tree, Binary) and tree.operator == "+":
        return tree.left, tree.right
    return ()


def _unfit(found: Verdict, reason: str) -> Verdict:
    words = found.message
    words += "" if reason.startswith(words) else f" ({reason})"
    return replace(found, status="does not fit", message=words)


def _apart(value: Array, wanted: Array) -> str:
    """Show the entry, or the shapes, in which two values differ most."""
    if value.shape != wanted.shape:
        return f"it is {_written(value.shape)}, not {_written(wanted.shape)}"
    error = np.nan_to_num(np.abs(value - wanted), nan=np.inf)
    at = np.unravel_index(int(np.argmax(error)), value.shape)
    place = f"[{','.join(map(str, at))}]: " if at else ""
    yours, graph = told_apart(float(value[at]), float(wanted[at]))
    return f"{place}yours {yours}, the graph's {graph}"


def _is_numbered(claim: Claim) -> bool:
    """Return whether a statement names a layer but that of the inputs or outputs."""
    if claim.raw is None:
        return True
    ends = {None, Layer("", 0), Layer("L")}
    symbols = [p for tree in claim.raw for p in all_parts(tree)]
    return any(isinstance(p, Symbol) and p.layer not in ends for p in symbols)


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


def _written(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a number"


def written_widths(case: NetworkCase) -> str:
    """Return the widths of a network, such as 3-4-2."""
    return "-".join(map(str, case.sizes))


_DERIVATIVES: Final = frozenset({"dA", "dZ", "dW", "db"})

_OF_A_COLUMN: Final = re.compile(r"^[^W=]{0,60}w[^=W]{0,20}=(?!.*W)")

_FRACTION: Final = re.compile(r"\\[dt]?frac\s*\{\s*(?:\\partial|∂|d)")
_BETWEEN: Final = re.compile(
    r"(?:\\sum(?:_\w|_\{[^{}]*\})?(?:\^\w|\^\{[^{}]*\})?|\\(?:cdot|times|left|right|,|;|!)"
    r"|[\s()*.\[\]])*"
)
_MOST_FACTORS: Final = 20

_ADDED: Final = re.compile(r"(\w+)\[[^\]]*\] is added")

_DELTA: Final = re.compile(r"\+\s*(?:\\[Dd]elta|Δ|δ|\\triangle)")

_WITHOUT_A_SUM: Final = "it has one value for each example"

# an activation by a weight, over which there may be several ways
_BY_A_WEIGHT: Final = re.compile(r"\\partial a\^\{\(\d\)\}_\{\d+\}\}\{\\partial w")
_MIXED: Final = "has no index, in a formula for one entry"
_NOT_UNDERSTOOD: Final = re.compile(
    r"there is no \w+ of layer|there is no function|does not say of which layer"
    rf"|{_WITHOUT_A_SUM}"
)

# \frac{\partial C}{\partial a^{[2](i)}} = ...
_BY_ONE_EXAMPLE: Final = re.compile(
    r"\s*\\[dt]?frac\s*\{[^=]{1,40}\}\s*\{\s*\\partial[^=]{1,40}\(\s*[a-z]\s*\)\s*\}[^=+*-]{0,4}="
)
_NO_SUCH_ENTRY: Final = "has no entry"
_OF_ONE: Final = "right for one neuron in each layer, as it is written"
_OF_ONE_NEURON: Final = "it is right for one neuron in each layer"

_LARGEST: Final = 60  # parts of a formula in which two changes are looked for

_MOST_REPAIRS: Final = 80
_MOST_PAIRS: Final = 1_000  # of two mistakes at once, which take a tenth of a second

_OF_AN_ORDER: Final = frozenset({"missing-transpose", "extra-transpose"})

_OFTEN_WITH_ANOTHER: Final = frozenset({
    "missing-transpose", "extra-transpose", "swapped", "hid-dot-for-elementwise",
    "elementwise", "other-layer",
})  # fmt: skip

_ANY_FACTOR: Final = "act-factor-wrong"

_ALONE: Final = "softmax-as-elementwise"
_ONES_FIRST: Final = re.compile(
    r"=\s*(?:\\underset\s*\{[^{}]{1,30}\}\s*\{\s*)?"
    r"\\(?:mathbf|mathbb|boldsymbol|bm)\s*\{?\s*1(?![0-9])"
)
_NOT_SUMMED: Final = "neither on the left nor summed over"
