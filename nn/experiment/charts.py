"""Small charts as SVG text: lines over epochs, and predicted against true values.

Their colours come from the page's `report.css`, for light and dark backgrounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

__all__ = ["line_chart", "scatter_chart", "thinned", "ticks"]

WIDTH: Final = 640
HEIGHT: Final = 300
TICK_WIDTH: Final = 7.5  # of a character
RIGHT: Final = 96
TOP: Final = 14
BOTTOM: Final = 44
MOST_DOTS: Final = 500
COLOURS: Final = 6  # in report.css
LABEL_GAP: Final = 16.0
TINY: Final = 1e-300
SLACK: Final = 1e-9
LARGEST: Final = 1e300


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers that enclose ``low`` and ``high``, at most ``most`` + 1.

    >>> ticks(0.0, 1.1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2]
    """
    if high - low < max(1e-9 * abs(low), TINY):
        high = low + (abs(low) or 1.0)
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for size in (1.0, 2.0, 5.0, 10.0, 20.0):
        step = size * power
        first = math.floor(low / step + SLACK)
        last = math.ceil(high / step - SLACK)
        if last - first <= most:
            break
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(k * step, digits) for k in range(first, last + 1)]


def line_chart(  # noqa: PLR0913  (all but one by keyword)
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    description: str,
    x_label: str,
    y_label: str,
    logarithmic: bool = False,
    every: int = 1,
) -> str:
    """Draw each series over 1, 2, ..., with its name at the end of its line.

    ``every`` is the distance from one number to the next. On a ``logarithmic`` axis
    numbers of 0 lie at its end.
    """
    if logarithmic:
        series = _logarithms(series)
    longest = max(map(len, series.values()))
    largest = max(y for line in series.values() for y in line)
    smallest = min(y for line in series.values() for y in line)
    end = longest * every
    scale = _Frame(
        [0.0, *(x for x in ticks(0.0, end) if x == int(x) and 0 < x <= end)],
        _decades(smallest, largest)
        if logarithmic
        else ticks(min(0.0, smallest), largest),
        x_end=float(end),
        logarithmic=logarithmic,
    )
    parts = [scale.axes(x_label, y_label)]
    ends = {name: scale.y(line[-1]) for name, line in series.items()}
    for place, (name, at) in enumerate(_spread(ends).items()):
        line = series[name]
        points = " ".join(
            f"{scale.x(k * every):.1f},{scale.y(y):.1f}" for k, y in enumerate(line, 1)
        )
        x, colour = scale.x(len(line) * every), place % COLOURS
        parts += [
            f'<polyline class="line s{colour}" points="{points}"/>',
            (
                f'<circle class="dot s{colour}" cx="{x:.1f}" '
                f'cy="{scale.y(line[-1]):.1f}" r="3.5"/>'
            ),
            (
                f'<text class="name s{colour}" x="{x + 9:.1f}" y="{at + 4:.1f}">'
                f"{escape(name)}</text>"
            ),
        ]
    return _svg(title, description, parts)


def thinned(line: Sequence[float], most: int = 150) -> tuple[list[float], int]:
    """Return the means of equal groups of numbers, at most ``most``, and their size.

    What is left over at the end is a group of its own.

    >>> thinned([1.0, 3.0, 5.0, 7.0, 9.0], most=3)
    ([2.0, 6.0, 9.0], 2)
    """
    size = math.ceil(len(line) / most)
    groups = [line[k : k + size] for k in range(0, len(line), size)]
    return [math.fsum(group) / len(group) for group in groups], size


