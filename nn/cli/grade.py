"""`autograd-scalar grade`: which equations of a derivation are right, and why not."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograd_scalar import DataError
from nn.cli.notes_page import notes_page
from nn.files import check_writable, printable, write_whole

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console
    from nn.grading.cases import NetworkCase
    from nn.grading.report import Grade

__all__ = ["grade"]

_FUNCTION: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def grade(options: Namespace, console: Console) -> int:
    """Grade a file or a function, print the report; return 1 if anything is wrong."""
    if options.html is not None:
        check_writable(Path(options.html), (".html",), [options.derivation])
    report, text = _graded(options)
    if options.html is not None:
        page = notes_page(Path(options.derivation).name, report, text)
        write_whole(Path(options.html), page)
    console.say(str(report))
    document = json.loads(report.to_json())
    document["mistakes"] = list(report.mistakes)
    console.result(document)
    return 0 if report.passed else 1


def _graded(options: Namespace) -> tuple[Grade, str]:
    """Return the report, and the text that was graded; "" of a function."""
    from nn.grading.cases import random_case  # noqa: PLC0415  (loads NumPy)
    from nn.grading.grade import grade as graded  # noqa: PLC0415
    from nn.grading.grade import text_of  # noqa: PLC0415
    from nn.grading.texts import default_sizes, grade_notes  # noqa: PLC0415

    def case_of(depth: int) -> NetworkCase:
        sizes = options.layers or default_sizes(depth)
        activations = [options.activation] * (len(sizes) - 1)
        activations[-1] = options.output_activation or options.activation
        m = next(m for m in range(5, 50) if m not in sizes)
        return random_case(
            sizes, activations, options.loss, options.reduction, m, options.seed
        )

    name = options.derivation
    if _FUNCTION.fullmatch(name) and not Path(name).exists():
        function, case = _function(name), case_of(2)
        batch = case.inputs_and_targets()
        report = graded(
            function, net=case.net, loss=options.loss, batch=batch,
            reduction=options.reduction,
        )  # fmt: skip
        return report, ""
    text = text_of(Path(name))
    return grade_notes(text, case_of), text


def _function(name: str) -> Callable[..., object]:
    """Import ``module:function``, from the current folder too."""
    module, _, path = name.partition(":")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        found: object = import_module(module)
    except Exception as error:
        msg = f"cannot import {module}: {type(error).__name__}: {error}"
        raise DataError(printable(msg)) from error
    finally:
        sys.path.remove(here)
    for part in path.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        msg = f"{printable(name)} is no function; write module:function"
        raise DataError(msg)
    return found
