# %% [markdown]
# # Are my notes on the proof right, and for which cost?
#
# The notes *Back propagation proof (Intuition)* have two costs. A line that is right for
# one is wrong for the other. `grade` takes the cost by name and says which.

# %%
from autograd_scalar import Value, quiz
from nn import grade

# %% [markdown]
# ## One line, two costs

# %%
line = r"$$\delta^L = a^L - y$$"
assert grade(line, loss="binary_cross_entropy").passed
report = grade(line, loss="half_squared_error")
assert report.mistakes == ("out-missing-sigma-prime",)
report

# %% [markdown]
# **What cancels $\sigma'(z)$ under the cross-entropy, and why not under
# $\frac12\sum(y-a)^2$?** Write both factors of $\delta^L$ down before you go on.
#
# ## The notes' own derivation
#
# Graded as it stands, sign by sign:

# %%
derivation = r"""
$$\frac{\partial C}{\partial a^L} = - \left(\frac{y}{a} + \frac{1-y}{1-a} \right)$$
$$\frac{\partial C}{\partial a^L} = \frac{a-y}{a(1-a)}$$
$$\sigma'(z) = \sigma(z)(1-\sigma(z)) = a(1-a)$$
$$\delta^L = \frac{\partial C}{\partial a^L} \times \sigma'(z^L)
           = \frac{a-y}{a(1-a)} \times a(1-a) = a-y$$
"""
report = grade(derivation, loss="binary_cross_entropy")
assert report.mistakes == ("ce-second-sign",)
report

# %% [markdown]
# The first line is wrong; the second, which should follow from it, is right again. The
# inner derivative of $\log(1-a)$ is $-1$:

# %%
mended = derivation.replace(r"\frac{y}{a} + ", r"\frac{y}{a} - ")
assert grade(mended, loss="binary_cross_entropy").passed
print(grade(mended, loss="binary_cross_entropy").headline)

# %% [markdown]
# ## The hidden layers
#
# These lines do not depend on the cost. One of them names the wrong quantity:

# %%
hidden = r"""
$$z_j^l = \sum_k \delta_k^{l+1} w_{kj}^{l+1} \sigma'(z_j^l)$$
$$\delta^l = (w^{l+1 \top} \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial w^l} = \delta^l a^{l-1 \top}$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
"""
report = grade(hidden)
assert report.verdicts["Z1"].mistake == "other-quantity"
report

# %%
for loss in ("half_squared_error", "squared_error", "binary_cross_entropy"):
    assert grade(hidden.replace("z_j^l = ", r"\delta_j^l = "), loss=loss).passed

# %% [markdown]
# ## Your notes
#
# Put your own lines here, or grade a file: `grade(Path("notes.md"))`.

# %%
yours = r"""
$\delta^L = (a^L - y) \odot \sigma'(z^L)$
$\delta^l = w^{l+1} \delta^{l+1} \odot \sigma'(z^l)$
"""
print(grade(yours).headline)

# %% [markdown]
# ## Exercise
#
# One output, $y = 1$: $C = -\log a$ with $a = \sigma(z)$ and $z = 0$.

# %%
z = Value(0.0, "z")
a = z.sigmoid().named("a")
test = quiz((-a.log()).named("C"), hide=[a, z])
test

# %%
verdict = test.answer("q2", -2.0)  # dC/da, without sigma'
assert not verdict
print(verdict)

# %%
print(test.answer("q1", -2.0))
print(test.answer("q2", 0.5 - 1.0))  # a - y
assert test.score.right == 2
