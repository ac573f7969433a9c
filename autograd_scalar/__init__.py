"""A scalar reverse-mode autodiff engine that explains itself.

Legend, used to the last line of the package: ``v`` a Value; ``a, b`` the operands of a
binary primitive, ``x`` the operand of a unary one, ``y`` its output; ``d`` a local
derivative, ``g`` an adjoint.

>>> from autograd_scalar import Value
>>> a, b = Value(2.0, "a"), Value(-3.0, "b")
>>> c = (a * b + a**2).named("c")
>>> c.backward()
>>> c.data, a.grad, b.grad
(-2.0, 1.0, 2.0)
"""

from typing import TYPE_CHECKING, Any

from autograd_scalar import _plain  # noqa: F401  (first: it decides what is imported)
from autograd_scalar.custom import primitive
from autograd_scalar.derivatives.gradients import gradients
from autograd_scalar.errors import (
    AnomalyError,
    AutogradError,
    DataError,
    DrawingError,
    GradientCheckError,
    HistoryError,
    NumberError,
    OperandError,
    ShapeError,
    StaleGraphError,
    TraversalError,
)
from autograd_scalar.functions import (
    acos,
    acosh,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    as_value,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    clip,
    copysign,
    cos,
    cosh,
    degrees,
    digamma,
    dot,
    elu,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    fmod,
    gelu,
    hypot,
    leaky_relu,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    log_sigmoid,
    logaddexp,
    logit,
    logsumexp,
    maximum,
    mean,
    minimum,
    polygamma,
    prod,
    radians,
    reciprocal,
    relu,
    rint,
    selu,
    sigmoid,
    sign,
    silu,
    sin,
    sinc,
    sinh,
    softplus,
    sqrt,
    square,
    sum,  # noqa: A004  (NumPy's name)
    tan,
    tanh,
    where,
    xlogy,
)
from autograd_scalar.graph.recording import no_grad
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import COMPILED, Value
from autograd_scalar.primitives.table import PRIMITIVES, Primitive

if TYPE_CHECKING:
    from autograd_scalar.derivatives.transforms import (
        derivative,
        grad,
        hessian,
        hvp,
        jacobian,
        jvp,
        value_and_grad,
    )
    from autograd_scalar.diagnosis.anomaly import detect_anomaly
    from autograd_scalar.diagnosis.diagnose import Diagnosis, diagnose
    from autograd_scalar.gradcheck.check import check_gradients
    from autograd_scalar.gradcheck.report import GradientCheck
    from autograd_scalar.numbers.dual import Dual
    from autograd_scalar.numbers.intervals import Interval
    from autograd_scalar.precision.certificate import Certificate
    from autograd_scalar.precision.certify import certify, compare
    from autograd_scalar.precision.compare import Comparison
    from autograd_scalar.precision.replay import Replay, replay
    from autograd_scalar.render.draw import Drawing, draw
    from autograd_scalar.render.export import to_dot, to_graphviz, to_json, to_networkx
    from autograd_scalar.reporting.files import WholeFile

__version__ = "0.1.0"

# Whether the hot modules run "compiled" or "plain": the same source, the same bits.
implementation = "compiled" if COMPILED else "plain"

__all__ = [
    "PRIMITIVES",
    "AnomalyError",
    "AutogradError",
    "Certificate",
    "Comparison",
    "DataError",
    "Diagnosis",
    "Drawing",
    "DrawingError",
    "Dual",
    "GradientCheck",
    "GradientCheckError",
    "HistoryError",
    "Interval",
    "NumberError",
    "OperandError",
    "Primitive",
    "Replay",
    "ShapeError",
    "StaleGraphError",
    "TraversalError",
    "Value",
    "WholeFile",
    "__version__",
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "as_value",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "certify",
    "check_gradients",
    "clip",
    "compare",
    "copysign",
    "cos",
    "cosh",
    "degrees",
    "derivative",
    "detect_anomaly",
    "diagnose",
    "digamma",
    "dot",
    "draw",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "fmod",
    "gelu",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "hypot",
    "implementation",
    "jacobian",
    "jvp",
    "leaky_relu",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sigmoid",
    "logaddexp",
    "logit",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "no_grad",
    "polygamma",
    "primitive",
    "prod",
    "radians",
    "reciprocal",
    "relu",
    "replay",
    "rint",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "softplus",
    "sqrt",
    "square",
    "sum",
    "tan",
    "tanh",
    "to_dot",
    "to_graphviz",
    "to_json",
    "to_networkx",
    "topological_order",
    "value_and_grad",
    "where",
    "xlogy",
]

# What many programs never ask for is imported when it is asked for.
_LAZY = {
    "Certificate": "autograd_scalar.precision.certificate",
    "Comparison": "autograd_scalar.precision.compare",
    "Diagnosis": "autograd_scalar.diagnosis.diagnose",
    "Drawing": "autograd_scalar.render.draw",
    "Dual": "autograd_scalar.numbers.dual",
    "GradientCheck": "autograd_scalar.gradcheck.report",
    "Interval": "autograd_scalar.numbers.intervals",
    "Replay": "autograd_scalar.precision.replay",
    "WholeFile": "autograd_scalar.reporting.files",
    "certify": "autograd_scalar.precision.certify",
    "check_gradients": "autograd_scalar.gradcheck.check",
    "compare": "autograd_scalar.precision.certify",
    "derivative": "autograd_scalar.derivatives.transforms",
    "detect_anomaly": "autograd_scalar.diagnosis.anomaly",
    "diagnose": "autograd_scalar.diagnosis.diagnose",
    "draw": "autograd_scalar.render.draw",
    "grad": "autograd_scalar.derivatives.transforms",
    "hessian": "autograd_scalar.derivatives.transforms",
    "hvp": "autograd_scalar.derivatives.transforms",
    "jacobian": "autograd_scalar.derivatives.transforms",
    "jvp": "autograd_scalar.derivatives.transforms",
    "replay": "autograd_scalar.precision.replay",
    "to_dot": "autograd_scalar.render.export",
    "to_graphviz": "autograd_scalar.render.export",
    "to_json": "autograd_scalar.render.export",
    "to_networkx": "autograd_scalar.render.export",
    "value_and_grad": "autograd_scalar.derivatives.transforms",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        msg = f"module 'autograd_scalar' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module  # noqa: PLC0415  (as lazy as what it imports)

    found = globals()[name] = getattr(import_module(_LAZY[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
