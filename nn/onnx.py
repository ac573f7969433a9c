"""`save_onnx`, `to_onnx`, `from_onnx`: an MLP in the format that other frameworks read.

A layer is a Gemm with the weights as PyTorch's `Linear` has them, and an activation
after it. Reading takes a chain of these, or of MatMul and Add, and nothing else: no
file beside the given one is opened, and nothing in it is executed. Needs the extra
``[onnx]``.

>>> import tempfile
>>> from pathlib import Path
>>> from nn import MLP, from_onnx, save_onnx
>>> net = MLP(3, [4, 2], activation="tanh", rng=0)
>>> with tempfile.TemporaryDirectory() as folder:
...     save_onnx(net, Path(folder) / "net.onnx", dtype="float64")
...     other = from_onnx(Path(folder) / "net.onnx")
>>> other.state_dict() == net.state_dict()
True
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any, Final, NamedTuple

from autograd_scalar import DataError, OperandError, WholeFile
from nn.activations import Activation, ActivationLike, resolve
from nn.arguments import shortened, shown
from nn.layers import MLP, Layer
from nn.weights.files import MAX_BYTES, checked_path, named, read_file

__all__ = ["from_onnx", "save_onnx", "to_onnx"]

MOST_WEIGHTS: Final = 1_000_000
_OPSET, _IR = 20, 9  # ONNX 1.15, of 2023: the first with Gelu
_DTYPES: Final = {"float32": "FLOAT", "float64": "DOUBLE"}

# Activations by ONNX's names for the same functions.
_OPS: Final = {
    "relu": "Relu",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "leaky_relu": "LeakyRelu",
    "elu": "Elu",
    "selu": "Selu",
    "gelu": "Gelu",
    "softplus": "Softplus",
    "sin": "Sin",
    "cos": "Cos",
    "tan": "Tan",
    "sinh": "Sinh",
    "cosh": "Cosh",
    "arctan": "Atan",
    "arcsinh": "Asinh",
    "exp": "Exp",
    "log": "Log",
    "sqrt": "Sqrt",
    "abs": "Abs",
    "neg": "Neg",
    "reciprocal": "Reciprocal",
    "erf": "Erf",
    "softmax": "Softmax",  # of opset 13 and later over the last axis, if none is given
    "log_softmax": "LogSoftmax",
}
_ACTIVATIONS: Final = {op: name for name, op in _OPS.items()}
_PARAMETRISED: Final = {"LeakyRelu", "Elu"}  # their attribute alpha
_OVER_OUTPUTS: Final = {"Softmax", "LogSoftmax"}  # their attribute axis: -1 or 1
_GEMM: Final = {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 0}


# ---- Writing -------------------------------------------------------------------------


def to_onnx(net: MLP, *, dtype: str = "float32") -> Any:
    """Return an `onnx.ModelProto` of a network, from ``x`` (m, n_in) to ``y`` (m, n).

    Args:
        net: the network.
        dtype: of the weights, the input and the output. "float32" is what programs that
            run such files have all operations for; weights are rounded to it. "float64"
            keeps every bit of them, and onnxruntime runs it with relu, tanh, sigmoid
            and a few others only.

    Raises:
        OperandError: ``net`` is no `MLP`, or ``dtype`` is none of the two.
        DataError: an activation has no name in ONNX; a weight is nan, infinite, or too
            large for float32; or the library onnx is not installed.
    """
    given: object = net
    if not isinstance(given, MLP):
        kind = type(given).__name__
        msg = f"to_onnx needs an MLP, got {kind}: {shown(given)}"
        raise OperandError(msg)
    name: object = dtype
    if not isinstance(name, str) or name not in _DTYPES:
        msg = f"to_onnx(dtype=) needs 'float32' or 'float64', got {shown(dtype)}"
        raise OperandError(msg)
    onnx = _library()
    kind = getattr(onnx.TensorProto, _DTYPES[dtype])
    nodes: list[Any] = []
    tensors: list[Any] = []
    current, last = "x", len(net.layers)
    for number, layer in enumerate(net.layers, 1):
        g = _activation(layer, number)
        arrays = {f"W{number}": [w.data for n in layer.neurons for w in n.w]}
        n_out, n_in = len(layer.neurons), len(layer.neurons[0].w)
        shapes = {f"W{number}": (n_out, n_in), f"b{number}": (n_out,)}
        if any(n.b is not None for n in layer.neurons):
            arrays[f"b{number}"] = [
                0.0 if n.b is None else n.b.data for n in layer.neurons
            ]
        for array, numbers in arrays.items():
            _check_range(array, numbers, dtype)
            tensors.append(onnx.helper.make_tensor(array, kind, shapes[array], numbers))
        z = f"z{number}" if not g.is_linear or number < last else "y"
        nodes.append(onnx.helper.make_node("Gemm", [current, *arrays], [z], transB=1))
        current = z
        if not g.is_linear:
            current = f"a{number}" if number < last else "y"
            alpha = {} if g.parameter is None else {"alpha": g.parameter}
            _check_range("alpha", [*alpha.values()], "float32")
            nodes.append(onnx.helper.make_node(_OPS[g.name], [z], [current], **alpha))
    widths = {"x": len(net.layers[0].neurons[0].w), "y": len(net.layers[-1].neurons)}
    x, y = (
        onnx.helper.make_tensor_value_info(end, kind, ["m", width])
        for end, width in widths.items()
    )
    graph = onnx.helper.make_graph(nodes, "MLP", [x], [y], tensors)
    opset = onnx.helper.make_opsetid("", _OPSET)
    return onnx.helper.make_model(
        graph, producer_name="autograd-scalar", opset_imports=[opset], ir_version=_IR
    )


def save_onnx(
    net: MLP, path: str | os.PathLike[str], *, dtype: str = "float32"
) -> None:
    """Write a network to an .onnx file, whole or not at all; see `to_onnx`.

    Raises:
        OperandError: ``net`` is no `MLP`, ``path`` is no path, or ``dtype`` unknown.
        DataError: as of `to_onnx`; or the name does not end in .onnx, the file would be
            larger than `from_onnx` reads, or writing failed. What was at ``path`` is
            unchanged.
    """
    target = checked_path(path, "save_onnx")
    if target.suffix.lower() != ".onnx":
        msg = f"save_onnx needs a name that ends in .onnx, got {named(target)}"
        raise DataError(msg)
    file = WholeFile(target, DataError)
    content: bytes = to_onnx(net, dtype=dtype).SerializeToString()
    if len(content) > MAX_BYTES:
        msg = (
            f"cannot save {named(target)}: it would have {len(content):,} bytes, and at"
            f" most {MAX_BYTES:,} can be read again"
        )
        raise DataError(msg)
    file.write(content)


def _activation(layer: Layer, number: int) -> Activation:
    """Return the one activation of a layer, if ONNX has it."""
    first, *others = [neuron.activation for neuron in layer.neurons]
    if any((g.name, g.parameter) != (first.name, first.parameter) for g in others):
        msg = (
            f"layer {number} has neurons of different activations; ONNX has one a layer"
        )
        raise DataError(msg)
    if all(_is_ours(g) for g in (first, *others)):
        return first
    msg = (
        f"layer {number} has the activation {shortened(first.name)}, which has no name"
        f" in ONNX; there are linear, {', '.join(_OPS)}"
    )
    raise DataError(msg)


def _is_ours(g: Activation) -> bool:
    """Return whether it is what its name says: any function may be called tanh."""
    if g.is_linear:
        return True
    if g.name not in _OPS:
        return False
    builtin = resolve(g.name).function
    if g.of_layer is not None:
        return g.of_layer is resolve(g.name).of_layer
    if isinstance(g.function, partial):
        return g.parameter is not None and g.function.func is builtin
    return g.function is builtin


def _check_range(name: str, numbers: list[float], dtype: str) -> None:
    most = 3.4028235e38 if dtype == "float32" else math.inf
    for x in numbers:
        if not math.isfinite(x) or abs(x) > most:
            msg = f"{name} has the entry {x}, which is no finite {dtype}"
            raise DataError(msg)


# ---- Reading -------------------------------------------------------------------------


def from_onnx(path: str | os.PathLike[str]) -> MLP:
    """Read an MLP from an .onnx file: of `save_onnx`, PyTorch or another program.

    The file has to be a chain: Gemm, or MatMul and Add, each followed by at most one of
    the activations that `to_onnx` writes. float32 and float16 convert exactly.

    Raises:
        OperandError: ``path`` is not a path.
        DataError: the file cannot be read, is damaged, is larger than 16 MiB, or holds
            another network than such a chain; or the library onnx is not installed.
    """
    source = checked_path(path, "from_onnx")
    onnx = _library()
    raw = read_file(source)
    try:
        return _network(onnx, raw)
    except DataError as error:
        msg = f"cannot read {named(source)}: {error}"
        raise DataError(msg) from error


class _Affine(NamedTuple):
    """A layer's W (n_out, n_in) and b (n_out,), as NumPy arrays; b may be missing."""

    W: Any
    b: Any


