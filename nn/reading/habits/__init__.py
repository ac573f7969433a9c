"""Habits of writing: each file takes one, and writes the formulas as others do."""
