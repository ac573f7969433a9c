"""A .png by resvg or by Graphviz, or a message that says what to do without both."""

import subprocess
import sys
from types import ModuleType

import pytest

from autograd_scalar import DrawingError, Value, draw
from autograd_scalar.render.bitmap import png_bytes
from autograd_scalar.render.svg import size_of

graphviz = pytest.importorskip("graphviz")


def drawing():
    x = Value(3.0, "x")
    return draw(x * x)


@pytest.fixture
def _no_resvg(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)


class Resvg(ModuleType):
    """In place of resvg: what it was asked."""

    def __init__(self, *, font="", complaint=""):
        super().__init__("resvg_py")
        self.font, self.complaint, self.asked = font, complaint, []

    def svg_to_bytes(self, **options):
        self.asked.append(options)
        if "zoom" not in options:
            found = options.get("sans_serif_family", "") == self.font
            return b"M" if found and "skip_system_fonts" not in options else b""
        if self.complaint:
            raise ValueError(self.complaint)
        return b"\x89PNG"


def pixels(raw):
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    return tuple(int.from_bytes(raw[i : i + 4]) for i in (16, 20))


def test_resvg_draws_the_svg_itself_at_twice_the_size(tmp_path, monkeypatch):
    resvg = Resvg()
    monkeypatch.setitem(sys.modules, "resvg_py", resvg)
    monkeypatch.setattr(graphviz, "pipe", pytest.fail)
    path = drawing().save(tmp_path / "g.png")
    assert path.read_bytes() == b"\x89PNG"
    assert resvg.asked[-1] == {"svg_string": drawing().svg, "zoom": 2.0}


def test_without_a_font_it_says_so_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", Resvg(font=None))
    with pytest.raises(
        DrawingError, match=r"needs a sans-serif font, .* or save as \.svg"
    ):
        drawing().save(tmp_path / "g.png")
    assert list(tmp_path.iterdir()) == []


def test_another_font_is_found_where_the_usual_ones_are_missing(monkeypatch):
    resvg = Resvg(font="Noto Sans")
    monkeypatch.setitem(sys.modules, "resvg_py", resvg)
    png_bytes(drawing().svg, "")
    assert resvg.asked[-1]["sans_serif_family"] == "Noto Sans"


def test_a_huge_picture_is_drawn_smaller_or_not_at_all(monkeypatch):
    resvg = Resvg()
    monkeypatch.setitem(sys.modules, "resvg_py", resvg)
    png_bytes('<svg width="6000" height="10000"/>', "")
    assert resvg.asked[-1]["zoom"] == 1.0
    with pytest.raises(DrawingError, match=r"60,000 x 20,000 is too large"):
        png_bytes('<svg width="60000" height="20000"/>', "")


def test_what_resvg_rejects_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", Resvg(complaint="bad path"))
    with pytest.raises(DrawingError, match=r"resvg cannot draw .* bad path; save as"):
        png_bytes(drawing().svg, "")


def test_the_real_resvg_makes_a_real_png(tmp_path):
    pytest.importorskip("resvg_py")
    raw = drawing().save(tmp_path / "g.png").read_bytes()
    assert pixels(raw) == tuple(2 * side for side in size_of(drawing().svg))


@pytest.mark.usefixtures("_no_resvg")
def test_a_png_is_what_graphviz_makes_of_the_dot(tmp_path, monkeypatch):
    asked = []

    def pipe(*arguments, **_):
        asked.append(arguments)
        return b"\x89PNG"

    monkeypatch.setattr(graphviz, "pipe", pipe)
    path = drawing().save(tmp_path / "g.PNG")
    assert path.read_bytes() == b"\x89PNG"
    ((engine, kind, text),) = asked
    assert (engine, kind) == ("dot", "png")
    assert text.decode().replace("\tgraph [dpi=192]\n", "") == drawing().dot
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("_no_resvg")
@pytest.mark.graphviz
def test_the_real_program_makes_a_real_png(tmp_path):
    raw = drawing().save(tmp_path / "g.png").read_bytes()
    width, height = pixels(raw)
    assert width > 100 < height


@pytest.mark.usefixtures("_no_resvg")
def test_without_the_program_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        DrawingError, match=r"extra \[png\]: .* program is not inst.*or save as \.svg"
    ):
        drawing().save(tmp_path / "g.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_no_resvg")
def test_without_the_package_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(
        DrawingError, match=r"\[png\].* package is not .* pip install graphviz"
    ):
        drawing().save(tmp_path / "g.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_no_resvg")
def test_the_error_says_what_dot_rejects(tmp_path, monkeypatch):
    def pipe(*_, **__):
        raise graphviz.CalledProcessError(1, ["dot"], b"", b"out of memory")

    monkeypatch.setattr(graphviz, "pipe", pipe)
    with pytest.raises(DrawingError, match=r"`dot` cannot draw this as \.png: .*exit"):
        drawing().save(tmp_path / "g.png")
    assert issubclass(graphviz.CalledProcessError, subprocess.CalledProcessError)


@pytest.mark.usefixtures("_no_resvg")
def test_an_unwritable_path_is_found_before_dot_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(graphviz, "pipe", pytest.fail)
    with pytest.raises(DrawingError, match="there is no folder"):
        drawing().save(tmp_path / "no" / "g.png")
