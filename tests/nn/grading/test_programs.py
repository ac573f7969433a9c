"""Derivations written as programs, in plain text, and with names of their own."""

# ruff: noqa: E501  (formulas are as long, and as they are)

import re

import pytest

from autograd_scalar import DataError
from nn import MLP, grade
from nn.reading.code.loops import with_layers_of_loops

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

RIGHT = {
    "cs231n_code": (
        r"""
Two-layer net, forward and backward:

```python
hidden_layer = np.maximum(0, np.dot(X, W) + b) # note, ReLU activation
scores = np.dot(hidden_layer, W2) + b2
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
dscores = probs.copy()
dscores[range(num_examples), y] -= 1
dscores /= num_examples
dW2 = np.dot(hidden_layer.T, dscores)
db2 = np.sum(dscores, axis=0, keepdims=True)
dhidden = np.dot(dscores, W2.T)
dhidden[hidden_layer <= 0] = 0
dW = np.dot(X.T, dhidden)
db = np.sum(dhidden, axis=0, keepdims=True)
W += -step_size * dW
b += -step_size * db
W2 += -step_size * dW2
b2 += -step_size * db2
```
""",
        {
            "layers": (3, 4, 3),
            "hidden": "relu",
            "output": "identity",
            "loss": "softmax_cross_entropy",
        },
        16,
    ),
    "pytorch_manual": (
        r"""
```python
h = x.mm(w1)
h_relu = h.clamp(min=0)
y_pred = h_relu.mm(w2)
loss = (y_pred - y).pow(2).sum()
grad_y_pred = 2.0 * (y_pred - y)
grad_w2 = h_relu.t().mm(grad_y_pred)
grad_h_relu = grad_y_pred.mm(w2.t())
grad_h = grad_h_relu.clone()
grad_h[h < 0] = 0
grad_w1 = x.t().mm(grad_h)
w1 -= learning_rate * grad_w1
w2 -= learning_rate * grad_w2
```
""",
        {
            "layers": (3, 4, 2),
            "hidden": "relu",
            "output": "identity",
            "loss": "squared_error",
            "reduction": "sum",
        },
        11,
    ),
    "ascii_email": (
        r"""
Hi Tom,

forward pass:
  h = tanh(V*x + c)
  o = U*h + d
with squared loss L = 0.5*|o - t|^2. Going backwards,

  dL/do = o - t
  dL/dU = (o - t) * h^T
  dL/dd = o - t
  dL/dh = U^T * (o - t)
  dL/dV = (dL/dh .* (1 - h.^2)) * x^T
  dL/dc = dL/dh .* (1 - h.^2)
""",
        {"hidden": "tanh", "output": "identity"},
        8,
    ),
    "matlab_batch": (
        r"""
N = size(X, 2);
Z1 = W1*X + repmat(b1, 1, N);
A1 = 1./(1+exp(-Z1));
Z2 = bsxfun(@plus, W2*A1, b2);
A2 = 1./(1+exp(-Z2));
err = A2 - T;
delta2 = err .* A2 .* (1-A2) / N;
gW2 = delta2*A1';
gb2 = sum(delta2, 2);
delta1 = (W2'*delta2) .* (A1 .* (1-A1));
gW1 = delta1*X';
gb1 = sum(delta1, 2);
""",
        {},
        11,
    ),
    "julia_fluxless": (
        r"""
```julia
z1 = W1 * x .+ b1
h = tanh.(z1)
yhat = W2 * h .+ b2
r = yhat .- y
gb2 = sum(r, dims=2) ./ n
gW2 = r * h' ./ n
gh = W2' * r ./ n
gz1 = gh .* (1 .- h .^ 2)
gW1 = gz1 * x'
gb1 = sum(gz1, dims=2)
```
""",
        {"hidden": "tanh", "output": "identity"},
        10,
    ),
    "class_numpy": (
        r"""
```python
class Net:
    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = np.tanh(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.out = self.sigmoid(self.z2)
        return self.out

    def backward(self, X, y, lr):
        n = X.shape[0]
        d_out = (self.out - y) / n
        d_W2 = self.a1.T @ d_out
        d_b2 = d_out.sum(axis=0)
        d_a1 = d_out @ self.W2.T
        d_z1 = d_a1 * (1 - np.power(self.a1, 2))
        d_W1 = X.T @ d_z1
        d_b1 = d_z1.sum(0)
        self.W1 -= lr * d_W1
        self.b1 -= lr * d_b1
        self.W2 -= lr * d_W2
        self.b2 -= lr * d_b2
```
""",
        {"hidden": "tanh", "loss": "binary_cross_entropy"},
        15,
    ),
    "words_code": (
        r"""
```python
hidden_input = np.dot(hidden_weights, inputs) + hidden_bias
hidden_output = sigmoid(hidden_input)
final_input = np.dot(output_weights, hidden_output) + output_bias
final_output = sigmoid(final_input)

error = final_output - targets
output_gradient = error * final_output * (1 - final_output)
output_weights_grad = np.dot(output_gradient, hidden_output.T)
hidden_error = np.dot(output_weights.T, output_gradient)
hidden_gradient = hidden_error * hidden_output * (1 - hidden_output)
hidden_weights_grad = np.dot(hidden_gradient, inputs.T)
output_weights -= learning_rate * output_weights_grad
hidden_weights -= learning_rate * hidden_weights_grad
```
""",
        {},
        12,
    ),
    "comments_code": (
        r"""
```python
# forward
z1 = W1 @ x + b1; h1 = np.maximum(z1, 0)
z2 = W2 @ h1 + b2; p = softmax(z2)
# backward
g = p - y                    # dL/dz2
gW2, gb2 = np.outer(g, h1), g
g = W2.T @ g                 # dL/dh1
g = g * (z1 > 0)             # dL/dz1
gW1 = np.outer(g, x)
gb1 = g
```
""",
        {
            "layers": (3, 4, 3),
            "hidden": "relu",
            "output": "identity",
            "loss": "softmax_cross_entropy",
        },
        11,
    ),
    "einsum": (
        r"""
```python
dlogits = (probs - onehot) / B
dW2 = np.einsum('bi,bj->ij', h, dlogits)
db2 = np.einsum('bj->j', dlogits)
dh = np.einsum('bj,ij->bi', dlogits, W2)
dpre = dh * (1.0 - h ** 2)
dW1 = np.einsum('bi,bj->ij', x, dpre)
db1 = dpre.sum(axis=0)
```
""",
        {
            "layers": (3, 4, 3),
            "hidden": "tanh",
            "output": "identity",
            "loss": "softmax_cross_entropy",
        },
        6,
    ),
    "tariq": (
        r"""
```python
hidden_inputs = numpy.dot(self.wih, inputs)
hidden_outputs = self.activation_function(hidden_inputs)
final_inputs = numpy.dot(self.who, hidden_outputs)
final_outputs = self.activation_function(final_inputs)
output_errors = targets - final_outputs
hidden_errors = numpy.dot(self.who.T, output_errors * final_outputs * (1.0 - final_outputs))
self.who += self.lr * numpy.dot((output_errors * final_outputs * (1.0 - final_outputs)), numpy.transpose(hidden_outputs))
self.wih += self.lr * numpy.dot((hidden_errors * hidden_outputs * (1.0 - hidden_outputs)), numpy.transpose(inputs))
```
""",
        {},
        8,
    ),
    "iamtrask_hidden": (
        r"""
```python
layer_1 = relu(np.dot(layer_0, weights_0_1))
layer_2 = np.dot(layer_1, weights_1_2)
layer_2_delta = layer_2 - walk_vs_stop
layer_1_delta = layer_2_delta.dot(weights_1_2.T) * relu2deriv(layer_1)
weights_1_2 -= alpha * layer_1.T.dot(layer_2_delta)
weights_0_1 -= alpha * layer_0.T.dot(layer_1_delta)
```
""",
        {
            "layers": (3, 4, 1),
            "hidden": "relu",
            "output": "identity",
            "reduction": "sum",
        },
        6,
    ),
    "jax_like": (
        r"""
```python
def loss_and_grads(params, x, y):
    (w1, b1), (w2, b2) = params
    u = x @ w1 + b1
    v = jnp.tanh(u)
    yhat = v @ w2 + b2
    r = yhat - y
    loss = 0.5 * jnp.mean(jnp.sum(r**2, axis=1))
    gy = r / x.shape[0]
    gw2 = v.T @ gy
    gb2 = gy.sum(axis=0)
    gv = gy @ w2.T
    gu = gv * (1 - v**2)
    gw1 = x.T @ gu
    gb1 = gu.sum(axis=0)
    return loss, ((gw1, gb1), (gw2, gb2))
```
""",
        {"hidden": "tanh", "output": "identity"},
        11,
    ),
    "ascii_entries": (
        r"""
Notation: w_ij goes from j to i.

net_i = sum_j w_ij * x_j + b_i
h_i = 1/(1+exp(-net_i))
y_k = sum_i v_ki * h_i + c_k

dE/dy_k = y_k - t_k
dE/dv_ki = (y_k - t_k) * h_i
dE/dh_i = sum_k (y_k - t_k) * v_ki
dE/dnet_i = h_i * (1 - h_i) * dE/dh_i
dE/dw_ij = dE/dnet_i * x_j
dE/db_i = dE/dnet_i
""",
        {"output": "identity"},
        9,
    ),
    "plain_words": (
        r"""
Recipe, sigmoid everywhere, squared error 1/2 (a2 - y)^2, one example.

1. delta_out = (a_out - y) * a_out * (1 - a_out)
2. grad_W_out = outer(delta_out, a_hid)
3. grad_b_out = delta_out
4. delta_hid = (W_out^T delta_out) * a_hid * (1 - a_hid)
5. grad_W_hid = outer(delta_hid, x)
6. grad_b_hid = delta_hid
""",
        {},
        6,
    ),
    "rst_doc": (
        r"""
Backward pass
-------------

::

    dL/dz2 = p - y
    dL/dW2 = dL/dz2 h1^T
    dL/db2 = dL/dz2
    dL/dh1 = W2^T dL/dz2
    dL/dz1 = dL/dh1 * (1 - h1^2)
    dL/dW1 = dL/dz1 x^T
    dL/db1 = dL/dz1
""",
        {
            "layers": (3, 4, 3),
            "hidden": "tanh",
            "output": "identity",
            "loss": "softmax_cross_entropy",
        },
        7,
    ),
    "html_code": (
        r"""
<p>The gradient of the output layer:</p>
<pre>
δ2 = (a2 − y) ∘ a2 ∘ (1 − a2)
∇W2 = δ2 a1ᵀ
∇b2 = δ2
δ1 = (W2ᵀ δ2) ∘ a1 ∘ (1 − a1)
∇W1 = δ1 xᵀ
∇b1 = δ1
</pre>
""",
        {},
        6,
    ),
    "r_lang": (
        r"""
```r
h <- sigmoid(x %*% w1)
yhat <- sigmoid(h %*% w2)
d2 <- (yhat - y) * yhat * (1 - yhat)
dw2 <- t(h) %*% d2
dh <- d2 %*% t(w2)
d1 <- dh * h * (1 - h)
dw1 <- t(x) %*% d1
```
""",
        {"reduction": "sum"},
        7,
    ),
    "keras_doc": (
        r"""
Shapes: x (B, D), W1 (D, H), W2 (H, K)

    h      = sigmoid(x @ W1 + b1)
    y_hat  = h @ W2 + b2
    L      = mean((y_hat - y) ** 2)

    dL/dy_hat = 2 * (y_hat - y) / (B * K)
    dL/dW2    = h.T @ dL/dy_hat
    dL/db2    = sum(dL/dy_hat, axis=0)
    dL/dh     = dL/dy_hat @ W2.T
    dL/dz1    = dL/dh * h * (1 - h)
    dL/dW1    = x.T @ dL/dz1
    dL/db1    = sum(dL/dz1, axis=0)
""",
        {"output": "identity", "loss": "mean_squared_error"},
        9,
    ),
    "params_dict": (
        r"""
```python
def backward(params, cache, X, Y):
    m = X.shape[1]
    W1, W2 = params["W1"], params["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    grads = {}
    dZ2 = A2 - Y
    grads["W2"] = (1 / m) * np.dot(dZ2, A1.T)
    grads["b2"] = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
    grads["W1"] = (1 / m) * np.dot(dZ1, X.T)
    grads["b1"] = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    for key in params:
        params[key] = params[key] - lr * grads[key]
```
""",
        {"hidden": "tanh", "loss": "binary_cross_entropy"},
        6,
    ),
    "a float whose point stands before a star": (
        r"""
z1 = np.dot(x, w1) + b1
a1 = sigmoid(z1)
z2 = np.dot(a1, w2) + b2
a2 = sigmoid(z2)
d_loss__d_a2 = 2.*(a2 - y) / y.shape[0]
d2 = d_loss__d_a2 * a2 * (1. - a2)
d_loss__d_w2 = np.dot(a1.T, d2)
d1 = np.dot(d2, w2.T) * (a1 * (1. - a1))
d_loss__d_b1 = np.sum(d1, axis=0)
""",
        {"loss": "squared_error"},
        9,
    ),
    "prose in the comments of a program": (
        r"""
# # Backward
#
# Rows are examples. $$
# z_{l} = a_{l-1} W_l + b_l^T
# $$
#
# $$
# \delta_L = (a_L - y) \odot f'(z_L)
# $$
# \begin{align}
# \delta_l &= \delta_{l+1} W_{l+1}^T \odot f'(z_l) \\
# \frac{\partial C}{\partial W_l} &= a_{l-1}^T \delta_l
# \end{align}
""",
        {},
        6,
    ),
    "prose in the comments of Octave": (
        r"""
%% Backward
% \[
% \delta^L = (a^L - y) \odot \sigma'(z^L)
% \]
% and so
% \[
% \partial C / \partial W^l = \delta^l (a^{l-1})^T
% \]
""",
        {},
        3,
    ),
    "what goes into a layer, and out, by the letter of the layer": (
        r"""
\[ P[\text{in}] = X W[1], \quad P[\text{out}] = \text{sigmoid}(P[\text{in}]) \]
\[ Q[\text{in}] = P[\text{out}] W[2], \quad Q[\text{out}] = \text{sigmoid}(Q[\text{in}]) \]
\[ Q[\text{error}] = Q[\text{out}] - Y \]
\[ Q[\delta] = Q[\text{error}] \odot Q[\text{out}] \odot (1 - Q[\text{out}]) \]
\[ W[2-\text{update}] = \frac{1}{N} P[\text{out}]^T Q[\delta] \]
\[ P[\text{error}] = Q[\delta] W[2]^T \]
""",
        {},
        8,
    ),
    "what goes into a layer, and out, below the letter of the layer": (
        r"""
$$ H_{in} = W^{[1]} X, \quad H_{\mathrm{out}} = \sigma(H_{in}) $$
$$ O_{in} = W^{[2]} H_{\mathrm{out}}, \quad O_{\mathrm{out}} = \sigma(O_{in}) $$
$$ O_{\delta} = (O_{\mathrm{out}} - Y) \odot \sigma'(O_{in}) $$
$$ H_{\delta} = (W^{[2]T} O_{\delta}) \odot \sigma'(H_{in}) $$
""",
        {},
        6,
    ),
    "a slope at a place, and a row of ones": (
        r"""
$$z_j^{[1]} = \sum_k W_{jk}^{[1]} x_k + b_j^{[1]}$$
$$\delta^{[1]}_j = \sum_i \delta^{[2]}_i W^{[2]}_{ij} \frac{d\chi(u)}{du}\Big|_{u=z^{[1]}_j}$$
$$\delta^{[2]} = \nabla_{A^{[2]}} L \odot \chi'(Z^{[2]})$$
$$\delta^{[2]} = \nabla_{A^{[2]}} L \odot \left.\frac{d\sigma}{du}\right|_{u=Z^{[2]}}$$
$$\nabla_{b^{[2]}} L = \delta^{[2]} \cdot (\vec{1}_{1 \times m})^\T$$
$$\nabla_{b^{[1]}} L = \delta^{[1]} (\dot{1}_{1 \times m})^T$$
$$\nabla_{b^{[1]}} L = \delta^{[1]} \overline{1}_{m \times 1}$$
""",
        {},
        6,
    ),
    "one column of many, and a function that repeats": (
        r"""
$$z_{*, i}^{[l]} = W^{[l]} a_{*, i}^{[l-1]} + b^{[l]}$$
$$Z^{[l]} = W^{[l]} A^{[l-1]} + \broadcast(b^{[l]})$$
$$\frac{\partial J}{\partial z_{:,i}^{[L]}} = (a_{:,i}^{[L]} - y_{:,i}) \odot g'(z_{:,i}^{[L]})$$
$$\frac{\partial J}{\partial W^{[l]}} = \sum_i \frac{\partial J}{\partial z_{*, i}^{[l]}} {a_{*, i}^{[l-1]}}^\T$$
""",
        {},
        7,
    ),
    "theta for a weighted sum, and what is by the inputs": (
        r"""
- $a = x W_1 + b_1$ and $h = \sigma(a)$, which means $\sigma(a) = [\sigma(a_1), \ldots, \sigma(a_n)]$
- $\theta = h W_2 + b_2$ and $\hat{y} = \operatorname{softmax}(\theta)$
$$\frac{\partial L}{\partial \theta} = \hat{y} - y$$
$$\frac{\partial L}{\partial x} = (((\hat{y} - y) W_2^T) \circ \sigma'(a)) W_1^T$$
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        6,
    ),
    "what two neurons that do not meet have of one another": (
        r"""
$$\delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j)$$
For $k \neq j$ it is $\partial a^L_k / \partial z^L_j = 0$.
""",
        {},
        1,
    ),
    "outputs and targets in other languages": (
        r"""
$$\delta_{L} = (y_{\text{sortie}} - y_{\text{cible}}) \odot \sigma'(z_L)$$
$$\delta_L = (y_{\mathrm{Ausgabe}} - y_{\mathrm{Ziel}}) \odot \sigma'(z_L)$$
""",
        {},
        2,
    ),
    "a softmax called p less the targets, whatever y is in the chain rule": (
        r"""
$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial y} \cdot \frac{\partial y}{\partial z} \cdot \frac{\partial z}{\partial w}$$
$$\frac{\partial L}{\partial z_i} = p_i - y_i$$
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        1,
    ),
    "one output that has no index, whose weights have": (
        r"""
$$\frac{\partial L}{\partial z^{[2]}} = a^{[2]} - y$$
$$\frac{\partial L}{\partial W^{[2]}_{1k}} = \frac{\partial L}{\partial z^{[2]}} \frac{\partial z^{[2]}}{\partial W^{[2]}_{1k}} = (a^{[2]} - y) a^{[1]}_k$$
""",
        {"layers": (3, 4, 1), "loss": "binary_cross_entropy"},
        2,
    ),
    "one row of many": (
        r"""
$$z^{[1]}_{i,:} = x_{i,:} W^{[1]} + b^{[1]}, \quad z^{[2]}_{i,:} = a^{[1]}_{i,:} W^{[2]} + b^{[2]}$$
$$\delta^{[2]}_{i,:} = (a^{[2]}_{i,:} - y_{i,:}) \odot \sigma'(z^{[2]}_{i,:})$$
$$\delta^{[1]}_{i,:} = \delta^{[2]}_{i,:} W^{[2]T} \odot \sigma'(z^{[1]}_{i,:})$$
""",
        {},
        4,
    ),
    "a derivative by y, beside outputs with a hat less y": (
        r"""
$$\frac{\partial J}{\partial y} = \hat y - y$$
$$\delta^L = (\hat y - y) \odot \sigma'(z^L)$$
""",
        {},
        2,
    ),
}

