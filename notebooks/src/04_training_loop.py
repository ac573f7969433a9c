# %% [markdown]
# # What happens in a training loop?
#
# The well-known lecture on micrograd ends with a loop of four lines: forward, reset the
# gradients, backward, step. PyTorch users write the same four. Here each line is shown
# as numbers.

# %%
import math
import random
from itertools import pairwise

from autograd_scalar import TrainingSteps, Value, play, quiz, update_steps
from nn import MLP, check_deltas

# %% [markdown]
# ## The data: two half moons, made by hand

# %%
dice = random.Random(0)
X, Y = [], []
for k in range(10):
    angle = math.pi * k / 9
    X += [
        [math.cos(angle) + dice.gauss(0, 0.1), math.sin(angle) + dice.gauss(0, 0.1)],
        [
            1 - math.cos(angle) + dice.gauss(0, 0.1),
            0.5 - math.sin(angle) + dice.gauss(0, 0.1),
        ],
    ]
    Y += [1.0, -1.0]
assert len(X) == len(Y) == 20

# %% [markdown]
# ## The network and its cost
#
# A neuron adds its inputs times its weights, and a bias. The cost is the margin loss: an
# example costs nothing once its score has the right sign and is above 1 in size.

# %%
net = MLP(2, [8, 1], activation="tanh", rng=1)


def margin(score, target):
    """Return the margin loss of one example."""
    return (1 - target * score).relu()


def mean_margin():
    """Return the mean of the margin losses, as one graph."""
    return sum(margin(net(x), y) for x, y in zip(X, Y, strict=True)) / len(X)


# %% [markdown]
# ## One step, slowly
#
# | in PyTorch | here |
# |---|---|
# | `loss = criterion(model(X), Y)` | `loss = mean_margin()` |
# | `optimizer.zero_grad()` | `net.zero_grad()` |
# | `loss.backward()` | `loss.backward()` |
# | `optimizer.step()` | `p.data -= rate * p.grad` for each parameter |
#
# `update_steps` shows what the last line is about to do.

# %%
loss = mean_margin()
net.zero_grad()
loss.backward()
steps = update_steps(net.parameters(), 0.5)
assert len(steps) == len(net.parameters()) == 33
for step in list(steps)[:4]:
    print(step)

# %% [markdown]
# All three passes of one example, to step through. The player stands at the end of the
# reverse sweep; the next steps are the updates.

# %%
one = margin(net(X[1]), Y[1]).named("L")
player = play(one, parameters=net.parameters(), learning_rate=0.5)
player.first().next("pass").next("pass")

# %% [markdown]
# ## The loop
#
# `TrainingSteps` notes what each step computes, before the parameters move.

# %%
costs, noted = [], TrainingSteps(most=8)
for _ in range(60):
    loss = mean_margin().named("C")
    net.zero_grad()
    loss.backward()
    noted.add(loss, net.parameters(), 0.5)
    for p in net.parameters():
        p.data -= 0.5 * p.grad
    costs.append(loss.data)
right = sum((net(x).data > 0) == (y > 0) for x, y in zip(X, Y, strict=True))
assert costs[-1] < costs[0] / 4
assert right >= 18
round(costs[0], 3), round(costs[-1], 3), right

# %% [markdown]
# What happened on the way? Below the curve, each small picture is the whole graph at one
# step. A column holds the nodes of one depth, the inputs at the left, the cost at the
# right; the colour is the gradient, on one scale. Examples fall silent, one after the
# other: once their score is right and above 1, the margin loss is flat, and nothing flows
# back. Click one to step through it.

# %%
assert noted.losses == tuple(costs)
noted

# %% [markdown]
# ## The lecture's own kind of classes
#
# Nothing above depends on our `MLP`. Classes with `layers`, `neurons`, `w` and `b` are
# enough, and `check_deltas` compares all their gradients with the matrix equations.


# %%
class Neuron:
    """Weights, a bias, and tanh."""

    def __init__(self, n_in):
        self.w = [Value(dice.uniform(-1, 1)) for _ in range(n_in)]
        self.b = Value(dice.uniform(-1, 1))

    def __call__(self, x):
        """Return the activation for the inputs x."""
        return sum((w * v for w, v in zip(self.w, x, strict=True)), self.b).tanh()


class Layer:
    """Neurons that read the same inputs."""

    def __init__(self, n_in, n_out):
        self.neurons = [Neuron(n_in) for _ in range(n_out)]

    def __call__(self, x):
        """Return the activations of all neurons."""
        return [neuron(x) for neuron in self.neurons]


class Network:
    """Layers, one after the other."""

    def __init__(self, sizes):
        self.layers = [Layer(n, m) for n, m in pairwise(sizes)]

    def __call__(self, x):
        """Return the activations of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x


report = check_deltas(Network([2, 4, 1]), X, [[y] for y in Y], "squared_error")
assert report.passed
report

# %% [markdown]
# ## Why the reset is needed
#
# `backward` adds to the gradients that are there. Without the reset the second call
# doubles them.

# %%
w = Value(3.0, "w")
(w * w).backward()
first = w.grad
(w * w).backward()
assert w.grad == 2 * first == 12.0

# %% [markdown]
# ## Exercises
#
# One example of the margin loss, with a score of 0.25 and the target −1.

# %%
u, v = Value(0.5, "u"), Value(0.5, "v")
score = (u * v).named("s")
test = quiz((1 - Value(-1.0, "y") * score).relu().named("L"), hide=[score, u])
test

# %% [markdown]
# A first try forgets that the target is negative.

# %%
verdict = test.answer("q1", -1.0)
assert not verdict
print(verdict)

# %%
print(test.answer("q1", 1.0))
print(test.answer("q2", 0.5))
assert test.score.right == 2
