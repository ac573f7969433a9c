r"""The notations of well-known texts: each is read whole, and a mistake in it is named."""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nn import MLP, grade

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more


@dataclass(frozen=True)
class Family:
    """A text, its network, and a mistake put in: what, in its place, the name."""

    text: str
    right: str
    wrong: str
    mistake: str
    layers: tuple[int, ...] = (3, 4, 2)
    hidden: str = "sigmoid"
    output: str = "sigmoid"
    loss: str = "half_squared_error"
    reduction: str = "mean"
    unread: int = 0

    def graded(self, text):
        net = MLP(
            self.layers[0],
            list(self.layers[1:]),
            activation=self.hidden,
            output_activation=self.output,
            rng=0,
        )
        return grade(text, net=net, loss=self.loss, reduction=self.reduction)


SOFTMAX = {"output": "identity", "loss": "softmax_cross_entropy"}
FAMILIES = {
    "a gradient of one example, and its mean": Family(
        r"""
$$z_l = W_l h_{l-1} + b_l, \qquad h_l = \sigma(z_l)$$
$$\delta_l = (W_{l+1}^T \delta_{l+1}) \odot \sigma'(z_l)$$
$$\frac{\partial L}{\partial W_l} = \delta_l h_{l-1}^T$$
Over a batch we take the mean:
$$\frac{\partial L}{\partial W_l} = \frac{1}{m} \sum_{s=1}^{m} \delta_l^{(s)} (h_{l-1}^{(s)})^T$$
$$\frac{\partial L}{\partial b_l} = \frac{1}{m} \sum_{s=1}^{m} \delta_l^{(s)}$$
""",
        r" \odot \sigma'(z_l)",
        "",
        "act-missing",
    ),
    "the chain rule in front of a softmax": Family(
        r"""
$$z^{(l)} = W^{(l)} h^{(l-1)} + b^{(l)}, \qquad h^{(l)} = \sigma(z^{(l)})$$
$$\frac{\partial L}{\partial W^{(l)}} = \frac{\partial L}{\partial h^{(l)}} \frac{\partial h^{(l)}}{\partial W^{(l)}}$$
$$\frac{\partial L}{\partial b^{(l)}} = \frac{\partial L}{\partial h^{(l)}} \frac{\partial h^{(l)}}{\partial b^{(l)}}$$
$$\delta^{(L)} = \frac{\partial L}{\partial h^{(L)}} \odot \sigma'(z^{(L)})$$
With softmax this is
$$\delta^{(L)} = h^{(L)} - t$$
$$\frac{\partial L}{\partial b^{(l)}} = \delta^{(l)}$$
""",
        r"= \delta^{(l)}",
        r"= \delta^{(l)} / 2",
        "factor",
        hidden="relu",
        unread=1,
        **SOFTMAX,
    ),
    "the slope of a sigmoid that the loss has": Family(
        r"""
$$z^{(l)} = W^{(l)} h^{(l-1)} + b^{(l)}, \qquad h^{(l)} = \sigma(z^{(l)})$$
$$\delta^{(L)} = \frac{\partial L}{\partial h^{(L)}} \odot \sigma'(z^{(L)}) = h^{(L)} - t$$
$$\frac{\partial L}{\partial b^{(l)}} = \delta^{(l)}$$
""",
        "= h^{(L)} - t",
        r"= (h^{(L)} - t) \odot \sigma'(z^{(L)})",
        "act-other-function",
        output="identity",
        loss="binary_cross_entropy_with_logits",
    ),
    "a sum over a batch of B": Family(
        r"""
$$z^{(l)} = W^{(l)} h^{(l-1)} + b^{(l)}, \qquad h^{(l)} = \sigma(z^{(l)})$$
$$\delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot \sigma'(z^{(l)})$$
$$\frac{\partial L}{\partial W^{(l)}} = \delta^{(l)} (h^{(l-1)})^T$$
$$\frac{\partial L}{\partial b^{(l)}} = \delta^{(l)}$$
For a batch it is
$$\frac{\partial L}{\partial W^{(l)}} = \frac{1}{B} \sum_{s=1}^{B} \delta_s^{(l)} (h_s^{(l-1)})^T$$
$$\frac{\partial L}{\partial b^{(l)}} = \frac{1}{B} \sum_{s=1}^{B} \delta_s^{(l)}$$
""",
        r" \odot \sigma'(z^{(l)})",
        "",
        "act-missing",
    ),
    "weights numbered through": Family(
        r"""
$net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1$

$net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1$

$$\frac{\partial net_{o1}}{\partial w_5} = out_{h1}$$
$$\frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1})$$
$$\frac{\partial E_{total}}{\partial w_5} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1}) * out_{h1}$$
$$\frac{\partial E_{total}}{\partial w_7} = \delta_{o2} * out_{h1}$$
$$\frac{\partial E_{o1}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial net_{o1}} * \frac{\partial net_{o1}}{\partial out_{h1}}$$
$$\frac{\partial E_{total}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial out_{h1}} + \frac{\partial E_{o2}}{\partial out_{h1}}$$
$$\frac{\partial E_{total}}{\partial out_{h1}} = \delta_{o1} * w_5 + \delta_{o2} * w_7$$
$$\frac{\partial E_{total}}{\partial w_1} = \frac{\partial E_{total}}{\partial out_{h1}} * out_{h1}(1 - out_{h1}) * i_1$$
$$w_1^+ = w_1 - \eta * \frac{\partial E_{total}}{\partial w_1}$$
""",
        r"\delta_{o2} * w_7",
        r"\delta_{o2} * w_6",
        "row-column-mixed",
        layers=(2, 2, 2),
    ),
    "a slope is lost in numbered weights": Family(
        r"""
$net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1$

$net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2$

$$\frac{\partial E_{total}}{\partial w_5} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1}) * out_{h1}$$
""",
        "* out_{o1}(1 - out_{o1}) ",
        "",
        "act-missing",
        layers=(2, 2, 2),
    ),
    "costs with names, deltas counted as they come": Family(
        r"""
Let $\mathbf z_1 = \mathbf x \mathbf W_1 + \mathbf b_1$, $\mathbf h = \sigma(\mathbf z_1)$, $\mathbf z_2 = \mathbf h \mathbf W_2 + \mathbf b_2$ and $\hat{\mathbf y} = \mathrm{softmax}(\mathbf z_2)$. Then

$$\delta_1 = \frac{\partial CE}{\partial \mathbf z_2} = \hat{\mathbf y} - \mathbf y$$
$$\delta_2 = \frac{\partial CE}{\partial \mathbf h} = \delta_1 \mathbf W_2^\top$$
$$\delta_3 = \frac{\partial CE}{\partial \mathbf z_1} = \delta_2 \circ \sigma'(\mathbf z_1)$$
$$\frac{\partial CE}{\partial \mathbf W_2} = \mathbf h^\top \delta_1$$
$$\frac{\partial CE}{\partial \mathbf W_1} = \mathbf x^\top \delta_3$$
""",
        r"\hat{\mathbf y} - \mathbf y$$",
        r"\mathbf y - \hat{\mathbf y}$$",
        "out-sign-swapped",
        **SOFTMAX,
    ),
    "sensitivities, and diagonals with a dot": Family(
        r"""
$$\mathbf{a}^{m+1} = \mathbf{f}^{m+1}(\mathbf{W}^{m+1}\mathbf{a}^m + \mathbf{b}^{m+1})$$
$$\mathbf{s}^M = -2 \dot{\mathbf{F}}^M(\mathbf{n}^M)(\mathbf{t} - \mathbf{a})$$
$$\mathbf{s}^m = \dot{\mathbf{F}}^m(\mathbf{n}^m)(\mathbf{W}^{m+1})^T\mathbf{s}^{m+1}$$
$$\mathbf{W}^m(k+1) = \mathbf{W}^m(k) - \alpha \mathbf{s}^m (\mathbf{a}^{m-1})^T$$
""",
        "= -2",
        "= -",
        "out-factor-2",
        loss="squared_error",
    ),
    "biases as weights of a constant": Family(
        r"""
$$a_j = \sum_{i=1}^{D} w_{ji}^{(1)} x_i + w_{j0}^{(1)}$$
$$z_j = h(a_j)$$
$$a_k = \sum_{j=1}^{M} w_{kj}^{(2)} z_j + w_{k0}^{(2)}$$
$$y_k = \sigma(a_k)$$
$$\delta_k = y_k - t_k$$
$$\delta_j = h'(a_j) \sum_k w_{kj} \delta_k$$
$$\frac{\partial E_n}{\partial w_{ji}^{(1)}} = \delta_j x_i, \qquad \frac{\partial E_n}{\partial w_{kj}^{(2)}} = \delta_k z_j$$
""",
        "h'(a_j) ",
        "",
        "act-missing",
        hidden="tanh",
        loss="binary_cross_entropy",
    ),
    "names of layers above": Family(
        r"""
$$\mathbf{Z}^{(h)} = \mathbf{X} \mathbf{W}^{(h)T} + \mathbf{b}^{(h)}$$
$$\mathbf{A}^{(h)} = \phi(\mathbf{Z}^{(h)})$$
$$\mathbf{Z}^{(out)} = \mathbf{A}^{(h)} \mathbf{W}^{(out)T} + \mathbf{b}^{(out)}$$
$$\mathbf{A}^{(out)} = \phi(\mathbf{Z}^{(out)})$$
$$\boldsymbol{\delta}^{(out)} = \mathbf{A}^{(out)} - \mathbf{y}$$
$$\boldsymbol{\delta}^{(h)} = \boldsymbol{\delta}^{(out)} \mathbf{W}^{(out)} \odot \left( A^{(h)} \odot (1 - A^{(h)}) \right)$$
$$\frac{\partial L}{\partial \mathbf{W}^{(out)}} = (\boldsymbol{\delta}^{(out)})^T \mathbf{A}^{(h)}$$
$$\frac{\partial L}{\partial \mathbf{W}^{(h)}} = (\boldsymbol{\delta}^{(h)})^T \mathbf{X}$$
""",
        r" \odot \left( A^{(h)} \odot (1 - A^{(h)}) \right)",
        "",
        "act-missing",
        loss="binary_cross_entropy",
        reduction="sum",
    ),
    "an error matrix, and ones": Family(
        r"""
\begin{align}
\mathbf{H} &= \tanh\left(\mathbf{W}^{(1)}\mathbf{X} + \mathbf{b}^{(1)}\mathbf{1}^\top\right) \\
\hat{\mathbf{Y}} &= \mathbf{W}^{(2)}\mathbf{H} + \mathbf{b}^{(2)}\mathbf{1}^\top
\end{align}
With $\mathbf{E} = \hat{\mathbf{Y}} - \mathbf{Y}$ and $\boldsymbol{\Delta} = \left(\mathbf{W}^{(2)}\right)^\top \mathbf{E} \odot \left(1 - \mathbf{H}\odot\mathbf{H}\right)$ it is
\begin{align}
\frac{\partial J}{\partial \mathbf{W}^{(2)}} &= \frac{1}{N}\,\mathbf{E}\,\mathbf{H}^\top \\
\frac{\partial J}{\partial \mathbf{b}^{(2)}} &= \frac{1}{N}\,\mathbf{E}\,\mathbf{1} \\
\frac{\partial J}{\partial \mathbf{W}^{(1)}} &= \frac{1}{N}\,\boldsymbol{\Delta}\,\mathbf{X}^\top
\end{align}
""",
        r"\frac{1}{N}\,\mathbf{E}\,\mathbf{1}",
        r"\mathbf{E}\,\mathbf{1}",
        "batch-1m-missing",
        hidden="tanh",
        output="identity",
    ),
    "rows as examples, with a letter for their error": Family(
        r"""
$\mathbf{H} = \phi(\mathbf{X}\mathbf{W}^{(1)} + \mathbf{1}\mathbf{b}^{(1)\top})$ and $\mathbf{O} = \mathbf{H}\mathbf{W}^{(2)} + \mathbf{1}\mathbf{b}^{(2)\top}$.

$$\mathbf{G} = \frac{1}{n}(\mathbf{O} - \mathbf{Y})$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(2)}} = \mathbf{H}^\top \mathbf{G}$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{H}} = \mathbf{G} \mathbf{W}^{(2)\top}$$
$$\mathbf{R} = \frac{\partial \mathcal{L}}{\partial \mathbf{H}} \odot (1 - \mathbf{H} \odot \mathbf{H})$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(1)}} = \mathbf{X}^\top \mathbf{R}$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{b}^{(1)}} = \mathbf{R}^\top \mathbf{1}$$
""",
        r"\mathbf{G} \mathbf{W}^{(2)\top}",
        r"2 \mathbf{G} \mathbf{W}^{(2)\top}",
        "factor",
        hidden="tanh",
        output="identity",
    ),
    "Greek letters as neurons": Family(
        r"""
Hidden units $\alpha_j = \sigma(\beta_j)$, $\beta_j = \sum_i u_{ji} x_i + \theta_j$; outputs $\gamma_k = \sum_j v_{kj}\alpha_j + \tau_k$, $\hat y_k = \sigma(\gamma_k)$, targets $t_k$.

$$\frac{\partial Q}{\partial \gamma_k} = (\hat y_k - t_k)\hat y_k(1-\hat y_k)$$
$$\frac{\partial Q}{\partial v_{kj}} = \frac{\partial Q}{\partial \gamma_k}\alpha_j$$
$$\frac{\partial Q}{\partial \beta_j} = \alpha_j(1-\alpha_j)\sum_k \frac{\partial Q}{\partial \gamma_k} v_{kj}$$
$$\frac{\partial Q}{\partial u_{ji}} = \frac{\partial Q}{\partial \beta_j}x_i$$
""",
        r"\alpha_j(1-\alpha_j)\sum_k",
        r"\alpha_j(1+\alpha_j)\sum_k",
        "act-inner-sign",
    ),
    "softmax by cases, sums without one index": Family(
        r"""
$z = W_2 h + b_2$, $h = \tanh(W_1 x + b_1)$, $p = \mathrm{softmax}(z)$, $L = -\sum_i y_i \log p_i$.

$$ \frac{\partial p_i}{\partial z_j} = p_i(1 - p_i), \quad i = j $$
$$ \frac{\partial p_i}{\partial z_j} = -p_i p_j,\quad i \neq j $$
$$\frac{\partial L}{\partial p_i} = -\frac{y_i}{p_i}$$
$$\frac{\partial L}{\partial z_j} = \sum_i \frac{\partial L}{\partial p_i}\frac{\partial p_i}{\partial z_j} = -y_j(1-p_j) + \sum_{i \ne j} y_i p_j = p_j - y_j$$
$$\frac{\partial L}{\partial W_1} = \left[W_2^T (p-y) \odot (1 - h^2)\right] x^T$$
""",
        "p_j - y_j$$",
        "y_j - p_j$$",
        "out-sign-swapped",
        hidden="tanh",
        **SOFTMAX,
    ),
    "the class of an example": Family(
        r"""
Let $\mathbf{f} = W_2 \mathbf{h} + \mathbf{b}_2$, $\mathbf{h} = \max(0, W_1 \mathbf{x} + \mathbf{b}_1)$ and $p_k = \frac{e^{f_k}}{ \sum_j e^{f_j} }$.

$$\frac{\partial L_i }{ \partial f_k } = p_k - \mathbb{1}(y_i = k)$$
$$\frac{\partial L_i}{\partial W_2} = \frac{\partial L_i}{\partial \mathbf f} \mathbf h^T$$
$$\frac{\partial L_i}{\partial \mathbf h} = W_2^T \frac{\partial L_i}{\partial \mathbf f}$$
""",
        r"W_2^T \frac",
        r"W_2 \frac",
        "row-column-mixed",
        hidden="relu",
        **SOFTMAX,
    ),
    "derivatives by vectors are rows, of examples with a letter": Family(
        r"""
$$
\begin{aligned}
\mathbf{h}_n^{(1)} &= \mathbf{W}^{(1)}\mathbf{x}_n + \mathbf{c}^{(1)} \\
\mathbf{z}_n^{(1)} &= f_1(\mathbf{h}_n^{(1)}) \\
\mathbf{h}_n^{(2)} &= \mathbf{W}^{(2)}\mathbf{z}_n^{(1)} + \mathbf{c}^{(2)} \\
\hat{\mathbf{y}}_n &= f_2(\mathbf{h}_n^{(2)})
\end{aligned}
$$
$$\frac{\partial \mathcal{L}_n}{\partial \hat{\mathbf{y}}_n} = 2 (\hat{\mathbf{y}}_n - \mathbf{y}_n)^\top$$
$$\frac{\partial \hat{\mathbf{y}}_n}{\partial \mathbf{h}_n^{(2)}} = I$$
$$\frac{\partial \mathbf{h}_n^{(2)}}{\partial \mathbf{z}_n^{(1)}} = \mathbf{W}^{(2)}$$
$$\frac{\partial \mathbf{h}_n^{(2)}}{\partial \mathbf{h}_n^{(1)}} = \mathbf{W}^{(2)} \mathrm{diag}\left(f_1'(\mathbf{h}_n^{(1)})\right)$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(2)}} = \sum_{n=1}^N \left(\frac{\partial \mathcal{L}_n}{\partial \mathbf{h}_n^{(2)}}\right)^\top \mathbf{z}_n^{(1)\top}$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{c}^{(1)}} = \sum_{n=1}^N \left(\frac{\partial \mathcal{L}_n}{\partial \mathbf{h}_n^{(1)}}\right)^\top$$
""",
        r"= 2 (\hat",
        r"= (\hat",
        "out-factor-2",
        hidden="relu",
        output="identity",
        loss="squared_error",
        reduction="sum",
        unread=1,  # a Jacobian of one example, among sums over all
    ),
    "other letters for weights, and targets that the cost names": Family(
        r"""
\begin{align}
Z_j&=\sigma\left(\sum_{i} X_iV_{ij}+b_j\right) \\
Y_k&=\sigma\left(\sum_{j} Z_jW_{jk}+c_k\right) \\
E&=-\sum_{k}\left[Q_k\log Y_k+(1-Q_{k})\log(1-Y_k)\right]
\end{align}
\begin{align}
\frac{\partial E}{\partial Y_k}&=-\frac{Q_k}{Y_k}+\frac{1-Q_k}{1-Y_k} \\
\frac{\partial Y_k}{\partial W_{jk}}&=Y_k(1-Y_k)Z_j \\
\frac{\partial Y_k}{\partial Z_j}&=Y_k(1-Y_k)W_{jk}
\end{align}
$$\frac{\partial E}{\partial V_{ij}}=\sum_k\frac{\partial E}{\partial Y_k}\,Y_k(1-Y_k)\,W_{jk}\,Z_j(1-Z_j)\,X_i$$
""",
        r"}+\frac{1-Q_k}",
        r"}-\frac{1-Q_k}",
        "ce-second-sign",
        loss="binary_cross_entropy",
    ),
    "gradients that are added up, and divided later": Family(
        r"""
$a^{(1)} = x^{(t)}$, $z^{(2)} = \Theta^{(1)}a^{(1)}$, $a^{(2)} = g(z^{(2)})$, $z^{(3)} = \Theta^{(2)}a^{(2)}$, $a^{(3)} = g(z^{(3)})$

$\delta^{(3)} = a^{(3)} - y^{(t)}$

$\delta^{(2)} = (\Theta^{(2)})^T\delta^{(3)}\ .*\ g'(z^{(2)})$

$\Delta^{(l)} := \Delta^{(l)} + \delta^{(l+1)}(a^{(l)})^T$

$$\frac{\partial}{\partial\Theta_{ij}^{(l)}}J(\Theta) = D_{ij}^{(l)} = \frac{1}{m}\Delta_{ij}^{(l)}$$
""",
        "g'(z^{(2)})",
        "g'(a^{(2)})",
        "act-sigmoid-twice",
        loss="binary_cross_entropy",
    ),
    "a system in one bracket, in the manner of the Coursera": Family(
        r"""
$$
\begin{cases}
dZ^{[2]} = A^{[2]} - Y
\\
dW^{[2]} = \frac{1}{m}dZ^{[2]}A^{[1]T}
\\
dZ^{[1]} = W^{[2]T}dZ^{[2]} \ast (1 - A^{[1]} \ast A^{[1]})
\end{cases}
$$
""",
        "- A^{[1]}",
        "+ A^{[1]}",
        "act-inner-sign",
        hidden="tanh",
        loss="binary_cross_entropy",
    ),
    "layers from 2, the inputs are the first": Family(
        r"""
$a^{(1)} = x$, $z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}$, $a^{(2)} = \max(0, z^{(2)})$, $z^{(3)} = W^{(3)} a^{(2)} + b^{(3)}$, $a^{(3)} = \sigma(z^{(3)})$
$$\frac{\partial L}{\partial a^{(2)}} = (W^{(3)})^T \left[ (a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)}) \right]$$
$$\frac{\partial L}{\partial W^{(2)}} = \frac{\partial L}{\partial z^{(2)}}\; a^{(1)T}$$
""",
        "(W^{(3)})^T",
        "W^{(3)}",
        "row-column-mixed",
        hidden="relu",
    ),
    "four equations, and one for any weight": Family(
        r"""
$$z^l_j = ∑_k w^l_{jk} a^{l-1}_k + b^l_j$$
$$\delta^L = \Sigma'(z^L) \nabla_a C$$
$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial w} = a_{\rm in} \delta_{\rm out}$$
""",
        r"\sigma'(z^l)",
        r"\sigma'(z^{l+1})",
        "act-wrong-layer",
        layers=(3, 4, 5, 2),
    ),
    "a pattern above": Family(
        r"""
\[s_k^p = \sum_j w_{jk}\, y_j^p + \theta_k\]
\[y_k^p = F(s_k^p)\]
\[\delta_k^p = -\frac{\partial E^p}{\partial s_k^p}\]
\[\delta_o^p = (d_o^p - y_o^p)\,F'(s_o^p)\]
\[\delta_h^p = F'(s_h^p)\,\sum_{o=1}^{N_o} \delta_o^p\, w_{ho}\]
\[\frac{\partial E}{\partial w_{ih}} = -\sum_p \delta_h^p\, x_i^p\]
""",
        r"F'(s_h^p)\,\sum_{o=1}^{N_o} ",
        r"\sum_{o=1}^{N_o} F'(s_o^p)\,",
        "index-slip",
        reduction="sum",
    ),
    "products that are the chain rule in words": Family(
        r"""
$$\mathbf{z}= \mathbf{W}^{(1)} \mathbf{x}$$
$$\mathbf{h}= \phi(\mathbf{z})$$
$$\mathbf{o}= \mathbf{W}^{(2)} \mathbf{h}$$
$$\frac{\partial J}{\partial \mathbf{o}} = \mathbf{o} - \mathbf{y}$$
$$\frac{\partial J}{\partial \mathbf{W}^{(2)}}= \text{prod}\left(\frac{\partial J}{\partial \mathbf{o}}, \frac{\partial \mathbf{o}}{\partial \mathbf{W}^{(2)}}\right) = \frac{\partial J}{\partial \mathbf{o}} \mathbf{h}^\top$$
$$\frac{\partial J}{\partial \mathbf{z}} = \text{prod}\left(\frac{\partial J}{\partial \mathbf{h}}, \frac{\partial \mathbf{h}}{\partial \mathbf{z}}\right) = \frac{\partial J}{\partial \mathbf{h}} \odot \phi'(\mathbf{z})$$
""",
        r"\phi'(\mathbf{z})",
        r"\phi(\mathbf{z})",
        "act-a-for-gprime",
        hidden="tanh",
        output="identity",
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_equation_is_read_and_right(name):
    family = FAMILIES[name]
    report = family.graded(family.text)
    status = [verdict.status for verdict in report.judged]
    assert not {"wrong", "does not fit"}.intersection(status), str(report)
    assert status.count("cannot be read") <= family.unread, str(report)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", FAMILIES)
def test_a_mistake_is_named(name):
    family = FAMILIES[name]
    assert family.right in family.text
    report = family.graded(family.text.replace(family.right, family.wrong, 1))
    wrong = [v for v in report.judged if v.status in {"wrong", "does not fit"}]
    assert family.mistake in {verdict.mistake for verdict in wrong}, str(report)
    assert len({verdict.line for verdict in wrong}) == 1


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial KL}{\partial W^2} = \delta^2 \heartsuit^T$",
        r"$\delta^2 = \heartsuit \odot (a^2 - y)$",
    ],
)
def test_a_derivative_that_is_not_read_is_said(text):
    report = grade(rf"$\delta^L = (a^L - y) \odot \sigma'(z^L)$ and {text}")
    assert not report.passed
    assert [v.status for v in report.judged] == ["right", "cannot be read"]


