"""`check_gradients`: recorded derivatives beside differences and complex steps."""
