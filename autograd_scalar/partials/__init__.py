"""Local derivatives that need more than one line: the table's small print.

Each takes the operands and the output and returns one local derivative per operand,
computed from the operands wherever the rounded output has lost digits. The formula
for other types than float is smooth and without branches where the function is, so
that it can be differentiated and drawn; a branch on ``type(x) is float`` adds what
only rounding asks for: scaling, error terms, the neighbourhood of a root.

`arithmetic`, `elementary` and `activations` hold the rules of those groups of rows.

>>> tanh(20.0, 1.0)  # 1 - y*y would say 0
(1.6993417021166355e-17,)
"""

# ruff: noqa: F401 - the package lends the names of its modules
# mypy: implicit-reexport

from autograd_scalar.partials.activations import (
    elu,
    error_function,
    gelu,
    leaky_relu,
    log_gamma,
    logistic,
    psi,
    psi_derivative,
    ramp,
    selu,
    silu,
)
from autograd_scalar.partials.arithmetic import (
    copysign,
    cube_root,
    div,
    dot,
    larger,
    mean,
    modulo,
    power,
    power_of_constant,
    prod,
    signum,
    smaller,
    square_root,
    step,
)
from autograd_scalar.partials.elementary import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    exp2,
    hypot,
    log1p,
    log_odds,
    logaddexp,
    logarithm,
    logsumexp,
    sinc_slope,
    tan,
    tanh,
    xlogy,
)
