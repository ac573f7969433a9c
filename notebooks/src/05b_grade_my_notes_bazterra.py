# %% [markdown]
# # Are my notes on Bazterra's post right?
#
# You have read the post and written down its four equations. Did the $1/m$ end up where it
# belongs? `grade` reads LaTeX as you wrote it, and judges each line by a graph of scalars.

# %%
from autograd_scalar import quiz
from nn import MLP, grade, half_squared_error

# %% [markdown]
# ## My notes, first try
#
# Bazterra's letters: $dA$ and $dZ$ are derivatives of each example's loss, $dW$ and $dB$
# of the cost. The first line takes $\mathcal L = \frac12\sum_j (a_j - y_j)^2$.

# %%
notes = r"""
$$dA^{[L]} = A^{[L]} - Y$$
$$dZ^{[l]} = dA^{[l]} \odot g^{[l]'}(Z^{[l]})$$
$$dA^{[l]} = W^{[l+1]\top} dZ^{[l+1]}$$
$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]\top}$$
$$dB^{[l]} = dZ^{[l]}$$
"""
report = grade(notes)
assert report.verdicts["db1"].mistake == "db-not-summed"
report

# %% [markdown]
# Read the second line first: it says how the notes were understood. Then the last line of
# the notes: $dB$ has a number for each neuron, $dZ$ one for each neuron *and example*.
# **Which part of the definition of $\mathcal C$ did the line forget?**
#
# ## Second try

# %%
better = notes.replace(r"dB^{[l]} = dZ^{[l]}", r"dB^{[l]} = \sum_{i=1}^m dZ^{[l](i)}")
report = grade(better)
assert not report.passed
print(report.headline)

# %% [markdown]
# The sum is there. The mean is not. `yours` is $m = 5$ times `the graph's`:

# %%
print(report.verdicts["db1"].counterexample)

# %% [markdown]
# ## Third try

# %%
right = better.replace(r"= \sum_{i=1}^m dZ", r"= \frac{1}{m} \sum_{i=1}^m dZ")
report = grade(right)
assert report.passed
report

# %% [markdown]
# "Right by another convention": as derivatives of the cost, $dA$ and $dZ$ would hold $1/m$
# already. In Bazterra's they do not, and the notes are consistent in it.
#
# ## Any network, any loss
#
# The other equations name neither $g$ nor $\mathcal L$. So they have to hold elsewhere too:

# %%
net = MLP(2, [4, 3, 3], activation="tanh", rng=0)
anywhere = right.replace("$$dA^{[L]} = A^{[L]} - Y$$", "")
for loss in ("squared_error", "softmax_cross_entropy"):
    assert grade(anywhere, net=net, loss=loss).passed

# %% [markdown]
# ## Your notes
#
# Put your own lines here, or grade a file: `grade(Path("notes.md"))`. The command
# `autograd-scalar grade notes.md --html grade.html` does the same.

# %%
yours = r"""
$$dZ^{[l]} = dA^{[l]} \odot g'(Z^{[l]})$$
$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]\top}$$
"""
print(grade(yours).headline)

# %% [markdown]
# ## Exercise
#
# The same sum, with numbers: one weight, one bias, two examples.

# %%
small = MLP(1, [1], activation="linear", output_activation="linear", rng=0)
small.set_matrices([[[2.0]]], [[0.5]])
bias = small.layers[0].neurons[0].b
losses = [half_squared_error(small([x]), y) for x, y in [(1.0, 1.0), (-1.0, 0.75)]]
test = quiz(((losses[0] + losses[1]) / 2).named("C"), hide=[bias])
test

# %%
verdict = test.answer("q1", 1.5 / 2)  # the first example alone
assert not verdict
print(verdict)

# %%
print(test.answer("q1", (1.5 + -2.25) / 2))
assert test.score.right == 1
