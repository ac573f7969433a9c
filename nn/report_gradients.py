"""The report's gradients: the table of all of them, and the graph of one neuron."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from autograd_scalar import draw
from nn.html_parts import number, scrolled, section, text

if TYPE_CHECKING:
    from nn.experiment import Outcome

__all__ = ["gradient_table", "neuron_graph"]


_EQUATIONS: Final = """\
<p>Once by the chain rule over the scalar graph, which sums at each node over all the
paths to the cost. Once by the matrix equations, in NumPy, by code that shares nothing
with the graph; δ<sup>l</sup> is the row dC/dz of layer l:</p>
<ul class="equations">
<li>δ<sup>L</sup> = ∂C/∂a<sup>L</sup> ⊙ g′(z<sup>L</sup>)</li>
<li>δ<sup>l</sup> = (W<sup>l+1</sup>)ᵀ δ<sup>l+1</sup> ⊙ g′(z<sup>l</sup>)</li>
<li>∂C/∂W<sup>l</sup> = δ<sup>l</sup> (a<sup>l−1</sup>)ᵀ</li>
<li>∂C/∂b<sup>l</sup> = Σ<sub>examples</sub> δ<sup>l</sup></li>
</ul>
<p>An ULP is one step from a float to the next. The two add in different orders: where
large terms cancel, more steps remain between sums that are equal as far as their terms
can tell.</p>"""


def gradient_table(outcome: Outcome) -> str:
    """Every gradient of the checked batch, from both sides."""
    return section(
        "Every gradient, computed twice",
        _EQUATIONS,
        scrolled(outcome.deltas._repr_html_(), "gradients, layer by layer"),
    )


def neuron_graph(outcome: Outcome) -> str:
    """The graph behind `Outcome.neuron`, as an image of its own."""
    root = outcome.neuron
    svg = draw(root).svg
    uri = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    alt = (
        f"Computation graph of {root.label}: inputs times weights, summed with the "
        f"bias, through {outcome.settings.activation}; its value is "
        f"{number(root.data)}, its gradient {number(root.grad)}."
    )
    return section(
        "One neuron, node by node",
        f'<figure><div class="wide" tabindex="0" role="region" '
        f'aria-label="graph of one neuron"><img class="graph" src="{uri}" '
        f'alt="{text(alt)}"></div>'
        "<figcaption>The first-layer neuron with the largest δ, for the checked "
        "example of the largest loss: each box has its value and its gradient "
        "∂C/∂node, each edge its local derivative. Going left, a gradient is "
        "multiplied by the local derivative of the edge. The inputs feed the other "
        "neurons too, so theirs are sums over all of them.</figcaption>"
        "</figure>",
    )
