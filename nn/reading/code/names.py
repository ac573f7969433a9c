"""Which quantity a name in code stands for, by its words: ``hidden_delta``, ``W_out``.

A name is parted into words and numbers. Some say what it is (delta, weights, bias),
some of which layer (hidden, output, 2), some that it is a derivative (grad, ``dL_d``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nn.reading.formula.tree import Layer, Symbol

__all__ = [
    "bases_of",
    "error_of_layer",
    "is_of_slope",
    "quantity_of_words",
    "without_derivative",
]


def quantity_of_words(name: str) -> Symbol | None:
    """Return the quantity that a name of several words stands for, or None.

    >>> [str(quantity_of_words(name)) for name in ("hidden_delta", "W_out", "y_pred")]
    ['dZ[1]', 'W[L]', 'A[L]']
    >>> str(quantity_of_words("out_softmax")), str(quantity_of_words("pred_probs"))
    ('A[L]', 'A[L]')
    >>> str(quantity_of_words("weightsInputHidden")), str(quantity_of_words("deltaOut"))
    ('W[1]', 'dZ[L]')
    >>> quantity_of_words("momentum") is None
    True
    """
    if name in _WHOLE:
        return _WHOLE[name]
    if _HUMP.search(name):
        return quantity_of_words(_HUMP.sub("_", name).lower())
    rest, is_derivative = without_derivative(name)
    if is_derivative and rest in _WHOLE:
        whole = _WHOLE[rest]
        return Symbol(f"d{whole.name}", whole.layer) if whole.layer else None
    words = _WORD.findall(rest)
    if len(words) > 1 and _OF_OUTPUTS.issuperset(words):
        return Symbol("dA" if is_derivative else "A", Layer("L"))  # out_softmax
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    layers = [_LAYERS[word] for word in words if word in _LAYERS]
    layers += [Layer("", int(word)) for word in words if word.isdecimal()]
    known = len(kinds) + len(layers)
    if len(words) != known + sum(word in _SILENT for word in words) or not layers:
        return None
    if not kinds and words[-1] in _INTO and layers != [Layer("", 0)]:
        kinds = ["Z"]
    if not kinds:
        kinds = ["A"] if is_layer_word(words) else []
    if len(set(kinds)) != 1:
        return None
    kind, layer = kinds[0], layers[-1]
    if kind == "dZ" and is_derivative:
        return None
    if kind not in {"W", "b"} and len(layers) > 1:
        return None
    return Symbol(f"d{kind}" if is_derivative else kind, layer)


def error_of_layer(name: str) -> Symbol | None:
    """Return the delta that the error of a layer most often is, or None.

    >>> [str(error_of_layer(name)) for name in ("Eo", "E_h", "error_hidden", "e")]
    ['dZ[L]', 'dZ[1]', 'dZ[1]', 'None']
    """
    match = _ERROR.fullmatch(name)
    if match is None:
        return None
    return Symbol("dZ", _LAYERS[match["before"] or match["behind"]])


def is_layer_word(words: list[str]) -> bool:
    """Return whether the first word is of a layer, and says nothing else."""
    return words[0] in {"layer", "l", "hidden"}


def without_derivative(name: str) -> tuple[str, bool]:
    """Return a name without what says that it is a derivative, and whether that did.

    >>> without_derivative("dL_dW2"), without_derivative("W2")
    (('W2', True), ('W2', False))
    """
    for suffix in ("_grad", "_gradient"):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix), True
    match = _DERIVATIVE.match(name)
    if match is None or match.end() == len(name):
        return name, False
    return name[match.end() :], True


def bases_of(name: str) -> Iterator[tuple[str, str]]:
    """Yield of what a name may be the derivative, and as which: by affixes.

    It is "d" of any quantity, or "delta", of what stands before g, or "error".

    >>> list(bases_of("dL_dscores"))[0], list(bases_of("hid_delta"))[0]
    (('scores', 'd'), ('hid', 'delta'))
    """
    for pattern, kind in _AFFIXES:
        match = pattern.fullmatch(name)
        if match is not None:
            yield match[1], kind


def is_of_slope(function: str) -> bool:
    """Return whether a function is called a derivative, as ``sigmoid_deriv`` is.

    >>> [is_of_slope(name) for name in ("d_act", "sigmoidGradient", "dense", "act")]
    [True, True, False, False]
    >>> is_of_slope("ableitung_sigmoid"), is_of_slope("tanh_afgeleide")
    (True, True)
    >>> is_of_slope("sigmoid_der"), is_of_slope("encoder_order")
    (True, False)
    """
    return _SLOPE.search(function) is not None


_SLOPE: Final = re.compile(
    r"(?i:prime|d[eé]riv|derv|grad|slope|backward|ableit|steigung|afgeleide|pochodn"
    r"|t[uü]rev|производ|导数|導函数|微分|미분|도함수)|_d(?:iff|er)?$|^der_|^d_|^d(?=[A-Z])|_dx$|_dz$"
    r"|^d(?:sig|tanh|l?relu|leaky|elu|softplus|act|g|f|phi|sigma|sigmoid|σ|φ)\d*$"
)
_OF_COST: Final = r"d_?(?:[LCJE]|[Ll]oss|[Cc]ost|[Ee]rr(?:or)?|BCE|CE|MSE|SSE|NLL)_?"
_AFFIXES: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"d__(\w+)", "d"),
        (rf"{_OF_COST}_?d_?(\w+)", "d"),
        (r"dl_d_?(\w+)", "d"),
        (rf"{_OF_COST}(?:wrt_?|by_?)?_(\w+)", "d"),
        (r"(?:d|D)_?(?:wrt_?)?(\w+)", "d"),
        (
            r"(?:gradients?|grads?|Grads?|deriv|der|nabla|∇|adj|bar|g)_?(?:of_)?(\w+)",
            "d",
        ),
        (r"(\w+?)_?(?:g|grads?|Grad|gradient|deriv|derivative|bar|adj)", "d"),
        (r"d_?(\w+?)_(?:total|mean|avg|sum)", "d"),
        (r"(?:del|change)_(\w+)", "d"),
        (r"(?:delta|deltas|δ|Δ|Delta)_?(\w+)", "delta"),
        (r"(\w+?)_?(?:delta|deltas|δ|d)", "delta"),
        (r"(?:err|error|e)_?(\w+)", "error"),
        (r"(\w+?)_?(?:err|error|errors)", "error"),
    )
)
_WORD: Final = re.compile(r"[A-Za-z]+|[0-9]+")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]{2})")  # of hiddenLayer
_DERIVATIVE: Final = re.compile(
    r"d_?(?:[LCJE]|loss|cost|error)_?d_?|grad(?:ient(?:e[ns]?|[is])?|s)?_|d_|d(?=weights|bias|layer|[A-Z]_)"
    r"|∂[LCJE]_?∂_?|nabla_"
)
_SILENT: Final = frozenset({
    "layer", "l", "values", "neurons", "input", "inputs", "to", "i", "from",
})  # fmt: skip
_NAME_OF_LAYER: Final = "output|out|o|hidden|hid|h"
_ERROR: Final = re.compile(
    rf"(?:[Ee]|err|error)_?(?P<behind>{_NAME_OF_LAYER})"
    rf"|(?P<before>output|out|hidden|hid)_(?:err|error)"
)
_INTO: Final = frozenset({"input", "inputs"})  # what goes into a layer: layer_1_input
_KINDS: Final = {
    **dict.fromkeys(("delta", "deltas", "dz", "dZ"), "dZ"),
    **dict.fromkeys(("weight", "weights", "W", "w", "theta", "Theta"), "W"),
    **dict.fromkeys(("bias", "biases", "b", "B"), "b"),
    **dict.fromkeys(("z", "Z", "net", "preactivation", "logits"), "Z"),
    **dict.fromkeys(("a", "A", "activation", "activations", "act"), "A"),
}
_LAYERS: Final = {
    **dict.fromkeys(
        ("output", "out", "o", "outputs", "final", "last", "outputlayer"), Layer("L")
    ),
    **dict.fromkeys(("hidden", "hid", "h", "hiddenlayer"), Layer("", 1)),
}
_OUTPUTS: Final = Symbol("A", Layer("L"))
_OF_OUTPUTS: Final = frozenset({
    "out", "output", "outputs", "final", "softmax", "prob", "probs", "proba", "pred",
    "preds", "prediction", "predictions", "predicted",
})  # fmt: skip
_WHOLE: Final = {
    **dict.fromkeys((
        "y_hat", "yhat", "y_pred", "yp", "pred", "preds", "prediction", "predictions",
        "output", "outputs", "predicted", "predicted_output", "final_output",
        "final_outputs", "output_layer", "a_out", "y_out", "probs", "out", "outs",
        "prob", "proba", "probabilities", "y_prob", "softmax_output", "Yhat", "Y_hat",
        "Y_pred", "y_prediction", "y_predictions", "Y_prediction", "y_predicted",
        "yHat", "YHat", "yPred", "YPred", "AL", "aL",
    ), _OUTPUTS),
    **dict.fromkeys((
        "hidden", "hidden_output", "hidden_outputs", "hidden_layer_output",
        "hidden_layer", "hidden_activation", "a_hidden", "hid",
    ), Symbol("A", Layer("", 1))),
    **dict.fromkeys(("logits", "scores", "z_out", "ZL", "zL"), Symbol("Z", Layer("L"))),
    **dict.fromkeys(("wih", "w_ih", "W_ih", "weights_input_hidden", "W_xh", "Wxh", "Wh",
                     "wh", "syn0"), Symbol("W", Layer("", 1))),
    **dict.fromkeys(("who", "w_ho", "W_ho", "weights_hidden_output", "W_hy", "Why",
                     "Wo", "wo", "wout", "Wout"), Symbol("W", Layer("L"))),
    **dict.fromkeys(("bh", "Bh"), Symbol("b", Layer("", 1))),
    **dict.fromkeys(("bo", "Bo", "bout"), Symbol("b", Layer("L"))),
    **dict.fromkeys(("Zh", "zh"), Symbol("Z", Layer("", 1))),
    **dict.fromkeys(("Zo", "zo"), Symbol("Z", Layer("L"))),
    "syn1": Symbol("W", Layer("", 2)), "l0": Symbol("A", Layer("", 0)),
    **dict.fromkeys(("targ", "labels", "label", "expected", "expected_output",
                     "desired", "y_train", "targets_list", "onehot", "one_hot",
                     "y_onehot", "Y_onehot", "y_true", "Y_true", "y_one_hot", "truth",
                     "yTrue", "YTrue", "ys", "target_output", "target_outputs",
                     "expected_outputs", "desired_output", "desired_outputs", "yb",
                     "Yb", "y_batch", "Y_batch", "batch_y", "batch_Y", "y_mini"),
                    Symbol("Y")),
    **dict.fromkeys(("inp", "input", "inputs", "X_train", "features", "daten",
                     "eingabe", "eingaben", "eingang", "datos", "entrada", "entradas",
                     "dados", "entree", "entrees", "donnees", "dati", "ingresso",
                     "ingressi", "Xb", "xb", "X_batch", "x_batch", "batch_X", "batch_x",
                     "x_train", "batchData", "batch_data", "X_mini", "xs"),
                    Symbol("A", Layer("", 0))),
    **dict.fromkeys(("ausgabe", "ausgaben", "vorhersage", "salida", "salidas", "saida",
                     "saidas", "sortie", "sorties", "uscita", "uscite"), _OUTPUTS),
    **dict.fromkeys(("salida_deseada", "salidas_deseadas", "salida_esperada",
                     "saida_desejada", "saida_esperada", "sortie_voulue",
                     "sortie_desiree", "soll_ausgabe"), Symbol("Y")),
    **dict.fromkeys(("ziel", "ziele", "zielwert", "zielwerte", "soll", "objetivo",
                     "objetivos", "esperado", "esperada", "cible", "cibles",
                     "bersaglio"), Symbol("Y")),
}  # fmt: skip
