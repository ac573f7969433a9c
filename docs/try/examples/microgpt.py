# The heart of microgpt: attention over three tokens, one Value at a time.
from autograd_scalar import Value, paths

tokens = [[0.2, -0.5], [0.9, 0.1], [-0.3, 0.7]]
Wq = [
    [Value(0.5, "Wq00"), Value(-0.2, "Wq01")],
    [Value(0.1, "Wq10"), Value(0.8, "Wq11")],
]
Wk = [
    [Value(0.3, "Wk00"), Value(0.4, "Wk01")],
    [Value(-0.6, "Wk10"), Value(0.2, "Wk11")],
]


def linear(x, w):
    return [sum(wi * xi for wi, xi in zip(row, x)) for row in w]


def softmax(logits):
    top = max(value.data for value in logits)
    exps = [(value - top).exp() for value in logits]
    total = sum(exps)
    return [e / total for e in exps]


query = linear(tokens[-1], Wq)
keys = [linear(token, Wk) for token in tokens]
scores = [sum(q * k for q, k in zip(query, key)) * 2**-0.5 for key in keys]
weights = softmax(scores)
loss = (-weights[1].log()).named("loss")
loss.backward()
print("attention:", [round(w.data, 4) for w in weights])
print("dloss/dWq:", [[round(w.grad, 4) for w in row] for row in Wq])
paths(loss, Wq[0][0])
