"""Write the reference: a page for each kind of public name, from their docstrings."""

from __future__ import annotations

import inspect
import shutil
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import autograd_scalar
import nn
from autograd_scalar.graph.node import Node
from nn.training.schedules import Rates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["OPERANDS", "public_names", "write"]

# Of functions that are made from the table: their operands, as the text names them.
OPERANDS: Final = {
    "arctan2": "(y, x, /)",
    "atan2": "(y, x, /)",
    "copysign": "(x, y, /)",
    "fmod": "(x, y, /)",
    "polygamma": "(n, x, /)",
    "xlogy": "(x, y, /)",
}
# Of each page: its name, its title, its sections: a title and where names are defined.
_PAGES: Final = (
    (
        "value",
        "Values and operations",
        (
            ("Value", ("autograd_scalar.graph.value",)),
            ("Graphs", ("autograd_scalar.graph",)),
            ("Operations", ("autograd_scalar.custom", "autograd_scalar.primitives")),
        ),
    ),
    ("functions", "Functions", (("Functions", ("autograd_scalar.functions",)),)),
    (
        "derivatives",
        "Derivatives",
        (("Derivatives", ("autograd_scalar.derivatives",)),),
    ),
    (
        "explain",
        "Explain and step",
        (
            ("One gradient as a sum", ("autograd_scalar.explain.terms",)),
            ("All paths", ("autograd_scalar.explain.paths",)),
            ("Equations", ("autograd_scalar.explain.equations",)),
            ("Steps", ("autograd_scalar.explain.steps",)),
            ("The player", ("autograd_scalar.explain.player",)),
            ("Training, step by step", ("autograd_scalar.explain.training",)),
            ("Wrong reverse sweeps", ("autograd_scalar.explain.mistakes",)),
            ("Quiz", ("autograd_scalar.explain.quiz",)),
        ),
    ),
    ("draw", "Draw", (("Draw", ("autograd_scalar.render",)),)),
    (
        "check",
        "Check and certify",
        (
            ("Against differences", ("autograd_scalar.gradcheck",)),
            ("What makes training fail", ("autograd_scalar.diagnosis",)),
            ("Digits", ("autograd_scalar.precision",)),
            ("Other kinds of numbers", ("autograd_scalar.numbers",)),
        ),
    ),
    ("program", "Compile", (("Compile", ("autograd_scalar.program",)),)),
    ("errors", "Errors", (("Errors", ("autograd_scalar.errors",)),)),
    (
        "networks",
        "Networks and training",
        (
            ("Networks of neurons", ("nn.layers",)),
            ("Activations", ("nn.activations",)),
            ("Module", ("nn.module",)),
            ("Modules by PyTorch's names", ("nn.sequential",)),
            ("Losses", ("nn.losses",)),
            ("Training", ("nn.training",)),
            ("Optimisers", ("nn.training.optimisers",)),
            ("Learning rates", ("nn.training.schedules",)),
            ("Compiled networks", ("nn.compiled",)),
            ("Pictures", ("nn.picture",)),
            ("Weights in files, and from PyTorch", ("nn.weights",)),
            ("ONNX", ("nn.onnx",)),
            ("scikit-learn", ("nn.estimators",)),
        ),
    ),
    (
        "deltas",
        "The matrix equations",
        (
            ("The graph against the equations", ("nn.deltas",)),
            ("nn.matrix", ("nn.matrix",)),
        ),
    ),
    (
        "grading",
        "Grade and assert",
        (
            ("Grade", ("nn.grading",)),
            ("Assert", ("nn.grading.assertions",)),
        ),
    ),
    (
        "other",
        "Other names",
        (("Other names", ("autograd_scalar", "nn")),),
    ),
)
# What public functions return or raise, and base classes whose methods are inherited.
_BESIDE: Final = (
    "autograd_scalar.explain.mistakes.Counterexample",
    "autograd_scalar.explain.mistakes.WrongBackward",
    "autograd_scalar.explain.quiz.Question",
    "autograd_scalar.explain.quiz.Quiz",
    "autograd_scalar.explain.steps.BackwardStep",
    "autograd_scalar.explain.steps.ForwardStep",
    "autograd_scalar.explain.steps.UpdateStep",
    "autograd_scalar.program.traced.CompiledFunction",
    "nn.deltas.report.NodeDelta",
    "nn.grading.assertions.GradientMismatchError",
    "nn.training.fit.DivergedError",
    "nn.training.optimisers.Optimiser",
    "nn.training.schedules.Schedule",
)
# Names that are data know neither their home nor a docstring.
_DATA: Final = {
    "autograd_scalar.PRIMITIVES": (
        "autograd_scalar.primitives",
        "Each operation's row in the table, a ``Primitive``, by its name.",
    ),
    "autograd_scalar.implementation": (
        "autograd_scalar",
        '``"compiled"`` or ``"plain"``: which code runs.',
    ),
    "nn.LOSSES": (
        "nn.losses",
        "Each loss by its name, as ``check_deltas`` and ``fit`` take it.",
    ),
}
# What is said at the head of a page.
_HEADS: Final = {
    "functions": "Each takes Values, is recorded and returns a Value; of plain numbers "
    "it returns a float. Where a derivative is a convention, R1 to R5 are the rules of "
    "[Conventions](../conventions.md).",
}
# Classes whose base, which has no entry, has members that users need.
_INHERITING: Final = {
    "autograd_scalar.Value": Node,
    "nn.ReduceLROnPlateau": Rates,
    "nn.training.schedules.Schedule": Rates,
}
_BASES: Final = {"Module", "Optimiser", "Schedule"}  # bases that have an entry
# Attributes that only explain what to use instead, and what scikit-learn adds.
_LEFT_OUT: Final = {
    "autograd_scalar.Value": "m, v",
    "nn.ScalarMLPClassifier": "set_score_request",
    "nn.ScalarMLPRegressor": "set_score_request",
}


