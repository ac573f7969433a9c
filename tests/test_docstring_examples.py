"""Examples in the docstrings of public names say themselves what they import.

pytest runs each in the module that holds it, where every name of the module is known; a
reader of the reference has the public names alone.
"""

import doctest
import inspect

import pytest

import autograd_scalar
import nn

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# A star import leaves Python's `sum` in place.
KNOWN = """
import autograd_scalar as ag
from autograd_scalar import *
from autograd_scalar import compile
from nn import *
"""


def public_things():
    """Each public name and its docstring, members of classes included."""
    for package in (autograd_scalar, nn):
        for name in package.__all__:
            thing = getattr(package, name)
            yield name, thing
            if inspect.isclass(thing):
                for member, part in vars(thing).items():
                    if not member.startswith("_"):
                        yield f"{name}.{member}", part
    yield "compile", autograd_scalar.compile


def examples():
    for name, thing in public_things():
        text = inspect.getdoc(thing) if _has_text(thing) else ""
        if text and ">>>" in text:
            yield pytest.param(text, id=name)


def _has_text(thing):
    return callable(thing) or isinstance(thing, property)


@pytest.mark.parametrize("text", [*examples()])
def test_an_example_needs_public_names_alone(text):
    known = {}
    exec(KNOWN, known)
    test = doctest.DocTestParser().get_doctest(text, known, "example", None, 0)
    told = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append)
    assert told == []
