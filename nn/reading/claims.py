r"""What the equations of a text claim of a network: each side of one, by its target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nn.files import printable
from nn.reading.equations import Chain, Side
from nn.reading.formula.indices import with_layer_said_beside, with_layers_of_indices
from nn.reading.formula.numpy_spelling import Statement, read_name
from nn.reading.formula.places import (
    KNOWN,
    is_by_number,
    of_entries,
    placed,
    quantity_of,
    with_layers_of_places,
    with_numpys_layers,
)
from nn.reading.formula.sums import free_indices
from nn.reading.formula.tree import (
    EXAMPLES,
    Binary,
    Call,
    Elements,
    Entry,
    Layer,
    Number,
    Reduce,
    Sum,
    Symbol,
    Transpose,
    Tree,
    parts,
    rewritten,
)
from nn.reading.latex.sides import Shape

__all__ = [
    "OF_NUMBERS",
    "OF_THE_COST",
    "Claim",
    "ClaimReader",
    "LeftOut",
    "Notes",
    "Piece",
    "restated",
    "target_of",
    "with_last_layers",
    "with_steps_taken_off",
]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a text says of a quantity.

    Attributes:
        kind: "quantity", "update" of W or b, "value" of another formula, "shape",
            "name" of a formula, or "unread".
        target: the quantity, or the formula of which the value is stated.
        formula: what it equals; None if something else is stated, or nothing was read.
        line: where it stands, counted from 1.
        text: as it was written.
        others: other readings, for where the first has no value.
        slips: readings with another index on the left, which would be right instead.
        shape: rows and columns, of a statement about a shape.
        either: other formulas that may have the shape instead.
        error: why it cannot be read.
        name: how the formula of which the value is stated is written.
        numpy: whether it is in NumPy's spelling.
        turned: what is stated if w_ij leads from i to j, where that makes a difference.
        of_some_layer: whether the text does not say of which layer it is.
        of_any_layer: whether it is of whichever layer X goes into, as in dW = X.T @ dZ.
        of_chain: whether it is a product of local derivatives, as of one example.
        raw: target and formula as they were read, before layers were put on entries.
        may_be: for "name", a formula to which a text gives a name, what it may state.
        beside: the other formulas in its equation.
        is_placed: whether every symbol in it was given its layer and number.
        is_explicit: whether it is of a derivative of the cost by name, as dC/dz is.
        has_letter: whether it is, and the equation gives it a letter, such as delta.
        is_diagonal: whether the formula stood on the diagonal of a matrix.
        cost_index: the index of the output whose cost it derives, as in dE_k/dw; or "".
    """

    kind: str
    target: Tree
    formula: Tree | None
    line: int
    text: str
    others: tuple[Tree, ...] = ()
    slips: tuple[tuple[str, Tree], ...] = ()
    shape: Shape | None = None
    either: tuple[Tree, ...] = ()
    error: str = ""
    name: str = ""
    numpy: bool = False
    turned: Claim | None = None
    of_some_layer: bool = False
    of_any_layer: bool = False
    of_chain: bool = False
    may_be: tuple[Claim, ...] = ()
    raw: tuple[Tree, Tree] | None = None
    beside: tuple[Tree, ...] = ()
    is_placed: bool = False
    is_explicit: bool = False
    is_diagonal: bool = False
    cost_index: str = ""
    has_letter: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An equation that is none of a network, and why."""

    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}: {self.reason}"


@dataclass
class Notes:
    """What a text states, what was left out, and how it writes.

    ``sizes`` are the widths of the network whose neurons the text says by number.
    ``of_one_example`` is whether its prose says that it looks at one example alone, and
    ``has_rows`` whether it says that derivatives by vectors are rows,
    ``says_no_biases`` that its layers have no biases;
    ``of_one_neuron``, whether it says that each layer has one neuron alone. From the
    line ``batch_from`` on its matrices have an example in each column, or row, as it
    says.
    """

    claims: list[Claim] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    cost_is_mean: bool = False  # as its code says
    of_one_example: bool = False
    says_no_biases: bool = False
    batch_from: int = 0
    of_one_neuron: bool = False
    has_rows: bool = False
    has_lines: bool = False  # equations that stand alone on their line, unmarked
    is_defined: bool = False  # names have the layers that the definitions give them
    is_reread: bool = True  # False if it cannot differ from what was read plainly


@dataclass(frozen=True, slots=True)
class Piece:
    """A formula, as it was read: in NumPy's spelling, or as chains, or not at all."""

    line: int
    text: str
    bare: bool
    statement: Statement | None = None
    chains: tuple[Chain, ...] = ()
    error: str = ""


