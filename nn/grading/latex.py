r"""Read formulas as people write them: ``\delta^l = (W^{l+1})^T \delta^{l+1} ...``.

A hand-written recursive descent. What a superscript means depends on what it stands at:
on a quantity it is the layer, on a bracket or a number the power. All products stand on
one level and associate to the left, as people read them; `Side.other` is the formula in
which matrix products come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NoReturn, TypeAlias

from autograd_scalar import DataError
from nn.files import printable
from nn.grading.dialect import PLAIN, Dialect
from nn.grading.tokens import SCALAR, Token, unreadable
from nn.grading.tree import (
    Binary,
    Call,
    Entry,
    Examples,
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

__all__ = ["Chain", "Shape", "Side", "free_indices", "read_chains"]

Shape: TypeAlias = "tuple[Tree, Tree]"


@dataclass(frozen=True, slots=True)
class Side:
    r"""One side of an equation.

    Attributes:
        text: as it was written.
        tree: the formula; None if it is a shape, or cannot be read.
        other: the formula if matrix products are done before ``\odot``, if it differs.
        shape: rows and columns, of a side such as ``(n^l, m)``.
        shapes: what is said of shapes within it: each tree that one is said of, the
            shape, and whether the tree may be the whole side as well.
        is_local: whether it is a local derivative, such as dz/dw.
        of_loss: whether it has a derivative of L, the loss of one example.
        error: why it cannot be read.
    """

    text: str
    tree: Tree | None = None
    other: Tree | None = None
    shape: Shape | None = None
    shapes: tuple[tuple[Tree, Shape, bool], ...] = ()
    is_local: bool = False
    of_loss: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Sides that are equal: A = B = C; ``goes_on`` if the first stands further up.

    ``at`` is its place in the text.
    """

    sides: tuple[Side, ...]
    text: str
    at: int = 0
    goes_on: bool = False


def read_chains(text: str, dialect: Dialect = PLAIN) -> list[Chain]:
    r"""Read one piece of mathematics, which may hold several equations.

    >>> text = r"\delta^l = (W^{l+1\top} \delta^{l+1}) \odot \sigma'(z^l)"
    >>> chain = read_chains(text)[0]
    >>> [str(side.tree) for side in chain.sides]
    ['dZ[l]', '(W[l+1].T · dZ[l+1]) * dg(Z[l])']

    Raises:
        DataError: it is too long, or its brackets are too deep.
    """
    found: list[Chain] = []
    for row in _split(dialect.tokens(text), {"\\\\", ",", r"\quad"}):
        parted = _split(row, {"="})
        assigned = _split(row, {r"\rightarrow"})
        if len(parted) == 1 and _is_update(assigned, text):  # w -> w - eta dw
            parted = assigned
        sides = [_side(side, text) for side in parted if _says_something(side, text)]
        stated = any(side.shapes for side in sides)
        arrow = r"\rightarrow" in {token.text for token in row}
        if len(parted) > 1 or (stated and (arrow or _is_a_size(sides))):
            found.append(
                Chain(
                    tuple(sides), _written(row, text), row[0].at, goes_on=not parted[0]
                )
            )
        elif found:
            found[-1] = _with_shape(found[-1], row, text)
    return found


def free_indices(tree: Tree) -> tuple[str, ...]:
    """Return the indices that are not summed over, in the order in which they come."""
    summed = {part.index for part in parts(tree) if isinstance(part, Sum)}
    found: list[str] = []
    for part in parts(tree):
        if isinstance(part, Entry):
            found += [i for i in (part.row, part.column) if isinstance(i, str)]
    return tuple(dict.fromkeys(i for i in found if i not in summed))


# ---- Rows, equations, sides ----------------------------------------------------------


def _split(row: Sequence[Token], at: set[str]) -> list[list[Token]]:
    """Split at tokens that stand in no bracket.

    A space after an equals sign, or before it, separates nothing.
    """
    depth, parted = 0, [list[Token]()]
    for i, token in enumerate(row):
        depth = max(0, depth + (token.text in "([{") - (token.text in ")]}"))
        near = {r.text for r in (*row[max(0, i - 1) : i], *row[i + 1 : i + 2])}
        joins = token.text == r"\quad" and near & {"=", r"\quad"} - {r"\quad"}
        if depth == 0 and token.text in at and not joins:
            parted.append([])
        elif token.text != r"\quad":
            parted[-1].append(token)
    alone = at.isdisjoint({"=", r"\rightarrow"})
    return [part for part in parted if part] if alone else parted


def _is_update(sides: list[list[Token]], text: str) -> bool:
    """Return whether an arrow assigns, and says nothing of a shape."""
    if len(sides) != 2 or not sides[1]:  # noqa: PLR2004
        return False
    return _Reader(sides[1], text).shape_alone() is None and "-" in {
        token.text for token in sides[1]
    }


def _is_a_size(sides: Sequence[Side]) -> bool:
    r"""Return whether it is a quantity with its shape alone: ``[W^1]_{4 \times 3}``."""
    return len(sides) == 1 and sides[0].shapes[0][0] is sides[0].tree


def _written(row: Sequence[Token], text: str) -> str:
    """Return the text of tokens, in one line."""
    if not row:
        return ""
    start, end = row[0].at, row[-1].at + len(row[-1].text)
    while end < len(text) and text[end] in ")}]" and _open(text[start:end]):
        end += 1
    return printable(" ".join(text[start:end].split())[:_SHOWN])