WRONG = {
    "a slope at a place of another layer": (
        r"""
$z^l = W^l a^{l-1} + b^l$, $\delta^L = (a^L - y) \odot \sigma'(z^L)$
$$\delta_j^l = \frac{d\sigma(u)}{du}\bigg|_{u=z_j^{l+1}} \sum_k w_{kj}^{l+1} \delta_k^{l+1}$$
$\partial C/\partial b^l = \delta^l$, $\partial C/\partial W^l = \delta^l (a^{l-1})^T$
""",
        {},
        {"dZ1": "act-wrong-layer"},
    ),
    "a row of ones where a column is due": (
        r"""
$Z^{[1]} = W^{[1]} X + b^{[1]}$, $\delta^{[2]} = (A^{[2]} - Y) \odot g'(Z^{[2]})$
$$\frac{\partial J}{\partial W^{[2]}} = \frac{1}{m} \delta^{[2]} A^{[1]T}$$
$$\frac{\partial J}{\partial b^{[2]}} = \frac{1}{m} \delta^{[2]} \dot{1}_{1 \times m}$$
""",
        {},
        {"db2": "db-not-summed"},
    ),
    "p_code": (
        r"""
```python
hid = sigmoid(x @ w1 + b1)
out = sigmoid(hid @ w2 + b2)
err = out - y
d_out = err * out * (1 - out) / n
grad_w2 = hid.T @ d_out
grad_b2 = d_out.sum(0)
d_hid = (d_out @ w2.T) * (1 - hid)
grad_w1 = x.T @ d_hid
grad_b1 = d_hid.sum(0)
```
""",
        {},
        {"dZ1": "act-square-lost"},
    ),
    "p_ascii": (
        r"""
h = tanh(V*x + c)
o = U*h + d

dL/do = o - t
dL/dU = (o - t) * h^T
dL/dh = U * (o - t)
dL/dV = (dL/dh .* (1 - h.^2)) * x^T
dL/dc = dL/dh .* (1 - h^2)
""",
        {"hidden": "tanh", "output": "identity"},
        {"dA1": "row-column-mixed"},
    ),
    "p_julia": (
        r"""
```julia
z1 = W1*x .+ b1
a1 = relu.(z1)
ŷ = W2*a1 .+ b2
δ2 = (ŷ .- y) ./ n
∇W2 = δ2 * a1'
∇b2 = sum(δ2, dims=2)
δ1 = (W2' * δ2) .* a1
∇W1 = δ1 * x'
∇b1 = sum(δ1, dims=2)
```
""",
        {"hidden": "relu", "output": "identity"},
        {"dZ1": "act-a-for-gprime"},
    ),
    "p_stale": (
        r"""
```python
z1 = W1 @ X + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
e = a2 - Y
slope2 = a2 * (1 - a2)
slope1 = a1 * (1 - a1)
g2 = e * slope2 / m
g1 = (W2.T @ g2) * slope2
gW2 = g2 @ a1.T
gW1 = g1 @ X.T
gb2 = g2.sum(axis=1, keepdims=True)
gb1 = g1.sum(axis=1, keepdims=True)
```
""",
        {},
        {"dZ1": "act-wrong-layer"},
    ),
    "p_matlab": (
        r"""
Z1 = W1*X + b1; H = tanh(Z1);
Yhat = W2*H + b2;
E = Yhat - Y;
dW2 = E*H'/m;
dH = W2*E/m;
dZ1 = dH.*(1-H.^2);
dW1 = dZ1*X';
""",
        {"hidden": "tanh", "output": "identity"},
        {"dA1": "row-column-mixed"},
    ),
}


