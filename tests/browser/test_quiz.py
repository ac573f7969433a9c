"""A quiz in a page marks answers as Python does, in the same words."""

import math

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import Value, quiz
from autograd_scalar.explain.inline import resource, squeezed
from autograd_scalar.primitives.table import PRIMITIVES
from tests.mpmath_truth import TRUTH

from .test_player import closed, network, neuron, opened, shared

pytestmark = pytest.mark.browser

MARK = """([id, answer]) => {
  const form = document.querySelector(`[data-question=${id}]`);
  form.querySelector("input").value = answer;
  form.requestSubmit();
  return form.querySelector("[data-verdict]").textContent;
}"""
UNREAD = ["", "x", "1/0", "1/2/3", "1e9999", "0x10", "--1", "9" * 61, "1,5", "e5"]
ODD = ["inf", "-\u221e", "nan", "0", "-0", "1/3", "\u22121.50", " 2 ", ".5", "1E-3"]


def mixed():
    x = Value(0.75, "x")
    y = (x.tanh() * x**3 + x.sigmoid() / (1 + x * x)).named("y")
    return (y * y - y).named("z"), []


def not_finite():
    x = Value(0.0, "x")
    return (x.log() * x + x).named("y"), []


def asked_for(test):
    """Answers to each question: what mistakes give, near ones, odd ones."""
    for question in test.questions:
        found = test._answers[question.id]
        numbers = [w.number for w in found.wrong][:30]
        numbers += [found.number * (1 + 1e-8), found.number * 1.5, found.number]
        texts = [repr(number) for number in numbers] + ODD
        texts += [f"{found.number:.4g}", f"{found.number:.2f}", f"{found.number:.9g}"]
        for text in texts:
            yield question.id, text


@pytest.mark.parametrize("kind", ["adjoints", "values", "local derivatives"])
@pytest.mark.parametrize("graph", [neuron, network, shared, mixed, not_finite])
def test_answers_are_marked_as_in_python(browser, tmp_path, graph, kind):
    root, _ = graph()
    path = quiz(root, kind, most=6).save(tmp_path / "quiz.html")
    page = opened(browser, path)
    verdicts = set()
    test = quiz(root, kind, most=6)
    for name, answer in asked_for(test):
        verdict = test.answer(name, answer)
        assert page.evaluate(MARK, [name, answer]) == str(verdict), (name, answer)
        form = page.query_selector(f"[data-question={name}] [data-verdict]")
        assert form.get_attribute("data-mistake") == (verdict.mistake or "")
        verdicts.add(verdict.verdict)
    assert verdicts >= {"right", "wrong"}
    assert page.text_content("[data-score]") == str(test.score)
    closed(page)


@pytest.mark.parametrize("kind", ["adjoints", "values", "local derivatives"])
def test_a_mistake_is_charged_once(browser, tmp_path, kind):
    w, x = Value(-3.0, "w"), Value(4.0, "x")
    z = (w * x).named("z")
    root = (z * 1.5).named("y")
    test = quiz(root, [z, w] if kind == "adjoints" else kind)
    page = opened(browser, test.save(tmp_path / "quiz.html"))
    page.evaluate(MARK, ["q1", "5"])
    test.answer("q1", "5")
    followed = "which follows from your answers before"
    later = {"adjoints": "20", "values": "7.5"}.get(kind)  # 5 \u00d7 4, 5 \u00d7 1.5
    if later:
        told = page.evaluate(MARK, ["q2", later])
        assert followed in told
        assert told == str(test.answer("q2", later))
    for answer in ("0", "7"):
        assert followed not in page.evaluate(MARK, ["q2", answer])
    closed(page)


