"""docs/conventions.md, from the table of primitives and the test data."""

import json
import math
from pathlib import Path
from string import ascii_lowercase

from autograd_scalar.primitives.table import PRIMITIVES

from .peer_operations import PLAIN
from .special_points import BRANCHES, THEMES

RECORD = Path(__file__).with_name("conventions.json")
PAGE = Path(__file__).parents[2] / "docs" / "conventions.md"
PEERS = {"torch": "PyTorch", "jax": "JAX", "autograd": "autograd"}
GAP = "\N{NO-BREAK SPACE}"
SAME = f"the{GAP}same"
NOT_RECORDED = f"not{GAP}recorded"
ROUNDING = 1e-12  # a peer that differs by less answers the same

RULES = ("R1", "R2", "R3", "R4", "R5")

# How the operation is written, where it is not name(x), name(a, b, ...) or name(xs).
WRITTEN = {
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b",
    "div": "a / b",
    "mod": "x % y",
    "fmod": "fmod(x, y)",
    "neg": "-x",
    "pow": "a ** b",
    "pow_constant": "x ** n",
    "leaky_relu": "leaky_relu(x, slope)",
    "elu": "elu(x, alpha)",
    "clip": "clip(x, low, high)",
    "arctan2": "arctan2(y, x)",
    "copysign": "copysign(x, y)",
    "xlogy": "xlogy(x, y)",
    "polygamma": "polygamma(n, x)",
    "dot": "dot of pairs, start",
    "where": "where(True, x, a)",
}

INTRODUCTION = """\
# Conventions

What the engine answers where a value or a derivative needs a rule, and what PyTorch
{torch}, JAX {jax} (x64) and HIPS autograd {autograd} answer there, in float64 on a CPU.

This page is generated from the table of primitives and from the points that the tests
hold the engine to; `tests/test_conventions.py` fails when it is out of date. Write it
anew with `python -m tests.data.make_conventions`.

## The rules

In this order:

- **R1** Where the function is differentiable, the local derivative is within 4 ULP of
  the exact one, over the whole range of float64. It is computed from the operand, not
  from the rounded value.
- **R2** At a kink that points down (convex, as of `abs`), it is the minimum-norm
  subgradient: of the lines through the kink that stay below the function, the one whose
  derivative is nearest to 0. So a minimum has derivative 0, and operands that tie for
  the maximum have ½ each.
- **R3** At a kink that points up (concave), it is the minimum-norm supergradient: the
  same with the lines that stay above.
- **R4** Where only a one-sided limit exists, it is that limit, be it infinite. At a
  pole the sign of the zero says which side is meant.
- **R5** Outside the domain the value is nan and so is the derivative: no complex
  number, no exception, no finite derivative.

Where no rule decides, the table says in words what does. An operation that is linear in
an operand keeps its partial derivative beside any value, nan included.

`where(condition, a, b)` records **only the branch that is taken**: the other one is no
parent of the result, so no nan and no infinity in it can reach a gradient.

`detect_anomaly()` raises at the first value, adjoint or tangent that becomes inf or nan
though nothing before it was, and names the operation and the line; `diagnose()` lists
the kinks that a graph is at. `//` raises: its derivative is 0 almost everywhere.

## How to read the tables

*y* is the value and *y′* the derivative, one for each operand that has one: the *n* of
`x ** n` is a plain number, and so is the *n* of `polygamma(n, x)`. A peer's cell says
what it gives instead: only what differs by more than rounding (1e-12, relative) and the
sign of a zero, in six digits or as many as show the difference. "–" is a derivative
that it has no way to ask for, "none" an operation that it does not have, and "not
recorded" an answer that nobody has asked for yet.

| | points | answered | differs |
|---|--:|--:|--:|
{counts}
"""


def page(record):
    """The page, from what RECORD holds."""
    answers = record["answers"]
    sections = [
        INTRODUCTION.format(**record["versions"], counts=_counts(answers)),
        _kinks(),
        *(_theme(title, points, answers) for title, points in THEMES.items()),
        _branches(answers),
    ]
    return "\n".join(sections)


def read_record():
    """The peers' recorded answers."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def number(text):
    """A recorded number: repr's text, since JSON has no nan and no inf."""
    return None if text is None else float(text)


