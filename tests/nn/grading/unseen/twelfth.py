"""Backprop functions as students and teachers write them: 46 with a mistake, 38 right."""

# ruff: noqa: B905, C408, C420, E501, E731, E741, F841, N801, PLC3002, PLW2901, RET503, RET504, RET505, RUF005, RUF059, UP031  (as people write it)

from __future__ import annotations

import math
from functools import reduce

import numpy as np

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])
case = CASES.case


# ---- What several hand-ins share -----------------------------------------------------


def sigma(z):
    return 1 / (1 + np.exp(-z))


def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))


# ======================================================================================
# With one mistake
# ======================================================================================


@case(
    "1/m in dW2, db2 and db1, but forgotten in dW1",
    "dW1",
    layers=(2, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backward_propagation(W, b, X, Y):
    parameters = {"W1": W[0], "b1": b[0], "W2": W[1], "b2": b[1]}
    m = X.shape[1]
    cache = {}
    cache["Z1"] = np.dot(parameters["W1"], X) + parameters["b1"]
    cache["A1"] = np.tanh(cache["Z1"])
    cache["Z2"] = np.dot(parameters["W2"], cache["A1"]) + parameters["b2"]
    cache["A2"] = 1 / (1 + np.exp(-cache["Z2"]))

    dZ2 = cache["A2"] - Y
    dW2 = (1 / m) * np.dot(dZ2, cache["A1"].T)
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.dot(parameters["W2"].T, dZ2), 1 - np.power(cache["A1"], 2))
    dW1 = np.dot(dZ1, X.T)
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    return grads


@case("sigmoid_prime of the activation, which was already squashed", "dW1")
def _(W, b, X, Y):
    nabla_b = [np.zeros(bias.shape) for bias in b]
    nabla_w = [np.zeros(w.shape) for w in W]
    for i in range(X.shape[1]):
        x, y = X[:, [i]], Y[:, [i]]
        activation = x
        activations = [x]
        zs = []
        for bias, w in zip(b, W):
            z = np.dot(w, activation) + bias
            zs.append(z)
            activation = sigma(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigma_prime(zs[-1])
        nabla_b[-1] += delta
        nabla_w[-1] += np.dot(delta, activations[-2].transpose())
        for l in range(2, len(W) + 1):
            sp = sigma_prime(activations[-l])
            delta = np.dot(W[-l + 1].transpose(), delta) * sp
            nabla_b[-l] += delta
            nabla_w[-l] += np.dot(delta, activations[-l - 1].transpose())
    m = X.shape[1]
    return {
        "dW1": nabla_w[0] / m,
        "dW2": nabla_w[1] / m,
        "db1": nabla_b[0] / m,
        "db2": nabla_b[1] / m,
    }


@case(
    "activations[-l] for activations[-l-1] inside the loop",
    "dW1",
    layers=(3, 3, 2),
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    activations, zs = [X], []
    for w, bb in zip(W, b):
        zs.append(w @ activations[-1] + bb)
        activations.append(sigma(zs[-1]))
    delta = activations[-1] - Y
    nabla_w, nabla_b = [None, None], [None, None]
    nabla_w[-1] = delta @ activations[-2].T
    nabla_b[-1] = delta.sum(1, keepdims=True)
    for l in range(2, 3):
        delta = (W[-l + 1].T @ delta) * sigma_prime(zs[-l])
        nabla_w[-l] = delta @ activations[-l].T
        nabla_b[-l] = delta.sum(1, keepdims=True)
    return {
        f"d{k}{i + 1}": v[i]
        for k, v in (("W", nabla_w), ("b", nabla_b))
        for i in range(2)
    }


@case(
    "the error of the hidden layer is not set back to zero for the next example",
    "dW1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    n_in, n_ex = X.shape
    n_hid, n_out = W[1].shape[1], W[1].shape[0]
    gW1, gW2 = np.zeros((n_hid, n_in)), np.zeros((n_out, n_hid))
    gb1, gb2 = np.zeros((n_hid, 1)), np.zeros((n_out, 1))
    err_hid = np.zeros(n_hid)
    for p in range(n_ex):
        x = X[:, p]
        h = np.tanh(W[0].dot(x) + b[0][:, 0])
        out = W[1].dot(h) + b[1][:, 0]
        err_out = out - Y[:, p]
        for j in range(n_hid):
            for k in range(n_out):
                err_hid[j] += W[1][k, j] * err_out[k]
        d_hid = err_hid * (1 - h * h)
        gW2 += np.outer(err_out, h)
        gb2[:, 0] += err_out
        gW1 += np.outer(d_hid, x)
        gb1[:, 0] += d_hid
    return {"dW2": gW2 / n_ex, "db2": gb2 / n_ex, "dW1": gW1 / n_ex, "db1": gb1 / n_ex}


@case(
    "= for += in the output's bias: only the last example counts",
    "db2",
    layers=(2, 3, 2),
    reduction="sum",
)
def _(W, b, X, Y):
    N = X.shape[1]
    W1, W2 = W
    b1, b2 = b
    dW1, dW2 = np.zeros_like(W1), np.zeros_like(W2)
    db1, db2 = np.zeros_like(b1), np.zeros_like(b2)
    for n in range(N):
        hid = []
        for j in range(W1.shape[0]):
            s = b1[j, 0]
            for i in range(W1.shape[1]):
                s += W1[j, i] * X[i, n]
            hid.append(1 / (1 + math.exp(-s)))
        deltas = []
        for k in range(W2.shape[0]):
            s = b2[k, 0]
            for j in range(W2.shape[1]):
                s += W2[k, j] * hid[j]
            o = 1 / (1 + math.exp(-s))
            deltas.append((o - Y[k, n]) * o * (1 - o))
        for k in range(W2.shape[0]):
            db2[k, 0] = deltas[k]
            for j in range(W2.shape[1]):
                dW2[k, j] += deltas[k] * hid[j]
        for j in range(W1.shape[0]):
            e = 0
            for k in range(W2.shape[0]):
                e += deltas[k] * W2[k, j]
            e *= hid[j] * (1 - hid[j])
            db1[j, 0] += e
            for i in range(W1.shape[1]):
                dW1[j, i] += e * X[i, n]
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "e = for e +=: of the outputs only the last one reaches the hidden neuron",
    "dW1",
    layers=(3, 4, 3),
    loss="squared_error",
)
def _(W, b, X, Y):
    hidden = sigma(W[0] @ X + b[0])
    out = sigma(W[1] @ hidden + b[1])
    m = X.shape[1]
    d_out = 2 * (out - Y) * out * (1 - out)
    d_hidden = np.zeros(hidden.shape)
    for j in range(hidden.shape[0]):
        for t in range(m):
            error = 0.0
            for k in range(out.shape[0]):
                error = W[1][k][j] * d_out[k][t]
            d_hidden[j][t] = error * hidden[j][t] * (1 - hidden[j][t])
    return {
        "dW1": d_hidden @ X.T / m,
        "db1": d_hidden.mean(axis=1).reshape(-1, 1),
        "dW2": d_out @ hidden.T / m,
        "db2": d_out.mean(axis=1).reshape(-1, 1),
    }


@case(
    "the ReLU masks where its output is below 0, which it never is",
    "dW1",
    layers=(4, 5, 3),
    hidden="relu",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    class Layer_Dense:
        def __init__(self, weights, biases):
            self.weights = weights
            self.biases = biases

        def forward(self, inputs):
            self.inputs = inputs
            self.output = np.dot(inputs, self.weights) + self.biases

        def backward(self, dvalues):
            self.dweights = np.dot(self.inputs.T, dvalues)
            self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
            self.dinputs = np.dot(dvalues, self.weights.T)

    class Activation_ReLU:
        def forward(self, inputs):
            self.inputs = inputs
            self.output = np.maximum(0, inputs)

        def backward(self, dvalues):
            self.dinputs = dvalues.copy()
            self.dinputs[self.output < 0] = 0

    class Softmax_CrossEntropy:
        def forward(self, inputs):
            e = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
            self.output = e / np.sum(e, axis=1, keepdims=True)

        def backward(self, y_true):
            self.dinputs = (self.output - y_true) / len(y_true)

    dense1, act1 = Layer_Dense(W[0].T, b[0].T), Activation_ReLU()
    dense2, act2 = Layer_Dense(W[1].T, b[1].T), Softmax_CrossEntropy()
    dense1.forward(X.T)
    act1.forward(dense1.output)
    dense2.forward(act1.output)
    act2.forward(dense2.output)
    act2.backward(Y.T)
    dense2.backward(act2.dinputs)
    act1.backward(dense2.dinputs)
    dense1.backward(act1.dinputs)
    return {
        "dW1": dense1.dweights.T,
        "db1": dense1.dbiases.T,
        "dW2": dense2.dweights.T,
        "db2": dense2.dbiases.T,
    }


@case(
    "dscores /= N forgotten, so no gradient has the 1/m",
    "dW2",
    layers=(2, 6, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    X_rows, labels = X.T, Y.argmax(axis=0)
    num_examples = X_rows.shape[0]
    w, w2 = W[0].T, W[1].T
    hidden_layer = np.maximum(0, np.dot(X_rows, w) + b[0].T)
    scores = np.dot(hidden_layer, w2) + b[1].T
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    dscores = probs
    dscores[range(num_examples), labels] -= 1
    dW2 = np.dot(hidden_layer.T, dscores)
    db2 = np.sum(dscores, axis=0, keepdims=True)
    dhidden = np.dot(dscores, w2.T)
    dhidden[hidden_layer <= 0] = 0
    dW = np.dot(X_rows.T, dhidden)
    db = np.sum(dhidden, axis=0, keepdims=True)
    return {"dW1": dW.T, "db1": db.T, "dW2": dW2.T, "db2": db2.T}


@case(
    "the output's bias is summed over the outputs, not over the examples",
    "db2",
    layers=(3, 4, 2),
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0].dot(X) + b[0]
    A1 = Z1 * (Z1 > 0)
    yhat = W[1].dot(A1) + b[1]
    grad_yhat = 2.0 * (yhat - Y) / yhat.size
    grad_W2 = grad_yhat.dot(A1.T)
    grad_b2 = np.sum(grad_yhat, axis=0, keepdims=True)
    grad_Z1 = W[1].T.dot(grad_yhat) * (Z1 > 0)
    grad_W1 = grad_Z1.dot(X.T)
    grad_b1 = np.sum(grad_Z1, axis=1, keepdims=True)
    return {"dW1": grad_W1, "db1": grad_b1, "dW2": grad_W2, "db2": grad_b2}


@case(
    "the softmax differentiated as a sigmoid: p(1-p) for each class alone",
    "dZ2",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]

    def softmax(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    z1 = W[0] @ X + b[0]
    a1 = sigma(z1)
    z2 = W[1] @ a1 + b[1]
    p = softmax(z2)
    dLdp = -Y / p / m
    dpdz = p * (1 - p)
    dz2 = dLdp * dpdz
    dz1 = W[1].T @ dz2 * sigma_prime(z1)
    return {
        "dA2": dLdp,
        "dZ2": dz2,
        "dW2": dz2 @ a1.T,
        "db2": dz2.sum(axis=1, keepdims=True),
        "dZ1": dz1,
        "dW1": dz1 @ X.T,
        "db1": dz1.sum(axis=1, keepdims=True),
    }


@case(
    "softmax's Jacobian as diag(p) + p p^T",
    "dW2",
    layers=(4, 3, 4),
    hidden="tanh",
    output="softmax",
    loss="squared_error",
)
def _(W, b, X, Y):
    n = X.shape[1]
    G = {k: 0 for k in ("dW1", "db1", "dW2", "db2")}
    for x, y in zip(X.T, Y.T):
        x, y = x[:, None], y[:, None]
        h = np.tanh(W[0] @ x + b[0])
        z = W[1] @ h + b[1]
        p = np.exp(z) / np.exp(z).sum()
        J = np.diagflat(p) + p @ p.T
        dz = J.T @ (2 * (p - y))
        dh = W[1].T @ dz
        da = dh * (1 - h**2)
        G["dW2"] = G["dW2"] + dz @ h.T / n
        G["db2"] = G["db2"] + dz / n
        G["dW1"] = G["dW1"] + da @ x.T / n
        G["db1"] = G["db1"] + da / n
    return G


@case(
    "cross-entropy with one sigma' too many",
    "dW2",
    layers=(3, 5, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    class NeuralNetwork:
        def __init__(self, x, y):
            self.input = x
            self.weights1, self.weights2 = W[0].T, W[1].T
            self.bias1, self.bias2 = b[0].T, b[1].T
            self.y = y

        def feedforward(self):
            self.layer1 = sigma(np.dot(self.input, self.weights1) + self.bias1)
            self.output = sigma(np.dot(self.layer1, self.weights2) + self.bias2)

        def backprop(self):
            N = self.input.shape[0]
            error = self.output - self.y
            d_out = error * (self.output * (1 - self.output))
            d_layer1 = np.dot(d_out, self.weights2.T) * self.layer1 * (1 - self.layer1)
            self.d_weights2 = np.dot(self.layer1.T, d_out) / N
            self.d_weights1 = np.dot(self.input.T, d_layer1) / N
            self.d_bias2 = d_out.mean(axis=0, keepdims=True)
            self.d_bias1 = d_layer1.mean(axis=0, keepdims=True)

    net = NeuralNetwork(X.T, Y.T)
    net.feedforward()
    net.backprop()
    return {
        "dW1": net.d_weights1.T,
        "db1": net.d_bias1.T,
        "dW2": net.d_weights2.T,
        "db2": net.d_bias2.T,
    }


@case(
    "sigmoid_backward is handed A and squashes it again",
    "dZ3",
    layers=(3, 4, 3, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def L_model_backward(W, b, X, Y):
    def relu_backward(dA, activation_cache):
        Z = activation_cache
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0
        return dZ

    def sigmoid_backward(dA, activation_cache):
        Z = activation_cache
        s = 1 / (1 + np.exp(-Z))
        dZ = dA * s * (1 - s)
        return dZ

    def linear_backward(dZ, cache):
        A_prev, w, bias = cache
        m = A_prev.shape[1]
        return (
            np.dot(w.T, dZ),
            np.dot(dZ, A_prev.T) / m,
            np.sum(dZ, axis=1, keepdims=True) / m,
        )

    caches, A = [], X
    L = len(W)
    for l in range(L):
        linear_cache = (A, W[l], b[l])
        Z = np.dot(W[l], A) + b[l]
        if l < L - 1:
            A = np.maximum(0, Z)
            caches.append((linear_cache, Z))
        else:
            A = 1 / (1 + np.exp(-Z))
            caches.append((linear_cache, A))
    grads = {}
    dAL = -(np.divide(Y, A) - np.divide(1 - Y, 1 - A))
    grads["dZ" + str(L)] = dZ = sigmoid_backward(dAL, caches[L - 1][1])
    dA, grads["dW" + str(L)], grads["db" + str(L)] = linear_backward(
        dZ, caches[L - 1][0]
    )
    for l in reversed(range(L - 1)):
        dZ = relu_backward(dA, caches[l][1])
        grads["dZ" + str(l + 1)] = dZ
        dA, grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = linear_backward(
            dZ, caches[l][0]
        )
    return grads


@case(
    "the first hidden layer is masked with the second one's Z",
    "dZ1",
    layers=(3, 5, 5, 2),
    hidden="relu",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    W1, W2, W3 = W
    b1, b2, b3 = b
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(Z2, 0)
    Z3 = W3 @ A2 + b3
    dZ3 = (Z3 - Y) / m
    dW3, db3 = dZ3 @ A2.T, dZ3.sum(1, keepdims=True)
    dZ2 = (W3.T @ dZ3) * np.where(Z2 > 0, 1, 0)
    dW2, db2 = dZ2 @ A1.T, dZ2.sum(1, keepdims=True)
    dZ1 = (W2.T @ dZ2) * np.where(Z2 > 0, 1, 0)
    dW1, db1 = dZ1 @ X.T, dZ1.sum(1, keepdims=True)
    return dict(
        dW1=dW1, db1=db1, dZ1=dZ1, dW2=dW2, db2=db2, dZ2=dZ2, dW3=dW3, db3=db3, dZ3=dZ3
    )


@case(
    "the mask is that of W x, without the bias",
    "dW1",
    layers=(3, 6, 2),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    relu = lambda v: v * (v > 0)
    h = relu(W[0] @ X + b[0])
    p = sigma(W[1] @ h + b[1])
    e = p - Y
    back = W[1].T @ e
    back[W[0] @ X <= 0] = 0
    ones = np.ones((X.shape[1], 1))
    return {"dW2": e @ h.T, "db2": e @ ones, "dW1": back @ X.T, "db1": back @ ones}


@case(
    "2(a-y), though the cost has the half",
    "dA2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="tanh",
)
def _(W, b, X, Y):
    m = X.shape[1]
    a0 = X
    z1 = W[0].dot(a0) + b[0]
    a1 = sigma(z1)
    z2 = W[1].dot(a1) + b[1]
    a2 = np.tanh(z2)
    dC_da2 = 2 * (a2 - Y) / m
    dC_dz2 = dC_da2 * (1 - a2**2)
    dC_da1 = W[1].T.dot(dC_dz2)
    dC_dz1 = dC_da1 * sigma_prime(z1)
    return {
        "dA2": dC_da2,
        "dZ2": dC_dz2,
        "dA1": dC_da1,
        "dZ1": dC_dz1,
        "dW2": dC_dz2.dot(a1.T),
        "db2": dC_dz2.sum(axis=1)[:, None],
        "dW1": dC_dz1.dot(a0.T),
        "db1": dC_dz1.sum(axis=1)[:, None],
    }


@case(
    "the 2 of the square forgotten",
    "dW2",
    layers=(2, 3, 2),
    loss="squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    L1 = sigma(W[0] @ X + b[0])
    L2 = sigma(W[1] @ L1 + b[1])
    L2_delta = (L2 - Y) * L2 * (1 - L2)
    L1_delta = (W[1].T @ L2_delta) * L1 * (1 - L1)
    return {
        "dW1": L1_delta @ X.T,
        "dW2": L2_delta @ L1.T,
        "db1": L1_delta.sum(1, keepdims=True),
        "db2": L2_delta.sum(1, keepdims=True),
    }


@case(
    "W2 has made its step before the error goes back through it",
    "dA1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="linear",
    reduction="sum",
)
def _(W, b, X, Y):
    lr = 0.5
    W1, W2 = W[0].copy(), W[1].copy()
    b1, b2 = b[0].copy(), b[1].copy()
    H = sigma(W1 @ X + b1)
    out = W2 @ H + b2
    g = {}
    g["dZ2"] = out - Y
    g["dW2"] = g["dZ2"] @ H.T
    g["db2"] = g["dZ2"].sum(axis=1, keepdims=True)
    W2 -= lr * g["dW2"]
    b2 -= lr * g["db2"]
    g["dA1"] = W2.T @ g["dZ2"]
    g["dZ1"] = g["dA1"] * H * (1 - H)
    g["dW1"] = g["dZ1"] @ X.T
    g["db1"] = g["dZ1"].sum(axis=1, keepdims=True)
    W1 -= lr * g["dW1"]
    b1 -= lr * g["db1"]
    return g


@case(
    "W2 without the transpose; all layers are square",
    "dZ1",
    layers=(3, 3, 3),
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    N = X.shape[1]
    a1 = np.tanh(W[0] @ X + b[0])
    scores = W[1] @ a1 + b[1]
    scores -= scores.max(axis=0)
    P = np.exp(scores)
    P /= P.sum(axis=0)
    dZ2 = (P - Y) / N
    dZ1 = np.matmul(W[1], dZ2) * (1 - a1 * a1)
    return {
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": np.matmul(dZ2, a1.T),
        "dW1": np.matmul(dZ1, X.T),
        "db2": dZ2.sum(axis=1, keepdims=True),
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "delta * x of two flat vectors for their outer product; broadcast over the rows",
    "dW1",
    layers=(3, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def _(W, b, X, Y):
    dW1, dW2 = np.zeros(W[0].shape), np.zeros(W[1].shape)
    db1, db2 = np.zeros(len(b[0])), np.zeros(len(b[1]))
    N = X.shape[1]
    for i in range(N):
        x, t = X[:, i], Y[:, i]
        h = sigma(W[0] @ x + b[0].ravel())
        o = sigma(W[1] @ h + b[1].ravel())
        delta2 = (o - t) * o * (1 - o)
        delta1 = W[1].T @ delta2 * h * (1 - h)
        dW2 += np.outer(delta2, h)
        db2 += delta2
        dW1 += delta1 * x
        db1 += delta1
    return {
        "dW1": dW1 / N,
        "db1": db1.reshape(-1, 1) / N,
        "dW2": dW2 / N,
        "db2": db2.reshape(-1, 1) / N,
    }


@case(
    "np.outer(a, delta) for np.outer(delta, a) in the middle layer",
    "dW2",
    layers=(2, 4, 4, 3),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    grads = {
        "dW1": np.zeros_like(W[0]),
        "dW2": np.zeros_like(W[1]),
        "dW3": np.zeros_like(W[2]),
        "db1": np.zeros_like(b[0]),
        "db2": np.zeros_like(b[1]),
        "db3": np.zeros_like(b[2]),
    }
    for k in range(X.shape[1]):
        a0 = X[:, k]
        a1 = np.tanh(W[0] @ a0 + b[0][:, 0])
        a2 = np.tanh(W[1] @ a1 + b[1][:, 0])
        a3 = sigma(W[2] @ a2 + b[2][:, 0])
        d3 = a3 - Y[:, k]
        d2 = (W[2].T @ d3) * (1 - a2**2)
        d1 = (W[1].T @ d2) * (1 - a1**2)
        grads["dW3"] += np.outer(d3, a2)
        grads["dW2"] += np.outer(a1, d2)
        grads["dW1"] += np.outer(d1, a0)
        grads["db3"] += d3[:, None]
        grads["db2"] += d2[:, None]
        grads["db1"] += d1[:, None]
    return grads


@case(
    "np.sum without an axis: one number for the whole output bias",
    "db2",
    layers=(4, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(np.dot(W[0], X) + b[0])
    A2 = sigma(np.dot(W[1], A1) + b[1])
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2) * np.ones(b[1].shape)
    dZ1 = np.dot(W[1].T, dZ2) * (1 - np.square(A1))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@case(
    "weight decay on W2, which the cost has not",
    "dW2",
    layers=(3, 4, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y, reg=0.1):
    N = X.shape[1]
    h = np.maximum(0, W[0] @ X + b[0])
    s = W[1] @ h + b[1]
    p = np.exp(s - s.max(0, keepdims=True))
    p = p / p.sum(0, keepdims=True)
    ds = (p - Y) / N
    dh = W[1].T @ ds
    dh[h == 0] = 0
    grads = {}
    grads["dW2"] = ds @ h.T + reg * W[1]
    grads["db2"] = ds.sum(1, keepdims=True)
    grads["dW1"] = dh @ X.T
    grads["db1"] = dh.sum(1, keepdims=True)
    return grads


@case(
    "the output error is clipped to +-0.1",
    "dZ2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    reduction="sum",
)
def _(W, b, X, Y):
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = W[1] @ A1 + b[1]
    dZ2 = A2 - Y
    np.clip(dZ2, -0.1, 0.1, out=dZ2)
    dZ1 = (W[1].T @ dZ2) * (1 - A1**2)
    s = lambda d: np.sum(d, axis=1, keepdims=True)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": s(dZ2),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": s(dZ1),
    }


@case(
    "return inside of the loop over the examples: only the first one counts",
    "dW2",
    layers=(3, 4, 2),
)
def _(W, b, X, Y):
    dW1 = dW2 = db1 = db2 = 0
    for i in range(X.shape[1]):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        a1 = sigma(W[0] @ x + b[0])
        a2 = sigma(W[1] @ a1 + b[1])
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = (W[1].T @ d2) * a1 * (1 - a1)
        dW2 += d2 @ a1.T
        db2 += d2
        dW1 += d1 @ x.T
        db1 += d1
        return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@case(
    "// for / in the hidden weights",
    "dW1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    E = W[1] @ A1 + b[1] - Y
    D = (W[1].T @ E) * (1 - A1**2)
    return {
        "dW2": E @ A1.T / m,
        "db2": E.sum(axis=1, keepdims=True) / m,
        "dW1": D @ X.T // m,
        "db1": D.sum(axis=1, keepdims=True) / m,
    }


@case(
    "the array for db1 has whole numbers, which cut off the fraction",
    "db1",
    layers=(2, 3, 1),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    h = sigma(W[0] @ X + b[0])
    yhat = sigma(W[1] @ h + b[1])
    err = yhat - Y
    dh = W[1].T @ err * h * (1 - h)
    db1 = np.zeros((h.shape[0], 1), dtype=int)
    for j in range(h.shape[0]):
        db1[j, 0] = np.sum(dh[j]) / m
    return {
        "dW1": dh @ X.T / m,
        "db1": db1,
        "dW2": err @ h.T / m,
        "db2": np.mean(err, axis=1, keepdims=True),
    }


@case(
    "W[-1] in the loop, so that the last weights serve for every layer",
    "dW1",
    layers=(2, 3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
)
def _(W, b, X, Y):
    A = [X]
    for w, c in zip(W, b):
        A.append(sigma(w @ A[-1] + c))
    m = X.shape[1]
    delta = (A[-1] - Y) * A[-1] * (1 - A[-1])
    out = {}
    for l in range(len(W), 0, -1):
        out[f"dW{l}"] = delta @ A[l - 1].T / m
        out[f"db{l}"] = delta.mean(axis=1, keepdims=True)
        delta = (W[-1].T @ delta) * A[l - 1] * (1 - A[l - 1]) if l > 1 else None
    return out


@case(
    "the loop stops one layer early, the first layer's gradient stays zero",
    "dW1",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    L = len(W)
    a = [X]
    for i in range(L):
        z = W[i] @ a[i] + b[i]
        a.append(np.tanh(z) if i < L - 1 else z)
    dw = [np.zeros_like(w) for w in W]
    db = [np.zeros_like(v) for v in b]
    delta = 2 * (a[L] - Y) / a[L].size
    dw[L - 1] = delta @ a[L - 1].T
    db[L - 1] = delta.sum(axis=1, keepdims=True)
    for i in range(L - 2, 0, -1):
        delta = (W[i + 1].T @ delta) * (1 - a[i + 1] ** 2)
        dw[i] = delta @ a[i].T
        db[i] = delta.sum(axis=1, keepdims=True)
    return {
        **{f"dW{i + 1}": g for i, g in enumerate(dw)},
        **{f"db{i + 1}": g for i, g in enumerate(db)},
    }


@case(
    "the slope of the leaky relu is 0.01 forward, 0.1 backward",
    "dZ1",
    layers=(3, 5, 2),
    hidden="leaky_relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    def lrelu(x, alpha=0.01):
        return np.where(x > 0, x, alpha * x)

    def d_lrelu(x, alpha=0.1):
        dx = np.ones_like(x)
        dx[x < 0] = alpha
        return dx

    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = lrelu(Z1)
    A2 = sigma(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dZ1 = W[1].T @ dZ2 * d_lrelu(Z1)
    return {
        "dZ2": dZ2,
        "dW2": 1 / m * dZ2 @ A1.T,
        "db2": 1 / m * dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": 1 / m * dZ1 @ X.T,
        "db1": 1 / m * dZ1.sum(1, keepdims=True),
    }


@case(
    "1 - tanh(z**2) for 1 - tanh(z)**2",
    "dW1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.tanh(Z1)
    A2 = np.tanh(W[1] @ A1 + b[1])
    m = X.shape[1]
    d2 = 2 * (A2 - Y) * (1 - A2**2)
    d1 = W[1].T @ d2 * (1 - np.tanh(Z1**2))
    return {
        "dW1": d1 @ X.T / m,
        "db1": d1.mean(1, keepdims=True),
        "dW2": d2 @ A1.T / m,
        "db2": d2.mean(1, keepdims=True),
    }


@case(
    "a * 1 - a without the brackets",
    "dW1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    a = sigma(W[0] @ X + b[0])
    z = W[1] @ a + b[1]
    soft = np.exp(z) / np.exp(z).sum(axis=0)
    d2 = soft - Y
    d1 = (W[1].T @ d2) * (a * 1 - a)
    return {
        "dW1": d1 @ X.T / m,
        "db1": d1.sum(axis=1, keepdims=True) / m,
        "dW2": d2 @ a.T / m,
        "db2": d2.sum(axis=1, keepdims=True) / m,
    }


@case(
    "softplus' taken as the sigmoid of a instead of z",
    "dZ1",
    layers=(2, 4, 2),
    hidden="softplus",
    output="linear",
)
def _(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = np.log(1 + np.exp(z1))
    z2 = W[1] @ a1 + b[1]
    dZ2 = (z2 - Y) / m
    dZ1 = W[1].T @ dZ2 / (1 + np.exp(-a1))
    return {
        "dZ1": dZ1,
        "dZ2": dZ2,
        "dW1": dZ1 @ X.T,
        "dW2": dZ2 @ a1.T,
        "db1": dZ1.sum(1, keepdims=True),
        "db2": dZ2.sum(1, keepdims=True),
    }


@case(
    "elu' below 0 as e**z - 1, which is elu itself",
    "dW1",
    layers=(3, 5, 2),
    hidden="elu",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.where(z1 > 0, z1, np.exp(z1) - 1)
    yhat = W[1] @ a1 + b[1]
    g2 = 2 * (yhat - Y) / Y.shape[0]
    g1 = (W[1].T @ g2) * np.where(z1 > 0, 1, np.exp(z1) - 1)
    return {
        "dW2": g2 @ a1.T,
        "db2": g2.sum(axis=1, keepdims=True),
        "dW1": g1 @ X.T,
        "db1": g1.sum(axis=1, keepdims=True),
    }


@case(
    "the product rule forgotten in z * sigmoid(z)",
    "dZ1",
    layers=(3, 4, 2),
    hidden="silu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    class Swish:
        def __call__(self, z):
            self.z, self.s = z, sigma(z)
            return self.z * self.s

        def backward(self, grad):
            return grad * self.s

    act = Swish()
    m = X.shape[1]
    h = act(W[0] @ X + b[0])
    p = sigma(W[1] @ h + b[1])
    dZ2 = (p - Y) / m
    dA1 = W[1].T @ dZ2
    dZ1 = act.backward(dA1)
    return {
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ h.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "hinge with the perceptron's condition y a < 0, not y a < 1",
    "dZ2",
    layers=(3, 5, 3),
    hidden="tanh",
    output="linear",
    loss="hinge",
    reduction="sum",
)
def _(W, b, X, Y):
    H = np.tanh(W[0] @ X + b[0])
    S = W[1] @ H + b[1]
    wrong = Y * S < 0
    dS = -Y * wrong
    dH = W[1].T @ dS
    dT = dH * (1 - H**2)
    return {
        "dZ2": dS,
        "dA1": dH,
        "dZ1": dT,
        "dW2": dS @ H.T,
        "dW1": dT @ X.T,
        "db2": dS.sum(1, keepdims=True),
        "db1": dT.sum(1, keepdims=True),
    }


@case(
    "the absolute error differentiated as if it were half the square",
    "dW2",
    layers=(2, 4, 2),
    hidden="sigmoid",
    output="linear",
    loss="absolute_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    hid = sigma(W[0] @ X + b[0])
    pred = W[1] @ hid + b[1]
    residual = pred - Y
    back = (W[1].T @ residual) * hid * (1 - hid)
    return {
        "dW1": back @ X.T / m,
        "db1": back.sum(axis=1, keepdims=True) / m,
        "dW2": residual @ hid.T / m,
        "db2": residual.sum(axis=1, keepdims=True) / m,
    }


@case(
    "X for A1 in the second layer's weights",
    "dW2",
    layers=(3, 3, 2),
    hidden="relu",
    output="linear",
)
def _(W, b, X, Y):
    M = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0)
    dZ2 = (W[1] @ A1 + b[1] - Y) / M
    dZ1 = W[1].T @ dZ2 * (Z1 > 0).astype(float)
    return {
        "dW1": dZ1 @ X.T,
        "dW2": dZ2 @ X.T,
        "dZ1": dZ1,
        "dZ2": dZ2,
        "db1": np.sum(dZ1, axis=1, keepdims=True),
        "db2": np.sum(dZ2, axis=1, keepdims=True),
    }


@case(
    "the hidden bias summed from dA1 instead of dZ1",
    "db1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="softmax",
    loss="categorical_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    A1 = sigma(W[0] @ X + b[0])
    E = np.exp(W[1] @ A1 + b[1])
    A2 = E / np.sum(E, axis=0)
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = dZ1 @ X.T
    db1 = np.sum(dA1, axis=1, keepdims=True)
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@case(
    "np.mean in the output's bias, where the cost is the sum",
    "db2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    x, y = X.T, Y.T
    h = np.tanh(x @ W[0].T + b[0].T)
    e = h @ W[1].T + b[1].T - y
    eh = e @ W[1] * (1 - h**2)
    return {
        "dW1": (x.T @ eh).T,
        "db1": eh.sum(axis=0, keepdims=True).T,
        "dW2": (h.T @ e).T,
        "db2": e.mean(axis=0, keepdims=True).T,
    }


@case(
    "the bias is column 0, but on the way back the last column is cut off",
    "dW1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Theta1 = np.hstack([b[0], W[0]])
    Theta2 = np.hstack([b[1], W[1]])
    a1 = np.vstack([np.ones((1, m)), X])
    z2 = Theta1 @ a1
    a2 = np.vstack([np.ones((1, m)), sigma(z2)])
    a3 = sigma(Theta2 @ a2)
    delta3 = a3 - Y
    delta2 = (Theta2[:, :-1].T @ delta3) * sigma_prime(z2)
    Theta2_grad = delta3 @ a2.T / m
    Theta1_grad = delta2 @ a1.T / m
    return {
        "dW1": Theta1_grad[:, 1:],
        "db1": Theta1_grad[:, :1],
        "dW2": Theta2_grad[:, 1:],
        "db2": Theta2_grad[:, :1],
    }


@case(
    "reshape(m, n) taken for the transpose",
    "dW2",
    layers=(2, 4, 3),
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    Z2 = W[1] @ A1 + b[1]
    P = np.exp(Z2 - Z2.max(axis=0))
    P = P / P.sum(axis=0)
    dZ2 = P - Y
    dW2 = dZ2.dot(A1.reshape(m, A1.shape[0]))
    dZ1 = W[1].T.dot(dZ2) * (1 - A1**2)
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1.dot(X.T),
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "log-probabilities minus y, without the exp",
    "dZ2",
    layers=(3, 4, 3),
    hidden="relu",
    output="log_softmax",
    loss="negative_log_likelihood",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(0, Z1)
    Z2 = W[1] @ A1 + b[1]
    logp = Z2 - np.log(np.exp(Z2).sum(axis=0, keepdims=True))
    dZ2 = (logp - Y) / m
    dZ1 = (W[1].T @ dZ2) * (Z1 > 0)
    return {
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "dA2, not dZ2, goes back through W2: the middle g' is left out for layer 1",
    "dA1",
    layers=(3, 4, 3, 2),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = sigma(W[0] @ X + b[0])
    A2 = sigma(W[1] @ A1 + b[1])
    A3 = W[2] @ A2 + b[2]
    dA3 = (A3 - Y) / m
    dZ3 = dA3
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = W[1].T @ dA2
    dZ1 = dA1 * A1 * (1 - A1)
    grads = {"dA3": dA3, "dA2": dA2, "dA1": dA1, "dZ3": dZ3, "dZ2": dZ2, "dZ1": dZ1}
    for i, (dz, a) in enumerate(((dZ1, X), (dZ2, A1), (dZ3, A2)), start=1):
        grads["dW%d" % i] = dz @ a.T
        grads["db%d" % i] = dz.sum(axis=1, keepdims=True)
    return grads


@case(
    "m = X.shape[0], the number of inputs",
    "dW2",
    layers=(8, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[0]
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = sigma(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dZ1 = (W[1].T @ dZ2) * (1 - A1**2)
    return {
        "dW2": dZ2 @ A1.T / m,
        "db2": dZ2.sum(axis=1, keepdims=True) / m,
        "dW1": dZ1 @ X.T / m,
        "db1": dZ1.sum(axis=1, keepdims=True) / m,
    }


# The negative gradient as delta, but not to the end.


@case(
    "delta = y - a; the minus is put back in all but the output's bias",
    "db2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def _(W, b, X, Y):
    m = X.shape[1]
    h = sigma(W[0] @ X + b[0])
    o = sigma(W[1] @ h + b[1])
    delta_o = (Y - o) * o * (1 - o)
    delta_h = W[1].T @ delta_o * h * (1 - h)
    return {
        "dW2": -(delta_o @ h.T) / m,
        "db2": delta_o.sum(axis=1, keepdims=True) / m,
        "dW1": -(delta_h @ X.T) / m,
        "db1": -delta_h.sum(axis=1, keepdims=True) / m,
    }


# ======================================================================================
# Right
# ======================================================================================


@case(
    "cache and grads in dictionaries, 1/m in the parameters only",
    layers=(2, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    def forward_propagation(X, parameters):
        Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
        A1 = np.tanh(Z1)
        Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
        A2 = 1 / (1 + np.exp(-Z2))
        return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

    def backward(parameters, cache, X, Y):
        m = X.shape[1]
        dZ2 = cache["A2"] - Y
        dW2 = (1 / m) * np.dot(dZ2, cache["A1"].T)
        db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - np.power(cache["A1"], 2))
        dW1 = (1 / m) * np.dot(dZ1, X.T)
        db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
        return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dZ2": dZ2}

    parameters = {"W1": W[0], "b1": b[0], "W2": W[1], "b2": b[1]}
    _, cache = forward_propagation(X, parameters)
    return backward(parameters, cache, X, Y)


@case("Nielsen's network.py, one example at a time", layers=(3, 4, 3, 2))
def _(W, b, X, Y):
    class Network:
        def __init__(self, weights, biases):
            self.num_layers = len(weights) + 1
            self.weights, self.biases = weights, biases

        def backprop(self, x, y):
            nabla_b = [np.zeros(bb.shape) for bb in self.biases]
            nabla_w = [np.zeros(w.shape) for w in self.weights]
            activation, activations, zs = x, [x], []
            for bb, w in zip(self.biases, self.weights):
                z = np.dot(w, activation) + bb
                zs.append(z)
                activation = sigma(z)
                activations.append(activation)
            delta = self.cost_derivative(activations[-1], y) * sigma_prime(zs[-1])
            nabla_b[-1] = delta
            nabla_w[-1] = np.dot(delta, activations[-2].transpose())
            for l in range(2, self.num_layers):
                sp = sigma_prime(zs[-l])
                delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
                nabla_b[-l] = delta
                nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
            return nabla_b, nabla_w

        def cost_derivative(self, output_activations, y):
            return output_activations - y

    net = Network(W, b)
    nabla_b = [np.zeros(bb.shape) for bb in b]
    nabla_w = [np.zeros(w.shape) for w in W]
    n = X.shape[1]
    for k in range(n):
        dnb, dnw = net.backprop(X[:, k : k + 1], Y[:, k : k + 1])
        nabla_b = [nb + d for nb, d in zip(nabla_b, dnb)]
        nabla_w = [nw + d for nw, d in zip(nabla_w, dnw)]
    out = {}
    for i in range(len(W)):
        out[f"dW{i + 1}"] = nabla_w[i] / n
        out[f"db{i + 1}"] = nabla_b[i] / n
    return out


@case(
    "l2_error = y - l2 in eleven lines; what is returned is added to the weights",
    layers=(3, 4, 1),
    reduction="sum",
)
def _(W, b, X, Y):
    x, y = X.T, Y.T
    syn0, syn1 = W[0].T, W[1].T
    l1 = 1 / (1 + np.exp(-(x.dot(syn0) + b[0].T)))
    l2 = 1 / (1 + np.exp(-(l1.dot(syn1) + b[1].T)))
    l2_error = y - l2
    l2_delta = l2_error * (l2 * (1 - l2))
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * (l1 * (1 - l1))
    return {
        "dW2": l1.T.dot(l2_delta).T,
        "dW1": x.T.dot(l1_delta).T,
        "db2": l2_delta.sum(axis=0)[:, None],
        "db1": l1_delta.sum(axis=0)[:, None],
    }


@case(
    "layer classes with forward and backward, examples as rows",
    layers=(4, 5, 4, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    class Dense:
        def __init__(self, w, bias):
            self.W, self.b = w, bias

        def forward(self, x):
            self.x = x
            return x @ self.W + self.b

        def backward(self, grad):
            self.dW = self.x.T @ grad
            self.db = grad.sum(axis=0, keepdims=True)
            return grad @ self.W.T

    class ReLU:
        def forward(self, x):
            self.mask = x > 0
            return x * self.mask

        def backward(self, grad):
            return grad * self.mask

    layers = []
    for w, bb in zip(W, b):
        layers += [Dense(w.T, bb.T), ReLU()]
    layers.pop()
    out = X.T
    for layer in layers:
        out = layer.forward(out)
    exps = np.exp(out - out.max(axis=1, keepdims=True))
    grad = (exps / exps.sum(axis=1, keepdims=True) - Y.T) / X.shape[1]
    for layer in reversed(layers):
        grad = layer.backward(grad)
    dense = [layer for layer in layers if isinstance(layer, Dense)]
    return {
        **{f"dW{i}": d.dW.T for i, d in enumerate(dense, 1)},
        **{f"db{i}": d.db.T for i, d in enumerate(dense, 1)},
    }


@case(
    "labels from argmax, 1 subtracted at the right class, rows",
    layers=(2, 5, 3),
    hidden="relu",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    N = X.shape[1]
    y = np.argmax(Y, axis=0)
    hidden = np.maximum(0, X.T @ W[0].T + b[0].T)
    scores = hidden @ W[1].T + b[1].T
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores /= N
    dhidden = dscores @ W[1]
    dhidden[hidden <= 0] = 0
    return {
        "dW2": dscores.T @ hidden,
        "db2": dscores.sum(axis=0, keepdims=True).T,
        "dW1": dhidden.T @ X.T,
        "db1": dhidden.sum(axis=0, keepdims=True).T,
    }


@case(
    "plain Python lists and math only",
    layers=(2, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    w1, w2 = W[0].tolist(), W[1].tolist()
    c1, c2 = [v[0] for v in b[0].tolist()], [v[0] for v in b[1].tolist()]
    xs, ys = X.T.tolist(), Y.T.tolist()
    gw1 = [[0.0] * len(w1[0]) for _ in w1]
    gw2 = [[0.0] * len(w2[0]) for _ in w2]
    gb1, gb2 = [0.0] * len(w1), [0.0] * len(w2)
    for x, y in zip(xs, ys):
        h = [
            math.tanh(sum(wi * xi for wi, xi in zip(row, x)) + c)
            for row, c in zip(w1, c1)
        ]
        o = [
            1 / (1 + math.exp(-sum(wi * hi for wi, hi in zip(row, h)) - c))
            for row, c in zip(w2, c2)
        ]
        d2 = [oi - yi for oi, yi in zip(o, y)]
        d1 = [
            (1 - h[j] ** 2) * sum(w2[k][j] * d2[k] for k in range(len(d2)))
            for j in range(len(h))
        ]
        for k, d in enumerate(d2):
            gb2[k] += d / len(xs)
            for j, hj in enumerate(h):
                gw2[k][j] += d * hj / len(xs)
        for j, d in enumerate(d1):
            gb1[j] += d / len(xs)
            for i, xi in enumerate(x):
                gw1[j][i] += d * xi / len(xs)
    return {
        "dW1": np.array(gw1),
        "db1": np.array([[v] for v in gb1]),
        "dW2": np.array(gw2),
        "db2": np.array([[v] for v in gb2]),
    }


@case(
    "row vectors of derivatives times full Jacobians, an example at a time",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    g = {
        f"d{s}{i + 1}": np.zeros_like(p)
        for i in range(3)
        for s, p in (("W", W[i]), ("b", b[i]))
    }
    for t in range(m):
        a = [X[:, t]]
        for w, c in zip(W, b):
            a.append(np.tanh(w @ a[-1] + c[:, 0]))
        dC_da = (2 * (a[3] - Y[:, t]))[np.newaxis, :]
        for l in (3, 2, 1):
            da_dz = np.diag(1 - a[l] ** 2)
            dC_dz = dC_da @ da_dz
            g[f"dW{l}"] += (a[l - 1][:, np.newaxis] @ dC_dz).T / m
            g[f"db{l}"] += dC_dz.T / m
            dz_da = W[l - 1]
            dC_da = dC_dz @ dz_da
    return g


@case(
    "the softmax's Jacobian of every example in one array, by einsum",
    layers=(3, 4, 4),
    hidden="sigmoid",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = sigma(np.einsum("ij,jm->im", W[0], X) + b[0])
    Z2 = np.einsum("ij,jm->im", W[1], A1) + b[1]
    e = np.exp(Z2 - Z2.max(0))
    P = e / e.sum(0)
    J = np.einsum("im,ij->ijm", P, np.eye(len(P))) - np.einsum("im,jm->ijm", P, P)
    dA2 = -Y / P / m
    dZ2 = np.einsum("ijm,jm->im", J, dA2)
    dA1 = np.einsum("ki,km->im", W[1], dZ2)
    dZ1 = dA1 * A1 * (1 - A1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": np.einsum("im,jm->ij", dZ2, A1),
        "db2": np.einsum("im->i", dZ2)[:, None],
        "dW1": np.einsum("im,jm->ij", dZ1, X),
        "db1": np.einsum("im->i", dZ1)[:, None],
    }


@case(
    "Theta with the bias as column 0, as in the Octave exercise",
    layers=(4, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Theta1, Theta2 = np.c_[b[0], W[0]], np.c_[b[1], W[1]]
    A1 = np.c_[np.ones(m), X.T]
    Z2 = A1 @ Theta1.T
    A2 = np.c_[np.ones(m), sigma(Z2)]
    A3 = sigma(A2 @ Theta2.T)
    D3 = A3 - Y.T
    D2 = D3 @ Theta2
    D2 = D2[:, 1:] * sigma_prime(Z2)
    Theta1_grad = D2.T @ A1 / m
    Theta2_grad = D3.T @ A2 / m
    return {
        "dW1": Theta1_grad[:, 1:],
        "db1": Theta1_grad[:, 0].reshape(-1, 1),
        "dW2": Theta2_grad[:, 1:],
        "db2": Theta2_grad[:, 0].reshape(-1, 1),
    }


@case(
    "the bias as the last column, in a loop over three layers",
    layers=(2, 4, 3, 2),
    hidden="tanh",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    aug = lambda M: np.vstack((M, np.ones(M.shape[1])))
    T = [np.hstack((w, c)) for w, c in zip(W, b)]
    A = [aug(X)]
    for i, t in enumerate(T):
        z = t @ A[-1]
        A.append(aug(np.tanh(z)) if i + 1 < len(T) else z)
    d = 2 * (A[-1] - Y) / Y.size
    grads = {}
    for i in range(len(T))[::-1]:
        G = d @ A[i].T
        grads[f"dW{i + 1}"], grads[f"db{i + 1}"] = G[:, :-1], G[:, -1:]
        if i:
            d = ((T[i].T @ d) * (1 - A[i] ** 2))[:-1]
    return grads


@case(
    "activations and derivatives looked up by name, four layers of weights",
    layers=(3, 4, 4, 3, 2),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    ACT = {
        "sigmoid": (sigma, lambda a: a * (1 - a)),
        "linear": (lambda z: z, np.ones_like),
    }
    names = ["sigmoid"] * (len(W) - 1) + ["linear"]
    memory = {"A0": X}
    for l, (w, c, name) in enumerate(zip(W, b, names), 1):
        memory[f"A{l}"] = ACT[name][0](w @ memory[f"A{l - 1}"] + c)
    grads = {}
    dA = memory[f"A{len(W)}"] - Y
    for l in range(len(W), 0, -1):
        dZ = dA * ACT[names[l - 1]][1](memory[f"A{l}"])
        grads.update(
            {
                f"dA{l}": dA,
                f"dZ{l}": dZ,
                f"dW{l}": dZ @ memory[f"A{l - 1}"].T,
                f"db{l}": dZ.sum(axis=1, keepdims=True),
            }
        )
        dA = W[l - 1].T @ dZ
    return grads


@case(
    "a recursion that goes forward and comes back with the gradient",
    layers=(3, 5, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    grads = {}
    m = X.shape[1]

    def go(l, a):
        """Return dC/da of the input of layer l."""
        z = W[l] @ a + b[l]
        if l == len(W) - 1:
            dz = (sigma(z) - Y) / m
        else:
            t = np.tanh(z)
            dz = go(l + 1, t) * (1 - t * t)
        grads[f"dW{l + 1}"] = dz @ a.T
        grads[f"db{l + 1}"] = dz @ np.ones((m, 1))
        return W[l].T @ dz

    go(0, X)
    return grads


@case(
    "float32 all the way",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
)
def _(W, b, X, Y):
    f = np.float32
    W1, W2, b1, b2 = (p.astype(f) for p in (*W, *b))
    X, Y = X.astype(f), Y.astype(f)
    m = f(X.shape[1])
    A1 = f(1) / (f(1) + np.exp(-(W1 @ X + b1)))
    A2 = f(1) / (f(1) + np.exp(-(W2 @ A1 + b2)))
    D2 = f(2) * (A2 - Y) * A2 * (f(1) - A2)
    D1 = (W2.T @ D2) * A1 * (f(1) - A1)
    return {
        "dW1": D1 @ X.T / m,
        "db1": D1.sum(axis=1, keepdims=True) / m,
        "dW2": D2 @ A1.T / m,
        "db2": D2.sum(axis=1, keepdims=True) / m,
    }


@case(
    "no backprop at all: the complex step for every parameter",
    layers=(2, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    def cost(W, b):
        a = np.tanh(W[0] @ X + b[0])
        a = 1 / (1 + np.exp(-(W[1] @ a + b[1])))
        return np.sum((a - Y) ** 2) / (2 * X.shape[1])

    h = 1e-30
    params = {"W1": W[0], "W2": W[1], "b1": b[0], "b2": b[1]}
    grads = {}
    for key, p in params.items():
        g = np.empty(p.shape)
        for idx in np.ndindex(*p.shape):
            q = {k: v.astype(complex) for k, v in params.items()}
            q[key][idx] += 1j * h
            g[idx] = cost([q["W1"], q["W2"]], [q["b1"], q["b2"]]).imag / h
        grads["d" + key] = g
    return grads


@case(
    "forward mode: the tangent of every parameter is pushed through the net",
    layers=(2, 3, 3),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A = sigma(W[0] @ X + b[0])
    Z = W[1] @ A + b[1]
    P = np.exp(Z) / np.exp(Z).sum(axis=0)

    def slope(dW1, db1, dW2, db2):
        dA = A * (1 - A) * (dW1 @ X + db1)
        dZ = dW2 @ A + W[1] @ dA + db2
        return ((P - Y) * dZ).sum() / m

    base = [W[0], b[0], W[1], b[1]]
    result = []
    for which, p in enumerate(base):
        g = np.zeros_like(p)
        for idx in np.ndindex(p.shape):
            tangent = [np.zeros_like(q) for q in base]
            tangent[which][idx] = 1.0
            g[idx] = slope(*tangent)
        result.append(g)
    return dict(zip(("dW1", "db1", "dW2", "db2"), result))


@case(
    "hinge with a boolean mask of the violated margins",
    layers=(3, 5, 1),
    hidden="relu",
    output="linear",
    loss="hinge",
)
def _(W, b, X, Y):
    N = X.shape[1]
    pre = W[0] @ X + b[0]
    h = np.where(pre > 0, pre, 0)
    score = W[1] @ h + b[1]
    violated = (1 - Y * score) > 0
    dscore = np.zeros_like(score)
    dscore[violated] = -Y[violated]
    dscore /= N
    dpre = W[1].T @ dscore
    dpre[pre <= 0] = 0
    return {
        "dW2": dscore @ h.T,
        "db2": dscore.sum(keepdims=True).reshape(1, 1),
        "dW1": dpre @ X.T,
        "db1": dpre.sum(axis=1, keepdims=True),
    }


@case(
    "huber by cases, two nested ifs",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="huber_error",
    reduction="sum",
)
def _(W, b, X, Y):
    def dhuber(r):
        if abs(r) <= 1:
            return r
        elif r > 0:
            return 1.0
        else:
            return -1.0

    A1 = np.tanh(W[0] @ X + b[0])
    R = W[1] @ A1 + b[1] - Y
    dZ2 = np.vectorize(dhuber, otypes=[float])(R)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 - dA1 * A1**2
    return {
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "the absolute error's sign, rows",
    layers=(2, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="absolute_error",
)
def _(W, b, X, Y):
    x, y = X.T, Y.T
    h = sigma(x @ W[0].T + b[0].T)
    yhat = h @ W[1].T + b[1].T
    s = np.sign(yhat - y) / len(x)
    sh = (s @ W[1]) * h * (1 - h)
    return {
        "dW1": sh.T @ x,
        "db1": sh.sum(axis=0).reshape(-1, 1),
        "dW2": s.T @ h,
        "db2": s.sum(axis=0).reshape(-1, 1),
    }


@case(
    "mean squared error, the 2/(m n) put in at the very end",
    layers=(3, 5, 4),
    hidden="sigmoid",
    output="sigmoid",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    n, m = Y.shape
    a1 = sigma(W[0] @ X + b[0])
    a2 = sigma(W[1] @ a1 + b[1])
    d2 = (a2 - Y) * a2 * (1 - a2)
    d1 = (W[1].T @ d2) * a1 * (1 - a1)
    grads = {
        "dW2": d2 @ a1.T,
        "db2": d2.sum(1, keepdims=True),
        "dW1": d1 @ X.T,
        "db1": d1.sum(1, keepdims=True),
    }
    for key in grads:
        grads[key] *= 2 / (n * m)
    return grads


@case(
    "elu' as a + 1 below zero",
    layers=(3, 5, 2),
    hidden="elu",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    z = W[0] @ X + b[0]
    a = z.copy()
    neg = z < 0
    a[neg] = np.expm1(z[neg])
    out = W[1] @ a + b[1]
    d2 = 2 / m * (out - Y)
    d1 = W[1].T @ d2
    d1[neg] *= a[neg] + 1
    return {
        "dZ2": d2,
        "dZ1": d1,
        "dW2": d2 @ a.T,
        "dW1": d1 @ X.T,
        "db2": d2.sum(1, keepdims=True),
        "db1": d1.sum(1, keepdims=True),
    }


@case(
    "the exact gelu with math.erf",
    layers=(3, 4, 2),
    hidden="gelu",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    erf = np.vectorize(math.erf)
    m = X.shape[1]

    def cdf(z):
        return 0.5 * (1 + erf(z / np.sqrt(2)))

    def pdf(z):
        return np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)

    z1 = W[0] @ X + b[0]
    a1 = z1 * cdf(z1)
    delta2 = (W[1] @ a1 + b[1] - Y) / m
    delta1 = (W[1].T @ delta2) * (cdf(z1) + z1 * pdf(z1))
    return {
        "dW2": delta2 @ a1.T,
        "db2": delta2.sum(axis=1, keepdims=True),
        "dW1": delta1 @ X.T,
        "db1": delta1.sum(axis=1, keepdims=True),
    }


@case(
    "swish' as a + sigma(z)(1 - a), two hidden layers",
    layers=(2, 4, 3, 2),
    hidden="silu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    store = []
    a = X
    for l in range(len(W)):
        z = W[l].dot(a) + b[l]
        s = sigma(z)
        store.append((a, z, s))
        a = z * s if l < len(W) - 1 else s
    d = a - Y
    grads = {}
    for l in reversed(range(len(W))):
        a_in, _, _ = store[l]
        grads["dW" + str(l + 1)] = d.dot(a_in.T)
        grads["db" + str(l + 1)] = d.sum(axis=1, keepdims=True)
        if l > 0:
            _, z, s = store[l - 1]
            d = W[l].T.dot(d) * (a_in + s * (1 - a_in))
    return grads


@case(
    "softplus' as 1 - e**-a",
    layers=(3, 4, 2),
    hidden="softplus",
    output="softplus",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    softplus = lambda z: np.logaddexp(0, z)
    a1 = softplus(W[0] @ X + b[0])
    a2 = softplus(W[1] @ a1 + b[1])
    dA2 = (a2 - Y) / m
    dZ2 = dA2 * (1 - np.exp(-a2))
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - np.exp(-a1))
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ a1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "log-softmax layer: g - p * sum(g)",
    layers=(3, 4, 3),
    hidden="relu",
    output="log_softmax",
    loss="negative_log_likelihood",
)
def _(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    h = np.maximum(z1, 0)
    z2 = W[1] @ h + b[1]
    top = z2.max(axis=0)
    logp = z2 - top - np.log(np.sum(np.exp(z2 - top), axis=0))
    g = -Y / m
    dz2 = g - np.exp(logp) * g.sum(axis=0)
    dh = W[1].T @ dz2
    dz1 = np.where(z1 > 0, dh, 0)
    return {
        "dA2": g,
        "dZ2": dz2,
        "dW2": dz2 @ h.T,
        "db2": dz2.sum(1, keepdims=True),
        "dA1": dh,
        "dZ1": dz1,
        "dW1": dz1 @ X.T,
        "db1": dz1.sum(1, keepdims=True),
    }


@case(
    "logits: -y (1 - s) + (1 - y) s, not simplified",
    layers=(4, 3, 2),
    hidden="tanh",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def _(W, b, X, Y):
    m = X.shape[1]
    H = np.tanh(W[0] @ X + b[0])
    logits = W[1] @ H + b[1]
    s = sigma(logits)
    dlogits = (-Y * (1 - s) + (1 - Y) * s) / m
    dH = np.dot(dlogits.T, W[1]).T
    dpre = dH / np.cosh(W[0] @ X + b[0]) ** 2
    return {
        "dW2": np.dot(H, dlogits.T).T,
        "db2": dlogits.sum(axis=1).reshape(b[1].shape),
        "dW1": np.dot(X, dpre.T).T,
        "db1": dpre.sum(axis=1).reshape(b[0].shape),
    }


@case(
    "sine layers, the cosine kept from the forward pass",
    layers=(2, 5, 4, 1),
    hidden="sin",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    acts, slopes = [X], []
    for w, c in zip(W[:-1], b[:-1]):
        z = w @ acts[-1] + c
        acts.append(np.sin(z))
        slopes.append(np.cos(z))
    pred = W[-1] @ acts[-1] + b[-1]
    grad = 2 * (pred - Y) / pred.size
    res = {}
    for l in range(len(W), 0, -1):
        res[f"dW{l}"] = grad @ acts[l - 1].T
        res[f"db{l}"] = grad.sum(axis=1, keepdims=True)
        if l > 1:
            grad = (W[l - 1].T @ grad) * slopes[l - 2]
    return res


@case(
    "columns of dZ filled in one by one, dW by np.outer",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    dZ1, dZ2 = np.empty((W[0].shape[0], m)), np.empty((W[1].shape[0], m))
    dW1, dW2 = 0 * W[0], 0 * W[1]
    for i in range(m):
        a1 = sigma(W[0] @ X[:, i] + b[0].squeeze(axis=1))
        a2 = sigma(W[1] @ a1 + b[1].squeeze(axis=1))
        dZ2[:, i] = a2 - Y[:, i]
        dZ1[:, i] = (dZ2[:, i] @ W[1]) * a1 * (1 - a1)
        dW2 += np.outer(dZ2[:, i], a1)
        dW1 += np.outer(dZ1[:, i], X[:, i])
    return {
        "dZ1": dZ1,
        "dZ2": dZ2,
        "dW1": dW1 / m,
        "dW2": dW2 / m,
        "db1": np.average(dZ1, axis=1).reshape(-1, 1),
        "db2": np.average(dZ2, axis=1).reshape(-1, 1),
    }


@case(
    "vec and the Kronecker product for dW",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    g1, g2 = np.zeros(W[0].size), np.zeros(W[1].size)
    c1, c2 = np.zeros(b[0].shape), np.zeros(b[1].shape)
    for k in range(X.shape[1]):
        x, y = X[:, [k]], Y[:, [k]]
        h = np.tanh(W[0] @ x + b[0])
        r = W[1] @ h + b[1] - y
        s = np.diagflat(1 - h**2) @ W[1].T @ r
        # d vec(W x)/d vec(W) = x' (x) I, column-major
        g2 += (np.kron(h.T, np.eye(len(r))).T @ r).ravel()
        g1 += (np.kron(x.T, np.eye(len(s))).T @ s).ravel()
        c2 += r
        c1 += s
    return {
        "dW1": g1.reshape(W[0].shape, order="F"),
        "db1": c1,
        "dW2": g2.reshape(W[1].shape, order="F"),
        "db2": c2,
    }


@case(
    "as in Julia: generators over the columns, sums of outer products",
    layers=(2, 4, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    W1, W2 = W
    b1, b2 = b
    N = X.shape[1]
    col = lambda M, j: M[:, j : j + 1]
    softmax = lambda z: (lambda e: e / e.sum())(np.exp(z - z.max()))
    h = [np.maximum(W1 @ col(X, j) + b1, 0) for j in range(N)]
    d2 = [softmax(W2 @ h[j] + b2) - col(Y, j) for j in range(N)]
    d1 = [(W2.T @ d2[j]) * (h[j] > 0) for j in range(N)]
    return {
        "dW2": sum(d2[j] @ h[j].T for j in range(N)) / N,
        "db2": sum(d2) / N,
        "dW1": sum(d1[j] @ col(X, j).T for j in range(N)) / N,
        "db1": sum(d1) / N,
    }


@case(
    "the batch cut in two, the mean put together from both sums",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    cut = (m + 1) // 2
    total = None
    for part in (slice(0, cut), slice(cut, m)):
        x, y = X[:, part], Y[:, part]
        a1 = sigma(W[0] @ x + b[0])
        a2 = sigma(W[1] @ a1 + b[1])
        e2 = 2 * (a2 - y) * a2 * (1 - a2)
        e1 = W[1].T @ e2 * a1 * (1 - a1)
        parts = [
            e1 @ x.T,
            e1.sum(1, keepdims=True),
            e2 @ a1.T,
            e2.sum(1, keepdims=True),
        ]
        total = parts if total is None else [t + p for t, p in zip(total, parts)]
    dW1, db1, dW2, db2 = (t / m for t in total)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "tensordot for every product, four layers",
    layers=(2, 3, 4, 3, 2),
    hidden="tanh",
    output="tanh",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    a = [X]
    for w, c in zip(W, b):
        a.append(np.tanh(np.tensordot(w, a[-1], axes=1) + c))
    d = (a[-1] - Y) * (1 - a[-1] ** 2) / X.shape[1]
    g = {}
    for l in (4, 3, 2, 1):
        g[f"dZ{l}"] = d
        g[f"dW{l}"] = np.tensordot(d, a[l - 1], axes=([1], [1]))
        g[f"db{l}"] = d.sum(axis=-1, keepdims=True)
        d = np.tensordot(W[l - 1], d, axes=([0], [0])) * (1 - a[l - 1] ** 2)
    return g


@case(
    "in-place operators and out= throughout",
    layers=(3, 5, 2),
    hidden="leaky_relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    Z1 = np.matmul(W[0], X)
    Z1 += b[0]
    slope = np.where(Z1 >= 0, 1.0, 0.01)
    A1 = Z1
    A1 *= slope
    D = np.matmul(W[1], A1)
    D += b[1]
    np.negative(D, out=D)
    np.exp(D, out=D)
    D += 1
    np.reciprocal(D, out=D)
    D -= Y
    D /= X.shape[1]
    B = np.matmul(W[1].T, D)
    B *= slope
    return {
        "dW2": D @ A1.T,
        "db2": D.sum(axis=1, keepdims=True),
        "dW1": B @ X.T,
        "db1": B.sum(axis=1, keepdims=True),
    }


@case(
    "functools.reduce forward, zip of reversed lists backward",
    layers=(3, 4, 3, 2),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    *hidden, last = list(zip(W, b))
    A = reduce(lambda acc, p: acc + [sigma(p[0] @ acc[-1] + p[1])], hidden, [X])
    Z = last[0] @ A[-1] + last[1]
    P = np.exp(Z - np.logaddexp.reduce(Z, axis=0))
    deltas = [P - Y]
    for w, a in zip(W[:0:-1], A[:0:-1]):
        deltas.append((w.T @ deltas[-1]) * a * (1 - a))
    deltas = deltas[::-1]
    return {
        k: v
        for i, (d, a) in enumerate(zip(deltas, A), 1)
        for k, v in ((f"dW{i}", d @ a.T), (f"db{i}", d.sum(1, keepdims=True)))
    }


@case(
    "one long product of matrices from the cost to every layer, an example at a time",
    layers=(3, 4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    W1, W2, W3 = W
    acc = {k: 0.0 for k in ("dW1", "dW2", "dW3", "db1", "db2", "db3")}
    for k in range(m):
        x = X[:, [k]]
        a1 = sigma(W1 @ x + b[0])
        a2 = sigma(W2 @ a1 + b[1])
        a3 = sigma(W3 @ a2 + b[2])
        y = Y[:, [k]]
        D1, D2, D3 = (np.diagflat(a * (1 - a)) for a in (a1, a2, a3))
        g = (a3 - y) / (a3 * (1 - a3))
        r3 = D3 @ g
        r2 = D2 @ W3.T @ D3 @ g
        r1 = D1 @ W2.T @ D2 @ W3.T @ D3 @ g
        for i, r, a in ((1, r1, x), (2, r2, a1), (3, r3, a2)):
            acc[f"dW{i}"] = acc[f"dW{i}"] + r @ a.T / m
            acc[f"db{i}"] = acc[f"db{i}"] + r / m
    return acc


@case(
    "delta = y - a, the minus put back in dW and db",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    h = np.tanh(W[0] @ X + b[0])
    o = sigma(W[1] @ h + b[1])
    delta_o = (Y - o) * o * (1 - o)
    delta_h = (1 + h) * (1 - h) * (W[1].T @ delta_o)
    dW2, dW1 = -delta_o @ h.T / m, -delta_h @ X.T / m
    db2, db1 = (
        -delta_o.mean(axis=1, keepdims=True),
        -delta_h.mean(axis=1, keepdims=True),
    )
    return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@case(
    "a stack of the gradients of every example, and its mean",
    layers=(2, 3, 2),
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    def of_one(x, y):
        z = W[0] @ x + b[0][:, 0]
        h = z.clip(min=0)
        e = (W[1] @ h + b[1][:, 0] - y) * 2 / len(y)
        s = (e @ W[1]) * np.heaviside(z, 0)
        return np.multiply.outer(s, x), s[:, None], np.multiply.outer(e, h), e[:, None]

    each = [of_one(X[:, i], Y[:, i]) for i in range(X.shape[1])]
    dW1, db1, dW2, db2 = (np.stack(list(g)).mean(axis=0) for g in zip(*each))
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "dAL of the cross-entropy and activation_backward with strings",
    layers=(4, 3, 3, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    def linear_activation_backward(dA, cache, activation):
        A_prev, w, Z = cache
        if activation == "relu":
            dZ = np.array(dA, copy=True)
            dZ[Z <= 0] = 0
        elif activation == "sigmoid":
            s = 1 / (1 + np.exp(-Z))
            dZ = dA * s * (1 - s)
        m = A_prev.shape[1]
        return (
            np.dot(w.T, dZ),
            np.dot(dZ, A_prev.T) / m,
            np.sum(dZ, axis=1, keepdims=True) / m,
        )

    caches, A, L = [], X, len(W)
    for l in range(L):
        Z = W[l].dot(A) + b[l]
        caches.append((A, W[l], Z))
        A = np.maximum(0, Z) if l < L - 1 else 1 / (1 + np.exp(-Z))
    grads = {}
    dA = -(np.divide(Y, A) - np.divide(1 - Y, 1 - A))
    for l in reversed(range(L)):
        grads[f"dA{l + 1}"] = dA
        dA, grads[f"dW{l + 1}"], grads[f"db{l + 1}"] = linear_activation_backward(
            dA, caches[l], "sigmoid" if l == L - 1 else "relu"
        )
    return grads


@case(
    "the quotient e**-z/(1+e**-z)**2 as sigma', the sums over indices written out",
    layers=(3, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    w, v = W
    z = w @ X + b[0]
    a = sigma(z)
    u = v @ a + b[1]
    o = sigma(u)
    ds = lambda q: np.exp(-q) / (1 + np.exp(-q)) ** 2
    dw, dv, dbw, dbv = (
        np.zeros(w.shape),
        np.zeros(v.shape),
        np.zeros(b[0].shape),
        np.zeros(b[1].shape),
    )
    I, J, K, M = w.shape[1], w.shape[0], v.shape[0], X.shape[1]
    for k in range(K):
        for j in range(J):
            dv[k, j] = sum(
                (o[k, n] - Y[k, n]) * ds(u[k, n]) * a[j, n] for n in range(M)
            )
        dbv[k] = sum((o[k, n] - Y[k, n]) * ds(u[k, n]) for n in range(M))
    for j in range(J):
        for n in range(M):
            e = sum((o[k, n] - Y[k, n]) * ds(u[k, n]) * v[k, j] for k in range(K)) * ds(
                z[j, n]
            )
            dbw[j] += e
            for i in range(I):
                dw[j, i] += e * X[i, n]
    return {"dW1": dw, "db1": dbw, "dW2": dv, "db2": dbv}
