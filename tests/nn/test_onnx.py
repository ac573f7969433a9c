"""ONNX files: run by onnxruntime, read back, of PyTorch and Keras, and damaged."""

import doctest
import math
import random
import warnings
from functools import partial

import numpy as np
import pytest

from autograd_scalar import DataError, OperandError, Value
from nn import MLP, from_onnx, save_onnx, to_onnx
from nn.onnx import _OPS

pytestmark = pytest.mark.oracles
IN_FLOAT64 = ["relu", "tanh", "sigmoid", "sin", "abs", "neg"]  # onnxruntime's


@pytest.fixture(autouse=True)
def onnx():
    return pytest.importorskip("onnx")


def run(model, rows, dtype):
    runtime = pytest.importorskip("onnxruntime")
    options = {"providers": ["CPUExecutionProvider"]}
    session = runtime.InferenceSession(model.SerializeToString(), **options)
    return session.run(None, {"x": np.array(rows, dtype)})[0]


def outputs(net, rows):
    record = [net.forward(row).outputs for row in rows]
    return [[y.data for y in found] for found in record]


def rows_of(n_in, m=7):
    draw = random.Random(0)
    return [[draw.uniform(0.1, 2.0) for _ in range(n_in)] for _ in range(m)]


def positive(net):
    """Make all weights positive: log and sqrt need it."""
    for p in net.parameters():
        p.data = abs(p.data) + 0.1
    return net


def test_the_example_holds():
    import nn.onnx

    assert doctest.testmod(nn.onnx) == (0, 6)


@pytest.mark.parametrize("name", sorted(_OPS))
def test_onnxruntime_computes_the_same(name, onnx):
    net = positive(MLP(3, [4, 2], activation=name, rng=1))
    rows, model = rows_of(3), to_onnx(net)
    onnx.checker.check_model(model, full_check=True)
    expected = outputs(net, rows)
    found = run(model, rows, np.float32)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize("name", IN_FLOAT64)
def test_in_float64_it_is_the_same_to_rounding(name):
    net = MLP(3, [5, 4, 2], activation=name, output_activation="sigmoid", rng=1)
    rows = rows_of(3)
    found = run(to_onnx(net, dtype="float64"), rows, np.float64)
    np.testing.assert_allclose(found, outputs(net, rows), rtol=1e-13)


@pytest.mark.parametrize("name", [*sorted(_OPS), ("leaky_relu", 0.3), ("elu", 0.7)])
@pytest.mark.parametrize("bias", [True, False])
def test_what_is_read_back_is_the_same_network(name, bias, tmp_path):
    net = MLP(3, [4, 3, 1], activation=name, bias=bias, rng=2)
    save_onnx(net, tmp_path / "net.onnx", dtype="float64")
    other = from_onnx(tmp_path / "net.onnx")
    assert repr(other) == repr(net)
    assert other.state_dict() == net.state_dict()
    mine, theirs = (positive(each)([0.5, 1.0, 0.25]).data for each in (net, other))
    assert repr(mine) == repr(theirs)  # log of a negative number is nan


def test_linear_layers_and_a_neuron_without_bias(tmp_path):
    net = MLP(2, [3, 2, 2], activation=["linear", "relu", "linear"], rng=0)
    for neuron in net.layers[1].neurons:
        neuron.b = None
    rows = rows_of(2)
    np.testing.assert_allclose(
        run(to_onnx(net, dtype="float64"), rows, np.float64), outputs(net, rows), 1e-13
    )
    save_onnx(net, tmp_path / "a.onnx", dtype="float64")
    assert outputs(from_onnx(tmp_path / "a.onnx"), rows) == outputs(net, rows)


def test_networks_as_pytorch_and_keras_write_them_are_read(tmp_path, onnx):
    # As torch.onnx.export of Sequential(Linear, LeakyReLU, Linear) writes it, and as
    # Keras does: MatMul and Add, a bias in a row, weights among the inputs.
    rng, helper = np.random.default_rng(0), onnx.helper
    W1, b1 = rng.normal(size=(4, 3)), rng.normal(size=4)
    W2, b2 = rng.normal(size=(4, 2)), rng.normal(size=(1, 2))
    arrays = {"0.weight": W1, "0.bias": b1, "2.kernel": W2, "2.bias": b2}
    tensors = [
        onnx.numpy_helper.from_array(a.astype(np.float32), n) for n, a in arrays.items()
    ]
    nodes = [
        helper.make_node(
            "Gemm", ["in", "0.weight", "0.bias"], ["h"], transB=1, beta=1.0
        ),
        helper.make_node("LeakyRelu", ["h"], ["r"], alpha=0.1),
        helper.make_node("MatMul", ["r", "2.kernel"], ["p"]),
        helper.make_node("Add", ["2.bias", "p"], ["out"]),
    ]
    info = partial(helper.make_tensor_value_info, elem_type=onnx.TensorProto.FLOAT)
    graph = helper.make_graph(
        nodes,
        "g",
        [info("in", shape=[None, 3]), info("0.weight", shape=[4, 3])],
        [info("out", shape=[None, 2])],
        tensors,
    )
    onnx.save(helper.make_model(graph), tmp_path / "a.onnx")
    net, rows = from_onnx(tmp_path / "a.onnx"), np.array(rows_of(3))
    f = [a.astype(np.float32).astype(float) for a in (W1, b1, W2, b2)]
    z = rows @ f[0].T + f[1]
    expected = np.where(z > 0, z, 0.1 * z) @ f[2] + f[3]
    np.testing.assert_allclose(outputs(net, rows.tolist()), expected, rtol=1e-12)


