r"""Read one side of an equation as people write it: ``(W^{l+1})^T \delta^{l+1} ...``.

A hand-written recursive descent. What a superscript means depends on what it stands at:
on a quantity it is the layer, on a bracket or a number the power. All products stand on
one level and associate to the left, as people read them; a `Reader` with a ``loose``
sign reads the same tokens with all other products first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, NoReturn, TypeAlias

from nn.reading.formula.sums import (
    contracted,
    counts_examples,
    is_kronecker,
    is_of_each_example,
    with_one_left_out,
    without_index,
)
from nn.reading.formula.tree import (
    EXAMPLES,
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
)
from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import SCALAR, Token, group_end, unreadable

__all__ = ["COMPARED", "ODOT", "SIGNS", "Reader", "Shape", "same_index", "split_at"]

Shape: TypeAlias = "tuple[Tree, Tree]"


def split_at(row: Sequence[Token], at: set[str]) -> list[list[Token]]:
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


class Reader:
    """Reads the tokens of one side, from left to right."""

    def __init__(
        self,
        row: Sequence[Token],
        text: str,
        loose: str = "",
        lone: bool = False,
    ) -> None:
        self.row, self.text = row, text
        self.loose = loose  # a sign of products that binds less than the others
        self.lone = lone  # w_j of layer l leads from j to its one neuron
        self.i = 0
        self.depth = 0
        self.operations = 0
        self.in_examples = False
        self.example_names: set[str] = set()
        self.costs: set[str] = set()
        self.cost_indices: set[str] = set()  # the k of the cost C_k of an example
        self.pairs: set[tuple[str, str]] = set()  # i, j of w_ij that z_k is derived by
        self.beside: frozenset[str | int | None] = frozenset()
        self.axes: dict[str, int] = {}  # what an index counts: 0 the rows, as in a_{i:}
        self.shapes: list[tuple[Tree, Shape, bool]] = []
        self.is_local = False
        self.is_slope = False  # of a formula, by each entry of a quantity
        self.is_chain = False  # a product with local derivatives
        self.is_general = False  # w_k, one of all the weights

    def whole(self, known: Collection[str | int | None] = ()) -> Tree:
        """Read the side to its end, with the indices that are ``known`` beside it."""
        self.beside = self.beside.union(known)
        tree = self.sum()
        if self.i < len(self.row):
            self.fail("there is more than a formula")
        pairs = [part for part in parts(tree) if isinstance(part, Entry)]
        others = {i for p in pairs for i in (p.row, p.column) if not is_kronecker(p)}
        others.update(known)
        for part in pairs:
            lone = is_kronecker(part) and not others & {part.row, part.column}
            if lone and not self.is_local and not self.depth:
                self.fail("a Kronecker delta needs something else with its index")
        symbols = {part for part in parts(tree) if isinstance(part, Symbol)}
        beside = {each.name for each in symbols} - _OF_UPDATES
        if self.is_general and (beside or pairs):
            if self.lone:
                self.fail("W needs two indices")
            one = Reader(self.row, self.text, self.loose, lone=True)
            tree = one.whole()
            self.take_over(one)
        return tree

    def take_over(self, other: Reader) -> None:
        """Take what another reader of the same side has seen."""
        self.example_names, self.shapes = other.example_names, other.shapes
        self.costs, self.cost_indices = other.costs, other.cost_indices
        self.pairs = other.pairs
        self.is_local, self.is_chain = other.is_local, other.is_chain
        self.is_general = False

    # ---- Tokens ----------------------------------------------------------------------

    def fail(self, what: str) -> NoReturn:
        """Raise DataError, which quotes the place."""
        at = self.row[self.i].at if self.i < len(self.row) else len(self.text)
        raise unreadable(what, self.text, at)

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a token ahead, or '' behind the last."""
        place = self.i + ahead
        return self.row[place].text if place < len(self.row) else ""

    def take(self) -> Token:
        """Return the next token and step over it."""
        if self.i >= len(self.row):
            self.fail("it ends too early")
        self.i += 1
        return self.row[self.i - 1]

    def accept(self, *texts: str) -> bool:
        """Step over the next token if it is one of these."""
        if self.peek() in texts:
            self.i += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over the next token, which must be this one."""
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

    def within(self, row: Sequence[Token]) -> Reader:
        """Return a reader of a part, which shares what was seen."""
        inner = Reader(row, self.text, self.loose, self.lone)
        inner.example_names, inner.shapes = self.example_names, self.shapes
        inner.costs, inner.cost_indices = self.costs, self.cost_indices
        inner.pairs = self.pairs
        inner.axes, inner.beside = self.axes, self.beside
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
        """Return the tree, of which there may not be too many."""
        self.operations += 1
        if self.operations > _MOST_OPERATIONS:
            what = f"a formula has at most {_MOST_OPERATIONS} operations"
            self.fail(what)
        return tree

    # ---- Sums and products -----------------------------------------------------------

    def sum(self) -> Tree:
        """Read terms with plus and minus between."""
        sign = self.sign()
        tree = self.product()
        if sign < 0:
            tree = self.counted(Binary("*", Number(-1.0), tree))
        while self.peek() in {"+", "-"}:
            operator = self.take().text
            sign = self.sign()
            right = self.product()
            if operator == "+" and isinstance(right, Transpose) and _is_bias(right):
                right = right.argument  # added to each example, as a row or a column
            if sign < 0:
                operator = "-" if operator == "+" else "+"
            whole = with_one_left_out(tree, right) if operator == "+" else None
            tree = self.counted(whole or Binary(operator, tree, right))
        if self.peek() in COMPARED:
            return self.compared(tree)
        return tree

    def compared(self, tree: Tree) -> Tree:
        """Read ``z > 0``, which is 1 or 0."""
        is_above = self.take().text == ">"
        other = self.sum()
        if tree == Number(0.0):
            tree, other, is_above = other, tree, not is_above
        if other != Number(0.0):
            self.fail("a comparison with something else than 0 is not read")
        positive = self.counted(Call("positive", tree))
        return positive if is_above else Binary("-", Number(1.0), positive)

    def sign(self) -> int:
        """Read signs; return their product, 1 or -1."""
        sign = 1
        while self.peek() in {"+", "-"}:
            sign *= -1 if self.take().text == "-" else 1
        return sign

    def product(self) -> Tree:
        """Read factors with their operators, and multiply them."""
        factors: list[tuple[str, Tree | _Local]] = []
        operator, is_beside = "·", False
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
                if factors and self.peek() in {"+", "-"} and self.sign() < 0:
                    sign = operator if operator == "/" else "·"  # 2 * -1
                    factors.append((sign, Number(-1.0)))
                self.put(factors, operator, self.factor(), is_beside)
            operator = _OPERATORS.get(self.peek(), "")
            is_beside = not operator
            if operator:
                self.take()
                if self.peek() == "-" and operator != "/":  # 2 * (t - a) * -1
                    self.take()
                    factors.append(("*", Number(-1.0)))
            elif self.starts_a_factor():
                operator = "·"
            else:
                break
        return self.multiplied(factors)

    def put(
        self,
        factors: list[tuple[str, Tree | _Local]],
        operator: str,
        factor: Tree | _Local,
        is_beside: bool,
    ) -> None:
        """Put a factor behind the others, or into the one that it stands beside."""
        before = factors[-1][1] if factors else None
        is_one = is_beside and self.loose == SIGNS and before != Symbol("ones")
        if (
            before is None
            or not is_one
            or isinstance(before, _Local)
            or isinstance(factor, _Local)
        ):
            factors.append((operator, factor))
        else:
            product = self.counted(Binary(operator, before, factor))
            factors[-1] = factors[-1][0], product

    def starts_a_factor(self) -> bool:
        """Return whether a factor can begin with the next token."""
        return self.peek() not in _ENDS and bool(self.peek())

    def multiplied(self, factors: list[tuple[str, Tree | _Local]]) -> Tree:
        """Return the product of factors, local derivatives by the chain rule."""
        locals_ = [f for _, f in factors if isinstance(f, _Local)]
        self.is_local = len(factors) == 1 and (bool(locals_) or self.is_slope)
        if any(isinstance(local.top, Entry) for local in locals_):
            factors = [
                (op, self.entry_of(f) if isinstance(f, _Local) else f)
                for op, f in factors
            ]
            locals_ = []
        elif self.is_local and locals_:
            return self.jacobian(locals_[0])
        plain = [(op, f) for op, f in factors if not isinstance(f, _Local)]
        if not plain:
            self.fail("a product of local derivatives alone has no one shape")
        plain = _without_ones(plain)
        runs: list[tuple[str, Tree]] = []
        plain = self.by_entries(plain)
        for op, factor in plain:
            if self.loose == ODOT and runs and op != "*":
                first, tree = runs[-1]
                runs[-1] = first, self.counted(Binary(op, tree, factor))
            else:
                runs.append((op, factor))
        tree = runs[0][1]
        for op, factor in runs[1:]:
            tree = self.counted(Binary(op, tree, factor))
        for local in sorted(locals_, key=_from_the_output):
            tree = self.counted(self.passed_back(tree, local))
            self.is_chain = True
        return tree

    def by_entries(self, factors: list[tuple[str, Tree]]) -> list[tuple[str, Tree]]:
        r"""Read ``\diag(g'(z)) W^T \delta`` entry by entry, as for a batch too."""
        for i, (op, factor) in enumerate(factors[:-1]):
            if isinstance(factor, Call) and factor.function == "diag":
                whole = self.multiplied([*factors[i + 1 :]])
                tree = self.counted(Binary("*", factor.argument, whole))
                return [*factors[:i], (op, tree)]
        return factors

    def summation(self) -> Tree:  # noqa: PLR0912
        """Read a sum: over an index, over the examples, or over all entries."""
        self.take()
        index, others, over_examples, but = self.limits()
        outer, self.in_examples = self.in_examples, self.in_examples or over_examples
        self.is_slope = False
        self.descend()
        sign = self.sign()
        body = self.product()
        if sign < 0:
            body = self.counted(Binary("*", Number(-1.0), body))
        if but:
            same = Entry(Symbol("kronecker"), index, but)
            body = Binary("*", Binary("-", Number(1.0), same), body)
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
        if index in self.axes and counts_examples(body, index):
            return self.counted(_over_slices(body, index, self.axes[index]))
        of_costs = index in self.cost_indices
        if of_costs and over_examples:  # of b_i the i is a neuron's: no sum is over it
            used.discard(index)
        elif over_examples and index in used and counts_examples(body, index):
            body = without_index(body, index)
            used.discard(index)
        # in sum_k dC_k/dw_jk the k of the weight is another one than that of the cost
        alone = isinstance(body, Entry) and body.symbol.name == "dW"
        if index and of_costs and (index not in used or over_examples or alone):
            many: Tree = Symbol("divisor")
            if isinstance(body, Binary) and _has_deltas(body):  # of losses, perhaps
                many = Binary("/", many, Symbol("examples"))
            return self.counted(Binary("*", many, body))
        if index not in used and (over_examples or index in self.example_names):
            if outer:
                self.fail("there is a sum over the examples within another")
            return Examples(body)
        if not used and is_of_each_example(body) and not outer:
            return Examples(body)
        if not index and not used:
            return Reduce("sum", None, body)
        index = index or _repeated_index(body, self.indices_on_the_left())
        if index not in used:
            what = f"nothing in the sum has its index {index}"
            self.fail(what if index else r"the sum needs its index, such as \sum_k")
        for other in used.intersection(others):
            body = self.counted(Sum(str(other), body))
        return contracted(body, index) or Sum(index, body)

    def limits(self) -> tuple[str, list[str], bool, str]:
        r"""Read the limits of a sum: its index, others, whether it is over examples.

        Last comes the index that is left out, as in ``k \neq i``.
        """
        index, others, over_examples, but = "", list[str](), False, ""
        while self.peek() in {"_", "^"}:
            lower = self.take().text == "_"
            limits = self.group()
            unlike = same_index(limits)
            if lower and unlike is not None and not unlike[0]:
                index, but = unlike[1]
            elif lower:
                names = [t for t in _names(limits) if isinstance(t, str)]
                index, others = (names[0], names[1:]) if names else ("", [])
                over_examples = over_examples or index == "x"
            else:
                many = any(t.text in {"m", "N", "B", "S"} for t in limits)
                over_examples = over_examples or many
        return index, others, over_examples, but

    # ---- Factors ---------------------------------------------------------------------

    def factor(self) -> Tree | _Local:
        """Read a factor: a quantity, a call, a bracket, a fraction."""
        name = self.peek()
        if name in _HEADS:
            return _HEADS[name](self)
        if name in _CALLS:
            return self.function()
        if name in _COSTS:
            self.fail("the cost is given by the loss, and not judged")
        if name == "K" and self.peek(1) not in {"_", "^", "("}:
            self.take()
            return Symbol("n", Layer("L"))
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

    def root(self) -> Tree:
        """Read a square root."""
        self.take()
        return Call("sqrt", self.within(self.group()).whole())

    def identity(self) -> Tree:
        """Read the identity matrix in a product, which changes nothing there."""
        before = self.row[self.i - 1].text if self.i else ""
        end = symbol_end(self.row, self.i)
        after = self.row[end].text if end < len(self.row) else ""
        above = [token.text for token in self.row[self.i : end] if token.text == "^"]
        if above or {before, after} & {"+", "-", "("}:
            self.fail("there is no such quantity")
        self.i = end
        return Number(1.0)

    def ones(self) -> Tree:
        r"""Read a column of ones, or an indicator: ``1[z > 0]``, ``1_{z > 0}``."""
        self.take()
        if self.peek() == "_" and self.compares(1):
            self.take()
            return self.within(self.group()).whole()
        if self.peek() in {"(", "[", "{"} and self.compares(0):
            return self.bracket()
        target = self.indicated()
        if target is not None:
            return target
        scripts = self.scripts(None)
        scripts.lower = None
        if scripts.shape is not None and scripts.shape[0] == Number(1.0):
            scripts.transposed = not scripts.transposed  # a row
        scripts.shape = None
        return self.scripted(Symbol("ones"), scripts)

    def indicated(self) -> Tree | None:
        """Read ``1[k = y]``, which is the target of k where y is the right class."""
        start = self.i + (self.peek() == "_")
        end = group_end(self.row, start)
        texts = [token.text for token in self.row[start + 1 : end - 1]]
        if texts[:1] == ["("] and texts[-1] == ")":
            texts = texts[1:-1]
        if "=" not in texts or texts.count("=") > 1 or start >= len(self.row):
            return None
        at = texts.index("=")
        for index, other in (
            (texts[:at], texts[at + 1 :]),
            (texts[at + 1 :], texts[:at]),
        ):
            of_class = other[:1] in (["y"], ["c"], ["t"], ["Y"])
            if len(index) == 1 and index[0].isalpha() and of_class and index != other:
                self.i = end
                return Entry(Symbol("Y"), index[0].lower())
        pair = [texts[:at], texts[at + 1 :]]
        if all(len(one) == 1 and len(one[0]) == 1 and one[0].isalpha() for one in pair):
            self.i = end  # 1_{i = j}
            return Entry(Symbol("kronecker"), pair[0][0].lower(), pair[1][0].lower())
        return None

    def compares(self, ahead: int) -> bool:
        """Return whether the brackets that begin there hold a comparison."""
        end = group_end(self.row, self.i + ahead)
        inner = self.row[self.i + ahead : end]
        return any(token.text in COMPARED for token in inner)

    def maximum(self) -> Tree:
        """Read ``max(0, z)``, or the smaller of two: ``max(-1, min(1, z))``."""
        is_max = self.take().text == "max"
        if self.peek() not in {"(", "[", "{"}:
            self.fail("expected the two of which the larger is taken, as in max(0, z)")
        self.take()
        pair = [self.sum()]
        self.expect(",")
        pair.append(self.sum())
        self.take()
        limit, other = sorted(pair, key=_is_no_number)
        if _is_no_number(limit):  # said once: the other one may be large
            self.fail(
                "of the larger or smaller of two one is a number, as in max(0, z)"
            )
        if is_max and limit == Number(0.0):
            return self.counted(Call("relu", other))
        if is_max:
            more = Call("relu", self.counted(Binary("-", other, limit)))
            return self.counted(Binary("+", limit, more))
        less = Call("relu", self.counted(Binary("-", limit, other)))
        return self.counted(Binary("-", limit, less))

    def cases(self) -> Tree:
        r"""Read a formula by cases: 1 where z > 0, and 0 elsewhere."""
        self.take()
        end = group_end(self.row, self.i)
        inner = list(self.row[self.i + 1 : end - 1])
        self.i = end
        rows = [split_at(row, {","}) for row in split_at(inner, {"\\\\"})]
        if len(rows) != 2 or not all(1 <= len(row) <= 2 for row in rows):  # noqa: PLR2004
            self.fail("only two cases are read")
        values = [self.within(row[0]).whole() for row in rows]
        given = [(i, row[1]) for i, row in enumerate(rows) if len(row) > 1]
        for i, condition in given:
            same = same_index(condition)
            if same is not None:
                equal, (one, other) = same
                where: Tree = Entry(Symbol("kronecker"), one, other)
                of_left = self.beside  # the t of dz_t/dw_ij counts neurons
                if other not in of_left and _is_a_class(other, one, values):
                    # i = y: the target of i is 1
                    where = Entry(Symbol("Y"), one)
                elif one not in of_left and _is_a_class(one, other, values):
                    where = Entry(Symbol("Y"), other)
                first, rest = (values[i], values[1 - i])[:: 1 if equal else -1]
                by = Binary("*", where, Binary("-", first, rest))
                return self.counted(Binary("+", rest, by))
        given = [
            each for each in given if COMPARED.intersection(t.text for t in each[1])
        ]
        if not given:
            self.fail("expected a case such as z > 0")
        place, condition = given[0]
        where = self.within(condition).whole()
        first, second = values[place], values[1 - place]
        rest = Binary("*", Binary("-", Number(1.0), where), second)
        return self.counted(Binary("+", Binary("*", where, first), rest))

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
        """Return a bracket with what stands above and behind it applied."""
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
        """Read what stands in brackets, or the function that it names."""
        if self.peek(1) in {r"\sigma", "g", "f"} and self.is_primed_function():
            return self.primed_function()
        opening = self.take().text
        inner = self.sum()
        closing = self.take().text
        if closing not in {")", "]", "}"} or (opening == "{") != (closing == "}"):
            self.i -= 1
            self.fail(f"expected what closes {opening}")
        self.skip_range()
        scripts = self.scripts(None)
        if scripts.primes:
            scripts.transposed = True
        if scripts.lower is not None:
            entry = self.with_index(inner, scripts.lower)
            if entry is None:
                self.fail("an index stands at a bracket, not at a quantity")
            inner = entry
        return self.scripted(inner, scripts)

    def with_index(self, tree: Tree, lower: Sequence[Token]) -> Tree | None:
        r"""Return the entry of a formula, ``(W^T \delta)_j``, or None.

        That of a product with weights is a sum over an index of its own, and that of
        ``(\delta a^T)_{ij}`` one over the examples.
        """
        match tree:
            case Number():
                return tree
            case Symbol():
                return self.indexed(tree, list(lower))
            case Call("g" | "dg" as name, argument):
                inner = self.with_index(argument, lower)
                return None if inner is None else self.counted(Call(name, inner))
            case Binary("@" | "·", Symbol() as delta, Transpose(Symbol() as signal)):
                indices = _names(list(lower))  # (\delta a^T)_{ij}
                if len(indices) != 2 or "W" in {delta.name, signal.name}:  # noqa: PLR2004
                    return None
                entries = Entry(delta, indices[0]), Entry(signal, indices[1])
                return Examples(self.counted(Binary("*", *entries)))
            case Binary("@" | "·", weights, Symbol() as vector):
                turned = isinstance(weights, Transpose)
                of = weights.argument if isinstance(weights, Transpose) else weights
                if not isinstance(of, Symbol) or of.name != "W" or vector.name == "W":
                    return None
                row = self.indexed(vector, list(lower))
                if not isinstance(row, Entry) or row.column is not None:
                    return None
                inside = _INSIDE if row.row != _INSIDE else f"{_INSIDE}'"
                places = (inside, row.row) if turned else (row.row, inside)
                product = Binary("*", Entry(of, *places), Entry(vector, inside))
                return self.counted(Sum(inside, self.counted(product)))
            case Binary("+" | "-" | "*" as sign, left, right):
                one, other = (self.with_index(each, lower) for each in (left, right))
                if one is None or other is None:
                    return None
                return self.counted(Binary(sign, one, other))
            case _:
                return None

    def skip_range(self) -> None:
        r"""Skip ``]_1^{d}``: all entries but that of the constant input, 0."""
        first = group_end(self.row, self.i + 1)
        lower = [t.text for t in self.row[self.i : first] if t.text not in "{}"]
        upper = [token.text for token in self.row[first : first + 3]]
        sizes = [text for text in upper[1:] if text != "{"][:1]
        is_closed = self.row[self.i - 1].text == "]" and lower == ["_", "1"]
        if is_closed and upper[:1] == ["^"] and _SIZES.issuperset(sizes):
            self.i = group_end(self.row, first + 1)

    def is_primed_function(self) -> bool:
        """Return whether ``(f^l)'`` comes next."""
        end = self.i
        closing, depth = {"(": ")", "{": "}", "[": "]"}.get(self.peek(), ")"), 0
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

    def function(self) -> Tree:  # noqa: PLR0912
        """Read a function with its argument."""
        name = self.take().text
        start = self.i
        scripts = self.scripts("function")
        in_brackets = {"[", "("} & {t.text for t in self.row[start : self.i]}
        below = {token.text for token in scripts.lower or ()}
        if below & {"W", r"\theta"}:  # h_{W, b}(x)
            self.after_cost(always=True)
            return Symbol("A", Layer("L"))
        if self.peek() == r"\odot" and self.is_composed(scripts.primes):
            self.take()
            argument = self.finished(self.reference())
            return self.counted(self.called(name, argument, scripts.primes))
        of_neuron = [token.text for token in scripts.lower or ()] in _NEURONS
        inner = self.row[self.i : group_end(self.row, self.i)]
        beside = of_neuron and scripts.primes and "-" in {t.text for t in inner}
        if self.peek() in {"(", "[", "{"} and not beside:  # g'_k (a_k - y_k)
            self.take()
            argument = self.sum()
            if name in {"sum", "mean"} and self.peek() == ",":
                return self.reduced(name, argument)
            if self.take().text not in {")", "]", "}"}:
                self.i -= 1
                self.fail("expected what closes the argument")
            if of_neuron and isinstance(argument, Symbol):  # g_k(z), the entry k
                argument = self.indexed(argument, scripts.lower or [])
        elif name in _CALLS and self.starts_a_factor():
            self.descend()
            factor = self.factor()
            self.depth -= 1
            if isinstance(factor, _Local):
                self.fail("expected an argument")
            argument = factor
        elif scripts.primes or self.is_defined():  # g' alone is g'(z), g'_k is g'(z_k)
            argument = Symbol("Z", scripts.layer)
            if of_neuron:
                argument = self.indexed(argument, scripts.lower or [])
        else:
            self.fail("expected the argument of the function, such as (z^l)")
        after = self.scripts(None)
        if after.lower and isinstance(argument, Symbol):  # softmax(z)_j
            argument, after.lower = self.indexed(argument, after.lower), None
        tree = self.counted(self.called(name, argument, scripts.primes))
        is_power = name in _CALLS or _is_power(scripts.layer, argument)
        is_power = is_power and not in_brackets  # g^{[2]} is that of layer 2
        if is_power and scripts.layer is not None and not scripts.layer.base:
            power = Number(float(scripts.layer.offset))  # tanh^2(z)
            tree = self.counted(Binary("**", tree, power))
        if scripts.power is not None:
            tree = self.counted(Binary("**", tree, Number(scripts.power)))
        return self.scripted(tree, after)

    def indices_on_the_left(self) -> set[str]:
        """Return the letters of the indices of what the equation is about."""
        left = self.text[: self.row[0].at].partition("=")[0]
        return {i for one in _LOWER.finditer(left) for i in one[1] if i.isalpha()}

    def is_defined(self) -> bool:
        """Return whether a function alone is what an equation is about: ``g = ...``."""
        return len(self.row) == 1 and not self.text[: self.row[0].at].strip()

    def is_composed(self, primes: int) -> bool:
        r"""Return whether ``g \circ z`` is g of z, and no product."""
        return _SYMBOLS.get(self.peek(1)) in ({"Z"} if primes else {"Z", "A", "X"})

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
        """Return the call of a function, or of its derivative if it has a prime."""
        if primes > 1:
            self.fail("second derivatives are not read")
        if name in {"mean", "sum"} and is_of_each_example(argument):
            whole = Examples(argument)
            return whole if name == "sum" else Binary("/", whole, Symbol("m"))
        if name in {"mean", "sum"}:
            return Reduce(name, None, argument)
        if name == "batchsum":  # whichever axis is that of the examples
            return Reduce("sum", EXAMPLES, argument)
        if name == "sech":
            return Binary("/", Number(1.0), Call("cosh", argument))
        if name == r"\diag":
            return Call("diag", argument)
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
        """Read a fraction: a quotient, or a derivative."""
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

    def quotient(self, top: Reader, below: list[Token]) -> Tree | _Local:
        """Read a derivative, from what stands behind each ∂."""
        bottom = self.within(_without_brackets(below))
        if not top.row:
            return self.derived(bottom)
        if _is_of_z(top.row, bottom.row):
            return self.called(top.peek(), bottom.finished(bottom.reference()), 1)
        output = self.activated(top)
        if output is not None:
            top = output
        cost = top.peek()
        if top.accept(*_COSTS) or top.accept_any_cost():
            return self.of_cost(cost, top, below)
        found, _ = bottom.reference()
        if [token.text for token in top.row] == [r"\sigma"]:  # d sigma / dz
            return self.called(r"\sigma", found, 1)
        above: Tree = top.whole()
        above = _weighted_sum(above) or above
        if isinstance(above, Call) and above.argument == found:
            return self.called(above.function, found, 1)
        if not isinstance(above, Symbol | Entry):
            slope = _slope(above, found)
            if slope is not None:
                self.is_slope = True
                return self.counted(slope)
        if not isinstance(above, Symbol | Entry):
            self.fail("a derivative of a formula is not read")
        above, found = _as_output(_of_one_output(above, found)), _as_output(found)
        local = _Local(above, found)
        if isinstance(above, Entry) != isinstance(found, Entry):
            self.fail("of two quantities one has an index and one has none")
        return local

    def activated(self, top: Reader) -> Reader | None:
        r"""Return a reader of the ``a_k`` that ``g(z_k)`` is, where that is derived."""
        row = top.row
        inner = row[2 : len(row) - 1]
        texts = [token.text for token in (*row[:2], *row[-1:])]
        is_called = len(texts) > 2 and texts[0] in {r"\sigma", "g", "f"}  # noqa: PLR2004
        if not is_called or texts[1:] != ["(", ")"] or not inner:
            return None
        if _SYMBOLS.get(inner[0].text) != "Z" or symbol_end(inner, 0) < len(inner):
            return None
        return self.within([replace(inner[0], text="a"), *inner[1:]])

    def of_cost(self, cost: str, top: Reader, below: list[Token]) -> Tree:
        """Read a derivative of the cost, of which the letter was taken."""
        bottom = self.within(_without_brackets(below))
        self.costs.add(cost)
        top.after_cost(always=True)
        if top.peek() == "0":  # C 0 for C_0
            top.take()
        if top.i < len(top.row):
            self.fail("a derivative of more than the cost is not read")
        if [token.text for token in bottom.row] in _ONE_COST:
            self.is_slope = True
            return Number(1.0)  # dJ/dL, of the cost by the loss
        found, scripts = bottom.reference("d")
        if bottom.i < len(bottom.row):
            return self.by_error(_without_brackets(below))
        found = _of_the_cost(_as_output(found), cost)
        return self.scripted(found, self.scripts(None) if _bare(scripts) else scripts)

    def by_error(self, below: list[Token]) -> Tree:
        r"""Read ``\frac{\partial C}{\partial (a - y)}``, which is that by the outputs.

        So it is where an error has a name: with ``e = y - a`` its sign is the other.
        """
        match self.within(below).whole():
            case Binary("-", Symbol() | Entry() as one, Symbol() | Entry() as other):
                kinds = [_symbol_of(each).name for each in (one, other)]
                if kinds == ["A", "Y"]:
                    return _of_the_cost(_of_outputs(one))
                if kinds == ["Y", "A"]:
                    slope = _of_the_cost(_of_outputs(other))
                    return self.counted(Binary("*", Number(-1.0), slope))
            case _:
                pass
        return self.fail("a derivative by more than one quantity is not read")

    def accept_any_cost(self) -> bool:
        r"""Take a letter that is no quantity, and so the cost: ``e(w)``, ``\xi``."""
        name = self.peek()
        word = "".join(token.text for token in self.row)
        if len(word) == len(self.row) > 1 and word.isalpha() and word.isupper():
            self.i = len(self.row)  # a word in capitals
            return True
        end = symbol_end(self.row, self.i)
        if end < len(self.row) and self.row[end].text == "(":
            end = group_end(self.row, end)
        known = name in _SYMBOLS or name in _CALLS or name == r"\sigma"
        inner = {token.text for token in self.row[self.i + 1 : end]}
        of_parameters = not inner or not inner.isdisjoint(_OF_THE_COST)
        known = known or (name in {"g", "f"} and not of_parameters)  # g(in_k)
        is_letter = name.isalpha() and (len(name) == 1 or not name.isascii())
        if known or end < len(self.row) or not (is_letter or name in _GREEK_COSTS):
            return False
        self.take()
        return True

    def derived(self, bottom: Reader) -> Tree | _Local:
        r"""Read what ``\frac{d}{dw}`` stands before.

        That is a bracket with W a + b, or a formula for each entry, as (y - a)^2.
        """
        found, _ = bottom.reference()
        if not self.peek():
            self.fail("a derivative stands behind what it is of, and is of nothing")
        if self.peek() == "(" and self.peek(1) in _COSTS:
            end = group_end(self.row, self.i)
            inside = self.within(self.row[self.i + 1 : end - 1])
            self.costs.add(inside.take().text)
            inside.after_cost(always=True)
            if inside.i == len(inside.row):  # no formula of it
                self.i = end
                return _as_derivative(found)
        if self.peek() in _COSTS:
            self.costs.add(self.take().text)
            self.after_cost(always=True)
            return _as_derivative(found)
        if any(token.text == r"\|" for token in self.row[self.i :]):  # |y - a|^2
            self.i = len(self.row)
            return _as_derivative(found)
        if self.peek() in _CALLS or self.peek() in {r"\sigma", "g", "f"}:
            if symbol_end(self.row, self.i) == len(self.row):  # d/dz sigma
                return self.called(self.take().text, found, 1)
            of = self.function()
            if not isinstance(of, Call) or of.argument != found:
                self.fail("a derivative of what stands behind it is not read")
            return self.called(of.function, found, 1)
        formula = self.bracket() if self.peek() in {"(", "["} else self.product()
        above = _weighted_sum(formula)
        if above is not None and self.peek() == "+" and self.peek(1) in _BIASES:
            self.take()  # d/dz (W g(z) + b), of which the brackets are left out
            self.reference()
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
        r"""Read ``\nabla_a C``, ``\nabla W^l`` or ``\Delta a^l``, or all slopes."""
        delta = self.take().text == r"\Delta"
        if not delta and self.peek() in {r"\sigma", "g", "f"}:  # a matrix of slopes
            slopes = self.function()
            if isinstance(slopes, Call) and slopes.function == "g":
                return self.counted(Call("diag", Call("dg", slopes.argument)))
            self.fail("the gradient of a function needs what it is of, such as (z^l)")
        if delta and self.peek() in {"^", "_"}:  # of the weights, added up
            scripts = self.scripts("W")
            if _SYMBOLS.get(self.peek()) in {"W", "b"}:  # by the pattern p
                return self.finished(self.reference("d"))
            dW = Symbol("dW", scripts.layer)
            return self.indexed(dW, scripts.lower) if scripts.lower else dW
        above = [] if delta else self.layer_above()  # \nabla^{(2)}_w C
        if not delta and self.peek() == "_":
            self.take()
            below = self.group()
            above = above or self.layer_above()  # \nabla_w^{(2)}
            bottom = self.within([*below[:1], *above, *below[1:]])
            found, scripts = bottom.reference("d")
            if self.accept(*_COSTS):
                self.after_cost(always=self.is_argument())
            elif (
                not above
                and self.peek()
                and self.starts_a_factor()
                and not self.is_factor_of_it()
            ):
                self.fail("expected the cost")
            return self.scripted(found, scripts)
        if not delta and self.is_cost_of_parameter():  # \nabla L(W^l)
            self.i += 2
            gradient = self.reference("d")
            self.expect(")")
            return self.finished(gradient)
        if not delta and self.i > 1 and self.accept(*_COSTS):  # theta - eta nabla L
            self.after_cost(always=True)
            return Symbol("dW")
        return self.finished(self.reference("d"))

    def layer_above(self) -> list[Token]:
        """Take what stands above, if anything does, and is no sign of a transpose."""
        end = group_end(self.row, self.i + 1)
        inner = {token.text for token in self.row[self.i + 1 : end]} - {"{", "}"}
        if self.peek() != "^" or inner <= {"T", r"\top"}:
            return []
        at = self.take().at
        return [Token("^", at), Token("{", at), *self.group(), Token("}", at)]

    def is_cost_of_parameter(self) -> bool:
        """Return whether the cost comes next, by parameters of a layer: ``L(W^l)``."""
        if self.peek() not in _COSTS or self.peek(1) != "(":
            return False
        end = symbol_end(self.row, self.i + 2)
        texts = [token.text for token in self.row[self.i + 2 : end + 1]]
        has_layer = "^" in texts or any(text.isdecimal() for text in texts)
        return has_layer and texts[-1] == ")" and _SYMBOLS.get(texts[0]) in {"W", "b"}

    def is_argument(self) -> bool:
        """Return whether a bracket comes next that says of what the cost is: C(y)."""
        end = group_end(self.row, self.i)
        inner = [token.text for token in self.row[self.i : end]]
        computed = _COMPUTES.intersection(inner) or inner[1:2] in (["W"], ["w"])
        after = self.row[end].text if end < len(self.row) else ""
        return not computed and after not in {"^", "'"}

    def is_factor_of_it(self) -> bool:
        r"""Return whether a gradient is multiplied, as in ``\nabla_Y W``."""
        name = self.peek()
        if name in _OPERATORS or name in {r"\sigma", r"\nabla", "("}:
            return True
        return _SYMBOLS.get(name) in {"W", "A", "X", "Z"}

    def after_cost(self, always: bool = False) -> None:
        """Skip scripts and arguments of the cost, as in ``C_0`` and ``J(W, b; x)``."""
        known = set(self.example_names)
        scripts = self.scripts("function")
        self.cost_indices |= {str(name) for name in _names(scripts.lower or [])}
        self.cost_indices |= self.example_names - known
        if self.peek() != "(":
            return
        end = group_end(self.row, self.i)
        inner = [t.text for t in self.row[self.i + 1 : end - 1]]
        of_outputs = (
            symbol_end(self.row, self.i + 1) == end - 1 and inner[0] in _OUTPUTS
        )
        always = always or (of_outputs and self.peek(end - self.i) != "^")
        depth, commas = 0, always or inner in _PARAMETERS
        for end in range(self.i, len(self.row)):
            text = self.row[end].text
            depth += (text in "([{") - (text in ")]}")
            commas = commas or text == ","
            above = [token.text for token in self.row[end : end + 5]]
            if above[:3] == ["^", "{", "("] and above[4:] == [")"]:  # of example i
                self.cost_indices.add(above[3])
            if depth == 0:
                self.i = end + 1 if commas else self.i
                return

    def jacobian(self, local: _Local) -> Tree:
        """Return what stands for a local derivative alone, without indices."""
        top, bottom = _symbols(local)
        layer = top.layer
        if (top.name, bottom.name) == ("Z", "W"):
            return Symbol("A", self.before(layer or bottom.layer))
        if (top.name, bottom.name) == ("Z", "b"):
            return Number(1.0)
        if (top.name, bottom.name) == ("Z", "A"):
            return Symbol("W", layer)
        if (top.name, bottom.name) == ("A", "Z"):
            return Call("dg", Symbol("Z", layer))
        if (top.name, bottom.name) == ("A", "b"):
            of_outputs = layer == Layer("L") and bottom.layer is not None
            layer = bottom.layer if of_outputs else layer
            if bottom.layer in {None, layer} or _are_of_neighbours(local):
                return Call("dg", Symbol("Z", layer))  # times dz/db, which is 1
        if (top.name, bottom.name) in {("Z", "Z"), ("A", "A")} and _are_next(local):
            below = top.name == "Z"
            of = Symbol("Z", bottom.layer if below else layer)
            slopes = Call("diag", Call("dg", of))
            weights = Symbol("dZ/dA", layer)  # W, however it is counted
            pair = (weights, slopes) if below else (slopes, weights)
            return self.counted(Binary("@", *pair))
        return self.fail("this local derivative is not read")

    def passed_back(self, tree: Tree, local: _Local) -> Tree:
        """Multiply a derivative by a local one, as the chain rule does."""
        top, bottom = _symbols(local)
        kind, layer = top.name, top.layer
        low = bottom.layer or layer
        if layer and bottom == Symbol("A") and kind == "Z":
            low = self.before(layer)  # dz_2/dh, of the only h
        layer = layer or low
        if layer is None or low is None:
            return self.passed_within(tree, kind, bottom.name)
        if (kind, layer, bottom.name) == ("A", Layer("L"), "Z") and not low.base:
            layer = low  # the outputs are of the last layer, whatever its number
        if layer.base != low.base:
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
                return Reduce("sum", EXAMPLES, tree)
            elif layer == low:
                self.fail("this local derivative is not read")
            else:
                kind = "A"
                tree = Binary("@", Transpose(Symbol("W", layer)), tree)
                layer = self.before(layer)
        return tree

    def passed_within(self, tree: Tree, top: str, bottom: str) -> Tree:
        """Multiply by a local derivative within a layer that is not named."""
        slope = Call("dg", Symbol("Z"))
        match top, bottom:
            case "A", "Z":
                return Binary("*", tree, slope)
            case "Z", "W":
                return Binary("@", tree, Transpose(Symbol("A")))
            case "Z", "b":
                return Reduce("sum", EXAMPLES, tree)
            case "Z", "A":
                return Binary("@", Transpose(Symbol("W")), tree)
        return self.fail("this local derivative is not read")

    def entry_of(self, local: _Local) -> Tree:
        """Return the local derivative of one entry by another."""
        top, bottom = local.top, local.bottom
        if not isinstance(top, Entry) or not isinstance(bottom, Entry):
            self.fail("of two quantities one has an index and one has none")
        kinds = top.symbol.name, bottom.symbol.name
        layer = top.symbol.layer
        same: Tree = Number(1.0)
        named = isinstance(top.row, str) or top.row != bottom.row  # z_1 by w_21
        if kinds == ("Z", "W") and named and top.row == bottom.column:  # w_ij: i to j
            bottom = Entry(bottom.symbol, top.row, bottom.row)
        if top.row != bottom.row:
            same = Entry(Symbol("kronecker"), top.row, bottom.row)
        weight = Entry(Symbol("dZ/dA", layer), top.row, bottom.row)
        if kinds == ("Z", "W") and bottom.column is not None:
            by = bottom.row, bottom.column
            if top.row not in by and isinstance(by[0], str) and isinstance(by[1], str):
                self.pairs.add((by[0], by[1]))
            activation = Symbol("A", self.before_entry(layer))
            return Binary("*", same, Entry(activation, bottom.column))
        slope = Entry(Symbol("dA/dZ", layer), top.row, bottom.row)
        if kinds == ("A", "W") and bottom.column is not None:
            activation = Symbol("A", self.before_entry(layer))
            if named and top.row == bottom.column:
                slope = Entry(slope.symbol, top.row, top.row)
                return Binary("*", slope, Entry(activation, bottom.row))
            return Binary("*", slope, Entry(activation, bottom.column))
        if kinds in {("Z", "b"), ("b", "Z")}:
            return same
        if kinds in {("A", "Z"), ("A", "b")}:
            return slope
        if kinds == ("Z", "A"):
            return weight
        if kinds == ("A", "A"):
            between = f"{top.row}, {bottom.row}"  # the neurons of the same layer
            slope = Entry(slope.symbol, top.row, between)
            weight = Entry(weight.symbol, between, bottom.row)
            return Sum(between, Binary("*", slope, weight))
        if kinds == ("Z", "Z"):
            return Binary("*", weight, Call("dg", bottom))
        return self.fail("this local derivative is not read")

    def before(self, layer: Layer | None) -> Layer:
        """Return the layer before one."""
        if layer is None:
            self.fail("a local derivative needs its layer")
        return Layer(layer.base, layer.offset - 1)

    def before_entry(self, layer: Layer | None) -> Layer | None:
        """Return the layer before; of an entry, its index will say which it is."""
        return None if layer is None else self.before(layer)

    # ---- Quantities ------------------------------------------------------------------

    def reference(  # noqa: PLR0912
        self, of: str = ""
    ) -> tuple[Symbol | Entry, _Scripts]:
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
        if kind in {"m", "eta", "n", "divisor"}:
            if kind == "n" and scripts.layer is None and scripts.lower is not None:
                scripts.layer = _layer(_as_l(scripts.lower))
            if kind == "n" and scripts.layer is None:
                kind = "m"
            return Symbol(kind, scripts.layer if kind == "n" else None), scripts
        lower, layer = scripts.lower, scripts.layer
        parted = _layer_and_indices(lower) if layer is None else None
        if parted is not None and (kind != "W" or len(parted[1]) > 1):
            layer, lower = parted
        is_counted = layer is None and _is_number(lower) and self.counts()
        if kind == "kronecker" and (layer is not None or not _is_pair(lower)):
            kind = "Z"
            of = "d"
        if kind == "W" and layer and [t.text for t in lower or ()] == ["0"]:
            kind, lower = "b", None  # W_0^l, the weights of a constant 1
        if kind == "Y":
            layer = None
        elif kind == "X" and not is_counted and layer is None and _layer(lower or []):
            kind, layer, lower = "A", _layer(lower or []), None
        elif kind == "X":
            kind, layer = "A", layer or Layer("", 0)
        elif not is_counted and layer is None and _layer(lower or []) is not None:
            layer, lower = _layer(lower or []), None
        if scripts.transposed and layer is not None and _is_pair_of_letters(lower):
            scripts.transposed, lower = False, (lower or [])[::-1]  # (W^T)_{kj}
        symbol = Symbol(of + kind, layer)
        return (symbol if lower is None else self.indexed(symbol, lower)), scripts

    def indexed(self, symbol: Symbol, lower: list[Token]) -> Symbol | Entry:
        """Return an entry of a quantity."""
        indices = _names(lower)
        whole = [token.text == "," for token in (*lower[:1], *lower[-1:])]
        if len(indices) == 1 and any(whole):
            self.axes[str(indices[0])] = int(whole[0])
        if symbol.name in {"W", "dW", "kronecker"}:
            if symbol.layer is not None and [len(t.text) for t in lower] == [2]:
                indices = _names([replace(lower[0], text=t) for t in lower[0].text])
            of_ones = indices[1:] == [0] and not self.counts_from_zero()
            if of_ones and symbol.name != "kronecker":
                return Entry(replace(symbol, name=_BIAS[symbol.name]), indices[0])
            if len(indices) == 2:  # noqa: PLR2004
                return Entry(symbol, *indices)
            if len(indices) == 1 and isinstance(indices[0], str):
                if self.lone and symbol.layer is not None and symbol.name == "W":
                    return Entry(symbol, 0, indices[0])
                self.is_general = True
                return symbol
            self.fail(f"{symbol.name} needs two indices")
        if not 1 <= len(indices) <= 2:  # noqa: PLR2004
            self.fail("expected an index")
        if len(indices) > 1:
            self.example_names.add(str(indices[1]))
        return Entry(symbol, indices[0])

    def counts(self) -> bool:
        """Return whether numbers below count neurons, as layers stand above: z^2_1."""
        texts = "".join(token.text for token in self.row)
        return _NUMBERED.search(texts) is not None

    def counts_from_zero(self) -> bool:
        """Return whether a quantity has the index 0 alone: so w_j0 is no bias."""
        texts = [token.text for token in self.row]
        return any(
            texts[i : i + 2] == ["_", "0"] or texts[i : i + 4] == ["_", "{", "0", "}"]
            for i in range(len(texts))
        )

    def scripts(self, kind: str | None) -> _Scripts:
        """Read all that stands above, below and behind; ``kind`` is what it stands at.

        That is the name of a quantity, "function", or None at a bracket or a number.
        """
        found = _Scripts()
        while self.peek() in {"^", "_", "'", ".T", r"\top"} or self.is_layer_next(kind):
            sign = self.take().text
            if sign == "[":  # W[l]
                end = group_end(self.row, self.i - 1)
                found.layer = _layer(self.row[self.i : end - 1])
                self.i = end
                continue
            if sign == "'":
                found.primes += 1
            elif sign in {".T", r"\top"}:
                found.transposed = True
            elif sign == "^":
                self.raised(self.within(self.group()), kind, found)
            else:
                group = self.group()
                shape = self.within(group).shape_alone()
                texts = [token.text for token in group]
                if shape is not None and not (kind and _is_numbered_pair(texts)):
                    found.shape, found.shape_is_transposed = shape, found.transposed
                elif any(t.text == r"\times" for t in group):
                    continue  # a shape of sizes that were never named
                else:
                    found.lower = [*(found.lower or []), *group]
        return found

    def is_layer_next(self, kind: str | None) -> bool:
        """Return whether the layer comes next as in code: ``W[l]``."""
        if kind is None or self.peek() != "[":
            return False
        end = group_end(self.row, self.i)
        return self.row[end - 1].text == "]" and (
            _layer(self.row[self.i + 1 : end - 1]) is not None
        )

    def raised(  # noqa: PLR0912
        self, group: Reader, kind: str | None, found: _Scripts
    ) -> None:
        """Read a superscript: layer, example, transpose, power, prime, or several."""
        row = group.row
        texts = [token.text for token in row]
        inverse = kind in {None, "m", "n"} and texts == ["-", "1"]
        match texts:
            case [one, "-", other] if kind is None and (one + other).isdecimal():
                found.power = float(one[:3]) - float(other[:3])  # (t - a)^{2 - 1}
                return
            case _:
                pass
        if inverse or texts == ["**2"]:
            found.power = -1.0 if inverse else 2.0
            return
        less = _difference(texts)
        if less is not None and (kind is None or found.layer is not None):
            found.power, group.i = less, len(row)  # (t - a)^{2 - 1}
            return
        if kind == "Y" and [token.text for token in row] == ["1"]:
            self.fail("a target is of no layer, and no power is 1")
        if kind in {None, "Y"} and len(row) == 1 and row[0].is_number:
            found.power = min(float(row[0].text), 1e300)
            return
        while group.i < len(row):
            if group.accept("T", r"\top") or (
                kind in {None, "W", "X"} and len(row) == 1 and group.accept("t")
            ):
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
            elif group.peek() in {",", "^"}:
                group.take()
            elif group.peek() == "2" and found.layer is not None:  # a^{[1]2}
                found.power = float(group.take().text)
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
        """Note what a bracket above or below names: a layer or an example."""
        layer = _layer(inner)
        if [token.text for token in inner] in (["T"], [r"\top"]):
            found.transposed = True
        elif layer is not None and found.layer is None and kind is not None:
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


def _layer(row: Sequence[Token]) -> Layer | None:
    """Return the layer that tokens name, if they do: ``l+1``, ``(L)``, ``2``."""
    texts = [token.text for token in row if token.text not in "()[]{}"]
    match texts:
        case [number] if number.isdecimal() and len(number) < 4:  # noqa: PLR2004
            return Layer("", int(number))
        case [number, "+" | "-" as sign, other] if number.isdecimal():
            if other.isdecimal() and len(number) == len(other) == 1:  # W^{2+1}
                return Layer("", int(number) + int(f"{sign}{other}"))
        case ["l" | "L" as base]:
            return Layer(base)
        case ["n", "_", "l", *rest]:  # the number of the last layer
            return _layer([Token("L", 0), *(Token(text, 0) for text in rest)])
        case ["l" | "L" as base, "+" | "-" as sign, number] if number.isdecimal():
            offset = int(number[:3])
            return Layer(base, offset if sign == "+" else -offset)
    return None


def _difference(texts: Sequence[str]) -> float | None:
    """Return what the power rule leaves, written out: 1 of ``2 - 1``."""
    match [text for text in texts if text not in {"(", ")"}]:
        case [one, "-", other] if len(one) == len(other) == 1:
            if one.isdecimal() and other.isdecimal():
                return float(int(one) - int(other))
    return None


def _is_number(row: list[Token] | None) -> bool:
    return row is not None and len(row) == 1 and row[0].is_number


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


def _is_pair_of_letters(row: Sequence[Token] | None) -> bool:
    """Return whether two letters stand below, as at the entry kj of a matrix."""
    return [t.text.isalpha() and len(t.text) == 1 for t in row or ()] == [True, True]


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


def _are_next(local: _Local) -> bool:
    """Return whether a local derivative is by the layer just before."""
    above, below = (symbol.layer for symbol in _symbols(local))
    return (
        above is not None
        and below is not None
        and (above.base, above.offset - 1) == (below.base, below.offset)
    )


def _are_of_neighbours(local: _Local) -> bool:
    """Return whether a bias is of the layer of what is derived by it, or counted so.

    Texts that begin with ``b_0`` write ``f_{i+1}`` for what comes of ``b_i``.
    """
    above, below = (symbol.layer for symbol in _symbols(local))
    if above is None or below is None:
        return above == below
    return above == below or _are_next(local)


def _layer_and_indices(
    lower: list[Token] | None,
) -> tuple[Layer, list[Token]] | None:
    r"""Return layer and indices of ``a_{2,n}``, ``a_{l-1,j}``: a comma parts them."""
    texts = [token.text for token in lower or ()]
    if lower is None or "," not in texts:
        return None
    at = texts.index(",")
    layer, indices = _layer(lower[:at]), texts[at + 1 :]
    is_first = layer is not None and (texts[0].isdecimal() or texts[0] in {"l", "L"})
    if layer is None or not is_first:
        return None
    if all(text.isalpha() or text == "," for text in indices):
        return layer, lower[at + 1 :]
    return None


def _is_numbered_pair(texts: Sequence[str]) -> bool:
    """Return whether it is an entry by its numbers, as in ``w_{1,2}``, and no size."""
    return texts[1:2] == [","] and len(texts) == 3 and texts[::2] != ["n", "m"]  # noqa: PLR2004


def _is_pair(lower: list[Token] | None) -> bool:
    return lower is not None and len(_names(lower)) == 2  # noqa: PLR2004


def _is_d(token: Token) -> bool:
    text = token.text
    return text in {r"\partial", "d"} or (len(text) == 2 and text[0] == "d")  # noqa: PLR2004


def _without_brackets(row: list[Token]) -> list[Token]:
    """Return a row that stands in brackets as a whole without them."""
    while row and row[0].text == "(" and group_end(row, 0) == len(row):
        row = row[1:-1]
    return row


def _after_d(row: list[Token]) -> list[Token]:
    first = row[0]
    if len(first.text) == 2 and first.text[0] == "d":  # noqa: PLR2004
        return [Token(first.text[1], first.at + 1), *row[1:]]
    return row[1:]


def _of_the_cost(found: Symbol | Entry, cost: str = "C") -> Symbol | Entry:
    """Mark dA or dZ as of the cost by name; a text may call L that of one example."""
    if isinstance(found, Entry):
        symbol = _of_the_cost(found.symbol, cost)
        assert isinstance(symbol, Symbol)
        return replace(found, symbol=symbol)
    if found.name in {"dA", "dZ"}:
        return Symbol(f"{found.name} of {'L' if cost == 'L' else 'C'}", found.layer)
    return found


def _of_one_output(above: Symbol | Entry, by: Symbol | Entry) -> Symbol | Entry:
    """Return the first entry of what is derived by a weight that leads to it.

    A network with one output needs no index for it, but for its weights.
    """
    is_first = isinstance(above, Symbol) and isinstance(by, Entry) and by.row == 1
    return Entry(above, 1) if is_first and isinstance(above, Symbol) else above


def _of_outputs(found: Symbol | Entry) -> Symbol | Entry:
    """Return the derivative of the cost by outputs, of the last layer."""
    last = Symbol("dA", Layer("L"))
    return replace(found, symbol=last) if isinstance(found, Entry) else last


def _as_output(found: Symbol | Entry) -> Symbol | Entry:
    """Return the outputs for a y in a derivative: nothing is derived by targets."""
    if isinstance(found, Entry):
        symbol = _as_output(found.symbol)
        assert isinstance(symbol, Symbol)
        return replace(found, symbol=symbol)
    name = {"Y": "A", "dY": "dA"}.get(found.name, found.name)
    return replace(found, name=name)


def _as_derivative(found: Symbol | Entry) -> Symbol | Entry:
    """Return the derivative of the cost by a quantity."""
    if isinstance(found, Entry):
        return replace(
            found, symbol=Symbol(f"d{found.symbol.name}", found.symbol.layer)
        )
    return Symbol(f"d{found.name}", found.layer)


def _is_of_z(top: Sequence[Token], bottom: Sequence[Token]) -> bool:
    r"""Return whether it is ``f(z)`` by that z: f of a weight may be the cost."""
    end = symbol_end(top, 0) if top else 0
    inner, by = ([t.text for t in row] for row in (top[end + 1 : -1], bottom))
    is_called = len(top) > end + 1 and top[end].text == "(" and top[-1].text == ")"
    named = top[0].text in {r"\sigma", "g", "f"} if top else False
    return named and is_called and inner == by and _SYMBOLS.get(by[0]) == "Z"


def _is_power(layer: Layer | None, argument: Tree) -> bool:
    r"""Return whether the 2 of ``\sigma^2(z)`` is a power: z is not of layer 2."""
    of = {part.layer for part in parts(argument) if isinstance(part, Symbol)}
    return layer == Layer("", 2) and layer not in of and bool(of)


def _is_bias(tree: Transpose) -> bool:
    return isinstance(tree.argument, Symbol) and tree.argument.name == "b"


def _without_ones(
    factors: list[tuple[str, Tree]],
) -> list[tuple[str, Tree]]:
    r"""Leave out the ones of ``b \mathbf{1}^T``: b is added to each example anyway."""
    bare = [
        each.argument if isinstance(each, Transpose) else each for _, each in factors
    ]
    names = {each.name for each in bare if isinstance(each, Symbol)}
    if len(bare) == 2 and names == {"ones", "b"}:  # noqa: PLR2004
        return [("·", each) for each in bare if each != Symbol("ones")]
    return factors


def _is_a_class(letter: str, other: str, values: Sequence[Tree]) -> bool:
    """Return whether a letter is the right class, as it is no index in the cases.

    The ``other`` one, to which it may be equal, is that of the entry; if it is an index
    there, the letter may be any.
    """
    indices = {
        index
        for value in values
        for part in parts(value)
        if isinstance(part, Entry)
        for index in (part.row, part.column)
    }
    return letter not in indices and (letter in _CLASSES or other in indices)


def same_index(row: Sequence[Token]) -> tuple[bool, tuple[str, str]] | None:
    """Return whether a condition says that two indices are the same, and which."""
    texts = [token.text for token in row]
    signs = [i for i, text in enumerate(texts) if text in {"=", r"\neq", r"\ne", "≠"}]
    if len(texts) != 3 or signs != [1]:  # noqa: PLR2004
        return None
    return texts[1] == "=", (texts[0].lower(), texts[2].lower())


def _is_no_number(tree: Tree) -> bool:
    """Return whether a formula is more than a number with its sign."""
    while isinstance(tree, Binary) and tree.left == Number(-1.0):
        tree = tree.right
    return not isinstance(tree, Number)


def _has_deltas(tree: Tree) -> bool:
    """Return whether derivatives by a or z stand in a formula."""
    symbols = {_symbol_of(p) for p in parts(tree) if isinstance(p, Symbol | Entry)}
    return any(symbol.name[:2] in {"dA", "dZ"} for symbol in symbols)


def _bare(scripts: _Scripts) -> bool:
    return not scripts.transposed and scripts.power is None and scripts.shape is None


def _symbols(local: _Local) -> tuple[Symbol, Symbol]:
    return _symbol_of(local.top), _symbol_of(local.bottom)


def _symbol_of(quantity: Symbol | Entry) -> Symbol:
    return quantity.symbol if isinstance(quantity, Entry) else quantity


def _from_the_output(local: _Local) -> tuple[int, int, bool]:
    """Order local derivatives as the chain rule passes them, from the output back."""
    top = _symbols(local)[0]
    layer = top.layer or Layer()
    return -{"": 0, "l": 0, "L": 1}[layer.base], -layer.offset, top.name != "A"


def _weighted_sum(tree: Tree) -> Symbol | Entry | None:
    """Return the z that this is the formula of, W a + b or one term of it, or None."""
    if isinstance(tree, Sum):
        inner = _weighted_sum(tree.argument)
        weights = [p for p in parts(tree.argument) if isinstance(p, Entry)]
        for entry in weights:
            pair = {entry.row, entry.column}
            if entry.symbol.name == "W" and tree.index in pair and len(pair) > 1:
                (row,) = pair - {tree.index}
                assert row is not None
                return Entry(Symbol("Z", entry.symbol.layer), row) if inner else None
        return None
    if not isinstance(tree, Binary):
        return None
    product = tree.left if tree.operator == "+" else tree
    if product == tree.left and isinstance(product, Symbol | Entry):
        product = tree.right  # b + W a
    if isinstance(product, Sum):
        return _weighted_sum(product)
    if not isinstance(product, Binary) or product.operator != "·":
        return None
    for factor, other in (
        (product.left, product.right),
        (product.right, product.left),
    ):
        if isinstance(factor, Symbol) and factor.name == "W":
            return Symbol("Z", factor.layer)
        if isinstance(factor, Entry) and factor.symbol.name == "W":
            of_inputs = isinstance(other, Entry) and other.row == factor.row
            index = factor.column if of_inputs else factor.row  # w_ij a_i: i to j
            return Entry(Symbol("Z", factor.symbol.layer), index or factor.row)
    return None


def _over_slices(body: Tree, index: str, axis: int) -> Tree:
    r"""Return the sum over rows, or columns: of ``a_{i:}^T b_{i:}`` it is a product."""
    whole = without_index(body, index)
    if any(isinstance(part, Transpose) for part in parts(body)):
        return whole
    return Reduce("sum", axis, whole, keepdims=True)


def _repeated_index(body: Tree, left: Collection[str] = ()) -> str:
    r"""Return the index of ``\sum w_{ij} x_j``, that of two factors; "" if none is.

    Of several it is the one that does not stand on the ``left``.
    """
    indices = [
        {i for i in (part.row, part.column) if isinstance(i, str)}
        for part in parts(body)
        if isinstance(part, Entry)
    ]
    every = {i for one in indices for i in one}
    twice = [i for i in every if sum(i in one for one in indices) > 1]
    if len(twice) > 1:
        twice = [i for i in twice if i not in left]
    return twice[0] if len(twice) == 1 and len(every) > 1 else ""


def _slope(tree: Tree, by: Symbol | Entry) -> Tree | None:  # noqa: PLR0912
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
        case Binary("*" | "·" as sign, left, right) if by not in set(parts(left)):
            inner = _slope(right, by)
            return None if inner is None else Binary(sign, left, inner)
        case Binary("*" | "·" as sign, left, right) if by not in set(parts(right)):
            inner = _slope(left, by)
            return None if inner is None else Binary(sign, inner, right)
        case Binary("/", top, Number()):
            inner = _slope(top, by)
            return None if inner is None else Binary("/", inner, tree.right)
        case Binary("/", Number() as top, bottom):
            inverse = Binary("**", bottom, Number(-1.0))
            return _slope(Binary("*", top, inverse), by)
        case Call("exp" | "log" as name, inside):
            inner = _slope(inside, by)
            if inner is None:
                return None
            is_log = name == "log"
            return Binary("/", inner, inside) if is_log else Binary("*", tree, inner)
        case Call("g", inside):
            inner = _slope(inside, by)
            slope = Call("dg", inside)
            return None if inner is None else Binary("*", slope, inner)
        case Binary("**", base, Number(power)):
            inner = _slope(base, by)
            if inner is None:
                return None
            outer = Binary("*", tree.right, Binary("**", base, Number(power - 1.0)))
            return Binary("*", outer, inner)
    return None


_CLASSES: Final = frozenset("yct")

_SIZES: Final = frozenset("dnmNMDKHJs")  # how many neurons a layer has

_PARAMETERS: Final = ([r"\theta"], [r"\Theta"], ["W"], ["w"])

_OUTPUTS: Final = frozenset({"a", "A", r"\yhat"})  # of which the cost is: C(a^L)

_BIASES: Final = frozenset({"b", "B"})

_BIAS: Final = {"W": "b", "dW": "db"}  # w_j0, of a constant input 1

_MOST_OPERATIONS: Final = 150

_DEEPEST: Final = 60

_FARTHEST: Final = 8

_OPERATORS: Final = {
    r"\odot": "*", r"\cdot": "·", r"\times": "·", "/": "/", "@": "@",
    r"\otimes": "⊗",
}  # fmt: skip

# What reads a factor that begins so.
_HEADS: Final[dict[str, Callable[[Reader], Tree | _Local]]] = {
    r"\frac": Reader.fraction,
    r"\partial": Reader.inline_derivative,
    **dict.fromkeys((r"\nabla", r"\Delta"), Reader.nabla),
    **dict.fromkeys((r"\sigma", "g", "f"), Reader.function),
    **dict.fromkeys("([{", Reader.bracket),
    r"\sqrt": Reader.root,
    r"\ones": Reader.ones,
    "I": Reader.identity,
    r"\cases": Reader.cases,
    **dict.fromkeys(("max", "min"), Reader.maximum),
}

COMPARED: Final = frozenset("<>")
ODOT: Final = r"\odot"
SIGNS: Final = r"\times"  # and \cdot: a product with a sign, beside one without

# z^2_1, w_{11}^1, a_1^{(2)}; but a_1^2 may be a square
_LOWER: Final = re.compile(r"_\s*\{?\s*([A-Za-z](?:\s*,?\s*[A-Za-z])?)(?![A-Za-z])")
_NUMBERED: Final = re.compile(
    r"[zawWδ]\^\{?[0-9]\}?_\{?[0-9]|(?:[wW]|\\theta)_\{?[0-9],?[0-9]\}?\^\{?[(\[]?[0-9]"
    r"|(?:[wW]|\\theta)\^\{?[(\[]?[0-9][)\]]?\}?_\{?[0-9],?[0-9]"
    r"|[zabδ]_\{?[0-9]\}?\^\{?[(\[][0-9]"
)

_COMPUTES: Final = frozenset({
    "+", "-", "'", r"\odot", r"\cdot", r"\nabla", r"\partial", r"\delta",
})  # fmt: skip

_ENDS: Final = frozenset({"+", "-", ")", "]", "}", ",", "=", "\\\\", "|", *COMPARED})

_COSTS: Final = ("C", "J", "E", "L")

_OF_THE_COST: Final = frozenset({"W", "w", r"\theta", "b"})

_ONE_COST: Final = [[cost] for cost in _COSTS]

_GREEK_COSTS: Final = frozenset({r"\xi", r"\Phi", r"\Psi", r"\Omega", r"\Lambda"})

_NEURONS: Final = (["i"], ["j"], ["k"])
_OF_UPDATES: Final = frozenset({"W", "dW", "eta", "m"})

_CALLS: Final = frozenset(
    {
        "exp",
        "log",
        "sin",
        "cos",
        "cosh",
        "sech",
        "sinh",
        "tanh",
        "sigmoid",
        "relu",
        "softmax",
        "sign",
        "mean",
        "sum",
        "batchsum",
        r"\diag",
    }
)

_INSIDE: Final = "q"  # a name for the index of a sum that a text does not write

_SYMBOLS: Final = {
    **dict.fromkeys(("W", "w", r"\theta"), "W"),
    **dict.fromkeys(("b", "B"), "b"),
    **dict.fromkeys(("z", "Z"), "Z"),
    **dict.fromkeys(("a", "A", "h", "H"), "A"),
    **dict.fromkeys(("x", "X"), "X"),
    **dict.fromkeys(("y", "Y", "t", "q"), "Y"),
    **dict.fromkeys(("m", "N"), "m"),
    "n": "n",
    r"\eta": "eta",
    r"\delta": "kronecker",
    r"\yhat": "outputs",
    r"\divisor": "divisor",
    r"\net": "Z",
}
