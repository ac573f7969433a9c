"""Formulas: what a local derivative is in symbols, as text, LaTeX and MathML.

The `partials` of a primitive are ordinary arithmetic, so they run on a `Formula` as on
a float. A formula knows the number it stands for, so that a comparison takes the side
that was recorded; it is notes which side that was. A few identities bring what is
written for rounding into the form of textbooks: ``4·σ(2x)·σ(−2x)`` is ``1 − tanh(x)²``.
"""

from __future__ import annotations

import math
import operator
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from autograd_scalar.graph.recording import is_off
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.primitives import floats
from autograd_scalar.primitives.table import (
    DOT,
    MEAN,
    NEG,
    PRIMITIVES,
    PROD,
    RECIPROCAL,
    SQRT,
    SQUARE,
    SUM,
    Primitive,
)
from autograd_scalar.reporting.escape import latex_text, line_of, markup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "Formula",
    "Formulas",
    "Name",
    "Written",
    "figures",
    "function_name",
    "joined",
    "name_of_label",
    "parenthesised",
    "partial",
]

_MOST: Final = 60  # parts of a formula that is written out
_MOST_OPERANDS: Final = 12  # of a sum or product that is written out
_ELIDED: Final = 4  # operands that a call with more of them shows


class Written(NamedTuple):
    """One piece of mathematics in three notations."""

    text: str
    latex: str
    mathml: str


Name = Written  # of a node

# ---- Names and numbers ---------------------------------------------------------------

# W1[0,3], z1[2](7), a0[1]: letter, layer, neuron, input and example, as nn labels them.
_INDEXED: Final = re.compile(
    r"([^\W\d_])(\d{1,9})\[(\d{1,9})(?:,(\d{1,9}))?\](?:\((\d{1,9})\))?"
)
_LETTER: Final = re.compile(r"([^\W\d_])_?(\d{0,9})")  # x, x1, θ_2
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def name_of_label(label: str) -> Name:
    r"""Return a label as a symbol; any other text than a symbol's stays text.

    >>> name_of_label("W1[0,3]").latex, name_of_label("x2").latex
    ('W^{1}_{0,3}', 'x_{2}')
    >>> name_of_label("my loss").text, name_of_label("a_b").latex
    ('(my loss)', '\\text{a}\\_\\text{b}')
    """
    text = line_of(label)
    indexed = _INDEXED.fullmatch(label)
    if indexed:
        letter, layer, j, k, example = indexed.groups()
        below = j if k is None else f"{j},{k}"
        above = layer if example is None else f"{layer}({example})"
        return Name(
            text,
            f"{letter}^{{{above}}}_{{{below}}}",
            f"<msubsup><mi>{letter}</mi><mrow><mn>{below}</mn></mrow>"
            f"<mrow><mn>{above}</mn></mrow></msubsup>",
        )
    simple = _LETTER.fullmatch(label)
    if simple:
        letter, below = simple.groups()
        if not below:
            return Name(text, letter, f"<mi>{letter}</mi>")
        return Name(
            text,
            f"{letter}_{{{below}}}",
            f"<msub><mi>{letter}</mi><mn>{below}</mn></msub>",
        )
    if _WORD.fullmatch(label):
        return Name(text, rf"\mathrm{{{label}}}", f"<mi>{label}</mi>")
    is_word = re.fullmatch(r"[\w.\[\],()′']+", text) is not None
    return Name(
        text if is_word else f"({text})",
        latex_text(text),
        f"<mtext>{markup(text)}</mtext>",
    )


