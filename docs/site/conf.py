"""Sphinx's settings: MyST for Markdown, and for the notebooks as they are stored."""

from __future__ import annotations

import re
import sys
from dataclasses import fields, is_dataclass
from inspect import getdoc
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sphinx.ext.napoleon import GoogleDocstring

import autograd_scalar
from docs.site.reference import OPERANDS

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "autograd-scalar"
author = "the autograd-scalar authors"
project_copyright = author
release = autograd_scalar.__version__
version = release

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docs.site.mathml",
]
html_theme = "furo"
html_title = f"autograd-scalar {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_show_sphinx = False
html_copy_source = False
html_domain_indices = False  # of modules; there are two
html_extra_path = ["../build/extra"]  # the page on which Python runs

# Notebooks are executed by `pytest --nbmake notebooks`; the site shows what is stored.
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3

add_module_names = False
autodoc_typehints = "none"  # signatures have them; the text says what is meant
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
highlight_language = "none"  # of blocks that name none: examples after >>> are Python
default_role = "code"  # docstrings set names in single backquotes


CONSTANT = re.compile(r"=(_?[A-Z_]{2,})\b")
# Classes besides records that functions make.
MADE_BY_FUNCTIONS = {
    "CompiledFunction",
    "CompiledNetwork",
    "Counterexample",
    "Drawing",
    "Player",
    "Primitive",
    "Program",
    "Quiz",
    "WrongBackward",
}


def setup(app: Sphinx) -> None:
    """Show no constructor of what functions return."""
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-process-docstring", _docstring, priority=600)  # after Napoleon
    app.connect("autodoc-skip-member", _skip)


def _signature(
    _app: Sphinx, what: str, name: str, thing: Any, _options: Any, given: str, _: str
) -> Any:
    if what == "class":
        is_made = is_dataclass(thing) or hasattr(thing, "_fields")
        is_made = is_made or thing.__name__ in MADE_BY_FUNCTIONS
        # Some take arguments only to say that they take none.
        if is_made or "misplaced" in (given or ""):
            return "", None
    if what == "function" and given:
        operands = OPERANDS.get(name.rpartition(".")[2])
        if operands and thing.__module__ == "autograd_scalar.functions":
            return operands, None
        constants = vars(sys.modules[thing.__module__])
        return CONSTANT.sub(lambda found: _default(constants[found[1]]), given), None
    return None


def _default(value: Any) -> str:
    """Return a default's value, which a signature gives by the name of a constant."""
    return f"={value!r}" if isinstance(value, str | int | float) else "=..."


def _fields(thing: Any) -> list[str]:
    names = getattr(thing, "_fields", ())
    if is_dataclass(thing):
        names = tuple(field.name for field in fields(thing) if field.repr)
    return [name for name in names if not name.startswith("_")]


def _skip(_app: Sphinx, _what: str, _name: str, thing: Any, *_: Any) -> bool | None:
    """Leave out the fields of a named tuple: the text of the class tells of them."""
    is_field = (getattr(thing, "__doc__", None) or "").startswith("Alias for field")
    return True if is_field else None  # None: as it would be otherwise


def _docstring(  # noqa: PLR0913, PLR0917  (as Sphinx calls it)
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Set a property's text as it stands, and the type of an attribute beside it.

    Napoleon takes what stands before a colon in a property's first line for its type,
    and sets the type of an attribute as a paragraph of its own.
    """
    if what == "property":
        text = getdoc(thing) or ""
        lines[:] = GoogleDocstring(
            text, app.config, app, "method", name, thing, options
        ).lines()
    heads = [i for i, line in enumerate(lines) if line.startswith(".. attribute::")]
    shown = [] if heads or what != "class" else _fields(thing)
    if shown:
        lines += ["", f"Fields: {', '.join(f'`{field}`' for field in shown)}.", ""]
    for head, end in pairwise([*heads, len(lines)]):
        for place in range(head, end):
            if lines[place].startswith("   :type:"):
                # Of a dotted name the last part is shown.
                kind = re.sub(r"\b(\w+\.)+\w", r"~\g<0>", lines.pop(place))
                lines.insert(head + 1, kind)
