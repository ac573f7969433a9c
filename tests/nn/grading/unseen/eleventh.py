"""Eighty texts, written apart from the grader: 40 with one mistake.

They are what students, teachers and engineers type in Markdown. All were compared with
finite differences when they were written, by way of a translation.
"""

# ruff: noqa: E501  (as people write it)

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])

CASES.text(
    "the hidden derivative is taken at the layer above",
    "dZ1",
    r"""
### Backward pass in matrix form

With $a^{(0)} = x$, $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$, $a^{(l)} = \tanh(z^{(l)})$ for $l = 1, 2$ and $C = \frac12 \|a^{(2)} - y\|^2$ we get

$$
\begin{aligned}
\delta^{(2)} &= (a^{(2)} - y) \odot \left(1 - (a^{(2)})^2\right) \\
\delta^{(1)} &= \left((W^{(2)})^\top \delta^{(2)}\right) \odot \left(1 - (a^{(2)})^2\right) \\
\frac{\partial C}{\partial W^{(l)}} &= \delta^{(l)} (a^{(l-1)})^\top \\
\frac{\partial C}{\partial b^{(l)}} &= \delta^{(l)}
\end{aligned}
$$
""",
    layers=(3, 3, 3),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "right: Nielsen's four equations, with remarks",
    "",
    r"""
The network has $L = 3$ layers of weights. As usual $z^l = w^l a^{l-1} + b^l$ and $a^l = \sigma(z^l)$, and the quadratic cost of one training example is $C = \frac{1}{2} \sum_j (y_j - a^L_j)^2$.

Then $\partial C / \partial a^L_j = a^L_j - y_j$, so

$$\delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j) = (a^L_j - y_j)\, \sigma'(z^L_j) \tag{BP1}$$

$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l) \tag{BP2}$$

$$\frac{\partial C}{\partial b^l_j} = \delta^l_j \tag{BP3}$$

$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j \tag{BP4}$$

Remember $\sigma'(z) = \sigma(z)(1 - \sigma(z))$. (With the cross-entropy cost BP1 would lose its $\sigma'$; the other three stay as they are.)
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "1/m forgotten in the bias of the hidden layer",
    "db1",
    r"""
```python
# forward
Z1 = W1 @ X + b1
A1 = np.maximum(0, Z1)
Z2 = W2 @ A1 + b2
A2 = 1 / (1 + np.exp(-Z2))
# cost: -(1/m) * sum(Y*log(A2) + (1-Y)*log(1-A2))

# backward
dZ2 = A2 - Y
dW2 = (1/m) * dZ2 @ A1.T
db2 = (1/m) * np.sum(dZ2, axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * (Z1 > 0)
dW1 = (1/m) * dZ1 @ X.T
db1 = np.sum(dZ1, axis=1, keepdims=True)
```
""",
    layers=(3, 4, 1),
    hidden="relu",
    loss="binary_cross_entropy",
)

CASES.text(
    "right: rows, softmax, 1/m at the start",
    "",
    r"""
We keep one example per row, so `X` is $m \times d$ and $Y$ is one-hot, $m \times K$.

Forward:

- $H = \tanh(X U + c)$
- $S = H V + d$
- $P = \mathrm{softmax}(S)$ (row by row)
- $J = -\frac1m \sum_{i,k} Y_{ik} \log P_{ik}$

Backward:

- $G_S = \frac{1}{m}(P - Y)$
- $G_V = H^\top G_S$
- $g_d = \mathbf{1}^\top G_S$
- $G_H = G_S V^\top$
- $G_A = G_H \odot (1 - H \odot H)$, where $A = XU + c$
- $G_U = X^\top G_A$
- $g_c = \mathbf{1}^\top G_A$

No further $1/m$ is needed since it is already in $G_S$.
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "extra derivative of the sigmoid with the cross entropy",
    "dZ2",
    r"""
Binärer Klassifikator mit einer versteckten Schicht, ein Beispiel.

Vorwärts:

$$z_1 = W_1 x + b_1,\quad a_1 = \tanh(z_1),\quad z_2 = W_2 a_1 + b_2,\quad a_2 = \sigma(z_2)$$

Verlust: $L = -[y \ln a_2 + (1-y)\ln(1-a_2)]$

Rückwärts:

$$\delta_2 = (a_2 - y) \odot a_2 \odot (1 - a_2)$$

$$\frac{\partial L}{\partial W_2} = \delta_2 a_1^T, \quad \frac{\partial L}{\partial b_2} = \delta_2$$

$$\delta_1 = W_2^T \delta_2 \odot (1 - a_1^2)$$

$$\frac{\partial L}{\partial W_1} = \delta_1 x^T, \quad \frac{\partial L}{\partial b_1} = \delta_1$$
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "right: tiny network neuron by neuron, with numbers",
    "",
    r"""
Two inputs, two hidden neurons, one output, sigmoid everywhere.

    net_h1 = w1*i1 + w2*i2 + b1
    net_h2 = w3*i1 + w4*i2 + b2
    out_h1 = sigmoid(net_h1)
    out_h2 = sigmoid(net_h2)
    net_o = w5*out_h1 + w6*out_h2 + b3
    out_o = sigmoid(net_o)
    E = 1/2 (target - out_o)^2

The output neuron:

    dE/dout_o = -(target - out_o)
    dout_o/dnet_o = out_o (1 - out_o)
    delta_o = -(target - out_o) * out_o * (1 - out_o)
    dE/dw5 = delta_o * out_h1
    dE/dw6 = delta_o * out_h2
    dE/db3 = delta_o

The hidden ones:

    delta_h1 = delta_o * w5 * out_h1 * (1 - out_h1)
    delta_h2 = delta_o * w6 * out_h2 * (1 - out_h2)
    dE/dw1 = delta_h1 * i1
    dE/dw2 = delta_h1 * i2
    dE/dw3 = delta_h2 * i1
    dE/dw4 = delta_h2 * i2
    dE/db1 = delta_h1
    dE/db2 = delta_h2

For example with target = 1 and out_o = 0.8 we have delta_o = -0.2 * 0.8 * 0.2 = -0.032.
""",
    layers=(2, 2, 1),
)

CASES.text(
    "the wrong weight is used for a hidden neuron",
    "dZ1",
    r"""
A 2-2-1 network for one example:

- $h_1 = \sigma(s_1)$, $s_1 = u_{11} x_1 + u_{12} x_2 + p_1$
- $h_2 = \sigma(s_2)$, $s_2 = u_{21} x_1 + u_{22} x_2 + p_2$
- $o = v_1 h_1 + v_2 h_2 + q$
- $E = \frac12 (o - t)^2$

Gradients:

1. $\frac{\partial E}{\partial o} = o - t$
2. $\frac{\partial E}{\partial v_1} = (o - t) h_1$, $\frac{\partial E}{\partial v_2} = (o - t) h_2$, $\frac{\partial E}{\partial q} = o - t$
3. $\frac{\partial E}{\partial s_1} = (o - t) v_1 h_1 (1 - h_1)$
4. $\frac{\partial E}{\partial s_2} = (o - t) v_1 h_2 (1 - h_2)$
5. $\frac{\partial E}{\partial u_{ij}} = \frac{\partial E}{\partial s_i} x_j$
6. $\frac{\partial E}{\partial p_i} = \frac{\partial E}{\partial s_i}$
""",
    layers=(2, 2, 1),
    output="identity",
)

CASES.text(
    "right: chain of Jacobians",
    "",
    r"""
Let $z_1 = W_1 x + b_1$, $h = \mathrm{softplus}(z_1)$, $z_2 = W_2 h + b_2$ and $\hat{y} = z_2$, with $\ell = \frac12 \lVert \hat y - y \rVert^2$.

All Jacobians in numerator layout, so that derivatives of $\ell$ are row vectors:

\[
\frac{\partial \ell}{\partial z_2} = (\hat y - y)^\top, \qquad
\frac{\partial z_2}{\partial h} = W_2, \qquad
\frac{\partial h}{\partial z_1} = \operatorname{diag}(\sigma(z_1))
\]

because the derivative of softplus is the logistic sigmoid $\sigma$. Multiplying,

\[
\frac{\partial \ell}{\partial z_1} = \frac{\partial \ell}{\partial z_2}\frac{\partial z_2}{\partial h}\frac{\partial h}{\partial z_1} = (\hat y - y)^\top W_2 \operatorname{diag}(\sigma(z_1))
\]

Transposing, with $\delta_2 = \hat y - y$ and $\delta_1 = \operatorname{diag}(\sigma(z_1)) W_2^\top \delta_2$, the gradients (of the shape of the parameters) are

\[
\nabla_{W_2} \ell = \delta_2 h^\top, \quad \nabla_{b_2} \ell = \delta_2, \quad \nabla_{W_1} \ell = \delta_1 x^\top, \quad \nabla_{b_1} \ell = \delta_1 .
\]
""",
    hidden="softplus",
    output="identity",
)

CASES.text(
    "the pre-activation instead of the activation in the weight gradient",
    "dW2",
    r"""
Propagation avant (un seul exemple) :

$$z^{[1]} = W^{[1]} x + b^{[1]}, \qquad a^{[1]} = \max(0, z^{[1]})$$
$$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]}, \qquad \hat y = \mathrm{softmax}(z^{[2]})$$
$$\mathcal{L} = -\sum_k y_k \log \hat y_k$$

Rétropropagation :

$$\frac{\partial \mathcal{L}}{\partial z^{[2]}} = \hat y - y$$
$$\frac{\partial \mathcal{L}}{\partial W^{[2]}} = (\hat y - y) (z^{[1]})^T$$
$$\frac{\partial \mathcal{L}}{\partial b^{[2]}} = \hat y - y$$
$$\frac{\partial \mathcal{L}}{\partial z^{[1]}} = (W^{[2]})^T (\hat y - y) \odot \mathbb{1}[z^{[1]} > 0]$$
$$\frac{\partial \mathcal{L}}{\partial W^{[1]}} = \frac{\partial \mathcal{L}}{\partial z^{[1]}} x^T$$
$$\frac{\partial \mathcal{L}}{\partial b^{[1]}} = \frac{\partial \mathcal{L}}{\partial z^{[1]}}$$
""",
    layers=(3, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "right: deep, general in l, with the batch and 1/m in the gradients",
    "",
    r"""
**Setup.** $A^{[0]} = X$ (one column per example, $m$ columns), and for $l = 1, \dots, 4$

$$Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}, \qquad A^{[l]} = g^{[l]}(Z^{[l]})$$