OF_TWO = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "pow_constant": lambda x, y: x**3,
    "mod": lambda x, y: x % y,
    "neg": lambda x, y: -x,
    "abs": lambda x, y: abs(x),
    "where": lambda x, y: ag.where(True, x, y),
    "clip": lambda x, y: x.clip(-0.5, y),
    "leaky_relu": lambda x, y: x.leaky_relu(0.2),
    "elu": lambda x, y: x.elu(0.2),
    "dot": lambda x, y: ag.dot([x, y], [y, x], 0.5),
    "arccosh": lambda x, y: (x + 1.0).arccosh(),
    "sum": lambda x, y: ag.sum([x, y, x]),
    "mean": lambda x, y: ag.mean([x, y, x]),
    "prod": lambda x, y: ag.prod([x, y, x]),
    "logsumexp": lambda x, y: ag.logsumexp([x, y, x]),
    "fmod": ag.fmod,
    "maximum": ag.maximum,
    "minimum": ag.minimum,
    "arctan2": ag.arctan2,
    "hypot": ag.hypot,
    "logaddexp": ag.logaddexp,
    "copysign": ag.copysign,
    "xlogy": ag.xlogy,
    "polygamma": lambda x, y: ag.polygamma(1, x),
}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("wrong", [0.45, -0.7, 3.0, -2.5, 20.0])
@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_wrong_value_is_followed_through_an_operation(one_page, name, wrong):
    x, y = (Value(0.3) * 2.0).named("x"), (Value(0.25) * 3.0).named("y")
    out = OF_TWO[name](x, y) if name in OF_TWO else getattr(ag, name)(x)
    test = quiz(out.named("out"), "values", most=50)
    asked = {question.node: question for question in test.questions}
    first, last = asked[x], asked[out]
    if name == "arccosh":
        first = asked[out.parents[0]]
        wrong = wrong + 1.5
    one_page.set_content(test.html)
    one_page.evaluate(MARK, [first.id, repr(wrong)])
    test.answer(first, wrong)
    own = test._answers[last.id].follow(test._wrong)
    told = one_page.evaluate(MARK, [last.id, f"{own:.15g}"])
    said = str(test.answer(last, f"{own:.15g}"))
    assert told == said
    assert ("follows" in told) == (own != test._answers[last.id].number)


SIZES = [1e-300, 1e-8, 0.01, 0.3, 0.5, 0.9, 1.2, 1.7, 2.5, 3.9, 6.1, 19.5, 26.0, 171.3]
NEAR_ZEROS = [1 - 1e-3, 1 + 1e-4, 2 - 1e-4, 2 + 1e-3]  # of lgamma
SPECIAL = [("erf",), ("erfc",), ("gelu",), ("lgamma",), ("digamma",)]
SPECIAL += [("polygamma", order) for order in (1, 2, 3, 6, 11, 40, 120)]


@pytest.mark.parametrize("called", SPECIAL, ids=str)
def test_special_functions_have_twelve_digits(one_page, called):
    name, *order = called
    points = [x for size in SIZES for x in (size, -size)]
    if name.endswith("gamma"):  # it has poles
        points = [x for x in points if x > 0 or x % 1]
    if name == "lgamma":
        points += NEAR_ZEROS
    for x, found in zip(points, in_javascript(one_page, called, points), strict=True):
        with mp.workdps(300):
            true = TRUTH[name](*order, mp.mpf(x))
            if abs(true) > 1.7e308:
                assert found == math.copysign(math.inf, true)
            else:
                assert abs(found - true) <= 1e-12 * abs(true) + 1e-300, x


@pytest.mark.parametrize("order", [0, 1, 2, 170, 171, -1, 1.5])
def test_polygamma_at_its_poles_is_python_s(one_page, order):
    poles = [0.0, -0.0, -1.0, -2.0, -1e20, math.inf, -math.inf, math.nan]
    found = in_javascript(one_page, ("polygamma", order), poles)
    expected = [PRIMITIVES["polygamma"].forward(order, x) for x in poles]
    assert list(map(repr, map(float, found))) == list(map(repr, expected))


@pytest.mark.parametrize("name", ["erf", "erfc", "gelu", "lgamma"])
def test_special_functions_at_their_ends_are_python_s(one_page, name):
    ends = [0.0, -0.0, 1.0, 2.0, -1.0, -3.0, 1e300, -1e300]
    ends += [math.inf, -math.inf, math.nan]
    found = in_javascript(one_page, (name,), ends)
    expected = [PRIMITIVES[name].forward(x) for x in ends]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)


