"""Read code as a program: what each name stands for where it is used, by its formula.

The forward pass says which names are what (`nn.reading.code.dataflow`); a name with a
``d`` before another, or ``grad_``, is the derivative by it. Any other name is its
formula, which is put in where it is used. Nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from autograd_scalar import DataError
from nn.arguments import shown
from nn.reading.code.assignments import DERIVATIVE, TARGETS, Assignment, assignments
from nn.reading.code.biases_beside import biases_beside, with_biases_in_sums
from nn.reading.code.biases_of_one_axis import (
    has_biases_of_one_axis,
    with_axes_kept,
)
from nn.reading.code.counted_back import with_steps_by_layer
from nn.reading.code.dataflow import (
    Roles,
    is_made_of_nothing,
    roles_of,
    spelled,
)
from nn.reading.code.helpers import Helper, with_helpers
from nn.reading.code.lists import with_lists_from_one
from nn.reading.code.names import (
    bases_of,
    error_of_layer,
    is_of_slope,
    quantity_of_words,
    without_derivative,
)
from nn.reading.code.plain import equations_of, with_products
from nn.reading.formula.numpy_spelling import (
    Statement,
    is_function,
    read_name,
    read_place,
    tree_of,
)
from nn.reading.formula.tree import Binary, Call, Layer, Number, Symbol, Tree, parts

__all__ = ["Program"]


class Program:
    """The assignments of a text, and what is stated by each line.

    >>> lines = "s = x @ P", "u = tanh(s)", "v = u @ R", "e = v - y", "gR = u.T @ e"
    >>> program = Program(lines)
    >>> print(*program.statements(1), *program.statements(4), sep=", ")
    A[1] = tanh(Z[1]), dW[2] = A[1].T @ (Z[2] - Y)
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        lines: Iterable[str],
        of_octave: bool = False,
        any_product: bool = False,
        helpers: Mapping[str, Helper] = MappingProxyType({}),
        outputs: frozenset[str] = frozenset(),
        blocks: Sequence[int] = (),
    ) -> None:
        """Read the lines; ``blocks`` numbers the pieces of code that they are of."""
        lines = _with_ones_put_in(list(lines))
        self._errors: dict[int, str] = {}
        self._places: list[list[int]] = []
        self._program: list[Assignment] = []
        texts: list[str] = []
        of_blocks: list[int] = []
        for i, text in enumerate(lines):
            first = len(self._program)
            try:
                for part in equations_of(text):
                    self._program += [
                        with_helpers(each, helpers) for each in _read(part, of_octave)
                    ]
            except DataError as error:
                self._errors[i] = str(error)
            if len(self._program) > _MOST:
                msg = f"a text to grade has at most {_MOST} formulas"
                raise DataError(msg)
            self._places.append(list(range(first, len(self._program))))
            texts += [text] * (len(self._program) - first)
            block = blocks[i] if blocks else 0
            of_blocks += [block] * (len(self._program) - first)
        self._program = with_steps_by_layer(with_lists_from_one(self._program))
        if has_biases_of_one_axis(lines):
            self._program = with_axes_kept(self._program)
        beside = biases_beside(self._program)
        self._program = with_biases_in_sums(self._program, beside)
        thresholds = frozenset(
            ast.unparse(added.right)
            for added in beside.values()
            if isinstance(added.op, ast.Sub)
        )
        roles = roles_of(self._program, any_product, thresholds)
        reading = _Reading(self._program, texts, roles, outputs, of_blocks)
        self._read = reading.statements()

    def statements(self, line: int) -> list[Statement]:
        """Return what a line states; none, if it is no equation of a network.

        Raises:
            DataError: it cannot be read.
        """
        if line in self._errors:
            raise DataError(self._errors[line])
        found: list[Statement] = []
        for place in self._places[line]:
            one = self._read[place]
            if isinstance(one, DataError):
                raise one
            if one is not None:
                found.append(one)
        return found


