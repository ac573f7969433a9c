# %% [markdown]
# # How do I add an operation, and how do I know that its derivative is right?
#
# An operation is two functions: its value, and its local derivatives. `primitive` makes
# them a node of the graph. `check_gradients` compares the derivative with differences.

# %%
import math

from autograd_scalar import (
    Value,
    check_gradients,
    draw,
    gradients,
    play,
    primitive,
    quiz,
)

# %% [markdown]
# ## One operand
#
# `partials` is called with the operands and then the result, and returns one local
# derivative for each operand.


# %%
@primitive(partials=lambda x, y: (3 * x * x,), symbol="cube")
def cube(x):
    """Return the third power."""
    return x * x * x


x = Value(2.0, "x")
y = cube(x).named("y")
y.backward()
assert (y.data, x.grad) == (8.0, 12.0)
draw(y)

# %% [markdown]
# Stepping shows the operation like any other. The symbols below are what the rule recorded:

# %%
player = play((cube(x) * x).named("y"), at="x")
assert player.step.after == 4 * 2.0**3
player

# %% [markdown]
# ## Is the derivative right?

# %%
report = check_gradients(lambda v: cube(v) * v, [2.0])
print(report)

# %% [markdown]
# Here is one that is wrong by a twentieth of a percent. The check finds it, and names the
# operation:


# %%
@primitive(partials=lambda x, y: (3.0015 * x * x,))
def sloppy_cube(x):
    """Return the third power, with a wrong derivative."""
    return x * x * x


wrong = check_gradients(lambda v: sloppy_cube(v) + v, [2.0], raises=False)
assert "the derivative of sloppy_cube by operand 0, is 12.006" in str(wrong)
print("\n".join(str(wrong).splitlines()[:2]))

# %% [markdown]
# Without `raises=False` it raises `GradientCheckError`, whose text also says in which line
# the derivative stands.

# %% [markdown]
# ## Several operands
#
# The length of a triangle's third side, by the law of cosines. One derivative for each of
# the three operands; the result `c` saves work.


# %%
def partials_of_side(a, b, angle, c):
    """Return the derivatives of the third side."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return (a - b * cosine) / c, (b - a * cosine) / c, a * b * sine / c


@primitive(partials=partials_of_side)
def third_side(a, b, angle):
    """Return the third side of a triangle."""
    return math.sqrt(a * a + b * b - 2 * a * b * math.cos(angle))


check_gradients(third_side, [3.0, 4.0, 1.2])
right_angle = third_side(Value(3.0), Value(4.0), Value(math.pi / 2))
assert math.isclose(right_angle.data, 5.0)

# %% [markdown]
# ## Second derivatives
#
# If `partials` is ordinary arithmetic, it is differentiated again: $(x^3)'' = 6x$.

# %%
v = Value(2.0)
first = gradients(cube(v), v, create_graph=True)
assert (first.data, gradients(first, v)) == (12.0, 12.0)

# %% [markdown]
# ## Exercises
#
# The cube, within a graph.

# %%
t = Value(0.5, "t")
r = cube(t).named("r")
test = quiz((r * 8.0 + t).named("D"), hide=[r, t])
test

# %%
verdict = test.answer("q2", 6.0)  # the path through r alone
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 8.0))
print(test.answer("q2", 8.0 * 3 * 0.5**2 + 1.0))
assert test.score.right == 2
