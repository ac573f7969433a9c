"""Differentiate graphs and functions: `gradients`, `grad`, `jvp` and others."""
