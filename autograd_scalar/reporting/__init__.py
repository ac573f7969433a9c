"""Build reports: tables and numbers as text, escaped labels, files written whole."""
