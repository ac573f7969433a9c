"""Modules, neurons, layers and networks."""

import copy
import math
import pickle
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn import MLP, Layer, Module, Neuron
from nn.activations import resolve

# ---- Numbers -------------------------------------------------------------------------


def by_hand(net, x, g):
    """Every z and a, in plain floats, added from left to right."""
    a, zs, activations = list(x), [], []
    for number, layer in enumerate(net.layers):
        z = []
        for neuron in layer.neurons:
            total = 0.0 if neuron.b is None else neuron.b.data
            for w, a_k in zip(neuron.w, a, strict=True):
                total += w.data * a_k
            z.append(total)
        a = [g[number](z_j) for z_j in z]
        zs.append(z)
        activations.append(a)
    return zs, activations


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("fused", [True, False])
def test_forward_is_the_formula(fused, bias):
    net = MLP(3, [4, 2], activation="tanh", rng=3, fused=fused, bias=bias)
    x = [0.3, -0.7, 1.1]
    record = net.forward(x)
    z, a = by_hand(net, x, [ag.tanh, float])
    assert [[v.data for v in row] for row in record.z] == z
    assert [[v.data for v in row] for row in record.a] == a
    assert [v.data for v in net(x)] == a[-1]
    assert [v.data for v in record.inputs] == x


@pytest.mark.parametrize("bias", [True, False])
def test_fused_and_elementary_have_the_same_bits(bias):
    r = random.Random(7)
    for _ in range(20):
        options = {"activation": r.choice(["relu", "tanh", "gelu"]), "bias": bias}
        seed = r.randrange(1000)
        nets = [MLP(5, [6, 3, 2], rng=seed, fused=f, **options) for f in (True, False)]
        x = [r.choice([r.gauss(0, 10), 0.0, -0.0, 1e-300]) for _ in range(5)]
        rows = []
        for net in nets:
            outputs = net(x)
            nn.squared_error(outputs, [1.0, -1.0]).backward()
            numbers = [v.data for v in outputs] + [p.grad for p in net.parameters()]
            rows.append([number.hex() for number in numbers])
        assert rows[0] == rows[1]


def test_fused_node_has_the_symbols_of_the_closed_form():
    record = MLP(2, [1], rng=0).forward([0.5, 2.0])
    (z,) = record.outputs
    assert z.op == "dot"
    assert [p.label for p in z.parents] == [
        "W1[0,0]",
        "a0[0]",
        "W1[0,1]",
        "a0[1]",
        "b1[0]",
    ]


def test_elementary_nodes():
    z = Neuron(2, nonlin=False, fused=False)([1.0, 2.0])
    ops = [v.op for v in ag.topological_order(z) if v.op]
    assert ops == ["mul", "add", "mul", "add"]


def test_gradients_against_central_differences():
    net = MLP(2, [3, 2], activation=["sigmoid", "tanh"], rng=5)
    x, y = [0.4, -1.2], [0.5, -0.5]
    nn.half_squared_error(net(x), y).backward()
    for p in net.parameters():
        start, h = p.data, 1e-6
        p.data = start + h
        above = nn.half_squared_error(net(x), y).data
        p.data = start - h
        below = nn.half_squared_error(net(x), y).data
        p.data = start
        assert p.grad == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-9)


def test_a_hidden_layer_of_one_neuron_works():
    net = MLP(2, [1, 1, 2], rng=0)  # micrograd's fails: its layer gives no list
    assert len(net([1.0, 2.0])) == 2
    assert isinstance(MLP(2, [1])([1.0, 2.0]), Value)


@pytest.mark.parametrize("x", [(0.5, 2), np.array([0.5, 2.0]), np.float32([0.5, 2])])
def test_kinds_of_input(x):
    net = MLP(2, [3, 1], rng=0)
    assert net(x).data == net([Value(0.5), Value(2.0)]).data
    assert net(iter(x)).data == net(x).data


def test_inputs_may_be_values_and_get_gradients():
    x = [Value(0.5, "speed"), Value(2.0)]
    record = MLP(2, [3, 1], activation="tanh", rng=0).forward(x)
    record.outputs[0].backward()
    assert record.inputs[0] is x[0]
    assert [v.label for v in x] == ["speed", "a0[1]"]
    assert x[0].grad != 0.0


# ---- Activations ---------------------------------------------------------------------


FUSED = {"sum", "mean", "prod", "dot", "logsumexp"}


def test_every_unary_primitive_is_an_activation():
    unary = [
        row.name
        for row in ag.PRIMITIVES.values()
        if len(row.domain) == 1 and row.name not in {"where", *FUSED}
    ]
    assert len(unary) > 40
    for name in unary:
        a = resolve(name).function(Value(0.6))
        assert a.op == name


