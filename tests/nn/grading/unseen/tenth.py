"""Eighty-four texts, written apart from the grader: 42 with one mistake.

They are what people type in Markdown: formulas of every kind, with some prose. All
were compared with finite differences when they were written, by way of a translation.
"""

# ruff: noqa: E501  (as people write it)

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])

CASES.text(
    "a Hadamard derivative at the hidden layer is missing",
    "dZ1",
    r"""
Forward pass for one example:

$$z^{(1)} = W^{(1)}x + b^{(1)}, \quad h = \sigma(z^{(1)}), \quad z^{(2)} = W^{(2)}h + b^{(2)}, \quad \hat y = \sigma(z^{(2)})$$

with $E = \tfrac12 \|\hat y - y\|^2$.

$$\delta^{(2)} = (\hat y - y) \odot \hat y \odot (1 - \hat y)$$
$$\delta^{(1)} = (W^{(2)})^T \delta^{(2)}$$
$$\frac{\partial E}{\partial W^{(2)}} = \delta^{(2)} h^T, \qquad \frac{\partial E}{\partial W^{(1)}} = \delta^{(1)} x^T$$
""",
)

CASES.text(
    "sigmoid derivative taken of the activation once more",
    "dZ2",
    r"""
## Backprop notes

net1 = W1 x + b1, o1 = sigmoid(net1)
net2 = W2 o1 + b2, o2 = sigmoid(net2)
E = 1/2 * sum_k (o2_k - t_k)^2

Output layer:

    delta2 = (o2 - t) * sigmoid(o2) * (1 - sigmoid(o2))
    dE/dW2 = delta2 o1^T
    dE/db2 = delta2

Hidden layer:

    delta1 = (W2^T delta2) * o1 * (1 - o1)
    dE/dW1 = delta1 x^T
    dE/db1 = delta1
""",
)