def _logarithms(series: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Return logarithms to base 10; of 0 that of the power of 10 below all others."""
    positive = [y for line in series.values() for y in line if y > 0.0]
    lowest = math.floor(math.log10(min(positive))) if positive else 0
    return {
        name: [math.log10(min(y, LARGEST)) if y > 0.0 else float(lowest) for y in line]
        for name, line in series.items()
    }


def _decades(low: float, high: float) -> list[float]:
    """Return exponents from below ``low`` to above ``high``, at most 7 of them.

    >>> _decades(-2.5, 0.1), _decades(-9.0, 9.0)
    ([-3.0, -2.0, -1.0, 0.0, 1.0], [-9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0])
    """
    first, last = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    step = math.ceil((last - first) / 6)
    return [
        float(first + k * step) for k in range(math.ceil((last - first) / step) + 1)
    ]


def scatter_chart(  # noqa: PLR0913  (two columns and four texts)
    x: Sequence[float],
    y: Sequence[float],
    *,
    title: str,
    description: str,
    x_label: str,
    y_label: str,
) -> str:
    """Draw dots (x, y) on equal axes, and the diagonal on which x = y."""
    marks = ticks(min(*x, *y), max(*x, *y))
    scale = _Frame(marks, marks, x_end=marks[-1])
    a, b = marks[0], marks[-1]
    parts = [
        scale.axes(x_label, y_label),
        (
            f'<line class="diagonal" x1="{scale.x(a):.1f}" y1="{scale.y(a):.1f}" '
            f'x2="{scale.x(b):.1f}" y2="{scale.y(b):.1f}"/>'
        ),
        (
            f'<text class="tick" x="{scale.x(b) + 6:.1f}" y="{scale.y(b) + 4:.1f}">'
            "equal</text>"
        ),
    ]
    every = math.ceil(len(x) / MOST_DOTS)
    parts += [
        f'<circle class="dot open s0" cx="{scale.x(u):.1f}" cy="{scale.y(v):.1f}" '
        'r="3.5"/>'
        for u, v in zip(x[::every], y[::every], strict=True)
    ]
    return _svg(title, description, parts)


class _Frame:
    """The area between the axes: it maps numbers to positions in the picture."""

    def __init__(
        self,
        x_ticks: Sequence[float],
        y_ticks: Sequence[float],
        x_end: float,
        logarithmic: bool = False,
    ) -> None:
        self._x_ticks, self._y_ticks = x_ticks, y_ticks
        self._form = "1e{:g}".format if logarithmic else "{:g}".format
        self._x0, self._x1 = x_ticks[0], x_end
        self._y0, self._y1 = y_ticks[0], y_ticks[-1]
        self._left = 34 + TICK_WIDTH * max(len(self._form(t)) for t in y_ticks)

    def x(self, number: float) -> float:
        part = (number - self._x0) / (self._x1 - self._x0)
        return self._left + part * (WIDTH - self._left - RIGHT)

    def y(self, number: float) -> float:
        part = (number - self._y0) / (self._y1 - self._y0)
        return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)

    def axes(self, x_label: str, y_label: str) -> str:
        left, right, bottom = self._left, WIDTH - RIGHT, HEIGHT - BOTTOM
        grid = "".join(
            f'<line class="grid" x1="{left}" x2="{right}" y1="{self.y(t):.1f}" '
            f'y2="{self.y(t):.1f}"/><text class="tick" text-anchor="end" '
            f'x="{left - 8}" y="{self.y(t) + 4:.1f}">{self._form(t)}</text>'
            for t in self._y_ticks
        )
        marks = "".join(
            f'<text class="tick" text-anchor="middle" x="{self.x(t):.1f}" '
            f'y="{bottom + 18}">{t:g}</text>'
            for t in self._x_ticks
        )
        return (
            f'{grid}{marks}<line class="axis" x1="{left}" x2="{right}" y1="{bottom}" '
            f'y2="{bottom}"/><text class="label" text-anchor="middle" '
            f'x="{(left + right) / 2:.0f}" y="{HEIGHT - 6}">{escape(x_label)}</text>'
            f'<text class="label" text-anchor="middle" transform="rotate(-90)" '
            f'x="{-(TOP + bottom) / 2:.0f}" y="14">{escape(y_label)}</text>'
        )


def _spread(ends: Mapping[str, float]) -> dict[str, float]:
    """Return the heights of the names, moved apart where lines end close together.

    Names that lie too close form a group, evenly spaced about the mean of its ends;
    where two groups come too close in turn, they become one.
    """
    groups: list[list[str]] = []
    for name in sorted(ends, key=lambda name: ends[name]):
        groups.append([name])
        while len(groups) > 1 and _lack(ends, *groups[-2:]) > 0.0:
            groups[-2:] = [groups[-2] + groups[-1]]
    moved = {
        name: height
        for group in groups
        for name, height in zip(group, _heights(ends, group), strict=True)
    }
    return {name: moved[name] for name in ends}


def _heights(ends: Mapping[str, float], group: Sequence[str]) -> list[float]:
    centre = sum(ends[name] for name in group) / len(group)
    first = centre - LABEL_GAP * (len(group) - 1) / 2
    return [first + LABEL_GAP * place for place in range(len(group))]


def _lack(ends: Mapping[str, float], upper: list[str], lower: list[str]) -> float:
    return LABEL_GAP - (_heights(ends, lower)[0] - _heights(ends, upper)[-1])


def _svg(title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
