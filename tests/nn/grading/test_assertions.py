"""`assert_gradients_match`: what comes in from other libraries, and what it prints."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from autograd_scalar import DataError, OperandError, Value, play
from nn import (
    MLP,
    Linear,
    Sequential,
    Sigmoid,
    assert_derivation,
    assert_gradients_match,
    half_squared_error,
    reduce_losses,
)
from nn.deltas.check import matrices
from nn.grading.assertions import GradientMismatchError

RNG = np.random.default_rng(3)
X = RNG.uniform(-1, 1, (5, 3))
Y = np.eye(2)[[0, 1, 1, 0, 1]]


def network():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=2)
    for parameter, number in zip(
        net.parameters(), np.random.default_rng(4).uniform(-1, 1, 26), strict=True
    ):
        parameter.data = float(number)
    return net


NET = network()


def by_hand(net=NET, dtype=np.float64):
    """The gradients in NumPy, of half the squared error, mean over the examples."""
    (l1, l2) = net.layers
    W1, W2 = (np.array([[w.data for w in n.w] for n in layer.neurons], dtype)
              for layer in (l1, l2))  # fmt: skip
    b1, b2 = (np.array([[n.b.data] for n in layer.neurons], dtype)
              for layer in (l1, l2))  # fmt: skip
    x, y = X.T.astype(dtype), Y.T.astype(dtype)
    a1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
    a2 = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
    dZ2 = (a2 - y) * a2 * (1 - a2) / dtype(5)
    dZ1 = (W2.T @ dZ2) * a1 * (1 - a1)
    return {
        "dZ2": dZ2, "dW2": dZ2 @ a1.T, "db2": dZ2.sum(1, keepdims=True),
        "dA1": W2.T @ dZ2,
        "dZ1": dZ1, "dW1": dZ1 @ x.T, "db1": dZ1.sum(1, keepdims=True),
    }  # fmt: skip


RIGHT = by_hand()
GIVEN = {"net": NET, "X": X, "Y": Y, "loss": "half_squared_error"}


class Tensor:
    """What a PyTorch tensor is to NumPy: nothing without detach()."""

    requires_grad, is_leaf, grad_fn = False, True, None

    def __init__(self, array, grad=None):
        self._array, self.grad = np.asarray(array, np.float32), grad
        self.data = self._array

    def detach(self):
        return SimpleNamespace(cpu=lambda: SimpleNamespace(numpy=lambda: self._array))

    def __array__(self, *_, **__):
        msg = "can't convert a tensor that requires grad"
        raise RuntimeError(msg)


class BFloat16:
    """A tensor of a type that NumPy does not have."""

    def numpy(self):
        msg = "no bfloat16"
        raise TypeError(msg)


def torch_module(grads):
    pairs = [
        (f"{2 * (i - 1)}.{name}", Tensor(0, Tensor(grads[kind + str(i)].squeeze())))
        for i in (1, 2)
        for name, kind in (("weight", "dW"), ("bias", "db"))
    ]
    return SimpleNamespace(named_parameters=lambda: iter(pairs))


def kernels(names, grads=RIGHT):
    return {
        name: {"bias": grads[f"db{i}"][:, 0], "kernel": grads[f"dW{i}"].T}
        for i, name in enumerate(names, 1)
    }


def micrograd_network():
    net = network()
    losses = [half_squared_error(net(x), y) for x, y in zip(X, Y, strict=True)]
    reduce_losses(losses).backward()
    return net


def lists(*names):
    return [RIGHT[name] for name in names]


INCOMING = {
    "a dictionary": RIGHT,
    "a dictionary of lists": {"dW": lists("dW1", "dW2"), "db": lists("db1", "db2")},
    "Nielsen's pair": (lists("db1", "db2"), lists("dW1", "dW2")),
    "lists of W and b": (lists("dW1", "dW2"), lists("db1", "db2")),
    "W, b, W, b": lists("dW1", "db1", "dW2", "db2"),
    "pairs (W, b)": [tuple(lists("dW1", "db1")), tuple(lists("dW2", "db2"))],
    "float32": by_hand(dtype=np.float32),
    "a PyTorch module": torch_module(RIGHT),
    "PyTorch gradients": [
        Tensor(RIGHT[n].squeeze()) for n in ("dW1", "db1", "dW2", "db2")
    ],
    "names of a state_dict": {
        "fc1.weight": RIGHT["dW1"], "fc1.bias": RIGHT["db1"][:, 0],
        "out.weight": RIGHT["dW2"], "out.bias": RIGHT["db2"][:, 0],
    },
    "Flax": {"params": kernels(["Dense_0", "Dense_1"])},
    "Flax, layers sorted by their names": {
        "decoder": {"kernel": RIGHT["dW2"].T}, "encoder": {"kernel": RIGHT["dW1"].T},
    },
    "paths of Keras": {
        "dense/kernel:0": RIGHT["dW1"].T, "dense/bias:0": RIGHT["db1"][:, 0],
        "dense_1/kernel:0": RIGHT["dW2"].T, "dense_1/bias:0": RIGHT["db2"][:, 0],
    },
    "no biases": lists("dW1", "dW2"),
    "no bias in the last layer": [RIGHT["dW1"], RIGHT["db1"][:, 0], RIGHT["dW2"]],
    "dictionaries of the layers": [
        {"W": RIGHT["dW1"], "b": RIGHT["db1"]}, {"W": RIGHT["dW2"], "b": RIGHT["db2"]}
    ],
    "what functions return": {"grads": {"dW1": RIGHT["dW1"]}, "cost": 0.3},
    "Flax, sorted as text": dict(
        sorted(kernels(["Dense_2", "Dense_10"]).items())
    ),
    "Keras": [
        RIGHT["dW1"].T, RIGHT["db1"][:, 0], RIGHT["dW2"].T, RIGHT["db2"][:, 0]
    ],
    "scikit-learn": {
        "coef_grads": [RIGHT["dW1"].T, RIGHT["dW2"].T],
        "intercept_grads": [RIGHT["db1"][:, 0], RIGHT["db2"][:, 0]],
    },
    "scikit-learn's pair": (
        [RIGHT["dW1"].T, RIGHT["dW2"].T], [RIGHT["db1"][:, 0], RIGHT["db2"][:, 0]]
    ),
    "micrograd's network": micrograd_network(),
    "micrograd's parameters": micrograd_network().parameters(),
    "their gradients": [p.grad for p in micrograd_network().parameters()],
}  # fmt: skip


@pytest.mark.parametrize("name", INCOMING)
def test_what_comes_in(name):
    assert_gradients_match(INCOMING[name], **GIVEN)


@pytest.mark.parametrize(
    "theirs",
    [
        kernels(["Dense_0", "Dense_1"], RIGHT | {"dW1": RIGHT["dW1"] * 1.5}),
        torch_module(RIGHT | {"dW1": RIGHT["dW1"] * 1.5}),
    ],
    ids=["Flax", "PyTorch"],
)
def test_what_comes_in_is_compared(theirs):
    with pytest.raises(GradientMismatchError, match=r"dW1\[") as caught:
        assert_gradients_match(theirs, **GIVEN)
    wrong = [v.quantity for v in caught.value.report.judged if not v.is_right]
    assert wrong == ["dW1"]
    turned = "their weights are transposed, (n_in, n_out)" in str(caught.value)
    assert turned == isinstance(theirs, dict)


CYCLE = {}
CYCLE["again"] = CYCLE


def message(change, **options):
    with pytest.raises(AssertionError) as caught:
        assert_gradients_match(RIGHT | change, **GIVEN | options)
    return str(caught.value)


def test_the_message_names_the_mistake_and_what_follows():
    dZ1 = RIGHT["dA1"]
    text = message({"dZ1": dZ1, "dW1": dZ1 @ X, "db1": dZ1.sum(1, keepdims=True)})
    lines = text.splitlines()
    assert lines[0] == (
        "3 of 7 gradients differ (3-4-2 network (sigmoid, sigmoid),"
        " half_squared_error, mean over m = 5 examples)"
    )
    assert re.fullmatch(r"  dZ2 equal( \([0-9]+ ULP\))?", lines[1].split("   ")[0])
    assert lines[2].startswith("  dZ1 [4x5] 20 of 20 differ. Worst dZ1[")
    assert lines[2].endswith("(allowed 1e-09 of the terms)")
    told = "mistake: sigma'\\(z\\) of the hidden layer is missing: theirs is dA1, to"
    assert re.fullmatch(rf"      {told} [0-9]+ ULP \[act-missing\]", lines[3])
    assert lines[4] == "      right:   dZ[l] = (W[l+1].T @ dZ[l+1]) * g'(Z[l])"
    table = "table: autograd-scalar mistakes act-missing"
    follows = "follows from dZ1: right when the true dZ1 is put in"
    assert lines[5:] == [
        f"  dW1 [4x3] {follows}",
        f"  db1 [4x1] {follows}",
        f'  look: play(error.cost, at="z1[3](1)")   {table}',
    ]
    assert "array" not in text


def test_the_message_leads_into_the_player():
    with pytest.raises(GradientMismatchError) as caught:
        assert_gradients_match({"dW1": RIGHT["dW1"] + 1}, **GIVEN)
    place = str(caught.value).split('play(error.cost, at="')[1].split('"')[0]
    player = play(caught.value.cost, at=place)
    assert place.startswith("W1[")
    assert f"∂cost/∂{place} =" in player.sentence


def test_equal_ones_are_told_with_their_ulp():
    W2 = np.nextafter(np.nextafter(RIGHT["dW2"], 1), 1)
    text = message({"dW2": W2, "db1": RIGHT["db1"] * 2})
    assert re.search(r"dW2 equal \([0-9]+ ULP\)", text)
    single = by_hand(dtype=np.float32)
    with pytest.raises(GradientMismatchError, match=r"dZ2 equal( \([1-9] ULP\))?\s"):
        assert_gradients_match(single | {"db1": single["db1"] * 2}, **GIVEN)


def test_weights_of_layers_made_singly_are_told_apart():
    layers = [Linear(3, 4, rng=0), Sigmoid(), Linear(4, 2, rng=1), Sigmoid()]
    given = GIVEN | {"net": Sequential(*layers)}
    with pytest.raises(GradientMismatchError) as caught:
        assert_gradients_match({"dW2": np.ones((2, 4))}, **given)
    place = str(caught.value).split('play(error.cost, at="')[1].split('"')[0]
    assert place.startswith("W2[")
    assert f"∂cost/∂{place} =" in play(caught.value.cost, at=place).sentence


def test_many_floats_are_not_counted_where_terms_cancel():
    grads = RIGHT | {"dW2": RIGHT["dW2"] * (1 + 1e-11)}
    with pytest.raises(GradientMismatchError, match=r"dW2 equal \(within 1e-09 of the"):
        assert_gradients_match(grads | {"db1": RIGHT["db1"] * 2}, **GIVEN)


def test_numbers_that_look_alike_are_told_apart():
    text = message({"dW2": RIGHT["dW2"] * (1 + 1e-8)})
    theirs, graph = re.search(r"theirs (\S+), graph (\S+)", text).groups()
    assert theirs != graph


def test_whole_arrays_on_request():
    text = message({"db2": RIGHT["db2"] + 1}, arrays=True)
    assert text.count("\n[[") == 2
    assert "  db2, theirs:\n[[" in text
    assert "  db2, graph:\n[[" in text
    assert "dW2, graph" not in text


def test_the_worst_entry_is_named_by_neuron_and_example():
    dZ1 = RIGHT["dZ1"].copy()
    dZ1[2, 3] += 0.01
    text = message({"dZ1": dZ1})
    assert "dZ1 [4x5] 1 of 20 differ. Worst dZ1[2](3): theirs " in text
    assert "not in the table of mistakes" in text
    assert "∂cost/∂z1[2](3) = ∂cost/∂a1[2](3) · ∂a1[2](3)/∂z1[2](3)" in text


def test_shapes_come_first_and_the_transpose_is_seen():
    text = message({"dW1": RIGHT["dW1"].T})
    assert "dW1 does not fit [3x4], expected [4x3], as its transpose is: " in text
    flat = message({"db1": RIGHT["db1"][:, 0]})
    assert "db1 does not fit [4], expected [4x1]: keepdims=True is lost" in flat


def test_a_convention_is_no_match_and_is_told():
    text = message({name: 5 * array for name, array in RIGHT.items()})
    assert "note: all agree if the gradients are those of the sum of the losses" in text
    assert text.startswith("7 of 7 gradients differ")


def test_what_is_one_factor_everywhere_is_charged_once():
    grads = {n: 2 * RIGHT[n] for n in ("dW1", "db1", "dW2", "db2")}
    with pytest.raises(GradientMismatchError) as caught:
        assert_gradients_match(grads, **GIVEN)
    statuses = [v.status for v in caught.value.report.judged]
    assert statuses == ["wrong", "follows", "follows", "follows"]
    assert "the factor 2" in str(caught.value) or "factor 2" in str(caught.value)


def test_float32_is_held_to_float32():
    grads = by_hand(dtype=np.float32)
    grads["dW1"] = grads["dW1"] * np.float32(1 + 1e-4)
    with pytest.raises(GradientMismatchError, match=r"allowed 3\.8e-06 of the terms"):
        assert_gradients_match(grads, **GIVEN)


def test_weight_decay_is_told_and_is_no_match():
    W1 = np.array([[w.data for w in n.w] for n in NET.layers[0].neurons])
    text = message({"dW1": RIGHT["dW1"] + 0.01 * W1})
    assert "it is the gradient of the cost plus 0.01 W" in text


def test_the_message_may_be_ones_own():
    wrong = {"db2": RIGHT["db2"] + 1}
    assert message(wrong, msg="step 7").startswith("step 7\n1 of 7 gradients differ")
    assert message(wrong, msg=lambda text: text[:6]) == "1 of 7"


@pytest.mark.parametrize(
    ("theirs", "error", "text"),
    [
        (5, OperandError, "expected gradients as a dictionary such as .* got int: 5"),
        ("dW1", OperandError, "got str"),
        (np.array(0.5), OperandError, "got ndarray"),
        (torch_module(RIGHT).named_parameters, OperandError, "expected gradients"),
        (SimpleNamespace(named_parameters=lambda: [("0.weight", Tensor(0))]),
         DataError, r"0.weight has no gradient .* call backward\(\) first"),
        ([0.5] * 25, DataError, "expected 26 numbers, .* got 25"),
        ({"a": {"weight": RIGHT["dW1"]}, "b": {"weight": RIGHT["dW2"]},
          "c": {"weight": RIGHT["dW2"]}}, DataError, "weights of 2 layers, got 3"),
        ({"q": 1.0}, DataError, "there is no gradient of a network of 2 layers in"),
        ({}, DataError, "there is no gradient|expected the weights of 2 layers, got 0"),
        ({"dW": [RIGHT["dW1"]] * 5}, DataError, "dW has 5 entries for 2 layers"),
        ({"dW": {"x": 1.0}}, DataError, r"dW needs the numbers of layers .* \['x'\]"),
        ({"dW1": "abc"}, DataError, "real numbers, .* got str: an array of <U"),
        ({"dW1": [[1], [2, 3]]}, DataError, "array of real numbers, .* got list: "),
        ({"dW1": RIGHT["dW1"] * 1j}, DataError, "got ndarray: an array of complex128"),
        ({"dW1": object()}, DataError, "got object: float\\(\\) argument"),
        ({"dW1": None}, DataError, "dW1: .* got None: there is no gradient"),
        (RIGHT | {"bd2": RIGHT["db2"]}, DataError, "of which gradient 'bd2' is"),
        (RIGHT | {"dW3": RIGHT["dW2"]}, DataError, "'dW3' is, in a network of 2"),
        (SimpleNamespace(named_parameters=lambda: [("w", Tensor(0, BFloat16()))]),
         DataError, "w cannot become a NumPy array: no bfloat16; .* in float32"),
        ({"dW1": np.broadcast_to(1.0, (10**6, 10**6))}, DataError,
         "got ndarray: 1,000,000,000,000 entries"),
        (CYCLE, DataError, "dictionaries at most 50 deep"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(theirs, error, text):
    with pytest.raises(error, match=text):
        assert_gradients_match(theirs, **GIVEN)


def test_one_layer_needs_no_number():
    net = MLP(3, [2], activation="sigmoid", rng=0)
    case = {"net": net, "X": X, "Y": Y, "loss": "half_squared_error"}
    W, b = (np.array(each[0]) for each in matrices(net))
    d = (W @ X.T + b - Y.T) / 5
    assert_gradients_match({"dW": d @ X, "db": d.sum(1, keepdims=True)}, **case)
    with pytest.raises(GradientMismatchError, match="dW1"):
        assert_gradients_match({"dW": d @ X + 1}, **case)


def test_a_module_of_pytorch_is_no_network_yet():
    with pytest.raises(OperandError, match=r"take nn\.from_torch\(module\)"):
        assert_gradients_match(RIGHT, **GIVEN | {"net": torch_module(RIGHT)})


def test_the_peers_own_network():
    engine = pytest.importorskip("micrograd.engine")
    library = pytest.importorskip("micrograd.nn")
    theirs = library.MLP(2, [3, 1])
    net = MLP(2, [3, 1], activation="relu", rng=0)
    for ours, other in zip(net.parameters(), theirs.parameters(), strict=True):
        ours.data = other.data = float(RNG.uniform(-1, 1))
    x, y = [0.5, -1.0], 1.0
    difference = theirs(x) - y
    (difference * difference).backward()
    assert isinstance(difference, engine.Value)
    given = {"net": net, "X": [x], "Y": [[y]], "loss": "squared_error"}
    assert_gradients_match(theirs, **given)
    assert_gradients_match(theirs.parameters(), **given)


def test_weights_are_no_gradients():
    W1, W2 = ([[w.data for w in n.w] for n in layer.neurons] for layer in NET.layers)
    named = {"fc1.weight": W1, "fc2.weight": W2}
    with pytest.raises(DataError, match="these are the weights themselves"):
        assert_gradients_match(named, **GIVEN)


def test_a_factor_that_is_also_the_number_of_outputs():
    grads = {n: 2 * RIGHT[n] for n in ("dW1", "db1", "dW2", "db2")}
    with pytest.raises(GradientMismatchError, match="2 is also the number of outputs"):
        assert_gradients_match(grads, **GIVEN)


def test_derivations():
    assert_derivation("dZ[l] = (W[l+1].T @ dZ[l+1]) * dg(Z[l])")
    with pytest.raises(AssertionError, match=r"dZ1 wrong: .*\[act-missing\]") as caught:
        assert_derivation("dZ1 = W2.T @ dZ2", msg="my notes")
    assert str(caught.value).startswith("my notes\n1 of 1 gradients differ")
    assert not caught.value.report.passed


def backprop(W, b, X, Y):
    """Two layers of sigmoids; sigma' of the hidden one is missing."""
    a1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
    a2 = 1 / (1 + np.exp(-(W[1] @ a1 + b[1])))
    dZ2 = (a2 - Y) * a2 * (1 - a2) / X.shape[1]
    dZ1 = W[1].T @ dZ2
    return {"dZ2": dZ2, "dZ1": dZ1, "dW1": dZ1 @ X.T}