def graded(text, layers=(3, 4, 2), hidden="sigmoid", output="sigmoid", **setting):
    net = MLP(
        layers[0],
        list(layers[1:]),
        activation=hidden,
        output_activation=output,
        rng=0,
    )
    return grade(text, net=net, **setting)


@pytest.mark.parametrize("name", RIGHT)
def test_each_line_is_read_and_right(name):
    text, setting, count = RIGHT[name]
    report = graded(text, **setting)
    assert [verdict for verdict in report.judged if not verdict.is_right] == []
    assert len(report.judged) >= count


@pytest.mark.parametrize("name", WRONG)
def test_the_mistake_is_named_where_it_is(name):
    text, setting, mistakes = WRONG[name]
    report = graded(text, **setting)
    wrong = [one for one in report.judged if one.status in {"wrong", "does not fit"}]
    assert mistakes == {wrong[0].quantity: wrong[0].mistake}


def test_what_a_cost_says_of_itself_is_believed():
    text = """
```python
h = sigmoid(x @ W1 + b1)
out = h @ W2 + b2
{}
d = out - y
dW2 = h.T @ d
db2 = d.sum(axis=0)
dW1 = x.T @ ((d @ W2.T) * h * (1 - h))
```
"""
    as_a_sum = graded(text.format(""), output="identity")
    assert as_a_sum.passed  # the gradients of the sum of the losses
    as_a_mean = graded(
        text.format("loss = (0.5 * (out - y) ** 2).mean()"), output="identity"
    )
    assert not as_a_mean.passed


def test_what_an_unknown_name_is_says_the_forward_pass_not_its_letter():
    text = """
    a = W1 * x + b1 * ones(1, n)
    z = max(a, 0.01 * a)
    y = W2 * z + b2 * ones(1, n)
    dL_dy = (y - t) / n
    dL_dz = W2' * dL_dy
    dL_da = dL_dz .* (0.01 + 0.99 * (a > 0))
    dL_dW1 = dL_da * x'
"""
    report = graded(text, hidden="leaky_relu", output="identity")
    assert {verdict.quantity for verdict in report.judged} >= {"Z1", "A1", "dZ1", "dA1"}
    assert all(verdict.is_right for verdict in report.judged)


def test_names_in_words_are_read_in_latex_too():
    text = r"""
$$\begin{align*}
\mathit{h1} &= \max(0,\ \mathit{X}\,\mathit{W1} + \mathit{b1}) \\
\mathit{scores} &= \mathit{h1}\,\mathit{W2} + \mathit{b2}
\end{align*}$$
$$\mathit{probs}_{ij} = \frac{e^{scores_{ij}}}{\sum_k e^{scores_{ik}}}$$
$$\frac{\partial loss}{\partial scores_{ij}} = \frac{1}{N}\left(probs_{ij} - \mathbb{1}[j = y_i]\right)$$
$$\frac{\partial loss}{\partial W2} = h1^T\, dscores$$
$$dhidden_{ij} = (dscores\, W2^T)_{ij} \cdot \mathbb{1}[h1_{ij} > 0]$$
$$\frac{\partial loss}{\partial b2_j} = \sum_i dscores_{ij}$$
"""
    setting = {
        "layers": (2, 4, 3),
        "hidden": "relu",
        "output": "identity",
        "loss": "softmax_cross_entropy",
    }
    report = graded(text, **setting)
    assert {"dZ2", "dW2", "db2", "Z2"} <= {
        verdict.quantity for verdict in report.judged
    }
    assert all(verdict.is_right for verdict in report.judged)
    wrong = graded(text.replace(r"h1^T\, dscores", r"h1^T\, probs"), **setting)
    assert not wrong.passed


def test_one_output_neuron_has_weights_with_one_index():
    text = """
    ŷ = σ(z)
    z = Σj vj·hj + c
    hj = tanh(uj)
    uj = Σi wji·xi + bj
    ∂BCE/∂vj = (ŷ - y) * hj
    ∂BCE/∂uj = (ŷ - y) * vj * (1 - hj^2)
    ∂BCE/∂wji = (ŷ - y) * vj * (1 - hj^2) * {}
"""
    setting = {"layers": (3, 3, 1), "hidden": "tanh", "loss": "binary_cross_entropy"}
    report = graded(text.format("xi"), **setting)
    assert all(verdict.is_right for verdict in report.judged)
    assert {verdict.line for verdict in report.judged} == set(range(2, 9))
    wrong = graded(text.format("hi"), **setting)
    assert wrong.verdicts["dW1"].mistake == "dW-own-activation"


def test_the_letter_of_an_index_may_say_the_layer():
    text = """
    net_j = sum_i w_ij * x_i
    h_j   = f(net_j)
    net_k = sum_j v_jk * h_j
    y_k   = f(net_k)
    delta_k = - dE/dnet_k
    delta_k = (t_k - y_k) * y_k * (1 - y_k)
    dE/dv_jk = - delta_k * h_j
    delta_j = h_j * (1 - h_j) * sum_k delta_k * v_jk
    dE/dw_ij = - delta_j * x_i
"""
    report = graded(text)
    assert all(verdict.is_right for verdict in report.judged)
    assert {"dW2", "dZ1", "dW1"} <= {verdict.quantity for verdict in report.judged}


@pytest.mark.parametrize(
    "text",
    [
        "z = " + "".join(f"(W{i} @ " for i in range(55)) + "x" + ")" * 55,
        "\n".join(
            ["t0 = W1 @ x", *(f"t{i} = t{i - 1} * t{i - 1}" for i in range(1, 99))]
        ),
        "Matrix" * 20_000,
        "\n".join(",".join(f"a{i}_{j} = x" for j in range(99)) for i in range(80)),
        "e = " + "a  " * 1_600 + "(",
    ],
)
def test_hostile_programs_take_bounded_time(text):
    try:
        grade(text)
    except DataError:
        return


STEPPED = """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
W2 = W2 - eta * dW2
{between}
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T / m
"""


@pytest.mark.parametrize("between", ["b2 -= eta * db2", "\n# the hidden layer"])
def test_weights_that_were_updated_pass_no_error_back(between):
    report = graded(STEPPED.format(between=between), loss="binary_cross_entropy")
    (wrong,) = [each for each in report.judged if not each.is_right]
    assert (wrong.quantity, wrong.mistake) == ("dA1", "hid-stale-weights")


@pytest.mark.parametrize(
    "between",
    [
        "With the error of the next layer, the hidden one has:",
        "Z2 = W2 @ A1 + b2",  # of the next iteration
    ],
)
def test_an_update_is_of_its_own_piece_of_code(between):
    report = graded(STEPPED.format(between=between), loss="binary_cross_entropy")
    assert all(each.is_right for each in report.judged)


def test_functions_of_numpy_have_their_values():
    text = """
dZ2 = A2 - Y
dA1 = W2.T @ dZ2
dZ1 = dA1 * np.cos(Z1)
"""
    assert graded(text, hidden="sin", output="identity").passed
    (wrong,) = [
        each
        for each in graded(text, hidden="tanh", output="identity").judged
        if not each.is_right
    ]
    assert (wrong.quantity, wrong.status) == ("dZ1", "wrong")


@pytest.mark.parametrize("largest", ["np.max(Z2, axis=0, keepdims=True)", "np.max(Z2)"])
def test_a_softmax_may_be_shifted_by_the_largest(largest):
    text = f"""
Z2 = W2 @ A1 + b2
c = {largest}
lse = c + np.log(np.sum(np.exp(Z2 - c), axis=0, keepdims=True))
dZ2 = np.exp(Z2 - lse) - Y
dW2 = dZ2 @ A1.T / m
"""
    setting = {"output": "identity", "loss": "softmax_cross_entropy"}
    report = graded(text, layers=(3, 4, 3), **setting)
    assert report.passed
    assert {"dZ2", "dW2"} <= {each.quantity for each in report.judged}


_REMARKED = """
def zurueck(eingabe, ziel):
    z1 = W1 @ eingabe + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    ausgabe = sigmoid(z2)
    # dC/dz2 is what goes back
    dz2 = (ausgabe - ziel) * ausgabe * (1 - ausgabe)
    # dC/da1 = W2.T * dz2
    dz1 = (W2.T @ dz2) * a1 * (1 - a1)
    # dC/dW1 = dz1 * eingabe
    dW1 = dz1 @ eingabe.T
"""


def test_other_languages_name_inputs_and_targets_and_remarks_state_derivatives():
    found = graded(_REMARKED, reduction="sum")
    assert all(v.is_right for v in found.judged)
    assert {8, 9, 10, 12} <= {v.line for v in found.judged}
    assert 11 not in {v.line for v in found.judged}  # a sketch, without a transpose
    slip = graded(_REMARKED.replace("W2.T * dz2", "W1.T * dz2"), reduction="sum")
    assert [v.line for v in slip.judged if not v.is_right] == [9]
    slip = graded(_REMARKED.replace("ausgabe - ziel", "ziel - ausgabe"))
    assert not all(v.is_right for v in slip.judged)


_LOOP = """
```python
Z[l] = W[l] @ A[l-1] + b[l]
A[l] = np.tanh(Z[l])
delta = (A[L] - Y) * (1 - A[L]**2) / N
for l in range(L, 0, -1):
    dW[l] = delta @ A[l-1].T
    db[l] = delta.sum(axis=1, keepdims=True)
    if l > 1:
        delta = (W[l].T @ delta) * (1 - A[l-1]**2)
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "lines"),
    [("", "", set()), ("@ A[l-1].T", "@ A[l].T", {7}), ("W[l].T", "W[l-1].T", {10})],
)
def test_a_delta_that_a_loop_makes_of_itself_is_of_its_layer(right, slip, lines):
    found = graded(_LOOP.replace(right, slip), hidden="tanh", output="tanh")
    wrong = {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == lines
    assert {v.quantity for v in found.judged} >= {"dZ2", "dW1", "dW2", "db1", "dZ1"}


_OF_TENSORS = """
The code of one example, with vectors, for $f(x; w, b) = a^{(2)}$ with
$$x \\xrightarrow{w_1, b_1} s_1 \\xrightarrow{\\sigma} x_1$$

```python
def dact(v):
    return act(v) * (1 - act(v))

def dloss(v, t):
    return v - t

s1 = w1.mv(x0) + b1
x1 = act(s1)
s2 = w2.mv(x1) + b2
x2 = act(s2)
dl_dx2 = dloss(x2, t)
dl_ds2 = dact(s2) * dl_dx2
dl_dx1 = w2.t().mv(dl_ds2)
dl_ds1 = dact(s1) * dl_dx1
dl_dw2.add_(dl_ds2.view(-1, 1).mm(x1.view(1, -1)))
dl_db2.add_(dl_ds2)
dl_dw1.add_(dl_ds1.view(-1, 1).mm(x0.view(1, -1)))
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [
        ("", "", []),
        ("w2.t().mv(dl_ds2)", "w2.t().mv(dl_dx2)", ["dA1"]),
        ("mm(x1.view(1, -1))", "mm(x2.view(1, -1))", ["dW2"]),
        ("dl_db2.add_(dl_ds2)", "dl_db2.add_(dl_dx2)", ["db2"]),
    ],
)
def test_tensors_have_methods_that_add_to_them_and_shape_vectors(right, slip, mistaken):
    found = graded(_OF_TENSORS.replace(right, slip), output="sigmoid")
    wrong = [v.quantity for v in found.judged if v.status in {"wrong", "does not fit"}]
    assert wrong == mistaken
    assert {v.quantity for v in found.judged} >= {"dZ2", "dW2", "db2", "dZ1", "dW1"}


_WITH_PRIMES = """
```
k = w.dot(x) + b
h = sigmoid(k)
y = v.dot(h) + c