def _with_ones_put_in(lines: list[str]) -> list[str]:
    """Return the lines with ``np.ones((m, 1))`` for the names that are given to it.

    >>> _with_ones_put_in(["e = np.ones((m, 1))", "db = d @ e"])
    ['e = np.ones((m, 1))', 'db = d @ np.ones((m, 1))']
    """
    ones = {found["name"]: found["ones"] for found in map(_ONES.match, lines) if found}
    if not ones:
        return lines
    name = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, ones))})(?![\w.(\[])")
    return [
        line if _ONES.match(line) else name.sub(lambda found: ones[found[0]], line)
        for line in lines
    ]


def _read(text: str, of_octave: bool) -> list[Assignment]:
    """Return the assignments of a line, as code, or with products without a sign."""
    if _LAST_ABOVE in text:  # which Python takes for AL, another name
        msg = f"cannot read {shown(text)}: a layer stands above a name"
        raise DataError(msg)
    try:
        return assignments(text, of_octave)
    except DataError as error:
        product = with_products(text)
        if product == text:
            raise
        try:
            return assignments(product, of_octave)
        except DataError:
            raise error from None


class _Reading:
    """Reads one assignment after another, with what the names stand for there."""

    def __init__(
        self,
        program: Sequence[Assignment],
        texts: Sequence[str],
        roles: Roles,
        outputs: frozenset[str],
        blocks: Sequence[int],
    ) -> None:
        self.program, self.texts, self.roles = program, texts, roles
        self.blocks = blocks
        self.stepped: dict[str, ast.expr] = {}  # weights that were updated, and how
        self.outputs = outputs  # names of how many outputs there are
        self.quantities: dict[str, Symbol] = {}  # what names stand for, from here on
        self.formulas: dict[str, ast.expr] = {}
        self.lost: set[str] = set()  # names that stand for something unread by now
        self.unread: set[str] = set()  # names of which the last line was not read
        self.sizes: dict[str, Symbol] = {}  # of how many there are of something
        self.total = 0  # parts of what was put in for names
        self.used = [
            {node.id for node in ast.walk(one.value) if isinstance(node, ast.Name)}
            for one in program
        ]
        self.forward = {
            one.name: roles.made[i] for i, one in enumerate(program) if i in roles.made
        }
        self.running = set(_running(program))
        every = {*(one.name for one in program), *chain.from_iterable(self.used)}
        in_two_layers = not _OF_TWO_LAYERS.isdisjoint(every)
        self.names = every
        self.hidden = frozenset({"H", "h"} if in_two_layers else ())  # where unset
        self.derivatives = {
            one.name: symbol
            for one in program
            if (symbol := self.derivative(one.name)) is not None
        }
        self.deltas = {  # the layers of which a dZ is named
            symbol.layer for symbol in self.derivatives.values() if symbol.name == "dZ"
        }

    def statements(self) -> list[Statement | DataError | None]:
        return [self.statement(place) for place in range(len(self.program))]

    def statement(  # noqa: PLR0912
        self, place: int
    ) -> Statement | DataError | None:
        one = self.program[place]
        if _is_size(one.value):
            self.sizes[one.name] = self.size(one.value)
            return None
        entries = _InOurNames(self, self.texts[place], of_update=False).entries(
            one.value
        )
        if entries is not None:
            self.define(one.name, entries)
            return None
        if _is_a_number(one.value) and not self.is_slope_of_bias(one):
            return None  # lr = 0.1
        if ast.dump(one.value) == ast.dump(one.place):
            return None  # W1 = params["W1"], W[l] = params["W"][l]
        if isinstance(one.value, ast.Name) and _is_put_by_name(one.place):
            return None  # grads["dW" + str(l)] = dW
        update = self.updated(one)
        if self.is_forward(place) or self.blocks[place] != self.blocks[place - 1]:
            self.stepped.clear()  # another iteration, or other code
        known_data = one.name in self.roles.given and update is None
        if (
            known_data
            or self.begins_at_zero(place)
            or any(map(is_made_of_nothing, ast.walk(one.value)))
        ):
            return None  # W1 = np.random.randn(...), y = one_hot(labels)
        text = self.texts[place]
        if one.in_place and one.name in self.unread:
            return DataError(f"cannot read {shown(one.name)}, which is changed here")
        try:
            value = self.resolved(one.value, text, of_update=update is not None)
            tree = tree_of(value, text)
            symbol = update or self.target(one, place, tree, text)
        except DataError as error:
            self.forget(one.name)
            if one.name in self.forward or (one.in_place and self.is_of_signal(one)):
                self.lost.add(one.name)
            self.unread.add(one.name)
            return error
        self.lost.discard(one.name)
        self.unread.discard(one.name)
        if symbol is None or symbol.name == _SLOPE:
            self.define(one.name, value)
            return Statement(symbol or Symbol(one.name), tree, text)
        if update is not None:
            if update.name == "W" and one.name:
                self.stepped[one.name] = value
            return Statement(symbol, tree, text)
        return self.stated(place, symbol, value, tree, text)

    def begins_at_zero(self, place: int) -> bool:
        """Return whether zeros are made, in which each example's own class is put.

        Then 0 is what the name stands for.
        """
        one, following = self.program[place], self.changed_at(place)
        if following is None or not _is_of_zeros(one.value):
            return False
        names = ast.walk(self.program[following].value)
        found = any(isinstance(n, ast.Name) and n.id == TARGETS for n in names)
        if found:
            self.define(one.name, ast.Constant(0))
        return found

    @staticmethod
    def is_slope_of_bias(one: Assignment) -> bool:
        """Return whether 1, which is dz/db, is said to be dC/db."""
        symbol = spelled(one.name)
        is_bias = symbol is not None and symbol.name == "db"
        return is_bias and ast.unparse(one.value) in {"1", "1.0"}

    def is_of_signal(self, one: Assignment) -> bool:
        """Return whether a name says that it is a dA, which a slope makes a dZ."""
        symbol = self.derivative(one.name) or read_name(one.name)
        return symbol is not None and symbol.name == "dA"

    def is_forward(self, place: int) -> bool:
        """Return whether an assignment makes a weighted sum or an activation."""
        name = self.program[place].name
        symbol = self.roles.made.get(place) or (spelled(name) if name else None)
        return symbol is not None and symbol.name in {"Z", "A"}

    def stated(
        self, place: int, symbol: Symbol, value: ast.expr, tree: Tree, text: str
    ) -> Statement:
        """State a quantity, unless the next line changes it in place."""
        name = self.program[place].name
        following = self.changed_at(place) if name else None
        if following is not None and symbol.name.startswith("d"):
            after = self.program[following].value
            if not (symbol.name == "dA" and _has_a_mask(after)):
                is_mean = symbol.name in {"dW", "db"} and _is_divided(after, name)
                added = _added(self.program[place]) if is_mean else None
                if added is not None:  # what was added before is none of the example's
                    value = self.resolved(added, text, of_update=False)
                self.define(name, value)
                if is_mean:
                    with suppress(DataError):  # dW /= m says what was left out here
                        tree = tree_of(self.resolved(after, text, False), text)
                return Statement(Symbol(name), tree, text)
        runs = symbol.layer is None and name in self.running
        is_known = symbol.layer is None and any(map(_is_of_a_layer, parts(tree)))
        if name and is_known and not runs:
            self.define(name, value)  # d = a2 - y, which says more than a delta
        elif name:
            self.formulas.pop(name, None)
            self.quantities[name] = symbol
        return Statement(symbol, tree, text)

    def changed_at(self, place: int) -> int | None:
        """Return the next assignment that changes a name in place, if none uses it."""
        name = self.program[place].name
        for i in range(place + 1, len(self.program)):
            if self.program[i].name == name:
                return i if self.program[i].in_place else None
            if name in self.used[i]:
                return None
        return None

    def updated(self, one: Assignment) -> Symbol | None:
        """Return the parameter that is updated, or None."""
        if not one.in_place:
            return None
        symbol = self.roles.given.get(one.name) or (
            spelled(one.name) if one.name else None
        )
        is_parameter = symbol is not None and symbol.name in {"W", "b"}
        return symbol if is_parameter else None

    def target(
        self, one: Assignment, place: int, tree: Tree, text: str
    ) -> Symbol | None:
        """Return the quantity that an assignment is of, or None."""
        if not one.name:
            return _placed(one.place, tree, text)
        if place in self.roles.made:
            return self.roles.made[place]
        local = _LOCAL_SLOPE.fullmatch(one.name)
        if local is not None:
            return _slope_in(local, tree)
        symbol = self.derivative(one.name)
        if symbol is not None and self.is_used_as_delta(place, symbol):
            symbol = Symbol("dZ", symbol.layer)
        if one.in_place:
            before = self.quantities.get(one.name)
            is_turned = before is not None and before.name == "A"  # p -= y
            symbol = symbol if symbol and is_turned else before or symbol
        if symbol is None:
            symbol = read_name(one.name) or quantity_of_words(one.name)
            if symbol is not None and self.is_used_as_delta(place, symbol):
                symbol = Symbol("dZ", symbol.layer)
        if symbol is None and has_slope(tree):
            symbol = error_of_layer(one.name)  # without g' it may be that of dA
        if symbol is not None and self.is_slope_of_layer(place, symbol, tree):
            return None  # hidden_grad = deriv(z1), which is a factor of the next line
        if symbol is not None and symbol.name in {"Z", "A", "Y", "m", "eta", "n"}:
            return symbol if symbol.layer and one.name not in self.forward else None
        if symbol is not None and symbol.name == "dA" and symbol in set(parts(tree)):
            return Symbol("dZ", symbol.layer) if has_slope(tree) else symbol
        if (
            symbol is not None
            and symbol.name == "dA"
            and has_slope(tree)
            and symbol.layer not in self.deltas
            and (read_name(one.name) is None or self.meets_signals(place, symbol))
        ):
            return Symbol("dZ", symbol.layer)  # dh = (W.T @ d) * (1 - h**2)
        return symbol

    def is_slope_of_layer(self, place: int, symbol: Symbol, tree: Tree) -> bool:
        """Return whether what is called a derivative is the activation's slope alone.

        It is so if nothing but its layer stands in it, and no product of matrices has
        it as a factor.
        """
        if symbol.name not in {"dA", "dZ"} or not has_slope(tree):
            return False
        inside = {part.name for part in parts(tree) if isinstance(part, Symbol)}
        return inside <= {"A", "Z"} and not any(
            True for _ in self.factors_beside(place)
        )

    def is_used_as_delta(self, place: int, symbol: Symbol) -> bool:
        """Return whether the derivative by the outputs makes gradients of weights.

        Then it is that by the weighted sum, as of a loss in which g' cancels.
        """
        name = self.program[place].name
        last = _depth(self.forward) or _depth(self.derivatives)
        if symbol.name != "dA" or symbol.layer in self.deltas:
            return False
        said = {of for of, _ in bases_of(name)} if read_name(name) else set()
        if said & self.names or any(of[:1] in "aA" for of in said):
            return False  # where h2 is the outputs, dh2 is what its name says
        if symbol.layer not in {Layer("", last), Layer("L")}:
            return False
        return any(True for _ in self.factors_beside(place))

    def meets_signals(self, place: int, symbol: Symbol) -> bool:
        """Return whether a derivative is multiplied by the activations before it.

        That gives the gradient of weights, as ``x.T @ d_h`` does.
        """
        before = symbol.layer and Layer(symbol.layer.base, symbol.layer.offset - 1)
        return any(
            (known := self.forward.get(name) or self.roles.given.get(name)) is not None
            and (known.name, known.layer) == ("A", before)
            for names in self.factors_beside(place)
            for name in names
        )

    def factors_beside(self, place: int) -> Iterator[set[str]]:
        """Yield the factors of each product of matrices with what is set there."""
        name = self.program[place].name
        for i, one in enumerate(self.program[place + 1 :], place + 1):
            for node in ast.walk(one.value) if name in self.used[i] else ():
                match node:
                    case (
                        ast.BinOp(op=ast.MatMult(), left=left, right=right)
                        | ast.Call(
                            func=ast.Name(id="outer" | "outer_of_vectors"),
                            args=[left, right],
                        )
                    ):
                        names = _names_of(left, right)
                        if name in names:
                            yield names - {name}
                    case _:
                        pass
            if one.name == name and not one.in_place:
                break

    def derivative(self, name: str) -> Symbol | None:
        """Return the derivative that a name says by the name of a known quantity."""
        for base, kind in bases_of(name):
            known = self.forward.get(base) or self.roles.given.get(base)
            if known is None and read_name(base) is None:
                known = quantity_of_words(base)
            if known is None or known.name not in {"W", "b", "Z", "A"}:
                continue
            of = known.name
            if kind == "delta" and of not in {"W", "b"}:
                of = "Z"
            if kind != "error" or of in {"Z", "A"}:
                return Symbol(f"d{of}", known.layer)
        if name.startswith(DERIVATIVE):
            symbol = spelled(name.removeprefix(DERIVATIVE))
            if symbol is not None and symbol.name in {"W", "b", "Z", "A"}:
                return Symbol(f"d{symbol.name}", symbol.layer)
        return None

    def size(self, node: ast.expr) -> Symbol:
        """Return what ``A2.shape[0]`` is: rows or columns; m, if that is not clear."""
        match node:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="shape"), slice=axis
            ):
                of = self.quantities.get(name) or self.forward.get(name)
                of = of or self.roles.given.get(name) or read_name(name)
                kind = _AXES.get(ast.unparse(axis))
                if of is not None and of.name in {"A", "Z", "Y", "dA", "dZ"} and kind:
                    layer = Layer("L") if of.name == "Y" else of.layer
                    return Symbol(kind, layer) if layer else Symbol("m")
        return Symbol("m")

    def resolved(self, node: ast.expr, text: str, of_update: bool) -> ast.expr:
        return _InOurNames(self, text, of_update).visited(deepcopy(node))

    def define(self, name: str, value: ast.expr) -> None:
        """Let a name stand for a formula from here on."""
        self.forget(name)
        if name and sum(1 for _ in ast.walk(value)) < _LARGEST:
            self.formulas[name] = value

    def forget(self, name: str) -> None:
        self.formulas.pop(name, None)
        self.quantities.pop(name, None)