def _network(onnx: Any, raw: bytes) -> MLP:
    message = import_module("google.protobuf.message")
    try:
        graph = onnx.ModelProto.FromString(raw).graph
    except message.DecodeError as error:
        msg = "it is damaged, or not an ONNX file"
        raise DataError(msg) from error
    tensors: dict[str, Any] = {}
    for tensor in graph.initializer:
        if tensor.name in tensors:
            msg = f"it has two tensors {_quoted(tensor.name)}"
            raise DataError(msg)
        tensors[tensor.name] = tensor
    # Old files list the weights among the inputs too.
    inputs = [each.name for each in graph.input if each.name not in tensors]
    if len(inputs) != 1 or len(graph.output) != 1:
        msg = (
            "a network with one input and one output was expected, it has"
            f" {len(inputs)} and {len(graph.output)}"
        )
        raise DataError(msg)
    layers, activations = _chain(onnx, graph, inputs[0], tensors)
    _check_widths(layers)
    net = MLP(
        layers[0].W.shape[1],
        [len(layer.W) for layer in layers],
        activation=activations,
        bias=any(layer.b is not None for layer in layers),
        init=0.0,
        rng=0,
    )
    W = [layer.W.tolist() for layer in layers]
    if all(layer.b is None for layer in layers):
        net.set_matrices(W)
    else:
        net.set_matrices(
            W,
            [
                [0.0] * len(layer.W) if layer.b is None else layer.b.tolist()
                for layer in layers
            ],
        )
    return net


