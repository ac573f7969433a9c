"""The command `autograd-scalar`."""
