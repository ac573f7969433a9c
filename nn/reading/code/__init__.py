"""Programs and plain lines: what each name stands for, and the formula it is given."""
