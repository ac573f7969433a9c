r"""Which cost and activations a text is about, where nobody has said it: by its words.

``-\sum_k y_k \log p_k`` beside a softmax is its cross-entropy, ``\frac{1}{2}(a - y)^2``
half the squared error, ``\max(0, z)`` a relu. What the words leave open is decided by
what comes out right, the forward pass first: a definition is not where mistakes are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from nn.grading.sections import by_sections
from nn.grading.texts import Sizes, grade_notes, score

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.grading.report import Grade

__all__ = ["DEFAULT", "Setting", "grade_in_best", "output_for", "settings_of"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A loss of `nn.losses`, and the activations of hidden layers and of the last.

    That the last layer is linear may be no more than a guess, which the text's own
    forward pass has to confirm.
    """

    loss: str
    hidden: str
    output: str
    is_guess: bool = False

    def __str__(self) -> str:
        return f"{self.hidden}, {self.output}, {self.loss}"


DEFAULT: Final = Setting("half_squared_error", "sigmoid", "sigmoid")


def settings_of(
    text: str, loss: str = "", hidden: str = "", output: str = ""
) -> list[Setting]:
    r"""Return what a text may be about, the likeliest first; `DEFAULT` if it is silent.

    What the caller knows, and gives, is not asked of the text.

    >>> print(settings_of(r"p = \text{softmax}(z_2), \; h = \max(0, z_1)")[0])
    relu, linear, softmax_cross_entropy
    >>> print(settings_of(r"C = \frac{1}{2} \sum_j (y_j - a_j)^2, a = \sigma(z)")[0])
    sigmoid, sigmoid, half_squared_error
    >>> print(settings_of("dA2 = -(Y / A2 - (1 - Y) / (1 - A2))")[0])
    sigmoid, sigmoid, binary_cross_entropy
    >>> settings_of("dW2 = dZ2 @ A1.T")[0] == DEFAULT
    True
    >>> print(settings_of("dW2 = dZ2 @ A1.T", "softmax_cross_entropy")[0])
    sigmoid, linear, softmax_cross_entropy
    """
    named = [g for g, words in _ACTIVATIONS.items() if words.search(text)]
    if "leaky_relu" in named:  # whose derivative has z > 0 too
        named = [g for g in named if g != "relu"]
    others = [g for g in named if g != "sigmoid"]
    found = []
    for each in [loss] if loss else _losses(text) or [DEFAULT.loss]:
        if output:
            outputs = [output]
        elif hidden or each in _OUTPUT_OF:
            outputs = [output_for(each, hidden)]
        else:
            outputs = ["sigmoid"] if "sigmoid" in named or not others else []
            outputs += others[:1]
        inner = others or ["sigmoid"]
        if others and "sigmoid" in named:  # which may be that of the last layer alone
            inner = [*others, "sigmoid"]
        inner = [hidden] if hidden else inner
        is_open = not (output or hidden or each in _OUTPUT_OF)
        is_linear = _UNBOUNDED.issuperset(outputs) or any(
            words.search(text) for words in (_LINEAR, _PLAIN_OUTPUT)
        )
        if is_open and is_linear:
            outputs.insert(0, "linear")
        found += [Setting(each, *pair) for pair in product(inner, outputs)]
        if is_open and not is_linear:
            found += [Setting(each, g, "linear", is_guess=True) for g in inner]
    return list(dict.fromkeys(found))[:_MOST]


def output_for(loss: str, hidden: str) -> str:
    """Return the activation of the last layer that a loss needs, else that of the rest.

    >>> output_for("softmax_cross_entropy", "relu"), output_for("squared_error", "tanh")
    ('linear', 'tanh')
    """
    return _OUTPUT_OF.get(loss, hidden)


def _losses(text: str) -> list[str]:
    """Return the losses that the text may have: one if it writes it, or none."""
    if _TWO_LOGS.search(text):
        return ["binary_cross_entropy"]
    if _SOFTMAX.search(text):
        return ["softmax_cross_entropy"]
    if _SQUARE.search(text):
        return _of_squares(text)
    if _BINARY.search(text) or _OF_TWO_LOGS.search(text):
        return ["binary_cross_entropy"]
    if _MEAN_OF_SQUARES.search(text):
        return ["mean_squared_error", "squared_error", "half_squared_error"]
    return []


