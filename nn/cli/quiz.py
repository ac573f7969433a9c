"""`autograd-scalar quiz`: ask for the numbers of a formula's graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd_scalar import quiz as quiz_of
from nn.cli.draw import numbers_of
from nn.cli.formula import parse
from nn.files import check_writable, printable

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console

__all__ = ["quiz"]


def quiz(options: Namespace, console: Console) -> int:
    """Ask in the terminal, or write a page that asks; a pipe may answer, too."""
    if options.output is not None:
        check_writable(Path(options.output), (".html",))
    formula = parse(options.expression)
    root, _ = formula.record(numbers_of(options.set))
    if not root.label:
        root.named("result")
    test = quiz_of(root, options.hide.replace("-", " "), most=options.most)
    if options.output is not None:
        test.save(options.output)
        console.say(f"quiz: {printable(options.output)}")
    elif not (options.json or options.quiet):
        console.say(f"{formula.text}\n")
        test.ask(_answer, console.say)
    console.result(_document(test, formula.text, options.output))
    return 0


def _answer(prompt: str) -> str:
    """Read a line; say what it is for where somebody can see that."""
    if sys.stdin is not None and sys.stdin.isatty():
        return input(prompt)
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line:
        raise EOFError
    return line


def _document(test: Any, text: str, output: str | None) -> dict[str, object]:
    asked = [
        {"id": question.id, "prompt": question.prompt, "kind": question.kind}
        for question in test.questions
    ]
    return {"expression": text, "questions": asked, "page": output}