def figures(x: float) -> Written:
    r"""Return a number with all its digits; a negative one in no parentheses.

    >>> figures(0.5).text, figures(-2.0).latex, figures(1e-07).latex
    ('0.5', '-2.0', '1 \\times 10^{-7}')
    """
    text = repr(x)
    if math.isinf(x):
        sign = "-" if x < 0 else ""
        return Written(text, rf"{sign}\infty", _signed(sign, "<mi>∞</mi>"))
    if math.isnan(x):
        return Written(text, r"\mathrm{nan}", "<mi>nan</mi>")
    digits, mark, exponent = text.partition("e")
    if not mark:
        size = text.removeprefix("-")
        mathml = _signed("-" if size != text else "", f"<mn>{size}</mn>")
        return Written(text, text, mathml)
    power = str(int(exponent))
    size = digits.removeprefix("-")
    raised = _signed("-" if power[0] == "-" else "", f"<mn>{power.lstrip('-')}</mn>")
    mathml = f"<mn>{size}</mn><mo>×</mo><msup><mn>10</mn><mrow>{raised}</mrow></msup>"
    return Written(
        text,
        rf"{digits} \times 10^{{{power}}}",
        _signed("-" if size != digits else "", mathml),
    )


def _signed(sign: str, mathml: str) -> str:
    return f"<mo form='prefix'>−</mo>{mathml}" if sign else mathml


# ---- Formulas ------------------------------------------------------------------------


