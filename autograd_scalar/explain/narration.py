"""One sentence for each step, from a template: the same in a page and in a terminal.

A template says how an adjoint is passed on: times a local derivative, unchanged, with
its sign turned, or not at all. `player.js` fills the same templates, and writes numbers
with the same digits as `number`.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Final

from autograd_scalar.explain.steps import BackwardStep, ForwardStep, UpdateStep
from autograd_scalar.primitives.table import (
    ADD,
    DIV,
    DOT,
    MEAN,
    MUL,
    NEG,
    POW,
    POW_CONSTANT,
    PROD,
    RECIPROCAL,
    SQUARE,
    SUB,
    SUM,
    WHERE,
)
from autograd_scalar.render.scene import number
from autograd_scalar.reporting.escape import line_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_scalar.primitives.table import Primitive

__all__ = [
    "MISTAKES",
    "QUESTIONS",
    "TEMPLATES",
    "call",
    "factor",
    "filled",
    "noun",
    "sentence",
    "way",
]

_MOST_OPERANDS: Final = 4  # that a sentence writes out

_SO: Final = "so \u2202{root}/\u2202{parent} = {after}."
_BY: Final = "{parent} reaches {node} through {noun}"
TEMPLATES: Final[dict[str, str]] = {
    "start": (
        "Nothing is computed yet. First {values}, one after the other; then {edges} to"
        " their gradients."
    ),
    "given": "{node} = {after}, a number that is given.",
    "computed": "{node} = {call} = {numbers} = {after}.",
    "seed": " The reverse sweep begins: \u2202{root}/\u2202{root} = {seed}.",
    "times": f"{_BY}: {{upstream}} \u00d7 {{local}} = {{contribution}} is added to"
    f" {{before}}, {_SO}",
    "unchanged": f"{_BY}, which passes {{upstream}} on unchanged: it is added to"
    f" {{before}}, {_SO}",
    "turned": f"{_BY}, which turns the sign of {{upstream}}: {{contribution}} is added"
    f" to {{before}}, {_SO}",
    "flat": f"{_BY}, which is flat here: {{upstream}} \u00d7 0 = {{contribution}} is"
    f" added to {{before}}, {_SO}",
    "update": "{node} moves against its gradient: {before} \u2212 {local} \u00d7"
    " {upstream} = {after}.",
    "last": " It is complete.",
    "one": " 1 more contribution will come.",
    "more": " {count} more contributions will come.",
}

# What a learner is asked about the step that comes next.
_OF: Final = "the contribution of {node} to \u2202{root}/\u2202{parent}"
QUESTIONS: Final[dict[str, str]] = {
    "next": "Which node does the next contribution reach?",
    "sign": f"What sign has {_OF}: +, \u2212 or 0?",
    "count": "How many contributions does \u2202{root}/\u2202{parent} get in all?",
    "local": "\u2202{root}/\u2202{node} = {upstream}. By which local derivative,"
    " \u2202{node}/\u2202{parent}, is it multiplied?",
    "product": f"What is {_OF}: {{upstream}} \u00d7 {{local}} = ?",
    "sum": "What does \u2202{root}/\u2202{parent} become:"
    " {before} + {contribution} = ?",
    "all": "\u2202{root}/\u2202{node} = {upstream}. What does"
    " \u2202{root}/\u2202{parent} become, which is {before} so far?",
}

_UPSTREAM: Final = "That is the local derivative alone: the upstream is forgotten."
_LOCAL: Final = "That is the upstream alone: the local derivative is forgotten."
_SIGN: Final = "The sign is turned."
_ALONE: Final = "That is the latest contribution alone: = where += is meant."
_BEFORE: Final = "That is the sum before: the contribution is forgotten."
# Known mistakes, each in the place where `player.js` computes the number it gives.
MISTAKES: Final[dict[str, list[str]]] = {
    "product": [
        _UPSTREAM,
        _LOCAL,
        "The two are added: the chain rule multiplies them.",
        _SIGN,
        "The two are subtracted: the chain rule multiplies them.",
    ],
    "local": [
        "That is the upstream: the local derivative is of this one operation.",
        _SIGN,
        "That is the product already: the local derivative is one factor of it.",
    ],
    "sum": [
        _ALONE,
        _BEFORE,
        "The contribution is subtracted: contributions are added.",
        "The two are multiplied: paths are added.",
    ],
    "all": [_ALONE, _BEFORE, _SIGN, _UPSTREAM, _LOCAL],
}

# What people call these in a sentence; any other goes by its name.
_NOUNS: Final[dict[Primitive, str]] = {
    ADD: "the sum",
    SUB: "the difference",
    MUL: "the product",
    DIV: "the quotient",
    NEG: "the minus sign",
    SQUARE: "the square",
    POW: "the power",
    POW_CONSTANT: "the power",
    RECIPROCAL: "the reciprocal",
    SUM: "the sum",
    MEAN: "the mean",
    PROD: "the product",
    DOT: "the dot product",
}

_ADDITIVE: Final = (ADD, SUB, NEG, SUM, WHERE)  # local derivatives of 1, −1 and 0 only


def sentence(
    step: ForwardStep | BackwardStep | UpdateStep, root: str, outstanding: int = 0
) -> str:
    """Return what a step does, in words and numbers.

    ``root`` is the name of the output, ``outstanding`` the number of contributions that
    are still to come to the step's parent.

    >>> from autograd_scalar import Value, backward_steps
    >>> a = Value(3.0, "a")
    >>> steps = backward_steps((a * a).named("c"))
    >>> print(sentence(steps[1], "c"))
    a reaches c through the product: 1 × 3 = 3 is added to 3, so ∂c/∂a = 6.
    It is complete.
    """
    if isinstance(step, ForwardStep):
        return _forward(step)
    if isinstance(step, UpdateStep):
        return filled(
            "update",
            node=step.name,
            before=number(step.before),
            local=factor(step.learning_rate),
            upstream=factor(step.gradient),
            after=number(step.after),
        )
    node, parent = step.names
    primitive = step.node.primitive
    assert primitive is not None  # a leaf passes nothing on
    rest = {0: "last", 1: "one"}.get(outstanding, "more")
    return filled(
        way(step),
        node=node,
        parent=parent,
        root=root,
        noun=noun(primitive),
        upstream=number(step.upstream),
        local=factor(step.local_derivative),
        contribution=number(step.contribution),
        before=number(step.before),
        after=number(step.after),
    ) + filled(rest, count=str(outstanding))


def _forward(step: ForwardStep) -> str:
    name, *operands = step.names
    primitive = step.node.primitive
    if primitive is None:
        return filled("given", node=name, after=number(step.data))
    return filled(
        "computed",
        node=name,
        call=call(primitive, operands),
        numbers=call(primitive, [factor(p.data) for p in step.parents]),
        after=number(step.data),
    )


def way(step: BackwardStep) -> str:
    """Return which template says how the adjoint is passed on."""
    derivative = step.local_derivative
    if derivative == 0.0 and isfinite(step.upstream):
        return "flat"
    if step.node.primitive in _ADDITIVE:
        return "unchanged" if derivative > 0.0 else "turned"
    return "times"


def call(primitive: Primitive, operands: Sequence[str]) -> str:
    """Write an operation with its operands, at most four of them.

    >>> call(MUL, ["w", "x"]), call(SUM, ["a", "b", "c", "d", "e"])
    ('w × x', 'sum(a, b, c, …)')
    """
    if primitive is NEG:
        return f"\u2212{operands[0]}"
    if primitive.is_infix:
        sign = primitive.glyph if len(primitive.glyph) == 1 else primitive.symbol
        return f" {sign} ".join(operands)
    shown = list(operands[:_MOST_OPERANDS])
    if len(operands) > _MOST_OPERANDS:
        shown[-1] = "\u2026"
    return f"{line_of(primitive.name)}({', '.join(shown)})"


def noun(primitive: Primitive) -> str:
    """Return what a sentence calls a primitive.

    >>> noun(MUL)
    'the product'
    """
    return _NOUNS.get(primitive) or line_of(primitive.name)


def factor(x: float) -> str:
    """Write a number after an operator: below zero in parentheses.

    >>> factor(2.0), factor(-2.0)
    ('2', '(−2)')
    """
    text = number(x)
    return f"({text})" if text.startswith("\u2212") else text


def filled(template: str, **slots: str) -> str:
    """Fill the slots of a template; braces in what is filled in stay as they are.

    >>> filled("given", node="{after}", after="2")
    '{after} = 2, a number that is given.'
    """
    words: Mapping[str, str] = slots
    return re.sub(r"\{(\w+)\}", lambda slot: words[slot[1]], TEMPLATES[template])
