r"""Write a right note on backpropagation in a convention, and one with a mistake.

Every formula is written by one function, which knows the slips that it can make.
"""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.nn.grading.generated.convention import Convention, drawn
from tests.nn.grading.unseen.judged_note import Note, Row

_ZERO: Final = "0"


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation, what it is, and the slips that can be made in it.

    Attributes:
        verdict: "right", "definition" or "chain".
        sides: its sides, for a slip or "" for none.
        slips: the slips that make another quantity of it.
        enters: the quantity that a slip makes wrong.
    """

    verdict: str
    sides: Callable[[str], list[str]]
    slips: tuple[str, ...] = ()
    enters: str = ""


def note_of(seed: int, slip_seed: int | None = None) -> Note:
    """Return the note of a seed; with a second one, one mistake is in it."""
    return written(drawn(seed), f"latex-{seed}", slip_seed)


def written(of: Convention, name: str, slip_seed: int | None = None) -> Note:
    """Return a note in a convention; with a seed, one mistake is in it."""
    formulas = list(_Writer(of).formulas())
    slips: dict[int, str] = {}
    if slip_seed is not None:
        random = Random(slip_seed)
        at = random.choice([i for i, one in enumerate(formulas) if one.slips])
        slips[at] = random.choice(formulas[at].slips)
    text, rows = _laid_out(of, formulas, slips)
    softmax = of.cost_is == "softmax"
    return Note(
        name,
        "".join(slips.values()) or "right",
        "".join(formulas[at].enters for at in slips),
        text,
        layers=(3, 4, 2) if of.numbered else (3, 5, 4, 2),
        hidden=of.hidden,
        output="identity" if softmax else _output_function(of),
        loss={
            "squares": "half_squared_error",
            "norm": "half_squared_error",
            "unhalved": "squared_error",
            "logistic": "binary_cross_entropy",
            "softmax": "softmax_cross_entropy",
        }[of.cost_is],
        reduction="sum" if _is_batch(of) and of.count == "nowhere" else "mean",
        rows=rows,
    )


def _is_batch(of: Convention) -> bool:
    return of.form in {"columns", "rows"}


def _output_function(of: Convention) -> str:
    return "sigmoid" if of.cost_is == "logistic" else of.hidden


class _Writer:
    """Writes formulas in a convention."""

    def __init__(self, of: Convention) -> None:
        self.of = of

    # ---- The formulas, in the order of a note -----------------------------------------

    def formulas(self) -> Iterator[Formula]:
        """Give the formulas of the note."""
        of = self.of
        hidden = ["1"] if of.numbered else ["l"]
        last = "2" if of.numbered else "L"
        layers = ["1", "2"] if of.numbered else ["l"]
        if of.marks not in {"names", "words", "indices"}:
            mark = "^j" if of.marks == "below" else "_j"
            inputs = self.inputs() + (mark if of.form == "entries" else "")
            yield self.definition(self.signal("a", _ZERO), inputs)
        for layer in layers:
            yield self.definition(self.signal("z", layer), self.weighted_sum(layer))
            yield self.definition(
                self.signal("a", layer), self.activated(layer, layer == last)
            )
        if not of.numbered:
            yield self.definition(self.signal("a", last), self.activated(last, True))
        yield self.definition(of.cost, self.cost(last))
        if of.by in {"delta", "both"} and of.count != "gradients":
            yield self.definition(self.delta(hidden[0]), self.partial("z", hidden[0]))
        yield from self.of_the_output(last)
        for layer in hidden:
            yield from self.of_a_hidden_layer(layer)
        for layer in layers[::-1]:
            yield self.of_the_weights(layer)
            yield self.of_the_biases(layer)
        for layer in layers[::-1]:
            yield from self.updates(layer)

    def definition(self, name: str, value: str) -> Formula:
        return Formula("definition", lambda _: [name, value])

    def of_the_output(self, last: str) -> Iterator[Formula]:
        """Give the derivative by the output's pre-activations, perhaps in steps."""
        of = self.of
        if of.chain:
            chain = f"{self.partial('a', last)} {self.local(last)}"
            if of.cost_is in {"squares", "norm", "unhalved"} and not _is_batch(of):
                yield Formula(
                    "right",
                    lambda slip: [self.partial("a", last), self.error(last, slip)],
                    ("plus",),
                    f"dA{self.number(last)}",
                )
            if of.form == "entries":
                yield Formula("chain", lambda _: [self.gradient("z", last), chain])

        def sides(slip: str) -> list[str]:
            error = self.error(last, slip)
            if of.cost_is in {"logistic", "softmax"}:
                value = error
                if slip == "slope added":
                    value = self.times(f"({error})", self.slope(last))
            elif slip == "slope lost":
                value = error
            else:
                bracketed = error if self.is_simple(error) else f"({error})"
                value = self.times(bracketed, self.slope(last, slip))
            if _is_batch(of) and of.count == "delta":
                if value == error and not error.startswith(("-", "2 (")):
                    value = f"({value})"
                sign, value = ("-", value[1:]) if value[0] == "-" else ("", value)
                value = f"{sign}{self.mean()} {value}"
            return [*self.names("z", last), value]

        matches = of.cost_is in {"logistic", "softmax"}
        slips = ("slope added", "plus") if matches else ("slope lost", "plus")
        if of.cost_is == "softmax":  # its slope is a matrix
            slips = ("plus",)
        yield Formula("right", sides, slips, f"dZ{self.number(last)}")

    def of_a_hidden_layer(self, layer: str) -> Iterator[Formula]:
        """Give the recursion, perhaps in steps."""
        of = self.of
        above = self.next(layer)
        if of.chain and of.by != "d":
            yield Formula(
                "right",
                lambda slip: [self.partial("a", layer), self.carried(layer, slip)],
                ("not transposed",),
                f"dA{self.number(layer)}",
            )
        if of.chain and of.form == "entries":
            k = self.index(above)
            terms = rf"\sum_{k} {self.gradient('z', above)} {self.over('z', above, 'a', layer)}"
            yield Formula(
                "chain",
                lambda _: [self.gradient("z", layer), f"{terms} {self.local(layer)}"],
            )

        def sides(slip: str) -> list[str]:
            carried = self.carried(layer, slip)
            slope = self.slope(layer, slip)
            if slip == "slope lost":
                value = carried
            elif of.form == "entries":
                value = (
                    f"{carried} {self.of.product} {slope}"
                    if of.sum_first and not of.spelled
                    else f"{slope} {carried}"
                )
            else:
                value = self.times(f"({carried})", slope)
            if slip == "minus":
                value = f"-{value}"
            return [*self.names("z", layer), value]

        slips = ("slope lost", "minus", "not transposed", "slope of a")
        if of.spelled or of.hidden == "relu":  # of which g'(a) is g'(z)
            slips = slips[:-1]
        yield Formula("right", sides, slips, f"dZ{self.number(layer)}")

    def of_the_weights(self, layer: str) -> Formula:
        of = self.of
        before = self.before(layer)

        def sides(slip: str) -> list[str]:
            used = layer if slip == "own activation" else before
            delta, inputs = self.gradient("z", layer), self.signal("a", used)
            if of.form == "entries":
                j, k = self.index(layer), self.below(layer)
                inputs = self.signal("a", used, j if slip == "own activation" else k)
                value = f"{delta} {inputs}"
            elif of.form == "rows":
                value = f"{self.transposed(inputs)} {delta}"
            else:
                value = f"{delta} {self.transposed(inputs)}"
            if slip == "doubled":
                value = f"2 {value}"
            if _is_batch(of) and of.count == "gradients" and slip != "mean lost":
                value = f"{self.mean()} {value}"
            return [self.gradient("w", layer), value]

        slips: tuple[str, ...] = ("own activation", "doubled")
        if _is_batch(of) and of.count == "gradients":
            slips += ("mean lost",)
        return Formula("right", sides, slips, f"dW{self.number(layer)}")

    def of_the_biases(self, layer: str) -> Formula:
        of = self.of

        def sides(slip: str) -> list[str]:
            value = self.gradient("z", layer)
            if slip == "doubled":
                value = f"2 {value}"
            if _is_batch(of):
                mean = self.mean() if of.count == "gradients" else ""
                if slip == "mean lost":
                    mean = ""
                axis = "0" if of.form == "rows" else "1"
                alone = value.count("{") < 2 or of.marks == "square"
                plain = of.by in {"delta", "both", "d"} and alone
                if of.summed == "np" or (of.summed == "sum" and not plain):
                    value = (
                        rf"{mean} \text{{np.sum}}({value}, axis={axis}, keepdims=True)"
                    )
                elif of.summed == "ones":
                    value = (
                        rf"{mean} \mathbf{{1}}{self.of.transposed} {value}"
                        if of.form == "rows"
                        else rf"{mean} {value} \mathbf{{1}}"
                    )
                else:
                    value = rf"{mean} \sum_{{i=1}}^{{m}} {self.example(value)}"
            return [self.gradient("b", layer), value.strip()]

        slips: tuple[str, ...] = ("doubled",)
        if _is_batch(of) and of.count == "gradients":
            slips += ("mean lost",)
        return Formula("right", sides, slips, f"db{self.number(layer)}")

    def updates(self, layer: str) -> Iterator[Formula]:
        of = self.of
        for kind in "wb":
            name, gradient = self.signal(kind, layer), self.gradient(kind, layer)
            step = rf"\eta {gradient}"
            if of.update == r"\Delta":
                yield self.definition(rf"\Delta {name}", f"-{step}")
            elif of.update == "new":
                yield self.definition(rf"{name}_{{\text{{new}}}}" if "_" not in name
                    else rf"{name} {{}}^{{\text{{new}}}}" if "^" not in name
                    else rf"\tilde{{{name}}}", f"{name} - {step}")  # fmt: skip
            else:
                sign = "=" if of.update == "=" else of.update
                yield Formula(
                    "definition",
                    lambda _, n=name, s=step, by=sign: [  # type: ignore[misc]
                        f"{n} {by} {n} - {s}" if by != "=" else f"{n} = {n} - {s}"
                    ],
                )

    # ---- Parts of formulas --------------------------------------------------------------

    def weighted_sum(self, layer: str) -> str:
        of = self.of
        before = self.before(layer)
        bias = self.signal("b", layer)
        if of.form == "entries":
            k = self.below(layer)
            return rf"\sum_{k} {self.signal('w', layer)} {self.signal('a', before, k)} + {bias}"
        weights, inputs = self.signal("w", layer), self.signal("a", before)
        if of.form == "rows":
            return f"{inputs} {weights} + {bias}"
        return f"{weights} {inputs} + {bias}"

    def activated(self, layer: str, is_last: bool) -> str:
        z = self.signal("z", layer)
        name = self.function(is_last)
        return f"{name}({z})"

    def function(self, is_last: bool) -> str:
        of = self.of
        if is_last and of.cost_is == "softmax":
            return r"\text{softmax}"
        function = _output_function(of) if is_last else of.hidden
        if (
            not of.spelled
            and _output_function(of) == of.hidden
            and of.cost_is != "softmax"
        ):
            return of.g
        if not of.spelled and not is_last:
            return of.g
        return {
            "sigmoid": r"\sigma"
            if r"\sigma" not in {of.a, of.z}
            else r"\text{sigmoid}",
            "tanh": r"\tanh",
            "relu": r"\text{ReLU}",
        }[function]

    def cost(self, last: str) -> str:
        of = self.of
        target = self.target("k" if of.marks == "indices" else "j")
        out = self.signal("a", last)
        difference = f"{target} - {out}" if of.reversed_error else f"{out} - {target}"
        mean = {"gradients": r"\frac{1}{m}", "delta": r"\frac{1}{m}", "nowhere": ""}[
            of.count
        ]
        if of.form != "entries":
            j = "k"
            entries = (self.entry(out, j), self.entry(self.target(""), j))
        else:
            j = self.index(last)
            entries = out, target
        over = r"\sum_{i=1}^{m} " if _is_batch(of) else ""
        if _is_batch(of):
            pair = "ik" if of.form == "rows" else "ki"
            if of.marks == "square":
                entries = (
                    self.entry(self.example(out), j),
                    self.entry(self.example(target), j),
                )
            else:
                entries = self.entry(out, pair), self.entry(target, pair)
            if of.cost_is == "norm":
                over = ""
        a, y = entries
        parts = f"{y} - {a}" if of.reversed_error else f"{a} - {y}"
        if of.cost_is == "norm" and of.form != "entries":
            half = r"\frac{1}{2m}" if mean else r"\frac{1}{2}"
            return rf"{half} {over}\| {difference} \|^2"
        if of.cost_is in {"squares", "norm"}:
            half = r"\frac{1}{2m}" if mean else r"\frac{1}{2}"
            return rf"{half} {over}\sum_{j} ({parts})^2"
        if of.cost_is == "unhalved":
            return rf"{mean} {over}\sum_{j} ({parts})^2"
        if of.cost_is == "logistic":
            return rf"-{mean} {over}\sum_{j} \left[ {y} \log {a} + (1 - {y}) \log(1 - {a}) \right]"
        return rf"-{mean} {over}\sum_{j} {y} \log {a}"

    def error(self, last: str, slip: str = "") -> str:
        of = self.of
        target = self.target("k" if of.marks == "indices" else "j")
        out = self.signal("a", last)
        sign = "+" if slip == "plus" else "-"
        two = "2 " if of.cost_is == "unhalved" else ""
        if of.reversed_error:
            return f"-{two}({target} {sign} {out})"
        return f"{two}({out} {sign} {target})" if two else f"{out} {sign} {target}"

    def carried(self, layer: str, slip: str = "") -> str:
        """Write what comes back to the activations of a layer."""
        of = self.of
        above = self.next(layer)
        if of.form == "entries":
            k = self.index(above) if of.marks == "indices" else "k"
            j = self.index(layer)
            pair = (j, k) if slip == "not transposed" else (k, j)
            weight = self.signal("w", above, *pair)
            delta = self.gradient("z", above, k)
            return (
                rf"\sum_{k} {weight} {delta}"
                if of.sum_first
                else rf"\sum_{k} {delta} {weight}"
            )
        weights, delta = self.signal("w", above), self.gradient("z", above)
        if slip != "not transposed":
            weights = self.transposed(weights)
        return f"{delta} {weights}" if of.form == "rows" else f"{weights} {delta}"

    def slope(self, layer: str, slip: str = "") -> str:
        of = self.of
        is_last = layer in {"2", "L"}
        a, z = self.signal("a", layer), self.signal("z", layer)
        if not of.spelled:
            of_what = a if slip == "slope of a" else z
            name = self.function(is_last)
            if of.slope == "dot" and name == of.g:
                return rf"\dot{{{name}}}({of_what})"
            if of.slope == "Leibniz" and name == of.g and not slip:
                return rf"\frac{{\partial {name}({z})}}{{\partial {z}}}"
            return f"{name}'({of_what})"
        function = _output_function(of) if is_last else of.hidden
        if function == "sigmoid":
            if of.form == "entries":
                return f"{a} (1 - {a})"
            return f"{a} {of.product} (1 - {a})"
        if function == "tanh":
            if "^" in a:
                return f"(1 - ({a})^2)"
            return f"(1 - {a}^2)"
        return rf"\mathbb{{1}}[{z} > 0]"

    def times(self, left: str, right: str) -> str:
        return f"{left} {self.of.product} {right}"

    def is_simple(self, value: str) -> bool:
        return " " not in value or value.startswith(("-(", "2 (", "-2 ("))

    def mean(self) -> str:
        return r"\frac{1}{m}"

    def local(self, layer: str) -> str:
        return self.over("a", layer, "z", layer)

    def over(self, top: str, top_layer: str, bottom: str, layer: str) -> str:
        above = self.signal(
            top,
            top_layer,
            self.index(top_layer)
            if top_layer != layer and self.of.marks == "indices"
            else "k"
            if top_layer != layer
            else "",
        )
        return self.fraction(above, self.signal(bottom, layer))

    # ---- Names --------------------------------------------------------------------------

    def fraction(self, top: str, bottom: str) -> str:
        of = self.of
        if of.fraction.startswith("{"):
            return rf"\partial {top} / \partial {bottom}"
        return rf"{of.fraction}{{\partial {top}}}{{\partial {bottom}}}"

    def partial(self, kind: str, layer: str, *entry: str) -> str:
        return self.fraction(self.of.cost, self.signal(kind, layer, *entry))

    def delta(self, layer: str, *entry: str) -> str:
        return self.signal(r"\delta", layer, *entry)

    def gradient(self, kind: str, layer: str, *entry: str) -> str:
        """Write the derivative of the cost by a quantity, as used in other formulas."""
        by = self.of.by
        if by in {"delta", "both"} and kind == "z":
            return self.delta(layer, *entry)
        if by == "d":
            return f"d{self.signal(kind, layer, *entry)}"
        if by == "nabla":
            return rf"\nabla_{{{self.signal(kind, layer, *entry)}}} {self.of.cost}"
        return self.partial(kind, layer, *entry)

    def names(self, kind: str, layer: str) -> list[str]:
        if self.of.by == "both":
            return [self.delta(layer), self.partial(kind, layer)]
        return [self.gradient(kind, layer)]

    def inputs(self) -> str:
        x = "X" if _is_batch(self.of) else "x"
        return self.bold(x)

    def bold(self, letter: str) -> str:
        bold = self.of.bold
        if not bold or (len(letter) > 1 and bold in {r"\mathbf"}):
            return letter
        return f"{bold}{{{letter}}}"

    def letter(self, kind: str) -> str:
        of = self.of
        letter = {
            "z": of.z, "a": of.a, "w": of.w, "b": of.b, r"\delta": of.delta, "y": of.target,
        }[kind]  # fmt: skip
        if _is_batch(of) and len(letter) == 1 and kind in {"z", "a", "y"}:
            letter = letter.upper()
        if of.form == "entries" and letter == "W":
            letter = "w"
        if len(letter) > 1 and letter[0] != "\\" and letter != "y^*":
            letter = (
                rf"\text{{{letter}}}" if of.index_first else rf"\mathrm{{{letter}}}"
            )
        return letter

    def target(self, index: str) -> str:
        letter = self.bold(self.letter("y"))
        if self.of.form == "entries":
            return (
                f"{letter}^{index}" if self.of.marks == "below" else f"{letter}_{index}"
            )
        return letter

    def entry(self, name: str, index: str) -> str:
        below = f"_{{{index}}}" if len(index) > 1 else f"_{index}"
        return f"({name}){below}" if "_" in name else f"{name}{below}"

    def example(self, name: str) -> str:
        """Write a column or row of a batch."""
        if self.of.marks == "square" and name.endswith("]}"):
            return f"{name[:-1]}(i)}}"  # Z^{[l](i)}
        return f"{name}^{{(i)}}"

    def transposed(self, name: str) -> str:
        of = self.of
        mark = of.transposed
        if mark == "'":
            return f"{name}'"
        if "^" in name:
            if of.marks == "square" and of.index_first and name.endswith("]}"):
                return f"{name[:-1]}{mark[1:].strip('{}') if mark[1:2] != '{' else mark[2:-1]}}}"
            return f"({name}){mark}"
        return f"{name}{mark}"

    def index(self, layer: str) -> str:
        if self.of.marks == "indices":
            return {"0": "i", "1": "j", "2": "k"}[layer]
        return "j"

    def below(self, layer: str) -> str:
        if self.of.marks == "indices":
            return self.index(self.before(layer))
        return "k"

    def next(self, layer: str) -> str:
        return {"1": "2", "l": "l+1", "0": "1"}[layer]

    def before(self, layer: str) -> str:
        return {"1": "0", "2": "1", "l": "l-1", "L": "L-1", "l+1": "l"}[layer]

    def number(self, layer: str) -> str:
        return {"L": "3", "l": "2"}.get(layer, layer)

    def mark(self, kind: str, layer: str) -> str:
        """Write the layer as the convention counts it."""
        of = self.of
        if of.source and kind in {"w", "b"}:
            layer = self.before(layer) if layer not in "0" else layer
        if layer.isdigit():
            return str(int(layer) + of.first)
        return layer

    def signal(self, kind: str, layer: str, *entry: str) -> str:
        """Write a quantity of a layer; in the form of entries, with its indices."""
        of = self.of
        if kind == "a" and layer == _ZERO and of.marks in {"names", "words", "indices"}:
            inputs = self.inputs()
            return f"{inputs}_i" if of.marks == "indices" else inputs
        if kind == "a" and layer in {"2", "L"} and of.output:
            out = of.output
            if _is_batch(of):
                out = {"o": "O", "p": "P", r"\hat{y}": r"\hat{Y}"}.get(out, out)
            j = (entry or (self.index(layer),))[0]
            if of.form == "entries" and of.marks == "below":
                return f"{out}^{j}"
            return f"{out}_{j}" if of.form == "entries" else out
        if of.marks == "names":
            return self.named(kind, layer)
        letter = self.bold(self.letter(kind))
        if of.marks == "words":
            below = {"1": "h", "2": "o"} if of.index_first else {
                "1": r"\text{hidden}", "2": r"\text{output}"}  # fmt: skip
            return (
                f"{letter}_{{{below[layer]}}}"
                if len(below[layer]) > 1
                else f"{letter}_{below[layer]}"
            )
        indices = ""
        if of.form == "entries":
            indices = self.indices(kind, layer, entry)
        if of.marks == "indices":
            return (
                f"{letter}_{{{indices}}}" if len(indices) > 1 else f"{letter}_{indices}"
            )
        mark = self.mark(kind, layer)
        if of.marks == "below" and indices:  # and the neurons above
            upper = f"^{{{indices}}}" if len(indices) > 1 else f"^{indices}"
            return f"{letter}_{{{mark}}}{upper}"
        if of.marks == "below":
            return f"{letter}_{{{mark}}}" if len(mark) > 1 else f"{letter}_{mark}"
        mark = {"bare": mark, "round": f"({mark})", "square": f"[{mark}]"}[of.marks]
        upper = f"^{{{mark}}}" if len(mark) > 1 else f"^{mark}"
        if not indices:
            return f"{letter}{upper}"
        lower = f"_{{{indices}}}" if len(indices) > 1 else f"_{indices}"
        return (
            f"{letter}{lower}{upper}" if of.index_first else f"{letter}{upper}{lower}"
        )

    def indices(self, kind: str, layer: str, entry: tuple[str, ...]) -> str:
        if kind != "w":
            return entry[0] if entry else self.index(layer)
        to, start = entry or (self.index(layer), self.below(layer))
        return f"{start}{to}" if self.of.from_to else f"{to}{start}"

    def named(self, kind: str, layer: str) -> str:
        """Write a quantity of a network whose layers have letters of their own."""
        of = self.of
        if kind == r"\delta":
            return rf"{self.bold(of.delta)}_{layer}"
        names = {
            "1": {"z": "u", "a": "h", "w": "U" if of.index_first else "W", "b": "b"},
            "2": {"z": "v", "a": r"\hat{y}" if of.target == "y" else "o", "w": "V", "b": "c"},
        }  # fmt: skip
        letter = names[layer][kind]
        if _is_batch(of) and kind in {"z", "a"}:
            letter = {"u": "Z", "h": "H", "v": "S", r"\hat{y}": r"\hat{Y}", "o": "O"}[
                letter
            ]
        return self.bold(letter)


