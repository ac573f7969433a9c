"""`draw`: the graph of a Value as a picture, shown in notebooks and saved to files.

A picture is made in steps, each in its own module: `scene` or `fold` decides what is
shown, `geometry` and `layout` where, and `svg`, `page` or `dot_language` writes it.
PNG alone needs more than the standard library: see `bitmap`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

from autograd_scalar.errors import DrawingError
from autograd_scalar.graph.naming import name_of, unique_names
from autograd_scalar.graph.stale import stale_leaves
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import no_value, shown
from autograd_scalar.primitives.table import SUM
from autograd_scalar.render.against import parted_values
from autograd_scalar.render.bitmap import png_bytes
from autograd_scalar.render.dot_language import dot_text
from autograd_scalar.render.fold import folded_scene
from autograd_scalar.render.page import entry_details, html_page, node_table
from autograd_scalar.render.scene import (
    Pictured,
    Scene,
    Subject,
    kinds_of_leaves,
    unfolded_scene,
)
from autograd_scalar.render.svg import size_of, svg_text
from autograd_scalar.render.viewer import viewer
from autograd_scalar.reporting.escape import cut, markup
from autograd_scalar.reporting.files import WholeFile
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "MAX_NODES",
    "Direction",
    "Drawing",
    "Edges",
    "Fold",
    "Highlight",
    "Leaves",
    "Request",
    "Roots",
    "draw",
    "scene_of",
    "subject_of",
]


class _Parametrised(Protocol):
    """A `nn.Module`, or micrograd's."""

    def parameters(self) -> Iterable[Value]: ...


class _Path(Protocol):
    """A path through a graph."""

    @property
    def nodes(self) -> Iterable[Value]: ...


Direction = Literal["LR", "TB"]
Edges = Literal["derivative", "contribution"]
Fold = Literal["auto", True, False]
Highlight = _Path | Iterable[Value] | Value | None
Leaves = _Parametrised | Iterable[Value] | Value | None
Roots = Value | Iterable[Value] | Pictured

MAX_NODES: Final = 60  # larger graphs are folded, unless fold=False
_LEAST_BOXES: Final = 10
_ON_EDGES: Final = ("derivative", "contribution")
# Graphs of more Values, or of three times as many edges, raise: unfolded, and folded.
HARD_LIMIT: Final = 20_000
FOLD_LIMIT: Final = 1_000_000
_DRAW_ALL: Final = "draw(..., fold=False) shows all"
_DRAW_PART: Final = "draw() of a Value inside shows its part"
_CELL: Final = 850.0  # pixels that the cell of a notebook has room for
_SUFFIXES: Final = (".svg", ".html", ".dot", ".png")


def draw(  # noqa: PLR0913  (all but one by keyword)
    root: Roots,
    *,
    direction: Direction = "LR",
    fold: Fold = "auto",
    max_nodes: int = MAX_NODES,
    title: str | None = None,
    parameters: Leaves = None,
    inputs: Leaves = None,
    highlight: Highlight = None,
    edges: Edges = "derivative",
    around: Value | None = None,
    hops: int = 2,
    against: Roots | None = None,
) -> Drawing:
    """Draw the graph that ``root`` was computed from, or a compiled program.

    A box shows a Value: its name, data and adjoint. A line shows a local derivative,
    blue above 0 and orange below. An adjoint that is not computed yet is a dash.

    A leaf is drawn as what it is known to be: a parameter of an `nn.Module`, an input
    that a parameter is multiplied with, or a constant, which was a plain number among
    the operands. Its label decides nothing. What is not known can be declared.

    A program has a box for each matrix, with its shape, its equation and that of its
    adjoint. Each box names the scalar nodes of its first entries, and a table below the
    picture those of all.

    Args:
        root: the last Value of the computation, or several in a list, as ``net(x)``; or
            a `Program`, with ``direction`` and ``title`` only.
        direction: "LR", from left to right, or "TB", from top to bottom.
        fold: "auto" folds graphs of more than ``max_nodes`` Values, by neuron and layer
            if labels name these; True folds always, False never. The limits are 20,000
            Values and 60,000 edges unfolded, 1,000,000 Values and 3,000,000 edges
            folded.
        max_nodes: the most boxes to draw, from 10 to 20,000, unless ``fold`` is False.
        title: a heading for the picture.
        parameters: which leaves are parameters: a `nn.Module`, or leaves in a list.
        inputs: which leaves are inputs.
        highlight: a path, whose ``nodes`` follow each other, or such nodes in a list,
            in either direction: they and the edges between them stand out, all else
            is dimmed.
        edges: "derivative" shows the local derivative on an edge, "contribution" its
            product with the adjoint of the user, which is what the edge adds to the
            adjoint of its operand.
        around: shows the surroundings of this Value only, one by one.
        hops: how many edges they reach, from 0 on, in both directions.
        against: the root, or the roots, of another graph, such as the same one after a
            step of training or by another algorithm. Where a Value differs in data,
            adjoint or local derivative from that of the same label, or else of the same
            place, both numbers are shown, marked \u2260 and red.

    >>> from autograd_scalar import Value, draw
    >>> x = Value(3.0, "x")
    >>> y = x * x
    >>> draw(y)
    <Drawing of 2 boxes, 2 edges>
    >>> draw([y, y.exp()], inputs=[x], highlight=[x, y])
    <Drawing of 3 boxes, 3 edges>
    >>> draw(y.exp().tanh(), around=y, hops=1)
    <Drawing of 3 boxes, 3 edges>
    >>> two, three = Value(2.0, "x") * 5.0, Value(3.0, "x") * 5.0
    >>> "3 \u2260 2" in draw(three, against=two).svg
    True

    Raises:
        DrawingError: an argument is not one of these, or the graph is too large.
    """
    asked = Request(
        root,
        direction,
        fold,
        max_nodes,
        title,
        parameters,
        inputs,
        highlight,
        edges,
        around,
        hops,
        against,
    )
    return Drawing(scene_of(asked), direction)


