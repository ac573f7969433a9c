"""Steps of training: which are kept, what is noted of them, and how they print."""

import json
import math
import re

import pytest

from autograd_scalar import DrawingError, OperandError, TrainingSteps, Value
from autograd_scalar.explain import player_page, training
from nn import MLP, half_squared_error


def noted(losses, most):
    """Steps with these losses."""
    steps = TrainingSteps(most=most)
    for loss in losses:
        steps.add((Value(loss, "x") * 1.0).named("C"))
    return steps


def trained(most=4, steps=6, rate=0.5):
    """Gradient descent on a network, and the adjoints at every step."""
    net = MLP(2, [2, 1], activation="tanh", rng=0)
    kept, grads = TrainingSteps(most=most), []
    for _ in range(steps):
        loss = half_squared_error(net([0.5, -1.0]), [0.25]).named("C")
        net.zero_grad()
        loss.backward()
        kept.add(loss, net.parameters(), rate)
        grads.append([(p.data, p.grad) for p in net.parameters()])
        for p in net.parameters():
            p.data -= rate * p.grad
    return kept, grads


def data_of(html):
    text = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1]
    return json.loads(text)


@pytest.mark.parametrize(
    ("losses", "most", "kept"),
    [
        ([5.0], 2, (0,)),
        ([5.0, 4.0], 2, (0, 1)),
        ([5.0, 4.0, 3.0], 2, (0, 2)),
        ([9.0, 8.0, 7.0, 1.0, 0.9, 0.8], 3, (0, 2, 5)),  # the bend
        ([1.0, math.nan, 1.0, 1.0, 1.0, 1.0], 4, (0, 1, 2, 5)),
        ([1.0, 1.0, math.inf, 1.0, 1.0], 5, (0, 1, 2, 3, 4)),
        ([float(k) for k in range(50)], 3, None),  # a straight line: any one
    ],
)
def test_first_last_and_the_bends_are_kept(losses, most, kept):
    steps = noted(losses, most)
    assert len(steps) == len(losses)
    assert steps.losses == pytest.approx(losses, nan_ok=True)
    assert steps.kept[0] == 0
    assert steps.kept[-1] == len(losses) - 1
    assert len(steps.kept) == min(most, len(losses))
    assert kept in (None, steps.kept)


def test_numbers_are_those_of_the_step_though_parameters_move_on():
    steps, grads = trained()
    data = data_of(steps._repr_html_())
    assert len(data["graphs"]) == 1
    names = data["graphs"][0]["names"]
    places = [names.index(name) for name in ("W1[0,0]", "W1[0,1]", "b1[0]")]
    for one in data["kept"]:
        at = grads[one["step"]]
        assert [one["state"]["values"][k] for k in places] == [x for x, _ in at[:3]]
        moved = {place: (rate, x) for place, rate, x in one["state"]["update"]}
        assert moved[places[0]] == (0.5, at[0][0])
    assert [one["step"] for one in data["kept"]] == list(steps.kept)


def test_graphs_that_differ_are_kept_apart():
    steps = TrainingSteps()
    for k in range(4):
        x = Value(1.0 + k, "x")
        steps.add(x.exp() if k % 2 else x.tanh())
    data = data_of(steps.html)
    assert [one["graph"] for one in data["kept"]] == [0, 1, 0, 1]
    assert len(data["graphs"]) == 2


def test_few_steps_are_kept_of_a_large_graph(monkeypatch):
    monkeypatch.setattr(training, "_MOST_NUMBERS", 10)
    assert noted([1.0, 5.0, 2.0, 4.0], 24).kept == (0, 1, 3)  # 3 Values each


def test_it_prints_as_a_table():
    steps, _ = trained(most=2)
    lines = str(steps).splitlines()
    assert lines[0].split() == ["step", "loss", "largest", "adjoint", "of"]
    assert [line.split()[0] for line in lines[2:]] == ["0", "5"]
    assert repr(steps) == "<TrainingSteps: 6 steps, 2 kept>"
    assert repr(TrainingSteps()) == "<TrainingSteps: 0 steps, 0 kept>"
    assert "0 steps" in TrainingSteps()._repr_html_()
    leaf = TrainingSteps()
    leaf.add(Value(2.0, "x"))
    assert str(leaf).splitlines()[2].split() == ["0", "2", "0"]


def test_the_page_loads_nothing_and_stands_still_without_its_script(tmp_path):
    steps, _ = trained()
    page = steps.save(tmp_path / "t.html").read_text("utf-8")
    assert page == steps.html
    assert "default-src 'none'" in page
    assert page.count("sha256-") == 3
    assert 'alt="the loss over 6 steps, from ' in page
    assert "Table of kept steps" in page
    assert "http" not in re.sub("http://www.w3.org/|http-equiv", "", page)
    assert "<h1" in page
    assert "<h1" not in steps._repr_html_()
    titled = TrainingSteps(title="<b>mine")
    titled.add(Value(1.0, "<i>x") * 2.0)
    assert "&lt;b&gt;mine" in titled.html
    assert "<i>" not in titled.html
    assert len(training.script().encode()) <= 12_000


def test_what_cannot_be_used_is_said(monkeypatch, tmp_path):
    for wrong in ({"most": 1}, {"most": True}, {"most": 2.0}, {"title": 3}):
        with pytest.raises(OperandError, match="TrainingSteps"):
            TrainingSteps(**wrong)
    steps = TrainingSteps()
    for call in (lambda: steps.html, lambda: steps.save(tmp_path / "x.html")):
        with pytest.raises(DrawingError, match="no step to show"):
            call()
    with pytest.raises(OperandError, match=r"add\(\)"):
        steps.add(3.0)
    with pytest.raises(OperandError, match=r"add\(parameters=\)"):
        steps.add(Value(1.0), [2.0])
    with pytest.raises(OperandError, match=r"add\(learning_rate=\)"):
        steps.add(Value(1.0), [], "fast")
    assert len(steps) == 0
    monkeypatch.setattr(player_page, "_MOST_NODES", 2)
    with pytest.raises(DrawingError, match="too many"):
        steps.add(Value(1.0) * 2.0)
    assert len(steps) == 0
    for path, message in ((None, "needs a path"), ("x.svg", "saved as .html")):
        with pytest.raises(DrawingError, match=message):
            steps.save(path)