def _open(text: str) -> bool:
    """Return whether a bracket is open at the end."""
    return any(text.count(one) > text.count(two) for one, two in ("()", "[]", "{}"))


def _says_something(side: list[Token], text: str) -> bool:
    """Return whether there is more than brackets, of which only words were left.

    Words with a shape, as in "L1 loss -> (scalar)", say something.
    """
    first, *arrows = _split(side, {r"\rightarrow"})
    if not first and arrows:
        return _Reader(arrows[0], text).shape_alone() is not None
    return any(token.text not in {"(", ")", "[", "]", "{", "}"} for token in first)


def _with_shape(chain: Chain, row: list[Token], text: str) -> Chain:
    """Return the chain with a shape that stands behind it, after a space."""
    shape = _Reader(row, text).shape_alone()
    last = chain.sides[-1] if chain.sides else Side("")
    if shape is None or last.tree is None:
        return chain
    added = replace(last, shapes=(*last.shapes, (last.tree, shape, True)))
    return replace(chain, sides=(*chain.sides[:-1], added))


def _side(row: list[Token], text: str) -> Side:
    row, *arrows = _split(row, {r"\rightarrow"})
    if not row and arrows:
        row = arrows[0]
    row = _split(row, {r"\in"})[0]
    written = _written(row, text)
    shape = _Reader(row, text).shape_alone()
    if shape is not None:
        return Side(written, shape=shape)
    try:
        reader = _Reader(row, text)
        tree = reader.whole()
        other = None
        if any(token.text == r"\odot" for token in row):
            tight = _Reader(row, text, tight=True).whole()
            other = tight if tight != tree else None
    except DataError as error:
        return Side(written, error=str(error))
    shapes = [_Reader(arrow, text).shape_alone() for arrow in arrows]
    reader.shapes += [(tree, each, True) for each in shapes if each is not None]
    return Side(
        written,
        tree,
        other,
        None,
        tuple(reader.shapes),
        reader.is_local,
        "L" in reader.costs,
    )


# ---- One side ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Local:
    """A local derivative: of z, a, or a formula for z, by a quantity before it."""

    top: Symbol | Entry
    bottom: Symbol | Entry


@dataclass
class _Scripts:
    """What stands above, below and behind a symbol or a bracket."""

    layer: Layer | None = None
    lower: list[Token] | None = None
    transposed: bool = False
    power: float | None = None
    primes: int = 0
    shape: Shape | None = None
    shape_is_transposed: bool = False