y' = y - t
v' = y'.mm(h.T)
c' = y'
h' = v.T.mm(y')
k' = h' * h * (1 - h)
w' = k'.mm(x.T)
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [
        ("", "", []),
        ("v.T.mm", "v.mm", ["dA1"]),
        ("h' * h * (1 - h)", "h' * h", ["dZ1"]),
    ],
)
def test_primes_are_gradients_where_lines_set_them(right, slip, mistaken):
    found = graded(_WITH_PRIMES.replace(right, slip), output="identity")
    wrong = [v.quantity for v in found.judged if v.status in {"wrong", "does not fit"}]
    assert wrong == mistaken
    assert {v.quantity for v in found.judged} >= {"dZ2", "dW2", "db2", "dZ1", "dW1"}


_SLOPE_OF_THE_SUM = """
```python
def slope(Z):
    s = sigmoid(Z)
    return s * (1 - s)

Z1 = W1 @ X + b1
A1 = sigmoid(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)
dA1 = W2.T @ dZ2
dZ1 = dA1 * slope(Z1)
```
"""


def test_a_slope_with_a_line_of_its_own_is_that_of_its_argument():
    assert graded(_SLOPE_OF_THE_SUM).verdicts["dZ1"].is_right
    slip = graded(_SLOPE_OF_THE_SUM.replace("slope(Z1)", "slope(A1)"))
    assert slip.verdicts["dZ1"].status == "wrong"


OF_ONE_LAYER = r"""
$$Z^{[l]} = W^{[l]}A^{[l-1]} + b^{[l]}$$
$$dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$$
$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1] T}$$
$$dA^{[l-1]} = W^{[l] T} dZ^{[l]}$$

```python
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db
```
"""
OF_CLASSES = r"""
Each row of X is one example of m.

$$Z_1 = X W_1 + b_1, \quad A_1 = \sigma(Z_1), \quad Z_2 = A_1 W_2 + b_2$$
$$\frac{\partial C}{\partial A_1} = \frac{\partial C}{\partial Z_2} W_2^T$$

```python
class Dense:
    def forward(self, inputs):
        self.inputs = inputs
        self.out = np.dot(self.inputs, self.kernel) + self.shift
    def backward(self, upstream):
        self.dkernel = np.dot(self.inputs.T, upstream)
        self.dshift = np.sum(upstream, axis=0)
        return np.dot(upstream, self.kernel.T)
```
"""


@pytest.mark.parametrize(
    ("text", "right", "wrong", "line"),
    [
        (OF_ONE_LAYER, "np.dot(dZ, A_prev.T)", "np.dot(A_prev, dZ.T)", 11),
        (OF_ONE_LAYER, "np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)", 12),
        (OF_CLASSES, "np.sum(upstream, axis=0)", "np.sum(upstream)", 14),
    ],
)
def test_names_in_code_of_one_layer_are_of_any_layer(text, right, wrong, line):
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    loss = "binary_cross_entropy"
    read = grade(text, net=net, loss=loss)
    assert all(each.is_right for each in read.judged)
    assert {each.line for each in read.judged} >= {line, line + 1}
    with_mistake = grade(text.replace(right, wrong), net=net, loss=loss)
    found = {each.line for each in with_mistake.judged if not each.is_right}
    assert found == {line}


OF_SEVERAL = r"""
Hidden layers are ReLU, the output is a sigmoid.
$$Z^{[l]} = W^{[l]}A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g^{[l]}(Z^{[l]})$$
$$dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$$
$$dA^{[l-1]} = W^{[l] T} dZ^{[l]}$$
It begins with `dAL` $= \frac{\partial L}{\partial A^{[L]}}$:
```python
def sigmoid_backward(dA, cache):
    Z = cache
    s = 1 / (1 + np.exp(-Z))
    return dA * s * (1 - s)

def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ

def activation_backward(dA, cache, activation):
    if activation == "relu":
        dZ = relu_backward(dA, cache)
    elif activation == "sigmoid":
        dZ = sigmoid_backward(dA, cache)
    return dZ

dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
grads["dW" + str(l)] = dW
```
"""
_OF_ONE_NAME = {  # what is no slope of the one that is named, by the line that is
    "dA * s * (1 - s)": ("dA * s * (1 + s)", 11),
    "def relu_backward": ("def sigmoid_backward", 15),
    "dZ = relu_backward(": ("dZ = sigmoid_backward(", 20),
}


def of_several(text):
    net = MLP(3, [4, 4, 2], activation="relu", output_activation="sigmoid", rng=0)
    return grade(text, net=net, loss="binary_cross_entropy")


def test_functions_of_one_activation_each_have_its_slope():
    report = of_several(OF_SEVERAL)
    assert all(each.is_right for each in report.judged), str(report)
    assert {each.line for each in report.judged} >= {11, 15, 20, 22, 25}, str(report)
    assert not any("cannot" in reason for _, _, reason in report.left_out), str(report)
    slip = of_several(OF_SEVERAL.replace("1 - Y, 1 - AL", "1 - Y, AL"))
    assert {e.line for e in slip.judged if not e.is_right} == {25}, str(slip)


@pytest.mark.parametrize("right", _OF_ONE_NAME)
def test_what_is_no_slope_of_the_activation_that_is_named_is_not_right(right):
    wrong, line = _OF_ONE_NAME[right]
    assert right in OF_SEVERAL
    report = of_several(OF_SEVERAL.replace(right, wrong))
    here = [each for each in report.judged if each.line == line]
    assert not any(each.is_right for each in here), str(report)


_SOFTMAX_KEPT = r"""
$$Z_2 = A_1 W_2 + b_2, \quad A_1 = \sigma(Z_1), \quad Z_1 = X W_1 + b_1$$
```python
dA1_dZ1 = A1 - A1 * A1
dZ2 = (self.softmax - Y) / N
dW2 = A1.T @ dZ2
dZ1 = (dZ2 @ W2.T) * dA1_dZ1
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "lines"),
    [
        ("", "", set()),
        ("self.softmax - Y", "Y - self.softmax", {5}),
        ("A1 - A1 * A1", "A1 + A1", {7}),
    ],
)
def test_a_softmax_that_is_kept_and_slopes_have_names(right, slip, lines):
    report = graded(
        _SOFTMAX_KEPT.replace(right, slip),
        layers=(3, 4, 3),
        output="identity",
        loss="softmax_cross_entropy",
    )
    wrong = {each.line for each in report.judged if each.status == "wrong"}
    assert wrong == lines, str(report)
    right_lines = {each.line for each in report.judged if each.is_right}
    assert lines or right_lines >= {4, 5, 6, 7}, str(report)
    assert slip != "A1 + A1" or 4 not in right_lines, str(report)


_BY_WOUT = """
```python
E = y - output
slope_output_layer = derivatives_sigmoid(output)
slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
d_output = E * slope_output_layer
Error_at_hidden_layer = d_output.dot(wout.T)
d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
wout += hiddenlayer_activations.T.dot(d_output) * lr
wh += X.T.dot(d_hiddenlayer) * lr
```
"""


def test_the_hidden_layer_may_be_one_word_and_the_output_a_syllable():
    setting = {"loss": "half_squared_error", "reduction": "sum"}
    report = graded(_BY_WOUT, **setting)
    assert {each.line for each in report.judged if each.is_right} >= {6, 7, 8, 9, 10}
    slip = graded(
        _BY_WOUT.replace("* slope_hidden_layer", "* slope_output_layer"), **setting
    )
    assert all(e.line != 8 or not e.is_right for e in slip.judged), str(slip)


_NEURONS_BESIDE = r"""
\begin{equation*}
net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1\\\
net_{h2} = w_3 * i_1 + w_4 * i_2 + b_1 * 1
\end{equation*}
$$out_{h1} = \frac{1}{1 + e^{-net_{h1}}}$$
\begin{equation*}
net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1\\\
net_{o2} = w_7 * out_{h1} + w_8 * out_{h2} + b_2 * 1
\end{equation*}
$$\delta_{o1} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1})$$
```python
delta_o1 = -(o1 - out_o1) * out_o1 * (1 - out_o1)
w6_contrib = delta_o1 * out_h2
dw5 = delta_o1 * out_h1
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "lines"),
    [
        ("", "", set()),
        ("= delta_o1 * out_h2", "= delta_o1 * out_h1", {14}),
        ("-(o1 - out_o1)", "(o1 - out_o1)", {13}),
    ],
)
def test_code_of_neurons_goes_with_what_is_written_out(right, slip, lines):
    text = _NEURONS_BESIDE.replace(right, slip)
    report = graded(text, layers=(2, 2, 2), loss="half_squared_error")
    wrong = {each.line for each in report.judged if not each.is_right}
    assert wrong == lines, str(report)
    every = {each.line for each in report.judged}
    assert every == {3, 4, 6, 8, 9, 11, 13, 14, 15}, str(report)


OF_CLASSES_EACH = r"""
$$Z^{[l]} = W^{[l]}A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g(Z^{[l]})$$
$$dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$$
```python
class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(0, x)
    def backward(self, upstream):
        return upstream * (self.x > 0)

class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out
    def backward(self, upstream):
        slope = self.out * (1 - self.out)
        return upstream * slope
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [("", "", 0), ("self.x > 0", "self.x < 0", 10), ("(1 - self.out)", "self.out", 18)],
)
def test_a_class_of_one_activation_says_whose_slope_it_has(right, slip, line):
    report = of_several(OF_CLASSES_EACH.replace(right, slip))
    read = {each.line for each in report.judged if each.is_right}
    assert read & {10, 18} == {10, 18} - {line}, str(report)


_OF_ATTRIBUTES = r"""
By the rule $(g \circ f)'(x) = g'(f(x)) f'(x)$ every function keeps its gradients.

```python
def mse(output, targ): return (output.squeeze(-1) - targ).pow(2).mean()

def mse_grad(inp, targ):
    inp.g = 2. * (inp.squeeze() - targ).unsqueeze(-1) / inp.shape[0]

def relu_grad(inp, out): inp.g = (inp>0).float() * out.g

def lin_grad(inp, out, w, b):
    inp.g = out.g @ w.t()
    w.g = inp.t() @ out.g
    b.g = out.g.sum(0)

def forward_and_backward(inp, targ):
    l1 = inp @ w1 + b1
    l2 = relu(l1)
    out = l2 @ w2 + b2
    mse_grad(out, targ)
    lin_grad(l2, out, w2, b2)

class Lin():
    def __init__(self, w, b): self.w,self.b = w,b
    def __call__(self, inp):
        self.inp = inp
        self.out = inp@self.w + self.b
        return self.out
    def backward(self):
        self.inp.g = self.out.g @ self.w.t()
        self.w.g = self.inp.t() @ self.out.g
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "line", "mistaken"),
    [
        ("", "", 0, set()),
        (" / inp.shape[0]", "", 8, {"dA2"}),
        ("inp.g = (inp>0).float() * out.g", "inp.g = out.g", 10, set()),
        ("    w.g = inp.t() @ out.g", "    w.g = out.t() @ out.g", 14, {"dW1", "dW2"}),
        ("self.inp.t() @ self.out.g", "self.inp @ self.out.g", 32, {"dW1", "dW2"}),
    ],
)
def test_gradients_kept_at_what_they_are_of_are_of_any_layer(
    right, slip, line, mistaken
):
    net = MLP(3, [4, 1], activation="relu", output_activation="identity", rng=0)
    found = grade(_OF_ATTRIBUTES.replace(right, slip), net=net, loss="squared_error")
    wrong = [v for v in found.judged if v.status in {"wrong", "does not fit"}]
    assert {v.quantity for v in wrong} == mistaken
    assert {v.line for v in wrong} <= {line}
    quantities = {"dA2", "dZ1", "dA1", "dW1", "db2"}
    assert (
        slip
        or {v.quantity for v in found.judged if v.is_right} >= quantities - mistaken
    )


FILLED = """
```python
a = x
outs = [x]
sums = []
for b, w in zip(self.biases, self.weights):
    z = np.dot(w, a) + b
    sums.append(z)
    a = sigmoid(z)
    outs.append(a)
```

