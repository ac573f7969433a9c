"""What the letters of a text stand for, as its own formulas say."""