class ClaimReader:
    """Adds what one formula after another claims to the notes.

    Attributes:
        notes: to which it is added.
        two_costs: whether L of one example stands beside C: then dZ is of L.
        mixed: whether delta stands beside dC/dz, of which it may be minus one.
        target: of the last equation, for one that goes on.
        cost_index: of that equation, the k of a cost E_k.
        of_vectors: whether code has vectors that are neither rows nor columns.
    """

    def __init__(
        self, notes: Notes, two_costs: bool, mixed: bool, of_vectors: bool = False
    ) -> None:
        self.notes, self.two_costs, self.mixed = notes, two_costs, mixed
        self.of_vectors = of_vectors
        self.target: Side | None = None
        self.cost_index = ""

    def add(self, piece: Piece) -> None:
        """Add what a formula claims, or what was left out of it and why."""
        line, text = piece.line, piece.text
        if piece.statement is not None:
            self._from_code(piece)
        elif piece.error:
            name = read_name(_left_side(text))
            if piece.bare and name is not None:
                self.notes.claims.append(
                    Claim("unread", name, None, line, text, error=piece.error)
                )
            elif piece.bare and _COST.match(text):
                self._leave_out(line, text, OF_THE_COST)
            elif not piece.bare or _names_a_quantity(text) or _COST.match(text):
                self._leave_out(line, text, piece.error)
        elif not (piece.bare or piece.chains) and _RELATION.search(text):
            self._leave_out(line, text, "it states no quantity of backpropagation")
        if _ANY_FUNCTIONS.search(text):
            self._leave_out(line, text, "it is a rule of any two functions")
            return
        if _DIAGRAM.search(text) and not _OF_DERIVATIVES.search(text):
            self._leave_out(line, text, "it shows what is computed in which order")
            return
        for chain in piece.chains:
            at = line + text.count("\n", 0, chain.at)
            sides = tuple(self._settled(side) for side in chain.sides)
            before = len(self.notes.claims)
            self._from_chain(at, replace(chain, sides=sides), piece.bare)
            if not chain.goes_on:
                of_one = _COST_OF_ONE.search(chain.text)
                self.cost_index = of_one[1] if of_one else ""
            if self.cost_index:
                self.notes.claims[before:] = [
                    _of_the_cost_of(self.cost_index, one)
                    for one in self.notes.claims[before:]
                ]

    def _from_code(self, piece: Piece) -> None:
        statement, line, text = piece.statement, piece.line, piece.text
        assert statement is not None
        target = statement.target
        self.target = None
        if target.name == "dg":
            slope = Call("dg", Symbol("Z", target.layer))
            self.notes.claims.append(
                Claim("value", slope, statement.formula, line, text,
                      name=_ANY_SLOPE.sub("g'(Z)", _left_side(text)), numpy=True)
            )  # fmt: skip
            return
        if target.name not in {*KNOWN, "Y", "m", "eta", "n", "Wb", "divisor"}:
            numbers = range(1, _depth(statement.formula) + 1)
            layers = [Layer("", number) for number in numbers]
            if any(_is_of_the_last(part) for part in parts(statement.formula)):
                layers += [Layer("L", -1), Layer("L")]
            layers += _any_layers_at(statement.formula)
            may_be = tuple(
                Claim("quantity", Symbol(name, layer), statement.formula, line,
                      text, numpy=True)
                for layer in reversed(layers)
                for name in ("dZ", "dA")
            )  # fmt: skip
            symbol = read_name(target.name)
            if symbol is not None and symbol.name in {"dW", "db"}:  # divided later
                may_be = (
                    Claim(
                        "quantity", symbol, statement.formula, line, text, numpy=True
                    ),
                )
            claim = Claim("name", target, statement.formula, line, text, numpy=True)
            self.notes.claims.append(replace(claim, may_be=may_be))
            return
        if target.name in {"W", "b"} and _is_by_other_names(target, statement.formula):
            self._leave_out(line, text, _OF_OTHER_NAMES)
            return
        if _is_an_update_of_any(target, statement.formula):
            target = Symbol(target.name, Layer("l"))
            formula = _in_any_layer(statement.formula)
            self.notes.claims.append(
                Claim("update", target, formula, line, text, numpy=True)
            )
            return
        of_any = _of_the_layer_it_is_in(target, statement.formula)
        if of_any is not None:
            kind = "quantity" if target.name.startswith("d") else "update"
            target = replace(target, layer=Layer("l"))
            self.notes.claims.append(
                Claim(kind, target, of_any, line, text, numpy=True, of_any_layer=True)
            )
            return
        numbered = any(map(_is_numbered, parts(statement.formula)))
        if (
            target.layer is None
            and target.name in KNOWN
            and (target.name in {"dW", "db", "W", "b"} or not numbered)
        ):
            error = f"{statement} does not say of which layer; write dW1 or dW[l]"
            found = Claim("unread", target, None, line, text, error=error)
        else:
            kind = "update" if target.name in {"W", "b"} else "quantity"
            formula = _added(target, statement.formula)
            formula = _with_a_sign(target, formula)
            target, formula = with_numpys_layers(target, formula)
            if _BARE_SUM.search(text):  # as in notes, of no library
                formula = _summed_over_examples(formula) or formula
            others = tuple(_of_vectors(formula)) if self.of_vectors else ()
            found = Claim(kind, target, formula, line, text, others, numpy=True)
        self.notes.claims.append(found)

    def _settled(self, side: Side) -> Side:
        """Say of which cost a derivative is: of that by which the text means dA, dZ."""
        plain = quantity_of(side.tree) if side.tree is not None else None
        of_cost = isinstance(plain, Symbol) and plain.name.endswith(_OF_COSTS)
        return replace(
            side,
            is_explicit=of_cost,
            tree=self._of_one_cost(side.tree),
            other=self._of_one_cost(side.other),
            shapes=tuple((self._of_one_cost(t) or t, s, w) for t, s, w in side.shapes),
        )

    def _of_one_cost(self, tree: Tree | None) -> Tree | None:
        if tree is None:
            return None
        for part in list(parts(tree)):
            symbol = part.symbol if isinstance(part, Entry) else part
            if not isinstance(symbol, Symbol) or not symbol.name.endswith(_OF_COSTS):
                continue
            plain = Symbol(symbol.name[:2], symbol.layer)
            if not isinstance(part, Entry) and part is symbol:
                new: Tree = plain
            else:
                assert isinstance(part, Entry)
                new = replace(part, symbol=plain)
            if self.two_costs and symbol.name.endswith("C"):
                new = Binary("/", new, Symbol("examples"))
            if self.mixed and part is not tree:
                new = Binary("*", Symbol("sign"), new)
            tree = rewritten(tree, part, new)
        return tree

    def _leave_out(self, line: int, text: str, reason: str) -> None:
        short = " ".join(text.split())[:80]
        reason = reason.partition("; known are")[0]
        if _GIVEN in reason or (_UNREAD in reason and _is_a_cost(text)):
            reason = OF_THE_COST
        self.notes.left_out.append(LeftOut(line, printable(short), reason))

    def _unread_or_left_out(self, line: int, chain: Chain, reason: str) -> None:
        """Say that a derivative of the cost was not read, or leave an equation out."""
        first = chain.sides[0].text if chain.sides else ""
        if _UNREAD in reason and _OF_A_COST.match(first):
            of = Symbol(first)
            claim = Claim("unread", of, None, line, chain.text, error=reason)
            self.notes.claims.append(claim)
        else:
            self._leave_out(line, chain.text, reason)

    def _from_chain(  # noqa: PLR0912
        self, line: int, chain: Chain, bare: bool
    ) -> None:
        sides = list(chain.sides)
        if chain.is_named:
            self._named(line, chain)
            return
        aside = _why_aside(sides)
        if aside:
            self._leave_out(line, chain.text, aside)
            return
        target = self.target if chain.goes_on else target_of(sides)
        if target is None and not chain.goes_on:
            target = _identity(sides)
        if not chain.goes_on:
            self.target = target
        if chain.goes_on and sides and all(_GIVEN in side.error for side in sides):
            self._leave_out(line, chain.text, OF_THE_COST)  # the loss C (= E above)
            return
        before, left = len(self.notes.claims), len(self.notes.left_out)
        for side in sides:
            self._shapes(line, side, target)
        if target is None or target.tree is None:
            shapes = len(self.notes.claims) > before
            if not shapes and self._is_to_be_named(chain, bare):
                errors = [side.error for side in sides if side.error]
                reason = (errors or ["it states no quantity of backpropagation"])[0]
                if sides and sides[0].tree in _COUNTS:
                    reason = "it says how many neurons or examples there are"
                self._unread_or_left_out(line, chain, reason)
            return
        others = [side for side in sides if side is not target]
        others = [side for side in others if self._is_said(target, side, bare)]
        same = [side for side in others if _is_the_same(target, side)]
        names = [side for side in same if _is_definition(target, side)]
        if sum(side.tree is not None for side in others) > 0:
            is_said = sides[-1].tree is not None
            others = [
                side
                for side in others
                if not (_may_be_left_out(side) or (is_said and _is_on_the_way(side)))
            ]
        for side in [side for side in others if side not in same] or names[:1]:
            beside = [each.tree for each in others if each is not side]
            known = tuple(tree for tree in beside if tree is not None)
            self._claim(line, target, side, chain.text, known)
        silent = (before, left) == (len(self.notes.claims), len(self.notes.left_out))
        if silent and self._is_to_be_named(chain, bare):
            reason = "there is nothing on the other side"
            if len(sides) > 1:
                reason = "it does not say how a quantity is computed"
            elif chain.has_numbers:
                reason = OF_NUMBERS
            self._leave_out(line, chain.text, reason)

    def _named(self, line: int, chain: Chain) -> None:
        """Claim of a formula that has a name what it may be: a delta, or a dA."""
        side = next((side for side in chain.sides if side.tree is not None), None)
        if side is None or side.tree is None:
            errors = [each.error for each in chain.sides]
            self._leave_out(line, chain.text, (errors or ["it is a name"])[0])
            return
        index = free_indices(side.tree)
        may_be = []
        for name in ("dZ", "dA"):
            tree: Tree = Symbol(name)
            if index:
                tree = Entry(Symbol(name), index[0])
            found = _stated("quantity", side, tree, line, chain.text, "", turned=False)
            other = _stated("quantity", side, tree, line, chain.text, "", turned=True)
            may_be.append(replace(found, turned=other))
        claim = Claim("name", Symbol("dZ"), side.tree, line, chain.text)
        self.notes.claims.append(replace(claim, may_be=tuple(may_be)))

    def _is_said(self, target: Side, side: Side, bare: bool) -> bool:
        """Return whether a side says how a quantity is computed, and is no prose."""
        plain = quantity_of(target.tree) if target.tree is not None else None
        if not isinstance(plain, Symbol) or plain.name in _DERIVATIVES:
            return True
        if side.tree is None and bare:
            return False
        if side.tree is None or target.is_local:
            return True
        names = {part.name for part in parts(side.tree) if isinstance(part, Symbol)}
        needed = {plain.name, "eta"} if plain.name in {"W", "b"} else KNOWN
        prose = bare and plain.layer is None and "eta" not in names
        of_entries = "\\" not in side.text and _OF_ENTRIES.search(side.text)
        prose = prose and not of_entries
        return bool(names & needed) and not prose

    def _is_to_be_named(self, chain: Chain, bare: bool) -> bool:
        """Return whether what was left out is mathematics, and no prose."""
        text = chain.text
        return not bare or _names_a_quantity(text) or _COST.match(text) is not None

    def _shapes(self, line: int, side: Side, target: Side | None) -> None:
        for tree, shape, whole in side.shapes:
            either: list[Tree] = []
            if whole:
                trees = [target.tree if target else None, side.tree, _last(side.tree)]
                either = [quantity_of(each) for each in trees if each is not None]
            found = Claim(
                "shape", quantity_of(tree), None, line, side.text,
                shape=shape, either=tuple(either),
            )  # fmt: skip
            self.notes.claims.append(found)

    def _claim(
        self, line: int, target: Side, side: Side, text: str, beside: tuple[Tree, ...]
    ) -> None:
        tree = target.tree
        assert tree is not None
        plain = quantity_of(tree)
        if side.shape is not None:
            self.notes.claims.append(
                Claim("shape", plain, None, line, text, shape=side.shape)
            )
            return
        tree_given = side.tree
        if target.is_local and isinstance(side.tree, Call):
            side = _without_diagonal(side)
        is_diagonal = side.tree is not tree_given
        if target.is_local and _IDENTITY.fullmatch(side.text):
            side = replace(side, tree=Call("ones_like", tree), error="")
        reason = _why_not_judged(tree, side)
        if reason:
            self._leave_out(line, text, reason)
            return
        if isinstance(tree, Call) and tree.argument == _INPUTS:  # sigma'(x), of any x
            tree = plain = _of_any_argument(tree)
            if side.tree is not None:
                side = replace(side, tree=_of_any_argument(side.tree), other=None)
        if self.mixed and target.is_explicit != side.is_explicit:
            side = _times_sign(side)
        side = _of_no_layer(target, side)
        error = side.error
        why = _why_no_gradient(target, side)
        if why:
            self._leave_out(line, text, why)
            return
        if side.is_general and not target.is_general:
            error = f"cannot read {side.text}: w needs two indices"
        if side.tree is None or error:
            self.notes.claims.append(
                Claim("unread", plain, None, line, text, error=error)
            )
            return
        side = _without_rate(tree, side)
        assert side.tree is not None
        new: Tree = side.tree
        step = _step_by_number(tree, new)
        if step is not None:
            tree, new = step
            side = replace(side, tree=new, other=None)
        elif _is_of_one_weight(tree):
            new = _of_every(tree, new)
            tree, side = plain, replace(side, tree=new)
        kind = "value" if target.is_local else _kind(tree, new)
        name = target.text if kind == "value" else ""
        found, other = (
            _stated(kind, one, tree, line, text, name, turned, beside)
            for turned, one in ((False, side), (True, _from_i_to_j(tree, side)))
        )
        differs = (other.target, other.formula) != (found.target, found.formula)
        found = replace(found, turned=other if differs else None)
        self.notes.claims.append(
            replace(
                found,
                is_explicit=target.is_explicit,
                has_letter=target.has_letter,
                is_diagonal=is_diagonal,
            )
        )