def test_linear_is_no_node():
    record = MLP(2, [2, 2], activation="identity").forward([1.0, 2.0])
    assert record.a[0][1] is record.z[0][1]
    assert record.a[1][0] is record.z[1][0]
    assert record.z[0][1].label == "z1[1]"


def test_activation_with_a_parameter():
    z = Value(-2.0)
    assert resolve(("leaky_relu", 0.2)).function(z).data == -0.4
    assert resolve(("elu", 2)).function(z).data == 2 * math.expm1(-2.0)
    assert resolve("leaky_relu").function(z).data == -0.02
    assert resolve(("leaky_relu", 0.2)).parameter == 0.2


def test_own_activation():
    def swish(z):
        return z * z.sigmoid()

    net = MLP(2, [2, 1], activation=swish, output_activation=Value.tanh, rng=0)
    assert repr(net.layers[0]) == "Layer of [SwishNeuron(2), SwishNeuron(2)]"
    assert repr(net.layers[1]) == "Layer of [TanhNeuron(2)]"
    _, a = by_hand(net, [1.0, 2.0], [lambda z: z * ag.sigmoid(z), ag.tanh])
    assert net([1.0, 2.0]).data == a[-1][0]
    with pytest.raises(OperandError, match="cut must return a Value, got float"):
        Neuron(1, activation=cut)([1.0])


def cut(z):
    return math.sin(z.data)


def test_one_activation_per_layer():
    net = MLP(2, [1, 1, 1], activation=["tanh", ("elu", 0.5), "sigmoid"])
    assert [layer.neurons[0].activation.name for layer in net.layers] == [
        "tanh",
        "elu",
        "sigmoid",
    ]


def test_nonlin_is_micrograds_switch():
    assert (Neuron(1).nonlin, Neuron(1, False).nonlin) == (True, False)
    assert repr(Neuron(2, nonlin=False)) == "LinearNeuron(2)"
    assert repr(Neuron(2, False, activation="log_sigmoid")) == "LogSigmoidNeuron(2)"


# ---- First values --------------------------------------------------------------------


def test_initial_values():
    net = MLP(50, [30, 10], rng=1)
    weights = [p.data for name, p in net.named_parameters() if ".w." in name]
    assert len(weights) == 50 * 30 + 30 * 10
    assert -1.0 <= min(weights) < -0.99 < 0.99 < max(weights) <= 1.0
    assert all(n.b.data == 0.0 for layer in net.layers for n in layer.neurons)


@pytest.mark.parametrize(
    ("init", "bound"),
    [("xavier", math.sqrt(6 / 70)), ("he", math.sqrt(6 / 40)), (0.25, 0.25)],
)
def test_intervals(init, bound):
    layer = Layer(40, 30, init=init, rng=1)
    weights = [w.data for neuron in layer.neurons for w in neuron.w]
    assert 0.98 * bound < max(map(abs, weights)) <= bound


def test_rng():
    def numbers(rng):
        return list(MLP(2, [3, 1], rng=rng).state_dict().values())

    assert numbers(5) == numbers(random.Random(5)) != numbers(6)
    first = numbers(np.random.default_rng(5))
    assert first == numbers(np.random.default_rng(5))
    random.seed(5)
    state = np.random.get_state()[1].tolist()
    assert numbers(None) == numbers(random.Random(5))
    assert np.random.get_state()[1].tolist() == state
    state = random.getstate()
    numbers(5)
    assert random.getstate() == state


# ---- Names ---------------------------------------------------------------------------


def test_labels_of_parameters():
    net = MLP(2, [3, 1])
    assert net.layers[0].neurons[2].w[1].label == "W1[2,1]"
    assert net.layers[1].neurons[0].b.label == "b2[0]"
    assert Layer(2, 2).neurons[1].w[0].label == "W1[1,0]"
    assert Layer(2, 2, number=4).neurons[1].b.label == "b4[1]"
    assert [p.label for p in Neuron(2).parameters()] == ["w[0]", "w[1]", "b"]


def test_labels_of_a_forward_pass():
    net = MLP(2, [3, 2], activation="tanh")
    record = net.forward([1.0, 2.0], example=7)
    assert [v.label for v in record.inputs] == ["a0[0](7)", "a0[1](7)"]
    assert [v.label for v in record.z[0]] == ["z1[0](7)", "z1[1](7)", "z1[2](7)"]
    assert record.a[0][2].label == "a1[2](7)"
    assert record.outputs[1].label == "z2[1](7)"
    assert net.forward([1.0, 2.0]).a[0][2].label == "a1[2]"
    assert net([1.0, 2.0])[0].label == ""
    with pytest.raises(AttributeError):
        record.z = []


