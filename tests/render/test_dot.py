"""DOT text, and a Digraph that does without the program."""

import sys

import pytest

from autograd_scalar import DrawingError, Value, draw, to_dot, to_graphviz


def square() -> Value:
    x = Value(3.0, "x")
    return (x * x).named("y")


@pytest.fixture
def _no_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def test_dot_has_a_record_for_each_value_and_every_edge() -> None:
    text = to_dot(square())
    assert text.count("n0 -> n1 [") == 2
    assert 'n0 [label="{x leaf|data 3|grad –}"' in text
    assert 'n1 [label="×|{y output|data 9|grad –}"' in text
    assert "rankdir=LR" in text
    assert "rankdir=TB" in to_dot(square(), direction="TB")
    assert text == draw(square()).dot


def test_dot_says_that_it_is_folded() -> None:
    assert "folded into" in to_dot(square(), fold=True)


def test_digraph_has_the_same_text() -> None:
    digraph = to_graphviz(square())
    assert digraph.source.split() == to_dot(square()).split()
    digraph.node("more")
    assert "more" in digraph.source


@pytest.mark.usefixtures("_no_dot")
def test_without_the_program_rendering_says_what_to_do(tmp_path: object) -> None:
    digraph = to_graphviz(square())
    for attempt in (
        lambda: digraph.pipe("svg"),
        lambda: digraph.render(directory=str(tmp_path)),
        lambda: digraph.view(directory=str(tmp_path)),
        digraph.unflatten,
        digraph._repr_image_svg_xml,
    ):
        with pytest.raises(DrawingError, match=r"`dot` is not installed; use draw"):
            attempt()


@pytest.mark.usefixtures("_no_dot")
def test_without_the_program_a_notebook_shows_our_picture() -> None:
    bundle = to_graphviz(square())._repr_mimebundle_()
    assert bundle["image/svg+xml"] == draw(square()).svg
    assert str(bundle["text/html"]).startswith("<div data-drawing")
    assert "not installed" in str(bundle["text/plain"])
    copy = to_graphviz(square()).copy()
    assert "not installed" in str(copy._repr_mimebundle_()["text/plain"])


def test_without_the_package_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.delitem(sys.modules, "autograd_scalar.render.digraph", raising=False)
    with pytest.raises(DrawingError, match="pip install graphviz"):
        to_graphviz(square())
