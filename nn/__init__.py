"""Neural networks of scalar Values: neurons, layers, losses, optimisers, training.

`nn.matrix` computes the same networks with matrices, and `check_deltas` compares the
two; both need NumPy. Importing `nn` loads nothing else: each name is imported on first
use, so that the command `autograd-scalar` can handle Ctrl-C from its first moment.

>>> from nn import MLP, SGD, half_squared_error
>>> net = MLP(2, [3, 1], activation="tanh", rng=1)
>>> optimiser = SGD(net.parameters(), lr=0.1)
>>> half_squared_error(net([0.5, -1.0]), 1.0).backward()
>>> optimiser.step()

PYTEST_DONT_REWRITE: that pytest knows the plugin of this package is no reason to warn.
"""

TYPE_CHECKING = False  # known to type checkers; importing `typing` would take a while

# Names that are imported on first use, and where they are defined.
_ON_DEMAND = {
    "activations": ["Activation", "log_softmax", "softmax"],
    "compiled": ["CompiledNetwork"],
    "deltas.check": ["check_deltas", "gradient_vector"],
    "deltas.report": ["DeltaReport"],
    "grading.assertions": ["assert_derivation", "assert_gradients_match"],
    "grading.grade": ["grade"],
    "grading.report": ["Grade", "Verdict"],
    "layers": ["MLP", "ForwardPass", "Layer", "Neuron"],
    "losses": [
        "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss",
        "MSELoss", "NLLLoss", "LOSSES", "absolute_error", "batch_loss",
        "binary_cross_entropy", "binary_cross_entropy_with_logits",
        "categorical_cross_entropy", "half_squared_error", "hinge", "huber_error",
        "mean_squared_error", "negative_log_likelihood", "reduce_losses",
        "softmax_cross_entropy", "squared_error",
    ],
    "module": ["Module"],
    "onnx": ["from_onnx", "save_onnx", "to_onnx"],
    "picture": ["Overview", "overview"],
    "sequential": [
        "ELU", "GELU", "SELU", "Dropout", "LeakyReLU", "Linear", "LogSoftmax", "ReLU",
        "Sequential", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
    ],
    "training.fit": ["History", "accuracy", "fit"],
    "training.optimisers": [
        "SGD", "Adagrad", "Adam", "AdamW", "RMSprop", "clip_grad_norm_",
        "clip_grad_value_",
    ],
    "training.schedules": [
        "CosineAnnealingLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR",
        "OneCycleLR", "ReduceLROnPlateau", "StepLR",
    ],
    "weights.files": ["load_weights", "save_weights"],
    "weights.from_torch": ["from_torch"],
}  # fmt: skip
# The same, of modules that need an extra; `from nn import *` leaves them out.
_WITH_EXTRA = {"estimators": ["ScalarMLPClassifier", "ScalarMLPRegressor"]}
_HOME_OF = {
    name: home for home, names in (_ON_DEMAND | _WITH_EXTRA).items() for name in names
}
_SUBMODULES = {"init", "matrix"} | {h.partition(".")[0] for h in _HOME_OF.values()}

