"""The player in a real browser: each number it shows is the engine's, to the bit.

From disk, in JupyterLab and in nbconvert's HTML, without a network. Needs Chromium and
the extra [browser]: `pytest -m browser`.
"""

import json
import math
import random
import re
from urllib.parse import urlsplit

import pytest

import autograd_scalar as ag
from autograd_scalar import Value, detect_anomaly, play
from autograd_scalar.explain.player_page import script
from nn import MLP, half_squared_error
from nn.grading.smallest import smallest_network

pytestmark = pytest.mark.browser

FIELDS = ("step", "node", "parent", "upstream", "local", "contribution")
FIELDS += ("before", "after", "sentence")
READ = """root => Object.fromEntries(
  [...root.querySelectorAll("[data-field]")].map(
    e => [e.dataset.field, e.dataset.value]))"""
CLICK_TO_THE_END = """root => {
  const read = ROOT, seen = [];
  const button = name => root.querySelector(`[data-action=${name}]`);
  const first = button("first"), next = button("next");
  first.click();
  seen.push(read(root));
  for (let i = +root.querySelector("input[type=range]").max; i--;) {
    next.click();
    seen.push(read(root));
  }
  return seen;
}""".replace("ROOT", READ)


# ---- Graphs --------------------------------------------------------------------------


def neuron():
    numbers = {"w1": -3.0, "x1": 2.0, "w2": 1.0, "x2": 0.5}
    w1, x1, w2, x2 = (Value(x, name) for name, x in numbers.items())
    b = Value(6.8813735870195432, "b")
    n = (w1 * x1 + w2 * x2 + b).named("n")
    e = (2 * n).exp().named("e")
    return ((e - 1) / (e + 1)).named("o"), [w1, w2, b]


def network():
    net = MLP(3, [4, 2], activation="sigmoid", rng=0)
    passes = [net.forward([0.1 * i, -0.2, 0.3 + i]) for i in range(2)]
    losses = [half_squared_error(f.outputs, [0.5, 0.25]) for f in passes]
    return ag.mean(losses).named("C"), net.parameters()


def shared():
    a = Value(3.0, "a")
    c = a * a + a.sin() - a
    return (ag.sum([c, c, a, -a, a, c * a]) % 5.0).named("c"), [a]


def not_finite():
    x, y = Value(0.0, "x"), Value(-0.0, "y")
    return (x.log() * y + x.sqrt() - y / x).named("z"), [x, y]


def large(n):
    """A graph of about n nodes, wide and deep, where many users share operands."""
    rng = random.Random(1)
    nodes = [Value(rng.uniform(-1, 1), f"x{i}") for i in range(20)]
    while len(nodes) < n:
        a, b = rng.choice(nodes[-60:]), rng.choice(nodes[-60:])
        nodes.append(rng.choice([a * b, a + b, a.tanh(), a - b]))
    return ag.sum(nodes[-60:]).named("y"), nodes[:3]


GRAPHS = [neuron, network, shared, not_finite]


def opened(browser, path=None, *, state="", address="", **options):
    """A page from disk; a request to anywhere else fails the test, so does an error."""
    context = browser.new_context(
        **{"viewport": {"width": 1200, "height": 900}} | options
    )
    page = context.new_page()
    page.complaints = []

    def judge(route):
        url = urlsplit(route.request.url)
        if url.scheme in {"file", "data", "blob"} or url.hostname in {
            "127.0.0.1",
            "localhost",
        }:
            route.continue_()
        else:
            page.complaints.append(route.request.url)
            route.abort()

    context.route("**/*", judge)
    page.on("console", lambda m: page.complaints.append(m.text))
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.goto(address or path.as_uri() + state)
    return page


def closed(page):
    assert page.complaints == []
    page.context.close()


def saved(player, tmp_path):
    return player.save(tmp_path / "player.html")


