"""`autograd-scalar derive`: equations of a formula or a network, found by machine."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from autograd_scalar import Value
from nn.cli.formula import parse
from nn.losses import batch_loss, named_loss

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from autograd_scalar import Program
    from nn.cli.console import Console
    from nn.grading.setting import Setting

__all__ = ["derive"]


def derive(options: Namespace, console: Console) -> int:
    """Compile a formula or a network, and print the program's equations."""
    from autograd_scalar import compile as compiled  # noqa: PLC0415  (loads NumPy)

    if isinstance(options.expression, tuple):
        from nn.grading.setting import settings_of  # noqa: PLC0415

        sizes = options.expression
        given = options.loss, options.activation, options.output_activation
        setting = settings_of("", *(each or "" for each in given))[0]
        root, leaves = _network(sizes, setting, options)
        title = (
            f"{'-'.join(map(str, sizes))} network, {setting.hidden},"
            f" {setting.loss}, {options.reduction} over {options.examples}"
            f" example{'s' * (options.examples != 1)}"
        )
    else:
        formula = parse(options.expression)
        root, by_name = formula.record({})
        leaves, title = list(by_name.values()), formula.text
    program = compiled(root, leaves, form="matrix")
    if options.latex:
        console.say(_aligned(program))
    elif options.numpy:
        console.say(program.source().rstrip())
    else:
        console.say(f"{title}\n{program}")
    console.result(
        {
            "derived from": title,
            "equations": program.equations().splitlines(),
            "latex": program.equations("latex").splitlines(),
        }
        | program.stats()
    )
    return 0


def _network(
    sizes: Sequence[int], setting: Setting, options: Namespace
) -> tuple[Value, list[Value]]:
    """Record the cost of a network with such layers on some numbers."""
    from nn.layers import MLP  # noqa: PLC0415  (a formula needs none)

    rng = random.Random(options.seed)
    net = MLP(
        sizes[0],
        sizes[1:],
        activation=setting.hidden,
        output_activation=setting.output,
        rng=rng,
    )
    rows = range(options.examples)
    X = [[rng.uniform(-1.0, 1.0) for _ in range(sizes[0])] for _ in rows]
    outputs = [net.forward(x, i).outputs for i, x in enumerate(X)]
    Y = _targets(setting.loss, sizes[-1], options.examples, rng)
    cost = batch_loss(setting.loss, outputs, Y, options.reduction)
    return cost, net.parameters()


def _targets(loss: str, width: int, rows: int, rng: random.Random) -> list[list[float]]:
    """Draw targets that every loss accepts, no two of them alike in all entries."""
    named_loss(loss)
    pairs = (-1.0, 1.0) if loss == "hinge" else (0.0, 1.0)
    return [[rng.choice(pairs) for _ in range(width)] for _ in range(rows)]


def _aligned(program: Program) -> str:
    lines = [
        line.replace(" = ", " &= ", 1)
        for line in program.equations("latex").split("\n")
    ]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
