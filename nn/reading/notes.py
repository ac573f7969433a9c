r"""Find the equations in a text: formulas one a line, or Markdown with formulas in it.

In Markdown they stand between ``$``, ``$$``, ``%%``, ``\(...\)``, ``\[...\]``, or alone
on a line. An equation that begins with ``=`` goes on with the one above. Code between
fences is read where there is nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from autograd_scalar import DataError
from nn.files import printable
from nn.reading.dialect import Dialect, dialect_of
from nn.reading.equations import Chain, Side, read_chains
from nn.reading.formulas import LONGEST, Statement, read_name
from nn.reading.helpers import helpers_of
from nn.reading.indices import with_layer_said_beside, with_layers_of_indices
from nn.reading.inside import with_layers_by_letter
from nn.reading.latex import Shape
from nn.reading.latex_definitions import with_layers_of_words
from nn.reading.macros import with_macros
from nn.reading.marks import (
    code_spans,
    with_dollars,
    with_layers_below,
    without_bullet,
    without_numbers,
    without_words_behind,
)
from nn.reading.octave import in_numpys_spelling, is_octave, says_no_product
from nn.reading.plain import (
    as_assignments,
    costs_of,
    in_entries,
    in_one_name,
    names_of_outputs,
    without_remarks,
    without_sizes,
)
from nn.reading.program import Program
from nn.reading.renamed import in_our_letters
from nn.reading.respelled import in_numpys_signs
from nn.reading.running import with_what_runs
from nn.reading.sums import free_indices
from nn.reading.tree import (
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
from nn.reading.worded import in_lines
from nn.reading.written_out import written_out

__all__ = [
    "OF_NUMBERS",
    "OF_THE_COST",
    "Claim",
    "LeftOut",
    "Notes",
    "has_code",
    "has_words",
    "of_lines_people_write",
    "read_notes",
    "restated",
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
        of_chain: whether it is a product of local derivatives, as of one example.
        raw: target and formula as they were read, before layers were put on entries.
        may_be: for "name", a formula to which a text gives a name, what it may state.
        beside: the other formulas in its equation.
        is_placed: whether every symbol in it was given its layer and number.
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
    of_chain: bool = False
    may_be: tuple[Claim, ...] = ()
    raw: tuple[Tree, Tree] | None = None
    beside: tuple[Tree, ...] = ()
    is_placed: bool = False


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
    ``of_one_example`` is whether its prose says that it looks at one example alone.
    """

    claims: list[Claim] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    cost_is_mean: bool = False  # as its code says
    of_one_example: bool = False
    has_lines: bool = False  # equations that stand alone on their line, unmarked
    is_reread: bool = True  # False if it cannot differ from what was read plainly


@dataclass(frozen=True, slots=True)
class Ways:
    """How a text may be read.

    Attributes:
        maths_first: what stands alone on its line as mathematics, if that is possible;
            else as code, if that is.
        by_shape: what a letter is follows from the shape of the definitions.
        by_neuron: every neuron is written out, and the sums say which weight is which.
        written_out: so, and every symbol is given the layer and number that it has.
        with_code: with what stands between fences, though there is something else.
        as_words: mathematics whose names are words as code.
        renamed: in our letters, as the forward pass says what each is.
        respelled: a text without LaTeX in NumPy's spelling, whichever signs it writes.
    """

    maths_first: bool = False
    by_shape: bool = False
    by_neuron: bool = False
    written_out: bool = False
    with_code: bool = False
    as_words: bool = False
    renamed: bool = False
    respelled: bool = False


PLAINLY: Final = Ways()


def has_code(text: str) -> bool:
    """Return whether something stands between fences."""
    return "```" in text or "~~~" in text


def has_words(text: str) -> bool:
    """Return whether names of mathematics are words, such as dscores."""
    return len(_WORDS.findall(text)) >= _ENOUGH_WORDS


def of_lines_people_write(text: str) -> str:
    r"""Return the text, without what no equation is: lines such as those of a picture.

    >>> of_lines_people_write(f"a = b\n![]({'x' * 20_000})\nc = d")
    'a = b\n\nc = d'

    Raises:
        DataError: it is too long.
    """
    if len(text) > _LONGEST:
        msg = f"a text to grade has at most {_LONGEST} characters, this has {len(text)}"
        raise DataError(msg)
    lines = text.split("\n")
    return "\n".join(line if len(line) <= _LONGEST_LINE else "" for line in lines)


def read_notes(text: str, ways: Ways = PLAINLY) -> Notes:
    r"""Return what a text states, in its order.

    >>> text = r"As $\delta^L = a^L - y$, it is $\partial C/\partial b^L = \delta^L$."
    >>> notes = read_notes(text)
    >>> [f"{claim.target} = {claim.formula}" for claim in notes.claims]
    ['dZ[L] = A[L] - Y', 'db[L] = dZ[L]']

    What stands alone on its line may be code or mathematics. It is read as code if it
    can be, or as `Ways` says.

    Raises:
        DataError: the text is too long, or has too many equations.
    """
    text = of_lines_people_write(text)
    given = in_numpys_signs(text) if ways.respelled else text
    if ways.respelled and given == text:
        return Notes(is_reread=False)
    text = with_layers_by_letter(with_dollars(with_macros(given)))
    text = as_assignments(text)
    text = with_layers_below(without_numbers(text))
    pieces = _joined(_pieces(text, of_code=ways.with_code))
    found = islice(_in_words(pieces) if ways.as_words else pieces, _MOST_PIECES + 1)
    notes = _notes_of(found, text, ways)
    if not any(claim.kind not in {"unread", "name"} for claim in notes.claims):
        code = list(islice(_pieces(text, of_code=True), _MOST_PIECES + 1))
        of_code = _notes_of(code, text, ways)
        if len(of_code.claims) > len(notes.claims):
            return of_code
    return notes


