"""One node's gradient: `explain` writes out its chain-rule sum, `nudge` measures it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from autograd_scalar.errors import OperandError, StaleGraphError
from autograd_scalar.explain.symbols import (
    Formulas,
    Written,
    figures,
    joined,
    parenthesised,
    partial,
)
from autograd_scalar.graph.naming import name_of, unique_names
from autograd_scalar.graph.sweeps import stateless_sweep, topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.numbers.kinds import arithmetic_of, has_switched
from autograd_scalar.operands import no_value, real
from autograd_scalar.reporting.escape import latex_text, markup
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Explanation", "Nudge", "Term", "explain", "nudge"]

_MOST_TERMS: Final = 12  # of a sum that is written out


def explain(root: Value, node: Value) -> Explanation:
    """Write the gradient of ``root`` by ``node`` as the sum of the chain rule.

    There is one term for each use of the node: the adjoint of its user times the user's
    local derivative. ``total`` is what `backward` puts on the node, to the bit, added
    up in the same order. No Value is changed.

    >>> from autograd_scalar import Value, explain
    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> c = (a * b + a**2).named("c")
    >>> print(explain(c, a))
    ∂c/∂a = ∂c/∂v4 · ∂v4/∂a + ∂c/∂v2 · ∂v2/∂a
          = ∂c/∂v4 · 2·a + ∂c/∂v2 · b
          = 1.0 · 4.0 + 1.0 · (-3.0)
          = 4.0 + (-3.0)
          = 1.0
    where v4 = a², v2 = a·b
    >>> [term.contribution for term in explain(c, a).terms], explain(c, a).total
    ([4.0, -3.0], 1.0)

    Raises:
        OperandError: one of them is not a Value.
    """
    for given in (root, node):
        _check_value("explain()", given)
    order = topological_order(root)
    # Users in the order of the sweep: it begins at the root.
    users = [user for user in reversed(order) if node in user.parents]
    *upstream, total = stateless_sweep(root, 1.0, [*users, node])
    formulas = _formulas(order)
    terms: list[Term] = []
    for user, adjoint in zip(users, upstream, strict=True):
        derivatives = user.local_derivatives
        terms += [
            Term(user, k, adjoint, derivatives[k], derivatives[k] * adjoint, formulas)
            for k, parent in enumerate(user.parents)
            if parent is node
        ]
    return Explanation(root, node, tuple(terms), total, formulas)


@dataclass(frozen=True, slots=True)
class Term:
    """One use of a node: ``contribution = upstream * local_derivative``.

    ``user`` has the node as its operand number ``operand``; ``upstream`` is the adjoint
    of the user.
    """

    user: Value
    operand: int
    upstream: float
    local_derivative: float
    contribution: float
    _formulas: Formulas = field(repr=False, compare=False)

    @property
    def formula(self) -> str:
        """The local derivative in symbols.

        >>> from autograd_scalar import Value, explain
        >>> x = Value(0.5, "x")
        >>> explain(x.tanh(), x).terms[0].formula
        '1 − tanh(x)²'
        """
        return self.written.text

    @property
    def written(self) -> Written:
        """The local derivative in symbols, as text, LaTeX and MathML."""
        return self._formulas.local(self.user, self.operand).written

    def __str__(self) -> str:
        return (
            f"{self.upstream!r} * {self.local_derivative!r} = {self.contribution!r},"
            f" by operand {self.operand} of {self._formulas.name(self.user).text}:"
            f" {self.formula}"
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """The chain-rule sum that `explain` gives; it prints itself."""

    root: Value
    node: Value
    terms: tuple[Term, ...]
    total: float
    _formulas: Formulas = field(repr=False, compare=False)

    def text(self) -> str:
        """Return the sum as lines of text: in symbols, then with the numbers in."""
        rows = self._rows()
        head = rows[0].left.text
        lines = []
        for row in rows:
            left = row.left.text if row.left.text else " " * len(head)
            lines.append(f"{left} = {joined(row.pieces, ' + ').text}")
        return "\n".join([*lines, *(note.text for note in self._notes())])

    def latex(self) -> str:
        r"""Return the sum in LaTeX, as rows of an ``aligned`` environment.

        >>> from autograd_scalar import Value, explain
        >>> x = Value(2.0, "x")
        >>> print(explain(x * x, x).latex())
        \begin{aligned}
        \frac{\partial v_{1}}{\partial x} &= x + x \\
         &= 1.0 \cdot 2.0 + 1.0 \cdot 2.0 \\
         &= 2.0 + 2.0 \\
         &= 4.0
        \end{aligned}
        """
        rows = [
            f"{row.left.latex} &= {joined(row.pieces, ' + ').latex}"
            for row in self._rows()
        ]
        rows += [f"&{note.latex}" for note in self._notes()]
        inner = " \\\\\n".join(rows)
        return f"\\begin{{aligned}}\n{inner}\n\\end{{aligned}}"

    def mathml(self) -> str:
        """Return the sum as a ``math`` element of MathML.

        The pieces of term k bear ``data-term="k"`` in every row, so that a symbol can
        be linked to its number; ``data-part`` says which row it is.
        """
        lines = []
        for row in self._rows():
            pieces = [
                piece
                if part is None
                else piece._replace(
                    mathml=f'<mrow data-term="{part}" data-part="{row.part}">'
                    f"{piece.mathml}</mrow>"
                )
                for part, piece in zip(row.of, row.pieces, strict=True)
            ]
            right = joined(pieces, " + ").mathml
            lines.append(
                f'<mtr><mtd class="left">{row.left.mathml}</mtd>'
                f'<mtd class="right"><mo>=</mo>{right}</mtd></mtr>'
            )
        lines += [
            f'<mtr><mtd></mtd><mtd class="right">{note.mathml}</mtd></mtr>'
            for note in self._notes()
        ]
        return (
            '<math display="block">'
            f'<mtable displaystyle="true">{"".join(lines)}</mtable></math>'
        )

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        count = counted(len(self.terms), "term")
        return f"<explanation of {count}: {self.total!r}>"

    def _repr_html_(self) -> str:
        shown = min(len(self.terms), _MOST_TERMS)
        lit = [
            f'.autograd-explain:has([data-term="{k}"]:hover) [data-term="{k}"]'
            for k in range(shown)
        ]
        rule = f"{','.join(lit)}{{{_LIT}}}" if lit else ""
        return (
            f'<div class="autograd-explain"><style>{_STYLE}{rule}</style>'
            f"{self.mathml()}</div>"
        )

    # The rows: in symbols, as formulas, with numbers, contributions, total

    def _rows(self) -> list[_Row]:
        left = partial(self._name(self.root), self._name(self.node))
        if self.node is self.root:
            seed = Written("1, the seed", r"1\text{, the seed}", _SEED)
            return [_Row("total", left, [seed], [None])]
        if not self.terms:
            nothing = figures(0.0)
            return [_Row("total", left, [nothing], [None])]
        shown = [*enumerate(self._shown)]
        kinds = [
            ("symbols", [self._in_symbols(term) for term in self._shown]),
            ("formulas", [self._as_formula(term) for term in self._shown]),
            ("numbers", [_in_numbers(term) for term in self._shown]),
            ("contributions", [_factor(x.contribution, k) for k, x in shown]),
            ("total", [figures(self.total)]),
        ]
        rows: list[_Row] = []
        for part, pieces in kinds:
            of: list[int | None] = [*range(len(pieces))]
            if part == "total":
                of = [None]
            elif self._more:
                pieces.append(self._more)
                of.append(None)
            if not rows or pieces != rows[-1].pieces:  # nothing is said twice
                rows.append(_Row(part, left if not rows else _NOTHING, pieces, of))
        return rows

    @property
    def _shown(self) -> Sequence[Term]:
        return self.terms[:_MOST_TERMS]

    @property
    def _more(self) -> Written | None:
        left_out = len(self.terms) - _MOST_TERMS
        if left_out <= 0:
            return None
        text = f"{left_out:,} more terms"
        return Written(
            f"… {text}", rf"\ldots\text{{ {text}}}", f"<mtext>… {text}</mtext>"
        )

    def _in_symbols(self, term: Term) -> Written:
        """Return ∂C/∂b · ∂b/∂a; the formula where that would say too little.

        It would for a use by the root itself, and where one user has the node twice.
        """
        user = term.user
        if user is self.root or user.parents.count(self.node) > 1:
            return self._as_formula(term)
        upstream = partial(self._name(self.root), self._name(user))
        return _times(upstream, partial(self._name(user), self._name(self.node)))

    def _as_formula(self, term: Term) -> Written:
        if term.user is self.root:
            return self._formulas.local(term.user, term.operand).written
        upstream = partial(self._name(self.root), self._name(term.user))
        local = self._formulas.local(term.user, term.operand)
        return _times(upstream, local.as_factor)

    def _notes(self) -> list[Written]:
        """Return what the symbols mean, and why there is nothing to add up."""
        if not self.terms:
            if self.node is self.root:
                return []
            root, node = self._name(self.root).text, self._name(self.node).text
            why = f"{root} was not computed from {node}"
            return [Written(why, latex_text(why), f"<mtext>{markup(why)}</mtext>")]
        users = dict.fromkeys(term.user for term in self._shown)
        meanings = [
            joined([self._name(user), self._formulas.definition(user).written], " = ")
            for user in users
            if not user.label and user is not self.root
        ]
        for user in users:
            meanings += self._formulas.conditions(user)
        if not meanings:
            return []
        where = Written("where ", r"\text{where } ", "<mtext>where&#xA0;</mtext>")
        return [joined([where, joined([*dict.fromkeys(meanings)], ", ")], "")]

    def _name(self, node: Value) -> Written:
        return self._formulas.name(node)


@dataclass(frozen=True, slots=True)
class _Row:
    part: str
    left: Written
    pieces: list[Written]
    of: list[int | None]  # the term that each piece belongs to


_NOTHING: Final = Written("", "", "")
_SEED: Final = "<mn>1</mn><mtext>, the seed</mtext>"
_LIT: Final = (
    "background:color-mix(in srgb,currentColor 18%,transparent);"
    "outline:1px solid currentColor"
)
_STYLE: Final = (
    ".autograd-explain{overflow-x:auto;overflow-y:hidden}.autograd-explain math"
    "{width:max-content;margin:0}.autograd-explain mtd{padding:.25em .15em}"
    ".autograd-explain mtd.left{text-align:right}"
    ".autograd-explain mtd.right{text-align:left}"
)


def _times(a: Written, b: Written) -> Written:
    return Written(
        f"{a.text} · {b.text}",
        rf"{a.latex} \cdot {b.latex}",
        f"{a.mathml}<mo>·</mo>{b.mathml}",
    )


def _in_numbers(term: Term) -> Written:
    return _times(_factor(term.upstream), _factor(term.local_derivative))


def _factor(x: float, place: int = 1) -> Written:
    """Return a number; a negative one in parentheses, but for that in first place."""
    written = figures(x)
    is_bare = not place or not written.text.startswith("-")
    return written if is_bare else parenthesised(written)


def _formulas(order: Sequence[Value]) -> Formulas:
    """Return the formulas of a graph."""
    return Formulas(dict(zip(order, unique_names(order), strict=True)))


def _check_value(what: str, given: object) -> None:
    if not isinstance(given, Value):
        raise OperandError(no_value(what, given))


# ---- Nudge ---------------------------------------------------------------------------


def nudge(root: Value, node: Value, eps: float = 1e-6) -> Nudge:
    """Move one value by ``eps``, run the rest again, and say how far the root moves.

    ``node`` may be a leaf or lie within the graph; all that it was computed from, and
    all that was not computed from it, keeps its number. That is what an adjoint means:
    by how much the cost changes if z changes slightly. No Value is changed.

    >>> from autograd_scalar import Value, nudge
    >>> w, x = Value(3.0, "w"), Value(2.0, "x")
    >>> z = (w * x).named("z")
    >>> print(nudge((z * z).named("C"), z, 0.125))
    z moves from 6.0 to 6.125, and C from 36.0 to 37.515625:
    slope (37.515625 - 36.0) / 0.125 = 12.125, adjoint ∂C/∂z = 12.0

    Raises:
        OperandError: one of both is not a Value, or ``eps`` is not a real number, is 0,
            infinite or nan, or is lost when it is added to the node's number.
        StaleGraphError: a leaf's number has changed since it was recorded.
    """
    for given in (root, node):
        _check_value("nudge()", given)
    step = real(eps, "nudge(eps=)")
    if not step or not math.isfinite(step) or node.data + step == node.data:
        msg = (
            f"nudge(eps=) needs a number that moves {node.data!r}, got {step!r}; pass"
            f" one of about {max(abs(node.data), 1.0) * 1e-6:.0e}"
        )
        if math.isfinite(node.data) or not step or not math.isfinite(step):
            raise OperandError(msg)
    order = topological_order(root)
    moved = {node: node.data + step}
    crossed: list[Value] = []
    floats = arithmetic_of(float, 0)
    for user in order:
        primitive = user.primitive
        if primitive is None or user is node:
            continue
        if not any(parent in moved for parent in user.parents):
            continue
        before = tuple([parent.data for parent in user.parents])
        after = tuple([moved.get(parent, parent.data) for parent in user.parents])
        if user.op == "refined":  # a gradient recorded with a number of its own
            moved[user] = user.data + (after[0] - before[0])
            continue
        _check_recorded(user, primitive.forward(*before))
        moved[user] = primitive.forward(*after)
        if primitive.kinks and has_switched(floats, primitive, after, before):
            crossed.append(user)
    (adjoint,) = stateless_sweep(root, 1.0, [node])
    is_used = node in order
    names = _formulas(order)
    return Nudge(
        root,
        node,
        step,
        root.data,
        moved.get(root, root.data),
        adjoint,
        len([user for user in moved if user is not node]) if is_used else 0,
        tuple(crossed),
        (names.name(root).text, names.name(node).text),
    )


def _check_recorded(user: Value, now: float) -> None:
    """Raise if the parents of a node no longer give its number."""
    if now == user.data or (math.isnan(now) and math.isnan(user.data)):
        return
    msg = (
        f"node {name_of(user)} was recorded at {user.data!r} and its operands give"
        f" {now!r} now, so one of them was written since; build the graph again at the"
        " new numbers"
    )
    raise StaleGraphError(msg)


@dataclass(frozen=True, slots=True)
class Nudge:
    """What `nudge` found: the root before and after, beside the adjoint.

    ``moved`` counts the values that were computed again; ``crossed`` holds those of
    them that lie on another side of a kink now, where a slope is no derivative.
    """

    root: Value
    node: Value
    eps: float
    before: float
    after: float
    adjoint: float
    moved: int
    crossed: tuple[Value, ...]
    names: tuple[str, str] = field(repr=False, compare=False)  # root, node

    @property
    def slope(self) -> float:
        """How much the root moved, over how much the node did."""
        return (self.after - self.before) / self.eps

    def __str__(self) -> str:
        root, node = self.names
        to = self.node.data + self.eps
        if self.node is not self.root and not self.moved:
            return (
                f"{node} moves from {self.node.data!r} to {to!r}, and {root} stays at"
                f" {self.before!r}: it was not computed from {node}"
            )
        moves = (
            f"{node} moves from {self.node.data!r} to {to!r}, and {root} from"
            f" {self.before!r} to {self.after!r}:"
        )
        slope = (
            f"slope ({self.after!r} - {self.before!r}) / {self.eps!r} ="
            f" {self.slope!r}, adjoint ∂{root}/∂{node} = {self.adjoint!r}"
        )
        lines = [moves, slope]
        if self.crossed:
            first = self.crossed[0]
            primitive = first.primitive
            kinks = primitive.kinks if primitive is not None else ()
            at = " or ".join([kink.where for kink in kinks])
            more = len(self.crossed) - 1
            also = f", and {counted(more, 'other')}" if more else ""
            lines.append(
                f"on the way, {name_of(first)} crosses its kink at {at}{also}: the"
                " slope spans both sides, the adjoint holds for one"
            )
        return "\n".join(lines)