def _of_the_cost_of(index: str, claim: Claim) -> Claim:
    """Return a claim as one on the derivative of the cost of one output."""
    turned = claim.turned and _of_the_cost_of(index, claim.turned)
    return replace(claim, turned=turned, cost_index=index)


def _why_no_gradient(target: Side, side: Side) -> str:
    """Return why a derivative that is a number states no gradient, or ""."""
    plain = quantity_of(target.tree) if target.tree is not None else None
    same = target.tree, Call("ones_like", Number(1.0))
    if target.tree == Number(1.0) and side.tree not in same:
        return "it is the derivative of one cost by another"
    if side.tree == Number(0.0) and target.is_local:
        return "it is of two neurons that do not meet"
    of_weights = isinstance(plain, Symbol) and plain.name in {"dW", "db"}
    if side.tree == Number(0.0) and of_weights:
        return "it is where a sum over the examples begins"
    return ""


def _kind(tree: Tree, formula: Tree) -> str:
    """Return what is stated: a quantity, an update, a step, or a value of others."""
    plain = quantity_of(tree)
    if not isinstance(plain, Symbol) or is_by_number(tree):
        return "value"
    if plain.name in {"W", "b"}:
        return "update"
    of_step = plain.name in {"dW", "db"} and Symbol("eta") in set(parts(formula))
    return "step" if of_step else "quantity"


def _is_by_other_names(target: Symbol, formula: Tree) -> bool:
    """Return whether a weight is changed by nothing that is known, as by a velocity.

    A name that an update has beside the quantities is read as a rate.
    """
    symbols = [part for part in parts(formula) if isinstance(part, Symbol)]
    names = {symbol.name for symbol in symbols} - {target.name}
    return symbols.count(target) == 1 and names == {"eta"}


def _is_of_one_weight(tree: Tree) -> bool:
    return (
        isinstance(tree, Entry)
        and is_by_number(tree)
        and tree.symbol.name in {"W", "b"}
    )


