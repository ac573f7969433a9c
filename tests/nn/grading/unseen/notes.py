"""Equations in the notation of textbooks, lectures and blogs, row by row.

Only the equations, in our own transcription: what differs between the sources is how they
write, and that is what a reader of notes must know. All of them are right. A row begins
with what it is: ``G|`` states a gradient, and must be judged and be right; ``F|`` states
something else (forward pass, cost, update, a definition), and must be read and not be
called wrong; ``  |`` is no equation.

Written from the documentation alone, before anybody had looked at how the grader works.
"""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Note:
    """Equations of one source.

    Attributes:
        source: whose notation it is.
        marked: the rows, each after its mark.
        setting: the widths, activations, loss and reduction, as in `Case`.
    """

    source: str
    marked: str
    setting: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The note as its reader has it."""
        lines = self.marked.strip("\n").splitlines()
        return "\n".join(line.partition("|")[2].lstrip() for line in lines)

    def rows(self, mark: str) -> list[int]:
        """Return the line numbers, from 1, of the rows with this mark."""
        lines = self.marked.strip("\n").splitlines()
        return [number for number, line in enumerate(lines, 1) if line[0] == mark]


NOTES = [
    Note(
        "Stanford UFLDL tutorial",
        r"""
F| $$z^{(2)} = W^{(1)} x + b^{(1)}$$
F| $$a^{(2)} = f(z^{(2)})$$
F| $$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}$$
F| $$a^{(l+1)} = f(z^{(l+1)})$$
F| $$J(W,b; x,y) = \frac{1}{2} \left\| h_{W,b}(x) - y \right\|^2$$
G| $$\delta^{(n_l)}_i = \frac{\partial}{\partial z^{(n_l)}_i} \frac{1}{2} \left\|y - h_{W,b}(x)\right\|^2 = - (y_i - a^{(n_l)}_i) \cdot f'(z^{(n_l)}_i)$$
G| $$\delta^{(l)}_i = \left( \sum_{j=1}^{s_{l+1}} W^{(l)}_{ji} \delta^{(l+1)}_j \right) f'(z^{(l)}_i)$$
G| $$\frac{\partial}{\partial W_{ij}^{(l)}} J(W,b; x, y) = a^{(l)}_j \delta_i^{(l+1)}$$
G| $$\frac{\partial}{\partial b_{i}^{(l)}} J(W,b; x, y) = \delta_i^{(l+1)}$$
G| $$\delta^{(n_l)} = - (y - a^{(n_l)}) \bullet f'(z^{(n_l)})$$
G| $$\delta^{(l)} = \left((W^{(l)})^T \delta^{(l+1)}\right) \bullet f'(z^{(l)})$$
G| $$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T,$$
G| $$\nabla_{b^{(l)}} J(W,b;x,y) = \delta^{(l+1)}.$$
F| $$W^{(l)} = W^{(l)} - \alpha \left[ \frac{1}{m} \Delta W^{(l)} \right]$$
F| $$b^{(l)} = b^{(l)} - \alpha \left[\frac{1}{m} \Delta b^{(l)}\right]$$
""",
    ),
    Note(
        "Bishop, Pattern Recognition and Machine Learning, 5.3",
        r"""
F| $$a_j = \sum_i w_{ji} z_i$$
F| $$z_j = h(a_j)$$
F| $$E_n = \frac{1}{2} \sum_k (y_{nk} - t_{nk})^2$$
G| $$\frac{\partial E_n}{\partial w_{ji}} = \frac{\partial E_n}{\partial a_j} \frac{\partial a_j}{\partial w_{ji}}$$
F| $$\delta_j \equiv \frac{\partial E_n}{\partial a_j}$$
F| $$\frac{\partial a_j}{\partial w_{ji}} = z_i$$
G| $$\frac{\partial E_n}{\partial w_{ji}} = \delta_j z_i$$
G| $$\delta_k = y_k - t_k$$
G| $$\delta_j = h'(a_j) \sum_k w_{kj} \delta_k$$
F| $$h'(a) = 1 - h(a)^2$$
G| $$\delta_j = (1 - z_j^2) \sum_{k=1}^K w_{kj} \delta_k$$
G| $$\frac{\partial E_n}{\partial w_{ji}^{(1)}} = \delta_j x_i, \qquad \frac{\partial E_n}{\partial w_{kj}^{(2)}} = \delta_k z_j$$
""",
        {"hidden": "tanh", "output": "linear"},
    ),
    Note(
        "Goodfellow, Bengio, Courville, Deep Learning, 6.5",
        r"""
