"""Record PyTorch's trajectories: python tests/data/make_torch_optimisers.py

Three parameters in float64 follow a gradient that is written out below, so that
neither autodiff has a say.
"""

import json
import math
from itertools import product
from pathlib import Path

STEPS = 60
KEPT = [1, 2, 3, 4, 5, *range(10, STEPS + 1, 10)]
START = [1.5, -0.75, 0.25]
TARGET = Path(__file__).with_name("torch_optimisers.json")

ADAM = [
    {"betas": b, "eps": e, "weight_decay": d, "amsgrad": a}
    for b, e, d, a in product(
        [[0.9, 0.999], [0.4, 0.7], [0.0, 0.99]],
        [1e-8, 1e-2],
        [0.0, 0.05],
        [False, True],
    )
]
SGD = [
    {"momentum": m, "dampening": p, "weight_decay": d, "nesterov": n}
    for m, p, d, n in product([0.0, 0.8], [0.0, 0.3], [0.0, 0.05], [False, True])
    if not n or (m > 0.0 and p == 0.0)
]
OPTIMISERS = {
    "SGD": [{"lr": 0.03, **options} for options in SGD],
    "Adam": [{"lr": 0.05, **options} for options in ADAM],
    "AdamW": [{"lr": 0.05, **options} for options in ADAM],
}
DEFAULTS = [("SGD", {}), ("Adam", {}), ("AdamW", {})]
SCHEDULES = [
    ("StepLR", {"step_size": 7, "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.93}),
    ("LinearLR", {"start_factor": 0.25, "end_factor": 0.75, "total_iters": 11}),
    ("LinearLR", {}),
    ("CosineAnnealingLR", {"T_max": 20}),
    ("CosineAnnealingLR", {"T_max": 9, "eta_min": 0.02}),
]


def gradient(p, step):
    """Not separable, shaken in every step, and 0 far from where 60 steps lead.

    Near a minimum Adam divides small numbers by small numbers: the fused
    multiply-adds of a processor would show, and two right programs disagree.
    """
    x, y, z = p
    return [
        (x - 9.0) * 0.5 + math.cos(y * z) + 3.0 * math.sin(step),
        (y + 8.0) * 0.7 + math.cos(x - z) + 2.0 * math.sin(2.0 * step),
        (z - 7.0) * 0.3 + math.cos(x + y) + 2.0 * math.sin(3.0 * step),
    ]


def trajectory(name, options):
    """The parameters after the steps KEPT; step 2 has no gradient for the second."""
    import torch  # pytest imports this file to look for doctests

    params = [torch.tensor(p, dtype=torch.float64) for p in START]
    optimiser = getattr(torch.optim, name)(params, **options)
    rows = []
    for step in range(1, STEPS + 1):
        gradients = gradient([p.item() for p in params], step)
        for p, g in zip(params, gradients, strict=True):
            p.grad = torch.tensor(g, dtype=torch.float64)
        if step == 2:
            params[1].grad = None
        optimiser.step()
        rows.append([p.item() for p in params])
    return [rows[step - 1] for step in KEPT]


def rates(names_and_options):
    """The learning rate before every epoch; several schedules act together."""
    import torch

    optimiser = torch.optim.SGD([torch.zeros(1)], lr=0.4)
    schedules = [
        getattr(torch.optim.lr_scheduler, name)(optimiser, **options)
        for name, options in names_and_options
    ]
    row = []
    for _ in range(STEPS):
        row.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        for schedule in schedules:
            schedule.step()
    return row


def everything():
    """All cases, as the JSON file holds them."""
    import torch

    cases = DEFAULTS + [(n, o) for n, many in OPTIMISERS.items() for o in many]
    together = [[case] for case in SCHEDULES] + [[SCHEDULES[0], SCHEDULES[4]]]
    return {
        "torch": torch.__version__,
        "start": START,
        "steps": KEPT,
        "optimisers": [
            {"name": n, "options": o, "rows": trajectory(n, o)} for n, o in cases
        ],
        "schedules": [{"schedules": s, "rates": rates(s)} for s in together],
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(everything(), separators=(",", ":")) + "\n")
