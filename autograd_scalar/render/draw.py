"""`draw`: the graph of a Value as a picture, shown in notebooks and saved to files.

A picture is made in steps, each in its own module: `scene` or `fold` decides what is
shown, `geometry` and `layout` where, and `svg`, `page` or `dot_language` writes it.
PNG alone needs Graphviz; all other formats need only the standard library.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from autograd_scalar.errors import DrawingError
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import no_value, shown
from autograd_scalar.render.dot_language import dot_text
from autograd_scalar.render.fold import folded_scene
from autograd_scalar.render.page import html_page, node_table
from autograd_scalar.render.scene import Scene, unfolded_scene
from autograd_scalar.render.svg import svg_text
from autograd_scalar.reporting.escape import markup
from autograd_scalar.reporting.files import WholeFile
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    import os

__all__ = ["MAX_NODES", "Direction", "Drawing", "Fold", "draw", "scene_of"]

Direction = Literal["LR", "TB"]
Fold = Literal["auto", True, False]

MAX_NODES: Final = 300  # larger graphs are folded, unless fold=False
_LEAST_BOXES: Final = 10
# Graphs of more Values, or of three times as many edges, raise: unfolded, and folded.
HARD_LIMIT: Final = 20_000
FOLD_LIMIT: Final = 1_000_000
_DRAW_ALL: Final = "draw(..., fold=False) shows all"
_DRAW_PART: Final = "draw() of a Value inside shows its part"
_SUFFIXES: Final = (".svg", ".html", ".dot", ".png")
_DOUBLE_SIZE: Final = "digraph {\n\tgraph [dpi=192]\n"  # of a plain screen's 96 dpi
_NOT_INSTALLED: Final = (
    "a .png is drawn by the package graphviz and its program `dot`, and {} is not"
    " installed: {}; or save as .svg or .html, which any browser shows and prints"
)


def draw(
    root: Value,
    *,
    direction: Direction = "LR",
    fold: Fold = "auto",
    max_nodes: int = MAX_NODES,
    title: str | None = None,
) -> Drawing:
    """Draw the graph that ``root`` was computed from.

    A box shows a Value: its name, data and adjoint. A line shows a local derivative,
    blue above 0 and orange below. An adjoint that is not computed yet is a dash.

    Args:
        root: the last Value of the computation.
        direction: "LR", from left to right, or "TB", from top to bottom.
        fold: "auto" folds graphs of more than ``max_nodes`` Values, by neuron and layer
            if labels name these; True folds always, False never. The limits are 20,000
            Values and 60,000 edges unfolded, 1,000,000 Values and 3,000,000 edges
            folded.
        max_nodes: the most boxes to draw, from 10 to 20,000, unless ``fold`` is False.
        title: a heading for the picture.

    >>> from autograd_scalar import Value, draw
    >>> x = Value(3.0, "x")
    >>> draw(x * x)
    <Drawing of 2 boxes, 2 edges>

    Raises:
        DrawingError: an argument is not one of these, or the graph is too large.
    """
    return Drawing(scene_of(root, direction, fold, max_nodes, title), direction)


class Drawing:
    """A picture of a graph, as the graph was when it was drawn.

    Notebooks display it as an image with a table of its nodes; both stay visible in a
    saved notebook that is not trusted.

    >>> from autograd_scalar import Value, draw
    >>> drawing = draw(Value(2.0, "x") * 3.0)
    >>> drawing
    <Drawing of 3 boxes, 2 edges>
    >>> drawing.svg.startswith("<svg"), drawing.folded
    (True, False)
    """

    __slots__ = ("_direction", "_scene", "_svg")

    def __init__(self, scene: Scene, direction: str) -> None:
        self._scene = scene
        self._direction = direction
        self._svg = svg_text(scene, direction)

    @property
    def svg(self) -> str:
        """The picture as one SVG element, for light and dark pages, without scripts."""
        return self._svg

    @property
    def html(self) -> str:
        """The picture and a table of its nodes as one self-contained HTML page."""
        return html_page(self._scene, self._svg)

    @property
    def dot(self) -> str:
        """The same boxes and edges in the DOT language of Graphviz."""
        return dot_text(self._scene, self._direction)

    @property
    def folded(self) -> bool:
        """Whether boxes stand for groups of Values; the picture says so, too."""
        return bool(self._scene.note)

    @property
    def alt(self) -> str:
        """The picture in one or two sentences, as alternative text."""
        title = self._scene.title
        return f"{title}: {self._scene.summary}" if title else self._scene.summary

    def save(self, path: str | os.PathLike[str] = "graph.svg") -> Path:
        """Write the drawing to a file, whole or not at all, and return the path.

        The suffix decides the format: ``.svg``, ``.html``, ``.dot`` or ``.png``. Only
        ``.png`` needs Graphviz, and has the layout of Graphviz. Symbolic links are
        followed; only a regular file is replaced.

        >>> import tempfile
        >>> from autograd_scalar import Value, draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(2.0, "x") * 3.0).save(f"{folder}/x.html").name
        'x.html'

        Raises:
            DrawingError: ``path`` is no path, has another suffix or cannot be written;
                or the suffix is ``.png`` and Graphviz is missing.
        """
        try:
            target = Path(path)
        except TypeError:
            msg = f'save() needs a path such as "graph.svg", got {shown(path)}'
            raise DrawingError(msg) from None
        suffix = target.suffix.lower()
        if suffix not in _SUFFIXES:
            known = ", ".join(_SUFFIXES)
            msg = (
                f"a drawing is saved as {known}, not as {shown(target.name)};"
                " change the ending of the name"
            )
            raise DrawingError(msg)
        file = WholeFile(target)
        file.write(self._in_format(suffix))
        return target

    def _in_format(self, suffix: str) -> str | bytes:
        if suffix == ".png":
            return _png(self.dot)
        return {".svg": self.svg, ".html": self.html, ".dot": self.dot}[suffix]

    def _repr_html_(self) -> str:
        image = b64encode(self._svg.encode()).decode()
        return (
            f'<img src="data:image/svg+xml;base64,{image}" alt="{markup(self.alt)}"'
            ' style="max-width:100%;height:auto"/>'
            f"<details><summary>Table of nodes</summary>{node_table(self._scene)}"
            "</details>"
        )

    def __repr__(self) -> str:
        boxes = counted(len(self._scene.boxes), "box", "es")
        links = counted(len(self._scene.links), "edge")
        return f"<Drawing of {boxes}, {links}{', folded' if self.folded else ''}>"


def _png(dot: str) -> bytes:
    """Return a DOT text as a PNG picture, in the layout of Graphviz.

    Raises:
        DrawingError: the package or the program is missing, or fails.
    """
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


# ---- What to draw --------------------------------------------------------------------


def scene_of(
    root: Value,
    direction: str = "LR",
    fold: object = "auto",
    max_nodes: int = MAX_NODES,
    title: str | None = None,
) -> Scene:
    """Check the arguments and return what to draw, for all formats.

    Raises:
        DrawingError: an argument is wrong, or the graph is too large.
    """
    _check(root, direction, fold, max_nodes, title)
    order = topological_order(root)
    values = len(order)
    if values > FOLD_LIMIT:
        raise _too_much(values, "Values")
    edges = sum([len(node.parents) for node in order])
    if edges > 3 * FOLD_LIMIT:
        raise _too_much(edges, "edges")
    too_many = values > HARD_LIMIT or edges > 3 * HARD_LIMIT
    if fold is True or (
        fold == "auto" and (values > max_nodes or edges > 3 * max_nodes)
    ):
        remedy = _DRAW_PART if too_many else _DRAW_ALL
        return folded_scene(order, title or "", max_nodes, remedy)
    if too_many:
        msg = (
            f"{values:,} Values and {edges:,} edges are too many to draw one by one"
            f" (the limits are {HARD_LIMIT:,} and {3 * HARD_LIMIT:,}); leave fold at"
            ' "auto", or draw a Value nearer to the leaves'
        )
        raise DrawingError(msg)
    return unfolded_scene(order, title or "")


def _too_much(count: int, what: str) -> DrawingError:
    return DrawingError(
        f"{count:,} {what} are too many to draw, even folded (the limits are"
        f" {FOLD_LIMIT:,} Values and {3 * FOLD_LIMIT:,} edges); draw a Value nearer to"
        " the leaves, or the same computation on fewer examples or steps"
    )


def _check(
    root: object, direction: object, fold: object, max_nodes: object, title: object
) -> None:
    problem = ""
    if type(root) is not Value:
        problem = no_value("draw()", root)
    elif not isinstance(direction, str) or direction not in {"LR", "TB"}:
        problem = f'direction is "LR" or "TB", got {shown(direction)}'
    elif not isinstance(fold, bool | str) or fold not in {"auto", True, False}:
        problem = f'fold is "auto", True or False, got {shown(fold)}'
    elif type(max_nodes) is not int or not _LEAST_BOXES <= max_nodes <= HARD_LIMIT:
        limits = f"from {_LEAST_BOXES} to {HARD_LIMIT}"
        problem = f"max_nodes is an int {limits}, got {shown(max_nodes)}"
    elif title is not None and not isinstance(title, str):
        problem = f"title is a str, got {type(title).__name__}"
    if problem:
        raise DrawingError(problem)
