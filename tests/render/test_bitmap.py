"""A .png by Graphviz, or a message that says what to do without it."""

import subprocess
import sys

import pytest

from autograd_scalar import DrawingError, Value, draw

graphviz = pytest.importorskip("graphviz")


def drawing():
    x = Value(3.0, "x")
    return draw(x * x)


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


@pytest.mark.graphviz
def test_the_real_program_makes_a_real_png(tmp_path):
    raw = drawing().save(tmp_path / "g.png").read_bytes()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(raw[i : i + 4]) for i in (16, 20))
    assert width > 100 < height


def test_without_the_program_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DrawingError, match=r"program is not inst.*or save as \.svg"):
        drawing().save(tmp_path / "g.png")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(DrawingError, match=r"package is not .* pip install graphviz"):
        drawing().save(tmp_path / "g.png")
    assert list(tmp_path.iterdir()) == []


def test_the_error_says_what_dot_rejects(tmp_path, monkeypatch):
    def pipe(*_, **__):
        raise graphviz.CalledProcessError(1, ["dot"], b"", b"out of memory")

    monkeypatch.setattr(graphviz, "pipe", pipe)
    with pytest.raises(DrawingError, match=r"`dot` cannot draw this as \.png: .*exit"):
        drawing().save(tmp_path / "g.png")
    assert issubclass(graphviz.CalledProcessError, subprocess.CalledProcessError)


def test_an_unwritable_path_is_found_before_dot_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(graphviz, "pipe", pytest.fail)
    with pytest.raises(DrawingError, match="there is no folder"):
        drawing().save(tmp_path / "no" / "g.png")
