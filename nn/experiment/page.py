"""Pieces of a page: escaped text, headed sections, tables that scroll."""

from __future__ import annotations

import base64
import platform
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

from autograd_scalar import __version__, draw
from nn.experiment.charts import line_chart, scatter_chart
from nn.files import printable

if TYPE_CHECKING:
    from nn.experiment.run import Outcome

__all__ = [
    "gradient_table",
    "neuron_graph",
    "number",
    "report_html",
    "scrolled",
    "section",
    "table",
    "text",
    "versions",
]


def number(x: float) -> str:
    """Four significant digits, for reading."""
    return f"{x:.4g}"


def text(source: object) -> str:
    """Text from a file or the user, harmless in HTML and in reading order."""
    return escape(printable(str(source)))


def section(heading: str, *parts: str) -> str:
    """Parts under a heading."""
    inner = "\n".join(parts)
    return f"<section>\n<h2>{heading}</h2>\n{inner}\n</section>"


def scrolled(wide: str, name: str) -> str:
    """A wide table that scrolls by keyboard as well."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"{wide}</div>"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A table with headed columns; cells are markup already."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


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


def report_html(outcome: Outcome, title: str, command: str) -> str:
    """The whole page; ``command`` is what makes it again."""
    style = (files("nn.experiment") / "report.css").read_text("utf-8")
    sections = [
        _training(outcome),
        _regression(outcome) if outcome.confusion is None else _confusion(outcome),
        gradient_table(outcome),
        neuron_graph(outcome),
        _settings(outcome, command),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<main>\n{_head(outcome, title)}\n" + "\n".join(sections) + "\n"
        f"<footer>Written by autograd-scalar {__version__}: every gradient here is a "
        "sum over the nodes of a scalar graph.</footer>\n</main>\n</body>\n</html>\n"
    )


def versions() -> dict[str, str]:
    """What the result may depend on."""
    return {
        "autograd-scalar": __version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "NumPy": np.__version__,
    }


# ---- Above all -----------------------------------------------------------------------


def _head(outcome: Outcome, title: str) -> str:
    data = outcome.data
    kind = f"{len(data.classes)} classes" if data.classes else "a number"
    width = len(data.features)
    lead = (
        f"A {'-'.join(map(str, outcome.sizes))} network of scalar values learns "
        f"<b>{text(data.target)}</b> ({kind}) from {width} "
        f"feature{'s' if width > 1 else ''}: "
        f"{outcome.examples[0]} examples to train on, {outcome.examples[1]} to test on."
    )
    passed = outcome.deltas.passed
    verdict = (
        f'<p class="verdict {"good" if passed else "bad"}">{"✓" if passed else "✗"} '
        f"{text(outcome.deltas.verdict)}</p>"
    )
    return (
        f'<header>\n<h1>{text(title)}</h1>\n<p class="lead">{lead}</p>\n{verdict}\n'
        f"{_interrupted(outcome)}{_notices(outcome)}{_figures(outcome)}\n</header>"
    )


def _interrupted(outcome: Outcome) -> str:
    if not outcome.history.interrupted:
        return ""
    return (
        '<p class="notice" role="status"><b>interrupted after epoch '
        f"{len(outcome.history.losses)}</b> of {outcome.settings.epochs}: these are "
        "the results of the weights of that epoch.</p>\n"
    )


def _notices(outcome: Outcome) -> str:
    return "".join(
        f'<p class="notice">{text(notice)}</p>\n' for notice in outcome.data.notices
    )


def _figures(outcome: Outcome) -> str:
    figures: list[tuple[str, str, str]] = []
    if outcome.accuracy is not None:
        share = f"{outcome.right} of {outcome.examples[1]}"
        figures.append(("test accuracy", f"{outcome.accuracy:.1%}", share))
    if (fit := outcome.regression) is not None:
        r2 = "undefined" if fit.r2 is None else number(fit.r2)
        figures.append(("test R²", r2, "1 is perfect, 0 is the mean"))
        unit = f"in units of {outcome.data.target}"
        figures.append(("test RMSE", number(fit.rmse), unit))
    if outcome.history.losses:
        first, last = outcome.history.losses[0], outcome.history.losses[-1]
        figures.append(("training loss", number(last), f"{number(first)} at first"))
    if outcome.test_losses:
        figures.append(("test loss", number(outcome.test_losses[-1]), outcome.loss))
    worst = f"within {outcome.deltas.largest_terms_error:.2g} eps of their terms"
    figures.append(("gradients compared", str(len(outcome.deltas)), worst))
    return (
        '<dl class="figures">'
        + "".join(
            f"<div><dt>{text(name)}</dt><dd>{value} <small>{text(note)}</small></dd>"
            "</div>"
            for name, value, note in figures
        )
        + "</dl>"
    )


# ---- What was learnt -----------------------------------------------------------------


def _training(outcome: Outcome) -> str:
    train, test = outcome.history.losses, outcome.test_losses
    if not train:
        return section("Training", "<p>No epoch was finished, so no curve.</p>")
    description = (
        f"Epochs: {len(train)}. Training loss from {number(train[0])} to "
        f"{number(train[-1])}, test loss from {number(test[0])} to {number(test[-1])}."
    )
    chart = line_chart(
        {"training": train, "test": test},
        title="Loss by epoch",
        description=description,
        x_label="epoch",
        y_label=outcome.loss.replace("_", " "),
    )
    rows = [
        (str(k), *map(number, pair))
        for k, pair in enumerate(zip(train, test, strict=True), 1)
    ]
    losses = table(("epoch", "training loss", "test loss"), rows, "Loss by epoch")
    return section(
        "Training",
        f"<figure>{chart}<figcaption>{description}</figcaption></figure>",
        f"<details><summary>The numbers of the curve</summary>{losses}</details>",
    )


def _confusion(outcome: Outcome) -> str:
    names = [text(name) for name in outcome.data.classes]
    counts = outcome.confusion or ()
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = ""
    for k, (name, row) in enumerate(zip(names, counts, strict=True)):
        total = sum(row) or 1
        cells = "".join(
            f'<td class="{"right" if j == k else "wrong"}" '
            f'style="background: rgba(var(--tint), {0.55 * n / total:.2f})">{n}</td>'
            for j, n in enumerate(row)
        )
        body += f'<tr><th scope="row">{name}</th>{cells}</tr>'
    counted = (
        '<table class="confusion"><caption>Test examples by true class (rows) and by '
        "predicted class (columns); the right ones, blue, stand on the diagonal."
        "</caption>"
        f'<thead><tr><th scope="col">true \\ predicted</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    return section("Right and wrong", scrolled(counted, "confusion table"))


def _regression(outcome: Outcome) -> str:
    fit = outcome.regression
    assert fit is not None
    r2 = "undefined: all test targets are equal" if fit.r2 is None else number(fit.r2)
    description = (
        f"{len(fit.true)} test examples; R² {r2}, root mean square error "
        f"{number(fit.rmse)}."
    )
    target = printable(outcome.data.target)
    chart = scatter_chart(
        fit.true,
        fit.predicted,
        title="Predicted against true",
        description=description,
        x_label=f"true {target}",
        y_label=f"predicted {target}",
    )
    return section(
        "Predicted against true",
        f"<figure>{chart}<figcaption>{text(description)} A dot on the dashed line is "
        "predicted exactly.</figcaption></figure>",
    )


# ---- How it was made -----------------------------------------------------------------


def _settings(outcome: Outcome, command: str) -> str:
    chosen = outcome.settings
    rows = {
        "layers": "-".join(map(str, outcome.sizes)),
        "hidden activation": chosen.activation,
        "loss": f"{outcome.loss}, mean over a batch",
        "optimiser": f"Adam, learning rate {chosen.learning_rate:g}",
        "epochs": f"{len(outcome.history.losses)} of {chosen.epochs}",
        "batch size": chosen.batch_size,
        "test fraction": chosen.test_fraction,
        "features": ", ".join(outcome.data.features),
        "scale": "standardised with the training part's mean and deviation",
        "seed": chosen.seed,
    } | versions()
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{text(value)}</td></tr>'
        for name, value in rows.items()
    )
    return section(
        "How to make it again",
        f"<pre><code>{text(command)}</code></pre>",
        '<table class="settings"><caption>Settings and versions</caption>'
        f"<tbody>{body}</tbody></table>",
    )
