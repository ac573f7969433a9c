"""Optimisers and schedules against trajectories recorded from PyTorch."""

import json
import math
import runpy
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_scalar import DataError, OperandError, Value
from nn import SGD, Adagrad, Adam, AdamW, RMSprop
from nn.training.optimisers import Optimiser, _lerp, _quotient
from nn.training.schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
)

DATA = Path(__file__).parents[1] / "data"
RECORDED = json.loads((DATA / "torch_optimisers.json").read_text())
SCRIPT = runpy.run_path(str(DATA / "make_torch_optimisers.py"))


def our_trajectory(case, via_state=False):
    params = [Value(p) for p in RECORDED["start"]]

    def make(options):
        groups = case.get("groups")
        given = params if groups is None else SCRIPT["grouped"](params, groups)
        return getattr(nn, case["name"])(given, **options)

    optimiser = make(case["options"])
    rows = []
    for step in range(1, SCRIPT["STEPS"] + 1):
        optimiser.zero_grad()
        gradients = SCRIPT["gradient"]([p.data for p in params], step)
        for p, g in zip(params, gradients, strict=True):
            p.grad = g
        if step == 2:
            params[1].zero_grad()
        if via_state:
            text = json.dumps(optimiser.state_dict())
            optimiser = make({})
            optimiser.load_state_dict(json.loads(text))
        optimiser.step()
        rows.append([p.data for p in params])
    return [rows[step - 1] for step in RECORDED["steps"]]


def our_rates(case):
    optimiser = SGD([Value(0.0)], lr=0.4)
    schedules = [getattr(nn, name)(optimiser, **o) for name, o in case["schedules"]]
    row = []
    for _ in range(SCRIPT["STEPS"]):
        row.append(optimiser.lr)
        for schedule in schedules:
            schedule.step()
            assert schedule.get_last_lr() == [optimiser.lr]
    return row


def described(case):
    return " ".join([case["name"], *(f"{k}={v}" for k, v in case["options"].items())])


@pytest.mark.parametrize("case", RECORDED["optimisers"], ids=described)
def test_trajectory_is_pytorchs(case):
    for ours, theirs in zip(our_trajectory(case), case["rows"], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, abs=0)


@pytest.mark.parametrize("case", RECORDED["groups"], ids=described)
def test_trajectory_of_groups_is_pytorchs(case):
    for ours, theirs in zip(our_trajectory(case), case["rows"], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    "case", [*RECORDED["optimisers"][::7], *RECORDED["groups"]], ids=described
)
def test_state_through_json_continues_the_same_trajectory(case):
    assert our_trajectory(case, via_state=True) == our_trajectory(case)


def our_momentums(options):
    rows = []
    for make, read in (
        (SGD, lambda group: group["momentum"]),
        (Adam, lambda group: group["betas"][0]),
    ):
        optimiser = make([Value(0.0)], lr=0.4)
        schedule = OneCycleLR(optimiser, **options)
        row = []
        for _ in range(SCRIPT["STEPS"]):
            row.append(read(optimiser.param_groups[0]))
            schedule.step()
        rows.append(row)
    return rows


def our_plateau(options):
    optimiser = SGD([Value(0.0)], lr=0.4)
    schedule = ReduceLROnPlateau(optimiser, **options)
    row = []
    for step in range(SCRIPT["STEPS"]):
        schedule.step(SCRIPT["measure"](step))
        assert schedule.get_last_lr() == [optimiser.lr]
        row.append(optimiser.lr)
    return row


@pytest.mark.parametrize("case", RECORDED["momentums"], ids=str)
def test_momentums_of_a_cycle_are_pytorchs(case):
    for ours, theirs in zip(our_momentums(case["options"]), case["rows"], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, abs=0)


@pytest.mark.parametrize("case", RECORDED["plateaus"], ids=str)
def test_rates_on_a_plateau_are_pytorchs(case):
    ours = our_plateau(case["options"])
    assert ours == pytest.approx(case["rates"], rel=1e-12, abs=0)
    assert len(set(ours)) > 1


@pytest.mark.parametrize("case", RECORDED["schedules"], ids=str)
def test_rates_are_pytorchs(case):
    assert our_rates(case) == pytest.approx(case["rates"], rel=1e-12, abs=1e-15)


@pytest.mark.oracles
def test_recorded_trajectories_are_those_of_the_installed_pytorch():
    live = json.loads(json.dumps(SCRIPT["everything"]()))
    for now, then in zip(
        [*live["optimisers"], *live["groups"]],
        [*RECORDED["optimisers"], *RECORDED["groups"]],
        strict=True,
    ):
        assert (now["name"], now["options"]) == (then["name"], then["options"])
        for live_row, ours in zip(now["rows"], our_trajectory(then), strict=True):
            assert ours == pytest.approx(live_row, rel=1e-12, abs=0)
    for now, then in zip(live["schedules"], RECORDED["schedules"], strict=True):
        assert our_rates(then) == pytest.approx(now["rates"], rel=1e-12, abs=1e-15)
    for case in live["momentums"]:
        for ours, row in zip(our_momentums(case["options"]), case["rows"], strict=True):
            assert ours == pytest.approx(row, rel=1e-12, abs=0)
    for case in live["plateaus"]:
        ours = our_plateau(case["options"])
        assert ours == pytest.approx(case["rates"], rel=1e-12, abs=0)


def test_lambda_schedule():
    optimiser = SGD([Value(0.0)], lr=0.5)
    schedule = nn.LambdaLR(optimiser, lambda epoch: 1 / (1 + epoch))
    rates = [optimiser.lr]
    for _ in range(3):
        schedule.step()
        rates.append(optimiser.lr)
    assert rates == [0.5, 0.25, 0.5 * (1 / 3), 0.125]
    assert schedule.last_epoch == 3


