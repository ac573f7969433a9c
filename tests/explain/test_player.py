"""The player in Python: positions, sentences, and what the page is given."""

import json
import math
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    DrawingError,
    OperandError,
    Value,
    backward_steps,
    detect_anomaly,
    forward_steps,
    play,
    topological_order,
    update_steps,
    wrong_backward,
)
from autograd_scalar.explain import player_page
from autograd_scalar.explain.narration import MISTAKES, QUESTIONS, TEMPLATES
from nn import MLP, half_squared_error

from ..strategies import programs


def shared():
    a = Value(3.0, "a")
    return a, (a * a + a).named("c")


def network():
    net = MLP(3, [4, 2], activation="sigmoid", rng=0)
    passes = [net.forward([0.1 * i, -0.2, 0.3 + i]) for i in range(2)]
    losses = [half_squared_error(f.outputs, [0.5, 0.25]) for f in passes]
    return net, ag.mean(losses).named("C")


def data_of(html):
    """What a page is given, read as a browser would find it."""
    (found,) = re.findall(
        r'<script type="application/json">(.*?)</script>', html, re.DOTALL
    )
    return json.loads(found)


# ---- Steps ---------------------------------------------------------------------------


@given(programs())
def test_all_steps_are_those_of_the_three_passes(program):
    nodes = program.build()
    root = nodes[-1]
    leaves = [node for node in topological_order(root) if node.is_leaf]
    player = play(root, parameters=leaves, learning_rate=0.1)
    steps = [player.to(k).step for k in range(len(player) + 1)]
    forward, backward = forward_steps(root), backward_steps(root)
    assert steps[0] is None
    assert repr(steps[1 : len(forward) + 1]) == repr(list(forward))
    end = len(forward) + len(backward) + 1
    assert repr(steps[len(forward) + 1 : end]) == repr(list(backward))
    for leaf in leaves:
        leaf.grad = backward.adjoint(leaf)
    assert repr(steps[end:]) == repr(list(update_steps(leaves, 0.1)))


def test_positions():
    a, c = shared()
    player = play(c)
    assert (len(player), player.position, player.step) == (7, 0, None)
    assert player.next() is player
    assert player.next("pass").position == 3
    assert player.next("node").position == 4
    assert player.next("node").position == 7
    assert player.next().next("layer").next("pass").position == 7
    assert player.back("node").position == 4
    assert player.back("pass").position == 3
    assert player.back("pass").back().back("layer").position == 0
    assert player.last().position == 7
    assert player.first().position == 0
    assert (
        player.to(a).position == player.to("a").position == player.to(-1).position == 7
    )
    assert player.to("v1").position == 4
    assert player.to(-8).position == 0
    assert play(c, at=a).position == play(c, at="a").position == play(c, at=7).position
    assert repr(player) == "<Player of c: position 0 of 7>"


def test_layers_are_those_of_the_labels_else_of_the_depth():
    _, cost = network()
    player, seen = play(cost), []
    while player.position < len(player):
        seen.append(player.next("layer").position)
    labels = [node.label for node in topological_order(cost)]
    for layer in (1, 2):
        last = max(
            k for k, label in enumerate(labels) if label.startswith(f"z{layer}[")
        )
        assert last + 1 in seen
    adjoints_of_z1 = [
        play(cost).to(node).position
        for node in topological_order(cost)
        if node.label.startswith("z1[")
    ]
    assert max(adjoints_of_z1) in seen
    x = Value(2.0, "x")
    player = play((x.exp() * x).named("y"))
    assert [player.next("layer").position for _ in range(6)] == [1, 2, 3, 4, 6, 6]


def test_a_breakpoint_stops_where_its_condition_is_true():
    _, cost = network()
    strong = [
        step.index for step in backward_steps(cost) if abs(step.contribution) > 0.2
    ]
    player = play(cost, breakpoint=lambda step: abs(step.contribution) > 0.2)
    first, found = len(topological_order(cost)) + 1, []
    while player.run_to().position < len(player):
        found.append(player.position - first)
    assert found == strong != []
    assert player.run_to().position == len(player)
    other = play(cost).run_to(lambda step: step.parent.label == "z1[0]")
    assert other.step.parent.label == "z1[0]"


def test_who_wrote_and_who_uses_follow_a_number():
    a, c = shared()
    player = play(c, at=-1)
    assert [player.who_wrote(a).position for _ in range(4)] == [6, 5, 1, 1]
    assert [player.who_uses("a").position for _ in range(3)] == [2, 3, 3]
    player.last()  # v1 passed its adjoint on: who wrote that?
    assert player.who_wrote().step.names == ("c", "v1")
    assert player.who_wrote().step.names[0] == "c"
    assert player.first().who_wrote().position == 0
    player.to("v1")
    assert player.who_uses("v1").step.node.op == "mul"
    assert play(c, parameters=[a], learning_rate=0.1).last().who_wrote().position == 7


