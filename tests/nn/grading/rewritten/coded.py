"""Code in notes, written otherwise: other spellings, names, marks and languages.

Only lines between fences change, and each row stays on its line. What is spelled
otherwise is found in Python's own tree, so that no precedence is lost.
"""

from __future__ import annotations

from typing import Final

from tests.nn.grading.rewritten.code_lines import (
    behind,
    fenced,
    in_humps,
    named,
    replaced,
    spelled,
)
from tests.nn.grading.rewritten.rewriting import Rewriting
from tests.nn.grading.rewritten.translated import translated

__all__ = ["TRANSFORMS"]

_DOT, _AT = "np.dot(_a, _b) -> ", "_a @ _b -> "
_KEPT, _SUM = "np.sum(_a, axis=_k, keepdims=True) -> ", "np.sum(_a, axis=_k) -> "
_SCALES = ("1 / _m * _b -> ", "_b * (1 / _m) -> ", "1.0 / _m * _b -> ")
_DIVIDED, _POWER, _SQUARE = "_b / _m -> ", "np.power(_a, 2) -> ", "_a ** 2 -> "
_MASK, _RATE = "_d * (_z > 0) -> ", r"((?:self\.)?(?:lr|learning_rate|alpha|eta))"
_ALONE = r"(?<![\w.'\"])(?:%s)(?![\w'\"(\[])"


def _each(new: str, *olds: str) -> Rewriting:
    return spelled(*(old + new for old in olds))


