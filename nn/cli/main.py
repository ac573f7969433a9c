"""The command `autograd-scalar`: where it begins, and what Ctrl-C does to it.

Nothing is imported here but what Python has loaded already: all else takes time, in
which Ctrl-C may come, and is imported inside `main`.
"""

import sys

TYPE_CHECKING = False  # as type checkers know it; `typing` itself takes a while
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

__all__ = ["main", "parser"]

INTERRUPTED = 130


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command and give its exit code; never ends the process itself."""
    try:
        from nn.cli.line import run  # noqa: PLC0415

        return run(argv)
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("autograd-scalar: interrupted; nothing was written\n")
        return INTERRUPTED


def parser() -> "ArgumentParser":
    """The whole command line."""
    from nn.cli import options  # noqa: PLC0415

    return options.parser()


if __name__ == "__main__":
    sys.exit(main())
