"""`Module`: whatever holds parameters, with PyTorch's names for reaching them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex, TypeAlias

from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "IncompatibleKeys",
    "Module",
    "Outputs",
    "called",
    "lifted",
    "listed",
    "one_or_list",
    "shortened",
    "size",
    "sizes",
    "some",
    "switch",
    "whole",
]


# What a network gives: a Value if it has one output neuron, else a list of Values.
# How many it has is known when the program runs, so the static type is Any, as in
# PyTorch: both net(x).backward() and net(x)[0] are right, each for its networks.
Outputs: TypeAlias = Any

MOST = 10**8  # Values; so many take 10 GB


def switch(flag: object, what: str, remedy: str = "") -> bool:
    """``flag`` if it is True or False, so that "no" does not mean yes.

    Raises:
        OperandError: it is not.
    """
    if isinstance(flag, bool):
        return flag
    msg = (
        f"{what} needs True or False, got {type(flag).__name__}: {shown(flag)}{remedy}"
    )
    raise OperandError(msg)


def whole(number: object) -> int | None:
    """Return an int, NumPy's among them, as an int; None for anything else."""
    if isinstance(number, bool) or not isinstance(number, SupportsIndex):
        return None
    try:
        return index(number)
    except TypeError:  # an array, which has the method and no number
        return None


def size(n: object, what: str) -> int:
    """``n`` if it can be a number of inputs or neurons.

    Raises:
        OperandError: not an int.
        ShapeError: below 1, or more than memory holds.
    """
    number = whole(n)
    if number is None:
        msg = f"{what} needs an int, got {type(n).__name__}: {shown(n)}"
        raise OperandError(msg)
    if number < 1:
        msg = f"{what} needs to be at least 1, got {shown(n)}"
        raise ShapeError(msg)
    if number > MOST:
        msg = f"{what} needs to be at most {MOST:,}, for memory's sake, got {shown(n)}"
        raise ShapeError(msg)
    return number


def sizes(n_outs: object) -> list[int]:
    """The number of neurons of every layer.

    Raises:
        OperandError: not a sequence of ints.
        ShapeError: empty, or a number below 1.
    """
    is_array_of_none = getattr(n_outs, "ndim", 1) == 0
    if isinstance(n_outs, str) or not isinstance(n_outs, Iterable) or is_array_of_none:
        msg = (
            "n_outs needs a list with the number of neurons of every layer, as in"
            f" MLP(2, [16, 16, 1]), got {type(n_outs).__name__}: {shown(n_outs)}"
        )
        raise OperandError(msg)
    numbers = [size(n, f"n_outs[{i}]") for i, n in enumerate(n_outs)]
    if not numbers:
        msg = "n_outs needs at least one layer, got an empty list"
        raise ShapeError(msg)
    return numbers


def listed(given: object, what: str) -> list[Any]:
    """Return what can be iterated over as a list.

    Raises:
        OperandError: it cannot.
    """
    try:
        each = iter(given)  # type: ignore[call-overload]
    except TypeError:
        msg = f"{what} needs a list or an array, got {_kind(given)}"
        raise OperandError(msg) from None
    return list(each)


def called(function: object, what: str) -> None:
    """Raise unless ``function`` can be called.

    Raises:
        OperandError: it cannot.
    """
    if not callable(function):
        msg = f"{what} needs a function, got {_kind(function)}"
        raise OperandError(msg)


def _kind(x: object) -> str:
    return f"{type(x).__name__}: {shown(x)}"


