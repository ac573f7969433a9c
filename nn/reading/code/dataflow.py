"""Which quantity a name in code stands for, by what flows into it: ``s = x @ P + q``.

The inputs are of layer 0; what is multiplied by a matrix that is given is the weighted
sum of the next layer, and that matrix its weights. A function of a weighted sum that is
multiplied by weights again, or compared with the targets, is its activation. So no name
needs to be known but that of the inputs. Where names have numbers, these are kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nn.reading.code.assignments import TARGETS, Assignment
from nn.reading.code.biases_beside import is_activation
from nn.reading.code.names import (
    bases_of,
    error_of_layer,
    is_of_slope,
    quantity_of_words,
)
from nn.reading.formula.numpy_spelling import read_name
from nn.reading.formula.tree import Layer, Symbol

__all__ = ["Roles", "is_made_of_nothing", "roles_of", "spelled"]


@dataclass(slots=True)
class Roles:
    """What names stand for: those that are given, and those made, by their place."""

    given: dict[str, Symbol] = field(default_factory=dict)
    made: dict[int, Symbol] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Signal:
    """A weighted sum "Z", an activation "A", or "?", which may be one.

    ``places`` are the assignments to confirm if it is one.
    """

    kind: str
    layer: int
    places: tuple[int, ...] = ()


def roles_of(
    program: Sequence[Assignment],
    any_product: bool,
    thresholds: frozenset[str] = frozenset(),
) -> Roles:
    """Return the roles of names; ``any_product``: ``*`` may be of matrices.

    ``thresholds`` are names of what is subtracted from weighted sums.

    >>> from nn.reading.code.assignments import assignments
    >>> lines = "s = x @ P + q", "u = f(s)", "v = u @ R", "e = v - y"
    >>> roles = roles_of([assignments(line)[0] for line in lines], False)
    >>> [f"{name} {symbol}" for name, symbol in sorted(roles.given.items())]
    ['P W[1]', 'R W[2]', 'q b[1]', 'x A[0]', 'y Y']
    >>> [str(symbol) for symbol in roles.made.values()]
    ['Z[1]', 'A[1]', 'Z[2]']
    """
    found = _Flow(program, any_product, spelled_inputs(program), thresholds)
    if not found.given and not found.signals:
        found = _Flow(program, any_product, _first_factor(program), thresholds)
    return found.roles()


def spelled(name: str) -> Symbol | None:
    """Return the quantity that a name says by itself, by letter or by words."""
    return read_name(name) or quantity_of_words(name)


def spelled_inputs(program: Sequence[Assignment]) -> frozenset[str]:
    """Return the names that say that they are the inputs."""
    inputs = Symbol("A", Layer("", 0))
    names = {
        node.id
        for one in program
        for node in ast.walk(one.value)
        if isinstance(node, ast.Name)
    }
    return frozenset(name for name in names if spelled(name) == inputs)


def _first_factor(program: Sequence[Assignment]) -> frozenset[str]:
    """Return what is multiplied first by something that says it is weights."""
    for one in program:
        for node in ast.walk(one.value):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                pair = [_plain(node.left), _plain(node.right)]
                if not all(isinstance(each, ast.Name) for each in pair):
                    return frozenset()
                names = [each.id for each in pair if isinstance(each, ast.Name)]
                weights = [name for name in names if _is_called_weights(name)]
                others = {name for name in names if spelled(name) is None}
                return frozenset(others) if len(weights) == 1 else frozenset()
    return frozenset()


def _is_called_weights(name: str) -> bool:
    symbol = spelled(name)
    return symbol is not None and symbol.name == "W"


class _Flow:
    """Follows the signals through a program, from the inputs on."""

    def __init__(
        self,
        program: Sequence[Assignment],
        any_product: bool,
        inputs: frozenset[str],
        thresholds: frozenset[str],
    ) -> None:
        self.program, self.any_product, self.inputs = program, any_product, inputs
        self.thresholds = thresholds
        self.given: dict[str, Symbol] = {}
        self.signals: dict[int, _Signal] = {}
        self.confirmed: set[int] = set()
        self.made_by: dict[str, int] = {}
        self.known: dict[int, _Signal | None] = {}  # of the parts of one formula
        self.flowing: set[int] = set()  # assignments of what is made of the inputs
        for i, one in enumerate(program):
            self.known.clear()
            signal = self.signal(one.value)
            if signal is not None or self.flows(one.value):
                self.flowing.add(i)
            if one.name and not (signal is None and one.name in self.given):
                self.made_by[one.name] = i
            if signal is not None and one.name:
                places = (i, *signal.places) if signal.kind == "?" else ()
                self.signals[i] = _Signal(signal.kind, signal.layer, places)

    def roles(self) -> Roles:
        """Return the roles, in the numbers that the names have."""
        found = Roles()
        of_weights = [
            number - symbol.layer.offset
            for name, symbol in self.given.items()
            if symbol.name == "W" and symbol.layer
            if (number := _number(name)) is not None
        ]
        kinds = dict(self.signals)
        of_signals = [
            number - signal.layer
            for i, signal in kinds.items()
            if (number := _number(self.program[i].name)) is not None
        ]
        of_steps = self.names_of_steps()
        shift = of_weights[0] if of_weights else 0
        shifts = {"W": shift, "b": shift, "Z": shift, "A": 0}
        if of_signals:
            shifts |= {"Z": of_signals[0], "A": of_signals[0]}
        for name, symbol in self.given.items():
            of_outputs = symbol == Symbol("A", Layer("L"))
            found.given[name] = (
                symbol if of_outputs else _numbered(name, symbol, shifts)
            )
        for i, signal in self.signals.items():
            kind = signal.kind
            if kind == "?":
                if i not in self.confirmed:
                    continue
                kind = "A"
            if _is_called_derivative(self.program[i].name):
                continue  # delta3 = probs, from which the targets are taken next
            symbol = Symbol(kind, Layer("", signal.layer))
            name = self.program[i].name
            by_name = name not in of_steps
            found.made[i] = _numbered(name, symbol, shifts) if by_name else symbol
        return found

    def names_of_steps(self) -> set[str]:
        """Return the names whose numbers count steps: ``l1 = x @ w; l2 = relu(l1)``.

        One name has both what goes into a layer there and what comes out of it.
        """
        kinds: dict[str, set[tuple[str, int]]] = {}
        for i, signal in self.signals.items():
            name = self.program[i].name
            number = _number(name)
            if number is not None:
                base = name.rstrip("0123456789")
                kinds.setdefault(base, set()).add((signal.kind, number - signal.layer))
        mixed = {
            base
            for base, found in kinds.items()
            if len({shift for _, shift in found}) > 1
            and len({kind for kind, _ in found}) > 1
        }
        every = {self.program[i].name for i in self.signals}
        return {name for name in every if name.rstrip("0123456789") in mixed}

    def signal(self, node: ast.expr) -> _Signal | None:
        """Return what a formula is of the forward pass, or None."""
        if id(node) not in self.known:
            self.known[id(node)] = self.of_formula(node)
        return self.known[id(node)]

    def of_formula(self, node: ast.expr) -> _Signal | None:
        found = None
        match node:
            case ast.Name(id=name):
                return self.of_name(name)
            case ast.Attribute(value=value, attr="T"):
                return self.signal(value)
            case ast.BinOp(left=left, op=op, right=right) if self.is_product(op):
                found = self.of_product(left, right)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                found = self.of_sum(left, right) or self.of_sum(right, left)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                found = self.of_difference(left, right)
            case ast.Call(func=ast.Name(id=name), args=[inner, *more]):
                if is_of_slope(name) or (more and name != "where"):
                    return None
                inside = self.of_activated(name, inner)
                if inside is not None and inside.kind == "Z" and name not in _NO_SLOPE:
                    found = _Signal("A", inside.layer)
            case _:
                pass
        if found is not None:
            return found
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.signal(child)  # what flows inside
        return self.of_elements(node)

    def of_name(self, name: str) -> _Signal | None:
        place = self.made_by.get(name)
        is_data = place not in self.flowing  # layer_0 = images[i:j]
        if place is not None and not (name in self.inputs and is_data):
            return self.signals.get(place)
        if name in self.inputs:
            self.given[name] = Symbol("A", Layer("", 0))
            return _Signal("A", 0)
        symbol = spelled(name)
        layer = symbol.layer if symbol and symbol.name in {"A", "Z"} else None
        if symbol is None or layer is None or layer.base:
            return None
        return _Signal(symbol.name, layer.offset)

    def of_sum(self, product: ast.expr, bias: ast.expr) -> _Signal | None:
        """Return the weighted sum to which a bias is added, or None."""
        plain = _plain(bias)
        if not isinstance(plain, ast.Name) or not self.is_given(plain):
            return None
        found = self.signal(product) if self.has_product(product) else None
        if found is None or found.kind != "Z":
            return None
        self.given.setdefault(plain.id, Symbol("b", Layer("", found.layer)))
        return found

    def of_activated(self, function: str, inner: ast.expr) -> _Signal | None:
        """Return what a function is taken of; targets stand in no activation."""
        match inner:
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Name() as right):
                if is_activation(function):
                    found = self.of_sum(left, right)
                    self.known[id(inner)] = found
                    return found or self.signal(inner)
            case _:
                pass
        return self.signal(inner)

    def of_difference(self, left: ast.expr, right: ast.expr) -> _Signal | None:
        """Return the weighted sum from which a threshold is subtracted, or None.

        Any other difference may be one from the targets.
        """
        plain = _plain(right)
        found = None
        if isinstance(plain, ast.Name) and self.is_threshold(plain.id):
            found = self.of_sum(left, right)
        if found is None:
            self.compare(left, right)
        return found

    def is_threshold(self, name: str) -> bool:
        """Return whether a name says that it is a bias, or is known to be one."""
        symbol = spelled(name)
        is_bias = symbol is not None and symbol.name == "b"
        return is_bias or name in self.thresholds or bool(_THRESHOLD.match(name))

    def has_product(self, node: ast.expr) -> bool:
        """Return whether it is a product, to which other things may be added."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.has_product(node.left)
        node = _plain(node)
        return isinstance(node, ast.BinOp) and self.is_product(node.op)

    def of_product(self, left: ast.expr, right: ast.expr) -> _Signal | None:
        """Return the weighted sum of the next layer, if one factor is given."""
        for one, other in ((left, right), (right, left)):
            weights = _plain(other)
            if not self.is_given(weights):
                continue
            assert isinstance(weights, ast.Name)
            known = self.given.get(weights.id)
            if weights.id in self.inputs or (known and known.name != "W"):
                continue
            found = self.signal(one)
            if found is None or (found.kind == "Z" and not _is_name(one)):
                continue
            layer = found.layer + 1
            if known and known.layer and known.layer.offset != layer:
                continue
            self.given[weights.id] = Symbol("W", Layer("", layer))
            self.confirmed.update(found.places)
            return _Signal("Z", layer)
        return None

    def compare(self, left: ast.expr, right: ast.expr) -> None:
        """Learn the targets, with which the outputs are compared."""
        for one, other in ((left, right), (right, left)):
            if isinstance(other, ast.Name) and other.id == TARGETS:
                found = self.signal(one)
                self.confirmed.update(found.places if found else ())
                if isinstance(one, ast.Name) and self.is_unknown(one.id):
                    self.given[one.id] = Symbol("A", Layer("L"))
            elif self.is_given(other) and isinstance(other, ast.Name):
                found = self.signal(one)
                known = self.given.get(other.id)
                if found is None or not found.layer or (known and known.name != "Y"):
                    continue
                self.confirmed.update(found.places)
                self.given[other.id] = Symbol("Y")

    def is_unknown(self, name: str) -> bool:
        """Return whether nothing says what a name is, and nothing makes it."""
        known = name in self.made_by or name in self.given or spelled(name)
        return not known and not _DERIVED.fullmatch(name)

    def of_elements(self, node: ast.expr) -> _Signal | None:
        """Return "?" for a formula of one weighted sum alone, entry by entry."""
        layers, kinds = set[int](), set[str]()
        for count, part in enumerate(ast.walk(node)):
            if count > _LARGEST:
                return None
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                found = self.of_name(part.id)
                if found is None:
                    if part.id in _FUNCTIONS:
                        continue
                    return None
                layers.add(found.layer)
                kinds.add(found.kind)
            elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult):
                return None
        if len(layers) == 1 and "A" not in kinds:
            return _Signal("?", layers.pop())
        return None

    def is_given(self, node: ast.expr) -> bool:
        """Return whether a name is made of nothing that flows: it is given."""
        if not isinstance(node, ast.Name) or node.id in _FUNCTIONS:
            return False
        if _DERIVED.fullmatch(node.id):
            return False
        if node.id not in self.made_by:
            known = spelled(node.id)
            flows = known is not None and known.name in {"Z", "dZ", "dA", "dW", "db"}
            flows = flows or error_of_layer(node.id) is not None
            flows = flows or any(
                self.made_by.get(base) in self.signals for base, _ in bases_of(node.id)
            )
            return not flows or node.id == "d"  # o = U h + d
        return self.made_by[node.id] not in self.flowing

    def flows(self, value: ast.expr) -> bool:
        """Return whether a formula has the inputs in it, or what was made of them."""
        stack: list[ast.AST] = [value]
        found = False
        while stack:
            node = stack.pop()
            if is_made_of_nothing(node):
                return False
            if isinstance(node, ast.Attribute) and node.attr == "shape":
                continue
            if isinstance(node, ast.Name):
                known = self.given.get(node.id)
                place = self.made_by.get(node.id)
                found = found or place in self.flowing or node.id in self.inputs
                if known is None and place is None:
                    known = spelled(node.id)
                found = found or node.id == "softmax"  # which it has kept
                found = found or (known is not None and known.name not in _OF_DATA)
            stack += ast.iter_child_nodes(node)
        return found

    def is_product(self, operator: ast.operator) -> bool:
        """Return whether an operator is a product of matrices, or may be one."""
        if isinstance(operator, ast.MatMult | ast.FloorDiv):
            return True
        return self.any_product and isinstance(operator, ast.Mult)


