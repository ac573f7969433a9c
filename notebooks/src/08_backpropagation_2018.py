# %% [markdown]
# # Where do the δ equations of a 3-4-2 network come from?
#
# This follows the post *Backpropagation in Neural Networks* of 7 April 2018. Its network
# has 3 inputs, 4 hidden neurons and 2 outputs, and the cost
# $C = \tfrac12\lVert a^2 - t\rVert^2$ (the small 2 is the layer, not a square). Every
# number is a `Value` here, and the matrix equations turn out to be what the chain rule
# adds up, number by number.

# %%
import numpy as np

from autograd_scalar import Value, draw, nudge, play, quiz, update_steps
from nn import LOSSES, MLP, check_deltas, grade

# %% [markdown]
# ## The network and its shapes
#
# | layer | W | b, z, a |
# |---|---|---|
# | 1 | 4 × 3 | 4 × 1 |
# | 2 | 2 × 4 | 2 × 1 |

# %%
net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
x, t = [0.1, -0.2, 0.3], [1.0, 0.0]
record = net.forward(x)
loss = LOSSES["half_squared_error"](record.outputs, t).named("C")
loss.backward()


def column(nodes):
    """Return the values of a layer, as a column."""
    return np.array([[v.data] for v in nodes])


def gradients(nodes):
    """Return the gradients of a layer, as a column."""
    return np.array([[v.grad] for v in nodes])


W1, W2 = (
    np.array([[w.data for w in n.w] for n in layer.neurons]) for layer in net.layers
)
a0, a1, a2 = np.array([x]).T, column(record.a[0]), column(record.a[1])
assert (W1.shape, W2.shape, a1.shape, a2.shape) == ((4, 3), (2, 4), (4, 1), (2, 1))
draw(loss, fold=True)

# %% [markdown]
# ## Layer 2
#
# $\delta^2 = (a^2 - t)\odot\sigma'(z^2)$,
# $\partial C/\partial W^2 = \delta^2 (a^1)^\top$, $\partial C/\partial b^2 = \delta^2$.

# %%
delta2 = (a2 - np.array([t]).T) * a2 * (1 - a2)
np.testing.assert_allclose(gradients(record.z[1]), delta2, rtol=1e-13)
dW2 = np.array([[w.grad for w in n.w] for n in net.layers[1].neurons])
np.testing.assert_allclose(dW2, delta2 @ a1.T, rtol=1e-13)
np.testing.assert_allclose(
    gradients(n.b for n in net.layers[1].neurons), delta2, rtol=1e-13
)

# %% [markdown]
# ## Layer 1
#
# $\delta^1 = (W^2)^\top\delta^2\odot\sigma'(z^1)$ and
# $\partial C/\partial W^1 = \delta^1 (a^0)^\top$. A hidden neuron reaches the cost through
# each output neuron. Row $j$ of $(W^2)^\top\delta^2$ adds up the paths of neuron $j$.

# %%
delta1 = (W2.T @ delta2) * a1 * (1 - a1)
np.testing.assert_allclose(gradients(record.z[0]), delta1, rtol=1e-13)
dW1 = np.array([[w.grad for w in n.w] for n in net.layers[0].neurons])
np.testing.assert_allclose(dW1, delta1 @ a0.T, rtol=1e-13)
np.testing.assert_allclose(
    gradients(n.b for n in net.layers[0].neurons), delta1, rtol=1e-13
)
delta1.ravel()

# %% [markdown]
# Row 2 of that product, as a sum that grows: two contributions reach $a^1_2$, one from each
# output neuron, and the step after them multiplies by $\sigma'$. The table shows
# $\partial C/\partial A^1$ as it fills.

# %%
player = play(loss, at="a1[2]")
assert np.isclose(player.step.after, (W2.T @ delta2)[2, 0], rtol=1e-13)
player

# %% [markdown]
# `check_deltas` compares all of them at once, by paths and by matrices.

# %%
report = check_deltas(net, [x], [t], "half_squared_error", reduction="sum")
assert report.passed
report

# %% [markdown]
# ## The slip: δ³ in a network of two layers
#
# In several places the post writes $\delta^3$ where $\delta^2$ is meant. There is no third
# layer, and the grader says so:

# %%
slip = grade("""
dZ2 = (A2 - Y) * A2 * (1 - A2) / m
dZ1 = (W2.T @ dZ3) * A1 * (1 - A1)
""")
assert slip.verdicts["dZ2"].status == "right"
assert not slip.passed
print(slip.headline)

# %%
mended = grade("""
dZ2 = (A2 - Y) * A2 * (1 - A2) / m
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""")
assert mended.passed
print(mended.headline)

# %% [markdown]
# ## What δ means
#
# $\delta^1_j$ says how much the cost changes when $z^1_j$ changes a little. `nudge` changes
# one $z$ and computes the rest of the network again.

# %%
for z, delta in zip(record.z[0], delta1.ravel(), strict=True):
    assert np.isclose(nudge(loss, z, 1e-6).slope, delta, rtol=1e-4)
print(nudge(loss, record.z[0][2], 1e-6))

# %% [markdown]
# ## Gradient descent with these gradients
#
# $W \leftarrow W - \alpha\,\partial C/\partial W$, and the same for $b$, here with
# $\alpha = 2$. The first updates, as numbers:

# %%
for step in list(update_steps(net.parameters(), 2.0))[:3]:
    print(step)

# %% [markdown]
# Fifty times. The cost falls below a tenth of what it was.

# %%
costs = []
for _ in range(50):
    net.zero_grad()
    loss = LOSSES["half_squared_error"](net(x), t)
    loss.backward()
    for p in net.parameters():
        p.data -= 2.0 * p.grad
    costs.append(loss.data)
assert costs[-1] < costs[0] / 10
round(costs[0], 6), round(costs[-1], 6)

# %% [markdown]
# ## Exercises
#
# A hidden neuron $a$ and two linear outputs, with the targets 1 and 0.

# %%
a = Value(0.5, "a")
z1, z2 = (a * 4.0).named("z1"), (a * -2.0).named("z2")
test = quiz((((z1 - 1.0) ** 2 + z2**2) * 0.5).named("C"), hide=[z1, a])
test

# %%
verdict = test.answer("q2", 4.0)  # only the path through z1
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 2.0 - 1.0))
print(test.answer("q2", 1.0 * 4.0 + -1.0 * -2.0))
assert test.score.right == 2
