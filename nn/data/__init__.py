"""Data to train on: CSV files and Fisher's iris flowers."""
