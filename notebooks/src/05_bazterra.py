# %% [markdown]
# # Do Bazterra's batch equations hold, for any loss and activation?
#
# Victor E. Bazterra's post of 25 December 2017 derives backpropagation for a whole batch.
# One example is one column. He writes $dA$ and $dZ$ for derivatives of each example's
# loss $\mathcal L$, and $dW$, $dB$ for derivatives of the cost
# $\mathcal C = \frac1m\sum_i \mathcal L^{(i)}$. So $1/m$ stands before $dW$ and $dB$ only.

# %%
import numpy as np

from autograd_scalar import Value, exp, gradients, paths, play, quiz, sin
from nn import LOSSES, MLP, check_deltas, grade, matrix

# %% [markdown]
# ## The multivariate chain rule
#
# His tool is
# $\frac{\partial}{\partial x_i} f(G(X)) = \sum_j \frac{\partial f}{\partial g_j}
# \frac{\partial g_j}{\partial x_i}$. Each term is what runs through one $g_j$, so the sum
# runs over paths. (In the post the sum is written over $i$. That is a slip: $i$ is fixed
# on the left. The sum runs over $j$, from 1 to $n$.)

# %%
x1, x2 = Value(0.5, "x1"), Value(-1.5, "x2")
g = [(x1 * x2).named("g1"), sin(x1).named("g2"), exp(x2).named("g3")]
f = (g[0] * g[1] + g[2] * g[0]).named("f")
terms = [gradients(f, g_j) * gradients(g_j, x1) for g_j in g]
assert np.isclose(sum(terms), gradients(f, x1), rtol=1e-14)
paths(f, x1)

# %% [markdown]
# Term by term: the last steps bring what comes through $g_1$ and $g_2$; $g_3$ does not
# depend on $x_1$.

# %%
player = play(f, at="x1")
assert player.step.after == gradients(f, x1)
player

# %% [markdown]
# ## The forward pass of a batch
#
# $Z = W A + B$ and $A = g(Z)$, one activation per layer, three examples.

# %%
net = MLP(3, [4, 2], activation="tanh", output_activation="sigmoid", rng=0)
X = [[0.1, -0.2, 0.3], [0.7, 0.4, -0.5], [-0.6, 0.9, 0.2]]
Y = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
W = [np.array([[w.data for w in n.w] for n in layer.neurons]) for layer in net.layers]
B = [np.array([[n.b.data] for n in layer.neurons]) for layer in net.layers]
A0, T, m = np.array(X).T, np.array(Y).T, len(X)
A1 = np.tanh(W[0] @ A0 + B[0])
A2 = 1 / (1 + np.exp(-(W[1] @ A1 + B[1])))

# %% [markdown]
# The same batch as scalar nodes. `losses` holds one loss for each example.

# %%
records = [net.forward(x) for x in X]
losses = [
    LOSSES["half_squared_error"](r.outputs, y) for r, y in zip(records, Y, strict=True)
]
cost = (sum(losses) / m).named("C")


def by_graph(nodes_of):
    """Return the gradients of each example's own loss, one example a column."""
    return np.array(
        [gradients(loss, nodes_of(r)) for loss, r in zip(losses, records, strict=True)]
    ).T


# %% [markdown]
# ## The four equations
#
# $dZ^{[l]} = dA^{[l]}\odot g'(Z^{[l]})$ and $dA^{[l]} = W^{[l+1]\top} dZ^{[l+1]}$:

# %%
dA2 = A2 - T
dZ2 = dA2 * A2 * (1 - A2)
dA1 = W[1].T @ dZ2
dZ1 = dA1 * (1 - A1**2)
np.testing.assert_allclose(by_graph(lambda r: r.a[1]), dA2, rtol=1e-12)
np.testing.assert_allclose(by_graph(lambda r: r.z[1]), dZ2, rtol=1e-12)
np.testing.assert_allclose(by_graph(lambda r: r.a[0]), dA1, rtol=1e-12)
np.testing.assert_allclose(by_graph(lambda r: r.z[0]), dZ1, rtol=1e-12)

# %% [markdown]
# $dW^{[l]} = \frac1m dZ^{[l]} A^{[l-1]\top}$ and
# $dB^{[l]} = \frac1m\sum_i dZ^{[l](i)}$. A weight is used once per example, so its
# gradient adds one path bundle per example. That sum is the matrix product.

# %%
dW1, dB1 = dZ1 @ A0.T / m, dZ1.sum(axis=1, keepdims=True) / m
layer = net.layers[0]
np.testing.assert_allclose(
    [gradients(cost, n.w) for n in layer.neurons], dW1, rtol=1e-12
)
np.testing.assert_allclose(
    [[gradients(cost, n.b)] for n in layer.neurons], dB1, rtol=1e-12
)
dW1

# %% [markdown]
# `nn.matrix` has the same equations, with his convention as `of="loss"`:

# %%
result = matrix.backprop(
    W, B, A0, T, ["tanh", "sigmoid"], "half_squared_error", of="loss"
)
np.testing.assert_allclose(result.dZ[0], dZ1, rtol=1e-12)
np.testing.assert_allclose(result.dW[0], dW1, rtol=1e-12)

# %% [markdown]
# ## Any loss, any activation, any batch
#
# The equations name neither $\mathcal L$ nor $g$. So a loss of our own must do as well:


# %%
def fourth_power(outputs, targets):
    """Return the sum of the fourth powers of the errors."""
    return sum((a - y) ** 4 for a, y in zip(outputs, targets, strict=True))


for activation in ("tanh", "sigmoid", "relu", "softplus"):
    other = MLP(3, [5, 4, 2], activation=activation, rng=1)
    assert check_deltas(other, X, Y, fourth_power, of="loss").passed
check_deltas(net, X, Y, "half_squared_error", of="loss")

# %% [markdown]
# ## Where to put 1/m
#
# Once. If $dZ$ has it already, as derivatives of the cost have, $dW$ must not divide
# again. The grader names the mistake:

# %%
twice = "dZ2 = (A2 - Y) * A2 * (1 - A2) / m\ndW2 = dZ2 @ A1.T / m"
assert grade(twice).verdicts["dW2"].mistake == "batch-1m-twice"
print(grade(twice).headline)

# %% [markdown]
# ## Exercises
#
# Two examples share one weight. What are the gradients of the mean loss?

# %%
w = Value(2.0, "w")
first, second = (w * 3.0).named("z1"), (w * -1.0).named("z2")
test = quiz(((first**2 + second**2) / 2).named("C"), hide=[first, w])
test

# %%
verdict = test.answer("q2", 18.0)  # the first example alone
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 6.0))
print(test.answer("q2", 6.0 * 3.0 + -2.0 * -1.0))
assert test.score.right == 2
