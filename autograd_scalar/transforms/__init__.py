"""Derivatives as pure functions of functions: `grad` and its kin."""