def _notes_of(  # noqa: PLR0915
    given: Iterable[tuple[int, str, bool]],
    text: str,
    ways: Ways,
) -> Notes:
    """Return what some formulas of a text state."""
    notes = Notes()
    pieces = []
    found = [
        (n, without_sizes(one) if is_bare else one, is_bare)
        for n, one, is_bare in given
    ]
    short = [one for _, one, is_bare in found if is_bare and len(one) <= LONGEST]
    plain = iter(in_entries(short))
    found = [
        (n, next(plain) if is_bare and len(one) <= LONGEST else one, is_bare)
        for n, one, is_bare in found
    ]
    run = with_what_runs([formula for _, formula, _ in found])
    found = [(n, new, bare) for (n, _, bare), new in zip(found, run, strict=True)]
    if ways.renamed:
        marked = [formula for _, formula, bare in found if not bare]
        ours = in_our_letters(marked)
        if ours is None:
            notes.is_reread = False
            return notes
        new = iter(ours)
        found = [(n, one if bare else next(new), bare) for n, one, bare in found]
    neurons, placed = None, set[int]()
    if ways.written_out:
        neurons = written_out([(one, bare) for _, one, bare in found])
        words = None
        if neurons is None and any("\\" in one for _, one, _ in found):
            words = with_layers_of_words([one for _, one, _ in found])
        if neurons is None and words is None:
            notes.is_reread = False
            return notes
        if words is not None:
            found = [
                (n, new, bare) for (n, _, bare), new in zip(found, words, strict=True)
            ]
    if neurons is not None:
        every = list(zip(found, neurons.formulas, strict=True))
        pairs = [(one, new) for one, new in every if new is not None]
        notes.left_out += [
            LeftOut(n, one.strip(), OF_NUMBERS)
            for (n, one, _), new in every
            if new is None
        ]
        found = [(n, new, bare and new == one) for (n, one, bare), new in pairs]
        placed = {
            n + k
            for (n, one, _), new in pairs
            if new != one
            for k in range(new.count("\n") + 1)
        }
    formulas = [one for _, one, bare in found if not (bare and _OF_WORDS.search(one))]
    dialect = dialect_of(formulas, text, ways.by_shape, ways.by_neuron)
    notes.letters.update(dialect.shaped or dialect.letters)
    notes.of_one_example = _speaks_of_one_example(text)
    notes.sizes = neurons.sizes if neurons else dialect.neurons.sizes
    notes.has_lines = any(is_bare for *_, is_bare in found)
    is_new = not ways.by_shape or dialect.shaped
    if not is_new or (ways.by_neuron and not dialect.neurons.sizes):
        notes.is_reread = False
        return notes
    bare = [
        formula if len(formula) <= LONGEST and "\\" not in formula else ""
        for _, formula, is_bare in found
        if is_bare
    ]
    of_octave, one_product = is_octave(bare), says_no_product(bare)
    notes.cost_is_mean = any(map(_MEAN_COST.match, bare))
    costs = costs_of(bare)
    lines = [
        in_numpys_spelling(in_one_name(without_remarks(each), costs), of_octave)
        for each in bare
    ]
    program = Program(
        lines, of_octave, one_product, helpers_of(text), names_of_outputs(text)
    )
    number = 0
    maths_first = ways.maths_first or ways.by_neuron
    for line, formula, is_bare in found:
        read = _as_mathematics(line, formula, dialect) if maths_first else None
        read = read or _read(line, formula, is_bare, dialect, program, number)
        number += is_bare
        pieces += [_with_any_product(piece) for piece in read] if one_product else read
        if len(pieces) > _MOST_PIECES:
            msg = f"a text to grade has at most {_MOST_PIECES} formulas"
            raise DataError(msg)
    sides = [s for one in pieces for chain in one.chains for s in chain.sides]
    two_costs = any(side.of_loss for side in sides)
    reader = _Reader(notes, two_costs, mixed=any(map(_has_delta, sides)))
    for each in pieces:
        reader.add(each)
        if len(notes.claims) + len(notes.left_out) > _MOST:
            msg = f"a text to grade has at most {_MOST} equations"
            raise DataError(msg)
    notes.claims[:] = [
        replace(one, is_placed=True) if one.line in placed else one
        for one in notes.claims
    ]
    return notes


# ---- Where formulas stand ------------------------------------------------------------


def _pieces(  # noqa: PLR0912
    text: str, of_code: bool = False
) -> Iterator[tuple[int, str, bool]]:
    """Yield line, formula, and whether it stands alone on its line, without marks.

    ``of_code`` yields the assignments between fences as well.
    """
    at, line, start, opening = 0, 1, 0, ""
    plain: list[str] = []  # the text between formulas, on the line that is read

    def counted(upto: int) -> int:
        nonlocal at, line
        line += text.count("\n", at, upto)
        at = upto
        return line

    in_code, place = False, 0
    left = ""  # of an equation between fences
    while place <= len(text):
        match = _MARK.search(text, place)
        mark = match[0] if match else "\n"
        here = match.start() if match else len(text)
        place = here + len(mark)
        if opening:
            if mark == _closing(opening):
                yield counted(start), text[start:here], False
                opening, start = "", place
                plain.append(_FORMULA)
            elif match is None or (mark.count("\n") > 1 and opening in {"$", r"\("}):
                if opening == "$":  # an amount of money: what follows is text
                    place = start
                    plain.append(opening)
                opening = ""
                start = place
            continue
        plain.append(text[start:here])
        start = place
        if mark.startswith("\n"):
            whole = "".join(plain)
            plain = []
            if whole.lstrip().startswith(("```", "~~~")):
                in_code = not in_code
            elif in_code and of_code and _STATES_IN_CODE.match(whole):
                code = printable(whole.partition("#")[0].strip())
                assigned = _ASSIGNED.match(code)
                left = assigned[0] if assigned else ""
                yield counted(here), code, True
            elif in_code and of_code and left and _GOES_ON.match(whole):
                code = printable(whole.partition("#")[0].strip())
                yield counted(here), f"{left}{code[1:]}", True
            elif in_code:
                left = ""
            elif _STATES.search(whole):
                bare = without_words_behind(whole.partition("#")[0].strip())
                alone = [] if _FORMULA in whole else _statements(without_bullet(bare))
                for one in code_spans(bare) or alone:
                    yield counted(here), printable(one), True
        elif not in_code and _closing(mark):
            opening = mark