class Formula:
    """A number and how it is written; arithmetic on formulas gives formulas.

    ``head`` is a `Name`, a float, an operator or a primitive, ``parts`` its operands,
    ``size`` how many heads there are. ``notes`` collects comparisons, if it is a list.

    >>> x = Formula(name_of_label("x"), 3.0)
    >>> (2 * x * x).text, (1 / x / x).text, (4 * x.sigmoid() * (-x).sigmoid()).text
    ('2·x²', '1/x²', '4·σ(x)·(1 − σ(x))')
    """

    __slots__ = ("head", "notes", "number", "parts", "size")

    size: int

    def __init__(
        self,
        head: Name | float | str | Primitive,
        number: float,
        parts: tuple[Formula, ...] = (),
        notes: list[tuple[Formula, str, Formula]] | None = None,
    ) -> None:
        self.head = head
        self.number = number
        self.parts = parts
        self.notes = notes
        self.size = 1 + sum([part.size for part in parts])

    def __repr__(self) -> str:
        return f"<formula {self.text} = {self.number!r}>"

    @property
    def text(self) -> str:
        """The formula on one line of text."""
        return _written(self)[0].text

    @property
    def latex(self) -> str:
        """The formula in LaTeX's math mode."""
        return _written(self)[0].latex

    @property
    def mathml(self) -> str:
        """The formula as elements of MathML."""
        return _written(self)[0].mathml

    @property
    def written(self) -> Written:
        """The formula in all three notations."""
        return _written(self)[0]

    @property
    def as_factor(self) -> Written:
        """The same, in parentheses if it is a sum or begins with a minus."""
        return _within(self, _PRODUCT)

    @property
    def is_zero(self) -> bool:
        """Whether it is the constant 0."""
        return self.head == 0.0

    # Operators

    def __add__(self, other: Any) -> Formula:
        b = _formula(other)
        if self.is_zero:
            return b
        if b.is_zero:
            return self
        if b.head == "neg":
            return self - b.parts[0]
        return Formula("+", self.number + b.number, (self, b))

    def __radd__(self, other: Any) -> Formula:
        return _formula(other) + self

    def __sub__(self, other: Any) -> Formula:
        b = _formula(other)
        if b.is_zero:
            return self
        if self.is_zero:
            return -b
        if b.head == "neg":
            return self + b.parts[0]
        return Formula("-", self.number - b.number, (self, b))

    def __rsub__(self, other: Any) -> Formula:
        return _formula(other) - self

    def __neg__(self) -> Formula:
        if self.head == "neg":
            return self.parts[0]
        if self.is_zero:
            return self
        return Formula("neg", -self.number, (self,))

    def __mul__(self, other: Any) -> Formula:
        b = _formula(other)
        for u, v in ((self, b), (b, self)):
            if u.head == 1.0:
                return v
            if u.is_zero:
                return Formula(0.0, u.number * v.number)
            if u.head == "neg":
                return -(u.parts[0] * v)
        if type(b.head) is float and type(self.head) is not float:
            return b * self
        return _identity(self, b) or _product(self, b)

    def __rmul__(self, other: Any) -> Formula:
        return _formula(other) * self

    def __truediv__(self, other: Any) -> Formula:
        b = _formula(other)
        if self.head == "neg":
            return -(self.parts[0] / b)
        if b.head == "neg":
            return -(self / b.parts[0])
        if b.head == 1.0:
            return self
        if self.head == "/":
            above, below = self.parts
            return Formula(
                "/", floats.divide(self.number, b.number), (above, below * b)
            )
        return Formula("/", floats.divide(self.number, b.number), (self, b))

    def __rtruediv__(self, other: Any) -> Formula:
        return _formula(other) / self

    def __pow__(self, other: Any) -> Formula:
        n = _formula(other)
        if n.head == 1.0:
            return self
        if n.is_zero:
            return Formula(1.0, 1.0)
        if type(other) in {float, int} and n.number < 0.0:
            return 1 / self**-n.number
        if type(other) is float and other == 0.5:  # noqa: PLR2004 - as it is written
            return self.sqrt()
        return Formula("**", floats.power(self.number, n.number), (self, n))

    def __rpow__(self, other: Any) -> Formula:
        return _formula(other) ** self

    # Comparisons: by the numbers

    def __lt__(self, other: Any) -> bool:
        return self._noted(other) < _number(other)

    def __le__(self, other: Any) -> bool:
        return self._noted(other) <= _number(other)

    def __gt__(self, other: Any) -> bool:
        return self._noted(other) > _number(other)

    def __ge__(self, other: Any) -> bool:
        return self._noted(other) >= _number(other)

    def _noted(self, other: Any) -> float:
        if self.notes is not None:
            a, b = self.number, _number(other)
            sign = ">" if a > b else "<" if a < b else "=" if a == b else "≠"
            self.notes.append((self, sign, _formula(other)))
        return self.number

    # The functions of primitives.generic

    def exp(self) -> Formula:
        """Return e**x."""
        return self._call("exp")

    def log(self) -> Formula:
        """Return the natural logarithm."""
        return self._call("log")

    def sqrt(self) -> Formula:
        """Return the square root."""
        return self._call("sqrt")

    def sin(self) -> Formula:
        """Return the sine."""
        return self._call("sin")

    def cos(self) -> Formula:
        """Return the cosine."""
        return self._call("cos")

    def sinh(self) -> Formula:
        """Return the hyperbolic sine."""
        return self._call("sinh")

    def cosh(self) -> Formula:
        """Return the hyperbolic cosine."""
        return self._call("cosh")

    def sigmoid(self) -> Formula:
        """Return σ(x), and σ(−x) as 1 − σ(x)."""
        if self.head == "neg":
            return 1 - self.parts[0].sigmoid()
        return self._call("sigmoid")

    def erfc(self) -> Formula:
        """Return 1 - erf(x)."""
        return self._call("erfc")

    def digamma(self) -> Formula:
        """Return the derivative of lgamma."""
        return self._call("digamma")

    def polygamma(self, order: float) -> Formula:
        """Return the derivative of digamma of that order."""
        row = PRIMITIVES["polygamma"]
        n = Formula(order, order)
        return Formula(row, row.forward(order, self.number), (n, self))

    def _call(self, name: str) -> Formula:
        row = PRIMITIVES[name]
        return Formula(row, row.forward(self.number), (self,))


def _number(x: Any) -> float:
    return x.number if isinstance(x, Formula) else float(x)


def _formula(x: Any) -> Formula:
    return x if isinstance(x, Formula) else _constant(float(x))


def _constant(x: float) -> Formula:
    """Return a constant of the partials: 2/√π and the like by what they are."""
    if x < 0.0:
        return -_constant(-x)
    if x in _KNOWN:
        return _KNOWN[x]
    whole = float(round(1.0 / x)) if _SMALLEST_FRACTION < x < 1.0 else 0.0
    if whole and 1.0 / whole == x:
        return Formula("/", x, (Formula(1.0, 1.0), Formula(whole, whole)))
    return Formula(x, x)


_SMALLEST_FRACTION: Final = 1e-6  # that is written as 1/k


