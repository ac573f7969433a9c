"""The options of `autograd-scalar`, and what its exit codes mean."""

from __future__ import annotations

import argparse
import math
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final

from autograd_scalar import __version__
from nn.experiment.run import CLASSIFICATION

__all__ = ["Whole", "fraction", "parser", "positive", "sizes"]


MOST_NEURONS: Final = 1024


class Whole:
    """Integers from ``low`` up.

    >>> Whole(1)("20")
    20
    """

    def __init__(self, low: int) -> None:
        self._low = low

    def __call__(self, text: str) -> int:
        """The integer in ``text``."""
        try:
            number = int(text)
        except ValueError:
            number = self._low - 1
        if number < self._low:
            msg = f"expected an integer from {self._low} up, got {text!r}"
            raise ArgumentTypeError(msg)
        return number


def positive(text: str) -> float:
    """A number above 0."""
    return _between(text, math.inf, "a number above 0")


def fraction(text: str) -> float:
    """A number between 0 and 1, neither of them."""
    return _between(text, 1.0, "a number between 0 and 1")


def _between(text: str, high: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 < number < high:
        msg = f"expected {what}, got {text!r}"
        raise ArgumentTypeError(msg)
    return number


def sizes(text: str) -> tuple[int, ...]:
    """Sizes of layers.

    >>> sizes("16,8"), sizes("none")
    ((16, 8), ())
    """
    if text == "none":
        return ()
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = (0,)
    if not all(1 <= n <= MOST_NEURONS for n in numbers):
        msg = f"expected sizes from 1 to {MOST_NEURONS} such as 16,16, or none"
        msg += f", got {text!r}"
        raise ArgumentTypeError(msg)
    return numbers


Kind = Callable[[str], object]

EXIT_CODES: Final = """\
exit codes:
    0  done; every gradient matches
    1  a gradient does not match the closed form, or training diverged
    2  the input or an option cannot be used; the message says why
  130  interrupted by Ctrl-C; demo and train write what was reached
  141  the reader of the output went away
"""
ACTIVATIONS: Final = (
    *("tanh", "relu", "sigmoid", "leaky_relu", "elu", "selu", "softplus", "gelu"),
    *("silu", "linear"),
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _parser(
        argparse.ArgumentParser(
            prog="autograd-scalar",
            parents=[_shared()],
            description="Scalar reverse-mode autodiff that shows and checks its work.",
        )
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    top.set_defaults(json=False, quiet=False, seed=0)
    commands = top.add_subparsers(
        title="commands", required=True, dest="command", metavar="COMMAND"
    )

    def command(name: str, help_: str, epilog: str = "") -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[_shared()], help=help_)
        added.description = help_[0].upper() + help_[1:] + "."
        return _parser(added, epilog)

    _demo(command("demo", "train on Fisher's iris, and check every gradient"))
    _train(command("train", "train on a CSV file, and check every gradient"))
    command("check", "check the equations of five textbooks and notes")
    _draw(command("draw", "draw a formula's graph, with its gradients", FORMULAS))
    return top


def _parser(
    parser: argparse.ArgumentParser, epilog: str = ""
) -> argparse.ArgumentParser:
    parser.allow_abbrev = False
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = epilog + EXIT_CODES
    return parser


FORMULAS: Final = """\
a formula has names, numbers, pi, + - * / ** %, and functions such as tanh(x),
exp(x), sigmoid(x), relu(x), hypot(x, y), max(x, y). One that begins with two
minus signs, or is -h, stands after --, at the end: draw -- "--x".

"""


def _shared() -> argparse.ArgumentParser:
    """Options that may stand before or after the command.

    A new parser each time: set_defaults changes the actions that parents share.
    """
    shared = argparse.ArgumentParser(
        add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False
    )
    shared.add_argument(
        "--json", action="store_true", help="print one JSON document and nothing else"
    )
    shared.add_argument(
        "--quiet", action="store_true", help="print errors only, and no progress bar"
    )
    shared.add_argument(
        "--seed", type=Whole(0), metavar="N", help="of every random draw (default 0)"
    )
    return shared


def _demo(command: argparse.ArgumentParser) -> None:
    _training_options(command, hidden="8,8", epochs=20, rate=0.02, batch=15, test=0.3)
    command.set_defaults(loss="auto")


def _train(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="FILE.csv", help="a table with a header, one example per row")
    add("--target", required=True, metavar="COLUMN", help="the column to predict")
    add("--ignore", action="append", default=[], metavar="COLUMN", help="repeatable")
    add(
        "--missing",
        choices=("error", "drop"),
        default="error",
        help="name the first missing value, or drop such rows (default error)",
    )
    add(
        "--task",
        choices=("auto", "classification", "regression"),
        default="auto",
        help="default auto: text and a few integers are classes",
    )
    add(
        "--loss",
        choices=("auto", *CLASSIFICATION),
        default="auto",
        metavar="NAME",
        help=f"auto, {', '.join(CLASSIFICATION)} (default auto: softmax_cross_entropy "
        "for classes, half_squared_error for numbers)",
    )
    _training_options(
        command, hidden="16,16", epochs=30, rate=0.01, batch=16, test=0.25
    )


def _training_options(  # noqa: PLR0913  (the defaults in which the two differ)
    command: argparse.ArgumentParser,
    *,
    hidden: str,
    epochs: int,
    rate: float,
    batch: int,
    test: float,
) -> None:
    def add(name: str, kind: Kind, default: object, metavar: str, what: str) -> None:
        what = f"{what} (default {default})"
        command.add_argument(
            name, type=kind, default=default, metavar=metavar, help=what
        )

    add("--hidden", sizes, hidden, "N,N", "neurons of the hidden layers, or none")
    command.add_argument(
        "--activation",
        choices=ACTIVATIONS,
        default="tanh",
        metavar="NAME",
        help=f"{', '.join(ACTIVATIONS)} (default tanh)",
    )
    add("--epochs", Whole(1), epochs, "N", "passes over the training examples")
    add("--learning-rate", positive, rate, "RATE", "of Adam")
    add("--batch-size", Whole(1), batch, "N", "examples in one step")
    add("--test-fraction", fraction, test, "PART", "kept for the test")
    add("--output", str, "report.html", "PATH", "the report to write, ends in .html")


def _draw(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("expression", metavar="EXPRESSION", help="for example 'tanh(x*w + b)'")
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="the number of a name, repeatable (default 1.0)",
    )
    add(
        "--output",
        default="graph.svg",
        metavar="PATH",
        help="ends in .svg, .html or .dot (default graph.svg)",
    )
