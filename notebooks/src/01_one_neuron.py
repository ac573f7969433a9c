# %% [markdown]
# # What does one neuron's gradient say?
#
# A gradient says how much the cost changes when one number changes a little. Here every
# number of one neuron is a `Value`, which knows how it was computed. Each claim is
# followed by a cell that checks it with `assert`.

# %%
from math import isclose

from autograd_scalar import Value, backward_steps, draw, explain, nudge, play, quiz

# %% [markdown]
# ## The forward pass
#
# The neuron has one input: $z = w\,x + b$, then $a = \sigma(z)$. The cost is
# $C = (a - y)^2$. In the picture a box holds a value and its gradient. The number on an
# arrow is a local derivative: how much the box at its head changes when the box at its
# tail changes a little. Blue is above zero, orange below.

# %%
w, x, b, y = Value(0.6, "w"), Value(0.8, "x"), Value(-0.3, "b"), Value(1.0, "y")
z = (w * x + b).named("z")
a = z.sigmoid().named("a")
cost = ((a - y) ** 2).named("C")
cost.backward()
draw(cost, parameters=[w, b], inputs=[x])

# %% [markdown]
# ## The reverse sweep, step by step
#
# The sweep begins at the cost, whose gradient is 1. Each step multiplies the gradient of
# a result by a local derivative, and adds the product to the gradient of one operand.

# %%
steps = backward_steps(cost)
assert all(s.contribution == s.upstream * s.local_derivative for s in steps)
assert steps.adjoint(w) == w.grad
print(steps)

# %% [markdown]
# The same, to step through: with the buttons, or click into it and use the arrow keys.
# It begins where the gradient of $z$ is complete. At the end $w$ and $b$ move against
# their gradients. The menu *practise* hides the next number until you have answered.

# %%
player = play(cost, at="z", parameters=[w, b], learning_rate=0.5)
assert player.step.after == z.grad
player

# %% [markdown]
# ## One gradient, in symbols and numbers
#
# One path leads from $w$ to the cost, so the chain rule is one product:
# $\partial C/\partial w = x \cdot \sigma'(z) \cdot 2(a-y)$, with
# $\sigma'(z) = a\,(1 - a)$.

# %%
by_hand = x.data * a.data * (1 - a.data) * 2 * (a.data - y.data)
assert isclose(w.grad, by_hand, rel_tol=1e-14)
explain(cost, w)

# %% [markdown]
# ## What the number means
#
# `nudge` moves $z$ by a millionth and runs the rest again. The slope is the gradient,
# but for an error as small as the nudge.

# %%
moved = nudge(cost, z, 1e-6)
assert isclose(moved.slope, moved.adjoint, rel_tol=1e-5)
print(moved)

# %% [markdown]
# ## Exercises
#
# The table hides two gradients. Work them out from the numbers that it shows, and type
# them in. A wrong answer is told what it is.

# %%
test = quiz(cost, hide=[z, w])
test

# %% [markdown]
# `answer` does the same in Python. Here it is given a wrong number:

# %%
verdict = test.answer("q2", x.data)
assert verdict.mistake == "upstream forgotten"
print(verdict)

# %% [markdown]
# The solutions, when you have tried:

# %%
slope_of_sigmoid = a.data * (1 - a.data)
print(test.answer("q1", 2 * (a.data - y.data) * slope_of_sigmoid))
print(test.answer("q2", z.grad * x.data))
assert test.score.right == 2
