"""README and docs/ say what is true; their examples run as doctests of their own."""

import re
import tomllib
from pathlib import Path

import pytest

import autograd_scalar
from autograd_scalar import Value, draw
from nn import MLP, check_deltas
from nn.deltas.conventions import CONVENTIONS

ROOT = Path(__file__).parents[1]
INSTALLED = Path(autograd_scalar.__file__).parents[1]  # where compiled, not ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MOST_WORDS = 1500  # outside code: what a stranger reads in ten minutes


def prose(text):
    """A page without its code."""
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def without_rounding(table):
    """Numbers to six digits; how the last bits differ belongs to the machine's libm."""
    columns = re.sub(r"[\d.]+ eps +\S+ +\S+", "", table)
    rounded = re.sub(r"-?\d+\.\d+(e-\d+)?", lambda m: f"{float(m[0]):.6g}", columns)
    return re.sub(" +", " ", rounded)


def test_the_delta_table():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = check_deltas(net, [[0.1, -0.2, 0.3]], [[1, 0]], "half_squared_error")
    (shown,) = re.findall(r"```text\n(3-4-2 network.*?)```", README, re.DOTALL)
    pick = re.compile(r"^dC/d(\S+) +(\S+)", re.MULTILINE)
    assert pick.findall(shown) == pick.findall(str(report))
    rows = zip(shown.splitlines()[3:12], str(report).splitlines()[3:12], strict=True)
    for ours, now in rows:
        for row in (ours, now):
            _, _, _, scalar, closed = without_rounding(row).split()[:5]
            assert float(scalar) == pytest.approx(float(closed), rel=1e-5)
            assert row.endswith("equal")
        if ours.split()[2] == now.split()[2]:  # which differs by libm's last bits
            assert without_rounding(ours) == without_rounding(now)
    assert len(shown.splitlines()) == len(str(report).splitlines()) == 15
    assert shown.splitlines()[1].split() == str(report).splitlines()[1].split()
    headline = "All 41 gradients"
    assert f"## {headline} of a network equal the matrix equations" in README
    for table in (shown, str(report)):
        assert table.splitlines()[-3].startswith(f"{headline} equal the matrix")


def test_the_first_two_sh_blocks_run_and_test():
    run, tests = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert run.splitlines()[-1] == "autograd-scalar demo"
    assert tests.splitlines()[-1] == "pytest"
    venv = "python3 -m venv .venv\n. .venv/bin/activate\npip install "
    assert run.startswith(venv)
    assert tests.startswith(venv)


def test_badges_say_what_the_settings_say():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    true = {
        "python": f"Python: {project['requires-python'].removeprefix('>=')}+",
        "licence": f"licence: {project['license']}",
        "typed": "types: checked, strict" * settings["tool"]["mypy"]["strict"],
    }
    shown = re.findall(r"!\[(.*)\]\(docs/pictures/badge-(\w+)\.svg\)", README)
    assert {name: text for text, name in shown} == true
    for name, text in true.items():
        badge = ROOT / "docs" / "pictures" / f"badge-{name}.svg"
        assert f"<title>{text}</title>" in badge.read_text(encoding="utf-8")


def test_what_is_cited_is_the_latest_release():
    cited = (ROOT / "docs" / "CITATION.cff").read_text(encoding="utf-8")
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version, day = re.findall(r"^## \[([\d.]+)\] - (\S+)", log, re.MULTILINE)[0]
    assert f"\nversion: {version}\ndate-released: {day}\n" in cited
    assert version == autograd_scalar.__version__


def test_readme_is_short():
    assert len(prose(README).split()) <= MOST_WORDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_texts_are_called_by_their_names(page):
    assert not re.search(r"\bseed 0\d\d", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_convention_is_in_the_table_of_textbooks(name):
    page = (ROOT / "docs" / "textbooks.md").read_text(encoding="utf-8")
    assert f"\n| `{name}` | {CONVENTIONS[name].source} | " in page
    assert not re.search(r"\bseed \d", CONVENTIONS[name].source)


def test_the_picture_is_current():
    w, x, b = Value(-0.8, "w"), Value(2.0, "x"), Value(1.0, "b")
    y = (w * x + b).tanh().named("y")
    y.backward()
    drawing = draw(y, parameters=[w, b], inputs=[x])
    picture = ROOT / "docs" / "pictures" / "neuron.svg"
    assert picture.read_text(encoding="utf-8") == drawing.svg


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = re.sub(r"`[^`]*`", "", prose(page.read_text(encoding="utf-8")))
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (page.parent / target).exists(), target


def test_the_map_shows_what_is_there():
    """A cell begins with a path from the root; the others stand in its folder."""
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    cells = [line.split("|")[2] for line in page.splitlines() if line.startswith("| ")]
    rows = [re.findall(r"`([^`]+)`", cell) for cell in cells if "`" in cell]
    assert len(rows) > 10
    for first, *others in rows:
        top = INSTALLED if first.startswith(("autograd_scalar/", "nn/")) else ROOT
        for path in (top / first, *((top / first).parent / name for name in others)):
            assert path.exists(), path
