"""Files of weights: the same bits come back, and no other file changes a module."""

import json
import math
import os
import struct
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_scalar import DataError, OperandError, Value
from nn import MLP, Module, Neuron, load_weights, save_weights
from nn.weights import files as weights

HAS_LIBRARY = find_spec("safetensors") is not None
needs_library = pytest.mark.skipif(not HAS_LIBRARY, reason="needs safetensors")
SUFFIXES = [".json", pytest.param(".safetensors", marks=needs_library)]
# The ends of float64, its denormals, and numbers of seventeen digits.
NUMBERS = [5e-324, -0.0, 0.0, sys.float_info.max, 2.2250738585072011e-308, 0.1 + 0.2]


class Holder(Module):
    """Parameters in every place that a Module may keep them in."""

    def __init__(self, start=0.0):
        def value():
            return Value(start)

        self.scale = value()
        self.table = [[value(), value()], (value(), value()), [value(), value()]]
        self.ragged = [[value()], [value(), value()]]
        self.mixed = [value(), [value()]]
        self.subneurons = [Neuron(1, bias=False)]
        self.deep = value()
        for _ in range(1500):
            self.deep = [self.deep]
        self.net = MLP(2, [2, 1], rng=0)
        self.neuron = Neuron(2, bias=False)
        self.net.layers[1].neurons[0].w[0] = self.scale  # tied


def filled(module, numbers):
    for k, parameter in enumerate(module.parameters()):
        parameter.data = numbers[k % len(numbers)]
    return module


def bits(module):
    return {name: struct.pack("<d", x) for name, x in module.state_dict().items()}


def written(folder, text):
    path = Path(folder) / "w.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def weights_json(entries):
    return f'{{"format":"autograd-scalar weights","version":1,"weights":{entries}}}'


def tensors(header, data):
    raw = header.encode()
    return struct.pack("<Q", len(raw)) + raw + data


def assert_rejected(path, match, module=None):
    """A DataError which names the file; the module is as it was."""
    module = MLP(1, [1], rng=0) if module is None else module
    before = bits(module)
    with pytest.raises(DataError, match=match) as error:
        load_weights(module, path)
    assert repr(str(path)) in str(error.value)
    assert len(str(error.value)) < 600 + len(str(path))
    assert bits(module) == before


# ---- There and back ------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("make", [Holder, Module, lambda: MLP(2, [3, 1], bias=False)])
def test_the_same_bits_come_back(tmp_path, suffix, make):
    net, other = filled(make(), NUMBERS), filled(make(), [7.0])
    path = tmp_path / f"w{suffix}"
    save_weights(net, path)
    load_weights(other, str(path))
    assert bits(other) == bits(net)
    assert list(tmp_path.iterdir()) == [path]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3))
@settings(max_examples=50, deadline=None)
def test_any_finite_numbers_come_back(numbers):
    net, other = filled(MLP(2, [2, 1], rng=0), numbers), MLP(2, [2, 1], rng=1)
    with TemporaryDirectory() as folder:
        for suffix in (".json", ".safetensors")[: 1 + HAS_LIBRARY]:
            save_weights(net, Path(folder) / f"w{suffix}")
            load_weights(other, Path(folder) / f"w{suffix}")
            assert bits(other) == bits(net)


def test_a_file_shows_layers_as_matrices_and_other_lists_as_arrays(tmp_path):
    path = tmp_path / "w.json"
    holder = Holder()
    save_weights(holder, path)
    shown = json.loads(path.read_text())["weights"]
    net = holder.net.layers[0]
    assert shown["net.layers.0.weight"] == [[w.data for w in n.w] for n in net.neurons]
    assert shown["net.layers.0.bias"] == [0.0, 0.0]
    assert shown["table"] == [[0.0, 0.0]] * 3
    assert shown["subneurons.0.w"] == [holder.subneurons[0].w[0].data]
    assert shown["neuron.w"] == [w.data for w in holder.neuron.w]
    # What makes no rectangle keeps the names of state_dict.
    own = {"ragged.0.0", "ragged.1.1", "mixed.1.0", "net.layers.1.neurons.0.w.1"}
    assert own <= set(shown)
    assert "net.layers.1.neurons.0.w.0" not in shown  # tied: written once, as `scale`


def test_a_person_may_write_a_file(tmp_path):
    net = MLP(1, [1], rng=0)
    entries = '{"layers.0.bias": [-3], "layers.0.weight": [[1E2]]}'
    load_weights(
        net, written(tmp_path, b"\xef\xbb\xbf" + weights_json(entries).encode())
    )
    assert list(net.state_dict().values()) == [100.0, -3.0]