def test_the_update_of_the_fourth_seed():
    # W <- W - alpha dC/dW
    w = Value(2.0)
    w.grad = 3.0
    SGD([w], lr=0.25).step()
    assert w.data == 1.25


@pytest.mark.parametrize("momentum", [0.125, 0.5, 0.75])
def test_any_momentum_counts(momentum):
    w = Value(1.0)
    optimiser = SGD([w], lr=0.25, momentum=momentum)
    for gradient in (1.0, 2.0):
        w.grad = gradient
        optimiser.step()
    assert w.data == 1.0 - 0.25 * 1.0 - 0.25 * (momentum * 1.0 + 2.0)


def test_parameters_without_a_gradient_stay():
    w = Value(2.0)
    for optimiser in (SGD([w], momentum=0.9, weight_decay=0.1), Adam([w]), AdamW([w])):
        optimiser.step()
        assert w.data == 2.0
        assert optimiser.state == [{}]


def test_zero_gradient_is_not_no_gradient():
    w = Value(2.0)
    w.grad = 0.0
    SGD([w], lr=0.5, weight_decay=0.5).step()
    assert w.data == 1.5


def test_zero_grad_and_lr():
    w = Value(2.0)
    w.grad = 3.0
    optimiser = SGD([w], lr=0.1)
    optimiser.lr = 1
    optimiser.step()
    optimiser.zero_grad()
    assert (w.data, w.has_grad, optimiser.lr) == (-1.0, False, 1.0)
    with pytest.raises(OperandError, match="lr needs to be from 0 up"):
        optimiser.lr = -1.0


def test_a_graph_is_not_recorded_by_a_step():
    w = Value(2.0)
    (w * w).backward()
    Adam([w]).step()
    assert w.is_leaf


def test_numbers_beyond_float_follow_ieee():
    w = Value(1.0)
    w.grad = 1e-200  # its square is 0
    Adam([w], eps=0.0).step()
    assert w.data == -math.inf
    w = Value(1.0)
    w.grad = 0.0
    Adam([w], eps=0.0).step()
    assert math.isnan(w.data)
    w = Value(1.0)
    w.grad = math.nan
    Adam([w], amsgrad=True).step()
    assert math.isnan(w.data)
    w = Value(1.0)
    w.grad = 1e300
    Adam([w]).step()
    assert w.data == 1.0  # sqrt(v) is inf, as in PyTorch


@pytest.mark.parametrize("optimiser", [Adam, AdamW])
@pytest.mark.parametrize("g", [1e-140, 1.0, 2e154, 4e155, -4e155])
def test_the_first_step_of_adam_is_as_long_as_lr(optimiser, g):
    # m / (1 - beta1) = g and v / (1 - beta2) = g**2, which no float holds beyond 1e154:
    # PyTorch takes the root of v before it divides.
    w = Value(1.0)
    w.grad = g
    optimiser([w], lr=0.125, eps=0.0, weight_decay=0.0).step()
    assert w.data == pytest.approx(1.0 - math.copysign(0.125, g), rel=1e-12)


def test_only_the_first_gradient_is_not_dampened_though_the_momentum_be_0():
    w = Value(1.0)
    optimiser = SGD([w], lr=1.0, momentum=0.5, dampening=0.75)
    for gradient, wanted in ((0.0, 1.0), (2.0, 0.5), (0.0, 0.25)):
        w.grad = gradient
        optimiser.step()
        assert w.data == wanted


@pytest.mark.parametrize("optimiser", [Adam, AdamW])
def test_without_beta1_the_mean_is_the_gradient_to_the_last_bit(optimiser):
    # As torch.lerp, which is exact at both ends: 1e20 + (1 - 1e20) would be 0.
    w = Value(1.0)
    steps = optimiser([w], lr=0.5, betas=(0.0, 0.0), eps=0.0, weight_decay=0.0)
    for gradient, wanted in ((1e20, 0.5), (1.0, 0.0), (-3.0, 0.5)):
        w.grad = gradient
        steps.step()
        assert w.data == wanted


def test_amsgrad_keeps_a_nan_as_torch_maximum_does():
    w = Value(1.0)
    optimiser = Adam([w], betas=(0.9, 0.0), amsgrad=True)
    w.grad = 1e200  # v is inf
    optimiser.step()
    assert w.data == 1.0
    w.grad = 1.0  # v is 0 * inf, while m is finite
    optimiser.step()
    assert math.isnan(w.data)


