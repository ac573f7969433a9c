"""A trained network with all that its inputs and outputs mean, in a JSON file.

The file holds names and numbers only: the features in their order, their scale, the
classes or the unit of the target, the shape of the network, its weights.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from autograd_scalar import AutogradError, DataError, Value, WholeFile
from nn.activations import softmax
from nn.data.columns import is_missing, note_gaps, one_hot_columns, read_numbers
from nn.data.csv import Table, listing, shown
from nn.data.dataset import Row, Scale, filled
from nn.layers import MLP
from nn.training.evaluation import predict
from nn.weights.json import strict

__all__ = ["Model", "load_model", "save_model"]

MAX_BYTES: Final = 64 * 2**20
MOST_WEIGHTS: Final = 1_000_000
_FORMAT: Final = "autograd-scalar model"
_VERSION: Final = 1
_GAPS_REMEDY: Final = (
    "fill in what is missing, or train the network with --missing mean, to know what"
    " stands for it"
)
# What reading numbers and entries from damaged JSON raises.
_DAMAGE: Final = (LookupError, TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Model:
    """A network, and how a row of a table becomes its inputs.

    Attributes:
        target: the column that it predicts.
        features: names of its inputs; ``column=text`` is 1 where the cell is the text.
        classes: what it tells apart; empty if it predicts a number.
        scale: mean and deviation of every feature.
        unit: mean and deviation of a target that is a number.
        activation: that of the hidden layers.
        output_activation: that of the output layer.
        loss: what it was trained with.
        net: the network.
        fill: what stands for a missing value of each feature; empty if nothing does.
    """

    target: str
    features: tuple[str, ...]
    classes: tuple[str, ...]
    scale: Scale
    unit: Scale
    activation: str
    output_activation: str
    loss: str
    net: MLP
    fill: Row = ()

    def predict(self, table: Table) -> list[list[float]]:
        """Return for each row the probabilities of the classes, or the number.

        Probabilities where the loss is a cross-entropy: of softmax or, one by one, of
        sigmoid; otherwise the outputs as they are.

        Raises:
            DataError: a column is missing, or a cell is none that the network knows;
                the message lists all that is wrong with the table.
        """
        columns = self._features(table)
        rows = tuple(zip(*(columns[name] for name in self.features), strict=True))
        outputs = predict(self.net, self.scale.standardise(filled(rows, self.fill)))
        if not self.classes:
            (mean,), (deviation,) = self.unit.means, self.unit.deviations
            return [[mean + deviation * y] for (y,) in outputs]
        probabilities = _PROBABILITIES.get(self.loss, list)
        return [probabilities(row) for row in outputs]

    def _features(self, table: Table) -> dict[str, list[float]]:
        """Return each feature of every row; nan where a value is missing."""
        known: dict[str, list[str]] = {}  # the texts of each column; none for numbers
        for name in self.features:
            column = _column_of(name, table)
            texts = known.setdefault(column, [])
            if column != name:
                texts.append(name[len(column) + 1 :])
        found: dict[str, list[float]] = {}
        for column, texts in known.items():
            if column not in table.columns:
                names = listing([*map(shown, table.columns)])
                table.problems.add(
                    f"there is no column {shown(column)}, which the network needs",
                    remedy=f"the columns are {names}",
                )
                continue
            if not self.fill:
                note_gaps(table, column, _GAPS_REMEDY)
            if texts:
                _note_others(table, column, texts)
                found |= one_hot_columns(table, column, texts)
            else:
                found[column] = read_numbers(table, column)
        table.problems.check()
        return found


def _column_of(name: str, table: Table) -> str:
    """Return the column of a feature: its own, or that of the texts it is one of."""
    if name in table.columns:
        return name
    parts = [c for c in table.columns if name.startswith(f"{c}=")]
    return max(parts, key=len, default=name.partition("=")[0])


def _note_others(table: Table, column: str, texts: Sequence[str]) -> None:
    """Note the cells that are none of the texts."""
    cells = table.columns[column]
    known = {*texts}
    others = [i for i, c in enumerate(cells) if c not in known and not is_missing(c)]
    if others:
        table.problems.add(
            f"{shown(cells[others[0]])} is none of the texts that the network was"
            f" trained with: {listing([*map(shown, texts)])}",
            [table.lines[i] for i in others],
            column,
        )


def _softmax(row: list[float]) -> list[float]:
    return [p.data for p in softmax(row)]


def _sigmoid(row: list[float]) -> list[float]:
    return [Value(z).sigmoid().data for z in row]


_PROBABILITIES: Final[dict[str, Callable[[list[float]], list[float]]]] = {
    "softmax_cross_entropy": _softmax,
    "binary_cross_entropy_with_logits": _sigmoid,
}


# ---- Files ---------------------------------------------------------------------------


def save_model(model: Model, path: Path) -> None:
    """Write a model to a .json file, whole or not at all.

    Raises:
        DataError: writing failed; what was at ``path`` is unchanged.
    """
    layers = model.net.layers
    document = {
        "format": _FORMAT,
        "version": _VERSION,
        "target": model.target,
        "features": model.features,
        "classes": model.classes,
        "fill": model.fill,
        "scale": _scale_document(model.scale),
        "unit": _scale_document(model.unit),
        "layers": [len(layers[0].neurons[0].w), *(len(x.neurons) for x in layers)],
        "activation": model.activation,
        "output_activation": model.output_activation,
        "loss": model.loss,
        "W": [[[w.data for w in n.w] for n in layer.neurons] for layer in layers],
        "b": [[n.b.data for n in x.neurons if n.b is not None] for x in layers],
    }
    WholeFile(path, DataError).write(json.dumps(document, indent=1) + "\n")


def _scale_document(scale: Scale) -> dict[str, Sequence[float]]:
    return {"means": scale.means, "deviations": scale.deviations}


def load_model(path: Path) -> Model:
    """Read a model from a file that `save_model` wrote.

    Raises:
        DataError: the file cannot be read, or is no such file.
    """
    where, remedy = shown(str(path)), "name a file that train --save wrote"
    if path.exists() and not path.is_file():  # reading a pipe might never end
        msg = f"cannot read {where}: it is no file; {remedy}"
        raise DataError(msg)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"cannot read {where}: {reason}; {remedy}"
        raise DataError(msg) from error
    try:
        if len(raw) > MAX_BYTES:
            msg = f"it is larger than {MAX_BYTES:,} bytes"
            raise DataError(msg)
        return _model(strict(raw))
    except (AutogradError, *_DAMAGE) as error:
        reason = str(error) if isinstance(error, AutogradError) else "it is damaged"
        msg = f"cannot load {where}: {reason}; {remedy}"
        raise DataError(msg) from error


def _model(given: Any) -> Model:
    if not isinstance(given, dict) or given.get("format") != _FORMAT:
        msg = f'it has no "format": "{_FORMAT}"'
        raise DataError(msg)
    if given.get("version") != _VERSION:
        msg = f"it needs version {_VERSION}, got {shown(str(given.get('version')))}"
        raise DataError(msg)
    features, classes = _texts(given["features"]), _texts(given["classes"])
    sizes = [int(n) for n in given["layers"]]
    scale, unit = (
        _scale(given["scale"], len(features)),
        _scale(given["unit"], 0 if classes else 1),
    )
    fill = tuple(float(x) for x in given.get("fill", ()))
    if len(fill) not in {0, len(features)} or not all(map(math.isfinite, fill)):
        msg = "what fills in missing values does not fit its features"
        raise DataError(msg)
    many = sum((n + 1) * m for n, m in pairwise(sizes))
    if sizes[0] != len(features) or sizes[-1] != (len(classes) or 1):
        msg = "its layers do not fit its features and classes"
        raise DataError(msg)
    if many > MOST_WEIGHTS:
        msg = f"its network has {many:,} weights, expected at most {MOST_WEIGHTS:,}"
        raise DataError(msg)
    activation, output, target, loss = _texts(
        [given[name] for name in ("activation", "output_activation", "target", "loss")]
    )
    net = MLP(
        sizes[0], sizes[1:], activation=activation, output_activation=output, rng=0
    )
    net.set_matrices(given["W"], given["b"])
    if not all(math.isfinite(p.data) for p in net.parameters()):
        msg = "a weight is not finite"
        raise DataError(msg)
    return Model(
        target, features, classes, scale, unit, activation, output, loss, net, fill
    )


def _texts(given: Any) -> tuple[str, ...]:
    if isinstance(given, list) and all(isinstance(x, str) for x in given):
        return tuple(given)
    msg = "a list of names was expected"
    raise DataError(msg)


def _scale(given: Any, count: int) -> Scale:
    means, deviations = (
        tuple(float(x) for x in given[name]) for name in ("means", "deviations")
    )
    finite = all(map(math.isfinite, means)) and all(
        0 < x < math.inf for x in deviations
    )
    if not finite or {len(means), len(deviations)} != {count}:
        msg = "its scale does not fit its features"
        raise DataError(msg)
    return Scale(means, deviations)
