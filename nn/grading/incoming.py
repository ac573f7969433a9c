"""Read gradients as other libraries hold them, by what they look like.

Nothing of those libraries is imported: PyTorch modules and the names of their
``state_dict``, the ``kernel`` and ``bias`` of Flax and Keras, scikit-learn's lists,
micrograd's parameters, and dictionaries and lists of NumPy arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar import DataError, OperandError
from nn.arguments import shown
from nn.deltas.stack import Stack
from nn.grading.grade import as_real, fitting, named_quantities
from nn.grading.returned import in_our_names
from nn.matrix.arrays import np
from nn.reading.formula.numpy_spelling import read_name

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.grading.judge import Quantity
    from nn.reading.formula.tree import Array

__all__ = ["gradients_from"]

_DEEPEST: Final = 50
_MOST_ORDERED: Final = 6  # layers whose order is looked for
_WEIGHTS: Final = frozenset({"weight", "kernel", "w", "W", "dW", "dw"})
_BIASES: Final = frozenset({"bias", "b", "db"})
_LISTS: Final = {"coefs_": "dW", "coef_grads": "dW"} | {
    "intercepts_": "db",
    "intercept_grads": "db",
}


def gradients_from(
    theirs: object, case: NetworkCase
) -> tuple[dict[Quantity, Array], str]:
    """Return gradients by quantity, W of shape (n_out, n_in), and the layout found.

    Raises:
        DataError: there is no gradient yet, or nothing that is known, or these are the
            weights.
        OperandError: it is of no kind that is known.
    """
    answer, layout = _read(theirs, case)
    weights = [(i, array) for (kind, i), array in answer.items() if kind == "dW"]
    if weights and all(_is_the_weight(array, case.W[i - 1]) for i, array in weights):
        msg = (
            "these are the weights themselves, not their gradients; of a PyTorch module"
            " pass the module after backward(), or {name: p.grad for name, p in"
            " module.named_parameters()}"
        )
        raise DataError(msg)
    return answer, layout


def _is_the_weight(array: Array, weight: Array) -> bool:
    return array.shape == weight.shape and bool(np.allclose(array, weight, 1e-6, 0))


def _read(theirs: object, case: NetworkCase) -> tuple[dict[Quantity, Array], str]:
    if isinstance(theirs, Mapping):
        leaves = list(_leaves(theirs))
        if all(path[-1] in _WEIGHTS | _BIASES and path[:-1] for path, _ in leaves):
            return _by_layer(_in_order(leaves), case)
        return _turned(_in_known_names(theirs, case), case)
    if callable(getattr(theirs, "named_parameters", None)) and not _is_ours(theirs):
        held: Any = theirs
        return _by_layer(
            [(_kind(name), _grad(p, name)) for name, p in held.named_parameters()], case
        )
    if _is_ours(theirs):
        return _of_neurons(theirs), ""
    if callable(getattr(theirs, "parameters", None)):
        net: Any = theirs
        return _of_a_list(list(net.parameters()), case)
    is_one = isinstance(theirs, str | bytes) or getattr(theirs, "ndim", 1) == 0
    if isinstance(theirs, Iterable) and not is_one:
        return _of_a_list(list(theirs), case)
    msg = (
        "expected gradients as a dictionary such as {'dW1': ..., 'db1': ...}, lists of"
        " arrays, a PyTorch module after backward(), or a network of neurons, got"
        f" {type(theirs).__name__}: {shown(theirs)}"
    )
    raise OperandError(msg)


def _is_ours(net: object) -> bool:
    """Return whether it is made of neurons of scalars, as micrograd's networks are."""
    try:
        Stack.of(net, "gradients")
    except (OperandError, TypeError, AttributeError):
        return False
    return True


def _of_neurons(net: object) -> dict[Quantity, Array]:
    answer: dict[Quantity, Array] = {}
    for i, layer in enumerate(Stack.of(net, "gradients").layers, 1):
        answer["dW", i] = np.array([[float(w.grad) for w in n.w] for n in layer])
        if layer[0].b is not None:
            answer["db", i] = np.array([[float(n.b.grad)] for n in layer])
    return answer


def _of_a_list(items: list[object], case: NetworkCase) -> tuple[Any, str]:
    """Read (nabla_b, nabla_w), pairs (W, b), W, b, W, b, or all numbers in a row."""
    if items and all(isinstance(x, Mapping) for x in items):
        return _read({f"layer{i}": x for i, x in enumerate(items, 1)}, case)
    items = [_of_a_tensor(x, f"entry {i}") if hasattr(x, "grad_fn") else x
             for i, x in enumerate(items)]  # fmt: skip
    if all(hasattr(x, "grad") and hasattr(x, "data") for x in items):
        items = [_grad(x, f"entry {i}") for i, x in enumerate(items)]
    shapes = [np.shape(_array(x)) if not _is_list(x) else None for x in items]
    if items and all(shape == () for shape in shapes):
        return _in_a_row([float(_array(x)) for x in items], case), ""
    if len(items) == len(case.W) and all(map(_is_weight_and_bias, items)):
        items = [
            each for pair in items if isinstance(pair, list | tuple) for each in pair
        ]
        shapes = [np.shape(_array(x)) for x in items]
    kinds = _kinds(shapes, case)
    if kinds:
        return _by_layer(list(zip(kinds, map(_array, items), strict=True)), case)
    return _turned(tuple(items), case)


