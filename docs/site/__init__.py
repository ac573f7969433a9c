"""What the site needs beyond Sphinx: pages that follow from code, and formulas."""