def _without_rate(tree: Tree, side: Side) -> Side:
    r"""Return ``\Delta w_{12} = -\eta ...`` as the derivative of which it is a step."""
    match tree:
        case Entry(Symbol("dW" | "db")) if is_by_number(tree) and side.tree is not None:
            if Symbol("eta") in set(parts(side.tree)):
                other = side.other and _divided_by_rate(side.other)
                return replace(side, tree=_divided_by_rate(side.tree), other=other)
    return side


def _step_by_number(tree: Tree, formula: Tree) -> tuple[Tree, Tree] | None:
    r"""Return the derivative of which ``w_{12} = w_{12} + \eta ...`` says the value.

    None, where the gradient stands by its name.

    >>> w, step = Entry(Symbol("W"), 0, 1), Binary("*", Symbol("eta"), Symbol("dZ"))
    >>> print(*_step_by_number(w, Binary("-", w, step)), sep=" = ")
    dW_01 = (eta * dZ) / eta
    """
    match tree, formula:
        case Entry(), Binary("+" | "-" as sign, left, step) if left == tree:
            symbols = {part for part in parts(step) if isinstance(part, Symbol)}
            names = {symbol.name for symbol in symbols}
            of_signals = "eta" in names and not names & {"dW", "db", "W", "b"}
            if _is_of_one_weight(tree) and of_signals:
                of = replace(tree.symbol, name=f"d{tree.symbol.name}")
                down = Binary("/", step, Symbol("eta"))
                value = _divided_by_rate(step) if sign == "+" else down
                return Entry(of, tree.row, tree.column), value
    return None


def _divided_by_rate(step: Tree) -> Tree:
    """Return the derivative of which something is the step downwards."""
    return Binary("/", Binary("*", Number(-1.0), step), Symbol("eta"))


def _from_i_to_j(tree: Tree, side: Side) -> Side:
    r"""Return ``\sum_k \delta_k \partial z_k/\partial w_{ij}`` if w_ij leads to j.

    >>> dw, delta = Entry(Symbol("dW"), "i", "j"), Entry(Symbol("dZ"), "i")
    >>> side = Side("", delta, pairs=frozenset({("i", "j")}))
    >>> print(_from_i_to_j(dw, side).tree)
    dZ_j
    """
    match tree:
        case Entry(Symbol("dW"), str() as i, str() as j) if (i, j) in side.pairs:
            trees = (side.tree, side.other)
            one, other = (each and _with_swapped(each, i, j) for each in trees)
            return replace(side, tree=one, other=other)
    return side


def _with_swapped(tree: Tree, i: str, j: str) -> Tree:
    new = {i: j, j: i}
    for part in list(parts(tree)):
        if isinstance(part, Entry):
            row, column = (new.get(str(x), x) for x in (part.row, part.column))
            if row is not None:
                tree = rewritten(tree, part, Entry(part.symbol, row, column))
    return tree


def _of_every(tree: Tree, formula: Tree) -> Tree:
    """Return an update of one weight as that of all: w_5 - eta dC/dw_5."""
    assert isinstance(tree, Entry)
    for part in list(parts(formula)):
        if isinstance(part, Entry) and (part.row, part.column) == (
            tree.row,
            tree.column,
        ):
            formula = rewritten(formula, part, part.symbol)
    return formula


def _of_any_argument(tree: Tree) -> Tree:
    """Return the formula with z for the x of which it is a function."""
    for part in list(parts(tree)):
        if part == _INPUTS:
            tree = rewritten(tree, part, Symbol("Z"))
    return tree


def _is_definition(target: Side, side: Side) -> bool:
    r"""Return whether a derivative is given its name: ``\delta = dC/dz``."""
    plain = quantity_of(target.tree) if target.tree is not None else None
    named = isinstance(plain, Symbol) and plain.name in KNOWN
    return named and side.text != target.text


def _may_be_left_out(side: Side) -> bool:
    """Return whether it says nothing of its own beside sides that were read.

    So it is with a letter that is a name, and with the chain rule in words: prod(...).
    """
    name = _NAME_ALONE.fullmatch(side.text) is not None
    return bool(side.error) and (name or _IN_WORDS.search(side.text) is not None)


def _is_on_the_way(side: Side) -> bool:
    r"""Return whether it only says of which formula a derivative is still to be taken.

    >>> top = r"\partial \sum_k (y_k - t_k)^2"
    >>> _is_on_the_way(Side(rf"\frac{{{top}}}{{\partial y_i}}", None, error="unread"))
    True
    >>> mean = r"\frac{\partial}{\partial w_{ij}} \left(\frac{1}{n} \sum_x C_x\right)"
    >>> _is_on_the_way(Side(mean, None, error="unread"))
    True
    """
    return bool(side.error) and _OF_A_FORMULA.search(side.text) is not None


def _depth(tree: Tree) -> int:
    """Return the highest number of a layer in a formula."""
    layers = [p.layer for p in parts(tree) if isinstance(p, Symbol) and p.layer]
    return min(max((each.offset for each in layers if not each.base), default=0), _DEEP)


def _without_diagonal(side: Side) -> Side:
    r"""Return the entries of ``\diag(g'(z))``, which da/dz is written as too."""
    tree = side.tree
    if isinstance(tree, Call) and tree.function == "diag":
        return replace(side, tree=tree.argument)
    return side


def _times_sign(side: Side) -> Side:
    """Return the side with the sign that a text gives its deltas."""
    sign = Symbol("sign")
    return replace(
        side,
        tree=side.tree and Binary("*", sign, side.tree),
        other=side.other and Binary("*", sign, side.other),
    )


def _why_aside(sides: list[Side]) -> str:
    """Return why an equation says nothing of a network, or ""."""
    if _sets_numbers(sides):
        return "it sets what it names to a number"
    trees = [side.tree for side in sides]
    if len(trees) == 2 and trees in ([_OF_X, _INPUTS], [_INPUTS, _OF_X]):  # noqa: PLR2004
        return "it says that an activation changes nothing"
    if sides and all(side.error and _INDEX.fullmatch(side.text) for side in sides):
        return "it is of indices alone"
    outputs = {side.tree.name for side in sides if isinstance(side.tree, Symbol)}
    short = [
        " ".join(s.text.split()) for s in sides if s.error and len(s.text) < _SHORT
    ]
    called = any(map(_NETWORK.fullmatch, short))
    if called and outputs & {"A", "Z"}:
        return "it calls the outputs a function of the inputs and the parameters"
    plain = {quantity_of(tree) for tree in trees if tree is not None}
    of_model = all(isinstance(p, Call) or p == Symbol("A", Layer("L")) for p in plain)
    if of_model and any(map(_COMPOSED.match, short)):
        return "it says in which order functions are applied"
    return ""


def _sets_numbers(sides: list[Side]) -> bool:
    r"""Return whether constants are set to a number: ``a = b = 1``, ``\lambda = 0``."""
    trees = [side.tree for side in sides]
    letters = [tree for tree in trees if isinstance(tree, Symbol)]
    numbers = [tree for tree in trees if isinstance(tree, Number)]
    unknown = [s for s in sides if s.error and _NAME_ALONE.fullmatch(s.text)]
    given = {letter.name for letter in letters} <= {"A", "Z", "W", "b", "Y"}
    every = len(letters) + len(unknown) + len(numbers) == len(sides)
    return every and given and bool(numbers) and len(letters) + 2 * len(unknown) > 1


