"""Check gradients against finite differences and complex steps."""