@pytest.mark.parametrize("on_array", [False, True])
@pytest.mark.parametrize("largest", [math.nan, 4.0, math.inf])
@pytest.mark.parametrize("gradient", [math.nan, 1.0, 3.0, math.inf])
def test_amsgrad_keeps_the_largest_and_the_nan_of_both(largest, gradient, on_array):
    w = Value(1.0, "w")
    optimiser = Adam([w], betas=(0.0, 0.0), amsgrad=True)  # so that v is g * g alone
    w.grad = 1.0
    optimiser.step()
    state = optimiser.state_dict()
    state["state"][0]["max_exp_avg_sq"] = largest
    optimiser.load_state_dict(state)
    if on_array:
        optimiser.step_vector(np.array([w.data]), np.array([gradient]))
    else:
        w.grad = gradient
        optimiser.step()
    found = optimiser.state_dict()["state"][0]["max_exp_avg_sq"]
    wanted = np.maximum(largest, np.square(gradient))
    assert found == pytest.approx(wanted, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda w: SGD([]), "at least one parameter"),
        (SGD, r"write \[value\]"),
        (lambda w: SGD([w, w]), "2 parameters were given, but only 1 differ"),
        (lambda w: SGD([w * 2.0]), "not computed"),
        (lambda w: SGD([3.0]), "not computed"),
        (lambda w: SGD([w], lr=-0.1), "lr needs to be from 0 up.*got -0.1"),
        (lambda w: SGD([w], lr=math.nan), "lr needs"),
        (lambda w: SGD([w], lr="0.1"), "real number"),
        (lambda w: SGD([w], momentum=-1), "momentum"),
        (lambda w: Adam([w], betas=(1.0, 0.5)), "beta1 needs to be .* below 1.0"),
        (lambda w: Adam([w], betas=(0.5, 1.0)), "beta2 needs to be .* below 1.0"),
        (lambda w: StepLR(SGD([w]), True), "step_size needs to be an int from 1"),
        (lambda w: StepLR(SGD([w]), 0), "step_size needs to be an int from 1"),
        (lambda w: CosineAnnealingLR(SGD([w]), 0), "T_max needs to be an int from 1"),
        (lambda w: LinearLR(SGD([w]), 1.5), r"start_factor .* in \(0, 1\]"),
        (
            lambda w: LinearLR(SGD([w]), end_factor="a"),
            "end_factor needs a real number",
        ),
        (lambda w: SGD([w], weight_decay=-1), "weight_decay"),
        (lambda w: SGD([w], nesterov=True), "momentum above 0"),
        (lambda w: SGD([w], 0.1, 0.9, 0.1, nesterov=True), "dampening of 0"),
        (lambda w: Adam([w], betas=(1.0, 0.9)), "beta1 needs.*below 1.0"),
        (lambda w: Adam([w], betas=(0.9, -0.1)), "beta2"),
        (lambda w: AdamW([w], eps=-1e-8), "eps"),
        (lambda w: SGD(nn.MLP(1, [1])), r"got a MLP; write net\.parameters\(\)"),
        (lambda w: SGD(None), "list of Values.*got NoneType: None"),
        (lambda w: SGD("w"), "list of Values.*got str: 'w'"),
        (lambda w: SGD([w], dampening="a"), "dampening needs a real number, got str"),
        (lambda w: SGD([w], nesterov="no"), "nesterov needs True or False"),
        (lambda w: Adam([w], betas=0.9), "betas needs two numbers.*got 0.9"),
        (lambda w: Adam([w], betas=(0.9, 0.99, 0.5)), "betas needs two numbers"),
        (lambda w: Adam([w], betas=("a", 0.9)), "beta1 needs a real number, got str"),
        (lambda w: Adam([w], amsgrad=1), "amsgrad needs True or False"),
        (lambda w: nn.StepLR(5, 2), r"StepLR needs an optimiser first.*got int: 5"),
        (lambda w: nn.StepLR(SGD([w]), 2, gamma="a"), "gamma needs a real number"),
        (lambda w: nn.ExponentialLR(SGD([w]), gamma=-1), "gamma needs to be from 0"),
        (lambda w: nn.LambdaLR(SGD([w]), 5), "function of the epoch.*got int: 5"),
        (lambda w: nn.LambdaLR(SGD([w]), str), "result of lr_lambda needs a real"),
        (lambda w: nn.LinearLR(SGD([w]), start_factor="a"), "start_factor needs a re"),
        (lambda w: nn.LinearLR(SGD([w]), total_iters=1.5), "total_iters.*from 0 up"),
        (lambda w: nn.CosineAnnealingLR(SGD([w]), 2, "a"), "eta_min needs a real"),
        (lambda w: SGD([w]).load_state_dict(None), r"dictionary.*got NoneType: None"),
        (lambda w: nn.StepLR(SGD([w]), step_size=0), "step_size.*from 1 up"),
        (lambda w: nn.CosineAnnealingLR(SGD([w]), T_max=2.5), "T_max"),
        (lambda w: nn.LinearLR(SGD([w]), start_factor=0.0), "start_factor"),
        (lambda w: nn.LinearLR(SGD([w]), end_factor=2.0), "end_factor"),
    ],
)
def test_bad_arguments_are_rejected(make, message):
    with pytest.raises(OperandError, match=message):
        make(Value(1.0))


def test_state_of_another_optimiser_is_rejected():
    w = Value(1.0)
    with pytest.raises(DataError, match=r"does not fit this SGD.*betas"):
        SGD([w]).load_state_dict(Adam([w]).state_dict())
    with pytest.raises(DataError, match=r"got 2 parameters.*expected 1"):
        SGD([w]).load_state_dict(SGD([w, Value(2.0)]).state_dict())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"options": None}, r"a dictionary 'options' and a list 'state'"),
        ({"state": 5}, r"a dictionary 'options' and a list 'state'"),
        ({"state": [None]}, r"state\[0\] needs to be a dictionary, got None"),
        ({"state": [{"step": "1"}]}, r"state\[0\]\['step'\] needs a real number"),
        ({"state": [{"nonsense": 1.0}]}, r"has 'nonsense', expected step, exp_avg"),
        ({"state": [{"step": -1.0}]}, r"state\[0\]\['step'\] is -1.0, expected 0.0"),
        ({"state": [{"exp_avg_sq": -1.0}]}, "exp_avg_sq.*expected 0.0 or more"),
        ({"lr": "a"}, "does not fit this Adam: lr needs a real number"),
        ({"lr": 0.125, "eps": "a"}, "does not fit this Adam: eps needs a real number"),
        ({"betas": [0.9]}, "does not fit this Adam: betas needs two numbers"),
        ({"eps": -1.0}, "does not fit this Adam: eps needs to be from 0 up"),
    ],
)
def test_bad_states_change_nothing(change, message):
    w = Value(1.0)
    w.grad = 1.0
    optimiser = Adam([w], lr=0.5)
    optimiser.step()
    before = optimiser.state_dict()
    parts = {k: v for k, v in change.items() if k in before}
    options = {k: v for k, v in change.items() if k not in before}
    bad = {**before, "options": {**before["options"], **options}, **parts}
    for state in (bad, {}):
        with pytest.raises(DataError, match=message if state else "got the keys"):
            optimiser.load_state_dict(state)
    assert optimiser.state_dict() == before


