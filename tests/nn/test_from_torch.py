"""`from_torch` without PyTorch: what it reads by names, and what it says."""

import math

import pytest

from autograd_scalar import DataError, OperandError
from nn import MLP, from_torch


class Tensor:
    """What `from_torch` asks of a tensor: detach, tolist, new_tensor, flatten."""

    def __init__(self, numbers, size=8):
        self.numbers, self.size = numbers, size

    def detach(self):
        return self

    def tolist(self):
        return self.numbers

    def flatten(self):
        return Tensor([x for row in self.numbers for x in row])

    def element_size(self):
        return self.size

    def new_tensor(self, numbers):
        return Tensor(numbers)


class Module:
    training = True

    def children(self):
        return iter(())


class Linear(Module):
    def __init__(self, W, b=None):
        self.in_features = len(W[0])
        self.weight = Tensor(W)
        self.bias = None if b is None else Tensor(b)

    def __call__(self, x):
        b = self.bias.numbers if self.bias else [0.0] * len(self.weight.numbers)
        (row,) = x.numbers
        return Tensor(
            [
                [
                    sum(w * a for w, a in zip(ws, row, strict=True)) + bias
                    for ws, bias in zip(self.weight.numbers, b, strict=True)
                ]
            ]
        )


def entrywise(name, function, **options):
    def call(self, x):
        return Tensor([[function(a) for a in row] for row in x.numbers])

    return type(name, (Module,), {"__call__": call, **options})()


def tanh():
    return entrywise("Tanh", math.tanh)


class Softmax(Module):
    dim = None

    def __call__(self, x):
        rows = [[math.exp(a) for a in row] for row in x.numbers]
        return Tensor([[t / sum(row) for t in row] for row in rows])


class Sequential(Module):
    def __init__(self, *parts):
        self.parts = parts

    def children(self):
        return iter(self.parts)

    def __call__(self, x):
        for part in self.parts:
            x = part(x)
        return x


W1, B1 = [[0.5, -1.0], [2.0, 0.25], [1.5, -0.5]], [0.1, -0.2, 0.3]
W2 = [[1.0, -2.0, 0.5]]


@pytest.mark.parametrize("dim", [None, -1, 1])
def test_a_softmax_at_the_end_is_that_of_the_layer(dim):
    softmax = Softmax()
    softmax.dim = dim
    net = from_torch(
        Sequential(
            Linear(W1, B1), tanh(), Linear([[1.0, 2.0, 0.5], [0.1, -1.0, 3.0]]), softmax
        )
    )
    assert [layer.neurons[0].activation.name for layer in net.layers] == [
        "tanh",
        "softmax",
    ]
    assert sum(a.data for a in net([0.3, -1.2])) == pytest.approx(1.0)


def test_layers_activations_and_weights():
    leaky = entrywise("LeakyReLU", lambda z: max(z, 0.1 * z), negative_slope=0.1)
    module = Sequential(
        entrywise("Flatten", lambda a: a),
        Sequential(Linear(W1, B1), tanh()),
        entrywise("Identity", lambda a: a),
        entrywise("Dropout", lambda a: a, p=0.0),
        Linear(W2),
        leaky,
    )
    net = from_torch(module)
    assert isinstance(net, MLP)
    assert [[w.data for w in n.w] for n in net.layers[0].neurons] == W1
    assert [n.b.data for n in net.layers[0].neurons] == B1
    assert net.layers[1].neurons[0].b is None
    assert net.layers[1].neurons[0].w[2].label == "W2[0,2]"
    names = [
        (g.name, g.parameter) for g in (n.neurons[0].activation for n in net.layers)
    ]
    assert names == [("tanh", None), ("leaky_relu", 0.1)]
    z = [0.5 * 0.3 + 1.2 + 0.1, 0.6 - 0.3 - 0.2, 0.45 + 0.6 + 0.3]
    expected = sum(w * math.tanh(a) for w, a in zip(W2[0], z, strict=True))
    assert net([0.3, -1.2]).data == pytest.approx(max(expected, 0.1 * expected))


class Skips(Sequential):
    """A network whose forward pass is not its parts in turn."""

    def __call__(self, x):
        return self.parts[0](x)


class Uncalled(Sequential):
    """A list of modules, which cannot be called."""

    def __call__(self, x):
        msg = "no forward"
        raise NotImplementedError(msg)


class Strange(Module):
    def __call__(self, x):
        return x


def lazy():
    module = Linear(W1)
    module.weight.detach = lambda: 1 / 0
    return module


@pytest.mark.parametrize(
    ("module", "error", "text"),
    [
        ([1, 2], OperandError, "needs a PyTorch module, got list"),
        (Sequential(tanh(), Linear(W1)), OperandError, "Tanh with no Linear before"),
        (Sequential(Linear(W1), tanh(), tanh()), OperandError, "Tanh with no Linear"),
        (Sequential(), OperandError, "does not know"),
        (entrywise("Identity", float), OperandError, "found no Linear in Identity"),
        (Sequential(Linear(W1), Strange()), OperandError, "does not know .*Strange"),
        (Sequential(Linear(W1), entrywise("GELU", float, approximate="tanh")),
         OperandError, "known are Linear, ReLU, .* with their usual options"),
        (Sequential(Linear(W1), entrywise("LogSoftmax", float, dim=0)),
         OperandError, "expected dim=-1 or 1, over the outputs"),
        (Sequential(Linear(W1), entrywise("Dropout", float, p=0.5)),
         OperandError, r"Dropout in training; call module.eval\(\) first"),
        (Sequential(Linear(W1), Linear(W1)),
         OperandError, "Linear 1 takes 2 numbers, the one before it gives 3"),
        (Linear([[math.nan]]), DataError, "weights of Linear 0 are not all finite"),
        (Uncalled(Linear(W1)), OperandError, "call Uncalled: NotImplementedError: no"),
        (lazy(), DataError, "cannot read the weights of Linear: division by zero"),
        (Skips(Linear(W1), tanh()), OperandError, "Skips gives .* something else"),
        (Skips(Linear(W1), Linear(W2)), OperandError, "Skips gives .* something else"),
    ],
)  # fmt: skip
def test_what_it_cannot_read(module, error, text):
    with pytest.raises(error, match=text):
        from_torch(module)
