# A training loop as one writes it for micrograd: two half-moons, 60 points.
import random
from math import cos, pi, sin

from nn import MLP

random.seed(0)
points, labels = [], []
for k in range(30):
    t = pi * k / 29
    points += [[cos(t), sin(t)], [1 - cos(t), 0.5 - sin(t)]]
    labels += [1, -1]
points = [[x + random.gauss(0, 0.1) for x in point] for point in points]

net = MLP(2, [8, 8, 1], activation="relu", rng=0)
for step in range(20):
    scores = [net(point) for point in points]
    losses = [(1 - y * s).relu() for y, s in zip(labels, scores)]
    loss = sum(losses) * (1 / len(losses))
    net.zero_grad()
    loss.backward()
    for p in net.parameters():
        p.data -= 0.5 * p.grad
    right = sum((s.data > 0) == (y > 0) for y, s in zip(labels, scores))
    print(f"step {step:2}  loss {loss.data:.4f}  right {right} of {len(labels)}")