def test_an_update_moves_only_what_the_root_uses():
    a, c = shared()
    player = play(c, parameters=[a, Value(1.0, "b")], learning_rate=0.5).last()
    assert len(player) == 8
    assert (player.step.before, player.step.gradient, player.step.after) == (
        3.0,
        7.0,
        -0.5,
    )
    assert (
        player.sentence
        == "a moves against its gradient: 3 \u2212 0.5 \u00d7 7 = \u22120.5."
    )
    assert (a.data, a.grad) == (3.0, 0.0)


# ---- Sentences and text --------------------------------------------------------------

SENTENCES = """\
Nothing is computed yet. First 3 values, one after the other; then 4 contributions to \
their gradients.
a = 3, a number that is given.
v1 = a × a = 3 × 3 = 9.
c = v1 + a = 9 + 3 = 12. The reverse sweep begins: ∂c/∂c = 1.
v1 reaches c through the sum, which passes 1 on unchanged: \
it is added to 0, so ∂c/∂v1 = 1. It is complete.
a reaches c through the sum, which passes 1 on unchanged: \
it is added to 0, so ∂c/∂a = 1. 2 more contributions will come.
a reaches v1 through the product: 1 × 3 = 3 is added to 1, so ∂c/∂a = 4. \
1 more contribution will come.
a reaches v1 through the product: 1 × 3 = 3 is added to 4, so ∂c/∂a = 7. \
It is complete.
"""


def sentences(root, **options):
    player = play(root, **options)
    return [player.to(k).sentence for k in range(len(player) + 1)]


def test_the_sentences_of_a_graph():
    _, c = shared()
    assert sentences(c) == SENTENCES.splitlines()


def test_a_sentence_says_how_the_adjoint_is_passed_on():
    x = Value(-2.0, "x")
    said = {
        root.op: sentences(root.named("y"))[-1]
        for root in (x.relu(), -x, x.tanh(), 1.0 * x)
    }
    assert "which is flat here: 1 \u00d7 0 = 0 is added" in said["relu"]
    assert "which turns the sign of 1: \u22121 is added" in said["neg"]
    assert "through tanh: 1 \u00d7 0.07065 = 0.07065" in said["tanh"]
    assert "through the product: 1 \u00d7 1 = 1" in said["mul"]  # 1.0 is a factor here
    assert sentences(-x)[2].startswith("v1 = −x = −(−2) = 2. The ")
    many = ag.sum([x] * 9)
    assert "sum(x, x, x, \u2026)" in sentences(many)[2]


def test_a_flat_primitive_passes_a_nan_on():
    x = Value(-2.0, "x")
    said = sentences((x.relu() * math.inf).named("y"), seed=math.nan)
    assert "nan \u00d7 0 = nan is added" in said[-1]


def test_a_terminal_shows_the_position_the_sentence_and_the_numbers():
    a, c = shared()
    player = play(c, parameters=[a], learning_rate=0.1, at=6)
    assert str(player) == player.text()
    head, sentence, blank, *table = player.text().splitlines()
    assert head == f"reverse sweep [{'#' * 30}{'.' * 10}] 6 of 8"
    assert (sentence, blank) == (player.sentence, "")
    rows = [line.split(maxsplit=3) for line in table[2:]]
    assert rows == [[">", "a", "3", "4  (2 of 3)"], ["v1", "9", "1"], ["c", "12", "1"]]
    assert "update [" in player.last().text()
    assert "2.3" in player.text()
    assert "forward pass [" in player.first().text()
    y = Value(0.5, "x")
    for _ in range(100):
        y = y.sin()
    text = play(y, at=50).text()
    assert "and 77 more" in text
    assert ">  v49" in text


def test_control_characters_stay_out_of_a_terminal():
    x = Value(1.0, "\x1b[2J\n\u202e")
    assert not re.search("[\x1b\u202e]", play(x * x).last().text() + repr(play(x)))


# ---- Two runs on one axis ------------------------------------------------------------


class Assigning:
    """A run with = for +=, in the form of `wrong_backward`'s result."""

    mistake = SimpleNamespace(id="assign")

    def __init__(self, root):
        self.steps = [replace(s, after=s.contribution) for s in backward_steps(root)]