def _identity(a: Formula, b: Formula) -> Formula | None:
    """Return a·b in a simpler form, if one of two identities gives it."""
    if b.head == "-" and b.parts[0].head == 1.0:
        u = b.parts[1]
        # 4·σ(2x)·(1 − σ(2x)) = 1 − tanh(x)²
        if a.head == "*" and a.parts[0].head == 4.0 and _is_same(a.parts[1], u):  # noqa: PLR2004
            (twice,) = u.parts if u.head is PRIMITIVES["sigmoid"] else (u,)
            if twice.head == "*" and twice.parts[0].head == 2.0:  # noqa: PLR2004
                return 1 - twice.parts[1]._call("tanh") ** 2.0
    # (1 − x)·(1 + x) = 1 − x²
    if a.head == "-" and b.head == "+" and a.parts[0].head == b.parts[0].head == 1.0:
        u, v = a.parts[1], b.parts[1]
        if _is_same(u, v):
            return 1 - u**2.0
    return None


def _product(a: Formula, b: Formula) -> Formula:
    """Return a·b, equal factors as a power and quotients as one quotient."""
    number = a.number * b.number
    if _is_same(a, b):
        return a**2.0
    if a.head == "*" and _is_same(a.parts[1], b):
        return Formula("*", number, (a.parts[0], b**2.0))
    if a.head == "**" and _is_same(a.parts[0], b) and type(a.parts[1].head) is float:
        return b ** (a.parts[1].number + 1.0)
    if a.head == "/":
        return Formula("/", number, (a.parts[0] * b, a.parts[1]))
    if b.head == "/":
        return Formula("/", number, (a * b.parts[0], b.parts[1]))
    return Formula("*", number, (a, b))


def _is_same(a: Formula, b: Formula) -> bool:
    """Return whether two formulas are one; nested ones only if they are short."""
    if a is b:
        return True
    if a.head != b.head or a.size != b.size or a.size > 8:  # noqa: PLR2004 - a bound
        return False
    if type(a.head) is float:
        return False  # 2·2 stays as it is
    return all(map(_is_same_part, a.parts, b.parts)) and a.number == b.number


def _is_same_part(a: Formula, b: Formula) -> bool:
    return _is_same(a, b) or (type(a.head) is float and a.head == b.head)


def _known() -> dict[float, Formula]:
    """Return the constants of the partials that have a name or a formula."""
    pi = Formula(Name("π", r"\pi", "<mi>π</mi>"), math.pi)
    one, two, ten = (Formula(x, x) for x in (1.0, 2.0, 10.0))
    half_turn = Formula(180.0, 180.0)
    return {
        math.pi: pi,
        floats.LN_2: two.log(),
        floats.INV_LN_2: one / two.log(),
        floats.INV_LN_10: one / ten.log(),
        floats.TWO_OVER_SQRT_PI: two / pi.sqrt(),
        floats.INV_SQRT_2: one / two.sqrt(),
        floats.INV_SQRT_2_PI: one / Formula("*", 2.0 * math.pi, (two, pi)).sqrt(),
        floats.DEGREES_PER_RADIAN: half_turn / pi,
        floats.RADIANS_PER_DEGREE: pi / half_turn,
    }


_KNOWN: Final[dict[float, Formula]] = {}
_KNOWN.update(_known())


# ---- Writing a formula ---------------------------------------------------------------

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a formula holds together
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

# The MathML of those LaTeX templates that are no calls.
_SHAPES: Final = {
    "e^{{{0}}}": "<msup><mi>e</mi><mrow>{0}</mrow></msup>",
    "2^{{{0}}}": "<msup><mn>2</mn><mrow>{0}</mrow></msup>",
    r"\sqrt{{{0}}}": "<msqrt>{0}</msqrt>",
    r"\sqrt[3]{{{0}}}": "<mroot><mrow>{0}</mrow><mn>3</mn></mroot>",
    r"\left|{0}\right|": "<mo>|</mo>{0}<mo>|</mo>",
    r"\left\lfloor{0}\right\rfloor": "<mo>⌊</mo>{0}<mo>⌋</mo>",
    r"\left\lceil{0}\right\rceil": "<mo>⌈</mo>{0}<mo>⌉</mo>",
    r"\sqrt{{{0}^2 + {1}^2}}": "<msqrt><msup>{0}<mn>2</mn></msup><mo>+</mo>"
    "<msup>{1}<mn>2</mn></msup></msqrt>",
}


