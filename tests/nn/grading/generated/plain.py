# ruff: noqa: E501, PLR0912, PLR0915  (tables of spellings, and what is drawn by them)
"""Right notes on backpropagation in plain text, in notations drawn from a seed.

What a note says is fixed: the forward pass of two layers, or of any layer l, its cost,
the deltas from the back, the gradients of weights and biases, and a step. How it says it is
drawn: letters, marks of layers, signs of products, of transposes and of derivatives,
the layout of lines and what stands behind them. So the truth of every row is known, and
a second seed plants one mistake in one row.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.nn.grading.unseen.judged_note import Note, Row

__all__ = ["Drawn", "drawn_note"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A note, and the notation that was drawn for it: what was chosen of what."""

    note: Note
    choices: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Letters:
    """What one text calls its quantities; ``out`` is "" if outputs are called a2."""

    z: str
    a: str
    w: str
    b: str
    y: str
    out: str
    x: str


_NAMES = {  # pre-activation, activation
    "z a": ("z", "a"), "z h": ("z", "h"), "s a": ("s", "a"), "s h": ("s", "h"),
    "u h": ("u", "h"), "net o": ("net", "o"), "net out": ("net", "out"),
    "in out": ("in", "out"), "u a": ("u", "a"), "Z A": ("Z", "A"), "s x": ("s", "x"),
    "v y": ("v", "y"), "Z H": ("Z", "H"), "S A": ("S", "A"),  "a h": ("a", "h"), "a z": ("a", "z"), "h a": ("h", "a"),
}  # fmt: skip
_MARKS: dict[str, Callable[[str, str], str]] = {
    "a1": lambda name, n: f"{name}{n}",
    "a_1": lambda name, n: f"{name}_{n}",
    "a[1]": lambda name, n: f"{name}[{n}]",
    "a(1)": lambda name, n: f"{name}({n})",
    "a^1": lambda name, n: f"{name}^{n}",
    "a^(1)": lambda name, n: f"{name}^({n})",
    "a^[1]": lambda name, n: f"{name}^[{n}]",
    "a^{1}": lambda name, n: f"{name}^{{{n}}}",
    "a^{(1)}": lambda name, n: f"{name}^{{({n})}}",
    "a_{1}": lambda name, n: f"{name}_{{{n}}}",
    "a{1}": lambda name, n: f"{name}{{{n}}}",
    "a¹": lambda name, n: name + n.translate(_RAISED),
    "a₁": lambda name, n: name + n.translate(_LOWERED),
    "a⁽¹⁾": lambda name, n: f"{name}⁽{n.translate(_RAISED)}⁾",
    "a.1": lambda name, n: f"{name}.{n}",
}
_RAISED = str.maketrans("0123lL+-", "⁰¹²³ˡᴸ⁺⁻")
_LOWERED = str.maketrans("0123l+-", "₀₁₂₃ₗ₊₋")
_OF_NUMBERS = {"a1", "a.1", "a₁"}  # marks that no letter can stand in
_WITHOUT_BRACKETS = {"a_1": "a_{1}", "a^1": "a^{1}"}  # where l - 1 needs some
_RAISING = {"a^1", "a^(1)", "a^[1]", "a^{1}", "a^{(1)}", "a¹", "a⁽¹⁾"}
_TRANSPOSES = {
    ".T": "{}.T", "^T": "{}^T", "ᵀ": "{}ᵀ", "'": "{}'", "^⊤": "{}^⊤", "T()": "T({})",
    "transpose()": "transpose({})", "^{T}": "{}^{{T}}", "^t": "{}^t", "⊤": "{}⊤",
    "()^T": "({})^T", "()ᵀ": "({})ᵀ",
}  # fmt: skip
_PRODUCTS = {
    "@": "{} @ {}", "·": "{} · {}", "*": "{} * {}", "×": "{} × {}", ".": "{} . {}",
    "dot()": "dot({}, {})", ".dot()": "{}.dot({})", "np.dot": "np.dot({}, {})",
    "beside": "{} {}", "glued ·": "{}·{}",
}  # fmt: skip
_ELEMENTWISE = {
    "*": "{} * {}", "⊙": "{} ⊙ {}", "∘": "{} ∘ {}", ".*": "{} .* {}", "⊗": "{} ⊗ {}",
    "(*)": "{} (*) {}", "o": "{} o {}",
}  # fmt: skip
_FUNCTIONS = {
    "sigmoid": {
        "σ": ("σ({})", "σ'({})"), "σ′": ("σ({})", "σ′({})"), "f": ("f({})", "f'({})"),
        "g": ("g({})", "g'({})"), "φ": ("φ({})", "φ'({})"), "phi": ("phi({})", "phi'({})"),
        "sigmoid": ("sigmoid({})", "sigmoid'({})"),
        "sigma": ("sigma({})", "sigma'({})"), "sig": ("sig({})", "sig'({})"),
        "_prime": ("sigmoid({})", "sigmoid_prime({})"),
        "dsigmoid": ("sigmoid({})", "dsigmoid({})"),
        "a*(1-a)": ("sigmoid({})", "{a}*(1-{a})"),
        "a⊙(1−a)": ("σ({})", "{a}⊙(1−{a})"),
        "a(1-a)": ("σ({})", "{a}(1-{a})"),
        "f[]": ("f[{}]", "f'[{}]"),
        "a .* (1 - a)": ("sigmoid({})", "{a} .* (1 - {a})"),
    },
    "tanh": {
        "tanh'": ("tanh({})", "tanh'({})"), "1-tanh²": ("tanh({})", "(1-tanh²({}))"),
        "1-a**2": ("tanh({})", "(1 - {a}**2)"), "1-a^2": ("tanh({})", "(1-{a}^2)"),
        "1-a²": ("tanh({})", "(1 − {a}²)"), "1-tanh(z)^2": ("tanh({})", "(1 - tanh({})^2)"),
        "1-a*a": ("tanh({})", "(1 - {a}*{a})"), "1-a.^2": ("tanh({})", "(1 - {a}.^2)"),
    },
    "relu": {
        "relu'": ("relu({})", "relu'({})"), "ReLU'": ("ReLU({})", "ReLU'({})"),
        "(z>0)": ("max(0, {})", "({} > 0)"), "1[z>0]": ("relu({})", "1[{} > 0]"),
        "1(z>0)": ("ReLU({})", "1({} > 0)"), "[z>0]": ("max(0,{})", "[{} > 0]"),
        "𝟙": ("max({}, 0)", "𝟙[{} > 0]"), "step": ("relu({})", "step({})"),
        "1{z>0}": ("relu({})", "1{{{} > 0}}"),
    },
}  # fmt: skip
_DERIVED = {  # of the cost, by a quantity
    "∂L/∂W2": "∂{c}/∂{q}", "dL/dW2": "d{c}/d{q}", "dW2": "d{q}", "dL_dW2": "d{c}_d{q}",
    "d_W2": "d_{q}", "grad_W2": "grad_{q}", "∂L / ∂W2": "∂{c} / ∂{q}",
    "𝜕L/𝜕W2": "𝜕{c}/𝜕{q}", "del L/del W2": "del {c}/del {q}",
    "partial L / partial W2": "partial {c} / partial {q}", "(∂L/∂W2)": "(∂{c}/∂{q})",
    "∇W2": "∇{q}", "∇_W2 L": "∇_{q} {c}", "ΔW2": "Δ{q}", "gW2": "g{q}", "DW2": "D{q}",
    "d{L}/d{W2}": "d{{{c}}}/d{{{q}}}", "dW2 = dL/dW2": "d{q} = d{c}/d{q}",
    "∂L∕∂W2": "∂{c}∕∂{q}", "grad(W2)": "grad({q})", "δL/δW2": "δ{c}/δ{q}",
}  # fmt: skip
_DELTAS = (
    "δ",
    "delta",
    "𝛿",
    "d",
    "e",
    "err",
    "D",
    "delta_",
    "derivative",
    "ε",
    "error",
)
_COSTS = ("L", "E", "J", "C", "loss", "Loss", "cost", "Err")
_EQUALS = ("=", ":=", "←", "<-", "==")
_BULLETS = ("", "- ", "• ", "* ", "{n}. ", "{n}) ", "({n}) ", "Eq. {n}: ", "Step {n}: ",
            "> ", "({n})  ", "│ ", "[{n}] ", "– ", "→ ", "Eq ({n}): ", "{n}: ")  # fmt: skip