def test_lifted_inputs_are_labelled():
    z = Layer(1, 1, nonlin=False, number=3)([5.0])
    assert z.parents[1].label == "a2[0]"


def test_names_of_parameters():
    names = [name for name, _ in MLP(2, [2, 1]).named_parameters()]
    assert names == [
        *(f"layers.0.neurons.{j}.{p}" for j in (0, 1) for p in ("w.0", "w.1", "b")),
        *(f"layers.1.neurons.0.{p}" for p in ("w.0", "w.1", "b")),
    ]
    assert list(MLP(1, [1], bias=False).state_dict()) == ["layers.0.neurons.0.w.0"]


# ---- Modules -------------------------------------------------------------------------


class Twins(Module):
    def __init__(self):
        self.scale = Value(2.0, "scale")
        self.left = MLP(1, [1], rng=0)
        self.right = self.left  # shared
        self.pair = (Neuron(1, rng=0), [self.scale, Value(3.0)])
        self.parent = self  # a circle
        self.ring = [1.0, "text", None]
        self.ring.append(self.ring)
        self.last = self.scale * 2.0  # computed
        self._constant = Value(5.0)


def test_discovery():
    twins = Twins()
    assert list(twins.state_dict()) == [
        "scale",
        "left.layers.0.neurons.0.w.0",
        "left.layers.0.neurons.0.b",
        "pair.0.w.0",
        "pair.0.b",
        "pair.1.1",
    ]
    assert len(twins.parameters()) == len(set(twins.parameters())) == 6
    assert [name for name, _ in twins.named_children()] == ["left", "pair.0"]
    assert list(twins.children()) == [twins.left, twins.pair[0]]
    assert len(list(twins.modules())) == 5
    assert [name for name, _ in twins.named_modules()][:3] == [
        "",
        "left",
        "left.layers.0",
    ]


def test_module_tree():
    class Outer(Module):
        def __init__(self):
            self.twins, self.empty = Twins(), Module()

    assert repr(Outer()) == "\n".join(
        [
            "Outer",
            "  (twins): Twins",
            "    (left): MLP of [Layer of [LinearNeuron(1)]]",
            "    (pair.0): ReLUNeuron(1)",
            "  (empty): Module",
        ]
    )


def test_nesting_of_any_depth():
    root = Module()
    module = root
    for _ in range(3_000):
        module.inner = Module()
        module = module.inner
    module.p = Value(1.0)
    assert len(root.parameters()) == 1
    assert sum(1 for _ in root.modules()) == 3_001
    chain = root
    while hasattr(chain, "inner"):  # let go from the top, one by one
        chain.__dict__, chain = {}, chain.inner


def test_zero_grad():
    net = MLP(2, [2, 1], rng=0)
    net([1.0, 2.0]).backward()
    assert all(p.has_grad for p in net.layers[1].parameters())
    net.zero_grad()
    assert not any(p.has_grad for p in net.parameters())
    assert Module().parameters() == []


def test_state_dict_round_trip():
    net, other = MLP(2, [3, 1], rng=0), MLP(2, [3, 1], rng=1)
    keys = other.load_state_dict(net.state_dict())
    assert keys == ([], [])
    assert other.state_dict() == net.state_dict()
    assert other([0.5, 2.0]).data == net([0.5, 2.0]).data


def test_state_dict_that_does_not_fit():
    net = MLP(2, [3, 1], rng=0)
    before = net.state_dict()
    wrong = {"layers.0.neurons.0.b": 7.0, "nonsense": 1.0}
    with pytest.raises(
        DataError, match=r"missing 'layers.0.*' and 9 more, unexp.*'non"
    ):
        net.load_state_dict(wrong)
    with pytest.raises(OperandError, match="real number"):
        net.load_state_dict({**before, "layers.1.neurons.0.b": "1"})
    with pytest.raises(DataError, match="missing none, unexpected 'nonsense'"):
        net.load_state_dict({**before, "nonsense": 1.0})
    assert net.state_dict() == before
    keys = net.load_state_dict(wrong, strict=False)
    assert len(keys.missing_keys) == 12
    assert keys.unexpected_keys == ["nonsense"]
    assert net.layers[0].neurons[0].b.data == 7.0