with $g^{[l]} = \mathrm{ReLU}$ for $l < 4$ and $g^{[4]} = \sigma$. Cost $J = -\frac1m \sum_{i=1}^m \left[ y^{(i)} \log a^{[4](i)} + (1-y^{(i)}) \log (1 - a^{[4](i)}) \right]$.

**Backward.** Start from

$$dZ^{[4]} = A^{[4]} - Y$$

and for every layer

$$dW^{[l]} = \frac1m dZ^{[l]} A^{[l-1]T}$$
$$db^{[l]} = \frac1m \sum_{i=1}^m dZ^{[l](i)}$$
$$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$$
$$dZ^{[l-1]} = dA^{[l-1]} * g^{[l-1]\prime}(Z^{[l-1]})$$

where $g'(z) = 1$ if $z > 0$ and $0$ otherwise.
""",
    layers=(3, 4, 4, 3, 1),
    hidden="relu",
    loss="binary_cross_entropy",
)

CASES.text(
    "factor 2 missing in the squared error",
    "dZ2",
    r"""
Squared error on a two layer net, elementwise:

    s1_i = sum_j W1_ij x_j + b1_i
    h_i  = tanh(s1_i)
    s2_k = sum_i W2_ki h_i + b2_k
    o_k  = s2_k
    L = sum_k (o_k - t_k)^2

    dL/ds2_k = o_k - t_k
    dL/dW2_ki = dL/ds2_k * h_i
    dL/db2_k = dL/ds2_k
    dL/ds1_i = (sum_k dL/ds2_k * W2_ki) * (1 - h_i^2)
    dL/dW1_ij = dL/ds1_i * x_j
    dL/db1_i = dL/ds1_i
""",
    hidden="tanh",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "right: Bishop's notation, sum of errors",
    "",
    r"""
Following Bishop: $a_j = \sum_i w^{(1)}_{ji} x_i + w^{(1)}_{j0}$, $z_j = \tanh(a_j)$, $y_k = \sum_j w^{(2)}_{kj} z_j + w^{(2)}_{k0}$, and for one pattern

$$E_n = \frac12 \sum_k (y_k - t_k)^2.$$

The errors of the outputs are

$$\delta_k = y_k - t_k$$

and those of the hidden units

$$\delta_j = (1 - z_j^2) \sum_k w^{(2)}_{kj} \delta_k.$$

Finally the derivatives with respect to the weights of both layers:

$$\frac{\partial E_n}{\partial w^{(1)}_{ji}} = \delta_j x_i, \qquad \frac{\partial E_n}{\partial w^{(2)}_{kj}} = \delta_k z_j$$

and, with $x_0 = z_0 = 1$, $\partial E_n/\partial w^{(1)}_{j0} = \delta_j$ and $\partial E_n/\partial w^{(2)}_{k0} = \delta_k$.
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "derivative of tanh written 1 - h",
    "dZ1",
    r"""
```matlab
% forward, examples in columns
H = tanh(W1*X + b1);
O = W2*H + b2;
% cost J = 1/(2*m) * sum(sum((O - T).^2))

D2 = (O - T) / m;
gW2 = D2 * H';
gb2 = sum(D2, 2);
D1 = (W2' * D2) .* (1 - H);
gW1 = D1 * X';
gb1 = sum(D1, 2);
```
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "right: Octave with Theta",
    "",
    r"""
Course notes, with the bias kept apart from `Theta`:

```octave
m = size(X, 1);                 % one example per row
z2 = X * Theta1' + b1';
a2 = 1 ./ (1 + exp(-z2));
z3 = a2 * Theta2' + b2';
a3 = 1 ./ (1 + exp(-z3));
J = -1/m * sum(sum(Y .* log(a3) + (1 - Y) .* log(1 - a3)));

d3 = a3 - Y;
d2 = (d3 * Theta2) .* a2 .* (1 - a2);
Theta2_grad = d3' * a2 / m;
Theta1_grad = d2' * X / m;
b2_grad = sum(d3, 1)' / m;
b1_grad = sum(d2, 1)' / m;
```
""",
    loss="binary_cross_entropy",
)

CASES.text(
    "index of the weights in the recursion swapped",
    "dZ1",
    r"""
Indexed version. For layer $l$: $z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$ and $a^l_j = \sigma(z^l_j)$; layers $l = 1, 2$; $C = \frac12\sum_j (a^2_j - y_j)^2$.

$$\delta^2_j = (a^2_j - y_j)\, a^2_j (1 - a^2_j)$$

$$\delta^1_j = \left( \sum_k w^2_{jk} \delta^2_k \right) a^1_j (1 - a^1_j)$$

$$\frac{\partial C}{\partial w^l_{jk}} = \delta^l_j a^{l-1}_k$$

$$\frac{\partial C}{\partial b^l_j} = \delta^l_j$$
""",
    layers=(3, 3, 3),
)

CASES.text(
    "right: Japanese, mean squared error over outputs",
    "",
    r"""
## 誤差逆伝播法

順伝播(1つのサンプル):

$$u_1 = W_1 x + b_1,\quad z_1 = \mathrm{ReLU}(u_1),\quad u_2 = W_2 z_1 + b_2,\quad y = u_2$$

損失は $E = \frac{1}{K} \sum_{k=1}^{K} (y_k - t_k)^2$ とする。

逆伝播:

$$\delta_2 = \frac{\partial E}{\partial u_2} = \frac{2}{K} (y - t)$$

$$\frac{\partial E}{\partial W_2} = \delta_2 z_1^\top, \quad \frac{\partial E}{\partial b_2} = \delta_2$$

$$\delta_1 = (W_2^\top \delta_2) \odot \mathbf{1}(u_1 > 0)$$

$$\frac{\partial E}{\partial W_1} = \delta_1 x^\top, \quad \frac{\partial E}{\partial b_1} = \delta_1$$

ここで $\odot$ は要素ごとの積である。
""",
    hidden="relu",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "the skip: the first delta is computed from the last delta",
    "dZ1",
    r"""
Three weight layers, sigmoid, one example, all layers of the same width.

z1 = W1·x + b1, a1 = σ(z1)
z2 = W2·a1 + b2, a2 = σ(z2)
z3 = W3·a2 + b3, a3 = σ(z3)
C = ½‖a3 − y‖²

1. δ3 = (a3 − y) ⊙ σ′(z3)
2. δ2 = (W3ᵀ δ3) ⊙ σ′(z2)
3. δ1 = (W2ᵀ δ3) ⊙ σ′(z1)
4. ∂C/∂W3 = δ3 a2ᵀ, ∂C/∂W2 = δ2 a1ᵀ, ∂C/∂W1 = δ1 xᵀ
5. ∂C/∂b3 = δ3, ∂C/∂b2 = δ2, ∂C/∂b1 = δ1
""",
    layers=(3, 3, 3, 3),
)

CASES.text(
    "right: Unicode, sign convention of the delta rule",
    "",
    r"""
Here I use the old convention, where δ is the *negative* derivative: δ = −∂E/∂net.

net₁ = W₁x + b₁, o₁ = σ(net₁)
net₂ = W₂o₁ + b₂, o₂ = σ(net₂)
E = ½ Σₖ (tₖ − o₂ₖ)²

δ₂ = (t − o₂) ⊙ o₂ ⊙ (1 − o₂)
δ₁ = (W₂ᵀδ₂) ⊙ o₁ ⊙ (1 − o₁)

and so the gradients carry a minus:

∂E/∂W₂ = −δ₂ o₁ᵀ
∂E/∂b₂ = −δ₂
∂E/∂W₁ = −δ₁ xᵀ
∂E/∂b₁ = −δ₁

The update W ← W − η ∂E/∂W is therefore W ← W + η δ oᵀ.
""",
)

CASES.text(
    "sign: y - a taken as the derivative of the cost",
    "dZ2",
    r"""
Forward propagation

$$\mathbf{h} = \sigma(\mathbf{W}_1\mathbf{x} + \mathbf{b}_1), \qquad \mathbf{o} = \mathbf{W}_2\mathbf{h} + \mathbf{b}_2, \qquad L = \tfrac12\|\mathbf{y} - \mathbf{o}\|^2$$

Backward propagation

$$\frac{\partial L}{\partial \mathbf{o}} = \mathbf{y} - \mathbf{o}$$

$$\frac{\partial L}{\partial \mathbf{W}_2} = \frac{\partial L}{\partial \mathbf{o}} \mathbf{h}^\top, \quad \frac{\partial L}{\partial \mathbf{b}_2} = \frac{\partial L}{\partial \mathbf{o}}$$

$$\frac{\partial L}{\partial \mathbf{h}} = \mathbf{W}_2^\top \frac{\partial L}{\partial \mathbf{o}}$$

$$\frac{\partial L}{\partial \mathbf{z}_1} = \frac{\partial L}{\partial \mathbf{h}} \odot \mathbf{h} \odot (1 - \mathbf{h})$$

$$\frac{\partial L}{\partial \mathbf{W}_1} = \frac{\partial L}{\partial \mathbf{z}_1} \mathbf{x}^\top, \quad \frac{\partial L}{\partial \mathbf{b}_1} = \frac{\partial L}{\partial \mathbf{z}_1}$$

Here $\mathbf{z}_1$ is the argument of $\sigma$. Update: $\mathbf{W}_i \leftarrow \mathbf{W}_i - \eta\, \partial L/\partial \mathbf{W}_i$.
""",
    output="identity",
)

CASES.text(
    "right: names in words in code, rows",
    "",
    r"""
```python
hidden_input = inputs @ weights_hidden + bias_hidden      # (m, 4)
hidden_output = np.where(hidden_input > 0, hidden_input, 0.01 * hidden_input)
final_input = hidden_output @ weights_out + bias_out      # (m, 2)
final_output = final_input
loss = 0.5 * np.sum((final_output - targets) ** 2) / m

error = (final_output - targets) / m
grad_weights_out = hidden_output.T @ error
grad_bias_out = error.sum(axis=0)
hidden_error = error @ weights_out.T
hidden_delta = hidden_error * np.where(hidden_input > 0, 1.0, 0.01)
grad_weights_hidden = inputs.T @ hidden_delta
grad_bias_hidden = hidden_delta.sum(axis=0)
```

The leaky slope is 0.01.
""",
    hidden="leaky_relu",
    output="identity",
)

CASES.text(
    "the delta is not used, only the error, in the weights of the output",
    "dW2",
    r"""
# Заметки об обратном распространении ошибки

Прямой проход (один пример):

$$s^{(1)} = W^{(1)} x + b^{(1)}, \quad x^{(1)} = \sigma(s^{(1)})$$
$$s^{(2)} = W^{(2)} x^{(1)} + b^{(2)}, \quad x^{(2)} = \sigma(s^{(2)})$$

