# %% [markdown]
# # Are these handwritten notes right, line by line?
#
# The notes *Back Prop. Derivation*, typed as they stand. There is more than one slip, and
# some lines are right although the line above them is not: each is judged by itself, so
# that a mistake is charged once, where it is made.

# %%
from autograd_scalar import quiz
from nn import MLP, grade, half_squared_error

# %% [markdown]
# ## As they stand

# %%
notes = r"""
① $\Delta a^L \sim \frac{\partial J}{\partial a^L}
   = \frac{1}{2m} \sum \frac{\partial}{\partial a^L} (y - a^L)^2$
 $= \text{mean}(y - a^L)$
② $\Delta z^L = \Delta a^L \cdot g'(z^L)$
 $= \Delta a^L \cdot a^{L-1} \rightarrow (n^L, m)$
③ $\Delta a^{L-1} = \frac{\partial J}{\partial a^L} \cdot
   \frac{\partial a^L}{\partial z^L} \cdot \frac{\partial z^L}{\partial a^{L-1}}
   = \Delta z^L \cdot w^{L-1} \rightarrow (n^{L-1}, m)$
$w^L = w^L - \eta \Delta w^L$
$db^L \rightarrow (n^L, m)$
"""
report = grade(notes)
wrong = [verdict for verdict in report.judged if not verdict.is_right]
assert [verdict.mistake for verdict in wrong] == [
    "out-scalar-mean-sign-lost",
    "act-a-for-gprime",
    "hid-wrong-layer-weights",
    "db-not-summed",
]
report

# %% [markdown]
# **For each of the four: which part of the right line is missing or exchanged?** Say it in
# words before you read the last column again.
#
# ## Mended, one after the other

# %%
steps = [
    (r"\text{mean}(y - a^L)", r"\frac{1}{m} (a^L - y)"),
    (r"\Delta a^L \cdot a^{L-1}", r"\Delta a^L \odot a^L \odot (1 - a^L)"),
    (r"\Delta z^L \cdot w^{L-1}", r"w^{L \top} \Delta z^L"),
    (r"db^L \rightarrow (n^L, m)", r"db^L \rightarrow (n^L, 1)"),
]
text = notes
for wrong, right in steps:
    assert wrong in text
    text = text.replace(wrong, right)
    report = grade(text)
    left = sum(not verdict.is_right for verdict in report.judged)
    print(f"{left} wrong after {right}")
assert report.passed

# %% [markdown]
# The second mended line, $a \odot (1 - a)$, is right for the sigmoid only. Another
# activation shows it:

# %%
net = MLP(3, [4, 2], activation="tanh", output_activation="tanh", rng=0)
report = grade(text, net=net)
assert report.verdicts["dZ2"].mistake == "act-other-function"
print(report.headline)

# %% [markdown]
# ## As code
#
# The same four lines as a function. The judge runs it on three networks:


# %%
def backprop(w, b, X, Y):
    """Return the notes' Δ's, as they stand, in NumPy."""
    a1 = 1 / (1 + 2.718281828459045 ** -(w[0] @ X + b[0]))
    a2 = 1 / (1 + 2.718281828459045 ** -(w[1] @ a1 + b[1]))
    da2 = (Y - a2) / X.shape[1]  # the sign is lost
    dz2 = da2 * a2 * (1 - a2)
    return {"dA2": da2, "dZ2": dz2, "dW2": dz2 @ a1.T, "db2": dz2.sum(1, keepdims=True)}


report = grade(backprop)
report

# %% [markdown]
# All four have the same sign. That is a habit, not four mistakes: if the update *adds*
# them, as in many texts, it is right. Then say so in the notes.
#
# ## Exercise

# %%
small = MLP(1, [1], activation="linear", output_activation="linear")
small.set_matrices([[[2.0]]], [[0.5]])
record = small.forward([3.0])
cost = half_squared_error(record.outputs, [4.0]).named("J")
test = quiz(cost, hide=[record.outputs[0], small.layers[0].neurons[0].w[0]])
test

# %% [markdown]
# The notes' sign, $y - a$:

# %%
verdict = test.answer("q1", 4.0 - 6.5)
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 6.5 - 4.0))
print(test.answer("q2", (6.5 - 4.0) * 3.0))
assert test.score.right == 2
