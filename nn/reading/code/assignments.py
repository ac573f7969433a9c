"""Read lines of code as assignments, each of a name to an expression: nothing is run.

What changes a name in place is an assignment too: ``dh[h <= 0] = 0`` makes it
``dh * (1 - (h <= 0))``. ``cache["A1"]`` and ``self.A1`` are the name ``A1``; what only
copies, casts or reshapes is left out, and so is what spreads a bias over the examples.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Final

from autograd_scalar import DataError
from nn.arguments import shown
from nn.reading.code.products import of_indices
from nn.reading.formula.numpy_spelling import check_depth, is_function, parsed

__all__ = ["DERIVATIVE", "TARGETS", "Assignment", "assignments"]

DERIVATIVE: Final = "d__"  # before a name: the derivative of the cost by it
TARGETS: Final = "__targets"


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name = value``; ``place`` is its target, such as ``W[l]``, if it is no name.

    ``in_place`` says that the value is made of what the name stood for before.
    """

    name: str
    place: ast.expr
    value: ast.expr
    in_place: bool = False

    def __str__(self) -> str:
        return f"{self.name or ast.unparse(self.place)} = {ast.unparse(self.value)}"


def assignments(text: str, of_octave: bool = False) -> list[Assignment]:
    """Return the assignments of a line in Python's spelling.

    >>> for one in assignments("self.a, p = x @ w.T, y.copy(); p[range(n), t] -= 1"):
    ...     print(one)
    a = x @ w.T
    p = y
    p = p - __targets
    >>> print(*assignments("dh[h <= 0] = 0"))
    dh = dh * (1 - (h <= 0))

    Raises:
        DataError: it cannot be read, or is none.
    """
    module = parsed(text, "exec")
    found: list[Assignment] = []
    for statement in module.body if isinstance(module, ast.Module) else []:
        check_depth(statement)
        found += _of(statement, text, of_octave)
    if not found:
        msg = f"expected one equation such as 'dW1 = dZ1 @ X.T', got {shown(text)}"
        raise DataError(msg)
    return found


def _of(statement: ast.stmt, text: str, of_octave: bool) -> list[Assignment]:
    plain = _Plain(of_octave)
    match statement:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=place, value=ast.expr() as value):
            targets = [place]
        case ast.AugAssign(target=target, op=operator, value=value):
            return [_changed(target, operator, plain.visit(value), plain, text)]
        case _:
            msg = f"expected one equation such as 'dW1 = dZ1 @ X.T', got {shown(text)}"
            raise DataError(msg)
    value = plain.visit(value)
    found = []
    pairs: list[tuple[ast.expr, ast.expr]]
    for left in targets:
        match left, value:
            case ast.Tuple(elts=parts), ast.Tuple(elts=values) if len(parts) == len(
                values
            ):
                pairs = list(zip(parts, values, strict=True))
            case _:
                pairs = [(left, value)]
        for part, one in pairs:
            if isinstance(part, ast.Subscript) and _is_mask(part.slice):
                found.append(_masked(part, one, plain, text))
            elif isinstance(part, ast.Subscript) and _is_of_targets(part.slice):
                found.append(_of_own_classes(part, one, plain, text))
            else:
                found.append(_assigned(part, one, plain, text))
    return found


def _assigned(place: ast.expr, value: ast.expr, plain: _Plain, text: str) -> Assignment:
    place = plain.visit(place)
    match place:
        case ast.Name(id=name):
            pass
        case ast.Subscript(value=ast.Name()):
            name = ""
        case _:
            msg = f"expected one quantity before '=', got {shown(text)}"
            raise DataError(msg)
    names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    return Assignment(name, _loaded(place), value, name in names)


