"""A derivation of backpropagation, graded, and its mistakes named."""