def test_an_optimiser_of_ones_own_continues_from_its_state():
    class Sign(Optimiser):
        def _updated(self, p, g, state):
            state["steps"] = state.get("steps", 0.0) + 1.0
            return p - math.copysign(self.lr, g)

    w = Value(1.0)
    w.grad = 3.0
    first = Sign([w], 0.25)
    first.step()
    second = Sign([w], 1.0)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert (w.data, second.lr, second.state) == (0.75, 0.25, [{"steps": 1.0}])


def test_repr_and_base_classes():
    assert repr(SGD([Value(1.0)], lr=0.5)) == (
        "SGD(1 parameters, lr=0.5, momentum=0.0, dampening=0.0, weight_decay=0.0,"
        " nesterov=False)"
    )
    with pytest.raises(TypeError, match="abstract"):
        Optimiser([Value(1.0)], lr=0.1)
    with pytest.raises(TypeError, match="abstract"):
        Schedule(SGD([Value(1.0)]))


def test_an_option_set_later_is_the_one_that_is_saved():
    optimiser = SGD([Value(1.0)], lr=0.5)
    optimiser.momentum = 0.25
    assert list(optimiser.state_dict()["options"].items())[:2] == [
        ("lr", 0.5),
        ("momentum", 0.25),
    ]


def rates(make, count):
    optimiser = SGD([Value(0.0)], lr=0.5)
    schedule = make(optimiser)
    found = [optimiser.lr]
    for _ in range(count):
        schedule.step()
        found.append(optimiser.lr)
    return found


def test_the_shortest_schedules():
    assert rates(lambda o: StepLR(o, 1), 2) == pytest.approx([0.5, 0.05, 0.005])
    assert rates(lambda o: CosineAnnealingLR(o, 1, 0.1), 3) == pytest.approx(
        [0.5, 0.1, 0.5, 0.1]
    )
    assert rates(lambda o: LinearLR(o, 1.0, 0.0, 2), 3) == pytest.approx(
        [0.5, 0.25, 0.0, 0.0]
    )


@pytest.mark.parametrize("optimiser", [Adam, AdamW])
def test_defaults_are_pytorchs(optimiser):
    made = optimiser([Value(1.0)])
    decay = 0.01 if optimiser is AdamW else 0.0
    assert (made.lr, made.betas, made.eps) == (1e-3, (0.9, 0.999), 1e-8)
    assert (made.weight_decay, made.amsgrad) == (decay, False)


@pytest.mark.parametrize("weight", [2.0**-53, 0.1, 0.499, 0.5, 0.501, 0.9, 1.0])
@pytest.mark.parametrize(("start", "end"), [(1.0, 1e20), (1e20, 1.0), (-6.6, 6.3)])
def test_a_mean_between_two_numbers_has_the_digits_of_torch_lerp(start, end, weight):
    # https://pytorch.org/docs/stable/generated/torch.lerp.html: two forms, so that both
    # ends are exact.
    exact = Fraction(start) + Fraction(weight) * (Fraction(end) - Fraction(start))
    smaller = min(weight, 1.0 - weight)
    slack = 2.0**-51 * (smaller * abs(end - start) + abs(float(exact)))
    assert abs(Fraction(_lerp(start, end, weight)) - exact) <= slack


def test_at_one_half_the_mean_is_taken_from_the_end():
    assert _lerp(-6.6, 6.3, 0.5) == 6.3 - (6.3 + 6.6) * 0.5 != -6.6 + (6.3 + 6.6) * 0.5


def test_a_quotient_by_0_is_that_of_ieee_754():
    assert _quotient(-2.0, 0.0) == -math.inf
    assert _quotient(2.0, 0.0) == math.inf
    assert math.isnan(_quotient(0.0, 0.0))
    assert math.isnan(_quotient(math.nan, 0.0))


def test_a_state_may_hold_the_least_numbers_and_no_names_but_its_own():
    sgd, adam = SGD([Value(1.0)], momentum=0.5), Adam([Value(1.0)])
    sgd.load_state_dict({**sgd.state_dict(), "state": [{"momentum_buffer": -math.inf}]})
    assert sgd.state == [{"momentum_buffer": -math.inf}]
    least = {"step": 0.0, "exp_avg": -math.inf, "exp_avg_sq": 0.0}
    adam.load_state_dict({**adam.state_dict(), "state": [least]})
    assert adam.state == [least]
    with pytest.raises(DataError, match="has 'step', expected momentum_buffer"):
        sgd.load_state_dict({**sgd.state_dict(), "state": [{"step": 1.0}]})


def test_an_option_without_a_check_of_its_own_is_kept_and_lists_are_frozen():
    class Named(Optimiser):
        def __init__(self, params):
            super().__init__(params, 0.5)
            self._configure(names=["a", "b"], kind="sign")

        def _updated(self, p, g, state):
            return p

    made = Named([Value(1.0)])
    assert (made.names, made.kind) == (("a", "b"), "sign")


# ---- On one array of all parameters --------------------------------------------------

