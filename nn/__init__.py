"""Neurons, layers and networks of Values, their losses and optimisers.

`nn.matrix` is the same in matrices, `check_deltas` holds one against the other; both
need NumPy. Every name is imported when it is first asked for: the command
`autograd-scalar` must be able to meet Ctrl-C before that.

>>> from nn import MLP, SGD, half_squared_error
>>> net = MLP(2, [3, 1], activation="tanh", rng=1)
>>> optimiser = SGD(net.parameters(), lr=0.1)
>>> half_squared_error(net([0.5, -1.0]), 1.0).backward()
>>> optimiser.step()
"""

TYPE_CHECKING = False  # as type checkers know it; `typing` itself takes a while
if TYPE_CHECKING:
    from nn import matrix
    from nn.activations import Activation
    from nn.deltas.check import check_deltas, gradient_vector
    from nn.deltas.report import DeltaReport
    from nn.layers import MLP, ForwardPass, Layer, Neuron
    from nn.losses import (
        LOSSES,
        batch_loss,
        binary_cross_entropy,
        binary_cross_entropy_with_logits,
        half_squared_error,
        hinge,
        mean_squared_error,
        reduce_losses,
        softmax_cross_entropy,
        squared_error,
    )
    from nn.module import Module
    from nn.training.fit import History, accuracy, fit
    from nn.training.optimisers import SGD, Adam, AdamW
    from nn.training.schedules import (
        CosineAnnealingLR,
        ExponentialLR,
        LambdaLR,
        LinearLR,
        StepLR,
    )
    from nn.weights.files import load_weights, save_weights

__all__ = [
    "LOSSES",
    "MLP",
    "SGD",
    "Activation",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "DeltaReport",
    "ExponentialLR",
    "ForwardPass",
    "History",
    "LambdaLR",
    "Layer",
    "LinearLR",
    "Module",
    "Neuron",
    "StepLR",
    "accuracy",
    "batch_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "check_deltas",
    "fit",
    "gradient_vector",
    "half_squared_error",
    "hinge",
    "load_weights",
    "matrix",
    "mean_squared_error",
    "reduce_losses",
    "save_weights",
    "softmax_cross_entropy",
    "squared_error",
]

# module: the names that it gives to this package. Its first part is a name as well.
_HOMES = {
    "activations": ("Activation",),
    "deltas.check": ("check_deltas", "gradient_vector"),
    "deltas.report": ("DeltaReport",),
    "init": (),
    "layers": ("MLP", "ForwardPass", "Layer", "Neuron"),
    "losses": (
        "LOSSES",
        "batch_loss",
        "binary_cross_entropy",
        "binary_cross_entropy_with_logits",
        "half_squared_error",
        "hinge",
        "mean_squared_error",
        "reduce_losses",
        "softmax_cross_entropy",
        "squared_error",
    ),
    "matrix": (),
    "module": ("Module",),
    "training.fit": ("History", "accuracy", "fit"),
    "training.optimisers": ("SGD", "Adam", "AdamW"),
    "training.schedules": (
        "CosineAnnealingLR",
        "ExponentialLR",
        "LambdaLR",
        "LinearLR",
        "StepLR",
    ),
    "weights.files": ("load_weights", "save_weights"),
}
_LAZY = {name: home for home, names in _HOMES.items() for name in names}
_SUBMODULES = {home.partition(".")[0] for home in _HOMES}


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415  (as lazy as what it imports)

    if name in _SUBMODULES:
        return import_module(f"nn.{name}")
    if name in _LAZY:
        found: object = getattr(import_module(f"nn.{_LAZY[name]}"), name)
        globals()[name] = found  # so that it is looked up here once
        return found
    msg = f"module 'nn' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
