"""The player in notebooks: JupyterLab with and without a kernel, nbconvert, no trust.

A server of JupyterLab runs on loopback, with a token, for these tests alone. Needs
Chromium and the extra [browser]: `pytest -m browser`.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from autograd_scalar import TrainingSteps, Value, play, quiz

from .test_player import (
    CLICK_TO_THE_END,
    closed,
    expected,
    judged,
    opened,
    read,
    until,
)

pytestmark = pytest.mark.browser

CODE = """from autograd_scalar import Value, play
w, x = Value(-3.0, "w $a$"), Value(0.2, "x")
play((w * x + w).tanh().named("y"))"""
NO_SUCH_KERNEL = {"kernelspec": {"name": "none-such", "display_name": "none such"}}


def player():
    w, x = Value(-3.0, "w $a$"), Value(0.2, "x")
    return play((w * x + w).tanh().named("y"))


def notebook(path, *, trusted_by=None):
    """A saved notebook whose cell was run elsewhere; no kernel of it is here."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    data = {"text/html": player()._repr_html_(), "text/plain": repr(player())}
    output = new_output("execute_result", data, execution_count=1)
    cell = new_code_cell(CODE, outputs=[output], execution_count=1)
    found = new_notebook(cells=[cell], metadata=NO_SUCH_KERNEL)
    if trusted_by is not None:
        trusted_by.sign(found)
    nbformat.write(found, path)
    return path


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab, its token, its folder, and who signs in it."""
    from nbformat.sign import NotebookNotary

    folder = tmp_path_factory.mktemp("lab")
    homes = {
        name: str(folder / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    (folder / "work").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(
            f"--IdentityProvider.token={token}",
            f"--ServerApp.root_dir={folder / 'work'}",
        ),
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = (folder / "log").open("w")
    server = subprocess.Popen(
        command, env=os.environ | homes, stdout=log, stderr=log, cwd=folder
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.5)
        notary = NotebookNotary(data_dir=homes["JUPYTER_DATA_DIR"])
        yield address, token, folder / "work", notary
    finally:
        server.terminate()
        server.wait(60)
        log.close()


def in_lab(browser, lab, name):
    address, token, _, _ = lab
    page = opened(browser, address=f"{address}/lab/tree/{name}?token={token}&reset")
    page.wait_for_selector(".jp-Notebook", timeout=120_000)
    return page


def played(page):
    """Click through all steps in a notebook's output, and compare every number."""
    root = page.wait_for_selector("[data-player=live]", timeout=120_000)
    for position, shown in enumerate(root.evaluate(CLICK_TO_THE_END)):
        assert judged(shown) == expected(player(), position)


def test_in_jupyterlab_it_plays_and_its_keys_stay_its_own(browser, lab):
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    _, _, folder, _ = lab
    cell = new_code_cell(CODE)
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=[cell], metadata=python), folder / "run.ipynb")
    page = in_lab(browser, lab, "run.ipynb")
    for _ in range(12):  # a kernel that is still starting may lose the first requests
        if page.query_selector(".jp-Dialog"):  # so the busy server says
            page.click(".jp-Dialog .jp-mod-accept")
        page.click(".jp-Notebook .cm-content")
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(5_000)
        if page.query_selector("[data-player=live]"):
            break
    played(page)
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("Escape")  # to the mode of commands, in which b adds a cell
    page.keyboard.press("b")
    assert page.locator(".jp-Notebook .jp-Cell").count() == (cells := cells + 1)
    page.click("[data-action=first]")
    for key in (
        "ArrowRight",
        "ArrowRight",
        "b",
        "End",
        "u",
        "w",
        "ArrowLeft",
        "ArrowRight",
    ):
        page.keyboard.press(key)  # b inserts a cell in a notebook, where it is not ours
    here = player().next().next().next("pass").who_uses().who_wrote().back().next()
    assert read(page)["step"] == str(here.position)
    page.focus(".graph")
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.evaluate("document.activeElement.matches('.graph')")
    page.context.close()


WIDGET = """player = play((w * x + w).tanh().named("y"))
player.widget()"""


