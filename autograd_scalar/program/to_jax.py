"""A program as a JAX function: to compile by XLA, to run on GPUs, to map and shard.

Only the forward instructions are written in JAX, which differentiates them itself; the
local derivatives of primitives are ours where JAX's lose digits or differ at a kink.
JAX is imported in here alone, when a program is converted.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from autograd_scalar.derivatives.recorded import REFINED
from autograd_scalar.errors import NumberError
from autograd_scalar.primitives import table as of
from autograd_scalar.program.instructions import Instructions, Linear, Map, Term
from autograd_scalar.program.layout import (
    FIRST_CONSTANT,
    Constant,
    Operand,
    Padded,
    View,
)
from autograd_scalar.program.take import TAKE

if TYPE_CHECKING:
    from autograd_scalar.primitives.table import Primitive
    from autograd_scalar.program.tape import Flags, Ints

__all__ = ["jax_function"]

Array: TypeAlias = Any  # of JAX, or one of its tracers
Forward: TypeAlias = Callable[..., Array]
Form: TypeAlias = tuple[Forward, Callable[..., tuple[Array, ...]] | None]

_AXES: Final = "abcdef"
_INNER: Final = "k"


def jax_function(instructions: Instructions) -> Callable[..., tuple[Array, Array]]:
    """Return ``f(theta, inputs)``, which gives the value and the gradient by theta.

    Raises:
        NumberError: JAX is not installed.
    """
    try:
        jax: Any = import_module("jax")
    except ImportError as error:
        msg = (
            "to_jax() needs JAX, which is not installed: pip install jax; for a GPU see"
            " https://docs.jax.dev/en/latest/installation.html"
        )
        raise NumberError(msg) from error
    writer = _Writer(instructions, jax)
    differentiated = jax.value_and_grad(writer.value)
    if not instructions.inputs:
        return lambda theta: differentiated(jax.numpy.asarray(theta, dtype=float))

    def function(theta: Any, inputs: Any) -> tuple[Array, Array]:
        both = [jax.numpy.asarray(x, dtype=float) for x in (theta, inputs)]
        result: tuple[Array, Array] = differentiated(*both)
        return result

    return function


class _Writer:
    """Runs the instructions on JAX's arrays; under `jit` each call records them."""

    def __init__(self, instructions: Instructions, jax: Any) -> None:
        self.instructions, self.jax, self.np = instructions, jax, jax.numpy
        forms = _forms(jax), _of_others(jax)
        self.maps: list[Forward] = [
            _applied(jax, step, forms)
            for step in instructions.steps
            if isinstance(step, Map)
        ]

    def value(self, theta: Array, inputs: Array = ()) -> Array:
        """Return the value."""
        root = self.instructions.root
        if root >= FIRST_CONSTANT:
            number = self.instructions.constants[root - FIRST_CONSTANT]
            return self.np.asarray(number) + 0.0 * self.np.sum(theta[:0])
        blocks = [(0, theta), (self.instructions.parameters, self.np.asarray(inputs))]
        maps = iter(self.maps)
        for step in self.instructions.steps:
            if isinstance(step, Map):
                array = next(maps)(*self._elements(step, blocks))
            else:
                array = self._sum(step, blocks)
            full = self.np.broadcast_to(array, step.target.shape)
            blocks.append((step.target.offset, full))
        offset, last = next(b for b in reversed(blocks) if b[0] <= root)
        return self.np.ravel(last)[root - offset]

    # ---- Operands --------------------------------------------------------------------

    def _read(self, operand: Operand, blocks: list[tuple[int, Array]]) -> Array:
        if isinstance(operand, Constant):
            return self.np.asarray(operand.values)
        table = operand.table()
        low, high = int(table.min()), int(table.max())
        sources = [
            (first, block)
            for first, block in blocks
            if first <= high and low < first + block.size
        ]
        base = sources[0][0]
        flat = [self.np.ravel(block) for _, block in sources]
        line = flat[0] if len(flat) == 1 else self.np.concatenate(flat)
        if isinstance(operand, View):
            found = self._strided(line, operand, operand.offset - base)
            if found is not None:
                return found
        if isinstance(operand, Padded):
            places = np.where(operand.present, operand.places - base, line.shape[0])
            return self.np.append(line, 0.0)[places]
        return line[table - base]

    def _strided(self, line: Array, view: View, offset: int) -> Array | None:
        """Return a view by slices and reshapes, without a gather; None if it is none.

        Each axis, the longest stride first, cuts what the one before it left.
        """
        axes = [k for k, n in enumerate(view.shape) if n > 1]
        order = sorted(axes, key=lambda k: -view.strides[k])
        rest, room = line[offset:], 0
        sizes: list[int] = []
        for k in order:
            size, stride = view.shape[k], view.strides[k]
            length = size * stride
            if stride <= 0 or (sizes and length > room):
                return None
            if not sizes:
                short = max(0, length - rest.shape[-1])
                rest = self.np.pad(rest, (0, short))
            rest = rest[..., :length].reshape((*sizes, size, stride))
            sizes.append(size)
            room = stride
        places = [order.index(k) for k in axes]
        return self.np.transpose(rest[..., 0], places).reshape(view.shape)

    def _elements(self, step: Map, blocks: list[tuple[int, Array]]) -> list[Array]:
        """Return one array for each operand that varies; runs are taken apart."""
        if step.starts is not None:
            return [self._read(step.operands[0], blocks)]
        axis = len(step.target.shape)
        found: list[Array] = []
        for operand in step.operands:
            if isinstance(operand, Constant):
                continue
            array = self._read(operand, blocks)
            if step.primitive.arity is None:
                array = self.np.moveaxis(array, axis, 0)
                found += [array[k] for k in range(operand.shape[axis])]
            else:
                found.append(array)
        return found

    # ---- Sums of products ------------------------------------------------------------

    def _sum(self, step: Linear, blocks: list[tuple[int, Array]]) -> Array:
        total: Any = None
        for term in step.terms:
            array = term.sign * self._term(term, step, blocks)
            total = array if total is None else total + array
        if step.constant is not None:
            constant = step.constant_sign * self._read(step.constant, blocks)
            total = constant if total is None else total + constant
        return step.factor * total if step.factor != 1.0 else total

    def _term(self, term: Term, step: Linear, blocks: list[tuple[int, Array]]) -> Array:
        shape = step.target.shape
        arrays = [self._read(term.left, blocks)]
        if term.right is not None:
            arrays.append(self._read(term.right, blocks))
        if term.starts is not None:
            products = self.np.broadcast_arrays(*arrays)
            listed = products[0] if len(products) == 1 else products[0] * products[1]
            counts = np.diff(np.append(term.starts, listed.shape[0]))
            segment = np.repeat(np.arange(len(counts)), counts)
            return self.np.zeros(len(counts), listed.dtype).at[segment].add(listed)
        if isinstance(term.right, Padded) or step.gaps is not None:
            return self._within(arrays, _present(term, step))
        labels = _AXES[: len(shape)] + _INNER
        own = [
            "".join([x for x, n in zip(labels, a.shape, strict=True) if n > 1])
            for a in arrays
        ]
        kept = [x for x in labels[:-1] if any(x in each for each in own)]
        formula = f"{','.join(own)}->{''.join(kept)}"
        found = self.np.einsum(
            formula,
            *[self.np.squeeze(a) for a in arrays],
            precision=self.jax.lax.Precision.HIGHEST,
        )
        small = [n if x in kept else 1 for x, n in zip(labels, shape, strict=False)]
        return found.reshape(small)

    def _within(self, arrays: list[Array], present: Flags) -> Array:
        """Return a sum of those products that are there.

        Both factors of the others are 0, so that JAX's reverse has no 0 * inf either.
        """
        left, right = [self.np.where(present, each, 0.0) for each in arrays]
        return self.np.sum(left * right, axis=-1)


