"""`autograd-scalar check`: five texts, gradient by gradient, equation by equation."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from nn.files import text_table

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console
    from nn.grading.five_texts import Equation, TextChecked
    from nn.grading.report import Verdict

__all__ = ["check"]

_HEADERS: Final = (
    "convention", "cost", "δ of", "network", "gradients", "worst ULP", "verdict",
)  # fmt: skip
_ROOM: Final = 52  # for an equation, in a line
_LOOKS: Final = re.compile(r"\$\$|\\(?:begin|end)\{[a-z]+\}(?:\{[lcr]\})?")


def check(options: Namespace, console: Console) -> int:
    """Check and print every convention and text; return 1 if any fails, else 0."""
    conventions, failures = _conventions(options.seed, console)
    texts, as_expected = _texts(options.seed, console)
    passed = not failures and as_expected
    console.result({"passed": passed, "conventions": conventions, "texts": texts})
    return 0 if passed else 1


def _conventions(seed: int, console: Console) -> tuple[list[dict[str, Any]], int]:
    """Compare a network of each convention with the matrix equations, and print it."""
    from nn.deltas.conventions import CONVENTIONS  # noqa: PLC0415  (loads NumPy)

    rows: list[tuple[str, ...]] = [_HEADERS]
    documents, failures = [], []
    for name, convention in CONVENTIONS.items():
        report = convention.check(rng=seed)
        worst = report.worst
        layers = "-".join(map(str, convention.sizes))
        verdict = "equal" if report.passed else "DIFFERS"
        gradients = str(len(report))
        of = "each loss" if convention.of == "loss" else "the cost"
        rows.append(
            (name, convention.cost, of, layers, gradients, str(worst.ulp), verdict)
        )
        document: dict[str, Any] = {
            "name": name,
            "source": convention.source,
            "cost": convention.cost,
            "delta": convention.delta,
            "of": convention.of,
            "layers": convention.sizes,
            "nodes": len(report),
            "passed": report.passed,
            "worst": worst._asdict(),
        }
        documents.append(document)
        if not report.passed:
            failures.append(f"{name}: {report.verdict}")
    console.say(text_table(rows))
    for failure in failures:
        console.say(failure)
    console.say(
        f"\n{len(documents) - len(failures)} of {len(documents)} conventions: every "
        "gradient of the scalar graph equals the matrix equations"
    )
    return documents, len(failures)


def _texts(seed: int, console: Console) -> tuple[list[dict[str, Any]], bool]:
    """Judge every equation of the texts by the scalar graph, and print it."""
    from nn.grading.five_texts import checked_texts  # noqa: PLC0415  (loads NumPy)

    documents, heading, passed = [], "", True
    equations: list[Equation] = []
    for text in checked_texts(seed):
        if text.text != heading:
            heading = text.text
            console.say(f"\n{heading}, against the scalar graph")
        console.say(f"{text.title}. {text.notation}")
        console.say("\n".join(_lines(text)))
        documents.append(_document(text))
        equations += text.equations
        passed = passed and text.passed
    verdicts = [verdict for each in equations for verdict in each.verdicts]
    right = sum(verdict.is_right for verdict in verdicts)
    found = sum(bool(each.slips) for each in equations)
    unexpected = sum(not each.is_as_expected for each in equations)
    console.say(
        f"\n{len(equations)} displays, {len(verdicts)} statements: {right} right; slips"
        f" or unfinished formulas in {found} displays, "
        + ("as a reader found by hand" if passed else f"{unexpected} unexpected")
    )
    return documents, passed


def _lines(text: TextChecked) -> list[str]:
    """Return a line for each equation, and more below it for slips and notes."""
    lines: list[str] = []
    for each in text.equations:
        formula = _LOOKS.sub(" ", each.formula)
        formula = " ".join(formula.split()).removeprefix("& ")
        shown = formula if len(formula) <= _ROOM else f"{formula[: _ROOM - 1]}…"
        right: dict[str, list[str]] = {}
        for verdict in each.verdicts:
            if verdict.is_right:
                right.setdefault(verdict.message, []).append(_named(verdict))
        found = [
            f"{', '.join(dict.fromkeys(names))} right" + (f": {words}" if words else "")
            for words, names in right.items()
        ]
        found += map(_slip, dict.fromkeys(each.slips))
        found += [f"({each.note})"] if each.note else []
        found += [] if each.is_as_expected else ["UNEXPECTED"]
        lines.append(f"{each.line:4}  {shown:{_ROOM}}  {found[0]}")
        lines += [f"{'':{_ROOM + 6}}  {more}" for more in found[1:]]
    return lines


def _named(verdict: Verdict) -> str:
    return "formula" if "\\" in verdict.quantity else verdict.quantity


def _slip(verdict: Verdict) -> str:
    mistake = f" [{verdict.mistake}]" if verdict.mistake else ""
    words = "; ".join(filter(None, (verdict.message, verdict.counterexample)))
    if verdict.status == "cannot be read":
        words = ""
    told = f": {words}" if words else ""
    return f"{_named(verdict)} {verdict.status.upper()}{mistake}{told}"


def _document(text: TextChecked) -> dict[str, Any]:
    return {
        "text": text.text,
        "title": text.title,
        "passed": text.passed,
        "equations": [
            {
                "line": each.line,
                "formula": each.formula,
                "note": each.note,
                "as_expected": each.is_as_expected,
                "verdicts": [asdict(verdict) for verdict in each.verdicts],
            }
            for each in text.equations
        ],
    }
