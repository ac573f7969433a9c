"""Training in a page: the curve, the small pictures, and the player of every step."""

import pytest

import autograd_scalar as ag
from autograd_scalar import TrainingSteps, Value, play
from autograd_scalar.render.scene import number
from nn import MLP, half_squared_error

from .test_player import (
    CLICK_TO_THE_END,
    HOSTILE,
    closed,
    expected,
    judged,
    opened,
    read,
)

pytestmark = pytest.mark.browser


def trained(look=None, steps=9, most=4):
    """Steps of training; ``look`` is called with each loss and the parameters."""
    net = MLP(2, [3, 2], activation="tanh", rng=0)
    kept = TrainingSteps(most=most)
    for _ in range(steps):
        loss = half_squared_error(net([0.5, -1.0]), [0.25, 0.5]).named("C")
        net.zero_grad()
        loss.backward()
        kept.add(loss, net.parameters(), 0.4)
        if look:
            look(len(kept) - 1, loss, net.parameters())
        for p in net.parameters():
            p.data -= 0.4 * p.grad
    return kept


def test_each_kept_step_opens_with_the_engine_s_numbers(browser, tmp_path):
    seen = {}

    def look(step, loss, parameters):
        player = play(loss, parameters=parameters, learning_rate=0.4)
        shown = [expected(player, k) for k in range(len(player) + 1)]
        local = [edge.local_derivative for edge in ag.backward_steps(loss)]
        seen[step] = shown, local

    kept = trained(look)
    page = opened(browser, kept.save(tmp_path / "t.html"))
    buttons = page.query_selector_all(".multiples button")
    assert len(buttons) == len(kept.kept) == 4
    for button, step in zip(buttons, kept.kept, strict=True):
        button.click()
        player = page.wait_for_selector("[data-player=live]")
        shown, local = seen[step]
        assert [judged(x) for x in player.evaluate(CLICK_TO_THE_END)] == shown
        assert f"Step {step} of" in player.query_selector(".title").text_content()
        texts = page.evaluate(
            "[...document.querySelectorAll('.labels text')].map(e => e.textContent)"
        )
        signed = [("+" if x > 0 else "") + number(x) for x in local]
        assert sorted(texts) == sorted(signed)
    closed(page)


def test_the_slider_the_curve_and_the_sentence_agree(browser, tmp_path):
    kept = trained()
    page = opened(browser, kept.save(tmp_path / "t.html"))
    slider = page.query_selector("[data-ref=range]")
    assert slider.get_attribute("max") == "3"
    page.focus("[data-ref=range]")
    for step in kept.kept[1:]:
        page.keyboard.press("ArrowRight")
        said = page.text_content("[data-ref=said]")
        assert said.startswith(f"Step {step}: loss {number(kept.losses[step])}, ")
        assert slider.get_attribute("aria-valuetext") == said
        assert page.evaluate("location.hash") == f"#t={step}"
        at = page.query_selector_all(".multiples .at")
        assert [e.text_content() for e in at] == [
            f"{step}: {number(kept.losses[step])}"
        ]
    rows = [line.split() for line in str(kept).splitlines()[2:]]
    assert f"{rows[-1][3]} = {rows[-1][2]}" in said
    box = page.query_selector(".curve").bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + 50)
    assert page.text_content("[data-ref=said]").startswith("Step 0: loss")
    page.reload()
    closed(page)
    again = opened(browser, tmp_path / "t.html", state=f"#t={kept.kept[2]}")
    assert again.text_content("[data-ref=said]").startswith(f"Step {kept.kept[2]}:")
    closed(again)


def test_colours_are_on_one_scale(browser, tmp_path):
    page = opened(browser, trained().save(tmp_path / "t.html"))
    drawn = set()
    for shown in ("adjoint", "value", "change"):
        page.select_option("[data-ref=shown]", shown)
        drawn.add(page.inner_html(".multiples button:nth-child(2) svg"))
        whole = page.query_selector_all(".multiples .l0")
        assert whole
        paths = page.evaluate(
            "Math.max(...[...document.querySelectorAll('.multiples svg')]"
            ".map(e => e.children.length))"
        )
        assert paths <= 10
    assert len(drawn) == 3
    closed(page)