def test_a_wrong_run_parts_where_it_first_loses_a_contribution():
    _, c = shared()
    player = play(c, beside=wrong_backward(c, "assign")).to_parting()
    assert player.position == 6
    assert (player.step.names, player.step.before) == (("v1", "a"), 1.0)
    rows = [line.split() for line in player.text().splitlines()[5:7]]
    assert rows[0] == [">", "a", "3", "4", "(2", "of", "3)", "3", "\u2260"]
    assert rows[1] == ["v1", "9", "1", "1"]
    assert "assign" in player.text()
    assert "\u2260" not in player.back().text()
    data = data_of(player.html)["beside"]
    assert (data["name"], data["part"]) == ("assign", 6)
    assert [place for place, *_ in data["entries"]] == [1, 0, 0, 0]
    assert [adjoint for _, adjoint, _ in data["entries"]] == [1.0, 1.0, 3.0, 3.0]


def test_another_graph_is_matched_by_labels():
    _, c = shared()
    a = Value(3.0, "a")
    same, other = (a * a + a).named("c"), (a * a + 2.0 * a).named("d")
    assert play(c, beside=same).to_parting().position == 7  # the end: they never part
    assert data_of(play(c, beside=same).html)["beside"]["part"] is None
    player = play(c, beside=other)
    assert player.to_parting().position == 7  # 7 here, 2 there
    data = data_of(player.html)["beside"]
    assert (data["name"], data["part"]) == ("beside: d", 7)
    assert {place for place, *_ in data["entries"]} == {0, -1}  # a alone has a label
    unnamed = data_of(play(c, beside=a * a).html)["beside"]["name"]
    assert unnamed == "beside: another graph"


def test_one_s_own_adjoints_are_compared_where_they_are_complete():
    a, c = shared()
    player = play(c, beside={"a": 6.0, "v1": 1.0})
    assert player.to_parting().position == 7
    assert "6  \u2260" in player.text()
    assert play(c, beside={a: 7.00001, c: 2.0}).to_parting().text().count("\u2260") == 0
    assert play(c).to_parting().position == 7


def test_a_run_that_is_longer_ends_with_all_its_steps():
    _, c = shared()
    longer = Assigning(c)
    longer.steps += longer.steps[:1] * 3 + [replace(longer.steps[0], after=9.0)]
    player = play(c, beside=longer).last()
    assert re.search(r"v1 +9 +1 +9  \u2260", player.text())
    first = Assigning(c)
    first.steps = [*backward_steps(c), replace(first.steps[0], after=9.0)]
    assert play(c, beside=first).to_parting().position == 7


# ---- Errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at": 100}, "positions are 0 to 7, got 100"),
        ({"at": "aa"}, "no node of c is called 'aa'; did you mean a"),
        ({"at": "nothing like it"}, "called 'nothing like it'$"),
        ({"at": 1.5}, r"a position, a Value or a label, got 1\.5"),
        ({"at": True}, "got True"),
        ({"at": Value(2.0, "z")}, "a node that c was computed from, got Value"),
        ({"breakpoint": 3}, r"a function of a step, got 3; write lambda step"),
        ({"parameters": [Value(1.0)]}, "needs a learning_rate"),
        ({"parameters": [1.0], "learning_rate": 1.0}, "needs a Value, got float"),
        ({"parameters": 3}, "needs a sequence of Values"),
        ({"learning_rate": "fast"}, "needs a real number"),
        ({"beside": 3}, r"needs wrong_backward\(…\), the root of another graph, or"),
        ({"beside": {"zz": 3.0}}, "no node of c is called 'zz'"),
        ({"beside": {"a": "much"}}, "needs a real number"),
        ({"seed": "one"}, "needs a real number"),
        ({"lines": 3}, "needs what `with detect_anomaly"),
        ({"title": 3}, "needs a str, got 3"),
    ],
)
def test_a_wrong_argument_is_named(options, message):
    with pytest.raises(OperandError, match=message):
        play(shared()[1], **options)


def test_a_wrong_root_size_or_path_is_named(tmp_path):
    with pytest.raises(OperandError, match="play\\(\\) needs a Value"):
        play(3.0)
    player = play(shared()[1])
    with pytest.raises(
        OperandError, match="contribution, node, layer, pass, got 'jump'"
    ):
        player.next("jump")
    with pytest.raises(DrawingError, match="ending of the name"):
        player.save(tmp_path / "player.svg")
    with pytest.raises(DrawingError, match="needs a path"):
        player.save(3)
    with pytest.raises(DrawingError, match="there is no folder"):
        player.save(tmp_path / "none" / "player.html")


# ---- The page ------------------------------------------------------------------------


