"""Graphs as users write them, and what each must compile to.

Each function returns the root, the parameters and the inputs.
"""

import inspect
import random

import micrograd.nn

import autograd_scalar as ag
import nn
from autograd_scalar import Value

from ..benchmarks.gradbench.ode import ode

Graph = tuple[Value, list[Value], list[Value]]


class Drawn:
    """Numbers and Values from one seed."""

    def __init__(self, seed=1):
        self.rng = random.Random(seed)

    def values(self, *shape):
        return self._made(shape, lambda: Value(self.rng.uniform(-1, 1)))

    def numbers(self, *shape):
        return self._made(shape, lambda: self.rng.uniform(-1, 1))

    def _made(self, shape, make):
        if not shape:
            return make()
        return [self._made(shape[1:], make) for _ in range(shape[0])]


def flat(*trees):
    found = []
    for tree in trees:
        found += [tree] if isinstance(tree, Value) else flat(*tree)
    return found


def weighted(row, x, start=0.0):
    return sum((w * k for w, k in zip(row, x, strict=True)), start)


def network(  # noqa: PLR0913  (what the networks of the tests differ in)
    sizes,
    activation="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    m=10,
    *,
    fused=True,
):
    draw = Drawn()
    net = nn.MLP(
        sizes[0],
        list(sizes[1:]),
        activation=activation,
        output_activation=output,
        fused=fused,
        rng=1,
    )
    for parameter in net.parameters():
        parameter.data += draw.rng.uniform(-0.1, 0.1)
    X = draw.numbers(m, sizes[0])
    outputs = [net(x) for x in X]
    if loss == "softmax_cross_entropy":
        targets = [draw.rng.randrange(sizes[-1]) for _ in X]
    else:
        targets = [
            [float(draw.rng.random() < 0.5) for _ in range(sizes[-1])] for _ in X
        ]
        if loss == "hinge":
            targets = [[2.0 * t - 1.0 for t in y] for y in targets]
        targets = [y[0] for y in targets] if sizes[-1] == 1 else targets
    cost = nn.batch_loss(getattr(nn, loss), outputs, targets)
    return cost, net.parameters(), []