def lifted(x: Iterable[Value | float], n_in: int, layer: int, what: str) -> list[Value]:
    """The inputs of layer number ``layer`` as Values: numbers become leaves ``a0[k]``.

    Raises:
        ShapeError: there are not ``n_in`` of them.
        OperandError: ``x`` is no sequence, or holds what is no number.
    """
    try:
        inputs = list(x)
    except TypeError:
        kind = type(x).__name__
        msg = f"{what} needs a sequence of {n_in} numbers, got {kind}: {shown(x)}"
        raise OperandError(msg) from None
    if inputs and _is_row(inputs[0]):
        msg = (
            f"{what} needs the {n_in} inputs of one example, got a batch of"
            f" {len(inputs)}; call it for each row: [net(x) for x in X]"
        )
        raise ShapeError(msg)
    if len(inputs) != n_in:
        msg = f"{what} needs {n_in} inputs, got {len(inputs)}"
        raise ShapeError(msg)
    return [
        a if isinstance(a, Value) else Value(a, f"a{layer - 1}[{k}]")
        for k, a in enumerate(inputs)
    ]


def _is_row(x: object) -> bool:
    """Whether ``x``, found where a number is expected, is one example of a batch."""
    is_text = isinstance(x, str | bytes)
    return not is_text and getattr(x, "ndim", 1) > 0 and hasattr(x, "__len__")


def one_or_list(outputs: list[Value]) -> Outputs:
    """Return the Value itself if there is one, as micrograd does, else the list."""
    return outputs[0] if len(outputs) == 1 else outputs