class _InOurNames(ast.NodeTransformer):
    """Puts in what names stand for."""

    def __init__(self, reading: _Reading, text: str, of_update: bool) -> None:
        self.reading, self.text, self.of_update = reading, text, of_update
        self.size = 0

    def visited(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left = self.visited(node.left)
        right = node.right
        if isinstance(node.op, ast.Div):
            right = self.counted(right)
        return ast.BinOp(left, node.op, self.visited(right))

    def counted(self, node: ast.expr) -> ast.expr:
        """Read what something is divided by: of unknown names the number of examples.

        Of a product of two it is that of the outputs as well.
        """
        match node:
            case ast.Name(id=name) if self.is_number(name):
                if name in self.reading.outputs:
                    return _spelled(Symbol("n", Layer("L")))
                return _spelled(self.reading.sizes.get(name, Symbol("m")))
            case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
                pair = [left, right]
                if all(isinstance(n, ast.Name) and self.is_number(n.id) for n in pair):
                    outputs = _spelled(Symbol("n", Layer("L")))
                    return ast.BinOp(ast.Name("m", ast.Load()), ast.Mult(), outputs)
                new = [self.counted(each) for each in pair]
                return ast.BinOp(new[0], ast.Mult(), new[1])
            case _ if _is_size(node):
                return _spelled(self.reading.size(node))
        return self.entries(node) or node

    def entries(self, node: ast.expr) -> ast.expr | None:
        """Return how many numbers are in the targets or outputs, as ``Y.size`` is."""
        match node:
            case (
                ast.Attribute(value=ast.Name() as of, attr="size")
                | ast.Call(func=ast.Name(id="size"), args=[ast.Name() as of])
                | ast.Call(func=ast.Attribute(value=ast.Name() as of, attr="numel"))
            ):
                symbol = read_name(ast.unparse(self.visited(of)))
            case _:
                return None
        if symbol is None or symbol not in _OF_OUTPUTS:
            return None
        return _spelled(Symbol("entries_of", Layer("L")))

    def is_number(self, name: str) -> bool:
        reading = self.reading
        if name in reading.sizes:
            return True
        bound = name in reading.formulas or name in reading.quantities
        if bound or name in reading.roles.given:
            return False
        symbol = spelled(name)
        return symbol is None or symbol.name in {"n", "m"}

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Leave a quantity with its layer as it is, such as W[l + 1]."""
        if not isinstance(node.value, ast.Name):
            self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name, reading = node.id, self.reading
        if name == TARGETS:
            return ast.Name("Y", ast.Load())
        if name in reading.stepped and not self.of_update:
            return self.put_in(deepcopy(reading.stepped[name]))
        known = reading.quantities.get(name)
        if known is None and name in reading.formulas:
            return self.put_in(reading.formulas[name])
        if known is None and name in reading.lost:
            msg = f"cannot read {shown(name)}, which is not what it was before"
            raise DataError(msg)
        if known is None:
            known = reading.roles.given.get(name) or reading.forward.get(name)
        if known is None:
            known = reading.derivative(name)
        if known is None:
            known = reading.sizes.get(name)
        if known is None and name in self.reading.hidden:
            known = _HIDDEN
        if known is None and name == "softmax":  # which the forward pass has kept
            return deepcopy(_SOFTMAX)
        if known is None and read_name(name) is None:
            known = quantity_of_words(name) or error_of_layer(name)
            if known is None and self.of_update:
                known = Symbol("eta")
        return node if known is None else _spelled(known)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node.func:
            case ast.Name(id=name):
                pass
            case _:
                return node
        arguments = [self.visited(each) for each in node.args]
        if not is_function(name) and len(arguments) == 1 and _flows(arguments[0]):
            name = "deriv" if is_of_slope(name) else "g"
        return ast.Call(ast.Name(name, ast.Load()), arguments, node.keywords)

    def put_in(self, formula: ast.expr) -> ast.expr:
        size = sum(1 for _ in ast.walk(formula))
        self.size += size
        self.reading.total += size
        if self.size > _LARGEST or self.reading.total > _LARGEST_IN_ALL:
            msg = f"a formula has at most {_LARGEST} parts, {self.text!r} has more"
            raise DataError(msg)
        return formula


def _added(one: Assignment) -> ast.expr | None:
    """Return what an assignment adds in place to its own name, or None."""
    match one.value:
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=added):
            return added if one.in_place and name == one.name else None
    return None


def _is_divided(node: ast.expr, name: str) -> bool:
    """Return whether a name is divided, and nothing else: ``dW / m``."""
    match node:
        case ast.BinOp(left=ast.Name(id=other), op=ast.Div()):
            return other == name
    return False


def _is_a_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def _is_put_by_name(place: ast.expr) -> bool:
    """Return whether it is an entry by a name that is put together with a number."""
    match place:
        case ast.Subscript(slice=ast.JoinedStr()):
            return True
        case ast.Subscript(slice=ast.BinOp(left=ast.Constant(value=str()))):
            return True
    return False


def _slope_in(name: re.Match[str], tree: Tree) -> Symbol | None:
    """Return the slope that ``dA1_dZ1`` is, or ``dAdZ`` of the one layer behind it."""
    layers = {part.layer for part in parts(tree) if isinstance(part, Symbol)}
    numbers = {name["a"], name["z"]} - {""}
    if len(layers) != 1 or None in layers or len(numbers) > 1:
        return None
    layer = Layer("", int(numbers.pop())) if numbers else layers.pop()
    return Symbol(_SLOPE, layer)


def _placed(place: ast.expr, tree: Tree, text: str) -> Symbol:
    """Return the quantity that an entry of a list is, as dW for ``W_grad[l]``.

    So it is for ``grad[l]``, if it is a product with the activations.
    """
    match place:
        case ast.Subscript(value=ast.Name(id="dg"), slice=index):
            of_layer = ast.Subscript(ast.Name("Z", ast.Load()), index, ast.Load())
            return replace(read_place(of_layer, text), name=_SLOPE)
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            base, is_derivative = without_derivative(name)
            names = {part.name for part in parts(tree) if isinstance(part, Symbol)}
            if _GRADIENT.fullmatch(name) and {"A", "dZ"} <= names:
                base, is_derivative = "W", True
            if is_derivative and read_name(name) is None:
                of = ast.Name(base, ast.Load())
                known = read_place(ast.Subscript(of, index, ast.Load()), text)
                return replace(known, name=f"d{known.name}")
    return read_place(place, text)


def _names_of(*nodes: ast.expr) -> set[str]:
    """Return the names among factors, which may be transposed."""
    found = set()
    for node in nodes:
        inner = node
        while isinstance(inner, ast.Attribute) and inner.attr == "T":
            inner = inner.value
        if isinstance(inner, ast.Name):
            found.add(inner.id)
    return found


def has_slope(tree: Tree) -> bool:
    """Return whether a product has g'(z), or a (1 - a), as a factor."""
    stack = [tree]
    while stack:
        match stack.pop():
            case Call("dg" | "positive") | Binary("-", Number(1.0)):
                return True
            case Binary("*" | "/" | "·" as operator, left, right):
                stack += [left, right] if operator != "/" else [left]
            case _:
                pass
    return False


def _has_a_mask(node: ast.expr) -> bool:
    """Return whether a product has ``z > 0`` or 1 less something as a factor."""
    stack = [node]
    while stack:
        match stack.pop():
            case ast.BinOp(op=ast.Mult() | ast.FloorDiv(), left=left, right=right):
                stack += [left, right]
            case ast.Compare() | ast.BinOp(left=ast.Constant(value=1), op=ast.Sub()):
                return True
            case ast.Call(func=ast.Name(id=name)) if is_of_slope(name):
                return True
            case ast.Call(func=ast.Name(id="where" | "sign" | "heaviside")):
                return True
            case _:
                pass
    return False


def _running(program: Sequence[Assignment]) -> Iterator[str]:
    """Yield the names that a loop over the layers makes of themselves.

    ``d = (W[l].T @ d) * dg(Z[l-1])`` is of another layer in each round, and what it is
    before the loop says nothing of the others.
    """
    for one in program:
        for node in ast.walk(one.value):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.MatMult):
                continue
            inner = list(ast.walk(node))
            by_letter = any(
                isinstance(each, ast.Subscript)
                and any(isinstance(part, ast.Name) for part in ast.walk(each.slice))
                for each in inner
            )
            names = {each.id for each in inner if isinstance(each, ast.Name)}
            if by_letter and one.name in names:
                yield one.name


