"""`Module`, the base class of all that holds parameters, with PyTorch's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Self, cast

from autograd_scalar import DataError, OperandError, Value
from nn.arguments import shown, some, switch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nn.compiled import CompiledNetwork, Network, VectorSteps
    from nn.losses import Loss

__all__ = ["IncompatibleKeys", "Module"]


class IncompatibleKeys(NamedTuple):
    """The names on which a module and a state dictionary differ."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """The base class of neurons, layers and networks, and of your own.

    Its parameters are the leaf Values in its attributes: directly, in lists and tuples,
    and in other Modules, in the order in which the attributes were set. Computed Values
    are not parameters. Attributes whose names begin with ``_`` are not searched: keep
    constants there.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offsets = Value(2.0), [Value(1.0), Value(3.0)]
    >>> Line().state_dict()
    {'slope': 2.0, 'offsets.0': 1.0, 'offsets.1': 3.0}
    """

    # Whether `train` was called last, or neither; `Dropout` depends on it.
    training: bool = True

    def __setattr__(self, name: str, item: object) -> None:
        """Set an attribute; the leaves in it get the role "parameter"."""
        super().__setattr__(name, item)
        if name[:1] != "_":
            _mark_parameters(item)

    def parameters(self) -> list[Value]:
        """Return every parameter once."""
        return _leaves(self)

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Yield (name, parameter) pairs; a shared parameter comes once, under one name.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [1]).named_parameters()]
        ['layers.0.neurons.0.w.0', 'layers.0.neurons.0.w.1', 'layers.0.neurons.0.b']
        """
        for prefix, key, item in _walk(self):
            if isinstance(item, Value):
                yield f"{prefix}{key}", item

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield (name, module) pairs, first this module with the name ``""``."""
        for prefix, key, item in _walk(self):
            if isinstance(item, Module):
                yield f"{prefix}{key}", item

    def modules(self) -> Iterator[Module]:
        """Yield this module and every module in it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield (name, module) pairs of the modules directly in this one."""
        for prefix, key, item in _walk(self, deep=False):
            if isinstance(item, Module) and item is not self:
                yield f"{prefix}{key}", item

    def children(self) -> Iterator[Module]:
        """Yield the modules directly in this one."""
        return (module for _, module in self.named_children())

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` here and in all modules within, and return this one.

        It matters to `nn.Dropout`, and to modules of your own that read ``training``.

        Raises:
            OperandError: ``mode`` is neither True nor False.
        """
        flag = switch(mode, "train(mode)")
        for module in self.modules():
            module.training = flag
        return self

    def eval(self) -> Self:
        """Set ``training`` to False, for the use of what was trained.

        >>> from nn import Dropout
        >>> Dropout(0.5).eval().training
        False
        """
        return self.train(False)

    def zero_grad(self) -> None:
        """Clear the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def state_dict(self) -> dict[str, float]:
        """Return the numbers of all parameters, by name.

        >>> from nn import MLP
        >>> MLP(1, [1], rng=0).state_dict()
        {'layers.0.neurons.0.w.0': 0.6888437030500962, 'layers.0.neurons.0.b': 0.0}
        """
        return {name: parameter.data for name, parameter in self.named_parameters()}

    def load_state_dict(
        self, state_dict: Mapping[str, float], strict: bool = True
    ) -> IncompatibleKeys:
        """Set the parameters to the numbers that `state_dict` returned.

        On an error no parameter changes. Infinity and nan are accepted, as in PyTorch,
        so that a diverged network can be restored too; `nn.load_weights` accepts finite
        numbers only.

        Args:
            state_dict: a number for each name.
            strict: whether the names must be exactly those of this module.

        Returns:
            The missing and the unexpected names; both are empty if ``strict``.

        Raises:
            DataError: ``strict``, and the names differ.
            OperandError: it is not a dictionary, or an entry is not a real number.
        """
        given: object = state_dict
        if not isinstance(given, Mapping):
            msg = (
                "load_state_dict needs the dictionary that state_dict() returned, got"
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

    def compile(
        self,
        loss: Loss | str,
        batch_size: int | None = None,
        *,
        optimiser: VectorSteps | None = None,
        reduction: str = "mean",
    ) -> CompiledNetwork:
        """Return this network with a loss as a matrix program, to train it fast.

        The matrices are found in the scalar graph of one example. All parameters stand
        in one array, ``theta``, that the optimiser steps in place; `store` writes them
        back into the Values.

        Args:
            loss: a function or name of `nn.losses`. A loss of your own is called with
                targets that are Values, and must not branch on their numbers.
            batch_size: the most examples of a batch; None for any number.
            optimiser: as in ``SGD(net.parameters())``; `value_and_grad` needs none.
            reduction: "mean" or "sum" over the examples of a batch.

        Raises:
            OperandError: the module is not called with an example, or has no
                parameters; the loss or the reduction is unknown; or the optimiser steps
                Values that are no parameters of it.
            ShapeError: ``batch_size`` is below 1.
        """
        from nn.compiled import CompiledNetwork  # noqa: PLC0415  (loads NumPy)

        net = cast("Network", self)
        return CompiledNetwork(
            net, loss, batch_size, optimiser=optimiser, reduction=reduction
        )

    def __repr__(self) -> str:
        return "\n".join(_tree(self))


def _walk(
    root: Module, *, deep: bool = True
) -> Iterator[tuple[str, str | int, Module | Value]]:
    """Yield (prefix, key, item) for modules and leaf Values, in attribute order.

    Each comes once. A stack instead of recursion: modules may be nested to any depth,
    and in a circle. The name is prefix + key; joining them is left to the caller, who
    does not always need it.
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
    """Return the Values of `_walk` without names, fast: training calls it each step."""
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
                    found += item  # the common case: the weights of a neuron
                    continue
                stack.append(iter(_items(item)))
                break
        else:
            stack.pop()
    once = dict(zip(map(id, found), found, strict=True))
    return [value for value in once.values() if value.is_leaf]


def _mark_parameters(item: object) -> None:
    """Give the leaves in an attribute, a list or a tuple the role of a parameter."""
    stack: list[Iterable[object]] = [(item,)]
    seen: set[int] = set()
    while stack:
        for inner in stack.pop():
            if isinstance(inner, Value):
                if inner.is_leaf:
                    inner.role = "parameter"
            elif isinstance(inner, (list, tuple)) and id(inner) not in seen:
                seen.add(id(inner))
                stack.append(inner)


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
    """Return a line per module, indented; one with its own repr hides its children."""
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