def in_javascript(page, called, points):
    """What a function of the script, with the order of derivation, gives at points."""
    name, *order = ("polygamma", 0) if called == ("digamma",) else called
    call = f"{name}({', '.join([*map(str, order), 'x'])})"
    names = "abs, ceil, exp, floor, log, log1p, sqrt, PI"
    source = squeezed(resource("special_functions.js"))
    body = f"const {{ {names} }} = Math; {source}; return xs.map(x => {call});"
    return page.evaluate(f"xs => {{ {body} }}", points)


@pytest.fixture(scope="module")
def one_page(browser):
    page = browser.new_page()
    yield page
    page.close()


def test_what_is_no_number_is_no_answer(browser, tmp_path):
    root, _ = neuron()
    page = opened(browser, quiz(root, most=2).save(tmp_path / "quiz.html"))
    for text in UNREAD:
        with pytest.raises(ag.OperandError):
            quiz(root, most=2).answer("q1", text)
        assert page.evaluate(MARK, ["q1", text]).startswith("write a number")
    assert "0 of 2" in page.text_content("[data-score]")
    closed(page)


def test_hints_numbers_and_the_table(browser, tmp_path):
    w, x = Value(3.0, "w"), Value(2.0, "x")
    z = (w * x).named("z")
    root = (z * 4.0).named("y")
    test = quiz(root, hide=[z, w])
    page = opened(browser, test.save(tmp_path / "quiz.html"))
    for _ in range(5):
        page.click("[data-question=q1] [data-action=hint]")
        told = page.text_content("[data-question=q1] [data-verdict]")
        assert told == str(test.hint("q1"))
    assert "q2 = ?" in page.text_content("table")
    page.fill("[data-question=q2] input", "8")
    page.keyboard.press("Enter")
    assert page.text_content("[data-question=q2] [data-verdict]") == "right"
    assert "q2 = ?" not in page.text_content("table")
    assert "8" in page.text_content("tbody tr:first-child")
    page.click("[data-question=q1] [data-action=reveal]")
    told = page.text_content("[data-question=q1] [data-verdict]")
    assert told == str(test.reveal("q1"))
    assert page.text_content("[data-score]") == (
        "1 of 2 questions right, 1 of them at once and without a hint; 1 revealed"
    )
    closed(page)


def test_hostile_labels_stay_text(browser, tmp_path):
    x = Value(2.0, "</script><img src=x onerror=alert(1)>{given}")
    root = (x * x).named("<b>y</b>")
    page = opened(browser, quiz(root, x).save(tmp_path / "quiz.html"))
    page.on("dialog", lambda dialog: page.complaints.append("dialog"))
    assert page.evaluate(MARK, ["q1", "2"]) == str(quiz(root, x).answer("q1", "2"))
    page.click("[data-action=hint]")
    page.click("[data-action=reveal]")
    assert page.evaluate("document.querySelectorAll('img, b').length") == 0
    closed(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser, tmp_path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    path = quiz(network()[0]).save(tmp_path / "quiz.html")
    page = opened(browser, path, color_scheme=scheme)
    right = quiz(network()[0])._answers["q1"].number
    for name, answer in (("q1", repr(right)), ("q2", "77"), ("q3", "x")):
        page.evaluate(MARK, [name, answer])
    found = Axe().run(page).response["violations"]
    assert [(x["id"], [n["html"] for n in x["nodes"][:3]]) for x in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200
    closed(page)


def test_several_quizzes_on_a_page_do_not_meet(browser, tmp_path):
    path = tmp_path / "two.html"
    parts = [quiz(graph()[0], most=1)._repr_html_() for graph in (neuron, shared)]
    path.write_text("<!DOCTYPE html><title>two</title>" + "".join(parts) * 2)
    page = opened(browser, path)
    assert page.evaluate("document.querySelectorAll('[data-quiz=live]').length") == 4
    assert page.evaluate("document.querySelectorAll('form').length") == 4
    closed(page)