_MODULES: Final[dict[str, Rewriting]] = {
    "numpy_in_full": replaced(r"\bnp\.", "numpy."),
    "cupy": replaced(r"\bnp\.", "cp."),
    "jax": replaced(r"\bnp\.", "jnp."),
    "mxnet": replaced(r"\bnp\.", "mx.nd."),
    "star_import": replaced(r"\bnp\.(?!random|newaxis|ndarray)", ""),
    "torch": replaced(r"\bnp\.", "torch."),
    "exp_of_math": replaced(r"\bnp\.exp\(", "math.exp("),
}
_PRODUCTS: Final[dict[str, Rewriting]] = {
    "at": _each("_a @ _b", _DOT, "_a.dot(_b) -> ", "np.matmul(_a, _b) -> "),
    "dot": _each("np.dot(_a, _b)", _AT, "_a.dot(_b) -> "),
    "method_dot": _each("_a.dot(_b)", _AT, _DOT),
    "matmul": _each("np.matmul(_a, _b)", _AT, _DOT),
    "mm": _each("torch.mm(_a, _b)", _AT, _DOT),
    "method_mm": _each("_a.mm(_b)", _AT, _DOT),
    "tensorflow": spelled(
        "_a.T @ _b -> tf.matmul(_a, _b, transpose_a=True)",
        "np.dot(_a.T, _b) -> tf.matmul(_a, _b, transpose_a=True)",
        "_a @ _b.T -> tf.matmul(_a, _b, transpose_b=True)",
        "np.dot(_a, _b.T) -> tf.matmul(_a, _b, transpose_b=True)",
        f"{_AT}tf.matmul(_a, _b)",
        f"{_DOT}tf.matmul(_a, _b)",
    ),
    "einsum": spelled(
        "_a.T @ _b -> np.einsum('ni,nj->ij', _a, _b)",
        "np.dot(_a.T, _b) -> np.einsum('ni,nj->ij', _a, _b)",
        "_a @ _b.T -> np.einsum('in,jn->ij', _a, _b)",
    ),
    "multiply": spelled("_a * _b -> np.multiply(_a, _b)"),
    "torch_mul": spelled("_a * _b -> torch.mul(_a, _b)"),
    "method_mul": spelled("_a * _b -> _a.mul(_b)"),
    "square": _each("np.square(_a)", _POWER, _SQUARE),
    "own_square": _each("_a * _a", _POWER, _SQUARE),
    "method_pow": _each("_a.pow(2)", _POWER, _SQUARE),
}
_TRANSPOSED: Final = {
    "numpy": "np.transpose(_a)", "method": "_a.transpose()", "t": "_a.t()",
    "mT": "_a.mT", "swapaxes": "np.swapaxes(_a, 0, 1)", "axes": "_a.transpose(1, 0)",
}  # fmt: skip
_SUMS: Final[dict[str, Rewriting]] = {
    "methods": spelled(
        f"{_KEPT}_a.sum(axis=_k, keepdims=True)", f"{_SUM}_a.sum(axis=_k)"
    ),
    "by_place": spelled(f"{_KEPT}_a.sum(_k, keepdims=True)", f"{_SUM}np.sum(_a, _k)"),
    "reshaped": spelled(
        "np.sum(_a, axis=1, keepdims=True) -> np.sum(_a, axis=1).reshape(-1, 1)",
        "np.sum(_a, axis=0, keepdims=True) -> np.sum(_a, axis=0).reshape(1, -1)",
    ),
    "with_new_axes": spelled(
        "np.sum(_a, axis=1, keepdims=True) -> np.sum(_a, 1)[:, None]",
        "np.sum(_a, axis=0, keepdims=True) -> np.sum(_a, 0)[np.newaxis, :]",
    ),
    "by_reduce": spelled(
        f"{_KEPT}np.add.reduce(_a, axis=_k, keepdims=True)",
        f"{_SUM}np.add.reduce(_a, axis=_k)",
    ),
    "in_torch": spelled(
        f"{_KEPT}torch.sum(_a, dim=_k, keepdim=True)", f"{_SUM}_a.sum(dim=_k)"
    ),
    "in_tensorflow": spelled(
        f"{_KEPT}tf.reduce_sum(_a, axis=_k, keepdims=True)",
        f"{_SUM}tf.reduce_sum(_a, axis=_k)",
    ),
    "keepdims_as_1": replaced(r"keepdims\s*=\s*True", "keepdims=1"),
    "with_ones": spelled(
        "np.sum(_a, axis=1, keepdims=True) -> _a @ np.ones((m, 1))",
        "np.sum(_a, axis=0, keepdims=True) -> np.ones((1, m)) @ _a",
    ),
    "divided_behind": _each("_b / _m", *_SCALES),
    "one_point": _each("1.0 / _m * _b", *_SCALES, _DIVIDED),
    "scaled_behind": _each("_b * (1 / _m)", *_SCALES, _DIVIDED),
    "divided_by_numpy": _each("np.divide(_b, _m)", *_SCALES, _DIVIDED),
    "by_n_samples": replaced(r"(?<![\w.])m(?![\w(.])", "n_samples"),
}
_FUNCTIONS: Final[dict[str, Rewriting]] = {
    "sigmoid_by_expit": _each(
        "expit(_z)", "sigmoid(_z) -> ", "1 / (1 + np.exp(-_z)) -> "
    ),
    "sigmoid_by_torch": spelled(
        "sigmoid(_z) -> torch.sigmoid(_z)", "np.maximum(0, _z) -> F.relu(_z)"
    ),
    "sigmoid_written_out": spelled("sigmoid(_z) -> 1 / (1 + np.exp(-_z))"),
    "relu_by_maximum": spelled("relu(_z) -> np.maximum(0, _z)"),
    "relu_by_product": spelled("np.maximum(0, _z) -> _z * (_z > 0)"),
    "masks_as_floats": spelled(f"{_MASK}_d * (_z > 0).astype(float)"),
    "masks_by_where": spelled(f"{_MASK}np.where(_z > 0, _d, 0)"),
    "masks_by_where_of_ones": spelled(f"{_MASK}_d * np.where(_z > 0, 1, 0)"),
    "masks_by_heaviside": spelled(f"{_MASK}_d * np.heaviside(_z, 0)"),
    "masks_in_torch": spelled(f"{_MASK}_d * (_z > 0).float()"),
    "masks_turned": spelled(f"{_MASK}(0 < _z) * _d"),
}
_SLOPE: Final = (  # of one argument
    r"\b(?:self\.)?(sigmoid|relu|tanh)_?(?:derivative|deriv|prime|grad)\b"
    r"(?=\([^,()]*(?:\([^()]*\)[^,()]*)?\))"
)
_SLOPES: Final = (
    r"d_\1", r"d\1", r"\1_prime", r"\1_grad", r"\1Derivative", r"_\1_derivative",
    r"\1_der", r"\1_backward", r"\1_gradient", r"grad_\1", r"\1Prime",
)  # fmt: skip
_LINES: Final[dict[str, Rewriting]] = {
    "updates_in_full": replaced(r"^(\s*)([\w.]+) -= (.+)$", r"\1\2 = \2 - \3", False),
    "updates_turned": replaced(rf"-= {_RATE} \* ([\w.]+)$", r"-= \2 * \1", False),
    "updates_added": replaced(rf"-= {_RATE} \* ([\w.]+)$", r"+= -\1 * \2", False),
    "type_hints": replaced(
        r"^(\s*)([A-Za-z_]\w*) = (?=.*(?:@|dot|\bsum|\*|-))",
        r"\1\2: np.ndarray = ",
        False,
    ),
    "semicolons": behind(";"),
    "shown_behind": behind("; print('ok')"),
    "brackets_around": replaced(
        r"^(\s*[\w.]+\s*=) ([^=(]*[^=\s:;\\,(\[])$", r"\1 (\2)", False
    ),
    "no_spaces": replaced(
        r"(?<=[\w)\]]) ([-+*/@=]|\*\*|-=|\+=|/=) (?=[\w(-])", r"\1", False
    ),
    "walrus": replaced(r"(?<=[\w\]]) = (?!=)", " := ", False),
    "arrows": replaced(r"(?<=[\w\]]) = (?!=)", " ← ", False),
    "remarks": behind("  # (n, m)", "  # gradient", "  # shape: (batch, hidden)"),
}
_DERIVATIVES: Final = (
    "d{w}{n}", "grad_{W}{n}", "{W}{n}_grad", "d_{W}{n}", "dL_d{W}{n}", "dLd{W}{n}",
    "dJ_d{W}{n}", "g{W}{n}", "{w}{n}_gradient", "nabla_{w}{n}", "d{W}_{n}",
    "grad{W}{n}", "dE_d{W}{n}", "dLoss_d{W}{n}",
)  # fmt: skip
# of which letters, and of which layers; with dots or keys the names are no parameters
_NAMES: Final[dict[str, Rewriting]] = {
    "derivatives_as_entries": named("grads['d{W}{n}']", of="Wb", wrap=True),
    "derivatives_by_names": named("grads['{W}{n}']", of="Wb", wrap=True),
    "derivatives_of_self": named("self.d{W}{n}", wrap=True),
    "delta_weights": named("delta_{w}{n}", of="Wb"),
    "deltas": named("delta{n}", of="zZ"),
    "deltas_as_d": named("d{n}", of="zZ"),
    "parameters_as_entries": named("=params['{W}{n}']", of="Wb", wrap=True),
    "parameters_of_self": named("=self.{W}{n}", of="Wwb", wrap=True),
    "parameters_of_a_model": named("=model.{W}{n}", of="Wwb", wrap=True),
    "parameters_of_layers": named("=layer{n}.{W}", of="Wb", wrap=True),
    "parameters_with_lines": named("={W}_{n}", "d{W}_{n}"),
    "parameters_in_words": named("=weights{n}", "dweights{n}", of="Ww"),
    "parameters_as_theta": named("=theta{n}", "dtheta{n}", of="Ww"),
    "forward_of_self": named("=self.{w}{n}", of="zZaA", wrap=True),
    "forward_of_a_cache": named("=cache['{W}{n}']", of="zZaA", wrap=True),
    "activations_as_h": named("=h{n}", "dh{n}", of="aA"),
    "sums_as_s": named("=s{n}", "ds{n}", of="zZ"),
    "sums_as_net": named("=net{n}", "dnet{n}", of="zZ"),
    "layers_in_words": named("={w}_{n}", "d{w}_{n}", layers="hidden output"),
    "layers_as_h_o": named("={W}_{n}", "d{W}_{n}", layers="h o"),
    "layers_glued": named("={W}{n}", "d{W}{n}", layers="h o"),
    "layers_of_grads": named("={W}_{n}", "grad_{W}_{n}", layers="hidden out"),
    "weights_between": named("=W{n}", "dW{n}", of="Ww", layers="xh hy"),
    "weights_ih_ho": named("=w_{n}", "d_w_{n}", of="Ww", layers="ih ho"),
    "deltas_of_layers": named("{n}_delta", of="zZ", layers="hidden output"),
    "deltas_before_layers": named("delta_{n}", of="zZ", layers="hidden output"),
    "targets_as_y_true": replaced(_ALONE % "[yY]", "y_true"),
    "targets_as_target": replaced(_ALONE % "[yY]", "target"),
    "targets_as_labels": replaced(_ALONE % "[yY]", "labels"),
    "camel_case": in_humps,
}
_LANGUAGES: Final = {
    "julia": {
        "@": "{} * {}", "*": "{} .* {}", "+": "{} .+ {}", "-": "{} .- {}", "T": "{}'",
        "sum 0": "sum({}, dims=1)", "sum 1": "sum({}, dims=2)", "call": "{}.({})",
        ">": "({} .> 0)",
    },
    "octave": {
        "@": "{} * {}", "*": "{} .* {}", "T": "{}'", "sum 0": "sum({}, 1)",
        "sum 1": "sum({}, 2)", "=": "{} = {};", "set": "{} = {};", "remark": "%",
    },
    "r": {
        "@": "{} %*% {}", "*": "{} * {}", "T": "t({})", "sum 0": "colSums({})",
        "sum 1": "rowSums({})", "=": "{} <- {}", "set": "{} <- {}",
    },
    "cpp": {
        "@": "{} * {}", "*": "{}.cwiseProduct({})", "T": "{}.transpose()",
        "sum 0": "{}.colwise().sum()", "sum 1": "{}.rowwise().sum()",
        "=": "MatrixXd {} = {};", "set": "{} = {};", "remark": "//",
    },
    "c++": {
        "@": "{} * {}", "*": "({}.array() * {}.array()).matrix()",
        "T": "{}.transpose()", "sum 0": "{}.colwise().sum()",
        "sum 1": "{}.rowwise().sum()", "=": "auto {} = {};", "set": "{} = {};",
        "remark": "//",
    },
    "rust": {
        "@": "{}.dot(&{})", "*": "&{} * &{}", "T": "{}.t()",
        "sum 0": "{}.sum_axis(Axis(0))", "call": "{}(&{})", "remark": "//",
        "sum 1": "{}.sum_axis(Axis(1)).insert_axis(Axis(1))", "=": "let {} = {};",
        "set": "{} = {};",
    },
}  # fmt: skip
_MARKS: Final[dict[str, Rewriting]] = {
    "prompts": replaced(r"^(?=.)", ">>> "),
    "fences_py": fenced("```py", "```"),
    "fences_tildes": fenced("~~~python", "~~~"),
    "fences_cell": fenced("```{code-cell} ipython3", "```"),
    "fences_title": fenced('```python title="backward.py" linenums="1"', "```"),
    "indented": fenced("", "", "    "),
    "notebook_cells": fenced("In [3]:", "", "    "),
    "pre": fenced("<pre><code>", "</code></pre>"),
}
TRANSFORMS: Final[dict[str, Rewriting]] = {
    **_MODULES,
    **{f"products_{name}": one for name, one in _PRODUCTS.items()},
    **{f"turned_{name}": spelled(f"_a.T -> {t}") for name, t in _TRANSPOSED.items()},
    **{f"sums_{name}": one for name, one in _SUMS.items()},
    **_FUNCTIONS,
    **{f"slopes_{k}": replaced(_SLOPE, new) for k, new in enumerate(_SLOPES)},
    **_LINES,
    **{f"derivatives_{k}": named(form) for k, form in enumerate(_DERIVATIVES)},
    **_NAMES,
    **{f"in_{name}": translated(name, forms) for name, forms in _LANGUAGES.items()},
    **_MARKS,
}
