"""The record of a forward pass: every z and a by layer, and the names they bear."""

from __future__ import annotations

from dataclasses import dataclass

from autograd_scalar import Value

__all__ = ["ForwardPass"]


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """Every node of one example's forward pass: a list per layer, layer 1 first.

    ``z[l - 1][j]`` is z^l_j and ``a[l - 1][j]`` is a^l_j; ``inputs[k]`` is a^0_k. In a
    linear layer a is z: both lists hold the same Value, and its label says z.
    """

    inputs: list[Value]
    z: list[list[Value]]
    a: list[list[Value]]

    @property
    def outputs(self) -> list[Value]:
        """The activations of the last layer."""
        return self.a[-1]

    def label(self, example: int | None = None) -> None:
        """Name the nodes ``z1[2]``, ``a1[2]``, or ``z1[2](i)`` for example i.

        Inputs that came as Values keep the labels they have.
        """
        suffix = "" if example is None else f"({example})"
        for k, node in enumerate(self.inputs):
            if not node.label or node.label == f"a0[{k}]":
                node.label = f"a0[{k}]{suffix}"
        # z after a: where they are one node, it is called z.
        for letter, layers in (("a", self.a), ("z", self.z)):
            for number, layer in enumerate(layers, 1):
                for j, node in enumerate(layer):
                    node.label = f"{letter}{number}[{j}]{suffix}"