def _closing(opening: str) -> str:
    """Return the mark that closes a formula, or "" if this one opens none."""
    if opening.startswith(_BEGIN):
        return opening.replace(_BEGIN, r"\end", 1)
    return _CLOSING.get(opening, "")


def _statements(line: str) -> list[str]:
    """Part a line of code at its semicolons, if each part is an equation."""
    found = [one.strip() for one in line.split(";") if one.strip()]
    whole = "\\" in line or not all(map(_ASSIGNS.match, found))
    return [line] if whole else found


def _joined(pieces: Iterator[tuple[int, str, bool]]) -> Iterator[tuple[int, str, bool]]:
    """Put formulas together of which the first ends in an operator."""
    open_: tuple[int, str] | None = None
    for line, text, bare in pieces:
        if open_ is not None and not bare:
            first, start = open_
            rows = "\n" * max(1, line - first - start.count("\n"))
            line, text = first, f"{start}{rows}{text}"  # noqa: PLW2901
        elif open_ is not None:
            yield *open_, False
        open_ = None
        end = None if bare else _OPEN_END.search(text)
        if end is not None and text[: end.start()].strip():  # more than a sign
            open_ = line, text
        else:
            yield line, text, bare
    if open_ is not None:
        yield *open_, False


def _in_words(
    pieces: Iterable[tuple[int, str, bool]],
) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines of code for mathematics whose names are words."""
    for line, text, bare in pieces:
        if bare:
            yield line, text, bare
            continue
        for before, code in in_lines(text):
            yield line + before, code, "\\" not in code


# ---- What they state -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A formula, as it was read: in NumPy's spelling, or as chains, or not at all."""

    line: int
    text: str
    bare: bool
    statement: Statement | None = None
    chains: tuple[Chain, ...] = ()
    error: str = ""


def _with_any_product(piece: _Piece) -> _Piece:
    """Return what was read where ``*`` may be a product of matrices too."""
    statement = piece.statement
    if statement is None:
        return piece
    formula = statement.formula
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator == "*":
            new = replace(part, operator="·")
            formula = rewritten(formula, part, new)
    return replace(piece, statement=replace(statement, formula=formula))


def _as_mathematics(line: int, text: str, dialect: Dialect) -> list[_Piece] | None:
    """Return an equation that stands alone on a line as mathematics, if it is that."""
    if _OF_CODE.search(text):
        return None
    try:
        chains = tuple(read_chains(text, dialect))
    except DataError:
        return None
    sides = [side for chain in chains for side in chain.sides]
    if not sides or any(side.error for side in sides):
        return None
    if not any(_target(list(chain.sides)) for chain in chains):
        return None
    return [_Piece(line, text, True, chains=chains)]


def _read(  # noqa: PLR0913, PLR0917
    line: int, text: str, bare: bool, dialect: Dialect, program: Program, number: int
) -> list[_Piece]:
    if bare and "\\" not in text:
        try:
            statements = program.statements(number)
        except DataError as error:
            if _LIKE_NUMPY.match(text):  # what only NumPy has, such as W[l], or words
                reason = str(error)
                if _OF_A_NAME.search(text):
                    return [_Piece(line, text, bare, error=reason)]
                try:
                    chains = tuple(read_chains(text, dialect))
                except DataError:
                    return [_Piece(line, text, bare, error=reason)]
                sides = [side for chain in chains for side in chain.sides]
                if not sides or any(side.error for side in sides):
                    return [_Piece(line, text, bare, error=reason)]
                return [_Piece(line, text, bare, chains=chains)]
        else:
            return [_Piece(line, text, bare, each) for each in statements]
    if bare and _OF_A_NAME.search(text):
        return [_Piece(line, text, bare, error=_BY_NAME)]
    try:
        return [_Piece(line, text, bare, chains=tuple(read_chains(text, dialect)))]
    except DataError as error:
        return [_Piece(line, text, bare, error=str(error))]


