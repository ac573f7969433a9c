"""Run a program in the page, and show what it prints and what it ends with.

The last expression is shown as a notebook would show it. NumPy is not there: `import
numpy` gives the part of it, on lists, that `nn` itself runs on here.
"""

import ast
import sys
import time
import traceback

sys.path.insert(0, "/wheels")

import nn  # noqa: F401  (loaded before the first program asks for it)
from nn.matrix import lists

VERSION = f"Python {sys.version.split()[0]} with autograd-scalar"
FILE = "<program>"

sys.modules["numpy"] = lists


class Output:
    """Send whole lines to the page as they are printed."""

    def __init__(self):
        self.waiting = ""
        self.sent = time.monotonic()

    def write(self, text):
        """Keep text until a line ends and a quarter of a second has passed."""
        self.waiting += text
        if text.endswith("\n") and time.monotonic() - self.sent > 0.25:
            self.flush()
        return len(text)

    def flush(self):
        """Send what waits."""
        if self.waiting:
            say("text", self.waiting.rstrip("\n"))  # noqa: F821  (the worker's)
        self.waiting = ""
        self.sent = time.monotonic()


def run(program):
    """Run a program in a namespace of its own."""
    names = {"__name__": "__main__", "show": show}
    sys.stdout = sys.stderr = output = Output()
    try:
        tree = ast.parse(program, FILE)
        last = tree.body.pop() if _ends_with_an_expression(tree) else None
        exec(compile(tree, FILE, "exec"), names)
        if last is not None:
            found = eval(compile(ast.Expression(last.value), FILE, "eval"), names)
            if found is not None:
                show(found)
    except BaseException as error:
        output.flush()
        say("error", _told(error))  # noqa: F821
    finally:
        output.flush()
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def show(thing):
    """Show anything as a notebook would."""
    sys.stdout.flush()
    html = getattr(thing, "_repr_html_", None)
    if html is None:
        say("text", repr(thing))  # noqa: F821
    else:
        say("html", html())  # noqa: F821


def _ends_with_an_expression(tree):
    return bool(tree.body) and isinstance(tree.body[-1], ast.Expr)


def _told(error):
    """Return the error, with the frames of the program and what it called."""
    frames = traceback.TracebackException.from_exception(error)
    first = next((i for i, f in enumerate(frames.stack) if f.filename == FILE), 0)
    del frames.stack[:first]
    return "".join(frames.format()).rstrip()