class _Reader:
    """Reads the tokens of one side, from left to right."""

    def __init__(self, row: Sequence[Token], text: str, tight: bool = False) -> None:
        self.row, self.text, self.tight = row, text, tight
        self.i = 0
        self.depth = 0
        self.operations = 0
        self.in_examples = False
        self.example_names: set[str] = set()
        self.costs: set[str] = set()
        self.shapes: list[tuple[Tree, Shape, bool]] = []
        self.is_local = False
        self.is_slope = False  # of a formula, by each entry of a quantity

    def whole(self) -> Tree:
        tree = self.sum()
        if self.i < len(self.row):
            self.fail("there is more than a formula")
        for part in parts(tree):
            if isinstance(part, Entry) and part.symbol.name == "kronecker":
                self.fail("a Kronecker delta needs a sum over its index")
        return tree

    # ---- Tokens ----------------------------------------------------------------------

    def fail(self, what: str) -> NoReturn:
        at = self.row[self.i].at if self.i < len(self.row) else len(self.text)
        raise unreadable(what, self.text, at)

    def peek(self, ahead: int = 0) -> str:
        place = self.i + ahead
        return self.row[place].text if place < len(self.row) else ""

    def take(self) -> Token:
        if self.i >= len(self.row):
            self.fail("it ends too early")
        self.i += 1
        return self.row[self.i - 1]

    def accept(self, *texts: str) -> bool:
        if self.peek() in texts:
            self.i += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            self.fail(f"expected {text}")

    def group(self) -> list[Token]:
        """Take ``{...}`` without its braces, or one token."""
        if self.peek() == r"\frac":
            self.fail("expected braces")
        first = self.take()
        if first.text != "{":
            if first.is_number and len(first.text) > 1:  # \frac12
                self.row = [
                    *self.row[: self.i],
                    Token(first.text[1:], first.at + 1),
                    *self.row[self.i :],
                ]
                return [Token(first.text[:1], first.at)]
            return [first]
        depth, start = 1, self.i
        while depth:
            token = self.take()
            depth += (token.text == "{") - (token.text == "}")
        return list(self.row[start : self.i - 1])

    def within(self, row: Sequence[Token]) -> _Reader:
        """Return a reader of a part, which shares what was seen."""
        inner = _Reader(row, self.text, self.tight)
        inner.example_names, inner.shapes = self.example_names, self.shapes
        inner.costs = self.costs
        inner.in_examples = self.in_examples
        inner.depth = self.depth
        inner.descend()
        return inner

    def descend(self) -> None:
        """Count what stands in something else, with brackets around it or without."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f"a formula has at most {_DEEPEST} parts in one another")

    def counted(self, tree: Tree) -> Tree:
        self.operations += 1
        if self.operations > _MOST_OPERATIONS:
            what = f"a formula has at most {_MOST_OPERATIONS} operations"
            self.fail(what)
        return tree

    # ---- Sums and products -----------------------------------------------------------

    def sum(self) -> Tree:
        sign = self.sign()
        tree = self.product()
        if sign < 0:
            tree = self.counted(Binary("*", Number(-1.0), tree))
        while self.peek() in {"+", "-"}:
            operator = self.take().text
            sign = self.sign()
            right = self.product()
            if sign < 0:
                operator = "-" if operator == "+" else "+"
            tree = self.counted(Binary(operator, tree, right))
        return tree

    def sign(self) -> int:
        sign = 1
        while self.peek() in {"+", "-"}:
            sign *= -1 if self.take().text == "-" else 1
        return sign

    def product(self) -> Tree:
        """Read factors with their operators, and multiply them."""
        factors: list[tuple[str, Tree | _Local]] = []
        operator = "·"
        while True:
            shape = self.shape_here()
            if shape is not None and factors and operator == "·":
                last = factors[-1][1]
                if not isinstance(last, _Local):
                    self.shapes.append((last, shape, True))
                self.is_local = self.is_local and len(factors) == 1
            elif self.peek() == r"\sum":
                factors.append((operator, self.summation()))
                break
            else:
                factors.append((operator, self.factor()))
            operator = _OPERATORS.get(self.peek(), "")
            if operator:
                self.take()
            elif self.starts_a_factor():
                operator = "·"
            else:
                break
        return self.multiplied(factors)

    def starts_a_factor(self) -> bool:
        return self.peek() not in _ENDS and bool(self.peek())

    def multiplied(self, factors: list[tuple[str, Tree | _Local]]) -> Tree:
        locals_ = [f for _, f in factors if isinstance(f, _Local)]
        self.is_local = len(factors) == 1 and bool(locals_)
        if any(isinstance(local.top, Entry) for local in locals_):
            factors = [
                (op, self.entry_of(f) if isinstance(f, _Local) else f)
                for op, f in factors
            ]
            locals_ = []
        elif self.is_local:
            return self.jacobian(locals_[0])
        plain = [(op, f) for op, f in factors if not isinstance(f, _Local)]
        if not plain:
            self.fail("a product of local derivatives alone has no one shape")
        runs: list[tuple[str, Tree]] = []
        for op, factor in plain:
            if self.tight and runs and op != "*":
                first, tree = runs[-1]
                runs[-1] = first, self.counted(Binary(op, tree, factor))
            else:
                runs.append((op, factor))
        tree = runs[0][1]
        for op, factor in runs[1:]:
            tree = self.counted(Binary(op, tree, factor))
        for local in sorted(locals_, key=_from_the_output):
            tree = self.counted(self.passed_back(tree, local))
        return tree

    def summation(self) -> Tree:
        """Read a sum: over an index, over the examples, or over all entries."""
        self.take()
        index, over_examples = "", False
        while self.peek() in {"_", "^"}:
            lower = self.take().text == "_"
            limits = self.group()
            if lower:
                names = [t for t in _names(limits) if isinstance(t, str)]
                index = names[0] if names else ""
            else:
                over_examples = any(t.text in {"m", "N"} for t in limits)
        outer, self.in_examples = self.in_examples, self.in_examples or over_examples
        self.is_slope = False
        self.descend()
        body = self.product()
        self.depth -= 1
        self.in_examples = outer
        self.counted(body)
        if self.is_slope and not index:  # of each term by the one entry that is in it
            return body
        used = {
            i
            for part in parts(body)
            if isinstance(part, Entry)
            for i in (part.row, part.column)
        }
        if index not in used and (over_examples or index in self.example_names):
            if outer:
                self.fail("there is a sum over the examples within another")
            return Examples(body)
        if not index:
            if used:
                self.fail(r"the sum needs its index, such as \sum_k")
            return Reduce("sum", None, body)
        if index not in used:
            what = f"nothing in the sum has its index {index}"
            self.fail(what)
        for part in parts(body):
            if isinstance(part, Entry) and part.symbol.name == "kronecker":
                pair = (part.row, part.column)
                if index in pair:
                    other = pair[1] if pair[0] == index else pair[0]
                    return _renamed(rewritten(body, part, Number(1.0)), index, other)
        return Sum(index, body)

    # ---- Factors ---------------------------------------------------------------------

    def factor(self) -> Tree | _Local:
        name = self.peek()
        if name == r"\frac":
            return self.fraction()
        if name == r"\partial":
            return self.inline_derivative()
        if name in {r"\nabla", r"\Delta"}:
            return self.nabla()
        if name in {r"\sigma", "g", "f"} or name in _CALLS:
            return self.function()
        if name in {"(", "[", "{"}:
            return self.bracket()
        if name == r"\sqrt":
            self.take()
            return Call("sqrt", self.within(self.group()).whole())
        if name in _COSTS:
            self.fail("the cost is given by the loss, and not judged")
        if name[:1].isdecimal():
            number = Number(min(float(self.take().text), 1e300))
            scripts = self.scripts(None)
            if scripts.power is not None:
                return Binary("**", number, Number(scripts.power))
            return number
        if name == "d" and self.peek(1) in _SYMBOLS:
            self.take()
            return self.finished(self.reference("d"))
        return self.finished(self.reference())

    def finished(self, found: tuple[Symbol | Entry, _Scripts]) -> Tree:
        """Put transpose, power and shape on a symbol."""
        tree: Tree = found[0]
        scripts = found[1]
        if scripts.primes:
            if scripts.primes > 1 or not isinstance(tree, Symbol):
                self.fail("a prime belongs to a function, such as \\sigma'")
            scripts.transposed = True  # as in Octave
        return self.scripted(tree, scripts)

    def scripted(self, tree: Tree, scripts: _Scripts) -> Tree:
        if scripts.shape is not None and not scripts.shape_is_transposed:
            self.shapes.append((tree, scripts.shape, False))
        if scripts.transposed:
            tree = self.counted(Transpose(tree))
        if scripts.power is not None:
            tree = self.counted(Binary("**", tree, Number(scripts.power)))
        if scripts.shape is not None and scripts.shape_is_transposed:
            self.shapes.append((tree, scripts.shape, False))
        return tree

    def bracket(self) -> Tree:
        if self.peek(1) in {r"\sigma", "g", "f"} and self.is_primed_function():
            return self.primed_function()
        opening = self.take().text
        inner = self.sum()
        closing = self.take().text
        if closing not in {")", "]", "}"} or (opening == "{") != (closing == "}"):
            self.i -= 1
            self.fail(f"expected what closes {opening}")
        scripts = self.scripts(None)
        if scripts.primes:
            scripts.transposed = True
        if scripts.lower is not None:
            if not isinstance(inner, Symbol):
                self.fail("an index stands at a bracket, not at a quantity")
            inner = self.indexed(inner, scripts.lower)
        return self.scripted(inner, scripts)

    def is_primed_function(self) -> bool:
        """Return whether ``(f^l)'`` comes next."""
        end = self.i
        closing, depth = {"(": ")", "{": "}"}.get(self.peek(), ")"), 0
        while end < len(self.row):
            text = self.row[end].text
            depth += (text in "([{") - (text in ")]}")
            if depth == 0:
                break
            end += 1
        inner = [token.text for token in self.row[self.i + 2 : end]]
        called = "(" in inner and (inner[:1] == ["("] or inner[-1] == ")")
        here = [token.text for token in self.row[end : end + 2]]
        return here == [closing, "'"] and not called

    def primed_function(self) -> Tree:
        """Read ``(f^l)'``, which may have its argument behind it."""
        self.i += 2
        scripts = self.scripts("function")
        self.i += 1
        primes = self.scripts(None).primes
        argument: Tree = Symbol("Z", scripts.layer)
        if self.peek() == "(":
            self.take()
            argument = self.sum()
            self.expect(")")
        return self.called("f", argument, primes)

    def function(self) -> Tree:
        name = self.take().text
        scripts = self.scripts("function")
        if any(token.text == "W" for token in scripts.lower or ()):  # h_{W, b}(x)
            self.after_cost(always=True)
            return Symbol("A", Layer("L"))
        if self.peek() in {"(", "[", "{"}:
            self.take()
            argument = self.sum()
            if name in {"sum", "mean"} and self.peek() == ",":
                return self.reduced(name, argument)
            if self.take().text not in {")", "]", "}"}:
                self.i -= 1
                self.fail("expected what closes the argument")
        elif name in _CALLS and self.starts_a_factor():
            self.descend()
            factor = self.factor()
            self.depth -= 1
            if isinstance(factor, _Local):
                self.fail("expected an argument")
            argument = factor
        elif scripts.primes:  # g' alone is g'(z)
            argument = Symbol("Z", scripts.layer)
        else:
            self.fail("expected the argument of the function, such as (z^l)")
        after = self.scripts(None)
        tree = self.counted(self.called(name, argument, scripts.primes))
        if name in _CALLS and scripts.layer is not None and not scripts.layer.base:
            power = Number(float(scripts.layer.offset))  # tanh^2(z)
            tree = self.counted(Binary("**", tree, power))
        return self.scripted(tree, after)

    def reduced(self, name: str, argument: Tree) -> Tree:
        """Read the options of NumPy's sum: ``axis=1, keepdims=True``."""
        options: dict[str, str] = {}
        while self.accept(","):
            option = self.take().text
            if self.accept("="):
                options[option] = self.take().text
            else:
                options["axis"] = option
        self.expect(")")
        axis = options.get("axis")
        if axis not in {"0", "1"}:
            self.fail("expected axis=0 or axis=1")
        return Reduce(name, int(axis or 0), argument, "keepdims" in options)

    def called(self, name: str, argument: Tree, primes: int) -> Tree:
        if primes > 1:
            self.fail("second derivatives are not read")
        if name in {"mean", "sum"}:
            return Reduce(name, None, argument)
        if name not in _CALLS:
            return Call("dg" if primes else "g", argument)
        call = Call(name, argument)
        if not primes:
            return call
        one = Number(1.0)
        if name == "sigmoid":
            return Binary("*", call, Binary("-", one, call))
        if name == "tanh":
            return Binary("-", one, Binary("**", call, Number(2.0)))
        if name == "relu":
            both = Binary("+", one, Call("sign", argument))
            return Binary("/", both, Number(2.0))
        return self.fail(f"the derivative of {name} is not read")

    # ---- Derivatives -----------------------------------------------------------------

    def fraction(self) -> Tree | _Local:
        self.take()
        top, bottom = self.group(), self.group()
        shape = self.within(bottom).shape_alone()
        if shape is not None:
            tree = self.within(top).whole()
            self.shapes.append((tree, shape, False))
            return tree
        if top and bottom and _is_d(top[0]) and _is_d(bottom[0]):
            return self.quotient(self.within(_after_d(top)), _after_d(bottom))
        one, other = self.within(top).whole(), self.within(bottom).whole()
        tree = self.counted(Binary("/", one, other))
        return self.scripted(tree, self.scripts(None))

    def inline_derivative(self) -> Tree | _Local:
        r"""Read ``\partial C / \partial w^l``."""
        self.take()
        start = self.i
        while self.peek() not in {"/", ""}:
            self.take()
        top = self.row[start : self.i]
        self.expect("/")
        self.expect(r"\partial")
        start = self.i
        found, scripts = self.reference()
        bottom = list(self.row[start : self.i])
        del found, scripts
        return self.quotient(self.within(list(top)), bottom)

    def quotient(self, top: _Reader, below: list[Token]) -> Tree | _Local:
        """Read a derivative, from what stands behind each ∂."""
        bottom = self.within(below)
        if not top.row:
            return self.derived(bottom)
        cost = top.peek()
        if top.accept(*_COSTS):
            self.costs.add(cost)
            top.after_cost()
            if top.peek() == "0":  # C 0 for C_0
                top.take()
            if top.i < len(top.row):
                self.fail("a derivative of more than the cost is not read")
            found, scripts = bottom.reference("d")
            if bottom.i < len(bottom.row):
                self.fail("a derivative by more than one quantity is not read")
            if cost != "L":
                found = _of_the_cost(found)
            return self.scripted(
                found, self.scripts(None) if _bare(scripts) else scripts
            )
        above: Tree = top.whole()
        found, _ = bottom.reference()
        above = _weighted_sum(above) or above
        if not isinstance(above, Symbol | Entry):
            self.fail("a derivative of a formula is not read")
        local = _Local(above, found)
        if isinstance(above, Entry) != isinstance(found, Entry):
            self.fail("of two quantities one has an index and one has none")
        return local

    def derived(self, bottom: _Reader) -> Tree | _Local:
        r"""Read what ``\frac{d}{dw}`` stands before.

        That is a bracket with W a + b, or a formula for each entry, as (y - a)^2.
        """
        found, _ = bottom.reference()
        if not self.peek():
            self.fail("a derivative stands behind what it is of, and is of nothing")
        if self.peek() in _COSTS:
            self.costs.add(self.take().text)
            self.after_cost(always=True)
            return _as_derivative(found)
        if any(token.text == r"\|" for token in self.row[self.i :]):  # |y - a|^2
            self.i = len(self.row)
            return _as_derivative(found)
        if self.peek() not in {"(", "["}:
            self.fail("a derivative of what stands behind it is not read")
        formula = self.bracket()
        above = _weighted_sum(formula)
        if above is None:
            slope = _slope(formula, found)
            if slope is None:
                self.fail("a derivative of this formula is not read")
            self.is_slope = True
            return self.counted(slope)
        if isinstance(above, Entry) != isinstance(found, Entry):
            self.fail("a derivative of this formula is not read")
        return _Local(above, found)

    def nabla(self) -> Tree:
        r"""Read ``\nabla_a C``, ``\nabla W^l`` or ``\Delta a^l``."""
        delta = self.take().text == r"\Delta"
        if delta and self.peek() in {"^", "_"}:  # of the weights, added up
            scripts = self.scripts("W")
            dW = Symbol("dW", scripts.layer)
            return self.indexed(dW, scripts.lower) if scripts.lower else dW
        if not delta and self.peek() == "_":
            self.take()
            bottom = self.within(self.group())
            found, scripts = bottom.reference("d")
            if not self.accept(*_COSTS):
                self.fail("expected the cost")
            self.after_cost()
            return self.scripted(found, scripts)
        return self.finished(self.reference("d"))

    def after_cost(self, always: bool = False) -> None:
        """Skip scripts and arguments of the cost, as in ``C_0`` and ``J(W, b; x)``."""
        self.scripts("function")
        if self.peek() != "(":
            return
        depth, commas = 0, always
        for end in range(self.i, len(self.row)):
            text = self.row[end].text
            depth += (text in "([{") - (text in ")]}")
            commas = commas or text == ","
            if depth == 0:
                self.i = end + 1 if commas else self.i
                return

    def jacobian(self, local: _Local) -> Tree:
        """Return what stands for a local derivative alone, without indices."""
        top, bottom = _symbols(local)
        layer = top.layer
        if (top.name, bottom.name) == ("Z", "W"):
            return Symbol("A", self.before(layer))
        if (top.name, bottom.name) == ("Z", "b"):
            return Number(1.0)
        if (top.name, bottom.name) == ("Z", "A"):
            return Symbol("W", layer)
        if (top.name, bottom.name) == ("A", "Z"):
            return Call("dg", Symbol("Z", layer))
        return self.fail("this local derivative is not read")

    def passed_back(self, tree: Tree, local: _Local) -> Tree:
        """Multiply a derivative by a local one, as the chain rule does."""
        top, bottom = _symbols(local)
        kind, layer = top.name, top.layer
        low = bottom.layer
        if layer is None or low is None or layer.base != low.base:
            self.fail("the layers of a local derivative are not comparable")
        if not 0 <= layer.offset - low.offset < _FARTHEST or kind not in {"A", "Z"}:
            self.fail("this local derivative is not read")
        while (kind, layer) != (bottom.name, low):
            if kind == "A":
                kind = "Z"
                tree = Binary("*", tree, Call("dg", Symbol("Z", layer)))
            elif layer == low and bottom.name == "W":
                return Binary("@", tree, Transpose(Symbol("A", self.before(layer))))
            elif layer == low and bottom.name == "b":
                return Reduce("sum", 1, tree)
            elif layer == low:
                self.fail("this local derivative is not read")
            else:
                kind = "A"
                tree = Binary("@", Transpose(Symbol("W", layer)), tree)
                layer = self.before(layer)
        return tree

    def entry_of(self, local: _Local) -> Tree:
        """Return the local derivative of one entry by another."""
        top, bottom = local.top, local.bottom
        if not isinstance(top, Entry) or not isinstance(bottom, Entry):
            self.fail("of two quantities one has an index and one has none")
        kinds = top.symbol.name, bottom.symbol.name
        layer = top.symbol.layer
        same: Tree = Number(1.0)
        if kinds == ("Z", "W") and top.row == bottom.column:  # w_ij leads from i to j
            bottom = Entry(bottom.symbol, top.row, bottom.row)
        if top.row != bottom.row:
            same = Entry(Symbol("kronecker"), top.row, bottom.row)
        weight = Entry(Symbol("dZ/dA", layer), top.row, bottom.row)
        if kinds == ("Z", "W") and bottom.column is not None:
            activation = Symbol("A", self.before_entry(layer))
            return Binary("*", same, Entry(activation, bottom.column))
        if kinds in {("Z", "b"), ("b", "Z")}:
            return same
        if kinds == ("A", "Z"):
            return Binary("*", same, Call("dg", Entry(Symbol("Z", layer), top.row)))
        if kinds == ("Z", "A"):
            return weight
        if kinds == ("Z", "Z"):
            return Binary("*", weight, Call("dg", bottom))
        return self.fail("this local derivative is not read")

    def before(self, layer: Layer | None) -> Layer:
        if layer is None:
            self.fail("a local derivative needs its layer")
        return Layer(layer.base, layer.offset - 1)

    def before_entry(self, layer: Layer | None) -> Layer | None:
        """Return the layer before; of an entry, its index will say which it is."""
        return None if layer is None else self.before(layer)

    # ---- Quantities ------------------------------------------------------------------

    def reference(self, of: str = "") -> tuple[Symbol | Entry, _Scripts]:
        """Read a quantity with its scripts."""
        token = self.take()
        name = token.text
        if len(name) > 1 and name[0] == "d" and name[1:] in _SYMBOLS:
            of, name = "d", name[1:]
        if name not in _SYMBOLS:
            self.i -= 1
            self.fail("there is no such quantity")
        kind = _SYMBOLS[name]
        scripts = self.scripts(kind)
        if kind == "outputs":
            kind, scripts.layer = "A", Layer("L")
        if kind in {"m", "eta", "n"}:
            if kind == "n" and scripts.layer is None and scripts.lower is not None:
                scripts.layer = _layer(_as_l(scripts.lower))
            if kind == "n" and scripts.layer is None:
                kind = "m"
            return Symbol(kind, scripts.layer if kind == "n" else None), scripts
        lower, layer = scripts.lower, scripts.layer
        if kind == "kronecker" and (layer is not None or not _is_pair(lower)):
            kind = "Z"
            of = "d"
        if kind == "W" and layer and [t.text for t in lower or ()] == ["0"]:
            kind, lower = "b", None  # W_0^l, the weights of a constant 1
        if kind == "Y":
            layer = None
        elif kind == "X" and layer is None and lower is not None and _layer(lower):
            kind, layer, lower = "A", _layer(lower), None
        elif kind == "X":
            kind, layer = "A", layer or Layer("", 0)
        elif layer is None and lower is not None and _layer(lower) is not None:
            layer, lower = _layer(lower), None
        symbol = Symbol(of + kind, layer)
        return (symbol if lower is None else self.indexed(symbol, lower)), scripts

    def indexed(self, symbol: Symbol, lower: list[Token]) -> Entry:
        """Return an entry of a quantity."""
        indices = _names(lower)
        if symbol.name in {"W", "dW", "kronecker"}:
            if len(indices) == 2:  # noqa: PLR2004
                return Entry(symbol, *indices)
            self.fail(f"{symbol.name} needs two indices")
        if not 1 <= len(indices) <= 2:  # noqa: PLR2004
            self.fail("expected an index")
        if len(indices) > 1:
            self.example_names.add(str(indices[1]))
        return Entry(symbol, indices[0])

    def scripts(self, kind: str | None) -> _Scripts:
        """Read all that stands above, below and behind; ``kind`` is what it stands at.

        That is the name of a quantity, "function", or None at a bracket or a number.
        """
        found = _Scripts()
        while self.peek() in {"^", "_", "'", ".T", r"\top"}:
            sign = self.take().text
            if sign == "'":
                found.primes += 1
            elif sign in {".T", r"\top"}:
                found.transposed = True
            elif sign == "^":
                self.raised(self.within(self.group()), kind, found)
            else:
                group = self.group()
                shape = self.within(group).shape_alone()
                if shape is not None:
                    found.shape, found.shape_is_transposed = shape, found.transposed
                elif any(t.text == r"\times" for t in group):
                    continue  # a shape of sizes that were never named
                else:
                    found.lower = [*(found.lower or []), *group]
        return found

    def raised(self, group: _Reader, kind: str | None, found: _Scripts) -> None:
        """Read a superscript: layer, example, transpose, power, prime, or several."""
        row = group.row
        if [token.text for token in row] == ["**2"]:
            found.power = 2.0
            return
        if kind in {None, "Y"} and len(row) == 1 and row[0].is_number:
            found.power = min(float(row[0].text), 1e300)
            return
        while group.i < len(row):
            if group.accept("T", r"\top"):
                found.transposed = True
            elif group.accept("'"):
                found.primes += 1
            elif group.peek() in {"(", "[", "{"}:
                group.take()
                start = group.i
                while group.peek() not in {")", "]", "}", ""}:
                    group.take()
                inner = list(row[start : group.i])
                group.take()
                self.of_layer_or_example(inner, kind, found)
            elif group.peek() == ",":
                group.take()
            else:
                start = group.i
                group.take()
                if group.peek() == "_":  # n_l
                    group.i += 2
                if group.peek() in {"+", "-"} and group.peek(1)[:1].isdecimal():
                    group.i += 2
                self.of_layer_or_example(list(row[start : group.i]), kind, found)

    def of_layer_or_example(
        self, inner: list[Token], kind: str | None, found: _Scripts
    ) -> None:
        layer = _layer(inner)
        if layer is not None and found.layer is None and kind is not None:
            found.layer = layer
        elif len(inner) == 1 and kind is not None:
            self.example_names.add(inner[0].text.lower())
            if inner[0].is_number:
                self.fail("one example among several is not read")
        else:
            self.fail("a superscript is neither layer nor example nor power")

    # ---- Shapes ----------------------------------------------------------------------

    def shape_alone(self) -> Shape | None:
        r"""Return the shape that this is, such as ``(n^l, m)`` or ``2 \times 4``."""
        row = list(self.row)
        while len(row) > 2 and row[0].text in "({[" and row[-1].text in ")}]":  # noqa: PLR2004
            row = row[1:-1]
        if [token.text for token in row] == [SCALAR]:
            return Number(1.0), Number(1.0)
        for sign in (r"\times", ","):
            at = [i for i, token in enumerate(row) if token.text == sign]
            if len(at) == 1:
                one, other = _size(row[: at[0]]), _size(row[at[0] + 1 :])
                if one is not None and other is not None:
                    return one, other
        return None

    def shape_here(self) -> Shape | None:
        r"""Take ``(n^l \times m)`` if it comes next."""
        if self.peek() != "(":
            return None
        depth = 0
        for end in range(self.i, min(len(self.row), self.i + 30)):
            text = self.row[end].text
            depth += (text in "([{") - (text in ")]}")
            if depth == 0:
                shape = self.within(self.row[self.i : end + 1]).shape_alone()
                if shape is not None:
                    self.i = end + 1
                return shape
        return None


