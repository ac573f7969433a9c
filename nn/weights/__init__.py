"""Weights of a network: saved and loaded as files, or taken from a PyTorch module."""
