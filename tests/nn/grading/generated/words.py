"""Write notes whose names are words, in code, plain text or LaTeX, drawn by a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from tests.nn.grading.generated.worded_note import GeneratedNote

__all__ = ["word_note"]


def word_note(seed: int, slip: int | None = None) -> GeneratedNote:
    """Return a note; with ``slip``, a second seed, one of its rows is wrong."""
    draw = random.Random(seed)
    return _Writer(draw, slip).written()


@dataclass(frozen=True, slots=True)
class _Names:
    """What a text calls things: of the hidden layer, and of the output layer."""

    x: str
    z: tuple[str, str]
    a: tuple[str, str]
    w: tuple[str, str]
    b: tuple[str, str]
    y: str
    delta: tuple[str, str]
    error: str
    dw: tuple[str, str]
    db: tuple[str, str]


def _names(row: str) -> _Names:
    x, z1, a1, w1, b1, z2, a2, w2, b2, y, d2, e1, d1, dw2, db2, dw1, db1 = row.split()
    return _Names(
        x,
        (z1, z2),
        (a1, a2),
        (w1, w2),
        (b1, b2),
        y,
        (d1, d2),
        e1,
        (dw1, dw2),
        (db1, db2),
    )


# x, z1, a1, W1, b1, z2, a2, W2, b2, y, delta2, error1, delta1, dW2, db2, dW1, db1
_OF_CODE: Final = {
    "hidden_input": "inputs hidden_input hidden_output weights_input_hidden bias_hidden"
    " final_input final_output weights_hidden_output bias_output targets output_delta"
    " hidden_error hidden_delta grad_weights_hidden_output grad_bias_output"
    " grad_weights_input_hidden grad_bias_hidden",
    "wih": "inputs hidden_inputs hidden_outputs wih bih final_inputs final_outputs who"
    " bho targets output_errors hidden_errors hidden_grad dwho dbho dwih dbih",
    "z_hidden": "X z_hidden a_hidden W_hidden b_hidden z_out y_pred W_out b_out y_true"
    " dL_dz_out dL_da_hidden dL_dz_hidden dL_dW_out dL_db_out dL_dW_hidden"
    " dL_db_hidden",
    "l1_delta": "l0 l1_in l1 syn0 bias0 l2_in l2 syn1 bias1 y l2_delta l1_error"
    " l1_delta syn1_grad bias1_grad syn0_grad bias0_grad",
    "layer1": "x layer1_in layer1 weights1 bias1 layer2_in output weights2 bias2 y"
    " d_layer2 d_hidden d_layer1 d_weights2 d_bias2 d_weights1 d_bias1",
    "camel": "input hiddenInput hiddenOutput weightsHidden biasHidden outputInput"
    " predicted weightsOutput biasOutput target outputDelta hiddenError hiddenDelta"
    " gradWeightsOutput gradBiasOutput gradWeightsHidden gradBiasHidden",
    "self": "X self.z1 self.a1 self.W1 self.b1 self.z2 self.output self.W2 self.b2 y"
    " output_delta z1_error z1_delta self.dW2 self.db2 self.dW1 self.db1",
    "German": "eingabe netz_v aus_v gewichte_v schwelle_v netz_a ausgabe gewichte_a"
    " schwelle_a ziel delta_a Fehler delta_v grad_gewichte_a grad_schwelle_a"
    " grad_gewichte_v grad_schwelle_v",
    "French": "entree z_cachee a_cachee poids_cachee biais_cachee z_sortie sortie"
    " poids_sortie biais_sortie cible delta_sortie erreur delta_cachee"
    " grad_poids_sortie grad_biais_sortie grad_poids_cachee grad_biais_cachee",
    "Spanish": "entrada z_oculta a_oculta pesos_oculta sesgo_oculta z_salida salida"
    " pesos_salida sesgo_salida objetivo delta_salida error_oculta delta_oculta"
    " dpesos_salida dsesgo_salida dpesos_oculta dsesgo_oculta",
    "Portuguese": "entrada soma_oculta ativ_oculta pesos1 vies1 soma_saida saida pesos2"
    " vies2 alvo delta_saida erro_oculta delta_oculta grad_pesos2 grad_vies2"
    " grad_pesos1 grad_vies1",
    "short": "x nh oh wh bh no oo wo bo t do eh dh dwo dbo dwh dbh",
    "meaningless": "p q r P k s u Q n g e v f grad_Q grad_n grad_P grad_k",
    "lists": "x z[0] a[0] W[0] b[0] z[1] a[1] W[1] b[1] y delta[1] error delta[0]"
    " dW[1] db[1] dW[0] db[0]",
    "last": "x zs[-2] acts[-2] weights[-2] biases[-2] zs[-1] acts[-1] weights[-1]"
    " biases[-1] y delta2 err delta1 nabla_w[-1] nabla_b[-1] nabla_w[-2] nabla_b[-2]",
    "dictionaries": "X cache['Z1'] cache['A1'] params['W1'] params['b1'] cache['Z2']"
    " cache['A2'] params['W2'] params['b2'] Y dZ2 dA1 dZ1 grads['dW2'] grads['db2']"
    " grads['dW1'] grads['db1']",
    "fc": "x fc1_in fc1_out fc1_weight fc1_bias fc2_in fc2_out fc2_weight fc2_bias"
    " label fc2_delta fc1_error fc1_delta fc2_weight_grad fc2_bias_grad"
    " fc1_weight_grad fc1_bias_grad",
    "dL_ds": "x s1 h W_1 b_1 s2 y_hat W_2 b_2 y dL_ds2 dL_dh dL_ds1 dL_dW_2 dL_db_2"
    " dL_dW_1 dL_db_1",
    "gw": "x pre1 act1 weight1 bias1 pre2 act2 weight2 bias2 target d2 back1 d1"
    " g_weight2 g_bias2 g_weight1 g_bias1",
    "signal": "x net_hidden act_hidden w_ih bias_h net_output act_output w_ho bias_o"
    " t output_error_signal hidden_sum hidden_error_signal dw_ho dbias_o dw_ih"
    " dbias_h",
}

_OF_LATEX: Final = {
    "net_h": r"x \text{net}_h \text{out}_h W_h b_h \text{net}_o \text{out}_o W_o b_o t"
    r" \delta_o e_h \delta_h",
    "in_h": r"x \mathrm{in}_h \mathrm{out}_h W_h b_h \mathrm{in}_o \mathrm{out}_o W_o"
    r" b_o y \delta_o e_h \delta_h",
    "z_hidden": r"x z_{\text{hidden}} a_{\text{hidden}} W_{\text{hidden}}"
    r" b_{\text{hidden}} z_{\text{out}} a_{\text{out}} W_{\text{out}} b_{\text{out}}"
    r" y_{\text{true}} \delta_{\text{out}} e_{\text{hidden}} \delta_{\text{hidden}}",
    "underscores": r"x \text{hidden\_input} \text{hidden\_output} W_{\text{ih}}"
    r" b_{\text{h}} \text{final\_input} \text{final\_output} W_{\text{ho}} b_{\text{o}}"
    r" \text{target} \delta_{\text{o}} e_{\text{h}} \delta_{\text{h}}",
    "letters": r"x z_{hid} h W_{hid} b_{hid} z_{out} \hat{y} W_{out} b_{out} y"
    r" \delta_{out} e_{hid} \delta_{hid}",
    "mathrm": r"\mathbf{x} \mathbf{z}_{\mathrm{h}} \mathbf{a}_{\mathrm{h}}"
    r" \mathbf{W}_{\mathrm{h}} \mathbf{b}_{\mathrm{h}} \mathbf{z}_{\mathrm{o}}"
    r" \mathbf{a}_{\mathrm{o}} \mathbf{W}_{\mathrm{o}} \mathbf{b}_{\mathrm{o}}"
    r" \mathbf{t} \boldsymbol{\delta}_{\mathrm{o}} \mathbf{e}_{\mathrm{h}}"
    r" \boldsymbol{\delta}_{\mathrm{h}}",
    # Two layers in which some are named by numbers, some by words, some by letters.
    "numbered weights": r"x z_h a_h W^{(1)} b^{(1)} z_o a_o W^{(2)} b^{(2)} y"
    r" \delta_o e_h \delta_h",
    "letters for weights": r"x u^{[1]} h U b u^{[2]} \hat{y} V c y"
    r" \epsilon_{\text{out}} g_{\text{hidden}} \epsilon_{\text{hidden}}",
    "words above": r"x \text{net}^{(\text{hid})} o^{(\text{hid})} w^1 b^1"
    r" \text{net}^{(\text{out})} o^{(\text{out})} w^2 b^2 t \delta^{2} e^1 \delta^{1}",
    "numbered signals": r"x s_1 h_1 W_{\text{hidden}} b_{\text{hidden}} s_2 h_2"
    r" W_{\text{out}} b_{\text{out}} y_{\text{true}} \delta_{\text{out}}"
    r" e_{\text{hidden}} \delta_{\text{hidden}}",
}

_HELPERS: Final = ("sigmoid", "logistic", "act", "activation", "f", "sig", "squash",
                   "aktivierung", "phi")  # fmt: skip
_SLOPES: Final = ("{f}_prime", "{f}_deriv", "d_{f}", "{f}_derivative", "derivative",
                  "gradient_{f}", "ableitung", "slope", "deriv")  # fmt: skip


class _Writer:
    def __init__(self, draw: random.Random, slip: int | None) -> None:
        self.slips = None if slip is None else random.Random(slip)
        self.form = draw.choice(("code", "code", "plain", "latex"))
        scheme = draw.choice(sorted(_OF_LATEX if self.form == "latex" else _OF_CODE))
        if self.form == "latex":
            row = _OF_LATEX[scheme].split()
            row += [rf"\frac{{\partial L}}{{\partial {row[k]}}}" for k in (7, 8, 3, 4)]
            self.n = _names(" ".join(one.replace(" ", "~") for one in row))
        else:
            self.n = _names(_OF_CODE[scheme])
        self.layout = draw.choice(
            ("vector",) if self.form == "latex" else ("rows", "columns", "vector")
        )
        self.activation = draw.choice(("sigmoid", "sigmoid", "tanh"))
        self.helper = draw.choice(_HELPERS)
        if self.activation == "tanh":
            self.helper = draw.choice(
                ("tanh", "act", "activation", "f", "phi", "squash")
            )
        if scheme == "meaningless":
            self.helper = "act"
        self.slope_of = draw.choice(("z", "a", "written"))
        if self.form == "latex":
            self.helper = draw.choice(("f", r"\sigma", "g", r"\phi"))
            self.slope_of = draw.choice(("z", "written"))
        self.slope = draw.choice(_SLOPES).format(f=self.helper)
        self.loss = draw.choice(("code", "words", "formula"))
        self.reduction = draw.choice(("mean", "sum"))
        if self.layout == "vector":
            self.reduction = "mean"
        self.two_steps = draw.random() < 0.6
        self.numpy = draw.choice(("np.dot", "@", ".dot"))
        self.updates = draw.random() < 0.5
        facts = {
            "form": self.form, "names": scheme, "layout": self.layout,
            "activation": self.activation, "helper": self.helper,
            "slope of": self.slope_of, "slope": self.slope, "loss": self.loss,
            "reduction": self.reduction, "steps": str(self.two_steps),
            "product": self.numpy, "updates": str(self.updates),
        }  # fmt: skip
        self.note = GeneratedNote(
            facts, (3, 4, 2), self.activation, self.activation,
            "half_squared_error", self.reduction,
        )  # fmt: skip

    # ---- parts of formulas ----

    def product(self, a: str, b: str) -> str:
        if self.form == "latex":
            return f"{a} {b}"
        if self.form == "plain" or self.numpy == "@":
            return f"{a} @ {b}"
        if self.numpy == "np.dot":
            return f"np.dot({a}, {b})"
        return f"{a}.dot({b})"

    def turned(self, a: str) -> str:
        if self.form == "latex":
            return f"({a})^T" if "^" in a else f"{a}^T"
        return f"{a}.T"

    def times(self, *factors: str) -> str:
        return (r" \odot " if self.form == "latex" else " * ").join(factors)

    def forward(self, w: str, x: str, b: str) -> str:
        if self.layout == "rows":
            return f"{self.product(x, w)} + {b}"
        return f"{self.product(w, x)} + {b}"

    def back(self, delta: str, w: str) -> str:
        if self.layout == "rows":
            return self.product(delta, self.turned(w))
        return self.product(self.turned(w), delta)

    def outer(self, delta: str, x: str) -> str:
        if self.layout == "rows":
            return self.product(self.turned(x), delta)
        if self.layout == "columns":
            return self.product(delta, self.turned(x))
        if self.form == "latex":
            return f"{delta} {self.turned(x)}"
        if self.numpy == ".dot":
            return f"np.einsum('i,j->ij', {delta}, {x})"
        return f"np.outer({delta}, {x})"

    def summed(self, delta: str) -> str:
        if self.layout == "vector":
            return delta
        axis = 0 if self.layout == "rows" else 1
        return f"np.sum({delta}, axis={axis}, keepdims=True)"

    def by(self, layer: int) -> str:
        z, a = self.n.z[layer], self.n.a[layer]
        if self.slope_of == "written":
            if self.activation == "tanh":
                if self.form == "latex":
                    return rf"(1 - {a} \odot {a})"
                return f"(1 - {a}**2)"
            return self.times(a, f"(1 - {a})")
        if self.form == "latex":
            return f"{self.helper}'({z})"
        return f"{self.slope}({z if self.slope_of == 'z' else a})"

    # ---- the text ----

    def put(self, kind: str, formula: str) -> None:
        formula = formula.replace("~", " ")
        if self.form == "latex":
            self.note.row(kind, "$$", formula, "$$")
        elif self.form == "code":
            self.note.row(kind, "", formula)
        else:
            self.note.row(kind, "", f"    {formula}")

    def written(self) -> GeneratedNote:
        note, n = self.note, self.n
        note.say("# How my network learns", "")
        if self.loss == "words" or self.form == "latex":
            note.say("The loss is half the squared error.", "")
        if self.form == "code":
            note.say("```python", "import numpy as np", "")
        self.functions()
        for layer in (0, 1):
            x = n.x if layer == 0 else n.a[0]
            self.put(
                "definition",
                f"{n.z[layer]} = {self.forward(n.w[layer], x, n.b[layer])}",
            )
            call = f"{self.helper}({n.z[layer]})"
            self.put("definition", f"{n.a[layer]} = {call}")
        self.cost()
        self.backward()
        if self.updates:
            self.update()
        if self.form == "code":
            note.say("```")
        return note

    def functions(self) -> None:
        f, g, tanh = self.helper, self.slope, self.activation == "tanh"
        by_z = f"1 - {f}(x)**2" if tanh else f"{f}(x) * (1 - {f}(x))"
        by_a = "1 - x**2" if tanh else "x * (1 - x)"
        body = "np.tanh(x)" if tanh else "1 / (1 + np.exp(-x))"
        slope = by_z if self.slope_of == "z" else by_a
        if self.form == "code":
            self.note.say(f"def {f}(x):", f"    return {body}", "")
            if self.slope_of != "written":
                self.note.say(f"def {g}(x):", f"    return {slope}", "")
        elif self.form == "plain":
            body = body.replace("np.", "")
            if f != "tanh":
                self.put("definition", f"{f}(x) = {body}")
            if self.slope_of != "written":
                self.put("definition", f"{g}(x) = {slope}")
            self.note.say("")
        else:
            body = r"\tanh(x)" if tanh else r"\frac{1}{1 + e^{-x}}"
            self.put("definition", f"{f}(x) = {body}")

    def cost(self) -> None:
        n = self.n
        if self.form == "latex":
            cost = rf"L = \frac{{1}}{{2}} \| {n.a[1]} - {n.y} \|^2"
        else:
            total = f"0.5 * np.sum(({n.a[1]} - {n.y})**2)"
            count = self.count()
            cost = f"loss = {total}" + (f" / {count}" if count else "")
        if self.loss != "words":
            self.put("definition", cost)

    def count(self) -> str:
        if self.layout == "vector" or self.reduction == "sum":
            return ""
        if self.form == "plain":
            return "m"
        return f"{self.n.x}.shape[{0 if self.layout == 'rows' else 1}]"

    def backward(self) -> None:
        n = self.n
        error, turned = f"({n.a[1]} - {n.y})", f"({n.y} - {n.a[1]})"
        mean = f" / {self.count()}" if self.count() else ""
        rows: list[tuple[str, dict[str, str]]] = [
            (f"{n.delta[1]} = {self.times(error, self.by(1))}{mean}", {
                "derivative": f"{n.delta[1]} = {error}{mean}",
                "other layer": f"{n.delta[1]} = {self.times(error, self.by(1))}"
                f"{mean}".replace(error, f"2 * {error}"),
            }),
            (f"{n.dw[1]} = {self.outer(n.delta[1], n.a[0])}", {
                "sign": f"{n.dw[1]} = -{self.outer(n.delta[1], n.a[0])}",
                "sums": f"{n.dw[1]} = {self.outer(n.delta[1], n.z[0])}",
            }),
            (f"{n.db[1]} = {self.summed(n.delta[1])}", {}),
        ]  # fmt: skip
        assert turned
        back = self.back(n.delta[1], n.w[1])
        if self.two_steps:
            rows += [
                (f"{n.error} = {back}", {"sign": f"{n.error} = -{back}"}),
                (f"{n.delta[0]} = {self.times(n.error, self.by(0))}", {
                    "derivative": f"{n.delta[0]} = {n.error}",
                }),
            ]  # fmt: skip
        else:
            inner = back if self.numpy != "@" and self.form == "code" else f"({back})"
            rows.append((f"{n.delta[0]} = {self.times(inner, self.by(0))}", {
                "derivative": f"{n.delta[0]} = {back}",
            }))  # fmt: skip
        rows += [
            (f"{n.dw[0]} = {self.outer(n.delta[0], n.x)}", {
                "sign": f"{n.dw[0]} = -{self.outer(n.delta[0], n.x)}",
            }),
            (f"{n.db[0]} = {self.summed(n.delta[0])}", {}),
        ]  # fmt: skip
        can = [k for k, (_, wrong) in enumerate(rows) if wrong]
        chosen = self.slips.choice(can) if self.slips else -1
        for k, (right, wrong) in enumerate(rows):
            if k == chosen and self.slips:
                name = self.slips.choice(sorted(wrong))
                self.note.planted = f"{name} in {right}"
                self.put("wrong", wrong[name])
            else:
                self.put("right", right)

    def update(self) -> None:
        for layer in (1, 0):
            for name, by in ((self.n.w, self.n.dw), (self.n.b, self.n.db)):
                if self.form == "latex":
                    formula = (
                        rf"{name[layer]} \leftarrow {name[layer]} - \eta {by[layer]}"
                    )
                else:
                    formula = f"{name[layer]} -= lr * {by[layer]}"
                self.put("definition", formula)