F| \[ a^{(k)} = b^{(k)} + W^{(k)} h^{(k-1)} \]
F| \[ h^{(k)} = f(a^{(k)}) \]
F| \[ \hat{y} = h^{(l)} \]
G| \[ g \leftarrow \nabla_{\hat{y}} J = \hat{y} - y \]
G| \[ g \leftarrow \nabla_{a^{(k)}} J = g \odot f'(a^{(k)}) \]
G| \[ \nabla_{b^{(k)}} J = g \]
G| \[ \nabla_{W^{(k)}} J = g\, h^{(k-1)\top} \]
G| \[ g \leftarrow \nabla_{h^{(k-1)}} J = W^{(k)\top} g \]
""",
    ),
    Note(
        "Rojas, Neural Networks, 7.3",
        r"""
G| $$\delta_j^{(2)} = o_j^{(2)} (1 - o_j^{(2)}) (o_j^{(2)} - t_j)$$
G| $$\frac{\partial E}{\partial w_{ij}^{(2)}} = \delta_j^{(2)} o_i^{(1)}$$
G| $$\delta_j^{(1)} = o_j^{(1)} (1 - o_j^{(1)}) \sum_{q=1}^m w_{jq}^{(2)} \delta_q^{(2)}$$
G| $$\frac{\partial E}{\partial w_{ij}^{(1)}} = \delta_j^{(1)} o_i$$
F| $$\Delta w_{ij}^{(2)} = -\gamma\, o_i^{(1)} \delta_j^{(2)}$$
F| $$\Delta w_{ij}^{(1)} = -\gamma\, o_i \delta_j^{(1)}$$
G| $$\delta^{(2)} = D_2 e$$
G| $$\delta^{(1)} = D_1 W_2 \delta^{(2)}$$
""",
    ),
    Note(
        "Wikipedia, Backpropagation",
        r"""
F| :<math>g(x) := f^L(W^L f^{L-1}(W^{L-1} \cdots f^1(W^1 x)\cdots))</math>
F| $$a^l = f^l(W^l a^{l-1})$$
G| $$\delta^l := (f^l)' \circ (W^{l+1})^T \cdot \delta^{l+1}$$
G| $$\delta^L = (f^L)' \circ \nabla_{a^L} C$$
G| $$\nabla_{W^l} C = \delta^l (a^{l-1})^T$$
G| $$\delta^{l-1} := (f^{l-1})' \circ (W^l)^T \cdot \delta^l$$
F| $$o_j = \varphi(\text{net}_j) = \varphi\left(\sum_{k=1}^n w_{kj} x_k\right)$$
F| $$\frac{\partial o_j}{\partial \text{net}_j} = \varphi(\text{net}_j)(1 - \varphi(\text{net}_j)) = o_j(1 - o_j)$$
G| $$\frac{\partial E}{\partial w_{ij}} = \frac{\partial E}{\partial o_j} \frac{\partial o_j}{\partial \text{net}_j} \frac{\partial \text{net}_j}{\partial w_{ij}}$$
G| $$\frac{\partial E}{\partial w_{ij}} = o_i \delta_j$$
""",
    ),
    Note(
        "Ng, Deep Learning Specialization",
        r"""
F| $Z^{[1]} = W^{[1]} X + b^{[1]}$
F| $A^{[1]} = g^{[1]}(Z^{[1]})$
F| $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$
F| $A^{[2]} = g^{[2]}(Z^{[2]}) = \sigma(Z^{[2]})$
F| $J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[2](i)} + (1 - y^{(i)}) \log(1 - a^{[2](i)}) \right)$
G| $dZ^{[2]} = A^{[2]} - Y$
G| $dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]^T}$
G| $db^{[2]} = \frac{1}{m} \text{np.sum}(dZ^{[2]}, \text{axis}=1, \text{keepdims}=\text{True})$
G| $dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]'}(Z^{[1]})$
G| $dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T$
G| $db^{[1]} = \frac{1}{m} \text{np.sum}(dZ^{[1]}, \text{axis}=1, \text{keepdims}=\text{True})$
G| $$ dW^{[l]} = \frac{\partial \mathcal{J} }{\partial W^{[l]}} = \frac{1}{m} dZ^{[l]} A^{[l-1] T} $$
G| $$ db^{[l]} = \frac{\partial \mathcal{J} }{\partial b^{[l]}} = \frac{1}{m} \sum_{i = 1}^{m} dZ^{[l](i)} $$
G| $$ dA^{[l-1]} = \frac{\partial \mathcal{L} }{\partial A^{[l-1]}} = W^{[l] T} dZ^{[l]} $$
G| $$ dZ^{[l]} = dA^{[l]} * g'(Z^{[l]}) $$
F| $W^{[l]} = W^{[l]} - \alpha \text{ } dW^{[l]}$
F| $b^{[l]} := b^{[l]} - \alpha \, db^{[l]}$
""",
        {"hidden": "tanh", "loss": "binary_cross_entropy"},
    ),
    Note(
        "Ng, Machine Learning course (Octave)",
        r"""
