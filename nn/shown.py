"""What was given, as an error message shows it."""

from __future__ import annotations

__all__ = ["shown"]

WIDTH = 60


def shown(x: object, width: int = WIDTH) -> str:
    """Return ``repr(x)`` in one line of at most ``width`` characters; never raise.

    >>> shown([0.5, 1.0]), len(shown("x" * 1000))
    ('[0.5, 1.0]', 60)
    """
    try:
        if isinstance(x, int) and abs(x) >= 10**40:
            return f"an int of {x.bit_length()} bits"
        text = " ".join(repr(x).split("\n"))
    except RecursionError:
        return "nested too deeply to be shown"
    except Exception:
        return "an object whose repr() raises"
    return text if len(text) <= width else text[: width - 3] + "..."
