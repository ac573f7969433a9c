"""The documentation site: built with warnings as errors, each page opened.

Nothing is fetched from elsewhere, nothing is wider than the window, no script fails.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "build" / "html"
NOTEBOOKS = ROOT / "notebooks"
LARGEST = 10_000_000  # bytes, but for Pyodide and JupyterLite
NEAR = 8  # pixels between two columns
HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def site():
    """The address at which `python -m docs` serves what it has built."""
    command = [sys.executable, "-m", "docs", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as server:
        address = server.stdout.readline().strip()
        assert address, f"python -m docs --build ended with {server.wait()}"
        yield address.rstrip("/")
        server.terminate()


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


def own_pages():
    """The pages of the site, without those of JupyterLite, which is an application."""
    pages = sorted({*SITE.rglob("*.html")} - {*(SITE / "jupyter").rglob("*.html")})
    return [path.relative_to(SITE).as_posix() for path in pages]


# What stands in an article as its writer typed it: LaTeX, Markdown, an empty box.
RAW = r"""() => {
  const found = [...document.querySelectorAll("article pre")]
    .filter((box) => !box.textContent.trim()).map((box) => box.outerHTML);
  const code = "script, style, pre, code, textarea, option, .sig, [data-player], "
    + "[data-quiz], .cell_output, annotation";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent;
    const raw = /\$\S|\\[a-z]{2}|(^|\s)\*\*\w|`|\]\([\w/-]*[.#:]|^#+ /;
    if (raw.test(text) && !texts.currentNode.parentElement.closest(code))
      found.push(text);
  }
  return found;
}"""


# Texts whose colour is too near to that of the ground: WCAG 2, level AA.
FAINT = """() => {
  const point = new OffscreenCanvas(1, 1)
    .getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    point.clearRect(0, 0, 1, 1);
    point.fillStyle = colour;
    point.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = point.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) =>
    [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const light = (colour) => {
    const [r, g, b] = colour.map((x) =>
      x <= 10 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const ground = (element) => element === null ? [255, 255, 255] :
    over(channels(getComputedStyle(element).backgroundColor),
      ground(element.parentElement));
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !element.checkVisibility()
        || element.closest("script, style, svg, option, :disabled")) continue;
    const style = getComputedStyle(element), below = ground(element);
    const both = [light(over(channels(style.color), below)), light(below)];
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    if (Math.max(...both) / Math.min(...both) < (isLarge ? 3 : 4.5))
      found.add(element.outerHTML.slice(0, 120));
  }
  return [...found];
}"""


# The distances between the texts of two cells of a row of results, in pixels.
GAPS = """() => [...document.querySelectorAll(
  ".cell_output tr, #output tr")].flatMap((row) => {
  const boxes = [...row.cells].filter((cell) => cell.checkVisibility()
    && cell.textContent.trim()).map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getBoundingClientRect();
    });
  return boxes.slice(1).map((box, i) => box.left - boxes[i].right);
})"""


# Tables and examples that do not fit into a wide window.
CUT = """() => [...document.querySelectorAll(".table-wrapper, .highlight-pycon pre, "
    + ".highlight-none pre, .doctest pre")].filter((box) =>
  box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.textContent.trim().slice(0, 80))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read(site, page, theme):
    """Wide in the system's theme; narrow in one chosen on the page, against it.

    Nothing is wider than the window or fetched from elsewhere, no text is faint, none
    is shown as its writer typed it, the columns of results stand apart, and a wide
    window shows tables and examples whole.
    """
    page.emulate_media(color_scheme=theme)
    names, wrong = own_pages(), {}
    assert len(names) > 80
    for name in names:
        page.goto(f"{site}/{name}")
        wrong[name] = [*wider(page, 1280), *page.evaluate(RAW), *page.evaluate(FAINT)]
        wrong[name] += [gap for gap in page.evaluate(GAPS) if gap < NEAR]
        wrong[name] += page.evaluate(CUT)
    page.emulate_media(color_scheme={"light": "dark", "dark": "light"}[theme])
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.set_viewport_size({"width": 400, "height": 900})
    for name in names:
        page.goto(f"{site}/{name}")
        wrong[name] += [*wider(page, 400), *page.evaluate(FAINT)]
    assert {name: found for name, found in wrong.items() if found} == {}
    assert page.wrong == []
    page.goto(f"{site}/learn/01_one_neuron.html")
    for thing in ("[data-player]", "[data-quiz]", "[data-bar]", "[data-frame] img"):
        one = page.locator(thing).first
        assert one.evaluate("e => getComputedStyle(e).colorScheme") == theme


def wider(page, width):
    """Yield how wide the page is, if it is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} px"


@pytest.mark.usefixtures("site")
def test_the_site_is_small():
    apart = [SITE / "try", SITE / "jupyter"]
    sizes = [
        path.stat().st_size
        for path in SITE.rglob("*")
        if path.is_file() and not any(path.is_relative_to(one) for one in apart)
    ]
    assert sum(sizes) < LARGEST


def test_what_is_not_there_has_a_page(site, page):
    for address in ("nothing.html", "learn/deep/nothing"):
        assert page.goto(f"{site}/{address}").status == 404
        assert page.inner_text("h1").startswith("No such page")
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background != "rgba(0, 0, 0, 0)"  # its style was found
        page.click("article a.reference.internal")
        assert page.inner_text("h1").startswith("autograd-scalar")
    assert page.wrong == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    from docs.site import links

    (tmp_path / "a").mkdir()
    page, other = tmp_path / "a" / "page.html", tmp_path / "other.html"
    other.write_text('<h1 id="there">Other</h1><a href="a/page.html">page</a>')
    good = ["../other.html", "../other.html?q=1#there", "#", "#here", "https://x.y/z"]
    bad = ["other.html", "../other.html#nowhere", "#nowhere", "../../etc", "./"]
    page.write_text(
        '<b id="here"></b>' + "".join(f'<a href="{link}"></a>' for link in good + bad)
    )
    found = list(links.broken(tmp_path, [page, other]))
    assert sorted(line.split(": ")[-1] for line in found) == sorted(bad)
    assert all(line.startswith("a/page.html: no such ") for line in found)


def test_scripts_and_styles_are_shared(site, page):
    page.goto(f"{site}/mistakes/act-missing.html")
    assert page.locator("script[src*='_static/shared/']").count() == 1
    page.click("[data-player=live] button[data-action=last]")
    assert page.inner_text("[data-player] [data-field=sentence]")
    assert page.locator("img[src^='data:']").count() == 0
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


def test_the_grader_names_the_mistakes_of_which_the_site_makes_examples():
    import numpy as np

    from docs.site.mistakes import EXAMPLES
    from nn import grade
    from nn.grading.mistakes import MISTAKES

    ids = {row.id for row in MISTAKES if not row.wrong and not row.plus}
    assert {*EXAMPLES} == ids
    for name, (wrong, right) in EXAMPLES.items():
        mended = right
        if name == "forward-slip":  # a function, of which one line is wrong
            slip = next(line for line in wrong.splitlines() if "# without" in line)
            mended = wrong.replace(slip, f"    {right}")
        graded = [grade(_function(text, np) or text) for text in (wrong, mended)]
        assert [report.mistakes for report in graded] == [(name,), ()]
        assert graded[1].passed


def _function(text, np):
    names = {"sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    if not text.startswith("def "):
        return None
    exec(text, names)
    return names["backprop"]


def test_formulas_are_spaced_as_by_tex():
    from docs.site.mathml import mathml

    thin, close = '<mspace width="0.167em" />', 'lspace="0" rspace="0"'
    assert mathml(r"y \log a").count(thin) == 2
    assert mathml(r"\log a_j").count(thin) == 1
    assert thin not in mathml(r"\log(a) + x_{\log}")
    assert f"<mi>C</mi><mo {close}>/</mo><mi>\u2202</mi>" in mathml(r"C / \partial w")
    assert f"<mi>\u03c3</mi><mo {close}>\u2032</mo></mrow>" in mathml(r"\sigma'(z)")
    assert mathml(r"C = -(a) - (b)").count('form="prefix"') == 1
    assert mathml(r"\lVert a \rVert^2").count('stretchy="false"') == 2


def test_the_reference_shows_properties_and_attributes_as_they_are_written(site, page):
    page.goto(f"{site}/reference/check.html")
    assert page.locator("dt", has_text="Type:").count() == 0
    assert "One sentence: how far the root is off" in page.inner_text("article")
    assert (
        page.locator("dl.attribute dt", has_text="order").inner_text() == "order: int"
    )


@pytest.mark.usefixtures("site")
def test_the_reference_has_every_public_name_once():
    from docs.site.reference import public_names

    entries = re.compile(r'<dt class="sig[^"]*" id="([^"]*)">')
    pages = [path.read_text() for path in (SITE / "reference").glob("*.html")]
    found = [name for page in pages for name in entries.findall(page)]
    modules = {"nn.matrix"}
    assert {*public_names()} - modules <= {*found, "autograd_scalar.__version__"}
    assert len({*found}) == len(found)
    for member in ("data", "grad", "parents", "named", "backward", "tanh"):
        assert f"autograd_scalar.Value.{member}" in found


def test_a_signature_shows_neither_private_names_nor_constants(site, page):
    for path in sorted((SITE / "reference").glob("*.html")):
        page.goto(f"{site}/reference/{path.name}")
        defaults = page.locator(".sig .default_value").all_inner_texts()
        assert [text for text in defaults if re.fullmatch(r"_?[A-Z_]{2,}", text)] == []
        assert page.locator(".sig", has_text="misplaced").count() == 0


def test_the_reference_lists_all_that_it_links(site, page):
    page.goto(f"{site}/reference/index.html")
    listed = page.locator("article code.xref")
    assert listed.count() > 200
    assert page.locator("article a code.xref").count() == listed.count()


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
        assert min(program.evaluate(GAPS), default=NEAR) >= NEAR, name
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


# ---- JupyterLite ---------------------------------------------------------------------


def opened(site, page, name):
    """Open a notebook in JupyterLite, with nothing but the site to fetch from."""
    page.set_default_timeout(300_000)
    page.context.route(
        lambda url: not url.startswith((site, "data:", "blob:")),
        lambda route: route.abort(),
    )
    page.goto(f"{site}/jupyter/lab/index.html?path={name}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")


# Without outputs first, so that all of them are new.
RUN = """async () => {
  const { sessionContext } = jupyterapp.shell.currentWidget;
  await sessionContext.ready;
  await sessionContext.session.kernel.info;
  await jupyterapp.commands.execute("editmenu:clear-all");
  await jupyterapp.commands.execute("runmenu:run-all");
}"""


def run_all(page):
    """Run all cells anew, until the last of them has run."""
    page.evaluate(RUN)


def cells_of(page):
    """What is shown below each cell, from JupyterLab's own model of the notebook."""
    return page.evaluate(
        "jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
        ".filter(cell => cell.cell_type === 'code').map(cell => cell.outputs)"
    )


def texts(outputs):
    found = [o.get("text") or o["data"]["text/plain"] for o in outputs]
    return "".join("".join(text) for text in found)


def rounded(text):
    """Numbers to seven digits, without spaces: lists are shown with all of theirs."""
    numbers = re.sub(r"-?\d+\.\d+(e-\d+)?", lambda m: f"{float(m[0]):.7g}", text)
    return re.sub(r"\s", "", numbers)


@pytest.mark.parametrize(
    "name", ["01_one_neuron.ipynb", "02_chain_rule_path_by_path.ipynb"]
)
def test_a_notebook_runs_in_jupyterlite_as_it_is_stored(site, page, name):
    opened(site, page, name)
    run_all(page)
    stored = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    expected = [c["outputs"] for c in stored if c["cell_type"] == "code"]
    for ours, theirs in zip(cells_of(page), expected, strict=True):
        assert rounded(texts(ours)) == rounded(texts(theirs))
    player = page.locator("[data-player=live]").first
    player.scroll_into_view_if_needed()
    player.locator("button[data-action=last]").click()
    assert player.locator("[data-field=sentence]").inner_text()
    assert page.wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_jupyterlite_has_the_system_s_theme(site, page, theme):
    page.emulate_media(color_scheme=theme)
    opened(site, page, "01_one_neuron.ipynb")
    name = page.evaluate("document.body.dataset.jpThemeName")
    assert name == f"JupyterLab {theme.title()}"


def test_every_notebook_runs_without_numpy(tmp_path):
    """As in JupyterLite, by the module that stands there in NumPy's place."""
    shutil.copy(ROOT / "docs" / "site" / "in_place_of_numpy.py", tmp_path / "numpy.py")
    program = """
import json, sys
import numpy
assert numpy.__version__ == "none: lists in its place"
for path in sys.argv[1:]:
    names = {"__name__": "__main__"}
    for cell in json.load(open(path, encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
"""
    paths = map(str, sorted(NOTEBOOKS.glob("*.ipynb")))
    command = [sys.executable, "-c", program, *paths]
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