def _chain(
    onnx: Any, graph: Any, current: str, tensors: Mapping[str, Any]
) -> tuple[list[_Affine], list[ActivationLike]]:
    """Follow the nodes from the input to the output, and return the layers."""
    layers: list[_Affine] = []
    activations: list[ActivationLike] = []
    may: set[str] = set()  # what may follow the latest node, beside a new layer
    total = 0
    for node in graph.node:
        op, operands = node.op_type, list(node.input)
        if node.domain not in {"", "ai.onnx"} or len(node.output) != 1:
            raise DataError(_unknown(node))
        if op == "Add" and "Add" in may:
            if current not in operands or len(operands) != 2:  # noqa: PLR2004
                raise DataError(_apart(node, current))
            _attributes(onnx, node, {})
            other = operands[1 - operands.index(current)]
            b = _array(onnx, other, tensors)
            layers[-1] = layers[-1]._replace(b=_bias(other, b, len(layers[-1].W)))
            may = {"activation"}
        elif op in {"Gemm", "MatMul"}:
            if not operands or operands[0] != current:
                raise DataError(_apart(node, current))
            layer = _affine(onnx, node, tensors)
            total += layer.W.size
            if total > MOST_WEIGHTS:
                msg = f"it has more than {MOST_WEIGHTS:,} weights"
                raise DataError(msg)
            layers.append(layer)
            activations.append("linear")
            may = {"activation"} | ({"Add"} if op == "MatMul" else set())
        elif op in _ACTIVATIONS and "activation" in may:
            if operands != [current]:
                raise DataError(_apart(node, current))
            activations[-1] = _read_activation(onnx, node)
            may = set()
        else:
            raise DataError(_unknown(node))
        (current,) = node.output
    if not layers or current != graph.output[0].name:
        msg = "its nodes do not lead from the input to the output, layer by layer"
        raise DataError(msg)
    return layers, activations


def _affine(onnx: Any, node: Any, tensors: Mapping[str, Any]) -> _Affine:
    operands = [name for name in node.input if name]  # "" stands for none
    is_gemm = node.op_type == "Gemm"
    if len(operands) not in ({2, 3} if is_gemm else {2}):
        raise DataError(_unknown(node))
    found = _attributes(onnx, node, _GEMM if is_gemm else {})
    if is_gemm and (found["alpha"], found["beta"], found["transA"]) != (1.0, 1.0, 0):
        msg = "it has a Gemm with alpha, beta or transA other than 1, 1 and 0"
        raise DataError(msg)
    W = _array(onnx, operands[1], tensors)
    if W.ndim != 2:  # noqa: PLR2004
        msg = f"{_quoted(operands[1])} has the shape {W.shape}, expected a matrix"
        raise DataError(msg)
    if not found.get("transB", 0):
        W = W.T
    if len(operands) == 2:  # noqa: PLR2004
        return _Affine(W, None)
    return _Affine(W, _bias(operands[2], _array(onnx, operands[2], tensors), len(W)))


def _bias(name: str, b: Any, n_out: int) -> Any:
    if b.shape in {(n_out,), (1, n_out)}:
        return b.ravel()
    msg = f"{_quoted(name)} has the shape {b.shape}, expected {(n_out,)}"
    raise DataError(msg)