def _is_the_same(target: Side, side: Side) -> bool:
    same = side.tree == target.tree and side.tree is not None
    return same and not target.is_local


def _left_side(text: str) -> str:
    """Return what stands before the first ``=``, ``+=`` or ``-=``."""
    left = text.partition("=")[0]
    return (left[:-1] if left.endswith(("-", "+", "*", "/")) else left).strip()


def _last(tree: Tree | None) -> Tree | None:
    """Return the last factor of a product."""
    while isinstance(tree, Binary):
        tree = tree.right
    return tree


def target_of(sides: list[Side]) -> Side | None:
    r"""Return the side that the others are stated of: the first that is a quantity.

    Of ``\delta = \partial C/\partial z = ...`` it is the derivative: there the text
    leaves nobody the choice that delta may be minus that.
    """
    for side in sides:
        if side.is_local:
            return side
        tree = side.tree
        symbol = tree.symbol if isinstance(tree, Entry) else tree
        if isinstance(symbol, Symbol) and symbol.name in KNOWN:
            same = (one for one in sides if one.is_explicit and one.tree == tree)
            one = next(same, side)
            return one if one is side else replace(one, has_letter=True)
    return None


def _identity(sides: list[Side]) -> Side | None:
    """Return the first side of an equation between formulas of quantities."""
    first = sides[0] if sides else None
    if first is None or first.tree is None or len(sides) < 2:  # noqa: PLR2004
        return None
    symbols = [part for part in parts(first.tree) if isinstance(part, Symbol)]
    return first if any(symbol.name in KNOWN for symbol in symbols) else None


def _stated(  # noqa: PLR0913, PLR0917
    kind: str,
    side: Side,
    tree: Tree,
    line: int,
    text: str,
    name: str,
    turned: bool,
    beside: tuple[Tree, ...] = (),
) -> Claim:
    """Return what a side states of a quantity, its layers as the indices give them."""
    plainly = tree
    tree = with_layer_said_beside(tree, beside, turned)
    readings = []
    summed = _summed_over_examples(side.tree) if _is_of_biases(tree) else None
    by_index = _with_index_of_examples(side.tree) if _is_of_biases(tree) else None
    of_one = _with_index_of_output(tree, side.tree)
    for formula in (side.tree, side.other, summed, by_index, of_one):
        if formula is not None:
            right = _with_lone_weights(formula, turned)
            one, other = with_layers_of_indices(tree, right, turned)
            one, other = with_layers_of_places(one, other)
            readings.append(of_entries(one, placed(other, one)))
    (target, first), *others = readings
    plain = quantity_of(tree)
    layers = [p.layer for p in parts(plain) if isinstance(p, Symbol) and p.layer]
    free = not layers and kind in {"quantity", "value"}
    # dE/dx_i = sum_j dE/dy_j w_ij, where x and y are of any layer: l is one of them
    free = free or (kind == "value" and not any(layer.base for layer in layers))
    first = _added(target, first)
    assert side.tree is not None
    step = first
    if kind == "step":  # Delta w = -eta dw
        assert isinstance(target, Symbol)
        kind, target = "update", Symbol(target.name.removeprefix("d"), target.layer)
        step = Binary("+", target, first)
    return Claim(
        kind, target, step, line, text, tuple(each for _, each in others),
        _slips(*with_layers_of_indices(tree, side.tree, turned)), name=name,
        of_some_layer=free, of_chain=side.is_chain, raw=(plainly, side.tree),
        beside=beside,
    )  # fmt: skip


def _with_lone_weights(formula: Tree, turned: bool) -> Tree:
    """Put the neuron to which all w_j lead where the order of indices wants it."""
    for part in list(parts(formula)) if turned else ():
        match part:
            case Entry(Symbol("W"), 0, str() as origin):
                formula = rewritten(formula, part, Entry(part.symbol, origin, 0))
            case _:
                pass
    return formula


def with_last_layers(claims: Sequence[Claim]) -> list[Claim]:
    """Return claims of which those that have the targets are of the last layer.

    So it is in a text that calls any layer k and never names the last one: the
    ``delta^k = (a^k - y) g'(z^k)`` of its outputs holds for no other layer.
    """
    named = any(
        isinstance(part, Symbol) and part.name != "A" and _is_last(part.layer)
        for claim in claims
        for tree in (claim.target, claim.formula)
        for part in (parts(tree) if tree is not None else ())
    )
    return list(claims) if named else [_in_the_last(claim) for claim in claims]


def with_steps_taken_off(claims: Sequence[Claim]) -> list[Claim]:
    r"""Return claims of which ``\Delta w = \eta dw`` is the step that is taken off.

    So it is where every ``w = w - \Delta w`` subtracts it; of one with a minus of its
    own they are left as they are.

    >>> w, dw = Symbol("W"), Symbol("dW")
    >>> step = Claim("update", w, Binary("+", w, dw), 1, r"\Delta w = \eta g")
    >>> off = Claim("update", w, Binary("-", w, dw), 2, r"w = w - \Delta w")
    >>> print(with_steps_taken_off([step, off])[0].formula)
    W - dW
    """
    signs = {
        sign["sign"]
        for claim in claims
        if claim.kind == "update"
        for sign in [_STEP_TAKEN.search(claim.text)]
        if sign is not None
    }
    return [_taken_off(claim) if signs == {"-"} else claim for claim in claims]


def _taken_off(claim: Claim) -> Claim:
    if claim.kind != "update" or _STEP_UPWARDS.match(claim.text) is None:
        return claim
    turned = claim.turned and _taken_off(claim.turned)
    match claim.formula:
        case Binary("+", old, step) if old == claim.target:
            formula = Binary("-", old, step)
            return replace(claim, formula=formula, turned=turned)
    return claim


def _is_last(layer: Layer | None) -> bool:
    return layer is not None and layer.base == "L"


def _in_the_last(claim: Claim) -> Claim:
    """Return a claim on a delta or dA of layer l as of the last, if it has targets."""
    target = claim.target
    if claim.kind != "quantity" or claim.formula is None:
        return claim
    if target not in {Symbol(name, Layer("l")) for name in ("dA", "dZ")}:
        return claim
    symbols = [part for part in parts(claim.formula) if isinstance(part, Symbol)]
    if Symbol("Y") not in symbols:
        return claim
    layers = [one.layer for one in symbols if one.layer and one.layer.base == "l"]
    most = max([0, *(layer.offset for layer in layers)])  # in a^{l+1} - y it is l + 1

    def placed(tree: Tree) -> Tree:
        for part in list(parts(tree)):
            if isinstance(part, Symbol) and part.layer and part.layer.base == "l":
                new = Layer("L", part.layer.offset - most)
                tree = rewritten(tree, part, Symbol(part.name, new))
        return tree

    return replace(
        claim,
        target=placed(target),
        formula=placed(claim.formula),
        others=tuple(map(placed, claim.others)),
        slips=tuple((index, placed(tree)) for index, tree in claim.slips),
        turned=claim.turned and _in_the_last(claim.turned),
        raw=claim.raw and (placed(claim.raw[0]), placed(claim.raw[1])),
        beside=tuple(map(placed, claim.beside)),
    )