CASES.text(
    "softmax minus target, the other way round",
    "dZ2",
    r"""
Classifier with one hidden ReLU layer, columns are examples:

```python
Z1 = W1 @ X + b1
A1 = np.maximum(0, Z1)
Z2 = W2 @ A1 + b2
P = np.exp(Z2) / np.exp(Z2).sum(axis=0)
loss = -np.sum(Y * np.log(P)) / m

dZ2 = Y - P
dW2 = dZ2 @ A1.T / m
db2 = dZ2.sum(axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 > 0)
dW1 = dZ1 @ X.T / m
db1 = dZ1.sum(axis=1, keepdims=True) / m
W1 -= lr * dW1
W2 -= lr * dW2
```
""",
    layers=(4, 5, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "the weights of the wrong layer in the recursion",
    "dZ2",
    r"""
For layers $l = 1, \dots, L$ we have $z^{l} = W^{l} a^{l-1} + b^{l}$ and $a^{l} = \tanh(z^{l})$, and $C = \frac12\sum_k (a^L_k - y_k)^2$.

1. $\delta^L = (a^L - y) \odot (1 - (a^L)^2)$
2. $\delta^l = \left((W^{l})^T \delta^{l+1}\right) \odot (1 - (a^l)^2)$ for $l = L-1, \dots, 1$
3. $\partial C / \partial W^l = \delta^l (a^{l-1})^T$
4. $\partial C / \partial b^l = \delta^l$
""",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "bias gradient multiplied by the activation",
    "db1",
    r"""
Let m be the number of examples (columns of X).

- Z₁ = W₁X + b₁, A₁ = tanh(Z₁)
- Z₂ = W₂A₁ + b₂, A₂ = σ(Z₂)
- J = −(1/m) Σ [Y log A₂ + (1−Y) log(1−A₂)]

Gradients:

- dZ₂ = A₂ − Y
- dW₂ = (1/m) dZ₂ A₁ᵀ
- db₂ = (1/m) Σᵢ dZ₂⁽ⁱ⁾
- dZ₁ = W₂ᵀ dZ₂ ⊙ (1 − A₁²)
- dW₁ = (1/m) dZ₁ Xᵀ
- db₁ = (1/m) Σᵢ dZ₁⁽ⁱ⁾ ⊙ A₁⁽ⁱ⁾
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "tanh derivative 1 - a instead of 1 - a^2",
    "dZ1",
    r"""
In rows: $X$ is $m \times d$.

$$H = \tanh(X W_1 + b_1), \qquad \hat Y = H W_2 + b_2, \qquad L = \frac{1}{2m} \sum_{i,k} (\hat Y_{ik} - Y_{ik})^2$$

$$
\begin{aligned}
\frac{\partial L}{\partial \hat Y} &= \frac1m (\hat Y - Y) \\
\frac{\partial L}{\partial W_2} &= H^\top \frac{\partial L}{\partial \hat Y} \\
\frac{\partial L}{\partial b_2} &= \mathbf 1^\top \frac{\partial L}{\partial \hat Y} \\
\frac{\partial L}{\partial H} &= \frac{\partial L}{\partial \hat Y} W_2^\top \\
\frac{\partial L}{\partial Z_1} &= \frac{\partial L}{\partial H} \odot (1 - H) \\
\frac{\partial L}{\partial W_1} &= X^\top \frac{\partial L}{\partial Z_1}
\end{aligned}
$$

where $Z_1 = X W_1 + b_1$.
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "weight gradient uses the layer's own activation",
    "dW3",
    r"""
Network: x^(0) is the input, s^(l) = W^(l) x^(l-1) + b^(l), x^(l) = θ(s^(l)) with θ = tanh, the error of an example is e = Σ_j (x_j^(L) − y_j)².

δ^(L) = 2 (x^(L) − y) ⊙ (1 − x^(L) ⊙ x^(L))

δ^(l) = (1 − x^(l) ⊙ x^(l)) ⊙ [(W^(l+1))ᵀ δ^(l+1)]

∂e/∂W^(l) = δ^(l) (x^(l))ᵀ

∂e/∂b^(l) = δ^(l)
""",
    layers=(2, 3, 3, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)

CASES.text(
    "w5 and w6 swapped in a 2-2-1 network",
    "dA1",
    r"""
A 2-2-1 network, all sigmoid.

h1 = σ(w1 x1 + w2 x2 + b1)
h2 = σ(w3 x1 + w4 x2 + b2)
o = σ(w5 h1 + w6 h2 + b3)
E = ½ (o − t)²

Let δo = (o − t) · o · (1 − o).

∂E/∂w5 = δo · h1
∂E/∂w6 = δo · h2
∂E/∂b3 = δo
∂E/∂h1 = δo · w6
∂E/∂h2 = δo · w5
∂E/∂w1 = ∂E/∂h1 · h1 (1 − h1) · x1
∂E/∂w2 = ∂E/∂h1 · h1 (1 − h1) · x2
∂E/∂w3 = ∂E/∂h2 · h2 (1 − h2) · x1
∂E/∂w4 = ∂E/∂h2 · h2 (1 − h2) · x2
""",
    layers=(2, 2, 1),
)

CASES.text(
    "averaged twice over the examples",
    "dW2",
    r"""
Mean squared cost J = 1/(2m) * sum over examples of ||A2 - Y||^2, examples in columns.

```
Z1 = W1*X + b1;  A1 = sigmoid(Z1)
Z2 = W2*A1 + b2; A2 = Z2
```

Backward:

dZ2 = (A2 - Y) / m
dW2 = (1/m) * dZ2 * A1'
db2 = sum(dZ2, 2)
dZ1 = (W2' * dZ2) .* A1 .* (1 - A1)
dW1 = dZ1 * X'
db1 = sum(dZ1, 2)
""",
    output="identity",
)

CASES.text(
    "no transpose on the weights in the hidden error",
    "dZ1",
    r"""
Vorwärtsschritt: $z_1 = W_1 x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2 a_1 + b_2$, $a_2 = \sigma(z_2)$. Fehler: $E = \frac12 \lVert a_2 - y\rVert^2$.

Rückwärtsschritt:

$$\delta_2 = (a_2 - y) \odot a_2 \odot (1 - a_2)$$

$$\delta_1 = (W_2 \, \delta_2) \odot a_1 \odot (1 - a_1)$$

$$\frac{\partial E}{\partial W_2} = \delta_2 a_1^T, \quad \frac{\partial E}{\partial b_2} = \delta_2$$

$$\frac{\partial E}{\partial W_1} = \delta_1 x^T, \quad \frac{\partial E}{\partial b_1} = \delta_1$$
""",
)

CASES.text(
    "sigmoid derivative kept with cross-entropy at the output",
    "dZ2",
    r"""
Binary classifier.

\[ z_1 = W_1 x + b_1,\quad a_1 = \mathrm{ReLU}(z_1),\quad z_2 = W_2 a_1 + b_2,\quad \hat{y} = \sigma(z_2) \]

\[ L = -y\log\hat y - (1-y)\log(1-\hat y) \]

\[ \frac{\partial L}{\partial z_2} = (\hat y - y)\,\hat y (1-\hat y) \]

\[ \frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial z_2} a_1^\top, \quad \frac{\partial L}{\partial b_2} = \frac{\partial L}{\partial z_2} \]

\[ \frac{\partial L}{\partial z_1} = W_2^\top \frac{\partial L}{\partial z_2} \odot \mathbf{1}[z_1 > 0] \]

\[ \frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1} x^\top, \quad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial z_1} \]
""",
    layers=(3, 4, 1),
    hidden="relu",
    loss="binary_cross_entropy",
)

CASES.text(
    "ReLU mask of the incoming gradient instead of z",
    "dZ1",
    r"""
```python
# rows are samples
z1 = x @ w1 + b1
h = np.maximum(z1, 0)
y_pred = h @ w2 + b2
loss = np.square(y_pred - y).sum()

grad_y_pred = 2.0 * (y_pred - y)
grad_w2 = h.T @ grad_y_pred
grad_b2 = grad_y_pred.sum(axis=0)
grad_h = grad_y_pred @ w2.T
grad_z1 = grad_h * (grad_h > 0)
grad_w1 = x.T @ grad_z1
grad_b1 = grad_z1.sum(axis=0)
```
""",
    hidden="relu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "the sum over output neurons is missing (only one k)",
    "dA1",
    r"""
Indices: input $i$, hidden $j$, output $k$. The forward pass is

$$\mathrm{net}_j = \sum_i w_{ji} x_i + b_j,\quad o_j = \sigma(\mathrm{net}_j),\quad \mathrm{net}_k = \sum_j v_{kj} o_j + c_k,\quad o_k = \sigma(\mathrm{net}_k)$$

and the error $E = \frac12\sum_k (o_k - t_k)^2$.

For the output units

$$\delta_k = (o_k - t_k)\, o_k (1 - o_k), \qquad \frac{\partial E}{\partial v_{kj}} = \delta_k o_j$$

For the hidden units

$$\frac{\partial E}{\partial o_j} = \delta_1 v_{1j}$$

$$\delta_j = \frac{\partial E}{\partial o_j} o_j (1 - o_j), \qquad \frac{\partial E}{\partial w_{ji}} = \delta_j x_i$$
""",
)

CASES.text(
    "softplus derivative written as sigmoid of the activation",
    "dZ1",
    r"""
Softplus hidden layer, linear output, half squared error, one example.

u1 = W1 x + b1
y1 = ln(1 + e^{u1})
u2 = W2 y1 + b2
y2 = u2
E = 1/2 |y2 - d|^2

dE/du2 = y2 - d
dE/dW2 = dE/du2 y1^T
dE/db2 = dE/du2
dE/dy1 = W2^T dE/du2
dE/du1 = dE/dy1 * 1/(1 + e^{-y1})
dE/dW1 = dE/du1 x^T
dE/db1 = dE/du1
""",
    hidden="softplus",
    output="identity",
)

CASES.text(
    "forgets the factor 2 of the squared error",
    "dA2",
    r"""
| quantity | formula |
|---|---|
| forward 1 | $Z_1 = W_1 X + b_1$, $A_1 = \sigma(Z_1)$ |
| forward 2 | $Z_2 = W_2 A_1 + b_2$, $A_2 = \sigma(Z_2)$ |
| cost | $J = \frac1m \sum_{i=1}^m \sum_k (A_2 - Y)_{ki}^2$ |
| $dA_2$ | $\frac{1}{m}(A_2 - Y)$ |
| $dZ_2$ | $dA_2 \odot A_2 \odot (1-A_2)$ |
| $dW_2$ | $dZ_2 A_1^T$ |
| $db_2$ | $dZ_2 \mathbf 1$ |
| $dA_1$ | $W_2^T dZ_2$ |
| $dZ_1$ | $dA_1 \odot A_1 \odot (1 - A_1)$ |
| $dW_1$ | $dZ_1 X^T$ |
| $db_1$ | $dZ_1 \mathbf 1$ |
""",
    loss="squared_error",
)

CASES.text(
    "uses z instead of a in the weight gradient",
    "dW2",
    r"""
```julia
# forward, one column per observation
Z1 = W1 * X .+ b1
A1 = tanh.(Z1)
Z2 = W2 * A1 .+ b2
A2 = Z2
J = sum((A2 .- Y).^2) / (2m)

# backward
dZ2 = (A2 .- Y) ./ m
dW2 = dZ2 * Z1'
db2 = sum(dZ2, dims=2)
dA1 = W2' * dZ2
dZ1 = dA1 .* (1 .- A1.^2)
dW1 = dZ1 * X'
db1 = sum(dZ1, dims=2)
```
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "a hidden layer is skipped going back",
    "dA1",
    r"""
Three layers: $a_1 = \sigma(z_1)$, $a_2 = \sigma(z_2)$, $a_3 = \sigma(z_3)$ with $z_1 = W_1 x + b_1$, $z_2 = W_2 a_1 + b_2$, $z_3 = W_3 a_2 + b_3$, and $C = \tfrac12\|a_3 - y\|^2$.

$$\frac{\partial C}{\partial z_3} = (a_3 - y)\odot\sigma'(z_3)$$
$$\frac{\partial C}{\partial a_2} = W_3^T \frac{\partial C}{\partial z_3}$$
$$\frac{\partial C}{\partial z_2} = \frac{\partial C}{\partial a_2}\odot\sigma'(z_2)$$
$$\frac{\partial C}{\partial a_1} = W_2^T \frac{\partial C}{\partial a_2}$$
$$\frac{\partial C}{\partial z_1} = \frac{\partial C}{\partial a_1}\odot\sigma'(z_1)$$

Weights: $\frac{\partial C}{\partial W_3} = \frac{\partial C}{\partial z_3} a_2^T$, $\frac{\partial C}{\partial W_2} = \frac{\partial C}{\partial z_2} a_1^T$, $\frac{\partial C}{\partial W_1} = \frac{\partial C}{\partial z_1} x^T$.
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "outer product in the wrong order",
    "dW1",
    r"""
x is the input, `h = sigmoid(V x + b)`, `s = U h + c`, `p = softmax(s)`, loss `L = -sum_k y_k log p_k`.

- dL/ds = p - y
- dL/dU = (p - y) h^T
- dL/dc = p - y
- dL/dh = U^T (p - y)
- dL/da = dL/dh * h * (1 - h), where a = V x + b
- dL/dV = x (dL/da)^T
- dL/db = dL/da
""",
    layers=(4, 5, 3),
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "mean squared error: the number of outputs left out",
    "dZ2",
    r"""
One example, $n$ outputs. $z = Wx + b$, $h = \tanh(z)$, $o = Vh + c$, and the loss is the MSE

$$L = \frac{1}{n}\sum_{k=1}^{n}(o_k - y_k)^2 .$$

Step 1. $\dfrac{\partial L}{\partial o_k} = 2(o_k - y_k)$

Step 2. $\dfrac{\partial L}{\partial V_{kj}} = \dfrac{\partial L}{\partial o_k} h_j$ and $\dfrac{\partial L}{\partial c_k} = \dfrac{\partial L}{\partial o_k}$

Step 3. $\dfrac{\partial L}{\partial h_j} = \sum_k \dfrac{\partial L}{\partial o_k} V_{kj}$

Step 4. $\dfrac{\partial L}{\partial z_j} = \dfrac{\partial L}{\partial h_j}(1 - h_j^2)$

Step 5. $\dfrac{\partial L}{\partial W_{ji}} = \dfrac{\partial L}{\partial z_j} x_i$ and $\dfrac{\partial L}{\partial b_j} = \dfrac{\partial L}{\partial z_j}$
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "the bias gradient is summed along the wrong axis",
    "db2",
    r"""
```python
# X: (n_in, m), Y: (n_out, m)
Z1 = W1.dot(X) + b1
A1 = 1 / (1 + np.exp(-Z1))
Z2 = W2.dot(A1) + b2
A2 = 1 / (1 + np.exp(-Z2))

dZ2 = (A2 - Y) * A2 * (1 - A2)
dW2 = dZ2.dot(A1.T)
db2 = np.sum(dZ2, axis=0, keepdims=True)
dZ1 = W2.T.dot(dZ2) * A1 * (1 - A1)
dW1 = dZ1.dot(X.T)
db1 = np.sum(dZ1, axis=1, keepdims=True)
```
The cost is the sum of 1/2 (A2 - Y)^2 over all examples.
""",
    reduction="sum",
)

CASES.text(
    "leaky ReLU gets the derivative of ReLU",
    "dZ2",
    r"""
设 $a^{[0]} = x$，$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$，隐藏层 $a^{[l]} = \max(0.01 z^{[l]}, z^{[l]})$，输出层 $a^{[3]} = \sigma(z^{[3]})$，损失为交叉熵 $L = -y\log a^{[3]} - (1-y)\log(1-a^{[3]})$。

反向传播：

$$dz^{[3]} = a^{[3]} - y$$
$$dz^{[2]} = W^{[3]T} dz^{[3]} \odot \mathbb{1}(z^{[2]} > 0)$$
$$dz^{[1]} = W^{[2]T} dz^{[2]} \odot g'(z^{[1]}), \quad g'(z) = 1 \text{ if } z > 0 \text{ else } 0.01$$
$$dW^{[l]} = dz^{[l]} a^{[l-1]T}, \qquad db^{[l]} = dz^{[l]}$$
""",
    layers=(3, 4, 3, 1),
    hidden="leaky_relu",
    loss="binary_cross_entropy",
)

CASES.text(
    "the bias gradient forgets the sum over the examples",
    "db1",
    r"""
Batch of m examples, one per row.

$Z^{(1)} = X W^{(1)} + b^{(1)}$
$H = \mathrm{ReLU}(Z^{(1)})$
$Z^{(2)} = H W^{(2)} + b^{(2)}$
$P = \mathrm{softmax}(Z^{(2)})$ (row by row)

with $J = -\frac1m\sum_{i}\sum_k Y_{ik}\log P_{ik}$.

$\frac{\partial J}{\partial Z^{(2)}} = \frac{1}{m}(P - Y)$

$\frac{\partial J}{\partial W^{(2)}} = H^\top \frac{\partial J}{\partial Z^{(2)}}$

$\frac{\partial J}{\partial b^{(2)}} = \mathbf{1}^\top \frac{\partial J}{\partial Z^{(2)}}$

$\frac{\partial J}{\partial H} = \frac{\partial J}{\partial Z^{(2)}} (W^{(2)})^\top$

$\frac{\partial J}{\partial Z^{(1)}} = \frac{\partial J}{\partial H} \odot \mathbb{1}[Z^{(1)} > 0]$

$\frac{\partial J}{\partial W^{(1)}} = X^\top \frac{\partial J}{\partial Z^{(1)}}$

$\frac{\partial J}{\partial b^{(1)}} = \frac{\partial J}{\partial Z^{(1)}}$
""",
    layers=(4, 5, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "1/m left out of the bias gradient only",
    "db2",
    r"""
1. `Z1 = W1 X + b1`
2. `A1 = sigmoid(Z1)`
3. `Z2 = W2 A1 + b2`
4. `A2 = sigmoid(Z2)`
5. `J = -1/m * sum(Y log A2 + (1 - Y) log(1 - A2))`
6. `dZ2 = A2 - Y`
7. `dW2 = 1/m * dZ2 A1^T`
8. `db2 = sum(dZ2, axis=1)`
9. `dZ1 = W2^T dZ2 * A1 * (1 - A1)`
10. `dW1 = 1/m * dZ1 X^T`
11. `db1 = 1/m * sum(dZ1, axis=1)`
""",
    layers=(3, 4, 1),
    loss="binary_cross_entropy",
)

CASES.text(
    "derivative taken at the pre-activation of the layer above",
    "dZ2",
    r"""
For $l = 1, 2, 3$: $z_l = \Theta_l a_{l-1} + b_l$, $a_l = g(z_l)$, $a_0 = x$, $g$ the logistic function. The cost of one example is $J = \frac12 (a_3 - y)^T (a_3 - y)$.

$$\delta_3 = (a_3 - y) \circ g'(z_3)$$
$$\delta_l = \Theta_{l+1}^T\,\delta_{l+1} \circ g'(z_{l+1}), \quad l = 2, 1$$
$$\nabla_{\Theta_l} J = \delta_l\, a_{l-1}^T$$
$$\nabla_{b_l} J = \delta_l$$
""",
    layers=(3, 3, 3, 3),
)

CASES.text(
    "the output layer gets the derivative of the hidden activation",
    "dZ2",
    r"""
Hidden tanh, output sigmoid, loss E = 1/2 Σ (o − t)².

net_h = W x + b,  h = tanh(net_h)
net_o = V h + c,  o = 1/(1 + exp(−net_o))

δ_o = (o − t)(1 − o²)
∂E/∂V = δ_o hᵀ
∂E/∂c = δ_o
δ_h = (1 − h²) ⊙ Vᵀ δ_o
∂E/∂W = δ_h xᵀ
∂E/∂b = δ_h
""",
    hidden="tanh",
)

CASES.text(
    "the derivative of the cross-entropy has the wrong sign in its second term",
    "dA2",
    r"""
$$\frac{\partial L}{\partial a_2} = -\frac{y}{a_2} - \frac{1-y}{1-a_2}$$

Here $z_1 = W_1 x + b_1$, $a_1 = \tanh(z_1)$, $z_2 = W_2 a_1 + b_2$, $a_2 = \sigma(z_2)$, $L = -\left[y\ln a_2 + (1-y)\ln(1-a_2)\right]$. Next

$$\frac{\partial L}{\partial z_2} = \frac{\partial L}{\partial a_2}\, a_2 (1 - a_2)$$
$$\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial z_2}\, a_1^T, \qquad \frac{\partial L}{\partial b_2} = \frac{\partial L}{\partial z_2}$$
$$\frac{\partial L}{\partial a_1} = W_2^T \frac{\partial L}{\partial z_2}$$
$$\frac{\partial L}{\partial z_1} = \frac{\partial L}{\partial a_1} \odot (1 - a_1^2)$$
$$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1}\, x^T, \qquad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial z_1}$$
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "p(1-p) multiplied onto softmax minus target",
    "dZ2",
    r"""
Réseau à une couche cachée :

$$u = W_1 x + b_1,\quad h = \sigma(u),\quad v = W_2 h + b_2,\quad p = \mathrm{softmax}(v)$$

Perte : $L = -\sum_k y_k \log p_k$.

Gradients :

$$\frac{\partial L}{\partial v_k} = (p_k - y_k)\, p_k (1 - p_k)$$
$$\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial v} h^T, \qquad \frac{\partial L}{\partial b_2} = \frac{\partial L}{\partial v}$$
$$\frac{\partial L}{\partial u} = \left(W_2^T \frac{\partial L}{\partial v}\right) \odot h \odot (1-h)$$
$$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial u} x^T, \qquad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial u}$$
""",
    layers=(4, 5, 3),
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "1 + a^2 for the derivative of tanh",
    "dZ1",
    r"""
```matlab
% columns are samples
Z1 = W1*X + b1;
A1 = tanh(Z1);
Z2 = W2*A1 + b2;
A2 = tanh(Z2);
E = 0.5*sum(sum((A2 - Y).^2));

dZ2 = (A2 - Y).*(1 - A2.^2);
dW2 = dZ2*A1';
db2 = sum(dZ2, 2);
dA1 = W2'*dZ2;
dZ1 = dA1.*(1 + A1.^2);
dW1 = dZ1*X';
db1 = sum(dZ1, 2);
```
""",
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "a(1-a) written with z",
    "dZ1",
    r"""
* z1 = W1·x + b1
* a1 = sigmoid(z1)
* z2 = W2·a1 + b2
* a2 = z2
* loss = ½‖a2 − y‖²

So we get

* dz2 = a2 − y
* dW2 = dz2 · a1ᵀ
* db2 = dz2
* da1 = W2ᵀ · dz2
* dz1 = da1 ⊙ z1 ⊙ (1 − z1)
* dW1 = dz1 · xᵀ
* db1 = dz1
""",
    output="identity",
)

