"""Differentiate graphs and functions: `gradients`, `grad`, `jvp`, `hessian` and kin."""
