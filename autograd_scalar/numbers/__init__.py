"""Kinds of numbers that a graph can be computed in.

`rational`, `multiprecision`, `complexes`, `intervals` and `dual` are one kind each;
`field` is what they share. `kinds` picks the one that `replay` was asked for. What an
operation means in them is in `primitives.exact`.
"""
