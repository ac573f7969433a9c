"""Reading notes on backpropagation: from LaTeX, plain text or code to formulas."""
