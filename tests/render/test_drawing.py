"""Test what a picture shows, how it is saved, and which requests raise."""

import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_scalar
from autograd_scalar import DrawingError, Value, draw, topological_order
from autograd_scalar.render import draw as drawing_module
from autograd_scalar.render.draw import Drawing, Request, scene_of
from autograd_scalar.render.geometry import (
    LABEL_SIZE,
    NAME_SIZE,
    ROW_SIZE,
    SMALL_SIZE,
    SYMBOL_SIZE,
    picture,
)
from autograd_scalar.render.scene import Box, Link, Scene
from autograd_scalar.render.svg import trunk_tones
from autograd_scalar.reporting.escape import figures_width, text_width

SVG = "{http://www.w3.org/2000/svg}"


def neuron() -> Value:
    """micrograd's own example."""
    x1, x2 = Value(2.0, "x1"), Value(0.0, "x2")
    w1, w2, b = Value(-3.0, "w1"), Value(1.0, "w2"), Value(6.8813735870195432, "b")
    n = ((x1 * w1).named("x1w1") + (x2 * w2).named("x2w2") + b).named("n")
    return n.tanh().named("o")


def texts(drawing: Drawing) -> list[str]:
    return [element.text or "" for element in parsed(drawing).iter(f"{SVG}text")]


def parsed(drawing: Drawing) -> ET.Element:
    return ET.fromstring(drawing.svg)


def lines(drawing: Drawing) -> list[ET.Element]:
    paths = parsed(drawing).iter(f"{SVG}path")
    return [path for path in paths if path.get("marker-end")]