def test_local_derivatives_in_either_layout_are_right():
    text = r"$\frac{\partial z^{(2)}}{\partial a^{(1)}} = W^{(2)}$"
    turned = r"$\frac{\partial z^{(2)}}{\partial a^{(1)}} = (W^{(2)})^T$"
    assert [v.status for v in grade(text).judged] == ["right"]
    assert [v.status for v in grade(turned).judged] == ["right by another convention"]


def test_one_statement_is_said_in_the_singular():
    right = grade(r"$\delta^L = (a^L - y) \odot \sigma'(z^L)$")
    assert right.headline == "The one statement is right."
    wrong = grade(r"$\delta^L = (y - a^L) \odot \sigma'(z^L)$")
    assert wrong.headline.startswith("1 of 1 statement is wrong. Start with dZ2")


def test_the_cost_is_left_out_in_plain_words():
    report = grade(
        r"$C = \frac{1}{2} \sum_k (a_k - y_k)^2$, $\delta^L = (a^L - y) \odot \sigma'(z^L)$"
    )
    assert [why for _, _, why in report.left_out] == [
        "the cost: given by the loss, not judged"
    ]


def test_a_slope_is_too_much_behind_the_error_of_a_softmax():
    text = r"$h^{(l)} = \sigma(z^{(l)})$ and $\delta^{(L)} = (h^{(L)} - t) \odot \sigma'(z^{(L)})$"
    found = Family(text, "", "", "", **SOFTMAX).graded(text)
    assert [v.mistake for v in found.judged if v.quantity == "dZ2"] == ["extra-factor"]