class IncompatibleKeys(NamedTuple):
    """The names on which a module and a state dictionary differ."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """The base class of neurons, layers, networks, and of your own.

    Its parameters are the leaf Values found in its attributes: directly, in lists and
    tuples, and in other Modules, in the order in which the attributes were set. A Value
    that was computed is no parameter, and attributes that begin with ``_`` are not
    searched: keep constants there.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offsets = Value(2.0), [Value(1.0), Value(3.0)]
    >>> Line().state_dict()
    {'slope': 2.0, 'offsets.0': 1.0, 'offsets.1': 3.0}
    """

    def parameters(self) -> list[Value]:
        """Every parameter once, as a list."""
        return _leaves(self)

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """(name, parameter) pairs; a shared parameter comes once, by its first name.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [1]).named_parameters()]
        ['layers.0.neurons.0.w.0', 'layers.0.neurons.0.w.1', 'layers.0.neurons.0.b']
        """
        for prefix, key, item in _walk(self):
            if isinstance(item, Value):
                yield f"{prefix}{key}", item

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """(name, module) pairs, this one first, under the name ``""``."""
        for prefix, key, item in _walk(self):
            if isinstance(item, Module):
                yield f"{prefix}{key}", item

    def modules(self) -> Iterator[Module]:
        """This module and every module in it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, module) pairs of the modules held directly."""
        for prefix, key, item in _walk(self, deep=False):
            if isinstance(item, Module) and item is not self:
                yield f"{prefix}{key}", item

    def children(self) -> Iterator[Module]:
        """The modules held directly."""
        return (module for _, module in self.named_children())

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def state_dict(self) -> dict[str, float]:
        """The numbers of all parameters, by name."""
        return {name: parameter.data for name, parameter in self.named_parameters()}

    def load_state_dict(
        self, state_dict: Mapping[str, float], strict: bool = True
    ) -> IncompatibleKeys:
        """Set the parameters from `state_dict`'s result, or none if anything stops it.

        Infinity and nan are taken, as in PyTorch: what diverged can be put back too.
        Files hold finite numbers only: see `nn.load_weights`.

        Returns:
            The names missing and unexpected; both are empty if ``strict``.

        Raises:
            DataError: ``strict``, and the names differ.
            OperandError: no dictionary, or an entry of it is not a real number.
        """
        given: object = state_dict
        if not isinstance(given, Mapping):
            msg = (
                "load_state_dict needs the dictionary that state_dict() gave, got"
                f" {type(given).__name__}: {shown(given)}"
            )
            raise OperandError(msg)
        own = dict(self.named_parameters())
        keys = IncompatibleKeys(
            [name for name in own if name not in state_dict],
            [name for name in state_dict if name not in own],
        )
        if switch(strict, "load_state_dict(strict=)") and any(keys):
            msg = (
                f"the state does not fit this {type(self).__name__}: missing"
                f" {some(keys.missing_keys)}, unexpected"
                f" {some(keys.unexpected_keys)}; strict=False loads what agrees"
            )
            raise DataError(msg)
        numbers = {
            name: _number(state_dict[name], name) for name in own if name in state_dict
        }
        before = {name: own[name].data for name in numbers}
        try:
            for name, number in numbers.items():
                own[name].data = number
        except BaseException:  # Ctrl-C
            for name, number in before.items():
                own[name].data = number
            raise
        return keys

    def __repr__(self) -> str:
        return "\n".join(_tree(self))


def _walk(
    root: Module, *, deep: bool = True
) -> Iterator[tuple[str, str | int, Module | Value]]:
    """(prefix, key, item) of modules and leaf Values, in the order of attributes.

    Each comes once. A stack, not recursion: modules may be nested to any depth, and in
    a circle. The prefix and the key make the name, which is not always asked for.
    """
    yield "", "", root
    seen = {id(root)}
    stack = [("", iter(_parts(root)))]
    while stack:
        prefix, parts = stack[-1]
        for key, item in parts:
            if isinstance(item, Value):
                if item.is_leaf and id(item) not in seen:
                    seen.add(id(item))
                    yield prefix, key, item
            elif isinstance(item, (Module, list, tuple)) and id(item) not in seen:
                seen.add(id(item))
                if isinstance(item, Module):
                    yield prefix, key, item
                    if not deep:
                        continue
                stack.append((f"{prefix}{key}.", iter(_parts(item))))
                break
        else:
            stack.pop()


def _leaves(root: Module) -> list[Value]:
    """The Values of `_walk`, without their names: training asks at every step."""
    found: list[Value] = []
    seen = {id(root)}
    stack = [iter(_items(root))]
    while stack:
        for item in stack[-1]:
            if type(item) is Value:
                found.append(item)
            elif isinstance(item, (Module, list, tuple)) and id(item) not in seen:
                seen.add(id(item))
                if type(item) is list and set(map(type, item)) == {Value}:
                    found += item  # most parameters are here: weights of a neuron
                    continue
                stack.append(iter(_items(item)))
                break
        else:
            stack.pop()
    once = dict(zip(map(id, found), found, strict=True))
    return [value for value in once.values() if value.is_leaf]


def _items(item: Module | list[object] | tuple[object, ...]) -> Iterable[object]:
    if isinstance(item, Module):
        return [x for key, x in vars(item).items() if key[0] != "_"]
    return item


def _parts(
    item: Module | list[object] | tuple[object, ...],
) -> Iterable[tuple[str | int, object]]:
    if isinstance(item, Module):
        return [(key, x) for key, x in vars(item).items() if not key.startswith("_")]
    return enumerate(item)


def _tree(root: Module) -> list[str]:
    """One line per module; one with a text of its own stands for what is in it."""
    lines: list[str] = []
    seen: set[int] = set()
    stack: list[tuple[str, str, Module]] = [("", "", root)]
    while stack:
        indent, name, module = stack.pop()
        is_branch = type(module).__repr__ is Module.__repr__
        text = type(module).__name__ if is_branch else repr(module)
        lines.append(f"{indent}({name}): {text}" if name else text)
        if is_branch and id(module) not in seen:
            seen.add(id(module))
            children = list(module.named_children())
            stack += [(indent + "  ", *child) for child in children[::-1]]
    return lines


def _number(x: float, name: str) -> float:
    try:
        return Value(x).data
    except OperandError as error:
        msg = f"state_dict[{name!r}]: {error}"
        raise OperandError(msg) from None


def some(names: list[str], most: int = 3) -> str:
    """The first of these names for a message, quoted, and how many more there are.

    >>> some([]), some(["a", "b", "c", "d"])
    ('none', "'a', 'b', 'c' and 1 more")
    """
    if not names:
        return "none"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shortened(repr(name)) for name in names[:most]) + more


def shortened(text: str, most: int = 80) -> str:
    """Text that may come from a file, not too long for a message."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