# ---- Small parts ---------------------------------------------------------------------


def _layer(row: Sequence[Token]) -> Layer | None:
    """Return the layer that tokens name, if they do: ``l+1``, ``(L)``, ``2``."""
    texts = [token.text for token in row if token.text not in "()[]{}"]
    match texts:
        case [number] if number.isdecimal() and len(number) < 4:  # noqa: PLR2004
            return Layer("", int(number))
        case ["l" | "L" as base]:
            return Layer(base)
        case ["n", "_", "l", *rest]:  # the number of the last layer
            return _layer([Token("L", 0), *(Token(text, 0) for text in rest)])
        case ["l" | "L" as base, "+" | "-" as sign, number] if number.isdecimal():
            offset = int(number[:3])
            return Layer(base, offset if sign == "+" else -offset)
    return None


def _names(row: Sequence[Token]) -> list[str | int]:
    """Return the indices in a subscript: letters with their primes, and numbers."""
    found: list[str | int] = []
    for token in row:
        if token.text in {"=", r"\in"}:
            break
        if token.text == "'" and found:
            found[-1] = f"{found[-1]}'"
        elif token.is_number:
            found.append(int(float(token.text[:4])))
        elif token.text.isalpha() and len(token.text) == 1:
            found.append(token.text.lower())
        elif token.text not in ",(){}[]'":
            return []
    return found