def _of_squares(text: str) -> list[str]:
    """Return which sum of squares it is: its half, or its mean over the outputs."""
    around = [
        (text[max(0, square.start() - _NEAR) : square.start()], text[square.end() :])
        for square in _SQUARE.finditer(text)
    ]
    if any(_HALF.search(left) or _HALVED.match(right) for left, right in around):
        return ["half_squared_error"]
    if any(_OF_ALL.search(left + right[:_NEAR]) for left, right in around):
        return ["mean_squared_error"]
    return ["squared_error", "mean_squared_error"]


def grade_in_best(
    text: str,
    settings: Sequence[Setting],
    case_in: Callable[[Setting], Callable[[Sizes], NetworkCase]],
) -> Grade:
    """Grade a text in each setting; return the grade in which most is right.

    Of several the first is taken. Where the cost is written nowhere, and another would
    explain what is wrong, `Grade.notation` says so.
    """
    said = [one for one in settings if not one.is_guess]
    alone = len(settings) == 1
    grades = [(one, grade_notes(text, case_in(one), searches=alone)) for one in said]
    setting, best = max(grades, key=lambda pair: score(pair[1]))
    for guess in settings if _has_open_outputs(best) else ():
        if guess.is_guess:
            other = grade_notes(text, case_in(guess), searches=False)
            if _outputs_right(other) > _outputs_right(best):
                setting, best = guess, other
    if not alone:  # what is right is known: now name what is not
        best = grade_notes(text, case_in(setting))
    best = by_sections(
        text, best, lambda half, searches: grade_notes(half, case_in(setting), searches)
    )
    by_default = replace(setting, hidden=DEFAULT.hidden) == DEFAULT and not _losses(
        text
    )
    if not by_default or _LOGISTIC not in best.mistakes:
        return best
    other = grade_notes(text, case_in(replace(setting, loss=_OF_LOGISTIC)))
    more = score(other) - score(best)
    if more <= 0:
        return best
    hint = f"The text does not write its cost: with loss {_OF_LOGISTIC!r}, {more} more"
    words = f"statement{'s' * (more > 1)} would be right."
    return replace(best, notation=f"{best.notation} {hint} {words}")


def _has_open_outputs(grade: Grade) -> bool:
    """Return whether the text defines an activation that is none of this network."""
    open_ones = any(
        each.quantity[0] == "A" for each in grade.judged if not each.is_right
    )
    return open_ones or any("gives a name" in reason for *_, reason in grade.left_out)


def _outputs_right(grade: Grade) -> int:
    """Count the definitions of activations that are right."""
    return sum(each.is_right and each.quantity[0] == "A" for each in grade.judged)


