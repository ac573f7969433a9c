"""The style sheet of the pictures: colours and fonts, for light and dark pages.

Signs are blue and orange (of the palette by Okabe and Ito 2008, which colour-blind
readers can tell apart). Kinds of boxes are green, purple and grey, so that no colour
has two meanings.
"""

from __future__ import annotations

from typing import Final

__all__ = ["FONT", "GROUND", "STYLE"]

FONT: Final = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
    "'DejaVu Sans',sans-serif"
)

# class: light, dark
_INK: Final = {
    "ink": ("#1b1f24", "#eceff3"),
    "muted": ("#59636e", "#a3aeba"),
    "pos": ("#00629c", "#6cc1f2"),
    "neg": ("#b34a00", "#ff9d5c"),
    "zero": ("#59636e", "#a3aeba"),
    "bad": ("#a8005c", "#ff7ab8"),
    "none": ("#59636e", "#a3aeba"),
}
_LINES: Final = {
    "pos": ("#0072b2", "#56b4e9"),
    "neg": ("#d55e00", "#ff8a3d"),
    "zero": ("#8b949e", "#7d8792"),
    "bad": ("#a8005c", "#ff7ab8"),
    "plain": ("#8b949e", "#7d8792"),
    "several": _INK["ink"],
}
# kind: light fill and stroke, dark fill and stroke
_BOXES: Final = {
    "input": ("#e9f6f0", "#00805c", "#11291f", "#4fcf9f"),
    "parameter": ("#f6effb", "#8250a8", "#291f33", "#c9a0e6"),
    "constant": ("#f4f5f6", "#767f89", "#22272d", "#8d97a2"),
    "leaf": ("#f4f6e6", "#6b7a1e", "#22260f", "#b9c76a"),
    "operation": ("#fbfcfd", "#59636e", "#1e252d", "#95a1ae"),
    "group": ("#eff1fa", "#5b62a8", "#20253b", "#a3aaf0"),
}
GROUND: Final = ("#ffffff", "#14181d")
_STRIP: Final = ("#e2e7ed", "#333e4a")


def _theme(nth: int) -> str:
    """Return the colour rules for a light page (0) or a dark one (1)."""
    rules = [
        f".ground{{fill:{GROUND[nth]}}}",
        f".strip{{fill:{_STRIP[nth]}}}",
        f"text{{fill:{_INK['ink'][nth]}}}",
    ]
    rules += [f".{name}{{fill:{shades[nth]}}}" for name, shades in _INK.items()]
    for name, shades in _LINES.items():
        rules.append(f".l-{name}{{stroke:{shades[nth]}}}")
        rules.append(f".h-{name}{{fill:{shades[nth]}}}")
    for kind, colours in _BOXES.items():
        fill, stroke = colours[2 * nth : 2 * nth + 2]
        rules.append(f".{kind}{{fill:{fill};stroke:{stroke}}}")
    rules.append(
        f".alarm{{stroke:{_INK['bad'][nth]};stroke-width:3.5px;stroke-dasharray:7 4}}"
    )
    rules.append(f".parted{{stroke:{_INK['bad'][nth]};stroke-width:3.5px}}")
    return "".join(rules)


STYLE: Final = (
    f"text{{font-family:{FONT};font-size:13px;white-space:pre}}"
    ".n{font-size:14px;font-weight:600}"
    ".k,.c,.g{font-size:11px}"
    ".s{font-size:17px;font-weight:600;text-anchor:middle}"
    ".v,.c{text-anchor:end}"
    ".v{font-variant-numeric:tabular-nums}"
    ".t{font-size:17px;font-weight:600}"
    ".d{font-size:11.5px;text-anchor:middle}"
    "path,rect{stroke-width:1.4px}"
    ".strip,.ground{stroke:none}"
    ".constant{stroke-dasharray:5 3}"
    ".l{fill:none}"
    ".more{text-anchor:middle}"
    ".dim{opacity:.3}"
    ".lit>rect,.lit>path,.lit>g>rect,.lit>g>path{stroke-width:3.4px}"
    ".l.lit{stroke-linecap:round}"
    ".d.lit{font-weight:600}"
    ".dense .l{stroke-opacity:.6}"
    f"{_theme(0)}@media (prefers-color-scheme:dark){{{_theme(1)}}}"
)
