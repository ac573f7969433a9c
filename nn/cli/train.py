"""`autograd-scalar demo` and `train`: run an experiment, print it, write a report."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any, Final

from nn.cli.options import DEMO, dialect_of, sizes
from nn.data.columns import dataset_of, load_iris
from nn.data.csv import read_csv
from nn.data.dataset import Dataset, check_size
from nn.data.digits import load_digits
from nn.experiment.model import save_model
from nn.experiment.run import Outcome, Settings, check_width, loss_for, run
from nn.files import check_writable, printable, text_table, write_whole

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from nn.cli.console import Console
    from nn.deltas.report import DeltaReport
    from nn.experiment.verdict import TrainingVerdict

__all__ = ["demo", "train"]

OK, FAILED, INTERRUPTED = 0, 1, 130
SUFFIXES = (".html",)
_WIDTH: Final = 88
_ABOUT_DELTAS = (
    "The difference in eps decides: where large terms cancel, ULP alone is large."
)


def demo(options: Namespace, console: Console) -> int:
    """Run the experiment on Fisher's iris; by the program, on handwritten digits."""
    for name, default in DEMO[options.engine]._asdict().items():
        if getattr(options, name) is None:
            chosen = sizes(default) if name == "hidden" else default
            setattr(options, name, chosen)
    if options.engine == "graph":
        return _experiment(load_iris(), "Fisher's iris", ["demo"], options, console)
    options.loss = "half_squared_error"
    data = load_digits()
    return _experiment(data, "Handwritten digits", ["demo"], options, console)


def train(options: Namespace, console: Console) -> int:
    """Run the experiment on the user's table."""
    check_writable(Path(options.output), SUFFIXES, [options.file])
    data = dataset_of(
        read_csv(options.file, dialect_of(options)),
        options.target,
        task=options.task,
        missing=options.missing,
        ignore=options.ignore,
    )
    name = Path(options.file).name
    file = options.file
    call = ["train", f"./{file}" if file.startswith("-") else file]
    call += _option("--target", options.target)
    call += [word for column in options.ignore for word in _option("--ignore", column)]
    call += [] if options.header else ["--no-header"]
    for key in ("delimiter", "decimal"):
        given = getattr(options, key)
        call += [] if given is None else _option(f"--{key}", given)
    call += ["--missing", options.missing, "--task", options.task]
    call += ["--loss", options.loss]
    return _experiment(data, f"{data.target} from {name}", call, options, console)


def _experiment(
    data: Dataset,
    title: str,
    call: Sequence[str],
    options: Namespace,
    console: Console,
) -> int:
    from nn.experiment.page import report_html  # noqa: PLC0415  (loads NumPy)

    path = Path(options.output)
    check_writable(path, SUFFIXES)
    if options.save is not None:
        table = [options.file] if options.command == "train" else []
        check_writable(Path(options.save), (".json",), table, "--save")
    settings = Settings(
        hidden=options.hidden,
        activation=options.activation,
        epochs=options.epochs,
        learning_rate=options.learning_rate,
        batch_size=options.batch_size,
        test_fraction=options.test_fraction,
        seed=options.seed,
        loss=options.loss,
        optimiser=options.optimiser,
        engine=options.engine,
    )
    loss_for(data, settings.loss)
    check_size(data)
    check_width(data, settings)
    for notice in data.notices:
        console.note(f"note: {notice}")
    console.say(_introduction(data, settings, title))
    outcome = _run_with_bar(data, settings, console)
    command = _command(call, settings, options.output)
    _tell(outcome, console)
    write_whole(path, report_html(outcome, title, command))
    console.say(f"\nreport: {printable(str(path))}")
    if options.save is not None:
        save_model(outcome.model, Path(options.save))
        console.say(f"network: {printable(options.save)}")
    console.result(_document(outcome, str(path), command) | {"saved": options.save})
    if outcome.history.interrupted:
        return INTERRUPTED
    return OK if outcome.succeeded else FAILED


def _introduction(data: Dataset, settings: Settings, title: str) -> str:
    kind = f"{len(data.classes)} classes" if data.classes else "a number to predict"
    width = len(data.features)
    how = "of scalar graphs" if settings.engine == "graph" else "by a matrix program"
    return (
        f"{printable(title)}: {len(data.y)} examples, "
        f"{width} feature{'s' if width > 1 else ''}, {kind}; "
        f"{settings.epochs} epochs {how}, seed {settings.seed}"
    )


def _run_with_bar(data: Dataset, settings: Settings, console: Console) -> Outcome:
    from tqdm import tqdm  # noqa: PLC0415  (takes longer to import than argparse)

    sys.stdout.flush()
    # None: tqdm shows the bar only on a terminal; a dumb one cannot go back in a line.
    off = True if console.quiet or os.environ.get("TERM") == "dumb" else None
    with tqdm(total=settings.epochs, unit="epoch", leave=False, disable=off) as bar:

        def after(_epoch: int, loss: float) -> None:
            bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
            bar.update()

        return run(data, settings, after)