class _Reader:
    def __init__(self, notes: Notes, two_costs: bool, mixed: bool) -> None:
        self.notes = notes
        self.two_costs = two_costs  # L of one example beside C: dZ is of L
        self.mixed = mixed  # delta beside dC/dz, of which it may be minus one
        self.target: Side | None = None  # of the last equation, for one that goes on

    def add(self, piece: _Piece) -> None:
        line, text = piece.line, piece.text
        if piece.statement is not None:
            self.numpy(piece)
        elif piece.error:
            name = read_name(_left_side(text))
            if piece.bare and name is not None:
                self.notes.claims.append(
                    Claim("unread", name, None, line, text, error=piece.error)
                )
            elif piece.bare and _COST.match(text):
                self.leave_out(line, text, OF_THE_COST)
            elif not piece.bare or _names_a_quantity(text) or _COST.match(text):
                self.leave_out(line, text, piece.error)
        elif not (piece.bare or piece.chains) and _RELATION.search(text):
            self.leave_out(line, text, "it states no quantity of backpropagation")
        for chain in piece.chains:
            at = line + text.count("\n", 0, chain.at)
            sides = tuple(self.settled(side) for side in chain.sides)
            self.chain(at, replace(chain, sides=sides), piece.bare)

    def numpy(self, piece: _Piece) -> None:
        statement, line, text = piece.statement, piece.line, piece.text
        assert statement is not None
        target = statement.target
        self.target = None
        if target.name not in {*_KNOWN, "Y", "m", "eta", "n", "Wb", "divisor"}:
            layers = range(1, _depth(statement.formula) + 1)
            may_be = tuple(
                Claim("quantity", Symbol(name, Layer("", i)), statement.formula, line,
                      text, numpy=True)
                for i in reversed(layers)
                for name in ("dZ", "dA")
            )  # fmt: skip
            claim = Claim("name", target, statement.formula, line, text, numpy=True)
            self.notes.claims.append(replace(claim, may_be=may_be))
            return
        numbered = any(map(_is_numbered, parts(statement.formula)))
        if (
            target.layer is None
            and target.name in _KNOWN
            and (target.name in {"dW", "db", "W", "b"} or not numbered)
        ):
            error = f"{statement} does not say of which layer; write dW1 or dW[l]"
            found = Claim("unread", target, None, line, text, error=error)
        else:
            kind = "update" if target.name in {"W", "b"} else "quantity"
            formula = _added(target, statement.formula)
            target, formula = _numpys_layers(target, formula)
            if _BARE_SUM.search(text):  # as in notes, of no library
                formula = _summed_over_examples(formula) or formula
            found = Claim(kind, target, formula, line, text, numpy=True)
        self.notes.claims.append(found)

    def settled(self, side: Side) -> Side:
        """Say of which cost a derivative is: of that by which the text means dA, dZ."""
        plain = _plain(side.tree) if side.tree is not None else None
        of_cost = isinstance(plain, Symbol) and plain.name.endswith(" of C")
        return replace(
            side,
            is_explicit=of_cost,
            tree=self.of_one_cost(side.tree),
            other=self.of_one_cost(side.other),
            shapes=tuple((self.of_one_cost(t) or t, s, w) for t, s, w in side.shapes),
        )

    def of_one_cost(self, tree: Tree | None) -> Tree | None:
        if tree is None:
            return None
        for part in list(parts(tree)):
            symbol = part.symbol if isinstance(part, Entry) else part
            if not isinstance(symbol, Symbol) or not symbol.name.endswith(" of C"):
                continue
            plain = Symbol(symbol.name[:2], symbol.layer)
            if not isinstance(part, Entry) and part is symbol:
                new: Tree = plain
            else:
                assert isinstance(part, Entry)
                new = replace(part, symbol=plain)
            if self.two_costs:
                new = Binary("/", new, Symbol("examples"))
            if self.mixed and part is not tree:
                new = Binary("*", Symbol("sign"), new)
            tree = rewritten(tree, part, new)
        return tree

    def leave_out(self, line: int, text: str, reason: str) -> None:
        short = " ".join(text.split())[:80]
        reason = reason.partition("; known are")[0]
        if _GIVEN in reason or (_UNREAD in reason and _is_a_cost(text)):
            reason = OF_THE_COST
        self.notes.left_out.append(LeftOut(line, printable(short), reason))

    def unread_or_left_out(self, line: int, chain: Chain, reason: str) -> None:
        """Say that a derivative of the cost was not read, or leave an equation out."""
        first = chain.sides[0].text if chain.sides else ""
        if _UNREAD in reason and _OF_A_COST.match(first):
            of = Symbol(first)
            claim = Claim("unread", of, None, line, chain.text, error=reason)
            self.notes.claims.append(claim)
        else:
            self.leave_out(line, chain.text, reason)

    def chain(self, line: int, chain: Chain, bare: bool) -> None:
        sides = list(chain.sides)
        if chain.is_named:
            self.named(line, chain)
            return
        target = self.target if chain.goes_on else _target(sides)
        if target is None and not chain.goes_on:
            target = _identity(sides)
        if not chain.goes_on:
            self.target = target
        before, left = len(self.notes.claims), len(self.notes.left_out)
        for side in sides:
            self.shapes(line, side, target)
        if target is None or target.tree is None:
            shapes = len(self.notes.claims) > before
            if not shapes and self.is_to_be_named(chain, bare):
                errors = [side.error for side in sides if side.error]
                reason = (errors or ["it states no quantity of backpropagation"])[0]
                if sides and sides[0].tree in _COUNTS:
                    reason = "it says how many neurons or examples there are"
                self.unread_or_left_out(line, chain, reason)
            return
        others = [side for side in sides if side is not target]
        others = [side for side in others if self.is_said(target, side, bare)]
        same = [side for side in others if _is_the_same(target, side)]
        names = [side for side in same if _is_definition(target, side)]
        if sum(side.tree is not None for side in others) > 0:
            others = [side for side in others if not _may_be_left_out(side)]
        for side in [side for side in others if side not in same] or names[:1]:
            beside = [each.tree for each in others if each is not side]
            known = tuple(tree for tree in beside if tree is not None)
            self.claim(line, target, side, chain.text, known)
        silent = (before, left) == (len(self.notes.claims), len(self.notes.left_out))
        if silent and self.is_to_be_named(chain, bare):
            reason = "there is nothing on the other side"
            if len(sides) > 1:
                reason = "it does not say how a quantity is computed"
            self.leave_out(line, chain.text, reason)

    def named(self, line: int, chain: Chain) -> None:
        """Claim of a formula that has a name what it may be: a delta, or a dA."""
        side = next((side for side in chain.sides if side.tree is not None), None)
        if side is None or side.tree is None:
            errors = [each.error for each in chain.sides]
            self.leave_out(line, chain.text, (errors or ["it is a name"])[0])
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

    def is_said(self, target: Side, side: Side, bare: bool) -> bool:
        """Return whether a side says how a quantity is computed, and is no prose."""
        plain = _plain(target.tree) if target.tree is not None else None
        if not isinstance(plain, Symbol) or plain.name in _DERIVATIVES:
            return True
        if side.tree is None and bare:
            return False
        if side.tree is None or target.is_local:
            return True
        names = {part.name for part in parts(side.tree) if isinstance(part, Symbol)}
        needed = {plain.name, "eta"} if plain.name in {"W", "b"} else _KNOWN
        prose = bare and plain.layer is None and "eta" not in names
        of_entries = "\\" not in side.text and _OF_ENTRIES.search(side.text)
        prose = prose and not of_entries
        return bool(names & needed) and not prose

    def is_to_be_named(self, chain: Chain, bare: bool) -> bool:
        """Return whether what was left out is mathematics, and no prose."""
        text = chain.text
        return not bare or _names_a_quantity(text) or _COST.match(text) is not None

    def shapes(self, line: int, side: Side, target: Side | None) -> None:
        for tree, shape, whole in side.shapes:
            either: list[Tree] = []
            if whole:
                trees = [target.tree if target else None, side.tree, _last(side.tree)]
                either = [_plain(each) for each in trees if each is not None]
            found = Claim(
                "shape", _plain(tree), None, line, side.text,
                shape=shape, either=tuple(either),
            )  # fmt: skip
            self.notes.claims.append(found)

    def claim(
        self, line: int, target: Side, side: Side, text: str, beside: tuple[Tree, ...]
    ) -> None:
        tree = target.tree
        assert tree is not None
        plain = _plain(tree)
        if side.shape is not None:
            self.notes.claims.append(
                Claim("shape", plain, None, line, text, shape=side.shape)
            )
            return
        if target.is_local and isinstance(side.tree, Call):
            side = _without_diagonal(side)
        if target.is_local and _IDENTITY.fullmatch(side.text):
            side = replace(side, tree=Call("ones_like", tree), error="")
        if side.error and (
            _PUT_TOGETHER.match(side.text) or _EVERY_ONE.fullmatch(side.text)
        ):
            self.leave_out(line, text, "it puts what it names in one matrix")
            return
        if isinstance(tree, Call) and tree.argument == _INPUTS:  # sigma'(x), of any x
            tree = plain = _of_any_argument(tree)
            if side.tree is not None:
                side = replace(side, tree=_of_any_argument(side.tree), other=None)
        if self.mixed and target.is_explicit != side.is_explicit:
            side = _times_sign(side)
        error = side.error
        if side.tree == Number(0.0) and target.is_local:
            self.leave_out(line, text, "it is of two neurons that do not meet")
            return
        of_weights = isinstance(plain, Symbol) and plain.name in {"dW", "db"}
        if side.tree == Number(0.0) and of_weights:
            self.leave_out(line, text, "it is where a sum over the examples begins")
            return
        if side.is_general and not target.is_general:
            error = f"cannot read {side.text}: w needs two indices"
        if side.tree is None or error:
            self.notes.claims.append(
                Claim("unread", plain, None, line, text, error=error)
            )
            return
        new: Tree = side.tree
        if _is_of_one_weight(tree):
            new = _of_every(tree, new)
            tree, side = plain, replace(side, tree=new)
        kind = "value" if target.is_local else _kind(tree, new)
        name = target.text if kind == "value" else ""
        found, other = (
            _stated(kind, side, tree, line, text, name, turned, beside)
            for turned in (False, True)
        )
        differs = (other.target, other.formula) != (found.target, found.formula)
        self.notes.claims.append(replace(found, turned=other if differs else None))