def _written(f: Formula) -> tuple[Written, int]:
    """Return the formula in three notations, and how tightly it holds together.

    By recursion: `Formulas` hands out short formulas alone.
    """
    head, parts = f.head, f.parts
    if isinstance(head, Written):
        return head, _tightness(head)
    if isinstance(head, float):
        written = _short(head)
        return written, _tightness(written)
    if isinstance(head, Primitive):
        return _call(head, parts)
    if head == "neg":
        (x,) = (_within(f.parts[0], _PRODUCT),)
        return (
            Written(f"−{x.text}", f"-{x.latex}", f"<mo form='prefix'>−</mo>{x.mathml}"),
            _SUM,
        )
    if head == "**":
        return _raised(*parts)
    if head == "/":
        return _quotient(*parts)
    if head == "*":
        a, b = _within(parts[0], _PRODUCT), _within(parts[1], _POWER)
        return (
            Written(
                f"{a.text}·{b.text}",
                rf"{a.latex} \cdot {b.latex}",
                f"{a.mathml}<mo>·</mo>{b.mathml}",
            ),
            _PRODUCT,
        )
    a = _written(parts[0])[0]
    b = _within(parts[1], _SUM if head == "+" else _PRODUCT)
    sign = "+" if head == "+" else "−"
    return (
        Written(
            f"{a.text} {sign} {b.text}",
            f"{a.latex} {head} {b.latex}",
            f"{a.mathml}<mo>{sign}</mo>{b.mathml}",
        ),
        _SUM,
    )


def _tightness(name: Written) -> int:
    """Return how tightly a name or number holds together: -2 and 1e-9 do not."""
    if name.latex.startswith("-"):
        return _SUM
    if " " in name.latex:
        return _PRODUCT
    return _POWER if "^" in name.latex else _ATOM


def _within(f: Formula, tightness: int) -> Written:
    """Return the formula, in parentheses if it holds together less tightly."""
    written, own = _written(f)
    return written if own >= tightness else parenthesised(written)


def parenthesised(inner: Written) -> Written:
    """Return a piece of mathematics in parentheses.

    >>> parenthesised(figures(-2.0)).text
    '(-2.0)'
    """
    return Written(
        f"({inner.text})", rf"\left({inner.latex}\right)", _in_brackets(inner.mathml)
    )


def _in_brackets(mathml: str) -> str:
    # They grow with a fraction alone, not with every raised index.
    fixed = "" if "<mfrac" in mathml else " stretchy='false'"
    return f"<mrow><mo{fixed}>(</mo>{mathml}<mo{fixed}>)</mo></mrow>"


def _short(x: float) -> Written:
    """Return a constant: 2 for 2.0."""
    if x == round(x) if math.isfinite(x) and abs(x) < 1e15 else False:  # noqa: PLR2004
        whole = str(round(x))
        return Written(whole, whole, f"<mn>{whole}</mn>")
    written = figures(x)
    return written._replace(mathml=f"<mrow>{written.mathml}</mrow>")


def _raised(base: Formula, exponent: Formula) -> tuple[Written, int]:
    a, n = _within(base, _ATOM), _written(exponent)[0]
    above = n.text.translate(_SUPERSCRIPTS)
    if not n.text.isdecimal():
        above = f"^{_within(exponent, _ATOM).text}"
    return (
        Written(
            f"{a.text}{above}",
            f"{{{a.latex}}}^{{{n.latex}}}",
            f"<msup><mrow>{a.mathml}</mrow><mrow>{n.mathml}</mrow></msup>",
        ),
        _POWER,
    )


