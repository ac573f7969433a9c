"""`replay`, `certify` and `compare`: the same graph in other numbers."""
