# %% [markdown]
# # Where does the product Wᵀδ come from?
#
# The textbooks pass the error back with $(W^2)^\top\delta^2$. Here that product is not
# taken on trust. We list all paths from the hidden neurons to the cost, sort them by the
# output neuron they pass through, and find the product.

# %%
from math import fsum, isclose

import numpy as np

from autograd_scalar import Value, draw, paths, play, quiz
from nn import LOSSES, MLP

# %% [markdown]
# ## Two paths
#
# `h` reaches the cost through `upper` and through `lower`. Along a path the local
# derivatives are multiplied. The products of all paths are added.

# %%
h = Value(0.5, "h")
upper, lower = (h * 2.0).named("upper"), (h * -3.0).named("lower")
total = (upper.tanh() + lower.tanh()).named("C")
total.backward()
ledger = paths(total, h)
through_upper, through_lower = (
    2 * (1 - np.tanh(1.0) ** 2),
    -3 * (1 - np.tanh(-1.5) ** 2),
)
assert ledger.count == 2
assert isclose(h.grad, through_upper + through_lower, rel_tol=1e-14)
ledger

# %%
draw(total, highlight=ledger.heaviest(1)[0])

# %% [markdown]
# The reverse sweep adds the same two products, one after the other. The last steps are
# those that reach `h`. Step back once, and its box is dashed: one of two is there.

# %%
player = play(total, at="h")
assert player.step.after == h.grad
player

# %% [markdown]
# ## From a hidden layer to the cost
#
# Now a network with 3 inputs, 4 hidden neurons and 2 outputs. From the hidden neuron
# $a^1_0$ two paths lead to the cost, one through each output neuron.

# %%
net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
record = net.forward([0.1, -0.2, 0.3])
cost = LOSSES["half_squared_error"](record.outputs, [1.0, 0.0]).named("C")
cost.backward()
assert all(paths(cost, a).count == 2 for a in record.a[0])
paths(cost, record.a[0][0])

# %% [markdown]
# Each path from $a^1_j$ goes first to some $z^2_k$. The first edge has the local
# derivative $w^2_{kj}$, since $z^2_k = \sum_j w^2_{kj} a^1_j + b^2_k$. What remains is a
# path from $z^2_k$ to the cost. All of those together are
# $\partial C/\partial z^2_k = \delta^2_k$.
#
# So we group the paths by $k$, and put their sums in a table: row $j$, column $k$.

# %%
hidden, sums = record.a[0], record.z[1]
table = np.array(
    [
        [
            fsum(
                path.product
                for path in paths(cost, a).heaviest(100)
                if any(node is z for node in path.nodes)
            )
            for z in sums
        ]
        for a in hidden
    ]
)
table

# %% [markdown]
# The entry of row $j$ and column $k$ is $w^2_{kj}\,\delta^2_k$:

# %%
W2 = np.array([[w.data for w in neuron.w] for neuron in net.layers[1].neurons])
delta2 = np.array([z.grad for z in sums])
np.testing.assert_allclose(table, W2.T * delta2, rtol=1e-14)

# %% [markdown]
# The gradient of $a^1_j$ is the sum over all its paths, so it is the sum of row $j$:
# $\sum_k w^2_{kj}\,\delta^2_k$. The row index $j$ of the result is the *second* index of
# $W^2$. That is the transpose, and the sum over $k$ is the matrix product:

# %%
np.testing.assert_allclose([a.grad for a in hidden], table.sum(axis=1), rtol=1e-14)
np.testing.assert_allclose(table.sum(axis=1), W2.T @ delta2, rtol=1e-14)

# %% [markdown]
# ## Why nobody lists paths
#
# The number of paths can double at each step. Their sum is still found in one sweep,
# because paths that meet share the rest of their way.

# %%
x = ladder = Value(1.0, "x")
for _ in range(60):
    ladder = ladder + ladder
assert paths(ladder, x).count == 2**60
paths(ladder, x).count

# %% [markdown]
# ## Exercises

# %%
p = Value(2.0, "p")
q = (p * 3.0).named("q")
test = quiz((q * q + q * p).named("D"), hide=[q, p])
test

# %% [markdown]
# Somebody took only the path through `q` for $\partial D/\partial p$: 14 times 3.

# %%
verdict = test.answer("q2", 42.0)
assert not verdict
print(verdict)

# %% [markdown]
# The solutions: `q` is used three times. `p` is used by `q`, and by the product itself.

# %%
print(test.answer("q1", 6.0 + 6.0 + 2.0))
print(test.answer("q2", 14.0 * 3.0 + 6.0))
assert test.score.right == 2