def _kind(tree: Tree, formula: Tree) -> str:
    """Return what is stated: a quantity, an update, a step, or a value of others."""
    plain = _plain(tree)
    if not isinstance(plain, Symbol) or _is_by_number(tree):
        return "value"
    if plain.name in {"W", "b"}:
        return "update"
    of_step = plain.name in {"dW", "db"} and Symbol("eta") in set(parts(formula))
    return "step" if of_step else "quantity"


def _is_by_number(tree: Tree) -> bool:
    """Return whether it is one entry alone: of the neuron 1, or from 2 to 1."""
    return isinstance(tree, Entry) and int in {type(tree.row), type(tree.column)}


def _is_of_one_weight(tree: Tree) -> bool:
    return (
        isinstance(tree, Entry)
        and _is_by_number(tree)
        and tree.symbol.name in {"W", "b"}
    )


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
    plain = _plain(target.tree) if target.tree is not None else None
    named = isinstance(plain, Symbol) and plain.name in _KNOWN
    return named and side.text != target.text


def _may_be_left_out(side: Side) -> bool:
    """Return whether it says nothing of its own beside sides that were read.

    So it is with a letter that is a name, and with the chain rule in words: prod(...).
    """
    name = _NAME_ALONE.fullmatch(side.text) is not None
    return bool(side.error) and (name or _IN_WORDS.search(side.text) is not None)


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


def _has_delta(side: Side) -> bool:
    symbols = parts(side.tree) if side.tree is not None else ()
    return any(isinstance(each, Symbol) and each.name == "dZ" for each in symbols)


def _times_sign(side: Side) -> Side:
    """Return the side with the sign that a text gives its deltas."""
    sign = Symbol("sign")
    return replace(
        side,
        tree=side.tree and Binary("*", sign, side.tree),
        other=side.other and Binary("*", sign, side.other),
    )


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


def _target(sides: list[Side]) -> Side | None:
    """Return the side that the others are stated of: the first that is a quantity."""
    for side in sides:
        if side.is_local:
            return side
        tree = side.tree
        symbol = tree.symbol if isinstance(tree, Entry) else tree
        if isinstance(symbol, Symbol) and symbol.name in _KNOWN:
            return side
    return None