def moons(examples=20):
    """micrograd's demo, as its users write it."""
    draw = Drawn()
    net = nn.MLP(2, [16, 16, 1], fused=False, rng=1)
    rows = draw.numbers(examples, 2)
    labels = [1 if x * y > 0 else -1 for x, y in rows]
    inputs = [list(map(Value, row)) for row in rows]
    scores = list(map(net, inputs))
    losses = [(1 + -y * s).relu() for y, s in zip(labels, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    parameters = net.parameters()
    return data_loss + 1e-4 * sum(p * p for p in parameters), parameters, []


def own_network():
    """micrograd's own `nn.py` over our Value, with the loss of its demo."""
    names = {"Value": Value, "__name__": "micrograd_network"}
    source = inspect.getsource(micrograd.nn)
    exec(source.replace("from micrograd.engine import Value", ""), names)
    random.seed(1)
    model, draw = names["MLP"](2, [8, 8, 1]), Drawn()
    rows = draw.numbers(12, 2)
    labels = [1 if x * y > 0 else -1 for x, y in rows]
    scores = [model(list(map(Value, row))) for row in rows]
    losses = [(1 + -y * s).relu() for y, s in zip(labels, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    loss = data_loss + 1e-4 * sum(p * p for p in model.parameters())
    return loss, model.parameters(), []


def xor():
    net = nn.MLP(2, [3, 1], activation="tanh", output_activation="sigmoid", rng=3)
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    return (
        sum((net(x) - y) ** 2 for x, y in zip(X, Y, strict=True)) / 4,
        net.parameters(),
        [],
    )


def duplicate_rows():
    draw = Drawn()
    net = nn.MLP(2, [3, 1], activation="tanh", output_activation="sigmoid", rng=3)
    X, Y = draw.numbers(6, 2), [0, 1, 1, 0, 1, 0]
    X[4] = X[1]
    return (
        sum((net(x) - y) ** 2 for x, y in zip(X, Y, strict=True)) / 6,
        net.parameters(),
        [],
    )


def shuffled(seed):
    """A network whose sums are shuffled trees of + and -, differently by seed."""
    draw, rng = Drawn(), random.Random(seed)
    W, b, V = draw.values(5, 4), draw.values(5), draw.values(5)
    X, Y = draw.numbers(12, 4), draw.numbers(12)

    def added(terms):
        terms = list(terms)
        rng.shuffle(terms)
        while len(terms) > 1:
            k = rng.randrange(len(terms) - 1)
            first, second = terms.pop(k), terms.pop(k)
            plus = rng.random() < 0.6
            terms.insert(k, first + second if plus else first - (-second))
        return terms[0]

    def times(w, x):
        return w * x if rng.random() < 0.5 else x * w

    losses = []
    for x, y in zip(X, Y, strict=True):
        h = [added([b[i], *map(times, W[i], x)]).tanh() for i in range(5)]
        losses.append((added(map(times, V, h)) - y) ** 2)
    return sum(losses) * (1 / 12), flat(W, b, V), []


def convolution():
    draw = Drawn()
    F, b, D, c = (
        draw.values(4, 3, 3),
        draw.values(4),
        draw.values(3, 64),
        draw.values(3),
    )
    loss = 0
    for label, image in enumerate(draw.numbers(3, 6, 6)):
        maps = []
        for f in range(4):
            for i in range(4):
                for j in range(4):
                    z = b[f]
                    for p in range(3):
                        for q in range(3):
                            z = z + F[f][p][q] * image[i + p][j + q]
                    maps.append(z.relu())
        z = [weighted(row, maps, start) for row, start in zip(D, c, strict=True)]
        loss = loss - (z[label] - ag.logsumexp(z))
    return loss, flat(F, b, D, c), []


def two_convolutions(images=3, size=8):
    """Convolutions of given images, with the largest of each square between them."""
    draw = Drawn()
    F, b = draw.values(2, 3, 3), draw.values(2)
    G, c = draw.values(2, 2, 2, 2), draw.values(2)
    D, given, loss = None, [], 0
    n, half = size - 2, size // 2 - 1
    for label in range(images):
        image = draw.values(size, size)
        given += flat(image)

        def patch(i, j, image=image):
            return [image[i + p][j + q] for p in range(3) for q in range(3)]

        A = [
            [
                [weighted(flat(f), patch(i, j), k).relu() for j in range(n)]
                for i in range(n)
            ]
            for f, k in zip(F, b, strict=True)
        ]
        squares = [
            [[[a[2 * i + p][2 * j + q] for p in (0, 1) for q in (0, 1)]
              for j in range(half)] for i in range(half)]
            for a in A
        ]  # fmt: skip
        P = [[[x.maximum(y).maximum(z.maximum(w)) for x, y, z, w in row] for row in s]
             for s in squares]  # fmt: skip
        h = []
        for g, k in zip(G, c, strict=True):
            for i in range(half - 1):
                for j in range(half - 1):
                    x = [p[i + r][j + s] for p in P for r in (0, 1) for s in (0, 1)]
                    h.append(weighted(flat(g), x, k).tanh())
        D = D or draw.values(3, len(h))
        z = [weighted(row, h) for row in D]
        loss = loss + ag.logsumexp(z) - z[label % 3]
    return loss, flat(F, b, G, c, D), given


def recurrent(steps=6):
    draw = Drawn()
    U, W, b, V = draw.values(8, 3), draw.values(8, 8), draw.values(8), draw.values(2, 8)
    start = draw.values(8)
    loss = 0
    for _ in range(5):
        h = start
        for _ in range(steps):
            x = draw.numbers(3)
            h = [
                (weighted(u, x) + weighted(w, h) + c).tanh()
                for u, w, c in zip(U, W, b, strict=True)
            ]
        out = [weighted(v, h) for v in V]
        loss = loss + (out[0] - 0.3) ** 2 + (out[1] + 0.1) ** 2
    return loss, flat(U, W, b, V, start), []


def attention(length=6, width=8, heads=2, vocabulary=11):
    """A layer of a GPT with scalar loops: embeddings, causal attention, an MLP."""
    draw = Drawn()
    E, P = draw.values(vocabulary, width), draw.values(length, width)
    Wq, Wk, Wv, Wo = (draw.values(width, width) for _ in range(4))
    W1, W2 = draw.values(4 * width, width), draw.values(width, 4 * width)
    head = draw.values(vocabulary, width)
    tokens = [draw.rng.randrange(vocabulary) for _ in range(length + 1)]
    each = width // heads

    def linear(x, W):
        return [weighted(row, x) for row in W]

    def normed(x):
        scale = (sum(k * k for k in x) / width + 1e-5) ** -0.5
        return [k * scale for k in x]

    def softmax(z):
        top = max(k.data for k in z)
        powers = [(k - top).exp() for k in z]
        total = sum(powers)
        return [p / total for p in powers]

    K, V, losses = [], [], []
    for t in range(length):
        x = normed([a + b for a, b in zip(E[tokens[t]], P[t], strict=True)])
        before, x = x, normed(x)
        q = linear(x, Wq)
        K.append(linear(x, Wk))
        V.append(linear(x, Wv))
        mixed = []
        for h in range(0, width, each):
            part = slice(h, h + each)
            weights = softmax([weighted(q[part], k[part]) / each**0.5 for k in K])
            mixed += [weighted(weights, [v[j] for v in V]) for j in range(h, h + each)]
        x = [a + b for a, b in zip(linear(mixed, Wo), before, strict=True)]
        hidden = [k.relu() for k in linear(normed(x), W1)]
        x = [a + b for a, b in zip(linear(hidden, W2), x, strict=True)]
        losses.append(-softmax(linear(x, head))[tokens[t + 1]].log())
    return sum(losses) * (1 / length), flat(E, P, Wq, Wk, Wv, Wo, W1, W2, head), []


def embedding():
    draw = Drawn()
    E, W, b, V = (
        draw.values(27, 3),
        draw.values(10, 6),
        draw.values(10),
        draw.values(27, 10),
    )
    loss = 0
    for _ in range(15):
        one, two, label = (draw.rng.randrange(27) for _ in range(3))
        x = E[one] + E[two]
        h = [weighted(row, x, start).tanh() for row, start in zip(W, b, strict=True)]
        z = [weighted(row, h) for row in V]
        loss = loss + ag.logsumexp(z) - z[label]
    return loss, flat(E, W, b, V), []


def tied():
    """An autoencoder whose decoder is the transpose of its encoder."""
    draw = Drawn()
    W, b, c, X = draw.values(5, 7), draw.values(5), draw.values(7), draw.numbers(9, 7)
    loss = 0
    for x in X:
        h = [weighted(row, x, start).sigmoid() for row, start in zip(W, b, strict=True)]
        y = [weighted([row[k] for row in W], h, c[k]) for k in range(7)]
        loss = loss + sum((a - t) ** 2 for a, t in zip(y, x, strict=True))
    return loss, flat(W, b, c), []


def mixture():
    draw = Drawn()
    means, scales, shares = draw.values(4, 3), draw.values(4), draw.values(4)
    total = ag.logsumexp(shares)
    loss = 0
    for x in draw.numbers(20, 3):
        logs = []
        for mean, scale, share in zip(means, scales, shares, strict=True):
            squares = [
                ((k - c) * scale.exp()) ** 2 for k, c in zip(x, mean, strict=True)
            ]
            logs.append(share - total - 0.5 * sum(squares) + 3 * scale)
        loss = loss - ag.logsumexp(logs)
    return loss, flat(means, scales, shares), []


def k_means():
    draw = Drawn()
    centres, X = draw.values(3, 3), draw.numbers(40, 3)

    def distance(c, x):
        return sum((a - b) ** 2 for a, b in zip(c, x, strict=True))

    loss = 0
    for x in X:
        a, b, c = (distance(centre, x) for centre in centres)
        loss = loss + a.minimum(b).minimum(c)
    return loss, flat(centres), []


def batch_normalisation():
    draw = Drawn()
    W, g, b, V = draw.values(6, 3), draw.values(6), draw.values(6), draw.values(6)
    Z = [[weighted(row, x) for row in W] for x in draw.numbers(10, 3)]
    means = [sum(z[i] for z in Z) / 10 for i in range(6)]
    spreads = [sum((z[i] - means[i]) ** 2 for z in Z) / 10 for i in range(6)]
    loss = 0
    for z in Z:
        h = [
            (g[i] * (z[i] - means[i]) / (spreads[i] + 1e-5) ** 0.5 + b[i]).relu()
            for i in range(6)
        ]
        loss = loss + (weighted(V, h) - 1) ** 2
    return loss, flat(W, g, b, V), []


def one_example():
    draw = Drawn()
    net = nn.MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=3)
    x, y = draw.values(3), draw.values(2)
    cost = sum((a - b) ** 2 for a, b in zip(net(x), y, strict=True))
    return cost, net.parameters(), x + y


def determinant(size=5):
    """By minors: a tree of sums of products, of which no matrix comes."""
    A = Drawn().values(size, size)

    def minor(rows, columns):
        if len(rows) == 1:
            return A[rows[0]][columns[0]]
        total = 0
        for k, c in enumerate(columns):
            part = A[rows[0]][c] * minor(rows[1:], columns[:k] + columns[k + 1 :])
            total = total - part if k % 2 else total + part
        return total

    return minor(list(range(size)), list(range(size))), flat(A), []


def differential_equation(steps=30):
    """A pendulum by Runge and Kutta's method."""
    x, y, k = (Value(number) for number in (0.1, 0.2, 0.3))
    parameters, h = [x, y, k], 0.05

    def slopes(x, y):
        return y * k, (-x).sin() * k

    for _ in range(steps):
        a, b = slopes(x, y)
        c, d = slopes(x + h / 2 * a, y + h / 2 * b)
        e, f = slopes(x + h / 2 * c, y + h / 2 * d)
        g, i = slopes(x + h * e, y + h * f)
        x = x + h / 6 * (a + 2 * c + 2 * e + g)
        y = y + h / 6 * (b + 2 * d + 2 * f + i)
    return x * y, parameters, []


def ten_equations():
    """Coupled equations by Runge and Kutta's method: groups, but gathered ones."""
    parameters = [Value(0.1 * k - 0.4) for k in range(10)]
    return ode(parameters, 20)[-1], parameters, []


def random_graph(nodes=1500):
    draw = Drawn()
    parameters, rng = draw.values(8), draw.rng
    found = list(parameters)
    for _ in range(nodes):
        a, b = rng.choice(found), rng.choice(found[-40:])
        kind = rng.randrange(6)
        found.append((a + b, a * b, a - b, a.tanh(), b.sin(), a * 0.3)[kind])
    return sum(found[-40:]), parameters, []


def sequences(lengths=(2, 5, 3, 6, 4)):
    """A recurrent net over sequences of several lengths, and a head of two layers."""
    draw = Drawn()
    U, W, b = draw.values(8, 3), draw.values(8, 8), draw.values(8)
    V, c, Q, start = (
        draw.values(4, 8),
        draw.values(4),
        draw.values(2, 4),
        draw.values(8),
    )
    loss = 0
    for length in lengths:
        h = start
        for _ in range(length):
            x = draw.numbers(3)
            h = [
                (weighted(u, x) + weighted(w, h) + k).tanh()
                for u, w, k in zip(U, W, b, strict=True)
            ]
        hidden = [weighted(v, h, k).sigmoid() for v, k in zip(V, c, strict=True)]
        z = [weighted(q, hidden) for q in Q]
        loss = loss + ag.logsumexp(z) - z[0]
    return loss, flat(U, W, b, V, c, Q, start), []


def trees(count=6):
    """Random trees of words, as a recursive net has them."""
    draw = Drawn()
    W, b, V, E = (
        draw.values(5, 10),
        draw.values(5),
        draw.values(3, 5),
        draw.values(7, 5),
    )

    def of(words):
        if words == 1:
            return E[draw.rng.randrange(7)]
        left = draw.rng.randrange(1, words)
        both = of(left) + of(words - left)
        return [weighted(w, both, c).tanh() for w, c in zip(W, b, strict=True)]

    loss = 0
    for _ in range(count):
        h = of(draw.rng.randrange(3, 9))
        z = [weighted(v, h) for v in V]
        loss = loss + ag.logsumexp(z) - z[1]
    return loss, flat(W, b, V, E), []


def skipped_blocks(depth=6, examples=10):
    """Layers that some examples skip, as in stochastic depth."""
    draw = Drawn()
    layers, V = [draw.values(5, 5) for _ in range(depth)], draw.values(3, 5)
    loss = 0
    for _ in range(examples):
        h = draw.numbers(5)
        for W in layers:
            if draw.rng.random() < 0.6:
                h = [weighted(w, h).tanh() for w in W]
        z = [weighted(v, h) for v in V]
        loss = loss + ag.logsumexp(z) - z[1]
    return loss, flat(layers, V), []


def second_order():
    """A recorded reverse sweep: the matrices of backprop are in the graph itself."""
    net = nn.MLP(3, [4, 4, 2], activation="sigmoid", output_activation="sigmoid", rng=3)
    X = Drawn().numbers(6, 3)
    cost = sum(nn.half_squared_error(net(x), [0.1, 0.9]) for x in X)
    slopes = ag.gradients(cost, net.parameters(), create_graph=True)
    return ag.dot(slopes, slopes), net.parameters(), []


TAKEN = ["parameters", "computed", "constants", "gathered", "several classes", "inputs"]


def taking(kind):
    """Rows of one class or several, two indices, and the root."""
    draw = Drawn()
    w, x, index = draw.values(5, 3), draw.values(3), [Value(1.0), Value(-2.0)]
    rows, inputs = w, index
    if kind == "computed":
        rows = [[v.tanh() * x[0] for v in row] for row in w]
    elif kind == "constants":
        rows = draw.numbers(5, 3)
    elif kind == "gathered":
        listed = flat(w)
        rows = [[listed[(7 * i + 4 * k * k) % 15] for k in range(3)] for i in range(5)]
    elif kind == "several classes":
        rows = [w[0], [2.0, 0.5, -1.0], [v.exp() for v in w[1]], x, w[4]]
        inputs = [*index, *x]
    elif kind == "inputs":
        inputs = [*index, *flat(w)]
    picked = ag.take(rows, index)
    root = ag.sum(
        [(v * s).sin() for row in picked for v, s in zip(row, x, strict=True)]
    )
    given = {*map(id, inputs)}
    return root, [v for v in flat(w, x) if id(v) not in given], inputs
