"""`autograd-scalar check`: the conventions of five texts, gradient by gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn.files import text_table

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console

__all__ = ["check"]

_HEADERS = ("convention", "cost", "network", "gradients", "worst ULP", "verdict")


def check(options: Namespace, console: Console) -> int:
    """Check and print every convention; return 1 if any fails, else 0."""
    from nn.deltas.conventions import CONVENTIONS  # noqa: PLC0415  (loads NumPy)

    rows: list[tuple[str, ...]] = [_HEADERS]
    documents, failures = [], []
    for name, convention in CONVENTIONS.items():
        report = convention.check(rng=options.seed)
        worst = report.worst
        layers = "-".join(map(str, convention.sizes))
        verdict = "equal" if report.passed else "DIFFERS"
        rows.append(
            (name, convention.cost, layers, str(len(report)), str(worst.ulp), verdict)
        )
        document: dict[str, Any] = {
            "name": name,
            "source": convention.source,
            "cost": convention.cost,
            "delta": convention.delta,
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
    console.result({"passed": not failures, "conventions": documents})
    return 1 if failures else 0