def _present(term: Term, step: Linear) -> Flags:
    """Return which products of a term are there, along all its axes."""
    found = np.ones((1,) * (len(step.target.shape) + 1), dtype=bool)
    if isinstance(term.right, Padded):
        found = found & term.right.present
    if step.gaps is not None:
        found = found & ~step.gaps[..., None]
    return found


# ---- Primitives ----------------------------------------------------------------------


def _applied(
    jax: Any, step: Map, forms: tuple[dict[Primitive, Form], dict[str, Form]]
) -> Forward:
    """Return the primitive as a function of the operands that are not constant."""
    if step.starts is not None:
        return _of_lists(jax, step.starts)
    form = forms[0].get(step.primitive) or forms[1].get(step.primitive.kernel)
    forward, partials = form or _on_the_host(jax, step)
    fixed, varies = _constants_of(step)

    def merged(varying: tuple[Array, ...]) -> list[Array]:
        found = list(fixed)
        for place, array in zip(varies, varying, strict=True):
            found[place] = array
        return found

    def value(*varying: Array) -> Array:
        return forward(*merged(varying))

    if partials is None:
        return value
    by_operand = partials
    apply = jax.custom_jvp(value)

    def tangent(
        primals: tuple[Array, ...], tangents: tuple[Array, ...]
    ) -> tuple[Array, Array]:
        y = value(*primals)
        derivatives = by_operand(*merged(primals), y)
        # What does not depend on theta adds nothing, not 0 times an infinity.
        parts = [
            derivatives[place] * t
            for place, t in zip(varies, tangents, strict=True)
            if not isinstance(t, jax.custom_derivatives.SymbolicZero)
        ]
        total = sum(parts[1:], parts[0])
        return y, jax.numpy.broadcast_to(total, y.shape)

    apply.defjvp(tangent, symbolic_zeros=True)
    result: Forward = apply
    return result