def restated(claim: Claim, formula: Tree) -> Claim:
    """Return the claim with another formula, which was read as the first one was."""
    assert claim.raw is not None
    target, side = claim.raw[0], Side(claim.text, formula)
    found, other = (
        _stated(
            claim.kind, side, target, claim.line, claim.text, claim.name, turned,
            claim.beside,
        )
        for turned in (False, True)
    )  # fmt: skip
    return replace(found, turned=other)


def _summed_over_examples(tree: Tree | None) -> Tree | None:
    """Return the formula with each sum that names no index over the examples."""
    whole = tree
    for part in list(parts(tree)) if tree is not None else ():
        if isinstance(part, Reduce) and part.how == "sum" and whole is not None:
            axis = EXAMPLES if part.axis is None else part.axis
            whole = rewritten(whole, part, replace(part, axis=axis, keepdims=True))
    return whole if whole is not tree else None


def _with_index_of_examples(tree: Tree | None) -> Tree | None:
    """Return ``sum_i(dZ_i)``, of rows of dZ, as a sum over the examples."""
    whole = tree
    for part in list(parts(tree)) if tree is not None else ():
        if not isinstance(part, Sum) or whole is None:
            continue
        entry = part.argument
        if isinstance(entry, Entry) and (entry.row, entry.column) == (part.index, None):
            new = Reduce("sum", EXAMPLES, entry.symbol, keepdims=True)
            whole = rewritten(whole, part, new)
    return whole if whole is not tree else None


def _with_index_of_output(target: Tree, tree: Tree | None) -> Tree | None:
    r"""Return ``\delta_k = (\hat y - y) g'(z_k)`` with k at what is of the outputs."""
    match target:
        case Entry(Symbol("dZ" | "db"), str() as index, None):
            pass
        case _:
            return None
    whole = tree
    every = list(parts(tree)) if tree is not None else []
    indexed = {part.symbol for part in every if isinstance(part, Entry)}
    for part in every:
        is_bare = part in _OF_OUTPUTS and part not in indexed
        if is_bare and isinstance(part, Symbol) and whole is not None:
            whole = rewritten(whole, part, Entry(part, index))
    return whole if whole is not tree else None


def _any_layers_at(tree: Tree) -> list[Layer]:
    """Return the layers l of a formula, and those below them."""
    symbols = [part for part in parts(tree) if isinstance(part, Symbol)]
    offsets = {s.layer.offset for s in symbols if s.layer and s.layer.base == "l"}
    if len(offsets) > _NEIGHBOURS:
        return []
    return [Layer("l", k) for k in sorted({*offsets, *(k - 1 for k in offsets)})]


def _is_of_the_last(part: Tree) -> bool:
    return isinstance(part, Symbol) and part.layer == Layer("L")


def _is_numbered(part: Tree) -> bool:
    return isinstance(part, Symbol) and part.layer is not None


def _is_an_update_of_any(target: Symbol, formula: Tree) -> bool:
    """Return whether weights of no layer step by their own gradient: W -= eta * dW.

    In ``W += eta * dW`` it may be the negative gradient.
    """
    if not (isinstance(formula, Binary) and formula.operator == "-"):
        return False
    symbols = [part for part in parts(formula) if isinstance(part, Symbol)]
    names = {symbol.name for symbol in symbols}
    layers = [symbol.layer for symbol in (target, *symbols) if symbol.layer is not None]
    own = {target.name, f"d{target.name}"}
    return target.name in {"W", "b"} and own <= names <= own | {"eta"} and not layers


def _in_any_layer(tree: Tree) -> Tree:
    """Return a formula with its weights, biases and their gradients in layer l."""
    for part in list(parts(tree)):
        if isinstance(part, Symbol) and part.name != "eta":
            tree = rewritten(tree, part, replace(part, layer=Layer("l")))
    return tree


def _of_the_layer_it_is_in(target: Symbol, formula: Tree) -> Tree | None:
    """Return the formula of a gradient, or a step by it, in which X goes into layer l.

    So it is in ``dW = X.T @ dZ``, of which nothing names a layer. None of any other.

    >>> from nn.reading.formula.numpy_spelling import read_tree
    >>> print(_of_the_layer_it_is_in(Symbol("dW"), read_tree("(X.T @ dZ) / m")))
    (A[l-1].T @ dZ[l]) / m
    >>> print(_of_the_layer_it_is_in(Symbol("dW"), read_tree("X.T @ dZ1")))
    None
    """
    if target.layer is not None or target.name not in {"dW", "db", "W", "b"}:
        return None
    symbols = [part for part in parts(formula) if isinstance(part, Symbol)]
    names = {symbol.name for symbol in symbols}
    if not {"dZ"} | ({target.name} - {"dW", "db"}) <= names <= _IN_A_LAYER:
        return None
    for part in symbols:
        if part == _INPUTS:
            formula = rewritten(formula, part, Symbol("A", Layer("l", -1)))
        elif part.layer is not None:
            return None
        elif part.name in {"W", "b", "dZ"}:
            formula = rewritten(formula, part, replace(part, layer=Layer("l")))
        elif part.name == "A":
            return None
    return formula


def _is_of_biases(target: Tree) -> bool:
    plain = quantity_of(target)
    return isinstance(plain, Symbol) and plain.name in {"db", "b"}


def _added(target: Tree, formula: Tree) -> Tree:
    """Return what is added to a gradient that is summed over examples: dW = dW + ...

    So too entry by entry, where both have the same indices.
    """
    if not isinstance(target, Symbol) or target.name not in _DERIVATIVES:
        return formula
    if isinstance(formula, Elements) and 1 <= len(formula.indices) <= 2:  # noqa: PLR2004
        row, *column = formula.indices
        inner = _without_term(Entry(target, row, *column), formula.argument)
        return replace(formula, argument=inner) if inner is not None else formula
    return _without_term(target, formula) or formula


def _with_a_sign(target: Tree, formula: Tree) -> Tree:
    """Return minus the derivative, of which the text says that delta is that.

    Both are dZ: ``δ2 = -∂E/∂z2`` says that its deltas have a sign of their own.
    """
    match formula:
        case Binary("*" | "·", Number(-1.0) as minus, of) if of == target:
            if isinstance(target, Symbol) and target.name == "dZ":
                return Binary("*", minus, Binary("*", Symbol("sign"), of))
        case _:
            pass
    return formula


def _without_term(term: Tree, tree: Tree) -> Tree | None:
    """Return the other one of two terms; None if ``tree`` is no such sum."""
    if isinstance(tree, Binary) and tree.operator == "+":
        if tree.left == term:
            return tree.right
        if tree.right == term:
            return tree.left
    return None