def _read_activation(onnx: Any, node: Any) -> ActivationLike:
    op, name = node.op_type, _ACTIVATIONS[node.op_type]
    if op in _PARAMETRISED:
        alpha = _attributes(onnx, node, {"alpha": math.nan})["alpha"]
        return name if math.isnan(alpha) else (name, _shortest(alpha))
    if op in _OVER_OUTPUTS:
        axis = _attributes(onnx, node, {"axis": -1})["axis"]
        if axis not in {-1, 1}:
            msg = f"it has a {op} over the axis {axis}, expected 1: each row by itself"
            raise DataError(msg)
        return name
    if op == "Gelu":
        known: dict[str, Any] = {"approximate": b"none"}
    else:  # their defaults, rounded to float32 as all attributes
        known = {"alpha": 1.6732632, "gamma": 1.050701} if op == "Selu" else {}
    found = _attributes(onnx, node, known)
    if any(_shortest(v) != known[k] for k, v in found.items()):
        msg = f"it has a {op} with other attributes than the usual ones"
        raise DataError(msg)
    return name


def _attributes(onnx: Any, node: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node's attributes over their defaults; raise if one is not known."""
    found = dict(known)
    kinds = onnx.AttributeProto
    fields = {
        float: (kinds.FLOAT, "f"),
        int: (kinds.INT, "i"),
        bytes: (kinds.STRING, "s"),
    }
    for each in node.attribute:
        kind, field = fields.get(type(known.get(each.name)), (None, ""))
        value = getattr(each, field) if each.type == kind else None
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            msg = f"its {node.op_type} has an attribute {_quoted(each.name)} of no use"
            raise DataError(msg)
        found[each.name] = value
    return found


def _shortest(x: Any) -> Any:
    """Return the float with the fewest digits that is ``x`` in float32: 0.01, say."""
    if not isinstance(x, float):
        return x
    import numpy as np  # noqa: PLC0415  (only files need it)

    return float(str(np.float32(x)))


def _array(onnx: Any, name: str, tensors: Mapping[str, Any]) -> Any:
    """Return a tensor in float64, after checks that its own reader leaves out."""
    if name not in tensors:
        msg = f"{_quoted(name)} is no tensor of the file; its weights have to be"
        raise DataError(msg)
    tensor, kinds = tensors[name], onnx.TensorProto
    if tensor.data_type not in {kinds.FLOAT, kinds.DOUBLE, kinds.FLOAT16}:
        msg = f"{_quoted(name)} is no tensor of float64, float32 or float16"
        raise DataError(msg)
    if tensor.data_location == kinds.EXTERNAL or tensor.external_data:
        msg = f"{_quoted(name)} lies in another file; save the model in one file"
        raise DataError(msg)
    if any(n < 1 for n in tensor.dims):  # -1 would mean "what fits"
        msg = f"{_quoted(name)} has a dimension below 1"
        raise DataError(msg)
    try:
        array = onnx.numpy_helper.to_array(tensor).astype(float)
    except (ValueError, TypeError, OverflowError) as error:
        msg = f"{_quoted(name)} has another number of entries than its shape needs"
        raise DataError(msg) from error
    if not math.isfinite(array.sum()) and not all(map(math.isfinite, array.ravel())):
        msg = f"{_quoted(name)} has an entry that is nan or infinite"
        raise DataError(msg)
    return array


def _check_widths(layers: list[_Affine]) -> None:
    for number, (first, second) in enumerate(pairwise(layers), 1):
        if second.W.shape[1] != len(first.W):
            msg = (
                f"layer {number} has {len(first.W)} outputs, and layer {number + 1}"
                f" {second.W.shape[1]} inputs"
            )
            raise DataError(msg)


def _unknown(node: Any) -> str:
    return (
        f"{_quoted(node.op_type)} has no place in an MLP here: Gemm, or MatMul and Add,"
        f" each followed by one of {', '.join(_ACTIVATIONS)} or nothing"
    )


def _apart(node: Any, current: str) -> str:
    return (
        f"its {node.op_type} does not take {_quoted(current)}, the result before it;"
        " an MLP is one chain of layers"
    )


def _quoted(name: str) -> str:
    return shortened(repr(name))


def _library() -> Any:
    try:
        onnx = import_module("onnx")
        import_module("onnx.numpy_helper")
    except ImportError as error:
        msg = "this needs the library onnx: pip install 'autograd-scalar[onnx]'"
        raise DataError(msg) from error
    return onnx
