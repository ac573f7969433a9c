"""The graph: nodes, the two sweeps, recording, `Value`, and names for nodes."""
