"""The notebooks as they are stored, without a kernel and without a network.

As nbconvert makes pages of them, and as JupyterLab opens one.
"""

import json
import shutil
from pathlib import Path

import pytest

from .test_player import closed, opened, read, root_of
from .test_player_hosts import NO_SUCH_KERNEL, in_lab, lab

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
__all__ = ["lab"]  # a fixture

# What reaches beyond the right edge, and in no frame that scrolls.
CUT = """[...document.querySelectorAll(".jp-OutputArea-output *")].filter(e => {
  if (e.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let p = e.parentElement; p; p = p.parentElement) {
    const { overflowX } = getComputedStyle(p);
    if (overflowX === "auto" || overflowX === "scroll") {
      return p.getBoundingClientRect().right > innerWidth + 1;
    }
  }
  return true;
}).map(e => e.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_stored_notebook_plays_and_marks_answers(browser, tmp_path, path):
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    # Its template loads these two from a network, for widgets and LaTeX.
    exporter.require_js_url = exporter.mathjax_url = "data:text/javascript,"
    html, _ = exporter.from_filename(str(path))
    (tmp_path / "saved.html").write_text(html, encoding="utf-8")
    page = opened(
        browser, tmp_path / "saved.html", viewport={"width": 1000, "height": 900}
    )
    if "grade_my_notes" not in path.stem:
        plays(page)
    page.fill("[data-question=q1] input", "12345.678")
    page.keyboard.press("Enter")
    told = page.text_content("[data-question=q1] [data-verdict]")
    assert told.startswith("wrong: you gave 12345.678")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    assert page.evaluate(CUT) == []
    closed(page)


def plays(page):
    assert page.query_selector("[data-player=live]")
    page.click("[data-player] [data-action=first]")
    last = int(page.get_attribute("[data-player] input[type=range]", "max"))
    for step in range(1, min(last, 30)):
        page.click("[data-player] [data-action=next]")
        assert read(page)["step"] == str(step)
    assert root_of(page).query_selector(".formula math")


def test_jupyterlab_plays_a_stored_notebook_without_its_kernel(browser, lab):
    import nbformat

    _, _, folder, notary = lab
    stored = shutil.copy(NOTEBOOKS[0], folder / "stored.ipynb")
    found = nbformat.read(stored, 4)
    found.metadata.update(NO_SUCH_KERNEL)
    notary.sign(found)
    nbformat.write(found, stored)
    page = in_lab(browser, lab, "stored.ipynb")
    page.keyboard.press("Escape")  # no kernel, thank you
    for _ in range(40):  # cells are rendered as they come into sight
        if page.query_selector("[data-quiz=live]"):
            break
        page.mouse.move(600, 400)
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(250)
    root = page.wait_for_selector("[data-player=live]", timeout=60_000)
    root.query_selector("[data-action=first]").click()
    root.query_selector("[data-action=next]").click()
    assert read(page)["step"] == "1"
    form = page.wait_for_selector("[data-question=q2]")
    form.query_selector("input").fill("0.8")
    form.query_selector("[data-action=check]").click()
    told = form.query_selector("[data-verdict]").text_content()
    assert "the local derivative \u2202v2/\u2202w alone" in told
    assert json.loads(Path(stored).read_text("utf-8"))["cells"]
    page.context.close()
