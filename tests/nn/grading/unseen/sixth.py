"""More notes as strangers write them, and a judgement of each formula row.

Written without a look at the reader or the grader.
"""

# ruff: noqa: E501  (formulas are as long, and as they are)

from tests.nn.grading.unseen.judged_note import Note, Row

NOTES: list[Note] = []

NOTES.append(
    Note(
        name="planted-nabla-boxed",
        words="boxed results; the first layer's gradient has the hidden activation for the input",
        enters="dW1",
        derivation=r"""### Everything in boxes

$\mathbf{X} \in \mathbb{R}^{d \times n}$, summed cross entropy, $\mathbf{P} = \text{softmax}(\mathbf{O})$.

\[\begin{equation}\begin{split} \mathbf{O} &= \mathbf{U} \mathbf{H} + \mathbf{c} \mathbf{1}^\intercal \\ \mathbf{H} &= \tanh(\mathbf{W} \mathbf{X} + \mathbf{b} \mathbf{1}^\intercal) \end{split}\end{equation}\]

\[ \boxed{\nabla_{\mathbf{O}} L = \mathbf{P} - \mathbf{Y}} \]

\[ \boxed{\nabla_{\mathbf{U}} L = (\nabla_{\mathbf{O}} L) \mathbf{H}^\intercal} \qquad \boxed{\nabla_{\mathbf{c}} L = (\nabla_{\mathbf{O}} L) \mathbf{1}} \]

\[ \nabla_{\mathbf{H}} L = \mathbf{U}^\intercal \nabla_{\mathbf{O}} L \]

\[ \boxed{\nabla_{\mathbf{W}} L = \left( \nabla_{\mathbf{H}} L \odot (1 - \mathbf{H} \odot \mathbf{H}) \right) \mathbf{H}^\intercal} \]

\[ \boxed{\nabla_{\mathbf{b}} L = \left( \nabla_{\mathbf{H}} L \odot (1 - \mathbf{H} \odot \mathbf{H}) \right) \mathbf{1}} \]
""",
        layers=(3, 4, 3),
        hidden="tanh",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="sum",
        layout="columns",
        examples="batch",
        after="https://sunhaozhe.github.io/blogs/2019/10/03/matrix-calculus",
        rows=[
            Row("\\mathbf{P} = \\text{softmax}(\\mathbf{O})", "definition", "", "", 3),
            Row(
                "\\mathbf{O} &= \\mathbf{U} \\mathbf{H} + \\mathbf{c} \\mathbf{1}^\\intercal",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "\\mathbf{H} &= \\tanh(\\mathbf{W} \\mathbf{X} + \\mathbf{b} \\mathbf{1}^\\intercal)",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "\\nabla_{\\mathbf{O}} L = \\mathbf{P} - \\mathbf{Y}",
                "right",
                "",
                "dZ2 = A2-Y",
                7,
            ),
            Row(
                "\\nabla_{\\mathbf{U}} L = (\\nabla_{\\mathbf{O}} L) \\mathbf{H}^\\intercal",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                9,
            ),
            Row(
                "\\nabla_{\\mathbf{c}} L = (\\nabla_{\\mathbf{O}} L) \\mathbf{1}",
                "right",
                "",
                "db2 = dZ2@one",
                9,
            ),
            Row(
                "\\nabla_{\\mathbf{H}} L = \\mathbf{U}^\\intercal \\nabla_{\\mathbf{O}} L",
                "right",
                "",
                "dA1 = W2.T@dZ2",
                11,
            ),
            Row(
                "\\nabla_{\\mathbf{W}} L = \\left( \\nabla_{\\mathbf{H}} L \\odot (1 - \\mathbf{H} \\odot \\mathbf{H}) \\right) \\mathbf{H}^\\intercal",
                "wrong",
                "the hidden activation H instead of the input X",
                "dW1 = (dA1*(1-A1*A1))@A1.T",
                13,
            ),
            Row(
                "\\nabla_{\\mathbf{b}} L = \\left( \\nabla_{\\mathbf{H}} L \\odot (1 - \\mathbf{H} \\odot \\mathbf{H}) \\right) \\mathbf{1}",
                "right",
                "",
                "db1 = (dA1*(1-A1*A1))@one",
                15,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="rashid-names",
        words="right; layers by the letters of their names, W_ih and W_ho, errors split back",
        enters="",
        derivation=r"""### who and wih

input $I$, hidden $O_h$, output $O_o$:

$$O_h = \text{sigmoid}(W_{ih} \cdot I + b_h)$$
$$O_o = \text{sigmoid}(W_{ho} \cdot O_h + b_o)$$

$$E = \frac{1}{2} \sum_o (O_o - t)^2$$

$$\delta_o = (O_o - t) \cdot O_o \cdot (1 - O_o)$$

$$\frac{\partial E}{\partial W_{ho}} = \delta_o \cdot O_h^T$$

$$\delta_h = (W_{ho}^T \cdot \delta_o) \cdot O_h \cdot (1 - O_h)$$

$$\frac{\partial E}{\partial W_{ih}} = \delta_h \cdot I^T$$

$$\Delta W_{ih} = -\alpha \cdot \delta_h \cdot I^T$$
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="from memory of T. Rashid, Make Your Own Neural Network (no page read)",
        rows=[
            Row(
                "O_h = \\text{sigmoid}(W_{ih} \\cdot I + b_h)", "definition", "", "", 5
            ),
            Row(
                "O_o = \\text{sigmoid}(W_{ho} \\cdot O_h + b_o)",
                "definition",
                "",
                "",
                6,
            ),
            Row("E = \\frac{1}{2} \\sum_o (O_o - t)^2", "definition", "", "", 8),
            Row(
                "\\delta_o = (O_o - t) \\cdot O_o \\cdot (1 - O_o)",
                "right",
                "",
                "dZ2 = (A2-Y)*A2*(1-A2)",
                10,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_{ho}} = \\delta_o \\cdot O_h^T",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                12,
            ),
            Row(
                "\\delta_h = (W_{ho}^T \\cdot \\delta_o) \\cdot O_h \\cdot (1 - O_h)",
                "right",
                "",
                "dZ1 = W2.T@dZ2*A1*(1-A1)",
                14,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_{ih}} = \\delta_h \\cdot I^T",
                "right",
                "",
                "dW1 = dZ1@X.T",
                16,
            ),
            Row(
                "\\Delta W_{ih} = -\\alpha \\cdot \\delta_h \\cdot I^T",
                "definition",
                "",
                "",
                18,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-one-plus-a",
        words="the sigmoid's derivative with a plus",
        enters="dZ1",
        derivation=r"""The preactivation signal is $z_j = b_j + \sum_i a_i w_{ij}$, then $a_j = g_j(z_j)$ with the logistic $g_j$; the outputs $a_k = z_k = b_k + \sum_j a_j w_{jk}$ are linear. The error is $E = \sum_{k} (a_k - t_k)^2$.

$$\delta_k = \frac{\partial E}{\partial z_k} = 2 (a_k - t_k)$$

$$\frac{\partial E}{\partial w_{jk}} = \delta_k a_j$$

$$\frac{\partial E}{\partial b_k} = \delta_k$$

For the hidden layer every output contributes:

$$\delta_j = a_j (1 + a_j) \sum_k \delta_k w_{jk}$$

$$\frac{\partial E}{\partial w_{ij}} = \delta_j a_i$$
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="identity",
        loss="squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://dustinstansbury.github.io/theclevermachine/derivation-backpropagation",
        rows=[
            Row("z_j = b_j + \\sum_i a_i w_{ij}", "definition", "", "", 1),
            Row("a_j = g_j(z_j)", "definition", "", "", 1),
            Row("a_k = z_k = b_k + \\sum_j a_j w_{jk}", "definition", "", "", 1),
            Row("E = \\sum_{k} (a_k - t_k)^2", "definition", "", "", 1),
            Row(
                "\\delta_k = \\frac{\\partial E}{\\partial z_k} = 2 (a_k - t_k)",
                "right",
                "",
                "dZ2 = 2*(A2-Y)",
                3,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{jk}} = \\delta_k a_j",
                "right",
                "",
                'dW2 = ein("kx,jx->kj", dZ2, A1)',
                5,
            ),
            Row(
                "\\frac{\\partial E}{\\partial b_k} = \\delta_k",
                "right",
                "",
                "db2 = dZ2",
                7,
            ),
            Row(
                "\\delta_j = a_j (1 + a_j) \\sum_k \\delta_k w_{jk}",
                "wrong",
                "a (1 + a) instead of a (1 - a)",
                'dZ1 = A1*(1+A1)*ein("kx,kj->jx", dZ2, W2)',
                11,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{ij}} = \\delta_j a_i",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", dZ1, X)',
                13,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="bracket-softmax-readme",
        words="right; coursera's notation, plain text between quotes",
        enters="",
        derivation=r"""NEURAL NETWORK FROM SCRATCH (NUMPY ONLY)

# FORWARD PROPAGATION
    Hidden Layer:
        >  Z[1] = W[1] dot A[0] + b[1]
        >  A[1] = ReLU(Z[1])

    Output Layer:
        >  Z[2] = W[2] dot A[1] + b[2]
        >  A[2] = softmax(Z[2])

# BACKPROPAGATION
    m = number of training examples, Y = one-hot labels, cross-entropy averaged over the batch

    OUTPUT LAYER:
        >  dZ[2] = A[2] - Y
        >  dW[2] = (1/m) * dZ[2] dot A[1]^T
        >  db[2] = (1/m) * sum(dZ[2])
    HIDDEN LAYER:
        >  dZ[1] = (W[2]^T dot dZ[2]) * ReLU'(Z[1])
        >  dW[1] = (1/m) * dZ[1] dot X^T
        >  db[1] = (1/m) * sum(dZ[1])

# UPDATE
        >  W[l] = W[l] - alpha * dW[l]
        >  b[l] = b[l] - alpha * db[l]
""",
        layers=(3, 5, 4),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://github.com/matcze/neural_network",
        rows=[
            Row("Z[1] = W[1] dot A[0] + b[1]", "definition", "", "", 5),
            Row("A[1] = ReLU(Z[1])", "definition", "", "", 6),
            Row("Z[2] = W[2] dot A[1] + b[2]", "definition", "", "", 9),
            Row("A[2] = softmax(Z[2])", "definition", "", "", 10),
            Row("dZ[2] = A[2] - Y", "right", "", "ldZ2 = A2-Y", 16),
            Row(
                "dW[2] = (1/m) * dZ[2] dot A[1]^T", "right", "", "dW2 = ldZ2@A1.T/m", 17
            ),
            Row("db[2] = (1/m) * sum(dZ[2])", "right", "", "db2 = total(ldZ2)/m", 18),
            Row(
                "dZ[1] = (W[2]^T dot dZ[2]) * ReLU'(Z[1])",
                "right",
                "",
                "ldZ1 = W2.T@ldZ2*dg1",
                20,
            ),
            Row("dW[1] = (1/m) * dZ[1] dot X^T", "right", "", "dW1 = ldZ1@X.T/m", 21),
            Row("db[1] = (1/m) * sum(dZ[1])", "right", "", "db1 = total(ldZ1)/m", 22),
            Row("W[l] = W[l] - alpha * dW[l]", "definition", "", "", 25),
            Row("b[l] = b[l] - alpha * db[l]", "definition", "", "", 26),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-index-swap",
        words="w_{jk} where w_{kj} is meant: the indices are swapped",
        enters="dZ2",
        derivation=r"""BP 四个公式, $w_{ji}^{(l)}$ 连接 $l-1$ 层的第 $i$ 个和 $l$ 层的第 $j$ 个神经元:

$$logit_i^{(l)} = \sum_j w_{ij}^{(l)} h_j^{(l-1)} + bias_i^{(l)}, \qquad h_i^{(l)} = \sigma(logit_i^{(l)})$$

$$Cost = \frac{1}{2} \sum_i (h_i^{(L)} - y_i)^2$$

$$
\begin{aligned}
\delta_i^{(L)} &= (h_i^{(L)} - y_i) \cdot \sigma'(logit_i^{(L)}) \\
\delta_i^{(l)} &= \sum_j \delta_j^{(l+1)} w_{ij}^{(l+1)} \sigma'(logit_i^{(l)}) \\
\frac{\partial Cost}{\partial bias_i^{(l)}} &= \delta_i^{(l)} \\
\frac{\partial Cost}{\partial w_{ij}^{(l)}} &= \delta_i^{(l)} h_j^{(l-1)}
\end{aligned}
$$
""",
        layers=(3, 4, 5, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://e-com-net.com/article/1356493913803796480.htm",
        rows=[
            Row(
                "logit_i^{(l)} = \\sum_j w_{ij}^{(l)} h_j^{(l-1)} + bias_i^{(l)}, \\qquad h_i^{(l)} = \\sigma(logit_i^{(l)})",
                "definition",
                "",
                "",
                3,
            ),
            Row(
                "Cost = \\frac{1}{2} \\sum_i (h_i^{(L)} - y_i)^2",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "\\delta_i^{(L)} &= (h_i^{(L)} - y_i) \\cdot \\sigma'(logit_i^{(L)})",
                "right",
                "",
                "dZ3 = (A3-Y)*dg3",
                9,
            ),
            Row(
                "\\delta_i^{(l)} &= \\sum_j \\delta_j^{(l+1)} w_{ij}^{(l+1)} \\sigma'(logit_i^{(l)})",
                "wrong",
                "the indices of w are swapped: w_ji",
                'dZ{l} = ein("jx,ij->ix", dZ{p}, W{p})*dg{l}',
                10,
            ),
            Row(
                "\\frac{\\partial Cost}{\\partial bias_i^{(l)}} &= \\delta_i^{(l)}",
                "right",
                "",
                "db{l} = dZ{l}",
                11,
            ),
            Row(
                "\\frac{\\partial Cost}{\\partial w_{ij}^{(l)}} &= \\delta_i^{(l)} h_j^{(l-1)}",
                "right",
                "",
                'dW{l} = ein("ix,jx->ij", dZ{l}, A{q})',
                12,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="cs-notes-bce",
        words="right; dA of cross-entropy, recursive dA and dZ for any layer",
        enters="",
        derivation=r"""# Deep L-layer network: derivatives

Cost: $$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[L](i)} + (1 - y^{(i)}) \log(1 - a^{[L](i)}) \right)$$

Start from the output:

$$dA^{[L]} = -\frac{Y}{A^{[L]}} + \frac{1 - Y}{1 - A^{[L]}} \tag{1}$$

Then for $l = L, L-1, \ldots, 1$:

$$dZ^{[l]} = dA^{[l]} * g^{[l]\prime}(Z^{[l]}) \tag{2}$$
$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T} \tag{3}$$
$$db^{[l]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[l](i)} \tag{4}$$
$$dA^{[l-1]} = W^{[l]T} dZ^{[l]} \tag{5}$$

With a sigmoid in the last layer (1) and (2) collapse to $dZ^{[L]} = A^{[L]} - Y$.

Update: $W^{[l]} := W^{[l]} - \alpha \, dW^{[l]}$
""",
        layers=(3, 4, 3, 2),
        hidden="relu",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://www.jasonosajima.com/backprop",
        rows=[
            Row(
                "J = -\\frac{1}{m} \\sum_{i=1}^{m} \\left( y^{(i)} \\log a^{[L](i)} + (1 - y^{(i)}) \\log(1 - a^{[L](i)}) \\right)",
                "definition",
                "",
                "",
                3,
            ),
            Row(
                "dA^{[L]} = -\\frac{Y}{A^{[L]}} + \\frac{1 - Y}{1 - A^{[L]}}",
                "right",
                "",
                "ldA3 = -Y/A3+(1-Y)/(1-A3)",
                7,
            ),
            Row(
                "dZ^{[l]} = dA^{[l]} * g^{[l]\\prime}(Z^{[l]})",
                "right",
                "",
                "ldZ{l} = ldA{l}*dg{l}",
                11,
            ),
            Row(
                "dW^{[l]} = \\frac{1}{m} dZ^{[l]} A^{[l-1]T}",
                "right",
                "",
                "dW{l} = ldZ{l}@A{q}.T/m",
                12,
            ),
            Row(
                "db^{[l]} = \\frac{1}{m} \\sum_{i=1}^{m} dZ^{[l](i)}",
                "right",
                "",
                "db{l} = total(ldZ{l})/m",
                13,
            ),
            Row(
                "dA^{[l-1]} = W^{[l]T} dZ^{[l]}",
                "right",
                "",
                "ldA{q} = W{l}.T@ldZ{l}",
                14,
            ),
            Row("dZ^{[L]} = A^{[L]} - Y", "right", "", "ldZ3 = A3-Y", 16),
            Row("W^{[l]} := W^{[l]} - \\alpha \\, dW^{[l]}", "definition", "", "", 18),
        ],
    )
)

NOTES.append(
    Note(
        name="unicode-gist",
        words="right; Unicode only, subscripts for layers",
        enters="",
        derivation=r"""backprop cheat sheet (sum over the batch, no averaging!)

    forward
    z₁ = W₁x + b₁,  a₁ = relu(z₁)
    z₂ = W₂a₁ + b₂,  a₂ = relu(z₂)
    z₃ = W₃a₂ + b₃,  ŷ = z₃
    E = ½ Σ ‖ŷ − y‖²

    backward
    δ₃ = ŷ − y
    δ₂ = (W₃ᵀ δ₃) ⊙ relu′(z₂)
    δ₁ = (W₂ᵀ δ₂) ⊙ relu′(z₁)

    ∂E/∂W₃ = δ₃ a₂ᵀ
    ∂E/∂W₂ = δ₂ a₁ᵀ
    ∂E/∂W₁ = δ₁ xᵀ
    ∂E/∂b₁ = Σ δ₁
""",
        layers=(3, 4, 5, 2),
        hidden="relu",
        output="identity",
        loss="half_squared_error",
        reduction="sum",
        layout="columns",
        examples="batch",
        after="https://github.com/vikram-niit/AI NN_backpropagation_weight_update_reference",
        rows=[
            Row("z₁ = W₁x + b₁,  a₁ = relu(z₁)", "definition", "", "", 4),
            Row("z₂ = W₂a₁ + b₂,  a₂ = relu(z₂)", "definition", "", "", 5),
            Row("z₃ = W₃a₂ + b₃,  ŷ = z₃", "definition", "", "", 6),
            Row("E = ½ Σ ‖ŷ − y‖²", "definition", "", "", 7),
            Row("δ₃ = ŷ − y", "right", "", "dZ3 = A3-Y", 10),
            Row("δ₂ = (W₃ᵀ δ₃) ⊙ relu′(z₂)", "right", "", "dZ2 = W3.T@dZ3*dg2", 11),
            Row("δ₁ = (W₂ᵀ δ₂) ⊙ relu′(z₁)", "right", "", "dZ1 = W2.T@dZ2*dg1", 12),
            Row("∂E/∂W₃ = δ₃ a₂ᵀ", "right", "", "dW3 = dZ3@A2.T", 14),
            Row("∂E/∂W₂ = δ₂ a₁ᵀ", "right", "", "dW2 = dZ2@A1.T", 15),
            Row("∂E/∂W₁ = δ₁ xᵀ", "right", "", "dW1 = dZ1@X.T", 16),
            Row("∂E/∂b₁ = Σ δ₁", "right", "", "db1 = total(dZ1)", 17),
        ],
    )
)

NOTES.append(
    Note(
        name="vectors-numerator",
        words="right; row-vector Jacobians (numerator layout), delta is a row",
        enters="",
        derivation=r"""We use the convention that the derivative of a scalar by a column is a **row**.

$$
\mathbf{h}_1 = \mathbf{W}_1 \mathbf{x} + \mathbf{b}_1, \quad \mathbf{a}_1 = \tanh(\mathbf{h}_1), \quad \mathbf{h}_2 = \mathbf{W}_2 \mathbf{a}_1 + \mathbf{b}_2, \quad \hat{\mathbf{y}} = \sigma(\mathbf{h}_2)
$$

$$
\mathcal{L} = \tfrac{1}{2} (\hat{\mathbf{y}} - \mathbf{y})^\top (\hat{\mathbf{y}} - \mathbf{y})
$$

$$
\frac{\partial \mathcal{L}}{\partial \mathbf{h}_2} = \frac{\partial \mathcal{L}}{\partial \hat{\mathbf{y}}} \frac{\partial \hat{\mathbf{y}}}{\partial \mathbf{h}_2} = (\hat{\mathbf{y}} - \mathbf{y})^\top \operatorname{diag}(\sigma'(\mathbf{h}_2))
$$

$$
\frac{\partial \mathcal{L}}{\partial \mathbf{h}_1} = \frac{\partial \mathcal{L}}{\partial \mathbf{h}_2} \mathbf{W}_2 \operatorname{diag}(1 - \mathbf{a}_1^2)
$$

The gradients for the update are transposed once more:

$$
\nabla_{\mathbf{W}_1} \mathcal{L} = \left( \frac{\partial \mathcal{L}}{\partial \mathbf{h}_1} \right)^\top \mathbf{x}^\top, \qquad \nabla_{\mathbf{b}_1} \mathcal{L} = \left( \frac{\partial \mathcal{L}}{\partial \mathbf{h}_1} \right)^\top
$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://dafriedman97.github.io/mlbook/content/c7/concept.html",
        rows=[
            Row(
                "\\mathbf{h}_1 = \\mathbf{W}_1 \\mathbf{x} + \\mathbf{b}_1, \\quad \\mathbf{a}_1 = \\tanh(\\mathbf{h}_1), \\quad \\mathbf{h}_2 = \\mathbf{W}_2 \\mathbf{a}_1 + \\mathbf{b}_2, \\quad \\hat{\\mathbf{y}} = \\sigma(\\mathbf{h}_2)",
                "definition",
                "",
                "",
                4,
            ),
            Row(
                "\\mathcal{L} = \\tfrac{1}{2} (\\hat{\\mathbf{y}} - \\mathbf{y})^\\top (\\hat{\\mathbf{y}} - \\mathbf{y})",
                "definition",
                "",
                "",
                8,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{h}_2} = \\frac{\\partial \\mathcal{L}}{\\partial \\hat{\\mathbf{y}}} \\frac{\\partial \\hat{\\mathbf{y}}}{\\partial \\mathbf{h}_2} = (\\hat{\\mathbf{y}} - \\mathbf{y})^\\top \\operatorname{diag}(\\sigma'(\\mathbf{h}_2))",
                "right",
                "",
                "dZ2.T = (A2-Y).T@np.diag(dg2[:,0])",
                12,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{h}_1} = \\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{h}_2} \\mathbf{W}_2 \\operatorname{diag}(1 - \\mathbf{a}_1^2)",
                "right",
                "",
                "dZ1.T = dZ2.T@W2@np.diag((1-A1**2)[:,0])",
                16,
            ),
            Row(
                "\\nabla_{\\mathbf{W}_1} \\mathcal{L} = \\left( \\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{h}_1} \\right)^\\top \\mathbf{x}^\\top, \\qquad \\nabla_{\\mathbf{b}_1} \\mathcal{L} = \\left( \\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{h}_1} \\right)^\\top",
                "right",
                "",
                "dW1 = dZ1@X.T&&db1 = dZ1",
                22,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="swish-appendix",
        words="right; an activation that is not in textbooks, derivative in full",
        enters="",
        derivation=r"""#### Regression network with Swish

$$
\begin{aligned}
\mathbf{Z}^{(1)} &= \mathbf{W}^{(1)} \mathbf{X} + \mathbf{b}^{(1)} \mathbf{1}^\top \\
\mathbf{A}^{(1)} &= \mathbf{Z}^{(1)} \odot \sigma(\mathbf{Z}^{(1)}) \\
\hat{\mathbf{Y}} &= \mathbf{W}^{(2)} \mathbf{A}^{(1)} + \mathbf{b}^{(2)} \mathbf{1}^\top
\end{aligned}
$$

$N$ samples in columns, $K$ outputs, $\mathcal{L} = \frac{1}{NK} \lVert \hat{\mathbf{Y}} - \mathbf{Y} \rVert_F^2$. Then

$$
\begin{aligned}
\boldsymbol{\Delta}^{(2)} &= \frac{2}{NK} (\hat{\mathbf{Y}} - \mathbf{Y}) \\
\nabla_{\mathbf{W}^{(2)}} \mathcal{L} &= \boldsymbol{\Delta}^{(2)} \mathbf{A}^{(1)\top} \\
\nabla_{\mathbf{b}^{(2)}} \mathcal{L} &= \boldsymbol{\Delta}^{(2)} \mathbf{1} \\
\boldsymbol{\Delta}^{(1)} &= \left( \mathbf{W}^{(2)\top} \boldsymbol{\Delta}^{(2)} \right) \odot \left( \sigma(\mathbf{Z}^{(1)}) + \mathbf{Z}^{(1)} \odot \sigma(\mathbf{Z}^{(1)}) \odot (1 - \sigma(\mathbf{Z}^{(1)})) \right) \\
\nabla_{\mathbf{W}^{(1)}} \mathcal{L} &= \boldsymbol{\Delta}^{(1)} \mathbf{X}^\top \\
\nabla_{\mathbf{b}^{(1)}} \mathcal{L} &= \boldsymbol{\Delta}^{(1)} \mathbf{1}
\end{aligned}
$$
""",
        layers=(3, 4, 2),
        hidden="silu",
        output="identity",
        loss="mean_squared_error",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://pythongoras.github.io/all-but-statistics/5-DeepLearning/1-BackpropAndMLP/BackpropagationAnswer.html",
        rows=[
            Row(
                "\\mathbf{Z}^{(1)} &= \\mathbf{W}^{(1)} \\mathbf{X} + \\mathbf{b}^{(1)} \\mathbf{1}^\\top",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "\\mathbf{A}^{(1)} &= \\mathbf{Z}^{(1)} \\odot \\sigma(\\mathbf{Z}^{(1)})",
                "definition",
                "",
                "",
                6,
            ),
            Row(
                "\\hat{\\mathbf{Y}} &= \\mathbf{W}^{(2)} \\mathbf{A}^{(1)} + \\mathbf{b}^{(2)} \\mathbf{1}^\\top",
                "definition",
                "",
                "",
                7,
            ),
            Row(
                "\\mathcal{L} = \\frac{1}{NK} \\lVert \\hat{\\mathbf{Y}} - \\mathbf{Y} \\rVert_F^2",
                "definition",
                "",
                "",
                11,
            ),
            Row(
                "\\boldsymbol{\\Delta}^{(2)} &= \\frac{2}{NK} (\\hat{\\mathbf{Y}} - \\mathbf{Y})",
                "right",
                "",
                "dZ2 = 2/(m*n)*(A2-Y)",
                15,
            ),
            Row(
                "\\nabla_{\\mathbf{W}^{(2)}} \\mathcal{L} &= \\boldsymbol{\\Delta}^{(2)} \\mathbf{A}^{(1)\\top}",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                16,
            ),
            Row(
                "\\nabla_{\\mathbf{b}^{(2)}} \\mathcal{L} &= \\boldsymbol{\\Delta}^{(2)} \\mathbf{1}",
                "right",
                "",
                "db2 = dZ2@one",
                17,
            ),
            Row(
                "\\boldsymbol{\\Delta}^{(1)} &= \\left( \\mathbf{W}^{(2)\\top} \\boldsymbol{\\Delta}^{(2)} \\right) \\odot \\left( \\sigma(\\mathbf{Z}^{(1)}) + \\mathbf{Z}^{(1)} \\odot \\sigma(\\mathbf{Z}^{(1)}) \\odot (1 - \\sigma(\\mathbf{Z}^{(1)})) \\right)",
                "right",
                "",
                "dZ1 = W2.T@dZ2*(sig(Z1)+Z1*sig(Z1)*(1-sig(Z1)))",
                18,
            ),
            Row(
                "\\nabla_{\\mathbf{W}^{(1)}} \\mathcal{L} &= \\boldsymbol{\\Delta}^{(1)} \\mathbf{X}^\\top",
                "right",
                "",
                "dW1 = dZ1@X.T",
                19,
            ),
            Row(
                "\\nabla_{\\mathbf{b}^{(1)}} \\mathcal{L} &= \\boldsymbol{\\Delta}^{(1)} \\mathbf{1}",
                "right",
                "",
                "db1 = dZ1@one",
                20,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="macros-jekyll",
        words="right; the author's own macros, Jekyll's double backslashes, labels",
        enters="",
        derivation=r"""\\(
\renewcommand{\vec}[1]{\boldsymbol{\mathbf{#1}}}
\def\matr#1{\boldsymbol{\mathbf{#1}}}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\\)

Hidden layers use $\sigma = \tanh$, the last a logistic function; $\mathcal{L} = \frac{1}{2}\left\| \vec{y} - \hat{\vec y} \right\|^2$ for one example, with

$$
\begin{align}
\vec z^{(\ell)} &= \matr W^{(\ell)} \vec a^{(\ell-1)} + \vec b^{(\ell)} \label{eq:pre}
\end{align}
$$

Since the weight acts through \\(z_i^{(\ell)}\\) only,

$$
\begin{align}
\pd{\mathcal{L}}{w_{i,j}^{(\ell)}}
&= \pd{\mathcal{L}}{z_i^{(\ell)}}
   \pd{z_i^{(\ell)}}{w_{i,j}^{(\ell)}} = \pd{\mathcal{L}}{z_i^{(\ell)}} \, a_j^{(\ell-1)}, \label{eq:partial1} \\
\pd{\mathcal{L}}{b_i^{(\ell)}} &= \pd{\mathcal{L}}{z_i^{(\ell)}}.
\end{align}
$$

Collect \\(\delta_i^{(\ell)} = \partial \mathcal{L} / \partial z_i^{(\ell)}\\). Then

$$
\boldsymbol{\delta}^{(\ell)}
=
\left[ \left( \matr W^{(\ell+1)} \right)^\top \boldsymbol{\delta}^{(\ell+1)} \right] \odot \sigma'\!\left( \vec z^{(\ell)} \right)
$$

$$
\boldsymbol{\delta}^{(L)} = \left( \hat{\vec y} - \vec y \right) \odot \hat{\vec y} \odot \left( 1 - \hat{\vec y} \right)
$$
""",
        layers=(3, 4, 3, 2),
        hidden="tanh",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/MarkusThill/MarkusThill.github.io",
        rows=[
            Row(
                "\\mathcal{L} = \\frac{1}{2}\\left\\| \\vec{y} - \\hat{\\vec y} \\right\\|^2",
                "definition",
                "",
                "",
                7,
            ),
            Row(
                "\\vec z^{(\\ell)} &= \\matr W^{(\\ell)} \\vec a^{(\\ell-1)} + \\vec b^{(\\ell)}",
                "definition",
                "",
                "",
                11,
            ),
            Row(
                "\\pd{\\mathcal{L}}{w_{i,j}^{(\\ell)}}\n&= \\pd{\\mathcal{L}}{z_i^{(\\ell)}}\n   \\pd{z_i^{(\\ell)}}{w_{i,j}^{(\\ell)}} = \\pd{\\mathcal{L}}{z_i^{(\\ell)}} \\, a_j^{(\\ell-1)}",
                "right",
                "",
                'dW{l} = ein("ix,jx->ij", dZ{l}, A{q})',
                19,
            ),
            Row(
                "\\pd{\\mathcal{L}}{b_i^{(\\ell)}} &= \\pd{\\mathcal{L}}{z_i^{(\\ell)}}",
                "right",
                "",
                "db{l} = dZ{l}",
                22,
            ),
            Row(
                "\\delta_i^{(\\ell)} = \\partial \\mathcal{L} / \\partial z_i^{(\\ell)}",
                "definition",
                "",
                "",
                26,
            ),
            Row(
                "\\boldsymbol{\\delta}^{(\\ell)}\n=\n\\left[ \\left( \\matr W^{(\\ell+1)} \\right)^\\top \\boldsymbol{\\delta}^{(\\ell+1)} \\right] \\odot \\sigma'\\!\\left( \\vec z^{(\\ell)} \\right)",
                "right",
                "",
                "dZ{l} = W{p}.T@dZ{p}*dg{l}",
                29,
            ),
            Row(
                "\\boldsymbol{\\delta}^{(L)} = \\left( \\hat{\\vec y} - \\vec y \\right) \\odot \\hat{\\vec y} \\odot \\left( 1 - \\hat{\\vec y} \\right)",
                "right",
                "",
                "dZ3 = (A3-Y)*A3*(1-A3)",
                35,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-gradient-for-weights",
        words="dW2 where W2 belongs",
        enters="dZ1",
        derivation=r"""Backprop path vs parameter path

$$Z_1 = W_1 X + b_1, \; A_1 = \tanh(Z_1), \; Z_2 = W_2 A_1 + b_2, \; A_2 = Z_2$$

cost: $J = \frac{1}{2m} \sum_{i=1}^m \| a_2^{(i)} - y^{(i)} \|^2$

**[PARAMETER PATH]**

$$dZ_2 = \frac{1}{m} (A_2 - Y)$$
$$dW_2 = dZ_2 A_1^T$$
$$db_2 = \sum_{\text{cols}} dZ_2$$

**[BACKPROP PATH]**

$$dZ_1 = (dW_2^T dZ_2) \odot (1 - A_1^2)$$
$$dW_1 = dZ_1 X^T$$
$$db_1 = \sum_{\text{cols}} dZ_1$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="batch",
        after='code corpus, unnamed "# Backpropagation / two distinct path" (warns of it)',
        rows=[
            Row(
                "Z_1 = W_1 X + b_1, \\; A_1 = \\tanh(Z_1), \\; Z_2 = W_2 A_1 + b_2, \\; A_2 = Z_2",
                "definition",
                "",
                "",
                3,
            ),
            Row(
                "J = \\frac{1}{2m} \\sum_{i=1}^m \\| a_2^{(i)} - y^{(i)} \\|^2",
                "definition",
                "",
                "",
                5,
            ),
            Row("dZ_2 = \\frac{1}{m} (A_2 - Y)", "right", "", "dZ2 = (A2-Y)/m", 9),
            Row("dW_2 = dZ_2 A_1^T", "right", "", "dW2 = dZ2@A1.T", 10),
            Row(
                "db_2 = \\sum_{\\text{cols}} dZ_2", "right", "", "db2 = total(dZ2)", 11
            ),
            Row(
                "dZ_1 = (dW_2^T dZ_2) \\odot (1 - A_1^2)",
                "wrong",
                "the gradient of W2 instead of W2",
                "dZ1 = dW2.T@dZ2*(1-A1**2)",
                15,
            ),
            Row("dW_1 = dZ_1 X^T", "right", "", "dW1 = dZ1@X.T", 16),
            Row(
                "db_1 = \\sum_{\\text{cols}} dZ_1", "right", "", "db1 = total(dZ1)", 17
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="w-minus-eta-trap",
        words="right by the other sign: error = target - output, and the update adds",
        enters="",
        derivation=r"""# Backprop in five lines

Sigmoid units everywhere, E = 1/2 sum (t - o)^2.

- output error term: $\delta^o_k = (t_k - o_k)\, f'(h_k)$
- hidden error term: $\delta^h_j = \sum_k w_{jk}\, \delta^o_k\, f'(h_j)$
- step of the output weights: $\Delta w_{jk} = \eta\, \delta^o_k\, a_j$
- step of the hidden weights: $\Delta w_{ij} = \eta\, \delta^h_j\, x_i$
- then $w \leftarrow w + \Delta w$

where $h$ is the weighted input, $h_j = \sum_i w_{ij} x_i + b_j$, and $f'(h) = f(h)(1 - f(h))$.
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='code corpus, unnamed notes "反向传播的输出误差" (delta_k = (y - y_k) f(h_k), added to w)',
        rows=[
            Row(
                "\\delta^o_k = (t_k - o_k)\\, f'(h_k)",
                "right",
                "",
                "-dZ2 = (Y-A2)*dg2",
                5,
            ),
            Row(
                "\\delta^h_j = \\sum_k w_{jk}\\, \\delta^o_k\\, f'(h_j)",
                "right",
                "",
                '-dZ1 = ein("kj,kx->jx", W2, -dZ2)*dg1',
                6,
            ),
            Row(
                "\\Delta w_{jk} = \\eta\\, \\delta^o_k\\, a_j", "definition", "", "", 7
            ),
            Row(
                "\\Delta w_{ij} = \\eta\\, \\delta^h_j\\, x_i", "definition", "", "", 8
            ),
            Row("w \\leftarrow w + \\Delta w", "definition", "", "", 9),
            Row("h_j = \\sum_i w_{ij} x_i + b_j", "definition", "", "", 11),
            Row("f'(h) = f(h)(1 - f(h))", "definition", "", "", 11),
        ],
    )
)

NOTES.append(
    Note(
        name="bishop-a-is-preactivation",
        words="right; Bishop: a is the pre-activation, z the activation, h the function",
        enters="",
        derivation=r"""# Back-propagation derivation

(PRML 5.3) Each unit computes a weighted sum of its inputs, then a nonlinear function of it:

$$
a_j=\sum_i w_{ji} z_i + b_j,\qquad z_j = h(a_j)
$$

$h = \tanh$, so $h'(a) = 1 - h(a)^2$; the output units are linear, $y_k = a_k$, and $E = \frac{1}{2}\sum_k (y_k - t_k)^2$.

$$
\frac{\partial E}{\partial w_{ji}}=\frac{\partial E}{\partial a_j}\frac{\partial a_j}{\partial w_{ji}}=\delta_jz_i
$$

where $\delta_j \equiv \frac{\partial E}{\partial a_j}$. For the outputs

$$
\delta_k=y_k-t_k
$$

and for the hidden units

$$
\delta_j=h^\prime(a_j)\sum_kw_{kj}\delta_k
$$

So, for the first layer,

$$
\frac{\partial E}{\partial w_{ji}}=(1-z_j^2)\, x_i \sum_k w_{kj} (y_k - t_k)
$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='code corpus, unnamed "# Back-propagation derivation" (518021910971)',
        rows=[
            Row(
                "a_j=\\sum_i w_{ji} z_i + b_j,\\qquad z_j = h(a_j)",
                "definition",
                "",
                "",
                6,
            ),
            Row("h'(a) = 1 - h(a)^2", "definition", "", "", 9),
            Row("y_k = a_k", "definition", "", "", 9),
            Row("E = \\frac{1}{2}\\sum_k (y_k - t_k)^2", "definition", "", "", 9),
            Row(
                "\\frac{\\partial E}{\\partial w_{ji}}=\\frac{\\partial E}{\\partial a_j}\\frac{\\partial a_j}{\\partial w_{ji}}=\\delta_jz_i",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", dZ1, X)&&dW2 = ein("jx,ix->ji", dZ2, A1)',
                12,
            ),
            Row(
                "\\delta_j \\equiv \\frac{\\partial E}{\\partial a_j}",
                "definition",
                "",
                "",
                15,
            ),
            Row("\\delta_k=y_k-t_k", "right", "", "dZ2 = A2-Y", 18),
            Row(
                "\\delta_j=h^\\prime(a_j)\\sum_kw_{kj}\\delta_k",
                "right",
                "",
                'dZ1 = dg1*ein("kj,kx->jx", W2, dZ2)',
                24,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{ji}}=(1-z_j^2)\\, x_i \\sum_k w_{kj} (y_k - t_k)",
                "right",
                "",
                'dW1 = ein("jx,ix,kj,kx->ji", 1-A1**2, X, W2, A2-Y)',
                30,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="goodfellow-g",
        words="right; Goodfellow's algorithm 6.4, one g that is overwritten",
        enters="",
        derivation=r"""**Algorithm (backward computation).** Here $\boldsymbol a^{(k)}$ is the pre-activation and $\boldsymbol h^{(k)}$ the layer's output.

$\boldsymbol a^{(k)} = \boldsymbol b^{(k)} + \boldsymbol W^{(k)} \boldsymbol h^{(k-1)}$, $\boldsymbol h^{(k)} = f(\boldsymbol a^{(k)})$

1. After the forward computation: $\nabla_{\boldsymbol a^{(L)}} J = \hat{\boldsymbol y} - \boldsymbol y$, set $\boldsymbol g \leftarrow \nabla_{\boldsymbol a^{(L)}} J$
2. **for** $k = L, L-1, \dots, 1$ **do**
   - $\nabla_{\boldsymbol b^{(k)}} J = \boldsymbol g$
   - $\nabla_{\boldsymbol W^{(k)}} J = \nabla_{\boldsymbol a^{(k)}} J \, \boldsymbol h^{(k-1)\top}$
   - $\nabla_{\boldsymbol h^{(k-1)}} J = \boldsymbol W^{(k)\top} \nabla_{\boldsymbol a^{(k)}} J$
   - $\nabla_{\boldsymbol a^{(k-1)}} J = \nabla_{\boldsymbol h^{(k-1)}} J \odot f'(\boldsymbol a^{(k-1)})$
3. **end for**
""",
        layers=(3, 4, 5, 3),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="from memory of Goodfellow et al., algorithm 6.4 (no page read)",
        rows=[
            Row(
                "\\boldsymbol a^{(k)} = \\boldsymbol b^{(k)} + \\boldsymbol W^{(k)} \\boldsymbol h^{(k-1)}",
                "definition",
                "",
                "",
                3,
            ),
            Row(
                "\\boldsymbol h^{(k)} = f(\\boldsymbol a^{(k)})",
                "definition",
                "",
                "",
                3,
            ),
            Row(
                "\\nabla_{\\boldsymbol a^{(L)}} J = \\hat{\\boldsymbol y} - \\boldsymbol y",
                "right",
                "",
                "dZ3 = A3-Y",
                5,
            ),
            Row(
                "\\boldsymbol g \\leftarrow \\nabla_{\\boldsymbol a^{(L)}} J",
                "not decidable",
                "",
                "",
                5,
            ),
            Row(
                "\\nabla_{\\boldsymbol b^{(k)}} J = \\boldsymbol g",
                "not decidable",
                "",
                "",
                7,
            ),
            Row(
                "\\nabla_{\\boldsymbol W^{(k)}} J = \\nabla_{\\boldsymbol a^{(k)}} J \\, \\boldsymbol h^{(k-1)\\top}",
                "right",
                "",
                "dW{l} = dZ{l}@A{q}.T",
                8,
            ),
            Row(
                "\\nabla_{\\boldsymbol h^{(k-1)}} J = \\boldsymbol W^{(k)\\top} \\nabla_{\\boldsymbol a^{(k)}} J",
                "right",
                "",
                "dA{q} = W{l}.T@dZ{l}",
                9,
            ),
            Row(
                "\\nabla_{\\boldsymbol a^{(k-1)}} J = \\nabla_{\\boldsymbol h^{(k-1)}} J \\odot f'(\\boldsymbol a^{(k-1)})",
                "right",
                "",
                "dZ1 = dA1*dg1&&dZ2 = dA2*dg2",
                10,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-bias-one-m",
        words="db of the hidden layer is summed but not divided by m",
        enters="db1",
        derivation=r"""# deep-learning

## Neural Network with one Hidden Layer

__Z[i]__ = dot(W[i], A[i-1]) + b[i], m examples in columns, the last layer is a sigmoid with the logistic loss, averaged. __A[1]__ = tanh(Z[1])

- dZ[2] = A[2] - Y

- dW[2] = dot(dZ[2], A[1].T) / m

- db[2] = sum(dZ[2], axis=1) / m

- dZ[1] = dot(W[2].T, dZ[2]) * (1 - A[1]**2)

- dW[1] = dot(dZ[1], X.T) / m

- db[1] = sum(dZ[1], axis=1)
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://github.com/zgwl/deep-learning",
        rows=[
            Row("dZ[2] = A[2] - Y", "right", "", "ldZ2 = A2-Y", 7),
            Row("dW[2] = dot(dZ[2], A[1].T) / m", "right", "", "dW2 = ldZ2@A1.T/m", 9),
            Row(
                "db[2] = sum(dZ[2], axis=1) / m", "right", "", "db2 = total(ldZ2)/m", 11
            ),
            Row(
                "dZ[1] = dot(W[2].T, dZ[2]) * (1 - A[1]**2)",
                "right",
                "",
                "ldZ1 = W2.T@ldZ2*(1-A1**2)",
                13,
            ),
            Row("dW[1] = dot(dZ[1], X.T) / m", "right", "", "dW1 = ldZ1@X.T/m", 15),
            Row(
                "db[1] = sum(dZ[1], axis=1)",
                "wrong",
                "not divided by m",
                "db1 = total(ldZ1)",
                17,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-long-chain",
        words="one long aligned chain; the last line loses the 1/N of the mean",
        enters="dW1",
        derivation=r"""Post notes after CS231n. Columns $x_1, \dots, x_N$ of $X$; $L = \frac{1}{2N} \| Y - \hat{Y} \|_F^2$.

$$
\begin{aligned}
\hat{Y} &= W_2 H + b_2 1^T \\
H &= \max(0, D) \\
D &= W_1 X + b_1 1^T
\end{aligned}
$$

$$
\begin{aligned}
\frac{\partial L}{\partial W_2} &= \frac{\partial L}{\partial \hat{Y}} H^T \\
&= \frac{1}{N} (\hat{Y} - Y) H^T
\end{aligned}
$$

$$
\begin{aligned}
\frac{\partial L}{\partial W_1} &= \frac{\partial L}{\partial D} X^T \\
&= \left( \frac{\partial L}{\partial H} \odot 1_{D > 0} \right) X^T \\
&= \left( W_2^T \frac{\partial L}{\partial \hat{Y}} \odot 1_{D > 0} \right) X^T \\
&= \left( W_2^T (\hat{Y} - Y) \odot 1_{D > 0} \right) X^T
\end{aligned}
$$
""",
        layers=(3, 5, 2),
        hidden="relu",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="batch",
        after='code corpus, unnamed "# Backpropagate a Two-layered Neural Network from Scratch"',
        rows=[
            Row("L = \\frac{1}{2N} \\| Y - \\hat{Y} \\|_F^2", "definition", "", "", 1),
            Row("\\hat{Y} &= W_2 H + b_2 1^T", "definition", "", "", 5),
            Row("H &= \\max(0, D)", "definition", "", "", 6),
            Row("D &= W_1 X + b_1 1^T", "definition", "", "", 7),
            Row(
                "\\frac{\\partial L}{\\partial W_2} &= \\frac{\\partial L}{\\partial \\hat{Y}} H^T",
                "right",
                "",
                "dW2 = dA2@A1.T",
                13,
            ),
            Row(
                "&= \\frac{1}{N} (\\hat{Y} - Y) H^T",
                "right",
                "",
                "dW2 = (A2-Y)@A1.T/m",
                14,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_1} &= \\frac{\\partial L}{\\partial D} X^T",
                "right",
                "",
                "dW1 = dZ1@X.T",
                20,
            ),
            Row(
                "&= \\left( \\frac{\\partial L}{\\partial H} \\odot 1_{D > 0} \\right) X^T",
                "right",
                "",
                "dW1 = (dA1*(Z1>0))@X.T",
                21,
            ),
            Row(
                "&= \\left( W_2^T \\frac{\\partial L}{\\partial \\hat{Y}} \\odot 1_{D > 0} \\right) X^T",
                "right",
                "",
                "dW1 = (W2.T@dA2*(Z1>0))@X.T",
                22,
            ),
            Row(
                "&= \\left( W_2^T (\\hat{Y} - Y) \\odot 1_{D > 0} \\right) X^T",
                "wrong",
                "the 1/N of the mean is lost",
                "dW1 = (W2.T@(A2-Y)*(Z1>0))@X.T",
                23,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-no-transpose",
        words="W of the next layer without its transpose, columns",
        enters="dZ1",
        derivation=r"""## Backward Propagation

With $m$ samples as columns:

$$
\begin{aligned}
\mathbf{Z}^{[1]} &= \mathbf{W}^{[1]}\mathbf{X} + \mathbf{b}^{[1]} \\
\mathbf{A}^{[1]} &= g_{\text{ReLU}}(\mathbf{Z}^{[1]}) = \max(0, \mathbf{Z}^{[1]}) \\
\mathbf{Z}^{[2]} &= \mathbf{W}^{[2]}\mathbf{A}^{[1]} + \mathbf{b}^{[2]} \\
\mathbf{A}^{[2]} &= g_{\text{Softmax}}(\mathbf{Z}^{[2]})
\end{aligned}
$$

### Output layer
$$
\begin{aligned}
d\mathbf{Z}^{[2]} &= \mathbf{A}^{[2]} - \mathbf{Y} \\
d\mathbf{W}^{[2]} &= \frac{1}{m} d\mathbf{Z}^{[2]} \mathbf{A}^{[1]T} \\
d\mathbf{b}^{[2]} &= \frac{1}{m} \sum_{i=1}^{m} d\mathbf{Z}^{[2](i)}
\end{aligned}
$$

### Hidden layer
$$
\begin{aligned}
d\mathbf{Z}^{[1]} &= \mathbf{W}^{[2]} d\mathbf{Z}^{[2]} \odot g'_{\text{ReLU}}(\mathbf{Z}^{[1]}) \\
d\mathbf{W}^{[1]} &= \frac{1}{m} d\mathbf{Z}^{[1]} \mathbf{X}^T \\
d\mathbf{b}^{[1]} &= \frac{1}{m} \sum_{i=1}^{m} d\mathbf{Z}^{[1](i)}
\end{aligned}
$$
""",
        layers=(3, 5, 4),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://github.com/ibnuladib/MNIST-from-scratch-with-nn",
        rows=[
            Row(
                "\\mathbf{Z}^{[1]} &= \\mathbf{W}^{[1]}\\mathbf{X} + \\mathbf{b}^{[1]}",
                "definition",
                "",
                "",
                7,
            ),
            Row(
                "\\mathbf{A}^{[1]} &= g_{\\text{ReLU}}(\\mathbf{Z}^{[1]}) = \\max(0, \\mathbf{Z}^{[1]})",
                "definition",
                "",
                "",
                8,
            ),
            Row(
                "\\mathbf{Z}^{[2]} &= \\mathbf{W}^{[2]}\\mathbf{A}^{[1]} + \\mathbf{b}^{[2]}",
                "definition",
                "",
                "",
                9,
            ),
            Row(
                "\\mathbf{A}^{[2]} &= g_{\\text{Softmax}}(\\mathbf{Z}^{[2]})",
                "definition",
                "",
                "",
                10,
            ),
            Row(
                "d\\mathbf{Z}^{[2]} &= \\mathbf{A}^{[2]} - \\mathbf{Y}",
                "right",
                "",
                "ldZ2 = A2-Y",
                17,
            ),
            Row(
                "d\\mathbf{W}^{[2]} &= \\frac{1}{m} d\\mathbf{Z}^{[2]} \\mathbf{A}^{[1]T}",
                "right",
                "",
                "dW2 = ldZ2@A1.T/m",
                18,
            ),
            Row(
                "d\\mathbf{b}^{[2]} &= \\frac{1}{m} \\sum_{i=1}^{m} d\\mathbf{Z}^{[2](i)}",
                "right",
                "",
                "db2 = total(ldZ2)/m",
                19,
            ),
            Row(
                "d\\mathbf{Z}^{[1]} &= \\mathbf{W}^{[2]} d\\mathbf{Z}^{[2]} \\odot g'_{\\text{ReLU}}(\\mathbf{Z}^{[1]})",
                "wrong",
                "W of layer 2 is not transposed",
                "ldZ1 = W2@ldZ2*dg1",
                26,
            ),
            Row(
                "d\\mathbf{W}^{[1]} &= \\frac{1}{m} d\\mathbf{Z}^{[1]} \\mathbf{X}^T",
                "right",
                "",
                "dW1 = ldZ1@X.T/m",
                27,
            ),
            Row(
                "d\\mathbf{b}^{[1]} &= \\frac{1}{m} \\sum_{i=1}^{m} d\\mathbf{Z}^{[1](i)}",
                "right",
                "",
                "db1 = total(ldZ1)/m",
                28,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="physics-pdv",
        words="right; \\pdv of the physics package, escaped for a wiki; weights w_{ij} from i to j",
        enters="",
        derivation=r"""**Backpropagation**, worked out. Let $x^{(\ell)}\_j$ be the output of neuron $j$ of layer $\ell$, $g = \tanh$:

\begin{align\*}
x_j^{(\ell)} &= g\left( S_j^{(\ell)} \right) \\\\
S_j^{(\ell)} &= \sum_{i} w_{ij}^{(\ell)} x_i^{(\ell -1)} + b_j^{(\ell)}
\end{align\*}

With $e = \frac{1}{2} \sum_j \left( x_j^{(L)} - y_j \right)^2$:

$$
\delta_j^{(\ell)} \triangleq \pdv{e}{S_j^{(\ell)}}
$$

$$
\delta_j^{(L)} = \left( x_j^{(L)} - y_j \right) \left( 1 - (x_j^{(L)})^2 \right)
$$

$$
\pdv{e}{w_{ij}^{(\ell)}} = \pdv{e}{S_j^{(\ell)}} \times \pdv{S_j^{(\ell)}}{w_{ij}^{(\ell)}} = \delta_j^{(\ell)} x_{i}^{(\ell -1)}
$$

\begin{align\*}
\delta_{i}^{(\ell -1)} &= \sum_j \delta_j^{(\ell)} w_{ij}^{(\ell)} g'\left(S_i^{(\ell - 1)}\right) \\\\
&= g'\left(S_i^{(\ell - 1)}\right) \sum_j w_{ij}^{(\ell)} \delta_{j}^{(\ell)}
\end{align\*}
""",
        layers=(3, 4, 3, 2),
        hidden="tanh",
        output="tanh",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/ashwinreddy/wiki",
        rows=[
            Row(
                "x_j^{(\\ell)} &= g\\left( S_j^{(\\ell)} \\right)",
                "definition",
                "",
                "",
                4,
            ),
            Row(
                "S_j^{(\\ell)} &= \\sum_{i} w_{ij}^{(\\ell)} x_i^{(\\ell -1)} + b_j^{(\\ell)}",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "e = \\frac{1}{2} \\sum_j \\left( x_j^{(L)} - y_j \\right)^2",
                "definition",
                "",
                "",
                8,
            ),
            Row(
                "\\delta_j^{(\\ell)} \\triangleq \\pdv{e}{S_j^{(\\ell)}}",
                "definition",
                "",
                "",
                11,
            ),
            Row(
                "\\delta_j^{(L)} = \\left( x_j^{(L)} - y_j \\right) \\left( 1 - (x_j^{(L)})^2 \\right)",
                "right",
                "",
                "dZ3 = (A3-Y)*(1-A3**2)",
                15,
            ),
            Row(
                "\\pdv{e}{w_{ij}^{(\\ell)}} = \\pdv{e}{S_j^{(\\ell)}} \\times \\pdv{S_j^{(\\ell)}}{w_{ij}^{(\\ell)}} = \\delta_j^{(\\ell)} x_{i}^{(\\ell -1)}",
                "right",
                "",
                'dW{l} = ein("jx,ix->ji", dZ{l}, A{q})',
                19,
            ),
            Row(
                "\\delta_{i}^{(\\ell -1)} &= \\sum_j \\delta_j^{(\\ell)} w_{ij}^{(\\ell)} g'\\left(S_i^{(\\ell - 1)}\\right)",
                "right",
                "",
                'dZ1 = ein("jx,ji->ix", dZ2, W2)*dg1&&dZ2 = ein("jx,ji->ix", dZ3, W3)*dg2',
                23,
            ),
            Row(
                "&= g'\\left(S_i^{(\\ell - 1)}\\right) \\sum_j w_{ij}^{(\\ell)} \\delta_{j}^{(\\ell)}",
                "right",
                "",
                'dZ1 = dg1*ein("ji,jx->ix", W2, dZ2)&&dZ2 = dg2*ein("ji,jx->ix", W3, dZ3)',
                24,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="homework-letters",
        words="right; a homework with its own letters: u, e, z, b, w, f, h, c and psi",
        enters="",
        derivation=r"""**Problem 1. Solutions.** $z_j = e_j + \sum_i a_i u_{ij}$, $b_j = g(z_j)$, $h_k = f_k + \sum_j b_j w_{jk}$, $c_k = g(h_k)$, $E = \frac{1}{2} \sum_k (c_k - t_k)^2$.

(a) $g'(x) = \sigma(x) (1 - \sigma(x))$

(b) $\delta_k = \frac{\partial E}{\partial h_k} = (c_k - t_k)\, g'(h_k)$

(c) $\frac{\partial E}{\partial w_{jk}} = \delta_k b_j$

(d) $\frac{\partial E}{\partial f_k} = \delta_k$

(e) $\psi_j = \frac{\partial E}{\partial z_j} = \left( \sum_k \delta_k w_{jk} \right) g'(z_j)$

(f) $\frac{\partial E}{\partial u_{ij}} = \psi_j a_i$

(g) $\frac{\partial E}{\partial e_j} = \psi_j$
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://codesy.sellfy.store/p/xn7z",
        rows=[
            Row("z_j = e_j + \\sum_i a_i u_{ij}", "definition", "", "", 1),
            Row("b_j = g(z_j)", "definition", "", "", 1),
            Row("h_k = f_k + \\sum_j b_j w_{jk}", "definition", "", "", 1),
            Row("c_k = g(h_k)", "definition", "", "", 1),
            Row("E = \\frac{1}{2} \\sum_k (c_k - t_k)^2", "definition", "", "", 1),
            Row("g'(x) = \\sigma(x) (1 - \\sigma(x))", "definition", "", "", 3),
            Row(
                "\\delta_k = \\frac{\\partial E}{\\partial h_k} = (c_k - t_k)\\, g'(h_k)",
                "right",
                "",
                "dZ2 = (A2-Y)*dg2",
                5,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{jk}} = \\delta_k b_j",
                "right",
                "",
                'dW2 = ein("kx,jx->kj", dZ2, A1)',
                7,
            ),
            Row(
                "\\frac{\\partial E}{\\partial f_k} = \\delta_k",
                "right",
                "",
                "db2 = dZ2",
                9,
            ),
            Row(
                "\\psi_j = \\frac{\\partial E}{\\partial z_j} = \\left( \\sum_k \\delta_k w_{jk} \\right) g'(z_j)",
                "right",
                "",
                'dZ1 = ein("kx,kj->jx", dZ2, W2)*dg1',
                11,
            ),
            Row(
                "\\frac{\\partial E}{\\partial u_{ij}} = \\psi_j a_i",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", dZ1, X)',
                13,
            ),
            Row(
                "\\frac{\\partial E}{\\partial e_j} = \\psi_j",
                "right",
                "",
                "db1 = dZ1",
                15,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="obsidian-unicode-partials",
        words="right; Obsidian note: the sign ∂ inside LaTeX, subscripts, batch mean",
        enters="",
        derivation=r"""#mathematics

> *If we use [[Log Loss]] as our [[loss function]], averaged over $m$ columns, and Softplus in the hidden layer*

***Forward:*** $Z_1 = W_1 X + B_1$, $A_1 = \log(1 + e^{Z_1})$, $Z_2 = W_2 A_1 + B_2$, $A_2 = \sigma(Z_2)$

***Output layer:***

$\frac{∂L}{∂Z_2} = \frac{1}{m}(A_2 - Y)$

$\frac{∂L}{∂W_2} = (\frac{∂L}{∂Z_2}) A_1^T$

$\frac{∂L}{∂B_2} = \sum_{i} (\frac{∂L}{∂Z_2})_i$

***Hidden layer:***

$\frac{∂L}{∂Z_1} = W_2^T \frac{∂L}{∂Z_2} \odot \sigma(Z_1)$[^1]

$\frac{∂L}{∂W_1} = \frac{∂L}{∂Z_1} X^T$

$W = W - ⍺ \frac{∂L}{∂W}$

[^1]: the derivative of Softplus is the sigmoid.
""",
        layers=(3, 4, 2),
        hidden="softplus",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after='code corpus, unnamed note "#mathematics Back propagation updates parameters" (Log Loss)',
        rows=[
            Row("Z_1 = W_1 X + B_1", "definition", "", "", 5),
            Row("A_1 = \\log(1 + e^{Z_1})", "definition", "", "", 5),
            Row("Z_2 = W_2 A_1 + B_2", "definition", "", "", 5),
            Row("A_2 = \\sigma(Z_2)", "definition", "", "", 5),
            Row(
                "\\frac{∂L}{∂Z_2} = \\frac{1}{m}(A_2 - Y)",
                "right",
                "",
                "dZ2 = (A2-Y)/m",
                9,
            ),
            Row(
                "\\frac{∂L}{∂W_2} = (\\frac{∂L}{∂Z_2}) A_1^T",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                11,
            ),
            Row(
                "\\frac{∂L}{∂B_2} = \\sum_{i} (\\frac{∂L}{∂Z_2})_i",
                "right",
                "",
                "db2 = total(dZ2)",
                13,
            ),
            Row(
                "\\frac{∂L}{∂Z_1} = W_2^T \\frac{∂L}{∂Z_2} \\odot \\sigma(Z_1)",
                "right",
                "",
                "dZ1 = W2.T@dZ2*sig(Z1)",
                17,
            ),
            Row(
                "\\frac{∂L}{∂W_1} = \\frac{∂L}{∂Z_1} X^T",
                "right",
                "",
                "dW1 = dZ1@X.T",
                19,
            ),
            Row("W = W - ⍺ \\frac{∂L}{∂W}", "definition", "", "", 21),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-no-gprime-indices",
        words="sigma'(z) of the hidden layer is missing, index form",
        enters="dZ1",
        derivation=r"""Suppose one hidden layer of logistic units and linear outputs,

$$ z_j = \sum_i v_{ji} x_i + b_j, \quad h_j = \sigma(z_j), \quad o_k = \sum_j w_{kj} h_j + c_k. $$

The error is $E = \frac12 \sum_k (o_k - t_k)^2$, hence

$$ \frac{\partial E}{\partial o_k} = o_k - t_k $$
$$ \frac{\partial E}{\partial w_{kj}} = (o_k - t_k) h_j $$
$$ \frac{\partial E}{\partial h_j} = \sum_k (o_k - t_k) w_{kj} $$
$$ \frac{\partial E}{\partial z_j} = \sum_k (o_k - t_k) w_{kj} $$
$$ \frac{\partial E}{\partial v_{ji}} = \frac{\partial E}{\partial z_j} x_i $$
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1 (j2kun, backpropagation)",
        rows=[
            Row(
                "z_j = \\sum_i v_{ji} x_i + b_j, \\quad h_j = \\sigma(z_j), \\quad o_k = \\sum_j w_{kj} h_j + c_k.",
                "definition",
                "",
                "",
                3,
            ),
            Row("E = \\frac12 \\sum_k (o_k - t_k)^2", "definition", "", "", 5),
            Row(
                "\\frac{\\partial E}{\\partial o_k} = o_k - t_k",
                "right",
                "",
                "dA2 = A2-Y",
                7,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{kj}} = (o_k - t_k) h_j",
                "right",
                "",
                'dW2 = ein("kx,jx->kj", A2-Y, A1)',
                8,
            ),
            Row(
                "\\frac{\\partial E}{\\partial h_j} = \\sum_k (o_k - t_k) w_{kj}",
                "right",
                "",
                'dA1 = ein("kx,kj->jx", A2-Y, W2)',
                9,
            ),
            Row(
                "\\frac{\\partial E}{\\partial z_j} = \\sum_k (o_k - t_k) w_{kj}",
                "wrong",
                "sigma'(z_j) is missing",
                'dZ1 = ein("kx,kj->jx", A2-Y, W2)',
                10,
            ),
            Row(
                "\\frac{\\partial E}{\\partial v_{ji}} = \\frac{\\partial E}{\\partial z_j} x_i",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", dZ1, X)',
                11,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="batch-index-sum",
        words="right; everything with indices and the sum over examples written out",
        enters="",
        derivation=r"""$$E = \frac{1}{2m} \sum_{\mu=1}^{m} \sum_k \left[ \hat{y}_k^\mu - y_k^\mu \right]^2$$

where $\mu$ runs over the $m$ data points, and

$$\hat{y}_k^\mu = f \Bigg( \sum_j W_{kj} h_j^\mu + c_k \Bigg), \qquad h_j^\mu = f \Bigg( \sum_i V_{ji} x_i^\mu + b_j \Bigg).$$

With the logistic $f$, $f'(z) = f(z)(1-f(z))$. Define

$$\delta_k^\mu = (\hat{y}_k^\mu - y_k^\mu) \, \hat{y}_k^\mu (1 - \hat{y}_k^\mu)$$
$$\delta_j^\mu = h_j^\mu (1 - h_j^\mu) \sum_k \delta_k^\mu W_{kj}$$

Then

$$\frac{\partial E}{\partial W_{kj}} = \frac{1}{m} \sum_{\mu=1}^{m} \delta_k^\mu h_j^\mu$$
$$\frac{\partial E}{\partial V_{ji}} = \frac{1}{m} \sum_{\mu=1}^{m} \delta_j^\mu x_i^\mu$$
$$\frac{\partial E}{\partial c_k} = \frac{1}{m} \sum_{\mu=1}^{m} \delta_k^\mu$$
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://ryanwingate.com/intro-to-machine-learning/deep/gradient-descent/",
        rows=[
            Row(
                "E = \\frac{1}{2m} \\sum_{\\mu=1}^{m} \\sum_k \\left[ \\hat{y}_k^\\mu - y_k^\\mu \\right]^2",
                "definition",
                "",
                "",
                1,
            ),
            Row(
                "\\hat{y}_k^\\mu = f \\Bigg( \\sum_j W_{kj} h_j^\\mu + c_k \\Bigg), \\qquad h_j^\\mu = f \\Bigg( \\sum_i V_{ji} x_i^\\mu + b_j \\Bigg).",
                "definition",
                "",
                "",
                5,
            ),
            Row("f'(z) = f(z)(1-f(z))", "definition", "", "", 7),
            Row(
                "\\delta_k^\\mu = (\\hat{y}_k^\\mu - y_k^\\mu) \\, \\hat{y}_k^\\mu (1 - \\hat{y}_k^\\mu)",
                "right",
                "",
                "ldZ2 = (A2-Y)*A2*(1-A2)",
                9,
            ),
            Row(
                "\\delta_j^\\mu = h_j^\\mu (1 - h_j^\\mu) \\sum_k \\delta_k^\\mu W_{kj}",
                "right",
                "",
                'ldZ1 = A1*(1-A1)*ein("kx,kj->jx", ldZ2, W2)',
                10,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_{kj}} = \\frac{1}{m} \\sum_{\\mu=1}^{m} \\delta_k^\\mu h_j^\\mu",
                "right",
                "",
                'dW2 = ein("kx,jx->kj", ldZ2, A1)/m',
                14,
            ),
            Row(
                "\\frac{\\partial E}{\\partial V_{ji}} = \\frac{1}{m} \\sum_{\\mu=1}^{m} \\delta_j^\\mu x_i^\\mu",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", ldZ1, X)/m',
                15,
            ),
            Row(
                "\\frac{\\partial E}{\\partial c_k} = \\frac{1}{m} \\sum_{\\mu=1}^{m} \\delta_k^\\mu",
                "right",
                "",
                "db2 = total(ldZ2)/m",
                16,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="one-neuron-chain",
        words="right; the chain of single neurons, all scalars",
        enters="",
        derivation=r"""#### 1.1 The chain

Three neurons in a row, $a^{(l)} = \sigma(w^{(l)} a^{(l-1)} + b^{(l)})$ and $C_0 = ( a^{(L)} - y)^2$.

$\frac{ \partial C_0 }{ \partial w^{(L)} } = \frac{ \partial C_0 }{ \partial a^{(L)} } \frac{ \partial a^{(L)} }{ \partial z^{(L)} } \frac{\partial z^{(L)}} { \partial w^{(L)} }$

$\frac{ \partial C_0 }{ \partial a^{(L)}}=2( a^{(L)}-y)$

$\frac{ \partial a^{(L)} }{ \partial z^{(L)} }= \sigma' (z^{(L)})$

$\frac{\partial z^{(L)}} { \partial w^{(L)} }=a^{(L-1)}$

$\frac{ \partial C_0 }{ \partial w^{(L)} } = 2( a^{(L)}-y) \sigma' (z^{(L)}) a^{(L-1)}$

$\frac{ \partial C_0 }{ \partial b^{(L)} } = 2( a^{(L)}-y) \sigma' (z^{(L)}) \times 1$

$\frac{ \partial C_0 }{ \partial a^{(L-1)} } = 2( a^{(L)}-y) \sigma' (z^{(L)}) w^{(L)}$

One more layer back:

$\frac{ \partial C_0 }{ \partial w^{(L-1)} } = \frac{ \partial C_0 }{ \partial a^{(L-1)} } \sigma'(z^{(L-1)}) a^{(L-2)}$
""",
        layers=(1, 1, 1, 1),
        hidden="sigmoid",
        output="sigmoid",
        loss="squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/behnamasadi/PyTorchTutorial",
        rows=[
            Row(
                "a^{(l)} = \\sigma(w^{(l)} a^{(l-1)} + b^{(l)})",
                "definition",
                "",
                "",
                3,
            ),
            Row("C_0 = ( a^{(L)} - y)^2", "definition", "", "", 3),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial w^{(L)} } = \\frac{ \\partial C_0 }{ \\partial a^{(L)} } \\frac{ \\partial a^{(L)} }{ \\partial z^{(L)} } \\frac{\\partial z^{(L)}} { \\partial w^{(L)} }",
                "chain",
                "",
                "",
                5,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial a^{(L)}}=2( a^{(L)}-y)",
                "right",
                "",
                "dA3 = 2*(A3-Y)",
                7,
            ),
            Row(
                "\\frac{ \\partial a^{(L)} }{ \\partial z^{(L)} }= \\sigma' (z^{(L)})",
                "chain",
                "",
                "",
                9,
            ),
            Row(
                "\\frac{\\partial z^{(L)}} { \\partial w^{(L)} }=a^{(L-1)}",
                "chain",
                "",
                "",
                11,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial w^{(L)} } = 2( a^{(L)}-y) \\sigma' (z^{(L)}) a^{(L-1)}",
                "right",
                "",
                "dW3 = 2*(A3-Y)*dg3*A2",
                13,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial b^{(L)} } = 2( a^{(L)}-y) \\sigma' (z^{(L)}) \\times 1",
                "right",
                "",
                "db3 = 2*(A3-Y)*dg3",
                15,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial a^{(L-1)} } = 2( a^{(L)}-y) \\sigma' (z^{(L)}) w^{(L)}",
                "right",
                "",
                "dA2 = 2*(A3-Y)*dg3*W3",
                17,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial w^{(L-1)} } = \\frac{ \\partial C_0 }{ \\partial a^{(L-1)} } \\sigma'(z^{(L-1)}) a^{(L-2)}",
                "right",
                "",
                "dW2 = dA2*dg2*A1",
                21,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-elementwise",
        words="* (elementwise) where the matrix product belongs",
        enters="dW1",
        derivation=r"""My net, rows are samples, E is the sum of squares over two.

* A1 = sigmoid(X @ W1 + b1)
* A2 = sigmoid(A1 @ W2 + b2)
* dZ2 = (A2 - Y) * A2 * (1 - A2)
* dW2 = A1.T @ dZ2
* db2 = dZ2.sum(axis=0)
* dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)
* dW1 = X.T * dZ1
* db1 = dZ1.sum(axis=0)
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="sum",
        layout="rows",
        examples="batch",
        after="https://github.com/cain877/mnist-nn-from-scratch",
        rows=[
            Row("A1 = sigmoid(X @ W1 + b1)", "definition", "", "", 3),
            Row("A2 = sigmoid(A1 @ W2 + b2)", "definition", "", "", 4),
            Row(
                "dZ2 = (A2 - Y) * A2 * (1 - A2)",
                "right",
                "",
                "dZ2 = (A2-Y)*A2*(1-A2)",
                5,
            ),
            Row("dW2 = A1.T @ dZ2", "right", "", "dW2 = A1.T@dZ2", 6),
            Row("db2 = dZ2.sum(axis=0)", "right", "", "db2[0] = dZ2.sum(axis=0)", 7),
            Row(
                "dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)",
                "right",
                "",
                "dZ1 = dZ2@W2.T*A1*(1-A1)",
                8,
            ),
            Row(
                "dW1 = X.T * dZ1",
                "wrong",
                "elementwise product instead of the matrix product",
                "dW1 = X.T*dZ1",
                9,
            ),
            Row("db1 = dZ1.sum(axis=0)", "right", "", "db1[0] = dZ1.sum(axis=0)", 10),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-relu-of-gradient",
        words="relu applied to the gradient instead of the derivative of relu",
        enters="dZ1",
        derivation=r"""## ⚙️ Backpropagation

For a batch of $m$ columns, $\mathcal{L} = -\frac{1}{m} \sum_{i=1}^{m} \sum_{k} y_k^{(i)} \log \hat{y}_k^{(i)}$.

### Step 1 – output

$$\delta^{(2)} = \frac{\partial \mathcal{L}}{\partial Z^{(2)}} = \frac{1}{m} (\hat{Y} - Y)$$

$$\frac{\partial \mathcal{L}}{\partial W^{(2)}} = \delta^{(2)} (A^{(1)})^T$$

$$\frac{\partial \mathcal{L}}{\partial b^{(2)}} = \sum_{i=1}^{m} \delta^{(2)}_{:,i}$$

### Step 2 – hidden

$$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot \text{ReLU}(Z^{(1)})$$

$$\frac{\partial \mathcal{L}}{\partial W^{(1)}} = \delta^{(1)} X^T$$

$$\frac{\partial \mathcal{L}}{\partial b^{(1)}} = \sum_{i=1}^{m} \delta^{(1)}_{:,i}$$

### Step 3 – update

$$W^{(l)} \leftarrow W^{(l)} - \eta \frac{\partial \mathcal{L}}{\partial W^{(l)}}, \quad b^{(l)} \leftarrow b^{(l)} - \eta \frac{\partial \mathcal{L}}{\partial b^{(l)}}$$
""",
        layers=(3, 5, 3),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after='code corpus, unnamed README "Neural Networks From Scratch - Full Math & Intuition Explained"',
        rows=[
            Row(
                "\\mathcal{L} = -\\frac{1}{m} \\sum_{i=1}^{m} \\sum_{k} y_k^{(i)} \\log \\hat{y}_k^{(i)}",
                "definition",
                "",
                "",
                3,
            ),
            Row(
                "\\delta^{(2)} = \\frac{\\partial \\mathcal{L}}{\\partial Z^{(2)}} = \\frac{1}{m} (\\hat{Y} - Y)",
                "right",
                "",
                "dZ2 = (A2-Y)/m",
                7,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^{(2)}} = \\delta^{(2)} (A^{(1)})^T",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                9,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial b^{(2)}} = \\sum_{i=1}^{m} \\delta^{(2)}_{:,i}",
                "right",
                "",
                "db2 = total(dZ2)",
                11,
            ),
            Row(
                "\\delta^{(1)} = (W^{(2)})^T \\delta^{(2)} \\odot \\text{ReLU}(Z^{(1)})",
                "wrong",
                "ReLU itself instead of its derivative",
                "dZ1 = W2.T@dZ2*relu(Z1)",
                15,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^{(1)}} = \\delta^{(1)} X^T",
                "right",
                "",
                "dW1 = dZ1@X.T",
                17,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial b^{(1)}} = \\sum_{i=1}^{m} \\delta^{(1)}_{:,i}",
                "right",
                "",
                "db1 = total(dZ1)",
                19,
            ),
            Row(
                "W^{(l)} \\leftarrow W^{(l)} - \\eta \\frac{\\partial \\mathcal{L}}{\\partial W^{(l)}}, \\quad b^{(l)} \\leftarrow b^{(l)} - \\eta \\frac{\\partial \\mathcal{L}}{\\partial b^{(l)}}",
                "definition",
                "",
                "",
                23,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-mse-outputs",
        words="the mean over the outputs is forgotten: 2/N instead of 2/(NK)",
        enters="dA2",
        derivation=r"""# Backpropagation derivatives

$N$ samples (rows), $K$ outputs:

$$
C = \frac{1}{NK} \sum_{i=1}^{N} \sum_{k=1}^{K} (\hat{y}_{ik} - y_{ik})^2
$$

$$
\frac{\partial C}{\partial \hat{Y}} = \frac{2}{N} (\hat{Y} - Y)
$$

$$
\frac{\partial C}{\partial W^{(2)}} = A^{(1)T} \frac{\partial C}{\partial \hat{Y}}
$$

$$
\frac{\partial C}{\partial A^{(1)}} = \frac{\partial C}{\partial \hat{Y}} \cdot W^{(2)T}
$$

$$
\frac{\partial C}{\partial Z^{(1)}} = \frac{\partial C}{\partial A^{(1)}} \odot \text{ReLU}'(Z^{(1)})
$$

$$
\frac{\partial C}{\partial W^{(1)}} = X^T \frac{\partial C}{\partial Z^{(1)}}
$$
""",
        layers=(3, 5, 2),
        hidden="relu",
        output="identity",
        loss="mean_squared_error",
        reduction="mean",
        layout="rows",
        examples="batch",
        after="https://github.com/YoanPtr/MOD-DeepLearning-ImageClassification",
        rows=[
            Row(
                "C = \\frac{1}{NK} \\sum_{i=1}^{N} \\sum_{k=1}^{K} (\\hat{y}_{ik} - y_{ik})^2",
                "definition",
                "",
                "",
                6,
            ),
            Row(
                "\\frac{\\partial C}{\\partial \\hat{Y}} = \\frac{2}{N} (\\hat{Y} - Y)",
                "wrong",
                "the mean over the K outputs is forgotten",
                "dA2 = 2/m*(A2-Y)",
                10,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^{(2)}} = A^{(1)T} \\frac{\\partial C}{\\partial \\hat{Y}}",
                "right",
                "",
                "dW2 = A1.T@dA2",
                14,
            ),
            Row(
                "\\frac{\\partial C}{\\partial A^{(1)}} = \\frac{\\partial C}{\\partial \\hat{Y}} \\cdot W^{(2)T}",
                "right",
                "",
                "dA1 = dA2@W2.T",
                18,
            ),
            Row(
                "\\frac{\\partial C}{\\partial Z^{(1)}} = \\frac{\\partial C}{\\partial A^{(1)}} \\odot \\text{ReLU}'(Z^{(1)})",
                "right",
                "",
                "dZ1 = dA1*dg1",
                22,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^{(1)}} = X^T \\frac{\\partial C}{\\partial Z^{(1)}}",
                "right",
                "",
                "dW1 = X.T@dZ1",
                26,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-bias-not-summed",
        words="db of a batch is not summed over the examples",
        enters="db2",
        derivation=r""">*Assuming Binary Cross Entropy with a sigmoid at the end and [[ReLU]] before it, $m$ samples in columns*

$dZ^{[3]} = A^{[3]} - Y$
$dW^{[3]} = \frac{1}{m} dZ^{[3]} \cdot A^{[2]T}$
$db^{[3]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[3](i)}$

$dA^{[2]} = W^{[3]T} \cdot dZ^{[3]}$
$dZ^{[2]} = dA^{[2]} * relu'(Z^{[2]})$
$dW^{[2]} = \frac{1}{m} dZ^{[2]} \cdot A^{[1]T}$
$db^{[2]} = \frac{1}{m} dZ^{[2]}$

$dA^{[1]} = W^{[2]T} \cdot dZ^{[2]}$
$dZ^{[1]} = dA^{[1]} * relu'(Z^{[1]})$
$dW^{[1]} = \frac{1}{m} dZ^{[1]} \cdot X^{T}$
$db^{[1]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[1](i)}$
""",
        layers=(3, 4, 3, 2),
        hidden="relu",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after='code corpus, unnamed Obsidian note "backpropagation for a given layer in a vectorized format"',
        rows=[
            Row("dZ^{[3]} = A^{[3]} - Y", "right", "", "ldZ3 = A3-Y", 3),
            Row(
                "dW^{[3]} = \\frac{1}{m} dZ^{[3]} \\cdot A^{[2]T}",
                "right",
                "",
                "dW3 = ldZ3@A2.T/m",
                4,
            ),
            Row(
                "db^{[3]} = \\frac{1}{m} \\sum_{i=1}^{m} dZ^{[3](i)}",
                "right",
                "",
                "db3 = total(ldZ3)/m",
                5,
            ),
            Row(
                "dA^{[2]} = W^{[3]T} \\cdot dZ^{[3]}",
                "right",
                "",
                "ldA2 = W3.T@ldZ3",
                7,
            ),
            Row(
                "dZ^{[2]} = dA^{[2]} * relu'(Z^{[2]})",
                "right",
                "",
                "ldZ2 = ldA2*dg2",
                8,
            ),
            Row(
                "dW^{[2]} = \\frac{1}{m} dZ^{[2]} \\cdot A^{[1]T}",
                "right",
                "",
                "dW2 = ldZ2@A1.T/m",
                9,
            ),
            Row(
                "db^{[2]} = \\frac{1}{m} dZ^{[2]}",
                "wrong",
                "not summed over the examples",
                "db2 = ldZ2/m",
                10,
            ),
            Row(
                "dA^{[1]} = W^{[2]T} \\cdot dZ^{[2]}",
                "right",
                "",
                "ldA1 = W2.T@ldZ2",
                12,
            ),
            Row(
                "dZ^{[1]} = dA^{[1]} * relu'(Z^{[1]})",
                "right",
                "",
                "ldZ1 = ldA1*dg1",
                13,
            ),
            Row(
                "dW^{[1]} = \\frac{1}{m} dZ^{[1]} \\cdot X^{T}",
                "right",
                "",
                "dW1 = ldZ1@X.T/m",
                14,
            ),
            Row(
                "db^{[1]} = \\frac{1}{m} \\sum_{i=1}^{m} dZ^{[1](i)}",
                "right",
                "",
                "db1 = total(ldZ1)/m",
                15,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-extra-sigma-prime",
        words="sigma' in the output delta though the cross-entropy cancels it",
        enters="dZ3",
        derivation=r"""With the cross-entropy cost $C = -\sum_j [ y_j \ln a^L_j + (1 - y_j) \ln (1 - a^L_j) ]$ the four equations of Nielsen become

$$
\begin{eqnarray}
\delta^L &=& (a^L - y) \odot \sigma'(z^L) \\
\delta^l &=& ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l) \\
\frac{\partial C}{\partial b^l_j} &=& \delta^l_j \\
\frac{\partial C}{\partial w^l_{jk}} &=& a^{l-1}_k \delta^l_j
\end{eqnarray}
$$
""",
        layers=(3, 4, 3, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://windmising.gitbook.io/nielsen-nndl",
        rows=[
            Row(
                "C = -\\sum_j [ y_j \\ln a^L_j + (1 - y_j) \\ln (1 - a^L_j) ]",
                "definition",
                "",
                "",
                1,
            ),
            Row(
                "\\delta^L &=& (a^L - y) \\odot \\sigma'(z^L)",
                "wrong",
                "sigma' cancels with this cost: delta^L = a^L - y",
                "dZ3 = (A3-Y)*dg3",
                5,
            ),
            Row(
                "\\delta^l &=& ((w^{l+1})^T \\delta^{l+1}) \\odot \\sigma'(z^l)",
                "right",
                "",
                "dZ{l} = W{p}.T@dZ{p}*dg{l}",
                6,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b^l_j} &=& \\delta^l_j",
                "right",
                "",
                "db{l} = dZ{l}",
                7,
            ),
            Row(
                "\\frac{\\partial C}{\\partial w^l_{jk}} &=& a^{l-1}_k \\delta^l_j",
                "right",
                "",
                'dW{l} = ein("jx,kx->jk", dZ{l}, A{q})',
                8,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-tanh-a-one-minus-a",
        words="sigmoid's a(1-a) used for tanh",
        enters="dZ1",
        derivation=r"""Backprop for `tanh` hidden units, no averaging, rows = examples

$$
\begin{align}
& Z_1 = X W_1 + b_1 \\
& A_1 = \tanh(Z_1) \\
& \hat{Y} = A_1 W_2 + b_2 \\
& E = \frac{1}{2} \sum (\hat{Y} - Y)^2
\end{align}
$$

$$
\begin{align}
& \delta_3 = \hat{Y} - Y \\
& \delta_2 = \delta_3 W_2^T \circ A_1 \circ (1 - A_1) \\
& \frac{\partial E}{\partial W_2} = A_1^T \delta_3 \\
& \frac{\partial E}{\partial b_2} = \sum_i \delta_3 \\
& \frac{\partial E}{\partial W_1} = X^T \delta_2 \\
& \frac{\partial E}{\partial b_1} = \sum_i \delta_2
\end{align}
$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="identity",
        loss="half_squared_error",
        reduction="sum",
        layout="rows",
        examples="batch",
        after="code corpus, unnamed notes of a two-layer net (delta3, delta2, rows)",
        rows=[
            Row("& Z_1 = X W_1 + b_1", "definition", "", "", 5),
            Row("& A_1 = \\tanh(Z_1)", "definition", "", "", 6),
            Row("& \\hat{Y} = A_1 W_2 + b_2", "definition", "", "", 7),
            Row("& E = \\frac{1}{2} \\sum (\\hat{Y} - Y)^2", "definition", "", "", 8),
            Row("& \\delta_3 = \\hat{Y} - Y", "right", "", "dZ2 = A2-Y", 14),
            Row(
                "& \\delta_2 = \\delta_3 W_2^T \\circ A_1 \\circ (1 - A_1)",
                "wrong",
                "a (1 - a) is the derivative of the sigmoid; tanh has 1 - a^2",
                "dZ1 = dZ2@W2.T*A1*(1-A1)",
                15,
            ),
            Row(
                "& \\frac{\\partial E}{\\partial W_2} = A_1^T \\delta_3",
                "right",
                "",
                "dW2 = A1.T@dZ2",
                16,
            ),
            Row(
                "& \\frac{\\partial E}{\\partial b_2} = \\sum_i \\delta_3",
                "right",
                "",
                "db2 = total(dZ2)",
                17,
            ),
            Row(
                "& \\frac{\\partial E}{\\partial W_1} = X^T \\delta_2",
                "right",
                "",
                "dW1 = X.T@dZ1",
                18,
            ),
            Row(
                "& \\frac{\\partial E}{\\partial b_1} = \\sum_i \\delta_2",
                "right",
                "",
                "db1 = total(dZ1)",
                19,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="double-superscript",
        words="right; illegal double superscripts, no spaces, \\frac without braces' order, dimension remarks",
        enters="",
        derivation=r"""# Version 2

1. Notation ($m$ columns)
$$Z^{(l)}=W^{(l)}A^{(l-1)}+b^{(l)}$$
$$A^{(l)}=\tanh(Z^{(l)})$$
2. Cost
$$C=\sum_{i=1}^{m}||a^{(2)}_i-y_i||^2$$
3. Output
$$\frac{\partial C}{\partial Z^{(2)}}=2(A^{(2)}-Y)\odot(1-A^{(2)}\odot A^{(2)})$$
> $$dim(\frac{\partial C}{\partial Z^{(2)}}): (n_2, m)$$

$$\frac{\partial C}{\partial W^{(2)}}=\frac{\partial C}{\partial Z^{(2)}}{A^{(1)}}^T$$
> $$dim(\frac{\partial C}{\partial W^{(2)}}): (n_2, n_1)$$
4. Hidden
$$\frac{\partial C}{\partial Z^{(1)}}=W^{(2)}^T\frac{\partial C}{\partial Z^{(2)}}\odot(1-A^{(1)}\odot A^{(1)})$$
$$\frac{\partial C}{\partial W^{(1)}}=\frac{\partial C}{\partial Z^{(1)}}X^T$$
$$\frac{\partial C}{\partial b^{(1)}}=\sum_{i=1}^{m}\frac{\partial C}{\partial z^{(1)}_i}$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="tanh",
        loss="squared_error",
        reduction="sum",
        layout="columns",
        examples="batch",
        after='code corpus, unnamed "# Version 1 / 1. Notation" (dims of each term)',
        rows=[
            Row("Z^{(l)}=W^{(l)}A^{(l-1)}+b^{(l)}", "definition", "", "", 4),
            Row("A^{(l)}=\\tanh(Z^{(l)})", "definition", "", "", 5),
            Row("C=\\sum_{i=1}^{m}||a^{(2)}_i-y_i||^2", "definition", "", "", 7),
            Row(
                "\\frac{\\partial C}{\\partial Z^{(2)}}=2(A^{(2)}-Y)\\odot(1-A^{(2)}\\odot A^{(2)})",
                "right",
                "",
                "dZ2 = 2*(A2-Y)*(1-A2*A2)",
                9,
            ),
            Row(
                "dim(\\frac{\\partial C}{\\partial Z^{(2)}}): (n_2, m)",
                "definition",
                "",
                "",
                10,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^{(2)}}=\\frac{\\partial C}{\\partial Z^{(2)}}{A^{(1)}}^T",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                12,
            ),
            Row(
                "dim(\\frac{\\partial C}{\\partial W^{(2)}}): (n_2, n_1)",
                "definition",
                "",
                "",
                13,
            ),
            Row(
                "\\frac{\\partial C}{\\partial Z^{(1)}}=W^{(2)}^T\\frac{\\partial C}{\\partial Z^{(2)}}\\odot(1-A^{(1)}\\odot A^{(1)})",
                "right",
                "",
                "dZ1 = W2.T@dZ2*(1-A1*A1)",
                15,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^{(1)}}=\\frac{\\partial C}{\\partial Z^{(1)}}X^T",
                "right",
                "",
                "dW1 = dZ1@X.T",
                16,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b^{(1)}}=\\sum_{i=1}^{m}\\frac{\\partial C}{\\partial z^{(1)}_i}",
                "right",
                "",
                "db1 = total(dZ1)",
                17,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-dW-own-activation",
        words="dW of layer 2 with the activation of layer 2",
        enters="dW2",
        derivation=r"""|| column-wise |
| :--- | :--- |
|forward|$Z^{[l]} = W^{[l]} \cdot A^{[l - 1]} + b^{[l]}$|
|activation|$A^{[l]} = f(Z^{[l]})$|
|output|$dZ^{[2]} = A^{[2]} - Y$|
|hidden|$dZ^{[1]} = W^{[2]^T} \cdot dZ^{[2]} \times f'(Z^{[1]})$|
|weights 2|$dW^{[2]} = \frac {1} {m} dZ^{[2]} \cdot A^{[2]^T}$|
|weights 1|$dW^{[1]} = \frac {1} {m} dZ^{[1]} \cdot A^{[0]^T}$|
|bias|$db^{[l]} = \frac {1} {m} \sum dZ^{[l]}$|
""",
        layers=(3, 4, 2),
        hidden="relu",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://github.com/jmcheon/multilayer_perceptron notation.md",
        rows=[
            Row(
                "Z^{[l]} = W^{[l]} \\cdot A^{[l - 1]} + b^{[l]}",
                "definition",
                "",
                "",
                3,
            ),
            Row("A^{[l]} = f(Z^{[l]})", "definition", "", "", 4),
            Row("dZ^{[2]} = A^{[2]} - Y", "right", "", "ldZ2 = A2-Y", 5),
            Row(
                "dZ^{[1]} = W^{[2]^T} \\cdot dZ^{[2]} \\times f'(Z^{[1]})",
                "right",
                "",
                "ldZ1 = W2.T@ldZ2*dg1",
                6,
            ),
            Row(
                "dW^{[2]} = \\frac {1} {m} dZ^{[2]} \\cdot A^{[2]^T}",
                "wrong",
                "A of layer 1 belongs here, not of layer 2",
                "dW2 = ldZ2@A2.T/m",
                7,
            ),
            Row(
                "dW^{[1]} = \\frac {1} {m} dZ^{[1]} \\cdot A^{[0]^T}",
                "right",
                "",
                "dW1 = ldZ1@X.T/m",
                8,
            ),
            Row(
                "db^{[l]} = \\frac {1} {m} \\sum dZ^{[l]}",
                "right",
                "",
                "db{l} = total(ldZ{l})/m",
                9,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-wrong-layer-weights",
        words="weights of layer l instead of l+1 in the recursion",
        enters="dZ2",
        derivation=r"""**Summary (batch, column-wise)**

\begin{align}
\boldsymbol{Z}^{(\ell)} &= \boldsymbol{W}^{(\ell)} \boldsymbol{A}^{(\ell-1)} + \boldsymbol{b}^{(\ell)} \boldsymbol{1}^\top \\
\boldsymbol{A}^{(\ell)} &= \sigma\!\left( \boldsymbol{Z}^{(\ell)} \right) \\
J(\Theta) &= \frac{1}{N} \sum_{n=1}^{N} \frac{1}{2}\left\| \boldsymbol{y}_n - \hat{\boldsymbol{y}}_n \right\|^2
\end{align}

Let column $n$ of $\boldsymbol{\Delta}^{(\ell)}$ be the derivative of the loss of example $n$ by $\boldsymbol{z}_n^{(\ell)}$.

\begin{align}
\boldsymbol{\Delta}^{(L)} &= \left( \boldsymbol{A}^{(L)} - \boldsymbol{Y} \right) \odot \sigma'\!\left( \boldsymbol{Z}^{(L)} \right) \\
\boldsymbol{\Delta}^{(\ell)} &= \left( \boldsymbol{W}^{(\ell)\top} \boldsymbol{\Delta}^{(\ell+1)} \right) \odot \sigma'\!\left( \boldsymbol{Z}^{(\ell)} \right) \\
\frac{\partial J}{\partial \boldsymbol{W}^{(\ell)}} &= \frac{1}{N} \boldsymbol{\Delta}^{(\ell)} \boldsymbol{A}^{(\ell-1)\top} \\
\frac{\partial J}{\partial \boldsymbol{b}^{(\ell)}} &= \frac{1}{N} \boldsymbol{\Delta}^{(\ell)} \boldsymbol{1}
\end{align}
""",
        layers=(3, 4, 5, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://github.com/MarkusThill/MarkusThill.github.io",
        rows=[
            Row(
                "\\boldsymbol{Z}^{(\\ell)} &= \\boldsymbol{W}^{(\\ell)} \\boldsymbol{A}^{(\\ell-1)} + \\boldsymbol{b}^{(\\ell)} \\boldsymbol{1}^\\top",
                "definition",
                "",
                "",
                4,
            ),
            Row(
                "\\boldsymbol{A}^{(\\ell)} &= \\sigma\\!\\left( \\boldsymbol{Z}^{(\\ell)} \\right)",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "J(\\Theta) &= \\frac{1}{N} \\sum_{n=1}^{N} \\frac{1}{2}\\left\\| \\boldsymbol{y}_n - \\hat{\\boldsymbol{y}}_n \\right\\|^2",
                "definition",
                "",
                "",
                6,
            ),
            Row(
                "\\boldsymbol{\\Delta}^{(L)} &= \\left( \\boldsymbol{A}^{(L)} - \\boldsymbol{Y} \\right) \\odot \\sigma'\\!\\left( \\boldsymbol{Z}^{(L)} \\right)",
                "right",
                "",
                "ldZ3 = (A3-Y)*dg3",
                12,
            ),
            Row(
                "\\boldsymbol{\\Delta}^{(\\ell)} &= \\left( \\boldsymbol{W}^{(\\ell)\\top} \\boldsymbol{\\Delta}^{(\\ell+1)} \\right) \\odot \\sigma'\\!\\left( \\boldsymbol{Z}^{(\\ell)} \\right)",
                "wrong",
                "the weights of layer l stand for those of layer l+1",
                "ldZ{l} = W{l}.T@ldZ{p}*dg{l}",
                13,
            ),
            Row(
                "\\frac{\\partial J}{\\partial \\boldsymbol{W}^{(\\ell)}} &= \\frac{1}{N} \\boldsymbol{\\Delta}^{(\\ell)} \\boldsymbol{A}^{(\\ell-1)\\top}",
                "right",
                "",
                "dW{l} = ldZ{l}@A{q}.T/m",
                14,
            ),
            Row(
                "\\frac{\\partial J}{\\partial \\boldsymbol{b}^{(\\ell)}} &= \\frac{1}{N} \\boldsymbol{\\Delta}^{(\\ell)} \\boldsymbol{1}",
                "right",
                "",
                "db{l} = ldZ{l}@one/m",
                15,
            ),
        ],
    )
)