def _kinds(shapes: Sequence[tuple[int, ...] | None], case: NetworkCase) -> list[str]:
    """Return which of the arrays in a row are weights and which biases; [] if unknown.

    A network may have no biases, or have them in some layers alone.
    """
    if any(shape is None for shape in shapes):
        return []
    if len(shapes) == 2 * len(case.W):
        return ["weight", "bias"] * len(case.W)
    fits = len(shapes) == len(case.W) and all(
        shape in {w.shape, w.T.shape} for shape, w in zip(shapes, case.W, strict=True)
    )
    kinds = ["weight" if len(shape or ()) == 2 else "bias" for shape in shapes]  # noqa: PLR2004
    in_turn = "bias" in kinds and kinds.count("weight") == len(case.W)
    return kinds if fits or in_turn else []


def _is_weight_and_bias(x: object) -> bool:
    """Return whether it is a pair of a matrix and one number for each output."""
    if not isinstance(x, list | tuple) or len(x) != 2 or _is_list(x[0]):  # noqa: PLR2004
        return False
    weight, bias = _array(x[0]), _array(x[1])
    return weight.ndim == 2 and bias.size in weight.shape  # noqa: PLR2004


def _is_list(x: object) -> bool:
    return isinstance(x, list | tuple) and any(np.ndim(_array(y)) for y in x)


def _in_a_row(numbers: list[float], case: NetworkCase) -> dict[Quantity, Array]:
    """Deal the numbers out as `parameters()` lists them: a neuron's w, then its b."""
    wanted = sum(w.size + len(w) for w in case.W)
    if len(numbers) != wanted:
        msg = (
            f"expected {wanted} numbers, the gradients of each neuron's weights and"
            f" bias in turn, got {len(numbers)}"
        )
        raise DataError(msg)
    answer: dict[Quantity, Array] = {}
    at = 0
    for i, w in enumerate(case.W, 1):
        rows, columns = w.shape
        block = np.array(numbers[at : at + rows * (columns + 1)])
        block = block.reshape(rows, columns + 1)
        answer["dW", i], answer["db", i] = block[:, :-1], block[:, -1:]
        at += block.size
    return answer


def _turned(given: Any, case: NetworkCase) -> tuple[dict[Quantity, Array], str]:
    """Read named quantities, one example per column or per row, whichever fits."""
    arrays = _converted(given, "")
    columns = named_quantities(arrays, case, transposed=False)
    rows = named_quantities(arrays, case, transposed=True)
    if fitting(rows, case) > fitting(columns, case):
        return rows, "theirs are transposed, (n_in, n_out), one example per row"
    return columns, ""


def _in_known_names(theirs: Mapping[Any, Any], case: NetworkCase) -> dict[str, object]:
    """Return a dictionary with our names.

    Raises:
        DataError: an array in it has a name that says nothing, or that of a layer which
            is not there. So a slip of the pen leaves nothing uncompared.
    """
    named: dict[str, object] = {}
    unknown: list[str] = []
    for key, value in theirs.items():
        name = _LISTS.get(str(key), str(key))
        held = {name: value}
        if read_name(name) is None:
            ours = in_our_names({name: _converted(value, name)}, case)
            held = ours if isinstance(ours, dict) else held
        named |= held
        symbols = [read_name(each) for each in held]
        layers = [s.layer.number(0, case.last) for s in symbols if s and s.layer]
        is_none = any(symbol is None for symbol in symbols)
        if is_none or any(layer > case.last for layer in layers):
            unknown += [name] if _is_an_array(value) else []
    if unknown and len(unknown) < len(theirs):
        msg = (
            f"cannot tell of which gradient {shown(unknown[0])} is, in a network of"
            f" {case.last} layers, so it would not be compared; name it by layer, as in"
            " dW1, db1 or dZ1, or leave it out"
        )
        raise DataError(msg)
    return named


def _is_an_array(value: object) -> bool:
    """Return whether it holds more than one number."""
    try:
        return _array(value).ndim > 0
    except DataError:
        return False


