"""The player as a widget: what the kernel and the page tell each other."""

import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from autograd_scalar import DrawingError, Value, play
from autograd_scalar.explain import player_page, widget


def player():
    a = Value(3.0, "a")
    return play((a * a + a).named("c"))


class Trait:
    """As much of a trait as a widget is told with."""

    def __init__(self, default=None, initial=None, **_):
        self.value = default if initial is None else initial

    def tag(self, *, sync):
        assert sync
        return self


class Widget:
    """As much of anywidget's class: traits are attributes, a change is observed."""

    def __init__(self):
        self.observers = {}
        for name in ("html", "position", "breakpoints"):
            object.__setattr__(self, name, getattr(type(self), name).value)

    @contextmanager
    def hold_trait_notifications(self):
        yield

    def observe(self, function, names):
        self.observers.update(dict.fromkeys(names, function))

    def __setattr__(self, name, value):
        before = getattr(self, name, None)
        super().__setattr__(name, value)
        if name != "observers" and before != value:
            self.observers[name]({"new": value})


@pytest.fixture(params=["without the packages", "with them"])
def packages(request, monkeypatch):
    if request.param == "with them":
        return pytest.importorskip("anywidget")
    traits = SimpleNamespace(Int=Trait, List=Trait, Unicode=Trait)
    monkeypatch.setitem(sys.modules, "anywidget", SimpleNamespace(AnyWidget=Widget))
    return monkeypatch.setitem(sys.modules, "traitlets", traits)


@pytest.mark.usefixtures("packages")
def test_a_step_in_python_moves_the_page():
    stepped = player().to(2)
    shown = stepped.widget()
    assert shown.position == 2
    stepped.next().next()
    assert shown.position == stepped.position == 4
    stepped.first()
    assert shown.position == 0


@pytest.mark.usefixtures("packages")
def test_a_step_in_the_page_moves_the_player():
    stepped = player()
    shown, second = stepped.widget(), stepped.widget()
    shown.position = 5
    assert stepped.position == second.position == 5
    assert str(stepped.step).startswith("a: 0.0 + 1.0 * 1.0")
    shown.breakpoints = [6, 4]
    assert stepped.breakpoints == (4, 6)
    assert second.breakpoints == [4, 6]
    assert stepped.first().run_to().position == shown.position == 4


@pytest.mark.usefixtures("packages")
def test_a_condition_is_evaluated_in_the_kernel():
    stepped = player()
    shown = stepped.widget()
    limit = 2.0
    stepped.break_on(lambda step: step.contribution > limit)
    assert shown.breakpoints == [6, 7]
    assert shown.position == 0
    stepped.run_to()
    assert shown.position == 6


def test_a_position_that_is_none_is_refused():
    pytest.importorskip("anywidget")
    from traitlets import TraitError

    shown = player().widget()
    for position in (-1, 8, "3"):
        with pytest.raises(TraitError):
            shown.position = position
    assert shown.position == 0


def test_without_anywidget_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(DrawingError, match=r"autograd-scalar\[notebook\]"):
        player().widget()


def test_a_graph_too_large_for_a_page_is_too_large_for_a_widget(monkeypatch):
    monkeypatch.setattr(player_page, "_MOST_NODES", 2)
    with pytest.raises(DrawingError, match="too many"):
        player().widget()


def test_the_module_holds_the_player_s_script_once():
    text = widget.module()
    assert text.count(player_page.script()) == 1
    assert "PLAYER" not in text
    assert text.startswith("// The player as a widget")
