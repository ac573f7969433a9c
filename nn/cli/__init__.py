"""The command `autograd-scalar`: demo, train, check, draw, derive and others."""
