"""Find what is wrong with a graph, and where it began: `diagnose`, `detect_anomaly`."""
