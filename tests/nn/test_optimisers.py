"""Optimisers and schedules against trajectories recorded from PyTorch."""

import json
import math
import runpy
from pathlib import Path

import pytest

import nn
from autograd_scalar import DataError, OperandError, Value
from nn import SGD, Adam, AdamW
from nn.training.optimisers import Optimiser
from nn.training.schedules import Schedule

DATA = Path(__file__).parents[1] / "data"
RECORDED = json.loads((DATA / "torch_optimisers.json").read_text())
SCRIPT = runpy.run_path(str(DATA / "make_torch_optimisers.py"))


def our_trajectory(case, via_state=False):
    params = [Value(p) for p in RECORDED["start"]]
    optimiser = getattr(nn, case["name"])(params, **case["options"])
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
            optimiser = getattr(nn, case["name"])(params)
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


@pytest.mark.parametrize("case", RECORDED["optimisers"][::7], ids=described)
def test_state_through_json_continues_the_same_trajectory(case):
    assert our_trajectory(case, via_state=True) == our_trajectory(case)


@pytest.mark.parametrize("case", RECORDED["schedules"], ids=str)
def test_rates_are_pytorchs(case):
    assert our_rates(case) == pytest.approx(case["rates"], rel=1e-12, abs=1e-15)


@pytest.mark.oracles
def test_recorded_trajectories_are_those_of_the_installed_pytorch():
    live = json.loads(json.dumps(SCRIPT["everything"]()))
    for now, then in zip(live["optimisers"], RECORDED["optimisers"], strict=True):
        assert (now["name"], now["options"]) == (then["name"], then["options"])
        for live_row, ours in zip(now["rows"], our_trajectory(then), strict=True):
            assert ours == pytest.approx(live_row, rel=1e-12, abs=0)
    for now, then in zip(live["schedules"], RECORDED["schedules"], strict=True):
        assert our_rates(then) == pytest.approx(now["rates"], rel=1e-12, abs=1e-15)


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
def test_refused(make, message):
    with pytest.raises(OperandError, match=message):
        make(Value(1.0))


def test_state_of_another_optimiser_is_refused():
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
        ({"state": [{"nonsense": 1.0}]}, r"has 'nonsense', known are step, exp_avg"),
        ({"state": [{"step": -1.0}]}, r"state\[0\]\['step'\] is -1.0, expected 0.0"),
        ({"state": [{"exp_avg_sq": -1.0}]}, "exp_avg_sq.*expected 0.0 or more"),
        ({"lr": "a"}, "does not fit this Adam: lr needs a real number"),
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
