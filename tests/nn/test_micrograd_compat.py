"""micrograd's own programs, with only the import line changed."""

import math

import pytest

MICROGRAD = """
from micrograd.engine import Value
from micrograd.nn import Neuron, Layer, MLP
"""

OURS = """
from autograd_scalar import Value
from nn import Neuron, Layer, MLP
"""

# demo.ipynb; its make_moons comes from scikit-learn, ours is written out.
DEMO = """
import math
import random
import numpy as np

random.seed(1337)
np.random.seed(1337)

angles = np.linspace(0.0, math.pi, 12)
upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
lower = np.stack([1.0 - np.cos(angles), 0.5 - np.sin(angles)], axis=1)
X = np.concatenate([upper, lower]) + np.random.normal(0.0, 0.1, (24, 2))
y = np.array([0] * 12 + [1] * 12)

y = y*2 - 1 # make y be -1 or 1

# initialize a model
model = MLP(2, [16, 16, 1]) # 2-layer neural network

# loss function
def loss(batch_size=None):

    # inline DataLoader :)
    if batch_size is None:
        Xb, yb = X, y
    else:
        ri = np.random.permutation(X.shape[0])[:batch_size]
        Xb, yb = X[ri], y[ri]
    inputs = [list(map(Value, xrow)) for xrow in Xb]

    # forward the model to get scores
    scores = list(map(model, inputs))

    # svm "max-margin" loss
    losses = [(1 + -yi*scorei).relu() for yi, scorei in zip(yb, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    # L2 regularization
    alpha = 1e-4
    reg_loss = alpha * sum((p*p for p in model.parameters()))
    total_loss = data_loss + reg_loss

    # also get accuracy
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(yb, scores)]
    return total_loss, sum(accuracy) / len(accuracy)

history = []
gradients = []
for k in range(7):

    # forward
    total_loss, acc = loss(None if k else 10)

    # backward
    model.zero_grad()
    total_loss.backward()

    # update (sgd)
    learning_rate = 1.0 - 0.9*k/100
    for p in model.parameters():
        p.data -= learning_rate * p.grad

    history.append((total_loss.data, acc))
    gradients.append([p.grad for p in model.parameters()])

# plot the decision boundary
Xmesh = np.c_[np.linspace(-1, 2, 5), np.linspace(-1, 1, 5)]
inputs = [list(map(Value, xrow)) for xrow in Xmesh]
scores = [s.data for s in map(model, inputs)]
texts = repr(model), repr(model.layers[0].neurons[0]), repr(model.layers[-1])
count = len(model.parameters())
"""

# test/test_engine.py, the side of micrograd; PyTorch's numbers are recorded below.
SANITY = """
x = Value(-4.0)
z = 2 * x + 2 + x
q = z.relu() + z * x
h = (z * z).relu()
y = h + q + q * x
y.backward()
xmg, ymg = x, y
"""

MORE_OPS = """
a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
g.backward()
amg, bmg, gmg = a, b, g
"""

# "The spelled-out intro to neural networks and backpropagation": trace and draw_dot,
# the backward pass by hand, then the MLP trained on four examples.
LECTURE = """
class Digraph:
    def __init__(self, **options):
        self.lines = []
    def node(self, name, label, **options):
        self.lines.append(('node', label))
    def edge(self, tail, head):
        self.lines.append(('edge',))

def trace(root):
    # builds a set of all nodes and edges in a graph
    nodes, edges = set(), set()
    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)
    build(root)
    return nodes, edges

def draw_dot(root):
    dot = Digraph(format='svg', graph_attr={'rankdir': 'LR'}) # LR = left to right

    nodes, edges = trace(root)
    for n in nodes:
        uid = str(id(n))
        # for any value in the graph, create a rectangular ('record') node for it
        dot.node(name = uid, label = "{ %s | data %.4f | grad %.4f }" % (
            n.label, n.data, n.grad), shape='record')
        if n._op:
            # if this value is a result of some operation, create an op node for it
            dot.node(name = uid + n._op, label = n._op)
            # and connect this node to it
            dot.edge(uid + n._op, uid)

    for n1, n2 in edges:
        # connect n1 to the op node of n2
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)

    return dot

# inputs x1,x2
x1 = Value(2.0, label='x1')
x2 = Value(0.0, label='x2')
# weights w1,w2
w1 = Value(-3.0, label='w1')
w2 = Value(1.0, label='w2')
# bias of the neuron
b = Value(6.8813735870195432, label='b')
# x1*w1 + x2*w2 + b
x1w1 = x1*w1; x1w1.label = 'x1*w1'
x2w2 = x2*w2; x2w2.label = 'x2*w2'
x1w1x2w2 = x1w1 + x2w2; x1w1x2w2.label = 'x1*w1 + x2*w2'
n = x1w1x2w2 + b; n.label = 'n'
o = n.tanh(); o.label = 'o'

topo = []
visited = set()
def build_topo(v):
    if v not in visited:
        visited.add(v)
        for child in v._prev:
            build_topo(child)
        topo.append(v)
build_topo(o)

o.grad = 1.0
for node in reversed(topo):
    node._backward()

dot = draw_dot(o)

n = MLP(3, [4, 4, 1])
xs = [
  [2.0, 3.0, -1.0],
  [3.0, -1.0, 0.5],
  [0.5, 1.0, 1.0],
  [1.0, 1.0, -1.0],
]
ys = [1.0, -1.0, -1.0, 1.0] # desired targets
losses = []
for k in range(20):

    # forward pass
    ypred = [n(x) for x in xs]
    loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))

    # backward pass
    for p in n.parameters():
        p.grad = 0.0
    loss.backward()

    # update
    for p in n.parameters():
        p.data += -0.01 * p.grad
    losses.append(loss.data)
"""