@pytest.fixture(params=["LR", "TB"])
def direction(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_picture_shows_names_numbers_and_local_derivatives() -> None:
    o = neuron()
    o.backward()
    shown = texts(draw(o))
    for text in ("x1w1", "data", "grad", "0.7071", "+0.5", "−3", "tanh", "×"):
        assert text in shown
    for kind in ("leaf", "output"):
        assert kind in shown


def test_full_numbers_are_in_the_tooltips() -> None:
    o = neuron()
    o.backward()
    titles = [title.text or "" for title in parsed(draw(o)).iter(f"{SVG}title")]
    assert any(repr(o.data) in title for title in titles)
    assert any(repr(o.local_derivatives[0]) in title for title in titles)


def test_parallel_edges_are_both_drawn_and_apart() -> None:
    x = Value(3.0, "x")
    found = lines(draw(x * x))
    assert len(found) == 2
    assert found[0].get("d") != found[1].get("d")


def test_lines_flow_right_or_down(direction: str) -> None:
    o = neuron()
    drawing = draw(o, direction=direction)  # type: ignore[arg-type]
    last = lines(drawing)[-1].get("d", "")
    assert ("V" in last) is (direction == "TB")
    assert ("H" in last) is (direction == "LR")
    for line in lines(drawing):
        numbers = [float(x) for x in re.findall(r"-?[\d.]+", line.get("d", ""))]
        flow = 1 if direction == "TB" else 0
        assert numbers[-1] > numbers[flow]


def test_not_computed_differs_from_zero() -> None:
    x = Value(3.0, "x")
    y = (0.0 * x).named("y")
    before = draw(y).svg
    y.backward()
    after = draw(y).svg
    assert ">–</text>" in before
    assert "not computed yet" in before
    assert ">–</text>" not in after
    assert "not computed yet" not in after
    assert '<text class="v zero"' in after


def test_sign_is_shown_by_colour_and_by_character() -> None:
    a, b = Value(2.0, "a"), Value(0.0, "b")
    root = a * -3.0 + b * 0.0
    found = {element.get("class") for element in lines(draw(root))}
    assert {"l l-neg", "l l-pos", "l l-zero"} <= found
    shown = texts(draw(root))
    assert "−3" in shown
    assert "+2" in shown
    assert "0" in shown


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_have_a_mark_of_their_own(number: float) -> None:
    drawing = draw(Value(number, "x") * 1.0)
    assert "alarm" in {
        word
        for element in parsed(drawing).iter()
        for word in element.get("class", "").split()
    }


def test_generated_names_do_not_repeat_labels() -> None:
    a = Value(1.0, "v1")
    scene = scene_of(Request((-a).exp()))
    names = [box.name for box in scene.boxes]
    assert len(set(names)) == len(names) == 3


def test_a_leaf_alone_can_be_drawn(direction: str) -> None:
    drawing = draw(Value(1.0, "x"), direction=direction)  # type: ignore[arg-type]
    assert parsed(drawing).tag == f"{SVG}svg"
    assert repr(drawing) == "<Drawing of 1 box, 0 edges>"


def test_alternative_text_has_content() -> None:
    o = neuron()
    svg = parsed(draw(o, title="My <neuron>"))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "My <neuron>"
    description = svg.find(f"{SVG}desc")
    assert description is not None
    assert "o = 0.7071" in (description.text or "")
    assert "10 Values" in (description.text or "")
    assert "adjoints not computed yet" in (description.text or "")


def cubic() -> Value:
    """d reaches three others by +1, +9 and +3: a long line shared by two of them."""
    d = Value(3.0, "d")
    return d * d + d + d * d * d


def test_a_line_shared_by_several_edges_is_not_of_the_colour_of_zero() -> None:
    drawing = draw(cubic())
    found = {path.get("class") for path in parsed(drawing).iter(f"{SVG}path")}
    assert "l l-several" in found
    assert not found & {"l l-zero", "l l-plain"}
    assert "several lines in one" in texts(drawing)
    light, dark = drawing.svg.partition("@media")[::2]
    for style, zero in ((light, "#8b949e"), (dark, "#7d8792")):
        assert f".l-zero{{stroke:{zero}}}" in style
        assert f".l-several{{stroke:{zero}}}" not in style
    assert "several lines in one" not in texts(draw(neuron()))


@pytest.mark.parametrize(
    ("tones", "expected"),
    [("plain plain", "plain"), ("plain pos", "several"), ("pos pos", "several")],
)
def test_counted_edges_stay_grey_where_they_share_a_line(
    tones: str, expected: str
) -> None:
    first, second = tones.split()
    boxes = tuple(Box("group", "", f"b{i}", "", (), "") for i in range(4))
    chain = [Link(i, i + 1, "", "plain", 0.5, "") for i in range(3)]
    long = (Link(0, 2, "", first, 0.5, ""), Link(0, 3, "", second, 0.5, ""))
    scene = Scene(boxes, (*chain[1:], *long, chain[0]), "", "folded", "", "")
    assert trunk_tones(scene, picture(scene, "LR")) == {0: expected}


def test_the_page_says_everything_once() -> None:
    page = draw(cubic().named("y")).html
    assert page.count("Computation graph of y = 39</h1>") == 1
    assert "<p>6 Values, 1 of them a leaf (d), 10 edges; adjoints not" in page
    folded = draw(cubic(), fold=True)
    assert "<p>6 Values, 1 of them a leaf (d), 10 edges; adjoints not" in folded.html
    (said,) = re.findall(r"<p>(.*?)</p>", folded.html)
    assert "folded" not in said  # the picture itself says that
    (desc,) = parsed(folded).iter(f"{SVG}desc")
    assert (desc.text or "").count("folded into") == 1
    assert folded.alt.count("folded into") == 1
    titled = draw(cubic().named("y: of d"), title="My graph").html
    assert "<h1>My graph</h1>\n<p>Computation graph of y: of d = 39: 6" in titled


@pytest.mark.parametrize(
    ("root", "words"),
    [
        (Value(1.0, "x"), "1 Value, a leaf (x), 0 edges"),
        (Value(1.0), "1 Value, a leaf (1 without a label), 0 edges"),
        (Value(1.0, "x").tanh(), "2 Values, 1 of them a leaf (x), 1 edge;"),
        (Value(1.0, "x") * 2.0 * 3.0, "3 of them leaves (x; 2 constants), 4 edges"),
        (
            autograd_scalar.sum([Value(1.0, f"x{i}") for i in range(7)]) + 1.0,
            "8 of them leaves (x0, x1, x2, x3, x4, x5, \u2026; 1 constant)",
        ),
    ],
)
def test_leaves_without_a_name_are_counted_beside_those_with_one(
    root: Value, words: str
) -> None:
    assert words in draw(root).alt


@pytest.mark.parametrize("fold", [True, False])
def test_a_page_hints_at_scrolling_where_its_picture_does_not_fit(fold: bool) -> None:
    drawing = draw(cubic(), fold=fold)
    width = int(parsed(drawing).get("width", "0"))
    (limit,) = re.findall(r"@media \(max-width:(\d+)px\){\.hint", drawing.html)
    assert width + 48 < int(limit) <= width + 50
    assert 'class="hint">The picture is wider than this window' in drawing.html


def test_it_follows_a_dark_page_and_has_a_ground() -> None:
    svg = draw(neuron()).svg
    assert "@media (prefers-color-scheme:dark)" in svg
    assert '<rect class="ground" width="100%" height="100%"/>' in svg
    assert "<script" not in svg


def test_text_lies_inside_its_box(direction: str) -> None:
    o = neuron()
    o.backward()
    inside(scene_of(Request(o)), direction)
    inside(scene_of(Request(o, fold=True)), direction)


def inside(scene: Scene, direction: str) -> None:
    laid = picture(scene, direction)
    for box, measured, (_, _, width, height) in zip(
        scene.boxes, laid.measured, laid.boxes, strict=True
    ):
        room = width - measured.strip - 18.0
        head = text_width(measured.name, NAME_SIZE) + text_width(
            box.caption, SMALL_SIZE
        )
        assert head <= room
        for row in box.rows:
            keyed = text_width(row.key, SMALL_SIZE) + figures_width(row.text, ROW_SIZE)
            assert keyed <= room
        if measured.symbol:
            assert text_width(measured.symbol, SYMBOL_SIZE) <= measured.strip
        assert 17.0 * len(box.rows) < height
    for link, route, shown in zip(
        scene.links, laid.arrangement.routes, laid.labelled, strict=True
    ):
        if shown and direction == "LR":
            room = route[-1].end - route[-1].start
            assert figures_width(link.text, LABEL_SIZE) < room


def test_drawing_leaves_the_graph_alone() -> None:
    o = neuron()
    o.backward()
    before = [(v.data, v.grad, v.label, v.has_grad) for v in topological_order(o)]
    draw(o).save  # noqa: B018
    draw(o, fold=True)
    after = [(v.data, v.grad, v.label, v.has_grad) for v in topological_order(o)]
    assert after == before


def test_a_drawing_is_a_snapshot() -> None:
    o = neuron()
    drawing = draw(o)
    before = drawing.svg, drawing.html, drawing.dot
    o.backward()
    o.label = "changed"
    assert (drawing.svg, drawing.html, drawing.dot) == before


def test_notebooks_get_an_image_and_a_table() -> None:
    html = draw(neuron())._repr_html_()
    assert '"><img src="data:image/svg+xml;base64,' in html
    # JupyterLab keeps these three styles in a notebook that it does not trust.
    styles = {
        style
        for each in re.findall(' style="([^"]*)"', html)
        for style in each.split(";")
    }
    assert {"overflow:auto", "max-height:40rem", "max-width:none"} <= styles
    assert 'alt="Computation graph of o = 0.7071' in html
    assert "<details><summary>Table of nodes</summary><table>" in html
    assert "x1w1 (+1)" in html


def test_the_table_names_only_the_first_operands() -> None:
    root = autograd_scalar.sum([Value(1.0, f"x{i}") for i in range(30)])
    assert "x11 (+1), … (30 in all)" in draw(root).html


def test_a_large_graph_is_drawn_whole_if_asked() -> None:
    x = [Value(i / 7, f"x{i}") for i in range(40)]
    products = [a * b for a in x for b in x]
    root = autograd_scalar.sum([p.tanh() for p in products])
    drawing = draw(root, fold=False)
    assert len(lines(drawing)) == 6400
    assert "The first 1,000 nodes" in drawing.html


PROGRAM = """
from autograd_scalar import Value, draw
x = [Value(i / 3, f"x{i}") for i in range(9)]
y = sum((a * b.tanh() for a in x for b in x), Value(0.0, "start"))
y.backward()
import hashlib
for fold in (False, True):
    d = draw(y, fold=fold)
    print(hashlib.sha256((d.svg + d.html + d.dot).encode()).hexdigest())
"""


def test_two_processes_write_the_same_bytes() -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": _root()},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def _root() -> str:
    return str(Path(autograd_scalar.__file__).parents[1])


def test_importing_the_package_does_not_import_the_renderer() -> None:
    code = "import sys, autograd_scalar; print('autograd_scalar.render' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": _root()},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("suffix", [".svg", ".html", ".dot", ".SVG"])
