"""`overview`: a network on one page, its weights or adjoints by colour and width.

Of a network with two inputs each neuron shows its activation over the plane of the
inputs, blue above 0 and orange below, so that the last one is the decision surface.
"""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from autograd_scalar import DataError, OperandError, ShapeError, no_grad
from nn.arguments import shown
from nn.files import write_whole
from nn.layers import MLP

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from autograd_scalar import Value

__all__ = ["Overview", "overview"]

_MOST_NEURONS: Final = 64  # of a layer
_MOST_WEIGHTS: Final = 6000
_CELLS: Final = 32  # of a heat map, along each side
_BOX, _LAST_BOX = 44.0, 132.0  # the sides of a neuron, and of the outputs
_GAP: Final = 12.0
_COLUMN: Final = 170.0  # from a layer to the next
_MARGIN: Final = 20.0
_HEAD: Final = 34.0  # the room for the names of the layers
_FOOT: Final = 58.0
_BLUE, _ORANGE = (0, 114, 178), (213, 94, 0)  # Okabe and Ito 2008
_STYLE: Final = (
    "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
    "'DejaVu Sans',sans-serif}.h{font-weight:600;text-anchor:middle}"
    ".l{fill:none;stroke-linecap:round}.pos{stroke:#0072b2}.neg{stroke:#d55e00}"
    ".zero{stroke:#8b949e}.none{stroke:#8b949e;stroke-dasharray:3 3}"
    ".bad{stroke:#a8005c}.box{fill:#fbfcfd;stroke:#59636e;stroke-width:1.4}"
    ".ground{fill:#fff}image{image-rendering:auto}"
    "text{fill:#1b1f24}.muted{fill:#59636e}"
    "@media (prefers-color-scheme:dark){.ground{fill:#14181d}text{fill:#eceff3}"
    ".muted{fill:#a3aeba}.box{fill:#1e252d;stroke:#95a1ae}.pos{stroke:#56b4e9}"
    ".neg{stroke:#ff8a3d}.bad{stroke:#ff7ab8}}"
)