def _as_l(row: Sequence[Token]) -> list[Token]:
    """Read the e of n_e as a script l."""
    return [replace(t, text="l") if t.text == "e" else t for t in row]


def _size(row: Sequence[Token]) -> Tree | None:
    """Return what a dimension is: a number, n of a layer, or m."""
    texts = [t.text for t in row if t.text not in "{}"]
    match texts:
        case [number] if number.isdecimal() and len(number) < 10:  # noqa: PLR2004
            return Number(float(number))
        case ["m" | "N"]:
            return Symbol("m")
        case ["n", "^" | "_", *_]:
            layer = _layer(_as_l([t for t in row if t.text not in "{}"][2:]))
            return None if layer is None else Symbol("n", layer)
    return None


def _is_pair(lower: list[Token] | None) -> bool:
    return lower is not None and len(_names(lower)) == 2  # noqa: PLR2004


def _is_d(token: Token) -> bool:
    text = token.text
    return text in {r"\partial", "d"} or (len(text) == 2 and text[0] == "d")  # noqa: PLR2004


def _after_d(row: list[Token]) -> list[Token]:
    first = row[0]
    if len(first.text) == 2 and first.text[0] == "d":  # noqa: PLR2004
        return [Token(first.text[1], first.at + 1), *row[1:]]
    return row[1:]


