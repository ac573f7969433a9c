"""`check_deltas`: every node of the scalar graph beside the matrix equations."""
