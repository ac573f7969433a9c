"""What an operation is: one row of the table, and what stands behind its columns."""
