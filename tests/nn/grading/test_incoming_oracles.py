"""Gradients from the real libraries, against the scalar graph: pytest -m oracles."""

import numpy as np
import pytest

from autograd_scalar import DataError, grad
from nn import MLP, assert_gradients_match, from_torch
from nn.grading.assertions import GradientMismatchError

pytestmark = pytest.mark.oracles

RNG = np.random.default_rng(5)
X = RNG.uniform(-1, 1, (5, 3))
Y = np.eye(2)[[0, 1, 1, 0, 1]]
W = [RNG.uniform(-1, 1, (4, 3)), RNG.uniform(-1, 1, (2, 4))]
B = [RNG.uniform(-1, 1, 4), RNG.uniform(-1, 1, 2)]


def network(activation="tanh", output="linear"):
    net = MLP(3, [4, 2], activation=activation, output_activation=output)
    net.set_matrices(W, B)
    return net


GIVEN = {"net": network(), "X": X, "Y": Y, "loss": "half_squared_error"}


def wrong_in(theirs, **given):
    """Return the message, which must say that something differs."""
    with pytest.raises(GradientMismatchError) as caught:
        assert_gradients_match(theirs, **given)
    return str(caught.value)


# ---- PyTorch -------------------------------------------------------------------------


def torch_module(torch, *activations, dtype=None):
    linear = [torch.nn.Linear(3, 4, dtype=dtype), torch.nn.Linear(4, 2, dtype=dtype)]
    with torch.no_grad():
        for layer, w, b in zip(linear, W, B, strict=True):
            layer.weight.copy_(torch.tensor(w))
            layer.bias.copy_(torch.tensor(b))
    hidden, *output = activations or (torch.nn.Tanh(),)
    return torch.nn.Sequential(linear[0], hidden, linear[1], *output)


def back_from_mse(torch, module, factor):
    tensors = (torch.tensor(each, dtype=module[0].weight.dtype) for each in (X, Y))
    x, y = tensors
    (torch.nn.functional.mse_loss(module(x), y) * factor).backward()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_pytorch_module_and_its_names(dtype):
    torch = pytest.importorskip("torch")
    module = torch_module(torch, dtype=getattr(torch, dtype))
    net = from_torch(module)
    # PyTorch's mean is over the outputs, too: 2 outputs and 1/2 make a factor 1.
    back_from_mse(torch, module, factor=1.0)
    given = GIVEN | {"net": net}
    assert_gradients_match(module, **given)
    named = {name: p.grad for name, p in module.named_parameters()}
    assert list(named) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert_gradients_match(named, **given)
    assert_gradients_match(list(module.parameters()), **given)
    x, y = (torch.tensor(each, dtype=module[0].weight.dtype) for each in (X, Y))
    cost = torch.nn.functional.mse_loss(module(x), y)
    by_function = torch.autograd.grad(cost, list(module.parameters()))
    assert_gradients_match(by_function, **given)
    with pytest.raises(DataError, match="these are the weights themselves"):
        assert_gradients_match(module.state_dict(), **given)
    with torch.no_grad():
        module[0].weight.grad[2, 1] += 0.01
    text = wrong_in(module, **given)
    assert "dW1 [4x3] 1 of 12 differ. Worst dW1[2,1]" in text
    allowed = "3.8e-06" if dtype == "float32" else "1e-09"
    assert f"(allowed {allowed} of the terms)" in text


def test_pytorchs_mean_over_the_outputs_is_named():
    torch = pytest.importorskip("torch")
    module = torch_module(torch)
    back_from_mse(torch, module, factor=1.0)
    text = wrong_in(module, net=from_torch(module), X=X, Y=Y, loss="squared_error")
    assert "the factor 2 of the square is lost" in text
    assert "(2 is also the number of outputs: does one of the loss and its" in text