def _slips(target: Tree, formula: Tree) -> tuple[tuple[str, Tree], ...]:
    """Return the readings with a free index on the left instead of the one there."""
    if not isinstance(target, Entry) or target.column is not None:
        return ()
    free = [i for i in free_indices(formula) if i != target.row]
    whole = placed(formula, target)
    return tuple((index, Elements((index,), whole)) for index in free)


def _of_vectors(formula: Tree) -> Iterator[Tree]:
    """Yield what a formula of vectors means that are neither rows nor columns.

    Their outer product is one in both layouts, and ``d @ W`` is ``W.T @ d``.

    >>> from nn.reading.formula.numpy_spelling import read_tree
    >>> print(*_of_vectors(read_tree("np.outer(a1, dz2)")), sep=", ")
    A[1] outer dZ[2]
    >>> print(*_of_vectors(read_tree("(dz2 @ W2) * g(z1)")), sep=", ")
    (W[2].T @ dZ[2]) * g(Z[1])
    """
    outer, whole = formula, formula
    for part in list(parts(formula)):
        if not isinstance(part, Binary) or part.operator != "@":
            continue
        left, right = part.left, part.right
        if _are_weights(left) != _are_weights(right):
            one = (
                (right, _turned(left)) if _are_weights(left) else (_turned(right), left)
            )
            whole = rewritten(whole, part, Binary("@", *one))
        elif isinstance(right, Transpose) and not _are_weights(right):
            new = Binary("outer", left, right.argument)
            outer, whole = (rewritten(each, part, new) for each in (outer, whole))
    yield from dict.fromkeys(each for each in (outer, whole) if each != formula)


def _are_weights(tree: Tree) -> bool:
    plain = tree.argument if isinstance(tree, Transpose) else tree
    return isinstance(plain, Symbol) and plain.name == "W"


def _turned(tree: Tree) -> Tree:
    return tree.argument if isinstance(tree, Transpose) else Transpose(tree)


def _is_a_cost(text: str) -> bool:
    r"""Return whether a formula says what the cost is, whatever it is called.

    It has a logarithm, a square or a norm and no derivative, and stands for one letter
    or word, which may have its arguments: ``H(\hat y, y) = -\sum_k y_k \log \hat y_k``.
    """
    left, equals, right = _IS_EQUAL.sub("=", text).partition("=")
    if not equals or _OF_DERIVATIVES.search(text):
        return False
    return _ONE_NAME.fullmatch(left) is not None and _OF_LOSS.search(right) is not None


def _why_not_judged(tree: Tree, side: Side) -> str:
    """Return why a side states nothing that could be judged; "" if it may."""
    if side.error and _is_put_together(quantity_of(tree), side.text):
        return "it puts what it names in one matrix"
    if _is_a_model(tree, side):
        return "it is a function of the inputs: not judged"
    if side.tree is not None and _is_a_step_by_numbers(quantity_of(tree), side.tree):
        return OF_NUMBERS
    return ""


def _is_a_step_by_numbers(target: Tree, formula: Tree) -> bool:
    """Return whether a parameter steps by an example's numbers: w = w - 0.5 * 0.08."""
    names = {part.name for part in parts(formula) if isinstance(part, Symbol)}
    of_parameter = isinstance(target, Symbol) and target.name in {"W", "b"}
    is_step = isinstance(formula, Binary) and formula.operator in {"-", "+"}
    has_numbers = any(isinstance(part, Number) for part in parts(formula))
    has_others = bool(names - {getattr(target, "name", ""), "eta"})
    return of_parameter and is_step and has_numbers and not has_others


def _is_put_together(target: Tree, text: str) -> bool:
    r"""Return whether it is a list: of entries, or of weights, ``\{W_1, b_1\}``."""
    of_weights = isinstance(target, Symbol) and target.name == "W"
    if of_weights and _OF_PARAMETERS.fullmatch(text):
        return True
    return bool(_PUT_TOGETHER.match(text) or _EVERY_ONE.fullmatch(text))


def _is_a_model(target: Tree, side: Side) -> bool:
    r"""Return whether it says what a model computes: ``h(x) = w^\top \phi(x) + b``."""
    if target != Call("g", _INPUTS):
        return False
    if side.tree is None:
        return _AFFINE.search(side.text) is not None
    return not {"W", "b"}.isdisjoint(
        part.name for part in parts(side.tree) if isinstance(part, Symbol)
    )


def _of_no_layer(target: Side, side: Side) -> Side:
    r"""Return a local derivative with the x that goes into its layer, whichever it is.

    In ``\partial z_i/\partial w_{ij} = x_j`` nothing says that it is the first layer.
    """
    tree = side.tree
    if not target.is_local or target.tree is None or tree is None:
        return side
    symbols = [
        part.symbol if isinstance(part, Entry) else part
        for each in (target.tree, tree)
        for part in parts(each)
        if isinstance(part, Entry | Symbol)
    ]
    named = {each for each in symbols if each.layer is not None}
    if named != {_INPUTS} or Symbol("A") not in symbols:
        return side
    for part in list(parts(tree)):
        if part == _INPUTS:
            tree = rewritten(tree, part, Symbol("A"))
        elif isinstance(part, Entry) and part.symbol == _INPUTS:
            tree = rewritten(tree, part, replace(part, symbol=Symbol("A")))
    return replace(side, tree=tree)


def _names_a_quantity(text: str) -> bool:
    return _QUANTITY.search(text) is not None


