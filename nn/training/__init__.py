"""Training: optimisers, learning rate schedules, `fit`, evaluation."""