def _of_lists(jax: Any, starts: Ints) -> Forward:
    """Return logsumexp of lists that begin at each of ``starts``."""

    def forward(x: Array) -> Array:
        ends = [*starts[1:].tolist(), x.shape[0]]
        lists = [x[i:j] for i, j in zip(starts.tolist(), ends, strict=True)]
        return jax.numpy.stack([jax.scipy.special.logsumexp(each) for each in lists])

    return forward


def _constants_of(step: Map) -> tuple[list[Any], list[int]]:
    """Return the constant operands, with gaps, and the places of the others."""
    fixed: list[Any] = []
    varies: list[int] = []
    axis = len(step.target.shape)
    for operand in step.operands:
        count = operand.shape[axis] if step.primitive.arity is None else 1
        if isinstance(operand, Constant):
            arrays = [operand.values]
            if step.primitive.arity is None:
                arrays = list(np.moveaxis(operand.values, axis, 0))
            fixed += arrays
        else:
            varies += range(len(fixed), len(fixed) + count)
            fixed += [None] * count
    return fixed, varies


def _on_the_host(jax: Any, step: Map) -> Form:
    """Return a primitive that JAX lacks: its row runs on the CPU, for each element."""
    primitive = step.primitive

    def called(function: Callable[..., Any], count: int, *arrays: Array) -> Array:
        shape = np.broadcast_shapes(*[x.shape for x in arrays])
        full = [jax.numpy.broadcast_to(x, shape) for x in arrays]
        kind = jax.numpy.result_type(float)

        def run(*given: Any) -> Any:
            columns = [np.asarray(x, np.float64).ravel().tolist() for x in given]
            found = [function(*x) for x in zip(*columns, strict=True)]
            each = np.asarray(found, dtype=kind).reshape(-1, count)
            return each.T.reshape((count, *given[0].shape))

        result = jax.ShapeDtypeStruct((count, *shape), kind)
        return jax.pure_callback(run, result, *full, vmap_method="sequential")

    def forward(*operands: Array) -> Array:
        return called(lambda *x: [primitive.forward(*x)], 1, *operands)[0]

    def partials(*operands: Array) -> tuple[Array, ...]:
        count = len(operands) - 1
        found = called(primitive.partials, count, *operands)
        return tuple([found[k] for k in range(count)])

    return forward, partials


