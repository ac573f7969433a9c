"""What a graph is: nodes, the two sweeps, recording, `Value`, and names for nodes."""