if TYPE_CHECKING:  # what type checkers read; a test compares it with the table
    from nn import matrix as matrix
    from nn.activations import Activation as Activation
    from nn.activations import log_softmax as log_softmax
    from nn.activations import softmax as softmax
    from nn.compiled import CompiledNetwork as CompiledNetwork
    from nn.deltas.check import check_deltas as check_deltas
    from nn.deltas.check import gradient_vector as gradient_vector
    from nn.deltas.report import DeltaReport as DeltaReport
    from nn.estimators import ScalarMLPClassifier as ScalarMLPClassifier
    from nn.estimators import ScalarMLPRegressor as ScalarMLPRegressor
    from nn.grading.assertions import assert_derivation as assert_derivation
    from nn.grading.assertions import assert_gradients_match as assert_gradients_match
    from nn.grading.grade import grade as grade
    from nn.grading.report import Grade as Grade
    from nn.grading.report import Verdict as Verdict
    from nn.layers import MLP as MLP
    from nn.layers import ForwardPass as ForwardPass
    from nn.layers import Layer as Layer
    from nn.layers import Neuron as Neuron
    from nn.losses import LOSSES as LOSSES
    from nn.losses import BCELoss as BCELoss
    from nn.losses import BCEWithLogitsLoss as BCEWithLogitsLoss
    from nn.losses import CrossEntropyLoss as CrossEntropyLoss
    from nn.losses import HuberLoss as HuberLoss
    from nn.losses import L1Loss as L1Loss
    from nn.losses import MSELoss as MSELoss
    from nn.losses import NLLLoss as NLLLoss
    from nn.losses import absolute_error as absolute_error
    from nn.losses import batch_loss as batch_loss
    from nn.losses import binary_cross_entropy as binary_cross_entropy
    from nn.losses import (
        binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
    )
    from nn.losses import categorical_cross_entropy as categorical_cross_entropy
    from nn.losses import half_squared_error as half_squared_error
    from nn.losses import hinge as hinge
    from nn.losses import huber_error as huber_error
    from nn.losses import mean_squared_error as mean_squared_error
    from nn.losses import negative_log_likelihood as negative_log_likelihood
    from nn.losses import reduce_losses as reduce_losses
    from nn.losses import softmax_cross_entropy as softmax_cross_entropy
    from nn.losses import squared_error as squared_error
    from nn.module import Module as Module
    from nn.onnx import from_onnx as from_onnx
    from nn.onnx import save_onnx as save_onnx
    from nn.onnx import to_onnx as to_onnx
    from nn.picture import Overview as Overview
    from nn.picture import overview as overview
    from nn.sequential import ELU as ELU
    from nn.sequential import GELU as GELU
    from nn.sequential import SELU as SELU
    from nn.sequential import Dropout as Dropout
    from nn.sequential import LeakyReLU as LeakyReLU
    from nn.sequential import Linear as Linear
    from nn.sequential import LogSoftmax as LogSoftmax
    from nn.sequential import ReLU as ReLU
    from nn.sequential import Sequential as Sequential
    from nn.sequential import Sigmoid as Sigmoid
    from nn.sequential import SiLU as SiLU
    from nn.sequential import Softmax as Softmax
    from nn.sequential import Softplus as Softplus
    from nn.sequential import Tanh as Tanh
    from nn.training.fit import History as History
    from nn.training.fit import accuracy as accuracy
    from nn.training.fit import fit as fit
    from nn.training.optimisers import SGD as SGD
    from nn.training.optimisers import Adagrad as Adagrad
    from nn.training.optimisers import Adam as Adam
    from nn.training.optimisers import AdamW as AdamW
    from nn.training.optimisers import RMSprop as RMSprop
    from nn.training.optimisers import clip_grad_norm_ as clip_grad_norm_
    from nn.training.optimisers import clip_grad_value_ as clip_grad_value_
    from nn.training.schedules import CosineAnnealingLR as CosineAnnealingLR
    from nn.training.schedules import ExponentialLR as ExponentialLR
    from nn.training.schedules import LambdaLR as LambdaLR
    from nn.training.schedules import LinearLR as LinearLR
    from nn.training.schedules import MultiStepLR as MultiStepLR
    from nn.training.schedules import OneCycleLR as OneCycleLR
    from nn.training.schedules import ReduceLROnPlateau as ReduceLROnPlateau
    from nn.training.schedules import StepLR as StepLR
    from nn.weights.files import load_weights as load_weights
    from nn.weights.files import save_weights as save_weights
    from nn.weights.from_torch import from_torch as from_torch
else:
    __all__ = [name for names in _ON_DEMAND.values() for name in names]
    __all__ += ["matrix"]


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415  (as lazy as what it imports)

    if name in _SUBMODULES:
        return import_module(f"nn.{name}")
    if name in _HOME_OF:
        found: object = getattr(import_module(f"nn.{_HOME_OF[name]}"), name)
        globals()[name] = found  # the next access does not come here
        return found
    msg = f"module 'nn' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF, *_SUBMODULES})