def until(page, condition):
    """Wait; page.wait_for_function would need the eval() that our pages forbid."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def root_of(page):
    return page.query_selector("[data-player]")


def read(page):
    return root_of(page).evaluate(READ)


def bits(text):
    """The bits of a shown number; "" where there is none."""
    return text and float(text).hex()


def expected(player, position):
    """What the fields show at a position, numbers in their bits."""
    step = player.to(position).step
    shown = dict.fromkeys(FIELDS, "") | {
        "step": str(position),
        "sentence": player.sentence,
    }
    shown |= {"node": "\u2013", "parent": "\u2013"}
    match type(step).__name__:
        case "ForwardStep":
            name, *operands = step.names
            shown |= {"node": name, "after": step.data.hex()}
            shown["parent"] = ", ".join(operands) or "\u2013"
        case "BackwardStep":
            shown["node"], shown["parent"] = step.names
            for field in ("upstream", "contribution", "before", "after"):
                shown[field] = getattr(step, field).hex()
            shown["local"] = step.local_derivative.hex()
        case "UpdateStep":
            shown["node"] = step.name
            shown |= {
                "upstream": step.gradient.hex(),
                "local": step.learning_rate.hex(),
            }
            shown |= {"before": step.before.hex(), "after": step.after.hex()}
            shown["contribution"] = (step.learning_rate * step.gradient).hex()
    return shown


def judged(seen):
    numbers = ("upstream", "local", "contribution", "before", "after")
    return {field: bits(x) if field in numbers else x for field, x in seen.items()}


# ---- Numbers -------------------------------------------------------------------------


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_number_of_every_step_is_the_engine_s(browser, tmp_path, graph):
    root, parameters = graph()
    player = play(root, parameters=parameters, learning_rate=0.1)
    page = opened(browser, saved(player, tmp_path))
    seen = root_of(page).evaluate(CLICK_TO_THE_END)
    assert len(seen) == len(player) + 1 > len(parameters)
    for position, shown in enumerate(seen):
        assert judged(shown) == expected(player, position)
    root.backward()
    last = {step.parent: step.after for step in ag.backward_steps(root)}
    assert all(node.grad.hex() == x.hex() for node, x in last.items())
    closed(page)


def test_numbers_are_written_as_python_writes_them(browser, tmp_path):
    rng = random.Random(0)
    numbers = [rng.uniform(1, 10) * 10.0 ** rng.randint(-320, 300) for _ in range(300)]
    numbers += [
        rng.choice((1, -1)) * rng.randint(0, 10**6) / 2 ** rng.randint(0, 8)
        for _ in range(300)
    ]
    numbers += [
        0.0,
        -0.0,
        1.0625,
        2.0625,
        12345.0,
        12335.0,
        9999.5,
        99995.0,
        1e-5,
        9.9995e-5,
    ]
    numbers += [
        1e15,
        1e16,
        1e17,
        123456.0,
        5e-324,
        1.7976931348623157e308,
        math.inf,
        math.nan,
    ]
    root = ag.sum([Value(x) for x in numbers])
    player = play(root)
    page = opened(browser, saved(player, tmp_path))
    seen = root_of(page).evaluate(CLICK_TO_THE_END)
    for position, shown in enumerate(seen):
        assert shown["sentence"] == player.to(position).sentence
    closed(page)


@pytest.mark.parametrize("size", ["contribution", "node", "layer", "pass"])
@pytest.mark.parametrize("graph", [neuron, network])
def test_every_size_of_step_stops_where_python_does(browser, tmp_path, graph, size):
    player = play(graph()[0])
    page = opened(browser, saved(player, tmp_path))
    page.select_option("[data-ref=size]", size)
    for direction in ("next", "back"):
        while True:
            before = player.position
            getattr(player, direction)(size)
            page.click(f"[data-action={direction}]")
            assert read(page)["step"] == str(player.position)
            if player.position == before:
                break
    closed(page)


# ---- Moving --------------------------------------------------------------------------


def test_keys_slider_and_buttons(browser, tmp_path):
    root, parameters = neuron()
    player = play(root, parameters=parameters, learning_rate=0.1)
    page = opened(browser, saved(player, tmp_path))
    page.focus("[data-action=next]")
    moves = [
        ("End", lambda: player.next("pass")),
        ("ArrowRight", player.next),
        ("ArrowRight", player.next),
        ("ArrowLeft", player.back),
        ("Shift+ArrowRight", lambda: player.next("node")),
        ("PageDown", lambda: player.next("layer")),
        ("PageUp", lambda: player.back("layer")),
        ("Shift+ArrowLeft", lambda: player.back("node")),
        ("End", lambda: player.next("pass")),
        ("w", player.who_wrote),
        ("w", player.who_wrote),
        ("w", player.who_wrote),
        ("u", player.who_uses),
        ("Home", lambda: player.back("pass")),
        ("r", player.first),
    ]
    for key, move in moves:
        page.keyboard.press(key)
        assert read(page)["step"] == str(move().position), key
    page.focus("input[type=range]")
    page.keyboard.press("End")
    assert read(page)["step"] == str(player.next("pass").position)
    page.fill("[data-ref=go] input", "w2")
    page.keyboard.press("Enter")
    assert judged(read(page)) == expected(player, player.to("w2").position)
    page.fill("[data-ref=go] input", "7")
    page.keyboard.press("Enter")
    assert read(page)["step"] == "7"
    page.fill("[data-ref=go] input", "nobody")
    page.keyboard.press("Enter")
    assert "nobody" in page.text_content("[data-ref=told]")
    page.click("[data-action=last]")
    assert read(page)["step"] == str(len(player))
    closed(page)


def test_it_plays_pauses_and_stops_at_the_end(browser, tmp_path):
    player = play(neuron()[0])
    page = opened(browser, saved(player, tmp_path))
    page.click("[data-action=play]")
    for _ in range(6):
        page.keyboard.press("+")
    until(page, "document.querySelector('[data-field=step]').dataset.value > 3")
    page.click("[data-action=play]")
    assert page.get_attribute("[data-action=play]", "aria-pressed") == "false"
    paused = read(page)["step"]
    page.wait_for_timeout(200)
    assert read(page)["step"] == paused
    page.keyboard.press("Space")
    page.wait_for_selector("[data-action=play][aria-pressed=false]")
    assert read(page)["step"] == str(len(player))
    closed(page)


def test_breakpoints_of_python_are_marks_to_run_to(browser, tmp_path):
    player = play(network()[0], breakpoint=lambda step: abs(step.contribution) > 0.2)
    page = opened(browser, saved(player, tmp_path))
    page.focus("[data-action=next]")
    hits = []
    while player.run_to().position < len(player):
        page.keyboard.press("n")
        assert read(page)["step"] == str(player.position)
        hits.append(player.position)
    assert len(hits) > 3
    drawn = page.get_attribute(".marks .stop", "d")
    assert [int(k) for k in re.findall(r"M(\d+)", drawn)] == hits
    page.keyboard.press("b")
    assert page.get_attribute(".marks .stop", "d") != drawn
    closed(page)


def test_the_address_holds_the_whole_state(browser, tmp_path):
    root, _ = neuron()
    path = saved(play(root, at=3), tmp_path)
    page = opened(browser, path)
    assert read(page)["step"] == "3"
    page.focus("[data-action=next]")
    for key in ("End", "ArrowRight", "b", "ArrowRight"):
        page.keyboard.press(key)
    page.select_option("[data-ref=size]", "layer")
    page.select_option("[data-ref=mode]", "sum")
    page.focus(".graph")
    page.keyboard.press("ArrowLeft")
    until(page, "location.hash.includes('mode=sum') && /n=[0-9]/.test(location.hash)")
    state = page.evaluate("location.hash")
    closed(page)
    again = opened(browser, path, state=state)
    assert read(again)["step"] == "19"
    assert again.input_value("[data-ref=size]") == "layer"
    assert again.input_value("[data-ref=mode]") == "sum"
    assert "M18 " in again.get_attribute(".marks .stop", "d")
    assert again.query_selector(".cursor")
    again.reload()
    assert read(again)["step"] == "19"
    closed(again)


def test_jumps_go_back_and_forward_in_the_history(browser, tmp_path):
    player = play(neuron()[0])
    end, forward = str(len(player)), str(player.next("pass").next().position)
    page = opened(browser, saved(player.first(), tmp_path))
    page.focus("[data-action=next]")
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowRight", "End"):
        page.keyboard.press(key)
    seen = [read(page)["step"]]
    for _ in range(2):
        page.go_back()
        seen.append(read(page)["step"])
    for _ in range(2):
        page.go_forward()
        seen.append(read(page)["step"])
    assert seen == [end, forward, "2", forward, end]
    closed(page)


@pytest.mark.parametrize(
    "state", ["#k=1e9&n=-5&size=x&mode=%22]&b=x,7,1e9", "#k=NaN", "#k=-3&n=99999&b=,,,"]
)
def test_an_address_made_up_by_hand_does_no_harm(browser, tmp_path, state):
    player = play(neuron()[0])
    page = opened(browser, saved(player, tmp_path), state=state)
    assert 0 <= int(read(page)["step"]) <= len(player)
    page.click("[data-action=next]")
    closed(page)


# ---- Four views ----------------------------------------------------------------------


def test_one_id_lights_all_four_views(browser, tmp_path):
    with detect_anomaly() as lines:
        root, _ = network()
    page = opened(browser, saved(play(root, at="z1[2](1)", lines=lines), tmp_path))
    place = page.get_attribute(".picture g.goal", "data-n")
    page.hover(f".matrix [data-n='{place}']")
    for view in (".picture g", ".formula mi", ".formula mn", ".matrix td"):
        assert page.query_selector(f"{view}[data-n='{place}'].lit"), view
    lines_lit = page.query_selector_all(".source .lit")
    assert len(lines_lit) == 1
    assert "net.forward" in lines_lit[0].text_content()
    lines_lit[0].hover()
    assert len(page.query_selector_all(".picture g.lit")) > 10
    page.mouse.move(2, 2)
    page.focus(".graph")
    page.keyboard.press("Enter")
    pinned = page.get_attribute(".picture g.cursor", "data-n")
    page.focus("[data-action=next]")
    assert page.query_selector(f".picture g.lit[data-n='{pinned}']")
    page.keyboard.press("Escape")
    page.mouse.move(2, 2)
    assert not page.query_selector(".picture g.lit")
    closed(page)


def lit(page, view=".picture g"):
    """The labels of what is lit in a view."""
    found = "es => es.map(e => (e.querySelector('.n') ?? e).textContent)"
    return sorted(page.eval_on_selector_all(f"{view}.lit", found))


def test_z_and_a_of_a_neuron_and_an_example_light_together(browser, tmp_path):
    root, _ = network()
    page = opened(browser, saved(play(root, at="z1[2](1)"), tmp_path))
    caption = page.text_content(".matrix caption")
    assert caption.startswith("\u03b41 = \u2202")
    assert "/\u2202Z1: 4 \u00d7 2" in caption
    page.hover(".matrix tr:nth-child(4) td:nth-child(2)")
    assert lit(page) == ["a1[1](0)", "z1[1](0)"]
    page.hover(".matrix th")
    assert lit(page) == []
    # a weight is alone, and the matrix shows the one that the pointer is on
    card = page.locator(".picture g[data-n]", has_text="W1[0,2]").first
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert lit(page) == ["W1[0,2]"]
    assert "W1: 4 \u00d7 3" in page.text_content(".matrix caption")
    assert len(lit(page, ".matrix td")) == 1
    page.mouse.move(2, 2)
    assert page.text_content(".matrix caption") == caption
    closed(page)


def test_arrows_light_one_after_the_other_in_every_view(browser, tmp_path):
    with detect_anomaly() as lines:
        root, _ = network()
    page = opened(browser, saved(play(root, at="z1[2](1)", lines=lines), tmp_path))
    step = read(page)["step"]
    page.focus(".matrix")
    for key, cell in (
        ("ArrowRight", "0](0)"),
        ("ArrowRight", "0](1)"),
        ("ArrowDown", "1](1)"),
        ("ArrowLeft", "1](0)"),
        ("ArrowUp", "0](0)"),
        ("ArrowUp", "3](0)"),  # around
    ):
        page.keyboard.press(key)
        assert lit(page) == [f"a1[{cell}", f"z1[{cell}"], key
    page.focus(".formula")
    assert lit(page) == []
    symbols = page.query_selector_all(".formula [data-n]")
    for symbol in symbols:
        page.keyboard.press("ArrowRight")
        assert symbol.evaluate("e => e.classList.contains('lit')")
    page.focus(".source")
    page.keyboard.press("ArrowDown")
    assert len(lit(page, ".source li")) == 1
    assert lit(page)
    assert read(page)["step"] == step
    page.focus("[data-action=next]")
    assert lit(page) == []
    page.keyboard.press("ArrowRight")
    assert read(page)["step"] != step
    closed(page)


def test_the_sum_grows_in_sight(browser, tmp_path):
    a = Value(3.0, "a")
    page = opened(browser, saved(play((a * a + a).named("c"), at=-1), tmp_path))
    grown = []
    for _ in range(3):
        grown.append(page.text_content(".growth"))
        page.click("[data-action=back]")
    assert grown == [
        "grad: 0 \u2192 1 \u2192 1 + 3 = 4 \u2192 4 + 3 = 7",
        "grad: 0 \u2192 1 \u2192 1 + 3 = 4 (2 of 3)",
        "grad: 0 \u2192 1 (1 of 3)",
    ]
    assert page.query_selector(".hollow") is None
    page.click("[data-action=next]")
    assert len(page.query_selector_all(".hollow")) == 2
    assert page.text_content(".picture .goal .v:last-child") == "+1 1/3"
    assert page.query_selector(".picture .goal.part")
    closed(page)


def test_symbols_stand_over_the_numbers(browser, tmp_path):
    w, x = Value(-3.0, "w"), Value(2.0, "<i>x")
    root = (w * x).named("z").tanh().named("y")
    page = opened(browser, saved(play(root, at="w"), tmp_path))
    rows = page.query_selector_all(".formula mtr")
    texts = ["".join(row.text_content().split()) for row in rows]
    assert texts[0] == "\u2202y\u2202w=\u2202y\u2202z\u00b7\u2202z\u2202w"
    assert texts[1] == "=\u2202y\u2202z\u00b7<i>x"
    assert texts[2].startswith("=2.458e\u22125\u00b72")
    symbol = page.query_selector(".formula mtr:nth-child(2) mrow > mrow > mi")
    assert symbol.evaluate("e => e.namespaceURI").endswith("MathML")
    symbol.hover()
    assert "<i>x" in page.text_content(".picture g.lit")
    page.click("[data-action=next]")
    page.fill("[data-ref=go] input", "z")
    page.keyboard.press("Enter")
    rows = page.query_selector_all(".formula mtr")
    assert (
        "".join(rows[1].text_content().split())
        == "=\u2202y\u2202y\u00b7(1\u2212tanh\u2061(z)2)"
    )
    closed(page)


def test_a_matrix_shows_the_adjoints_of_its_cells(browser, tmp_path):
    root, _ = network()
    page = opened(browser, saved(play(root, at="W1[2,1]"), tmp_path))
    assert "W1: 4 \u00d7 3" in page.text_content(".matrix caption")
    root.backward()
    labels = {node.label: node for node in ag.topological_order(root)}
    from autograd_scalar.render.scene import number

    cell = page.text_content(".matrix td.now")
    assert cell == number(labels["W1[2,1]"].grad)
    closed(page)


def test_a_run_beside_is_marked_where_it_parts(browser, tmp_path):
    root, _ = shared()
    player = play(root, beside={"a": 1.0})
    page = opened(browser, saved(player, tmp_path))
    assert page.query_selector(".picture .apart") is None
    page.click("[data-action=part]")
    assert read(page)["step"] == str(player.to_parting().position)
    assert "a: 1 \u2260 " in page.text_content("[data-ref=theirs]")
    assert page.text_content(".picture .apart .v:last-child").endswith("\u2260")
    assert "differs" in page.get_attribute(".picture .apart", "aria-label")
    page.click("[data-action=back]")
    assert page.query_selector(".picture .apart") is None
    closed(page)


# ---- Practice ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "answer", "reply"),
    [
        ("product", "-4", "Right."), ("product", "2", "the upstream is forgotten"),
        ("product", "-2", "the local derivative is forgotten"),
        ("product", "4", "The sign is turned"),
        ("product", "0", "multiplies"), ("product", "17", "Not 17."),
        ("local", "2", "Right."), ("local", "-4", "the product already"),
        ("sum", "1", "Right."), ("sum", "-4", "= where += is meant"),
        ("sum", "5", "forgotten"),
        ("sum", "9", "subtracted"), ("sum", "-20", "multiplied"),
        ("all", "1", "Right."), ("all", "-4", "= where += is meant"),
        ("sign", "-", "Right."), ("sign", "\u2212", "Right."), ("sign", "+", "Not +."),
        ("count", "2", "Right."), ("count", "1", "Not 1."),
        ("next", "a", "Right."), ("next", "b", "Not b."), ("rising", "2", "Right."),
    ],
)  # fmt: skip
def test_a_prediction_is_judged_and_the_mistake_named(
    browser, tmp_path, mode, answer, reply
):
    a, b = Value(2.0, "a"), Value(2.0, "b")
    y = (-2 * (a * b).named("p") + 5 * a).named("y")
    player = play(y)
    while (
        player.next().step.__class__.__name__ != "BackwardStep"
        or player.step.names != ("p", "a")
    ):
        pass
    player.back()
    page = opened(browser, saved(player, tmp_path))
    page.select_option("[data-ref=mode]", mode)
    assert page.is_visible(".ask")
    page.fill(".ask input", answer)
    page.keyboard.press("Enter")
    assert reply in page.text_content(".told")
    assert judged(read(page)) == expected(player, player.position + 1)
    page.click("[data-action=next]")  # which never waits for an answer
    assert read(page)["step"] == str(player.position + 1)
    closed(page)


def test_more_is_hidden_after_right_answers(browser, tmp_path):
    player = play(neuron()[0]).next("pass")
    page = opened(browser, saved(player, tmp_path))
    page.select_option("[data-ref=mode]", "rising")
    asked = []
    for _ in range(8):
        asked.append(re.split(r"\d", page.text_content(".ask"))[0][:9])
        step = player.next().step
        fields = (
            "local_derivative",
            "local_derivative",
            "contribution",
            "contribution",
        )
        field = (*fields, "after", "after", "after", "after")[len(asked) - 1]
        page.fill(".ask input", repr(getattr(step, field)))
        page.keyboard.press("Enter")
        assert page.text_content(".told") == "Right."
    assert len(set(asked)) >= 3
    closed(page)


# ---- Access --------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [neuron, network, shared])
def test_the_keyboard_alone_visits_every_node(browser, tmp_path, graph):
    root, _ = graph()
    page = opened(browser, saved(play(root, at=-1), tmp_path))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.graph')"):
            break
    nodes = ag.topological_order(root)
    place = {node: i for i, node in enumerate(nodes)}

    def here():
        return page.evaluate(
            """() => {
            const graph = document.querySelector(".graph");
            const id = graph.getAttribute("aria-activedescendant");
            const e = document.getElementById(id);
            return [+e.dataset.n, e.getAttribute("aria-label")];
            }"""
        )

    page.fill("[data-ref=go] input", play(root)._tape.names[-1])
    page.keyboard.press("Enter")
    page.focus(".graph")
    visited = {len(nodes) - 1}

    def walk(i):
        operands = list(dict.fromkeys(place[p] for p in nodes[i].parents))
        for nth, p in enumerate(operands):
            if p in visited:
                continue
            page.keyboard.press("ArrowLeft")
            for _ in range(nth):
                page.keyboard.press("ArrowDown")
            reached, words = here()
            assert reached == p
            assert words.startswith(play(root)._tape.names[p])
            visited.add(p)
            walk(p)
            page.keyboard.press("ArrowRight")
            assert here()[0] == i

    walk(len(nodes) - 1)
    assert visited == {*range(len(nodes))}
    page.keyboard.press("Tab")
    assert not page.evaluate(
        "document.querySelector('.graph').contains(document.activeElement)"
    )
    closed(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1200])
def test_axe_finds_no_violation(browser, tmp_path, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    with detect_anomaly() as lines:
        root, parameters = network()
    player = play(root, parameters=parameters, learning_rate=0.1, lines=lines)
    page = opened(
        browser,
        saved(player, tmp_path),
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page.click(".keys summary")
    page.click(".still summary")
    for position in (0, 30, 120, len(player) - 1):
        page.fill("[data-ref=go] input", str(position))
        page.keyboard.press("Enter")
        page.select_option("[data-ref=mode]", "product")
        found = Axe().run(page).response["violations"]
        assert [
            (x["id"], [n["html"][:200] for n in x["nodes"][:3]]) for x in found
        ] == []
    closed(page)


@pytest.mark.parametrize("width", [390, 700, 1200])
def test_a_page_never_scrolls_sideways_and_clips_no_number(browser, tmp_path, width):
    root, _ = network()
    page = opened(
        browser,
        saved(play(root, at="W1[2,1]"), tmp_path),
        viewport={"width": width, "height": 800},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = page.evaluate(
        """[...document.querySelectorAll('[data-field], .sum i, .passes span, button')]
        .filter(e => e.scrollWidth > e.clientWidth + 1)
        .filter(e => getComputedStyle(e).overflow !== 'visible')
        .map(e => e.outerHTML)"""
    )
    assert clipped == []
    closed(page)


def test_texts_stay_inside_their_boxes(browser, tmp_path):
    for k, graph in enumerate([neuron, network, shared]):
        root, _ = graph()
        page = opened(browser, saved(play(root), tmp_path))
        for position in range(0, len(play(root)), 5):
            page.fill("[data-ref=go] input", str(position))
            page.keyboard.press("Enter")
            out = page.evaluate(
                """[...document.querySelectorAll('.nodes text')].filter(t => {
                const box = t.parentNode.querySelector('.box').getBoundingClientRect();
                const r = t.getBoundingClientRect();
                return r.width && (r.left < box.left - 1 || r.right > box.right + 1);
                }).map(t => t.textContent)"""
            )
            assert out == [], (k, position)
        closed(page)


def test_dark_and_light_differ_and_nothing_moves_by_itself(browser, tmp_path):
    path, grounds = saved(play(neuron()[0]), tmp_path), set()
    for scheme in ("light", "dark"):
        page = opened(browser, path, color_scheme=scheme, reduced_motion="reduce")
        page.click("[data-action=next]")
        assert page.evaluate("document.getAnimations().length") == 0
        grounds.add(
            page.evaluate(
                "getComputedStyle(document.querySelector('[data-player]')).backgroundColor"
            )
        )
        closed(page)
    assert len(grounds) == 2


def test_forced_colours_still_mark_the_step(browser, tmp_path):
    page = opened(
        browser, saved(play(neuron()[0], at="w1"), tmp_path), forced_colors="active"
    )
    strokes = page.evaluate(
        """['.picture .goal .box', '.leaf:not(.goal) .box'].map(
        q => getComputedStyle(document.querySelector(q)).stroke)"""
    )
    assert strokes[0] != strokes[1]
    closed(page)


def test_print_shows_the_still_picture(browser, tmp_path):
    page = opened(browser, saved(play(neuron()[0]), tmp_path))
    assert not page.is_visible(".still > img")
    page.emulate_media(media="print")
    assert page.is_visible(".still > img")
    assert not page.is_visible(".live")
    closed(page)


# ---- Labels, sizes -------------------------------------------------------------------

HOSTILE = [
    "</script><img src=x onerror=alert(1)>", "<!--<script>", "]]>",
    '" onload="alert(1)',
    "{before}", "$x$ \\(y\\)", "a\u202eb\u2028", "'; alert(1) //", "\\u003cimg src=x>",
    "&lt;b&gt;", "x" * 3000, "constructor", "__proto__",
]  # fmt: skip


def test_hostile_labels_stay_text(browser, tmp_path):
    leaves = [Value(float(i + 1), label) for i, label in enumerate(HOSTILE)]
    root = ag.sum([x * x for x in leaves]).named("<b>root</b>")
    player = play(root, title="<script>alert(1)</script>")
    page = opened(browser, saved(player, tmp_path))
    page.on("dialog", lambda dialog: page.complaints.append("dialog"))
    before = page.evaluate("document.querySelectorAll('img, script, b').length")
    seen = root_of(page).evaluate(CLICK_TO_THE_END)
    for position, shown in enumerate(seen):
        assert judged(shown) == expected(player, position)
    assert page.evaluate("document.querySelectorAll('img, script, b').length") == before
    closed(page)


def test_several_players_on_a_page_do_not_meet(browser, tmp_path):
    players = [play(neuron()[0]), play(shared()[0], at=5)]
    path = tmp_path / "two.html"
    path.write_text(
        "<!DOCTYPE html><title>two</title>"
        + "".join(p._repr_html_() for p in players) * 2
    )
    page = opened(browser, path)
    roots = page.query_selector_all("[data-player=live]")
    assert len(roots) == 4
    roots[1].query_selector("[data-action=next]").click()
    assert [r.evaluate(READ)["step"] for r in roots] == ["0", "6", "0", "5"]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)) > 4
    assert page.evaluate("location.hash") == ""
    closed(page)


@pytest.mark.parametrize("n", [500, 2000])
def test_a_large_graph_keeps_few_elements_near_and_far(browser, tmp_path, n):
    root, _ = large(n)
    page = opened(browser, saved(play(root, at=-1), tmp_path))
    most = page.evaluate("document.querySelectorAll('.picture *').length")
    for action in ("larger",) * 16 + ("fit",):
        page.click(f"[data-action={action}]")
        page.click("[data-action=back]")
        most = max(
            most, page.evaluate("document.querySelectorAll('.picture *').length")
        )
        assert page.query_selector(".goal")
    assert most < 2500
    closed(page)


# Of each colour, the length of the links in the data and of the paths that are drawn;
# and how many of these are wider than a quarter of the picture.
FAR = """() => {
  const text = document.querySelector("[data-player] script").textContent;
  const { links, trunk, width } = JSON.parse(text).drawn, meant = {}, drawn = {};
  const length = d => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    return path.getTotalLength();
  };
  for (const [tone, , d] of [...links, ["trunk", "", trunk]]) {
    if (d) meant[tone] = (meant[tone] ?? 0) + length(d);
  }
  const paths = [...document.querySelectorAll(".far .l")];
  for (const path of paths) {
    const tone = path.getAttribute("class").split(" ")[1];
    drawn[tone] = (drawn[tone] ?? 0) + path.getTotalLength();
  }
  const wide = paths.filter(path => path.getBBox().width > width / 4).length;
  return { meant, drawn, wide, all: paths.length };
}"""
FRAME = """() => {
  const frame = document.querySelector(".graph"), picture = frame.lastChild;
  return {
    room: [frame.clientWidth, frame.clientHeight],
    scrolls: [frame.scrollWidth, frame.scrollHeight],
    size: ["width", "height"].map(side => +picture.getAttribute(side)),
  };
}"""


def test_far_lines_are_the_links_in_pieces_that_each_lie_in_one_place(
    browser, tmp_path
):
    root, _ = large(500)
    page = opened(browser, saved(play(root, at=-1), tmp_path))
    found = page.evaluate(FAR)
    assert found["drawn"].keys() == found["meant"].keys() > {"pos", "trunk"}
    for tone, length in found["meant"].items():
        assert found["drawn"][tone] == pytest.approx(length, rel=1e-4)
    assert found["wide"] < 0.1 * found["all"]
    closed(page)


def test_marks_of_the_far_view_lie_above_lines_and_boxes(browser, tmp_path):
    root, _ = large(500)
    page = opened(browser, saved(play(root, at=-30), tmp_path))
    on_top = page.evaluate("""() => {
      const mark = document.querySelector(".over .goal");
      const { x, y, width, height } = mark.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === mark;
    }""")
    assert on_top
    closed(page)


@pytest.mark.parametrize("width", [400, 1200])
def test_a_large_picture_opens_whole(browser, tmp_path, width):
    root, _ = large(500)
    path = saved(play(root, at=-1), tmp_path)
    page = opened(browser, path, viewport={"width": width, "height": 900})
    opened_at = page.evaluate(FRAME)
    assert opened_at["scrolls"] == opened_at["room"]
    most = max(opened_at["size"][0] / opened_at["room"][0], opened_at["size"][1] / 580)
    assert 0.9 < most <= 1
    page.click("[data-action=fit]")
    assert page.evaluate(FRAME) == opened_at
    page.click("[data-action=smaller]")
    assert page.evaluate(FRAME) == opened_at
    closed(page)


def test_a_small_picture_opens_in_its_own_size(browser, tmp_path):
    player = play(shared()[0])
    page = opened(browser, saved(player, tmp_path))
    drawn = json.loads(
        page.text_content("[data-player] script[type='application/json']")
    )["drawn"]
    assert page.evaluate(FRAME)["size"] == [drawn["width"] + 24, drawn["height"] + 24]
    closed(page)


@pytest.mark.parametrize("mistake", ["absolute-error", "act-missing"])
def test_a_picture_somewhat_too_large_opens_whole(browser, tmp_path, mistake):
    """The width of a page of the site, and two and three rows of boxes."""
    path = saved(smallest_network(mistake).player(), tmp_path)
    page = opened(browser, path, viewport={"width": 820, "height": 900})
    found = page.evaluate(FRAME)
    assert found["scrolls"] == found["room"]
    assert page.evaluate("document.querySelectorAll('.picture .box').length") > 8
    closed(page)


def test_an_update_subtracts_what_it_shows(browser, tmp_path):
    root, parameters = neuron()
    player = play(root, parameters=parameters, learning_rate=0.5).last()
    page = opened(browser, saved(player, tmp_path))
    names = ["before", "−", "gradient", "×", "learning rate", "=", "after", "step"]
    told = page.inner_text(".sum").splitlines()
    assert [text for text in told if text in names] == names
    page.click("[data-action=first]")
    assert {"+", "upstream"} < {*page.inner_text(".sum").splitlines()}
    closed(page)


def test_the_script_is_small(browser):
    assert len(script().encode()) <= 24_000
    assert "http:" not in script().replace("http://www.w3.org/", "")
    assert json.dumps(script())