def is_made_of_nothing(node: ast.AST) -> bool:
    """Return whether values are made here, of random numbers or of labels."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _MAKERS
        case ast.Subscript(value=ast.Call(func=ast.Name(id="eye" | "identity"))):
            return True
    return False


def _is_called_derivative(name: str) -> bool:
    symbol = spelled(name)
    return symbol is not None and symbol.name in {"dA", "dZ", "dW", "db"}


def _number(name: str) -> int | None:
    symbol = read_name(name)
    if symbol is None or symbol.layer is None:
        return None
    return symbol.layer.offset if name[-1:].isdecimal() else None


def _numbered(name: str, symbol: Symbol, shifts: dict[str, int]) -> Symbol:
    """Return the quantity with the number in its name, or in those of the others."""
    if symbol.layer is None or symbol == Symbol("A", Layer("", 0)):
        return symbol
    number = _number(name)
    if number is None:
        number = symbol.layer.offset + shifts.get(symbol.name, 0)
    return Symbol(symbol.name, Layer("", number))


def _plain(node: ast.expr) -> ast.expr:
    """Return the matrix of which this is the transpose."""
    while isinstance(node, ast.Attribute) and node.attr == "T":
        node = node.value
    return node


def _is_name(node: ast.expr) -> bool:
    return isinstance(_plain(node), ast.Name)


_MAKERS: Final = frozenset({
    "rand", "randn", "random", "normal", "uniform", "zeros", "zeros_like", "empty",
    "one_hot", "onehot", "load", "array_split", "full", "standard_normal", "xavier",
    "Parameter", "Linear", "LabelBinarizer", "to_categorical", "empty_like", "lambda",
})  # fmt: skip
_DERIVED: Final = re.compile(  # dY, dL_dY
    r"d[XYZAHU][0-9]?|d__\w+|d(?:[LCJE]_?|l_)d_?[A-Za-z]\w*|(?:grad|upstream)_\w+|dout"
)
_THRESHOLD: Final = re.compile(r"(?i:theta|thresh|bias|gamma|beta|tau)")
_LARGEST: Final = 100  # parts of a formula for an activation
_OF_DATA: Final = frozenset({"Y", "m", "n", "eta"})
_NO_SLOPE: Final = frozenset({
    "exp", "log", "sum", "mean", "sqrt", "abs", "square", "average", "len", "shape",
    "amax",
})  # fmt: skip
_FUNCTIONS: Final = _NO_SLOPE | {
    "max", "maximum", "where", "relu", "tanh", "sigmoid", "softmax", "sign", "g", "pi",
    "minimum", "min", "cosh", "heaviside", "positive", "sinh", "sin", "cos", "arctan",
    "erf",
}  # fmt: skip
