"""A training step of a small GPT over scalars, in the style of Karpathy's microgpt.

One document a step: its loss, the gradient of all 4,192 parameters, and Adam. The model
is one source, `Model`, for all kinds of numbers; `matrices` is the same in matrices.
"""

import math
from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np

Result = list[float]  # the loss, and two sums over the gradient
Action = Callable[[], Result]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = len(LETTERS)
WIDTH, HEADS, LONGEST = 16, 4, 16
SHAPES = {
    "wte": (END + 1, WIDTH), "wpe": (LONGEST, WIDTH), "lm_head": (END + 1, WIDTH),
    "wq": (WIDTH, WIDTH), "wk": (WIDTH, WIDTH), "wv": (WIDTH, WIDTH),
    "wo": (WIDTH, WIDTH), "fc1": (4 * WIDTH, WIDTH), "fc2": (WIDTH, 4 * WIDTH),
}  # fmt: skip
NAMES = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "charlotte", "amelia"]


def documents() -> list[list[int]]:
    return [[END, *map(LETTERS.index, name), END] for name in NAMES]


def first_weights() -> dict[str, Any]:
    rng = np.random.default_rng(42)
    return {name: rng.normal(0.0, 0.08, shape) for name, shape in SHAPES.items()}


class Node:
    """A number with its children and the derivatives by them, as microgpt has it."""

    __slots__ = ("_children", "_local_grads", "data", "grad")

    def __init__(self, data: float, children: tuple = (), local_grads: tuple = ()):
        self.data, self.grad = data, 0
        self._children, self._local_grads = children, local_grads

    def __add__(self, other: Any) -> "Node":
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other: Any) -> "Node":
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n: float) -> "Node":
        return Node(self.data**n, (self,), (n * self.data ** (n - 1),))

    def log(self) -> "Node":
        return Node(math.log(self.data), (self,), (1 / self.data,))

    def exp(self) -> "Node":
        return Node(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self) -> "Node":
        return Node(max(0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self) -> "Node":
        return self * -1

    def __radd__(self, other: float) -> "Node":
        return self + other

    def __sub__(self, other: Any) -> "Node":
        return self + (-other)

    def __rmul__(self, other: float) -> "Node":
        return self * other

    def __truediv__(self, other: Any) -> "Node":
        return self * other**-1

    def backward(self) -> None:
        order: list[Node] = []
        visited = set()

        def build(v: Node) -> None:
            if v not in visited:
                visited.add(v)
                for child in v._children:
                    build(child)
                order.append(v)

        build(self)
        self.grad = 1
        for v in reversed(order):
            for child, local_grad in zip(v._children, v._local_grads, strict=True):
                child.grad += local_grad * v.grad


# ---- The model, over any kind of numbers ---------------------------------------------


def picked(rows: Any, index: int) -> Any:
    return rows[index]


def largest(numbers: list) -> float:
    return max(x.data for x in numbers)


class Model:
    """microgpt's functions; a compiled one has another ``take`` and ``top``."""

    def __init__(self, take: Callable = picked, top: Callable = largest):
        self.take, self.top = take, top

    @staticmethod
    def linear(x: list, w: Any) -> list:
        return [sum(wi * xi for wi, xi in zip(wo, x, strict=True)) for wo in w]

    def softmax(self, logits: list) -> list:
        max_val = self.top(logits)
        exps = [(val - max_val).exp() for val in logits]
        total = sum(exps)
        return [e / total for e in exps]

    @staticmethod
    def rmsnorm(x: list) -> list:
        ms = sum(xi * xi for xi in x) / len(x)
        scale = (ms + 1e-5) ** -0.5
        return [xi * scale for xi in x]

    def gpt(self, w: Any, token_id: int, pos_id: int, keys: list, values: list) -> list:
        tok_emb = self.take(w["wte"], token_id)
        x = [t + p for t, p in zip(tok_emb, w["wpe"][pos_id], strict=True)]
        x = self.rmsnorm(x)
        x_residual, x = x, self.rmsnorm(x)
        q = self.linear(x, w["wq"])
        keys.append(self.linear(x, w["wk"]))
        values.append(self.linear(x, w["wv"]))
        x_attn = []
        each = WIDTH // HEADS
        for hs in range(0, WIDTH, each):
            q_h = q[hs : hs + each]
            k_h = [k[hs : hs + each] for k in keys]
            v_h = [v[hs : hs + each] for v in values]
            attn_logits = [
                sum(q_h[j] * k_h[t][j] for j in range(each)) / each**0.5
                for t in range(len(k_h))
            ]
            weights = self.softmax(attn_logits)
            x_attn += [
                sum(weights[t] * v_h[t][j] for t in range(len(v_h)))
                for j in range(each)
            ]
        x = [
            a + b for a, b in zip(self.linear(x_attn, w["wo"]), x_residual, strict=True)
        ]
        x_residual, x = x, self.rmsnorm(x)
        x = [xi.relu() for xi in self.linear(x, w["fc1"])]
        x = self.linear(x, w["fc2"])
        x = [a + b for a, b in zip(x, x_residual, strict=True)]
        return self.linear(x, w["lm_head"])

    def loss(self, w: Any, tokens: list) -> Any:
        n = min(LONGEST, len(tokens) - 1)
        keys, values, losses = [], [], []
        for pos_id in range(n):
            token_id, target_id = tokens[pos_id], tokens[pos_id + 1]
            logits = self.gpt(w, token_id, pos_id, keys, values)
            probs = self.softmax(logits)
            losses.append(-self.take(probs, target_id).log())
        return (1 / n) * sum(losses)


# ---- Training steps ------------------------------------------------------------------


def own(value: str) -> Action:
    """microgpt's step, over its own kind of Value or ours."""
    if value == "microgpt":
        Value: Any = Node
    else:
        from autograd_scalar import Value
    model, tokens = Model(), cycle(documents())
    weights = {
        name: [[Value(x) for x in row] for row in matrix.tolist()]
        for name, matrix in first_weights().items()
    }
    params = [p for matrix in weights.values() for row in matrix for p in row]
    m, v, step = [0.0] * len(params), [0.0] * len(params), 0

    def action() -> Result:
        nonlocal step
        loss = model.loss(weights, next(tokens))
        loss.backward()
        grads = [p.grad for p in params]
        step += 1
        for i, p in enumerate(params):
            m[i] = 0.85 * m[i] + (1 - 0.85) * p.grad
            v[i] = 0.99 * v[i] + (1 - 0.99) * p.grad**2
            m_hat = m[i] / (1 - 0.85**step)
            v_hat = v[i] / (1 - 0.99**step)
            p.data -= 0.01 * m_hat / (v_hat**0.5 + 1e-8)
            p.grad = 0
        return summary(loss.data, np.array(grads))

    return action


def by_arrays(value_and_gradient: Callable) -> Action:
    """The step of a function of the weights as arrays, and Adam on all at once."""
    tokens, step = cycle(documents()), 0
    flat = np.concatenate([w.ravel() for w in first_weights().values()])
    ends = np.cumsum([a * b for a, b in SHAPES.values()])
    parts = zip(SHAPES.items(), np.split(flat, ends[:-1]), strict=True)
    weights = {name: part.reshape(shape) for (name, shape), part in parts}
    m, v, t = np.zeros(len(flat)), np.zeros(len(flat)), np.empty(len(flat))

    def moved(mean: Any, by: Any, share: float) -> None:
        """Move a running mean a share of the way, without a new array."""
        np.subtract(by, mean, out=t)
        np.multiply(t, share, out=t)
        np.add(mean, t, out=mean)

    def action() -> Result:
        nonlocal step
        loss, grads = value_and_gradient(weights, next(tokens))
        g = np.concatenate([x.ravel() for x in grads.values()])
        step += 1
        moved(m, g, 1 - 0.85)
        moved(v, np.multiply(g, g, out=t), 1 - 0.99)
        np.multiply(v, 1 / (1 - 0.99**step), out=t)
        np.add(np.sqrt(t, out=t), 1e-8, out=t)
        np.divide(m, t, out=t)
        np.multiply(t, 0.01 / (1 - 0.85**step), out=t)
        np.subtract(flat, t, out=flat)  # weights are views of it
        return summary(loss, g)

    return action


def compiled() -> Action:
    """microgpt's functions under @compile, with `take` and `logsumexp`."""
    from autograd_scalar import compile, logsumexp, take  # noqa: A004

    step = compile(Model(take, logsumexp).loss)
    for document in documents():  # every length once, so that programs are there
        step(first_weights(), document)
    return by_arrays(step)


def matrices() -> Action:
    return by_arrays(backprop)


ALONG = np.cos(np.arange(sum(a * b for a, b in SHAPES.values())))


def summary(loss: float, gradient: Any) -> Result:
    return [loss, float(gradient @ gradient), float(gradient @ ALONG)]


# ---- The same in matrices, by hand: a position a row ---------------------------------


def normed(x: Any) -> tuple:
    scale = (np.mean(x * x, axis=1, keepdims=True) + 1e-5) ** -0.5
    return x * scale, scale


def d_normed(d: Any, x: Any, scale: Any) -> Any:
    inner = np.mean(d * x, axis=1, keepdims=True)
    return scale * d - x * (scale**3 * inner)


def backprop(w: dict, tokens: list) -> tuple:
    n, each = min(LONGEST, len(tokens) - 1), WIDTH // HEADS
    ids, targets = np.array(tokens[:n]), np.array(tokens[1 : n + 1])
    x0 = w["wte"][ids] + w["wpe"][:n]
    x1, s1 = normed(x0)
    x2, s2 = normed(x1)
    q, k, v = (
        (x2 @ w[name].T).reshape(n, HEADS, each).transpose(1, 0, 2)
        for name in ("wq", "wk", "wv")
    )
    scores = q @ k.transpose(0, 2, 1) / each**0.5
    scores[:, *np.triu_indices(n, 1)] = -np.inf
    A = np.exp(scores - scores.max(axis=2, keepdims=True))
    A /= A.sum(axis=2, keepdims=True)
    mixed = (A @ v).transpose(1, 0, 2).reshape(n, WIDTH)
    x3 = mixed @ w["wo"].T + x1
    x4, s4 = normed(x3)
    h = x4 @ w["fc1"].T
    a = np.maximum(h, 0.0)
    x5 = a @ w["fc2"].T + x3
    z = x5 @ w["lm_head"].T
    P = np.exp(z - z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    rows = np.arange(n)
    loss = -np.mean(np.log(P[rows, targets]))

    g = {}
    dz = P
    dz[rows, targets] -= 1.0
    dz /= n
    g["lm_head"] = dz.T @ x5
    dx5 = dz @ w["lm_head"]
    g["fc2"] = dx5.T @ a
    dh = (dx5 @ w["fc2"]) * (h > 0.0)
    g["fc1"] = dh.T @ x4
    dx3 = dx5 + d_normed(dh @ w["fc1"], x3, s4)
    g["wo"] = dx3.T @ mixed
    dmixed = (dx3 @ w["wo"]).reshape(n, HEADS, each).transpose(1, 0, 2)
    dv = A.transpose(0, 2, 1) @ dmixed
    dA = dmixed @ v.transpose(0, 2, 1)
    dS = A * (dA - np.sum(dA * A, axis=2, keepdims=True)) / each**0.5
    dq, dk = dS @ k, dS.transpose(0, 2, 1) @ q
    dx2 = np.zeros((n, WIDTH))
    for name, d in (("wq", dq), ("wk", dk), ("wv", dv)):
        flat = d.transpose(1, 0, 2).reshape(n, WIDTH)
        g[name] = flat.T @ x2
        dx2 += flat @ w[name]
    dx0 = d_normed(dx3 + d_normed(dx2, x1, s2), x0, s1)
    g["wpe"] = np.zeros_like(w["wpe"])
    g["wpe"][:n] = dx0
    g["wte"] = np.zeros_like(w["wte"])
    np.add.at(g["wte"], ids, dx0)
    return float(loss), {name: g[name] for name in w}