def write(folder: Path) -> None:
    """Write a page for each group of names, and the page which lists them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = _in_sections()
    titles = {page: title for page, title, _ in _PAGES}
    listed = ["# Reference", "Each public name, from its docstring."]
    for page, title in titles.items():
        sections = names[page]
        text = [f"# {title}", _HEADS.get(page, "")]
        for section, found in sections.items():
            text += [f"## {section}"] if len(sections) > 1 else []
            text += map(_entry, found)
        (folder / f"{page}.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")
        listed.append(f"## [{title}]({page}.md)")
        for section, found in sections.items():
            links = ", ".join(f"{{py:obj}}`~{name}`" for name in _listed(found))
            listed.append(f"{section}: {links}" if len(sections) > 1 else links)
    listed.append("\n".join(["```{toctree}", ":hidden:", "", *titles, "```"]))
    (folder / "index.md").write_text("\n\n".join(listed) + "\n", encoding="utf-8")


def public_names() -> list[str]:
    """Return every public name, those that a star import leaves out included."""
    by_name_alone = autograd_scalar._LIKE_BUILTINS
    of_an_extra = nn._WITH_EXTRA if find_spec("sklearn") else {}
    return [
        *(f"autograd_scalar.{name}" for name in by_name_alone),
        *(f"autograd_scalar.{name}" for name in autograd_scalar.__all__),
        *(f"nn.{name}" for name in nn.__all__),
        *(f"nn.{name}" for names in of_an_extra.values() for name in names),
    ]


def _in_sections() -> dict[str, dict[str, list[str]]]:
    """Return the names by page and by section, in the order of these tables.

    In a section functions come first, then the classes that they return.
    """
    names: dict[str, dict[str, list[str]]] = {
        page: {section: [] for section, _ in sections} for page, _, sections in _PAGES
    }
    public = [name for name in public_names() if not name.endswith("__")]
    for name in [*public, *_BESIDE]:
        page, section = _place_of(name)
        names[page][section].append(name)
    for sections in names.values():
        for section, found in list(sections.items()):
            found.sort(key=lambda name: name.rpartition(".")[2][0].isupper())
            if not found:  # of an extra that is not installed
                del sections[section]
    return names


def _place_of(name: str) -> tuple[str, str]:
    """Return the page and the section whose prefix of the name's home is longest."""
    home = _home(name)
    return max(
        (len(prefix), page, section)
        for page, _, sections in _PAGES
        for section, prefixes in sections
        for prefix in prefixes
        if f"{home}.".startswith(f"{prefix}.")
    )[1:]


def _listed(names: list[str]) -> Iterator[str]:
    """Yield the names, and for a module those of what is in it."""
    for name in names:
        if inspect.ismodule(_thing(name)):
            members = vars(_thing(name)).items()
            yield from (
                f"{name}.{each}" for each, thing in members if _is_in(name, thing)
            )
        else:
            yield name


def _is_in(module: str, thing: Any) -> bool:
    """Whether autodoc shows it in the module: as its own, and no alias of a type."""
    is_shown = inspect.isclass(thing) or inspect.isfunction(thing)
    public = getattr(thing, "__name__", "_") in _thing(module).__all__
    return is_shown and public and thing.__module__.startswith(f"{module}.")


def _thing(name: str) -> Any:
    package, _, last = name.rpartition(".")
    return getattr(import_module(package), last)


def _home(name: str) -> str:
    thing = _thing(name)
    if name in _DATA:
        return _DATA[name][0]
    return str(thing.__name__ if inspect.ismodule(thing) else thing.__module__)


def _entry(name: str) -> str:
    """Return the directive that documents a name."""
    return "\n".join(["```{eval-rst}", *_directive(name, _thing(name)), "```"])


def _directive(name: str, thing: Any) -> Iterator[str]:
    package, _, last = name.rpartition(".")
    if inspect.ismodule(thing):
        yield f".. automodule:: {name}"
        yield "   :members:"
    elif inspect.isclass(thing):
        is_error = issubclass(thing, Exception)
        yield f".. auto{'exception' if is_error else 'class'}:: {name}"
        yield "   :members:"
        if name in _LEFT_OUT:
            yield f"   :exclude-members: {_LEFT_OUT[name]}"
        if is_error or {base.__name__ for base in thing.__bases__} & _BASES:
            yield "   :show-inheritance:"
        if name in _INHERITING:
            yield ""
            yield from _inherited(name, _INHERITING[name])
    elif callable(thing) and thing.__name__ != last:
        yield f".. py:function:: {last}{OPERANDS.get(last, '(x, /)')}"
        yield f"   :module: {package}"
        yield ""
        yield f"   The same as :py:func:`~{package}.{thing.__name__}`."
    elif callable(thing):
        yield f".. autofunction:: {name}"
    else:
        yield f".. py:data:: {last}"
        yield f"   :module: {package}"
        yield ""
        yield f"   {_DATA[name][1]}"


def _inherited(name: str, base: type) -> Iterator[str]:
    """Document what the base defines as the class's own, before its other members."""
    for member, thing in vars(base).items():
        if not member.startswith("_") and thing.__doc__:
            kind = "property" if isinstance(thing, property) else "method"
            yield f"   .. auto{kind}:: {name}.{member}"