def _identity(sides: list[Side]) -> Side | None:
    """Return the first side of an equation between formulas of quantities."""
    first = sides[0] if sides else None
    if first is None or first.tree is None or len(sides) < 2:  # noqa: PLR2004
        return None
    symbols = [part for part in parts(first.tree) if isinstance(part, Symbol)]
    return first if any(symbol.name in _KNOWN for symbol in symbols) else None


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
    for formula in (side.tree, side.other, summed, by_index):
        if formula is not None:
            right = _with_lone_weights(formula, turned)
            one, other = with_layers_of_indices(tree, right, turned)
            one, other = _with_layers_of_roles(one, other)
            readings.append(_of_entries(one, _placed(other, one)))
    (target, first), *others = readings
    plain = _plain(tree)
    layers = [p.layer for p in parts(plain) if isinstance(p, Symbol) and p.layer]
    free = not layers and kind in {"quantity", "value"}
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


def _is_numbered(part: Tree) -> bool:
    return isinstance(part, Symbol) and part.layer is not None


def _numpys_layers(target: Symbol, formula: Tree) -> tuple[Symbol, Tree]:
    """Put layers on names that have none, such as h, where others have them."""
    one, formula = _with_layers_of_roles(target, formula)
    return one if isinstance(one, Symbol) else target, formula


def _is_of_biases(target: Tree) -> bool:
    plain = _plain(target)
    return isinstance(plain, Symbol) and plain.name == "db"


def _added(target: Tree, formula: Tree) -> Tree:
    """Return what is added to a gradient that is summed over examples: dW = dW + ..."""
    is_gradient = isinstance(target, Symbol) and target.name in _DERIVATIVES
    if is_gradient and isinstance(formula, Binary) and formula.operator == "+":
        if formula.left == target:
            return formula.right
        if formula.right == target:
            return formula.left
    return formula


def _with_layers_of_roles(target: Tree, formula: Tree) -> tuple[Tree, Tree]:
    """Put layers on matrices that have none, as their places in the equation say.

    In dW = dZ A.T the A is of the layer before; dA = W.T dZ has W and dZ of the next.
    What has a layer says of which the others are: dA = W^2.T dZ is of layer 1.
    """
    if any(isinstance(part, Entry) for part in (*parts(target), *parts(formula))):
        return target, formula
    if isinstance(target, Binary) and target.right == Symbol("examples"):
        one, formula = _with_layers_of_roles(target.left, formula)
        return replace(target, left=one), formula
    if not isinstance(target, Symbol) or target.name not in _KNOWN:
        return target, formula
    inner = [part for part in parts(formula) if isinstance(part, Symbol)]
    if all(part.layer for part in (target, *inner) if part.name in _KNOWN):
        return target, formula
    behind = target.name in {"dA", "dZ"} and any(part.name == "W" for part in inner)
    layer = target.layer
    given = [part.layer for part in inner if part.name in {"W", "b"} and part.layer]
    if layer is None and given:
        layer = Layer(given[0].base, given[0].offset - behind)
    elif layer is None and Symbol("A", Layer("", 0)) in inner and not behind:
        layer = Layer("", 1)
    of_outputs = any(part.layer == Layer("L") for part in inner) and not behind
    if layer is None and (Symbol("Y") in inner or of_outputs):
        layer = Layer("L")
    layer = layer or Layer("l")
    formula = _with_inputs(_with_outputs(formula) if behind else formula)
    inner = [part for part in parts(formula) if isinstance(part, Symbol)]
    before = Layer(layer.base, layer.offset - 1)
    after = Layer(layer.base, layer.offset + 1)
    turned = {id(p.argument) for p in parts(formula) if isinstance(p, Transpose)}
    turned_a = any(part.name == "A" and id(part) in turned for part in inner)
    for part in inner:
        if part.layer is not None or part.name not in _KNOWN:
            continue
        new = layer
        summed = any(other.name == "W" for other in inner) and target.name in {"Z", "A"}
        of_weights = target.name == "dW" and (id(part) in turned or not turned_a)
        into = summed or of_weights
        if part.name == "A" and into:
            new = before
        elif behind and (
            part.name in {"W", "dZ"} or (part.name == "Z" and layer == Layer("", 0))
        ):
            new = after
        formula = rewritten(formula, part, Symbol(part.name, new))
    return Symbol(target.name, layer), formula


def _with_outputs(formula: Tree) -> Tree:
    """Put its layer on what the targets are taken from: in o - y the o is an output."""
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator == "-":
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if other == Symbol("Y") and one in {Symbol("Z"), Symbol("A")}:
                    assert isinstance(one, Symbol)
                    formula = rewritten(formula, one, Symbol(one.name, Layer("L")))
    return formula


def _with_inputs(formula: Tree) -> Tree:
    """Put its layer on what is multiplied by weights in W^2 a: it is of layer 1."""
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator in {"·", "@"}:
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(one, Symbol) and one.name == "W" and one.layer:
                    before = Layer(one.layer.base, one.layer.offset - 1)
                    if other == Symbol("A"):
                        formula = rewritten(formula, other, Symbol("A", before))
    return formula


def _placed(formula: Tree, target: Tree) -> Tree:
    """Put the layer of the target on quantities that have none: a - y is a^L - y."""
    symbol = target.symbol if isinstance(target, Entry) else target
    layer = symbol.layer if isinstance(symbol, Symbol) else None
    return _with_layer(formula, layer or Layer("l"))


def _plain(tree: Tree) -> Tree:
    """Return the quantity of which this is an entry."""
    return tree.symbol if isinstance(tree, Entry) else tree