def _quotient(above: Formula, below: Formula) -> tuple[Written, int]:
    a, b = _written(above)[0], _written(below)[0]
    in_text = _within(above, _PRODUCT).text, _within(below, _POWER).text
    return (
        Written(
            "/".join(in_text),
            rf"\frac{{{a.latex}}}{{{b.latex}}}",
            f"<mfrac><mrow>{a.mathml}</mrow><mrow>{b.mathml}</mrow></mfrac>",
        ),
        _PRODUCT,
    )


def _call(row: Primitive, operands: Sequence[Formula]) -> tuple[Written, int]:
    """Return a call; of many operands the first ones and how many there are more."""
    shown = operands[:_ELIDED] if len(operands) > _MOST_OPERANDS else operands
    inner = [_written(x)[0] for x in shown]
    more = len(operands) - len(shown)
    if more:
        note = f"and {more:,} more"
        inner.append(Written(note, rf"\text{{{note}}}", f"<mtext>{note}</mtext>"))
    name = function_name(row)
    arguments = joined(inner, ", ")
    text = f"{name.text}({arguments.text})"
    if row is SQRT:
        text = f"√{_within(operands[0], _ATOM).text}"
    latex = rf"{name.latex}\left({arguments.latex}\right)"
    mathml = f"{name.mathml}<mo>&#x2061;</mo>{_in_brackets(arguments.mathml)}"
    if row.exact is not None and row.arity is not None:  # one of the table's templates
        latex, mathml = _by_template(row, operands, mathml)
    is_root_or_power = row.latex.startswith(("e^", "2^", r"\sqrt{"))
    return Written(text, latex, mathml), _POWER if is_root_or_power else _ATOM


def function_name(row: Primitive) -> Written:
    """Return σ for sigmoid, else the primitive's name."""
    name = row.glyph if len(row.glyph) == 1 and row.glyph.isalpha() else row.name
    text = line_of(name)
    call = r"\left({0}\right)"
    if row.exact is not None and row.latex.endswith(call):
        latex = row.latex.removesuffix(call).format()
        return Written(text, latex, f"<mi>{markup(text)}</mi>")
    is_word = name.isalpha() and name.isascii()
    latex = rf"\operatorname{{{name}}}" if is_word else latex_text(text)
    return Written(text, latex, f"<mi>{markup(text)}</mi>")


def _by_template(
    row: Primitive, operands: Sequence[Formula], call: str
) -> tuple[str, str]:
    """Return LaTeX and MathML by the table's template for LaTeX."""
    inner = [_within(x, _tightness_at(row.latex, k)) for k, x in enumerate(operands)]
    latex = row.latex.format(*(x.latex for x in inner))
    if row.latex.startswith("{0} "):  # an operator in words
        latex = rf"\left({latex}\right)"
    shape = _SHAPES.get(row.latex)
    if shape is None:
        return latex, call
    return latex, shape.format(*(f"<mrow>{x.mathml}</mrow>" for x in inner))


def _tightness_at(template: str, k: int) -> int:
    """Return how tightly the k-th operand of a LaTeX template has to hold together."""
    before, _, after = template.partition(f"{{{k}}}")
    if after.startswith(("^", "}}^")):
        return _ATOM
    is_enclosed = before.endswith(("{", "(", "|", "floor", "ceil", ", "))
    return _SUM if is_enclosed else _POWER


# ---- The formulas of a graph ---------------------------------------------------------