Функция потерь: $E = \frac12 \sum_k (x^{(2)}_k - y_k)^2$.

Обратный проход:

$$\delta^{(2)} = (x^{(2)} - y) \odot x^{(2)} \odot (1 - x^{(2)})$$
$$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot x^{(1)} \odot (1 - x^{(1)})$$
$$\frac{\partial E}{\partial W^{(2)}} = (x^{(2)} - y) (x^{(1)})^T$$
$$\frac{\partial E}{\partial W^{(1)}} = \delta^{(1)} x^T$$
$$\frac{\partial E}{\partial b^{(2)}} = \delta^{(2)}, \qquad \frac{\partial E}{\partial b^{(1)}} = \delta^{(1)}$$
""",
)

CASES.text(
    "right: PyTorch by hand, sum of the losses",
    "",
    r"""
```python
import torch

# x: (m, 3), t: (m, 3) one-hot; w1: (3, 4), w2: (4, 3)
pre = x @ w1 + b1
act = torch.sigmoid(pre)
logits = act @ w2 + b2
probs = torch.softmax(logits, dim=1)
loss = -(t * torch.log(probs)).sum()

# by hand
grad_logits = probs - t
grad_w2 = act.t() @ grad_logits
grad_b2 = grad_logits.sum(dim=0)
grad_act = grad_logits @ w2.t()
grad_pre = grad_act * act * (1 - act)
grad_w1 = x.t() @ grad_pre
grad_b1 = grad_pre.sum(dim=0)
```

There is no division by the batch size, since the loss is a sum.
""",
    layers=(3, 4, 3),
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)

CASES.text(
    "1/m twice in the weights of the output layer",
    "dW2",
    r"""
Batch of $m$ examples in the columns of $X$.

\begin{align}
Z_1 &= W_1 X + b_1 \mathbf{1}^T \\
A_1 &= \sigma(Z_1) \\
Z_2 &= W_2 A_1 + b_2 \mathbf{1}^T \\
A_2 &= Z_2 \\
J &= \frac{1}{2m} \|A_2 - Y\|_F^2
\end{align}

\begin{align}
\frac{\partial J}{\partial Z_2} &= \frac{1}{m} (A_2 - Y) \\
\frac{\partial J}{\partial W_2} &= \frac{1}{m} \frac{\partial J}{\partial Z_2} A_1^T \\
\frac{\partial J}{\partial b_2} &= \frac{\partial J}{\partial Z_2} \mathbf{1} \\
\frac{\partial J}{\partial Z_1} &= W_2^T \frac{\partial J}{\partial Z_2} \odot A_1 \odot (1 - A_1) \\
\frac{\partial J}{\partial W_1} &= \frac{\partial J}{\partial Z_1} X^T \\
\frac{\partial J}{\partial b_1} &= \frac{\partial J}{\partial Z_1} \mathbf{1}
\end{align}
""",
    output="identity",
)

CASES.text(
    "right: single chain rule lines step by step",
    "",
    r"""
Network: $z_j = \sum_i w_{ji} x_i + b_j$, $h_j = \sigma(z_j)$, $s_k = \sum_j v_{kj} h_j + c_k$, $o_k = \sigma(s_k)$, and $L = \frac12 \sum_k (o_k - y_k)^2$.

Step 1. $\dfrac{\partial L}{\partial o_k} = o_k - y_k$

Step 2. $\dfrac{\partial o_k}{\partial s_k} = o_k (1 - o_k)$

Step 3. $\dfrac{\partial L}{\partial s_k} = \dfrac{\partial L}{\partial o_k} \dfrac{\partial o_k}{\partial s_k} = (o_k - y_k)\, o_k (1 - o_k)$

Step 4. $\dfrac{\partial s_k}{\partial v_{kj}} = h_j$, so $\dfrac{\partial L}{\partial v_{kj}} = \dfrac{\partial L}{\partial s_k} h_j$ and $\dfrac{\partial L}{\partial c_k} = \dfrac{\partial L}{\partial s_k}$

Step 5. $h_j$ influences all the outputs, so $\dfrac{\partial L}{\partial h_j} = \sum_k \dfrac{\partial L}{\partial s_k} v_{kj}$

Step 6. $\dfrac{\partial L}{\partial z_j} = \dfrac{\partial L}{\partial h_j} h_j (1 - h_j)$

Step 7. $\dfrac{\partial L}{\partial w_{ji}} = \dfrac{\partial L}{\partial z_j} x_i$ and $\dfrac{\partial L}{\partial b_j} = \dfrac{\partial L}{\partial z_j}$
""",
)

CASES.text(
    "softplus derivative evaluated at the activation",
    "dZ1",
    r"""
One example. `z1 = W1 x + b1`, `a1 = softplus(z1)`, `z2 = W2 a1 + b2`, `a2 = z2`.

Loss: `L = 0.5 * ||a2 - y||^2`

Backward:

    dz2 = a2 - y
    dW2 = outer(dz2, a1)
    db2 = dz2
    da1 = W2.T dz2
    dz1 = da1 * sigmoid(a1)
    dW1 = outer(dz1, x)
    db1 = dz1
""",
    hidden="softplus",
    output="identity",
)

CASES.text(
    "right: softplus from its value",
    "",
    r"""
A network with softplus, where only the activations are stored:

$$z^{(1)} = W^{(1)} x + b^{(1)}, \quad a^{(1)} = \ln(1 + e^{z^{(1)}}), \quad z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}, \quad a^{(2)} = z^{(2)}$$

$$E = \|a^{(2)} - y\|^2$$

As $\sigma(z) = 1 - e^{-\mathrm{softplus}(z)}$, the pre-activations need not be kept.

$$\delta^{(2)} = 2 (a^{(2)} - y)$$

$$\delta^{(1)} = \left(W^{(2)T} \delta^{(2)}\right) \odot \left(1 - e^{-a^{(1)}}\right)$$

$$\nabla_{W^{(2)}} E = \delta^{(2)} a^{(1)T}, \qquad \nabla_{b^{(2)}} E = \delta^{(2)}$$

$$\nabla_{W^{(1)}} E = \delta^{(1)} x^T, \qquad \nabla_{b^{(1)}} E = \delta^{(1)}$$
""",
    hidden="softplus",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "the derivative of the output activation is missing",
    "dZ3",
    r"""
Rede com três camadas de pesos (um exemplo):

$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}, \qquad a^{[l]} = \sigma(z^{[l]}), \qquad l = 1, 2, 3, \qquad a^{[0]} = x$$

Custo: $C = \frac{1}{2} \sum_k (a^{[3]}_k - y_k)^2$

Retropropagação:

1. Camada de saída: $\delta^{[3]} = a^{[3]} - y$
2. Camadas ocultas: $\delta^{[l]} = (W^{[l+1]})^T \delta^{[l+1]} \odot a^{[l]} \odot (1 - a^{[l]})$, para $l = 2, 1$
3. Pesos: $\frac{\partial C}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^T$
4. Vieses: $\frac{\partial C}{\partial b^{[l]}} = \delta^{[l]}$
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "right: Portuguese summary table",
    "",
    r"""
Rede de duas camadas, `m` exemplos nas colunas. $Z_1 = W_1 X + b_1$, $A_1 = \tanh(Z_1)$, $Z_2 = W_2 A_1 + b_2$, $A_2 = \sigma(Z_2)$.

Custo: $J = -\frac{1}{m} \sum \left[ Y \log A_2 + (1 - Y) \log(1 - A_2) \right]$

| Gradiente | Fórmula | Dimensão |
|---|---|---|
| $dZ_2$ | $A_2 - Y$ | $1 \times m$ |
| $dW_2$ | $\frac{1}{m} dZ_2 A_1^T$ | $1 \times 4$ |
| $db_2$ | $\frac{1}{m} \sum_i dZ_2^{(i)}$ | $1 \times 1$ |
| $dZ_1$ | $W_2^T dZ_2 \odot (1 - A_1^2)$ | $4 \times m$ |
| $dW_1$ | $\frac{1}{m} dZ_1 X^T$ | $4 \times 3$ |
| $db_1$ | $\frac{1}{m} \sum_i dZ_1^{(i)}$ | $4 \times 1$ |
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "own weights instead of those of the next layer",
    "dZ2",
    r"""
Sei $a^0 = x$, $z^l = W^l a^{l-1} + b^l$ und $a^l = \sigma(z^l)$ für $l = 1, 2, 3$. Kosten $C = \frac12 \|a^3 - y\|^2$.

Für die Ausgabeschicht gilt
$$\delta^3 = (a^3 - y) \odot \sigma'(z^3).$$

Für die verdeckten Schichten, $l = 2, 1$:
$$\delta^l = (W^l)^T \delta^{l+1} \odot \sigma'(z^l).$$

Damit sind die Gradienten
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T, \qquad \frac{\partial C}{\partial b^l} = \delta^l.$$
""",
    layers=(3, 3, 3, 3),
)

CASES.text(
    "right: German with indices and matrix form",
    "",
    r"""
Netz mit einer verdeckten Schicht. Vorwärts, ein Beispiel:

$$\mathrm{net}_j = \sum_i w_{ij} x_i + b_j, \quad o_j = \sigma(\mathrm{net}_j), \quad \mathrm{net}_k = \sum_j v_{jk} o_j + c_k, \quad o_k = \sigma(\mathrm{net}_k)$$

Fehler $E = \frac12 \sum_k (t_k - o_k)^2$. Der erste Index ist hier der *sendende* Knoten.

$$\delta_k = (o_k - t_k)\, o_k (1 - o_k)$$

$$\delta_j = o_j (1 - o_j) \sum_k v_{jk} \delta_k$$

$$\frac{\partial E}{\partial v_{jk}} = o_j \delta_k, \qquad \frac{\partial E}{\partial c_k} = \delta_k$$

$$\frac{\partial E}{\partial w_{ij}} = x_i \delta_j, \qquad \frac{\partial E}{\partial b_j} = \delta_j$$
""",
)

CASES.text(
    "the activation of its own layer in the weight gradient",
    "dW1",
    r"""
Quick reference for one training pair `(x, y)`:

* `z1 = W1 @ x + b1`
* `a1 = sigmoid(z1)`
* `z2 = W2 @ a1 + b2`
* `a2 = sigmoid(z2)`
* `C = 0.5 * sum((a2 - y)**2)`

and backward

