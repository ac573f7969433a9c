"""Programs in the style of microgpt and of EurekaLabs' micrograd, the import changed.

They run on our Value and on a naive one, below, that keeps children and local
gradients on each node as microgpt's does, and shares no code with ours.
"""

import json
import math
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from autograd_scalar import Value


class Naive:
    """A node with its children and the derivatives by them; backward() by recursion."""

    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad = data, 0
        self._children, self._local_grads = children, local_grads

    @staticmethod
    def of(x):
        return x if isinstance(x, Naive) else Naive(x)

    def __add__(self, other):
        other = Naive.of(other)
        return Naive(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = Naive.of(other)
        return Naive(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n):
        return Naive(self.data**n, (self,), (n * self.data ** (n - 1),))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Naive.of(other)

    def __rsub__(self, other):
        return Naive.of(other) - self

    def __truediv__(self, other):
        return self * Naive.of(other) ** -1

    def __rtruediv__(self, other):
        return Naive.of(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        return Naive(math.exp(self.data), (self,), (math.exp(self.data),))

    def log(self):
        return Naive(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        y = math.tanh(self.data)
        return Naive(y, (self,), (1 - y * y,))

    def relu(self):
        return Naive(max(0, self.data), (self,), (float(self.data > 0),))

    def backward(self):
        self.grad = 1
        swept(self)


def swept(root):
    """The reverse sweep, by the names that microgpt's Value has."""
    order, seen = [], set()

    def visit(v):
        if v not in seen:
            seen.add(v)
            for child in v._children:
                visit(child)
            order.append(v)

    visit(root)
    for v in reversed(order):
        for child, local_grad in zip(v._children, v._local_grads, strict=True):
            child.grad += local_grad * v.grad


class TinyGpt:
    """One block: embeddings, two heads of attention, a relu layer; width 4."""

    width, heads, letters, longest = 4, 2, "abc", 5

    def __init__(self, value):
        rng = random.Random(1)

        def matrix(rows, columns):
            return [
                [value(rng.gauss(0, 0.3)) for _ in range(columns)] for _ in range(rows)
            ]

        n, vocabulary = self.width, len(self.letters) + 1
        self.weights = {
            "tokens": matrix(vocabulary, n),
            "places": matrix(self.longest, n),
            **{name: matrix(n, n) for name in ("q", "k", "v", "o")},
            "up": matrix(2 * n, n),
            "down": matrix(n, 2 * n),
            "head": matrix(vocabulary, n),
        }
        self.params = [p for w in self.weights.values() for row in w for p in row]

    def linear(self, x, name):
        return [
            sum(wi * xi for wi, xi in zip(row, x, strict=True))
            for row in self.weights[name]
        ]

    @staticmethod
    def normed(x):
        scale = (sum(xi * xi for xi in x) / len(x) + 1e-5) ** -0.5
        return [xi * scale for xi in x]

    @staticmethod
    def softmax(logits):
        largest = max(v.data for v in logits)
        powers = [(v - largest).exp() for v in logits]
        total = sum(powers)
        return [e / total for e in powers]

    def attended(self, q, keys, values):
        found, size = [], self.width // self.heads
        for start in range(0, self.width, size):
            part = slice(start, start + size)
            scores = [
                sum(a * b for a, b in zip(q[part], k[part], strict=True)) / size**0.5
                for k in keys
            ]
            shares = self.softmax(scores)
            found += [
                sum(s * v[j] for s, v in zip(shares, values, strict=True))
                for j in range(start, start + size)
            ]
        return found

    def logits(self, token, place, keys, values):
        pair = self.weights["tokens"][token], self.weights["places"][place]
        x = self.normed([t + p for t, p in zip(*pair, strict=True)])
        residual, x = x, self.normed(x)
        keys.append(self.linear(x, "k"))
        values.append(self.linear(x, "v"))
        x = self.linear(self.attended(self.linear(x, "q"), keys, values), "o")
        x = [a + b for a, b in zip(x, residual, strict=True)]
        residual, x = x, [xi.relu() for xi in self.linear(self.normed(x), "up")]
        x = [a + b for a, b in zip(self.linear(x, "down"), residual, strict=True)]
        return self.linear(x, "head")

    def loss(self, word):
        end = len(self.letters)
        tokens = [end, *map(self.letters.index, word), end]
        keys, values, losses = [], [], []
        for place, (token, target) in enumerate(pairwise(tokens)):
            shares = self.softmax(self.logits(token, place, keys, values))
            losses.append(-shares[target].log())
        return (1 / len(losses)) * sum(losses)

    def train(self, words):
        m, v, history = [0.0] * len(self.params), [0.0] * len(self.params), []
        for step, word in enumerate(words):
            loss = self.loss(word)
            loss.backward()
            for i, p in enumerate(self.params):
                m[i] = 0.85 * m[i] + 0.15 * p.grad
                v[i] = 0.99 * v[i] + 0.01 * p.grad**2
                first = m[i] / (1 - 0.85 ** (step + 1))
                second = v[i] / (1 - 0.99 ** (step + 1))
                p.data -= 0.01 * first / (second**0.5 + 1e-8)
                p.grad = 0
            history.append(loss.data)
        return history


WORDS = ["abca", "bb", "cab", "a", "bcab", "abc"]


def test_a_gpt_trains_as_on_a_value_like_microgpt_s():
    ours, naive = TinyGpt(Value), TinyGpt(Naive)
    assert ours.train(WORDS) == pytest.approx(naive.train(WORDS), rel=1e-12)
    expected = [p.data for p in naive.params]
    assert [p.data for p in ours.params] == pytest.approx(expected, rel=1e-9)


def test_children_and_local_grads_answer_what_microgpt_s_loop_asks():
    ours, naive = TinyGpt(Value), TinyGpt(Naive)
    loss = ours.loss("abca")
    loss.grad = 1
    swept(loss)
    by_hand = [p.grad for p in ours.params]
    naive.loss("abca").backward()
    assert by_hand == pytest.approx([p.grad for p in naive.params], rel=1e-9)
    assert loss._children == loss.parents
    assert loss._local_grads == loss.local_derivatives
    assert (ours.params[0]._children, ours.params[0]._local_grads) == ((), ())


class AdamW:
    """In the style of EurekaLabs' micrograd: the state lies on the parameters."""

    def __init__(self, parameters):
        self.parameters = parameters
        for p in parameters:
            p.m = 0
            p.v = 0


def three_classes(value):
    """The loss of a small classifier: tanh neurons, exp, log, and 1.0 / n."""
    rng = random.Random(2)
    weights = [[value(rng.uniform(-1, 1)) for _ in range(3)] for _ in range(5)]
    total = value(0.0)
    for x, y, target in ((0.1, 0.7, 0), (-0.4, 0.2, 2), (0.9, -0.3, 1)):
        hidden = [(a * x + b * y + c).tanh() for a, b, c in weights[:2]]
        logits = [sum((w * h for w, h in zip(r[:2], hidden, strict=True)), r[2])
                  for r in weights[2:]]  # fmt: skip
        powers = [logit.exp() for logit in logits]
        total = total + -(powers[target] / sum(powers)).log()
    return total * (1.0 / 3), [p for row in weights for p in row]


def test_a_classifier_as_in_eureka_labs_micrograd():
    loss, params = three_classes(Value)
    naive_loss, naive_params = three_classes(Naive)
    loss.backward()
    naive_loss.backward()
    assert loss.data == pytest.approx(naive_loss.data, rel=1e-12)
    expected = [p.grad for p in naive_params]
    assert [p.grad for p in params] == pytest.approx(expected, rel=1e-9)


def test_state_on_a_value_is_an_error_with_its_remedy():
    p = Value(1.0)
    with pytest.raises(AttributeError, match=r"'m'.*dict.*m = \{p: 0\.0 for p in"):
        AdamW([p])
    for name in ("m", "v", "_vis_color"):
        assert not hasattr(p, name)
        assert getattr(p, name, "none") == "none"
        with pytest.raises(AttributeError, match=f"no attribute '{name}' and takes no"):
            setattr(p, name, "lightgreen")
    m = {p: 0.0}
    m[p] += 0.5
    assert m[p] == 0.5


def test_any_other_name_is_an_attribute_error_too():
    p = Value(1.0)
    with pytest.raises(AttributeError, match="velocity"):
        p.velocity = 0.0


# ---- python -m tests.programs, which compares somebody's copy of a program -----------

A_CLASS = """class Value:
    def __init__(self, data, parents=(), local=()):
        self.data, self.grad = data, 0.0
        self._prev, self.local = set(parents), list(zip(parents, local))

    def __repr__(self):
        return f"Value(data={self.data})"

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def tanh(self):
        y = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)
        return Value(y, (self,), (1 - y**2,))

    def backward(self):
        self.grad = 1.0
        for v in reversed(sorted_nodes(self)):
            for parent, d in v.local:
                parent.grad += d * v.grad
"""
SORTED = """def sorted_nodes(v, seen=None):
    seen = [] if seen is None else seen
    for parent in v._prev:
        if parent not in seen:
            sorted_nodes(parent, seen)
    return seen if v in seen else seen.append(v) or seen
"""
CELLS = [
    "import math\nimport random\n%matplotlib inline",
    SORTED,
    A_CLASS + "\nw, x = Value(random.random()), Value(-2.0)\nx",
    "# a comment",
    "y = (w * x + w).tanh()\ny.backward()\nprint('slope', w.grad)",
    "nodes = sorted_nodes(y)\nnodes",
    "import a_module_that_nobody_has",
]
FITTED = """from micrograd.engine import Value
from micrograd.nn import MLP

net, steps = MLP(2, [3, 1]), 50
steps = 20
for step in range(steps):
    loss = (net([Value(0.5), Value(-1.0)]) - 1.0) ** 2
    net.zero_grad()
    loss.backward()
    for p in net.parameters():
        p.data -= 0.05 * p.grad
    print(f"step {step} loss {loss.data}")


def test_of_micrograd():
    assert abs(loss.data) < 100
"""


def compared(path, text, *options):
    path.write_text(text, "utf-8")
    command = [sys.executable, "-m", "tests.programs", str(path), *options]
    root = Path(__file__).parents[1]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def as_notebook(cells):
    told = {"cell_type": "markdown", "source": ["class Value:"]}
    code = [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"cells": [told, *code], "nbformat": 4})


def test_a_notebook_with_a_class_of_its_own_is_compared(tmp_path):
    status, said = compared(tmp_path / "lecture.ipynb", as_notebook(CELLS))
    assert status == 0, said
    assert "6 of 7 cells run; the original: 6" in said
    assert "cell 7 fails in the original too: ModuleNotFoundError" in said
    assert "compared at 1 calls of backward(), up to" in said


def test_a_script_that_imports_micrograd_is_compared(tmp_path):
    status, said = compared(tmp_path / "fit.py", FITTED, "--set", "steps=4")
    assert status == 0, said
    assert "7 of 7 cells run; the original: 7" in said
    assert "compared at 4 calls of backward()" in said
    assert "ms, the original" in said


@pytest.mark.parametrize(
    ("right", "wrong", "said_of_it"),
    [
        ("(1 - y**2,)", "(1 - y,)", "gradients differ by"),
        ("return Value(y,", "return Value(y * 1.001,", "losses    differ by 1.0e-03"),
        ("(data={self.data})", "= {self.data}", "printed   differ by inf"),
        (
            "parents, local))",
            "parents, local)); self.extra = 1",
            "cell 5 fails only here",
        ),
    ],
)
def test_what_differs_is_said(tmp_path, right, wrong, said_of_it):
    cells = [cell.replace(right, wrong) for cell in CELLS]
    assert cells != CELLS
    cells[4] += "\nw.extra" * ("extra" in wrong)
    status, said = compared(tmp_path / "lecture.ipynb", as_notebook(cells))
    assert (status, said_of_it in said) == (1, True), said


def test_what_cannot_be_compared_is_said(tmp_path):
    status, said = compared(tmp_path / "none.py", "x = 1\n")
    assert status == 2
    assert "has no `class Value` and imports nothing of micrograd" in said
    status, said = compared(
        tmp_path / "out.py", "from micrograd.nn import MLP\nexit(3)"
    )
    assert status == 0
    assert "cell 2 fails in the original too: SystemExit: 3" in said