def _forms(jax: Any) -> dict[Primitive, Form]:
    """Return what JAX has: the value, and the partials where ours are used."""
    jnp, special, nn = jax.numpy, jax.scipy.special, jax.nn

    def d_tanh(x: Array, y: Array) -> tuple[Array]:
        t = jnp.exp(-jnp.abs(x))
        s = 2.0 * t / (1.0 + t * t)
        return (s * s,)

    def sigmoid(x: Array) -> Array:
        t = jnp.exp(-jnp.abs(x))
        return jnp.where(x >= 0.0, 1.0, t) / (1.0 + t)

    def d_sigmoid(x: Array, y: Array) -> tuple[Array]:
        t = jnp.exp(-jnp.abs(x))
        return (t / (1.0 + t * (2.0 + t)),)

    def softplus(x: Array) -> Array:
        return jnp.maximum(x, 0.0) + jnp.log1p(jnp.exp(-jnp.abs(x)))

    def larger(a: Array, b: Array, y: Array) -> tuple[Array, Array]:
        half = 0.5 * jnp.sign(jnp.where(jnp.isnan(y), y, 1.0 * (a > b) - (a < b)))
        return 0.5 + half, 0.5 - half

    def leaky(x: Array, slope: Array) -> Array:
        return jnp.where(x > 0.0, x, slope * x)

    def d_leaky(x: Array, slope: Array, y: Array) -> tuple[Array, Array]:
        below = jnp.where(x < 0.0, slope, jnp.clip(slope, 0.0, 1.0))
        by_x = jnp.where(x > 0.0, 1.0, below)
        return jnp.where(jnp.isnan(y), y, by_x), jnp.minimum(x, 0.0)

    def power(x: Array, n: Array) -> Array:
        return jnp.power(x, n)

    def d_power(x: Array, n: Array, y: Array) -> tuple[Array, float]:
        return n * jnp.power(x, n - 1.0), 0.0

    def log_partial(scale: float, shift: float) -> Callable[..., tuple[Array]]:
        return lambda x, y: (
            jnp.where(x >= -shift, scale / jnp.abs(x + shift), jnp.nan),
        )

    def logsumexp(*zs: Array) -> Array:
        return special.logsumexp(jnp.stack(jnp.broadcast_arrays(*zs)), axis=0)

    def d_logsumexp(*zs_and_y: Array) -> tuple[Array, ...]:
        *zs, y = zs_and_y
        return tuple([jnp.exp(z - y) for z in zs])

    def gelu(x: Array) -> Array:
        return nn.gelu(x, approximate=False)

    def take(*rows_and_index: Array) -> Array:
        *rows, index = jnp.broadcast_arrays(*rows_and_index)
        table = jnp.stack(rows, axis=-1)
        places = index.astype(int)[..., None]
        return jnp.take_along_axis(table, places, axis=-1, mode="fill")[..., 0]

    return {
        of.ABS: (jnp.abs, lambda x, y: (jnp.sign(x),)),
        of.ARCCOS: (jnp.arccos, None),
        of.ARCCOSH: (jnp.arccosh, None),
        of.ARCSIN: (jnp.arcsin, None),
        of.ARCSINH: (jnp.arcsinh, None),
        of.ARCTAN: (jnp.arctan, None),
        of.ARCTAN2: (jnp.arctan2, None),
        of.ARCTANH: (jnp.arctanh, None),
        of.CBRT: (jnp.cbrt, None),
        of.COS: (jnp.cos, None),
        of.COSH: (jnp.cosh, None),
        of.DIGAMMA: (special.digamma, None),
        of.DIV: (jnp.divide, lambda a, b, y: (1.0 / b, -y / b)),
        of.ERF: (special.erf, None),
        of.ERFC: (special.erfc, None),
        of.EXP: (jnp.exp, lambda x, y: (y,)),
        of.EXP2: (jnp.exp2, None),
        of.EXPM1: (jnp.expm1, lambda x, y: (jnp.exp(x),)),
        of.GELU: (gelu, None),
        of.HYPOT: (jnp.hypot, None),
        of.LEAKY_RELU: (leaky, d_leaky),
        of.LGAMMA: (special.gammaln, None),
        of.LOG: (jnp.log, log_partial(1.0, 0.0)),
        of.LOG10: (jnp.log10, log_partial(float(1.0 / np.log(10.0)), 0.0)),
        of.LOG1P: (jnp.log1p, log_partial(1.0, 1.0)),
        of.LOG2: (jnp.log2, log_partial(float(1.0 / np.log(2.0)), 0.0)),
        of.LOGADDEXP: (jnp.logaddexp, None),
        of.LOGIT: (special.logit, None),
        of.LOGSUMEXP: (logsumexp, d_logsumexp),
        of.LOG_SIGMOID: (lambda x: -softplus(-x), lambda x, y: (sigmoid(-x),)),
        of.MAXIMUM: (jnp.maximum, larger),
        of.MINIMUM: (jnp.minimum, lambda a, b, y: larger(a, b, y)[::-1]),
        of.POW: (power, None),
        of.POW_CONSTANT: (power, d_power),
        REFINED: (lambda x: x, None),
        TAKE: (take, None),
        of.RECIPROCAL: (lambda x: 1.0 / x, lambda x, y: (-y / x,)),
        of.RELU: (lambda x: jnp.maximum(x, 0.0), lambda x, y: (jnp.sign(y),)),
        of.SIGMOID: (sigmoid, d_sigmoid),
        of.SILU: (lambda x: x * sigmoid(x), None),
        of.SIN: (jnp.sin, None),
        of.SINH: (jnp.sinh, None),
        of.SOFTPLUS: (softplus, lambda x, y: (sigmoid(x),)),
        of.SQRT: (jnp.sqrt, lambda x, y: (0.5 / jnp.abs(y),)),
        of.SQUARE: (jnp.square, lambda x, y: (2.0 * x,)),
        of.TAN: (jnp.tan, None),
        of.TANH: (jnp.tanh, d_tanh),
    }