* `delta2 = (a2 - y) * a2 * (1 - a2)`
* `delta1 = (W2.T @ delta2) * a1 * (1 - a1)`
* `dC/dW2 = delta2 @ a1.T`
* `dC/db2 = delta2`
* `dC/dW1 = delta1 @ a1.T`
* `dC/db1 = delta1`
""",
    layers=(4, 4, 2),
)

CASES.text(
    "right: JavaScript, one example",
    "",
    r"""
Plain JavaScript with arrays, tanh then a linear output; `L = sum((o - t)^2) / 2`.

```js
// forward
for (let j = 0; j < H; j++) {
  z[j] = b[j];
  for (let i = 0; i < N; i++) z[j] += w[j][i] * x[i];
  h[j] = Math.tanh(z[j]);
}
for (let k = 0; k < K; k++) {
  o[k] = c[k];
  for (let j = 0; j < H; j++) o[k] += v[k][j] * h[j];
}

// backward
for (let k = 0; k < K; k++) {
  dO[k] = o[k] - t[k];
  dC[k] = dO[k];
  for (let j = 0; j < H; j++) dV[k][j] = dO[k] * h[j];
}
for (let j = 0; j < H; j++) {
  let sum = 0;
  for (let k = 0; k < K; k++) sum += v[k][j] * dO[k];
  dZ[j] = sum * (1 - h[j] * h[j]);
  dB[j] = dZ[j];
  for (let i = 0; i < N; i++) dW[j][i] = dZ[j] * x[i];
}
```
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "the transpose of W is missing",
    "dZ1",
    r"""
\[ z^{1} = W^{1} x + b^{1}, \quad a^{1} = \mathrm{ReLU}(z^{1}), \quad z^{2} = W^{2} a^{1} + b^{2}, \quad \hat y = z^{2} \]

\[ L = \tfrac12 \| \hat y - y \|^2 \]

\[ \frac{\partial L}{\partial z^{2}} = \hat y - y \]

\[ \frac{\partial L}{\partial W^{2}} = \frac{\partial L}{\partial z^{2}} (a^{1})^\top, \quad \frac{\partial L}{\partial b^{2}} = \frac{\partial L}{\partial z^{2}} \]

\[ \frac{\partial L}{\partial z^{1}} = \left( W^{2} \frac{\partial L}{\partial z^{2}} \right) \odot \mathbf{1}_{z^{1} > 0} \]

\[ \frac{\partial L}{\partial W^{1}} = \frac{\partial L}{\partial z^{1}} x^\top, \quad \frac{\partial L}{\partial b^{1}} = \frac{\partial L}{\partial z^{1}} \]
""",
    layers=(3, 3, 3),
    hidden="relu",
    output="identity",
)

CASES.text(
    "right: boxed results, ELU",
    "",
    r"""
ELU hidden layer ($\alpha = 1$), linear output, one sample:

$$z_1 = W_1 x + b_1, \quad h = \mathrm{ELU}(z_1), \quad z_2 = W_2 h + b_2, \quad \hat y = z_2, \quad \ell = \tfrac12\|\hat y - y\|^2$$

The derivative of ELU is $1$ for $z > 0$ and $e^z$ for $z \le 0$.

$$\boxed{\frac{\partial \ell}{\partial z_2} = \hat y - y}$$

$$\boxed{\frac{\partial \ell}{\partial W_2} = (\hat y - y) h^\top} \qquad \boxed{\frac{\partial \ell}{\partial b_2} = \hat y - y}$$

$$\boxed{\frac{\partial \ell}{\partial z_1} = W_2^\top (\hat y - y) \odot \mathrm{ELU}'(z_1)}$$

$$\boxed{\frac{\partial \ell}{\partial W_1} = \frac{\partial \ell}{\partial z_1} x^\top} \qquad \boxed{\frac{\partial \ell}{\partial b_1} = \frac{\partial \ell}{\partial z_1}}$$
""",
    hidden="elu",
    output="identity",
)

CASES.text(
    "ELU derivative taken exp(z) - 1 on the negative side",
    "dZ1",
    r"""
```python
def elu(z):
    return np.where(z > 0, z, np.exp(z) - 1)

z1 = W1 @ X + b1
a1 = elu(z1)
z2 = W2 @ a1 + b2
a2 = z2
J = np.sum((a2 - Y)**2) / (2 * m)

dz2 = (a2 - Y) / m
dW2 = dz2 @ a1.T
db2 = dz2.sum(axis=1, keepdims=True)
dz1 = (W2.T @ dz2) * np.where(z1 > 0, 1, np.exp(z1) - 1)
dW1 = dz1 @ X.T
db1 = dz1.sum(axis=1, keepdims=True)
```
""",
    hidden="elu",
    output="identity",
)

CASES.text(
    "right: French, general, Hadamard",
    "",
    r"""
**Notations.** $a^{(0)} = x$ ; pour $l = 1, \dots, L$ : $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$ et $a^{(l)} = \tanh(z^{(l)})$. Ici $L = 3$. Coût d'un exemple : $C = \frac12 \| a^{(L)} - y \|^2$.

**Couche de sortie.** $\delta^{(L)} = \nabla_a C \odot \tanh'(z^{(L)})$, où $\nabla_a C = a^{(L)} - y$ et $\tanh'(z) = 1 - \tanh^2(z)$.

**Récurrence.** $\delta^{(l-1)} = \left( (W^{(l)})^\top \delta^{(l)} \right) \odot \left( 1 - a^{(l-1)} \odot a^{(l-1)} \right)$ pour $l = L, \dots, 2$.

**Gradients.** $\nabla_{W^{(l)}} C = \delta^{(l)} (a^{(l-1)})^\top$ et $\nabla_{b^{(l)}} C = \delta^{(l)}$.

La descente de gradient donne $W^{(l)} \leftarrow W^{(l)} - \eta \nabla_{W^{(l)}} C$.
""",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "a path of the hidden neuron is left out",
    "dZ1",
    r"""
The famous 2-2-2 example. Sigmoid units, `E = 1/2 (t1 - o1)^2 + 1/2 (t2 - o2)^2`.

    netA = w1*i1 + w2*i2 + b1,  hA = sigmoid(netA)
    netB = w3*i1 + w4*i2 + b2,  hB = sigmoid(netB)
    net1 = w5*hA + w6*hB + b3,  o1 = sigmoid(net1)
    net2 = w7*hA + w8*hB + b4,  o2 = sigmoid(net2)

Output deltas:

    d1 = (o1 - t1) * o1 * (1 - o1)
    d2 = (o2 - t2) * o2 * (1 - o2)

    dE/dw5 = d1*hA,  dE/dw6 = d1*hB,  dE/dw7 = d2*hA,  dE/dw8 = d2*hB
    dE/db3 = d1,  dE/db4 = d2

Hidden deltas:

    dA = (d1*w5) * hA * (1 - hA)
    dB = (d1*w6 + d2*w8) * hB * (1 - hB)

    dE/dw1 = dA*i1,  dE/dw2 = dA*i2,  dE/dw3 = dB*i1,  dE/dw4 = dB*i2
    dE/db1 = dA,  dE/db2 = dB
""",
    layers=(2, 2, 2),
)

CASES.text(
    "right: 2-2-2 neuron by neuron in LaTeX",
    "",
    r"""
Two inputs, two hidden ReLU units, two linear outputs.

$$z_1 = w_{11} x_1 + w_{12} x_2 + b_1, \quad z_2 = w_{21} x_1 + w_{22} x_2 + b_2$$
$$h_1 = \max(0, z_1), \quad h_2 = \max(0, z_2)$$
$$o_1 = v_{11} h_1 + v_{12} h_2 + c_1, \quad o_2 = v_{21} h_1 + v_{22} h_2 + c_2$$
$$L = \tfrac12 (o_1 - y_1)^2 + \tfrac12 (o_2 - y_2)^2$$

Output: $e_1 = \frac{\partial L}{\partial o_1} = o_1 - y_1$ and $e_2 = \frac{\partial L}{\partial o_2} = o_2 - y_2$.

$$\frac{\partial L}{\partial v_{kj}} = e_k h_j, \qquad \frac{\partial L}{\partial c_k} = e_k$$

Hidden:

$$\frac{\partial L}{\partial z_1} = (v_{11} e_1 + v_{21} e_2)\, \mathbb{1}[z_1 > 0]$$
$$\frac{\partial L}{\partial z_2} = (v_{12} e_1 + v_{22} e_2)\, \mathbb{1}[z_2 > 0]$$

$$\frac{\partial L}{\partial w_{ji}} = \frac{\partial L}{\partial z_j} x_i, \qquad \frac{\partial L}{\partial b_j} = \frac{\partial L}{\partial z_j}$$
""",
    layers=(2, 2, 2),
    hidden="relu",
    output="identity",
)

CASES.text(
    "division by the number of outputs is missing",
    "dZ2",
    r"""
MSE over the $n$ outputs of one example, $L = \frac{1}{n} \sum_{k=1}^n (\hat y_k - y_k)^2$.

- $z_1 = W_1 x + b_1$ and $h = \tanh(z_1)$
- $z_2 = W_2 h + b_2$ and $\hat y = z_2$

Gradients:

- $\delta_2 = 2 (\hat y - y)$
- $\partial L / \partial W_2 = \delta_2 h^T$
- $\partial L / \partial b_2 = \delta_2$
- $\delta_1 = (W_2^T \delta_2) \odot (1 - h^2)$
- $\partial L / \partial W_1 = \delta_1 x^T$
- $\partial L / \partial b_1 = \delta_1$
""",
    hidden="tanh",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "right: PyTorch mean squared error over all the elements",
    "",
    r"""
The default `nn.MSELoss()` averages over all $m \cdot n$ elements, so its derivative is $\frac{2}{mn}(\hat Y - Y)$.

```python
# X: (m, 3), W1: (4, 3), W2: (2, 4) as in nn.Linear
Z1 = X @ W1.T + b1
H = torch.relu(Z1)
Y_hat = H @ W2.T + b2
loss = ((Y_hat - Y) ** 2).mean()

dY_hat = 2 * (Y_hat - Y) / (m * n)
dW2 = dY_hat.T @ H
db2 = dY_hat.sum(0)
dH = dY_hat @ W2
dZ1 = dH * (Z1 > 0)
dW1 = dZ1.T @ X
db1 = dZ1.sum(0)
```

`n` is the number of outputs, `m` the batch size.
""",
    hidden="relu",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "the bias gradient uses the delta of the wrong layer",
    "db1",
    r"""
### まとめ

順伝播: $z_1 = W_1 x + b_1$, $h_1 = \sigma(z_1)$, $z_2 = W_2 h_1 + b_2$, $\hat{y} = \sigma(z_2)$

損失関数: $L = \frac{1}{2}\sum_k(\hat{y}_k - y_k)^2$

出力層の誤差:
$$\delta_2 = (\hat{y} - y) \odot \hat{y} \odot (1 - \hat{y})$$

隠れ層の誤差:
$$\delta_1 = (W_2^T \delta_2) \odot h_1 \odot (1 - h_1)$$

勾配:
$$\frac{\partial L}{\partial W_2} = \delta_2 h_1^T, \quad \frac{\partial L}{\partial b_2} = \delta_2$$
$$\frac{\partial L}{\partial W_1} = \delta_1 x^T, \quad \frac{\partial L}{\partial b_1} = \delta_2$$
""",
    layers=(3, 2, 2),
)