def _of_the_cost(found: Symbol | Entry) -> Symbol | Entry:
    """Mark dA or dZ as of the cost by name; a text may call L that of one example."""
    if isinstance(found, Entry):
        symbol = _of_the_cost(found.symbol)
        assert isinstance(symbol, Symbol)
        return replace(found, symbol=symbol)
    if found.name in {"dA", "dZ"}:
        return Symbol(f"{found.name} of C", found.layer)
    return found


def _as_derivative(found: Symbol | Entry) -> Symbol | Entry:
    """Return the derivative of the cost by a quantity."""
    if isinstance(found, Entry):
        return replace(
            found, symbol=Symbol(f"d{found.symbol.name}", found.symbol.layer)
        )
    return Symbol(f"d{found.name}", found.layer)


def _bare(scripts: _Scripts) -> bool:
    return not scripts.transposed and scripts.power is None and scripts.shape is None


def _symbols(local: _Local) -> tuple[Symbol, Symbol]:
    top, bottom = local.top, local.bottom
    return (
        top.symbol if isinstance(top, Entry) else top,
        bottom.symbol if isinstance(bottom, Entry) else bottom,
    )


def _from_the_output(local: _Local) -> tuple[int, int, bool]:
    """Order local derivatives as the chain rule passes them, from the output back."""
    top = _symbols(local)[0]
    layer = top.layer or Layer()
    return -{"": 0, "l": 0, "L": 1}[layer.base], -layer.offset, top.name != "A"