```python
delta = (outs[-1] - y) * sigmoid_prime(sums[-1])
grad_b[-1] = delta
grad_w[-1] = np.dot(delta, outs[-2].transpose())
for layer in range(2, self.num_layers):
    z = sums[-layer]
    sp = sigmoid_prime(z)
    delta = np.dot(self.weights[-layer + 1].transpose(), delta) * sp
    grad_w[-layer] = np.dot(delta, outs[-layer - 1].transpose())
```
"""


def test_a_list_holds_what_a_loop_puts_in():
    report = graded(FILLED, layers=(3, 4, 4, 2))
    assert report.passed, str(report)
    lines = {verdict.line for verdict in report.judged if verdict.is_right}
    assert {14, 15, 16, 20, 21} <= lines, str(report)
    slip = FILLED.replace("outs[-layer - 1]", "outs[-layer]")
    found = graded(slip, layers=(3, 4, 4, 2))
    assert {one.line for one in found.judged if not one.is_right} == {21}, str(found)


def test_a_name_that_was_set_to_something_unread_is_not_what_it_was():
    unread = FILLED.replace("sums.append(z)", "keep(z)")
    report = graded(unread, layers=(3, 4, 4, 2))
    assert not any(one.status in {"wrong", "does not fit"} for one in report.judged)


OF_VECTORS = """
```python
h = sigmoid(np.dot(x, W1) + b1)
o = sigmoid(np.dot(h, W2) + b2)
d2 = (o - y) * o * (1 - o)
dW2 = np.outer(h, d2)
d1 = np.dot(d2, W2.T) * h * (1 - h)
W1 -= eta * np.outer(x, d1)
```
"""


def test_an_outer_product_of_vectors_is_one_where_they_stand_before_the_weights():
    report = graded(OF_VECTORS)
    assert report.passed, str(report)
    lines = {verdict.line for verdict in report.judged if verdict.is_right}
    assert lines >= {5, 6, 7, 8}, str(report)
    slip = graded(OF_VECTORS.replace("np.outer(h, d2)", "np.outer(d2, h)"))
    assert {one.line for one in slip.judged if not one.is_right} == {6}, str(slip)
    behind = OF_VECTORS.replace("x, W1", "W1, x").replace("h, W2", "W2, h")
    behind = behind.replace("d2, W2.T", "W2.T, d2")
    assert {6} == {o.line for o in graded(behind).judged if o.status == "does not fit"}


OF_THRESHOLDS = """
```python
h = sigmoid(np.dot(W1, x) - t1)
s = np.dot(W2, h)
o = sigmoid(s - t2)
d2 = (o - y) * o * (1 - o)
dW2 = np.outer(d2, h)
dt2 = -d2
d1 = np.dot(W2.T, d2) * h * (1 - h)
dW1 = np.outer(d1, x)
dt1 = -d1
```
"""


def test_what_is_subtracted_within_an_activation_is_a_threshold():
    report = graded(OF_THRESHOLDS)
    assert report.passed, str(report)
    lines = {verdict.line for verdict in report.judged if verdict.is_right}
    assert lines >= set(range(3, 12)), str(report)
    slip = graded(OF_THRESHOLDS.replace("dt2 = -d2", "dt2 = d2"))
    assert {one.line for one in slip.judged if not one.is_right} == {8}, str(slip)


def test_a_vector_may_stand_before_the_weights_where_products_are_outer_ones():
    text = """
```python
z1 = W1 @ x + b1
a1 = np.tanh(z1)
z2 = W2 @ a1 + b2
dz2 = z2 - y
dW2 = np.outer(dz2, a1)
da1 = dz2 @ W2
dz1 = da1 * (1 - a1**2)
dW1 = dz1[:, None] * x[None, :]
```
"""
    setting = {"hidden": "tanh", "output": "identity"}
    report = graded(text, **setting)
    assert report.passed, str(report)
    lines = {verdict.line for verdict in report.judged if verdict.is_right}
    assert lines == set(range(3, 11)), str(report)
    slip = graded(text.replace("dz2 @ W2", "dz2 @ W2.T"), **setting)
    assert {one.line for one in slip.judged if not one.is_right} == {8}, str(slip)


def test_a_derivative_that_makes_the_gradient_of_weights_has_the_slope_in_it():
    text = """
```python
h = sigmoid(X.dot(W1) + b1)
out = sigmoid(h.dot(W2) + b2)
error = y - out
d_out = error * sigmoid_derivative(out)
error_h = d_out.dot(W2.T)
d_h = error_h * sigmoid_derivative(h)
W2 += h.T.dot(d_out) * lr
W1 += X.T.dot(d_h) * lr
```
"""
    report = graded(text)
    assert report.passed, str(report)
    slip = graded(text.replace("error_h * sig", "error_h  # sig"))
    wrong = {one.line for one in slip.judged if not one.is_right}
    assert wrong & {8, 10}, str(slip)


_KEYED = """
```python
def relu(z):
    return np.maximum(0, z)

def relu_grad(z):
    return (z > 0).astype(float)

error = cache["A" + str(L)] - Y
for l in reversed(range(1, L + 1)):
    grads["dW" + str(l)] = error @ cache["A" + str(l-1)].T / m
    grads["db" + str(l)] = error.sum(axis=1).reshape(-1, 1) / m
    if l > 1:
        error = (params["W" + str(l)].T @ error) * relu_grad(cache["Z" + str(l-1)])
```
"""
_FROM_ZERO = """
```python
A = [X]
Z = []
for l in range(L):
    net = W[l] @ A[l] + b[l]
    Z.append(net)
    A.append(relu(net))

d = A[-1] - Y
for l in reversed(range(L)):
    gW[l] = np.einsum("ib,jb->ij", d, A[l]) / m
    gb[l] = np.sum(d, axis=1, keepdims=True) / m
    if l > 0:
        d = (W[l].T @ d) * (Z[l-1] > 0)
```
"""


@pytest.mark.parametrize(
    ("text", "right", "slip", "lines"),
    [
        (_KEYED, "", "", set()),
        (_KEYED, '"A" + str(l-1)', '"A" + str(l)', {11}),
        (_KEYED, '].T @ error', '] @ error', {14}),
        (_KEYED, ".astype(float)", ".astype(float) * z", {14}),
        (_FROM_ZERO, "", "", set()),
        (_FROM_ZERO, "d, A[l])", "d, A[l+1])", {12}),
        (_FROM_ZERO, "Z[l-1] > 0", "Z[l] > 0", {15}),
    ],
)  # fmt: skip
def test_loops_take_entries_under_keys_and_of_lists_from_0(text, right, slip, lines):
    report = graded(
        text.replace(right, slip),
        layers=(3, 5, 4, 2),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
    )
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == lines, str(report)
    assert {v.quantity for v in report.judged} >= {"dZ3", "db3", "db1", "dZ1"}


def test_an_outer_product_is_written_with_indices():
    text = """
dz2 = (a2 - y) * a2 * (1 - a2)
dW2 = np.einsum('i,j->ij', dz2, a1)
"""
    assert graded(text).passed
    slip = graded(text.replace("i,j->ij", "i,j->ji"))
    assert [v.quantity for v in slip.judged if not v.is_right] == ["dW2"]


def test_targets_of_one_example_are_not_always_0():
    """``a + y`` is ``a - y`` where each network that is tried has the target 0."""
    for sizes in ((3, 4, 1), (3, 5, 4, 1), (2, 3, 1), (4, 3, 1), (5, 3, 1), (2, 2, 1)):
        report = graded(
            f"The output is ${{}}a^{{({len(sizes) - 1})}}$.\n\n"
            f"$$\\delta^{{({len(sizes) - 1})}} = a^{{({len(sizes) - 1})}} + y$$",
            layers=sizes,
            loss="binary_cross_entropy",
        )
        assert not report.passed, sizes


def wrong_lines(found):
    return {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}


def right_lines(found):
    return {v.line for v in found.judged if v.is_right} - wrong_lines(found)


_STEPS = """
dZ = A[3] - Y
for l in range(3, 0, -1):
    dW[l] = dZ @ A[l-1].T / m
    db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    if l > 1:
        dA = W[l].T @ dZ
        dZ = dA * np.where(Z[l-1] > 0, 1, 0.01)
"""
_FROM_OUTPUTS = """
dA = -(Y / A[L]) + (1 - Y) / (1 - A[L])
for l in reversed(range(1, L + 1)):
    dZ = dA * A[l] * (1 - A[l])
    dW[l] = np.dot(dZ, A[l-1].T) / m
    db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    dA = np.dot(W[l].T, dZ)
"""
_IN_PLACE = """
delta = A[-1] - Y
for i in range(len(W) - 1, -1, -1):
    grad_W[i] = delta @ A[i].T / m
    grad_b[i] = delta.sum(axis=1, keepdims=True) / m
    if i > 0:
        delta = W[i].T @ delta
        delta *= A[i] * (1 - A[i])
"""
_MASKED_STEP = """
dZ = A[L] - Y
for l in range(L, 0, -1):
    dW[l] = dZ @ A[l-1].T / m
    db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    dA = W[l].T @ dZ
    dZ = np.array(dA, copy=True)
    dZ[Z[l-1] <= 0] = 0
"""
_BY_KEYS = """
dA = -(Y / cache["A" + str(L)]) + (1 - Y) / (1 - cache["A" + str(L)])
for l in reversed(range(1, L + 1)):
    A_prev = cache["A" + str(l-1)]
    Z = cache["Z" + str(l)]
    W = parameters["W" + str(l)]
    dZ = dA * sigmoid_prime(Z)
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA = np.dot(W.T, dZ)
    grads["dW" + str(l)] = dW
    grads["db" + str(l)] = db
"""
_BY_CASES = """
for l in reversed(range(1, L + 1)):
    if l == L:
        dZ = A[L] - Y
    else:
        dZ = (W[l+1].T @ dZ) * A[l] * (1 - A[l])
    dW[l] = dZ @ A[l-1].T / m
    db[l] = np.sum(dZ, axis=1, keepdims=True) / m
"""
_OF_SUMS_FROM_0 = """
for i in range(L):
    Z[i] = W[i] @ A[i] + b[i]
    A[i+1] = sigmoid(Z[i])
delta = A[L] - Y
for i in range(L - 1, -1, -1):
    step = delta @ A[i].T / m
    back = (W[i].T @ delta) * sigmoid_prime(Z[i-1])
    W[i] -= lr * step
    delta = back
