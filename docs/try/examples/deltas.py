# Every gradient of a network, by paths and by the matrix equations.
from nn import MLP, check_deltas

net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
X = [[0.1, -0.2, 0.3], [0.5, 0.7, -0.9]]
Y = [[1, 0], [0, 1]]
check_deltas(net, X, Y, "half_squared_error")