OPTIONS = [
    (SGD, {}),
    (SGD, {"weight_decay": 0.1}),
    (SGD, {"momentum": 0.9, "dampening": 0.25, "weight_decay": 0.1}),
    (SGD, {"momentum": 0.9, "nesterov": True}),
    (Adam, {}),
    (Adam, {"betas": (0.3, 0.99), "amsgrad": True, "weight_decay": 0.1}),
    (Adam, {"eps": 0.0}),
    (AdamW, {"weight_decay": 0.2}),
]


def drawn(seed, n=7):
    rng = np.random.default_rng(seed)
    return rng.normal(size=n) * 10.0 ** rng.integers(-8, 8, n)


def both(kind, options, lr=0.1):
    values = [Value(x) for x in drawn(0).tolist()]
    return values, kind(values, lr=lr, **options), kind(values, lr=lr, **options)


def stepped(values, optimiser, gradient):
    for value, g in zip(values, gradient.tolist(), strict=True):
        value.grad = g
    optimiser.step()
    return [value.data for value in values]


@pytest.mark.parametrize(("kind", "options"), OPTIONS)
def test_a_step_on_an_array_has_the_bits_of_a_step_on_values(kind, options):
    values, singly, at_once = both(kind, options)
    theta = drawn(0)
    for k in range(1, 30):
        gradient = drawn(k) * (k != 7)
        given = gradient.copy()
        at_once.step_vector(theta, gradient)
        assert gradient.tolist() == given.tolist()
        assert theta.tolist() == stepped(values, singly, gradient)
        if k % 5 == 0:
            singly.lr = at_once.lr = 0.1 / k
        if k % 10 == 0:
            assert at_once.state_dict() == singly.state_dict()
            at_once.load_state_dict(at_once.state_dict())


@pytest.mark.parametrize(("kind", "options"), OPTIONS)
def test_what_is_not_finite_stays_so_at_once(kind, options):
    values, singly, at_once = both(kind, options)
    theta = drawn(0)
    for k in range(1, 4):
        gradient = drawn(k)
        gradient[:4] = math.nan, math.inf, -math.inf, 0.0
        at_once.step_vector(theta, gradient)
        assert theta.tolist() == pytest.approx(
            stepped(values, singly, gradient), rel=0, abs=0, nan_ok=True
        )


def test_adam_on_an_array_counts_the_steps_of_each_parameter():
    values, singly, at_once = both(Adam, {})
    for optimiser in (singly, at_once):  # a step without the first's gradient
        for value in values[1:]:
            value.grad = 1.0
        values[0].zero_grad()
        optimiser.step()
    theta = np.array([value.data for value in values])
    for k in (1, 2):
        at_once.step_vector(theta, drawn(k))
        assert theta.tolist() == stepped(values, singly, drawn(k))
    assert [s["step"] for s in at_once.state] == [2.0, *[3.0] * 6]


class Signed(Optimiser):
    """An optimiser of the user's, on floats only."""

    def _updated(self, p, g, state):
        state["seen"] = state.get("seen", 0.0) + 1.0
        return p - self.lr * math.copysign(1.0, g)


class Louder(SGD):
    def _updated(self, p, g, state):
        return p - (2.0 if g > 0.0 else 1.0) * self.lr * g


@pytest.mark.parametrize("kind", [Signed, Louder])
def test_an_optimiser_on_floats_steps_an_array_one_by_one(kind):
    values, singly, at_once = both(kind, {})
    theta = drawn(0)
    for k in (1, 2, 3):
        at_once.step_vector(theta, drawn(k))
        assert theta.tolist() == stepped(values, singly, drawn(k))
    assert at_once.state == singly.state


def test_a_state_that_was_read_can_be_written():
    values, _, at_once = both(SGD, {"momentum": 0.5})
    theta = drawn(0)
    at_once.step_vector(theta, np.ones(7))
    at_once.state[0]["momentum_buffer"] = 100.0
    before = theta.copy()
    at_once.step_vector(theta, np.ones(7))
    assert (before - theta)[:2].tolist() == pytest.approx([5.1, 0.15])
    assert len(values) == 7


@pytest.mark.parametrize("name", ["theta", "gradient"])
def test_an_array_of_another_length_is_named(name):
    _, _, optimiser = both(SGD, {})
    arrays = {"theta": drawn(0), "gradient": drawn(1)} | {name: np.ones((7, 1))}
    with pytest.raises(nn.arguments.ShapeError, match=f"7 numbers as {name}.*(7, 1)"):
        optimiser.step_vector(**arrays)


def test_what_is_no_array_is_rejected():
    _, _, optimiser = both(SGD, {})
    fixed = drawn(0)
    fixed.flags.writeable = False
    for theta in ([1.0] * 7, np.ones(7, np.float32), fixed, None):
        with pytest.raises(OperandError, match="a writable float64 array as theta"):
            optimiser.step_vector(theta, drawn(1))
    with pytest.raises(OperandError, match="a float64 array as gradient, got list"):
        optimiser.step_vector(drawn(0), [1.0] * 7)
    optimiser.step_vector(drawn(0), fixed)


# ---- The newer optimisers by their published formulas --------------------------------


def steps_of(optimiser, w, count):
    found = []
    for _ in range(count):
        w.grad = math.cos(w.data) + 2.0
        optimiser.step()
        found.append(w.data)
    return found


def test_rmsprop_by_hand():
    w = Value(1.5)
    found = steps_of(RMSprop([w], lr=0.1, alpha=0.75, momentum=0.5), w, 5)
    p, v, buffer, expected = 1.5, 0.0, 0.0, []
    for _ in range(5):
        g = np.cos(p) + 2.0
        v = 0.75 * v + 0.25 * g**2
        buffer = 0.5 * buffer + g / (np.sqrt(v) + 1e-8)
        p -= 0.1 * buffer
        expected.append(p)
    assert found == pytest.approx(expected, rel=1e-13)