@pytest.mark.parametrize(
    "twin", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))]
)
@pytest.mark.parametrize("activation", ["tanh", ("leaky_relu", 0.2), "linear"])
def test_copies(twin, activation):
    net = MLP(2, [3, 1], activation=activation, rng=0)
    net([0.5, 2.0]).backward()
    other = twin(net)
    assert [repr(p) for p in other.parameters()] == [repr(p) for p in net.parameters()]
    assert not set(other.parameters()) & set(net.parameters())
    assert other([0.5, 2.0]).data == net([0.5, 2.0]).data
    record = other.forward([0.5, 2.0])
    assert (record.a[0][0] is record.z[0][0]) == (activation == "linear")


# ---- Refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MLP(2, [3])([1.0]), ShapeError, "MLP needs 2 inputs, got 1"),
        (lambda: MLP(2, [3]).forward([1, 2, 3]), ShapeError, "2 inputs, got 3"),
        (lambda: Layer(2, 3)([1.0]), ShapeError, "Layer needs 2 inputs, got 1"),
        (lambda: Neuron(2)([1.0]), ShapeError, "Neuron needs 2 inputs, got 1"),
        (lambda: MLP(2, [3])([[1, 2]]), ShapeError, r"batch of 1; call.*for x in X"),
        (lambda: MLP(2, [3])(np.ones((3, 2))), ShapeError, "got a batch of 3; call"),
        (lambda: MLP(2, [3])(np.ones((2, 2))), ShapeError, r"batch of 2.*for x in X"),
        (lambda: MLP(2, [3])([(1, 2), (3, 4)]), ShapeError, r"batch of 2.*for x in X"),
        (lambda: Layer(2, 3)(np.eye(2)), ShapeError, "Layer needs the 2 inputs of one"),
        (lambda: Neuron(2)([[1, 2]] * 2), ShapeError, "Neuron needs the 2 inputs of"),
        (lambda: MLP(2, [3])(["a", "b"]), OperandError, "real number, got str: 'a'"),
        (lambda: MLP(2, [3])([b"a", b"b"]), OperandError, "real number, got bytes"),
        (lambda: MLP(2, [3])([]), ShapeError, "MLP needs 2 inputs, got 0$"),
        (lambda: MLP(2, [3])("123"), ShapeError, "MLP needs 2 inputs, got 3$"),
        (lambda: MLP(1, [1])(3.0), OperandError, "sequence of 1 numbers, got float"),
        (lambda: MLP(1, [1])(Value(3.0)), OperandError, "sequence of 1 numbers, got V"),
        (lambda: MLP(2, [1])("12"), OperandError, "got str"),
        (lambda: MLP(2**62, [1]), ShapeError, "n_in needs to be at most 100,000,000"),
        (lambda: MLP(np.array([2]), np.array(1)), OperandError, "got ndarray"),
        (lambda: MLP(2, np.array(1)), OperandError, "n_outs needs a list"),
        (lambda: Layer(2, 2, number="x"), OperandError, "number needs an int"),
        (lambda: MLP(2, [1]).forward([1, 2], example=[]), OperandError, "label.exam"),
        (lambda: MLP(1, [1])(np.ones((1, 3))), ShapeError, "got a batch of 1; call it"),
        (lambda: MLP(0, [1]), ShapeError, "n_in needs to be at least 1, got 0"),
        (lambda: MLP(2, []), ShapeError, "at least one layer"),
        (lambda: MLP(2, [3, 0]), ShapeError, r"n_outs\[1\] needs to be at least 1"),
        (lambda: MLP(2, 3), OperandError, r"MLP\(2, \[16, 16, 1\]\), got int"),
        (lambda: MLP(2, "31"), OperandError, "got str"),
        (lambda: MLP(2, [1.0]), OperandError, r"n_outs\[0\] needs an int, got float"),
        (lambda: MLP(True, [1]), OperandError, "n_in needs an int, got bool"),
        (lambda: Layer(2, -1), ShapeError, "n_out needs to be at least 1, got -1"),
        (
            lambda: Neuron(1, activation="tan h"),
            OperandError,
            "no activation is called",
        ),
        (
            lambda: Neuron(1, activation=3),
            OperandError,
            "a function of a Value, got int",
        ),
        (lambda: Neuron(1, activation=("tanh", 1)), OperandError, "needs a list, not"),
        (lambda: Neuron(1, activation=("elu", None)), OperandError, "real number"),
        (lambda: MLP(1, [1], activation=("elu", "tanh")), OperandError, "needs a list"),
        (lambda: MLP(1, [1, 1], activation=["elu"]), ShapeError, "2 layers, got 1"),
        (
            lambda: MLP(1, [1], activation=["elu"], output_activation="tanh"),
            OperandError,
            "leave out output_activation, got 'tanh'",
        ),
        (lambda: MLP(1, [1], rng="1"), OperandError, "int seed or None, got str"),
        (lambda: MLP(1, [1], rng=True), OperandError, "got bool"),
        (lambda: MLP(1, [1], rng=np.array([1])), OperandError, "got ndarray"),
        (lambda: MLP(1, [1], bias="no"), OperandError, "bias needs True or Fal.*'no'"),
        (lambda: MLP(1, [1], fused=None), OperandError, "fused needs True or False"),
        (lambda: Neuron(2, "tanh"), OperandError, "nonlin needs .*'tanh'; for an act"),
        (lambda: Layer(2, 2, nonlin="tanh"), OperandError, "write activation="),
        (lambda: MLP(1, [1]).load_state_dict(None), OperandError, "got NoneType: None"),
        (
            lambda: Neuron(1).load_state_dict({"w.0": "1", "b": 0.0}),
            OperandError,
            r"state_dict\['w.0'\]: .*real number",
        ),
        (
            lambda: MLP(1, [1], init="big"),
            OperandError,
            "'he' or the half-width.*'big'",
        ),
        (lambda: MLP(1, [1], init=-1.0), OperandError, "got -1.0"),
        (lambda: MLP(1, [1], init=math.inf), OperandError, "got inf"),
    ],
)
def test_bad_arguments_are_rejected(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_numpy_ints_are_seeds():
    expected = MLP(2, [2], rng=3).state_dict()
    assert MLP(2, [2], rng=np.int64(3)).state_dict() == expected


def test_parameters_are_those_with_names():
    class Odd(Module):
        def __init__(self):
            shared = Value(1.0)
            self.many = [shared, Value(2.0), shared * 2.0]
            self.nested = ([Value(3.0), [shared]], "text", None, [])
            self.mlp, self._hidden = MLP(1, [2, 1]), Value(4.0)
            self.itself, self.last = [self, self.mlp], Value(5.0)

    net = Odd()
    named = [p for _, p in net.named_parameters()]
    assert len(named) == 3 + 7 + 1
    assert list(map(id, net.parameters())) == list(map(id, named))


# ---- The package ---------------------------------------------------------------------


def test_public_names():
    assert len(set(nn.__all__)) == len(nn.__all__)
    for name in nn.__all__:
        assert getattr(nn, name) is not None
    assert set(nn.__all__) <= set(dir(nn))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = nn.nonsense


def test_layers_load_no_numpy():
    code = (
        "import sys; import nn; net = nn.MLP(2, [3, 1]);"
        "nn.squared_error(net([1, 2]), 0).backward(); nn.Adam(net.parameters()).step();"
        "print('numpy' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
    )
    assert run.stdout.strip() == "False"


def test_an_example_s_number_is_one_that_can_be_shown():
    with pytest.raises(OperandError, match="at most 40 digits, got an int of 16610"):
        MLP(2, [1]).forward([0.5, 1.0], example=10**5000)


# ---- Matrices in, gradients out ------------------------------------------------------


def test_matrices_are_set_and_gradients_read_by_layer():
    net = MLP(3, [2, 1], activation="linear")
    W, b = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0, 8.0]]], [[[0.5], [1.5]], [2.5]]
    net.set_matrices(W, b)
    assert [p.data for p in net.parameters()] == [
        1.0, 2.0, 3.0, 0.5, 4.0, 5.0, 6.0, 1.5, 7.0, 8.0, 2.5,
    ]  # fmt: skip
    net([1.0, -1.0, 2.0]).backward()
    assert net.gradient_matrices() == (
        [[[7.0, -7.0, 14.0], [8.0, -8.0, 16.0]], [[5.5, 12.5]]],
        [[7.0, 8.0], [1.0]],
    )
    net.set_matrices(W)
    bare = MLP(1, [1], bias=False)
    bare.set_matrices([[[3.0]]], [[]])
    assert bare.gradient_matrices() == ([[[0.0]]], [[0.0]])


@pytest.mark.parametrize(
    ("W", "b", "text"),
    [
        ([[[1.0]]], [[0.0], [0.0]], "each of 1 layers, got 1 weights and 2 biases"),
        ([], None, "each of 1 layers, got 0 weights"),
        ([[[1.0, 2.0]]], None, r"W\[0\] needs the shape \(1, 1\), .* 1 rows of \[2\]"),
        ([[[9.0]]], [[1.0, 2.0]], r"b\[0\] needs 1 numbers, got 2"),
    ],
)
def test_matrices_that_do_not_fit_change_nothing(W, b, text):
    net = MLP(1, [1], rng=0)
    before = net.state_dict()
    with pytest.raises(ShapeError, match=text):
        net.set_matrices(W, b)
    assert net.state_dict() == before