def is_same(ours, theirs):
    """Whether two numbers agree up to rounding; what was not asked agrees."""
    if theirs is None or ours == theirs:
        return True
    if math.isnan(ours) or math.isinf(ours) or not math.isfinite(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return abs(ours - theirs) <= ROUNDING * abs(ours)


def kinks_met(point):
    """The kinks of the point's row that the point is at."""
    return [k for k in PRIMITIVES[point.name].kinks if k.at(*point.operands)]


def reason(point):
    """Rule and words as the point has them, else the convention of its kink."""
    return point.why or kinks_met(point)[0].convention


def differences(value, partials, answer, asked=None):
    """What a peer's recorded answer says instead, in a word or two."""
    if answer is None:
        return "none"
    if isinstance(answer, str):
        return f"raises {answer}"
    places = range(len(partials)) if asked is None else asked
    ours = [partials[k] for k in places]
    theirs = [number(answer[1][k]) for k in places]
    parts = []
    if not is_same(value, number(answer[0])):
        parts.append(f"*y*{GAP}={GAP}{_apart([number(answer[0])], [value])}")
    if not all(map(is_same, ours, theirs)):
        parts.append(f"*y′*{GAP}={GAP}{_apart(theirs, ours)}")
    return ", ".join(parts) if parts else SAME


def _text(x, digits=6):
    """A number in so many digits, with a minus at which no line breaks."""
    if x is None:
        return "–"
    text = min(repr(x).removesuffix(".0"), f"{x:.{digits}g}", key=len)
    return text.replace("-", "−")


def _tuple(xs, digits=6, *, fixed=True):
    """One number by itself, several in brackets; so is a list of one operand."""
    texts = [_text(x, digits) for x in xs]
    return texts[0] if fixed and len(xs) == 1 else f"({f',{GAP}'.join(texts)})"


def _apart(theirs, ours):
    """Their numbers, in as many digits as it takes to see the difference."""
    texts = ((_tuple(theirs, n), _tuple(ours, n)) for n in range(6, 18))
    return next(text for text, other in texts if text != other)


def _escaped(text):
    return text.replace("*", r"\*").replace("|", r"\|")


def operands(arity):
    """The operands of an operation that takes so many; None takes any number."""
    if arity is None:
        return "xs"
    return "x" if arity == 1 else ", ".join(ascii_lowercase[:arity])


def _written(name):
    return WRITTEN.get(name, f"{name}({operands(PRIMITIVES[name].arity)})")


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _asked(point):
    plain = PLAIN.get(point.name, set())
    return [k for k in range(len(point.operands)) if k not in plain]


def _cells(point, value, partials, answers, asked=None):
    """What each peer answers instead; a point may be new and not recorded yet."""
    recorded = answers.get(str(point))
    if recorded is None:
        return [NOT_RECORDED] * len(PEERS)
    return [differences(value, partials, recorded[peer], asked) for peer in PEERS]


def _instead(point, answers):
    return _cells(point, point.value, point.partials, answers, _asked(point))


def _counts(answers):
    points = [point for points in THEMES.values() for point in points]
    columns = zip(*(_instead(point, answers) for point in points), strict=True)
    rows = []
    for peer, cells in zip(PEERS.values(), columns, strict=True):
        answered = [cell for cell in cells if cell not in {"none", NOT_RECORDED}]
        other = sum(cell != SAME for cell in answered)
        rows.append(f"| {peer} | {len(cells)} | {len(answered)} | {other} |")
    return "\n".join(rows)


def _kinks():
    rows = [
        [f"`{_written(name)}`", _escaped(kink.where), _escaped(kink.convention)]
        for name, row in PRIMITIVES.items()
        for kink in row.kinks
    ]
    head = ["operation", "where", "derivative"]
    return f"## All kinks of the table\n\n{_table(head, rows)}"


def _theme(title, points, answers):
    rows = [
        [
            f"`{_written(point.name)}`",
            _tuple(point.operands, fixed=PRIMITIVES[point.name].arity is not None),
            _text(point.value),
            _tuple([point.partials[k] for k in _asked(point)]),
            _escaped(reason(point)),
            *_instead(point, answers),
        ]
        for point in points
    ]
    head = ["operation", "at", "*y*", "*y′*", "why", *PEERS.values()]
    return f"## {title}\n\n{_table(head, rows)}"


def _branches(answers):
    rows = [
        [
            f"`{program.text}`",
            _text(program.x),
            _text(program.value),
            _text(program.slope),
            *_cells(program, program.value, (program.slope,), answers),
        ]
        for program in BRANCHES
    ]
    head = ["program", "at", "*y*", "*y′*", *PEERS.values()]
    return f"## One branch only\n\n{_table(head, rows)}"
