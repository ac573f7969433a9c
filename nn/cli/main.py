"""The entry point of the command `autograd-scalar`; it handles Ctrl-C.

Everything else is imported inside `main`: an import takes time, and Ctrl-C during it
would print a traceback.
"""

import sys

TYPE_CHECKING = False  # known to type checkers; importing `typing` would take a while
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

__all__ = ["main", "parser"]

INTERRUPTED = 130


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command and return its exit code, without ending the process."""
    try:
        from nn.cli.line import run  # noqa: PLC0415

        return run(argv)
    except KeyboardInterrupt:
        message = "interrupted; nothing was written"
        if "--json" in (sys.argv[1:] if argv is None else argv):
            print(f'{{"error": "{message}", "kind": "interrupted", "exit_code": 130}}')  # noqa: T201
        elif sys.stderr is not None:
            sys.stderr.write(f"autograd-scalar: {message}\n")
        return INTERRUPTED


def parser() -> "ArgumentParser":
    """Return the parser of the whole command line."""
    from nn.cli import options  # noqa: PLC0415

    return options.parser()


if __name__ == "__main__":
    sys.exit(main())
