"""The conventions of five texts: which cost, which factor, which network.

Authors differ in a factor (½, 2, 1/m), in what is summed, and in when they divide by
the number of examples. Each `Convention` is one author's choice, and checks it.

>>> report = CONVENTIONS["3-4-2"].check(rng=0)
>>> report.passed, len(report)
(True, 41)
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nn.deltas.check import check_deltas
from nn.layers import MLP

if TYPE_CHECKING:
    from nn.deltas.report import DeltaReport
    from nn.init import Rng

__all__ = ["CONVENTIONS", "Convention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """One author's cost and network, with the equations that belong to it.

    Attributes:
        name: its key in `CONVENTIONS`.
        source: the author, or the title of a text that names none.
        cost: the cost, as the text writes it.
        delta: the equations that follow from it.
        loss: a name of `nn.LOSSES`.
        reduction: "mean" or "sum" over the examples of a batch.
        sizes: the widths of the layers, from input to output.
        activation: that of the hidden layers.
        output_activation: that of the output layer.
        of: what da and dz are derivatives of: the "cost" or each "loss".
        examples: the number m of examples in `check`.
    """

    name: str
    source: str
    cost: str
    delta: str
    loss: str = "half_squared_error"
    reduction: str = "sum"
    of: str = "cost"
    sizes: tuple[int, ...] = (3, 4, 2)
    activation: str = "sigmoid"
    output_activation: str = "sigmoid"
    examples: int = 1

    def network(self, rng: Rng = None) -> MLP:
        """Make a random network of this convention's sizes and activations."""
        return MLP(
            self.sizes[0],
            list(self.sizes[1:]),
            activation=self.activation,
            output_activation=self.output_activation,
            rng=rng,
        )

    def batch(self, rng: random.Random) -> tuple[list[list[float]], list[list[float]]]:
        """Draw inputs and targets, one example per row; targets are 0 or 1."""
        X = [
            [rng.uniform(-1, 1) for _ in range(self.sizes[0])]
            for _ in range(self.examples)
        ]
        n_out = self.sizes[-1]
        hot = [rng.randrange(n_out) for _ in range(self.examples)]
        return X, [[float(k == j) for k in range(n_out)] for j in hot]

    def check(self, rng: int = 0) -> DeltaReport:
        """Compare every gradient of a random network with the matrix equations."""
        generator = random.Random(rng)
        net = self.network(generator)
        X, Y = self.batch(generator)
        return check_deltas(net, X, Y, self.loss, reduction=self.reduction, of=self.of)


_ALL: Final = (
    Convention(
        name="mean-of-losses",
        source="Bazterra 2017",
        cost="C = 1/m Σ_i L(a_i, y_i)",
        delta="dZ = dA ⊙ g'(Z), dA = Wᵀ dZ of the next layer, dW = 1/m dZ Aᵀ",
        loss="softmax_cross_entropy",
        reduction="mean",
        of="loss",
        sizes=(4, 5, 3),
        activation="tanh",
        output_activation="linear",
        examples=6,
    ),
    Convention(
        name="squared-no-half",
        source="Nielsen; 3Blue1Brown",
        cost="C_0 = Σ_j (a_j - y_j)²",
        delta="∂C_0/∂a = 2 (a - y), ∂C_0/∂w = a_k σ'(z_j) ∂C_0/∂a_j",
        loss="squared_error",
    ),
    Convention(
        name="half-squared",
        source="Back propagation proof (Intuition), first cost",
        cost="C = ½ Σ_j (y_j - a_j)²",
        delta="δ^L = (a - y) ⊙ σ'(z), δ^l = (Wᵀ δ^{l+1}) ⊙ σ'(z)",
        sizes=(3, 5, 4, 2),
    ),
    Convention(
        name="cross-entropy",
        source="Back propagation proof (Intuition), second cost",
        cost="C = -1/m Σ_i (y log a + (1 - y) log(1 - a))",
        delta="δ^L = (a - y)/(a (1 - a)) · σ'(z) = a - y, over m",
        loss="binary_cross_entropy",
        reduction="mean",
        sizes=(3, 4, 1),
        examples=5,
    ),
    Convention(
        name="3-4-2",
        source="Backpropagation in Neural Networks, 2018",
        cost="C = ½ ‖a² - t‖²",
        delta="δ² = (a² - t) ⊙ σ'(z²), δ¹ = (W²ᵀ δ²) ⊙ σ'(z¹)",
    ),
    Convention(
        name="half-mean",
        source="Back Prop. Derivation",
        cost="J = 1/2m Σ_i (y_i - a_i)²",
        delta="Δz = Δa ⊙ g'(z), Δa = wᵀ Δz of the next layer, w ← w - η Δw",
        reduction="mean",
        sizes=(2, 4, 3),
        activation="tanh",
        examples=7,
    ),
)

CONVENTIONS: Final[dict[str, Convention]] = {each.name: each for each in _ALL}
