"""`check_gradients`: recorded derivatives beside differences of the function."""
