"""`autograd-scalar predict`: what a saved network says of the rows of a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from nn.cli.options import dialect_of
from nn.data.csv import read_csv
from nn.experiment.model import load_model
from nn.files import check_writable, printable, write_whole

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console
    from nn.experiment.model import Model

__all__ = ["predict"]


def predict(options: Namespace, console: Console) -> int:
    """Print a prediction for every row as CSV, or write it to a file."""
    if options.output is not None:
        check_writable(Path(options.output), (".csv",), [options.file, options.weights])
    model = load_model(Path(options.weights))
    outputs = model.predict(read_csv(options.file, dialect_of(options)))
    answers = [_answer(model, row) for row in outputs]
    if options.output is None:
        console.say(_csv(model, answers, outputs).rstrip("\n"))
    else:
        write_whole(Path(options.output), _csv(model, answers, outputs))
        console.say(f"predictions: {printable(options.output)}")
    console.result(
        {
            "target": model.target,
            "classes": model.classes,
            "predictions": answers,
            "outputs": outputs if model.classes else None,
            "file": options.output,
        }
    )
    return 0


def _answer(model: Model, row: list[float]) -> str | float:
    return model.classes[row.index(max(row))] if model.classes else row[0]


def _csv(model: Model, answers: list[str | float], outputs: list[list[float]]) -> str:
    """Return the answers as a table; of classes, with a column for each output."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([model.target, *(f"{model.target}={c}" for c in model.classes)])
    for answer, row in zip(answers, outputs, strict=True):
        writer.writerow([answer, *(row if model.classes else [])])
    return text.getvalue()
