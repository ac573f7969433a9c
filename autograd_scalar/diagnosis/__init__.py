"""`diagnose` and `detect_anomaly`: what is wrong with a graph, and where it began."""