F| $$ a^{(1)} = x $$
F| $$ z^{(2)} = \Theta^{(1)} a^{(1)} $$
F| $$ a^{(2)} = g(z^{(2)}) $$
F| $$ z^{(3)} = \Theta^{(2)} a^{(2)} $$
F| $$ a^{(3)} = h_\Theta(x) = g(z^{(3)}) $$
G| $$ \delta^{(3)} = a^{(3)} - y $$
G| $$ \delta^{(2)} = (\Theta^{(2)})^T \delta^{(3)} .* g'(z^{(2)}) $$
F| $$ g'(z^{(2)}) = a^{(2)} .* (1 - a^{(2)}) $$
F| $$ \Delta^{(l)} := \Delta^{(l)} + \delta^{(l+1)} (a^{(l)})^T $$
G| $$ \frac{\partial}{\partial \Theta_{ij}^{(l)}} J(\Theta) = a_j^{(l)} \delta_i^{(l+1)} $$
""",
        {"loss": "binary_cross_entropy"},
    ),
    Note(
        "CS231n, the two-layer network in NumPy",
        r"""
  | ```python
F| h1 = np.maximum(0, np.dot(X, W1) + b1)
F| scores = np.dot(h1, W2) + b2
F| exp_scores = np.exp(scores)
F| probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
G| dscores = (probs - Y) / N
G| dW2 = np.dot(h1.T, dscores)
G| db2 = np.sum(dscores, axis=0, keepdims=True)
G| dh1 = np.dot(dscores, W2.T)
G| dz1 = dh1 * (h1 > 0)
G| dW1 = np.dot(X.T, dz1)
G| db1 = np.sum(dz1, axis=0, keepdims=True)
F| W1 += -learning_rate * dW1
  | ```
""",
        {
            "hidden": "relu",
            "output": "linear",
            "loss": "softmax_cross_entropy",
            "layers": (3, 4, 3),
        },
    ),
    Note(
        "CS224n, gradient notes",
        r"""
