# %% [markdown]
# # How does microgpt's `Value` differ from ours?
#
# Karpathy's microgpt stores on each `Value` its children and the local derivatives, and
# multiplies and adds in `backward`. Ours does the same, and answers to the same names.
# Here a tiny model of characters is trained with it.

# %%
import math
import random

from autograd_scalar import Value, play, quiz

# %% [markdown]
# ## The same names
#
# | microgpt | here | what it is |
# |---|---|---|
# | `_children` | `parents` | what the node was computed from |
# | `_local_grads` | `local_derivatives` | its derivative by each of them |

# %%
a, b = Value(2.0, "a"), Value(-3.0, "b")
c = (a * b).named("c")
assert list(c._children) == list(c.parents) == [a, b]
assert list(c._local_grads) == list(c.local_derivatives) == [-3.0, 2.0]

# %% [markdown]
# With both stored, the whole of `backward` is one rule. Each node, when it is complete,
# gives every child its own gradient times the local derivative:

# %%
c.backward()
assert a.grad == c.grad * c._local_grads[0]
assert b.grad == c.grad * c._local_grads[1]

# %% [markdown]
# ## A tiny model of characters
#
# The model guesses the next letter from the last one. Each letter has a vector of three
# numbers. A matrix turns the vector into one score for each letter, and softmax turns the
# scores into probabilities. A dot marks both ends of a word.

# %%
words = ["anna", "nana", "hanna", "ana"]
letters = sorted(set("." + "".join(words)))
dice = random.Random(0)


def matrix(rows, columns):
    """Return small random Values."""
    return [[Value(dice.gauss(0, 0.3)) for _ in range(columns)] for _ in range(rows)]


vectors, output = matrix(len(letters), 3), matrix(len(letters), 3)
parameters = [p for row in vectors + output for p in row]
pairs = [
    (letters.index(last), letters.index(following))
    for word in words
    for last, following in zip("." + word, word + ".", strict=True)
]
assert (len(letters), len(pairs), len(parameters)) == (4, 20, 24)


def probabilities(last):
    """Return the probability of each letter after the last one."""
    scores = [
        sum(w * v for w, v in zip(row, vectors[last], strict=True)) for row in output
    ]
    powers = [s.exp() for s in scores]
    whole = sum(powers)
    return [p / whole for p in powers]


def surprise():
    """Return the mean of -log(probability of the letter that follows)."""
    return sum(-probabilities(last)[true].log() for last, true in pairs) / len(pairs)


# %% [markdown]
# ## Softmax and cross-entropy, once more
#
# The gradient by a score is the probability, less 1 for the letter that follows. The
# graph finds it, without being told.

# %%
scores = [Value(s, f"s{k}") for k, s in enumerate((0.5, -1.0, 2.0))]
powers = [s.exp().named(f"e{k}") for k, s in enumerate(scores)]
p = [power / sum(powers) for power in powers]
surprised = (-p[1].log()).named("L")
surprised.backward()
for k, score in enumerate(scores):
    assert math.isclose(score.grad, p[k].data - (k == 1), rel_tol=1e-12)

# %% [markdown]
# Two contributions reach the power of the letter that follows: from above the line of the
# quotient, $-1/e_1$, and from the sum below it. The first one is where the 1 comes from.

# %%
player = play(surprised, at="e1")
assert player.step.after == powers[1].grad
player

# %% [markdown]
# ## Training
#
# An untrained model is about as surprised as one that guesses among four letters, $\log 4$.

# %%
before = surprise().data
assert abs(before - math.log(4)) < 0.2
for _ in range(120):
    loss = surprise()
    for q in parameters:
        q.grad = 0.0
    loss.backward()
    for q in parameters:
        q.data -= 1.0 * q.grad
after = surprise().data
assert after < 0.6 * before
round(before, 2), round(after, 2)

# %% [markdown]
# ## What it learned
#
# After `n` an `a` or another `n` follows, never an `h`:

# %%
after_n = [q.data for q in probabilities(letters.index("n"))]
assert after_n[letters.index("h")] < 0.05
{letter: round(q, 2) for letter, q in zip(letters, after_n, strict=True)}

# %% [markdown]
# ## Exercises
#
# Two scores, of which the first is right: $L = -\log\frac{e^s}{e^s + e^0}$.

# %%
s = Value(1.0, "s")
power = s.exp().named("e")
share = (power / (power + 1.0)).named("p")
test = quiz((-share.log()).named("L"), hide=[share, s])
test

# %%
verdict = test.answer("q2", share.data)  # the probability, but not less 1
assert not verdict
print(verdict)

# %%
print(test.answer("q1", -1 / share.data))
print(test.answer("q2", share.data - 1))
assert test.score.right == 2
