"""The part of NumPy that the matrix equations need, on lists, where there is no NumPy.

A browser's Python has no NumPy unless it is fetched from elsewhere. There `nn.matrix`,
`check_deltas` and `grade` run on this module instead: the same names, float64, the same
rules of broadcasting, and IEEE 754 without exceptions. It is slow, and made for small
networks. What differs from NumPy: an index gives a copy, never a view; sums are added
from left to right; a reduction to one number gives a Python number.
"""

from __future__ import annotations

import builtins
import math
import operator
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import product
from random import Random
from types import EllipsisType, SimpleNamespace
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

__all__ = ["Array", "array", "asarray"]

__version__ = "none: lists in its place"

Number: TypeAlias = float
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = "int | None"

inf: Final = math.inf
nan: Final = math.nan
pi: Final = math.pi
newaxis: Final = None

# A dtype is the Python type of the elements.
float64 = float
floating = float
int64 = int
bool_ = bool
object_ = object


class float32(float):  # noqa: N801  (NumPy's name)
    """A dtype that no array of this module has."""


class float16(float):  # noqa: N801
    """A dtype that no array of this module has."""


ma: Final = SimpleNamespace(MaskedArray=type("MaskedArray", (), {}))


class Array:
    """An array of any number of axes: elements in row-major order, and a shape."""

    __slots__ = ("_elements", "dtype", "shape")
    __hash__ = None  # type: ignore[assignment]
    __array_priority__ = 1000  # NumPy's arrays leave the operation to us

    def __init__(self, elements: list[Any], shape: Shape, dtype: type) -> None:
        self._elements = elements
        self.shape = shape
        self.dtype = dtype

    # What it is

    @property
    def ndim(self) -> int:
        """How many axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many elements."""
        return len(self._elements)

    @property
    def T(self) -> Array:  # noqa: N802  (NumPy's name)
        """The array with its axes in the opposite order."""
        order = offsets(self.shape[::-1], strides_of(self.shape)[::-1])
        return Array([self._elements[i] for i in order], self.shape[::-1], self.dtype)

    def __len__(self) -> int:
        if not self.shape:
            msg = "len() of an array without axes"
            raise TypeError(msg)
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"array({self.tolist()!r})"

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        return operator.index(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __bool__(self) -> bool:
        return bool(self.item())

    # Other forms of it

    def item(self) -> Any:
        """Return the one element."""
        if len(self._elements) != 1:
            msg = f"an array of shape {self.shape} is not one number"
            raise ValueError(msg)
        return self._elements[0]

    def tolist(self) -> Any:
        """Return nested lists, or the number of an array without axes."""
        if not self.shape:
            return self._elements[0]
        rows: list[Any] = self._elements
        for n in self.shape[:0:-1]:
            count = len(rows) // n if n else math.prod(self.shape[: self.ndim - 1])
            rows = [rows[i * n : (i + 1) * n] for i in range(count)]
        return list(rows)

    def astype(self, dtype: type, *, copy: bool = True) -> Array:
        """Return the elements as another type."""
        if dtype is self.dtype and not copy:
            return self
        convert: Callable[[Any], Any] = dtype if dtype is not object else lambda x: x
        return Array(list(map(convert, self._elements)), self.shape, dtype)

    def copy(self) -> Array:
        """Return a copy."""
        return self.astype(self.dtype)

    def ravel(self) -> Array:
        """Return the elements along one axis."""
        return Array(list(self._elements), (self.size,), self.dtype)

    def reshape(self, *shape: Any) -> Array:
        """Return the elements in another shape, of which one length may be -1."""
        is_one = len(shape) == 1 and not isinstance(shape[0], int)
        wanted = shape[0] if is_one else shape
        lengths = list(wanted)
        if -1 in lengths:
            rest = math.prod(n for n in lengths if n != -1)
            lengths[lengths.index(-1)] = self.size // rest if rest else 0
        if math.prod(lengths) != self.size:
            msg = f"cannot reshape array of shape {self.shape} into {tuple(wanted)}"
            raise ValueError(msg)
        return Array(list(self._elements), tuple(lengths), self.dtype)

    def view(self, dtype: type) -> Array:
        """Return the bits of floats as integers."""
        if (self.dtype, dtype) != (float, int):
            msg = f"no view of {self.dtype.__name__} as {dtype.__name__}"
            raise TypeError(msg)
        bits = struct.unpack(
            f"{self.size}q", struct.pack(f"{self.size}d", *self._elements)
        )
        return Array(list(bits), self.shape, int)

    # Elements

    def __getitem__(self, key: Any) -> Any:
        places, shape = self._places(key)
        if not shape and not _keeps_axes(key):
            return self._elements[places[0]]
        return Array([self._elements[i] for i in places], shape, self.dtype)

    def __setitem__(self, key: Any, value: Any) -> None:
        places, shape = self._places(key)
        new = broadcast_to(asarray(value), shape)
        for place, element in zip(places, new._elements, strict=True):
            self._elements[place] = self.dtype(element)

    def _places(self, key: Any) -> tuple[list[int], Shape]:
        """Return where the chosen elements are, and the shape they make."""
        keys = key if isinstance(key, tuple) else (key,)
        if len(keys) == 1 and isinstance(key, Array) and key.dtype is bool:
            if key.shape != self.shape:
                msg = f"a mask of shape {key.shape} for an array of shape {self.shape}"
                raise IndexError(msg)
            chosen = [i for i, is_chosen in enumerate(key._elements) if is_chosen]
            return chosen, (len(chosen),)
        places, shape, axis = [0], [], 0
        strides = strides_of(self.shape)
        for one in _filled(keys, self.ndim):
            if one is None:
                shape.append(1)
                continue
            chosen, is_axis = _along(one, self.shape[axis])
            places = [p + i * strides[axis] for p in places for i in chosen]
            shape += [len(chosen)] if is_axis else []
            axis += 1
        return places, tuple(shape)

    def take(self, indices: Sequence[int], axis: int) -> Array:
        """Return the chosen elements along an axis."""
        keys: list[Any] = [slice(None)] * self.ndim
        keys[_axis(axis, self.ndim)] = list(indices)
        taken: Array = self[tuple(keys)]
        return taken

    def diagonal(self) -> Array:
        """Return the elements whose two indices are equal."""
        rows, columns = self.shape
        places = [i * (columns + 1) for i in range(min(rows, columns))]
        chosen = [self._elements[place] for place in places]
        return Array(chosen, (len(chosen),), self.dtype)

    # Arithmetic

    def __add__(self, other: Any) -> Any:
        return add(self, other)

    def __radd__(self, other: Any) -> Any:
        return add(other, self)

    def __sub__(self, other: Any) -> Any:
        return subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self)

    def __pow__(self, other: Any) -> Any:
        return power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return power(other, self)

    def __mod__(self, other: Any) -> Any:
        return _each(operator.mod, self, other)

    def __matmul__(self, other: Any) -> Any:
        return dot(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return dot(other, self)

    def __neg__(self) -> Any:
        return _each(operator.neg, self)

    def __pos__(self) -> Any:
        return self.copy()

    def __abs__(self) -> Any:
        return _each(operator.abs, self)

    def __invert__(self) -> Any:
        return _each(operator.not_, self)

    def __and__(self, other: Any) -> Any:
        return _each(operator.and_, self, other)

    def __or__(self, other: Any) -> Any:
        return _each(operator.or_, self, other)

    def __lt__(self, other: Any) -> Any:
        return _each(operator.lt, self, other)

    def __le__(self, other: Any) -> Any:
        return _each(operator.le, self, other)

    def __gt__(self, other: Any) -> Any:
        return _each(operator.gt, self, other)

    def __ge__(self, other: Any) -> Any:
        return _each(operator.ge, self, other)

    def __eq__(self, other: object) -> Any:
        return _each(operator.eq, self, other)

    def __ne__(self, other: object) -> Any:
        return _each(operator.ne, self, other)

    # Reductions

    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Return the sum of all elements, or along an axis."""
        return self._reduced(_added, axis, keepdims)

    def mean(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Return the mean of all elements, or along an axis."""
        count = self.size if axis is None else self.shape[axis]
        return divide(self.sum(axis, keepdims=keepdims), count)

    def max(self, axis: Axis = None, *, keepdims: bool = False, **start: Any) -> Any:
        """Return the largest element, or those along an axis; nan if there is one."""
        return self._reduced(lambda x: _extreme(_larger, x, **start), axis, keepdims)

    def min(self, axis: Axis = None, *, keepdims: bool = False, **start: Any) -> Any:
        """Return the smallest element, or those along an axis; nan if there is one."""
        return self._reduced(lambda x: _extreme(_smaller, x, **start), axis, keepdims)

    def all(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Return whether all elements are true."""
        return self._reduced(_all, axis, keepdims)

    def any(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Return whether an element is true."""
        return self._reduced(_any, axis, keepdims)

    def _reduced(
        self, reduce: Callable[[list[Any]], Any], axis: Axis, keepdims: bool
    ) -> Any:
        if axis is None:
            found = reduce(self._elements)
            ones = (1,) * self.ndim
            return Array([found], ones, type(found)) if keepdims else found
        axis = _axis(axis, self.ndim)
        strides = strides_of(self.shape)
        step, n = strides[axis], self.shape[axis]
        outer = self.shape[:axis] + self.shape[axis + 1 :]
        begins = offsets(outer, strides[:axis] + strides[axis + 1 :])
        found = [
            reduce([self._elements[b + i * step] for i in range(n)]) for b in begins
        ]
        shape = self.shape[:axis] + (1,) * keepdims + self.shape[axis + 1 :]
        if not shape:
            return found[0]
        return Array(found, shape, _common(found, self.dtype))


# Places of elements


def strides_of(shape: Shape) -> Shape:
    """Return how far apart neighbours along each axis are, in row-major order."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def offsets(shape: Shape, strides: Sequence[int]) -> list[int]:
    """Return the place of each element, in row-major order of `shape`."""
    places = [0]
    for n, stride in zip(shape, strides, strict=True):
        places = [p + i * stride for p in places for i in range(n)]
    return places


def _filled(keys: tuple[Any, ...], ndim: int) -> list[Any]:
    """Return one key for each axis: those left out, and the dots, are whole axes."""
    given = len([x for x in keys if x is not None and not isinstance(x, EllipsisType)])
    if given > ndim:
        msg = f"{given} indices for an array of {ndim} axes"
        raise IndexError(msg)
    whole = [slice(None)] * (ndim - given)
    for i, key in enumerate(keys):
        if isinstance(key, EllipsisType):
            return [*keys[:i], *whole, *keys[i + 1 :]]
    return [*keys, *whole]


def _along(key: Any, n: int) -> tuple[list[int], bool]:
    """Return which indices of an axis of length n are chosen; whether it stays."""
    if isinstance(key, slice):
        return list(range(*key.indices(n))), True
    if isinstance(key, Array | list):
        return [_index(i, n) for i in asarray(key)._elements], True
    return [_index(key, n)], False


def _index(key: Any, n: int) -> int:
    i: int = operator.index(key)
    if not -n <= i < n:
        msg = f"index {i} is out of bounds for an axis of length {n}"
        raise IndexError(msg)
    return i % n


def _keeps_axes(key: Any) -> bool:
    keys = key if isinstance(key, tuple) else (key,)
    return any(isinstance(one, EllipsisType) for one in keys)


def _axis(axis: int, ndim: int) -> int:
    if not -ndim <= axis < ndim:
        msg = f"axis {axis} is out of bounds for an array of {ndim} axes"
        raise ValueError(msg)
    return axis % ndim


# Make arrays


def array(value: Any, dtype: type | None = None) -> Array:
    """Return a new array of a number, nested sequences, or another array."""
    if isinstance(value, Array):
        return value.astype(dtype or value.dtype)
    elements, shape = _flat(value)
    found = dtype or _common(elements, float)
    if found in {float, int, bool}:
        elements = list(map(found, elements))
    return Array(elements, shape, found)


def asarray(value: Any, dtype: type | None = None) -> Array:
    """Return an array of `value`; itself if it is one."""
    if isinstance(value, Array) and dtype in {None, value.dtype}:
        return value
    return array(value, dtype)


ascontiguousarray = asarray


def full(shape: int | Sequence[int], value: Any) -> Array:
    """Return an array that holds one number."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return Array([value] * math.prod(shape), shape, type(value))


def zeros(shape: int | Sequence[int]) -> Array:
    """Return zeros."""
    return full(shape, 0.0)


def ones(shape: int | Sequence[int]) -> Array:
    """Return ones."""
    return full(shape, 1.0)


def zeros_like(like: Any) -> Array:
    """Return zeros in the shape of `like`."""
    return zeros(asarray(like).shape)


def ones_like(like: Any) -> Array:
    """Return ones in the shape of `like`."""
    return ones(asarray(like).shape)


def full_like(like: Any, value: Any) -> Array:
    """Return one number in the shape of `like`."""
    return full(asarray(like).shape, float(value))


def eye(n: int) -> Array:
    """Return the identity matrix."""
    return Array([float(i == j) for i in range(n) for j in range(n)], (n, n), float)


def arange(*bounds: int) -> Array:
    """Return whole numbers in a row."""
    numbers = list(range(*bounds))
    return Array(numbers, (len(numbers),), int)


def _flat(value: Any) -> tuple[list[Any], Shape]:
    """Return the elements of nested sequences in row-major order, and their shape."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list | tuple):
        return [value], ()
    parts = [_flat(part) for part in value]
    shapes = {shape for _, shape in parts}
    if len(shapes) > 1:
        msg = "the rows differ in length"
        raise ValueError(msg)
    inner = shapes.pop() if shapes else ()
    return [x for elements, _ in parts for x in elements], (len(parts), *inner)


def _common(elements: list[Any], of_none: type) -> type:
    """Return the type that holds all elements, `of_none` if there are none."""
    kinds = set(map(type, elements))
    if not kinds:
        return of_none
    if kinds <= {bool}:
        return bool
    if kinds <= {bool, int}:
        return int
    return float if kinds <= {bool, int, float} else object


class _Generator:
    """Random numbers, which are other ones than NumPy's of the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def uniform(self, low: float, high: float, size: Sequence[int]) -> Array:
        """Return numbers between two."""
        count = math.prod(size)
        numbers = [self._random.uniform(low, high) for _ in range(count)]
        return Array(numbers, tuple(size), float)


random: Final = SimpleNamespace(default_rng=_Generator)


# Shapes


def shape(value: Any) -> Shape:
    """Return the shape of an array or of nested sequences."""
    return asarray(value).shape


def ndim(value: Any) -> int:
    """Return how many axes."""
    return asarray(value).ndim


def reshape(value: Any, shape: Any) -> Array:
    """Return the elements in another shape."""
    return asarray(value).reshape(shape)


def transpose(value: Any) -> Array:
    """Return the array with its axes in the opposite order."""
    return asarray(value).T


def broadcast_to(value: Any, to: Sequence[int]) -> Array:
    """Return the array repeated along the axes where its length is 1."""
    given, to = asarray(value), tuple(to)
    if given.shape == to:
        return given
    missing = len(to) - given.ndim
    fits = missing >= 0 and all(
        n in {1, wanted} for n, wanted in zip(given.shape, to[missing:], strict=True)
    )
    if not fits:
        msg = f"operands could not be broadcast together: {given.shape} and {to}"
        raise ValueError(msg)
    own = strides_of(given.shape)
    moves = [s * (n != 1) for n, s in zip(given.shape, own, strict=True)]
    places = offsets(to, [0] * missing + moves)
    return Array([given._elements[i] for i in places], to, given.dtype)


def _joint_shape(arrays: Sequence[Array]) -> Shape:
    longest = max(a.ndim for a in arrays)
    padded = [(1,) * (longest - a.ndim) + a.shape for a in arrays]
    joint = []
    for lengths in zip(*padded, strict=True):
        others = set(lengths) - {1}
        if len(others) > 1:
            shapes = " ".join(str(a.shape) for a in arrays)
            msg = f"operands could not be broadcast together with shapes {shapes}"
            raise ValueError(msg)
        joint.append(others.pop() if others else 1)
    return tuple(joint)


def concatenate(parts: Iterable[Any], axis: int = 0) -> Array:
    """Return arrays after one another along an axis."""
    arrays = [asarray(part) for part in parts]
    if axis:
        return concatenate([a.T for a in arrays]).T
    inner = {a.shape[1:] for a in arrays}
    if len(inner) > 1:
        msg = f"shapes that cannot be joined: {[a.shape for a in arrays]}"
        raise ValueError(msg)
    elements = [x for a in arrays for x in a._elements]
    length = builtins.sum(len(a) for a in arrays)
    return Array(elements, (length, *inner.pop()), _common(elements, float))


def hstack(parts: Iterable[Any]) -> Array:
    """Return matrices side by side."""
    return concatenate(parts, axis=1)


# Functions of each element


def _each(function: Callable[..., Any], *operands: Any) -> Any:
    """Return a function of each element, after broadcasting; a number of numbers."""
    if not any(isinstance(x, Array | list | tuple) for x in operands):
        return function(*operands)
    arrays = [asarray(x) for x in operands]
    joint = _joint_shape(arrays)
    columns = [broadcast_to(a, joint)._elements for a in arrays]
    elements = list(map(function, *columns))
    return Array(elements, joint, _common(elements, float))


def _ieee(function: Callable[..., float], pole: Callable[..., float]) -> Any:
    """Return a function of each element; `pole` answers where Python raises."""

    def one(*xs: float) -> float:
        try:
            return function(*xs)
        except (ArithmeticError, ValueError):
            return pole(*xs)

    return lambda *operands: _each(one, *operands)


def _nan(*_: float) -> float:
    return nan


def _quotient_by_zero(x: float, y: float) -> float:
    if math.isnan(x) or x == 0:
        return nan
    return math.copysign(inf, x) * math.copysign(1.0, y)


def _power(x: float, y: float) -> float:
    """Return x**y as C's pow does: Python makes complex numbers of some."""
    return math.pow(x, y)


def _power_at_a_pole(x: float, y: float) -> float:
    is_odd = math.isfinite(y) and y % 2 == 1
    if x == 0:  # to a negative power
        return math.copysign(inf, x) if is_odd else inf
    if x < 0 and y != math.floor(y):
        return nan
    return -inf if x < 0 and is_odd else inf


def _log_at_a_pole(x: float) -> float:
    return -inf if x == 0 else nan


def _log1p_at_a_pole(x: float) -> float:
    return -inf if x == -1 else nan


def _square(x: float) -> float:
    return x * x


def _larger(x: float, y: float) -> float:
    return x if math.isnan(x) or x > y else y


def _smaller(x: float, y: float) -> float:
    return x if math.isnan(x) or x < y else y


def _sign(x: float) -> float:
    return x if math.isnan(x) else float((x > 0) - (x < 0))


def _where(condition: Any, x: Any, y: Any) -> Any:
    return x if condition else y


def add(x: Any, y: Any) -> Any:
    """Return x + y."""
    return _each(operator.add, x, y)


def subtract(x: Any, y: Any) -> Any:
    """Return x - y."""
    return _each(operator.sub, x, y)


def multiply(x: Any, y: Any) -> Any:
    """Return x * y, element by element."""
    return _each(operator.mul, x, y)


def where(condition: Any, x: Any, y: Any) -> Any:
    """Return x where the condition holds, else y."""
    return _each(_where, condition, x, y)


def maximum(x: Any, y: Any) -> Any:
    """Return the larger of both; nan where one is nan."""
    return _each(_larger, x, y)


def minimum(x: Any, y: Any) -> Any:
    """Return the smaller of both; nan where one is nan."""
    return _each(_smaller, x, y)


def abs(x: Any) -> Any:  # noqa: A001  (NumPy's name)
    """Return the magnitude."""
    return _each(operator.abs, x)


def sign(x: Any) -> Any:
    """Return -1, 0 or 1."""
    return _each(_sign, x)


def isfinite(x: Any) -> Any:
    """Return whether neither inf nor nan."""
    return _each(math.isfinite, x)


def isnan(x: Any) -> Any:
    """Return whether nan."""
    return _each(math.isnan, x)


def square(x: Any) -> Any:
    """Return x * x."""
    return _each(_square, x)


divide = _ieee(operator.truediv, _quotient_by_zero)
power = _ieee(_power, _power_at_a_pole)
exp = _ieee(math.exp, lambda _x: inf)
expm1 = _ieee(math.expm1, lambda _x: inf)
log = _ieee(math.log, _log_at_a_pole)
log1p = _ieee(math.log1p, _log1p_at_a_pole)
sqrt = _ieee(math.sqrt, _nan)
sin = _ieee(math.sin, _nan)
cos = _ieee(math.cos, _nan)
tanh = _ieee(math.tanh, _nan)
arctan = _ieee(math.atan, _nan)
sinh = _ieee(math.sinh, lambda x: math.copysign(inf, x))
cosh = _ieee(math.cosh, lambda _x: inf)


def vectorize(
    function: Callable[..., Any], otypes: Sequence[type] = ()
) -> Callable[..., Array]:
    """Return a function of arrays from one of numbers."""

    def of_arrays(*operands: Any) -> Array:
        found = _each(function, *map(asarray, operands))
        return asarray(found).astype(otypes[0] if otypes else found.dtype)

    return of_arrays


def nan_to_num(
    x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Any:
    """Return x with other numbers for nan, inf and -inf."""
    largest = sys.float_info.max
    high = largest if posinf is None else posinf
    low = -largest if neginf is None else neginf
    finite = where(isnan(x), nan, x)
    return where(finite == inf, high, where(finite == -inf, low, finite))


# Products, reductions, searches


def dot(x: Any, y: Any) -> Any:
    """Return the matrix product, of vectors their inner product."""
    one, other = asarray(x), asarray(y)
    if not (1 <= one.ndim <= 2 and 1 <= other.ndim <= 2):  # noqa: PLR2004
        msg = f"matmul: shapes {one.shape} and {other.shape} are no matrices"
        raise ValueError(msg)
    if one.shape[-1] != other.shape[0]:
        msg = f"matmul: shapes {one.shape} and {other.shape} do not fit"
        raise ValueError(msg)
    n = one.shape[-1]
    rows = [one._elements[i : i + n] for i in range(0, one.size, n)] if n else []
    rows = rows or [[] for _ in range(math.prod(one.shape[:-1]))]
    turned = other.T._elements
    columns = [turned[i : i + n] for i in range(0, other.size, n)] if n else []
    columns = columns or [[] for _ in range(math.prod(other.shape[1:]))]
    products = [
        _added(list(map(operator.mul, row, column)))
        for row, column in product(rows, columns)
    ]
    joint = one.shape[:-1] + other.shape[1:]
    return Array(products, joint, _common(products, float)) if joint else products[0]


matmul = dot


def outer(x: Any, y: Any) -> Array:
    """Return the product of each element with each other."""
    product: Array = asarray(x).reshape(-1, 1) * asarray(y).reshape(1, -1)
    return product


def sum(  # noqa: A001  (NumPy's name)
    x: Any, axis: Axis = None, *, keepdims: bool = False
) -> Any:
    """Return the sum of all elements, or along an axis."""
    return asarray(x).sum(axis, keepdims=keepdims)


def mean(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """Return the mean of all elements, or along an axis."""
    return asarray(x).mean(axis, keepdims=keepdims)


def sort(x: Any, axis: int = -1) -> Array:
    """Return the elements of a matrix in order, along an axis; nan last."""
    given = asarray(x)
    if _axis(axis, given.ndim) != given.ndim - 1:
        return sort(given.T).T
    n = given.shape[-1]
    rows = [given._elements[i : i + n] for i in range(0, given.size, n)] if n else []
    ordered = [y for row in rows for y in sorted(row, key=lambda y: (math.isnan(y), y))]
    return Array(ordered, given.shape, given.dtype)


def argmax(x: Any) -> int:
    """Return where the first of the largest elements is, in row-major order."""
    elements = asarray(x)._elements
    nans = [i for i, y in enumerate(elements) if math.isnan(y)]
    return nans[0] if nans else elements.index(max(elements))


def unravel_index(place: int, shape: Shape) -> Shape:
    """Return the indices of a place in row-major order."""
    return tuple(
        place // stride % n for n, stride in zip(shape, strides_of(shape), strict=True)
    )


def argwhere(x: Any) -> Array:
    """Return the indices of each true element, one row each."""
    given = asarray(x)
    chosen = [unravel_index(i, given.shape) for i, y in enumerate(given._elements) if y]
    places = [i for indices in chosen for i in indices]
    return Array(places, (len(chosen), given.ndim), int)


def flatnonzero(x: Any) -> Array:
    """Return where the elements are true, in row-major order."""
    places = [i for i, y in enumerate(asarray(x)._elements) if y]
    return Array(places, (len(places),), int)


def ndenumerate(x: Any) -> Iterator[tuple[Shape, Any]]:
    """Yield the indices and the element, in row-major order."""
    given = asarray(x)
    indices = product(*map(range, given.shape))
    return zip(indices, given._elements, strict=True)


def isclose(x: Any, y: Any, rtol: float = 1e-5, atol: float = 1e-8) -> Any:
    """Return whether x is within atol + rtol |y| of y."""

    def close(x: float, y: float) -> bool:
        if not (math.isfinite(x) and math.isfinite(y)):
            return x == y
        return operator.abs(x - y) <= atol + rtol * operator.abs(y)

    return _each(close, x, y)


def allclose(x: Any, y: Any, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Return whether all elements are close."""
    return bool(asarray(isclose(x, y, rtol, atol)).all())


def _added(numbers: list[Any]) -> Any:
    total = 0.0 if not numbers or isinstance(numbers[0], float) else 0
    for number in numbers:
        total += number
    return total


def _extreme(choose: Any, numbers: list[Any], **start: Any) -> Any:
    """Return the largest or smallest number, from ``initial=`` on if it is given."""
    left = [start["initial"], *numbers] if start else numbers
    if not left:
        msg = "an array without elements has no largest or smallest"
        raise ValueError(msg)
    best = left[0]
    for number in left[1:]:
        best = best if math.isnan(best) else choose(number, best)
    return best


def _all(elements: list[Any]) -> bool:
    return all(elements)


def _any(elements: list[Any]) -> bool:
    return any(elements)


# What NumPy has around its arrays


class _Limits(NamedTuple):
    eps: float


def finfo(_dtype: Any) -> _Limits:
    """Return the distance from 1 to the next float, as ``.eps``."""
    return _Limits(math.ulp(1.0))


def dtype(kind: Any) -> Any:
    """Return a dtype, which here is a Python type."""
    return kind


def can_cast(kind: type, to: type) -> bool:
    """Return whether numbers of a type are numbers of another without loss."""
    return kind is to or (kind, to) in {(int, float), (bool, float), (bool, int)}


def errstate(**_: str) -> AbstractContextManager[None]:
    """Return a block in which nothing is reported, as everywhere here."""
    return nullcontext()


def _assert_allclose(
    actual: Any, desired: Any, rtol: float = 1e-7, atol: float = 0.0
) -> None:
    ours, theirs = asarray(actual), asarray(desired)
    if ours.shape and theirs.shape and ours.shape != theirs.shape:
        msg = f"the shapes {ours.shape} and {theirs.shape} differ"
        raise AssertionError(msg)
    close = asarray(isclose(ours, theirs, rtol, atol))
    both_nan = asarray(multiply(isnan(ours), isnan(theirs)))
    wrong = [not (x or y) for x, y in zip(close.ravel(), both_nan.ravel(), strict=True)]
    if any(wrong):
        msg = (
            f"{builtins.sum(wrong)} of {len(wrong)} elements differ by more than"
            f" rtol={rtol}, atol={atol}:\n{ours!r}\n{theirs!r}"
        )
        raise AssertionError(msg)


testing: Final = SimpleNamespace(assert_allclose=_assert_allclose)


def __getattr__(name: str) -> NoReturn:
    msg = (
        f"numpy.{name} is not among the functions that run without NumPy;"
        " install NumPy for it"
    )
    raise AttributeError(msg)