F| $z = Wx + b_1$
F| $h = \text{ReLU}(z)$
F| $\theta = U h + b_2$
F| $\hat{y} = \text{softmax}(\theta)$
F| $J = CE(y, \hat{y})$
G| $\delta_1 = \frac{\partial J}{\partial \theta} = (\hat{y} - y)^T$
G| $\delta_2 = \frac{\partial J}{\partial z} = \delta_1 U \circ \text{sgn}(h)$
G| $\frac{\partial J}{\partial U} = \delta_1^T h^T$
G| $\frac{\partial J}{\partial b_2} = \delta_1^T$
G| $\frac{\partial J}{\partial W} = \delta_2^T x^T$
G| $\frac{\partial J}{\partial b_1} = \delta_2^T$
G| $\frac{\partial J}{\partial x} = (\delta_2 W)^T$
""",
        {
            "hidden": "relu",
            "output": "linear",
            "loss": "softmax_cross_entropy",
            "layers": (3, 4, 3),
        },
    ),
    Note(
        "d2l.ai, 5.3",
        r"""
F| $$\mathbf{z} = \mathbf{W}^{(1)} \mathbf{x}$$
F| $$\mathbf{h} = \phi(\mathbf{z})$$
F| $$\mathbf{o} = \mathbf{W}^{(2)} \mathbf{h}$$
F| $$L = l(\mathbf{o}, y)$$
G| $$\frac{\partial J}{\partial \mathbf{o}} = \frac{\partial L}{\partial \mathbf{o}} \in \mathbb{R}^q$$
G| $$\frac{\partial J}{\partial \mathbf{W}^{(2)}} = \frac{\partial J}{\partial \mathbf{o}} \mathbf{h}^\top$$
G| $$\frac{\partial J}{\partial \mathbf{h}} = {\mathbf{W}^{(2)}}^\top \frac{\partial J}{\partial \mathbf{o}}$$
G| $$\frac{\partial J}{\partial \mathbf{z}} = \frac{\partial J}{\partial \mathbf{h}} \odot \phi'(\mathbf{z})$$
G| $$\frac{\partial J}{\partial \mathbf{W}^{(1)}} = \frac{\partial J}{\partial \mathbf{z}} \mathbf{x}^\top$$
""",
        {"output": "linear"},
    ),
    Note(
        "fast.ai, from the foundations",
        r"""
  | ```python
G| out.g = 2. * (out - targ) / targ.shape[0]
G| l2.g = out.g @ w2.t()
G| w2.g = l2.t() @ out.g
G| b2.g = out.g.sum(0)
G| l1.g = (l1 > 0).float() * l2.g
G| w1.g = inp.t() @ l1.g
G| b1.g = l1.g.sum(0)
  | ```
""",
        {"hidden": "relu", "output": "linear", "loss": "squared_error"},
    ),
    Note(
        "Mitchell, Machine Learning, 4.5",
        r"""
G| $$\delta_k \leftarrow o_k (1 - o_k)(t_k - o_k)$$
G| $$\delta_h \leftarrow o_h (1 - o_h) \sum_{k \in outputs} w_{kh} \delta_k$$
F| $$w_{ji} \leftarrow w_{ji} + \Delta w_{ji}$$
F| $$\Delta w_{ji} = \eta\, \delta_j\, x_{ji}$$
""",
    ),
    Note(
        "Haykin, Neural Networks and Learning Machines, 4.4",
        r"""
F| $$e_j(n) = d_j(n) - y_j(n)$$
F| $$v_j(n) = \sum_{i=0}^m w_{ji}(n) y_i(n)$$
F| $$y_j(n) = \varphi_j(v_j(n))$$
G| $$\frac{\partial \mathcal{E}(n)}{\partial w_{ji}(n)} = -e_j(n) \varphi_j'(v_j(n)) y_i(n)$$
G| $$\delta_j(n) = e_j(n) \varphi_j'(v_j(n))$$
G| $$\delta_j(n) = \varphi_j'(v_j(n)) \sum_k \delta_k(n) w_{kj}(n)$$
F| $$\Delta w_{ji}(n) = \eta\, \delta_j(n)\, y_i(n)$$
""",
    ),
    Note(
        "lecture on computational physics (compphysics)",
        r"""
