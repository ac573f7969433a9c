"""The command line of `autograd-scalar`: commands, options, exit codes."""

from __future__ import annotations

import argparse
import math
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final, NoReturn

from autograd_scalar import __version__
from nn.experiment.run import CLASSIFICATION

__all__ = ["UsageError", "parser"]

_MOST_NEURONS: Final = 1024
_MOST_LAYERS: Final = 10  # of a network to grade in, which is built many times
_WIDEST: Final = 32
_EXIT_CODES: Final = """\
exit codes:
    0  done; every gradient equals the matrix equations; the training beats the
       baseline; what was graded is right
    1  a gradient differs from the matrix equations; the training failed: it diverged,
       predicts the test examples no better than the baseline, or a layer passes no
       gradient back; what was graded has a mistake; doctor: a package is missing
    2  the input or an option cannot be used; the message says why
  130  interrupted by Ctrl-C; demo and train write what was reached
  141  the reader of the output closed it, as in a pipe to head
"""
_ACTIVATIONS: Final = (
    *("tanh", "relu", "sigmoid", "leaky_relu", "elu", "selu", "softplus", "gelu"),
    *("silu", "linear"),
)
_FORMULAS: Final = """\
a formula has names, numbers, pi, + - * / ** %, and functions such as tanh(x),
exp(x), sigmoid(x), relu(x), hypot(x, y), max(x, y). If it begins with two minus
signs, or is -h, write it last, after --, as in draw -- "--x".

"""

_DOCTOR: Final = """\
It says whether the engine runs compiled or plain, why, and how to change it; which
packages are there, and what each is for. Exit code 1 if one that is needed is missing.

"""

Kind = Callable[[str], object]


class UsageError(Exception):
    """The command line cannot be understood; ``usage`` says how it is written."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    """A parser that raises what argparse would print before it ends the process."""

    def error(self, message: str) -> NoReturn:
        usage = f"{self.format_usage()}{self.prog}: error: "
        raise UsageError(message, usage)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = _parser(
        _Parser(
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
    _predict(command("predict", "predict the rows of a CSV file by a saved network"))
    command("check", "check the equations of five texts on backpropagation")
    _draw(command("draw", "draw a formula's graph, with its gradients", _FORMULAS))
    _play(command("play", "step through a formula's passes, by keys", _FORMULAS))
    _quiz(command("quiz", "ask for the numbers of a formula's graph", _FORMULAS))
    _grade(command("grade", "grade notes on backpropagation, and name their mistakes"))
    _mistakes(command("mistakes", "list the mistakes that grade knows by name"))
    command("doctor", "say what is installed, and how the engine runs", _DOCTOR)
    return top


def _parser(
    parser: argparse.ArgumentParser, epilog: str = ""
) -> argparse.ArgumentParser:
    parser.allow_abbrev = False
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = epilog + _EXIT_CODES
    return parser


def _shared() -> argparse.ArgumentParser:
    """Return a parser of the options allowed both before and after the command.

    Each caller needs its own: set_defaults changes the actions that parents share.
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
        "--seed",
        type=_Whole(0),
        metavar="N",
        help="seed of all random draws (default 0)",
    )
    return shared


def _demo(command: argparse.ArgumentParser) -> None:
    _training_options(command, hidden="8,8", epochs=20, rate=0.02, batch=15, test=0.3)
    command.set_defaults(loss="auto")


def _train(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="FILE.csv", help="a table with a header, one example per row")
    add("--target", required=True, metavar="COLUMN", help="the column to predict")
    add(
        "--ignore",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column to leave out, repeatable",
    )
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
        help="what to learn (default auto: text and few integers are classes)",
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


def _predict(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="FILE.csv", help="a table with the columns of the training")
    add(
        "--weights",
        required=True,
        metavar="PATH",
        help="the network that train --save wrote",
    )
    add("--output", metavar="PATH", help="write the predictions, ends in .csv")


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

    add("--hidden", _sizes, hidden, "N,N", "neurons of the hidden layers, or none")
    command.add_argument(
        "--activation",
        choices=_ACTIVATIONS,
        default="tanh",
        metavar="NAME",
        help=f"{', '.join(_ACTIVATIONS)} (default tanh)",
    )
    add("--epochs", _Whole(1), epochs, "N", "passes over the training examples")
    add("--learning-rate", _positive, rate, "RATE", "learning rate of Adam")
    add("--batch-size", _Whole(1), batch, "N", "examples in one step")
    add(
        "--test-fraction",
        _fraction,
        test,
        "PART",
        "share of examples for the test",
    )
    add("--output", str, "report.html", "PATH", "the report to write, ends in .html")
    command.add_argument(
        "--save",
        metavar="PATH",
        help="write the trained network for predict, ends in .json",
    )


