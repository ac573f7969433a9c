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
RMSPROP = [
    {"alpha": a, "eps": e, "weight_decay": d, "momentum": m, "centered": c}
    for a, e, d, m, c in product(
        [0.99, 0.5], [1e-8, 1e-2], [0.0, 0.05], [0.0, 0.8], [False, True]
    )
]
ADAGRAD = [
    {"lr_decay": r, "weight_decay": d, "initial_accumulator_value": i, "eps": e}
    for r, d, i, e in product([0.0, 0.1], [0.0, 0.05], [0.0, 0.5], [1e-10, 1e-2])
]
OPTIMISERS = {
    "SGD": [{"lr": 0.03, **options} for options in SGD],
    "Adam": [{"lr": 0.05, **options} for options in ADAM],
    "AdamW": [{"lr": 0.05, **options} for options in ADAM],
    "RMSprop": [{"lr": 0.05, **options} for options in RMSPROP],
    "Adagrad": [{"lr": 0.3, **options} for options in ADAGRAD],
}
DEFAULTS = [(n, {}) for n in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")]
# The first parameter alone, then the two others.
GROUPS = [
    ("SGD", [{"lr": 0.01}, {"momentum": 0.8}], {"lr": 0.03, "nesterov": False}),
    ("Adam", [{}, {"lr": 0.01, "betas": [0.5, 0.9]}], {"lr": 0.05}),
    ("AdamW", [{"weight_decay": 0.0}, {"weight_decay": 0.1}], {"lr": 0.05}),
    ("RMSprop", [{"centered": True}, {"alpha": 0.5}], {"lr": 0.05}),
    ("Adagrad", [{"lr_decay": 0.1}, {"lr": 0.1}], {"lr": 0.3}),
]
SCHEDULES = [
    ("StepLR", {"step_size": 7, "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.93}),
    ("LinearLR", {"start_factor": 0.25, "end_factor": 0.75, "total_iters": 11}),
    ("LinearLR", {}),
    ("CosineAnnealingLR", {"T_max": 20}),
    ("CosineAnnealingLR", {"T_max": 9, "eta_min": 0.02}),
    ("MultiStepLR", {"milestones": [7, 20, 20, 41], "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [0, 3]}),
    ("OneCycleLR", {"max_lr": 0.9, "total_steps": STEPS}),
    ("OneCycleLR", {"max_lr": 0.9, "epochs": 4, "steps_per_epoch": 17}),
    (
        "OneCycleLR",
        {
            "max_lr": 0.9,
            "total_steps": 71,
            "pct_start": 0.25,
            "anneal_strategy": "linear",
            "base_momentum": 0.7,
            "max_momentum": 0.9,
            "div_factor": 10.0,
            "final_div_factor": 100.0,
        },
    ),
    ("OneCycleLR", {"max_lr": 0.9, "total_steps": 63, "three_phase": True}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 60, "pct_start": 0.0}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 61, "pct_start": 1.0}),
]
PLATEAUS = [
    {"patience": 2},
    {"mode": "max", "factor": 0.5, "patience": 3, "cooldown": 2},
    {"threshold": 0.3, "threshold_mode": "abs", "patience": 1, "min_lr": 0.05},
    {"mode": "max", "threshold": 0.05, "threshold_mode": "abs", "patience": 0},
    {"factor": 0.9, "patience": 0, "eps": 0.02},
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


def measure(step):
    """A loss that falls, stays, and jumps, for the schedules on a plateau."""
    return 1.0 / (1.0 + step // 7) + 0.3 * math.sin(step // 3)


def grouped(params, groups):
    """The parameters in two groups with their options."""
    first, second = groups
    return [{"params": params[:1], **first}, {"params": params[1:], **second}]


def trajectory(name, options, groups=None):
    """The parameters after the steps KEPT; step 2 has no gradient for the second."""
    import torch  # pytest imports this file to look for doctests

    params = [torch.tensor(p, dtype=torch.float64) for p in START]
    given = params if groups is None else grouped(params, groups)
    optimiser = getattr(torch.optim, name)(given, **options)
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


def momentums(options):
    """Momentum of SGD, then beta1 of Adam, before every step of a cycle."""
    import torch

    rows = []
    for make, read in (
        (torch.optim.SGD, lambda group: group["momentum"]),
        (torch.optim.Adam, lambda group: group["betas"][0]),
    ):
        optimiser = make([torch.zeros(1)], lr=0.4)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, **options)
        row = []
        for _ in range(STEPS):
            row.append(read(optimiser.param_groups[0]))
            optimiser.step()
            schedule.step()
        rows.append(row)
    return rows


def plateau(options):
    """The rate after every measure."""
    import torch

    optimiser = torch.optim.SGD([torch.zeros(1)], lr=0.4)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, **options)
    row = []
    for step in range(STEPS):
        schedule.step(measure(step))
        row.append(optimiser.param_groups[0]["lr"])
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
        "groups": [
            {"name": n, "groups": g, "options": o, "rows": trajectory(n, o, g)}
            for n, g, o in GROUPS
        ],
        "schedules": [{"schedules": s, "rates": rates(s)} for s in together],
        "momentums": [
            {"options": o, "rows": momentums(o)}
            for name, o in SCHEDULES
            if name == "OneCycleLR"
        ],
        "plateaus": [{"options": o, "rates": plateau(o)} for o in PLATEAUS],
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(everything(), separators=(",", ":")) + "\n")