def test_in_jupyterlab_page_and_kernel_share_the_step(browser, lab):
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    pytest.importorskip("anywidget")
    _, _, folder, _ = lab
    sources = [
        CODE.rpartition("\n")[0],
        WIDGET,
        "print('in the kernel:', player.position, player.breakpoints)",
        "player.break_on(lambda step: step.contribution < 0).last()",
    ]
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata=python), folder / "shared.ipynb")
    page = in_lab(browser, lab, "shared.ipynb")

    def run(cell):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(cell).click()
        page.keyboard.press("Shift+Enter")

    for _ in range(12):  # a kernel that is still starting may lose the first requests
        run(0)
        run(1)
        page.wait_for_timeout(5_000)
        if page.query_selector("[data-player=live]"):
            break
    page.click("[data-action=next]")
    page.click("[data-action=next]")
    page.keyboard.press("b")
    page.wait_for_timeout(500)
    run(2)
    page.get_by_text("in the kernel: 2 (2,)").wait_for(timeout=30_000)
    run(3)
    last = str(len(player()))
    until(page, f"document.querySelector('[data-field=step]').dataset.value == {last}")
    assert judged(read(page)) == expected(player(), len(player()))
    hits = player().break_on(lambda step: step.contribution < 0).breakpoints
    drawn = page.get_attribute(".marks .stop", "d")
    assert tuple(int(mark.partition(" ")[0]) for mark in drawn.split("M")[1:]) == hits
    page.context.close()


def test_a_saved_notebook_plays_without_a_kernel(browser, lab):
    _, _, folder, notary = lab
    notebook(folder / "saved.ipynb", trusted_by=notary)
    page = in_lab(browser, lab, "saved.ipynb")
    page.keyboard.press("Escape")  # no kernel, thank you
    played(page)
    page.context.close()


def test_a_notebook_that_is_not_trusted_shows_the_still_picture(browser, lab):
    _, _, folder, _ = lab
    notebook(folder / "strange.ipynb")
    page = in_lab(browser, lab, "strange.ipynb")
    page.keyboard.press("Escape")
    image = page.wait_for_selector(".jp-OutputArea-output img", timeout=60_000)
    assert image.bounding_box()["width"] > 200
    assert "y = " in image.get_attribute("alt")
    assert not page.query_selector("[data-player=live]")
    text = page.text_content(".jp-OutputArea-output")
    assert "Table of nodes" in text
    assert "container-type" not in text  # neither style nor script as text
    assert "templates" not in text
    page.context.close()


def test_quiz_and_training_that_are_not_trusted_stand_still(browser, lab):
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    _, _, folder, _ = lab
    w = Value(0.5, "w")
    steps = TrainingSteps()
    for _ in range(3):
        steps.add((w * 2.0).named("C"))
        w.data -= 0.1
    html = quiz((w * 2.0).tanh().named("y"))._repr_html_() + steps._repr_html_()
    output = new_output("execute_result", {"text/html": html}, execution_count=1)
    cell = new_code_cell("shown", outputs=[output], execution_count=1)
    found = new_notebook(cells=[cell], metadata=NO_SUCH_KERNEL)
    nbformat.write(found, folder / "still.ipynb")
    page = in_lab(browser, lab, "still.ipynb")
    page.keyboard.press("Escape")
    image = page.wait_for_selector(".jp-OutputArea-output img", timeout=60_000)
    assert "the loss over 3 steps" in image.get_attribute("alt")
    text = page.text_content(".jp-OutputArea-output")
    assert "q1: What is" in text
    assert "Table of kept steps" in text
    for hidden in ("color-scheme", "questions", "const "):
        assert hidden not in text
    assert not page.query_selector("form[data-question]")
    page.context.close()


def test_in_jupyterlab_s_dark_theme_it_is_dark(browser, lab):
    _, _, folder, notary = lab
    notebook(folder / "dark.ipynb", trusted_by=notary)
    page = in_lab(browser, lab, "dark.ipynb")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-player=live]", timeout=60_000)
    ground = "getComputedStyle(document.querySelector('[data-player]')).backgroundColor"
    light = page.evaluate(ground)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(ground) != light
    page.context.close()


def test_nbconvert_s_html_plays_offline(browser, tmp_path):
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    # Its template loads these two from a network, for widgets and LaTeX; not for us.
    exporter.require_js_url = exporter.mathjax_url = "data:text/javascript,"
    path = notebook(tmp_path / "saved.ipynb")
    html, _ = exporter.from_filename(str(path))
    (tmp_path / "saved.html").write_text(html, encoding="utf-8")
    page = opened(browser, tmp_path / "saved.html")
    played(page)
    closed(page)


def test_the_page_names_no_folder_of_this_machine(tmp_path):
    from autograd_scalar import detect_anomaly

    with detect_anomaly() as lines:
        y = Value(2.0, "x").exp()
    html = play(y, lines=lines).html
    assert os.path.basename(__file__) in html
    assert json.dumps(os.path.dirname(__file__))[1:-1] not in html