def test_a_module_without_gradients():
    torch = pytest.importorskip("torch")
    with pytest.raises(DataError, match=r"0.weight has no gradient .*backward\(\)"):
        assert_gradients_match(torch_module(torch), **GIVEN)


def test_every_activation_of_pytorch_that_is_known():
    torch = pytest.importorskip("torch")
    t = torch.nn
    activations = [
        t.ReLU(), t.Tanh(), t.Sigmoid(), t.SELU(), t.SiLU(), t.GELU(), t.Softplus(),
        t.LogSigmoid(), t.LeakyReLU(0.2), t.ELU(0.7), t.Identity(),
        t.Softmax(-1), t.LogSoftmax(-1),
    ]  # fmt: skip
    for hidden in activations:
        module = torch_module(torch, hidden, t.Sigmoid(), dtype=torch.float64)
        back_from_mse(torch, module, factor=1.0)
        assert_gradients_match(module, **GIVEN | {"net": from_torch(module)})


def test_a_class_of_ones_own():
    torch = pytest.importorskip("torch")

    class Own(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.act = torch.nn.Linear(3, 4), torch.nn.ReLU()
            self.second = torch.nn.Linear(4, 2)

        def forward(self, x):
            return self.second(self.act(self.first(x)))

    class Functional(Own):
        def forward(self, x):
            return self.second(torch.tanh(self.first(x)))

    assert from_torch(Own()).layers[0].neurons[0].activation.name == "relu"
    with pytest.raises(Exception, match=r"Functional gives .* something else"):
        from_torch(Functional())
    for module, text in [
        (torch.nn.Sequential(torch.nn.LazyLinear(2)), "cannot read the weights"),
        (
            torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Softmax(0)),
            "expected dim=-1 or 1",
        ),
        (torch.nn.Sequential(torch.nn.Conv1d(1, 1, 1)), "does not know Conv1d"),
    ]:
        with pytest.raises(Exception, match=text):
            from_torch(module)


# ---- JAX, Flax, Keras ----------------------------------------------------------------


def jax_gradients(forward, parameters):
    """Return the gradients of half the mean squared error over the examples."""
    import jax
    import jax.numpy as jnp

    def cost(p):
        return ((forward(p, jnp.asarray(X)) - Y) ** 2).sum() / (2 * len(X))

    return jax.grad(cost)(parameters)


def kernels():
    return {
        f"Dense_{i}": {"kernel": w.T, "bias": b}
        for i, (w, b) in enumerate(zip(W, B, strict=True))
    }


def test_jax_pairs_of_rows():
    jnp = pytest.importorskip("jax.numpy")
    pairs = [(w.T, b) for w, b in zip(W, B, strict=True)]

    def forward(p, x):
        (w1, b1), (w2, b2) = p
        return jnp.tanh(x @ w1 + b1) @ w2 + b2

    grads = jax_gradients(forward, pairs)
    assert_gradients_match(grads, **GIVEN)
    wrong = [(grads[0][0] * 1.5, grads[0][1]), grads[1]]
    assert "their weights are transposed, (n_in, n_out)" in wrong_in(wrong, **GIVEN)


def test_flax():
    linen = pytest.importorskip("flax.linen")

    class Network(linen.Module):
        @linen.compact
        def __call__(self, x):
            hidden = linen.tanh(linen.Dense(4)(x))
            return linen.Dense(2)(hidden)

    grads = jax_gradients(Network().apply, {"params": kernels()})
    assert grads["params"]["Dense_0"]["kernel"].shape == (3, 4)
    assert_gradients_match(grads, **GIVEN)
    grads["params"]["Dense_1"]["bias"] *= 3
    text = wrong_in(grads, **GIVEN)
    assert "their weights are transposed, (n_in, n_out)" in text
    assert "1 of 4 gradients differ" in text