_MOST: Final = 12
_UNBOUNDED: Final = frozenset({"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"})
# What is said of a = sigma(z) with dz = a - y, which is right for this loss.
_LOGISTIC: Final = "out-missing-sigma-prime"
_OF_LOGISTIC: Final = "binary_cross_entropy"
_NEAR: Final = 60  # characters between a factor and what it multiplies
# Activations, by what a text calls them or writes for them.
_ACTIVATIONS: Final = {
    "leaky_relu": re.compile(r"leaky|max[^\n=]{0,9}0\.01", re.I),
    "relu": re.compile(
        r"(?<!leaky )(?<!leaky_)relu|rectif|max(?:imum)?\s*\\?[({]{1,2}\s*0\s*,"
        r"|max(?:imum)?\([^()\n]{1,15},\s*0\s*\)|[\])}\w]\s*(?:>|\\gt?|\\geq?|≥)\s*0\b",
        re.I,
    ),
    "tanh": re.compile(
        r"tanh|hyperbolic tangent"
        r"|\b1(?:\.0?)?\s*[-−–]\s*\w{1,9}(?:[_^]\{?[^{}\s]{1,9}\}?)?\s*"
        r"(?:\*\*\s*2|\.?\^\s*\{?\s*2|²)",
        re.I,
    ),
    "softplus": re.compile(r"softplus", re.I),
    "gelu": re.compile(r"\bgelu\b", re.I),
    "silu": re.compile(r"\bsilu\b|\bswish\b", re.I),
    "elu": re.compile(r"\belu\b", re.I),
    "sigmoid": re.compile(
        r"sigmoid|logistic|\\sigma|σ|𝜎|1\s*\+\s*(?:e\s*\^|\\?exp)|expit", re.I
    ),
}
# What the last layer computes where a loss fits no other; a softmax takes logits.
_OUTPUT_OF: Final = {
    "binary_cross_entropy": "sigmoid",
    "binary_cross_entropy_with_logits": "linear",
    "categorical_cross_entropy": "softmax",
    "softmax_cross_entropy": "linear",
}
_LINEAR: Final = re.compile(
    r"linear output|output (?:layer |unit )?(?:is |are )?linear|identity|no activation"
    r"|\bregression\b",
    re.I,
)
# a softmax by name or formula; or a cross-entropy of one logarithm, that of the class
# the outputs as a sum, or as z, without a function around it
_PLAIN_OUTPUT: Final = re.compile(
    r"(?:\\hat\s*\{?\s*y\s*\}?|ŷ|\by_?hat|\by_?pred)(?:_\{?\w+\}?)?\s*=\s*"
    r"(?=[^=\n$]{0,60}(?:\+|z|Z))(?![^=\n$]{0,60}(?:\\sigma|σ|\\frac|max|tanh))"
    r"[^=\n$()/,-]{1,60}(?:[$\n,;]|\\\\|\\quad|$)",
)
_SOFTMAX: Final = re.compile(
    r"soft\s?-?max(?!imum)|\bprobs\b"
    r"|e\^\s*\{(?:[^{}]|\{[^{}]{0,9}\}){0,20}\}\s*\}\s*\{\s*\\sum"
    r"|[-−–]\s*(?:\\frac\{1\}\{\w\}\s*)?(?:\\sum|Σ|∑|sum|np\.sum)[^+\n]{1,60}(?:log|ln)\b",
    re.I,
)
_BINARY: Final = re.compile(r"binary cross|log(?:istic)?[ -]loss|\bbce\b", re.I)
# (1 - y) log(1 - a), in LaTeX or typed
_TWO_LOGS: Final = re.compile(
    r"1\s*[-−–]\s*[^-−–+=\n]{1,40}\\?(?:log|ln)\b[^-−–=\n]{0,20}1\s*[-−–]", re.I
)
# The derivative of it by a: (1 - y) / (1 - a), or over a (1 - a)
_ONE_LESS: Final = r"1(?:\.0?)?\s*[-−–]\s*"
_OF_TWO_LOGS: Final = re.compile(
    rf"\(\s*{_ONE_LESS}\w{{1,9}}\s*\)\s*\.?/\s*\(\s*{_ONE_LESS}"
    rf"|divide\(\s*{_ONE_LESS}\w{{1,9}}\s*,\s*{_ONE_LESS}"
    rf"|frac\s*\{{\s*{_ONE_LESS}[^{{}}\n]{{1,20}}\}}\s*\{{\s*{_ONE_LESS}"
    rf"|/\s*\(\s*(?P<a>\w{{1,9}})\s*\.?\*\s*\(\s*{_ONE_LESS}(?P=a)\b"
)
# (y - a)^2 or a norm of it; 1 - a^2 is the derivative of tanh
_INSIDE: Final = r"(?:[^()|‖\n]|\([^()\n]{0,20}\)){1,80}?"
_SQUARE: Final = re.compile(
    rf"(?:\(|\|{{1,2}}|‖|[vV]ert)(?!\s*1\s*[-−–]){_INSIDE}[-−–]{_INSIDE}"
    r"(?:\)|\|{1,2}|‖|[vV]ert)\s*(?:_\s*\{?\w\}?\s*)?"
    r"(?:\.?\^\s*\{?\s*2|\*\*\s*2|²)"
)
# A mean over the examples and the outputs: 1/(mn), 1/(m n), / (c*n)
_OF_ALL: Final = re.compile(
    r"\\frac\s*\{1\}\s*\{\s*[A-Za-z]\w*\s*(?:\\cdot\s*|\\,\s*)?[A-Za-z](?:_\w|_\{\w+\})?\s*\}"
    r"|/\s*\(\s*[A-Za-z]\w*\s*[*·]?\s*[A-Za-z]\w*\s*\)"
)
_HALF: Final = re.compile(r"\\[dt]?frac\s*\{?1\}?\s*\{?\s*2|1\s*/\s*\(?\s*2|½|0\.5")
_HALVED: Final = re.compile(r"[\s})]*(?:/\s*\(?\s*2|\{\s*2)")
_MEAN_OF_SQUARES: Final = re.compile(r"mean[ -]squared?|squared? error|\bmse\b", re.I)
