"""A drawing as PNG, by Graphviz: what draws by itself here is SVG."""

from __future__ import annotations

from typing import Final

from autograd_scalar.errors import DrawingError

__all__ = ["png"]

_SHARP: Final = "digraph {\n\tgraph [dpi=192]\n"  # twice the pixels of a plain screen

_MESSAGE: Final = (
    "a .png is drawn by the package graphviz and its program `dot`, and {} is not"
    " installed: {}; or save as .svg or .html, which any browser shows and prints"
)


def png(dot: str) -> bytes:
    """A text in the DOT language as a picture, in Graphviz's own layout.

    Raises:
        DrawingError: the package or the program is missing, or cannot draw it.
    """
    try:
        import graphviz  # noqa: PLC0415  (only bitmaps need it)
    except ImportError as error:
        msg = _MESSAGE.format("the package", "pip install graphviz")
        raise DrawingError(msg) from error
    sharp = dot.replace("digraph {\n", _SHARP, 1)
    try:
        picture: bytes = graphviz.pipe("dot", "png", sharp.encode(), quiet=True)
    except graphviz.ExecutableNotFound:
        msg = _MESSAGE.format("the program", "see https://graphviz.org/download")
        raise DrawingError(msg) from None
    except graphviz.CalledProcessError as error:
        msg = f"`dot` cannot draw this as .png: {error}; save as .svg or .html instead"
        raise DrawingError(msg) from error
    return picture
