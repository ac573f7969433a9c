"""The report of an experiment: one HTML file that loads and runs nothing."""

from __future__ import annotations

import base64
import math
import platform
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

from autograd_scalar import __version__, draw
from nn.experiment.charts import line_chart, scatter_chart, thinned
from nn.files import printable

if TYPE_CHECKING:
    from nn.experiment.run import Outcome

__all__ = ["report_html", "versions"]

_EQUATIONS: Final = """\
<p>Once by the chain rule in the scalar graph, which adds up all paths from a node to
the cost: the scalar sum. Once by the matrix equations in NumPy, in code that shares
nothing with the graph: the closed form. δ<sup>l</sup> is dC/dz of layer l:</p>
<ul class="equations">
<li>δ<sup>L</sup> = ∂C/∂a<sup>L</sup> ⊙ g′(z<sup>L</sup>)</li>
<li>δ<sup>l</sup> = (W<sup>l+1</sup>)ᵀ δ<sup>l+1</sup> ⊙ g′(z<sup>l</sup>)</li>
<li>∂C/∂W<sup>l</sup> = δ<sup>l</sup> (a<sup>l−1</sup>)ᵀ</li>
<li>∂C/∂b<sup>l</sup> = Σ<sub>examples</sub> δ<sup>l</sup></li>
</ul>
<p>The two sides add in different orders, so their last bits differ. The difference is
in eps, 2.2e-16, of the terms that were added; it decides. An ULP is one step from a
float to the next: where large terms cancel, many ULP may be rounding.</p>"""


def report_html(outcome: Outcome, title: str, command: str) -> str:
    """Return the whole page; ``command`` is the command line that makes it again."""
    style = (files("nn.experiment") / "report.css").read_text("utf-8")
    sections = [
        _training(outcome),
        _layers(outcome),
        _regression(outcome) if outcome.confusion is None else _confusion(outcome),
        _gradient_table(outcome),
        *([_program(outcome)] if outcome.program else []),
        _neuron_graph(outcome),
        _settings(outcome, command),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<main>\n{_head(outcome, title)}\n" + "\n".join(sections) + "\n"
        f"<footer>Written by autograd-scalar {__version__}. Every gradient was "
        f"computed {_how(outcome)}.</footer>\n</main>\n</body>\n</html>\n"
    )


def _how(outcome: Outcome) -> str:
    if outcome.program:
        return "by a program that was derived from a graph of scalar values"
    return "in a graph of scalar values"


def versions() -> dict[str, str]:
    """Return the versions of all that the result may depend on."""
    return {
        "autograd-scalar": __version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "NumPy": np.__version__,
    }


# ---- The summary ---------------------------------------------------------------------


def _head(outcome: Outcome, title: str) -> str:
    data = outcome.data
    kind = f"{len(data.classes)} classes" if data.classes else "a number"
    width = len(data.features)
    lead = (
        f"A {'-'.join(map(str, outcome.sizes))} network of scalar values learns "
        f"<b>{_text(data.target)}</b> ({kind}) from {width} "
        f"feature{'s' if width > 1 else ''}: "
        f"{outcome.examples[0]} examples to train on, {outcome.examples[1]} to test on."
    )
    training = outcome.training
    said = [*training.findings, *filter(None, [training.advice])]
    doubts = "".join(f"<li>{_text(_sentence(words))}</li>" for words in said)
    return (
        f'<header>\n<h1>{_text(title)}</h1>\n<p class="lead">{lead}</p>\n'
        f"{_verdict(training.learned, training.headline)}"
        f"{f'<ul>{doubts}</ul>' if doubts else ''}\n"
        f"{_verdict(outcome.deltas.passed, outcome.deltas.verdict)}\n"
        f"{_interrupted(outcome)}{_notices(outcome)}{_figures(outcome)}\n</header>"
    )


def _verdict(good: bool, words: str) -> str:
    kind, mark = ("good", "✓") if good else ("bad", "✗")
    return f'<p class="verdict {kind}">{mark} {_text(words)}</p>'


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _interrupted(outcome: Outcome) -> str:
    if not outcome.history.interrupted:
        return ""
    return (
        '<p class="notice" role="status"><b>interrupted after epoch '
        f"{len(outcome.history.losses)}</b> of {outcome.settings.epochs}: the results "
        "are those of the weights after that epoch.</p>\n"
    )


def _notices(outcome: Outcome) -> str:
    return "".join(
        f'<p class="notice">{_text(notice)}</p>\n' for notice in outcome.data.notices
    )