"""


@pytest.mark.parametrize(
    ("code", "hidden", "lines", "right", "slip", "mistaken"),
    [
        (_STEPS, "leaky_relu", {2, 4, 5, 7, 8}, "Z[l-1] > 0", "Z[l] > 0", {8}),
        (_STEPS, "leaky_relu", {2, 4, 5, 7, 8}, "W[l].T", "W[l]", {7}),
        (_FROM_OUTPUTS, "sigmoid", {2, 4, 5, 6, 7}, "A[l-1].T", "A[l].T", {5}),
        (_FROM_OUTPUTS, "sigmoid", {2, 4, 5, 6, 7}, "(1 - A[l])", "A[l]", {4}),
        (
            _IN_PLACE,
            "sigmoid",
            {2, 4, 5, 7, 8},
            "delta *= A[i]",
            "delta *= A[i-1]",
            {8},
        ),
        (_MASKED_STEP, "relu", {2, 4, 5, 6, 8}, "A[l-1].T / m", "A[l-1].T", {4}),
        (_BY_KEYS, "sigmoid", {2, 7, 8, 9, 10}, "(dZ, A_prev", "(dA, A_prev", {8}),
        (_BY_CASES, "sigmoid", {4, 6, 7, 8}, "W[l+1].T", "W[l].T", {6}),
        (_OF_SUMS_FROM_0, "sigmoid", {3, 4, 5, 7, 8, 9}, "Z[i-1]", "Z[i]", {8}),
    ],
)
def test_what_a_loop_hands_on_is_of_its_layer(  # noqa: PLR0913, PLR0917
    code, hidden, lines, right, slip, mistaken
):
    setting = {"layers": (3, 4, 5, 2), "hidden": hidden, "loss": "binary_cross_entropy"}
    text = f"```python{code}```"
    found = graded(text, **setting)
    assert not wrong_lines(found), str(found)
    assert right_lines(found) >= lines, str(found)
    assert right in text
    found = graded(text.replace(right, slip), **setting)
    assert wrong_lines(found) == mistaken, str(found)


def test_what_a_loop_does_not_hand_on_downwards_is_left_alone():
    text = "for l in range(1, 3):\n    h = W[l].T @ h\n"
    assert with_layers_of_loops(text) == text
    long = "dZ = A[L] - Y\nfor l in range(L, 0, -1):\n" + "    dZ = W[l].T @ dZ\n" * 50
    assert with_layers_of_loops(long) == long


_COUNTED_BACK = """
d1 = y_hat - y
grad_W2 = h.T.dot(d1)
d2 = d1.dot(W2.T)
d3 = d2 * h * (1 - h)
grad_W1 = x.T.dot(d3)
grad_x = d3.dot(W1.T)
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [("", "", set()), ("(1 - h)", "(1 + h)", {5}), ("h.T.dot", "x.T.dot", {3})],
)
def test_derivatives_may_be_counted_on_the_way_back(right, slip, mistaken):
    code = f"```python{_COUNTED_BACK}```".replace(right, slip)
    setting = {"output": "identity", "loss": "softmax_cross_entropy"}
    found = graded(code, **setting)
    assert wrong_lines(found) == mistaken, str(found)
    assert right_lines(found) == {2, 3, 4, 5, 6, 7} - mistaken, str(found)


def test_numbers_of_names_may_count_steps():
    code = """```python
l1 = lin(x, w1, b1)
l2 = relu(l1)
out = lin(l2, w2, b2)
dout = 2 * (out - y) / n
dl2 = dout @ w2.T
dl1 = dl2 * (l1 > 0)
dw1 = x.T @ dl1
dw2 = l2.T @ dout
```"""
    setting = {"hidden": "relu", "output": "identity", "loss": "squared_error"}
    setting |= {"layers": (3, 4, 1)}
    found = graded(code, **setting)
    assert found.passed, str(found)
    assert right_lines(found) == {2, 3, 4, 5, 6, 7, 8, 9}, str(found)
    found = graded(code.replace("l2.T", "l1.T"), **setting)
    assert wrong_lines(found) == {9}, str(found)


def test_entries_may_be_counted_from_the_end():
    code = "```python\ndZ[-1] = (a[-1] - y) * g_prime(z[-1])\ndW[-1] = dZ[-1] @ a[-2].T\n```"
    found = graded(code)
    assert found.passed, str(found)
    assert {v.quantity for v in found.judged} == {"dZ2", "dW2"}
    found = graded(code.replace("a[-2]", "a[-1]"))
    assert wrong_lines(found) == {3}, str(found)


_WORDED = r"""
```python
hpre = X @ W1 + b1
h1 = torch.tanh(hpre)
logits = h1 @ W2 + b2
```
$$\frac{\partial\,loss}{\partial\,logits_{ij}} = \frac{p_{ij} - \mathbb{1}[j = y_i]}{n}$$
$$\frac{\partial\,loss}{\partial h_1} = \frac{\partial\,loss}{\partial logits}\, W_2^T$$
$$\frac{\partial\,loss}{\partial hpre} = (1 - h_1^2) \odot \frac{\partial\,loss}{\partial h_1}$$
$$\frac{\partial\,loss}{\partial W_1} = X^T \frac{\partial\,loss}{\partial hpre}$$
$$\frac{\partial\,loss}{\partial b_1} = \sum_{i=1}^n \frac{\partial\,loss}{\partial hpre_i}$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [("", "", set()), ("}{n}", "}{2 n}", {7}), ("(1 - h_1^2)", "(1 + h_1^2)", {9})],
)
def test_words_of_formulas_may_be_names_of_the_code(right, slip, mistaken):
    setting = {"hidden": "tanh", "output": "identity", "loss": "softmax_cross_entropy"}
    found = graded(_WORDED.replace(right, slip), **setting)
    assert wrong_lines(found) == mistaken, str(found)
    assert right_lines(found) == {3, 4, 5, 7, 8, 9, 10, 11} - mistaken, str(found)


@pytest.mark.parametrize("flag", ["deriv=True", "derivative=True", "True"])
def test_a_flag_says_that_a_slope_is_meant(flag):
    code = f"""```python
dZ2 = (A2 - Y) * sigmoid(Z2, {flag})
dZ1 = np.dot(W2.T, dZ2) * sigmoid(Z1, {flag})
```"""
    found = graded(code)
    assert found.passed, str(found)
    assert {v.quantity for v in found.judged} == {"dZ1", "dZ2"}
    found = graded(code.replace(f"(Z1, {flag})", "(Z1, deriv=False)"))
    assert wrong_lines(found) == {3}, str(found)


_HIDDEN_COUNTED = r"""
```python
dZ = cache[f'A{self.L + 1}'] - Y
grads[f'dW{self.L + 1}'] = np.dot(dZ, cache[f'A{self.L}'].T) / m
for l in range(self.L, 0, -1):
    dA = np.dot(self.parameters[f'W{l + 1}'].T, dZ)
    dZ = dA * self.relu_derivative(cache[f'Z{l}'])
    grads[f'dW{l}'] = np.dot(dZ, cache[f'A{l - 1}'].T) / m
```
"""


def test_the_layer_behind_all_hidden_ones_may_be_l_plus_one():
    setting = {"hidden": "relu", "output": "identity", "loss": "softmax_cross_entropy"}
    setting |= {"layers": (3, 4, 3, 2)}
    found = graded(_HIDDEN_COUNTED, **setting)
    assert found.passed, str(found)
    assert right_lines(found) == {3, 4, 6, 7, 8}, str(found)
    slip = _HIDDEN_COUNTED.replace("f'A{self.L}'", "f'A{self.L + 1}'")
    assert wrong_lines(graded(slip, **setting)) == {4}


def test_a_gradient_may_be_grad_with_what_it_is_by_below():
    code = """
z[l] = W[l] @ a[l-1] + b[l]
a[l] = sigma(z[l])
delta[L] = grad_a C * sigma_prime(z[L])
delta[l] = (W[l+1].T @ delta[l+1]) * sigma_prime(z[l])
"""
    found = graded(code)
    assert found.passed, str(found)
    assert right_lines(found) == {2, 3, 4, 5}, str(found)
    found = graded(code.replace("C * sigma_prime", "C * sigma"))
    assert wrong_lines(found) == {4}, str(found)


_FLAGGED = """```python
def nonlin(x, deriv=False):
    if deriv:
        return BODY
    return 1 / (1 + np.exp(-x))
Z1 = W1 @ X + b1
A1 = nonlin(Z1)
Z2 = W2 @ A1 + b2
A2 = nonlin(Z2)
dZ2 = (A2 - Y) * nonlin(OF2, deriv=True)
dZ1 = np.dot(W2.T, dZ2) * nonlin(OF1, True)
```"""


@pytest.mark.parametrize(
    ("body", "of", "mistaken"),
    [
        ("x * (1 - x)", "A", set()),
        ("x * (1 - x)", "Z", {10, 11}),
        ("nonlin(x) * (1 - nonlin(x))", "Z", set()),
        ("nonlin(x) * (1 - nonlin(x))", "A", {10, 11}),
    ],
)
def test_what_a_flag_makes_of_a_function_its_formula_says(body, of, mistaken):
    found = graded(_FLAGGED.replace("BODY", body).replace("OF", of))
    assert wrong_lines(found) == mistaken, str(found)
    assert right_lines(found) >= {10, 11} - mistaken, str(found)


OF_ANY_LAYER = """
`z1 = W1 x + b1`, `a1 = σ(z1)`, `z2 = W2 a1 + b2`, `ŷ = σ(z2)`

`δ2 = (ŷ - y) ⊙ σ'(z2)`, `dW2 = δ2 a1ᵀ`

- `W := W - η * ∂L/∂W`
- `b -= η db`
"""


def test_an_update_that_names_no_layer_is_of_each():
    found = graded(OF_ANY_LAYER)
    updates = [f"update of {name}" for name in ("W1", "W2", "b1", "b2")]
    assert set(updates) <= {v.quantity for v in found.judged}
    assert all(v.is_right for v in found.judged)


COLUMNS_THEN_ROWS = """
## Step by step

```python
z1 = W1 @ X + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
dL_da2 = a2 - y
dL_dz2 = dL_da2 * a2 * (1 - a2)
dL_dW2 = dL_dz2 @ a1.T
dL_db2 = dL_dz2
dL_da1 = W2.T @ dL_dz2
```

## A batch, one example per row

```python
Z1 = X @ W1.T + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2.T + b2
A2 = sigmoid(Z2)
dL_dZ2 = (A2 - Y) * A2 * (1 - A2) / batch_size
dL_dW2 = dL_dZ2.T @ A1
dL_db2 = dL_dZ2.sum(axis=0)
dL_dA1 = dL_dZ2 @ W2
dL_dZ1 = dL_dA1 * A1 * (1 - A1)
dL_dW1 = dL_dZ1.T @ X
dL_db1 = dL_dZ1.sum(axis=0)
```
"""


def test_either_half_may_lay_out_its_examples_in_its_own_way():
    found = graded(COLUMNS_THEN_ROWS, loss="half_squared_error")
    assert [v for v in found.judged if not v.is_right] == []
    assert {9, 10, 11, 12, 13, 23, 24, 25} <= {v.line for v in found.judged}
    for right, slip, line in (
        ("W2.T @ dL_dz2", "W2 @ dL_dz2", 13),
        ("dL_dA1 * A1 * (1 - A1)", "dL_dA1 * A1", 27),
    ):
        found = graded(
            COLUMNS_THEN_ROWS.replace(right, slip), loss="half_squared_error"
        )
        assert {v.line for v in found.judged if not v.is_right} == {line}


def test_batches_go_by_several_names():
    text = """
```python
dz2 = (a2 - yb) * a2 * (1 - a2) / len(Xb)
dW2 = a1.T @ dz2
dz1 = dz2 @ W2.T * a1 * (1 - a1)
dW1 = Xb.T @ dz1
```
"""
    assert grade(text).passed
    assert grade(text.replace("Xb", "x_batch").replace("yb", "y_batch")).passed
    assert not grade(text.replace("Xb.T @", "a1.T @")).passed


ENTRIES_IN_BRACKETS = """
```
∂L/∂z₂[i] = (ŷ[i] − y[i]) · ŷ[i] · (1 − ŷ[i])
∂L/∂a₁[j] = Σᵢ W₂[i][j] · ∂L/∂z₂[i]     (sum over all outputs)
∂L/∂z₁[j] = ∂L/∂a₁[j] · ReLU'(z₁[j])
∂L/∂W₂[i][j] = ∂L/∂z₂[i] · a₁[j]
∂L/∂W₁[j][k] = ∂L/∂z₁[j] · x[k]         # of the inputs
```
"""


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ("][", ","), ("₂", "2"), ("Σᵢ", "Σ_i")]
)
def test_indices_of_mathematics_may_stand_in_brackets(old, new):
    net = MLP(3, [4, 2], activation="relu", output_activation="sigmoid", rng=0)
    text = ENTRIES_IN_BRACKETS.replace(old, new) if old else ENTRIES_IN_BRACKETS
    report = grade(text, net=net)
    assert report.passed, str(report)
    assert {v.line for v in report.judged} == {3, 4, 5, 6, 7}
    for right, slip, line in (("Σᵢ ", "", 4), ("ReLU'(z₁[j])", "ReLU(z₁[j])", 5)):
        report = grade(ENTRIES_IN_BRACKETS.replace(right, slip), net=net)
        assert {v.line for v in report.judged if not v.is_right} == {line}


def test_layers_and_indices_may_both_stand_in_brackets():
    text = """