def _of_others(jax: Any) -> dict[str, Form]:
    """Return the forms of primitives that are known by the name of their kernel."""
    jnp, nn = jax.numpy, jax.nn

    def times(weight: Array, x: Array) -> Array:
        # 0 * inf = 0; where it is not chosen, x must not be inf either for JAX.
        return jnp.where(weight != 0.0, weight * jnp.where(weight != 0.0, x, 0.0), 0.0)

    def cross_entropy(a: Array, y: Array) -> Array:
        return times(y, -jnp.log(a)) + times(1.0 - y, -jnp.log1p(-a))

    def d_cross_entropy(a: Array, y: Array, _: Array) -> tuple[Array, Array]:
        between = (a - y) / a / (1.0 - a)
        slope = jnp.where(y == 1.0, -1.0 / a, between)
        slope = jnp.where(y == 0.0, 1.0 / (1.0 - a), slope)
        return slope, jnp.log1p(-a) - jnp.log(a)

    def of_sigmoid(z: Array, y: Array) -> Array:
        return times(y, nn.softplus(-z)) + times(1.0 - y, nn.softplus(z))

    def d_of_sigmoid(z: Array, y: Array, _: Array) -> tuple[Array, Array]:
        return (1.0 - y) * nn.sigmoid(z) - y * nn.sigmoid(-z), -z

    def halves(zs_and_ys: tuple[Array, ...]) -> tuple[Array, Array]:
        both = jnp.stack(jnp.broadcast_arrays(*zs_and_ys))
        logits, targets = jnp.split(both, 2)
        return logits, targets

    def of_softmax(*zs_and_ys: Array) -> Array:
        logits, targets = halves(zs_and_ys)
        return jnp.sum(times(targets, -nn.log_softmax(logits, axis=0)), axis=0)

    def d_of_softmax(*zs_ys_and_output: Array) -> tuple[Array, ...]:
        logits, targets = halves(zs_ys_and_output[:-1])
        shares = nn.softmax(logits, axis=0)
        slopes = jnp.sum(targets, axis=0) * shares - targets
        return *slopes, *-nn.log_softmax(logits, axis=0)

    return {
        "cross_entropy": (cross_entropy, d_cross_entropy),
        "cross_entropy_of_sigmoid": (of_sigmoid, d_of_sigmoid),
        "cross_entropy_of_softmax": (of_softmax, d_of_softmax),
    }
