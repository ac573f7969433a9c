"""Check the scalar graph's gradients against the matrix equations."""