δ[L][k] = (a[L][k] - y[k]) * a[L][k] * (1 - a[L][k])
δ[l][j] = Σ_k W[l+1][k][j] * δ[l+1][k] * σ'(z[l][j])
∂C/∂W[l][k][j] = δ[l][k] * a[l-1][j]
"""
    assert grade(text).passed
    assert not grade(text.replace("[l+1][k][j]", "[l+1][j][k]")).passed


PREACT = """
```python
def forward(self, input):
    h1_preact = np.dot(input, self.W1.T) + self.b1
    h1 = self.activation(h1_preact)
    out_preact = np.dot(h1, self.W2.T) + self.b2
    return h1_preact, h1, self.softmax(out_preact)

def backward(self, input, labels, h1_preact, h1, out_softmax):
    dl_dsoftmax = out_softmax - labels
    grad_w2 = np.dot(dl_dsoftmax.T, h1) / len(input)
    grad_b2 = dl_dsoftmax.mean(axis=0)
    dl_dh1 = np.dot(dl_dsoftmax, self.W2)
    dl_dh1_relu = (h1_preact > 0) * dl_dh1
    grad_w1 = np.dot(dl_dh1_relu.T, input) / len(input)
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [
        ("", "", set()),
        ("softmax - labels", "softmax + labels", {10}),
        ("(dl_dsoftmax, self.W2)", "(dl_dsoftmax, self.W2.T)", {13}),
    ],
)
def test_outputs_may_be_handed_over_under_another_name(right, slip, mistaken):
    setting = {"output": "identity", "loss": "softmax_cross_entropy"}
    found = graded(PREACT.replace(right, slip), hidden="relu", **setting)
    assert mistaken <= wrong_lines(found), str(found)
    if not mistaken:
        assert {10, 11, 12, 13, 14, 15} <= right_lines(found), str(found)
        assert not wrong_lines(found), str(found)


_BY_ENTRIES = """
```python
for j in range(nh):
    s = b1[j]
    for i in range(ni):
        s = s + w1[i][j] * x[i]
    h[j] = sigmoid(s)
for k in range(no):
    s = 0.0
    for j in range(nh):
        s += h[j] * w2[j][k]
    o[k] = sigmoid(s)
for k in range(no):
    delta2[k] = (o[k] - t[k]) * o[k] * (1 - o[k])
for j in range(nh):
    error = 0.0
    for k in range(no):
        error += delta2[k] * w2[j][k]
    delta1[j] = error * h[j] * (1 - h[j])
for j in range(nh):
    for k in range(no):
        dW2[j][k] = delta2[k] * h[j]
for i in range(ni):
    for j in range(nh):
        dW1[i][j] = delta1[j] * x[i]
```
"""
_IN_C = """
```c
for (int j = 0; j < nh; j++) {
    double s = b1[j];
    for (int i = 0; i < ni; i++) s += w1[j][i] * x[i];
    h[j] = sigmoid(s);
}
for (int k = 0; k < no; ++k) {
    double s = b2[k];
    for (int j = 0; j < nh; j++) {
        s += w2[k][j] * h[j];
    }
    o[k] = sigmoid(s);
    delta2[k] = (o[k] - t[k]) * o[k] * (1 - o[k]);
}
for (int j = 0; j < nh; j++) {
    double e = 0;
    for (int k = 0; k < no; k++) e += w2[k][j] * delta2[k];
    delta1[j] = e * h[j] * (1 - h[j]);
    for (int i = 0; i < ni; i++) dW1[j][i] = delta1[j] * x[i];
}
```
"""
_COMPREHENDED = """
```python
z1 = [sum(W1[j][i] * x[i] for i in range(ni)) + b1[j] for j in range(nh)]
a1 = [sigmoid(z1[j]) for j in range(nh)]
z2 = [sum(W2[k][j] * a1[j] for j in range(nh)) + b2[k] for k in range(no)]
a2 = [sigmoid(z2[k]) for k in range(no)]
d2 = [(a2[k] - y[k]) * a2[k] * (1 - a2[k]) for k in range(no)]
s1 = [sum(W2[k][j] * d2[k] for k in range(no)) for j in range(nh)]
d1 = [s1[j] * a1[j] * (1 - a1[j]) for j in range(nh)]
dW2 = [[d2[k] * a1[j] for j in range(nh)] for k in range(no)]
dW1 = [[d1[j] * x[i] for i in range(ni)] for j in range(nh)]
```
"""


@pytest.mark.parametrize(
    ("text", "right", "slip", "lines"),
    [
        (_BY_ENTRIES, "error += delta2[k] * w2[j][k]", "error += delta2[k] * w2[k][j]",
         {19: {14, 22, 25}}),
        (_BY_ENTRIES, "error * h[j] * (1 - h[j])", "error * h[j]", {19: {14, 22, 25}}),
        (_BY_ENTRIES, "delta1[j] * x[i]", "delta1[j] * h[j]", {25: {14, 19, 22}}),
        (_IN_C, "e * h[j] * (1 - h[j])", "e * h[j]", {19: {14, 20}}),
        (_COMPREHENDED, "(a2[k] - y[k]) *", "(a2[k] + y[k]) *", {7: {10, 11}}),
        (_COMPREHENDED, "[[d1[j] * x[i]", "[[d1[j] * a1[i]", {11: {7, 9, 10}}),
    ],
)  # fmt: skip
def test_loops_over_entries_are_products_of_matrices(text, right, slip, lines):
    ((mistaken, others),) = lines.items()
    found = graded(text)
    assert {mistaken, *others} <= right_lines(found), str(found)
    assert not wrong_lines(found), str(found)
    assert right in text
    slipped = graded(text.replace(right, slip))
    assert wrong_lines(slipped) == {mistaken}, str(slipped)


def test_loops_of_another_form_are_left_alone():
    text = "dW2 = dZ2 @ A1.T / m\nfor i in range(n):\n    t[i][k[i]] = max(q[i], 1)"
    assert graded(text).passed


_APPENDED = """
```python
delta = (a[-1] - y) * a[-1] * (1 - a[-1])
deltas = []
deltas.append(delta)
for l in range(len(weights) - 1, 0, -1):
    delta = (weights[l].T @ deltas[-1]) * a[l] * (1 - a[l])
    deltas.append(delta)
deltas.reverse()
for l in range(len(weights)):
    grad_w[l] = np.outer(deltas[l], a[l])
    grad_b[l] = deltas[l]
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [("", "", set()), ("a[l] * (1 - a[l])", "a[l]", {7}), ("], a[l])", "], a[l+1])", {11})],
)  # fmt: skip
def test_a_list_ends_with_the_delta_of_the_layer_above(right, slip, mistaken):
    text = _APPENDED.replace(right, slip)
    assert text != _APPENDED or not mistaken
    spanish = text.replace("weights", "pesos").replace("grad_", "gradientes_")
    spanish = spanish.replace("gradientes_w", "gradientes_pesos")
    in_one = re.sub(
        r"    delta = (.*)\n    deltas.append\(delta\)",
        r"    deltas.append(\1)\n",
        text,
    )
    for each in (text, spanish, in_one):
        found = graded(each, (3, 4, 3, 2))
        assert wrong_lines(found) == mistaken, str(found)
        assert {3, 7, 11} - mistaken <= right_lines(found), str(found)


_REMARKS = '''
```python
def retropropagar(self, salida):
    """
    1. Error en la capa de salida: δ^L = (a^L - y) ⊙ σ'(z^L)
    2. Hacia atrás: δ^l = (W^(l+1))^T δ^(l+1) ⊙ σ'(z^l)
    """
    # ∂C/∂w^l_jk = δ^l_j * a^(l-1)_k
    // ∂C/∂b^l_j = δ^l_j
    # ∂C/∂W = delta * a, as above
```
'''


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [("", "", set()), ("(l-1)_k", "l_k", {8}), (" ⊙ σ'(z^l)", "", {6})],
)
def test_remarks_and_labels_of_several_words_state_formulas(right, slip, mistaken):
    found = graded(_REMARKS.replace(right, slip), (3, 4, 3, 2))
    assert wrong_lines(found) == mistaken, str(found)
    assert right_lines(found) == {5, 6, 8, 9} - mistaken, str(found)


def test_what_goes_into_any_layer_may_be_x():
    text = """
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = sigmoid(Z2)
dZ2 = (A2 - Y) * A2 * (1 - A2)
dW2 = A1.T @ dZ2 / m

In each layer:

dW = (X.T @ dZ) / m
W = W - lr * dW
"""
    found = graded(text)
    named = {v.quantity for v in found.judged if v.line >= 11}
    assert {"dW1", "dW2", "update of W1", "update of W2"} <= named, str(found)
    assert found.passed, str(found)
    assert wrong_lines(graded(text.replace("(X.T @ dZ)", "(dZ.T @ X)"))) == {11}
    for other in ("X.T @ dZ", "dZ @ X.T / m"):  # of sums, of columns: it says not which
        found = graded(text.replace("(X.T @ dZ) / m", other))
        assert not wrong_lines(found), str(found)
        assert {6, 7} <= right_lines(found), str(found)


def test_a_step_to_a_new_name_is_one():
    text = """
```python
z1_1 = w1_1 * x1 + w1_2 * x2 + b1_1
a1_1 = sigmoid(z1_1)
z1_2 = w1_3 * x1 + w1_4 * x2 + b1_2
a1_2 = sigmoid(z1_2)
z2_1 = w2_1 * a1_1 + w2_2 * a1_2 + b2_1
y_hat = sigmoid(z2_1)
dL_db2_1 = (y_hat - y) * y_hat * (1 - y_hat)
dL_dw2_1 = (y_hat - y) * y_hat * (1 - y_hat) * a1_1
new_b2_1 = b2_1 - alpha * dL_db2_1
w2_1_new = w2_1 - alpha * dL_dw2_1
```
"""
    found = graded(text, (2, 2, 1))
    assert found.passed, str(found)
    assert not [each for each in found.left_out if each[0] in {11, 12}], str(found)


TABLE_IN_ROWS = """
```python
b1 = np.zeros(n_hidden)
Z1 = W1 @ X.T + b1[:, None]
A1 = sigmoid(Z1)
Z2 = W2 @ A1 + b2[:, None]
A2 = sigmoid(Z2)
dZ2 = (A2 - Y.T) / X.shape[0]
dW2 = dZ2 @ A1.T
db2 = np.sum(dZ2, axis=1)
dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
dW1 = dZ1 @ X
db1 = dZ1.sum(axis=1)
```
"""