def _weighted_sum(tree: Tree) -> Symbol | Entry | None:
    """Return the z that this is the formula of, W a + b or one term of it, or None."""
    if not isinstance(tree, Binary) or tree.operator != "+":
        return None
    product = tree.left
    if not isinstance(product, Binary) or product.operator != "·":
        return None
    for factor in (product.left, product.right):
        if isinstance(factor, Symbol) and factor.name == "W":
            return Symbol("Z", factor.layer)
        if isinstance(factor, Entry) and factor.symbol.name == "W":
            return Entry(Symbol("Z", factor.symbol.layer), factor.row)
    return None


def _slope(tree: Tree, by: Symbol | Entry) -> Tree | None:
    """Return the derivative of a formula of y and one quantity, entry by entry."""
    if tree == by:
        return Number(1.0)
    match tree:
        case Number() | Symbol("Y") | Entry(Symbol("Y")):
            return Number(0.0)
        case Binary("+" | "-" as sign, left, right):
            one, other = _slope(left, by), _slope(right, by)
            if one is None or other is None:
                return None
            return Binary(sign, one, other)
        case Binary("**", base, Number(power)):
            inner = _slope(base, by)
            if inner is None:
                return None
            outer = Binary("*", tree.right, Binary("**", base, Number(power - 1.0)))
            return Binary("*", outer, inner)
    return None