def _with_layer(formula: Tree, layer: Layer) -> Tree:
    """Put a layer on what has none; of the inputs' layer there is no z and no W."""
    for part in list(parts(formula)):
        if isinstance(part, Symbol) and part.layer is None and part.name in _KNOWN:
            of_inputs = layer == Layer("", 0) and part.name not in {"A", "dA"}
            own = Layer("", 1) if of_inputs else layer
            formula = rewritten(formula, part, Symbol(part.name, own))
    return formula


def _of_entries(target: Tree, formula: Tree) -> tuple[Tree, Tree]:
    """Return both sides for matrices, where they are of entries."""
    entries = [p for p in (*parts(target), *parts(formula)) if isinstance(p, Entry)]
    if not entries:
        return _with_layer(target, Layer("l")), formula
    free = free_indices(target) or free_indices(formula)
    of_numbers = not isinstance(target, Symbol | Entry) or _is_by_number(target)
    if of_numbers and 0 not in {i for e in entries for i in (e.row, e.column)}:
        target = _from_zero(target)
        formula = _from_zero(formula)
    if _is_by_number(target):
        return Elements(free, target), Elements(free, formula)
    if not of_numbers:
        formula = _from_zero(formula)
    if isinstance(target, Entry) and target.symbol.name in _KNOWN:
        return target.symbol, Elements(free, formula)
    if isinstance(target, Symbol):
        if target.name == "dW":  # of any weight: the row is that of the delta
            of = {e.row for e in entries if e.symbol.name in {"dZ", "dA"}}
            free = tuple(sorted(free, key=lambda index: index not in of))
            layers = [e.symbol.layer for e in entries if e.row in of]
            target = Symbol("dW", target.layer or next(iter(layers), None))
        return target, Elements(free, formula)
    return Elements(free, _with_layer(target, Layer("l"))), Elements(free, formula)


def _from_zero(formula: Tree) -> Tree:
    """Count the neurons that are named by numbers from 0, if they are from 1."""
    entries = [part for part in parts(formula) if isinstance(part, Entry)]
    numbers = {i for e in entries for i in (e.row, e.column) if isinstance(i, int)}
    if not numbers or 0 in numbers:
        return formula

    def less(index: str | int | None) -> str | int | None:
        return index - 1 if isinstance(index, int) else index

    for entry in entries:
        row = less(entry.row)
        assert row is not None
        new = Entry(entry.symbol, row, less(entry.column))
        formula = rewritten(formula, entry, new)
    return formula


def _slips(target: Tree, formula: Tree) -> tuple[tuple[str, Tree], ...]:
    """Return the readings with a free index on the left instead of the one there."""
    if not isinstance(target, Entry) or target.column is not None:
        return ()
    free = [i for i in free_indices(formula) if i != target.row]
    placed = _placed(formula, target)
    return tuple((index, Elements((index,), placed)) for index in free)


def _speaks_of_one_example(text: str) -> bool:
    """Return whether the prose names one example, and never several.

    >>> _speaks_of_one_example("We look at one training example (x, y).")
    True
    >>> _speaks_of_one_example("Each column is one example of the batch.")
    False
    """
    return bool(_ONE_EXAMPLE.search(text)) and not _EXAMPLES.search(text)


def _is_a_cost(text: str) -> bool:
    r"""Return whether a formula says what the cost is, whatever it is called.

    It has a logarithm, a square or a norm and no derivative, and stands for one letter
    or word, which may have its arguments: ``H(\hat y, y) = -\sum_k y_k \log \hat y_k``.
    """
    left, equals, right = text.partition("=")
    if not equals or _OF_DERIVATIVES.search(text):
        return False
    return _ONE_NAME.fullmatch(left) is not None and _OF_LOSS.search(right) is not None


def _names_a_quantity(text: str) -> bool:
    return _QUANTITY.search(text) is not None