def test_keras(monkeypatch):
    pytest.importorskip("jax")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    if keras.backend.backend() != "jax":
        pytest.skip("Keras was imported with another backend")
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)]
    )
    model.set_weights([W[0].T, B[0], W[1].T, B[1]])
    variables = [v.value for v in model.trainable_variables]

    def forward(p, x):
        return model.stateless_call(p, [], x)[0]

    grads = jax_gradients(forward, variables)
    assert [g.shape for g in grads] == [(3, 4), (4,), (4, 2), (2,)]
    assert_gradients_match(grads, **GIVEN)
    named = {
        f"{v.path.split('/')[-2]}.{v.name}": g
        for v, g in zip(model.trainable_variables, grads, strict=True)
    }
    assert_gradients_match(named, **GIVEN)


# ---- scikit-learn --------------------------------------------------------------------


def sklearn_gradients(peer):
    """Return what `_backprop` gives, and a network of scalars with the same weights."""
    weights = [np.empty_like(w) for w in peer.coefs_]
    biases = [np.empty_like(b) for b in peer.intercepts_]
    _, weights, biases = peer._backprop(
        X, peer.targets, None, [X, None, None], [None, None], weights, biases
    )
    net = network(output="sigmoid" if peer.out_activation_ == "logistic" else "linear")
    net.set_matrices([w.T for w in peer.coefs_], peer.intercepts_)
    return {"coefs_": weights, "intercepts_": biases}, net


def fitted(kind, targets, alpha=0.0):
    sklearn = pytest.importorskip("sklearn.neural_network")
    peer = getattr(sklearn, kind)(
        hidden_layer_sizes=(4,), activation="tanh", alpha=alpha, random_state=0
    )
    more = {"classes": [0, 1]} if kind == "MLPClassifier" else {}
    peer.partial_fit(X, targets, **more)
    peer.targets = targets
    return peer


def test_scikit_learns_classifier():
    grads, net = sklearn_gradients(fitted("MLPClassifier", Y.astype(int)))
    assert grads["coefs_"][0].shape == (3, 4)
    given = {"net": net, "X": X, "Y": Y, "loss": "binary_cross_entropy"}
    assert_gradients_match(grads, **given)
    wrong = grads | {"coefs_": [grads["coefs_"][0] * 3, grads["coefs_"][1]]}
    text = wrong_in(wrong, **given)
    assert "theirs are transposed, (n_in, n_out), one example per row" in text


def test_scikit_learns_penalty_is_told():
    grads, net = sklearn_gradients(fitted("MLPClassifier", Y.astype(int), alpha=0.5))
    text = wrong_in(grads, net=net, X=X, Y=Y, loss="binary_cross_entropy")
    assert "it is the gradient of the cost plus 0.1 W" in text  # alpha / m
    assert "db2 equal" in text


def test_scikit_learns_regressor_gives_twice_the_gradient_of_its_loss():
    grads, net = sklearn_gradients(fitted("MLPRegressor", Y))

    def loss(outputs, targets):  # that which _backprop returns, of one example
        squares = [(a - y) ** 2 for a, y in zip(outputs, targets, strict=True)]
        return sum(squares) / (2 * len(outputs))

    given = {"net": net, "X": X, "Y": Y, "loss": loss}
    text = wrong_in(grads, **given)
    assert "the factor 2 of the square is lost, or is there although" in text
    assert "(2 is also the number of outputs: does one of the loss and its" in text
    assert "dW1 [4x3] follows from dZ1" in text
    halves = {name: [each / 2 for each in listed] for name, listed in grads.items()}
    assert_gradients_match(halves, **given)


# ---- Plain NumPy ---------------------------------------------------------------------


def test_a_forward_pass_in_plain_numpy():
    def cost(W1, b1, W2, b2):
        outputs = np.tanh(X @ W1.T + b1) @ W2.T + b2
        return ((outputs - Y) ** 2).sum() / (2 * len(X))

    ours = grad(cost, argnums=(0, 1, 2, 3))(W[0], B[0], W[1], B[1])
    assert_gradients_match(list(ours), **GIVEN)