CASES.text(
    "right: cross entropy derived through the quotient",
    "",
    r"""
$z_1 = W_1 x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2 a_1 + b_2$, $a_2 = \sigma(z_2)$ and
$L = -y \log a_2 - (1 - y) \log(1 - a_2)$.

$$\frac{\partial L}{\partial a_2} = -\frac{y}{a_2} + \frac{1 - y}{1 - a_2} = \frac{a_2 - y}{a_2 (1 - a_2)}$$

$$\frac{\partial a_2}{\partial z_2} = a_2 (1 - a_2)$$

$$\frac{\partial L}{\partial z_2} = \frac{\partial L}{\partial a_2} \cdot \frac{\partial a_2}{\partial z_2} = a_2 - y$$

$$\frac{\partial L}{\partial W_2} = (a_2 - y) a_1^T, \qquad \frac{\partial L}{\partial b_2} = a_2 - y$$

$$\frac{\partial L}{\partial a_1} = W_2^T (a_2 - y)$$

$$\frac{\partial L}{\partial z_1} = \frac{\partial L}{\partial a_1} \odot a_1 \odot (1 - a_1)$$

$$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1} x^T, \qquad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial z_1}$$
""",
    layers=(3, 4, 1),
    loss="binary_cross_entropy",
)

CASES.text(
    "sign in the derivative of the cross entropy",
    "dZ2",
    r"""
Let $z_1 = W_1 x + b_1$, $a_1 = \mathrm{ReLU}(z_1)$, $z_2 = W_2 a_1 + b_2$, $a_2 = \sigma(z_2)$; $L = -[y \ln a_2 + (1-y) \ln(1-a_2)]$.

$$da_2 = -\frac{y}{a_2} - \frac{1-y}{1-a_2}$$
$$dz_2 = da_2 \odot a_2 \odot (1 - a_2)$$
$$dW_2 = dz_2\, a_1^T$$
$$db_2 = dz_2$$
$$da_1 = W_2^T dz_2$$
$$dz_1 = da_1 \odot [z_1 > 0]$$
$$dW_1 = dz_1\, x^T$$
$$db_1 = dz_1$$
""",
    layers=(3, 4, 1),
    hidden="relu",
    loss="binary_cross_entropy",
)

CASES.text(
    "right: softmax Jacobian worked out",
    "",
    r"""
$s = W_1 x + b_1$, $h = \tanh(s)$, $z = W_2 h + b_2$, $p = \mathrm{softmax}(z)$, $L = -\sum_i y_i \log p_i$ with $\sum_i y_i = 1$.

The derivatives of the softmax are $\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)$, hence

$$\frac{\partial L}{\partial z_j} = -\sum_i \frac{y_i}{p_i} p_i (\delta_{ij} - p_j) = -y_j + p_j \sum_i y_i = p_j - y_j$$

So in vectors

$$\frac{\partial L}{\partial z} = p - y$$

$$\frac{\partial L}{\partial W_2} = (p - y) h^\top, \quad \frac{\partial L}{\partial b_2} = p - y$$

$$\frac{\partial L}{\partial h} = W_2^\top (p - y), \quad \frac{\partial L}{\partial s} = \frac{\partial L}{\partial h} \odot (1 - h^2)$$

$$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial s} x^\top, \quad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial s}$$
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "softmax derivative multiplied once more",
    "dZ2",
    r"""
```python
# rows are examples, sum over the batch
h = np.tanh(x @ W1 + b1)
scores = h @ W2 + b2
probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
loss = -np.sum(y * np.log(probs))

dscores = (probs - y) * probs * (1 - probs)
dW2 = h.T @ dscores
db2 = dscores.sum(axis=0)
dh = dscores @ W2.T
dpre = dh * (1 - h**2)          # pre = x @ W1 + b1
dW1 = x.T @ dpre
db1 = dpre.sum(axis=0)
```
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)

CASES.text(
    "right: aligned derivation with a numeric example",
    "",
    r"""
One hidden unit per layer is enough to see the pattern. Take $x \in \mathbb{R}$, $z_1 = w_1 x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = w_2 a_1 + b_2$, $a_2 = \sigma(z_2)$, $z_3 = w_3 a_2 + b_3$, $a_3 = \sigma(z_3)$, $C = (a_3 - y)^2$.

$$
\begin{aligned}
\frac{\partial C}{\partial z_3} &= 2 (a_3 - y)\, \sigma'(z_3) \\
\frac{\partial C}{\partial w_3} &= \frac{\partial C}{\partial z_3}\, a_2 \\
\frac{\partial C}{\partial b_3} &= \frac{\partial C}{\partial z_3} \\
\frac{\partial C}{\partial z_2} &= \frac{\partial C}{\partial z_3}\, w_3\, \sigma'(z_2) \\
\frac{\partial C}{\partial w_2} &= \frac{\partial C}{\partial z_2}\, a_1 \\
\frac{\partial C}{\partial b_2} &= \frac{\partial C}{\partial z_2} \\
\frac{\partial C}{\partial z_1} &= \frac{\partial C}{\partial z_2}\, w_2\, \sigma'(z_1) \\
\frac{\partial C}{\partial w_1} &= \frac{\partial C}{\partial z_1}\, x \\
\frac{\partial C}{\partial b_1} &= \frac{\partial C}{\partial z_1}
\end{aligned}
$$

For instance, with $a_3 = 0.6$ and $y = 1$: $\partial C/\partial z_3 = 2 \cdot (-0.4) \cdot 0.24 = -0.192$.
""",
    layers=(1, 1, 1, 1),
    loss="squared_error",
)

CASES.text(
    "factor 2 left in with half the squared error",
    "dZ2",
    r"""
Rows are examples, $X$ is $m \times 3$:

$$H = \sigma(X W_1 + b_1), \qquad \hat Y = H W_2 + b_2, \qquad J = \frac{1}{2m} \sum_{i,k} (\hat Y_{ik} - Y_{ik})^2$$

Gradient, output side:

$$\frac{\partial J}{\partial \hat Y} = \frac{2}{m} (\hat Y - Y)$$
$$\frac{\partial J}{\partial W_2} = H^T \frac{\partial J}{\partial \hat Y}, \qquad \frac{\partial J}{\partial b_2} = \mathbf{1}^T \frac{\partial J}{\partial \hat Y}$$

Hidden side, with $Z_1 = X W_1 + b_1$:

$$\frac{\partial J}{\partial Z_1} = \left(\frac{\partial J}{\partial \hat Y} W_2^T\right) \odot H \odot (1 - H)$$
$$\frac{\partial J}{\partial W_1} = X^T \frac{\partial J}{\partial Z_1}, \qquad \frac{\partial J}{\partial b_1} = \mathbf{1}^T \frac{\partial J}{\partial Z_1}$$
""",
    output="identity",
)

