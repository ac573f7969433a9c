"""Show a picture at a readable size: a frame that scrolls, and zooms by a script.

Without the script, as in a notebook that is not trusted, the frame still scrolls and
the picture keeps its size. With it there are buttons, and keys and the wheel work while
the pointer or the focus is in the frame; a picture that is a little too wide is fitted.
"""

from __future__ import annotations

from typing import Final

__all__ = ["VIEWER_SCRIPT", "viewer"]

_MOST_HEIGHT: Final = "40rem"  # JupyterLab takes no vh from what it does not trust
_BUTTONS: Final = (
    ("out", "\u2212", "Zoom out (key \u2212)"),
    ("one", "100 %", "Original size (key 0)"),
    ("in", "+", "Zoom in (key +)"),
    ("fit", "Fit", "Fit to the width (key f)"),
)

# One listener for each frame that has none yet: a page may hold many drawings.
VIEWER_SCRIPT: Final = """\
for (const box of document.querySelectorAll("[data-drawing]:not([data-ready])")) {
  box.dataset.ready = "";
  const frame = box.querySelector("[data-frame]"), picture = frame.firstElementChild;
  const bar = box.querySelector("[data-bar]");
  const [width, height] =
    ["width", "height"].map((side) => +picture.getAttribute(side));
  let zoom = 1;
  const show = (to, x, y) => {
    to = Math.min(8, Math.max(0.1, to));
    const at = frame.getBoundingClientRect();
    x = (x ?? at.left + frame.clientWidth / 2) - at.left;
    y = (y ?? at.top + frame.clientHeight / 2) - at.top;
    const left = (frame.scrollLeft + x) * to / zoom - x;
    const top = (frame.scrollTop + y) * to / zoom - y;
    zoom = to;
    picture.style.width = width * zoom + "px";
    picture.style.height = height * zoom + "px";
    frame.scrollTo(left, top);
    bar.querySelector("[data-zoom=one]").textContent = Math.round(100 * zoom) + " %";
  };
  const ways = {
    out: () => show(zoom / 1.25), in: () => show(zoom * 1.25), one: () => show(1),
    fit: () => show(frame.clientWidth / width),
  };
  // What is a little too wide is shown whole, at a size that can still be read.
  const room = frame.clientWidth / width;
  if (room < 1 && room >= 0.7) ways.fit();
  const keys = {"-": "out", "+": "in", "=": "in", "0": "one", "f": "fit"};
  bar.hidden = false;
  bar.addEventListener("click", (event) => ways[event.target.dataset.zoom]?.());
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    ways[keys[event.key]]();
  });
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    show(zoom * Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
  }, {passive: false});
}
"""


def viewer(picture: str) -> str:
    """Return a frame around an <img> or <svg> that has a width and a height.

    >>> viewer("<svg/>").count("<button")
    4
    """
    buttons = "".join(
        f'<button type="button" data-zoom="{way}" title="{words}">{sign}</button>'
        for way, sign, words in _BUTTONS
    )
    return (
        '<div data-drawing=""><div data-bar="" role="group" aria-label="zoom"'
        ' style="color-scheme:light dark" hidden>'
        f'{buttons}</div><div data-frame="" tabindex="0" role="region"'
        f' aria-label="picture" style="overflow:auto;max-height:{_MOST_HEIGHT}">'
        f"{picture}</div></div><script>{VIEWER_SCRIPT}</script>"
    )