@pytest.mark.filterwarnings("ignore")  # that exporter is the old one
def test_what_pytorch_exports_is_read(tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 5),
        torch.nn.ELU(0.7),
        torch.nn.Linear(5, 4),
        torch.nn.Tanh(),
        torch.nn.Linear(4, 2, bias=False),
    )
    rows = rows_of(3)
    example = (torch.tensor(rows),)
    torch.onnx.export(model, example, str(tmp_path / "a.onnx"), dynamo=False)
    net = from_onnx(tmp_path / "a.onnx")
    expected = model.double()(torch.tensor(rows, dtype=torch.float64))
    np.testing.assert_allclose(outputs(net, rows), expected.tolist(), atol=1e-14)


def tanh(z):
    return z.tanh()


@pytest.mark.parametrize(
    ("activation", "message"),
    [
        ("silu", "layer 1 has the activation silu, which has no name in ONNX"),
        (tanh, "layer 1 has the activation tanh, which has no name in ONNX"),
        (lambda z: z * z, "layer 1 has the activation <lambda>, which has no name"),
    ],
)
def test_an_activation_that_onnx_lacks_is_named(activation, message):
    with pytest.raises(DataError, match=message):
        to_onnx(MLP(2, [2, 1], activation=activation))


def test_what_cannot_be_written_is_an_error(tmp_path):
    net = MLP(2, [2, 1], rng=0)
    with pytest.raises(OperandError, match="to_onnx needs an MLP, got int: 3"):
        to_onnx(3)
    with pytest.raises(OperandError, match="'float32' or 'float64', got 'float16'"):
        to_onnx(net, dtype="float16")
    with pytest.raises(OperandError, match="'float32' or 'float64', got array"):
        to_onnx(net, dtype=np.zeros(2))
    with pytest.raises(DataError, match=r"a name that ends in \.onnx"):
        save_onnx(net, tmp_path / "net.json")
    with pytest.raises(OperandError, match="save_onnx needs a path"):
        save_onnx(net, 3)
    with pytest.raises(DataError, match="alpha has the entry 1e\\+300"):
        to_onnx(MLP(2, [2, 1], activation=("elu", 1e300)))
    net.layers[0].neurons[1].w[0].data = 1e300
    with pytest.raises(DataError, match=r"W1 has the entry 1e\+300, .* finite float32"):
        save_onnx(net, tmp_path / "net.onnx")
    save_onnx(net, tmp_path / "net.onnx", dtype="float64")
    net.layers[0].neurons[1].w[0].data = math.nan
    with pytest.raises(DataError, match="W1 has the entry nan"):
        save_onnx(net, tmp_path / "net.onnx", dtype="float64")
    assert 1e300 in from_onnx(tmp_path / "net.onnx").state_dict().values()
    net.layers[0].neurons[1].activation = MLP(1, [1]).layers[0].neurons[0].activation
    with pytest.raises(DataError, match="layer 1 has neurons of different activations"):
        to_onnx(net)


def test_a_large_network_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr("nn.onnx.MAX_BYTES", 300)
    with pytest.raises(DataError, match="at most 300 can be read again"):
        save_onnx(MLP(9, [9, 1], rng=0), tmp_path / "net.onnx")


# ---- Files of others -----------------------------------------------------------------


def broken(onnx, change):
    model = to_onnx(MLP(2, [3, 1], activation="tanh", rng=0))
    change(model.graph)
    return model.SerializeToString()


def insert(op, domain="", **attributes):
    def change(graph):
        import onnx

        node = onnx.helper.make_node(op, ["z1"], ["q"], domain=domain, **attributes)
        graph.node.remove(graph.node[1])
        graph.node.insert(1, node)
        graph.node[2].input[0] = "q"

    return change


def setting(path, value):
    """Set a field of the graph, as node[0].input[1]."""

    def change(graph):
        exec(f"graph.{path} = value", {"graph": graph, "value": value})

    return change


def calling(path, *arguments):
    def change(graph):
        eval(f"graph.{path}", {"graph": graph})(*arguments)

    return change