def test_gradients_stay(tmp_path):
    net = MLP(1, [1], rng=0)
    net([2.0]).backward()
    save_weights(net, tmp_path / "w.JSON")
    load_weights(net, tmp_path / "w.JSON")
    assert [p.grad for p in net.parameters()] == [2.0, 1.0]


# ---- What is not saved ---------------------------------------------------------------


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_diverged_is_not_saved(tmp_path, number):
    path = written(tmp_path, "old")
    net = MLP(2, [3, 1], rng=0)
    net.layers[0].neurons[2].w[1].data = number
    with pytest.raises(DataError, match=rf"weight\[2\]\[1\] is {number}, .*diverge"):
        save_weights(net, path)
    assert path.read_text() == "old"


def test_what_is_too_large_to_be_read_again_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "MAX_BYTES", 60)
    with pytest.raises(DataError, match=r"would have 1\d\d bytes, .* 60 .*safetensors"):
        save_weights(MLP(1, [1]), tmp_path / "w.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("use", [save_weights, load_weights])
@pytest.mark.parametrize("name", ["w.pkl", "w.pt", "w", "json", ".json", "w.json.gz"])
def test_other_names_are_rejected(tmp_path, use, name):
    with pytest.raises(DataError, match=r"ends in \.json or \.safetensors, got '.*'"):
        use(MLP(1, [1]), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("use", [save_weights, load_weights])
def test_what_is_no_module_or_no_path_is_rejected(tmp_path, use):
    with pytest.raises(OperandError, match=r"_weights needs a Module.*got PosixPath"):
        use(tmp_path / "w.json", MLP(1, [1]))
    with pytest.raises(
        OperandError, match=r"_weights needs a path.*got NoneType: None"
    ):
        use(MLP(1, [1]), None)
    with pytest.raises(OperandError, match=r"_weights needs a path.*got bytes"):
        use(MLP(1, [1]), b"w.json")


def test_where_it_cannot_be_written(tmp_path):
    with pytest.raises(DataError, match="there is no folder"):
        save_weights(MLP(1, [1]), tmp_path / "no" / "w.json")


@pytest.mark.parametrize("use", [save_weights, load_weights])
def test_without_the_library_a_message_says_what_to_install(tmp_path, monkeypatch, use):
    path = tmp_path / "w.safetensors"
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    if use is load_weights:
        path.write_bytes(b"")
    with pytest.raises(DataError, match=r"pip install 'autograd-scalar\[weights\]'"):
        use(MLP(1, [1]), path)


# ---- What is not loaded --------------------------------------------------------------


def test_what_is_no_file(tmp_path, monkeypatch):
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "circle.json").symlink_to(tmp_path / "circle.json")
    assert_rejected(tmp_path / "no.json", "there is no such file")
    assert_rejected(tmp_path / "folder.json", "it is a folder")
    assert_rejected(tmp_path / "pipe.json", "it is a device, a pipe or a socket")
    assert_rejected(tmp_path / "circle.json", "symbolic links")
    assert_rejected(Path("a\0.json"), "null")
    path = written(tmp_path, "{}")

    def denied(self, mode):  # root may read anything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert_rejected(path, r"w\.json': Permission denied")


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "w.json"
    with path.open("wb") as file:
        file.truncate(weights.MAX_BYTES + 1)
    assert_rejected(path, "larger than 16,777,216 bytes")


LONG = "x" * 10_000


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "not JSON, or cut off"),
        (b"\x80\x04]q\0.", "byte 0 is not UTF-8"),
        ("[" * 100_000, "nested too deep"),
        (weights_json('{"layers.0.bias":' + "[" * 100_000), "nested too deep"),
        ("[1]", 'no "format": "autograd-scalar weights"'),
        ('{"format":"other","version":1,"weights":{}}', 'no "format"'),
        ('{"format":"autograd-scalar weights","weights":{}}', "got NoneType"),
        *(
            (weights_json("{}").replace(":1,", f":{version},"), f"got {shown}")
            for version, shown in [
                ("2", "2"),
                ("true", "bool"),
                ("1.0", "float"),
                ('"1"', "str"),
                ("9" * 300, "9{79}…"),
            ]
        ),
        (weights_json("[]"), 'needs an object "weights" .*got list'),
        (weights_json('{},"rng":0'), "besides 'rng'"),
        (weights_json('{},"version":1'), "more than one entry is named 'version'"),
        (weights_json('{"a":1,"b":2,"a":1}'), "more than one entry is named 'a'"),
        (weights_json(f'{{"{LONG}":1,"{LONG}":1}}'), "named 'x{78}…"),
        (weights_json('{"\\u001b[31m\\u202e\\ud800":1}'), r"\\x1b\[31m\\u202e\\ud800"),
    ],
    ids=lambda text: repr(text[:40]),
)
def test_other_json_is_rejected(tmp_path, text, match):
    assert_rejected(written(tmp_path, text), match)


