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
    from nn.grading.setting import Setting
    from nn.grading.texts import Sizes

__all__ = ["grade"]

_FUNCTION: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def grade(options: Namespace, console: Console) -> int:
    """Grade a file or a function, print the report; return 1 if anything is wrong."""
    if options.html is not None:
        inputs = [options.derivation]
        check_writable(Path(options.html), (".html",), inputs, "--html")
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
    from nn.grading.setting import grade_in_best, settings_of  # noqa: PLC0415
    from nn.grading.texts import default_sizes  # noqa: PLC0415

    name = options.derivation
    is_function = bool(_FUNCTION.fullmatch(name)) and not Path(name).exists()
    text = "" if is_function else text_of(Path(name))

    def case_in(setting: Setting) -> Callable[[Sizes], NetworkCase]:
        def case_of(default: Sizes) -> NetworkCase:
            sizes = options.layers or default
            activations = [setting.hidden] * (len(sizes) - 2) + [setting.output]
            m = next(m for m in range(5, 50) if m not in sizes)
            return random_case(
                sizes, activations, setting.loss, options.reduction, m, options.seed
            )

        return case_of

    settings = settings_of(
        text,
        options.loss or "",
        options.activation or "",
        options.output_activation or "",
    )
    if not is_function:
        try:
            return grade_in_best(text, settings, case_in), text
        except DataError as error:
            if not name.endswith(".py"):
                raise
            way = f"{printable(Path(name).stem)}:function"
            msg = f"{error}; to grade a function of that file, write {way}"
            raise DataError(msg) from error
    case = case_in(settings[0])(default_sizes(2))
    report = graded(
        _function(name),
        net=case.net,
        loss=case.loss,
        batch=case.inputs_and_targets(),
        reduction=options.reduction,
    )
    return report, ""


def _function(name: str) -> Callable[..., object]:
    """Import ``module:function``, from the current folder too."""
    module, _, path = name.partition(":")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        found: object = import_module(module)
    except (Exception, SystemExit) as error:
        msg = f"cannot import {module}: {type(error).__name__}: {error}"
        if module.endswith(".py"):
            msg += f"; write {module.removesuffix('.py')}:{path}"
        raise DataError(printable(msg)) from error
    finally:
        sys.path.remove(here)
    for part in path.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        msg = f"{printable(name)} is no function; write module:function"
        raise DataError(msg)
    return found
