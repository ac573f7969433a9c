"""A note as people publish it, its setting, and a judgement of each formula row.

The attributes that `Case` in `case` has too mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One formula row of a note, with the author's judgement.

    Attributes:
        formula: the row as it stands in the text, without its delimiters.
        verdict: "right" or "wrong" of what states a gradient, or a factor of one;
            "definition" of a forward pass, loss, update, slope or notation, which is
            not to be called wrong; "chain" of a factorisation by the chain rule, which
            may be left out, but not be called wrong; and so "not decidable".
        mistake: what is wrong, in words; "" else.
        check: how it was verified, as NumPy: "true quantity = what the row says";
            several are joined by "&&". Quantities: dW1, db1, dZ1, dA1 of the cost,
            ldZ1 and so on of the sum of the examples' losses; dg1 is g'(Z1); {l}, {p},
            {q} are any layer, the next, the one before.
        line: where the row begins in the text, from 1.
    """

    formula: str
    verdict: str
    mistake: str = ""
    check: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A note, and the network and cost that it is about.

    With the loss "softmax_cross_entropy" the output activation is "identity", as in
    nn.losses, which takes logits; the text writes a, o, p or y-hat for softmax(z).

    Attributes:
        name: of the note.
        words: what was planted, or what is unusual about a right one.
        enters: the quantity in which the mistake enters; "" in a right note. Where a
            recursion for every layer is wrong, the first on the way back that it gives.
        derivation: the text.
        layers: the widths, the inputs first.
        hidden: the activation of the hidden layers.
        output: the activation of the output layer.
        loss: a name of `nn.losses`.
        reduction: "mean" or "sum" over the batch.
        layout: whether examples are "columns" or "rows" of the text's matrices. In
            rows, W is (in, out).
        examples: "one" if the text is about a single example, else "batch".
        after: the public page whose notation and layout it follows.
        rows: its formula rows, in the order of the text.
    """

    name: str
    words: str
    enters: str
    derivation: str
    layers: tuple[int, ...] = (3, 4, 2)
    hidden: str = "sigmoid"
    output: str = "sigmoid"
    loss: str = "half_squared_error"
    reduction: str = "mean"
    layout: str = "columns"
    examples: str = "batch"
    after: str = ""
    rows: list[Row] = field(default_factory=list)
