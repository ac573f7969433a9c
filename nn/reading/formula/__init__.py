"""A formula as a tree, its indices, and NumPy's spelling of one."""
