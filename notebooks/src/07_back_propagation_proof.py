# %% [markdown]
# # What does δ mean, and why does cross-entropy make it so short?
#
# This follows the notes *Back propagation proof (Intuition)*. They define
# $\delta^l_j = \partial C/\partial z^l_j$ and ask what it means: by how much the cost
# changes if we slightly change $z^l_j$.

# %%
import numpy as np

from autograd_scalar import Value, equations, explain, gradients, nudge, play, quiz
from nn import LOSSES, MLP, check_deltas, grade

# %% [markdown]
# ## A network with the first cost, ½ Σ (y − a)²

# %%
net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
x, y = [0.1, -0.2, 0.3], [1.0, 0.0]
record = net.forward(x)
cost = LOSSES["half_squared_error"](record.outputs, y).named("C")
cost.backward()
w2 = np.array([[v.data for v in n.w] for n in net.layers[1].neurons])
a0 = np.array(x)
a1, a2 = (np.array([v.data for v in layer]) for layer in record.a)

# %% [markdown]
# ## What δ means, measured
#
# `nudge` changes one $z$ within the network and runs the rest again.

# %%
for z in record.z[0]:
    moved = nudge(cost, z, 1e-6)
    assert np.isclose(moved.slope, z.grad, rtol=1e-4)
print(nudge(cost, record.z[0][0], 1e-6))

# %% [markdown]
# ## The equations
#
# $\delta^L = (a^L - y)\odot\sigma'(z^L)$. Then a change of $z^l_j$ reaches all neurons of
# the next layer, so
# $\delta^l_j = \bigl(\sum_k w^{l+1}_{kj}\delta^{l+1}_k\bigr)\,\sigma'(z^l_j)$. (The notes
# once write $z^l_j$ at the left of this sum; $\delta^l_j$ is meant.)

# %%
delta2 = (a2 - np.array(y)) * a2 * (1 - a2)
delta1 = (w2.T @ delta2) * a1 * (1 - a1)
np.testing.assert_allclose([z.grad for z in record.z[1]], delta2, rtol=1e-13)
np.testing.assert_allclose([z.grad for z in record.z[0]], delta1, rtol=1e-13)

# %% [markdown]
# $\partial C/\partial w^l = \delta^l\,(a^{l-1})^\top$ and
# $\partial C/\partial b^l = \delta^l$. (The summary gives the first the shape
# $1\times n_{l-1}$. That is the shape of $(a^{l-1})^\top$; the product is
# $n_l\times n_{l-1}$.)

# %%
dw1 = np.outer(delta1, a0)
assert dw1.shape == (4, 3)
np.testing.assert_allclose(
    [[v.grad for v in n.w] for n in net.layers[0].neurons], dw1, rtol=1e-13
)
np.testing.assert_allclose(
    [n.b.grad for n in net.layers[0].neurons], delta1, rtol=1e-13
)

# %% [markdown]
# The graph can write these equations itself. It collects the sums of each layer, once
# they hold for every neuron:

# %%
found = str(equations(cost))
assert "δ¹ⱼ = (Σₖ W²ₖⱼ δ²ₖ) σ′(z¹ⱼ)" in found
print(found)

# %% [markdown]
# ## Any other cost
#
# Only $\delta^L = \partial C/\partial a^L \odot \sigma'(z^L)$ changes. For one example of
# the cross-entropy, $C = -(y\log a + (1-y)\log(1-a))$.

# %%
z = Value(0.4, "z")
a = z.sigmoid().named("a")
target = 1.0
entropy = (-(target * a.log() + (1 - target) * (1 - a).log())).named("C")
entropy.backward()
assert np.isclose(a.grad, (a.data - target) / (a.data * (1 - a.data)), rtol=1e-14)
explain(entropy, a)

# %% [markdown]
# ## A sign is lost, and comes back
#
# The notes begin with $-\bigl(\frac ya + \frac{1-y}{1-a}\bigr)$. The plus should be a
# minus, because $\log(1-a)$ has the inner derivative $-1$. Their next line is right again.

# %%
slip = grade("dA2 = -(Y / A2 + (1 - Y) / (1 - A2)) / m", loss="binary_cross_entropy")
assert slip.verdicts["dA2"].mistake == "ce-second-sign"
print(slip.headline)

# %% [markdown]
# ## The collapse: δ = a − y
#
# $\sigma'(z) = a(1-a)$ is just what the derivative of the cost divides by:
# $\delta^L = \frac{a-y}{a(1-a)}\cdot a(1-a) = a - y$.

# %%
slope = a.data * (1 - a.data)
for t in (0.0, 0.25, 1.0):
    c = -(t * a.log() + (1 - t) * (1 - a).log())
    assert np.isclose(gradients(c, a), (a.data - t) / slope, rtol=1e-13)
    assert np.isclose(gradients(c, z), a.data - t, rtol=1e-13)
right = grade(
    "dA2 = (A2 - Y) / (A2 * (1 - A2)) / m\ndZ2 = (A2 - Y) / m",
    loss="binary_cross_entropy",
)
assert right.passed
print(right.headline)

# %% [markdown]
# Where does the denominator go? The last step multiplies $\partial C/\partial a$, which has
# it, by $\sigma'(z)$, which is the same number:

# %%
player = play(entropy, at="z")
assert np.isclose(player.step.after, a.data - target, rtol=1e-13)
player

# %%
report = check_deltas(
    net, [x, [0.5, 0.5, -0.5]], [y, [0.0, 1.0]], "binary_cross_entropy"
)
assert report.passed
report

# %% [markdown]
# ## Exercises

# %%
s = Value(0.0, "z")
p = s.sigmoid().named("a")
test = quiz((-(1 - p).log()).named("C"), hide=[p, s])
test

# %% [markdown]
# The target is 0 here, and $a = \tfrac12$. A sign slip:

# %%
verdict = test.answer("q1", -2.0)
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 2.0))
print(test.answer("q2", 0.5 - 0.0))
assert test.score.right == 2