CASES.text(
    "multiplies by relu(z) and not by its derivative",
    "dZ2",
    r"""
Deep ReLU regression net, `H0 = X` with samples in columns:

    Z_l = W_l H_{l-1} + b_l
    H_1 = relu(Z_1), H_2 = relu(Z_2), H_3 = Z_3
    J = 1/(2m) sum_i ||H_3^(i) - Y^(i)||^2

Backward pass:

    dZ_3 = (H_3 - Y) / m
    dH_2 = W_3^T dZ_3
    dZ_2 = dH_2 * relu(Z_2)
    dH_1 = W_2^T dZ_2
    dZ_1 = dH_1 * (Z_1 > 0)

    dW_l = dZ_l H_{l-1}^T
    db_l = sum over columns of dZ_l
""",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="identity",
)

CASES.text(
    "the delta of the output layer in the first weight gradient",
    "dW1",
    r"""
Tiny 1-1-1 network: z1 = w1 x + b1, a1 = σ(z1), z2 = w2 a1 + b2, a2 = σ(z2), C = (a2 − y)²/2.

By the chain rule:

∂C/∂a2 = a2 − y
∂C/∂z2 = (a2 − y) a2 (1 − a2)
∂C/∂w2 = ∂C/∂z2 · a1
∂C/∂b2 = ∂C/∂z2
∂C/∂a1 = ∂C/∂z2 · w2
∂C/∂z1 = ∂C/∂a1 · a1 (1 − a1)
∂C/∂w1 = ∂C/∂z2 · x
∂C/∂b1 = ∂C/∂z1
""",
    layers=(1, 1, 1),
)

CASES.text(
    "the factor w2 is missing in the chain",
    "dZ1",
    r"""
$x \to s_1 = u x + c \to h = \tanh(s_1) \to s_2 = v h + d \to \hat y = s_2$, with $L = \frac{1}{2}(\hat y - y)^2$. All are scalars.

$$\frac{\partial L}{\partial s_2} = \hat y - y$$

$$\frac{\partial L}{\partial v} = (\hat y - y) h, \qquad \frac{\partial L}{\partial d} = \hat y - y$$

$$\frac{\partial L}{\partial s_1} = (\hat y - y)(1 - h^2)$$

$$\frac{\partial L}{\partial u} = \frac{\partial L}{\partial s_1}\, x, \qquad \frac{\partial L}{\partial c} = \frac{\partial L}{\partial s_1}$$
""",
    layers=(1, 1, 1),
    hidden="tanh",
    output="identity",
)

CASES.text(
    "the hidden derivative applied twice",
    "dW1",
    r"""
```python
def backward(X, Y, cache, W2):
    # forward was: Z1 = X @ W1 + b1; H1 = sigmoid(Z1); Z2 = H1 @ W2 + b2; P = softmax(Z2)
    # loss = -mean over rows of sum(Y * log(P))
    m = X.shape[0]
    dZ2 = (P - Y) / m
    dW2 = H1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dH1 = dZ2 @ W2.T
    dZ1 = dH1 * H1 * (1 - H1)
    dW1 = X.T @ (dZ1 * H1 * (1 - H1))
    db1 = dZ1.sum(axis=0)
    return dW1, db1, dW2, db2
```
""",
    layers=(4, 5, 3),
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "indices of the weight the wrong way round in the sum",
    "dZ1",
    r"""
Let $w^l_{jk}$ be the weight from neuron $k$ of layer $l-1$ to neuron $j$ of layer $l$, so

$$z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j, \qquad a^l_j = \sigma(z^l_j), \qquad a^0 = x.$$

With two layers and $C = \frac12\sum_j (a^2_j - y_j)^2$:

$$\delta^2_j = (a^2_j - y_j)\,\sigma'(z^2_j)$$
$$\delta^1_j = \sum_k w^2_{jk}\,\delta^2_k\,\sigma'(z^1_j)$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j$$

The network is 3-2-2.
""",
    layers=(3, 2, 2),
)