class Formulas:
    """The local derivatives and definitions of a graph's nodes, in their names.

    ``names`` gives the name of each node, ``symbols`` those that are no labels. An
    unlabelled constant is its number.
    """

    def __init__(
        self, names: Mapping[Value, str], symbols: Mapping[Value, Name] | None = None
    ) -> None:
        self._names = names
        self._symbols = dict(symbols or {})
        self._found: dict[Value, list[Formula]] = {}

    def name(self, node: Value) -> Name:
        """Return a node's name in three notations."""
        found = self._symbols.get(node)
        if found is None:
            label = self._names.get(node) or node.label or node.op or repr(node.data)
            found = self._symbols[node] = name_of_label(label)
        return found

    def symbol(self, node: Value) -> Formula:
        """Return a node as a formula: its name, or its number if it is a constant."""
        if node.is_constant and not node.label:
            return _plain_number(node.data)
        return Formula(self.name(node), node.data)

    def _as_it_stands(self, node: Value) -> Formula:
        """Return the same, a number as a name: no 0 or 1 of the user's is dropped."""
        if node.is_constant and not node.label:
            return Formula(_short(node.data), node.data)
        return self.symbol(node)

    def definition(self, node: Value) -> Formula:
        """Return what a node was computed from; a leaf is its number.

        >>> x, y = Value(2.0, "x"), Value(3.0, "y")
        >>> Formulas({x: "x", y: "y"}).definition(x * y).text
        'x·y'
        """
        primitive = node.primitive
        if primitive is None:
            return _plain_number(node.data)
        operands = [self._as_it_stands(x) for x in node.parents]
        return _applied(primitive, operands, node.data)

    def local(self, node: Value, operand: int) -> Formula:
        """Return a node's local derivative by an operand, in symbols.

        Where the primitive gives no short formula, it is ∂f/∂x, or f′(x).

        >>> x = Value(2.0, "x")
        >>> Formulas({x: "x"}).local(x.tanh(), 0).text
        '1 − tanh(x)²'
        """
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self._locals(node)
        return found[operand]

    def conditions(self, node: Value) -> list[Written]:
        """Return on which sides of its kinks a node lies, if its formula depends on it.

        >>> x = Value(2.0, "x")
        >>> [side.text for side in Formulas({x: "x"}).conditions(x.relu())]
        ['x > 0']
        """
        primitive = node.primitive
        if primitive is None or all(kink.side is None for kink in primitive.kinks):
            return []
        notes: list[tuple[Formula, str, Formula]] = []
        operands = [self.symbol(x) for x in node.parents]
        _derived(primitive, operands, node, self.symbol(node), notes)
        sides = []
        for a, sign, b in notes:
            left, right = a.written, b.written
            relation = {"≠": r"\neq"}.get(sign, sign)
            sides.append(
                Written(
                    f"{left.text} {sign} {right.text}",
                    f"{left.latex} {relation} {right.latex}",
                    f"{left.mathml}<mo>{markup(sign)}</mo>{right.mathml}",
                )
            )
        return [*dict.fromkeys(sides)]

    def _locals(self, node: Value) -> list[Formula]:
        primitive = node.primitive
        if primitive is None:
            return []
        operands = [self.symbol(x) for x in node.parents]
        found = _derived(primitive, operands, node, self.symbol(node), None)
        numbers = node.local_derivatives
        if found is None:
            return [_unknown(primitive, operands, k, d) for k, d in enumerate(numbers)]
        return [
            _checked(f, d, primitive) or _unknown(primitive, operands, k, d)
            for k, (f, d) in enumerate(zip(found, numbers, strict=True))
        ]


def _checked(f: Formula, recorded: float, primitive: Primitive) -> Formula | None:
    """Return a formula that is short, and the number where it does not hold.

    That is outside of the domain, where the derivative is nan, and on another piece
    than was recorded, where an operand's ``data`` was written since.
    """
    if math.isnan(recorded) and not math.isnan(f.number):
        return _formula(recorded)
    if primitive.is_piecewise and not math.isclose(f.number, recorded, rel_tol=1e-9):
        return _formula(recorded)
    return f if f.size <= _MOST else None


def _plain_number(x: float) -> Formula:
    return -Formula(-x, -x) if x < 0.0 else Formula(x, x)


def _applied(
    primitive: Primitive, operands: Sequence[Formula], number: float
) -> Formula:
    """Return the primitive on its operands; sums and products as such, if short."""
    if primitive.is_infix and primitive.symbol in _OPERATORS:
        return _OPERATORS[primitive.symbol](*operands)
    if primitive is NEG:
        return -operands[0]
    if primitive is SQUARE:
        return operands[0] ** 2.0
    if primitive is RECIPROCAL:
        return 1 / operands[0]
    if len(operands) <= _MOST_OPERANDS and primitive.exact is not None:
        if primitive in {SUM, DOT, PROD}:
            return _formula(primitive.exact.value(_Arithmetic, *operands))
        if primitive is MEAN:
            return _formula(SUM.exact.value(_Arithmetic, *operands)) / float(  # type: ignore[union-attr]
                len(operands)
            )
    return Formula(primitive, number, tuple(operands))