def _changed(
    target: ast.expr,
    operator: ast.operator,
    value: ast.expr,
    plain: _Plain,
    text: str,
) -> Assignment:
    """Return ``a -= b``, of all entries or of some, as an assignment."""
    if isinstance(target, ast.Subscript):
        of = _loaded(plain.visit(target.value))
        if _is_mask(target.slice) and isinstance(operator, ast.Mult):
            mask = plain.visit(target.slice)
            ones = ast.Constant(1)
            factor = ast.Call(ast.Name("where", ast.Load()), [mask, value, ones], [])
            return _assigned(of, _binary(of, ast.Mult(), factor), plain, text)
        if _is_of_targets(target.slice) and isinstance(operator, ast.Sub):
            targets: ast.expr = ast.Name(TARGETS, ast.Load())
            return _assigned(of, _binary(of, ast.Sub(), targets), plain, text)
    of = _loaded(plain.visit(target))
    return _assigned(of, _binary(of, operator, value), plain, text)


def _of_own_classes(
    place: ast.Subscript, value: ast.expr, plain: _Plain, text: str
) -> Assignment:
    """Return ``a[range(m), y] = c`` as an assignment to all entries.

    >>> print(ast.unparse(assignments("d[range(n), y] = -1 / n")[0].value))
    d * (1 - __targets) + -1 / n * __targets
    """
    of = _loaded(plain.visit(place.value))
    targets = ast.Name(TARGETS, ast.Load())
    others = _binary(ast.Constant(1), ast.Sub(), targets)
    kept = _binary(of, ast.Mult(), others)
    put_in = _binary(value, ast.Mult(), targets)
    return _assigned(of, _binary(kept, ast.Add(), put_in), plain, text)


def _masked(
    place: ast.Subscript, value: ast.expr, plain: _Plain, text: str
) -> Assignment:
    """Return ``a[z < 0] = 0`` as an assignment to all entries."""
    of = _loaded(plain.visit(place.value))
    if not (isinstance(value, ast.Constant) and value.value == 0):
        msg = f"cannot read {shown(text)}: what is put in is not 0"
        raise DataError(msg)
    rest = _binary(ast.Constant(1), ast.Sub(), plain.visit(place.slice))
    return _assigned(of, _binary(of, ast.Mult(), rest), plain, text)


def _is_mask(index: ast.expr) -> bool:
    match index:
        case ast.Compare():
            return True
        case ast.Name(id=name):
            return "mask" in name
        case ast.UnaryOp(op=ast.Invert(), operand=inner):
            return _is_mask(inner)
    return False


def _is_of_targets(index: ast.expr) -> bool:
    """Return whether an index is ``range(m), y``: of each example its own class."""
    match index:
        case ast.Tuple(elts=[ast.Call(func=function), ast.Name() | ast.Attribute()]):
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            return name in {"range", "arange"}
    return False


def _binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.BinOp:
    return ast.BinOp(left, operator, right)


def _loaded(place: ast.expr) -> ast.expr:
    """Return what is assigned to, as it is read."""
    match place:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
        case ast.Subscript(value=value, slice=index):
            return ast.Subscript(_loaded(value), index, ast.Load())
    return place


