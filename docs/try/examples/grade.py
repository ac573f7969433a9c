# Grade my notes: paste your own between the quotes. LaTeX, Unicode or NumPy.
from nn import grade

notes = r"""
The output layer:

$$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$$

The hidden layer, where something is wrong:

$$\delta^1 = (W^2)^T \delta^2$$

$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
"""
grade(notes, loss="half_squared_error", reduction="sum")
