# %% [markdown]
# # Which lines of these notes are wrong, and what is right?
#
# The notes *Back Prop. Derivation* keep a dictionary of Δ's, with
# $J = \frac1{2m}\sum (y - a^L)^2$, and end in a gradient-descent loop. The plan is sound.
# Several lines are not. Each slip is given to the grader, which judges by the scalar graph.

# %%
import numpy as np

from autograd_scalar import Value, play, quiz
from nn import LOSSES, MLP, check_deltas, grade, matrix


def shown(notes, quantity, mistake):
    """Print the verdict on the notes; check which mistake was found."""
    report = grade(notes)
    assert report.verdicts[quantity].mistake == mistake
    print(report.headline)


# %% [markdown]
# ## Line 1: ∂(y − a)² loses its sign
#
# The inner derivative of $y - a$ by $a$ is $-1$. The graph agrees:

# %%
y, a = Value(1.0, "y"), Value(0.25, "a")
J = ((y - a) ** 2 * 0.5).named("J")
J.backward()
assert a.grad == a.data - y.data == -0.75
shown("dA2 = (Y - A2) / m", "dA2", "out-sign-lost")

# %% [markdown]
# The notes' number beside the graph's sweep: they part at the step through the
# difference, which turns the sign.

# %%
player = play(J, beside={"a": y.data - a.data}).to_parting()
assert player.step.local_derivative == -1.0
player

# %% [markdown]
# ## Line 1 again: a matrix becomes its mean
#
# $\Delta a^L$ has one entry for each output and each example. The notes take the mean,
# call it a scalar, and lose the sign of the inner derivative once more.

# %%
shown("dA2 = np.mean(Y - A2)", "dA2", "out-scalar-mean-sign-lost")

# %% [markdown]
# ## Line 2: $a^{L-1}$ stands for $g'(z^L)$

# %%
right = "dA2 = (A2 - Y) / m\n"
shown(right + "dZ2 = dA2 * A1", "dZ2", "act-a-for-gprime")

# %% [markdown]
# ## Line 3: the wrong weights, and no transpose
#
# The error goes back through $w^L$, not $w^{L-1}$, and through its transpose.

# %%
right += "dZ2 = dA2 * A2 * (1 - A2)\n"
shown(right + "dA1 = W1.T @ dZ2", "dA1", "hid-wrong-layer-weights")
shown(right + "dA1 = W2 @ dZ2", "dA1", "row-column-mixed")

# %% [markdown]
# ## The shape table: $db$ is not $(n, m)$
#
# One bias serves all examples. Its gradient is the sum over them, $(n, 1)$.

# %%
shown(right + "db2 = dZ2", "db2", "db-not-summed")

# %% [markdown]
# ## All of it, right

# %%
mended = grade("""
dA2 = (A2 - Y) / m
dZ2 = dA2 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""")
assert mended.passed
print(mended.headline)

# %% [markdown]
# ## The dictionary and the loop
#
# $w \leftarrow w - \eta\,\Delta w$ and $b \leftarrow b - \eta\,\Delta b$, layer by layer, in
# NumPy. Beside it the scalar network takes the same steps with `backward()`.

# %%
net = MLP(2, [3, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
Y = [[0.0], [1.0], [1.0], [1.0]]
w = [np.array([[v.data for v in n.w] for n in layer.neurons]) for layer in net.layers]
b = [np.array([[n.b.data] for n in layer.neurons]) for layer in net.layers]
eta, costs = 2.0, []
assert check_deltas(net, X, Y, "half_squared_error").passed
for _ in range(100):
    found = matrix.backprop(
        w, b, np.array(X).T, np.array(Y).T, ["sigmoid", "sigmoid"], "half_squared_error"
    )
    Delta = {"w1": found.dW[0], "b1": found.db[0], "w2": found.dW[1], "b2": found.db[1]}
    for layer in (0, 1):
        w[layer] -= eta * Delta[f"w{layer + 1}"]
        b[layer] -= eta * Delta[f"b{layer + 1}"]
    costs.append(found.loss)

    losses = [
        LOSSES["half_squared_error"](net.forward(x).outputs, t)
        for x, t in zip(X, Y, strict=True)
    ]
    net.zero_grad()
    (sum(losses) / len(X)).backward()
    for p in net.parameters():
        p.data -= eta * p.grad
trained = [
    np.array([[v.data for v in n.w] for n in layer.neurons]) for layer in net.layers
]
for by_hand, by_graph in zip(w, trained, strict=True):
    np.testing.assert_allclose(by_graph, by_hand, rtol=1e-9)
assert costs[-1] < costs[0] / 2
{name: value.shape for name, value in Delta.items()}

# %% [markdown]
# ## Exercises

# %%
out = Value(0.5, "a")
error = (2.0 - out).named("e")
test = quiz((error**2 * 0.5).named("J"), hide=[error, out])
test

# %% [markdown]
# The notes' own slip, without the sign:

# %%
verdict = test.answer("q2", 1.5)
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 1.5))
print(test.answer("q2", -1.5))
assert test.score.right == 2