class Drawing:
    """A picture of a graph, as the graph was when it was drawn.

    Notebooks display it as an image with a table of its nodes; both stay visible in a
    saved notebook that is not trusted. There long chains are broken into rows as wide
    as a cell; the image keeps its size and scrolls; buttons, the keys + - 0 f, and the
    wheel with Ctrl zoom it.

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
        self._svg = ""  # written on first use

    @property
    def svg(self) -> str:
        """The picture as one SVG element, for light and dark pages, without scripts.

        Scripts may rely on this: the element ``g.node`` of a Value has its index in
        the topological order as ``data-node``, in it the numbers have ``data-row``,
        "data" or "grad"; a line of an edge and its number have ``data-edge``, "7:0"
        for operand 0 of node 7. Groups of a folded picture have ``data-group``. What
        is highlighted has the class ``lit``, all else ``dim``.
        """
        if not self._svg:
            self._svg = svg_text(self._scene, self._direction)
        return self._svg

    @property
    def html(self) -> str:
        """The picture and a table of its nodes as one self-contained HTML page.

        The picture zooms as in a notebook.
        """
        return html_page(self._scene, self.svg)

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

        The suffix decides the format: ``.svg``, ``.html``, ``.dot`` or ``.png``. A
        ``.png`` needs the extra ``[png]``; without it Graphviz draws one, in its own
        layout. Symbolic links are followed; only a regular file is replaced.

        >>> import tempfile
        >>> from autograd_scalar import Value, draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(2.0, "x") * 3.0).save(f"{folder}/x.html").name
        'x.html'

        Raises:
            DrawingError: ``path`` is no path, has another suffix or cannot be written;
                or the suffix is ``.png`` and nothing is installed that draws one.
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
            return png_bytes(self.svg, self.dot)
        return {".svg": self.svg, ".html": self.html, ".dot": self.dot}[suffix]

    def _repr_html_(self) -> str:
        svg = svg_text(self._scene, self._direction, _CELL)
        image = b64encode(svg.encode()).decode()
        width, height = size_of(svg)
        # max-width: none, since notebooks shrink images to their cell.
        picture = (
            f'<img src="data:image/svg+xml;base64,{image}" alt="{markup(self.alt)}"'
            f' width="{width}" height="{height}" style="max-width:none"/>'
        )
        return (
            f"{viewer(picture)}<details><summary>Table of nodes</summary>"
            f"{node_table(self._scene)}</details>{entry_details(self._scene)}"
        )

    def __repr__(self) -> str:
        boxes = counted(len(self._scene.boxes), "box", "es")
        links = counted(len(self._scene.links), "edge")
        return f"<Drawing of {boxes}, {links}{', folded' if self.folded else ''}>"


# ---- What to draw --------------------------------------------------------------------


class Request(NamedTuple):
    """The arguments of `draw`, not yet checked."""

    root: Any
    direction: Any = "LR"
    fold: Any = "auto"
    max_nodes: Any = MAX_NODES
    title: Any = None
    parameters: Any = None
    inputs: Any = None
    highlight: Any = None
    edges: Any = "derivative"
    around: Any = None
    hops: Any = 2
    against: Any = None


def scene_of(asked: Request) -> Scene:
    """Check the arguments and return what to draw, for all formats.

    Raises:
        DrawingError: an argument is wrong, or the graph is too large.
    """
    _check(asked)
    if isinstance(asked.root, Pictured):
        plain = Request(asked.root, asked.direction, title=asked.title)
        if asked != plain:
            msg = "draw() of a program takes direction= and title= only"
            raise DrawingError(msg)
        return asked.root._scene(asked.title or "")
    subject = subject_of(asked)
    if subject.part is not None:
        return _part(subject)
    most, values, edges = asked.max_nodes, len(subject.order), subject.count_edges()
    too_many = values > HARD_LIMIT or edges > 3 * HARD_LIMIT
    if asked.fold is True or (
        asked.fold == "auto" and (values > most or edges > 3 * most)
    ):
        remedy = _DRAW_PART if too_many else _DRAW_ALL
        return folded_scene(subject, most, remedy)
    if too_many:
        msg = (
            f"{values:,} Values and {edges:,} edges are too many to draw one by one"
            f" (the limits are {HARD_LIMIT:,} and {3 * HARD_LIMIT:,}); leave fold at"
            ' "auto", or draw a Value nearer to the leaves'
        )
        raise DrawingError(msg)
    return unfolded_scene(subject)


def subject_of(asked: Request) -> Subject:
    """Return the graph that is to be shown, with all that is known of its Values.

    Raises:
        DrawingError: an argument is no Value, or the graph is too large even to fold.
    """
    roots = _roots(asked.root)
    order = _order(roots)
    if len(order) > FOLD_LIMIT:
        raise _too_much(len(order), "Values")
    edges = sum([len(node.parents) for node in order])
    if edges > 3 * FOLD_LIMIT:
        raise _too_much(edges, "edges")
    parameters = _declared(asked.parameters, "parameters")
    inputs = _declared(asked.inputs, "inputs")
    for leaf in inputs:
        if leaf in parameters:
            msg = f"{name_of(leaf)} is among the parameters and among the inputs"
            raise DrawingError(msg)
    lit = _path(asked.highlight, order)
    steps = list(pairwise(lit))
    names = dict(zip(order, unique_names(order), strict=True))
    part, remark = _surroundings(asked, order, names)
    parted, words = _differences(asked, order, names)
    return Subject(
        order,
        roots,
        names,
        kinds_of_leaves(order, parameters, inputs),
        asked.title or "",
        asked.edges,
        frozenset(stale_leaves(order)),
        frozenset(lit),
        frozenset(steps + [(b, a) for a, b in steps]),
        part,
        parted,
        " ".join(filter(None, (remark, words))),
    )


def _part(subject: Subject) -> Scene:
    """Return the scene of a part of the graph, which is never folded."""
    shown = len(subject.part or ())
    if shown > HARD_LIMIT:
        msg = (
            f"{shown:,} Values are within that many hops, too many to draw (the limit"
            f" is {HARD_LIMIT:,}); give fewer hops"
        )
        raise DrawingError(msg)
    return unfolded_scene(subject)


def _surroundings(
    asked: Request, order: Sequence[Value], names: Mapping[Value, str]
) -> tuple[set[Value] | None, str]:
    """Return the Values around one, and a sentence that says so."""
    centre, hops = asked.around, asked.hops
    if type(hops) is not int or hops < 0:
        msg = f"hops= needs an int from 0 on, got {shown(hops)}"
        raise DrawingError(msg)
    if centre is None:
        return None, ""
    if type(centre) is not Value or centre not in names:
        msg = f"around= needs a Value of this graph, got {shown(centre)}"
        raise DrawingError(msg)
    if asked.fold is True:
        msg = 'around= shows Values one by one; leave fold at "auto"'
        raise DrawingError(msg)
    users: dict[Value, list[Value]] = {node: [] for node in order}
    for node in order:
        for parent in node.parents:
            users[parent].append(node)
    part, edge = {centre}, [centre]
    for _ in range(min(hops, len(order))):
        near = [x for node in edge for x in (*node.parents, *users[node])]
        edge = [node for node in dict.fromkeys(near) if node not in part]
        part.update(edge)
    words = f"Within {counted(hops, 'edge')} of {cut(names[centre], 40)}"
    return part, f"{words}: {len(part):,} of {counted(len(order), 'Value')}."


def _differences(
    asked: Request, order: Sequence[Value], names: Mapping[Value, str]
) -> tuple[dict[Value, Value | None] | None, str]:
    """Return the Values that differ from those of another graph, and a sentence."""
    if asked.against is None:
        return None, ""
    other = _order(_roots(asked.against, "draw(against=)"))
    there = dict(zip(other, unique_names(other), strict=True))
    parted = parted_values(order, names, other, there)
    if not parted:
        return parted, "No Value differs from the other graph."
    first = cut(names[next(iter(parted))], 40)
    differ = "differs" if len(parted) == 1 else "differ"
    return parted, (
        f"{len(parted):,} of {counted(len(order), 'Value')} {differ} from the other"
        f" graph, first {first}."
    )


def _roots(root: Any, what: str = "draw()") -> dict[Value, None]:
    """Return one Value, or each of several once, in order."""
    if type(root) is Value:
        return {root: None}
    iterator = None if isinstance(root, dict) else _iterator(root)
    if iterator is None:
        raise DrawingError(no_value(what, root))
    roots = list(iterator)
    for each in roots:
        if type(each) is not Value:
            raise DrawingError(no_value(what, each))
    if not roots:
        msg = f"{what} needs a Value, or several in a list, got an empty one"
        raise DrawingError(msg)
    return dict.fromkeys(roots)


def _order(roots: dict[Value, None]) -> Sequence[Value]:
    """Return the topological order of all that the roots were computed from."""
    if len(roots) == 1:
        return topological_order(*roots)
    joined = Value(0.0)  # a last node that leads to all of them, and is not drawn
    joined._primitive = SUM
    joined._fused = tuple(roots), (1.0,) * len(roots)
    return topological_order(joined)[:-1]


def _declared(given: Any, what: str) -> set[Value]:
    """Return the leaves that the user declares; of a Module, its parameters."""
    if given is None:
        return set()
    if type(given) is Value:
        given = [given]
    elif callable(getattr(given, "parameters", None)):
        given = given.parameters()
    wanted = f"{what}= needs leaf Values in a list, or a Module"
    found: set[Value] = set()
    iterator = _iterator(given)
    if iterator is None:
        msg = f"{wanted}, got {type(given).__name__}: {shown(given)}"
        raise DrawingError(msg)
    for each in iterator:
        if type(each) is not Value:
            msg = f"{wanted}, got {type(each).__name__}: {shown(each)} in it"
            raise DrawingError(msg)
        if not each.is_leaf:
            msg = f"{wanted}, and {name_of(each)} was computed"
            raise DrawingError(msg)
        found.add(each)
    return found


def _path(highlight: Any, order: Sequence[Value]) -> list[Value]:
    """Return the Values to highlight, as they follow each other."""
    if highlight is None:
        return []
    nodes = getattr(highlight, "nodes", highlight)
    iterator = _iterator([nodes] if type(nodes) is Value else nodes)
    if iterator is None:
        msg = (
            "highlight= needs a path, with its nodes, or Values in a list, got"
            f" {type(highlight).__name__}: {shown(highlight)}"
        )
        raise DrawingError(msg)
    path = list(iterator)
    known = set(order)
    for each in path:
        if type(each) is not Value or each not in known:
            msg = f"highlight= needs Values of this graph, got {shown(each)}"
            raise DrawingError(msg)
    return path


def _iterator(given: Any) -> Iterator[Any] | None:
    """Return one; None for a text, and for what only looks iterable: a 0-d array."""
    if isinstance(given, (str, bytes)):
        return None
    try:
        found: Iterator[Any] = iter(given)
    except TypeError:
        return None
    return found


def _too_much(count: int, what: str) -> DrawingError:
    return DrawingError(
        f"{count:,} {what} are too many to draw, even folded (the limits are"
        f" {FOLD_LIMIT:,} Values and {3 * FOLD_LIMIT:,} edges); draw a Value nearer to"
        " the leaves, or the same computation on fewer examples or steps"
    )


def _check(asked: Request) -> None:
    problem = ""
    direction, fold, max_nodes = asked.direction, asked.fold, asked.max_nodes
    if not isinstance(direction, str) or direction not in {"LR", "TB"}:
        problem = f'direction is "LR" or "TB", got {shown(direction)}'
    elif not isinstance(fold, bool | str) or fold not in {"auto", True, False}:
        problem = f'fold is "auto", True or False, got {shown(fold)}'
    elif type(max_nodes) is not int or not _LEAST_BOXES <= max_nodes <= HARD_LIMIT:
        limits = f"from {_LEAST_BOXES} to {HARD_LIMIT}"
        problem = f"max_nodes is an int {limits}, got {shown(max_nodes)}"
    elif asked.title is not None and not isinstance(asked.title, str):
        problem = f"title is a str, got {type(asked.title).__name__}"
    elif not isinstance(asked.edges, str) or asked.edges not in _ON_EDGES:
        problem = f'edges is "derivative" or "contribution", got {shown(asked.edges)}'
    if problem:
        raise DrawingError(problem)