def _is_of_a_layer(part: Tree) -> bool:
    return isinstance(part, Symbol) and part.layer is not None


def _flows(node: ast.expr) -> bool:
    """Return whether it may be what an activation is taken of: z or a, or a sum."""
    match node:
        case ast.BinOp():
            return True
        case ast.Subscript(value=ast.Name(id="Z" | "z")):
            return True
        case ast.Subscript(value=ast.Name(id="A" | "a"), slice=index):
            return ast.unparse(index) != "0"
        case ast.Name(id=name):
            symbol = read_name(name)
            of = "" if symbol is None else symbol.name
            return of == "Z" or (of == "A" and symbol != Symbol("A", Layer("", 0)))
    return False


def _depth(known: Mapping[str, Symbol]) -> int:
    """Return the highest number of a layer; 0 if none has a number."""
    layers = [one.layer for one in known.values() if one.layer is not None]
    return max((each.offset for each in layers if not each.base), default=0)


def _is_of_zeros(value: ast.expr) -> bool:
    """Return whether zeros are made, which the next lines change."""
    match value:
        case ast.Call(func=ast.Name(id="zeros" | "zeros_like")):
            return True
    return False


def _is_size(node: ast.expr) -> bool:
    """Return whether it is how many there are of something."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case ast.Call(func=ast.Name(id="len" | "size" | "length" | "float" as name)):
            return name != "float" or (bool(node.args) and _is_size(node.args[0]))
        case ast.Call(func=ast.Name(id="shape"), args=[_, *_]):
            return True
    return False


def _spelled(symbol: Symbol) -> ast.expr:
    """Return a quantity as Python spells it: ``dZ[L]``."""
    place = "" if symbol.layer is None else f"[{symbol.layer}]"
    return ast.parse(f"{symbol.name}{place}", mode="eval").body


_AXES: Final = {
    "0": "rows_of", "-2": "rows_of", "1": "columns_of", "-1": "columns_of",
}  # fmt: skip
_OF_OUTPUTS: Final = (
    Symbol("Y"), Symbol("A", Layer("L")), Symbol("Z", Layer("L")),
)  # fmt: skip
_GRADIENT: Final = re.compile(r"[Gg]rad(?:ient)?s?")
_ONES: Final = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<ones>(?:(?:np|numpy|torch|jnp)\.)?ones\([^=#]{1,40}\))"
    r"\s*;?\s*$"
)
_SLOPE: Final = "dg"
_LAST_ABOVE: Final = "ᴸ"
_LOCAL_SLOPE: Final = re.compile(  # da2_dz2, dAdZ
    r"d_?[aAhH]_?(?P<a>[0-9]?)_?(?:by_?|wrt_?)?d_?[zZ]_?(?P<z>[0-9]?)"
)
_SOFTMAX: Final = ast.parse("softmax(Z[L])", mode="eval").body
_HIDDEN: Final = Symbol("A", Layer("", 1))
_OF_TWO_LAYERS: Final = frozenset({  # names that say that one layer is hidden
    "Wh", "Wo", "wh", "wo", "W_h", "W_o", "Eh", "Eo", "E_h", "E_o", "Zh", "Zo",
})  # fmt: skip
_LARGEST: Final = 2_000
_LARGEST_IN_ALL: Final = 200_000
_MOST: Final = 2_000