def _by_layer(
    parts: list[tuple[str, Array]], case: NetworkCase
) -> tuple[dict[Quantity, Array], str]:
    """Give weights and biases the numbers of the layers in which they come.

    Where they do not fit so, but fit in one other order, they are taken in that: a
    dictionary may be sorted by the names of its layers.
    """
    layers: list[dict[str, Array]] = []
    for kind, array in parts:
        if not layers or (kind == "weight" and "dW" in layers[-1]):
            layers.append({})
        if kind == "weight":
            layers[-1]["dW"] = array
        else:
            layers[-1]["db"] = array.reshape(-1, 1)
    if not 0 < len(layers) <= case.last:
        msg = (
            f"expected the weights of {case.last} layers, got {len(layers)}; compare a"
            " network of the same layers"
        )
        raise DataError(msg)
    order = _order(layers, case)
    answer = {
        (kind, i): array
        for i, k in enumerate(order, 1)
        for kind, array in layers[k].items()
    }
    turned = {
        quantity: array.T if quantity[0] == "dW" else array
        for quantity, array in answer.items()
    }
    said = []
    if order != sorted(order):
        said = ["their layers come in another order"]
    if fitting(turned, case) > fitting(answer, case):
        said.append("their weights are transposed, (n_in, n_out)")
        answer = turned
    return answer, "; ".join(said)


def _order(layers: Sequence[Mapping[str, Array]], case: NetworkCase) -> list[int]:
    """Return the order in which the weights fit, where there is just one."""

    def fits(order: Sequence[int], turned: bool) -> bool:
        shapes = [layers[k]["dW"].shape for k in order]
        wanted = [w.shape[:: -1 if turned else 1] for w in case.W]
        return shapes == wanted

    given = list(range(len(layers)))
    is_whole = len(given) == case.last and all("dW" in layer for layer in layers)
    if not is_whole or case.last > _MOST_ORDERED:
        return given
    ways = [
        list(order)
        for order in permutations(given)
        if fits(order, turned=False) or fits(order, turned=True)
    ]
    return ways[0] if len(ways) == 1 else given


def _leaves(tree: Mapping[Any, Any]) -> Iterator[tuple[tuple[str, ...], Array]]:
    """Yield (path, array) of nested dictionaries.

    A dot or a stroke in a name is a step, too, as in PyTorch and Keras.
    """
    stack: list[tuple[tuple[str, ...], Any]] = [((), tree)]
    while stack:
        path, item = stack.pop()
        if len(path) > _DEEPEST:
            msg = f"expected dictionaries at most {_DEEPEST} deep, got more"
            raise DataError(msg)
        if isinstance(item, Mapping):
            inner = [((*path, *_steps(str(key))), x) for key, x in item.items()]
            stack += reversed(inner)
        else:
            yield path, item


def _steps(name: str) -> list[str]:
    return re.split(r"[./]", re.sub(r":[0-9]+$", "", name))


def _in_order(leaves: list[tuple[tuple[str, ...], Any]]) -> list[tuple[str, Array]]:
    """Sort by the layers' numbers, if their names differ by numbers alone.

    The weight of a layer comes first, its bias after it.
    """
    layers = list(dict.fromkeys(path[:-1] for path, _ in leaves))
    words = {re.sub(r"\d+", "", ".".join(layer)) for layer in layers}
    if len(words) == 1:
        layers.sort(key=lambda layer: [int(n) for n in re.findall(r"\d+", str(layer))])
    ordered = sorted(
        leaves, key=lambda leaf: (layers.index(leaf[0][:-1]), leaf[0][-1] in _BIASES)
    )
    return [(_kind(path[-1]), _array(item, ".".join(path))) for path, item in ordered]


def _kind(name: str) -> str:
    return "bias" if name.rpartition(".")[2] in _BIASES else "weight"


def _of_a_tensor(tensor: Any, name: str) -> Array:
    """Return the gradient that a parameter holds, or a tensor that is one itself.

    `torch.autograd.grad` gives tensors that are gradients.
    """
    is_parameter = getattr(tensor, "requires_grad", False) and tensor.is_leaf
    return _grad(tensor, name) if is_parameter else _array(tensor, name)


def _grad(parameter: Any, name: str) -> Array:
    if getattr(parameter, "grad", None) is None:
        msg = f"{name} has no gradient (.grad is None); call backward() first"
        raise DataError(msg)
    return _array(parameter.grad, name)


def _converted(given: Any, name: str) -> Any:
    """Return dictionaries and lists with arrays for tensors."""
    if isinstance(given, Mapping):
        return {key: _converted(item, str(key)) for key, item in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_converted(item, name) for item in given)
    return _array(given, name)


def _array(given: Any, name: str = "") -> Array:
    """Return a tensor of any library as a NumPy array of real floats."""
    try:
        for step in ("detach", "cpu", "numpy"):
            method = getattr(given, step, None)
            given = method() if callable(method) else given
    except TypeError as error:  # of PyTorch, for bfloat16
        msg = (
            f"{name or 'a tensor'} cannot become a NumPy array: {error}; compute the"
            " gradients in float32"
        )
        raise DataError(msg) from error
    return as_real(given, name)
