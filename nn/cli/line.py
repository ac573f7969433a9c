"""Run one command line of `autograd-scalar`, from the arguments to the exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from autograd_scalar import AutogradError
from nn.cli.console import Console, fail
from nn.cli.options import UsageError, parser
from nn.training.fit import DivergedError

__all__ = ["run"]

FAILED, BAD_INPUT, BROKEN_PIPE = 1, 2, 141
MODULES: Final = {
    "demo": "nn.cli.train",
    "train": "nn.cli.train",
    "predict": "nn.cli.predict",
    "check": "nn.cli.check",
    "draw": "nn.cli.draw",
    "play": "nn.cli.play",
    "quiz": "nn.cli.quiz",
    "derive": "nn.cli.derive",
    "grade": "nn.cli.grade",
    "mistakes": "nn.cli.mistakes",
    "doctor": "nn.cli.doctor",
}


def run(argv: Sequence[str] | None) -> int:
    """Run one command and return its exit code; only KeyboardInterrupt is raised."""
    _open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):  # for a terminal without δ
        sys.stdout.reconfigure(errors="replace")
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    try:
        return _code(_formulas_kept(words))
    except SystemExit as stop:  # --help or --version
        return stop.code if isinstance(stop.code, int) else 0
    except BrokenPipeError:
        # Python flushes stdout when it exits; let that go to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    except UsageError as error:
        return fail("usage", str(error), BAD_INPUT, as_json, error.usage)
    except DivergedError as error:
        return fail("diverged", str(error), FAILED, as_json)
    except AutogradError as error:
        return fail("input", str(error), BAD_INPUT, as_json)
    except OSError as error:  # of stdout: errors of files are AutogradErrors
        reason = error.strerror or str(error)
        # In text even with --json: stdout is what cannot be written.
        return fail(
            "output", f"cannot write the output: {reason}; send it elsewhere", BAD_INPUT
        )


def _code(argv: Sequence[str]) -> int:
    options = parser().parse_args(argv)
    command = getattr(import_module(MODULES[options.command]), options.command)
    code: int = command(options, Console(options.json, options.quiet))
    sys.stdout.flush()
    return code


def _open_closed_streams() -> None:
    """Replace a stream that the shell closed with >&-, and is None, by /dev/null."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _formulas_kept(argv: Sequence[str]) -> list[str]:
    """Put a space before formulas like -x**2, so that argparse sees no option.

    >>> _formulas_kept(["draw", "-x**2", "--set", "x=3"])
    ['draw', ' -x**2', '--set', 'x=3']
    """
    words = list(argv)
    command = next((i for i, word in enumerate(words) if word in MODULES), len(words))
    if words[command : command + 1] not in (["draw"], ["play"], ["quiz"], ["derive"]):
        return words
    for i in range(command + 1, len(words)):
        if words[i] == "--":
            break
        is_value = words[i - 1] in {"--set", "--output", "--seed", "--learning-rate"}
        if words[i][:1] == "-" != words[i][1:2] and words[i] != "-h" and not is_value:
            words[i] = f" {words[i]}"
    return words
