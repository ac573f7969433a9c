"""The ratios as bars on a logarithmic axis: one SVG, readable on light and on dark."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from .harness import Spread
from .table import Row, Section, digits

WIDTH = 760
LEFT, RIGHT, TOP, BOTTOM = 190, 84, 80, 28
BAR, GAP, HEAD = 11, 8, 34  # a bar, the room between two peers, a work's heading
COLOURS = {"compiled": "a", "plain": "b"}  # classes of STYLE
SHOWN = (Section.STEP, Section.SCALARS)
STYLE = """
svg { --ground: #fbfaf8; --ink: #1f2328; --soft: #59636e; --rule: #d9dde2;
  --a: #0072b2; --b: #b84c00; font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --ground: #14171a; --ink: #e6e9ec;
  --soft: #9aa4ae; --rule: #343b42; --a: #56b4e9; --b: #f0a050; } }
.ground { fill: var(--ground); } text { fill: var(--ink); } .soft { fill: var(--soft); }
.head { font-weight: 600; } .grid { stroke: var(--rule); } .one { stroke: var(--soft); }
.a { fill: var(--a); } .b { fill: var(--b); } .end { text-anchor: end; }
.mid { text-anchor: middle; } .small { font-size: 11px; }
.spread { stroke: var(--ink); }
"""


class Axis:
    """From a ratio to its place, in decades that hold them all, and 1."""

    def __init__(self, ratios: Sequence[float]) -> None:
        self.first = math.floor(min(0.0, *map(math.log10, ratios)))
        self.last = math.ceil(max(1.0, *map(math.log10, ratios)))

    def x(self, ratio: float) -> float:
        part = (math.log10(ratio) - self.first) / (self.last - self.first)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def grid(self, bottom: float) -> list[str]:
        parts = []
        for power in range(self.first, self.last + 1):
            x = self.x(10.0**power)
            parts.append(
                f'<line class="{"grid" if power else "one"}" x1="{x:.1f}" '
                f'x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>'
            )
            words = f"{digits(10.0**power)} ×"
            ends = (TOP - 4, bottom + 16)
            parts += [text(words, x, y, "soft small mid") for y in ends]
        return parts


def svg(rows: Iterable[Row]) -> str:
    """Bars to the right: the peer takes longer. Rows without a ratio are left out."""
    shown = [row for row in rows if row.section in SHOWN and row.ratio]
    axis = Axis([ratio for row in shown if row.ratio for ratio in row.ratio])
    parts, y = list(legend(dict.fromkeys(row.runs for row in shown))), float(TOP)
    for work, group in grouped(shown, lambda row: row.work):
        heading = f"W1: {work}" if group[0].section == Section.STEP else work
        parts.append(text(heading, 12, y + 24, "head"))
        y += HEAD
        for peer, bars in grouped(group, lambda row: row.peer):
            middle = y + BAR * len(bars) / 2
            parts.append(text(peer, LEFT - 10, middle + 4, "end"))
            for row in bars:
                parts.append(bar(axis, row.ratio, COLOURS[row.runs], y))
                y += BAR
            y += GAP
    return frame([*axis.grid(y), *parts], y + BOTTOM)


def grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> list[tuple[str, list]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.items())


def bar(axis: Axis, ratio: Spread, colour: str, y: float) -> str:
    """From 1 to the median, a line over the spread, the number beside both."""
    median, low, high = ratio
    left, right = sorted([axis.x(1.0), axis.x(median)])
    ends = [axis.x(low), axis.x(high)]
    middle = y + BAR / 2
    beside = max(right, *ends) + 6
    return (
        f'<rect class="{colour}" x="{left:.1f}" y="{y + 1:.1f}" '
        f'width="{right - left:.1f}" height="{BAR - 2}" rx="1.5"/>'
        f'<line class="spread" x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" '
        f'y1="{middle:.1f}" y2="{middle:.1f}"/>'
        + text(f"{digits(median)} ×", beside, middle + 4, "small")
    )


def legend(implementations: Iterable[str]) -> Iterator[str]:
    yield text(
        "How many times longer the peer takes than autograd_scalar", 12, 24, "head"
    )
    x = 12.0
    for runs in implementations:
        yield f'<rect class="{COLOURS[runs]}" x="{x}" y="38" width="14" height="9"/>'
        yield text(runs, x + 20, 47)
        x += 100.0
    yield text("a thin line: from the lowest to the highest ratio", x, 47, "soft")


def text(words: str, x: float, y: float, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def frame(parts: Iterable[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img"><title>Time of the peers '
        f"over the time of autograd_scalar</title><style>{STYLE}</style>"
        f'<rect class="ground" width="100%" height="100%"/>{"".join(parts)}</svg>\n'
    )