class _Plain(ast.NodeTransformer):
    """Leaves names, operators and calls that have a meaning, in one spelling."""

    def __init__(self, of_octave: bool) -> None:
        self.of_octave = of_octave

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Read ``cache["A1"]`` as A1, ``grads["W1"]`` as its derivative."""
        key = node.slice
        if isinstance(key, ast.Constant) and key.value == 0:
            found = self._largest(node.value)  # z.max(1)[0], beside where it is
            if found is not None:
                return found
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in _EYES:
            return ast.Name(TARGETS, ast.Load())
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            name = key.value
            if _is_of_gradients(node.value) and not name.startswith(("d", "∂", "g")):
                name = f"{DERIVATIVE}{name}"
            return ast.Name(name, ast.Load())
        match key:
            case ast.Tuple(elts=elements) if all(map(_is_whole_axis, elements)):
                return _with_axis(self._visited(node.value))  # db[:, None]
            case _ if _is_whole_axis(key) or _is_of_examples(key):
                return self._visited(node.value)
            case _:
                self.generic_visit(node)
                return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Read ``self.a1`` as a1, and ``w.grad`` as its derivative."""
        if node.attr in {"T", "mT"}:
            return ast.Attribute(self._visited(node.value), "T", ast.Load())
        if node.attr == "data":
            return self._visited(node.value)
        found = self._largest(node.value) if node.attr == "values" else None
        if found is not None:
            return found
        inner = self._visited(node.value)
        if isinstance(inner, ast.Name):
            if node.attr in {"g", "grad", "gradient"}:
                return ast.Name(f"{DERIVATIVE}{inner.id}", ast.Load())
            if inner.id in _OWNERS:
                return ast.Name(node.attr, ast.Load())
            if node.attr not in {"shape", "size"} and inner.id not in _MODULES:
                return ast.Name(f"{inner.id}_{node.attr}", ast.Load())
        return ast.Attribute(inner, node.attr, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Read a call of a module's function, or of a method, as one of a name."""
        if isinstance(node.func, ast.Constant) and len(node.args) == 1:
            factor, inner = node.func, node.args[0]  # 2(y - t), as on paper
            return self._visited(ast.BinOp(factor, ast.Mult(), inner))
        name, operands = self._called(node)
        if name in _MATRIX_PRODUCTS and _is_outer(_factors(node)):
            return _call("outer_of_vectors", operands)
        if name == "where":
            operands = [_number_of(one) or one for one in operands]
        options = {each.arg: self._visited(each.value) for each in node.keywords}
        if name in _OF_R and len(operands) == 1 and not options:
            name, axis = _OF_R[name]
            options = {"axis": ast.Constant(axis), "keepdims": ast.Constant(True)}
            return _Plain(False)._sum(name, operands, options)
        if name in _SUMS and operands:
            return self._sum(name, operands, options)
        is_largest = len(operands) == 1 or not _OF_AXES.isdisjoint(options)
        if name == "amax" or (name == "max" and is_largest):
            return self._sum("amax", operands, options)  # of all, or of an axis
        if name in _MATRIX_PRODUCTS:
            operands = _with_transposes(operands, options)
        found = _in_operators(name, operands) or _of_an_activation(
            name, operands, options
        )
        found = found or _of_a_layer(name, operands)
        if found is not None:
            return found
        if name in {"softmax", "sigmoid", "log_softmax"}:
            operands, options = operands[:1], {}
        keywords = [ast.keyword(key, value) for key, value in options.items()]
        return ast.Call(ast.Name(name, ast.Load()), operands, keywords)

    def _largest(self, node: ast.expr) -> ast.expr | None:
        """Return what PyTorch's ``z.max(1)`` finds, apart from where; None if none."""
        if not isinstance(node, ast.Call):
            return None
        name, operands = self._called(node)
        if name != "max" or not operands:
            return None
        options = {each.arg: self._visited(each.value) for each in node.keywords}
        return self._sum("amax", operands, options)

    def _called(self, node: ast.Call) -> tuple[str, list[ast.expr]]:
        operands = [self._visited(each) for each in node.args]
        match node.func:
            case ast.Name(id=name):
                return name, operands
            case ast.Attribute(value=value, attr=name):
                root = value
                while isinstance(root, ast.Attribute):
                    root = root.value
                whole = ast.unparse(value)
                if isinstance(root, ast.Name) and root.id in _MODULES:
                    return name, operands
                if whole in _OBJECTS:
                    return name, operands
                return name, [self._visited(value), *operands]
        return "", operands

    def _sum(
        self, name: str, operands: list[ast.expr], options: dict[str | None, ast.expr]
    ) -> ast.expr:
        """Return a sum with its axis, counted from 0, as an option."""
        axis = next(
            (options[key] for key in ("axis", "dim", "dims") if key in options),
            operands[1] if len(operands) > 1 else None,
        )
        keywords = []
        if axis is not None:
            if isinstance(axis, ast.Constant) and isinstance(axis.value, int):
                from_one = (
                    self.of_octave and "axis" not in options
                ) or "dims" in options
                axis = ast.Constant(axis.value - from_one)
            keywords = [ast.keyword("axis", axis)]
        if axis is not None and self.of_octave:
            keywords.append(ast.keyword("keepdims", ast.Constant(True)))
        for key in ("keepdims", "keepdim"):
            if key in options:
                keywords.append(ast.keyword("keepdims", options[key]))
        return ast.Call(ast.Name(name, ast.Load()), operands[:1], keywords)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Leave out ones that spread, and read those that add up as a sum."""
        if isinstance(node.op, ast.Mult) and _is_column(node.left):
            pair = [self._visited(node.left), self._visited(node.right)]
            return _call("outer_of_vectors", pair)  # d[:, None] * a
        if isinstance(node.op, ast.Mult) and _is_column(node.right):
            pair = [self._visited(node.right), self._visited(node.left)]
            return _call("outer_of_vectors", pair)
        left, right = self._visited(node.left), self._visited(node.right)
        if isinstance(node.op, ast.MatMult) and _is_outer([node.left, node.right]):
            return _call("outer_of_vectors", [left, right])
        if isinstance(node.op, ast.MatMult | ast.Mult | ast.FloorDiv):
            for ones, other, axis in ((right, left, 1), (left, right, 0)):
                size = _size_of_ones(ones)
                if size is None:
                    continue
                if size[1 - axis] == 1:  # ones(1, m) behind, ones(m, 1) before
                    return other
                keywords = [
                    ast.keyword("axis", ast.Constant(axis)),
                    ast.keyword("keepdims", ast.Constant(True)),
                ]
                return ast.Call(ast.Name("sum", ast.Load()), [other], keywords)
        return _binary(left, node.op, right)

    def _visited(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found


def _in_operators(name: str, operands: list[ast.expr]) -> ast.expr | None:
    """Return what a call is by the operators, or without it, if it may be so."""
    if not operands:
        return None
    if name in {"reshape", "view", "expand_dims", "unsqueeze"}:
        return _with_axis(operands[0])  # d.sum(axis=1).reshape(-1, 1)
    if name in _TRANSPARENT or _CAST.fullmatch(name):
        return operands[0]
    if name in {"transpose", "t", "permute", "swapaxes", "swapdims", "adjoint"}:
        return ast.Attribute(operands[0], "T", ast.Load())
    if name == "heaviside":
        return ast.Compare(operands[0], [ast.Gt()], [ast.Constant(0)])
    if name in _OF_CLASSES:
        return ast.Name(TARGETS, ast.Load())
    if name == "einsum":
        return of_indices(operands)
    if name == "bsxfun" and len(operands) == 3:  # noqa: PLR2004
        return _binary(operands[1], ast.Add(), operands[2])
    if name in _BY_OPERATOR and len(operands) == 2:  # noqa: PLR2004
        return _binary(operands[0], _BY_OPERATOR[name](), operands[1])
    return None


def _with_transposes(
    operands: list[ast.expr], options: dict[str | None, ast.expr]
) -> list[ast.expr]:
    """Return the factors of a product, of which options transpose some.

    >>> print(*assignments("dw = tf.matmul(x, d, transpose_a=True)"))
    dw = x.T @ d
    """
    found = list(operands)
    for i, names in enumerate(_TRANSPOSING[: len(found)]):
        flags = [options[name] for name in names if name in options]
        if any(isinstance(each, ast.Constant) and each.value for each in flags):
            found[i] = ast.Attribute(found[i], "T", ast.Load())
    return found


def _of_an_activation(
    name: str, operands: list[ast.expr], options: dict[str | None, ast.expr]
) -> ast.expr | None:
    """Return ReLU, or g of any kind of it, in one spelling; None if it is none.

    A flag may say that its derivative is meant:

    >>> print(*assignments("dz = da * sigmoid(z, deriv=True)"))
    dz = da * derivative(z)
    """
    if operands and is_function(name) and _asks_for_slope(operands, options):
        return _call("derivative", operands[:1])
    if _is_relu(name, operands, options):
        return _call("relu", [one for one in operands if not _is_zero(one)][:1])
    if name in {"maximum", "max"} and len(operands) == 2:  # noqa: PLR2004
        return _leaky(operands)
    if name == "leaky_relu" and operands:
        return _call("g", operands[:1])
    return None


def _of_a_layer(name: str, operands: list[ast.expr]) -> ast.expr | None:
    """Return ``x @ w + b`` for a linear layer that is called, or None.

    >>> print(*assignments("s = lin(x, w1, b1); r = linear(W, h, b)"), sep="; ")
    s = x @ w1 + b1; r = W @ h + b
    """
    if name not in _LINEAR or len(operands) != 3:  # noqa: PLR2004
        return None
    if not all(isinstance(one, ast.Name) for one in operands):
        return None
    product = _binary(operands[0], ast.MatMult(), operands[1])
    return _binary(product, ast.Add(), operands[2])


def _call(name: str, operands: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), operands, [])


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _is_relu(
    name: str, operands: list[ast.expr], options: dict[str | None, ast.expr]
) -> bool:
    """Return whether it is the greater of 0 and something."""
    if name in {"maximum", "max"} and len(operands) == 2:  # noqa: PLR2004
        return any(map(_is_zero, operands))
    if name in {"clamp", "clip", "clamp_min"} and operands:
        low = [*operands[1:2], *(options[k] for k in ("min", "a_min") if k in options)]
        return any(map(_is_zero, low))
    return False


def _asks_for_slope(
    operands: list[ast.expr], options: dict[str | None, ast.expr]
) -> bool:
    """Return whether a call says ``deriv=True``, or has True as its second operand."""
    if len(operands) > 2:  # noqa: PLR2004
        return False
    flags = [*operands[1:], *(options[k] for k in _SLOPES if k in options)]
    return any(isinstance(f, ast.Constant) and f.value is True for f in flags)


def _leaky(operands: list[ast.expr]) -> ast.expr | None:
    """Return g(z) for the greater of z and a part of it, or None."""
    for one, other in (operands, operands[::-1]):
        whole = ast.dump(one)
        match other:
            case ast.BinOp(left=a, op=ast.Mult() | ast.MatMult(), right=b):
                if whole in {ast.dump(a), ast.dump(b)}:
                    return _call("g", [one])
    return None


def _size_of_ones(node: ast.expr) -> tuple[object, object] | None:
    """Return the two sizes of ``ones(1, m)``, with 1 where a number is 1."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    if node.func.id != "ones" or not node.args:
        return None
    sizes = node.args
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = sizes[0].elts
    if len(sizes) != 2:  # noqa: PLR2004
        return None
    one, other = (s.value if isinstance(s, ast.Constant) else None for s in sizes)
    return one, other


def _number_of(node: ast.expr) -> ast.Constant | None:
    """Return the number that all entries of ``ones_like(z)`` are, or None."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in _FULL:
            return ast.Constant(_FULL[name])
    return None


def _is_of_gradients(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else ""
    name = node.attr if isinstance(node, ast.Attribute) else name
    return _GRADIENTS.match(name) is not None


def _is_column(node: ast.expr) -> bool:
    """Return whether a vector is made a column, as x[:, None] is."""
    match node:
        case ast.Subscript(value=ast.Name(), slice=ast.Tuple(elts=[one, other])):
            return isinstance(one, ast.Slice) and not isinstance(other, ast.Slice)
    return False


def _factors(node: ast.Call) -> list[ast.expr]:
    """Return the factors of ``a.mm(b)`` or ``torch.mm(a, b)``."""
    match node.func:
        case ast.Attribute(value=value) if len(node.args) == 1:
            return [value, *node.args]
    return node.args


def _is_outer(factors: list[ast.expr]) -> bool:
    """Return whether a vector that is made a column is multiplied by a row.

    >>> text = "d.view(-1, 1).mm(x.view(1, -1))", "d.unsqueeze(1).mm(x)"
    >>> calls = [ast.parse(one, mode="eval").body for one in text]
    >>> [_is_outer(_factors(one)) for one in calls if isinstance(one, ast.Call)]
    [True, False]
    """
    return [_shape_made(one) for one in factors] == ["-1, 1", "1, -1"]


def _shape_made(node: ast.expr) -> str:
    """Return the shape that a vector is given: ``-1, 1``, ``1, -1``, or ""."""
    match node:
        case ast.Call(func=ast.Attribute(attr="view" | "reshape"), args=sizes):
            return ", ".join(ast.unparse(size).strip("()") for size in sizes)
        case ast.Call(func=ast.Attribute(attr="unsqueeze"), args=[axis]):
            return _WITH_AXIS.get(ast.unparse(axis), "")
    return ""


def _is_of_examples(index: ast.expr) -> bool:
    """Return whether it takes some of the examples: ``x[i:i+1]``, ``x[start:end]``."""
    match index:
        case ast.Slice(lower=ast.Name(), upper=ast.Name() | ast.BinOp(), step=None):
            return True
    return False


def _with_axis(node: ast.expr) -> ast.expr:
    """Return a sum over an axis with that axis kept, as a new one stands there."""
    match node:
        case ast.Call(func=ast.Name("sum" | "mean" | "amax"), keywords=[axis]):
            if axis.arg == "axis":
                node.keywords.append(ast.keyword("keepdims", ast.Constant(True)))
    return node


def _is_whole_axis(node: ast.expr) -> bool:
    """Return whether an index leaves every entry, or puts in an axis."""
    match node:
        case ast.Slice(lower=None, upper=None, step=None) | ast.Constant(value=None):
            return True
        case ast.Attribute(attr="newaxis"):
            return True
    return False


_MODULES: Final = frozenset({
    "np", "numpy", "jnp", "torch", "F", "math", "tf", "nn", "xp", "cp", "jax",
})  # fmt: skip
_EYES: Final = frozenset({"np.eye", "numpy.eye", "torch.eye", "np.identity", "eye"})
_OWNERS: Final = frozenset({
    "self", "cache", "params", "ctx", "model", "net", "this", "state", "saved",
})  # fmt: skip
_OBJECTS: Final = frozenset({"self", "this"})  # of which functions are methods
_TRANSPARENT: Final = frozenset({
    "copy", "clone", "detach", "numpy", "array", "asarray", "astype", "float", "double",
    "squeeze", "ravel", "flatten", "atleast_2d", "int", "deepcopy", "to", "type", "cpu",
    "matrix", "vec", "contiguous", "requires_grad_", "collect", "expand", "expand_as",
    "expand_dims", "unsqueeze", "ascontiguousarray", "tensor", "repmat", "tile",
    "repeat", "broadcast_to", "reshape", "view",
})  # fmt: skip
_CAST: Final = re.compile(r"u?int\d*|float\d*|double|bool|array|matrix|eval")
_OF_CLASSES: Final = frozenset({"one_hot", "onehot", "to_categorical", "onehotbatch"})
_SLOPES: Final = ("deriv", "derivative", "derivate", "derive", "prime", "grad")
_LINEAR: Final = frozenset({"lin", "linear", "affine", "affine_forward"})
_OF_AXES: Final = frozenset({"axis", "dim", "keepdim", "keepdims"})
_OF_R: Final = {
    "rowSums": ("sum", 1), "colSums": ("sum", 0),
    "rowMeans": ("mean", 1), "colMeans": ("mean", 0),
}  # fmt: skip
_SUMS: Final = frozenset({"sum", "mean", "average"})
_FULL: Final = {"ones_like": 1, "ones": 1, "zeros_like": 0, "zeros": 0}
_BY_OPERATOR: Final[dict[str, type[ast.operator]]] = {
    "pow": ast.Pow, "add": ast.Add, "subtract": ast.Sub, "sub": ast.Sub,
    "divide": ast.Div, "div": ast.Div, "multiply": ast.Mult, "mul": ast.Mult,
    "cwiseProduct": ast.Mult, "hadamard": ast.Mult, "elementwise": ast.Mult,
    "dot": ast.MatMult, "matmul": ast.MatMult, "mm": ast.MatMult, "inner": ast.MatMult,
    "mv": ast.MatMult,
}  # fmt: skip
_MATRIX_PRODUCTS: Final = frozenset(
    name for name, operator in _BY_OPERATOR.items() if operator is ast.MatMult
)
_TRANSPOSING: Final = (("transpose_a", "adjoint_a"), ("transpose_b", "adjoint_b"))
_WITH_AXIS: Final = {"0": "1, -1", "1": "-1, 1", "-1": "-1, 1"}
_GRADIENTS: Final = re.compile(r"_?(?:grads?|gradients?|derivatives|dparams|g)$")