@pytest.mark.parametrize(
    ("bias", "match"),
    [
        ("[NaN]", r"bias\[0\] is nan"),
        ("[-Infinity]", r"bias\[0\] is -inf"),
        ("[1e999]", r"bias\[0\] is inf"),
        ("[true]", r"bias\[0\] is of type bool, expected a number"),
        ("[null]", "of type NoneType"),
        ('["0.5"]', "of type str"),
        ("[{}]", "of type dict"),
        ("[9007199254740993]", r"an integer beyond 2\*\*53"),
        (f"[-{'9' * 5000}]", r"bias\[0\] is -inf"),
        ("0.5", r"bias has the shape \(\) in the file, \(1,\) in this MLP"),
        ("[]", r"shape \(0,\) in the file, \(1,\)"),
        ("[0.5, 0.5]", r"shape \(2,\) in the file, \(1,\)"),
        ("[[0.5]]", r"shape \(1, 1\) in the file, \(1,\)"),
        ("[" * 500 + "]" * 500, r"shape \(1, 1, .*… in the file, \(1,\)"),
        ("[[], []]", r"shape \(2, 0\) in the file, \(1,\)"),
        ("[[0.5], 0.5]", "rows of 'layers.0.bias' are not all of one length"),
        ("[[1, 2], [1]]", "rows of 'layers.0.bias' are not all of one length"),
    ],
)
def test_other_numbers_and_shapes_are_rejected(tmp_path, bias, match):
    entries = f'{{"layers.0.weight":[[1.0]],"layers.0.bias":{bias}}}'
    assert_rejected(written(tmp_path, weights_json(entries)), match)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_file_of_another_network_is_rejected(tmp_path, suffix):
    path = tmp_path / f"w{suffix}"
    save_weights(MLP(2, [3, 1]), path)
    wider, longer = MLP(2, [4, 1], rng=0), MLP(2, [3, 1, 1], rng=0)
    match = r"layers.0.weight has the shape \(3, 2\) in the file, \(4, 2\) in this MLP"
    assert_rejected(path, match, wider)
    match = "missing 'layers.2.weight', 'layers.2.bias', unexpected none"
    assert_rejected(path, match, longer)
    assert_rejected(path, "missing none, unexpected 'layers.1.*'", MLP(2, [3]))


F64 = '{"dtype":"F64","shape":[1],"data_offsets":[0,8]}'
ONE = struct.pack("<d", 1.0)


@needs_library
@pytest.mark.parametrize(
    ("raw", "match"),
    [
        (b"", "damaged, or not a safetensors file"),
        (struct.pack("<Q", 2**62), "damaged"),
        (tensors(f'{{"b":{F64}}}', ONE + b"\0"), "damaged"),
        (tensors(f'{{"b":{F64},"w":{F64}}}', ONE), "damaged"),
        (tensors(f'{{"b":{F64},"b":{F64}}}', ONE), "more than one entry is named 'b'"),
        (tensors(f'{{"b":{F64.replace("F64", "I64")}}}', ONE), "type int64, expected"),
        (
            tensors('{"b":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}', ONE),
            r"BF16.*, expected .*double\(\)",
        ),
        (tensors(f'{{"b":{F64}}}', ONE), r"b has the shape \(1,\) in the file, \(\)"),
        (
            tensors(
                f'{{"b":{F64}}}'.replace("[1]", f"[{2**63},0]").replace("0,8", "0,0"),
                b"",
            ),
            "damaged",
        ),
        (tensors(f'{{"w":{F64}}}', ONE), "missing 'b', unexpected none"),
        (
            tensors(f'{{"b":{F64.replace("[1]", "[]")}}}', struct.pack("<d", math.nan)),
            "b is nan",
        ),
        (
            tensors(f'{{"b":{F64.replace("[1]", "[" + "1," * 99 + "1]")}}}', ONE),
            "damag",
        ),
    ],
)
def test_other_safetensors_are_rejected(tmp_path, raw, match):
    path = tmp_path / "w.safetensors"
    path.write_bytes(raw)
    neuron = Neuron(1, rng=0)
    if "missing" not in match:
        neuron.w = []
    assert_rejected(path, match, neuron)


@needs_library
@pytest.mark.parametrize(("dtype", "code"), [("F32", "f"), ("F16", "e")])
def test_shorter_floats_are_taken_exactly(tmp_path, dtype, code):
    data = struct.pack(f"<2{code}", 0.1, -0.0)
    width = len(data)
    header = f'{{"w":{{"dtype":"{dtype}","shape":[2],"data_offsets":[0,{width}]}}}}'
    (tmp_path / "w.safetensors").write_bytes(tensors(header, data))
    neuron = Neuron(2, bias=False)
    load_weights(neuron, tmp_path / "w.safetensors")
    assert struct.pack(f"<2{code}", *neuron.state_dict().values()) == data


