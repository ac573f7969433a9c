# %% [markdown]
# # Are my notes on the 3-4-2 network right?
#
# The post of 2018 computes one network, 3-4-2, with its sizes below every matrix. Sizes
# are statements, too: `grade` checks them as such, and every link of a chain of equations.

# %%
import numpy as np

from autograd_scalar import quiz
from nn import MLP, assert_gradients_match, grade, half_squared_error

# %% [markdown]
# ## The summary of the post, as printed

# %%
summary = r"""
\[ \frac{\partial C}{\partial W^2} = \delta^2 [a^1]^\top, \qquad
   \frac{\partial C}{\partial b^2} = \delta^2, \qquad
   \delta^2 \equiv (a^2-t) \circ \sigma'(z^2) \]
\[ \frac{\partial C}{\partial W^1} = \delta^1 [a^0]^\top, \qquad
   \frac{\partial C}{\partial b^1} = \delta^1, \qquad
   \delta^1 \equiv [W^2]^\top \delta^3 \circ \sigma'(z^1) \]
"""
report = grade(summary)
assert report.mistakes == ("hid-delta-index",)
report

# %% [markdown]
# $\delta^3$ would belong to a third layer. The post counts the input as one in this line,
# and as none everywhere else. **Which layer does $[W^2]^\top$ lead back from?**

# %%
mended = summary.replace(r"\delta^3", r"\delta^2")
assert grade(mended).passed
print(grade(mended).headline)

# %% [markdown]
# ## Sizes
#
# A size that is wrong is a mistake of its own, even where the equation is right:

# %%
sizes = r"""
\[ \left[\frac{\partial C}{\partial W^1}\right]_{4\times 3}
   = \left[\delta^1\right]_{4\times 1} \left[a^0\right]_{3\times 1}^\top \]
\[ \left[\frac{\partial C}{\partial b^1}\right]_{1\times 4} = \delta^1 \]
"""
report = grade(sizes)
assert report.verdicts["shape of db1"].mistake == "transposed"
report

# %% [markdown]
# ## From the notes to NumPy
#
# The mended equations, typed. The same judge, now for numbers:

# %%
net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
W, b = ([np.array(each) for each in pair] for pair in zip(
    *(
        ([[w.data for w in n.w] for n in layer.neurons], [[n.b.data] for n in layer.neurons])
        for layer in net.layers
    ),
    strict=True,
))  # fmt: skip
a0, t = np.array([[0.1], [-0.2], [0.3]]), np.array([[1.0], [0.0]])
a1 = 1 / (1 + np.exp(-(W[0] @ a0 + b[0])))
a2 = 1 / (1 + np.exp(-(W[1] @ a1 + b[1])))
delta2 = (a2 - t) * a2 * (1 - a2)
delta1 = (W[1].T @ delta2) * a1 * (1 - a1)
grads = {
    "dW2": delta2 @ a1.T, "db2": delta2, "dZ1": delta1, "dW1": delta1 @ a0.T
}  # fmt: skip
given = {"net": net, "X": a0.T, "Y": t.T, "loss": "half_squared_error"}
assert_gradients_match(grads, **given)

# %% [markdown]
# And with the $\sigma'$ of the hidden layer forgotten:

# %%
try:
    assert_gradients_match(grads | {"dZ1": W[1].T @ delta2}, **given)
except AssertionError as error:
    print(error)

# %% [markdown]
# ## Exercise
#
# $\delta^1$ of a network 1-1-1 with the identity for $\sigma$: follow it back.

# %%
small = MLP(1, [1, 1], activation="linear", output_activation="linear")
small.set_matrices([[[4.0]], [[3.0]]], [[0.25], [0.75]])
record = small.forward([0.5])
cost = half_squared_error(record.outputs, [4.0]).named("C")
test = quiz(cost, hide=[record.z[1][0], record.z[0][0]])
test

# %%
verdict = test.answer("q2", 3.5)  # delta of the output, not passed back
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 7.5 - 4.0))
print(test.answer("q2", 3.0 * 3.5))
assert test.score.right == 2