DEFECTS = {
    "softmax": (insert("Softmax", axis=0), "a Softmax over the axis 0, expected 1"),
    "a domain": (insert("Relu", domain="evil"), "'Relu' has no place"),
    "an attribute": (insert("Relu", alpha=1.0), "an attribute 'alpha' of no use"),
    "its type": (insert("Elu", alpha="x"), "an attribute 'alpha' of no use"),
    "its range": (insert("Elu", alpha=math.inf), "an attribute 'alpha' of no use"),
    "gelu": (insert("Gelu", approximate="tanh"), "other attributes than the usual"),
    "selu": (insert("Selu", gamma=2.0), "other attributes than the usual"),
    "beta": (
        lambda graph: graph.node[0].attribute.add(name="beta", type=1, f=2.0),
        "alpha, beta or transA other than",
    ),
    "a twin": (
        lambda graph: graph.initializer.append(graph.initializer[0]),
        "two tensors 'W1'",
    ),
    "no input": (calling("input.pop"), "one input and one output .* 0 and 1"),
    "no tensor": (setting("node[0].input[1]", "\x1b[2J"), "is no tensor of the file"),
    "a fork": (setting("node[2].input[0]", "x"), "does not take 'a1'"),
    "another fork": (setting("node[1].input[0]", "x"), "does not take 'z1'"),
    "operands": (calling("node[0].input.extend", ["b1", "b1"]), "'Gemm' has no place"),
    "no way out": (setting("output[0].name", "W1"), "from the input to the output"),
    "no nodes": (lambda graph: graph.ClearField("node"), "from the input to"),
    "integers": (setting("initializer[0].data_type", 7), "no tensor of float64"),
    "elsewhere": (setting("initializer[0].data_location", 1), "lies in another file"),
    "a shape": (setting("initializer[0].dims[0]", 4), "another number of entries"),
    "a wildcard": (setting("initializer[0].dims[0]", -1), "a dimension below 1"),
    "a vector": (
        lambda graph: graph.initializer[0].dims.__setitem__(slice(None), [6]),
        r"the shape \(6,\), expected a matrix",
    ),
    "a bias": (
        lambda graph: graph.initializer[1].dims.__setitem__(slice(None), [3, 1]),
        r"the shape \(3, 1\), expected \(3,\)",
    ),
    "nan": (setting("initializer[0].float_data[2]", math.nan), "nan or infinite"),
    "widths": (setting("node[2].input[1]", "W1"), "the shape|layer 1 has 3 outputs"),
    "two functions": (
        lambda graph: graph.node.insert(1, graph.node[1]),
        "'Tanh' has no place",
    ),
    "an add apart": (
        lambda graph: (
            setting("node[0].op_type", "MatMul")(graph),
            graph.node[0].input.pop(),
            graph.node[0].ClearField("attribute"),
            setting("node[1].op_type", "Add")(graph),
        ),
        "does not take 'z1'",
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_file_of_another_kind_is_refused(name, tmp_path, onnx):
    change, message = DEFECTS[name]
    path = tmp_path / "a.onnx"
    path.write_bytes(broken(onnx, change))
    with pytest.raises(DataError, match=message) as raised:
        from_onnx(path)
    assert str(raised.value).startswith(f"cannot read {str(path)!r}"[:40])
    assert str(raised.value).isprintable()


def test_layers_that_do_not_fit_and_too_many_weights(tmp_path, monkeypatch, onnx):
    def twice(graph):
        graph.node[2].input[1] = "W1"
        del graph.node[2].input[2]

    (tmp_path / "a.onnx").write_bytes(broken(onnx, twice))
    with pytest.raises(DataError, match="layer 1 has 3 outputs, and layer 2 2 inputs"):
        from_onnx(tmp_path / "a.onnx")
    save_onnx(MLP(2, [3, 1], rng=0), tmp_path / "b.onnx")
    monkeypatch.setattr("nn.onnx.MOST_WEIGHTS", 8)
    with pytest.raises(DataError, match="more than 8 weights"):
        from_onnx(tmp_path / "b.onnx")


@pytest.mark.parametrize("raw", [b"", b"hello", b"\x00" * 99, b"\x3a\x02\xff\xff"])
def test_what_is_no_onnx_file_is_refused(raw, tmp_path):
    (tmp_path / "a.onnx").write_bytes(raw)
    with pytest.raises(DataError, match="cannot read"):
        from_onnx(tmp_path / "a.onnx")


def test_no_path_and_no_file_are_errors(tmp_path):
    with pytest.raises(OperandError, match="from_onnx needs a path"):
        from_onnx(3)
    with pytest.raises(DataError, match="there is no such file"):
        from_onnx(tmp_path / "a.onnx")


def test_damage_anywhere_raises_data_error_only(tmp_path):
    """Each byte changed, each length cut: a network, or DataError."""
    path, draw = tmp_path / "a.onnx", random.Random(0)
    whole = to_onnx(MLP(2, [2, 1], activation=("elu", 0.5), rng=0)).SerializeToString()
    damaged = [whole[:n] for n in range(len(whole))]
    for k in range(len(whole)):
        changed = [bytes([draw.randrange(256)]) for _ in range(4)]
        damaged += [whole[:k] + byte + whole[k + 1 :] for byte in changed]
    outcomes = {"read": 0, "refused": 0}
    for raw in damaged:
        path.write_bytes(raw)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                net = from_onnx(path)
            assert all(type(p) is Value for p in net.parameters())
            outcomes["read"] += 1
        except DataError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 100