CASES.text(
    "leaky slope on the wrong side of zero",
    "dZ1",
    r"""
Leaky ReLU with slope 0.01: $f(z) = z$ for $z > 0$ and $0.01 z$ otherwise.

$z_1 = W_1 x + b_1$, $h_1 = f(z_1)$, $z_2 = W_2 h_1 + b_2$, $\hat y = z_2$, $L = \|\hat y - y\|^2$

\begin{align}
\frac{\partial L}{\partial z_2} &= 2(\hat y - y) \\
\frac{\partial L}{\partial W_2} &= \frac{\partial L}{\partial z_2} h_1^\top \\
\frac{\partial L}{\partial b_2} &= \frac{\partial L}{\partial z_2} \\
\frac{\partial L}{\partial h_1} &= W_2^\top \frac{\partial L}{\partial z_2} \\
\frac{\partial L}{\partial z_1} &= \frac{\partial L}{\partial h_1} \odot \begin{cases} 0.01 & z_1 > 0 \\ 1 & z_1 \le 0 \end{cases} \\
\frac{\partial L}{\partial W_1} &= \frac{\partial L}{\partial z_1} x^\top \\
\frac{\partial L}{\partial b_1} &= \frac{\partial L}{\partial z_1}
\end{align}
""",
    hidden="leaky_relu",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "a factor 2 with half the squared error",
    "dZ3",
    r"""
La red tiene tres capas: $z_1 = W_1x + b_1$, $a_1 = \tanh z_1$; $z_2 = W_2 a_1 + b_2$, $a_2 = \tanh z_2$; $z_3 = W_3 a_2 + b_3$, $a_3 = z_3$. El error es $E = \frac{1}{2}\sum_k (a_{3,k} - y_k)^2$.

Propagación hacia atrás:

- $\delta_3 = 2\,(a_3 - y)$
- $\delta_2 = W_3^T\delta_3 \odot (1 - a_2^2)$
- $\delta_1 = W_2^T\delta_2 \odot (1 - a_1^2)$
- $\partial E/\partial W_3 = \delta_3 a_2^T$, $\partial E/\partial W_2 = \delta_2 a_1^T$, $\partial E/\partial W_1 = \delta_1 x^T$
- $\partial E/\partial b_i = \delta_i$ para $i = 1, 2, 3$
""",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="identity",
)

CASES.text(
    "divides by m although the cost is a sum",
    "dW2",
    r"""
Cost: J = 1/2 * sum over all m examples and all outputs of (A2 - Y)^2 (no averaging).

Forward: Z1 = W1 X + b1, A1 = relu(Z1), Z2 = W2 A1 + b2, A2 = sigmoid(Z2).

dA2 = A2 - Y
dZ2 = dA2 * A2 * (1 - A2)
dW2 = (1/m) dZ2 A1^T
db2 = sum_i dZ2[:, i]
dA1 = W2^T dZ2
dZ1 = dA1 * [Z1 > 0]
dW1 = dZ1 X^T
db1 = sum_i dZ1[:, i]
""",
    hidden="relu",
    reduction="sum",
)

CASES.text(
    "the error itself squared in the delta",
    "dZ2",
    r"""
$$
\begin{aligned}
h &= \sigma(W x + b) \\
o &= \sigma(V h + c) \\
E &= \tfrac12 \sum_k (o_k - t_k)^2 \\[4pt]
\delta^{o}_k &= (o_k - t_k)^2\, o_k (1 - o_k) \\
\delta^{h}_j &= h_j (1 - h_j) \sum_k V_{kj}\, \delta^{o}_k \\
\frac{\partial E}{\partial V_{kj}} &= \delta^{o}_k h_j, \quad \frac{\partial E}{\partial c_k} = \delta^{o}_k \\
\frac{\partial E}{\partial W_{ji}} &= \delta^{h}_j x_i, \quad \frac{\partial E}{\partial b_j} = \delta^{h}_j
\end{aligned}
$$
""",
)

CASES.text(
    "softplus derivative 1/(1 + e^z)",
    "dZ1",
    r"""
### Softplus net, mini-batch

With examples as the columns of $X$,

$Z_1 = W_1X + b_1\mathbf 1^T$, $A_1 = \log(1 + e^{Z_1})$, $Z_2 = W_2A_1 + b_2\mathbf 1^T$, $A_2 = \sigma(Z_2)$.

The cost is the mean over the $m$ examples of $\frac12\|a_2 - y\|^2$.

$G_2 = \frac1m (A_2 - Y)\odot A_2\odot(1 - A_2)$ is $\partial J/\partial Z_2$.

$G_1 = (W_2^TG_2)\odot\frac{1}{1 + e^{Z_1}}$ is $\partial J/\partial Z_1$.

$\partial J/\partial W_2 = G_2A_1^T$, $\partial J/\partial b_2 = G_2\mathbf 1$

$\partial J/\partial W_1 = G_1X^T$, $\partial J/\partial b_1 = G_1\mathbf 1$
""",
    hidden="softplus",
)

CASES.text(
    "the activation in the weight gradient is not transposed in rows",
    "dW2",
    r"""
PyTorch by hand (batch first):

```python
z1 = x @ W1 + b1            # (N, H)
a1 = torch.sigmoid(z1)
z2 = a1 @ W2 + b2           # (N, K)
a2 = torch.sigmoid(z2)
loss = 0.5 * ((a2 - y) ** 2).sum() / N

dz2 = (a2 - y) * a2 * (1 - a2) / N
dW2 = a1 @ dz2
db2 = dz2.sum(0)
da1 = dz2 @ W2.t()
dz1 = da1 * a1 * (1 - a1)
dW1 = x.t() @ dz1
db1 = dz1.sum(0)
```
""",
)

CASES.text(
    "only one of the two output errors reaches h1",
    "dZ1",
    r"""
2-2-2 network with logistic units and $E = \frac12(o_1 - t_1)^2 + \frac12(o_2 - t_2)^2$.

Forward:
$h_1 = \sigma(w_1 i_1 + w_2 i_2 + b_1)$, $h_2 = \sigma(w_3 i_1 + w_4 i_2 + b_2)$
$o_1 = \sigma(w_5 h_1 + w_6 h_2 + b_3)$, $o_2 = \sigma(w_7 h_1 + w_8 h_2 + b_4)$

Backward:
$\delta_{o_1} = (o_1 - t_1)\, o_1 (1 - o_1)$
$\delta_{o_2} = (o_2 - t_2)\, o_2 (1 - o_2)$
$\partial E/\partial w_5 = \delta_{o_1} h_1$, $\partial E/\partial w_6 = \delta_{o_1} h_2$
$\partial E/\partial w_7 = \delta_{o_2} h_1$, $\partial E/\partial w_8 = \delta_{o_2} h_2$
$\delta_{h_1} = w_5\, \delta_{o_1}\, h_1 (1 - h_1)$
$\delta_{h_2} = (w_6\, \delta_{o_1} + w_8\, \delta_{o_2})\, h_2 (1 - h_2)$
$\partial E/\partial w_1 = \delta_{h_1} i_1$, $\partial E/\partial w_2 = \delta_{h_1} i_2$
$\partial E/\partial w_3 = \delta_{h_2} i_1$, $\partial E/\partial w_4 = \delta_{h_2} i_2$
""",
    layers=(2, 2, 2),
)

CASES.text(
    "the bias gradient is the derivative by the activation",
    "db3",
    r"""
Notation: $a^{(0)} = x$, $z^{(l)} = W^{(l)}a^{(l-1)} + b^{(l)}$, $a^{(l)} = \sigma(z^{(l)})$ for $l = 1,\dots,L$. Loss $\mathcal L = \frac12\|a^{(L)} - y\|_2^2$.

\[ \frac{\partial \mathcal L}{\partial a^{(L)}} = a^{(L)} - y \]
\[ \frac{\partial \mathcal L}{\partial z^{(l)}} = \frac{\partial \mathcal L}{\partial a^{(l)}} \odot \sigma'(z^{(l)}) \]
\[ \frac{\partial \mathcal L}{\partial W^{(l)}} = \frac{\partial \mathcal L}{\partial z^{(l)}}\,(a^{(l-1)})^\top \]
\[ \frac{\partial \mathcal L}{\partial b^{(l)}} = \frac{\partial \mathcal L}{\partial a^{(l)}} \]
\[ \frac{\partial \mathcal L}{\partial a^{(l-1)}} = (W^{(l)})^\top \frac{\partial \mathcal L}{\partial z^{(l)}} \]
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "chain of Jacobians with diag",
    "",
    r"""
Columns for vectors, numerator layout for Jacobians.

$$z_1 = W_1 x + b_1,\quad a_1 = \sigma(z_1),\quad z_2 = W_2 a_1 + b_2,\quad a_2 = \sigma(z_2),\quad L = \tfrac12\|a_2 - y\|^2$$

$$\frac{\partial L}{\partial z_2} = \mathrm{diag}(a_2 \odot (1 - a_2))\,(a_2 - y)$$
$$\frac{\partial L}{\partial z_1} = \mathrm{diag}(a_1 \odot (1 - a_1))\, W_2^\top \frac{\partial L}{\partial z_2}$$
$$\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial z_2}\, a_1^\top \qquad \frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1}\, x^\top$$
$$\frac{\partial L}{\partial b_2} = \frac{\partial L}{\partial z_2} \qquad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial z_1}$$
""",
)

CASES.text(
    "y - a and updates that add, with the sign said",
    "",
    r"""
We train with the delta rule. net1 = W1 x + b1, o1 = f(net1); net2 = W2 o1 + b2, o2 = f(net2); f is the logistic function and E = 1/2 Σ (t − o2)².

Here δ stands for the *negative* derivative −∂E/∂net, so the updates are added:

δ2 = (t − o2) ⊙ o2 ⊙ (1 − o2)
δ1 = (W2ᵀ δ2) ⊙ o1 ⊙ (1 − o1)