def test_the_smallest_network_that_shows_it_is_quoted():
    with pytest.raises(AssertionError) as caught:
        assert_derivation(backprop)
    lines = str(caught.value).splitlines()
    assert lines[-2] == (
        "  the smallest network that shows it: 1-1-1 network (sigmoid, sigmoid),"
        " half_squared_error, mean over m = 1 example"
    )
    assert re.fullmatch(r"    dZ1\[0\]\(0\): yours \S+, the graph's \S+", lines[-1])

    def in_rows(W, b, X, Y):
        turned = backprop([w.T for w in W], [c.T for c in b], X.T, Y.T)
        return {name: array.T for name, array in turned.items()}

    with pytest.raises(AssertionError, match=r"the smallest network .* 1-1-1 network"):
        assert_derivation(in_rows)

    def of_two_examples(W, b, X, Y):
        return {"dW1": backprop(W, b, X, Y)["dW1"] * 0 + 1 / (X.shape[1] > 1)}

    with pytest.raises(AssertionError, match=r"shows it: 1-1-1 network .* m = 2"):
        assert_derivation(of_two_examples)

    def of_this_size_alone(W, b, X, Y):
        assert len(X) == 3
        return {"db2": np.ones((2, 1)), "dZ1": backprop(W, b, X, Y)["dZ1"]}

    with pytest.raises(AssertionError) as caught:
        assert_derivation(of_this_size_alone)


def test_values_of_ones_own():
    parameters = [Value(0.0) for _ in range(26)]
    with pytest.raises(AssertionError):
        assert_gradients_match(parameters, **GIVEN)


def test_the_frame_is_hidden():
    with pytest.raises(AssertionError) as caught:
        assert_gradients_match({"dW1": RIGHT["dW1"] + 1}, **GIVEN)
    inner = [entry for entry in caught.traceback if entry.path.name == "assertions.py"]
    assert inner
    assert all(entry.ishidden(caught) for entry in inner)
