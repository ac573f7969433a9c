# One neuron: which way does each number push the output?
from autograd_scalar import Value, draw

w, x, b = Value(-0.8, "w"), Value(2.0, "x"), Value(1.0, "b")
a = (w * x + b).tanh().named("a")
a.backward()

print("da/dw =", w.grad)
print("da/dx =", x.grad)
draw(a, parameters=[w, b], inputs=[x])
