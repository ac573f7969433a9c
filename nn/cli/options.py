"""The command line of `autograd-scalar`: commands, options, exit codes."""

from __future__ import annotations

import argparse
import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn

from autograd_scalar import __version__
from nn.data.columns import MISSING, TASKS
from nn.data.csv import DELIMITERS, Dialect
from nn.experiment.run import CLASSIFICATION, OPTIMISERS

__all__ = ["DEMO", "Defaults", "UsageError", "dialect_of", "parser", "sizes"]

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
_SEE: Final = """\
autograd-scalar derive 3,4,2        a network's equations, forward and reverse
autograd-scalar derive "tanh(w*x)"  those of a formula

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
    _derive(
        command("derive", "derive the matrix equations of a formula or a network", _SEE)
    )
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
    command.add_argument(
        "--engine",
        choices=("graph", "program"),
        default="graph",
        help="graph trains on iris by scalar graphs (default); program on the digits of"
        " scikit-learn by the matrix program found in one, timed beside NumPy by hand",
    )
    _training_options(command, DEMO["graph"], DEMO["program"])
    command.set_defaults(loss="auto")


def _train(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="FILE.csv", help="a table with a header, one example per row")
    _dialect_options(command)
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
        choices=MISSING,
        default="error",
        help="where a value is missing: an error, drop the row, or fill in the column's"
        " mean, median or most-frequent value in the training examples (default error);"
        " of a text always the most frequent",
    )
    add(
        "--task",
        choices=TASKS,
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
    add(
        "--engine",
        choices=("graph", "program"),
        default="graph",
        help="train by scalar graphs, or by the matrix program found in one (default"
        " graph)",
    )
    _training_options(command, _TRAIN)


def _predict(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="FILE.csv", help="a table with the columns of the training")
    _dialect_options(command)
    add(
        "--weights",
        required=True,
        metavar="PATH",
        help="the network that train --save wrote",
    )
    add("--output", metavar="PATH", help="write the predictions, ends in .csv")


def _dialect_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "--delimiter",
        type=_delimiter,
        metavar="CHARACTER",
        help="what stands between cells: , ; | or tab (default: which of them the first"
        " line has most of)",
    )
    add(
        "--decimal",
        choices=(".", ","),
        metavar="MARK",
        help="the decimal mark, . or , (default .)",
    )
    add(
        "--no-header",
        dest="header",
        action="store_false",
        help="the first line has no names; the columns are 1, 2, ...",
    )


def _delimiter(text: str) -> str:
    character = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if character not in DELIMITERS:
        msg = f"expected one of , ; | or tab, got {text!r}"
        raise ArgumentTypeError(msg)
    return character


def dialect_of(options: argparse.Namespace) -> Dialect:
    """Return how the options say that a table is written."""
    return Dialect(options.delimiter or "", options.decimal or ".", options.header)


class Defaults(NamedTuple):
    """What the options of training are if they are not given."""

    hidden: str
    activation: str
    epochs: int
    learning_rate: float
    batch_size: int
    test_fraction: float
    optimiser: str = "adam"


DEMO: Final = {
    "graph": Defaults("8,8", "tanh", 20, 0.02, 15, 0.3),
    # Nielsen's, "Neural Networks and Deep Learning", chapter 1; his rate is 3.0.
    "program": Defaults("30", "sigmoid", 30, 1.0, 10, 0.25, "sgd"),
}
_TRAIN: Final = Defaults("16,16", "tanh", 30, 0.01, 16, 0.25)


def _training_options(
    command: argparse.ArgumentParser, usual: Defaults, program: Defaults | None = None
) -> None:
    """Add the options; with other defaults for a program they are None if not given."""

    def add(name: str, kind: Kind, metavar: str, what: str, known: Any) -> None:
        field = name.replace("-", "_")
        default = getattr(usual, field)
        note = f"default {default}"
        if program is not None:
            note += f", by program {getattr(program, field)}"
        command.add_argument(
            f"--{name}",
            type=kind,
            choices=known,
            default=default if program is None else None,
            metavar=metavar,
            help=f"{what} ({note})",
        )

    add("hidden", sizes, "N,N", "neurons of the hidden layers, or none", None)
    known = ", ".join(_ACTIVATIONS)
    add("activation", str, "NAME", known, _ACTIVATIONS)
    add("epochs", _Whole(1), "N", "passes over the training examples", None)
    add("learning-rate", _positive, "RATE", "learning rate", None)
    add("batch-size", _Whole(1), "N", "examples in one step", None)
    add("test-fraction", _fraction, "PART", "share of examples for the test", None)
    add("optimiser", str, "NAME", "adam or sgd", tuple(OPTIMISERS))
    command.add_argument(
        "--output",
        default="report.html",
        metavar="PATH",
        help="the report to write, ends in .html (default report.html)",
    )
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
    _network_options(command, "as the notes say, else ")
    add("--html", metavar="PATH", help="write the report too, ends in .html")


def _derive(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "expression",
        type=_sizes_or_formula,
        metavar="FORMULA|N,N,N",
        help="a formula, as draw takes it; or the sizes of a network, inputs first",
    )
    _network_options(command)
    add(
        "--examples",
        type=_Whole(1),
        default=5,
        metavar="N",
        help="examples in the batch of the network (default 5)",
    )
    styles = command.add_mutually_exclusive_group()
    styles.add_argument("--latex", action="store_true", help="print LaTeX")
    styles.add_argument("--numpy", action="store_true", help="print a NumPy function")


def _network_options(command: argparse.ArgumentParser, first: str = "") -> None:
    """Add a network and its cost; ``first`` says what comes before defaults."""
    add = command.add_argument
    add(
        "--activation",
        choices=_ACTIVATIONS,
        metavar="NAME",
        help=f"{', '.join(_ACTIVATIONS)} (default {first}sigmoid)",
    )
    add(
        "--output-activation",
        choices=(*_ACTIVATIONS, "softmax"),
        metavar="NAME",
        help="of the last layer, softmax too (default what the loss needs, else as in"
        " the others)",
    )
    add(
        "--loss",
        metavar="NAME",
        help=f"a loss of nn.losses (default {first}half_squared_error)",
    )
    add(
        "--reduction",
        choices=("mean", "sum"),
        default="mean",
        help="whether the cost is the mean or the sum of the losses (default mean)",
    )


def _mistakes(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "id",
        nargs="?",
        metavar="ID",
        help="show this one: wrong formulas, and the smallest network that shows it",
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


def sizes(text: str) -> tuple[int, ...]:
    """Parse the sizes of hidden layers.

    >>> sizes("16,8"), sizes("none")
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


def _sizes_or_formula(text: str) -> tuple[int, ...] | str:
    """Parse the sizes of a network; leave a formula as it is.

    >>> _sizes_or_formula("3,4,2"), _sizes_or_formula("x*3"), _sizes_or_formula("3")
    ((3, 4, 2), 'x*3', '3')
    """
    return _layers(text) if re.fullmatch(r"[\d\s]+(,[\d\s]+)+", text) else text


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