CASES.text(
    "right: Russian, general in l",
    "",
    r"""
## Обратное распространение

Обозначения: $x^{(0)} = x$, $s^{(l)} = W^{(l)} x^{(l-1)} + b^{(l)}$, $x^{(l)} = f(s^{(l)})$, $l = 1, 2, 3$; $f$ — сигмоида, $f'(s) = f(s)(1 - f(s))$. Ошибка на одном примере: $E = \frac12 \|x^{(3)} - t\|^2$.

Для выходного слоя:
$$\delta^{(3)} = (x^{(3)} - t) \odot f'(s^{(3)})$$

Для скрытых слоёв:
$$\delta^{(l)} = f'(s^{(l)}) \odot \left( W^{(l+1)T} \delta^{(l+1)} \right), \quad l = 2, 1$$

Градиенты:
$$\frac{\partial E}{\partial W^{(l)}} = \delta^{(l)} x^{(l-1)T}, \qquad \frac{\partial E}{\partial b^{(l)}} = \delta^{(l)}$$
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "sigmoid derivative for tanh",
    "dZ2",
    r"""
Network with tanh in the two hidden layers and a linear output, one example:

$$u_1 = W_1 x + b_1,\; y_1 = \tanh u_1,\quad u_2 = W_2 y_1 + b_2,\; y_2 = \tanh u_2,\quad u_3 = W_3 y_2 + b_3,\; y_3 = u_3$$

$$E = \tfrac12 \|y_3 - t\|^2$$

$$\frac{\partial E}{\partial u_3} = y_3 - t$$

$$\frac{\partial E}{\partial u_2} = W_3^T \frac{\partial E}{\partial u_3} \odot y_2 \odot (1 - y_2)$$

$$\frac{\partial E}{\partial u_1} = W_2^T \frac{\partial E}{\partial u_2} \odot (1 - y_1^2)$$

$$\frac{\partial E}{\partial W_3} = \frac{\partial E}{\partial u_3} y_2^T, \quad \frac{\partial E}{\partial W_2} = \frac{\partial E}{\partial u_2} y_1^T, \quad \frac{\partial E}{\partial W_1} = \frac{\partial E}{\partial u_1} x^T$$

$$\frac{\partial E}{\partial b_i} = \frac{\partial E}{\partial u_i} \quad (i = 1, 2, 3)$$
""",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="identity",
)

CASES.text(
    "right: outer products and shapes in ASCII",
    "",
    r"""
Shapes: x (3,), W1 (4,3), b1 (4,), W2 (2,4), b2 (2,).

z1 = W1.dot(x) + b1          # (4,)
a1 = 1/(1 + exp(-z1))        # (4,)
z2 = W2.dot(a1) + b2         # (2,)
a2 = z2                      # (2,)
cost = 0.5*sum((a2 - y)^2)

grad_z2 = a2 - y                          # (2,)
grad_W2 = np.outer(grad_z2, a1)           # (2,4)
grad_b2 = grad_z2                         # (2,)
grad_a1 = W2.T.dot(grad_z2)               # (4,)
grad_z1 = grad_a1 * a1 * (1 - a1)         # (4,)
grad_W1 = np.outer(grad_z1, x)            # (4,3)
grad_b1 = grad_z1                         # (4,)
""",
    output="identity",
)

CASES.text(
    "the ReLU mask is taken of the gradient, not of the pre-activation",
    "dZ1",
    r"""
```python
# one example per column
Z1 = W1 @ X + b1
A1 = np.maximum(Z1, 0)
Z2 = W2 @ A1 + b2
A2 = Z2
J = 0.5 / m * np.sum((A2 - Y) ** 2)

dZ2 = (A2 - Y) / m
dW2 = dZ2 @ A1.T
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * (dA1 > 0)
dW1 = dZ1 @ X.T
db1 = np.sum(dZ1, axis=1, keepdims=True)
```
""",
    hidden="relu",
    output="identity",
)

CASES.text(
    "right: ReLU mask of the activation",
    "",
    r"""
In place of `Z > 0` we can use `A > 0`, because $A = \max(0, Z)$ is positive exactly where $Z$ is. So with

$$Z_1 = W_1 X + b_1, \quad A_1 = \max(0, Z_1), \quad Z_2 = W_2 A_1 + b_2, \quad A_2 = \max(0, Z_2), \quad Z_3 = W_3 A_2 + b_3, \quad P = \mathrm{softmax}(Z_3)$$

and $J = -\frac{1}{m} \sum_{i} \sum_k Y_{ki} \log P_{ki}$:

$$dZ_3 = \frac{1}{m} (P - Y)$$
$$dW_3 = dZ_3 A_2^T, \quad db_3 = dZ_3 \mathbf{1}$$
$$dZ_2 = (W_3^T dZ_3) \odot [A_2 > 0]$$
$$dW_2 = dZ_2 A_1^T, \quad db_2 = dZ_2 \mathbf{1}$$
$$dZ_1 = (W_2^T dZ_2) \odot [A_1 > 0]$$
$$dW_1 = dZ_1 X^T, \quad db_1 = dZ_1 \mathbf{1}$$

where $\mathbf{1}$ is the column of $m$ ones.
""",
    layers=(3, 4, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "leaky ReLU differentiated as ReLU",
    "dZ1",
    r"""
Let $g(z) = \max(0.01 z, z)$ (leaky ReLU).

$$z_1 = W_1 x + b_1, \qquad a_1 = g(z_1), \qquad z_2 = W_2 a_1 + b_2, \qquad a_2 = \sigma(z_2)$$

$$C = \frac{1}{2} \sum_k (a_{2,k} - y_k)^2$$

$$\frac{\partial C}{\partial z_2} = (a_2 - y) \odot \sigma(z_2) \odot (1 - \sigma(z_2))$$

$$\frac{\partial C}{\partial z_1} = W_2^T \frac{\partial C}{\partial z_2} \odot \mathbb{1}(z_1 > 0)$$

$$\frac{\partial C}{\partial W_i} = \frac{\partial C}{\partial z_i} a_{i-1}^T, \quad \frac{\partial C}{\partial b_i} = \frac{\partial C}{\partial z_i}, \quad a_0 = x, \; i = 1, 2$$
""",
    hidden="leaky_relu",
)

CASES.text(
    "right: leaky ReLU with cases",
    "",
    r"""
Leaky ReLU $g$ with slope $0.01$; its derivative is

$$g'(z) = \begin{cases} 1 & z > 0 \\ 0.01 & z \le 0 \end{cases}$$

Forward, one example: $z^1 = W^1 x + b^1$, $a^1 = g(z^1)$, $z^2 = W^2 a^1 + b^2$, $a^2 = \sigma(z^2)$, $C = -\sum_k [y_k \log a^2_k + (1 - y_k) \log(1 - a^2_k)]$.

Backward:

$$\delta^2 = a^2 - y$$
$$\delta^1 = (W^2)^T \delta^2 \odot g'(z^1)$$
$$\frac{\partial C}{\partial W^2_{kj}} = \delta^2_k a^1_j, \qquad \frac{\partial C}{\partial b^2_k} = \delta^2_k$$
$$\frac{\partial C}{\partial W^1_{ji}} = \delta^1_j x_i, \qquad \frac{\partial C}{\partial b^1_j} = \delta^1_j$$
""",
    hidden="leaky_relu",
    loss="binary_cross_entropy",
)

CASES.text(
    "z(1-z) for the derivative of the sigmoid",
    "dZ1",
    r"""
Teaching notes, one sample.

net1 = V x + c
out1 = sigmoid(net1)
net2 = U out1 + d
out2 = sigmoid(net2)
E = 1/2 * sum((out2 - t)^2)

dE/dnet2 = (out2 - t) * out2 * (1 - out2)
dE/dU = dE/dnet2 out1^T
dE/dd = dE/dnet2
dE/dout1 = U^T dE/dnet2
dE/dnet1 = dE/dout1 * net1 * (1 - net1)
dE/dV = dE/dnet1 x^T
dE/dc = dE/dnet1
""",
)

CASES.text(
    "right: MATLAB, sum over the batch",
    "",
    r"""
Summed squared error `E = sum(sum((T - O).^2)) / 2` over all columns.

```matlab
N1 = W1 * X + b1;
H  = 1 ./ (1 + exp(-N1));
N2 = W2 * H + b2;
O  = 1 ./ (1 + exp(-N2));

Delta2 = -(T - O) .* O .* (1 - O);
Delta1 = (W2.' * Delta2) .* H .* (1 - H);

dW2 = Delta2 * H.';
db2 = sum(Delta2, 2);
dW1 = Delta1 * X.';
db1 = sum(Delta1, 2);
```
""",
    reduction="sum",
)

CASES.text(
    "the weight gradient is transposed",
    "dW2",
    r"""
We use column vectors and write $\nabla$ for gradients of the shape of the parameter.

$$z_1 = W_1 x + b_1, \quad h_1 = \tanh(z_1), \quad z_2 = W_2 h_1 + b_2, \quad h_2 = \tanh(z_2), \quad z_3 = W_3 h_2 + b_3, \quad \hat y = z_3$$

Loss: $\ell = \frac12 (\hat y - y)^T (\hat y - y)$

1. $\nabla_{z_3} \ell = \hat y - y$
2. $\nabla_{W_3} \ell = \nabla_{z_3} \ell \, h_2^T$ and $\nabla_{b_3} \ell = \nabla_{z_3} \ell$
3. $\nabla_{z_2} \ell = W_3^T \nabla_{z_3} \ell \odot (1 - h_2 \odot h_2)$
4. $\nabla_{W_2} \ell = h_1 \, (\nabla_{z_2} \ell)^T$ and $\nabla_{b_2} \ell = \nabla_{z_2} \ell$
5. $\nabla_{z_1} \ell = W_2^T \nabla_{z_2} \ell \odot (1 - h_1 \odot h_1)$
6. $\nabla_{W_1} \ell = \nabla_{z_1} \ell \, x^T$ and $\nabla_{b_1} \ell = \nabla_{z_1} \ell$
""",
    layers=(4, 4, 4, 2),
    hidden="tanh",
    output="identity",
)

CASES.text(
    "right: a row vector example",
    "",
    r"""
Row-vector convention (deep learning libraries), a single example $x \in \mathbb{R}^{1 \times 3}$:

$$s = x U + b, \qquad h = \sigma(s), \qquad q = h V + c, \qquad \hat y = q, \qquad L = \frac12 (\hat y - y)(\hat y - y)^\top$$

$$\frac{\partial L}{\partial q} = \hat y - y \quad (1 \times 2)$$
$$\frac{\partial L}{\partial V} = h^\top \frac{\partial L}{\partial q} \quad (4 \times 2), \qquad \frac{\partial L}{\partial c} = \frac{\partial L}{\partial q}$$
$$\frac{\partial L}{\partial h} = \frac{\partial L}{\partial q} V^\top \quad (1 \times 4)$$
$$\frac{\partial L}{\partial s} = \frac{\partial L}{\partial h} \odot h \odot (1 - h)$$
$$\frac{\partial L}{\partial U} = x^\top \frac{\partial L}{\partial s} \quad (3 \times 4), \qquad \frac{\partial L}{\partial b} = \frac{\partial L}{\partial s}$$

In the column convention these read $\delta h^\top$ etc.
""",
    output="identity",
)

CASES.text(
    "tanh is applied to the activation a second time",
    "dZ2",
    r"""
```python
def dtanh(v):
    return 1 - np.tanh(v) ** 2

z1 = W1 @ x + b1
a1 = np.tanh(z1)
z2 = W2 @ a1 + b2
a2 = np.tanh(z2)
C = 0.5 * np.sum((a2 - y) ** 2)

delta2 = (a2 - y) * dtanh(a2)
grad_W2 = delta2 @ a1.T
grad_b2 = delta2
delta1 = (W2.T @ delta2) * dtanh(z1)
grad_W1 = delta1 @ x.T
grad_b1 = delta1
```
""",
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "right: Python loop over layers",
    "",
    r"""
Lists `W[1..3]`, `b[1..3]`; sigmoid everywhere, cross entropy at the end, mean over the `m` columns.

```python
A = {0: X}
Z = {}
for l in range(1, 4):
    Z[l] = W[l] @ A[l-1] + b[l]
    A[l] = sigmoid(Z[l])

dZ = {3: A[3] - Y}
dW, db = {}, {}
for l in (3, 2, 1):
    dW[l] = dZ[l] @ A[l-1].T / m
    db[l] = dZ[l].sum(axis=1, keepdims=True) / m
    if l > 1:
        dZ[l-1] = (W[l].T @ dZ[l]) * A[l-1] * (1 - A[l-1])
```
""",
    layers=(3, 4, 3, 2),
    loss="binary_cross_entropy",
)

CASES.text(
    "the Hadamard derivative is missing in the recursion",
    "dZ2",
    r"""
Rétropropagation dans un réseau à trois couches, un exemple.

Pour $l = 1, 2, 3$ : $z^l = W^l a^{l-1} + b^l$, $a^l = \sigma(z^l)$, $a^0 = x$. Coût : $C = -\sum_k \left[ y_k \ln a^3_k + (1 - y_k) \ln (1 - a^3_k) \right]$.

Initialisation :
$$\delta^3 = a^3 - y$$

Récurrence pour $l = 2, 1$ :
$$\delta^l = (W^{l+1})^T \delta^{l+1}$$

Dérivées partielles :
$$\frac{\partial C}{\partial W^l_{jk}} = \delta^l_j a^{l-1}_k, \qquad \frac{\partial C}{\partial b^l_j} = \delta^l_j$$
""",
    layers=(3, 4, 3, 2),
    loss="binary_cross_entropy",
)

CASES.text(
    "right: diag matrices for the derivatives",
    "",
    r"""
Following Rojas, let $D_1$ and $D_2$ be the diagonal matrices of the derivatives:

$$z_1 = W_1 x + b_1, \quad o_1 = \sigma(z_1), \quad z_2 = W_2 o_1 + b_2, \quad o_2 = \sigma(z_2), \quad E = \tfrac12 \|o_2 - t\|^2$$

$$D_1 = \operatorname{diag}(o_1 \odot (1 - o_1)), \qquad D_2 = \operatorname{diag}(o_2 \odot (1 - o_2)), \qquad e = o_2 - t$$

$$\delta_2 = D_2 e$$
$$\delta_1 = D_1 W_2^T \delta_2 = D_1 W_2^T D_2 e$$

$$\frac{\partial E}{\partial W_2} = \delta_2 o_1^T, \quad \frac{\partial E}{\partial b_2} = \delta_2, \quad \frac{\partial E}{\partial W_1} = \delta_1 x^T, \quad \frac{\partial E}{\partial b_1} = \delta_1$$
""",
)

CASES.text(
    "ReLU itself in the place of its derivative",
    "dZ2",
    r"""
Deep net with ReLU, one example, column vectors.

    z1 = W1 x + b1      a1 = relu(z1)
    z2 = W2 a1 + b2     a2 = relu(z2)
    z3 = W3 a2 + b3     a3 = z3
    L  = ||a3 - y||^2

    dL/dz3 = 2 (a3 - y)
    dL/dz2 = (W3^T dL/dz3) * relu(z2)
    dL/dz1 = (W2^T dL/dz2) * (z1 > 0)

    dL/dW3 = dL/dz3 a2^T     dL/db3 = dL/dz3
    dL/dW2 = dL/dz2 a1^T     dL/db2 = dL/dz2
    dL/dW1 = dL/dz1 x^T      dL/db1 = dL/dz1
""",
    layers=(3, 4, 4, 2),
    hidden="relu",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "right: two hidden layers, words and aside on other activations",
    "",
    r"""
Consider `x -> (tanh) h1 -> (tanh) h2 -> (sigmoid) p` with pre-activations $s_1 = W_1 x + b_1$, $s_2 = W_2 h_1 + b_2$, $s_3 = W_3 h_2 + b_3$, so $h_1 = \tanh(s_1)$, $h_2 = \tanh(s_2)$, $p = \sigma(s_3)$. The loss is the log loss $L = -y \log p - (1-y)\log(1-p)$.

The nice cancellation gives

$$\frac{\partial L}{\partial s_3} = p - y$$

(with the squared error there would be a further factor $p(1-p)$). Going back,

$$\frac{\partial L}{\partial h_2} = W_3^\top \frac{\partial L}{\partial s_3}, \qquad \frac{\partial L}{\partial s_2} = \frac{\partial L}{\partial h_2} \odot (1 - h_2^2)$$

$$\frac{\partial L}{\partial h_1} = W_2^\top \frac{\partial L}{\partial s_2}, \qquad \frac{\partial L}{\partial s_1} = \frac{\partial L}{\partial h_1} \odot (1 - h_1^2)$$

(had we used ReLU, the factor would be the indicator of $s_i > 0$). The parameters:

$$\frac{\partial L}{\partial W_3} = \frac{\partial L}{\partial s_3} h_2^\top, \quad \frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial s_2} h_1^\top, \quad \frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial s_1} x^\top, \quad \frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial s_i}$$
""",
    layers=(3, 4, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "the derivative of the softmax is left out of the chain",
    "dZ2",
    r"""
