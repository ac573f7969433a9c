"""Eighteen notes, each after another public page, and a judgement of each formula row.

Written without a look at the reader or the grader. When they were first graded, 129 of
the 204 rows that count were read (63 %), 2 of 10 right notes were called wrong, and 3 of
8 planted mistakes were named; 1 was called right.
"""

# ruff: noqa: E501  (formulas are as long, and as they are)

from tests.nn.grading.unseen.judged_note import Note, Row

NOTES: list[Note] = [
    Note(
        name="net_k_se",
        words="right; Stack Exchange answer, net/t/a, w_{jk} from j to k",
        enters="",
        derivation=r"""The notation in your link is confusing, so let me fix the indices: $i$ runs over the inputs, $j$ over hidden units, $k$ over output units, and $w_{jk}$ is the weight *from* $j$ *to* $k$. One training pattern, logistic units everywhere.

$$net_k = \sum_j w_{jk}\, a_j + \theta_k, \qquad a_k = \frac{1}{1+e^{-net_k}}$$

The error is $E = \frac{1}{2}\sum_k (t_k - a_k)^2$ (inline so that you see there's nothing to it).

**Output weights.** Three factors:

$$\frac{\partial E}{\partial w_{jk}} = \frac{\partial E}{\partial a_k}\,\frac{\partial a_k}{\partial net_k}\,\frac{\partial net_k}{\partial w_{jk}}$$

and they are, one after another,

$$\frac{\partial E}{\partial a_k} = -(t_k - a_k)$$

$$\frac{\partial a_k}{\partial net_k} = a_k(1-a_k)$$

$$\frac{\partial net_k}{\partial w_{jk}} = a_j$$

Multiplying out,

$$\frac{\partial E}{\partial w_{jk}} = -(t_k - a_k)\,a_k(1-a_k)\,a_j$$

Abbreviate $\delta_k = (t_k - a_k)\,a_k(1-a_k)$ so that the step is $\Delta w_{jk} = \eta\,\delta_k\,a_j$.

**Hidden weights.** Unit $j$ talks to *every* output, hence the sum that bothered you:

$$\frac{\partial E}{\partial a_j} = -\sum_k \delta_k\, w_{jk}$$

$$\frac{\partial E}{\partial w_{ij}} = -\Big(\sum_k \delta_k w_{jk}\Big)\, a_j(1-a_j)\, a_i$$

The thresholds are weights from a unit that is always on, so $\frac{\partial E}{\partial \theta_k} = -\delta_k$.
""",
        layers=(3, 4, 2),
        examples="one",
        after="math.stackexchange.com/questions/2411652",
        rows=[
            Row(
                "net_k = \\sum_j w_{jk}\\, a_j + \\theta_k",
                "definition",
                mistake="",
                check="",
                line=3,
            ),
            Row(
                "a_k = \\frac{1}{1+e^{-net_k}}",
                "definition",
                mistake="",
                check="",
                line=3,
            ),
            Row(
                "E = \\frac{1}{2}\\sum_k (t_k - a_k)^2",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{jk}} = \\frac{\\partial E}{\\partial a_k}\\,\\frac{\\partial a_k}{\\partial net_k}\\,\\frac{\\partial net_k}{\\partial w_{jk}}",
                "chain",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "\\frac{\\partial E}{\\partial a_k} = -(t_k - a_k)",
                "right",
                mistake="",
                check="dA2=-(T-A2)",
                line=13,
            ),
            Row(
                "\\frac{\\partial a_k}{\\partial net_k} = a_k(1-a_k)",
                "definition",
                mistake="",
                check="",
                line=15,
            ),
            Row(
                "\\frac{\\partial net_k}{\\partial w_{jk}} = a_j",
                "right",
                mistake="",
                check="",
                line=17,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{jk}} = -(t_k - a_k)\\,a_k(1-a_k)\\,a_j",
                "right",
                mistake="",
                check="dW2=(-(T-A2)*A2*(1-A2))@A1.T",
                line=21,
            ),
            Row(
                "\\delta_k = (t_k - a_k)\\,a_k(1-a_k)",
                "definition",
                mistake="",
                check="",
                line=23,
            ),
            Row(
                "\\Delta w_{jk} = \\eta\\,\\delta_k\\,a_j",
                "definition",
                mistake="",
                check="",
                line=23,
            ),
            Row(
                "\\frac{\\partial E}{\\partial a_j} = -\\sum_k \\delta_k\\, w_{jk}",
                "right",
                mistake="",
                check="dA1=-W2.T@((T-A2)*A2*(1-A2))",
                line=27,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{ij}} = -\\Big(\\sum_k \\delta_k w_{jk}\\Big)\\, a_j(1-a_j)\\, a_i",
                "right",
                mistake="",
                check="dW1=-((W2.T@((T-A2)*A2*(1-A2)))*A1*(1-A1))@A0.T",
                line=29,
            ),
            Row(
                "\\frac{\\partial E}{\\partial \\theta_k} = -\\delta_k",
                "right",
                mistake="",
                check="db2=-((T-A2)*A2*(1-A2))",
                line=31,
            ),
        ],
    ),
    Note(
        name="delta_rule_patterns",
        words="hidden delta takes the slope of the output unit, F'(s_o), in place of its own",
        enters="dZ1",
        derivation=r"""# The generalised delta rule

Each unit computes, for pattern \(p\), a weighted sum and squashes it with a logistic function:

\[s_k^p = \sum_j w_{jk}\, y_j^p + \theta_k\]

\[y_k^p = F(s_k^p)\]

The error of a pattern, and of the whole set:

\[E^p = \frac{1}{2}\sum_{o=1}^{N_o} (d_o^p - y_o^p)^2\]

\[E = \sum_p E^p\]

We move weights against the slope, \(\Delta_p w_{jk} = -\gamma\,\frac{\partial E^p}{\partial w_{jk}}\). Call

\[\delta_k^p = -\frac{\partial E^p}{\partial s_k^p}\]

and because \(s_k^p\) is linear in the weights,

\[\frac{\partial E^p}{\partial w_{jk}} = -\delta_k^p\, y_j^p\]

For an output unit \(o\) nothing stands between it and the error, so

\[\delta_o^p = (d_o^p - y_o^p)\,F'(s_o^p)\]

A hidden unit \(h\) is not told what it should have produced. Its influence flows through all outputs:

\[\frac{\partial E^p}{\partial y_h^p} = \sum_{o=1}^{N_o} \frac{\partial E^p}{\partial s_o^p}\,\frac{\partial s_o^p}{\partial y_h^p}\]

\[\frac{\partial E^p}{\partial y_h^p} = -\sum_{o=1}^{N_o} \delta_o^p\, w_{ho}\]

and therefore

\[\delta_h^p = \sum_{o=1}^{N_o} F'(s_o^p)\,\delta_o^p\, w_{ho}\]

The weights from the inputs then follow the same law as all others:

\[\Delta_p w_{ih} = \gamma\,\delta_h^p\, x_i^p\]

that is, over the whole set,

\[\frac{\partial E}{\partial w_{ih}} = -\sum_p \delta_h^p\, x_i^p\]
""",
        layers=(3, 4, 2),
        reduction="sum",
        after="flyingsquadron.com/forums/topic/23176 (delta rule text)",
        rows=[
            Row(
                "s_k^p = \\sum_j w_{jk}\\, y_j^p + \\theta_k",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row("y_k^p = F(s_k^p)", "definition", mistake="", check="", line=7),
            Row(
                "E^p = \\frac{1}{2}\\sum_{o=1}^{N_o} (d_o^p - y_o^p)^2",
                "definition",
                mistake="",
                check="",
                line=11,
            ),
            Row("E = \\sum_p E^p", "definition", mistake="", check="", line=13),
            Row(
                "\\Delta_p w_{jk} = -\\gamma\\,\\frac{\\partial E^p}{\\partial w_{jk}}",
                "definition",
                mistake="",
                check="",
                line=15,
            ),
            Row(
                "\\delta_k^p = -\\frac{\\partial E^p}{\\partial s_k^p}",
                "definition",
                mistake="",
                check="",
                line=17,
            ),
            Row(
                "\\frac{\\partial E^p}{\\partial w_{jk}} = -\\delta_k^p\\, y_j^p",
                "right",
                mistake="",
                check="ldW2=ldZ2@A1.T",
                line=21,
            ),
            Row(
                "\\delta_o^p = (d_o^p - y_o^p)\\,F'(s_o^p)",
                "right",
                mistake="",
                check="-ldZ2=(T-A2)*dg2",
                line=25,
            ),
            Row(
                "\\frac{\\partial E^p}{\\partial y_h^p} = \\sum_{o=1}^{N_o} \\frac{\\partial E^p}{\\partial s_o^p}\\,\\frac{\\partial s_o^p}{\\partial y_h^p}",
                "chain",
                mistake="",
                check="",
                line=29,
            ),
            Row(
                "\\frac{\\partial E^p}{\\partial y_h^p} = -\\sum_{o=1}^{N_o} \\delta_o^p\\, w_{ho}",
                "right",
                mistake="",
                check="ldA1=W2.T@ldZ2",
                line=31,
            ),
            Row(
                "\\delta_h^p = \\sum_{o=1}^{N_o} F'(s_o^p)\\,\\delta_o^p\\, w_{ho}",
                "wrong",
                mistake="slope F'(s_h) of the hidden unit is due, not F'(s_o)",
                check="-ldZ1=W2.T@(dg2*-ldZ2)",
                line=35,
            ),
            Row(
                "\\Delta_p w_{ih} = \\gamma\\,\\delta_h^p\\, x_i^p",
                "definition",
                mistake="",
                check="",
                line=39,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{ih}} = -\\sum_p \\delta_h^p\\, x_i^p",
                "right",
                mistake="",
                check="dW1=ldZ1@A0.T",
                line=43,
            ),
        ],
    ),
    Note(
        name="html_sub_sup",
        words="right; HTML sub/sup, Unicode, a for the net input and y for the output",
        enters="",
        derivation=r"""## Back-propagation for one pattern

Nodes are numbered; <i>w<sub>ij</sub></i> is the link **to** node <i>i</i> **from** node <i>j</i>. The net input is

<i>a<sub>i</sub></i> = <b>SUM</b> <sub><i>j</i></sub> <i>w<sub>ij</sub></i> <i>y<sub>j</sub></i> + <i>b<sub>i</sub></i>

and the output of a node is

<i>y<sub>i</sub></i> = tanh(<i>a<sub>i</sub></i>)

for hidden and output nodes alike. With targets <i>d</i> the error is

<i>E</i> = ½ <b>SUM</b> <sub><i>k</i></sub> (<i>d<sub>k</sub></i> − <i>y<sub>k</sub></i>)²

Define for each node

<i>δ<sub>i</sub></i> = ∂<i>E</i> / ∂<i>a<sub>i</sub></i>

For output nodes:

<i>δ<sub>k</sub></i> = −(<i>d<sub>k</sub></i> − <i>y<sub>k</sub></i>) (1 − <i>y<sub>k</sub></i>²)

For hidden nodes:

<i>δ<sub>i</sub></i> = (1 − <i>y<sub>i</sub></i>²) <b>SUM</b> <sub><i>k</i></sub> <i>w<sub>ki</sub></i> <i>δ<sub>k</sub></i>

Once every δ is known the gradient of a weight is the product of what is at its two ends:

∂<i>E</i> / ∂<i>w<sub>ij</sub></i> = <i>δ<sub>i</sub></i> <i>y<sub>j</sub></i>

∂<i>E</i> / ∂<i>b<sub>i</sub></i> = <i>δ<sub>i</sub></i>
""",
        layers=(2, 3, 2),
        hidden="tanh",
        output="tanh",
        examples="one",
        after="github.com/QubitPi (Back-Propagation: The Derivative Calculation, HTML)",
        rows=[
            Row(
                "<i>a<sub>i</sub></i> = <b>SUM</b> <sub><i>j</i></sub> <i>w<sub>ij</sub></i> <i>y<sub>j</sub></i> + <i>b<sub>i</sub></i>",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "<i>y<sub>i</sub></i> = tanh(<i>a<sub>i</sub></i>)",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "<i>E</i> = ½ <b>SUM</b> <sub><i>k</i></sub> (<i>d<sub>k</sub></i> − <i>y<sub>k</sub></i>)²",
                "definition",
                mistake="",
                check="",
                line=13,
            ),
            Row(
                "<i>δ<sub>i</sub></i> = ∂<i>E</i> / ∂<i>a<sub>i</sub></i>",
                "definition",
                mistake="",
                check="",
                line=17,
            ),
            Row(
                "<i>δ<sub>k</sub></i> = −(<i>d<sub>k</sub></i> − <i>y<sub>k</sub></i>) (1 − <i>y<sub>k</sub></i>²)",
                "right",
                mistake="",
                check="dZ2=-(T-A2)*(1-A2**2)",
                line=21,
            ),
            Row(
                "<i>δ<sub>i</sub></i> = (1 − <i>y<sub>i</sub></i>²) <b>SUM</b> <sub><i>k</i></sub> <i>w<sub>ki</sub></i> <i>δ<sub>k</sub></i>",
                "right",
                mistake="",
                check="dZ1=(1-A1**2)*(W2.T@dZ2)",
                line=25,
            ),
            Row(
                "∂<i>E</i> / ∂<i>w<sub>ij</sub></i> = <i>δ<sub>i</sub></i> <i>y<sub>j</sub></i>",
                "right",
                mistake="",
                check="dW2=dZ2@A1.T&&dW1=dZ1@A0.T",
                line=29,
            ),
            Row(
                "∂<i>E</i> / ∂<i>b<sub>i</sub></i> = <i>δ<sub>i</sub></i>",
                "right",
                mistake="",
                check="db2=dZ2&&db1=dZ1",
                line=31,
            ),
        ],
    ),
    Note(
        name="docstring_unicode",
        words="right; a Python docstring with Unicode math, 1/2m in the cost",
        enters="",
        derivation=r"""'''
neural net in plain numpy, columns of X are the m training examples

    Z₁ = W₁·X + b₁ ,  A₁ = relu(Z₁)
    Z₂ = W₂·A₁ + b₂ ,  Ŷ = σ(Z₂)

    σ(z) = 1 / (1 + e^-z)

    C(Y, Ŷ) = 1/(2m) Σ (Y - Ŷ)^2

    backward ( * is element by element, ⋅ the matrix product )

    ∂C/∂Ŷ = - 1/m (Y - Ŷ)
    ∂Ŷ/∂Z₂ = Ŷ * (1 - Ŷ)
    ∂C/∂Z₂ = (∂C/∂Ŷ) * Ŷ * (1 - Ŷ)
    ∂C/∂W₂ = (∂C/∂Z₂) ⋅ A₁ᵀ
    ∂C/∂b₂ = Σ_i (∂C/∂Z₂)[:, i]
    ∂C/∂A₁ = W₂ᵀ ⋅ (∂C/∂Z₂)
    ∂C/∂Z₁ = (∂C/∂A₁) * (Z₁ > 0)
    ∂C/∂W₁ = (∂C/∂Z₁) ⋅ Xᵀ
    ∂C/∂b₁ = Σ_i (∂C/∂Z₁)[:, i]
'''
""",
        layers=(3, 5, 1),
        hidden="relu",
        after="github.com/odys-z/hello np1.py",
        rows=[
            Row("Z₁ = W₁·X + b₁", "definition", mistake="", check="", line=4),
            Row("A₁ = relu(Z₁)", "definition", mistake="", check="", line=4),
            Row("Z₂ = W₂·A₁ + b₂", "definition", mistake="", check="", line=5),
            Row("Ŷ = σ(Z₂)", "definition", mistake="", check="", line=5),
            Row("σ(z) = 1 / (1 + e^-z)", "definition", mistake="", check="", line=7),
            Row(
                "C(Y, Ŷ) = 1/(2m) Σ (Y - Ŷ)^2",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "∂C/∂Ŷ = - 1/m (Y - Ŷ)",
                "right",
                mistake="",
                check="dA2=-1/N*(T-A2)",
                line=13,
            ),
            Row("∂Ŷ/∂Z₂ = Ŷ * (1 - Ŷ)", "definition", mistake="", check="", line=14),
            Row(
                "∂C/∂Z₂ = (∂C/∂Ŷ) * Ŷ * (1 - Ŷ)",
                "right",
                mistake="",
                check="dZ2=dA2*A2*(1-A2)",
                line=15,
            ),
            Row(
                "∂C/∂W₂ = (∂C/∂Z₂) ⋅ A₁ᵀ",
                "right",
                mistake="",
                check="dW2=dZ2@A1.T",
                line=16,
            ),
            Row(
                "∂C/∂b₂ = Σ_i (∂C/∂Z₂)[:, i]",
                "right",
                mistake="",
                check="db2=dZ2.sum(1,keepdims=True)",
                line=17,
            ),
            Row(
                "∂C/∂A₁ = W₂ᵀ ⋅ (∂C/∂Z₂)",
                "right",
                mistake="",
                check="dA1=W2.T@dZ2",
                line=18,
            ),
            Row(
                "∂C/∂Z₁ = (∂C/∂A₁) * (Z₁ > 0)",
                "right",
                mistake="",
                check="dZ1=dA1*(Z1>0)",
                line=19,
            ),
            Row(
                "∂C/∂W₁ = (∂C/∂Z₁) ⋅ Xᵀ",
                "right",
                mistake="",
                check="dW1=dZ1@A0.T",
                line=20,
            ),
            Row(
                "∂C/∂b₁ = Σ_i (∂C/∂Z₁)[:, i]",
                "right",
                mistake="",
                check="db1=dZ1.sum(1,keepdims=True)",
                line=21,
            ),
        ],
    ),
    Note(
        name="se_matrix_softmax",
        words="the hidden layer's sigmoid slope is left out",
        enters="dZ1",
        derivation=r"""**Answer.** Keep the examples in rows as you have them ($N$ of them) and split the bias off; it makes the shapes easier. So, with $\mathbf{S}$ for the softmax applied to each row,

$$
\begin{align}
\mathbf{Z^1} &= \mathbf{X}\mathbf{W^1} + \mathbf{1}\mathbf{b^1} \\
\mathbf{A^1} &= \text{sigmoid}(\mathbf{Z^1}) \\
\mathbf{Z^2} &= \mathbf{A^1}\mathbf{W^2} + \mathbf{1}\mathbf{b^2} \\
\mathbf{\hat{Y}} &= \mathbf{S}(\mathbf{Z^2})
\end{align}
$$

and the cross entropy, summed over the rows, is

$$CE = -\sum_{n=1}^{N}\sum_{c} y_{nc}\log \hat{y}_{nc}$$

Going backwards: everything about softmax *and* log collapses into

$$\frac{\partial CE}{\partial \mathbf{Z^2}} = \mathbf{\hat{Y}} - \mathbf{Y}$$

which is $N\times 2$. Weight gradients must be $4\times 2$, and the only product with that shape is

$$\frac{\partial CE}{\partial \mathbf{W^2}} = (\mathbf{A^1})^T(\mathbf{\hat{Y}} - \mathbf{Y})$$

$$\frac{\partial CE}{\partial \mathbf{b^2}} = \mathbf{1}^T(\mathbf{\hat{Y}} - \mathbf{Y})$$

For the layer below, send the error back through the weights:

$$\frac{\partial CE}{\partial \mathbf{Z^1}} = (\mathbf{\hat{Y}} - \mathbf{Y})(\mathbf{W^2})^T$$

and reuse the pattern

$$\frac{\partial CE}{\partial \mathbf{W^1}} = \mathbf{X}^T\frac{\partial CE}{\partial \mathbf{Z^1}}$$

$$\frac{\partial CE}{\partial \mathbf{b^1}} = \mathbf{1}^T\frac{\partial CE}{\partial \mathbf{Z^1}}$$
""",
        layers=(3, 4, 2),
        output="identity",
        loss="softmax_cross_entropy",
        reduction="sum",
        layout="rows",
        after="Stack Exchange: Matrix Backpropagation with Softmax and Cross Entropy",
        rows=[
            Row(
                "\\mathbf{Z^1} &= \\mathbf{X}\\mathbf{W^1} + \\mathbf{1}\\mathbf{b^1}",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "\\mathbf{A^1} &= \\text{sigmoid}(\\mathbf{Z^1})",
                "definition",
                mistake="",
                check="",
                line=6,
            ),
            Row(
                "\\mathbf{Z^2} &= \\mathbf{A^1}\\mathbf{W^2} + \\mathbf{1}\\mathbf{b^2}",
                "definition",
                mistake="",
                check="",
                line=7,
            ),
            Row(
                "\\mathbf{\\hat{Y}} &= \\mathbf{S}(\\mathbf{Z^2})",
                "definition",
                mistake="",
                check="",
                line=8,
            ),
            Row(
                "CE = -\\sum_{n=1}^{N}\\sum_{c} y_{nc}\\log \\hat{y}_{nc}",
                "definition",
                mistake="",
                check="",
                line=14,
            ),
            Row(
                "\\frac{\\partial CE}{\\partial \\mathbf{Z^2}} = \\mathbf{\\hat{Y}} - \\mathbf{Y}",
                "right",
                mistake="",
                check="dZ2=P-T",
                line=18,
            ),
            Row(
                "\\frac{\\partial CE}{\\partial \\mathbf{W^2}} = (\\mathbf{A^1})^T(\\mathbf{\\hat{Y}} - \\mathbf{Y})",
                "right",
                mistake="",
                check="dW2=A1.T@(P-T)",
                line=22,
            ),
            Row(
                "\\frac{\\partial CE}{\\partial \\mathbf{b^2}} = \\mathbf{1}^T(\\mathbf{\\hat{Y}} - \\mathbf{Y})",
                "right",
                mistake="",
                check="db2=np.ones((1,N))@(P-T)",
                line=24,
            ),
            Row(
                "\\frac{\\partial CE}{\\partial \\mathbf{Z^1}} = (\\mathbf{\\hat{Y}} - \\mathbf{Y})(\\mathbf{W^2})^T",
                "wrong",
                mistake="factor A^1 o (1 - A^1) is missing",
                check="dZ1=(P-T)@W2.T",
                line=28,
            ),
            Row(
                "\\frac{\\partial CE}{\\partial \\mathbf{W^1}} = \\mathbf{X}^T\\frac{\\partial CE}{\\partial \\mathbf{Z^1}}",
                "right",
                mistake="",
                check="dW1=A0.T@dZ1",
                line=32,
            ),
            Row(
                "\\frac{\\partial CE}{\\partial \\mathbf{b^1}} = \\mathbf{1}^T\\frac{\\partial CE}{\\partial \\mathbf{Z^1}}",
                "right",
                mistake="",
                check="db1=np.ones((1,N))@dZ1",
                line=34,
            ),
        ],
    ),
    Note(
        name="chinese_cases",
        words="right; Chinese notes, dZ^{[l]} in the Coursera manner, cases environment, \\ast",
        enters="",
        derivation=r"""# 浅层神经网络的梯度下降

隐藏层用 tanh,输出层用 sigmoid,共有 $m$ 个样本,每个样本是一列。

## 正向传播

$$
\begin{cases}
Z^{[1]} = W^{[1]}X + b^{[1]}
\\
A^{[1]} = \tanh(Z^{[1]})
\\
Z^{[2]} = W^{[2]}A^{[1]} + b^{[2]}
\\
A^{[2]} = \sigma(Z^{[2]})
\end{cases}
$$

代价函数是交叉熵的平均值:

$$
J = -\frac{1}{m}\sum_{i=1}^{m}\left[y^{(i)}\log a^{[2](i)} + (1-y^{(i)})\log(1-a^{[2](i)})\right]
$$

## 反向传播

这里 $dZ$ 不含 $\frac{1}{m}$,它在 $dW$ 和 $db$ 里才出现:

$$
\begin{cases}
dZ^{[2]} = A^{[2]} - Y
\\
dW^{[2]} = \frac{1}{m}dZ^{[2]}A^{[1]T}
\\
db^{[2]} = \frac{1}{m}np.sum(dZ^{[2]},axis=1,keepdims=True)
\\
dZ^{[1]} = W^{[2]T}dZ^{[2]} \ast (1 - A^{[1]} \ast A^{[1]})
\\
dW^{[1]} = \frac{1}{m}dZ^{[1]}X^{T}
\\
db^{[1]} = \frac{1}{m}np.sum(dZ^{[1]},axis=1,keepdims=True)
\end{cases}
$$

最后更新参数,例如 $W^{[1]} := W^{[1]} - \alpha\, dW^{[1]}$。
""",
        layers=(2, 4, 1),
        hidden="tanh",
        loss="binary_cross_entropy",
        after="GitHub: 神经网络的梯度下降 (Coursera notes)",
        rows=[
            Row(
                "Z^{[1]} = W^{[1]}X + b^{[1]}",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "A^{[1]} = \\tanh(Z^{[1]})", "definition", mistake="", check="", line=11
            ),
            Row(
                "Z^{[2]} = W^{[2]}A^{[1]} + b^{[2]}",
                "definition",
                mistake="",
                check="",
                line=13,
            ),
            Row(
                "A^{[2]} = \\sigma(Z^{[2]})",
                "definition",
                mistake="",
                check="",
                line=15,
            ),
            Row(
                "J = -\\frac{1}{m}\\sum_{i=1}^{m}\\left[y^{(i)}\\log a^{[2](i)} + (1-y^{(i)})\\log(1-a^{[2](i)})\\right]",
                "definition",
                mistake="",
                check="",
                line=22,
            ),
            Row(
                "dZ^{[2]} = A^{[2]} - Y",
                "right",
                mistake="",
                check="ldZ2=A2-T",
                line=31,
            ),
            Row(
                "dW^{[2]} = \\frac{1}{m}dZ^{[2]}A^{[1]T}",
                "right",
                mistake="",
                check="dW2=1/N*ldZ2@A1.T",
                line=33,
            ),
            Row(
                "db^{[2]} = \\frac{1}{m}np.sum(dZ^{[2]},axis=1,keepdims=True)",
                "right",
                mistake="",
                check="db2=1/N*np.sum(ldZ2,axis=1,keepdims=True)",
                line=35,
            ),
            Row(
                "dZ^{[1]} = W^{[2]T}dZ^{[2]} \\ast (1 - A^{[1]} \\ast A^{[1]})",
                "right",
                mistake="",
                check="ldZ1=(W2.T@ldZ2)*(1-A1*A1)",
                line=37,
            ),
            Row(
                "dW^{[1]} = \\frac{1}{m}dZ^{[1]}X^{T}",
                "right",
                mistake="",
                check="dW1=1/N*ldZ1@A0.T",
                line=39,
            ),
            Row(
                "db^{[1]} = \\frac{1}{m}np.sum(dZ^{[1]},axis=1,keepdims=True)",
                "right",
                mistake="",
                check="db1=1/N*np.sum(ldZ1,axis=1,keepdims=True)",
                line=41,
            ),
            Row(
                "W^{[1]} := W^{[1]} - \\alpha\\, dW^{[1]}",
                "definition",
                mistake="",
                check="",
                line=45,
            ),
        ],
    ),
    Note(
        name="bold_blog",
        words="the mean over the N examples is dropped in the output bias's gradient",
        enters="db2",
        derivation=r"""### Gradients for a mini-batch

We collect $N$ examples as the columns of $\mathbf{X}$ and write $\mathbf{1}$ for a column of $N$ ones.

\begin{align}
\mathbf{H} &= \tanh\left(\mathbf{W}^{(1)}\mathbf{X} + \mathbf{b}^{(1)}\mathbf{1}^\top\right) \\
\hat{\mathbf{Y}} &= \mathbf{W}^{(2)}\mathbf{H} + \mathbf{b}^{(2)}\mathbf{1}^\top
\end{align}

The outputs are linear, and the cost is the usual one:

\begin{equation}
J = \frac{1}{2N}\left\| \hat{\mathbf{Y}} - \mathbf{Y} \right\|_F^2
\end{equation}

Let us introduce the error matrix \\( \mathbf{E} = \hat{\mathbf{Y}} - \mathbf{Y} \\). For the second layer we find

\begin{align}
\frac{\partial J}{\partial \mathbf{W}^{(2)}} &= \frac{1}{N}\,\mathbf{E}\,\mathbf{H}^\top \\
\frac{\partial J}{\partial \mathbf{b}^{(2)}} &= \mathbf{E}\,\mathbf{1}
\end{align}

and, with

\begin{equation}
\boldsymbol{\Delta} = \left(\mathbf{W}^{(2)}\right)^\top \mathbf{E} \odot \left(1 - \mathbf{H}\odot\mathbf{H}\right)
\end{equation}

for the first one

\begin{align}
\frac{\partial J}{\partial \mathbf{W}^{(1)}} &= \frac{1}{N}\,\boldsymbol{\Delta}\,\mathbf{X}^\top \\
\frac{\partial J}{\partial \mathbf{b}^{(1)}} &= \frac{1}{N}\,\boldsymbol{\Delta}\,\mathbf{1}
\end{align}

Check the shapes and you are done.
""",
        layers=(3, 5, 2),
        hidden="tanh",
        output="identity",
        after="github.com/MarkusThill 2025-08-02-neural-nets-and-backprop.md",
        rows=[
            Row(
                "\\mathbf{H} &= \\tanh\\left(\\mathbf{W}^{(1)}\\mathbf{X} + \\mathbf{b}^{(1)}\\mathbf{1}^\\top\\right)",
                "definition",
                mistake="",
                check="",
                line=6,
            ),
            Row(
                "\\hat{\\mathbf{Y}} &= \\mathbf{W}^{(2)}\\mathbf{H} + \\mathbf{b}^{(2)}\\mathbf{1}^\\top",
                "definition",
                mistake="",
                check="",
                line=7,
            ),
            Row(
                "J = \\frac{1}{2N}\\left\\| \\hat{\\mathbf{Y}} - \\mathbf{Y} \\right\\|_F^2",
                "definition",
                mistake="",
                check="",
                line=13,
            ),
            Row(
                "\\mathbf{E} = \\hat{\\mathbf{Y}} - \\mathbf{Y}",
                "definition",
                mistake="",
                check="",
                line=16,
            ),
            Row(
                "\\frac{\\partial J}{\\partial \\mathbf{W}^{(2)}} &= \\frac{1}{N}\\,\\mathbf{E}\\,\\mathbf{H}^\\top",
                "right",
                mistake="",
                check="dW2=1/N*(A2-T)@A1.T",
                line=19,
            ),
            Row(
                "\\frac{\\partial J}{\\partial \\mathbf{b}^{(2)}} &= \\mathbf{E}\\,\\mathbf{1}",
                "wrong",
                mistake="1/N is missing",
                check="db2=(A2-T)@np.ones((N,1))",
                line=20,
            ),
            Row(
                "\\boldsymbol{\\Delta} = \\left(\\mathbf{W}^{(2)}\\right)^\\top \\mathbf{E} \\odot \\left(1 - \\mathbf{H}\\odot\\mathbf{H}\\right)",
                "definition",
                mistake="",
                check="",
                line=26,
            ),
            Row(
                "\\frac{\\partial J}{\\partial \\mathbf{W}^{(1)}} &= \\frac{1}{N}\\,\\boldsymbol{\\Delta}\\,\\mathbf{X}^\\top",
                "right",
                mistake="",
                check="dW1=1/N*((W2.T@(A2-T))*(1-A1*A1))@A0.T",
                line=32,
            ),
            Row(
                "\\frac{\\partial J}{\\partial \\mathbf{b}^{(1)}} &= \\frac{1}{N}\\,\\boldsymbol{\\Delta}\\,\\mathbf{1}",
                "right",
                mistake="",
                check="db1=1/N*((W2.T@(A2-T))*(1-A1*A1))@np.ones((N,1))",
                line=33,
            ),
        ],
    ),
    Note(
        name="latex_fences",
        words="right; ```latex fences, vectors with arrows, squared error without the half",
        enters="",
        derivation=r"""## 4. Backpropagation

One example $\vec x$ goes in. The hidden layer is ReLU, the last one has no activation.

```latex
\vec z^1 = W^1 \vec x + \vec b^1
```
```latex
\vec a^1 = \max(0, \vec z^1)
```
```latex
\vec a^2 = \vec z^2 = W^2 \vec a^1 + \vec b^2
```

The cost is the squared distance to the target:

```latex
C = \sum_{i} (a_i^2 - y_i)^2
```

(the `2` on `a` is the layer, the one on the bracket is a power!)

### 4.1. Last layer

```latex
\frac{\partial C}{\partial a_i^2} = 2(a_i^2 - y_i)
```
```latex
\frac{\partial C}{\partial \vec z^2} = 2(\vec a^2 - \vec y)
```
```latex
\frac{\partial C}{\partial W^2} = 2(\vec a^2 - \vec y)\,(\vec a^1)^T
```
```latex
\frac{\partial C}{\partial \vec b^2} = 2(\vec a^2 - \vec y)
```

### 4.2. Hidden layer

```latex
\frac{\partial C}{\partial \vec a^1} = (W^2)^T \frac{\partial C}{\partial \vec z^2}
```
```latex
\frac{\partial C}{\partial \vec z^1} = \frac{\partial C}{\partial \vec a^1} \odot [\vec z^1 > 0]
```
```latex
\frac{\partial C}{\partial W^1} = \frac{\partial C}{\partial \vec z^1}\, \vec x^T
```
```latex
\frac{\partial C}{\partial \vec b^1} = \frac{\partial C}{\partial \vec z^1}
```
""",
        layers=(4, 3, 2),
        hidden="relu",
        output="identity",
        loss="squared_error",
        examples="one",
        after="github.com/Guseyn/nn-math-web md/index.md",
        rows=[
            Row(
                "\\vec z^1 = W^1 \\vec x + \\vec b^1",
                "definition",
                mistake="",
                check="",
                line=6,
            ),
            Row(
                "\\vec a^1 = \\max(0, \\vec z^1)",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "\\vec a^2 = \\vec z^2 = W^2 \\vec a^1 + \\vec b^2",
                "definition",
                mistake="",
                check="",
                line=12,
            ),
            Row(
                "C = \\sum_{i} (a_i^2 - y_i)^2",
                "definition",
                mistake="",
                check="",
                line=18,
            ),
            Row(
                "\\frac{\\partial C}{\\partial a_i^2} = 2(a_i^2 - y_i)",
                "right",
                mistake="",
                check="dA2=2*(A2-T)",
                line=26,
            ),
            Row(
                "\\frac{\\partial C}{\\partial \\vec z^2} = 2(\\vec a^2 - \\vec y)",
                "right",
                mistake="",
                check="dZ2=2*(A2-T)",
                line=29,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^2} = 2(\\vec a^2 - \\vec y)\\,(\\vec a^1)^T",
                "right",
                mistake="",
                check="dW2=2*(A2-T)@A1.T",
                line=32,
            ),
            Row(
                "\\frac{\\partial C}{\\partial \\vec b^2} = 2(\\vec a^2 - \\vec y)",
                "right",
                mistake="",
                check="db2=2*(A2-T)",
                line=35,
            ),
            Row(
                "\\frac{\\partial C}{\\partial \\vec a^1} = (W^2)^T \\frac{\\partial C}{\\partial \\vec z^2}",
                "right",
                mistake="",
                check="dA1=W2.T@dZ2",
                line=41,
            ),
            Row(
                "\\frac{\\partial C}{\\partial \\vec z^1} = \\frac{\\partial C}{\\partial \\vec a^1} \\odot [\\vec z^1 > 0]",
                "right",
                mistake="",
                check="dZ1=dA1*(Z1>0)",
                line=44,
            ),
            Row(
                "\\frac{\\partial C}{\\partial W^1} = \\frac{\\partial C}{\\partial \\vec z^1}\\, \\vec x^T",
                "right",
                mistake="",
                check="dW1=dZ1@A0.T",
                line=47,
            ),
            Row(
                "\\frac{\\partial C}{\\partial \\vec b^1} = \\frac{\\partial C}{\\partial \\vec z^1}",
                "right",
                mistake="",
                check="db1=dZ1",
                line=50,
            ),
        ],
    ),
    Note(
        name="stats_se_bce",
        words="sign of the second term in the derivative of the binary cross entropy",
        enters="dA2",
        derivation=r"""According to your drawing, forward is (one observation, sigmoid at both layers, capital letters for unit outputs, $Q_k$ the labels)

\begin{align}
Z_j&=\sigma\left(\sum_{i} X_iV_{ij}+b_j\right) \\
Y_k&=\sigma\left(\sum_{j} Z_jW_{jk}+c_k\right) \\
E&=-\sum_{k}\left[Q_k\log Y_k+(1-Q_{k})\log(1-Y_k)\right]
\end{align}

The local pieces:

\begin{align}
\frac{\partial E}{\partial Y_k}&=-\frac{Q_k}{Y_k}-\frac{1-Q_k}{1-Y_k} \\
\frac{\partial Y_k}{\partial W_{jk}}&=Y_k(1-Y_k)Z_j \\
\frac{\partial Y_k}{\partial Z_j}&=Y_k(1-Y_k)W_{jk} \\
\frac{\partial Z_j}{\partial V_{ij}}&=Z_j(1-Z_j)X_i
\end{align}

Put together, for the outer weights

$$\frac{\partial E}{\partial W_{jk}}=\frac{\partial E}{\partial Y_k}\,Y_k(1-Y_k)\,Z_j$$

and for the inner ones you need the sum over $k$, which is missing from your attempt:

$$\frac{\partial E}{\partial V_{ij}}=\sum_k\frac{\partial E}{\partial Y_k}\,Y_k(1-Y_k)\,W_{jk}\,Z_j(1-Z_j)\,X_i$$
""",
        layers=(2, 3, 2),
        loss="binary_cross_entropy",
        layout="rows",
        examples="one",
        after="stats.stackexchange.com/questions/601317",
        rows=[
            Row(
                "Z_j&=\\sigma\\left(\\sum_{i} X_iV_{ij}+b_j\\right)",
                "definition",
                mistake="",
                check="",
                line=4,
            ),
            Row(
                "Y_k&=\\sigma\\left(\\sum_{j} Z_jW_{jk}+c_k\\right)",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "E&=-\\sum_{k}\\left[Q_k\\log Y_k+(1-Q_{k})\\log(1-Y_k)\\right]",
                "definition",
                mistake="",
                check="",
                line=6,
            ),
            Row(
                "\\frac{\\partial E}{\\partial Y_k}&=-\\frac{Q_k}{Y_k}-\\frac{1-Q_k}{1-Y_k}",
                "wrong",
                mistake="the second term has a plus",
                check="dA2=-T/A2-(1-T)/(1-A2)",
                line=12,
            ),
            Row(
                "\\frac{\\partial Y_k}{\\partial W_{jk}}&=Y_k(1-Y_k)Z_j",
                "right",
                mistake="",
                check="",
                line=13,
            ),
            Row(
                "\\frac{\\partial Y_k}{\\partial Z_j}&=Y_k(1-Y_k)W_{jk}",
                "right",
                mistake="",
                check="",
                line=14,
            ),
            Row(
                "\\frac{\\partial Z_j}{\\partial V_{ij}}&=Z_j(1-Z_j)X_i",
                "right",
                mistake="",
                check="",
                line=15,
            ),
            Row(
                "\\frac{\\partial E}{\\partial W_{jk}}=\\frac{\\partial E}{\\partial Y_k}\\,Y_k(1-Y_k)\\,Z_j",
                "right",
                mistake="",
                check="dW2=A1.T@(dA2*A2*(1-A2))",
                line=20,
            ),
            Row(
                "\\frac{\\partial E}{\\partial V_{ij}}=\\sum_k\\frac{\\partial E}{\\partial Y_k}\\,Y_k(1-Y_k)\\,W_{jk}\\,Z_j(1-Z_j)\\,X_i",
                "right",
                mistake="",
                check="dW1=A0.T@(((dA2*A2*(1-A2))@W2.T)*A1*(1-A1))",
                line=24,
            ),
        ],
    ),
    Note(
        name="cs231n_math",
        words="right; notebook in markdown, scores/probs/dscores, rows, softmax loss averaged",
        enters="",
        derivation=r"""# Two-layer net: the math behind `loss()`

Variables are called what they are called in `neural_net.py`. Minibatch in rows, no regularisation here.

$$\begin{align*}
\mathit{h1} &= \max(0,\ \mathit{X}\,\mathit{W1} + \mathit{b1}) \\
\mathit{scores} &= \mathit{h1}\,\mathit{W2} + \mathit{b2} \\
\mathit{probs}_{ij} &= \frac{e^{scores_{ij}}}{\sum_k e^{scores_{ik}}} \\
\mathit{loss} &= -\frac{1}{N}\sum_i \log \mathit{probs}_{i,y_i}
\end{align*}$$

## dscores

Subtract one in the column of the correct class, then divide by the number of examples:

$$\frac{\partial loss}{\partial scores_{ij}} = \frac{1}{N}\left(probs_{ij} - \mathbb{1}[j = y_i]\right)$$

## grads['W2'], grads['b2']

$$\frac{\partial loss}{\partial W2} = h1^T\, dscores$$

$$\frac{\partial loss}{\partial b2_j} = \sum_i dscores_{ij}$$

## dh1

$$dh1 = dscores\, W2^T$$

and then `dh1[h1 <= 0] = 0`, i.e.

$$dhidden_{ij} = dh1_{ij}\cdot\mathbb{1}[h1_{ij} > 0]$$

## grads['W1'], grads['b1']

$$\frac{\partial loss}{\partial W1} = X^T\, dhidden$$

$$\frac{\partial loss}{\partial b1_j} = \sum_i dhidden_{ij}$$
""",
        layers=(2, 4, 3),
        hidden="relu",
        output="identity",
        loss="softmax_cross_entropy",
        layout="rows",
        after="github.com/g-eoj/cs231n two-layer backprop notebook",
        rows=[
            Row(
                "\\mathit{h1} &= \\max(0,\\ \\mathit{X}\\,\\mathit{W1} + \\mathit{b1})",
                "definition",
                mistake="",
                check="",
                line=6,
            ),
            Row(
                "\\mathit{scores} &= \\mathit{h1}\\,\\mathit{W2} + \\mathit{b2}",
                "definition",
                mistake="",
                check="",
                line=7,
            ),
            Row(
                "\\mathit{probs}_{ij} &= \\frac{e^{scores_{ij}}}{\\sum_k e^{scores_{ik}}}",
                "definition",
                mistake="",
                check="",
                line=8,
            ),
            Row(
                "\\mathit{loss} &= -\\frac{1}{N}\\sum_i \\log \\mathit{probs}_{i,y_i}",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "\\frac{\\partial loss}{\\partial scores_{ij}} = \\frac{1}{N}\\left(probs_{ij} - \\mathbb{1}[j = y_i]\\right)",
                "right",
                mistake="",
                check="dZ2=1/N*(P-T)",
                line=16,
            ),
            Row(
                "\\frac{\\partial loss}{\\partial W2} = h1^T\\, dscores",
                "right",
                mistake="",
                check="dW2=A1.T@dZ2",
                line=20,
            ),
            Row(
                "\\frac{\\partial loss}{\\partial b2_j} = \\sum_i dscores_{ij}",
                "right",
                mistake="",
                check="db2=dZ2.sum(0,keepdims=True)",
                line=22,
            ),
            Row(
                "dh1 = dscores\\, W2^T",
                "right",
                mistake="",
                check="dA1=dZ2@W2.T",
                line=26,
            ),
            Row("dh1[h1 <= 0] = 0", "not decidable", mistake="", check="", line=28),
            Row(
                "dhidden_{ij} = dh1_{ij}\\cdot\\mathbb{1}[h1_{ij} > 0]",
                "right",
                mistake="",
                check="dZ1=dA1*(A1>0)",
                line=30,
            ),
            Row(
                "\\frac{\\partial loss}{\\partial W1} = X^T\\, dhidden",
                "right",
                mistake="",
                check="dW1=A0.T@dZ1",
                line=34,
            ),
            Row(
                "\\frac{\\partial loss}{\\partial b1_j} = \\sum_i dhidden_{ij}",
                "right",
                mistake="",
                check="db1=dZ1.sum(0,keepdims=True)",
                line=36,
            ),
        ],
    ),
    Note(
        name="org_bishop",
        words="right; org-mode notes after Bishop, a for pre-activation and z for unit, no bias rows but w_{j0}",
        enters="",
        derivation=r"""#+TITLE: Error backpropagation
#+FILETAGS: :literature:

* Forward

Let \(z_i\) be the activation of a unit that sends a connection to unit \(j\), then
\begin{equation}
a_j = \sum_i w_{ji} z_i + w_{j0}
\end{equation}
\begin{equation}
z_j = h(a_j), \quad h(a) = \tanh(a)
\end{equation}
The output units are linear, \(y_k = a_k\). For a data set of \(N\) points,
\begin{equation}
E(\mathbf{w}) = \sum_{n=1}^{N} E_n(\mathbf{w}), \quad E_n = \frac{1}{2}\sum_k (y_k - t_k)^2
\end{equation}

* Backward

Since \(E_n\) depends on \(w_{ji}\) only via \(a_j\),
\begin{equation}
\frac{\partial E_n}{\partial w_{ji}} = \frac{\partial E_n}{\partial a_j}\frac{\partial a_j}{\partial w_{ji}}
\end{equation}
The first factor is what is called an error,
\begin{equation}
\delta_j \equiv \frac{\partial E_n}{\partial a_j}
\end{equation}
and the second one is
\begin{equation}
\frac{\partial a_j}{\partial w_{ji}} = z_i
\end{equation}
so
\begin{equation}
\frac{\partial E_n}{\partial w_{ji}} = \delta_j z_i
\end{equation}
Output units:
\begin{equation}
\delta_k = y_k - t_k
\end{equation}
Hidden units, by summing over the units \(k\) to which \(j\) sends connections:
\begin{equation}
\delta_j = \sum_k \frac{\partial E_n}{\partial a_k}\frac{\partial a_k}{\partial a_j}
\end{equation}
\begin{equation}
\delta_j = (1 - z_j^2) \sum_k w_{kj}\delta_k
\end{equation}

* All points

\begin{equation}
\frac{\partial E}{\partial w_{ji}} = \sum_n \frac{\partial E_n}{\partial w_{ji}}
\end{equation}
""",
        layers=(3, 4, 2),
        hidden="tanh",
        output="identity",
        reduction="sum",
        after="GitHub org-mode: Error backpropagation (after Bishop)",
        rows=[
            Row(
                "a_j = \\sum_i w_{ji} z_i + w_{j0}",
                "definition",
                mistake="",
                check="",
                line=8,
            ),
            Row(
                "z_j = h(a_j), \\quad h(a) = \\tanh(a)",
                "definition",
                mistake="",
                check="",
                line=11,
            ),
            Row("y_k = a_k", "definition", mistake="", check="", line=13),
            Row(
                "E(\\mathbf{w}) = \\sum_{n=1}^{N} E_n(\\mathbf{w}), \\quad E_n = \\frac{1}{2}\\sum_k (y_k - t_k)^2",
                "definition",
                mistake="",
                check="",
                line=15,
            ),
            Row(
                "\\frac{\\partial E_n}{\\partial w_{ji}} = \\frac{\\partial E_n}{\\partial a_j}\\frac{\\partial a_j}{\\partial w_{ji}}",
                "chain",
                mistake="",
                check="",
                line=22,
            ),
            Row(
                "\\delta_j \\equiv \\frac{\\partial E_n}{\\partial a_j}",
                "definition",
                mistake="",
                check="",
                line=26,
            ),
            Row(
                "\\frac{\\partial a_j}{\\partial w_{ji}} = z_i",
                "right",
                mistake="",
                check="",
                line=30,
            ),
            Row(
                "\\frac{\\partial E_n}{\\partial w_{ji}} = \\delta_j z_i",
                "right",
                mistake="",
                check="dW2=ldZ2@A1.T&&dW1=ldZ1@A0.T",
                line=34,
            ),
            Row(
                "\\delta_k = y_k - t_k", "right", mistake="", check="ldZ2=A2-T", line=38
            ),
            Row(
                "\\delta_j = \\sum_k \\frac{\\partial E_n}{\\partial a_k}\\frac{\\partial a_k}{\\partial a_j}",
                "chain",
                mistake="",
                check="",
                line=42,
            ),
            Row(
                "\\delta_j = (1 - z_j^2) \\sum_k w_{kj}\\delta_k",
                "right",
                mistake="",
                check="ldZ1=(1-A1**2)*(W2.T@ldZ2)",
                line=45,
            ),
            Row(
                "\\frac{\\partial E}{\\partial w_{ji}} = \\sum_n \\frac{\\partial E_n}{\\partial w_{ji}}",
                "right",
                mistake="",
                check="",
                line=51,
            ),
        ],
    ),
    Note(
        name="thesis_general_l",
        words="the recursion uses W^{(l)} of the same layer instead of W^{(l+1)}",
        enters="dZ2",
        derivation=r"""\section{Backpropagation}
\label{sec:backprop}

Let \(z^{(l)}=W^{(l)}a^{(l-1)}+b^{(l)}\) and \(a^{(l)}=\sigma(z^{(l)})\) for \(l<L\), with the logistic function \(\sigma\), \(a^{(0)}=x\), and \(p=\mathrm{softmax}(z^{(L)})\) on top. For one datapoint the cost is
\begin{align*}
    &C=-\sum_{k}y_k\log p_k.
\end{align*}
Write \(\delta^{(l)}=\nabla_{z^{(l)}}C\).

\begin{lemma}
With the notation above,
\begin{align}
    \delta^{(L)}&=p-y, \label{eq:bp1}\\
    \delta^{(l)}&=\left(W^{(l)}\right)^{\top}\delta^{(l+1)}\odot\sigma'(z^{(l)}), \quad l=L-1,\ldots,1, \label{eq:bp2}\\
    \nabla_{b^{(l)}}C&=\delta^{(l)}, \label{eq:bp3}\\
    \nabla_{W^{(l)}}C&=\delta^{(l)}\left(a^{(l-1)}\right)^{\top}. \label{eq:bp4}
\end{align}
\end{lemma}

\begin{proof}
\eqref{eq:bp1} is a computation. For \eqref{eq:bp2} apply the chain rule through \(z^{(l+1)}\); the other two hold because \(z^{(l)}\) is affine in its parameters, with
\begin{align*}
    \sigma'(t)&=\sigma(t)(1-\sigma(t)).
\end{align*}
\end{proof}
""",
        layers=(3, 3, 3, 3),
        output="identity",
        loss="softmax_cross_entropy",
        examples="one",
        after="GitHub LaTeX: \\section{Backpropagation}\\label{sec:backprop}",
        rows=[
            Row(
                "z^{(l)}=W^{(l)}a^{(l-1)}+b^{(l)}",
                "definition",
                mistake="",
                check="",
                line=4,
            ),
            Row("a^{(l)}=\\sigma(z^{(l)})", "definition", mistake="", check="", line=4),
            Row("a^{(0)}=x", "definition", mistake="", check="", line=4),
            Row(
                "p=\\mathrm{softmax}(z^{(L)})",
                "definition",
                mistake="",
                check="",
                line=4,
            ),
            Row(
                "&C=-\\sum_{k}y_k\\log p_k.", "definition", mistake="", check="", line=6
            ),
            Row(
                "\\delta^{(l)}=\\nabla_{z^{(l)}}C",
                "definition",
                mistake="",
                check="",
                line=8,
            ),
            Row("\\delta^{(L)}&=p-y", "right", mistake="", check="dZ3=P-T", line=13),
            Row(
                "\\delta^{(l)}&=\\left(W^{(l)}\\right)^{\\top}\\delta^{(l+1)}\\odot\\sigma'(z^{(l)})",
                "wrong",
                mistake="W^{(l+1)} is due",
                check="dZ2=(W2.T@dZ3)*dg2&&dZ1=(W1.T@dZ2)*dg1",
                line=14,
            ),
            Row(
                "\\nabla_{b^{(l)}}C&=\\delta^{(l)}",
                "right",
                mistake="",
                check="db3=dZ3&&db2=dZ2&&db1=dZ1",
                line=15,
            ),
            Row(
                "\\nabla_{W^{(l)}}C&=\\delta^{(l)}\\left(a^{(l-1)}\\right)^{\\top}",
                "right",
                mistake="",
                check="dW3=dZ3@A2.T&&dW2=dZ2@A1.T&&dW1=dZ1@A0.T",
                line=16,
            ),
            Row(
                "\\sigma'(t)&=\\sigma(t)(1-\\sigma(t)).",
                "definition",
                mistake="",
                check="",
                line=23,
            ),
        ],
    ),
    Note(
        name="percent_cells",
        words="right; jupytext percent cells, k as the layer on top, four equations, any depth",
        enters="",
        derivation=r"""#%% [markdown]
# ## Sec. 2.2 The equations
#
# $z^k$, $a^k$: weighted input and activation of layer $k$; $K$ is the last layer;
# $\circ$ is the Hadamard product. A single training example $x$ with label $y$.
#
# $ \mathbf{z}^k = \mathbf{W}^k \mathbf{a}^{k-1} + \mathbf{b}^k $
#
# $ \mathbf{a}^k = \sigma(\mathbf{z}^k) $
#
# $ C = \frac{1}{2} \lVert \mathbf{y} - \mathbf{a}^K \rVert^2 $
#
#%% [markdown]
# **BP1**
#
# $ \boldsymbol\delta^K = \nabla_a C \circ \sigma'(\mathbf{z}^K) $
#
# where for the quadratic cost
#
# $ \nabla_a C = \mathbf{a}^K - \mathbf{y} $
#
# **BP2**
#
# $ \boldsymbol\delta^k = \left((\mathbf{W}^{k+1})^T \boldsymbol\delta^{k+1}\right) \circ \sigma'(\mathbf{z}^k) $
#
# **BP3**, **BP4**
#
# $ \frac{\partial C}{\partial b_i^k} = \delta_i^k $
#
# $ \frac{\partial C}{\partial w_{ij}^k} = a_j^{k-1} \delta_i^k $
#
#%% [markdown]
# Exercise: BP1 in matrix form. Put $\Sigma'(\mathbf{z}^K)$ for the diagonal matrix of the $\sigma'(z_i^K)$; then
#
# $ \boldsymbol\delta^K = \Sigma'(\mathbf{z}^K) \nabla_a C $
""",
        layers=(3, 5, 4, 2),
        examples="one",
        after="GitHub percent-format notes and exercises from Nielsen2015",
        rows=[
            Row(
                "\\mathbf{z}^k = \\mathbf{W}^k \\mathbf{a}^{k-1} + \\mathbf{b}^k",
                "definition",
                mistake="",
                check="",
                line=7,
            ),
            Row(
                "\\mathbf{a}^k = \\sigma(\\mathbf{z}^k)",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "C = \\frac{1}{2} \\lVert \\mathbf{y} - \\mathbf{a}^K \\rVert^2",
                "definition",
                mistake="",
                check="",
                line=11,
            ),
            Row(
                "\\boldsymbol\\delta^K = \\nabla_a C \\circ \\sigma'(\\mathbf{z}^K)",
                "right",
                mistake="",
                check="dZ3=dA3*dg3",
                line=16,
            ),
            Row(
                "\\nabla_a C = \\mathbf{a}^K - \\mathbf{y}",
                "right",
                mistake="",
                check="dA3=A3-T",
                line=20,
            ),
            Row(
                "\\boldsymbol\\delta^k = \\left((\\mathbf{W}^{k+1})^T \\boldsymbol\\delta^{k+1}\\right) \\circ \\sigma'(\\mathbf{z}^k)",
                "right",
                mistake="",
                check="dZ2=(W3.T@dZ3)*dg2&&dZ1=(W2.T@dZ2)*dg1",
                line=24,
            ),
            Row(
                "\\frac{\\partial C}{\\partial b_i^k} = \\delta_i^k",
                "right",
                mistake="",
                check="db1=dZ1&&db2=dZ2&&db3=dZ3",
                line=28,
            ),
            Row(
                "\\frac{\\partial C}{\\partial w_{ij}^k} = a_j^{k-1} \\delta_i^k",
                "right",
                mistake="",
                check="dW1=dZ1@A0.T&&dW2=dZ2@A1.T&&dW3=dZ3@A2.T",
                line=30,
            ),
            Row(
                "\\boldsymbol\\delta^K = \\Sigma'(\\mathbf{z}^K) \\nabla_a C",
                "right",
                mistake="",
                check="dZ3=np.diagflat(dg3)@dA3",
                line=35,
            ),
        ],
    ),
    Note(
        name="mlbook_concept",
        words="factor 2 of the squared error dropped",
        enters="dA2",
        derivation=r"""### 2. Optimization

Observation $n$ has inputs $\mathbf{x}_n$ and targets $\mathbf{y}_n$, and the network is

$$
\begin{aligned}
\mathbf{h}_n^{(1)} &= \mathbf{W}^{(1)}\mathbf{x}_n + \mathbf{c}^{(1)} \\
\mathbf{z}_n^{(1)} &= f_1(\mathbf{h}_n^{(1)}) \\
\mathbf{h}_n^{(2)} &= \mathbf{W}^{(2)}\mathbf{z}_n^{(1)} + \mathbf{c}^{(2)} \\
\hat{\mathbf{y}}_n &= f_2(\mathbf{h}_n^{(2)})
\end{aligned}
$$

with $f_1$ the ReLU and $f_2$ the identity function. We use the residual sum of squares,

$$
\mathcal{L}_n = (\hat{\mathbf{y}}_n - \mathbf{y}_n)^\top(\hat{\mathbf{y}}_n - \mathbf{y}_n), \qquad \mathcal{L} = \sum_{n=1}^N \mathcal{L}_n.
$$

#### 2.1 Calculating Gradients

In the numerator layout (derivatives of a scalar are *rows*),

$$
\frac{\partial \mathcal{L}_n}{\partial \hat{\mathbf{y}}_n} = (\hat{\mathbf{y}}_n - \mathbf{y}_n)^\top
$$

$$
\frac{\partial \hat{\mathbf{y}}_n}{\partial \mathbf{h}_n^{(2)}} = I
$$

$$
\frac{\partial \mathbf{h}_n^{(2)}}{\partial \mathbf{z}_n^{(1)}} = \mathbf{W}^{(2)}
$$

$$
\frac{\partial \mathbf{z}_n^{(1)}}{\partial \mathbf{h}_n^{(1)}} = \mathrm{diag}\left(f_1'(\mathbf{h}_n^{(1)})\right)
$$

#### 2.2 Combining Results

$$
\frac{\partial \mathcal{L}_n}{\partial \mathbf{h}_n^{(1)}} = \frac{\partial \mathcal{L}_n}{\partial \hat{\mathbf{y}}_n}\,\frac{\partial \hat{\mathbf{y}}_n}{\partial \mathbf{h}_n^{(2)}}\,\frac{\partial \mathbf{h}_n^{(2)}}{\partial \mathbf{z}_n^{(1)}}\,\frac{\partial \mathbf{z}_n^{(1)}}{\partial \mathbf{h}_n^{(1)}}
$$

Adding up the observations, with gradients in the shape of the parameter:

$$
\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(2)}} = \sum_{n=1}^N \left(\frac{\partial \mathcal{L}_n}{\partial \mathbf{h}_n^{(2)}}\right)^\top \mathbf{z}_n^{(1)\top}
$$

$$
\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(1)}} = \sum_{n=1}^N \left(\frac{\partial \mathcal{L}_n}{\partial \mathbf{h}_n^{(1)}}\right)^\top \mathbf{x}_n^\top
$$

$$
\frac{\partial \mathcal{L}}{\partial \mathbf{c}^{(1)}} = \sum_{n=1}^N \left(\frac{\partial \mathcal{L}_n}{\partial \mathbf{h}_n^{(1)}}\right)^\top
$$
""",
        layers=(3, 4, 2),
        hidden="relu",
        output="identity",
        loss="squared_error",
        reduction="sum",
        after="dafriedman97.github.io/mlbook/content/c7/concept.html",
        rows=[
            Row(
                "\\mathbf{h}_n^{(1)} &= \\mathbf{W}^{(1)}\\mathbf{x}_n + \\mathbf{c}^{(1)}",
                "definition",
                mistake="",
                check="",
                line=7,
            ),
            Row(
                "\\mathbf{z}_n^{(1)} &= f_1(\\mathbf{h}_n^{(1)})",
                "definition",
                mistake="",
                check="",
                line=8,
            ),
            Row(
                "\\mathbf{h}_n^{(2)} &= \\mathbf{W}^{(2)}\\mathbf{z}_n^{(1)} + \\mathbf{c}^{(2)}",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "\\hat{\\mathbf{y}}_n &= f_2(\\mathbf{h}_n^{(2)})",
                "definition",
                mistake="",
                check="",
                line=10,
            ),
            Row(
                "\\mathcal{L}_n = (\\hat{\\mathbf{y}}_n - \\mathbf{y}_n)^\\top(\\hat{\\mathbf{y}}_n - \\mathbf{y}_n), \\qquad \\mathcal{L} = \\sum_{n=1}^N \\mathcal{L}_n.",
                "definition",
                mistake="",
                check="",
                line=17,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}_n}{\\partial \\hat{\\mathbf{y}}_n} = (\\hat{\\mathbf{y}}_n - \\mathbf{y}_n)^\\top",
                "wrong",
                mistake="2 (yhat - y)^T is due",
                check="ldA2=A2-T",
                line=25,
            ),
            Row(
                "\\frac{\\partial \\hat{\\mathbf{y}}_n}{\\partial \\mathbf{h}_n^{(2)}} = I",
                "right",
                mistake="",
                check="",
                line=29,
            ),
            Row(
                "\\frac{\\partial \\mathbf{h}_n^{(2)}}{\\partial \\mathbf{z}_n^{(1)}} = \\mathbf{W}^{(2)}",
                "right",
                mistake="",
                check="",
                line=33,
            ),
            Row(
                "\\frac{\\partial \\mathbf{z}_n^{(1)}}{\\partial \\mathbf{h}_n^{(1)}} = \\mathrm{diag}\\left(f_1'(\\mathbf{h}_n^{(1)})\\right)",
                "right",
                mistake="",
                check="",
                line=37,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}_n}{\\partial \\mathbf{h}_n^{(1)}} = \\frac{\\partial \\mathcal{L}_n}{\\partial \\hat{\\mathbf{y}}_n}\\,\\frac{\\partial \\hat{\\mathbf{y}}_n}{\\partial \\mathbf{h}_n^{(2)}}\\,\\frac{\\partial \\mathbf{h}_n^{(2)}}{\\partial \\mathbf{z}_n^{(1)}}\\,\\frac{\\partial \\mathbf{z}_n^{(1)}}{\\partial \\mathbf{h}_n^{(1)}}",
                "chain",
                mistake="",
                check="",
                line=43,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{W}^{(2)}} = \\sum_{n=1}^N \\left(\\frac{\\partial \\mathcal{L}_n}{\\partial \\mathbf{h}_n^{(2)}}\\right)^\\top \\mathbf{z}_n^{(1)\\top}",
                "right",
                mistake="",
                check="dW2=ldZ2@A1.T",
                line=49,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{W}^{(1)}} = \\sum_{n=1}^N \\left(\\frac{\\partial \\mathcal{L}_n}{\\partial \\mathbf{h}_n^{(1)}}\\right)^\\top \\mathbf{x}_n^\\top",
                "right",
                mistake="",
                check="dW1=ldZ1@A0.T",
                line=53,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{c}^{(1)}} = \\sum_{n=1}^N \\left(\\frac{\\partial \\mathcal{L}_n}{\\partial \\mathbf{h}_n^{(1)}}\\right)^\\top",
                "right",
                mistake="",
                check="db1=ldZ1.sum(1,keepdims=True)",
                line=57,
            ),
        ],
    ),
    Note(
        name="matlab_help",
        words="right; MATLAB help text with code as the formulas, leaky ReLU, mean over outputs and examples",
        enters="",
        derivation=r"""NN_Model_BackProp - what the code computes
==========================================

    x   <d x n>   inputs, one example per column
    z   <h x n>   hidden activations
    y   <c x n>   predictions (linear)
    t   <c x n>   targets

Forward:

    a = W1*x + b1*ones(1,n);
    z = max(a, 0.01*a);
    y = W2*z + b2*ones(1,n);
    L = sum(sum((y - t).^2)) / (c*n);

Backward:

    dL_dy  = 2*(y - t) / (c*n);
    dL_dW2 = dL_dy * z';
    dL_db2 = sum(dL_dy, 2);
    dL_dz  = W2' * dL_dy;
    slope  = 0.01 + 0.99*(a > 0);
    dL_da  = dL_dz .* slope;
    dL_dW1 = dL_da * x';
    dL_db1 = sum(dL_da, 2);

See also NN_Model_Step, which does

    W1 = W1 - rate*dL_dW1;
""",
        layers=(3, 4, 2),
        hidden="leaky_relu",
        output="identity",
        loss="mean_squared_error",
        after="GitHub MATLAB: NN_Model_BackProp.m",
        rows=[
            Row(
                "a = W1*x + b1*ones(1,n);", "definition", mistake="", check="", line=11
            ),
            Row("z = max(a, 0.01*a);", "definition", mistake="", check="", line=12),
            Row(
                "y = W2*z + b2*ones(1,n);", "definition", mistake="", check="", line=13
            ),
            Row(
                "L = sum(sum((y - t).^2)) / (c*n);",
                "definition",
                mistake="",
                check="",
                line=14,
            ),
            Row(
                "dL_dy  = 2*(y - t) / (c*n);",
                "right",
                mistake="",
                check="dA2=2*(A2-T)/(2*N)",
                line=18,
            ),
            Row(
                "dL_dW2 = dL_dy * z';",
                "right",
                mistake="",
                check="dW2=dA2@A1.T",
                line=19,
            ),
            Row(
                "dL_db2 = sum(dL_dy, 2);",
                "right",
                mistake="",
                check="db2=dA2.sum(1,keepdims=True)",
                line=20,
            ),
            Row(
                "dL_dz  = W2' * dL_dy;",
                "right",
                mistake="",
                check="dA1=W2.T@dA2",
                line=21,
            ),
            Row(
                "slope  = 0.01 + 0.99*(a > 0);",
                "definition",
                mistake="",
                check="",
                line=22,
            ),
            Row(
                "dL_da  = dL_dz .* slope;",
                "right",
                mistake="",
                check="dZ1=dA1*(0.01+0.99*(Z1>0))",
                line=23,
            ),
            Row(
                "dL_dW1 = dL_da * x';",
                "right",
                mistake="",
                check="dW1=dZ1@A0.T",
                line=24,
            ),
            Row(
                "dL_db1 = sum(dL_da, 2);",
                "right",
                mistake="",
                check="db1=dZ1.sum(1,keepdims=True)",
                line=25,
            ),
            Row("W1 = W1 - rate*dL_dW1;", "definition", mistake="", check="", line=29),
        ],
    ),
    Note(
        name="ai_se_jacobian",
        words="the softmax is differentiated as if elementwise: only the diagonal of its Jacobian is kept",
        enters="dZ2",
        derivation=r"""You don't need a stack of $c\times c$ Jacobians at all, it is just elementwise stuff. Let $n$ samples be rows, $H = \sigma(XV)$ with logistic $\sigma$ (I skip biases), $O = HU$, and

$$\hat{Y} = \mathrm{softMax}(O)$$

$$E = -\frac{1}{n}\,sum(Y * \log(\hat{Y}))$$

where * is element by element. You had this one right up to the $1/n$:

$$\frac{\partial E}{\partial \hat{Y}} = -\frac{1}{n}\,\frac{Y}{\hat{Y}}$$

Then multiply by the derivative of the softmax, $\hat{Y} * (1-\hat{Y})$, and $\hat Y$ cancels:

$$\frac{\partial E}{\partial O} = -\frac{1}{n}\, Y * (1-\hat{Y})$$

From here on it is plain matrix work:

$$\frac{\partial E}{\partial U} = H^T\frac{\partial E}{\partial O}$$

$$\frac{\partial E}{\partial H} = \frac{\partial E}{\partial O}\,U^T$$

$$\frac{\partial E}{\partial V} = X^T\left(\frac{\partial E}{\partial H} * H * (1-H)\right)$$
""",
        layers=(4, 5, 3),
        output="identity",
        loss="softmax_cross_entropy",
        layout="rows",
        after="ai.stackexchange.com/questions/35741",
        rows=[
            Row("H = \\sigma(XV)", "definition", mistake="", check="", line=1),
            Row("O = HU", "definition", mistake="", check="", line=1),
            Row(
                "\\hat{Y} = \\mathrm{softMax}(O)",
                "definition",
                mistake="",
                check="",
                line=3,
            ),
            Row(
                "E = -\\frac{1}{n}\\,sum(Y * \\log(\\hat{Y}))",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "\\frac{\\partial E}{\\partial \\hat{Y}} = -\\frac{1}{n}\\,\\frac{Y}{\\hat{Y}}",
                "right",
                mistake="",
                check="dP=-1/N*T/P",
                line=9,
            ),
            Row(
                "\\frac{\\partial E}{\\partial O} = -\\frac{1}{n}\\, Y * (1-\\hat{Y})",
                "wrong",
                mistake="off-diagonal terms of the Jacobian are lost; (Yhat - Y)/n is due",
                check="dZ2=-1/N*T*(1-P)",
                line=13,
            ),
            Row(
                "\\frac{\\partial E}{\\partial U} = H^T\\frac{\\partial E}{\\partial O}",
                "right",
                mistake="",
                check="dW2=A1.T@dZ2",
                line=17,
            ),
            Row(
                "\\frac{\\partial E}{\\partial H} = \\frac{\\partial E}{\\partial O}\\,U^T",
                "right",
                mistake="",
                check="dA1=dZ2@W2.T",
                line=19,
            ),
            Row(
                "\\frac{\\partial E}{\\partial V} = X^T\\left(\\frac{\\partial E}{\\partial H} * H * (1-H)\\right)",
                "right",
                mistake="",
                check="dW1=A0.T@(dA1*A1*(1-A1))",
                line=21,
            ),
        ],
    ),
    Note(
        name="session_part_c",
        words="right; course notes, column vectors, diag and outer products, softmax from its Jacobian",
        enters="",
        derivation=r"""# Part C: Mathematical derivations

## Softmax and cross-entropy

One sample $\mathbf{x}$. Hidden layer $\mathbf{h} = \tanh(\mathbf{s})$, $\mathbf{s} = \mathbf{U}\mathbf{x} + \mathbf{p}$; logits $\mathbf{o} = \mathbf{V}\mathbf{h} + \mathbf{q}$.

$$\hat{y}_i = \frac{e^{o_i}}{\sum_j e^{o_j}}$$

$$\mathcal{L} = -\sum_i y_i \ln \hat{y}_i, \quad \sum_i y_i = 1$$

**Step 1** (loss by probability)

$$\frac{\partial \mathcal{L}}{\partial \hat{y}_i} = -\frac{y_i}{\hat{y}_i}$$

**Step 2** (probability by logit; $\delta_{ij}$ is Kronecker's)

$$\frac{\partial \hat{y}_i}{\partial o_j} = \hat{y}_i(\delta_{ij} - \hat{y}_j)$$

**Step 3** (together)

$$\begin{aligned}
\frac{\partial \mathcal{L}}{\partial o_j} &= -\sum_i \frac{y_i}{\hat{y}_i}\,\hat{y}_i(\delta_{ij} - \hat{y}_j) \\
&= -y_j + \hat{y}_j \sum_i y_i \\
&= \hat{y}_j - y_j
\end{aligned}$$

## Through the hidden layer

$$\nabla_{\mathbf{V}}\mathcal{L} = (\hat{\mathbf{y}} - \mathbf{y})\,\mathbf{h}^\top, \qquad \nabla_{\mathbf{q}}\mathcal{L} = \hat{\mathbf{y}} - \mathbf{y}$$

$$\nabla_{\mathbf{h}}\mathcal{L} = \mathbf{V}^\top(\hat{\mathbf{y}} - \mathbf{y})$$

$$\nabla_{\mathbf{s}}\mathcal{L} = \mathrm{diag}(1 - \mathbf{h}^2)\,\mathbf{V}^\top(\hat{\mathbf{y}} - \mathbf{y})$$

$$\nabla_{\mathbf{U}}\mathcal{L} = (\nabla_{\mathbf{s}}\mathcal{L})\,\mathbf{x}^\top, \qquad \nabla_{\mathbf{p}}\mathcal{L} = \nabla_{\mathbf{s}}\mathcal{L}$$
""",
        layers=(3, 4, 3),
        hidden="tanh",
        output="identity",
        loss="softmax_cross_entropy",
        examples="one",
        after="github.com/amanraj41/neuropathology-dl part_c_mathematical_derivations.md",
        rows=[
            Row(
                "\\mathbf{h} = \\tanh(\\mathbf{s})",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "\\mathbf{s} = \\mathbf{U}\\mathbf{x} + \\mathbf{p}",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "\\mathbf{o} = \\mathbf{V}\\mathbf{h} + \\mathbf{q}",
                "definition",
                mistake="",
                check="",
                line=5,
            ),
            Row(
                "\\hat{y}_i = \\frac{e^{o_i}}{\\sum_j e^{o_j}}",
                "definition",
                mistake="",
                check="",
                line=7,
            ),
            Row(
                "\\mathcal{L} = -\\sum_i y_i \\ln \\hat{y}_i, \\quad \\sum_i y_i = 1",
                "definition",
                mistake="",
                check="",
                line=9,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial \\hat{y}_i} = -\\frac{y_i}{\\hat{y}_i}",
                "right",
                mistake="",
                check="dP=-T/P",
                line=13,
            ),
            Row(
                "\\frac{\\partial \\hat{y}_i}{\\partial o_j} = \\hat{y}_i(\\delta_{ij} - \\hat{y}_j)",
                "right",
                mistake="",
                check="",
                line=17,
            ),
            Row(
                "\\frac{\\partial \\mathcal{L}}{\\partial o_j} &= -\\sum_i \\frac{y_i}{\\hat{y}_i}\\,\\hat{y}_i(\\delta_{ij} - \\hat{y}_j)",
                "right",
                mistake="",
                check="dZ2=-((np.diagflat(P)-P@P.T).T@(T/P))",
                line=22,
            ),
            Row(
                "&= -y_j + \\hat{y}_j \\sum_i y_i",
                "right",
                mistake="",
                check="dZ2=-T+P*T.sum()",
                line=23,
            ),
            Row("&= \\hat{y}_j - y_j", "right", mistake="", check="dZ2=P-T", line=24),
            Row(
                "\\nabla_{\\mathbf{V}}\\mathcal{L} = (\\hat{\\mathbf{y}} - \\mathbf{y})\\,\\mathbf{h}^\\top",
                "right",
                mistake="",
                check="dW2=(P-T)@A1.T",
                line=29,
            ),
            Row(
                "\\nabla_{\\mathbf{q}}\\mathcal{L} = \\hat{\\mathbf{y}} - \\mathbf{y}",
                "right",
                mistake="",
                check="db2=P-T",
                line=29,
            ),
            Row(
                "\\nabla_{\\mathbf{h}}\\mathcal{L} = \\mathbf{V}^\\top(\\hat{\\mathbf{y}} - \\mathbf{y})",
                "right",
                mistake="",
                check="dA1=W2.T@(P-T)",
                line=31,
            ),
            Row(
                "\\nabla_{\\mathbf{s}}\\mathcal{L} = \\mathrm{diag}(1 - \\mathbf{h}^2)\\,\\mathbf{V}^\\top(\\hat{\\mathbf{y}} - \\mathbf{y})",
                "right",
                mistake="",
                check="dZ1=np.diagflat(1-A1**2)@W2.T@(P-T)",
                line=33,
            ),
            Row(
                "\\nabla_{\\mathbf{U}}\\mathcal{L} = (\\nabla_{\\mathbf{s}}\\mathcal{L})\\,\\mathbf{x}^\\top",
                "right",
                mistake="",
                check="dW1=dZ1@A0.T",
                line=35,
            ),
            Row(
                "\\nabla_{\\mathbf{p}}\\mathcal{L} = \\nabla_{\\mathbf{s}}\\mathcal{L}",
                "right",
                mistake="",
                check="db1=dZ1",
                line=35,
            ),
        ],
    ),
    Note(
        name="plain_text_bce",
        words="first weights' gradient is paired with the hidden outputs h instead of the inputs x",
        enters="dW1",
        derivation=r"""Binary cross entropy, part 2: now with a hidden layer
-----------------------------------------------------

The chain of dependencies (for one data point):

BCE = - [y·log(ŷ) + (1-y)·log(1-ŷ)]

ŷ = σ(z)

z = Σj vj·hj + c

hj = tanh(uj)

uj = Σi wji·xi + bj

Piece 1: from part 1 we know that the ŷ(1-ŷ) cancels, so

∂BCE/∂z = ŷ - y

Piece 2: the outer weights. z is linear in vj, so

∂BCE/∂vj = (ŷ - y) * hj

∂BCE/∂c = ŷ - y

Piece 3: how the loss changes with hj (only one output, so no sum!)

∂BCE/∂hj = (ŷ - y) * vj

Piece 4: through tanh

∂hj/∂uj = 1 - hj^2

∂BCE/∂uj = (ŷ - y) * vj * (1 - hj^2)

Piece 5: the inner weights

∂BCE/∂wji = (ŷ - y) * vj * (1 - hj^2) * hi

∂BCE/∂bj = (ŷ - y) * vj * (1 - hj^2)
""",
        layers=(3, 3, 1),
        hidden="tanh",
        loss="binary_cross_entropy",
        examples="one",
        after="github.com/niaza64/ml100 (plain-text BCE chain)",
        rows=[
            Row(
                "BCE = - [y·log(ŷ) + (1-y)·log(1-ŷ)]",
                "definition",
                mistake="",
                check="",
                line=6,
            ),
            Row("ŷ = σ(z)", "definition", mistake="", check="", line=8),
            Row("z = Σj vj·hj + c", "definition", mistake="", check="", line=10),
            Row("hj = tanh(uj)", "definition", mistake="", check="", line=12),
            Row("uj = Σi wji·xi + bj", "definition", mistake="", check="", line=14),
            Row("∂BCE/∂z = ŷ - y", "right", mistake="", check="dZ2=A2-T", line=18),
            Row(
                "∂BCE/∂vj = (ŷ - y) * hj",
                "right",
                mistake="",
                check="dW2=(A2-T)@A1.T",
                line=22,
            ),
            Row("∂BCE/∂c = ŷ - y", "right", mistake="", check="db2=A2-T", line=24),
            Row(
                "∂BCE/∂hj = (ŷ - y) * vj",
                "right",
                mistake="",
                check="dA1=W2.T@(A2-T)",
                line=28,
            ),
            Row("∂hj/∂uj = 1 - hj^2", "definition", mistake="", check="", line=32),
            Row(
                "∂BCE/∂uj = (ŷ - y) * vj * (1 - hj^2)",
                "right",
                mistake="",
                check="dZ1=(W2.T@(A2-T))*(1-A1**2)",
                line=34,
            ),
            Row(
                "∂BCE/∂wji = (ŷ - y) * vj * (1 - hj^2) * hi",
                "wrong",
                mistake="x_i is due, not h_i",
                check="dW1=((W2.T@(A2-T))*(1-A1**2))@A1.T",
                line=38,
            ),
            Row(
                "∂BCE/∂bj = (ŷ - y) * vj * (1 - hj^2)",
                "right",
                mistake="",
                check="db1=(W2.T@(A2-T))*(1-A1**2)",
                line=40,
            ),
        ],
    ),
]