def _figures(outcome: Outcome) -> str:
    figures: list[tuple[str, str, str]] = []
    if outcome.accuracy is not None:
        share = f"{outcome.right} of {outcome.examples[1]}"
        figures.append(("test accuracy", f"{outcome.accuracy:.1%}", share))
        constant = outcome.training.baseline
        figures.append(("baseline", f"{constant.accuracy:.1%}", constant.words))
    if (fit := outcome.regression) is not None:
        r2 = "undefined" if fit.r2 is None else _number(fit.r2)
        figures.append(("test R²", r2, "1 is perfect, 0 is the mean"))
        unit = f"in units of {outcome.data.target}"
        figures.append(("test RMSE", _number(fit.rmse), unit))
        constant = outcome.training.baseline
        figures.append(("baseline RMSE", f"{constant.rmse:.4g}", constant.words))
    if outcome.history.losses:
        first, last = outcome.history.losses[0], outcome.history.losses[-1]
        figures.append(("training loss", _number(last), f"{_number(first)} at first"))
    if outcome.test_losses:
        figures.append(("test loss", _number(outcome.test_losses[-1]), outcome.loss))
    worst = f"differ by at most {outcome.deltas.largest_terms_error:.2g} eps"
    figures.append(("gradients compared", str(len(outcome.deltas)), worst))
    return (
        '<dl class="figures">'
        + "".join(
            f"<div><dt>{_text(name)}</dt><dd>{value} <small>{_text(note)}</small></dd>"
            "</div>"
            for name, value, note in figures
        )
        + "</dl>"
    )


# ---- What was learnt -----------------------------------------------------------------


def _training(outcome: Outcome) -> str:
    train, test = outcome.history.losses, outcome.test_losses
    if not train:
        return _section("Training", "<p>No epoch was finished, so no curve.</p>")
    description = (
        f"Epochs: {len(train)}. Training loss from {_number(train[0])} to "
        f"{_number(train[-1])}, test loss from {_number(test[0])} to "
        f"{_number(test[-1])}."
    )
    series = {"training": train, "test": test}
    constant = outcome.training.baseline
    if math.isfinite(constant.loss):
        series["baseline"] = (constant.loss,) * len(train)
        description += (
            f" The best constant outputs have the test loss {_number(constant.loss)}."
        )
    chart = line_chart(
        series,
        title="Loss by epoch",
        description=description,
        x_label="epoch",
        y_label=outcome.loss.replace("_", " "),
    )
    rows = [
        (str(k), *map(_number, pair))
        for k, pair in enumerate(zip(train, test, strict=True), 1)
    ]
    losses = _table(("epoch", "training loss", "test loss"), rows, "Loss by epoch")
    return _section(
        "Training",
        f"<figure>{chart}<figcaption>{description}</figcaption></figure>",
        f"<details><summary>The numbers of the curve</summary>{losses}</details>",
    )


def _layers(outcome: Outcome) -> str:
    """Tabulate units that pass nothing back, and the gradient norms of each layer."""
    training = outcome.training
    rows = [
        (
            str(state.number),
            str(state.units),
            str(state.dead),
            str(state.saturated),
            _number(state.before),
            *(_number(state.norms[k]) for k in (0, -1) if state.norms),
        )
        for state in training.layers
    ]
    head = ("layer", "units", "dead", "saturated", "norm before the first step")
    after = (
        ("after the first epoch", "after the last") if outcome.history.losses else ()
    )
    by_epoch = [
        (str(k), *(_number(state.norms[k - 1]) for state in training.layers))
        for k in range(1, len(outcome.history.losses) + 1)
    ]
    numbers = [f"layer {state.number}" for state in training.layers]
    return _section(
        "Layer by layer",
        "<p>A unit is dead if it is 0 and passes no gradient back, for each of "
        f"{training.layers[0].examples} training examples; saturated if it passes back "
        "less than 0.001 of it. The norm is that of the gradients of all weights and "
        "biases of a layer, for one batch: in the chart that of every step, in the "
        "tables the last one of an epoch.</p>",
        _norms_chart(outcome),
        _scrolled(_table((*head, *after), rows, "Units and gradient norms"), "layers"),
        "<details><summary>The norms of every epoch</summary>"
        + _table(("epoch", *numbers), by_epoch, "Gradient norms by epoch")
        + "</details>",
        f"<p>In the graph of the batch that is checked below, <code>diagnose</code> "
        f"looks at every unit and example by itself, and says of its"
        f" {_text(_found(outcome))}.</p>",
    )


def _norms_chart(outcome: Outcome) -> str:
    """Draw the gradient norm of each layer over the steps."""
    layers = outcome.training.layers
    count = len(layers[0].of_steps)
    if not count:
        return ""
    thin = {f"layer {state.number}": thinned(state.of_steps) for state in layers}
    every = thin["layer 1"][1]
    ends = "; ".join(
        f"layer {state.number} from {_number(state.of_steps[0])} to"
        f" {_number(state.of_steps[-1])}"
        for state in layers
    )
    of = "" if every == 1 else f", each dot of a line the mean of {every} steps"
    description = (
        f"Gradient norms over {count:,} steps, on a logarithmic axis{of}: {ends}."
    )
    chart = line_chart(
        {name: line for name, (line, _) in thin.items()},
        title="Gradient norms by step",
        description=description,
        x_label="step",
        y_label="gradient norm",
        logarithmic=True,
        every=every,
    )
    return f"<figure>{chart}<figcaption>{description}</figcaption></figure>"


