r"""Five texts on backpropagation, equation by equation, against the scalar graph.

``five_texts.json`` holds every displayed equation as it is printed, with its line and
what is expected of it. What states a gradient, an update or a shape is read and graded
as anybody's notes are. What states something else is computed here from Values: a cost,
the definition of a name, a table of sizes, the rules that a text begins with.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Final

from autograd_scalar import Value, gradients
from nn.deltas.check import gradient_vector
from nn.grading.cases import NetworkCase, other_cases, random_case
from nn.grading.report import Grade, Verdict
from nn.grading.texts import Sizes, default_sizes, grade_notes
from nn.matrix.arrays import np
from nn.reading.equations import Side, read_chains
from nn.reading.formula.tree import (
    Elements,
    Entry,
    Layer,
    Symbol,
    evaluate,
    parts,
    rewritten,
)

__all__ = ["BY_HAND", "Equation", "TextChecked", "checked_texts", "name_of"]


@dataclass(frozen=True, slots=True)
class Equation:
    """One displayed equation, or several in one display, and what was found.

    Attributes:
        line: where it stands in the text.
        formula: as it is printed.
        verdicts: on each of its statements.
        note: why there is nothing to compute, or a part is not read; "" if all is.
        expected: the quantity, status and mistake that each verdict should have.
        left_out: how many of its equations are not read.
    """

    line: int
    formula: str
    verdicts: tuple[Verdict, ...]
    note: str
    expected: tuple[tuple[str, str, str], ...]
    left_out: int = 0

    @property
    def is_as_expected(self) -> bool:
        """Whether every verdict is that of a reader by hand, and a note says the rest.

        >>> equation = Equation(1, "a = b", (), "", ())
        >>> equation.is_as_expected, replace(equation, note="words").is_as_expected
        (False, True)
        """
        found = tuple((name_of(v), v.status, v.mistake) for v in self.verdicts)
        explained = bool(self.note or (found and not self.left_out))
        return found == self.expected and explained

    @property
    def slips(self) -> tuple[Verdict, ...]:
        """The verdicts on what is wrong."""
        return tuple(v for v in self.verdicts if not v.is_right)


@dataclass(frozen=True, slots=True)
class TextChecked:
    """The equations of one text, or of the part of it with one cost and network."""

    text: str
    title: str
    notation: str
    equations: tuple[Equation, ...]

    @property
    def passed(self) -> bool:
        """Whether every equation is judged as expected, its slips among them."""
        return all(each.is_as_expected for each in self.equations)


def name_of(verdict: Verdict) -> str:
    """Return the quantity of a verdict; "" for an equation between formulas."""
    return "" if "\\" in verdict.quantity else verdict.quantity


def checked_texts(seed: int = 0) -> Iterator[TextChecked]:
    """Yield each text with the verdicts on its equations; ``seed`` is of the networks.

    >>> text = next(checked_texts())
    >>> text.text, text.passed, len(text.equations)
    ('Bazterra 2017', True, 11)
    >>> print(text.equations[6].verdicts[1])
    dA1 (line 38): right by another convention: dA and dZ are derivatives of the loss of
    each example
    """
    for group in json.loads(files(__package__).joinpath(_FILE).read_text("utf-8")):
        yield _checked(group, seed)


_FILE: Final = "five_texts.json"


def _checked(group: Mapping[str, Any], seed: int) -> TextChecked:
    rows = group["rows"]
    graded = [row for row in rows if "how" not in row]
    report, by_row = _graded(group, graded, seed)
    judged = iter(by_row)
    equations = []
    for row in rows:
        left_out = 0
        if "how" in row:
            found = BY_HAND[row["how"]](row, _case(group, row, seed))
            verdicts = tuple(replace(v, line=row["line"]) for v in found)
        else:
            verdicts, left_out = next(judged)
        expected = tuple((n, s, m) for n, s, m in row.get("verdicts", ()))
        note = row.get("note", "")
        equations.append(
            Equation(row["line"], row["formula"], verdicts, note, expected, left_out)
        )
    return TextChecked(group["text"], report.title, report.notation, tuple(equations))


def _graded(
    group: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], seed: int
) -> tuple[Grade, list[tuple[tuple[Verdict, ...], int]]]:
    """Grade equations as one text; of each, the verdicts, and how many are left out."""
    text, starts = "", []
    for row in rows:
        starts.append(text.count("\n") + 1)
        text += f"$${row['formula']}$$\n\n"

    def case_of(default: Sizes) -> NetworkCase:
        sizes = tuple(group["layers"] or default)
        sigmoids = ["sigmoid"] * (len(sizes) - 1)
        return random_case(sizes, sigmoids, group["loss"], "mean", 5, seed)

    report = grade_notes(text, case_of)
    ends = [*starts[1:], text.count("\n") + 1]
    return report, [
        (
            tuple(
                replace(v, line=row["line"] + v.line - start)
                for v in report.judged
                if start <= v.line < end
            ),
            sum(start <= line < end for line, *_ in report.left_out),
        )
        for row, start, end in zip(rows, starts, ends, strict=True)
    ]


def _case(group: Mapping[str, Any], row: Mapping[str, Any], seed: int) -> NetworkCase:
    """Return the network for an equation that is checked here."""
    sizes = tuple(row.get("layers") or group["layers"] or default_sizes(2))
    activations = ["sigmoid"] * (len(sizes) - 1)
    loss = row.get("loss", group["loss"])
    m = row.get("examples", 1)
    return random_case(sizes, activations, loss, "mean", m, seed)


# ---- What is checked here ------------------------------------------------------------


def _cost(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Compare the value of the formula with that of the scalar graph's cost."""
    chain = read_chains(row.get("read as", row["formula"]))[0]
    tree = chain.sides[-1].tree
    assert tree is not None
    for part in list(parts(tree)):
        if isinstance(part, Symbol) and part.layer is None and part.name == "A":
            tree = rewritten(tree, part, Symbol("A", Layer("L")))
    if any(isinstance(part, Entry) for part in parts(tree)):
        tree = Elements((), tree)
    same = True
    for each in (case, *other_cases(case, (1, 2))):
        value, cost = evaluate(tree, each, each.last), each.cost.data
        same = same and value.size == 1
        same = same and math.isclose(value.item(), cost, rel_tol=1e-12)
    yield _verdict("cost", same, f"its value is that of the graph's {case.loss_name}")


