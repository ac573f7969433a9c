"""Notes as strangers write them, and a judgement of each formula row.

Written without a look at the reader or the grader.
"""

# ruff: noqa: E501  (formulas are as long as they are)

from tests.nn.grading.unseen.judged_note import Note, Row

NOTES: list[Note] = []

NOTES.append(
    Note(
        name="planted-dfrac-blog",
        words="the sum over the outputs is missing: only one output neuron passes its error back (index k fixed)",
        enters="dZ1",
        derivation=r"""how much is $ \dfrac{\partial E}{\partial w_{ij}}$?

the error is $ E = \sum_k (T_k - L_k)^2 $, and the output of each neuron

$L_{j}=\sigma (\sum_i w_{ij}L_{i} + b_j) = \sigma (net_j)$

$L_{k}=\sigma (\sum_j w_{jk}L_{j} + b_k) = \sigma (net_k)$

- $ \dfrac{\partial \sigma (x)}{\partial x} = \sigma (x)(1-\sigma (x)) $

**Output neuron:**

$ \dfrac{\partial E}{\partial L_k} = -2 (T_k - L_k) $

$ \dfrac{\partial E}{\partial net_k} = \dfrac{\partial E}{\partial L_k} L_k (1 - L_k) $

$ \dfrac{\partial E}{\partial w_{jk}} = \dfrac{\partial E}{\partial net_k} L_j $

**Hidden neuron:**

$ \dfrac{\partial E}{\partial L_j} = \sum_k \dfrac{\partial E}{\partial net_k} w_{jk} $

$ \dfrac{\partial E}{\partial net_j} = \dfrac{\partial E}{\partial net_1} w_{j1} \, L_j (1 - L_j) $

$ \dfrac{\partial E}{\partial w_{ij}} = \dfrac{\partial E}{\partial net_j} L_i $
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="http://neuroticnetworks.blogspot.com/2016_12_01_archive.html",
        rows=[
            Row("E = \\sum_k (T_k - L_k)^2", "definition", "", "", 3),
            Row(
                "L_{j}=\\sigma (\\sum_i w_{ij}L_{i} + b_j) = \\sigma (net_j)",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "L_{k}=\\sigma (\\sum_j w_{jk}L_{j} + b_k) = \\sigma (net_k)",
                "definition",
                "",
                "",
                7,
            ),
            Row(
                "\\dfrac{\\partial \\sigma (x)}{\\partial x} = \\sigma (x)(1-\\sigma (x))",
                "definition",
                "",
                "",
                9,
            ),
            Row(
                "\\dfrac{\\partial E}{\\partial L_k} = -2 (T_k - L_k)",
                "right",
                "",
                "dA2 = -2*(Y-A2)",
                13,
            ),
            Row(
                "\\dfrac{\\partial E}{\\partial net_k} = \\dfrac{\\partial E}{\\partial L_k} L_k (1 - L_k)",
                "right",
                "",
                "dZ2 = dA2*A2*(1-A2)",
                15,
            ),
            Row(
                "\\dfrac{\\partial E}{\\partial w_{jk}} = \\dfrac{\\partial E}{\\partial net_k} L_j",
                "right",
                "",
                'dW2 = ein("kx,jx->kj", dZ2, A1)',
                17,
            ),
            Row(
                "\\dfrac{\\partial E}{\\partial L_j} = \\sum_k \\dfrac{\\partial E}{\\partial net_k} w_{jk}",
                "right",
                "",
                'dA1 = ein("kx,kj->jx", dZ2, W2)',
                21,
            ),
            Row(
                "\\dfrac{\\partial E}{\\partial net_j} = \\dfrac{\\partial E}{\\partial net_1} w_{j1} \\, L_j (1 - L_j)",
                "wrong",
                "only the first output passes its error back: the sum over k is missing",
                "dZ1 = dZ2[:1]*W2[:1].T*A1*(1-A1)",
                23,
            ),
            Row(
                "\\dfrac{\\partial E}{\\partial w_{ij}} = \\dfrac{\\partial E}{\\partial net_j} L_i",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", dZ1, X)',
                25,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-minus-in-bias",
        words="the sign of one bias gradient",
        enters="db2",
        derivation=r"""| Symbol | Meaning |
|---|---|
| $E_p$ | $E_p = \frac{1}{2}\sum_{m=1}^{M}(y_m - \hat{y}_m)^2$, $\hat y$ is the teacher |
| $net_m$ | $net_m = \sum_h w_{hm}\, out_h + \theta_m$ |
| $net_h$ | $net_h = \sum_n w_{nh}\, x_n + \theta_h$ |

Output neurons:

\[ \frac{\partial E_p}{\partial net_m} = (y_m - \hat{y}_m)\, f'(net_m) \]

\[ \frac{\partial E_p}{\partial w_{hm}} = (y_m - \hat{y}_m)\, f'(net_m)\, out_h \]

\[ \frac{\partial E_p}{\partial \theta_m} = -(y_m - \hat{y}_m)\, f'(net_m) \]

Hidden neurons:

\[ \frac{\partial E_p}{\partial net_h} = \left( \sum_{m=1}^{M} \frac{\partial E_p}{\partial net_m} w_{hm} \right) f'(net_h) \]

\[ \frac{\partial E_p}{\partial w_{nh}} = \frac{\partial E_p}{\partial net_h}\, x_n \]
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://www.tangniuniu.top/2025/10/23/MLP2",
        rows=[
            Row(
                "E_p = \\frac{1}{2}\\sum_{m=1}^{M}(y_m - \\hat{y}_m)^2",
                "definition",
                "",
                "",
                3,
            ),
            Row("net_m = \\sum_h w_{hm}\\, out_h + \\theta_m", "definition", "", "", 4),
            Row("net_h = \\sum_n w_{nh}\\, x_n + \\theta_h", "definition", "", "", 5),
            Row(
                "\\frac{\\partial E_p}{\\partial net_m} = (y_m - \\hat{y}_m)\\, f'(net_m)",
                "right",
                "",
                "dZ2 = (A2-Y)*dg2",
                9,
            ),
            Row(
                "\\frac{\\partial E_p}{\\partial w_{hm}} = (y_m - \\hat{y}_m)\\, f'(net_m)\\, out_h",
                "right",
                "",
                'dW2 = ein("mx,hx->mh", (A2-Y)*dg2, A1)',
                11,
            ),
            Row(
                "\\frac{\\partial E_p}{\\partial \\theta_m} = -(y_m - \\hat{y}_m)\\, f'(net_m)",
                "wrong",
                "the sign",
                "db2 = -(A2-Y)*dg2",
                13,
            ),
            Row(
                "\\frac{\\partial E_p}{\\partial net_h} = \\left( \\sum_{m=1}^{M} \\frac{\\partial E_p}{\\partial net_m} w_{hm} \\right) f'(net_h)",
                "right",
                "",
                'dZ1 = ein("mx,mh->hx", dZ2, W2)*dg1',
                17,
            ),
            Row(
                "\\frac{\\partial E_p}{\\partial w_{nh}} = \\frac{\\partial E_p}{\\partial net_h}\\, x_n",
                "right",
                "",
                'dW1 = ein("hx,nx->hn", dZ1, X)',
                19,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-err-names",
        words="plain names; the hidden error uses the output activation's derivative",
        enters="dZ1",
        derivation=r"""**Q: how are the errors calculated?**

a: Let `o = sigmoid(net_o)` be the output, `h = tanh(net_h)` the hidden layer, with $net_o = V h + c$ and $net_h = W x + b$, and $E = \frac{1}{2} \sum (o - t)^2$.

1. Output: $err_{out} = \frac{\partial E}{\partial net_o} = (o - t) \times o \times (1 - o)$
2. Hidden: $err_{hid} = \frac{\partial E}{\partial net_h} = (V^T \, err_{out}) \times h \times (1 - h)$
3. Weights: $\frac{\partial E}{\partial V} = err_{out} \, h^T$ and $\frac{\partial E}{\partial W} = err_{hid} \, x^T$
""",
        layers=(3, 5, 2),
        hidden="tanh",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='unnamed, "# Q: can you explain the calculation of the errors to backprop for three or more layers?"',
        rows=[
            Row("net_o = V h + c", "definition", "", "", 3),
            Row("net_h = W x + b", "definition", "", "", 3),
            Row("E = \\frac{1}{2} \\sum (o - t)^2", "definition", "", "", 3),
            Row(
                "err_{out} = \\frac{\\partial E}{\\partial net_o} = (o - t) \\times o \\times (1 - o)",
                "right",
                "",
                "dZ2 = (A2-Y)*A2*(1-A2)",
                5,
            ),
            Row(
                "err_{hid} = \\frac{\\partial E}{\\partial net_h} = (V^T \\, err_{out}) \\times h \\times (1 - h)",
                "wrong",
                "h (1 - h) is the sigmoid's derivative; the hidden layer is tanh",
                "dZ1 = W2.T@dZ2*A1*(1-A1)",
                6,
            ),
            Row(
                "\\frac{\\partial E}{\\partial V} = err_{out} \\, h^T",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                7,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W} = err_{hid} \\, x^T",
                "right",
                "",
                "dW1 = dZ1@X.T",
                7,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="row-major-jupyter",
        words="right; rows, Python-like names in LaTeX, 1/N inside the first gradient",
        enters="",
        derivation=r"""### Forward (rows are samples)

$Z_1 = X W_1 + b_1$

$H = \tanh(Z_1)$

$\hat{Y} = H W_2 + b_2$

$\mathcal{L} = \frac{1}{N} \sum_{i=1}^{N} \lVert \hat{y}_i - y_i \rVert^2$

### Backward

$$\frac{\partial \mathcal{L}}{\partial \hat{Y}} = \frac{2}{N} (\hat{Y} - Y)$$

$$\frac{\partial \mathcal{L}}{\partial W_2} = H^\top \frac{\partial \mathcal{L}}{\partial \hat{Y}}$$

$$\frac{\partial \mathcal{L}}{\partial b_2} = \sum_{i=1}^{N} \frac{\partial \mathcal{L}}{\partial \hat{y}_i}$$

$$\frac{\partial \mathcal{L}}{\partial H} = \frac{\partial \mathcal{L}}{\partial \hat{Y}} W_2^\top$$

$$\frac{\partial \mathcal{L}}{\partial Z_1} = \frac{\partial \mathcal{L}}{\partial H} \odot (1 - H^2)$$

$$\frac{\partial \mathcal{L}}{\partial W_1} = X^\top \frac{\partial \mathcal{L}}{\partial Z_1}$$

```python
dZ1 = dH * (1 - H**2)
```
""",
        layers=(3, 6, 2),
        hidden="tanh",
        output="identity",
        loss="squared_error",
        reduction="mean",
        layout="rows",
        examples="batch",
        after="https://news.datascience.org.ua/2018/12/04/neural-networks-v-back-propagation/",
        rows=[
            Row("Z_1 = X W_1 + b_1", "definition", "", "", 3),
            Row("H = \\tanh(Z_1)", "definition", "", "", 5),
            Row("\\hat{Y} = H W_2 + b_2", "definition", "", "", 7),
            Row(
                "\\mathcal{L} = \\frac{1}{N} \\sum_{i=1}^{N} \\lVert \\hat{y}_i - y_i \\rVert^2",
                "definition",
                "",
                "",
                9,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\hat{Y}} = \\frac{2}{N} (\\hat{Y} - Y)",
                "right",
                "",
                "dA2 = 2/m*(A2-Y)",
                13,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W_2} = H^\\top \\frac{\\partial \\mathcal{L}}{\\partial \\hat{Y}}",
                "right",
                "",
                "dW2 = A1.T@dA2",
                15,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial b_2} = \\sum_{i=1}^{N} \\frac{\\partial \\mathcal{L}}{\\partial \\hat{y}_i}",
                "right",
                "",
                "db2 = total(dA2)",
                17,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial H} = \\frac{\\partial \\mathcal{L}}{\\partial \\hat{Y}} W_2^\\top",
                "right",
                "",
                "dA1 = dA2@W2.T",
                19,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial Z_1} = \\frac{\\partial \\mathcal{L}}{\\partial H} \\odot (1 - H^2)",
                "right",
                "",
                "dZ1 = dA1*(1-A1**2)",
                21,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W_1} = X^\\top \\frac{\\partial \\mathcal{L}}{\\partial Z_1}",
                "right",
                "",
                "dW1 = X.T@dZ1",
                23,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-prime-of-a",
        words="the derivative of the activation is taken at a instead of z",
        enters="dZ2",
        derivation=r"""### Putting it together

Recall $z^l=w^la^{l-1}+b^l$ and $a^l=\sigma(z^l)$, here $\sigma = \tanh$, with the quadratic cost $C=\frac{1}{2}\sum_i{(y_i-a^L_i)^2}$.

$$\delta^L=\nabla_a C\odot \sigma'(z^L)$$

where $\nabla_a C = a^L - y$. Errors in a layer from errors in the next:

$$\delta^l=((w^{l+1})^T\delta^{l+1})\odot\sigma'(a^l)$$

$$\frac{\partial C}{\partial b^l_j}=\delta^l_j$$

$$\frac{\partial C}{\partial w^l_{j,k}}=a^{l-1}_k\delta^l_j$$
""",
        layers=(3, 4, 3, 2),
        hidden="tanh",
        output="tanh",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/blackKeys17/blackkeys17.github.io",
        rows=[
            Row("z^l=w^la^{l-1}+b^l", "definition", "", "", 3),
            Row("a^l=\\sigma(z^l)", "definition", "", "", 3),
            Row("C=\\frac{1}{2}\\sum_i{(y_i-a^L_i)^2}", "definition", "", "", 3),
            Row(
                "\\delta^L=\\nabla_a C\\odot \\sigma'(z^L)",
                "right",
                "",
                "dZ3 = dA3*dg3",
                5,
            ),
            Row("\\nabla_a C = a^L - y", "right", "", "dA3 = A3-Y", 7),
            Row(
                "\\delta^l=((w^{l+1})^T\\delta^{l+1})\\odot\\sigma'(a^l)",
                "wrong",
                "sigma' is taken at a^l instead of z^l",
                "dZ{l} = W{p}.T@dZ{p}*dtanh(A{l})",
                9,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b^l_j}=\\delta^l_j",
                "right",
                "",
                "db{l} = dZ{l}",
                11,
            ),
            Row(
                "\\frac{\\partial C}{\\partial w^l_{j,k}}=a^{l-1}_k\\delta^l_j",
                "right",
                "",
                'dW{l} = ein("jx,kx->jk", dZ{l}, A{q})',
                13,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="math-italic-readme",
        words='right; letters of the Unicode block "mathematical italic", spaces lost',
        enters="",
        derivation=r"""Simple NN with two hidden layers, mean cross-entropy.

**Forward propagation**

* 𝑍[1]=𝑊[1]𝑋+𝑏[1]

* 𝐴[1]=𝑔ReLU(𝑍[1])

* 𝑍[2]=𝑊[2]𝐴[1]+𝑏[2]

* 𝐴[2]=𝑔ReLU(𝑍[2])

* 𝑍[3]=𝑊[3]𝐴[2]+𝑏[3]

* 𝐴[3]=𝑔softmax(𝑍[3])

**Backward propagation**

* 𝑑𝑍[3]=𝐴[3]−𝑌

* 𝑑𝑊[3]=1/𝑚 𝑑𝑍[3]𝐴[2]ᵀ

* 𝑑𝐵[3]=1/𝑚 Σ𝑑𝑍[3]

* 𝑑𝑍[2]=𝑊[3]ᵀ𝑑𝑍[3].∗𝑔′(𝑍[2])

* 𝑑𝑊[2]=1/𝑚 𝑑𝑍[2]𝐴[1]ᵀ

* 𝑑𝑍[1]=𝑊[2]ᵀ𝑑𝑍[2].∗𝑔′(𝑍[1])

* 𝑑𝑊[1]=1/𝑚 𝑑𝑍[1]𝑋ᵀ

**Parameter updates**

* 𝑊[3]:=𝑊[3]−𝛼𝑑𝑊[3]

* 𝑏[3]:=𝑏[3]−𝛼𝑑𝑏[3]
""",
        layers=(3, 4, 5, 3),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://github.com/cain877/mnist-nn-from-scratch",
        rows=[
            Row("𝑍[1]=𝑊[1]𝑋+𝑏[1]", "definition", "", "", 5),
            Row("𝐴[1]=𝑔ReLU(𝑍[1])", "definition", "", "", 7),
            Row("𝑍[2]=𝑊[2]𝐴[1]+𝑏[2]", "definition", "", "", 9),
            Row("𝐴[2]=𝑔ReLU(𝑍[2])", "definition", "", "", 11),
            Row("𝑍[3]=𝑊[3]𝐴[2]+𝑏[3]", "definition", "", "", 13),
            Row("𝐴[3]=𝑔softmax(𝑍[3])", "definition", "", "", 15),
            Row("𝑑𝑍[3]=𝐴[3]−𝑌", "right", "", "ldZ3 = A3-Y", 19),
            Row("𝑑𝑊[3]=1/𝑚 𝑑𝑍[3]𝐴[2]ᵀ", "right", "", "dW3 = ldZ3@A2.T/m", 21),
            Row("𝑑𝐵[3]=1/𝑚 Σ𝑑𝑍[3]", "right", "", "db3 = total(ldZ3)/m", 23),
            Row("𝑑𝑍[2]=𝑊[3]ᵀ𝑑𝑍[3].∗𝑔′(𝑍[2])", "right", "", "ldZ2 = W3.T@ldZ3*dg2", 25),
            Row("𝑑𝑊[2]=1/𝑚 𝑑𝑍[2]𝐴[1]ᵀ", "right", "", "dW2 = ldZ2@A1.T/m", 27),
            Row("𝑑𝑍[1]=𝑊[2]ᵀ𝑑𝑍[2].∗𝑔′(𝑍[1])", "right", "", "ldZ1 = W2.T@ldZ2*dg1", 29),
            Row("𝑑𝑊[1]=1/𝑚 𝑑𝑍[1]𝑋ᵀ", "right", "", "dW1 = ldZ1@X.T/m", 31),
            Row("𝑊[3]:=𝑊[3]−𝛼𝑑𝑊[3]", "definition", "", "", 35),
            Row("𝑏[3]:=𝑏[3]−𝛼𝑑𝑏[3]", "definition", "", "", 37),
        ],
    )
)

NOTES.append(
    Note(
        name="expanded-all-the-way",
        words="right; each gradient written out to the forward quantities, bracket layers",
        enters="",
        derivation=r"""## Unrolled

$$
\hat{y} = \sigma\left(W^{[3]} a^{[2]} + b^{[3]}\right), \quad a^{[l]} = \text{ReLU}\left(z^{[l]}\right), \quad z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}
$$

$$
\mathcal{L} = - \sum_{k} \left[ y_k \log \hat{y}_k + (1 - y_k) \log (1 - \hat{y}_k) \right]
$$

$$
\frac{\partial \mathcal{L}}{\partial W^{[3]}} = (\hat{y} - y) \left( a^{[2]} \right)^\top
$$

$$
\frac{\partial \mathcal{L}}{\partial W^{[2]}} = \left[ \left( W^{[3]} \right)^\top (\hat{y} - y) \odot \text{ReLU}'\left( z^{[2]} \right) \right] \left( a^{[1]} \right)^\top
$$

$$
\frac{\partial \mathcal{L}}{\partial W^{[1]}} = \left[ \left( W^{[2]} \right)^\top \left[ \left( W^{[3]} \right)^\top (\hat{y} - y) \odot \text{ReLU}'\left( z^{[2]} \right) \right] \odot \text{ReLU}'\left( z^{[1]} \right) \right] x^\top
$$

$$
\frac{\partial \mathcal{L}}{\partial b^{[2]}} = \left( W^{[3]} \right)^\top (\hat{y} - y) \odot \text{ReLU}'\left( z^{[2]} \right)
$$
""",
        layers=(3, 4, 3, 2),
        hidden="relu",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/gauravreddy08/everything-from-scratch notes/MLP.md",
        rows=[
            Row(
                "\\hat{y} = \\sigma\\left(W^{[3]} a^{[2]} + b^{[3]}\\right), \\quad a^{[l]} = \\text{ReLU}\\left(z^{[l]}\\right), \\quad z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}",
                "definition",
                "",
                "",
                4,
            ),
            Row(
                "\\mathcal{L} = - \\sum_{k} \\left[ y_k \\log \\hat{y}_k + (1 - y_k) \\log (1 - \\hat{y}_k) \\right]",
                "definition",
                "",
                "",
                8,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^{[3]}} = (\\hat{y} - y) \\left( a^{[2]} \\right)^\\top",
                "right",
                "",
                "dW3 = (A3-Y)@A2.T",
                12,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^{[2]}} = \\left[ \\left( W^{[3]} \\right)^\\top (\\hat{y} - y) \\odot \\text{ReLU}'\\left( z^{[2]} \\right) \\right] \\left( a^{[1]} \\right)^\\top",
                "right",
                "",
                "dW2 = (W3.T@(A3-Y)*dg2)@A1.T",
                16,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^{[1]}} = \\left[ \\left( W^{[2]} \\right)^\\top \\left[ \\left( W^{[3]} \\right)^\\top (\\hat{y} - y) \\odot \\text{ReLU}'\\left( z^{[2]} \\right) \\right] \\odot \\text{ReLU}'\\left( z^{[1]} \\right) \\right] x^\\top",
                "right",
                "",
                "dW1 = (W2.T@(W3.T@(A3-Y)*dg2)*dg1)@X.T",
                20,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial b^{[2]}} = \\left( W^{[3]} \\right)^\\top (\\hat{y} - y) \\odot \\text{ReLU}'\\left( z^{[2]} \\right)",
                "right",
                "",
                "db2 = W3.T@(A3-Y)*dg2",
                24,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-softmax-diagonal",
        words="only the diagonal of the softmax's Jacobian is used",
        enters="dZ2",
        derivation=r"""The cost is $E = -\sum_j y_j \log \hat{y}_j$ with $\hat{y} = \text{softmax}(z_2)$, $z_2 = W_2 h + b_2$, $h = \tanh(W_1 x + b_1)$. First

$$\frac{\partial E}{\partial \hat{y}_j} = -\frac{y_j}{\hat{y}_j}$$

and the derivative of the softmax is $\hat{y}_j (1 - \hat{y}_j)$, so that

$$\frac{\partial E}{\partial z_2} = -\frac{y}{\hat{y}} \odot \hat{y} \odot (1 - \hat{y})$$

The rest is as for the other layers:

$$\frac{\partial E}{\partial W_2} = \frac{\partial E}{\partial z_2} h^T$$
$$\frac{\partial E}{\partial h} = W_2^T \frac{\partial E}{\partial z_2}$$
$$\frac{\partial E}{\partial W_1} = \left( \frac{\partial E}{\partial h} \odot (1 - h^2) \right) x^T$$
""",
        layers=(3, 4, 3),
        hidden="tanh",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://ai.stackexchange.com/questions/35741/trouble-writing-the-backpropagation-algorithm-in-python-through-crossentropy-and",
        rows=[
            Row("E = -\\sum_j y_j \\log \\hat{y}_j", "definition", "", "", 1),
            Row("\\hat{y} = \\text{softmax}(z_2)", "definition", "", "", 1),
            Row("z_2 = W_2 h + b_2", "definition", "", "", 1),
            Row("h = \\tanh(W_1 x + b_1)", "definition", "", "", 1),
            Row(
                "\\frac{\\partial E}{\\partial \\hat{y}_j} = -\\frac{y_j}{\\hat{y}_j}",
                "right",
                "",
                "dA2 = -Y/A2",
                3,
            ),
            Row(
                "\\frac{\\partial E}{\\partial z_2} = -\\frac{y}{\\hat{y}} \\odot \\hat{y} \\odot (1 - \\hat{y})",
                "wrong",
                "only the diagonal of the softmax's Jacobian",
                "dZ2 = -Y/A2*A2*(1-A2)",
                7,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_2} = \\frac{\\partial E}{\\partial z_2} h^T",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                11,
            ),
            Row(
                "\\frac{\\partial E}{\\partial h} = W_2^T \\frac{\\partial E}{\\partial z_2}",
                "right",
                "",
                "dA1 = W2.T@dZ2",
                12,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_1} = \\left( \\frac{\\partial E}{\\partial h} \\odot (1 - h^2) \\right) x^T",
                "right",
                "",
                "dW1 = (dA1*(1-A1**2))@X.T",
                13,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-local-factor",
        words="the weights of layer 3 instead of layer 2 in the step to a_1",
        enters="dA1",
        derivation=r"""# Matrix form, three layers

$$
z_l = W_l a_{l-1} + b_l, \qquad a_l = \tanh(z_l), \qquad a_0 = x
$$

$$
L = \frac{1}{2} \lVert a_3 - y \rVert^2
$$

## Through the activation

$$
\frac{\partial L}{\partial z_3}
=
\frac{\partial L}{\partial a_3}
\odot
(1 - a_3^2)
$$

$$
\frac{\partial L}{\partial z_2}
=
\frac{\partial L}{\partial a_2}
\odot
(1 - a_2^2)
$$

## Through the linear layer

$$
\frac{\partial L}{\partial a_2}
=
W_3^\top
\frac{\partial L}{\partial z_3}
$$

$$
\frac{\partial L}{\partial a_1}
=
W_3^\top
\frac{\partial L}{\partial z_2}
$$

## Parameters

$$
\frac{\partial L}{\partial W_3} = \frac{\partial L}{\partial z_3} a_2^\top
$$

$$
\frac{\partial L}{\partial b_3} = \frac{\partial L}{\partial z_3}
$$

$$
\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial z_2} a_1^\top
$$
""",
        layers=(3, 4, 5, 2),
        hidden="tanh",
        output="tanh",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/HetanshWaghela/basic_ml_dl matrix_form_backprop.md",
        rows=[
            Row(
                "z_l = W_l a_{l-1} + b_l, \\qquad a_l = \\tanh(z_l), \\qquad a_0 = x",
                "definition",
                "",
                "",
                4,
            ),
            Row("L = \\frac{1}{2} \\lVert a_3 - y \\rVert^2", "definition", "", "", 8),
            Row(
                "\\frac{\\partial L}{\\partial z_3}\n=\n\\frac{\\partial L}{\\partial a_3}\n\\odot\n(1 - a_3^2)",
                "right",
                "",
                "dZ3 = dA3*(1-A3**2)",
                14,
            ),
            Row(
                "\\frac{\\partial L}{\\partial z_2}\n=\n\\frac{\\partial L}{\\partial a_2}\n\\odot\n(1 - a_2^2)",
                "right",
                "",
                "dZ2 = dA2*(1-A2**2)",
                22,
            ),
            Row(
                "\\frac{\\partial L}{\\partial a_2}\n=\nW_3^\\top\n\\frac{\\partial L}{\\partial z_3}",
                "right",
                "",
                "dA2 = W3.T@dZ3",
                32,
            ),
            Row(
                "\\frac{\\partial L}{\\partial a_1}\n=\nW_3^\\top\n\\frac{\\partial L}{\\partial z_2}",
                "wrong",
                "the weights of layer 3 instead of layer 2",
                "dA1 = W3.T@dZ2",
                39,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_3} = \\frac{\\partial L}{\\partial z_3} a_2^\\top",
                "right",
                "",
                "dW3 = dZ3@A2.T",
                48,
            ),
            Row(
                "\\frac{\\partial L}{\\partial b_3} = \\frac{\\partial L}{\\partial z_3}",
                "right",
                "",
                "db3 = dZ3",
                52,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_2} = \\frac{\\partial L}{\\partial z_2} a_1^\\top",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                56,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="outer-product",
        words="right; outer products with \\otimes, layer index n below",
        enters="",
        derivation=r"""- y_n = f(s_n), s_n = W_n y_{n-1} + b_n for n = 1, ..., N; f is the logistic function, y_0 the input, t the target
- Loss $E = \frac12 |y_N - t|^2$

$$
e_N = \frac{\partial E}{\partial s_N} = (y_N - t) \odot y_N \odot (1 - y_N)
$$

$$
e_n = {W_{n+1}}^{\intercal} e_{n+1} \odot y_n \odot (1 - y_n), \quad n = N-1, \dots, 1
$$

$$
\frac{\partial E}{\partial W_n} = e_n \otimes y_{n-1} = e_n y_{n-1}^{\intercal}, \qquad \frac{\partial E}{\partial b_n} = e_n
$$
""",
        layers=(3, 4, 3, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='unnamed, "# Notes on Chapter 2: How the backpropogation algorithm works"',
        rows=[
            Row("y_n = f(s_n), s_n = W_n y_{n-1} + b_n", "definition", "", "", 1),
            Row("E = \\frac12 |y_N - t|^2", "definition", "", "", 2),
            Row(
                "e_N = \\frac{\\partial E}{\\partial s_N} = (y_N - t) \\odot y_N \\odot (1 - y_N)",
                "right",
                "",
                "dZ3 = (A3-Y)*A3*(1-A3)",
                5,
            ),
            Row(
                "e_n = {W_{n+1}}^{\\intercal} e_{n+1} \\odot y_n \\odot (1 - y_n), \\quad n = N-1, \\dots, 1",
                "right",
                "",
                "dZ{l} = W{p}.T@dZ{p}*A{l}*(1-A{l})",
                9,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_n} = e_n \\otimes y_{n-1} = e_n y_{n-1}^{\\intercal}, \\qquad \\frac{\\partial E}{\\partial b_n} = e_n",
                "right",
                "",
                "dW{l} = np.outer(dZ{l}, A{q})&&db{l} = dZ{l}",
                13,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="nielsen-four",
        words="right; the four equations in components, then in matrices",
        enters="",
        derivation=r"""# The four equations, proved

**Notation.** $L$ is the number of layers, $w^l_{jk}$ goes from neuron $k$ of layer $l-1$ to neuron $j$ of layer $l$.

$$
z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j, \qquad a^l_j = \sigma(z^l_j)
$$

The cost of one example is $C = \frac{1}{2} \sum_j (y_j - a^L_j)^2$ and the *error* of a neuron is

$$
\delta^l_j \equiv \frac{\partial C}{\partial z^l_j}
$$

### BP1

By the chain rule
$$
\delta^L_j = \frac{\partial C}{\partial a^L_j} \frac{\partial a^L_j}{\partial z^L_j} = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j)
$$
and for the quadratic cost
$$
\delta^L = (a^L - y) \odot \sigma'(z^L).
$$

### BP2

$$
\delta^l_j = \sum_k \frac{\partial C}{\partial z^{l+1}_k} \frac{\partial z^{l+1}_k}{\partial z^l_j} = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)
$$
or, without indices, $\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$.

### BP3 and BP4

$$
\frac{\partial C}{\partial b^l_j} = \delta^l_j
$$
$$
\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j
$$
""",
        layers=(3, 4, 3, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/zli03/CSC59866",
        rows=[
            Row(
                "z^l_j = \\sum_k w^l_{jk} a^{l-1}_k + b^l_j, \\qquad a^l_j = \\sigma(z^l_j)",
                "definition",
                "",
                "",
                6,
            ),
            Row("C = \\frac{1}{2} \\sum_j (y_j - a^L_j)^2", "definition", "", "", 9),
            Row(
                "\\delta^l_j \\equiv \\frac{\\partial C}{\\partial z^l_j}",
                "definition",
                "",
                "",
                12,
            ),
            Row(
                "\\delta^L_j = \\frac{\\partial C}{\\partial a^L_j} \\frac{\\partial a^L_j}{\\partial z^L_j} = \\frac{\\partial C}{\\partial a^L_j} \\sigma'(z^L_j)",
                "right",
                "",
                "dZ3 = dA3*dg3",
                19,
            ),
            Row(
                "\\delta^L = (a^L - y) \\odot \\sigma'(z^L).",
                "right",
                "",
                "dZ3 = (A3-Y)*dg3",
                23,
            ),
            Row(
                "\\delta^l_j = \\sum_k \\frac{\\partial C}{\\partial z^{l+1}_k} \\frac{\\partial z^{l+1}_k}{\\partial z^l_j} = \\sum_k w^{l+1}_{kj} \\delta^{l+1}_k \\sigma'(z^l_j)",
                "right",
                "",
                'dZ{l} = ein("kj,kx->jx", W{p}, dZ{p})*dg{l}',
                29,
            ),
            Row(
                "\\delta^l = ((w^{l+1})^T \\delta^{l+1}) \\odot \\sigma'(z^l)",
                "right",
                "",
                "dZ{l} = W{p}.T@dZ{p}*dg{l}",
                31,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b^l_j} = \\delta^l_j",
                "right",
                "",
                "db{l} = dZ{l}",
                36,
            ),
            Row(
                "\\frac{\\partial C}{\\partial w^l_{jk}} = a^{l-1}_k \\delta^l_j",
                "right",
                "",
                'dW{l} = ein("jx,kx->jk", dZ{l}, A{q})',
                39,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="ng-octave",
        words="right; Andrew Ng's ML class: Theta, capital Delta accumulators, Octave's .*",
        enters="",
        derivation=r"""## 反向传播 (week 5 笔记)

$\Theta^{(l)}$ 是第 $l$ 层到第 $l+1$ 层的权重, $L = 4$, bias 单独写作 $b^{(l)}$。

$$z^{(l+1)} = \Theta^{(l)} a^{(l)} + b^{(l)}, \quad a^{(l)} = g(z^{(l)}), \quad a^{(1)} = x$$

$$J(\Theta) = -\frac{1}{m}\sum_{i=1}^{m}\sum_{k=1}^{K}\left[ y^{(i)}_k \log (h_\Theta(x^{(i)}))_k + (1-y^{(i)}_k) \log(1-(h_\Theta(x^{(i)}))_k) \right]$$

对每个样本:

$$\delta^{(4)} = a^{(4)} - y$$
$$\delta^{(3)} = (\Theta^{(3)})^T \delta^{(4)} .* g'(z^{(3)})$$
$$\delta^{(2)} = (\Theta^{(2)})^T \delta^{(3)} .* g'(z^{(2)})$$

其中 $g'(z^{(l)}) = a^{(l)} .* (1 - a^{(l)})$。累加 $\Delta^{(l)} := \Delta^{(l)} + \delta^{(l+1)} (a^{(l)})^T$,最后

$$\frac{\partial}{\partial \Theta^{(l)}_{ij}} J(\Theta) = \frac{1}{m} \sum_{t=1}^{m} a_j^{(l)(t)} \delta_i^{(l+1)(t)}$$
""",
        layers=(3, 4, 3, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="batch",
        after="https://www.code456.com/article/3514875.html",
        rows=[
            Row(
                "z^{(l+1)} = \\Theta^{(l)} a^{(l)} + b^{(l)}, \\quad a^{(l)} = g(z^{(l)}), \\quad a^{(1)} = x",
                "definition",
                "",
                "",
                5,
            ),
            Row(
                "J(\\Theta) = -\\frac{1}{m}\\sum_{i=1}^{m}\\sum_{k=1}^{K}\\left[ y^{(i)}_k \\log (h_\\Theta(x^{(i)}))_k + (1-y^{(i)}_k) \\log(1-(h_\\Theta(x^{(i)}))_k) \\right]",
                "definition",
                "",
                "",
                7,
            ),
            Row("\\delta^{(4)} = a^{(4)} - y", "right", "", "ldZ3 = A3-Y", 11),
            Row(
                "\\delta^{(3)} = (\\Theta^{(3)})^T \\delta^{(4)} .* g'(z^{(3)})",
                "right",
                "",
                "ldZ2 = W3.T@ldZ3*dg2",
                12,
            ),
            Row(
                "\\delta^{(2)} = (\\Theta^{(2)})^T \\delta^{(3)} .* g'(z^{(2)})",
                "right",
                "",
                "ldZ1 = W2.T@ldZ2*dg1",
                13,
            ),
            Row("g'(z^{(l)}) = a^{(l)} .* (1 - a^{(l)})", "definition", "", "", 15),
            Row(
                "\\Delta^{(l)} := \\Delta^{(l)} + \\delta^{(l+1)} (a^{(l)})^T",
                "not decidable",
                "",
                "",
                15,
            ),
            Row(
                "\\frac{\\partial}{\\partial \\Theta^{(l)}_{ij}} J(\\Theta) = \\frac{1}{m} \\sum_{t=1}^{m} a_j^{(l)(t)} \\delta_i^{(l+1)(t)}",
                "right",
                "",
                'dW1 = ein("jt,it->ij", X, ldZ1)/m&&dW2 = ein("jt,it->ij", A1, ldZ2)/m&&dW3 = ein("jt,it->ij", A2, ldZ3)/m',
                17,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-prime-layer",
        words="relu' of the wrong layer",
        enters="dZ1",
        derivation=r"""### Answer

Let $\mathbf{1}_{(\cdot)}$ denote the indicator function: $\text{ReLU}'(z)=\mathbf{1}_{z>0}$. With $L=\tfrac12\|\hat y-y\|^2$ and $\hat y=z_{(3)}$:

$$ \delta_{(3)} \;=\; \frac{\partial L}{\partial z_{(3)}} \;=\; \hat y - y $$

$$ \frac{\partial L}{\partial W_3}=\delta_{(3)}\,\mathbf{a}_{(2)}^{\!\top},\qquad \frac{\partial L}{\partial b_3}=\delta_{(3)}. $$

$$ \boldsymbol{\delta}_{(2)} = \big(W_3^{\!\top}\delta_{(3)}\big)\;\odot\;\mathbf{1}_{\mathbf{z}_{(2)}>0} $$

$$ \boldsymbol{\delta}_{(1)} = \big(W_2^{\!\top}\boldsymbol{\delta}_{(2)}\big)\;\odot\;\mathbf{1}_{\mathbf{z}_{(2)}>0} $$

$$ \frac{\partial L}{\partial W_2}=\boldsymbol{\delta}_{(2)}\,\mathbf{a}_{(1)}^{\!\top},\qquad \frac{\partial L}{\partial W_1}=\boldsymbol{\delta}_{(1)}\,\mathbf{x}^{\!\top} $$
""",
        layers=(3, 5, 4, 2),
        hidden="relu",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://pythongoras.github.io/all-but-statistics/5-DeepLearning/1-BackpropAndMLP/BackpropagationAnswer.html",
        rows=[
            Row("\\text{ReLU}'(z)=\\mathbf{1}_{z>0}", "definition", "", "", 3),
            Row("L=\\tfrac12\\|\\hat y-y\\|^2", "definition", "", "", 3),
            Row("\\hat y=z_{(3)}", "definition", "", "", 3),
            Row(
                "\\delta_{(3)} \\;=\\; \\frac{\\partial L}{\\partial z_{(3)}} \\;=\\; \\hat y - y",
                "right",
                "",
                "dZ3 = A3-Y",
                5,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_3}=\\delta_{(3)}\\,\\mathbf{a}_{(2)}^{\\!\\top}",
                "right",
                "",
                "dW3 = dZ3@A2.T",
                7,
            ),
            Row(
                "\\frac{\\partial L}{\\partial b_3}=\\delta_{(3)}.",
                "right",
                "",
                "db3 = dZ3",
                7,
            ),
            Row(
                "\\boldsymbol{\\delta}_{(2)} = \\big(W_3^{\\!\\top}\\delta_{(3)}\\big)\\;\\odot\\;\\mathbf{1}_{\\mathbf{z}_{(2)}>0}",
                "right",
                "",
                "dZ2 = W3.T@dZ3*(Z2>0)",
                9,
            ),
            Row(
                "\\boldsymbol{\\delta}_{(1)} = \\big(W_2^{\\!\\top}\\boldsymbol{\\delta}_{(2)}\\big)\\;\\odot\\;\\mathbf{1}_{\\mathbf{z}_{(2)}>0}",
                "wrong",
                "the derivative of layer 2's activation instead of layer 1's",
                "dZ1 = W2.T@dZ2*(Z2>0)",
                11,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_2}=\\boldsymbol{\\delta}_{(2)}\\,\\mathbf{a}_{(1)}^{\\!\\top}",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                13,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_1}=\\boldsymbol{\\delta}_{(1)}\\,\\mathbf{x}^{\\!\\top}",
                "right",
                "",
                "dW1 = dZ1@X.T",
                13,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="ufldl",
        words="right; UFLDL's numbering: W^(l) leaves layer l, error written -(y - a) f'",
        enters="",
        derivation=r"""## Backpropagation algorithm

Layers are counted from 1 (the input), and $W^{(l)}$ connects layer $l$ with layer $l+1$:

$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}$

$a^{(l+1)} = f(z^{(l+1)})$

With $f = \tanh$ we have $f'(z) = 1 - (f(z))^2$. The cost of one example is $J(W,b;x,y) = \frac{1}{2} \left\| h_{W,b}(x) - y \right\|^2$, here $n_l = 3$.

1. Feedforward pass.
2. For the output layer (layer $n_l$), set

$$\delta^{(n_l)} = -(y - a^{(n_l)}) \bullet f'(z^{(n_l)})$$

3. For $l = n_l - 1, n_l - 2, \ldots, 2$ set

$$\delta^{(l)} = \left( (W^{(l)})^T \delta^{(l+1)} \right) \bullet f'(z^{(l)})$$

4. The partial derivatives are

$$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T$$
$$\nabla_{b^{(l)}} J(W,b;x,y) = \delta^{(l+1)}.$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="tanh",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="http://ufldl.stanford.edu/wiki/index.php",
        rows=[
            Row("z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}", "definition", "", "", 5),
            Row("a^{(l+1)} = f(z^{(l+1)})", "definition", "", "", 7),
            Row("f'(z) = 1 - (f(z))^2", "definition", "", "", 9),
            Row(
                "J(W,b;x,y) = \\frac{1}{2} \\left\\| h_{W,b}(x) - y \\right\\|^2",
                "definition",
                "",
                "",
                9,
            ),
            Row(
                "\\delta^{(n_l)} = -(y - a^{(n_l)}) \\bullet f'(z^{(n_l)})",
                "right",
                "",
                "dZ2 = -(Y-A2)*dg2",
                14,
            ),
            Row(
                "\\delta^{(l)} = \\left( (W^{(l)})^T \\delta^{(l+1)} \\right) \\bullet f'(z^{(l)})",
                "right",
                "",
                "dZ1 = W2.T@dZ2*dg1",
                18,
            ),
            Row(
                "\\nabla_{W^{(l)}} J(W,b;x,y) = \\delta^{(l+1)} (a^{(l)})^T",
                "right",
                "",
                "dW1 = dZ1@X.T&&dW2 = dZ2@A1.T",
                22,
            ),
            Row(
                "\\nabla_{b^{(l)}} J(W,b;x,y) = \\delta^{(l+1)}.",
                "right",
                "",
                "db1 = dZ1&&db2 = dZ2",
                23,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-factor-two",
        words="the factor 2 of the square is lost",
        enters="dA3",
        derivation=r"""### Cost of a single sample

$C_0 = \sum_{j} ( a_j^{(L)} - y_j )^2$

$z^{(L)}=w^{(L)}a^{(L-1)}+b^{(L)}$

$a^{(L)}=\sigma(z^{(L)})$

### Chain

$\frac{ \partial C_0 }{ \partial a^{(L)} } = ( a^{(L)}-y )$

$\frac{ \partial C_0 }{ \partial z^{(L)} } = \frac{ \partial C_0 }{ \partial a^{(L)} } \odot \sigma'(z^{(L)})$

$\frac{ \partial C_0 }{ \partial w^{(L)} } = \frac{ \partial C_0 }{ \partial z^{(L)} } ( a^{(L-1)} )^T$

$\frac{ \partial C_0 }{ \partial a^{(L-1)} } = ( w^{(L)} )^T \frac{ \partial C_0 }{ \partial z^{(L)} }$

$\frac{ \partial C_0 }{ \partial b^{(L)} } = \frac{ \partial C_0 }{ \partial z^{(L)} }$
""",
        layers=(3, 4, 3, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/behnamasadi/PyTorchTutorial",
        rows=[
            Row("C_0 = \\sum_{j} ( a_j^{(L)} - y_j )^2", "definition", "", "", 3),
            Row("z^{(L)}=w^{(L)}a^{(L-1)}+b^{(L)}", "definition", "", "", 5),
            Row("a^{(L)}=\\sigma(z^{(L)})", "definition", "", "", 7),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial a^{(L)} } = ( a^{(L)}-y )",
                "wrong",
                "the factor 2 is lost",
                "dA3 = A3-Y",
                11,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial z^{(L)} } = \\frac{ \\partial C_0 }{ \\partial a^{(L)} } \\odot \\sigma'(z^{(L)})",
                "right",
                "",
                "dZ3 = dA3*dg3",
                13,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial w^{(L)} } = \\frac{ \\partial C_0 }{ \\partial z^{(L)} } ( a^{(L-1)} )^T",
                "right",
                "",
                "dW3 = dZ3@A2.T",
                15,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial a^{(L-1)} } = ( w^{(L)} )^T \\frac{ \\partial C_0 }{ \\partial z^{(L)} }",
                "right",
                "",
                "dA2 = W3.T@dZ3",
                17,
            ),
            Row(
                "\\frac{ \\partial C_0 }{ \\partial b^{(L)} } = \\frac{ \\partial C_0 }{ \\partial z^{(L)} }",
                "right",
                "",
                "db3 = dZ3",
                19,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="l1-loss",
        words="right; absolute error, leaky ReLU with cases",
        enters="",
        derivation=r"""# Backprop with an $L_1$ loss

$$
\mathcal{L} = \sum_{k} | \hat{y}_k - y_k |
$$

Hidden units are leaky ReLUs, outputs are linear:

$$
g(z) = \begin{cases} z & \text{if } z > 0 \\ 0.01 z & \text{otherwise} \end{cases}
$$

$$
g'(z) = \begin{cases} 1 & \text{if } z > 0 \\ 0.01 & \text{otherwise} \end{cases}
$$

### Final layer

$$
\frac{\partial \mathcal{L}}{\partial z^2} = \operatorname{sign}(\hat{y} - y)
$$

$$
\frac{\partial \mathcal{L}}{\partial W^2} = \operatorname{sign}(\hat{y} - y) \cdot (a^{1})^T
$$

### Hidden layer

$$
\frac{\partial \mathcal{L}}{\partial z^{1}} = \left( W^2 \right)^T \operatorname{sign}(\hat{y} - y) \odot g'(z^{1})
$$

$$
\frac{\partial \mathcal{L}}{\partial W^{1}} = \left[ \left( W^2 \right)^T \operatorname{sign}(\hat{y} - y) \odot g'(z^{1}) \right] x^T
$$

$$
\frac{\partial \mathcal{L}}{\partial b^{1}} = \frac{\partial \mathcal{L}}{\partial z^{1}}
$$
""",
        layers=(3, 5, 2),
        hidden="leaky_relu",
        output="identity",
        loss="absolute_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/gauravreddy08/everything-from-scratch notes/MLP.md",
        rows=[
            Row(
                "\\mathcal{L} = \\sum_{k} | \\hat{y}_k - y_k |", "definition", "", "", 4
            ),
            Row(
                "g(z) = \\begin{cases} z & \\text{if } z > 0 \\\\ 0.01 z & \\text{otherwise} \\end{cases}",
                "definition",
                "",
                "",
                10,
            ),
            Row(
                "g'(z) = \\begin{cases} 1 & \\text{if } z > 0 \\\\ 0.01 & \\text{otherwise} \\end{cases}",
                "definition",
                "",
                "",
                14,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial z^2} = \\operatorname{sign}(\\hat{y} - y)",
                "right",
                "",
                "dZ2 = np.sign(A2-Y)",
                20,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^2} = \\operatorname{sign}(\\hat{y} - y) \\cdot (a^{1})^T",
                "right",
                "",
                "dW2 = np.sign(A2-Y)@A1.T",
                24,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial z^{1}} = \\left( W^2 \\right)^T \\operatorname{sign}(\\hat{y} - y) \\odot g'(z^{1})",
                "right",
                "",
                "dZ1 = W2.T@np.sign(A2-Y)*dg1",
                30,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial W^{1}} = \\left[ \\left( W^2 \\right)^T \\operatorname{sign}(\\hat{y} - y) \\odot g'(z^{1}) \\right] x^T",
                "right",
                "",
                "dW1 = (W2.T@np.sign(A2-Y)*dg1)@X.T",
                34,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial b^{1}} = \\frac{\\partial \\mathcal{L}}{\\partial z^{1}}",
                "right",
                "",
                "db1 = dZ1",
                38,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-leibniz-slash",
        words="inline fractions with a slash, primes for transposes as in MATLAB; W' missing a prime",
        enters="dZ2",
        derivation=r"""% my notes, MATLAB conventions: A' is a transpose, .* is elementwise

    z1 = W1*x + b1;  a1 = tanh(z1);
    z2 = W2*a1 + b2; a2 = tanh(z2);
    y_hat = W3*a2 + b3;
    E = 0.5*sum((y_hat - y).^2);

    delta3 = y_hat - y;
    delta2 = (W3 * delta3) .* (1 - a2.^2);
    delta1 = (W2' * delta2) .* (1 - a1.^2);

    dE/dW3 = delta3 * a2';
    dE/dW2 = delta2 * a1';
    dE/dW1 = delta1 * x';
""",
        layers=(3, 4, 5, 2),
        hidden="tanh",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="unnamed, MATLAB function hiddenDeltas (outputWeights' * outputDeltas) .* sigmoidDeriv",
        rows=[
            Row("z1 = W1*x + b1;  a1 = tanh(z1);", "definition", "", "", 3),
            Row("z2 = W2*a1 + b2; a2 = tanh(z2);", "definition", "", "", 4),
            Row("y_hat = W3*a2 + b3;", "definition", "", "", 5),
            Row("E = 0.5*sum((y_hat - y).^2);", "definition", "", "", 6),
            Row("delta3 = y_hat - y;", "right", "", "dZ3 = A3-Y", 8),
            Row(
                "delta2 = (W3 * delta3) .* (1 - a2.^2);",
                "wrong",
                "W3 is not transposed",
                "dZ2 = W3@dZ3*(1-A2**2)",
                9,
            ),
            Row(
                "delta1 = (W2' * delta2) .* (1 - a1.^2);",
                "right",
                "",
                "dZ1 = W2.T@dZ2*(1-A1**2)",
                10,
            ),
            Row("dE/dW3 = delta3 * a2';", "right", "", "dW3 = dZ3@A2.T", 12),
            Row("dE/dW2 = delta2 * a1';", "right", "", "dW2 = dZ2@A1.T", 13),
            Row("dE/dW1 = delta1 * x';", "right", "", "dW1 = dZ1@X.T", 14),
        ],
    )
)

NOTES.append(
    Note(
        name="ce-two-layer-se",
        words="right; Stack Exchange answer: cross-entropy with softmax, Jacobian in full",
        enters="",
        derivation=r"""**A.** Write \begin{align} a &= W_1 x + b_1 \\ h &= \sigma(a) \\ z &= W_2 h + b_2 \\ \hat y &= {\rm softmax}(z) \end{align}
and $C(y,\hat y) = -\sum_i y_i \log \hat y_i$.

The Jacobian of the softmax is

$$\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} - \hat y_j)$$

so that, since $\sum_i y_i = 1$,

$$\frac{\partial C}{\partial z_j} = -\sum_i \frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j) = \hat y_j - y_j$$

The rest is the chain rule, with the transposes that make the shapes fit:

\begin{align}
\frac{\partial C}{\partial W_2} &= (\hat y - y)\, h^T \\
\frac{\partial C}{\partial b_2} &= \hat y - y \\
\frac{\partial C}{\partial h} &= W_2^T (\hat y - y) \\
\frac{\partial C}{\partial W_1} &= \left[ W_2^T (\hat y - y) \circ h \circ (1 - h) \right] x^T \\
\frac{\partial C}{\partial b_1} &= W_2^T (\hat y - y) \circ h \circ (1 - h)
\end{align}
""",
        layers=(3, 4, 3),
        hidden="sigmoid",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://stats.stackexchange.com/questions/201914/gradients-of-cross-entropy-error-in-neural-network",
        rows=[
            Row("a &= W_1 x + b_1", "definition", "", "", 1),
            Row("h &= \\sigma(a)", "definition", "", "", 1),
            Row("z &= W_2 h + b_2", "definition", "", "", 1),
            Row("\\hat y &= {\\rm softmax}(z)", "definition", "", "", 1),
            Row("C(y,\\hat y) = -\\sum_i y_i \\log \\hat y_i", "definition", "", "", 2),
            Row(
                "\\frac{\\partial \\hat y_i}{\\partial z_j} = \\hat y_i (\\delta_{ij} - \\hat y_j)",
                "chain",
                "",
                "",
                6,
            ),
            Row(
                "\\frac{\\partial C}{\\partial z_j} = -\\sum_i \\frac{y_i}{\\hat y_i} \\hat y_i (\\delta_{ij} - \\hat y_j) = \\hat y_j - y_j",
                "right",
                "",
                'dZ2 = A2-Y&&dZ2 = -ein("ix,ijx->jx", Y/A2, A2[:,None]*(np.eye(3)[:,:,None]-A2[None]))',
                10,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W_2} &= (\\hat y - y)\\, h^T",
                "right",
                "",
                "dW2 = (A2-Y)@A1.T",
                15,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b_2} &= \\hat y - y",
                "right",
                "",
                "db2 = A2-Y",
                16,
            ),
            Row(
                "\\frac{\\partial C}{\\partial h} &= W_2^T (\\hat y - y)",
                "right",
                "",
                "dA1 = W2.T@(A2-Y)",
                17,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W_1} &= \\left[ W_2^T (\\hat y - y) \\circ h \\circ (1 - h) \\right] x^T",
                "right",
                "",
                "dW1 = (W2.T@(A2-Y)*A1*(1-A1))@X.T",
                18,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b_1} &= W_2^T (\\hat y - y) \\circ h \\circ (1 - h)",
                "right",
                "",
                "db1 = W2.T@(A2-Y)*A1*(1-A1)",
                19,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="folded-bias-rows",
        words="right; the bias is a row of ones folded into the weights, rows are samples",
        enters="",
        derivation=r"""**Definitions**

- $\tilde{H}_0 = [X, 1]$, with a column of ones appended
- $\tilde{W}_l$: weights of layer $l$ whose last row is the bias; $W_l$ is $\tilde{W}_l$ without that row

**Forward**

$$Z_l = \tilde{H}_{l-1} \tilde{W}_l, \quad H_l = f_l(Z_l)$$

with $f_1 = \tanh$ and $f_2$ the identity; $\mathcal{L} = \frac{1}{2} \| H_2 - Y \|_F^2$.

**Backward**

$$\frac{\partial \mathcal{L}}{\partial Z_2} = H_2 - Y$$

$$\frac{\partial \mathcal{L}}{\partial \tilde{W}_2} = \tilde{H}_1^\top \frac{\partial \mathcal{L}}{\partial Z_2}$$

$$\frac{\partial \mathcal{L}}{\partial H_1} = \frac{\partial \mathcal{L}}{\partial Z_2} W_2^\top$$

$$\frac{\partial \mathcal{L}}{\partial Z_1} = \frac{\partial \mathcal{L}}{\partial H_1} \odot (1 - H_1 \odot H_1)$$

$$\frac{\partial \mathcal{L}}{\partial \tilde{W}_1} = \tilde{H}_0^\top \frac{\partial \mathcal{L}}{\partial Z_1}$$
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="identity",
        loss="half_squared_error",
        reduction="sum",
        layout="rows",
        examples="batch",
        after="https://github.com/AbhiJ2706/numpy_ann",
        rows=[
            Row("\\tilde{H}_0 = [X, 1]", "definition", "", "", 3),
            Row(
                "Z_l = \\tilde{H}_{l-1} \\tilde{W}_l, \\quad H_l = f_l(Z_l)",
                "definition",
                "",
                "",
                8,
            ),
            Row(
                "\\mathcal{L} = \\frac{1}{2} \\| H_2 - Y \\|_F^2",
                "definition",
                "",
                "",
                10,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial Z_2} = H_2 - Y",
                "right",
                "",
                "dZ2 = A2-Y",
                14,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\tilde{W}_2} = \\tilde{H}_1^\\top \\frac{\\partial \\mathcal{L}}{\\partial Z_2}",
                "right",
                "",
                "np.vstack([dW2,db2]) = np.hstack([A1,one]).T@dZ2",
                16,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial H_1} = \\frac{\\partial \\mathcal{L}}{\\partial Z_2} W_2^\\top",
                "right",
                "",
                "dA1 = dZ2@W2.T",
                18,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial Z_1} = \\frac{\\partial \\mathcal{L}}{\\partial H_1} \\odot (1 - H_1 \\odot H_1)",
                "right",
                "",
                "dZ1 = dA1*(1-A1*A1)",
                20,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\tilde{W}_1} = \\tilde{H}_0^\\top \\frac{\\partial \\mathcal{L}}{\\partial Z_1}",
                "right",
                "",
                "np.vstack([dW1,db1]) = np.hstack([X,one]).T@dZ1",
                22,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-dW-order",
        words="a and delta in the wrong order: a delta^T instead of delta a^T",
        enters="dW3",
        derivation=r"""For a network with weights $W^l$ (rows are the neurons of layer $l$): $z^l = W^l a^{l-1} + b^l$, $a^l = \sigma(z^l)$, and $C = \tfrac12 \|a^N - y\|^2$.

You need only two things, $\delta^l = \nabla_{z^l} C$ and $a^{l-1}$:

- $\delta^N = (a^N - y) \circ \sigma'(z^N)$
- $\delta^l = (W^{l+1})^T \delta^{l+1} \circ \sigma'(z^l)$
- $\nabla_{W^l} C = a^{l-1} (\delta^l)^T$
- $\nabla_{b^l} C = \delta^l$
""",
        layers=(3, 4, 3, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://ai.stackexchange.com/questions/40727/about-the-requirement-to-compute-the-gradient-at-layer-l",
        rows=[
            Row("z^l = W^l a^{l-1} + b^l", "definition", "", "", 1),
            Row("a^l = \\sigma(z^l)", "definition", "", "", 1),
            Row("C = \\tfrac12 \\|a^N - y\\|^2", "definition", "", "", 1),
            Row("\\delta^l = \\nabla_{z^l} C", "definition", "", "", 3),
            Row(
                "\\delta^N = (a^N - y) \\circ \\sigma'(z^N)",
                "right",
                "",
                "dZ3 = (A3-Y)*dg3",
                5,
            ),
            Row(
                "\\delta^l = (W^{l+1})^T \\delta^{l+1} \\circ \\sigma'(z^l)",
                "right",
                "",
                "dZ{l} = W{p}.T@dZ{p}*dg{l}",
                6,
            ),
            Row(
                "\\nabla_{W^l} C = a^{l-1} (\\delta^l)^T",
                "wrong",
                "this is the transpose of the gradient",
                "dW{l} = A{q}@dZ{l}.T",
                7,
            ),
            Row("\\nabla_{b^l} C = \\delta^l", "right", "", "db{l} = dZ{l}", 8),
        ],
    )
)

NOTES.append(
    Note(
        name="overline-notation",
        words="right; Grosse's bars for derivatives of the loss",
        enters="",
        derivation=r"""**CSC 311, tutorial notes.** We write $\overline{v}$ for $\partial \mathcal{L} / \partial v$.

Forward pass:
\begin{align*}
\mathbf{z} &= \mathbf{W}^{(1)} \mathbf{x} + \mathbf{b}^{(1)} \\
\mathbf{h} &= \mathrm{ReLU}(\mathbf{z}) \\
\mathbf{y} &= \mathbf{W}^{(2)} \mathbf{h} + \mathbf{b}^{(2)} \\
\mathcal{L} &= \frac{1}{2} \| \mathbf{t} - \mathbf{y} \|^2
\end{align*}
Backward pass:
\begin{align*}
\overline{\mathcal{L}} &= 1 \\
\overline{\mathbf{y}} &= \overline{\mathcal{L}} (\mathbf{y} - \mathbf{t}) \\
\overline{\mathbf{W}^{(2)}} &= \overline{\mathbf{y}} \mathbf{h}^\top \\
\overline{\mathbf{b}^{(2)}} &= \overline{\mathbf{y}} \\
\overline{\mathbf{h}} &= \mathbf{W}^{(2)\top} \overline{\mathbf{y}} \\
\overline{\mathbf{z}} &= \overline{\mathbf{h}} \circ \mathrm{ReLU}'(\mathbf{z}) \\
\overline{\mathbf{W}^{(1)}} &= \overline{\mathbf{z}} \mathbf{x}^\top \\
\overline{\mathbf{b}^{(1)}} &= \overline{\mathbf{z}}
\end{align*}
""",
        layers=(3, 4, 2),
        hidden="relu",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="from memory of R. Grosse, CSC 321 lecture notes (no page read)",
        rows=[
            Row(
                "\\mathbf{z} &= \\mathbf{W}^{(1)} \\mathbf{x} + \\mathbf{b}^{(1)}",
                "definition",
                "",
                "",
                5,
            ),
            Row("\\mathbf{h} &= \\mathrm{ReLU}(\\mathbf{z})", "definition", "", "", 6),
            Row(
                "\\mathbf{y} &= \\mathbf{W}^{(2)} \\mathbf{h} + \\mathbf{b}^{(2)}",
                "definition",
                "",
                "",
                7,
            ),
            Row(
                "\\mathcal{L} &= \\frac{1}{2} \\| \\mathbf{t} - \\mathbf{y} \\|^2",
                "definition",
                "",
                "",
                8,
            ),
            Row("\\overline{\\mathcal{L}} &= 1", "definition", "", "", 12),
            Row(
                "\\overline{\\mathbf{y}} &= \\overline{\\mathcal{L}} (\\mathbf{y} - \\mathbf{t})",
                "right",
                "",
                "dA2 = A2-Y",
                13,
            ),
            Row(
                "\\overline{\\mathbf{W}^{(2)}} &= \\overline{\\mathbf{y}} \\mathbf{h}^\\top",
                "right",
                "",
                "dW2 = dA2@A1.T",
                14,
            ),
            Row(
                "\\overline{\\mathbf{b}^{(2)}} &= \\overline{\\mathbf{y}}",
                "right",
                "",
                "db2 = dA2",
                15,
            ),
            Row(
                "\\overline{\\mathbf{h}} &= \\mathbf{W}^{(2)\\top} \\overline{\\mathbf{y}}",
                "right",
                "",
                "dA1 = W2.T@dA2",
                16,
            ),
            Row(
                "\\overline{\\mathbf{z}} &= \\overline{\\mathbf{h}} \\circ \\mathrm{ReLU}'(\\mathbf{z})",
                "right",
                "",
                "dZ1 = dA1*dg1",
                17,
            ),
            Row(
                "\\overline{\\mathbf{W}^{(1)}} &= \\overline{\\mathbf{z}} \\mathbf{x}^\\top",
                "right",
                "",
                "dW1 = dZ1@X.T",
                18,
            ),
            Row(
                "\\overline{\\mathbf{b}^{(1)}} &= \\overline{\\mathbf{z}}",
                "right",
                "",
                "db1 = dZ1",
                19,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-expanded",
        words="written out to the forward quantities; the inner ReLU' is missing in W1 only",
        enters="dW1",
        derivation=r"""Let $r_l = 1[z_l > 0]$ and $p = \text{softmax}(z_3)$, $\ell = -\sum_c y_c \log p_c$, $z_l = W_l a_{l-1} + b_l$.

- $\partial \ell / \partial z_3 = p - y$
- $\partial \ell / \partial W_3 = (p - y)\, a_2^\top$
- $\partial \ell / \partial W_2 = \big( W_3^\top (p - y) \odot r_2 \big)\, a_1^\top$
- $\partial \ell / \partial W_1 = \big( W_2^\top W_3^\top (p - y) \odot r_1 \big)\, x^\top$
- $\partial \ell / \partial b_3 = p - y$
""",
        layers=(3, 4, 3, 2),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://github.com/gauravreddy08/everything-from-scratch notes/MLP.md",
        rows=[
            Row("p = \\text{softmax}(z_3)", "definition", "", "", 1),
            Row("\\ell = -\\sum_c y_c \\log p_c", "definition", "", "", 1),
            Row("z_l = W_l a_{l-1} + b_l", "definition", "", "", 1),
            Row(
                "\\partial \\ell / \\partial z_3 = p - y", "right", "", "dZ3 = A3-Y", 3
            ),
            Row(
                "\\partial \\ell / \\partial W_3 = (p - y)\\, a_2^\\top",
                "right",
                "",
                "dW3 = (A3-Y)@A2.T",
                4,
            ),
            Row(
                "\\partial \\ell / \\partial W_2 = \\big( W_3^\\top (p - y) \\odot r_2 \\big)\\, a_1^\\top",
                "right",
                "",
                "dW2 = (W3.T@(A3-Y)*dg2)@A1.T",
                5,
            ),
            Row(
                "\\partial \\ell / \\partial W_1 = \\big( W_2^\\top W_3^\\top (p - y) \\odot r_1 \\big)\\, x^\\top",
                "wrong",
                "the derivative of layer 2's ReLU is missing",
                "dW1 = (W2.T@W3.T@(A3-Y)*dg1)@X.T",
                6,
            ),
            Row(
                "\\partial \\ell / \\partial b_3 = p - y", "right", "", "db3 = A3-Y", 7
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="grad-ascii",
        words="right; plain ASCII, dL/dW, names grad_out and grad_h, rows",
        enters="",
        derivation=r"""notes to self, one hidden layer, N samples in rows, L = mean over samples of 1/2 ||yhat - y||^2

forward:

    h = sigmoid(x W1 + b1)
    yhat = h W2 + b2

backward:

    dL/dyhat = (yhat - y) / N
    dL/dW2 = h^T dL/dyhat
    dL/db2 = sum(dL/dyhat)
    dL/dh = dL/dyhat W2^T
    dL/dz1 = dL/dh * h * (1 - h)
    dL/dW1 = x^T dL/dz1
    dL/db1 = sum(dL/dz1)

step: W1 -= lr * dL/dW1
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="identity",
        loss="half_squared_error",
        reduction="mean",
        layout="rows",
        examples="batch",
        after='unnamed, wiki page "# Backpropagation [very unorganised quick note]"',
        rows=[
            Row("h = sigmoid(x W1 + b1)", "definition", "", "", 5),
            Row("yhat = h W2 + b2", "definition", "", "", 6),
            Row("dL/dyhat = (yhat - y) / N", "right", "", "dA2 = (A2-Y)/m", 10),
            Row("dL/dW2 = h^T dL/dyhat", "right", "", "dW2 = A1.T@dA2", 11),
            Row("dL/db2 = sum(dL/dyhat)", "right", "", "db2 = total(dA2)", 12),
            Row("dL/dh = dL/dyhat W2^T", "right", "", "dA1 = dA2@W2.T", 13),
            Row("dL/dz1 = dL/dh * h * (1 - h)", "right", "", "dZ1 = dA1*A1*(1-A1)", 14),
            Row("dL/dW1 = x^T dL/dz1", "right", "", "dW1 = X.T@dZ1", 15),
            Row("dL/db1 = sum(dL/dz1)", "right", "", "db1 = total(dZ1)", 16),
            Row("W1 -= lr * dL/dW1", "definition", "", "", 18),
        ],
    )
)

NOTES.append(
    Note(
        name="mazur-w5",
        words="right; single weights by number, net and out of units by name",
        enters="",
        derivation=r"""## The backwards pass

Two inputs, two hidden, two outputs, logistic everywhere.

$$ net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_{o1} $$
$$ out_{o1} = \frac{1}{1+e^{-net_{o1}}} $$
$$ E_{total} = \sum \frac{1}{2}(target - output)^{2} $$

Consider $w_5$:

$$ \frac{\partial E_{total}}{\partial w_{5}} = \frac{\partial E_{total}}{\partial out_{o1}} * \frac{\partial out_{o1}}{\partial net_{o1}} * \frac{\partial net_{o1}}{\partial w_{5}} $$

$$ \frac{\partial E_{total}}{\partial out_{o1}} = -(target_{o1} - out_{o1}) $$
$$ \frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1}) $$
$$ \frac{\partial net_{o1}}{\partial w_{5}} = out_{h1} $$

Putting it all together:

$$ \frac{\partial E_{total}}{\partial w_{5}} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1}) * out_{h1} $$

This is the delta rule, $\delta_{o1} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1})$, hence $\frac{\partial E_{total}}{\partial w_{5}} = \delta_{o1} out_{h1}$.

For the hidden layer both outputs count:

$$ \frac{\partial E_{total}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial out_{h1}} + \frac{\partial E_{o2}}{\partial out_{h1}} $$

$$ \frac{\partial E_{total}}{\partial w_{1}} = (\sum_{o} \delta_{o} * w_{ho}) * out_{h1}(1 - out_{h1}) * i_{1} $$

$$ w_5^{+} = w_5 - \eta * \frac{\partial E_{total}}{\partial w_{5}} $$
""",
        layers=(2, 2, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='unnamed, "# A Step by Step Backpropagation Example"',
        rows=[
            Row(
                "net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_{o1}",
                "definition",
                "",
                "",
                5,
            ),
            Row("out_{o1} = \\frac{1}{1+e^{-net_{o1}}}", "definition", "", "", 6),
            Row(
                "E_{total} = \\sum \\frac{1}{2}(target - output)^{2}",
                "definition",
                "",
                "",
                7,
            ),
            Row(
                "\\frac{\\partial E_{total}}{\\partial w_{5}} = \\frac{\\partial E_{total}}{\\partial out_{o1}} * \\frac{\\partial out_{o1}}{\\partial net_{o1}} * \\frac{\\partial net_{o1}}{\\partial w_{5}}",
                "chain",
                "",
                "",
                11,
            ),
            Row(
                "\\frac{\\partial E_{total}}{\\partial out_{o1}} = -(target_{o1} - out_{o1})",
                "right",
                "",
                "dA2[0,0] = -(Y-A2)[0,0]",
                13,
            ),
            Row(
                "\\frac{\\partial out_{o1}}{\\partial net_{o1}} = out_{o1}(1 - out_{o1})",
                "chain",
                "",
                "",
                14,
            ),
            Row(
                "\\frac{\\partial net_{o1}}{\\partial w_{5}} = out_{h1}",
                "chain",
                "",
                "",
                15,
            ),
            Row(
                "\\frac{\\partial E_{total}}{\\partial w_{5}} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1}) * out_{h1}",
                "right",
                "",
                "dW2[0,0] = (-(Y-A2)*A2*(1-A2))[0,0]*A1[0,0]",
                19,
            ),
            Row(
                "\\delta_{o1} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1})",
                "right",
                "",
                "dZ2[0,0] = (-(Y-A2)*A2*(1-A2))[0,0]",
                21,
            ),
            Row(
                "\\frac{\\partial E_{total}}{\\partial w_{5}} = \\delta_{o1} out_{h1}",
                "right",
                "",
                "dW2[0,0] = dZ2[0,0]*A1[0,0]",
                21,
            ),
            Row(
                "\\frac{\\partial E_{total}}{\\partial out_{h1}} = \\frac{\\partial E_{o1}}{\\partial out_{h1}} + \\frac{\\partial E_{o2}}{\\partial out_{h1}}",
                "chain",
                "",
                "",
                25,
            ),
            Row(
                "\\frac{\\partial E_{total}}{\\partial w_{1}} = (\\sum_{o} \\delta_{o} * w_{ho}) * out_{h1}(1 - out_{h1}) * i_{1}",
                "right",
                "",
                "dW1[0,0] = (dZ2[:,0]*W2[:,0]).sum()*(A1*(1-A1))[0,0]*X[0,0]",
                27,
            ),
            Row(
                "w_5^{+} = w_5 - \\eta * \\frac{\\partial E_{total}}{\\partial w_{5}}",
                "definition",
                "",
                "",
                29,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-m-twice",
        words="1/m twice",
        enters="dW2",
        derivation=r"""## 🔁 Backward Propagation (rows are the $m$ samples, mean cross-entropy)

### 🔹 Output Layer
\[
dZ^{[2]} = \frac{1}{m} (A^{[2]} - Y)
\]
\[
dW^{[2]} = \frac{1}{m} (A^{[1]})^T \cdot dZ^{[2]}
\]
\[
db^{[2]} = \sum_{i} dZ^{[2]}_i
\]

### 🔹 Hidden Layer
\[
dZ^{[1]} = dZ^{[2]} \cdot (W^{[2]})^T \odot \text{ReLU}'(Z^{[1]})
\]
\[
dW^{[1]} = X^T \cdot dZ^{[1]}
\]
\[
db^{[1]} = \sum_{i} dZ^{[1]}_i
\]
""",
        layers=(3, 4, 3),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="rows",
        examples="batch",
        after="https://github.com/Mithun103/Digit-Recogniser-UsingNumpy",
        rows=[
            Row(
                "dZ^{[2]} = \\frac{1}{m} (A^{[2]} - Y)",
                "right",
                "",
                "dZ2 = (A2-Y)/m",
                5,
            ),
            Row(
                "dW^{[2]} = \\frac{1}{m} (A^{[1]})^T \\cdot dZ^{[2]}",
                "wrong",
                "divided by m twice",
                "dW2 = A1.T@dZ2/m",
                8,
            ),
            Row("db^{[2]} = \\sum_{i} dZ^{[2]}_i", "right", "", "db2 = total(dZ2)", 11),
            Row(
                "dZ^{[1]} = dZ^{[2]} \\cdot (W^{[2]})^T \\odot \\text{ReLU}'(Z^{[1]})",
                "right",
                "",
                "dZ1 = dZ2@W2.T*dg1",
                16,
            ),
            Row("dW^{[1]} = X^T \\cdot dZ^{[1]}", "right", "", "dW1 = X.T@dZ1", 19),
            Row("db^{[1]} = \\sum_{i} dZ^{[1]}_i", "right", "", "db1 = total(dZ1)", 22),
        ],
    )
)

NOTES.append(
    Note(
        name="numpy-fence",
        words="right; every formula in a fenced block of NumPy, batch in rows",
        enters="",
        derivation=r"""# Backprop by hand (rows = samples)

Forward and loss:

```python
Z1 = X @ W1 + b1
A1 = np.maximum(0, Z1)
Z2 = A1 @ W2 + b2
A2 = softmax(Z2)
```

Loss = mean cross-entropy. Backward:

```python
dZ2 = (A2 - Y) / m
dW2 = A1.T @ dZ2
db2 = np.sum(dZ2, axis=0, keepdims=True)
dA1 = dZ2 @ W2.T
dZ1 = dA1 * (Z1 > 0)
dW1 = X.T @ dZ1
db1 = np.sum(dZ1, axis=0, keepdims=True)
```
""",
        layers=(3, 6, 4),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="rows",
        examples="batch",
        after='unnamed, note "# Backpropagation / two distinct path"',
        rows=[
            Row("Z1 = X @ W1 + b1", "definition", "", "", 6),
            Row("A1 = np.maximum(0, Z1)", "definition", "", "", 7),
            Row("Z2 = A1 @ W2 + b2", "definition", "", "", 8),
            Row("A2 = softmax(Z2)", "definition", "", "", 9),
            Row("dZ2 = (A2 - Y) / m", "right", "", "dZ2 = (A2-Y)/m", 15),
            Row("dW2 = A1.T @ dZ2", "right", "", "dW2 = A1.T@dZ2", 16),
            Row(
                "db2 = np.sum(dZ2, axis=0, keepdims=True)",
                "right",
                "",
                "db2 = dZ2.sum(axis=0, keepdims=True)",
                17,
            ),
            Row("dA1 = dZ2 @ W2.T", "right", "", "dA1 = dZ2@W2.T", 18),
            Row("dZ1 = dA1 * (Z1 > 0)", "right", "", "dZ1 = dA1*(Z1>0)", 19),
            Row("dW1 = X.T @ dZ1", "right", "", "dW1 = X.T@dZ1", 20),
            Row(
                "db1 = np.sum(dZ1, axis=0, keepdims=True)",
                "right",
                "",
                "db1 = dZ1.sum(axis=0, keepdims=True)",
                21,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-bce-sign",
        words="a sign in the derivative of the cross-entropy",
        enters="dA2",
        derivation=r"""# Backpropagation intuition

The definition for loss was: l(a,y) = -y log(a) - (1-y) log(1-a).

Two layers: z1 = W1 x + b1, a1 = tanh(z1), z2 = W2 a1 + b2, a2 = sigmoid(z2). Going the other way:

da2 = -y/a2 - (1-y)/(1-a2)

dz2 = da2 * a2 * (1 - a2)

dW2 = dz2 a1^T

db2 = dz2

dz1 = W2^T dz2 * (1 - a1^2)

dW1 = dz1 x^T

db1 = dz1
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="sigmoid",
        loss="binary_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after='unnamed, "# Backpropagation intuition" (l(a, y) -> da -> dz)',
        rows=[
            Row("l(a,y) = -y log(a) - (1-y) log(1-a)", "definition", "", "", 3),
            Row(
                "da2 = -y/a2 - (1-y)/(1-a2)",
                "wrong",
                "the sign of the second term",
                "dA2 = -Y/A2-(1-Y)/(1-A2)",
                7,
            ),
            Row("dz2 = da2 * a2 * (1 - a2)", "right", "", "dZ2 = dA2*A2*(1-A2)", 9),
            Row("dW2 = dz2 a1^T", "right", "", "dW2 = dZ2@A1.T", 11),
            Row("db2 = dz2", "right", "", "db2 = dZ2", 13),
            Row(
                "dz1 = W2^T dz2 * (1 - a1^2)",
                "right",
                "",
                "dZ1 = W2.T@dZ2*(1-A1**2)",
                15,
            ),
            Row("dW1 = dz1 x^T", "right", "", "dW1 = dZ1@X.T", 17),
            Row("db1 = dz1", "right", "", "db1 = dZ1", 19),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-html-sub",
        words="HTML tags for sub- and superscripts; the sum over k takes the hidden derivative of the output unit",
        enters="dZ1",
        derivation=r"""## 5.2 The derivative calculation

Node <i>j</i> has <i>a<sub>j</sub> = Σ<sub>i</sub> w<sub>ji</sub> y<sub>i</sub> + θ<sub>j</sub></i> and <i>y<sub>j</sub> = f(a<sub>j</sub>)</i>, the error is <i>E = ½ Σ<sub>k</sub> (d<sub>k</sub> − y<sub>k</sub>)<sup>2</sup></i>, and <i>δ<sub>j</sub> = ∂E/∂a<sub>j</sub></i>.

For output nodes:

<i>δ<sub>k</sub> = −(d<sub>k</sub> − y<sub>k</sub>) f′(a<sub>k</sub>)</i>

For hidden nodes:

<i>δ<sub>j</sub> = Σ<sub>k</sub> δ<sub>k</sub> w<sub>kj</sub> f′(a<sub>k</sub>)</i>

And for any weight:

<i>∂E/∂w<sub>ji</sub> = δ<sub>j</sub> y<sub>i</sub></i>
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='unnamed, "## 5.2 Back-Propagation: The Derivative Calculation"',
        rows=[
            Row(
                "a<sub>j</sub> = Σ<sub>i</sub> w<sub>ji</sub> y<sub>i</sub> + θ<sub>j</sub>",
                "definition",
                "",
                "",
                3,
            ),
            Row("y<sub>j</sub> = f(a<sub>j</sub>)", "definition", "", "", 3),
            Row(
                "E = ½ Σ<sub>k</sub> (d<sub>k</sub> − y<sub>k</sub>)<sup>2</sup>",
                "definition",
                "",
                "",
                3,
            ),
            Row("δ<sub>j</sub> = ∂E/∂a<sub>j</sub>", "definition", "", "", 3),
            Row(
                "δ<sub>k</sub> = −(d<sub>k</sub> − y<sub>k</sub>) f′(a<sub>k</sub>)",
                "right",
                "",
                "dZ2 = -(Y-A2)*dg2",
                7,
            ),
            Row(
                "δ<sub>j</sub> = Σ<sub>k</sub> δ<sub>k</sub> w<sub>kj</sub> f′(a<sub>k</sub>)",
                "wrong",
                "f' of the output unit's input instead of the hidden unit's",
                'dZ1 = ein("kx,kj,kx->jx", dZ2, W2, dg2)',
                11,
            ),
            Row(
                "∂E/∂w<sub>ji</sub> = δ<sub>j</sub> y<sub>i</sub>",
                "right",
                "",
                'dW1 = ein("jx,ix->ji", dZ1, X)&&dW2 = ein("jx,ix->ji", dZ2, A1)',
                15,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="gitlab-math",
        words="right; GitLab's math fences, ELU, Huber's loss",
        enters="",
        derivation=r"""Robust regression, one sample.

```math
z_1 = W_1 x + b_1, \quad h = \mathrm{ELU}(z_1), \quad \hat y = W_2 h + b_2
```

```math
\mathrm{ELU}'(z) = \begin{cases} 1 & z > 0 \\ e^{z} & z \le 0 \end{cases}
```

Huber's loss with threshold 1 has the derivative

```math
\frac{\partial L}{\partial \hat y} = \max(-1, \min(1, \hat y - y))
```

and so

```math
\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial \hat y} h^T
```

```math
\frac{\partial L}{\partial z_1} = \left( W_2^T \frac{\partial L}{\partial \hat y} \right) \odot \mathrm{ELU}'(z_1)
```

```math
\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1} x^T, \qquad \frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial z_1}
```
""",
        layers=(3, 5, 2),
        hidden="elu",
        output="identity",
        loss="huber_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after="unnamed, notes with ```math fences (反向传播的输出误差)",
        rows=[
            Row(
                "z_1 = W_1 x + b_1, \\quad h = \\mathrm{ELU}(z_1), \\quad \\hat y = W_2 h + b_2",
                "definition",
                "",
                "",
                4,
            ),
            Row(
                "\\mathrm{ELU}'(z) = \\begin{cases} 1 & z > 0 \\\\ e^{z} & z \\le 0 \\end{cases}",
                "definition",
                "",
                "",
                8,
            ),
            Row(
                "\\frac{\\partial L}{\\partial \\hat y} = \\max(-1, \\min(1, \\hat y - y))",
                "right",
                "",
                "dA2 = np.clip(A2-Y, -1, 1)",
                14,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_2} = \\frac{\\partial L}{\\partial \\hat y} h^T",
                "right",
                "",
                "dW2 = dA2@A1.T",
                20,
            ),
            Row(
                "\\frac{\\partial L}{\\partial z_1} = \\left( W_2^T \\frac{\\partial L}{\\partial \\hat y} \\right) \\odot \\mathrm{ELU}'(z_1)",
                "right",
                "",
                "dZ1 = W2.T@dA2*dg1",
                24,
            ),
            Row(
                "\\frac{\\partial L}{\\partial W_1} = \\frac{\\partial L}{\\partial z_1} x^T, \\qquad \\frac{\\partial L}{\\partial b_1} = \\frac{\\partial L}{\\partial z_1}",
                "right",
                "",
                "dW1 = dZ1@X.T&&db1 = dZ1",
                28,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="net-out-delta",
        words="right; Mazur's and Wikipedia's net and o, error t - o, delta carries the minus sign through the update",
        enters="",
        derivation=r"""## Appendix B. Derivation of backpropagation

A unit $j$ computes
\begin{equation}
net_j = \sum_{i} w_{ij} o_i + b_j, \quad o_j = \varphi(net_j)
\end{equation}
with the logistic $\varphi$, so that $\varphi'(net_j) = o_j (1 - o_j)$. The error of a pattern is

\begin{equation}
E = \frac{1}{2} \sum_{j \in \text{out}} (t_j - o_j)^2
\end{equation}

The gradient with respect to a weight is

\begin{equation}
\frac{\partial E}{\partial w_{ij}} = \underbrace{\frac{\partial E}{\partial o_j} \cdot \frac{\partial o_j}{\partial net_j}}_{\delta_j} \cdot \frac{\partial net_j}{\partial w_{ij}} = \delta_j o_i
\end{equation}

For a unit of the output layer

\begin{equation}
\delta_j = (o_j - t_j)\, o_j (1 - o_j)
\end{equation}

and for an inner unit, with $k$ over the units that receive from $j$,

\begin{equation}
\delta_j = \left( \sum_{k} w_{jk} \delta_k \right) o_j (1 - o_j)
\end{equation}

Therefore $\Delta w_{ij} = -\eta\, \delta_j o_i$.
""",
        layers=(3, 4, 2),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        reduction="mean",
        layout="columns",
        examples="one",
        after='unnamed, LaTeX appendix "\\chapter{Backpropagation derivation}" (net_j, o_j)',
        rows=[
            Row(
                "net_j = \\sum_{i} w_{ij} o_i + b_j, \\quad o_j = \\varphi(net_j)",
                "definition",
                "",
                "",
                5,
            ),
            Row("\\varphi'(net_j) = o_j (1 - o_j)", "definition", "", "", 7),
            Row(
                "E = \\frac{1}{2} \\sum_{j \\in \\text{out}} (t_j - o_j)^2",
                "definition",
                "",
                "",
                10,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{ij}} = \\underbrace{\\frac{\\partial E}{\\partial o_j} \\cdot \\frac{\\partial o_j}{\\partial net_j}}_{\\delta_j} \\cdot \\frac{\\partial net_j}{\\partial w_{ij}} = \\delta_j o_i",
                "right",
                "",
                'dW2 = ein("jx,ix->ji", dZ2, A1)&&dW1 = ein("jx,ix->ji", dZ1, X)',
                16,
            ),
            Row(
                "\\delta_j = (o_j - t_j)\\, o_j (1 - o_j)",
                "right",
                "",
                "dZ2 = (A2-Y)*A2*(1-A2)",
                22,
            ),
            Row(
                "\\delta_j = \\left( \\sum_{k} w_{jk} \\delta_k \\right) o_j (1 - o_j)",
                "right",
                "",
                'dZ1 = ein("kj,kx->jx", W2, dZ2)*A1*(1-A1)',
                28,
            ),
            Row("\\Delta w_{ij} = -\\eta\\, \\delta_j o_i", "definition", "", "", 31),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-sign",
        words="y - yhat with a descending update: the sign of dz2 is wrong",
        enters="dZ2",
        derivation=r"""$h = \sigma(W^{(1)}x + b^{(1)})$ and $\hat y = \mathrm{softmax}(W^{(2)} h + b^{(2)})$, trained with

$$C(y,\hat y) = -\sum_i y_i \log \hat y_i$$

Writing $z = W^{(2)} h + b^{(2)}$ and $a = W^{(1)} x + b^{(1)}$, one finds

$$\frac{\partial C}{\partial z} = y - \hat y$$

$$\frac{\partial C}{\partial W^{(2)}} = \frac{\partial C}{\partial z} h^\top$$

$$\frac{\partial C}{\partial h} = {W^{(2)}}^\top \frac{\partial C}{\partial z}$$

$$\frac{\partial C}{\partial a} = \frac{\partial C}{\partial h} \circ h \circ (1 - h)$$

$$\frac{\partial C}{\partial W^{(1)}} = \frac{\partial C}{\partial a} x^\top$$

and one step of gradient descent is $W^{(2)} \leftarrow W^{(2)} - \eta \frac{\partial C}{\partial W^{(2)}}$.
""",
        layers=(3, 4, 3),
        hidden="sigmoid",
        output="identity",
        loss="softmax_cross_entropy",
        reduction="mean",
        layout="columns",
        examples="one",
        after="https://stats.stackexchange.com/questions/201914/gradients-of-cross-entropy-error-in-neural-network",
        rows=[
            Row("h = \\sigma(W^{(1)}x + b^{(1)})", "definition", "", "", 1),
            Row(
                "\\hat y = \\mathrm{softmax}(W^{(2)} h + b^{(2)})",
                "definition",
                "",
                "",
                1,
            ),
            Row("C(y,\\hat y) = -\\sum_i y_i \\log \\hat y_i", "definition", "", "", 3),
            Row("z = W^{(2)} h + b^{(2)}", "definition", "", "", 5),
            Row("a = W^{(1)} x + b^{(1)}", "definition", "", "", 5),
            Row(
                "\\frac{\\partial C}{\\partial z} = y - \\hat y",
                "wrong",
                "the sign: it is yhat - y",
                "dZ2 = Y-A2",
                7,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^{(2)}} = \\frac{\\partial C}{\\partial z} h^\\top",
                "right",
                "",
                "dW2 = dZ2@A1.T",
                9,
            ),
            Row(
                "\\frac{\\partial C}{\\partial h} = {W^{(2)}}^\\top \\frac{\\partial C}{\\partial z}",
                "right",
                "",
                "dA1 = W2.T@dZ2",
                11,
            ),
            Row(
                "\\frac{\\partial C}{\\partial a} = \\frac{\\partial C}{\\partial h} \\circ h \\circ (1 - h)",
                "right",
                "",
                "dZ1 = dA1*A1*(1-A1)",
                13,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^{(1)}} = \\frac{\\partial C}{\\partial a} x^\\top",
                "right",
                "",
                "dW1 = dZ1@X.T",
                15,
            ),
            Row(
                "W^{(2)} \\leftarrow W^{(2)} - \\eta \\frac{\\partial C}{\\partial W^{(2)}}",
                "definition",
                "",
                "",
                17,
            ),
        ],
    )
)

NOTES.append(
    Note(
        name="planted-rows-no-transpose",
        words="rows: dY W2 without the transpose",
        enters="dA1",
        derivation=r"""### Gradients

$N$ rows, loss $L = \sum_{n} \| \hat y_n - y_n \|^2 / N$, $H = \tanh(X W_1 + b_1)$, $\hat Y = H W_2 + b_2$

1. `grad_y_pred`: $\nabla_{\hat Y} = \frac{2}{N} (\hat Y - Y)$
2. `grad_w2`: $\nabla_{W_2} = H^T \nabla_{\hat Y}$
3. `grad_h`: $\nabla_{H} = \nabla_{\hat Y} W_2$
4. `grad_z`: $\nabla_{Z} = \nabla_{H} \circ (1 - H^2)$, with $Z = X W_1 + b_1$
5. `grad_w1`: $\nabla_{W_1} = X^T \nabla_{Z}$
""",
        layers=(3, 6, 2),
        hidden="tanh",
        output="identity",
        loss="squared_error",
        reduction="mean",
        layout="rows",
        examples="batch",
        after='unnamed, "A fully-connected ReLU network with one hidden layer and no biases"',
        rows=[
            Row("L = \\sum_{n} \\| \\hat y_n - y_n \\|^2 / N", "definition", "", "", 3),
            Row("H = \\tanh(X W_1 + b_1)", "definition", "", "", 3),
            Row("\\hat Y = H W_2 + b_2", "definition", "", "", 3),
            Row(
                "\\nabla_{\\hat Y} = \\frac{2}{N} (\\hat Y - Y)",
                "right",
                "",
                "dA2 = 2/m*(A2-Y)",
                5,
            ),
            Row(
                "\\nabla_{W_2} = H^T \\nabla_{\\hat Y}",
                "right",
                "",
                "dW2 = A1.T@dA2",
                6,
            ),
            Row(
                "\\nabla_{H} = \\nabla_{\\hat Y} W_2",
                "wrong",
                "W2 is not transposed",
                "dA1 = dA2@W2",
                7,
            ),
            Row(
                "\\nabla_{Z} = \\nabla_{H} \\circ (1 - H^2)",
                "right",
                "",
                "dZ1 = dA1*(1-A1**2)",
                8,
            ),
            Row("Z = X W_1 + b_1", "definition", "", "", 8),
            Row("\\nabla_{W_1} = X^T \\nabla_{Z}", "right", "", "dW1 = X.T@dZ1", 9),
        ],
    )
)
