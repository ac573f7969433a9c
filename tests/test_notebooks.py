"""Each notebook holds the cells of its script in ``notebooks/src``, and outputs."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def cells_of_script(text: str) -> list[tuple[str, str]]:
    """Split a script in jupytext's percent format into (type, source) of its cells."""
    cells = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        kind = "markdown" if "[markdown]" in head else "code"
        if kind == "markdown":
            body = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
        cells.append((kind, body.strip()))
    return cells


def test_every_script_has_its_notebook() -> None:
    scripts = sorted(path.stem for path in (FOLDER / "src").glob("*.py"))
    assert scripts == [path.stem for path in NOTEBOOKS]
    assert scripts


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_its_script_and_was_run_from_top_to_bottom(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    script = (FOLDER / "src" / f"{path.stem}.py").read_text(encoding="utf-8")
    written = [(cell["cell_type"], "".join(cell["source"]).strip()) for cell in cells]
    assert written == cells_of_script(script)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs
    for cell in code:  # what was printed stands in one piece
        streams = [o["name"] for o in cell["outputs"] if o["output_type"] == "stream"]
        assert len(streams) == len(set(streams))
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not re.findall(r" at 0x[0-9a-f]+", json.dumps(outputs))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_plays_and_ends_with_exercises_that_are_marked(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    pages = [
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in cells
        for output in cell.get("outputs", [])
    ]
    asks_to_step = "grade_my_notes" not in path.stem
    assert asks_to_step <= any(page.startswith("<div data-player") for page in pages)
    begin = max(
        place
        for place, cell in enumerate(cells)
        if re.search("^## Exercise", "".join(cell["source"]), re.MULTILINE)
    )
    shown = json.dumps([cell.get("outputs", []) for cell in cells[begin:]])
    assert "<div data-quiz" in shown
    assert "wrong: you gave" in shown
    code = "".join("".join(cell["source"]) for cell in cells[begin:])
    assert re.search(r"test\.score\.right == [12]\b", code)