def _found(outcome: Outcome) -> str:
    return repr(outcome.training.diagnosis).removeprefix("<diagnosis of ")[:-1]


def _confusion(outcome: Outcome) -> str:
    names = [_text(name) for name in outcome.data.classes]
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
        "predicted class (columns). Right predictions are on the diagonal, in blue."
        "</caption>"
        f'<thead><tr><th scope="col">true \\ predicted</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    return _section("Right and wrong", _scrolled(counted, "confusion table"))


def _regression(outcome: Outcome) -> str:
    fit = outcome.regression
    assert fit is not None
    r2 = "undefined: all test targets are equal" if fit.r2 is None else _number(fit.r2)
    description = (
        f"{len(fit.true)} test examples; R² {r2}, root mean square error "
        f"{_number(fit.rmse)}."
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
    return _section(
        "Predicted against true",
        f"<figure>{chart}<figcaption>{_text(description)} A dot on the dashed line is "
        "predicted exactly.</figcaption></figure>",
    )


# ---- What was checked ----------------------------------------------------------------


def _gradient_table(outcome: Outcome) -> str:
    """Tabulate every gradient of the checked batch, from all sides."""
    third = (
        "<p>And once by the matrix program that was found in the scalar graph of this"
        " batch. Where the three do not agree, the table names the one that is alone"
        " against two.</p>"
    )
    return _section(
        f"Every gradient, computed {'three times' if outcome.program else 'twice'}",
        _EQUATIONS,
        *([third] if outcome.program else []),
        _scrolled(outcome.deltas._repr_html_(), "gradients, layer by layer"),
    )


def _program(outcome: Outcome) -> str:
    """Show the equations that training ran by; each is one line of a program."""
    return _section(
        "The equations that were found",
        "<p>Training ran by this program. It was derived from the scalar graph of one"
        " example: equal lists of weights became the rows of a matrix. A batch has one"
        " column for each example.</p>",
        _scrolled(f"<pre><code>{_text_lines(outcome.program)}</code></pre>", "program"),
    )


def _neuron_graph(outcome: Outcome) -> str:
    """Draw the graph of `Outcome.neuron`, as an embedded image."""
    root = outcome.neuron
    svg = draw(root).svg
    uri = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    alt = (
        f"Computation graph of {root.label}: inputs times weights, summed with the "
        f"bias, through {outcome.settings.activation}; its value is "
        f"{_number(root.data)}, its gradient {_number(root.grad)}."
    )
    return _section(
        "One neuron, node by node",
        f'<figure><div class="wide" tabindex="0" role="region" '
        f'aria-label="graph of one neuron"><img class="graph" src="{uri}" '
        f'alt="{_text(alt)}"></div>'
        "<figcaption>The first-layer neuron with the largest δ, for the checked "
        "example with the largest loss. Each box shows its value and its gradient "
        "∂C/∂node, each edge its local derivative. From right to left, a gradient is "
        "multiplied by the local derivative of each edge. The inputs feed the other "
        "neurons too; their gradients are sums over all neurons.</figcaption>"
        "</figure>",
    )


# ---- How it was made -----------------------------------------------------------------


def _settings(outcome: Outcome, command: str) -> str:
    chosen, names = outcome.settings, {"adam": "Adam", "sgd": "gradient descent"}
    rows = {
        "layers": "-".join(map(str, outcome.sizes)),
        "hidden activation": chosen.activation,
        "loss": f"{outcome.loss}, mean over a batch",
        "optimiser": f"{names[chosen.optimiser]}, learning rate"
        f" {chosen.learning_rate:g}",
        "engine": f"{chosen.engine}s",
        "epochs": f"{len(outcome.history.losses)} of {chosen.epochs}",
        "batch size": chosen.batch_size,
        "test fraction": chosen.test_fraction,
        "features": ", ".join(outcome.data.features),
        "scale": "standardised with the training part's mean and deviation",
        "seed": chosen.seed,
    } | versions()
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{_text(value)}</td></tr>'
        for name, value in rows.items()
    )
    return _section(
        "How to make it again",
        f"<pre><code>{_text(command)}</code></pre>",
        '<table class="settings"><caption>Settings and versions</caption>'
        f"<tbody>{body}</tbody></table>",
    )


# ---- Pieces of HTML ------------------------------------------------------------------


def _number(x: float) -> str:
    """Format with four significant digits."""
    return f"{x:.4g}"


def _text(source: object) -> str:
    """Escape text from a file or the user for HTML, control characters included."""
    return escape(printable(str(source)))


def _text_lines(source: str) -> str:
    return "\n".join(map(_text, source.splitlines()))


def _section(heading: str, *parts: str) -> str:
    """Put parts under a heading."""
    inner = "\n".join(parts)
    return f"<section>\n<h2>{heading}</h2>\n{inner}\n</section>"


def _scrolled(wide: str, name: str) -> str:
    """Let a wide table scroll, by keyboard too."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"{wide}</div>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Build a table with headed columns; the cells are HTML already."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