ΔW2 = η δ2 o1ᵀ
ΔW1 = η δ1 xᵀ
Δb2 = η δ2
Δb1 = η δ1

W ← W + ΔW, b ← b + Δb
""",
)

CASES.text(
    "1/m in the output error, sums over columns by a ones vector",
    "",
    r"""
With $X\in\mathbb R^{n_0\times m}$:

$$\begin{aligned}
Z_1 &= W_1 X + b_1 \mathbf{1}^T, & A_1 &= \max(0, Z_1) \\
Z_2 &= W_2 A_1 + b_2 \mathbf{1}^T, & P &= \mathrm{softmax}(Z_2)
\end{aligned}$$

$J$ is the average cross-entropy. Then

$$\begin{aligned}
\frac{\partial J}{\partial Z_2} &= \frac1m (P - Y) \\
\frac{\partial J}{\partial W_2} &= \frac{\partial J}{\partial Z_2} A_1^T \\
\frac{\partial J}{\partial b_2} &= \frac{\partial J}{\partial Z_2} \mathbf{1} \\
\frac{\partial J}{\partial A_1} &= W_2^T \frac{\partial J}{\partial Z_2} \\
\frac{\partial J}{\partial Z_1} &= \frac{\partial J}{\partial A_1} \odot [Z_1 > 0] \\
\frac{\partial J}{\partial W_1} &= \frac{\partial J}{\partial Z_1} X^T \\
\frac{\partial J}{\partial b_1} &= \frac{\partial J}{\partial Z_1} \mathbf{1}
\end{aligned}$$
""",
    layers=(4, 5, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "sigmoid derivative as e^-z / (1 + e^-z)^2",
    "",
    r"""
sigma(z) = 1/(1 + exp(-z)), sigma'(z) = exp(-z) / (1 + exp(-z))^2

z1 = W1 x + b1
a1 = sigma(z1)
z2 = W2 a1 + b2
a2 = z2
C = 1/2 ||a2 - y||^2

dC/dz2 = a2 - y
dC/da1 = W2^T dC/dz2
dC/dz1 = dC/da1 * exp(-z1) / (1 + exp(-z1))^2
dC/dW2 = dC/dz2 a1^T
dC/dW1 = dC/dz1 x^T
dC/db2 = dC/dz2
dC/db1 = dC/dz1
""",
    output="identity",
)

CASES.text(
    "tanh derivative as (1 - h)(1 + h), rows",
    "",
    r"""
```python
import numpy as np

# X (m, d), Y (m, k); the cost is half the squared error, averaged over m
Z1 = X @ W1 + b1
H = np.tanh(Z1)
O = H @ W2 + b2

dO = (O - Y) / len(X)
dW2 = H.T @ dO
db2 = dO.sum(axis=0)
dH = dO @ W2.T
dZ1 = dH * (1 - H) * (1 + H)
dW1 = X.T @ dZ1
db1 = dZ1.sum(axis=0)
```
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "intermediate chain-rule lines for binary cross-entropy",
    "",
    r"""
One example, one output neuron.

$z^{[1]} = W^{[1]}x + b^{[1]}$, $a^{[1]} = \tanh(z^{[1]})$, $z^{[2]} = W^{[2]}a^{[1]} + b^{[2]}$, $a^{[2]} = \sigma(z^{[2]})$

$\mathcal L = -y\log a^{[2]} - (1-y)\log(1-a^{[2]})$

Step 1:
$$\frac{\partial \mathcal L}{\partial a^{[2]}} = -\frac{y}{a^{[2]}} + \frac{1-y}{1-a^{[2]}} = \frac{a^{[2]} - y}{a^{[2]}(1-a^{[2]})}$$

Step 2:
$$\frac{\partial \mathcal L}{\partial z^{[2]}} = \frac{\partial \mathcal L}{\partial a^{[2]}}\cdot\frac{\partial a^{[2]}}{\partial z^{[2]}} = \frac{a^{[2]} - y}{a^{[2]}(1-a^{[2]})}\cdot a^{[2]}(1-a^{[2]}) = a^{[2]} - y$$

Step 3:
$$\frac{\partial \mathcal L}{\partial W^{[2]}} = (a^{[2]} - y)\,a^{[1]T}, \qquad \frac{\partial \mathcal L}{\partial b^{[2]}} = a^{[2]} - y$$

Step 4:
$$\frac{\partial \mathcal L}{\partial a^{[1]}} = W^{[2]T}(a^{[2]} - y)$$

Step 5:
$$\frac{\partial \mathcal L}{\partial z^{[1]}} = W^{[2]T}(a^{[2]} - y) * (1 - a^{[1]2})$$

Step 6:
$$\frac{\partial \mathcal L}{\partial W^{[1]}} = \frac{\partial \mathcal L}{\partial z^{[1]}}\,x^T, \qquad \frac{\partial \mathcal L}{\partial b^{[1]}} = \frac{\partial \mathcal L}{\partial z^{[1]}}$$
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "index form and matrix form both",
    "",
    r"""
General network: $z^l_j = \sum_k w^l_{jk}a^{l-1}_k + b^l_j$, $a^l_j = \sigma(z^l_j)$, cost $C = \frac12\sum_j(a^L_j - y_j)^2$. Define $\delta^l_j = \partial C/\partial z^l_j$.

Componentwise:

$$\delta^L_j = (a^L_j - y_j)\,\sigma'(z^L_j)$$
$$\delta^l_j = \sigma'(z^l_j)\sum_k w^{l+1}_{kj}\delta^{l+1}_k$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k\delta^l_j, \qquad \frac{\partial C}{\partial b^l_j} = \delta^l_j$$

The same in matrix form:

$$\delta^L = (a^L - y)\odot\sigma'(z^L)$$
$$\delta^l = \left((w^{l+1})^T\delta^{l+1}\right)\odot\sigma'(z^l)$$
$$\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T, \qquad \frac{\partial C}{\partial b^l} = \delta^l$$
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "a numeric example beside formulas in a 2-2-1 network",
    "",
    r"""
All units are sigmoid, E = ½(o − t)².

h1 = σ(w1 x1 + w2 x2 + b1)
h2 = σ(w3 x1 + w4 x2 + b2)
o = σ(v1 h1 + v2 h2 + c)

δ = ∂E/∂net_o = (o − t) o (1 − o)

If o = 0.8 and t = 1 then δ = −0.2 · 0.8 · 0.2 = −0.032.

∂E/∂v1 = δ h1
∂E/∂v2 = δ h2
∂E/∂c = δ

∂E/∂w1 = δ v1 h1 (1 − h1) x1
∂E/∂w2 = δ v1 h1 (1 − h1) x2
∂E/∂w3 = δ v2 h2 (1 − h2) x1
∂E/∂w4 = δ v2 h2 (1 − h2) x2
∂E/∂b1 = δ v1 h1 (1 − h1)
∂E/∂b2 = δ v2 h2 (1 − h2)
""",
    layers=(2, 2, 1),
)

CASES.text(
    "gradient of the squared error in another order, sign pulled in",
    "",
    r"""
- forward: $s_1 = U x + p$, $h = \tanh s_1$, $s_2 = V h + q$, $\hat y = s_2$
- loss: $\ell = \sum_k (y_k - \hat y_k)^2$
- $\nabla_{\hat y}\ell = -2(y - \hat y)$
- $\nabla_V \ell = -2(y - \hat y)h^\top$
- $\nabla_q \ell = -2(y - \hat y)$
- $\nabla_h \ell = -2V^\top(y - \hat y)$
- $\nabla_{s_1}\ell = (1 - h\odot h)\odot\nabla_h\ell$
- $\nabla_U\ell = \nabla_{s_1}\ell\; x^\top$
- $\nabla_p\ell = \nabla_{s_1}\ell$
""",
    hidden="tanh",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "MATLAB with 1/m at the weights",
    "",
    r"""
```matlab
% X: n0 x m, one example per column
Z1 = W1*X + b1;
A1 = 1./(1 + exp(-Z1));
Z2 = W2*A1 + b2;
A2 = 1./(1 + exp(-Z2));
J = -1/m * sum(sum(Y.*log(A2) + (1-Y).*log(1-A2)));

dZ2 = A2 - Y;
dW2 = 1/m * dZ2 * A1';
db2 = 1/m * sum(dZ2, 2);
dZ1 = (W2' * dZ2) .* A1 .* (1 - A1);
dW1 = 1/m * dZ1 * X';
db1 = 1/m * sum(dZ1, 2);
```
""",
    loss="binary_cross_entropy",
)

CASES.text(
    "mean over rows by np.mean for the biases",
    "",
    r"""
```python
# one sample per row
z1 = x @ w1 + b1
a1 = np.maximum(0, z1)
z2 = a1 @ w2 + b2
a2 = np.maximum(0, z2)
z3 = a2 @ w3 + b3
out = z3
n = x.shape[0]
cost = ((out - y) ** 2).sum() / (2 * n)

delta3 = out - y
delta2 = (delta3 @ w3.T) * (z2 > 0)
delta1 = (delta2 @ w2.T) * (z1 > 0)

grad_w3 = a2.T @ delta3 / n
grad_w2 = a1.T @ delta2 / n
grad_w1 = x.T @ delta1 / n
grad_b3 = delta3.mean(axis=0)
grad_b2 = delta2.mean(axis=0)
grad_b1 = delta1.mean(axis=0)
```
""",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="identity",
)