# ---- Damage --------------------------------------------------------------------------


def files_of(module, folder):
    for suffix in (".json", ".safetensors")[: 1 + HAS_LIBRARY]:
        path = Path(folder) / f"w{suffix}"
        save_weights(module, path)
        yield path, path.read_bytes()


def assert_whole_or_not_at_all(path, raw):
    """Loaded with finite numbers, or rejected and unchanged; nothing else is raised."""
    path.write_bytes(raw)
    module = MLP(2, [2, 1], rng=1)
    before = bits(module)
    try:
        load_weights(module, path)
    except DataError:
        assert bits(module) == before
        return False
    assert all(map(math.isfinite, module.state_dict().values()))
    return True


def test_a_file_that_is_cut_is_rejected(tmp_path):
    for path, raw in files_of(MLP(2, [2, 1], rng=0), tmp_path):
        whole = raw.rstrip() if path.suffix == ".json" else raw
        for n in range(len(whole)):
            assert not assert_whole_or_not_at_all(path, whole[:n])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_bytes_are_rejected_or_are_other_numbers(data):
    with TemporaryDirectory() as folder:
        for path, raw in files_of(MLP(2, [2, 1], rng=0), folder):
            place = st.integers(0, len(raw) - 1)
            damaged = bytearray(raw)
            for k in data.draw(st.lists(place, min_size=1, max_size=3)):
                damaged[k] ^= data.draw(st.integers(1, 255))
            assert_whole_or_not_at_all(path, bytes(damaged))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_any_json_for_an_array_is_rejected_or_taken(value):
    names = ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
    arrays = [[[1.0, 1.0], [1.0, 1.0]], [1.0, 1.0], [[1.0, 1.0]], value]
    text = weights_json(json.dumps(dict(zip(names, arrays, strict=True))))
    with TemporaryDirectory() as folder:
        took = assert_whole_or_not_at_all(written(folder, text), text.encode())
    is_one = isinstance(value, list) and len(value) == 1
    assert took == (
        is_one
        and type(value[0]) in {int, float}
        and math.isfinite(value[0])
        and (type(value[0]) is float or abs(value[0]) <= 2**53)
    )


# ---- Module.load_state_dict ----------------------------------------------------------


def test_a_state_in_memory_may_hold_nan():
    net = Neuron(1, rng=0)
    net.load_state_dict({"w.0": math.nan, "b": math.inf})
    other = Neuron(1)
    other.load_state_dict(net.state_dict())
    assert bits(other) == bits(net)


class Interrupted:
    """A parameter at whose second number Ctrl-C arrives."""

    def __init__(self):
        self.numbers = [1.0]

    @property
    def data(self):
        return self.numbers[-1]

    @data.setter
    def data(self, number):
        self.numbers.append(number)
        if len(self.numbers) == 2:
            raise KeyboardInterrupt


def test_interrupted_loading_changes_nothing(tmp_path):
    class Watched(Module):
        def named_parameters(self):
            yield from {"a": first, "b": second}.items()

    first, second = Value(1.0), Value(1.0)
    path = tmp_path / "w.json"
    save_weights(filled(Watched(), []), path)
    first, second = Value(2.0), Interrupted()
    with pytest.raises(KeyboardInterrupt):
        load_weights(Watched(), path)
    assert (first.data, second.numbers) == (2.0, [1.0, 1.0, 1.0])


# ---- PyTorch -------------------------------------------------------------------------


@pytest.mark.oracles
@needs_library
def test_files_are_exchanged_with_pytorch(tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    class Peer(torch.nn.Module):
        def __init__(self, dtype):
            super().__init__()
            sizes = [(3, 4), (4, 2)]
            self.layers = torch.nn.ModuleList(
                torch.nn.Linear(*size, dtype=dtype) for size in sizes
            )

        def forward(self, x):
            return self.layers[1](torch.tanh(self.layers[0](x)))

    x = [0.5, -1.0, 2.0]
    net, path = MLP(3, [4, 2], activation="tanh", rng=0), tmp_path / "w.safetensors"
    save_weights(net, path)
    peer = Peer(torch.float64)
    peer.load_state_dict(load_file(path))
    outputs = peer(torch.tensor(x, dtype=torch.float64)).tolist()
    assert [y.data for y in net(x)] == pytest.approx(outputs, rel=1e-12)
    single = Peer(torch.float32)
    save_file(single.state_dict(), path)
    load_weights(net, path)
    outputs = single.double()(torch.tensor(x, dtype=torch.float64)).tolist()
    assert [y.data for y in net(x)] == pytest.approx(outputs, rel=1e-12)