F| $$ z_j^l = \sum_{i=1}^{M_{l-1}} w_{ij}^l a_i^{l-1} + b_j^l $$
F| $$ \boldsymbol{z}^l = \left(\hat{W}^l\right)^T \hat{a}^{l-1} + \hat{b}^l $$
F| $$ a_j^l = f(z_j^l) = \frac{1}{1+\exp(-z_j^l)} $$
F| $$ \frac{\partial a_j^l}{\partial z_j^l} = a_j^l (1 - a_j^l) $$
F| $$ \frac{\partial z_j^l}{\partial w_{ij}^l} = a_i^{l-1} $$
G| $$ \frac{\partial {\cal C}}{\partial w_{ij}^L} = (a_j^L - t_j) a_j^L (1 - a_j^L) a_i^{L-1} $$
G| $$ \delta_j^L = a_j^L (1 - a_j^L) (a_j^L - t_j) = f'(z_j^L) \frac{\partial {\cal C}}{\partial a_j^L} $$
G| $$ \hat{\delta}^L = f'(\hat{z}^L) \circ \frac{\partial {\cal C}}{\partial \hat{a}^L} $$
G| $$ \delta_j^L = \frac{\partial {\cal C}}{\partial b_j^L} \frac{\partial b_j^L}{\partial z_j^L} = \frac{\partial {\cal C}}{\partial b_j^L} $$
G| $$ \delta_j^l = \sum_k \frac{\partial {\cal C}}{\partial z_k^{l+1}} \frac{\partial z_k^{l+1}}{\partial z_j^l} = \sum_k \delta_k^{l+1} \frac{\partial z_k^{l+1}}{\partial z_j^l} $$
G| $$ \delta_j^l = \sum_k \delta_k^{l+1} w_{jk}^{l+1} f'(z_j^l) $$
""",
    ),
    Note(
        "a blog in Unicode",
        r"""
F| z¹ = W¹x + b¹
F| a¹ = tanh(z¹)
F| z² = W²a¹ + b²
F| ŷ = z²
F| L = ½‖ŷ − y‖²
G| ∂L/∂ŷ = ŷ − y
G| ∂L/∂z² = ŷ − y
G| ∂L/∂W² = (ŷ − y) a¹ᵀ
G| ∂L/∂b² = ŷ − y
G| ∂L/∂a¹ = W²ᵀ(ŷ − y)
G| ∂L/∂z¹ = W²ᵀ(ŷ − y) ⊙ (1 − tanh²(z¹))
G| ∂L/∂W¹ = ∂L/∂z¹ xᵀ
F| W ← W − η ∂L/∂W
""",
        {"hidden": "tanh", "output": "linear"},
    ),
    Note(
        "a lecture with layers in the subscript",
        r"""
  | \begin{align*}
F| z_l &= W_l a_{l-1} + b_l \\
F| a_l &= \sigma(z_l) \\
G| \delta_L &= \nabla_{a_L} C \odot \sigma'(z_L) \\
G| \delta_l &= (W_{l+1}^\top \delta_{l+1}) \odot \sigma'(z_l) \\
G| \frac{\partial C}{\partial W_l} &= \delta_l a_{l-1}^\top \\
G| \frac{\partial C}{\partial b_l} &= \delta_l
  | \end{align*}
""",
    ),
    Note(
        "a lecture without a name for z",
        r"""
F| $$x_i = f_i(W_i x_{i-1})$$
G| $$\delta_L = (x_L - t) \circ f_L'(W_L x_{L-1})$$
G| $$\delta_i = W_{i+1}^T \delta_{i+1} \circ f_i'(W_i x_{i-1})$$
G| $$\frac{\partial E}{\partial W_i} = \delta_i x_{i-1}^T$$
F| $$W_i = W_i - \alpha_{W_i} \circ \frac{\partial E}{\partial W_i}$$
""",
    ),
]