def test_rmsprop_centered_by_hand():
    w = Value(1.5)
    found = steps_of(RMSprop([w], lr=0.1, alpha=0.75, centered=True), w, 5)
    p, v, m, expected = 1.5, 0.0, 0.0, []
    for _ in range(5):
        g = np.cos(p) + 2.0
        v, m = 0.75 * v + 0.25 * g**2, 0.75 * m + 0.25 * g
        p -= 0.1 * g / (np.sqrt(v - m**2) + 1e-8)
        expected.append(p)
    assert found == pytest.approx(expected, rel=1e-13)


def test_a_variance_below_0_gives_nan_as_in_pytorch():
    w = Value(1.0)
    optimiser = RMSprop([w], alpha=1.0, centered=True)
    optimiser.load_state_dict(
        {**optimiser.state_dict(), "state": [{"square_avg": 1.0, "grad_avg": 1.5}]}
    )
    w.grad = 1.0
    optimiser.step()
    assert math.isnan(w.data)


def test_adagrad_by_hand():
    w = Value(1.5)
    options = {"lr": 0.5, "lr_decay": 0.25, "initial_accumulator_value": 0.75}
    found = steps_of(Adagrad([w], **options), w, 5)
    p, total, expected = 1.5, 0.75, []
    for t in range(5):
        g = np.cos(p) + 2.0
        total += g**2
        p -= 0.5 / (1 + 0.25 * t) * g / (np.sqrt(total) + 1e-10)
        expected.append(p)
    assert found == pytest.approx(expected, rel=1e-13)


def test_the_defaults_of_the_newer_optimisers_are_pytorchs():
    rms, ada = RMSprop([Value(1.0)]), Adagrad([Value(1.0)])
    assert (rms.lr, rms.alpha, rms.eps, rms.momentum) == (1e-2, 0.99, 1e-8, 0.0)
    assert (ada.lr, ada.lr_decay, ada.eps) == (1e-2, 0.0, 1e-10)


# ---- Groups --------------------------------------------------------------------------


def two_groups():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    groups = [{"params": [a], "lr": 0.5}, {"params": [b], "momentum": 0.5}]
    return a, b, SGD(groups, lr=0.25)


def test_groups_are_read_and_written_by_name():
    a, b, optimiser = two_groups()
    first, second = optimiser.param_groups
    assert (first["lr"], second["lr"], second["momentum"]) == (0.5, 0.25, 0.5)
    assert (first["params"], second["params"]) == ([a], [b])
    assert set(first) == {"params", "lr", *SGD._OPTIONS}
    assert len(first) == 6
    assert "'lr': 0.5" in repr(first)
    second["lr"] = 2.0
    assert (optimiser.lr, optimiser.param_groups[1]["lr"]) == (0.5, 2.0)
    assert optimiser.params == [a, b]
    assert repr(optimiser).startswith("SGD(2 parameters in 2 groups, lr=0.5,")
    for name, wrong, message in [
        ("lr", -1.0, "lr needs to be from 0 up"),
        ("nesterov", "yes", "True or False"),
        ("rate", 1.0, "a group of SGD has params and lr, momentum.*got 'rate'"),
        ("params", [a], "a group of SGD has params and lr.*got 'params'"),
    ]:
        with pytest.raises(OperandError, match=message):
            first[name] = wrong
    with pytest.raises(OperandError, match="nesterov needs a momentum above 0"):
        first["nesterov"] = True
    assert first["nesterov"] is False
    with pytest.raises(KeyError):
        first["rate"]


def test_a_group_can_be_added():
    a, b, optimiser = two_groups()
    c = Value(3.0)
    optimiser.add_param_group({"params": [c], "dampening": 0.5})
    group = optimiser.param_groups[2]
    assert (group["lr"], group["momentum"], group["dampening"]) == (0.25, 0.0, 0.5)
    c.grad = 4.0
    optimiser.step()
    assert (a.data, b.data, c.data) == (1.0, 2.0, 2.0)
    for wrong, message in [
        ({"params": [a]}, "only 3 differ"),
        ({"params": [Value(1.0)], "betas": 1}, "got 'betas'"),
        ({"lr": 1.0}, "a dictionary with a list 'params'"),
        ({"params": Value(1.0)}, "got a single Value"),
        ({"params": [Value(1.0)], "lr": -1.0}, "lr needs to be from 0 up"),
    ]:
        with pytest.raises(OperandError, match=message):
            optimiser.add_param_group(wrong)
    assert len(optimiser.param_groups) == 3


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([{"params": []}], "at least one parameter"),
        ([{"params": [Value(1.0)]}, Value(1.0)], r"params\[1\] needs to be a group"),
        ([{"params": [Value(1.0)], "beta": 1}], "a group of Adam has.*got 'beta'"),
        ([{"params": [Value(1.0)], "eps": -1}], "eps needs to be from 0 up"),
        ([{"params": [Value(1.0)], "lr": "a"}], "lr needs a real number"),
        ([{"params": 5}], "list of Values.*got int: 5"),
    ],
)
def test_bad_groups_are_rejected(groups, message):
    with pytest.raises(OperandError, match=message):
        Adam(groups)


def test_a_parameter_is_in_one_group():
    w = Value(1.0)
    with pytest.raises(OperandError, match="only 1 differ"):
        SGD([{"params": [w]}, {"params": [w]}])


