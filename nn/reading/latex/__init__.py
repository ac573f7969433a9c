"""LaTeX and Unicode: from signs to tokens of one spelling, and to formulas."""
