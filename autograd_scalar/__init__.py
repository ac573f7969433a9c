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
from autograd_scalar.functional import gradients
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
    copysign,
    cos,
    cosh,
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
from autograd_scalar.graph import topological_order
from autograd_scalar.modes import no_grad
from autograd_scalar.primitives import PRIMITIVES, Primitive
from autograd_scalar.value import COMPILED, Value

if TYPE_CHECKING:
    from autograd_scalar.certification.certificate import Certificate
    from autograd_scalar.certification.certifying import certify, compare
    from autograd_scalar.certification.comparison import Comparison
    from autograd_scalar.certification.replaying import Replay, replay
    from autograd_scalar.diagnosis.anomaly import detect_anomaly
    from autograd_scalar.diagnosis.diagnosing import diagnose
    from autograd_scalar.diagnosis.findings import Diagnosis
    from autograd_scalar.gradcheck.checking import check_gradients
    from autograd_scalar.gradcheck.report import GradientCheck
    from autograd_scalar.numbers.dual import Dual
    from autograd_scalar.numbers.interval import Interval
    from autograd_scalar.render.dot import to_dot, to_graphviz
    from autograd_scalar.render.drawing import Drawing, draw
    from autograd_scalar.render.files import WholeFile
    from autograd_scalar.render.node_link import to_json, to_networkx
    from autograd_scalar.transforms.pure import (
        derivative,
        grad,
        hessian,
        hvp,
        jacobian,
        jvp,
        value_and_grad,
    )

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
    "compare",
    "copysign",
    "cos",
    "cosh",
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
    "Certificate": "autograd_scalar.certification.certificate",
    "Comparison": "autograd_scalar.certification.comparison",
    "Diagnosis": "autograd_scalar.diagnosis.findings",
    "Drawing": "autograd_scalar.render.drawing",
    "Dual": "autograd_scalar.numbers.dual",
    "GradientCheck": "autograd_scalar.gradcheck.report",
    "Interval": "autograd_scalar.numbers.interval",
    "Replay": "autograd_scalar.certification.replaying",
    "WholeFile": "autograd_scalar.render.files",
    "certify": "autograd_scalar.certification.certifying",
    "check_gradients": "autograd_scalar.gradcheck.checking",
    "compare": "autograd_scalar.certification.certifying",
    "derivative": "autograd_scalar.transforms.pure",
    "detect_anomaly": "autograd_scalar.diagnosis.anomaly",
    "diagnose": "autograd_scalar.diagnosis.diagnosing",
    "draw": "autograd_scalar.render.drawing",
    "grad": "autograd_scalar.transforms.pure",
    "hessian": "autograd_scalar.transforms.pure",
    "hvp": "autograd_scalar.transforms.pure",
    "jacobian": "autograd_scalar.transforms.pure",
    "jvp": "autograd_scalar.transforms.pure",
    "replay": "autograd_scalar.certification.replaying",
    "to_dot": "autograd_scalar.render.dot",
    "to_graphviz": "autograd_scalar.render.dot",
    "to_json": "autograd_scalar.render.node_link",
    "to_networkx": "autograd_scalar.render.node_link",
    "value_and_grad": "autograd_scalar.transforms.pure",
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