def test_the_state_of_groups_changes_as_a_whole():
    _, b, optimiser = two_groups()
    b.grad = 1.0
    optimiser.step()
    before = optimiser.state_dict()
    assert [g["options"]["lr"] for g in before["groups"]] == [0.5, 0.25]
    assert optimiser.state == [{}, {"momentum_buffer": 1.0}]
    bad = json.loads(json.dumps(before))
    bad["groups"][0]["options"]["lr"] = 9.0
    bad["groups"][1]["options"]["lr"] = -1.0
    for state, message in [
        (bad, "does not fit this SGD: lr"),
        ({"groups": before["groups"][:1]}, "1 groups of parameters, expected 2"),
        ({"groups": 5}, "1 groups of parameters, expected 2"),
        (SGD([Value(1.0)]).state_dict(), "1 groups of parameters, expected 2"),
    ]:
        with pytest.raises(DataError, match=message):
            optimiser.load_state_dict(state)
        assert optimiser.state_dict() == before
    with pytest.raises(DataError, match="2 groups of parameters, expected 1"):
        SGD([Value(1.0)]).load_state_dict(before)


def test_every_group_follows_the_schedule():
    _, _, optimiser = two_groups()
    schedule = ExponentialLR(optimiser, gamma=0.5)
    schedule.step()
    assert schedule.get_last_lr() == [0.25, 0.125]
    both = LambdaLR(optimiser, [lambda epoch: 1.0, lambda epoch: 0.5])
    assert both.get_last_lr() == [0.5, 0.125]  # from the initial rates
    with pytest.raises(OperandError, match="for each of 2 groups, got 1"):
        LambdaLR(optimiser, [lambda epoch: 1.0])
    optimiser.add_param_group({"params": [Value(0.0)]})
    with pytest.raises(OperandError, match="has 3 groups of parameters, and had 2"):
        schedule.step()


# ---- The newer schedules -------------------------------------------------------------


SCHEDULES = [
    lambda o: StepLR(o, 3),
    lambda o: MultiStepLR(o, [2, 5]),
    lambda o: ExponentialLR(o, 0.5),
    lambda o: LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    lambda o: LinearLR(o, total_iters=7),
    lambda o: CosineAnnealingLR(o, 7),
    lambda o: OneCycleLR(o, 1.0, 12),
]


@pytest.mark.parametrize("make", SCHEDULES)
def test_a_schedule_continues_from_its_state(make):
    first, second = Adam([Value(1.0)], lr=0.5), Adam([Value(1.0)], lr=0.5)
    whole, half = make(first), make(second)
    for _ in range(4):
        whole.step()
        half.step()
    third = Adam([Value(1.0)], lr=0.5)
    rest = make(third)
    third.load_state_dict(json.loads(json.dumps(second.state_dict())))
    rest.load_state_dict(json.loads(json.dumps(half.state_dict())))
    assert rest.get_last_lr() == half.get_last_lr()
    for _ in range(4):
        whole.step()
        rest.step()
        assert third.param_groups[0]["betas"] == first.param_groups[0]["betas"]
        assert third.lr == first.lr


def test_a_plateau_continues_from_its_state():
    optimiser = SGD([Value(1.0)], lr=0.5)
    schedule = ReduceLROnPlateau(optimiser, patience=2)
    for measure in (Value(3.0), 3.0, 3.0):
        schedule.step(measure)
    again = ReduceLROnPlateau(optimiser, patience=2)
    again.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    assert (again.best, again.num_bad_epochs, again.last_epoch) == (3.0, 2, 3)
    again.step(math.nan)
    assert optimiser.lr == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"last_epoch": 1.5}, "last_epoch is 1.5, expected something like 0"),
        ({"three_phase": 0}, "three_phase is 0, expected something like False"),
        ({"anneal_strategy": "exp"}, "'exp', expected something like 'cos'"),
        ({"max_lrs": [1.0, 2.0]}, "max_lrs"),
        ({"max_lrs": 1.0}, "max_lrs is 1.0"),
        ({"pct_start": "a"}, "pct_start is 'a'"),
        ({"more": 1.0}, "got total_steps.*, more, expected last_epoch"),
    ],
)
def test_states_of_other_schedules_are_rejected(change, message):
    schedule = OneCycleLR(SGD([Value(1.0)]), 1.0, 12)
    before = schedule.state_dict()
    with pytest.raises(DataError, match=message.replace("got total", ".*total")):
        schedule.load_state_dict({**before, **change})
    with pytest.raises(DataError, match="got nothing, expected"):
        schedule.load_state_dict({})
    with pytest.raises(OperandError, match=r"state_dict\(\) returned, got int: 5"):
        schedule.load_state_dict(5)
    assert schedule.state_dict() == before
    schedule.load_state_dict({**before, "max_lrs": (2,)})
    assert schedule.max_lrs == [2]


def test_a_cycle_may_leave_the_momentum_alone():
    optimiser = Adagrad([Value(1.0)])
    schedule = OneCycleLR(optimiser, 1.0, 4, cycle_momentum=False)
    schedule.step()
    assert optimiser.lr == schedule.get_last_lr()[0] > 1 / 25
    with pytest.raises(OperandError, match="lr needs a real number, got Value"):
        optimiser.lr = Value(1.0)