_BEHIND = {
    "none": "", "# word": "  # {word}", "// word": "  // {word}", "(word)": "  ({word})",
    "<- word": "  <- {word}", "spaces word": "    {word}", "tab word": "\t{word}",
    "(n)": "   ({n})", ", where": ", where ⊙ is by entries", ".": ".", ",": ",", ";": ";",
    "[word]": "   [{word}]", "-- word": "  -- {word}", "shape": "   (4×1)",
    "% word": "   % {word}", "— word": " — {word}", "... (n)": " ... ({n})",
}  # fmt: skip
_WORDS = {
    "z1": "weighted input", "a1": "hidden layer", "z2": "weighted input",
    "a2": "prediction", "cost": "squared error", "d2": "error term", "w2": "gradient",
    "b2": "gradient", "d1": "chain rule", "w1": "gradient", "b1": "gradient",
    "uw2": "update", "ub2": "update", "uw1": "update", "ub1": "update",
}  # fmt: skip
_LAYOUTS = (
    "lines",
    "fence",
    "indented",
    "text fence",
    "blank lines",
    "two a line",
    "table",
    "box",
    "goes on",
    "labels",
    "code spans",
)


class _Draw:
    """Draws of each dimension, and remembers what was drawn."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.choices: dict[str, str] = {}

    def of(self, dimension: str, values: object, usual: float = 0.0) -> str:
        """Return a value; the first one with a probability of ``usual`` besides."""
        every = list(values)  # type: ignore[call-overload]
        plain = self.random.random() < usual
        found: str = every[0] if plain else self.random.choice(every)
        self.choices[dimension] = found
        return found


@dataclass(slots=True)
class _Notation:
    """How a text writes, as drawn."""

    letters: _Letters
    mark: Callable[[str, str], str]
    transpose: str
    product: str
    elementwise: str
    function: tuple[str, str]
    derived: str
    delta: str
    cost: str
    share: str = "{f}"
    total: str = "{f}"
    m: str = "m"

    def q(self, name: str, layer: int | str) -> str:
        """Return a quantity of a layer."""
        own = self.letters
        if isinstance(layer, str):
            return self.mark(getattr(own, name), layer)
        if name == "a" and layer == 0 and own.x:
            return own.x
        if name == "a" and layer == _LAST and own.out:
            return own.out
        return self.mark(getattr(own, name), str(layer))

    def t(self, text: str) -> str:
        """Return the transpose."""
        return self.transpose.format(text)

    def averaged(self, text: str) -> str:
        """Return the mean over the examples of what is summed over them."""
        if self.share.startswith("{f}/") and " " in text and "(" not in text[:1]:
            text = f"({text})"
        return self.share.format(f=text, m=self.m)

    def summed(self, text: str) -> str:
        """Return the sum over the examples."""
        return self.total.format(f=text)

    def dot(self, one: str, other: str) -> str:
        """Return the product of matrices."""
        if ".dot" in self.product and " " in one:
            one = f"({one})"
        return self.product.format(one, other)

    def times(self, one: str, other: str) -> str:
        """Return the product by entries; of a product of matrices in brackets."""
        return self.elementwise.format(one, other)

    def f(self, layer: int | str) -> str:
        """Return the activation of a layer."""
        return self.function[0].format(self.q("z", layer))

    def slope(self, layer: int | str) -> str:
        """Return the derivative of the activation of a layer."""
        return self.function[1].format(self.q("z", layer), a=self.q("a", layer))

    def d(self, name: str, layer: int | str) -> str:
        """Return the derivative of the cost, or the delta for that by z."""
        if name == "z" and self.delta:
            return self.mark(self.delta, str(layer))
        return self.derived.format(c=self.cost, q=self.q(name, layer))

    def used(self, name: str, layer: int | str) -> str:
        """Return it as it stands in a formula."""
        text = self.d(name, layer).split(" = ")[0]
        return f"({text})" if " " in text else text


_LAST = 2
_CAPITALS = ("Z", "S")
_SHARES = {  # of m examples, in front of a product or behind it
    "1/m": "1/{m} * {f}", "(1/m)": "(1/{m}) * {f}", "/ m": "({f}) / {m}", "/m": "{f}/{m}",
    "1/m (": "1/{m} ({f})", "(1/m) (": "(1/{m}) ({f})",
}  # fmt: skip
_TOTALS = {  # over the examples, which are columns
    "np.sum": "np.sum({f}, axis=1, keepdims=True)", "sum axis": "sum({f}, axis=1, keepdims=True)",
    "sum()": "sum({f})", "Σ": "Σ {f}", "Σ()": "Σ({f})", ".sum": "{f}.sum(axis=1, keepdims=True)",
    "Σ_i": "Σ_i {f}", "sum, 2": "sum({f}, 2)",
}  # fmt: skip


def drawn_note(seed: int, mistake_seed: int | None = None) -> Drawn:
    """Return the note of a seed, with a mistake if there is a seed for it."""
    draw = _Draw(seed)
    own = _notation(draw)
    hidden = draw.of("activation", ("sigmoid", "tanh", "relu"), usual=0.4)
    own.function = _FUNCTIONS[hidden][draw.of("slope", _FUNCTIONS[hidden])]
    linear = draw.of("last", ("same", "linear")) == "linear"
    loss = draw.of("loss", ("half squared", "cross entropy"), usual=0.5)
    if hidden != "sigmoid":
        loss = "half squared"
    marks = draw.choices["mark"]
    general = draw.random.random() < _GENERAL and marks not in _OF_NUMBERS
    draw.choices["layers"] = "l" if general else "numbers"
    if general:
        loss, linear = "half squared", False
        own.mark = _MARKS[_WITHOUT_BRACKETS.get(marks, marks)]
        formulas = _of_any_layer(own, draw)
    else:
        formulas = _formulas(own, draw, linear and loss == "half squared", loss)
    planted = ""
    if mistake_seed is not None:
        planted, formulas = _planted(own, formulas, random.Random(mistake_seed))
    text, rows = _laid_out(formulas, draw, planted)
    output = "identity" if linear and loss == "half squared" else hidden
    note = Note(
        f"plain {seed}", planted and f"planted in {planted}", planted, text,
        hidden=hidden, output=output,
        loss="half_squared_error" if loss == "half squared" else "binary_cross_entropy",
        examples="one" if own.letters.z not in _CAPITALS else "batch",
        reduction="sum" if own.letters.z not in _CAPITALS else "mean", rows=rows,
    )  # fmt: skip
    return Drawn(note, draw.choices)


def _notation(draw: _Draw) -> _Notation:
    z, a = _NAMES[draw.of("names", _NAMES, usual=0.2)]
    marks = draw.of("mark", _MARKS)
    own_x = draw.of("inputs", ("x", "a0"), usual=0.4) == "x"
    weights = draw.of("weights", ("W b", "w b", "Θ b", "θ b", "V c", "W c", "W B"), 0.5)
    w, b = weights.split()
    y = draw.of("target", ("y", "t", "d", "T", "target"), usual=0.4)
    out = draw.of(
        "output", ("a2", "ŷ", "yhat", "y_hat", "o", "p", "y_pred", "output"), 0.4
    )
    delta = draw.of("delta", ("none", *_DELTAS), usual=0.2)
    derived = draw.of("derived", _DERIVED)
    cost = draw.of("cost", _COSTS)
    transpose = draw.of("transpose", _TRANSPOSES)
    product = draw.of("product", _PRODUCTS)
    elementwise = draw.of("elementwise", _ELEMENTWISE)
    # what would be ambiguous to people too
    if a == "y" and y == "y":
        y = "d" if delta != "d" else "t"
    if y == "d" and delta == "d":
        y = "t"
    if y in {"d", "T"} and (
        derived in {"dW2", "d_W2"} or transpose == "T()" or "T" in transpose
    ):
        y = "t"
    if delta == "d" and derived in {"dW2", "dW2 = dL/dW2"}:
        delta = "δ"
    if out == "o" and (a == "o" or elementwise == "o"):
        out = "a2"
    if a == "o" and elementwise == "o":
        elementwise = "⊙"
    if out == "a2":
        out = ""
    if product == "*" and elementwise == "*":
        product = "@"
    if product == "×" and elementwise in {"⊗", "*"}:
        elementwise = "⊙"
    if cost == "E" and delta in {"e", "err", "error"}:
        cost = "C"
    if delta in {"err", "error"} and cost in {"Err"}:
        cost = "L"
    x = "x" if own_x or a == "x" else ""
    if z in _CAPITALS:
        x, y = x and "X", {"y": "Y", "t": "T"}.get(y, y)
        y = "Y" if y == "T" else y
    share = total = "{f}"
    if z in _CAPITALS:
        total = _TOTALS[draw.of("total", _TOTALS)]
        share = _SHARES[draw.of("share", _SHARES)]
    draw.choices |= {
        "target": y, "output": out or "a2", "delta": delta, "product": product,
        "elementwise": elementwise, "cost": cost,
    }  # fmt: skip
    return _Notation(
        _Letters(z, a, w, b, y, out, x), _MARKS[marks], _TRANSPOSES[transpose],
        _PRODUCTS[product], _ELEMENTWISE[elementwise], ("", ""), _DERIVED[derived],
        "" if delta == "none" else {"delta_": "delta_", "derivative": ""}.get(delta, delta),
        cost, share, total, draw.of("examples", ("m", "N", "n"), usual=0.5),
    )  # fmt: skip


Formulas = dict[str, tuple[str, str, str]]  # the row: left, right, verdict


def _formulas(own: _Notation, draw: _Draw, linear: bool, loss: str) -> Formulas:
    """Return every row of the note."""
    q, y, out = own.q, own.letters.y, own.q("a", _LAST)
    found: Formulas = {}
    for layer in (1, 2):
        product = own.dot(q("w", layer), q("a", layer - 1))
        found[f"z{layer}"] = q("z", layer), f"{product} + {q('b', layer)}", "definition"
        made = q("z", 2) if layer == _LAST and linear else own.f(layer)
        found[f"a{layer}"] = q("a", layer), made, "definition"
    if loss == "half squared":
        spelled = draw.of("cost spelled", (
            "1/2 * ({a} - {y})^2", "½ ‖{a} − {y}‖²", "0.5 * sum(({a} - {y})**2)",
            "1/2 ||{a} - {y}||^2", "(1/2) Σ ({y} - {a})²", "½({y} − {a})²",
        ))  # fmt: skip
    else:
        spelled = draw.of("cost spelled", (
            "-({y}*log({a}) + (1-{y})*log(1-{a}))",
            "−[{y} ln {a} + (1−{y}) ln(1−{a})]",
            "-sum({y} * log({a}) + (1 - {y}) * log(1 - {a}))",
        ))  # fmt: skip
    found["cost"] = own.cost, spelled.format(a=out, y=y), "definition"
    minus = draw.of("minus", (" - ", " − ", "-"))
    error = f"({out}{minus}{y})"
    if draw.of("difference", ("a - y", "-(y - a)"), usual=0.7) != "a - y":
        error = f"-({y}{minus}{out})"
    collapsed = linear or loss != "half squared"
    first = error.removeprefix("(").removesuffix(")") if error[0] == "(" else error
    right = first if collapsed else own.times(error, own.slope(2))
    found["d2"] = own.d("z", 2), right, "right"
    back = own.dot(own.t(q("w", 2)), own.used("z", 2))
    bracket = draw.of("bracket", ("(W d) * f'", "W d * f'", "f' * (W d)"), usual=0.5)
    if bracket == "W d * f'" and (
        own.product in {"{} @ {}", "{} * {}"} or own.elementwise == own.product
    ):
        bracket = "(W d) * f'"
    if bracket.startswith("f'"):
        hidden = own.times(own.slope(1), f"({back})")
    else:
        hidden = own.times(f"({back})" if bracket[0] == "(" else back, own.slope(1))
    for layer in (2, 1):
        if layer == 1:
            found["d1"] = own.d("z", 1), hidden, "right"
        product = own.dot(own.used("z", layer), own.t(q("a", layer - 1)))
        total = own.summed(own.used("z", layer))
        found[f"w{layer}"] = own.d("w", layer), own.averaged(product), "right"
        found[f"b{layer}"] = own.d("b", layer), own.averaged(total), "right"
    rate = draw.of("rate", ("η", "α", "lr", "eta", "alpha", "learning_rate"))
    arrow = draw.of("update", ("=", "←", ":=", "<-", "-=", "none"))
    times = draw.of("rate times", (" ", " * ", "·", "*"))
    for layer in (2, 1) if arrow != "none" else ():
        for name in "wb":
            left = q(name, layer)
            step = f"{rate}{times}{own.used(name, layer)}"
            right = step if arrow == "-=" else f"{left} - {step}"
            if arrow != "=":
                left = f"{left} {arrow}"
            found[f"u{name}{layer}"] = left, right, "definition"
    return found


def _of_any_layer(own: _Notation, draw: _Draw) -> Formulas:
    """Return the rows of a note about layer l, the last of which is L."""
    q, y, d = own.q, own.letters.y, own.used
    found: Formulas = {}
    product = own.dot(q("w", "l"), q("a", "l-1"))
    found["z1"] = q("z", "l"), f"{product} + {q('b', 'l')}", "definition"
    found["a1"] = q("a", "l"), own.f("l"), "definition"
    error = f"({q('a', 'L')} - {y})"
    found["d2"] = own.d("z", "L"), own.times(error, own.slope("L")), "right"
    back = own.dot(own.t(q("w", "l+1")), d("z", "l+1"))
    found["d1"] = own.d("z", "l"), own.times(f"({back})", own.slope("l")), "right"
    product = own.dot(d("z", "l"), own.t(q("a", "l-1")))
    found["w1"] = own.d("w", "l"), own.averaged(product), "right"
    found["b1"] = own.d("b", "l"), own.averaged(own.summed(d("z", "l"))), "right"
    rate = draw.of("rate", ("η", "α", "lr", "eta", "alpha", "learning_rate"))
    arrow = draw.of("update", ("=", "←", ":=", "<-", "none"))
    for name in "wb" if arrow != "none" else ():
        step = f"{q(name, 'l')} - {rate} {d(name, 'l')}"
        left = q(name, "l") if arrow == "=" else f"{q(name, 'l')} {arrow}"
        found[f"u{name}2"] = left, step, "definition"
    return found


_GENERAL = 0.3  # of the notes are about layer l


def _planted(
    own: _Notation, formulas: Formulas, chance: random.Random
) -> tuple[str, Formulas]:
    """Return the quantity in which a mistake enters, and the rows with it."""
    q = own.q
    if "b2" not in formulas:
        return _planted_in_any_layer(own, formulas, chance)
    changes: list[tuple[str, str, str]] = [
        ("d1", own.t(q("w", 2)), q("w", 2)),
        ("w2", own.t(q("a", 1)), own.t(q("a", 0))),
        ("w1", own.t(q("a", 0)), own.t(q("a", 1))),
        ("d1", own.slope(1), own.slope(2)),
        ("b1", own.used("z", 1), own.used("z", 2)),
        ("b2", own.used("z", 2), own.used("z", 1)),
        ("d1", own.slope(1), own.f(1)),
    ]
    if formulas["d2"][1][0] == "(" and own.slope(2) in formulas["d2"][1]:
        changes.append(("d2", formulas["d2"][1], f"-{formulas['d2'][1]}"))
    usable = [c for c in changes if c[1] in formulas[c[0]][1] and c[1] != c[2]]
    row, old, new = chance.choice(usable)
    left, right, _ = formulas[row]
    name = {"d": "dZ", "w": "dW", "b": "db"}[row[0]] + row[1]
    return name, formulas | {row: (left, right.replace(old, new, 1), "wrong")}


def _planted_in_any_layer(
    own: _Notation, formulas: Formulas, chance: random.Random
) -> tuple[str, Formulas]:
    q = own.q
    row, old, new = chance.choice([
        ("d1", own.t(q("w", "l+1")), q("w", "l+1")),
        ("d1", own.t(q("w", "l+1")), own.t(q("w", "l"))),
        ("d1", own.slope("l"), own.slope("l+1")),
        ("d1", own.slope("l"), own.f("l")),
        ("w1", own.t(q("a", "l-1")), own.t(q("a", "l"))),
        ("b1", own.used("z", "l"), own.used("z", "l+1")),
        ("d2", formulas["d2"][1], f"-{formulas['d2'][1]}"),
    ])  # fmt: skip
    left, right, _ = formulas[row]
    name = {"d": "dZ", "w": "dW", "b": "db"}[row[0]] + row[1]
    return name, formulas | {row: (left, right.replace(old, new, 1), "wrong")}


def _laid_out(formulas: Formulas, draw: _Draw, planted: str) -> tuple[str, list[Row]]:
    """Return the text of a note, and its rows with the lines they stand in."""
    layout = draw.of("layout", _LAYOUTS)
    bullet = draw.of("bullet", _BULLETS, usual=0.35)
    behind = draw.of("behind", _BEHIND, usual=0.35)
    equals = draw.of("equals", _EQUALS, usual=0.6)
    aligned = draw.of("aligned", ("no", "yes"))
    width = max(len(left) for left, *_ in formulas.values()) if aligned == "yes" else 0
    lines = ["# Backpropagation by hand", "", "Two layers, one example.", ""]
    rows: list[Row] = []
    if "fence" in layout:
        lines.append("```text" if layout == "text fence" else "```")
    titles = {"z1": "Forward pass:", "d2": "Backward pass:", "uw2": "Update:"}
    n, joined = 0, ""
    for key, (left, right, verdict) in formulas.items():
        n += 1
        if layout == "table" and not rows:
            lines += ["| what | formula |", "|---|---|"]
        if key in titles and layout != "table":
            lines += [joined, titles[key], ""]
            joined = ""
        own_sign = left[-1] in "←=-" and left.rstrip("=:-←<") != left
        sign = (
            ""
            if own_sign
            else f" {equals if verdict != 'definition' or equals != '==' else '='}"
        )
        body = f"{left.ljust(width)}{sign} {right}"
        if layout == "two a line" and verdict != "definition":
            rows.append(Row(body, verdict, planted, line=len(lines) + 1))
            if not joined:
                joined = body
                continue
            lines.append(f"{joined};  {body}")
            joined = ""
            continue
        if joined:
            lines.append(joined)
            joined = ""
        rest = _BEHIND[behind].format(word=_WORDS[key], n=n)
        line = f"{bullet.format(n=n)}{body}{rest}"
        if layout == "indented":
            line = f"    {line}"
        elif layout == "table":
            line = f"| {_WORDS[key]} | {body} |"
        elif layout == "box":
            line = f"│ {body}{' ' * (70 - len(body))} │"
        elif layout == "labels":
            line = f"{_WORDS[key].capitalize()}: {body}"
        elif layout == "code spans":
            line = f"- {_WORDS[key]}: `{body}`"
        lines.append(line)
        rows.append(Row(body, verdict, planted, line=len(lines)))
        if layout == "blank lines":
            lines.append("")
    if joined:
        lines.append(joined)
    if "fence" in layout:
        lines.append("```")
    return "\n".join(lines) + "\n", rows
