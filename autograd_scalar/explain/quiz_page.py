"""Write a quiz as HTML: its table, its questions, and the script that marks answers.

Without its script, as in a notebook that is not trusted, table and questions remain.
Everything is inline; a saved page forbids itself the network.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from autograd_scalar.explain.inline import (
    json_text,
    lines_of,
    page,
    resource,
    squeezed,
    with_files,
)
from autograd_scalar.reporting.escape import markup

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["quiz_html", "quiz_page"]


def quiz_html(
    data: dict[str, Any], table: str, questions: Iterable[str], notes: Iterable[str]
) -> str:
    """Return the element of a quiz.

    ``data`` is what `quiz.js` marks by, ``table`` HTML, the rest plain text.
    """
    below = "".join(f"<p>{markup(note)}</p>" for note in notes)
    asked = "".join(f"<p>{markup(question)}</p>" for question in questions)
    return (
        f'<div data-quiz class="tex2jax_ignore mathjax_ignore"><style>{style()}</style>'
        f'\n<div class="wide">{table}</div>{below}<div class="asked">{asked}</div>'
        f'<script type="application/json">{json_text(data)}</script>\n'
        f"<script>{script()}</script></div>\n"
    )


def quiz_page(title: str, element: str) -> str:
    """Return a whole page with the element of a quiz."""
    return page(title, f"<h1>{markup(title)}</h1>{element}", style(), script())


@cache
def script() -> str:
    """Return the script without its comments and indentation."""
    return squeezed(with_files(resource("quiz.js"), "special_functions"))


@cache
def style() -> str:
    """Return the style sheet without its indentation."""
    return lines_of(resource("quiz.css"))