CASES.text(
    "sums over examples without writing their index",
    "",
    r"""
Eine versteckte Schicht, Beispiele als Spalten von $X$, Kosten $J = \frac{1}{2m}\sum \|a_2 - y\|^2$ über alle $m$ Beispiele.

Für jedes Beispiel: $z_1 = W_1x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2a_1 + b_2$, $a_2 = \sigma(z_2)$.

$$\delta_2 = (a_2 - y)\odot a_2\odot(1 - a_2)$$
$$\delta_1 = (W_2^T\delta_2)\odot a_1\odot(1 - a_1)$$

Gemittelt über die Beispiele:

$$\frac{\partial J}{\partial W_2} = \frac1m\sum\delta_2a_1^T,\qquad\frac{\partial J}{\partial b_2} = \frac1m\sum\delta_2$$
$$\frac{\partial J}{\partial W_1} = \frac1m\sum\delta_1x^T,\qquad\frac{\partial J}{\partial b_1} = \frac1m\sum\delta_1$$
""",
)

CASES.text(
    "outer products",
    "",
    r"""
Let ⊗ be the outer product, (u ⊗ v)_ij = u_i v_j.

z1 = W1 x + b1
a1 = tanh(z1)
z2 = W2 a1 + b2
a2 = tanh(z2)
E = 0.5 * |a2 − y|²

e2 = (a2 − y) ⊙ (1 − a2²)      (= ∂E/∂z2)
e1 = (W2ᵀ e2) ⊙ (1 − a1²)      (= ∂E/∂z1)
∂E/∂W2 = e2 ⊗ a1
∂E/∂W1 = e1 ⊗ x
∂E/∂b2 = e2
∂E/∂b1 = e1
""",
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "dimension remarks between the formulas",
    "",
    r"""
Sizes: x is 3×1, W1 is 4×3, W2 is 2×4.

z1 = W1 x + b1 (4×1), a1 = sigmoid(z1) (4×1), z2 = W2 a1 + b2 (2×1), a2 = sigmoid(z2) (2×1), L = 1/2 (a2 − y)ᵀ(a2 − y) (scalar).

dL/dz2 = (a2 − y) ∘ a2 ∘ (1 − a2) — shape 2×1
dL/dW2 = dL/dz2 · a1ᵀ — shape (2×1)(1×4) = 2×4
dL/db2 = dL/dz2 — shape 2×1
dL/da1 = W2ᵀ · dL/dz2 — shape (4×2)(2×1) = 4×1
dL/dz1 = dL/da1 ∘ a1 ∘ (1 − a1) — shape 4×1
dL/dW1 = dL/dz1 · xᵀ — shape (4×1)(1×3) = 4×3
dL/db1 = dL/dz1 — shape 4×1
""",
)

CASES.text(
    "softmax Jacobian worked out with Kronecker delta",
    "",
    r"""
Network: $z = W x + b$, $h = \sigma(z)$, $u = V h + c$, $p_k = e^{u_k}/\sum_j e^{u_j}$, and $L = -\sum_k y_k\log p_k$ with one-hot $y$.

We need $\frac{\partial p_k}{\partial u_j} = p_k(\delta_{kj} - p_j)$. So

$$\frac{\partial L}{\partial u_j} = -\sum_k\frac{y_k}{p_k}\,p_k(\delta_{kj} - p_j) = -y_j + p_j\sum_k y_k = p_j - y_j$$

The rest:

$$\frac{\partial L}{\partial V_{ji}} = (p_j - y_j)h_i,\qquad\frac{\partial L}{\partial c_j} = p_j - y_j$$
$$\frac{\partial L}{\partial h_i} = \sum_j(p_j - y_j)V_{ji}$$
$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial h_i}h_i(1 - h_i)$$
$$\frac{\partial L}{\partial W_{in}} = \frac{\partial L}{\partial z_i}x_n,\qquad\frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial z_i}$$
""",
    layers=(4, 5, 3),
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "transposes moved: row times matrix, then transposed",
    "",
    r"""
Forward with columns: $z_1 = W_1x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2a_1 + b_2$, $a_2 = \sigma(z_2)$; $C = \frac12\|a_2 - y\|^2$.

$$\delta_2 = (a_2 - y)\odot\sigma(z_2)\odot(1 - \sigma(z_2))$$
$$\delta_1 = (\delta_2^TW_2)^T\odot\sigma(z_1)\odot(1 - \sigma(z_1))$$
$$\frac{\partial C}{\partial W_2} = (a_1\delta_2^T)^T$$
$$\frac{\partial C}{\partial W_1} = (x\,\delta_1^T)^T$$
$$\frac{\partial C}{\partial b_2} = \delta_2,\quad\frac{\partial C}{\partial b_1} = \delta_1$$
""",
)