_INPUTS: Final = Symbol("A", Layer("", 0))
_IN_A_LAYER: Final = frozenset({"W", "b", "dZ", "A", "m", "eta"})
_AFFINE: Final = re.compile(
    r"(?:[A-Z]|\\(?:mathbf|boldsymbol|bm)\s*\{[A-Z]\})\s*"
    r"(?:x|\\(?:mathbf|boldsymbol|bm|vec)\s*\{x\})\s*\+"
)
_OF_OUTPUTS: Final = (
    Symbol("A", Layer("L")),
    Symbol("dA", Layer("L")),
    Symbol("Y"),
)
_OF_X: Final = Call("g", _INPUTS)
_PUT_TOGETHER: Final = re.compile(
    r"\s*(?:\\left)?[\[(][^()\[\]]{1,60}[,;][^()\[\]]{1,60}[\])]\s*$"
)
_EVERY_ONE: Final = re.compile(  # [g(z_1), ..., g(z_n)]
    r"\s*(?:\\left)?[\[(].*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,.*[\])]\s*"
    r"(?:\^\s*\{?\s*(?:T|\\top)\s*\}?)?\s*",
    re.DOTALL,
)
_OF_PARAMETERS: Final = re.compile(  # \{W^l, b^l\}_{l=1}^L
    r"\s*(?:\\left\s*)?\\\{[^=]{1,200},[^=]{1,120}\\\}\s*"
    r"(?:[_^]\s*(?:\w|\{[\w\s=,.-]{1,20}\})\s*){0,2}"
)
_COUNTS: Final = (
    Symbol("m"),
    Symbol("n"),
    Symbol("n", Layer("l")),
    Symbol("n", Layer("L")),
)
_DEEP: Final = 8
_NEIGHBOURS: Final = 3
_ANY_SLOPE: Final = re.compile(r"\s*dg\[l\]\s*")
_OF_COSTS: Final = (" of C", " of L")  # L may be the loss of one example
_DERIVATIVES: Final = frozenset({"dA", "dZ", "dW", "db"})
_RELATION: Final = re.compile(r"[=→≡]|\\(?:rightarrow|to|equiv|sim|leftarrow)\b")
_OF_ENTRIES: Final = re.compile(r"_\{?[a-z]{1,2}\b|[ᵢⱼₖ]")
_BARE_SUM: Final = re.compile(r"(?<![.\w])sum(?:\(|\s)")
_COST_OF_ONE: Final = re.compile(
    r"\\partial\s*(?:[CEJL]|\\ell|(?:\\(?:text|mathrm|mathit|operatorname)\s*\{)?"
    r"(?:[Ll]oss|[Cc]ost|[Ee]rr(?:or)?)\}?)\s*_\s*\{?\s*([a-z])\b"
)
_COST: Final = re.compile(r"\s*(?:[CJEL]\w?|[Ll]oss|[Cc]ost)\s*=")
_OF_DERIVATIVES: Final = re.compile(r"\\partial|\\nabla|\\delta|[∂∇δ'′]|\\prime")
_ONE_NAME: Final = re.compile(
    r"[\s&]*(?:\\(?:text|mathrm|mathcal|mathscr|mathfrak|mathit|operatorname)\*?\s*"
    r"\{[\w ]{1,30}\}"
    r"|\\[A-Za-z]{1,12}|[A-Za-zℓℒ]{1,12}\}?)"
    r"(?:\s*[_^]\s*(?:\w|\{[^{}]{1,20}\}|\([^()]{1,9}\)))*"
    r"(?:\s*(?:\\left)?[(\[][^=]{1,80}[)\]])?[\s&:]*"
)
_OF_LOSS: Final = re.compile(
    r"\\?\b(?:log|ln)\b|[)\]|}]\s*(?:\^\s*\{?\s*2|²)|\\\||‖|\\lVert"
    r"|\)\s*(?:\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?|ᵀ)\s*(?:\\left)?\("
)
_GIVEN: Final = "the cost is given by the loss"
_OF_OTHER_NAMES: Final = "what changes the weights has a name of its own: not judged"
OF_NUMBERS: Final = "numbers of an example: not judged"
OF_THE_COST: Final = "the cost: given by the loss, not judged"
_IDENTITY: Final = re.compile(
    r"(?:\\(?:mathbf|mathbb|bm|boldsymbol)\s*\{?)?\s*I\}?(?:_\w)?"
)
_NAME_ALONE: Final = re.compile(r"\\?[A-Za-z]{1,8}(?:[_^](?:\w|\{[^{}]{0,20}\}))*\s*")
_IS_EQUAL: Final = re.compile(r"\\(?:equiv|triangleq|coloneqq|doteq)(?![A-Za-z])|:=")
_SHORT: Final = 120
_NETWORK: Final = re.compile(  # f(x; w, b)
    r"(?:\\[A-Za-z]{1,12} ?\{? ?)?[A-Za-z]{0,3} ?\}? ?(?:\\left ?)?\("
    r"[^()=;|]{1,30}(?:;|\||\\mid|\\vert)[^()=;|]{1,40}\)"
)
_ONE_OF_SEVERAL: Final = (
    r"(?:[A-Za-z]|\\[A-Za-z]{1,12})(?: ?[_^] ?(?:\{[^{}]{1,20}\}|\w)){0,2}"
)
_COMPOSED: Final = re.compile(  # f_3 \circ f_2 \circ f_1
    rf"{_ONE_OF_SEVERAL}(?: ?(?:\\circ(?![A-Za-z])|∘) ?{_ONE_OF_SEVERAL}){{2,8}}"
    r"(?= ?(?:$|:|\(|\\to|\\colon|[.,]))"
)
_ANY_FUNCTIONS: Final = re.compile(  # (g \circ f)'(x)
    r"\(\s*([A-Za-z])\s*(?:\\circ(?![A-Za-z])|∘)\s*(?!\1)[A-Za-z]\s*\)\s*(?:'|\^\s*\{?\s*\\prime)"
)
_DIAGRAM: Final = re.compile(r"\\x(?:right|left)arrow(?![A-Za-z])")
_INDEX: Final = re.compile(r"\s*[cijklnpqrs]\s*[.,]?\s*")
_IN_WORDS: Final = re.compile(r"\bprod\b")
_OF_A_FORMULA: Final = re.compile(
    r"\\[dt]?frac\s*\{\s*(?:\\partial|∂)\s*(?:\\left\s*)?(?:\\?[Bb]ig+l?\s*)?"
    r"(?:\\[dt]?frac\s*(?:\d\s*\d|\{\s*\d\s*\}\s*\{\s*\d\s*\})\s*)?"
    r"(?:[(\[]|\\sum(?![A-Za-z]))"
    # \frac{\partial}{\partial w} (\frac{1}{n} \sum_x C_x)
    r"|\\[dt]?frac\s*\{\s*(?:\\partial|∂|d)\s*\}\s*"
    r"\{\s*(?:\\partial|∂|d)(?![A-Za-z])[^{}=]{1,30}(?:\{[^{}]{1,20}\}[^{}=]{0,20}){0,3}\}\s*"
    r"(?:\\left\s*|\\?[Bb]ig+l?\s*)?(?:[(\[]|\\sum(?![A-Za-z])|\\[dt]?frac)"
)
_UNREAD: Final = "cannot read"
_OF_A_COST: Final = re.compile(
    r"\\d?frac\s*\{\s*(?:\\partial|∂|d)[\s{]*(?:\\[A-Za-z]+[\s{]+)?[A-Z\\]"
    r"|\\nabla|∇|∂\s*[A-Z]|\\delta\b|δ"
)
_QUANTITY: Final = re.compile(
    r"\\delta|δ|∂|\\partial|\\nabla|∇|Δ|\\Delta|d_?[WwBbZzAa](?:\b|[_^0-9\[])"
)
# w = w - \Delta w, the same on both sides
_STEP_TAKEN: Final = re.compile(
    r"^[\s&]{0,9}(?P<old>\\?[A-Za-z][^=+\-]{0,30}?)[\s&]{0,9}"
    r"(?::?=|\\(?:long)?leftarrow(?![A-Za-z])|\\gets(?![A-Za-z])|←)"
    r"[\s&]*(?P=old)\s*(?P<sign>[-+])\s*(?:\\Delta(?![A-Za-z])|Δ)"
)
# \Delta w = \eta ..., that begins with no minus
_STEP_UPWARDS: Final = re.compile(
    r"^[\s&]{0,9}(?:\\Delta(?![A-Za-z])|Δ)[^=]{1,60}:?=(?![\s&{(]*(?:\\left\s*\()?[-−])"
)