def test_the_page_gets_the_tape(tmp_path):
    net, cost = network()
    player = play(
        cost,
        parameters=net.parameters(),
        learning_rate=0.1,
        at=9,
        breakpoint=lambda s: s.index == 4,
    )
    path = player.save(tmp_path / "net.html")
    data = data_of(path.read_text("utf-8"))
    order = topological_order(cost)
    assert data["names"] == [step.names[0] for step in forward_steps(cost)]
    assert data["values"] == [node.data for node in order]
    assert data["locals"] == [list(node.local_derivatives) for node in order]
    assert [[order[p] for p in parents] for parents in data["parents"]] == [
        list(node.parents) for node in order
    ]
    assert (data["position"], data["breakpoints"], data["page"]) == (
        9,
        [len(order) + 5],
        True,
    )
    assert len(data["drawn"]["links"]) == len(data["way"]) == len(backward_steps(cost))
    which, row, column, alone = data["cells"][
        order.index(next(x for x in order if x.label == "W1[2,1]"))
    ]
    assert order[data["matrices"][which]["nodes"][row][column]].label == "W1[2,1]"
    assert (
        data["matrices"][which]["name"] == "W1: 4 \u00d7 3, neurons down, inputs across"
    )
    assert (alone, data["matrices"][which]["delta"]) == (-1, "")
    kin = {cell[3]: order[i].label for i, cell in enumerate(data["cells"]) if cell}
    for place, label in kin.items():
        if place >= 0:
            other = order[place].label
            assert {label[0], other[0]} == {"z", "a"}
            assert label[1:] == other[1:]
    assert not data_of(player._repr_html_())["page"]


def test_links_are_in_the_order_of_the_sweep():
    _, cost = network()
    links = data_of(play(cost).html)["drawn"]["links"]
    from autograd_scalar.render.scene import tone

    assert [link[0] for link in links] == [
        tone(step.local_derivative) for step in backward_steps(cost)
    ]


def test_numbers_that_are_not_finite_are_json_and_marked():
    x = Value(0.0, "x")
    data = data_of(play((x.log() * x).named("y")).html)
    assert data["values"] == [0.0, "-inf", "nan"]
    assert data["bad"] == [5, 6]


def test_source_lines_go_by_node():
    with detect_anomaly() as lines:
        x = Value(2.0, "x")
        y = x.exp()
        z = y * x
        inside = data_of(play(z).html)
    data = data_of(play(z, lines=lines).html)
    assert data["lines"] == inside["lines"]
    assert data["line"] == [-1, 0, 1]
    assert [line.partition(": ")[2] for line in data["lines"]] == [
        "`y = x.exp()`",
        "`z = y * x`",
    ]
    assert data_of(play(z).html)["lines"] == []


def test_hostile_labels_end_no_element():
    label = "</script><img onerror=alert(1)><!--"
    x = Value(2.0, label)
    html = play((x * x).named("]]>&"), title="<b>").html
    assert "<img onerror" not in html
    assert "<b>" not in html.replace("<b data-field", "")
    assert html.count("<script") == html.count("</script>") == 2
    assert data_of(html)["names"][0] == label


def test_a_saved_page_forbids_itself_the_network():
    html = play(shared()[1]).html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    assert not re.search(r"\s(style|on\w+)=", html.partition("<script")[0])


def test_a_graph_that_is_too_large_for_a_page_stands_still(monkeypatch):
    monkeypatch.setattr(player_page, "_MOST_NODES", 2)
    player = play(shared()[1])
    assert "3 values are too many to step through" in player._repr_html_()
    assert "<img" in player._repr_html_()
    with pytest.raises(DrawingError, match="3 Values are too many"):
        _ = player.html
    assert player.last().text()


def test_a_large_graph_has_a_folded_still_picture():
    y = Value(0.5, "x")
    for _ in range(400):
        y = y.sin()
    html = play(y).html
    assert "folded" in html
    assert len(data_of(html)["drawn"]["boxes"]) == 401


def test_numbers_that_do_not_belong_together_are_said():
    x = Value(2.0, "x")
    y = (x * x).named("y")
    assert 'class="warning"' not in play(y).html
    x.data = 5.0
    for html in (play(y).html, play(y)._repr_html_()):
        assert '<p class="warning">x was written after this graph' in html


def test_a_root_alone_has_no_sweep():
    player = play(Value(3.0, "x"))
    assert (len(player), player.next().position, player.next().position) == (1, 1, 1)
    assert player.to("x").position == 1
    assert "\u2202x/\u2202x = 1" in player.sentence
    assert data_of(player.html)["way"] == []


def test_every_template_has_what_it_says():
    for templates in (TEMPLATES, QUESTIONS):
        for text in templates.values():
            assert text.count("{") == len(re.findall(r"\{\w+\}", text))
    assert set(MISTAKES) < set(QUESTIONS)


def test_the_script_is_small_and_readable_as_a_source():
    assert len(player_page.script().encode()) <= 24_000
    assert "  " not in re.sub(r"`[^`]*`|\"[^\"]*\"", "", player_page.script())