_OPERATORS: Final[dict[str, Callable[..., Formula]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


class _Arithmetic:
    """As much of a field (numbers/field.py) as sums and products need."""

    number = staticmethod(_formula)


def _derived(
    primitive: Primitive,
    operands: Sequence[Formula],
    node: Value,
    symbol: Formula,
    notes: list[tuple[Formula, str, Formula]] | None,
) -> list[Formula] | None:
    """Return the partials of a node in symbols; None if they do not run on symbols."""
    if primitive.exact is None:
        return _derived_as_values(primitive, operands, node)
    given: list[Any] = [
        x.number
        if k in primitive.not_differentiated
        else Formula(x.head, x.number, x.parts, notes)
        for k, x in enumerate(operands)
    ]
    # Of many operands the output is shorter by its own name.
    is_nary = primitive.arity is None
    output = symbol if is_nary else _applied(primitive, operands, node.data)
    return [_formula(d) for d in primitive.partials(*given, output)]


def _derived_as_values(
    primitive: Primitive, operands: Sequence[Formula], node: Value
) -> list[Formula] | None:
    """Return the partials of a user's primitive, from what they record on Values."""
    if is_off():  # within no_grad() nothing is recorded
        return None
    leaves = [Value(x.number) for x in operands]
    output = Value(node.data)
    try:
        found = primitive.partials(*leaves, output)
    except Exception:  # the user's code, which may be written for floats alone
        return None
    known = dict(zip(leaves, operands, strict=True))
    known[output] = Formula(primitive, node.data, tuple(operands))
    return [_recorded(d, known) if isinstance(d, Value) else _formula(d) for d in found]


def _recorded(derivative: Value, known: Mapping[Value, Formula]) -> Formula:
    """Return the formula that a recorded graph computes."""
    formulas = dict(known)
    for node in topological_order(derivative):
        if node in formulas:
            continue
        if node.primitive is None:
            formulas[node] = _formula(node.data)
        else:
            parts = [formulas[x] for x in node.parents]
            formulas[node] = _applied(node.primitive, parts, node.data)
    return formulas[derivative]


def _unknown(
    primitive: Primitive, operands: Sequence[Formula], k: int, number: float
) -> Formula:
    """Return f′(x), or ∂f/∂x where there are several operands."""
    name = name_of_label(primitive.name)
    x = operands[k].written
    if len(operands) == 1:
        written = Name(
            f"{name.text}′({x.text})",
            rf"{name.latex}'\left({x.latex}\right)",
            f'{name.mathml}<mo lspace="0" rspace="0">′</mo><mo>&#x2061;</mo>'
            f"{parenthesised(x).mathml}",
        )
    else:
        written = partial(name, x)
    return Formula(written, number)


def partial(above: Written, below: Written) -> Written:
    r"""Return ∂above/∂below.

    >>> partial(name_of_label("C"), name_of_label("a")).text
    '∂C/∂a'
    """
    return Written(
        f"∂{above.text}/∂{below.text}",
        rf"\frac{{\partial {above.latex}}}{{\partial {below.latex}}}",
        f"<mfrac><mrow><mo>∂</mo>{above.mathml}</mrow>"
        f"<mrow><mo>∂</mo>{below.mathml}</mrow></mfrac>",
    )


def joined(pieces: Sequence[Written], sign: str) -> Written:
    """Return pieces of mathematics with a sign between them.

    >>> joined([name_of_label("a"), name_of_label("b")], " + ").latex
    'a + b'
    """
    operator_ = f"<mo>{sign.strip()}</mo>" if sign.strip() else ""
    return Written(
        sign.join([piece.text for piece in pieces]),
        sign.join([piece.latex for piece in pieces]),
        operator_.join([piece.mathml for piece in pieces]),
    )
