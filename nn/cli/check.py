"""`check`: the conventions of five textbooks and notes, node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn.cli.console import text_table

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console

__all__ = ["check"]


HEADERS = ("convention", "cost", "network", "nodes", "worst ULP", "verdict")


def check(options: Namespace, console: Console) -> int:
    """Print the table; 1 if any convention fails."""
    from nn.deltas.conventions import CONVENTIONS  # noqa: PLC0415  (loads NumPy)

    rows: list[tuple[str, ...]] = [HEADERS]
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
        "scalar gradient equals the closed form"
    )
    console.result({"passed": not failures, "conventions": documents})
    return 1 if failures else 0
