"""Bring what a derivation returns to a dictionary with our names of gradients.

People return dictionaries with names of many kinds, also in one another, lists of
pairs, all gradients in a row, objects with attributes, and tensors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar import DataError
from nn.matrix.arrays import np
from nn.reading.code.names import bases_of, quantity_of_words
from nn.reading.formula.numpy_spelling import read_name
from nn.reading.formula.tree import Layer, Symbol

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase

__all__ = ["in_our_names"]


def in_our_names(result: object, case: NetworkCase) -> object:
    """Return what was returned with our names, or as it is, if none is understood."""
    result = _plain(result, 0)
    if isinstance(result, Mapping):
        return _named(result, case) or result
    if isinstance(result, tuple | list):
        return _in_a_row(result, case) or result
    return result


def _plain(given: Any, depth: int) -> Any:
    """Return dictionaries, lists and arrays for objects and tensors."""
    if depth > _DEEPEST:
        msg = f"expected results at most {_DEEPEST} deep, got more"
        raise DataError(msg)
    if isinstance(given, Mapping):
        return {str(key): _plain(item, depth + 1) for key, item in given.items()}
    if isinstance(given, tuple | list):
        if hasattr(given, "_asdict"):
            return _plain(given._asdict(), depth)
        return type(given)(_plain(item, depth + 1) for item in given)
    if hasattr(given, "detach"):
        return given.detach().cpu().numpy()
    if hasattr(given, "__dict__") and not hasattr(given, "__array__"):
        held = {k: v for k, v in vars(given).items() if not k.startswith("_")}
        return _plain(held, depth + 1) if held and not callable(given) else given
    return given


def _named(result: Mapping[str, object], case: NetworkCase) -> dict[str, object]:
    """Return the entries by our names: ``{"layer1": {"weight": w}}`` is dW1."""
    leaves = list(_leaves(result))
    found: dict[str, object] = {}
    for path, value in leaves:
        symbol = _quantity(path)
        if symbol is None:
            continue
        kind = f"d{symbol.name}" if symbol.name in {"W", "b"} else symbol.name
        layer = symbol.layer
        if layer is None:
            found.setdefault(kind, value)
        else:
            found.setdefault(f"{kind}{layer.number(0, case.last)}", value)
    return found


def _leaves(
    tree: Mapping[str, object], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, item in tree.items():
        here = (*path, *str(key).split("."))
        if isinstance(item, Mapping) and not all(map(_is_a_number, item)):
            yield from _leaves(item, here)
        elif _are_of_layers(item):
            assert isinstance(item, list | tuple)
            for i, each in enumerate(item, 1):
                yield from _leaves(each, (*path, f"layer{i}"))
        else:
            yield here, item


def _is_a_number(key: object) -> bool:
    return str(key).isdecimal()


def _are_of_layers(item: object) -> bool:
    """Return whether it is a list with a dictionary of each layer."""
    is_list = isinstance(item, list | tuple) and bool(item)
    return is_list and all(isinstance(each, Mapping) for each in item)  # type: ignore[attr-defined]


def _quantity(path: Sequence[str]) -> Symbol | None:
    """Return the quantity that the names on the way to it say, or None."""
    last = path[-1]
    for name in dict.fromkeys((last, "_".join(path), "_".join(path[-2:]))):
        found = _of_a_name(name)
        if found is not None and found.layer is not None:
            return found
    layers = [layer for name in path[:-1] for layer in _layers_of(name)]
    found = _of_a_name(last)
    if found is not None and layers:
        return Symbol(found.name, layers[-1])
    return found


def _of_a_name(name: str) -> Symbol | None:
    direct = read_name(name) or quantity_of_words(name)
    if direct is not None and direct.name in _KINDS:
        return direct
    for base, kind in bases_of(name):
        found = read_name(base) or quantity_of_words(base)
        if found is not None and found.name in {"W", "b", "Z", "A"}:
            of = "Z" if kind == "delta" else found.name
            return Symbol(f"d{of}", found.layer)
    words = re.findall(r"[A-Za-z]+", name)
    kinds = [_WORDS[word.lower()] for word in words if word.lower() in _WORDS]
    layers = list(_layers_of(name))
    if len(set(kinds)) == 1:
        return Symbol(kinds[0], layers[-1] if layers else None)
    return None


def _layers_of(name: str) -> Iterator[Layer]:
    for word in re.findall(r"[A-Za-z]+|[0-9]+", name):
        if word.isdecimal():
            yield Layer("", int(word))
        elif word.lower() in _PLACES:
            yield _PLACES[word.lower()]


def _in_a_row(result: Sequence[object], case: NetworkCase) -> dict[str, object]:
    """Return the gradients of a list that holds them in some order, or of pairs."""
    if len(result) == 1 and isinstance(result[0], Mapping | tuple | list):
        inner = in_our_names(result[0], case)
        return inner if isinstance(inner, dict) else {}
    dictionaries: list[Mapping[str, object]] = [
        each for each in result if isinstance(each, Mapping)
    ]
    if len(dictionaries) == len(result):
        found: dict[str, object] = {}
        for i, held in enumerate(dictionaries, 1):
            one = _named({f"layer{i}": held}, case)
            found |= _named(held, case) if _has_layers(held) else one
        return found
    with_cost = [one for one in dictionaries if _named(one, case)]
    if with_cost:  # the cost beside the gradients
        return _named(with_cost[0], case)
    flat: list[object] = []
    for each in result:
        entries: list[Any] = list(each) if isinstance(each, tuple | list) else []
        flat += entries if any(map(np.ndim, entries)) else [each]
    if len(flat) == 2 * case.last + 1 and np.ndim(np.asarray(flat[0])) == 0:
        flat = flat[1:]  # the cost stands before them
    if len(flat) != 2 * case.last or len(result) == 2 == len(flat):  # noqa: PLR2004
        return {}
    best = max(_orders(case.last), key=lambda order: _fit(order, flat, case))
    if not _fit(best, flat, case):
        return {}
    return {f"{kind}{i}": one for (kind, i), one in zip(best, flat, strict=True)}


def _has_layers(given: Mapping[str, object]) -> bool:
    found = [_of_a_name(name) for name in given]
    return any(each is not None and each.layer is not None for each in found)


def _orders(last: int) -> list[list[tuple[str, int]]]:
    """Return the orders in which weights and biases are listed, the usual first."""
    found = []
    for layers in (range(1, last + 1), range(last, 0, -1)):
        for one, other in (("dW", "db"), ("db", "dW")):
            found.append([(kind, i) for i in layers for kind in (one, other)])
            found.append([(kind, i) for kind in (one, other) for i in layers])
    return found


def _fit(
    order: Sequence[tuple[str, int]], flat: Sequence[object], case: NetworkCase
) -> int:
    """Count what has as many entries as it needs to have."""
    wanted = [np.size(case.quantity(*quantity)) for quantity in order]
    return sum(np.size(one) == size for one, size in zip(flat, wanted, strict=True))  # type: ignore[arg-type]


_DEEPEST: Final = 20
_KINDS: Final = frozenset({"dW", "db", "dZ", "dA", "W", "b", "Z", "A"})
_WORDS: Final = {
    **dict.fromkeys(("weight", "weights", "kernel", "w", "coef", "coefs"), "W"),
    **dict.fromkeys(("bias", "biases", "b", "intercept", "intercepts"), "b"),
    **dict.fromkeys(("delta", "deltas"), "dZ"),
}
_PLACES: Final = {
    **dict.fromkeys(("hidden", "hid", "first"), Layer("", 1)),
    **dict.fromkeys(("output", "out", "last", "final"), Layer("L")),
}