def _draw(command: argparse.ArgumentParser) -> None:
    _formula_options(command)
    command.add_argument(
        "--output",
        default="graph.svg",
        metavar="PATH",
        help="ends in .svg, .html, .dot or .png (default graph.svg)",
    )


def _play(command: argparse.ArgumentParser) -> None:
    _formula_options(command)
    command.add_argument(
        "--learning-rate",
        type=_positive,
        metavar="RATE",
        help="add an update of all names, by gradient descent",
    )
    command.add_argument(
        "--output",
        metavar="PATH",
        help="write a page to step through in a browser instead, ends in .html",
    )


def _quiz(command: argparse.ArgumentParser) -> None:
    _formula_options(command)
    command.add_argument(
        "--hide",
        choices=("adjoints", "values", "local-derivatives"),
        default="adjoints",
        metavar="KIND",
        help="adjoints, values or local-derivatives (default adjoints)",
    )
    command.add_argument(
        "--most",
        type=_Whole(1),
        default=10,
        metavar="N",
        help="how many questions at most (default 10)",
    )
    command.add_argument(
        "--output",
        metavar="PATH",
        help="write a page that marks answers by itself instead, ends in .html",
    )


def _grade(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "derivation",
        metavar="NOTES",
        help="notes.md or formulas.txt, in LaTeX, Unicode or NumPy's spelling; or"
        " module:function, called as backprop(W, b, X, Y); its module is run",
    )
    add(
        "--layers",
        type=_layers,
        metavar="N,N,N",
        help="sizes of the network, inputs first (default 3,4,2, deeper if the notes"
        " name more layers)",
    )
    add(
        "--activation",
        choices=_ACTIVATIONS,
        default="sigmoid",
        metavar="NAME",
        help=f"{', '.join(_ACTIVATIONS)} (default sigmoid)",
    )
    add(
        "--output-activation",
        choices=_ACTIVATIONS,
        metavar="NAME",
        help="of the last layer (default as in the others)",
    )
    add(
        "--loss",
        default="half_squared_error",
        metavar="NAME",
        help="a loss of nn.losses (default half_squared_error)",
    )
    add(
        "--reduction",
        choices=("mean", "sum"),
        default="mean",
        help="whether the cost is the mean or the sum of the losses (default mean)",
    )
    add("--html", metavar="PATH", help="write the report too, ends in .html")


def _mistakes(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "id",
        nargs="?",
        metavar="ID",
        help="show this one: its wrong formulas, and the smallest network in which its"
        " numbers are wrong",
    )
    add(
        "--play",
        action="store_true",
        help="step through that network by keys, the wrong numbers beside the right",
    )
    add(
        "--output",
        metavar="PATH",
        help="write a page to step through it in a browser, ends in .html",
    )


def _formula_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("expression", metavar="EXPRESSION", help="for example 'tanh(x*w + b)'")
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="the number of a name, repeatable (default 1.0)",
    )


# ---- What an option takes: text to a checked value ---------------------------------


class _Whole:
    """Parse integers from ``low`` up.

    >>> _Whole(1)("20")
    20
    """

    def __init__(self, low: int) -> None:
        self._low = low

    def __call__(self, text: str) -> int:
        """Parse ``text``."""
        try:
            number = int(text)
        except ValueError:
            number = self._low - 1
        if number < self._low:
            msg = f"expected an integer from {self._low} up, got {text!r}"
            raise ArgumentTypeError(msg)
        return number


def _positive(text: str) -> float:
    """Parse a number above 0."""
    return _between(text, math.inf, "a number above 0")


def _fraction(text: str) -> float:
    """Parse a number between 0 and 1, both excluded."""
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


def _sizes(text: str) -> tuple[int, ...]:
    """Parse the sizes of hidden layers.

    >>> _sizes("16,8"), _sizes("none")
    ((16, 8), ())
    """
    return () if text == "none" else _whole_numbers(text, "16,16, or none")


def _layers(text: str) -> tuple[int, ...]:
    """Parse the sizes of a network, inputs first.

    >>> _layers("3,4,2")
    (3, 4, 2)
    """
    sizes = _whole_numbers(text, "3,4,2")
    if not 1 < len(sizes) <= _MOST_LAYERS or max(sizes) > _WIDEST:
        msg = (
            f"expected 2 to {_MOST_LAYERS} sizes, up to {_WIDEST} each, such as 3,4,2:"
            f" got {text!r}"
        )
        raise ArgumentTypeError(msg)
    return sizes


def _whole_numbers(text: str, example: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = (0,)
    if not all(1 <= n <= _MOST_NEURONS for n in numbers):
        msg = (
            f"expected sizes from 1 to {_MOST_NEURONS} such as {example}, got {text!r}"
        )
        raise ArgumentTypeError(msg)
    return numbers
