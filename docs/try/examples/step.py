# Step through the chain rule: the buttons, or the arrow keys.
from autograd_scalar import Value, play

x, w = Value(0.5, "x"), Value(2.0, "w")
h = (w * x).tanh().named("h")
y = (h * h + h * x).named("y")
play(y)
