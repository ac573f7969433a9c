# %% [markdown]
# # Why a topological sort, and why `+=`?
#
# Both look like details of a program. Leave one of them out, and the gradients are wrong
# on a graph of three nodes. Here we look for the smallest graph on which each goes wrong.

# %%
from autograd_scalar import Value, counterexample, draw, play, quiz, wrong_backward

# %% [markdown]
# ## `=` in place of `+=`
#
# `counterexample` tries all small graphs, the smallest first.

# %%
assign = counterexample("assign")
print(assign)

# %% [markdown]
# `a` is used twice, and the second contribution overwrites the first. Where each node is
# used only once, `=` is right. That is why the mistake can stay hidden for long.

# %%
a, b = Value(2.0, "a"), Value(3.0, "b")
used_once = ((a * b).tanh()).named("C")
wrong = wrong_backward(used_once, "assign")
assert all(wrong[v] == wrong.right.adjoint(v) for v in (a, b))

# %% [markdown]
# ## No topological sort
#
# Here a node passes on its gradient each time something is added to it.

# %%
print(counterexample("no topological sort"))

# %% [markdown]
# `b` is used twice. It passes on its gradient when the first contribution is there, and
# passes it on again when both are there. The first one is counted twice.
#
# Taking the nodes nearest to the root first is no remedy. Here `b` is one edge from the
# root, but the long way to it, through the product, is not finished when `b` is taken:

# %%
a = Value(2.0, "a")
b = (-a).named("b")
c = (b + b * 3.0).named("c")
wrong = wrong_backward(c, "breadth first")
assert (wrong[a], wrong.right.adjoint(a)) == (-1.0, -4.0)
print(wrong)

# %%
draw(c)

# %% [markdown]
# Both sweeps on one axis. The player stands at the first step where they part; what
# differs is marked ≠. Step on to see the wrong number arrive at `a`.

# %%
player = play(c, beside=wrong).to_parting()
assert "b passes on 1.0" in wrong.first.reason
player

# %% [markdown]
# A topological order puts each node after everything it was computed from. Walk it
# backwards, and each node is complete before it passes anything on:

# %%
c.backward()
assert (b.grad, a.grad) == (4.0, -4.0)
print(wrong.right)

# %% [markdown]
# ## Parents in a set
#
# `x * x` has the parent `x` twice. A set forgets one of them.

# %%
x = Value(3.0, "x")
wrong = wrong_backward((x * x).named("y"), "set of parents")
assert (wrong[x], wrong.right.adjoint(x)) == (3.0, 6.0)
print(wrong)

# %% [markdown]
# ## Old gradients left in the graph
#
# `+=` needs a clean start. If only the leaves are reset before a second sweep, the nodes
# between still hold what they had, and pass it on.

# %%
print(counterexample("stale interior"))

# %% [markdown]
# ## Exercises
#
# All gradients but the root's are hidden.

# %%
p = Value(2.0, "p")
r = (p * p).named("r")
test = quiz((r + r * p).named("D"), hide=[r, p])
test

# %% [markdown]
# Here is what `=` for `+=` gives for $\partial D/\partial r$. The verdict says so.

# %%
verdict = test.answer("q1", wrong_backward((r + r * p).named("D"), "assign")[r])
assert not verdict
print(verdict)

# %% [markdown]
# The solutions:

# %%
print(test.answer("q1", 1.0 + 2.0))
print(test.answer("q2", 4.0 + 3.0 * (2.0 + 2.0)))
assert test.score.right == 2