def _tell(outcome: Outcome, console: Console) -> None:
    history, settings = outcome.history, outcome.settings
    if history.interrupted:
        done = len(history.losses)
        console.note(f"interrupted after epoch {done} of {settings.epochs}")
    layers = "-".join(map(str, outcome.sizes))
    console.say(f"network: {layers}, {settings.activation}, {outcome.loss}")
    if history.losses:
        first, last = history.losses[0], history.losses[-1]
        tested = outcome.test_losses[-1]
        console.say(
            f"loss: {first:.4g} after the first epoch, {last:.4g} after the last; "
            f"{tested:.4g} on test examples"
        )
    if outcome.accuracy is not None:
        share = f"{outcome.right} of {outcome.examples[1]}"
        console.say(f"test accuracy: {outcome.accuracy:.1%} ({share})")
    if outcome.regression is not None:
        r2 = outcome.regression.r2
        shown = "undefined (all test targets are equal)" if r2 is None else f"{r2:.4g}"
        console.say(f"test R²: {shown}; RMSE {outcome.regression.rmse:.4g}")
    if outcome.program:
        console.say(f"\n{outcome.program}")
    if outcome.timing is not None:
        console.say(f"\n{fill(str(outcome.timing), 88)}")
    console.say(f"\n{outcome.deltas}\n{_ABOUT_DELTAS}")
    _tell_verdict(outcome.training, console)


def _tell_verdict(training: TrainingVerdict, console: Console) -> None:
    rows: list[tuple[str, ...]] = [
        ("layer", "units", "dead", "saturated", "gradient norm", "before training")
    ]
    for state in training.layers:
        numbers = (state.number, state.units, state.dead, state.saturated)
        last = state.norms[-1] if state.norms else state.before
        norms = f"{last:.4g}", f"{state.before:.4g}"
        rows.append((*map(str, numbers), *norms))
    console.say(f"\n{text_table(rows)}")
    mark = "✓" if training.learned else "✗"
    console.say("\n" + fill(f"{mark} {printable(training.headline)}", _WIDTH))
    for words in (*training.findings, *filter(None, [training.advice])):
        console.say(indent(fill(words, _WIDTH - 2), "  "))


def _command(call: Sequence[str], settings: Settings, output: str) -> str:
    """Return the command line that makes the same report."""
    words = [
        "autograd-scalar",
        *call,
        *("--hidden", ",".join(map(str, settings.hidden)) or "none"),
        *("--activation", settings.activation),
        *("--epochs", str(settings.epochs)),
        *("--learning-rate", f"{settings.learning_rate!r}"),
        *("--batch-size", str(settings.batch_size)),
        *("--test-fraction", f"{settings.test_fraction!r}"),
        *("--optimiser", settings.optimiser),
        *("--engine", settings.engine),
        *("--seed", str(settings.seed)),
        *_option("--output", output),
    ]
    return shlex.join(words)


def _option(name: str, value: str) -> list[str]:
    """Return an option and its value, joined by = if the value looks like an option."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


# ---- For programs --------------------------------------------------------------------


def _document(outcome: Outcome, report: str, command: str) -> dict[str, Any]:
    from nn.experiment.page import versions  # noqa: PLC0415  (loads NumPy)

    data, fit = outcome.data, outcome.regression
    document: dict[str, Any] = {
        "target": data.target,
        "features": data.features,
        "notices": data.notices,
        "examples": {"train": outcome.examples[0], "test": outcome.examples[1]},
        "layers": outcome.sizes,
        "loss": outcome.loss,
        "training_losses": outcome.history.losses,
        "test_losses": outcome.test_losses,
        "interrupted": outcome.history.interrupted,
    }
    if fit is not None:
        document |= {"r2": fit.r2, "rmse": fit.rmse}
    else:
        document |= {
            "accuracy": outcome.accuracy,
            "classes": data.classes,
            "confusion": outcome.confusion,
        }
    if outcome.program:
        document["program"] = outcome.program.splitlines()
    if outcome.timing is not None:
        document["seconds_of_a_step"] = outcome.timing._asdict()
    return document | {
        "training": _training(outcome.training),
        "deltas": _deltas(outcome.deltas),
        "report": report,
        "command": command,
        "versions": versions(),
    }


def _training(verdict: TrainingVerdict) -> dict[str, Any]:
    return {
        "learned": verdict.learned,
        "headline": verdict.headline,
        "findings": verdict.findings,
        "advice": verdict.advice,
        "baseline": verdict.baseline._asdict(),
        "layers": [state._asdict() for state in verdict.layers],
        "diagnosis": dict(verdict.diagnosis.counts),
    }


def _deltas(report: DeltaReport) -> dict[str, Any]:
    """Summarise the report: for each matrix of gradients its size and worst node."""
    blocks = []
    for block in report.blocks:
        nodes = list(block.nodes(report.tolerance))
        worst = max(nodes, key=lambda node: (not node.agrees, node.ulp))
        blocks.append(
            {
                "of": f"{block.kind}{block.layer}",
                "nodes": len(nodes),
                "differ": sum(not node.agrees for node in nodes),
                "worst": worst._asdict(),
            }
        )
    return {"passed": report.passed, "nodes": len(report), "gradients": blocks}
