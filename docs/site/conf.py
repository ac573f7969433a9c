"""Sphinx's settings: MyST for Markdown, and for the notebooks as they are stored."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

import autograd_scalar

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
default_role = "code"  # docstrings set names in single backquotes


def setup(app: Sphinx) -> None:
    """Show no constructor of records: they are what functions return."""
    app.connect("autodoc-process-signature", _signature)


def _signature(_app: Sphinx, what: str, _name: str, thing: Any, *_: Any) -> Any:
    is_record = is_dataclass(thing) or hasattr(thing, "_fields")
    return ("", None) if what == "class" and is_record else None
