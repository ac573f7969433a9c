"""Every public callable with arguments that are right, found by introspection.

The public functions and classes of both packages, the operators and public methods of
their classes, and what the transforms return. Arguments go by the parameter's name, so
that a new function is attacked the day it exists; one whose arguments are not known
here fails `test_every_public_callable_has_arguments`.
"""

import inspect
import random
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import autograd_scalar as ag
import nn
from autograd_scalar import Value

from .users import right


class Target(NamedTuple):
    """Something to call: its name, how it is made, and its parameters."""

    name: str
    make: Callable[[], Callable[..., Any]]
    parameters: tuple[inspect.Parameter, ...]


def multiplied(x: Any, y: Any) -> Any:
    return x * y


def times_itself(x: Any) -> Any:
    return x * x


square = right(times_itself, 1)
product = right(multiplied, 2)


def graph() -> Value:
    x, y = Value(0.3, "x"), Value(0.7, "y")
    return (x * y + x.sin()).named("z")


HAS_ONNX = find_spec("onnx") is not None
REPLAYED = graph()  # what a replay or a certificate is asked about has to be in it


def compiled(form: str = "tape") -> Any:
    w, x = Value(0.3, "w"), Value(0.7, "x")
    return ag.compile((w * x).sin(), [w], [x], form=form)


def trained() -> Any:
    steps = ag.TrainingSteps(most=2)
    steps.add(graph())
    return steps


@cache
def matrices() -> Any:
    return compiled("matrix")


def compiled_network() -> nn.CompiledNetwork:
    net = network()
    steps = nn.SGD(net.parameters(), lr=0.1)
    found = net.compile("half_squared_error", optimiser=steps)
    found.value_and_grad(X, [[0.5], [0.25]])
    return found


def rows() -> Any:
    return compiled_network().examples(X, [[0.5], [0.25]])


def vector() -> Any:
    return __import__("numpy").full(9, 0.5)


def network() -> nn.MLP:
    return nn.MLP(2, [2, 1], activation="tanh", rng=1)


def layer() -> nn.Layer:
    return nn.Layer(2, 2, rng=1)


class TorchNumbers:
    """What `nn.from_torch` asks of a tensor of PyTorch."""

    def __init__(self, rows: list) -> None:
        self.rows = rows

    def detach(self) -> "TorchNumbers":
        return self

    def flatten(self) -> "TorchNumbers":
        return TorchNumbers(self.rows[0])

    def tolist(self) -> list:
        return self.rows

    def element_size(self) -> int:
        return 8

    def new_tensor(self, rows: list) -> "TorchNumbers":
        return TorchNumbers(rows)


class TorchLinear:
    """A layer of PyTorch that doubles its one number."""

    in_features = 1
    weight = TorchNumbers([[2.0]])
    bias = None

    def children(self) -> list[object]:
        return []

    def __call__(self, x: TorchNumbers) -> TorchNumbers:
        return TorchNumbers([[2.0 * x.rows[0][0]]])


FITTED = network()  # whose parameters the optimiser of nn.fit has to step


def optimiser() -> nn.SGD:
    return nn.SGD(network().parameters(), lr=0.1)


def adam() -> nn.Adam:
    return nn.Adam(network().parameters())


def adamw() -> nn.AdamW:
    return nn.AdamW(network().parameters())


def number() -> Value:
    return Value(0.3, "x")


def saved() -> str:
    nn.save_weights(network(), "weights.json")
    return "weights.json"


def saved_onnx() -> str:
    if HAS_ONNX:
        nn.save_onnx(network(), "net.onnx")
    return "net.onnx"


def with_aux(x: Any) -> Any:
    return square(x), {"twice": 2.0 * x}


X = [[0.1, 0.2], [0.3, 0.4]]


def by_hand() -> tuple[list[Any], list[Any]]:
    """The gradients of the network, as somebody's own backpropagation gives them."""
    net = network()
    outputs = [net(x) for x in X]
    nn.batch_loss("half_squared_error", outputs, [[0.5], [0.25]]).backward()
    W, b = net.gradient_matrices()
    return [[[each] for each in column] for column in b], W