def _renamed(tree: Tree, index: str, other: str | int | None) -> Tree:
    """Return a formula with an index put in the place of another."""
    for part in list(parts(tree)):
        if isinstance(part, Entry) and index in {part.row, part.column}:
            row = other if part.row == index else part.row
            column = other if part.column == index else part.column
            if row is not None:
                tree = rewritten(tree, part, Entry(part.symbol, row, column))
    return tree


_SHOWN: Final = 200
_MOST_OPERATIONS: Final = 150
_DEEPEST: Final = 60
_FARTHEST: Final = 8
_OPERATORS: Final = {
    r"\odot": "*", r"\cdot": "·", r"\times": "·", "/": "/", "@": "@",
}  # fmt: skip
_ENDS: Final = frozenset({"+", "-", ")", "]", "}", ",", "=", "\\\\", "|"})
_COSTS: Final = ("C", "J", "E", "L")
_CALLS: Final = frozenset(
    {"exp", "log", "tanh", "sigmoid", "relu", "softmax", "sign", "mean", "sum"}
)
_SYMBOLS: Final = {
    **dict.fromkeys(("W", "w"), "W"),
    **dict.fromkeys(("b", "B"), "b"),
    **dict.fromkeys(("z", "Z"), "Z"),
    **dict.fromkeys(("a", "A", "h"), "A"),
    **dict.fromkeys(("x", "X"), "X"),
    **dict.fromkeys(("y", "Y", "t", "q"), "Y"),
    **dict.fromkeys(("m", "N"), "m"),
    "n": "n",
    r"\eta": "eta",
    r"\delta": "kronecker",
    r"\yhat": "outputs",
    r"\net": "Z",
}