CASES.text(
    "Chinese lecture notes, recursion, ReLU and softmax",
    "",
    r"""
前向传播：$H_0 = X$（每列一个样本），$Z_l = W_lH_{l-1} + b_l$，$H_1 = \mathrm{ReLU}(Z_1)$，$H_2 = \mathrm{ReLU}(Z_2)$，$P = \mathrm{softmax}(Z_3)$。

损失为平均交叉熵 $J = -\frac1m\sum_{i=1}^m\sum_kY_{ki}\log P_{ki}$。

反向传播：

1. $dZ_3 = P - Y$
2. $dZ_2 = W_3^TdZ_3\odot\mathbb 1(Z_2 > 0)$
3. $dZ_1 = W_2^TdZ_2\odot\mathbb 1(Z_1 > 0)$
4. $dW_l = \frac1mdZ_lH_{l-1}^T$
5. $db_l = \frac1m\sum_{i=1}^mdZ_l^{(i)}$

其中 $dZ_l^{(i)}$ 是 $dZ_l$ 的第 $i$ 列。
""",
    layers=(4, 5, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "x^(l), s^(l), theta; deltas in terms of x",
    "",
    r"""
x^(0) = x
s^(l) = W^(l) x^(l-1) + b^(l)
x^(l) = tanh(s^(l))
e = sum_j (x_j^(L) - y_j)^2

Start at the top:

delta_j^(L) = 2 (x_j^(L) - y_j) (1 - (x_j^(L))^2)

and go down:

delta_i^(l-1) = (1 - (x_i^(l-1))^2) * sum_j w_ji^(l) delta_j^(l)

de/dw_ji^(l) = delta_j^(l) x_i^(l-1)
de/db_j^(l) = delta_j^(l)
""",
    layers=(2, 3, 3, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)

CASES.text(
    "table of the backward pass with names in words",
    "",
    r"""
Forward: `hidden_in = W_hidden @ inputs + b_hidden`, `hidden = sigmoid(hidden_in)`, `output_in = W_out @ hidden + b_out`, `output = sigmoid(output_in)`; loss = 0.5 * sum((output - target)**2). `inputs` is one column.

| name | value |
|---|---|
| `output_error` | `output - target` |
| `output_delta` | `output_error * output * (1 - output)` |
| `grad_W_out` | `output_delta @ hidden.T` |
| `grad_b_out` | `output_delta` |
| `hidden_error` | `W_out.T @ output_delta` |
| `hidden_delta` | `hidden_error * hidden * (1 - hidden)` |
| `grad_W_hidden` | `hidden_delta @ inputs.T` |
| `grad_b_hidden` | `hidden_delta` |
""",
)

CASES.text(
    "softplus, derivative as the logistic function",
    "",
    r"""
Hidden units are softplus, $\zeta(z) = \ln(1 + e^z)$, so $\zeta'(z) = \sigma(z) = 1/(1 + e^{-z})$.

\[ z_1 = W_1x + b_1,\ a_1 = \zeta(z_1),\ z_2 = W_2a_1 + b_2,\ a_2 = z_2,\ C = \tfrac12\|a_2 - y\|^2 \]
\[ \frac{\partial C}{\partial z_2} = a_2 - y \]
\[ \frac{\partial C}{\partial W_2} = (a_2 - y)a_1^T \]
\[ \frac{\partial C}{\partial b_2} = a_2 - y \]
\[ \frac{\partial C}{\partial z_1} = W_2^T(a_2 - y)\odot\sigma(z_1) \]
\[ \frac{\partial C}{\partial W_1} = \left[W_2^T(a_2 - y)\odot\sigma(z_1)\right]x^T \]
\[ \frac{\partial C}{\partial b_1} = W_2^T(a_2 - y)\odot\sigma(z_1) \]
""",
    hidden="softplus",
    output="identity",
)

CASES.text(
    "mean squared error with 2/n",
    "",
    r"""
For a single example with n outputs, MSE = (1/n) Σ_k (o_k − y_k)².

a = W x + b
h = sigmoid(a)
o = V h + c

∂MSE/∂o_k = (2/n)(o_k − y_k)
∂MSE/∂V_kj = (2/n)(o_k − y_k) h_j
∂MSE/∂c_k = (2/n)(o_k − y_k)
∂MSE/∂h_j = (2/n) Σ_k (o_k − y_k) V_kj
∂MSE/∂a_j = ∂MSE/∂h_j · h_j (1 − h_j)
∂MSE/∂W_ji = ∂MSE/∂a_j · x_i
∂MSE/∂b_j = ∂MSE/∂a_j
""",
    layers=(3, 4, 3),
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "sum cost, code after the formulas",
    "",
    r"""
The cost is the sum of the cross-entropies over the mini-batch (columns). For one column:

$\partial L/\partial z_2 = a_2 - y$, $\partial L/\partial z_1 = W_2^T(a_2 - y)\odot(1 - a_1^2)$

given $z_1 = W_1x + b_1$, $a_1 = \tanh z_1$, $z_2 = W_2a_1 + b_2$, $a_2 = \sigma(z_2)$. In code, for all columns:

```python
Z1 = W1 @ X + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)
dZ2 = A2 - Y
dZ1 = W2.T @ dZ2 * (1 - A1**2)
dW2, db2 = dZ2 @ A1.T, dZ2.sum(1, keepdims=True)
dW1, db1 = dZ1 @ X.T, dZ1.sum(1, keepdims=True)
```
""",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "a loop over layers in NumPy",
    "",
    r"""
```python
# A[0] = X (columns are examples), Z[l] = W[l] @ A[l-1] + b[l], A[l] = sigmoid(Z[l]), l = 1..3
# J = 1/(2m) * sum((A[3] - Y)**2)
dZ[3] = (A[3] - Y) * A[3] * (1 - A[3])
for l in (2, 1):
    dZ[l] = (W[l+1].T @ dZ[l+1]) * A[l] * (1 - A[l])
for l in (1, 2, 3):
    dW[l] = dZ[l] @ A[l-1].T / m
    db[l] = dZ[l].sum(axis=1, keepdims=True) / m
```
""",
    layers=(3, 4, 3, 2),
)

CASES.text(
    "Julia with leaky ReLU",
    "",
    r"""
```julia
leaky(z) = z > 0 ? z : 0.01z
dleaky(z) = z > 0 ? 1.0 : 0.01

# forward (columns are observations, m of them)
Z1 = W1 * X .+ b1
A1 = leaky.(Z1)
Z2 = W2 * A1 .+ b2
A2 = Z2
J = sum(abs2, A2 .- Y) / m

# backward
dZ2 = 2 .* (A2 .- Y) ./ m
dW2 = dZ2 * A1'
db2 = sum(dZ2, dims=2)
dA1 = W2' * dZ2
dZ1 = dA1 .* dleaky.(Z1)
dW1 = dZ1 * X'
db1 = sum(dZ1, dims=2)
```
""",
    hidden="leaky_relu",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "1-1-1 with full products",
    "",
    r"""
$z_1 = w_1x + b_1,\ a_1 = \sigma(z_1),\ z_2 = w_2a_1 + b_2,\ a_2 = \sigma(z_2),\ C = \frac12(a_2 - y)^2$

$$\frac{\partial C}{\partial w_2} = \frac{\partial C}{\partial a_2}\frac{\partial a_2}{\partial z_2}\frac{\partial z_2}{\partial w_2} = (a_2 - y)\,a_2(1 - a_2)\,a_1$$

$$\frac{\partial C}{\partial b_2} = (a_2 - y)\,a_2(1 - a_2)$$

$$\frac{\partial C}{\partial w_1} = \frac{\partial C}{\partial a_2}\frac{\partial a_2}{\partial z_2}\frac{\partial z_2}{\partial a_1}\frac{\partial a_1}{\partial z_1}\frac{\partial z_1}{\partial w_1} = (a_2 - y)\,a_2(1 - a_2)\,w_2\,a_1(1 - a_1)\,x$$

$$\frac{\partial C}{\partial b_1} = (a_2 - y)\,a_2(1 - a_2)\,w_2\,a_1(1 - a_1)$$
""",
    layers=(1, 1, 1),
)

CASES.text(
    "a 2-2-2 network by neuron",
    "",
    r"""
Inputs i1, i2; hidden h1, h2; outputs o1, o2; targets t1, t2; logistic units.

net_h1 = w1 i1 + w2 i2 + b1, h1 = σ(net_h1)
net_h2 = w3 i1 + w4 i2 + b2, h2 = σ(net_h2)
net_o1 = w5 h1 + w6 h2 + b3, o1 = σ(net_o1)
net_o2 = w7 h1 + w8 h2 + b4, o2 = σ(net_o2)

E = ½(t1 − o1)² + ½(t2 − o2)²

1. ∂E/∂o1 = −(t1 − o1), ∂E/∂o2 = −(t2 − o2)
2. ∂E/∂net_o1 = −(t1 − o1) o1 (1 − o1), ∂E/∂net_o2 = −(t2 − o2) o2 (1 − o2)
3. ∂E/∂w5 = ∂E/∂net_o1 · h1, ∂E/∂w6 = ∂E/∂net_o1 · h2, ∂E/∂w7 = ∂E/∂net_o2 · h1, ∂E/∂w8 = ∂E/∂net_o2 · h2
4. ∂E/∂h1 = ∂E/∂net_o1 · w5 + ∂E/∂net_o2 · w7
5. ∂E/∂h2 = ∂E/∂net_o1 · w6 + ∂E/∂net_o2 · w8
6. ∂E/∂w1 = ∂E/∂h1 · h1 (1 − h1) · i1, ∂E/∂w2 = ∂E/∂h1 · h1 (1 − h1) · i2
7. ∂E/∂w3 = ∂E/∂h2 · h2 (1 − h2) · i1, ∂E/∂w4 = ∂E/∂h2 · h2 (1 − h2) · i2
""",
    layers=(2, 2, 2),
)

CASES.text(
    "cosh for the derivative of tanh",
    "",
    r"""
With $\tanh'(z) = 1/\cosh^2(z)$:

$$
\begin{aligned}
u_1 &= W_1x + b_1, & y_1 &= \tanh(u_1) \\
u_2 &= W_2y_1 + b_2, & y_2 &= \tanh(u_2) \\
E &= \tfrac12\|y_2 - d\|^2
\end{aligned}
$$

$$
\begin{aligned}
\frac{\partial E}{\partial u_2} &= \frac{1}{\cosh^2(u_2)}\odot(y_2 - d) \\
\frac{\partial E}{\partial u_1} &= \frac{1}{\cosh^2(u_1)}\odot W_2^T\frac{\partial E}{\partial u_2} \\
\frac{\partial E}{\partial W_2} &= \frac{\partial E}{\partial u_2}y_1^T \\
\frac{\partial E}{\partial W_1} &= \frac{\partial E}{\partial u_1}x^T \\
\frac{\partial E}{\partial b_2} &= \frac{\partial E}{\partial u_2}, \quad \frac{\partial E}{\partial b_1} = \frac{\partial E}{\partial u_1}
\end{aligned}
$$
""",
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "a - a^2 for the sigmoid derivative, Spanish",
    "",
    r"""
Sea $z_1 = W_1x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2a_1 + b_2$, $a_2 = \sigma(z_2)$ y $E = \frac12\sum_k(a_{2,k} - y_k)^2$ para un ejemplo. Como $\sigma' = \sigma - \sigma^2$:

$$\delta_2 = (a_2 - y)\odot(a_2 - a_2^2)$$
$$\delta_1 = W_2^\top\delta_2\odot(a_1 - a_1^2)$$

Los gradientes son

$$\nabla_{W_2}E = \delta_2a_1^\top,\quad\nabla_{b_2}E = \delta_2,\quad\nabla_{W_1}E = \delta_1x^\top,\quad\nabla_{b_1}E = \delta_1$$

y se actualiza $W_i\leftarrow W_i - \eta\nabla_{W_i}E$.
""",
)

CASES.text(
    "four layers, one formula per line",
    "",
    r"""
z1 = W1 x + b1, a1 = relu(z1)
z2 = W2 a1 + b2, a2 = relu(z2)
z3 = W3 a2 + b3, a3 = relu(z3)
z4 = W4 a3 + b4, p = softmax(z4)
L = -sum(y * log(p))

dL/dz4 = p - y
dL/dz3 = (W4^T dL/dz4) * 1[z3 > 0]
dL/dz2 = (W3^T dL/dz3) * 1[z2 > 0]
dL/dz1 = (W2^T dL/dz2) * 1[z1 > 0]

dL/dW4 = dL/dz4 a3^T
dL/dW3 = dL/dz3 a2^T
dL/dW2 = dL/dz2 a1^T
dL/dW1 = dL/dz1 x^T
and each bias gradient equals the dL/dz of its layer.
""",
    layers=(3, 4, 4, 3, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "PyTorch by hand, in rows",
    "",
    r"""
```python
# x: (N, D), y: (N, K) one-hot
z1 = x @ W1 + b1
h = torch.tanh(z1)
logits = h @ W2 + b2
p = torch.softmax(logits, dim=1)
loss = -(y * torch.log(p)).sum(dim=1).mean()

dlogits = (p - y) / x.shape[0]
dW2 = h.T @ dlogits
db2 = dlogits.sum(dim=0)
dh = dlogits @ W2.T
dz1 = (1 - h.pow(2)) * dh
dW1 = x.T @ dz1
db1 = dz1.sum(dim=0)
```
""",
    layers=(4, 5, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "rows, written (A^T delta), with explicit example sums",
    "",
    r"""
One example per row, so $Z_1 = XW_1 + b_1$, $A_1 = \sigma(Z_1)$, $Z_2 = A_1W_2 + b_2$, $A_2 = \sigma(Z_2)$, and $J = \frac12\sum_n\sum_k(A_{2,nk} - Y_{nk})^2$.

- $\Delta_2 = (A_2 - Y)\odot A_2\odot(1 - A_2)$
- $\Delta_1 = (\Delta_2W_2^T)\odot A_1\odot(1 - A_1)$
- $\partial J/\partial W_2 = A_1^T\Delta_2$
- $\partial J/\partial W_1 = X^T\Delta_1$
- $\partial J/\partial b_2 = \sum_n\Delta_{2,n}$ (sum of the rows)
- $\partial J/\partial b_1 = \sum_n\Delta_{1,n}$
""",
    reduction="sum",
)

CASES.text(
    "French notes, recursion from the activation",
    "",
    r"""
Pour $l = 1,\dots,L$ : $z^l = W^la^{l-1} + b^l$ et $a^l = \tanh(z^l)$ avec $a^0 = x$. Erreur d'un exemple : $E = \frac12\|a^L - y\|^2$.

Rétropropagation :

$$\frac{\partial E}{\partial a^L} = a^L - y$$
$$\frac{\partial E}{\partial z^l} = \frac{\partial E}{\partial a^l}\odot(1 - (a^l)^2)$$
$$\frac{\partial E}{\partial a^{l-1}} = (W^l)^T\frac{\partial E}{\partial z^l}$$
$$\frac{\partial E}{\partial W^l} = \frac{\partial E}{\partial z^l}(a^{l-1})^T$$
$$\frac{\partial E}{\partial b^l} = \frac{\partial E}{\partial z^l}$$
""",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "batch in indexed sums with n for the example",
    "",
    r"""
For example $n$ of $N$: $z_{nj} = \sum_iw_{ji}x_{ni} + b_j$, $h_{nj} = \sigma(z_{nj})$, $o_{nk} = \sum_jv_{kj}h_{nj} + c_k$. Cost $J = \frac{1}{2N}\sum_n\sum_k(o_{nk} - y_{nk})^2$.

$$\frac{\partial J}{\partial o_{nk}} = \frac1N(o_{nk} - y_{nk})$$
$$\frac{\partial J}{\partial v_{kj}} = \frac1N\sum_n(o_{nk} - y_{nk})h_{nj}$$
$$\frac{\partial J}{\partial c_k} = \frac1N\sum_n(o_{nk} - y_{nk})$$
$$\frac{\partial J}{\partial h_{nj}} = \frac1N\sum_k(o_{nk} - y_{nk})v_{kj}$$
$$\frac{\partial J}{\partial z_{nj}} = \frac{\partial J}{\partial h_{nj}}h_{nj}(1 - h_{nj})$$
$$\frac{\partial J}{\partial w_{ji}} = \sum_n\frac{\partial J}{\partial z_{nj}}x_{ni}$$
$$\frac{\partial J}{\partial b_j} = \sum_n\frac{\partial J}{\partial z_{nj}}$$
""",
    output="identity",
)

CASES.text(
    "factored half squared error with y - o and a minus, ASCII",
    "",
    r"""
net_h = V x + bv
h = 1/(1+exp(-net_h))
net_o = U h + bu
o = 1/(1+exp(-net_o))
E = 1/2 sum (y - o)^2

dE/do     = -(y - o)
dE/dnet_o = -(y - o) * o * (1 - o)
dE/dU     = dE/dnet_o * h^T
dE/dbu    = dE/dnet_o
dE/dh     = U^T * dE/dnet_o
dE/dnet_h = dE/dh .* h .* (1 - h)
dE/dV     = dE/dnet_h * x^T
dE/dbv    = dE/dnet_h

U <- U - eta * dE/dU
V <- V - eta * dE/dV
""",
)

CASES.text(
    "ReLU by a Heaviside step, H1/Z1 with a relu output",
    "",
    r"""
### Setup

$Z_1 = W_1X + b_1$, $H_1 = \mathrm{ReLU}(Z_1)$, $Z_2 = W_2H_1 + b_2$, $H_2 = \mathrm{ReLU}(Z_2)$, columns are samples and $J = \frac{1}{2m}\|H_2 - Y\|_F^2$. $\Theta$ is the Heaviside step.

### Gradients

$\dfrac{\partial J}{\partial H_2} = \dfrac1m(H_2 - Y)$

$\dfrac{\partial J}{\partial Z_2} = \dfrac{\partial J}{\partial H_2}\odot\Theta(Z_2)$

$\dfrac{\partial J}{\partial W_2} = \dfrac{\partial J}{\partial Z_2}H_1^T$

$\dfrac{\partial J}{\partial b_2} = \dfrac{\partial J}{\partial Z_2}\mathbf 1_m$

$\dfrac{\partial J}{\partial Z_1} = \left(W_2^T\dfrac{\partial J}{\partial Z_2}\right)\odot\Theta(Z_1)$

$\dfrac{\partial J}{\partial W_1} = \dfrac{\partial J}{\partial Z_1}X^T$

$\dfrac{\partial J}{\partial b_1} = \dfrac{\partial J}{\partial Z_1}\mathbf 1_m$
""",
    hidden="relu",
    output="relu",
)

CASES.text(
    "updates with the learning rate and the gradient written inside",
    "",
    r"""
Octave, one training example (column):

```octave
h = tanh(W1*x + b1);
o = W2*h + b2;
e = o - y;                 % loss is e'*e/2
g = (W2'*e) .* (1 - h.^2); % gradient at the input of tanh
W2 = W2 - eta*e*h';
b2 = b2 - eta*e;
W1 = W1 - eta*g*x';
b1 = b1 - eta*g;
```
""",
    hidden="tanh",
    output="identity",
)

CASES.text(
    "identity hidden layers: a deep linear network",
    "",
    r"""
Deep linear network: h1 = W1 x + b1, h2 = W2 h1 + b2, ŷ = W3 h2 + b3. Loss ℓ = ½‖ŷ − y‖².

With r = ŷ − y:

∂ℓ/∂W3 = r h2ᵀ
∂ℓ/∂b3 = r
∂ℓ/∂h2 = W3ᵀ r
∂ℓ/∂W2 = W3ᵀ r h1ᵀ
∂ℓ/∂b2 = W3ᵀ r
∂ℓ/∂h1 = W2ᵀ W3ᵀ r
∂ℓ/∂W1 = W2ᵀ W3ᵀ r xᵀ
∂ℓ/∂b1 = W2ᵀ W3ᵀ r
""",
    layers=(3, 4, 3, 2),
    hidden="identity",
    output="identity",
)

CASES.text(
    "gradient of cross-entropy by cases: the true class and the others",
    "",
    r"""
$h = \mathrm{ReLU}(W_1x + b_1)$, $s = W_2h + b_2$, $p = \mathrm{softmax}(s)$, $L = -\log p_c$ where $c$ is the true class, that is $L = -\sum_ky_k\log p_k$ with $y$ one-hot.

For $k = c$: $\partial L/\partial s_k = p_k - 1$. For $k\ne c$: $\partial L/\partial s_k = p_k$. Together

$$\frac{\partial L}{\partial s} = p - y$$

then

$$\frac{\partial L}{\partial W_2} = (p - y)h^\top,\quad\frac{\partial L}{\partial b_2} = p - y,\quad\frac{\partial L}{\partial h} = W_2^\top(p - y)$$

and with $z = W_1x + b_1$

$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial h}\odot\mathbf 1_{z > 0},\quad\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z}x^\top,\quad\frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial z}$$
""",
    layers=(4, 5, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "three layers, mixed chain rule on the last layer, then summary",
    "",
    r"""
For one example, $a_0 = x$; $z_l = W_la_{l-1} + b_l$; $a_1 = \tanh z_1$, $a_2 = \tanh z_2$, $a_3 = \sigma(z_3)$; $L = -[y\log a_3 + (1 - y)\log(1 - a_3)]$.

Since $\frac{\partial L}{\partial a_3} = \frac{a_3 - y}{a_3(1 - a_3)}$ and $\frac{\partial a_3}{\partial z_3} = a_3(1 - a_3)$,

$$\delta_3 = \frac{\partial L}{\partial z_3} = a_3 - y.$$

**Summary**

- $\delta_3 = a_3 - y$
- $\delta_2 = (W_3^T\delta_3)\odot(1 - a_2\odot a_2)$
- $\delta_1 = (W_2^T\delta_2)\odot(1 - a_1\odot a_1)$
- $\partial L/\partial W_l = \delta_la_{l-1}^T$
- $\partial L/\partial b_l = \delta_l$
""",
    layers=(3, 4, 3, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)

CASES.text(
    "1/m pulled in front of a sum of outer products",
    "",
    r"""
(x_i, y_i), i = 1..m, are the training pairs. z_i = W1 x_i + b1, h_i = sigmoid(z_i), o_i = W2 h_i + b2, J = (1/m) Σ_i ‖o_i − y_i‖².

Let r_i = 2 (o_i − y_i) and q_i = (W2ᵀ r_i) ⊙ h_i ⊙ (1 − h_i).

∂J/∂W2 = (1/m) Σ_i r_i h_iᵀ
∂J/∂b2 = (1/m) Σ_i r_i
∂J/∂W1 = (1/m) Σ_i q_i x_iᵀ
∂J/∂b1 = (1/m) Σ_i q_i
""",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "leaky ReLU by cases in a recursion, German",
    "",
    r"""
Für $l = 1,\dots,3$ gilt $z_l = W_la_{l-1} + b_l$, $a_0 = x$. Versteckte Schichten: $a_l = f(z_l)$ mit

$$f'(z) = \begin{cases}1 & z > 0\\ 0.01 & z\le0\end{cases}$$

(Leaky ReLU), Ausgabe: $a_3 = z_3$, Fehler $E = \frac12\|a_3 - y\|^2$.

$$\delta_3 = a_3 - y$$
$$\delta_l = f'(z_l)\odot\left(W_{l+1}^T\delta_{l+1}\right),\quad l = 2, 1$$
$$\frac{\partial E}{\partial W_l} = \delta_la_{l-1}^T,\qquad\frac{\partial E}{\partial b_l} = \delta_l$$
""",
    layers=(3, 4, 3, 2),
    hidden="leaky_relu",
    output="identity",
)

CASES.text(
    "MSE in NumPy averaged over both axes",
    "",
    r"""
```python
# N samples as columns, K outputs
hidden = np.log1p(np.exp(W1 @ X + b1))     # softplus
pred = W2 @ hidden + b2
loss = np.mean((pred - Y) ** 2)            # mean over the K outputs and the N samples

d_pred = 2 * (pred - Y) / pred.size
d_W2 = d_pred @ hidden.T
d_b2 = d_pred.sum(axis=1, keepdims=True)
d_hidden = W2.T @ d_pred
d_pre = d_hidden / (1 + np.exp(-(W1 @ X + b1)))
d_W1 = d_pre @ X.T
d_b1 = d_pre.sum(axis=1, keepdims=True)
```
""",
    hidden="softplus",
    output="identity",
    loss="mean_squared_error",
)
