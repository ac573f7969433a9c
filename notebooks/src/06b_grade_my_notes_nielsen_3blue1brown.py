# %% [markdown]
# # Are my notes on Nielsen and 3Blue1Brown right?
#
# The summary begins with a chain of single neurons and ends with sums over a layer. What
# is right for one neuron in each layer may not be right for four. `grade` tries both.

# %%
from autograd_scalar import play, quiz
from nn import MLP, grade, squared_error

LOSS = {"loss": "squared_error"}  # C = Σ (a - y)², without a half

# %% [markdown]
# ## The chain
#
# In the chain, every quantity is a number:

# %%
chain = r"""
$$\frac{\partial C}{\partial a^{(L)}} = 2 (a^{(L)} - y)$$
$$\frac{\partial C}{\partial w^{(L)}}
  = a^{(L-1)} \sigma'(z^{(L)}) 2 (a^{(L)} - y)$$
$$\frac{\partial C}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2 (a^{(L)} - y)$$
$$\frac{\partial C}{\partial a^{(L-1)}}
  = w^{(L)} \sigma'(z^{(L)}) 2 (a^{(L)} - y)$$
"""
neurons = MLP(1, [1, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
assert grade(chain, net=neurons, **LOSS).passed
grade(chain, net=neurons, **LOSS)

# %% [markdown]
# The same notes for three, four and two neurons:

# %%
report = grade(chain, **LOSS)
assert report.verdicts["dA1"].status == "does not fit"
report

# %% [markdown]
# **Which line needs a sum, and over what?** A neuron of layer $L-1$ reaches the cost
# through every neuron of layer $L$.
#
# ## With indices

# %%
indexed = r"""
$$\frac{\partial C}{\partial a_j^{(l)}} = \sum_j w_{jk}^{(l+1)}
  \sigma'(z_j^{(l+1)}) \frac{\partial C}{\partial a_j^{(l+1)}}$$
"""
report = grade(indexed, **LOSS)
assert report.mistakes == ("sum-index-slip",)
print(report.judged[0])

# %% [markdown]
# This is the slip of the summary itself. The sum runs over $j$, so $j$ cannot stand on the
# left.

# %%
mended = (
    indexed.replace(r"\partial a_j^{(l)}} =", r"\partial a_k^{(l)}} =")
    + r"""
$$\frac{\partial C}{\partial w_{jk}^{(l)}}
  = a_k^{(l-1)} \sigma'(z_j^{(l)}) \frac{\partial C}{\partial a_j^{(l)}}$$
$$\frac{\partial C}{\partial b_j^{(l)}}
  = \sigma'(z_j^{(l)}) \frac{\partial C}{\partial a_j^{(l)}}$$
"""
)
report = grade(mended, **LOSS)
assert report.passed
report

# %% [markdown]
# ## The factor 2
#
# It belongs to the cost. Under $\frac12 (a - y)^2$ it is one too many:

# %%
report = grade(chain, net=neurons, loss="half_squared_error")
assert report.verdicts["dA2"].mistake == "out-factor-2"
print(report.headline)

# %% [markdown]
# ## Step through it
#
# The chain, up to where $\partial C/\partial a^{1}$ is complete: one path, no sum.

# %%
record = neurons.forward([0.5])
cost = squared_error(record.outputs, [1.0]).named("C")
print(play(cost, at="a1[0]").sentence)

# %% [markdown]
# ## Exercise
#
# Two neurons behind one. Add up both paths.

# %%
wide = MLP(1, [1, 2], activation="linear", output_activation="linear")
wide.set_matrices([[[1.0]], [[3.0], [-1.0]]], [[0.0], [0.0, 0.0]])
record = wide.forward([2.0])
test = quiz(squared_error(record.outputs, [5.0, 0.0]).named("C"), hide=[record.a[0][0]])
test

# %%
verdict = test.answer("q1", 2.0 * 1.0 * 3.0)  # the path through the first alone
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 2.0 * 1.0 * 3.0 + 2.0 * -2.0 * -1.0))
assert test.score.right == 1
