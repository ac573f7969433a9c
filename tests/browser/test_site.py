"""The documentation site: built with warnings as errors, each page opened.

Nothing is fetched from elsewhere, nothing is wider than the window, no script fails.
"""

import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "build" / "html"
HOST = "127.0.0.1"


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Print no line for a request."""


@pytest.fixture(scope="module")
def site():
    command = [sys.executable, "-m", "docs", "--build"]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    handler = partial(Silent, directory=str(SITE))
    with ThreadingHTTPServer((HOST, 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: _note_outside(page, request.url))
    yield page
    context.close()


def _note_outside(page, url):
    if not url.startswith((f"http://{HOST}:", "data:", "blob:")):
        page.wrong.append(url)


def test_every_page_fits_its_window_and_fetches_nothing(site, page):
    names = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    assert len(names) > 80
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        for name in names:
            page.goto(f"{site}/{name}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, name
    assert page.wrong == []


def test_search_finds_pages(site, page):
    page.goto(f"{site}/search.html?q=backward_steps")
    page.wait_for_selector("ul.search li a")
    assert "tour.html" in "".join(
        link.get_attribute("href") for link in page.query_selector_all("ul.search li a")
    )
    assert page.wrong == []


def test_formulas_are_mathml(site, page):
    page.goto(f"{site}/learn/07_back_propagation_proof.html")
    assert page.locator("math msubsup").count() > 0
    assert "$" not in page.locator("article").locator("p").first.inner_text()


@pytest.fixture
def program(site, page):
    """The page on which Python runs, once Python has loaded; then without a network."""
    page.set_default_timeout(120_000)
    page.goto(f"{site}/try/index.html")
    page.wait_for_selector("#run:enabled")
    return page


def run(page, source=None):
    if source is not None:
        page.fill("#program", source)
    page.click("#run")
    page.wait_for_selector("#run:enabled")
    return page.inner_text("#output")


def test_every_example_runs_in_the_browser(program):
    for option in program.query_selector_all("#example option"):
        name = option.get_attribute("value")
        with program.expect_response(f"**/{name}.py"):
            program.select_option("#example", name)
        program.wait_for_function("program.value.length > 0")
        program.context.set_offline(True)
        assert run(program), name
        program.context.set_offline(False)
        assert program.locator("#output .wrong").count() == 0, name
    assert program.wrong == []


def test_a_player_plays_where_python_runs_in_the_browser(program):
    source = "from autograd_scalar import Value, play\nx = Value(3.0, 'x')\nplay(x * x)"
    run(program, source)
    program.click("[data-player] button[data-action=last]")
    assert "6" in program.inner_text("[data-player] [data-field=after]")


def test_an_error_is_shown_and_the_next_program_runs(program):
    assert "ZeroDivisionError" in run(program, "print('before')\n1 / 0")
    assert program.inner_text("#output pre:first-child") == "before"
    assert "SyntaxError" in run(program, "1 +")
    assert run(program, "print('<b>bold</b>')") == "<b>bold</b>"
    assert run(program, "raise SystemExit(3)").endswith("SystemExit: 3")


def test_a_program_without_end_is_stopped(program):
    program.fill("#program", "while True:\n    pass")
    program.keyboard.press("Control+Enter")
    program.click("#stop:enabled")
    program.wait_for_selector("#run:enabled")
    assert run(program, "6 * 7") == "42"


def test_the_editor_is_left_by_keyboard(program):
    program.fill("#program", "")
    program.focus("#program")
    program.keyboard.press("Tab")
    assert program.input_value("#program") == "    "
    program.keyboard.press("Escape")
    program.keyboard.press("Tab")
    assert program.evaluate("document.activeElement.id") != "program"
