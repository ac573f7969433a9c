"""Write notes on a small network neuron by neuron, in notations drawn by a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from tests.nn.grading.generated.worded_note import GeneratedNote

__all__ = ["neuron_note"]


def neuron_note(seed: int, slip: int | None = None) -> GeneratedNote:
    """Return a note; with ``slip``, a second seed, one of its rows is wrong."""
    draw = random.Random(seed)
    system = _drawn(draw)
    return _Writer(system, draw, slip).written()


@dataclass(frozen=True, slots=True)
class _System:
    """A notation; each field is one of the values that `_drawn` chooses from."""

    sizes: tuple[int, ...]
    form: str
    neurons: str
    weights: str
    bias: str
    letters: tuple[str, str]
    target: str
    cost: str
    activation: str
    delta: str
    sign: str
    left_out: bool
    numbers: bool
    example: str


_SIZES: Final = ((2, 2, 1), (2, 2, 2), (2, 3, 2), (3, 2, 1), (2, 2, 2, 1))
_FORMS: Final = ("display", "inline", "unicode", "plain")
_NEURONS: Final = ("h1", "through", "a1", "above", "letters", "plain index")
_WEIGHTS: Final = ("numbered", "from-to", "to-from", "v and w", "labels", "brackets")
_BIASES: Final = ("own", "numbered", "shared", "none", "w0")
_LETTERS: Final = (
    ("net", "out"), ("z", "a"), ("in", "out"), ("s", "y"), ("net", "o"),
    ("z", "h"), ("sum", "out"), ("u", "y"),
)  # fmt: skip


def _drawn(draw: random.Random) -> _System:
    neurons = draw.choice(_NEURONS)
    weights = draw.choice(_WEIGHTS)
    letters = draw.choice(_LETTERS)
    form = draw.choice(_FORMS)
    if neurons == "above" and form in {"unicode", "plain"}:
        form = "display"
    if weights == "brackets":
        form = "plain"
        neurons = draw.choice(("h1", "a1", "letters"))
    if weights in {"from-to", "to-from"} and neurons not in {"through", "above"}:
        neurons = draw.choice(("through", "above") if form[0] in "di" else ("through",))
    if weights == "labels":
        neurons = draw.choice(("h1", "a1", "letters"))
    if neurons == "plain index":  # the letters of the layers say which neuron it is
        letters = draw.choice((("z", "h"), ("net", "h"), ("s", "h"), ("in", "h")))
    return _System(
        sizes=draw.choice(_SIZES),
        form=form,
        neurons=neurons,
        weights=weights,
        bias=draw.choice(_BIASES),
        letters=letters,
        target=draw.choice(("t", "target", "y" if letters[1] != "y" else "d")),
        cost=draw.choice(("E", "C", "L", "J")),
        activation=draw.choice(("sigmoid", "sigmoid", "tanh")),
        delta=draw.choice(("delta", "derivative", "chain")),
        sign=draw.choice(("-", "-", "+")),
        left_out=draw.random() < 0.3,
        numbers=draw.random() < 0.4,
        example=draw.choice(("a(1-a)", "f'")),
    )


_SLIPS: Final = ("sign", "derivative", "path", "activation", "weight", "factor")


class _Writer:
    def __init__(self, system: _System, draw: random.Random, slip: int | None) -> None:
        self.s, self.draw = system, draw
        self.last = len(system.sizes) - 1
        slips = None if slip is None else random.Random(slip)
        self.slips = slips
        facts = {name: str(getattr(system, name)) for name in system.__slots__}
        self.note = GeneratedNote(
            facts,
            system.sizes,
            system.activation,
            system.activation,
            "half_squared_error",
        )
        self.latex = system.form in {"display", "inline"}

    # ---- symbols ----

    def sub(self, letter: str, label: str) -> str:
        if self.latex:
            words = {"net", "out", "in", "sum", "target"}
            head = letter
            if letter in words:
                head = (
                    rf"\text{{{letter}}}" if len(label) % 2 else rf"\mathrm{{{letter}}}"
                )
                head = head if self.s.example == "f'" else letter
            head = {"delta": r"\delta", "sigma": r"\sigma"}.get(letter, head)
            return f"{head}_{{{label}}}" if label else head
        if self.s.form == "unicode":
            letter = {"delta": "δ"}.get(letter, letter)
            return f"{letter}{_below(label)}" if label else letter
        if letter == "delta":
            return f"delta_{label}"
        if self.s.weights == "brackets":
            return f"{letter}[{label}]" if label else letter
        return (
            f"{letter}_{label}" if label and not label[0].isdigit() else letter + label
        )

    def label(self, layer: int, i: int) -> str:
        kind = self.s.neurons
        if kind == "h1":
            return f"{self.prefix(layer)}{i}"
        if kind == "a1":
            return f"{'abcd'[layer - 1] if layer else 'x'}{i}"
        if kind == "letters":
            return "ABCDEFGH"[sum(self.s.sizes[1:layer]) + i - 1] if layer else str(i)
        if kind == "through":
            return str(sum(self.s.sizes[:layer]) + i)
        return str(i)

    def prefix(self, layer: int) -> str:
        if layer == 0:
            return "i"
        if layer == self.last:
            return "o"
        return "hg"[layer - 1]

    def z(self, layer: int, i: int) -> str:
        letter = self.s.letters[0]
        if self.s.neurons == "above":
            return f"{self.sub(letter, str(i))}^{{({layer})}}"
        if self.s.neurons == "plain index":
            if self.s.letters[0] in {"net", "in"}:
                return self.sub(letter, f"{self.prefix(layer)}{i}")
            return self.sub({"z": "zuv", "s": "suv"}[letter][layer - 1], str(i))
        return self.sub(letter, self.label(layer, i))

    def a(self, layer: int, i: int) -> str:
        if layer == 0:
            own = {"through": str(i), "letters": str(i)}.get(self.s.neurons, str(i))
            return self.sub("i" if self.s.neurons == "h1" else "x", own)
        letter = self.s.letters[1]
        if self.s.neurons == "above":
            letter = "a" if letter in {"h", "y"} else letter
            return f"{self.sub(letter, str(i))}^{{({layer})}}"
        if self.s.neurons == "plain index":
            return self.sub(self.prefix(layer), str(i))
        letter = "a" if letter == "h" else letter
        return self.sub(letter, self.label(layer, i))

    def t(self, i: int) -> str:
        return self.sub(self.s.target, self.at_output(i))

    def at_output(self, i: int) -> str:
        own = self.s.neurons in {"h1", "letters", "a1", "through"}
        return self.label(self.last, i) if own else str(i)

    def delta(self, layer: int, i: int) -> str:
        if self.s.delta == "delta":
            if self.s.neurons == "above":
                return f"{self.sub('delta', str(i))}^{{({layer})}}"
            if self.s.neurons == "plain index":
                return self.sub("delta", f"{self.prefix(layer)}{i}")
            return self.sub("delta", self.label(layer, i))
        return self.by(self.z(layer, i))

    def w(self, layer: int, to: int, origin: int) -> str:
        kind, sizes = self.s.weights, self.s.sizes
        if kind == "numbered":
            before = sum(sizes[k] * sizes[k + 1] for k in range(layer - 1))
            return self.sub("w", str(before + (to - 1) * sizes[layer - 1] + origin))
        if kind == "v and w":
            letter = "vwu"[layer - 1]
            return self.sub(letter, f"{origin}{to}")
        if kind == "brackets":
            start = self.label(layer - 1, origin)
            start = f"x{origin}" if layer == 1 else start
            return f"w[{start}][{self.label(layer, to)}]"
        if kind == "labels":
            start = self.label(layer - 1, origin)
            pair = f"{start}{self.label(layer, to)}"
            return self.sub("w", pair)
        first, second = self.label(layer - 1, origin), self.label(layer, to)
        if kind == "to-from":
            first, second = second, first
        above = f"^{{({layer})}}" if self.s.neurons == "above" else ""
        return f"{self.sub('w', first + second)}{above}"

    def b(self, layer: int, i: int) -> str:
        kind = self.s.bias
        above = f"^{{({layer})}}" if self.s.neurons == "above" else ""
        if kind == "shared":
            return self.sub("b", str(layer))
        if kind == "numbered" and not above:
            return self.sub("b", str(sum(self.s.sizes[1:layer]) + i))
        if kind == "w0":
            if self.s.weights == "brackets":
                return f"w[0][{self.label(layer, i)}]"
            letter = "vwu"[layer - 1] if self.s.weights == "v and w" else "w"
            if self.s.weights == "to-from":
                return self.sub(letter, f"{self.label(layer, i)}0") + above
            if self.s.weights == "numbered":
                return self.sub("w", f"0{self.label(layer, i)}") + above
            end = str(i) if self.s.weights == "v and w" else self.label(layer, i)
            return self.sub(letter, f"0{end}") + above
        own = self.label(layer, i)
        if self.s.neurons == "plain index":
            own = f"{self.prefix(layer)}{i}"
        return self.sub("b", own) + above

    def frac(self, over: str, under: str) -> str:
        if self.latex:
            d = r"\partial "
            return rf"\frac{{{d}{over}}}{{{d}{under}}}"
        d = "∂" if self.s.form == "unicode" else "d"
        return f"{d}{over}/{d}{under}"

    def by(self, under: str) -> str:
        return self.frac(self.s.cost, under)

    def times(self, *factors: str) -> str:
        if self.latex:
            return (r" \cdot " if self.s.example == "f'" else r" \, ").join(factors)
        return (" · " if self.s.form == "unicode" else " * ").join(factors)

    def f(self, inner: str) -> str:
        tanh = self.s.activation == "tanh"
        if self.latex:
            return rf"\{'tanh' if tanh else 'sigma'}({inner})"
        name = "tanh" if tanh else ("σ" if self.s.form == "unicode" else "sigmoid")
        return f"{name}({inner})"

    def slope(self, layer: int, i: int) -> str:
        a = self.a(layer, i)
        if self.s.activation == "tanh":
            squared = {"u": f"{a}²", "p": f"{a}**2"}.get(self.s.form[0])
            if squared is None:
                squared = f"({a})^2" if self.s.neurons == "above" else f"{a}^2"
            return f"(1 - {squared})"
        return self.times(a, f"(1 - {a})")

    def error(self, i: int, turned: bool = False) -> str:
        a, t = self.a(self.last, i), self.t(i)
        if (self.s.sign == "-") != turned:
            return f"({a} - {t})"
        return f"-({t} - {a})"

    # ---- the text ----

    def put(self, kind: str, formula: str) -> None:
        if self.s.form == "display":
            self.note.row(kind, "$$", formula, "$$")
        elif self.s.form == "inline":
            self.note.row(kind, "", f"- ${formula}$")
        else:
            self.note.row(kind, "", f"    {formula}")

    def written(self) -> GeneratedNote:
        s, note = self.s, self.note
        sizes = s.sizes
        note.say("# Backpropagation by hand", "")
        note.say(f"A network with {sizes[0]} inputs and {sizes[-1]} outputs.", "")
        note.say("## Forward", "")
        for layer in range(1, self.last + 1):
            for i in range(1, sizes[layer] + 1):
                if s.left_out and i > 1 and i == sizes[layer] and layer > 1:
                    note.say("", "Similarly for the other neuron.", "")
                    continue
                terms = [
                    self.times(self.w(layer, i, k), self.a(layer - 1, k))
                    for k in range(1, sizes[layer - 1] + 1)
                ]
                if s.bias == "w0":
                    terms = [self.b(layer, i), *terms]
                elif s.bias != "none":
                    terms.append(self.b(layer, i))
                self.put("definition", f"{self.z(layer, i)} = {' + '.join(terms)}")
                z = self.z(layer, i)
                self.put("definition", f"{self.a(layer, i)} = {self.f(z)}")
        if s.numbers:
            z = self.z(1, 1)
            self.put("numbers", f"{z} = 0.15 * 0.05 + 0.2 * 0.1 + 0.35 = 0.3775")
            self.put("numbers", f"{self.a(1, 1)} = 0.593269992")
        half = {"u": "½ ", "p": "1/2 * "}.get(s.form[0], r"\frac{1}{2} ")
        square = {"u": "²", "p": "**2"}.get(s.form[0], "^2")
        outs = [
            f"{half}({self.t(i)} - {self.a(self.last, i)}){square}"
            for i in range(1, sizes[-1] + 1)
        ]
        note.say("", "## Error", "")
        self.put("definition", f"{s.cost} = {' + '.join(outs)}")
        note.say("", "## Backward", "")
        self.backward()
        if s.numbers:
            self.put("numbers", f"{self.by(self.w(1, 1, 1))} = 0.000438568")
        note.say("", "## Update", "")
        w = self.w(self.last, 1, 1)
        eta = {"u": "η", "p": "eta"}.get(s.form[0], r"\eta")
        new = {"u": f"{w}⁺", "p": w}.get(s.form[0], f"{w}^{{+}}")
        if s.neurons == "above":
            new = w
        self.put("definition", f"{new} = {w} - {self.times(eta, self.by(w))}")
        return note

    def backward(self) -> None:
        sizes, last = self.s.sizes, self.last
        rows: list[tuple[str, str, dict[str, str]]] = []  # kind, right, by slip
        for i in range(1, sizes[last] + 1):
            head = self.delta(last, i)
            error, slope = self.error(i), self.slope(last, i)
            whole = self.times(error, slope)
            if self.s.delta == "chain":
                out = self.a(last, i)
                rows += [
                    (
                        "right",
                        f"{self.by(out)} = {error}",
                        {
                            "sign": f"{self.by(out)} = ({self.t(i)} - {out})",
                        },
                    ),
                    ("definition", f"{self.frac(out, self.z(last, i))} = {slope}", {}),
                ]
            else:
                wrong = f"({self.t(i)} - {self.a(last, i)})"
                rows.append(
                    (
                        "right",
                        f"{head} = {whole}",
                        {
                            "sign": f"{head} = {self.times(wrong, slope)}",
                            "derivative": f"{head} = {error}",
                        },
                    )
                )
            rows += self.gradients(last, i)
        for layer in range(last - 1, 0, -1):
            for i in range(1, sizes[layer] + 1):
                if self.s.left_out and i > 1:
                    rows.append(("say", "Similarly for the other hidden neuron.", {}))
                    break
                rows += self.hidden(layer, i)
                rows += self.gradients(layer, i)
        can = [k for k, (_, _, wrong) in enumerate(rows) if wrong]
        chosen = self.slips.choice(can) if self.slips else -1
        for k, (kind, right, wrong) in enumerate(rows):
            if kind == "say":
                self.note.say("", right, "")
            elif k == chosen and self.slips:
                name = self.slips.choice(sorted(wrong))
                self.note.planted = f"{name} in {right}"
                self.put("wrong", wrong[name])
            else:
                self.put(kind, right)

    def hidden(self, layer: int, i: int) -> list[tuple[str, str, dict[str, str]]]:
        following = range(1, self.s.sizes[layer + 1] + 1)
        paths = [self.path(layer + 1, k, i) for k in following]
        inner = " + ".join(paths)
        slope = self.slope(layer, i)
        inner = f"({inner})" if len(paths) > 1 else inner
        if self.s.delta == "chain":
            head = self.by(self.a(layer, i))
            found = f"{head} = {' + '.join(paths)}"
            wrong = {}
            if len(paths) > 1:
                wrong["path"] = f"{head} = {paths[0]}"
            other = self.other(layer, i)
            if other:
                bad = [self.path(layer + 1, k, other) for k in following]
                wrong["weight"] = f"{head} = {' + '.join(bad)}"
            local = f"{self.frac(self.a(layer, i), self.z(layer, i))} = {slope}"
            return [("right", found, wrong), ("definition", local, {})]
        head = self.delta(layer, i)
        wrong = {
            "derivative": f"{head} = {inner}",
            "factor": f"{head} = {self.times(inner, self.a(layer, i))}",
        }
        if len(paths) > 1:
            wrong["path"] = f"{head} = {self.times(paths[0], slope)}"
        return [("right", f"{head} = {self.times(inner, slope)}", wrong)]

    def path(self, layer: int, k: int, i: int) -> str:
        if self.s.delta == "chain":
            a, z = self.a(layer, k), self.z(layer, k)
            back = self.times(self.by(a), self.frac(a, z))
        else:
            back = self.delta(layer, k)
        return self.times(back, self.w(layer, k, i))

    def other(self, layer: int, i: int) -> int:
        return i - 1 if i > 1 else (2 if self.s.sizes[layer] > 1 else 0)

    def gradients(self, layer: int, i: int) -> list[tuple[str, str, dict[str, str]]]:
        found: list[tuple[str, str, dict[str, str]]] = []
        for k in range(1, self.s.sizes[layer - 1] + 1):
            w, x = self.w(layer, i, k), self.a(layer - 1, k)
            other = self.a(layer - 1, self.other(layer - 1, k) or k)
            if self.s.delta == "chain":
                a, z = self.a(layer, i), self.z(layer, i)
                factors = self.by(a), self.frac(a, z), self.frac(z, w)
                chain = f"{self.by(w)} = {self.times(*factors)}"
                found.append(("right", chain, {}))
                error = self.error(i) if layer == self.last else self.by(a)
                whole = self.times(error, self.slope(layer, i), x)
                lost = self.times(error, x)
                own = self.times(error, self.slope(layer, i), a)
                wrong = {
                    "derivative": f"{self.by(w)} = {lost}",
                    "activation": f"{self.by(w)} = {own}",
                }
                found.append(("right", f"{self.by(w)} = {whole}", wrong))
                continue
            delta = self.delta(layer, i)
            wrong = {
                "activation": f"{self.by(w)} = {self.times(delta, self.a(layer, i))}"
            }
            if other != x:
                wrong["weight"] = f"{self.by(w)} = {self.times(delta, other)}"
            found.append(("right", f"{self.by(w)} = {self.times(delta, x)}", wrong))
        if self.s.bias in {"own", "numbered"}:
            delta = self.delta(layer, i)
            if self.s.delta == "chain":
                delta = self.times(
                    self.by(self.a(layer, i)),
                    self.frac(self.a(layer, i), self.z(layer, i)),
                )
            found.append(("right", f"{self.by(self.b(layer, i))} = {delta}", {}))
        return found


def _below(label: str) -> str:
    """Return a label in the small letters of Unicode, where it has them."""
    small = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return label.translate(small) if label.isdecimal() else f"_{label}"