def test_the_next_kept_step_stands_beside(browser, tmp_path):
    page = opened(browser, trained().save(tmp_path / "t.html"))
    page.check("[data-ref=beside]")
    page.click(".multiples button:nth-child(2)")
    page.click("[data-action=part]")
    told = page.text_content("[data-ref=theirs]")
    assert told.startswith("step ")
    assert "\u2260" in told
    parted = int(read(page)["step"])
    page.click("[data-action=back]")
    assert "\u2260" not in page.text_content("[data-ref=theirs]")
    assert int(read(page)["step"]) == parted - 1
    closed(page)


def test_texts_stay_inside_their_boxes(browser, tmp_path):
    w = Value(1.0, "w")
    kept = TrainingSteps()
    for rate in (1.0, 1e-200, 1e150):
        kept.add((w * rate * -1.2345678e-5).named("C"))
    page = opened(browser, kept.save(tmp_path / "t.html"))
    for button in page.query_selector_all(".multiples button"):
        button.click()
        page.click("[data-action=last]")
        out = page.evaluate(
            """[...document.querySelectorAll('.nodes text')].filter(t => {
            const box = t.parentNode.querySelector('.box').getBoundingClientRect();
            const r = t.getBoundingClientRect();
            return r.width && (r.left < box.left - 1 || r.right > box.right + 1);
            }).map(t => t.textContent)"""
        )
        assert out == []
    closed(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1000])
def test_axe_finds_no_violation(browser, tmp_path, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(
        browser,
        trained().save(tmp_path / "t.html"),
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page.click(".multiples button:nth-child(2)")
    page.click("summary >> nth=-1")
    found = Axe().run(page).response["violations"]
    assert [(x["id"], [n["html"][:200] for n in x["nodes"][:3]]) for x in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    closed(page)


def test_the_keyboard_alone_opens_a_step(browser, tmp_path):
    page = opened(browser, trained().save(tmp_path / "t.html"))
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.multiples button')"):
            break
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-player=live]")
    before = int(read(page)["step"])
    page.keyboard.press("ArrowRight")  # the focus is in the player
    assert int(read(page)["step"]) == before + 1
    closed(page)


def test_losses_that_are_not_finite_and_hostile_labels(browser, tmp_path):
    kept = TrainingSteps(title="<img src=x>")
    for k, label in enumerate(HOSTILE):
        x = Value(float(k) - 1.0, label)
        kept.add((x.log() * x).named("<b>C"))
    page = opened(browser, kept.save(tmp_path / "t.html"))
    page.on("dialog", lambda dialog: page.complaints.append("dialog"))
    for button in page.query_selector_all(".multiples button")[:4]:
        button.click()
        page.click("[data-action=last]")
    assert page.evaluate("document.querySelectorAll('b:not([data-field])').length") == 0
    assert page.evaluate("document.querySelectorAll('img').length") == 1
    closed(page)


def test_forced_colours_and_print(browser, tmp_path):
    path = trained().save(tmp_path / "t.html")
    page = opened(browser, path, forced_colors="active", reduced_motion="reduce")
    outline = "getComputedStyle(document.querySelector('.multiples .at')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    assert page.evaluate("document.getAnimations().length") == 0
    assert not page.is_visible(".still > img")
    page.emulate_media(media="print")
    assert page.is_visible(".still > img")
    closed(page)


def test_in_a_page_with_others_each_starts_once(browser, tmp_path):
    parts = [trained()._repr_html_(), play(Value(2.0, "x").exp())._repr_html_()]
    path = tmp_path / "two.html"
    path.write_text("<!DOCTYPE html><title>two</title>" + "".join(parts) * 2)
    page = opened(browser, path)
    assert len(page.query_selector_all("[data-training=live]")) == 2
    assert len(page.query_selector_all("[data-player=live]")) == 2
    page.click("[data-training] .multiples button")
    assert len(page.query_selector_all("[data-player=live]")) == 3
    assert page.evaluate("location.hash") == ""
    closed(page)