def test_inputs_in_rows_may_meet_neurons_in_columns():
    of = {"loss": "binary_cross_entropy"}
    found = grade(TABLE_IN_ROWS, **of)
    assert (found.passed, len(found.judged)) == (True, 10)
    assert "X and Y are in rows" in found.notation
    turned = TABLE_IN_ROWS.replace("b1 = np", "A0 = X.T\nb1 = np")
    turned = turned.replace("@ X.T", "@ A0").replace("dZ1 @ X", "dZ1 @ A0.T")
    assert grade(turned.replace("X.shape[0]", "m"), **of).passed
    for right, slip in (("dZ1 @ X", "dZ1 @ X.T"), ("X.shape[0]", "X.shape[1]")):
        wrong = grade(TABLE_IN_ROWS.replace(right, slip), **of)
        assert not wrong.passed
    in_latex = r"""
$Z_1 = W_1 X^T + b_1$, $A_1 = \sigma(Z_1)$, $Z_2 = W_2 A_1 + b_2$, $A_2 = \sigma(Z_2)$

$dZ_2 = \frac{1}{m}(A_2 - Y^T)$, $dW_2 = dZ_2 A_1^T$

$dZ_1 = W_2^T dZ_2 \odot \sigma'(Z_1)$, $dW_1 = dZ_1 X$
"""
    found = grade(in_latex, **of)
    assert (found.passed, len(found.judged)) == (True, 8)
    assert not grade(in_latex.replace("dZ_1 X", "dZ_1 X^T"), **of).passed


@pytest.mark.parametrize(
    "bias",
    ["b1[:, np.newaxis]", "b1.reshape(-1, 1)", "np.array([self.b1] * m).T", "b1"],
)
def test_biases_of_one_axis_have_gradients_of_one(bias):
    text = f"""
```python
Z1 = W1 @ X + {bias}
dW1 = dZ1 @ X.T
db1 = np.sum(dZ1, axis=1)
```
"""
    found = {one.quantity: one for one in grade(text).judged}
    if bias == "b1":
        assert found["db1"].mistake == "keepdims-lost"
        text = text.replace("Z1 = ", "b1 = np.zeros(4)\nZ1 = ", 1)
        assert grade(text).passed
    else:
        assert found["db1"].is_right
        assert not grade(text.replace("sum(dZ1", "mean(dZ1")).passed


OF_NUMPY = """
```python
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = sigmoid(Z2)
dZ2 = A2 - Y
dW2 = A1.T @ dZ2
db2 = np.sum(dZ2, axis=0, keepdims=True)
dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)
dW1 = X.T @ dZ1
```
"""


@pytest.mark.parametrize(
    ("old", "new", "slip"),
    [
        ("A1.T @ dZ2", "torch.mm(A1.t(), dZ2)", "torch.mm(X.t(), dZ2)"),
        ("A1.T @ dZ2", "A1.permute(1, 0).mm(dZ2)", "A1.permute(1, 0).mm(dZ1)"),
        ("A1.T @ dZ2", "np.swapaxes(A1, 0, 1) @ dZ2", "np.swapaxes(X, 0, 1) @ dZ2"),
        (
            "X.T @ dZ1",
            "tf.matmul(X, dZ1, transpose_a=True)",
            "tf.matmul(X, dZ1, transpose_b=True)",
        ),
        ("np.sum(", "np.add.reduce(", "np.add.reduce(m * "),
        ("np.sum(", "tf.reduce_sum(", "tf.reduce_mean("),
        ("np.sum(", "mx.nd.sum(", "mx.nd.mean("),
        ("dZ2 = A2 - Y", "dZ2: np.ndarray = A2 - Y", "dZ2: np.ndarray = Y - A2"),
        ("X.T @ dZ1", "X.T @ dZ1; print(dW1.shape)", "X.T @ dZ2; print(dW1.shape)"),
        ("dZ2 = A2 - Y", "dZ2 ← A2 - Y", "dZ2 ← Y - A2"),
    ],
)
def test_code_may_be_of_other_libraries(old, new, slip):
    of = {"loss": "binary_cross_entropy"}
    found = grade(OF_NUMPY.replace(old, new), **of)
    assert (found.passed, len(found.judged)) == (True, 9)
    assert not grade(OF_NUMPY.replace(old, slip), **of).passed


@pytest.mark.parametrize("product", ["torch.mul(s, 1 - s)", "s.mul(1 - s)"])
def test_a_function_may_compute_by_methods(product):
    text = f"def slope(z):\n    s = sigmoid(z)\n    return {product}\n\n"
    text += OF_NUMPY.replace("A1 * (1 - A1)", "slope(Z1)")
    found = grade(text, loss="binary_cross_entropy")
    assert (found.passed, len(found.judged)) == (True, 9)
    slip = grade(text.replace("slope(Z1)", "slope(A1)"), loss="binary_cross_entropy")
    assert not slip.passed


def test_a_step_of_heaviside_is_the_slope_of_relu():
    text = OF_NUMPY.replace("A1 = sigmoid", "A1 = relu")
    text = text.replace("A1 * (1 - A1)", "np.heaviside(Z1, 0)")
    assert grade(text, loss="binary_cross_entropy").passed
    wrong = text.replace("heaviside(Z1", "heaviside(Z2")
    assert not grade(wrong, loss="binary_cross_entropy").passed


@pytest.mark.parametrize("name", ["gW1", "dLoss_dW1", "gradient_W1"])
def test_a_gradient_is_read_by_name_without_a_forward_pass(name):
    text = f"""
```python
gz2 = a2 - y
gz1 = gz2 @ W2.T * (z1 > 0)
{name} = x.T @ gz1
```
"""
    of = {"loss": "binary_cross_entropy", "hidden": "relu"}
    net = MLP(2, [3, 1], activation="relu", output_activation="sigmoid", rng=0)
    found = grade(text, net=net, loss=of["loss"])
    assert (found.passed, [one.quantity for one in found.judged][-1]) == (True, "dW1")


OF_OTHER_LANGUAGES = {
    "eigen": """
```cpp
MatrixXd dZ2 = A2 - Y;
MatrixXd dW2 = dZ2 * A1.transpose();
MatrixXd db2 = dZ2.rowwise().sum();
MatrixXd dZ1 = (W2.transpose() * dZ2).cwiseProduct(A1.cwiseProduct(1 - A1));
MatrixXd dW1 = dZ1 * X.transpose();
```
""",
    "arrays": """
```cpp
auto dZ2 = A2 - Y;
auto dW2 = dZ2 * A1.transpose();
auto db2 = dZ2.rowwise().sum();
auto dZ1 = ((W2.transpose() * dZ2).array() * A1.array() * (1 - A1.array())).matrix();
auto dW1 = dZ1 * X.transpose();
```
""",
    "rust": """
```rust
let dZ2 = &A2 - &Y;
let dW2 = dZ2.dot(&A1.t());
let db2 = dZ2.sum_axis(Axis(1)).insert_axis(Axis(1));
let dZ1 = &W2.t().dot(&dZ2) * &A1 * &(1.0 - &A1);
let dW1 = dZ1.dot(&X.t());
```
""",
    "r": """
```r
dZ2 <- A2 - Y
dW2 <- dZ2 %*% t(A1)
db2 <- rowSums(dZ2)
dZ1 <- (t(W2) %*% dZ2) * A1 * (1 - A1)
dW1 <- dZ1 %*% t(X)
```
""",
    "mathjs": """
```js
const dZ2 = math.subtract(A2, Y);
const dW2 = math.multiply(dZ2, math.transpose(A1));
const db2 = dZ2.sum(axis=1, keepdims=True);
const dZ1 = math.dotMultiply(math.multiply(math.transpose(W2), dZ2), A1 * (1 - A1));
const dW1 = math.multiply(dZ1, math.transpose(X));
```
""",
    "prompts": """
```python
>>> dZ2 = A2 - Y
>>> dW2 = dZ2 @ A1.T
>>> db2 = dZ2.sum(axis=1, keepdims=True)
>>> dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
>>> dW1 = dZ1 @ X.T
```
""",
}


@pytest.mark.parametrize("language", OF_OTHER_LANGUAGES)
def test_code_may_be_of_other_languages(language):
    text = OF_OTHER_LANGUAGES[language]
    net = MLP(2, [3, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(text, net=net, loss="binary_cross_entropy")
    assert (found.passed, len(found.judged)) == (True, 5)
    mistaken = grade(text.replace("A2", "A1", 1), net=net, loss="binary_cross_entropy")
    assert not mistaken.passed


ONE_AFTER_ANOTHER = """
```python
for i in range(m):
    a0 = X[i]
    z1 = W1 @ a0 + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    d2 = a2 - Y[i]
    d1 = (W2.T @ d2) * sigmoid_prime(z1)
    dW2 += np.outer(d2, a1)
    db2 += d2
    dW1 += np.outer(d1, a0)
    db1 += d1  # adds up

dW2 /= m
db2 /= m
dW1 /= m
db1 /= m
```
"""


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("", ""),
        ("[i]", "[:, i:i+1]"),
        ("for i in range(m)", "for x, y in zip(X, Y)"),
        ("    db1 += d1  # adds up\n", ""),
    ],
)
def test_gradients_may_add_up_over_a_loop_over_the_examples(plain, other):
    text = ONE_AFTER_ANOTHER.replace(plain, other) if plain else ONE_AFTER_ANOTHER
    if "zip" in other:
        text = text.replace("X[i]", "x").replace("Y[i]", "y")
    if not other and plain:
        text = text.replace("db1 /= m\n", "")
    net = MLP(4, [5, 3], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(text, net=net, loss="binary_cross_entropy")
    assert found.passed, found
    gradients = {one.quantity for one in found.judged if one.is_right}
    assert gradients >= {"dZ2", "dW2", "db2", "dZ1", "dW1"}
    slip = grade(text.replace("dW2 /= m\n", ""), net=net, loss="binary_cross_entropy")
    assert "batch-1m-missing" in {one.mistake for one in slip.judged}


UNITS_OF_BIASES = {
    "NumPy": """
```python
a1 = np.hstack((np.ones((m, 1)), X))
z2 = a1 @ Theta1.T
a2 = np.hstack((np.ones((m, 1)), sigmoid(z2)))
z3 = a2 @ Theta2.T
h = sigmoid(z3)
d3 = h - Y
d2 = (d3 @ Theta2[:, 1:]) * sigmoid_gradient(z2)
Theta1_grad = d2.T @ a1 / m
Theta2_grad = d3.T @ a2 / m
```
""",
    "a loop": """
```python
for t in range(m):
    a1 = np.r_[1, X[t]]
    z2 = Theta1 @ a1
    a2 = np.r_[1, sigmoid(z2)]
    z3 = Theta2 @ a2
    d3 = sigmoid(z3) - Y[t]
    d2 = (Theta2.T @ d3)[1:] * sigmoid_gradient(z2)
    Theta2_grad += np.outer(d3, a2)
    Theta1_grad += np.outer(d2, a1)
Theta1_grad /= m
Theta2_grad /= m
```
""",
    "Octave": """
```octave
for t = 1:m
  a1 = [1; X(t, :)'];
  z2 = Theta1 * a1;
  a2 = [1; sigmoid(z2)];
  z3 = Theta2 * a2;
  a3 = sigmoid(z3);
  d3 = a3 - Y(t, :)';
  d2 = (Theta2' * d3) .* [1; sigmoidGradient(z2)];
  d2 = d2(2:end);
  Theta2_grad = Theta2_grad + d3 * a2';
  Theta1_grad = Theta1_grad + d2 * a1';
end
Theta1_grad = Theta1_grad / m;
Theta2_grad = Theta2_grad / m;
```
""",
}


@pytest.mark.parametrize("language", UNITS_OF_BIASES)
def test_biases_may_be_the_weights_of_a_unit_that_is_1(language):
    text = UNITS_OF_BIASES[language]
    net = MLP(4, [5, 3], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(text, net=net, loss="binary_cross_entropy")
    assert found.passed, found
    assert {one.quantity for one in found.judged} >= {"dZ3", "dZ2", "dW2", "dW1"}
    slip = re.sub(r"(?i)sigmoid_?gradient\(", "sigmoid(", text)
    assert not grade(slip, net=net, loss="binary_cross_entropy").passed
