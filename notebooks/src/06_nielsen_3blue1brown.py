# %% [markdown]
# # How does one neuron's chain become the equations of a layer?
#
# This follows *How the backpropagation algorithm works*, a study note on Michael
# Nielsen's book and the videos of 3Blue1Brown. Its cost has **no half**:
# $C_0 = (a^{(L)} - y)^2$, so the derivative keeps its 2.

# %%
import numpy as np

from autograd_scalar import Value, draw, explain, gradients, paths, play, quiz
from nn import LOSSES, MLP, check_deltas, grade, gradient_vector

# %% [markdown]
# ## Equations 28, 23 and 25
#
# $s \odot t$ multiplies entry by entry (28). A neuron is
# $a^l_j = \sigma(\sum_k w^l_{jk} a^{l-1}_k + b^l_j)$ (23), where $w_{jk}$ leads from neuron
# $k$ to neuron $j$. A layer is $a^l = \sigma(w^l a^{l-1} + b^l)$ (25).

# %%
assert (np.array([1, 2]) * np.array([3, 4])).tolist() == [3, 8]

net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
x, y = [0.1, -0.2, 0.3], [1.0, 0.0]
record = net.forward(x)
w = [np.array([[v.data for v in n.w] for n in layer.neurons]) for layer in net.layers]
b = [np.array([n.b.data for n in layer.neurons]) for layer in net.layers]


def sigma(z):
    """Return the sigmoid."""
    return 1 / (1 + np.exp(-z))


a1 = sigma(w[0] @ np.array(x) + b[0])
a2 = sigma(w[1] @ a1 + b[1])
np.testing.assert_allclose([v.data for v in record.a[0]], a1, rtol=1e-14)
np.testing.assert_allclose([v.data for v in record.a[1]], a2, rtol=1e-14)
assert np.isclose(a1[2], sigma(sum(w[0][2, k] * x[k] for k in range(3)) + b[0][2]))

# %% [markdown]
# ## One neuron per layer
#
# $z = w\,a^{(L-1)} + b$, $a = \sigma(z)$, $C_0 = (a - y)^2$.

# %%
weight, before, bias = Value(0.6, "w"), Value(0.8, "a_prev"), Value(-0.3, "b")
z = (weight * before + bias).named("z")
a = z.sigmoid().named("a")
chain = ((a - 1.0) ** 2).named("C0")
chain.backward()
draw(chain, parameters=[weight, bias])

# %% [markdown]
# Three local derivatives, $\partial C_0/\partial a = 2(a-y)$,
# $\partial a/\partial z = \sigma'(z)$, and the last one is $a^{(L-1)}$ for $w$, 1 for $b$,
# and $w$ for $a^{(L-1)}$:

# %%
shared = 2 * (a.data - 1.0) * a.data * (1 - a.data)
assert np.isclose(weight.grad, before.data * shared, rtol=1e-14)
assert np.isclose(bias.grad, 1 * shared, rtol=1e-14)
assert np.isclose(before.grad, weight.data * shared, rtol=1e-14)
explain(chain, weight)

# %% [markdown]
# Which of the three factors is multiplied when? Step through the sweep:

# %%
player = play(chain, at="a")
assert np.isclose(player.step.after, 2 * (a.data - 1.0), rtol=1e-14)
player

# %% [markdown]
# ## More neurons: several paths
#
# $a^{(L-1)}_k$ influences the cost through every neuron $j$ of layer $L$:
# $\frac{\partial C_0}{\partial a_k^{(L-1)}} = \sum_j w_{jk}\,\sigma'(z_j)\,2(a_j - y_j)$.

# %%
cost = LOSSES["squared_error"](record.outputs, y).named("C0")
cost.backward()
at_output = 2 * (a2 - np.array(y)) * a2 * (1 - a2)
for k, hidden in enumerate(record.a[0]):
    ledger = paths(cost, hidden)
    one_by_one = [w[1][j, k] * at_output[j] for j in range(2)]
    assert ledger.count == 2
    np.testing.assert_allclose(
        sorted(p.product for p in ledger.heaviest(2)), sorted(one_by_one), rtol=1e-13
    )
    assert np.isclose(hidden.grad, sum(one_by_one), rtol=1e-13)
paths(cost, record.a[0][0])

# %% [markdown]
# ## j and k change places
#
# The note's last formula sets $\partial C/\partial a^{(l)}_j$ equal to a sum over $j$ of
# $w^{(l+1)}_{jk}\cdots$. So $j$ is both free and summed over. On the left $k$ is meant.
# Somebody who keeps $j$ on the left and sums over $k$ multiplies by $W$ without the
# transpose:

# %%
slip = grade(
    "dA2 = 2 * (A2 - Y) / m\ndZ2 = dA2 * A2 * (1 - A2)\ndA1 = W2 @ dZ2",
    loss="squared_error",
)
assert slip.verdicts["dA1"].mistake == "row-column-mixed"
print(slip.headline)

# %% [markdown]
# With unequal widths the shapes do not fit, so the slip shows. The right form:

# %%
good = grade(
    """
dA2 = 2 * (A2 - Y) / m
dZ2 = dA2 * A2 * (1 - A2)
dA1 = W2.T @ dZ2
dW2 = dZ2 @ A1.T
""",
    loss="squared_error",
)
assert good.passed
lost = grade("dA2 = (A2 - Y) / m", loss="squared_error")
assert lost.verdicts["dA2"].mistake == "out-factor-2"
print(lost.headline)

# %% [markdown]
# ## The gradient vector
#
# $\nabla C$ lists $w^{(1)}, b^{(1)}, \ldots, w^{(L)}, b^{(L)}$.

# %%
vector = gradient_vector(net)
by_parts = []
for layer in net.layers:
    by_parts += [g for n in layer.neurons for g in gradients(cost, n.w)]
    by_parts += [gradients(cost, n.b) for n in layer.neurons]
np.testing.assert_allclose(vector, by_parts, rtol=1e-14)
assert len(vector) == 4 * 3 + 4 + 2 * 4 + 2
check_deltas(net, [x], [y], "squared_error")

# %% [markdown]
# ## Exercises
#
# The chain again, with other numbers.

# %%
u = Value(0.5, "w")
s = (u * 2.0 + -1.0).named("z")
test = quiz(((s.sigmoid().named("a") - 1.0) ** 2).named("C0"), hide=[s, u])
test

# %%
verdict = test.answer("q1", -0.125)  # the 2 of the square is lost
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 2 * (0.5 - 1.0) * 0.25))
print(test.answer("q2", -0.25 * 2.0))
assert test.score.right == 2
