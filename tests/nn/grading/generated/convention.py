"""A convention in which a note on backpropagation may be written, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Convention:
    """How a note writes; each attribute is drawn apart from the others.

    Attributes:
        z: the letter of the pre-activations; so ``a``, ``w``, ``b``, ``target``,
            ``cost``, and ``g`` for the activation function.
        output: how the output is written; "" as the last layer's activations.
        marks: how the layer is said: "bare" superscript, "round" or "square" brackets,
            "below" as a subscript, "names" of their own per layer (two layers), "words"
            below (two layers), or "indices": a letter per layer (two layers).
        numbered: every layer by its number, of two; else l and L, of three.
        first: the number of the input layer, 0 or 1.
        source: a weight has the number of the layer from which it leads.
        form: "one" example, a batch in "columns" or "rows", or "entries".
        from_to: w_ij leads from i to j.
        index_first: whether an entry's index is written before its layer.
        sum_first: the sum over the next layer before the slope, or after it.
        by: "delta", "partial" for its fraction, "both", "nabla", or "d" for dZ.
        reversed_error: -(y - a) for a - y.
        count: where 1/m stands: "gradients", "delta" or "nowhere" (the cost is a sum).
        summed: how db sums a batch.
        cost_is: "squares", "norm", "unhalved", "logistic" or "softmax".
        hidden: the activation of the hidden layers.
        spelled: the slope is written out, and not as g'.
        transposed: how a transpose is written.
        product: the product entry by entry.
        chain: factorisations by the chain rule go before the results.
        bold: the command in which vectors and matrices stand.
        block: how displayed equations are laid out.
        ending: what follows an equation.
        fraction: the command in which a derivative is written, or a slash in a line.
        update: how an update is written.
        wrapped: what some results are wrapped in.
        leading: what goes before a displayed equation on its line.
    """

    z: str
    a: str
    w: str
    b: str
    target: str
    cost: str
    g: str
    delta: str
    slope: str
    output: str
    marks: str
    numbered: bool
    first: int
    source: bool
    form: str
    from_to: bool
    index_first: bool
    sum_first: bool
    by: str
    reversed_error: bool
    count: str
    summed: str
    cost_is: str
    hidden: str
    spelled: bool
    transposed: str
    product: str
    chain: bool
    bold: str
    block: str
    ending: str
    fraction: str
    update: str
    wrapped: str
    leading: str


CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "z": ("z", "z", "z", "s", "u", "v", "net", "h", "a", "in", "p"),
    "a": ("a", "a", "a", "h", "o", "x", "y", r"\varphi", "out", "z", "q"),
    "w": ("W", "W", "w", r"\Theta", r"\theta", "A", "U"),
    "b": ("b", "b", r"\beta", r"\theta", "c"),
    "target": ("y", "y", "t", "d", "T", r"\bar{y}", r"\tilde{y}", "y^*"),
    "cost": (
        "C",
        "E",
        "J",
        "L",
        r"\ell",
        r"\mathcal{L}",
        r"\text{Loss}",
        "R",
        r"\xi",
        r"\mathcal{E}",
        "Q",
    ),
    "g": (r"\sigma", "g", "f", r"\varphi", r"\phi", "h", r"\psi", r"\theta", "s"),
    "delta": (r"\delta", r"\delta", r"\delta", "e", r"\varepsilon", "r", r"\Delta"),
    "slope": ("'", "'", "dot", "Leibniz"),
    "output": ("", "", r"\hat{y}", "o", "p", r"h_\Theta(x)", "f(x)"),
    "marks": ("bare", "bare", "round", "square", "below", "names", "words", "indices"),
    "numbered": (False, True),
    "first": (0, 0, 1),
    "source": (False, False, False, True),
    "form": ("one", "one", "columns", "rows", "entries"),
    "from_to": (False, True),
    "index_first": (False, True),
    "sum_first": (False, True),
    "by": ("delta", "delta", "partial", "both", "nabla", "d"),
    "reversed_error": (False, False, True),
    "count": ("gradients", "delta", "nowhere"),
    "summed": ("sum", "ones", "np"),
    "cost_is": ("squares", "norm", "unhalved", "logistic", "softmax"),
    "hidden": ("sigmoid", "tanh", "relu"),
    "spelled": (False, True),
    "transposed": ("^T", r"^\top", r"^{\intercal}", "'", r"^{\mathsf{T}}"),
    "product": (r"\odot", r"\circ", "*", r"\cdot", r"\times", ""),
    "chain": (False, True),
    "bold": ("", "", "", r"\mathbf", r"\boldsymbol", r"\vec", r"\bm"),
    "block": ("$$", "$$", "inline", "[", "align", "aligned", "lines", "gather"),
    "ending": ("", "", ",", ".", r"\tag", r"\quad (n)", r"\label", r"\text{where}"),
    "fraction": (r"\frac", r"\dfrac", r"\displaystyle\frac", r"{\partial/\partial}"),
    "update": (r"\leftarrow", ":=", "=", "new", r"\Delta", r"\gets"),
    "wrapped": ("", "", r"\boxed", r"\underbrace", r"\left."),
    "leading": ("", "", "", "> ", "* ", "1. "),
}


def drawn(seed: int) -> Convention:
    """Return the convention of a seed, in which no letter has two meanings."""
    random = Random(seed)
    return agreed(
        Convention(**{name: random.choice(of) for name, of in CHOICES.items()})  # type: ignore[arg-type]
    )


def agreed(one: Convention) -> Convention:  # noqa: PLR0912, PLR0915
    """Return the convention with what does not go together changed, the later part."""
    if one.marks in {"names", "words", "indices"}:
        one = replace(one, numbered=True, source=False, first=0)
    if one.marks == "indices":
        one = replace(one, form="entries")
    if one.marks == "names" and one.form == "entries":
        one = replace(one, form="one")
    if one.form == "entries":
        one = replace(one, count="nowhere", bold="")
        if one.marks == "words":
            one = replace(one, marks="bare")
        if one.by == "nabla":
            one = replace(one, by="partial")
    if one.form == "one":
        one = replace(one, count="nowhere")
    if one.by == "d" and one.form == "entries":
        one = replace(one, by="delta")
    if one.count == "gradients" and one.by in {"partial", "both", "nabla"}:
        one = replace(
            one, count="delta"
        )  # else the fraction says 1/m that is not there
    taken = {one.z}
    batch = one.form in {"columns", "rows"}
    for name, spare in (("a", "a"), ("w", "W"), ("b", "b"), ("target", "t")):
        letter = getattr(one, name)
        clash = batch and letter in {x.upper() for x in taken if len(x) == 1}
        clash |= batch and letter == "x"  # X is the inputs
        if letter in taken or clash or (name == "a" and {letter, one.z} == {"z", "a"}):
            letter = next(x for x in (spare, "h", "o", "y", "B") if x not in taken)
            one = replace(one, **{name: letter})
        taken.add(letter)
    if one.g in taken:
        one = replace(one, g=next(x for x in (r"\sigma", "g") if x not in taken))
    if one.delta in {*taken, one.cost} or (one.marks == "names" and one.delta == "r"):
        one = replace(one, delta=r"\delta")
    if one.delta == r"\Delta" and one.update == r"\Delta":
        one = replace(one, delta=r"\delta")
    decorated = one.target[0] == "\\" or one.target == "y^*"
    if decorated and (one.bold or one.form != "one" or one.output or one.a == "y"):
        one = replace(one, target="t" if "t" not in taken else "y")
    if one.target == "y" and one.a == "y":
        one = replace(one, target="t")
    if one.cost in {*taken, *(x.upper() for x in taken)} or (
        one.cost == "L" and not one.numbered
    ):
        one = replace(one, cost="E")
    if one.output in taken or (one.output == "f(x)" and one.g == "f"):
        one = replace(one, output="")
    if one.output == r"h_\Theta(x)" and (one.z == "h" or one.form != "one"):
        one = replace(one, output="")
    if one.output == "f(x)" and one.form != "one":
        one = replace(one, output=r"\hat{y}")
    if one.form == "entries" and one.output in {"f(x)", r"h_\Theta(x)"}:
        one = replace(one, output=r"\hat{y}")
    if one.marks in {"names", "words"}:
        one = replace(one, output="")
    if len(one.z) > 1 or len(one.a) > 1:
        one = replace(one, bold="")
    if one.transposed == "'" and one.marks in {"bare", "round"}:
        one = replace(one, transposed="^T")
    if one.by == "d" and one.target == "d":
        one = replace(one, target="t" if "t" not in {one.z, one.a} else "y")
    if one.product == "" and one.form != "entries":
        one = replace(one, product=r"\odot")
    if one.product in {r"\cdot", r"\times"} and one.form == "columns":
        one = replace(one, product="*")
    if one.block == "inline" and one.ending in {r"\tag", r"\label"}:
        one = replace(one, ending="")
    if one.block in {"align", "aligned", "lines", "gather"} and one.leading:
        one = replace(one, leading="> " if one.leading == "> " else "")
    if one.block == "aligned" and one.ending in {r"\tag", r"\label"}:
        one = replace(one, ending=",")
    return one