# ---- The text -------------------------------------------------------------------------


def _laid_out(
    of: Convention, formulas: list[Formula], slips: dict[int, str]
) -> tuple[str, list[Row]]:
    """Return the text of a note, and its rows with their lines."""
    lines = ["# Backpropagation", ""]
    rows: list[Row] = []
    hidden = {"sigmoid": "sigmoid", "tanh": r"$\tanh$", "relu": "ReLU"}[of.hidden]
    lines += [f"The activation of the hidden layers is the {hidden}.", ""]
    if _is_batch(of):
        lines += [
            f"The $m$ examples of a batch are the {of.form} of the matrices.", ""
        ]  # fmt: skip
    group: list[tuple[str, int]] = []

    def close() -> None:
        if group:
            lines.extend(_block(of, rows, len(lines), group, formulas, slips))
            group.clear()

    for at, one in enumerate(formulas):
        sides = one.sides(slips.get(at, ""))
        group.append(("\x00".join(sides), at))
        together = of.block in {"align", "aligned", "gather"}
        if not together or len(group) == 3:
            close()
    close()
    text = "\n".join(lines) + "\n"
    return text, rows


def _block(  # noqa: PLR0913, PLR0917
    of: Convention,
    rows: list[Row],
    above: int,
    group: list[tuple[str, int]],
    formulas: list[Formula],
    slips: dict[int, str],
) -> list[str]:
    """Return the lines of a displayed block, and add its rows."""
    begin, end, between = {
        "$$": (["$$"], ["$$"], ""),
        "[": ([r"\["], [r"\]"], ""),
        "inline": ([], [], ""),
        "align": ([r"\begin{align}"], [r"\end{align}"], r" \\"),
        "aligned": (["$$", r"\begin{aligned}"], [r"\end{aligned}", "$$"], r" \\"),
        "lines": (["$$", r"\begin{aligned}"], [r"\end{aligned}", "$$"], r" \\"),
        "gather": ([r"\begin{gather}"], [r"\end{gather}"], r" \\"),
    }[of.block]
    lines = list(begin)
    for i, (text, at) in enumerate(group):
        one = formulas[at]
        sides = text.split("\x00")
        if of.wrapped == r"\underbrace" and one.verdict == "right":
            sides[-1] = rf"\underbrace{{{sides[-1]}}}_{{\text{{see above}}}}"
        if of.wrapped == r"\left." and "frac" in sides[-1]:
            sides[-1] = rf"\left. {sides[-1]} \right."
        last = i == len(group) - 1
        ending = {
            "": "", ",": ",", ".": ".", r"\tag": rf" \tag{{{at + 1}}}",
            r"\quad (n)": rf", \quad ({at + 1})", r"\label": rf" \label{{eq:{at + 1}}}",
            r"\text{where}": r" \quad \text{where } " + r"l = 1, \dots, L" if not of.numbered else ",",
        }[of.ending]  # fmt: skip
        amp = of.block in {"align", "aligned", "lines"}
        sign = " &= " if amp else " = "
        line = above + len(lines) + 1
        verdict = "wrong" if at in slips else one.verdict
        whole = sign.join(sides)
        if of.wrapped == r"\boxed" and not amp and verdict != "definition":
            whole = rf"\boxed{{{whole}}}"
        if of.block == "lines" and len(sides) > 2:
            head = sign.join(sides[:2]) + r" \\"
            # The value stands on a line of its own, after the names.
            lines.append(head)
            lines.append(f"&= {sides[2]}{ending}" + ("" if last else between))
            rows.append(Row(head, "definition", line=line))
            rows.append(
                Row(f"&= {sides[2]}", verdict, slips.get(at, ""), line=line + 1)
            )
            continue
        if of.block == "inline":
            lines.append(
                f"We have ${whole}${ending if not ending.startswith(' ') and 'quad' not in ending else ''}"
            )
        else:
            lines.append(whole + ending + ("" if last else between))
        rows.append(Row(whole, verdict, slips.get(at, ""), line=line))
    lines += [*end, ""]
    return lines
