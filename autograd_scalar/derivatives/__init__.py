"""`gradients()` and `grad()` and their kin: derivatives of graphs and of functions."""
