"""Primitives: the table of operations, and the functions behind its columns."""
