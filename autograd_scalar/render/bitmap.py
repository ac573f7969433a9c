"""Turn a drawing into a PNG: by resvg, in our look, or else by Graphviz, in its own.

resvg (the package resvg-py, extra ``[png]``) renders the SVG itself, with the fonts of
the system. Where it is not installed the DOT text goes to the program ``dot``.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

from autograd_scalar.errors import DrawingError
from autograd_scalar.render.css import FONT
from autograd_scalar.render.svg import size_of

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["png_bytes"]

_ZOOM: Final = 2.0  # for screens of high resolution, and for print
_LEAST_ZOOM: Final = 0.25  # smaller text cannot be read
_MOST_PIXELS: Final = 60_000_000
_DOUBLE_SIZE: Final = "digraph {\n\tgraph [dpi=192]\n"  # of a plain screen's 96 dpi
_NOT_INSTALLED: Final = (
    "a .png needs the extra [png]: pip install 'autograd-scalar[png]'; it can be drawn"
    " by the package graphviz and its program `dot` as well, and {} is not installed:"
    " {}; or save as .svg or .html, which any browser shows and prints"
)
_LETTER: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    f'<text y="9" font-family="{FONT}">M</text></svg>'
)
# What else "sans-serif" may be, where the system has none of the fonts that are asked
# for: resvg looks for Arial alone.
_SANS_SERIF: Final = (
    *("", "Liberation Sans", "Noto Sans", "Open Sans", "Cantarell", "Ubuntu"),
    *("FreeSans", "Nimbus Sans", "Verdana", "Tahoma"),
)


def png_bytes(svg: str, dot: str) -> bytes:
    """Return a drawing as PNG, from its SVG if resvg is installed, else from its DOT.

    Raises:
        DrawingError: neither is installed, or the one that is cannot draw it.
    """
    try:
        import resvg_py  # noqa: PLC0415  (an extra)
    except ImportError:
        return _by_graphviz(dot)
    return _by_resvg(resvg_py, svg)


def _by_resvg(resvg: ModuleType, svg: str) -> bytes:
    width, height = size_of(svg)
    zoom = min(_ZOOM, sqrt(_MOST_PIXELS / (width * height)))
    if zoom < _LEAST_ZOOM:
        msg = (
            f"a picture of {width:,} x {height:,} is too large for a .png; save as .svg"
            " or .html instead, or fold the graph"
        )
        raise DrawingError(msg)
    font = _font(resvg)
    try:
        picture: bytes = resvg.svg_to_bytes(svg_string=svg, zoom=zoom, **font)
    except ValueError as error:
        msg = f"resvg cannot draw this as .png: {error}; save as .svg or .html instead"
        raise DrawingError(msg) from error
    return picture


def _font(resvg: ModuleType) -> dict[str, str]:
    """Return the option that makes resvg find a font.

    Without one resvg leaves out all text and says nothing.

    Raises:
        DrawingError: there is none.
    """
    blank = resvg.svg_to_bytes(svg_string=_LETTER, skip_system_fonts=True)
    for family in _SANS_SERIF:
        option = {"sans_serif_family": family} if family else {}
        if resvg.svg_to_bytes(svg_string=_LETTER, **option) != blank:
            return option
    msg = (
        "a .png needs a sans-serif font, and none is found: install one, such as the"
        " Debian package fonts-dejavu-core; or save as .svg or .html instead"
    )
    raise DrawingError(msg)


def _by_graphviz(dot: str) -> bytes:
    try:
        import graphviz  # noqa: PLC0415  (only bitmaps need it)
    except ImportError as error:
        msg = _NOT_INSTALLED.format("the package", "pip install graphviz")
        raise DrawingError(msg) from error
    sharp = dot.replace("digraph {\n", _DOUBLE_SIZE, 1)
    try:
        picture: bytes = graphviz.pipe("dot", "png", sharp.encode(), quiet=True)
    except graphviz.ExecutableNotFound:
        msg = _NOT_INSTALLED.format("the program", "see https://graphviz.org/download")
        raise DrawingError(msg) from None
    except graphviz.CalledProcessError as error:
        msg = f"`dot` cannot draw this as .png: {error}; save as .svg or .html instead"
        raise DrawingError(msg) from error
    return picture