def _mean_of_losses(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Compare the cost with the losses, and their derivatives by every z and a."""
    m = case.m
    ones = [_one_example(case, i) for i in range(m)]
    mean = math.fsum(one.cost.data for one in ones) / m
    same = math.isclose(case.cost.data, mean, rel_tol=1e-14)
    yield _verdict("cost", same, "it is the mean of the losses of the examples")
    for name, layer in case.nodes:
        if name in "ZA":
            of_losses = np.hstack([o.derivatives()[f"d{name}", layer] for o in ones])
            of_cost = case.derivatives()[f"d{name}", layer]
            close = np.allclose(of_losses, m * of_cost, rtol=1e-12, atol=1e-15)
            same = same and bool(close)
    yield _verdict("dA dZ", same, "those of each example's loss are m times those of C")


def _one_example(case: NetworkCase, i: int) -> NetworkCase:
    X, Y = case.inputs_and_targets()
    return NetworkCase(case.net, X[i : i + 1], Y[i : i + 1], case.loss, "mean")


def _definition(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Look whether all names in each equation are of one node of the graph."""
    for chain in read_chains(row["formula"]):
        quantities = {_quantity(side) for side in chain.sides}
        same = len(quantities) == 1 and len(chain.sides) > 1
        words = "a definition: both sides are the derivative by one node"
        yield _verdict(f"{quantities.pop()}", same, words)


def _quantity(side: Side) -> Symbol | None:
    tree = side.tree.symbol if isinstance(side.tree, Entry) else side.tree
    if not isinstance(tree, Symbol):
        return None
    return Symbol(tree.name.partition(" of ")[0], tree.layer)


def _sizes(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Compare sizes that stand below a formula with those of its quantities."""
    for text, rows, columns in row["sizes"]:
        target = read_chains(f"{text} = 1")[0].sides[0].tree
        assert target is not None
        found = evaluate(target, case, 2).shape
        stated = tuple(int(_size(each, case)) for each in (rows, columns))
        words = f"{stated[0]}x{stated[1]} is stated, it is {found[0]}x{found[1]}"
        if stated == found:
            yield Verdict(f"shape of {target}", "right")
        else:
            yield Verdict(f"shape of {target}", "does not fit", message=words)


def _size(text: str, case: NetworkCase) -> float:
    name, _, layer = text.partition("^")
    if name.isdecimal():
        return float(name)
    place = Layer("L", {"L": 0, "L-1": -1, "L-2": -2}[layer]) if layer else None
    return evaluate(Symbol(name, place), case, 2).item()


def _hadamard(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Multiply two vectors of Values, entry by entry."""
    s, t = (np.array(list(map(Value, v))) for v in row.get("vectors", _VECTORS))
    product = [each.data for each in s * t]
    by_entry = [a * b for a, b in zip(*row.get("vectors", _VECTORS), strict=True)]
    same = product == row.get("product", by_entry)
    shown = ", ".join(f"{x:g}" for x in product)
    yield _verdict("s ⊙ t", same, f"as Values: {shown}")


_VECTORS: Final = ((0.5, -1.5, 2.0), (3.0, 0.25, -1.0))


def _chain_rule(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Add up the paths through each g, and what the index as printed adds up."""
    x = [Value(0.5, "x1"), Value(-1.5, "x2")]
    g = [x[0] * x[1], x[0].sin(), x[1].exp()]
    f = g[0] * g[1] + g[2] * g[0]
    by_g = gradients(f, g)
    rows = [gradients(g_j, x) for g_j in g]
    sums = [sum(d * row[i] for d, row in zip(by_g, rows, strict=True)) for i in (0, 1)]
    right = gradients(f, x)
    if not np.allclose(sums, right, rtol=1e-14, atol=0):
        yield _verdict("sum over j", False, "")
        return
    printed = by_g[0] * sum(rows[0])  # i runs, j stays at 1
    yield Verdict(
        "∂f/∂x", "wrong", "sum-index-slip", "",
        "the sum runs over i, which is fixed on the left; over j it is right",
        "the sum over j from 1 to n",
        counterexample=f"for j = 1 the sum as printed is {printed:.6g}, the graph's"
        f" ∂f/∂x₁ is {right[0]:.6g}",
    )  # fmt: skip


def _vector(row: Mapping[str, Any], case: NetworkCase) -> Iterator[Verdict]:
    """Compare `gradient_vector` with w, b of each layer in the order of the text."""
    case.cost.backward()
    found = gradient_vector(case.net)
    by_layer = [
        case.derivatives()[name, layer].ravel()
        for layer in range(1, case.last + 1)
        for name in ("dW", "db")
    ]
    same = found == np.concatenate(by_layer).tolist()
    yield _verdict("∇C", same, f"gradient_vector(net) has these {len(found)} entries")


def _verdict(quantity: str, same: bool, words: str) -> Verdict:
    if same:
        return Verdict(quantity, "right", message=words)
    return Verdict(quantity, "wrong", message="the scalar graph has another value")


BY_HAND: Final[
    dict[str, Callable[[Mapping[str, Any], NetworkCase], Iterator[Verdict]]]
] = {
    "cost": _cost,
    "mean of losses": _mean_of_losses,
    "definition": _definition,
    "sizes": _sizes,
    "entrywise product": _hadamard,
    "chain rule": _chain_rule,
    "vector": _vector,
    "nothing": lambda row, case: iter(()),
}