def test_save_writes_a_whole_file_and_returns_its_path(
    suffix: str, tmp_path: Path
) -> None:
    path = draw(neuron()).save(tmp_path / f"graph{suffix}")
    assert path == tmp_path / f"graph{suffix}"
    text = path.read_text(encoding="utf-8")
    assert text.lstrip()[:9].lower().startswith(("<svg", "<!doctype", "digraph"))
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_save_has_a_default_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert draw(neuron()).save() == Path("graph.svg")
    assert (tmp_path / "graph.svg").exists()


@pytest.mark.parametrize("name", ["graph.jpg", "graph", "graph.svg.exe"])
def test_save_rejects_other_suffixes(name: str, tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match=r"\.svg, \.html, \.dot, \.png, not"):
        draw(neuron()).save(tmp_path / name)


def test_a_failed_save_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "graph.svg"
    target.write_text("old")

    def fail(source: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(DrawingError, match=r"graph\.svg': No space"):
        draw(neuron()).save(target)
    assert target.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["graph.svg"]


def test_save_follows_links_and_replaces_regular_files_only(tmp_path: Path) -> None:
    real, link, fifo = (tmp_path / name for name in ("real.svg", "a.svg", "fifo.svg"))
    link.symlink_to(real)
    os.mkfifo(fifo)
    drawing = draw(neuron())
    assert drawing.save(link) == link
    real.chmod(0o640)
    drawing.save(link)
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == drawing.svg
    assert real.stat().st_mode & 0o777 == 0o640
    with pytest.raises(DrawingError, match=r"fifo\.svg': it is a device, a pipe"):
        drawing.save(fifo)
    assert fifo.is_fifo()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (None, 'save() needs a path such as "graph.svg", got None'),
        (3, "got 3"),
        ("nonexistent/a.svg", "cannot write 'nonexistent/a.svg': there is no folder"),
        ("folder.svg", "it is a folder"),
        (f"{'a' * 300}.svg", "File name too long"),
        ("a\0.svg", "null"),
    ],
)
def test_save_says_what_is_wrong_with_a_path(
    path: object, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(DrawingError, match=re.escape(words)):
        draw(neuron()).save(path)  # type: ignore[arg-type]
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.svg"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"direction": "up"}, '"LR" or "TB"'),
        ({"fold": 2}, '"auto", True or False'),
        ({"fold": "neuron"}, '"auto", True or False'),
        ({"max_nodes": 1}, "max_nodes is an int"),
        ({"max_nodes": True}, "max_nodes is an int"),
        ({"title": 3}, "title is a str"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(DrawingError, match=re.escape(words)):
        draw(Value(1.0), **arguments)  # type: ignore[arg-type]


def test_what_is_no_value_is_rejected() -> None:
    with pytest.raises(DrawingError, match=r"needs a Value, got float.*; pass"):
        draw(1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [np.array(0.5), list])  # they have an __iter__
def test_what_only_looks_iterable_is_rejected(given: Any) -> None:
    root = Value(1.0) * 2.0
    with pytest.raises(DrawingError, match="needs a Value"):
        draw(given)
    for name in ("highlight", "inputs", "parameters"):
        with pytest.raises(DrawingError, match=f"{name}= needs .* got "):
            draw(root, **{name: given})


def test_too_much_is_rejected_with_the_remedy() -> None:
    x = y = Value(1.0, "x")
    for _ in range(drawing_module.HARD_LIMIT):
        y = y + x
    with pytest.raises(DrawingError, match=r'20,001 Values .* leave fold at "auto"'):
        draw(y, fold=False)


def test_too_many_edges_are_rejected_too() -> None:
    x = Value(1.0, "x")
    y = autograd_scalar.sum([x] * 60_001)
    with pytest.raises(DrawingError, match=r"2 Values and 60,001 edges"):
        draw(y, fold=False)


@pytest.mark.parametrize("fold", ["auto", True, False])
def test_far_too_much_is_rejected_however_it_is_folded(
    fold: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drawing_module.FOLD_LIMIT == 1_000_000
    assert "1,000,000 Values" in " ".join((draw.__doc__ or "").split())
    monkeypatch.setattr(drawing_module, "FOLD_LIMIT", 100)
    x = y = Value(1.0, "x")
    for _ in range(100):
        y = y + x
    with pytest.raises(DrawingError, match=r"101 Values are too .* nearer to the leav"):
        draw(y, fold=fold)
    with pytest.raises(DrawingError, match=r"301 edges are too many .* even folded"):
        draw(autograd_scalar.sum([x] * 301), fold=fold)


def test_a_write_protected_file_is_rejected(tmp_path, monkeypatch) -> None:
    path = tmp_path / "g.svg"
    path.write_text("old")
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anything
    with pytest.raises(DrawingError, match="write-protected"):
        draw(neuron()).save(path)
    assert path.read_text() == "old"