@dataclass(frozen=True, slots=True, repr=False)
class Overview:
    """The picture of a network that `overview` draws; a notebook displays it.

    Attributes:
        svg: the picture as one SVG element, for light and dark pages.
        alt: the picture in words.
    """

    svg: str
    alt: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a .svg file, whole or not at all, and return the path.

        Raises:
            OperandError: ``path`` is no path.
            DataError: the name ends otherwise, or the file cannot be written.
        """
        try:
            target = Path(path)
        except TypeError:
            msg = f'save() needs a path such as "net.svg", got {shown(path)}'
            raise OperandError(msg) from None
        if target.suffix.lower() != ".svg":
            msg = f"an overview is saved as .svg, got {shown(target.name)}"
            raise DataError(msg)
        write_whole(target, self.svg)
        return target

    def _repr_html_(self) -> str:
        image = b64encode(self.svg.encode()).decode()
        return (
            f'<div style="overflow:auto"><img alt="{self.alt}" style="max-width:none"'
            f' src="data:image/svg+xml;base64,{image}"/></div>'
        )

    def __repr__(self) -> str:
        return f"<Overview: {self.alt}>"


def overview(
    net: MLP,
    *,
    lines: Literal["weights", "adjoints"] = "weights",
    bounds: tuple[float, float] = (-1.0, 1.0),
) -> Overview:
    """Draw all of a network: its neurons in columns, its weights as lines.

    Args:
        net: the network, of at most 64 neurons a layer and 6,000 weights.
        lines: what a line shows by colour and width: its weight, or the adjoint that
            `backward` has left in it, dashed where there is none.
        bounds: the least and the greatest input of the heat maps, both axes alike.

    >>> from nn import MLP
    >>> overview(MLP(2, [3, 1], activation="tanh", rng=1))
    <Overview: 2-3-1 network, 9 weights; activations over inputs from -1 to 1>

    Raises:
        OperandError: ``net`` is no MLP, ``lines`` is another word, or ``bounds`` are
            not two finite numbers, the lower one first.
        ShapeError: the network is too large.
    """
    low, high = _checked(net, lines, bounds)
    widths = [len(net.layers[0].neurons[0].w), *(len(x.neurons) for x in net.layers)]
    columns = _places(widths)
    maps = _activations(net, low, high) if widths[0] == 2 else {}  # noqa: PLR2004
    width = columns[-1][0][0] + columns[-1][0][2] + _MARGIN + 8
    bottom = max(y + side for column in columns for _, y, side in column)
    height = bottom + _FOOT
    alt = f"{'-'.join(map(str, widths))} network, {_count(net):,} weights"
    if lines == "adjoints":
        alt += ", lines by adjoint"
    if maps:
        alt += f"; activations over inputs from {low:g} to {high:g}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}"'
        f' height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' aria-label="{alt}"><title>{alt}</title><style>{_STYLE}</style>'
        '<rect class="ground" width="100%" height="100%"/>'
    )
    parts = [
        head,
        *_lines(net, columns, lines),
        *_boxes(net, columns, maps),
        *_heads(columns),
        *_legend(bottom, lines, (low, high) if maps else None),
        "</svg>\n",
    ]
    return Overview("\n".join(parts), alt)


def _checked(net: object, lines: object, bounds: object) -> tuple[float, float]:
    if not isinstance(net, MLP):
        msg = f"overview() needs an MLP, got {type(net).__name__}: {shown(net)}"
        raise OperandError(msg)
    if not isinstance(lines, str) or lines not in {"weights", "adjoints"}:
        msg = f'lines= is "weights" or "adjoints", got {shown(lines)}'
        raise OperandError(msg)
    most = max(len(layer.neurons) for layer in net.layers)
    if max(most, len(net.layers[0].neurons[0].w)) > _MOST_NEURONS:
        msg = (
            f"overview() shows at most {_MOST_NEURONS} neurons or inputs a layer;"
            " draw(net(x)) folds a larger network"
        )
        raise ShapeError(msg)
    if _count(net) > _MOST_WEIGHTS:
        msg = (
            f"overview() shows at most {_MOST_WEIGHTS:,} weights, got {_count(net):,};"
            " draw(net(x)) folds a larger network"
        )
        raise ShapeError(msg)
    try:
        low, high = map(float, bounds)  # type: ignore[call-overload]  # checked here
    except (TypeError, ValueError):
        low = high = math.nan
    if not low < high or math.isinf(high - low):
        msg = f"bounds= needs two numbers, the lower one first, got {shown(bounds)}"
        raise OperandError(msg)
    return low, high


def _count(net: MLP) -> int:
    return sum(len(neuron.w) for layer in net.layers for neuron in layer.neurons)


# ---- Places --------------------------------------------------------------------------

_Place = tuple[float, float, float]  # x, y, side


def _places(widths: Sequence[int]) -> list[list[_Place]]:
    """Return the square of every input and neuron, each column around the middle."""
    last = len(widths) - 1
    sides = [_LAST_BOX if i == last and n <= 3 else _BOX for i, n in enumerate(widths)]  # noqa: PLR2004
    heights = [n * (side + _GAP) - _GAP for n, side in zip(widths, sides, strict=True)]
    middle = _MARGIN + _HEAD + max(heights) / 2
    return [
        [
            (_MARGIN + i * _COLUMN, middle - height / 2 + j * (side + _GAP), side)
            for j in range(n)
        ]
        for i, (n, side, height) in enumerate(zip(widths, sides, heights, strict=True))
    ]


# ---- Lines and boxes -----------------------------------------------------------------


def _lines(net: MLP, columns: Sequence[Sequence[_Place]], which: str) -> Iterator[str]:
    weights = [
        (number, j, k, w)
        for number, layer in enumerate(net.layers)
        for j, neuron in enumerate(layer.neurons)
        for k, w in enumerate(neuron.w)
    ]
    sizes = [abs(_number(w, which) or 0.0) for *_, w in weights]
    most = max((size for size in sizes if math.isfinite(size)), default=0.0) or 1.0
    for (number, j, k, w), size in zip(weights, sizes, strict=True):
        x, y, side = columns[number][k]
        to_x, to_y, to_side = columns[number + 1][j]
        start, end = (x + side, y + side / 2), (to_x, to_y + to_side / 2)
        middle = (start[0] + end[0]) / 2
        thick = 0.5 + 4.5 * min(size / most, 1.0) if math.isfinite(size) else 5.0
        yield (
            f'<path class="l {_tone(_number(w, which))}" style="stroke-width:'
            f'{thick:.2f}px" data-weight="{number + 1}:{j}:{k}"'
            f' d="M{start[0]:.1f} {start[1]:.1f}C{middle:.1f} {start[1]:.1f}'
            f' {middle:.1f} {end[1]:.1f} {end[0]:.1f} {end[1]:.1f}"><title>'
            f"W{number + 1}[{j},{k}] = {w.data!r}{_adjoint(w)}</title></path>"
        )


def _number(w: Value, which: str) -> float | None:
    """Return what a line shows; None for an adjoint that is not computed."""
    if which == "weights":
        return w.data
    return w.grad if w.has_grad else None


def _tone(x: float | None) -> str:
    if x is None:
        return "none"
    if not math.isfinite(x):
        return "bad"
    return "pos" if x > 0 else "neg" if x < 0 else "zero"


def _adjoint(v: Value) -> str:
    return f", grad = {v.grad!r}" if v.has_grad else ""


def _boxes(
    net: MLP,
    columns: Sequence[Sequence[_Place]],
    maps: dict[tuple[int, int], list[float]],
) -> Iterator[str]:
    for number, column in enumerate(columns):
        for j, (x, y, side) in enumerate(column):
            words = f"a{number}[{j}]"
            if number:
                b = net.layers[number - 1].neurons[j].b
                words += f", b{number}[{j}] = {b.data!r}{_adjoint(b)}" if b else ""
            place = f'x="{x:.1f}" y="{y:.1f}" width="{side:g}" height="{side:g}"'
            yield f'<g><title>{words}</title><rect class="box" {place} rx="5"/>'
            if (number, j) in maps:
                image = b64encode(_heat_map(maps[number, j])).decode()
                yield (
                    f'<image x="{x + 2:.1f}" y="{y + 2:.1f}" width="{side - 4:g}"'
                    f' height="{side - 4:g}" preserveAspectRatio="none"'
                    f' href="data:image/png;base64,{image}"/>'
                )
            else:
                yield (
                    f'<text class="h" x="{x + side / 2:.1f}"'
                    f' y="{y + side / 2 + 4:.1f}">{j}</text>'
                )
            yield "</g>"


def _heads(columns: Sequence[Sequence[_Place]]) -> Iterator[str]:
    last = len(columns) - 1
    for number, column in enumerate(columns):
        x, _, side = column[0]
        name = "inputs" if number == 0 else "outputs" if number == last else ""
        words = f"{name} a{number}" if name else f"layer {number}"
        yield (
            f'<text class="h" x="{max(x + side / 2, 46.0):.1f}"'
            f' y="{_MARGIN + 12:g}">{words}</text>'
        )


def _legend(
    bottom: float, lines: str, bounds: tuple[float, float] | None
) -> Iterator[str]:
    what = "weight"
    if lines == "adjoints":
        what = "adjoint of the weight, dashed if not computed"
    y = bottom + 30
    for x, css, words in ((0, "pos", "above 0"), (92, "neg", "below 0")):
        yield (
            f'<path class="l {css}" style="stroke-width:3px" d="M{_MARGIN + x:g}'
            f' {y - 4:g}h20"/><text class="muted" x="{_MARGIN + x + 27:g}"'
            f' y="{y:g}">{words}</text>'
        )
    yield f'<text class="muted" x="{_MARGIN + 184:g}" y="{y:g}">line: {what}</text>'
    if bounds:
        low, high = (f"{x:g}".replace("-", "\u2212") for x in bounds)
        yield (
            f'<text class="muted" x="{_MARGIN:g}" y="{y + 18:g}">box: activation;'
            f" a0[0] to the right, a0[1] upwards, {low} to {high}</text>"
        )


# ---- Heat maps -----------------------------------------------------------------------


def _activations(
    net: MLP, low: float, high: float
) -> dict[tuple[int, int], list[float]]:
    """Return a of every layer and neuron at each cell, row by row from the top."""
    step = (high - low) / _CELLS
    middles = [low + (i + 0.5) * step for i in range(_CELLS)]
    maps: dict[tuple[int, int], list[float]] = {}
    with no_grad():
        for y in reversed(middles):
            for x in middles:
                record = net.forward([x, y])
                layers = [record.inputs, *record.a]
                for number, layer in enumerate(layers):
                    for j, a in enumerate(layer):
                        maps.setdefault((number, j), []).append(a.data)
    return maps


def _heat_map(numbers: Sequence[float]) -> bytes:
    """Return the numbers as a square PNG: blue or orange, clear at 0.

    Clear, not white, so that it suits a dark page; inf and nan are clear, too.
    """
    most = max((abs(x) for x in numbers if math.isfinite(x)), default=0.0) or 1.0
    rows = b""
    for start in range(0, len(numbers), _CELLS):
        rows += b"\0"  # no filter
        for x in numbers[start : start + _CELLS]:
            share = abs(x) / most if math.isfinite(x) else 0.0
            rows += bytes((*(_BLUE if x > 0 else _ORANGE), round(255 * share)))
    header = struct.pack(">IIBBBBB", _CELLS, _CELLS, 8, 6, 0, 0, 0)  # 8 bits, RGBA
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
