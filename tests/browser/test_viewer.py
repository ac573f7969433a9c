"""The picture in a notebook or a page: it keeps its size, scrolls and zooms."""

import os
import shutil

import pytest

from autograd_scalar import Value, draw
from nn import MLP

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def drawing():
    return draw(MLP(3, [8, 8, 2], rng=1)([1.0, 2.0, 3.0]), fold=True)


@pytest.fixture(params=["notebook", "page"])
def page(request, browser, drawing):
    html = drawing.html
    if request.param == "notebook":  # notebooks shrink images to the cell
        html = f"<style>img{{max-width:100%}}</style>{drawing._repr_html_()}"
    page = browser.new_page(viewport={"width": 700, "height": 600})
    complaints = []
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.set_content(html)
    yield page
    page.close()
    assert not complaints


def width(page):
    size = "document.querySelector('[data-frame]>*').getBoundingClientRect().width"
    return round(page.evaluate(size))


def real_width(drawing):
    return int(drawing.svg.partition('width="')[2].partition('"')[0])


def test_it_keeps_its_size_and_scrolls_in_its_frame(page, drawing):
    assert width(page) == real_width(drawing) > 700
    frame = page.query_selector("[data-frame]")
    frame.evaluate("e => e.scrollLeft = 150")
    assert frame.evaluate("e => e.scrollLeft") == 150
    assert page.evaluate("document.documentElement.scrollWidth") <= 700


def test_buttons_and_keys_zoom(page, drawing):
    whole = real_width(drawing)
    page.click("[data-zoom=in]")
    assert width(page) == round(whole * 1.25)
    assert page.text_content("[data-zoom=one]") == "125 %"
    page.click("[data-zoom=one]")
    assert width(page) == whole
    page.focus("[data-frame]")
    page.keyboard.press("-")
    assert width(page) == round(whole / 1.25)
    page.keyboard.press("f")
    frame = page.evaluate("document.querySelector('[data-frame]').clientWidth")
    assert width(page) == frame
    page.keyboard.press("+")
    assert width(page) == round(frame * 1.25)
    page.keyboard.press("0")
    assert width(page) == whole
    page.keyboard.press("Control+0")
    page.keyboard.press("x")
    assert width(page) == whole


def test_the_wheel_zooms_with_control_and_keeps_the_point_under_it(page, drawing):
    frame = page.query_selector("[data-frame]")
    at = frame.bounding_box()
    x, y = 300, 100
    page.mouse.move(at["x"] + x, at["y"] + y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function(
        "document.querySelector('[data-zoom=one]').textContent !== '100 %'"
    )
    zoom = width(page) / real_width(drawing)
    assert zoom == pytest.approx(1.65, abs=0.01)
    left = frame.evaluate("e => e.scrollLeft")
    assert left == pytest.approx((zoom - 1) * x, abs=2)


def test_without_scripts_it_scrolls_and_shows_no_dead_buttons(browser, drawing):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 700, "height": 600}
    )
    page = context.new_page()
    page.set_content(drawing._repr_html_())
    assert not page.query_selector("[data-bar]").is_visible()
    image = page.query_selector("img").bounding_box()
    assert image["width"] == real_width(drawing)
    context.close()


def test_several_drawings_on_a_page_zoom_each_for_itself(browser):
    page = browser.new_page()
    page.set_content(
        draw(Value(1.0, "x") * 2.0)._repr_html_() + draw(Value(1.0))._repr_html_()
    )
    before = page.evaluate("[...document.images].map(i => i.width)")
    page.query_selector_all("[data-zoom=in]")[1].click()
    after = page.evaluate("[...document.images].map(i => i.width)")
    assert after[0] == before[0]
    assert after[1] > before[1]
    page.close()
