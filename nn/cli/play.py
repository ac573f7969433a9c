"""`autograd-scalar play`: step through a formula's passes, by keys or from a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograd_scalar import play as player_of
from nn.cli.draw import numbers_of
from nn.cli.formula import parse
from nn.files import check_writable, printable

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from autograd_scalar import Player
    from nn.cli.console import Console

__all__ = ["play", "step_through"]

KEYS: Final = (
    "keys: . , step   > < node   ] [ layer   } { pass   w who wrote   u who uses   r"
    " restart   q quit"
)
_CLEAR: Final = "\x1b[2J\x1b[H"
# What a terminal sends for the keys of the page, besides the letters.
_SEQUENCES: Final = {
    "\x1b[C": ".",
    "\x1b[D": ",",
    "\x1b[1;2C": ">",
    "\x1b[1;2D": "<",
    "\x1b[6~": "]",
    "\x1b[5~": "[",
    "\x1b[F": "}",
    "\x1b[H": "{",
    " ": ".",
}
_MOVES: Final[dict[str, Callable[[Player], Player]]] = {
    ".": lambda player: player.next(),
    ",": lambda player: player.back(),
    ">": lambda player: player.next("node"),
    "<": lambda player: player.back("node"),
    "]": lambda player: player.next("layer"),
    "[": lambda player: player.back("layer"),
    "}": lambda player: player.next("pass"),
    "{": lambda player: player.back("pass"),
    "r": lambda player: player.first(),
    "w": lambda player: player.who_wrote(),
    "u": lambda player: player.who_uses(),
}


def play(options: Namespace, console: Console) -> int:
    """Step through a formula by keys; without a terminal, print every step."""
    if options.output is not None:
        check_writable(Path(options.output), (".html",))
    formula = parse(options.expression)
    root, leaves = formula.record(numbers_of(options.set))
    if not root.label:
        root.named("result")
    player = player_of(
        root,
        parameters=leaves.values() if options.learning_rate else (),
        learning_rate=options.learning_rate,
        title=formula.text,
    )
    if options.output is not None:
        player.save(options.output)
        console.say(f"player: {printable(options.output)}")
    else:
        step_through(player, console, by_keys=not (options.json or options.quiet))
    if options.json:
        console.result(_document(player, formula.text, options.output))
    return 0


def step_through(player: Player, console: Console, by_keys: bool = True) -> None:
    """Step by keys in a terminal; without one, or by_keys, print every step."""
    if by_keys and _is_terminal():
        _by_keys(player, console)
    else:
        _print_all(player, console)


def _is_terminal() -> bool:
    """Return whether somebody can press keys and see what they do."""
    streams = (sys.stdin, sys.stdout)  # None where the shell closed them
    return all(stream is not None and stream.isatty() for stream in streams)


def _print_all(player: Player, console: Console) -> None:
    for position in range(len(player) + 1):
        console.say(f"{position:4}  {player.to(position).sentence}")
    console.say("")
    console.say(player.text())


def _document(player: Player, text: str, output: str | None) -> dict[str, object]:
    steps = [player.to(position).sentence for position in range(len(player) + 1)]
    return {"expression": text, "steps": steps, "page": output}


def _by_keys(player: Player, console: Console) -> None:
    with _keys() as keys:
        console.say(f"{_CLEAR}{player.text()}\n\n{KEYS}")
        for key in keys:
            if key == "q":
                return
            move = _MOVES.get(_SEQUENCES.get(key, key))
            if move is not None:
                console.say(f"{_CLEAR}{move(player).text()}\n\n{KEYS}")


@contextmanager
def _keys() -> Iterator[Iterator[str]]:
    """Read keys as they are pressed; where that cannot be, with Enter after each."""
    try:
        import termios  # noqa: PLC0415  (not on Windows)
        import tty  # noqa: PLC0415
    except ImportError:
        yield (key for line in sys.stdin for key in line.strip())
        return
    stream = sys.stdin.fileno()
    before = termios.tcgetattr(stream)
    try:
        tty.setcbreak(stream)
        yield _pressed(stream)
    finally:
        termios.tcsetattr(stream, termios.TCSADRAIN, before)


def _pressed(stream: int) -> Iterator[str]:
    """Yield one key after the other; the sequence of an arrow arrives as a whole."""
    import os  # noqa: PLC0415

    while sent := os.read(stream, 16).decode(errors="replace"):
        yield from [sent] if sent.startswith("\x1b") else sent