$x \in \mathbb{R}^3$, $z = W_1 x + b_1$, $h = \sigma(z)$, $s = W_2 h + b_2$, $p = \operatorname{softmax}(s)$, $L = -\sum_k y_k \log p_k$.

$$\frac{\partial L}{\partial s_k} = -\frac{y_k}{p_k}$$

$$\frac{\partial L}{\partial (W_2)_{kj}} = \frac{\partial L}{\partial s_k} h_j, \qquad \frac{\partial L}{\partial (b_2)_k} = \frac{\partial L}{\partial s_k}$$

$$\frac{\partial L}{\partial z_j} = h_j (1 - h_j) \sum_k (W_2)_{kj} \frac{\partial L}{\partial s_k}$$

$$\frac{\partial L}{\partial (W_1)_{ji}} = \frac{\partial L}{\partial z_j} x_i, \qquad \frac{\partial L}{\partial (b_1)_j} = \frac{\partial L}{\partial z_j}$$
""",
    layers=(3, 4, 3),
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "right: sums over the examples with an index",
    "",
    r"""
Batch of $m$ examples, index $n$; $J = \frac{1}{2m} \sum_{n=1}^m \sum_k (o_{kn} - t_{kn})^2$.

$$s_{jn} = \sum_i w_{ji} x_{in} + b_j, \quad h_{jn} = \sigma(s_{jn}), \quad o_{kn} = \sum_j v_{kj} h_{jn} + c_k$$

$$\delta_{kn} = \frac{1}{m} (o_{kn} - t_{kn})$$

$$\epsilon_{jn} = h_{jn} (1 - h_{jn}) \sum_k v_{kj} \delta_{kn}$$

$$\frac{\partial J}{\partial v_{kj}} = \sum_{n=1}^m \delta_{kn} h_{jn}, \qquad \frac{\partial J}{\partial c_k} = \sum_{n=1}^m \delta_{kn}$$

$$\frac{\partial J}{\partial w_{ji}} = \sum_{n=1}^m \epsilon_{jn} x_{in}, \qquad \frac{\partial J}{\partial b_j} = \sum_{n=1}^m \epsilon_{jn}$$
""",
    output="identity",
)

CASES.text(
    "sign inside the derivative of the sigmoid",
    "dZ1",
    r"""
# Backpropagation à la main

Un exemple, sortie linéaire.

z₁ = W₁x + b₁
h = σ(z₁)
ŷ = W₂h + b₂
L = ½‖ŷ − y‖²

Puis, en remontant :

∂L/∂ŷ = ŷ − y
∂L/∂W₂ = (ŷ − y)hᵀ
∂L/∂b₂ = ŷ − y
∂L/∂h = W₂ᵀ(ŷ − y)
∂L/∂z₁ = ∂L/∂h ⊙ h ⊙ (1 + h)
∂L/∂W₁ = ∂L/∂z₁ xᵀ
∂L/∂b₁ = ∂L/∂z₁
""",
    output="identity",
)

CASES.text(
    "right: C loops",
    "",
    r"""
For the microcontroller, C, one example at a time, ReLU and then linear outputs, loss `sum (out - target)^2`:

```c
for (j = 0; j < NH; j++) {
    net[j] = bh[j];
    for (i = 0; i < NI; i++) net[j] += wh[j][i] * in[i];
    hid[j] = net[j] > 0 ? net[j] : 0;
}
for (k = 0; k < NO; k++) {
    out[k] = bo[k];
    for (j = 0; j < NH; j++) out[k] += wo[k][j] * hid[j];
}

for (k = 0; k < NO; k++) {
    d_out[k] = 2 * (out[k] - target[k]);
    g_bo[k] = d_out[k];
    for (j = 0; j < NH; j++) g_wo[k][j] = d_out[k] * hid[j];
}
for (j = 0; j < NH; j++) {
    d_hid[j] = 0;
    for (k = 0; k < NO; k++) d_hid[j] += d_out[k] * wo[k][j];
    d_net[j] = net[j] > 0 ? d_hid[j] : 0;
    g_bh[j] = d_net[j];
    for (i = 0; i < NI; i++) g_wh[j][i] = d_net[j] * in[i];
}
```
""",
    hidden="relu",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "the bias gradient multiplied by the bias",
    "db2",
    r"""
Handout 4. Network: $u^{(1)} = W^{(1)} x + b^{(1)}$, $y^{(1)} = \sigma(u^{(1)})$, $u^{(2)} = W^{(2)} y^{(1)} + b^{(2)}$, $y^{(2)} = \sigma(u^{(2)})$. Error: $E = \sum_k (y^{(2)}_k - t_k)^2$.

$$\frac{\partial E}{\partial u^{(2)}} = 2 (y^{(2)} - t) \odot y^{(2)} \odot (1 - y^{(2)})$$

$$\frac{\partial E}{\partial W^{(2)}} = \frac{\partial E}{\partial u^{(2)}} (y^{(1)})^T$$

$$\frac{\partial E}{\partial b^{(2)}} = \frac{\partial E}{\partial u^{(2)}} \odot b^{(2)}$$

$$\frac{\partial E}{\partial u^{(1)}} = (W^{(2)})^T \frac{\partial E}{\partial u^{(2)}} \odot y^{(1)} \odot (1 - y^{(1)})$$

$$\frac{\partial E}{\partial W^{(1)}} = \frac{\partial E}{\partial u^{(1)}} x^T$$

$$\frac{\partial E}{\partial b^{(1)}} = \frac{\partial E}{\partial u^{(1)}}$$
""",
    loss="squared_error",
)

CASES.text(
    "right: bullet list, 1/m in the first error, Unicode",
    "",
    r"""
**Ein Durchgang mit m Beispielen (Spalten)**

* Z₁ = W₁X + b₁, A₁ = σ(Z₁)
* Z₂ = W₂A₁ + b₂, A₂ = softmax(Z₂)
* J = −(1/m) Σ Y ⊙ log A₂

Rückwärts:

* ∂J/∂Z₂ = (A₂ − Y)/m
* ∂J/∂W₂ = ∂J/∂Z₂ · A₁ᵀ
* ∂J/∂b₂ = Zeilensumme von ∂J/∂Z₂, also ∂J/∂b₂ = ∂J/∂Z₂ · 𝟏
* ∂J/∂A₁ = W₂ᵀ · ∂J/∂Z₂
* ∂J/∂Z₁ = ∂J/∂A₁ ⊙ A₁ ⊙ (1 − A₁)
* ∂J/∂W₁ = ∂J/∂Z₁ · Xᵀ
* ∂J/∂b₁ = ∂J/∂Z₁ · 𝟏
""",
    layers=(3, 4, 3),
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "the sign of the gradient of the first weights",
    "dW1",
    r"""
Using $\delta = -\partial E / \partial \mathrm{net}$ (so that the update has a plus sign):