_ONE_EXAMPLE: Final = re.compile(
    r"\b(?:one|single|lone|an?\s+individual)\s+(?:[a-z]{1,12}\s+){0,2}"
    r"(?:example|sample|instance|observation|pattern|data\s?point|input)\b(?!\s+(?:per|in)\b)",
    re.IGNORECASE,
)
_EXAMPLES: Final = re.compile(
    r"\b(?:examples|samples|instances|observations|patterns|data\s?points|inputs\s+at"
    r"|(?:mini)?-?\s?batch(?:es)?|average|averaged|vectori[sz]ed|columns? is|rows? is"
    r"|per\s+(?:row|column))\b",
    re.IGNORECASE,
)
_INPUTS: Final = Symbol("A", Layer("", 0))
_PUT_TOGETHER: Final = re.compile(
    r"\s*(?:\\left)?[\[(][^()\[\]]{1,60}[,;][^()\[\]]{1,60}[\])]\s*$"
)
_EVERY_ONE: Final = re.compile(  # [g(z_1), ..., g(z_n)]
    r"\s*(?:\\left)?[\[(].*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,.*[\])]\s*"
    r"(?:\^\s*\{?\s*(?:T|\\top)\s*\}?)?\s*",
    re.DOTALL,
)
_COUNTS: Final = (
    Symbol("m"),
    Symbol("n"),
    Symbol("n", Layer("l")),
    Symbol("n", Layer("L")),
)
_LONGEST: Final = 400_000
_LONGEST_LINE: Final = 20_000
_MOST: Final = 400
_MOST_PIECES: Final = 2_000
_DEEP: Final = 8
_FORMULA: Final = "\0"
_DERIVATIVES: Final = frozenset({"dA", "dZ", "dW", "db"})
_KNOWN: Final = frozenset({"dA", "dZ", "dW", "db", "Z", "A", "W", "b"})
_MARK: Final = re.compile(
    r"\\(?:begin|end)\{(?:equation|displaymath|align|alignat|flalign|gather|multline"
    r"|eqnarray|math)\*?\}|%%|\$\$|\\\[|\\\]|\\\(|\\\)|\\\\\||\$|\n\s*\n|\n"
)
_OPEN_END: Final = re.compile(r"\S\s*(?:\\times|\\cdot|\\odot|\\circ|[-+=])\s*$")
_RELATION: Final = re.compile(r"[=→≡]|\\(?:rightarrow|to|equiv|sim|leftarrow)\b")
_ASSIGNS: Final = re.compile(
    r"\s*(?:[∇∂]_?)?[^\W\d][\w.]*\s*(?:\[[^\]]*\]\s*)?"
    r"(?:,\s*[^\W\d][\w.]*\s*(?:\[[^\]]*\]\s*)?){0,6}[-+*/:]?=[^=]"
)
_ASSIGNED: Final = re.compile(r"[^=+*]{1,40}?\s*:?=(?!=)")  # what stands on the left
_GOES_ON: Final = re.compile(r"\s*=[^=]")
# an assignment, or a derivative in a line: ∂L/∂z₂ = p − y
_STATES_IN_CODE: Final = re.compile(
    rf"{_ASSIGNS.pattern}|\s*(?:[∂d]\w{{0,9}}\s*/\s*[∂d]|[δΔ∇])[^\s=]{{1,20}}\s*=[^=]"
)
_OF_ENTRIES: Final = re.compile(r"_\{?[a-z]{1,2}\b|[ᵢⱼₖ]")
_OF_CODE: Final = re.compile(r"@|\bnp\.|\.dot|\.T\b|\.sum|\*\*|_grad|[-+*/]=")
# code, in which a letter before an underscore is a part of a word
_OF_WORDS: Final = re.compile(r"\bself\.|\bnp\.|[A-Za-z]_[a-z]{3,}")
_WORDS: Final = re.compile(
    r"\\(?:mathit|text|mathrm|texttt|operatorname)\{\w{3,20}\}"
    r"|[A-Za-z][A-Za-z0-9]*(?:\\_[A-Za-z0-9]+)+"
    r"|(?<![\\{\w])d?(?:scores|logits|hidden|probs|[Ww]\d|h\d)(?!\w)"
)
_ENOUGH_WORDS: Final = 4
_BARE_SUM: Final = re.compile(r"(?<![.\w])sum\(")
_COST: Final = re.compile(r"\s*(?:[CJEL]\w?|[Ll]oss|[Cc]ost)\s*=")
_OF_DERIVATIVES: Final = re.compile(r"\\partial|\\nabla|\\delta|[∂∇δ'′]|\\prime")
_ONE_NAME: Final = re.compile(
    r"[\s&]*(?:\\(?:text|mathrm|mathcal|mathit|operatorname)\*?\s*\{[\w ]{1,30}\}"
    r"|\\[A-Za-z]{1,12}|[A-Za-zℓℒ]{1,12}\}?)"
    r"(?:\s*[_^]\s*(?:\w|\{[^{}]{1,20}\}|\([^()]{1,9}\)))*"
    r"(?:\s*(?:\\left)?[(\[][^=]{1,80}[)\]])?[\s&:]*"
)
_OF_LOSS: Final = re.compile(
    r"\\?\b(?:log|ln)\b|[)\]|}]\s*(?:\^\s*\{?\s*2|²)|\\\||‖|\\lVert"
    r"|\)\s*(?:\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?|ᵀ)\s*(?:\\left)?\("
)
_MEAN_COST: Final = re.compile(
    r"\s*(?:self\.)?(?:[CJEL]|[Ll]oss|[Cc]ost|data_loss|mse|MSE|bce|nll)\s*=[^=]*"
    r"(?:\bmean\(|/\s?(?:m|n|N|B|len\(\w+\)|batch_size|num_examples|\w+\.shape\[\d\])(?!\w))"
)
_GIVEN: Final = "the cost is given by the loss"
OF_NUMBERS: Final = "numbers of an example: not judged"
OF_THE_COST: Final = "the cost: given by the loss, not judged"
_IDENTITY: Final = re.compile(
    r"(?:\\(?:mathbf|mathbb|bm|boldsymbol)\s*\{?)?\s*I\}?(?:_\w)?"
)
_NAME_ALONE: Final = re.compile(r"\\?[A-Za-z]{1,8}(?:[_^](?:\w|\{[^{}]{0,20}\}))*\s*")
_IN_WORDS: Final = re.compile(r"\bprod\b")
_UNREAD: Final = "cannot read"
_OF_A_COST: Final = re.compile(
    r"\\d?frac\s*\{\s*(?:\\partial|∂|d)[\s{]*(?:\\[A-Za-z]+[\s{]+)?[A-Z\\]"
    r"|\\nabla|∇|∂\s*[A-Z]|\\delta\b|δ"
)
_STATES: Final = re.compile("[=←≡]")
_BEGIN: Final = r"\begin"
_CLOSING: Final = {
    "%%": "%%", "$$": "$$", r"\[": r"\]", r"\(": r"\)", r"\\|": r"\\|", "$": "$",
}  # fmt: skip
_LIKE_NUMPY: Final = re.compile(r"\s*[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)?[-+]?=[^=]")
# out[h1], an entry by the name of a neuron: no product with the quantity h1
_OF_A_NAME: Final = re.compile(r"[A-Za-z]{3,}\[\s*[\"']?[A-Za-z]\w+[\"']?\s*\]")
_BY_NAME: Final = "cannot read an entry by the name of its neuron, such as out[h1]"
_QUANTITY: Final = re.compile(
    r"\\delta|δ|∂|\\partial|\\nabla|∇|Δ|\\Delta|d_?[WwBbZzAa](?:\b|[_^0-9\[])"
)