CRITERIA = (
    *("L1Loss", "MSELoss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss", "NLLLoss"),
    "CrossEntropyLoss",
)
IN_A_ROW = (
    *("ELU", "GELU", "SELU", "Dropout", "LeakyReLU", "Linear", "LogSoftmax", "ReLU"),
    *("Sequential", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh"),
)
MODULES = (*IN_A_ROW, "MLP", "Layer", "Neuron", "Module")
OPTIMISERS = ("SGD", "Adagrad", "Adam", "AdamW", "RMSprop")
SCHEDULES = (
    *("CosineAnnealingLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR"),
    *("OneCycleLR", "ReduceLROnPlateau", "StepLR"),
)

# Parameter: an argument that is right; a name with a dot is one callable's own.
ARGUMENTS: dict[str, Callable[[], Any]] = {
    "": lambda: None,
    **dict.fromkeys(["x", "a", "b", "y", "other", "data"], number),
    "value": number,  # an operator's operand, as compiled code names it
    **dict.fromkeys(["root", "output"], graph),
    **dict.fromkeys(["values", "inputs", "outputs", "params"], lambda: [number()]),
    "alpha": lambda: 1.0,
    **dict.fromkeys(["theta", "gradient"], vector),
    "at": lambda: None,
    "condition": lambda: True,
    "digits": lambda: None,
    "direction": lambda: "LR",
    "example": lambda: 3,
    "f": lambda: square,
    "function": lambda: square,
    "gamma": lambda: 0.5,
    "high": lambda: 1.0,
    "labels": lambda: [0.0, 1.0],
    "label": lambda: "v",
    "loss": lambda: "half_squared_error",
    "losses": lambda: [number(), number()],
    "low": lambda: 0.0,
    "lr_lambda": lambda: right(lambda epoch: 0.5, 1),
    **dict.fromkeys(["module", "net"], network),
    "derivation": lambda: "dW1 = dZ1 @ X.T",
    "batch": lambda: (X, [[0.5], [0.25]]),
    "theirs": by_hand,
    "msg": lambda: "said first",
    "W": lambda: [[[0.1, 0.2]] * 2, [[0.3, 0.4]]],
    "n_in": lambda: 2,
    "n_out": lambda: 2,
    "n_outs": lambda: [2, 1],
    "hide": lambda: "adjoints",
    "mistake": lambda: "assign",
    "mod": lambda: None,
    "most": lambda: 10,
    "name": lambda: "tanh",
    "number": lambda: float,
    "optimizer": optimiser,
    "order": lambda: 1,
    "partials": lambda: right(lambda x, y: (1.0,), 2),
    "path": lambda: "out.json",
    "primals": lambda: [0.3],
    "seed": lambda: 1.0,
    "slope": lambda: 0.1,
    "spec": lambda: ".3f",
    "state": lambda: network().state_dict(),
    "state_dict": lambda: network().state_dict(),
    "step_size": lambda: 2,
    "T_max": lambda: 3,
    "tangents": lambda: [1.0],
    "tangent": lambda: 1.0,
    "cotangent": lambda: 1.0,
    "targets": lambda: [0.5],
    "X": lambda: X,
    "Y": lambda: [[0.5], [0.25]],
    "content": lambda: "<svg></svg>",
    "node": number,
    "ulp": lambda: 4.0,
    "nn.accuracy.labels": lambda: [0, 0],
    "nn.from_torch.module": TorchLinear,
    "nn.batch_loss.outputs": lambda: [[number()]],
    "nn.batch_loss.targets": lambda: [[0.5]],
    "nn.softmax_cross_entropy.outputs": lambda: [number(), number()],
    "nn.softmax_cross_entropy.targets": lambda: 1,
    "nn.binary_cross_entropy.outputs": lambda: [Value(0.4)],
    "nn.categorical_cross_entropy.outputs": lambda: [Value(0.4), Value(0.6)],
    "nn.categorical_cross_entropy.targets": lambda: 1,
    "nn.hinge.targets": lambda: [1.0],
    "nn.fit.net": lambda: FITTED,
    "nn.fit.optimiser": lambda: nn.SGD(FITTED.parameters(), lr=0.1),
    "nn.fit.epochs": lambda: 1,
    "nn.fit.rng": lambda: 1,
    "nn.Layer.number": lambda: 1,
    "nn.CompiledNetwork.step_on.examples": rows,
    "nn.CompiledNetwork.value_and_grad_on.examples": rows,
    "nn.Layer.load_state_dict.state_dict": lambda: layer().state_dict(),
    "nn.Neuron.load_state_dict.state_dict": lambda: nn.Neuron(2, rng=1).state_dict(),
    "nn.SGD.load_state_dict.state_dict": lambda: optimiser().state_dict(),
    "nn.Adam.load_state_dict.state_dict": lambda: adam().state_dict(),
    "nn.AdamW.load_state_dict.state_dict": lambda: adamw().state_dict(),
    "nn.load_weights.path": saved,
    "nn.from_onnx.path": saved_onnx,
    "nn.save_onnx.path": lambda: "out.onnx",
    "nn.save_onnx.dtype": lambda: "float64",
    "nn.to_onnx.dtype": lambda: "float64",
    "ag.Value.data": lambda: 0.3,
    "ag.WholeFile.path": lambda: __import__("pathlib").Path("out.svg"),
    "ag.dot.a": lambda: [number()],
    "ag.dot.b": lambda: [2.0],
    "ag.Certificate.of.node": lambda: REPLAYED,
    "ag.Replay.adjoint.node": lambda: REPLAYED,
    "ag.Replay.number.node": lambda: REPLAYED,
    "ag.Replay.gradients.inputs": lambda: [REPLAYED],
    "ag.compare.a": graph,
    "ag.compare.b": graph,
    "ag.vjp.f": lambda: lambda *_: 2.0,  # called without primals
    "ag.compile.wrt": list,
    "ag.compile.inputs": list,
    "ag.compile.form": lambda: "tape",
    "ag.take.rows": lambda: [number(), number()],
    "ag.take.index": lambda: 1,
    "ag.compile.engine": lambda: "plain",
    "ag.Program.__call__.theta": lambda: [0.3],
    "ag.Program.__call__.inputs": lambda: [0.5],
    "ag.Program.__call__.out": lambda: __import__("numpy").zeros(1),
    "ag.Program.map.theta": lambda: [0.3],
    "ag.Program.map.X": lambda: [[0.5], [0.25]],
    "ag.Program.map.reduction": lambda: "sum",
    "ag.Program.equations.style": lambda: "latex",
    "ag.Program.matrices.theta": lambda: [0.3],
    "ag.Program.matrices.inputs": lambda: [0.5],
    "ag.Program.entry.node": lambda: matrices().stages()[0].nodes[0],
    "ag.Program.nodes.name": lambda: "C",
    "ag.polygamma.a": lambda: 1,
    "ag.nudge.eps": lambda: 0.25,
    "ag.equations.style": lambda: "latex",
    "ag.PathLedger.heaviest.k": lambda: 2,
    "ag.update_steps.parameters": lambda: [number()],
    "ag.update_steps.learning_rate": lambda: 0.1,
    "ag.Value.polygamma.order": lambda: 1,
    "ag.certify.digits": lambda: 30,
    "ag.compare.digits": lambda: 30,
    "ag.replay.digits": lambda: 30,
    "ag.Interval.contains.x": lambda: 0.5,
    "ag.Dual.data": lambda: 0.3,
    "ag.Drawing.save.path": lambda: "out.svg",
    "ag.play.at": lambda: "x",
    "ag.play.breakpoint": lambda: right(lambda step: False, 1),
    "ag.play.lines": lambda: None,
    "ag.play.parameters": list,
    "ag.play.title": lambda: "a title",
    "ag.Player.save.path": lambda: "out.html",
    "ag.Player.next.size": lambda: "node",
    "ag.Player.back.size": lambda: "node",
    "ag.Player.to.where": lambda: "x",
    "ag.Player.run_to.breakpoint": lambda: right(lambda step: False, 1),
    "ag.Player.break_on.condition": lambda: right(lambda step: False, 1),
    "ag.TrainingSteps.most": lambda: 2,
    "ag.TrainingSteps.title": lambda: "a title",
    "ag.TrainingSteps.add.loss": graph,
    "ag.TrainingSteps.add.parameters": list,
    "ag.TrainingSteps.add.learning_rate": lambda: 0.1,
    "ag.TrainingSteps.save.path": lambda: "out.html",
    "ag.Player.who_wrote.node": lambda: "x",
    "ag.Player.who_uses.node": lambda: "x",
    "nn.Overview.save.path": lambda: "out.svg",
    "nn.overview.net": network,
    "nn.overview.lines": lambda: "weights",
    "nn.overview.bounds": lambda: (-1.0, 1.0),
    "nn.MLP.__call__.x": lambda: [0.1, 0.2],
    "nn.MLP.forward.x": lambda: [0.1, 0.2],
    "nn.Neuron.__call__.x": lambda: [0.1, 0.2],
    "nn.Layer.__call__.x": lambda: [0.1, 0.2],
    **{f"nn.{name}.__call__.x": lambda: [0.1, 0.2] for name in IN_A_ROW},
    **{f"nn.{name}.__call__.outputs": lambda: [number()] for name in CRITERIA},
    **{f"nn.{name}.of_batch.outputs": lambda: [[number()]] for name in CRITERIA},
    **{f"nn.{name}.of_batch.targets": lambda: [[0.5]] for name in CRITERIA},
    **{f"nn.{name}.__call__.targets": lambda: 0 for name in ("NLLLoss",)},
    **{f"nn.{name}.of_batch.targets": lambda: [0] for name in ("NLLLoss",)},
    "nn.CrossEntropyLoss.__call__.outputs": lambda: [number(), number()],
    "nn.CrossEntropyLoss.__call__.targets": lambda: 1,
    "nn.CrossEntropyLoss.of_batch.outputs": lambda: [[number(), number()]],
    "nn.CrossEntropyLoss.of_batch.targets": lambda: [1],
    "nn.negative_log_likelihood.targets": lambda: [0.5],
    "nn.softmax.z": lambda: [number()],
    "nn.log_softmax.z": lambda: [number()],
    "nn.Sequential.append.module": network,
    "nn.Sequential.__getitem__.i": lambda: 0,
    "nn.Linear.in_features": lambda: 2,
    "nn.Linear.out_features": lambda: 2,
    "nn.Linear.number": lambda: 1,
    "nn.clip_grad_norm_.parameters": lambda: [number()],
    "nn.clip_grad_value_.parameters": lambda: [number()],
    "max_norm": lambda: 1.0,
    "clip_value": lambda: 1.0,
    "param_group": lambda: {"params": [number()]},
    "milestones": lambda: [1, 3],
    "max_lr": lambda: 0.5,
    "total_steps": lambda: 9,
    "nn.OneCycleLR.total_steps": lambda: 9,
    "metrics": lambda: 0.5,
    **{
        f"nn.{name}.load_state_dict.state_dict": lambda name=name: INSTANCES[
            f"nn.{name}"
        ]().state_dict()
        for name in (*SCHEDULES, *OPTIMISERS, *MODULES)
    },
}

# Classes whose instances have methods to attack, and how one is made. What only the
# packages make (reports, drawings) has no constructor for users.
INSTANCES: dict[str, Callable[[], Any]] = {
    "ag.Certificate": lambda: ag.certify(REPLAYED, 30),
    "ag.Comparison": lambda: ag.compare(graph(), graph(), 30),
    "ag.Diagnosis": lambda: ag.diagnose(graph()),
    "ag.Drawing": lambda: ag.draw(graph()),
    "ag.Player": lambda: ag.play(graph()),
    "ag.TrainingSteps": trained,
    "ag.Explanation": lambda: ag.explain(graph(), number()),
    "ag.GradientCheck": lambda: ag.check_gradients(square, [0.3]),
    "ag.Nudge": lambda: ag.nudge(graph(), number()),
    "ag.Equation": lambda: ag.equations(graph()).forward[0],
    "ag.Equations": lambda: ag.equations(graph()),
    "ag.PathLedger": lambda: ag.paths(graph(), number()),
    "ag.Path": lambda: next(ag.paths(x, x).heaviest(1)[0] for x in [graph()]),
    "ag.Program": matrices,
    "ag.Replay": lambda: ag.replay(REPLAYED, float),
    "nn.Grade": lambda: nn.grade("dW1 = dZ1"),
    "nn.Verdict": lambda: nn.grade("dW1 = dZ1").verdicts["dW1"],
    "nn.DeltaReport": lambda: nn.check_deltas(
        network(), X, [[0.5], [0.25]], "half_squared_error"
    ),
    "nn.Overview": lambda: nn.overview(network()),
    "nn.ForwardPass": lambda: network().forward([0.1, 0.2]),
    "nn.History": lambda: nn.History((1.0,)),
    "ag.Primitive": lambda: ag.PRIMITIVES["sin"],
    "nn.Activation": lambda: nn.Activation("tanh", Value.tanh),
    "ag.Value": number,
    "ag.Dual": lambda: ag.Dual(0.3, 1.0),
    "ag.Interval": lambda: ag.Interval(0.0, 1.0),
    "ag.WholeFile": lambda: ag.WholeFile(__import__("pathlib").Path("out.svg")),
    "ag.no_grad": ag.no_grad,
    "ag.detect_anomaly": ag.detect_anomaly,
    "nn.MLP": network,
    "nn.Layer": layer,
    "nn.Neuron": lambda: nn.Neuron(2, rng=1),
    "nn.CompiledNetwork": compiled_network,
    "nn.Module": network,
    "nn.SGD": optimiser,
    "nn.Adam": adam,
    "nn.AdamW": adamw,
    "nn.CosineAnnealingLR": lambda: nn.CosineAnnealingLR(optimiser(), 3),
    "nn.ExponentialLR": lambda: nn.ExponentialLR(optimiser(), 0.5),
    "nn.LambdaLR": lambda: nn.LambdaLR(optimiser(), right(lambda epoch: 0.5, 1)),
    "nn.LinearLR": lambda: nn.LinearLR(optimiser()),
    "nn.StepLR": lambda: nn.StepLR(optimiser(), 2),
    "nn.MultiStepLR": lambda: nn.MultiStepLR(optimiser(), [1, 3]),
    "nn.OneCycleLR": lambda: nn.OneCycleLR(optimiser(), 0.5, 9),
    "nn.ReduceLROnPlateau": lambda: nn.ReduceLROnPlateau(optimiser()),
    "nn.RMSprop": lambda: nn.RMSprop(network().parameters()),
    "nn.Adagrad": lambda: nn.Adagrad(network().parameters()),
    "nn.Linear": lambda: nn.Linear(2, 2, rng=1),
    "nn.Sequential": lambda: nn.Sequential(nn.Linear(2, 2, rng=1), nn.Tanh()),
    **{
        f"nn.{name}": lambda name=name: getattr(nn, name)()
        for name in (*IN_A_ROW, *CRITERIA)
        if name not in {"Linear", "Sequential"}
    },
}
MADE_BY_US = {
    *("ag.Certificate", "ag.Comparison", "ag.Diagnosis", "ag.Drawing"),
    *("ag.GradientCheck", "ag.Replay", "ag.Primitive", "ag.Explanation", "ag.Nudge"),
    *("ag.Path", "ag.PathLedger", "ag.Equation", "ag.Equations", "ag.Player"),
    "ag.Program",
    *("nn.DeltaReport", "nn.ForwardPass", "nn.History", "nn.Activation"),
    *("nn.Grade", "nn.Verdict", "nn.Overview"),
}
# For code that has checked the arguments already: their docstrings say so.
INTERNAL = {
    *("nn.Neuron.pre_activation", "nn.Layer.pre_activations", "nn.Layer.activations"),
    *("nn.Layer.activate", "nn.Linear.activate", "nn.Activation.activate"),
    *("nn.Linear.pre_activations", "nn.Linear.activations"),
    "nn.CompiledNetwork.norms",
    "nn.DeltaReport.first_disagreement",
    "ag.Value.__format__",  # format() gives it a str, and its errors are float's own
    "ag.no_grad.__call__",  # among RETURNED: compiled, it does not tell its parameters
    "ag.Player.widget",  # no argument, and a package that is an extra
}
# Methods of Dual and Interval are called by the rules, not by users.
RULES = ("ag.Dual.", "ag.Interval.")
OPERATORS = {
    *("__abs__", "__add__", "__bool__", "__call__", "__ceil__", "__divmod__"),
    *("__eq__", "__float__", "__floor__", "__floordiv__", "__format__", "__ge__"),
    *("__gt__", "__hash__", "__int__", "__le__", "__len__", "__lt__", "__mod__"),
    *("__mul__", "__neg__", "__pos__", "__pow__", "__radd__", "__rdivmod__"),
    *("__repr__", "__rfloordiv__", "__rmod__", "__rmul__", "__round__", "__rpow__"),
    *("__rsub__", "__rtruediv__", "__str__", "__sub__", "__truediv__", "__trunc__"),
}
# They refuse whatever they are given: what they would return has no derivative.
REFUSING = {
    f"ag.Value.__{name}__"
    for name in ("divmod", "rdivmod", "floordiv", "rfloordiv", "float", "int", "trunc")
}
REFUSING.add("ag.Program.to_jax")  # where JAX is not installed
# There is nothing to train in them.
REFUSING |= {
    f"nn.{name}.compile"
    for name in (
        *("Dropout", "ELU", "GELU", "LeakyReLU", "LogSoftmax", "ReLU", "SELU"),
        *("SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh"),
    )
}
if not HAS_ONNX:
    REFUSING |= {"nn.from_onnx", "nn.save_onnx", "nn.to_onnx"}
# What transforms and decorators return is public, too.
RETURNED: dict[str, tuple[Callable[[], Any], str]] = {
    "ag.grad(f)": (lambda: ag.grad(square), "x"),
    "ag.grad(f, (0, 1))": (lambda: ag.grad(product, (0, 1)), "x y"),
    "ag.value_and_grad(f)": (lambda: ag.value_and_grad(square), "x"),
    "ag.derivative(f, 2)": (lambda: ag.derivative(square, 2), "x"),
    "ag.grad(f, has_aux)": (lambda: ag.grad(with_aux, has_aux=True), "x"),
    "ag.vjp(f, x)[1]": (lambda: ag.vjp(square, 0.3)[1], "cotangent"),
    "ag.jacobian(f)": (lambda: ag.jacobian(square), "x"),
    "ag.hessian(f)": (lambda: ag.hessian(product, (0, 1)), "x y"),
    "ag.compile(form=matrix).source": (lambda: compiled("matrix").source, ""),
    "ag.no_grad()": (ag.no_grad, "function"),
    "ag.primitive(partials)": (
        lambda: ag.primitive(partials=right(lambda x, y: (1.0,), 2)),
        "function",
    ),
    "ag.primitive(partials)(f)": (
        lambda: ag.primitive(partials=right(lambda x, y: (2.0 * x,), 2))(square),
        "x",
    ),
}

# Methods whose compiled form tells no parameters.
UNTOLD = {
    "ag.detect_anomaly.__call__": "function",
}


def public(package: Any) -> dict[str, Any]:
    """Every public callable of a package but its exceptions, by name."""
    short = "ag" if package is ag else package.__name__
    names = sorted({*package.__all__, *getattr(package, "_LIKE_BUILTINS", ())})
    found = {f"{short}.{name}": getattr(package, name) for name in names}
    return {
        name: thing
        for name, thing in found.items()
        if callable(thing)
        and not (isinstance(thing, type) and issubclass(thing, BaseException))
    }


def methods(cls: type) -> Iterator[str]:
    for name in dir(cls):
        inherited = getattr(object, name, None)
        is_ours = callable(getattr(cls, name)) and getattr(cls, name) != inherited
        if is_ours and (name in OPERATORS or not name.startswith("_")):
            yield name


def parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """Those that can be given; none where a compiled function does not tell."""
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        return ()
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(p for p in found if p.kind not in variadic)


def named(words: str) -> tuple[inspect.Parameter, ...]:
    """Positional parameters with these names."""
    return tuple(
        inspect.Parameter(word, inspect.Parameter.POSITIONAL_ONLY)
        for word in words.split()
    )


def targets() -> list[Target]:
    """Everything public that can be called, in a fixed order."""
    found = []
    for name, thing in {**public(ag), **public(nn)}.items():
        if name not in MADE_BY_US:
            found.append(Target(name, lambda thing=thing: thing, parameters(thing)))
        if not isinstance(thing, type):
            continue
        for method in methods(thing):
            full = f"{name}.{method}"
            is_field_by_field = name in MADE_BY_US and method == "__hash__"
            if full in INTERNAL or is_field_by_field or full.startswith(RULES):
                continue
            own = parameters(getattr(thing, method))[1:] or named(UNTOLD.get(full, ""))
            found.append(Target(full, bound(name, method), own))
    for name, (make, words) in RETURNED.items():
        found.append(Target(name, make, named(words)))
    return found


def bound(name: str, method: str) -> Callable[[], Callable[..., Any]]:
    return lambda: getattr(INSTANCES[name](), method)


def argument(target: Target, parameter: inspect.Parameter) -> Any:
    """An argument that is right; the parameter's default if none is known."""
    name = parameter.name
    for key in (f"{target.name}.{name}", name):
        if key in ARGUMENTS and (
            parameter.default is parameter.empty or key is not name
        ):
            return ARGUMENTS[key]()
    return parameter.default


def call(
    target: Target, wrong: dict[str, Any]
) -> tuple[Callable[..., Any], list[Any], dict[str, Any]]:
    """The callable and its arguments, of which some are wrong."""
    random.seed(1)  # initial weights are drawn from Python's generator by default
    args, keywords = [], {}
    for p in target.parameters:
        given = wrong[p.name] if p.name in wrong else argument(target, p)
        if p.kind is p.POSITIONAL_ONLY:
            args.append(given)
        else:
            keywords[p.name] = given
    return target.make(), args, keywords