$$\mathrm{net}_1 = W_1 x + b_1, \quad o_1 = \sigma(\mathrm{net}_1), \quad \mathrm{net}_2 = W_2 o_1 + b_2, \quad o_2 = \sigma(\mathrm{net}_2), \quad E = \tfrac12 \|t - o_2\|^2$$

$$\delta_2 = (t - o_2) \odot o_2 \odot (1 - o_2)$$
$$\delta_1 = (W_2^T \delta_2) \odot o_1 \odot (1 - o_1)$$

The gradients:

$$\frac{\partial E}{\partial W_2} = -\delta_2 o_1^T, \qquad \frac{\partial E}{\partial b_2} = -\delta_2$$
$$\frac{\partial E}{\partial W_1} = \delta_1 x^T, \qquad \frac{\partial E}{\partial b_1} = -\delta_1$$
""",
)

CASES.text(
    "right: Abu-Mostafa's notation",
    "",
    r"""
In the notation of *Learning from Data*, apart from separate biases: weights $w^{(l)}_{ij}$ go from unit $i$ of layer $l-1$ to unit $j$ of layer $l$,

$$s^{(l)}_j = \sum_i w^{(l)}_{ij} x^{(l-1)}_i + b^{(l)}_j, \qquad x^{(l)}_j = \tanh(s^{(l)}_j), \qquad l = 1, 2, 3$$

and for one example $e = \sum_j (x^{(3)}_j - y_j)^2$.

Sensitivity $\delta^{(l)}_j = \partial e / \partial s^{(l)}_j$:

$$\delta^{(3)}_j = 2 (x^{(3)}_j - y_j) \left(1 - (x^{(3)}_j)^2\right)$$

$$\delta^{(l-1)}_i = \left(1 - (x^{(l-1)}_i)^2\right) \sum_j w^{(l)}_{ij} \delta^{(l)}_j$$

$$\frac{\partial e}{\partial w^{(l)}_{ij}} = x^{(l-1)}_i \delta^{(l)}_j, \qquad \frac{\partial e}{\partial b^{(l)}_j} = \delta^{(l)}_j$$
""",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)

CASES.text(
    "a sigmoid derivative at a linear output",
    "dZ2",
    r"""
Regression network; hidden units are logistic, the output unit is linear.

Forward (rows are examples, m of them):

    H_in  = X W1 + b1
    H_out = sigmoid(H_in)
    O     = H_out W2 + b2
    J     = 1/(2m) * sum((O - T)^2)

Backward:

    D_o  = (O - T) * O * (1 - O) / m
    gW2  = H_out^T D_o
    gb2  = column sums of D_o, i.e. gb2 = 1^T D_o
    D_h  = (D_o W2^T) * H_out * (1 - H_out)
    gW1  = X^T D_h
    gb1  = 1^T D_h

where D_o = dJ/dO and D_h = dJ/dH_in.
""",
    output="identity",
)

CASES.text(
    "right: dL/da kept apart from dL/dz, four layers deep",
    "",
    r"""
One example; $\phi$ is the leaky ReLU with slope 0.01, the last layer is linear.

$$z_i = W_i a_{i-1} + b_i \;(i = 1, \dots, 4), \qquad a_0 = x, \qquad a_i = \phi(z_i) \;(i = 1, 2, 3), \qquad a_4 = z_4$$

$$L = \frac{1}{2} \sum_k (a_{4,k} - y_k)^2$$

$$\frac{\partial L}{\partial a_4} = a_4 - y, \qquad \frac{\partial L}{\partial z_4} = \frac{\partial L}{\partial a_4}$$

For $i = 4, 3, 2$:

$$\frac{\partial L}{\partial a_{i-1}} = W_i^\top \frac{\partial L}{\partial z_i}, \qquad \frac{\partial L}{\partial z_{i-1}} = \frac{\partial L}{\partial a_{i-1}} \odot \phi'(z_{i-1})$$

For every $i$:

$$\frac{\partial L}{\partial W_i} = \frac{\partial L}{\partial z_i} a_{i-1}^\top, \qquad \frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial z_i}$$
""",
    layers=(3, 4, 3, 4, 2),
    hidden="leaky_relu",
    output="identity",
)

CASES.text(
    "1/m in a weight gradient although the cost is a sum",
    "dW1",
    r"""
Total error over the batch (no averaging): $E = \sum_{n} \frac12 \| a^{(2)}_n - t_n \|^2$; columns are examples.

$$Z^{(1)} = W^{(1)} X + b^{(1)}, \quad A^{(1)} = \tanh(Z^{(1)}), \quad Z^{(2)} = W^{(2)} A^{(1)} + b^{(2)}, \quad A^{(2)} = Z^{(2)}$$

$$\Delta^{(2)} = A^{(2)} - T$$
$$\Delta^{(1)} = (W^{(2)})^T \Delta^{(2)} \odot (1 - A^{(1)} \odot A^{(1)})$$
$$\frac{\partial E}{\partial W^{(2)}} = \Delta^{(2)} (A^{(1)})^T$$
$$\frac{\partial E}{\partial W^{(1)}} = \frac{1}{m} \Delta^{(1)} X^T$$
$$\frac{\partial E}{\partial b^{(2)}} = \sum_n \Delta^{(2)}_n, \qquad \frac{\partial E}{\partial b^{(1)}} = \sum_n \Delta^{(1)}_n$$
""",
    hidden="tanh",
    output="identity",
    reduction="sum",
)

CASES.text(
    "right: formula, then the same in code",
    "",
    r"""
The forward pass is $Z_1 = W_1 X + b_1$, $A_1 = \sigma(Z_1)$, $Z_2 = W_2 A_1 + b_2$, $A_2 = \sigma(Z_2)$, and the cost $J = \frac{1}{2m} \sum \| A_2 - Y \|^2$.

Formulas:

$$\Delta_2 = (A_2 - Y) \odot A_2 \odot (1 - A_2), \qquad \Delta_1 = (W_2^T \Delta_2) \odot A_1 \odot (1 - A_1)$$

$$\frac{\partial J}{\partial W_2} = \frac{1}{m} \Delta_2 A_1^T, \qquad \frac{\partial J}{\partial W_1} = \frac{1}{m} \Delta_1 X^T$$

$$\frac{\partial J}{\partial b_2} = \frac{1}{m} \Delta_2 \mathbf{1}, \qquad \frac{\partial J}{\partial b_1} = \frac{1}{m} \Delta_1 \mathbf{1}$$

The same in code:

```python
Delta2 = (A2 - Y) * A2 * (1 - A2)
Delta1 = (W2.T @ Delta2) * A1 * (1 - A1)
dW2 = Delta2 @ A1.T / m
dW1 = Delta1 @ X.T / m
db2 = Delta2.mean(axis=1, keepdims=True)
db1 = Delta1.mean(axis=1, keepdims=True)
```
""",
)

CASES.text(
    "the weights of the next layer are forgotten in the hidden neurons",
    "dZ1",
    r"""
One output, so everything is simple. $n_j = \sum_i w_{ji} x_i + b_j$, $y_j = \sigma(n_j)$ for the hidden units, $n = \sum_j v_j y_j + c$, $y = \sigma(n)$, $E = \frac12 (y - d)^2$.

$$\delta = (y - d)\, y (1 - y)$$

$$\frac{\partial E}{\partial v_j} = \delta\, y_j, \qquad \frac{\partial E}{\partial c} = \delta$$

$$\delta_j = \delta\, y_j (1 - y_j)$$

$$\frac{\partial E}{\partial w_{ji}} = \delta_j x_i, \qquad \frac{\partial E}{\partial b_j} = \delta_j$$
""",
    layers=(3, 4, 1),
)

CASES.text(
    "right: Einstein-like shorthand explained, one output",
    "",
    r"""
One output unit with the log loss, so the output delta is a number.

$$n_j = \sum_i w_{ji} x_i + b_j, \quad y_j = \tanh(n_j), \quad n = \sum_j v_j y_j + c, \quad p = \sigma(n)$$

$$L = -d \ln p - (1 - d) \ln(1 - p)$$

$$\delta = \frac{\partial L}{\partial n} = p - d$$

$$\frac{\partial L}{\partial v_j} = \delta\, y_j, \qquad \frac{\partial L}{\partial c} = \delta$$

$$\delta_j = \frac{\partial L}{\partial n_j} = \delta\, v_j (1 - y_j^2)$$

$$\frac{\partial L}{\partial w_{ji}} = \delta_j x_i, \qquad \frac{\partial L}{\partial b_j} = \delta_j$$

(There is no sum over outputs in $\delta_j$, for there is only one.)
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "the bias is summed over the units, not over the examples",
    "db2",
    r"""
```python
# X is (m, n_in): a row for every example
Z1 = np.dot(X, W1) + b1
A1 = np.tanh(Z1)
Z2 = np.dot(A1, W2) + b2
A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=1, keepdims=True)
# J = -np.sum(Y * np.log(A2)) / m

dZ2 = (A2 - Y) / m
dW2 = np.dot(A1.T, dZ2)
db2 = np.sum(dZ2, axis=1)
dZ1 = np.dot(dZ2, W2.T) * (1 - A1 ** 2)
dW1 = np.dot(X.T, dZ1)
db1 = np.sum(dZ1, axis=0)
```
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "right: mean over examples as an average of outer products",
    "",
    r"""
Per example $i$: $z_1^{(i)} = W_1 x^{(i)} + b_1$, $a_1^{(i)} = \mathrm{ReLU}(z_1^{(i)})$, $z_2^{(i)} = W_2 a_1^{(i)} + b_2$, $a_2^{(i)} = \sigma(z_2^{(i)})$. The cost is $J = \frac1m \sum_{i=1}^m \frac12 \| a_2^{(i)} - y^{(i)} \|^2$.

$$\delta_2^{(i)} = (a_2^{(i)} - y^{(i)}) \odot a_2^{(i)} \odot (1 - a_2^{(i)})$$

$$\delta_1^{(i)} = W_2^\top \delta_2^{(i)} \odot \mathbb{1}[z_1^{(i)} > 0]$$

$$\frac{\partial J}{\partial W_2} = \frac1m \sum_{i=1}^m \delta_2^{(i)} (a_1^{(i)})^\top, \qquad \frac{\partial J}{\partial b_2} = \frac1m \sum_{i=1}^m \delta_2^{(i)}$$

$$\frac{\partial J}{\partial W_1} = \frac1m \sum_{i=1}^m \delta_1^{(i)} (x^{(i)})^\top, \qquad \frac{\partial J}{\partial b_1} = \frac1m \sum_{i=1}^m \delta_1^{(i)}$$
""",
    hidden="relu",
)