def test_a_cycle_ends():
    schedule = OneCycleLR(SGD([Value(1.0)]), 1.0, 2, pct_start=1.0)
    rates = [schedule.get_last_lr()[0]]
    for _ in range(2):
        schedule.step()
        rates += schedule.get_last_lr()
    assert rates == pytest.approx([1 / 25, 1.0, 1 / 25 / 1e4])
    with pytest.raises(OperandError, match="made for 2 steps, and this is step 3"):
        schedule.step()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: MultiStepLR(o, [1.5]), "a milestone needs to be an int from 0"),
        (lambda o: MultiStepLR(o, 5), "milestones needs a list"),
        (lambda o: OneCycleLR(o, 1.0), "needs total_steps, or both epochs and"),
        (lambda o: OneCycleLR(o, 1.0, epochs=2), "needs total_steps, or both"),
        (lambda o: OneCycleLR(o, 1.0, 0), "total_steps needs to be an int from 1"),
        (lambda o: OneCycleLR(o, "a", 5), "max_lr needs a real number"),
        (lambda o: OneCycleLR(o, [1.0, 2.0], 5), "for each of 1 groups, got 2"),
        (lambda o: OneCycleLR(o, 1.0, 5, pct_start=1.5), "pct_start needs to be from"),
        (lambda o: OneCycleLR(o, 1.0, 5, div_factor=0), "div_factor needs to be above"),
        (lambda o: OneCycleLR(o, 1.0, 5, anneal_strategy="x"), "'cos', 'linear', got"),
        (lambda o: OneCycleLR(Adagrad(o.params), 1.0, 5), "neither momentum nor betas"),
        (lambda o: OneCycleLR(5, 1.0, 5), "OneCycleLR needs an optimiser first"),
        (lambda o: ReduceLROnPlateau(5), "ReduceLROnPlateau needs an optimiser first"),
        (lambda o: ReduceLROnPlateau(o, "least"), "mode needs to be one of 'min'"),
        (lambda o: ReduceLROnPlateau(o, factor=1.0), "factor.*below 1.0"),
        (lambda o: ReduceLROnPlateau(o, patience=-1), "patience needs to be an int"),
        (lambda o: ReduceLROnPlateau(o).step("a"), r"step\(metrics\) needs a real"),
    ],
)
def test_bad_arguments_of_the_newer_schedules_are_rejected(make, message):
    with pytest.raises(OperandError, match=message):
        make(SGD([Value(1.0)]))


# ---- Clipping ------------------------------------------------------------------------


def with_gradients(*gradients):
    values = [Value(0.0) for _ in gradients]
    for value, g in zip(values, gradients, strict=True):
        if g is not None:
            value.grad = g
    return values


def clipped_by_hand(gradients, most, p):
    norm = np.linalg.norm(gradients, ord=p)
    return norm, np.array(gradients) * min(1.0, most / (norm + 1e-6))


@pytest.mark.parametrize("p", [1.0, 2.0, 3.5, math.inf])
@pytest.mark.parametrize("most", [0.5, 5.0, 100.0])
def test_the_norm_is_clipped(most, p):
    gradients = [3.0, -4.0, 0.5]
    values = with_gradients(*gradients)
    norm, expected = clipped_by_hand(gradients, most, p)
    assert nn.clip_grad_norm_(values, most, p) == pytest.approx(norm)
    assert [v.grad for v in values] == pytest.approx(expected, rel=1e-13)


@pytest.mark.oracles
@pytest.mark.parametrize("p", [1.0, 2.0, 3.5, math.inf])
def test_clipping_is_that_of_the_installed_pytorch(p):
    import torch

    gradients = [3.0, -4.0, 0.5]
    tensors = [torch.zeros((), dtype=torch.float64) for _ in gradients]
    for tensor, g in zip(tensors, gradients, strict=True):
        tensor.grad = torch.tensor(g, dtype=torch.float64)
    values = with_gradients(*gradients)
    theirs = torch.nn.utils.clip_grad_norm_(tensors, 0.75, p)
    assert nn.clip_grad_norm_(values, 0.75, p) == pytest.approx(theirs.item(), 1e-12)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-12)
    torch.nn.utils.clip_grad_value_(tensors, 0.25)
    nn.clip_grad_value_(values, 0.25)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-12)


def test_clipping_skips_what_has_no_gradient():
    values = with_gradients(3.0, None, 4.0)
    assert nn.clip_grad_norm_(values, 2.5) == 5.0
    assert not values[1].has_grad
    assert nn.clip_grad_norm_([], 1.0) == nn.clip_grad_norm_(Value(1.0), 1.0) == 0.0
    assert nn.clip_grad_norm_(with_gradients(1e200, 1e200), 1.0, 3.0) > 1e200
    one = with_gradients(7.0)[0]
    nn.clip_grad_norm_(one, 1.0)
    assert one.grad == pytest.approx(1.0, abs=1e-6)


def test_a_norm_that_is_not_finite():
    values = with_gradients(3.0, math.nan)
    with pytest.raises(DataError, match="the norm of the gradients is nan"):
        nn.clip_grad_norm_(values, 1.0, error_if_nonfinite=True)
    assert values[0].grad == 3.0
    assert math.isnan(nn.clip_grad_norm_(values, 1.0))
    assert math.isnan(values[0].grad)  # as in PyTorch
    assert nn.clip_grad_norm_(with_gradients(math.inf), 1.0) == math.inf


def test_gradients_are_clipped_one_by_one():
    values = with_gradients(3.0, -3.0, 0.5, None, math.nan)
    nn.clip_grad_value_(values, 1.0)
    assert [v.grad for v in values[:3]] == [1.0, -1.0, 0.5]
    assert math.isnan(values[4].grad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: nn.clip_grad_norm_([w], -1.0), "max_norm needs to be from 0 up"),
        (lambda w: nn.clip_grad_norm_([w], 1.0, 0.0), "norm_type needs to be above 0"),
        (lambda w: nn.clip_grad_norm_([1.0], 1.0), "parameters needs Values.*float"),
        (lambda w: nn.clip_grad_norm_(5, 1.0), "parameters needs a list"),
        (lambda w: nn.clip_grad_norm_([w], 1.0, 2.0, 1), "True or False"),
        (lambda w: nn.clip_grad_value_([w], "a"), "clip_value needs a real number"),
    ],
)
def test_bad_arguments_of_clipping_are_rejected(call, message):
    with pytest.raises(OperandError, match=message):
        call(Value(1.0))