def run(*sources):
    names = {}
    exec(compile("".join(sources), "<micrograd's program>", "exec"), names)
    return names


@pytest.fixture(scope="module")
def demos():
    return run(OURS, DEMO), run(MICROGRAD, DEMO)


@pytest.mark.thorough
def test_demo_has_the_same_losses_and_accuracies(demos):
    ours, theirs = demos
    for (loss, accuracy), (loss_mg, accuracy_mg) in zip(
        ours["history"], theirs["history"], strict=True
    ):
        assert loss == pytest.approx(loss_mg, rel=1e-12)
        assert accuracy == accuracy_mg
    assert ours["history"][-1][0] < ours["history"][1][0]  # both of the whole batch


@pytest.mark.thorough
def test_demo_has_the_same_gradients(demos):
    ours, theirs = demos
    assert ours["count"] == theirs["count"] == 337
    for row, row_mg in zip(ours["gradients"], theirs["gradients"], strict=True):
        size = max(map(abs, row_mg))
        assert row == pytest.approx(row_mg, rel=1e-12, abs=1e-12 * size)


def test_demo_has_the_same_boundary_and_texts(demos):
    ours, theirs = demos
    assert ours["scores"] == pytest.approx(theirs["scores"], rel=1e-11)
    assert ours["texts"] == theirs["texts"]
    assert ours["texts"][1] == "ReLUNeuron(2)"


def test_same_seed_same_weights():
    make = """
import random
random.seed(1337)
nets = [MLP(3, [4, 1]), Layer(2, 3, nonlin=False), Neuron(5), Neuron(2, False)]
numbers = [p.data for net in nets for p in net.parameters()]
texts = [repr(net) for net in nets]
outputs = nets[1]([1.0, 2.0]), [nets[3]([1.0, 2.0])]
outputs = [[v.data for v in row] for row in outputs]
"""
    ours, theirs = run(OURS, make), run(MICROGRAD, make)
    for name in ("numbers", "texts", "outputs"):
        assert ours[name] == theirs[name]


def test_sanity_check():
    ours = run(OURS, SANITY)
    # forward and backward pass went well, in PyTorch's numbers
    assert ours["ymg"].data == -20.0
    assert ours["xmg"].grad == 46.0


def test_more_ops():
    ours = run(OURS, MORE_OPS)
    assert ours["gmg"].data == pytest.approx(24.70408163265306, abs=1e-6)
    assert ours["amg"].grad == pytest.approx(138.83381924198252, abs=1e-6)
    assert ours["bmg"].grad == pytest.approx(645.5772594752186, abs=1e-6)


@pytest.mark.oracles
def test_sanity_check_and_more_ops_live():
    import torch

    for source, inputs, output in ((SANITY, "x", "y"), (MORE_OPS, "ab", "g")):
        lines = source.replace("Value(", "leaf(")
        names = {"leaf": lambda x: torch.tensor([x]).double().requires_grad_()}
        exec(lines, names)
        ours = run(OURS, source)
        assert ours[output].data == pytest.approx(names[output].item(), abs=1e-6)
        for name in inputs:
            theirs = names[name].grad.item()
            assert ours[name].grad == pytest.approx(theirs, abs=1e-6)


def test_lecture():
    lecture = run(OURS, LECTURE)
    grads = {name: lecture[name].grad for name in ("x1", "x2", "w1", "w2", "b")}
    # what the lecture shows: -1.5, 0.5, 1.0, 0.0
    assert grads == pytest.approx(
        {"x1": -1.5, "x2": 0.5, "w1": 1.0, "w2": 0.0, "b": 0.5}, abs=1e-9
    )
    lines = lecture["dot"].lines
    assert ("node", "{ o | data 0.7071 | grad 1.0000 }") in lines
    assert ("node", "{ x1*w1 | data -6.0000 | grad 0.5000 }") in lines
    ops = [label for kind, *rest in lines for label in rest if "{" not in label]
    assert sorted(ops) == ["*", "*", "+", "+", "tanh"]
    assert len([line for line in lines if line == ("edge",)]) == 5 + 9


def test_lecture_trains():
    losses = run("import random\nrandom.seed(0)\n", OURS, LECTURE)["losses"]
    theirs = run(
        "import random\nrandom.seed(0)\n",
        MICROGRAD,
        LECTURE[LECTURE.index("n = MLP(3") :],
    )["losses"]
    assert losses == pytest.approx(theirs, rel=1e-11)
    assert math.isfinite(losses[-1])
    assert losses[-1] < losses[0]
