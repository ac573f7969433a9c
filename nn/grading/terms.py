"""Find what a wrong quantity is made of: one or two of the terms that people write.

A formula that is no edit of the right one, such as ``dA * (1 - A**3)`` or
``(W + 0.1).T @ dZ``, is most often a sum of two terms from a short list, with numbers
before them. All pairs are tried at once, by least squares over the networks; a pair
that gives every entry in all of them is no chance.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from nn.grading.mistakes import right_formula
from nn.matrix.arrays import np
from nn.reading.formula.numpy_spelling import read_tree
from nn.reading.formula.tree import (
    Binary,
    FormulaError,
    Number,
    Symbol,
    evaluate,
    parts,
    rewritten,
)

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.reading.formula.tree import Array, Tree

__all__ = ["Combination", "combination", "counted_examples"]


@dataclass(frozen=True, slots=True)
class Combination:
    """One or two terms with their factors.

    ``of`` is the quantity that they stand for, ``values`` what it is in each case.
    """

    of: str
    terms: tuple[tuple[float, str], ...]
    values: tuple[Array, ...]

    def __str__(self) -> str:
        (first, text), *others = self.terms
        shown = _times(first, text)
        for factor, other in others:
            sign = "-" if factor < 0 else "+"
            shown += f" {sign} {_times(abs(factor), other)}"
        return shown

    def tree(self) -> Tree:
        """Return it as a formula."""
        found = [Binary("*", Number(c), read_tree(text)) for c, text in self.terms]
        return found[0] if len(found) == 1 else Binary("+", *found)


def combination(
    cases: Sequence[NetworkCase],
    quantity: tuple[str, int],
    found: Sequence[Array],
    given: Set[str],
    tolerance: float,
) -> Combination | None:
    """Return the terms that a quantity is made of in every case, or None.

    ``given`` are the quantities of the layer that are known: what stands before another
    is looked for in it.
    """
    name, layer = quantity
    if any(array.shape != found[0].shape for array in found[1:]) or not found[0].size:
        return None
    known = tuple(kind for kind in _CHAIN[name] if kind in given)
    for of, texts, formulas in _candidates(name, layer == cases[0].last, known):
        values, kept = _values(cases, layer, formulas, found)
        answer = np.concatenate([array.ravel() for array in found])
        if not np.isfinite(answer).all() or answer.size <= _FEWEST or not len(kept):
            continue
        pair = _pair(values, answer, tolerance)
        if pair is not None:
            terms = tuple((c, texts[kept[i]]) for i, c in pair)
            made = sum(c * values[i] for i, c in pair)
            ends = np.cumsum([array.size for array in found])[:-1]
            pieces = np.split(np.asarray(made), ends)
            shaped = (p.reshape(a.shape) for p, a in zip(pieces, found, strict=True))
            return Combination(of, terms, tuple(shaped))
    return None


def counted_examples(
    cases: Sequence[NetworkCase],
    quantity: tuple[str, int],
    found: Sequence[Array],
    tolerance: float,
) -> list[int] | None:
    """Return which examples a dW or db counts, if it leaves some of them out."""
    name, layer = quantity
    if name not in {"dW", "db"} or len({case.m for case in cases}) > 1:
        return None
    m = cases[0].m
    columns: list[list[Array]] = [[] for _ in range(m)]
    for case, array in zip(cases, found, strict=True):
        dZ = np.asarray(case.quantity("dZ", layer))
        before = np.asarray(case.quantity("A", layer - 1))
        for i in range(m):
            one = dZ[:, i : i + 1]
            each = one @ before[:, i : i + 1].T if name == "dW" else one
            if each.shape != array.shape:
                return None
            columns[i].append(each.ravel())
    values = np.array([np.concatenate(column) for column in columns])
    answer = np.concatenate([array.ravel() for array in found])
    if answer.size <= m or not np.isfinite(answer).all():
        return None
    weights = np.linalg.lstsq(values.T, answer, rcond=None)[0]
    if not _is_close(values.T @ weights, answer, tolerance):
        return None
    counted = [i for i in range(m) if abs(weights[i]) > _NOTHING]
    same = counted and np.ptp(weights[counted]) <= _NOTHING * abs(weights).max()
    return counted if same and len(counted) < m else None


# ---- Least squares -------------------------------------------------------------------


def _pair(
    values: Array, answer: Array, tolerance: float
) -> list[tuple[int, float]] | None:
    """Return the one or two rows that give the answer, with their factors."""
    gram, projected = values @ values.T, values @ answer
    sizes = np.sqrt(np.diag(gram))
    length = float(answer @ answer)
    with np.errstate(all="ignore"):
        alone = length - projected**2 / np.diag(gram)
        det = np.outer(sizes, sizes) ** 2 - gram**2
        one = projected[:, np.newaxis] * np.diag(gram) - gram * projected
        explained = (one * projected[:, np.newaxis] + one.T * projected) / det
        rest = length - explained
    rest[~(det > _INDEPENDENT * np.outer(sizes, sizes) ** 2)] = np.inf
    for i in np.argsort(alone)[:_TRIED]:
        factor = float(projected[i] / gram[i, i])
        if _is_close(factor * values[i], answer, tolerance):
            return [(int(i), factor)]
    order = np.argsort(np.where(np.isfinite(rest), rest, np.inf), axis=None)[:_TRIED]
    for i, j in zip(*np.unravel_index(order, rest.shape), strict=True):
        both = values[[i, j]].T
        factors = np.linalg.lstsq(both, answer, rcond=None)[0]
        if i < j and _is_close(both @ factors, answer, tolerance):
            return [(int(i), float(factors[0])), (int(j), float(factors[1]))]
    return None


def _is_close(one: Array, other: Array, tolerance: float) -> bool:
    size = float(np.abs(other).max(initial=0.0))
    return size > 0 and bool(np.abs(one - other).max() <= tolerance * size)


def _values(
    cases: Sequence[NetworkCase],
    layer: int,
    formulas: Sequence[Tree],
    found: Sequence[Array],
) -> tuple[Array, list[int]]:
    """Return the values of the terms that exist, a row each, and which these are."""
    rows: list[Array] = []
    kept: list[int] = []
    for i, formula in enumerate(formulas):
        try:
            each = [
                np.broadcast_to(evaluate(formula, case, layer), array.shape).ravel()
                for case, array in zip(cases, found, strict=True)
            ]
        except (FormulaError, ValueError):
            continue
        row = np.concatenate(each)
        if np.isfinite(row).all() and np.abs(row).max() > 0:
            rows.append(row)
            kept.append(i)
    return np.array(rows), kept


# ---- The terms -----------------------------------------------------------------------


@cache
def _candidates(
    name: str, is_last: bool, given: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...], list[Tree]]]:
    """Return the terms of a quantity, and of those before it that are not known."""
    chain = [name]
    for before in _CHAIN[name][1:]:
        if before in given:
            break
        chain.append(before)
    found = []
    for of in chain:
        texts = _TERMS["dA[L]" if of == "dA" and is_last else of]
        formulas = [_passed_on(read_tree(text), chain, of) for text in texts]
        found.append((of, texts, formulas))
    return found


def _passed_on(tree: Tree, chain: list[str], of: str) -> Tree:
    """Return the quantity that is asked for, made of a wrong one before it."""
    for after in reversed(chain[: chain.index(of)]):
        right = right_formula(after, 1, 1)
        assert right is not None
        before = chain[chain.index(after) + 1]
        for part in parts(right):
            if isinstance(part, Symbol) and part.name == before:
                tree = rewritten(right, part, tree)
                break
    return tree


def _times(factor: float, text: str) -> str:
    plain = _shown(text)
    if np.isclose(factor, 1.0):
        return plain
    return f"{factor:.4g} * {plain}" if not np.isclose(factor, -1.0) else f"-{plain}"


@cache
def _shown(text: str) -> str:
    """Return the text of a term as formulas are shown."""
    tree = read_tree(text)
    return (
        f"({tree})" if isinstance(tree, Binary) and tree.operator in "+-" else f"{tree}"
    )


_FEWEST: Final = 5  # entries that no two terms give by chance
_TRIED: Final = 12
_INDEPENDENT: Final = 1e-10
_NOTHING: Final = 1e-7
_CHAIN: Final = {
    "dA": ("dA",),
    "dZ": ("dZ", "dA"),
    "dW": ("dW", "dZ", "dA"),
    "db": ("db", "dZ", "dA"),
    "Z": ("Z",),
    "A": ("A",),
}
_BACK: Final = "W[l+1].T @ {}"
_SLOPES: Final = (
    "dA[l]", *(f"dA[l] * {slope}" for slope in (
        "dg(Z[l])", "A[l]", "Z[l]", "A[l]**2", "Z[l]**2", "A[l]**3", "A[l] * Z[l]",
        "A[l]**4", "Z[l]**3", "dg(Z[l])**2", "dg(A[l])", "g(A[l])", "exp(Z[l])",
        "exp(-Z[l])", "exp(A[l])", "exp(-A[l])", "sigmoid(Z[l])", "sigmoid(Z[l])**2",
        "tanh(Z[l])", "tanh(Z[l])**2", "positive(Z[l])", "positive(A[l])",
        "dg(Z[l]) * A[l]", "dg(Z[l]) * Z[l]", "sqrt(abs(dg(Z[l])))", "dg(-Z[l])",
        "sign(Z[l])", "abs(Z[l])", "abs(A[l])", "positive(Z[l]) * A[l]",
        "positive(Z[l]) * Z[l]", "mean(dg(Z[l]))",
    )),
    "dA[l] / dg(Z[l])", "dA[l] / A[l]", "dA[l] / Z[l]", "dA[l]**2 * dg(Z[l])",
    "sign(dA[l]) * dg(Z[l])", "abs(dA[l]) * dg(Z[l])", "dg(Z[l])", "A[l]", "Z[l]",
    "ones_like(A[l])", "dA[l]**2", "b[l]",
)  # fmt: skip
_TERMS: Final[dict[str, tuple[str, ...]]] = {
    "Z": ("W[l] @ A[l-1]", "b[l]", "W[l] @ Z[l-1]", "A[l]", "ones_like(Z[l])"),
    "A": ("A[l]", "Z[l]", "dg(Z[l])", "g(A[l])", "ones_like(A[l])", "A[l]**2",
          "Z[l]**2"),
    "dA[L]": tuple(f"{term} / divisor" for term in (
        "A[L]", "Y", "(A[L] - Y)", "sign(A[L] - Y)", "abs(A[L] - Y)", "(A[L] - Y)**2",
        "(A[L] - Y)**3", "A[L]**2", "Y**2", "A[L] * Y", "Y / A[L]", "A[L] / Y",
        "(1 - Y) / (1 - A[L])", "1 / A[L]", "1 / (1 - A[L])", "log(A[L])",
        "log(1 - A[L])", "Y * log(A[L])", "(1 - Y) * log(1 - A[L])", "softmax(A[L])",
        "sigmoid(A[L])", "tanh(A[L])", "softmax(A[L])**2", "sigmoid(A[L])**2",
        "Y * softmax(A[L])", "Y * sigmoid(A[L])", "Y / softmax(A[L])",
        "log(softmax(A[L]))", "Y * log(softmax(A[L]))", "ones_like(A[L])", "Z[L]",
        "A[L] * (1 - A[L])", "Y * (1 - Y)", "exp(A[L])", "positive(A[L] - Y)",
        "dg(Z[L])",
        "positive(1 - Y * A[L])", "Y * positive(1 - Y * A[L])", "Y * Z[L]",
        "positive(Y * A[L])",
    )),
    "dA": (
        *(_BACK.format(term) for term in (
            "dZ[l+1]", "dA[l+1]", "A[l+1]", "Z[l+1]", "b[l+1]", "dZ[l+1]**2",
            "sign(dZ[l+1])", "abs(dZ[l+1])", "(dZ[l+1] * dg(Z[l+1]))",
            "(dZ[l+1] * A[l+1])", "(dZ[l+1] * Z[l+1])", "(A[l+1] - Y)", "Y",
            "mean(dZ[l+1], axis=1, keepdims=True)", "db[l+1]", "softmax(A[l+1])",
            "positive(dZ[l+1])", "ones_like(dZ[l+1])",
        )),
        "abs(W[l+1]).T @ dZ[l+1]", "(W[l+1]**2).T @ dZ[l+1]",
        "sign(W[l+1]).T @ dZ[l+1]",
        "dW[l+1].T @ dZ[l+1]", "ones_like(W[l+1]).T @ dZ[l+1]", "A[l]", "Z[l]", "b[l]",
        "ones_like(A[l])", *(f"(W[l+1].T @ dZ[l+1]) * {factor}" for factor in (
            "A[l]", "Z[l]", "dg(Z[l])", "b[l]", "mean(A[l-1])", "A[l]**2",
        )), "(W[l+1].T @ dZ[l+1])**2", "abs(W[l+1].T @ dZ[l+1])",
        "sign(W[l+1].T @ dZ[l+1])", "W[l+1].T @ (W[l+1] @ A[l])",
    ),
    "dZ": _SLOPES,
    "dW": (
        *(f"dZ[l] @ {term}.T" for term in (
            "A[l-1]", "Z[l-1]", "(A[l-1]**2)", "abs(A[l-1])", "sign(A[l-1])",
            "ones_like(A[l-1])", "dg(Z[l-1])", "g(A[l-1])", "dA[l-1]", "exp(A[l-1])",
            "(A[l-1] * Z[l-1])", "(mean(A[l-1], axis=1, keepdims=True) + 0 * A[l-1])",
            "(mean(A[l-1], axis=0, keepdims=True) + 0 * A[l-1])",
        )),
        *(f"{term} @ A[l-1].T" for term in (
            "abs(dZ[l])", "sign(dZ[l])", "(dZ[l]**2)", "dA[l]", "A[l]", "Z[l]",
            "(dZ[l] * A[l])", "(dZ[l] * Z[l])", "(dZ[l] * dg(Z[l]))",
            "ones_like(dZ[l])",
            "positive(dZ[l])", "(mean(dZ[l]) + 0 * dZ[l])",
            "(mean(dZ[l], axis=0, keepdims=True) + 0 * dZ[l])",
        )),
        "W[l]", "sign(W[l])", "W[l]**2", "abs(W[l])", "ones_like(W[l])",
        "(dZ[l] @ A[l-1].T) * W[l]", "(dZ[l] @ A[l-1].T)**2", "abs(dZ[l] @ A[l-1].T)",
        "sign(dZ[l] @ A[l-1].T)", "db[l]", "b[l]",
    ),
    "db": (
        *(f"sum({term}, axis=1, keepdims=True)" for term in (
            "dZ[l]", "dA[l]", "dZ[l] * A[l]", "dZ[l] * Z[l]", "abs(dZ[l])", "dZ[l]**2",
            "dZ[l] * dg(Z[l])", "dW[l]", "A[l]", "Z[l]", "sign(dZ[l])",
            "dZ[l] @ A[l-1].T",
            "W[l]", "positive(dZ[l])",
        )),
        "b[l]", "ones_like(b[l])", "sign(b[l])", "b[l]**2", "sum(dZ[l])",
        "sum(dZ[l], axis=1, keepdims=True) * b[l]", "sum(dW[l])",
        "sum(dZ[l], axis=1, keepdims=True)**2",
    ),
}  # fmt: skip
