"""Our pages in a real browser: they load nothing, fit their page, and follow the theme.

Needs Chromium, Debian's or the one that CHROMIUM names: `pytest -m browser`.
"""

import pytest

from autograd_scalar import Value, draw
from nn.cli.main import main

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    assert main(["demo", "--quiet", "--epochs", "3", "--output", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    w, x, b = Value(-0.8, "w"), Value(2.0, "x"), Value(1.0, "b")
    y = (w * x + b).tanh().named("y")
    y.backward()
    return draw(y).save(tmp_path_factory.mktemp("picture") / "neuron.html")


@pytest.fixture(params=["report", "picture"])
def page_path(request):
    return request.getfixturevalue(request.param)


def opened(browser, path, **options):
    page = browser.new_page(**options)
    requests, complaints = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(path.as_uri())
    foreign = [url for url in requests if not url.startswith(("file:", "data:"))]
    assert not foreign
    assert not complaints
    return page


@pytest.mark.parametrize("width", [390, 1000])
def test_a_page_loads_nothing_and_never_scrolls_sideways(browser, page_path, width):
    page = opened(browser, page_path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_captions_stay_in_sight_while_a_wide_table_scrolls(browser, report):
    page = opened(browser, report, viewport={"width": 390, "height": 800})
    scrolled = 0
    for region in page.query_selector_all(".wide:has(caption)"):
        region.evaluate("e => e.scrollLeft = 200")
        scrolled += region.evaluate("e => e.scrollLeft") > 0
        caption = region.query_selector("caption").bounding_box()
        seen = region.bounding_box()
        assert seen["x"] <= caption["x"]
        assert caption["x"] + caption["width"] <= seen["x"] + seen["width"]
    assert scrolled
    page.close()


@pytest.mark.parametrize(("width", "hinted"), [(390, True), (2000, False)])
def test_a_hint_to_scroll_stands_where_the_picture_is_cut(
    browser, picture, width, hinted
):
    page = opened(browser, picture, viewport={"width": width, "height": 800})
    is_cut = page.evaluate(
        "(e => e.scrollWidth > e.clientWidth)(document.querySelector('.wide'))"
    )
    assert is_cut is hinted
    assert page.query_selector(".hint").is_visible() is hinted
    page.close()


def test_dark_mode_changes_the_ground_and_the_ink(browser, page_path):
    seen = {}
    for scheme in ("light", "dark"):
        page = opened(browser, page_path, color_scheme=scheme)
        style = "getComputedStyle(document.body)"
        ground = page.evaluate(
            f"{style}.backgroundColor + getComputedStyle(document.documentElement)"
            ".backgroundColor"
        )
        seen[scheme] = (ground, page.evaluate(f"{style}.color"))
        page.close()
    assert seen["light"][1] != seen["dark"][1]


def test_pictures_have_a_text_and_a_size(browser, page_path):
    page = opened(browser, page_path)
    for picture in page.query_selector_all("img, svg[role=img]"):
        box = picture.bounding_box()
        assert box["width"] > 50
        assert box["height"] > 50
        text = picture.get_attribute("alt") or picture.text_content()
        assert len(text) > 20
    page.close()


def test_details_open_by_keyboard(browser, page_path):
    page = opened(browser, page_path)
    summary = page.query_selector("summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")
    assert page.query_selector("details table").is_visible()
    page.close()
